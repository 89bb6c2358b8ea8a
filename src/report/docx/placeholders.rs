//! Placeholders in the text of a paragraph: `{{单位}}` for a text, `{{#未报}}` and `{{^未报}}` for conditions.

use std::ops::Range;

use crate::message::Message;

/// A placeholder and its position in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placeholder {
    /// Byte range, including its braces.
    pub(super) range: Range<usize>,
    /// Its kind.
    pub(super) kind: MarkKind,
}

/// The kind of a placeholder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum MarkKind {
    /// The text with this name.
    Text(String),
    /// A condition on which the containing paragraph or row stays.
    Need(Need),
}

/// A condition that must be true or false.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Need {
    /// Its name.
    pub(super) name: String,
    /// Whether it must be true.
    pub(super) wanted: bool,
}

/// Returns the placeholders of a text, in order.
pub(super) fn marks(text: &str) -> Result<Vec<Placeholder>, Message> {
    if text.contains("｛｛") || text.contains("｝｝") {
        return Err(Message::new(
            format!("填写项要用半角花括号 {{{{ }}}}：{}", excerpt(text)),
            format!("placeholders have half-width braces {{{{ }}}}: {}", excerpt(text)),
        ));
    }
    let mut marks = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find("{{").map(|at| from + at) {
        let rest = &text[start + 2..];
        let length = rest.find("}}").filter(|end| !rest[..*end].contains('{'));
        let length = length.ok_or_else(|| {
            let at = excerpt(&text[start..]);
            Message::new(format!("有 {{{{ 没有 }}}}：{at}"), format!("{{{{ without }}}}: {at}"))
        })?;
        from = start + 2 + length + 2;
        marks.push(Placeholder { range: start..from, kind: kind(rest[..length].trim()) });
    }
    match text[from..].find("}}") {
        Some(_) => {
            let at = excerpt(text);
            Err(Message::new(format!("有 }}}} 没有 {{{{：{at}"), format!("}}}} without {{{{: {at}")))
        }
        None => Ok(marks),
    }
}

fn kind(inside: &str) -> MarkKind {
    let need = |name: &str, wanted| MarkKind::Need(Need { name: name.trim().to_owned(), wanted });
    match (inside.strip_prefix('#'), inside.strip_prefix('^')) {
        (Some(name), _) => need(name, true),
        (_, Some(name)) => need(name, false),
        _ => MarkKind::Text(inside.to_owned()),
    }
}

fn excerpt(text: &str) -> String {
    text.chars().take(30).collect()
}
