//! The hidden mark in a letter to a unit: unit, year, round and findings, so that the answers in a returned letter can
//! be assigned to their findings.
//!
//! It is written twice, as custom properties and as document variables. Word, WPS and LibreOffice preserve at least one
//! of them, even if they save the letter in another format. The mark only identifies the letter; answers are checked
//! against the visible text.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use crate::document::{self, Document, Format, Grid};
use crate::source::{digest, hex, repack};
use crate::spelling::key;

/// Start of each piece. A piece has its number, the number of pieces, and a part of the text.
const BEGIN: &str = "huizong-letter/";
/// End of each piece.
const END: char = ';';
/// Length of the text in a piece, in characters; Word allows 255 in a property.
const PIECE_CHARS: usize = 180;
/// Maximum number of pieces of a mark, and of bytes read from a part.
const MAX_PIECES: usize = 400;
const MAX_PART_BYTES: u64 = 8 << 20;
/// Prefix of the names of properties and variables.
const NAME: &str = "huizong";
/// Version of the text's format.
const VERSION: &str = "1";
/// Length of the digest of a text in the letter, in hex digits.
const DIGEST_CHARS: usize = 6;

/// The data in a letter's mark.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LetterMark {
    /// The id of the unit.
    pub unit: String,
    /// The report year; empty if unknown.
    pub year: String,
    /// The number of the round; 0 outside a work folder.
    pub round: u32,
    /// The findings in the order of their numbers in the letter: id and fingerprint.
    pub findings: Vec<(String, String)>,
    /// Digests of the paragraphs and cells of the letter as written, by which added text is recognised; empty in the
    /// letters of older programs.
    pub texts: BTreeSet<String>,
}

impl LetterMark {
    /// Adds the digests of the letter's texts.
    #[must_use]
    pub fn with_texts_of(mut self, letter: &Document) -> Self {
        let cells = letter.grids.iter().flat_map(Grid::cells).map(|cell| cell.text.as_str());
        let texts = letter.paragraphs.iter().map(|paragraph| paragraph.text.as_str()).chain(cells);
        self.texts = texts.map(key).filter(|text| !text.is_empty()).map(|text| text_digest(&text)).collect();
        self
    }

    /// Returns whether a normalised text is one of the letter as written.
    pub(super) fn has_text(&self, text: &str) -> bool {
        self.texts.contains(&text_digest(text))
    }

    /// Returns the pieces to write.
    fn pieces(&self) -> Vec<String> {
        let findings: Vec<String> = self.findings.iter().map(|(id, print)| format!("{id}:{print}")).collect();
        let unit = hex(self.unit.as_bytes());
        let texts: String = self.texts.iter().map(String::as_str).collect();
        let text = format!("{VERSION}|{unit}|{}|{}|{}|{texts}", self.year, self.round, findings.join(","));
        let letters: Vec<char> = text.chars().collect();
        let pieces = letters.chunks(PIECE_CHARS);
        let count = pieces.len();
        let piece = |(at, piece): (usize, &[char])| {
            format!("{BEGIN}{}/{count}/{}{END}", at + 1, piece.iter().collect::<String>())
        };
        pieces.enumerate().map(piece).collect()
    }

    /// Parses the mark from the pieces found in a text; `None` if one is missing.
    fn parse(text: &str) -> Option<Self> {
        let mut pieces: Vec<Option<&str>> = Vec::new();
        for (at, _) in text.match_indices(BEGIN) {
            let Some((piece, _)) = text[at + BEGIN.len()..].split_once(END) else { continue };
            let mut parts = piece.splitn(3, '/');
            let mut number = || parts.next().and_then(|part| part.parse::<usize>().ok());
            let (Some(number), Some(count)) = (number(), number()) else { continue };
            let Some(content) = parts.next().filter(|_| (1..=count).contains(&number) && count <= MAX_PIECES) else {
                continue;
            };
            pieces.resize(pieces.len().max(count), None);
            pieces[number - 1].get_or_insert(content);
        }
        let text: String = pieces.into_iter().collect::<Option<Vec<&str>>>()?.concat();
        let mut fields = text.split('|');
        let mut field = || fields.next();
        if field()? != VERSION {
            return None;
        }
        let (unit, year, round, findings) = (field()?, field()?, field()?, field()?);
        let findings = findings.split(',').filter_map(|finding| finding.split_once(':'));
        let texts = field().unwrap_or_default().as_bytes().chunks(DIGEST_CHARS);
        Some(Self {
            texts: texts.map(|text| String::from_utf8_lossy(text).into_owned()).collect(),
            unit: String::from_utf8(from_hex(unit)?).ok()?,
            year: year.to_owned(),
            round: round.parse().ok()?,
            findings: findings.map(|(id, print)| (id.to_owned(), print.to_owned())).collect(),
        })
    }
}

/// Returns a short digest of a normalised text.
fn text_digest(text: &str) -> String {
    digest(text.as_bytes()).sha256[..DIGEST_CHARS].to_owned()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> =
        text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect::<Option<_>>()?;
    digits.len().is_multiple_of(2).then(|| digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// Returns the mark of a letter in any format in which letters are returned.
#[must_use]
pub fn letter_mark(format: Format, bytes: &[u8]) -> Option<LetterMark> {
    match format {
        Format::Docx | Format::Odt => {
            let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
            let parts = ["docProps/custom.xml", "word/settings.xml", "meta.xml", "settings.xml"];
            parts.iter().find_map(|name| {
                let mut text = String::new();
                archive.by_name(name).ok()?.take(MAX_PART_BYTES).read_to_string(&mut text).ok()?;
                LetterMark::parse(&text)
            })
        }
        Format::Doc | Format::Rtf | Format::Html | Format::Mht | Format::WordXml => {
            let has = |wanted: &[u8]| memchr::memmem::find(bytes, wanted).is_some();
            let wide: Vec<u8> = BEGIN.encode_utf16().flat_map(u16::to_le_bytes).collect();
            if !has(BEGIN.as_bytes()) && !has(&wide) {
                return None;
            }
            // The sectors of a Word 97 document may be in any order.
            let streams =
                if format == Format::Doc { document::property_streams(bytes) } else { vec![bytes.to_owned()] };
            streams.iter().find_map(|stream| in_bytes(stream))
        }
        _ => None,
    }
}

/// Finds the mark in bytes that are text in one-byte or UTF-16 characters, at any alignment.
fn in_bytes(bytes: &[u8]) -> Option<LetterMark> {
    let wide = |from: usize| {
        let pairs = bytes[from.min(bytes.len())..].chunks_exact(2);
        LetterMark::parse(&ascii(pairs.map(|pair| if pair[1] == 0 { pair[0] } else { 0 })))
    };
    LetterMark::parse(&ascii(bytes.iter().copied())).or_else(|| wide(0)).or_else(|| wide(1))
}

/// Returns bytes as text, with a space for each byte that is not a visible ASCII character.
fn ascii(bytes: impl Iterator<Item = u8>) -> String {
    bytes.map(|byte| if byte.is_ascii_graphic() { char::from(byte) } else { ' ' }).collect()
}

/// Returns the document with a mark.
///
/// # Errors
/// The error of the archive.
pub fn marked(docx: &[u8], mark: &LetterMark) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    const CUSTOM: &str = "docProps/custom.xml";
    const TYPES: &str = "[Content_Types].xml";
    const RELATIONS: &str = "_rels/.rels";
    const SETTINGS: &str = "word/settings.xml";
    let pieces = mark.pieces();
    let mut archive = zip::ZipArchive::new(Cursor::new(docx))?;
    let mut text = |name: &str| {
        let mut text = String::new();
        archive.by_name(name).map(|mut part| part.read_to_string(&mut text).map(|_| text))
    };
    let mut changed: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut change = |name: &str, text: String| drop(changed.insert(name.to_owned(), text.into_bytes()));
    if let Ok(settings) = text(SETTINGS) {
        change(SETTINGS, with_variables(&settings?, &pieces));
    }
    if let Ok(custom) = text(CUSTOM) {
        change(CUSTOM, before(&custom?, "</Properties>", &properties(&pieces, 1000)));
    } else {
        change(CUSTOM, format!("{CUSTOM_HEAD}{}</Properties>", properties(&pieces, 2)));
        for (name, end, added) in [(TYPES, "</Types>", CUSTOM_TYPE), (RELATIONS, "</Relationships>", CUSTOM_RELATION)] {
            if let Ok(part) = text(name) {
                change(name, before(&part?, end, added));
            }
        }
    }
    Ok(repack(docx, changed)?)
}

const CUSTOM_TYPE: &str = "<Override PartName=\"/docProps/custom.xml\" \
    ContentType=\"application/vnd.openxmlformats-officedocument.custom-properties+xml\"/>";
const CUSTOM_RELATION: &str = "<Relationship Id=\"rIdHuizong\" \
    Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties\" \
    Target=\"docProps/custom.xml\"/>";
const CUSTOM_HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
    <Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties\" \
    xmlns:vt=\"http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes\">";

/// Returns the pieces as custom properties, with property ids from `first`.
fn properties(pieces: &[String], first: usize) -> String {
    let property = |(at, piece): (usize, &String)| {
        let (pid, number) = (first + at, at + 1);
        format!(
            "<property fmtid=\"{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}\" pid=\"{pid}\" name=\"{NAME}{number}\">\
             <vt:lpwstr>{piece}</vt:lpwstr></property>"
        )
    };
    pieces.iter().enumerate().map(property).collect()
}

/// Returns the settings of a document with the pieces as variables, at the place that the schema requires.
fn with_variables(settings: &str, pieces: &[String]) -> String {
    let variable = |(at, piece): (usize, &String)| format!("<w:docVar w:name=\"{NAME}{}\" w:val=\"{piece}\"/>", at + 1);
    let variables: String = pieces.iter().enumerate().map(variable).collect();
    if settings.contains("</w:docVars>") {
        return before(settings, "</w:docVars>", &variables);
    }
    let whole = format!("<w:docVars>{variables}</w:docVars>");
    // The schema puts them after w:compat and before w:rsids and m:mathPr.
    if let Some((head, tail)) = settings.split_once("</w:compat>") {
        return format!("{head}</w:compat>{whole}{tail}");
    }
    let next =
        ["<w:rsids", "<m:mathPr", "<w:themeFontLang", "<w:clrSchemeMapping", "<w:shapeDefaults", "<w:decimalSymbol"];
    match next.into_iter().find(|next| settings.contains(next)) {
        Some(next) => before(settings, next, &whole),
        None => before(settings, "</w:settings>", &whole),
    }
}

/// Inserts a text before the first occurrence of another.
fn before(text: &str, place: &str, what: &str) -> String {
    match text.split_once(place) {
        Some((head, tail)) => format!("{head}{what}{place}{tail}"),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(findings: usize) -> LetterMark {
        let finding = |at: usize| (format!("V02-{at:012}"), format!("{:012}", at * 7));
        let texts = (0..findings).map(|at| text_digest(&at.to_string())).collect();
        let findings = (0..findings).map(finding).collect();
        LetterMark { unit: "示例县甲山镇".to_owned(), year: "2025".to_owned(), round: 3, findings, texts }
    }

    #[test]
    fn a_mark_is_read_back_from_a_letter_and_from_the_bytes_of_other_documents() {
        for findings in [0, 1, 40] {
            let mark = mark(findings);
            let letter = marked(include_bytes!("../../data/templates/整改通知.docx"), &mark).expect("a document");
            assert_eq!(letter_mark(Format::Docx, &letter), Some(mark.clone()));
            let pieces = mark.pieces().join("\u{0}\u{1}");
            assert_eq!(letter_mark(Format::Rtf, pieces.as_bytes()), Some(mark.clone()));
            let wide: Vec<u8> = format!("x{pieces}").encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert_eq!(in_bytes(&[&[9][..], &wide].concat()), Some(mark.clone()));
            assert_eq!(letter_mark(Format::Xlsx, pieces.as_bytes()), None);
        }
    }

    #[test]
    fn a_mark_with_a_piece_missing_is_none() {
        let pieces = mark(40).pieces();
        assert!(pieces.len() > 2);
        assert_eq!(letter_mark(Format::Rtf, pieces[1..].join(" ").as_bytes()), None);
        assert_eq!(letter_mark(Format::Rtf, b"huizong-letter/1/99999999/x; huizong-letter/0/0/;"), None);
    }

    #[test]
    fn a_template_with_properties_of_its_own_keeps_them() {
        let own = marked(include_bytes!("../../data/templates/整改通知.docx"), &mark(1)).expect("a document");
        let again = marked(&own, &LetterMark { round: 9, ..mark(1) }).expect("a document");
        let mut archive = zip::ZipArchive::new(Cursor::new(again)).expect("an archive");
        let mut text = String::new();
        archive.by_name("docProps/custom.xml").expect("a part").read_to_string(&mut text).expect("a text");
        assert_eq!(text.matches("<property").count(), 2);
    }
}
