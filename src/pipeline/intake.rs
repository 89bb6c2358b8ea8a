//! Files to submissions: archives opened, limits kept, time taken.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::patience::{self, Job, Sharing};
use super::taken::{BREAKS, Taken, Unread};
use super::{Plan, Progress};
use crate::document::{Format, Unreadable};
use crate::error::guarded;
use crate::outcome::Receipt;
use crate::report::{OwnFile, figures_digest, own_file};
use crate::source::{Limit, Listing, Source};
use crate::submission::{Reader, Role, Submission};

/// Files that a thread takes in before it reads them.
const BATCH: usize = 16;
/// Bytes that it holds meanwhile, before the last of them.
const HELD: usize = 16 << 20;

/// Every file of a listing, in its order.
pub(super) fn read_all(listing: Listing, plan: &Plan, reader: &Arc<Reader>, tick: &dyn Fn(Progress)) -> Intake {
    read(listing, plan, reader, true, tick)
}

/// Every file of a listing, also those that this program wrote: the county's own report may be made from its totals.
pub(super) fn read_given(listing: Listing, plan: &Plan, reader: &Arc<Reader>) -> Intake {
    read(listing, plan, reader, false, &|_| {})
}

fn read(listing: Listing, plan: &Plan, reader: &Arc<Reader>, skips_own: bool, tick: &dyn Fn(Progress)) -> Intake {
    let Listing { sources, left_aside } = listing;
    let files = sources.len();
    let threads = plan.jobs.unwrap_or_else(|| takers(&sources)).clamp(1, files.max(1));
    let sharing = Sharing {
        threads,
        at_once: threads.min(cores()),
        things: files.div_ceil(4 * threads).clamp(1, BATCH),
        limit: Duration::from_secs(reader.limits.seconds),
    };
    let reading = Reading { sources, convert_with: plan.convert_with.clone(), reader: Arc::clone(reader), skips_own };
    let tell = |intakes: &Vec<Intake>| {
        for intake in intakes {
            let failed = intake.submissions.iter().any(|submission| submission.report().is_none());
            tick(Progress { files, failed });
        }
    };
    let all: Vec<Vec<Intake>> = patience::all(reading, files, sharing, tell);
    let mut whole = Intake { left_aside, ..Intake::default() };
    whole.submissions.reserve(all.iter().flatten().map(|intake| intake.submissions.len()).sum());
    whole.receipts.reserve(all.iter().flatten().map(|intake| intake.receipts.len()).sum());
    for intake in all.into_iter().flatten() {
        whole.append(intake);
    }
    whole.left_aside.sort();
    whole
}

/// The reading of files. A document that takes too long is given up, however small: a reader may find no end.
struct Reading {
    sources: Vec<Source>,
    convert_with: Option<PathBuf>,
    reader: Arc<Reader>,
    skips_own: bool,
}

impl Reading {
    /// Marks the report of this program's own workbook, if its figures are those it was written with.
    fn mark_unchanged(&self, format: Format, bytes: &[u8], submissions: &mut [Submission]) {
        if format != Format::Xlsx {
            return;
        }
        let Some(OwnFile::Annotated(digest)) = own_file(format, bytes) else { return };
        for submission in submissions {
            let is_unchanged = submission
                .report()
                .is_some_and(|report| figures_digest(report, &self.reader.forms.all[report.form]) == digest);
            if is_unchanged {
                submission.role = Role::Unchanged;
            }
        }
    }
}

impl Job for Reading {
    type Begun = Vec<Taken>;
    type Item = Unread;
    type Done = Vec<Submission>;
    type Whole = Vec<Intake>;

    /// Takes the bytes of files in, as many as may be held.
    fn begin(&self, files: Range<usize>) -> (Vec<Taken>, Vec<Unread>, usize) {
        let (mut begun, mut unread) = (Vec::with_capacity(files.len()), Vec::with_capacity(files.len()));
        let mut held = 0;
        for source in &self.sources[files.clone()] {
            let mut taken = Taken::of(source, &self.reader, self.convert_with.as_deref(), self.skips_own);
            held += taken.unread.iter().map(|document| document.bytes.len()).sum::<usize>();
            unread.append(&mut taken.unread);
            begun.push(taken);
            if held > HELD {
                break;
            }
        }
        let stopped = files.start + begun.len();
        (begun, unread, stopped)
    }

    /// A bug that shows in one file must not take the batch with it.
    fn work(&self, Unread { file, format, bytes }: &Unread) -> Vec<Submission> {
        let broken = || Unreadable::Damaged(*format, BREAKS.to_owned());
        let read = guarded(|| {
            let mut submissions = self.reader.read_as(*format, file, bytes);
            self.mark_unchanged(*format, bytes, &mut submissions);
            submissions
        });
        read.unwrap_or_else(|| vec![self.reader.unreadable(file, broken())])
    }

    fn end<'a>(
        &self,
        begun: Vec<Taken>,
        mut done: impl Iterator<Item = (&'a Unread, Option<Vec<Submission>>)>,
    ) -> Vec<Intake> {
        let beyond = || Unreadable::beyond(Limit::Seconds, &self.reader.limits);
        let mut next = || {
            let (document, read) = done.next()?;
            Some(read.unwrap_or_else(|| vec![self.reader.unreadable(&document.file, beyond())]))
        };
        let filled = |Taken { receipts, left_aside, contents, .. }: Taken| {
            let mut submissions = Vec::with_capacity(contents.len());
            for told in contents {
                submissions.extend(told.map_or_else(|| next().unwrap_or_default(), |told| vec![*told]));
            }
            Intake { receipts, submissions, left_aside }
        };
        begun.into_iter().map(filled).collect()
    }
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
fn takers(sources: &[Source]) -> usize {
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

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::source;

    #[test]
    fn files_that_are_large_together_are_taken_in_bit_by_bit_and_all_told_of_in_order() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let files = 24;
        for at in 0..files {
            // Every third is a picture of seven mebibytes, and every fourth blank.
            let size = if at % 3 == 0 { 7 << 20 } else { 100 };
            let bytes = [&b"\x89PNG"[..], &vec![7; size]].concat();
            let bytes = if at % 4 == 1 { Vec::new() } else { bytes };
            std::fs::write(folder.path().join(format!("{at:02}镇2025年年报.xls")), bytes).expect("a file");
        }
        let reader = Arc::new(Reader::official().expect("the program's data"));
        for jobs in [1, 3] {
            let (plan, told) = (Plan { jobs: Some(jobs), ..Plan::default() }, Cell::new(0));
            let listing = source::list(&[folder.path().to_owned()], &[]).expect("a listing");
            let intake = read_all(listing, &plan, &reader, &|progress| {
                assert!(progress.failed && progress.files == files);
                told.set(told.get() + 1);
            });
            assert_eq!(told.get(), files);
            let expected: Vec<String> = (0..files).map(|at| format!("{at:02}镇2025年年报.xls")).collect();
            assert!(intake.receipts.iter().map(|receipt| &receipt.file).eq(&expected));
            assert!(intake.submissions.iter().map(|submission| &submission.file).eq(&expected));
        }
    }
}
