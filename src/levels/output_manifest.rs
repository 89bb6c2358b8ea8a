//! Reader of an output folder's manifest, as far as a roll-up needs it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::message::Message;
use crate::source;

/// The command in a manifest that marks a roll-up, as opposed to a run.
pub const ROLLUP: &str = "rollup";
/// The data folder within an output folder; only files in it are read.
const DATA: &str = "data/";

/// Length of the key of a submission, in hex digits.
const SUBMISSION_KEY_LEN: usize = 16;

/// One run that a roll-up counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedRun {
    /// The path of its body.
    pub body_path: String,
    /// Its report year.
    pub year: u16,
    /// SHA-256 of its manifest.
    pub manifest: String,
}

/// The manifest of an output folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputManifest {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its size in bytes.
    pub size: u64,
    /// The report year of a run, if known.
    pub year: Option<u16>,
    /// The form of a run's totals.
    pub form: String,
    /// The name of the county in the run's options, or of a roll-up's root.
    pub county: Option<String>,
    /// Number of units that had to report, and of units that sent something.
    pub units: [u64; 2],
    /// Whether the run had a roster; without one, all units that sent something count as those that had to report.
    /// Earlier versions did not write it.
    pub has_roster: bool,
    /// Keys of the submissions that a run read: the beginnings of their digests.
    pub submissions: BTreeSet<String>,
    /// Whether the run was given other severities of rules than the usual ones.
    pub has_changed_severities: bool,
    /// The runs that a roll-up counts; `None` for a run.
    pub runs: Option<Vec<CountedRun>>,
    /// SHA-256 of the files in `data/`, by name.
    files: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct RawManifest {
    version: String,
    command: Option<String>,
    year: Option<u16>,
    #[serde(default)]
    form: String,
    #[serde(default)]
    options: BTreeMap<String, String>,
    body: Option<String>,
    has_roster: Option<bool>,
    #[serde(default)]
    counts: BTreeMap<String, u64>,
    #[serde(default)]
    changed_severities: BTreeMap<String, String>,
    #[serde(default)]
    inputs: Vec<ListedInput>,
    #[serde(default)]
    runs: Vec<CountedRun>,
    outputs: Option<Vec<ListedFile>>,
}

#[derive(Deserialize)]
struct ListedInput {
    sha256: Option<String>,
}

#[derive(Deserialize)]
struct ListedFile {
    path: String,
    sha256: String,
}

impl OutputManifest {
    /// Parses the bytes of a manifest.
    ///
    /// # Errors
    /// A message if it is damaged, lists no digests, or is of another major version of the program.
    pub fn parse(bytes: &[u8]) -> Result<Self, Message> {
        let raw: RawManifest = serde_json::from_slice(bytes).map_err(|_| damaged())?;
        if major(&raw.version) != major(env!("CARGO_PKG_VERSION")) {
            return Err(Message::new(
                format!("由程序的另一个大版本（{}）写出，不能读取，请用本版本重新汇总", raw.version),
                format!("it was written by another major version ({}); run this version again", raw.version),
            ));
        }
        let listed = raw.outputs.ok_or_else(|| {
            Message::new(
                "清单未列出各文件的校验值，请用本版本重新汇总",
                "it lists no digests of its files; run it again",
            )
        })?;
        let in_data = |file: ListedFile| Some((file.path.strip_prefix(DATA)?.to_owned(), file.sha256));
        let county = raw.body.or_else(|| raw.options.get("county").cloned());
        let digested = source::digest(bytes);
        let is_run = raw.command.as_deref() != Some(ROLLUP);
        let count = |name: &str| match raw.counts.get(name) {
            None if is_run => Err(damaged()),
            count => Ok(count.copied().unwrap_or_default()),
        };
        let key = |input: ListedInput| Some(input.sha256?.get(..SUBMISSION_KEY_LEN)?.to_owned());
        Ok(Self {
            sha256: digested.sha256,
            size: digested.size,
            year: raw.year,
            form: raw.form,
            county: county.filter(|county| !county.trim().is_empty()),
            has_roster: raw.has_roster.unwrap_or(true),
            units: [count("units_expected")?, count("units_received")?],
            submissions: if is_run { raw.inputs.into_iter().filter_map(key).collect() } else { BTreeSet::new() },
            has_changed_severities: !raw.changed_severities.is_empty(),
            runs: (!is_run).then_some(raw.runs),
            files: listed.into_iter().filter_map(in_data).collect(),
        })
    }

    /// Returns whether a file in `data/` is listed.
    #[must_use]
    pub fn lists(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }

    /// Returns the listed digest of a file in `data/`.
    #[must_use]
    pub fn digest_of(&self, name: &str) -> Option<&str> {
        self.files.get(name).map(String::as_str)
    }

    /// Returns whether two runs have the same figures and units, whenever they ran. The totals have the report year.
    #[must_use]
    pub fn has_same_data(&self, other: &Self) -> bool {
        let is_same = |name: &str| self.digest_of(name).is_some() && self.digest_of(name) == other.digest_of(name);
        is_same("units.csv") && is_same("totals.csv") && (is_same("facts.parquet") || is_same("facts.csv"))
    }
}

/// Returns the message that a manifest is damaged.
pub(super) fn damaged() -> Message {
    Message::new("清单文件（data/manifest.json）缺失或损坏", "its data/manifest.json is missing or damaged")
}

fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_of_this_major_version_is_read() {
        let text = format!(
            r#"{{"program":"huizong","version":"{}","year":2024,"form":"2021","options":{{"county":"甲县"}},
            "counts":{{"units_expected":3,"units_received":2}},"outputs":[{{"path":"data/units.csv","sha256":"ab"}},
            {{"path":"报告.html","sha256":"cd"}}]}}"#,
            env!("CARGO_PKG_VERSION")
        );
        let manifest = OutputManifest::parse(text.as_bytes()).expect("a manifest");
        assert_eq!((manifest.year, manifest.county.as_deref(), manifest.units), (Some(2024), Some("甲县"), [3, 2]));
        assert_eq!((manifest.digest_of("units.csv"), manifest.lists("报告.html")), (Some("ab"), false));
        assert!(manifest.runs.is_none());
        let other = text.replace(&format!("\"version\":\"{}\"", env!("CARGO_PKG_VERSION")), "\"version\":\"7.1.0\"");
        assert!(OutputManifest::parse(other.as_bytes()).expect_err("another version").zh.contains("7.1.0"));
        assert!(OutputManifest::parse(b"{").is_err());
    }
}
