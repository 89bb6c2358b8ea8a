//! The flow of a document: its lines and the cells on them, taken apart into labels and figures. What follows what is
//! all that counts here: where cells were merged, text copied from a table has lost which column is which.

use super::label::{Index, Meaning};
use crate::amount::{self, State};
use crate::document::{Document, Grid};
use crate::place::Place;
use crate::spelling::fold;

/// Labels are put together of this many broken pieces at most.
const PIECES: usize = 3;
/// Longest piece of a broken label, in characters.
const LONGEST_PIECE: usize = 20;

/// A part of the flow.
#[derive(Debug, Clone)]
pub(super) struct Token<'a> {
    pub(super) piece: Piece<'a>,
    /// Which line of the flow it stands on.
    pub(super) line: usize,
    pub(super) place: Place,
}

/// What a part of the flow is.
#[derive(Debug, Clone)]
pub(super) enum Piece<'a> {
    /// A label of some form: what it may mean, its text, and whether it has a cell to itself.
    Label(&'a [Meaning], String, bool),
    /// A cell with a figure, or with a sign that there is none.
    Figure(String),
    /// An empty cell between others.
    Blank,
    /// Digits that run on from the label before them without a gap, up to something that is known.
    Run(String),
    /// Anything else.
    Other(String),
}

/// A line of the flow and where it stands: before which grid, or in which row of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// How many grids come before it.
    pub after: usize,
    /// The row of the grid `after`; `None` for a paragraph, which comes before that grid.
    pub row: Option<u32>,
    /// Which paragraph.
    pub paragraph: usize,
}

/// The flow of a document: paragraphs, and those rows of its tables that `is_free` says no table recognised has.
pub(super) fn flow<'a>(
    document: &Document,
    index: &'a Index,
    is_free: &dyn Fn(usize, u32) -> bool,
) -> (Vec<Line>, Vec<Token<'a>>) {
    let (mut lines, mut tokens) = (Vec::new(), Vec::new());
    let mut paragraphs = document.paragraphs.iter().enumerate().peekable();
    for at in 0..=document.grids.len() {
        while let Some((paragraph, said)) = paragraphs.next_if(|(_, said)| said.after <= at) {
            lines.push(Line { after: said.after, row: None, paragraph });
            of_paragraph(&said.text, index, lines.len() - 1, &mut tokens);
        }
        let Some(grid) = document.grids.get(at) else { break };
        let mut rows: Vec<u32> = grid.cells().iter().map(|cell| cell.row).filter(|row| is_free(at, *row)).collect();
        rows.dedup();
        for row in rows {
            lines.push(Line { after: at, row: Some(row), paragraph: 0 });
            of_row(grid, row, index, lines.len() - 1, &mut tokens);
        }
    }
    (lines, mend(tokens, index))
}

/// A line of text. Empty cells at its ends are what merged cells and the end of the line left.
fn of_paragraph<'a>(text: &str, index: &'a Index, line: usize, tokens: &mut Vec<Token<'a>>) {
    let place = Place::in_text();
    for part in text.lines() {
        for cell in part.trim_matches(|c: char| c == '|' || c.is_whitespace()).split(['|', '\t']) {
            of_cell(cell.trim(), index, (line, &place), tokens);
        }
    }
}

/// A row of a table. An empty cell is one that no cell before it covers.
fn of_row<'a>(grid: &Grid, row: u32, index: &'a Index, line: usize, tokens: &mut Vec<Token<'a>>) {
    let mut next = None;
    for cell in grid.row(row) {
        for column in next.unwrap_or(cell.column)..cell.column {
            if grid.region(row, column).is_none_or(|region| (region.top, region.left) == (row, column)) {
                tokens.push(Token { piece: Piece::Blank, line, place: grid.place(row, column) });
            }
        }
        of_cell(&cell.text, index, (line, &grid.place(row, cell.column)), tokens);
        next = Some(grid.region(row, cell.column).map_or(cell.column, |region| region.right) + 1);
    }
}

fn of_cell<'a>(text: &str, index: &'a Index, (line, place): (usize, &Place), tokens: &mut Vec<Token<'a>>) {
    let mut push = |piece| tokens.push(Token { piece, line, place: place.clone() });
    match amount::read(text).state {
        State::Blank => return push(Piece::Blank),
        State::Number | State::NotApplicable => return push(Piece::Figure(text.to_owned())),
        State::Text | State::Absent => {}
    }
    if let Some(found) = index.find(text) {
        return push(Piece::Label(found.meanings, text.to_owned(), true));
    }
    if let Some((label, figures)) = spaced(text, index) {
        label.into_iter().for_each(&mut push);
        return figures.into_iter().for_each(|figure| push(Piece::Figure(figure.to_owned())));
    }
    fused(text, index).into_iter().for_each(push);
}

/// A label and the figures behind it, or figures alone, with nothing but space between them.
fn spaced<'a, 't>(text: &'t str, index: &'a Index) -> Option<(Option<Piece<'a>>, Vec<&'t str>)> {
    let is_figure = |word: &str| matches!(amount::read(word).state, State::Number | State::NotApplicable);
    let mut head = text.trim_end();
    let mut figures = Vec::new();
    while let Some((rest, word)) = head.rsplit_once(char::is_whitespace).or(Some(("", head))) {
        if word.is_empty() || !is_figure(word) {
            break;
        }
        figures.push(word);
        head = rest.trim_end();
    }
    figures.reverse();
    let label =
        if head.is_empty() { None } else { Some(Piece::Label(index.find(head)?.meanings, head.to_owned(), true)) };
    (!figures.is_empty()).then_some((label, figures))
}

/// Text with labels and digits run together. Where it holds no label it is one piece.
fn fused<'a>(text: &str, index: &'a Index) -> Vec<Piece<'a>> {
    let folded = fold(text);
    let chars: Vec<(usize, char)> = folded.char_indices().filter(|(_, c)| c.is_alphanumeric()).collect();
    let key: Vec<char> = chars.iter().map(|(_, c)| *c).collect();
    let scan = Scan { folded: &folded, chars: &chars, key: &key, index };
    let (mut pieces, mut other, mut at) = (Vec::new(), String::new(), 0);
    let mut labelled = 0;
    while at < key.len() {
        if let Some((end, meanings)) = scan.label(at) {
            flush(&mut other, &mut pieces);
            pieces.push(Piece::Label(meanings, scan.text(at, end), false));
            labelled += end - at;
            at = end;
        } else if let Some(end) =
            scan.run(at).filter(|_| matches!(pieces.last(), Some(Piece::Label(..))) && other.is_empty())
        {
            pieces.push(Piece::Run(scan.text(at, end)));
            at = end;
        } else {
            other.push(key[at]);
            at += 1;
        }
    }
    flush(&mut other, &mut pieces);
    // A sentence may name things that are labels too.
    let is_table = labelled * 2 >= key.len() || pieces.iter().any(|piece| matches!(piece, Piece::Run(_)));
    if is_table && labelled > 0 { pieces } else { vec![Piece::Other(text.to_owned())] }
}

fn flush(other: &mut String, pieces: &mut Vec<Piece<'_>>) {
    if !other.is_empty() {
        pieces.push(Piece::Other(std::mem::take(other)));
    }
}

/// A text looked through for labels. Places count its letters and digits.
struct Scan<'s, 'a> {
    folded: &'s str,
    chars: &'s [(usize, char)],
    key: &'s [char],
    index: &'a Index,
}

impl<'a> Scan<'_, 'a> {
    /// The label at a place, with the number printed before it: where it ends, and what it means.
    fn label(&self, at: usize) -> Option<(usize, &'a [Meaning])> {
        let plain = self.index.longest(&self.key[at..]).map(|(length, meanings)| (at + length, meanings));
        plain.or_else(|| {
            let behind = self.behind_number(at)?;
            self.index.longest(&self.key[behind..]).map(|(length, meanings)| (behind + length, meanings))
        })
    }

    /// The place behind a number such as `2.` or `（五）`; punctuation tells it from a figure.
    fn behind_number(&self, at: usize) -> Option<usize> {
        let numeral = |c: char| "一二三四五六七八九十".contains(c);
        let of_kind =
            |wanted: &dyn Fn(char) -> bool, most| self.key[at..].iter().take_while(|c| wanted(**c)).count().min(most);
        // No group of the form has ten rows: a digit before the last belongs to the figures.
        let length = of_kind(&|c| c.is_ascii_digit(), 1).max(of_kind(&numeral, 2));
        let end = at + length;
        (length > 0 && end < self.key.len() && self.gap(end).is_some_and(|gap| gap.starts_with(['.', '、', ')', '．'])))
            .then_some(end)
    }

    /// Where a run of digits from a place ends; `None` unless it touches what stands before it, and what follows is
    /// the end of the text, a label, or the number of the next heading.
    fn run(&self, at: usize) -> Option<usize> {
        // The label's own closing marks may stand between.
        let closes = |c: char| c.is_whitespace() || ")”’\"》」".contains(c);
        let touches = |at: usize| self.gap(at).is_none_or(|gap| gap.chars().all(closes));
        let is_digit = |at: usize| self.key.get(at).is_some_and(char::is_ascii_digit);
        if !is_digit(at) || !touches(at) {
            return None;
        }
        let mut end = at;
        while is_digit(end)
            && (end == at || matches!(self.gap(end), Some("" | ".")))
            && self.number_of_label(end).is_none()
        {
            end += 1;
        }
        let ends_well = end >= self.key.len()
            || self.label(end).is_some()
            || self.behind_number(end).is_some_and(|_| !is_digit(end));
        (end > at && ends_well).then_some(end)
    }

    /// A number with a label behind it.
    fn number_of_label(&self, at: usize) -> Option<usize> {
        self.behind_number(at).filter(|behind| self.index.longest(&self.key[*behind..]).is_some())
    }

    /// What stands between the letter or digit at a place and the one before it.
    fn gap(&self, at: usize) -> Option<&str> {
        let (before, c) = self.chars[at.checked_sub(1)?];
        let end = self.chars.get(at).map_or(self.folded.len(), |(end, _)| *end);
        self.folded.get(before + c.len_utf8()..end)
    }

    fn text(&self, from: usize, to: usize) -> String {
        let (last, c) = self.chars[to - 1];
        self.folded[self.chars[from].0..last + c.len_utf8()].to_owned()
    }
}

/// Puts labels together that were broken over several lines or cells.
fn mend<'a>(tokens: Vec<Token<'a>>, index: &'a Index) -> Vec<Token<'a>> {
    let mut mended: Vec<Token<'a>> = Vec::with_capacity(tokens.len());
    for token in tokens {
        mended.push(token);
        for pieces in 2..=PIECES.min(mended.len()) {
            let from = mended.len() - pieces;
            let short = |token: &Token<'_>| match &token.piece {
                Piece::Other(text) if text.chars().count() <= LONGEST_PIECE => Some(text.clone()),
                _ => None,
            };
            let Some(text) = mended[from..].iter().map(short).collect::<Option<String>>() else { break };
            if let Some(found) = index.find(&text) {
                mended.truncate(from + 1);
                mended[from].piece = Piece::Label(found.meanings, text, true);
                break;
            }
        }
    }
    mended
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
        let (_, tokens) = flow(&document, &forms.index, &|_, _| true);
        let shown = |token: &Token<'_>| match &token.piece {
            Piece::Label(_, text, _) => format!("<{text}>"),
            Piece::Figure(text) => text.clone(),
            Piece::Blank => "_".to_owned(),
            Piece::Run(text) => format!("{text}!"),
            Piece::Other(text) => format!("?{text}"),
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
            ["<七)总计>", "0000000!", "<四、结转下年度继续办理>", "12!"]
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
