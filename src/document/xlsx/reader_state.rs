//! State of a thread that reads workbooks, kept for the next one: buffers, and caches of parts read before.

use std::cell::RefCell;

use super::super::fast_path::ROOM;
use super::super::layout::SheetLayout;
use super::super::zip_reader::UnpackBuffer;
use super::part_cache::PartCache;
use super::shared_strings::Strings;
use super::sheet_template::TemplateCache;
use super::styles::XlsxStyles;
use super::{Relations, Workbook};

thread_local! {
    /// The state of a thread that has read a workbook.
    static OWN: RefCell<Option<ReaderState>> = const { RefCell::new(None) };
}

/// What a thread keeps from one workbook to the next: buffers and caches.
#[derive(Default)]
pub(super) struct ReaderState {
    pub(super) unpacked: UnpackBuffer,
    pub(super) strings: Strings,
    pub(super) known: PartCaches,
}

/// Parts read before, by their bytes.
#[derive(Default)]
pub(super) struct PartCaches {
    pub(super) packages: PartCache<bool>,
    pub(super) relations: PartCache<Relations>,
    pub(super) workbooks: PartCache<Workbook>,
    pub(super) styles: PartCache<XlsxStyles>,
    /// Sheets without values.
    pub(super) blank: PartCache<SheetLayout>,
    pub(super) templates: TemplateCache,
}

/// Runs what needs the reader state of this thread. A state whose reader panics is dropped.
pub(super) fn with_reader_state<T>(work: impl FnOnce(&mut ReaderState) -> T) -> T {
    let mut state = OWN.take().unwrap_or_default();
    let done = work(&mut state);
    state.unpacked.shrink_to(ROOM);
    state.strings.shrink_to(ROOM);
    OWN.set(Some(state));
    done
}
