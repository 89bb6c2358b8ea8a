//! What stops a run. A bad *input* is never here: it is a status of its submission, and a rule finds it.

use std::path::PathBuf;

/// Why the run as a whole cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The inputs hold no file that could be a submission.
    #[error("nothing to read under {0}")]
    NothingToRead(String),
    /// A path the run itself depends on cannot be read or written.
    #[error("{}", path.display())]
    Path {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The output folder holds something this program did not write.
    #[error("{} is not empty and was not written by huizong; nothing was touched", .0.display())]
    Foreign(PathBuf),
    /// Something the user gave beside the submissions (the roster, last year) cannot be understood.
    #[error("{file}: {why}")]
    Given {
        /// It as named by the user.
        file: String,
        /// What is wrong with it.
        why: String,
    },
    /// A data file shipped with the program is malformed: a bug of ours.
    #[error("data file {name}: {why}")]
    Data {
        /// Its name under `data/`.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// A query over the corpus failed: a bug of ours, named by what was asked.
    #[error("query {what}")]
    Query {
        /// The rule or table that was asked for.
        what: String,
        /// What polars said.
        source: polars::error::PolarsError,
    },
}

/// The result of a step of the run.
pub type Result<T> = std::result::Result<T, Error>;
