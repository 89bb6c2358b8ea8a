//! The years a text names.

use std::ops::Range;

/// The first report year in a text: four digits from 2008 on, or their Chinese form.
pub(super) fn year_in(text: &str) -> Option<u16> {
    years(text).first().map(|(year, _)| *year)
}

/// The year in a file's name, or in its folders', innermost first.
pub(super) fn year_of_file(file: &str) -> Option<u16> {
    file.rsplit('/').find_map(year_in)
}

/// Every year in a text with its bytes.
pub(crate) fn years(text: &str) -> Vec<(u16, Range<usize>)> {
    let mut found = Vec::new();
    // Where a run of digits begins, how many there are, and what they come to.
    let (mut start, mut digits, mut value) = (0, 0, 0_u32);
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if let Some(digit) = digit(c) {
            start = if digits == 0 { at } else { start };
            (digits, value) = (digits + 1, value.saturating_mul(10).saturating_add(digit));
            continue;
        }
        // A longer run is a date (20260115) or a number, not a year.
        if digits == 4 && (2008..2100).contains(&value) {
            found.extend(u16::try_from(value).ok().map(|year| (year, start..at)));
        }
        (digits, value) = (0, 0);
    }
    found
}

fn digit(c: char) -> Option<u32> {
    Some(match c {
        '〇' | '○' | '零' | 'Ｏ' => 0,
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return c.to_digit(10),
    })
}

/// The text without its years and the 年 or 年度 behind them.
pub(super) fn without_years(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for (_, span) in years(text) {
        kept.push_str(&text[from..span.start]);
        let tail = &text[span.end..];
        let behind = ["年度", "年"].iter().find(|word| tail.starts_with(**word)).map_or(0, |word| word.len());
        from = span.end + behind;
    }
    kept.push_str(&text[from..]);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_runs_of_four_digits() {
        assert_eq!(years("2025年和二〇二四年"), [(2025, 0..4), (2024, 10..22)]);
        assert_eq!((year_in("20260112"), year_in("1999年"), year_in("12025"), year_in("")), (None, None, None, None));
        assert_eq!(without_years("甲山镇2025年度年报"), "甲山镇年报");
        assert_eq!(year_of_file("2025/甲山镇20260112.xlsx"), Some(2025));
    }
}
