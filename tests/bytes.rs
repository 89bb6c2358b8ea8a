//! Whatever the bytes, reading ends in a submission and never in a panic.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::path::Path;
use std::sync::LazyLock;

use huizong::submission::Reader;
use proptest::prelude::*;

static READER: LazyLock<Reader> = LazyLock::new(|| Reader::official().expect("data files are well formed"));

/// Every file of the one report in all kinds of files.
static FILES: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats");
    let entries = walkdir::WalkDir::new(folder).min_depth(1).sort_by_file_name();
    let read = |entry: walkdir::DirEntry| {
        let bytes = std::fs::read(entry.path()).expect("a readable file");
        (entry.file_name().to_string_lossy().into_owned(), bytes)
    };
    entries.into_iter().map(|entry| read(entry.expect("a readable folder"))).collect()
});

/// Pieces of which texts like reports are made.
fn piece() -> impl Strategy<Value = String> {
    let known = [
        "规章",
        "行政许可",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "（七）总计",
        "1.重复申请",
        "本年制发件数",
        "自然人",
        "其他",
        "总计",
        "行政复议",
        "复议后起诉",
        "|",
        "\t",
        "\n",
        " ",
        "0",
        "00",
        "12",
        "-",
        "。",
        "2025年",
        "|---|",
        "<td>",
        "<table>",
        "</table>",
        "填报单位：",
    ];
    prop_oneof![4 => prop::sample::select(known.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,4}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_end_in_a_submission(bytes in prop::collection::vec(any::<u8>(), 0..600), name in "[a-z]{1,3}\\.(xlsx|csv|txt|htm)") {
        prop_assert!(!READER.read(&name, &bytes).is_empty());
    }

    #[test]
    fn any_text_like_a_report_ends_in_a_submission(text in prop::collection::vec(piece(), 0..120)) {
        for name in ["a.txt", "a.htm", "a.csv"] {
            prop_assert!(!READER.read(name, text.concat().as_bytes()).is_empty());
        }
    }

    #[test]
    fn damaged_files_end_in_a_submission(which in 0_usize..17, hits in prop::collection::vec((any::<usize>(), any::<u8>()), 1..6), cut in any::<Option<usize>>()) {
        let (name, bytes) = &FILES[which % FILES.len()];
        let mut bytes = bytes.clone();
        for (at, byte) in hits {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut % bytes.len());
        }
        prop_assert!(!READER.read(name, &bytes).is_empty());
    }
}
