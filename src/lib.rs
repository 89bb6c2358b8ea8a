//! huizong (汇总) rolls up a county's annual reports on government information disclosure.
//!
//! # Data flow
//!
//! ```text
//! source -> document -> submission -> corpus -> findings -> rollup -> outcome -> report
//! ```
//!
//! Each stage is a module named after its result. It takes the results of the stages before it and returns plain
//! values. Data never flow back, and a module imports only modules to its left in this order:
//!
//! `message`, `error`, `spelling`, `place`, `amount`, `roster`, `source`, `document`, `form`, `submission`, `replies`,
//! `finding`, `decisions`, `corpus`, `localise`, `rollup`, `rules`, `changes`, `outcome`, `levels`, `report`,
//! `pipeline`, `season`.
//!
//! Two rules run after the rollup: R01 compares the totals with the county's own report (the *official* report, which
//! is no submission of a unit) and explains the differences, and R02 checks the totals by the sums of the form.
//!
//! `changes` compares the tables that two runs wrote, or an outcome with the tables of an earlier run. `levels` adds up
//! the outputs of many runs by level and year.
//!
//! # Terms
//!
//! - *limits*: bounds of a run on the size and shape of its input, defined in `source` and observed by every reader.
//! - *fast path*: a reader that takes one pass over a plain xlsx, xls or ods; calamine is the fallback.
//! - *sheet template*: the markup of an xlsx sheet without its values, which the fast path reuses for similar sheets.
//! - *layout cache*: the layouts of sheets that were matched before, which `form` tries before it searches for tables.
//! - *reading*: one way to assign the figures of an ambiguous layout to the form; the sums confirm one or none.
//! - *doubt*: the reason why a text is not used as the value of a figure.
//! - *role*: what a file or sheet appears to be, such as an example, a letter or a sum of several reports. A file set
//!   *aside* because of its role is not counted.
//! - *assignment*: the unit of a submission, found by all the names that the submission states.
//! - *part*: a batch of submissions with facts that `corpus` returns as one frame, on demand.
//! - *decision*: a choice of the office, in a workbook that is read before a run and written again after it.
//! - *claim*: a number, or the word for none, in a sentence of a report; the rules on words compare it with the tables.
//! - *message*: a sentence in Chinese and English. The *detail* of a finding is the full reasoning behind its message.
//! - *template*: a document with the office's wording, which `report` fills in.
//! - *entry workbook*: a workbook that a unit fills in.
//! - *folder* output: an output of one file for each unit.
//! - *round*: one run of a year's work folder; its *history* is the data of the rounds before it.
//!
//! # Errors
//!
//! A bad *file* becomes a status of its submission, which a rule reports. A bad *run* (command line, disk) returns an
//! [`error::Error`]. A bug panics; a panic inside a file's reader is caught, and the file counts as unreadable.

pub mod amount;
pub mod changes;
pub mod corpus;
pub mod decisions;
pub mod document;
pub mod error;
pub mod finding;
pub mod form;
pub mod levels;
pub mod localise;
pub mod message;
pub mod outcome;
pub mod pipeline;
pub mod place;
pub mod replies;
pub mod report;
pub mod rollup;
pub mod roster;
pub mod rules;
pub mod season;
pub mod source;
pub mod spelling;
pub mod submission;
