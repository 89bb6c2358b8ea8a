//! Cells of a page's table that the page break cuts so that their lines or their text are outside the table.

use super::canvas::{Glyph, Ruling};
use super::lattice::{Lattice, MIN_ROW_HEIGHT, PageArea, TOLERANCE, clustered, merged};

/// Largest distance of text below the cell that it overflows, in font sizes.
const MAX_OVERFLOW: f64 = 3.0;

/// Adds the columns at the left that are cells over the full height of the page, so that no horizontal line meets
/// their sides. `edges` are the column edges of the table on the page before.
pub(super) fn add_cut_columns(lattice: &mut Lattice, edges: &[f64], upright: &[Ruling]) {
    let area = lattice.area;
    let upright = merged(upright);
    let is_drawn = |edge: &f64| {
        let is_side = |line: &Ruling| {
            (line.at - edge).abs() <= TOLERANCE
                && line.from <= area.top + MIN_ROW_HEIGHT
                && line.to >= area.bottom - MIN_ROW_HEIGHT
        };
        *edge < area.left - MIN_ROW_HEIGHT && upright.iter().any(is_side)
    };
    let first = edges.iter().copied().fold(f64::INFINITY, f64::min);
    if !is_drawn(&first) {
        return;
    }
    let mut lefts = clustered(edges.iter().copied().filter(is_drawn), TOLERANCE);
    lefts.push(area.left);
    let column = |side: &[f64]| PageArea { left: side[0], right: side[1], ..area };
    lattice.cells.splice(0..0, lefts.windows(2).map(column));
    lattice.area.left = first;
}

/// Removes blank cells over the full height that are beside the columns of the table on the page before: they are those
/// of a frame. `edges` are the column edges of that table.
pub(super) fn drop_frame_columns(lattice: &mut Lattice, edges: &[f64], glyphs: &[&Glyph]) {
    let area = lattice.area;
    let left = edges.iter().copied().fold(f64::INFINITY, f64::min);
    let right = edges.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let is_full = |cell: &PageArea| cell.top <= area.top && cell.bottom >= area.bottom;
    let is_outside = |cell: &PageArea| cell.right <= left + TOLERANCE || cell.left >= right - TOLERANCE;
    let is_frame = |cell: &PageArea| is_full(cell) && is_outside(cell) && !glyphs.iter().any(|glyph| cell.holds(glyph));
    lattice.cells.retain(|cell| !is_frame(cell));
    let within = |edge: fn(&PageArea) -> f64, furthest: fn(f64, f64) -> f64, or: f64| {
        lattice.cells.iter().map(edge).reduce(furthest).unwrap_or(or)
    };
    let (left, right) =
        (within(|cell| cell.left, f64::min, area.left), within(|cell| cell.right, f64::max, area.right));
    (lattice.area.left, lattice.area.right) = (left, right);
}

/// Extends the cells without a line at the end of the page down to their text, which browsers let overflow. Other text
/// below the table, such as a remark, may continue there, so then no cell is extended.
pub(super) fn add_overflow(lattice: &mut Lattice, rest: &[&Glyph]) {
    let bottom = lattice.area.bottom;
    let is_open = |cell: &PageArea| {
        let middle = f64::midpoint(cell.left, cell.right);
        let is_end = |line: &Ruling| (line.at - bottom).abs() <= TOLERANCE && line.from <= middle && middle <= line.to;
        (cell.bottom - bottom).abs() <= TOLERANCE && !lattice.level.iter().any(is_end)
    };
    let open: Vec<PageArea> = lattice.cells.iter().filter(|cell| is_open(cell)).copied().collect();
    let is_near = |glyph: &&&Glyph| (0.0..MAX_OVERFLOW * glyph.size).contains(&(glyph.middle().y - bottom));
    let is_within = |cell: &PageArea, glyph: &Glyph| cell.left <= glyph.left && glyph.right <= cell.right;
    let near: Vec<&&Glyph> = rest.iter().filter(is_near).collect();
    if near.iter().any(|glyph| !open.iter().any(|cell| is_within(cell, glyph))) {
        return;
    }
    let Some(end) = near.iter().map(|glyph| glyph.baseline).reduce(f64::max) else { return };
    for cell in lattice.cells.iter_mut().filter(|cell| open.contains(cell)) {
        cell.bottom = end;
    }
    lattice.area.bottom = end;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::pdf::canvas::{glyphs, ruling};
    use crate::document::pdf::lattice::lattices;

    #[test]
    fn a_column_without_horizontal_lines_is_part_of_the_table_it_continues() {
        let level = [10.0, 40.0, 70.0].map(|at| ruling(at, 100.0, 300.0));
        let upright = [0.0, 50.0, 100.0, 200.0, 300.0].map(|at| ruling(at, 8.0, 72.0));
        let found = || lattices(&level, &upright).remove(0);
        let mut lattice = found();
        assert!((lattice.area.left - 100.0).abs() < 0.1);
        add_cut_columns(&mut lattice, &[0.0, 100.0, 200.0, 300.0], &upright);
        let first = PageArea { left: 0.0, top: lattice.area.top, right: 100.0, bottom: lattice.area.bottom };
        assert_eq!((lattice.cells.len(), lattice.cells[0]), (5, first));
        let mut other = found();
        add_cut_columns(&mut other, &[20.0, 100.0, 300.0], &upright);
        assert_eq!(other, found());
    }

    #[test]
    fn a_blank_column_beside_those_of_the_table_above_is_that_of_a_frame() {
        let level = [10.0, 40.0, 70.0].map(|at| ruling(at, 50.0, 300.0));
        let upright = [0.0, 50.0, 150.0, 300.0].map(|at| ruling(at, 10.0, 70.0));
        let level = [&level[..], &[ruling(10.0, 0.0, 50.0), ruling(70.0, 0.0, 50.0)]].concat();
        let found = || lattices(&level, &upright).remove(0);
        let with = |edges: &[f64], text: &[Glyph]| {
            let mut lattice = found();
            drop_frame_columns(&mut lattice, edges, &text.iter().collect::<Vec<_>>());
            (lattice.cells.len(), lattice.area.left)
        };
        assert_eq!(with(&[50.0, 150.0, 300.0], &[]), (4, 50.0));
        assert_eq!(with(&[0.0, 50.0, 300.0], &[]), (5, 0.0));
        assert_eq!(with(&[50.0, 150.0, 300.0], &glyphs("人", 10.0, 30.0)), (5, 0.0));
    }

    #[test]
    fn text_overflows_only_cells_without_a_line() {
        let level = [ruling(0.0, 0.0, 200.0), ruling(40.0, 100.0, 200.0), ruling(20.0, 0.0, 200.0)];
        let upright = [0.0, 100.0, 200.0].map(|at| ruling(at, 0.0, 40.0));
        let found = || lattices(&level, &upright).remove(0);
        let with = |text: Vec<Glyph>| {
            let mut lattice = found();
            add_overflow(&mut lattice, &text.iter().collect::<Vec<_>>());
            lattice.cells.iter().map(|cell| cell.bottom).fold(0.0, f64::max)
        };
        assert!((with(glyphs("人", 30.0, 55.0)) - 55.0).abs() < 0.1);
        // Below the line, a remark over both columns, and a paragraph further below.
        assert!((with(glyphs("人", 130.0, 55.0)) - 40.0).abs() < 0.1);
        assert!((with(glyphs("注：以上数据为全年的数据。", 30.0, 55.0)) - 40.0).abs() < 0.1);
        assert!((with(glyphs("人", 30.0, 95.0)) - 40.0).abs() < 0.1);
    }
}
