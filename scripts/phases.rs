//! Processor time of a run by phase, on one thread: `phases FOLDER ROSTER`. For Linux only.

#![allow(clippy::print_stdout, clippy::expect_used, reason = "a program for measuring")]

use std::sync::Arc;
use std::time::Duration;

use huizong::corpus::Corpus;
use huizong::decisions::Decisions;
use huizong::document;
use huizong::finding::Severity;
use huizong::outcome::{Outcome, Settings};
use huizong::report::{self, Render};
use huizong::rollup::Rollup;
use huizong::roster::Roster;
use huizong::rules;
use huizong::source::{self, Limits};
use huizong::submission::Reader;

fn main() {
    let mut args = std::env::args_os().skip(1);
    let (folder, roster) = (args.next().expect("a folder"), args.next().expect("a roster"));
    let listing = source::list(&[folder.into()], &[]).expect("a folder that can be listed");
    let mut clock = Clock(spent(), listing.sources.len());
    let files: Vec<(String, Vec<u8>)> =
        listing.sources.iter().map(|source| (source.file.clone(), source.read(u64::MAX).expect("a file"))).collect();
    clock.lap("bytes from disk");
    for (_, bytes) in &files {
        drop(source::digest(bytes));
    }
    clock.lap("digests");
    for (name, bytes) in &files {
        drop(document::read(name, bytes, &Limits::default()));
    }
    clock.lap("documents");
    let reader = Reader::official().expect("the program's data");
    clock.lap("the program's data");
    let submissions: Vec<_> = files.iter().flat_map(|(name, bytes)| reader.read(name, bytes)).collect();
    clock.lap("documents and submissions");
    let rows = std::fs::read(&roster).expect("a roster");
    let document = document::read("roster.csv", &rows, &Limits::default()).expect("a roster");
    let roster = Roster::from_rows("roster", &document.grids[0].texts()).expect("a roster");
    clock.lap("roster");
    let corpus = Corpus::build(Arc::clone(&reader.forms), Some(&roster), None, submissions, None);
    clock.lap("corpus");
    let settings = Settings::default();
    let findings = rules::check(&corpus, &settings.severities).expect("findings");
    clock.lap("findings");
    let must_fix = findings.iter().filter(|finding| finding.severity == Severity::MustFix);
    let flagged = must_fix.filter_map(huizong::finding::Finding::entry).collect();
    let rollup = Rollup::build(&corpus, &flagged, &rules::corrections(&corpus, &findings)).expect("totals");
    let of_files = (Vec::new(), Vec::new());
    let outcome = Outcome::new(corpus, findings, rollup, of_files, settings, (Decisions::default(), Vec::new()), None);
    clock.lap("rollup and outcome");
    for output in report::OUTPUTS {
        match output.render {
            Render::File(write) => write(&outcome, &mut Vec::new()).expect("an output"),
            Render::Folder(write) => drop(write(&outcome).expect("outputs")),
        }
        clock.lap(output.path);
    }
}

/// Returns the processor time of this thread so far, which other programs on the machine do not affect.
fn spent() -> Duration {
    let line = std::fs::read_to_string("/proc/thread-self/schedstat").expect("a system that counts it");
    Duration::from_nanos(line.split(' ').next().and_then(|nanos| nanos.parse().ok()).expect("a number"))
}

/// The time at the last lap, and the number of files by which laps are divided.
struct Clock(Duration, usize);

impl Clock {
    fn lap(&mut self, what: &str) {
        let lap = spent().saturating_sub(self.0);
        let each = lap / u32::try_from(self.1.max(1)).expect("fewer files");
        println!("{:>9.1} us a file {:>9.0} ms  {what}", each.as_secs_f64() * 1e6, lap.as_secs_f64() * 1e3);
        self.0 = spent();
    }
}
