//! Tables read from the flow of a document, where no column says what stands below it: a label and as many figures
//! behind it as the form has there. With any other number of figures it is not certain which is which, and none of
//! them is used.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::label::{Item, Meaning};
use super::recognise::{Doubt, Found, Loose, Piece as Cell, printed_unit};
use super::tokens::{Piece, Token};
use super::{Block, Form, Layout};
use crate::amount::{self, MoneyUnit, State};
use crate::place::Place;

/// What stands behind a label.
#[derive(Debug, Clone, Default)]
struct Items {
    cells: Vec<(String, Place)>,
    /// Whether it is one run of digits, of which it is not yet said where one cell ends.
    run: bool,
    /// Whether they come from other lines than the label's, where a blank cell leaves no trace and a page number may
    /// stand in its place.
    from_afar: bool,
    /// How many of the tokens it took.
    taken: usize,
}

/// A table being read.
struct Reader<'a, 't> {
    form: &'a Form,
    at: (usize, usize),
    tokens: &'t [Token<'a>],
    done: Vec<Found>,
    /// Whether the table has begun: its title or a block's headings have come.
    open: bool,
    top: usize,
    bottom: usize,
    group: Option<String>,
    /// Columns whose heading has come, by block, with the unit of money it prints.
    headings: BTreeMap<(usize, usize), Option<MoneyUnit>>,
    /// `(block, row)` to what was found behind its label; `None` where two labels compete.
    rows: BTreeMap<(usize, usize), Option<Vec<Cell>>>,
    /// Rows of a table with one line of figures whose labels have come since the last figures.
    pending: Vec<usize>,
    loose: Vec<Loose>,
}

/// All occurrences of one table in the flow, in its order, each with the line it begins on. One that has a title
/// and nothing else is found as well, without figures.
pub(super) fn find<'a>(form: &'a Form, at: (usize, usize), tokens: &[Token<'a>]) -> Vec<Found> {
    let mut reader = Reader {
        form,
        at,
        tokens,
        done: Vec::new(),
        open: false,
        top: 0,
        bottom: 0,
        group: None,
        headings: BTreeMap::new(),
        rows: BTreeMap::new(),
        pending: Vec::new(),
        loose: Vec::new(),
    };
    let mut next = 0;
    while next < tokens.len() {
        next += reader.step(next).max(1);
    }
    reader.finish();
    reader.done
}

impl<'a> Reader<'a, '_> {
    fn blocks(&self) -> &'a [Block] {
        &self.form.tables[self.at.1].blocks
    }

    fn is_across(&self) -> bool {
        self.blocks().iter().any(|block| block.layout == Layout::Across)
    }

    /// What a label means in this table.
    fn meanings<'m>(&self, meanings: &'m [Meaning]) -> impl Iterator<Item = (usize, Item)> + use<'m> {
        let at = self.at;
        let here = meanings.iter().filter(move |meaning| (meaning.form, meaning.table) == at);
        here.map(|meaning| (meaning.block, meaning.item))
    }

    /// Reads on from a token; says how many it took.
    fn step(&mut self, at: usize) -> usize {
        let tokens = self.tokens;
        let token = &tokens[at];
        match &token.piece {
            Piece::Label(meanings, text, whole) => {
                let title = |meaning: &&Meaning| meaning.item == Item::Title && meaning.form == self.at.0;
                if let Some(title) = meanings.iter().find(title) {
                    self.title(title.table == self.at.1, token.line);
                    return 1;
                }
                if self.open && self.contradicts(token.line) {
                    self.open = false;
                }
                self.heading(meanings, text, token.line);
                if !self.open {
                    return 1;
                }
                if self.is_across() {
                    let row = self
                        .meanings(meanings)
                        .find_map(|(_, item)| if let Item::Row(row) = item { Some(row) } else { None });
                    self.pending.extend(row.filter(|row| !self.pending.contains(row)));
                    return 1;
                }
                self.label(at, meanings, (text, *whole))
            }
            Piece::Figure(_) | Piece::Run(_) if self.open && self.is_across() => self.line_of_figures(at),
            Piece::Other(text) if self.open && !self.is_across() => self.unknown(at, text),
            _ => 1,
        }
    }

    /// The title of this table opens it, that of another closes it.
    fn title(&mut self, own: bool, line: usize) {
        if !own || !self.rows.is_empty() {
            self.finish();
        }
        self.open = own;
        if own {
            (self.top, self.bottom) = (line, line);
        }
    }

    /// Headings of a whole block open the table too.
    fn heading(&mut self, meanings: &[Meaning], text: &str, line: usize) {
        for (block, item) in self.meanings(meanings) {
            let Item::Column(column) = item else { continue };
            self.headings.insert((block, column), printed_unit(text));
            let whole =
                (0..self.blocks()[block].columns.len()).all(|column| self.headings.contains_key(&(block, column)));
            if whole && !self.open {
                (self.open, self.top, self.bottom) = (true, line, line);
            }
        }
    }

    /// A line that names several rows of the form and has no figure heads a table of another kind.
    fn contradicts(&self, line: usize) -> bool {
        let start = self.tokens.partition_point(|token| token.line < line);
        let here = self.tokens[start..].iter().take_while(|token| token.line == line);
        let mut rows = BTreeSet::new();
        for token in here {
            match &token.piece {
                Piece::Label(meanings, _, true) => {
                    let named: Vec<(usize, Item)> = self.meanings(meanings).collect();
                    let is = |kind: fn(&Item) -> bool| named.iter().any(|(_, item)| kind(item));
                    if is(|item| matches!(item, Item::Row(_))) && !is(|item| matches!(item, Item::Column(_))) {
                        rows.extend(named.iter().map(|(block, item)| (*block, format!("{item:?}"))));
                    }
                }
                Piece::Figure(_) | Piece::Run(_) => return false,
                _ => {}
            }
        }
        !self.is_across() && rows.len() > 1
    }

    /// A label of a row or group, with what stands behind it.
    fn label(&mut self, at: usize, meanings: &[Meaning], (text, whole): (&str, bool)) -> usize {
        let items = self.items(at);
        let named: Vec<(usize, Item)> = self.meanings(meanings).collect();
        let ambiguous = named.iter().any(|(_, item)| matches!(item, Item::Column(_)));
        let mut chosen = None;
        for (block, item) in named {
            let spec = &self.blocks()[block];
            match item {
                Item::Group(group) => {
                    self.group = Some(spec.groups[group].id.clone());
                    let combined =
                        spec.combined.as_ref().filter(|combined| self.group.as_ref() == Some(&combined.group));
                    let row = combined.and_then(|combined| spec.rows.iter().position(|row| row.id == combined.id));
                    chosen = row.filter(|_| !items.cells.is_empty()).map(|row| (block, row)).or(chosen);
                }
                Item::Row(row) => {
                    let group = spec.rows[row].group.as_ref();
                    let placed = !ambiguous || group.is_none() || group == self.group.as_ref();
                    // One figure behind a label is common in sentences too: then the heading must have been seen.
                    let single = spec.columns.len() == 1 && !self.headings.contains_key(&(block, 0));
                    let claims = if items.cells.is_empty() { whole && !ambiguous } else { !single };
                    chosen = (placed && claims).then_some((block, row)).or(chosen);
                }
                _ => {}
            }
        }
        if let Some((block, row)) = chosen {
            if let Some(group) = &self.blocks()[block].rows[row].group {
                self.group = Some(group.clone());
            }
            self.bottom = self.tokens[at].line;
            let cells = items.fit(self.blocks()[block].columns.len(), &self.tokens[at].place);
            let cells = self.vouched(&items, (block, row), cells);
            self.assign((block, row), cells, text);
        }
        1 + items.taken
    }

    /// The cells behind a label: those on its line, and figures that follow on lines of their own. Empty cells at
    /// either end are what merged cells left.
    fn items(&self, label: usize) -> Items {
        let line = self.tokens[label].line;
        let mut cells: Vec<(Option<String>, Place)> = Vec::new();
        let mut taken = 0;
        let mut from_afar = false;
        for token in &self.tokens[label + 1..] {
            let on_line = token.line == line;
            if !on_line && !from_afar && taken > 0 {
                break;
            }
            from_afar |= !on_line;
            let text = match &token.piece {
                Piece::Figure(text) => Some(text.clone()),
                Piece::Other(text) if on_line => Some(text.clone()),
                Piece::Blank if on_line => None,
                Piece::Run(text) if taken == 0 => return Items::run(text, &token.place),
                _ => break,
            };
            cells.push((text, token.place.clone()));
            taken += 1;
        }
        let is_figure = |cell: &(Option<String>, Place)| cell.0.as_deref().is_some_and(looks_like_figure);
        let Some(last) = cells.iter().rposition(is_figure) else { return Items { taken, ..Items::default() } };
        let first = cells.iter().position(|cell| cell.0.is_some()).unwrap_or(0);
        let kept = cells.drain(first..=last).map(|(text, place)| (text.unwrap_or_default(), place));
        Items { cells: kept.collect(), run: false, from_afar, taken }
    }

    fn assign(&mut self, key: (usize, usize), cells: Vec<Cell>, label: &str) {
        match self.rows.get(&key) {
            // A label without figures (a heading over the row) gives way to the row itself.
            Some(Some(before)) if is_blank(before) => {}
            Some(_) if is_blank(&cells) => return,
            Some(_) => {
                self.rows.insert(key, None);
                self.loose.push(Loose::Row { row: None, label: label.to_owned() });
                return;
            }
            None => {}
        }
        self.rows.insert(key, Some(cells));
    }

    /// The one line of figures of a table whose rows stand side by side.
    fn line_of_figures(&mut self, at: usize) -> usize {
        let items = self.figures_from(at);
        let rows = std::mem::take(&mut self.pending);
        let spec = &self.blocks()[0];
        let width = spec.columns.len();
        if rows.len() == 1 || rows.iter().copied().eq(0..spec.rows.len()) {
            self.bottom = self.tokens[at].line;
            let cells = items.fit(rows.len() * width, &self.tokens[at].place);
            for (row, part) in rows.iter().zip(cells.chunks(width)) {
                let part = self.vouched(&items, (0, *row), part.to_vec());
                let twice = self.rows.contains_key(&(0, *row));
                self.rows.insert((0, *row), if twice { None } else { Some(part) });
            }
        }
        items.taken
    }

    /// The figures from a token on, up to something else.
    fn figures_from(&self, at: usize) -> Items {
        let mut items = Items::default();
        for token in &self.tokens[at..] {
            match &token.piece {
                Piece::Run(text) if items.taken == 0 => return Items::run(text, &token.place),
                Piece::Figure(text) => items.cells.push((text.clone(), token.place.clone())),
                Piece::Blank => items.cells.push((String::new(), token.place.clone())),
                _ => break,
            }
            items.from_afar |= token.line != self.tokens[at].line;
            items.taken += 1;
        }
        items
    }

    /// The cells, if their number is evidence enough; where it is not, the row's own sum, if it has one, has to vouch for
    /// them.
    fn vouched(&self, items: &Items, (block, row): (usize, usize), cells: Vec<Cell>) -> Vec<Cell> {
        if !(items.run || items.from_afar) || cells.len() < 2 || is_blank(&cells) {
            return cells;
        }
        let position = |column: usize| self.form.place([self.at.1, block, row, column]);
        let positions: Option<Vec<usize>> = (0..cells.len()).map(position).collect();
        let sum = positions.as_deref().and_then(<[usize]>::split_last);
        let has_sum = sum.is_some_and(|(total, parts)| {
            self.form.equations.iter().any(|own| own.right == [*total] && own.left == parts)
        });
        let values: Option<Vec<Decimal>> = cells.iter().map(|cell| amount::read(&cell.text).value).collect();
        let certain = match values.as_deref().and_then(<[Decimal]>::split_last) {
            Some((total, parts)) if has_sum => *total == parts.iter().sum::<Decimal>(),
            _ => !has_sum,
        };
        if certain {
            return cells;
        }
        let texts: Vec<&str> = cells.iter().map(|cell| cell.text.as_str()).collect();
        let text = if items.run || cells[0].doubt.is_some() { items.cells[0].0.clone() } else { texts.join(" ") };
        cells.iter().map(|cell| Cell { text: text.clone(), doubt: Some(Doubt::Unplaced), ..cell.clone() }).collect()
    }

    /// A label the form does not have, with figures behind it on its line.
    fn unknown(&mut self, at: usize, text: &str) -> usize {
        let line = self.tokens[at].line;
        let begins = at == 0 || self.tokens[at - 1].line != line;
        let behind = self.tokens[at + 1..].iter().take_while(|token| token.line == line);
        if begins && behind.into_iter().any(|token| matches!(token.piece, Piece::Figure(_))) {
            self.loose.push(Loose::Row { row: None, label: text.to_owned() });
        }
        1
    }

    /// Closes the table in hand.
    fn finish(&mut self) {
        let (open, top) = (std::mem::take(&mut self.open), self.top);
        let mut rows = std::mem::take(&mut self.rows);
        let mut loose = std::mem::take(&mut self.loose);
        let pending = std::mem::take(&mut self.pending);
        let headings = std::mem::take(&mut self.headings);
        self.group = None;
        let mut combined = false;
        for (at, block) in self.blocks().iter().enumerate() {
            if let Some((stand_in, parts)) = block.combined_rows() {
                if parts.iter().any(|part| rows.contains_key(&(at, *part))) {
                    rows.remove(&(at, stand_in));
                }
                combined |= rows.contains_key(&(at, stand_in));
            }
            if self.is_across() && rows.is_empty() && pending.iter().copied().eq(0..block.rows.len()) {
                let blank = Items::default().fit(block.columns.len(), &Place::in_text());
                rows.extend(pending.iter().map(|row| ((at, *row), Some(blank.clone()))));
            }
        }
        let mut pieces = Vec::new();
        for ((block, row), cells) in &rows {
            for (column, cell) in cells.iter().flatten().enumerate() {
                let position = self.form.place([self.at.1, *block, *row, column]);
                let unit = headings.get(&(*block, column)).copied().flatten();
                pieces.extend(position.map(|position| (position, Cell { unit, ..cell.clone() })));
            }
        }
        if open || !rows.is_empty() {
            loose.dedup();
            self.done.push(Found {
                form: self.at.0,
                table: self.at.1,
                top: u32::try_from(top).unwrap_or(u32::MAX),
                bottom: u32::try_from(self.bottom).unwrap_or(u32::MAX),
                reach: u32::try_from(self.bottom).unwrap_or(u32::MAX),
                slots: Vec::new(),
                pieces,
                loose,
                unclaimed: Vec::new(),
                until: u32::MAX,
                combined,
                headings: headings.into_keys().collect(),
                by_sums: Vec::new(),
                is_stable: true,
            });
        }
    }
}

impl Items {
    fn run(digits: &str, place: &Place) -> Self {
        Self { cells: vec![(digits.to_owned(), place.clone())], run: true, taken: 1, ..Self::default() }
    }

    /// What they are worth as so many cells: one each where their number is right, nothing where there are none, and
    /// else one value that no cell can be told for.
    fn fit(&self, cells: usize, label: &Place) -> Vec<Cell> {
        let cell = |(text, place): &(String, Place)| Cell {
            text: text.clone(),
            place: place.clone(),
            doubt: None,
            unit: None,
        };
        match self.cells.as_slice() {
            [] => vec![Cell { text: String::new(), place: label.clone(), doubt: None, unit: None }; cells],
            [(digits, place)] if self.run && cells > 1 && is_one_each(digits, cells) => {
                digits.chars().map(|digit| cell(&(digit.to_string(), place.clone()))).collect()
            }
            all if all.len() == cells => all.iter().map(cell).collect(),
            all => {
                let texts: Vec<&str> = all.iter().map(|(text, _)| text.as_str()).collect();
                vec![
                    Cell { text: texts.join(" "), place: all[0].1.clone(), doubt: Some(Doubt::Unplaced), unit: None };
                    cells
                ]
            }
        }
    }
}

/// Whether a run has just as many digits as there are cells.
fn is_one_each(run: &str, cells: usize) -> bool {
    run.len() == cells && run.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_blank(cells: &[Cell]) -> bool {
    cells.iter().all(|cell| cell.text.is_empty())
}

fn looks_like_figure(text: &str) -> bool {
    matches!(amount::read(text).state, State::Number | State::NotApplicable)
}
