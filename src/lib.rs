//! huizong (汇总) rolls up a county's annual reports on government information disclosure.
//!
//! # The straight line
//!
//! ```text
//! source -> document -> submission -> corpus -> findings -> rollup -> outcome -> report
//! ```
//!
//! Each station is a module named after what it produces. It takes what the stations before it made and hands on plain
//! values; nothing flows back, and a module imports only modules to its left in this order:
//!
//! `message`, `error`, `spelling`, `place`, `amount`, `roster`, `source`, `document`, `form`, `submission`, `replies`,
//! `finding`, `decisions`, `corpus`, `localise`, `rollup`, `rules`, `changes`, `outcome`, `levels`, `report`,
//! `pipeline`, `season`.
//!
//! Two rules speak after the rollup: R01, which compares the totals with the county's own report (the *official*
//! report, no submission of a unit) and bridges the differences, and R02, which checks the totals by the form's sums.
//!
//! `changes` compares two runs by the tables they wrote, or an outcome with the tables of an earlier run. `levels` adds
//! up what many runs wrote, by level and year.
//!
//! Nouns besides the stations: the *limits* of a run, which `source` defines and every reader keeps; the *fast path*,
//! one pass over a plain xlsx, xls or ods, with calamine as the fallback; its *sheet template*, a sheet's markup
//! without the values; a *known* layout, that of a sheet seen before, which `form` recalls instead of searching again;
//! a *part* of the frame, which `corpus` makes as it is asked for; a *claim*, a number or a "none" that a sentence of
//! the report makes, held against the tables by the rules on words; a *template*, a document of the office's words that
//! `report` fills; an *entry workbook*, the one a unit fills in; an output that is a *folder*, a file for each unit; a
//! *reading*, one way to assign the figures of an ambiguous layout to the form, of which the sums confirm one or none;
//! a *doubt*, the reason why a value is at no certain place; a *message*, a sentence in both languages; a *detail*, the
//! whole reasoning behind a finding's message; the *role* of a file or sheet (example, letter, sum of several) and what
//! is left *aside* because of it; an *assignment*, the unit of a submission by all the names it states; a *decision* of
//! the office, which lies in a workbook that is read before a run and written after it; a *round*, one run of a year's
//! work folder, which knows the *history* of those before.
//!
//! Three kinds of trouble have three mechanisms. A bad *file* is a status of its submission, and a rule finds it. A bad
//! *run* (command line, disk) is an [`error::Error`]. A bug panics, except inside a file's reader, where it is one more
//! way of being unreadable.

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
