//! Copies of counted files, in `历次/原件`. They are read in place of files that have become unreadable or are gone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::super::shown;
use huizong::corpus::{Disposition, Entry, StandIn};
use huizong::finding::Language;
use huizong::outcome::Outcome;
use huizong::pipeline::{PriorRounds, StandIns};
use huizong::season::{EARLIER, INBOX, ORIGINALS, WorkFolder};
use huizong::submission::Submission;

/// Most files named in one line.
const NAMED: usize = 20;

/// Copies every file of 收件 that a counted report came from. An archive is copied whole. Copies that are counted in place
/// of their file are kept.
pub(super) fn keep(work: &WorkFolder, outcome: &Outcome, stand_ins: &StandIns) -> anyhow::Result<()> {
    let counted = outcome.corpus.entries.iter().filter(|entry| entry.disposition == Disposition::Counted);
    let files: BTreeSet<PathBuf> = counted.filter_map(|entry| received(work, entry)).collect();
    for file in files {
        let source = work.path(INBOX).join(&file);
        let bytes = std::fs::read(&source).with_context(|| shown(&source))?;
        let target = work.originals().join(&file);
        let is_in_use = stand_ins.overwritten.values().any(|copy| *copy == target);
        if is_in_use || std::fs::read(&target).is_ok_and(|kept| kept == bytes) {
            continue;
        }
        let folder = target.parent().unwrap_or(&target);
        std::fs::create_dir_all(folder).with_context(|| shown(folder))?;
        std::fs::write(&target, bytes).with_context(|| shown(&target))?;
    }
    Ok(())
}

/// Returns the copies of files that counted in the previous round and are no longer in 收件, or were overwritten. They are
/// read where their unit has no filled report that counts now, or only one that they had replaced, unless the office
/// refuses them.
pub(super) fn stand_ins(work: &WorkFolder, outcome: &Outcome, rounds: &PriorRounds) -> StandIns {
    let mut found = StandIns::default();
    for (id, counted) in &rounds.counted {
        let file = counted.strip_prefix(&copy_prefix()).unwrap_or(counted);
        let Some((path, copy)) = copy_of(work, file) else { continue };
        if !is_needed(outcome, rounds, (id, file)) {
            continue;
        }
        let received = work.path(INBOX).join(&path);
        if received.is_file() {
            if !has_same_content(&received, &copy) {
                found.reports.insert(format!("{}{file}", copy_prefix()));
                found.overwritten.insert(format!("{}{path}", copy_prefix()), copy);
            }
        } else if !is_elsewhere(work, outcome, file, &copy) {
            found.reports.insert(file.to_owned());
            found.absent.insert(path, copy);
        }
    }
    found
}

/// Returns the beginning of the path of a copy, relative to the work folder.
fn copy_prefix() -> String {
    format!("{EARLIER}/{ORIGINALS}/")
}

/// Returns the path in 收件 of a file that counted, and its copy. For a file in an archive, they are those of the archive.
fn copy_of(work: &WorkFolder, file: &str) -> Option<(String, PathBuf)> {
    let mut paths = Path::new(file).ancestors().filter(|path| !path.as_os_str().is_empty());
    let path = paths.find(|path| work.originals().join(path).is_file())?;
    let path = path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
    let copy = work.originals().join(&path);
    Some((path, copy))
}

/// Returns whether a file that counted is not refused by the office, and its unit has no other report that counts.
fn is_needed(outcome: &Outcome, rounds: &PriorRounds, (id, file): (&str, &str)) -> bool {
    let corpus = &outcome.corpus;
    let Some(at) = corpus.units.iter().position(|unit| unit.id == id) else { return false };
    let unit = &corpus.units[at];
    let names = [file.to_owned(), format!("{}{file}", copy_prefix())];
    let mut decisions = outcome.decisions.adoptions.iter().rev();
    let said = decisions.find(|said| names.contains(&said.file) && unit.is_called(&said.unit));
    let of_unit = |entry: &&Entry| entry.unit == Some(at) && entry.disposition == Disposition::Counted;
    let counted = corpus.entries.iter().find(of_unit).map(|entry| &entry.submission);
    // A file that was replaced may have a new content.
    let is_old = |report: &Submission| report.file != file && rounds.superseded.contains(&report.file);
    let is_other = |report: &Submission| report.is_filled() && !is_old(report);
    said.is_none_or(|said| said.adopted != Some(false)) && !counted.is_some_and(is_other)
}

/// Returns whether a file with the content of a copy is at another path now.
fn is_elsewhere(work: &WorkFolder, outcome: &Outcome, file: &str, copy: &Path) -> bool {
    let mut moved = outcome.corpus.entries.iter().filter(|entry| entry.is_named(file));
    moved.any(|entry| {
        let received = received(work, entry);
        received.is_none_or(|received| has_same_content(&work.path(INBOX).join(received), copy))
    })
}

fn has_same_content(one: &Path, other: &Path) -> bool {
    std::fs::read(one).is_ok_and(|bytes| std::fs::read(other).is_ok_and(|others| others == bytes))
}

/// Returns the line about overwritten files of which copies are counted, or `None` without any.
pub(super) fn said(outcome: &Outcome, language: Language) -> Option<String> {
    let prefix = copy_prefix();
    let is_counted =
        |entry: &&Entry| entry.stand_in == Some(StandIn::Overwritten) && entry.disposition == Disposition::Counted;
    let counted = outcome.corpus.entries.iter().filter(is_counted).map(|entry| entry.submission.file.as_str());
    let names: Vec<&str> = counted.map(|file| file.strip_prefix(&prefix).unwrap_or(file)).collect();
    (!names.is_empty()).then(|| match language {
        Language::Chinese => format!(
            "{INBOX}里有 {} 个文件被覆盖，现在无法读取或不能计入，仍按以前计入的原件计：{}",
            names.len(),
            named(&names, "、")
        ),
        Language::English => format!(
            "{} files of “{INBOX}” were overwritten and cannot be used any more; what counted before still counts: {}",
            names.len(),
            named(&names, ", ")
        ),
    })
}

/// Returns the lines about files of the previous round that are no longer in 收件: those of which `copies` are read, and
/// the others.
pub(super) fn absent_sentence(
    copies: &BTreeMap<String, PathBuf>,
    outcome: &Outcome,
    rounds: &PriorRounds,
    language: Language,
) -> Vec<String> {
    let Some(history) = &outcome.history else { return Vec::new() };
    let moved: BTreeSet<&String> = history.earlier_paths.values().flatten().collect();
    let is_gone = |file: &&String| {
        !history.received.contains_key(*file) && !moved.contains(file) && !file.starts_with(&copy_prefix())
    };
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
    let holds = |path: &&Path| !path.as_os_str().is_empty() && inbox.join(path).is_file();
    file.ancestors().find(holds).map(Path::to_owned)
}
