//! The shared strings: texts that cells name by their number.

use super::super::fast_path::{FastResult, Unsupported};
use super::super::markup::{Markup, TagKind, attribute, keep};
use super::MAIN;
use crate::source::{Limit, Limits};

/// How a string that is one plain text begins, with its attributes, and how it ends.
const ONE: [(&str, &str); 2] = [("<t>", ""), ("<t xml:space=\"preserve\">", "xml:space=\"preserve\"")];
const END: &str = "</t></si>";

/// Workbooks before whose strings are kept.
const MOST: usize = 4;

/// The shared strings of a workbook, one behind the other in a text, and those of some workbooks before: most of them
/// are the same, and what the same markup says need not be found out again.
#[derive(Debug, Default)]
pub(super) struct Strings {
    now: Texts,
    /// Those of workbooks before, the last first.
    before: Vec<Texts>,
    /// Which of these the present ones are like; they take its place.
    like: Option<usize>,
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
    /// Returns a text with its markup, by its number.
    fn get(&self, at: usize) -> Option<(&str, &str)> {
        let (text, markup) = if at == 0 { (0, 0) } else { *self.ends.get(at - 1)? };
        self.ends.get(at).map(|end| (&self.text[text..end.0], &self.markup[markup..end.1]))
    }

    fn end(&mut self, limits: &Limits) -> FastResult<()> {
        let start = self.ends.last().map_or(0, |(text, _)| *text);
        self.ends.push((self.text.len(), self.markup.len()));
        limits.allow(Limit::Text, (self.text.len() - start) as u64).map_err(|_| Unsupported)
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
    /// Returns a string by its number.
    pub(super) fn get(&self, at: usize) -> Option<&str> {
        self.now.get(at).map(|(text, _)| text)
    }

    /// Takes every string of a part, in order, in place of the present ones.
    pub(super) fn read(&mut self, xml: &str, limits: &Limits) -> FastResult<()> {
        let room = match self.like.take() {
            Some(at) => Some(self.before.remove(at)),
            None if self.before.len() == MOST => self.before.pop(),
            None => None,
        };
        self.before.insert(0, std::mem::replace(&mut self.now, room.unwrap_or_default()));
        let Self { now, before, like } = self;
        now.clear();
        let (mut is_open, mut attributes) = (false, "");
        let mut markup = Markup::of(xml);
        while let Some(tag) = markup.next()? {
            match (tag.name, tag.kind) {
                ("sst", TagKind::Open) if attribute(tag.attributes, "xmlns")? != Some(MAIN) => {
                    return Err(Unsupported);
                }
                ("si", TagKind::Open) if !is_open => {
                    match ONE.iter().find_map(|one| Some((one, markup.take(one.0, END)?))) {
                        Some((&(open, attributes), text)) => {
                            match known(before, like, now.ends.len(), [open, text]) {
                                Some(known) => now.text.push_str(known),
                                None => keep(text, attributes, &mut now.text)?,
                            }
                            now.markup.extend([open, text]);
                            now.end(limits)?;
                        }
                        None => is_open = true,
                    }
                }
                ("si", TagKind::Close) if is_open => {
                    now.end(limits)?;
                    is_open = false;
                }
                ("t", TagKind::Open) => attributes = tag.attributes,
                ("t", TagKind::Close) if is_open => keep(tag.before, attributes, &mut now.text)?,
                // Of what is struck out or raised digits are no part of the number beside them.
                ("strike" | "vertAlign", _) if is_open => return Err(Unsupported),
                // How readings of Asian text would look, which Excel says of most of it.
                ("phoneticPr", TagKind::Empty) => {}
                // The readings are no part of it; an empty string stands for something only calamine knows.
                ("rPh" | "phoneticPr" | "si", _) | ("t", TagKind::Close) => return Err(Unsupported),
                _ => {}
            }
        }
        Ok(())
    }

    /// Forgets what takes more room than this.
    pub(super) fn shrink_to(&mut self, bytes: usize) {
        self.now.shrink_to(bytes);
        self.before.iter_mut().for_each(|texts| texts.shrink_to(bytes));
    }
}

/// Returns what markup says that stood at the same place in a workbook before; the one it was found in last is asked
/// first.
fn known<'a>(before: &'a [Texts], like: &mut Option<usize>, at: usize, [open, own]: [&str; 2]) -> Option<&'a str> {
    let is_it = |markup: &str| markup.strip_prefix(open) == Some(own);
    let in_one = |texts: &'a Texts| texts.get(at).filter(|(_, markup)| is_it(markup)).map(|(text, _)| text);
    if let Some(text) = like.and_then(|like| in_one(&before[like])) {
        return Some(text);
    }
    let (found, text) = before.iter().enumerate().find_map(|(which, texts)| Some((which, in_one(texts)?)))?;
    *like = Some(found);
    Some(text)
}
