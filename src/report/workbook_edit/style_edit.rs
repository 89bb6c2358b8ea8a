//! The styles of a workbook, with additional styles for tinted cells.

use std::collections::BTreeMap;

use crate::finding::Severity;
use crate::report::sheet;

/// The styles of a workbook, and those to add.
pub(in crate::report) struct StyleEdit<'x> {
    xml: &'x str,
    /// The existing cell styles.
    formats: Vec<&'x str>,
    fills: usize,
    added_fills: Vec<Severity>,
    added_formats: Vec<String>,
    tinted: BTreeMap<(usize, Severity), usize>,
}

impl<'x> StyleEdit<'x> {
    /// Parses the styles; `None` if they differ from what office programs write.
    pub(in crate::report) fn parse(xml: &'x str) -> Option<Self> {
        let formats = children(section(xml, "cellXfs")?, "xf")?;
        let fills = children(section(xml, "fills")?, "fill")?.len();
        let is_plain = !formats.is_empty() && !xml.contains("<!--");
        is_plain.then(|| Self {
            xml,
            formats,
            fills,
            added_fills: Vec::new(),
            added_formats: Vec::new(),
            tinted: BTreeMap::new(),
        })
    }

    /// Returns the style that differs from another one only in its fill.
    pub(in crate::report) fn tinted(&mut self, style: usize, severity: Severity) -> Option<usize> {
        if let Some(known) = self.tinted.get(&(style, severity)) {
            return Some(*known);
        }
        let own = *self.formats.get(style)?;
        let fill = self.fill(severity);
        let (tag, rest) = own.split_at(own.find('>')? + 1);
        let tag = with_attribute(&with_attribute(tag, "fillId", &fill.to_string())?, "applyFill", "1")?;
        let made = self.add(tag + rest);
        self.tinted.insert((style, severity), made);
        Some(made)
    }

    /// Returns a style for wrapped text.
    pub(in crate::report) fn wrapped(&mut self) -> usize {
        self.add(
            "<xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyAlignment=\"1\"><alignment \
             vertical=\"center\" wrapText=\"1\"/></xf>"
                .to_owned(),
        )
    }

    /// Returns a style for headers.
    pub(in crate::report) fn heading(&mut self) -> usize {
        let fill = self.fill(Severity::Note);
        self.add(format!(
            "<xf numFmtId=\"0\" fontId=\"0\" fillId=\"{fill}\" borderId=\"0\" xfId=\"0\" applyFill=\"1\" \
             applyAlignment=\"1\"><alignment horizontal=\"center\" vertical=\"center\" wrapText=\"1\"/></xf>"
        ))
    }

    fn add(&mut self, format: String) -> usize {
        self.added_formats.push(format);
        self.formats.len() + self.added_formats.len() - 1
    }

    fn fill(&mut self, severity: Severity) -> usize {
        let at = self.added_fills.iter().position(|known| *known == severity);
        let at = at.unwrap_or_else(|| {
            self.added_fills.push(severity);
            self.added_fills.len() - 1
        });
        self.fills + at
    }

    /// Returns the markup with the added styles.
    pub(in crate::report) fn finish(self) -> Option<String> {
        let fill = |severity: &Severity| {
            format!(
                "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FF{:06X}\"/><bgColor \
                 indexed=\"64\"/></patternFill></fill>",
                sheet::tint(*severity)
            )
        };
        let fills: String = self.added_fills.iter().map(fill).collect();
        let (fill_count, format_count) =
            (self.fills + self.added_fills.len(), self.formats.len() + self.added_formats.len());
        let xml = extended(self.xml, "fills", &fills, fill_count)?;
        extended(&xml, "cellXfs", &self.added_formats.concat(), format_count)
    }
}

/// Returns the content of the first element with a name.
fn section<'x>(xml: &'x str, name: &str) -> Option<&'x str> {
    let start = xml.find(&format!("<{name} ")).or_else(|| xml.find(&format!("<{name}>")))?;
    let inner = start + xml[start..].find('>')? + 1;
    let end = inner + xml[inner..].find(&format!("</{name}>"))?;
    Some(&xml[inner..end])
}

/// Returns sibling elements, which must all have the same name.
fn children<'x>(xml: &'x str, name: &str) -> Option<Vec<&'x str>> {
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let mut found = Vec::new();
    let mut rest = xml.trim();
    while !rest.is_empty() {
        if !rest.starts_with(&open) {
            return None;
        }
        let tag = rest.find('>')? + 1;
        let end = if rest[..tag].ends_with("/>") { tag } else { rest.find(&close)? + close.len() };
        found.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    Some(found)
}

/// Sets an attribute of a start tag.
fn with_attribute(tag: &str, name: &str, value: &str) -> Option<String> {
    let mark = format!(" {name}=\"");
    if let Some((head, tail)) = tag.split_once(&mark) {
        let (_, tail) = tail.split_once('"')?;
        return Some(format!("{head}{mark}{value}\"{tail}"));
    }
    let at = if tag.ends_with("/>") { tag.len() - 2 } else { tag.len() - 1 };
    Some(format!("{}{mark}{value}\"{}", &tag[..at], &tag[at..]))
}

/// Appends markup to the content of an element, and sets its count.
fn extended(xml: &str, name: &str, added: &str, count: usize) -> Option<String> {
    let start = xml.find(&format!("<{name} ")).or_else(|| xml.find(&format!("<{name}>")))?;
    let inner = start + xml[start..].find('>')? + 1;
    let end = inner + xml[inner..].find(&format!("</{name}>"))?;
    let tag = with_attribute(&xml[start..inner], "count", &count.to_string())?;
    Some(format!("{}{tag}{}{added}{}", &xml[..start], &xml[inner..end], &xml[end..]))
}
