//! Interning of texts and layouts: repeated ones are stored once and referred to by number.

use std::collections::HashMap;

use serde::Serialize;

/// The places of a report's figures: the numbers of the texts of each sheet and cell. Reports on the same template
/// share one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub(super) struct FigurePlaces {
    /// The sheets.
    pub(super) sheets: Vec<u32>,
    /// The cells.
    pub(super) cells: Vec<u32>,
}

/// The texts and layouts of a page, numbered in the order of their first use.
#[derive(Debug)]
pub(super) struct Interned {
    /// The texts; the first one is empty.
    pub(super) strings: Vec<String>,
    /// The layouts.
    pub(super) layouts: Vec<FigurePlaces>,
    texts: HashMap<String, u32>,
    known: HashMap<FigurePlaces, u32>,
}

impl Interned {
    /// Returns a table with only the empty text, which has number 0.
    pub(super) fn new() -> Self {
        let texts = HashMap::from([(String::new(), 0)]);
        Self { strings: vec![String::new()], layouts: Vec::new(), texts, known: HashMap::new() }
    }

    /// Returns the number of a text.
    pub(super) fn text(&mut self, text: &str) -> u32 {
        if let Some(number) = self.texts.get(text) {
            return *number;
        }
        let number = as_number(self.strings.len());
        self.strings.push(text.to_owned());
        self.texts.insert(text.to_owned(), number);
        number
    }

    /// Returns the number of a layout.
    pub(super) fn layout(&mut self, layout: FigurePlaces) -> u32 {
        if let Some(number) = self.known.get(&layout) {
            return *number;
        }
        let number = as_number(self.layouts.len());
        self.layouts.push(layout.clone());
        self.known.insert(layout, number);
        number
    }
}

/// Converts a count to a number. No page has 2³² texts.
fn as_number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_has_the_same_number() {
        let mut interned = Interned::new();
        assert_eq!([interned.text(""), interned.text("a"), interned.text("b"), interned.text("a")], [0, 1, 2, 1]);
        let layout = |cell| FigurePlaces { sheets: vec![0], cells: vec![cell] };
        assert_eq!([interned.layout(layout(1)), interned.layout(layout(2)), interned.layout(layout(1))], [0, 1, 0]);
    }
}
