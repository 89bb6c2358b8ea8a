//! The assistant, which runs for `huizong` without a command at a terminal (a double click, files dragged onto the
//! program). It asks one question at a time, runs, opens the page and waits for Enter, so that the window does not
//! close before the user has read it.

mod answers;
mod dialogue;
mod rosters;

use std::io::{IsTerminal, stderr, stdin};
use std::path::{Path, PathBuf};

use super::args::RunArgs;
use super::{FAILED, beside, config, do_run, said, shown};
pub(super) use answers::ask_day;
pub(super) use dialogue::Dialogue;
use dialogue::Ended;
use huizong::finding::Language;
use huizong::message::Message;
use huizong::source;
pub(super) use rosters::NAMES as ROSTER_NAMES;

/// Returns whether a user can be asked: standard input and standard error are a terminal.
pub(super) fn can_ask() -> bool {
    stdin().is_terminal() && stderr().is_terminal()
}

/// Asks, runs and waits for Enter; returns the exit status.
pub(super) fn assist(inputs: Vec<PathBuf>, language: Language) -> u8 {
    let dialogue = Dialogue::new(language);
    dialogue.say(
        concat!("汇总 huizong ", env!("CARGO_PKG_VERSION"), "：政府信息公开工作年度报告汇总"),
        concat!(
            "huizong ",
            env!("CARGO_PKG_VERSION"),
            ": rolls up annual reports on government information disclosure"
        ),
    );
    dialogue.say(
        "逐项回答，按回车采用方括号里的内容；按 Ctrl+C 随时退出，不会改动报送的文件。",
        "Answer each question; Enter takes what is in brackets. Ctrl+C ends; nothing that was sent is changed.",
    );
    // The end of the input also ends the job and the wait, since no Enter can follow.
    let status = job(&dialogue, inputs).unwrap_or(FAILED);
    let _ = dialogue.pause("按回车键关闭。", "Press Enter to close.");
    status
}

/// Asks all questions and runs until the run succeeds; returns its exit status.
///
/// # Errors
/// `Ended` if the input ends.
fn job(dialogue: &Dialogue, inputs: Vec<PathBuf>) -> Result<u8, Ended> {
    let (inputs, out) = inputs_and_out(dialogue, inputs)?;
    let mut args = RunArgs::for_folders(inputs, out);
    while let Err(error) = config::complete(&mut args) {
        dialogue.show(&said(&error, dialogue.language));
        dialogue.pause("请改正后按回车再试。", "Mend it and press Enter to try again.")?;
    }
    args.roster = rosters::choose(dialogue, &args)?;
    answers::ask(dialogue, &mut args)?;
    loop {
        match do_run(args.clone()) {
            Ok(status) => {
                show_page(dialogue, &args.out);
                return Ok(status);
            }
            Err(error) => {
                dialogue.show(&said(&error, dialogue.language));
                dialogue.pause("处理好以后按回车再试一次。", "See to it and press Enter to try again.")?;
            }
        }
    }
}

/// Asks for the inputs until they can be read; returns them and the output folder.
fn inputs_and_out(dialogue: &Dialogue, dragged: Vec<PathBuf>) -> Result<(Vec<PathBuf>, PathBuf), Ended> {
    let mut inputs = dragged;
    loop {
        if inputs.is_empty() {
            inputs = dialogue.paths(
                "报送文件在哪个文件夹？（可把文件夹拖进本窗口，再按回车）",
                "Which folder holds the reports? (drag it into this window and press Enter)",
            )?;
            continue;
        }
        match (unfit(&inputs), beside(&inputs)) {
            (None, Some(out)) => return Ok((inputs, out)),
            (Some(why), _) => dialogue.show(why.in_language(dialogue.language)),
            (None, None) => dialogue.say(
                "不能直接汇总整个磁盘，请给出其中的一个文件夹。",
                "A whole drive is too much; name a folder on it.",
            ),
        }
        inputs.clear();
    }
}

/// Returns why the inputs cannot be listed, or `None` if they can.
fn unfit(inputs: &[PathBuf]) -> Option<Message> {
    source::list(inputs, &[]).err().map(|error| error.message())
}

/// Opens the page in the browser; prints its path if that fails.
fn show_page(dialogue: &Dialogue, out: &Path) {
    let page = out.join(huizong::report::PAGE);
    let is_shown = page.is_file() && open::that_detached(&page).is_ok();
    let page = shown(&page);
    if is_shown {
        dialogue.say(&format!("已在浏览器中打开 {page}"), &format!("{page} was opened in the browser"));
    } else {
        dialogue.say(&format!("请双击打开 {page}"), &format!("Open {page} with a double click"));
    }
}
