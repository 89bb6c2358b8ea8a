//! Files that cannot be read, or are of a kind that is not read, with what to send instead.

use std::collections::BTreeMap;

use super::{Check, Rule, queries, wording};
use crate::corpus::{Corpus, Disposition, Entry};
use crate::document::{Format, PageFault, Unreadable};
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::message::Message;
use crate::submission::Content;

pub(super) const RULE: Rule = Rule {
    code: Code::new("F01"),
    name: "unreadable",
    title: "文件打不开或格式不收",
    severity: Severity::MustFix,
    page: include_str!("f01_unreadable.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let mut groups: Vec<(Message, Vec<usize>)> = Vec::new();
    let mut by_unit: BTreeMap<(usize, String), usize> = BTreeMap::new();
    for at in queries::with_disposition(corpus, |disposition| disposition == Disposition::Unreadable) {
        let entry = &corpus.entries[at];
        let Content::Unreadable(why) = &entry.submission.content else { continue };
        let Some(message) = said(why) else { continue };
        // Photographs of the pages of one report are one thing that the unit has to put right.
        let group = entry.unit.map(|unit| *by_unit.entry((unit, message.zh.clone())).or_insert(groups.len()));
        match group.and_then(|group| groups.get_mut(group)) {
            Some((_, files)) => files.push(at),
            None => groups.push((message, vec![at])),
        }
    }
    Ok(groups.into_iter().map(|(message, files)| finding(corpus, &files, message)).collect())
}

/// Returns the finding on files of one unit that cannot be read for the same reason, about the first of them.
fn finding(corpus: &Corpus, files: &[usize], message: Message) -> Finding {
    let entries: Vec<&Entry> = files.iter().map(|at| &corpus.entries[*at]).collect();
    let all = wording::all_of(&entries);
    let mut finding = RULE.on_entry(corpus, files[0]);
    finding.values = entries.iter().skip(1).map(|entry| entry.decision_name()).collect();
    finding.saying(format!("{}{}。", message.zh.trim_end_matches('。'), all.zh), message.en + &all.en)
}

/// Returns what is wrong with a file and what to send instead; `None` if another rule says it.
fn said(why: &Unreadable) -> Option<Message> {
    let (zh, en) = match why {
        Unreadable::Password(_) | Unreadable::Exceeded { .. } => return None,
            Unreadable::Empty => {
                ("文件是空的，请重新保存后报送。".to_owned(), "the file is empty; save and send it again".to_owned())
            }
            Unreadable::Inaccessible(why) => (
                format!("文件打不开（{}），请检查后重新报送。", why.zh),
                format!("the system does not open it ({}); see to it and send it again", why.en),
            ),
            Unreadable::Damaged(format, _) => (
                // The reader's own reason is for developers; a unit needs to know what to do.
                format!("文件损坏，不能按{}读取，请重新保存后报送。", format.word()),
                format!("damaged: cannot be read as {}; save and send it again", format.english()),
            ),
            Unreadable::NoText { pages } => (
                format!(
                    "这是扫描件或图片版PDF（共{pages}页），没有可识读的文字，请报送制作它的 Excel、WPS 表格或 Word 文件。"
                ),
                format!(
                    "a scanned PDF of {pages} pages without readable text; send the workbook or document it was made from"
                ),
            ),
            Unreadable::LostCharacters => (
                "文件里的汉字变成了问号或乱码，是另存时编码不对丢失的，无法恢复；请打开原文件，另存为 xlsx 或 UTF-8 编码的 csv 后重新报送。".to_owned(),
                "its Chinese characters were lost when it was saved in another encoding; save the original as xlsx or as \
                 UTF-8 text and send that"
                    .to_owned(),
            ),
            Unreadable::Misprinted { fault, pages } => misprinted(*fault, pages),
            Unreadable::NotRead(format) => not_read(*format),
    };
    Some(Message::new(zh, en))
}

/// Returns what to send instead of a PDF with cells that cannot be distinguished on some pages.
fn misprinted(fault: PageFault, pages: &[u32]) -> (String, String) {
    let numbers = |separator: &str| pages.iter().map(u32::to_string).collect::<Vec<_>>().join(separator);
    let (page, on) =
        (numbers("、"), if pages.len() > 1 { "on pages " } else { "on page " }.to_owned() + &numbers(", "));
    let (zh, zh_way, en, en_way) = match fault {
        PageFault::Spilled => (
            format!("的表格比纸宽，右边的栏另印在第{page}页，不能确定接在哪里，全部数字未读取"),
            "缩放到一页宽",
            format!(
                "its tables are wider than the paper, their further columns are {on}, where these belong is not \
                 certain, and no figure is read"
            ),
            "print it one page wide",
        ),
        PageFault::Overprinted => (
            format!("第{page}页的文字互相重叠，各格分不清"),
            "加大行高",
            format!("lines of text lie over one another {on}"),
            "make its rows higher",
        ),
        PageFault::CutOff => (
            format!("第{page}页有不少文字被截去，各行认不出"),
            "加大行高、列宽",
            format!("much of the text {on} is cut off"),
            "make its cells larger",
        ),
    };
    (
        format!("这份PDF{zh}；请报送制作它的表格文件，或{zh_way}后重新导出。"),
        format!("of this PDF the cells cannot be told apart: {en}; send the workbook, or {en_way} and export it again"),
    )
}

/// Returns what to send instead of a file of this kind.
fn not_read(format: Format) -> (String, String) {
    let (zh, en) = match format {
        Format::Zip | Format::SevenZip | Format::Tar | Format::Gzip => {
            ("压缩包嵌套过深，请解压后报送其中的文件", "archives within archives: unpack it and send what is inside")
        }
        Format::OtherArchive => (
            "请解压后报送其中的文件，或改用 zip、7z 打包",
            "unpack it and send what is inside, or pack it as zip or 7z",
        ),
        Format::Picture => {
            ("请报送制作它的 Excel、WPS 表格或 Word（docx）文件", "send the workbook or docx it was made from")
        }
        Format::Ofd => {
            ("请报送生成它的 Excel、WPS 表格或 Word（docx）文件", "send the workbook or docx it was made from")
        }
        Format::WordXml | Format::OldDoc => ("请用 Word 或 WPS 另存为 docx 报送", "save it as docx and send that"),
        Format::Mail => ("请把邮件里的附件取出来报送", "take the attachments out and send those"),
        _ => ("请报送 Excel、WPS 表格或 Word（docx）文件", "send a workbook or docx"),
    };
    let word = format.word();
    (
        format!("这种文件（{word}）不能读取，{zh}。"),
        format!("files of this kind ({}) are not read: {en}", format.english()),
    )
}
