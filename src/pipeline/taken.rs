//! One file's bytes, archives opened: what it is, its receipt, and the documents that are to be read. Whatever goes wrong
//! is what its submission says.

use std::collections::BTreeSet;
use std::path::Path;

use crate::document::{self, Format, Unreadable};
use crate::error::guarded;
use crate::message::Message;
use crate::outcome::Receipt;
use crate::report::{MANIFEST, OwnFile, own_file};
use crate::source::{self, Limit, Limits, Locked, Source, Unpacked};
use crate::submission::{Reader, Submission};

/// A file taken in, with those in it if it is an archive.
#[derive(Debug, Default)]
pub(super) struct Taken {
    pub(super) receipts: Vec<Receipt>,
    pub(super) left_aside: Vec<String>,
    /// What there is to say of each content; `None` for the next of the documents that are still to be read.
    pub(super) contents: Vec<Option<Box<Submission>>>,
    /// These, in the order of the contents.
    pub(super) unread: Vec<Unread>,
    /// Whether files that this program wrote are left aside.
    skips_own: bool,
    /// What is already called so: an archive can hold several files of one name.
    names: BTreeSet<String>,
    /// Bytes and files taken out of the file's archives, one within the other.
    unpacked: (u64, u64),
}

/// A document that is still to be read.
#[derive(Debug)]
pub(super) struct Unread {
    pub(super) file: String,
    pub(super) format: Format,
    pub(super) bytes: Vec<u8>,
}

/// What is said of a file on which a reader panics.
pub(super) const BREAKS: &str = "the file breaks the reader";

/// The signature of compound files.
const COMPOUND: [u8; 4] = [0xD0, 0xCF, 0x11, 0xE0];

/// Archives and mails within one another are opened this deep.
const ARCHIVES_DEEP: u32 = 3;

impl Taken {
    /// Takes a file's bytes in, as far as the reader's limits go; the program, if any, turns old Word files into new ones.
    pub(super) fn of(source: &Source, reader: &Reader, program: Option<&Path>, skips_own: bool) -> Self {
        let mut taken = Self { skips_own, ..Self::default() };
        match bytes_of(source, &reader.limits) {
            Ok(bytes) => taken.take_in(&source.file, bytes, (reader, program), ARCHIVES_DEEP),
            Err(why) => taken.inaccessible(&source.file, why, reader),
        }
        taken.names.clear();
        taken
    }

    /// A file's bytes, from the disk or out of an archive.
    fn take_in(&mut self, file: &str, bytes: Vec<u8>, (reader, program): (&Reader, Option<&Path>), deep: u32) {
        let format = document::format_of(file, &bytes);
        let is_own = || guarded(|| own_file(format, &bytes)).flatten() == Some(OwnFile::Output);
        if self.skips_own && is_own() {
            self.left_aside.push(file.to_owned());
            return;
        }
        self.receipts.push(Receipt { file: file.to_owned(), digest: Some(source::digest(&bytes)), format });
        match (format, program) {
            _ if deep > 0 && is_unpacked(format, &bytes) => match unpack(format, &bytes, &self.rest(&reader.limits)) {
                Ok(unpacked) => self.take_in_all((file, format), unpacked, (reader, program), deep),
                Err(locked) => self.unreadable(file, why_locked(locked, format, &reader.limits), reader),
            },
            (Format::OldDoc, Some(program)) => match source::to_docx(program, &bytes) {
                Ok(converted) => self.leave(file, document::format_of(file, &converted), converted),
                Err(why) => self.unreadable(file, Unreadable::Damaged(format, why), reader),
            },
            _ => self.leave(file, format, bytes),
        }
    }

    /// The files of an archive.
    fn take_in_all(
        &mut self,
        (file, format): (&str, Format),
        unpacked: Unpacked,
        with: (&Reader, Option<&Path>),
        deep: u32,
    ) {
        let (reader, _) = with;
        self.unpacked.0 += unpacked.size;
        self.unpacked.1 += unpacked.entries.len() as u64;
        self.left_aside.extend(unpacked.left_aside.iter().map(|name| format!("{file}/{name}")));
        let is_own = unpacked.left_aside.iter().any(|name| name.ends_with(MANIFEST));
        if unpacked.entries.is_empty() && !is_own {
            self.unreadable(file, Unreadable::Empty, reader);
        }
        for entry in unpacked.entries {
            let name = source::free_name(&format!("{file}/{}", entry.name), &mut self.names);
            match entry.bytes {
                Ok(bytes) => self.take_in(&name, bytes, with, deep - 1),
                Err(locked) => self.inaccessible(&name, why_locked(locked, format, &reader.limits), reader),
            }
        }
    }

    /// Leaves a document to be read.
    fn leave(&mut self, file: &str, format: Format, bytes: Vec<u8>) {
        self.unread.push(Unread { file: file.to_owned(), format, bytes });
        self.contents.push(None);
    }

    fn unreadable(&mut self, file: &str, why: Unreadable, reader: &Reader) {
        self.contents.push(Some(Box::new(reader.unreadable(file, why))));
    }

    /// A file whose bytes cannot be had.
    fn inaccessible(&mut self, file: &str, why: Unreadable, reader: &Reader) {
        self.receipts.push(Receipt { file: file.to_owned(), digest: None, format: Format::Unknown });
        self.unreadable(file, why, reader);
    }

    /// The limits, less what the file's archives have used of them.
    fn rest(&self, limits: &Limits) -> Limits {
        let (bytes, files) = self.unpacked;
        let (archive, entries) = (limits.archive.saturating_sub(bytes), limits.entries.saturating_sub(files));
        Limits { archive, entries, ..*limits }
    }
}

fn bytes_of(source: &Source, limits: &Limits) -> Result<Vec<u8>, Unreadable> {
    let bytes = source.read(limits.file).map_err(|error| Unreadable::Inaccessible(Message::of_system(&error)))?;
    match limits.allow(Limit::File, bytes.len() as u64) {
        Ok(()) => Ok(bytes),
        Err(limit) => Err(Unreadable::beyond(limit, limits)),
    }
}

/// Returns whether a file is opened for what is in it. A mail of Outlook is a compound file, which is not read.
fn is_unpacked(format: Format, bytes: &[u8]) -> bool {
    match format {
        Format::Zip | Format::SevenZip | Format::Tar | Format::Gzip => true,
        Format::Mail => !bytes.starts_with(&COMPOUND),
        _ => false,
    }
}

fn unpack(format: Format, bytes: &[u8], limits: &Limits) -> Result<Unpacked, Locked> {
    let unpack = match format {
        Format::Mail => source::unpack_mail,
        Format::SevenZip => source::unpack_7z,
        Format::Tar => source::unpack_tar,
        Format::Gzip => source::unpack_gzip,
        _ => source::unpack,
    };
    guarded(|| unpack(bytes, limits)).unwrap_or_else(|| Err(Locked::Damaged(BREAKS.to_owned())))
}

fn why_locked(locked: Locked, format: Format, limits: &Limits) -> Unreadable {
    match locked {
        Locked::Password => Unreadable::Password(format),
        Locked::Exceeded(limit) => Unreadable::beyond(limit, limits),
        Locked::Damaged(why) => Unreadable::Damaged(format, why),
    }
}
