//! The text of a report, by section, for the checks on words. The words by which sections are recognised are in
//! `data/narrative.toml`.

use serde::Deserialize;

use super::years::years_in;
use crate::error::{Error, Result};
use crate::place::Place;
use crate::spelling::{compact, fold, key};

/// Longest heading, in characters.
const LONGEST_HEADING: usize = 40;
/// Longest line that is only a date, in characters.
const LONGEST_DATE: usize = 16;
/// Longest name of a public body before its ending, in characters.
const LONGEST_NAME: usize = 12;

/// The numerals of headings and lists.
const NUMERALS: [char; 20] =
    ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];

/// The text of a report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Narrative {
    /// Its title, unchanged.
    pub title: Option<String>,
    /// The paragraph that states the statistical period.
    pub period: Option<NarrativeParagraph>,
    /// Its date, without white space.
    pub date: Option<String>,
    /// The paragraph with the contact details.
    pub contact: Option<String>,
    /// Its sections in their order. Text before the first heading is a section without id.
    pub sections: Vec<NarrativeSection>,
    /// The years it mentions, with repetitions. Years of document numbers and of its own date are left out.
    pub years: Vec<u16>,
    /// The names of public bodies it mentions, each once, in order.
    pub bodies: Vec<String>,
}

/// A section of the text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NarrativeSection {
    /// Which of the form's six sections it is, by the id in `data/narrative.toml`; `None` before the first heading.
    pub id: Option<String>,
    /// The heading, unchanged.
    pub heading: String,
    /// Its paragraphs.
    pub paragraphs: Vec<NarrativeParagraph>,
}

/// A paragraph of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NarrativeParagraph {
    /// Its text, unchanged.
    pub text: String,
    /// Its cell in a workbook; `None` in running text.
    pub place: Option<Place>,
}

impl NarrativeParagraph {
    /// Returns a paragraph of running text.
    pub(super) fn running(text: &str) -> Self {
        Self { text: text.to_owned(), place: None }
    }
}

/// The words by which sections, dates, contacts and public bodies are recognised.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NarrativeWords {
    #[serde(rename = "section")]
    sections: Vec<SectionWords>,
    text: TextWords,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionWords {
    id: String,
    titles: Vec<String>,
    words: Vec<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TextWords {
    contact_words: Vec<String>,
    date_words: Vec<String>,
    note_words: Vec<String>,
    body_endings: Vec<String>,
    stop_words: String,
}

impl NarrativeWords {
    /// Returns the words shipped with the program.
    ///
    /// # Errors
    /// `Error::Data` if the data file is malformed, which a test rules out.
    pub fn official() -> Result<Self> {
        let fail = |error: toml::de::Error| Error::Data { name: "narrative.toml".to_owned(), why: error.to_string() };
        toml::from_str(include_str!("../../data/narrative.toml")).map_err(fail)
    }

    /// Sorts paragraphs into sections. `title` and `period` are the paragraphs found with the report's identity.
    pub(super) fn narrative<'p>(
        &self,
        paragraphs: impl IntoIterator<Item = &'p NarrativeParagraph>,
        title: Option<String>,
        period: Option<NarrativeParagraph>,
    ) -> Narrative {
        let mut narrative =
            Narrative { title, period, sections: vec![NarrativeSection::default()], ..Narrative::default() };
        for paragraph in paragraphs {
            let text = &paragraph.text;
            if let Some(id) = self.section(text) {
                let (id, heading) = (Some(id.to_owned()), text.clone());
                narrative.sections.push(NarrativeSection { id, heading, paragraphs: Vec::new() });
                continue;
            }
            match self.date(text) {
                Some(date) => narrative.date = Some(date),
                // White space is kept: 2 0 21 in a row of figures is no year.
                None => narrative.years.extend(years_in(&fold(text))),
            }
            for body in self.bodies(text) {
                if !narrative.bodies.contains(&body) {
                    narrative.bodies.push(body);
                }
            }
            if self.text.contact_words.iter().any(|word| text.contains(word.as_str())) {
                narrative.contact = Some(text.clone());
            }
            if let Some(section) = narrative.sections.last_mut() {
                section.paragraphs.push(paragraph.clone());
            }
        }
        narrative.sections.retain(|section| section.id.is_some() || !section.paragraphs.is_empty());
        narrative
    }

    /// Returns the id of the section of which a paragraph is the heading.
    pub(super) fn section(&self, paragraph: &str) -> Option<&str> {
        if paragraph.chars().count() > LONGEST_HEADING || paragraph.ends_with(['。', '；', ';', '：']) {
            return None;
        }
        let compact = compact(paragraph);
        let bare = without_ordinal(&compact);
        let titled =
            |section: &&SectionWords| section.titles.iter().any(|title| key(title) == key(bare.unwrap_or(&compact)));
        let worded = |section: &&SectionWords| {
            let all = |words: &Vec<String>| words.iter().all(|word| compact.contains(word.as_str()));
            bare.is_some() && section.words.iter().any(all)
        };
        let found = self.sections.iter().find(titled).or_else(|| self.sections.iter().find(worded));
        found.map(|section| section.id.as_str())
    }

    /// Returns whether a line begins a note: `说明：`, `注1.`, or such a word alone.
    pub(super) fn is_note(&self, line: &str) -> bool {
        let compact = compact(line);
        let bare = compact.trim_start_matches(|c: char| !c.is_alphanumeric());
        let behind = |word: &String| bare.strip_prefix(word.as_str());
        let is_parted =
            |rest: &str| rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_digit() || ":.,、)".contains(c));
        self.text.note_words.iter().filter_map(behind).any(is_parted)
    }

    /// Returns the date of the report, if a paragraph is a date or labels one.
    fn date(&self, paragraph: &str) -> Option<String> {
        let compact = compact(paragraph);
        let named = self.text.date_words.iter().find_map(|word| compact.strip_prefix(word.as_str()));
        if let Some(date) = named {
            return Some(date.trim_start_matches(':').to_owned());
        }
        let is_date = compact.chars().count() <= LONGEST_DATE
            && compact.ends_with('日')
            && compact.contains('年')
            && compact.contains('月');
        is_date.then_some(compact)
    }

    /// Returns the names of public bodies in a paragraph, in order.
    fn bodies(&self, paragraph: &str) -> Vec<String> {
        let text = fold(paragraph);
        let mut bodies = Vec::new();
        for ending in &self.text.body_endings {
            for (at, _) in text.match_indices(ending.as_str()) {
                let is_name = |c: &char| c.is_alphabetic() && !self.text.stop_words.contains(*c);
                let before: Vec<char> = text[..at].chars().rev().take(LONGEST_NAME).take_while(is_name).collect();
                if before.len() > 1 {
                    bodies.push((at, before.into_iter().rev().collect::<String>() + ending));
                }
            }
        }
        bodies.sort();
        bodies.into_iter().map(|(_, body)| body).collect()
    }
}

/// Returns the text after an ordinal such as `一、`, `第一部分` or `1、`; `None` without one.
fn without_ordinal(compact: &str) -> Option<&str> {
    let rest = compact.trim_start_matches('第');
    let behind = rest.trim_start_matches(NUMERALS);
    if behind.len() == rest.len() {
        return None;
    }
    let behind = behind.strip_prefix("部分").unwrap_or(behind);
    Some(behind.trim_start_matches(['、', '.', ',', ':', '．', ' ']))
}

/// Returns whether a line begins with a number of its own, such as `1.`, `（2）` or `二、`.
pub(super) fn is_numbered(line: &str) -> bool {
    let compact = compact(line);
    let bare = compact.trim_start_matches(['(', '第']);
    let rest = bare.trim_start_matches(NUMERALS);
    rest.len() < bare.len() && rest.starts_with(['.', '、', ')', ',', ':', '部', '条'])
}

/// Returns the year mentioned most often; `None` on a tie.
pub(super) fn most_frequent_year(years: &[u16]) -> Option<u16> {
    let count = |year: u16| years.iter().filter(|other| **other == year).count();
    let best = years.iter().copied().max_by_key(|year| count(*year))?;
    let candidates = years.iter().any(|other| *other != best && count(*other) == count(best));
    (!candidates).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> NarrativeWords {
        NarrativeWords::official().expect("data file is well formed")
    }

    #[test]
    fn headings_as_they_occur() {
        let words = words();
        for (heading, id) in [
            ("一、总体情况", "overview"),
            ("总体情况", "overview"),
            ("一、政府信息公开工作的基本情况", "overview"),
            ("1、 总体情况", "overview"),
            ("第二部分 主动公开政府信息情况", "proactive"),
            ("三、行政机关收到和处理政府信息公开申请情况", "requests"),
            ("四、政府信息公开行政复议、行政诉讼情况", "disputes"),
            ("五、存在的主要问题及改进情况", "problems"),
            ("六、其他需要报告的事项", "other"),
        ] {
            assert_eq!(words.section(heading), Some(id), "{heading}");
        }
        for text in ["（一）主动公开", "一是总体情况良好。", "本年度未收取信息处理费。", "主动公开信息情况说明"]
        {
            assert_eq!(words.section(text), None, "{text}");
        }
    }

    #[test]
    fn a_text_by_its_sections() {
        let said = [
            "本报告依据国办公开办函〔2021〕30号编制。",
            "一、总体情况",
            "2025年，甲山镇共收到申请2件，经示例县人民政府门户网站公开。",
            "六、其他需要报告的事项",
            "本年度未收取信息处理费。",
            "联系电话：0000-1234567",
            "2026年1月12日",
        ];
        let said = said.map(NarrativeParagraph::running);
        let narrative = words().narrative(&said, None, None);
        let ids: Vec<Option<&str>> = narrative.sections.iter().map(|section| section.id.as_deref()).collect();
        assert_eq!(ids, [None, Some("overview"), Some("other")]);
        assert_eq!(narrative.sections[2].paragraphs.len(), 3);
        assert_eq!(narrative.years, [2025]);
        assert_eq!(narrative.date.as_deref(), Some("2026年1月12日"));
        assert_eq!(narrative.contact.as_deref(), Some("联系电话：0000-1234567"));
        assert_eq!(narrative.bodies, ["示例县人民政府"]);
        assert_eq!(most_frequent_year(&[2025, 2026, 2025]), Some(2025));
        assert_eq!(most_frequent_year(&[2025, 2026]), None);
        assert_eq!(years_in("填报日期：2026年1月15日（2025年度），〔2021〕30号，2026-01-15"), [2025]);
        assert_eq!(most_frequent_year(&[]), None);
    }
}
