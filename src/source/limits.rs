//! Limits on the size of a file, in every respect in which one can be made to hurt.

/// A respect in which a file is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    /// Its size on disk, in bytes.
    File,
    /// What an archive of submissions unpacks to, in bytes, with the archives in it.
    Archive,
    /// What one office document unpacks to, in bytes; also the texts of a workbook as often as they stand in it.
    Document,
    /// What a file of an archive or a part of a document unpacks to, to what it is packed in.
    Ratio,
    /// Files in an archive and the archives in it, or parts of an office document, or sheets of a workbook.
    Entries,
    /// Cells of a workbook: of the area they take where the format keeps a sheet whole, else of those that hold
    /// something. Also cells of a document's tables, elements of a page, lines of a text.
    Cells,
    /// The text of one cell or paragraph, in bytes.
    Text,
    /// Elements of XML or HTML within one another.
    Depth,
    /// Reading time, in seconds.
    Seconds,
}

/// Up to this many unpacked bytes a ratio is no sign of anything: what is short and blank packs several hundred to one.
pub const RATIO_EXEMPT_BYTES: u64 = 8 << 20;

/// How far files may go, each in the unit of its [`Limit`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// [`Limit::File`].
    pub file: u64,
    /// [`Limit::Archive`].
    pub archive: u64,
    /// [`Limit::Document`].
    pub document: u64,
    /// [`Limit::Ratio`].
    pub ratio: u64,
    /// [`Limit::Entries`].
    pub entries: u64,
    /// [`Limit::Cells`].
    pub cells: u64,
    /// [`Limit::Text`].
    pub text: u64,
    /// [`Limit::Depth`].
    pub depth: u64,
    /// [`Limit::Seconds`].
    pub seconds: u64,
}

impl Default for Limits {
    /// Returns limits far above any real report (a few hundred cells in some ten kilobytes), far below what hurts.
    fn default() -> Self {
        Self {
            file: 64 << 20,
            archive: 512 << 20,
            document: 128 << 20,
            ratio: 200,
            entries: 10_000,
            cells: 2_000_000,
            text: 1 << 20,
            depth: 500,
            seconds: 60,
        }
    }
}

impl Limits {
    /// Returns the most of one respect.
    #[must_use]
    pub fn most(&self, limit: Limit) -> u64 {
        match limit {
            Limit::File => self.file,
            Limit::Archive => self.archive,
            Limit::Document => self.document,
            Limit::Ratio => self.ratio,
            Limit::Entries => self.entries,
            Limit::Cells => self.cells,
            Limit::Text => self.text,
            Limit::Depth => self.depth,
            Limit::Seconds => self.seconds,
        }
    }

    /// Checks that `found` keeps within a limit.
    ///
    /// # Errors
    /// The limit, where it does not.
    pub fn allow(&self, limit: Limit, found: u64) -> Result<(), Limit> {
        if found > self.most(limit) { Err(limit) } else { Ok(()) }
    }

    /// Checks that so many bytes may be unpacked from so few; up to [`RATIO_EXEMPT_BYTES`] they always may.
    ///
    /// # Errors
    /// [`Limit::Ratio`], where they may not.
    pub fn allow_ratio(&self, packed: u64, unpacked: u64) -> Result<(), Limit> {
        if unpacked > RATIO_EXEMPT_BYTES && unpacked > packed.saturating_mul(self.ratio) {
            Err(Limit::Ratio)
        } else {
            Ok(())
        }
    }
}
