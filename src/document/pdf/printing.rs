//! Sheets printed so that their cells cannot be distinguished: wider than the paper, with further columns on other
//! pages, or with rows or columns too small for their text.

use super::PageMarks;
use super::canvas::{Canvas, Glyph, Ruling};
use super::lattice::{MAX_RULINGS, clustered, merged};
use super::text_lines;
use crate::document::PageFault;

/// Largest distance between the ends of lines that a page break divides, in points.
const TOLERANCE: f64 = 1.0;
/// Fewest lines that the break must divide.
const MIN_LINES: usize = 4;
/// Fewest rows of cells without a line at the break.
const MIN_OPEN_ROWS: usize = 2;
/// Most pages between a page and the one with its further columns. It limits the comparisons in long documents.
const MAX_PAGES_APART: usize = 100;
/// Most characters that each is compared with. Two full lines have about 300.
const MAX_COMPARED: usize = 1000;
/// Largest distance between the baselines of figures and of their row's label, in points; a row is higher.
const BASELINE_TOLERANCE: f64 = 3.0;
/// Fewest lines with figures only on a page of further columns, and their smallest share of its lines, in tenths.
const MIN_FIGURE_LINES: usize = 5;
const MIN_FIGURE_TENTHS: usize = 6;
/// Fewest pairs of overlapping characters on an unreadable page; a seal covers only a few.
const MIN_COLLISIONS: usize = 8;
/// Fewest characters cut off on an unreadable page, and most visible characters for each of them.
const MIN_CUT_OFF: usize = 30;
const MAX_PER_CUT_OFF: usize = 10;
/// Smallest horizontal overlap of characters, in font sizes; digits are half as wide.
const MIN_OVERLAP: f64 = 0.25;
/// Distances between the baselines of overlapping lines, in font sizes; normal lines have 1, an index has 0.3.
const COLLISION: std::ops::Range<f64> = 0.1..0.75;

/// Returns the reason why the cells of a page cannot be distinguished, and the first such page, counted from one.
pub(super) fn fault(pages: &[PageMarks]) -> Option<(PageFault, u32)> {
    let page = |fault: PageFault, is_faulty: fn(&Canvas) -> bool| {
        let page = pages.iter().find(|page| is_faulty(&page.canvas))?;
        Some((fault, page.number))
    };
    spilled(pages)
        .map(|at| (PageFault::Spilled, pages[at].number))
        .or_else(|| page(PageFault::Overprinted, |canvas| is_overprinted(&canvas.glyphs)))
        .or_else(|| page(PageFault::CutOff, is_cut_off))
}

/// Returns whether so much text is cut off that it must include labels. A single long remark is not enough.
fn is_cut_off(canvas: &Canvas) -> bool {
    canvas.cut_off >= MIN_CUT_OFF && canvas.cut_off * MAX_PER_CUT_OFF >= canvas.glyphs.len()
}

/// Returns the index of the first page with further columns of an earlier page.
fn spilled(pages: &[PageMarks]) -> Option<usize> {
    let layouts: Vec<PageLayout> = pages.iter().map(|page| PageLayout::new(&page.canvas)).collect();
    let goes_on = |left: usize, right: usize| layouts[left].goes_on(&layouts[right]);
    (1..pages.len()).find(|right| (right.saturating_sub(MAX_PAGES_APART)..*right).any(|left| goes_on(left, *right)))
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

/// The ruling lines at one side of a page.
struct PrintedSide {
    /// The heights of the horizontal lines that end there.
    heights: Vec<f64>,
    /// The number of table rows that have no vertical line at this side.
    open_rows: usize,
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
            && self.right.open_rows + other.left.open_rows >= MIN_OPEN_ROWS
            && !(are_among(&self.columns, &other.columns) && are_among(&other.columns, &self.columns))
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
    let side = |at: f64, end: fn(&Ruling) -> f64| {
        let ends = level.iter().filter(|line| (end(line) - at).abs() <= TOLERANCE);
        let heights = clustered(ends.map(|line| line.at), TOLERANCE);
        let is_open = |row: &&[f64]| is_open(f64::midpoint(row[0], row[1]), at, &upright);
        let open_rows = heights.windows(2).filter(is_open).count();
        PrintedSide { heights, open_rows }
    };
    let columns = clustered(upright.iter().map(|line| line.at), TOLERANCE);
    Some(Sides { left: side(left, |line| line.from), right: side(right, |line| line.to), columns })
}

/// Returns whether a row at this height has a vertical line somewhere, but not at this side.
fn is_open(height: f64, side: f64, upright: &[Ruling]) -> bool {
    let mut through = upright.iter().filter(|line| line.from < height && height < line.to).peekable();
    through.peek().is_some() && through.all(|line| (line.at - side).abs() > TOLERANCE)
}

/// Returns whether lines of text overlap. Text that is drawn twice to look bold does not count.
fn is_overprinted(glyphs: &[Glyph]) -> bool {
    let is_seen = |glyph: &&Glyph| !glyph.text.trim().is_empty();
    let mut sorted: Vec<&Glyph> = glyphs.iter().filter(is_seen).collect();
    sorted.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let mut collisions = 0;
    for (at, upper) in sorted.iter().enumerate() {
        let reach = upper.baseline + COLLISION.end * upper.size;
        let below = sorted[at + 1..].iter().take(MAX_COMPARED).take_while(|lower| lower.baseline < reach);
        collisions += below.filter(|lower| collide(upper, lower)).count();
        if collisions >= MIN_COLLISIONS {
            return true;
        }
    }
    false
}

fn collide(upper: &Glyph, lower: &Glyph) -> bool {
    let size = upper.size.min(lower.size);
    let overlap = upper.right.min(lower.right) - upper.left.max(lower.left);
    let is_as_large = size * 1.3 >= upper.size.max(lower.size);
    // Punctuation on one line is set closer than its width.
    let is_letter = |glyph: &Glyph| glyph.text.chars().all(char::is_alphanumeric);
    let distance = (lower.baseline - upper.baseline) / size;
    let may_collide =
        COLLISION.contains(&distance) || distance < COLLISION.start && is_letter(upper) && is_letter(lower);
    is_as_large && may_collide && overlap > MIN_OVERLAP * size && upper.text != lower.text
}

#[cfg(test)]
mod tests {
    use super::*;

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
        PageMarks { number: 1, canvas }
    }

    fn glyphs(text: &str, left: f64, baseline: f64) -> Vec<Glyph> {
        let at = |number: usize| left + 10.0 * u32::try_from(number).map(f64::from).expect("short");
        let glyph = |(number, c): (usize, char)| Glyph {
            text: c.to_string(),
            left: at(number),
            right: at(number) + 10.0,
            baseline,
            size: 10.0,
        };
        text.chars().enumerate().map(glyph).collect()
    }

    #[test]
    fn columns_on_a_page_of_their_own() {
        let left = || page(&HEIGHTS, 50.0, &[], &[0, 1]);
        let right = page(&[10.0, 22.0, 35.0, 71.0], 40.0, &[0], &[]);
        assert_eq!(spilled(&[left(), page(&[10.0, 30.0], 50.0, &[], &[]), right]), Some(2));
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
            PageMarks { number: 1, canvas: Canvas { glyphs, ..Canvas::new(999) } }
        };
        let at = [20.0, 35.0, 52.0, 66.0, 81.0];
        let left = || text(&at.map(|at| ("重复申请 1", at)));
        assert_eq!(spilled(&[left(), text(&at.map(|at| ("0 2", at)))]), Some(1));
        assert_eq!(spilled(&[left(), text(&at.map(|at| ("重复申请 2", at)))]), None);
        assert_eq!(spilled(&[left(), text(&at.map(|at| ("0 2", at + 5.0)))]), None);
    }

    #[test]
    fn much_of_the_text_cut_off() {
        let with = |shown: usize, cut_off: usize| {
            let glyphs = glyphs(&"字".repeat(shown), 0.0, 20.0);
            fault(&[PageMarks { number: 1, canvas: Canvas { glyphs, cut_off, ..Canvas::new(999) } }])
        };
        assert_eq!(with(300, 30), Some((PageFault::CutOff, 1)));
        assert_eq!([with(301, 30), with(200, 29)], [None, None]);
    }

    #[test]
    fn lines_over_one_another() {
        let first = glyphs("属于国家秘密事项", 0.0, 20.0);
        let with = |others: Vec<Glyph>| is_overprinted(&[first.clone(), others].concat());
        assert!(with(glyphs("行政法规禁止公开", 5.0, 25.0)));
        assert!(!with(glyphs("行政法规禁止公开", 0.0, 31.0)));
        // Text drawn twice to look bold, and a seal over a few characters.
        assert!(!with(glyphs("属于国家秘密事项", 0.3, 20.2)));
        assert!(!with(glyphs("行政", 5.0, 25.0)));
    }
}
