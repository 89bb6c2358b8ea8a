//! Archives that can only be read from front to back: 7z, tar, gzip.

use std::io::{Cursor, Read};

use flate2::read::MultiGzDecoder;
use sevenz_rust2::{ArchiveReader, Error, Password};

use super::archive::{is_left_aside, output_folder, read_within};
use super::names::decoded;
use super::{ArchiveContent, ArchiveEntry, ExtractError, Limit, Limits};

/// Largest dictionary, in KiB (1 GiB). The largest setting of 7-Zip needs 3.8 GiB to write and a third of that to read.
const MAX_DICTIONARY_KIB: usize = 1 << 20;
/// Bytes of a tar header that contain its signature.
const TAR_MARK: std::ops::Range<usize> = 257..262;
/// File name for gzip content without one in its header.
const NAMELESS: &str = "内容";

/// Returns whether bytes have the signature of a tar file.
#[must_use]
pub fn is_tar(bytes: &[u8]) -> bool {
    bytes.get(TAR_MARK) == Some(b"ustar")
}

/// Extracts the files of a 7z archive, within the limits.
///
/// # Errors
/// `ExtractError`, if the list of files cannot be read, the archive needs a password, or there are too many files.
pub fn unpack_7z(bytes: &[u8], limits: &Limits) -> Result<ArchiveContent, ExtractError> {
    let reader = ArchiveReader::new_with_memory_limit(Cursor::new(bytes), Password::empty(), MAX_DICTIONARY_KIB);
    let mut reader = reader.map_err(|error| why(&error))?;
    let listed = reader.archive().files.iter().filter(|file| !file.is_directory);
    let listed: Vec<String> = listed.map(|file| file.name.replace('\\', "/")).collect();
    limits.allow(Limit::Entries, listed.len() as u64).map_err(ExtractError::Exceeded)?;
    let mut taken = TakenFiles::new(bytes.len(), limits);
    let read = reader.for_each_entries(|file, content| {
        if !file.is_directory {
            taken.take(file.name.replace('\\', "/"), content);
        }
        // In a solid archive, a file can be read only after all before it were read whole.
        Ok(taken.is_whole)
    });
    let broken = match read {
        Err(error) => why(&error),
        Ok(()) => ExtractError::Exceeded(Limit::Archive),
    };
    if broken == ExtractError::Password {
        return Err(broken);
    }
    for name in listed {
        if taken.files.iter().all(|(taken, _)| *taken != name) {
            taken.files.push((name, Err(broken.clone())));
        }
    }
    Ok(taken.sorted_out())
}

fn why(error: &Error) -> ExtractError {
    match error {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => ExtractError::Password,
        Error::UnsupportedCompressionMethod(name) if name.contains("AES") => ExtractError::Password,
        Error::MaxMemLimited { .. } => ExtractError::Exceeded(Limit::Archive),
        other => ExtractError::Damaged(other.to_string()),
    }
}

/// Extracts the files of a tar archive, within the limits.
///
/// # Errors
/// `ExtractError`, if it is damaged before its first file or has too many files.
pub fn unpack_tar(bytes: &[u8], limits: &Limits) -> Result<ArchiveContent, ExtractError> {
    let damaged = |error: std::io::Error| ExtractError::Damaged(error.to_string());
    let mut taken = TakenFiles::new(bytes.len(), limits);
    let mut archive = tar::Archive::new(bytes);
    for file in archive.entries().map_err(damaged)? {
        let mut file = match file {
            Ok(file) => file,
            Err(error) if taken.files.is_empty() => return Err(damaged(error)),
            Err(error) => {
                taken.files.push(("…".to_owned(), Err(damaged(error))));
                break;
            }
        };
        let name = decoded(&file.path_bytes()).into_owned();
        let kind = file.header().entry_type();
        if kind.is_file() || kind.is_contiguous() || kind.is_gnu_sparse() {
            limits.allow(Limit::Entries, taken.files.len() as u64 + 1).map_err(ExtractError::Exceeded)?;
            taken.take(name, &mut file);
        } else if !kind.is_dir() {
            taken.left_aside.push(name);
        }
    }
    Ok(taken.sorted_out())
}

/// Extracts the content of a gzip file: the files of a tar archive, or a single file.
///
/// # Errors
/// `ExtractError`, if it is damaged or exceeds a limit when unpacked.
pub fn unpack_gzip(bytes: &[u8], limits: &Limits) -> Result<ArchiveContent, ExtractError> {
    let mut decoder = MultiGzDecoder::new(bytes);
    let name = decoder.header().and_then(|header| header.filename()).map(|name| decoded(name).into_owned());
    let mut taken = TakenFiles::new(bytes.len(), limits);
    taken.take(name.unwrap_or_else(|| NAMELESS.to_owned()), &mut decoder);
    match taken.files.first_mut() {
        Some((_, Ok(content))) if is_tar(content) => unpack_tar(&std::mem::take(content), limits),
        Some((_, Err(locked))) => Err(locked.clone()),
        _ => Ok(taken.sorted_out()),
    }
}

/// The files extracted so far.
struct TakenFiles {
    files: Vec<(String, Result<Vec<u8>, ExtractError>)>,
    left_aside: Vec<String>,
    packed: u64,
    rest: u64,
    limits: Limits,
    /// Whether every file so far was read to its end.
    is_whole: bool,
}

impl TakenFiles {
    fn new(packed: usize, limits: &Limits) -> Self {
        let (files, left_aside) = (Vec::new(), Vec::new());
        Self { files, left_aside, packed: packed as u64, rest: limits.archive, limits: *limits, is_whole: true }
    }

    /// Extracts one file. The files are compressed together, so the ratio is checked for all of them together.
    fn take(&mut self, name: String, content: &mut dyn Read) {
        let read = read_within(content, &mut self.rest);
        let within = self.limits.allow_ratio(self.packed, self.limits.archive - self.rest);
        let taken = match (read, within) {
            (Ok(_) | Err(ExtractError::Damaged(_)), Err(limit)) => Err(ExtractError::Exceeded(limit)),
            (read, _) => read,
        };
        self.is_whole &= taken.is_ok();
        self.files.push((name, taken));
    }

    /// Sorts the files by name and separates those that are no submissions.
    fn sorted_out(mut self) -> ArchiveContent {
        self.files.sort_by(|(a, _), (b, _)| a.cmp(b));
        let own = self.files.iter().filter_map(|(name, bytes)| {
            let folder = output_folder(name)?;
            super::is_own_manifest(bytes.as_ref().ok()?).then(|| folder.to_owned())
        });
        let own: Vec<String> = own.collect();
        let paths: Vec<&str> = self.files.iter().map(|(name, _)| name.as_str()).collect();
        let is_aside: Vec<bool> = paths.iter().map(|name| is_left_aside(name, &own, &paths)).collect();
        let size = self.limits.archive - self.rest;
        let (mut left_aside, mut entries) = (self.left_aside, Vec::new());
        for ((name, bytes), is_aside) in self.files.into_iter().zip(is_aside) {
            if is_aside {
                left_aside.push(name);
            } else {
                entries.push(ArchiveEntry { name, bytes });
            }
        }
        left_aside.sort();
        ArchiveContent { entries, left_aside, size }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn tarred(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = tar::Builder::new(Vec::new());
        for (name, content) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            archive.append_data(&mut header, name, *content).expect("a file");
        }
        archive.into_inner().expect("an archive")
    }

    fn gzipped(bytes: &[u8]) -> Vec<u8> {
        let mut out = GzEncoder::new(Vec::new(), Compression::default());
        out.write_all(bytes).expect("memory");
        out.finish().expect("memory")
    }

    fn names(unpacked: &ArchiveContent) -> Vec<&str> {
        unpacked.entries.iter().map(|entry| entry.name.as_str()).collect()
    }

    const SEVEN: &[u8] = include_bytes!("../../tests/archives/three.7z");

    #[test]
    fn files_come_out_in_the_order_of_their_names() {
        let limits = Limits::default();
        let files: [(&str, &[u8]); 4] =
            [("乙/丙.csv", b"3"), ("甲.csv", b"1"), ("__MACOSX/._甲.csv", b"x"), ("~$甲.xlsx", b"x")];
        let tar = tarred(&files);
        assert!(is_tar(&tar));
        for unpacked in [unpack_tar(&tar, &limits), unpack_gzip(&gzipped(&tar), &limits)] {
            let unpacked = unpacked.expect("an archive");
            assert_eq!(names(&unpacked), ["乙/丙.csv", "甲.csv"]);
            assert_eq!(unpacked.left_aside, ["__MACOSX/._甲.csv", "~$甲.xlsx"]);
        }
        let seven = unpack_7z(SEVEN, &limits).expect("an archive");
        assert_eq!(names(&seven), ["乙水乡.csv", "收/丙林镇.csv", "甲山镇.csv"]);
        assert!(seven.entries.iter().all(|entry| entry.bytes.is_ok()), "{seven:?}");
    }

    #[test]
    fn one_file_packed_alone_is_that_file() {
        let unpacked = unpack_gzip(&gzipped(b"unit,1"), &Limits::default()).expect("a file");
        assert_eq!(names(&unpacked), [NAMELESS]);
        assert_eq!(unpacked.entries[0].bytes.as_deref(), Ok(&b"unit,1"[..]));
    }

    #[test]
    fn archives_go_as_far_as_they_may() {
        let of = |archive: u64| Limits { archive, ..Limits::default() };
        let size = unpack_7z(SEVEN, &Limits::default()).expect("an archive").size;
        let whole = unpack_7z(SEVEN, &of(size)).expect("an archive");
        assert!(whole.entries.iter().all(|entry| entry.bytes.is_ok()));
        // The last file has one byte and is left aside.
        let cut = unpack_7z(SEVEN, &of(size - 2)).expect("an archive");
        let exceeded = |entry: &&ArchiveEntry| entry.bytes == Err(ExtractError::Exceeded(Limit::Archive));
        assert_eq!((cut.entries.len(), cut.entries.iter().filter(exceeded).count()), (3, 1));
        let few = Limits { entries: 2, ..Limits::default() };
        assert_eq!(unpack_7z(SEVEN, &few).expect_err("three"), ExtractError::Exceeded(Limit::Entries));
        let tar = tarred(&[("甲", b"12345"), ("乙", b"12345")]);
        assert!(unpack_tar(&tar, &of(9)).expect("an archive").entries.iter().any(|entry| entry.bytes.is_err()));
        assert_eq!(
            unpack_tar(&tar, &Limits { entries: 1, ..of(99) }).expect_err("two"),
            ExtractError::Exceeded(Limit::Entries)
        );
        let zeros = gzipped(&vec![0; 64 << 20]);
        assert_eq!(unpack_gzip(&zeros, &Limits::default()).expect_err("a bomb"), ExtractError::Exceeded(Limit::Ratio));
    }

    #[test]
    fn a_password_is_reported() {
        let locked = include_bytes!("../../tests/archives/locked.7z");
        assert_eq!(unpack_7z(locked, &Limits::default()).expect_err("locked"), ExtractError::Password);
    }

    #[test]
    fn damage_is_no_panic() {
        for at in 0..SEVEN.len() {
            let mut bytes = SEVEN.to_owned();
            bytes[at] ^= 0x55;
            let _ = unpack_7z(&bytes, &Limits::default());
            let _ = unpack_7z(&SEVEN[..at], &Limits::default());
        }
        let tar = gzipped(&tarred(&[("甲", b"12345"), ("乙", b"12345")]));
        for at in 0..tar.len() {
            let mut bytes = tar.clone();
            bytes[at] ^= 0x55;
            let _ = unpack_gzip(&bytes, &Limits::default());
            let _ = unpack_gzip(&tar[..at], &Limits::default());
        }
    }
}
