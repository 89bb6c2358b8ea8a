//! Prose in many wordings: right numbers give no finding; for wrong ones each figure is named.

#![allow(clippy::expect_used)]

#[allow(dead_code, unused_imports, reason = "the pages need more of it")]
mod common;

use std::collections::BTreeSet;

use common::{run, scene};
use huizong::finding::Finding;

/// Sentences with the figures of the clean report in braces, and the indicators they are compared with, in order.
const SENTENCES: [(&str, &[&str]); 14] = [
    ("2025年，我镇共收到政府信息公开申请{7}件，均已按期答复。", &["t3.received.total"]),
    ("（二）依申请公开。全年共受理{8}件依申请公开申请。", &["t3.received.total"]),
    ("本年度新收政府信息公开申请{7}宗。", &["t3.received.total"]),
    ("全年收到政府信息公开申请{7}件，较2024年增加3件。", &["t3.received.total"]),
    ("收到政府信息公开申请{7}件", &["t3.received.total"]),
    (
        "2025年1月1日至12月31日，甲山镇共受理政府信息公开申请8件，2024年结转{1}件，办结{7}件，结转2026年{1}件。",
        &["t3.carried_in.total", "t3.concluded_total.total", "t3.carried_out.total"],
    ),
    (
        "共收到政府信息公开申请7件，其中予以公开{4}件、部分公开{1}件、不予公开{0}件、无法提供{2}件、不予处理{0}件。",
        &[
            "t3.granted.total",
            "t3.partly_granted.total",
            "t3.denied.state_secret.total",
            "t3.unavailable.not_held.total",
            "t3.not_processed.petition.total",
        ],
    ),
    (
        "共收到政府信息公开申请7件（自然人{4}件，法人或其他组织{3}件）。",
        &["t3.received.natural_person", "t3.received.business"],
    ),
    ("因政府信息公开被申请行政复议{2}件，被提起行政诉讼{2}件。", &["t4.review.total", "t4.litigation_direct.total"]),
    (
        "一是制定行政规范性文件{2}件，废止{1}件，现行有效{9}件。",
        &["t2.normative_documents.issued", "t2.normative_documents.repealed", "t2.normative_documents.in_force"],
    ),
    ("作出行政许可决定{12}件，行政处罚决定{3}件。", &["t2.licences.processed", "t2.penalties.processed"]),
    ("实施行政强制{1}起。", &["t2.coercive_measures.processed"]),
    ("收取行政事业性收费{12500}元。", &["t2.administrative_fees.amount"]),
    ("截至上半年，收到政府信息公开申请{2}件；通过网络渠道，收到政府信息公开申请{3}件。", &[]),
];

/// Returns a sentence with its figures formatted by `write`.
fn written(sentence: &str, write: impl Fn(u32) -> String) -> String {
    let mut text = String::new();
    for (at, part) in sentence.split(['{', '}']).enumerate() {
        let figure = part.parse().ok().filter(|_| at % 2 == 1);
        text.push_str(&figure.map_or_else(|| part.to_owned(), &write));
    }
    text
}

/// Returns the indicators with findings for each sentence, each in a report of its own.
fn accused(write: impl Fn(u32) -> String + Copy) -> Vec<BTreeSet<String>> {
    let found = |sentence: &str| {
        let text = written(sentence, write);
        let outcome = run(&scene(&format!("file 甲山镇2025年年报.txt\nwords\nbefore {text}")));
        assert_eq!(outcome.corpus.counted().len(), 1, "{text}");
        let indicators = |finding: &Finding| finding.indicators(outcome.corpus.form_of(finding.entry())).join(";");
        outcome.findings.iter().map(indicators).collect()
    };
    SENTENCES.iter().map(|(sentence, _)| found(sentence)).collect()
}

#[test]
fn right_words_are_never_accused() {
    let full_width = |figure: u32| {
        let wide = |c: char| char::from_u32(u32::from(c) - u32::from('0') + u32::from('０')).expect("a digit");
        figure.to_string().chars().map(wide).collect()
    };
    for found in [accused(|figure| figure.to_string()), accused(full_width)] {
        for ((sentence, _), found) in SENTENCES.iter().zip(found) {
            assert!(found.is_empty(), "{sentence}: {found:?}");
        }
    }
}

#[test]
fn wrong_words_are_named_figure_by_figure() {
    for ((sentence, wanted), mut found) in SENTENCES.iter().zip(accused(|figure| (figure + 20_000).to_string())) {
        // Parts larger than their total are also found, without an indicator.
        found.remove("");
        let wanted: BTreeSet<String> = wanted.iter().map(|indicator| (*indicator).to_owned()).collect();
        assert_eq!(found, wanted, "{sentence}");
    }
}

#[test]
fn rough_words_are_never_compared() {
    for write in [|figure: u32| format!("{}余", figure + 20_000), |figure: u32| format!("约{}", figure + 20_000)] {
        for ((sentence, _), found) in SENTENCES.iter().zip(accused(write)) {
            assert!(found.is_empty(), "{sentence}: {found:?}");
        }
    }
}
