//! Formatting of runs in Word documents that changes what is seen: struck out, raised, hidden; direct, or by styles. After
//! ECMA-376 part 1, 17.3.2 and 17.7.

use std::collections::HashMap;

use quick_xml::events::{BytesStart, Event};

use super::super::emphasis::Look;
use super::super::xml::{attribute, for_each};

/// Half points by which text must be off its line to be more than an adjustment.
const MIN_RAISE: i32 = 4;

/// What run properties say; `None` where nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Format {
    struck: Option<bool>,
    double_struck: Option<bool>,
    hidden: Option<bool>,
    script: Option<bool>,
    raise: Option<i32>,
}

impl Format {
    /// Takes in an element of run properties.
    pub(super) fn take(&mut self, element: &BytesStart<'_>) {
        let value = attribute(element, "val");
        let is_on = || !matches!(value.as_deref(), Some("0" | "false" | "off"));
        match element.local_name().as_ref() {
            "strike" => self.struck = Some(is_on()),
            "dstrike" => self.double_struck = Some(is_on()),
            "vanish" => self.hidden = Some(is_on()),
            "vertAlign" => self.script = Some(matches!(value.as_deref(), Some("superscript" | "subscript"))),
            "position" => self.raise = value.and_then(|value| value.trim_end_matches("pt").parse().ok()),
            _ => {}
        }
    }

    /// These properties, and where they say nothing the others.
    fn or(self, other: Self) -> Self {
        Self {
            struck: self.struck.or(other.struck),
            double_struck: self.double_struck.or(other.double_struck),
            hidden: self.hidden.or(other.hidden),
            script: self.script.or(other.script),
            raise: self.raise.or(other.raise),
        }
    }

    /// What a run has by its own properties and the styles of its characters and of its paragraph. Of styles at two
    /// levels that toggle the same the one undoes the other: 17.7.3.
    pub(super) fn over(self, of_characters: Self, of_paragraph: Self) -> Self {
        let toggled = |one: Option<bool>, other: Option<bool>| match (one, other) {
            (None, None) => None,
            _ => Some(one.unwrap_or(false) != other.unwrap_or(false)),
        };
        let by_style = Self {
            struck: toggled(of_characters.struck, of_paragraph.struck),
            hidden: toggled(of_characters.hidden, of_paragraph.hidden),
            ..of_characters.or(of_paragraph)
        };
        self.or(by_style)
    }

    pub(super) fn is_hidden(self) -> bool {
        self.hidden == Some(true)
    }

    /// How the text looks.
    pub(super) fn look(self) -> Look {
        let struck = self.struck == Some(true) || self.double_struck == Some(true);
        Look { struck, raised: self.script == Some(true) || self.is_raised() }
    }

    /// Whether the text is moved off its line, which may be all of a line's.
    pub(super) fn is_raised(self) -> bool {
        self.raise.is_some_and(|raise| raise.abs() >= MIN_RAISE)
    }
}

/// The styles of a document that matter here.
#[derive(Debug, Default)]
pub(super) struct Styles {
    formats: HashMap<String, Format>,
    /// The style of paragraphs that name none.
    default: Format,
}

/// A style as it is described.
#[derive(Debug, Default)]
struct Described {
    id: String,
    based_on: Option<String>,
    own: Format,
    is_default: bool,
}

/// Styles are followed to those they are based on so many times; some are based on themselves.
const MAX_BASES: usize = 16;

impl Styles {
    /// Reads the part that describes them.
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
                    // Of a table, styles of its parts do not hold for the whole.
                    ("tblStylePr", _) => in_part = matches!(event, Event::Start(_)),
                    (_, Some(style)) if in_properties => style.own.take(element),
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

    /// What a style of characters says.
    pub(super) fn of_characters(&self, id: Option<&str>) -> Format {
        id.and_then(|id| self.formats.get(id)).copied().unwrap_or_default()
    }

    /// What a style of paragraphs says.
    pub(super) fn of_paragraph(&self, id: Option<&str>) -> Format {
        id.map_or(self.default, |id| self.formats.get(id).copied().unwrap_or_default())
    }
}

fn inherited(described: &HashMap<String, Described>, id: &str) -> Format {
    let (mut format, mut next) = (Format::default(), Some(id));
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
        let styles = Styles::parse(
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
        assert_eq!(styles.of_paragraph(None), Format::default());
    }

    #[test]
    fn two_levels_of_styles_undo_each_other_and_direct_formatting_decides() {
        let on = Format { struck: Some(true), ..Format::default() };
        let off = Format { struck: Some(false), ..Format::default() };
        let none = Format::default();
        let struck = |direct: Format, characters, paragraph| direct.over(characters, paragraph).look().struck;
        assert!(struck(none, on, none) && struck(none, none, on) && struck(on, on, on));
        assert!(!struck(none, on, on) && !struck(off, on, none) && !struck(none, none, none));
    }
}
