//! PDF files with text: the content of each page, as tables by their ruling lines and as paragraphs.
//!
//! A figure is assigned to a cell by geometry alone. A table that continues at the top of the next page is one table.
//! Invisible text, which text recognition adds to scans, is not read, because it is unchecked.

mod canvas;
mod cut_cells;
mod cut_lattice;
mod frame_lines;
mod furniture;
mod joined_pages;
mod lattice;
mod page_size;
mod page_table;
mod printing;
mod spilled;
mod split_lattice;
mod text_lines;

use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro_interpret::kurbo::Rect;
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, RenderContent, TransformExt, interpret_page};

use super::{Document, Format, PageFault, Unreadable};
use crate::source::{Limit, Limits};
use canvas::{Canvas, Glyph};
use joined_pages::FurtherPage;
use lattice::Lattice;
use page_table::{PageTable, RunningTable};
use text_lines::TextLine;

/// Most lines of frames that are taken from the tables of a page. Nested layouts have two or three, in four directions.
const MAX_FRAME_LINES: usize = 24;

/// The marks drawn on a page.
#[derive(Debug)]
struct PageMarks {
    /// Counted from one.
    number: u32,
    canvas: Canvas,
    /// The height of the page, in points.
    height: f64,
    /// The pages with further columns of its tables, which were moved here, left to right.
    further: Vec<FurtherPage>,
    /// Whether its tables were moved to another page.
    is_moved: bool,
}

impl PageMarks {
    fn new(number: u32, canvas: Canvas, height: f64) -> Self {
        Self { number, canvas, height, further: Vec::new(), is_moved: false }
    }
}

/// A page without its furniture: lines and tables from top to bottom.
#[derive(Debug)]
struct PageContent {
    blocks: Vec<PageBlock>,
}

#[derive(Debug)]
enum PageBlock {
    Lines(Vec<TextLine>),
    Table(PageTable),
}

/// Reads a PDF.
///
/// # Errors
/// `Unreadable::NoText` if no page has usable text: it is a scan, or its fonts do not map glyphs to characters;
/// `Unreadable::Misprinted` if cells cannot be distinguished.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Document, Unreadable> {
    let beyond = |limit| Unreadable::beyond(limit, limits);
    page_size::measure(bytes, limits).map_err(beyond)?;
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| refusal(error, bytes))?;
    let pages = pdf.pages();
    limits.allow(Limit::Entries, pages.len() as u64).map_err(beyond)?;
    let mut marks_left = usize::try_from(limits.cells).unwrap_or(usize::MAX);
    let mut drawn: Vec<PageMarks> = Vec::with_capacity(pages.len());
    // Shared between pages, because interpreting fonts takes most of the time.
    let cache = InterpreterCache::new();
    for (number, page) in (1..).zip(pages.iter()) {
        let canvas = canvas_of(page, &pdf, &cache, marks_left);
        if canvas.is_full {
            return Err(beyond(Limit::Cells));
        }
        marks_left -= canvas.mark_count();
        drawn.push(PageMarks::new(number, canvas, f64::from(page.render_dimensions().1)));
    }
    let mapped: usize = drawn.iter().map(|page| page.canvas.glyphs.len()).sum();
    let unmapped: usize = drawn.iter().map(|page| page.canvas.unmapped).sum();
    // `glyphs` includes the unmapped ones.
    if mapped <= unmapped.saturating_mul(2) {
        return Err(Unreadable::NoText { pages: u32::try_from(pages.len()).unwrap_or(u32::MAX) });
    }
    let misprinted = |(fault, pages)| Unreadable::Misprinted { fault, pages };
    joined_pages::join(&mut drawn).map_err(|pages| misprinted((PageFault::Spilled, pages)))?;
    if let Some(fault) = printing::fault(&drawn) {
        return Err(misprinted(fault));
    }
    let joined: Vec<u32> = drawn.iter().filter(|page| page.is_moved).map(|page| page.number).collect();
    let contents = contents(drawn).ok_or_else(|| misprinted((PageFault::Spilled, joined.clone())))?;
    let divided_pages = divided_pages(&contents);
    let mut document = Document { joined_pages: joined, divided_pages, ..Document::default() };
    assemble(contents, &mut document);
    Ok(document)
}

fn refusal(error: LoadPdfError, bytes: &[u8]) -> Unreadable {
    match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => Unreadable::Password(Format::Pdf),
        LoadPdfError::Decryption(_) => Unreadable::Damaged(Format::Pdf, "unknown encryption".to_owned()),
        // With an old encryption, a wrong password is not detected, and decryption gives no pages.
        LoadPdfError::Invalid if memchr::memmem::find(bytes, b"/Encrypt").is_some() => {
            Unreadable::Password(Format::Pdf)
        }
        LoadPdfError::Invalid => Unreadable::Damaged(Format::Pdf, "no page can be found in it".to_owned()),
    }
}

/// Returns the marks of a page, with coordinates from its top left corner.
fn canvas_of<'a>(page: &Page<'a>, pdf: &'a Pdf, cache: &InterpreterCache<'a>, mark_limit: usize) -> Canvas {
    let settings = InterpreterSettings { render_content: RenderContent::all(), ..InterpreterSettings::default() };
    let (width, height) = page.render_dimensions();
    let view = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let mut context = Context::new(page.initial_transform(true).to_kurbo(), view, cache, pdf.xref(), settings);
    let mut canvas = Canvas::new(mark_limit);
    interpret_page(page, &mut context, &mut canvas);
    canvas.glyphs.retain(|glyph| view.contains(glyph.middle()));
    text_lines::mark_struck(&mut canvas);
    canvas
}

/// Returns the content of each page without furniture, except of pages that were moved; `None` if such a page has other
/// text, or if a figure extends over the break between two pages.
fn contents(drawn: Vec<PageMarks>) -> Option<Vec<PageContent>> {
    let mut pages: Vec<(Vec<PageTable>, Vec<TextLine>, f64)> = Vec::with_capacity(drawn.len());
    let is_moved: Vec<bool> = drawn.iter().map(|page| page.is_moved).collect();
    let mut order = 0;
    for page in drawn {
        order += u32::from(!page.is_moved);
        let above = pages.iter().rev().find(|page| !page.0.is_empty()).and_then(|(tables, ..)| tables.last());
        let (tables, rest) = tables_of(&page, order, above);
        if tables.iter().any(|table| table.has_divided_figure) {
            return None;
        }
        pages.push((tables, text_lines::lines(&rest), page.height));
    }
    let texts: Vec<(&[TextLine], f64)> = pages.iter().map(|(_, lines, height)| (lines.as_slice(), *height)).collect();
    let is_furniture = furniture::find(&texts);
    let drop_furniture = |(page, (tables, lines, _)): (usize, (Vec<PageTable>, Vec<TextLine>, f64))| {
        let kept = lines.into_iter().zip(&is_furniture[page]).filter(|(_, is_furniture)| !**is_furniture);
        in_order(tables, kept.map(|(line, _)| line).collect())
    };
    let contents: Vec<PageContent> = pages.into_iter().enumerate().map(drop_furniture).collect();
    let is_lost = |(content, is_moved): (&PageContent, &bool)| *is_moved && !content.blocks.is_empty();
    (!contents.iter().zip(&is_moved).any(is_lost)).then_some(contents)
}

/// Splits a page's glyphs into its tables and the rest. `order` counts the pages that were not moved, and `above` is the
/// last table of the page before.
fn tables_of<'a>(page: &'a PageMarks, order: u32, above: Option<&PageTable>) -> (Vec<PageTable>, Vec<&'a Glyph>) {
    let canvas = &page.canvas;
    let mut rest: Vec<&Glyph> = canvas.glyphs.iter().collect();
    let mut found: Vec<(Lattice, Vec<&Glyph>)> = Vec::new();
    let mut lattices = lattice::lattices(&canvas.level, &canvas.upright);
    lattices.reverse();
    let mut frames_left = MAX_FRAME_LINES;
    while let Some(lattice) = lattices.pop() {
        let (own, others): (Vec<&Glyph>, Vec<&Glyph>) = rest.iter().partition(|glyph| lattice.area.holds(glyph));
        if own.is_empty() {
            continue;
        }
        let inner = (frames_left > 0).then(|| frame_lines::inside_frame(&lattice, &own)).flatten();
        if let Some(inner) = inner {
            frames_left -= 1;
            lattices.extend(inner);
            lattices.sort_by(|a, b| Lattice::by_size(b, a));
        } else if lattice.holds_all(&own) {
            found.push((lattice, own));
            rest = others;
        // Text outside all cells could belong to any of them, unless it is outside the tables in a frame.
        } else if let Some(parts) =
            split_lattice::without_open_end(&lattice, &own).or_else(|| split_lattice::split(&lattice))
        {
            lattices.extend(parts);
            lattices.sort_by(|a, b| Lattice::by_size(b, a));
        }
    }
    found.sort_by(|(a, _), (b, _)| a.area.top.total_cmp(&b.area.top));
    if let (Some((first, own)), Some(above)) = (found.first_mut(), above) {
        let edges: Vec<f64> = above.edges().collect();
        cut_lattice::drop_frame_columns(first, &edges, own);
        cut_lattice::add_cut_columns(first, &edges, &canvas.upright);
        own.extend(rest.extract_if(.., |glyph| first.area.holds(glyph)));
    }
    if let Some((last, own)) = found.last_mut() {
        cut_lattice::add_overflow(last, &rest);
        own.extend(rest.extract_if(.., |glyph| last.area.holds(glyph)));
    }
    let tables = found.iter().map(|(lattice, own)| PageTable::new(page, order, lattice, own)).collect();
    (tables, rest)
}

/// Sorts the tables and lines of a page into reading order.
fn in_order(tables: Vec<PageTable>, lines: Vec<TextLine>) -> PageContent {
    let mut tables = tables.into_iter().peekable();
    let mut blocks: Vec<PageBlock> = Vec::new();
    for line in lines {
        while let Some(table) = tables.next_if(|table| table.area.top < line.baseline) {
            blocks.push(PageBlock::Table(table));
        }
        match blocks.last_mut() {
            Some(PageBlock::Lines(lines)) => lines.push(line),
            _ => blocks.push(PageBlock::Lines(vec![line])),
        }
    }
    blocks.extend(tables.map(PageBlock::Table));
    PageContent { blocks }
}

/// Returns the pages that end with a table or after which a page begins with one, counted from one.
fn divided_pages(pages: &[PageContent]) -> Vec<u32> {
    let is_table = |block: Option<&PageBlock>| matches!(block, Some(PageBlock::Table(_)));
    let is_divided = |pair: &[PageContent]| is_table(pair[0].blocks.last()) || is_table(pair[1].blocks.first());
    (1..).zip(pages.windows(2)).filter(|(_, pair)| is_divided(pair)).map(|(page, _)| page).collect()
}

/// Adds all pages to the document. A table at the top of a page may continue one at the end of the page before.
fn assemble(pages: Vec<PageContent>, document: &mut Document) {
    let mut open: Option<RunningTable> = None;
    for page in pages {
        for (at, block) in page.blocks.into_iter().enumerate() {
            match block {
                PageBlock::Table(table) => {
                    let goes_on = at == 0 && open.as_ref().is_some_and(|open| open.is_continued_by(&table));
                    match open.as_mut().filter(|_| goes_on) {
                        Some(open) => open.append(table),
                        None => close(&mut open.replace(RunningTable::new(table)), document),
                    }
                }
                PageBlock::Lines(lines) => {
                    close(&mut open, document);
                    for text in text_lines::paragraphs(&lines) {
                        document.push_paragraph(&text);
                    }
                }
            }
        }
    }
    close(&mut open, document);
}

fn close(open: &mut Option<RunningTable>, document: &mut Document) {
    if let Some(grid) = open.take().and_then(RunningTable::into_grid) {
        document.push_table(grid);
    }
}
