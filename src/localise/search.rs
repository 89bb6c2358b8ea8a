//! The smallest sets of figures whose change mends a group of broken sums.
//!
//! Such a set has a figure in every broken sum, and never just one figure in a sum that holds. A violated sum limits
//! which figures can come next, so the search reaches every set and tries few others.

use std::collections::BTreeSet;

use super::sums::Sums;
use crate::corpus::WHOLE;

/// Most sets tried for one group.
const TRIED: usize = 60_000;

/// A figure and the value it would need, in thousandths; `None` if the sums leave it undetermined.
pub(super) type ScaledChange = (usize, Option<i128>);

/// The result of a search.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct SearchResult {
    /// Every smallest set, sorted, each in the order of the form.
    pub(super) sets: Vec<Vec<ScaledChange>>,
    /// Whether the search stopped at its bound.
    pub(super) truncated: bool,
}

/// Returns every smallest set of at most `largest` figures that mends the group.
pub(super) fn smallest(sums: &Sums, group: &[usize], largest: usize) -> SearchResult {
    for size in 1..=largest {
        let mut search = Search { sums, group, size, seen: BTreeSet::new(), sets: BTreeSet::new() };
        search.extend(&mut Vec::new());
        let truncated = search.seen.len() >= TRIED;
        if !search.sets.is_empty() || truncated {
            return SearchResult { sets: search.sets.into_iter().collect(), truncated };
        }
    }
    SearchResult::default()
}

struct Search<'a> {
    sums: &'a Sums,
    group: &'a [usize],
    size: usize,
    /// Sets already tried, so that none is tried twice.
    seen: BTreeSet<Vec<usize>>,
    sets: BTreeSet<Vec<ScaledChange>>,
}

impl Search<'_> {
    fn extend(&mut self, chosen: &mut Vec<usize>) {
        let mut key = chosen.clone();
        key.sort_unstable();
        if self.seen.len() >= TRIED || !self.seen.insert(key.clone()) {
            return;
        }
        let room = self.size - chosen.len();
        match self.violated(chosen, room) {
            None => self.sets.extend(solve(self.sums, self.group, &key)),
            Some(_) if room == 0 => {}
            Some(candidates) => {
                for cell in candidates {
                    if !chosen.contains(&cell) {
                        chosen.push(cell);
                        self.extend(chosen);
                        chosen.pop();
                    }
                }
            }
        }
    }

    /// Returns the candidates, one of which must be chosen next. `None` if no sum is violated, so that the set may mend
    /// the group; an empty list if `room` more figures cannot reach every broken sum.
    fn violated(&self, chosen: &[usize], room: usize) -> Option<Vec<usize>> {
        let cells = |equation: usize| self.sums.terms[equation].iter().map(|(cell, _)| *cell);
        let hits = |equation: usize| cells(equation).filter(|cell| chosen.contains(cell)).count();
        let unhit: Vec<usize> = self.group.iter().copied().filter(|equation| hits(*equation) == 0).collect();
        // No figure is a term of more than three sums.
        if unhit.len() > 3 * room {
            return Some(Vec::new());
        }
        let shortest = unhit.into_iter().min_by_key(|equation| self.sums.terms[*equation].len());
        if let Some(equation) = shortest {
            return Some(cells(equation).collect());
        }
        let touched = chosen.iter().flat_map(|cell| &self.sums.of_cell[*cell]).copied();
        let alone =
            |equation: &usize| !self.group.contains(equation) && self.sums.is_exact(*equation) && hits(*equation) == 1;
        let equation = touched.filter(alone).min_by_key(|equation| self.sums.terms[*equation].len())?;
        Some(cells(equation).collect())
    }
}

/// Returns the values of a set that mends the group: every figure changes, none becomes negative, all are whole.
fn solve(sums: &Sums, group: &[usize], cells: &[usize]) -> Option<Vec<ScaledChange>> {
    let mut equations: Vec<usize> = cells.iter().flat_map(|cell| sums.of_cell[*cell].iter().copied()).collect();
    equations.extend(group);
    equations.sort_unstable();
    equations.dedup();
    let row = |equation: &usize| {
        let sign =
            |cell: &usize| sums.terms[*equation].iter().find(|(other, _)| other == cell).map_or(0, |term| term.1);
        let mut row: Vec<i128> = cells.iter().map(sign).collect();
        row.push(-sums.residual(*equation));
        row
    };
    let rows: Vec<Vec<i128>> = equations.iter().filter(|equation| sums.is_exact(**equation)).map(row).collect();
    let deltas = match eliminate(rows, cells.len())? {
        Solution::One(deltas) => deltas,
        Solution::Many => return open_solution(sums, group, cells),
    };
    let changes: Vec<(usize, i128)> = cells.iter().copied().zip(deltas).collect();
    let whole = |(cell, delta): &(usize, i128)| {
        *delta != 0 && sums.values[*cell].is_some_and(|value| (value + delta) % WHOLE == 0)
    };
    let mends = changes.iter().all(whole) && equations.iter().all(|equation| sums.holds_after(*equation, &changes));
    let value = |(cell, delta): &(usize, i128)| (*cell, sums.values[*cell].map(|value| value + delta));
    (mends && sums.mends(group, &changes)).then(|| changes.iter().map(value).collect())
}

/// Returns a single figure that could mend the group, without a value, because blanks leave it undetermined.
fn open_solution(sums: &Sums, group: &[usize], cells: &[usize]) -> Option<Vec<ScaledChange>> {
    let [cell] = cells else { return None };
    let value = sums.values[*cell]?;
    let needed = group.iter().map(|equation| sums.residual(*equation).abs()).max()?;
    let mends = [needed, -needed].iter().any(|delta| sums.mends(group, &[(*cell, *delta)]));
    (mends && value >= 0).then(|| vec![(*cell, None)])
}

enum Solution {
    One(Vec<i128>),
    Many,
}

/// Solves linear equations with integer coefficients; `None` if they contradict each other or a value is not an
/// integer.
fn eliminate(mut rows: Vec<Vec<i128>>, unknowns: usize) -> Option<Solution> {
    let mut rank = 0;
    for column in 0..unknowns {
        let Some(pivot) = (rank..rows.len()).find(|row| rows[*row][column] != 0) else { continue };
        rows.swap(rank, pivot);
        let pivot_row = rows[rank].clone();
        for (at, row) in rows.iter_mut().enumerate() {
            let factor = row[column];
            if at == rank || factor == 0 {
                continue;
            }
            for (value, by) in row.iter_mut().zip(&pivot_row) {
                *value = value.checked_mul(pivot_row[column])?.checked_sub(by.checked_mul(factor)?)?;
            }
        }
        rank += 1;
    }
    let contradicts = |row: &Vec<i128>| row[..unknowns].iter().all(|value| *value == 0) && row[unknowns] != 0;
    if rows.iter().any(contradicts) {
        return None;
    }
    if rank < unknowns {
        return Some(Solution::Many);
    }
    let solved = |column: usize| {
        let row = rows.iter().find(|row| row[column] != 0)?;
        (row[unknowns] % row[column] == 0).then(|| row[unknowns] / row[column])
    };
    (0..unknowns).map(solved).collect::<Option<Vec<i128>>>().map(Solution::One)
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;
    use rust_decimal::Decimal;

    use super::super::tests::{clean, sums_of};

    /// Returns every set of the given size that mends the group, by trying all.
    fn exhaustive(sums: &Sums, group: &[usize], size: usize) -> Vec<Vec<ScaledChange>> {
        let cells: Vec<usize> = (0..sums.values.len()).filter(|cell| !sums.of_cell[*cell].is_empty()).collect();
        let mut found = Vec::new();
        combinations(&cells, &mut vec![0; size], 0, 0, &mut |set| found.extend(solve(sums, group, set)));
        found.sort();
        found
    }

    fn combinations(cells: &[usize], pick: &mut [usize], depth: usize, from: usize, each: &mut dyn FnMut(&[usize])) {
        if depth == pick.len() {
            return each(pick);
        }
        for at in from..cells.len() {
            pick[depth] = cells[at];
            combinations(cells, pick, depth + 1, at + 1, each);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

        #[test]
        fn the_search_finds_what_trying_everything_finds(
            seed in any::<u64>(),
            small in any::<bool>(),
            hits in prop::collection::vec((0_usize..190, -5_i64..30), 1..3),
        ) {
            let mut values = clean(seed, if small { 3 } else { 300 });
            for (cell, delta) in hits {
                values[10 + cell] = values[10 + cell].map(|value| (value + Decimal::from(delta)).max(Decimal::ZERO));
            }
            let sums = sums_of(&values);
            let group = sums.broken();
            prop_assume!(!group.is_empty());
            let found = smallest(&sums, &group, 2);
            let tried = (1..=2).map(|size| exhaustive(&sums, &group, size)).find(|sets| !sets.is_empty());
            prop_assert_eq!(found.sets, tried.unwrap_or_default());
        }
    }

    #[test]
    fn small_systems_are_solved() {
        let one = |rows, unknowns| match eliminate(rows, unknowns) {
            Some(Solution::One(values)) => Some(values),
            _ => None,
        };
        assert_eq!(one(vec![vec![1, 1, 5], vec![1, -1, 1]], 2), Some(vec![3, 2]));
        assert_eq!(one(vec![vec![1, 3], vec![-1, -3]], 1), Some(vec![3]));
        assert_eq!(one(vec![vec![1, 3], vec![1, 4]], 1), None);
        assert!(matches!(eliminate(vec![vec![1, 1, 5]], 2), Some(Solution::Many)));
        assert_eq!(one(vec![vec![2, 3]], 1), None);
    }
}
