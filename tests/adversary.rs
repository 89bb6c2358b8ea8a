//! A thousand perturbed reports, the same ones in every run: no wrong figure may go unreported, no right figure may be
//! reported as wrong, and no unit may be lost.
//!
//! `scripts/adversary` runs fifty times as many and prints a table.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "../scripts/perturbation/mod.rs"]
#[allow(dead_code, reason = "shared with a program that prints tables")]
mod perturbation;

use rayon::prelude::*;

use perturbation::plan::{CASES, Planner};
use perturbation::verdict::Outcome;
use perturbation::{run, verdict};

const SEED: u64 = 2026;
const REPORTS: usize = 1000;

#[test]
fn no_report_is_silently_wrong_accused_or_lost() {
    let program = run::Program { path: env!("CARGO_BIN_EXE_huizong").into(), through: None };
    let planner = Planner::new(SEED, Vec::new());
    let bad = (0..REPORTS / CASES).into_par_iter().flat_map_iter(|at| {
        let numbers: Vec<usize> = (at * CASES..(at + 1) * CASES).collect();
        let batch = planner.batch(&numbers, None);
        let verdicts = verdict::judge(&batch, &run::run(&program, &batch));
        let line = |((number, entries, _), verdict): (&(usize, Vec<_>, _), verdict::Verdict)| {
            let ids: Vec<&str> = entries.iter().map(|entry: &&perturbation::catalogue::Entry| entry.id).collect();
            let reason = verdict.reasons.first().map_or("", String::as_str);
            let is_bad = verdict.outcome <= Outcome::Accused;
            is_bad.then(|| format!("{number} {:?} {}: {reason}", verdict.outcome, ids.join(" + ")))
        };
        batch.cases.iter().zip(verdicts).filter_map(line).collect::<Vec<_>>()
    });
    let bad: Vec<String> = bad.collect();
    assert!(bad.is_empty(), "{} of {REPORTS} reports:\n{}", bad.len(), bad.join("\n"));
}

#[test]
fn the_catalogue_has_entries_of_different_names_and_most_are_readable() {
    let entries = perturbation::catalogue::all();
    let mut ids: Vec<&str> = entries.iter().map(|entry| entry.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), entries.len());
    assert!(entries.len() >= 120);
    assert!(entries.iter().filter(|entry| entry.is_readable).count() >= 100);
}
