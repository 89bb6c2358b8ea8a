//! Parsers of cells that people fill in: yes or no, a figure, and who decided and when.

use rust_decimal::Decimal;

use crate::amount::{self, MoneyUnit};
use crate::spelling::{compact, key};

const YES: [&str; 12] = ["是", "采纳", "同意", "采用", "通过", "对", "yes", "y", "true", "1", "√", "✓"];
const NO: [&str; 12] = ["否", "不采纳", "不同意", "不采用", "不通过", "不", "no", "n", "false", "0", "×", "x"];

/// Parses a cell with yes or no; `None` if it is empty.
///
/// # Errors
/// The word, if it is neither.
pub(super) fn yes_or_no(cell: &str) -> Result<Option<bool>, String> {
    let word = compact(cell).to_lowercase();
    let word = word.trim_end_matches(['。', '.', '!', '！']);
    match word {
        "" => Ok(None),
        _ if YES.contains(&word) => Ok(Some(true)),
        _ if NO.contains(&word) => Ok(Some(false)),
        _ => Err(cell.trim().to_owned()),
    }
}

/// Joins who decided and when into one text.
pub(super) fn signature(by: &str, date: &str) -> String {
    [by, date].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Parses the number in a cell, with its unit of money if it names one.
pub(super) fn value(cell: &str) -> Option<(Decimal, Option<MoneyUnit>)> {
    let reading = amount::read(cell);
    Some((reading.value?, reading.money))
}

fn number(cell: &str) -> Option<Decimal> {
    amount::read(cell).value
}

/// Returns whether two texts are the same figure: the same number, or the same text. 空白 equals an empty cell.
#[must_use]
pub fn is_same_figure(one: &str, other: &str) -> bool {
    let bare = |text: &str| {
        let text = compact(text);
        if matches!(text.as_str(), "空" | "空白" | "未填" | "（空白）" | "(空白)") {
            String::new()
        } else {
            text
        }
    };
    let (one, other) = (bare(one), bare(other));
    match (number(&one), number(&other)) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

/// Returns a header without remarks in brackets: 采纳（是/否）.
pub(super) fn heading(cell: &str) -> String {
    let text = compact(cell);
    let bare = text.split(['(', '（', '[', '【']).next().unwrap_or_default();
    key(if bare.is_empty() { &text } else { bare }).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decisions_as_people_write_them() {
        for (cell, decision) in
            [("是", Ok(Some(true))), (" 否。", Ok(Some(false))), ("", Ok(None)), ("Y", Ok(Some(true)))]
        {
            assert_eq!(yes_or_no(cell), decision, "{cell}");
        }
        assert_eq!(yes_or_no("再议"), Err("再议".to_owned()));
        assert_eq!(heading("采纳（是/否）"), "采纳");
        assert_eq!(heading("finding_id"), "findingid");
    }

    #[test]
    fn figures_are_compared_by_what_they_mean() {
        assert!(is_same_figure("12", " 12.0 ") && is_same_figure("１２", "12") && is_same_figure("空白", ""));
        assert!(!is_same_figure("12", "21") && !is_same_figure("", "0") && !is_same_figure("/", ""));
        assert!(is_same_figure("无", " 无"));
    }
}
