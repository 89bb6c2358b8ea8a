//! Appearance of a workbook's cells where it differs from the stored values: number formats, and text that is struck
//! out or raised. The fast paths do not support it and leave such a workbook to calamine.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use compact_str::CompactString;
use quick_xml::events::{BytesStart, Event};

use super::emphasis::{Look, MarkedText};
use super::number_format::{self, DisplayedNumber};
use super::xml::{attribute, characters, for_each, number};
use super::{Cell, CellKind};
use crate::place::parse_a1;

/// Row and column of a cell, both from zero.
type CellAddress = (u32, u32);

/// The appearance of the cells of one sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Appearance {
    /// Number formats that do not show every number unchanged.
    formats: BTreeMap<CellAddress, Arc<str>>,
    /// Texts with struck-out or raised parts, with marks around these parts.
    texts: BTreeMap<CellAddress, CompactString>,
    /// Cells that are struck out as a whole.
    struck: BTreeSet<CellAddress>,
}

impl Appearance {
    /// Records the style of a cell.
    pub(super) fn add(&mut self, address: CellAddress, style: &CellStyle) {
        self.formats.extend(style.format.clone().map(|format| (address, format)));
        if style.struck {
            self.struck.insert(address);
        }
    }

    /// Records the text of a cell, with marks around struck-out or raised parts.
    pub(super) fn add_text(&mut self, address: CellAddress, text: &str) {
        self.texts.insert(address, text.into());
    }

    /// Marks struck-out or raised text in the cells of the sheet. Returns the numbers that their format shows
    /// differently.
    pub(super) fn apply(&self, cells: &mut [Cell]) -> BTreeMap<CellAddress, DisplayedNumber> {
        let mut shown = BTreeMap::new();
        for cell in cells {
            let address = (cell.row, cell.column);
            if let Some(text) = self.texts.get(&address) {
                (cell.kind, cell.text) = (CellKind::Text, text.clone());
            } else if self.struck.contains(&address) && !cell.text.trim().is_empty() {
                let mut marked = MarkedText::default();
                marked.set_look(Look { struck: true, raised: false });
                marked.push_str(&cell.text);
                (cell.kind, cell.text) = (CellKind::Text, marked.take().into());
            } else if cell.kind == CellKind::Number
                && let Some(format) = self.formats.get(&address)
                && let Some(found) = cell.text.parse().ok().and_then(|value| number_format::shown(format, value))
            {
                shown.insert(address, found);
            }
        }
        shown
    }
}

/// A style of cells.
#[derive(Debug, Clone, Default)]
pub(super) struct CellStyle {
    format: Option<Arc<str>>,
    struck: bool,
}

impl CellStyle {
    /// Creates a style from its number format and whether it strikes out its cells.
    pub(super) fn new(format: Option<&str>, struck: bool) -> Self {
        Self { format: format.filter(|format| !number_format::is_plain(format)).map(Arc::from), struck }
    }

    /// Returns the formatting of text in its cells.
    pub(super) fn look(&self) -> Look {
        Look { struck: self.struck, raised: false }
    }
}

/// The styles and shared strings of an xlsx workbook.
#[derive(Debug, Default)]
pub(super) struct BookAppearance {
    styles: Vec<CellStyle>,
    /// Shared strings with struck-out or raised parts, by index.
    strings: HashMap<usize, CompactString>,
}

impl BookAppearance {
    /// Parses the style part and the shared-strings part.
    pub(super) fn parse(styles: &str, strings: &str) -> Self {
        Self { styles: cell_styles(styles), strings: marked_strings(strings) }
    }

    /// Returns the appearance of the cells of a worksheet.
    pub(super) fn of_sheet(&self, xml: &str) -> Appearance {
        let mut appearance = Appearance::default();
        let is_plain = |style: &CellStyle| style.format.is_none() && !style.struck;
        let has_looks = xml.contains("strike") || xml.contains("vertAlign");
        if self.styles.iter().all(is_plain) && self.strings.is_empty() && !has_looks {
            return appearance;
        }
        let (mut open, mut shared, mut inline) = (None, None::<String>, None::<RichText>);
        for_each(xml, |event| match event {
            Event::Start(element) if element.local_name().as_ref() == "c" => {
                open = self.begin_cell(element, &mut appearance);
            }
            Event::Start(element) if element.local_name().as_ref() == "v" => {
                shared = open.filter(|(_, is_shared)| *is_shared).map(|_| String::new());
            }
            Event::Start(element) if element.local_name().as_ref() == "is" => inline = Some(RichText::default()),
            Event::End(element) if element.local_name().as_ref() == "v" => {
                let string = shared.take().and_then(|number| self.strings.get(&number.trim().parse().ok()?));
                appearance.texts.extend(open.map(|(address, _)| address).zip(string.cloned()));
            }
            Event::End(element) if element.local_name().as_ref() == "is" => {
                let text = inline.take().and_then(RichText::finish);
                appearance.texts.extend(open.map(|(address, _)| address).zip(text));
            }
            event => {
                if let (Some(number), Some(text)) = (&mut shared, characters(event)) {
                    number.push_str(&text);
                }
                if let Some(text) = &mut inline {
                    text.take(event);
                }
            }
        });
        appearance
    }

    /// Begins a cell. Returns its address, and whether its value is the index of a shared string.
    fn begin_cell(&self, element: &BytesStart<'_>, appearance: &mut Appearance) -> Option<(CellAddress, bool)> {
        let address = parse_a1(&attribute(element, "r")?)?;
        if let Some(style) = self.styles.get(number(element, "s").unwrap_or(0) as usize) {
            appearance.add(address, style);
        }
        Some((address, attribute(element, "t").is_some_and(|kind| kind == "s")))
    }
}

/// Returns the cell styles, in order.
fn cell_styles(xml: &str) -> Vec<CellStyle> {
    const LISTS: [&str; 5] = ["numFmts", "fonts", "cellStyleXfs", "cellXfs", "dxfs"];
    let (mut formats, mut fonts, mut styles) = (HashMap::new(), Vec::new(), Vec::new());
    let mut list = "";
    for_each(xml, |event| match event {
        Event::Start(element) | Event::Empty(element) => {
            let local = element.local_name();
            if let Some(begun) = LISTS.iter().find(|list| **list == local.as_ref()) {
                list = if matches!(event, Event::Start(_)) { begun } else { "" };
                return;
            }
            match (list, local.as_ref()) {
                ("numFmts", "numFmt") => {
                    formats.extend(number(element, "numFmtId").zip(attribute(element, "formatCode")));
                }
                ("fonts", "font") => fonts.push(false),
                ("fonts", "strike") => {
                    let is_on = !matches!(attribute(element, "val").as_deref(), Some("0" | "false"));
                    if let Some(font) = fonts.last_mut() {
                        *font = is_on;
                    }
                }
                ("cellXfs", "xf") => styles.push(element_style(element, &formats, &fonts)),
                _ => {}
            }
        }
        Event::End(element) if element.local_name().as_ref() == list => list = "",
        _ => {}
    });
    styles
}

fn element_style(element: &BytesStart<'_>, formats: &HashMap<u32, String>, fonts: &[bool]) -> CellStyle {
    let id = number(element, "numFmtId").unwrap_or(0);
    let code = formats.get(&id).map(String::as_str).or_else(|| built_in(id));
    let font = number(element, "fontId").unwrap_or(0) as usize;
    CellStyle::new(code, fonts.get(font).copied().unwrap_or(false))
}

/// Returns the code of a built-in format that does not show numbers unchanged: ECMA-376 part 1, 18.8.30.
pub(super) fn built_in(id: u32) -> Option<&'static str> {
    match id {
        9 => Some("0%"),
        10 => Some("0.00%"),
        14..=22 | 27..=36 | 45..=47 | 50..=58 => Some("yyyy/m/d"),
        _ => None,
    }
}

/// Returns the shared strings with struck-out or raised parts, by index.
fn marked_strings(xml: &str) -> HashMap<usize, CompactString> {
    let mut marked = HashMap::new();
    if !xml.contains("strike") && !xml.contains("vertAlign") {
        return marked;
    }
    let (mut at, mut open) = (0, None::<RichText>);
    for_each(xml, |event| match event {
        Event::Start(element) if element.local_name().as_ref() == "si" => open = Some(RichText::default()),
        Event::Empty(element) if element.local_name().as_ref() == "si" => at += 1,
        Event::End(element) if element.local_name().as_ref() == "si" => {
            marked.extend(open.take().and_then(RichText::finish).map(|text| (at, text)));
            at += 1;
        }
        event => {
            if let Some(text) = &mut open {
                text.take(event);
            }
        }
    });
    marked
}

/// A text with formatted runs.
#[derive(Debug, Default)]
struct RichText {
    text: MarkedText,
    look: Look,
    in_text: bool,
    /// Whether the parser is inside phonetic text, which is not part of the text.
    in_reading: bool,
    is_marked: bool,
}

impl RichText {
    fn take(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(element) | Event::Empty(element) => {
                let value = attribute(element, "val");
                match element.local_name().as_ref() {
                    "r" => self.look = Look::default(),
                    "rPh" => self.in_reading = true,
                    "t" => self.in_text = !self.in_reading && matches!(event, Event::Start(_)),
                    "strike" => self.look.struck = !matches!(value.as_deref(), Some("0" | "false")),
                    "vertAlign" => {
                        self.look.raised = matches!(value.as_deref(), Some("superscript" | "subscript"));
                    }
                    _ => {}
                }
            }
            Event::End(element) => match element.local_name().as_ref() {
                "r" => self.look = Look::default(),
                "rPh" => self.in_reading = false,
                "t" => self.in_text = false,
                _ => {}
            },
            event => {
                if let Some(text) = characters(event).filter(|_| self.in_text) {
                    self.is_marked |= self.look != Look::default() && !text.trim().is_empty();
                    self.text.set_look(self.look);
                    self.text.push_str(&text);
                }
            }
        }
    }

    /// Returns the text with marks; `None` if it needs none.
    fn finish(mut self) -> Option<CompactString> {
        self.is_marked.then(|| self.text.take().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_appear_as_their_styles_and_strings_say() {
        let styles = "<styleSheet><numFmts><numFmt numFmtId='164' formatCode='0!.0,'/></numFmts>
            <fonts><font><sz val='11'/></font><font><strike/></font></fonts>
            <cellStyleXfs><xf numFmtId='10' fontId='1'/></cellStyleXfs>
            <cellXfs><xf numFmtId='0' fontId='0'/><xf numFmtId='164' fontId='0'/><xf numFmtId='0' fontId='1'/></cellXfs></styleSheet>";
        let strings = "<sst><si><t>12</t></si><si><r><rPr><strike/></rPr><t>99</t></r><r><t>12</t></r></si><si/>
            <si><r><t>12</t></r><r><rPr><vertAlign val='superscript'/></rPr><t>2</t></r><rPh><t>x</t></rPh></si></sst>";
        let sheet = "<worksheet><sheetData><row r='1'><c r='A1' s='1'><v>35000</v></c><c r='B1' s='2'><v>9</v></c>
            <c r='C1' t='s'><v>0</v></c><c r='D1' t='s'><v>1</v></c><c r='E1' t='s'><v>3</v></c><c r='F1' s='2'/>
            <c r='G1' t='inlineStr'><is><r><t>1</t></r><r><rPr><strike/></rPr><t>2</t></r></is></c></row></sheetData></worksheet>";
        let appearance = BookAppearance::parse(styles, strings).of_sheet(sheet);
        let cell = |column, kind, text: &str| Cell { row: 0, column, kind, text: text.into(), formula: None };
        let mut cells = vec![
            cell(0, CellKind::Number, "35000"),
            cell(1, CellKind::Number, "9"),
            cell(2, CellKind::Text, "12"),
            cell(3, CellKind::Text, "9912"),
            cell(4, CellKind::Text, "122"),
            cell(6, CellKind::Text, "12"),
        ];
        let shown = appearance.apply(&mut cells);
        assert_eq!(shown.keys().collect::<Vec<_>>(), [&(0, 0)]);
        let texts: Vec<&str> = cells.iter().map(|cell| cell.text.as_str()).collect();
        assert_eq!(texts, ["35000", "~~9~~", "12", "~~99~~12", "12^2", "1~~2~~"]);
        assert_eq!(cells[1].kind, CellKind::Text);
    }
}
