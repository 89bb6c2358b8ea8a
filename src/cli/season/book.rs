//! Writing `办理单.xlsx`: beside it first, then in its place; beside it for good while another program has it open.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};

use super::super::shown;
use huizong::decisions::Decisions;
use huizong::finding::Language;
use huizong::outcome::Outcome;
use huizong::pipeline;
use huizong::report::{DECISION_BOOK, decision_book};
use huizong::season::{NEW_DECISION_BOOK, WorkFolder};

/// Writes the decisions with the questions that are open, unless they are there already. Returns what is to be said.
pub(super) fn write(
    work: &WorkFolder,
    outcome: &Outcome,
    read: &[PathBuf],
    round: u32,
    language: Language,
) -> anyhow::Result<Vec<String>> {
    let bytes = decision_book(outcome).map_err(|error| anyhow!(error))?;
    let book = work.path(DECISION_BOOK);
    if read == [book.clone()] && is_same(&bytes, &book, work)? {
        return Ok(Vec::new());
    }
    if is_open_elsewhere(&book) || put(&bytes, &book).is_err() {
        let beside = work.path(NEW_DECISION_BOOK);
        put(&bytes, &beside).with_context(|| shown(&beside))?;
        return Ok(vec![open_elsewhere(language)]);
    }
    set_aside(work, read, &book, round)?;
    let questions = questions(outcome, &bytes, work)?;
    Ok((questions > 0).then(|| asked(questions, language)).into_iter().collect())
}

fn open_elsewhere(language: Language) -> String {
    match language {
        Language::Chinese => format!("{DECISION_BOOK} 正在别的程序里打开，新的写在旁边的 {NEW_DECISION_BOOK}"),
        Language::English => {
            format!("“{DECISION_BOOK}” is open in another program; the new one is “{NEW_DECISION_BOOK}” beside it")
        }
    }
}

fn asked(questions: usize, language: Language) -> String {
    match language {
        Language::Chinese => format!("{DECISION_BOOK} 中有 {questions} 行待决定"),
        Language::English => format!("“{DECISION_BOOK}” has {questions} rows to decide"),
    }
}

/// Returns how many rows nobody has decided.
fn questions(outcome: &Outcome, bytes: &[u8], work: &WorkFolder) -> anyhow::Result<usize> {
    let unfit = outcome.unfit.len();
    Ok(decisions(bytes, work)?.open_rows().saturating_sub(unfit))
}

/// Returns whether a workbook holds the same cells as the one to be written.
fn is_same(bytes: &[u8], book: &Path, work: &WorkFolder) -> anyhow::Result<bool> {
    let there = pipeline::read_decisions(book).map(|there| there.sheets).unwrap_or_default();
    let new = decisions(bytes, work)?.sheets;
    let cells = |sheets: &[huizong::decisions::DecisionSheet]| {
        let of = |sheet: &huizong::decisions::DecisionSheet| (sheet.grid.name.clone(), sheet.grid.cells().to_vec());
        sheets.iter().map(of).collect::<Vec<_>>()
    };
    Ok(cells(&there) == cells(&new))
}

/// Reads back what is to be written.
fn decisions(bytes: &[u8], work: &WorkFolder) -> anyhow::Result<Decisions> {
    let file = tempfile::Builder::new().prefix(".办理单").suffix(".xlsx").tempfile_in(&work.root)?;
    std::fs::write(file.path(), bytes)?;
    Ok(pipeline::read_decisions(file.path())?)
}

/// Writes a file beside its place and puts it there.
fn put(bytes: &[u8], path: &Path) -> std::io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let unfinished = path.with_file_name(format!(".{name}.未完成"));
    std::fs::write(&unfinished, bytes)?;
    std::fs::File::open(&unfinished)?.sync_all()?;
    let placed = std::fs::rename(&unfinished, path);
    if placed.is_err() {
        let _ = std::fs::remove_file(&unfinished);
    }
    placed
}

/// Returns whether another program has a workbook open: Excel, WPS and LibreOffice leave a file beside it.
fn is_open_elsewhere(book: &Path) -> bool {
    let name = book.file_name().unwrap_or_default().to_string_lossy().into_owned();
    [format!("~${name}"), format!(".~{name}"), format!(".~lock.{name}#")]
        .iter()
        .any(|lock| book.with_file_name(lock).exists())
}

/// Moves what the decisions were saved as besides to where the round will lie: everything in it is in the workbook now.
fn set_aside(work: &WorkFolder, read: &[PathBuf], book: &Path, round: u32) -> anyhow::Result<()> {
    for file in read.iter().filter(|file| *file != book) {
        let folder = work.earlier(round);
        std::fs::create_dir_all(&folder).with_context(|| shown(&folder))?;
        let place = super::free(&folder.join(file.file_name().unwrap_or_default()));
        std::fs::rename(file, &place).with_context(|| shown(&place))?;
    }
    Ok(())
}
