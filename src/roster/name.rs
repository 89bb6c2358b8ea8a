//! Names of public bodies as people write them: what may be left out of a name, and what makes it another body's.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::spelling::{compact, fold, key};

/// Most characters of the name of a county with those it lies in.
const MAX_AREA_CHARS: usize = 15;
/// Ends of the names of counties and cities.
const AREA_ENDS: [char; 4] = ['县', '市', '区', '旗'];
/// Ends of the names of areas that counties lie in.
const UPPER_ENDS: [char; 5] = ['省', '市', '州', '盟', '区'];
const OPENING: [char; 7] = ['(', '[', '{', '〔', '【', '《', '<'];
const CLOSING: [char; 7] = [')', ']', '}', '〕', '】', '》', '>'];

/// The words by which names of bodies are compared.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameWords {
    /// Ends of a name that may be left out: 人民政府.
    endings: Vec<String>,
    /// Offices of a township, subdistrict or bureau that stand for it, behind one of `office_owners`.
    own_offices: Vec<String>,
    office_owners: Vec<String>,
    /// Ends written in two ways, the second being the one compared.
    same_endings: Vec<[String; 2]>,
    /// Short forms of whole names, the full name first.
    short_forms: Vec<Vec<String>>,
    /// Ends of zones, which are areas of their own and not the county.
    zones: Vec<String>,
    /// Ends of words that are no area: 城市.
    no_areas: Vec<String>,
    /// Names that need the words before them to say which body is meant: 管委会.
    generic: Vec<String>,
    /// Words for all units of a county.
    collectives: Vec<String>,
    /// Offices within any body, which say nothing of whose a report is.
    internal_offices: Vec<String>,
    /// Ends of names of bodies below another body.
    subordinates: Vec<String>,
    /// Ends by which a name is taken for a body's.
    body_endings: Vec<String>,
    /// Words that stand where a name is still to be filled in.
    placeholders: Vec<String>,
    /// Words before or behind a name in a file's name, and those that stand behind it alone.
    file_words: Vec<String>,
    file_endings: Vec<String>,
    #[serde(skip)]
    full_forms: HashMap<String, String>,
}

/// The data file, of which only the names are read here.
#[derive(Deserialize)]
struct IdentityFile {
    names: NameWords,
}

static OFFICIAL: LazyLock<NameWords> = LazyLock::new(|| NameWords::parse().unwrap_or_default());

/// The area at the beginning of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AreaName {
    /// The name has none.
    Unstated,
    /// A level alone, as in 县财政局.
    Level(char),
    /// A county or city, with those it lies in where they are named.
    Named(String),
    /// A zone: 经济开发区.
    Zone(String),
}

/// A way to read a name: an area, and the body's name behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ParsedName {
    pub(super) area: AreaName,
    pub(super) body: String,
}

impl NameWords {
    /// Returns the words shipped with the program.
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

    /// Returns a name without white space, brackets, punctuation and the words at its end that may be left out.
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

    /// Returns the body an office at the end of a name belongs to, where the office stands for it.
    fn owner(&self, name: &str, office: &str) -> Option<String> {
        let owner = name.strip_suffix(office)?;
        let owner = self.endings.iter().find_map(|ending| owner.strip_suffix(ending.as_str())).unwrap_or(owner);
        let is_owner = |ending: &String| owner.len() > ending.len() && owner.ends_with(ending.as_str());
        self.office_owners.iter().any(is_owner).then(|| owner.to_owned())
    }

    /// Returns the second names of a body, which stand in brackets: 市场监督管理局（知识产权局）.
    #[must_use]
    pub fn second_names(&self, name: &str) -> Vec<String> {
        let (_, inside) = split_brackets(&compact(name));
        inside.into_iter().filter(|inside| self.looks_like_body(inside)).collect()
    }

    /// Returns whether brackets in a name hold a body below the one named: 财政局（国库支付中心）.
    #[must_use]
    pub fn names_subordinate(&self, name: &str) -> bool {
        let (outside, inside) = split_brackets(&compact(name));
        !outside.is_empty() && inside.iter().any(|inside| ends_any(inside, &self.subordinates))
    }

    /// Returns whether a name ends as those of bodies do.
    #[must_use]
    pub fn looks_like_body(&self, name: &str) -> bool {
        let (outside, _) = split_brackets(name);
        outside.chars().count() > 1 && ends_any(&outside, &self.body_endings) && !self.is_placeholder(name)
    }

    /// Returns whether a name is a blank to be filled in: 单位名称, XX镇.
    #[must_use]
    pub fn is_placeholder(&self, name: &str) -> bool {
        let (whole, name) = (compact(name), key(name));
        let stands = |word: &String| *word == name || word.chars().count() == 1 && whole.contains(word.as_str());
        name.is_empty() || self.placeholders.iter().any(stands)
    }

    /// Returns whether a name is that of an office every body has.
    #[must_use]
    pub fn is_internal_office(&self, name: &str) -> bool {
        let name = key(name);
        self.internal_offices.contains(&name)
    }

    /// Returns the parts of a file's or folder's name that may be names, without the words around them.
    #[must_use]
    pub fn parts_of_file(&self, text: &str) -> Vec<String> {
        let (outside, inside) = split_brackets(&fold(text));
        let all = std::iter::once(&outside).chain(&inside);
        let parts = all.flat_map(|text| text.split(|c: char| c.is_ascii_digit() || !c.is_alphanumeric()));
        parts.map(|part| self.without_file_words(part)).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// Returns a part of a file's name without the words of the trade at both its ends.
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

    /// Returns whether a name is that of a county, or of all its units, rather than of one of them.
    #[must_use]
    pub fn is_county(&self, name: &str) -> bool {
        let name = self.normal(name);
        let is_collective =
            |rest: &str| rest.starts_with('各') || self.collectives.iter().any(|collective| collective == rest);
        let splits = name.char_indices().map(|(at, c)| at + c.len_utf8());
        let mut areas = splits.filter(|end| self.is_area(&name[..*end], &name[*end..]) || is_level(&name[..*end]));
        is_collective(&name) || areas.any(|end| name[end..].is_empty() || is_collective(&name[end..]))
    }

    /// Returns whether a name may be a unit's: neither the county's, nor one every body has.
    #[must_use]
    pub fn is_unit(&self, name: &str) -> bool {
        !self.is_county(name) && !self.is_internal_office(name) && !self.is_placeholder(name)
    }

    /// Returns whether two names may be of one body, as far as they tell by themselves.
    #[must_use]
    pub fn may_be_same(&self, one: &str, other: &str) -> bool {
        let readings = |name: &str| self.readings(&self.normal(name), None);
        let is_same = |one: &ParsedName, other: &ParsedName| {
            self.full_form(&one.body) == self.full_form(&other.body) && one.area.agrees_with(&other.area, None)
        };
        let others = readings(other);
        key(one) == key(other) || readings(one).iter().any(|one| others.iter().any(|other| is_same(one, other)))
    }

    /// Returns the county a name begins with; `None` where that is a zone or it begins with none.
    #[must_use]
    pub fn leading_area(&self, name: &str) -> Option<String> {
        let name = self.normal(name);
        let ends: Vec<usize> = name.char_indices().map(|(at, c)| at + c.len_utf8()).collect();
        let area = ends.iter().rev().map(|end| name.split_at(*end)).find(|(area, rest)| self.is_area(area, rest))?.0;
        (!ends_any(area, &self.zones)).then(|| area.to_owned())
    }

    /// Returns a name with its county's in front, in place of the word for what that is: 示例县财政局 of 县财政局.
    #[must_use]
    pub fn in_area(&self, area: &str, name: &str) -> String {
        let name = self.normal(name);
        let body = self.readings(&name, None).into_iter().find_map(|reading| match reading.area {
            AreaName::Level(level) if area.ends_with(level) => Some(reading.body),
            _ => None,
        });
        format!("{area}{}", body.unwrap_or(name))
    }

    /// Returns the ways to read a name that is normal already: as a whole, and with each area it may begin with set
    /// aside.
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
        // 示例财政局 in 示例县, 实验区财政局 in 示例实验区.
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

    /// Returns a county's name without the word for what it is.
    fn stem<'a>(&self, home: &'a str) -> &'a str {
        let zone = self.zones.iter().find_map(|zone| home.strip_suffix(zone.as_str()));
        zone.or_else(|| home.strip_suffix(AREA_ENDS)).unwrap_or(home)
    }

    /// Returns whether a name's beginning may be an area, by how it ends and what follows.
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

    /// Returns a body's name in full where it is a usual short form; without its 和 and 与 in any case.
    pub(super) fn full_form(&self, body: &str) -> String {
        let plain = plain_form(body);
        self.full_forms.get(&plain).cloned().unwrap_or(plain)
    }

    /// Returns the county most of these names begin with; `None` where fewer than two do, or no more than do with
    /// another.
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

    /// Returns the last of several areas, each within the one before: 示例县 of 示例市示例县.
    fn last_area<'a>(&self, area: &'a str) -> &'a str {
        let ends = area.char_indices().filter(|(at, c)| *at > 0 && UPPER_ENDS.contains(c));
        let mut rests = ends.map(|(at, c)| &area[at + c.len_utf8()..]).filter(|rest| self.is_area(rest, ""));
        rests.next_back().unwrap_or(area)
    }
}

impl AreaName {
    /// Returns whether two bodies of the same name may be one, by the areas before their names.
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

/// Returns whether a name's beginning is a level alone: 县, 我县.
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

/// Returns the text outside brackets, and what stands in each of them; all of it, where nothing stands outside. A
/// bracket that is not closed reaches to the end.
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
