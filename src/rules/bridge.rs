//! The bridge from the sum of the units' reports to the county's own figures.
//!
//! A unit whose sums are broken has been mended in some way before the county added it up, or not at all. Of all ways
//! together, those are taken that leave the least behind which nothing can account for; and only what all of these
//! agree on is put down to a unit. What reports that are not in the sum, and cells without a number, may hold is never
//! given an amount.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::{equations, located, queries};
use crate::corpus::{Corpus, TermState};
use crate::form::{Equation, Form, ItemKind};
use crate::localise::{Cause, Change};
use crate::rollup::Total;

/// Most combinations of readings that are compared for one table; beyond, no unit is given an amount.
const COMBINED: usize = 1 << 14;

/// By how much a reading changes figures of the county's form.
type Deltas = BTreeMap<usize, Decimal>;

/// What one unit may have mended.
#[derive(Debug)]
struct Mending {
    entry: usize,
    /// The ways it can be read; the first is that it was left as it was.
    readings: Vec<Deltas>,
    /// Figures of which no reading says what they would be.
    open: BTreeSet<usize>,
}

/// A figure in which the county and the sum differ, and by what that can be accounted for.
#[derive(Debug)]
pub(super) struct Gap {
    /// Position in the county's form.
    pub(super) position: usize,
    /// The county's figure less the sum.
    pub(super) difference: Decimal,
    /// Units with what mending their reports, or filling a blank that only one number fits, adds here.
    pub(super) accounted: Vec<(usize, Decimal)>,
    /// Units with several amounts their mending may add here.
    pub(super) possible: Vec<(usize, Vec<Decimal>)>,
    /// Units without a number there, or with a wrong one that no reading mends.
    pub(super) open: Vec<usize>,
    /// What is left.
    pub(super) rest: Decimal,
}

/// The gaps of one table.
#[derive(Debug)]
pub(super) struct Bridge {
    /// Every figure that differs, in the order of the form.
    pub(super) gaps: Vec<Gap>,
    /// Whether what is left of the table keeps all sums and is nowhere below zero, as the reports of missing units
    /// would.
    pub(super) rest_is_report: bool,
    /// Whether there were too many combinations to compare.
    pub(super) truncated: bool,
}

/// What a bridge is built over.
pub(super) struct BridgeInput<'a> {
    pub(super) corpus: &'a Corpus,
    /// The county's figures by position, where they are numbers.
    pub(super) official: &'a [Option<Decimal>],
    /// The sums by position, where there are any.
    pub(super) totals: BTreeMap<usize, Decimal>,
    /// Whether the difference of a figure is more than rounding.
    pub(super) differs: BTreeSet<usize>,
    /// Whether reports are missing from the sum.
    pub(super) is_short: bool,
    mendings: Vec<Mending>,
    /// For each figure, the units that have no number there.
    without: BTreeMap<usize, BTreeSet<usize>>,
    /// For each figure, the blanks that only one number fits.
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

    /// Returns the county's figure less the sum and what blanks must hold.
    fn unforced(&self, position: usize) -> Option<Decimal> {
        let forced = self.forced.get(&position).into_iter().flatten().map(|(_, value)| value).sum::<Decimal>();
        Some(self.official[position]? - self.totals.get(&position)? - forced)
    }

    /// Returns whether reports that are not in the sum, or cells without a number, may hold what is left there.
    fn is_open(&self, position: usize) -> bool {
        self.is_short || self.without.contains_key(&position) || self.is_unsettled(position)
    }

    /// Returns whether a unit has a wrong figure there that no reading mends.
    fn is_unsettled(&self, position: usize) -> bool {
        self.mendings.iter().any(|mending| mending.open.contains(&position))
    }

    /// Returns whether cells without a number hold nothing: the county's figure is the sum, and none can be below zero.
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
        let all_tell = form.equations.iter().filter(|equation| is_of(form, equation, table)).count() == telling.len();
        let scale = ReadingSearch::of(self, &positions, &telling, &mendings);
        let best = scale.best();
        let is_report = matches!(best.as_slice(), [way] if scale.is_report(&scale.rest(way)));
        let gaps = positions.iter().filter(|at| self.differs.contains(at));
        let gaps = gaps.filter_map(|position| self.gap(*position, &mendings, &best)).collect();
        Bridge { gaps, rest_is_report: is_report && all_tell, truncated: best.is_empty() && !mendings.is_empty() }
    }

    /// Equations of a table that the county's own figures keep and in which no term is open: mended reports
    /// keep them, and so does what is left.
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
            // What can be no figure is not in the sum.
            let added = corpus.added(entry, change.cell).unwrap_or_default();
            Some((counterpart(corpus, entry, change.cell)?, change.value? - added))
        };
        let deltas = |set: &Vec<Change>| set.iter().map(delta).collect::<Option<Deltas>>();
        let told = || cause.sets.iter().chain(&cause.alternative);
        let mut readings = vec![Deltas::new()];
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

/// Returns the cells that can be no figure and that no reading mends: nothing says what the county added for them.
fn unmended(corpus: &Corpus, mendings: &[Mending]) -> Vec<Mending> {
    let mut found = Vec::new();
    for (entry, report, _) in queries::with_oddities(corpus) {
        let is_mended = |position: &usize| {
            let own = mendings.iter().filter(|mending| mending.entry == entry);
            own.flat_map(|mending| &mending.readings).any(|reading| reading.contains_key(position))
        };
        let invalid = queries::not_whole(report).filter(|(own, _)| corpus.is_invalid(entry, *own));
        let places = invalid.filter_map(|(own, _)| counterpart(corpus, entry, own));
        let open: BTreeSet<usize> = places.filter(|position| !is_mended(position)).collect();
        if !open.is_empty() {
            found.push(Mending { entry, readings: vec![Deltas::new()], open });
        }
    }
    found
}

/// Returns whether an equation is of a table and about figures of the form, not about rows filled as one.
fn is_of(form: &Form, equation: &Equation, table: usize) -> bool {
    equation.table == table && equation.right.iter().all(|total| *total < form.official)
}

/// Returns the position of a submission's figure in the county's form.
fn counterpart(corpus: &Corpus, entry: usize, position: usize) -> Option<usize> {
    let (_, own) = corpus.report(entry)?;
    let form: &Form = corpus.form();
    form.position(&own.indicators[position].id).filter(|position| *position < form.official)
}

/// Weighs combinations of readings of one table: one reading for each mending.
struct ReadingSearch {
    /// What is to be accounted for before any mending, figure by figure.
    whole: Vec<Left>,
    /// The sums that tell, by places in `whole`: left side, right side.
    sums: Vec<[Vec<usize>; 2]>,
    /// For each mending its readings, by places in `whole`.
    mendings: Vec<Vec<Vec<(usize, Decimal)>>>,
}

/// What is left at a figure.
#[derive(Debug, Clone)]
struct Left {
    amount: Decimal,
    /// Whether reports that are not in the sum, or cells without a number, may hold more.
    may_be_more: bool,
    /// Whether a wrong figure that no reading mends may be too high.
    may_be_less: bool,
    /// Whether the amount is no more than rounding.
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
        let reading = |deltas: &Deltas| {
            deltas.iter().filter_map(|(position, delta)| Some((place(position)?, *delta))).collect::<Vec<_>>()
        };
        Self {
            whole: positions.iter().filter_map(left).collect(),
            sums: equations.iter().map(|equation| [side(&equation.left), side(&equation.right)]).collect(),
            mendings: mendings.iter().map(|mending| mending.readings.iter().map(reading).collect()).collect(),
        }
    }

    /// Returns the combinations that leave the least unaccounted for; none where there are too many to compare.
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

    /// Returns what is left once these readings are taken.
    fn rest(&self, way: &[usize]) -> Vec<Left> {
        let mut rest = self.whole.clone();
        for (readings, reading) in self.mendings.iter().zip(way) {
            for (place, delta) in &readings[*reading] {
                rest[*place].amount -= delta;
            }
        }
        rest
    }

    /// Returns how many figures and sums nothing can account for.
    fn unaccounted(&self, rest: &[Left]) -> usize {
        let is_unaccounted = |left: &&Left| {
            let is_less = left.amount.is_sign_negative() && !left.may_be_less;
            !left.amount.is_zero() && !left.is_rounding && (is_less || !left.may_be_more)
        };
        rest.iter().filter(is_unaccounted).count() + self.broken(rest)
    }

    fn broken(&self, rest: &[Left]) -> usize {
        let side = |places: &[usize]| places.iter().map(|place| rest[*place].amount).sum::<Decimal>();
        self.sums.iter().filter(|[left, right]| side(left) != side(right)).count()
    }

    /// Returns whether what is left is nowhere below zero and keeps every sum.
    fn is_report(&self, rest: &[Left]) -> bool {
        rest.iter().all(|left| left.amount >= Decimal::ZERO) && self.broken(rest) == 0
    }
}
