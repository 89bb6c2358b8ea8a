//! Limits on the size of a file, in every respect in which a file can exhaust memory or time.

/// A respect in which a file is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    /// Its size on disk, in bytes.
    File,
    /// The unpacked size of an archive of submissions, including archives in it, in bytes.
    Archive,
    /// The unpacked size of one office document, in bytes; also the texts of a workbook, each counted as often as it is
    /// used.
    Document,
    /// The ratio of unpacked to packed size, of a file of an archive or a part of a document.
    Ratio,
    /// Files in an archive and in archives within it, parts of an office document, or sheets of a workbook.
    Entries,
    /// Cells of a workbook: those of the used area if the format stores whole sheets, else the non-empty ones. Also
    /// cells of a document's tables, elements of a page, lines of a text.
    Cells,
    /// The text of one cell or paragraph, in bytes.
    Text,
    /// Nesting depth of XML or HTML elements.
    Depth,
    /// Reading time, in seconds.
    Seconds,
}

/// Unpacked bytes up to which the ratio is not checked: short or blank content often compresses by several hundred to
/// one.
pub const RATIO_EXEMPT_BYTES: u64 = 8 << 20;

/// The limits of a run, each in the unit of its [`Limit`].
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
    /// Returns limits far above any real report (a few hundred cells, some ten kilobytes) and far below what exhausts a
    /// computer.
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
    /// Returns the maximum of one limit.
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

    /// Checks that `found` does not exceed a limit.
    ///
    /// # Errors
    /// The limit, if it is exceeded.
    pub fn allow(&self, limit: Limit, found: u64) -> Result<(), Limit> {
        if found > self.most(limit) { Err(limit) } else { Ok(()) }
    }

    /// Checks the ratio of `unpacked` to `packed` bytes. Up to [`RATIO_EXEMPT_BYTES`] unpacked bytes, every ratio
    /// passes.
    ///
    /// # Errors
    /// [`Limit::Ratio`], if it is exceeded.
    pub fn allow_ratio(&self, packed: u64, unpacked: u64) -> Result<(), Limit> {
        if unpacked > RATIO_EXEMPT_BYTES && unpacked > packed.saturating_mul(self.ratio) {
            Err(Limit::Ratio)
        } else {
            Ok(())
        }
    }
}
