//! Errors that stop a run. A bad *input* is none of them: it becomes a status of its submission, and a rule reports it.
//! A panic of a reader is caught and treated the same way.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use crate::message::Message;

/// The reason why the run as a whole cannot continue.
#[derive(Debug)]
pub enum Error {
    /// The inputs have no file that could be a submission.
    NothingToRead(String),
    /// A path the run itself depends on cannot be read or written.
    Path {
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// A file that the user gave besides the submissions (the roster, last year's results) is invalid.
    Given {
        /// The file's name as the user gave it.
        file: String,
        /// What is wrong with it.
        why: Message,
    },
    /// The outputs of an earlier run are of another report year and cannot be compared.
    OtherYear {
        /// The folder of the earlier outputs.
        file: String,
        /// Their year.
        before: String,
        /// The year of the run.
        after: String,
    },
    /// A data file shipped with the program is malformed. This is a bug in the program.
    Data {
        /// The file's name under `data/`.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// A query over the corpus failed. This is a bug in the program.
    Query {
        /// The rule or table that the query was for.
        what: String,
        /// The error from polars.
        source: polars::error::PolarsError,
    },
}

impl Error {
    /// Returns the complete message, in both languages.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::NothingToRead(where_) => {
                Message::new(format!("{where_} 中没有可读取的文件"), format!("nothing to read under {where_}"))
            }
            Self::Path { path, source } => Message::of_system(source).about(path.display()),
            Self::Given { file, why } => why.clone().about(file),
            Self::OtherYear { file, before, after } => Message::new(
                format!("两次结果不是同一年度的（{before}年度、{after}年度），不能比较"),
                format!("the two runs are of different years, {before} and {after}"),
            )
            .about(file),
            Self::Data { name, why } => Message::new(
                format!("程序自带的数据文件 {name} 有误（{why}），请告知开发者"),
                format!("data file {name}: {why}"),
            ),
            Self::Query { what, source } => {
                Message::new(format!("统计“{what}”时出错（{source}），请告知开发者"), format!("query {what}: {source}"))
            }
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.message().en)
    }
}

impl std::error::Error for Error {}

/// The result of a step of the run.
pub type Result<T> = std::result::Result<T, Error>;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`, which may panic on a malformed file; returns `None` if it does.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    let outside = GUARDED.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(outside);
    done.ok()
}

/// Returns whether this thread is inside `guarded`, so that the panic hook prints nothing: the panic becomes a finding.
#[must_use]
pub fn is_guarded() -> bool {
    GUARDED.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_caught_and_recognised() {
        assert_eq!(guarded(|| guarded(is_guarded)), Some(Some(true)));
        assert_eq!(guarded(|| (guarded(|| [0][std::hint::black_box(1)]), is_guarded())), Some((None, true)));
        assert!(!is_guarded());
    }
}
