//! Cache of sheet layouts. An office hands out one workbook and gets it back from every unit. If the same labels are at
//! the same places, and figures where figures were, the tables are where they were. This also holds if figures are
//! blank or not numbers, as long as no table depends on them, and most reports differ only in that.

use std::sync::{Arc, RwLock};

use super::label::Index;
use super::removability::{Address, Removability, addresses, between};
use super::table_match::{Hit, Slot, TableMatch, is_figure, is_numbering};
use crate::document::{Cell, CellKind, Grid, Region};

/// Most layouts that are cached; the units of a county use few.
const MOST: usize = 64;
/// Largest sheet, in cells, that is cached.
const LARGEST: usize = 2_000;

/// The layouts found so far, with their matches. A hit in the cache changes only the time taken.
#[derive(Debug, Default)]
pub(super) struct LayoutCache(RwLock<Vec<CachedLayout>>);

#[derive(Debug)]
struct CachedLayout {
    cells: Vec<CellSignature>,
    merged: Vec<Region>,
    found: Vec<Arc<TableMatch>>,
}

/// The properties of a cell that recognition depends on.
#[derive(Debug)]
struct CellSignature {
    row: u32,
    column: u32,
    /// Its text; `None` if it is a number.
    text: Option<Box<str>>,
    is_label: bool,
    spare: Removability,
    role: CellClass,
}

/// The properties of a cell other than a label that recognition depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct CellClass {
    figure: bool,
    blank: bool,
}

impl CellClass {
    fn of(cell: &Cell) -> Self {
        Self { figure: is_figure(cell), blank: cell.text.trim().is_empty() }
    }
}

impl CellSignature {
    fn of(cell: &Cell, is_label: bool, spare: Removability) -> Self {
        let text = (cell.kind == CellKind::Text).then(|| cell.text.as_str().into());
        Self { row: cell.row, column: cell.column, text, is_label, spare, role: CellClass::of(cell) }
    }

    /// Returns the signature of a figure that is blank.
    fn of_blank((row, column): Address, spare: Removability) -> Self {
        let role = CellClass { figure: true, blank: false };
        Self { row, column, text: None, is_label: false, spare, role }
    }

    fn is_at(&self, cell: &Cell) -> bool {
        (self.row, self.column) == (cell.row, cell.column)
    }

    /// Returns whether a cell at the same place may replace this one.
    fn fits(&self, cell: &Cell, index: &Index) -> bool {
        if cell.kind != CellKind::Text {
            return !self.is_label && self.role == CellClass::of(cell);
        }
        let same = self.text.as_deref() == Some(cell.text.as_str());
        same || !self.is_label && self.role == CellClass::of(cell) && !index.may_be_label(&cell.text)
    }
}

/// State of the current row for figures that are removable only beside another one.
#[derive(Default)]
struct Others {
    row: u32,
    some_left: bool,
    some_lost: bool,
}

impl Others {
    /// Returns whether the row still has such a figure, or has lost none.
    fn suffice(&self) -> bool {
        self.some_left || !self.some_lost
    }

    /// Adds a figure. Returns whether the row before is valid, if this figure begins another row.
    fn add(&mut self, row: u32, is_left: bool) -> bool {
        let suffice = self.row == row || self.suffice();
        if self.row != row {
            *self = Self { row, ..Self::default() };
        }
        *if is_left { &mut self.some_left } else { &mut self.some_lost } = true;
        suffice
    }
}

impl CachedLayout {
    fn of(grid: &Grid, labels: &[Hit<'_>], found: &[Arc<TableMatch>]) -> Self {
        let (addresses, spares): (Vec<Address>, Vec<Removability>) = addresses(grid, labels, found).into_iter().unzip();
        let is_label =
            |address: &Address| labels.binary_search_by_key(address, |label| (label.row, label.left)).is_ok();
        let mark = |(address, spare): (&Address, Removability)| match grid.cell(address.0, address.1) {
            Some(cell) => CellSignature::of(cell, is_label(address), spare),
            None => CellSignature::of_blank(*address, spare),
        };
        let cells = addresses.iter().zip(spares).map(mark).collect();
        let placed = |slot: &Slot| slot.cells.map(|_| between(&addresses, slot));
        let found = found.iter().map(|found| Arc::new(found.with_cells(placed))).collect();
        Self { cells, merged: grid.merged.clone(), found }
    }

    /// Compares a sheet with this layout. Returns the positions of the cells it lacks; `None` if the layout is
    /// different.
    fn gone(&self, grid: &Grid, index: &Index) -> Option<Vec<usize>> {
        if self.cells.len() < grid.cells().len() || self.merged != grid.merged {
            return None;
        }
        let (mut gone, mut others) = (Vec::new(), Others::default());
        let mut cells = grid.cells().iter().peekable();
        for (at, mark) in self.cells.iter().enumerate() {
            let cell = cells.next_if(|cell| mark.is_at(cell));
            let fits = cell.is_some_and(|cell| mark.fits(cell, index));
            let suffices = match mark.spare {
                Removability::No => fits,
                Removability::BesideAnother => others.add(mark.row, fits),
                Removability::Yes => true,
            };
            let is_label = |cell: &Cell| cell.kind == CellKind::Text && index.may_be_label(&cell.text);
            if !suffices || !fits && cell.is_some_and(is_label) {
                return None;
            }
            if cell.is_none() {
                gone.push(at);
            }
        }
        (others.suffice() && cells.next().is_none()).then_some(gone)
    }
}

/// Returns the matches with the positions of a sheet that lacks the given ones of `count` cells.
fn without(found: &[Arc<TableMatch>], gone: &[usize], count: usize) -> Vec<Arc<TableMatch>> {
    let mut left = 0;
    let position = |at: usize| {
        let own = left;
        left += usize::from(gone.binary_search(&at).is_err());
        own
    };
    let positions: Vec<usize> = (0..=count).map(position).collect();
    let moved = |slot: &Slot| slot.cells.map(|(from, to)| (positions[from], positions[to]));
    found.iter().map(|found| Arc::new(found.with_cells(moved))).collect()
}

impl LayoutCache {
    /// Returns the matches for a sheet with a cached layout.
    pub(super) fn recall(&self, grid: &Grid, index: &Index) -> Option<Vec<Arc<TableMatch>>> {
        let seen = self.0.read().ok().filter(|_| grid.table.is_none())?;
        let (seen, gone) = seen.iter().find_map(|seen| Some((seen, seen.gone(grid, index)?)))?;
        let found = if gone.is_empty() { seen.found.clone() } else { without(&seen.found, &gone, seen.cells.len()) };
        // A row that had figures may now number the columns, above a row that is blank.
        (!found.iter().any(|found| numbers_columns(grid, found))).then_some(found)
    }

    /// Caches the matches of a sheet with these labels, unless another thread has done so meanwhile.
    pub(super) fn keep(&self, grid: &Grid, index: &Index, labels: &[Hit<'_>], found: &[Arc<TableMatch>]) {
        if grid.table.is_some() || grid.cells().len() > LARGEST {
            return;
        }
        if let Ok(mut seen) = self.0.write()
            && seen.len() < MOST
            && !seen.iter().any(|seen| seen.gone(grid, index).is_some())
        {
            seen.push(CachedLayout::of(grid, labels, found));
        }
    }
}

/// Returns whether the figures of a table with a single row number its columns.
fn numbers_columns(grid: &Grid, found: &TableMatch) -> bool {
    let is_one_row = found.slots.windows(2).all(|pair| pair[0].1.row == pair[1].1.row);
    let cell = |(_, slot): &(usize, Slot)| grid.cells().get(slot.cells?.0);
    is_one_row && is_numbering(&found.slots.iter().filter_map(cell).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Forms;
    use super::super::recognise::{hits, recognise, search};
    use super::*;
    use crate::document;
    use crate::source::Limits;

    impl LayoutCache {
        fn forget(&self) {
            self.0.write().expect("a lock").clear();
        }

        fn len(&self) -> usize {
            self.0.read().expect("a lock").len()
        }
    }

    /// A change to a cell or its row.
    #[derive(Debug, Clone)]
    enum CellChange {
        Text(&'static str),
        Number(u32),
        Gone,
        Moved,
        /// One more number after the row's last cell.
        Beside,
        /// The row loses all texts but the first.
        Unlabelled,
        /// The cell is removed if it is a number.
        Blank,
        /// The row loses all its numbers.
        BlankRow,
    }

    type CellChanges = Vec<(usize, CellChange)>;

    fn changes() -> impl Strategy<Value = CellChanges> {
        let text = prop::sample::select(vec![
            "",
            " ",
            "12",
            "三",
            "规章",
            "总计",
            "其他",
            "（三）不予公开",
            "甲山镇",
            "2.没有现成信息需另行制作",
        ]);
        let change = prop_oneof![
            text.prop_map(CellChange::Text),
            (0..4_u32).prop_map(CellChange::Number),
            Just(CellChange::Gone),
            Just(CellChange::Moved),
            Just(CellChange::Beside),
            Just(CellChange::Unlabelled),
            Just(CellChange::BlankRow),
        ];
        prop::collection::vec((any::<usize>(), change), 0..8)
    }

    /// Returns changes that occur when a form is filled in incompletely.
    fn blanks() -> impl Strategy<Value = CellChanges> {
        let blank = prop_oneof![
            9 => Just(CellChange::Blank),
            1 => Just(CellChange::Gone),
            1 => Just(CellChange::BlankRow),
            1 => Just(CellChange::Text("无")),
            1 => Just(CellChange::Text("总计")),
        ];
        prop::collection::vec((any::<usize>(), blank), 1..20)
    }

    fn changed(grid: &Grid, changes: &[(usize, CellChange)]) -> Grid {
        let mut cells = grid.cells().to_vec();
        for (at, change) in changes {
            let at = at % cells.len();
            let row = cells[at].row;
            match change {
                CellChange::Text(text) => (cells[at].kind, cells[at].text) = (CellKind::Text, (*text).into()),
                CellChange::Number(number) => {
                    (cells[at].kind, cells[at].text) = (CellKind::Number, number.to_string().into());
                }
                CellChange::Blank if cells[at].kind != CellKind::Number => {}
                CellChange::Gone | CellChange::Blank => drop(cells.remove(at)),
                CellChange::Moved => cells[at].column += 1,
                CellChange::Beside => {
                    let last = cells.iter().rposition(|cell| cell.row == row).expect("a cell of the row");
                    let more = Cell {
                        column: cells[last].column + 1,
                        kind: CellKind::Number,
                        text: "5".into(),
                        ..cells[last].clone()
                    };
                    cells.insert(last + 1, more);
                }
                CellChange::Unlabelled => {
                    let mut texts = 0;
                    cells.retain(|cell| {
                        let is_text = cell.row == row && cell.kind == CellKind::Text;
                        texts += usize::from(is_text);
                        !is_text || texts == 1
                    });
                }
                CellChange::BlankRow => cells.retain(|cell| cell.row != row || cell.kind != CellKind::Number),
            }
        }
        let mut other = Grid::new(&grid.name, cells);
        other.merged.clone_from(&grid.merged);
        other
    }

    /// Returns the sheets of workbooks from several programs.
    fn grids() -> Vec<Grid> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats");
        let is_xlsx = |path: &std::path::PathBuf| path.extension().is_some_and(|ending| ending == "xlsx");
        let files = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        let mut files: Vec<_> = files.filter(is_xlsx).collect();
        files.sort();
        let read = |path| {
            let bytes = std::fs::read(path).expect("a file");
            document::read("a.xlsx", &bytes, &Limits::default()).expect("a workbook").grids
        };
        let mut grids: Vec<Grid> = files.iter().flat_map(read).filter(|grid| grid.cells().len() > 6).collect();
        let form = grids.iter().find(|grid| grid.cells().len() > 200).expect("a whole form");
        let others = [combined(form, "其他处理"), apart(form)];
        grids.extend(others);
        grids
    }

    /// Returns the sheet with a group filled in as one row: beside its heading, and without the group's rows.
    fn combined(grid: &Grid, group: &str) -> Grid {
        let heading = grid.cells().iter().find(|cell| cell.text.contains(group)).expect("a group");
        let (row, column) = (heading.row, heading.column);
        let mut cells = grid.cells().to_vec();
        cells.retain(|cell| cell.kind != CellKind::Text || cell.row != row || cell.column <= column);
        cells.retain(|cell| !(row + 1..=row + 2).contains(&cell.row));
        Grid::new(&grid.name, cells)
    }

    /// Returns the sheet up to its last figures, with these one row further down.
    fn apart(grid: &Grid) -> Grid {
        let last = grid.cells().iter().rfind(|cell| cell.kind == CellKind::Number).expect("a figure").row;
        let mut cells = grid.cells().to_vec();
        cells.retain(|cell| cell.row <= last);
        cells.iter_mut().filter(|cell| cell.row == last).for_each(|cell| cell.row += 1);
        let mut apart = Grid::new(&grid.name, cells);
        apart.merged.clone_from(&grid.merged);
        apart
    }

    /// Returns for how many sheets with one changed number the layout is found in the cache, and for how many it is
    /// not.
    fn recalled(change: &CellChange) -> (usize, usize) {
        let (mut recalled, mut searched) = (0, 0);
        let forms = Forms::official().expect("data files are well formed");
        for grid in grids().iter().filter(|grid| !recognise(grid, &forms).is_empty()) {
            for at in (0..grid.cells().len()).filter(|at| grid.cells()[*at].kind == CellKind::Number).step_by(3) {
                forms.layouts.forget();
                let _ = recognise(grid, &forms);
                let other = changed(grid, &[(at, change.clone())]);
                let fresh = search(&other, &forms, &hits(&other, &forms.index));
                assert_eq!(format!("{:?}", recognise(&other, &forms)), format!("{fresh:?}"));
                *if forms.layouts.len() == 1 { &mut recalled } else { &mut searched } += 1;
            }
        }
        (recalled, searched)
    }

    #[test]
    fn a_figure_less_is_no_other_layout_but_a_row_may_be() {
        for change in [CellChange::Gone, CellChange::Text("无")] {
            let (recalled, searched) = self::recalled(&change);
            assert!(recalled > 200 && searched < 50, "{change:?} {recalled} {searched}");
        }
        let (recalled, searched) = self::recalled(&CellChange::BlankRow);
        assert!(recalled > 200 && searched > 0, "{recalled} {searched}");
        let (recalled, searched) = self::recalled(&CellChange::Text("总计"));
        assert!(recalled == 0 && searched > 200, "{recalled} {searched}");
    }

    #[test]
    fn what_is_recalled_is_what_would_be_found() {
        let (grids, forms) = (grids(), Forms::official().expect("data files are well formed"));
        let again = |grid: &Grid| search(grid, &forms, &hits(grid, &forms.index));
        proptest!(|(
            at in any::<prop::sample::Index>(),
            changes in changes(),
            others in prop::collection::vec(blanks(), 1..5),
        )| {
            forms.layouts.forget();
            let first = changed(at.get(&grids), &changes);
            let others: Vec<Grid> = others.iter().map(|blanks| changed(&first, blanks)).collect();
            for grid in std::iter::once(&first).chain(&others).chain([&first]) {
                // `is_stable` belongs to the sheet for which the match was found.
                let without_flag = |found: &TableMatch| TableMatch { is_stable: true, ..found.clone() };
                let read: Vec<TableMatch> = recognise(grid, &forms).iter().map(|found| without_flag(found)).collect();
                let searched: Vec<TableMatch> = again(grid).iter().map(without_flag).collect();
                prop_assert_eq!(format!("{read:?}"), format!("{searched:?}"));
            }
        });
        let unassigned =
            |grid: &Grid| recognise(grid, &forms).iter().map(|found| found.unassigned(Some(grid))).collect::<Vec<_>>();
        for grid in &grids {
            assert_eq!(
                unassigned(grid),
                again(grid).iter().map(|found| found.unassigned(Some(grid))).collect::<Vec<_>>()
            );
        }
    }
}
