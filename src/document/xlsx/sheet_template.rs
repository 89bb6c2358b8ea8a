//! Sheets whose markup differs from that of one seen before in nothing but the values, and in numbers that were left
//! blank or typed as text: the cells are where they were, and only what is in them is read.

use super::super::layout::SheetLayout;
use super::super::markup::next_tag;
use super::LARGEST;
use super::slot::ValueSlot;

/// Skeletons kept; the one that was not asked for the longest goes first.
const MOST: usize = 16;

/// Sheets' markups with the places of their values, the last used first.
#[derive(Debug, Default)]
pub(super) struct TemplateCache(Vec<SheetTemplate>);

/// A worksheet's markup with the places of its values. One that is the same but for these is read tag by tag in the
/// same way, for a value ends where a tag begins.
#[derive(Debug)]
pub(super) struct SheetTemplate {
    xml: Box<str>,
    pub(super) slots: Vec<ValueSlot>,
    pub(super) layout: SheetLayout,
}

/// What stands in a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Held<'a> {
    /// A value of the kind that its slot says.
    Value(&'a str),
    /// The number of a shared string where its slot is a number's: a figure that was typed as text.
    Shared(&'a str),
    /// Nothing: the cell was left blank.
    Nothing,
}

impl TemplateCache {
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the template that a sheet's markup has, with the values in its slots.
    pub(super) fn find<'a>(&mut self, xml: &'a str) -> Option<(&SheetTemplate, Vec<Held<'a>>)> {
        let mut known = self.0.iter().enumerate();
        let (at, values) = known.find_map(|(at, template)| Some((at, template.values(xml)?)))?;
        self.0[..=at].rotate_right(1);
        Some((&self.0[0], values))
    }

    /// Keeps a sheet's markup, unless it is large. Its slots are in its order.
    pub(super) fn keep(&mut self, xml: &str, slots: Vec<ValueSlot>, layout: SheetLayout) {
        if xml.len() <= LARGEST {
            self.0.truncate(MOST - 1);
            self.0.insert(0, SheetTemplate { xml: xml.into(), slots, layout });
        }
    }
}

/// Between a cell's tag and its value, and behind that.
const BEFORE: &str = "><v>";
const BEHIND: &str = "</v></c>";

impl SheetTemplate {
    /// Returns what its own sheet has in a slot.
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

    /// Returns what a cell holds that differs from the slot's in being blank or text, and what stands behind it.
    /// Reports differ most in this besides their figures.
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
