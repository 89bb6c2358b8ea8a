//! Text boxes: the position of their texts, and the characters of the body that anchor them. After MS-DOC 2.3.6
//! Textboxes, 2.8.32 `PlcftxbxTxt`, 2.9.106 `FTXBXS` and 2.8.37 `PlcfSpa`.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::numbers::{numbers, u16_at, u32_at};
use super::doc_streams::{File, TablePart};

/// Number of document parts before the text of the text boxes.
const BEFORE: usize = 6;

pub(super) struct Boxes {
    /// The ranges of box texts, by drawing. Grouped boxes may belong to one drawing.
    texts: BTreeMap<u32, Vec<Range<usize>>>,
    /// The drawings, by the character of the body that anchors them.
    drawings: BTreeMap<usize, u32>,
}

impl Boxes {
    pub(super) fn of(file: &File) -> Self {
        let start: usize = (0..BEFORE).map(|text| file.characters(text)).sum();
        let end = start + file.characters(BEFORE);
        let mut texts = BTreeMap::<u32, Vec<Range<usize>>>::new();
        for (place, next, described) in listed(file.part(TablePart::BoxTexts), 22) {
            let is_free = u16_at(described, 8).is_none_or(|free| free & 1 == 1);
            if let (false, Some(drawing)) = (is_free, u32_at(described, 14)) {
                let text = (start + place).min(end)..(start + next).min(end);
                texts.entry(drawing).or_default().push(text);
            }
        }
        let drawings = listed(file.part(TablePart::Drawings), 26);
        let drawings = drawings.filter_map(|(place, _, described)| Some((place, u32_at(described, 0)?)));
        Self { texts, drawings: drawings.collect() }
    }

    /// Removes and returns the texts of the boxes anchored at a character.
    pub(super) fn take(&mut self, character: usize) -> Vec<Range<usize>> {
        self.drawings.get(&character).and_then(|drawing| self.texts.remove(drawing)).unwrap_or_default()
    }

    /// Removes and returns the texts of all remaining boxes, in order.
    pub(super) fn rest(&mut self) -> Vec<Range<usize>> {
        let mut rest: Vec<Range<usize>> = std::mem::take(&mut self.texts).into_values().flatten().collect();
        rest.sort_by_key(|text| text.start);
        rest
    }
}

/// Returns the entries of a PLC structure with data of `size` bytes each: position, next position, data.
fn listed(list: &[u8], size: usize) -> impl Iterator<Item = (usize, usize, &[u8])> {
    let count = list.len().saturating_sub(4) / (4 + size);
    let places: Vec<usize> =
        numbers(list).take(count + 1).map(|place| usize::try_from(place).unwrap_or(usize::MAX / 4)).collect();
    let described = list.get(4 * (count + 1)..).unwrap_or_default().chunks_exact(size);
    let pairs: Vec<(usize, usize)> = places.windows(2).map(|pair| (pair[0], pair[1])).collect();
    pairs.into_iter().zip(described).map(|((place, next), described)| (place, next, described))
}
