//! Helpers for tests of a work folder: its rounds, what arrives in it, and the office's decisions.

#![allow(dead_code, reason = "each test needs some of it")]

#[path = "package.rs"]
mod package;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use huizong::source::Limits;
use rust_xlsxwriter::Workbook;

pub(crate) use package::rewrite;

use crate::common::scene;
use crate::program::{Row, huizong, rows, sample};

pub(crate) type Tables = Vec<(String, Vec<Vec<String>>)>;

/// A work folder of an office.
pub(crate) struct Season {
    _folder: tempfile::TempDir,
    pub(crate) root: PathBuf,
}

impl Season {
    /// Starts the season of the sample county, with all its reports received.
    pub(crate) fn start() -> Self {
        let season = Self::with_roster(&sample("roster.csv"));
        for entry in walkdir::WalkDir::new(sample("2025")) {
            let entry = entry.expect("a readable tree");
            let target = season.inbox().join(entry.path().strip_prefix(sample("2025")).expect("below"));
            if entry.file_type().is_dir() {
                std::fs::create_dir_all(&target).expect("a folder");
            } else {
                std::fs::copy(entry.path(), &target).expect("a copy");
            }
        }
        season
    }

    /// Starts a season of a few townships with an empty inbox.
    pub(crate) fn of_townships(names: &[&str]) -> Self {
        let roster = tempfile::Builder::new().suffix(".csv").tempfile().expect("a temporary file");
        let rows: Vec<String> = names.iter().map(|name| format!("{name},乡镇,2026-01-20")).collect();
        let text = format!("单位名称,类型,截止日期\n{}\n", rows.join("\n"));
        std::fs::write(roster.path(), text).expect("a roster");
        Self::with_roster(roster.path())
    }

    fn with_roster(roster: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path().join("2025年年报");
        let season = Self { _folder: folder, root };
        huizong().arg("start").arg(&season.root).arg("--roster").arg(roster).assert().success();
        season
    }

    pub(crate) fn inbox(&self) -> PathBuf {
        self.root.join("收件")
    }

    pub(crate) fn results(&self) -> PathBuf {
        self.root.join("结果")
    }

    pub(crate) fn round(&self, date: &str) -> String {
        let done = huizong().arg("round").arg(&self.root).args(["--date", date]).assert().success();
        String::from_utf8_lossy(&done.get_output().stderr).into_owned()
    }

    pub(crate) fn table(&self, name: &str) -> Vec<Row> {
        rows(&self.results().join(name))
    }

    /// Returns the files of a unit with their statuses.
    pub(crate) fn files(&self, unit: &str) -> BTreeMap<String, String> {
        let of_unit = self.table("data/units.csv").into_iter().filter(|row| row["unit"].contains(unit));
        of_unit.map(|row| (row["file"].clone(), row["status"].clone())).collect()
    }

    pub(crate) fn value(&self, unit: &str, indicator: &str) -> Option<String> {
        let facts = self.table("data/facts.csv");
        let found = facts.into_iter().find(|row| row["unit"].contains(unit) && row["indicator"] == indicator);
        found.map(|row| row["value"].clone())
    }

    /// Puts a report into the inbox: the clean report of the unit in its name, with changes.
    pub(crate) fn receive(&self, name: &str, changes: &str) {
        let bare = name.rsplit('/').next().expect("a name");
        let scene = scene(&format!("file {bare}\n{changes}"));
        let path = self.inbox().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, scene.files[0].bytes()).expect("a file");
    }

    pub(crate) fn book(&self) -> PathBuf {
        self.root.join("办理单.xlsx")
    }

    /// Changes the decisions.
    pub(crate) fn decide(&self, change: impl FnOnce(&mut Tables)) {
        decide_in(&self.book(), change);
    }
}

/// Changes a workbook of decisions and saves it as another program would.
pub(crate) fn decide_in(book: &Path, change: impl FnOnce(&mut Tables)) {
    let mut tables = tables(book);
    change(&mut tables);
    let mut workbook = Workbook::new();
    for (name, rows) in &tables {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name).expect("a name");
        for (at, row) in (0..).zip(rows) {
            for (column, text) in (0..).zip(row).filter(|(_, text)| !text.is_empty()) {
                sheet.write_string(at, column, text).expect("a cell");
            }
        }
    }
    workbook.save(book).expect("a workbook");
}

pub(crate) fn tables(path: &Path) -> Tables {
    let bytes = std::fs::read(path).expect("a readable file");
    let document = huizong::document::read("a.xlsx", &bytes, &Limits::default()).expect("a workbook");
    document.grids.iter().map(|grid| (grid.name.to_string(), grid.texts())).collect()
}

/// Returns the rows of a sheet by column name.
pub(crate) fn sheet(path: &Path, name: &str) -> Vec<Row> {
    let tables = tables(path);
    let (_, rows) = tables.iter().find(|(sheet, _)| sheet == name).expect("a sheet");
    let row = |row: &Vec<String>| {
        let cells =
            rows[0].iter().enumerate().map(|(at, head)| (head.clone(), row.get(at).cloned().unwrap_or_default()));
        cells.collect()
    };
    rows[1..].iter().map(row).collect()
}

/// Sets a column in the row of a sheet in which some cell contains a text.
pub(crate) fn write_into(tables: &mut Tables, name: &str, holds: &str, head: &str, text: &str) {
    let (_, rows) = tables.iter_mut().find(|(sheet, _)| sheet == name).expect("a sheet");
    let column = rows[0].iter().position(|cell| cell == head).expect("a column");
    let row = rows.iter_mut().find(|row| row.iter().any(|cell| cell.contains(holds)));
    let row = row.unwrap_or_else(|| panic!("{name}: no row with {holds}"));
    row.resize(row.len().max(column + 1), String::new());
    text.clone_into(&mut row[column]);
}

/// Fills the last cell of each numbered row of a letter.
pub(crate) fn answer(letter: &Path, text: &str) {
    rewrite(letter, "word/document.xml", |xml| {
        let mut out = String::new();
        for row in xml.split_inclusive("</w:tr>") {
            let cells: Vec<&str> = row.split("</w:tc>").collect();
            let number = cells[0].rsplit("<w:t").next().is_some_and(|cell| cell.contains(|c: char| c.is_ascii_digit()));
            match (cells.len(), row.rfind("</w:p></w:tc>")) {
                (7, Some(at)) if number && !cells[0].contains("序号") => {
                    out.extend([&row[..at], "<w:r><w:t>", text, "</w:t></w:r>", &row[at..]]);
                }
                _ => out += row,
            }
        }
        out
    });
}
