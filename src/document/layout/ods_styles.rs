//! Styles of an `OpenDocument` spreadsheet that change what is seen: number formats, strikethrough, raised text. These
//! are the styles in the content, where programs put manual formatting, and number formats that it refers to.

use std::collections::HashMap;
use std::fmt::Write;

use quick_xml::events::{BytesStart, Event};

use super::super::appearance::CellStyle;
use super::super::emphasis::Look;
use super::super::xml::{attribute, characters, for_each};

/// Further markup of such styles, which the fast path does not support.
const NEEDLES: [&str; 3] = ["number:display-factor=", "<number:percentage-style", "<number:embedded-text"];

/// Returns whether the content may have a style that changes what is seen. May be true without one, but never false
/// with one.
pub(in crate::document) fn may_alter(xml: &str) -> bool {
    let is_other = |attribute: &str, usual: &[&str]| {
        let mut values = xml.match_indices(attribute).map(|(at, _)| &xml[at + attribute.len()..]);
        values.any(|value| !usual.iter().any(|usual| value.starts_with(usual)))
    };
    let strikes =
        is_other("text-line-through-style=\"", &["none\""]) || is_other("text-line-through-type=\"", &["none\""]);
    let raises = is_other("style:text-position=\"", &["0%", "\""]);
    let texts = xml.split("<number:text>").skip(1).filter_map(|behind| behind.split_once('<'));
    let has_text = texts.map(|(text, _)| text).any(|text| text.chars().any(|c| !is_of_any_number(c)));
    let is_single_quoted = xml.contains("text-position='") || xml.contains("text-line-through-style='");
    strikes
        || raises
        || has_text
        || names_format_elsewhere(xml)
        || is_single_quoted
        || NEEDLES.iter().any(|needle| xml.contains(needle))
}

/// Returns whether a style in the content has a number format that is described elsewhere. `N0` is the general format.
fn names_format_elsewhere(xml: &str) -> bool {
    let names = xml.split(" style:data-style-name=\"").skip(1).filter_map(|behind| behind.split_once('"'));
    let mut names: Vec<&str> = names.map(|(name, _)| name).filter(|name| *name != "N0").collect();
    names.sort_unstable();
    names.dedup();
    names.iter().any(|name| !xml.contains(&format!(" style:name=\"{name}\"")))
}

/// Characters that change nothing beside a number, and those of date formats.
fn is_of_any_number(c: char) -> bool {
    c.is_whitespace() || "()-/:.,年月日时分秒".contains(c)
}

/// The styles of a spreadsheet, by name.
#[derive(Debug, Default)]
pub(super) struct OdsStyles {
    /// Number formats by name, in Excel's notation.
    formats: HashMap<String, String>,
    cells: HashMap<String, (Option<String>, Look)>,
    texts: HashMap<String, Look>,
}

/// A number format under construction.
#[derive(Debug, Default)]
struct OpenFormat {
    name: String,
    code: String,
    /// Formats that apply under a condition: condition and name.
    mapped: Vec<(String, String)>,
    in_text: bool,
}

impl OdsStyles {
    /// Parses the styles in the content, and number formats from the styles part if the content refers to such.
    pub(super) fn parse(content: &str, common: &str) -> Self {
        let mut styles = Self::default();
        if names_format_elsewhere(content) {
            styles.read(common);
            // Other styles of these names may be different ones in the content.
            (styles.cells, styles.texts) = (HashMap::new(), HashMap::new());
        }
        if may_alter(content) {
            styles.read(content);
        }
        styles
    }

    fn read(&mut self, xml: &str) {
        let (mut format, mut style) = (None::<OpenFormat>, None::<(String, String)>);
        for_each(xml, |event| match event {
            Event::Start(element) | Event::Empty(element) => {
                let is_start = matches!(event, Event::Start(_));
                match element.local_name().as_ref() {
                    "number-style" | "percentage-style" | "currency-style" if is_start => {
                        format = Some(OpenFormat { name: name_of(element), ..OpenFormat::default() });
                    }
                    "style" => {
                        let family = attribute(element, "family").unwrap_or_default();
                        let named = (family, name_of(element));
                        if named.0 == "table-cell" {
                            let data = attribute(element, "data-style-name");
                            self.cells.insert(named.1.clone(), (data, Look::default()));
                        }
                        style = is_start.then_some(named);
                    }
                    "text-properties" => self.take_look(style.as_ref(), look_of(element)),
                    _ => {
                        if let Some(format) = &mut format {
                            format.take(element, is_start);
                        }
                    }
                }
            }
            Event::End(element) => match element.local_name().as_ref() {
                "number-style" | "percentage-style" | "currency-style" => self.keep(format.take()),
                "style" => style = None,
                "text" | "currency-symbol" | "embedded-text" => {
                    if let Some(format) = &mut format {
                        format.in_text = false;
                    }
                }
                _ => {}
            },
            event => {
                if let (Some(format), Some(text)) = (&mut format, characters(event)) {
                    format.add_text(&text);
                }
            }
        });
    }

    fn take_look(&mut self, style: Option<&(String, String)>, look: Look) {
        match style {
            Some((family, name)) if family == "text" => drop(self.texts.insert(name.clone(), look)),
            Some((family, name)) if family == "table-cell" => {
                if let Some((_, own)) = self.cells.get_mut(name) {
                    *own = look;
                }
            }
            _ => {}
        }
    }

    fn keep(&mut self, format: Option<OpenFormat>) {
        let Some(format) = format else { return };
        let mut code = String::new();
        for (condition, name) in &format.mapped {
            if let Some(mapped) = self.formats.get(name) {
                let condition = condition.trim_start_matches("value()").replace("!=", "<>");
                // Writing to a string cannot fail.
                let _ = write!(code, "[{condition}]{mapped};");
            }
        }
        code.push_str(&format.code);
        self.formats.insert(format.name, code);
    }

    /// Returns the cell style of this name.
    pub(super) fn of_cell(&self, name: &str) -> Option<CellStyle> {
        let (format, look) = self.cells.get(name)?;
        let code = format.as_ref().and_then(|format| self.formats.get(format));
        Some(CellStyle::new(code.map(String::as_str), look.struck))
    }

    /// Returns the formatting of a span with this style.
    pub(super) fn of_text(&self, name: &str) -> Look {
        self.texts.get(name).copied().unwrap_or_default()
    }
}

impl OpenFormat {
    fn take(&mut self, element: &BytesStart<'_>, is_start: bool) {
        match element.local_name().as_ref() {
            "number" | "scientific-number" | "fraction" => {
                let factor = attribute(element, "display-factor").and_then(|factor| factor.parse::<f64>().ok());
                let thousands = factor.map_or(0.0, |factor| factor.log10() / 3.0).round();
                self.code.push('0');
                let commas = (1..=5).take_while(|count| f64::from(*count) <= thousands);
                self.code.extend(commas.map(|_| ','));
            }
            "text" | "currency-symbol" | "embedded-text" => self.in_text = is_start,
            "map" => {
                let (condition, name) = (attribute(element, "condition"), attribute(element, "apply-style-name"));
                self.mapped.extend(condition.zip(name));
            }
            _ => {}
        }
    }

    fn add_text(&mut self, text: &str) {
        if !self.in_text {
            return;
        }
        for c in text.chars() {
            // A percent sign is literal text in ODF and part of the format in Excel.
            if c == '%' {
                self.code.push('%');
            } else {
                self.code.extend(['\\', c]);
            }
        }
    }
}

fn name_of(element: &BytesStart<'_>) -> String {
    attribute(element, "name").unwrap_or_default()
}

fn look_of(element: &BytesStart<'_>) -> Look {
    let struck = |name: &str| attribute(element, name).is_some_and(|value| value != "none");
    let position = attribute(element, "text-position").unwrap_or_default();
    let is_level = position.is_empty() || position.starts_with("0%");
    Look { struck: struck("text-line-through-style") || struck("text-line-through-type"), raised: !is_level }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::number_format::{DisplayedNumber, shown};

    #[test]
    fn text_within_a_number_is_part_of_its_format() {
        let xml = r#"<a><number:number-style style:name="N1"><number:number number:decimal-places="1" number:display-factor="1000"><number:embedded-text number:position="0">!</number:embedded-text></number:number></number:number-style><style:style style:name="ce1" style:family="table-cell" style:data-style-name="N1"><style:text-properties/></style:style></a>"#;
        let styles = OdsStyles::parse(xml, "");
        let code = styles.formats.get("N1").map(String::as_str);
        assert_eq!(code, Some("0,\\!"));
        let seen = DisplayedNumber::Altered { power: -3, before: "".into(), after: "!".into() };
        assert_eq!(code.and_then(|code| shown(code, 118_710.0)), Some(seen));
        assert!(styles.of_cell("ce1").is_some());
    }

    #[test]
    fn a_number_format_that_the_content_only_names_is_looked_up() {
        let content =
            r#"<a><style:style style:name="ce1" style:family="table-cell" style:data-style-name="N144"/></a>"#;
        let common = r#"<a><number:number-style style:name="N144"><number:number number:display-factor="1000"/></number:number-style></a>"#;
        assert!(may_alter(content) && !may_alter(&content.replace("N144", "N0")));
        let styles = OdsStyles::parse(content, common);
        assert_eq!(styles.formats.get("N144").map(String::as_str), Some("0,"));
        assert!(styles.of_cell("ce1").is_some());
    }
}
