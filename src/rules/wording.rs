//! Wording of figures, cells and names in sentences.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use rust_decimal::Decimal;

use crate::corpus::{Corpus, Entry};
use crate::form::Form;
use crate::message::Message;
use crate::place::{Place, Spot};
use crate::roster::{date_in, day_in_words};
use crate::source::base_name;
use crate::submission::{Figure, Report};

/// Maximum number of cells named in one sentence; the finding has all of them.
const NAMED: usize = 3;
/// Maximum length of a quoted text in one sentence, in characters.
const MAX_NAME_CHARS: usize = 24;
/// Maximum length of a file name in one sentence, in characters: the usual name of a report with a mark is whole.
const MAX_FILE_NAME_CHARS: usize = 40;
/// Maximum length of the names of reports in a message, in characters, so that the message fits a letter.
const MAX_NAMED_CHARS: usize = 42;
/// Maximum number of different cell texts shown as examples.
const EXAMPLES: usize = 3;

/// Returns the first few different texts of some cells.
pub(super) fn examples(report: &Report, positions: &[usize]) -> String {
    let mut seen = BTreeSet::new();
    let raw = positions.iter().map(|position| report.figures.at(*position).raw().trim().to_owned());
    let texts: Vec<String> = raw.filter(|text| seen.insert(text.clone())).collect();
    let more = if texts.len() > EXAMPLES { "等" } else { "" };
    format!("{}{more}", texts[..texts.len().min(EXAMPLES)].join("、"))
}

/// Returns a figure's value, else its state and raw text.
pub(super) fn shown(figure: Figure<'_>) -> String {
    match figure.value {
        Some(value) => value.to_string(),
        None => format!("{} {}", figure.state.word(), figure.raw()).trim_end().to_owned(),
    }
}

/// Returns the first few of some figures, by address in a workbook, else by name.
pub(super) fn cells(report: &Report, form: &Form, positions: &[usize]) -> String {
    let address = |position: &usize| {
        let spot = report.figures.at(*position).spot()?;
        Some(if matches!(spot, Spot::Sheet { .. }) {
            spot.to_string()
        } else {
            form.indicators[*position].brief.clone()
        })
    };
    let mut named: Vec<String> = positions.iter().filter_map(address).take(NAMED).collect();
    // Names are longer than addresses.
    if named.iter().any(|name| !name.is_ascii()) && positions.len() > 1 {
        named.truncate(1);
    }
    let more = if positions.len() > named.len() { format!("等{}格", positions.len()) } else { String::new() };
    format!("{}{more}", named.join("、"))
}

/// Like [`cells`], for English sentences.
pub(super) fn english_cells(report: &Report, form: &Form, positions: &[usize]) -> String {
    let address = |position: &usize| {
        let spot = report.figures.at(*position).spot()?;
        let is_address = matches!(spot, Spot::Sheet { .. });
        Some(if is_address { spot.to_string() } else { form.indicators[*position].english.clone() })
    };
    let named: Vec<String> = positions.iter().filter_map(address).take(NAMED).collect();
    let more = if positions.len() > NAMED { format!(" and {} more", positions.len() - NAMED) } else { String::new() };
    format!("{}{more}", named.join(", "))
}

/// Returns the base name of a file in quotation marks, with the middle of a long one left out. The unit does not know the
/// folder in which the office keeps its file.
pub(super) fn file_name(file: &str) -> String {
    format!("“{}”", without_middle(base_name(file), MAX_FILE_NAME_CHARS))
}

/// Returns the names of several reports of a unit that fit a message: by sheet if all are in one file.
pub(super) fn reports(reports: &[&Entry]) -> Message {
    let in_file = reports.windows(2).all(|pair| pair[0].submission.file == pair[1].submission.file);
    let bases: BTreeSet<&str> = reports.iter().map(|report| base_name(&report.submission.file)).collect();
    let is_clear = in_file || bases.len() == reports.len();
    let name = |report: &&Entry| {
        let file = &report.submission.file;
        // Files of one name are in different folders.
        let file = if is_clear { file_name(file) } else { format!("“{file}”") };
        match &report.part {
            Some(part) if in_file => format!("工作表“{part}”"),
            Some(part) => format!("{file}工作表“{part}”"),
            None => file,
        }
    };
    let mut named = String::new();
    let mut left = reports.len();
    for name in reports.iter().map(name) {
        let chars = named.chars().count() + name.chars().count();
        if chars > MAX_NAMED_CHARS {
            break;
        }
        named.push_str(if named.is_empty() { "" } else { "、" });
        named.push_str(&name);
        left -= 1;
    }
    if named.is_empty() {
        named = reports.first().map(|report| file_name(&report.submission.file)).unwrap_or_default();
    }
    if left > 0 {
        let _ = write!(named, "等{}份", reports.len());
    }
    let in_english = reports.iter().map(|report| format!("“{}”", report.decision_name())).collect::<Vec<_>>();
    Message::new(named, in_english.join(", "))
}

/// Returns the clause with the number and the names of the files of a unit that one finding is about, for the end of a
/// sentence; empty if there is only one.
pub(super) fn all_of(files: &[&Entry]) -> Message {
    if files.len() < 2 {
        return Message::default();
    }
    let (count, named) = (files.len(), reports(files));
    Message::new(format!("（共{count}份：{}）", named.zh), format!("; these are {count}: {}", named.en))
}

/// Returns a date of the roster in Chinese words; a text that is not a date is returned as it is.
pub(super) fn date(text: &str) -> String {
    date_in(text).map_or_else(|| text.trim().to_owned(), day_in_words)
}

/// Returns a text with the middle left out if it is long.
pub(super) fn middle_left_out(text: &str) -> String {
    without_middle(text, MAX_NAME_CHARS)
}

fn without_middle(text: &str, most: usize) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= most {
        return text.to_owned();
    }
    let half = most / 2;
    let (head, tail) = (&letters[..half], &letters[letters.len() - half..]);
    head.iter().chain(['…'].iter()).chain(tail).collect()
}

/// Returns the address of a figure as an aside; empty for documents and running text, where the label names the place.
pub(super) fn aside(corpus: &Corpus, entry: usize, position: usize) -> String {
    let figure = corpus.report(entry).and_then(|(report, _)| report.figures.get(position));
    let spot = figure.and_then(|figure| figure.spot()).filter(|spot| matches!(spot, Spot::Sheet { .. }));
    spot.map_or_else(String::new, |spot| format!("（{spot}）"))
}

/// Returns the cell of words in a workbook as an aside; nothing in running text.
pub(super) fn at_words(place: Option<&Place>) -> String {
    place.map_or_else(String::new, |place| format!("（{}）", place.spot))
}

/// Returns a figure in both languages: its value, else its state in words.
pub(super) fn shown_in_words(figure: Figure<'_>) -> (String, String) {
    use crate::amount::State::{Absent, Blank, NotApplicable, Number, Text};
    match (figure.state, figure.value) {
        (_, Some(value)) => (value.to_string(), value.to_string()),
        (Blank | Number, None) => ("空白".to_owned(), "a blank".to_owned()),
        (Absent, None) => ("缺失".to_owned(), "nothing".to_owned()),
        (NotApplicable | Text, None) => {
            let raw = format!("“{}”", middle_left_out(figure.raw().trim()));
            (raw.clone(), raw)
        }
    }
}

/// Returns the numbers that the sums require in cells without one, in both languages. Zeros are left out.
pub(super) fn hint(report: &Report, form: &Form, known: &[(usize, Decimal)]) -> (String, String) {
    let is_addressed = |(position, _): &(usize, Decimal)| cells(report, form, &[*position]).is_ascii();
    // Names are longer than addresses.
    let most = if known.iter().all(is_addressed) { 4 } else { 1 };
    let worth = known.iter().filter(|(_, value)| !value.is_zero()).take(most);
    let said = |cells: fn(&Report, &Form, &[usize]) -> String| {
        let one = |(position, value): &(usize, Decimal)| (cells(report, form, &[*position]), value.normalize());
        worth.clone().map(one).collect::<Vec<(String, Decimal)>>()
    };
    let zh: Vec<String> = said(cells).iter().map(|(cell, value)| format!("{cell}应为{value}")).collect();
    let en: Vec<String> = said(english_cells).iter().map(|(cell, value)| format!("{value} in {cell}")).collect();
    if zh.is_empty() {
        return Default::default();
    }
    (format!("按勾稽关系{}。", zh.join("，")), format!(" The sums ask for {}.", en.join(", ")))
}

/// Returns an amount with its sign.
pub(super) fn signed(amount: Decimal) -> String {
    let amount = amount.normalize();
    if amount > Decimal::ZERO { format!("+{amount}") } else { amount.to_string() }
}
