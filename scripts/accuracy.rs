//! Accuracy of locating broken sums: errors are injected into clean reports, and the located causes are compared with
//! them. `scripts/accuracy` runs it; the same seed gives the same table.

#![allow(clippy::print_stdout, clippy::expect_used, reason = "a program that measures and prints")]

mod random;

use std::collections::BTreeMap;

use huizong::form::{Form, Forms, Term};
use huizong::localise::{Cause, Pattern, Sums, causes};
use rust_decimal::Decimal;

use random::Random;

type Values = Vec<Option<Decimal>>;

/// The positions of the form's table 3 by row and column, and of the blocks of table 4.
struct Places {
    rows: Vec<Vec<usize>>,
    blocks: Vec<Vec<usize>>,
}

impl Places {
    fn of(form: &Form) -> Self {
        let of = |table: usize| {
            let mut rows: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for at in form.of_table(table) {
                rows.entry(form.indicators[at].row).or_default().push(at);
            }
            rows.into_values().collect()
        };
        Self { rows: of(1), blocks: of(2) }
    }
}

const OUTCOMES: std::ops::Range<usize> = 2..23;
const CONCLUDED: usize = 23;
const CARRIED_OUT: usize = 24;
const TOTAL: usize = 6;

/// Returns a report that satisfies every sum, with outcomes and applicants as unevenly distributed as in real reports.
fn clean(form: &Form, places: &Places, random: &mut Random, applications: usize) -> Values {
    let mut counts = vec![0_i64; form.indicators.len()];
    for _ in 0..applications {
        let kind = [0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4, 4, 5][random.below(14)];
        let came = usize::from(random.below(20) == 0);
        let outcome = OUTCOMES.start + random.below(OUTCOMES.len()).min(random.below(OUTCOMES.len()));
        let went = if random.below(12) == 0 { vec![CARRIED_OUT] } else { vec![outcome, CONCLUDED] };
        for row in std::iter::once(came).chain(went) {
            counts[places.rows[row][kind]] += 1;
            counts[places.rows[row][TOTAL]] += 1;
        }
    }
    for block in &places.blocks {
        for cell in &block[..4] {
            let count = i64::try_from(random.below(applications / 30 + 2)).expect("small");
            counts[*cell] += count;
            counts[block[4]] += count;
        }
    }
    counts.into_iter().map(|count| Some(Decimal::from(count))).collect()
}

/// The changes to a report: the cells, with their original values.
type Done = Vec<(usize, Option<Decimal>)>;

fn set(values: &mut Values, done: &mut Done, cell: usize, new: Option<Decimal>) {
    if values[cell] != new {
        done.push((cell, values[cell]));
        values[cell] = new;
    }
}

/// Returns a figure with a typing error, or one that is one higher or lower.
fn slip(value: Option<Decimal>, random: &mut Random) -> Option<Decimal> {
    let value = value?;
    let digits = value.to_string();
    let new = match random.below(4) {
        0 if digits.len() > 1 => digits[..digits.len() - 1].parse().ok()?,
        1 => format!("{digits}{}", random.below(10)).parse().ok()?,
        2 if digits.len() > 1 => digits.chars().rev().collect::<String>().parse().ok()?,
        _ => value + Decimal::from(random.below(9) + 1),
    };
    Some(if new == value { value + Decimal::ONE } else { new })
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum CellKind {
    OneCell,
    TwoCells,
    TableFour,
    TotalsColumnZero,
    TotalsRowZero,
    RowOff,
    RowShifted,
    TableShifted,
    LastYearsRow,
    Recomputed,
    Blanks,
}

const KINDS: [(CellKind, &str, Option<Pattern>); 11] = [
    (CellKind::OneCell, "one cell of table 3", None),
    (CellKind::TwoCells, "two cells of table 3", None),
    (CellKind::TableFour, "one cell of table 4", None),
    (CellKind::TotalsColumnZero, "total column left at zero", Some(Pattern::TotalsZero)),
    (CellKind::TotalsRowZero, "总计 row left at zero", Some(Pattern::TotalsZero)),
    (CellKind::RowOff, "figure one row off", Some(Pattern::RowOff)),
    (CellKind::RowShifted, "row shifted by one column", Some(Pattern::RowShifted)),
    (CellKind::TableShifted, "table shifted by one column", Some(Pattern::TableShifted)),
    (CellKind::LastYearsRow, "row left over from last year", Some(Pattern::LastYearsRow)),
    (CellKind::Recomputed, "totals recomputed after a slip", None),
    (CellKind::Blanks, "zeros left blank", None),
];

/// Injects an error of a kind into a report; `last` is last year's report.
fn inject(kind: CellKind, places: &Places, values: &mut Values, last: &Values, random: &mut Random) -> Done {
    let mut done = Done::new();
    let any = |random: &mut Random| places.rows[random.below(25)][random.below(7)];
    match kind {
        CellKind::OneCell => {
            let cell = any(random);
            let new = slip(values[cell], random);
            set(values, &mut done, cell, new);
        }
        CellKind::TwoCells => {
            for _ in 0..2 {
                let cell = any(random);
                let new = slip(values[cell], random);
                if done.iter().all(|(other, _)| *other != cell) {
                    set(values, &mut done, cell, new);
                }
            }
        }
        CellKind::TableFour => {
            let cell = places.blocks[random.below(3)][random.below(5)];
            let new = slip(values[cell], random);
            set(values, &mut done, cell, new);
        }
        CellKind::TotalsColumnZero => {
            places.rows.iter().for_each(|row| set(values, &mut done, row[TOTAL], Some(Decimal::ZERO)));
        }
        CellKind::TotalsRowZero => {
            places.rows[CONCLUDED].iter().for_each(|cell| set(values, &mut done, *cell, Some(Decimal::ZERO)));
        }
        CellKind::RowOff => {
            let (row, column) = (random.below(24), random.below(7));
            let (upper, lower) = (places.rows[row][column], places.rows[row + 1][column]);
            let (a, b) = (values[upper], values[lower]);
            set(values, &mut done, upper, b);
            set(values, &mut done, lower, a);
        }
        CellKind::RowShifted => {
            let row = &places.rows[random.below(25)];
            shift(row, values, &mut done);
        }
        CellKind::TableShifted => places.rows.iter().for_each(|row| shift(row, values, &mut done)),
        CellKind::LastYearsRow => {
            let row = &places.rows[OUTCOMES.start + random.below(OUTCOMES.len())];
            for cell in row {
                set(values, &mut done, *cell, last[*cell]);
            }
        }
        CellKind::Recomputed => recompute(places, values, &mut done, random),
        CellKind::Blanks => {
            for cell in places.rows.iter().flatten() {
                if values[*cell] == Some(Decimal::ZERO) && random.below(2) == 0 {
                    set(values, &mut done, *cell, None);
                }
            }
        }
    }
    done
}

/// Increases an outcome, and with it every total and the number received.
fn recompute(places: &Places, values: &mut Values, done: &mut Done, random: &mut Random) {
    let (row, column) = (OUTCOMES.start + random.below(OUTCOMES.len()), random.below(6));
    let more = Some(Decimal::from(random.below(9) + 1));
    for row in [row, CONCLUDED, 0] {
        for column in [column, TOTAL] {
            let cell = places.rows[row][column];
            let new = values[cell].zip(more).map(|(value, more)| value + more);
            set(values, done, cell, new);
        }
    }
}

/// Shifts every figure of a row except the total by one column to the right.
fn shift(row: &[usize], values: &mut Values, done: &mut Done) {
    let old: Vec<Option<Decimal>> = row.iter().map(|cell| values[*cell]).collect();
    for column in (0..TOTAL).rev() {
        let new = if column == 0 { Some(Decimal::ZERO) } else { old[column - 1] };
        set(values, done, row[column], new);
    }
}

fn sums(form: &Form, values: &Values) -> Sums {
    let term = |(at, value): (usize, &Option<Decimal>)| {
        (!form.is_out(at, false)).then(|| value.map_or(Term::Blank, Term::Known))
    };
    Sums::of(form, &values.iter().enumerate().map(term).collect::<Vec<_>>())
}

#[derive(Default)]
struct Score {
    injected: usize,
    detected: usize,
    among: usize,
    unique: usize,
    named: usize,
}

impl Score {
    fn add(&mut self, done: &Done, found: &[Cause], pattern: Option<Pattern>) {
        self.injected += 1;
        self.detected += usize::from(!found.is_empty());
        // Several causes can split the changes between them; each must have its part among its sets.
        let truth = |cause: &Cause| {
            cause.sets.iter().any(|set| {
                set.iter().all(|change| done.iter().any(|(cell, was)| *cell == change.cell && *was == change.value))
            })
        };
        let told = |cause: &Cause| cause.sets.iter().map(Vec::len).max().unwrap_or(0);
        let whole = found.iter().map(told).sum::<usize>() >= done.len();
        let among = !found.is_empty() && whole && found.iter().all(truth);
        self.among += usize::from(among);
        self.unique += usize::from(among && found.iter().all(|cause| cause.sets.len() == 1));
        // If the rest of a pattern is zero, only one or two cells change: then naming the cells is equally good.
        let same = |cause: &Cause| cause.pattern == pattern || done.len() <= 2 && truth(cause);
        self.named += usize::from(pattern.is_some() && found.iter().any(same));
    }

    fn line(&self, what: &str, size: &str, pattern: bool) {
        let of = |part: usize, all: usize| {
            let [part, all] = [part, all.max(1)].map(|count| u32::try_from(count).map_or(0.0, f64::from));
            format!("{:.2} %", 100.0 * part / all)
        };
        let share = |part: usize| of(part, self.injected);
        // A pattern that satisfies every sum cannot be detected, so the share is taken of the detected ones.
        let named = if pattern { of(self.named, self.detected) } else { "–".to_owned() };
        println!(
            "| {what} | {size} | {} | {} | {} | {} | {named} |",
            self.injected,
            share(self.detected),
            share(self.among),
            share(self.unique)
        );
    }
}

fn main() {
    let each: usize = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(1000);
    let forms = Forms::official().expect("data files are well formed");
    let form = &forms.all[1];
    let places = Places::of(form);
    println!(
        "| error | figures | injected | detected | truth among the suspects | only suspect, and right | named, of the detected |"
    );
    println!("|---|---|---|---|---|---|---|");
    for (kind, what, pattern) in KINDS {
        for (size, smallest, spread) in [("township", 0, 12), ("city", 2000, 3000)] {
            let mut score = Score::default();
            let mut seed = 0;
            while score.injected < each && seed < 40 * u64::try_from(each).expect("a number") {
                seed += 1;
                let mut random = Random(seed * 31 + u64::try_from(smallest).expect("small"));
                let applications = smallest + random.below(spread);
                let mut values = clean(form, &places, &mut random, applications);
                let last = clean(form, &places, &mut random, applications);
                let done = inject(kind, &places, &mut values, &last, &mut random);
                if !done.is_empty() {
                    score.add(&done, &causes(form, &sums(form, &values), Some(&last)), pattern);
                }
            }
            score.line(what, size, pattern.is_some());
        }
    }
    let reports = 10 * each;
    let alarms = (0..reports).filter(|seed| {
        let mut random = Random(u64::try_from(*seed).expect("a number"));
        let applications = random.below([4, 40, 4000][seed % 3]);
        let mut values = clean(form, &places, &mut random, applications);
        if seed % 2 == 0 {
            inject(CellKind::Blanks, &places, &mut values, &Values::new(), &mut random);
        }
        !causes(form, &sums(form, &values), None).is_empty()
    });
    println!("\nclean reports, half of them with blanks for zeros: {reports}; false alarms: {}", alarms.count());
}
