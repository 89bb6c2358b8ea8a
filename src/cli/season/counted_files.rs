//! Copies of counted files, in `历次/原件`. They are read in place of files that have become unreadable.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::super::shown;
use huizong::corpus::{Entry, Standing};
use huizong::finding::Language;
use huizong::outcome::Outcome;
use huizong::season::{INBOX, WorkFolder};

/// Copies every file of 收件 that a counted report came from. An archive is copied whole.
pub(super) fn keep(work: &WorkFolder, outcome: &Outcome) -> anyhow::Result<()> {
    let counted = outcome.corpus.entries.iter().filter(|entry| entry.standing == Standing::Counted);
    let files: BTreeSet<PathBuf> = counted.filter_map(|entry| received(work, entry)).collect();
    for file in files {
        let source = work.path(INBOX).join(&file);
        let bytes = std::fs::read(&source).with_context(|| shown(&source))?;
        let target = work.originals().join(&file);
        if std::fs::read(&target).is_ok_and(|kept| kept == bytes) {
            continue;
        }
        let folder = target.parent().unwrap_or(&target);
        std::fs::create_dir_all(folder).with_context(|| shown(folder))?;
        std::fs::write(&target, bytes).with_context(|| shown(&target))?;
    }
    Ok(())
}

/// Returns the copies of files that cannot be read any more, where the unit has no counted report.
pub(super) fn stand_ins(work: &WorkFolder, outcome: &Outcome) -> Vec<PathBuf> {
    let entries = &outcome.corpus.entries;
    let has_report = |unit: Option<usize>| {
        unit.is_some() && entries.iter().any(|entry| entry.unit == unit && entry.standing == Standing::Counted)
    };
    let lost = entries.iter().filter(|entry| entry.standing == Standing::Unreadable && !has_report(entry.unit));
    let copies: BTreeSet<PathBuf> =
        lost.filter_map(|entry| received(work, entry)).map(|file| work.originals().join(file)).collect();
    copies.into_iter().filter(|copy| copy.is_file()).collect()
}

/// Returns the line about copies that are counted, or `None` without any.
pub(super) fn said(work: &WorkFolder, stand_ins: &[PathBuf], language: Language) -> Option<String> {
    let name = |copy: &PathBuf| shown(copy.strip_prefix(work.originals()).unwrap_or(copy));
    let names: Vec<String> = stand_ins.iter().map(name).collect();
    (!names.is_empty()).then(|| match language {
        Language::Chinese => {
            format!("{INBOX}里有 {} 个文件现在无法读取，仍按以前计入的原件计：{}", names.len(), names.join("、"))
        }
        Language::English => format!(
            "{} files of “{INBOX}” cannot be read any more; what counted before still counts: {}",
            names.len(),
            names.join(", ")
        ),
    })
}

/// Returns the file of 收件 that contains a submission, relative to 收件. For a file in an archive, it is the archive.
fn received(work: &WorkFolder, entry: &Entry) -> Option<PathBuf> {
    let inbox = work.path(INBOX);
    let file = Path::new(entry.submission.file.as_str());
    // The path begins with the folder's name if several inputs contain the same path.
    let inside = [Some(file), file.strip_prefix(INBOX).ok()];
    let holds = |path: &&Path| !path.as_os_str().is_empty() && inbox.join(path).is_file();
    inside.into_iter().flatten().find_map(|path| path.ancestors().find(holds)).map(Path::to_owned)
}
