//! The roster of units that report: ids, names, aliases, due dates. Also matches names to units.

mod kind_words;
mod name;
mod roster_table;
mod suggestion;
mod twins;

use std::collections::{BTreeSet, HashMap};

use chrono::{Datelike, NaiveDate};

pub use name::NameWords;
use name::{AreaName, ParsedName};

use crate::message::Message;
use crate::spelling::key;

/// The kind of body that a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnitKind {
    /// 乡镇.
    Township,
    /// 街道.
    Subdistrict,
    /// 部门.
    Department,
    /// Anything else, or not stated.
    #[default]
    Other,
}

impl UnitKind {
    /// Returns the word in `data/units.csv`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Township => "township",
            Self::Subdistrict => "subdistrict",
            Self::Department => "department",
            Self::Other => "other",
        }
    }

    /// Returns the Chinese word.
    #[must_use]
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Township => "乡镇",
            Self::Subdistrict => "街道",
            Self::Department => "部门",
            Self::Other => "其他",
        }
    }
}

/// A body on the roster, whether or not it must report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unit {
    /// The county's own code for it, or its name if the roster has no codes.
    pub id: String,
    /// Its name in all outputs.
    pub name: String,
    /// Its kind.
    pub kind: UnitKind,
    /// Its other names.
    pub aliases: Vec<String>,
    /// Whether it must report.
    pub required: bool,
    /// The due date of its report, as written in the roster.
    pub due: Option<String>,
    /// The date on which its report was received, if the office noted it.
    pub received: Option<String>,
    /// The unit it was merged into.
    pub merged_into: Option<String>,
    /// Name of the contact person.
    pub contact: Option<String>,
    /// Phone number of the contact person.
    pub phone: Option<String>,
}

impl Unit {
    /// Returns whether a name is the unit's name, id or alias, ignoring punctuation.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        let name = key(name);
        std::iter::once(&self.name).chain([&self.id]).chain(&self.aliases).any(|own| key(own) == name)
    }

    /// Returns whether its report was received after its due date; `false` if either date is missing.
    #[must_use]
    pub fn is_late(&self) -> bool {
        let dates = [&self.due, &self.received].map(|date| date.as_deref().and_then(date_in));
        matches!(dates, [Some(due), Some(received)] if received > due)
    }

    /// Returns whether `today` is not after its due date; `false` if either date is unknown.
    #[must_use]
    pub fn is_before_due(&self, today: Option<NaiveDate>) -> bool {
        let due = self.due.as_deref().and_then(date_in);
        matches!((today, due), (Some(today), Some(due)) if today <= due)
    }
}

/// Parses a date such as `2026-01-20`, `2026/1/20` or `2026年1月20日`.
#[must_use]
pub fn date_in(text: &str) -> Option<NaiveDate> {
    let parts: Vec<&str> = text.trim().split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let numbers: Vec<u32> = parts.iter().take(3).map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [year, month, day] = numbers.try_into().ok()?;
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// Returns a date in Chinese words: `2026年1月20日`.
#[must_use]
pub fn day_in_words(day: NaiveDate) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// The result of matching a name to the roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matched {
    /// This unit, by its position in the roster.
    One(usize),
    /// Several units match equally well, by position; none is chosen.
    Several(Vec<usize>),
    /// No unit.
    None,
}

/// Maximum number of units suggested for a name.
const MAX_NEAREST: usize = 3;
/// Minimum similarity of a suggested name, in percent.
const MIN_LIKENESS: usize = 40;

/// The units of a county, in the office's order.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    /// The units, in the roster's order.
    pub units: Vec<Unit>,
    /// Remarks for the office on the table that it was read from, such as an unknown kind or an alias of two units.
    pub remarks: Vec<Message>,
    /// The county, if it is given or evident from the units' names.
    home: Option<String>,
    /// Units by exact name, and by exact alias.
    exact: [HashMap<String, Vec<usize>>; 2],
    /// Units by the parsed forms of their names: as written, and with abbreviations expanded.
    bodies: [HashMap<String, Vec<(AreaName, usize)>>; 2],
}

impl Roster {
    /// Builds a roster of units.
    ///
    /// # Errors
    /// A message if two units have the same code or name.
    pub fn of_units(units: Vec<Unit>) -> std::result::Result<Self, Message> {
        let mut ids: HashMap<&str, usize> = HashMap::new();
        let mut names: HashMap<String, usize> = HashMap::new();
        for (at, unit) in units.iter().enumerate() {
            let twin = ids.insert(&unit.id, at).or(names.insert(key(&unit.name), at));
            if let Some(twin) = twin.map(|twin| &units[twin]) {
                let ids = [&twin.name, &twin.id, &unit.name, &unit.id];
                return Err(Message::new(
                    format!("{}（{}）与 {}（{}）的代码或名称重复", ids[0], ids[1], ids[2], ids[3]),
                    format!("“{}” (“{}”) and “{}” (“{}”) share a code or a name", ids[0], ids[1], ids[2], ids[3]),
                ));
            }
        }
        let names = units.iter().map(|unit| unit.name.as_str());
        let home = NameWords::official().common_area(names);
        let mut roster = Self { home, ..Self::default() };
        for unit in units {
            roster.add(unit);
        }
        Ok(roster)
    }

    /// Returns the roster for a county with a known name; unchanged if `None`.
    #[must_use]
    pub fn in_county(self, county: Option<&str>) -> Self {
        let words = NameWords::official();
        let Some(home) = county.map(|county| words.normal(county)).filter(|home| !home.is_empty()) else { return self };
        let mut roster = Self { home: Some(home), ..Self::default() };
        for unit in self.units {
            roster.add(unit);
        }
        roster
    }

    /// Sets a due date for the units that have none of their own.
    #[must_use]
    pub fn due_on(mut self, due: Option<NaiveDate>) -> Self {
        for unit in self.units.iter_mut().filter(|unit| unit.due.is_none()) {
            unit.due = due.map(|due| due.to_string());
        }
        self
    }

    /// Returns a copy of the roster with more aliases, each given with the position of its unit.
    #[must_use]
    pub fn with_aliases(&self, aliases: &[(String, usize)]) -> Self {
        let mut units = self.units.clone();
        for (alias, unit) in aliases {
            units[*unit].aliases.push(alias.clone());
        }
        let mut roster = Self { home: self.home.clone(), remarks: self.remarks.clone(), ..Self::default() };
        for unit in units {
            roster.add(unit);
        }
        roster
    }

    /// Returns the county of the units, if known.
    #[must_use]
    pub fn county(&self) -> Option<&str> {
        self.home.as_deref()
    }

    /// Returns whether two or more units are counties themselves, as on a city's roster.
    #[must_use]
    pub fn has_counties(&self) -> bool {
        let words = NameWords::official();
        self.units.iter().filter(|unit| words.is_county(&unit.name)).take(2).count() > 1
    }

    /// Adds a unit at the end.
    pub fn add(&mut self, unit: Unit) {
        let words = NameWords::official();
        let at = self.units.len();
        for (number, name) in std::iter::once(&unit.name).chain(&unit.aliases).enumerate() {
            let units = self.exact[usize::from(number > 0)].entry(key(name)).or_default();
            units.extend(Some(at).filter(|at| !units.contains(at)));
            for name in std::iter::once(name.clone()).chain(words.second_names(name)) {
                self.add_readings(&words.normal(&name), at);
            }
        }
        self.units.push(unit);
    }

    fn add_readings(&mut self, name: &str, at: usize) {
        let words = NameWords::official();
        for ParsedName { area, body } in words.readings(name, self.home.as_deref()) {
            let full = words.full_form(&body);
            self.bodies[1].entry(full).or_default().push((area.clone(), at));
            self.bodies[0].entry(body).or_default().push((area, at));
        }
    }

    /// Returns the unit of a name: by exact name, then by exact alias, then ignoring the optional parts of names, and
    /// last with abbreviations expanded. A name with additional or different words is the name of another body.
    #[must_use]
    pub fn find(&self, name: &str) -> Matched {
        let exact = key(name);
        for names in &self.exact {
            if let Some(units) = names.get(&exact) {
                return matched(units.iter().copied().collect());
            }
        }
        let words = NameWords::official();
        if words.names_subordinate(name) {
            return Matched::None;
        }
        let readings = words.readings(&words.normal(name), self.home.as_deref());
        let as_written = |reading: &ParsedName| reading.body.clone();
        let in_full = |reading: &ParsedName| words.full_form(&reading.body);
        let found = self.units_read(&readings, &self.bodies[0], as_written);
        let found = if found.is_empty() { self.units_read(&readings, &self.bodies[1], in_full) } else { found };
        matched(found)
    }

    /// Returns the units that match one of the readings. The reading of the whole name has precedence.
    fn units_read(
        &self,
        readings: &[ParsedName],
        bodies: &HashMap<String, Vec<(AreaName, usize)>>,
        form: impl Fn(&ParsedName) -> String,
    ) -> BTreeSet<usize> {
        let of_reading = |reading: &ParsedName| {
            let units = bodies.get(&form(reading)).map_or(&[][..], Vec::as_slice);
            let area = reading.area.clone();
            units.iter().filter(move |(of_unit, _)| area.agrees_with(of_unit, self.county())).map(|(_, unit)| *unit)
        };
        let (whole, parts) = readings.split_at(1);
        let of_whole: BTreeSet<usize> = whole.iter().flat_map(of_reading).collect();
        if of_whole.is_empty() { parts.iter().flat_map(of_reading).collect() } else { of_whole }
    }

    /// Returns the units with the most similar names to a name that no unit has, the most similar first.
    #[must_use]
    pub fn nearest(&self, name: &str) -> Vec<usize> {
        let words = NameWords::official();
        let pairs_of = |body: &str| {
            let chars: Vec<char> = body.chars().collect();
            chars.windows(2).map(|pair| (pair[0], pair[1])).collect::<BTreeSet<_>>()
        };
        let readings = |name: &str| -> Vec<BTreeSet<(char, char)>> {
            let readings = words.readings(&words.normal(name), self.county());
            readings.iter().map(|reading| pairs_of(&reading.body)).collect()
        };
        let given = readings(name);
        // Dice's coefficient of the sets of character pairs, in percent.
        let likeness = |one: &BTreeSet<_>, other: &BTreeSet<_>| {
            (200 * one.intersection(other).count()).checked_div(one.len() + other.len()).unwrap_or(0)
        };
        let score = |unit: &Unit| {
            let names = std::iter::once(&unit.name).chain(&unit.aliases).flat_map(|name| readings(name));
            names
                .flat_map(|name| given.iter().map(|given| likeness(&name, given)).collect::<Vec<_>>())
                .max()
                .unwrap_or(0)
        };
        let scores = self.units.iter().enumerate().map(|(at, unit)| (score(unit), at));
        let mut near: Vec<(usize, usize)> = scores.filter(|(score, _)| *score >= MIN_LIKENESS).collect();
        near.sort_by_key(|(score, at)| (std::cmp::Reverse(*score), *at));
        near.into_iter().take(MAX_NEAREST).map(|(_, at)| at).collect()
    }
}

fn matched(units: BTreeSet<usize>) -> Matched {
    let mut units: Vec<usize> = units.into_iter().collect();
    match (units.pop(), units.is_empty()) {
        (None, _) => Matched::None,
        (Some(one), true) => Matched::One(one),
        (Some(last), false) => {
            units.push(last);
            Matched::Several(units)
        }
    }
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
        Roster::of_units(names.iter().map(unit).collect()).expect("names differ")
    }

    fn leads_to(roster: &Roster, names: &[&str], unit: usize) {
        for name in names {
            assert_eq!(roster.find(name), Matched::One(unit), "{name}");
        }
    }

    fn leads_nowhere(roster: &Roster, names: &[&str]) {
        for name in names {
            assert_eq!(roster.find(name), Matched::None, "{name}");
        }
    }

    #[test]
    fn names_as_submissions_write_them() {
        let roster = roster(&[
            ("示例县甲山镇人民政府", ""),
            ("示例县财政局", "财税局"),
            ("示例县高市乡", ""),
            ("示例县城关街道办事处", ""),
            ("示例县人民政府办公室", ""),
            ("示例县发展和改革委员会", ""),
            ("示例县市场监督管理局（知识产权局）", ""),
            ("示例县经济开发区管理委员会", ""),
        ]);
        assert_eq!(roster.county(), Some("示例县"));
        leads_to(
            &roster,
            &["甲山镇", "示例县甲山镇", "甲山镇人民政府", "甲山镇政府", "甲山镇人民政府办公室", "示例甲山镇"],
            0,
        );
        leads_to(&roster, &["甲 山 镇", "示例市示例县甲山镇", "甲山镇党政办", "甲山镇（盖章）", "（示例县）甲山镇"], 0);
        leads_to(
            &roster,
            &["财政局", "县财政局", "示例县 财政局", "我县财政局", "财政局本级", "财税局", "示例财政局"],
            1,
        );
        leads_to(&roster, &["高市乡人民政府", "高市乡"], 2);
        leads_to(&roster, &["城关街道", "城关街道办", "城关街办", "城关街道办事处"], 3);
        leads_to(&roster, &["政府办公室", "县政府办", "示例县政府办公室", "县府办"], 4);
        leads_to(&roster, &["发改委", "县发改委", "发展改革委员会", "示例县发展改革委"], 5);
        leads_to(&roster, &["市场监督管理局", "县市场监管局", "市监局", "知识产权局", "县知识产权局"], 6);
        leads_to(&roster, &["经济开发区管委会", "示例县经济开发区管委会", "县经济开发区管委会"], 7);
        leads_nowhere(&roster, &["乙水乡", "示例县", "示例县人民政府", "管委会", "县", "", "（）", "年报"]);
    }

    #[test]
    fn another_bodys_name_is_not_a_units() {
        let roster = roster(&[
            ("示例县财政局", ""),
            ("示例县城关镇人民政府", ""),
            ("示例县教育局", ""),
            ("示例县高新区管委会", ""),
            ("示例县市场监督管理局", ""),
        ]);
        leads_nowhere(&roster, &["财政局国库支付中心", "财政局（国库支付中心）", "县教育局教研室", "教育局招生办公室"]);
        leads_nowhere(&roster, &["城关镇中心学校", "城关镇卫生院", "北城关镇", "城关镇东街村", "城关镇财政所", "城关"]);
        leads_nowhere(&roster, &["邻水县城关镇", "邻水县财政局", "市财政局", "示例市财政局", "邻水市示例镇财政局"]);
        leads_nowhere(
            &roster,
            &["工业园区管委会", "经济开发区财政局", "高新区财政局", "财政", "市场监督管理局城关分局", "体育局"],
        );
        assert_eq!(roster.find("市场监督管理局（知识产权局）"), Matched::One(4));
        assert_eq!(roster.nearest("财政局国库支付中心"), [0]);
        assert_eq!(roster.nearest("邻水县城关镇"), [1]);
    }

    #[test]
    fn a_county_not_named_by_the_roster() {
        let bare = [("县财政局", ""), ("甲山镇", ""), ("城关镇", ""), ("民政局", "")];
        leads_to(&roster(&bare), &["示例县财政局", "财政局"], 0);
        leads_nowhere(&roster(&bare), &["市财政局", "邻水市财政局", "经济开发区财政局"]);
        leads_to(&roster(&bare), &["示例县城关镇", "邻水县城关镇"], 2);
        let known = roster(&bare).in_county(Some("示例县人民政府"));
        leads_to(&known, &["示例县城关镇", "城关镇"], 2);
        leads_nowhere(&known, &["邻水县城关镇", "市民政局"]);
    }

    #[test]
    fn counties_with_names_of_their_own_kind() {
        let zone = roster(&[
            ("平川综合实验区海坛片区管理局", "海坛片区"),
            ("平川综合实验区财政金融局", ""),
            ("平川综合实验区公安局", ""),
        ]);
        assert_eq!(zone.county(), Some("平川综合实验区"));
        leads_to(&zone, &["海坛片区管理局", "海坛片区"], 0);
        leads_to(&zone, &["区财政金融局", "实验区财政金融局", "平川财政金融局", "财政金融局"], 1);
        leads_nowhere(&zone, &["平川综合实验区", "县公安局"]);
        let short = roster(&[("莘县教育局", ""), ("莘县应城镇", "")]);
        leads_to(&short, &["教育局", "县教育局", "莘县教育局"], 0);
        let city = roster(&[("应城市城市管理局", ""), ("应城市市场监督管理局", ""), ("应城市民政局", "")]);
        assert_eq!(city.county(), Some("应城市"));
        leads_to(&city, &["城市管理局", "市城市管理局", "城管局"], 0);
        leads_to(&city, &["市民政局", "民政局"], 2);
        let autonomous = roster(&[("示例苗族自治县民政局", ""), ("示例苗族自治县财政局", "")]);
        leads_to(&autonomous, &["示例县民政局", "县民政局", "民政局"], 0);
    }

    #[test]
    fn no_single_best_is_no_match() {
        let roster = roster(&[("东山区财政局分局", ""), ("西山县财政局分局", "")]);
        assert_eq!(roster.find("财政局分局"), Matched::Several(vec![0, 1]));
        assert_eq!(roster.find("东山区财政局分局"), Matched::One(0));
        assert_eq!(roster.find("北山区财政局分局"), Matched::None);
    }

    #[test]
    fn counties_and_all_their_units() {
        let words = NameWords::official();
        for name in [
            "示例县",
            "示例县人民政府",
            "全县",
            "示例县各乡镇（部门）",
            "示例县县直部门",
            "各单位",
            "示例市示例县",
            "乡镇",
        ] {
            assert!(words.is_county(name), "{name}");
        }
        for name in ["甲山镇", "示例县甲山镇", "县财政局", "示例县人民政府办公室", "市场监督管理局", ""]
        {
            assert!(!words.is_county(name), "{name}");
        }
    }

    #[test]
    fn parts_of_names_of_files() {
        let parts = |text: &str| NameWords::official().parts_of_file(text);
        assert_eq!(parts("03甲山镇年报定稿"), ["甲山镇"]);
        assert_eq!(parts("新建区统计局 - 张三2024年报(最终版)"), ["新建区统计局", "张三"]);
        assert_eq!(parts("年报"), [""; 0]);
    }
}
