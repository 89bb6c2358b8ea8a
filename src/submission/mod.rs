//! One document in, its submissions out: which form, whose, which year, every figure with raw text and place.
//!
//! Reading cannot fail: whatever happens is a status of the submission, and a rule finds it.

mod draft;
mod figure;
mod formula;
mod identity;

use std::sync::Arc;

pub use figure::{Figure, FormulaTrouble};
pub use identity::{Identity, Name, Origin};

use crate::document::{self, Document, Unreadable};
use crate::form::{Forms, Loose};
use draft::Draft;

/// What one unit sent for one year, as far as the file tells.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The file, relative to its input, with `/`.
    pub file: String,
    /// Whose it may be, best evidence first. Never empty: the file has a name.
    pub names: Vec<Name>,
    /// The report year it states.
    pub year: Option<u16>,
    /// How often it was sent again, by a mark in its name or title; zero where there is none.
    pub revision: u32,
    /// What was in it.
    pub content: Content,
}

/// What came of reading a file.
#[derive(Debug, Clone)]
pub enum Content {
    /// It could not be read.
    Unreadable(Unreadable),
    /// It was read and holds no table of an official form.
    NoForm,
    /// A report.
    Report(Box<Report>),
}

/// The figures of a report.
#[derive(Debug, Clone)]
pub struct Report {
    /// Index of its form.
    pub form: usize,
    /// One figure for each indicator of the form.
    pub figures: Vec<Figure>,
    /// Which tables of the form were found.
    pub tables: Vec<bool>,
    /// Whether a group of rows was filled as one row.
    pub combined: bool,
    /// Figures inside the tables that belong to no cell of the form, with their sheets.
    pub loose: Vec<(Arc<str>, Loose)>,
}

impl Submission {
    /// The report, where there is one.
    #[must_use]
    pub fn report(&self) -> Option<&Report> {
        match &self.content {
            Content::Report(report) => Some(report),
            _ => None,
        }
    }
}

/// Reads one file's bytes into its submissions; always at least one.
#[must_use]
pub fn read(file: &str, bytes: &[u8], forms: &Forms, identity: &Identity) -> Vec<Submission> {
    match document::read(file, bytes) {
        Ok(document) => of_document(file, &document, forms, identity),
        Err(why) => vec![without_report(file, Content::Unreadable(why), identity)],
    }
}

/// A submission known by its file name alone.
#[must_use]
pub fn without_report(file: &str, content: Content, identity: &Identity) -> Submission {
    finish(file, &Draft::default(), content, identity)
}

fn of_document(file: &str, document: &Document, forms: &Forms, identity: &Identity) -> Vec<Submission> {
    let drafts = draft::drafts(document, forms, identity);
    let submission = |draft: &Draft| {
        let year = draft.year().or_else(|| identity::year_of_file(file));
        let content = match draft.report(document, forms, year) {
            Some(report) => Content::Report(Box::new(report)),
            None => Content::NoForm,
        };
        finish(file, draft, content, identity)
    };
    drafts.iter().map(submission).collect()
}

fn finish(file: &str, draft: &Draft, content: Content, identity: &Identity) -> Submission {
    let mut names = draft.names();
    names.extend(identity.names_of_file(file));
    Submission {
        file: file.to_owned(),
        names,
        year: draft.year().or_else(|| identity::year_of_file(file)),
        revision: draft.revision().max(identity.revision(file)),
        content,
    }
}
