//! Size check of office documents, which are zip archives, before a library unpacks them.

use std::io::Cursor;

use super::zip_reader::Archive;
use super::{Format, Unreadable};
use crate::source::{Limit, Limits, RATIO_EXEMPT_BYTES};

/// Checks that a document is within the limits. For a plain archive that states a small size, its directory is enough.
pub(super) fn measure(format: Format, bytes: &[u8], limits: &Limits) -> Result<(), Unreadable> {
    let little = Limits { document: limits.document.min(RATIO_EXEMPT_BYTES), ..*limits };
    if Archive::of(bytes).is_some_and(|archive| archive.is_within(&little)) {
        return Ok(());
    }
    let damaged = |why: String| Unreadable::Damaged(format, why);
    let exceeded = |limit| Unreadable::beyond(limit, limits);
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(error.to_string()))?;
    limits.allow(Limit::Entries, archive.len() as u64).map_err(exceeded)?;
    let mut packed = 0_u64;
    let mut rest = limits.document;
    for at in 0..archive.len() {
        let Ok(part) = archive.by_index_raw(at) else { continue };
        packed = packed.saturating_add(part.compressed_size());
        if packed > bytes.len() as u64 {
            return Err(damaged("its parts overlap".to_owned()));
        }
        // If a part unpacks to more than its stated size, reading it ends with an error.
        rest = rest.checked_sub(part.size()).ok_or_else(|| exceeded(Limit::Document))?;
        if !part.name().is_ok_and(|name| is_picture(&name)) {
            limits.allow_ratio(part.compressed_size(), part.size()).map_err(exceeded)?;
        }
    }
    Ok(())
}

/// Returns whether a part is a picture. Pictures are never unpacked here, and a mostly white one is packed as tightly
/// as a zip bomb.
fn is_picture(part: &str) -> bool {
    part.contains("/media/") || part.starts_with("Pictures/")
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    fn archive(parts: usize, size: usize) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for part in 0..parts {
            archive.start_file(format!("{part}"), zip::write::SimpleFileOptions::default()).expect("a part");
            archive.write_all(&vec![b'0'; size]).expect("its bytes");
        }
        archive.finish().expect("an archive").into_inner()
    }

    #[test]
    fn a_document_is_measured_by_what_it_unpacks_to() {
        let measured = |bytes: &[u8], document: u64, entries: u64| {
            measure(Format::Xlsx, bytes, &Limits { document, entries, ..Limits::default() })
        };
        let bytes = archive(3, 100_000);
        let beyond = |limit, most| Err(Unreadable::Exceeded { limit, most });
        assert_eq!(measured(&bytes, 300_000, 3), Ok(()));
        assert_eq!(measured(&bytes, 300_001, 3), Ok(()));
        assert_eq!(measured(&bytes, 299_999, 3), beyond(Limit::Document, 299_999));
        assert_eq!(measured(&bytes, 300_000, 2), beyond(Limit::Entries, 2));
    }

    #[test]
    fn what_packs_too_well_is_given_up_unless_it_is_short_or_a_picture() {
        let part = |name: &str, size: u64| {
            let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
            archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
            archive.write_all(&vec![b'0'; usize::try_from(size).expect("small")]).expect("its bytes");
            let bytes = archive.finish().expect("an archive").into_inner();
            let mut archive = zip::ZipArchive::new(Cursor::new(bytes.clone())).expect("a directory");
            (bytes, archive.by_index_raw(0).expect("a part").compressed_size())
        };
        let measured = |bytes: &[u8], ratio: u64| {
            measure(Format::Xlsx, bytes, &Limits { ratio, ..Limits::default() }).map_err(|why| match why {
                Unreadable::Exceeded { limit, .. } => limit,
                other => panic!("{other:?}"),
            })
        };
        let (bytes, packed) = part("xl/worksheets/sheet1.xml", RATIO_EXEMPT_BYTES + 1);
        let (below, above) = ((RATIO_EXEMPT_BYTES + 1) / packed, (RATIO_EXEMPT_BYTES + 1).div_ceil(packed));
        assert!(below < above && above > Limits::default().ratio);
        assert_eq!([below, above, above + 1].map(|ratio| measured(&bytes, ratio)), [Err(Limit::Ratio), Ok(()), Ok(())]);
        assert_eq!(measured(&part("xl/worksheets/sheet1.xml", RATIO_EXEMPT_BYTES).0, 1), Ok(()));
        assert_eq!(measured(&part("word/media/image1.bmp", RATIO_EXEMPT_BYTES + 1).0, 1), Ok(()));
    }

    #[test]
    fn an_archive_with_another_directory_is_not_plain() {
        let mut bytes = archive(1, 100);
        assert!(Archive::of(&bytes).is_some());
        // The last bytes of the directory become an extra field with the signature of a ZIP64 locator.
        let end = bytes.len() - 22;
        let start = bytes.windows(4).position(|window| window == b"PK\x01\x02").expect("a directory");
        let more = [&b"PK\x06\x07"[..], &[0; 16]].concat();
        bytes.splice(end..end, more);
        bytes[start + 30] += 20;
        bytes[end + 20 + 12] += 20;
        assert!(Archive::of(&bytes).is_none());
        bytes[end] = b'Q';
        assert!(Archive::of(&bytes).is_some());
    }

    #[test]
    fn a_part_that_unpacks_to_more_than_it_states_breaks_off() {
        // Overwrites the stated size of the part with one, in its header and in the directory.
        let mut bytes = archive(1, 100_000);
        let stated = 100_000_u32.to_le_bytes();
        for at in 0..bytes.len() - 4 {
            if bytes[at..at + 4] == stated {
                bytes[at..at + 4].copy_from_slice(&1_u32.to_le_bytes());
            }
        }
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes.as_slice())).expect("a directory");
        let mut unpacked = Vec::new();
        assert!(archive.by_index(0).expect("a part").read_to_end(&mut unpacked).is_err());
    }

    #[test]
    fn parts_in_one_anothers_place_are_damage() {
        // Two directory entries refer to the same bytes.
        let one = "甲".repeat(1000);
        let bytes = {
            let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
            let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
            for name in ["1", "2"] {
                archive.start_file(name, stored).expect("a part");
                archive.write_all(one.as_bytes()).expect("its bytes");
            }
            archive.finish().expect("an archive").into_inner()
        };
        // The bytes before the second part are removed, but the directory still lists both parts.
        let second = 30 + 1 + one.len();
        let kept = [&bytes[..31], &bytes[second..]].concat();
        let limits = Limits { document: 1 << 20, ..Limits::default() };
        assert!(!matches!(measure(Format::Xlsx, &kept, &limits), Ok(())));
    }
}
