//! Numbers with their counters: Arabic and Chinese, exact or approximate.

use std::ops::Range;

use rust_decimal::Decimal;

use super::claim_words::{ClaimWords, ends, starts};
use super::sentence::Sentence;
use crate::amount::{chinese, is_chinese_numeral};

/// A number with its counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::rules) struct Count {
    /// Byte range of number and counter in the sentence's text.
    pub(in crate::rules) span: Range<usize>,
    /// The number.
    pub(in crate::rules) value: Decimal,
    /// The counter.
    pub(in crate::rules) counter: String,
    /// Whether the number is exact.
    pub(in crate::rules) exact: bool,
}

/// Returns the numbers of a sentence that have a counter, in order.
pub(in crate::rules) fn counts(sentence: &Sentence<'_>, words: &ClaimWords) -> Vec<Count> {
    let text = sentence.text.as_str();
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = next_number(text, from) {
        let end = end_of_number(text, start);
        from = end;
        let Some((value, is_plain)) = value_of(sentence, start..end) else { continue };
        let behind = &text[end..];
        let rough = starts(behind, &words.rough_behind);
        // “万元” is a counter; “万件” makes the number a rounded one.
        let (rough, found_counter) = match (starts(behind, &words.counters), rough) {
            (None, Some((_, rest))) => (true, starts(rest, &words.counters)),
            (exactly, _) => (false, exactly),
        };
        let Some((counter, after)) = found_counter else { continue };
        if starts(after, &words.not_counters).is_some() {
            continue;
        }
        let before = &text[..start];
        let exact = is_plain
            && !rough
            && starts(after, &words.rough_after).is_none()
            && ends(before, &words.rough_before).is_none()
            && !is_of_range(before);
        from = text.len() - after.len();
        found.push(Count { span: start..from, value, counter: counter.to_owned(), exact });
    }
    found
}

fn next_number(text: &str, from: usize) -> Option<usize> {
    text[from..].find(|c: char| c.is_ascii_digit() || is_chinese_numeral(c)).map(|at| from + at)
}

fn end_of_number(text: &str, start: usize) -> usize {
    let rest = &text[start..];
    if !rest.starts_with(|c: char| c.is_ascii_digit()) {
        let length = rest.find(|c: char| !is_chinese_numeral(c)).unwrap_or(rest.len());
        // “三万元”: the 万 belongs to the counter.
        let run = &rest[..length];
        let ends_in_counter = rest[length..].starts_with('元') && run.ends_with('万');
        return start + if ends_in_counter && length > '万'.len_utf8() { length - '万'.len_utf8() } else { length };
    }
    let bytes = rest.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut end = 0;
    loop {
        if is_digit(end) {
            end += 1;
            continue;
        }
        let joins = match bytes.get(end) {
            Some(b'.') => is_digit(end + 1),
            Some(b',') => (1..=3).all(|step| is_digit(end + step)) && !is_digit(end + 4),
            _ => false,
        };
        if !joins {
            return start + end;
        }
        end += 1;
    }
}

/// Returns a number's value, and whether its notation is unambiguous.
fn value_of(sentence: &Sentence<'_>, span: Range<usize>) -> Option<(Decimal, bool)> {
    let run = &sentence.text[span.clone()];
    if !run.starts_with(|c: char| c.is_ascii_digit()) {
        return chinese(run);
    }
    let plain: String = run.chars().filter(|c| *c != ',').collect();
    let value: Decimal = plain.parse().ok()?;
    // A full-width comma between half-width digits may separate two numbers.
    let parts = |(at, _): (usize, &str)| sentence.is_wide(span.start + at) && !sentence.is_wide(span.start);
    let grouped = run.matches(',').count() == 0 || run.split(',').next().is_some_and(|first| first.len() <= 3);
    Some((value, grouped && !run.match_indices(',').any(parts)))
}

/// Returns whether the text before a number makes it the end of a range, such as `3至` or `2、`.
fn is_of_range(before: &str) -> bool {
    let is_number = |text: &str| text.ends_with(|c: char| c.is_ascii_digit() || is_chinese_numeral(c));
    before.ends_with(['-', '~', '–', '—', '.', '/', '+'])
        || ["至", "到", "、", "或"].iter().any(|word| before.strip_suffix(word).is_some_and(is_number))
        || before.ends_with(|c: char| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let words = ClaimWords::official().expect("data file is well formed");
        let line = |count: Count| {
            format!("{}{}{}", if count.exact { "" } else { "~" }, count.value.normalize(), count.counter)
        };
        counts(&Sentence::of(text), words).into_iter().map(line).collect()
    }

    #[test]
    fn numbers_as_they_are_written() {
        for (text, expected) in [
            ("收到申请３件，办结2 件次", "3件 2件次"),
            ("许可1,234件，处罚12，345件", "1234件 ~12345件"),
            ("申请一件、二十三宗、一百零五起、两例、十件", "1件 23宗 105起 2例 10件"),
            ("一千二百件，三万五千件，二〇件", "1200件 35000件 20件"),
            ("15余条，20件左右，约3件，近十份，30多件，5件以上", "~15条 ~20件 ~3件 ~10份 ~30件 ~5件"),
            ("两三件，数百件，十几件，3-5件，2、3件，百件", "~23件 ~100件 ~10件 ~5件 ~3件 ~100件"),
            ("收费3.5万元，三万元，1.2万件", "3.5万元 3万元 ~1.2件"),
            ("2025年第20条例，第3次会议，100%，1次性", "~3次"),
        ] {
            assert_eq!(read(text).join(" "), expected, "{text}");
        }
    }
}
