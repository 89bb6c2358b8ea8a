//! Work that may find no end, done by a thread that is left to itself if it does not come to one.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

type Job = Box<dyn FnOnce() + Send>;

/// Seats for such work, so many and no more; each has a thread, which is used again as long as this lives.
#[derive(Debug)]
pub(super) struct Workers {
    free: Mutex<Vec<Seat>>,
    freed: Condvar,
}

/// A seat with its thread, if that was started and has neither broken off nor been given up.
type Seat = Option<Sender<Job>>;

impl Workers {
    /// So many seats, one at least.
    pub(super) fn new(seats: usize) -> Self {
        Self { free: Mutex::new(vec![None; seats.max(1)]), freed: Condvar::new() }
    }

    /// Does the work for each item, in their order, at a seat of its own, which is waited for. An item that takes
    /// longer than `limit`, by up to a quarter, is given up and has `None`; those behind it are done by another thread. A
    /// thread cannot be stopped: one that is given up ends with the program at the latest.
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
        let mut seat = if items.is_empty() { return done } else { self.take() };
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
            let Some(worker) = start(seat.take(), Box::new(run)) else {
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
                    seat = Some(worker).filter(|_| ended && done.len() == items.len());
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
        lock(&self.free).push(seat);
        self.freed.notify_one();
        done
    }

    /// The seat that was free last, its thread being the one that knows most; else the next to be freed.
    fn take(&self) -> Seat {
        let mut free = lock(&self.free);
        loop {
            match free.pop() {
                Some(seat) => return seat,
                None => free = self.freed.wait(free).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

/// Starts a job in a thread or, where that has broken off or there is none, in a new one; `None` where there can be no
/// more threads.
fn start(thread: Seat, mut job: Job) -> Option<Sender<Job>> {
    if let Some(thread) = thread {
        match thread.send(job) {
            Ok(()) => return Some(thread),
            Err(unsent) => job = unsent.0,
        }
    }
    let (worker, jobs) = channel::<Job>();
    std::thread::Builder::new().spawn(move || jobs.into_iter().for_each(|job| job())).ok()?;
    worker.send(job).ok()?;
    Some(worker)
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
        let done = Workers::new(1).each((0..10).collect(), Duration::from_millis(200), work);
        let expected: Vec<Option<u64>> = (0..10).map(|item| (item % 5 != 3).then_some(item * 2)).collect();
        assert_eq!(done, expected);
    }

    #[test]
    fn nothing_is_done_at_once() {
        assert_eq!(Workers::new(1).each(Vec::<u64>::new(), Duration::ZERO, |item| *item), []);
    }

    #[test]
    fn no_more_work_is_done_at_once_than_there_are_seats() {
        let (workers, at_once) = (Workers::new(2), Arc::new(Mutex::new((0, 0))));
        std::thread::scope(|scope| {
            for _ in 0..6 {
                let at_once = Arc::clone(&at_once);
                let work = move |_: &u64| {
                    let change = |to: fn((u32, u32)) -> (u32, u32)| {
                        let mut counts = lock(&at_once);
                        *counts = to(*counts);
                    };
                    change(|(now, most)| (now + 1, most.max(now + 1)));
                    std::thread::sleep(Duration::from_millis(5));
                    change(|(now, most)| (now - 1, most));
                };
                scope.spawn(|| workers.each(vec![1, 2, 3], Duration::from_secs(60), work));
            }
        });
        assert_eq!(*lock(&at_once), (0, 2));
    }

    #[test]
    fn a_thread_is_used_again_unless_it_was_given_up_or_broke_off() {
        let workers = Workers::new(1);
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
