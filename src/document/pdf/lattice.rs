//! Tables of a page by their ruling lines. Crossing lines form lattices, and areas that no line divides are cells.

use super::canvas::{Glyph, Ruling};

/// Largest distance between lines that count as one, and between a line's end and the line it meets, in points.
pub(super) const TOLERANCE: f64 = 2.5;
/// Smallest height of a row of text, in points.
pub(super) const MIN_ROW_HEIGHT: f64 = 6.0;
/// Most line pieces on a page that are compared with each other. Browsers draw the border of each cell, some two
/// thousand pieces per page.
pub(super) const MAX_RULINGS: usize = 20_000;
/// Most lines in one direction of a lattice; real tables have some thirty.
const MAX_LINES: usize = 400;

/// An area bounded by ruling lines, in points from the top left corner of the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PageArea {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl PageArea {
    /// Returns whether a point is in the area.
    pub(super) fn contains(&self, x: f64, y: f64) -> bool {
        (self.left..self.right).contains(&x) && (self.top..self.bottom).contains(&y)
    }

    /// Returns whether the centre of a glyph is in the area.
    pub(super) fn holds(&self, glyph: &Glyph) -> bool {
        let middle = glyph.middle();
        self.contains(middle.x, middle.y)
    }

    fn size(&self) -> f64 {
        (self.right - self.left) * (self.bottom - self.top)
    }
}

/// A table: its area, and its cells from top to bottom and left to right. Parts of the area that are not rectangles
/// belong to no cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lattice {
    pub(super) area: PageArea,
    pub(super) cells: Vec<PageArea>,
    /// The lines that form it.
    pub(super) level: Vec<Ruling>,
    pub(super) upright: Vec<Ruling>,
}

/// Returns the tables formed by the lines, smallest first. A frame that no line divides is not a table. A page with
/// more lines than any table is a drawing and gives no tables.
pub(super) fn lattices(level: &[Ruling], upright: &[Ruling]) -> Vec<Lattice> {
    if level.len() + upright.len() > MAX_RULINGS {
        return Vec::new();
    }
    let mut found = connected_lattices(&merged(level), &merged(upright));
    found.sort_by(Lattice::by_size);
    found
}

/// Returns the tables formed by merged lines, in no particular order.
pub(super) fn connected_lattices(level: &[Ruling], upright: &[Ruling]) -> Vec<Lattice> {
    let of_component = |(level, upright): (Vec<Ruling>, Vec<Ruling>)| lattice(level, upright);
    let found = components(level, upright).into_iter().filter_map(of_component);
    found.filter(|lattice| lattice.cells.len() > 1).collect()
}

impl Lattice {
    pub(super) fn by_size(a: &Self, b: &Self) -> std::cmp::Ordering {
        a.area.size().total_cmp(&b.area.size()).then(a.area.top.total_cmp(&b.area.top))
    }

    /// Returns whether each of the glyphs is in a cell.
    pub(super) fn holds_all(&self, glyphs: &[&Glyph]) -> bool {
        glyphs.iter().all(|glyph| self.cells.iter().any(|cell| cell.holds(glyph)))
    }
}

/// Joins lines that overlap or continue each other.
pub(super) fn merged(lines: &[Ruling]) -> Vec<Ruling> {
    let mut lines = lines.to_vec();
    lines.sort_by(|a, b| a.at.total_cmp(&b.at).then(a.from.total_cmp(&b.from)));
    let mut merged: Vec<Ruling> = Vec::new();
    for line in lines {
        let near = merged.iter_mut().rev().take_while(|other| line.at - other.at <= TOLERANCE);
        let touches = |other: &&mut Ruling| line.from <= other.to + TOLERANCE && other.from <= line.to + TOLERANCE;
        match near.into_iter().find(touches) {
            Some(other) => (other.from, other.to) = (other.from.min(line.from), other.to.max(line.to)),
            None => merged.push(line),
        }
    }
    merged
}

/// Groups lines that are connected by crossings. Groups without two lines in each direction are dropped.
fn components(level: &[Ruling], upright: &[Ruling]) -> Vec<(Vec<Ruling>, Vec<Ruling>)> {
    let mut sets = DisjointSets::new(level.len() + upright.len());
    for (row, a) in level.iter().enumerate() {
        for (column, b) in upright.iter().enumerate() {
            if covers(a, b.at) && covers(b, a.at) {
                sets.join(row, level.len() + column);
            }
        }
    }
    let mut groups: std::collections::BTreeMap<usize, (Vec<Ruling>, Vec<Ruling>)> = std::collections::BTreeMap::new();
    for (at, line) in level.iter().enumerate() {
        groups.entry(sets.root(at)).or_default().0.push(*line);
    }
    for (at, line) in upright.iter().enumerate() {
        groups.entry(sets.root(level.len() + at)).or_default().1.push(*line);
    }
    groups.into_values().filter(|(level, upright)| level.len() > 1 && upright.len() > 1).collect()
}

fn covers(line: &Ruling, at: f64) -> bool {
    (line.from - TOLERANCE..=line.to + TOLERANCE).contains(&at)
}

/// Returns the table formed by crossing lines. Areas that are not rectangles are not cells: browsers leave such areas
/// where a page begins with the end of a merged cell.
fn lattice(drawn: Vec<Ruling>, upright: Vec<Ruling>) -> Option<Lattice> {
    let lefts = positions(&upright);
    let level = &with_open_ends(&drawn, &upright, &lefts);
    let tops = positions(level);
    let (rows, columns) = (tops.len().checked_sub(1)?, lefts.len().checked_sub(1)?);
    if rows == 0 || columns == 0 || rows > MAX_LINES || columns > MAX_LINES {
        return None;
    }
    let divides = |lines: &[Ruling], at: f64, from: f64, to: f64| {
        // The line under a word in a cell ends before the cell does.
        let is_between = |line: &Ruling| {
            let margin = (2.0 * TOLERANCE).min((to - from) / 2.0);
            line.from <= from + margin && line.to >= to - margin
        };
        lines.iter().any(|line| (line.at - at).abs() <= TOLERANCE && is_between(line))
    };
    let mut sets = DisjointSets::new(rows * columns);
    for row in 0..rows {
        for column in 0..columns {
            let own = row * columns + column;
            if column + 1 < columns && !divides(&upright, lefts[column + 1], tops[row], tops[row + 1]) {
                sets.join(own, own + 1);
            }
            if row + 1 < rows && !divides(level, tops[row + 1], lefts[column], lefts[column + 1]) {
                sets.join(own, own + columns);
            }
        }
    }
    let mut members: std::collections::BTreeMap<usize, Vec<(usize, usize)>> = std::collections::BTreeMap::new();
    for row in 0..rows {
        for column in 0..columns {
            members.entry(sets.root(row * columns + column)).or_default().push((row, column));
        }
    }
    let cells = members.values().filter_map(|cells| rectangle(cells, &tops, &lefts)).collect();
    let area = PageArea { left: lefts[0], top: tops[0], right: lefts[columns], bottom: tops[rows] };
    Some(Lattice { area, cells, level: drawn, upright })
}

/// Adds the horizontal line that a table lacks at a page break, where its outer vertical lines extend beyond the last
/// horizontal one.
fn with_open_ends(level: &[Ruling], upright: &[Ruling], lefts: &[f64]) -> Vec<Ruling> {
    let mut closed = level.to_vec();
    let (Some(left), Some(right)) = (lefts.first(), lefts.last()) else { return closed };
    let (Some(top), Some(bottom)) = (extreme(level, f64::min), extreme(level, f64::max)) else { return closed };
    let of_edge = |edge: f64| upright.iter().filter(move |line| (line.at - edge).abs() <= TOLERANCE);
    let reach =
        |edge: f64, end: fn(&Ruling) -> f64, furthest: fn(f64, f64) -> f64| of_edge(edge).map(end).reduce(furthest);
    let ends = [
        (reach(*left, |line| line.from, f64::min), reach(*right, |line| line.from, f64::min), top),
        (reach(*left, |line| line.to, f64::max), reach(*right, |line| line.to, f64::max), bottom),
    ];
    for (left_end, right_end, drawn) in ends {
        let (Some(a), Some(b)) = (left_end, right_end) else { continue };
        if (a - b).abs() <= TOLERANCE && (a - drawn).abs() > MIN_ROW_HEIGHT && (a < top || a > bottom) {
            closed.push(Ruling { at: a, from: *left, to: *right });
        }
    }
    closed
}

fn extreme(lines: &[Ruling], furthest: fn(f64, f64) -> f64) -> Option<f64> {
    lines.iter().map(|line| line.at).reduce(furthest)
}

/// Returns the area of some elementary cells, in reading order, if they form a rectangle.
fn rectangle(cells: &[(usize, usize)], tops: &[f64], lefts: &[f64]) -> Option<PageArea> {
    let (first, last) = (cells.first()?, cells.last()?);
    let left = cells.iter().map(|cell| cell.1).min()?;
    let right = cells.iter().map(|cell| cell.1).max()?;
    let is_whole = cells.len() == (last.0 - first.0 + 1) * (right - left + 1);
    is_whole.then(|| PageArea {
        left: lefts[left],
        top: tops[first.0],
        right: lefts[right + 1],
        bottom: tops[last.0 + 1],
    })
}

/// Returns the positions of lines in ascending order, without duplicates.
pub(super) fn positions(lines: &[Ruling]) -> Vec<f64> {
    let all = lines.iter().map(|line| line.at);
    clustered(all, TOLERANCE)
}

/// Returns values in ascending order, without those that are at most `tolerance` above the first of a cluster.
pub(super) fn clustered(values: impl Iterator<Item = f64>, tolerance: f64) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.dedup_by(|next, kept| *next - *kept <= tolerance);
    values
}

/// A disjoint-set forest of numbers.
pub(super) struct DisjointSets(Vec<usize>);

impl DisjointSets {
    pub(super) fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    pub(super) fn root(&mut self, at: usize) -> usize {
        let mut root = at;
        while self.0[root] != root {
            self.0[root] = self.0[self.0[root]];
            root = self.0[root];
        }
        root
    }

    /// Joins two sets under the smaller of their roots, which keeps the groups in order.
    pub(super) fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::pdf::canvas::ruling;

    #[test]
    fn cells_are_what_no_line_divides() {
        // Two rows. The upper one is a single cell over two columns.
        let level =
            [ruling(0.0, 0.0, 100.0), ruling(20.0, 0.0, 50.0), ruling(20.4, 50.0, 100.0), ruling(40.0, 0.0, 100.0)];
        let upright = [ruling(0.0, 0.0, 40.0), ruling(50.0, 20.0, 40.0), ruling(100.0, 0.0, 40.0)];
        let found = lattices(&level, &upright);
        assert_eq!(found.len(), 1);
        let cells: Vec<(f64, f64)> = found[0].cells.iter().map(|cell| (cell.left, cell.right)).collect();
        assert_eq!(cells, [(0.0, 100.0), (0.0, 50.0), (50.0, 100.0)]);
    }

    #[test]
    fn lines_that_do_not_cross_and_frames_are_no_tables() {
        assert!(lattices(&[ruling(0.0, 0.0, 100.0), ruling(20.0, 0.0, 100.0)], &[]).is_empty());
        let frame = [ruling(0.0, 0.0, 100.0), ruling(90.0, 0.0, 100.0)];
        assert!(lattices(&frame, &frame.map(|line| Ruling { to: 90.0, ..line })).is_empty());
    }

    #[test]
    fn a_page_with_too_many_lines_is_a_drawing() {
        let frame = [ruling(0.0, 0.0, 100.0), ruling(20.0, 0.0, 100.0)];
        let upright = [0.0, 50.0, 100.0].map(|at| ruling(at, 0.0, 20.0));
        let with = |count: usize| {
            let again = std::iter::repeat_n(frame[0], count - frame.len() - upright.len());
            lattices(&frame.into_iter().chain(again).collect::<Vec<_>>(), &upright).len()
        };
        assert_eq!([with(MAX_RULINGS - 1), with(MAX_RULINGS), with(MAX_RULINGS + 1)], [1, 1, 0]);
    }

    #[test]
    fn a_row_that_the_page_cuts_off_is_closed() {
        let level = [ruling(20.0, 0.0, 100.0), ruling(40.0, 0.0, 100.0)];
        let upright = [0.0, 50.0, 100.0].map(|at| ruling(at, 2.0, 40.0));
        let found = lattices(&level, &upright);
        assert_eq!(found[0].cells.len(), 4);
        assert_eq!(found[0].area, PageArea { left: 0.0, top: 2.0, right: 100.0, bottom: 40.0 });
    }

    #[test]
    fn what_is_no_rectangle_is_no_cell() {
        // The line at 50 ends halfway up the left column, which leaves an L-shaped area.
        let level = [ruling(0.0, 0.0, 100.0), ruling(20.0, 50.0, 100.0), ruling(40.0, 0.0, 150.0)];
        let upright = [(0.0, 0.0), (50.0, 20.0), (100.0, 0.0), (150.0, 0.0)].map(|(at, from)| ruling(at, from, 40.0));
        let level = [&level[..], &[ruling(0.0, 100.0, 150.0)]].concat();
        let found = lattices(&level, &upright);
        let cells: Vec<(f64, f64)> = found[0].cells.iter().map(|cell| (cell.left, cell.top)).collect();
        assert_eq!(cells, [(100.0, 0.0), (50.0, 20.0)]);
    }
}
