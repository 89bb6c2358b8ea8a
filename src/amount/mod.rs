//! Exact numbers, the ways in which people write them, and the five states of a cell.

mod money;
mod numerals;
mod percentage;

use std::borrow::Cow;

pub use money::{MoneyUnit, scaled};
pub(crate) use numerals::{chinese, is_chinese_numeral};
pub use percentage::{percent, rounded};

use crate::spelling;
use rust_decimal::Decimal;

/// The state of a cell of the form. Only `Number` has a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// An exact number.
    Number,
    /// Empty, or white space only.
    Blank,
    /// "/", "-", "—", "无": the unit states that the cell does not apply.
    NotApplicable,
    /// Something that is not a number.
    Text,
    /// The form has this cell, and the submission does not.
    Absent,
}

impl State {
    /// Returns the name used in `data/facts.csv`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Blank => "blank",
            Self::NotApplicable => "na",
            Self::Text => "text",
            Self::Absent => "absent",
        }
    }
}

bitflags::bitflags! {
    /// Unusual ways of writing a number. The parser accepts them and records which it met.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
    pub struct Notation: u16 {
        /// Full-width or other compatibility characters: `１２`.
        const FULL_WIDTH = 1;
        /// More leading zeros than needed: `00`, `007`.
        const LEADING_ZEROS = 1 << 1;
        /// Thousands separators: `1,234`.
        const THOUSANDS = 1 << 2;
        /// White space around the number.
        const SPACES = 1 << 3;
        /// A number stored as text in a workbook.
        const STORED_AS_TEXT = 1 << 4;
        /// A counting word after the number: `3件`.
        const COUNTING_WORD = 1 << 5;
        /// The unit of money written in the cell: `3000元`.
        const MONEY_UNIT = 1 << 6;
        /// A leading plus sign.
        const PLUS_SIGN = 1 << 7;
        /// A number format that shows another number, a date, or nothing.
        const NUMBER_FORMAT = 1 << 8;
        /// Chinese numerals: `十二`, `零`.
        const CHINESE_NUMERALS = 1 << 9;
        /// An increase or decrease in words: `减4`.
        const CHANGE_IN_WORDS = 1 << 10;
        /// A struck-out part beside the number.
        const STRUCK_PART = 1 << 11;
        /// A superscript number after the number, which marks a note.
        const RAISED_MARK = 1 << 12;
    }
}

/// The result of parsing a cell's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The state of the cell.
    pub state: State,
    /// The number in the unit it was written in; `Some` only for `State::Number`.
    pub value: Option<Decimal>,
    /// The unusual ways in which it was written.
    pub notation: Notation,
    /// The unit of money written after the number.
    pub money: Option<MoneyUnit>,
}

impl Reading {
    fn empty(state: State) -> Self {
        Self { state, value: None, notation: Notation::empty(), money: None }
    }
}

/// Most decimal places of an amount. Converting 元 to 万元 can add four more.
pub const DECIMALS: u32 = 15;
/// Exclusive bound on absolute values: no count and no amount of a county is as large.
const BOUND: i64 = 10_000_000_000_000;

const COUNTING_WORDS: [char; 12] = ['件', '宗', '起', '例', '份', '条', '次', '项', '个', '家', '篇', '部'];
const DASHES: [char; 9] = ['-', '‐', '‑', '‒', '–', '—', '―', '−', '─'];

/// Parses a cell's text. Accepts what a person would certainly read as one number; any other text is `Text`.
#[must_use]
pub fn read(text: &str) -> Reading {
    if let Some(plain) = read_plain(text) {
        return plain;
    }
    if text.chars().any(is_decorated) {
        return Reading::empty(State::Text);
    }
    let (folded, mut notation) = fold(text);
    let core = folded.trim_matches(is_space);
    if core.is_empty() {
        return Reading::empty(State::Blank);
    }
    if core.len() != folded.len() {
        notation |= Notation::SPACES;
    }
    if is_not_applicable(core) {
        return Reading::empty(State::NotApplicable);
    }
    let Some((number, money, word)) = split_units(core) else {
        return Reading::empty(State::Text);
    };
    if word {
        notation |= Notation::COUNTING_WORD;
    }
    if money.is_some() {
        notation |= Notation::MONEY_UNIT;
    }
    match parse_number(number, &mut notation) {
        Some(value) => Reading { state: State::Number, value: Some(value), notation, money },
        None => Reading::empty(State::Text),
    }
}

/// Parses the text of a cell that is known to be a figure. Besides what [`read`] accepts, it reads Chinese numerals,
/// which elsewhere may number a label, and the figure beside parts that a document marks as struck out or raised.
#[must_use]
pub fn read_figure(text: &str) -> Reading {
    let reading = read(text);
    if reading.state != State::Text {
        return reading;
    }
    if let Some((visible, way)) = beside_marks(text) {
        let seen = read_figure(visible);
        return if seen.state == State::Number { Reading { notation: seen.notation | way, ..seen } } else { reading };
    }
    let folded = spelling::fold(text);
    let Some((number, None, is_counted)) = split_units(folded.trim_matches(is_space)) else {
        return reading;
    };
    match chinese(number) {
        Some((value, true)) if number != "○" => {
            let counted = if is_counted { Notation::COUNTING_WORD } else { Notation::empty() };
            let notation = Notation::CHINESE_NUMERALS | counted;
            Reading { state: State::Number, value: Some(value), notation, money: None }
        }
        _ => reading,
    }
}

/// Returns the visible text beside the only struck-out part of a text (`~~99~~12`) or before a raised number (`12^1`),
/// and the notation to record. A raised number after 10 may be an exponent, so that gives `None`.
fn beside_marks(text: &str) -> Option<(&str, Notation)> {
    if let Some((before, rest)) = text.split_once("~~") {
        let (_, behind) = rest.split_once("~~").filter(|(_, behind)| !behind.contains("~~"))?;
        let (before, behind) = (before.trim_matches(is_space), behind.trim_matches(is_space));
        let visible = if before.is_empty() { behind } else { before };
        let is_one = before.is_empty() != behind.is_empty();
        return is_one.then_some((visible, Notation::STRUCK_PART));
    }
    let (before, raised) = text.split_once('^')?;
    let before = before.trim_matches(is_space);
    let is_mark = (1..=2).contains(&raised.len()) && raised.bytes().all(|byte| byte.is_ascii_digit());
    (is_mark && !before.is_empty() && before != "10").then_some((before, Notation::RAISED_MARK))
}

/// Parses an increase or decrease, as [`read_figure`] does, and also with its direction in words: `减4`, `增加 3`.
#[must_use]
pub fn read_change(text: &str) -> Reading {
    let reading = read_figure(text);
    if reading.state != State::Text {
        return reading;
    }
    let text = text.trim_matches(is_space);
    let worded = [("减少", true), ("减", true), ("下降", true), ("增加", false), ("增", false)];
    let found = worded.iter().find_map(|(word, is_less)| Some((text.strip_prefix(word)?, is_less)));
    let Some((number, is_less)) = found else { return reading };
    let amount = read_figure(number);
    match amount.value {
        Some(value) if !value.is_sign_negative() && !amount.notation.contains(Notation::PLUS_SIGN) => Reading {
            value: Some(if *is_less { -value } else { value }),
            notation: amount.notation | Notation::CHANGE_IN_WORDS,
            ..amount
        },
        _ => reading,
    }
}

/// Parses the usual case, a plain whole number, without allocation.
fn read_plain(text: &str) -> Option<Reading> {
    let value = Some(Decimal::from(plain(text)?));
    Some(Reading { state: State::Number, value, notation: Notation::empty(), money: None })
}

/// Returns a whole number of one to twelve ASCII digits without leading zeros; `None` for any other text.
pub(crate) fn plain(text: &str) -> Option<i64> {
    let plain = (1..=12).contains(&text.len()) && (text.len() == 1 || !text.starts_with('0'));
    let digit = |sum: i64, byte: u8| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0'));
    plain.then(|| text.bytes().try_fold(0, digit)).flatten()
}

/// Returns whether a character is a superscript, a subscript, an enclosed digit or the like. They fold to digits, but
/// they mark notes and items and are no figures.
pub(crate) fn is_decorated(c: char) -> bool {
    matches!(c, '²' | '³' | '¹' | '\u{2070}'..='\u{209f}' | '\u{2460}'..='\u{24ff}' | '\u{2776}'..='\u{2793}' | '\u{3220}'..='\u{32cf}' | '¼'..='¾' | '\u{2150}'..='\u{218f}')
}

/// Returns whether a character is white space as it occurs in pasted cells, including the invisible kinds.
fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{00a0}' | '\u{3000}')
}

/// Returns the folded text, and `FULL_WIDTH` if folding changed anything other than white space.
fn fold(text: &str) -> (Cow<'_, str>, Notation) {
    let folded = spelling::fold(text);
    if matches!(folded, Cow::Borrowed(_)) {
        return (folded, Notation::empty());
    }
    let visible = |s: &str| s.chars().filter(|c| !is_space(*c)).collect::<String>();
    let notation = if visible(&folded) == visible(text) { Notation::empty() } else { Notation::FULL_WIDTH };
    (folded, notation)
}

fn is_not_applicable(core: &str) -> bool {
    core == "无" || core == "/" || core == "\\" || core.chars().all(|c| DASHES.contains(&c))
}

/// Returns whether a text is a single counting word.
pub(crate) fn is_counting_word(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|c| COUNTING_WORDS.contains(&c)) && characters.next().is_none()
}

/// Splits off the units after the number, bare or in brackets, and the currency sign before it. Returns the number, the
/// unit of money, and whether there was a counting word; `None` if two units contradict each other.
fn split_units(core: &str) -> Option<(&str, Option<MoneyUnit>, bool)> {
    let mut rest = core;
    let mut found: Option<Measure> = None;
    while let Some((before, measure)) = split_measure(rest) {
        if found.is_some_and(|other| other != measure) {
            return None;
        }
        (rest, found) = (before.trim_end_matches(is_space), Some(measure));
    }
    let money = if let Some(Measure::Money(unit)) = found { Some(unit) } else { None };
    // A currency sign alone does not show whether the amount is in yuan or in the heading's unit.
    if money.is_some() {
        rest = rest.strip_prefix('¥').map_or(rest, |rest| rest.trim_start_matches(is_space));
    }
    Some((rest, money, matches!(found, Some(Measure::Counted(_)))))
}

/// The unit after a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    Money(MoneyUnit),
    Counted(char),
}

/// Returns the text before its last unit, and that unit, bare or alone in brackets.
fn split_measure(text: &str) -> Option<(&str, Measure)> {
    if let Some((before, inner)) = text.strip_suffix(')').and_then(|text| text.rsplit_once('(')) {
        let inner = inner.trim_matches(is_space);
        let (rest, measure) = split_measure(inner.strip_prefix("单位:").unwrap_or(inner))?;
        return rest.trim_matches(is_space).is_empty().then_some((before, measure));
    }
    if let Some((before, unit)) = MoneyUnit::split_from(text) {
        return Some((before, Measure::Money(unit)));
    }
    let word = text.chars().next_back().filter(|c| COUNTING_WORDS.contains(c))?;
    Some((&text[..text.len() - word.len_utf8()], Measure::Counted(word)))
}

fn parse_number(text: &str, notation: &mut Notation) -> Option<Decimal> {
    // These two never number a label, unlike other Chinese numerals.
    if matches!(text, "零" | "〇") {
        *notation |= Notation::CHINESE_NUMERALS;
        return Some(Decimal::ZERO);
    }
    let (negative, digits) = match text.strip_prefix(DASHES) {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let digits = match digits.strip_prefix('+') {
        Some(rest) if !negative => {
            *notation |= Notation::PLUS_SIGN;
            rest
        }
        _ => digits,
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if digits.ends_with('.') || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let whole = ungroup(whole, notation)?;
    if whole.len() > 1 && whole.starts_with('0') {
        *notation |= Notation::LEADING_ZEROS;
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > DECIMALS as usize || whole.trim_start_matches('0').len() > 13 {
        return None;
    }
    let value: Decimal = format!("{whole}.{fraction}0").parse().ok()?;
    let value = if negative { -value } else { value }.normalize();
    (value.abs() < Decimal::from(BOUND)).then_some(value)
}

/// Removes thousands separators; returns `None` unless each group after the first has three digits.
fn ungroup<'a>(whole: &'a str, notation: &mut Notation) -> Option<Cow<'a, str>> {
    if whole.is_empty() {
        return None;
    }
    if whole.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Cow::Borrowed(whole));
    }
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    let first_fits = (1..=3).contains(&first.len()) && digits(first);
    if !first_fits || !groups.all(|group| group.len() == 3 && digits(group)) {
        return None;
    }
    *notation |= Notation::THOUSANDS;
    Some(Cow::Owned(whole.replace(',', "")))
}

/// Formats a double as its workbook shows it: fifteen significant digits, without exponent where a decimal can hold it.
///
/// A double has no more digits than that; further digits are binary rounding error (`0.1 + 0.2`). Returns `None` for a
/// number that is not finite.
#[must_use]
pub fn from_double(value: f64) -> Option<String> {
    if !value.is_finite() {
        return None;
    }
    let decimal = Decimal::from_scientific(&format!("{value:.14e}")).ok();
    match decimal {
        Some(decimal) => Some(decimal.round_dp(DECIMALS).normalize().to_string()),
        None if value.abs() < 1e-15 => Some("0".to_owned()),
        None => Some(format!("{value:e}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(text: &str) -> Option<String> {
        read(text).value.map(|value| value.to_string())
    }

    #[test]
    fn usual_and_unusual_notations() {
        for (text, value, notation) in [
            ("0", "0", Notation::empty()),
            ("59237.2449", "59237.2449", Notation::empty()),
            ("-417", "-417", Notation::empty()),
            ("00", "0", Notation::LEADING_ZEROS),
            (" 3 ", "3", Notation::SPACES),
            ("\n 0\u{3000}", "0", Notation::SPACES),
            ("１２", "12", Notation::FULL_WIDTH),
            ("1,234,567", "1234567", Notation::THOUSANDS),
            ("１，２３４", "1234", Notation::THOUSANDS.union(Notation::FULL_WIDTH)),
            ("3件", "3", Notation::COUNTING_WORD),
            ("251000元", "251000", Notation::MONEY_UNIT),
            ("12.50 万元", "12.5", Notation::MONEY_UNIT),
            ("+6", "6", Notation::PLUS_SIGN),
            ("－8", "-8", Notation::FULL_WIDTH),
            ("3.0", "3", Notation::empty()),
            ("零件", "0", Notation::CHINESE_NUMERALS.union(Notation::COUNTING_WORD)),
            ("￥4.474万元", "4.474", Notation::MONEY_UNIT.union(Notation::FULL_WIDTH)),
            ("8.808（万元）", "8.808", Notation::MONEY_UNIT.union(Notation::FULL_WIDTH)),
            ("8.8 (单位:万元)万元", "8.8", Notation::MONEY_UNIT),
            ("0件件", "0", Notation::COUNTING_WORD),
        ] {
            let reading = read(text);
            assert_eq!(number(text).as_deref(), Some(value), "{text}");
            assert_eq!(reading.notation, notation, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_never_made_one() {
        for text in [
            "3O",
            "约3",
            "3余",
            "12,3O0",
            "1,23",
            "1 2",
            "1.2.3",
            "3.",
            "16.5万元元",
            "￥3000",
            "3（元）件",
            "#REF!",
            "1e3",
            "(3)",
            "10%",
            "--3",
            "0.1234567890123456",
            "99999999999999",
            "12①",
            "12¹",
            "½",
        ] {
            assert_eq!(read(text).state, State::Text, "{text}");
        }
        for text in ["/", "-", "—", "——", "无", " / ", "／"] {
            assert_eq!(read(text).state, State::NotApplicable, "{text}");
        }
        for text in ["", " ", "\u{3000}\n", "\u{200b}"] {
            assert_eq!(read(text).state, State::Blank, "{text:?}");
        }
    }

    #[test]
    fn figures_may_be_chinese_numerals() {
        for (text, value) in [("零", "0"), ("〇", "0"), ("二十", "20"), (" 十二件", "12"), ("一百零五", "105")]
        {
            let reading = read_figure(text);
            assert_eq!(reading.value.map(|value| value.to_string()).as_deref(), Some(value), "{text}");
            assert!(reading.notation.contains(Notation::CHINESE_NUMERALS), "{text}");
        }
        for text in ["○", "两三", "一二", "百", "一千二百元", "第三", "三、", "（三）", "十几", "3十"]
        {
            assert_eq!(read_figure(text).state, State::Text, "{text}");
        }
    }

    #[test]
    fn what_is_struck_out_or_raised_is_no_part_of_a_figure() {
        for (text, value) in
            [("~~99~~12", "12"), ("12 ~~9~~", "12"), ("~~九~~十件", "10"), ("7^1", "7"), ("3.5^12", "3.5")]
        {
            assert_eq!(read_figure(text).value.map(|value| value.to_string()).as_deref(), Some(value), "{text}");
        }
        for text in ["~~12~~", "1~~2~~3", "~~1~~2~~3~~", "~~9", "~~9~~x", "10^3", "7^a", "^1", "7^123", "~~9~~/"] {
            assert_eq!(read_figure(text).state, State::Text, "{text}");
        }
    }

    #[test]
    fn changes_may_be_written_in_words() {
        for (text, value) in [
            ("减4", Some("-4")),
            ("减少 4", Some("-4")),
            ("增3", Some("3")),
            ("-2", Some("-2")),
            ("减少二项", Some("-2")),
        ] {
            assert_eq!(read_change(text).value.map(|value| value.to_string()).as_deref(), value, "{text}");
        }
        for text in ["减", "减-4", "减约4", "增/减"] {
            assert_eq!(read_change(text).value, None, "{text}");
        }
    }

    #[test]
    fn doubles_lose_their_noise_and_nothing_else() {
        assert_eq!(from_double(0.1 + 0.2).as_deref(), Some("0.3"));
        assert_eq!(from_double(59_237.244_9).as_deref(), Some("59237.2449"));
        assert_eq!(from_double(2_822_652.0).as_deref(), Some("2822652"));
        assert_eq!(from_double(-0.0).as_deref(), Some("0"));
        assert_eq!(from_double(f64::NAN), None);
        assert_eq!(from_double(1e300).map(|text| read(&text).state), Some(State::Text));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = read(&text);
        }

        #[test]
        fn shown_numbers_read_back(value in -9_999_999_999_999_i64..9_999_999_999_999, scale in 0_u32..7) {
            let value = Decimal::new(value, scale).normalize();
            prop_assert_eq!(read(&value.to_string()).value, Some(value));
        }
    }
}
