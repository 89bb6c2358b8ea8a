//! The text flow of a document, split into labels and figures. Only the order of tokens counts, because text copied
//! from a table with merged cells does not show which column is which.

use super::fused::{self, Separated};
use super::label::{Index, Meaning};
use super::token::{FlowLine, Token, TokenKind, is_figure, is_numeral, is_short_figure, is_unclosed};
use super::{misspelt, wrapped};
use crate::amount::{self, State};
use crate::document::{BARS, Document, Grid, PAGE_BREAK, SEPARATORS, is_page_number};
use crate::place::Place;

/// Longest text before figures that may be a label or a part of one, in characters.
const MAX_HEAD_CHARS: usize = 40;
/// Longest line of words that may be parts of adjacent labels, in characters.
const MAX_PIECES_CHARS: usize = 24;

/// What has been recognised on the grids of a document.
pub struct Recognised<'r> {
    /// Whether no recognised table has this row of this grid.
    pub is_free: &'r dyn Fn(usize, u32) -> bool,
    /// The title of the last table on the grid before this one, if this one has no table.
    pub goes_on: &'r dyn Fn(usize) -> Option<&'r str>,
}

impl Recognised<'_> {
    /// Nothing is recognised.
    pub(super) const NONE: Self = Recognised { is_free: &|_, _| true, goes_on: &|_| None };
}

/// Returns the text flow of a document: paragraphs, and rows of grids that no recognised table has. A grid that
/// continues the table of the grid directly before it begins with that table's title.
pub(super) fn flow<'a>(
    document: &Document,
    index: &'a Index,
    recognised: &Recognised<'_>,
) -> (Vec<FlowLine>, Vec<Token<'a>>) {
    let (mut lines, mut tokens): (_, Vec<Token<'a>>) = (Vec::new(), Vec::new());
    let mut end_of_grid = 0;
    let mut paragraphs = document.paragraphs.iter().enumerate().peekable();
    for at in 0..=document.grids.len() {
        while let Some((paragraph, said)) = paragraphs.next_if(|(_, said)| said.after <= at) {
            lines.push(FlowLine { after: said.after, row: None, paragraph });
            of_paragraph(&said.text, index, lines.len() - 1, &mut tokens);
        }
        let Some(grid) = document.grids.get(at) else { break };
        let mut rows: Vec<u32> =
            grid.cells().iter().map(|cell| cell.row).filter(|row| (recognised.is_free)(at, *row)).collect();
        rows.dedup();
        let is_next = tokens[end_of_grid..].iter().all(|token| matches!(token.piece, TokenKind::Blank));
        if let Some(title) = (recognised.goes_on)(at).filter(|_| is_next && !rows.is_empty())
            && let Some(found) = index.find(title)
        {
            lines.push(FlowLine { after: at, row: Some(rows[0]), paragraph: 0 });
            let piece = TokenKind::Label(found.meanings, title.to_owned(), true);
            tokens.push(Token { piece, line: lines.len() - 1, place: grid.place(rows[0], 0) });
        }
        for row in rows {
            lines.push(FlowLine { after: at, row: Some(row), paragraph: 0 });
            of_row(grid, row, index, lines.len() - 1, &mut tokens);
        }
        end_of_grid = tokens.len();
    }
    let mut tokens = wrapped::join(&tokens, index);
    misspelt::confirm_in_text(&mut tokens, |text| index.misspelt(text));
    (lines, tokens)
}

/// Splits a line of text. Empty cells at its ends are leftovers of merged cells and are dropped.
fn of_paragraph<'a>(text: &str, index: &'a Index, line: usize, tokens: &mut Vec<Token<'a>>) {
    let place = Place::in_text();
    for part in text.split(['\n', '\r']).filter(|part| !is_drawn_rule(part) && !is_page_number(part)) {
        let is_edge = |c: char| BARS.contains(&c) || c.is_whitespace() && c != PAGE_BREAK;
        let line_text = part.trim_matches(is_edge);
        // A single bar alone on a line separates the cells above and below it.
        if line_text.is_empty() && part.chars().filter(|c| BARS.contains(c)).count() == 1 {
            continue;
        }
        let cells = separated_cells(line_text, index).unwrap_or_else(|| line_text.split(BARS).collect());
        for cell in cells {
            of_cell(cell.trim_matches(' '), index, (line, &place), tokens);
        }
    }
}

/// Splits a line with cells that are all separated by one mark, as by bars elsewhere. Every cell must be a label, a
/// figure or empty, and at least two must be labels, because the marks also occur in labels, figures and sentences.
fn separated_cells<'t>(line: &'t str, index: &Index) -> Option<Vec<&'t str>> {
    let is_label = |cell: &&str| !is_figure(cell) && !is_unclosed(cell) && index.find(cell).is_some();
    let split = |mark: char| {
        let cells: Vec<&str> = line.split(mark).map(str::trim).collect();
        let labels = cells.iter().filter(|cell| is_label(cell)).count();
        let is_cell = |cell: &&str| cell.is_empty() || is_figure(cell) || is_label(cell);
        let has_figures = cells.iter().any(|cell| is_figure(cell));
        (labels > 1 && has_figures && cells.iter().all(is_cell)).then_some(cells)
    };
    SEPARATORS.into_iter().filter(|mark| line.contains(*mark)).find_map(split)
}

/// Splits a row of a table. Columns that no earlier cell covers are empty cells.
fn of_row<'a>(grid: &Grid, row: u32, index: &'a Index, line: usize, tokens: &mut Vec<Token<'a>>) {
    let mut next = None;
    for cell in grid.row(row) {
        for column in next.unwrap_or(cell.column)..cell.column {
            if grid.region(row, column).is_none_or(|region| (region.top, region.left) == (row, column)) {
                tokens.push(Token { piece: TokenKind::Blank, line, place: grid.place(row, column) });
            }
        }
        let (place, from) = (grid.place(row, cell.column), tokens.len());
        of_cell(&cell.text, index, (line, &place), tokens);
        keep_unsplit(&cell.text, (line, place), from, tokens);
        next = Some(grid.region(row, cell.column).map_or(cell.column, |region| region.right) + 1);
    }
}

/// Joins a cell's tokens from a position on, if it has a figure beside other words and no label. A cell of a table must
/// count as one value, or its row would seem to have too many figures.
fn keep_unsplit(text: &str, (line, place): (usize, Place), from: usize, tokens: &mut Vec<Token<'_>>) {
    let has = |is: fn(&TokenKind<'_>) -> bool| tokens[from..].iter().any(|token| is(&token.piece));
    let is_mixed =
        has(|piece| matches!(piece, TokenKind::Other(_))) && has(|piece| matches!(piece, TokenKind::Figure(_)));
    if is_mixed && !has(|piece| matches!(piece, TokenKind::Label(..))) {
        tokens.truncate(from);
        tokens.push(Token { piece: TokenKind::Other(text.trim().to_owned()), line, place });
    }
}

/// Returns whether a line has only drawing characters.
fn is_drawn_rule(line: &str) -> bool {
    let line = line.trim();
    let is_drawn = |c: char| ('\u{2500}'..='\u{257f}').contains(&c) || "-—=_+ ".contains(c);
    // A closing mark alone on its line belongs to the wrapped text before it.
    let is_closing = |c: char| ")）”’\"》」】。，、；".contains(c);
    line.chars().count() > 3 && line.chars().all(is_drawn) || !line.is_empty() && line.chars().all(is_closing)
}

fn of_cell<'a>(text: &str, index: &'a Index, (line, place): (usize, &Place), tokens: &mut Vec<Token<'a>>) {
    let mut push = |piece| tokens.push(Token { piece, line, place: place.clone() });
    if text.contains(PAGE_BREAK) && is_figure(text) {
        return push(TokenKind::PageEdge(text.trim().to_owned()));
    }
    let text = text.trim();
    match amount::read(text).state {
        State::Blank => return push(TokenKind::Blank),
        State::Number | State::NotApplicable => return push(TokenKind::Figure(text.to_owned())),
        State::Text | State::Absent => {}
    }
    if let Some(pieces) = figures_first(text, index) {
        return pieces.into_iter().for_each(push);
    }
    if let Some(pieces) = signs_behind(text, index) {
        return pieces.into_iter().for_each(push);
    }
    if let Some(found) = index.find(text).filter(|_| !is_unclosed(text)) {
        return push(TokenKind::Label(found.meanings, text.to_owned(), true));
    }
    if index.is_part(text) {
        return push(TokenKind::Other(text.to_owned()));
    }
    if let Some(figures) = fused::listed(text) {
        return figures.into_iter().map(figure_or_other).for_each(push);
    }
    let pieces = numbered_group(text, index).or_else(|| headed(text, index));
    if let Some(pieces) = pieces.or_else(|| words(text, index)) {
        return pieces.into_iter().for_each(push);
    }
    fused::pieces(text, index).into_iter().for_each(push);
}

fn figure_or_other<'a>(text: &str) -> TokenKind<'a> {
    if is_figure(text) { TokenKind::Figure(text.to_owned()) } else { TokenKind::Other(text.to_owned()) }
}

/// Splits figures followed by their label on one line. A single digit before a label that is printed with a number is
/// that number.
fn figures_first<'a>(text: &str, index: &'a Index) -> Option<Vec<TokenKind<'a>>> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let figures = words.iter().take_while(|word| is_figure(word)).count();
    let (before, behind) = words.split_at(figures);
    let label = behind.join(" ");
    let found = index.find(&label).filter(|_| figures > 0 && !label.is_empty() && !is_unclosed(&label))?;
    let is_number = figures == 1 && before[0].chars().count() == 1 && !index.is_unnumbered_row(&label);
    let label = TokenKind::Label(found.meanings, label, true);
    (!is_number).then(|| before.iter().map(|word| figure_or_other(word)).chain([label]).collect())
}

/// Splits a label followed only by signs that mean there is no figure, such as dashes. They are not part of it.
fn signs_behind<'a>(text: &str, index: &'a Index) -> Option<Vec<TokenKind<'a>>> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_sign = |word: &&&str| !word.contains(char::is_alphanumeric) && is_figure(word);
    let signs = words.iter().rev().take_while(is_sign).count();
    let (head, signs) = words.split_at(words.len() - signs);
    let label = head.join(" ");
    let found = index.find(&label).filter(|_| !signs.is_empty() && !is_unclosed(&label))?;
    let label = TokenKind::Label(found.meanings, label, true);
    Some([label].into_iter().chain(signs.iter().map(|sign| figure_or_other(sign))).collect())
}

/// Splits a group's label with a dash and the number of a row, followed by figures. The rest of the row's label is on
/// the next line. The number becomes a figure, to be joined with it, or is dropped if its point is here too.
fn numbered_group<'a>(text: &str, index: &'a Index) -> Option<Vec<TokenKind<'a>>> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (first, figures) = words.split_first()?;
    let (group, number) = first.rsplit_once('-')?;
    let is_numbered = number.trim_end_matches(['.', '．', '、']).parse::<u8>().is_ok();
    let is_row = figures.len() > 1 && figures.iter().all(|word| is_figure(word));
    let found = index.find(group).filter(|_| is_numbered && is_row && index.is_part_of_group(group))?;
    let number = Some(number).filter(|number| is_figure(number)).map(figure_or_other);
    let figures = figures.iter().map(|word| figure_or_other(word));
    Some([TokenKind::Label(found.meanings, group.to_owned(), true)].into_iter().chain(number).chain(figures).collect())
}

/// Splits a label at the beginning of a text from the values after a separator. A part of a group's label may come
/// first.
fn headed<'a>(text: &str, index: &'a Index) -> Option<Vec<TokenKind<'a>>> {
    let (label, rest) = label_and_rest(text, index)?;
    let values = match rest {
        Separated::Nothing => Vec::new(),
        Separated::Values(values) => values,
        // A sign between label and figure may be a dash or a minus.
        Separated::Signed(value) => vec![if is_figure(value) { text } else { value }],
        Separated::Text(value) => {
            let label = TokenKind::Label(label.0, label.1, false);
            return Some(vec![label, TokenKind::Other(value.to_owned())]);
        }
    };
    let label = TokenKind::Label(label.0, label.1, true);
    Some([label].into_iter().chain(values.into_iter().map(figure_or_other)).collect())
}

type NamedLabel<'a> = (&'a [Meaning], String);

fn label_and_rest<'a, 't>(text: &'t str, index: &'a Index) -> Option<(NamedLabel<'a>, Separated<'t>)> {
    let whole_words = |text: &'t str| {
        let ends = text.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at);
        let head = ends.collect::<Vec<_>>().into_iter().rev().map(|end| text.split_at(end));
        head.into_iter().find_map(|(head, rest)| {
            let found = index.find(head).filter(|_| !is_unclosed(head))?;
            Some(((found.meanings, head.to_owned()), fused::separated(rest, index)?))
        })
    };
    let direct = |text: &'t str| {
        let (meanings, head, rest) = fused::leading_label(text, index)?;
        Some(((meanings, head.to_owned()), fused::separated(rest, index)?))
    };
    let at_start = |text: &'t str| whole_words(text).or_else(|| direct(text));
    at_start(text).or_else(|| {
        let (first, rest) = text.split_once(char::is_whitespace)?;
        index.is_part_of_group(first).then(|| at_start(rest.trim_start())).flatten()
    })
}

/// Returns whether words are the figures of one line. A single Chinese numeral counts as a figure if there are at least
/// two others and the first word is a figure; elsewhere it may number a label.
fn is_line_of_figures(words: &[&str]) -> bool {
    let figures = words.iter().filter(|word| is_figure(word)).count();
    let is_first_read = words.first().is_some_and(|word| is_short_figure(word));
    let is_cell = |word: &&str| is_short_figure(word) || figures > 1 && is_first_read && is_numeral(word);
    words.len() > 1 && figures > 0 && words.iter().all(is_cell)
}

/// Splits words followed by figures, or short adjacent words, which are parts of labels wrapped in their cells.
fn words<'a>(text: &str, index: &'a Index) -> Option<Vec<TokenKind<'a>>> {
    let words: Vec<&str> = fused::cells(text);
    if is_line_of_figures(&words) {
        return Some(words.into_iter().map(figure_or_other).collect());
    }
    let figures = words.iter().rev().take_while(|word| is_figure(word)).count();
    let (head, behind) = words.split_at(words.len() - figures);
    let chars: usize = head.iter().map(|word| word.chars().count()).sum();
    let most = if behind.is_empty() { MAX_PIECES_CHARS } else { MAX_HEAD_CHARS };
    if words.len() < 2 || chars > most || head.iter().any(|word| word.contains(['。', '；', ';'])) {
        return None;
    }
    let part = |word: &&str| match index.find(word).filter(|_| !is_unclosed(word)) {
        Some(found) => TokenKind::Label(found.meanings, (*word).to_owned(), true),
        None => TokenKind::Other((*word).to_owned()),
    };
    Some(head.iter().map(part).chain(behind.iter().map(|word| figure_or_other(word))).collect())
}

#[cfg(test)]
mod tests {
    use super::super::Forms;
    use super::*;

    fn pieces(text: &str) -> Vec<String> {
        let forms = Forms::official().expect("data files are well formed");
        let document = Document {
            paragraphs: text
                .lines()
                .map(|line| crate::document::Paragraph { text: line.to_owned(), after: 0 })
                .collect(),
            ..Document::default()
        };
        let (_, tokens) = flow(&document, &forms.index, &Recognised::NONE);
        let shown = |token: &Token<'_>| match &token.piece {
            TokenKind::Label(_, text, _) => format!("<{text}>"),
            TokenKind::Figure(text) => text.clone(),
            TokenKind::PageEdge(text) => format!("{text}/"),
            TokenKind::Blank => "_".to_owned(),
            TokenKind::Run(text) => format!("{text}!"),
            TokenKind::Other(text) => format!("?{text}"),
        };
        tokens.iter().map(shown).collect()
    }

    #[test]
    fn cells_of_a_line() {
        assert_eq!(pieces("规章 | 0 | | 3件 | |"), ["<规章>", "0", "_", "3件"]);
        assert_eq!(pieces("规 章\t0\t/\t约3"), ["<规 章>", "0", "/", "?约3"]);
        assert_eq!(pieces("行政许可 12"), ["<行政许可>", "12"]);
        assert_eq!(pieces("1.属于国家秘密 0 0 0"), ["<1.属于国家秘密>", "0", "0", "0"]);
        assert_eq!(pieces("本年新\n制作数量"), ["<本年新制作数量>"]);
        assert_eq!(pieces("4 0 0 三"), ["4", "0", "0", "?三"]);
        assert_eq!(pieces("6 3 二 0 16"), ["6", "3", "二", "0", "16"]);
        assert_eq!(pieces("行政强制 ——"), ["<行政强制>", "——"]);
        assert_eq!(pieces("规章 / — /"), ["<规章>", "/", "—", "/"]);
        assert_eq!(pieces("行政许可\n一\n第二十条第（六）项"), ["<行政许可>", "?一", "<第二十条第（六）项>"]);
        assert_eq!(pieces("（三）不予公开-1 2 0 0"), ["<（三）不予公开>", "1", "2", "0", "0"]);
        assert_eq!(pieces("规章\n|\n0\n｜\n3件"), ["<规章>", "0", "3件"]);
        for line in ["信息内容本年收费金额（单位：千元）", "信息内容、本年收费金额（单位：千元）、、"]
        {
            assert_eq!(pieces(line), ["?信息内容", "<本年收费金额>", "?（单位：千元）"], "{line}");
        }
        let unseen: String = "信息内容　本年收费金额（单位：元）".chars().flat_map(|c| [c, '\u{200b}']).collect();
        let found = pieces(&unseen);
        assert!(found.len() == 3 && found[2].contains('元') && found[2].contains('（'), "{found:?}");
    }

    #[test]
    fn one_mark_separates_the_cells_of_a_line_with_two_labels() {
        for mark in ["→", "⇒", "；", "，", ","] {
            let line = ["三、本年度办理结果", "（一）予以公开", "", "5", "0", "12"].join(mark);
            assert_eq!(pieces(&line), ["<三、本年度办理结果>", "<（一）予以公开>", "_", "5", "0", "12"], "{mark}");
        }
    }

    #[test]
    fn labels_and_digits_run_together() {
        assert_eq!(pieces("规章000行政规范性文件0011"), ["<规章>", "000!", "<行政规范性文件>", "0011!"]);
        let run = "1.本机关不掌握相关政府信息30000252.没有现成信息需要另行制作0000000";
        assert_eq!(
            pieces(run),
            ["<1.本机关不掌握相关政府信息>", "3000025!", "<2.没有现成信息需要另行制作>", "0000000!"]
        );
        assert_eq!(
            pieces("行政事业性收费4068.208三、收到和处理政府信息公开申请情况"),
            ["<行政事业性收费>", "4068.208!", "<三、收到和处理政府信息公开申请情况>"]
        );
        assert_eq!(
            pieces("（七）总计0000000四、结转下年度继续办理12"),
            ["<七）总计>", "0000000!", "<四、结转下年度继续办理>", "12!"]
        );
    }

    #[test]
    fn sentences_yield_no_run() {
        for text in ["行政许可12件，行政处罚3件。", "行政许可：12", "2025年行政许可全部办结", "共受理行政强制3起"]
        {
            assert!(pieces(text).iter().all(|piece| !piece.ends_with('!')), "{text}: {:?}", pieces(text));
        }
        assert_eq!(pieces("全年无行政复议"), ["?全年无", "<行政复议>"]);
    }
}
