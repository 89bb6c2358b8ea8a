//! Numbers in Chinese characters.

use rust_decimal::Decimal;

const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
/// Ten thousand: large numbers are written in sections of four digits.
const SECTION: u64 = 10_000;

/// Returns the value of Chinese numerals below a hundred million, and whether it is exact. `两三`, `百` and `一百二`
/// are not exact: they are vague or may mean another number. Returns `None` if the text has other characters.
pub(crate) fn chinese(run: &str) -> Option<(Decimal, bool)> {
    let text: String = run.chars().map(usual).collect();
    let digits: Option<Vec<u64>> = text.chars().map(digit).collect();
    if let Some(digits) = digits.filter(|digits| !digits.is_empty()) {
        let value = digits.iter().fold(0_u64, |sum, digit| sum.saturating_mul(10).saturating_add(*digit));
        return Some((Decimal::from(value), digits.len() == 1 || text.contains('零')));
    }
    let (mut sum, mut section, mut last) = (0_u64, 0_u64, None);
    for c in text.chars() {
        match unit(c) {
            Some(SECTION) => {
                let thousands = section.saturating_add(last.unwrap_or(0)).max(1);
                (sum, section, last) = (sum.saturating_add(thousands.saturating_mul(SECTION)), 0, None);
            }
            Some(unit) => {
                section = section.saturating_add(last.unwrap_or(1).saturating_mul(unit));
                last = None;
            }
            None => last = Some(digit(c)?),
        }
    }
    let value = sum.saturating_add(section).saturating_add(last.unwrap_or(0));
    let shortest = text.strip_prefix('一').filter(|rest| rest.starts_with('十')).unwrap_or(&text);
    let is_exact = shortest == written(value);
    (!text.is_empty()).then(|| (Decimal::from(value), is_exact))
}

/// Returns whether a character is a Chinese numeral.
pub(crate) fn is_chinese_numeral(c: char) -> bool {
    digit(usual(c)).is_some() || unit(c).is_some()
}

/// Replaces a variant of a numeral by its usual character.
fn usual(c: char) -> char {
    match c {
        '〇' | '○' => '零',
        '两' => '二',
        _ => c,
    }
}

fn digit(c: char) -> Option<u64> {
    DIGITS.iter().position(|other| *other == c).and_then(|at| u64::try_from(at).ok())
}

fn unit(c: char) -> Option<u64> {
    match c {
        '十' => Some(10),
        '百' => Some(100),
        '千' => Some(1000),
        '万' => Some(SECTION),
        _ => None,
    }
}

/// Writes a number in Chinese numerals; one from 10 to 19 begins with 十, not 一十.
fn written(value: u64) -> String {
    let (high, low) = (value / SECTION, value % SECTION);
    let mut text = String::new();
    if high > 0 {
        text = format!("{}万", written(high));
    }
    let mut is_gap = false;
    for (power, unit) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = low / power % 10;
        if digit == 0 {
            is_gap = !text.is_empty();
            continue;
        }
        if is_gap {
            text.push('零');
        }
        is_gap = false;
        if !(text.is_empty() && power == 10 && digit == 1) {
            text.extend(usize::try_from(digit).ok().and_then(|digit| DIGITS.get(digit)));
        }
        text.push_str(unit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_as_they_are_written() {
        for (text, value, is_exact) in [
            ("十", 10, true),
            ("一十二", 12, true),
            ("二十", 20, true),
            ("一百零五", 105, true),
            ("一百一十", 110, true),
            ("一千零五十", 1050, true),
            ("一千二百", 1200, true),
            ("三万五千", 35_000, true),
            ("十二万零三", 120_003, true),
            ("二〇", 20, true),
            ("两千", 2000, true),
            ("一百二", 102, false),
            ("一千二", 1002, false),
            ("两三", 23, false),
            ("一二百", 200, false),
            ("百", 100, false),
            ("十十", 20, false),
        ] {
            assert_eq!(chinese(text), Some((Decimal::from(value), is_exact)), "{text}");
        }
        assert_eq!((chinese(""), chinese("十几"), chinese("第三")), (None, None, None));
    }
}
