//! Page furniture: running headers, footers and page numbers, which are not part of the report's text.

use std::collections::BTreeMap;

use super::text_lines::TextLine;

/// Fraction of the page height, at its top and at its bottom, in which furniture is searched for.
const MARGIN: f64 = 0.12;
/// Largest vertical difference of a running header between pages, in points.
const PLACE_TOLERANCE: f64 = 6.0;

/// Returns for each line of each page whether it is furniture: a page number, or a text that recurs in the same place
/// of the margin on another page, apart from digits. Each page comes with its height.
pub(super) fn find(pages: &[(&[TextLine], f64)]) -> Vec<Vec<bool>> {
    let mut offsets: BTreeMap<i64, usize> = BTreeMap::new();
    let mut places: Vec<(String, f64, usize)> = Vec::new();
    for (page, (lines, height)) in pages.iter().enumerate() {
        for line in lines.iter().filter(|line| is_in_margin(line, *height)) {
            if let Some(offset) = bare_number(&line.text).and_then(|number| offset(number, page)) {
                *offsets.entry(offset).or_default() += 1;
            }
            places.push((without_digits(&line.text), line.baseline, page));
        }
    }
    let is_page_number = |line: &TextLine, page: usize| match bare_number(&line.text) {
        Some(number) => offset(number, page).is_some_and(|own| own == 1 || offsets.get(&own).is_some_and(|at| *at > 1)),
        None => is_decorated_number(&line.text),
    };
    let repeats = |line: &TextLine, page: usize| {
        let text = without_digits(&line.text);
        let is_word = text.chars().any(char::is_alphabetic);
        let same = |(other, at, on): &(String, f64, usize)| {
            *on != page && *other == text && (at - line.baseline).abs() <= PLACE_TOLERANCE
        };
        is_word && places.iter().any(same)
    };
    let of_page = |(page, (lines, height)): (usize, &(&[TextLine], f64))| {
        let is_furniture =
            |line: &TextLine| is_in_margin(line, *height) && (is_page_number(line, page) || repeats(line, page));
        lines.iter().map(is_furniture).collect()
    };
    pages.iter().enumerate().map(of_page).collect()
}

fn is_in_margin(line: &TextLine, height: f64) -> bool {
    line.baseline < height * MARGIN || line.baseline > height * (1.0 - MARGIN)
}

fn bare_number(text: &str) -> Option<i64> {
    text.trim().parse().ok()
}

/// Returns the difference between a number and the page's index from zero.
fn offset(number: i64, page: usize) -> Option<i64> {
    number.checked_sub(i64::try_from(page).ok()?)
}

/// Returns whether a text is a number with marks that only page numbers have: `- 3 -`, `第3页 共8页`, `3/8`.
fn is_decorated_number(text: &str) -> bool {
    let is_mark = |c: char| "-—–－―·•.|/~第页共 　".contains(c) || c.is_ascii_digit();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (1..=6).contains(&digits) && text.chars().all(is_mark) && bare_number(text).is_none()
}

fn without_digits(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_digit() && !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, baseline: f64) -> TextLine {
        TextLine { text: text.to_owned(), left: 0.0, right: 10.0, baseline, size: 10.0 }
    }

    #[test]
    fn numbers_and_repeated_lines_in_the_margins_are_furniture() {
        let first = [line("甲山镇年报", 20.0), line("规章 12", 400.0), line("- 1 -", 780.0)];
        let second = [line("甲山镇年报", 21.0), line("12", 400.0), line("第2页 共2页", 780.0)];
        let found = find(&[(&first, 800.0), (&second, 800.0)]);
        assert_eq!(found, [[true, false, true], [true, false, true]]);
    }

    #[test]
    fn a_figure_at_the_end_of_a_page_is_no_page_number() {
        let found = find(&[(&[line("行政强制", 760.0), line("78", 780.0)], 800.0)]);
        assert_eq!(found, [[false, false]]);
        assert_eq!(find(&[(&[line("1", 780.0)], 800.0)]), [[true]]);
    }
}
