//! Parts of XML files, and of the archives office formats keep them in. Names are local: prefixes differ by program.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

/// A part of an archive as text; `None` where it is not there or is no text.
pub(super) fn part(archive: &mut zip::ZipArchive<Cursor<&[u8]>>, path: &str) -> Option<String> {
    let mut bytes = Vec::new();
    archive.by_name(path).ok()?.read_to_end(&mut bytes).ok()?;
    String::from_utf8(bytes).ok()
}

/// Visits every event, as far as the text is well formed. Whether it is so up to its end, every element closed.
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

/// Visits every start of an element, as far as the text is well formed.
pub(super) fn for_each_element(xml: &str, mut visit: impl FnMut(&BytesStart<'_>)) {
    for_each(xml, |event| {
        if let Event::Start(element) | Event::Empty(element) = event {
            visit(element);
        }
    });
}

/// An attribute by its local name, unescaped.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut found = element.attributes().flatten();
    found.find(|attribute| attribute.key.local_name().as_ref() == name).map(|found| unescaped(&found.value))
}

/// The value of an attribute with its references resolved, or as it stands where one is none.
pub(super) fn unescaped(value: &str) -> String {
    quick_xml::escape::unescape(value).map_or_else(|_| value.to_owned(), Cow::into_owned)
}

/// An attribute that is a whole number.
pub(super) fn number(element: &BytesStart<'_>, name: &str) -> Option<u32> {
    attribute(element, name)?.parse().ok()
}

/// The characters an event stands for; `None` for one that is no text. Only the five entities of XML itself and
/// character numbers stand for anything.
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
