//! Files that exceed a limit of the run and were therefore not read.

use super::{Check, Rule};
use crate::corpus::Corpus;
use crate::document::Unreadable;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::source::Limit;
use crate::submission::Content;

pub(super) const RULE: Rule = Rule {
    code: Code::new("F09"),
    name: "limit-exceeded",
    title: "超过读取上限",
    severity: Severity::MustFix,
    page: include_str!("f09_limit_exceeded.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (at, entry) in corpus.entries.iter().enumerate() {
        let Content::Unreadable(Unreadable::Exceeded { limit, most }) = &entry.submission.content else { continue };
        let (zh, en) = beyond(*limit, *most);
        findings.push(RULE.on_entry(corpus, at).saying(
            format!("{zh}，未读取；年度报告表通常不到1 MiB，请核对是否发错文件。"),
            format!("{en}; the file was not read"),
        ));
    }
    Ok(findings)
}

fn beyond(limit: Limit, most: u64) -> (String, String) {
    match limit {
        Limit::File => (format!("文件超过上限{most}字节"), format!("it has more than {most} bytes")),
        Limit::Archive => {
            (format!("压缩包解压后超过上限{most}字节"), format!("the archive unpacks to more than {most} bytes"))
        }
        Limit::Document => (format!("文件展开后超过上限{most}字节"), format!("it unpacks to more than {most} bytes")),
        Limit::Ratio => (
            format!("有部分内容展开后超过压缩时的{most}倍"),
            format!("something in it unpacks to more than {most} times its packed size"),
        ),
        Limit::Entries => (format!("包里的文件超过上限{most}个"), format!("more than {most} files are in it")),
        Limit::Cells => {
            (format!("单元格、元素或行数超过上限{most}"), format!("it has more than {most} cells, elements or lines"))
        }
        Limit::Text => (
            format!("一格或一段的文字超过上限{most}字节"),
            format!("a cell or paragraph has more than {most} bytes of text"),
        ),
        Limit::Depth => (format!("嵌套超过上限{most}层"), format!("its elements stand more than {most} deep")),
        Limit::Seconds => (format!("{most}秒内未能读完"), format!("it was not read within {most} seconds")),
    }
}
