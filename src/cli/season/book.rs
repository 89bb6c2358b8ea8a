//! Writing of `办理单.xlsx`. The new workbook is renamed into place, or stays beside the old one while another program has
//! that open.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};

use super::super::output::write_atomically;
use super::super::shown;
use huizong::decisions::{DecisionSheet, Decisions};
use huizong::document;
use huizong::finding::Language;
use huizong::message::Message;
use huizong::outcome::Outcome;
use huizong::pipeline;
use huizong::report::{DECISION_BOOK, decision_book};
use huizong::season::{NEW_DECISION_BOOK, WorkFolder};
use huizong::source::Limits;

/// Writes the decisions with the open questions, unless the workbook is the same already. Returns lines for the user.
pub(super) fn write(
    work: &WorkFolder,
    outcome: &Outcome,
    read: &[PathBuf],
    round: u32,
    language: Language,
) -> anyhow::Result<Vec<String>> {
    let (bytes, questions) = decision_book(outcome).map_err(|error| anyhow!(error))?;
    let (book, written) = (work.path(DECISION_BOOK), work.written_decisions());
    let mut said: Vec<String> = (questions > 0).then(|| asked(questions, language)).into_iter().collect();
    if read == [book.clone()] && is_same(&read_back(&bytes)?, &book) {
        keep(&written, &bytes)?;
        return Ok(said);
    }
    if is_open_elsewhere(&book) || write_atomically(&book, &bytes).is_err() {
        let beside = work.path(NEW_DECISION_BOOK);
        write_atomically(&beside, &bytes).with_context(|| shown(&beside))?;
        said.push(open_elsewhere(language));
    } else {
        set_aside(work, read, &book, round)?;
    }
    keep(&written, &bytes)?;
    Ok(said)
}

/// Keeps a copy of the workbook as written.
fn keep(written: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    if std::fs::read(written).is_ok_and(|kept| kept == bytes) {
        return Ok(());
    }
    let folder = written.parent().unwrap_or(written);
    std::fs::create_dir_all(folder).with_context(|| shown(folder))?;
    write_atomically(written, bytes).with_context(|| shown(written))
}

/// Returns the line that the workbook of decisions is gone and its copy is used.
pub(super) fn restored(copy: &Path, language: Language) -> String {
    let copy = shown(copy);
    match language {
        Language::Chinese => format!("没有找到 {DECISION_BOOK}，已按上次写出的恢复（{copy}），其中的决定照旧"),
        Language::English => format!("“{DECISION_BOOK}” is not there; it is restored as last written (“{copy}”)"),
    }
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

/// Returns whether the workbook at `book` has the same cells as the new one.
fn is_same(new: &Decisions, book: &Path) -> bool {
    let there = pipeline::read_decisions(book).map(|there| there.sheets).unwrap_or_default();
    let cells = |sheets: &[DecisionSheet]| {
        let of = |sheet: &DecisionSheet| (sheet.grid.name.clone(), sheet.grid.cells().to_vec());
        sheets.iter().map(of).collect::<Vec<_>>()
    };
    cells(&there) == cells(&new.sheets)
}

/// Reads the new workbook back from its bytes.
fn read_back(bytes: &[u8]) -> anyhow::Result<Decisions> {
    let document = document::read(DECISION_BOOK, bytes, &Limits::default());
    let document = document.map_err(|_| Message::new("写出的办理单读不回来", "the decisions cannot be read back"))?;
    Ok(Decisions::from_grids(document.grids)?)
}

/// Returns whether another program has a workbook open: Excel, WPS and LibreOffice make a lock file beside it.
pub(super) fn is_open_elsewhere(book: &Path) -> bool {
    let name = book.file_name().unwrap_or_default().to_string_lossy().into_owned();
    [format!("~${name}"), format!(".~{name}"), format!(".~lock.{name}#")]
        .iter()
        .any(|lock| book.with_file_name(lock).exists())
}

/// Moves the other decision files that were read into the folder of the round. Their entries are in the workbook now.
fn set_aside(work: &WorkFolder, read: &[PathBuf], book: &Path, round: u32) -> anyhow::Result<()> {
    for file in read.iter().filter(|file| *file != book && file.parent() == book.parent()) {
        let folder = work.earlier(round);
        std::fs::create_dir_all(&folder).with_context(|| shown(&folder))?;
        let place = super::free(&folder.join(file.file_name().unwrap_or_default()));
        std::fs::rename(file, &place).with_context(|| shown(&place))?;
    }
    Ok(())
}
