//! Custom properties of workbooks: names and texts that programs and people attach to a file.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use encoding_rs::{Encoding, UTF_8};
use memchr::memmem;
use quick_xml::events::Event;

use super::Format;
use super::compound::chains_end;
use super::numbers::{u16_at, u32_at};
use super::rtf::code_page;
use super::xml::{attribute, characters, for_each};

/// Maximum number of bytes read from a part or stream with properties.
const MAX_BYTES: u64 = 1 << 16;
/// Number of bytes at the end of an archive in which its directory is searched.
const TAIL_BYTES: usize = 1 << 14;
/// The stream of an Excel 97 workbook that holds the properties (MS-OLEPS 2.23).
const STREAM: &str = "/\u{5}DocumentSummaryInformation";
/// The identifier of a set of custom properties, as stored (MS-OLEPS 2.21).
const USER_DEFINED: [u8; 16] =
    [0x05, 0xD5, 0xCD, 0xD5, 0x9C, 0x2E, 0x1B, 0x10, 0x93, 0x97, 0x08, 0x00, 0x2B, 0x2C, 0xF9, 0xAE];
/// Identifiers of the names of all properties, and of the code page of their texts.
const NAMES: u32 = 0;
const CODE_PAGE: u32 = 1;
/// Types of texts: in the code page, and in UTF-16.
const TEXT: u16 = 0x1E;
const WIDE_TEXT: u16 = 0x1F;
/// The code pages of UTF-16 and UTF-8.
const UTF_16_PAGE: u16 = 1200;
const UTF_8_PAGE: u16 = 65001;

/// Returns the custom properties of a workbook by name if one of them is called `name`, which is ASCII. The others are
/// read with it only, because most files have none of interest.
#[must_use]
pub fn custom_properties(format: Format, bytes: &[u8], name: &str) -> Option<BTreeMap<String, String>> {
    let found = match format {
        Format::Xlsx => {
            const PART: &str = "docProps/custom.xml";
            let tail = &bytes[bytes.len().saturating_sub(TAIL_BYTES)..];
            memmem::find(tail, PART.as_bytes())?;
            of_xml(&part(bytes, PART)?)
        }
        Format::Ods => of_xml(&part(bytes, "meta.xml")?),
        Format::Xls => {
            let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
            memmem::find(bytes, name.as_bytes()).or_else(|| memmem::find(bytes, &wide))?;
            of_stream(&stream(bytes)?)
        }
        _ => return None,
    };
    Some(found).filter(|found| found.contains_key(name))
}

/// Returns the core properties (`docProps/core.xml`) of an OOXML file as XML.
#[must_use]
pub fn core_properties(bytes: &[u8]) -> Option<String> {
    part(bytes, "docProps/core.xml")
}

fn part(bytes: &[u8], name: &str) -> Option<String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let part = archive.by_name(name).ok()?;
    let mut text = String::new();
    part.take(MAX_BYTES).read_to_string(&mut text).ok()?;
    Some(text)
}

/// Returns the properties of an XML part of OOXML (`property`) or `OpenDocument` (`user-defined`).
fn of_xml(xml: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open: Option<(String, String)> = None;
    for_each(xml, |event| match event {
        Event::Start(element) if is_property(element.local_name().as_ref()) => {
            open = attribute(element, "name").map(|name| (name, String::new()));
        }
        Event::Empty(element) if is_property(element.local_name().as_ref()) => {
            found.extend(attribute(element, "name").map(|name| (name, String::new())));
        }
        Event::End(element) if is_property(element.local_name().as_ref()) => found.extend(open.take()),
        _ => {
            if let (Some((_, text)), Some(more)) = (&mut open, characters(event)) {
                text.push_str(&more);
            }
        }
    });
    found
}

fn is_property(element: &str) -> bool {
    matches!(element, "property" | "user-defined")
}

fn stream(bytes: &[u8]) -> Option<Vec<u8>> {
    chains_end(bytes).filter(|ends| *ends)?;
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
    let mut content = Vec::new();
    file.open_stream(STREAM).ok()?.take(MAX_BYTES).read_to_end(&mut content).ok()?;
    Some(content)
}

/// Returns the properties of the custom set of a property stream (MS-OLEPS 2.21).
fn of_stream(stream: &[u8]) -> BTreeMap<String, String> {
    let mut sets = (0..u32_at(stream, 24).unwrap_or_default().min(2)).filter_map(|at| {
        let entry = stream.get(28 + 20 * at as usize..)?;
        let is_own = entry.get(..16)? == USER_DEFINED;
        stream.get(u32_at(entry, 16)? as usize..).filter(|_| is_own)
    });
    sets.find_map(of_set).unwrap_or_default()
}

/// Returns the named texts of a property set (MS-OLEPS 2.20).
fn of_set(set: &[u8]) -> Option<BTreeMap<String, String>> {
    let count = u32_at(set, 4)?;
    let at = |index: u32| {
        let entry = set.get(8 + 8 * index as usize..)?;
        Some((u32_at(entry, 0)?, set.get(u32_at(entry, 4)? as usize..)?))
    };
    let values: BTreeMap<u32, &[u8]> = (0..count).map_while(at).collect();
    let page = values.get(&CODE_PAGE).and_then(|value| u16_at(value, 4)).unwrap_or_default();
    let names = names(values.get(&NAMES)?, page);
    Some(names.into_iter().filter_map(|(id, name)| Some((name, text(values.get(&id)?, page)?))).collect())
}

/// Returns the names of properties by their identifiers (MS-OLEPS 2.17). Names in UTF-16 are padded to four bytes.
fn names(mut dictionary: &[u8], page: u16) -> BTreeMap<u32, String> {
    let mut found = BTreeMap::new();
    let count = u32_at(dictionary, 0).unwrap_or_default();
    dictionary = dictionary.get(4..).unwrap_or_default();
    for _ in 0..count {
        let Some((id, length)) = u32_at(dictionary, 0).zip(u32_at(dictionary, 4)) else { break };
        let length = length as usize * if page == UTF_16_PAGE { 2 } else { 1 };
        let Some(name) = dictionary.get(8..).and_then(|rest| rest.get(..length)) else { break };
        found.insert(id, decoded(name, page));
        let padded = if page == UTF_16_PAGE { length.next_multiple_of(4) } else { length };
        dictionary = dictionary.get(8 + padded..).unwrap_or_default();
    }
    found
}

fn text(value: &[u8], page: u16) -> Option<String> {
    let length = u32_at(value, 4)? as usize;
    let rest = value.get(8..)?;
    match u16_at(value, 0)? {
        TEXT => Some(decoded(rest.get(..length)?, page)),
        WIDE_TEXT => Some(decoded(rest.get(..length.checked_mul(2)?)?, UTF_16_PAGE)),
        _ => None,
    }
}

/// Returns a text in a code page, up to its terminating NUL.
fn decoded(bytes: &[u8], page: u16) -> String {
    let encoding: &'static Encoding = match page {
        UTF_16_PAGE => encoding_rs::UTF_16LE,
        UTF_8_PAGE => UTF_8,
        page => code_page(page.into()).unwrap_or(UTF_8),
    };
    let text = encoding.decode_without_bom_handling(bytes).0;
    text.split('\0').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a property stream with one custom set of these names and texts, in a code page.
    fn made(page: u16, properties: &[(&str, &str)]) -> Vec<u8> {
        let coded = |text: &str| match page {
            UTF_16_PAGE => text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect::<Vec<u8>>(),
            936 => [encoding_rs::GB18030.encode(text).0.as_ref(), &[0]].concat(),
            _ => [text.as_bytes(), &[0]].concat(),
        };
        let units = |bytes: &[u8]| u32::try_from(bytes.len() / if page == UTF_16_PAGE { 2 } else { 1 }).expect("short");
        let padded = |mut bytes: Vec<u8>| {
            bytes.resize(bytes.len().next_multiple_of(4), 0);
            bytes
        };
        let number = u32::to_le_bytes;
        let mut dictionary = number(u32::try_from(properties.len()).expect("few")).to_vec();
        for (id, (name, _)) in (2..).zip(properties) {
            let name = coded(name);
            dictionary.extend([number(id), number(units(&name))].concat());
            dictionary.extend(if page == UTF_16_PAGE { padded(name) } else { name });
        }
        let mut values = vec![(NAMES, padded(dictionary)), (CODE_PAGE, [number(2), number(page.into())].concat())];
        for (id, (_, text)) in (2..).zip(properties) {
            let kind = if page == UTF_16_PAGE { WIDE_TEXT } else { TEXT };
            let text = coded(text);
            values.push((id, padded([number(kind.into()).to_vec(), number(units(&text)).to_vec(), text].concat())));
        }
        let (mut list, mut content) = (Vec::new(), Vec::new());
        for (id, value) in &values {
            let offset = 8 + 8 * values.len() + content.len();
            list.extend([number(*id), number(u32::try_from(offset).expect("short"))].concat());
            content.extend(value);
        }
        let count = number(u32::try_from(values.len()).expect("few"));
        let set = [number(0).to_vec(), count.to_vec(), list, content].concat();
        let head = [&[0xFE, 0xFF, 0, 0][..], &[0; 20], &number(2), &[0; 16], &number(68), &USER_DEFINED, &number(68)];
        [head.concat(), set].concat()
    }

    #[test]
    fn properties_of_excel_97_are_read_in_their_code_page() {
        let properties = [("huizong", "entry 1"), ("huizong_unit", "示例县财政局"), ("huizong_unit_id", "")];
        for page in [UTF_16_PAGE, UTF_8_PAGE, 936] {
            let found = of_stream(&made(page, &properties));
            let wanted = properties.map(|(name, text)| (name.to_owned(), text.to_owned()));
            assert_eq!(found, BTreeMap::from(wanted), "{page}");
        }
        let whole = made(936, &properties);
        for end in 0..whole.len() {
            of_stream(&whole[..end]);
        }
    }

    #[test]
    fn properties_of_both_xml_formats_are_read() {
        let office = "<Properties xmlns:vt=\"v\"><property name=\"huizong\"><vt:lpwstr>entry 1</vt:lpwstr></property>\
            <property name=\"huizong_unit\"><vt:lpwstr>甲&amp;乙</vt:lpwstr></property>\
            <property name=\"huizong_unit_id\"><vt:lpwstr/></property></Properties>";
        let open = "<office:meta xmlns:office=\"o\" xmlns:meta=\"m\"><meta:generator>x</meta:generator>\
            <meta:user-defined meta:name=\"huizong\">entry 1</meta:user-defined>\
            <meta:user-defined meta:name=\"huizong_unit\">甲&amp;乙</meta:user-defined>\
            <meta:user-defined meta:name=\"huizong_unit_id\"/></office:meta>";
        let wanted = [("huizong", "entry 1"), ("huizong_unit", "甲&乙"), ("huizong_unit_id", "")];
        let wanted = BTreeMap::from(wanted.map(|(name, text)| (name.to_owned(), text.to_owned())));
        assert_eq!(of_xml(office), wanted);
        assert_eq!(of_xml(open), wanted);
    }
}
