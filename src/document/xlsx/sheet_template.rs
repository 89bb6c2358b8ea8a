//! Cache of sheet templates. A sheet matches a template if its markup differs only in values, and in numbers that are
//! blank or stored as text. Then the cells are at the same places, and only their values are read.

use super::super::layout::SheetLayout;
use super::super::markup::next_tag;
use super::LARGEST;
use super::slot::ValueSlot;

/// Most templates that are cached; the least recently used one is dropped.
const MOST: usize = 16;

/// Templates, the most recently used first.
#[derive(Debug, Default)]
pub(super) struct TemplateCache(Vec<SheetTemplate>);

/// The markup of a worksheet with the positions of its values. A sheet that differs only in these has the same tags,
/// because a value ends where a tag begins.
#[derive(Debug)]
pub(super) struct SheetTemplate {
    xml: Box<str>,
    pub(super) slots: Vec<ValueSlot>,
    pub(super) layout: SheetLayout,
}

/// The content of a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Held<'a> {
    /// A value of the slot's kind.
    Value(&'a str),
    /// The index of a shared string in the slot of a number: a figure that was stored as text.
    Shared(&'a str),
    /// No value: the cell is blank.
    Nothing,
}

impl TemplateCache {
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the template that matches a sheet, and the values in its slots.
    pub(super) fn find<'a>(&mut self, xml: &'a str) -> Option<(&SheetTemplate, Vec<Held<'a>>)> {
        let mut known = self.0.iter().enumerate();
        let (at, values) = known.find_map(|(at, template)| Some((at, template.values(xml)?)))?;
        self.0[..=at].rotate_right(1);
        Some((&self.0[0], values))
    }

    /// Caches the markup of a sheet, unless it is too large. `slots` must be in document order.
    pub(super) fn keep(&mut self, xml: &str, slots: Vec<ValueSlot>, layout: SheetLayout) {
        if xml.len() <= LARGEST {
            self.0.truncate(MOST - 1);
            self.0.insert(0, SheetTemplate { xml: xml.into(), slots, layout });
        }
    }
}

/// The markup between a cell's tag and its value, and after the value.
const BEFORE: &str = "><v>";
const BEHIND: &str = "</v></c>";

impl SheetTemplate {
    /// Returns the template's own value in a slot.
    pub(super) fn value(&self, slot: &ValueSlot) -> &str {
        &self.xml[slot.start..slot.end]
    }

    fn values<'a>(&self, xml: &'a str) -> Option<Vec<Held<'a>>> {
        let mut values = Vec::with_capacity(self.slots.len());
        let (mut rest, mut from) = (xml, 0);
        for slot in &self.slots {
            let before = &self.xml[from..slot.start];
            (rest, from) = if let Some(value) = rest.strip_prefix(before) {
                let (value, behind) = value.split_at(next_tag(value)?);
                values.push(Held::Value(value));
                (behind, slot.end)
            } else {
                let (held, behind) = self.otherwise(before, slot.end, rest)?;
                values.push(held);
                (behind, slot.end + BEHIND.len())
            };
        }
        (*rest == self.xml[from..]).then_some(values)
    }

    /// Returns the content of a cell that is blank or text instead of the slot's number, and the markup after it.
    /// Besides their values, reports differ mostly in this.
    fn otherwise<'a>(&self, before: &str, end: usize, rest: &'a str) -> Option<(Held<'a>, &'a str)> {
        let tag = before.strip_suffix(BEFORE)?;
        let own = &tag[tag.rfind('<')?..];
        if !own.starts_with("<c ") || own.contains(" t=") || !self.xml[end..].starts_with(BEHIND) {
            return None;
        }
        let rest = rest.strip_prefix(tag)?;
        if let Some(rest) = rest.strip_prefix("/>") {
            return Some((Held::Nothing, rest));
        }
        let value = rest.strip_prefix(" t=\"s\"")?.strip_prefix(BEFORE)?;
        let (value, behind) = value.split_at(next_tag(value)?);
        Some((Held::Shared(value), behind.strip_prefix(BEHIND)?))
    }
}
