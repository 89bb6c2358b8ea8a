//! Names of public bodies in their usual variants: optional parts of a name, and parts that make it the name of another
//! body.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::spelling::{compact, fold, key};

/// Maximum length, in characters, of the name of a county together with the areas it is in.
const MAX_AREA_CHARS: usize = 15;
/// Endings of the names of counties and cities.
const AREA_ENDS: [char; 4] = ['县', '市', '区', '旗'];
/// Endings of the names of areas that contain counties.
const UPPER_ENDS: [char; 5] = ['省', '市', '州', '盟', '区'];
const OPENING: [char; 7] = ['(', '[', '{', '〔', '【', '《', '<'];
const CLOSING: [char; 7] = [')', ']', '}', '〕', '】', '》', '>'];

/// The vocabulary by which names of bodies are compared.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameWords {
    /// Optional endings of a name: 人民政府.
    endings: Vec<String>,
    /// Internal offices that represent the whole body if its name ends in one of `office_owners`.
    own_offices: Vec<String>,
    office_owners: Vec<String>,
    /// Endings with two spellings; the second one is used in comparisons.
    same_endings: Vec<[String; 2]>,
    /// Abbreviations of whole names; the first of each list is the full name.
    short_forms: Vec<Vec<String>>,
    /// Endings of zones, which are areas of their own within a county.
    zones: Vec<String>,
    /// Endings of words that look like an area but are not: 城市.
    no_areas: Vec<String>,
    /// Names that identify a body only together with the area before them: 管委会.
    generic: Vec<String>,
    /// Words for all units of a county.
    collectives: Vec<String>,
    /// Offices that any body has; they do not identify the reporting body.
    internal_offices: Vec<String>,
    /// Endings of names of bodies subordinate to another body.
    subordinates: Vec<String>,
    /// Endings that mark a text as the name of a body.
    body_endings: Vec<String>,
    /// Placeholders for a name that is still to be filled in.
    placeholders: Vec<String>,
    /// Words before or after a name in a file name, and words that only follow one.
    file_words: Vec<String>,
    file_endings: Vec<String>,
    #[serde(skip)]
    full_forms: HashMap<String, String>,
}

/// The data file, of which only the section on names is read here.
#[derive(Deserialize)]
struct IdentityFile {
    names: NameWords,
}

static OFFICIAL: LazyLock<NameWords> = LazyLock::new(|| NameWords::parse().unwrap_or_default());

/// The area at the start of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AreaName {
    /// No area.
    Unstated,
    /// Only the level of an area, as in 县财政局.
    Level(char),
    /// A county or city, with the areas it is in if they are named.
    Named(String),
    /// A zone: 经济开发区.
    Zone(String),
}

/// One way to parse a name: an area, and the body's name after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ParsedName {
    pub(super) area: AreaName,
    pub(super) body: String,
}

impl NameWords {
    /// Returns the vocabulary shipped with the program.
    #[must_use]
    pub fn official() -> &'static Self {
        &OFFICIAL
    }

    fn parse() -> Result<Self, toml::de::Error> {
        let file: IdentityFile = toml::from_str(include_str!("../../data/identity.toml"))?;
        let mut words = file.names;
        words.full_forms = full_forms(&words.short_forms);
        Ok(words)
    }

    /// Returns a name without white space, brackets, punctuation and optional endings.
    #[must_use]
    pub fn normal(&self, name: &str) -> String {
        let (outside, _) = split_brackets(&compact(name));
        let mut rest = key(&outside);
        if let Some(owner) = self.own_offices.iter().find_map(|office| self.owner(&rest, office)) {
            rest = owner;
        }
        let mut shorter = Some(rest.as_str());
        let mut shortest = rest.as_str();
        while let Some(name) = shorter {
            shortest = name;
            shorter = self.endings.iter().find_map(|ending| longer_than_one(name.strip_suffix(ending.as_str())));
        }
        let rest = shortest.replace("人民政府", "政府");
        let same = self.same_endings.iter().find_map(|[one, other]| Some((rest.strip_suffix(one.as_str())?, other)));
        same.map_or_else(|| rest.clone(), |(start, ending)| format!("{start}{ending}"))
    }

    /// Returns the body that an office at the end of a name belongs to, if the office represents the body.
    fn owner(&self, name: &str, office: &str) -> Option<String> {
        let owner = name.strip_suffix(office)?;
        let owner = self.endings.iter().find_map(|ending| owner.strip_suffix(ending.as_str())).unwrap_or(owner);
        let is_owner = |ending: &String| owner.len() > ending.len() && owner.ends_with(ending.as_str());
        self.office_owners.iter().any(is_owner).then(|| owner.to_owned())
    }

    /// Returns the second names of a body, which are in brackets: 市场监督管理局（知识产权局）.
    #[must_use]
    pub fn second_names(&self, name: &str) -> Vec<String> {
        let (_, inside) = split_brackets(&compact(name));
        inside.into_iter().filter(|inside| self.looks_like_body(inside)).collect()
    }

    /// Returns whether a name has a subordinate body in brackets: 财政局（国库支付中心）.
    #[must_use]
    pub fn names_subordinate(&self, name: &str) -> bool {
        let (outside, inside) = split_brackets(&compact(name));
        !outside.is_empty() && inside.iter().any(|inside| ends_any(inside, &self.subordinates))
    }

    /// Returns whether a text has the ending of a body's name.
    #[must_use]
    pub fn looks_like_body(&self, name: &str) -> bool {
        let (outside, _) = split_brackets(name);
        outside.chars().count() > 1 && ends_any(&outside, &self.body_endings) && !self.is_placeholder(name)
    }

    /// Returns whether a name is a placeholder: 单位名称, XX镇.
    #[must_use]
    pub fn is_placeholder(&self, name: &str) -> bool {
        let (whole, name) = (compact(name), key(name));
        let stands = |word: &String| *word == name || word.chars().count() == 1 && whole.contains(word.as_str());
        name.is_empty() || self.placeholders.iter().any(stands)
    }

    /// Returns whether a name is that of an office which every body has.
    #[must_use]
    pub fn is_internal_office(&self, name: &str) -> bool {
        let name = key(name);
        self.internal_offices.contains(&name)
    }

    /// Returns the parts of a file or folder name that may be names of bodies, without the words around them.
    #[must_use]
    pub fn parts_of_file(&self, text: &str) -> Vec<String> {
        let (outside, inside) = split_brackets(&fold(text));
        let all = std::iter::once(&outside).chain(&inside);
        let parts = all.flat_map(|text| text.split(|c: char| c.is_ascii_digit() || !c.is_alphanumeric()));
        parts.map(|part| self.without_file_words(part)).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// Strips words such as 年报 from both ends of a part of a file name.
    #[must_use]
    pub fn without_file_words<'a>(&self, part: &'a str) -> &'a str {
        let either = |rest: &'a str, word: &str| rest.strip_prefix(word).or_else(|| rest.strip_suffix(word));
        let mut rest = part;
        loop {
            let shorter = self.file_words.iter().find_map(|word| either(rest, word));
            let shorter =
                shorter.or_else(|| self.file_endings.iter().find_map(|word| rest.strip_suffix(word.as_str())));
            match shorter {
                Some(shorter) => rest = shorter,
                None => return rest,
            }
        }
    }

    /// Returns whether a name is that of a county or of all its units together.
    #[must_use]
    pub fn is_county(&self, name: &str) -> bool {
        let name = self.normal(name);
        let is_collective =
            |rest: &str| rest.starts_with('各') || self.collectives.iter().any(|collective| collective == rest);
        let splits = name.char_indices().map(|(at, c)| at + c.len_utf8());
        let mut areas = splits.filter(|end| self.is_area(&name[..*end], &name[*end..]) || is_level(&name[..*end]));
        is_collective(&name) || areas.any(|end| name[end..].is_empty() || is_collective(&name[end..]))
    }

    /// Returns whether a name may be a unit's: not the county's, not that of an office every body has, and not a
    /// placeholder.
    #[must_use]
    pub fn is_unit(&self, name: &str) -> bool {
        !self.is_county(name) && !self.is_internal_office(name) && !self.is_placeholder(name)
    }

    /// Returns whether two names may be of the same body, without knowledge of the county.
    #[must_use]
    pub fn may_be_same(&self, one: &str, other: &str) -> bool {
        let readings = |name: &str| self.readings(&self.normal(name), None);
        let is_same = |one: &ParsedName, other: &ParsedName| {
            self.full_form(&one.body) == self.full_form(&other.body) && one.area.agrees_with(&other.area, None)
        };
        let others = readings(other);
        key(one) == key(other) || readings(one).iter().any(|one| others.iter().any(|other| is_same(one, other)))
    }

    /// Returns the county that a name begins with; `None` if it begins with a zone or with no area.
    #[must_use]
    pub fn leading_area(&self, name: &str) -> Option<String> {
        let name = self.normal(name);
        let ends: Vec<usize> = name.char_indices().map(|(at, c)| at + c.len_utf8()).collect();
        let area = ends.iter().rev().map(|end| name.split_at(*end)).find(|(area, rest)| self.is_area(area, rest))?.0;
        (!ends_any(area, &self.zones)).then(|| area.to_owned())
    }

    /// Returns a name with the county's name in front, in place of the level: 示例县财政局 for 县财政局.
    #[must_use]
    pub fn in_area(&self, area: &str, name: &str) -> String {
        let name = self.normal(name);
        let body = self.readings(&name, None).into_iter().find_map(|reading| match reading.area {
            AreaName::Level(level) if area.ends_with(level) => Some(reading.body),
            _ => None,
        });
        format!("{area}{}", body.unwrap_or(name))
    }

    /// Returns the ways to parse a normalised name: as a whole, and with each area that it may begin with split off.
    pub(super) fn readings(&self, name: &str, home: Option<&str>) -> Vec<ParsedName> {
        let mut readings = vec![ParsedName { area: AreaName::Unstated, body: name.to_owned() }];
        let mut add = |area: AreaName, body: &str| {
            if body.chars().count() > 1 && !self.generic.iter().any(|generic| generic == body) {
                readings.push(ParsedName { area, body: body.to_owned() });
            }
        };
        for (at, c) in name.char_indices().filter(|(_, c)| AREA_ENDS.contains(c)) {
            let (area, body) = name.split_at(at + c.len_utf8());
            if is_level(area) {
                add(AreaName::Level(c), body);
            } else if self.is_area(area, body) {
                let is_home = home.is_some_and(|home| is_same_area(area, home));
                let is_zone = !is_home && ends_any(area, &self.zones);
                add(if is_zone { AreaName::Zone(area.to_owned()) } else { AreaName::Named(area.to_owned()) }, body);
            }
        }
        // 示例财政局 in 示例县; 实验区财政局 in 示例实验区.
        if let Some(home) = home {
            let stem = self.stem(home);
            if let Some(body) = name.strip_prefix(stem).filter(|_| stem.chars().count() > 1) {
                add(AreaName::Named(home.to_owned()), body);
            }
            let tails = self.zones.iter().filter(|zone| home.ends_with(zone.as_str()));
            for body in tails.filter_map(|tail| name.strip_prefix(tail.as_str())) {
                add(AreaName::Named(home.to_owned()), body);
            }
        }
        readings
    }

    /// Returns a county's name without its level or zone ending.
    fn stem<'a>(&self, home: &'a str) -> &'a str {
        let zone = self.zones.iter().find_map(|zone| home.strip_suffix(zone.as_str()));
        zone.or_else(|| home.strip_suffix(AREA_ENDS)).unwrap_or(home)
    }

    /// Returns whether the start of a name may be an area, by its ending and the text after it.
    fn is_area(&self, area: &str, body: &str) -> bool {
        let mut ends = area.chars().rev();
        let (Some(last), Some(before)) = (ends.next(), ends.next()) else { return false };
        let count = area.chars().count();
        AREA_ENDS.contains(&last)
            && !is_level(area)
            && (2..=MAX_AREA_CHARS).contains(&count)
            && !matches!(before, '县' | '区' | '旗' | '各')
            && !(count == 2 && (before == '市' || last == '旗'))
            && !(last == '市' && body.starts_with('场'))
            && !ends_any(area, &self.no_areas)
    }

    /// Returns a body's name with a known abbreviation expanded, always without 和 and 与.
    pub(super) fn full_form(&self, body: &str) -> String {
        let plain = plain_form(body);
        self.full_forms.get(&plain).cloned().unwrap_or(plain)
    }

    /// Returns the county that most of the names begin with; `None` if fewer than two do, or if they are not the
    /// majority of the names that begin with an area.
    #[must_use]
    pub fn common_area<'a>(&self, names: impl Iterator<Item = &'a str>) -> Option<String> {
        let mut counts: HashMap<String, usize> = HashMap::new();
        let (mut all, mut with_area) = (0, 0);
        for name in names {
            let name = self.normal(name);
            let ends = name.char_indices().map(|(at, c)| at + c.len_utf8());
            let splits: Vec<(&str, &str)> = ends.map(|end| name.split_at(end)).collect();
            let is_useful = |body: &str| body.is_empty() || !self.generic.iter().any(|generic| generic == body);
            let areas = splits.iter().filter(|(area, body)| self.is_area(area, body) && is_useful(body));
            let areas: Vec<&str> = areas.map(|(area, _)| *area).collect();
            all += 1;
            with_area += usize::from(areas.iter().any(|area| !ends_any(area, &self.zones)));
            for area in areas {
                *counts.entry(area.to_owned()).or_default() += 1;
            }
        }
        let is_evident = |area: &str, count: usize| {
            let of = if ends_any(area, &self.zones) { all } else { with_area };
            count > 1 && count * 2 > of
        };
        let most = counts.iter().filter(|(area, count)| is_evident(area, **count)).map(|(_, count)| *count).max()?;
        let usual = counts.iter().filter(|(area, count)| is_evident(area, **count) && **count * 5 >= most * 4);
        let (area, _) = usual.max_by_key(|(area, count)| (!ends_any(area, &self.zones), area.len(), **count, *area))?;
        Some(self.last_area(area).to_owned())
    }

    /// Returns the innermost of nested areas: 示例县 of 示例市示例县.
    fn last_area<'a>(&self, area: &'a str) -> &'a str {
        let ends = area.char_indices().filter(|(at, c)| *at > 0 && UPPER_ENDS.contains(c));
        let mut rests = ends.map(|(at, c)| &area[at + c.len_utf8()..]).filter(|rest| self.is_area(rest, ""));
        rests.next_back().unwrap_or(area)
    }
}

impl AreaName {
    /// Returns whether the areas before two equal names of bodies are compatible, so that both may be the same body.
    pub(super) fn agrees_with(&self, other: &Self, home: Option<&str>) -> bool {
        use AreaName::{Level, Named, Unstated, Zone};
        let is_home = |area: &Self| match (area, home) {
            (Unstated, _) => true,
            (Named(area), Some(home)) => is_same_area(area, home),
            (Level(level), Some(home)) => home.ends_with(*level),
            _ => false,
        };
        match (self, other) {
            (Zone(one), Zone(other)) => one == other,
            (Zone(_), _) | (_, Zone(_)) => false,
            (Named(one), Named(other)) if is_same_area(one, other) => true,
            (Level(one), Level(other)) if one == other => true,
            (one, other) if home.is_some() => is_home(one) && is_home(other),
            (Unstated, _) | (_, Unstated) => true,
            (Named(area), Level(level)) | (Level(level), Named(area)) => area.ends_with(*level),
            _ => false,
        }
    }
}

/// Returns whether two names are of one county: 示例市示例县 and 示例县, 示例族自治县 and 示例县.
pub(super) fn is_same_area(one: &str, other: &str) -> bool {
    let within = |long: &str, short: &str| long.strip_suffix(short).is_some_and(|rest| rest.ends_with(UPPER_ENDS));
    let autonomous = |long: &str, short: &str| {
        let stem = short.strip_suffix(AREA_ENDS).filter(|stem| stem.chars().count() > 1);
        long.contains("自治")
            && long.chars().last() == short.chars().last()
            && stem.is_some_and(|stem| long.starts_with(stem))
    };
    one == other || within(one, other) || within(other, one) || autonomous(one, other) || autonomous(other, one)
}

/// Returns whether the start of a name is only a level: 县, 我县.
fn is_level(area: &str) -> bool {
    let mut chars = area.chars();
    match (chars.next(), chars.next(), chars.next()) {
        (Some(level), None, _) | (Some('我' | '本' | '全'), Some(level), None) => AREA_ENDS.contains(&level),
        _ => false,
    }
}

fn plain_form(body: &str) -> String {
    let mut chars = body.chars();
    let first: String = chars.next().into_iter().collect();
    let is_office = body.ends_with(['局', '委', '办', '会']) || body.ends_with("中心");
    let rest: String = chars.filter(|c| !is_office || !matches!(c, '和' | '与')).collect();
    first + &rest
}

fn full_forms(lists: &[Vec<String>]) -> HashMap<String, String> {
    let mut forms = HashMap::new();
    for list in lists {
        if let Some(full) = list.first() {
            forms.extend(list.iter().map(|short| (plain_form(short), plain_form(full))));
        }
    }
    forms
}

fn ends_any(text: &str, ends: &[String]) -> bool {
    ends.iter().any(|end| text.ends_with(end.as_str()))
}

fn longer_than_one(text: Option<&str>) -> Option<&str> {
    text.filter(|text| text.chars().count() > 1)
}

/// Returns the text outside brackets and the text inside each of them. If there is nothing outside, all of the text
/// counts as outside. An unclosed bracket extends to the end.
fn split_brackets(text: &str) -> (String, Vec<String>) {
    let (mut outside, mut inside, mut depth) = (String::new(), Vec::new(), 0_usize);
    for c in text.chars() {
        if OPENING.contains(&c) {
            depth += 1;
            inside.push(String::new());
        } else if CLOSING.contains(&c) {
            depth = depth.saturating_sub(1);
        } else if depth == 0 {
            outside.push(c);
        } else if let Some(last) = inside.last_mut() {
            last.push(c);
        }
    }
    if key(&outside).is_empty() { (inside.concat(), Vec::new()) } else { (outside, inside) }
}
