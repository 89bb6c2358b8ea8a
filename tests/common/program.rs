//! Helpers for tests of the program: the command, paths of the project's files, and a reader of its CSV tables.

#![allow(dead_code, reason = "each test needs some of it")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use assert_cmd::Command;

/// A row of a table, by column name.
pub(crate) type Row = BTreeMap<String, String>;

/// Returns the program's command, in Chinese, without the environment of the person who runs the tests.
pub(crate) fn huizong() -> Command {
    let mut command = Command::cargo_bin("huizong").expect("the binary is built");
    command.env_clear().env("LANG", "zh_CN.UTF-8");
    command
}

/// Returns the path of a file or folder of the project.
pub(crate) fn project(part: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(part)
}

/// Returns the path of a file or folder of the sample county.
pub(crate) fn sample(part: &str) -> PathBuf {
    project("data/sample").join(part)
}

/// Returns the rows of a CSV, with or without a byte order mark.
pub(crate) fn rows(path: &Path) -> Vec<Row> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.deserialize().collect::<Result<_, _>>().expect("rows of the header's width")
}
