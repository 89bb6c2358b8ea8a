//! Sheets printed so that their cells cannot be distinguished, because rows or columns are too small for their text.

use super::PageMarks;
use super::canvas::{Canvas, Glyph};
use crate::document::PageFault;

/// Most characters that each is compared with. Two full lines have about 300.
const MAX_COMPARED: usize = 1000;
/// Fewest pairs of overlapping characters on an unreadable page; a seal covers only a few.
const MIN_COLLISIONS: usize = 8;
/// Fewest characters cut off on an unreadable page, and most visible characters for each of them.
const MIN_CUT_OFF: usize = 30;
const MAX_PER_CUT_OFF: usize = 10;
/// Smallest horizontal overlap of characters, in font sizes; digits are half as wide.
const MIN_OVERLAP: f64 = 0.25;
/// Distances between the baselines of overlapping lines, in font sizes; normal lines have 1, an index has 0.3.
const COLLISION: std::ops::Range<f64> = 0.1..0.75;

/// Returns the reason why the cells of some pages cannot be distinguished, and these pages, counted from one.
pub(super) fn fault(pages: &[PageMarks]) -> Option<(PageFault, Vec<u32>)> {
    let all = |fault: PageFault, is_faulty: fn(&Canvas) -> bool| {
        let faulty = pages.iter().filter(|page| is_faulty(&page.canvas));
        let numbers: Vec<u32> = faulty.map(|page| page.number).collect();
        (!numbers.is_empty()).then_some((fault, numbers))
    };
    all(PageFault::Overprinted, |canvas| is_overprinted(&canvas.glyphs)).or_else(|| all(PageFault::CutOff, is_cut_off))
}

/// Returns whether so much text is cut off that it must include labels. A single long remark is not enough.
fn is_cut_off(canvas: &Canvas) -> bool {
    canvas.cut_off.len() >= MIN_CUT_OFF && canvas.cut_off.len() * MAX_PER_CUT_OFF >= canvas.glyphs.len()
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
    use hayro_interpret::kurbo::Point;

    use super::*;
    use crate::document::pdf::canvas::glyphs;

    #[test]
    fn much_of_the_text_cut_off() {
        let with = |shown: usize, cut_off: usize| {
            let glyphs = glyphs(&"字".repeat(shown), 0.0, 20.0);
            let cut_off = vec![Point::ZERO; cut_off];
            fault(&[PageMarks::new(1, Canvas { glyphs, cut_off, ..Canvas::new(999) }, 100.0)])
        };
        assert_eq!(with(300, 30), Some((PageFault::CutOff, vec![1])));
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
