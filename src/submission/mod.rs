//! Submissions of a document: form, unit, year, and every figure with its raw text and place.
//!
//! Reading cannot fail: every problem becomes a status of the submission, and a rule reports it.

mod draft;
mod events;
mod figure;
mod figures;
mod formula;
mod identity;
mod lines;
mod narrative;
mod non_identity_texts;
mod returned;
mod revision;
mod role;
mod sheet_text;
mod shown;
mod tables;
mod word_list;
mod years;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

pub use figures::{Figure, Figures, FormulaTrouble, Raw};
pub use identity::{Identity, Name, Origin};
pub use narrative::{Narrative, NarrativeParagraph, NarrativeSection, NarrativeWords};
pub use returned::ReturnedForm;
pub use role::Role;
pub(crate) use role::is_called_report;
pub(crate) use years::years;

use rust_decimal::Decimal;

use crate::amount::State;
use crate::document::{self, Document, Format, Grid, PageFault, Unreadable};
use crate::error::Result;
use crate::form::{Form, Forms, Oddity, Term, Unassigned, strips};
use crate::place::Place;
use crate::source::Limits;
use draft::Draft;
use sheet_text::SheetText;

/// A report of one unit for one year, as found in a file.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The file, relative to its input, with `/`.
    pub file: String,
    /// Candidate names of its unit, best evidence first. Never empty, because the file has a name.
    pub names: Vec<Name>,
    /// The report year it states.
    pub year: Option<u16>,
    /// The years that its title and its 报告年度 line state, if they differ.
    pub conflicting_years: Option<ConflictingYears>,
    /// How often it was sent again, by a mark in its name or title; zero without a mark.
    pub revision: u32,
    /// Whether any of the names, including those of file and folder, looks like the name of a public body.
    pub names_unit: bool,
    /// Whether it looks like something other than a unit's own report.
    pub role: Role,
    /// The result of reading it.
    pub content: Content,
    /// Its text.
    pub narrative: Narrative,
    /// If it is an entry workbook that this program made: what it was made for and what was changed in it.
    pub returned: Option<Box<ReturnedForm>>,
    /// The pages of a PDF that end within a table, so that rows may be unreadable.
    pub divided_pages: Vec<u32>,
}

/// Two years that a report states for itself. It is read as one of the title's year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictingYears {
    /// The year in its title.
    pub title: u16,
    /// The year in its 报告年度 line.
    pub line: u16,
    /// The cells of the title and of the line. Running text has none.
    pub places: Vec<Place>,
}

/// The result of reading a file.
#[derive(Debug, Clone)]
pub enum Content {
    /// It could not be read.
    Unreadable(Unreadable),
    /// It was read and has no table of an official form.
    NoForm,
    /// A report.
    Report(Box<Report>),
}

/// The name of a sheet, empty in a document; and in a document, the number of the table, from one.
pub type SheetOrTable = (Arc<str>, Option<u32>);

/// The figures of a report.
#[derive(Debug, Clone)]
pub struct Report {
    /// Index of its form.
    pub form: usize,
    /// One figure for each indicator of the form.
    pub figures: Figures,
    /// For each table of the form, whether it was found.
    pub tables: Vec<bool>,
    /// Tables that are there by their labels and could not be read, by index.
    pub unread: BTreeSet<usize>,
    /// Whether a group of rows was filled in as one row.
    pub combined: bool,
    /// Whether every figure of the form is a plain whole number of zero or more in a cell of its own, as in most
    /// reports.
    pub plain: bool,
    /// For each table with a layout that was decided by the form's sums: its index in the form, and its irregularity.
    pub by_sums: Vec<(usize, Oddity)>,
    /// Tables with a block in the layout of another official form, with that form's index. No figure of such a block is
    /// used.
    pub other_form: Vec<(usize, usize)>,
    /// Figures inside the tables that match no cell of the form, with their sheets and, in documents, tables.
    pub unassigned: Vec<(SheetOrTable, Unassigned)>,
}

impl Report {
    /// Replaces a figure's value by a corrected one. The raw text and the place stay.
    pub fn correct(&mut self, position: usize, value: Decimal) {
        self.figures.correct(position, value);
        self.plain = false;
    }

    /// Restores the figures that an annotated workbook shows in quotation marks, because they were not used: numbers
    /// that the form accepts as uncertain, others as they were.
    pub fn restore_quoted(&mut self, form: &Form) {
        if self.figures.restore_quoted(form) {
            self.plain = false;
        }
    }

    /// Returns what a figure contributes to the sums of the form; zero if it is no part of the report.
    #[must_use]
    pub fn term(&self, form: &Form, position: usize) -> Term {
        let figure = self.figures.at(position);
        match (figure.state, figure.value) {
            _ if form.is_out(position, self.combined) => Term::Known(Decimal::ZERO),
            (State::Number, Some(value)) if figure.addable => Term::Known(value),
            (State::Blank | State::NotApplicable, _) => Term::Blank,
            _ => Term::Unknown,
        }
    }
}

impl Submission {
    /// Returns whether it is a report with a number or text in any cell.
    #[must_use]
    pub fn is_filled(&self) -> bool {
        let is_written = |figure: Figure<'_>| matches!(figure.state, State::Number | State::Text);
        self.report().is_some_and(|report| report.figures.iter().any(is_written))
    }

    /// Returns whether it is a document that may contain a report and is in a format without a reader.
    #[must_use]
    pub fn is_unread_document(&self) -> bool {
        use Format::{Mail, OldDoc, WordXml};
        let Content::Unreadable(Unreadable::NotRead(format)) = &self.content else { return false };
        matches!(format, Mail | OldDoc | WordXml)
    }

    /// Returns the report, if there is one.
    #[must_use]
    pub fn report(&self) -> Option<&Report> {
        match &self.content {
            Content::Report(report) => Some(report),
            _ => None,
        }
    }
}

/// The words, forms and limits that reading depends on.
#[derive(Debug)]
pub struct Reader {
    /// The known forms.
    pub forms: Arc<Forms>,
    /// The words of titles and names.
    pub identity: Identity,
    /// The words of sections.
    pub words: NarrativeWords,
    /// The limits on a file.
    pub limits: Limits,
}

impl Reader {
    /// Returns a reader with the data shipped with the program.
    ///
    /// # Errors
    /// `Error::Data` if a data file is malformed, which a test rules out.
    pub fn official() -> Result<Self> {
        Ok(Self {
            forms: Arc::new(Forms::official()?),
            identity: Identity::official()?,
            words: NarrativeWords::official()?,
            limits: Limits::default(),
        })
    }

    /// Reads one file's bytes into its submissions, always at least one.
    #[must_use]
    pub fn read(&self, file: &str, bytes: &[u8]) -> Vec<Submission> {
        self.read_as(document::format_of(file, bytes), file, bytes)
    }

    /// Reads one file's bytes, as [`Self::read`] does, if its format is known already.
    #[must_use]
    pub fn read_as(&self, format: Format, file: &str, bytes: &[u8]) -> Vec<Submission> {
        match document::read_as(format, bytes, &self.limits) {
            Ok(document) => {
                let mut submissions = self.of_document(file, &document);
                for submission in &mut submissions {
                    submission.divided_pages.clone_from(&document.divided_pages);
                }
                if document.joined_pages.is_empty() || submissions.iter().all(|report| self.is_confirmed(report)) {
                    return submissions;
                }
                let fault = PageFault::Spilled;
                vec![self.unreadable(file, Unreadable::Misprinted { fault, pages: document.joined_pages })]
            }
            Err(why) => vec![self.unreadable(file, why)],
        }
    }

    /// Returns a submission for a file that could not be read; only the file's name is known.
    #[must_use]
    pub fn unreadable(&self, file: &str, why: Unreadable) -> Submission {
        let named = (Narrative::default(), years::year_of_file(file));
        self.finish(file, &Draft::default(), named, Content::Unreadable(why), role::of_other(None, file))
    }

    /// Returns whether a report from joined pages is certainly right: it has each figure of its form and nothing else,
    /// and all sums of the form hold.
    fn is_confirmed(&self, submission: &Submission) -> bool {
        let Some(report) = submission.report() else { return false };
        let form = &self.forms.all[report.form];
        let is_read = |position: usize| {
            let state = report.figures.at(position).state;
            form.is_out(position, report.combined) || matches!(state, State::Number | State::Blank)
        };
        (0..form.official).all(is_read)
            && report.by_sums.is_empty()
            && report.other_form.is_empty()
            && report.unassigned.is_empty()
            && form.keeps_sums(|position| report.term(form, position))
    }

    /// Returns the document with side-by-side tables of a sheet split into sheets of their own.
    fn with_strips<'d>(&self, document: &'d Document) -> Cow<'d, Document> {
        let strips: Vec<Vec<Grid>> = document.grids.iter().map(|grid| strips(grid, &self.forms)).collect();
        if strips.iter().all(Vec::is_empty) {
            return Cow::Borrowed(document);
        }
        let parts = document.grids.iter().zip(strips);
        let grids = parts.flat_map(|(grid, strips)| if strips.is_empty() { vec![grid.clone()] } else { strips });
        Cow::Owned(Document { grids: grids.collect(), paragraphs: document.paragraphs.clone(), ..Document::default() })
    }

    fn of_document(&self, file: &str, document: &Document) -> Vec<Submission> {
        let document = &*self.with_strips(document);
        let texts = SheetText { identity: &self.identity, words: &self.words };
        let drafts = draft::drafts(document, &self.forms, &texts);
        let submission = |draft: &Draft| {
            let (narrative, year) = draft.narrative_and_year(&texts);
            let year = year.or_else(|| years::year_of_file(file));
            let (content, role) = match draft.report(document, &self.forms, year) {
                Some(mut report) => {
                    report.unread = draft.unread_tables(&report, (document, drafts.len() == 1), &self.forms);
                    (Content::Report(Box::new(report)), role::of_report(document, &draft.grids(), file))
                }
                None if document.has_lost_characters() => {
                    (Content::Unreadable(Unreadable::LostCharacters), role::of_other(Some(document), file))
                }
                None => (Content::NoForm, role::of_other(Some(document), file)),
            };
            self.finish(file, draft, (narrative, year), content, role)
        };
        drafts.iter().map(submission).collect()
    }

    /// Records that a submission is a returned entry workbook. Its properties supply a unit and year it does not state.
    pub fn note_returned(&self, submission: &mut Submission, returned: ReturnedForm) {
        submission.year = submission.year.or(returned.year);
        if !submission.names_unit && !returned.unit.is_empty() {
            submission.names.insert(0, Name { text: returned.unit.clone(), origin: Origin::File });
            submission.names_unit = identity::looks_like_unit(&returned.unit);
        }
        submission.returned = Some(Box::new(returned));
    }

    fn finish(
        &self,
        file: &str,
        draft: &Draft,
        (narrative, year): (Narrative, Option<u16>),
        content: Content,
        role: Role,
    ) -> Submission {
        let mut names = draft.names();
        names.extend(Identity::names_of_file(file));
        Submission {
            file: file.to_owned(),
            names_unit: names.iter().any(|name| identity::looks_like_unit(&name.text)),
            role,
            names,
            year,
            conflicting_years: draft.conflicting_years(),
            revision: draft.revision().max(self.identity.revision_of_file(file)),
            content,
            narrative,
            returned: None,
            divided_pages: Vec::new(),
        }
    }
}
