//! Rich text: paragraphs and tables of the body and of text boxes, as if every tracked change were accepted. Headers,
//! footers and notes are not read. Text repeats the formatting of its styles, so the style sheet is not needed.
//!
//! After the Rich Text Format specification 1.9.1, "Contents of an RTF file".

mod characters;
mod lexer;

use super::cell_marks::{CellMerge, DocumentBuilder, RowShape};
use super::placed::Vertical;
use super::run_format::{self, FormattedText};
use super::{Document, Format, Unreadable};
use crate::source::{Limit, Limits};
pub(super) use characters::code_page;
use characters::{Fonts, PendingCharacters};
use lexer::{RtfLexer, RtfToken};

/// Reads a document.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Document, Unreadable> {
    let damaged = |why: &str| Unreadable::Damaged(Format::Rtf, why.to_owned());
    let mut walk = RtfReader::new(limits);
    let mut is_whole = false;
    for token in RtfLexer::of(bytes) {
        walk.take(token).map_err(|limit| Unreadable::beyond(limit, limits))?;
        is_whole = walk.outer.is_empty();
        if is_whole {
            break;
        }
    }
    if !is_whole {
        return Err(damaged("it breaks off"));
    }
    let document = walk.finish().map_err(|limit| Unreadable::beyond(limit, limits))?;
    document.ok_or_else(|| damaged("a table wider than any sheet"))
}

/// The purpose of the text in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Destination {
    #[default]
    Body,
    /// Text that is not shown.
    Unseen,
    /// Text in bytes, which is repeated in UTF-16.
    Bytes,
    Fonts,
    /// The code of a field, which may describe a drop-down list.
    Code,
    List,
    Entry,
}

/// The state of a group, which is inherited from the enclosing group.
#[derive(Debug, Clone, Copy, Default)]
struct RtfGroup {
    place: Destination,
    format: run_format::RunFormat,
    is_deleted: bool,
    font: i32,
    /// Number of fallback characters after a `\u` escape, for readers without Unicode.
    fallback: usize,
    is_in_table: bool,
    depth: usize,
}

/// What ends at the end of a group.
#[derive(Debug, Default)]
enum Ends {
    #[default]
    Nothing,
    RtfField,
    /// A text box: the text around it continues.
    Box(Box<Outside>),
    /// The description of a row in a nested table: that of the outer row continues.
    Row(Box<RowShape>),
}

/// State to restore after a text box: the anchoring paragraph, the row, the nesting of tables.
#[derive(Debug)]
struct Outside {
    line: FormattedText,
    shape: RowShape,
    in_row: bool,
    around: usize,
}

/// An open field: the entries of its drop-down list, if any, and whether it shows text.
#[derive(Debug, Default)]
struct RtfField {
    is_list: bool,
    entries: Vec<String>,
    default: Option<i32>,
    chosen: Option<i32>,
    shows: bool,
}

/// A reader of the text from its beginning to its end.
struct RtfReader<'l> {
    marked: DocumentBuilder<'l>,
    limits: &'l Limits,
    fonts: Fonts,
    pending: PendingCharacters,
    line: FormattedText,
    group: RtfGroup,
    /// The enclosing groups, and what ends with the group inside each.
    outer: Vec<(RtfGroup, Ends)>,
    /// Whether the next token is the first in its group; and whether the group is marked as ignorable by unknown
    /// readers.
    begins: bool,
    is_extra: bool,
    /// Number of fallback characters still to be skipped.
    passed: usize,
    fields: Vec<RtfField>,
    /// The row and the cell being described.
    shape: RowShape,
    cell: CellMerge,
    /// Whether a cell has ended, but not its row.
    in_row: bool,
    /// The number of tables around the current text box.
    around: usize,
    /// Bytes of text read.
    read: u64,
}

/// Destinations that are skipped besides those marked as ignorable: they are read differently or not at all.
const UNSEEN: [&[u8]; 26] = [
    b"colortbl",
    b"stylesheet",
    b"info",
    b"header",
    b"headerl",
    b"headerr",
    b"headerf",
    b"footer",
    b"footerl",
    b"footerr",
    b"footerf",
    b"footnote",
    b"annotation",
    b"pict",
    b"object",
    b"shprslt",
    b"nonesttables",
    b"listtext",
    b"pntext",
    b"sp",
    b"xe",
    b"tc",
    b"rxe",
    b"txe",
    b"filetbl",
    b"revtbl",
];

impl<'l> RtfReader<'l> {
    fn new(limits: &'l Limits) -> Self {
        Self {
            marked: DocumentBuilder::new(limits),
            limits,
            fonts: Fonts::default(),
            pending: PendingCharacters::default(),
            line: FormattedText::default(),
            group: RtfGroup { fallback: 1, ..RtfGroup::default() },
            outer: Vec::new(),
            begins: false,
            is_extra: false,
            passed: 0,
            fields: Vec::new(),
            shape: RowShape::default(),
            cell: CellMerge::default(),
            in_row: false,
            around: 0,
            read: 0,
        }
    }

    fn take(&mut self, token: RtfToken<'_>) -> Result<(), Limit> {
        let begins = std::mem::take(&mut self.begins);
        match token {
            RtfToken::Open => {
                self.end_run()?;
                self.passed = 0;
                self.limits.allow(Limit::Depth, self.outer.len() as u64 + 1)?;
                self.outer.push((self.group, Ends::Nothing));
                (self.begins, self.is_extra) = (true, false);
            }
            RtfToken::Close => self.close()?,
            RtfToken::Sign(b'*') if begins => (self.begins, self.is_extra) = (true, true),
            RtfToken::Word(b"u", Some(number)) => {
                // Code units above 32767 are written as negative numbers.
                let unit = u16::try_from(number.rem_euclid(1 << 16)).unwrap_or(0);
                self.pending.unit(unit, &self.fonts, self.group.font);
                self.passed = self.group.fallback;
            }
            _ if self.passed > 0 => self.passed -= 1,
            RtfToken::Byte(_) if self.group.place == Destination::Unseen => {}
            RtfToken::Byte(byte) => self.pending.byte(byte),
            RtfToken::Sign(sign) => self.sign(sign)?,
            RtfToken::Word(word, number) => {
                self.end_run()?;
                if !begins || !self.destination(word)? {
                    self.word(word, number)?;
                }
            }
        }
        Ok(())
    }

    /// Sets the destination of a group by its first word. Returns whether the word is a destination.
    fn destination(&mut self, word: &[u8]) -> Result<bool, Limit> {
        if self.group.place == Destination::Unseen {
            return Ok(true);
        }
        let place = match word {
            b"fonttbl" => Destination::Fonts,
            b"fldinst" => Destination::Code,
            b"formfield" if self.group.place == Destination::Code => Destination::List,
            b"ffl" if self.group.place == Destination::List => Destination::Entry,
            b"field" => {
                self.fields.push(RtfField::default());
                self.end_with(Ends::RtfField);
                self.group.place
            }
            b"nesttableprops" => {
                let around = std::mem::take(&mut self.shape);
                self.end_with(Ends::Row(Box::new(around)));
                self.group.place
            }
            b"shptxt" => return self.text_box().map(|()| true),
            b"shpinst" => self.group.place,
            // The same text twice, in bytes and in UTF-16.
            b"upr" if self.group.place == Destination::Body => Destination::Bytes,
            b"ud" if self.group.place == Destination::Bytes => Destination::Body,
            _ if UNSEEN.contains(&word) || self.is_extra => Destination::Unseen,
            _ => return Ok(false),
        };
        self.group.place = place;
        Ok(true)
    }

    fn end_with(&mut self, ends: Ends) {
        if let Some((_, at_end)) = self.outer.last_mut() {
            *at_end = ends;
        }
    }

    /// Begins a text box, whose text comes before the paragraph that anchors it.
    fn text_box(&mut self) -> Result<(), Limit> {
        let within = self.depth();
        let outside = Outside {
            line: std::mem::take(&mut self.line),
            shape: std::mem::take(&mut self.shape),
            in_row: std::mem::take(&mut self.in_row),
            around: std::mem::replace(&mut self.around, within),
        };
        self.end_with(Ends::Box(Box::new(outside)));
        self.group = RtfGroup { fallback: 1, place: self.group.place, font: self.group.font, ..RtfGroup::default() };
        // Ends any open table, so that the tables of the box are separate.
        self.marked.paragraph(within, String::new())
    }

    fn close(&mut self) -> Result<(), Limit> {
        self.end_run()?;
        self.passed = 0;
        let Some((around, ends)) = self.outer.pop() else { return Ok(()) };
        match ends {
            Ends::Nothing => {}
            Ends::RtfField => self.end_field(),
            Ends::Row(shape) => self.shape = *shape,
            Ends::Box(outside) => {
                let text = std::mem::take(&mut self.line).finish();
                if !text.is_empty() {
                    self.marked.paragraph(self.around, text)?;
                }
                Outside { line: self.line, shape: self.shape, in_row: self.in_row, around: self.around } = *outside;
            }
        }
        self.group = around;
        Ok(())
    }

    /// Ends a field. A drop-down list without text of its own shows the chosen entry, else the default, else the first.
    fn end_field(&mut self) {
        const NOTHING: i32 = 25;
        let Some(field) = self.fields.pop().filter(|field| field.is_list && !field.shows) else { return };
        let chosen = field.chosen.filter(|chosen| *chosen != NOTHING).or(field.default).unwrap_or(0);
        if let Some(entry) = usize::try_from(chosen).ok().and_then(|chosen| field.entries.get(chosen)) {
            self.line.write(self.group.format, entry);
        }
    }

    /// Ends a run of text with the same formatting.
    fn end_run(&mut self) -> Result<(), Limit> {
        let text = self.pending.take(&self.fonts, self.group.font);
        if text.is_empty() {
            return Ok(());
        }
        self.read += text.len() as u64;
        self.limits.allow(Limit::Document, self.read)?;
        match self.group.place {
            Destination::Body if !self.group.is_deleted => {
                self.fields.iter_mut().for_each(|field| field.shows |= !text.trim().is_empty());
                self.line.write(self.group.format, &text);
            }
            Destination::Entry => self.fields.last_mut().into_iter().for_each(|field| field.entries.push(text.clone())),
            _ => {}
        }
        Ok(())
    }

    fn sign(&mut self, sign: u8) -> Result<(), Limit> {
        match sign {
            b'\\' | b'{' | b'}' | b'\t' => self.pending.byte(sign),
            b'~' => self.pending.unit(0xA0, &self.fonts, self.group.font),
            b'_' => self.pending.byte(b'-'),
            b'\r' | b'\n' => {
                self.end_run()?;
                self.end_paragraph()?;
            }
            _ => {}
        }
        Ok(())
    }

    fn word(&mut self, word: &[u8], number: Option<i32>) -> Result<(), Limit> {
        match self.group.place {
            Destination::Body => match word {
                b"par" | b"sect" | b"page" if word != b"page" || self.depth() == self.around => self.end_paragraph()?,
                b"cell" => self.end_cell(1)?,
                b"nestcell" => self.end_cell(self.group.depth.max(2))?,
                b"row" => self.end_row(1)?,
                b"nestrow" => self.end_row(self.group.depth.max(2))?,
                _ if self.formatting(word, number) || self.describes_row(word, number) => {}
                _ => self.character(word),
            },
            Destination::Fonts => match word {
                b"f" => self.group.font = number.unwrap_or(0),
                b"fcharset" => self.fonts.set_characters(self.group.font, number.unwrap_or(0)),
                b"cpg" => self.fonts.set_page(self.group.font, number.unwrap_or(0)),
                _ => {}
            },
            Destination::List => {
                if let Some(field) = self.fields.last_mut() {
                    field.describe(word, number);
                }
            }
            Destination::Entry if word == b"f" => self.group.font = number.unwrap_or(0),
            _ => {}
        }
        Ok(())
    }

    /// Applies a word that formats the text that follows. Returns whether it is one.
    fn formatting(&mut self, word: &[u8], number: Option<i32>) -> bool {
        /// Default offset of raised text, in half-points.
        const RAISED: i32 = 6;
        let (group, is_on) = (&mut self.group, number != Some(0));
        let count = || usize::try_from(number.unwrap_or(0)).unwrap_or(0);
        match word {
            b"ansicpg" => self.fonts.set_own(number.unwrap_or(0)),
            b"f" | b"deff" => group.font = number.unwrap_or(0),
            b"uc" => group.fallback = count(),
            b"plain" => (group.format, group.is_deleted) = (run_format::RunFormat::default(), false),
            b"strike" => group.format.struck = Some(is_on),
            b"striked" => group.format.double_struck = Some(is_on),
            b"v" => group.format.hidden = Some(is_on),
            b"deleted" | b"mvf" => group.is_deleted = is_on,
            b"super" | b"sub" => group.format.script = Some(is_on),
            b"nosupersub" => group.format.script = None,
            b"up" => group.format.raise = Some(number.unwrap_or(RAISED)),
            b"dn" => group.format.raise = Some(number.unwrap_or(RAISED).saturating_neg()),
            b"pard" => (group.is_in_table, group.depth) = (false, 0),
            b"intbl" => group.is_in_table = true,
            b"itap" => group.depth = count(),
            _ => return false,
        }
        true
    }

    /// Applies a word that describes a row. Returns whether it is one.
    fn describes_row(&mut self, word: &[u8], number: Option<i32>) -> bool {
        match word {
            b"trowd" => {
                (self.shape, self.cell) = (RowShape { edges: vec![0], ..RowShape::default() }, CellMerge::default());
            }
            b"trleft" => {
                if let Some(first) = self.shape.edges.first_mut() {
                    *first = number.unwrap_or(0);
                }
            }
            b"clmrg" => self.cell.left = true,
            b"clvmgf" => self.cell.vertical = Vertical::Begins,
            b"clvmrg" => self.cell.vertical = Vertical::Goes,
            b"cellx" => {
                self.shape.edges.push(number.unwrap_or(0));
                self.shape.cells.push(std::mem::take(&mut self.cell));
            }
            _ => return false,
        }
        true
    }

    /// Writes the character that a word represents, if any.
    fn character(&mut self, word: &[u8]) {
        let character = match word {
            b"tab" => '\t',
            b"line" | b"page" | b"column" => '\n',
            b"emdash" => '—',
            b"endash" => '–',
            b"lquote" => '‘',
            b"rquote" => '’',
            b"ldblquote" => '“',
            b"rdblquote" => '”',
            b"bullet" => '•',
            b"emspace" => '\u{2003}',
            b"enspace" => '\u{2002}',
            b"qmspace" => '\u{2005}',
            _ => return,
        };
        let (fonts, font) = (&self.fonts, self.group.font);
        character.encode_utf16(&mut [0; 2]).iter().for_each(|unit| self.pending.unit(*unit, fonts, font));
    }

    /// Returns the number of tables around the current paragraph.
    fn depth(&self) -> usize {
        let least = usize::from(self.group.is_in_table || self.in_row);
        self.around + self.group.depth.max(least)
    }

    fn end_paragraph(&mut self) -> Result<(), Limit> {
        let text = std::mem::take(&mut self.line).finish();
        self.marked.paragraph(self.depth(), text)
    }

    fn end_cell(&mut self, depth: usize) -> Result<(), Limit> {
        self.in_row |= depth == 1;
        let text = std::mem::take(&mut self.line).finish();
        self.marked.cell(self.around + depth, text)
    }

    fn end_row(&mut self, depth: usize) -> Result<(), Limit> {
        self.in_row &= depth > 1;
        let text = std::mem::take(&mut self.line).finish();
        if !text.trim().is_empty() {
            self.marked.cell(self.around + depth, text)?;
        }
        self.marked.row(self.around + depth, self.shape.clone())
    }

    fn finish(mut self) -> Result<Option<Document>, Limit> {
        let text = std::mem::take(&mut self.line).finish();
        if !text.is_empty() {
            self.marked.paragraph(0, text)?;
        }
        Ok(self.marked.finish())
    }
}

impl RtfField {
    /// Applies a word that describes a drop-down list.
    fn describe(&mut self, word: &[u8], number: Option<i32>) {
        const LIST: i32 = 2;
        match word {
            b"fftype" => self.is_list = number == Some(LIST),
            b"ffres" => self.chosen = number,
            b"ffdefres" => self.default = number,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
