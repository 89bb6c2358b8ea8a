//! The shared strings: texts that cells name by their number.

use super::super::markup::{Kind, Markup, attribute, keep};
use super::super::short::{Plain, Unusual};
use super::MAIN;
use crate::source::{Limit, Limits};

/// The shared strings of a workbook, one behind the other in a text, and those of the workbook before: most of them are
/// the same, and what the same markup says need not be found out again.
#[derive(Debug, Default)]
pub(super) struct Strings {
    now: Texts,
    before: Texts,
}

/// Texts in order.
#[derive(Debug, Default)]
struct Texts {
    text: String,
    /// The markup of those that are one plain text, of others nothing.
    markup: String,
    /// Where each ends, in the text and in the markup.
    ends: Vec<(usize, usize)>,
}

impl Texts {
    /// A text with its markup, by its number.
    fn get(&self, at: usize) -> Option<(&str, &str)> {
        let (text, markup) = if at == 0 { (0, 0) } else { *self.ends.get(at - 1)? };
        self.ends.get(at).map(|end| (&self.text[text..end.0], &self.markup[markup..end.1]))
    }

    fn end(&mut self, limits: &Limits) -> Plain<()> {
        let start = self.ends.last().map_or(0, |(text, _)| *text);
        self.ends.push((self.text.len(), self.markup.len()));
        limits.allow(Limit::Text, (self.text.len() - start) as u64).map_err(|_| Unusual)
    }

    fn clear(&mut self) {
        self.text.clear();
        self.markup.clear();
        self.ends.clear();
    }

    fn shrink_to(&mut self, bytes: usize) {
        if self.text.capacity().max(self.markup.capacity()).max(size_of_val(&*self.ends)) > bytes {
            *self = Self::default();
        }
    }
}

impl Strings {
    /// A string by its number.
    pub(super) fn get(&self, at: usize) -> Option<&str> {
        self.now.get(at).map(|(text, _)| text)
    }

    /// Takes every string of a part, in order, in place of those before.
    pub(super) fn read(&mut self, xml: &str, limits: &Limits) -> Plain<()> {
        std::mem::swap(&mut self.now, &mut self.before);
        let Self { now, before } = self;
        now.clear();
        let (mut is_open, mut attributes) = (false, "");
        let mut markup = Markup::of(xml);
        while let Some(tag) = markup.next()? {
            match (tag.name, tag.kind) {
                ("sst", Kind::Open) if attribute(tag.attributes, "xmlns")? != Some(MAIN) => {
                    return Err(Unusual);
                }
                ("si", Kind::Open) if !is_open => match markup.take("<t>", "</t></si>") {
                    Some(text) => {
                        match before.get(now.ends.len()).filter(|(_, markup)| !text.is_empty() && *markup == text) {
                            Some((known, _)) => now.text.push_str(known),
                            None => keep(text, "", &mut now.text)?,
                        }
                        now.markup.push_str(text);
                        now.end(limits)?;
                    }
                    None => is_open = true,
                },
                ("si", Kind::Close) if is_open => {
                    now.end(limits)?;
                    is_open = false;
                }
                ("t", Kind::Open) => attributes = tag.attributes,
                ("t", Kind::Close) if is_open => keep(tag.before, attributes, &mut now.text)?,
                // Readings of Asian text are no part of it; an empty string stands for something only calamine knows.
                ("rPh" | "phoneticPr" | "si", _) | ("t", Kind::Close) => return Err(Unusual),
                _ => {}
            }
        }
        Ok(())
    }

    /// Forgets what takes more room than this.
    pub(super) fn shrink_to(&mut self, bytes: usize) {
        self.now.shrink_to(bytes);
        self.before.shrink_to(bytes);
    }
}
