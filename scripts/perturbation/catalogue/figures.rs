//! Perturbations of the notation of figures.

use huizong::form::ItemKind;
use rust_decimal::Decimal;

use super::super::case::{ANY, BOOKS, Case, DELIMITED, Format, Truth, WEB};
use super::super::grid::Role;
use super::super::random::Random;
use super::Entry;

/// Formats in which a number may be stored as a number.
const CSV: &[Format] = DELIMITED;

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new("n-fullwidth", "a few figures in full-width digits: １２", &["n1"], ANY, |case, random| {
        several(case, random, wide)
    }),
    Entry::new("n-measure", "a few figures with what is counted behind: 12件", &["n2"], ANY, |case, random| {
        several(case, random, |text| format!("{text}件"))
    }),
    Entry::new(
        "n-measure-apart",
        "a figure and its measure with a space between: 12 件",
        &["n3"],
        ANY,
        |case, random| one(case, random, |_| true, |text| format!("{text} 件")),
    ),
    Entry::new("n-thousands", "thousands set apart by a comma: 1,234", &["licences"], ANY, |case, random| {
        thousands(case, random, ",")
    }),
    Entry::new(
        "n-thousands-wide",
        "thousands set apart by a full-width comma: 1，234",
        &["licences"],
        ANY,
        |case, random| thousands(case, random, "，"),
    ),
    Entry::new("n-thousands-space", "thousands set apart by a space: 1 234", &["licences"], BOOKS, |case, random| {
        thousands(case, random, " ")
    })
    .with(&["V03"])
    .unreadable(),
    Entry::new("n-leading-zero", "a zero in front: 07, 00", &["n5"], ANY, |case, random| {
        several(case, random, |text| format!("0{text}"))
    }),
    Entry::new("n-point-zero", "counts with decimals that are zero: 12.0, 0.00", &["n6"], ANY, |case, random| {
        several(case, random, |text| format!("{text}.0"))
    }),
    Entry::new("n-zero-character", "zero as the character 零", &["n7"], ANY, |case, random| {
        one(case, random, |value| value.is_zero(), |_| "零".to_owned())
    }),
    Entry::new("n-zero-circle", "zero as the character 〇", &["n8"], ANY, |case, random| {
        one(case, random, |value| value.is_zero(), |_| "〇".to_owned())
    }),
    Entry::new("n-chinese", "a small figure in Chinese characters: 五, 十二", &["n9"], ANY, |case, random| {
        one(case, random, |value| value > Decimal::ZERO && value < Decimal::from(100), chinese)
    })
    .with(&["V03"]),
    Entry::new("n-padded", "spaces, ideographic spaces and tabs around figures", &["n10"], ANY, |case, random| {
        if case.format == Format::Tabs || case.format == Format::Tsv {
            return several(case, random, |text| format!(" {text} "));
        }
        several(case, random, |text| format!(" \u{3000}{text}\u{a0} "))
    }),
    Entry::new("n-zero-width", "characters of no width within figures", &["n11"], ANY, |case, random| {
        several(case, random, |text| format!("\u{200b}{text}\u{feff}"))
    }),
    Entry::new(
        "n-line-break",
        "a line break in front of each figure of a row",
        &["n12"],
        &[Format::Xlsx, Format::Html, Format::Docx, Format::Csv],
        |case, random| several(case, random, |text| format!("\n{text}")),
    ),
    Entry::new("n-all-text", "all figures of the workbook stored as text", &["stored"], BOOKS, |case, _| {
        case.book.is_text = true;
        true
    }),
    Entry::new(
        "n-apostrophe",
        "figures with an apostrophe in front, typed to keep them as text",
        &["n13"],
        DELIMITED,
        |case, random| several(case, random, |text| format!("'{text}")),
    )
    .with(&["V03"]),
    Entry::new(
        "n-guarded",
        "all fields guarded so that a spreadsheet keeps them as typed: =\"12\"",
        &["stored"],
        CSV,
        |case, _| all(case, |text| format!("=\"{text}\"")),
    ),
    Entry::new(
        "n-guarded-tab",
        "all figures with a tab in front, so that a spreadsheet keeps them as text",
        &["stored"],
        &[Format::Csv, Format::CsvGbk],
        |case, _| all(case, |text| format!("\t{text}")),
    ),
    Entry::new("n-all-measured", "every figure with its measure: 12件", &["stored"], ANY, |case, _| {
        let form = case.form;
        for cell in case.cells() {
            if let Role::Figure(at) = cell.role
                && form.indicators[at].kind == ItemKind::Count
            {
                cell.text.push('件');
                cell.look.is_text = true;
            }
        }
        true
    }),
    Entry::new("n-plus", "an increase with a plus sign: +3", &["change"], ANY, |case, random| {
        change(case, random, |value| value > Decimal::ZERO, |text| format!("+{text}"))
    })
    .on("2019"),
    Entry::new("n-increase-words", "an increase or decrease in words: 增3, 减4", &["change"], ANY, |case, random| {
        change(
            case,
            random,
            |value| !value.is_zero(),
            |text| text.strip_prefix('-').map_or_else(|| format!("增{text}"), |rest| format!("减{rest}")),
        )
    })
    .on("2019"),
    Entry::new("n-minus-sign", "a decrease with another minus: −2, －2, –2", &["change"], ANY, |case, random| {
        let sign = ["−", "－", "–"][random.below(3)];
        let Some(at) = case.pick(ItemKind::Change, random, |value| value < Decimal::ZERO) else { return false };
        let text = case.value(at).map_or(String::new(), |value| value.to_string().replace('-', sign));
        case.rewrite(at, &text)
    })
    .on("2019"),
    Entry::new("n-blank", "zeros of a row left blank", &["n14", "addends"], ANY, |case, random| {
        states(case, random, 3, "", "blank")
    })
    .with(&["V01"]),
    Entry::new("n-slash", "zeros given as a slash", &["n15", "addends"], ANY, |case, random| {
        states(case, random, 3, "/", "na")
    })
    .with(&["V02"]),
    Entry::new("n-dash", "zeros given as a dash", &["n16", "addends"], ANY, |case, random| {
        let dash = ["-", "—", "——", "－"][random.below(4)];
        states(case, random, 3, dash, "na")
    })
    .with(&["V02"]),
    Entry::new("n-none", "zeros given as 无", &["n17", "addends"], ANY, |case, random| {
        states(case, random, 2, "无", "na")
    })
    .with(&["V02"]),
    Entry::new("n-letter-o", "zero as the letter O", &["n18", "addends"], ANY, |case, random| {
        let letter = ["O", "o"][random.below(2)];
        one(case, random, |value| value.is_zero(), |_| letter.to_owned())
    })
    .with(&["V03"])
    .unreadable(),
    Entry::new("n-digit-letter", "a digit that became a letter: 1O, l2", &["n19"], ANY, |case, random| {
        text(case, random, |value| format!("{value}O"))
    })
    .with(&["V03"])
    .unreadable(),
    Entry::new("n-about", "a figure that is none: 约12, 12余, 12左右", &["n20"], ANY, |case, random| {
        let [before, behind] = [["约", ""], ["", "余"], ["", "左右"], ["近", ""]][random.below(4)];
        text(case, random, |value| format!("{before}{value}{behind}"))
    })
    .with(&["V03"])
    .unreadable(),
    Entry::new("n-sum-in-cell", "two figures in one cell: 2+1", &["n21"], ANY, |case, random| {
        text(case, random, |value| format!("{value}+1"))
    })
    .with(&["V03"])
    .unreadable(),
    Entry::new("n-range", "a range: 12-13", &["n22"], ANY, |case, random| {
        text(case, random, |value| format!("{value}-{}", value + Decimal::ONE))
    })
    .with(&["V03"])
    .unreadable(),
    Entry::new("n-ratio", "a fraction of two counts: 3/5", &["n23"], ANY, |case, random| {
        text(case, random, |value| format!("{value}/{}", value + Decimal::TWO))
    })
    .with(&["V03"])
    .unreadable(),
    Entry::new("n-percent", "a percentage: 10%", &["n24"], ANY, |case, random| {
        text(case, random, |value| format!("{value}%"))
    })
    .with(&["V03"])
    .unreadable(),
    Entry::new("n-bracketed", "a second count in brackets: 5（2）", &["n25"], ANY, |case, random| {
        text(case, random, |value| format!("{value}（2）"))
    })
    .with(&["V03"])
    .unreadable(),
    Entry::new("n-question", "a figure with a question mark: 12?", &["n26"], ANY, |case, random| {
        text(case, random, |value| format!("{value}？"))
    })
    .with(&["V03"])
    .unreadable(),
    Entry::new(
        "n-two-values",
        "an old figure left beside the new one: 12 15",
        &["n27"],
        &[Format::Xlsx, Format::Docx, Format::Csv, Format::Html],
        |case, random| text(case, random, |value| format!("{value} {}", value + Decimal::ONE)),
    )
    .with(&["V03"])
    .unreadable(),
    Entry::new("n-struck-mark", "a figure corrected in words: 12（应为13）", &["n28"], ANY, |case, random| {
        text(case, random, |value| format!("{value}（应为{}）", value + Decimal::ONE))
    })
    .with(&["V03"])
    .unreadable(),
    Entry::new("n-input", "figures in input fields of a saved page", &["stored"], WEB, |case, _| {
        for cell in case.cells().filter(|cell| cell.is_figure()) {
            cell.look.is_input = true;
        }
        true
    })
    .with(&["F06", "F01"]),
];

/// Changes the notation of one figure.
fn one(case: &mut Case, random: &mut Random, fits: impl Fn(Decimal) -> bool, write: impl Fn(&str) -> String) -> bool {
    let Some(at) = case.pick(ItemKind::Count, random, fits) else { return false };
    let value = case.value(at).unwrap_or_default().to_string();
    case.rewrite(at, &write(&value))
}

/// Changes the notation of a few figures.
fn several(case: &mut Case, random: &mut Random, write: impl Fn(&str) -> String) -> bool {
    let count = 1 + random.below(6);
    (0..count).filter(|_| one(case, random, |_| true, &write)).count() > 0
}

/// Changes the notation of every figure.
fn all(case: &mut Case, write: impl Fn(&str) -> String) -> bool {
    for cell in case.cells().filter(|cell| cell.is_figure()) {
        cell.text = write(&cell.text);
        cell.look.is_text = true;
    }
    true
}

/// Changes the notation of an increase or decrease.
fn change(
    case: &mut Case,
    random: &mut Random,
    fits: impl Fn(Decimal) -> bool,
    write: impl Fn(&str) -> String,
) -> bool {
    let Some(at) = case.pick(ItemKind::Change, random, fits) else { return false };
    let value = case.value(at).unwrap_or_default().to_string();
    case.rewrite(at, &write(&value))
}

/// Writes a text from which no number can be read with certainty.
fn text(case: &mut Case, random: &mut Random, write: impl Fn(Decimal) -> String) -> bool {
    let Some(at) = case.pick(ItemKind::Count, random, |value| value > Decimal::ZERO) else { return false };
    let text = write(case.value(at).unwrap_or_default());
    case.truth[at] = Truth::Not("text");
    case.rewrite(at, &text)
}

/// Writes zeros as text that is not a number.
fn states(case: &mut Case, random: &mut Random, most: usize, text: &str, state: &'static str) -> bool {
    let count = 1 + random.below(most);
    let mut done = 0;
    for _ in 0..count {
        let Some(at) = case.pick(ItemKind::Count, random, |value| value.is_zero()) else { break };
        case.truth[at] = Truth::Not(state);
        done += usize::from(case.rewrite(at, text));
    }
    done > 0
}

/// Sets a figure of four digits in a row without sums, with a thousands separator.
fn thousands(case: &mut Case, random: &mut Random, comma: &str) -> bool {
    let id = "t2.licences.processed";
    let Some(at) = case.form.position(id) else { return false };
    let value = Decimal::from(1000 + random.below(8000));
    let digits = value.to_string();
    case.change(at, value) && case.rewrite(at, &format!("{}{comma}{}", &digits[..1], &digits[1..]))
}

fn wide(text: &str) -> String {
    let wide = |c: char| c.to_digit(10).and_then(|digit| char::from_u32(0xFF10 + digit)).unwrap_or(c);
    text.chars().map(wide).collect()
}

/// Returns a number below a hundred in Chinese numerals.
fn chinese(text: &str) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let value: usize = text.parse().unwrap_or(0);
    let (tens, ones) = (value / 10, value % 10);
    let tens = match tens {
        0 => String::new(),
        1 => "十".to_owned(),
        _ => format!("{}十", DIGITS[tens]),
    };
    format!("{tens}{}", DIGITS[ones])
}
