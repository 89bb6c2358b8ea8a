//! A file beyond a limit of the run; it is given up and named.

use super::{Check, Rule};
use crate::corpus::Corpus;
use crate::document::Unreadable;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::submission::Content;

pub(super) const RULE: Rule = Rule {
    code: Code::new("F09"),
    name: "limit-exceeded",
    title: "文件过大",
    severity: Severity::MustFix,
    page: include_str!("f09_limit_exceeded.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (at, entry) in corpus.entries.iter().enumerate() {
        let Content::Unreadable(Unreadable::TooLarge { size, limit }) = &entry.submission.content else { continue };
        let mut finding = RULE.on_entry(corpus, at);
        finding.given = size.to_string();
        finding.expected = String::new();
        findings.push(finding.saying(
            format!("文件有{size}字节，超过上限{limit}字节，没有读取；年度报告表通常不到1 MiB，请核对是否发错文件。"),
            format!("{size} bytes are more than the limit of {limit}; the file was not read"),
        ));
    }
    Ok(findings)
}
