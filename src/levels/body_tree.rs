//! The tree of bodies on all levels: the root first, then level by level.

use std::collections::{BTreeMap, BTreeSet};

use super::level_list::LevelList;

/// A body: a county, a city, or the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// Its name.
    pub name: String,
    /// The names from the root down to it, separated by `/`; unique.
    pub path: String,
    /// The number of levels above it; 0 for the root.
    pub level: usize,
    /// Position of its parent.
    pub parent: Option<usize>,
}

/// The bodies, with an index by path.
#[derive(Debug, Default)]
pub(super) struct BodyTree {
    pub(super) bodies: Vec<Body>,
    by_path: BTreeMap<String, usize>,
}

impl BodyTree {
    /// Builds the tree of these paths and all of their prefixes. Within a level, bodies are in the order of the list,
    /// else of their paths.
    pub(super) fn build<'a>(paths: impl Iterator<Item = &'a [String]>, list: Option<&LevelList>) -> Self {
        let mut prefixes: BTreeSet<&[String]> = BTreeSet::new();
        for path in paths {
            prefixes.extend((1..=path.len()).map(|length| &path[..length]));
        }
        let rank = |path: &[String]| list.map_or(0, |list| list.rank(path).min(list.rank(&path[1..])));
        let ranks = |path: &[String]| (1..=path.len()).map(|length| rank(&path[..length])).collect::<Vec<_>>();
        let mut sorted: Vec<&[String]> = prefixes.into_iter().collect();
        sorted.sort_by_cached_key(|path| (path.len(), ranks(path), path.to_vec()));
        let mut tree = Self::default();
        for path in sorted {
            let whole = path.join("/");
            let parent = tree.by_path.get(&path[..path.len() - 1].join("/")).copied();
            tree.by_path.insert(whole.clone(), tree.bodies.len());
            let name = path.last().cloned().unwrap_or_default();
            tree.bodies.push(Body { name, path: whole, level: path.len() - 1, parent });
        }
        tree
    }

    /// Returns the positions of a body and of all bodies above it, from the body up.
    pub(super) fn chain(&self, path: &[String]) -> Vec<usize> {
        let own = self.by_path.get(&path.join("/")).copied();
        std::iter::successors(own, |at| self.bodies[*at].parent).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_come_level_by_level_with_what_is_above_them() {
        let path = |text: &str| text.split('/').map(str::to_owned).collect::<Vec<_>>();
        let paths = [path("国/乙省/丙市"), path("国/甲省"), path("国/乙省/丁市")];
        let tree = BodyTree::build(paths.iter().map(Vec::as_slice), None);
        let shown: Vec<_> = tree.bodies.iter().map(|body| (body.path.as_str(), body.level, body.parent)).collect();
        let expected = [
            ("国", 0, None),
            ("国/乙省", 1, Some(0)),
            ("国/甲省", 1, Some(0)),
            ("国/乙省/丁市", 2, Some(1)),
            ("国/乙省/丙市", 2, Some(1)),
        ];
        assert_eq!(shown, expected);
        assert_eq!(tree.chain(&path("国/乙省/丙市")), [4, 1, 0]);
    }
}
