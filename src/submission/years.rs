//! Years in texts, and which of them can be the year of a report.

use std::ops::Range;

/// Most characters after a year in which an enactment is named: `2019年修订的《政府信息公开条例》`.
const ENACTMENT_CHARS: usize = 24;

/// Returns the first year in a text: four digits from 2008 to 2099, or their Chinese form.
pub(super) fn year_in(text: &str) -> Option<u16> {
    years(text).first().map(|(year, _)| *year)
}

/// Returns the first year in a title or name that can be a report's. Years of dates, document numbers, form versions,
/// enactments and addresses cannot.
pub(super) fn report_year_in(text: &str) -> Option<u16> {
    report_years(text).first().copied()
}

/// Returns the years in a text that can be a report's, in order.
pub(super) fn report_years(text: &str) -> Vec<u16> {
    let is_report_year = |span: &Range<usize>| {
        let (before, behind) = (&text[..span.start], &text[span.end..]);
        !(is_in_date(before, behind) || is_in_number(behind) || is_in_version(before, behind) || is_in_address(before))
    };
    years(text).into_iter().filter(|(_, span)| is_report_year(span)).map(|(year, _)| year).collect()
}

/// Returns the years that a sentence mentions, each followed by 年 or a range. Years of dates, document numbers,
/// enactments and addresses are left out.
pub(super) fn years_in(text: &str) -> Vec<u16> {
    let is_of_date = |behind: &str| {
        let behind = behind.strip_prefix('年').or_else(|| behind.strip_prefix(['-', '/', '.'])).unwrap_or("");
        behind.starts_with(|c: char| c.is_ascii_digit())
    };
    let is_said = |span: &Range<usize>| {
        let (before, behind) = (&text[..span.start], text[span.end..].trim_start());
        let is_range = behind.starts_with(['-', '—', '~', '至']);
        (behind.starts_with('年') || is_range)
            && !(is_of_date(behind) || is_in_number(behind) || is_in_version(before, behind) || is_in_address(before))
    };
    years(text).into_iter().filter(|(_, span)| is_said(span)).map(|(year, _)| year).collect()
}

/// Returns the report year in a file's name, else in its folders' names, innermost first.
pub(super) fn year_of_file(file: &str) -> Option<u16> {
    file.rsplit('/').find_map(report_year_in)
}

/// Returns every year in a text, with its byte range.
pub(crate) fn years(text: &str) -> Vec<(u16, Range<usize>)> {
    let mut found = Vec::new();
    // Start, length and value of the current run of digits.
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

/// Returns whether a year is part of a date (`2025年1月`, `2025.1.10`, `2025-01`, `1/10/2025`) or is the year in which
/// something was received. The months of a whole year (`2025年1-12月`) are no date.
fn is_in_date(before: &str, behind: &str) -> bool {
    let behind = behind.trim_start();
    if let Some(rest) = behind.strip_prefix('年') {
        let rest = rest.trim_start();
        let received = ["收", "接收", "提交", "上报", "报来", "印发", "导出", "下载"];
        return starts_with_month(rest) || received.iter().any(|word| rest.starts_with(word));
    }
    let joined = behind.strip_prefix(['.', '-', '/', '．', '－', '—']);
    let spaced = behind.strip_prefix('_').filter(|rest| {
        let day = rest.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix('_');
        day.is_some_and(|day| day.starts_with(|c: char| c.is_ascii_digit()))
    });
    if joined.or(spaced).is_some_and(starts_with_month) {
        return true;
    }
    // Dates with day and month before the year.
    let mut parts = before.trim_end_matches(['.', '-', '/']).rsplit(['.', '-', '/']);
    let is_short = |part: Option<&str>, take_end: bool| {
        part.is_some_and(|part| {
            let number = part.chars().filter(char::is_ascii_digit).count();
            let at_edge = if take_end { part.ends_with(|c: char| c.is_ascii_digit()) } else { number == part.len() };
            (1..=2).contains(&number) && at_edge
        })
    };
    before.ends_with(['.', '-', '/']) && is_short(parts.next(), false) && is_short(parts.next(), true)
}

/// Returns whether a text begins with a month. `1-12月` and `1月1日至12月31日` are whole years and do not count.
fn starts_with_month(text: &str) -> bool {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let is_month = end <= 2 && text[..end].parse().is_ok_and(|month: u32| (1..=12).contains(&month));
    let chinese = ["十", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let in_words = chinese.iter().any(|numeral| text.starts_with(numeral)) && text.chars().take(3).any(|c| c == '月');
    let is_whole_year = text.find("12月").or_else(|| text.find("12.31")).is_some_and(|at| {
        let between = &text[..at];
        text[..end].trim_start_matches('0') == "1" && between.contains(['-', '－', '—', '～', '~', '至', '到'])
    });
    (is_month || in_words) && !is_whole_year
}

/// Returns whether a year is part of a document's number: `〔2021〕30号`.
fn is_in_number(behind: &str) -> bool {
    let number = behind.strip_prefix(['〕', ']', ')', '】', '）', '］']);
    number.is_some_and(|number| {
        let number = number.trim_start().trim_start_matches('第').trim_start();
        let rest = number.trim_start_matches(|c: char| c.is_ascii_digit());
        rest.len() < number.len() && rest.trim_start().starts_with('号')
    })
}

/// Returns whether a year is that of a form's version or of an enactment: `2021版`, `条例（2019年修订）`.
fn is_in_version(before: &str, behind: &str) -> bool {
    let behind = behind.trim_start();
    let behind = behind.strip_prefix('年').unwrap_or(behind).trim_start();
    let is_version = ["版", "格式", "式样", "样式", "新格式", "表样"].iter().any(|word| behind.starts_with(word));
    let enacted = ["修订", "修正", "公布", "施行", "实施", "颁布", "印发", "制定", "发布", "第"];
    let named = ["条例", "办法", "规定", "》", "法("];
    let follows = |behind: &str| {
        let near: String = behind.chars().take(ENACTMENT_CHARS).collect();
        ["条例", "办法", "规定", "《"].iter().any(|word| near.contains(word))
    };
    let is_enacted = enacted.iter().find_map(|word| behind.strip_prefix(word)).is_some_and(|behind| {
        named.iter().any(|word| before.contains(word)) || behind.starts_with('的') && follows(behind)
    });
    is_version || is_enacted
}

/// Returns whether a year is part of a URL or of an XML namespace.
fn is_in_address(before: &str) -> bool {
    let is_outside = |c: char| !c.is_ascii() || c.is_ascii_whitespace() || matches!(c, '"' | '\'' | '<' | '>');
    let token = before.rsplit(is_outside).next().unwrap_or(before);
    ["://", "www.", "urn:"].iter().any(|mark| token.contains(mark))
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

/// Returns the text without its years, and without 年, 年度 or the months of a whole year after them.
pub(super) fn without_years(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for (_, span) in years(text) {
        kept.push_str(&text[from..span.start]);
        let tail = &text[span.end..];
        let behind = ["年度", "年"].iter().find(|word| tail.starts_with(**word)).map_or(0, |word| word.len());
        from = span.end + behind + months_of_whole_year(&tail[behind..]);
    }
    kept.push_str(&text[from..]);
    kept
}

/// Returns the length in bytes of the months or days of a whole year: `1-12月`, `1月至12月`, `1月1日-12月31日`; else
/// zero.
fn months_of_whole_year(text: &str) -> usize {
    let is_part = |c: &char| c.is_ascii_digit() || "月日-－—～~至到".contains(*c);
    let whole: String = text.chars().take_while(is_part).collect();
    let is_whole = whole.starts_with('1') && whole.contains("12月") && !starts_with_month(&whole);
    if is_whole { whole.len() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_runs_of_four_digits() {
        assert_eq!(years("2025年和二〇二四年"), [(2025, 0..4), (2024, 10..22)]);
        assert_eq!((year_in("20260112"), year_in("1999年"), year_in("12025"), year_in("")), (None, None, None, None));
        assert_eq!(without_years("甲山镇2025年度年报"), "甲山镇年报");
        assert_eq!(without_years("甲山镇2025年1月至12月年报"), "甲山镇年报");
        assert_eq!(without_years("甲山镇2025年12月年报"), "甲山镇12月年报");
        assert_eq!(year_of_file("2025/甲山镇20260112.xlsx"), Some(2025));
    }

    #[test]
    fn years_of_dates_numbers_versions_and_addresses_are_no_report_years() {
        for text in [
            "甲山镇年报2025.1.10.xlsx",
            "2025年1月收",
            "2025年 1 月 10 日报送",
            "二〇二五年一月",
            "2025-01",
            "2025_1_10甲山镇",
            "甲山镇10.1.2025",
            "2025年收到",
            "20250110",
            "国办公开办函〔2021〕30号",
            "（2021）第 30 号附件",
            "年报统计表（2021年版）",
            "2021格式",
            "条例（2019年修订）",
            "依据2019年修订的《政府信息公开条例》",
            "xmlns:ofd=\"http://www.ofdspec.org/2016\"",
            "http://www.example.gov.cn/2025/art.html",
        ] {
            assert_eq!(report_year_in(text), None, "{text}");
        }
        for text in [
            "甲山镇2024年报",
            "甲山镇2024年年报2025.1.10",
            "2025年1月收到的2024年度年报",
            "2024",
            "2024年度",
            "2024年1-12月",
            "2024年1月1日至12月31日",
            "2024年01月01日-2024年12月31日",
            "甲山镇2024(1)",
            "2024_甲山镇",
            "2024-甲山镇",
            "2024年十个乡镇",
            "01-2024年",
            "2024年修订",
            "〔2021〕30号格式2024年",
        ] {
            assert_eq!(report_year_in(text), Some(2024), "{text}");
        }
        assert_eq!(year_of_file("2025年1月收/甲山镇2024.xlsx"), Some(2024));
        assert_eq!(year_of_file("2024/2025年1月/甲山镇.xlsx"), Some(2024));
    }
}
