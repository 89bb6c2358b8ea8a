//! The short way into a plain `OpenDocument` workbook: its content, unpacked into a buffer that is kept and read in one pass.
//!
//! As with xlsx, whatever is not plain is [`Unusual`] and goes the long way, through calamine, which this is compared with.

mod cell;
mod sheet;
mod walk;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::archive::{Archive, Unpacked};
use super::layout::may_alter;
use super::markup::{self, Kind, attribute, for_each_attribute, unescape};
use super::short::{Plain, ROOM, Unusual};
use super::size::Size;
use super::{Grid, Region};
use crate::source::Limits;
use walk::{Walk, local};

/// What the part `mimetype` begins with.
const MIMETYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";

thread_local! {
    /// The part in hand, unpacked.
    static UNPACKED: RefCell<Unpacked> = RefCell::default();
}

/// Every sheet of a plain workbook.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Plain<Vec<Grid>> {
    let archive = Archive::of(bytes).filter(|archive| archive.is_within(limits)).ok_or(Unusual)?;
    UNPACKED.with_borrow_mut(|unpacked| {
        let grids = book(&archive, unpacked, limits);
        unpacked.shrink_to(ROOM);
        grids
    })
}

fn book(archive: &Archive<'_>, unpacked: &mut Unpacked, limits: &Limits) -> Plain<Vec<Grid>> {
    let part = |name: &str| archive.part(name).ok_or(Unusual);
    if !unpacked.take(part("mimetype")?).is_some_and(|mimetype| mimetype.starts_with(MIMETYPE)) {
        return Err(Unusual);
    }
    if is_encrypted(unpacked.take(part("META-INF/manifest.xml")?).ok_or(Unusual)?)? {
        return Err(Unusual);
    }
    content(unpacked.take(part("content.xml")?).ok_or(Unusual)?, limits)
}

/// Whether the manifest lists a part that needs a password.
fn is_encrypted(xml: &str) -> Plain<bool> {
    let mut walk = Walk::of(xml)?;
    while let Some(tag) = walk.next()? {
        if local(tag.name) == "encryption-data" {
            return Ok(true);
        }
    }
    Ok(false)
}

fn content(xml: &str, limits: &Limits) -> Plain<Vec<Grid>> {
    // What formats and struck out text make of the cells is for the long way to find out.
    if may_alter(xml) {
        return Err(Unusual);
    }
    let (mut grids, mut names, mut size) = (Vec::new(), BTreeSet::new(), Size::default());
    let (mut style, mut hidden) = (None, BTreeMap::new());
    let mut walk = Walk::of(xml)?;
    while let Some(tag) = walk.next()? {
        match (tag.name, tag.kind) {
            (_, Kind::Close) => {}
            ("style:style", _) => style = attribute(tag.attributes, "style:name")?,
            ("style:table-properties", _) => {
                let is_hidden = match attribute(tag.attributes, "table:display")? {
                    None | Some("true") => false,
                    Some("false") => true,
                    Some(_) => return Err(Unusual),
                };
                hidden.extend(style.map(|style| (style, is_hidden)));
            }
            ("table:table", _) => {
                let [name, style] = markup::attributes(tag.attributes, ["table:name", "table:style-name"])?;
                let name = unescape(name.ok_or(Unusual)?)?;
                let mut grid = sheet::read(&name, &tag, &mut walk, &mut size, limits)?;
                grid.hidden = style.and_then(|style| hidden.get(style)).copied().unwrap_or(false);
                grids.push(grid);
                // Of two sheets of one name calamine knows the later alone.
                if !names.insert(name) {
                    return Err(Unusual);
                }
            }
            ("table:named-expressions", Kind::Open) => named(&mut walk)?,
            _ if sheet::is_part(tag.name) => return Err(Unusual),
            _ => {}
        }
    }
    Ok(grids)
}

/// Passes over names of ranges, among which nothing else may stand.
fn named(walk: &mut Walk<'_>) -> Plain<()> {
    loop {
        let tag = walk.within()?;
        match tag.name {
            _ if !tag.before.is_empty() => return Err(Unusual),
            "table:named-range" | "table:named-expression" => {
                let mut well_formed = Ok(());
                for_each_attribute(tag.attributes, |_, value| {
                    well_formed = well_formed.and(unescape(value).map(|_| ()));
                })?;
                well_formed?;
            }
            "table:named-expressions" if tag.kind == Kind::Close => return Ok(()),
            _ => return Err(Unusual),
        }
    }
}

#[cfg(test)]
mod tests;
