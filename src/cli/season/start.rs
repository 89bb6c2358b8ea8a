//! `huizong start`: makes a work folder.

use std::path::Path;

use anyhow::{Context, anyhow};

use super::super::args::{self, StartArgs};
use super::super::{DONE, progress, shown};
use huizong::finding::Language;
use huizong::message::Message;
use huizong::pipeline;
use huizong::report::{self, DECISION_BOOK};
use huizong::roster::{NameWords, Unit};
use huizong::season::{self, INBOX, ROSTER};

/// Makes a work folder: the roster with the settings, the inbox, and the decision workbook.
pub(in crate::cli) fn start(start: &StartArgs) -> anyhow::Result<u8> {
    let language = args::language(start.lang);
    let folder = &start.folder;
    std::fs::create_dir_all(folder).with_context(|| shown(folder))?;
    let root = folder.canonicalize().with_context(|| shown(folder))?;
    let roster = root.join(ROSTER);
    if roster.exists() {
        let name = shown(&roster);
        return Err(Message::new(
            format!("{name} 已经有了，什么都没有改动；要做下一轮，请运行 huizong round"),
            format!("“{name}” is there already; nothing was touched. For the next round: huizong round"),
        )
        .into());
    }
    let before = files_in(&root);
    let known = start.roster.as_deref().map(pipeline::read_roster).transpose()?;
    let units: Vec<Unit> = known.as_ref().map(|roster| roster.units.clone()).unwrap_or_default();
    let county =
        known.as_ref().and_then(|roster| roster.county()).filter(|county| NameWords::official().is_county(county));
    let year = start.year.or_else(|| season::year_in_name(&root));
    let inbox = root.join(INBOX);
    std::fs::create_dir_all(&inbox).with_context(|| shown(&inbox))?;
    write_new(&root.join(DECISION_BOOK), &report::blank_decision_book().map_err(|error| anyhow!(error))?)?;
    // Written last, because a folder with a roster is a work folder.
    let bytes = report::season_roster(&units, year, county).map_err(|error| anyhow!(error))?;
    write_new(&roster, &bytes)?;
    let name = shown(&root);
    progress::say(&match language {
        Language::Chinese => {
            format!("已建好 {name}：请填 {ROSTER}（名册和设置），把收到的文件放进 {INBOX}，然后运行 huizong round")
        }
        Language::English => format!(
            "“{name}” is made: fill in “{ROSTER}” (roster and settings), put what arrives into “{INBOX}”, then run huizong round"
        ),
    });
    if before > 0 {
        progress::say(&match language {
            Language::Chinese => {
                format!("{name} 里原有 {before} 个文件，每一轮只读 {INBOX} 里的；其中有报送文件的，请移入 {INBOX}")
            }
            Language::English => format!(
                "“{name}” had {before} files already; a round reads those in “{INBOX}” alone, so move submissions there"
            ),
        });
    }
    Ok(DONE)
}

/// Returns the number of files in a folder and below it, without hidden ones and those in the inbox.
fn files_in(folder: &Path) -> usize {
    let is_other = |name: &std::ffi::OsStr| name != INBOX && !name.to_string_lossy().starts_with('.');
    let entries = walkdir::WalkDir::new(folder).min_depth(1).into_iter();
    let entries = entries.filter_entry(|entry| is_other(entry.file_name())).flatten();
    entries.filter(|entry| entry.file_type().is_file()).count()
}

/// Writes a file unless one exists at the path.
fn write_new(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    if path.exists() {
        return Ok(());
    }
    std::fs::write(path, bytes).with_context(|| shown(path))
}
