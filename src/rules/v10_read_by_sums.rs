//! Tables with an ambiguous layout of which the form's sums confirm one reading, and tables with a wrong character in a
//! label; one finding for each table.

use super::{Check, Rule, queries};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::form::Oddity;

/// Maximum number of oddities named in one sentence.
const MAX_NAMED: usize = 4;

pub(super) const RULE: Rule = Rule {
    code: Code::new("V10"),
    name: "read-by-sums",
    title: "表格排法或标签特殊，按唯一读法识别",
    severity: Severity::Note,
    page: include_str!("v10_read_by_sums.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (entry, report, form) in queries::counted(corpus) {
        for (table, spec) in form.tables.iter().enumerate() {
            let odd: Vec<&Oddity> =
                report.by_sums.iter().filter(|(own, _)| *own == table).map(|(_, oddity)| oddity).collect();
            if odd.is_empty() {
                continue;
            }
            let (labels, layout): (Vec<&Oddity>, Vec<&Oddity>) = odd.into_iter().partition(|odd| odd.is_label());
            let sentences = [said(&layout, &spec.name, &LAYOUT), said(&labels, &spec.name, &LABELS)];
            let (zh, en): (Vec<String>, Vec<String>) = sentences.into_iter().flatten().unzip();
            findings.push(
                RULE.on_entry(corpus, entry).at_table(form, table).saying(
                    format!("{}；请核对。", zh.join("。")),
                    format!("{}: {}", spec.english_name(), en.join("; ")),
                ),
            );
        }
    }
    Ok(findings)
}

/// Words around oddities of one kind: before them, after them, and before them in English.
type Phrases = [&'static str; 3];

const LAYOUT: Phrases =
    ["的排法与官方格式不同（", "），只有一种读法符合表内勾稽关系，已按该读法采用", "read by its sums: "];
const LABELS: Phrases = ["有标签写错一字（", "），数字已采用", "wrong characters: "];

/// Returns a sentence on oddities of one kind, in Chinese and in English; `None` if there are none.
fn said(odd: &[&Oddity], table: &str, [before, behind, english]: &Phrases) -> Option<(String, String)> {
    let (zh, en): (Vec<String>, Vec<String>) = odd.iter().take(MAX_NAMED).map(|oddity| oddity.in_words()).unzip();
    let more = if odd.len() > MAX_NAMED { format!("等{}处", odd.len()) } else { String::new() };
    let sentence =
        || (format!("{table}{before}{}{more}{behind}", zh.join("；")), format!("{english}{}", en.join("; ")));
    (!odd.is_empty()).then(sentence)
}
