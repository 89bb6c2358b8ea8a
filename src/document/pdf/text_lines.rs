//! Assembly of glyphs into lines of text, and of lines into paragraphs.

use super::canvas::{Canvas, Glyph, Ruling};
use super::lattice::MAX_RULINGS;

/// Largest difference between baselines of one line, in font sizes.
const BASELINE_TOLERANCE: f64 = 0.4;
/// Smallest gap between glyphs that is a space, in font sizes.
const SPACE: f64 = 0.3;
/// Smallest gap that separates two columns of text, in font sizes.
const COLUMN_GAP: f64 = 1.6;
/// Largest shift of a glyph that is drawn twice to look bold, in font sizes; the narrowest digit is wider.
const DRAWN_AGAIN: f64 = 0.15;
/// Largest distance to the right margin of a line that continues in the next, in font sizes.
const RIGHT_MARGIN: f64 = 2.5;
/// Smallest indent that begins a paragraph, in font sizes.
const INDENT: f64 = 0.9;
/// Heights above the baseline at which a line strikes out a glyph, in font sizes. Underlines are lower, cell borders
/// outside.
const STRIKE_HEIGHTS: std::ops::RangeInclusive<f64> = 0.15..=0.55;
/// Largest length by which such a line extends beyond its glyphs, in font sizes.
const STRIKE_OVERHANG: f64 = 0.6;

/// A line of text. Lengths are in points.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TextLine {
    pub(super) text: String,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) baseline: f64,
    pub(super) size: f64,
}

/// Returns the lines formed by the glyphs, top to bottom. A wide gap within a line becomes a tab.
pub(super) fn lines(glyphs: &[&Glyph]) -> Vec<TextLine> {
    let mut sorted: Vec<&Glyph> = glyphs.to_vec();
    sorted.sort_by(|a, b| a.baseline.total_cmp(&b.baseline).then(a.left.total_cmp(&b.left)));
    let mut rows: Vec<Vec<&Glyph>> = Vec::new();
    for glyph in sorted {
        let same = |row: &&mut Vec<&Glyph>| {
            let first = row[0];
            glyph.baseline - first.baseline <= BASELINE_TOLERANCE * first.size.max(glyph.size)
        };
        match rows.last_mut().filter(same) {
            Some(row) => row.push(glyph),
            None => rows.push(vec![glyph]),
        }
    }
    rows.into_iter().filter_map(line).collect()
}

fn line(mut glyphs: Vec<&Glyph>) -> Option<TextLine> {
    glyphs.sort_by(|a, b| a.left.total_cmp(&b.left));
    let first = *glyphs.first()?;
    let (mut text, mut end, mut size) = (String::new(), first.left, 0.0_f64);
    let mut before: Option<&Glyph> = None;
    for glyph in glyphs {
        if before.is_some_and(|before| is_drawn_again(before, glyph)) {
            continue;
        }
        before = Some(glyph);
        let gap = (glyph.left - end) / glyph.size;
        let separator = if gap > COLUMN_GAP {
            "\t"
        } else if gap > SPACE {
            " "
        } else {
            ""
        };
        if !text.is_empty() && !text.ends_with([' ', '\t']) {
            text.push_str(separator);
        }
        text.push_str(&glyph.text);
        (end, size) = (end.max(glyph.right), size.max(glyph.size));
    }
    let text = text.trim().to_owned();
    (!text.is_empty()).then_some(TextLine { text, left: first.left, right: end, baseline: first.baseline, size })
}

/// Returns whether a glyph repeats the one before it, drawn again to look bold.
fn is_drawn_again(before: &Glyph, glyph: &Glyph) -> bool {
    before.text == glyph.text && glyph.left - before.left < DRAWN_AGAIN * glyph.size
}

/// Returns the text of a cell, with its lines separated by line breaks.
pub(super) fn cell_text(glyphs: &[&Glyph]) -> String {
    let lines = lines(glyphs);
    let texts: Vec<String> = lines.iter().map(|line| line.text.replace('\t', " ")).collect();
    texts.join("\n")
}

/// Joins wrapped lines into paragraphs. A line with columns is a paragraph of its own.
pub(super) fn paragraphs(lines: &[TextLine]) -> Vec<String> {
    let running = || lines.iter().filter(|line| !line.text.contains('\t'));
    let left = running().map(|line| line.left).fold(f64::INFINITY, f64::min);
    let right = running().map(|line| line.right).fold(0.0, f64::max);
    let mut paragraphs: Vec<String> = Vec::new();
    let mut before: Option<&TextLine> = None;
    for line in lines {
        let goes_on = before.is_some_and(|before| {
            let is_running = !before.text.contains('\t') && !line.text.contains('\t');
            is_running && before.right >= right - RIGHT_MARGIN * before.size && line.left <= left + INDENT * line.size
        });
        match paragraphs.last_mut().filter(|_| goes_on) {
            Some(paragraph) => paragraph.push_str(&line.text),
            None => paragraphs.push(line.text.clone()),
        }
        before = Some(line);
    }
    paragraphs
}

/// Puts `~~` before glyphs that a horizontal line strikes out, so that their digits are not read with others.
pub(super) fn mark_struck(canvas: &mut Canvas) {
    let Canvas { glyphs, level, .. } = canvas;
    if level.len() > MAX_RULINGS {
        return;
    }
    for line in level.iter() {
        let is_crossed = |glyph: &Glyph| {
            let height = (glyph.baseline - line.at) / glyph.size;
            STRIKE_HEIGHTS.contains(&height) && (line.from..=line.to).contains(&glyph.middle().x)
        };
        let crossed: Vec<usize> = (0..glyphs.len()).filter(|at| is_crossed(&glyphs[*at])).collect();
        if spans_only(line, crossed.iter().map(|at| &glyphs[*at])) {
            for at in crossed {
                glyphs[at].text.insert_str(0, "~~");
            }
        }
    }
}

/// Returns whether a line is about as long as the glyphs it crosses; the border of a cell is longer.
fn spans_only<'a>(line: &Ruling, glyphs: impl Iterator<Item = &'a Glyph>) -> bool {
    let bounds = glyphs.fold(None, |bounds: Option<(f64, f64, f64)>, glyph| {
        let (left, right, size) = bounds.unwrap_or((glyph.left, glyph.right, 0.0));
        Some((left.min(glyph.left), right.max(glyph.right), size.max(glyph.size)))
    });
    bounds.is_some_and(|(left, right, size)| {
        line.from >= left - STRIKE_OVERHANG * size && line.to <= right + STRIKE_OVERHANG * size
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glyphs(text: &str, left: f64, baseline: f64) -> Vec<Glyph> {
        let glyph = |(at, c): (usize, char)| {
            let left = left + 10.0 * u32::try_from(at).map(f64::from).expect("short");
            Glyph { text: c.to_string(), left, right: left + 10.0, baseline, size: 10.0 }
        };
        text.chars().enumerate().map(glyph).collect()
    }

    #[test]
    fn glyphs_stand_in_lines_and_wide_gaps_part_columns() {
        let all = [glyphs("许可", 0.0, 20.0), glyphs("12", 60.0, 20.5), glyphs("处罚", 0.0, 40.0)].concat();
        let lines = lines(&all.iter().collect::<Vec<_>>());
        let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts, ["许可\t12", "处罚"]);
    }

    #[test]
    fn lines_that_reach_the_margin_go_on() {
        let all = [glyphs("一二三四五六七八", 20.0, 20.0), glyphs("九十", 0.0, 40.0), glyphs("又一段", 20.0, 60.0)];
        let all = all.concat();
        assert_eq!(paragraphs(&lines(&all.iter().collect::<Vec<_>>())), ["一二三四五六七八九十", "又一段"]);
    }

    #[test]
    fn a_line_over_digits_strikes_them_out() {
        let mut canvas = Canvas { glyphs: glyphs("99", 0.0, 20.0), ..Canvas::new(9) };
        canvas.level.push(Ruling { at: 17.0, from: 0.0, to: 20.0 });
        mark_struck(&mut canvas);
        assert_eq!(canvas.glyphs[0].text, "~~9");
        let mut bordered = Canvas { glyphs: glyphs("99", 0.0, 20.0), ..Canvas::new(9) };
        bordered.level.push(Ruling { at: 17.0, from: -50.0, to: 200.0 });
        mark_struck(&mut bordered);
        assert_eq!(bordered.glyphs[0].text, "9");
    }
}
