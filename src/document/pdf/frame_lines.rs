//! Frames around the tables of a page, such as those of the layout tables of web pages.

use super::canvas::{Glyph, Ruling};
use super::lattice::{Lattice, PageArea, connected_lattices, positions};

/// Widest strip between two lines that has no room for a digit, in points.
const MAX_GAP: f64 = 5.0;
/// Minimum number of rows of a table with an outer strip that may belong to a frame.
const MIN_ROWS: usize = 3;

/// Returns the tables inside the outermost frame line of a lattice; `None` if its outer lines are those of a table.
///
/// A line belongs to a frame if the strip within it is too narrow for text, or if it is a single cell over the full
/// height beside the rows of the table. At the right, such a cell may be a column of figures. It is that of a frame only
/// if the table cannot be read otherwise, because text is outside its cells. At the left it may be a merged label that
/// the page cuts, which `cut_lattice` adds again.
pub(super) fn inside_frame(lattice: &Lattice, glyphs: &[&Glyph]) -> Option<Vec<Lattice>> {
    let (tops, lefts) = (positions(&lattice.level), positions(&lattice.upright));
    let (area, is_legible) = (lattice.area, lattice.holds_all(glyphs));
    if let [first, second, .., before, last] = lefts[..] {
        let left = PageArea { right: second, ..area };
        let right = PageArea { left: before, ..area };
        let is_column = |strip: &PageArea, is_left: bool| {
            tops.len() > MIN_ROWS && lattice.cells.iter().any(|cell| is_same(cell, strip)) && (!is_legible || is_left)
        };
        for (strip, at, is_left) in [(left, first, true), (right, last, false)] {
            if is_gap(strip.right - strip.left, &strip, glyphs) || is_column(&strip, is_left) {
                return Some(connected_lattices(&lattice.level, &without(&lattice.upright, at)));
            }
        }
    }
    if let [first, second, .., before, last] = tops[..] {
        let top = PageArea { bottom: second, ..area };
        let bottom = PageArea { top: before, ..area };
        for (strip, at) in [(top, first), (bottom, last)] {
            if is_gap(strip.bottom - strip.top, &strip, glyphs) {
                return Some(connected_lattices(&without(&lattice.level, at), &lattice.upright));
            }
        }
    }
    None
}

fn is_blank(strip: &PageArea, glyphs: &[&Glyph]) -> bool {
    !glyphs.iter().any(|glyph| strip.holds(glyph))
}

fn is_gap(width: f64, strip: &PageArea, glyphs: &[&Glyph]) -> bool {
    width <= MAX_GAP && is_blank(strip, glyphs)
}

fn is_same(a: &PageArea, b: &PageArea) -> bool {
    [a.left - b.left, a.right - b.right, a.top - b.top, a.bottom - b.bottom]
        .iter()
        .all(|far| far.abs() <= MAX_GAP / 2.0)
}

/// Returns the lines that are not at a position.
fn without(lines: &[Ruling], at: f64) -> Vec<Ruling> {
    lines.iter().filter(|line| (line.at - at).abs() > MAX_GAP / 2.0).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::pdf::canvas::{glyphs, ruling};
    use crate::document::pdf::lattice::lattices;

    #[test]
    fn tables_in_a_frame_and_the_text_between_them() {
        // A frame with a wide margin at the left, which is open at the page's top, and two tables of two columns in it.
        let mut upright = vec![ruling(10.0, 0.0, 200.0), ruling(96.0, 0.0, 200.0), ruling(304.0, 0.0, 200.0)];
        let mut level = vec![ruling(200.0, 10.0, 304.0)];
        for rows in [[0.0, 30.0, 60.0], [120.0, 150.0, 196.0]] {
            upright.extend([100.0, 200.0, 300.0].map(|at| ruling(at, rows[0], rows[2])));
            level.extend(rows.map(|at| ruling(at, 98.0, 302.0)));
        }
        let texts = [(110.0, 20.0), (210.0, 20.0), (110.0, 50.0), (110.0, 140.0), (210.0, 170.0)];
        let mut all: Vec<Glyph> = texts.iter().flat_map(|(left, at)| glyphs("字", *left, *at)).collect();
        all.extend(glyphs("四、情况", 110.0, 100.0));
        let all: Vec<&Glyph> = all.iter().collect();
        let mut todo = lattices(&level, &upright);
        assert_eq!(todo.len(), 1);
        let mut found = Vec::new();
        while let Some(lattice) = todo.pop() {
            match inside_frame(&lattice, &all) {
                Some(inner) => todo.extend(inner),
                None => found.push((lattice.area.top, lattice.area.bottom, lattice.cells.len())),
            }
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        assert_eq!(found, [(0.0, 60.0, 4), (120.0, 196.0, 4)]);
    }

    #[test]
    fn a_blank_column_of_a_table_is_no_frame() {
        let level = [0.0, 30.0, 60.0, 90.0, 120.0].map(|at| ruling(at, 0.0, 300.0));
        let upright = [0.0, 100.0, 200.0, 300.0].map(|at| ruling(at, 0.0, 120.0));
        let row = glyphs("规章", 10.0, 20.0);
        let all: Vec<&Glyph> = row.iter().collect();
        let found = lattices(&level, &upright);
        assert!(inside_frame(&found[0], &all).is_none());
        // The last column is one cell.
        let level = level.map(|line| if (1.0..119.0).contains(&line.at) { Ruling { to: 200.0, ..line } } else { line });
        assert!(inside_frame(&lattices(&level, &upright)[0], &all).is_none());
    }
}
