//! `报告.html` of a roll-up: a self-contained file with the path from the root down to each county, and links to the
//! counties' own pages.
//!
//! The verdict and the totals of the root are plain HTML. The rest is data that the page's script shows. All text from
//! the outputs is escaped.

use std::io::Write;

use serde_json::{Value, json};

use crate::form::{Form, ItemKind};
use crate::levels::{BodyYear, LevelFinding, LevelRollup};
use crate::report::Failure;
use crate::report::layout;
use crate::report::page::{escaped, fill, script_policy, write_json};
use crate::source::percent_escaped;

const SKELETON: &str = include_str!("../../../data/report/levels.html");
const STYLE: &str = include_str!("../../../data/report/levels.css");
const SCRIPT: &str = include_str!("../../../data/report/levels.js");

/// The indicator shown when the page opens.
const FIRST_INDICATOR: &str = "t3.received.total";
/// Maximum number of figures of all bodies and years on the page. If there are more, counties only have the main
/// figures of other years.
const MAX_FIGURES: usize = 600_000;
/// Maximum number of listed findings.
const MAX_REMARKS: usize = 200;

/// Writes the page.
pub(super) fn html(rollup: &LevelRollup, out: &mut dyn Write) -> Result<(), Failure> {
    fill(SKELETON, out, &|name, out| {
        let text = match name {
            "policy" => script_policy(&[SCRIPT]),
            "title" => escaped(&title(rollup)),
            "style" => STYLE.to_owned(),
            "verdict" => verdict(rollup),
            "totals" => totals(rollup),
            "remarks" => remarks(rollup),
            "foot" => format!("huizong {}", env!("CARGO_PKG_VERSION")),
            "data" => return write_json(&data(rollup), out),
            "script" => SCRIPT.to_owned(),
            _ => return Err(format!("the skeleton of the page asks for {name:?}, which there is not").into()),
        };
        Ok(out.write_all(text.as_bytes())?)
    })
}

fn title(rollup: &LevelRollup) -> String {
    let years: Vec<String> = rollup.report_years().iter().map(u16::to_string).collect();
    let whole = rollup.bodies.first().map_or("", |body| &body.name);
    format!("{whole}{}年度政府信息公开工作年度报告合并汇总", years.join("、"))
}

/// Returns the coverage of the root's totals, year by year.
fn verdict(rollup: &LevelRollup) -> String {
    let line = |edition: &BodyYear| format!("<p>{}年度：{}。</p>", edition.year, edition.coverage.in_words().zh);
    let lines: String = rollup.years.iter().filter(|edition| edition.body == 0).map(line).collect();
    let unplaced = rollup.unplaced_in_words().map_or_else(String::new, |unplaced| format!("<p>{}。</p>", unplaced.zh));
    lines + &unplaced
}

/// Returns the root's totals of the main year, for browsers without scripts.
fn totals(rollup: &LevelRollup) -> String {
    let Some(at) = rollup.main_root() else { return String::new() };
    let form = &rollup.forms.all[rollup.years[at].form];
    let row = |(position, sums): &(usize, crate::levels::IndicatorSums)| {
        let title = &form.indicators[*position].title;
        format!("<tr><td>{}</td><td>{}</td></tr>", escaped(title), layout::number(sums.total))
    };
    let rows: String = rollup.totals.of(at).iter().map(row).collect();
    format!("<noscript><table>{rows}</table></noscript>")
}

/// Returns the findings of the roll-up itself: outputs left out, and totals that do not balance.
fn remarks(rollup: &LevelRollup) -> String {
    let own: Vec<&LevelFinding> = rollup.findings.iter().filter(|finding| finding.copied.is_none()).collect();
    if own.is_empty() {
        return String::new();
    }
    let item = |finding: &&LevelFinding| {
        let place = if finding.file.is_empty() { &finding.body_path } else { &finding.file };
        let year = finding.year.map(|year| format!(" {year}年度")).unwrap_or_default();
        let said = format!("{}（{}）{place}{year}：{}", finding.rule, finding.severity.chinese(), finding.message.zh);
        format!("<li>{}</li>", escaped(&said))
    };
    let more = match own.len() {
        count if count > MAX_REMARKS => format!("<p>共{count}条，其余见 data/findings.csv。</p>"),
        _ => String::new(),
    };
    let items: String = own.iter().take(MAX_REMARKS).map(item).collect();
    format!("<h2>合并时发现的问题</h2><details><summary>{}条</summary><ul>{items}</ul>{more}</details>", own.len())
}

fn data(rollup: &LevelRollup) -> Value {
    let years = rollup.report_years();
    let bodies: Vec<Value> = rollup.bodies.iter().map(|body| json!({ "n": body.name, "p": body.parent })).collect();
    let figures = rollup.years.len() * rollup.forms.all.last().map_or(0, |form| form.official);
    let shown: Vec<Vec<usize>> = (0..rollup.forms.all.len()).map(|form| rollup.shown_indicators(form)).collect();
    let has_parts: Vec<bool> = {
        let mut has = vec![false; rollup.bodies.len()];
        rollup.bodies.iter().filter_map(|body| body.parent).for_each(|parent| has[parent] = true);
        has
    };
    let is_whole = |edition: &BodyYear| {
        figures <= MAX_FIGURES || Some(edition.year) == rollup.main_year || has_parts[edition.body]
    };
    let edition = |(at, edition): (usize, &BodyYear)| {
        let form = &rollup.forms.all[edition.form];
        let (name, positions) =
            if is_whole(edition) { ("v", shown[edition.form].clone()) } else { ("m", main_indicators(form)) };
        let count = |column: &str| edition.coverage.known(column);
        json!({
            "b": edition.body,
            "y": years.binary_search(&edition.year).unwrap_or_default(),
            "f": edition.form,
            "c": [count("units_expected"), count("units_received"), count("reports_counted"), count("reports_flagged"),
                count("outputs_left_out"), count("outputs")],
            "p": edition.page.as_deref().map(link),
            name: values(rollup, at, &positions),
        })
    };
    json!({
        "first": FIRST_INDICATOR,
        "year": rollup.main_year,
        "years": years,
        "bodies": bodies,
        "forms": rollup.forms.all.iter().zip(&shown).map(form_of).collect::<Vec<_>>(),
        "editions": rollup.years.iter().enumerate().map(edition).collect::<Vec<_>>(),
    })
}

/// Returns a relative path as a link. Characters with a meaning in links are escaped; Chinese names stay readable.
fn link(path: &str) -> String {
    percent_escaped(path, " \"#%<>?\\")
}

/// Returns the exact totals of some indicators, separated by commas; empty if there is no total.
fn values(rollup: &LevelRollup, edition: usize, positions: &[usize]) -> String {
    let text = |position: &usize| {
        let total = rollup.sums_at(edition, *position).and_then(|sums| sums.total);
        total.map(|total| total.normalize().to_string()).unwrap_or_default()
    };
    positions.iter().map(text).collect::<Vec<_>>().join(",")
}

/// Returns the positions of the main indicators, which are shown for all years: totals of rows and blocks, table 2, and
/// amounts of money.
fn main_indicators(form: &Form) -> Vec<usize> {
    let is_main = |position: &usize| {
        let item = &form.indicators[*position];
        item.id.rsplit('.').next() == Some("total") || item.table == 0 || item.kind == ItemKind::Money
    };
    (0..form.official).filter(is_main).collect()
}

/// Returns a form with the indicators shown, the official ones first.
fn form_of((form, shown): (&Form, &Vec<usize>)) -> Value {
    let indicator = |at: &usize| {
        let item = &form.indicators[*at];
        // Another form may have an official row of that id.
        let id = if form.is_official(*at) { item.id.clone() } else { format!("{}+", item.id) };
        json!([id, item.brief, item.table])
    };
    json!({
        "id": form.id,
        "tables": form.tables.iter().map(|table| format!("{} {}", table.name, table.title)).collect::<Vec<_>>(),
        "indicators": shown.iter().map(indicator).collect::<Vec<_>>(),
        "main": main_indicators(form),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_ends_nothing_and_makes_no_html_of_data() {
        assert!(!SCRIPT.contains("</script") && !SCRIPT.contains("<!--"));
        for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"] {
            assert!(!SCRIPT.contains(word), "{word}");
        }
    }
}
