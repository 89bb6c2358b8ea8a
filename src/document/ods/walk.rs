//! A tag reader that checks the nesting of elements and counts the length of text.

use super::super::fast_path::{FastResult, Unsupported};
use super::super::markup::{Markup, Tag, TagKind, attribute, unescape};

pub(super) struct Walk<'a> {
    markup: Markup<'a>,
    open: Vec<&'a str>,
    /// Bytes of raw text so far, plus spaces given by their number.
    pub(super) text: u64,
}

impl<'a> Walk<'a> {
    pub(super) fn of(xml: &'a str) -> FastResult<Self> {
        let ends = xml.trim_ascii_end().ends_with('>');
        if ends { Ok(Self { markup: Markup::of(xml), open: Vec::new(), text: 0 }) } else { Err(Unsupported) }
    }

    /// Returns the number of open elements.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Returns the next tag; `None` at the end.
    #[inline]
    pub(super) fn next(&mut self) -> FastResult<Option<Tag<'a>>> {
        let Some(tag) = self.markup.next()? else {
            return if self.open.is_empty() { Ok(None) } else { Err(Unsupported) };
        };
        if !tag.before.is_empty() {
            self.pass(tag.before)?;
        }
        match tag.kind {
            TagKind::Open => self.open.push(tag.name),
            TagKind::Close if self.open.pop() != Some(tag.name) || !tag.attributes.is_empty() => {
                return Err(Unsupported);
            }
            TagKind::Close | TagKind::Empty => {}
        }
        if tag.kind != TagKind::Close && local(tag.name) == "s" {
            self.text = self.text.saturating_add(u64::from(spaces(&tag)?));
        }
        Ok(Some(tag))
    }

    /// Returns the next tag; an error at the end of the part.
    #[inline]
    pub(super) fn within(&mut self) -> FastResult<Tag<'a>> {
        self.next()?.ok_or(Unsupported)
    }

    /// Returns the text of the open cell and closes it, if it consists of a single paragraph. Otherwise reads nothing.
    #[inline]
    pub(super) fn paragraph(&mut self) -> FastResult<Option<&'a str>> {
        if self.open.last() != Some(&"table:table-cell") {
            return Ok(None);
        }
        let Some(text) = self.markup.take("<text:p>", "</text:p></table:table-cell>") else { return Ok(None) };
        self.pass(text)?;
        self.open.pop();
        Ok(Some(text))
    }

    /// Counts text, after checking that its references are valid even if nothing uses it.
    fn pass(&mut self, text: &str) -> FastResult<()> {
        if self.open.is_empty() && !text.trim_ascii().is_empty() {
            return Err(Unsupported);
        }
        if text.contains('&') {
            unescape(text)?;
        }
        self.text = self.text.saturating_add(text.len() as u64);
        Ok(())
    }
}

/// Returns the number of spaces that the tag represents.
pub(super) fn spaces(tag: &Tag<'_>) -> FastResult<u32> {
    attribute(tag.attributes, "text:c")?.map_or(Ok(1), |count| count.parse().map_err(|_| Unsupported))
}

/// Returns a name without its prefix.
pub(super) fn local(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, local)| local)
}
