//! Decisions on the same subject that contradict one another. None of them counts, and the office is asked.

use std::collections::{BTreeMap, BTreeSet};

use super::correction::{Adoption, NameDecision};
use super::decision_sheet::EntryPlace;
use crate::message::Message;
use crate::spelling::key;

/// Entries that contradict one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// Their places, in order; all on one sheet.
    pub places: Vec<EntryPlace>,
    /// What they say, and what follows.
    pub why: Message,
}

impl Contradiction {
    /// Returns the contradiction of these entries.
    #[must_use]
    pub fn new(mut places: Vec<EntryPlace>, why: Message) -> Self {
        places.sort_unstable();
        Self { places, why }
    }
}

/// Removes the names that are assigned to several units.
pub(super) fn drop_contradictory_names(names: &mut Vec<NameDecision>) -> Vec<Contradiction> {
    let mut by_name: BTreeMap<String, Vec<&NameDecision>> = BTreeMap::new();
    for said in &*names {
        by_name.entry(key(&said.name)).or_default().push(said);
    }
    by_name.retain(|_, rows| rows.iter().map(|said| key(&said.unit)).collect::<BTreeSet<_>>().len() > 1);
    let contradiction = |rows: &Vec<&NameDecision>| {
        let units: BTreeSet<&str> = rows.iter().map(|said| said.unit.as_str()).collect();
        let (name, listed) = (&rows[0].name, units.iter().copied().collect::<Vec<_>>());
        Contradiction::new(
            rows.iter().map(|said| said.place).collect(),
            Message::new(
                format!("“{name}”对应了不同的单位（{}），均未采用，请只留一行", listed.join("、")),
                format!("“{name}” is assigned to several units (“{}”); none is used", listed.join("”, “")),
            ),
        )
    };
    let found: Vec<Contradiction> = by_name.values().map(contradiction).collect();
    names.retain(|said| found.iter().all(|found| !found.places.contains(&said.place)));
    found
}

/// Takes the files that are both adopted and not adopted as undecided.
pub(super) fn drop_contradictory_adoptions(adoptions: &mut [Adoption]) -> Vec<Contradiction> {
    let mut by_file: BTreeMap<(String, &str), Vec<&Adoption>> = BTreeMap::new();
    for said in &*adoptions {
        by_file.entry((key(&said.unit), &said.file)).or_default().push(said);
    }
    let has = |rows: &[&Adoption], adopted: bool| rows.iter().any(|said| said.adopted == Some(adopted));
    by_file.retain(|_, rows| has(rows, true) && has(rows, false));
    let contradiction = |((_, file), rows): (&(String, &str), &Vec<&Adoption>)| {
        Contradiction::new(
            rows.iter().filter(|said| said.adopted.is_some()).map(|said| said.place).collect(),
            Message::new(
                format!("文件“{file}”既填是又填否，按未决定处理，请只留一个"),
                format!("the file “{file}” is both adopted and not; this is taken as open"),
            ),
        )
    };
    let found: Vec<Contradiction> = by_file.iter().map(contradiction).collect();
    for said in adoptions {
        if found.iter().any(|found| found.places.contains(&said.place)) {
            said.adopted = None;
        }
    }
    found
}
