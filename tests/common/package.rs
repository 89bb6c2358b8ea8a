//! Files of office programs as archives of parts, changed part by part.

#![allow(dead_code, reason = "each test needs some of it")]

use std::io::{Cursor, Read, Write};
use std::path::Path;

/// Rewrites one part of the archive at a path.
pub(crate) fn rewrite(path: &Path, part: &str, change: impl Fn(String) -> String) {
    let bytes = rewritten(&std::fs::read(path).expect("a file"), part, change);
    std::fs::write(path, bytes).expect("a file");
}

/// Returns an archive with one part changed.
pub(crate) fn rewritten(bytes: &[u8], part: &str, change: impl Fn(String) -> String) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).expect("a part");
        let name = entry.name().expect("a name").into_owned();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).expect("a part");
        if name == part {
            content = change(String::from_utf8(content).expect("XML")).into_bytes();
        }
        out.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        out.write_all(&content).expect("a part");
    }
    out.finish().expect("an archive").into_inner()
}
