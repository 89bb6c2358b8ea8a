//! Letters of earlier rounds that the office edited before it sent them. What the office wrote is no answer of a unit.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::document::{self, Format};
use crate::replies::{Reply, letter_mark};
use crate::report::{DISPATCH, LETTER_FOLDER};
use crate::source::{self, Limits};

/// The edited letters in some outputs, which are read when a letter first comes back.
#[derive(Debug, Default)]
pub(super) struct SentLetters {
    outputs: Vec<PathBuf>,
    limits: Limits,
    edited: OnceLock<Vec<Reply>>,
}

impl SentLetters {
    pub(super) fn new(outputs: &[PathBuf], limits: Limits) -> Self {
        Self { outputs: outputs.to_vec(), limits, edited: OnceLock::new() }
    }

    /// Returns a returned letter without the texts that the office had added to it.
    pub(super) fn without_texts_of_office(&self, reply: Reply) -> Reply {
        let edited = self.edited.get_or_init(|| self.outputs.iter().flat_map(|output| self.read(output)).collect());
        edited.iter().fold(reply, Reply::without_texts_of)
    }

    /// Reads the edited letters of an output, each as if it had been returned.
    fn read(&self, output: &Path) -> Vec<Reply> {
        let letters = files(&output.join(LETTER_FOLDER));
        let archives = files(&output.join(DISPATCH));
        let packed = archives.iter().filter_map(|bytes| source::unpack(bytes, &self.limits).ok());
        let packed = packed.flat_map(|content| content.entries).filter_map(|entry| entry.bytes.ok());
        let read = |bytes: Vec<u8>| {
            let mark = letter_mark(Format::Docx, &bytes)?;
            let letter = document::read_as(Format::Docx, &bytes, &self.limits).ok()?;
            Some(Reply::read("", mark, &letter)).filter(|reply| !reply.is_unchanged())
        };
        letters.into_iter().chain(packed).filter_map(read).collect()
    }
}

/// Returns the contents of a folder's files, without those that cannot be read.
fn files(folder: &Path) -> Vec<Vec<u8>> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths.iter().filter_map(|path| std::fs::read(path).ok()).collect()
}
