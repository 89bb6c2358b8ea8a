//! Work that may find no end, done by a thread that is left to itself if it does not come to one.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

type Job = Box<dyn FnOnce() + Send>;

/// Threads to do such work, each used again after the other for as long as this lives.
#[derive(Debug, Default)]
pub(super) struct Workers {
    idle: Mutex<Vec<Sender<Job>>>,
}

impl Workers {
    /// Does the work for each item, in their order, in a thread of its own. An item that takes longer than `limit`, by
    /// up to a quarter, is given up and has `None`; those behind it are done by another thread. A thread cannot be
    /// stopped: one that is given up ends with the program at the latest.
    pub(super) fn each<I, T>(
        &self,
        items: Vec<I>,
        limit: Duration,
        work: impl Fn(&I) -> T + Send + Sync + 'static,
    ) -> Vec<Option<T>>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
    {
        let (items, work) = (Arc::new(items), Arc::new(work));
        let mut done = Vec::new();
        while done.len() < items.len() {
            let from = done.len();
            let finished = Arc::new(Mutex::new(Vec::new()));
            let (all, doing, put) = (Arc::clone(&items), Arc::clone(&work), Arc::clone(&finished));
            let (running, ended) = channel::<()>();
            let run = move || {
                let _running = running;
                for item in &all[from..] {
                    let result = doing(item);
                    lock(&put).push(Some(result));
                }
            };
            let Some(worker) = self.start(Box::new(run)) else {
                done.extend(items[from..].iter().map(|item| Some(work(item))));
                break;
            };
            let (mut before, mut since) = (0, Instant::now());
            loop {
                let ended = ended.recv_timeout(limit / 4) != Err(RecvTimeoutError::Timeout);
                let mut results = lock(&finished);
                if ended || results.len() == before && since.elapsed() >= limit {
                    done.append(&mut results);
                    // One that broke off is of no more use, and neither is one that is still at it.
                    if ended && done.len() == items.len() {
                        lock(&self.idle).push(worker);
                    }
                    break;
                }
                if results.len() > before {
                    (before, since) = (results.len(), Instant::now());
                }
            }
            if done.len() < items.len() {
                done.push(None);
            }
        }
        done
    }

    /// Starts a job in an idle thread or a new one; `None` where there can be no more threads.
    fn start(&self, mut job: Job) -> Option<Sender<Job>> {
        while let Some(worker) = self.idle() {
            match worker.send(job) {
                Ok(()) => return Some(worker),
                // That thread has broken off.
                Err(unsent) => job = unsent.0,
            }
        }
        let (worker, jobs) = channel::<Job>();
        std::thread::Builder::new().spawn(move || jobs.into_iter().for_each(|job| job())).ok()?;
        worker.send(job).ok()?;
        Some(worker)
    }

    fn idle(&self) -> Option<Sender<Job>> {
        lock(&self.idle).pop()
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_too_long_is_given_up_and_nothing_else() {
        let work = |item: &u64| {
            if item % 5 == 3 {
                std::thread::sleep(Duration::from_secs(3600));
            }
            item * 2
        };
        let done = Workers::default().each((0..10).collect(), Duration::from_millis(200), work);
        let expected: Vec<Option<u64>> = (0..10).map(|item| (item % 5 != 3).then_some(item * 2)).collect();
        assert_eq!(done, expected);
    }

    #[test]
    fn nothing_is_done_at_once() {
        assert_eq!(Workers::default().each(Vec::<u64>::new(), Duration::ZERO, |item| *item), []);
    }

    #[test]
    fn a_thread_is_used_again_unless_it_was_given_up_or_broke_off() {
        let workers = Workers::default();
        let thread = |limit: u64, work: fn(&u64)| {
            let limit = Duration::from_millis(limit);
            workers.each(vec![7], limit, move |item| (work(item), std::thread::current().id()).1)[0]
        };
        let first = thread(60_000, |_| ());
        assert_eq!(thread(60_000, |_| ()), first);
        assert_eq!(thread(100, |_| std::thread::sleep(Duration::from_secs(3600))), None);
        let second = thread(60_000, |_| ());
        assert_ne!(second, first);
        assert_eq!(thread(60_000, |_| drop(std::panic::catch_unwind(|| ()))), second);
        assert_eq!(thread(60_000, |item| assert_eq!(*item, 8, "broken off on purpose")), None);
        let third = thread(60_000, |_| ());
        assert!(third.is_some() && third != second);
    }
}
