//! Files and sheets that were left aside: they came with a unit's report, or no unit is known for them.

use super::{Check, Rule, wording};
use crate::corpus::{Aside, Corpus, Disposition};
use crate::document::Unreadable;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::submission::{Content, Submission};

pub(super) const RULE: Rule = Rule {
    code: Code::new("F10"),
    name: "left-aside",
    title: "与年报放在一起、未采用的文件或工作表",
    severity: Severity::Note,
    page: include_str!("f10_left_aside.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (at, entry) in corpus.entries.iter().enumerate() {
        let Disposition::Aside(why, main) = entry.disposition else { continue };
        let mut finding = RULE.on_entry(corpus, at);
        let sheet = corpus.report(at).and_then(|(report, _)| report.figures.iter().find_map(|figure| figure.place()));
        finding.sheets.extend(sheet.map(|place| place.sheet.to_string()).filter(|sheet| !sheet.is_empty()));
        let (what_zh, what_en) = what(why, &entry.submission, finding.sheets.first().map_or("", String::as_str));
        let main = main.map(|main| corpus.entries[main].submission.file.as_str());
        findings.push(if let Some(main) = main.filter(|_| entry.submission.is_unread_document()) {
            // The document may be a copy of the same report or a later version of it.
            Finding { severity: Severity::MustExplain, ..finding }.saying(
                format!("{what_zh}，未采用；年报采用的是{}，请核实两份是否一致。", wording::file_name(main)),
                format!("{what_en}; left aside, the report is “{main}”: please make sure that they are the same"),
            )
        } else if let Some(main) = main.filter(|main| *main != entry.submission.file) {
            finding.saying(
                format!("{what_zh}，未采用；年报采用的是{}。", wording::file_name(main)),
                format!("{what_en}; left aside, the report is “{main}”"),
            )
        } else if main.is_some() || is_certain(why) {
            finding.saying(format!("{what_zh}，未采用。"), format!("{what_en}; left aside"))
        } else {
            // The unit is not known.
            let finding = Finding { severity: Severity::MustExplain, ..finding };
            finding.saying(
                format!("{what_zh}，无法确定属于哪个单位，未采用；请核实是否为某单位报送的年报。"),
                format!("{what_en}; left aside: please make sure that it is no unit's report"),
            )
        });
    }
    Ok(findings)
}

/// Returns whether the reason alone makes it certain that the file is not a unit's report.
fn is_certain(why: Aside) -> bool {
    matches!(why, Aside::Blank | Aside::Notice | Aside::PagePart | Aside::Unchanged)
}

fn what(why: Aside, submission: &Submission, sheet: &str) -> (String, &'static str) {
    let on_sheet = if sheet.is_empty() { String::new() } else { format!("（工作表“{sheet}”）") };
    let (zh, en) = match why {
        Aside::Example => ("示例或模板", "an example or a template"),
        Aside::Blank => ("未填数或全部填0的表", "a form without figures"),
        Aside::OldCopy => ("往年的旧表", "an old copy"),
        Aside::Hidden => ("隐藏的另一份表", "another copy on a hidden sheet"),
        Aside::Summary => ("几个单位的汇总或合计表", "a sum of several reports"),
        Aside::Notice => ("通知、名单一类的文件", "a letter or a list"),
        Aside::PagePart => ("网页的附属文件", "a part of a saved page"),
        Aside::Unchanged => ("本程序的标注表，数字没有改动", "this program's own workbook with figures nobody changed"),
        Aside::Other => return other(submission),
    };
    (format!("{zh}{on_sheet}"), en)
}

fn other(submission: &Submission) -> (String, &'static str) {
    match &submission.content {
        Content::Unreadable(Unreadable::NotRead(format)) => {
            (format!("不能读取的文件（{}）", format.word()), "a file of a kind that is not read")
        }
        Content::Unreadable(_) => ("扫描件".to_owned(), "a scan"),
        _ => ("没有年报表格的文件".to_owned(), "a file without the tables of a report"),
    }
}
