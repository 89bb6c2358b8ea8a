//! Readers that turn the bytes of a file into grids and paragraphs. The format is detected by content, not by name.
//!
//! Positions are those of the submitted file: a grid's rows and columns count from the sheet's first cell, even where
//! the library begins elsewhere.

mod appearance;
mod cell_marks;
mod charset;
mod compound;
mod container;
mod custom_properties;
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
pub use custom_properties::{core_properties, custom_properties};
pub use format::Format;
pub use grid::{Cell, CellKind, Grid, PageStart, Region};
pub use number_format::DisplayedNumber;
pub(crate) use pages::{PAGE_BREAK, is_page_number};
pub(crate) use ruled::{BARS, SEPARATORS};

use crate::error::guarded;
use crate::message::Message;
use crate::source::{Limit, Limits};

/// The content of a file.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// Sheets or tables, in the file's order.
    pub grids: Vec<Grid>,
    /// Running text, in order. Empty for spreadsheets.
    pub paragraphs: Vec<Paragraph>,
    /// The pages of a PDF with columns that were joined to those of other pages by their geometry alone, counted from
    /// one. The document is only to be used if its tables prove to be complete and right.
    pub joined_pages: Vec<u32>,
    /// The pages of a PDF after which a page begins with a table, or which end with one, counted from one. Rows at
    /// these breaks may be unreadable.
    pub divided_pages: Vec<u32>,
}

/// A paragraph or line of running text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// Its text without surrounding white space. A page break after a number means that it may be a page number.
    pub text: String,
    /// The number of grids before it.
    pub after: usize,
}

/// Characters in place of lost ones. The last three are replacement characters in UTF-8, read as GBK.
const LOST: [char; 6] = ['?', '？', '\u{fffd}', '锟', '斤', '拷'];
/// Fewest such characters in a document with lost text.
const MIN_LOST_CHARS: usize = 20;

/// Longest cell, in characters, that is not also treated as running text.
pub(crate) const LONGEST_CELL: usize = 120;

impl Document {
    /// Returns whether it has running text or tables within it. Otherwise it consists of sheets.
    #[must_use]
    pub fn is_running(&self) -> bool {
        !self.paragraphs.is_empty() || self.grids.iter().any(|grid| grid.table.is_some())
    }

    /// Returns whether most of its text was lost when it was saved in an encoding without Chinese characters: they are
    /// question marks or replacement characters, or the garbled text that these become.
    #[must_use]
    pub fn has_lost_characters(&self) -> bool {
        let cells = self.grids.iter().flat_map(Grid::cells).map(|cell| cell.text.as_str());
        let texts = cells.chain(self.paragraphs.iter().map(|paragraph| paragraph.text.as_str()));
        let (mut lost, mut kept) = (0, 0);
        for text in texts {
            let of_text = text.chars().filter(|c| LOST.contains(c)).count();
            lost += if of_text > 1 { of_text } else { 0 };
            kept += text.chars().filter(|c| c.is_alphabetic() && !LOST.contains(c)).count();
        }
        lost >= MIN_LOST_CHARS && lost > kept
    }

    /// Adds a paragraph, unless it is blank.
    fn push_paragraph(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            self.paragraphs.push(Paragraph { text: text.to_owned(), after: self.grids.len() });
        }
    }

    /// Adds the next table. The text of long cells is added to the running text too, because tables are also used for
    /// page layout.
    fn push_table(&mut self, mut grid: Grid) {
        for cell in grid.cells().iter().filter(|cell| cell.text.chars().count() > LONGEST_CELL) {
            cell.text.lines().for_each(|line| self.push_paragraph(line));
        }
        grid.table = u32::try_from(self.grids.len() + 1).ok();
        self.grids.push(grid);
    }
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// The file is empty.
    Empty,
    /// The system cannot read the file, for this reason.
    Inaccessible(Message),
    /// The file needs a password.
    Password(Format),
    /// The file has the signature of this format but cannot be read.
    Damaged(Format, String),
    /// The format has no reader.
    NotRead(Format),
    /// The file has pages but no usable text: it is a scan, or its fonts do not map glyphs to characters.
    NoText {
        /// The number of pages.
        pages: u32,
    },
    /// The pages have text, but it cannot be assigned to cells.
    Misprinted {
        /// What is wrong with the pages.
        fault: PageFault,
        /// The pages with the fault, counted from one.
        pages: Vec<u32>,
    },
    /// Most characters were lost when the file was saved: they are question marks, or garbled.
    LostCharacters,
    /// The file exceeds a limit.
    Exceeded {
        /// The limit.
        limit: Limit,
        /// The limit's value, in its unit.
        most: u64,
    },
}

/// Why the cells of a printed sheet cannot be distinguished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageFault {
    /// The sheet is wider than the paper, so that further columns are on separate pages.
    Spilled,
    /// The rows are too low, so that lines of text overlap.
    Overprinted,
    /// The cells are too small, so that much of the text is cut off.
    CutOff,
}

impl Unreadable {
    /// Creates the value for an exceeded limit.
    #[must_use]
    pub fn beyond(limit: Limit, limits: &Limits) -> Self {
        Self::Exceeded { limit, most: limits.most(limit) }
    }
}

/// Detects a file's format by its content. The name decides only between delimited and running text, which content
/// cannot distinguish.
#[must_use]
pub fn format_of(name: &str, bytes: &[u8]) -> Format {
    guarded(|| sniff::format_of(name, bytes)).unwrap_or(Format::Unknown)
}

/// Reads a file's bytes. A panic inside a library counts as damage to the file.
///
/// # Errors
/// `Unreadable`, with the reason. The batch continues.
pub fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Document, Unreadable> {
    read_as(format_of(name, bytes), bytes, limits)
}

/// Reads a file's bytes, as [`read`] does, if the format is known already.
///
/// # Errors
/// `Unreadable`, with the reason. The batch continues.
pub fn read_as(format: Format, bytes: &[u8], limits: &Limits) -> Result<Document, Unreadable> {
    let broken = || Err(Unreadable::Damaged(format, "the file breaks the reader".to_owned()));
    guarded(|| document(format, bytes, limits)).unwrap_or_else(broken)
}

/// Returns the streams of a Word 97 document that have its properties and variables, as bytes; none if the file is
/// damaged.
#[must_use]
pub fn property_streams(bytes: &[u8]) -> Vec<Vec<u8>> {
    guarded(|| doc::property_streams(bytes)).unwrap_or_default()
}

fn document(format: Format, bytes: &[u8], limits: &Limits) -> Result<Document, Unreadable> {
    let sheets = |grids| Document { grids, ..Document::default() };
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
