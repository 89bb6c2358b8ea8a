//! Bytes of a file to grids and paragraphs. What a file is is told by its content, never by its name.
//!
//! Positions are the submitter's own: a grid's rows and columns count from the sheet's first cell, whatever
//! the reading library leaves out.

mod appearance;
mod cell_marks;
mod charset;
mod compound;
mod container;
mod delimited;
mod doc;
mod emphasis;
mod fast_path;
mod fods;
mod format;
mod grid;
mod layout;
mod markup;
mod mht;
mod number_format;
mod numbers;
mod ods;
mod odt;
mod pages;
mod pdf;
mod placed;
mod rtf;
mod ruled;
mod run_fonts;
mod run_format;
mod shared_lengths;
mod sheetml;
mod size;
mod sniff;
mod spreadsheet;
mod stylesheet;
mod table_builder;
#[cfg(test)]
mod tests;
mod text;
mod web;
mod word;
mod xls;
mod xlsx;
mod xml;
mod zip_reader;

pub use charset::decode;
pub use format::Format;
pub use grid::{Cell, CellKind, Grid, PageStart, Region};
pub use number_format::DisplayedNumber;
pub(crate) use pages::{PAGE_BREAK, is_page_number};
pub(crate) use ruled::{BARS, SEPARATORS};

use crate::error::guarded;
use crate::message::Message;
use crate::source::{Limit, Limits};

/// What a file holds.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// Sheets or tables, in the file's order.
    pub grids: Vec<Grid>,
    /// Running text, in order. Empty for spreadsheets.
    pub paragraphs: Vec<Paragraph>,
}

/// A paragraph or line of running text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// Its text, without the white space around it. The end of a page behind a number says that it may be the page's.
    pub text: String,
    /// How many of the grids come before it.
    pub after: usize,
}

/// A cell with more text than this, in characters, holds narrative.
const LONGEST_CELL: usize = 120;

impl Document {
    /// Returns whether it has running text or tables within such; else it is made of sheets.
    #[must_use]
    pub fn is_running(&self) -> bool {
        !self.paragraphs.is_empty() || self.grids.iter().any(|grid| grid.table.is_some())
    }

    /// Adds a paragraph, if it holds anything.
    fn push_paragraph(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            self.paragraphs.push(Paragraph { text: text.to_owned(), after: self.grids.len() });
        }
    }

    /// Adds the next table. What its cells hold of narrative (tables are also used to lay out a page) is running text
    /// as well.
    fn push_table(&mut self, mut grid: Grid) {
        for cell in grid.cells().iter().filter(|cell| cell.text.chars().count() > LONGEST_CELL) {
            cell.text.lines().for_each(|line| self.push_paragraph(line));
        }
        grid.table = u32::try_from(self.grids.len() + 1).ok();
        self.grids.push(grid);
    }
}

/// Why a file yields no document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// There are no bytes in it.
    Empty,
    /// The system does not give its bytes, and says why.
    Inaccessible(Message),
    /// It needs a password.
    Password(Format),
    /// It claims to be of this format and cannot be read as one.
    Damaged(Format, String),
    /// A format this program does not read.
    NotRead(Format),
    /// It has pages but no text that means anything: a scan, or fonts that do not say which characters they draw.
    NoText {
        /// How many pages.
        pages: u32,
    },
    /// Its pages have text, and do not show which cell it stands in.
    Misprinted {
        /// What is wrong with them.
        fault: PageFault,
        /// The first page that shows it, counted from 1.
        page: u32,
    },
    /// It goes beyond a limit.
    Exceeded {
        /// In which respect.
        limit: Limit,
        /// What is allowed, in the limit's unit.
        most: u64,
    },
}

/// Reasons for which the cells of a printed sheet cannot be distinguished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageFault {
    /// It is wider than the paper: further columns stand on pages of their own.
    Spilled,
    /// Its rows are too low: lines of text lie over one another.
    Overprinted,
    /// Its cells are too small: much of the text is cut off.
    CutOff,
}

impl Unreadable {
    /// Returns that a document goes beyond this limit.
    #[must_use]
    pub fn beyond(limit: Limit, limits: &Limits) -> Self {
        Self::Exceeded { limit, most: limits.most(limit) }
    }
}

/// Returns what a file is, by its content; its name decides only between delimited and running text, where content
/// cannot.
#[must_use]
pub fn format_of(name: &str, bytes: &[u8]) -> Format {
    guarded(|| sniff::format_of(name, bytes)).unwrap_or(Format::Unknown)
}

/// Reads a file's bytes. A panic inside a library while reading is one more way of being damaged.
///
/// # Errors
/// `Unreadable` says why there is no document; the batch goes on.
pub fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Document, Unreadable> {
    read_as(format_of(name, bytes), bytes, limits)
}

/// Returns the same, where what the file is has been found already.
///
/// # Errors
/// Likewise.
pub fn read_as(format: Format, bytes: &[u8], limits: &Limits) -> Result<Document, Unreadable> {
    let broken = || Err(Unreadable::Damaged(format, "the file breaks the reader".to_owned()));
    guarded(|| document(format, bytes, limits)).unwrap_or_else(broken)
}

/// Returns the streams of a Word 97 document that hold its properties and variables, as bytes; none where it is
/// damaged.
#[must_use]
pub fn property_streams(bytes: &[u8]) -> Vec<Vec<u8>> {
    guarded(|| doc::property_streams(bytes)).unwrap_or_default()
}

fn document(format: Format, bytes: &[u8], limits: &Limits) -> Result<Document, Unreadable> {
    let sheets = |grids| Document { grids, paragraphs: Vec::new() };
    if let Format::Xlsx | Format::Xlsb | Format::Ods | Format::Docx = format {
        container::measure(format, bytes, limits)?;
    }
    let mut document = match format {
        Format::Empty => return Err(Unreadable::Empty),
        Format::Xlsx | Format::Xlsb | Format::Xls | Format::Ods => sheets(spreadsheet::read(format, bytes, limits)?),
        Format::Fods => sheets(fods::read(bytes, limits)?),
        Format::SpreadsheetXml => sheets(sheetml::read(bytes, limits)?),
        Format::Encrypted => return Err(Unreadable::Password(format)),
        Format::Delimited(delimiter) => sheets(vec![delimited::read(delimiter, bytes, limits)?]),
        Format::Doc => doc::read(bytes, limits)?,
        Format::Docx => word::read(bytes, limits)?,
        Format::Odt => odt::read(bytes, limits)?,
        Format::Html => web::read(format, bytes, limits)?,
        Format::Mht => mht::read(bytes, limits)?,
        Format::Rtf => rtf::read(bytes, limits)?,
        Format::Pdf => pdf::read(bytes, limits)?,
        Format::Text => text::read(bytes, limits)?,
        other => return Err(Unreadable::NotRead(other)),
    };
    document.grids.iter_mut().filter(|grid| grid.table.is_none()).for_each(Grid::drop_covered);
    let cells = document.grids.iter().flat_map(Grid::cells).map(|cell| cell.text.len());
    let longest = cells.chain(document.paragraphs.iter().map(|paragraph| paragraph.text.len())).max();
    let within = limits.allow(Limit::Text, longest.unwrap_or(0) as u64);
    within.map_err(|limit| Unreadable::beyond(limit, limits))?;
    Ok(document)
}
