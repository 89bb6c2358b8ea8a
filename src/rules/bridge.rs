//! A reconciliation of the sum of the units' reports with the county's own figures: the *bridge* over each difference.
//!
//! The county may have corrected a unit's broken sums before it added them up, or left them as they were. Of all
//! combinations of corrections, those that leave the fewest figures and sums unexplained are kept. A unit is given an
//! amount only where all of these combinations agree on it. No amount is ever derived for reports that are not in the
//! sum or for cells without a number.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::{equations, located, queries};
use crate::corpus::{Corpus, TermState};
use crate::form::{Equation, Form, ItemKind};
use crate::localise::{Cause, Change};
use crate::rollup::Total;

/// Maximum number of combinations of readings that are compared for one table; beyond it no unit is given an amount.
const COMBINED: usize = 1 << 14;

/// By how much a reading changes figures of the county's form.
type FigureDeltas = BTreeMap<usize, Decimal>;

/// The corrections that one unit's report may have had.
#[derive(Debug)]
struct Mending {
    entry: usize,
    /// The possible readings; the first one is "left unchanged".
    readings: Vec<FigureDeltas>,
    /// Figures for which no reading gives a value.
    open: BTreeSet<usize>,
}

/// A figure in which the county and the sum differ, and what explains the difference.
#[derive(Debug)]
pub(super) struct Gap {
    /// Position in the county's form.
    pub(super) position: usize,
    /// The county's figure less the sum.
    pub(super) difference: Decimal,
    /// Units, each with the amount that its corrected report, or a blank that only one number fits, adds here.
    pub(super) accounted: Vec<(usize, Decimal)>,
    /// Units, each with the amounts that its correction may add here, where there are several.
    pub(super) possible: Vec<(usize, Vec<Decimal>)>,
    /// Units without a number in this figure, or with a wrong number that no reading corrects.
    pub(super) open: Vec<usize>,
    /// The part of the difference that is not accounted for.
    pub(super) rest: Decimal,
}

/// The gaps of one table.
#[derive(Debug)]
pub(super) struct Bridge {
    /// Every figure that differs, in the order of the form.
    pub(super) gaps: Vec<Gap>,
    /// Whether there were too many combinations to compare.
    pub(super) truncated: bool,
}

/// The input from which bridges are built.
pub(super) struct BridgeInput<'a> {
    pub(super) corpus: &'a Corpus,
    /// The county's figures by position, where they are numbers.
    pub(super) official: &'a [Option<Decimal>],
    /// The sums by position, where there are any.
    pub(super) totals: BTreeMap<usize, Decimal>,
    /// The figures that differ by more than rounding.
    pub(super) differs: BTreeSet<usize>,
    /// Whether reports are missing from the sum.
    pub(super) is_short: bool,
    mendings: Vec<Mending>,
    /// The units that have no number in a figure, by the figure's position.
    without: BTreeMap<usize, BTreeSet<usize>>,
    /// The blanks that only one number fits, by the figure's position: submission and number.
    forced: BTreeMap<usize, Vec<(usize, Decimal)>>,
}

impl<'a> BridgeInput<'a> {
    pub(super) fn of(
        corpus: &'a Corpus,
        official: &'a [Option<Decimal>],
        totals: &[Total],
        differs: BTreeSet<usize>,
        is_short: bool,
    ) -> Self {
        let form = corpus.form();
        let totals = totals.iter().filter_map(|total| Some((total.position, total.total?))).collect();
        let mut forced: BTreeMap<usize, Vec<(usize, Decimal)>> = BTreeMap::new();
        let known = equations::only_blanks(corpus);
        for ((entry, own), value) in &known {
            if let Some(position) = counterpart(corpus, *entry, *own) {
                forced.entry(position).or_default().push((*entry, *value));
            }
        }
        let mut without: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for (entry, _, own) in queries::counted(corpus) {
            for position in 0..form.official {
                let own = own.position(&form.indicators[position].id);
                let is_known = own.is_some_and(|own| {
                    let is_added = corpus.term_state(entry, own) == TermState::Known && !corpus.is_invalid(entry, own);
                    is_added || known.contains_key(&(entry, own))
                });
                if !is_known {
                    without.entry(position).or_default().insert(entry);
                }
            }
        }
        let mendings = located::causes(corpus);
        let mendings = mendings.iter().flat_map(|(entry, causes)| causes.iter().map(|cause| (*entry, cause)));
        let mut mendings: Vec<Mending> = mendings.map(|(entry, cause)| Mending::of(corpus, entry, cause)).collect();
        let unmended = unmended(corpus, &mendings);
        mendings.extend(unmended);
        Self { corpus, official, totals, differs, is_short, mendings, without, forced }
    }

    /// Returns the county's figure less the sum and less the blanks that only one number fits.
    fn unforced(&self, position: usize) -> Option<Decimal> {
        let forced = self.forced.get(&position).into_iter().flatten().map(|(_, value)| value).sum::<Decimal>();
        Some(self.official[position]? - self.totals.get(&position)? - forced)
    }

    /// Returns whether reports that are not in the sum, or cells without a number, may explain the rest of a figure.
    fn is_open(&self, position: usize) -> bool {
        self.is_short || self.without.contains_key(&position) || self.is_unsettled(position)
    }

    /// Returns whether a unit has a wrong value in this figure that no reading corrects.
    fn is_unsettled(&self, position: usize) -> bool {
        self.mendings.iter().any(|mending| mending.open.contains(&position))
    }

    /// Returns whether cells without a number must be zero: the county's figure equals the sum, and no cell can be
    /// negative.
    fn holds_nothing_more(&self, position: usize) -> bool {
        let is_mended = |mending: &Mending| mending.readings.iter().any(|reading| reading.contains_key(&position));
        self.unforced(position).is_some_and(|left| left.is_zero()) && !self.mendings.iter().any(is_mended)
    }

    /// Returns the bridge of one table.
    pub(super) fn bridge(&self, table: usize) -> Bridge {
        let form = self.corpus.form();
        let positions: Vec<usize> = form.of_table(table).filter(|at| self.unforced(*at).is_some()).collect();
        let here = |mending: &&Mending| {
            let mut touched = mending.readings.iter().flat_map(BTreeMap::keys).chain(&mending.open);
            touched.any(|position| form.indicators[*position].table == table)
        };
        let mendings: Vec<&Mending> = self.mendings.iter().filter(here).collect();
        let telling = self.telling(table);
        let scale = ReadingSearch::of(self, &positions, &telling, &mendings);
        let best = scale.best();
        let gaps = positions.iter().filter(|at| self.differs.contains(at));
        let gaps = gaps.filter_map(|position| self.gap(*position, &mendings, &best)).collect();
        Bridge { gaps, truncated: best.is_empty() && !mendings.is_empty() }
    }

    /// Returns the equations of a table that the county's own figures satisfy and of which every term is known.
    /// Corrected reports satisfy them, and so does the unexplained rest.
    fn telling(&self, table: usize) -> Vec<&'a Equation> {
        let form = self.corpus.form();
        let in_form = |terms: &'a [usize]| terms.iter().copied().filter(|term| *term < form.official);
        let value = |terms| in_form(terms).map(|term| self.official[term]).sum::<Option<Decimal>>();
        let tells = |equation: &&'a Equation| {
            let mut terms = in_form(&equation.left).chain(in_form(&equation.right));
            is_of(form, equation, table)
                && value(&equation.left).is_some_and(|left| value(&equation.right) == Some(left))
                && terms.all(|term| {
                    let is_known = !self.without.contains_key(&term) || self.holds_nothing_more(term);
                    self.unforced(term).is_some() && is_known && !self.is_unsettled(term)
                })
        };
        form.equations.iter().filter(tells).collect()
    }

    fn gap(&self, position: usize, mendings: &[&Mending], best: &[Vec<usize>]) -> Option<Gap> {
        let difference = self.official[position]? - self.totals.get(&position)?;
        let mut accounted: BTreeMap<usize, Decimal> =
            self.forced.get(&position).into_iter().flatten().copied().collect();
        let mut possible = Vec::new();
        for (at, mending) in mendings.iter().enumerate() {
            let amount = |reading: usize| mending.readings[reading].get(&position).copied().unwrap_or_default();
            let amounts: BTreeSet<Decimal> = if best.is_empty() {
                (0..mending.readings.len()).map(amount).collect()
            } else {
                best.iter().map(|way| amount(way[at])).collect()
            };
            match amounts.into_iter().collect::<Vec<_>>().as_slice() {
                [only] => *accounted.entry(mending.entry).or_default() += only,
                several => possible.push((mending.entry, several.to_vec())),
            }
        }
        accounted.retain(|_, amount| !amount.is_zero());
        let rest = difference - accounted.values().sum::<Decimal>();
        let mut accounted: Vec<(usize, Decimal)> = accounted.into_iter().collect();
        let in_order = |entry: usize| (self.corpus.entries[entry].unit, entry);
        accounted.sort_by_key(|(entry, _)| in_order(*entry));
        possible.sort_by_key(|(entry, _): &(usize, Vec<Decimal>)| in_order(*entry));
        let unsettled = mendings.iter().filter(|mending| mending.open.contains(&position)).map(|mending| mending.entry);
        let mut open: Vec<usize> =
            self.without.get(&position).into_iter().flatten().copied().chain(unsettled).collect();
        open.sort_unstable_by_key(|entry| in_order(*entry));
        open.dedup();
        Some(Gap { position, difference, accounted, possible, open, rest })
    }
}

impl Mending {
    fn of(corpus: &Corpus, entry: usize, cause: &Cause) -> Self {
        let own = corpus.report(entry).map(|(report, form)| (&report.figures, form));
        let delta = |change: &Change| {
            own.and_then(|(figures, _)| figures.get(change.cell)?.value)?;
            // An invalid figure is not in the sum.
            let added = corpus.added(entry, change.cell).unwrap_or_default();
            Some((counterpart(corpus, entry, change.cell)?, change.value? - added))
        };
        let deltas = |set: &Vec<Change>| set.iter().map(delta).collect::<Option<FigureDeltas>>();
        let told = || cause.sets.iter().chain(&cause.alternative);
        let mut readings = vec![FigureDeltas::new()];
        readings.extend(told().filter_map(deltas));
        let mut cells: BTreeSet<usize> =
            told().filter(|set| deltas(set).is_none()).flatten().map(|change| change.cell).collect();
        if let (true, Some((_, form))) = (cause.sets.is_empty() || cause.truncated, own) {
            let equations = cause.equations.iter().map(|at| &form.equations[*at]);
            cells.extend(equations.flat_map(|equation| equation.left.iter().chain(&equation.right)));
        }
        let open = cells.into_iter().filter_map(|cell| counterpart(corpus, entry, cell)).collect();
        Self { entry, readings, open }
    }
}

/// Returns the invalid cells that no reading corrects: it is unknown what the county added for them.
fn unmended(corpus: &Corpus, mendings: &[Mending]) -> Vec<Mending> {
    let mut found = Vec::new();
    for (entry, report, _) in queries::with_irregularities(corpus) {
        let is_mended = |position: &usize| {
            let own = mendings.iter().filter(|mending| mending.entry == entry);
            own.flat_map(|mending| &mending.readings).any(|reading| reading.contains_key(position))
        };
        let invalid = queries::not_whole(report).filter(|(own, _)| corpus.is_invalid(entry, *own));
        let places = invalid.filter_map(|(own, _)| counterpart(corpus, entry, own));
        let open: BTreeSet<usize> = places.filter(|position| !is_mended(position)).collect();
        if !open.is_empty() {
            found.push(Mending { entry, readings: vec![FigureDeltas::new()], open });
        }
    }
    found
}

/// Returns whether an equation belongs to a table and is about figures of the form, not about rows filled as one.
fn is_of(form: &Form, equation: &Equation, table: usize) -> bool {
    equation.table == table && equation.right.iter().all(|total| *total < form.official)
}

/// Returns the position of a submission's figure in the county's form.
fn counterpart(corpus: &Corpus, entry: usize, position: usize) -> Option<usize> {
    let (_, own) = corpus.report(entry)?;
    let form: &Form = corpus.form();
    form.position(&own.indicators[position].id).filter(|position| *position < form.official)
}

/// A search over combinations of readings of one table: one reading for each correction.
struct ReadingSearch {
    /// The differences to explain before any correction, one for each figure.
    whole: Vec<Left>,
    /// The equations to check, as indices into `whole`: left side, right side.
    sums: Vec<[Vec<usize>; 2]>,
    /// The readings of each correction, as indices into `whole` with amounts.
    mendings: Vec<Vec<Vec<(usize, Decimal)>>>,
}

/// The unexplained rest of one figure.
#[derive(Debug, Clone)]
struct Left {
    amount: Decimal,
    /// Whether reports that are not in the sum, or cells without a number, may account for a positive rest.
    may_be_more: bool,
    /// Whether a wrong value that no reading corrects may account for a negative rest.
    may_be_less: bool,
    /// Whether the amount is within rounding.
    is_rounding: bool,
}

impl ReadingSearch {
    fn of(ground: &BridgeInput<'_>, positions: &[usize], equations: &[&Equation], mendings: &[&Mending]) -> Self {
        let form = ground.corpus.form();
        let left = |position: &usize| {
            let is_money = form.indicators[*position].kind == ItemKind::Money;
            Some(Left {
                amount: ground.unforced(*position)?,
                may_be_more: ground.is_open(*position),
                may_be_less: ground.is_unsettled(*position),
                is_rounding: is_money && !ground.differs.contains(position),
            })
        };
        let place = |position: &usize| positions.iter().position(|other| other == position);
        let side = |terms: &[usize]| terms.iter().filter_map(place).collect::<Vec<usize>>();
        let reading = |deltas: &FigureDeltas| {
            deltas.iter().filter_map(|(position, delta)| Some((place(position)?, *delta))).collect::<Vec<_>>()
        };
        Self {
            whole: positions.iter().filter_map(left).collect(),
            sums: equations.iter().map(|equation| [side(&equation.left), side(&equation.right)]).collect(),
            mendings: mendings.iter().map(|mending| mending.readings.iter().map(reading).collect()).collect(),
        }
    }

    /// Returns the combinations that leave the fewest figures and sums unexplained; none if there are too many to
    /// compare.
    fn best(&self) -> Vec<Vec<usize>> {
        let count = self.mendings.iter().try_fold(1_usize, |count, readings| count.checked_mul(readings.len()));
        if count.is_none_or(|count| count > COMBINED) {
            return Vec::new();
        }
        let mut best = (usize::MAX, Vec::new());
        let mut way = vec![0; self.mendings.len()];
        loop {
            let left = self.unaccounted(&self.rest(&way));
            if left < best.0 {
                best = (left, Vec::new());
            }
            if left == best.0 {
                best.1.push(way.clone());
            }
            let Some(next) = (0..way.len()).rev().find(|at| way[*at] + 1 < self.mendings[*at].len()) else { break };
            way[next] += 1;
            way[next + 1..].fill(0);
        }
        best.1
    }

    /// Returns what remains of each figure after a combination of readings.
    fn rest(&self, way: &[usize]) -> Vec<Left> {
        let mut rest = self.whole.clone();
        for (readings, reading) in self.mendings.iter().zip(way) {
            for (place, delta) in &readings[*reading] {
                rest[*place].amount -= delta;
            }
        }
        rest
    }

    /// Returns the number of figures and sums that nothing explains.
    fn unaccounted(&self, rest: &[Left]) -> usize {
        let is_unaccounted = |left: &&Left| {
            let is_less = left.amount.is_sign_negative() && !left.may_be_less;
            !left.amount.is_zero() && !left.is_rounding && (is_less || !left.may_be_more)
        };
        rest.iter().filter(is_unaccounted).count() + self.broken(rest)
    }

    /// Returns the number of sums that the rest does not satisfy.
    fn broken(&self, rest: &[Left]) -> usize {
        let side = |places: &[usize]| places.iter().map(|place| rest[*place].amount).sum::<Decimal>();
        self.sums.iter().filter(|[left, right]| side(left) != side(right)).count()
    }
}
