//! A file that cannot be read, or of a kind that is not read: what to send instead.

use super::{Rule, told};
use crate::corpus::{Corpus, Standing};
use crate::document::{Format, Unreadable};
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::submission::Content;

pub(super) const RULE: Rule = Rule {
    code: Code::new("F01"),
    name: "unreadable",
    title: "文件打不开或格式不收",
    severity: Severity::MustFix,
    page: include_str!("f01_unreadable.md"),
    check,
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for at in told::in_standing(corpus, |standing| standing == Standing::Unreadable) {
        let submission = &corpus.entries[at].submission;
        let Content::Unreadable(why) = &submission.content else { continue };
        let (zh, en) = match why {
            Unreadable::Password(_) | Unreadable::TooLarge { .. } => continue,
            Unreadable::Empty => ("文件是空的，请重新保存后报送。".to_owned(), "the file is empty; save and send it again".to_owned()),
            Unreadable::Damaged(format, why) => (
                format!("文件损坏，不能按{}读取，请重新保存后报送。（{why}）", format.word()),
                format!("damaged: cannot be read as {}; save and send it again ({why})", format.word()),
            ),
            Unreadable::NotRead(format) => not_read(*format),
        };
        findings.push(RULE.on_entry(corpus, at).saying(zh, en));
    }
    Ok(findings)
}

/// What to send instead of a file of this kind.
fn not_read(format: Format) -> (String, String) {
    let (zh, en) = match format {
        Format::Zip | Format::OtherArchive => ("请解压后报送里面的文件", "unpack it and send what is inside"),
        Format::Pdf | Format::Picture => ("请报送制作它的 Excel 或 WPS 表格文件", "send the workbook it was made from"),
        Format::Docx | Format::Doc | Format::Html | Format::SpreadsheetXml | Format::Text | Format::Rtf => {
            ("请把三张表另存为 Excel 工作簿（xlsx）报送", "save the three tables as an Excel workbook (xlsx)")
        }
        _ => ("请报送 Excel 或 WPS 表格文件", "send an Excel or WPS workbook"),
    };
    let word = format.word();
    (format!("这种文件（{word}）现在不能读取，{zh}。"), format!("files of this kind ({word}) are not read: {en}"))
}
