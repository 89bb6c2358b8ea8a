//! The effect of damage: bits are flipped in good reports, and the figures read are compared with the original ones.
//! `scripts/flips` runs it; the same seed gives the same table.

#![allow(clippy::print_stdout, clippy::expect_used, reason = "a program that measures and prints")]

mod random;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use huizong::amount::State;
use huizong::corpus::Corpus;
use huizong::document::Unreadable;
use huizong::rules;
use huizong::submission::{Content, Figure, Reader, Report, Submission};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use random::Random;

/// An undamaged file, with its report and findings.
struct Good {
    name: String,
    year: u16,
    bytes: Vec<u8>,
    report: Report,
    found: BTreeSet<String>,
}

/// Reads a file and returns its submissions and findings.
fn read(reader: &Reader, name: &str, year: u16, bytes: &[u8]) -> (Vec<Submission>, BTreeSet<String>) {
    let submissions = reader.read(name, bytes);
    let forms = reader.forms.clone();
    let corpus = Corpus::build(forms, None, Some(year), submissions.clone(), None);
    let findings = rules::check(&corpus, &BTreeMap::new()).expect("findings");
    (submissions, findings.into_iter().map(|finding| format!("{} {}", finding.rule, finding.message.zh)).collect())
}

/// Returns every file of the project that has exactly one report.
fn good_files(reader: &Reader) -> Vec<Good> {
    let mut good = Vec::new();
    for (folder, year) in [("tests/formats", 2025), ("data/sample/2024", 2024), ("data/sample/2025", 2025)] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for entry in walkdir::WalkDir::new(root).sort_by_file_name() {
            let path = entry.expect("a readable folder").into_path();
            let Ok(bytes) = std::fs::read(&path) else { continue };
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            // A report of another year is not checked, so it is read for the year that it states.
            let year = reader.read(&name, &bytes).first().and_then(|submission| submission.year).unwrap_or(year);
            let (submissions, found) = read(reader, &name, year, &bytes);
            if let [Submission { content: Content::Report(report), .. }] = submissions.as_slice() {
                good.push(Good { name, year, bytes, report: report.as_ref().clone(), found });
            }
        }
    }
    good
}

fn flip(bytes: &mut [u8], random: &mut Random) {
    let at = random.below(bytes.len());
    bytes[at] ^= 1 << random.below(8);
}

/// Returns the file with one to five bits flipped, either in its own bytes or, with `within`, in the bytes of its
/// zipped parts.
fn flipped(good: &Good, within: bool, random: &mut Random) -> Vec<u8> {
    let count = 1 + random.below(5);
    if !within {
        let mut bytes = good.bytes.clone();
        (0..count).for_each(|_| flip(&mut bytes, random));
        return bytes;
    }
    let mut archive = ZipArchive::new(Cursor::new(&good.bytes)).expect("an archive");
    let mut parts = Vec::new();
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).expect("a part");
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).expect("its bytes");
        parts.push((String::from_utf8_lossy(part.name_raw()).into_owned(), bytes));
    }
    // Half of the flips are in parts with figures; otherwise most would hit parts without effect, such as themes.
    let holds_figures =
        |name: &str| ["sheet1", "sharedStrings", "content.xml", "document.xml"].iter().any(|part| name.contains(part));
    for hit in 0..count {
        let chosen =
            |(name, bytes): &&mut (String, Vec<u8>)| !bytes.is_empty() && (hit % 2 == 1 || holds_figures(name));
        let mut hittable: Vec<_> = parts.iter_mut().filter(chosen).collect();
        let which = random.below(hittable.len());
        if let Some((_, bytes)) = hittable.get_mut(which) {
            flip(bytes, random);
        }
    }
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        archive.start_file(name, stored).expect("a part");
        archive.write_all(&bytes).expect("its bytes");
    }
    archive.finish().expect("an archive").into_inner()
}

/// The result of reading a damaged file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Came {
    /// Every figure is unchanged.
    Same,
    /// The file is reported as unreadable or as no report.
    Refused,
    /// A reader panicked, which was caught and reported.
    Broken,
    /// Figures differ, and there is a finding that the undamaged file does not have.
    Told,
    /// Figures differ in their cells only: each is another well-formed number, and no sum breaks.
    OtherNumber,
    /// Figures differ in another way, without any finding.
    Silent,
    /// An uncaught panic.
    Panic,
}

fn compare(reader: &Reader, good: &Good, bytes: &[u8]) -> (Came, String) {
    let read = catch_unwind(AssertUnwindSafe(|| read(reader, &good.name, good.year, bytes)));
    let Ok((submissions, found)) = read else { return (Came::Panic, String::new()) };
    let reports: Vec<&Report> = submissions.iter().filter_map(Submission::report).collect();
    let broken = |submission: &Submission| matches!(&submission.content, Content::Unreadable(Unreadable::Damaged(_, why)) if why.contains("breaks"));
    let [report] = reports[..] else {
        let came = if submissions.iter().any(broken) { Came::Broken } else { Came::Refused };
        return (if reports.is_empty() { came } else { Came::Told }, String::new());
    };
    let differs = |(old, new): &(Figure<'_>, Figure<'_>)| old.value != new.value || old.state != new.state;
    let pairs = || good.report.figures.iter().zip(report.figures.iter()).filter(differs);
    let shown: Vec<String> = pairs()
        .map(|(old, new)| format!("{:?} {:?} -> {:?} {:?}", old.raw(), old.value, new.raw(), new.value))
        .take(3)
        .collect();
    let told = report.form != good.report.form || found.difference(&good.found).next().is_some();
    let other_number = |(old, new): (Figure<'_>, Figure<'_>)| {
        new.state == State::Number && old.state != State::Absent && old.place() == new.place()
    };
    let came = match () {
        () if report.form == good.report.form && pairs().next().is_none() => Came::Same,
        () if told => Came::Told,
        () if pairs().all(other_number) => Came::OtherNumber,
        () => Came::Silent,
    };
    (came, shown.join("; "))
}

fn main() {
    // The messages of caught panics are not needed; uncaught panics are counted.
    std::panic::set_hook(Box::new(|_| {}));
    let number =
        |at: usize, default: usize| std::env::args().nth(at).and_then(|text| text.parse().ok()).unwrap_or(default);
    let (wanted, seed) = (number(1, 10_000), number(2, 1));
    let reader = Reader::official().expect("data files are well formed");
    let good = good_files(&reader);
    let mut random = Random(seed as u64);
    let mut table: BTreeMap<&str, BTreeMap<Came, usize>> = BTreeMap::new();
    for number in 0..wanted {
        let file = &good[number % good.len()];
        let within = file.bytes.starts_with(b"PK") && random.below(4) > 0;
        let bytes = flipped(file, within, &mut random);
        let (came, shown) = compare(&reader, file, &bytes);
        let kind = if within {
            "parts of a zip"
        } else if file.bytes.starts_with(b"PK") {
            "zip"
        } else {
            "other files"
        };
        *table.entry(kind).or_default().entry(came).or_default() += 1;
        if matches!(came, Came::Silent | Came::Panic) {
            println!("{came:?} {number} {}: {shown}", file.name);
            let kept = std::env::temp_dir().join(format!("flip-{seed}-{number}-{}", file.name));
            std::fs::write(kept, bytes).expect("a file");
        }
    }
    println!("{wanted} files of {} good ones, seed {seed}\n", good.len());
    println!(
        "| flipped in | same figures | refused | reader breaks, named | told | another number | silent | panics |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for (kind, counts) in table {
        let of = [Came::Same, Came::Refused, Came::Broken, Came::Told, Came::OtherNumber, Came::Silent, Came::Panic];
        let cells = of.map(|came| counts.get(&came).copied().unwrap_or(0).to_string());
        println!("| {kind} | {} |", cells.join(" | "));
    }
}
