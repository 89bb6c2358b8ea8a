//! The cells of a sheet, by their positions in its markup.

/// The type of a cell's value, from its `t` attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Number,
    Shared,
    Formula,
    Inline,
}

/// The attributes of a cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    pub(super) row: u32,
    pub(super) column: u32,
    pub(super) kind: Type,
    pub(super) style: Option<usize>,
}

/// The byte range of a cell's value in the markup, and the rest of the cell.
#[derive(Debug)]
pub(super) struct ValueSlot {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) head: Head,
    pub(super) beside: Beside,
}

/// The content of a cell besides its value.
#[derive(Debug)]
pub(super) enum Beside {
    Nothing,
    Formula(Box<str>),
    /// For inline text: the attributes of its `t` element, and the text.
    Inline(Box<str>, Box<str>),
}
