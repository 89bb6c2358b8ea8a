//! Word documents filled in from templates an office can edit.
//!
//! `{{单位}}` is replaced by a text. A paragraph or table row with `{{#未报}}` stays only if the condition is true, and one
//! with `{{^未报}}` only if it is false; several conditions must be met together. A table row with a text of an item, or
//! with `{{序号}}`, is repeated for each item that meets its conditions. A table with repeated rows but no item is left
//! out.

mod docx_markup;
mod fill;
mod placeholders;
mod template_pattern;
mod word_table;

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::path::Path;

use super::Failure;
use crate::message::Message;
use crate::source::{digest, repack};
use docx_markup::Node;
use template_pattern::Piece;
pub(super) use template_pattern::{Scope, Vocabulary};
pub(super) use word_table::{with_tables, word_table};

/// Names of the root elements of parts with text.
const WITH_TEXT: [&str; 5] = ["document", "hdr", "ftr", "footnotes", "endnotes"];

/// A checked template.
#[derive(Debug)]
pub(super) struct Template {
    bytes: Vec<u8>,
    /// The patterns of its parts, by name.
    parts: BTreeMap<String, Vec<Piece>>,
    words: &'static Vocabulary,
}

impl Template {
    /// Parses a docx as a template.
    ///
    /// # Errors
    /// A message on why it cannot be used: it is damaged, or a name is unknown or missing.
    pub(super) fn open(bytes: &[u8], words: &'static Vocabulary) -> Result<Self, Message> {
        let damaged =
            |why: String| Message::new("不是完好的 Word（docx）文件", format!("it is no docx that can be read: {why}"));
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(error.to_string()))?;
        let (mut parts, mut bodies) = (BTreeMap::new(), 0);
        for at in 0..archive.len() {
            let (name, content) = content(&mut archive, at).map_err(damaged)?;
            let is_xml =
                name.starts_with("word/") && Path::new(&name).extension().is_some_and(|ending| ending == "xml");
            let Some(xml) = String::from_utf8(content).ok().filter(|_| is_xml) else { continue };
            let nodes = docx_markup::parse(xml.trim_start_matches('\u{feff}'));
            let nodes = nodes.map_err(|why| damaged(format!("{name}: {why}")))?;
            let Some(kind) = WITH_TEXT.into_iter().find(|kind| outermost(&nodes) == Some(kind)) else { continue };
            bodies += usize::from(kind == "document");
            parts.insert(name, template_pattern::compile(&nodes, words)?);
        }
        if bodies != 1 {
            return Err(damaged("there is no word/document.xml in it".to_owned()));
        }
        fill::check(parts.values(), words)?;
        Ok(Self { bytes: bytes.to_owned(), parts, words })
    }

    /// Returns the filled document; the same texts give the same bytes.
    ///
    /// # Errors
    /// The error of the archive.
    pub(super) fn fill(&self, document: &Scope, items: &[Scope]) -> Result<Vec<u8>, Failure> {
        debug_assert!(
            document.is_of(&[self.words.common, self.words.texts].concat(), self.words.conditions),
            "{document:?}"
        );
        let is_row = |item: &Scope| item.is_of(self.words.row_texts, self.words.row_conditions);
        debug_assert!(items.iter().all(is_row), "{items:?}");
        let filled = self.parts.iter().map(|(name, pieces)| {
            let text = fill::fill(pieces, document, items);
            (name.clone(), text.into_bytes())
        });
        Ok(repack(&self.bytes, filled.collect())?)
    }
}

/// Returns a digest of a document's visible content: its main part, without its date and without properties.
/// `None` if it is not a document.
pub(super) fn text_digest(bytes: &[u8], date: &str) -> Option<String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut text = String::new();
    archive.by_name("word/document.xml").ok()?.read_to_string(&mut text).ok()?;
    if !date.is_empty() {
        text = text.replace(date, "");
    }
    Some(digest(text.as_bytes()).sha256)
}

/// Returns a part's name and bytes, with a check of its length and checksum.
fn content(archive: &mut zip::ZipArchive<Cursor<&[u8]>>, at: usize) -> Result<(String, Vec<u8>), String> {
    let mut part = archive.by_index(at).map_err(|error| error.to_string())?;
    let name = part.name().map_err(|error| error.to_string())?.into_owned();
    let mut content = Vec::new();
    part.read_to_end(&mut content).map_err(|error| format!("{name}: {error}"))?;
    Ok((name, content))
}

fn outermost<'x>(nodes: &[Node<'x>]) -> Option<&'x str> {
    nodes.iter().find_map(|node| match node {
        Node::Element(element) => Some(element.name()),
        Node::Raw(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::SimpleFileOptions;

    use super::*;

    const WORDS: Vocabulary = Vocabulary {
        common: &[],
        texts: &["单位", "日期"],
        conditions: &["未报", "部门"],
        row_texts: &["说明"],
        row_conditions: &["必改"],
        needed_texts: &["单位"],
        needed_conditions: &["未报"],
        needed_in_row: "说明",
        items: &[&["必改"], &[]],
    };
    const NEEDED: &str = "<w:p><w:r><w:t>{{单位}}</w:t></w:r></w:p><w:p><w:r><w:t>{{#未报}}催报</w:t></w:r></w:p>";
    const TABLE: &str = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>序号</w:t></w:r></w:p></w:tc></w:tr>\
        <w:tr><w:tc><w:p><w:r><w:t>{{序号}}.{{说明}}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";

    fn docx(body: &str) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("word/document.xml", SimpleFileOptions::default()).expect("a part");
        let xml = format!("<?xml version=\"1.0\"?><w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
        archive.write_all(xml.as_bytes()).expect("written");
        archive.finish().expect("an archive").into_inner()
    }

    fn scope(texts: &[(&'static str, &str)], holds: &[&'static str]) -> Scope {
        let texts = texts.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
        Scope { texts, holds: holds.iter().copied().collect() }
    }

    /// Returns the body of a filled document.
    fn filled(body: &str, document: &Scope, items: &[Scope]) -> String {
        let template = Template::open(&docx(body), &WORDS).expect("a template");
        let made = template.fill(document, items).expect("a document");
        let mut archive = zip::ZipArchive::new(Cursor::new(made.as_slice())).expect("an archive");
        let xml = String::from_utf8(content(&mut archive, 0).expect("a part").1).expect("UTF-8");
        let xml = xml.split_once("<w:body>").expect("a body").1;
        xml.trim_end_matches("</w:body></w:document>").replace(" xml:space=\"preserve\"", "")
    }

    #[test]
    fn placeholders_are_found_over_whatever_runs_they_are_spread() {
        let spread = "<w:p><w:r><w:b/><w:t>致{</w:t></w:r><w:proofErr/><w:r><w:t>{单</w:t></w:r><w:r><w:t>位}</w:t></w:r>\
            <w:r><w:t>}：{{ 日期 }}&amp;</w:t></w:r></w:p>";
        let texts = [("单位", "甲"), ("日期", "今日")];
        let made = filled(&format!("{spread}{NEEDED}{TABLE}"), &scope(&texts, &[]), &[]);
        let right = "<w:p><w:r><w:b/><w:t>致甲</w:t></w:r><w:proofErr/><w:r><w:t></w:t></w:r><w:r><w:t></w:t></w:r>\
            <w:r><w:t>：今日&amp;</w:t></w:r></w:p><w:p><w:r><w:t>甲</w:t></w:r></w:p>";
        assert_eq!(made, right);
    }

    #[test]
    fn paragraphs_and_rows_stay_where_their_conditions_hold() {
        let body = format!("{NEEDED}<w:p><w:r><w:t>{{{{#部门}}}}{{{{^未报}}}}第四十九条</w:t></w:r></w:p>{TABLE}");
        let text = |holds: &[&'static str], items: &[Scope]| {
            let xml = filled(&body, &scope(&[("单位", "甲"), ("日期", "")], holds), items);
            xml.split(['<', '>']).filter(|part| !part.contains("w:")).collect::<String>()
        };
        assert_eq!(text(&["未报", "部门"], &[]), "甲催报");
        assert_eq!(text(&["部门"], &[]), "甲第四十九条");
        let items = [scope(&[("说明", "一")], &["必改"]), scope(&[("说明", "二")], &[])];
        assert_eq!(text(&[], &items), "甲序号1.一2.二");
    }

    #[test]
    fn a_cell_or_a_header_is_never_left_without_a_paragraph() {
        let body =
            format!("{NEEDED}{TABLE}<w:txbxContent><w:p><w:r><w:t>{{{{#部门}}}}甲</w:t></w:r></w:p></w:txbxContent>");
        let made = filled(&body, &scope(&[("单位", "甲"), ("日期", "")], &[]), &[]);
        assert!(made.ends_with("<w:txbxContent><w:p/></w:txbxContent>"), "{made}");
    }

    #[test]
    fn no_text_can_break_out_or_be_filled_in_again() {
        let hostile = "<script>]]>&\u{0}\u{b}\u{85}\u{ffff}{{日期}}\n\"'";
        let made = filled(&format!("{NEEDED}{TABLE}"), &scope(&[("单位", hostile), ("日期", "今日")], &[]), &[]);
        let right = "<w:p><w:r><w:t>&lt;script&gt;]]&gt;&amp;{{日期}} &quot;&apos;</w:t></w:r></w:p>";
        assert_eq!(made, right);
    }

    #[test]
    fn a_template_that_cannot_be_used_says_why() {
        let paragraph = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>{NEEDED}{TABLE}");
        for (body, why) in [
            (paragraph("{{单位名}}"), "there is no placeholder {{单位名}}"),
            (paragraph("{{#乡镇}}"), "there is no condition {{#乡镇}}"),
            (paragraph("{{单位"), "{{ without }}"),
            (paragraph("单位}}"), "}} without {{"),
            (paragraph("｛｛单位｝｝"), "half-width braces"),
            (paragraph("{{说明}}"), "{{说明}} stands outside a table row"),
            (paragraph("{{#必改}}"), "{{#必改}} stands outside a table row"),
            (NEEDED.to_owned(), "no table row with {{说明}} that shows 必改"),
            (NEEDED.to_owned() + &TABLE.replace("{{序号}}", "{{#必改}}"), "no table row with {{说明}} that shows"),
            (NEEDED.replace("{{单位}}", "") + TABLE, "it has no {{单位}}"),
            (NEEDED.replace("{{#未报}}", "") + TABLE, "no paragraph that begins with {{#未报}}"),
            (format!("{NEEDED}{TABLE}<w:p>"), "no docx that can be read"),
        ] {
            let error = Template::open(&docx(&body), &WORDS).expect_err(&body);
            assert!(error.en.contains(why), "{error}");
        }
        let whole = docx(&format!("{NEEDED}{TABLE}"));
        assert!(Template::open(&whole, &WORDS).is_ok());
        assert!(Template::open(&whole[..whole.len() / 2], &WORDS).is_err());
        assert!(Template::open(b"{\\rtf1}", &WORDS).is_err());
    }
}
