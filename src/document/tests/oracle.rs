//! Comparison of the fast paths with calamine: both must read the same, cell by cell.

use std::fmt::Debug;
use std::path::{Path, PathBuf};

use crate::document::{Format, Grid, format_of};
use crate::source::Limits;

type Short<E> = fn(&[u8], &Limits) -> Result<Vec<Grid>, E>;

/// A fast path (`short`) and calamine (`long`) for one format.
pub(in crate::document) struct Ways<S, L> {
    pub(in crate::document) format: Format,
    pub(in crate::document) short: Short<S>,
    pub(in crate::document) long: Short<L>,
}

impl<S: Debug, L: Debug> Ways<S, L> {
    /// Returns every file of the format in the project, beside it, and in the folders of `HUIZONG_WORKBOOKS`, a path
    /// list.
    pub(in crate::document) fn files(&self) -> impl Iterator<Item = (PathBuf, Vec<u8>)> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let named = std::env::var_os("HUIZONG_WORKBOOKS").unwrap_or_default();
        let own = [root.join("tests"), root.join("data"), root.join("../shared")];
        let named: Vec<PathBuf> = std::env::split_paths(&named).collect();
        let folders = own.into_iter().chain(named).filter(|folder| folder.is_dir());
        let files = folders.flat_map(walkdir::WalkDir::new).filter_map(Result::ok);
        let files = files.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path);
        let read = files.filter_map(|path| std::fs::read(&path).ok().map(|bytes| (path, bytes)));
        let format = self.format;
        read.filter(move |(path, bytes)| format_of(&path.to_string_lossy(), bytes) == format)
    }

    /// Asserts that no file is read differently, and that at least `fewest` take the fast path.
    #[allow(clippy::print_stderr, reason = "how many went which way is for whoever runs it over more workbooks")]
    pub(in crate::document) fn agree_on_every_file(&self, fewest: usize) {
        let (mut short, mut long, mut differing) = (0, 0, Vec::new());
        for (path, bytes) in self.files() {
            match self.difference(&bytes) {
                None => long += 1,
                Some(Ok(())) => short += 1,
                Some(Err(why)) => differing.push(format!("{}: {why}", path.display())),
            }
        }
        eprintln!("{short} the fast path, {long} calamine");
        assert!(differing.is_empty(), "{} differ:\n{}", differing.len(), differing.join("\n"));
        assert!(short >= fewest, "the fast path is taken: {short} of {}", short + long);
    }

    /// Asserts that the bytes are read the same or the fast path declines. Returns whether it accepted them.
    pub(in crate::document) fn agree(&self, bytes: &[u8], what: &str) -> bool {
        match self.difference(bytes) {
            None => false,
            Some(Ok(())) => true,
            Some(Err(why)) => panic!("{what}: {why}"),
        }
    }

    /// Asserts that the fast path declines a plain workbook beyond the limits. It must have more sheets or parts than
    /// `entries`.
    pub(in crate::document) fn declines_beyond_the_limits(&self, bytes: &[u8], entries: u64) {
        let own = Limits::default();
        assert!((self.short)(bytes, &own).is_ok(), "plain and within the limits");
        for beyond in [
            Limits { cells: 1, ..own },
            Limits { text: 1, ..own },
            Limits { entries, ..own },
            Limits { document: 1, ..own },
        ] {
            assert!((self.short)(bytes, &beyond).is_err(), "{beyond:?}");
        }
    }

    /// Returns how the two readers differ; `None` if the fast path declines.
    fn difference(&self, bytes: &[u8]) -> Option<Result<(), String>> {
        let found = (self.short)(bytes, &Limits::default()).ok()?;
        Some(match crate::error::guarded(|| (self.long)(bytes, &Limits::default())) {
            Some(Ok(expected)) if found == expected => Ok(()),
            Some(Ok(expected)) => Err(first_difference(&found, &expected)),
            Some(Err(why)) => Err(format!("calamine says {why:?}")),
            None => Err("calamine breaks".to_owned()),
        })
    }
}

fn first_difference(found: &[Grid], expected: &[Grid]) -> String {
    for (found, expected) in found.iter().zip(expected) {
        let longer = found.cells().len().max(expected.cells().len());
        let both = (0..longer).map(|at| (found.cells().get(at), expected.cells().get(at)));
        if let Some((one, other)) = both.into_iter().find(|(one, other)| one != other) {
            return format!("{} has {one:?} for {other:?}", found.name);
        }
        if found != expected {
            return format!("{} is laid out otherwise", found.name);
        }
    }
    format!("{} sheets for {}", found.len(), expected.len())
}

/// Pseudo-random numbers, the same in each run. After Knuth's MMIX.
pub(in crate::document) struct Dice(u64);

impl Default for Dice {
    fn default() -> Self {
        Self(2025)
    }
}

impl Dice {
    pub(in crate::document) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % end
    }
}
