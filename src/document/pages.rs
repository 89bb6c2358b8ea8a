//! Page numbers and running headers that remain in copied text.

use std::collections::{BTreeMap, BTreeSet};

use crate::spelling::compact;

/// The character that marks the end of a page.
pub(crate) const PAGE_BREAK: char = '\u{c}';
/// Fewest consecutive pages with consecutive numbers that make these certain page numbers.
const MIN_NUMBERED_PAGES: usize = 3;
/// Most pages without a number (covers, a table of contents) before page one.
const MAX_UNNUMBERED: usize = 4;
/// Fewest repetitions of a title that make it a running header.
const MIN_REPEATS: usize = 3;

/// Returns whether a line is certainly a page number: `— 3 —`, `第3页 共8页`, `Page 3 of 8`.
pub(crate) fn is_page_number(line: &str) -> bool {
    if line.len() > 60 {
        return false;
    }
    let text = compact(line).to_lowercase();
    let dash = |c: char| "-–—―－─~·".contains(c);
    let framed = text.strip_prefix(dash).and_then(|rest| rest.strip_suffix(dash)).map(|inner| inner.trim_matches(dash));
    let is_number = |text: &str| !text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let counted = text.replace(['第', '共', '页', ',', '/', '、', '|'], " ");
    let page_of = |text: &str| text.split_whitespace().all(is_number) && text.split_whitespace().count() <= 2;
    let is_worded = text.contains('页') && !counted.trim().is_empty() && page_of(&counted);
    let english = text.strip_prefix("page").map(|rest| rest.replace("of", " "));
    framed.is_some_and(is_number) || is_worded || english.is_some_and(|rest| !rest.trim().is_empty() && page_of(&rest))
}

/// Returns the lines of a text without page numbers and running headers. A lone number at the edge of a page that may
/// be a page number or a figure gets a page break appended.
pub(super) fn lines_without_furniture(text: &str) -> Vec<String> {
    let mut pages: Vec<Vec<String>> =
        text.split(PAGE_BREAK).map(|page| page.lines().map(str::to_owned).collect()).collect();
    if pages.len() > 1 {
        for is_last in [false, true] {
            drop_running_lines(&mut pages, is_last);
            drop_page_numbers(&mut pages, is_last);
        }
    }
    let mut lines: Vec<String> = pages.into_iter().flatten().collect();
    drop_repeated_titles(&mut lines);
    lines
}

/// Returns the index of the first or last line of a page that is neither blank nor a page number.
fn edge(page: &[String], is_last: bool) -> Option<usize> {
    let is_filled = |line: &String| !line.trim().is_empty() && !is_page_number(line);
    if is_last { page.iter().rposition(is_filled) } else { page.iter().position(is_filled) }
}

/// Clears titles that recur at the same edge of several pages, except the first.
fn drop_running_lines(pages: &mut [Vec<String>], is_last: bool) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let text = |page: &Vec<String>| edge(page, is_last).map(|at| compact(&page[at]));
    for line in pages.iter().filter_map(text) {
        *seen.entry(line).or_default() += 1;
    }
    let is_running = |line: &str| seen.get(line).is_some_and(|times| *times > 1) && line.contains("年度报告");
    let mut first = BTreeSet::new();
    for page in pages {
        let Some(at) = edge(page, is_last) else { continue };
        let line = compact(&page[at]);
        if is_running(&line) && !first.insert(line) {
            page[at].clear();
        }
    }
}

/// Clears lone numbers at the edges of pages that are certainly page numbers, and marks those that may be.
fn drop_page_numbers(pages: &mut [Vec<String>], is_last: bool) {
    let number = |page: &Vec<String>| {
        let line = page[edge(page, is_last)?].trim();
        (line.len() <= 3 && line.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| line.parse::<usize>().ok())
            .flatten()
    };
    let numbers: Vec<Option<usize>> = pages.iter().map(number).collect();
    let offset = |at: usize| {
        let number = numbers[at].filter(|number| *number > 0)?;
        (at + 1).checked_sub(number).filter(|offset| *offset <= MAX_UNNUMBERED)
    };
    let offsets: Vec<Option<usize>> = (0..pages.len()).map(offset).collect();
    let counting = |at: usize| {
        let same = |other: &usize| offsets[*other].is_some() && offsets[*other] == offsets[at];
        let before = (0..at).rev().take_while(same).count();
        before + 1 + (at + 1..pages.len()).take_while(same).count()
    };
    let is_certain: Vec<bool> = (0..pages.len()).map(|at| counting(at) >= MIN_NUMBERED_PAGES).collect();
    for (at, page) in pages.iter_mut().enumerate() {
        let Some(line) = edge(page, is_last).filter(|_| offsets[at].is_some()) else { continue };
        if is_certain[at] {
            page[line].clear();
        } else if !states_number(page) && !page[line].ends_with(PAGE_BREAK) {
            page[line].push(PAGE_BREAK);
        }
    }
}

/// Returns whether the first or last line of a page is certainly its page number, so that no other number is.
fn states_number(page: &[String]) -> bool {
    let filled = || page.iter().filter(|line| !line.trim().is_empty());
    [filled().next(), filled().next_back()].into_iter().flatten().any(|line| is_page_number(line))
}

/// Clears repetitions of the report's title. Page ends may be lost, so it need not be at an edge.
fn drop_repeated_titles(lines: &mut [String]) {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let title = |line: &String| Some(compact(line)).filter(|line| line.ends_with("年度报告"));
    for line in lines.iter().filter_map(title) {
        *times.entry(line).or_default() += 1;
    }
    let mut first = BTreeSet::new();
    for line in lines {
        let Some(text) = title(line).filter(|text| times[text] >= MIN_REPEATS) else { continue };
        if !first.insert(text) {
            line.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_numbers_say_so() {
        for line in ["— 3 —", "-3-", "－ 12 －", "第3页 共8页", "第 3 页", "第3页/共8页", "共8页，第3页", "Page 3 of 8"]
        {
            assert!(is_page_number(line), "{line}");
        }
        for line in ["3", "-3", "3/8", "—", "——", "3月", "第三页", "页", "行政许可 3", "12-3"] {
            assert!(!is_page_number(line), "{line}");
        }
    }

    fn lines(text: &str) -> Vec<String> {
        lines_without_furniture(text).into_iter().filter(|line| !line.is_empty()).collect()
    }

    #[test]
    fn numbers_at_the_edges_of_pages_are_dropped_only_if_they_count() {
        assert_eq!(lines("封面\u{c}甲\n1\n\u{c}乙\n2\n\u{c}丙\n3\n\u{c}丁"), ["封面", "甲", "乙", "丙", "丁"]);
        // A single number may be a figure.
        assert_eq!(
            lines("封面\u{c}行政许可\n1\n\u{c}行政处罚\n941"),
            ["封面", "行政许可", "1\u{c}", "行政处罚", "941"]
        );
        assert_eq!(lines("行政许可\n7\n\u{c}行政处罚"), ["行政许可", "7", "行政处罚"]);
        assert_eq!(lines("行政许可\n— 1 —\n\u{c}1\n行政处罚\n— 2 —"), ["行政许可", "— 1 —", "1", "行政处罚", "— 2 —"]);
    }

    #[test]
    fn running_headers_are_kept_once() {
        let title = "甲山镇2024年政府信息公开工作年度报告";
        let text = format!("{title}\n甲\n\u{c}{title}\n规章\n\u{c}{title}\n0");
        assert_eq!(lines(&text), [title, "甲", "规章", "0"]);
        assert_eq!(lines(&format!("{title}\n甲\n{title}\n乙\n{title}\n丙")), [title, "甲", "乙", "丙"]);
        assert_eq!(lines(&format!("{title}\n甲\n{title}\n乙")).len(), 4);
        assert_eq!(lines("规章\n0\u{c}规章\n0"), ["规章", "0", "规章", "0"]);
    }
}
