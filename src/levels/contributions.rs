//! Contributions of outputs to the totals and the coverage of bodies and years.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::BodyYear;
use super::body_tree::BodyTree;
use super::coverage::Coverage;

/// The contribution of an output, or of one body of a roll-up, to the totals.
#[derive(Debug)]
pub(super) struct Contribution {
    /// Its number as a source of totals; `None` if the output is left out.
    pub(super) source: Option<u32>,
    pub(super) path: Vec<String>,
    /// Whether it also counts for the bodies above.
    pub(super) reaches_up: bool,
    pub(super) year: u16,
    pub(super) form: usize,
    pub(super) coverage: Coverage,
    /// The folder of a run with a page that lists the units.
    pub(super) folder: Option<PathBuf>,
}

/// The bodies with their years, and the sources that count for each.
pub(super) struct Editions {
    pub(super) years: Vec<BodyYear>,
    pub(super) sources: Vec<Vec<u32>>,
}

/// The contributions to a body and year.
#[derive(Default)]
struct EditionParts {
    coverage: Coverage,
    /// The folders of the body's own runs.
    folders: BTreeSet<PathBuf>,
    sources: Vec<u32>,
}

impl Editions {
    /// Groups the contributions by body, year and form, for their own body and those above.
    pub(super) fn build(tree: &BodyTree, contributions: &[Contribution]) -> Self {
        let mut found: BTreeMap<(usize, u16, usize), EditionParts> = BTreeMap::new();
        for contribution in contributions {
            let reach = if contribution.reaches_up { usize::MAX } else { 1 };
            for (above, body) in tree.chain(&contribution.path).into_iter().take(reach).enumerate() {
                let parts = found.entry((body, contribution.year, contribution.form)).or_default();
                parts.coverage.add_all(&contribution.coverage);
                parts.folders.extend(contribution.folder.clone().filter(|_| above == 0));
                parts.sources.extend(contribution.source);
            }
        }
        let mut editions = Self { years: Vec::new(), sources: Vec::new() };
        for ((body, year, form), EditionParts { coverage, folders, sources }) in found {
            let folders = folders.into_iter().collect();
            editions.years.push(BodyYear { body, year, form, coverage, folders, page: None });
            editions.sources.push(sources);
        }
        editions
    }
}
