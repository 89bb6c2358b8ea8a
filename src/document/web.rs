//! Web pages, and workbooks that are web pages inside: what a reader sees, scripts, styles and menus left out.

use ego_tree::iter::Edge;
use scraper::{ElementRef, Html};

use super::charset::decode_markup;
use super::table::Table;
use super::{Document, Format, Unreadable};
use crate::source::{Limit, Limits};

/// Elements whose content is no part of the text.
const UNSEEN: [&str; 14] = [
    "head", "script", "style", "noscript", "template", "nav", "footer", "aside", "select", "button", "textarea",
    "iframe", "svg", "object",
];
/// Elements that stand on lines of their own.
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

/// Elements that are no deeper than what they stand in: without content, or ended by the next of their kind.
const SHALLOW: [&str; 26] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "p", "li",
    "td", "th", "tr", "tbody", "thead", "tfoot", "colgroup", "option", "dt", "dd", "o:p",
];

/// Reads a page.
pub(super) fn read(format: Format, bytes: &[u8], limits: &Limits) -> Result<Document, Unreadable> {
    let damaged = |why: &str| Unreadable::Damaged(format, why.to_owned());
    let text = decode_markup(bytes).ok_or_else(|| damaged("no known encoding"))?;
    // The parser takes for each element a time that grows with its depth.
    let elements = text.bytes().filter(|byte| *byte == b'<').count() as u64;
    let within = limits.allow(Limit::Cells, elements).and_then(|()| limits.allow(Limit::Depth, depth(&text)));
    within.map_err(|limit| Unreadable::beyond(limit, limits))?;
    let page = Html::parse_document(&text);
    let mut walk = Walk::default();
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
    if walk.too_wide { Err(damaged("a table wider than any sheet")) } else { Ok(walk.document) }
}

/// How deep elements stand within one another, as far as tags alone tell.
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

/// Where the walk over the page stands. The tree may be deeper than any stack, so nothing here recurs.
#[derive(Default)]
struct Walk {
    document: Document,
    paragraph: String,
    /// Whether the paragraph has text that is not a link: links alone are menus and lists of other pages.
    has_plain_text: bool,
    tables: Vec<OpenTable>,
    /// Depth within an element that is not seen.
    unseen: u32,
    /// Depth within links.
    links: u32,
    too_wide: bool,
}

/// A table whose end has not come yet.
#[derive(Default)]
struct OpenTable {
    table: Table,
    cell: Option<OpenCell>,
}

struct OpenCell {
    rows: u32,
    columns: u32,
    text: String,
    /// Whether a table stands in it: it lays out a page then, and its text is no cell's.
    is_layout: bool,
}

impl Walk {
    fn open(&mut self, element: ElementRef<'_>) {
        let name = element.value().name();
        let row = name == "tr";
        if self.unseen > 0 || UNSEEN.contains(&name) || !row && is_hidden(element) {
            self.unseen += 1;
            return;
        }
        match name {
            "a" => self.links += 1,
            // Struck out or raised, digits are no part of the number beside them: marks keep them from being read so.
            "del" | "s" | "strike" => self.text("~~"),
            "sup" | "sub" => self.text("^"),
            "br" => self.new_line(),
            "table" => {
                self.new_line();
                self.leave_cell_for_text();
                self.tables.push(OpenTable::default());
            }
            "tr" => {
                if let Some(open) = self.tables.last_mut() {
                    open.table.row(is_hidden(element));
                }
            }
            "td" | "th" => {
                let span = |name: &str| element.attr(name).and_then(|value| value.trim().parse().ok());
                if let Some(open) = self.tables.last_mut() {
                    let (rows, columns) = (span("rowspan").unwrap_or(1), span("colspan").unwrap_or(1));
                    open.cell = Some(OpenCell { rows, columns, text: String::new(), is_layout: false });
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
        match element.value().name() {
            "a" => self.links = self.links.saturating_sub(1),
            "td" | "th" => {
                if self.tables.last().and_then(|open| open.cell.as_ref()).is_some_and(|cell| cell.is_layout) {
                    self.leave_cell_for_text();
                }
                if let Some(open) = self.tables.last_mut()
                    && let Some(cell) = open.cell.take()
                {
                    open.table.cell(cell.rows, cell.columns, tidy(&cell.text));
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

    fn text(&mut self, text: &str) {
        if self.unseen > 0 {
            return;
        }
        let links = self.links;
        match self.tables.last_mut() {
            Some(OpenTable { cell: Some(cell), .. }) => flow_in(&mut cell.text, text),
            Some(_) => {}
            None => {
                flow_in(&mut self.paragraph, text);
                self.has_plain_text |= links == 0 && !text.trim().is_empty();
            }
        }
    }

    /// What has been said in the cell in hand is running text, which comes before the table that begins.
    fn leave_cell_for_text(&mut self) {
        let Some(cell) = self.tables.last_mut().and_then(|open| open.cell.as_mut()) else { return };
        cell.is_layout = true;
        let text = std::mem::take(&mut cell.text);
        tidy(&text).lines().for_each(|line| self.document.push_paragraph(line));
    }

    /// A line ends: within a cell the text goes on below, outside a paragraph ends.
    fn new_line(&mut self) {
        match self.tables.last_mut() {
            Some(OpenTable { cell: Some(cell), .. }) => {
                if !cell.text.is_empty() && !cell.text.ends_with('\n') {
                    cell.text.push('\n');
                }
            }
            Some(_) => {}
            None => self.end_paragraph(),
        }
    }

    fn end_paragraph(&mut self) {
        let text = tidy(&std::mem::take(&mut self.paragraph));
        if std::mem::take(&mut self.has_plain_text) {
            self.document.push_paragraph(&text);
        }
    }
}

fn is_hidden(element: ElementRef<'_>) -> bool {
    let style = element.attr("style").unwrap_or_default();
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
    style.to_ascii_lowercase().contains("display:none") || element.attr("hidden").is_some()
}

/// Adds text as a page shows it: white space of the source, but for hard spaces, is one space.
fn flow_in(line: &mut String, text: &str) {
    for c in text.chars() {
        if !c.is_ascii_whitespace() {
            line.push(c);
        } else if !line.is_empty() && !line.ends_with([' ', '\n']) {
            line.push(' ');
        }
    }
}

/// The text without the white space around it that the source's layout left.
fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.split('\n').map(|line| line.trim_matches(' ')).collect();
    lines.join("\n").trim_matches(['\n', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(html: &str) -> Document {
        read(Format::Html, html.as_bytes(), &Limits::default()).expect("a page")
    }

    #[test]
    fn what_a_reader_sees_and_nothing_else() {
        let document = page(
            "<title>站点</title><script>规章</script><nav><p>首页</p></nav><ul><li><a href='x'>乙水乡2024年年报</a></ul>
             <p>甲山镇<br>2025年年报</p><table><tr><td rowspan=2><p>规</p><p>章</p></td><td>&nbsp;0&nbsp;</td></tr>
             <tr style='display: none'><td>1</td></tr></table><p>依据<a href='y'>条例</a>编制</p>",
        );
        let said: Vec<&str> = document.paragraphs.iter().map(|paragraph| paragraph.text.as_str()).collect();
        assert_eq!(said, ["甲山镇", "2025年年报", "依据条例编制"]);
        assert_eq!(document.paragraphs[1].after, 0);
        assert_eq!(document.paragraphs[2].after, 1);
        let grid = &document.grids[0];
        let texts: Vec<&str> = grid.cells().iter().map(|cell| cell.text.as_str()).collect();
        assert_eq!(texts, ["规\n章", "\u{a0}0\u{a0}", "1"]);
        assert_eq!(grid.place(1, 1).spot.to_string(), "table1!R2C2");
        assert!(grid.is_hidden(1, 1));
    }

    #[test]
    fn a_table_for_layout_does_not_hide_the_one_within() {
        let document =
            page("<table><tr><td>菜单</td><td><table><tr><td>规章</td><td>0</td></tr></table></td></tr></table>");
        assert_eq!(document.grids.len(), 2);
        assert_eq!(document.grids[0].cells().len(), 2);
        let page = page("<table><tr><td>前<table><tr><td>0</td></tr></table>后</td></tr></table>");
        let said: Vec<(&str, usize)> =
            page.paragraphs.iter().map(|paragraph| (paragraph.text.as_str(), paragraph.after)).collect();
        assert_eq!(said, [("前", 0), ("后", 1)]);
    }

    #[test]
    fn struck_and_raised_digits_stay_apart() {
        let document = page("<table><tr><td><del>99</del>12</td><td>12<sup>1</sup></td></tr></table>");
        let texts: Vec<&str> = document.grids[0].cells().iter().map(|cell| cell.text.as_str()).collect();
        assert_eq!(texts, ["~~9912", "12^1"]);
    }

    #[test]
    fn a_page_is_read_down_to_the_limit_and_deeper_than_any_stack() {
        let read = |deep: usize, depth: u64| {
            let html = format!("{}<p>甲山镇<br><p>1<td>", "<div>".repeat(deep));
            read(Format::Html, html.as_bytes(), &Limits { depth, ..Limits::default() })
                .map(|page| page.paragraphs.len())
        };
        assert_eq!(read(5_000, 5_000), Ok(2));
        assert_eq!(read(499, 500), Ok(2));
        assert_eq!(read(500, 500), Ok(2));
        assert_eq!(read(501, 500), Err(Unreadable::Exceeded { limit: Limit::Depth, most: 500 }));
        assert_eq!(depth(&"<p>甲<li>乙<tr><td>1<br/>".repeat(1_000)), 0);
        assert_eq!(depth(&"<div>甲</div><b>".repeat(10)), 10);
    }
}
