//! Columns of a printed sheet that are on other pages than its first columns, because the sheet is wider than its paper.

use super::PageMarks;
use super::canvas::{Canvas, Ruling};
use super::lattice::{MAX_RULINGS, clustered, merged};
use super::text_lines;

/// Largest distance between the ends of lines that a page break divides, in points.
const TOLERANCE: f64 = 1.0;
/// Fewest lines that the break must divide.
const MIN_LINES: usize = 4;
/// Fewest rows of cells without a line at the break.
const MIN_OPEN_ROWS: usize = 2;
/// Fewest lines at a break for each of them that does not continue.
const MIN_LINES_PER_UNMATCHED: usize = 5;
/// Most pages between a page and the one with its further columns. It limits the comparisons in long documents.
const MAX_PAGES_APART: usize = 100;
/// Largest distance between the baselines of figures and of their row's label, in points; a row is higher.
const BASELINE_TOLERANCE: f64 = 3.0;
/// Fewest lines with figures only on a page of further columns, and their smallest share of its lines, in tenths.
const MIN_FIGURE_LINES: usize = 5;
const MIN_FIGURE_TENTHS: usize = 6;

/// A page with further columns of an earlier page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct SpilledPage {
    /// Its index.
    pub(super) at: usize,
    /// Its place beside the page with the columns before it; `None` if it is not certain which page that is.
    pub(super) joint: Option<Joint>,
}

/// The place of a page with further columns beside another page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Joint {
    /// The index of the other page.
    pub(super) left: usize,
    /// The right end of that page's lines, in points.
    pub(super) edge: f64,
    /// The left end of the lines on the page with the further columns, in points.
    pub(super) own_edge: f64,
}

/// Returns the pages with further columns, in order.
pub(super) fn spilled_pages(pages: &[PageMarks]) -> Vec<SpilledPage> {
    let layouts: Vec<PageLayout> = pages.iter().map(|page| PageLayout::new(&page.canvas)).collect();
    let continued_by = |right: usize| -> Vec<usize> {
        let before = right.saturating_sub(MAX_PAGES_APART)..right;
        before.filter(|left| layouts[*left].goes_on(&layouts[right])).collect()
    };
    let lefts: Vec<Vec<usize>> = (0..pages.len()).map(continued_by).collect();
    let fitting_lefts = |right: usize| -> Vec<usize> {
        lefts[right].iter().copied().filter(|left| layouts[*left].fits(&layouts[right])).collect()
    };
    let candidates: Vec<Vec<usize>> = (0..pages.len()).map(fitting_lefts).collect();
    // Of several pages, those that go on at another one of them are further left.
    let nearest = |right: usize| {
        let is_further = |left: &usize| candidates[right].iter().any(|other| candidates[*other].contains(left));
        let mut near = candidates[right].iter().filter(|left| !is_further(left));
        near.next().filter(|_| near.next().is_none()).copied()
    };
    let mut left_of: Vec<Option<usize>> = (0..pages.len()).map(nearest).collect();
    add_neighbours(&mut left_of, &layouts);
    let mut uses = vec![0; pages.len()];
    left_of.iter().flatten().for_each(|left| uses[*left] += 1);
    let joint = |right: usize| {
        let left = left_of[right].filter(|left| uses[*left] == 1)?;
        layouts[left].joint(left, &layouts[right])
    };
    // The first page of a sheet may look like a continuation of another page. It is none if others continue it.
    let is_spilled = |at: &usize| left_of[*at].is_some() || !lefts[*at].is_empty() && uses[*at] != 1;
    (0..pages.len()).filter(is_spilled).map(|at| SpilledPage { at, joint: joint(at) }).collect()
}

/// Adds pages whose neighbours are joined: where a sheet has several rows of pages, the page below one with further
/// columns continues the page below the other, even if no cell extends over the break.
fn add_neighbours(left_of: &mut [Option<usize>], layouts: &[PageLayout]) {
    let mut todo: Vec<usize> = (0..left_of.len()).filter(|right| left_of[*right].is_some()).collect();
    while let Some(right) = todo.pop() {
        let Some(left) = left_of[right] else { continue };
        // Pages that follow each other are beside, not below one another.
        if right - left < 2 {
            continue;
        }
        let below = (left + 1, right + 1);
        let above = left.checked_sub(1).map(|left| (left, right - 1));
        for (left, right) in above.into_iter().chain([below]) {
            let is_free = right < left_of.len() && left_of[right].is_none() && !left_of.contains(&Some(left));
            if is_free && layouts[left].fits(&layouts[right]) {
                left_of[right] = Some(left);
                todo.push(right);
            }
        }
    }
}

/// The part of a page's layout that shows whether another page continues it to the right.
enum PageLayout {
    Ruled(Sides),
    Unruled(Baselines),
}

impl PageLayout {
    fn new(canvas: &Canvas) -> Self {
        sides(canvas).map_or_else(|| Self::Unruled(Baselines::new(canvas)), Self::Ruled)
    }

    fn goes_on(&self, right: &Self) -> bool {
        match (self, right) {
            (Self::Ruled(left), Self::Ruled(right)) => left.goes_on(right),
            (Self::Unruled(left), Self::Unruled(right)) => left.goes_on(right),
            _ => false,
        }
    }

    /// Returns whether all lines at the break continue on the other page. Text without lines never fits, because its
    /// columns are not certain.
    fn fits(&self, right: &Self) -> bool {
        matches!((self, right), (Self::Ruled(left), Self::Ruled(right)) if left.fits(right))
    }

    fn joint(&self, at: usize, right: &Self) -> Option<Joint> {
        match (self, right) {
            (Self::Ruled(left), Self::Ruled(right)) => {
                Some(Joint { left: at, edge: left.right.edge, own_edge: right.left.edge })
            }
            _ => None,
        }
    }
}

/// The baselines of a page without ruling lines, in points.
struct Baselines {
    with_words: Vec<f64>,
    of_figures_alone: Vec<f64>,
}

impl Baselines {
    fn new(canvas: &Canvas) -> Self {
        let lines = text_lines::lines(&canvas.glyphs.iter().collect::<Vec<_>>());
        let (with_words, others): (Vec<_>, Vec<_>) =
            lines.iter().partition(|line| line.text.contains(char::is_alphabetic));
        let baselines = |lines: Vec<&text_lines::TextLine>| lines.into_iter().map(|line| line.baseline).collect();
        Self { with_words: baselines(with_words), of_figures_alone: baselines(others) }
    }

    /// Returns whether the other page consists mostly of figures at the heights of this page's labelled lines.
    fn goes_on(&self, right: &Self) -> bool {
        let is_labelled = |at: &&f64| self.with_words.iter().any(|other| (*at - other).abs() <= BASELINE_TOLERANCE);
        let all = right.with_words.len() + right.of_figures_alone.len();
        let labelled = right.of_figures_alone.iter().filter(is_labelled).count();
        labelled >= MIN_FIGURE_LINES && labelled * 10 >= all * MIN_FIGURE_TENTHS
    }
}

/// The ruling lines at one side of a page. Lengths are in points.
struct PrintedSide {
    /// The furthest position of a horizontal line.
    edge: f64,
    /// The heights of the horizontal lines that end there.
    heights: Vec<f64>,
    /// The middle heights of table rows that have vertical lines, but none at this side.
    open_rows: Vec<f64>,
    /// The vertical lines at this side.
    borders: Vec<Ruling>,
}

impl PrintedSide {
    fn is_closed_at(&self, height: f64) -> bool {
        lines_through(height, &self.borders).next().is_some()
    }
}

/// Both sides of the ruling lines of a page, and the positions of its vertical lines in points.
struct Sides {
    left: PrintedSide,
    right: PrintedSide,
    columns: Vec<f64>,
}

impl Sides {
    /// Returns whether lines that end here begin on the other page at the same heights, with open rows where the break
    /// divides cells. A page with the same columns is a continuation below, not to the right.
    fn goes_on(&self, other: &Self) -> bool {
        let (a, b) = (&self.right.heights, &other.left.heights);
        let (fewer, more) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        fewer.len() >= MIN_LINES
            && are_among(fewer, more)
            && self.right.open_rows.len() + other.left.open_rows.len() >= MIN_OPEN_ROWS
            && !(are_among(&self.columns, &other.columns) && are_among(&other.columns, &self.columns))
    }

    /// Returns whether all lines that end here begin on the other page, and none other, and no row is open here and
    /// closed there. A few lines may end or begin in between, where cells end at the break.
    fn fits(&self, other: &Self) -> bool {
        let (a, b) = (&self.right, &other.left);
        let is_inside = |height: &f64| a.is_closed_at(*height) && b.is_closed_at(*height);
        let only_in = |one: &[f64], other: &[f64]| -> Vec<f64> {
            one.iter().copied().filter(|height| !are_among(&[*height], other)).collect()
        };
        let unmatched = [only_in(&a.heights, &b.heights), only_in(&b.heights, &a.heights)].concat();
        let most = a.heights.len().max(b.heights.len());
        most >= 2
            && unmatched.iter().all(is_inside)
            && unmatched.len() * MIN_LINES_PER_UNMATCHED <= most
            && !a.open_rows.iter().any(|row| b.is_closed_at(*row))
    }
}

fn are_among(all: &[f64], others: &[f64]) -> bool {
    all.iter().all(|at| others.iter().any(|other| (at - other).abs() <= TOLERANCE))
}

/// Returns both sides of the ruling lines on a page; `None` if it has no lines.
fn sides(canvas: &Canvas) -> Option<Sides> {
    if canvas.level.len() + canvas.upright.len() > MAX_RULINGS {
        return None;
    }
    let (level, upright) = (merged(&canvas.level), merged(&canvas.upright));
    let left = level.iter().map(|line| line.from).reduce(f64::min)?;
    let right = level.iter().map(|line| line.to).reduce(f64::max)?;
    let side = |edge: f64, end: fn(&Ruling) -> f64| {
        let ends = level.iter().filter(|line| (end(line) - edge).abs() <= TOLERANCE);
        let heights = clustered(ends.map(|line| line.at), TOLERANCE);
        let rows = heights.windows(2).map(|row| f64::midpoint(row[0], row[1]));
        let rows = rows.filter(|row| lines_through(*row, &upright).next().is_some());
        let is_open = |row: &f64| lines_through(*row, &upright).all(|line| (line.at - edge).abs() > TOLERANCE);
        let borders = upright.iter().filter(|line| (line.at - edge).abs() <= TOLERANCE).copied().collect();
        PrintedSide { edge, open_rows: rows.filter(is_open).collect(), heights, borders }
    };
    let columns = clustered(upright.iter().map(|line| line.at), TOLERANCE);
    Some(Sides { left: side(left, |line| line.from), right: side(right, |line| line.to), columns })
}

/// Returns the vertical lines that cross a height.
fn lines_through(height: f64, upright: &[Ruling]) -> impl Iterator<Item = &Ruling> {
    upright.iter().filter(move |line| line.from < height && height < line.to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::pdf::canvas::glyphs;

    const HEIGHTS: [f64; 5] = [10.0, 22.0, 35.0, 60.0, 71.0];

    /// A page with horizontal lines at these heights from 0 to 100 and a vertical line at `inner`, closed at both sides
    /// except in the open rows.
    fn page(heights: &[f64], inner: f64, open_left: &[usize], open_right: &[usize]) -> PageMarks {
        let mut canvas = Canvas::new(100);
        canvas.level.extend(heights.iter().map(|at| Ruling { at: *at, from: 0.0, to: 100.0 }));
        for (row, ends) in heights.windows(2).enumerate() {
            let line = |at: f64| Ruling { at, from: ends[0], to: ends[1] };
            canvas.upright.push(line(inner));
            canvas.upright.extend((!open_left.contains(&row)).then(|| line(0.0)));
            canvas.upright.extend((!open_right.contains(&row)).then(|| line(100.0)));
        }
        PageMarks::new(1, canvas, 100.0)
    }

    /// Returns the index of the first page with further columns.
    fn spilled(pages: &[PageMarks]) -> Option<usize> {
        spilled_pages(pages).first().map(|page| page.at)
    }

    #[test]
    fn columns_on_a_page_of_their_own() {
        let left = || page(&HEIGHTS, 50.0, &[], &[0, 1]);
        let right = page(&[10.0, 22.0, 35.0, 71.0], 40.0, &[0], &[]);
        assert_eq!(spilled(&[left(), page(&[10.0, 30.0], 50.0, &[], &[]), right]), Some(2));
    }

    /// Returns for each page with further columns its index and the index of the page it continues.
    fn joints(pages: &[PageMarks]) -> Vec<(usize, Option<usize>)> {
        spilled_pages(pages).iter().map(|page| (page.at, page.joint.map(|joint| joint.left))).collect()
    }

    #[test]
    fn the_page_that_is_continued() {
        let (left, right) = (|| page(&HEIGHTS, 50.0, &[], &[0, 1]), || page(&HEIGHTS, 40.0, &[0, 1], &[]));
        assert_eq!(joints(&[left(), right()]), [(1, Some(0))]);
        // A line that ends at the break, and a cell that is open on one page and closed on the other.
        assert_eq!(joints(&[left(), page(&HEIGHTS[..4], 40.0, &[0, 1], &[])]), [(1, None)]);
        assert_eq!(joints(&[left(), page(&HEIGHTS, 40.0, &[0], &[])]), [(1, None)]);
        // A line that begins at the break, between cells that end there.
        let with_line = page(&[10.0, 22.0, 35.0, 47.0, 60.0, 71.0], 40.0, &[0, 1], &[]);
        assert_eq!(joints(&[left(), with_line]), [(1, Some(0))]);
        // Three pages beside one another, and two sheets of the same layout.
        let middle = page(&HEIGHTS, 30.0, &[0, 1], &[0, 1]);
        assert_eq!(joints(&[left(), middle, right()]), [(1, Some(0)), (2, Some(1))]);
        assert_eq!(joints(&[left(), left(), right(), right()]), [(2, None), (3, None)]);
    }

    #[test]
    fn pages_between_joined_ones() {
        let below = HEIGHTS.map(|at| at + 5.0);
        let pages = || {
            let (left, left_below) = (page(&HEIGHTS, 50.0, &[], &[0, 1]), page(&below, 50.0, &[], &[]));
            vec![left, left_below, page(&HEIGHTS, 40.0, &[0, 1], &[]), page(&below, 40.0, &[], &[])]
        };
        assert_eq!(joints(&pages()), [(2, Some(0)), (3, Some(1))]);
        let mut shorter = pages();
        shorter[3] = page(&below[..4], 40.0, &[], &[]);
        assert_eq!(joints(&shorter), [(2, Some(0))]);
    }

    #[test]
    fn pages_below_one_another() {
        let with = |below: PageMarks| spilled(&[page(&HEIGHTS, 50.0, &[], &[0, 1]), below]);
        // Closed tables, a table that is open at its sides and continues below, and rows of other heights.
        assert_eq!(spilled(&[page(&HEIGHTS, 50.0, &[], &[]), page(&HEIGHTS, 40.0, &[], &[])]), None);
        assert_eq!(with(page(&HEIGHTS, 50.0, &[0, 1], &[])), None);
        assert_eq!(with(page(&HEIGHTS.map(|at| at * 1.1), 40.0, &[0, 1], &[])), None);
    }

    #[test]
    fn figures_alone_beside_labels_of_another_page() {
        let text = |lines: &[(&str, f64)]| {
            let glyphs = lines.iter().flat_map(|(text, at)| glyphs(text, 0.0, *at)).collect();
            PageMarks::new(1, Canvas { glyphs, ..Canvas::new(999) }, 100.0)
        };
        let at = [20.0, 35.0, 52.0, 66.0, 81.0];
        let left = || text(&at.map(|at| ("重复申请 1", at)));
        assert_eq!(spilled(&[left(), text(&at.map(|at| ("0 2", at)))]), Some(1));
        assert_eq!(spilled(&[left(), text(&at.map(|at| ("重复申请 2", at)))]), None);
        assert_eq!(spilled(&[left(), text(&at.map(|at| ("0 2", at + 5.0)))]), None);
    }
}
