//! Edits of a sheet's markup: styles and texts of cells, and notes. All other markup is preserved.

use std::collections::BTreeMap;
use std::ops::Range;

use quick_xml::escape::escape;
use quick_xml::events::Event;

use crate::place::{column_letters, parse_a1};

/// Elements that follow `legacyDrawing`, the drawing of notes, in the schema's order.
const BEHIND_NOTES: [&str; 7] =
    ["legacyDrawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst"];

/// A sheet being edited.
pub(in crate::report) struct CellEdit<'x> {
    xml: &'x str,
    /// The start tag of each existing cell, by row and column.
    cells: BTreeMap<(u32, u32), Range<usize>>,
    /// The end of each cell's end tag, by row and column; cells that are empty elements have none.
    ends: BTreeMap<(u32, u32), usize>,
    /// The end of each row's content, by row; rows that are empty elements have none.
    rows: BTreeMap<u32, usize>,
    /// The position of the notes' drawing.
    notes_at: usize,
    has_notes: bool,
    edits: Vec<(Range<usize>, String)>,
}

impl<'x> CellEdit<'x> {
    /// Finds the positions of the cells; `None` if the markup differs from what office programs write.
    pub(in crate::report) fn new(xml: &'x str) -> Option<Self> {
        if xml.contains("<!--") || xml.contains("<![CDATA[") {
            return None;
        }
        let mut edit = Self {
            xml,
            cells: BTreeMap::new(),
            ends: BTreeMap::new(),
            rows: BTreeMap::new(),
            notes_at: 0,
            has_notes: false,
            edits: Vec::new(),
        };
        let mut reader = quick_xml::Reader::from_str(xml);
        let (mut depth, mut row, mut at) = (0_u32, 0_u32, 0_usize);
        loop {
            let event = reader.read_event().ok()?;
            let end = usize::try_from(reader.buffer_position()).ok()?;
            match event {
                Event::Start(tag) => {
                    edit.start(tag.name().as_ref(), at..end, depth, &mut row)?;
                    depth += 1;
                }
                Event::Empty(tag) => edit.start(tag.name().as_ref(), at..end, depth, &mut row)?,
                Event::End(tag) => {
                    depth = depth.checked_sub(1)?;
                    match tag.name().as_ref() {
                        "row" => drop(edit.rows.insert(row, at)),
                        "c" => {
                            let (place, _) = edit.cells.range((row, 0)..=(row, u32::MAX)).next_back()?;
                            edit.ends.insert(*place, end);
                        }
                        "worksheet" if edit.notes_at == 0 => edit.notes_at = at,
                        _ => {}
                    }
                }
                Event::Eof => break,
                _ => {}
            }
            at = end;
        }
        (edit.notes_at > 0).then_some(edit)
    }

    fn start(&mut self, name: &str, range: Range<usize>, depth: u32, row: &mut u32) -> Option<()> {
        let tag = &self.xml[range.clone()];
        match name {
            "row" => *row = attribute(tag, " r=\"")?.parse::<u32>().ok()?.checked_sub(1)?,
            "c" => drop(self.cells.insert(parse_a1(attribute(tag, " r=\"")?)?, range)),
            "legacyDrawing" => self.has_notes = true,
            other if depth == 1 && self.notes_at == 0 && BEHIND_NOTES.contains(&other) => self.notes_at = range.start,
            _ => {}
        }
        Some(())
    }

    /// Replaces the style of a cell by one derived from it. A cell without markup gets an element if its row has
    /// content.
    pub(in crate::report) fn tint(
        &mut self,
        (row, column): (u32, u32),
        style: impl FnOnce(usize) -> Option<usize>,
    ) -> Option<()> {
        if let Some(range) = self.cells.get(&(row, column)).cloned() {
            let tag = &self.xml[range.clone()];
            let old = attribute(tag, " s=\"");
            let new = style(old.map_or(Some(0), |old| old.parse().ok())?)?;
            let tag = match old {
                Some(old) => tag.replacen(&format!(" s=\"{old}\""), &format!(" s=\"{new}\""), 1),
                None => tag.replacen("<c ", &format!("<c s=\"{new}\" "), 1),
            };
            self.edits.push((range, tag));
        } else if let Some(end) = self.rows.get(&row).copied() {
            let new = style(0)?;
            let behind = self.cells.range((row, column)..(row + 1, 0)).next().map(|(_, range)| range.start);
            let at = behind.unwrap_or(end);
            let cell = format!("<c r=\"{}{}\" s=\"{new}\"/>", column_letters(column), row + 1);
            self.edits.push((at..at, cell));
        }
        Some(())
    }

    /// Replaces the content of a cell by a text and keeps its style; `None` if the cell has a formula, or its row has no
    /// markup.
    pub(in crate::report) fn set_text(&mut self, (row, column): (u32, u32), text: &str) -> Option<()> {
        let place = format!("{}{}", column_letters(column), row + 1);
        let cell = |style: &str| {
            let text = escape(text);
            format!("<c r=\"{place}\"{style} t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>")
        };
        if let Some(tag) = self.cells.get(&(row, column)).cloned() {
            let whole = tag.start..self.ends.get(&(row, column)).copied().unwrap_or(tag.end);
            if self.xml[whole.clone()].contains("<f") {
                return None;
            }
            let style = attribute(&self.xml[tag], " s=\"").map(|style| format!(" s=\"{style}\"")).unwrap_or_default();
            self.edits.push((whole, cell(&style)));
        } else {
            let end = self.rows.get(&row).copied()?;
            let behind = self.cells.range((row, column)..(row + 1, 0)).next().map(|(_, range)| range.start);
            let at = behind.unwrap_or(end);
            self.edits.push((at..at, cell("")));
        }
        Some(())
    }

    /// Returns whether notes can be added, which requires that the sheet has none of its own.
    pub(in crate::report) fn takes_notes(&self) -> bool {
        !self.has_notes
    }

    /// Adds the reference to the notes' drawing.
    pub(in crate::report) fn add_notes(&mut self, id: &str) {
        const NAMESPACE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let drawing = format!("<legacyDrawing xmlns:r=\"{NAMESPACE}\" r:id=\"{id}\"/>");
        self.edits.push((self.notes_at..self.notes_at, drawing));
    }

    /// Returns the edited markup.
    pub(in crate::report) fn finish(mut self) -> Option<String> {
        // The sort is stable: edits at the same position keep their order.
        self.edits.sort_by_key(|(range, _)| range.start);
        let (mut made, mut at) = (String::with_capacity(self.xml.len() + 1024), 0);
        for (range, text) in &self.edits {
            made.push_str(self.xml.get(at..range.start)?);
            made.push_str(text);
            at = range.end;
        }
        made.push_str(self.xml.get(at..)?);
        Some(made)
    }
}

/// Returns the text between a mark and the next quotation mark.
fn attribute<'t>(tag: &'t str, mark: &str) -> Option<&'t str> {
    tag.split_once(mark)?.1.split_once('"').map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_get_styles_and_nothing_else_changes() {
        let xml = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" s=\"3\"/><c r=\"C1\"><v>1</v></c></row><row r=\"2\"/>\
            </sheetData><tableParts/></worksheet>";
        let mut edit = CellEdit::new(xml).expect("plain markup");
        for (place, style) in [((0, 0), 7), ((0, 1), 8), ((0, 2), 9), ((1, 0), 5), ((5, 5), 6)] {
            edit.tint(place, |_| Some(style)).expect("tinted");
        }
        edit.add_notes("x");
        let made = edit.finish().expect("markup");
        let namespace = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let right = format!(
            "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" s=\"7\"/><c r=\"B1\" s=\"8\"/><c s=\"9\" \
             r=\"C1\"><v>1</v></c></row><row r=\"2\"/></sheetData><legacyDrawing xmlns:r=\"{namespace}\" \
             r:id=\"x\"/><tableParts/></worksheet>"
        );
        assert_eq!(made, right);
        assert!(CellEdit::new("<worksheet><!-- --></worksheet>").is_none());
    }

    #[test]
    fn a_cell_gets_a_text_and_keeps_its_style() {
        let xml = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" s=\"3\"><v>1</v></c><c r=\"C1\" s=\"4\"/><c \
            r=\"D1\"><f>A1</f><v>1</v></c></row><row r=\"2\"/></sheetData></worksheet>";
        let mut edit = CellEdit::new(xml).expect("plain markup");
        for place in [(0, 0), (0, 1), (0, 2)] {
            edit.set_text(place, "一<二").expect("set");
        }
        assert!(edit.set_text((0, 3), "a").is_none(), "a formula");
        assert!(edit.set_text((1, 0), "a").is_none() && edit.set_text((2, 0), "a").is_none(), "no row to hold it");
        let cell =
            |place: &str| format!("<c r=\"{place} t=\"inlineStr\"><is><t xml:space=\"preserve\">一&lt;二</t></is></c>");
        let right = format!(
            "<worksheet><sheetData><row r=\"1\">{}{}{}<c r=\"D1\"><f>A1</f><v>1</v></c></row><row \
             r=\"2\"/></sheetData></worksheet>",
            cell("A1\" s=\"3\""),
            cell("B1\""),
            cell("C1\" s=\"4\"")
        );
        assert_eq!(edit.finish().expect("markup"), right);
    }
}
