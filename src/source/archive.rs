//! Zip archives: extraction of their files, sorted by name and within the limits.

use std::io::{Cursor, Read};

use super::names::decoded;
use super::page::is_page_part;
use super::{EARLIER, INBOX, Limit, Limits};

/// A file of an archive.
#[derive(Debug)]
pub struct ArchiveEntry {
    /// Its path within the archive, with `/`.
    pub name: String,
    /// Its bytes, or why it could not be extracted.
    pub bytes: Result<Vec<u8>, ExtractError>,
}

/// Why a file of an archive cannot be extracted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExtractError {
    /// It needs a password.
    Password,
    /// It exceeds a limit. If that is the limit on the whole archive, the files after it exceed it too.
    Exceeded(Limit),
    /// It is damaged.
    Damaged(String),
}

/// The files extracted from an archive.
#[derive(Debug, Default)]
pub struct ArchiveContent {
    /// Its files, sorted by name.
    pub entries: Vec<ArchiveEntry>,
    /// Names of files left aside because they are no submissions.
    pub left_aside: Vec<String>,
    /// Bytes unpacked, including those of files that turned out to be damaged.
    pub size: u64,
}

/// Extracts the files of a zip archive, within the limits.
///
/// # Errors
/// `ExtractError`, if the list of files cannot be read, files overlap, or there are too many.
pub fn unpack(bytes: &[u8], limits: &Limits) -> Result<ArchiveContent, ExtractError> {
    let damaged = |error: zip::result::ZipError| ExtractError::Damaged(error.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    limits.allow(Limit::Entries, archive.len() as u64).map_err(ExtractError::Exceeded)?;
    let mut unpacked = ArchiveContent::default();
    let (mut rest, mut packed) = (limits.archive, 0_u64);
    let mut names: Vec<(String, usize)> = Vec::new();
    for at in 0..archive.len() {
        let file = archive.by_index_raw(at).map_err(damaged)?;
        packed = packed.saturating_add(file.compressed_size());
        if !file.is_dir() {
            names.push((decoded(file.name_raw()).replace('\\', "/"), at));
        }
    }
    if packed > bytes.len() as u64 {
        return Err(ExtractError::Damaged("its files overlap".to_owned()));
    }
    names.sort();
    if archive.has_duplicate_names() {
        let why = "several files in it have one name, and only the last of them can be taken out";
        unpacked
            .entries
            .push(ArchiveEntry { name: "…".to_owned(), bytes: Err(ExtractError::Damaged(why.to_owned())) });
    }
    let own = own_outputs(&mut archive, &names, limits, &mut rest);
    let paths: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
    for (name, at) in &names {
        if is_left_aside(name, &own, &paths) {
            unpacked.left_aside.push(name.clone());
            continue;
        }
        let bytes = take_out(&mut archive, *at, limits, &mut rest);
        unpacked.entries.push(ArchiveEntry { name: name.clone(), bytes });
    }
    unpacked.size = limits.archive - rest;
    Ok(unpacked)
}

/// Returns the folders in an archive that this program wrote, each with a final `/`; `""` is the archive itself.
fn own_outputs(
    archive: &mut zip::ZipArchive<Cursor<&[u8]>>,
    names: &[(String, usize)],
    limits: &Limits,
    rest: &mut u64,
) -> Vec<String> {
    let mut own = Vec::new();
    for (name, at) in names {
        let Some(folder) = output_folder(name) else { continue };
        if take_out(archive, *at, limits, rest).is_ok_and(|bytes| super::is_own_manifest(&bytes)) {
            own.push(folder.to_owned());
        }
    }
    own
}

/// Returns the folder of a manifest's path, with a final `/`, or `""`; `None` if the path is not that of a manifest.
pub(super) fn output_folder(manifest: &str) -> Option<&str> {
    let folder = manifest.strip_suffix("data/manifest.json")?;
    (folder.is_empty() || folder.ends_with('/')).then_some(folder)
}

/// Returns whether a file of an archive is left aside: by its name, as part of an output of this program, or as a part
/// of a saved page. `own` are the folders of such outputs, `paths` the paths of all files, sorted.
pub(super) fn is_left_aside(name: &str, own: &[String], paths: &[&str]) -> bool {
    name.split('/').any(|part| super::is_aside(part) || part == "__MACOSX")
        || own.iter().any(|folder| name.starts_with(folder.as_str()))
        || is_of_earlier_rounds(name, paths)
        || is_page_part(name, |page| paths.binary_search(&page).is_ok())
}

/// Returns whether a file belongs to the earlier rounds of a work folder in the archive.
fn is_of_earlier_rounds(name: &str, paths: &[&str]) -> bool {
    let mut folders = name.match_indices('/').map(|(at, _)| &name[..at]);
    folders.any(|folder| {
        let Some(parent) = folder.strip_suffix(EARLIER).filter(|own| own.is_empty() || own.ends_with('/')) else {
            return false;
        };
        let inbox = format!("{parent}{INBOX}/");
        let first = paths.partition_point(|path| *path < inbox.as_str());
        paths.get(first).is_some_and(|path| path.starts_with(&inbox))
    })
}

/// Reads a packed file to its end, or until it exceeds `rest`, the bytes that may still be unpacked. Subtracts what it
/// unpacked from `rest`, even if the file turns out to be damaged.
pub(super) fn read_within(file: &mut dyn Read, rest: &mut u64) -> Result<Vec<u8>, ExtractError> {
    let (mut bytes, most) = (Vec::new(), *rest);
    let read = file.take(most.saturating_add(1)).read_to_end(&mut bytes);
    *rest = most.saturating_sub(bytes.len() as u64);
    read.map_err(|error| ExtractError::Damaged(error.to_string()))?;
    if bytes.len() as u64 > most { Err(ExtractError::Exceeded(Limit::Archive)) } else { Ok(bytes) }
}

/// Extracts one file.
fn take_out(
    archive: &mut zip::ZipArchive<Cursor<&[u8]>>,
    at: usize,
    limits: &Limits,
    rest: &mut u64,
) -> Result<Vec<u8>, ExtractError> {
    let mut file = archive.by_index(at).map_err(|error| match error {
        zip::result::ZipError::UnsupportedArchive(zip::result::ZipError::PASSWORD_REQUIRED)
        | zip::result::ZipError::InvalidPassword => ExtractError::Password,
        other => ExtractError::Damaged(other.to_string()),
    })?;
    // If a file unpacks to more than its stated size, reading ends with an error.
    limits.allow_ratio(file.compressed_size(), file.size()).map_err(ExtractError::Exceeded)?;
    read_within(&mut file, rest)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::source::RATIO_EXEMPT_BYTES;

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
        let exceeded = || Err(ExtractError::Exceeded(Limit::Archive));
        assert_eq!(sizes(10), [Ok(5), Ok(5), exceeded()]);
        assert_eq!(sizes(9), [Ok(5), exceeded(), exceeded()]);
        let with = |entries| unpack(&bytes, &Limits { entries, ..Limits::default() });
        assert!(with(3).is_ok());
        assert!(matches!(with(2), Err(ExtractError::Exceeded(Limit::Entries))));
    }

    #[test]
    fn what_packs_too_well_stays_in_alone() {
        let long = "0".repeat(usize::try_from(RATIO_EXEMPT_BYTES).expect("small"));
        let bytes = archive(&[("a", &long), ("b", &(long.clone() + "0")), ("c", "1")]);
        let sizes = |ratio| {
            let entries = unpack(&bytes, &Limits { ratio, ..Limits::default() }).expect("an archive").entries;
            entries.into_iter().map(|entry| entry.bytes.map(|bytes| bytes.len() as u64)).collect::<Vec<_>>()
        };
        let packed =
            zip::ZipArchive::new(Cursor::new(&bytes)).expect("an archive").by_index(1).expect("b").compressed_size();
        let (below, above) = ((RATIO_EXEMPT_BYTES + 1) / packed, (RATIO_EXEMPT_BYTES + 1).div_ceil(packed));
        assert!(below < above && above > Limits::default().ratio);
        assert_eq!(sizes(below), [Ok(RATIO_EXEMPT_BYTES), Err(ExtractError::Exceeded(Limit::Ratio)), Ok(1)]);
        for ratio in [above, above + 1] {
            assert_eq!(sizes(ratio), [Ok(RATIO_EXEMPT_BYTES), Ok(RATIO_EXEMPT_BYTES + 1), Ok(1)]);
        }
    }

    #[test]
    fn what_turns_out_damaged_was_unpacked_all_the_same() {
        let mut bytes = archive(&[("a", "12345"), ("b", "12345")]);
        // The checksum of both, in their headers and in the directory.
        let sum = crc32fast::hash(b"12345").to_le_bytes();
        for at in 0..bytes.len() - 4 {
            if bytes[at..at + 4] == sum {
                bytes[at] ^= 1;
            }
        }
        let unpacked = |archive| unpack(&bytes, &Limits { archive, ..Limits::default() }).expect("an archive").entries;
        let damaged = |entry: &ArchiveEntry| matches!(entry.bytes, Err(ExtractError::Damaged(_)));
        assert_eq!(unpacked(10).iter().map(damaged).collect::<Vec<_>>(), [true, true]);
        assert_eq!(unpacked(5)[1].bytes, Err(ExtractError::Exceeded(Limit::Archive)));
    }

    #[test]
    fn files_in_one_anothers_place_are_damage() {
        let text: String = (0..1000).map(|number| number.to_string()).collect();
        let bytes = archive(&[("a", &text), ("b", &text)]);
        let start = bytes.windows(4).position(|window| window == b"PK\x01\x02").expect("a directory");
        let second = bytes.windows(4).rposition(|window| window == b"PK\x01\x02").expect("a second file");
        let mut same = bytes.clone();
        // The stated packed size of the first file reaches the end of the second, which now begins at the same offset.
        let packed = u32::try_from(start).expect("short").to_le_bytes();
        same[start + 20..start + 24].copy_from_slice(&packed);
        same[second + 42..second + 46].copy_from_slice(&[0; 4]);
        assert_eq!(unpack(&bytes, &Limits::default()).expect("an archive").entries.len(), 2);
        assert!(
            matches!(unpack(&same, &Limits::default()), Err(ExtractError::Damaged(why)) if why.contains("overlap"))
        );
    }
}
