//! Wording of differences from an earlier run, shared by the page, the workbook and the terminal.

use rust_decimal::Decimal;

use crate::changes::{ChangeCounts, Changes, TotalChange, UnitChange};
use crate::message::{Language, Message};
use crate::outcome::{Outcome, Status};
use crate::roster::day_in_words;

/// Returns a status of `data/units.csv` in words.
#[must_use]
pub fn status(word: &str, language: Language) -> String {
    match (Status::parse(word), language) {
        // The word does not distinguish a file that cannot be read from one that has no table of the form.
        (Some(Status::Unreadable), Language::Chinese) => "无法采用".to_owned(),
        (Some(status), Language::Chinese) => status.chinese().to_owned(),
        (None, Language::Chinese) if word.is_empty() => "—".to_owned(),
        _ => word.to_owned(),
    }
}

/// Returns the changes of a unit in words.
#[must_use]
pub fn unit_changes_in_words(unit: &UnitChange) -> Message {
    let counts = unit.counts;
    let mut parts: Vec<(String, String)> = Vec::new();
    if counts.received > 0 {
        parts.push(("新收到".to_owned(), "received".to_owned()));
    }
    if counts.resubmitted > 0 {
        parts.push(("重新报送".to_owned(), "resubmitted".to_owned()));
    }
    if counts.figures > 0 {
        parts.push((format!("改动{}格", counts.figures), format!("{} figures changed", counts.figures)));
    }
    let findings = [
        (counts.mended, "已更正", "mended"),
        (counts.found, "新增", "new"),
        (counts.explained, "已说明", "explained"),
        (counts.lapsed, "说明失效", "explanations lapsed"),
        (counts.corrected, "代为更正", "corrected by the office"),
    ];
    parts.extend(
        findings
            .into_iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, zh, en)| (format!("{zh}{count}处"), format!("{count} {en}"))),
    );
    if parts.is_empty() {
        return Message::new("状态变动", "another status");
    }
    let (zh, en): (Vec<String>, Vec<String>) = parts.into_iter().unzip();
    Message::new(zh.join("，"), en.join(", "))
}

/// Returns the number of a unit's open findings in words.
#[must_use]
pub fn open_in_words(unit: &UnitChange) -> String {
    match unit.open {
        [0, 0] => "无".to_owned(),
        [fix, 0] => format!("必改{fix}处"),
        [0, explain] => format!("待说明{explain}处"),
        [fix, explain] => format!("必改{fix}处，待说明{explain}处"),
    }
}

/// Returns the next step for a unit. A unit with an accepted report may have open findings about another of its files.
#[must_use]
pub fn next_step(unit: &UnitChange) -> Message {
    let status = match (Status::parse(&unit.after), unit.open) {
        (Some(Status::Accepted | Status::Queried), [(1..), _]) => Some(Status::Flagged),
        (Some(Status::Accepted), [_, (1..)]) => Some(Status::Queried),
        (status, _) => status,
    };
    match status {
        Some(Status::Missing) => Message::new("催报", "ask for the report"),
        Some(Status::Unreadable | Status::NoForm) => {
            Message::new("请换用可以核对的文件重新报送", "ask for a file that can be read")
        }
        Some(Status::Conflicting) => Message::new("确定采用哪一份", "decide which file counts"),
        Some(Status::Unmatched) => Message::new("核对单位名称", "check the unit's name"),
        Some(Status::Flagged) => Message::new("请更正后重新报送", "ask for a corrected report"),
        Some(Status::Queried) => Message::new("请作出说明", "ask for an explanation"),
        Some(Status::Accepted | Status::Superseded) => Message::new("无需处理", "nothing"),
        None if unit.unit_id.is_empty() => Message::new("核对合计", "check the totals"),
        None => Message::new("核对名册", "check the roster"),
    }
}

/// Returns the heading of the changes: since the earlier run, with its date if it had one.
#[must_use]
pub fn since_in_words(changes: &Changes) -> Message {
    match changes.since {
        Some(date) => {
            Message::new(format!("与上次（{}）相比", day_in_words(date)), format!("since the last run ({date})"))
        }
        None => Message::new("与上次相比", "since the last run"),
    }
}

/// Returns the number of units with new files and of changed figures in Chinese words, without those that are zero;
/// `shown` formats each number.
#[must_use]
pub fn received_in_words(counts: &ChangeCounts, shown: impl Fn(usize) -> String) -> String {
    let parts = [
        ("新收到", counts.received, "个单位"),
        ("重新报送", counts.resubmitted, "个单位"),
        ("改动数字", counts.figures, "格"),
    ];
    let parts = parts.into_iter().filter(|(_, count, _)| *count > 0);
    let parts: Vec<String> = parts.map(|(what, count, measure)| format!("{what} {} {measure}", shown(count))).collect();
    if parts.is_empty() { "没有新报送的材料，数字没有改动".to_owned() } else { parts.join("，") }
}

/// Returns the number of changed findings in words, without those that are zero.
#[must_use]
pub fn finding_counts(counts: &ChangeCounts) -> Message {
    let all = [
        (counts.mended, "已更正", "mended"),
        (counts.found, "新增", "new"),
        (counts.still_open, "仍未解决", "still open"),
        (counts.explained, "已说明", "explained"),
        (counts.lapsed, "说明已失效", "explanations lapsed"),
        (counts.corrected, "经代为更正解决", "corrected by the office"),
    ];
    let parts = all.into_iter().filter(|(count, ..)| *count > 0);
    let parts = parts.map(|(count, zh, en)| (format!("{zh} {count} 处"), format!("{count} {en}")));
    let (zh, en): (Vec<String>, Vec<String>) = parts.unzip();
    if zh.is_empty() {
        return Message::new("没有必改和待说明的问题", "no findings above notes");
    }
    Message::new(format!("必改和待说明的问题：{}", zh.join("，")), format!("findings above notes: {}", en.join(", ")))
}

/// Maximum number of units named for one total; `data/changes.csv` has all.
const NAMED: usize = 12;

/// Returns the title of a total as printed on the form.
pub(super) fn total_title<'a>(outcome: &'a Outcome, indicator: &'a str) -> &'a str {
    let form = outcome.corpus.form();
    form.position(indicator).map_or(indicator, |at| form.indicators[at].title.as_str())
}

/// Returns the units that changed a total, each with its part of the difference.
pub(super) fn units_behind(total: &TotalChange) -> String {
    let signed = |by: &Decimal| if by.is_sign_positive() { format!("+{by}") } else { by.to_string() };
    let named = total.behind.iter().take(NAMED).map(|(unit, by)| format!("{unit} {}", signed(by)));
    let mut parts: Vec<String> = named.collect();
    if total.behind.len() > NAMED {
        parts.push(format!("等{}个单位", total.behind.len()));
    }
    if !total.rest.is_zero() {
        parts.push(format!("其余 {}（未计入合计的数）", signed(&total.rest)));
    }
    parts.join("、")
}
