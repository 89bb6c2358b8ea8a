//! Work with a deadline. A thread cannot be stopped, so one that misses its deadline is abandoned and replaced by a new
//! one.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::Duration;

type Task = Box<dyn FnOnce() + Send>;

thread_local! {
    /// The worker of the current thread. It is reused from one task to the next, because its thread-local caches stay
    /// filled.
    static WORKER: RefCell<Option<Sender<Task>>> = const { RefCell::new(None) };
}

/// Runs `work` and returns its result; `None` if it takes longer than the limit. If the system cannot start another
/// thread, `work` runs without a limit.
///
/// # Panics
/// If `work` panics.
pub(super) fn within<T: Send + 'static>(limit: Duration, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let Some(worker) = WORKER.take().or_else(start) else { return Some(work()) };
    let (done, result) = mpsc::channel::<Result<T, Box<dyn Any + Send>>>();
    let task = move || {
        // The receiver is gone if the deadline has passed.
        let _ = done.send(catch_unwind(AssertUnwindSafe(work)));
    };
    // A worker lives until its sender is dropped, so sending cannot fail.
    let _ = worker.send(Box::new(task));
    match result.recv_timeout(limit) {
        Ok(ended) => {
            WORKER.set(Some(worker));
            Some(ended.unwrap_or_else(|panic| resume_unwind(panic)))
        }
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => None,
    }
}

/// Starts a worker; `None` if the system cannot start another thread.
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
    fn a_panic_is_propagated() {
        within(Duration::from_mins(1), || panic!("a bug"));
    }
}
