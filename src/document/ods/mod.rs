//! The fast path for plain `OpenDocument` workbooks: reads the content in one pass from a reused buffer.
//!
//! As in the xlsx fast path, anything that is not plain is [`Unsupported`] and falls back to calamine. Tests compare
//! the two.

mod cell;
mod ods_sheet;
mod walk;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::fast_path::{FastResult, ROOM, Unsupported};
use super::layout::may_alter;
use super::markup::{self, TagKind, attribute, for_each_attribute, unescape};
use super::size::Size;
use super::zip_reader::{Archive, UnpackBuffer};
use super::{Grid, Region};
use crate::source::Limits;
use walk::{Walk, local};

/// Beginning of the part `mimetype`.
const MIMETYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";

thread_local! {
    /// A buffer for the current part, unpacked.
    static UNPACKED: RefCell<UnpackBuffer> = RefCell::default();
}

/// Returns every sheet of a plain workbook.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> FastResult<Vec<Grid>> {
    let archive = Archive::of(bytes).filter(|archive| archive.is_within(limits)).ok_or(Unsupported)?;
    UNPACKED.with_borrow_mut(|unpacked| {
        let grids = book(&archive, unpacked, limits);
        unpacked.shrink_to(ROOM);
        grids
    })
}

fn book(archive: &Archive<'_>, unpacked: &mut UnpackBuffer, limits: &Limits) -> FastResult<Vec<Grid>> {
    let part = |name: &str| archive.part(name).ok_or(Unsupported);
    if !unpacked.take(part("mimetype")?).is_some_and(|mimetype| mimetype.starts_with(MIMETYPE)) {
        return Err(Unsupported);
    }
    if is_encrypted(unpacked.take(part("META-INF/manifest.xml")?).ok_or(Unsupported)?)? {
        return Err(Unsupported);
    }
    content(unpacked.take(part("content.xml")?).ok_or(Unsupported)?, limits)
}

/// Returns whether the manifest lists an encrypted part.
fn is_encrypted(xml: &str) -> FastResult<bool> {
    let mut walk = Walk::of(xml)?;
    while let Some(tag) = walk.next()? {
        if local(tag.name) == "encryption-data" {
            return Ok(true);
        }
    }
    Ok(false)
}

fn content(xml: &str, limits: &Limits) -> FastResult<Vec<Grid>> {
    // Number formats and struck-out text that alter cells are left to the fallback.
    if may_alter(xml) {
        return Err(Unsupported);
    }
    let (mut grids, mut names, mut size) = (Vec::new(), BTreeSet::new(), Size::default());
    let (mut style, mut hidden) = (None, BTreeMap::new());
    let mut walk = Walk::of(xml)?;
    while let Some(tag) = walk.next()? {
        match (tag.name, tag.kind) {
            (_, TagKind::Close) => {}
            ("style:style", _) => style = attribute(tag.attributes, "style:name")?,
            ("style:table-properties", _) => {
                let is_hidden = match attribute(tag.attributes, "table:display")? {
                    None | Some("true") => false,
                    Some("false") => true,
                    Some(_) => return Err(Unsupported),
                };
                hidden.extend(style.map(|style| (style, is_hidden)));
            }
            ("table:table", _) => {
                let [name, style] = markup::attributes(tag.attributes, ["table:name", "table:style-name"])?;
                let name = unescape(name.ok_or(Unsupported)?)?;
                let mut grid = ods_sheet::read(&name, &tag, &mut walk, &mut size, limits)?;
                grid.hidden = style.and_then(|style| hidden.get(style)).copied().unwrap_or(false);
                grids.push(grid);
                // Of two sheets with the same name, calamine returns only the later.
                if !names.insert(name) {
                    return Err(Unsupported);
                }
            }
            ("table:named-expressions", TagKind::Open) => named(&mut walk)?,
            _ if ods_sheet::is_part(tag.name) => return Err(Unsupported),
            _ => {}
        }
    }
    Ok(grids)
}

/// Skips named ranges. Anything else among them is unsupported.
fn named(walk: &mut Walk<'_>) -> FastResult<()> {
    loop {
        let tag = walk.within()?;
        match tag.name {
            _ if !tag.before.is_empty() => return Err(Unsupported),
            "table:named-range" | "table:named-expression" => {
                let mut well_formed = Ok(());
                for_each_attribute(tag.attributes, |_, value| {
                    well_formed = well_formed.and(unescape(value).map(|_| ()));
                })?;
                well_formed?;
            }
            "table:named-expressions" if tag.kind == TagKind::Close => return Ok(()),
            _ => return Err(Unsupported),
        }
    }
}

#[cfg(test)]
mod tests;
