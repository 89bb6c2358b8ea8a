//! Parallel reading of the files into submissions.

use std::num::NonZero;
use std::sync::Arc;

use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

use super::file_reader::{FileReader, LoadedInputs};
use super::sent_letters::SentLetters;
use super::{Plan, Progress};
use crate::source::{Listing, Source};
use crate::submission::Reader;

/// A callback that is called for each file read, on the thread that read it.
pub type Tick<'a> = &'a (dyn Fn(Progress) + Sync);

/// Minimum number of threads, independent of the cores: while one waits for a disk or a network, others can read.
const FEWEST: usize = 8;

/// Reads every file of a listing and keeps its order.
pub(super) fn read_all(listing: Listing, plan: &Plan, reader: &Arc<Reader>, tick: Tick<'_>) -> LoadedInputs {
    read(listing, plan, reader, true, tick)
}

/// Like [`read_all`], but also reads files written by this program: the county's own report may be made from its draft.
pub(super) fn read_given(listing: Listing, plan: &Plan, reader: &Arc<Reader>) -> LoadedInputs {
    read(listing, plan, reader, false, &|_| {})
}

fn read(listing: Listing, plan: &Plan, reader: &Arc<Reader>, skips_own: bool, tick: Tick<'_>) -> LoadedInputs {
    let Listing { sources, left_aside } = listing;
    let files = sources.len();
    let sent = Arc::new(SentLetters::new(&plan.earlier_outputs, plan.limits));
    let with = FileReader { reader: Arc::clone(reader), convert_with: plan.convert_with.clone(), sent, skips_own };
    let read = |source: &Source| {
        let intake = with.read(source);
        let failed = intake.submissions.iter().any(|submission| submission.report().is_none());
        tick(Progress { files, failed });
        intake
    };
    let threads = plan.jobs.unwrap_or_else(|| cores().max(FEWEST)).clamp(1, files.max(1));
    // If the system cannot start the pool's threads, the files are read one after the other.
    let intakes: Vec<LoadedInputs> = match ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(pool) => pool.install(|| sources.par_iter().map(read).collect()),
        Err(_) => sources.iter().map(read).collect(),
    };
    let mut whole = LoadedInputs { left_aside, ..LoadedInputs::default() };
    for intake in intakes {
        whole.append(intake);
    }
    whole.left_aside.sort();
    whole
}

/// Returns the number of threads that can run at once.
pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::source;

    #[test]
    fn large_files_are_read_in_batches_and_reported_in_order() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let files = 24;
        for at in 0..files {
            // Every third file is a picture of 7 MiB, and every fourth is empty.
            let size = if at % 3 == 0 { 7 << 20 } else { 100 };
            let bytes = [&b"\x89PNG"[..], &vec![7; size]].concat();
            let bytes = if at % 4 == 1 { Vec::new() } else { bytes };
            std::fs::write(folder.path().join(format!("{at:02}镇2025年年报.xls")), bytes).expect("a file");
        }
        let reader = Arc::new(Reader::official().expect("the program's data"));
        for jobs in [1, 3] {
            let (plan, told) = (Plan { jobs: Some(jobs), ..Plan::default() }, AtomicUsize::new(0));
            let listing = source::list(&[folder.path().to_owned()], &[]).expect("a listing");
            let intake = read_all(listing, &plan, &reader, &|progress| {
                assert!(progress.failed && progress.files == files);
                told.fetch_add(1, Ordering::Relaxed);
            });
            assert_eq!(told.into_inner(), files);
            let expected: Vec<String> = (0..files).map(|at| format!("{at:02}镇2025年年报.xls")).collect();
            assert!(intake.receipts.iter().map(|receipt| &receipt.file).eq(&expected));
            assert!(intake.submissions.iter().map(|submission| &submission.file).eq(&expected));
        }
    }
}
