//! Text in cells that need a number.

use rust_decimal::Decimal;

use super::{Check, Rule, equations, queries, wording};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::form::Form;
use crate::spelling;
use crate::submission::Report;

pub(super) const RULE: Rule = Rule {
    code: Code::new("V03"),
    name: "not-a-number",
    title: "不是数字",
    severity: Severity::MustFix,
    page: include_str!("v03_not_a_number.md"),
    check: Check::Corpus(check),
};

/// Letters that are typed by mistake for digits.
const LETTERS: &str = "OoIlSsZB";
/// Letters and words that represent digits, in their folded form.
const NUMERALS: &str = "零〇○Oo一二两三四五六七八九十百千";

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let answers = equations::only_texts(corpus);
    let mut findings = Vec::new();
    for (entry, report, form) in queries::with_irregularities(corpus) {
        for positions in by_habit(report) {
            let answer = |position: &usize| Some((*position, answers.get(&(entry, *position))?.value));
            let known: Vec<(usize, Decimal)> = positions.iter().filter_map(answer).collect();
            let mut finding = RULE.on_same_habit(corpus, entry, &positions);
            if let [only] = positions.as_slice()
                && let Some(answer) = answers.get(&(entry, *only))
                && (answer.is_confirmed() || has_digits_of(&report.figures.at(*only).raw(), answer.value))
            {
                finding.expected = Some(answer.value);
            }
            findings.push(worded(finding, report, form, &positions, &known));
        }
    }
    Ok(findings)
}

fn worded(finding: Finding, report: &Report, form: &Form, positions: &[usize], known: &[(usize, Decimal)]) -> Finding {
    let (zh, en) = wording::hint(report, form, known);
    let given = wording::examples(report, positions);
    let given = wording::middle_left_out(&given);
    let (why_zh, why_en) = letter_in(&given);
    if let [only] = positions {
        let (title, aside, english) =
            (&form.indicators[*only].brief, wording::cells(report, form, positions), &form.indicators[*only].english);
        let aside = if aside.is_ascii() && !aside.is_empty() { format!("（{aside}）") } else { String::new() };
        let zero = if zh.is_empty() { "；没有数据请填0" } else { "" };
        return finding.saying(
            format!("{title}{aside}填的是“{given}”，{why_zh}不是数字，请改填数字{zero}。{zh}"),
            format!("{english}: “{given}” is not a number{why_en}.{en}"),
        );
    }
    let (cells, english, count) =
        (wording::cells(report, form, positions), wording::english_cells(report, form, positions), positions.len());
    finding.saying(
        format!("有{count}格填的不是数字，写法相同（如“{given}”；{cells}），请一并改填数字；没有数据请填0。{zh}"),
        format!("{count} cells hold no number, all written alike (“{given}”: {english}).{en}"),
    )
}

/// Returns a remark on a letter in place of a digit, if a text consists of digits and such letters only.
fn letter_in(given: &str) -> (String, String) {
    let is_digit = |c: char| c.is_ascii_digit();
    let letter = given.chars().find(|c| LETTERS.contains(*c));
    let is_alone = given.chars().all(|c| is_digit(c) || LETTERS.contains(c)) && given.chars().any(is_digit);
    match letter.filter(|_| is_alone) {
        Some(letter) => (format!("其中有字母{letter}，"), format!(": it holds the letter {letter}")),
        None => Default::default(),
    }
}

/// Returns whether a text has the digits of a number, in order and no others. A letter typed for a digit is any digit.
fn has_digits_of(raw: &str, value: Decimal) -> bool {
    let folded = spelling::fold(raw);
    let written: Vec<char> = folded.chars().filter(|c| c.is_ascii_digit() || LETTERS.contains(*c)).collect();
    let digits = value.normalize().to_string();
    written.iter().any(char::is_ascii_digit)
        && written.len() == digits.chars().count()
        && written.iter().zip(digits.chars()).all(|(own, digit)| *own == digit || LETTERS.contains(*own))
}

/// Returns the positions of figures that are not numbers, grouped by notation, in the order of the form.
fn by_habit(report: &Report) -> Vec<Vec<usize>> {
    let mut habits: Vec<(String, Vec<usize>)> = Vec::new();
    for (position, figure) in queries::not_whole(report).filter(|(_, figure)| figure.is_not_a_number()) {
        let habit = habit(&figure.raw());
        match habits.iter_mut().find(|(other, _)| *other == habit) {
            Some((_, positions)) => positions.push(position),
            None => habits.push((habit, vec![position])),
        }
    }
    habits.into_iter().map(|(_, positions)| positions).collect()
}

/// Returns the notation of a cell's text: the text with every number replaced by `#`.
fn habit(raw: &str) -> String {
    let is_digit = |c: char| c.is_ascii_digit() || NUMERALS.contains(c);
    let folded = spelling::fold(raw.trim());
    let mut letters = folded.chars().peekable();
    let mut habit = String::new();
    while let Some(c) = letters.next() {
        let is_within = matches!(c, '.' | ',') && habit.ends_with('#') && letters.peek().is_some_and(|c| is_digit(*c));
        if !is_digit(c) && !is_within {
            habit.push(c);
        } else if !habit.ends_with('#') {
            habit.push('#');
        }
    }
    habit
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::{habit, has_digits_of};

    #[test]
    fn a_text_is_compared_with_a_number_by_its_digits() {
        let has = |raw: &str, value: i64| has_digits_of(raw, Decimal::from(value));
        assert!(has("7O", 71) && has("约12", 12) && has("１2件左右", 12));
        assert!(!has("7O", 81) && !has("7O", 7) && !has("约12", 15) && !has("O", 3) && !has("#REF!", 0));
    }

    #[test]
    fn texts_written_alike_have_one_habit() {
        for (one, other) in [
            ("=\"12\"", "=\"0\""),
            ("1900-01-12", "1899-12-31"),
            ("7O", "零"),
            ("３个/年", "12个/年"),
            ("约0", "约0.67"),
        ] {
            assert_eq!(habit(one), habit(other), "{one} {other}");
        }
        assert_ne!(habit("约3"), habit("3余"));
    }
}
