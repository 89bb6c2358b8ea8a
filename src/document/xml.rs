//! XML files and the archives in which office formats store them. Names are local, because prefixes differ by program.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

use super::{Format, Unreadable};
use crate::source::{Limit, Limits};

/// Returns a part of an archive as text; `None` if it is missing or no UTF-8.
pub(super) fn part(archive: &mut zip::ZipArchive<Cursor<&[u8]>>, path: &str) -> Option<String> {
    let mut bytes = Vec::new();
    archive.by_name(path).ok()?.read_to_end(&mut bytes).ok()?;
    String::from_utf8(bytes).ok()
}

/// Visits every event up to the first error. Returns whether the text is well formed and every element is closed.
pub(super) fn for_each(xml: &str, mut visit: impl FnMut(&Event<'_>)) -> bool {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut open = 0_usize;
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => return open == 0,
            Err(_) => return false,
            Ok(event) => {
                match event {
                    Event::Start(_) => open += 1,
                    Event::End(_) => open = open.saturating_sub(1),
                    _ => {}
                }
                visit(&event);
            }
        }
    }
}

/// A handler for the elements and texts of an XML document, in document order.
pub(super) trait XmlHandler {
    /// Handles the start of an element.
    fn start(&mut self, element: &BytesStart<'_>);

    /// Handles an element without content; by default as a start and an end.
    fn empty(&mut self, element: &BytesStart<'_>) {
        self.start(element);
        self.end(element.local_name().as_ref());
    }

    /// Handles the end of an element, by its local name.
    fn end(&mut self, name: &str);

    /// Handles text.
    fn characters(&mut self, text: &str);

    /// Checks the content received so far against the limits.
    fn check(&self, limits: &Limits) -> Result<(), Limit>;
}

/// Parses an XML document with a handler. Returns whether every element is closed at its end.
///
/// # Errors
/// `Unreadable`, if the document is not well formed or exceeds a limit.
pub(super) fn parse(
    xml: &str,
    format: Format,
    limits: &Limits,
    handler: &mut impl XmlHandler,
) -> Result<bool, Unreadable> {
    let beyond = |limit| Unreadable::beyond(limit, limits);
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut depth = 0;
    loop {
        handler.check(limits).map_err(beyond)?;
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                depth += 1;
                limits.allow(Limit::Depth, depth).map_err(beyond)?;
                handler.start(&element);
            }
            Ok(Event::Empty(element)) => handler.empty(&element),
            Ok(Event::End(element)) => {
                depth = depth.saturating_sub(1);
                handler.end(element.local_name().as_ref());
            }
            Ok(Event::Eof) => return Ok(depth == 0),
            Ok(event) => {
                if let Some(text) = characters(&event) {
                    handler.characters(&text);
                }
            }
            Err(error) => return Err(Unreadable::Damaged(format, error.to_string())),
        }
    }
}

/// Visits the start of every element, up to the first error.
pub(super) fn for_each_element(xml: &str, mut visit: impl FnMut(&BytesStart<'_>)) {
    for_each(xml, |event| {
        if let Event::Start(element) | Event::Empty(element) = event {
            visit(element);
        }
    });
}

/// Returns the unescaped value of an attribute, by its local name.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut found = element.attributes().flatten();
    found.find(|attribute| attribute.key.local_name().as_ref() == name).map(|found| unescaped(&found.value))
}

/// Returns the value of an attribute with its references resolved; unchanged if one is invalid.
pub(super) fn unescaped(value: &str) -> String {
    quick_xml::escape::unescape(value).map_or_else(|_| value.to_owned(), Cow::into_owned)
}

/// Returns an attribute as a whole number.
pub(super) fn number(element: &BytesStart<'_>, name: &str) -> Option<u32> {
    attribute(element, name)?.parse().ok()
}

/// Returns the characters of a text event; `None` for any other event. Only the five predefined entities and character
/// references are resolved.
pub(super) fn characters(event: &Event<'_>) -> Option<String> {
    match event {
        Event::Text(text) => Some(text.xml_content(XmlVersion::Implicit1_0).into_owned()),
        Event::CData(text) => Some(text.xml_content(XmlVersion::Implicit1_0).into_owned()),
        Event::GeneralRef(reference) => match reference.resolve_char_ref() {
            Ok(Some(c)) => Some(c.to_string()),
            _ => quick_xml::escape::resolve_predefined_entity(reference).map(str::to_owned),
        },
        _ => None,
    }
}
