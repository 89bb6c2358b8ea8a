//! What reading a workbook takes besides its bytes, kept for the next: room, and what is known of parts seen before.

use std::cell::RefCell;

use super::super::archive::Unpacked;
use super::super::layout::Layout;
use super::super::short::ROOM;
use super::recalled::Recalled;
use super::skeleton::Skeletons;
use super::strings::Strings;
use super::styles::Styles;
use super::{Relations, Workbook};

thread_local! {
    /// The desk of a thread that has read a workbook.
    static OWN: RefCell<Option<Desk>> = const { RefCell::new(None) };
}

/// A place to read at.
#[derive(Default)]
pub(super) struct Desk {
    pub(super) unpacked: Unpacked,
    pub(super) strings: Strings,
    pub(super) known: Known,
}

/// Of parts seen before.
#[derive(Default)]
pub(super) struct Known {
    pub(super) packages: Recalled<bool>,
    pub(super) relations: Recalled<Relations>,
    pub(super) workbooks: Recalled<Workbook>,
    pub(super) styles: Recalled<Styles>,
    /// Sheets without values.
    pub(super) blank: Recalled<Layout>,
    pub(super) skeletons: Skeletons,
}

/// Does what needs a desk. One at which something breaks is given up.
pub(super) fn at_desk<T>(work: impl FnOnce(&mut Desk) -> T) -> T {
    let mut desk = OWN.take().unwrap_or_default();
    let done = work(&mut desk);
    desk.unpacked.shrink_to(ROOM);
    desk.strings.shrink_to(ROOM);
    OWN.set(Some(desk));
    done
}
