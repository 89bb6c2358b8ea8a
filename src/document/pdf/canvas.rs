//! The visible content of a PDF page: glyphs with their positions, ruling lines, and the number of pictures.

use hayro_interpret::font::{Glyph as PdfGlyph, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::kurbo::{Affine, BezPath, PathEl, Point, Rect, Shape};
use hayro_interpret::{BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, Paint, SoftMask};

/// Thickest filled rectangle that counts as a ruling line, in points.
const MAX_RULING_THICKNESS: f64 = 3.0;
/// Shortest ruling line, in points. Cell borders are drawn in pieces, and strokes of letters are shorter.
const MIN_RULING_LENGTH: f64 = 2.0;
/// Largest difference between the ends of a horizontal or vertical line, in points.
const MAX_SLANT: f64 = 0.5;
/// Units per font size in which glyphs are drawn.
const GLYPH_UNITS: f64 = 1000.0;
/// Advance of a glyph from a font that states none, in font sizes.
const DEFAULT_ADVANCE: f64 = 0.5;
/// Smallest value of a colour channel that counts as white.
const WHITE: u8 = 250;

/// A visible horizontal glyph. Lengths are in points, from the top left corner of the page.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Glyph {
    /// The characters it represents.
    pub(super) text: String,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) baseline: f64,
    /// The font size.
    pub(super) size: f64,
}

impl Glyph {
    /// Returns the centre of the glyph. Its height is about half that of a digit above the baseline.
    pub(super) fn middle(&self) -> Point {
        Point::new(f64::midpoint(self.left, self.right), self.baseline - self.size * 0.35)
    }
}

/// A horizontal or vertical line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ruling {
    /// Its y coordinate if it is horizontal, its x coordinate if it is vertical.
    pub(super) at: f64,
    /// Its start on the other axis.
    pub(super) from: f64,
    /// Its end on the other axis.
    pub(super) to: f64,
}

/// The marks of one page. At most `mark_limit` glyphs and lines are kept; beyond that, `is_full` is set.
#[derive(Debug, Default)]
pub(super) struct Canvas {
    pub(super) glyphs: Vec<Glyph>,
    pub(super) level: Vec<Ruling>,
    pub(super) upright: Vec<Ruling>,
    /// Number of pictures drawn.
    pub(super) pictures: usize,
    /// Number of glyphs that their font maps to no character.
    pub(super) unmapped: usize,
    /// Number of glyphs drawn invisibly, as text recognition adds them to scans.
    pub(super) invisible: usize,
    /// The centres of glyphs cut off by a clip, such as text that does not fit its cell.
    pub(super) cut_off: Vec<Point>,
    /// The clip areas, the innermost last. The cells of a printed workbook clip their text.
    pub(super) clips: Vec<Rect>,
    pub(super) mark_limit: usize,
    pub(super) is_full: bool,
}

impl Canvas {
    /// Creates an empty canvas that keeps at most `mark_limit` glyphs and lines.
    pub(super) fn new(mark_limit: usize) -> Self {
        Self { mark_limit, ..Self::default() }
    }

    /// Returns the number of glyphs and lines on it, including glyphs that are cut off.
    pub(super) fn mark_count(&self) -> usize {
        self.glyphs.len() + self.cut_off.len() + self.level.len() + self.upright.len()
    }

    fn has_room(&mut self) -> bool {
        self.is_full |= self.mark_count() >= self.mark_limit;
        !self.is_full
    }

    fn is_let_through(&self, glyph: &Glyph) -> bool {
        self.clips.last().is_none_or(|clip| clip.contains(glyph.middle()))
    }

    fn push_line(&mut self, a: Point, b: Point) {
        if !self.has_room() {
            return;
        }
        let (width, height) = ((a.x - b.x).abs(), (a.y - b.y).abs());
        if height <= MAX_SLANT && width >= MIN_RULING_LENGTH {
            let at = f64::midpoint(a.y, b.y);
            self.level.push(Ruling { at, from: a.x.min(b.x), to: a.x.max(b.x) });
        } else if width <= MAX_SLANT && height >= MIN_RULING_LENGTH {
            let at = f64::midpoint(a.x, b.x);
            self.upright.push(Ruling { at, from: a.y.min(b.y), to: a.y.max(b.y) });
        }
    }

    /// Adds a filled rectangle if it is thin enough to be a line.
    fn push_filled(&mut self, area: Rect) {
        let (width, height) = (area.width(), area.height());
        let middle = area.center();
        if height <= MAX_RULING_THICKNESS && width > height {
            self.push_line(Point::new(area.x0, middle.y), Point::new(area.x1, middle.y));
        } else if width <= MAX_RULING_THICKNESS {
            self.push_line(Point::new(middle.x, area.y0), Point::new(middle.x, area.y1));
        }
    }

    fn push_stroked(&mut self, path: &BezPath) {
        let (mut start, mut last) = (Point::ZERO, Point::ZERO);
        for element in path.elements() {
            match *element {
                PathEl::MoveTo(point) => start = point,
                PathEl::LineTo(point) => self.push_line(last, point),
                PathEl::ClosePath => self.push_line(last, start),
                PathEl::QuadTo(..) | PathEl::CurveTo(..) => {}
            }
            last = element.end_point().unwrap_or(start);
        }
    }
}

/// Splits a path at its moves.
fn subpaths(path: &BezPath) -> Vec<BezPath> {
    let mut parts: Vec<BezPath> = Vec::new();
    for element in path.elements() {
        if matches!(element, PathEl::MoveTo(_)) || parts.is_empty() {
            parts.push(BezPath::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push(*element);
        }
    }
    parts
}

/// Returns whether a paint is invisible on paper: white or transparent.
fn is_unseen(paint: &Paint<'_>) -> bool {
    let Paint::Color(color) = paint else { return false };
    let [red, green, blue, alpha] = color.to_rgba().to_rgba8();
    alpha == 0 || [red, green, blue].iter().all(|part| *part >= WHITE)
}

impl<'a> Device<'a> for Canvas {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        if is_unseen(&props.paint) {
            return;
        }
        let path = props.transform * path.clone();
        match mode {
            DrawMode::Fill(_) => subpaths(&path).iter().for_each(|part| self.push_filled(part.bounding_box())),
            DrawMode::Stroke(_) | DrawMode::FillAndStroke(..) => self.push_stroked(&path),
            DrawMode::Invisible => {}
        }
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        if matches!(mode, DrawMode::Invisible) || is_unseen(&props.paint) {
            self.invisible += run.glyphs().len();
            return;
        }
        for glyph in run.glyphs() {
            let text = match glyph.as_unicode() {
                Some(BfString::Char(c)) => c.to_string(),
                Some(BfString::String(text)) => text,
                None => String::new(),
            };
            let is_meaningless = |c: char| c == '\u{FFFD}' || c.is_control() || is_private(c);
            let text = if text.is_empty() || text.chars().any(is_meaningless) {
                // Kept as U+FFFD, so that a cell with a figure does not become blank.
                self.unmapped += 1;
                '\u{FFFD}'.to_string()
            } else {
                text
            };
            let advance = match &**glyph {
                PdfGlyph::Outline(outline) => outline.advance_width(),
                PdfGlyph::Type3(glyph) => glyph.advance_width(),
            };
            let transform = props.transform * glyph.transform();
            let (shown, cut_off): (Vec<Glyph>, Vec<Glyph>) =
                level_glyph(text, transform, advance).into_iter().partition(|glyph| self.is_let_through(glyph));
            if self.has_room() {
                self.glyphs.extend(shown);
                self.cut_off.extend(cut_off.iter().map(Glyph::middle));
            }
        }
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {
        self.pictures += 1;
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        let bounds = clip.path.bounding_box();
        let outer = self.clips.last().copied().unwrap_or(bounds);
        self.clips.push(bounds.intersect(outer));
    }

    fn pop_clip(&mut self) {
        self.clips.pop();
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn pop_transparency_group(&mut self) {}
}

/// Returns whether a character is in a private use area, so that only its font defines it.
fn is_private(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..)
}

/// Returns the glyph if it is horizontal. Text of seals and watermarks is not.
fn level_glyph(text: String, transform: Affine, advance: Option<f32>) -> Option<Glyph> {
    let [a, b, c, d, _, _] = transform.as_coeffs();
    let size = c.hypot(d) * GLYPH_UNITS;
    if !(a > 0.0 && b.abs() < a * 0.1 && size.is_finite() && size > 0.0) {
        return None;
    }
    let advance = advance.map_or(DEFAULT_ADVANCE * GLYPH_UNITS, f64::from);
    let (origin, end) = (transform * Point::ZERO, transform * Point::new(advance, 0.0));
    Some(Glyph { text, left: origin.x, right: end.x.max(origin.x), baseline: origin.y, size })
}

/// Returns a line at a position of one axis, from a start to an end on the other.
#[cfg(test)]
pub(super) fn ruling(at: f64, from: f64, to: f64) -> Ruling {
    Ruling { at, from, to }
}

/// Returns the characters of a text, ten points wide and large each, from a left end on.
#[cfg(test)]
pub(super) fn glyphs(text: &str, left: f64, baseline: f64) -> Vec<Glyph> {
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
