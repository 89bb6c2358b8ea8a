//! Files to submissions: archives opened, limits kept, time taken. The one place with threads.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::patience::Workers;
use super::{Plan, Progress};
use crate::document::{self, Format, Unreadable};
use crate::error::guarded;
use crate::outcome::Receipt;
use crate::source::{self, Limit, Limits, Listing, Locked, Source, Unpacked};
use crate::submission::{Reader, Submission};

/// Files that are read by one thread, one after the other: threads are not for nothing.
const BATCH: usize = 16;
/// Bytes that are held while a batch waits to be read.
const HELD: usize = 16 << 20;

/// Every file of a listing, in its order: the one expression with threads.
pub(super) fn read_all(
    listing: &Listing,
    plan: &Plan,
    reader: &Arc<Reader>,
    tick: &(dyn Fn(Progress) + Sync),
) -> Intake {
    let workers = Workers::new(plan.jobs.map_or_else(cores, |jobs| jobs.min(cores())));
    let read = |sources: &[Source]| {
        let mut batch = Intake::default();
        let mut waiting = Vec::new();
        for (at, source) in sources.iter().enumerate() {
            waiting.push(taken_in(source, plan, reader));
            let held: usize = waiting.iter().map(Taken::held).sum();
            if held > HELD || at + 1 == sources.len() {
                for intake in read_in_time(std::mem::take(&mut waiting), reader, &workers) {
                    let failed = intake.submissions.iter().any(|submission| submission.report().is_none());
                    tick(Progress { files: listing.sources.len(), failed });
                    batch.append(intake);
                }
            }
        }
        batch
    };
    let all: Vec<Intake> = with_jobs(plan.jobs.unwrap_or_else(|| readers(&listing.sources)), || {
        let each = listing.sources.len().div_ceil(4 * rayon::current_num_threads());
        listing.sources.par_chunks(each.clamp(1, BATCH)).map(read).collect()
    });
    let mut whole = Intake { left_aside: listing.left_aside.clone(), ..Intake::default() };
    whole.submissions.reserve(all.iter().map(|intake| intake.submissions.len()).sum());
    whole.receipts.reserve(all.iter().map(|intake| intake.receipts.len()).sum());
    for intake in all {
        whole.append(intake);
    }
    whole.left_aside.sort();
    whole
}

/// Threads there are at least where files are waited for, however few the cores: while one waits, another has its bytes.
/// What came is read by as many as there are cores. Where nothing is waited for, more would be in each other's way.
const FEWEST_WAITING: usize = 8;

/// So many files, from all parts of a listing, are tried, each up to so many bytes.
const TRIED: usize = 8;
const TRIED_BYTES: u64 = 64 << 10;

/// A file that the system has at hand is there in a fifth of this, and one from the quickest disk in twice as long.
const AT_HAND: Duration = Duration::from_micros(30);

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// How many threads take files in, by how quickly these come. What is said of the files does not depend on it.
fn readers(sources: &[Source]) -> usize {
    let files = sources.iter().filter(|source| source.is_file).step_by(sources.len().div_ceil(TRIED).max(1));
    let is_waited_for = |source: &Source| {
        let since = Instant::now();
        drop(source.read(TRIED_BYTES));
        since.elapsed() > AT_HAND
    };
    let tried: Vec<bool> = files.map(is_waited_for).collect();
    let waited_for = tried.iter().filter(|waited| **waited).count();
    // One may be late because another program has its turn.
    if waited_for * 3 > tried.len() { cores().max(FEWEST_WAITING) } else { cores() }
}

fn with_jobs<T: Send>(jobs: usize, work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().num_threads(jobs).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

/// What came of files: a receipt for each, also for those in archives, and what was in them.
#[derive(Debug, Default)]
pub(super) struct Intake {
    pub(super) receipts: Vec<Receipt>,
    pub(super) submissions: Vec<Submission>,
    pub(super) left_aside: Vec<String>,
}

impl Intake {
    fn append(&mut self, more: Self) {
        self.receipts.extend(more.receipts);
        self.submissions.extend(more.submissions);
        self.left_aside.extend(more.left_aside);
    }
}

/// A file taken in and not read yet, with those in it if it is an archive.
#[derive(Debug, Default)]
struct Taken {
    receipts: Vec<Receipt>,
    left_aside: Vec<String>,
    contents: Vec<Content>,
    /// What is already called so: an archive can hold several files of one name.
    names: BTreeSet<String>,
    /// Bytes and files taken out of the file's archives, one within the other.
    unpacked: (u64, u64),
}

#[derive(Debug)]
enum Content {
    /// Nothing is left to read: this is what there is to say of it.
    Told(Box<Submission>),
    /// A document's name, what it is, and its bytes.
    Document(String, Format, Vec<u8>),
}

impl Taken {
    /// The limits, less what the file's archives have used of them.
    fn rest(&self, limits: &Limits) -> Limits {
        let (bytes, files) = self.unpacked;
        let (archive, entries) = (limits.archive.saturating_sub(bytes), limits.entries.saturating_sub(files));
        Limits { archive, entries, ..*limits }
    }

    /// Bytes waiting to be read.
    fn held(&self) -> usize {
        self.contents
            .iter()
            .map(|content| if let Content::Document(.., bytes) = content { bytes.len() } else { 0 })
            .sum()
    }

    fn unread(&mut self, file: &str, why: Unreadable, reader: &Reader) {
        self.receipts.push(Receipt { file: file.to_owned(), digest: None, format: Format::Unknown });
        self.contents.push(Content::Told(Box::new(reader.unreadable(file, why))));
    }
}

/// One file's bytes, archives opened. Whatever goes wrong is what its submission says.
fn taken_in(source: &Source, plan: &Plan, reader: &Reader) -> Taken {
    let mut taken = Taken::default();
    match bytes_of(source, &plan.limits) {
        Ok(bytes) => take_in(&source.file, bytes, (plan, reader), ARCHIVES_DEEP, &mut taken),
        Err(why) => taken.unread(&source.file, why, reader),
    }
    taken
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
fn take_in(file: &str, bytes: Vec<u8>, (plan, reader): (&Plan, &Reader), deep: u32, taken: &mut Taken) {
    let format = document::format_of(file, &bytes);
    taken.receipts.push(Receipt { file: file.to_owned(), digest: Some(source::digest(&bytes)), format });
    let unreadable = |why| Content::Told(Box::new(reader.unreadable(file, why)));
    let content = match (format, &plan.convert_with) {
        (Format::Zip, _) if deep > 0 => match unpack(&bytes, &taken.rest(&plan.limits)) {
            Ok(unpacked) => {
                taken.unpacked.0 += unpacked.size;
                taken.unpacked.1 += unpacked.entries.len() as u64;
                taken.left_aside.extend(unpacked.left_aside.iter().map(|name| format!("{file}/{name}")));
                if unpacked.entries.is_empty() {
                    taken.contents.push(unreadable(Unreadable::Empty));
                }
                for entry in unpacked.entries {
                    let name = source::free_name(&format!("{file}/{}", entry.name), &mut taken.names);
                    match entry.bytes {
                        Ok(bytes) => take_in(&name, bytes, (plan, reader), deep - 1, taken),
                        Err(locked) => taken.unread(&name, why_locked(locked, &plan.limits), reader),
                    }
                }
                return;
            }
            Err(locked) => unreadable(why_locked(locked, &plan.limits)),
        },
        (Format::Doc | Format::Rtf, Some(program)) => match source::to_docx(program, &bytes) {
            Ok(converted) => Content::Document(file.to_owned(), document::format_of(file, &converted), converted),
            Err(why) => unreadable(Unreadable::Damaged(format, why)),
        },
        _ => Content::Document(file.to_owned(), format, bytes),
    };
    taken.contents.push(content);
}

fn unpack(bytes: &[u8], limits: &Limits) -> Result<Unpacked, Locked> {
    guarded(|| source::unpack(bytes, limits)).unwrap_or_else(|| Err(Locked::Damaged(BREAKS.to_owned())))
}

fn why_locked(locked: Locked, limits: &Limits) -> Unreadable {
    match locked {
        Locked::Password => Unreadable::Password(Format::Zip),
        Locked::Exceeded(limit) => Unreadable::beyond(limit, limits),
        Locked::Damaged(why) => Unreadable::Damaged(Format::Zip, why),
    }
}

/// Reads what was taken in; a document that takes too long is given up, however small: a reader may find no end.
fn read_in_time(taken: Vec<Taken>, reader: &Arc<Reader>, workers: &Workers) -> Vec<Intake> {
    let (mut documents, mut intakes) = (Vec::new(), Vec::new());
    for Taken { receipts, left_aside, contents, .. } in taken {
        let told = contents.into_iter().map(|content| match content {
            Content::Told(submission) => Some(*submission),
            Content::Document(file, format, bytes) => {
                documents.push((file, format, bytes));
                None
            }
        });
        let told: Vec<Option<Submission>> = told.collect();
        intakes.push((told, Intake { receipts, left_aside, ..Intake::default() }));
    }
    let own = Arc::clone(reader);
    let names: Vec<String> = documents.iter().map(|(file, ..)| file.clone()).collect();
    let read = move |(file, format, bytes): &(String, Format, Vec<u8>)| read_guarded(&own, *format, file, bytes);
    let results = workers.each(documents, Duration::from_secs(reader.limits.seconds), read);
    let beyond = |file: &String| vec![reader.unreadable(file, Unreadable::beyond(Limit::Seconds, &reader.limits))];
    let mut results = names.iter().zip(results).map(|(file, read)| read.unwrap_or_else(|| beyond(file)));
    let filled = |(told, mut intake): (Vec<Option<Submission>>, Intake)| {
        for told in told {
            intake.submissions.extend(told.map_or_else(|| results.next().unwrap_or_default(), |told| vec![told]));
        }
        intake
    };
    intakes.into_iter().map(filled).collect()
}

/// What is said of a file on which a reader panics.
const BREAKS: &str = "the file breaks the reader";

/// A bug that shows in one file must not take the batch with it.
fn read_guarded(reader: &Reader, format: Format, file: &str, bytes: &[u8]) -> Vec<Submission> {
    guarded(|| reader.read_as(format, file, bytes))
        .unwrap_or_else(|| vec![reader.unreadable(file, Unreadable::Damaged(format, BREAKS.to_owned()))])
}
