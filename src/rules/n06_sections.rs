//! Sections of the text: missing, out of order, under another heading, or without content.

use super::claims::{ClaimWords, is_covered_in_words, prose};
use super::{Check, Rule, queries};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::spelling::{compact, key, quoted};
use crate::submission::Narrative;

pub(super) const RULE: Rule = Rule {
    code: Code::new("N06"),
    name: "sections",
    title: "各部分缺少、错位、标题不对或者没有内容",
    severity: Severity::Note,
    page: include_str!("n06_sections.md"),
    check: Check::Corpus(check),
};

/// The six parts in the form's order: id, title as printed, and words that show that the part exists under another
/// heading or within other text.
const PARTS: [(&str, &str, &[&str]); 6] = [
    ("overview", "总体情况", &["总体情况", "基本情况", "概述", "概况"]),
    ("proactive", "主动公开政府信息情况", &["主动公开政府信息情况"]),
    ("requests", "收到和处理政府信息公开申请情况", &["收到和处理政府信息公开申请情况"]),
    ("disputes", "政府信息公开行政复议、行政诉讼情况", &["行政复议、行政诉讼情况", "提起行政诉讼情况"]),
    ("problems", "存在的主要问题及改进情况", &["问题及改进", "存在的主要问题", "存在问题"]),
    ("other", "其他需要报告的事项", &["其他需要报告", "需要报告的其他"]),
];
/// The tables of the parts that are tables. If the table was found, its heading may have been read as a part of it.
const TABLES: [Option<&str>; 6] = [None, Some("t2"), Some("t3"), Some("t4"), None, None];
const ORDINALS: [&str; 6] = ["一", "二", "三", "四", "五", "六"];
/// Maximum length of a heading, in characters.
const LONGEST: usize = 30;
/// Row labels of table 3 that are numbered like sections.
const ROWS: [&str; 4] = ["本年新收", "上年结转", "办理结果", "结转下年度"];

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let words = ClaimWords::official()?;
    let mut findings = Vec::new();
    for (entry, report, form) in queries::counted(corpus) {
        let narrative = &corpus.entries[entry].submission.narrative;
        let ids: Vec<&str> = narrative.sections.iter().filter_map(|section| section.id.as_deref()).collect();
        let is_once = (0..ids.len()).all(|at| !ids[..at].contains(&ids[at]));
        // Repeated headings belong to subsections; the sections of such a text are not known.
        if !is_covered_in_words(narrative) || !is_once {
            continue;
        }
        let is_there =
            |table: &str| form.tables.iter().zip(&report.tables).any(|(known, found)| known.id == table && *found);
        let mut said: Vec<(String, String)> = missing(narrative, &ids, is_there);
        said.extend(out_of_order(narrative, &ids));
        said.extend(said_to_be_nothing(narrative, words));
        if said.is_empty() {
            continue;
        }
        let (zh, en): (Vec<String>, Vec<String>) = said.into_iter().unzip();
        let finding = Finding { values: zh.clone(), ..RULE.on_entry(corpus, entry) };
        findings.push(finding.saying(format!("{}。", zh.join("；")), en.join("; ")));
    }
    Ok(findings)
}

/// Returns messages for the parts that have no heading, or a heading with other words.
fn missing(narrative: &Narrative, ids: &[&str], is_there: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let mut said = Vec::new();
    for (at, (id, title, words)) in PARTS.iter().enumerate() {
        if ids.contains(id) {
            continue;
        }
        let full = format!("{}、{title}", ORDINALS[at]);
        if let Some(heading) = instead(narrative, at) {
            said.push((
                format!("“{full}”的标题写成了{}", quoted(heading)),
                format!("“{full}” is headed {}", quoted(heading)),
            ));
        } else if !stands_in_text(narrative, words) && !TABLES[at].is_some_and(&is_there) {
            said.push((format!("缺少“{full}”"), format!("“{full}” is missing")));
        }
    }
    said
}

/// Returns an unrecognised heading that has the part's number and lies between the headings of its neighbours.
fn instead(narrative: &Narrative, at: usize) -> Option<&str> {
    let place = |id: &str| narrative.sections.iter().position(|section| section.id.as_deref() == Some(id));
    let from = PARTS[..at].iter().filter_map(|(id, ..)| place(id)).max().unwrap_or(0);
    let to = PARTS[at + 1..].iter().filter_map(|(id, ..)| place(id)).min().unwrap_or(narrative.sections.len());
    let sections = narrative.sections.get(from..to).unwrap_or_default();
    let ordinal = format!("{}、", ORDINALS[at]);
    let is_heading = |text: &&str| {
        let folded = compact(text);
        folded.starts_with(&ordinal)
            && folded.chars().count() <= LONGEST
            && !folded.contains(['。', '|', ';', ','])
            && !ROWS.iter().any(|row| folded.contains(row))
    };
    sections.iter().flat_map(|section| &section.paragraphs).map(|paragraph| paragraph.text.as_str()).find(is_heading)
}

/// Returns whether the words of a part occur in the text, so that its heading may have been merged with other text. A
/// sentence that lists the parts of the report does not count.
fn stands_in_text(narrative: &Narrative, words: &[&str]) -> bool {
    let lists = |text: &str| text.contains("部分组成") || text.contains("个部分") || text.contains("等部分");
    let has = |text: &str| words.iter().any(|word| text.contains(word)) && !lists(text);
    let all = narrative.sections.iter().flat_map(|section| &section.paragraphs);
    all.map(|paragraph| compact(&paragraph.text)).any(|text| has(&text)) || prose(narrative).is_empty()
}

/// Returns messages if the section on problems and improvements only says that there are none.
fn said_to_be_nothing(narrative: &Narrative, words: &ClaimWords) -> Option<(String, String)> {
    let section = narrative.sections.iter().find(|section| section.id.as_deref() == Some("problems"))?;
    let [only] = section.paragraphs.as_slice() else { return None };
    let bare = key(&only.text);
    let (heading, text) = (section.heading.trim(), only.text.trim());
    words.nothing.contains(&bare).then(|| {
        (
            format!("“{heading}”只写了{}，请写明问题和改进情况", quoted(text)),
            format!("“{heading}” is just {}", quoted(text)),
        )
    })
}

/// Returns messages for the first two parts in the wrong order, else for the first part with another part's number.
fn out_of_order(narrative: &Narrative, ids: &[&str]) -> Vec<(String, String)> {
    let order: Vec<usize> = ids.iter().filter_map(|id| PARTS.iter().position(|(part, ..)| part == id)).collect();
    let heading = |at: usize| narrative.sections.iter().find(|section| section.id.as_deref() == Some(PARTS[at].0));
    let shown = |at: usize| heading(at).map_or(String::new(), |section| section.heading.trim().to_owned());
    let mut said = Vec::new();
    if let Some(pair) = order.windows(2).find(|pair| pair[0] > pair[1]) {
        let [first, second] = [pair[0], pair[1]].map(|at| quoted(&shown(at)));
        said.push((format!("{first}排在{second}前面，次序与格式不同"), format!("{first} comes before {second}")));
    } else {
        let numbered = |at: &usize| {
            let text = compact(&shown(*at));
            let ordinal = ORDINALS.iter().position(|ordinal| text.starts_with(&format!("{ordinal}、")));
            ordinal.filter(|ordinal| ordinal != at).map(|_| *at)
        };
        if let Some(at) = order.iter().find_map(numbered) {
            let (ordinal, shown) = (ORDINALS[at], quoted(&shown(at)));
            said.push((
                format!("{shown}应当是第{ordinal}部分，编号与格式不同"),
                format!("{shown} should be numbered “{ordinal}”"),
            ));
        }
    }
    said
}
