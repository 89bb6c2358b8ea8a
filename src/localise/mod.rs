//! Localisation of errors: the figures that explain the broken sums of a report.
//!
//! Every figure of table 3 is a term of a row sum and of a column sum. Which sums are broken, and by how much,
//! identifies a single wrong figure and its right value, and most pairs. The answer is the one figure that explains all
//! broken sums of a connected group. If there is none, a mistake that affects many figures at once is searched for,
//! then the smallest sets of two or three figures. All ties are reported. A smallest set is no proof, so nothing is
//! ever changed by it.
//!
//! After Fellegi and Holt, "A systematic approach to automatic edit and imputation" (1976), and Scholtus, "Automatic
//! correction of simple typing errors in numerical data with balance edits" (2009).

mod alternative;
mod pattern;
mod reason;
mod search;
mod sums;

use rust_decimal::Decimal;

pub use pattern::Pattern;
pub use reason::Reason;
pub use sums::Sums;

use crate::corpus::scale_down;
use crate::form::Form;

/// Most figures in a set that is searched for without a pattern.
const LARGEST_SET: usize = 3;

/// One cause of broken sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The broken equations it explains, by position in the form.
    pub equations: Vec<usize>,
    /// Every smallest set of changes that mends them: figures by position, with the values they would need. If a
    /// pattern explains them, its set comes first.
    pub sets: Vec<Vec<Change>>,
    /// The mistake that affects many figures at once, if one explains them.
    pub pattern: Option<Pattern>,
    /// A larger set with another explanation: an application is missing from those received and from the totals.
    pub alternative: Option<Vec<Change>>,
    /// Whether the search stopped early, so that there may be more sets.
    pub truncated: bool,
}

/// A figure that may be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The figure, by position in the form.
    pub cell: usize,
    /// The value it would need; `None` if blanks leave it undetermined.
    pub value: Option<Decimal>,
    /// A likely reason for the wrong value.
    pub reason: Option<Reason>,
}

impl Cause {
    /// Returns the one figure that explains all broken equations; `None` if there is another set or the set has more
    /// figures.
    #[must_use]
    pub fn only(&self) -> Option<&Change> {
        match self.sets.as_slice() {
            [set] if !self.truncated => match set.as_slice() {
                [only] => Some(only),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Returns the causes of a report's broken sums, in the order of the form. `last_year` has last year's values of the
/// same indicators, if they are known.
#[must_use]
pub fn causes(form: &Form, sums: &Sums, last_year: Option<&[Option<Decimal>]>) -> Vec<Cause> {
    let last_year: Option<Vec<Option<i128>>> =
        last_year.map(|values| values.iter().map(|value| value.and_then(sums::scaled)).collect());
    let case = BrokenSums { form, sums, last_year: last_year.as_deref() };
    let mut causes = Vec::new();
    let broken = sums.broken();
    for table in 0..form.tables.len() {
        let here: Vec<usize> =
            broken.iter().copied().filter(|equation| form.equations[*equation].table == table).collect();
        causes.extend(case.of_table(&here));
    }
    causes.sort_by(|a, b| a.equations.cmp(&b.equations));
    causes
}

struct BrokenSums<'a> {
    form: &'a Form,
    sums: &'a Sums,
    last_year: Option<&'a [Option<i128>]>,
}

impl BrokenSums<'_> {
    fn of_table(&self, broken: &[usize]) -> Vec<Cause> {
        let mut causes = Vec::new();
        let mut rest = Vec::new();
        for group in self.connected(broken) {
            let found = search::smallest(self.sums, &group, 1);
            if found.sets.is_empty() {
                rest.extend(group);
            } else {
                causes.push(self.cause(group, None, &found));
            }
        }
        if rest.is_empty() {
            return causes;
        }
        rest.sort_unstable();
        // Groups without a common figure may still have one cause, such as two swapped totals.
        match self.explain(&rest) {
            Some(cause) => causes.push(cause),
            None => {
                for group in self.connected(&rest) {
                    let unexplained = search::SearchResult { truncated: true, ..search::SearchResult::default() };
                    let cause = self.explain(&group).unwrap_or_else(|| self.cause(group, None, &unexplained));
                    causes.push(cause);
                }
            }
        }
        causes
    }

    /// Returns the pattern that explains the group, or the smallest sets that do.
    fn explain(&self, group: &[usize]) -> Option<Cause> {
        let pattern = pattern::find(self.form, self.sums, group, self.last_year);
        let found = search::smallest(self.sums, group, LARGEST_SET);
        let emptied = || pattern::table_shifted(self.form, self.sums, group, true);
        let whole_table =
            || pattern::table_shifted(self.form, self.sums, group, false).filter(|_| found.sets.is_empty());
        if let Some((pattern, deltas)) = pattern.or_else(emptied).or_else(whole_table) {
            let value = |cell: usize, delta: i128| Some(self.sums.values[cell]? + delta);
            let mut own: Vec<search::ScaledChange> =
                deltas.iter().map(|(cell, delta)| (*cell, value(*cell, *delta))).collect();
            own.sort_unstable();
            let others = found.sets.into_iter().filter(|set| *set != own && set.len() <= own.len());
            let sets = std::iter::once(own.clone()).chain(others).collect();
            return Some(self.cause(group.to_vec(), Some(pattern), &search::SearchResult { sets, ..found }));
        }
        (!found.sets.is_empty()).then(|| self.cause(group.to_vec(), None, &found))
    }

    fn cause(&self, equations: Vec<usize>, pattern: Option<Pattern>, found: &search::SearchResult) -> Cause {
        let changes =
            |set: &Vec<search::ScaledChange>| set.iter().map(|change| self.change(change)).collect::<Vec<_>>();
        let sets: Vec<Vec<Change>> = found.sets.iter().map(changes).collect();
        let is_certain = !found.truncated && matches!(sets.as_slice(), [set] if set.len() == 1);
        let alternative = if is_certain { None } else { alternative::find(self.form, self.sums, &equations) };
        let after = |(cell, delta): &(usize, i128)| Some((*cell, Some(self.sums.values[*cell]? + delta)));
        let alternative: Option<Vec<search::ScaledChange>> =
            alternative.and_then(|deltas| deltas.iter().map(after).collect());
        let alternative = alternative.filter(|set| !found.sets.contains(set)).map(|set| changes(&set));
        Cause { equations, sets, pattern, alternative, truncated: found.truncated }
    }

    fn change(&self, (cell, value): &search::ScaledChange) -> Change {
        Change { cell: *cell, value: scale_down(*value), reason: value.and_then(|value| self.reason(*cell, value)) }
    }

    fn reason(&self, cell: usize, wanted: i128) -> Option<Reason> {
        let item = &self.form.indicators[cell];
        let beside = |row: usize, column: usize| {
            let at = self.form.place([item.table, item.block, row, column])?;
            self.sums.values[at]
        };
        let (row, column) = (item.row, item.column);
        let places = [
            row.checked_sub(1).map(|row| (row, column)),
            Some((row + 1, column)),
            column.checked_sub(1).map(|column| (row, column)),
            Some((row, column + 1)),
        ];
        let neighbours: Vec<i128> =
            places.into_iter().flatten().filter_map(|(row, column)| beside(row, column)).collect();
        let last_year = self.last_year.and_then(|values| values.get(cell).copied().flatten());
        reason::of(self.sums.values[cell]?, wanted, &neighbours, last_year)
    }

    /// Groups equations that share a figure, directly or through others.
    fn connected(&self, equations: &[usize]) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for equation in equations {
            let shares = |other: &usize| {
                let cells = |at: usize| self.sums.terms[at].iter().map(|(cell, _)| *cell);
                cells(*equation).any(|cell| cells(*other).any(|same| same == cell))
            };
            let (touching, apart): (Vec<_>, Vec<_>) = groups.into_iter().partition(|group| group.iter().any(shares));
            groups = apart;
            let mut joined: Vec<usize> = touching.into_iter().flatten().collect();
            joined.push(*equation);
            joined.sort_unstable();
            groups.push(joined);
        }
        groups.sort();
        groups
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::form::{Equation, Form, Forms, Layout, SumState, Term};

    fn form(forms: &Forms) -> &Form {
        &forms.all[1]
    }

    /// Returns the figures of a report of about `applications` applications that keeps every sum.
    pub(super) fn clean(seed: u64, applications: usize) -> Vec<Option<Decimal>> {
        let forms = Forms::official().expect("data files are well formed");
        let form = form(&forms);
        let mut state = seed | 1;
        let mut random = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).expect("31 bits") % below.max(1)
        };
        let mut values = vec![0_usize; form.indicators.len()];
        let at = |row: &str, column: &str| form.position(&format!("t3.{row}.{column}")).expect("a figure");
        let block = &form.tables[1].blocks[0];
        let outcomes: Vec<&str> = block.rows[2..23].iter().map(|row| row.id.as_str()).collect();
        for _ in 0..applications {
            let kind = &block.columns[random(3) * random(2)].id;
            let came = ["received", "received", "received", "carried_in"][random(4)];
            let went: Vec<&str> =
                if random(9) == 0 { vec!["carried_out"] } else { vec![outcomes[random(21)], "concluded_total"] };
            for row in std::iter::once(came).chain(went) {
                values[at(row, kind)] += 1;
                values[at(row, "total")] += 1;
            }
        }
        for (row, block) in
            form.tables[2].blocks.iter().flat_map(|block| block.rows.iter().map(move |row| (row, block)))
        {
            assert_eq!(block.layout, Layout::Across);
            for column in &block.columns[..4] {
                let count = random(applications / 20 + 2);
                for column in [&column.id, &block.columns[4].id] {
                    values[form.position(&format!("t4.{}.{column}", row.id)).expect("a figure")] += count;
                }
            }
        }
        values.into_iter().map(|value| Some(Decimal::from(value))).collect()
    }

    pub(super) fn sums_of(values: &[Option<Decimal>]) -> Sums {
        let forms = Forms::official().expect("data files are well formed");
        Sums::of(form(&forms), &terms_of(values))
    }

    fn terms_of(values: &[Option<Decimal>]) -> Vec<Option<Term>> {
        let forms = Forms::official().expect("data files are well formed");
        let form = form(&forms);
        let term = |(at, value): (usize, &Option<Decimal>)| {
            (!form.is_out(at, false)).then(|| value.map_or(Term::Blank, Term::Known))
        };
        values.iter().enumerate().map(term).collect()
    }

    /// Returns the causes as `checks: suspects`, the smallest sets joined as in the output.
    fn told(values: &[Option<Decimal>]) -> Vec<(Vec<String>, Vec<String>, Option<Pattern>)> {
        let forms = Forms::official().expect("data files are well formed");
        let form = form(&forms);
        let set = |set: &Vec<Change>| {
            let one = |change: &Change| {
                let value = change.value.map_or_else(|| "?".to_owned(), |value| value.to_string());
                format!("{}={value}", form.indicators[change.cell].id.trim_start_matches("t3."))
            };
            set.iter().map(one).collect::<Vec<_>>().join("+")
        };
        let line = |cause: &Cause| {
            let checks = cause.equations.iter().map(|at| form.equations[*at].id.clone()).collect();
            (checks, cause.sets.iter().map(set).collect(), cause.pattern)
        };
        causes(form, &sums_of(values), None).iter().map(line).collect()
    }

    /// Returns a clean report with some figures of table 3 changed.
    fn with(changes: &[(&str, i64)]) -> Vec<Option<Decimal>> {
        let forms = Forms::official().expect("data files are well formed");
        let mut values = clean(7, 300);
        for (cell, value) in changes {
            values[form(&forms).position(&format!("t3.{cell}")).expect("a figure")] = Some(Decimal::from(*value));
        }
        values
    }

    fn value(cell: &str) -> i64 {
        use rust_decimal::prelude::ToPrimitive;
        let forms = Forms::official().expect("data files are well formed");
        let at = form(&forms).position(&format!("t3.{cell}")).expect("a figure");
        clean(7, 300)[at].and_then(|value| value.to_i64()).expect("a small number")
    }

    #[test]
    fn a_clean_report_has_no_cause() {
        for (seed, applications) in [(1, 0), (2, 3), (3, 40), (4, 3000)] {
            assert!(told(&clean(seed, applications)).is_empty());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

        #[test]
        fn every_sum_that_exact_decimals_break_has_a_cause(
            seed in any::<u64>(),
            hits in prop::collection::vec((0_usize..190, -30_000_i64..9_999_999, 0_u32..16), 1..6),
        ) {
            let forms = Forms::official().expect("data files are well formed");
            let form = form(&forms);
            let mut values = clean(seed, 300);
            for (cell, mantissa, scale) in hits {
                values[10 + cell] = Some(Decimal::new(mantissa, scale));
            }
            let terms = terms_of(&values);
            let zero = Term::Known(Decimal::ZERO);
            let state = |equation: &Equation| equation.evaluate(|cell| terms[cell].unwrap_or(zero)).state();
            let broken: Vec<usize> =
                (0..form.equations.len()).filter(|at| state(&form.equations[*at]) == SumState::Broken).collect();
            let found = causes(form, &Sums::of(form, &terms), None);
            let mut told: Vec<usize> = found.into_iter().flat_map(|cause| cause.equations).collect();
            told.sort_unstable();
            prop_assert_eq!(told, broken);
        }
    }

    #[test]
    fn one_wrong_cell_is_the_answer_wherever_it_is() {
        let clean = clean(7, 300);
        for cell in 10..185 {
            let mut values = clean.clone();
            values[cell] = values[cell].map(|value| value + Decimal::from(2));
            let found = told(&values);
            assert_eq!(found.len(), 1, "{cell}: {found:?}");
            assert_eq!(found[0].1.len(), 1, "{cell}: {found:?}");
            let forms = Forms::official().expect("data files are well formed");
            let expected = format!("{}={}", &form(&forms).indicators[cell].id[3..], clean[cell].expect("a number"));
            assert_eq!(found[0].1[0], expected);
        }
    }

    #[test]
    fn two_wrong_cells_in_other_rows_and_columns() {
        let (a, b) = (value("granted.natural_person"), value("denied.internal_affairs.business"));
        let found = told(&with(&[("granted.natural_person", a + 3), ("denied.internal_affairs.business", b + 8)]));
        assert_eq!(found.len(), 1);
        let truth = format!("granted.natural_person={a}+denied.internal_affairs.business={b}");
        assert_eq!(found[0].1, [truth]);
    }

    #[test]
    fn an_application_left_out_is_the_longer_story() {
        // One more outcome for a company than applications received; the row totals do not include it.
        let (partly, concluded) = (value("partly_granted.business"), value("concluded_total.business"));
        let values = with(&[("partly_granted.business", partly + 1), ("concluded_total.business", concluded + 1)]);
        let forms = Forms::official().expect("data files are well formed");
        let found = causes(form(&forms), &sums_of(&values), None);
        let story = found[0].alternative.as_ref().expect("an alternative story");
        let id = |change: &Change| form(&forms).indicators[change.cell].id.trim_start_matches("t3.").to_owned();
        let told: Vec<String> = story.iter().map(id).collect();
        assert_eq!(told, ["received.business", "received.total", "partly_granted.total", "concluded_total.total"]);
        assert!(found[0].sets.iter().all(|set| set.len() < story.len()));
        assert!(causes(form(&forms), &sums_of(&with(&[("granted.total", 0)])), None)[0].alternative.is_none());
    }

    #[test]
    fn a_small_table_one_column_off_is_named_beside_what_else_would_mend_it() {
        let forms = Forms::official().expect("data files are well formed");
        let form = form(&forms);
        let mut values = clean(7, 0);
        let at = |row: &str, column: &str| form.position(&format!("t3.{row}.{column}")).expect("a figure");
        // Of three applications, two are one column off, and the third was pushed out of the table.
        for row in ["received", "granted", "concluded_total"] {
            values[at(row, "business")] = Some(Decimal::from(2));
            values[at(row, "total")] = Some(Decimal::from(3));
        }
        let found = told(&values);
        assert_eq!((found.len(), found[0].2), (1, Some(Pattern::TableShifted)));
        assert!(found[0].1.len() > 1, "one application of another kind left out would do as well");
        // With natural persons in their own column, nothing indicates a shift.
        for row in ["received", "granted", "concluded_total"] {
            values[at(row, "natural_person")] = Some(Decimal::from(4));
            values[at(row, "total")] = Some(Decimal::from(7));
        }
        assert_eq!(told(&values)[0].2, None);
    }

    #[test]
    fn table_four_names_every_cell_that_could_be_wrong() {
        let mut values = clean(7, 300);
        values[185] = values[185].map(|value| value + Decimal::from(1));
        let found = told(&values);
        assert_eq!(found[0].0, ["t4:review"]);
        assert!(found[0].1.len() > 3, "{found:?}");
    }

    #[test]
    fn whole_patterns_have_their_names() {
        let rows: Vec<String> = {
            let forms = Forms::official().expect("data files are well formed");
            form(&forms).tables[1].blocks[0].rows[..25].iter().map(|row| row.id.clone()).collect()
        };
        let zero: Vec<(String, i64)> = rows.iter().map(|row| (format!("{row}.total"), 0)).collect();
        let zero: Vec<(&str, i64)> = zero.iter().map(|(cell, value)| (cell.as_str(), *value)).collect();
        assert_eq!(told(&with(&zero))[0].2, Some(Pattern::TotalsZero));
        let columns = ["natural_person", "business", "research"];
        let concluded: Vec<String> = columns.iter().map(|column| format!("concluded_total.{column}")).collect();
        let all: Vec<(&str, i64)> =
            concluded.iter().map(|cell| (cell.as_str(), 0)).chain([("concluded_total.total", 0)]).collect();
        assert_eq!(told(&with(&all))[0].2, Some(Pattern::TotalsZero));
        let (upper, lower) = (value("carried_out.total"), value("concluded_total.total"));
        let off = told(&with(&[("carried_out.total", lower), ("concluded_total.total", upper)]));
        assert_eq!(off[0].2, Some(Pattern::RowOff));
        let shifted = [
            ("received.natural_person", 0),
            ("received.business", value("received.natural_person")),
            ("received.research", value("received.business")),
            ("received.social_welfare", value("received.research")),
        ];
        assert_eq!(told(&with(&shifted))[0].2, Some(Pattern::RowShifted));
        let leftover = [
            ("unavailable.not_held.natural_person", 31),
            ("unavailable.not_held.business", 14),
            ("unavailable.not_held.research", 9),
            ("unavailable.not_held.other_organisation", 5),
            ("unavailable.not_held.total", 59),
        ];
        assert_eq!(told(&with(&leftover))[0].2, Some(Pattern::WrongRow));
    }

    #[test]
    fn blanks_leave_the_value_open() {
        let mut values = with(&[("received.total", value("received.total") - 1)]);
        let forms = Forms::official().expect("data files are well formed");
        let position = |cell: &str| form(&forms).position(&format!("t3.{cell}")).expect("a figure");
        values[position("carried_in.total")] = None;
        let found = told(&values);
        let one_short = format!("received.total={}", value("received.total"));
        assert_eq!(found[0].1, [one_short], "the row's own sum has no blank");
    }
}
