//! The fast path for plain xlsx workbooks. The directory, the workbook, its relationships, shared strings and sheets
//! are each unpacked once into a reused buffer and read in one pass over borrowed text. A part that equals a cached one
//! byte for byte is neither unpacked nor read again, and of a sheet with a cached template only the values are read.
//!
//! Anything that is not plain is [`Unsupported`], and the whole workbook falls back to calamine. Tests compare the two:
//! the fast path returns the same numbers or declines the file. The fast paths for ods and xls work in the same way.

mod part_cache;
mod reader_state;
mod shared_strings;
mod sheet_template;
mod slot;
mod styles;
mod xlsx_formula;
mod xlsx_sheet;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Grid;
use super::fast_path::{FastResult, Unsupported};
use super::layout::SheetLayout;
use super::markup::{Markup, TagKind, attribute, unescape};
use super::size::Size;
use super::zip_reader::{Archive, Packed, UnpackBuffer};
use crate::source::Limits;
use reader_state::{PartCaches, ReaderState, with_reader_state};
use xlsx_sheet::Book;

/// The required default namespace. A document with another, or with prefixes, is unsupported.
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/// Largest part, in bytes, that is cached.
const LARGEST: usize = 128 << 10;

/// Returns every worksheet of a plain workbook.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> FastResult<Vec<Grid>> {
    let archive = Archive::of(bytes).filter(|archive| archive.is_within(limits)).ok_or(Unsupported)?;
    with_reader_state(|state| read_at(state, &archive, limits))
}

fn read_at(state: &mut ReaderState, archive: &Archive<'_>, limits: &Limits) -> FastResult<Vec<Grid>> {
    let ReaderState { unpacked, strings, known } = state;
    let part = |name: &str| archive.part(name).ok_or(Unsupported);
    let part_or_nothing = |name: &str| archive.part_or_nothing(name).ok_or(Unsupported);
    let package = part("_rels/.rels")?;
    if !*known.packages.or_read(package, || says_where_the_workbook_is(unpacked.take(package).ok_or(Unsupported)?))? {
        return Err(Unsupported);
    }
    let relations = part("xl/_rels/workbook.xml.rels")?;
    let relations =
        known.relations.or_read(relations, || self::relations(unpacked.take(relations).ok_or(Unsupported)?))?;
    let workbook = part("xl/workbook.xml")?;
    let workbook = known.workbooks.or_read(workbook, || self::workbook(unpacked.take(workbook).ok_or(Unsupported)?))?;
    strings.read(unpacked.take(part_or_nothing("xl/sharedStrings.xml")?).ok_or(Unsupported)?, limits)?;
    let styles = part_or_nothing("xl/styles.xml")?;
    let styles = known.styles.or_read(styles, || styles::read(unpacked.take(styles).ok_or(Unsupported)?))?;
    let book = Book { strings, styles: &styles, limits };
    let (mut grids, mut size) = (Vec::with_capacity(workbook.sheets.len()), Size::default());
    for sheet in &workbook.sheets {
        let part = part(relations.get(&sheet.relation).ok_or(Unsupported)?)?;
        let mut grid = grid(&sheet.name, part, (unpacked, known), book, &mut size)?;
        (grid.hidden, grid.recalculates) = (sheet.hidden, workbook.recalculates);
        grids.push(grid);
    }
    Ok(grids)
}

/// Reads a worksheet. `size` counts the content of the workbook so far.
fn grid(
    name: &str,
    part: Packed<'_>,
    (unpacked, known): (&mut UnpackBuffer, &mut PartCaches),
    book: Book<'_>,
    size: &mut Size,
) -> FastResult<Grid> {
    size.add_sheet(0);
    if let Some(layout) = known.blank.get(part) {
        return Ok(SheetLayout::clone(&layout).grid(name, Vec::new()));
    }
    let xml = unpacked.take(part).ok_or(Unsupported)?;
    if let Some((template, values)) = known.templates.find(xml) {
        let cells = xlsx_sheet::fill(template, &values, book, size)?;
        return Ok(template.layout.clone().grid(name, cells));
    }
    let found = xlsx_sheet::read(xml, book, size)?;
    match found.slots {
        Some(slots) if slots.is_empty() => known.blank.keep(part, &Arc::new(found.layout.clone())),
        Some(slots) => known.templates.keep(xml, slots, found.layout.clone()),
        None => {}
    }
    Ok(found.layout.grid(name, found.cells))
}

/// Returns whether the package's relationships have the workbook at its usual path.
fn says_where_the_workbook_is(xml: &str) -> FastResult<bool> {
    let mut markup = Markup::of(xml);
    while let Some(tag) = markup.next()? {
        let of_workbook =
            || Ok(attribute(tag.attributes, "Type")?.is_some_and(|kind| kind.ends_with("/officeDocument")));
        if tag.name == "Relationship" && of_workbook()? {
            return Ok(matches!(attribute(tag.attributes, "Target")?, Some("xl/workbook.xml" | "/xl/workbook.xml")));
        }
    }
    Ok(false)
}

/// A worksheet as listed in the workbook.
struct Listed {
    name: String,
    hidden: bool,
    relation: String,
}

/// The workbook part.
struct Workbook {
    sheets: Vec<Listed>,
    /// Whether the workbook requires formulas to be computed when it is opened.
    recalculates: bool,
}

fn workbook(xml: &str) -> FastResult<Workbook> {
    let (mut listed, mut recalculates) = (Vec::new(), false);
    let mut markup = Markup::of(xml);
    while let Some(tag) = markup.next()? {
        match tag.name {
            "workbook" if tag.kind == TagKind::Open && attribute(tag.attributes, "xmlns")? != Some(MAIN) => {
                return Err(Unsupported);
            }
            "sheet" if tag.kind != TagKind::Close => {
                let relation = attribute(tag.attributes, "r:id")?.ok_or(Unsupported)?.to_owned();
                let hidden = match attribute(tag.attributes, "state")? {
                    None | Some("visible") => false,
                    Some("hidden" | "veryHidden") => true,
                    Some(_) => return Err(Unsupported),
                };
                let name = unescape(attribute(tag.attributes, "name")?.ok_or(Unsupported)?)?;
                listed.push(Listed { name: name.into(), hidden, relation });
            }
            "calcPr" if tag.kind != TagKind::Close => {
                recalculates = matches!(attribute(tag.attributes, "fullCalcOnLoad")?, Some("1" | "true"));
            }
            _ => {}
        }
    }
    if listed.is_empty() { Err(Unsupported) } else { Ok(Workbook { sheets: listed, recalculates }) }
}

/// Paths of the worksheets, by relationship id.
type Relations = BTreeMap<String, String>;

/// Returns the paths of the worksheets. Other kinds of sheets are unsupported, as are shared strings and styles at
/// other than their usual paths.
fn relations(xml: &str) -> FastResult<Relations> {
    let mut paths = BTreeMap::new();
    let mut markup = Markup::of(xml);
    while let Some(tag) = markup.next()? {
        if tag.name != "Relationship" || tag.kind == TagKind::Close {
            continue;
        }
        let said = |name| attribute(tag.attributes, name)?.ok_or(Unsupported);
        let (id, kind, target) = (said("Id")?, said("Type")?, said("Target")?);
        let target = target.strip_prefix("/xl/").unwrap_or(target);
        let is_odd = || target.contains(['&', '\\', '%']) || target.contains("..") || target.starts_with('/');
        match kind.rsplit('/').next() {
            Some("worksheet") if is_odd() => return Err(Unsupported),
            Some("worksheet") => drop(paths.insert(id.to_owned(), format!("xl/{target}"))),
            Some("sharedStrings") if target != "sharedStrings.xml" => return Err(Unsupported),
            Some("styles") if target != "styles.xml" => return Err(Unsupported),
            Some("chartsheet" | "dialogsheet" | "xlMacrosheet") => return Err(Unsupported),
            _ => {}
        }
    }
    Ok(paths)
}

#[cfg(test)]
mod tests;
