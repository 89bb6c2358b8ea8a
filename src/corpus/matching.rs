//! Assignment of submissions to units by all the names that each states. If no unit matches, or several match equally
//! well, none is assigned.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::guidance::Guidance;
use crate::roster::{Matched, NameWords, Roster, Unit};
use crate::source::base_name;
use crate::spelling::key;
use crate::submission::{Name, Origin, Submission, years};

/// The unit of a submission, with the evidence for and against it.
#[derive(Debug, Default, Clone)]
pub(super) struct Assignment {
    /// The unit, by its position in the roster.
    pub(super) unit: Option<usize>,
    /// The name that decided, or the name that no unit has.
    pub(super) name: String,
    /// Units that its names match equally well; then no unit is assigned.
    pub(super) candidates: Vec<usize>,
    /// Units with the most similar names, if none matches.
    pub(super) nearest: Vec<usize>,
    /// Other names stated in it that are not the unit's; if no unit was assigned, the names that contradict one
    /// another.
    pub(super) contradicting: Vec<Name>,
}

/// What a name says about a submission's unit.
#[derive(Debug, Clone, PartialEq, Eq)]
enum NameVerdict {
    /// It is the name of this unit.
    Unit(usize),
    /// It matches each of these units.
    Several(Vec<usize>),
    /// It is the name of the county, or of all its units.
    County,
    /// It is the name of a body that is not a unit.
    Stranger,
    /// It is not the name of a body.
    Nothing,
}

/// The names of one submission, each with its verdict.
struct Evidence<'a> {
    /// Names in titles and in lines 填报单位.
    stated: Vec<(&'a Name, NameVerdict)>,
    /// Names in the sentence that publishes the report and in the signature.
    published: Vec<(&'a Name, NameVerdict)>,
    sheet: Option<(&'a Name, NameVerdict)>,
    file: (Name, NameVerdict),
    folder: (Name, NameVerdict),
}

/// Assigns every submission to a unit of the roster, or without a roster to units made from the names found. Returns
/// the units as well.
pub(super) fn assign(
    submissions: &[Submission],
    roster: Option<&Roster>,
    guidance: Guidance<'_>,
) -> (Vec<Unit>, Vec<Assignment>) {
    let county = || NameWords::official().common_area(submissions.iter().filter_map(name_with_area));
    let roster = roster.map(|roster| guidance.named(roster));
    let (roster, fixed) = match roster {
        Some(roster) if roster.county().is_some() => (roster, None),
        Some(roster) => (roster.in_county(county().as_deref()), None),
        None => {
            let (roster, units) = units_found(submissions, county().as_deref());
            (roster, Some(units))
        }
    };
    let templates = template_titles(submissions);
    let evidence: Vec<Evidence<'_>> =
        submissions.iter().map(|submission| Evidence::new(submission, &roster, &templates)).collect();
    let shared = Shared::new(submissions, &evidence);
    let assignment = |(at, evidence): (usize, &Evidence<'_>)| {
        let submission = &submissions[at];
        let mut assignment = match &fixed {
            Some(units) => Assignment { unit: Some(units[at].0), name: units[at].1.clone(), ..Assignment::default() },
            None => decided_by_office(evidence.decide(submission, &roster, &shared), submission, &roster, guidance),
        };
        if let Some(unit) = assignment.unit {
            assignment.contradicting = evidence.contradicting(unit, submission, &roster, &shared);
        }
        assignment
    };
    let mut assignments: Vec<Assignment> = evidence.iter().enumerate().map(assignment).collect();
    if fixed.is_none() {
        give_up_copies(&mut assignments, &roster);
    }
    (roster.units, assignments)
}

/// Returns the office's assignment of a name or file, if the names alone do not decide.
fn decided_by_office(
    found: Assignment,
    submission: &Submission,
    roster: &Roster,
    guidance: Guidance<'_>,
) -> Assignment {
    if found.unit.is_some() {
        return found;
    }
    match guidance.unit_of(&found.name, &submission.file, roster) {
        Some(unit) => Assignment { unit: Some(unit), name: found.name, ..Assignment::default() },
        None => found,
    }
}

/// Withdraws the assignment of reports that also bear another unit's name, if their unit has a report without such a
/// name and the other unit has none. Their title is probably a leftover in a copy, and the unit's right report must not
/// become a conflict.
fn give_up_copies(assignments: &mut [Assignment], roster: &Roster) {
    let mut clean: BTreeSet<usize> = BTreeSet::new();
    let mut sent: BTreeSet<usize> = BTreeSet::new();
    for assignment in assignments.iter() {
        sent.extend(assignment.unit);
        clean.extend(assignment.unit.filter(|_| assignment.contradicting.is_empty()));
    }
    for assignment in assignments {
        let Some(unit) = assignment.unit.filter(|unit| clean.contains(unit)) else { continue };
        let others: BTreeSet<usize> =
            assignment.contradicting.iter().filter_map(|name| NameVerdict::new(&name.text, roster).unit()).collect();
        if others.iter().any(|other| !sent.contains(other)) {
            assignment.unit = None;
            assignment.candidates = others.into_iter().chain([unit]).collect();
            let own = Name { text: assignment.name.clone(), origin: Origin::Title };
            assignment.contradicting.insert(0, own);
        }
    }
}

/// Returns the first stated name that includes a county, else the first stated name.
fn name_with_area(submission: &Submission) -> Option<&str> {
    let words = NameWords::official();
    let stated = || submission.names.iter().filter(|name| name.origin.is_stated()).map(|name| name.text.as_str());
    stated().find(|name| words.leading_area(name).is_some()).or_else(|| stated().next())
}

/// Returns titles that came with the form: the same title is on reports with unit lines or sheets that name different
/// units. Such a title is not the unit's name, even if it is the name of a body.
fn template_titles(submissions: &[Submission]) -> BTreeSet<String> {
    let words = NameWords::official();
    let mut others: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for submission in submissions {
        let of = |origin: Origin| submission.names.iter().filter(move |name| name.origin == origin);
        let Some(title) = of(Origin::Title).next() else { continue };
        let own = of(Origin::UnitLine).next().or_else(|| of(Origin::Sheet).next());
        if let Some(own) = own.filter(|own| words.is_unit(&own.text) && !words.may_be_same(&own.text, &title.text)) {
            others.entry(key(&title.text)).or_default().insert(words.normal(&own.text));
        }
    }
    others.into_iter().filter(|(_, units)| units.len() > 1).map(|(title, _)| title).collect()
}

/// Returns the units found in the submissions, sorted by name, for runs without a roster. Short and long forms of a
/// name are one unit, named by the longest form.
fn units_found(submissions: &[Submission], county: Option<&str>) -> (Roster, Vec<(usize, String)>) {
    let templates = template_titles(submissions);
    let own: Vec<String> = submissions.iter().map(|submission| own_name(submission, &templates)).collect();
    let mut names: Vec<&String> = own.iter().collect();
    names.sort_by_key(|name| (std::cmp::Reverse(name.chars().count()), *name));
    names.dedup();
    let mut found = Roster::default().in_county(county);
    let mut units: HashMap<&str, usize> = HashMap::new();
    for name in names {
        let unit = match found.find(name) {
            Matched::One(unit) if NameWords::official().is_unit(name) => unit,
            _ => {
                found.add(unit_named(name));
                found.units.len() - 1
            }
        };
        units.insert(name, unit);
    }
    let mut order: Vec<usize> = (0..found.units.len()).collect();
    order.sort_by_key(|unit| &found.units[*unit].name);
    let mut places = vec![0; order.len()];
    order.iter().enumerate().for_each(|(place, unit)| places[*unit] = place);
    let mut roster = Roster::default().in_county(county);
    for unit in &order {
        roster.add(found.units[*unit].clone());
    }
    let assigned = own.iter().map(|name| (places[units[name.as_str()]], name.clone())).collect();
    (roster, assigned)
}

fn unit_named(name: &str) -> Unit {
    Unit { id: name.to_owned(), name: name.to_owned(), required: true, ..Unit::default() }
}

/// Returns the name of a submission: a stated one, else that of its sheet or file, else any name.
fn own_name(submission: &Submission, templates: &BTreeSet<String>) -> String {
    let words = NameWords::official();
    let names = || submission.names.iter();
    let stated = || names().filter(|name| name.origin.is_stated());
    let has_line = names().any(|name| matches!(name.origin, Origin::UnitLine | Origin::Sheet));
    let is_own = |name: &&Name| {
        let is_template = name.origin == Origin::Title && has_line && templates.contains(&key(&name.text));
        words.is_unit(&name.text) && !is_template
    };
    let is_body = |name: &&Name| is_own(name) && words.looks_like_body(&name.text);
    let beside = || names().filter(|name| !name.origin.is_stated());
    let best = stated().find(is_own);
    let best = best
        .or_else(|| beside().filter(|name| !matches!(name.origin, Origin::Sentence | Origin::Signature)).find(is_body));
    let best = best.or_else(|| beside().find(is_body)).or_else(|| stated().next()).or_else(|| names().next());
    best.map_or_else(String::new, |name| name.text.clone())
}

/// The units of all submissions in one file or folder. If there are several, the name of the file or folder is not a
/// unit's.
struct Shared<'a> {
    files: BTreeMap<&'a str, BTreeSet<usize>>,
    folders: BTreeMap<&'a str, BTreeSet<usize>>,
}

impl<'a> Shared<'a> {
    fn new(submissions: &'a [Submission], evidence: &[Evidence<'_>]) -> Self {
        let mut shared = Self { files: BTreeMap::new(), folders: BTreeMap::new() };
        for (submission, evidence) in submissions.iter().zip(evidence) {
            let sheet = evidence.sheet.iter().map(|(_, verdict)| verdict);
            let stated = evidence.stated.iter().map(|(_, verdict)| verdict);
            let own = stated.chain(sheet).find_map(NameVerdict::unit);
            let file = shared.files.entry(&submission.file).or_default();
            file.extend(own);
            let own = own.or_else(|| evidence.file.1.unit());
            shared.folders.entry(folder_of(&submission.file)).or_default().extend(own);
        }
        shared
    }
}

fn folder_of(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

impl NameVerdict {
    fn new(name: &str, roster: &Roster) -> Self {
        let words = NameWords::official();
        let is_county = words.is_county(name) && words.leading_area(name).is_some();
        match roster.find(name) {
            // The county itself may be on its roster. On a roster with several counties, each of them is a unit.
            Matched::One(unit) if !is_county || roster.has_counties() => Self::Unit(unit),
            Matched::Several(units) => Self::Several(units),
            _ if words.is_county(name) => Self::County,
            _ if words.is_internal_office(name) || !words.looks_like_body(name) => Self::Nothing,
            _ => Self::Stranger,
        }
    }

    /// Returns the verdict on the name of a file or folder: as a whole, else by its parts. If a part names a body that
    /// is not a unit, the verdict is `Stranger`.
    fn of_path(text: &str, roster: &Roster) -> Self {
        let words = NameWords::official();
        let mut spaced = text.to_owned();
        for (_, span) in years(text).into_iter().rev() {
            let behind = ["年度", "年"].iter().find(|word| text[span.end..].starts_with(**word));
            spaced.replace_range(span.start..span.end + behind.map_or(0, |word| word.len()), "-");
        }
        let whole =
            words.without_file_words(spaced.trim_matches(|c: char| !c.is_alphabetic() && c != ')' && c != '）'));
        match Self::new(whole, roster) {
            found @ (Self::Unit(_) | Self::Several(_) | Self::County) => return found,
            _ if words.names_subordinate(whole) => return Self::Stranger,
            _ => {}
        }
        let parts: Vec<Self> = words.parts_of_file(&spaced).iter().map(|part| Self::new(part, roster)).collect();
        let units: BTreeSet<usize> = parts.iter().filter_map(Self::unit).collect();
        let several = parts.iter().find(|part| matches!(part, Self::Several(_)));
        match (units.len(), parts.contains(&Self::Stranger)) {
            (_, true) => Self::Stranger,
            (0, _) => several.cloned().unwrap_or(Self::Nothing),
            (1, _) => units.first().map_or(Self::Nothing, |unit| Self::Unit(*unit)),
            _ => Self::Several(units.into_iter().collect()),
        }
    }

    fn unit(&self) -> Option<usize> {
        if let Self::Unit(unit) = self { Some(*unit) } else { None }
    }

    fn decides(&self) -> bool {
        !matches!(self, Self::Nothing | Self::County)
    }
}

impl<'a> Evidence<'a> {
    fn new(submission: &'a Submission, roster: &Roster, templates: &BTreeSet<String>) -> Self {
        let of = |origin: Origin| submission.names.iter().filter(move |name| name.origin == origin);
        let has_own = of(Origin::UnitLine).chain(of(Origin::Sheet)).next().is_some();
        let is_own = |name: &&Name| !(has_own && templates.contains(&key(&name.text)));
        let judged = |name: &'a Name| (name, NameVerdict::new(&name.text, roster));
        let stated = of(Origin::Title).filter(is_own).chain(of(Origin::UnitLine)).map(judged).collect();
        let file = submission.file.as_str();
        let own = base_name(file);
        let stem = own.rsplit_once('.').map_or(own, |(stem, _)| stem);
        let shown = |text: &str, origin| of(origin).next().map_or(text, |name| name.text.as_str()).to_owned();
        let path =
            |text: &str, origin| (Name { text: shown(text, origin), origin }, NameVerdict::of_path(text, roster));
        let folders = folder_of(file).rsplit('/').map(|folder| path(folder, Origin::Folder));
        let folder = folders.into_iter().find(|(_, verdict)| verdict.decides());
        Self {
            stated,
            published: of(Origin::Sentence).chain(of(Origin::Signature)).map(judged).collect(),
            sheet: of(Origin::Sheet).map(judged).next(),
            file: path(stem, Origin::File),
            folder: folder.unwrap_or_else(|| path("", Origin::Folder)),
        }
    }

    /// Decides by the names that the report states; if they do not decide, by sentence, sheet and file; last by the
    /// folder.
    fn decide(&self, submission: &Submission, roster: &Roster, shared: &Shared<'_>) -> Assignment {
        let stated: Vec<Spoken<'_>> = self.stated.iter().map(|(name, verdict)| (*name, verdict)).collect();
        let sheet = self.sheet.iter().map(|(name, verdict)| (*name, verdict)).filter(|(_, verdict)| verdict.decides());
        let mut near: Vec<Spoken<'_>> = sheet.collect();
        // A workbook with sheets of several units may be named for the body that compiled it.
        if near.is_empty() || !is_of_several(shared.files.get(submission.file.as_str())) {
            near.push((&self.file.0, &self.file.1));
        }
        let has_unit = near.iter().any(|(_, verdict)| verdict.unit().is_some());
        let published = self.published.iter().map(|(name, verdict)| (*name, verdict));
        // A body in the sentence that is not a unit is left to rule U06 if sheet or file give the unit.
        near.extend(published.filter(|(_, verdict)| !has_unit || **verdict != NameVerdict::Stranger));
        let folder = [(&self.folder.0, &self.folder.1)];
        let found = [&stated[..], &near, &folder].into_iter().find_map(|names| decided(names, roster));
        match found {
            Some(found) => match self.foreign_county(&found.name, roster).filter(|_| found.unit.is_some()) {
                Some(county) => unmatched(&format!("{county}{}", found.name), roster),
                None => found,
            },
            None => self.without_unit(submission, roster),
        }
    }

    /// Returns the assignment if no name is a unit's: the county itself if it is on its own roster, else none.
    fn without_unit(&self, submission: &Submission, roster: &Roster) -> Assignment {
        let county = self.stated.iter().find(|(_, verdict)| *verdict == NameVerdict::County);
        if let Some((name, _)) = county
            && let Matched::One(unit) = roster.find(&name.text)
        {
            return Assignment { unit: Some(unit), name: name.text.clone(), ..Assignment::default() };
        }
        unmatched(&own_name(submission, &BTreeSet::new()), roster)
    }

    /// Returns a county in the title to which the unit does not belong. The city above the unit's county does not
    /// count.
    fn foreign_county(&self, name: &str, roster: &Roster) -> Option<String> {
        let words = NameWords::official();
        let counties = self.stated.iter().filter(|(_, verdict)| *verdict == NameVerdict::County);
        let mut areas = counties.filter_map(|(name, _)| words.leading_area(&name.text));
        areas.find(|area| {
            area.ends_with(['县', '旗', '区'])
                && words.leading_area(name).is_none()
                && !matches!(roster.find(&words.in_area(area, name)), Matched::One(_))
        })
    }

    /// Returns the names in a submission that are not those of its unit.
    fn contradicting(&self, unit: usize, submission: &Submission, roster: &Roster, shared: &Shared<'_>) -> Vec<Name> {
        let words = NameWords::official();
        let own = &roster.units[unit];
        let bare: Vec<String> = std::iter::once(&own.name).chain(&own.aliases).map(|name| words.normal(name)).collect();
        let is_other = |verdict: &NameVerdict| verdict.unit().is_some_and(|other| other != unit);
        // 甲山镇党委 is not a different body from 甲山镇.
        let is_strange = |name: &Name, verdict: &NameVerdict| {
            *verdict == NameVerdict::Stranger
                && !bare.iter().any(|bare| words.normal(&name.text).contains(bare.as_str()))
        };
        let stated = self.stated.iter().chain(&self.published);
        let mut names: Vec<Name> = stated
            .filter(|(name, verdict)| is_other(verdict) || is_strange(name, verdict))
            .map(|(name, _)| (*name).clone())
            .collect();
        names.extend(self.sheet.iter().filter(|(_, verdict)| is_other(verdict)).map(|(name, _)| (*name).clone()));
        let file = !is_of_several(shared.files.get(submission.file.as_str()));
        let folder =
            !is_of_several(shared.folders.get(folder_of(&submission.file))) && self.file.1.unit() != Some(unit);
        let paths = [(&self.file, file), (&self.folder, folder)];
        // Without a roster, a file name that names no body becomes a unit of its own, such as 新建文本.
        let is_body = |verdict: &NameVerdict| {
            verdict.unit().is_some_and(|other| words.looks_like_body(&roster.units[other].name))
        };
        names.extend(
            paths
                .into_iter()
                .filter(|((_, verdict), is_own)| *is_own && is_other(verdict) && is_body(verdict))
                .map(|((name, _), _)| name.clone()),
        );
        names
    }
}

/// A name with its verdict.
type Spoken<'a> = (&'a Name, &'a NameVerdict);

/// Returns the result of names of equal weight: the one unit that any of them matches and none contradicts. `None` if
/// none of them is a body's name.
fn decided(names: &[Spoken<'_>], roster: &Roster) -> Option<Assignment> {
    let units: BTreeSet<usize> = names.iter().filter_map(|(_, verdict)| verdict.unit()).collect();
    let stranger = names.iter().find(|(_, verdict)| **verdict == NameVerdict::Stranger);
    let first = |wanted: &dyn Fn(&NameVerdict) -> bool| {
        names.iter().find(|(_, verdict)| wanted(verdict)).map_or_else(String::new, |(name, _)| name.text.clone())
    };
    let candidates = |candidates: Vec<usize>, name: String| Assignment { name, candidates, ..Assignment::default() };
    let contradicting =
        || names.iter().filter(|(_, verdict)| verdict.decides()).map(|(name, _)| (*name).clone()).collect();
    match (units.len(), stranger) {
        (0, Some((stranger, _))) => Some(unmatched(&stranger.text, roster)),
        (0, None) => names.iter().find_map(|(name, verdict)| match verdict {
            NameVerdict::Several(units) => Some(candidates(units.clone(), name.text.clone())),
            _ => None,
        }),
        (1, None) => {
            let name = first(&|verdict| verdict.unit().is_some());
            Some(Assignment { unit: units.first().copied(), name, ..Assignment::default() })
        }
        (_, Some((stranger, _))) => {
            let (nearest, contradicting) = (units.into_iter().collect(), contradicting());
            Some(Assignment { name: stranger.text.clone(), nearest, contradicting, ..Assignment::default() })
        }
        _ => {
            let found = candidates(units.into_iter().collect(), first(&|verdict| verdict.unit().is_some()));
            Some(Assignment { contradicting: contradicting(), ..found })
        }
    }
}

fn unmatched(name: &str, roster: &Roster) -> Assignment {
    Assignment { name: name.to_owned(), nearest: roster.nearest(name), ..Assignment::default() }
}

/// Returns whether a file or folder has the reports of several units.
fn is_of_several(units: Option<&BTreeSet<usize>>) -> bool {
    units.is_some_and(|units| units.len() > 1)
}
