//! Whose a submission is and for which year: what titles, label lines, sheet and file names say.
//! The words are in `data/identity.toml`.

use std::collections::HashSet;
use std::sync::RwLock;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use crate::document::{Cell, Grid, Kind};
use crate::error::{Error, Result};
use crate::roster::SetAside;
use crate::spelling::{compact, fold, key};

/// Where a name was found, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The title of the report.
    Title,
    /// A line such as 填报单位.
    UnitLine,
    /// The sheet's name.
    Sheet,
    /// The file's name.
    File,
    /// A folder's name.
    Folder,
}

impl Origin {
    /// Whether the submission itself says it; a sheet, file or folder is often named for something else.
    #[must_use]
    pub fn is_stated(self) -> bool {
        self <= Self::UnitLine
    }
}

/// A name a submission may bear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name, cleaned of years and words of the trade.
    pub text: String,
    /// Where it was found.
    pub origin: Origin,
}

/// Longest name of a unit in a line of its own, in characters.
const LONGEST_NAME: usize = 25;
/// Longest paragraph that is label and value, in characters.
const LONGEST_LINE: usize = 60;

/// The words by which units and years are recognised.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    title_subjects: Vec<String>,
    title_fillers: Vec<String>,
    title_kinds: Vec<String>,
    unit_lines: Vec<String>,
    year_lines: Vec<String>,
    period_words: Vec<String>,
    measures: Vec<String>,
    unit_endings: Vec<String>,
    /// Parts of a name that are set aside when it is matched to the roster.
    pub set_aside: SetAside,
    file_words: Vec<String>,
    revision_marks: Vec<String>,
    /// Finds any word without which a text is neither a title nor a label line: most texts of a form have none.
    #[serde(skip)]
    any_word: Option<AhoCorasick>,
    /// Texts that are known to be neither: the labels of the form stand in every report.
    #[serde(skip)]
    says_nothing: RwLock<HashSet<Box<str>>>,
}

/// Longest text that is kept as one that says nothing, in bytes.
const LONGEST_LABEL: usize = 400;
/// Texts kept of those that say nothing; a form and its variants have a few hundred labels.
const MOST_TEXTS: usize = 2_000;

/// Something on a sheet that says whose or for which year it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) row: u32,
    pub(super) says: Says,
}

/// What a mark says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Says {
    Title { unit: Option<String>, year: Option<u16>, revision: u32 },
    Unit(String),
    Year(u16),
    Period(u16),
}

impl Identity {
    /// The words shipped with the program.
    ///
    /// # Errors
    /// `Error::Data` if the data file is malformed, which a test rules out.
    pub fn official() -> Result<Self> {
        let fail = |error: toml::de::Error| Error::Data { name: "identity.toml".to_owned(), why: error.to_string() };
        let mut identity: Self = toml::from_str(include_str!("../../data/identity.toml")).map_err(fail)?;
        let words = [&identity.title_subjects, &identity.unit_lines, &identity.year_lines, &identity.period_words];
        identity.any_word = AhoCorasick::new(words.into_iter().flatten()).ok();
        Ok(identity)
    }

    /// Whether a text may be a title or a label line.
    fn may_say(&self, text: &str) -> bool {
        self.any_word.as_ref().is_none_or(|words| words.is_match(&compact(text)))
    }

    /// The cells of a sheet that may be titles or label lines.
    fn telling<'a>(&self, grid: &'a Grid) -> Vec<&'a Cell> {
        let texts = || grid.cells().iter().filter(|cell| cell.kind == Kind::Text);
        let Ok(known) = self.says_nothing.read() else {
            return texts().filter(|cell| self.may_say(&cell.text)).collect();
        };
        let others: Vec<&Cell> = texts().filter(|cell| !known.contains(cell.text.as_str())).collect();
        let is_full = known.len() >= MOST_TEXTS;
        drop(known);
        let (telling, silent): (Vec<&Cell>, Vec<&Cell>) = others.into_iter().partition(|cell| self.may_say(&cell.text));
        if !silent.is_empty()
            && !is_full
            && let Ok(mut known) = self.says_nothing.write()
        {
            let labels = silent.iter().filter(|cell| cell.text.len() <= LONGEST_LABEL);
            known.extend(labels.map(|cell| Box::from(cell.text.as_str())));
        }
        telling
    }

    /// Titles and label lines of a sheet, top to bottom.
    pub(super) fn marks(&self, grid: &Grid) -> Vec<Mark> {
        let mut marks = Vec::new();
        for cell in self.telling(grid) {
            let mark = |says| Mark { row: cell.row, says };
            if let Some(title) = self.title(&cell.text) {
                marks.push(mark(title));
                continue;
            }
            let beside =
                grid.row(cell.row).iter().find(|other| other.column > cell.column).map(|other| other.text.as_str());
            marks.extend(self.label_lines(&cell.text, beside).into_iter().map(mark));
        }
        marks
    }

    /// What a paragraph says of whose it is. A sentence may hold the words of a label line by chance, so one has to
    /// begin with them; `before` is the paragraph before, where a title may have left the unit's name.
    pub(super) fn said_in(&self, paragraph: &str, before: Option<&str>) -> Vec<Says> {
        match self.title(paragraph) {
            Some(Says::Title { unit: None, year, revision }) => {
                let unit = before.map(|before| trim_name(&without_years(&compact(before))));
                let unit = unit.filter(|unit| unit.chars().count() <= LONGEST_NAME && self.looks_like_unit(unit));
                vec![Says::Title { unit, year, revision }]
            }
            Some(title) => vec![title],
            None => {
                let start = compact(paragraph);
                let labels = self.unit_lines.iter().chain(&self.year_lines);
                let is_line = start.chars().count() <= LONGEST_LINE
                    && labels.into_iter().any(|label| start.starts_with(&format!("{label}:")));
                if is_line || self.states_period(paragraph) { self.label_lines(paragraph, None) } else { Vec::new() }
            }
        }
    }

    /// Whether a text states the statistical period.
    pub(super) fn states_period(&self, text: &str) -> bool {
        let text = compact(text);
        self.period_words.iter().any(|word| text.contains(word.as_str()))
    }

    /// Reads a title: a unit, a year, and words that say it is such a report; nothing else may stand in it.
    pub(super) fn title(&self, text: &str) -> Option<Says> {
        let folded = compact(text);
        if folded.chars().count() > 80 {
            return None;
        }
        let subject = self
            .title_subjects
            .iter()
            .filter_map(|word| folded.find(word.as_str()).map(|at| (at, word.len())))
            .min_by_key(|(at, length)| (*at, usize::MAX - length))?;
        let (head, tail) = (&folded[..subject.0], &folded[subject.0 + subject.1..]);
        // “标题：甲山镇…”, as pages saved with their data have it.
        let head = head.rsplit(':').next().unwrap_or(head);
        let mut rest = without_years(tail);
        while let Some(shorter) = self.title_fillers.iter().find_map(|word| rest.strip_prefix(word.as_str())) {
            rest = shorter.to_owned();
        }
        let mut kinds = 0;
        while let Some(shorter) = self.title_kinds.iter().find_map(|word| rest.strip_prefix(word.as_str())) {
            rest = shorter.to_owned();
            kinds += 1;
        }
        let closed = rest.is_empty() || rest.starts_with(['(', '〔', '[', '-', '_', '.']);
        if kinds == 0 || !closed {
            return None;
        }
        let unit = Some(trim_name(&without_years(head))).filter(|unit| unit.chars().count() > 1);
        Some(Says::Title { unit, year: year_in(&folded), revision: self.revision(&folded) })
    }

    /// `填报单位：…` and `报告年度：…`, several in one cell or the value in the next.
    fn label_lines(&self, text: &str, beside: Option<&str>) -> Vec<Says> {
        let folded = fold(text);
        let mut says = Vec::new();
        if let Some(at) = self.period_words.iter().find_map(|word| folded.find(word.as_str())) {
            says.extend(year_in(&folded[at..]).map(Says::Period));
            return says;
        }
        let value_after = |words: &[String]| {
            let behind = |word: &String| {
                let mut found = folded.match_indices(word.as_str()).map(|(at, _)| at);
                found.find(|at| folded[at + word.len()..].starts_with(':'))
            };
            let (at, word) = words.iter().find_map(|word| behind(word).map(|at| (at, word)))?;
            let tail = folded[at + word.len() + 1..].trim_start();
            let value = tail.split(['\n', '\t', '　']).next().unwrap_or(tail).split("  ").next().unwrap_or(tail);
            Some(value.trim().to_owned())
        };
        let value_beside = |words: &[String]| {
            let label = key(&folded);
            words.contains(&label).then(|| beside.map(fold)).flatten()
        };
        let value =
            |words: &[String]| value_after(words).filter(|value| !value.is_empty()).or_else(|| value_beside(words));
        let is_name = |unit: &String| unit.chars().count() > 1 && !self.measures.contains(unit);
        if let Some(unit) = value(&self.unit_lines).map(|unit| trim_name(&unit)).filter(is_name) {
            says.push(Says::Unit(unit));
        }
        says.extend(value(&self.year_lines).and_then(|year| year_in(&year)).map(Says::Year));
        says
    }

    /// The unit a sheet is named for, if its name looks like one.
    pub(super) fn unit_of_sheet(&self, sheet: &str) -> Option<String> {
        let name = self.stripped(sheet);
        self.looks_like_unit(&name).then_some(name)
    }

    fn looks_like_unit(&self, name: &str) -> bool {
        name.chars().count() > 1 && self.unit_endings.iter().any(|ending| name.ends_with(ending.as_str()))
    }

    /// The names a file's path offers: its own without ending, years and words of the trade, then its folders'.
    pub(super) fn names_of_file(&self, file: &str) -> Vec<Name> {
        let (folders, name) = file.rsplit_once('/').unwrap_or(("", file));
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let own = self.stripped(stem);
        let own = if own.is_empty() { stem.to_owned() } else { own };
        let mut names = Vec::new();
        let folders =
            folders.rsplit('/').map(|folder| self.stripped(folder)).filter(|folder| self.looks_like_unit(folder));
        let folders = folders.map(|text| Name { text, origin: Origin::Folder });
        if self.looks_like_unit(&own) {
            names.push(Name { text: own, origin: Origin::File });
            names.extend(folders);
        } else {
            names.extend(folders);
            names.push(Name { text: own, origin: Origin::File });
        }
        names
    }

    /// How often something was sent again, by its marks: 更正 counts once, 第3次 three times.
    pub(super) fn revision(&self, text: &str) -> u32 {
        let folded = fold(text);
        let numbered = folded.split('第').skip(1).filter_map(|tail| {
            let (number, _) = tail.split_once('次')?;
            number.parse().ok().or_else(|| {
                "零一二三四五六七八九十"
                    .chars()
                    .position(|c| number.chars().eq([c]))
                    .and_then(|n| u32::try_from(n).ok())
            })
        });
        let marked = self.revision_marks.iter().any(|mark| folded.contains(mark.as_str()));
        numbered.max().unwrap_or(0).max(u32::from(marked))
    }

    fn stripped(&self, text: &str) -> String {
        let folded = compact(text);
        let mut name = without_years(&folded);
        if let Some((head, _)) = name.split_once(['(', '[']).filter(|(head, _)| !head.is_empty()) {
            name = head.to_owned();
        }
        for word in self.file_words.iter().chain(&self.revision_marks) {
            name = name.replace(word.as_str(), "");
        }
        trim_name(&name)
    }
}

/// A name without the numbering, punctuation and stray words around it.
fn trim_name(text: &str) -> String {
    let name = text.trim_matches(|c: char| !c.is_alphanumeric() || c.is_ascii_digit());
    name.strip_prefix("关于").unwrap_or(name).trim_end_matches(['年', '的']).to_owned()
}

/// The first report year in a text: four digits from 2008 on, or their Chinese form.
pub(super) fn year_in(text: &str) -> Option<u16> {
    years(text).first().map(|(year, _)| *year)
}

/// The year in a file's name, or in its folders', innermost first.
pub(super) fn year_of_file(file: &str) -> Option<u16> {
    file.rsplit('/').find_map(year_in)
}

/// Every year in a text with its bytes.
pub(crate) fn years(text: &str) -> Vec<(u16, std::ops::Range<usize>)> {
    let digit = |c: char| match c {
        '〇' | '○' | '零' | 'Ｏ' => Some(0),
        _ => c
            .to_digit(10)
            .or_else(|| "一二三四五六七八九".chars().position(|n| n == c).and_then(|n| u32::try_from(n + 1).ok())),
    };
    let mut found = Vec::new();
    let mut run: Vec<(usize, u32)> = Vec::new();
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if let Some(digit) = digit(c) {
            run.push((at, digit));
            continue;
        }
        // A longer run is a date (20260115) or a number, not a year.
        let value = run.iter().fold(0, |sum: u32, (_, digit)| sum.saturating_mul(10).saturating_add(*digit));
        if run.len() == 4 && (2008..2100).contains(&value) {
            found.extend(u16::try_from(value).ok().map(|year| (year, run[0].0..at)));
        }
        run.clear();
    }
    found
}

/// The text without its years and the 年 or 年度 behind them.
fn without_years(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for (_, span) in years(text) {
        kept.push_str(&text[from..span.start]);
        let tail = &text[span.end..];
        let behind = ["年度", "年"].iter().find(|word| tail.starts_with(**word)).map_or(0, |word| word.len());
        from = span.end + behind;
    }
    kept.push_str(&text[from..]);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity() -> Identity {
        Identity::official().expect("data file is well formed")
    }

    fn title(text: &str) -> Option<(Option<String>, Option<u16>)> {
        match identity().title(text) {
            Some(Says::Title { unit, year, .. }) => Some((unit, year)),
            _ => None,
        }
    }

    #[test]
    fn titles_as_they_occur() {
        let is = |unit: &str, year| Some((Some(unit.to_owned()), Some(year)));
        assert_eq!(title("示例县甲山镇2025年政府信息公开工作年度报告"), is("示例县甲山镇", 2025));
        assert_eq!(title("甲山镇人民政府 2025 年度政府信息公开年报"), is("甲山镇人民政府", 2025));
        assert_eq!(title("2025年度甲山镇政府信息公开工作年度报告统计表"), is("甲山镇", 2025));
        assert_eq!(title("甲山镇二〇二五年政府信息公开工作年度报告"), is("甲山镇", 2025));
        assert_eq!(title("甲山镇政府信息公开2025年度报告（更正）"), is("甲山镇", 2025));
        assert_eq!(title("高市乡政府信息公开工作年度报告"), Some((Some("高市乡".to_owned()), None)));
        assert_eq!(title("2025年政府信息公开工作年度报告"), Some((None, Some(2025))));
    }

    #[test]
    fn what_is_no_title() {
        for text in [
            "二、主动公开政府信息情况",
            "三、收到和处理政府信息公开申请情况",
            "四、政府信息公开行政复议、行政诉讼情况",
            "一、本年新收政府信息公开申请数量",
            "请于1月31日前报送政府信息公开年报。",
            "",
        ] {
            assert_eq!(title(text), None, "{text}");
        }
    }

    #[test]
    fn names_and_years_of_files() {
        let identity = identity();
        let first = |file: &str| identity.names_of_file(file).first().map(|name| name.text.clone());
        assert_eq!(first("03-甲山镇2025年政府信息公开年报(更正).xlsx").as_deref(), Some("甲山镇"));
        assert_eq!(first("乡镇/乙水乡/年报.xlsx").as_deref(), Some("乙水乡"));
        assert_eq!(first("年报.xlsx").as_deref(), Some("年报"));
        assert_eq!(year_of_file("2025/甲山镇20260112.xlsx"), Some(2025));
        assert_eq!(identity.revision("甲山镇(第2次).xlsx"), 2);
        assert_eq!(identity.revision("甲山镇（更正）.xlsx"), 1);
        assert_eq!(identity.revision("甲山镇第二十条.xlsx"), 0);
    }

    #[test]
    fn label_lines_in_one_cell_or_two() {
        let identity = identity();
        let both = identity.label_lines("填报单位：甲山镇人民政府\u{3000}\u{3000}报告年度：2025年", None);
        assert_eq!(both, [Says::Unit("甲山镇人民政府".to_owned()), Says::Year(2025)]);
        assert_eq!(identity.label_lines("填报单位", Some("甲山镇")), [Says::Unit("甲山镇".to_owned())]);
        assert_eq!(identity.label_lines("报告年度", Some("2025")), [Says::Year(2025)]);
        assert_eq!(identity.label_lines("本年度办理结果", Some("2025")), []);
        assert_eq!(identity.label_lines("本年收费金额（单位：万元）", None), []);
    }
}
