//! A year's work folder and its rounds: paths, settings, and the results of the previous round.
//!
//! ```text
//! 名册.xlsx      the roster, with a sheet 设置
//! 收件/          the inbox
//! 办理单.xlsx    the office's decisions
//! 结果/          the outputs of the last round
//! 历次/第N次/    the outputs and decisions of each earlier round
//! 历次/原件/     copies of the files that counted
//! 历次/办理单（上次写出）.xlsx   the decisions as they were last written
//! ```
//!
//! This module does not write. The command moves and replaces folders in such a way that a kill at any moment loses
//! nothing.

mod history;
mod settings;

use std::path::{Path, PathBuf};

pub use history::{RoundRecord, read_record};
pub use settings::{SeasonSettings, read_settings, with_round_date};

use crate::report::DECISION_BOOK;
use crate::source::is_own_output;
pub use crate::source::{EARLIER, INBOX, RESULTS};

/// The roster with the settings.
pub const ROSTER: &str = "名册.xlsx";
/// Name of the folder with copies of the files that counted, within the folder of the earlier rounds.
pub const ORIGINALS: &str = "原件";
/// Name of the decisions workbook if the usual one is open in another program.
pub const NEW_DECISION_BOOK: &str = "办理单（新）.xlsx";

/// Name, within the folder of the earlier rounds, of the decisions workbook as it was last written.
const WRITTEN_DECISION_BOOK: &str = "办理单（上次写出）.xlsx";

/// Prefix and extensions of files of decisions, in any format in which they may be saved.
const DECISION_STEM: &str = "办理单";
const DECISION_ENDINGS: [&str; 8] = ["xlsx", "xlsm", "xlsb", "xls", "et", "ods", "csv", "tsv"];

/// A work folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkFolder {
    /// Its path.
    pub root: PathBuf,
}

impl WorkFolder {
    /// Returns whether a folder is a work folder: it contains a roster and an inbox.
    #[must_use]
    pub fn is_one(folder: &Path) -> bool {
        folder.join(ROSTER).is_file() && folder.join(INBOX).is_dir()
    }

    /// Returns the path of a file or folder in it.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Returns the folder with copies of the files that counted, by their path in the inbox.
    #[must_use]
    pub fn originals(&self) -> PathBuf {
        self.path(EARLIER).join(ORIGINALS)
    }

    /// Returns the folder of an earlier round.
    #[must_use]
    pub fn earlier(&self, round: u32) -> PathBuf {
        self.path(EARLIER).join(format!("第{round}次"))
    }

    /// Returns the path of the decisions workbook as it was last written.
    #[must_use]
    pub fn written_decisions(&self) -> PathBuf {
        self.path(EARLIER).join(WRITTEN_DECISION_BOOK)
    }

    /// Returns the files of decisions: the usual workbook first, then the others sorted by name.
    #[must_use]
    pub fn decision_files(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(&self.root).into_iter().flatten().flatten();
        let is_decisions = |path: &PathBuf| {
            let name = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
            let (stem, ending) = (name(path.file_stem()), name(path.extension()).to_lowercase());
            path.is_file() && stem.starts_with(DECISION_STEM) && DECISION_ENDINGS.contains(&ending.as_str())
        };
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_decisions).collect();
        let own = self.path(DECISION_BOOK);
        files.sort_by_key(|path| (*path != own, path.clone()));
        files
    }

    /// Returns the number of the next round: one higher than that of any earlier round of which something is left.
    #[must_use]
    pub fn next_round(&self, last: Option<u32>) -> u32 {
        let entries = std::fs::read_dir(self.path(EARLIER)).into_iter().flatten().flatten();
        let number = |name: String| name.strip_prefix('第')?.strip_suffix('次')?.parse().ok();
        let earlier = entries.filter_map(|entry| number(entry.file_name().to_string_lossy().into_owned()));
        earlier.chain(last).max().map_or(1, |last: u32| last + 1)
    }

    /// Returns the paths of the outputs of all rounds, the earliest first.
    #[must_use]
    pub fn all_results(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.path(EARLIER)).into_iter().flatten().flatten();
        let earlier = entries.map(|entry| entry.path().join(RESULTS)).filter(|results| is_own_output(results));
        let mut all: Vec<PathBuf> = earlier.collect();
        all.sort();
        all.extend(self.results());
        all
    }

    /// Returns the path of the last round's outputs, if they are complete.
    #[must_use]
    pub fn results(&self) -> Option<PathBuf> {
        Some(self.path(RESULTS)).filter(|results| is_own_output(results))
    }
}

/// Returns the report year in a folder's name: 2025年年报.
#[must_use]
pub fn year_in_name(folder: &Path) -> Option<u16> {
    let name = folder.file_name()?.to_string_lossy().into_owned();
    let digits: Vec<&str> = name.split(|c: char| !c.is_ascii_digit()).filter(|part| part.len() == 4).collect();
    match digits.as_slice() {
        [only] => report_year(only),
        _ => None,
    }
}

/// Parses a year of four digits that can be a report year; the first reports were for 2008.
fn report_year(digits: &str) -> Option<u16> {
    digits.parse().ok().filter(|year| (2008..2100).contains(year))
}

#[cfg(test)]
mod tests;
