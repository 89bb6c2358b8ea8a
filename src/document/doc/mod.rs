//! Word documents of 97 to 2003, which WPS also writes with its own extensions: paragraphs and tables of the body and
//! of text boxes, as if every tracked change were accepted. Headers, notes and comments are separate document parts and
//! are not read.
//!
//! After MS-DOC: 2.3 document parts, 2.4.1 retrieving text, 2.4.3 overview of tables, 2.4.6 direct formatting.

mod boxes;
mod doc_streams;
mod doc_styles;
mod field;
mod fkp;
mod pieces;
mod properties;
mod sprm;

use std::ops::Range;

use super::cell_marks::DocumentBuilder;
use super::run_format::FormattedText;
use super::{Document, Format, Unreadable};
use crate::source::{Limit, Limits};
use boxes::Boxes;
use doc_streams::{File, TablePart};
use doc_styles::DocStyles;
use field::DocField;
use fkp::Pages;
use pieces::{PieceTable, TextPiece};
use properties::{CharacterProperties, Inner, ParagraphProperties};

pub(super) use doc_streams::{is_older, property_streams};

/// Reads a document.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Document, Unreadable> {
    let file = File::open(bytes).map_err(damaged)?;
    if file.is_encrypted() {
        return Err(Unreadable::Password(Format::Doc));
    }
    let pieces = PieceTable::of(&file).ok_or_else(|| damaged("it does not say where its text is"))?;
    let lost = || damaged("what is said of its paragraphs lies beyond its end");
    let walk = DocReader {
        paragraphs: Pages::of_paragraphs(&file).ok_or_else(lost)?,
        runs: Pages::of_characters(&file).ok_or_else(lost)?,
        styles: DocStyles::parse(file.part(TablePart::DocStyles)),
        boxes: Boxes::of(&file),
        marked: DocumentBuilder::new(limits),
        parts: Vec::new(),
        fields: Vec::new(),
        anchored: Vec::new(),
        around: 0,
        read: 0,
        limits,
        file: &file,
        pieces: &pieces,
    };
    walk.read()
}

fn damaged(why: &str) -> Unreadable {
    Unreadable::Damaged(Format::Doc, why.to_owned())
}

/// A reader of the text from its beginning to its end.
struct DocReader<'f> {
    file: &'f File,
    pieces: &'f PieceTable<'f>,
    paragraphs: Pages<'f>,
    runs: Pages<'f>,
    styles: DocStyles,
    boxes: Boxes,
    marked: DocumentBuilder<'f>,
    /// The current paragraph, as runs of the same formatting.
    parts: Vec<TextRun<'f>>,
    /// The open fields, the innermost last.
    fields: Vec<DocField<'f>>,
    /// The texts of the boxes anchored in the current paragraph.
    anchored: Vec<Range<usize>>,
    /// The number of tables around the current text box.
    around: usize,
    /// Bytes of text read.
    read: u64,
    limits: &'f Limits,
}

/// Text of the same formatting. The formatting is resolved when the paragraph's style is known.
struct TextRun<'f> {
    units: Vec<u16>,
    own: &'f [u8],
    of_piece: &'f [u8],
    /// Whether it is the result of a field and has the formatting of the field's end mark.
    is_shown: bool,
}

/// The position of a character.
#[derive(Clone, Copy)]
struct CharacterPosition<'f> {
    /// In the text, counted from the beginning of the body.
    character: usize,
    /// In the file, in bytes.
    at: usize,
    piece: &'f TextPiece,
}

impl<'f> DocReader<'f> {
    fn read(mut self) -> Result<Document, Unreadable> {
        self.text_between(0..self.file.characters(0))?;
        // Grouped boxes have no anchor of their own.
        for text in self.boxes.rest() {
            self.text_box(text, 0)?;
        }
        self.marked.finish().ok_or_else(|| damaged("a table wider than any sheet"))
    }

    /// Reads the text in a range of positions.
    fn text_between(&mut self, places: Range<usize>) -> Result<(), Unreadable> {
        for piece in &self.pieces.all {
            let (from, to) = (piece.start.max(places.start), piece.end.min(places.end));
            if from >= to {
                continue;
            }
            self.read += 2 * (to - from) as u64;
            self.limits.allow(Limit::Document, self.read).map_err(|limit| Unreadable::beyond(limit, self.limits))?;
            let units = piece.text(&self.file.main, from..to);
            let units = units.ok_or_else(|| damaged("its text lies beyond its end"))?;
            for (character, (at, unit)) in (from..).zip(units) {
                self.take(unit, CharacterPosition { character, at, piece })?;
            }
        }
        if !self.parts.is_empty() || !self.anchored.is_empty() {
            self.text_boxes(self.around)?;
            let text = self.text(0);
            self.end(|marked, depth| marked.paragraph(depth, text), 0)?;
        }
        Ok(())
    }

    /// Handles a UTF-16 code unit.
    fn take(&mut self, unit: u16, spot: CharacterPosition<'f>) -> Result<(), Unreadable> {
        match unit {
            // The marks at the end of paragraphs, cells and rows.
            0x0D | 0x07 => return self.end_paragraph(unit == 0x07, spot),
            // The end of a page or section.
            0x0C if !self.paragraph_at(spot).is_in_table => return self.end_paragraph(false, spot),
            0x13 => self.fields.push(DocField::default()),
            0x14 => self.fields.last_mut().into_iter().for_each(|field| field.is_reached = true),
            0x15 => {
                let chosen = self.fields.pop().and_then(|field| field.chosen(&self.file.data));
                if let Some(text) = chosen.filter(|_| self.is_read()) {
                    let ((own, of_piece), units) = (self.formatting(spot), text.encode_utf16().collect());
                    self.parts.push(TextRun { units, own, of_piece, is_shown: true });
                }
            }
            0x01 => {
                let own = self.runs.at(spot.at);
                self.fields.last_mut().into_iter().for_each(|field| field.form = own);
            }
            0x08 => self.anchor(spot),
            // Ends of lines, pages and columns.
            0x0B | 0x0C | 0x0E => self.write(u16::from(b'\n'), spot),
            // A non-breaking hyphen.
            0x1E => self.write(u16::from(b'-'), spot),
            0x09 | 0x20.. => self.write(unit, spot),
            _ => {}
        }
        Ok(())
    }

    /// Returns whether all open fields have reached their results, so that text is shown.
    fn is_read(&self) -> bool {
        self.fields.iter().all(|field| field.is_reached)
    }

    fn write(&mut self, unit: u16, spot: CharacterPosition<'f>) {
        if !self.is_read() {
            return;
        }
        let (own, of_piece) = self.formatting(spot);
        let is_same = |part: &&mut TextRun<'f>| {
            std::ptr::eq(part.own, own) && std::ptr::eq(part.of_piece, of_piece) && !part.is_shown
        };
        match self.parts.last_mut().filter(is_same) {
            Some(part) => part.units.push(unit),
            None => self.parts.push(TextRun { units: vec![unit], own, of_piece, is_shown: false }),
        }
    }

    /// Handles the anchor of a drawing, which may be a text box.
    fn anchor(&mut self, spot: CharacterPosition<'f>) {
        let texts = self.boxes.take(spot.character);
        let (own, of_piece) = self.formatting(spot);
        if !CharacterProperties::of([own, of_piece], 0, &self.styles).is_deleted {
            self.anchored.extend(texts);
        }
    }

    /// Returns the formatting of the character at a position: direct, and of its piece.
    fn formatting(&mut self, spot: CharacterPosition<'f>) -> (&'f [u8], &'f [u8]) {
        (self.runs.at(spot.at), self.pieces.formatting(spot.piece))
    }

    /// Returns the properties of the paragraph whose mark is at a position.
    fn paragraph_at(&mut self, spot: CharacterPosition<'f>) -> ParagraphProperties {
        let of_piece = self.pieces.formatting(spot.piece);
        ParagraphProperties::of(self.paragraphs.at(spot.at), of_piece, &self.file.data)
    }

    fn end_paragraph(&mut self, ends_cell: bool, spot: CharacterPosition<'f>) -> Result<(), Unreadable> {
        let paragraph = self.paragraph_at(spot);
        let depth = paragraph.depth().max(usize::from(ends_cell));
        self.text_boxes(self.around + depth)?;
        let text = self.text(paragraph.style);
        // A field's result may continue in the next paragraph, but its code may not.
        self.fields.retain(|field| field.is_reached);
        if ends_cell && paragraph.ends_row || paragraph.inner == Inner::EndsRow {
            let (own, of_piece) = self.formatting(spot);
            let mut shape = paragraph.shape;
            shape.deleted = CharacterProperties::of([own, of_piece], paragraph.style, &self.styles).is_deleted;
            self.end(|marked, depth| marked.row(depth, shape), depth)
        } else if ends_cell || paragraph.inner == Inner::EndsCell {
            self.end(|marked, depth| marked.cell(depth, text), depth)
        } else {
            self.end(|marked, depth| marked.paragraph(depth, text), depth)
        }
    }

    /// Ends a paragraph, cell or row nested in `depth` tables.
    fn end(
        &mut self,
        ends: impl FnOnce(&mut DocumentBuilder<'f>, usize) -> Result<(), Limit>,
        depth: usize,
    ) -> Result<(), Unreadable> {
        ends(&mut self.marked, self.around + depth).map_err(|limit| Unreadable::beyond(limit, self.limits))
    }

    /// Reads the text boxes anchored in the current paragraph. Their text comes before the paragraph.
    fn text_boxes(&mut self, around: usize) -> Result<(), Unreadable> {
        std::mem::take(&mut self.anchored).into_iter().try_for_each(|text| self.text_box(text, around))
    }

    /// Reads a text box that is nested in `around` tables.
    fn text_box(&mut self, text: Range<usize>, around: usize) -> Result<(), Unreadable> {
        let (parts, fields) = (std::mem::take(&mut self.parts), std::mem::take(&mut self.fields));
        let outside = std::mem::replace(&mut self.around, around);
        // Ends any open table, so that the tables of the box are separate.
        self.end(|marked, depth| marked.paragraph(depth, String::new()), 0)?;
        self.text_between(text)?;
        (self.parts, self.fields, self.around) = (parts, fields, outside);
        Ok(())
    }

    /// Returns the text of the current paragraph, given its style.
    fn text(&mut self, style: u16) -> String {
        let mut line = FormattedText::default();
        for part in std::mem::take(&mut self.parts) {
            let characters = CharacterProperties::of([part.own, part.of_piece], style, &self.styles);
            if !characters.is_deleted && (part.is_shown || !characters.is_special) {
                line.write(characters.format, &String::from_utf16_lossy(&part.units));
            }
        }
        line.finish()
    }
}

#[cfg(test)]
mod tests;
