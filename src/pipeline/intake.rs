//! Files to submissions: archives opened, limits kept, time taken. The one place with threads.

use std::collections::BTreeSet;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use rayon::prelude::*;

use super::{Plan, Progress};
use crate::document::{self, Format, Unreadable};
use crate::error::guarded;
use crate::outcome::Receipt;
use crate::source::{self, Limit, Limits, Listing, Locked, Source, Unpacked};
use crate::submission::{Reader, Submission};

/// Every file of a listing, in its order: the one expression with threads.
pub(super) fn read_all(
    listing: &Listing,
    plan: &Plan,
    reader: &Arc<Reader>,
    tick: &(dyn Fn(Progress) + Sync),
) -> Intake {
    let read = |source: &Source| {
        let intake = read_file(source, plan, reader);
        let failed = intake.submissions.iter().any(|submission| submission.report().is_none());
        tick(Progress { files: listing.sources.len(), failed });
        intake
    };
    let intakes: Vec<Intake> = with_jobs(plan.jobs, || listing.sources.par_iter().map(read).collect());
    let mut all = Intake { left_aside: listing.left_aside.clone(), ..Intake::default() };
    for intake in intakes {
        all.receipts.extend(intake.receipts);
        all.submissions.extend(intake.submissions);
        all.left_aside.extend(intake.left_aside);
    }
    all.left_aside.sort();
    all
}

fn with_jobs<T: Send>(jobs: Option<usize>, work: impl FnOnce() -> T + Send) -> T {
    match jobs.and_then(|jobs| rayon::ThreadPoolBuilder::new().num_threads(jobs).build().ok()) {
        Some(pool) => pool.install(work),
        None => work(),
    }
}

/// What came of files: a receipt for each, also for those in archives, and what was in them.
#[derive(Debug, Default)]
pub(super) struct Intake {
    pub(super) receipts: Vec<Receipt>,
    pub(super) submissions: Vec<Submission>,
    pub(super) left_aside: Vec<String>,
    /// What is already called so: an archive can hold several files of one name.
    names: BTreeSet<String>,
    /// Bytes and files taken out of the file's archives, one within the other.
    unpacked: (u64, u64),
}

impl Intake {
    /// The limits, less what the file's archives have used of them.
    fn rest(&self, limits: &Limits) -> Limits {
        let (bytes, files) = self.unpacked;
        let (archive, entries) = (limits.archive.saturating_sub(bytes), limits.entries.saturating_sub(files));
        Limits { archive, entries, ..*limits }
    }
}

/// One file, from bytes to submissions. Whatever goes wrong is what its submission says.
fn read_file(source: &Source, plan: &Plan, reader: &Arc<Reader>) -> Intake {
    let mut intake = Intake::default();
    match bytes_of(source, &plan.limits) {
        Ok(bytes) => take_in(&source.file, &bytes, (plan, reader), ARCHIVES_DEEP, &mut intake),
        Err(why) => unread(&source.file, why, reader, &mut intake),
    }
    intake
}

fn bytes_of(source: &Source, limits: &Limits) -> Result<Vec<u8>, Unreadable> {
    let bytes = source.read(limits.file).map_err(|error| Unreadable::Inaccessible(error.to_string()))?;
    match limits.allow(Limit::File, bytes.len() as u64) {
        Ok(()) => Ok(bytes),
        Err(limit) => Err(Unreadable::beyond(limit, limits)),
    }
}

/// Archives within archives are opened this deep.
const ARCHIVES_DEEP: u32 = 3;

/// A file's bytes, from the disk or out of an archive.
fn take_in(file: &str, bytes: &[u8], (plan, reader): (&Plan, &Arc<Reader>), deep: u32, intake: &mut Intake) {
    let format = document::format_of(file, bytes);
    let receipt = Receipt { file: file.to_owned(), digest: Some(source::digest(bytes)), format };
    let unreadable = |why| vec![reader.unreadable(file, why)];
    let submissions = match (format, &plan.convert_with) {
        (Format::Zip, _) if deep > 0 => match unpack(bytes, &intake.rest(&plan.limits)) {
            Ok(unpacked) if unpacked.entries.is_empty() => {
                intake.left_aside.extend(unpacked.left_aside.iter().map(|name| format!("{file}/{name}")));
                unreadable(Unreadable::Empty)
            }
            Ok(unpacked) => {
                intake.receipts.push(receipt);
                intake.unpacked.0 += unpacked.size;
                intake.unpacked.1 += unpacked.entries.len() as u64;
                intake.left_aside.extend(unpacked.left_aside.iter().map(|name| format!("{file}/{name}")));
                for entry in unpacked.entries {
                    let name = source::free_name(&format!("{file}/{}", entry.name), &mut intake.names);
                    match entry.bytes {
                        Ok(bytes) => take_in(&name, &bytes, (plan, reader), deep - 1, intake),
                        Err(locked) => unread(&name, why_locked(locked, &plan.limits), reader, intake),
                    }
                }
                return;
            }
            Err(locked) => unreadable(why_locked(locked, &plan.limits)),
        },
        (Format::Doc | Format::Rtf, Some(program)) => match source::to_docx(program, bytes) {
            Ok(converted) => read_in_time(reader, file, &converted),
            Err(why) => unreadable(Unreadable::Damaged(format, why)),
        },
        _ => read_in_time(reader, file, bytes),
    };
    intake.receipts.push(receipt);
    intake.submissions.extend(submissions);
}

fn unpack(bytes: &[u8], limits: &Limits) -> Result<Unpacked, Locked> {
    guarded(|| source::unpack(bytes, limits)).unwrap_or_else(|| Err(Locked::Damaged(BREAKS.to_owned())))
}

fn unread(file: &str, why: Unreadable, reader: &Arc<Reader>, intake: &mut Intake) {
    intake.receipts.push(Receipt { file: file.to_owned(), digest: None, format: Format::Unknown });
    intake.submissions.push(reader.unreadable(file, why));
}

fn why_locked(locked: Locked, limits: &Limits) -> Unreadable {
    match locked {
        Locked::Password => Unreadable::Password(Format::Zip),
        Locked::Exceeded(limit) => Unreadable::beyond(limit, limits),
        Locked::Damaged(why) => Unreadable::Damaged(Format::Zip, why),
    }
}

/// The submissions in a file's bytes; one that takes too long is given up, however small: a reader may find no end. The
/// thread that reads it cannot be stopped, and ends with the program at the latest.
fn read_in_time(reader: &Arc<Reader>, file: &str, bytes: &[u8]) -> Vec<Submission> {
    let (sender, receiver) = mpsc::channel();
    let (own, name, content) = (Arc::clone(reader), file.to_owned(), bytes.to_vec());
    let work = move || drop(sender.send(read_guarded(&own, &name, &content)));
    if std::thread::Builder::new().spawn(work).is_err() {
        return read_guarded(reader, file, bytes);
    }
    let limits = &reader.limits;
    let beyond = |_| vec![reader.unreadable(file, Unreadable::beyond(Limit::Seconds, limits))];
    receiver.recv_timeout(Duration::from_secs(limits.seconds)).unwrap_or_else(beyond)
}

/// What is said of a file on which a reader panics.
const BREAKS: &str = "the file breaks the reader";

/// A bug that shows in one file must not take the batch with it.
fn read_guarded(reader: &Reader, file: &str, bytes: &[u8]) -> Vec<Submission> {
    guarded(|| reader.read(file, bytes)).unwrap_or_else(|| {
        let why = Unreadable::Damaged(document::format_of(file, bytes), BREAKS.to_owned());
        vec![reader.unreadable(file, why)]
    })
}
