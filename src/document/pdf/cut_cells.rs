//! Merged cells that a page break cuts. Browsers draw the end of such a cell too high if rows moved to the next page,
//! and leave a blank area below the last row of a page.

use super::lattice::PageArea;

/// Largest distance between the edges of cells in one row, in points.
const TOLERANCE: f64 = 2.0;

/// Extends the cells at the top of a table that end between two rows, and removes the blank area below the last row.
pub(super) fn mend(cells: &mut Vec<(PageArea, String)>) {
    extend_ends(cells);
    remove_blank_end(cells);
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

fn are_near(a: f64, b: f64) -> bool {
    (a - b).abs() <= TOLERANCE
}

fn extreme(cells: &[(PageArea, String)], edge: fn(&PageArea) -> f64, furthest: fn(f64, f64) -> f64) -> Option<f64> {
    cells.iter().map(|(area, _)| edge(area)).reduce(furthest)
}

/// Extends each cell at the top down to the next cell with text, if no cell with text shares its lower edge.
fn extend_ends(cells: &mut Vec<(PageArea, String)>) {
    let (Some(top), Some(end)) =
        (extreme(cells, |area| area.top, f64::min), extreme(cells, |area| area.bottom, f64::max))
    else {
        return;
    };
    let is_at_top = |area: &PageArea| are_near(area.top, top);
    let cut: Vec<usize> = (0..cells.len()).filter(|at| is_at_top(&cells[*at].0)).collect();
    for &at in &cut {
        let own = cells[at].0;
        let others = || cells.iter().enumerate().filter(|(other, (_, text))| *other != at && !is_blank(text));
        let is_edge =
            others().any(|(_, (area, _))| are_near(area.top, own.bottom) || are_near(area.bottom, own.bottom));
        if is_edge || are_near(own.bottom, end) {
            continue;
        }
        let is_below = |area: &PageArea| {
            area.top > own.bottom && area.left < own.right - TOLERANCE && area.right > own.left + TOLERANCE
        };
        let next = others().filter(|(_, (area, _))| is_below(area)).map(|(_, (area, _))| area.top).reduce(f64::min);
        cells[at].0.bottom = next.unwrap_or(end);
    }
    let extended: Vec<PageArea> = cut.iter().map(|at| cells[*at].0).collect();
    let is_in_extended = |x: f64, area: &PageArea| {
        let middle = f64::midpoint(area.top, area.bottom);
        extended.iter().any(|over| over.contains(x, middle))
    };
    let is_covered = |area: &PageArea| {
        let across = [area.left + TOLERANCE, f64::midpoint(area.left, area.right), area.right - TOLERANCE];
        !is_at_top(area) && across.iter().all(|x| is_in_extended(*x, area))
    };
    cells.retain(|(area, text)| !(is_blank(text) && is_covered(area)));
}

/// Removes the area below the last row if it is one blank cell or none, beside cells that the page cuts.
fn remove_blank_end(cells: &mut Vec<(PageArea, String)>) {
    let Some(end) = extreme(cells, |area| area.bottom, f64::max) else { return };
    let is_above = |area: &PageArea| area.bottom < end - TOLERANCE;
    let Some(last) =
        cells.iter().map(|(area, _)| area.bottom).filter(|bottom| *bottom < end - TOLERANCE).reduce(f64::max)
    else {
        return;
    };
    let begins_below = |area: &PageArea| area.top > last - TOLERANCE;
    let below: Vec<&(PageArea, String)> = cells.iter().filter(|(area, _)| begins_below(area)).collect();
    let is_wide = |blank: &PageArea| {
        let is_inside = |edge: f64| edge > blank.left + TOLERANCE && edge < blank.right - TOLERANCE;
        cells.iter().any(|(area, _)| is_above(area) && (is_inside(area.left) || is_inside(area.right)))
    };
    let is_blank_end = match below[..] {
        [] => true,
        [(area, text)] => is_blank(text) && is_wide(area),
        _ => false,
    };
    if is_blank_end {
        cells.retain(|(area, _)| !begins_below(area));
        for (area, _) in cells.iter_mut() {
            area.bottom = area.bottom.min(last);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(all: &[(f64, f64, f64, f64, &str)]) -> Vec<(PageArea, String)> {
        let cell = |(left, right, top, bottom, text): &(f64, f64, f64, f64, &str)| {
            (PageArea { left: *left, top: *top, right: *right, bottom: *bottom }, (*text).to_owned())
        };
        all.iter().map(cell).collect()
    }

    fn mended(all: &[(f64, f64, f64, f64, &str)]) -> Vec<(PageArea, String)> {
        let mut cells = cells(all);
        mend(&mut cells);
        cells
    }

    #[test]
    fn the_end_of_a_merged_cell_reaches_the_next_label() {
        // The cells of two merged labels end between rows, and the areas below them are blank or belong to no cell.
        let found = mended(&[
            (0.0, 50.0, 0.0, 70.0, ""),
            (50.0, 90.0, 0.0, 12.0, ""),
            (90.0, 200.0, 0.0, 40.0, "5.要求"),
            (50.0, 90.0, 12.0, 40.0, ""),
            (50.0, 200.0, 40.0, 80.0, "（七）总计"),
            (0.0, 200.0, 80.0, 120.0, "四、结转"),
        ]);
        let expected = cells(&[
            (0.0, 50.0, 0.0, 80.0, ""),
            (50.0, 90.0, 0.0, 40.0, ""),
            (90.0, 200.0, 0.0, 40.0, "5.要求"),
            (50.0, 200.0, 40.0, 80.0, "（七）总计"),
            (0.0, 200.0, 80.0, 120.0, "四、结转"),
        ]);
        assert_eq!(found, expected);
    }

    #[test]
    fn blank_cells_that_end_with_a_row_stay() {
        let rows = [
            (0.0, 90.0, 0.0, 40.0, "规章"),
            (90.0, 200.0, 0.0, 40.0, ""),
            (0.0, 90.0, 40.0, 80.0, "行政许可"),
            (90.0, 200.0, 40.0, 80.0, ""),
        ];
        assert_eq!(mended(&rows), cells(&rows));
    }

    #[test]
    fn the_blank_end_of_a_page_is_no_row() {
        let rows = [
            (0.0, 50.0, 0.0, 120.0, "（五）"),
            (50.0, 90.0, 0.0, 40.0, "1."),
            (90.0, 200.0, 0.0, 40.0, "0"),
            (50.0, 90.0, 40.0, 80.0, "2."),
            (90.0, 200.0, 40.0, 80.0, "0"),
            (50.0, 200.0, 80.0, 120.0, ""),
        ];
        let found = mended(&rows);
        assert_eq!((found.len(), found[0].0.bottom), (5, 80.0));
        // A row of blank cells is one.
        let blank = [&rows[..5], &[(50.0, 90.0, 80.0, 120.0, ""), (90.0, 200.0, 80.0, 120.0, "")]].concat();
        assert_eq!(mended(&blank), cells(&blank));
    }
}
