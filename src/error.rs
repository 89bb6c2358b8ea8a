//! Errors that stop a run. A bad *input* is never here: it is a status of its submission, and a rule finds it. Nor is a
//! panic of a reader, which is caught.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use crate::message::Message;

/// Why the run as a whole cannot go on.
#[derive(Debug)]
pub enum Error {
    /// The inputs hold no file that could be a submission.
    NothingToRead(String),
    /// A path the run itself depends on cannot be read or written.
    Path {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Something the user gave beside the submissions (the roster, last year) cannot be understood.
    Given {
        /// It as named by the user.
        file: String,
        /// What is wrong with it.
        why: Message,
    },
    /// A data file shipped with the program is malformed: a bug of ours.
    Data {
        /// Its name under `data/`.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// A query over the corpus failed: a bug of ours, named by what was asked.
    Query {
        /// The rule or table that was asked for.
        what: String,
        /// What polars said.
        source: polars::error::PolarsError,
    },
}

impl Error {
    /// Returns what stopped the run, whole, in both languages.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::NothingToRead(where_) => {
                Message::new(format!("{where_} 中没有可读取的文件"), format!("nothing to read under {where_}"))
            }
            Self::Path { path, source } => Message::of_system(source).about(path.display()),
            Self::Given { file, why } => why.clone().about(file),
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

/// Does what may break on a file made to break it; `None` where it panics.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    let outside = GUARDED.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(outside);
    done.ok()
}

/// Returns whether this thread is at such work, so that a panic of it is a finding and no message of its own.
#[must_use]
pub fn is_guarded() -> bool {
    GUARDED.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_caught_and_known_to_be() {
        assert_eq!(guarded(|| guarded(is_guarded)), Some(Some(true)));
        assert_eq!(guarded(|| (guarded(|| [0][std::hint::black_box(1)]), is_guarded())), Some((None, true)));
        assert!(!is_guarded());
    }
}
