//! Differences from an earlier run, as the first section of the page.

use std::fmt::Write;

use super::escaped;
use crate::changes::{Changes, TotalChange, UnitChange};
use crate::finding::Language;
use crate::outcome::Outcome;
use crate::report::change_words::{
    finding_counts, next_step, open_in_words, received_in_words, since_in_words, status, total_title,
    unit_changes_in_words, units_behind,
};

/// Returns the section as HTML; empty if there is no earlier run.
pub(super) fn html(outcome: &Outcome) -> String {
    let Some(changes) = &outcome.changes else { return String::new() };
    let counts = changes.counts;
    let mut html = format!("<section id=\"since\">\n<h2>{}</h2>\n", since_in_words(changes).zh);
    let _ = writeln!(
        html,
        "<p class=\"since\">{}。{}。</p>",
        received_in_words(&counts, |count| format!("<b>{count}</b>")),
        escaped(&finding_counts(&counts).zh)
    );
    units(changes, &mut html);
    totals(outcome, changes, &mut html);
    html.push_str("</section>\n");
    html
}

fn units(changes: &Changes, html: &mut String) {
    if changes.units.is_empty() {
        html.push_str("<p class=\"since\">没有一个单位有变化。</p>\n");
        return;
    }
    let heads = ["单位", "上次", "本次", "改动", "仍未解决", "下一步"];
    head(&heads, html);
    for unit in &changes.units {
        row(unit, html);
    }
    html.push_str("</tbody></table></div>\n");
}

fn head(heads: &[&str], html: &mut String) {
    html.push_str("<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr>");
    for name in heads {
        let _ = write!(html, "<th scope=\"col\">{name}</th>");
    }
    html.push_str("</tr></thead>\n<tbody>\n");
}

fn row(unit: &UnitChange, html: &mut String) {
    let [then, now] = [&unit.before, &unit.after].map(|word| status(word, Language::Chinese));
    let tag = |word: &str, shown: &str| {
        let class = match word {
            "missing" => "status missing",
            "" => "status superseded",
            other => other,
        };
        format!("<td><span class=\"tag {}\">{}</span></td>", escaped(class), escaped(shown))
    };
    let _ = writeln!(
        html,
        "<tr><th scope=\"row\" class=\"label\"><bdi>{}</bdi></th>{}{}<td>{}</td><td>{}</td><td>{}</td></tr>",
        escaped(&unit.unit),
        tag(&unit.before, &then),
        tag(&unit.after, &now),
        escaped(&unit_changes_in_words(unit).zh),
        escaped(&open_in_words(unit)),
        escaped(&next_step(unit).zh)
    );
}

fn totals(outcome: &Outcome, changes: &Changes, html: &mut String) {
    if changes.totals.is_empty() {
        html.push_str("<p class=\"since\">合计没有变化。</p>\n");
        return;
    }
    let _ = writeln!(html, "<details><summary>有变化的合计 {} 格，由哪些单位引起</summary>", changes.totals.len());
    head(&["合计", "上次", "本次", "由哪些单位引起"], html);
    let shown = |total: &str| if total.is_empty() { "—".to_owned() } else { escaped(total) };
    for total in &changes.totals {
        let TotalChange { indicator, before, after, .. } = total;
        let _ = writeln!(
            html,
            "<tr><th scope=\"row\" class=\"label\">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>",
            escaped(total_title(outcome, indicator)),
            shown(before),
            shown(after),
            escaped(&units_behind(total))
        );
    }
    html.push_str("</tbody></table></div></details>\n");
}
