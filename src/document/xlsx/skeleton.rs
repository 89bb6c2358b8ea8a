//! Sheets whose markup differs in nothing but the values from that of one seen before: the cells are where they were,
//! and only the values are read.

use super::super::layout::Layout;
use super::super::markup::next_tag;
use super::LARGEST;
use super::sheet::Slot;

/// Skeletons kept; the one that was not asked for the longest goes first.
const MOST: usize = 4;

/// Sheets' markups with the places of their values, the last used first.
#[derive(Debug, Default)]
pub(super) struct Skeletons(Vec<Skeleton>);

/// A worksheet's markup with the places of its values. One that is the same but for these is read tag by tag in the
/// same way, for a value ends where a tag begins.
#[derive(Debug)]
pub(super) struct Skeleton {
    xml: Box<str>,
    pub(super) slots: Vec<Slot>,
    pub(super) layout: Layout,
}

impl Skeletons {
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The skeleton that a sheet's markup has, with the values in its slots.
    pub(super) fn find<'a>(&mut self, xml: &'a str) -> Option<(&Skeleton, Vec<&'a str>)> {
        let mut known = self.0.iter().enumerate();
        let (at, values) = known.find_map(|(at, skeleton)| Some((at, skeleton.values(xml)?)))?;
        self.0[..=at].rotate_right(1);
        Some((&self.0[0], values))
    }

    /// Keeps a sheet's markup, unless it is large. Its slots are in its order.
    pub(super) fn keep(&mut self, xml: &str, slots: Vec<Slot>, layout: Layout) {
        if xml.len() <= LARGEST {
            self.0.truncate(MOST - 1);
            self.0.insert(0, Skeleton { xml: xml.into(), slots, layout });
        }
    }
}

impl Skeleton {
    fn values<'a>(&self, xml: &'a str) -> Option<Vec<&'a str>> {
        let mut values = Vec::with_capacity(self.slots.len());
        let (mut rest, mut from) = (xml, 0);
        for Slot { start, end, .. } in &self.slots {
            rest = rest.strip_prefix(&self.xml[from..*start])?;
            let (value, behind) = rest.split_at(next_tag(rest)?);
            values.push(value);
            (rest, from) = (behind, *end);
        }
        (*rest == self.xml[from..]).then_some(values)
    }
}
