//! Tables read from the text flow of a document, where no columns show which heading a figure is below. A label must be
//! followed by as many figures as the form has there. With any other number it is uncertain which is which, and none is
//! used.

mod unknown_label;

use std::collections::{BTreeMap, BTreeSet};

use super::heading_order::{HeadingSequence, is_behind_later_rows};
use super::in_order::SequenceItem;
use super::label::{Index, Item, Meaning};
use super::oddity::Oddity;
use super::rows::{FlowRow, Items, Key, refuse_blanks, side_by_side, unplaced};
use super::table_match::{TableMatch, TextValue, Unassigned, printed_unit};
use super::table_text::TableText;
use super::token::{Token, TokenKind, cell_of, is_numeral, is_short_figure, resembles_figure};
use super::wrapped::unit_behind;
use super::{Block, Form, Layout};
use crate::amount::MoneyUnit;
use crate::place::Place;

/// Most figures among the headings of a table that do not belong to it.
const MAX_ALONE: usize = 2;

/// The current table, as far as it is read.
#[derive(Default)]
struct FlowTable {
    /// Whether the table has begun: its title or all headings of a block were found.
    open: bool,
    group: Option<String>,
    /// The block of the latest heading or row.
    block: Option<usize>,
    /// Columns with a heading that was found, by block, with the unit of money printed in it.
    headings: BTreeMap<(usize, usize), Option<MoneyUnit>>,
    order: HeadingSequence,
    /// The values found after the label of a row; `None` if two labels compete.
    rows: BTreeMap<Key, Option<FlowRow>>,
    /// The cells of rows that are printed side by side.
    across: BTreeMap<Key, Option<Vec<TextValue>>>,
    /// Figures without a label.
    strays: Vec<String>,
    /// Labels and figures in text order.
    marks: Vec<SequenceItem>,
    /// In a table with one line of figures: rows with labels found since the last figures.
    pending: Vec<usize>,
    /// Whether a heading over later rows came before the label of an earlier row.
    is_exchanged: bool,
    unassigned: Vec<Unassigned>,
    /// Misspelt labels and the labels they were read as.
    misspelt: Vec<Oddity>,
}

/// A reader for all occurrences of one table in the flow.
struct FlowReader<'a, 't> {
    form: &'a Form,
    index: &'a Index,
    at: (usize, usize),
    tokens: &'t [Token<'a>],
    done: Vec<TableMatch>,
    top: usize,
    bottom: usize,
    table: FlowTable,
}

/// Returns all occurrences of one table in the flow, in order. A title with nothing below it counts as an occurrence
/// without figures.
pub(super) fn find<'a>(
    (form, index): (&'a Form, &'a Index),
    at: (usize, usize),
    tokens: &[Token<'a>],
) -> Vec<TableMatch> {
    let table = FlowTable::default();
    let mut reader = FlowReader { form, index, at, tokens, done: Vec::new(), top: 0, bottom: 0, table };
    let mut next = 0;
    while next < tokens.len() {
        next += reader.step(next).max(1);
    }
    reader.finish();
    reader.done
}

impl<'a> FlowReader<'a, '_> {
    fn blocks(&self) -> &'a [Block] {
        &self.form.tables[self.at.1].blocks
    }

    fn is_across(&self) -> bool {
        self.blocks().iter().any(|block| block.layout == Layout::Across)
    }

    /// Returns the meanings of a label in this table.
    fn meanings<'m>(&self, meanings: &'m [Meaning]) -> impl Iterator<Item = (usize, Item)> + use<'m> {
        let at = self.at;
        let here = meanings.iter().filter(move |meaning| (meaning.form, meaning.table) == at);
        here.map(|meaning| (meaning.block, meaning.item))
    }

    /// Handles the token at a position. Returns how many tokens it used.
    fn step(&mut self, at: usize) -> usize {
        let tokens = self.tokens;
        let token = &tokens[at];
        match &token.piece {
            TokenKind::Label(meanings, text, whole) => {
                let title = |meaning: &&Meaning| meaning.item == Item::Title && meaning.form == self.at.0;
                if let Some(title) = meanings.iter().find(title) {
                    self.title(title.table == self.at.1, token.line);
                    return 1;
                }
                if self.table.open && *whole && self.is_of_another_table(meanings) {
                    self.finish();
                } else if self.table.open && self.contradicts(token.line) {
                    self.table.open = false;
                }
                self.heading(meanings, text, at);
                if self.is_across() {
                    self.side_by_side(meanings, at);
                    return 1;
                }
                if self.table.open { self.label(at, meanings, (text, *whole)) } else { 1 }
            }
            TokenKind::Figure(_) | TokenKind::Run(_) if self.table.open && self.is_across() => self.line_of_figures(at),
            TokenKind::Figure(text) | TokenKind::PageEdge(text) if self.table.open => {
                self.stray(at, text);
                1
            }
            TokenKind::Other(text) if self.table.open && !self.is_across() => self.unknown(at, text),
            _ => 1,
        }
    }

    /// Handles a figure that follows no label.
    fn stray(&mut self, at: usize, text: &str) {
        self.table.strays.push(text.to_owned());
        self.table.marks.push(SequenceItem::Figure(text.to_owned(), self.tokens[at].place.clone()));
    }

    /// Handles a title: the table's own title opens it, and that of another table closes it.
    fn title(&mut self, own: bool, line: usize) {
        if !own || !self.table.rows.is_empty() || !self.table.across.is_empty() {
            self.finish();
        }
        self.table.open = own;
        if own {
            (self.top, self.bottom) = (line, line);
            self.table.pending.clear();
            self.table.is_exchanged = false;
        }
    }

    /// Handles a heading. The headings of a whole block open the table, as its title does.
    fn heading(&mut self, meanings: &[Meaning], text: &str, at: usize) {
        for (block, item) in self.meanings(meanings) {
            if item == Item::Heading {
                self.table.block = Some(block);
            }
            let (Item::Column(column) | Item::Cell(_, column)) = item else { continue };
            let unit = printed_unit(text).or_else(|| unit_behind(self.tokens, at, text));
            self.table.headings.insert((block, column), unit);
            // 总计 is also a column heading of other tables.
            if self.table.open || !self.is_across() {
                self.table.order.push(self.tokens, at, (block, &self.blocks()[block]), column);
            }
            let whole = (0..self.blocks()[block].columns.len())
                .all(|column| self.table.headings.contains_key(&(block, column)));
            if whole && !self.table.open {
                let line = self.tokens[at].line;
                (self.table.open, self.top, self.bottom) = (true, line, line);
            }
        }
    }

    /// Returns whether a label names a row of another table of the form, after rows of this one were found.
    fn is_of_another_table(&self, meanings: &[Meaning]) -> bool {
        let is_row = |meaning: &&Meaning| meaning.form == self.at.0 && matches!(meaning.item, Item::Row(_));
        let has_rows = !self.table.rows.is_empty() || !self.table.across.is_empty();
        has_rows
            && self.meanings(meanings).next().is_none()
            && meanings.iter().filter(is_row).any(|meaning| meaning.table != self.at.1)
    }

    /// Handles a label of a table with its rows side by side. The first of them may come before the headings.
    fn side_by_side(&mut self, meanings: &[Meaning], at: usize) {
        let row = self.meanings(meanings).find_map(|(_, item)| match item {
            Item::Row(row) | Item::Cell(row, _) => Some(row),
            _ => None,
        });
        let is_behind = |row| is_behind_later_rows(self.tokens, at, &self.blocks()[0], row);
        self.table.is_exchanged |= row.is_some_and(is_behind);
        self.table.pending.extend(row.filter(|row| !self.table.pending.contains(row)));
    }

    /// Returns whether a line names several rows of the form and has no figure. Such a line heads a different kind of
    /// table.
    fn contradicts(&self, line: usize) -> bool {
        let start = self.tokens.partition_point(|token| token.line < line);
        let here = self.tokens[start..].iter().take_while(|token| token.line == line);
        let mut rows = BTreeSet::new();
        for token in here {
            match &token.piece {
                TokenKind::Label(meanings, _, true) => {
                    let named: Vec<(usize, Item)> = self.meanings(meanings).collect();
                    let is = |kind: fn(&Item) -> bool| named.iter().any(|(_, item)| kind(item));
                    if is(|item| matches!(item, Item::Row(_))) && !is(|item| matches!(item, Item::Column(_))) {
                        rows.extend(named.iter().map(|(block, item)| (*block, format!("{item:?}"))));
                    }
                }
                TokenKind::Figure(_) | TokenKind::Run(_) => return false,
                _ => {}
            }
        }
        !self.is_across() && rows.len() > 1
    }

    /// Handles a label of a row or group, with the values after it. Returns how many tokens it used.
    fn label(&mut self, at: usize, meanings: &[Meaning], (text, whole): (&str, bool)) -> usize {
        let mut items = self.items(at);
        // Figures after a label that is not that of a row are left to the following tokens.
        let Some(key @ (block, row)) = self.row_of(meanings, whole, &items) else { return 1 };
        if let Some(group) = &self.blocks()[block].rows[row].group {
            self.table.group = Some(group.clone());
        }
        self.table.block = Some(block);
        self.bottom = self.tokens[at].line;
        if whole {
            self.table.marks.push(SequenceItem::Row(key));
            let figures = items.cells.iter().filter(|(text, _)| !text.is_empty());
            self.table.marks.extend(figures.map(|(text, place)| SequenceItem::Figure(text.clone(), place.clone())));
        }
        if items.cells.is_empty()
            && whole
            && let Some(unknown) = self.unknown_labels_below(at + items.taken)
        {
            items.cells = unknown;
            items.interrupted = true;
        }
        // A single numeral below a label without figures is its figure, or numbers a label that could not be joined.
        let below = self.tokens.get(at + 1 + items.taken).filter(|_| items.cells.is_empty());
        if let Some(below) = below.filter(|below| matches!(&below.piece, TokenKind::Other(text) if is_numeral(text))) {
            (items.cells, items.interrupted) = (cell_of(below).into_iter().collect(), true);
        }
        if whole && self.index.find(text).is_none() && self.index.misspelt(text).is_some() {
            self.table.misspelt.push(Oddity::misspelt(text, &self.blocks()[block].rows[row]));
        }
        let taken = items.taken;
        let place = self.tokens[at].place.clone();
        self.assign(key, FlowRow { items, label: text.to_owned(), place, whole });
        1 + taken
    }

    /// Returns the row that a label means, if any.
    fn row_of(&mut self, meanings: &[Meaning], whole: bool, items: &Items) -> Option<Key> {
        let named: Vec<(usize, Item)> = self.meanings(meanings).collect();
        let ambiguous = named.iter().any(|(_, item)| matches!(item, Item::Column(_)));
        let mut chosen = None;
        for (block, item) in named {
            let spec = &self.blocks()[block];
            match item {
                Item::Group(group) => {
                    self.table.group = Some(spec.groups[group].id.clone());
                    let combined =
                        spec.combined.as_ref().filter(|combined| self.table.group.as_ref() == Some(&combined.group));
                    let row = combined.and_then(|combined| spec.rows.iter().position(|row| row.id == combined.id));
                    chosen = row.filter(|_| !items.cells.is_empty()).map(|row| (block, row)).or(chosen);
                }
                Item::Row(row) => {
                    let group = spec.rows[row].group.as_ref();
                    let placed = !ambiguous || group.is_none() || group == self.table.group.as_ref();
                    // A single figure after a label is common in sentences too, so the heading must have been found.
                    let is_headed = self.table.headings.contains_key(&(block, 0)) || self.table.block == Some(block);
                    let single = spec.columns.len() == 1 && !is_headed;
                    // A single figure after a label that is also a column heading may be a page number.
                    let is_alone = ambiguous && items.cells.len() == 1 && !items.run && spec.columns.len() > 1;
                    let claims = if items.cells.is_empty() { whole && !ambiguous } else { !single && !is_alone };
                    chosen = (placed && claims).then_some((block, row)).or(chosen);
                }
                _ => {}
            }
        }
        chosen
    }

    /// Returns the cells after a label: those on its line, and figures on the lines that follow. Empty cells at either
    /// end are leftovers of merged cells and are dropped.
    fn items(&self, label: usize) -> Items {
        let line = self.tokens[label].line;
        let mut items = Items::default();
        let mut cells: Vec<(Option<String>, Place)> = Vec::new();
        for token in &self.tokens[label + 1..] {
            let on_line = token.line == line;
            if !on_line && !items.from_afar && items.taken > 0 {
                break;
            }
            let text = match &token.piece {
                TokenKind::Figure(text) => Some(text.clone()),
                TokenKind::PageEdge(text) if !on_line => {
                    items.page_edges.push(cells.len());
                    Some(text.clone())
                }
                TokenKind::Other(text) if on_line || is_short_figure(text) => Some(text.clone()),
                TokenKind::Blank if on_line => None,
                TokenKind::Run(text) if items.taken == 0 => return Items::run(text, &token.place),
                _ => break,
            };
            items.from_afar |= !on_line;
            cells.push((text, token.place.clone()));
            items.taken += 1;
        }
        let is_figure = |cell: &(Option<String>, Place)| cell.0.as_deref().is_some_and(resembles_figure);
        let Some(last) = cells.iter().rposition(is_figure) else {
            return Items { taken: items.taken, ..Items::default() };
        };
        let first = cells.iter().position(|cell| cell.0.is_some()).unwrap_or(0);
        items.page_edges = items.page_edges.iter().filter_map(|at| at.checked_sub(first)).collect();
        let kept = cells.drain(first..=last).map(|(text, place)| (text.unwrap_or_default(), place));
        let behind = self.tokens.get(label + 1 + items.taken).map(|token| &token.piece);
        let behind = if let Some(TokenKind::Figure(text)) = behind { Some(text.clone()) } else { None };
        Items { cells: kept.collect(), behind, ..items }
    }

    fn assign(&mut self, key: Key, found: FlowRow) {
        let Some(before) = self.table.rows.get_mut(&key) else {
            self.table.rows.insert(key, Some(found));
            return;
        };
        match before {
            // A label inside a text, such as a sentence, gives way to one on a line of its own.
            Some(row) if row.whole && !found.whole && !row.items.is_empty() => {}
            Some(row) if row.whole && !found.whole => {
                row.items = Items { interrupted: true, ..found.items };
            }
            Some(row) if !row.whole && found.whole && !found.items.is_empty() => *row = found,
            // A label without figures (a heading over the row) gives way to the row itself.
            Some(row) if row.items.is_empty() => *row = found,
            Some(_) if found.items.is_empty() => {}
            _ => {
                self.table.unassigned.push(Unassigned::Row { row: None, label: found.label });
                *before = None;
            }
        }
    }

    /// Reads the line of figures of a table with its rows side by side. Returns how many tokens it used.
    fn line_of_figures(&mut self, at: usize) -> usize {
        let items = self.figures_from(at);
        // A single figure among the headings is a page number.
        if items.taken <= MAX_ALONE && !items.run && self.table.pending.len() < self.blocks()[0].rows.len() {
            self.table.strays.extend(items.cells.into_iter().map(|(text, _)| text));
            return items.taken;
        }
        let rows = std::mem::take(&mut self.table.pending);
        let spec = &self.blocks()[0];
        let width = spec.columns.len();
        let is_exchanged = std::mem::take(&mut self.table.is_exchanged);
        let in_order = rows.len() == 1 || rows.iter().copied().eq(0..spec.rows.len()) && !is_exchanged;
        if rows.is_empty() {
            return items.taken;
        }
        self.bottom = self.tokens[at].line;
        let place = &self.tokens[at].place;
        let mut cells = items.fit(rows.len() * width, place);
        if !in_order {
            let texts: Vec<&str> = items.cells.iter().map(|(text, _)| text.as_str()).collect();
            cells.fill(unplaced(&texts.join(" "), place));
        }
        let parts = side_by_side((self.form, self.at.1), &items, &rows, &cells);
        for (row, part) in rows.iter().zip(parts) {
            let twice = self.table.across.contains_key(&(0, *row));
            self.table.across.insert((0, *row), if twice { None } else { Some(part) });
        }
        // Figures that do not fit the rows named before them may belong to any row.
        if let Some(refused) = cells.first().filter(|cell| cell.doubt.is_some()) {
            for row in
                (0..spec.rows.len()).filter(|row| !self.table.across.contains_key(&(0, *row))).collect::<Vec<_>>()
            {
                self.table.across.insert((0, row), Some(vec![refused.clone(); width]));
            }
        }
        items.taken
    }

    /// Returns the figures from a token on, up to any other token.
    fn figures_from(&self, at: usize) -> Items {
        let mut items = Items::default();
        for token in &self.tokens[at..] {
            match &token.piece {
                TokenKind::Run(text) if items.taken == 0 => return Items::run(text, &token.place),
                TokenKind::Figure(text) => items.cells.push((text.clone(), token.place.clone())),
                TokenKind::Blank => items.cells.push((String::new(), token.place.clone())),
                TokenKind::Other(text) if token.line == self.tokens[at].line && resembles_figure(text) => {
                    items.cells.push((text.clone(), token.place.clone()));
                }
                _ => break,
            }
            items.from_afar |= token.line != self.tokens[at].line;
            items.taken += 1;
        }
        items
    }

    /// Closes the current table.
    fn finish(&mut self) {
        let FlowTable {
            open, headings, order, rows, mut across, strays, marks, pending, mut unassigned, misspelt, ..
        } = std::mem::take(&mut self.table);
        let text = TableText { form: self.form, table: self.at.1, rows, strays, marks };
        across.extend(text.resolve(self.index, &mut unassigned));
        let mut rows = across;
        let mut combined = false;
        for (at, block) in self.blocks().iter().enumerate() {
            if let Some((stand_in, parts)) = block.combined_rows() {
                if parts.iter().any(|part| rows.contains_key(&(at, *part)))
                    && let Some(beside) = rows.remove(&(at, stand_in)).flatten()
                {
                    let parts = rows.iter_mut().filter(|((block, row), _)| *block == at && parts.contains(row));
                    refuse_blanks(&beside, parts.filter_map(|(_, cells)| cells.as_mut()));
                }
                combined |= rows.contains_key(&(at, stand_in));
            }
            if self.is_across() && open && rows.is_empty() && pending.iter().copied().eq(0..block.rows.len()) {
                let blank = Items::default().fit(block.columns.len(), &Place::in_text());
                rows.extend(pending.iter().map(|row| ((at, *row), Some(blank.clone()))));
            }
        }
        let mut pieces = Vec::new();
        for ((block, row), cells) in &mut rows {
            order.confirm(*block, cells.as_deref_mut().unwrap_or_default());
            for (column, cell) in cells.iter().flatten().enumerate() {
                let position = self.form.place([self.at.1, *block, *row, column]);
                let unit = headings.get(&(*block, column)).copied().flatten();
                pieces.extend(position.map(|position| (position, TextValue { unit, ..cell.clone() })));
            }
        }
        if open || !rows.is_empty() {
            unassigned.dedup();
            self.done.push(TableMatch {
                form: self.at.0,
                table: self.at.1,
                top: u32::try_from(self.top).unwrap_or(u32::MAX),
                bottom: u32::try_from(self.bottom).unwrap_or(u32::MAX),
                reach: u32::try_from(self.bottom).unwrap_or(u32::MAX),
                slots: Vec::new(),
                pieces,
                by_year: Vec::new(),
                unassigned,
                unclaimed: Vec::new(),
                until: u32::MAX,
                combined,
                headings: headings.into_keys().collect(),
                by_sums: misspelt,
                is_stable: true,
            });
        }
    }
}
