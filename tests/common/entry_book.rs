//! Workbooks as archives of parts, with changes to their cells and texts.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::Path;

use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

/// The sheet part and cell of each figure, by indicator.
pub(crate) type Cells = BTreeMap<String, (String, String)>;
/// The parts of a workbook, by name.
pub(crate) struct Book(pub(crate) Vec<(String, Vec<u8>)>);

impl Book {
    pub(crate) fn read(path: &Path) -> Self {
        let mut archive = ZipArchive::new(Cursor::new(fs::read(path).expect("a file"))).expect("a workbook");
        let mut parts = Vec::new();
        for at in 0..archive.len() {
            let mut part = archive.by_index(at).expect("a part");
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).expect("bytes");
            parts.push((part.name().expect("a name").into_owned(), bytes));
        }
        Self(parts)
    }

    pub(crate) fn edit(&mut self, name: &str, edit: impl Fn(String) -> String) {
        let part = self.0.iter_mut().find(|(part, _)| part == name).expect("the part");
        part.1 = edit(String::from_utf8(part.1.clone()).expect("XML")).into_bytes();
    }

    /// Replaces a text, which must be present.
    pub(crate) fn replace(&mut self, name: &str, from: &str, to: &str) {
        self.edit(name, |text| {
            assert!(text.contains(from), "{name} has no {from}");
            text.replace(from, to)
        });
    }

    /// Sets the content of an empty cell, as office programs write it.
    pub(crate) fn put(&mut self, sheet: &str, cell: &str, content: &str) {
        let start = format!("<c r=\"{cell}\"");
        self.edit(sheet, |text| {
            let at = text.find(&start).unwrap_or_else(|| panic!("{sheet} has no {cell}"));
            let end = at + text[at..].find("/>").expect("an empty cell");
            format!("{}>{content}</c>{}", &text[..end], &text[end + 2..])
        });
    }

    /// Changes the content of a figure's cell.
    pub(crate) fn change(&mut self, cells: &Cells, indicator: &str, from: &str, to: &str) {
        let (sheet, cell) = &cells[indicator];
        self.edit(sheet, |text| {
            let at = text.find(&format!("<c r=\"{cell}\"")).expect("the cell");
            let end = at + text[at..].find("</c>").expect("a filled cell");
            assert!(text[at..end].contains(from), "{}", &text[at..end]);
            format!("{}{}{}", &text[..at], text[at..end].replacen(from, to, 1), &text[end..])
        });
    }

    pub(crate) fn write(self, path: &Path) {
        let mut to = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in self.0 {
            to.start_file(name, SimpleFileOptions::default()).expect("a part");
            to.write_all(&bytes).expect("a part");
        }
        fs::write(path, to.finish().expect("an archive").into_inner()).expect("a file");
    }
}
