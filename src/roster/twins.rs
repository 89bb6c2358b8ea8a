//! Duplicate names, codes and aliases in a roster, with their row numbers.

use std::collections::HashMap;

use super::Unit;
use crate::message::Message;
use crate::spelling::key;

/// The kind of duplicate to look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Twin {
    /// A name or code: the rows are the same unit, and the roster is refused.
    Name,
    /// An alias: a report that bears only this name cannot be assigned.
    Alias,
}

/// Returns a message on the first two rows that share a name, a code or an alias; `None` if there are none.
pub(super) fn twins(units: &[Unit], lines: &[usize], wanted: Twin) -> Option<Message> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (at, unit) in units.iter().enumerate() {
        let name = std::iter::once(("名称", key(&unit.name), &unit.name));
        let id = Some(("单位代码", format!("# {}", unit.id), &unit.id)).filter(|(.., id)| **id != unit.name);
        let aliases = unit.aliases.iter().map(|name| ("名称或别名", key(name), name)).filter(|_| wanted == Twin::Alias);
        for (what, text, shown) in name.chain(id).chain(aliases) {
            if text.is_empty() {
                continue;
            }
            let Some(other) = seen.insert(text, at).filter(|other| *other != at) else { continue };
            let (first, second) = (lines.get(other)?, lines.get(at)?);
            return Some(Message::new(
                format!(
                    "第{first}行“{}”与第{second}行“{}”的{what}重复（“{shown}”），请改正其中一行",
                    units[other].name, unit.name
                ),
                format!(
                    "rows {first} “{}” and {second} “{}” share “{shown}”; correct one of them",
                    units[other].name, unit.name
                ),
            ));
        }
    }
    None
}
