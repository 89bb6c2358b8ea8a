//! Bytes of a file to grids and paragraphs. What a file is is told by its content, never by its name.
//!
//! Positions are the submitter's own: a grid's rows and columns count from the sheet's first cell, whatever
//! the reading library leaves out.

mod delimited;
mod grid;
mod layout;
mod sniff;
mod spreadsheet;

pub use grid::{Cell, Grid, Kind, Region};
pub use sniff::Format;

/// What a file holds.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// Sheets or tables, in the file's order.
    pub grids: Vec<Grid>,
    /// Running text, in order. Empty for spreadsheets.
    pub paragraphs: Vec<String>,
}

/// Why a file yields no document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// There are no bytes in it.
    Empty,
    /// It needs a password.
    Password(Format),
    /// It claims to be of this format and cannot be read as one.
    Damaged(Format, String),
    /// A format this program does not read.
    NotRead(Format),
    /// It is larger than the run allows, in bytes.
    TooLarge {
        /// Its size.
        size: u64,
        /// The limit.
        limit: u64,
    },
}

/// What a file is, by its content; its name decides only between delimited and running text, where content cannot.
#[must_use]
pub fn format_of(name: &str, bytes: &[u8]) -> Format {
    sniff::format_of(name, bytes)
}

/// Reads a file's bytes. A panic inside a library while reading is one more way of being damaged.
///
/// # Errors
/// `Unreadable` says why there is no document; the batch goes on.
pub fn read(name: &str, bytes: &[u8]) -> Result<Document, Unreadable> {
    let format = format_of(name, bytes);
    let guarded = std::panic::AssertUnwindSafe(|| read_as(format, bytes));
    std::panic::catch_unwind(guarded)
        .unwrap_or_else(|_| Err(Unreadable::Damaged(format, "the file breaks the reader".to_owned())))
}

fn read_as(format: Format, bytes: &[u8]) -> Result<Document, Unreadable> {
    let grids = match format {
        Format::Empty => return Err(Unreadable::Empty),
        Format::Xlsx | Format::Xlsb | Format::Xls | Format::Ods => spreadsheet::read(format, bytes)?,
        Format::Encrypted => return Err(Unreadable::Password(format)),
        Format::Delimited(delimiter) => vec![delimited::read(delimiter, bytes)?],
        other => return Err(Unreadable::NotRead(other)),
    };
    Ok(Document { grids, paragraphs: Vec::new() })
}
