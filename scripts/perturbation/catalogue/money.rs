//! Perturbations of the notation of amounts of money.

use rust_decimal::Decimal;

use super::super::case::{ANY, BOOKS, CELLS, Case, Format};
use super::super::grid::Role;
use super::super::random::Random;
use super::Entry;

/// Workbook formats of which number formats are written.
const FORMATTED: &[Format] = &[Format::Xlsx];

const FEES: &str = "t2.administrative_fees.amount";
const HEADING: &str = "本年收费金额";

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new("m-ten-thousand", "the fee with its unit: 1.25万元", &["fees"], ANY, |case, random| {
        fee(case, random, |value| format!("{value}万元"))
    })
    .on("2021"),
    Entry::new(
        "m-ten-thousand-apart",
        "the fee with its unit in brackets or apart: 1.25（万元）",
        &["fees"],
        ANY,
        |case, random| fee(case, random, |value| format!("{value}（万元）")),
    )
    .on("2021"),
    Entry::new("m-yuan", "the fee in yuan, and said to be: 12500元", &["fees"], ANY, |case, random| {
        fee(case, random, |value| format!("{}元", yuan(value)))
    })
    .on("2021"),
    Entry::new(
        "m-yuan-thousands",
        "the fee in yuan with thousands set apart: 12,500.00元",
        &["fees"],
        ANY,
        |case, random| {
            fee(case, random, |value| {
                let digits = yuan(value).to_string();
                let (head, tail) = digits.split_at(digits.len().saturating_sub(3));
                let comma = if head.is_empty() { "" } else { "," };
                format!("{head}{comma}{tail}.00元")
            })
        },
    )
    .on("2021"),
    Entry::new("m-sign", "the fee with a sign in front: ￥1.25万元", &["fees"], ANY, |case, random| {
        fee(case, random, |value| format!("￥{value}万元"))
    })
    .on("2021"),
    Entry::new("m-decimals", "the fee with four decimals", &["fees"], ANY, |case, random| {
        let value = Decimal::new(i64::try_from(592_372_449_usize + random.below(9999)).unwrap_or(0), 4);
        let value = value / Decimal::from(1000);
        set(case, value.round_dp(4).normalize())
    })
    .on("2021"),
    Entry::new("m-trailing-zeros", "the fee with zeros behind: 1.2500", &["fees"], ANY, |case, random| {
        fee(case, random, |value| format!("{value:.6}"))
    })
    .on("2021"),
    Entry::new("m-heading-yuan", "the heading says yuan, and the fee is in yuan", &["fees"], ANY, |case, random| {
        heading(case, random, "（单位：元）", 10_000)
    })
    .on("2021"),
    Entry::new(
        "m-heading-thousand",
        "the heading says 千元, and the fee is in thousands",
        &["fees"],
        ANY,
        |case, random| heading(case, random, "（单位：千元）", 10),
    )
    .on("2021")
    .with(&["V12"]),
    Entry::new("m-heading-unit-lost", "the heading has lost its unit", &["fees"], ANY, |case, random| {
        heading(case, random, "", 1)
    })
    .on("2021")
    .with(&["V12"]),
    Entry::new(
        "m-heading-half",
        "the heading's unit without brackets: 本年收费金额单位:万元",
        &["fees"],
        ANY,
        |case, random| heading(case, random, "单位:万元", 1),
    )
    .on("2021"),
    Entry::new(
        "m-unit-in-label",
        "the unit stands in the label: 行政事业性收费（万元）",
        &["fees"],
        ANY,
        |case, _| {
            let form = case.form;
            let mut done = false;
            for cell in case.labels() {
                if let Role::Label(block, row) = cell.role
                    && form.tables[0]
                        .blocks
                        .get(block)
                        .is_some_and(|block| block.rows.get(row).is_some_and(|row| row.id == "administrative_fees"))
                    && cell.text.contains("收费")
                {
                    cell.text.push_str("（万元）");
                    done = true;
                }
            }
            done
        },
    )
    .on("2021"),
    Entry::new(
        "m-scaled-format",
        "yuan stored and shown in 万元 by the number format",
        &["fees"],
        FORMATTED,
        |case, random| formatted(case, random, "0!.0,"),
    )
    .on("2021")
    .with(&["V12", "V03", "P03"]),
    Entry::new(
        "m-yuan-format",
        "yuan stored and shown with 元 by the number format",
        &["fees"],
        FORMATTED,
        |case, random| formatted(case, random, "0\"元\""),
    )
    .on("2021")
    .with(&["V12", "V03"]),
    Entry::new(
        "m-money-format",
        "万元 stored and shown as currency by the number format",
        &["fees"],
        FORMATTED,
        |case, random| {
            let done = fee(case, random, |value| value.to_string());
            if let Some(cell) = case.form.position(FEES).and_then(|at| case.figure(at)) {
                cell.look.is_text = false;
                cell.look.format = Some("¥#,##0.00");
            }
            done
        },
    )
    .on("2021"),
    Entry::new(
        "m-rounded-format",
        "万元 stored with more digits than are shown",
        &["fees"],
        FORMATTED,
        |case, random| {
            let done = fee(case, random, |value| value.to_string());
            if let Some(cell) = case.form.position(FEES).and_then(|at| case.figure(at)) {
                cell.look.is_text = false;
                cell.look.format = Some("#,##0.00_ ");
            }
            done
        },
    )
    .on("2021"),
    Entry::new(
        "m-measured-format",
        "counts stored and shown with 件 by the number format",
        &["count format", "fees", "stored"],
        FORMATTED,
        |case, _| {
            for cell in case.cells().filter(|cell| cell.is_figure()) {
                cell.look.format = Some("0\"件\"");
            }
            if let Some(cell) = case.form.position(FEES).and_then(|at| case.figure(at)) {
                cell.look.format = None;
            }
            true
        },
    )
    .on("2021"),
    Entry::new(
        "m-hidden-zeros",
        "zeros stored and not shown by the number format",
        &["count format", "fees", "stored"],
        FORMATTED,
        |case, _| {
            for cell in case.cells().filter(|cell| cell.is_figure() && cell.text == "0") {
                cell.look.format = Some("0;-0;;@");
            }
            true
        },
    ),
    Entry::new(
        "m-date-format",
        "counts stored and shown as dates of 1900 by the number format",
        &["count format", "fees", "stored"],
        FORMATTED,
        |case, _| {
            for cell in case.cells().filter(|cell| cell.is_figure()) {
                cell.look.format = Some("yyyy/m/d");
            }
            true
        },
    )
    .with(&["V03", "V06"])
    .unreadable(),
    Entry::new(
        "m-percent-format",
        "one count stored and shown as a percentage",
        &["count format", "fees", "stored"],
        FORMATTED,
        |case, random| {
            let Some(at) = case.pick(huizong::form::ItemKind::Count, random, |value| value > Decimal::ZERO) else {
                return false;
            };
            case.truth[at] = super::super::case::Truth::Not("text");
            case.figure(at).map(|cell| cell.look.format = Some("0%")).is_some()
        },
    )
    .with(&["V03"])
    .unreadable(),
    Entry::new(
        "m-procurement-unit",
        "procurement with its unit: 25.1万元, 251000元",
        &["procurement"],
        CELLS,
        |case, random| {
            let Some(at) = case.form.position("t2.procurement.amount") else { return false };
            // On the form the amount is in yuan.
            let value = (Decimal::from(1 + random.below(90)) / Decimal::from(10)).normalize();
            if !case.change(at, yuan(value)) {
                return false;
            }
            let text = if random.below(2) == 0 { format!("{value}万元") } else { format!("{}元", yuan(value)) };
            case.rewrite(at, &text)
        },
    )
    .on("2019"),
    Entry::new(
        "m-scientific",
        "a large count as a workbook shows it without room: 1.2E+03",
        &["licences"],
        BOOKS,
        |case, random| {
            let Some(at) = case.form.position("t2.licences.processed") else { return false };
            case.change(at, Decimal::from(100 * (11 + random.below(80))))
                && case.figure(at).map(|cell| cell.look.format = Some("0.0E+00")).is_some()
        },
    ),
];

fn yuan(value: Decimal) -> Decimal {
    (value * Decimal::from(10_000)).normalize()
}

/// Returns a fee that is a whole number of yuan.
fn amount(random: &mut Random) -> Decimal {
    (Decimal::from(1 + random.below(39_000)) / Decimal::from(1000)).normalize()
}

fn set(case: &mut Case, value: Decimal) -> bool {
    case.form.position(FEES).is_some_and(|at| case.change(at, value))
}

fn fee(case: &mut Case, random: &mut Random, write: impl Fn(Decimal) -> String) -> bool {
    let value = amount(random);
    let Some(at) = case.form.position(FEES) else { return false };
    set(case, value) && case.rewrite(at, &write(value))
}

/// Writes another unit in the header, and the fee in that unit; `of_ten_thousand` is the number of units in one 万元.
fn heading(case: &mut Case, random: &mut Random, unit: &str, of_ten_thousand: i64) -> bool {
    let mut done = false;
    for cell in case.cells().filter(|cell| matches!(cell.role, Role::Column(..)) && cell.text.contains("收费金额"))
    {
        cell.text = format!("{HEADING}{unit}");
        done = true;
    }
    done && fee(case, random, |value| (value * Decimal::from(of_ten_thousand)).normalize().to_string())
}

/// Stores an amount in yuan with a number format that shows it differently.
fn formatted(case: &mut Case, random: &mut Random, format: &'static str) -> bool {
    let value = amount(random);
    let Some(at) = case.form.position(FEES) else { return false };
    set(case, value)
        && case
            .figure(at)
            .map(|cell| {
                cell.look.stored = Some(yuan(value).to_string());
                cell.look.format = Some(format);
            })
            .is_some()
}
