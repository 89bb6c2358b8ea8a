//! Styles of Word documents of 2007 and later. After ECMA-376 part 1, 17.3.2 and 17.7.

use std::collections::HashMap;

use quick_xml::events::{BytesStart, Event};

use super::super::run_format::RunFormat;
use super::super::xml::{attribute, for_each};

/// Reads a run property.
pub(super) fn take(format: &mut RunFormat, element: &BytesStart<'_>) {
    let value = attribute(element, "val");
    let is_on = || !matches!(value.as_deref(), Some("0" | "false" | "off"));
    match element.local_name().as_ref() {
        "strike" => format.struck = Some(is_on()),
        "dstrike" => format.double_struck = Some(is_on()),
        "vanish" => format.hidden = Some(is_on()),
        "vertAlign" => format.script = Some(matches!(value.as_deref(), Some("superscript" | "subscript"))),
        "position" => format.raise = value.and_then(|value| value.trim_end_matches("pt").parse().ok()),
        _ => {}
    }
}

/// The relevant styles of a document, by id.
#[derive(Debug, Default)]
pub(super) struct WordStyles {
    formats: HashMap<String, RunFormat>,
    /// The style of paragraphs without a style.
    default: RunFormat,
}

/// A style before its base styles are resolved.
#[derive(Debug, Default)]
struct Described {
    id: String,
    based_on: Option<String>,
    own: RunFormat,
    is_default: bool,
}

/// Most base styles that are followed; a style may be based on itself.
const MAX_BASES: usize = 16;

impl WordStyles {
    /// Parses the styles part.
    pub(super) fn parse(xml: &str) -> Self {
        let (mut described, mut open) = (HashMap::new(), None::<Described>);
        let (mut in_properties, mut in_part) = (false, false);
        for_each(xml, |event| {
            if let Event::Start(element) | Event::Empty(element) = event {
                match (element.local_name().as_ref(), &mut open) {
                    ("style", _) => {
                        let is_default = attribute(element, "default")
                            .is_some_and(|value| value == "1" || value == "true")
                            && attribute(element, "type").is_none_or(|kind| kind == "paragraph");
                        let id = attribute(element, "styleId").unwrap_or_default();
                        open = Some(Described { id, is_default, ..Described::default() });
                    }
                    ("basedOn", Some(style)) => style.based_on = attribute(element, "val"),
                    ("rPr", Some(_)) => in_properties = !in_part && matches!(event, Event::Start(_)),
                    // Styles for parts of a table do not apply to the whole table.
                    ("tblStylePr", _) => in_part = matches!(event, Event::Start(_)),
                    (_, Some(style)) if in_properties => take(&mut style.own, element),
                    _ => {}
                }
            } else if let Event::End(element) = event {
                match element.local_name().as_ref() {
                    "rPr" => in_properties = false,
                    "tblStylePr" => in_part = false,
                    "style" => described.extend(open.take().map(|style| (style.id.clone(), style))),
                    _ => {}
                }
            }
        });
        let formats = described.keys().map(|id| (id.clone(), inherited(&described, id))).collect();
        let of_paragraphs = described.values().find(|style| style.is_default);
        let default = of_paragraphs.map(|style| inherited(&described, &style.id)).unwrap_or_default();
        Self { formats, default }
    }

    /// Returns the run formatting of a character style.
    pub(super) fn of_characters(&self, id: Option<&str>) -> RunFormat {
        id.and_then(|id| self.formats.get(id)).copied().unwrap_or_default()
    }

    /// Returns the run formatting of a paragraph style, or of the default one.
    pub(super) fn of_paragraph(&self, id: Option<&str>) -> RunFormat {
        id.map_or(self.default, |id| self.formats.get(id).copied().unwrap_or_default())
    }
}

fn inherited(described: &HashMap<String, Described>, id: &str) -> RunFormat {
    let (mut format, mut next) = (RunFormat::default(), Some(id));
    for _ in 0..MAX_BASES {
        let Some(style) = next.and_then(|id| described.get(id)) else { break };
        format = format.or(style.own);
        next = style.based_on.as_deref();
    }
    format
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_pass_on_what_they_are_based_on() {
        let styles = WordStyles::parse(
            "<w:styles xmlns:w='w'><w:docDefaults><w:rPrDefault><w:rPr/></w:rPrDefault></w:docDefaults>
             <w:style w:type='paragraph' w:default='1' w:styleId='a'><w:rPr><w:sz w:val='2'/></w:rPr></w:style>
             <w:style w:type='character' w:styleId='S'><w:rPr><w:strike/></w:rPr></w:style>
             <w:style w:type='character' w:styleId='T'><w:basedOn w:val='S'/></w:style>
             <w:style w:type='character' w:styleId='U'><w:basedOn w:val='T'/><w:rPr><w:strike w:val='0'/></w:rPr></w:style>
             <w:style w:type='character' w:styleId='R'><w:basedOn w:val='R'/><w:rPr><w:vanish/></w:rPr></w:style>
             <w:style w:type='table' w:styleId='V'><w:tblStylePr w:type='firstRow'><w:rPr><w:strike/></w:rPr></w:tblStylePr></w:style></w:styles>",
        );
        let struck = |id: &str| styles.of_characters(Some(id)).look().struck;
        assert_eq!(["S", "T", "U", "R", "V", "?"].map(struck), [true, true, false, false, false, false]);
        assert!(styles.of_characters(Some("R")).is_hidden());
        assert_eq!(styles.of_paragraph(None), RunFormat::default());
    }
}
