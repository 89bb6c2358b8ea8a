//! Robustness of reading: clean reports are perturbed as in practice and read, and the outcomes are counted: right,
//! refused, wrong, falsely accused, lost.
//!
//! `scripts/adversary` runs it; the same seed gives the same reports.
//!
//! ```text
//! adversary PROGRAM [COUNT] [--seed N] [--only ID,…]    prints the table
//! adversary PROGRAM --show NUMBER FOLDER [--entries ID,…]  writes the files of one report and prints its verdict
//! adversary --catalogue                                 lists the entries, one per line
//! ```
//!
//! With `--through COMMAND` the files are first processed by a command that gets their folder, such as an office
//! program that saves them again.

#![allow(clippy::print_stdout, clippy::expect_used, reason = "a program that measures and prints")]

mod perturbation;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rayon::prelude::*;

use perturbation::catalogue::{self, Entry};
use perturbation::plan::{CASES, Planner};
use perturbation::run::Program;
use perturbation::table::{HEADING, Tally};
use perturbation::verdict::{Outcome, Verdict};
use perturbation::{run, verdict};

/// Maximum number of failures that are traced to the entries that cause them.
const MAX_TRACED: usize = 4000;
/// Maximum number of case numbers printed for each kind of failure.
const MAX_NUMBERS: usize = 6;

/// The command-line options.
struct Options {
    words: Vec<String>,
    seed: u64,
    only: Vec<String>,
    entries: Option<Vec<String>>,
    show: bool,
    catalogue: bool,
    through: Option<PathBuf>,
}

impl Options {
    fn parse() -> Self {
        let mut options = Self {
            words: Vec::new(),
            seed: 2026,
            only: Vec::new(),
            entries: None,
            show: false,
            catalogue: false,
            through: None,
        };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut next = || words.next().expect("a value behind the option");
            match word.as_str() {
                "--seed" => options.seed = next().parse().expect("a number"),
                "--only" => options.only = next().split(',').map(str::to_owned).collect(),
                "--entries" => options.entries = Some(next().split(',').map(str::to_owned).collect()),
                "--through" => options.through = Some(std::fs::canonicalize(next()).expect("a command")),
                "--show" => options.show = true,
                "--catalogue" => options.catalogue = true,
                _ => options.words.push(word),
            }
        }
        options
    }
}

fn main() {
    let options = Options::parse();
    if options.catalogue {
        print_catalogue();
        return;
    }
    let program = PathBuf::from(options.words.first().expect("the program's path"));
    let program = std::fs::canonicalize(program).expect("the program");
    let program = Program { path: program, through: options.through.clone() };
    let planner = Planner::new(options.seed, options.only.clone());
    if options.show {
        let number = options.words[1].parse().expect("a number");
        show(&program, &planner, number, &options);
        return;
    }
    let count = options.words.get(1).map_or(50_000, |count| count.parse().expect("a number"));
    measure(&program, &planner, count);
}

fn print_catalogue() {
    let entries = catalogue::all();
    for entry in &entries {
        let codes = if entry.codes.is_empty() { "–".to_owned() } else { entry.codes.join(" ") };
        let readable = if entry.is_readable { "readable" } else { "not readable" };
        println!("{:<22} {readable:<13} {codes:<20} {}", entry.id, entry.words);
    }
    let readable = entries.iter().filter(|entry| entry.is_readable).count();
    println!("\n{} entries, {readable} of them readable", entries.len());
}

/// Writes the files of one case and prints its verdict.
fn show(program: &Program, planner: &Planner, number: usize, options: &Options) {
    let folder = Path::new(&options.words[2]);
    let wanted = options.entries.as_ref().map(|ids| {
        catalogue::all().into_iter().filter(|entry| ids.iter().any(|id| id == entry.id)).collect::<Vec<_>>()
    });
    let batch = planner.batch(&[number], wanted.as_deref());
    let written = run::run_in(program, &batch, folder);
    let verdict = verdict::judge(&batch, &written).remove(0);
    let (_, entries, case) = &batch.cases[0];
    let ids: Vec<&str> = entries.iter().map(|entry| entry.id).collect();
    println!("{}\nroster: {}\nfiles: {}", ids.join(" + "), case.roster_name, run::paths(case).join(", "));
    println!("year {} {}", batch.year, if batch.states_year { "given" } else { "not given" });
    println!("{:?}: {}", verdict.outcome, verdict.kind);
    for reason in verdict.reasons {
        println!("  {reason}");
    }
}

/// A failed case.
struct Failure {
    number: usize,
    entries: Vec<&'static Entry>,
    verdict: Verdict,
}

fn measure(program: &Program, planner: &Planner, count: usize) {
    let tally = Mutex::new(Tally::default());
    let failures = Mutex::new(Vec::new());
    (0..count.div_ceil(CASES)).into_par_iter().for_each(|at| {
        let numbers: Vec<usize> = (at * CASES..((at + 1) * CASES).min(count)).collect();
        let batch = planner.batch(&numbers, None);
        let verdicts = verdict::judge(&batch, &run::run(program, &batch));
        let mut tally = tally.lock().expect("no panic");
        for ((number, entries, case), verdict) in batch.cases.into_iter().zip(verdicts) {
            for entry in &entries {
                tally.entries.entry(entry.id).or_default().add(verdict.outcome);
            }
            tally.all.add(verdict.outcome);
            if case.is_readable {
                tally.readable.add(verdict.outcome);
            }
            let is_failure =
                verdict.outcome < Outcome::Refused || verdict.outcome == Outcome::Refused && case.is_readable;
            if is_failure {
                failures.lock().expect("no panic").push(Failure { number, entries, verdict });
            }
        }
    });
    print_tally(&tally.into_inner().expect("no panic"));
    let mut failures = failures.into_inner().expect("no panic");
    failures.sort_by_key(|failure| (failure.verdict.outcome, failure.number));
    failures.truncate(MAX_TRACED);
    print_failures(program, planner, failures);
}

fn print_tally(tally: &Tally) {
    println!("{HEADING}");
    for entry in catalogue::all() {
        let counts = tally.entries.get(entry.id).copied().unwrap_or_default();
        let mark = if entry.is_readable { "" } else { " (not readable)" };
        println!("| {}{mark} | {} |", entry.id, counts.cells());
    }
    println!("| all readable | {} |", tally.readable.cells());
    println!("| all | {} |", tally.all.cells());
}

/// Prints the failures by kind, each traced to the single entry that causes it, if there is one.
fn print_failures(program: &Program, planner: &Planner, failures: Vec<Failure>) {
    let traced: Vec<(String, Failure)> =
        failures.into_par_iter().map(|failure| (trace(program, planner, &failure), failure)).collect();
    let mut kinds: BTreeMap<(Outcome, String, String), Vec<Failure>> = BTreeMap::new();
    for (cause, failure) in traced {
        kinds.entry((failure.verdict.outcome, cause, failure.verdict.kind.clone())).or_default().push(failure);
    }
    println!("\n| outcome | entries | kind | times | numbers | for example |\n|---|---|---|---|---|---|");
    for ((outcome, cause, kind), failures) in kinds {
        let numbers: Vec<String> =
            failures.iter().take(MAX_NUMBERS).map(|failure| failure.number.to_string()).collect();
        let example = failures[0].verdict.reasons.first().map_or("", String::as_str);
        let example: String = example.replace(['\n', '|'], " ").chars().take(160).collect();
        println!("| {outcome:?} | {cause} | {kind} | {} | {} | {example} |", failures.len(), numbers.join(" "));
    }
}

/// Returns the entry that alone makes the case fail as badly, else all entries.
fn trace(program: &Program, planner: &Planner, failure: &Failure) -> String {
    let fails = |entries: &[&'static Entry]| {
        let batch = planner.batch(&[failure.number], Some(entries));
        let verdict = verdict::judge(&batch, &run::run(program, &batch)).remove(0);
        verdict.outcome == failure.verdict.outcome
    };
    if fails(&[]) {
        return format!("none ({:?})", planner.batch(&[failure.number], None).cases[0].2.format);
    }
    if let Some(entry) = failure.entries.iter().find(|entry| failure.entries.len() > 1 && fails(&[**entry])) {
        return entry.id.to_owned();
    }
    failure.entries.iter().map(|entry| entry.id).collect::<Vec<_>>().join(" + ")
}
