//! Reader of roster tables in the layouts that offices use: various headers, a title above, section rows and totals
//! between the units.

use std::collections::HashSet;

use super::kind_words::{kind_named, with_kind};
use super::twins::{Twin, twins};
use super::{Roster, Unit, UnitKind, date_in};
use crate::error::{Error, Result};
use crate::message::Message;
use crate::spelling::{compact, key};

/// The columns: the English header, then the Chinese ones in order of preference.
const COLUMNS: [(&str, &[&str]); 10] = [
    ("unit_id", &["单位代码", "单位编码", "单位编号", "机构代码", "代码", "编码", "编号", "序号"]),
    (
        "unit",
        &[
            "单位名称",
            "报送单位名称",
            "填报单位名称",
            "应报单位名称",
            "单位全称",
            "全称",
            "报送单位",
            "填报单位",
            "应报单位",
            "应报送单位",
            "应填报单位",
            "编报单位",
            "编制单位",
            "公开单位",
            "责任单位",
            "机构名称",
            "机关名称",
            "部门名称",
            "乡镇名称",
            "部门单位名称",
            "单位部门名称",
            "乡镇部门名称",
            "镇街部门名称",
            "单位",
            "部门单位",
            "单位部门",
            "乡镇部门",
            "部门乡镇",
            "乡镇街道部门",
            "镇街部门",
            "报送部门",
            "填报部门",
            "责任部门",
            "名称",
            "部门",
            "乡镇街道",
            "镇街",
            "乡镇",
            "机构",
            "机关",
        ],
    ),
    ("kind", &["类型", "单位类型", "类别", "单位类别", "性质", "单位性质", "分类", "种类"]),
    ("aliases", &["别名", "简称", "单位简称", "其他名称", "又名", "曾用名", "原名", "旧名"]),
    ("required", &["应报", "是否应报", "应报送", "是否应报送", "需报送", "是否报送", "是否需报送"]),
    ("due", &["截止日期", "截止时间", "应报日期", "报送期限", "报送截止日期", "报送时限"]),
    ("received", &["收到日期", "收到时间", "报送日期", "收件日期"]),
    ("merged_into", &["并入", "并入单位", "合并到", "划入"]),
    ("contact", &["联系人", "经办人", "联络员"]),
    ("phone", &["电话", "联系电话", "联系方式", "手机", "手机号", "手机号码"]),
];

/// Headers of other columns, by which a header row is recognised.
const OTHER_HEADERS: [&str; 9] = ["联系人", "电话", "联系电话", "联系方式", "手机", "负责人", "备注", "姓名", "地址"];

/// Header of a column with row numbers. They are not codes if the numbering restarts in each section.
const ROW_NUMBERS: &str = "序号";

type Columns = [Option<usize>; COLUMNS.len()];

impl Roster {
    /// Builds a roster from the rows of a table. The first row with a header for the unit column is the header row.
    /// Titles above it, and section rows, totals, remarks and repeated headers below it, are skipped.
    ///
    /// # Errors
    /// `Error::Given` if there is no such header row, a name or code occurs twice, or a word is not understood.
    pub fn from_rows(file: &str, rows: &[Vec<String>]) -> Result<Self> {
        let fail = |why: Message| Error::Given { file: file.to_owned(), why };
        let header = rows.iter().position(|row| is_header(row));
        let header = header.ok_or_else(|| {
            fail(Message::new(
                "没有找到标题为“单位名称”（或“单位”“部门”等）的列",
                "no column is headed unit or “单位名称”",
            ))
        })?;
        let blocks = blocks(&rows[header]);
        let (mut units, mut lines, mut remarks) = (Vec::new(), Vec::new(), Vec::new());
        for (from, to) in blocks {
            let part = |row: &Vec<String>| row.get(from..to.min(row.len())).unwrap_or_default().to_vec();
            let head = part(&rows[header]);
            let columns = columns(&head);
            let mut band = UnitKind::Other;
            for (number, row) in rows.iter().enumerate().skip(header + 1) {
                let row = part(row);
                if let Some(kind) = band_of(&columns, &row) {
                    band = kind;
                } else if !is_repeated(&columns, &head, &row) && !is_no_unit(&columns, &row) {
                    let unit = unit_of(&columns, &row).map_err(|why| {
                        fail(Message {
                            zh: format!("第{}行：{}", number + 1, why.zh),
                            en: format!("row {}: {}", number + 1, why.en),
                        })
                    })?;
                    lines.extend(unit.is_some().then_some(number + 1));
                    remarks.extend(unit.as_ref().and_then(|unit| unknown_kind(&columns, &row, &unit.name, number + 1)));
                    units.extend(unit.map(|unit| with_kind(unit, band)));
                }
            }
        }
        if units.is_empty() {
            return Err(fail(Message::new(
                "名册里没有单位，请在“单位名称”一栏填写，一行一个",
                "it lists no unit; write them below the heading 单位名称 or unit, one a row",
            )));
        }
        without_row_numbers(&mut units, &rows[header]);
        if let Some(why) = twins(&units, &lines, Twin::Name) {
            return Err(fail(why));
        }
        remarks.extend(twins(&units, &lines, Twin::Alias));
        let roster = Self::of_units(units).map_err(fail)?;
        Ok(Self { remarks, ..roster })
    }
}

/// Returns a remark if the word in the column of kinds is unknown; the unit's kind is then `Other`.
fn unknown_kind(columns: &Columns, row: &[String], name: &str, line: usize) -> Option<Message> {
    let word =
        columns[2].and_then(|at| row.get(at)).map(|word| word.trim()).filter(|word| kind_named(word).is_none())?;
    Some(Message::new(
        format!("第{line}行“{name}”的类型“{word}”无法识别，按“其他”处理"),
        format!("row {line} “{name}”: the kind “{word}” is not known and is taken as “其他”"),
    ))
}

/// Returns the text of a header cell without remarks in brackets: 单位（全称）.
fn header_text(cell: &str) -> String {
    let cell = compact(cell);
    let mut depth = 0_i32;
    let mut outside = String::new();
    for c in cell.chars() {
        match c {
            '(' | '[' | '〔' | '【' => depth += 1,
            ')' | ']' | '〕' | '】' => depth -= 1,
            c if depth < 1 => outside.push(c),
            _ => {}
        }
    }
    key(if key(&outside).is_empty() { &cell } else { &outside })
}

fn column(header: &[String], which: usize) -> Option<usize> {
    let (english, chinese) = COLUMNS[which];
    let is_english = |cell: &&String| compact(cell).eq_ignore_ascii_case(english);
    let cells: Vec<String> = header.iter().map(|cell| header_text(cell)).collect();
    let whole: Vec<String> = header.iter().map(|cell| key(cell)).collect();
    let named = |word: &&'static str| {
        let at = whole.iter().position(|cell| cell == word);
        at.or_else(|| cells.iter().position(|cell| cell == word))
    };
    header.iter().position(|cell| is_english(&cell)).or_else(|| chinese.iter().find_map(named))
}

fn columns(header: &[String]) -> Columns {
    let mut columns: Columns = std::array::from_fn(|which| column(header, which));
    // A column has one meaning, although a header with brackets may match two.
    if columns[2] == columns[1] {
        columns[2] = None;
    }
    columns
}

/// Returns whether a row is the header row. 乡镇 and 部门 are also kinds, so they count as unit headers only next to
/// another header.
fn is_header(row: &[String]) -> bool {
    let is_other = |cell: &String| {
        let text = header_text(cell);
        let known = COLUMNS.iter().enumerate().filter(|(which, _)| *which != 1);
        OTHER_HEADERS.contains(&text.as_str())
            || known.into_iter().any(|(_, (_, words))| words.contains(&text.as_str()))
    };
    column(row, 1).is_some_and(|at| is_sure_header(&row[at]) || row.iter().any(is_other))
}

fn is_sure_header(cell: &str) -> bool {
    let text = header_text(cell);
    text.eq_ignore_ascii_case("unit") || ["单位", "名称", "全称"].iter().any(|word| text.contains(word))
}

/// Returns whether a row repeats the header, as at the top of each printed page.
fn is_repeated(columns: &Columns, header: &[String], row: &[String]) -> bool {
    let cell = |row: &[String]| columns[1].and_then(|at| row.get(at)).map(|cell| header_text(cell));
    cell(row).is_some_and(|text| !text.is_empty() && Some(text) == cell(header))
}

/// Returns the column ranges (end exclusive) of a header that is repeated side by side; otherwise one range for all
/// columns.
fn blocks(header: &[String]) -> Vec<(usize, usize)> {
    let cells: Vec<String> = header.iter().map(|cell| header_text(cell)).collect();
    let first = cells.iter().position(|cell| !cell.is_empty()).unwrap_or(0);
    let starts: Vec<usize> = (first..cells.len()).filter(|at| cells[*at] == cells[first]).collect();
    let part = |number: usize| {
        let to = starts.get(number + 1).copied().unwrap_or(cells.len());
        (starts[number], to)
    };
    let texts = |(from, to): (usize, usize)| {
        cells[from..to].iter().filter(|cell| !cell.is_empty()).cloned().collect::<Vec<_>>()
    };
    let parts: Vec<(usize, usize)> = (0..starts.len()).map(part).collect();
    let alike = parts.len() > 1 && parts.iter().all(|part| texts(*part) == texts(parts[0]));
    let has_unit = |(from, to): &(usize, usize)| column(&header[*from..*to], 1).is_some();
    if alike && parts.iter().all(has_unit) { parts } else { vec![(0, usize::MAX)] }
}

/// Returns the kind that a section row names, such as 一、乡镇（12个）: a row with one filled cell, or with the same text in
/// all filled cells.
fn band_of(columns: &Columns, row: &[String]) -> Option<UnitKind> {
    let mut filled = row.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    let first = filled.next()?;
    if !filled.all(|cell| cell == first) {
        return None;
    }
    let text = header_text(first);
    let text = text.trim_start_matches(|c: char| "一二三四五六七八九十0123456789第".contains(c));
    let is_band = text.ends_with(['类', '部']) || kind_named(text).is_some_and(|kind| kind != UnitKind::Other);
    let name = columns[1].and_then(|at| row.get(at)).map_or("", String::as_str);
    // 甲山镇 alone in a row is a unit; 乡镇 is a section.
    (is_band && (name.is_empty() || kind_named(text).is_some())).then(|| kind_named(text).unwrap_or_default())
}

/// Returns whether a row is a total or a remark.
fn is_no_unit(columns: &Columns, row: &[String]) -> bool {
    let is_total = |text: &str| {
        let text = key(text);
        ["合计", "总计", "共计", "小计", "总数"].iter().any(|word| text.starts_with(word))
            || text.starts_with('共') && text.contains(['个', '家'])
            || ["备注", "说明", "注", "填表人", "制表人", "联系人"].contains(&text.as_str())
            || ["备注:", "说明:", "注:", "填表人:", "制表人:", "联系人:"]
                .iter()
                .any(|word| compact(text_of(row)).starts_with(word))
    };
    let name = columns[1].and_then(|at| row.get(at)).map_or("", String::as_str);
    let first = text_of(row);
    is_total(name) || is_total(first)
}

/// Returns the first non-blank text of a row.
fn text_of(row: &[String]) -> &str {
    row.iter().map(|cell| cell.trim()).find(|cell| !cell.is_empty()).unwrap_or("")
}

fn unit_of(columns: &Columns, row: &[String]) -> std::result::Result<Option<Unit>, Message> {
    let text = |which: usize| {
        let cell = columns[which].and_then(|at| row.get(at)).map(|cell| cell.trim());
        cell.filter(|cell| !cell.is_empty()).map(str::to_owned)
    };
    let Some(name) = text(1).map(|name| as_one_line(&name)) else {
        return Ok(None);
    };
    let required = text(4).unwrap_or_default();
    Ok(Some(Unit {
        id: text(0).unwrap_or_else(|| name.clone()),
        // An unknown kind is no reason to refuse the roster.
        kind: text(2).and_then(|kind| kind_named(&kind)).unwrap_or_default(),
        aliases: text(3)
            .unwrap_or_default()
            .split([';', '；', '、', ',', '，', '/', '|', '\n'])
            .map(as_one_line)
            .filter(|alias| !alias.is_empty())
            .collect(),
        required: is_required(&required).ok_or_else(|| {
            Message::new(
                format!("“应报”一栏应填是或否，现为“{required}”"),
                format!("required is neither yes nor no: “{required}”"),
            )
        })?,
        due: text(5)
            .filter(|due| !NO_DATE.contains(&due.as_str()))
            .map(|due| dated("截止日期", "due", due))
            .transpose()?,
        // Words such as 未收到 state no date.
        received: (text(6).filter(|received| received.contains(|c: char| c.is_ascii_digit())))
            .map(|received| dated("收到日期", "received", received))
            .transpose()?,
        merged_into: text(7),
        contact: text(8),
        phone: text(9),
        name,
    }))
}

/// Texts of a date column that state no date.
const NO_DATE: [&str; 6] = ["无", "-", "—", "——", "/", "待定"];

/// Returns the text of a date column if there is a date in it. An unreadable due date would make a unit late.
fn dated(zh: &str, en: &str, text: String) -> std::result::Result<String, Message> {
    if date_in(&text).is_some() {
        return Ok(text);
    }
    Err(Message::new(
        format!("“{zh}”一栏应填年月日，例如2026-01-20，现为“{text}”"),
        format!("{en} is no date with year, month and day: “{text}”"),
    ))
}

fn is_required(word: &str) -> Option<bool> {
    let word = compact(word).to_lowercase();
    match word.as_str() {
        "" | "yes" | "y" | "是" | "应报" | "应" | "需" | "需要" | "需报送" | "报" | "1" | "true" | "√" | "✓" | "✔" => {
            Some(true)
        }
        "no" | "n" | "否" | "不" | "不报" | "不应报" | "无需" | "不需要" | "不需报送" | "免报" | "垂管" | "0"
        | "false" | "×" | "x" | "✗" => Some(false),
        _ => None,
    }
}

/// Joins a name that wraps within its cell or has spaces between its characters. Other white space is kept.
fn as_one_line(text: &str) -> String {
    let is_chinese =
        |c: Option<char>| c.is_some_and(|c| ('\u{4e00}'..='\u{9fff}').contains(&c) || matches!(c, '（' | '）'));
    let mut line = String::new();
    for piece in text.trim().split_inclusive(char::is_whitespace) {
        let (word, gap) = piece.split_at(piece.trim_end().len());
        let kept = line.trim_end().len();
        if is_chinese(line.trim_end().chars().next_back()) && is_chinese(word.chars().next()) {
            line.truncate(kept);
        }
        line.push_str(word);
        line.push_str(gap);
    }
    line
}

/// Replaces the ids from a column of row numbers by the units' names, if the numbers are not unique.
fn without_row_numbers(units: &mut [Unit], header: &[String]) {
    let is_row_number = column(header, 0).is_some_and(|at| header_text(&header[at]) == ROW_NUMBERS);
    let mut ids = HashSet::new();
    let unique = units.iter().all(|unit| ids.insert(unit.id.clone()));
    if is_row_number && !unique {
        for unit in units {
            unit.id.clone_from(&unit.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::UnitKind::{Department, Other, Subdistrict, Township};
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        text.lines().map(|line| line.split(',').map(|cell| cell.trim().to_owned()).collect()).collect()
    }

    fn read(text: &str) -> Vec<(String, UnitKind)> {
        let roster = Roster::from_rows("r.csv", &rows(text)).expect("readable");
        roster.units.into_iter().map(|unit| (unit.name, unit.kind)).collect()
    }

    #[test]
    fn headers_in_either_language_and_rows_that_are_wrong() {
        let text = rows("示例县名册\n单位代码,单位名称,类型,应报\n01,甲山镇,乡镇,是\n02,税务局,部门,否");
        let read = Roster::from_rows("r.csv", &text).expect("readable");
        assert_eq!(read.units.iter().map(|unit| unit.required).collect::<Vec<_>>(), [true, false]);
        assert!(Roster::from_rows("r.csv", &text[2..]).is_err());
        let twice = [text[1].clone(), text[2].clone(), text[2].clone()];
        let refused = Roster::from_rows("r.csv", &twice).expect_err("a unit twice").message().zh;
        assert!(refused.contains("第2行“甲山镇”与第3行“甲山镇”"), "{refused}");
        let alias = rows("单位名称,别名\n甲山镇,山镇\n\n乙水乡,山镇");
        let said = &Roster::from_rows("r.csv", &alias).expect("readable").remarks[0].zh;
        assert!(said.contains("第2行“甲山镇”与第4行“乙水乡”的名称或别名重复（“山镇”）"), "{said}");
        let dates = |date: &str| {
            let text = format!("单位名称,截止日期,收到日期\n甲山镇,{date}");
            let read = Roster::from_rows("r.csv", &rows(&text)).map_err(|error| error.message().zh);
            read.map(|roster| (roster.units[0].due.clone(), roster.units[0].received.clone()))
        };
        let some = |date: &str| Some(date.to_owned());
        assert_eq!(dates("2026年1月20日前,2026/1/18 17:00"), Ok((some("2026年1月20日前"), some("2026/1/18 17:00"))));
        assert_eq!(dates("无,未收到"), Ok((None, None)));
        for date in ["1月20日,", "2026年1月中旬,", "46042,", "月底,", ",1月22日", "2026-13-01,"] {
            let refused = dates(date).expect_err(date);
            assert!(refused.contains("第2行") && refused.contains("应填年月日"), "{refused}");
        }
        let kind = rows("单位名称,类型\n甲山镇,乡镇府\n某所,新造词");
        let read = Roster::from_rows("r.csv", &kind).expect("readable");
        assert_eq!(read.remarks.len(), 1, "{:?}", read.remarks);
        assert_eq!(read.remarks[0].zh, "第3行“某所”的类型“新造词”无法识别，按“其他”处理");
    }

    #[test]
    fn headers_and_kinds_as_people_write_them() {
        for header in
            ["报送单位名称", "部门", "单位（全称）", "名称", "乡镇", "单 位", "乡镇（街道）、部门", "Unit", "应报单位"]
        {
            assert_eq!(read(&format!("序号,{header}\n1,甲山镇\n2,财政局")).len(), 2, "{header}");
        }
        let kinds = "单位,类别\n甲山镇,乡 镇\n城关街道,街道办\n丁河街道办事处,镇街\n财政局,县直部门\n税务局,垂管单位\n一中,学校\n某局,新造词";
        let kinds: Vec<UnitKind> = read(kinds).into_iter().map(|(_, kind)| kind).collect();
        assert_eq!(kinds, [Township, Subdistrict, Subdistrict, Department, Department, Other, Other]);
    }

    #[test]
    fn titles_bands_totals_and_blank_rows_are_no_units() {
        let text = "示例县应报单位名册,,\n（共3个）,,\n序号,单位,联系人\n一、乡镇（2个）,,\n1,甲山镇,张三\n,,\n2,乙 水 乡,李四\n小计,2,\n\
                    二、县直部门,,\n序号,单位,联系人\n1,财政局,王五\n合计,3,\n注：以上为应报单位,,";
        let expected = [("甲山镇", Township), ("乙水乡", Township), ("财政局", Department)];
        assert_eq!(read(text), expected.map(|(name, kind)| (name.to_owned(), kind)));
    }

    #[test]
    fn names_in_one_line() {
        for (text, line) in
            [("财 政 局", "财政局"), (" 甲山镇\n人民政府 ", "甲山镇人民政府"), ("尾. . ", "尾. ."), ("A b", "A b")]
        {
            assert_eq!(as_one_line(text), line);
        }
        assert_eq!(as_one_line("丙　 林镇"), "丙林镇");
    }

    #[test]
    fn two_blocks_side_by_side() {
        let text = "序号,单位名称,,序号,单位名称\n1,甲山镇,,3,财政局\n2,乙水乡,,,";
        let names: Vec<String> = read(text).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["甲山镇", "乙水乡", "财政局"]);
    }
}
