//! The shared strings: texts that cells name by their number.

use super::markup::{Kind, Markup, keep};
use super::{MAIN, Plain, Unusual, markup};
use crate::source::{Limit, Limits};

/// The shared strings of a workbook, one behind the other in a text that is used again for the next.
#[derive(Debug, Default)]
pub(super) struct Strings {
    text: String,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Strings {
    /// A string by its number.
    pub(super) fn get(&self, at: usize) -> Option<&str> {
        let start = if at == 0 { 0 } else { *self.ends.get(at - 1)? };
        self.ends.get(at).map(|end| &self.text[start..*end])
    }

    /// Takes every string of a part, in order, in place of those before.
    pub(super) fn read(&mut self, xml: &str, limits: &Limits) -> Plain<()> {
        self.text.clear();
        self.ends.clear();
        let (mut is_open, mut attributes) = (false, "");
        let mut markup = Markup::of(xml);
        while let Some(tag) = markup.next()? {
            match (tag.name, tag.kind) {
                ("sst", Kind::Open) if markup::attribute(tag.attributes, "xmlns")? != Some(MAIN) => {
                    return Err(Unusual);
                }
                ("si", Kind::Open) if !is_open => match markup.take("<t>", "</t></si>") {
                    Some(text) => {
                        keep(text, "", &mut self.text)?;
                        self.end(limits)?;
                    }
                    None => is_open = true,
                },
                ("si", Kind::Close) if is_open => {
                    self.end(limits)?;
                    is_open = false;
                }
                ("t", Kind::Open) => attributes = tag.attributes,
                ("t", Kind::Close) if is_open => keep(tag.before, attributes, &mut self.text)?,
                // Readings of Asian text are no part of it; an empty string stands for something only calamine knows.
                ("rPh" | "phoneticPr" | "si", _) | ("t", Kind::Close) => return Err(Unusual),
                _ => {}
            }
        }
        Ok(())
    }

    fn end(&mut self, limits: &Limits) -> Plain<()> {
        let start = self.ends.last().copied().unwrap_or(0);
        self.ends.push(self.text.len());
        limits.allow(Limit::Text, (self.text.len() - start) as u64).map_err(|_| Unusual)
    }

    /// Gives back room beyond so many bytes.
    pub(super) fn shrink_to(&mut self, bytes: usize) {
        self.text.clear();
        self.text.shrink_to(bytes);
        self.ends.clear();
        self.ends.shrink_to(bytes / size_of::<usize>());
    }
}
