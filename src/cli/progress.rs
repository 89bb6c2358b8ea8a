//! Printed lines, and the progress of a run: a bar on a terminal, plain lines elsewhere.

use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::console;
use huizong::error::is_guarded;
use huizong::finding::Language;
use huizong::pipeline::Progress;
use huizong::spelling::is_unseen;

/// Prints a line on standard error. A closed standard error is no reason to fail, so errors are ignored.
pub(super) fn say(line: &str) {
    console::write(&mut std::io::stderr(), &(harmless(line) + "\n"));
}

/// Prints lines on standard output. Errors are ignored, because the reader of a pipe may stop before the end.
pub(super) fn print<L: AsRef<str>>(lines: impl IntoIterator<Item = L>) {
    let lines = lines.into_iter().map(|line| harmless(line.as_ref()) + "\n");
    console::write(&mut std::io::stdout(), &lines.collect::<String>());
}

/// Replaces control and invisible characters with U+FFFD. Names come from submitted files and must not control the
/// terminal, start a new line or change the reading direction.
fn harmless(line: &str) -> String {
    let steers = |c: char| c.is_control() || is_unseen(c);
    line.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }).collect()
}

/// Installs a panic hook that prints nothing for a panic in a file's reader: each of these is caught, and a finding
/// names the file. Any other panic is a bug and is printed.
pub(super) fn keep_caught_panics_quiet() {
    let say = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !is_guarded() {
            say(panic);
        }
    }));
}

/// The progress of a run: files done, rate, time left and failures.
pub(super) struct Bar {
    drawn: ProgressBar,
    /// Number of files done, and number of those that failed. Several threads update them.
    seen: Mutex<(usize, usize)>,
    plain: bool,
    language: Language,
}

/// Most plain lines printed in a run.
const PLAIN_LINES: usize = 10;

impl Bar {
    pub(super) fn new(quiet: bool, language: Language) -> Self {
        // The bar is drawn in UTF-8.
        let terminal = std::io::stderr().is_terminal() && !console::is_gb();
        let bar = if quiet || !terminal {
            ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden())
        } else {
            ProgressBar::new(0)
        };
        let template = match language {
            Language::Chinese => "{bar:30} {pos}/{len} 个文件  {rate}  {left}  {msg}",
            Language::English => "{bar:30} {pos}/{len} files  {rate}  {left}  {msg}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            let is_chinese = language == Language::Chinese;
            let rate = move |state: &ProgressState, out: &mut dyn std::fmt::Write| {
                let _ = write!(out, "{:.0}{}", state.per_sec(), if is_chinese { " 个/秒" } else { "/s" });
            };
            let left = move |state: &ProgressState, out: &mut dyn std::fmt::Write| {
                let seconds = state.eta().as_secs_f64().ceil();
                let _ = if is_chinese { write!(out, "约剩 {seconds} 秒") } else { write!(out, "{seconds} s left") };
            };
            bar.set_style(style.with_key("rate", rate).with_key("left", left));
        }
        Self { drawn: bar, seen: Mutex::default(), plain: !quiet && !terminal, language }
    }

    /// Counts one file as done and shows the progress.
    pub(super) fn tick(&self, progress: Progress) {
        // Locked to the end, so that lines are printed in the order of their counts.
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.0 += 1;
        seen.1 += usize::from(progress.failed);
        let (done, failed) = *seen;
        if self.plain {
            let step = progress.files.div_ceil(PLAIN_LINES).max(1);
            if done.is_multiple_of(step) || done == progress.files {
                say(&self.line(done, progress.files, failed));
            }
            return;
        }
        self.drawn.set_length(progress.files as u64);
        // Before the first file is done, the number of files is unknown, and a bar of 0 of 0 files would be full.
        if done == 1 && !self.drawn.is_hidden() {
            self.drawn.enable_steady_tick(Duration::from_millis(100));
        }
        self.drawn.inc(1);
        if progress.failed {
            self.drawn.set_message(match self.language {
                Language::Chinese => format!("{failed} 个没有读出报告"),
                Language::English => format!("{failed} failed"),
            });
        }
    }

    fn line(&self, done: usize, files: usize, failed: usize) -> String {
        match self.language {
            Language::Chinese => format!("已读 {done}/{files} 个文件，{failed} 个没有读出报告"),
            Language::English => format!("{done}/{files} files read, {failed} failed"),
        }
    }

    pub(super) fn finish(&self) {
        self.drawn.finish_and_clear();
    }
}
