//! Web pages, and workbooks saved as web pages: the visible text without scripts, styles and menus.

use ego_tree::iter::Edge;
use scraper::{ElementRef, Html};

use super::charset::decode_markup;
use super::emphasis::{Look, MarkedText};
use super::stylesheet::{StyleSheet, is_of_screens};
use super::table_builder::TableBuilder;
use super::{Document, Format, Unreadable};
use crate::source::{Limit, Limits};

/// Elements with content that is not part of the text.
const UNSEEN: [&str; 17] = [
    "head", "script", "style", "noscript", "template", "nav", "footer", "aside", "select", "button", "textarea",
    "iframe", "svg", "object", "rt", "rp", "datalist",
];
/// Elements that begin and end a line.
const BLOCKS: [&str; 22] = [
    "p",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "section",
    "article",
    "main",
    "header",
    "blockquote",
    "pre",
    "center",
    "form",
];

/// Elements that add no depth: they have no content, or the next of their kind ends them.
const SHALLOW: [&str; 26] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "p", "li",
    "td", "th", "tr", "tbody", "thead", "tfoot", "colgroup", "option", "dt", "dd", "o:p",
];

/// Reads a page.
pub(super) fn read(format: Format, bytes: &[u8], limits: &Limits) -> Result<Document, Unreadable> {
    let damaged = |why: &str| Unreadable::Damaged(format, why.to_owned());
    let text = decode_markup(bytes).ok_or_else(|| damaged("no known encoding"))?;
    // The parser's time per element grows with its depth.
    let elements = text.bytes().filter(|byte| *byte == b'<').count() as u64;
    let within = limits.allow(Limit::Cells, elements).and_then(|()| limits.allow(Limit::Depth, depth(&text)));
    within.map_err(|limit| Unreadable::beyond(limit, limits))?;
    let page = Html::parse_document(&text);
    let sheet = style_sheet(&page);
    let read = walk(&page, &sheet).ok_or_else(|| damaged("a table wider than any sheet"))?;
    if !holds_table(&read) && sheet.can_hide() {
        // Scripts may show content that style sheets hide at first, and scripts are not run here.
        let whole = walk(&page, &sheet.without_hiding()).filter(holds_table);
        return Ok(whole.unwrap_or(read));
    }
    Ok(read)
}

/// Reads what a page shows under a style sheet; `None` if a table is wider than any sheet.
fn walk(page: &Html, sheet: &StyleSheet) -> Option<Document> {
    let mut walk = PageWalk::new(sheet);
    for edge in page.root_element().traverse() {
        match edge {
            Edge::Open(node) => match (ElementRef::wrap(node), node.value().as_text()) {
                (Some(element), _) => walk.open(element),
                (None, Some(text)) => walk.text(text),
                _ => {}
            },
            Edge::Close(node) => {
                if let Some(element) = ElementRef::wrap(node) {
                    walk.close(element);
                }
            }
        }
    }
    walk.end_paragraph();
    (!walk.too_wide).then_some(walk.document)
}

fn holds_table(document: &Document) -> bool {
    document.grids.iter().any(|grid| !grid.cells().is_empty())
}

/// Returns the style sheets in the page itself, in order.
fn style_sheet(page: &Html) -> StyleSheet {
    let mut sheet = StyleSheet::default();
    let elements = page.root_element().descendants().filter_map(ElementRef::wrap);
    for element in elements.filter(|element| element.value().name() == "style") {
        if element.attr("media").is_none_or(is_of_screens) {
            sheet.add(&element.text().collect::<String>());
        }
    }
    sheet
}

/// Returns the greatest nesting depth of elements, estimated from tags only.
fn depth(html: &str) -> u64 {
    let (mut depth, mut deepest) = (0_u64, 0);
    for tag in html.split('<').skip(1) {
        let (ends, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let name = tag.split(|c: char| c.is_whitespace() || c == '>' || c == '/').next().unwrap_or("");
        let is_element = name.starts_with(|c: char| c.is_ascii_alphabetic());
        if is_element && !SHALLOW.iter().any(|shallow| name.eq_ignore_ascii_case(shallow)) {
            depth = if ends { depth.saturating_sub(1) } else { depth + 1 };
            deepest = deepest.max(depth);
        }
    }
    deepest
}

/// State of the walk over the page. The tree may be deeper than the stack, so the walk is not recursive.
struct PageWalk<'s> {
    sheet: &'s StyleSheet,
    document: Document,
    paragraph: MarkedText,
    /// The visibility and formatting of text in each open element, the innermost last.
    shown: Vec<Shown>,
    /// Whether the paragraph has text outside links. Links only are menus and lists of other pages.
    has_plain_text: bool,
    tables: Vec<OpenPageTable>,
    /// Nesting depth within an element that is not shown.
    unseen: u32,
    /// Nesting depth within links.
    links: u32,
    too_wide: bool,
}

/// An open table.
#[derive(Default)]
struct OpenPageTable {
    table: TableBuilder,
    cell: Option<OpenPageCell>,
}

struct OpenPageCell {
    rows: u32,
    columns: u32,
    text: MarkedText,
    /// Whether the cell contains a table. Then the outer table only lays out the page, and its text is running text.
    is_layout: bool,
}

/// The visibility and formatting of text in an element.
#[derive(Debug, Clone, Copy, Default)]
struct Shown {
    look: Look,
    is_invisible: bool,
    has_no_size: bool,
    /// Whether it is, or is inside, a nested table with a single cell, which is only a frame around its text.
    is_frame: bool,
}

impl Shown {
    fn hides_text(self) -> bool {
        self.is_invisible || self.has_no_size
    }
}

impl<'s> PageWalk<'s> {
    fn new(sheet: &'s StyleSheet) -> Self {
        Self {
            sheet,
            document: Document::default(),
            paragraph: MarkedText::default(),
            shown: Vec::new(),
            has_plain_text: false,
            tables: Vec::new(),
            unseen: 0,
            links: 0,
            too_wide: false,
        }
    }

    fn open(&mut self, element: ElementRef<'_>) {
        let name = element.value().name();
        if self.unseen > 0 {
            self.unseen += 1;
            return;
        }
        let style = self.sheet.style(element);
        let is_gone = style.is_gone.unwrap_or_else(|| element.attr("hidden").is_some());
        let is_unseen = UNSEEN.contains(&name) && !(name == "textarea" && self.is_in_cell());
        if is_unseen || style.is_transparent == Some(true) || is_gone && name != "tr" {
            if name == "select" && !is_gone && !self.within().hides_text() {
                self.chosen(element);
            }
            self.unseen += 1;
            return;
        }
        let outer = self.within();
        let is_cell = matches!(name, "td" | "th" | "tr" | "table" | "tbody" | "thead" | "tfoot" | "col");
        let raises = !is_cell && style.is_raised.unwrap_or(matches!(name, "sup" | "sub"));
        let strikes = style.is_struck.unwrap_or(matches!(name, "del" | "s" | "strike"));
        self.shown.push(Shown {
            look: Look { struck: outer.look.struck || strikes, raised: outer.look.raised || raises },
            is_invisible: style.is_invisible.unwrap_or(outer.is_invisible),
            has_no_size: style.has_no_size.unwrap_or(outer.has_no_size),
            is_frame: outer.is_frame || name == "table" && self.is_in_cell() && is_frame(element),
        });
        self.open_shown(element, is_gone);
    }

    /// Begins a visible element, or a hidden row.
    fn open_shown(&mut self, element: ElementRef<'_>, is_gone: bool) {
        let name = element.value().name();
        match name {
            "a" => self.links += 1,
            "br" => self.new_line(),
            "input" => self.field(element),
            "table" | "tr" | "td" | "th" if self.within().is_frame => self.new_line(),
            "table" => {
                self.new_line();
                self.leave_cell_for_text();
                self.tables.push(OpenPageTable::default());
            }
            "tr" => {
                if let Some(open) = self.tables.last_mut() {
                    open.table.row(is_gone);
                }
            }
            "td" | "th" => {
                let span = |name: &str| element.attr(name).and_then(|value| value.trim().parse().ok());
                if let Some(open) = self.tables.last_mut() {
                    let (rows, columns) = (span("rowspan").unwrap_or(1), span("colspan").unwrap_or(1));
                    open.cell = Some(OpenPageCell { rows, columns, text: MarkedText::default(), is_layout: false });
                }
            }
            _ if BLOCKS.contains(&name) => self.new_line(),
            _ => {}
        }
    }

    fn close(&mut self, element: ElementRef<'_>) {
        if self.unseen > 0 {
            self.unseen -= 1;
            return;
        }
        let shown = self.shown.pop().unwrap_or_default();
        match element.value().name() {
            "a" => self.links = self.links.saturating_sub(1),
            "table" | "tr" | "td" | "th" if shown.is_frame => self.new_line(),
            "td" | "th" => {
                if self.tables.last().and_then(|open| open.cell.as_ref()).is_some_and(|cell| cell.is_layout) {
                    self.leave_cell_for_text();
                }
                if let Some(open) = self.tables.last_mut()
                    && let Some(mut cell) = open.cell.take()
                {
                    open.table.cell(cell.rows, cell.columns, tidy(&cell.text.take()));
                }
            }
            "table" => {
                if let Some(open) = self.tables.pop() {
                    match open.table.finish() {
                        Some(grid) => self.document.push_table(grid),
                        None => self.too_wide = true,
                    }
                }
            }
            name if BLOCKS.contains(&name) => self.new_line(),
            _ => {}
        }
    }

    /// Returns the visibility and formatting of text in the innermost element.
    fn within(&self) -> Shown {
        self.shown.last().copied().unwrap_or_default()
    }

    fn is_in_cell(&self) -> bool {
        self.tables.last().is_some_and(|open| open.cell.is_some())
    }

    fn text(&mut self, text: &str) {
        let shown = self.within();
        if self.unseen > 0 || shown.hides_text() {
            return;
        }
        let links = self.links;
        match self.tables.last_mut() {
            Some(OpenPageTable { cell: Some(cell), .. }) => flow_in(&mut cell.text, shown.look, text),
            Some(_) => {}
            None => {
                flow_in(&mut self.paragraph, shown.look, text);
                self.has_plain_text |= links == 0 && !text.trim().is_empty();
            }
        }
    }

    /// Adds the value of a text field. Outside tables, only a field after a label counts; others are for searching the
    /// site.
    fn field(&mut self, element: ElementRef<'_>) {
        let kind = element.attr("type").unwrap_or("text").to_ascii_lowercase();
        let is_shown = !matches!(
            kind.as_str(),
            "hidden" | "checkbox" | "radio" | "button" | "submit" | "reset" | "image" | "file" | "password"
        );
        let is_labelled = || !self.paragraph.text().trim().is_empty();
        if is_shown && (self.is_in_cell() || self.tables.is_empty() && is_labelled()) {
            // Separates adjacent fields.
            self.text(&format!(" {} ", element.attr("value").unwrap_or_default()));
        }
    }

    /// Adds the option that a list in a cell shows: the selected one, else the first.
    fn chosen(&mut self, list: ElementRef<'_>) {
        let is_long = list.attr("multiple").is_some() || list.attr("size").is_some_and(|size| size.trim() != "1");
        if !self.is_in_cell() || is_long {
            return;
        }
        let elements = list.descendants().filter_map(ElementRef::wrap);
        let options: Vec<ElementRef<'_>> = elements.filter(|element| element.value().name() == "option").collect();
        let chosen = options.iter().rfind(|option| option.attr("selected").is_some()).or(options.first());
        let text: String = chosen.into_iter().flat_map(ElementRef::text).collect();
        self.text(&format!(" {text} "));
    }

    /// Turns the text in the current cell into running text before the table that begins.
    fn leave_cell_for_text(&mut self) {
        let Some(cell) = self.tables.last_mut().and_then(|open| open.cell.as_mut()) else { return };
        cell.is_layout = true;
        let text = cell.text.take();
        tidy(&text).lines().for_each(|line| self.document.push_paragraph(line));
    }

    /// Ends a line: within a cell it adds a line break, outside it ends the paragraph.
    fn new_line(&mut self) {
        match self.tables.last_mut() {
            Some(OpenPageTable { cell: Some(cell), .. }) => {
                let text = cell.text.text_mut();
                if !text.is_empty() && !text.ends_with('\n') {
                    text.push('\n');
                }
            }
            Some(_) => {}
            None => self.end_paragraph(),
        }
    }

    fn end_paragraph(&mut self) {
        let text = tidy(&self.paragraph.take());
        if std::mem::take(&mut self.has_plain_text) {
            self.document.push_paragraph(&text);
        }
    }
}

/// Returns whether a nested table has a single cell, and the cell around it has no other text.
fn is_frame(table: ElementRef<'_>) -> bool {
    let is_cell = |element: &ElementRef<'_>| matches!(element.value().name(), "td" | "th");
    let cells = table.descendants().filter_map(ElementRef::wrap).filter(is_cell).take(2).count();
    let Some(outer) = table.ancestors().filter_map(ElementRef::wrap).find(is_cell).filter(|_| cells == 1) else {
        return false;
    };
    let text = |element: ElementRef<'_>| element.text().flat_map(str::split_whitespace).collect::<String>();
    text(outer) == text(table)
}

/// Adds text with white space collapsed as on a page. Non-breaking spaces are kept.
fn flow_in(line: &mut MarkedText, look: Look, text: &str) {
    line.set_look(look);
    let line = line.text_mut();
    for c in text.chars() {
        if !c.is_ascii_whitespace() {
            line.push(c);
        } else if !line.is_empty() && !line.ends_with([' ', '\n']) {
            line.push(' ');
        }
    }
}

/// Trims the spaces around each line, and empty lines at both ends, which come from the source's layout.
fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.split('\n').map(|line| line.trim_matches(' ')).collect();
    lines.join("\n").trim_matches(['\n', ' ']).to_owned()
}

#[cfg(test)]
mod tests;
