//! Standings of submissions: which one of several reports of a unit counts, and how the others are used.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::beside;
use super::candidates::{Candidates, ReportChoice};
use super::entry::{Disposition, Entry};
use super::guidance::Guidance;
use super::matching::{self, Assignment};
use super::parts;
use crate::form::Forms;
use crate::roster::{Roster, Unit};
use crate::source::base_name;
use crate::submission::{Content, Figure, Report, Submission, years};

/// Returns the stated years with the number of files that state each. A file with several years, such as one with last
/// year's copy left in it, counts once, for the latest. Files without a filled report count only if no report states a
/// year: a notice bears the year in which it was written, and a blank sheet may be prepared for the next year.
pub(super) fn stated_years(submissions: &[Submission]) -> BTreeMap<u16, usize> {
    let votes_of = |wanted: &dyn Fn(&Submission) -> bool| {
        let mut by_file: BTreeMap<&str, u16> = BTreeMap::new();
        for submission in submissions.iter().filter(|submission| wanted(submission)) {
            if let Some(year) = submission.year {
                let latest = by_file.entry(&submission.file).or_insert(year);
                *latest = year.max(*latest);
            }
        }
        let mut votes: BTreeMap<u16, usize> = BTreeMap::new();
        for year in by_file.values() {
            *votes.entry(*year).or_default() += 1;
        }
        votes
    };
    let of_reports = votes_of(&Submission::is_filled);
    if of_reports.is_empty() { votes_of(&|_| true) } else { of_reports }
}

/// Returns the year that most files state; the latest if several are stated equally often.
pub(super) fn most_stated(votes: &BTreeMap<u16, usize>) -> Option<u16> {
    votes.iter().max_by_key(|(year, count)| (**count, **year)).map(|(year, _)| *year)
}

/// The year of the run, and how to treat reports that state none.
#[derive(Debug, Clone, Copy)]
pub(super) struct YearRule {
    /// The year of the run, if it is known.
    pub(super) year: Option<u16>,
    /// Whether a report that states no year must be of that year: the year was given, or every unit with a stated year
    /// reports on it.
    pub(super) is_certain: bool,
}

impl YearRule {
    fn is_other(self, stated: Option<u16>) -> bool {
        matches!((stated, self.year), (Some(stated), Some(year)) if stated != year)
    }
}

/// Decides the disposition of every submission. Returns the units and the entries, each in their order.
pub(super) fn resolve(
    forms: &Forms,
    roster: Option<&Roster>,
    year: YearRule,
    submissions: Vec<Submission>,
    guidance: Guidance<'_>,
) -> (Vec<Unit>, Vec<Entry>) {
    let (units, assignments) = matching::assign(&submissions, roster, guidance);
    let year = YearRule { is_certain: year.is_certain || agree(&submissions, &assignments, year), ..year };
    let assigned = submissions.into_iter().zip(assignments);
    let entry = |(submission, assigned): (Submission, Assignment)| {
        let earlier = guidance.history.map(|history| history.earlier_paths_of(&submission.file).to_vec());
        Entry { earlier_paths: earlier.unwrap_or_default(), ..entry(submission, assigned, year) }
    };
    let mut entries: Vec<Entry> = assigned.map(entry).collect();
    beside::set_aside_reports(&mut entries, roster.is_some());
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, entry) in entries.iter().enumerate() {
        if let Some(unit) = entry.unit {
            groups.entry(unit).or_default().push(at);
        }
    }
    for (unit, members) in groups {
        parts::name_parts(&mut entries, &members);
        settle_years(&mut entries, &members, year);
        settle_rivals(forms, &units[unit], &mut entries, &members, guidance);
        settle_other_years(&mut entries, &members, year);
    }
    beside::set_aside_files(&mut entries, roster.is_some());
    let units = if roster.is_some() { units } else { beside::without_phantoms(units, &mut entries) };
    (units, entries)
}

/// Returns whether every unit has a report that states the run's year or none. Other reports of the unit do not matter,
/// since last year's report may be sent along with this year's.
fn agree(submissions: &[Submission], assignments: &[Assignment], rule: YearRule) -> bool {
    let mut of_unit: BTreeMap<(Option<usize>, &str), bool> = BTreeMap::new();
    for (submission, assigned) in submissions.iter().zip(assignments).filter(|(submission, _)| submission.is_filled()) {
        let file = if assigned.unit.is_some() { "" } else { submission.file.as_str() };
        *of_unit.entry((assigned.unit, file)).or_default() |= !rule.is_other(submission.year);
    }
    of_unit.values().all(|states_it| *states_it)
}

fn entry(submission: Submission, assigned: Assignment, year: YearRule) -> Entry {
    let Assignment { unit, name, candidates, nearest, contradicting } = assigned;
    let disposition = match &submission.content {
        Content::Unreadable(_) | Content::NoForm => Disposition::Unreadable,
        Content::Report(_) if unit.is_none() => Disposition::Unmatched,
        Content::Report(_) if year.is_other(submission.year) => Disposition::OtherYear,
        Content::Report(_) if submission.year.is_none() && !year.is_certain => Disposition::YearUnknown,
        Content::Report(_) => Disposition::Counted,
    };
    Entry {
        submission,
        unit,
        name,
        candidates,
        nearest,
        contradicting,
        disposition,
        earlier_paths: Vec::new(),
        part: None,
        is_adopted: false,
        stand_in: None,
    }
}

/// Marks another year's report in the same file as one that counts as a leftover copy.
fn settle_years(entries: &mut [Entry], members: &[usize], year: YearRule) {
    for at in members {
        let file = &entries[*at].submission.file;
        let beside = |other: &usize| {
            entries[*other].disposition == Disposition::Counted && entries[*other].submission.file == *file
        };
        let has_current = members.iter().any(beside);
        let stated = year.is_other(entries[*at].submission.year);
        if entries[*at].disposition == Disposition::OtherYear && stated && has_current {
            entries[*at].disposition = Disposition::Leftover;
        }
    }
}

/// Marks reports of another year from units that also sent one of the run's year, except those that may be of the run's
/// year under a wrong title.
fn settle_other_years(entries: &mut [Entry], members: &[usize], year: YearRule) {
    let with = |wanted: Disposition| members.iter().copied().find(|at| entries[*at].disposition == wanted);
    let Some(main) = with(Disposition::Counted).or_else(|| with(Disposition::Conflicting)) else { return };
    let kept = entries[main].submission.revision;
    for at in members.iter().copied() {
        let entry = &mut entries[at];
        let file = &entry.submission.file;
        let name = base_name(file);
        let names = |wanted: Option<u16>| years(name).into_iter().any(|(named, _)| Some(named) == wanted);
        let may_be_of_year = names(year.year) || entry.submission.revision > kept && !names(entry.submission.year);
        if entry.disposition == Disposition::OtherYear && !may_be_of_year {
            entry.disposition = Disposition::OtherYearBeside(main);
        }
    }
}

/// Decides which one of several reports of one unit counts. Reports with the same figures count once. Else the office's
/// decision, the rounds, a mark of resending or the receipt date noted by the office decide. Else none counts, except
/// one that counted before.
fn settle_rivals(forms: &Forms, unit: &Unit, entries: &mut [Entry], members: &[usize], guidance: Guidance<'_>) {
    let counted = members.iter().copied().filter(|at| entries[*at].disposition == Disposition::Counted);
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for at in counted {
        match groups.iter_mut().find(|group| same_figures(forms, &entries[group[0]], &entries[at])) {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    let is_one = groups.len() == 1;
    // Among differing reports, the latest of equal ones decides how late their figures were sent.
    let lateness = |at: usize| {
        let submission = &entries[at].submission;
        (submission.revision, guidance.history.map_or(0, |history| history.round_of(&submission.file)), Reverse(at))
    };
    let latest = |group: &Vec<usize>| group.iter().copied().filter(|_| !is_one).max_by_key(|at| lateness(*at));
    let distinct: Vec<usize> = groups.iter().map(|group| latest(group).unwrap_or(group[0])).collect();
    for (kept, group) in distinct.iter().zip(&groups) {
        for at in group.iter().filter(|at| *at != kept) {
            entries[*at].disposition = Disposition::SameAs(*kept);
        }
    }
    if distinct.len() < 2 {
        return;
    }
    let candidates = Candidates { entries, unit, distinct: distinct.clone(), guidance };
    let (choice, left) = candidates.choose(|left| by_marks(unit, entries, left));
    let adopted = candidates.adopted();
    let counted_before =
        if let ReportChoice::AsBefore(kept) = choice { Some((kept, candidates.counted_for(kept))) } else { None };
    for at in &distinct {
        entries[*at].disposition = match choice {
            ReportChoice::Certain(kept) | ReportChoice::AsBefore(kept) if kept == *at => Disposition::Counted,
            ReportChoice::Certain(kept) => Disposition::ReplacedBy(kept),
            // The office has decided against it.
            ReportChoice::AsBefore(kept) if !left.contains(at) => Disposition::ReplacedBy(kept),
            ReportChoice::AsBefore(_) | ReportChoice::Open => Disposition::Conflicting,
        };
    }
    if let Some(adopted) = adopted {
        entries[adopted].is_adopted = entries[adopted].disposition == Disposition::Counted;
    }
    settle_copies(entries, members);
    if let Some((kept, copy)) = counted_before.filter(|(kept, copy)| kept != copy) {
        for at in members.iter().copied() {
            if at == kept || entries[at].disposition == Disposition::SameAs(kept) {
                entries[at].disposition = Disposition::SameAs(copy);
            }
        }
        entries[copy].disposition = Disposition::Counted;
    }
}

/// Gives copies of replaced reports the disposition of their originals.
fn settle_copies(entries: &mut [Entry], members: &[usize]) {
    for at in members {
        if let Disposition::SameAs(kept) = entries[*at].disposition {
            entries[*at].disposition = match entries[kept].disposition {
                Disposition::Counted | Disposition::Conflicting => Disposition::SameAs(kept),
                other => other,
            };
        }
    }
}

/// Returns the latest one of several reports, by a mark of resending, else by the receipt date that the office noted.
fn by_marks(unit: &Unit, entries: &[Entry], left: &[usize]) -> Option<usize> {
    let revision = |at: &usize| entries[*at].submission.revision;
    let last = left.iter().map(revision).max().unwrap_or(0);
    let mut latest: Vec<usize> = left.iter().copied().filter(|at| revision(at) == last).collect();
    if latest.len() > 1 {
        latest.retain(|at| unit.received.as_ref().is_some_and(|date| bears_date(&entries[*at].submission.file, date)));
    }
    if let [only] = latest.as_slice() { Some(*only) } else { None }
}

fn bears_date(file: &str, date: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let date = digits(date);
    date.len() == 8 && digits(file).contains(&date)
}

fn same_figures(forms: &Forms, a: &Entry, b: &Entry) -> bool {
    let (Some(a), Some(b)) = (a.submission.report(), b.submission.report()) else {
        return false;
    };
    let figures = |report: &Report| {
        let facts = |figure: Figure<'_>| {
            (
                figure.state,
                figure.value,
                if figure.value.is_some() { String::new() } else { figure.raw().trim().to_owned() },
            )
        };
        report.figures.iter().map(facts).collect::<Vec<_>>()
    };
    forms.all[a.form].id == forms.all[b.form].id && figures(a) == figures(b)
}
