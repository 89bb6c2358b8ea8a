//! Perturbations of the looks of figures in documents: struck, hidden, superscript, tracked, computed, commented.

use huizong::form::ItemKind;
use rust_decimal::Decimal;

use super::super::case::{BOOKS, Case, Format, MARKUP, WEB};
use super::super::grid::Look;
use super::super::random::Random;
use super::Entry;

const STRIKING: &[Format] = &[Format::Xlsx, Format::Docx, Format::Html, Format::Mht];
const WORD: &[Format] = &[Format::Docx];
const RAISING: &[Format] = &[Format::Xlsx, Format::Docx, Format::Html, Format::HtmlXls];
const COMPUTING: &[Format] = &[Format::Xlsx];
const RUBY: &[Format] = &[Format::Docx, Format::Html];

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        "k-struck",
        "an old figure struck through in front of the new one",
        &["k1"],
        STRIKING,
        |case, random| {
            let way = random.below(3);
            look(case, random, |look| look.struck = Some(("99".to_owned(), way)))
        },
    ),
    Entry::new("k-hidden", "hidden characters in front of a figure", &["k2"], MARKUP, |case, random| {
        let way = random.below(3);
        look(case, random, |look| look.hidden = Some(("9".to_owned(), way)))
    }),
    Entry::new("k-raised-circle", "a footnote mark behind a figure: ①, raised", &["k3"], RAISING, |case, random| {
        look(case, random, |look| look.raised = Some("①".to_owned()))
    })
    .with(&["V03"]),
    Entry::new("k-raised-digit", "a footnote mark behind a figure: 1, raised", &["k3"], RAISING, |case, random| {
        look(case, random, |look| look.raised = Some("1".to_owned()))
    })
    .with(&["V03"]),
    Entry::new(
        "k-raised-note",
        "a footnote mark in brackets behind a figure: [1], raised",
        &["k3"],
        RAISING,
        |case, random| look(case, random, |look| look.raised = Some("[1]".to_owned())),
    )
    .with(&["V03"]),
    Entry::new(
        "k-tracked-change",
        "a figure changed with tracked changes: the old one deleted, the new one inserted",
        &["k4"],
        WORD,
        |case, random| look(case, random, |look| look.tracked = Some("88".to_owned())),
    ),
    Entry::new(
        "k-tracked-format",
        "a figure whose formatting was changed with tracked changes",
        &["k4"],
        WORD,
        |case, random| look(case, random, |look| look.tracked = Some(String::new())),
    ),
    Entry::new("k-comment", "a comment on a figure, with another number in it", &["k5"], BOOKS, |case, random| {
        look(case, random, |look| look.comment = Some("3".to_owned()))
    }),
    Entry::new("k-comment-words", "a comment on a figure that doubts it", &["k5"], BOOKS, |case, random| {
        look(case, random, |look| look.comment = Some("与上年差距大，应为5？".to_owned()))
    }),
    Entry::new("k-ruby", "a figure with its reading printed above", &["k6"], RUBY, |case, random| {
        look(case, random, |look| look.ruby = Some("shu".to_owned()))
    }),
    Entry::new(
        "k-split-runs",
        "longer numbers split over several runs, as editing leaves them",
        &["k7"],
        WORD,
        |case, _| {
            case.markup.splits_runs = true;
            true
        },
    ),
    // If an addend is text instead of a number, its sum has no result in any program.
    Entry::new(
        "k-sums",
        "totals computed by formulas, with their results stored",
        &["formula", "sums", "addends"],
        COMPUTING,
        |case, _| sums(case, true),
    ),
    Entry::new(
        "k-sums-unstored",
        "totals computed by formulas that a program wrote without results",
        &["formula", "sums", "addends"],
        COMPUTING,
        |case, _| sums(case, false),
    )
    .with(&["V07"]),
    Entry::new(
        "k-breaks",
        "line breaks and spaces at the beginning of every cell and paragraph",
        &["k8"],
        WEB,
        |case, _| {
            case.markup.has_breaks = true;
            true
        },
    ),
    Entry::new("k-header-cells", "tables with head and body, headings in header cells", &["k9"], WEB, |case, _| {
        case.markup.has_head = true;
        true
    }),
    Entry::new("k-nested", "everything within a table of the page's layout", &["k10"], WEB, |case, _| {
        case.markup.is_nested = true;
        true
    }),
];

/// Changes the look of a figure other than zero.
fn look(case: &mut Case, random: &mut Random, change: impl Fn(&mut Look)) -> bool {
    let Some(at) = case.pick(ItemKind::Count, random, |value| value > Decimal::ZERO) else { return false };
    case.figure(at)
        .map(|cell| {
            cell.look.is_text = cell.look.comment.is_none();
            change(&mut cell.look);
            cell.look.is_text = cell.look.comment.is_none();
        })
        .is_some()
}

/// Writes the totals of table 3's rows and of table 4 as formulas.
fn sums(case: &mut Case, is_stored: bool) -> bool {
    let form = case.form;
    let mut done = false;
    for at in form.of_table(1).chain(form.of_table(2)) {
        let Some(line) = form.indicators[at].id.strip_suffix(".total") else { continue };
        let parts: Vec<usize> = (0..form.official)
            .filter(|other| *other != at && form.indicators[*other].id.starts_with(&format!("{line}.")))
            .collect();
        if let Some(cell) = case.figure(at) {
            cell.look.sum = Some((parts, is_stored));
            done = true;
        }
    }
    done
}
