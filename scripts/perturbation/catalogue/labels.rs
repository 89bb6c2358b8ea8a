//! Perturbations of the wording and notation of row labels.

use super::super::case::{ANY, Case, Format, LineKind, SPANS};
use super::super::grid::Role;
use super::super::random::Random;
use super::Entry;

/// Formats in which a cell may contain a line break.
const BREAKING: &[Format] =
    &[Format::Xlsx, Format::Xlsx, Format::Docx, Format::Html, Format::Csv, Format::Ods, Format::SheetMl];

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new("l-inner-space", "short labels set wide: 规 章", &["short labels"], ANY, |case, _| {
        short(case, |text| join(text, " "))
    }),
    Entry::new(
        "l-ideographic-space",
        "short labels set wide with ideographic spaces: 规　章",
        &["short labels"],
        ANY,
        |case, _| short(case, |text| join(text, "\u{3000}")),
    ),
    Entry::new("l-broken", "longer labels broken by a line break", &["breaks"], BREAKING, |case, random| {
        let at = 4 + random.below(5);
        rewrite(case, |text| broken(text, at))
    }),
    Entry::new("l-half-width", "brackets and stops in half width: (一), 1.", &["punctuation"], ANY, |case, _| {
        rewrite_all(case, |text| {
            text.replace('（', "(").replace('）', ")").replace('：', ":").replace('，', ",").replace(['“', '”'], "\"")
        })
    }),
    Entry::new("l-quotes-lost", "quotation marks lost: 三安全一稳定", &["punctuation"], ANY, |case, _| {
        rewrite(case, |text| text.replace(['“', '”'], ""))
    }),
    Entry::new("l-quotes-straight", "quotation marks straight or in corners", &["punctuation"], ANY, |case, random| {
        let (open, close) = [("\"", "\""), ("「", "」"), ("‘", "’"), ("”", "“")][random.below(4)];
        rewrite(case, |text| text.replace('“', open).replace('”', close))
    }),
    Entry::new("l-number-comma", "numbers with another stop: 1、 1． (1) 1)", &["numbers"], ANY, |case, random| {
        let stop = ["、", "．", ")", "）", " "][random.below(5)];
        rewrite(case, |text| number(text, stop))
    }),
    Entry::new("l-number-lost", "labels without their numbers", &["numbers"], ANY, |case, _| {
        rewrite(case, |text| bare(text).to_owned())
    }),
    Entry::new("l-number-space", "a space behind the number: 1. 属于国家秘密", &["numbers"], ANY, |case, _| {
        rewrite(case, |text| format!("{} {}", &text[..text.len() - bare(text).len()], bare(text)).trim().to_owned())
    }),
    Entry::new(
        "l-number-round",
        "numbers of outcomes in one character: ㈠ ⑴ ①",
        &["numbers"],
        ANY,
        |case, random| {
            let first = ['①', '⑴'][random.below(2)];
            rewrite(case, |text| {
                let mut text = text.to_owned();
                for (at, from) in ["1.", "2.", "3.", "4.", "5.", "6.", "7.", "8."].iter().enumerate() {
                    if text.starts_with(from) {
                        let sign = char::from_u32(first as u32 + super::super::small::<u32>(at)).unwrap_or(first);
                        text = text.replacen(from, &sign.to_string(), 1);
                    }
                }
                text
            })
        },
    ),
    Entry::new("l-synonym", "other wordings of labels that are in use", &["wording"], ANY, |case, random| {
        synonyms(case, random, 6)
    }),
    Entry::new("l-measure", "the measure behind a label: 行政许可（件）", &["behind"], ANY, |case, random| {
        some(case, random, |text| format!("{text}（件）"))
    }),
    Entry::new("l-colon", "a colon behind labels", &["behind"], ANY, |case, _| {
        rewrite(case, |text| format!("{text}："))
    }),
    Entry::new("l-dots", "a line of dots behind labels", &["behind"], ANY, |case, random| {
        some(case, random, |text| format!("{text}……"))
    }),
    Entry::new("l-star", "an asterisk in front of labels", &["in front"], ANY, |case, random| {
        some(case, random, |text| format!("*{text}"))
    }),
    Entry::new("l-among", "其中 in front of the rows of a group", &["in front"], ANY, |case, _| {
        let mut done = false;
        for cell in case.labels().filter(|cell| cell.text.starts_with("1.")) {
            cell.text = format!("其中：{}", cell.text);
            done = true;
        }
        done
    }),
    Entry::new(
        "l-radicals",
        "characters of the radicals' block, as readers of PDF leave them: ⾏政",
        &["characters"],
        ANY,
        |case, _| rewrite_all(case, radicals),
    ),
    Entry::new("l-zero-width", "characters of no width within labels", &["characters"], ANY, |case, _| {
        rewrite_all(case, |text| join(text, "\u{200b}"))
    }),
    Entry::new("l-other-written", "其它 for 其他", &["wording"], ANY, |case, _| {
        rewrite_all(case, |text| text.replace("其他", "其它"))
    }),
    Entry::new("l-clipped", "a long label cut off by its column's width", &["wording"], ANY, |case, _| {
        let mut done = false;
        for cell in case.labels().filter(|cell| cell.text.contains("逾期")) {
            let end = cell.text.find("逾期").and_then(|at| Some(at + cell.text[at..].find('、')?));
            if let Some(end) = end {
                cell.text.truncate(end);
                done = true;
            }
        }
        done
    })
    .on("2021"),
    Entry::new("l-note", "an explanation in brackets behind labels", &["behind"], ANY, |case, random| {
        some(case, random, |text| format!("{text}（含上年未办结转入的情形）"))
    }),
    Entry::new("l-slip", "one wrong character in a long label", &["wording", "neighbours"], ANY, |case, random| {
        let slips =
            [("反复", "反覆"), ("内部事务", "内部事物"), ("第三方", "第叁方"), ("掌握", "掌渥"), ("出版物", "出板物")];
        let (from, to) = slips[random.below(slips.len())];
        rewrite(case, |text| text.replace(from, to))
    })
    .with(&["V10"]),
    Entry::new("l-lost", "the label 规章 lost, its row of figures there", &["short labels"], ANY, |case, _| {
        let mut done = false;
        for cell in case.labels().filter(|cell| cell.text == "规章") {
            cell.text = String::new();
            done = true;
        }
        done
    })
    .with(&["F07"])
    .unreadable(),
    Entry::new(
        "l-group-in-label",
        "the group in front of each of its rows: 不予公开-1.属于国家秘密",
        &["in front", "stubs"],
        ANY,
        |case, _| grouped(case),
    ),
    Entry::new("l-group-below", "the rows of a group indented by spaces", &["in front"], ANY, |case, _| {
        rewrite(case, |text| {
            if text.starts_with(|c: char| c.is_ascii_digit()) { format!("    {text}") } else { text.to_owned() }
        })
    }),
    Entry::new(
        "l-number-deeper",
        "numbers of several levels: 3.3.1 属于国家秘密",
        &["numbers"],
        ANY,
        |case, _| deeper(case),
    ),
    Entry::new(
        "l-article-short",
        "第二十条(一)项 for 第二十条第（一）项",
        &["articles"],
        ANY,
        |case, _| articles(case, |text| text.replacen("条第", "条", 1)),
    ),
    Entry::new("l-article-long", "the regulation's name in front of the article", &["articles"], ANY, |case, _| {
        articles(case, |text| format!("《中华人民共和国政府信息公开条例》{text}"))
    }),
    Entry::new("l-article-lost", "the article's number lost: 第二十条第", &["articles"], ANY, |case, _| {
        articles(case, |_| "第二十条第".to_owned())
    }),
    Entry::new(
        "l-article-colon",
        "the article written out: 第二十条第一项：",
        &["articles"],
        ANY,
        |case, _| articles(case, |text| text.replace(['（', '）'], "") + "："),
    ),
    Entry::new(
        "l-section-long",
        "titles of the tables in the wording of the regulation",
        &["sections"],
        ANY,
        |case, _| {
            let form = case.form;
            for table in 0..3 {
                let title = form.tables[table].also.first().cloned().unwrap_or_default();
                let number = ["二、", "三、", "四、"][table];
                case.lines(LineKind::Section(table)).for_each(|text| *text = format!("{number}{title}"));
            }
            true
        },
    ),
    Entry::new(
        "l-section-number",
        "titles of the tables with other numbers: （二） 2. 第二部分 表二",
        &["sections"],
        ANY,
        |case, random| {
            let numbers = [
                ["（二）", "（三）", "（四）"],
                ["2.", "3.", "4."],
                ["第二部分 ", "第三部分 ", "第四部分 "],
                ["表二 ", "表三 ", "表四 "],
                ["2、 ", "3、 ", "4、 "],
                ["", "", ""],
                ["一、", "二、", "三、"],
            ][random.below(7)];
            let form = case.form;
            for (table, number) in numbers.iter().enumerate() {
                let title = &form.tables[table].title;
                case.lines(LineKind::Section(table)).for_each(|text| *text = format!("{number}{title}"));
            }
            true
        },
    ),
    Entry::new("l-section-lost", "tables without their titles", &["sections"], ANY, |case, _| {
        (0..3).for_each(|table| case.remove_lines(LineKind::Section(table)));
        true
    }),
    Entry::new(
        "l-section-junk",
        "marks of a scanner in front of titles: 丨二、",
        &["sections"],
        ANY,
        |case, random| {
            let mark = ["丨", "|", "l", "·", "▲"][random.below(5)];
            for table in 0..3 {
                case.lines(LineKind::Section(table)).for_each(|text| *text = format!("{mark}{text}"));
            }
            true
        },
    ),
    Entry::new("l-section-in-grid", "the title as the first row of each table", &["sections"], SPANS, |case, _| {
        let form = case.form;
        (0..3).for_each(|table| case.remove_lines(LineKind::Section(table)));
        for grid in case.grids().filter(|grid| grid.table < 3) {
            grid.insert_rows(0, 1);
            let (columns, title) = (grid.columns, &form.tables[grid.table].title);
            grid.push(super::super::grid::Cell::spanning(0, 0, 1, columns, Role::Other, title));
        }
        true
    }),
];

/// Rewrites the labels of rows; returns whether any changed.
fn rewrite(case: &mut Case, write: impl Fn(&str) -> String) -> bool {
    let mut done = false;
    for cell in case.labels() {
        let text = write(&cell.text);
        done |= text != cell.text;
        cell.text = text;
    }
    done
}

/// Rewrites all labels and headers in the form's tables.
pub(super) fn rewrite_all(case: &mut Case, write: impl Fn(&str) -> String) -> bool {
    let mut done = false;
    for cell in case.printed() {
        let text = write(&cell.text);
        done |= text != cell.text;
        cell.text = text;
    }
    done
}

/// Rewrites about a third of the labels.
fn some(case: &mut Case, random: &mut Random, write: impl Fn(&str) -> String) -> bool {
    let mut done = false;
    for cell in case.labels() {
        if random.below(3) == 0 && !cell.text.is_empty() {
            cell.text = write(&cell.text);
            done = true;
        }
    }
    done
}

fn short(case: &mut Case, write: impl Fn(&str) -> String) -> bool {
    rewrite(case, |text| if text.chars().count() <= 4 { write(text) } else { text.to_owned() })
}

fn articles(case: &mut Case, write: impl Fn(&str) -> String) -> bool {
    let mut done = false;
    for cell in case.cells().filter(|cell| cell.role == Role::Article) {
        cell.text = write(&cell.text);
        done = true;
    }
    done
}

/// Puts a separator between the characters of a text.
pub(super) fn join(text: &str, between: &str) -> String {
    text.chars().map(String::from).collect::<Vec<_>>().join(between)
}

fn broken(text: &str, at: usize) -> String {
    let characters: Vec<char> = text.chars().collect();
    characters.chunks(at).map(|piece| piece.iter().collect::<String>()).collect::<Vec<_>>().join("\n")
}

/// Returns a label without its number.
fn bare(text: &str) -> &str {
    let is_number = |c: char| c.is_ascii_digit() || ".、（）一二三四五六七八".contains(c);
    let rest = text.trim_start_matches(is_number);
    let cut = text.len() - rest.len();
    let number = &text[..cut];
    let is_whole = number.ends_with(['.', '、', '）']);
    if is_whole { rest } else { text }
}

fn number(text: &str, stop: &str) -> String {
    text.split_once('.')
        .filter(|(number, _)| number.chars().all(|c| c.is_ascii_digit()))
        .map_or_else(|| text.to_owned(), |(number, rest)| format!("{number}{stop}{rest}"))
}

/// Replaces up to `most` labels by alternatives from the form's own list.
fn synonyms(case: &mut Case, random: &mut Random, most: usize) -> bool {
    let form = case.form;
    let mut done = 0;
    for grid in case.grids().filter(|grid| grid.table < 3) {
        let table = &form.tables[grid.table];
        for cell in &mut grid.cells {
            let Role::Label(block, row) = cell.role else { continue };
            let row = &table.blocks[block].rows[row];
            // This word alone could be the label of another row.
            let also: Vec<&String> = row.also.iter().filter(|also| *also != "合计").collect();
            if !also.is_empty() && done < most && random.below(3) == 0 {
                cell.text = format!("{}{}", row.number, also[random.below(also.len())]);
                done += 1;
            }
        }
    }
    done > 0
}

fn radicals(text: &str) -> String {
    const PAIRS: [(char, char); 10] = [
        ('一', '⼀'),
        ('行', '⾏'),
        ('自', '⾃'),
        ('人', '⼈'),
        ('公', '公'),
        ('文', '⽂'),
        ('法', '法'),
        ('理', '理'),
        ('二', '⼆'),
        ('用', '⽤'),
    ];
    text.chars().map(|c| PAIRS.iter().find(|(plain, _)| *plain == c).map_or(c, |(_, other)| *other)).collect()
}

/// Puts each group's label before the labels of its rows and removes the group cells.
fn grouped(case: &mut Case) -> bool {
    let Some(grid) = case.grid(1) else { return false };
    let stubs: Vec<(usize, usize, usize, String)> = grid
        .cells
        .iter()
        .filter(|cell| cell.role == Role::Stub && cell.column == 1)
        .map(|cell| (cell.row, cell.rows, cell.column, cell.text.clone()))
        .collect();
    for cell in &mut grid.cells {
        let Role::Label(..) = cell.role else { continue };
        if let Some((.., text)) = stubs.iter().find(|(row, rows, ..)| (*row..row + rows).contains(&cell.row)) {
            cell.text = format!("{text}-{}", cell.text);
            cell.columns += cell.column - 1;
            cell.column = 1;
        }
    }
    grid.cells.retain(|cell| cell.role != Role::Stub || cell.column != 1);
    !stubs.is_empty()
}

/// Adds the number of their group to the labels of grouped rows.
fn deeper(case: &mut Case) -> bool {
    let mut group = 0;
    let mut done = false;
    for cell in case.labels() {
        if cell.text.starts_with("1.") {
            group += 1;
        }
        if cell.text.starts_with(|c: char| c.is_ascii_digit()) && group > 0 {
            cell.text = format!("3.{}.{}", group + 2, cell.text.replacen('.', " ", 1));
            done = true;
        }
    }
    done
}
