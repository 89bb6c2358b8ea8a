//! Texts and layouts that come again and again, kept once and named by their number.

use std::collections::HashMap;

use serde::Serialize;

/// Where the figures of a report stand: a sheet and a cell for each, by the numbers of their texts. Reports on the same
/// template share one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub(super) struct Layout {
    /// The sheets.
    pub(super) sheets: Vec<usize>,
    /// The cells.
    pub(super) cells: Vec<usize>,
}

/// The texts and layouts of a page, numbered in the order they were met.
#[derive(Debug)]
pub(super) struct Interned {
    /// The texts; the first is the empty one.
    pub(super) strings: Vec<String>,
    /// The layouts.
    pub(super) layouts: Vec<Layout>,
    texts: HashMap<String, usize>,
    known: HashMap<Layout, usize>,
}

impl Interned {
    /// Nothing yet but the empty text, which is number 0.
    pub(super) fn new() -> Self {
        let texts = HashMap::from([(String::new(), 0)]);
        Self { strings: vec![String::new()], layouts: Vec::new(), texts, known: HashMap::new() }
    }

    /// The number of a text.
    pub(super) fn text(&mut self, text: &str) -> usize {
        if let Some(number) = self.texts.get(text) {
            return *number;
        }
        let number = self.strings.len();
        self.strings.push(text.to_owned());
        self.texts.insert(text.to_owned(), number);
        number
    }

    /// The number of a layout.
    pub(super) fn layout(&mut self, layout: Layout) -> usize {
        if let Some(number) = self.known.get(&layout) {
            return *number;
        }
        let number = self.layouts.len();
        self.layouts.push(layout.clone());
        self.known.insert(layout, number);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_has_the_same_number() {
        let mut interned = Interned::new();
        assert_eq!([interned.text(""), interned.text("a"), interned.text("b"), interned.text("a")], [0, 1, 2, 1]);
        let layout = |cell| Layout { sheets: vec![0], cells: vec![cell] };
        assert_eq!([interned.layout(layout(1)), interned.layout(layout(2)), interned.layout(layout(1))], [0, 1, 0]);
    }
}
