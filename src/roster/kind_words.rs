//! Kinds of units in words: those of a roster's column of kinds, and those of its section rows.

use super::{NameWords, Unit, UnitKind};
use crate::spelling::key;

/// Words in the column of kinds, matched by their beginning.
const KINDS: [(&str, UnitKind); 56] = [
    ("乡镇", UnitKind::Township),
    ("镇乡", UnitKind::Township),
    ("镇街", UnitKind::Township),
    ("乡级", UnitKind::Township),
    ("镇政府", UnitKind::Township),
    ("乡政府", UnitKind::Township),
    ("各乡镇", UnitKind::Township),
    ("township", UnitKind::Township),
    ("街道", UnitKind::Subdistrict),
    ("各街道", UnitKind::Subdistrict),
    ("subdistrict", UnitKind::Subdistrict),
    ("部门", UnitKind::Department),
    ("政府部门", UnitKind::Department),
    ("工作部门", UnitKind::Department),
    ("组成部门", UnitKind::Department),
    ("县直", UnitKind::Department),
    ("区直", UnitKind::Department),
    ("市直", UnitKind::Department),
    ("旗直", UnitKind::Department),
    ("县级", UnitKind::Department),
    ("区级", UnitKind::Department),
    ("市级", UnitKind::Department),
    ("直属", UnitKind::Department),
    ("局办", UnitKind::Department),
    ("委办局", UnitKind::Department),
    ("委局", UnitKind::Department),
    ("委办", UnitKind::Department),
    ("机关", UnitKind::Department),
    ("垂管", UnitKind::Department),
    ("垂直", UnitKind::Department),
    ("双管", UnitKind::Department),
    ("双重", UnitKind::Department),
    ("驻县", UnitKind::Department),
    ("派出机构", UnitKind::Department),
    ("行政机关", UnitKind::Department),
    ("党政", UnitKind::Department),
    ("职能部门", UnitKind::Department),
    ("department", UnitKind::Department),
    ("其他", UnitKind::Other),
    ("其它", UnitKind::Other),
    ("other", UnitKind::Other),
    ("事业", UnitKind::Other),
    ("企业", UnitKind::Other),
    ("国企", UnitKind::Other),
    ("国有", UnitKind::Other),
    ("企事业", UnitKind::Other),
    ("公共", UnitKind::Other),
    ("学校", UnitKind::Other),
    ("医院", UnitKind::Other),
    ("园区", UnitKind::Other),
    ("开发区", UnitKind::Other),
    ("高新区", UnitKind::Other),
    ("管委会", UnitKind::Other),
    ("公司", UnitKind::Other),
    ("群团", UnitKind::Other),
    ("社会", UnitKind::Other),
];
/// Words in the column of kinds, matched as a whole.
const EXACT_KINDS: [(&str, UnitKind); 6] = [
    ("乡", UnitKind::Township),
    ("镇", UnitKind::Township),
    ("苏木", UnitKind::Township),
    ("民族乡", UnitKind::Township),
    ("街办", UnitKind::Subdistrict),
    ("局", UnitKind::Department),
];

/// Returns the kind that a word means; `None` if the word is unknown.
pub(super) fn kind_named(word: &str) -> Option<UnitKind> {
    let word = key(word).to_lowercase();
    if word.is_empty() {
        return Some(UnitKind::Other);
    }
    let exact = EXACT_KINDS.iter().find(|(exact, _)| *exact == word);
    let found = exact.or_else(|| KINDS.iter().find(|(start, _)| word.starts_with(start)));
    found.map(|(_, kind)| *kind)
}

/// Sets a unit's kind: that of its section if it has none, and the one its name shows if the kind is ambiguous (镇街).
pub(super) fn with_kind(unit: Unit, band: UnitKind) -> Unit {
    let kind = if unit.kind == UnitKind::Other { band } else { unit.kind };
    let name = NameWords::official().normal(&unit.name);
    let kind = match kind {
        UnitKind::Township if name.ends_with("街道") => UnitKind::Subdistrict,
        UnitKind::Subdistrict if name.ends_with(['乡', '镇']) => UnitKind::Township,
        kind => kind,
    };
    Unit { kind, ..unit }
}
