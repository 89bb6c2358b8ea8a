//! `报告.html`: a self-contained file. The verdict and the county's totals are plain HTML, and the rest is data that the
//! page's script shows.
//!
//! The skeleton, the style and the scripts are data files (`data/report/`). All text from submissions and the roster is
//! escaped.

mod compare;
mod intern;
mod model;
mod page_changes;
mod page_totals;
mod page_verdict;

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use sha2::{Digest, Sha256};

use super::Failure;
use crate::outcome::Outcome;

const SKELETON: &str = include_str!("../../../data/report/report.html");
const STYLE: &str = include_str!("../../../data/report/report.css");
const CHARTS: &str = include_str!("../../../data/report/echarts.common.min.js");
const SCRIPT: &str = concat!(
    include_str!("../../../data/report/table.js"),
    include_str!("../../../data/report/report.js"),
    include_str!("../../../data/report/charts.js"),
);

/// Writes `报告.html`.
pub(super) fn html(outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    fill(SKELETON, out, &|name, out| {
        let text = match name {
            "policy" => policy(),
            "title" => escaped(&title(outcome)),
            "style" => STYLE.to_owned(),
            "whole" => outcome.settings.whole_body().to_owned(),
            "verdict" => page_verdict::html(outcome),
            "totals" => page_totals::html(outcome),
            "foot" => escaped(&foot(outcome)),
            "data" => return write_json(&model::page(outcome)?, out),
            "echarts" => CHARTS.to_owned(),
            "script" => SCRIPT.to_owned(),
            _ => return Err(format!("the skeleton of the page asks for {name:?}, which there is not").into()),
        };
        Ok(out.write_all(text.as_bytes())?)
    })
}

/// A function that writes one part of the page by its name.
pub(super) type WritePart<'a> = &'a dyn Fn(&str, &mut dyn Write) -> Result<(), Failure>;

/// Writes the skeleton with its marks `{{name}}` replaced. The replacements are not searched for marks.
pub(super) fn fill(skeleton: &str, out: &mut dyn Write, part: WritePart<'_>) -> Result<(), Failure> {
    let mut rest = skeleton;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").ok_or("the skeleton of the page has a mark that does not end")?;
        out.write_all(before.as_bytes())?;
        part(name, out)?;
        rest = after;
    }
    Ok(out.write_all(rest.as_bytes())?)
}

/// Returns the content security policy of the page: its two scripts, by their hashes, and its own style.
fn policy() -> String {
    script_policy(&[CHARTS, SCRIPT])
}

/// Returns a content security policy under which a page loads nothing and runs only these scripts.
pub(super) fn script_policy(scripts: &[&str]) -> String {
    let hash = |script: &&str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(script)));
    let hashes: Vec<String> = scripts.iter().map(hash).collect();
    format!(
        "default-src 'none'; script-src {}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'",
        hashes.join(" ")
    )
}

fn title(outcome: &Outcome) -> String {
    let county = outcome.settings.county.as_deref().unwrap_or("");
    format!("{county}{}年度政府信息公开工作年度报告汇总情况", outcome.corpus.year)
}

/// Returns the text of the footer: the program, and the date of the letters if given.
fn foot(outcome: &Outcome) -> String {
    let date = outcome.settings.date.map(|date| format!("{date}　")).unwrap_or_default();
    format!("{date}huizong {}", env!("CARGO_PKG_VERSION"))
}

/// Escapes a text for HTML, including attribute values.
pub(super) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

/// Writes JSON that cannot end a script element or open a comment. It is streamed, because that of a country is large.
pub(super) fn write_json(value: &impl Serialize, out: &mut dyn Write) -> Result<(), Failure> {
    Ok(value.serialize(&mut Serializer::with_formatter(out, ScriptJson))?)
}

/// A JSON formatter for use within a script element.
struct ScriptJson;

impl Formatter for ScriptJson {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> std::io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(['<', '>', '&', '\u{2028}', '\u{2029}']) {
            let letter = rest[at..].chars().next().unwrap_or_default();
            write!(out, "{}\\u{:04x}", &rest[..at], u32::from(letter))?;
            rest = &rest[at + letter.len_utf8()..];
        }
        out.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_not_filled_again() {
        let filled = |skeleton: &str| {
            let mut out = Vec::new();
            let part = |name: &str, out: &mut dyn Write| match name {
                "a" => Ok(out.write_all(b"{{b}}")?),
                _ => Err("no".into()),
            };
            fill(skeleton, &mut out, &part).map(|()| String::from_utf8(out).unwrap_or_default())
        };
        assert_eq!(filled("1{{a}}2{{a}}").unwrap_or_default(), "1{{b}}2{{b}}");
        assert!(filled("{{c}}").is_err() && filled("{{a").is_err());
    }

    #[test]
    fn nothing_ends_a_script_and_json_stays_the_same() {
        let text = "</script><!--\u{2028}&\"'";
        let mut json = Vec::new();
        assert!(write_json(&text, &mut json).is_ok());
        let json = String::from_utf8(json).unwrap_or_default();
        assert!(!json.contains(['<', '>', '&', '\u{2028}']), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap_or_default(), text);
        assert_eq!(escaped("<a href='x'>\"&"), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;");
    }

    #[test]
    fn the_charts_are_those_published() {
        let sum = crate::source::hex(&Sha256::digest(CHARTS));
        assert!(include_str!("../../../data/report/README.md").contains(&format!("`{sum}`")));
    }

    #[test]
    fn scripts_end_nothing_and_make_no_html_of_data() {
        for script in [CHARTS, SCRIPT] {
            assert!(!script.contains("</script") && !script.contains("<!--"));
        }
        for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"] {
            assert!(!SCRIPT.contains(word), "{word}");
        }
    }
}
