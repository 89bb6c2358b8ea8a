//! Property tests of the readers: any bytes give a submission and never a panic.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::io::Read;
use std::path::Path;
use std::sync::LazyLock;

use huizong::submission::Reader;
use proptest::prelude::*;

/// The fuzz targets; each of them is also called by a test here.
#[path = "fuzz/targets.rs"]
mod targets;

static READER: LazyLock<Reader> = LazyLock::new(|| Reader::official().expect("data files are well formed"));

/// All files of `tests/formats`, which have the same report in each format.
static FILES: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats");
    let entries = walkdir::WalkDir::new(folder).min_depth(1).sort_by_file_name();
    let read = |entry: walkdir::DirEntry| {
        let bytes = std::fs::read(entry.path()).expect("a readable file");
        (entry.file_name().to_string_lossy().into_owned(), bytes)
    };
    entries.into_iter().map(|entry| read(entry.expect("a readable folder"))).collect()
});

/// The office documents among them as lists of parts, in the encoding of `targets::parts`.
static DOCUMENTS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let archives = FILES.iter().filter(|(_, bytes)| bytes.starts_with(b"PK"));
    archives.map(|(_, bytes)| as_parts(bytes)).collect()
});

fn as_parts(archive: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(archive)).expect("an archive");
    let mut bytes = Vec::new();
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).expect("a part");
        bytes.extend_from_slice(part.name_raw());
        bytes.extend_from_slice(targets::BETWEEN[1]);
        part.read_to_end(&mut bytes).expect("its bytes");
        bytes.extend_from_slice(targets::BETWEEN[0]);
    }
    bytes
}

/// Archives of several kinds.
static ARCHIVES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/archives");
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter();
    let files = files.map(|entry| entry.expect("a readable folder")).filter(|entry| entry.file_type().is_file());
    files.map(|entry| std::fs::read(entry.path()).expect("a readable file")).collect()
});

/// Returns each file with an extension, damaged.
fn of_kind(ending: &str, hits: &[(usize, u8)], cut: Option<usize>) -> impl Iterator<Item = Vec<u8>> {
    let files = FILES.iter().filter(move |(name, _)| Path::new(name).extension().is_some_and(|own| own == ending));
    files.map(move |(_, bytes)| damaged(bytes, hits, cut))
}

/// Returns bytes damaged in a few places: some overwritten, some removed, and perhaps truncated.
fn damaged(bytes: &[u8], hits: &[(usize, u8)], cut: Option<usize>) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (at, byte) in hits {
        let at = at % bytes.len().max(1);
        match byte {
            0..=15 if at < bytes.len() => drop(bytes.remove(at)),
            16..=31 => bytes.insert(at, *byte),
            _ => bytes[at] = *byte,
        }
    }
    bytes.truncate(cut.map_or(usize::MAX, |cut| cut % (bytes.len() + 1)));
    bytes
}

/// Generates the places of the damage, with the byte that is written.
fn hits() -> impl Strategy<Value = Vec<(usize, u8)>> {
    prop::collection::vec((any::<usize>(), any::<u8>()), 1..6)
}

/// Returns the number of cases of a target: `PROPTEST_CASES` if set, else a small number, since they are part of every
/// test run.
fn cases(few: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(few), ..ProptestConfig::default() }
}

fn some_bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..most)
}

#[test]
fn every_target_has_its_twin_and_takes_its_seeds() {
    let names: Vec<&str> = targets::TARGETS.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        [
            "file", "parts", "pdf", "doc", "rtf", "fods", "odt", "mail", "archive", "tables", "number", "sums",
            "roster", "words",
        ]
    );
    for bytes in DOCUMENTS.iter() {
        targets::parts(bytes);
    }
}

#[test]
fn what_once_broke_something_no_longer_does() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/fuzz");
    for (name, target) in targets::TARGETS {
        for entry in std::fs::read_dir(folder.join(name)).into_iter().flatten() {
            target(&std::fs::read(entry.expect("a readable folder").path()).expect("a readable file"));
        }
    }
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn file(bytes in some_bytes(600)) {
        targets::file(&bytes);
    }

    #[test]
    fn file_damaged(which in any::<usize>(), hits in hits(), cut in any::<Option<usize>>()) {
        let (name, bytes) = &FILES[which % FILES.len()];
        prop_assert!(!READER.read(name, &damaged(bytes, &hits, cut)).is_empty());
    }

    #[test]
    fn parts(which in any::<usize>(), hits in hits(), cut in any::<Option<usize>>()) {
        targets::parts(&damaged(&DOCUMENTS[which % DOCUMENTS.len()], &hits, cut));
    }

    #[test]
    fn pdf(hits in hits(), cut in any::<Option<usize>>()) {
        of_kind("pdf", &hits, cut).for_each(|bytes| targets::pdf(&bytes));
    }

    #[test]
    fn doc(hits in hits(), cut in any::<Option<usize>>()) {
        of_kind("doc", &hits, cut).chain(of_kind("wps", &hits, cut)).for_each(|bytes| targets::doc(&bytes));
    }

    #[test]
    fn rtf(hits in hits(), cut in any::<Option<usize>>()) {
        of_kind("rtf", &hits, cut).for_each(|bytes| targets::rtf(&bytes));
    }

    #[test]
    fn fods(hits in hits(), cut in any::<Option<usize>>()) {
        of_kind("fods", &hits, cut).for_each(|bytes| targets::fods(&bytes));
    }

    #[test]
    fn odt(hits in hits(), cut in any::<Option<usize>>()) {
        for bytes in of_kind("odt", &[], None) {
            targets::odt(&damaged(&as_parts(&bytes), &hits, cut));
        }
    }

    #[test]
    fn mail(hits in hits(), cut in any::<Option<usize>>()) {
        of_kind("mht", &hits, cut).for_each(|bytes| targets::mail(&bytes));
    }

    #[test]
    fn archive(hits in hits(), cut in any::<Option<usize>>()) {
        for bytes in ARCHIVES.iter() {
            targets::archive(&damaged(bytes, &hits, cut));
        }
    }

    #[test]
    fn tables(bytes in some_bytes(300)) {
        targets::tables(&bytes);
    }

    #[test]
    fn number(bytes in some_bytes(12)) {
        targets::number(&bytes);
    }

    #[test]
    fn roster(bytes in some_bytes(200)) {
        targets::roster(&bytes);
    }

    #[test]
    fn words(bytes in some_bytes(200)) {
        targets::words(&bytes);
    }
}

proptest! {
    #![proptest_config(cases(20))]

    #[test]
    fn sums(bytes in some_bytes(400)) {
        targets::sums(&bytes);
    }
}
