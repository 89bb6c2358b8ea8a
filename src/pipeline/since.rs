//! Comparison of a run with the output folder of an earlier one.

use std::fs;
use std::path::Path;

use crate::changes::{Changes, Snapshot, TextTable};
use crate::error::{Error, Result};
use crate::form::Forms;
use crate::message::Message;
use crate::outcome::Outcome;
use crate::report;
use crate::source;

/// Returns the differences between two output folders.
///
/// # Errors
/// `Error` if one of them is not an output folder, or if they are of different years.
pub fn changes_between(before: &Path, after: &Path) -> Result<Changes> {
    let (then, now) = (read(before)?, read(after)?);
    compare(&then, &now, before, &Forms::official()?)
}

/// Returns the differences of an outcome from an earlier run.
pub(super) fn changes_since(before: &Snapshot, path: &Path, outcome: &Outcome) -> Result<Changes> {
    compare(before, &report::snapshot(outcome)?, path, &outcome.corpus.forms)
}

fn compare(before: &Snapshot, after: &Snapshot, path: &Path, forms: &Forms) -> Result<Changes> {
    if let (Some(then), Some(now)) = (before.year(), after.year())
        && then != now
    {
        return Err(Error::OtherYear {
            file: path.display().to_string(),
            before: then.to_owned(),
            after: now.to_owned(),
        });
    }
    Changes::between(before, after, forms)
}

/// Reads the tables of an output folder.
pub(super) fn read(folder: &Path) -> Result<Snapshot> {
    let file = || folder.display().to_string();
    if !source::is_own_output(folder) {
        fs::read_dir(folder).map_err(|source| Error::Path { path: folder.to_owned(), source })?;
        let why = Message::new("这不是本程序的结果文件夹", "it is no output folder of huizong");
        return Err(Error::Given { file: file(), why });
    }
    let data = folder.join("data");
    let table = |at: usize| {
        let path = data.join(Snapshot::TABLES[at]);
        let bytes = fs::read(&path).map_err(|source| Error::Path { path: path.clone(), source })?;
        let table = TextTable::parse(&bytes, Snapshot::COLUMNS[at]);
        table.map_err(|why| Error::Given { file: path.display().to_string(), why })
    };
    let manifest = fs::read(data.join("manifest.json")).unwrap_or_default();
    Ok(Snapshot::new([table(0)?, table(1)?, table(2)?, table(3)?]).with_manifest(&manifest))
}
