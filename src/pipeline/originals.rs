//! The original bytes of workbooks of which annotated copies are written.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use crate::document::Format;
use crate::outcome::{Outcome, Status};
use crate::source::digest;

/// Maximum size of a workbook that is copied, and of all of them together, in bytes. A report has about 20 KB.
const MAX_BYTES: u64 = 4 << 20;
const MAX_BYTES_IN_ALL: u64 = 256 << 20;

/// Returns the bytes of each counted xlsx with findings to fix or to explain, by its position in the corpus. Files in
/// archives are left out, and so are files that changed since they were read.
pub(super) fn read(outcome: &Outcome, paths: &BTreeMap<String, PathBuf>) -> BTreeMap<usize, Vec<u8>> {
    let xlsx = outcome.receipts.iter().filter(|receipt| receipt.format == Format::Xlsx);
    let digests: BTreeMap<&str, &str> =
        xlsx.filter_map(|receipt| Some((receipt.file.as_str(), receipt.digest.as_ref()?.sha256.as_str()))).collect();
    let mut found = BTreeMap::new();
    let mut left = MAX_BYTES_IN_ALL;
    for line in outcome.lines().iter().filter(|line| matches!(line.status, Status::Flagged | Status::Queried)) {
        let Some(entry) = line.entry else { continue };
        let file = outcome.corpus.entries[entry].submission.file.as_str();
        let (Some(path), Some(sha256)) = (paths.get(file), digests.get(file)) else { continue };
        let size = fs::metadata(path).map_or(u64::MAX, |metadata| metadata.len());
        if size > MAX_BYTES.min(left) {
            continue;
        }
        let Ok(bytes) = fs::read(path) else { continue };
        if digest(&bytes).sha256 == *sha256 {
            left -= size;
            found.insert(entry, bytes);
        }
    }
    found
}
