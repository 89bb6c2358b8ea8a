//! The only place that prints: a bar on a terminal, plain lines elsewhere.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use huizong::finding::Language;
use huizong::pipeline::Progress;

/// One line on standard error. A closed standard error is no reason to fail.
pub(super) fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{}", harmless(line));
}

/// Text that was asked for, on standard output.
pub(super) fn print(text: &str) {
    let _ = std::io::stdout().write_all(harmless(text).as_bytes());
}

/// Names come from strangers' files: nothing in them may steer a terminal.
fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}

/// Files done, rate, time left and failures.
pub(super) struct Bar {
    drawn: ProgressBar,
    done: AtomicUsize,
    failed: AtomicUsize,
    plain: bool,
    language: Language,
}

/// How many plain lines a run prints at most.
const PLAIN_LINES: usize = 10;

impl Bar {
    pub(super) fn new(quiet: bool, language: Language) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let bar = if quiet || !terminal {
            ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden())
        } else {
            ProgressBar::new(0)
        };
        let template = match language {
            Language::Chinese => "{bar:30} {pos}/{len} 个文件  {per_sec}  剩余 {eta}  {msg}",
            Language::English => "{bar:30} {pos}/{len} files  {per_sec}  {eta} left  {msg}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        if !bar.is_hidden() {
            bar.enable_steady_tick(Duration::from_millis(100));
        }
        Self {
            drawn: bar,
            done: AtomicUsize::new(0),
            failed: AtomicUsize::new(0),
            plain: !quiet && !terminal,
            language,
        }
    }

    /// Hears of one file done, from any thread.
    pub(super) fn tick(&self, progress: Progress) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        let failed =
            self.failed.fetch_add(usize::from(progress.failed), Ordering::Relaxed) + usize::from(progress.failed);
        if self.plain {
            let step = progress.files.div_ceil(PLAIN_LINES).max(1);
            if done.is_multiple_of(step) || done == progress.files {
                say(&self.line(done, progress.files, failed));
            }
            return;
        }
        self.drawn.set_length(progress.files as u64);
        self.drawn.inc(1);
        if progress.failed {
            self.drawn.set_message(match self.language {
                Language::Chinese => format!("{failed} 个读不出"),
                Language::English => format!("{failed} failed"),
            });
        }
    }

    fn line(&self, done: usize, files: usize, failed: usize) -> String {
        match self.language {
            Language::Chinese => format!("已读 {done}/{files} 个文件，{failed} 个读不出"),
            Language::English => format!("{done}/{files} files read, {failed} failed"),
        }
    }

    pub(super) fn finish(&self) {
        self.drawn.finish_and_clear();
    }
}
