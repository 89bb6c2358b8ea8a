//! Limits of the document readers: each limit has one threshold; below it a file is rejected with the limit's name,
//! from it on the file is read.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::path::Path;

use huizong::document::{self, Unreadable};
use huizong::source::{Limit, Limits};

/// Returns a file of `tests/formats`.
fn sample(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats").join(name)).expect("a readable file")
}

/// Returns the default limits with one of them changed.
fn with(limit: Limit, most: u64) -> Limits {
    let mut limits = Limits::default();
    let field = match limit {
        Limit::Document => &mut limits.document,
        Limit::Entries => &mut limits.entries,
        Limit::Cells => &mut limits.cells,
        Limit::Text => &mut limits.text,
        Limit::Depth => &mut limits.depth,
        Limit::File | Limit::Archive | Limit::Ratio | Limit::Seconds => panic!("not a reader's own limit"),
    };
    *field = most;
    limits
}

/// Returns the smallest limit with which a file is read; checks that with any smaller one this limit is named.
fn threshold(name: &str, bytes: &[u8], limit: Limit) -> u64 {
    let is_read = |most: u64| match document::read(name, bytes, &with(limit, most)) {
        Ok(_) => true,
        Err(Unreadable::Exceeded { limit: named, most: said }) => {
            assert_eq!((named, said), (limit, most), "{name}");
            false
        }
        Err(other) => panic!("{name} with {limit:?} at {most}: {other:?}"),
    };
    let (mut below, mut at) = (0, Limits::default().most(limit));
    assert!(!is_read(below) && is_read(at), "{name} does not keep within {limit:?}");
    while at - below > 1 {
        let middle = u64::midpoint(below, at);
        if is_read(middle) { at = middle } else { below = middle }
    }
    assert!(!is_read(at - 1) && is_read(at) && is_read(at + 1), "{name}: {limit:?} at {at}");
    at
}

#[test]
fn every_reader_of_documents_keeps_within_its_limits() {
    use Limit::{Cells, Depth, Document, Entries, Text};
    for (name, limits) in [
        ("doc.doc", &[Cells, Document, Text][..]),
        ("wps.wps", &[Cells, Document, Text]),
        ("rtf.rtf", &[Cells, Depth, Document, Text]),
        ("odt.odt", &[Cells, Depth, Document, Entries, Text]),
        ("fods.fods", &[Cells, Depth, Document, Text]),
        ("mht.xls", &[Cells, Depth, Text]),
        ("word.pdf", &[Cells, Document, Entries, Text]),
    ] {
        let bytes = sample(name);
        for limit in limits {
            assert!(threshold(name, &bytes, *limit) > 1, "{name}: {limit:?}");
        }
    }
}

#[test]
fn a_pdf_has_as_many_pages_as_allowed() {
    // Pages that draw nothing would not be a report; with one picture each they are a scan.
    let scan = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/pdf/scan/in/甲山镇2025年年报.pdf");
    let bytes = std::fs::read(scan).expect("a readable file");
    let read = |pages| document::read("甲.pdf", &bytes, &with(Limit::Entries, pages)).expect_err("a scan");
    assert_eq!(read(2), Unreadable::Exceeded { limit: Limit::Entries, most: 2 });
    assert_eq!([read(3), read(4)], [const { Unreadable::NoText { pages: 3 } }; 2]);
}
