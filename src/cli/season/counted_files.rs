//! Copies of counted files, in `历次/原件`. They are read in place of files that have become unreadable or are gone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::super::shown;
use huizong::corpus::{Disposition, Entry};
use huizong::finding::Language;
use huizong::outcome::Outcome;
use huizong::pipeline::PriorRounds;
use huizong::roster::Unit;
use huizong::season::{INBOX, WorkFolder};

/// Most files named in one line.
const NAMED: usize = 20;

/// Copies every file of 收件 that a counted report came from. An archive is copied whole.
pub(super) fn keep(work: &WorkFolder, outcome: &Outcome) -> anyhow::Result<()> {
    let counted = outcome.corpus.entries.iter().filter(|entry| entry.disposition == Disposition::Counted);
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
        unit.is_some() && entries.iter().any(|entry| entry.unit == unit && entry.disposition == Disposition::Counted)
    };
    let lost = entries.iter().filter(|entry| entry.disposition == Disposition::Unreadable && !has_report(entry.unit));
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

/// Returns the copies of files that counted in the previous round and are no longer in 收件, by their path there. They
/// are read where their unit has no counted report now, or only one that they had replaced, unless the office refuses
/// them.
pub(super) fn absent(work: &WorkFolder, outcome: &Outcome, rounds: &PriorRounds) -> BTreeMap<String, PathBuf> {
    let corpus = &outcome.corpus;
    let is_refused = |unit: &Unit, file: &str| {
        let said = outcome.decisions.adoptions.iter().rfind(|said| said.file == file && unit.is_called(&said.unit));
        said.is_some_and(|said| said.adopted == Some(false))
    };
    let is_needed = |(id, file): &(&String, &String)| {
        let Some(unit) = corpus.units.iter().position(|unit| unit.id == **id) else { return false };
        let of_unit = |entry: &&Entry| entry.unit == Some(unit) && entry.disposition == Disposition::Counted;
        let counted = corpus.entries.iter().find(of_unit);
        let is_there = corpus.entries.iter().any(|entry| entry.is_named(file));
        let has_other = counted.is_some_and(|entry| !rounds.superseded.contains(&entry.submission.file));
        !is_there && !has_other && !is_refused(&corpus.units[unit], file)
    };
    let copy = |file: &String| {
        let mut paths = Path::new(file).ancestors().filter(|path| !path.as_os_str().is_empty());
        let path = paths.find(|path| work.originals().join(path).is_file())?;
        Some((path.to_string_lossy().into_owned(), work.originals().join(path)))
    };
    let is_absent = |(path, _): &(String, PathBuf)| !work.path(INBOX).join(path).is_file();
    let needed = rounds.counted.iter().filter(is_needed).map(|(_, file)| file);
    needed.filter_map(copy).filter(is_absent).collect()
}

/// Returns the lines about files of the previous round that are no longer in 收件: those of which `copies` are read, and
/// the others.
pub(super) fn absent_said(
    copies: &BTreeMap<String, PathBuf>,
    outcome: &Outcome,
    rounds: &PriorRounds,
    language: Language,
) -> Vec<String> {
    let Some(history) = &outcome.history else { return Vec::new() };
    let moved: BTreeSet<&String> = history.earlier_paths.values().flatten().collect();
    let is_gone = |file: &&String| !history.received.contains_key(*file) && !moved.contains(file);
    let gone: BTreeSet<&String> = rounds.received.keys().map(|(file, _)| file).filter(is_gone).collect();
    // Of an archive, only the archive is named.
    let is_inside = |file: &str| file.match_indices('/').any(|(at, _)| gone.contains(&file[..at].to_owned()));
    let gone: Vec<&str> = gone.iter().map(|file| file.as_str()).filter(|file| !is_inside(file)).collect();
    let kept: Vec<&str> = copies.keys().map(String::as_str).collect();
    let mut lines = Vec::new();
    if !kept.is_empty() {
        lines.push(match language {
            Language::Chinese => format!(
                "上次收到的 {} 个文件本次不在{INBOX}中，仍按以前计入的原件计：{}；确应撤回的，请在办理单“采用”中填“否”",
                kept.len(),
                named(&kept, "、")
            ),
            Language::English => format!(
                "{} files are no longer in “{INBOX}” and still count, unless the office refuses them: {}",
                kept.len(),
                named(&kept, ", ")
            ),
        });
    }
    if !gone.is_empty() {
        lines.push(match language {
            Language::Chinese => {
                format!("上次收到的 {} 个文件本次不在{INBOX}中，不再使用：{}", gone.len(), named(&gone, "、"))
            }
            Language::English => {
                format!("{} files are no longer in “{INBOX}” and not used: {}", gone.len(), named(&gone, ", "))
            }
        });
    }
    lines
}

/// Returns the first names of a list.
fn named(files: &[&str], separator: &str) -> String {
    let mut text = files.iter().copied().take(NAMED).collect::<Vec<_>>().join(separator);
    if files.len() > NAMED {
        text.push('…');
    }
    text
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
