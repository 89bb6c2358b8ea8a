//! Marks of a report that was sent again, in titles and in names of files and folders.
//!
//! A mark counts only if it describes the file itself. `待更正`, `更正前` or a folder `退回更正` mean that a file is
//! still to be corrected, and `第2次常务会` counts meetings.

use rust_decimal::prelude::ToPrimitive;

use super::word_list::WordList;
use crate::amount;
use crate::spelling::fold;

/// Words before a mark that mean the correction is still to be made, or is not made.
const PENDING: [&str; 28] = [
    "待", "未", "需", "须", "要", "请", "应当", "应予", "退回", "打回", "退", "拟", "不", "无", "没", "没有", "勿",
    "等", "催", "限期", "督促", "责令", "要求", "通知", "关于", "有误", "是否", "准备",
];
/// Adverbs that may be between these words and the mark.
const ADVERBS: [&str; 10] = ["进一步", "及时", "尽快", "重新", "再次", "再", "其", "后", "予以", "进行"];
/// Words after a mark that refer it to another document, or to an earlier state.
const NOT_ITSELF: [&str; 26] = [
    "前", "通知", "函", "要求", "意见", "建议", "说明", "清单", "情况", "记录", "单", "台账", "中", "事项", "申请",
    "提示", "提醒", "问题", "草案", "待", "模板", "样表", "示例", "对照", "期限", "未",
];
/// Words after a mark in a folder's name that apply it to the files within. Without one, a folder `更正` may hold files
/// that are still to be corrected.
const DONE: [&str; 6] = ["后", "稿", "版", "件", "的", "报送"];
/// Words after an ordinal that make it count submissions.
const COUNTED: [&str; 15] =
    ["报送", "上报", "更正", "重报", "修改", "修订", "订正", "改正", "补正", "补报", "提交", "送审", "报", "稿", "版"];

/// Returns how often a report was sent again, by its title or its file name without extension.
pub(super) fn revision(text: &str, marks: &WordList) -> u32 {
    let folded = fold(text);
    numbered(&folded).max(u32::from(occurrences(&folded, marks).any(|(before, behind)| is_own(before, behind))))
}

/// Extensions of archives and mails, which are folders in the paths of their files.
const ARCHIVES: [&str; 6] = ["zip", "7z", "tar", "tgz", "gz", "eml"];

/// Returns how often a report was sent again, by the whole path of its file. The name of an archive or
/// a mail describes the files in it as a file's own name does.
pub(super) fn revision_of_file(file: &str, marks: &WordList) -> u32 {
    let (folders, name) = file.rsplit_once('/').unwrap_or(("", file));
    let of_folder = |folder: &str| {
        let is_archive = |ending: &str| ARCHIVES.iter().any(|archive| ending.eq_ignore_ascii_case(archive));
        if let Some((stem, _)) = folder.rsplit_once('.').filter(|(_, ending)| is_archive(ending)) {
            return revision(stem, marks);
        }
        let folded = fold(folder);
        let is_done = |(before, behind): (&str, &str)| {
            is_own(before, behind) && (before.ends_with('已') || DONE.iter().any(|word| behind.starts_with(word)))
        };
        numbered(&folded).max(u32::from(occurrences(&folded, marks).any(is_done)))
    };
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    folders.split('/').map(of_folder).max().unwrap_or(0).max(revision(stem, marks))
}

/// Returns the text before and after each mark.
fn occurrences<'a>(folded: &'a str, marks: &'a WordList) -> impl Iterator<Item = (&'a str, &'a str)> {
    let of_mark =
        move |mark: &'a str| folded.match_indices(mark).map(move |(at, _)| (&folded[..at], &folded[at + mark.len()..]));
    marks.iter().flat_map(of_mark)
}

/// Returns whether a mark describes the file itself.
fn is_own(before: &str, behind: &str) -> bool {
    let mut before = before.trim_end();
    let is_pending = |before: &str| PENDING.iter().any(|word| before.ends_with(word));
    let mut pending = is_pending(before);
    while let Some(rest) = ADVERBS.iter().find_map(|word| before.strip_suffix(word)) {
        before = rest.trim_end();
        pending |= is_pending(before);
    }
    // “(2021年修订)” is the version of the form or of the law.
    let year = before.trim_end_matches('年');
    let bare = year.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_version =
        year.len() - bare.len() == 4 && bare.ends_with(['(', '[', '〔']) && behind.starts_with([')', ']', '〕']);
    let behind = behind.trim_start();
    // “尊重报告” and “严重报错” contain a mark by chance.
    let is_by_chance =
        before.ends_with(['尊', '严', '贵', '慎', '多', '双', '加']) && behind.starts_with(['告', '错', '表']);
    !pending && !is_version && !is_by_chance && !NOT_ITSELF.iter().any(|word| behind.starts_with(word))
}

/// Returns the highest N of 第N次, 二次更正 or 再次报送 that counts submissions; zero without one.
fn numbered(folded: &str) -> u32 {
    let ordinal = |(at, _): (usize, &str)| {
        let (head, behind) = (&folded[..at], folded[at + "次".len()..].trim_start());
        let digits = head.trim_end_matches(is_numeral);
        let number = number_of(&head[digits.len()..]);
        let (before, is_ordinal) = digits.strip_suffix('第').map_or((digits, false), |before| (before, true));
        let (before, number) = match (number, head.strip_suffix('再')) {
            (Some(number), _) => (before, number),
            (None, Some(before)) => (before, 2),
            (None, None) => return None,
        };
        let is_alone = is_ordinal && behind.chars().next().is_none_or(|c| !c.is_alphanumeric());
        let counts = COUNTED.iter().find_map(|word| behind.strip_prefix(word));
        let counts = counts.or(is_alone.then_some(""))?;
        is_own(before, counts).then_some(number)
    };
    folded.match_indices('次').filter_map(ordinal).max().unwrap_or(0)
}

fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || "一二三四五六七八九十两".contains(c)
}

/// Returns a number below one hundred, in digits or Chinese numerals.
fn number_of(text: &str) -> Option<u32> {
    if let Ok(number) = text.parse() {
        return (number < 100).then_some(number);
    }
    let (number, is_exact) = amount::chinese(text)?;
    number.to_u32().filter(|number| is_exact && *number < 100)
}

#[cfg(test)]
mod tests {
    use crate::submission::Identity;

    #[test]
    fn marks_describe_the_file_itself() {
        let identity = Identity::official().expect("data file is well formed");
        let revision = |file: &str| identity.revision_of_file(file);
        for (file, expected) in [
            ("甲山镇2024年报（更正）.xlsx", 1),
            ("甲山镇更正.xlsx", 1),
            ("甲山镇2024年报（已更正）.xlsx", 1),
            ("甲山镇2024年报更正版.xlsx", 1),
            ("甲山镇2024年报修订稿.xlsx", 1),
            ("甲山镇2024重新报送.xlsx", 1),
            ("甲山镇(第2次).xlsx", 2),
            ("甲山镇第三次报送.xlsx", 3),
            ("甲山镇第十一次更正.xlsx", 11),
            ("甲山镇二次更正.xlsx", 2),
            ("甲山镇再次更正.xlsx", 2),
            ("更正后/甲山镇.xlsx", 1),
            ("第2次报送/甲山镇.xlsx", 2),
            ("甲山镇（更正）.zip/年报.xlsx", 1),
            ("甲山镇（更正）.7z/年报.xlsx", 1),
            ("甲山镇（更正）.tar.gz/年报.xlsx", 1),
            ("甲山镇年报更正.eml/年报.xlsx", 1),
            ("甲山镇2024（待更正）.xlsx", 0),
            ("甲山镇2024（未更正）.xlsx", 0),
            ("甲山镇2024（更正前）.xlsx", 0),
            ("甲山镇2024（需进一步更正）.xlsx", 0),
            ("甲山镇更正通知.xlsx", 0),
            ("甲山镇更正中.xlsx", 0),
            ("退回更正/甲山镇2024年报.xlsx", 0),
            ("退回，请更正/甲山镇2024年报.xlsx", 0),
            ("更正/甲山镇2024年报.xlsx", 0),
            ("要求重报/甲山镇2024年报.xlsx", 0),
            ("甲山镇（政府第2次常务会审定）.xlsx", 0),
            ("甲山镇第2次退回.xlsx", 0),
            ("甲山镇未第2次报送.xlsx", 0),
            ("甲山镇第二十条.xlsx", 0),
            ("甲山镇年报（2021年修订）.xlsx", 0),
            ("甲山镇尊重报告人.xlsx", 0),
        ] {
            assert_eq!(revision(file), expected, "{file}");
        }
    }
}
