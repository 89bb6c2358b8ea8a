//! Cell styles that show numbers as numbers. A style that may show a date is unsupported, as is a number cell with it.

use std::collections::BTreeMap;

use super::super::fast_path::{FastResult, Unsupported, is_of_numbers};
use super::super::markup::{self, Markup, TagKind, attribute};
use super::MAIN;

/// For each cell style, whether it certainly shows a number.
pub(super) struct XlsxStyles(Vec<bool>);

impl XlsxStyles {
    /// Returns whether this style shows a number. In a workbook without styles, the default style does.
    pub(super) fn is_number(&self, style: Option<usize>) -> bool {
        let style = style.unwrap_or(0);
        self.0.get(style).copied().unwrap_or(self.0.is_empty() && style == 0)
    }
}

/// Returns whether a built-in format shows numbers unchanged: ECMA-376 part 1, 18.8.30.
fn is_built_in_number(format: usize) -> bool {
    matches!(format, 0..=4 | 11..=13 | 37..=44 | 48 | 49)
}

pub(super) fn read(xml: &str) -> FastResult<XlsxStyles> {
    if xml.is_empty() {
        return Ok(XlsxStyles(Vec::new()));
    }
    let root = Markup::of(xml).next()?.filter(|tag| tag.name == "styleSheet").ok_or(Unsupported)?;
    if attribute(root.attributes, "xmlns")? != Some(MAIN) || xml.contains("<!") {
        return Err(Unsupported);
    }
    // Struck-out cells are left to the fallback.
    let fonts = xml.split_once("<fonts").and_then(|(_, behind)| behind.split_once("</fonts>"));
    if fonts.is_some_and(|(fonts, _)| fonts.contains("<strike")) {
        return Err(Unsupported);
    }
    let (mut own, mut styles) = (BTreeMap::new(), Vec::new());
    for_each_in(xml, "<numFmts", "numFmt", |attributes| {
        let [id, code] = markup::attributes(attributes, ["numFmtId", "formatCode"])?;
        let (id, code): (usize, _) = (id.and_then(|id| id.parse().ok()).ok_or(Unsupported)?, code.ok_or(Unsupported)?);
        own.insert(id, is_of_numbers(code));
        Ok(())
    })?;
    for_each_in(xml, "<cellXfs", "xf", |attributes| {
        let format = attribute(attributes, "numFmtId")?.map_or(Some(0), |id| id.parse::<usize>().ok());
        let is_own_number = |id: &usize| own.get(id).copied().unwrap_or(false);
        styles.push(format.is_some_and(|id| if id < 164 { is_built_in_number(id) } else { is_own_number(&id) }));
        Ok(())
    })?;
    Ok(XlsxStyles(styles))
}

/// Visits the attributes of the elements named `name` in the list that begins with `list`. Other lists, such as fonts,
/// make up most of the styles and are skipped.
fn for_each_in<'a>(
    xml: &'a str,
    list: &str,
    name: &str,
    mut visit: impl FnMut(&'a str) -> FastResult<()>,
) -> FastResult<()> {
    let Some(start) = memchr::memmem::find(xml.as_bytes(), list.as_bytes()) else { return Ok(()) };
    if memchr::memmem::find(&xml.as_bytes()[start + 1..], list.as_bytes()).is_some() {
        return Err(Unsupported);
    }
    let mut markup = Markup::of(&xml[start..]);
    while let Some(tag) = markup.next()? {
        match (tag.name, tag.kind) {
            (opened, TagKind::Empty) if opened == &list[1..] => return Ok(()),
            (closed, TagKind::Close) if closed == &list[1..] => return Ok(()),
            (found, TagKind::Open | TagKind::Empty) if found == name => visit(tag.attributes)?,
            _ => {}
        }
    }
    Err(Unsupported)
}
