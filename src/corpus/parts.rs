//! Parts of files: what distinguishes several reports of one unit in the same file.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::entry::{Disposition, Entry};

/// Names the part of its file that each of a unit's reports is, where a file has several that may count.
pub(super) fn name_parts(entries: &mut [Entry], members: &[usize]) {
    let mut files: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for at in members.iter().copied().filter(|at| entries[*at].disposition == Disposition::Counted) {
        files.entry(entries[at].submission.file.clone()).or_default().push(at);
    }
    for of_file in files.values().filter(|of_file| of_file.len() > 1) {
        let sheets: Vec<BTreeSet<Arc<str>>> = of_file.iter().map(|at| sheets(&entries[*at])).collect();
        for (number, at) in of_file.iter().enumerate() {
            let is_own = |sheet: &&Arc<str>| {
                let mut others = sheets.iter().enumerate().filter(|(other, _)| *other != number);
                !others.any(|(_, others)| others.contains(*sheet))
            };
            let own: Vec<&str> = sheets[number].iter().filter(is_own).map(|sheet| &**sheet).collect();
            let name = if own.is_empty() { format!("第{}份", number + 1) } else { own.join("、") };
            entries[*at].part = Some(name);
        }
    }
}

/// Returns the names of the sheets from which figures were read.
fn sheets(entry: &Entry) -> BTreeSet<Arc<str>> {
    let figures = entry.submission.report().map(|report| report.figures.iter());
    let places = figures.into_iter().flatten().filter_map(|figure| figure.place());
    places.map(|place| place.sheet).filter(|sheet| !sheet.is_empty()).collect()
}
