//! Rows labelled with a year where the form has a single line of figures. The one with the report's year is used.

use std::ops::RangeInclusive;

use crate::document::Grid;
use crate::spelling::compact;

/// The year in the label of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowYear {
    /// 2024年.
    Stated(u16),
    /// 本年.
    This,
    /// 上年.
    Last,
}

impl RowYear {
    fn parse(text: &str) -> Option<Self> {
        let text = compact(text);
        match text.as_str() {
            "本年" | "本年度" | "今年" => return Some(Self::This),
            "上年" | "上年度" | "上一年" | "上一年度" | "去年" => return Some(Self::Last),
            _ => {}
        }
        let year = text.strip_suffix("年度").or_else(|| text.strip_suffix('年')).unwrap_or(&text);
        let is_year = year.len() == 4 && year.starts_with("20") && year.bytes().all(|byte| byte.is_ascii_digit());
        year.parse().ok().filter(|_| is_year).map(Self::Stated)
    }
}

/// Returns the rows that have a year and nothing else before the column `first`.
pub(super) fn year_rows(grid: &Grid, rows: RangeInclusive<u32>, first: u32) -> Vec<(u32, RowYear)> {
    let year = |row: u32| {
        let cells = grid.row(row).iter().filter(|cell| cell.column < first && !cell.text.trim().is_empty());
        let labels: Vec<&str> = cells.map(|cell| cell.text.as_str()).collect();
        let [label] = labels.as_slice() else { return None };
        Some((row, RowYear::parse(label)?))
    };
    rows.filter_map(year).collect()
}

#[cfg(test)]
mod tests {
    use super::RowYear;

    #[test]
    fn years_as_labels() {
        for (text, year) in [
            ("2024年", Some(RowYear::Stated(2024))),
            (" 2024 年度", Some(RowYear::Stated(2024))),
            ("２０２４", Some(RowYear::Stated(2024))),
            ("本年度", Some(RowYear::This)),
            ("上年", Some(RowYear::Last)),
            ("2024年1月", None),
            ("24", None),
            ("", None),
        ] {
            assert_eq!(RowYear::parse(text), year, "{text}");
        }
    }
}
