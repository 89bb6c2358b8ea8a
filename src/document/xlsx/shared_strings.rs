//! The shared strings, which cells refer to by index.

use super::super::fast_path::{FastResult, Unsupported};
use super::super::markup::{Markup, TagKind, attribute, keep};
use super::MAIN;
use crate::source::{Limit, Limits};

/// The markup before a plain string, with its attributes, and the markup after it.
const ONE: [(&str, &str); 2] = [("<t>", ""), ("<t xml:space=\"preserve\">", "xml:space=\"preserve\"")];
const END: &str = "</t></si>";

/// Most earlier workbooks with strings in the cache.
const MOST: usize = 4;

/// The shared strings of the current workbook, concatenated, and those of some earlier ones. Most strings recur, and
/// equal markup is not parsed again.
#[derive(Debug, Default)]
pub(super) struct Strings {
    now: Texts,
    /// The strings of earlier workbooks, the latest first.
    before: Vec<Texts>,
    /// The index of the earlier workbook that the current strings were found in. They replace it afterwards.
    like: Option<usize>,
}

/// Strings in order.
#[derive(Debug, Default)]
struct Texts {
    text: String,
    /// The markup of plain strings; nothing for others.
    markup: String,
    /// The end of each string, in the text and in the markup.
    ends: Vec<(usize, usize)>,
}

impl Texts {
    /// Returns a string and its markup, by its index.
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
    /// Returns a string by its index.
    pub(super) fn get(&self, at: usize) -> Option<&str> {
        self.now.get(at).map(|(text, _)| text)
    }

    /// Reads all strings of a part, replacing the current ones.
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
                // Struck-out or raised digits are not part of the number beside them.
                ("strike" | "vertAlign", _) if is_open => return Err(Unsupported),
                // Display settings of phonetic text, which Excel writes for most strings.
                ("phoneticPr", TagKind::Empty) => {}
                // Phonetic text is not part of the string; an empty `si` element is left to calamine.
                ("rPh" | "phoneticPr" | "si", _) | ("t", TagKind::Close) => return Err(Unsupported),
                _ => {}
            }
        }
        Ok(())
    }

    /// Releases buffers that are larger than this.
    pub(super) fn shrink_to(&mut self, bytes: usize) {
        self.now.shrink_to(bytes);
        self.before.iter_mut().for_each(|texts| texts.shrink_to(bytes));
    }
}

/// Returns the text for the same markup at the same index in an earlier workbook. The workbook of the last match is
/// tried first.
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
