//! The short way into a plain xlsx workbook: the directory, the workbook, its relationships, shared strings and sheets,
//! each unpacked once into a buffer that is kept and read in one pass over borrowed text.
//!
//! Whatever is not plain is [`Unusual`], and the whole workbook goes the long way, through calamine, which reads
//! everything and is what this is compared with. Nothing is ever half read here: a number that this way gets is the
//! number that way gets, or the file is refused. The short ways into ods and xls are alike and borrow from this one.

pub(super) mod markup;
mod sheet;
mod strings;
mod styles;

pub(super) use sheet::shown;

use std::cell::RefCell;
use std::collections::HashMap;

use super::Grid;
use super::archive::Archive;
use super::size::Size;
use crate::source::Limits;
use markup::{Kind, Markup, attribute, unescape};

/// Something that only the long way is sure about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unusual;

pub(super) type Plain<T> = Result<T, Unusual>;

/// What a default namespace must be; a document of another, or with prefixes, is unusual.
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

thread_local! {
    /// Unpacked parts: the one in hand, and the shared strings, which every sheet needs.
    static BUFFERS: RefCell<[Vec<u8>; 2]> = const { RefCell::new([Vec::new(), Vec::new()]) };
}

/// Every worksheet of a plain workbook.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Plain<Vec<Grid>> {
    BUFFERS.with_borrow_mut(|[part, strings]| {
        let archive = Archive::of(bytes).filter(|archive| archive.is_within(limits)).ok_or(Unusual)?;
        archive.unpack("_rels/.rels", part).ok_or(Unusual)?;
        if !says_where_the_workbook_is(markup::text(part)?)? {
            return Err(Unusual);
        }
        let sheets = sheets(&archive, part)?;
        archive.unpack_or_nothing("xl/sharedStrings.xml", strings).ok_or(Unusual)?;
        let strings = strings::read(markup::text(strings)?, limits)?;
        archive.unpack_or_nothing("xl/styles.xml", part).ok_or(Unusual)?;
        let styles = styles::read(markup::text(part)?)?;
        let (mut grids, mut size) = (Vec::new(), Size::default());
        for sheet in sheets {
            archive.unpack(&sheet.path, part).ok_or(Unusual)?;
            let mut grid = sheet::read(&sheet.name, markup::text(part)?, &strings, &styles, &mut size, limits)?;
            grid.hidden = sheet.hidden;
            grids.push(grid);
        }
        Ok(grids)
    })
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
    path: String,
}

fn sheets(archive: &Archive<'_>, part: &mut Vec<u8>) -> Plain<Vec<Listed>> {
    archive.unpack("xl/_rels/workbook.xml.rels", part).ok_or(Unusual)?;
    let paths = relations(markup::text(part)?)?;
    archive.unpack("xl/workbook.xml", part).ok_or(Unusual)?;
    let mut listed = Vec::new();
    let mut markup = Markup::of(markup::text(part)?);
    while let Some(tag) = markup.next()? {
        match tag.name {
            "workbook" if tag.kind == Kind::Open && attribute(tag.attributes, "xmlns")? != Some(MAIN) => {
                return Err(Unusual);
            }
            "sheet" if tag.kind != Kind::Close => {
                let name = attribute(tag.attributes, "name")?.ok_or(Unusual)?;
                let id = attribute(tag.attributes, "r:id")?.ok_or(Unusual)?;
                let hidden = match attribute(tag.attributes, "state")? {
                    None | Some("visible") => false,
                    Some("hidden" | "veryHidden") => true,
                    Some(_) => return Err(Unusual),
                };
                let path = paths.get(id).ok_or(Unusual)?.clone();
                listed.push(Listed { name: unescape(name)?.into_owned(), hidden, path });
            }
            _ => {}
        }
    }
    if listed.is_empty() { Err(Unusual) } else { Ok(listed) }
}

/// The worksheets' paths by their relationship. Sheets of another kind are unusual, and so are strings and styles that
/// are not where everyone has them.
fn relations(xml: &str) -> Plain<HashMap<String, String>> {
    let mut paths = HashMap::new();
    let mut markup = Markup::of(xml);
    while let Some(tag) = markup.next()? {
        if tag.name != "Relationship" || tag.kind == Kind::Close {
            continue;
        }
        let said = |name| attribute(tag.attributes, name)?.ok_or(Unusual);
        let (id, kind, target) = (said("Id")?, said("Type")?, said("Target")?);
        let target = target.strip_prefix("/xl/").unwrap_or(target);
        if target.contains(['&', '\\', '%']) || target.contains("..") || target.starts_with('/') {
            return Err(Unusual);
        }
        match kind.rsplit('/').next() {
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
