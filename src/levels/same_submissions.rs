//! Runs over the same submissions.

use std::collections::{BTreeMap, BTreeSet};

use super::placement::PlacedOutput;

/// Returns groups of runs of one year over the same submissions, by position: copies of a run, and runs that share more
/// than half of the submissions of the smaller one. Two bodies may send equal files now and then, such as a form with
/// zeros alone, but not most of what they have.
pub(super) fn same_submissions(runs: &[PlacedOutput]) -> Vec<Vec<usize>> {
    let mut by_submission: BTreeMap<(Option<u16>, &str), Vec<usize>> = BTreeMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut group_of: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, run) in runs.iter().enumerate() {
        let keys = || run.manifest.submissions.iter().map(|key| (run.manifest.year, key.as_str()));
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for other in keys().filter_map(|key| by_submission.get(&key)).flatten() {
            *shared.entry(*other).or_default() += 1;
        }
        let count = |at: usize| runs[at].manifest.submissions.len();
        let is_same = |(other, shared): (usize, usize)| shared * 2 > count(at).min(count(other));
        let same: BTreeSet<usize> =
            shared.into_iter().filter(|pair| is_same(*pair)).map(|(other, _)| group_of[&other]).collect();
        let mut joined: Vec<usize> = same.iter().flat_map(|group| std::mem::take(&mut groups[*group])).collect();
        joined.push(at);
        for member in &joined {
            group_of.insert(*member, groups.len());
        }
        groups.push(joined);
        for key in keys() {
            by_submission.entry(key).or_default().push(at);
        }
    }
    groups.retain(|group| group.len() > 1);
    groups
}
