//! The cells of a sheet by their places in its markup.

/// What type a cell says its value has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Number,
    Shared,
    Formula,
    Inline,
}

/// What a cell says of itself before its content.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    pub(super) row: u32,
    pub(super) column: u32,
    pub(super) kind: Type,
    pub(super) style: Option<usize>,
}

/// A cell's value by its place in the markup, and what else there is to know of the cell.
#[derive(Debug)]
pub(super) struct ValueSlot {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) head: Head,
    pub(super) beside: Beside,
}

/// What there is beside a value.
#[derive(Debug)]
pub(super) enum Beside {
    Nothing,
    Formula(Box<str>),
    /// Of an inline text, the attributes of the element it stands in, and what it says.
    Inline(Box<str>, Box<str>),
}
