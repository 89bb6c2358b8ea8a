//! Who reports: ids, names, aliases, due dates; and matching a name to a unit.

use std::collections::HashMap;

use crate::error::{Error, Result};
use crate::spelling::{compact, key};

/// What kind of body a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnitKind {
    /// 乡镇.
    Township,
    /// 街道.
    Subdistrict,
    /// 部门.
    Department,
    /// Anything else, or not said.
    #[default]
    Other,
}

impl UnitKind {
    /// The word used in `data/units.csv`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Township => "township",
            Self::Subdistrict => "subdistrict",
            Self::Department => "department",
            Self::Other => "other",
        }
    }

    /// The word the office reads.
    #[must_use]
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Township => "乡镇",
            Self::Subdistrict => "街道",
            Self::Department => "部门",
            Self::Other => "其他",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "township" | "乡镇" | "乡" | "镇" => Self::Township,
            "subdistrict" | "街道" | "街道办事处" => Self::Subdistrict,
            "department" | "部门" => Self::Department,
            "other" | "其他" | "" => Self::Other,
            _ => return None,
        })
    }
}

/// A unit that reports, or need not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unit {
    /// The county's own code; the name where the roster has none.
    pub id: String,
    /// Its name, as used in everything written.
    pub name: String,
    /// What kind of body it is.
    pub kind: UnitKind,
    /// Other names it goes by.
    pub aliases: Vec<String>,
    /// Whether it must report.
    pub required: bool,
    /// When its report is due, as the roster writes it.
    pub due: Option<String>,
    /// When its report came, if the office noted it.
    pub received: Option<String>,
    /// The unit it was merged into.
    pub merged_into: Option<String>,
}

impl Unit {
    /// Whether its report came after its due date, both being on the roster.
    #[must_use]
    pub fn is_late(&self) -> bool {
        let dates = [&self.due, &self.received].map(|date| date.as_deref().and_then(date_of));
        matches!(dates, [Some(due), Some(received)] if received > due)
    }
}

/// A date such as `2026-01-20`, `2026/1/20` or `2026年1月20日`, as numbers that compare.
fn date_of(text: &str) -> Option<[u32; 3]> {
    let parts: Vec<&str> = text.trim().split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let numbers: Vec<u32> = parts.iter().take(3).map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let date: [u32; 3] = numbers.try_into().ok()?;
    ((1..=12).contains(&date[1]) && (1..=31).contains(&date[2])).then_some(date)
}

/// Parts of names that are set aside when exact names and aliases do not match.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetAside {
    /// Ends of a name: 人民政府.
    pub suffixes: Vec<String>,
    /// Ends of a leading part: 县 in 示例县甲山镇.
    pub prefix_endings: Vec<String>,
}

/// What a name leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matched {
    /// This unit, by its position in the roster.
    One(usize),
    /// Several units equally well: no guess is made.
    Several(Vec<usize>),
    /// None.
    None,
}

/// The units of a county, in the office's order.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    /// The units, in the roster's order.
    pub units: Vec<Unit>,
    /// Names by how they are compared, strictest way first.
    levels: [HashMap<String, Vec<usize>>; 4],
    /// For each unit, how its names may stand within a text.
    within: Vec<Vec<String>>,
    set_aside: SetAside,
}

const COLUMNS: [(&str, [&str; 4]); 8] = [
    ("unit_id", ["单位代码", "代码", "编号", "序号"]),
    ("unit", ["单位名称", "单位", "名称", "报送单位"]),
    ("kind", ["类型", "单位类型", "类别", "性质"]),
    ("aliases", ["别名", "简称", "其他名称", "曾用名"]),
    ("required", ["应报", "是否应报", "应报送", "需报送"]),
    ("due", ["截止日期", "截止时间", "应报日期", "报送期限"]),
    ("received", ["收到日期", "收到时间", "报送日期", "收件日期"]),
    ("merged_into", ["并入", "并入单位", "合并到", "划入"]),
];

impl Roster {
    /// Makes a roster of the rows of a table. The first row that names a unit column is the header.
    ///
    /// # Errors
    /// `Error::Given` where there is no such header, a name or code stands twice, or a word is not understood.
    pub fn from_rows(file: &str, rows: &[Vec<String>], set_aside: SetAside) -> Result<Self> {
        let fail = |why: String| Error::Given { file: file.to_owned(), why };
        let header = rows.iter().position(|row| column(row, 1).is_some());
        let header = header.ok_or_else(|| fail("no column is headed unit or 单位名称".to_owned()))?;
        let columns: [Option<usize>; COLUMNS.len()] = std::array::from_fn(|which| column(&rows[header], which));
        let mut units = Vec::new();
        for (number, row) in rows.iter().enumerate().skip(header + 1) {
            let unit = unit_of(&columns, row).map_err(|why| fail(format!("row {}: {why}", number + 1)))?;
            units.extend(unit);
        }
        if units.is_empty() {
            return Err(fail("it lists no unit".to_owned()));
        }
        Self::of_units(units, set_aside).map_err(fail)
    }

    /// A roster of these units.
    ///
    /// # Errors
    /// A sentence, where two units share a code or a name.
    pub fn of_units(units: Vec<Unit>, set_aside: SetAside) -> std::result::Result<Self, String> {
        let mut roster = Self { levels: Default::default(), within: Vec::new(), set_aside, units };
        let mut ids: HashMap<String, usize> = HashMap::new();
        for at in 0..roster.units.len() {
            let unit = &roster.units[at];
            let namesake = roster.levels[0].get(&key(&unit.name)).and_then(|units| units.first().copied());
            if let Some(twin) = ids.insert(unit.id.clone(), at).or(namesake) {
                let twin = &roster.units[twin];
                return Err(format!(
                    "{} ({}) and {} ({}) share a code or a name",
                    twin.name, twin.id, unit.name, unit.id
                ));
            }
            let keys = |name: &String| {
                let short = roster.without_suffix(name);
                [key(name), key(&short), key(&roster.without_prefix(&short))]
            };
            let keys: Vec<[String; 3]> = std::iter::once(&unit.name).chain(&unit.aliases).map(keys).collect();
            roster.within.push(keys.iter().flat_map(|[whole, _, bare]| [whole.clone(), bare.clone()]).collect());
            for (number, [whole, short, bare]) in keys.into_iter().enumerate() {
                roster.enter(usize::from(number > 0), whole, at);
                roster.enter(2, short, at);
                roster.enter(3, bare, at);
            }
        }
        Ok(roster)
    }

    fn enter(&mut self, level: usize, name: String, at: usize) {
        let units = self.levels[level].entry(name).or_default();
        if !units.contains(&at) {
            units.push(at);
        }
    }

    /// The unit of a name: exact, by alias, then with parts of the name set aside.
    #[must_use]
    pub fn find(&self, name: &str) -> Matched {
        let short = self.without_suffix(name);
        let bare = self.without_prefix(&short);
        for (level, name) in [name, name, &short, &bare].into_iter().enumerate() {
            match self.levels[level].get(&key(name)).map(Vec::as_slice) {
                Some([one]) => return Matched::One(*one),
                Some(several) => return Matched::Several(several.to_vec()),
                None => {}
            }
        }
        Matched::None
    }

    /// The unit whose name or alias stands within a text (a file's name), if the longest such name is one unit's.
    #[must_use]
    pub fn find_within(&self, text: &str) -> Matched {
        let text = key(text);
        let mut best: (usize, Vec<usize>) = (1, Vec::new());
        for (at, names) in self.within.iter().enumerate() {
            let names = names.iter().filter(|name| text.contains(name.as_str()));
            let longest = names.map(|name| name.chars().count()).max().unwrap_or(0);
            if longest > best.0 {
                best = (longest, vec![at]);
            } else if longest == best.0 {
                best.1.push(at);
            }
        }
        match best.1.as_slice() {
            [] => Matched::None,
            [one] => Matched::One(*one),
            several => Matched::Several(several.to_vec()),
        }
    }

    fn without_suffix(&self, name: &str) -> String {
        let name = compact(name);
        let cut = self.set_aside.suffixes.iter().find_map(|suffix| name.strip_suffix(suffix.as_str()));
        cut.filter(|rest| rest.chars().count() > 1).map_or_else(|| name.clone(), str::to_owned)
    }

    /// The name behind its shortest leading part that ends in 县 or 区; both parts have two characters at least.
    fn without_prefix(&self, name: &str) -> String {
        let ends: Vec<usize> = name
            .char_indices()
            .filter(|(_, c)| self.set_aside.prefix_endings.iter().any(|ending| ending.chars().eq([*c])))
            .map(|(at, c)| at + c.len_utf8())
            .collect();
        let fits = |end: &&usize| name[..**end].chars().count() > 2 && name[**end..].chars().count() > 1;
        ends.iter().find(fits).map_or_else(|| name.to_owned(), |end| name[*end..].to_owned())
    }
}

fn column(header: &[String], which: usize) -> Option<usize> {
    let (english, chinese) = COLUMNS[which];
    let is = |cell: &String| {
        let cell = compact(cell);
        cell.eq_ignore_ascii_case(english) || chinese.contains(&cell.as_str())
    };
    header.iter().position(is)
}

fn unit_of(columns: &[Option<usize>; COLUMNS.len()], row: &[String]) -> std::result::Result<Option<Unit>, String> {
    let text = |which: usize| {
        let cell = columns[which].and_then(|at| row.get(at)).map(|cell| cell.trim());
        cell.filter(|cell| !cell.is_empty()).map(str::to_owned)
    };
    let Some(name) = text(1) else {
        return Ok(None);
    };
    let kind = text(2).unwrap_or_default();
    let required = match text(4).as_deref() {
        None | Some("yes" | "是" | "应报" | "1" | "true") => true,
        Some("no" | "否" | "不报" | "0" | "false") => false,
        Some(other) => return Err(format!("required is neither yes nor no: {other}")),
    };
    Ok(Some(Unit {
        id: text(0).unwrap_or_else(|| name.clone()),
        kind: UnitKind::parse(&kind).ok_or_else(|| format!("unknown kind of unit: {kind}"))?,
        aliases: text(3)
            .unwrap_or_default()
            .split([';', '；'])
            .map(|alias| alias.trim().to_owned())
            .filter(|alias| !alias.is_empty())
            .collect(),
        required,
        due: text(5),
        received: text(6),
        merged_into: text(7),
        name,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roster(names: &[(&str, &str)]) -> Roster {
        let unit = |(name, aliases): &(&str, &str)| Unit {
            id: (*name).to_owned(),
            name: (*name).to_owned(),
            aliases: aliases.split(';').filter(|alias| !alias.is_empty()).map(str::to_owned).collect(),
            required: true,
            ..Unit::default()
        };
        let set_aside = SetAside {
            suffixes: vec!["人民政府".to_owned(), "办事处".to_owned()],
            prefix_endings: vec!["县".to_owned(), "区".to_owned()],
        };
        Roster::of_units(names.iter().map(unit).collect(), set_aside).expect("names differ")
    }

    #[test]
    fn names_as_submissions_write_them() {
        let roster = roster(&[
            ("示例县甲山镇人民政府", ""),
            ("示例县财政局", "县财政局"),
            ("高市乡", ""),
            ("城关街道办事处", ""),
        ]);
        for (name, unit) in [
            ("甲山镇", 0),
            ("示例县甲山镇", 0),
            ("甲山镇人民政府", 0),
            ("财政局", 1),
            ("县财政局", 1),
            ("示例县 财政局", 1),
            ("高市乡人民政府", 2),
            ("城关街道", 3),
        ] {
            assert_eq!(roster.find(name), Matched::One(unit), "{name}");
        }
        assert_eq!(roster.find("乙水乡"), Matched::None);
        assert_eq!(roster.find_within("03甲山镇年报定稿"), Matched::One(0));
        assert_eq!(roster.find_within("年报"), Matched::None);
    }

    #[test]
    fn no_single_best_is_no_match() {
        let roster = roster(&[("东山区财政局分局", ""), ("西山县财政局分局", "")]);
        assert_eq!(roster.find("财政局分局"), Matched::Several(vec![0, 1]));
    }

    #[test]
    fn headers_in_either_language_and_rows_that_are_wrong() {
        let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let rows = [
            row(&["示例县名册"]),
            row(&["单位代码", "单位名称", "类型", "应报"]),
            row(&["01", "甲山镇", "乡镇", "是"]),
            row(&["02", "税务局", "部门", "否"]),
        ];
        let read = Roster::from_rows("r.csv", &rows, SetAside::default()).expect("readable");
        assert_eq!(read.units.iter().map(|unit| unit.required).collect::<Vec<_>>(), [true, false]);
        assert!(Roster::from_rows("r.csv", &rows[2..], SetAside::default()).is_err());
        let twice = [rows[1].clone(), rows[2].clone(), rows[2].clone()];
        assert!(Roster::from_rows("r.csv", &twice, SetAside::default()).is_err());
    }
}
