//! Names of other bodies that a report uses as if they were the unit's own.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::claims::{
    BodyWords, ClaimWords, Prose, Sentence, has_any, is_worded, own_names, prose, sentences, starts, without_end,
    without_start,
};
use super::{Check, Rule, queries, wording};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::message::Message;
use crate::place::Place;
use crate::roster::{Unit, UnitKind};
use crate::submission::{Name, Origin, years};

pub(super) const RULE: Rule = Rule {
    code: Code::new("U06"),
    name: "other-body",
    title: "报告里是其他机关的名称",
    severity: Severity::MustExplain,
    page: include_str!("u06_other_body.md"),
    check: Check::Corpus(check),
};

/// Maximum length of a unit's name, in characters.
const LONGEST_NAME: usize = 20;
/// Maximum length of a county's or city's name, in characters.
const LONGEST_AREA: usize = 8;
/// Minimum number of other reports that must name the county's own site before a city's site counts as foreign.
const WITNESSES: usize = 2;
const AREAS: [char; 4] = ['县', '区', '旗', '市'];

/// A name with its byte range in a sentence.
type OtherName = Option<(String, Range<usize>)>;

/// A report, and the data that its words are compared with.
struct Own<'a> {
    corpus: &'a Corpus,
    words: &'a ClaimWords,
    entry: usize,
    names: Vec<String>,
    /// The counties and cities that the units belong to, as far as their names show.
    areas: &'a BTreeSet<String>,
    /// The units' indices by their names and aliases.
    units: &'a BTreeMap<String, usize>,
}

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let words = ClaimWords::official()?;
    let entries: Vec<usize> = queries::counted(corpus).map(|(entry, ..)| entry).collect();
    let mut findings: Vec<Finding> = entries.iter().filter_map(|entry| misnamed(corpus, *entry)).collect();
    if !entries.iter().any(|entry| is_worded(corpus, *entry)) {
        return Ok(findings);
    }
    let all_names = entries.iter().flat_map(|entry| own_names(corpus, *entry));
    let areas: BTreeSet<String> = all_names.flat_map(|name| areas_of(&name, &words.bodies)).collect();
    let sites: Vec<(usize, BTreeSet<String>)> =
        entries.iter().map(|entry| (*entry, sites_of(corpus, *entry, &words.bodies))).collect();
    let units = units_by_name(corpus, &words.bodies);
    let is_open = |entry: &usize| is_worded(corpus, *entry) && corpus.entries[*entry].contradicting.is_empty();
    for entry in entries.into_iter().filter(is_open) {
        let own = Own { corpus, words, entry, names: own_names(corpus, entry), areas: &areas, units: &units };
        let mut said = own.misnamed(&sites);
        if let Some((name, quote, place)) = said.pop() {
            let mut finding = RULE.on_entry(corpus, entry).at_places(place.cloned());
            finding.observed.clone_from(&name);
            finding.values.push(quote.clone());
            let sentence = |quote: &str| format!("正文{quote}中的“{name}”不是本单位，请核实是否照抄了其他单位的报告。");
            let (whole, brief) = (sentence(&quote), sentence(&wording::middle_left_out(&quote)));
            let en = format!("the words {quote} speak of “{name}” as if it were the unit");
            findings.push(finding.saying_briefly(vec![whole.clone(), brief], Message::new(whole, en)));
        }
    }
    Ok(findings)
}

/// Returns a finding about the first name stated in a report that is not its unit's.
fn misnamed(corpus: &Corpus, entry: usize) -> Option<Finding> {
    let Name { text, origin } = corpus.entries[entry].contradicting.first()?;
    let (place, place_en) = match origin {
        Origin::Title => ("标题", "title"),
        Origin::UnitLine => ("填报单位", "unit line"),
        Origin::Sentence => ("公布本报告的那句话", "sentence that publishes it"),
        Origin::Signature => ("落款", "signature"),
        Origin::Sheet => ("工作表名", "sheet's name"),
        Origin::File => ("文件名", "file's name"),
        Origin::Folder => ("文件夹名", "folder's name"),
    };
    let unit = corpus.unit_of(&corpus.entries[entry]).map_or("", |unit| unit.name.as_str());
    let mut finding = RULE.on_entry(corpus, entry);
    finding.observed.clone_from(text);
    Some(finding.saying(
        format!(
            "{place}中的“{}”不是本单位，已按{unit}计入；请核实是哪个单位的报告、是否照抄其他单位。",
            wording::middle_left_out(text)
        ),
        format!("the {place_en} says “{text}”; the report is counted as that of “{unit}”"),
    ))
}

impl Own<'_> {
    /// Returns the first foreign name of each kind with its sentence and the cell of that; the most certain kind is last.
    fn misnamed(&self, sites: &[(usize, BTreeSet<String>)]) -> Vec<(String, String, Option<&Place>)> {
        let narrative = &self.corpus.entries[self.entry].submission.narrative;
        let paragraphs = prose(narrative);
        let all = paragraphs
            .iter()
            .flat_map(|Prose { text, place, .. }| sentences(text).into_iter().map(move |sentence| (sentence, *place)));
        let all: Vec<(Sentence<'_>, Option<&Place>)> = all.collect();
        let first = |find: &dyn Fn(&Sentence<'_>) -> OtherName| {
            all.iter()
                .find_map(|(sentence, place)| find(sentence).map(|(name, span)| (name, sentence.quote(&span), *place)))
        };
        let found = [
            first(&|sentence| self.foreign_site(sentence, sites)),
            first(&|sentence| self.other_unit(sentence)),
            first(&|sentence| self.other_kind(sentence)),
        ];
        found.into_iter().flatten().collect()
    }

    /// Returns a word such as `我局` in the report of a 镇.
    fn other_kind(&self, sentence: &Sentence<'_>) -> OtherName {
        let words = &self.words.bodies;
        let unit = self.corpus.unit_of(&self.corpus.entries[self.entry])?;
        let own = words.kinds.iter().find(|kind| bare(&unit.name, words).ends_with(&kind.ending))?;
        let others = words.kinds.iter().filter(|kind| kind.ending != own.ending).flat_map(|kind| &kind.words);
        let text = sentence.text.as_str();
        let at = |word: &String| {
            let alone = |at: &usize| {
                let (before, behind) = (&text[..*at], &text[at + word.len()..]);
                starts(behind, &words.other_words).is_none() && !before.ends_with(['“', '"', '《', '‘'])
            };
            text.match_indices(word.as_str())
                .map(|(at, _)| at)
                .find(alone)
                .map(|at| (word.clone(), at..at + word.len()))
        };
        others.filter_map(at).min_by_key(|(_, span)| span.start)
    }

    /// Returns the name of another unit of the same kind, if it begins a clause and is followed by words that a report
    /// uses for its own body's work.
    fn other_unit(&self, sentence: &Sentence<'_>) -> OtherName {
        let own = self.corpus.entries[self.entry].unit?;
        let text = sentence.text.as_str();
        if self.names.iter().any(|name| text.contains(name.as_str())) {
            return None;
        }
        let kind = kind_of(&self.corpus.units[own]);
        let is_other = |name: &str| {
            let is_own = self.names.iter().any(|own| own.contains(name));
            let unit = self.units.get(name).filter(|unit| **unit != own && !is_own);
            unit.is_some_and(|unit| kind_of(&self.corpus.units[*unit]) == kind)
        };
        let mut clauses = text.split([',', ';', ':', '(', ')']);
        let name = clauses.find_map(|clause| self.subject(clause).filter(|name| is_other(name)))?;
        let at = text.find(&name)?;
        let end = at + name.len();
        Some((name, at..end))
    }

    /// Returns the unit that a clause begins with, if words for its own work follow. A year, filler words and the
    /// county's name may precede the unit.
    fn subject(&self, clause: &str) -> Option<String> {
        let mut clause = clause.to_owned();
        let spans: Vec<Range<usize>> = years(&clause).into_iter().map(|(_, span)| span).collect();
        spans.into_iter().rev().for_each(|span| clause.replace_range(span, ""));
        let works =
            |rest: &str| starts(without_start(rest, &self.words.bodies.ends), &self.words.bodies.own_work).is_some();
        let mut rest = clause.as_str();
        loop {
            let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8()).take(LONGEST_NAME);
            let mut names = ends.filter(|end| self.units.contains_key(&rest[..*end]) && works(&rest[*end..]));
            if let Some(end) = names.next() {
                return Some(rest[..end].to_owned());
            }
            let without_area = self.areas.iter().find_map(|area| rest.strip_prefix(area.as_str()));
            rest = without_area.or(starts(rest, &self.words.fillers).map(|(_, rest)| rest))?;
        }
    }

    /// Returns the site of another county that the report uses as the unit's own.
    fn foreign_site(&self, sentence: &Sentence<'_>, sites: &[(usize, BTreeSet<String>)]) -> OtherName {
        let (area, span) = site_in(&sentence.text, &self.words.bodies)?;
        // Without a word of place before it, the area may be a verb and 县 or 区 alone (“加强区政府门户网站”).
        let before = &sentence.text[..span.start];
        if !ends_any(before, &self.words.bodies.site_leads) {
            return None;
        }
        let others = || sites.iter().filter(|(entry, _)| *entry != self.entry);
        let own = sites.iter().find(|(entry, _)| *entry == self.entry).map(|(_, sites)| sites)?;
        let is_known = |area: &String| self.areas.iter().any(|own| is_same_area(own, area));
        let is_county = |area: &String| !area.ends_with('市');
        // That a city's unit mentions a county below it is no evidence.
        let bears_witness = |site: &String| is_known(site) && (is_county(site) || !is_county(&area));
        let witnesses = others().filter(|(_, sites)| sites.iter().any(bears_witness)).count();
        let mut own_areas = self.names.iter().flat_map(|name| areas_of(name, &self.words.bodies));
        let foreign = !self.areas.is_empty()
            && !is_known(&area)
            && !others().any(|(_, sites)| sites.contains(&area))
            // A county's units do not use another county's site; a city's site may be that of the city above.
            && (is_county(&area) && own_areas.any(|own| is_county(&own))
                || witnesses >= WITNESSES && !own.iter().any(is_known));
        foreign.then(|| (format!("{area}人民政府"), span))
    }
}

/// Returns the units by their names and aliases, without the suffixes common to all bodies of a kind. Bodies above the
/// units are left out.
fn units_by_name(corpus: &Corpus, words: &BodyWords) -> BTreeMap<String, usize> {
    let mut units = BTreeMap::new();
    for (at, unit) in corpus.units.iter().enumerate() {
        for name in std::iter::once(&unit.name).chain(&unit.aliases) {
            let areas = areas_of(name, words);
            let short = areas.iter().fold(name.as_str(), |rest, area| rest.strip_prefix(area.as_str()).unwrap_or(rest));
            for name in [bare(name, words), bare(short, words)] {
                if name.chars().count() > 2 && !has_any(name, &words.above) {
                    units.insert(name.to_owned(), at);
                }
            }
        }
    }
    units
}

/// Returns the areas of the government sites that a report names.
fn sites_of(corpus: &Corpus, entry: usize, words: &BodyWords) -> BTreeSet<String> {
    let paragraphs = prose(&corpus.entries[entry].submission.narrative);
    let sentences = paragraphs.iter().flat_map(|paragraph| sentences(paragraph.text));
    sentences.filter_map(|sentence| site_in(&sentence.text, words)).map(|(area, _)| area).collect()
}

/// Returns the first government site in a sentence: its area and byte range.
fn site_in(text: &str, words: &BodyWords) -> OtherName {
    let (at, site) = words.sites.iter().filter_map(|site| text.find(site.as_str()).map(|at| (at, site))).min()?;
    let mut area = &text[..at];
    let start = area.rfind(|c: char| !c.is_alphabetic());
    area = &area[start.map_or(0, |start| start + area[start..].chars().next().map_or(1, char::len_utf8))..];
    for word in &words.before_area {
        area = area.rfind(word.as_str()).map_or(area, |at| &area[at + word.len()..]);
    }
    let count = area.chars().count();
    let is_area = area.ends_with(AREAS) && (3..=LONGEST_AREA).contains(&count) && !ends_any(area, &words.no_areas);
    is_area.then(|| (area.to_owned(), at - area.len()..at + site.len()))
}

/// Returns the counties and cities that a name begins with, from the outermost inwards.
fn areas_of(name: &str, words: &BodyWords) -> Vec<String> {
    let mut areas = Vec::new();
    let mut from = 0;
    for (at, end) in name.char_indices().filter(|(_, c)| AREAS.contains(c)) {
        let to = at + end.len_utf8();
        let area = &name[from..to];
        if area.chars().count() > 1 && to < name.len() && area != "城市" && !ends_any(area, &words.no_areas) {
            areas.push(area.to_owned());
        }
        from = to;
    }
    areas
}

fn ends_any(text: &str, words: &[String]) -> bool {
    words.iter().any(|word| text.ends_with(word.as_str()))
}

/// Returns whether two names are of one area, such as 麻阳县 and 麻阳苗族自治县.
fn is_same_area(one: &str, other: &str) -> bool {
    one.contains(other) || other.contains(one) || one.chars().take(2).eq(other.chars().take(2))
}

/// Returns a name without the suffixes common to all bodies of its kind.
fn bare<'a>(name: &'a str, words: &BodyWords) -> &'a str {
    without_end(name, &words.ends)
}

/// Returns the kind of a unit: from the roster, else from its name.
fn kind_of(unit: &Unit) -> UnitKind {
    match unit.kind {
        UnitKind::Other if unit.name.ends_with(['乡', '镇']) => UnitKind::Township,
        UnitKind::Other if unit.name.ends_with("街道") => UnitKind::Subdistrict,
        UnitKind::Other if unit.name.ends_with('局') => UnitKind::Department,
        kind => kind,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words() -> &'static BodyWords {
        &ClaimWords::official().expect("data file is well formed").bodies
    }

    #[test]
    fn sites_and_areas() {
        let site = |text: &str| site_in(text, words()).map(|(area, _)| area);
        assert_eq!(site("全年通过应城市人民政府门户网站公开信息").as_deref(), Some("应城市"));
        assert_eq!(site("依托湖南省麻阳县人民政府网站").as_deref(), Some("麻阳县"));
        assert_eq!(site("通过县人民政府门户网站公开信息"), None);
        assert_eq!(site("县政府门户网站"), None);
        for verb in ["加强", "进一步完善", "在建设", "做好", "对优化"] {
            assert_eq!(site(&format!("{verb}区政府门户网站")), None, "{verb}");
        }
        let area = |name: &str| areas_of(name, words()).join(" ");
        assert_eq!(area("示例县甲山镇"), "示例县");
        assert_eq!(area("示例市邻近区财政局"), "示例市 邻近区");
        for name in ["城市管理局", "住房和城市建设局", "经济开发区管委会", "县财政局", "市场监督管理局"]
        {
            assert_eq!(area(name), "", "{name}");
        }
        assert!(is_same_area("麻阳苗族自治县", "麻阳县") && !is_same_area("示例县", "邻近县"));
    }

    proptest! {
        #[test]
        fn no_text_panics(parts in proptest::collection::vec(
            prop_oneof![Just("通过"), Just("甲县"), Just("市"), Just("人民政府门户网站"), Just("，"), Just("a"), Just("、"), Just("和")],
            0..12), noise in ".{0,8}") {
            let text = parts.concat();
            site_in(&text, words());
            site_in(&format!("{noise}{text}"), words());
            areas_of(&format!("{noise}{text}"), words());
        }
    }
}
