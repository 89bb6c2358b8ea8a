//! Zip archives: their files in the order of their names, each under the archive's own name.

use std::io::{Cursor, Read};

use super::names::decoded;
use super::{Limit, Limits};

/// A file of an archive.
#[derive(Debug)]
pub struct Entry {
    /// Its path within the archive, with `/`.
    pub name: String,
    /// Its bytes, or why there are none.
    pub bytes: Result<Vec<u8>, Locked>,
}

/// Why a file of an archive cannot be taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Locked {
    /// It needs a password.
    Password,
    /// What the archive holds goes beyond a limit; this file and those after it stay in.
    Exceeded(Limit),
    /// It is damaged.
    Damaged(String),
}

/// What an archive holds.
#[derive(Debug, Default)]
pub struct Unpacked {
    /// Its files, sorted by name.
    pub entries: Vec<Entry>,
    /// Names of those left aside because of what they are.
    pub left_aside: Vec<String>,
}

/// Takes the files out of an archive, as far as the limits go.
///
/// # Errors
/// `Locked`, where there is no list of files to go by or too many are on it.
pub fn unpack(bytes: &[u8], limits: &Limits) -> Result<Unpacked, Locked> {
    let damaged = |error: zip::result::ZipError| Locked::Damaged(error.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    limits.allow(Limit::Entries, archive.len() as u64).map_err(Locked::Exceeded)?;
    let mut unpacked = Unpacked::default();
    let mut rest = limits.archive;
    let mut names: Vec<(String, usize)> = Vec::new();
    for at in 0..archive.len() {
        match archive.by_index_raw(at) {
            Ok(file) if file.is_dir() => {}
            Ok(file) => names.push((decoded(file.name_raw()).replace('\\', "/"), at)),
            Err(error) => return Err(damaged(error)),
        }
    }
    names.sort();
    if archive.has_duplicate_names() {
        let why = "several files in it have one name, and only the last of them can be taken out";
        unpacked.entries.push(Entry { name: "…".to_owned(), bytes: Err(Locked::Damaged(why.to_owned())) });
    }
    for (name, at) in names {
        if name.split('/').any(|part| super::is_aside(part) || part == "__MACOSX") {
            unpacked.left_aside.push(name);
            continue;
        }
        let bytes = take_out(&mut archive, at, rest);
        rest = match &bytes {
            Ok(bytes) => rest.saturating_sub(bytes.len() as u64),
            Err(Locked::Exceeded(_)) => 0,
            Err(_) => rest,
        };
        unpacked.entries.push(Entry { name, bytes });
    }
    Ok(unpacked)
}

fn take_out(archive: &mut zip::ZipArchive<Cursor<&[u8]>>, at: usize, rest: u64) -> Result<Vec<u8>, Locked> {
    let file = archive.by_index(at).map_err(|error| match error {
        zip::result::ZipError::UnsupportedArchive(zip::result::ZipError::PASSWORD_REQUIRED)
        | zip::result::ZipError::InvalidPassword => Locked::Password,
        other => Locked::Damaged(other.to_string()),
    })?;
    let mut bytes = Vec::new();
    // The size an archive states may be a lie; one byte more than allowed tells.
    file.take(rest.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| Locked::Damaged(error.to_string()))?;
    if bytes.len() as u64 > rest { Err(Locked::Exceeded(Limit::Archive)) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn archive(files: &[(&str, &str)]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            archive.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a file");
            archive.write_all(content.as_bytes()).expect("its bytes");
        }
        archive.finish().expect("an archive").into_inner()
    }

    #[test]
    fn files_come_in_the_order_of_their_names() {
        let bytes = archive(&[("乡镇/乙.csv", "2"), ("__MACOSX/._乙.csv", ""), ("~$甲.xlsx", ""), ("甲.csv", "1")]);
        let unpacked = unpack(&bytes, &Limits::default()).expect("an archive");
        let names: Vec<&str> = unpacked.entries.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names, ["乡镇/乙.csv", "甲.csv"]);
        assert_eq!(unpacked.left_aside, ["__MACOSX/._乙.csv", "~$甲.xlsx"]);
        assert!(unpack(b"PK\x03\x04 and nothing more", &Limits::default()).is_err());
    }

    #[test]
    fn what_is_too_large_stays_in() {
        let bytes = archive(&[("a", "12345"), ("b", "12345"), ("c", "1")]);
        let sizes = |archive| {
            let entries = unpack(&bytes, &Limits { archive, ..Limits::default() }).expect("an archive").entries;
            entries.into_iter().map(|entry| entry.bytes.map(|bytes| bytes.len())).collect::<Vec<_>>()
        };
        assert_eq!(sizes(11), [Ok(5), Ok(5), Ok(1)]);
        let exceeded = || Err(Locked::Exceeded(Limit::Archive));
        assert_eq!(sizes(10), [Ok(5), Ok(5), exceeded()]);
        assert_eq!(sizes(9), [Ok(5), exceeded(), exceeded()]);
        let with = |entries| unpack(&bytes, &Limits { entries, ..Limits::default() });
        assert!(with(3).is_ok());
        assert!(matches!(with(2), Err(Locked::Exceeded(Limit::Entries))));
    }
}
