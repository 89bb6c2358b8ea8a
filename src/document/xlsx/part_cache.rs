//! A cache of parsed parts. Workbooks written by one program, or filled in from one template, have most parts in
//! common.

use std::sync::Arc;

use super::super::fast_path::FastResult;
use super::super::zip_reader::Packed;
use super::LARGEST;

/// Most parts of each kind that are cached; the least recently used one is dropped.
const MOST: usize = 8;

/// Parsed parts, the most recently used first.
#[derive(Debug)]
pub(super) struct PartCache<T>(Vec<CachedPart<T>>);

/// A part as stored in its archive, and the result of parsing it.
#[derive(Debug)]
struct CachedPart<T> {
    part: Packed<'static>,
    data: Box<[u8]>,
    read: Arc<T>,
}

impl<T> Default for PartCache<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> PartCache<T> {
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the cached result for exactly this part.
    pub(super) fn get(&mut self, part: Packed<'_>) -> Option<Arc<T>> {
        let is_it = |known: &CachedPart<T>| Packed { data: &known.data, ..known.part } == part;
        let at = self.0.iter().position(is_it)?;
        self.0[..=at].rotate_right(1);
        Some(Arc::clone(&self.0[0].read))
    }

    /// Caches the result for a part, unless it is too large.
    pub(super) fn keep(&mut self, part: Packed<'_>, read: &Arc<T>) {
        if part.size.max(part.data.len()) <= LARGEST {
            self.0.truncate(MOST - 1);
            let (data, part) = (part.data.into(), Packed { data: &[], ..part });
            self.0.insert(0, CachedPart { part, data, read: Arc::clone(read) });
        }
    }

    /// Returns the result for a part from the cache, or by calling `read`.
    pub(super) fn or_read(&mut self, part: Packed<'_>, read: impl FnOnce() -> FastResult<T>) -> FastResult<Arc<T>> {
        if let Some(known) = self.get(part) {
            return Ok(known);
        }
        let read = Arc::new(read()?);
        self.keep(part, &read);
        Ok(read)
    }
}
