//! Texts of a table that cannot be assigned to one figure with certainty, one finding for each table; none of them is
//! used.

use super::queries::{self, TableCells};
use super::{Check, Rule, wording};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::form::Doubt;
use crate::message::Message;
use crate::place::Spot;
use crate::submission::Report;

/// Maximum number of different texts quoted in one sentence.
const MAX_QUOTED: usize = 6;
const BRIEFLY_QUOTED: usize = 1;
/// Maximum length of a text quoted in full, in characters.
const MAX_QUOTE_CHARS: usize = 60;

pub(super) const RULE: Rule = Rule {
    code: Code::new("V11"),
    name: "unplaced",
    title: "数字所在的行、列无法确定",
    severity: Severity::MustExplain,
    page: include_str!("v11_unplaced.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let cells = queries::cells_by_table(corpus, |_, figure| figure.doubt == Some(Doubt::Unplaced));
    Ok(cells.map(|cells| unplaced(corpus, &cells)).collect())
}

fn unplaced(corpus: &Corpus, cells: &TableCells<'_>) -> Finding {
    let (texts, more) = quotes(cells.report, &cells.positions);
    let (name, listed, count) = (cells.name(), cells.listed(), cells.positions.len());
    let (english_name, english) = (cells.english_name(), cells.listed_in_english());
    let rest = if more == 0 { String::new() } else { format!("等{}处", texts.len() + more) };
    let quoted = texts.join("、");
    let mut finding = RULE.on_figures(corpus, cells.entry, &cells.positions);
    finding.observed.clone_from(&quoted);
    let first = texts.iter().take(BRIEFLY_QUOTED).map(|text| wording::middle_left_out(text)).collect::<String>();
    let others = if texts.len() + more > BRIEFLY_QUOTED { "等" } else { "" };
    let brief = format!(
        "{name}有{count}格的数字无法确定属于哪一行、哪一列，未采用（原文{first}{others}）；请按官方格式逐格填写后重新报送。"
    );
    let zh = format!(
        "{name}有{count}格的数字无法确定属于哪一行、哪一列，未采用（{listed}）；原文为{quoted}{rest}。请按官方格式逐格填写后重新报送。"
    );
    let numbered = quoted.replace('第', "row ").replace("行“", " “").replace('、', ", ");
    let en = format!(
        "{english_name}: the place of {count} figures is not certain, they are not used ({english}); the text is {numbered}"
    );
    finding.saying_briefly(vec![brief], Message::new(zh, en))
}

/// Returns the first few different texts in order, each with its row, and the number of those left out.
fn quotes(report: &Report, positions: &[usize]) -> (Vec<String>, usize) {
    let mut texts: Vec<(Option<u32>, String)> = Vec::new();
    for position in positions {
        let figure = report.figures.at(*position);
        let row = match figure.spot() {
            Some(Spot::Sheet { row, .. } | Spot::Table { row, .. } | Spot::Page { row, .. }) => Some(row + 1),
            Some(Spot::Text) | None => None,
        };
        let text = (row, figure.raw().trim().to_owned());
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    let quote = |(row, text): &(Option<u32>, String)| {
        let kept: String = text.chars().take(MAX_QUOTE_CHARS).collect();
        let cut = if kept.len() < text.len() { "…" } else { "" };
        format!("{}“{kept}{cut}”", row.map_or_else(String::new, |row| format!("第{row}行")))
    };
    (texts.iter().take(MAX_QUOTED).map(quote).collect(), texts.len().saturating_sub(MAX_QUOTED))
}
