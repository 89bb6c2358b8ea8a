//! Builder of a roll-up: outputs are added in batches, in order, and totalled for all levels at the end.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use polars::prelude::{DataFrame, IntoLazy, LazyFrame, UnionArgs, concat};

use super::added_output::{AddedOutput, OutputTotals, RunTotals};
use super::body_tree::BodyTree;
use super::contributions::{Contribution, Editions};
use super::coverage::{BODIES_ABSENT, Coverage, LEFT_OUT};
use super::level_finding::{ABSENT, IMBALANCE, LevelFinding, OTHER_YEAR, UNREADABLE};
use super::level_list::LevelList;
use super::level_sums::{EditionSums, SumColumns};
use super::main_year::{self, years_by_body};
use super::output_manifest::CountedRun;
use super::placement::{PlacedOutput, UnreadOutput, left_out};
use super::run_tables::RollupTables;
use super::unit_identity::{UnitIdentities, UnitIdentity, UnitsByBody};
use super::{LevelRollup, LevelSettings, LevelTotals, RepeatedFinding, body_balances, same_name};
use crate::corpus::query;
use crate::error::{Error, Result};
use crate::finding::Severity;
use crate::form::Forms;
use crate::message::Message;

/// A roll-up under construction.
#[derive(Debug)]
pub struct LevelBuilder {
    forms: Arc<Forms>,
    sources: u32,
    contributions: Vec<Contribution>,
    totals: Vec<DataFrame>,
    kinds: Vec<DataFrame>,
    findings: Vec<LevelFinding>,
    /// The findings that units had to fix, by the body's path and the year: the unit's id and name, and the rule.
    to_fix: BTreeMap<(String, u16), BTreeSet<[String; 3]>>,
    /// The units of each body by year.
    units: UnitsByBody,
    inputs: Vec<PlacedOutput>,
    runs: Vec<CountedRun>,
    unplaced: usize,
    /// The output folders of bodies that are not read.
    unread: Vec<UnreadOutput>,
    /// The repeated findings of roll-ups among the outputs.
    repeated: Vec<RepeatedFinding>,
}

impl LevelBuilder {
    /// Starts with the findings on outputs that do not count, the number of those without a place, and the folders of
    /// bodies that are not read.
    #[must_use]
    pub fn new(forms: Arc<Forms>, findings: Vec<LevelFinding>, unplaced: usize, unread: Vec<UnreadOutput>) -> Self {
        Self {
            unplaced,
            unread,
            repeated: Vec::new(),
            forms,
            sources: 0,
            contributions: Vec::new(),
            totals: Vec::new(),
            kinds: Vec::new(),
            findings,
            to_fix: BTreeMap::new(),
            units: BTreeMap::new(),
            inputs: Vec::new(),
            runs: Vec::new(),
        }
    }

    /// Records an output that has a place but does not count.
    pub fn leave_out(&mut self, output: &PlacedOutput) {
        let form = self.forms.all.iter().position(|form| form.id == output.manifest.form);
        match (form, output.manifest.year) {
            (Some(form), Some(year)) => {
                self.note_on(output.path.clone(), (year, form), Coverage::of_counts(&[(LEFT_OUT, 1)]));
            }
            _ => self.unplaced += 1,
        }
    }

    /// Adds coverage without totals, on a form that the other outputs of the year have.
    fn note(&mut self, path: Vec<String>, year: u16, coverage: Coverage) {
        let given = self.contributions.iter().rfind(|part| part.year == year).map(|part| part.form);
        self.note_on(path, (year, given.unwrap_or_else(|| self.forms.for_year(year))), coverage);
    }

    fn note_on(&mut self, path: Vec<String>, (year, form): (u16, usize), coverage: Coverage) {
        let (source, reaches_up, folder) = (None, true, None);
        self.contributions.push(Contribution { source, path, reaches_up, year, form, coverage, folder });
    }

    /// Returns the year that the outputs for people are about: the one of the settings, else the one of the bodies. If no
    /// run counts, it is the latest one of the outputs that are left out.
    fn main_year(&self, settings: &LevelSettings) -> Option<u16> {
        let of_bodies = || main_year::choose(&years_by_body(&self.runs));
        let left_out = || self.contributions.iter().map(|part| part.year).max();
        settings.year.or_else(of_bodies).or_else(left_out)
    }

    /// Adds the bodies of the list without any output in a year, with a finding each unless the finding on a damaged output
    /// says it. Those of the year that the outputs are about are to be asked for. Of earlier years it may be that they
    /// are not to be had; later years are not due.
    fn add_absent(&mut self, root: &str, list: &LevelList, main_year: Option<u16>) {
        let years: BTreeSet<u16> = self.contributions.iter().map(|part| part.year).collect();
        for year in years {
            let severity = match Some(year).cmp(&main_year) {
                Ordering::Less => Severity::MustExplain,
                Ordering::Equal => Severity::MustFix,
                Ordering::Greater => Severity::Note,
            };
            let absent = self.absent(root, list, year);
            let runs = years_by_body(&self.runs);
            let finding = |path: &Vec<String>| {
                let body_path = path.join("/");
                let message = absent_message(year, runs.get(body_path.as_str()));
                LevelFinding::about_output(ABSENT, severity, "", message).of(body_path, Some(year))
            };
            let is_damaged = |path: &&Vec<String>| self.unread.iter().any(|unread| unread.is_damaged_in(path, year));
            self.findings.extend(absent.iter().filter(|path| !is_damaged(path)).map(finding));
            for path in absent {
                self.note(path, year, Coverage::of_counts(&[(BODIES_ABSENT, 1)]));
            }
        }
    }

    /// Returns the paths of the expected bodies of the list without any output in a year.
    fn absent(&self, root: &str, list: &LevelList, year: u16) -> Vec<Vec<String>> {
        let of_year = self.contributions.iter().filter(|part| part.year == year);
        let given: BTreeSet<&[String]> = of_year.map(|part| part.path.as_slice()).collect();
        let below_root: Vec<&[String]> = given.iter().map(|path| &path[1..]).collect();
        let has_top = usize::from(list.root().is_some());
        let whole = |below: Vec<String>| -> Vec<String> {
            std::iter::once(root.to_owned()).chain(below.into_iter().skip(has_top)).collect()
        };
        // The paths of a body and of those below it are consecutive.
        let is_given = |path: &[String]| given.range(path..).next().is_some_and(|given| given.starts_with(path));
        list.expected(&below_root).into_iter().map(whole).filter(|path| !is_given(path)).collect()
    }

    /// Adds the output folders of bodies that are not read. A body without any other output in the year is absent, like
    /// one of the list.
    fn add_unread(&mut self) {
        for UnreadOutput { path, year, finding } in std::mem::take(&mut self.unread) {
            let Some(year) = year else {
                self.unplaced += 1;
                self.findings.push(finding);
                continue;
            };
            let is_given = self.contributions.iter().any(|part| part.year == year && part.path.starts_with(&path));
            self.findings.push(finding.of(path.join("/"), Some(year)));
            let counts = [(LEFT_OUT, 1), (BODIES_ABSENT, u64::from(!is_given))];
            self.note(path, year, Coverage::of_counts(&counts));
        }
    }

    /// Adds a note for each body that has outputs of other years only. Without a list of levels it is not known whether
    /// the body still exists.
    fn add_notes_on_years(&mut self, year: u16) {
        let of_year = self.contributions.iter().filter(|part| part.year == year);
        let given: BTreeSet<String> = of_year.map(|part| part.path.join("/")).collect();
        let mut years = years_by_body(&self.runs);
        years.retain(|body_path, _| !given.contains(*body_path));
        self.findings.extend(years.iter().map(|(body_path, years)| main_year::note(body_path, years, year)));
    }

    /// Adds outputs with their totals, in their order.
    ///
    /// # Errors
    /// `Error::Query` if polars fails, which is a bug.
    pub fn add(&mut self, outputs: impl IntoIterator<Item = AddedOutput>) -> Result<()> {
        let mut columns = [SumColumns::default(), SumColumns::default()];
        for AddedOutput { output, totals } in outputs {
            match totals {
                Ok(OutputTotals::Run(run)) => self.add_run(&output, *run, &mut columns),
                Ok(OutputTotals::Rollup(tables)) => self.add_rollup(&output, *tables, &mut columns),
                Err(why) => self.refuse(&output, &why),
            }
        }
        let [totals, kinds] = columns;
        self.totals.push(totals.into_frame(false)?);
        self.kinds.push(kinds.into_frame(true)?);
        Ok(())
    }

    fn refuse(&mut self, output: &PlacedOutput, why: &Message) {
        let finding = LevelFinding::about_output(UNREADABLE, Severity::MustFix, &output.folder.file, left_out(why));
        self.findings.push(finding.of(output.path.join("/"), output.manifest.year));
        self.leave_out(output);
    }

    fn record(&mut self, output: &PlacedOutput) {
        self.inputs.push(output.clone());
        self.runs.extend(output.runs.iter().cloned());
    }

    fn next_source(&mut self) -> u32 {
        self.sources += 1;
        self.sources - 1
    }

    fn add_rollup(&mut self, output: &PlacedOutput, tables: RollupTables, columns: &mut [SumColumns; 2]) {
        for ((body_path, year, form), body) in tables.bodies {
            let source = self.next_source();
            for (position, sums) in &body.totals {
                columns[0].push(source, 0, *position, sums);
            }
            for ((kind, position), sums) in &body.kinds {
                columns[1].push(source, *kind, *position, sums);
            }
            let path = output.path_below(&body_path);
            let (reaches_up, coverage) = (path.len() == output.path.len(), body.coverage);
            let source = Some(source);
            self.contributions.push(Contribution { source, path, reaches_up, year, form, coverage, folder: None });
        }
        let below = |body_path: &str| output.path_below(body_path).join("/");
        // Its notes on bodies of other years are about the year of that roll-up.
        for finding in tables.findings.into_iter().filter(|finding| finding.rule != OTHER_YEAR.text()) {
            let (body_path, year) = (finding.body_path.clone(), finding.year);
            let body_path = if body_path.is_empty() { output.path.join("/") } else { below(&body_path) };
            self.findings.push(finding.of(body_path, year));
        }
        let placed = |finding: RepeatedFinding| RepeatedFinding { body_path: below(&finding.body_path), ..finding };
        self.repeated.extend(tables.repeated.into_iter().map(placed));
        self.record(output);
    }

    /// Returns the findings that units had to fix in more than one year, under each unit's latest id and name.
    fn repeated(&mut self, units: &UnitsByBody) -> Vec<RepeatedFinding> {
        let identities: BTreeMap<&str, UnitIdentities> =
            units.iter().map(|(body, years)| (body.as_str(), UnitIdentities::build(years))).collect();
        let mut found: BTreeMap<[String; 3], RepeatedFinding> = BTreeMap::new();
        for ((body_path, year), to_fix) in std::mem::take(&mut self.to_fix) {
            let Some(identities) = identities.get(body_path.as_str()) else { continue };
            for [id, unit, rule] in to_fix {
                let UnitIdentity { id: unit_id, name: unit } = identities.find(&id, &unit);
                let key = [body_path.clone(), unit_id.clone(), rule.clone()];
                let finding = found.entry(key).or_insert_with(|| {
                    let (body_path, years) = (body_path.clone(), Vec::new());
                    RepeatedFinding { body_path, unit_id, unit, rule, years }
                });
                if finding.years.last() != Some(&year) {
                    finding.years.push(year);
                }
            }
        }
        let own = found.into_values().filter(|finding| finding.years.len() > 1);
        let mut all: Vec<RepeatedFinding> = own.chain(std::mem::take(&mut self.repeated)).collect();
        all.sort_by(|a, b| (&a.body_path, &a.unit_id, &a.rule).cmp(&(&b.body_path, &b.unit_id, &b.rule)));
        all
    }

    fn add_run(&mut self, output: &PlacedOutput, run: RunTotals, columns: &mut [SumColumns; 2]) {
        let source = self.next_source();
        for (position, sums) in &run.totals {
            columns[0].push(source, 0, *position, sums);
        }
        for ((_, kind, position), sums) in &run.by_kind {
            columns[1].push(source, *kind, *position as usize, sums);
        }
        let form = self.forms.all.iter().position(|form| form.id == output.manifest.form).unwrap_or_default();
        let (path, year) = (output.path.clone(), output.manifest.year.unwrap_or_default());
        let body_path = path.join("/");
        let placed = |finding: LevelFinding| finding.of(body_path.clone(), Some(year));
        self.findings.extend(run.findings.into_iter().map(placed));
        self.to_fix.entry((body_path.clone(), year)).or_default().extend(run.must_fix);
        self.units.entry(body_path).or_default().entry(year).or_default().extend(run.units);
        let (source, folder) = (Some(source), Some(output.folder.path.clone()));
        let coverage = run.coverage;
        self.contributions.push(Contribution { source, path, reaches_up: true, year, form, coverage, folder });
        self.record(output);
    }

    /// Totals everything for all levels and years.
    ///
    /// # Errors
    /// `Error::Query` if polars fails, which is a bug.
    pub fn finish(mut self, root: &str, list: Option<&LevelList>, settings: LevelSettings) -> Result<LevelRollup> {
        let main_year = self.main_year(&settings);
        for unread in &mut self.unread {
            unread.year = unread.year.or(main_year);
        }
        if let Some(list) = list {
            self.add_absent(root, list, main_year);
        }
        self.add_unread();
        if let (None, Some(year)) = (list, main_year) {
            self.add_notes_on_years(year);
        }
        let units = std::mem::take(&mut self.units);
        let repeated = self.repeated(&units);
        let top = [root.to_owned()];
        let paths = self.contributions.iter().map(|contribution| contribution.path.as_slice());
        let tree = BodyTree::build(paths.chain([top.as_slice()]), list);
        let Editions { years, sources } = Editions::build(&tree, &self.contributions);
        let totals = add_up(whole(self.totals)?, whole(self.kinds)?, sources)?;
        let mut rollup = LevelRollup {
            forms: self.forms,
            bodies: tree.bodies,
            years,
            totals,
            main_year,
            findings: self.findings,
            changes: None,
            repeated,
            inputs: self.inputs,
            runs: self.runs,
            unplaced: self.unplaced,
            settings,
        };
        add_findings(&mut rollup, &units);
        Ok(rollup)
    }
}

/// Adds up the totals of the bodies and years by their sources.
fn add_up(totals: DataFrame, kinds: DataFrame, sources: Vec<Vec<u32>>) -> Result<LevelTotals> {
    let count = sources.len();
    let kinds = EditionSums::new(kinds, sources.clone(), true)?;
    let mut level_totals = LevelTotals { sums: Vec::new(), starts: vec![0], kinds };
    EditionSums::new(totals, sources, false)?.for_each::<Error>(|row| {
        level_totals.push(row, count);
        Ok(())
    })?;
    level_totals.close(count);
    level_totals.complete_expected();
    Ok(level_totals)
}

/// Adds the findings on the totals and bodies of the roll-up itself. The sums of bodies above others are checked anew.
fn add_findings(rollup: &mut LevelRollup, units: &UnitsByBody) {
    let parents = rollup.bodies.iter().filter_map(|body| body.parent);
    let above: BTreeSet<String> = parents.map(|parent| rollup.bodies[parent].path.clone()).collect();
    let is_stale = |finding: &LevelFinding| finding.copied.is_some() && finding.rule == IMBALANCE.text();
    rollup.findings.retain(|finding| !is_stale(finding) || !above.contains(&finding.body_path));
    let found: Vec<LevelFinding> =
        body_balances::find(rollup).into_iter().chain(same_name::find(rollup, units)).collect();
    rollup.findings.extend(found);
    rollup.sort_findings();
}

/// Returns the message on a body of the list without outputs of a year. `others` are the years of which it has some.
fn absent_message(year: u16, others: Option<&BTreeSet<u16>>) -> Message {
    let only = others.map(main_year::listed);
    let only = only
        .map(|years| Message::new(format!("（只有{}年度的）", years.zh), format!(" (only those of {} do)", years.en)));
    let only = only.unwrap_or_default();
    Message::new(
        format!("层级表中有这个地区，但没有它{year}年度可以计入的结果{}，合计不含该地区", only.zh),
        format!("it is on the list of levels, but no outputs of {year} count for it{}; the totals lack it", only.en),
    )
}

/// Concatenates the frames of the batches.
fn whole(parts: Vec<DataFrame>) -> Result<DataFrame> {
    if parts.is_empty() {
        return SumColumns::default().into_frame(false);
    }
    let parts: Vec<_> = parts.into_iter().map(IntoLazy::lazy).collect();
    let whole = concat(parts, UnionArgs::default()).and_then(LazyFrame::collect);
    let mut whole = whole.map_err(query("totals of outputs"))?;
    // Otherwise every join would concatenate the chunks again.
    whole.rechunk_mut();
    Ok(whole)
}
