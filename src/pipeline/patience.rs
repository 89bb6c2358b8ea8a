//! Work that may find no end, done by a thread that is left to itself if it does not come to one.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Does the work for each item, in their order, in a thread of its own. An item that takes longer than `limit`, by up
/// to a quarter, is given up and has `None`; those behind it are done by another thread. A thread cannot be stopped: one
/// that is given up ends with the program at the latest.
pub(super) fn each<I, T>(
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
                put.lock().unwrap_or_else(PoisonError::into_inner).push(Some(result));
            }
        };
        if std::thread::Builder::new().spawn(run).is_err() {
            done.extend(items[from..].iter().map(|item| Some(work(item))));
            break;
        }
        let (mut before, mut since) = (0, Instant::now());
        loop {
            let ended = ended.recv_timeout(limit / 4) != Err(RecvTimeoutError::Timeout);
            let mut results = finished.lock().unwrap_or_else(PoisonError::into_inner);
            if ended || results.len() == before && since.elapsed() >= limit {
                done.append(&mut results);
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
        let done = each((0..10).collect(), Duration::from_millis(200), work);
        let expected: Vec<Option<u64>> = (0..10).map(|item| (item % 5 != 3).then_some(item * 2)).collect();
        assert_eq!(done, expected);
    }

    #[test]
    fn nothing_is_done_at_once() {
        assert_eq!(each(Vec::<u64>::new(), Duration::ZERO, |item| *item), []);
    }
}
