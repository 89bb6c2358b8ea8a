//! Pages with further columns of a sheet, joined to the pages with the columns before them.

use hayro_interpret::kurbo::Point;

use super::PageMarks;
use super::canvas::{Glyph, Ruling};
use super::lattice::clustered;
use super::spilled::{Joint, spilled_pages};

/// Largest distance between the baselines of one line of text on two pages, in points.
const BASELINE_TOLERANCE: f64 = 1.0;
/// Largest distance between the break and the glyphs next to it in a line of text that it divides, in font sizes.
const GAP_AT_BREAK: f64 = 1.5;

/// The part of a page that is from a further page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct FurtherPage {
    /// The left end of that part, in points.
    pub(super) from: f64,
    /// The number of the further page, counted from one.
    pub(super) number: u32,
}

/// Moves the tables on pages with further columns to the pages with the columns before them. What else there is on
/// these pages, such as page numbers, stays there.
///
/// # Errors
/// The numbers of the pages with further columns, if it is not certain for each of them which page it continues.
pub(super) fn join(pages: &mut [PageMarks]) -> Result<(), Vec<u32>> {
    let spilled = spilled_pages(pages);
    if spilled.iter().any(|page| page.joint.is_none()) {
        return Err(spilled.iter().map(|page| pages[page.at].number).collect());
    }
    // From the last page to the first, so that a page has its own further columns when it is moved itself.
    for page in spilled.iter().rev() {
        let Some(joint) = page.joint else { continue };
        let (before, from) = pages.split_at_mut(page.at);
        move_columns(&mut before[joint.left], &mut from[0], joint);
    }
    Ok(())
}

fn move_columns(left: &mut PageMarks, right: &mut PageMarks, joint: Joint) {
    let shift = joint.edge - joint.own_edge;
    let to = |line: Ruling| Ruling { from: line.from + shift, to: line.to + shift, ..line };
    let heights = || right.canvas.level.iter().map(|line| line.at);
    let (top, bottom) = (heights().fold(f64::INFINITY, f64::min), heights().fold(f64::NEG_INFINITY, f64::max));
    let divided = divided_lines(&left.canvas.glyphs, &right.canvas.glyphs, joint);
    let is_column =
        |glyph: &Glyph| (top..bottom).contains(&glyph.middle().y) || divided.iter().any(|at| is_on_line(glyph, *at));
    let (moved, rest): (Vec<Glyph>, Vec<Glyph>) =
        std::mem::take(&mut right.canvas.glyphs).into_iter().partition(is_column);
    right.canvas.glyphs = rest;
    let moved = moved.into_iter().map(|glyph| Glyph { left: glyph.left + shift, right: glyph.right + shift, ..glyph });
    left.canvas.glyphs.extend(moved);
    left.canvas.level.extend(std::mem::take(&mut right.canvas.level).into_iter().map(to));
    let moved = std::mem::take(&mut right.canvas.upright).into_iter();
    left.canvas.upright.extend(moved.map(|line| Ruling { at: line.at + shift, ..line }));
    // Text beyond the break is cut off on one of the pages only.
    left.canvas.cut_off.retain(|at| at.x < joint.edge);
    let cut_off = std::mem::take(&mut right.canvas.cut_off).into_iter().filter(|at| at.x >= joint.own_edge);
    left.canvas.cut_off.extend(cut_off.map(|at| Point::new(at.x + shift, at.y)));
    let own = FurtherPage { from: joint.edge, number: right.number };
    let further = std::mem::take(&mut right.further).into_iter();
    left.further.push(own);
    left.further.extend(further.map(|page| FurtherPage { from: page.from + shift, ..page }));
    right.is_moved = true;
}

/// Returns the baselines of the lines of text that the break divides.
fn divided_lines(left: &[Glyph], right: &[Glyph], joint: Joint) -> Vec<f64> {
    let reaching = left.iter().filter(|glyph| glyph.right >= joint.edge - GAP_AT_BREAK * glyph.size);
    let beginning = right.iter().filter(|glyph| glyph.left <= joint.own_edge + GAP_AT_BREAK * glyph.size);
    let reaching = clustered(reaching.map(|glyph| glyph.baseline), BASELINE_TOLERANCE);
    let mut beginning = clustered(beginning.map(|glyph| glyph.baseline), BASELINE_TOLERANCE);
    beginning.retain(|at| {
        let near = reaching.partition_point(|other| *other < at - BASELINE_TOLERANCE);
        reaching.get(near).is_some_and(|other| *other <= at + BASELINE_TOLERANCE)
    });
    beginning
}

fn is_on_line(glyph: &Glyph, baseline: f64) -> bool {
    (glyph.baseline - baseline).abs() <= BASELINE_TOLERANCE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::pdf::canvas::Canvas;

    fn glyph(text: &str, left: f64, baseline: f64) -> Glyph {
        Glyph { text: text.to_owned(), left, right: left + 10.0, baseline, size: 10.0 }
    }

    fn page(number: u32, glyphs: Vec<Glyph>, cut_off: f64) -> PageMarks {
        let mut canvas = Canvas { glyphs, cut_off: vec![Point::new(cut_off, 50.0)], ..Canvas::new(999) };
        canvas.level.extend([40.0, 60.0].map(|at| Ruling { at, from: 20.0, to: 100.0 }));
        canvas.upright.push(Ruling { at: 60.0, from: 40.0, to: 60.0 });
        PageMarks::new(number, canvas, 800.0)
    }

    fn texts(page: &PageMarks) -> Vec<(&str, f64)> {
        page.canvas.glyphs.iter().map(|glyph| (glyph.text.as_str(), glyph.left)).collect()
    }

    #[test]
    fn columns_and_divided_lines_are_moved_and_nothing_else() {
        let mut left = page(1, vec![glyph("年", 90.0, 30.0), glyph("报", 30.0, 80.0)], 105.0);
        let mut right = page(3, vec![glyph("度", 20.0, 30.2), glyph("7", 30.0, 55.0), glyph("页", 50.0, 80.0)], 70.0);
        right.further.push(FurtherPage { from: 100.0, number: 5 });
        move_columns(&mut left, &mut right, Joint { left: 0, edge: 100.0, own_edge: 20.0 });
        assert_eq!(texts(&left), [("年", 90.0), ("报", 30.0), ("度", 100.0), ("7", 110.0)]);
        assert_eq!((texts(&right), right.is_moved), (vec![("页", 50.0)], true));
        let ends: Vec<f64> = left.canvas.level.iter().map(|line| line.to).collect();
        assert_eq!((ends, left.canvas.upright[1].at), (vec![100.0, 100.0, 180.0, 180.0], 140.0));
        assert_eq!(left.canvas.cut_off, [Point::new(150.0, 50.0)]);
        let further: Vec<(f64, u32)> = left.further.iter().map(|page| (page.from, page.number)).collect();
        assert_eq!(further, [(100.0, 3), (180.0, 5)]);
    }
}
