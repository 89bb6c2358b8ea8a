//! A tag reader for XML as workbooks usually have it: UTF-8, double quotes, no comments, no CDATA, no processing
//! instruction but the declaration.

use std::borrow::Cow;

use super::fast_path::{FastResult, Unsupported};

/// Whether a tag opens an element, closes one, or is an empty element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TagKind {
    Open,
    Close,
    Empty,
}

/// A tag.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tag<'a> {
    pub(super) name: &'a str,
    pub(super) kind: TagKind,
    pub(super) attributes: &'a str,
    /// The raw text between the previous tag and this one.
    pub(super) before: &'a str,
}

/// A reader for the tags of a part.
pub(super) struct Markup<'a> {
    rest: &'a str,
    begun: bool,
}

impl<'a> Markup<'a> {
    pub(super) fn of(xml: &'a str) -> Self {
        Self { rest: xml, begun: false }
    }

    /// Returns the next tag; `None` at the end.
    #[inline]
    pub(super) fn next(&mut self) -> FastResult<Option<Tag<'a>>> {
        if let Some(declaration) = self.rest.strip_prefix("<?xml ").filter(|_| !self.begun) {
            let (declaration, rest) = declaration.split_once("?>").ok_or(Unsupported)?;
            let lower = declaration.to_ascii_lowercase();
            if lower.contains("encoding=") && !lower.contains("\"utf-8\"") && !lower.contains("'utf-8'") {
                return Err(Unsupported);
            }
            self.rest = rest;
        }
        self.begun = true;
        let Some(start) = next_tag(self.rest) else { return Ok(None) };
        let (before, tag) = (&self.rest[..start], &self.rest[start + 1..]);
        // A `>` within quotes is legal XML, and so are single quotes, but neither is supported.
        let end = memchr::memchr2(b'>', b'\'', tag.as_bytes()).filter(|end| tag.as_bytes()[*end] == b'>');
        let (tag, rest) = end.and_then(|end| tag.split_at_checked(end)).ok_or(Unsupported)?;
        self.rest = &rest[1..];
        if tag.bytes().filter(|byte| *byte == b'"').count() % 2 != 0 {
            return Err(Unsupported);
        }
        let (kind, tag) = match (tag.strip_prefix('/'), tag.strip_suffix('/')) {
            (Some(tag), _) => (TagKind::Close, tag),
            (None, Some(tag)) => (TagKind::Empty, tag),
            (None, None) => (TagKind::Open, tag),
        };
        let behind = tag.bytes().position(|byte| byte.is_ascii_whitespace()).unwrap_or(tag.len());
        let (name, attributes) = tag.split_at(behind);
        // An exclamation mark begins a comment or CDATA, and a question mark a processing instruction.
        let is_plain = name.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
        if is_plain { Ok(Some(Tag { name, kind, attributes, before })) } else { Err(Unsupported) }
    }

    /// Returns the text between exactly these two tags, if they come next. Otherwise reads nothing.
    #[inline]
    pub(super) fn take(&mut self, opening: &str, closing: &str) -> Option<&'a str> {
        let rest = self.rest.strip_prefix(opening)?;
        let (text, rest) = rest.split_at(next_tag(rest)?);
        self.rest = rest.strip_prefix(closing)?;
        Some(text)
    }
}

/// Returns the offset of the next tag.
pub(super) fn next_tag(xml: &str) -> Option<usize> {
    if xml.starts_with('<') { Some(0) } else { memchr::memchr(b'<', xml.as_bytes()) }
}

/// Visits the attributes of a tag, with raw values.
#[inline]
pub(super) fn for_each_attribute<'a>(attributes: &'a str, mut visit: impl FnMut(&'a str, &'a str)) -> FastResult<()> {
    let ends_name = |byte: u8| byte == b'=' || byte == b'"' || byte.is_ascii_whitespace();
    let mut rest = attributes.trim_ascii();
    while !rest.is_empty() {
        let (name, behind) = rest.split_at(rest.bytes().position(ends_name).ok_or(Unsupported)?);
        let value = behind.strip_prefix("=\"").ok_or(Unsupported)?;
        let (value, behind) = value.split_at(value.bytes().position(|byte| byte == b'"').ok_or(Unsupported)?);
        visit(name, value);
        rest = behind[1..].trim_ascii_start();
    }
    Ok(())
}

/// Returns the raw values of the wanted attributes. A repeated attribute is unsupported.
pub(super) fn attributes<'a, const N: usize>(
    attributes: &'a str,
    wanted: [&str; N],
) -> FastResult<[Option<&'a str>; N]> {
    let (mut found, mut twice) = ([None; N], false);
    for_each_attribute(attributes, |name, value| {
        if let Some(at) = wanted.iter().position(|wanted| *wanted == name) {
            twice |= found[at].replace(value).is_some();
        }
    })?;
    if twice { Err(Unsupported) } else { Ok(found) }
}

/// Returns the raw value of one attribute.
pub(super) fn attribute<'a>(attributes: &'a str, wanted: &str) -> FastResult<Option<&'a str>> {
    self::attributes(attributes, [wanted]).map(|[found]| found)
}

/// Appends the text of a `t` element with these attributes. White space around it is kept only with
/// `xml:space="preserve"`.
pub(super) fn keep(text: &str, attributes: &str, into: &mut String) -> FastResult<()> {
    let start = into.len();
    unescape_into(text, into)?;
    let is_space = |c| matches!(c, ' ' | '\t' | '\r' | '\n');
    let kept = &into[start..];
    if kept.starts_with(is_space) || kept.ends_with(is_space) {
        if attribute(attributes, "xml:space")? == Some("preserve") {
            return Ok(());
        }
        let before = kept.len() - kept.trim_start_matches(is_space).len();
        into.drain(start..start + before);
        into.truncate(start + into[start..].trim_end_matches(is_space).len());
    }
    Ok(())
}

/// Resolves the references in a text. Carriage returns and escapes such as `_x000D_` are unsupported.
pub(super) fn unescape(text: &str) -> FastResult<Cow<'_, str>> {
    if memchr::memchr3(b'&', b'\r', b'_', text.as_bytes()).is_none() {
        return Ok(Cow::Borrowed(text));
    }
    let mut resolved = String::with_capacity(text.len());
    unescape_into(text, &mut resolved).map(|()| Cow::Owned(resolved))
}

/// Resolves the references in a text, as [`unescape`] does, and appends it to `into`.
pub(super) fn unescape_into(text: &str, into: &mut String) -> FastResult<()> {
    let is_odd = memchr::memchr2(b'\r', b'_', text.as_bytes()).is_some();
    if is_odd && (text.contains('\r') || text.contains("_x")) {
        return Err(Unsupported);
    }
    if memchr::memchr(b'&', text.as_bytes()).is_none() {
        into.push_str(text);
        return Ok(());
    }
    let start = into.len();
    if by_number(text, into).is_none() {
        into.truncate(start);
        into.push_str(&quick_xml::escape::unescape(text).map_err(|_| Unsupported)?);
    }
    Ok(())
}

/// Digits of the largest code point.
const MOST_DIGITS: usize = 7;

/// Appends a text with decimal references only. Some programs write every non-ASCII character that way.
fn by_number(text: &str, into: &mut String) -> Option<()> {
    let mut rest = text;
    while let Some(start) = rest.bytes().position(|byte| byte == b'&') {
        into.push_str(&rest[..start]);
        let number = rest[start..].strip_prefix("&#")?;
        let digits = number.bytes().take(MOST_DIGITS).take_while(u8::is_ascii_digit).count();
        let code = number.bytes().take(digits).fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
        into.push(char::from_u32(code).filter(|_| code > 0)?);
        rest = number[digits..].strip_prefix(';')?;
    }
    into.push_str(rest);
    Some(())
}
