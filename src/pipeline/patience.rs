//! Work by several threads on a list of things, in any of which one may find no end. A thread cannot be stopped: one that
//! is at something for too long is given up, and another goes on behind that. Each thread does by itself all there is to
//! do for some things one after the other, so that none waits for another; the one that wants the work looks on.

use std::any::Any;
use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use rayon::ThreadPoolBuilder;

/// What is to be done for the things of a list, which it knows by their positions.
pub(super) trait Job: Send + Sync + 'static {
    /// What is known before an end is waited for.
    type Begun: Send;
    /// Something that may have no end.
    type Item: Send + Sync + 'static;
    /// What comes of it.
    type Done: Send;
    /// What comes of some things.
    type Whole: Send;

    /// Begins with the first of these things, one at least, and tells where it stopped.
    fn begin(&self, things: Range<usize>) -> (Self::Begun, Vec<Self::Item>, usize);

    /// Does the work for an item.
    fn work(&self, item: &Self::Item) -> Self::Done;

    /// Puts together what was begun and what came of each of its items, which is `None` for one that was given up.
    fn end<'a>(
        &self,
        begun: Self::Begun,
        done: impl Iterator<Item = (&'a Self::Item, Option<Self::Done>)>,
    ) -> Self::Whole;
}

/// How the work is shared out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sharing {
    /// Threads that begin with things.
    pub(super) threads: usize,
    /// Of these, how many work on items at once.
    pub(super) at_once: usize,
    /// Things that a thread takes at once.
    pub(super) things: usize,
    /// How long an item may take, and a little more.
    pub(super) limit: Duration,
}

/// How often it is looked for what is done: often enough for an eye that watches.
const LOOK: Duration = Duration::from_millis(50);
const SHORTEST_LOOK: Duration = Duration::from_millis(1);

/// Does a job for so many things, and tells of what is done as it is seen. What comes of them is in their order.
///
/// # Panics
/// Where the job does.
pub(super) fn all<J: Job>(job: J, count: usize, sharing: Sharing, mut tell: impl FnMut(&J::Whole)) -> Vec<J::Whole> {
    let shared =
        Arc::new(Shared { job, count, sharing, state: Mutex::default(), freed: Condvar::new(), news: Condvar::new() });
    let own = Arc::clone(&shared);
    // As many threads as there can be; the last resort is this one, which then watches nothing.
    let fewer =
        std::iter::successors(Some(sharing.threads.max(1)), |threads| Some(threads / 2).filter(|half| *half > 0));
    match fewer.map(|threads| ThreadPoolBuilder::new().num_threads(threads).build()).find_map(Result::ok) {
        Some(pool) => pool.spawn_broadcast(move |_| own.take_part(None)),
        None => own.take_part(None),
    }
    let (mut wholes, mut done) = (BTreeMap::new(), 0);
    let mut watched: Vec<Watched<J>> = Vec::new();
    while done < count {
        let mut state = lock(&shared.state);
        if state.ended.is_empty() && state.broken.is_none() {
            let wait = shared.news.wait_timeout(state, LOOK.min(sharing.limit / 4).max(SHORTEST_LOOK));
            state = wait.unwrap_or_else(PoisonError::into_inner).0;
        }
        if let Some(broken) = state.broken.take() {
            drop(state);
            resume_unwind(broken);
        }
        let (ended, at_work) = (std::mem::take(&mut state.ended), state.at_work.clone());
        drop(state);
        for (things, whole) in ended {
            tell(&whole);
            done += things.len();
            wholes.insert(things.start, whole);
        }
        watched = at_work.iter().map(|stint| Watched::of(stint, &watched)).collect();
        drop(at_work);
        for watched in &watched {
            watched.look(&shared);
        }
    }
    wholes.into_values().collect()
}

/// What the threads share.
struct Shared<J: Job> {
    job: J,
    count: usize,
    sharing: Sharing,
    state: Mutex<State<J>>,
    /// That one thread less works on items.
    freed: Condvar,
    /// That the last things are done, or something broke.
    news: Condvar,
}

struct State<J: Job> {
    /// The first thing that no thread has taken.
    next: usize,
    /// Things that are done.
    done: usize,
    /// What came of things and was not told yet.
    ended: Vec<(Range<usize>, J::Whole)>,
    at_work: Vec<Arc<Stint<J>>>,
    broken: Option<Box<dyn Any + Send>>,
}

impl<J: Job> Default for State<J> {
    fn default() -> Self {
        Self { next: 0, done: 0, ended: Vec::new(), at_work: Vec::new(), broken: None }
    }
}

/// Some things at whose items a thread is.
struct Stint<J: Job> {
    things: Range<usize>,
    /// The things behind these that its thread is to take next.
    rest: Range<usize>,
    items: Vec<J::Item>,
    /// What was begun, and what came of the items so far, until the end.
    so_far: Mutex<Option<SoFar<J>>>,
}

type SoFar<J> = (<J as Job>::Begun, Vec<Option<<J as Job>::Done>>);

impl<J: Job> Stint<J> {
    /// How many items are done, if there are any left.
    fn done(&self) -> Option<usize> {
        let so_far = lock(&self.so_far);
        so_far.as_ref().map(|(_, done)| done.len()).filter(|done| *done < self.items.len())
    }

    /// Puts down what came of an item, unless that was done or given up; whether it was put.
    fn put(&self, at: usize, result: Option<J::Done>) -> bool {
        match &mut *lock(&self.so_far) {
            Some((_, done)) if done.len() == at => done.push(result),
            _ => return false,
        }
        true
    }
}

impl<J: Job> Shared<J> {
    /// Goes on with a stint that another thread has left, if any, and then with whatever there is to do. A job that breaks
    /// off is told to the one who wants it.
    fn take_part(&self, mut left: Option<Arc<Stint<J>>>) {
        let work = || {
            loop {
                let stint = match left.take() {
                    Some(stint) => stint,
                    None => match self.next() {
                        Some(things) => self.begin(things),
                        None => return,
                    },
                };
                if !self.work(&stint) {
                    return;
                }
                let rest = stint.rest.clone();
                drop(stint);
                left = Some(rest).filter(|rest| !rest.is_empty()).map(|rest| self.begin(rest));
            }
        };
        if let Err(broken) = catch_unwind(AssertUnwindSafe(work)) {
            lock(&self.state).broken = Some(broken);
            self.news.notify_all();
        }
    }

    /// The next things that no thread has taken.
    fn next(&self) -> Option<Range<usize>> {
        let mut state = lock(&self.state);
        let start = state.next;
        state.next = (start + self.sharing.things.max(1)).min(self.count);
        Some(start..state.next).filter(|things| !things.is_empty())
    }

    /// Begins with things, and waits until their items may be worked on.
    fn begin(&self, things: Range<usize>) -> Arc<Stint<J>> {
        let (begun, items, stopped) = self.job.begin(things.clone());
        let (things, rest) = (things.start..stopped, stopped..things.end);
        let stint = Arc::new(Stint { things, rest, items, so_far: Mutex::new(Some((begun, Vec::new()))) });
        let mut state = lock(&self.state);
        while state.at_work.len() >= self.sharing.at_once.max(1) {
            state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.at_work.push(Arc::clone(&stint));
        stint
    }

    /// Works on the items of a stint that are left; whether this thread was not given up meanwhile.
    fn work(&self, stint: &Arc<Stint<J>>) -> bool {
        for at in stint.done().unwrap_or(stint.items.len())..stint.items.len() {
            if !stint.put(at, Some(self.job.work(&stint.items[at]))) {
                return false;
            }
        }
        let Some((begun, done)) = lock(&stint.so_far).take() else { return false };
        let whole = self.job.end(begun, stint.items.iter().zip(done));
        let mut state = lock(&self.state);
        state.at_work.retain(|other| !Arc::ptr_eq(other, stint));
        state.done += stint.things.len();
        state.ended.push((stint.things.clone(), whole));
        if state.done == self.count {
            self.news.notify_all();
        }
        drop(state);
        self.freed.notify_one();
        true
    }
}

/// A stint, how many of its items were done while others were not, and since when it has been so many.
struct Watched<J: Job> {
    stint: Weak<Stint<J>>,
    done: Option<usize>,
    since: Instant,
}

impl<J: Job> Watched<J> {
    /// A stint as it is now, or as it was seen before.
    fn of(stint: &Arc<Stint<J>>, before: &[Self]) -> Self {
        let (stint, done) = (Arc::downgrade(stint), stint.done());
        let seen = before.iter().find(|watched| watched.stint.ptr_eq(&stint) && watched.done == done);
        let since = seen.map_or_else(Instant::now, |watched| watched.since);
        Self { stint, done, since }
    }

    /// Has another thread give the item up that is worked on for too long, and go on behind it. Where there can be no more
    /// threads now, there may be when this is looked at again.
    fn look(&self, shared: &Arc<Shared<J>>) {
        let too_long = self.done.filter(|_| self.since.elapsed() >= shared.sharing.limit);
        if let Some((at, stint)) = too_long.zip(self.stint.upgrade()) {
            let own = Arc::clone(shared);
            let go_on = move || {
                if stint.put(at, None) {
                    own.take_part(Some(stint));
                }
            };
            drop(std::thread::Builder::new().spawn(go_on));
        }
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Doubles numbers: of seven things three, then two, then the last two, with an item for each.
    struct Doubling<F>(F);

    impl<F: Fn(usize) + Send + Sync + 'static> Job for Doubling<F> {
        type Begun = Range<usize>;
        type Item = usize;
        type Done = usize;
        type Whole = Vec<(usize, Option<usize>)>;

        fn begin(&self, things: Range<usize>) -> (Self::Begun, Vec<usize>, usize) {
            let stopped = things.start + things.len().div_ceil(2);
            (things.start..stopped, (things.start..stopped).collect(), stopped)
        }

        fn work(&self, item: &usize) -> usize {
            self.0(*item);
            item * 2
        }

        fn end<'a>(&self, begun: Range<usize>, done: impl Iterator<Item = (&'a usize, Option<usize>)>) -> Self::Whole {
            let paired = |(at, (item, done)): (usize, (&usize, Option<usize>))| {
                assert_eq!(at, *item);
                (at, done)
            };
            begun.zip(done).map(paired).collect()
        }
    }

    const SHARING: Sharing = Sharing { threads: 3, at_once: 2, things: 7, limit: Duration::from_mins(1) };

    fn doubled(count: usize, sharing: Sharing, work: impl Fn(usize) + Send + Sync + 'static) -> Vec<Option<usize>> {
        let mut told = 0;
        let all = all(Doubling(work), count, sharing, |whole| told += whole.len());
        assert_eq!(told, count);
        let all: Vec<(usize, Option<usize>)> = all.into_iter().flatten().collect();
        assert!(all.iter().map(|(at, _)| *at).eq(0..count));
        all.into_iter().map(|(_, done)| done).collect()
    }

    #[test]
    fn everything_is_done_in_order_however_it_is_shared_out() {
        for (count, threads, at_once, things) in
            [(0, 1, 1, 1), (1, 4, 4, 9), (50, 1, 1, 1), (50, 8, 2, 7), (5, 0, 0, 0)]
        {
            let sharing = Sharing { threads, at_once, things, ..SHARING };
            assert!(doubled(count, sharing, |_| ()).into_iter().eq((0..count).map(|at| Some(at * 2))));
        }
    }

    #[test]
    fn what_takes_too_long_is_given_up_and_nothing_else() {
        let is_stuck = |at: usize| at % 9 == 3;
        for threads in [1, 4] {
            let sharing = Sharing { threads, limit: Duration::from_secs(1), ..SHARING };
            let work = move |at| std::thread::sleep(Duration::from_secs(if is_stuck(at) { 3600 } else { 0 }));
            assert!(doubled(30, sharing, work).into_iter().eq((0..30).map(|at| (!is_stuck(at)).then_some(at * 2))));
        }
    }

    #[test]
    fn what_comes_late_is_not_taken() {
        // Item 1 ends while the thread that goes on behind it is still at item 2 of the same things.
        let (later, is_later) = (Mutex::new(false), Condvar::new());
        let wait = move |at| match at {
            1 => drop(is_later.wait_while(lock(&later), |later| !*later)),
            2 => {
                *lock(&later) = true;
                is_later.notify_all();
                std::thread::sleep(Duration::from_millis(300));
            }
            _ => {}
        };
        let sharing = Sharing { threads: 1, limit: Duration::from_secs(1), ..SHARING };
        assert!(doubled(7, sharing, wait).into_iter().eq((0..7).map(|at| (at != 1).then_some(at * 2))));
    }

    #[test]
    fn no_more_work_is_done_at_once_than_is_allowed() {
        let at_once = Arc::new(Mutex::new((0, 0)));
        let counted = Arc::clone(&at_once);
        let sharing = Sharing { threads: 6, at_once: 2, things: 3, ..SHARING };
        doubled(30, sharing, move |_| {
            let change = |to: fn((u32, u32)) -> (u32, u32)| {
                let mut counts = lock(&counted);
                *counts = to(*counts);
            };
            change(|(now, most)| (now + 1, most.max(now + 1)));
            std::thread::sleep(Duration::from_millis(5));
            change(|(now, most)| (now - 1, most));
        });
        assert_eq!(*lock(&at_once), (0, 2));
    }

    #[test]
    #[should_panic(expected = "broken off on purpose")]
    fn a_job_that_breaks_off_is_heard_of() {
        doubled(30, SHARING, |at| assert!(at != 20, "broken off on purpose"));
    }
}
