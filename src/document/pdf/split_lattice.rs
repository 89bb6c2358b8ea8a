//! Tables that share lines with a frame around them, such as the cell of a web page's layout table.

use super::canvas::{Glyph, Ruling};
use super::lattice::{DisjointSets, Lattice, PageArea, TOLERANCE, connected_lattices};

/// Most cells of a lattice that are compared with each other; a page of a report has some three hundred.
const MAX_CELLS: usize = 4000;

/// Splits a lattice at its areas that are not cells into the tables beside them; `None` if it has no such areas, or if
/// cells all around connect the tables.
///
/// The text around a table that touches its frame is in such an area, because the frame is wider or higher than the
/// table. Browsers draw the borders of both as lines so close together that they count as one.
pub(super) fn split(lattice: &Lattice) -> Option<Vec<Lattice>> {
    let cells = &lattice.cells;
    if cells.len() > MAX_CELLS {
        return None;
    }
    let mut sets = DisjointSets::new(cells.len());
    for (at, cell) in cells.iter().enumerate() {
        let adjacent = (0..at).filter(|other| are_adjacent(&cells[*other], cell));
        adjacent.for_each(|other| sets.join(other, at));
    }
    let mut groups: std::collections::BTreeMap<usize, PageArea> = std::collections::BTreeMap::new();
    for (at, cell) in cells.iter().enumerate() {
        groups.entry(sets.root(at)).and_modify(|area| *area = around(*area, *cell)).or_insert(*cell);
    }
    let is_whole = |area: &PageArea| *area == lattice.area;
    (!groups.values().any(is_whole)).then(|| groups.values().flat_map(|area| within(lattice, area)).collect())
}

/// Returns the table without the blank area below its last horizontal line that is beside no other line, where the frame
/// around it goes on to the end of the page.
pub(super) fn without_open_end(lattice: &Lattice, glyphs: &[&Glyph]) -> Option<Vec<Lattice>> {
    let drawn = lattice.level.iter().map(|line| line.at).reduce(f64::max)?;
    let end = PageArea { top: drawn, ..lattice.area };
    let is_blank = drawn + TOLERANCE < lattice.area.bottom && !glyphs.iter().any(|glyph| end.holds(glyph));
    is_blank.then(|| within(lattice, &PageArea { bottom: drawn, ..lattice.area }))
}

/// Returns whether two cells share a part of an edge.
fn are_adjacent(a: &PageArea, b: &PageArea) -> bool {
    let width = a.right.min(b.right) - a.left.max(b.left);
    let height = a.bottom.min(b.bottom) - a.top.max(b.top);
    width >= 0.0 && height > 0.0 || width > 0.0 && height >= 0.0
}

fn around(a: PageArea, b: PageArea) -> PageArea {
    PageArea {
        left: a.left.min(b.left),
        top: a.top.min(b.top),
        right: a.right.max(b.right),
        bottom: a.bottom.max(b.bottom),
    }
}

/// Returns the tables that the lines of a lattice form in a part of its area. Cells that are open at its edge, as those
/// that a page break cuts, end there.
fn within(lattice: &Lattice, area: &PageArea) -> Vec<Lattice> {
    let level = clipped(&lattice.level, (area.top, area.bottom), (area.left, area.right));
    let upright = clipped(&lattice.upright, (area.left, area.right), (area.top, area.bottom));
    connected_lattices(&level, &upright)
}

/// Returns the parts of lines between two positions on their own axis and two on the other.
fn clipped(lines: &[Ruling], ends: (f64, f64), reach: (f64, f64)) -> Vec<Ruling> {
    let is_inside = |line: &&Ruling| {
        (ends.0 - TOLERANCE..=ends.1 + TOLERANCE).contains(&line.at) && line.from < reach.1 && line.to > reach.0
    };
    let cut = |line: &Ruling| Ruling { at: line.at, from: line.from.max(reach.0), to: line.to.min(reach.1) };
    lines.iter().filter(is_inside).map(cut).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::pdf::canvas::{glyphs, ruling};
    use crate::document::pdf::lattice::lattices;

    #[test]
    fn tables_that_touch_the_frame_around_them() {
        // Two tables at the left side of a frame, the second as wide as it. The lines of the frame are 1.5 points from
        // those of the tables.
        let mut upright = vec![ruling(0.0, 0.0, 200.0), ruling(300.0, 0.0, 200.0)];
        let mut level = vec![ruling(0.0, 0.0, 300.0), ruling(200.0, 0.0, 300.0)];
        for (rows, columns) in [([40.0, 60.0, 80.0], [1.5, 50.0, 100.0]), ([120.0, 140.0, 160.0], [1.5, 90.0, 298.5])] {
            upright.extend(columns.map(|at| ruling(at, rows[0], rows[2])));
            level.extend(rows.map(|at| ruling(at, columns[0], columns[2])));
        }
        let found = lattices(&level, &upright);
        assert_eq!(found.len(), 1);
        let parts = split(&found[0]).expect("two tables");
        let areas: Vec<(f64, f64, f64, usize)> =
            parts.iter().map(|part| (part.area.top, part.area.bottom, part.area.right, part.cells.len())).collect();
        assert_eq!(areas, [(40.0, 80.0, 100.0, 4), (120.0, 200.0, 298.5, 5)]);
        assert!(parts.iter().all(|part| part.level.iter().all(|line| line.to <= part.area.right)));
        assert!(parts.iter().all(|part| split(part).is_none()));
    }

    #[test]
    fn the_frame_goes_on_below_the_last_row_of_a_page() {
        // Browsers draw no line below a merged cell that the page cuts: the cell at the left is open, like the frame.
        let upright = [ruling(0.0, 0.0, 100.0), ruling(50.0, 0.0, 60.0), ruling(200.0, 0.0, 100.0)];
        let level = [ruling(0.0, 0.0, 200.0), ruling(30.0, 50.0, 200.0), ruling(60.0, 50.0, 200.0)];
        let found = lattices(&level, &upright).remove(0);
        let label = glyphs("办理结果", 5.0, 20.0);
        let inside = |text: &[Glyph]| without_open_end(&found, &text.iter().collect::<Vec<_>>());
        let closed = inside(&label).expect("a blank end").remove(0);
        assert_eq!((closed.area.bottom, closed.cells.len(), found.cells.len()), (60.0, 3, 2));
        assert!(inside(&[label, glyphs("注", 60.0, 80.0)].concat()).is_none());
    }

    #[test]
    fn a_line_under_words_divides_no_cell() {
        let level = [0.0, 40.0].map(|at| ruling(at, 0.0, 200.0));
        let upright = [0.0, 100.0, 200.0].map(|at| ruling(at, 0.0, 40.0));
        let with = |line: Ruling| lattices(&[level[0], level[1], line], &upright).remove(0).cells.len();
        assert_eq!([with(ruling(20.0, 2.0, 70.0)), with(ruling(20.0, 2.0, 98.0))], [2, 3]);
    }
}
