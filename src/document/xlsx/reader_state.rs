//! Per-thread state of the reader, reused for the next workbook: buffers, and caches of parsed parts.

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
    /// The state of this thread; `None` before the first workbook, and while one is being read.
    static OWN: RefCell<Option<ReaderState>> = const { RefCell::new(None) };
}

/// Buffers and caches that a thread keeps between workbooks.
#[derive(Default)]
pub(super) struct ReaderState {
    pub(super) unpacked: UnpackBuffer,
    pub(super) strings: Strings,
    pub(super) known: PartCaches,
}

/// Caches of parsed parts, by their bytes.
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

/// Runs `work` with the reader state of this thread. If it panics, the state is dropped.
pub(super) fn with_reader_state<T>(work: impl FnOnce(&mut ReaderState) -> T) -> T {
    let mut state = OWN.take().unwrap_or_default();
    let done = work(&mut state);
    state.unpacked.shrink_to(ROOM);
    state.strings.shrink_to(ROOM);
    OWN.set(Some(state));
    done
}
