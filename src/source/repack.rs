//! Zip archives as this program writes them: the same bytes for the same files, whatever the time of writing.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use zip::result::ZipResult;
use zip::write::SimpleFileOptions;

/// Packs the files, each with its name, into an archive.
///
/// # Errors
/// The error of the archive: two files have one name, or one is too large.
pub fn pack(files: &[(String, Vec<u8>)]) -> ZipResult<Vec<u8>> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        out.start_file(name.as_str(), options())?;
        out.write_all(bytes)?;
    }
    Ok(out.finish()?.into_inner())
}

/// Returns the archive with the files in `changed` replaced in place, and those it does not have appended. Other files
/// are copied without unpacking.
///
/// # Errors
/// The error of the archive, if it is damaged.
pub fn repack(archive: &[u8], mut changed: BTreeMap<String, Vec<u8>>) -> ZipResult<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive))?;
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let file = archive.by_index_raw(at)?;
        let name = file.name()?.into_owned();
        if let Some(bytes) = changed.remove(&name) {
            out.start_file(name, options())?;
            out.write_all(&bytes)?;
        } else {
            out.raw_copy_file_touch(file, zip::DateTime::default(), None)?;
        }
    }
    for (name, bytes) in changed {
        out.start_file(name, options())?;
        out.write_all(&bytes)?;
    }
    Ok(out.finish()?.into_inner())
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default().last_modified_time(zip::DateTime::default()).system(zip::System::Unix)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn files_are_replaced_in_their_places_and_new_ones_come_behind() {
        let file = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
        let archive = pack(&[file("b", "one"), file("a", "two"), file("c", "three")]).expect("an archive");
        let changed = repack(&archive, BTreeMap::from([file("a", "other"), file("0", "new")])).expect("an archive");
        let mut changed = zip::ZipArchive::new(Cursor::new(changed)).expect("an archive");
        let read = |at: usize| {
            let mut file = changed.by_index(at).expect("a file");
            let mut text = String::new();
            file.read_to_string(&mut text).expect("a text");
            format!("{}={text}", file.name().expect("a name"))
        };
        assert_eq!((0..4).map(read).collect::<Vec<_>>(), ["b=one", "a=other", "c=three", "0=new"]);
        assert!(repack(b"PK", BTreeMap::new()).is_err());
    }
}
