//! Files and sheets that come with reports and are left aside: examples and blank sheets, hidden copies, scans,
//! photographs, letters, parts of saved pages. They are not added up and no unit is asked to fix them; a note lists
//! them.

use std::collections::{BTreeMap, BTreeSet};

use super::entry::{Aside, Disposition, Entry};
use crate::amount::State;
use crate::document::{Format, Unreadable};
use crate::roster::{NameWords, Unit};
use crate::source::{PAGE_FOLDER_ENDINGS, base_name};
use crate::spelling::key;
use crate::submission::{Content, Origin, Role, Submission, is_called_report};

/// Words after a report's name in a file name that mark a scan as the signed and sealed copy of that report.
const SEALED: [&str; 4] = ["扫描", "盖章", "签章", "签字"];
/// Minimum length of a unit's name that is searched for in a file name, in characters.
const MIN_NAME_CHARS: usize = 3;

/// How far a report is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Filling {
    Nothing,
    Zeros,
    Figures,
}

impl Filling {
    fn of(submission: &Submission) -> Self {
        let Some(report) = submission.report() else { return Self::Nothing };
        let filling = |state: State, is_zero: bool| match state {
            State::Number if is_zero => Self::Zeros,
            State::Number | State::Text => Self::Figures,
            _ => Self::Nothing,
        };
        let figures = report.figures.iter();
        let all = figures.map(|figure| filling(figure.state, figure.value.is_some_and(|value| value.is_zero())));
        all.max().unwrap_or(Self::Nothing)
    }
}

/// Leaves aside reports that are not meant as a unit's report: sheets in the file of a filled one, blank forms of a
/// unit that also sent a filled one, and examples and sums that belong to no unit.
pub(super) fn set_aside_reports(entries: &mut [Entry], has_roster: bool) {
    for entry in entries.iter_mut().filter(|entry| entry.submission.role == Role::Unchanged) {
        entry.disposition = Disposition::Aside(Aside::Unchanged, None);
    }
    let filling: Vec<Filling> = entries.iter().map(|entry| Filling::of(&entry.submission)).collect();
    let mut files: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut units: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.submission.report().is_some()) {
        files.entry(entry.submission.file.clone()).or_default().push(at);
    }
    for members in files.values().filter(|members| members.len() > 1) {
        set_aside_sheets(entries, &filling, members);
    }
    for (at, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.disposition == Disposition::Counted) {
        if let Some(unit) = entry.unit {
            units.entry(unit).or_default().push(at);
        }
    }
    for members in units.values().filter(|members| members.len() > 1) {
        set_aside_blank(entries, &filling, members);
    }
    for at in 0..entries.len() {
        if let Some(why) = of_nobody(entries, &filling, at, has_roster) {
            entries[at].disposition = Disposition::Aside(why, None);
        }
    }
    // A finding on a file that belongs to no unit must not name one.
    let is_aside = |entry: &Entry| matches!(entry.disposition, Disposition::Aside(..));
    let sent: BTreeSet<usize> =
        entries.iter().filter(|entry| !is_aside(entry)).filter_map(|entry| entry.unit).collect();
    for entry in entries.iter_mut().filter(|entry| is_aside(entry)) {
        let is_units = entry.unit.is_some_and(|unit| sent.contains(&unit));
        if !is_units || matches!(entry.disposition, Disposition::Aside(_, None)) {
            (entry.unit, entry.name) = (None, String::new());
        }
    }
}

/// Leaves aside, among the reports in one file, examples, old or hidden copies and sums, as well as blank ones if
/// another is filled in.
fn set_aside_sheets(entries: &mut [Entry], filling: &[Filling], members: &[usize]) {
    let is_current = |at: &usize| {
        matches!(entries[*at].disposition, Disposition::Counted | Disposition::YearUnknown | Disposition::Unmatched)
    };
    let own: Vec<usize> =
        members.iter().copied().filter(|at| entries[*at].submission.role == Role::Own && is_current(at)).collect();
    let filled = |wanted: Filling| own.iter().copied().filter(|at| filling[*at] == wanted).collect::<Vec<_>>();
    let mut mains = filled(Filling::Figures);
    if mains.is_empty() {
        mains = filled(Filling::Zeros);
    }
    let is_own_filled = !mains.is_empty();
    if !is_own_filled {
        // The unit filled in the sheet named 模板 and left its own sheet blank.
        mains = members.iter().copied().filter(|at| is_current(at) && filling[*at] == Filling::Figures).collect();
    }
    let Some(best) = mains.iter().copied().map(|at| filling[at]).max() else { return };
    let mut asides = Vec::new();
    for at in members.iter().copied().filter(|at| !mains.contains(at)) {
        let same = mains.iter().copied().find(|main| is_of(&entries[at], &entries[*main]));
        let is_other = entries[at].disposition == Disposition::OtherYear;
        let why = match entries[at].submission.role {
            Role::Example if is_own_filled => Some((Aside::Example, mains.first().copied())),
            Role::OldCopy if is_own_filled && !is_other => same.map(|main| (Aside::OldCopy, Some(main))),
            Role::Hidden if is_own_filled && !is_other => same.map(|main| (Aside::Hidden, Some(main))),
            Role::Summary if is_own_filled => {
                let other = mains.iter().copied().find(|main| entries[*main].unit != entries[at].unit);
                other.map(|main| (Aside::Summary, Some(main)))
            }
            _ if filling[at] < best && filling[at] < Filling::Figures && !is_other => {
                same.map(|main| (Aside::Blank, Some(main)))
            }
            _ => None,
        };
        asides.extend(why.map(|(why, main)| (at, Disposition::Aside(why, main))));
    }
    for (at, disposition) in asides {
        entries[at].disposition = disposition;
    }
}

/// Returns whether a report may be of the same unit as another one in its file: it is assigned to the same unit or to
/// none, or states no name itself.
fn is_of(entry: &Entry, main: &Entry) -> bool {
    let names = &entry.submission.names;
    entry.unit == main.unit || entry.unit.is_none() || !names.iter().any(|name| name.origin.is_stated())
}

/// Leaves aside, among the reports of one unit, those without figures and unused templates, if another report has
/// figures and these are not marked as later versions.
fn set_aside_blank(entries: &mut [Entry], filling: &[Filling], members: &[usize]) {
    let best = members.iter().copied().max_by_key(|at| (filling[*at], std::cmp::Reverse(*at)));
    let Some(main) = best.filter(|main| filling[*main] > Filling::Nothing) else { return };
    for at in members.iter().copied().filter(|at| *at != main) {
        let (own, kept) = (&entries[at].submission, &entries[main].submission);
        let is_template = matches!(own.role, Role::Example | Role::OldCopy) && filling[at] < filling[main];
        if own.revision <= kept.revision && (filling[at] == Filling::Nothing || is_template) {
            entries[at].disposition = Disposition::Aside(Aside::Blank, Some(main));
        }
    }
}

/// Returns why a report that belongs to no unit is left aside; `None` if its unit must be found.
fn of_nobody(entries: &[Entry], filling: &[Filling], at: usize, has_roster: bool) -> Option<Aside> {
    let (entry, submission) = (&entries[at], &entries[at].submission);
    let is_counted = |entry: &Entry| matches!(entry.disposition, Disposition::Counted | Disposition::YearUnknown);
    let is_anybodys = !has_roster || !entry.candidates.is_empty() || entry.disposition != Disposition::Unmatched;
    if has_roster && is_anybodys || !has_roster && !is_counted(entry) {
        return None;
    }
    let is_named = submission.names_unit;
    let is_county = entry.name.ends_with(['县', '区', '市', '旗']);
    // If there is no report with figures at all, a blank form is what a unit sent, and the unit is asked to fill it in.
    let is_blank = filling[at] == Filling::Nothing && filling.contains(&Filling::Figures);
    match submission.role {
        Role::Example if is_blank && (has_roster || !is_named || is_county) => Some(Aside::Blank),
        _ if is_blank && !is_named => Some(Aside::Blank),
        Role::Example if has_roster || !is_named || is_county && filling[at] < Filling::Figures => Some(Aside::Example),
        Role::Summary if has_roster => Some(Aside::Summary),
        Role::Summary => {
            let others = entries.iter().filter(|other| is_counted(other) && other.unit != entry.unit).count();
            ((!is_named || is_county) && others > 1).then_some(Aside::Summary)
        }
        _ => None,
    }
}

/// Leaves aside files without a report if a report of their unit exists, or if they belong to no unit.
pub(super) fn set_aside_files(entries: &mut [Entry], has_roster: bool) {
    let mut counted: BTreeMap<usize, usize> = BTreeMap::new();
    let mut reported: BTreeSet<usize> = BTreeSet::new();
    for (at, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.submission.report().is_some()) {
        let Some(unit) = entry.unit else { continue };
        if !matches!(entry.disposition, Disposition::Aside(..)) {
            reported.insert(unit);
        }
        if matches!(entry.disposition, Disposition::Counted | Disposition::Conflicting | Disposition::YearUnknown) {
            counted.entry(unit).or_insert(at);
        }
    }
    for at in 0..entries.len() {
        if entries[at].disposition != Disposition::Unreadable {
            continue;
        }
        let entry = &entries[at];
        let role = entry.submission.role;
        let is_called_report = role != Role::Notice && is_called_report(&entry.submission.file);
        let is_somebodys = entry.submission.names_unit || is_called_report;
        let is_phantom = |unit: usize| !has_roster && !reported.contains(&unit) && !is_somebodys;
        let unit = entry.unit.filter(|unit| !is_phantom(*unit));
        let main = unit.and_then(|unit| counted.get(&unit).copied()).or_else(|| page_of(entries, at));
        let main = main.or_else(|| if has_roster { None } else { named_in(entries, &counted, at) });
        let is_reported = unit.is_some_and(|unit| reported.contains(&unit));
        let main =
            main.or_else(|| if is_reported || has_roster && unit.is_some() { None } else { named_after(entries, at) });
        let main = main.filter(|main| entries[*main].submission.revision >= entry.submission.revision);
        let may_be_report = may_be_report(&entry.submission) || is_somebodys;
        let is_nobodys = unit.is_none() && entry.candidates.is_empty() && !may_be_report;
        let why = if !may_be_beside(&entry.submission) {
            None
        } else if main.is_some() || unit.is_none() && matches!(role, Role::Notice | Role::PagePart) {
            Some(aside_of(role))
        } else {
            is_nobodys.then_some(Aside::Other)
        };
        let unit = unit.filter(|unit| has_roster || reported.contains(unit) || main.is_none());
        let unit = unit.or_else(|| main.filter(|_| !has_roster).and_then(|main| entries[main].unit));
        entries[at].unit = unit;
        if let Some(why) = why {
            entries[at].disposition = Disposition::Aside(why, main);
            if unit.is_none() {
                entries[at].name = String::new();
            }
        }
    }
}

/// Returns the counted report of the unit that a file's name contains, by any name the report, its sheet or its file
/// bears. The longest name decides; `None` if two are equally long.
fn named_in(entries: &[Entry], counted: &BTreeMap<usize, usize>, at: usize) -> Option<usize> {
    let name = key(base_name(&entries[at].submission.file));
    let longest = |main: usize| {
        let names = entries[main].submission.names.iter().filter(|own| own.origin != Origin::Folder);
        let within = names.map(|own| key(&own.text)).filter(|own| name.contains(own.as_str()));
        within.map(|own| own.chars().count()).filter(|chars| *chars >= MIN_NAME_CHARS).max()
    };
    let mut found: Vec<(usize, usize)> = counted.values().filter_map(|main| Some((longest(*main)?, *main))).collect();
    found.sort_unstable_by_key(|(chars, _)| std::cmp::Reverse(*chars));
    match found.as_slice() {
        [(_, main)] => Some(*main),
        [(first, main), (second, _), ..] if first > second => Some(*main),
        _ => None,
    }
}

/// Returns the report with the file name that a file extends, such as by 说明 or 盖章页, if the reports found so are of one
/// unit. A file that names another body, or that may be a report itself, does not count as such an extension.
fn named_after(entries: &[Entry], at: usize) -> Option<usize> {
    let submission = &entries[at].submission;
    if !entries[at].candidates.is_empty() {
        return None;
    }
    let bodies_of = |submission: &Submission| -> BTreeSet<String> {
        let names = submission.names.iter().filter(|name| name.origin == Origin::File);
        names.filter(|name| NameWords::official().looks_like_body(&name.text)).map(|name| key(&name.text)).collect()
    };
    let bodies = bodies_of(submission);
    // A scan may be a unit's only report, unless its name marks it as the sealed copy of one.
    let may_be_report = may_be_report(submission);
    let is_copy = |rest: &str| SEALED.iter().any(|word| rest.contains(word));
    let goes_on = |report: &str| {
        let stem = report.rsplit_once('.').map_or(report, |(stem, _)| stem);
        submission.file.strip_prefix(stem).is_some_and(|rest| {
            let goes_on = if may_be_report { is_copy(rest) } else { rest.starts_with(char::is_alphabetic) };
            !rest.contains('/') && goes_on
        })
    };
    let mut mains = BTreeMap::new();
    for (other, entry) in entries.iter().enumerate() {
        let main = match entry.disposition {
            Disposition::Counted | Disposition::Conflicting | Disposition::YearUnknown => other,
            Disposition::SameAs(main) => main,
            _ => continue,
        };
        // A file that names another body belongs to that body.
        if !bodies.is_subset(&bodies_of(&entry.submission)) {
            continue;
        }
        let file = entry.submission.file.as_str();
        let archives = file.match_indices(".zip/").map(|(at, _)| &file[..at + ".zip".len()]);
        if let Some(unit) = entry.unit.filter(|_| std::iter::once(file).chain(archives).any(goes_on)) {
            mains.insert(unit, main);
        }
    }
    let main = mains.pop_first().map(|(_, main)| main);
    main.filter(|_| mains.is_empty())
}

fn aside_of(role: Role) -> Aside {
    match role {
        Role::Notice => Aside::Notice,
        Role::PagePart => Aside::PagePart,
        _ => Aside::Other,
    }
}

/// Returns whether a file without a report may be left aside. A damaged or protected file may be a report that must be
/// sent again, and an archive that cannot be opened may contain one.
fn may_be_beside(submission: &Submission) -> bool {
    match &submission.content {
        Content::NoForm
        | Content::Unreadable(
            Unreadable::NoText { .. } | Unreadable::Misprinted { .. } | Unreadable::Damaged(Format::Pdf, _),
        ) => true,
        Content::Unreadable(Unreadable::NotRead(format)) => !matches!(
            format,
            Format::Zip
                | Format::SevenZip
                | Format::Tar
                | Format::Gzip
                | Format::OtherArchive
                | Format::Compound
                | Format::Unknown
        ),
        Content::Unreadable(Unreadable::Empty) => submission.role == Role::PagePart,
        _ => false,
    }
}

/// Returns whether an unread file may be a unit's only report: a scan or a document may, a photograph or data file may
/// not.
fn may_be_report(submission: &Submission) -> bool {
    use Format::{Ofd, Pdf};
    let is_scan = matches!(
        &submission.content,
        Content::Unreadable(
            Unreadable::NoText { .. }
                | Unreadable::Misprinted { .. }
                | Unreadable::Damaged(Pdf, _)
                | Unreadable::NotRead(Ofd | Pdf)
        )
    );
    is_scan || submission.is_unread_document()
}

/// Returns the counted report that belongs to the same saved web page as a file.
fn page_of(entries: &[Entry], at: usize) -> Option<usize> {
    let file = entries[at].submission.file.as_str();
    let folders = |page: &str| PAGE_FOLDER_ENDINGS.map(|ending| format!("{page}{ending}/"));
    let of_stem = file.rsplit_once('.').map(|(stem, _)| folders(stem));
    let pages = entries.iter().enumerate().filter(|(_, entry)| entry.disposition == Disposition::Counted);
    pages.map(|(other, entry)| (other, entry.submission.file.as_str())).find_map(|(other, page)| {
        let holds = of_stem.iter().flatten().any(|folder| page.starts_with(folder.as_str()));
        let stem = page.rsplit_once('.').map_or(page, |(stem, _)| stem);
        let is_part = folders(stem).iter().any(|folder| file.starts_with(folder.as_str()));
        let is_beside = page.rsplit_once('/').is_some_and(|(folder, _)| {
            PAGE_FOLDER_ENDINGS.iter().any(|ending| folder.ends_with(ending))
                && file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        });
        (holds || is_part || is_beside).then_some(other)
    })
}

/// Removes units that were found only in files that were left aside. Applies only without a roster.
pub(super) fn without_phantoms(units: Vec<Unit>, entries: &mut [Entry]) -> Vec<Unit> {
    let sent: BTreeSet<usize> = entries.iter().filter_map(|entry| entry.unit).collect();
    let mut places = vec![None; units.len()];
    let mut kept = Vec::with_capacity(units.len());
    for (at, unit) in units.into_iter().enumerate().filter(|(at, _)| sent.contains(at)) {
        places[at] = Some(kept.len());
        kept.push(unit);
    }
    for entry in entries.iter_mut() {
        entry.unit = entry.unit.and_then(|unit| places[unit]);
        entry.candidates = entry.candidates.iter().filter_map(|unit| places[*unit]).collect();
    }
    kept
}
