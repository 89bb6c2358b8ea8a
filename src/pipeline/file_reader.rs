//! Reader of one file: unpacks archives, enforces limits and the deadline, and makes a receipt for each file, including
//! those in archives. Any error becomes a submission that states it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::deadline;
use super::sent_letters::SentLetters;
use crate::document::{self, Format, Unreadable};
use crate::error::guarded;
use crate::message::Message;
use crate::outcome::Receipt;
use crate::replies::{Reply, letter_mark};
use crate::report::{EntryMark, MANIFEST, OwnFile, figures_digest, own_file, returned_form};
use crate::source::{self, ArchiveContent, ExtractError, Limit, Limits, Source};
use crate::submission::{Content, Reader, Role, Submission};

/// The configuration by which files are read.
#[derive(Debug, Clone)]
pub(super) struct FileReader {
    pub(super) reader: Arc<Reader>,
    /// The program, if any, that converts old Word files to docx.
    pub(super) convert_with: Option<PathBuf>,
    /// The letters as the office sent them.
    pub(super) sent: Arc<SentLetters>,
    /// Whether files written by this program are left aside.
    pub(super) skips_own: bool,
}

/// The results of reading files: a receipt for each, including those in archives, and their contents.
#[derive(Debug, Default)]
pub(super) struct LoadedInputs {
    pub(super) receipts: Vec<Receipt>,
    pub(super) submissions: Vec<Submission>,
    pub(super) left_aside: Vec<String>,
    /// Drafts of the county's own report; they are left aside as well.
    pub(super) county_reports: Vec<String>,
    pub(super) replies: Vec<Reply>,
}

impl LoadedInputs {
    /// Appends the results of other files.
    pub(super) fn append(&mut self, more: Self) {
        self.receipts.extend(more.receipts);
        self.submissions.extend(more.submissions);
        self.left_aside.extend(more.left_aside);
        self.county_reports.extend(more.county_reports);
        self.replies.extend(more.replies);
    }
}

/// The error message for a file on which a reader panics.
const READER_PANICKED: &str = "the file breaks the reader";

/// The first bytes of compound files.
const COMPOUND: [u8; 4] = [0xD0, 0xCF, 0x11, 0xE0];

/// Maximum depth of nested archives and mails that are opened.
const ARCHIVES_DEEP: u32 = 3;

impl FileReader {
    /// Reads a file; if it is an archive, the files in it.
    pub(super) fn read(&self, source: &Source) -> LoadedInputs {
        let mut reading = FileReading {
            with: self,
            intake: LoadedInputs::default(),
            names: BTreeSet::new(),
            unpacked: (0, 0),
            is_named: false,
        };
        match bytes_of(source, &self.reader.limits) {
            Ok(bytes) => {
                reading.is_named = source.is_named;
                reading.take_in(&source.file, bytes, ARCHIVES_DEEP);
            }
            Err(why) => reading.inaccessible(&source.file, why),
        }
        reading.intake
    }
}

/// The state of reading one file.
struct FileReading<'a> {
    with: &'a FileReader,
    intake: LoadedInputs,
    /// Names already used: an archive can contain several files of the same name.
    names: BTreeSet<String>,
    /// Bytes and number of files unpacked so far from the file's archives, including nested ones.
    unpacked: (u64, u64),
    /// Whether the file itself was named among the inputs, rather than found in a folder.
    is_named: bool,
}

impl FileReading<'_> {
    /// Processes a file's bytes, from disk or from an archive.
    fn take_in(&mut self, file: &str, bytes: Vec<u8>, deep: u32) {
        let format = document::format_of(file, &bytes);
        if self.with.skips_own && self.take_reply(file, format, &bytes) {
            return;
        }
        let own = guarded(|| own_file(format, &bytes)).flatten();
        let is_left_aside = match own {
            Some(OwnFile::Output) => true,
            // A named file is meant to be checked; in a folder it is one of the program's outputs.
            Some(OwnFile::CountyReport) => !self.is_named,
            _ => false,
        };
        if self.with.skips_own && is_left_aside {
            if own == Some(OwnFile::CountyReport) {
                self.intake.county_reports.push(file.to_owned());
            }
            self.intake.left_aside.push(file.to_owned());
            return;
        }
        self.intake.receipts.push(Receipt { file: file.to_owned(), digest: Some(source::digest(&bytes)), format });
        match (format, &self.with.convert_with) {
            _ if deep > 0 && is_unpacked(format, &bytes) => match self.unpack(format, bytes) {
                Ok(unpacked) => self.take_in_all((file, format), unpacked, deep),
                Err(why) => self.unreadable(file, why),
            },
            (Format::OldDoc, Some(program)) => match source::to_docx(program, &bytes) {
                Ok(converted) => self.read(file, document::format_of(file, &converted), converted, None),
                Err(why) => self.unreadable(file, Unreadable::Damaged(format, why)),
            },
            _ => self.read(file, format, bytes, own),
        }
    }

    /// Reads a returned letter; one that is as it was sent is left aside. Returns whether the file is a letter.
    fn take_reply(&mut self, file: &str, format: Format, bytes: &[u8]) -> bool {
        let Some(mark) = guarded(|| letter_mark(format, bytes)).flatten() else { return false };
        let limits = self.with.reader.limits;
        let copy = bytes.to_owned();
        let limit = Duration::from_secs(limits.seconds);
        let read = deadline::within(limit, move || document::read_as(format, &copy, &limits).ok()).flatten();
        // An unreadable letter is handled like any other file and reported as unreadable.
        let Some(document) = read else { return false };
        let reply = self.with.sent.without_texts_of_office(Reply::read(file, mark, &document));
        if reply.is_unchanged() {
            self.intake.left_aside.push(file.to_owned());
        } else {
            self.intake.receipts.push(Receipt { file: file.to_owned(), digest: Some(source::digest(bytes)), format });
            self.intake.replies.push(reply);
        }
        true
    }

    /// Unpacks an archive within the deadline.
    fn unpack(&self, format: Format, bytes: Vec<u8>) -> Result<ArchiveContent, Unreadable> {
        let (rest, limits) = (self.rest(), &self.with.reader.limits);
        let unpacked = deadline::within(Duration::from_secs(limits.seconds), move || unpack(format, &bytes, &rest));
        let unpacked = unpacked.ok_or_else(|| Unreadable::beyond(Limit::Seconds, limits))?;
        unpacked.map_err(|locked| why_locked(locked, format, limits))
    }

    /// Processes the files of an archive.
    fn take_in_all(&mut self, (file, format): (&str, Format), unpacked: ArchiveContent, deep: u32) {
        self.unpacked.0 += unpacked.size;
        self.unpacked.1 += unpacked.entries.len() as u64;
        self.intake.left_aside.extend(unpacked.left_aside.iter().map(|name| format!("{file}/{name}")));
        let is_own = unpacked.left_aside.iter().any(|name| name.ends_with(MANIFEST));
        if unpacked.entries.is_empty() && !is_own {
            self.unreadable(file, Unreadable::Empty);
        }
        for entry in unpacked.entries {
            let name = source::unique_name(&format!("{file}/{}", entry.name), &mut self.names);
            match entry.bytes {
                Ok(bytes) => self.take_in(&name, bytes, deep - 1),
                Err(locked) => self.inaccessible(&name, why_locked(locked, format, &self.with.reader.limits)),
            }
        }
    }

    /// Reads a document within the deadline, which applies to small files too: a reader may not terminate.
    fn read(&mut self, file: &str, format: Format, bytes: Vec<u8>, own: Option<OwnFile>) {
        let reader = Arc::clone(&self.with.reader);
        let limit = Duration::from_secs(reader.limits.seconds);
        let name = file.to_owned();
        // A bug that shows in one file must not affect the others.
        let read =
            deadline::within(limit, move || guarded(|| document(&reader, format, (&name, &bytes), own.as_ref())));
        match read {
            Some(Some(submissions)) => self.intake.submissions.extend(submissions),
            Some(None) => self.unreadable(file, Unreadable::Damaged(format, READER_PANICKED.to_owned())),
            None => self.unreadable(file, Unreadable::beyond(Limit::Seconds, &self.with.reader.limits)),
        }
    }

    fn unreadable(&mut self, file: &str, why: Unreadable) {
        self.intake.submissions.push(self.with.reader.unreadable(file, why));
    }

    /// Records a file with unreadable bytes.
    fn inaccessible(&mut self, file: &str, why: Unreadable) {
        self.intake.receipts.push(Receipt { file: file.to_owned(), digest: None, format: Format::Unknown });
        self.unreadable(file, why);
    }

    /// Returns the limits, less what the file's archives have used of them.
    fn rest(&self) -> Limits {
        let (bytes, files) = self.unpacked;
        let limits = &self.with.reader.limits;
        let (archive, entries) = (limits.archive.saturating_sub(bytes), limits.entries.saturating_sub(files));
        Limits { archive, entries, ..*limits }
    }
}

/// Returns the submissions of a document. The report of an annotated workbook is marked if its figures are still those
/// with which it was written.
fn document(reader: &Reader, format: Format, (file, bytes): (&str, &[u8]), own: Option<&OwnFile>) -> Vec<Submission> {
    let mut submissions = reader.read_as(format, file, bytes);
    match own {
        Some(OwnFile::Annotated(digest)) => {
            for submission in &mut submissions {
                let report = submission.report();
                if report.is_some_and(|report| figures_digest(report, &reader.forms.all[report.form]) == *digest) {
                    submission.role = Role::Unchanged;
                    continue;
                }
                if let Content::Report(report) = &mut submission.content {
                    report.restore_quoted(&reader.forms.all[report.form]);
                }
            }
        }
        Some(OwnFile::Entry(mark)) => note_returned(reader, format, bytes, mark, &mut submissions),
        Some(OwnFile::Output | OwnFile::CountyReport) | None => {}
    }
    submissions
}

/// Records how an entry workbook was returned. It must have exactly one report, or several that state the same names,
/// such as after a sheet was copied; one with reports of several units was compiled by hand.
fn note_returned(reader: &Reader, format: Format, bytes: &[u8], mark: &EntryMark, submissions: &mut [Submission]) {
    let Ok(document) = document::read_as(format, bytes, &reader.limits) else { return };
    if submissions.windows(2).any(|pair| pair[0].names != pair[1].names || pair[0].year != pair[1].year) {
        return;
    }
    for submission in submissions {
        let Some(report) = submission.report() else { continue };
        let returned = returned_form(mark, &document, report, &reader.forms.all[report.form]);
        reader.note_returned(submission, returned);
    }
}

fn bytes_of(source: &Source, limits: &Limits) -> Result<Vec<u8>, Unreadable> {
    let bytes = source.read(limits.file).map_err(|error| Unreadable::Inaccessible(Message::of_system(&error)))?;
    match limits.allow(Limit::File, bytes.len() as u64) {
        Ok(()) => Ok(bytes),
        Err(limit) => Err(Unreadable::beyond(limit, limits)),
    }
}

/// Returns whether a file is opened for its contents. Outlook mails are compound files, which are not read.
fn is_unpacked(format: Format, bytes: &[u8]) -> bool {
    match format {
        Format::Zip | Format::SevenZip | Format::Tar | Format::Gzip => true,
        Format::Mail => !bytes.starts_with(&COMPOUND),
        _ => false,
    }
}

fn unpack(format: Format, bytes: &[u8], limits: &Limits) -> Result<ArchiveContent, ExtractError> {
    let unpack = match format {
        Format::Mail => source::unpack_mail,
        Format::SevenZip => source::unpack_7z,
        Format::Tar => source::unpack_tar,
        Format::Gzip => source::unpack_gzip,
        _ => source::unpack,
    };
    guarded(|| unpack(bytes, limits)).unwrap_or_else(|| Err(ExtractError::Damaged(READER_PANICKED.to_owned())))
}

fn why_locked(locked: ExtractError, format: Format, limits: &Limits) -> Unreadable {
    match locked {
        ExtractError::Password => Unreadable::Password(format),
        ExtractError::Exceeded(limit) => Unreadable::beyond(limit, limits),
        ExtractError::Damaged(why) => Unreadable::Damaged(format, why),
    }
}
