//! Filling of template patterns, and the check of their required placeholders.

use super::placeholders::Need;
use super::template_pattern::{NUMBER, Piece, Scope, Vocabulary, escaped};
use crate::message::Message;

/// Returns the filled pattern.
pub(super) fn fill(pieces: &[Piece], document: &Scope, items: &[Scope]) -> String {
    let mut filled = Filled { document, items, number: 0, xml: String::new() };
    filled.pieces(pieces, None);
    filled.xml
}

struct Filled<'a> {
    document: &'a Scope,
    items: &'a [Scope],
    number: usize,
    xml: String,
}

impl Filled<'_> {
    fn pieces(&mut self, pieces: &[Piece], item: Option<&Scope>) {
        for piece in pieces {
            match piece {
                Piece::Fixed(text) => self.xml.push_str(text),
                Piece::Text(name) => self.text(name, item),
                Piece::When { needs, inner, otherwise } => {
                    if met(needs, &[Some(self.document), item]) {
                        self.pieces(inner, item);
                    } else {
                        self.xml.push_str(otherwise);
                    }
                }
                Piece::Each { needs, inner } => self.each(needs, inner),
                Piece::Table(inner) => {
                    self.number = 0;
                    let start = self.xml.len();
                    self.pieces(inner, item);
                    if self.number == 0 {
                        self.xml.truncate(start);
                    }
                }
            }
        }
    }

    fn each(&mut self, needs: &[Need], inner: &[Piece]) {
        for item in self.items {
            if met(needs, &[Some(self.document), Some(item)]) {
                self.number += 1;
                self.pieces(inner, Some(item));
            }
        }
    }

    fn text(&mut self, name: &str, item: Option<&Scope>) {
        if name == NUMBER {
            self.xml.push_str(&self.number.to_string());
            return;
        }
        let text = item.and_then(|item| item.texts.get(name)).or_else(|| self.document.texts.get(name));
        self.xml.push_str(&escaped(text.map_or("", String::as_str)));
    }
}

fn met(needs: &[Need], scopes: &[Option<&Scope>]) -> bool {
    let holds = |name: &str| scopes.iter().flatten().any(|scope| scope.holds.contains(name));
    needs.iter().all(|need| holds(&need.name) == need.wanted)
}

/// Checks that all parts of a template together have the required texts, conditions and rows.
pub(super) fn check<'p>(parts: impl Iterator<Item = &'p Vec<Piece>>, words: &Vocabulary) -> Result<(), Message> {
    let mut has = Has { texts: Vec::new(), conditions: Vec::new(), rows: Vec::new() };
    parts.for_each(|pieces| has.look(pieces));
    if let Some(name) = words.needed_texts.iter().find(|name| !has.texts.contains(name)) {
        return Err(Message::new(format!("缺少 {{{{{name}}}}}"), format!("it has no {{{{{name}}}}}")));
    }
    if let Some(name) = words.needed_conditions.iter().find(|name| !has.conditions.contains(name)) {
        return Err(Message::new(
            format!("缺少以 {{{{#{name}}}}} 开头的段落"),
            format!("it has no paragraph that begins with {{{{#{name}}}}}"),
        ));
    }
    for holds in words.items {
        let item = Scope { holds: holds.iter().copied().collect(), ..Scope::default() };
        let shown =
            has.rows.iter().any(|(needs, texts)| met(needs, &[Some(&item)]) && texts.contains(&words.needed_in_row));
        if !shown {
            let name = words.needed_in_row;
            return Err(Message::new(
                format!("缺少显示“{}”、含有 {{{{{name}}}}} 的表格行", holds.join("、")),
                format!("it has no table row with {{{{{name}}}}} that shows {}", holds.join(", ")),
            ));
        }
    }
    Ok(())
}

struct Has<'p> {
    texts: Vec<&'p str>,
    conditions: Vec<&'p str>,
    rows: Vec<(&'p [Need], Vec<&'p str>)>,
}

impl<'p> Has<'p> {
    fn look(&mut self, pieces: &'p [Piece]) {
        for piece in pieces {
            match piece {
                Piece::Fixed(_) => {}
                Piece::Text(name) => self.texts.push(name),
                Piece::When { needs, inner, .. } => {
                    self.conditions.extend(needs.iter().filter(|need| need.wanted).map(|need| need.name.as_str()));
                    self.look(inner);
                }
                Piece::Each { needs, inner } => {
                    let before = self.texts.len();
                    self.look(inner);
                    self.rows.push((needs, self.texts[before..].to_vec()));
                }
                Piece::Table(inner) => self.look(inner),
            }
        }
    }
}
