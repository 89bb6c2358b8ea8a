//! Tags and the text before them, of XML as workbooks usually have it: UTF-8, double quotes, no comments, no CDATA, no
//! processing instruction but the declaration.

use std::borrow::Cow;

use super::{Plain, Unusual};

/// Whether a tag opens an element, closes one, or is one without content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Open,
    Close,
    Empty,
}

/// A tag.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tag<'a> {
    pub(super) name: &'a str,
    pub(super) kind: Kind,
    pub(super) attributes: &'a str,
    /// What stands between the tag before and this one, as it stands.
    pub(super) before: &'a str,
}

/// The tags of a part, one after the other.
pub(super) struct Markup<'a> {
    rest: &'a str,
}

/// A part as text.
pub(super) fn text(part: &[u8]) -> Plain<&str> {
    std::str::from_utf8(part).map_err(|_| Unusual)
}

impl<'a> Markup<'a> {
    pub(super) fn of(xml: &'a str) -> Self {
        Self { rest: xml }
    }

    /// The next tag; `None` at the end.
    pub(super) fn next(&mut self) -> Plain<Option<Tag<'a>>> {
        loop {
            let Some(start) = memchr::memchr(b'<', self.rest.as_bytes()) else { return Ok(None) };
            let (before, tag) = (&self.rest[..start], &self.rest[start + 1..]);
            let end = memchr::memchr(b'>', tag.as_bytes()).ok_or(Unusual)?;
            self.rest = &tag[end + 1..];
            let tag = &tag[..end];
            if let Some(declaration) = tag.strip_prefix('?') {
                let utf8 = !declaration.contains("encoding=") || declaration.to_ascii_lowercase().contains("\"utf-8\"");
                if declaration.starts_with("xml ") && utf8 && before.is_empty() {
                    continue;
                }
                return Err(Unusual);
            }
            let (kind, tag) = match (tag.strip_prefix('/'), tag.strip_suffix('/')) {
                (Some(tag), _) => (Kind::Close, tag),
                (None, Some(tag)) => (Kind::Empty, tag),
                (None, None) => (Kind::Open, tag),
            };
            let behind = tag.bytes().position(|byte| byte.is_ascii_whitespace()).unwrap_or(tag.len());
            let (name, attributes) = tag.split_at(behind);
            // An exclamation mark begins a comment or CDATA. A bracket or a single quote within quotes would be legal.
            let is_plain = name.starts_with(|c: char| c.is_ascii_alphabetic()) && !attributes.contains('\'');
            if !is_plain {
                return Err(Unusual);
            }
            return Ok(Some(Tag { name, kind, attributes, before }));
        }
    }
}

/// Visits the attributes of a tag, their values as they stand.
pub(super) fn for_each_attribute<'a>(attributes: &'a str, mut visit: impl FnMut(&'a str, &'a str)) -> Plain<()> {
    let mut rest = attributes.trim_ascii();
    while !rest.is_empty() {
        let equals = memchr::memchr(b'=', rest.as_bytes()).ok_or(Unusual)?;
        let (name, value) = (&rest[..equals], rest[equals + 1..].strip_prefix('"').ok_or(Unusual)?);
        let end = memchr::memchr(b'"', value.as_bytes()).ok_or(Unusual)?;
        if name.ends_with(|c: char| c.is_ascii_whitespace()) {
            return Err(Unusual);
        }
        visit(name, &value[..end]);
        rest = value[end + 1..].trim_ascii_start();
    }
    Ok(())
}

/// The value of one attribute, as it stands.
pub(super) fn attribute<'a>(attributes: &'a str, wanted: &str) -> Plain<Option<&'a str>> {
    let mut found = None;
    for_each_attribute(attributes, |name, value| {
        if name == wanted {
            found = Some(value);
        }
    })?;
    Ok(found)
}

/// The text of a `t` element, whose opening tag had these attributes. Space around it counts only where they say so,
/// and what happens to it otherwise is unusual.
pub(super) fn kept<'a>(text: &'a str, attributes: &str) -> Plain<Cow<'a, str>> {
    let spaced = text.len() != text.trim().len() && !attributes.contains("\"preserve\"");
    if spaced { Err(Unusual) } else { unescape(text) }
}

/// Text with its references resolved. Line ends of Windows and characters written as `_x000D_` are unusual.
pub(super) fn unescape(text: &str) -> Plain<Cow<'_, str>> {
    if text.contains('\r') || text.contains("_x") {
        return Err(Unusual);
    }
    if !text.contains('&') {
        return Ok(Cow::Borrowed(text));
    }
    quick_xml::escape::unescape(text).map_err(|_| Unusual)
}
