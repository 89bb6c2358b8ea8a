//! The short way into a plain xlsx workbook: the directory, the workbook, its relationships, shared strings and sheets,
//! each unpacked once into a buffer that is kept and read in one pass over borrowed text. A part that is known byte for
//! byte is neither unpacked nor read again, and of a sheet whose skeleton is known only the values are read.
//!
//! Whatever is not plain is [`Unusual`], and the whole workbook goes the long way, through calamine, which reads
//! everything and is what this is compared with. Nothing is ever half read here: a number that this way gets is the
//! number that way gets, or the file is refused. The short ways into ods and xls are alike and borrow from this one.

mod desk;
mod formula;
mod recalled;
mod sheet;
mod skeleton;
mod slot;
mod strings;
mod styles;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Grid;
use super::archive::{Archive, Packed, Unpacked};
use super::layout::Layout;
use super::markup::{Kind, Markup, attribute, unescape};
use super::short::{Plain, Unusual};
use super::size::Size;
use crate::source::Limits;
use desk::{Desk, Known, at_desk};
use sheet::Book;

/// What a default namespace must be; a document of another, or with prefixes, is unusual.
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/// Parts with more bytes are not known again.
const LARGEST: usize = 128 << 10;

/// Every worksheet of a plain workbook.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Plain<Vec<Grid>> {
    let archive = Archive::of(bytes).filter(|archive| archive.is_within(limits)).ok_or(Unusual)?;
    at_desk(|desk| read_at(desk, &archive, limits))
}

fn read_at(desk: &mut Desk, archive: &Archive<'_>, limits: &Limits) -> Plain<Vec<Grid>> {
    let Desk { unpacked, strings, known } = desk;
    let part = |name: &str| archive.part(name).ok_or(Unusual);
    let part_or_nothing = |name: &str| archive.part_or_nothing(name).ok_or(Unusual);
    let package = part("_rels/.rels")?;
    if !*known.packages.or_read(package, || says_where_the_workbook_is(unpacked.take(package).ok_or(Unusual)?))? {
        return Err(Unusual);
    }
    let relations = part("xl/_rels/workbook.xml.rels")?;
    let relations = known.relations.or_read(relations, || self::relations(unpacked.take(relations).ok_or(Unusual)?))?;
    let workbook = part("xl/workbook.xml")?;
    let workbook = known.workbooks.or_read(workbook, || self::workbook(unpacked.take(workbook).ok_or(Unusual)?))?;
    strings.read(unpacked.take(part_or_nothing("xl/sharedStrings.xml")?).ok_or(Unusual)?, limits)?;
    let styles = part_or_nothing("xl/styles.xml")?;
    let styles = known.styles.or_read(styles, || styles::read(unpacked.take(styles).ok_or(Unusual)?))?;
    let book = Book { strings, styles: &styles, limits };
    let (mut grids, mut size) = (Vec::with_capacity(workbook.sheets.len()), Size::default());
    for sheet in &workbook.sheets {
        let part = part(relations.get(&sheet.relation).ok_or(Unusual)?)?;
        let mut grid = grid(&sheet.name, part, (unpacked, known), book, &mut size)?;
        (grid.hidden, grid.recalculates) = (sheet.hidden, workbook.recalculates);
        grids.push(grid);
    }
    Ok(grids)
}

/// A worksheet; `size` is what the workbook holds so far.
fn grid(
    name: &str,
    part: Packed<'_>,
    (unpacked, known): (&mut Unpacked, &mut Known),
    book: Book<'_>,
    size: &mut Size,
) -> Plain<Grid> {
    size.add_sheet(0);
    if let Some(layout) = known.blank.get(part) {
        return Ok(Layout::clone(&layout).grid(name, Vec::new()));
    }
    let xml = unpacked.take(part).ok_or(Unusual)?;
    if let Some((skeleton, values)) = known.skeletons.find(xml) {
        let cells = sheet::fill(skeleton, &values, book, size)?;
        return Ok(skeleton.layout.clone().grid(name, cells));
    }
    let found = sheet::read(xml, book, size)?;
    match found.slots {
        Some(slots) if slots.is_empty() => known.blank.keep(part, &Arc::new(found.layout.clone())),
        Some(slots) => known.skeletons.keep(xml, slots, found.layout.clone()),
        None => {}
    }
    Ok(found.layout.grid(name, found.cells))
}

/// Whether the package's relationships name the workbook where everyone has it.
fn says_where_the_workbook_is(xml: &str) -> Plain<bool> {
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

/// A worksheet as the workbook lists it.
struct Listed {
    name: String,
    hidden: bool,
    relation: String,
}

/// What the workbook says of its sheets.
struct Workbook {
    sheets: Vec<Listed>,
    /// Whether formulas are to be computed when it is opened.
    recalculates: bool,
}

fn workbook(xml: &str) -> Plain<Workbook> {
    let (mut listed, mut recalculates) = (Vec::new(), false);
    let mut markup = Markup::of(xml);
    while let Some(tag) = markup.next()? {
        match tag.name {
            "workbook" if tag.kind == Kind::Open && attribute(tag.attributes, "xmlns")? != Some(MAIN) => {
                return Err(Unusual);
            }
            "sheet" if tag.kind != Kind::Close => {
                let relation = attribute(tag.attributes, "r:id")?.ok_or(Unusual)?.to_owned();
                let hidden = match attribute(tag.attributes, "state")? {
                    None | Some("visible") => false,
                    Some("hidden" | "veryHidden") => true,
                    Some(_) => return Err(Unusual),
                };
                let name = unescape(attribute(tag.attributes, "name")?.ok_or(Unusual)?)?;
                listed.push(Listed { name: name.into(), hidden, relation });
            }
            "calcPr" if tag.kind != Kind::Close => {
                recalculates = matches!(attribute(tag.attributes, "fullCalcOnLoad")?, Some("1" | "true"));
            }
            _ => {}
        }
    }
    if listed.is_empty() { Err(Unusual) } else { Ok(Workbook { sheets: listed, recalculates }) }
}

/// The worksheets' paths by their relationship.
type Relations = BTreeMap<String, String>;

/// The worksheets' paths. Sheets of another kind are unusual, and so are strings and styles that are not where everyone
/// has them.
fn relations(xml: &str) -> Plain<Relations> {
    let mut paths = BTreeMap::new();
    let mut markup = Markup::of(xml);
    while let Some(tag) = markup.next()? {
        if tag.name != "Relationship" || tag.kind == Kind::Close {
            continue;
        }
        let said = |name| attribute(tag.attributes, name)?.ok_or(Unusual);
        let (id, kind, target) = (said("Id")?, said("Type")?, said("Target")?);
        let target = target.strip_prefix("/xl/").unwrap_or(target);
        let is_odd = || target.contains(['&', '\\', '%']) || target.contains("..") || target.starts_with('/');
        match kind.rsplit('/').next() {
            Some("worksheet") if is_odd() => return Err(Unusual),
            Some("worksheet") => drop(paths.insert(id.to_owned(), format!("xl/{target}"))),
            Some("sharedStrings") if target != "sharedStrings.xml" => return Err(Unusual),
            Some("styles") if target != "styles.xml" => return Err(Unusual),
            Some("chartsheet" | "dialogsheet" | "xlMacrosheet") => return Err(Unusual),
            _ => {}
        }
    }
    Ok(paths)
}

#[cfg(test)]
mod tests;
