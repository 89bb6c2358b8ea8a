//! Derivation of a case from its number: its body, form, format and perturbations.

use std::collections::BTreeSet;

use huizong::form::{Form, Forms};

use super::body::{self, Body};
use super::case::{ANY, Case};
use super::catalogue::{self, Entry};
use super::random::Random;

/// Number of perturbed reports in a batch.
pub(crate) const CASES: usize = 40;
/// Number of additional clean reports in a batch: they establish the year of the others.
const COMPANIONS: usize = 3;

/// The generator of cases.
pub(crate) struct Planner {
    forms: Forms,
    catalogue: Vec<&'static Entry>,
    /// The seed of all random choices.
    pub(crate) seed: u64,
    /// Entries that are preferred, if only these are requested.
    pub(crate) only: Vec<String>,
}

/// The input of one run of the program: reports of one county and year.
pub(crate) struct Batch<'a> {
    pub(crate) year: u16,
    pub(crate) has_roster: bool,
    pub(crate) states_year: bool,
    /// The perturbed cases, each with its number and entries.
    pub(crate) cases: Vec<(usize, Vec<&'static Entry>, Case<'a>)>,
    /// Clean reports of other bodies.
    pub(crate) companions: Vec<Case<'a>>,
    /// A body that sent nothing.
    pub(crate) absentee: Body,
}

impl Planner {
    /// Returns a generator with a seed.
    pub(crate) fn new(seed: u64, only: Vec<String>) -> Self {
        let forms = Forms::official().expect("data files are well formed");
        Self { forms, catalogue: catalogue::all(), seed, only }
    }

    fn random(&self, of: &str, number: usize) -> Random {
        let mut state = self.seed ^ 0x5EED;
        for byte in of.bytes().chain(number.to_le_bytes()) {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
        }
        let mut random = Random(state);
        random.below(2);
        random
    }

    fn form(&self, id: &str) -> &Form {
        self.forms.all.iter().find(|form| form.id == id).expect("a form")
    }

    /// Returns the batch with these cases, all of the same batch, each with its own entries or with the given ones.
    pub(crate) fn batch(&self, numbers: &[usize], entries: Option<&[&'static Entry]>) -> Batch<'_> {
        let batch = numbers.first().map_or(0, |number| number / CASES);
        let mut random = self.random("batch", batch);
        let (form, year) = if random.below(6) == 0 {
            (self.form("2019"), [2019, 2020][random.below(2)])
        } else {
            (self.form("2021"), [2021, 2022, 2023, 2024, 2024, 2025][random.below(6)])
        };
        let has_roster = random.below(6) > 0;
        let states_year = random.below(3) > 0;
        let county = body::county(&mut random);
        let mut bodies = body::bodies(&county, CASES + COMPANIONS + 1, &mut random).into_iter();
        let absentee = bodies.next().expect("a body");
        let companions: Vec<Case> = bodies
            .by_ref()
            .take(COMPANIONS)
            .map(|body| Case::clean(form, year, body, has_roster, &mut random))
            .collect();
        let bodies: Vec<Body> = bodies.collect();
        let case = |number: &usize| {
            let body = bodies[number % CASES].clone();
            let (chosen, case) = self.case(*number, form, year, body, has_roster, entries);
            (*number, chosen, case)
        };
        Batch { year, has_roster, states_year, cases: numbers.iter().map(case).collect(), companions, absentee }
    }

    fn case<'a>(
        &'a self,
        number: usize,
        form: &'a Form,
        year: u16,
        body: Body,
        has_roster: bool,
        entries: Option<&[&'static Entry]>,
    ) -> (Vec<&'static Entry>, Case<'a>) {
        let mut random = self.random("case", number);
        let mut case = Case::clean(form, year, body, has_roster, &mut random);
        let chosen = self.choose(&mut case, number);
        let wanted =
            |entry: &&&'static Entry| entries.is_none_or(|entries| entries.iter().any(|other| other.id == entry.id));
        let mut done = Vec::new();
        for entry in chosen.iter().filter(wanted) {
            // Each entry has its own random numbers, so that its effect does not depend on the other entries.
            let mut random = self.random(entry.id, number);
            let before = case.clone();
            // An entry that finds nothing to change must have no effect. Two entries may produce overlapping cells,
            // which no program can display.
            if entry.apply(&mut case, &mut random) && !case.grids().any(|grid| grid.overlaps()) {
                done.push(*entry);
            } else {
                case = before;
            }
        }
        (done, case)
    }

    /// Chooses one to four compatible entries, and the format.
    fn choose(&self, case: &mut Case, number: usize) -> Vec<&'static Entry> {
        let mut random = self.random("choice", number);
        let is_first = |entry: &&&'static Entry| {
            (self.only.is_empty() || self.only.iter().any(|id| id == entry.id))
                && entry.form.is_none_or(|form| form == case.form.id)
                && (case.has_roster || !entry.needs_roster)
        };
        let first: Vec<&&'static Entry> = self.catalogue.iter().filter(is_first).collect();
        let Some(first) = (!first.is_empty()).then(|| *first[random.below(first.len())]) else {
            case.format = ANY[random.below(ANY.len())];
            return Vec::new();
        };
        case.format = first.formats[random.below(first.formats.len())];
        let mut chosen = vec![first];
        let mut touched: BTreeSet<&str> = first.touches.iter().copied().collect();
        let count = if self.only.is_empty() { [0, 0, 1, 1, 2, 3][random.below(6)] } else { 0 };
        for _ in 0..count {
            let suits = |entry: &&&'static Entry| {
                entry.suits(case) && entry.touches.iter().all(|touch| !touched.contains(touch))
            };
            let others: Vec<&&'static Entry> = self.catalogue.iter().filter(suits).collect();
            if others.is_empty() {
                break;
            }
            let other = *others[random.below(others.len())];
            touched.extend(other.touches);
            chosen.push(other);
        }
        chosen.sort_by_key(|entry| self.catalogue.iter().position(|other| other.id == entry.id));
        chosen
    }
}
