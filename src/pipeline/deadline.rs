//! Work that may find no end, done within a time. A thread cannot be stopped: one that takes too long is left to itself,
//! and another takes its place.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::Duration;

type Task = Box<dyn FnOnce() + Send>;

thread_local! {
    /// The thread that works for this one. It is kept from one work to the next, with what it has at hand.
    static WORKER: RefCell<Option<Sender<Task>>> = const { RefCell::new(None) };
}

/// Returns what comes of some work; `None` where that takes longer than the limit. Where the system has no further
/// thread, it is done without a limit.
///
/// # Panics
/// Where the work does.
pub(super) fn within<T: Send + 'static>(limit: Duration, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let Some(worker) = WORKER.take().or_else(start) else { return Some(work()) };
    let (done, result) = mpsc::channel::<Result<T, Box<dyn Any + Send>>>();
    let task = move || {
        // Nobody waits any more for what comes too late.
        let _ = done.send(catch_unwind(AssertUnwindSafe(work)));
    };
    // A worker ends when its sender is gone, and not before.
    let _ = worker.send(Box::new(task));
    match result.recv_timeout(limit) {
        Ok(ended) => {
            WORKER.set(Some(worker));
            Some(ended.unwrap_or_else(|panic| resume_unwind(panic)))
        }
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => None,
    }
}

/// Starts a worker; `None` where the system has no further thread.
fn start() -> Option<Sender<Task>> {
    let (sender, tasks) = mpsc::channel::<Task>();
    let work = move || tasks.into_iter().for_each(|task| task());
    std::thread::Builder::new().spawn(work).ok().map(|_| sender)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_too_long_is_given_up_and_nothing_else() {
        let limit = Duration::from_secs(1);
        for at in 0..12 {
            let is_stuck = at % 5 == 3;
            let work = move || {
                std::thread::sleep(if is_stuck { Duration::from_hours(1) } else { Duration::ZERO });
                at * 2
            };
            assert_eq!(within(limit, work), (!is_stuck).then_some(at * 2));
        }
    }

    #[test]
    fn a_worker_is_kept_until_it_is_late() {
        let id = || std::thread::current().id();
        let limit = Duration::from_mins(1);
        let first = within(limit, id);
        assert_eq!(within(limit, id), first);
        assert_eq!(within(Duration::ZERO, || std::thread::sleep(Duration::from_hours(1))), None);
        assert_ne!(within(limit, id), first);
    }

    #[test]
    #[should_panic(expected = "a bug")]
    fn a_panic_is_handed_on() {
        within(Duration::from_mins(1), || panic!("a bug"));
    }
}
