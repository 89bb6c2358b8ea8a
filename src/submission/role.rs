//! Roles of files and sheets, by their names and first lines: own report, example, sum of several, letter, and others.

use crate::document::{Document, Grid};
use crate::source::{PAGE_FOLDER_ENDINGS, base_name};
use crate::spelling::compact;

/// What a submission looks like. It is only a hint: a unit may fill in the sheet `模板`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Role {
    /// Nothing indicates another role.
    #[default]
    Own,
    /// An example or a template.
    Example,
    /// An earlier year's report, or an earlier version, kept beside the report.
    OldCopy,
    /// All its sheets are hidden.
    Hidden,
    /// The sum of several reports.
    Summary,
    /// A letter about reports, or a list of units.
    Notice,
    /// A part of a saved page.
    PagePart,
    /// An unchanged copy of the figures that this program wrote.
    Unchanged,
}

/// Words for examples and templates in names of sheets and files.
const EXAMPLES: [&str; 13] =
    ["模板", "模版", "样表", "表样", "样例", "示例", "范例", "样本", "样张", "范本", "空表", "空白表", "填报说明"];
/// Place names in teaching material that begin with a word of `EXAMPLES`.
const NO_EXAMPLES: [&str; 5] = ["示例县", "示例市", "示例区", "示例省", "示例旗"];
const OLD_COPIES: [&str; 6] = ["上年", "去年", "往年", "旧表", "上一年", "作废"];
const SUMMARIES: [&str; 5] = ["汇总", "合计", "总计", "总表", "小计"];
/// Words for letters and lists in names of files.
const NOTICES: [&str; 15] = [
    "通知",
    "名册",
    "名单",
    "通讯录",
    "联系人",
    "联系表",
    "花名册",
    "填报说明",
    "填表说明",
    "请示",
    "方案",
    "催报",
    "提醒",
    "目录",
    "readme",
];
/// Words of notes on how to fill in the form, in names of sheets.
const GUIDES: [&str; 5] = ["说明", "须知", "要求", "校验", "台账"];
/// Endings of the titles of letters.
const LETTERS: [&str; 9] = ["通知", "通知书", "函", "通报", "公告", "请示", "批复", "意见", "方案"];
/// Extensions of files that occur only as parts of pages and documents.
const PARTS: [&str; 14] =
    ["css", "js", "map", "woff", "woff2", "ttf", "eot", "ico", "svg", "mso", "thmx", "rels", "dtd", "xsl"];
/// Longest title of a letter, in characters; and most lines that are searched for it.
const MAX_TITLE_CHARS: usize = 60;
const LINES_BEFORE_TITLE: usize = 4;

/// Returns the role of a report from the sheets of its tables and its file's name.
pub(super) fn of_report(document: &Document, grids: &[usize], file: &str) -> Role {
    let sheets: Vec<&Grid> = grids.iter().map(|at| &document.grids[*at]).collect();
    let by_file = [(&EXAMPLES[..], Role::Example), (&SUMMARIES, Role::Summary)];
    let of_file = || by_file.iter().find(|(words, _)| has_word(stem(file), words)).map(|(_, role)| *role);
    of_sheets(&sheets).or_else(of_file).unwrap_or_default()
}

/// Returns the role that the names of all of these sheets indicate, or that all of them are hidden; `None` if they
/// indicate none.
pub(super) fn of_sheets(sheets: &[&Grid]) -> Option<Role> {
    if sheets.iter().all(|sheet| sheet.name.is_empty()) {
        return None;
    }
    if sheets.iter().all(|sheet| sheet.hidden) {
        return Some(Role::Hidden);
    }
    let by_name = [(&EXAMPLES[..], Role::Example), (&OLD_COPIES, Role::OldCopy), (&SUMMARIES, Role::Summary)];
    let are_all = |words: &[&str]| sheets.iter().all(|sheet| has_word(&sheet.name, words));
    by_name.iter().find(|(words, _)| are_all(words)).map(|(_, role)| *role)
}

/// Returns the role of a file without a report; `document` is `None` if it could not be read.
pub(super) fn of_other(document: Option<&Document>, file: &str) -> Role {
    let name = base_name(file).to_ascii_lowercase();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_part = is_in_page_folder(file) || PARTS.contains(&ending) || name == "filelist.xml";
    if is_part {
        return Role::PagePart;
    }
    let lower = stem(file).to_ascii_lowercase();
    let is_letter = document.is_some_and(is_letter);
    if is_letter || has_word(&lower, &NOTICES) || has_word(&lower, &EXAMPLES) { Role::Notice } else { Role::Own }
}

/// Returns whether a path has a folder that a browser or an office program saves beside a page.
fn is_in_page_folder(file: &str) -> bool {
    let folders = file.rsplit_once('/').map_or("", |(folders, _)| folders);
    let is_page_folder = |folder: &str| PAGE_FOLDER_ENDINGS.iter().any(|ending| folder.ends_with(ending));
    folders.split('/').any(|folder| is_page_folder(&folder.to_ascii_lowercase()))
}

/// Returns whether a sheet without tables has the name of an example, of notes on how to fill in the form or of an
/// earlier year, and is no part of a report.
pub(super) fn is_sheet_left_aside(name: &str) -> bool {
    [&EXAMPLES[..], &OLD_COPIES, &SUMMARIES, &NOTICES, &GUIDES].iter().any(|words| has_word(name, words))
}

fn is_letter(document: &Document) -> bool {
    let lines = document.paragraphs.iter().map(|paragraph| paragraph.text.as_str()).take(LINES_BEFORE_TITLE);
    let cells = document.grids.first().into_iter().flat_map(|grid| grid.cells().iter().take(LINES_BEFORE_TITLE));
    lines.chain(cells.map(|cell| &*cell.text)).map(compact).any(|line| {
        let bare = line.trim_end_matches([')', '》', '」']);
        line.chars().count() <= MAX_TITLE_CHARS
            && (line.contains("关于") && LETTERS.iter().any(|word| bare.ends_with(word)) || bare.ends_with("通知"))
    })
}

/// Returns whether a file's name contains a word for an annual report.
pub(crate) fn is_called_report(file: &str) -> bool {
    ["年报", "年度报告"].iter().any(|word| stem(file).contains(word))
}

fn stem(file: &str) -> &str {
    let name = base_name(file);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn has_word(text: &str, words: &[&str]) -> bool {
    let mut text = compact(text);
    for place in NO_EXAMPLES {
        if text.contains(place) {
            text = text.replace(place, "");
        }
    }
    words.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Paragraph;

    #[test]
    fn names_of_sheets_and_files() {
        for (text, words, expected) in [
            ("填报示例", &EXAMPLES[..], true),
            ("模板（勿改）", &EXAMPLES, true),
            ("示例县甲山镇", &EXAMPLES, false),
            ("示例县填报示例", &EXAMPLES, true),
            ("全县汇总", &SUMMARIES, true),
            ("甲山镇", &SUMMARIES, false),
        ] {
            assert_eq!(has_word(text, words), expected, "{text}");
        }
        assert_eq!(of_other(None, "甲山镇.files/image001.png"), Role::PagePart);
        assert_eq!(of_other(None, "甲山镇_files/a/b.html"), Role::PagePart);
        assert_eq!(of_other(None, "a.CSS"), Role::PagePart);
        assert_eq!(of_other(None, "2024年名册.xlsx"), Role::Notice);
        assert_eq!(of_other(None, "甲山镇.pdf"), Role::Own);
    }

    #[test]
    fn letters_are_known_by_their_titles() {
        let document = |lines: &[&str]| {
            let paragraph = |text: &&str| Paragraph { text: (*text).to_owned(), after: 0 };
            Document { paragraphs: lines.iter().map(paragraph).collect(), ..Document::default() }
        };
        let is = |lines: &[&str]| of_other(Some(&document(lines)), "a.docx") == Role::Notice;
        assert!(is(&["示例县人民政府办公室", "关于报送2024年政府信息公开年报的通知"]));
        assert!(is(&["关于催报年报的函"]));
        assert!(!is(&["甲山镇2024年政府信息公开工作年度报告", "根据有关通知要求，编制本报告。"]));
    }
}
