//! A template's part as a pattern of fixed, filled, conditional and repeated pieces.

use std::collections::{BTreeMap, BTreeSet};

use super::docx_markup::{Element, Node};
use super::placeholders::{MarkKind, Need, marks};
use crate::message::Message;

/// The names that a template may use, and those it must have.
#[derive(Debug)]
pub(in crate::report) struct Vocabulary {
    /// Texts that it shares with other templates.
    pub(in crate::report) common: &'static [&'static str],
    /// Texts that are allowed anywhere.
    pub(in crate::report) texts: &'static [&'static str],
    /// Conditions that are allowed anywhere.
    pub(in crate::report) conditions: &'static [&'static str],
    /// Texts of an item; a table row with one of them is repeated.
    pub(in crate::report) row_texts: &'static [&'static str],
    /// Conditions on an item, for repeated rows.
    pub(in crate::report) row_conditions: &'static [&'static str],
    /// Texts that are required somewhere.
    pub(in crate::report) needed_texts: &'static [&'static str],
    /// Conditions that a paragraph or row is required for.
    pub(in crate::report) needed_conditions: &'static [&'static str],
    /// The text that each repeated row is required to have.
    pub(in crate::report) needed_in_row: &'static str,
    /// Kinds of items, by their true conditions; a row is required for each kind.
    pub(in crate::report) items: &'static [&'static [&'static str]],
}

/// The number of an item within its table.
pub(in crate::report) const NUMBER: &str = "序号";

/// The values of placeholders: for the whole document, or for one item.
#[derive(Debug, Clone, Default)]
pub(in crate::report) struct Scope {
    /// Texts by name.
    pub(in crate::report) texts: BTreeMap<&'static str, String>,
    /// The conditions that are true.
    pub(in crate::report) holds: BTreeSet<&'static str>,
}

impl Scope {
    /// Adds three values for the items that `is_wanted` selects: the condition `has` if there are any, their number, and
    /// their names unless `names` is empty.
    pub(in crate::report) fn list<T>(
        &mut self,
        items: &[T],
        [has, count, names]: [&'static str; 3],
        is_wanted: &dyn Fn(&T) -> bool,
        name: &dyn Fn(&T) -> String,
    ) {
        let found: Vec<String> = items.iter().filter(|item| is_wanted(item)).map(name).collect();
        self.texts.insert(count, found.len().to_string());
        if !found.is_empty() {
            self.holds.insert(has);
        }
        if !names.is_empty() {
            self.texts.insert(names, found.join("、"));
        }
    }

    /// Returns whether it has exactly these texts, and only conditions from this list.
    pub(super) fn is_of(&self, texts: &[&str], conditions: &[&str]) -> bool {
        let filled: BTreeSet<&str> = self.texts.keys().copied().collect();
        filled == texts.iter().copied().collect() && self.holds.iter().all(|name| conditions.contains(name))
    }
}

/// A piece of a pattern.
#[derive(Debug)]
pub(super) enum Piece {
    /// Unchanged markup.
    Fixed(String),
    /// The text with this name.
    Text(String),
    /// Markup that is used if all conditions are met, else the alternative.
    When { needs: Vec<Need>, inner: Vec<Piece>, otherwise: String },
    /// A table row that is repeated for each item that meets the conditions.
    Each { needs: Vec<Need>, inner: Vec<Piece> },
    /// A table that is left out if none of its repeated rows has an item.
    Table(Vec<Piece>),
}

/// Compiles the pattern of a part.
pub(super) fn compile(nodes: &[Node<'_>], words: &Vocabulary) -> Result<Vec<Piece>, Message> {
    let mut compiler = Compiler { words, in_row: None, pieces: Vec::new() };
    compiler.nodes(nodes, "")?;
    Ok(compiler.pieces)
}

struct Compiler<'v> {
    words: &'v Vocabulary,
    /// Whether the present table row is repeated; `None` outside a row.
    in_row: Option<bool>,
    pieces: Vec<Piece>,
}

impl Compiler<'_> {
    fn nodes(&mut self, nodes: &[Node<'_>], parent: &str) -> Result<(), Message> {
        for node in nodes {
            match node {
                Node::Raw(raw) => self.fixed(raw),
                Node::Element(element) => match element.name() {
                    "p" => self.paragraph(element, parent)?,
                    "tbl" if self.in_row.is_none() => self.table(element)?,
                    "tr" if self.in_row.is_none() => self.row(element)?,
                    _ => self.whole(element)?,
                },
            }
        }
        Ok(())
    }

    fn fixed(&mut self, raw: &str) {
        match self.pieces.last_mut() {
            Some(Piece::Fixed(text)) => text.push_str(raw),
            _ => self.pieces.push(Piece::Fixed(raw.to_owned())),
        }
    }

    /// Adds an element unchanged, except for the placeholders within it.
    fn whole(&mut self, element: &Element<'_>) -> Result<(), Message> {
        self.fixed(element.open);
        self.nodes(&element.inner, element.name())?;
        self.fixed(element.close);
        Ok(())
    }

    /// Runs `make` and returns the pieces that it adds, separately.
    fn apart(&mut self, make: impl FnOnce(&mut Self) -> Result<(), Message>) -> Result<Vec<Piece>, Message> {
        let before = std::mem::take(&mut self.pieces);
        let result = make(self);
        let inner = std::mem::replace(&mut self.pieces, before);
        result.map(|()| inner)
    }

    fn table(&mut self, element: &Element<'_>) -> Result<(), Message> {
        let inner = self.apart(|compiler| compiler.whole(element))?;
        if inner.iter().any(|piece| matches!(piece, Piece::Each { .. })) {
            self.pieces.push(Piece::Table(inner));
        } else {
            self.pieces.extend(inner);
        }
        Ok(())
    }

    /// Compiles a row. Its conditions are those of all its paragraphs.
    fn row(&mut self, element: &Element<'_>) -> Result<(), Message> {
        let (mut needs, mut is_repeated) = (Vec::new(), false);
        for_each_paragraph(element, &mut |paragraph| {
            for mark in marks(&text_of(paragraph))? {
                match mark.kind {
                    MarkKind::Need(need) => needs.push(need),
                    MarkKind::Text(name) => {
                        is_repeated |= name == NUMBER || self.words.row_texts.contains(&name.as_str());
                    }
                }
            }
            Ok(())
        })?;
        self.in_row = Some(is_repeated);
        let inner = self.apart(|compiler| compiler.whole(element));
        let known = needs.iter().try_for_each(|need| self.know_condition(&need.name));
        self.in_row = None;
        let inner = inner?;
        known?;
        match (is_repeated, needs.is_empty()) {
            (true, _) => self.pieces.push(Piece::Each { needs, inner }),
            (false, false) => self.pieces.push(Piece::When { needs, inner, otherwise: String::new() }),
            (false, true) => self.pieces.extend(inner),
        }
        Ok(())
    }

    fn paragraph(&mut self, element: &Element<'_>, parent: &str) -> Result<(), Message> {
        let text = text_of(element);
        let marks = marks(&text)?;
        let mut needs = Vec::new();
        let mut filled = Vec::new();
        for mark in marks {
            match mark.kind {
                MarkKind::Text(name) => {
                    self.know_text(&name)?;
                    filled.push((mark.range, Some(name)));
                }
                MarkKind::Need(need) => {
                    self.know_condition(&need.name)?;
                    needs.push(need);
                    filled.push((mark.range, None));
                }
            }
        }
        let mut fill = Fill { marks: filled, at: 0 };
        let inner = self.apart(|compiler| compiler.runs(element, &mut fill))?;
        if needs.is_empty() || self.in_row.is_some() {
            self.pieces.extend(inner);
            return Ok(());
        }
        if has_section(element) {
            return Err(Message::new(
                format!("一节末尾的段落不能带条件：{text}"),
                format!("a paragraph that ends a section cannot be left out: {text}"),
            ));
        }
        // Outside the body an empty paragraph must remain, or Word considers the file damaged.
        let otherwise = if parent == "body" { String::new() } else { format!("<{}/>", element.qualified()) };
        self.pieces.push(Piece::When { needs, inner, otherwise });
        Ok(())
    }

    /// Adds a paragraph's runs with the placeholders replaced, even if a placeholder is split over several runs.
    fn runs(&mut self, element: &Element<'_>, fill: &mut Fill) -> Result<(), Message> {
        self.fixed(element.open);
        for node in &element.inner {
            match node {
                Node::Raw(raw) => self.fixed(raw),
                Node::Element(inner) if inner.name() == "t" => self.text(inner, fill),
                Node::Element(inner) if inner.name() == "p" => self.paragraph(inner, element.name())?,
                Node::Element(inner) => self.runs(inner, fill)?,
            }
        }
        self.fixed(element.close);
        Ok(())
    }

    fn text(&mut self, element: &Element<'_>, fill: &mut Fill) {
        let text = element.text();
        let (start, end) = (fill.at, fill.at + text.len());
        fill.at = end;
        let here: Vec<_> = fill.marks.iter().filter(|(range, _)| range.start < end && start < range.end).collect();
        if here.is_empty() {
            self.fixed(element.open);
            element.inner.iter().for_each(|node| {
                if let Node::Raw(raw) = node {
                    self.fixed(raw);
                }
            });
            return self.fixed(element.close);
        }
        let name = element.qualified();
        self.fixed(&format!("<{name} xml:space=\"preserve\">"));
        let mut at = start;
        for (range, text_name) in here {
            self.fixed(&escaped(&text[at - start..range.start.max(at) - start]));
            // The first run of a split placeholder determines the style of its text.
            if let Some(text_name) = text_name.as_ref().filter(|_| range.start >= start) {
                self.pieces.push(Piece::Text(text_name.clone()));
            }
            at = range.end.min(end);
        }
        self.fixed(&escaped(&text[at - start..]));
        self.fixed(&format!("</{name}>"));
    }

    fn know_text(&self, name: &str) -> Result<(), Message> {
        let of_item = name == NUMBER || self.words.row_texts.contains(&name);
        match self.in_row {
            _ if self.words.texts.contains(&name) || self.words.common.contains(&name) => Ok(()),
            Some(true) if of_item => Ok(()),
            _ if of_item => Err(Message::new(
                format!("{{{{{name}}}}} 只能写在表格的行里"),
                format!("{{{{{name}}}}} stands outside a table row"),
            )),
            _ => Err(Message::new(
                format!("没有名为 {{{{{name}}}}} 的填写项"),
                format!("there is no placeholder {{{{{name}}}}}"),
            )),
        }
    }

    fn know_condition(&self, name: &str) -> Result<(), Message> {
        let of_item = self.words.row_conditions.contains(&name);
        match self.in_row {
            _ if self.words.conditions.contains(&name) => Ok(()),
            Some(true) if of_item => Ok(()),
            _ if of_item => Err(Message::new(
                format!("{{{{#{name}}}}} 只能写在逐项重复的表格行里"),
                format!("{{{{#{name}}}}} stands outside a table row that is repeated"),
            )),
            _ => Err(Message::new(
                format!("没有名为 {{{{#{name}}}}} 的条件"),
                format!("there is no condition {{{{#{name}}}}}"),
            )),
        }
    }
}

/// The placeholders of a paragraph, with the names of the texts that replace them, and the present position.
struct Fill {
    marks: Vec<(std::ops::Range<usize>, Option<String>)>,
    at: usize,
}

/// Returns the text of a paragraph, without that of paragraphs in text boxes within it.
fn text_of(paragraph: &Element<'_>) -> String {
    let inner = |element: &Element<'_>| match element.name() {
        "t" => element.text(),
        "p" => String::new(),
        _ => text_of(element),
    };
    paragraph.elements().map(inner).collect()
}

fn for_each_paragraph(
    element: &Element<'_>,
    visit: &mut dyn FnMut(&Element<'_>) -> Result<(), Message>,
) -> Result<(), Message> {
    if element.name() == "p" {
        visit(element)?;
    }
    element.elements().try_for_each(|inner| for_each_paragraph(inner, visit))
}

fn has_section(element: &Element<'_>) -> bool {
    element.name() == "sectPr" || element.elements().any(has_section)
}

/// Escapes a text for XML, without forbidden characters and with line ends and tabs as spaces.
pub(super) fn escaped(text: &str) -> String {
    let legal = |c: char| match c {
        '\t' | '\n' | '\r' => Some(' '),
        '\u{fffe}' | '\u{ffff}' => None,
        _ => Some(c).filter(|c| !c.is_control()),
    };
    let plain: String = text.chars().filter_map(legal).collect();
    quick_xml::escape::escape(plain.as_str()).into_owned()
}
