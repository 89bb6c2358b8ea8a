//! Unit and year of a submission, from titles, label lines, sheet and file names. The words are in
//! `data/identity.toml`.

use aho_corasick::AhoCorasick;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::lines::{bare_label, starts_with_label, value_behind, value_of_cell};
use super::non_identity_texts::NonIdentityTexts;
use super::revision;
use super::word_list::WordList;
use super::years::{report_year_in, without_years, year_in};
use crate::document::Grid;
use crate::error::{Error, Result};
use crate::place::Place;
use crate::roster::NameWords;
use crate::spelling::{compact, fold, key};

/// Where a name was found, strongest evidence first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The title of the report.
    Title,
    /// A label line such as 填报单位.
    UnitLine,
    /// The sentence that announces publication of the report.
    Sentence,
    /// The name above the date at the end.
    Signature,
    /// The sheet's name.
    Sheet,
    /// The file's name.
    File,
    /// A folder's name.
    Folder,
}

impl Origin {
    /// Returns whether the submission itself states the name. Sheets, files and folders are often named after something
    /// else.
    #[must_use]
    pub fn is_stated(self) -> bool {
        self <= Self::UnitLine
    }
}

/// A candidate for the unit's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name without years and filler words such as 年度报告.
    pub text: String,
    /// Where it was found.
    pub origin: Origin,
}

/// Longest name of a unit in a line of its own, in characters.
const LONGEST_NAME: usize = 25;
/// Longest title, in characters.
const LONGEST_TITLE: usize = 80;
/// Brackets around a year in a line of its own.
const OPENING_OR_CLOSING: &str = "()〔〕[]【】《》";
/// Longest paragraph that is a label with a value, in characters.
const LONGEST_LINE: usize = 60;

/// The words by which units and years are recognised.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    title_subjects: WordList,
    title_fillers: WordList,
    title_kinds: WordList,
    unit_lines: WordList,
    line_stops: WordList,
    publishing_words: WordList,
    year_lines: WordList,
    period_words: WordList,
    measures: WordList,
    revision_marks: WordList,
    /// Read by `NameWords` from the same file; declared here so that unknown fields are still rejected.
    #[serde(rename = "names")]
    _names: IgnoredAny,
    /// Matches any word that a title or label line must contain. Most texts of a form have none and are skipped.
    #[serde(skip)]
    any_word: Option<AhoCorasick>,
    #[serde(skip)]
    silent: NonIdentityTexts,
}

/// A statement on a sheet about the unit or year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct IdentityMark {
    pub(super) row: u32,
    /// The cell; `None` in running text.
    pub(super) place: Option<Place>,
    pub(super) says: Says,
}

/// What a mark states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Says {
    Title {
        unit: Option<String>,
        year: Option<u16>,
        revision: u32,
    },
    Unit(String),
    /// The unit named in the sentence that announces publication.
    Published(String),
    Year(u16),
    /// The year of a date in place of the report year, which may be that of publication.
    DateYear(u16),
    Period(u16),
}

impl Identity {
    /// Returns the words shipped with the program.
    ///
    /// # Errors
    /// `Error::Data` if the data file is malformed, which a test rules out.
    pub fn official() -> Result<Self> {
        let fail = |error: toml::de::Error| Error::Data { name: "identity.toml".to_owned(), why: error.to_string() };
        let mut identity: Self = toml::from_str(include_str!("../../data/identity.toml")).map_err(fail)?;
        let words = [&identity.title_subjects, &identity.unit_lines, &identity.year_lines, &identity.period_words];
        identity.any_word = AhoCorasick::new(words.into_iter().flat_map(WordList::iter)).ok();
        Ok(identity)
    }

    /// Returns the titles and label lines of a sheet, top to bottom.
    pub(super) fn marks(&self, grid: &Grid) -> Vec<IdentityMark> {
        let (mut marks, mut silent) = (Vec::new(), Vec::new());
        for cell in self.silent.others(grid) {
            let beside = grid.row(cell.row).iter().find(|other| other.column > cell.column);
            let said = self.claims_on_sheet(&cell.text, beside.map(|other| other.text.as_str()));
            if said.is_empty() && !self.is_bare_label(&cell.text) {
                silent.push(cell);
            }
            let near = || near_texts(grid, cell.row);
            let place = (!said.is_empty()).then(|| grid.place(cell.row, cell.column));
            let mark = |says| {
                let says = self.with_lines_near(says, near);
                IdentityMark { row: cell.row, place: place.clone(), says }
            };
            marks.extend(said.into_iter().map(mark));
        }
        self.silent.keep(&silent);
        marks
    }

    /// Returns what a cell states; `beside` is the text of the next cell in its row.
    fn claims_on_sheet(&self, text: &str, beside: Option<&str>) -> Vec<Says> {
        let compact = compact(text);
        if self.any_word.as_ref().is_some_and(|words| !words.is_match(&compact)) {
            return Vec::new();
        }
        let title = self.title_of(&compact).map(|title| vec![title]);
        let published = || self.published(&compact).map(|unit| vec![Says::Published(unit)]);
        title.or_else(published).unwrap_or_else(|| self.label_lines(text, beside))
    }

    /// Returns whether a text is only a label, so that its meaning depends on the cell beside it.
    pub(super) fn is_bare_label(&self, text: &str) -> bool {
        [&self.unit_lines, &self.period_words].into_iter().any(|labels| bare_label(text, labels).is_some())
            || self.year_lines.has(&key(text))
    }

    /// Returns the unit in a sentence that announces publication: 现公布甲山镇2024年政府信息公开工作年度报告.
    fn published(&self, compact: &str) -> Option<String> {
        let unit_behind = |word: &str| {
            let tail = compact[compact.find(word)? + word.len()..].split(['。', ';', ',', ':']).next()?;
            let subject = self.title_subjects.first_in(tail)?;
            let rest = without_years(&tail[subject.end..]);
            let behind_fillers = self.title_fillers.behind_all(&rest);
            let is_report = self.title_kinds.behind_all(behind_fillers).len() < behind_fillers.len();
            let unit = trim_name(&without_years(&tail[..subject.start]));
            (is_report && unit.chars().count() <= LONGEST_NAME && looks_like_unit(&unit)).then_some(unit)
        };
        self.publishing_words.iter().find_map(unit_behind)
    }

    /// Returns what a paragraph states about unit and year. A label must be at its beginning, because a sentence may
    /// contain the same words by chance. `beside` are the paragraphs before and after it, one of which may have the
    /// unit's name that a title lacks.
    pub(super) fn claims_in(&self, paragraph: &str, beside: &[&str]) -> Vec<Says> {
        if let Some(title) = self.title(paragraph) {
            return vec![self.with_lines_near(title, || beside.iter().map(|text| (*text).to_owned()).collect())];
        }
        let compact = compact(paragraph);
        let is_line = compact.chars().count() <= LONGEST_LINE
            && [&self.unit_lines, &self.year_lines].into_iter().any(|labels| starts_with_label(paragraph, labels));
        let published = self.published(&compact).map(Says::Published);
        let lines = is_line || self.states_period(paragraph);
        let lines = if lines { self.label_lines(paragraph, None) } else { Vec::new() };
        published.into_iter().chain(lines).collect()
    }

    /// Completes a title that lacks the unit or year from a nearby line that has only a unit or only a year, as on a
    /// cover.
    fn with_lines_near(&self, says: Says, near: impl Fn() -> Vec<String>) -> Says {
        match says {
            Says::Title { unit, year, revision } if unit.is_none() || year.is_none() => {
                let near = near();
                let alone = |text: &String| {
                    let unit = trim_name(&without_years(&compact(text)));
                    // Label lines are read separately, with an origin of their own.
                    let is_alone = !starts_with_label(text, &self.unit_lines)
                        && unit.chars().all(|c| c.is_alphabetic() || matches!(c, '(' | ')'));
                    (is_alone && unit.chars().count() <= LONGEST_NAME && looks_like_unit(&unit)).then_some(unit)
                };
                let unit = unit.or_else(|| near.iter().find_map(alone));
                // A title on two lines may have its year behind the unit.
                let behind = |text: &String| alone(text).and_then(|_| report_year_in(&compact(text)));
                let year_of = |text: &String| year_alone(&compact(text)).or_else(|| behind(text));
                let year = year.or_else(|| near.iter().find_map(year_of));
                Says::Title { unit, year, revision }
            }
            says => says,
        }
    }

    /// Returns whether a text is a line of labels and values.
    pub(super) fn is_label_line(&self, text: &str) -> bool {
        let labels = [&self.unit_lines, &self.year_lines, &self.line_stops];
        let is_label = |labels: &WordList| starts_with_label(text, labels) || bare_label(text, labels).is_some();
        text.chars().count() <= LONGEST_LINE && labels.into_iter().any(is_label)
    }

    /// Returns whether a text states the statistical period.
    pub(super) fn states_period(&self, text: &str) -> bool {
        self.period_words.any_in(&compact(text))
    }

    /// Parses a title: a unit, a year and the words of such a report's title, and nothing else.
    pub(super) fn title(&self, text: &str) -> Option<Says> {
        self.title_of(&compact(text))
    }

    fn title_of(&self, compact: &str) -> Option<Says> {
        if compact.chars().count() > LONGEST_TITLE {
            return None;
        }
        let subject = self.title_subjects.first_in(compact)?;
        let (head, tail) = (&compact[..subject.start], &compact[subject.end..]);
        // Pages saved with their metadata have “标题：甲山镇…”.
        let head = head.rsplit(':').next().unwrap_or(head);
        let rest = without_years(tail);
        let behind_fillers = self.title_fillers.behind_all(&rest);
        let rest = self.title_kinds.behind_all(behind_fillers);
        // A covering letter titled 关于报送《…年度报告》的函 names the unit of the report.
        let quoted = rest.trim_start_matches(['》', '”', '」']);
        let closed = matches!(quoted, "" | "的报告" | "的函") || rest.starts_with(['(', '〔', '[', '-', '_', '.']);
        if rest.len() == behind_fillers.len() || !closed {
            return None;
        }
        let unit = Some(trim_title(&without_years(head))).filter(|unit| is_name(unit));
        Some(Says::Title { unit, year: report_year_in(compact), revision: self.revision(compact) })
    }

    /// Parses `填报单位：…` and `报告年度：…`: several in one cell, or the value in the next cell.
    fn label_lines(&self, text: &str, beside: Option<&str>) -> Vec<Says> {
        let folded = fold(text);
        let mut says = Vec::new();
        if self.period_words.any_in(&folded) {
            let at = self.period_words.iter().find_map(|word| folded.find(word)).unwrap_or(0);
            let is_bare = || bare_label(text, &self.period_words).is_some();
            let year = year_in(&folded[at..]).or_else(|| year_in(&fold(beside.filter(|_| is_bare())?)));
            says.extend(year.map(Says::Period));
            return says;
        }
        let value_after = |words: &WordList| {
            if !words.any_in(&folded) {
                return None;
            }
            let behind = |word: &str| {
                let mut found = folded.match_indices(word).map(|(at, _)| at);
                found.find(|at| folded[at + word.len()..].starts_with(':'))
            };
            let (at, word) = words.iter().find_map(|word| behind(word).map(|at| (at, word)))?;
            let tail = folded[at + word.len() + 1..].trim_start();
            let value = tail.split(['\n', '\t', '　']).next().unwrap_or(tail).split("  ").next().unwrap_or(tail);
            Some(value.trim().to_owned())
        };
        says.extend(self.unit_in_line(text, beside).map(Says::Unit));
        let value_beside =
            |words: &WordList| words.has(&key(&folded)).then(|| Some(fold(beside?).into_owned())).flatten();
        let value =
            |words: &WordList| value_after(words).filter(|value| !value.is_empty()).or_else(|| value_beside(words));
        says.extend(value(&self.year_lines).and_then(|value| {
            let of_date = || year_in(&value).map(Says::DateYear);
            report_year_in(&value).map(Says::Year).or_else(of_date)
        }));
        says
    }

    /// Returns the unit after a label such as 填报单位, or in the next cell.
    fn unit_in_line(&self, text: &str, beside: Option<&str>) -> Option<String> {
        let value = value_behind(text, &self.unit_lines, &self.line_stops).map(|unit| trim_name(&unit));
        let is_unit = |unit: &String| is_name(unit) && !self.is_measure(unit);
        if let Some(unit) = value.filter(is_unit) {
            return Some(unit);
        }
        let (label, has_colon) = bare_label(text, &self.unit_lines)?;
        let beside = trim_name(&value_of_cell(beside?, &self.line_stops));
        // 单位 may also be the heading of a column, with the next heading beside it.
        let is_sure = has_colon && label.chars().count() > 2 || looks_like_unit(&beside);
        (is_sure && is_unit(&beside) && bare_label(&beside, &self.unit_lines).is_none()).then_some(beside)
    }

    /// Returns whether a text has only units of measure: 件、万元.
    fn is_measure(&self, text: &str) -> bool {
        let mut parts = text.split(['、', ',', '/', '或', '和', '及', '(', ')']).filter(|part| !part.is_empty());
        parts.all(|part| self.measures.has(part))
    }

    /// Returns the unit that a sheet is named after, if its name looks like one.
    pub(super) fn unit_of_sheet(sheet: &str) -> Option<String> {
        let name = stripped(sheet);
        (looks_like_unit(&name) && is_name(&name)).then_some(name)
    }

    /// Returns the candidate names in a file's path: the file's name without extension, years and filler words, then
    /// its folders. A file name that does not look like a unit comes last.
    pub(super) fn names_of_file(file: &str) -> Vec<Name> {
        let (folders, name) = file.rsplit_once('/').unwrap_or(("", file));
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let own = stripped(stem);
        let own = if own.is_empty() { stem.to_owned() } else { own };
        let mut names = Vec::new();
        // The folder of a saved page has the name of the page.
        let of_page = |folder: &str| stripped(folder.trim_end_matches(".files").trim_end_matches("_files"));
        let folders = folders.rsplit('/').map(of_page).filter(|folder| looks_like_unit(folder));
        let folders = folders.map(|text| Name { text, origin: Origin::Folder });
        if looks_like_unit(&own) {
            names.push(Name { text: own, origin: Origin::File });
            names.extend(folders);
        } else {
            names.extend(folders);
            names.push(Name { text: own, origin: Origin::File });
        }
        names
    }

    /// Returns the revision number in a report's title: how often the report was sent again.
    pub(super) fn revision(&self, title: &str) -> u32 {
        revision::revision(title, &self.revision_marks)
    }

    /// Returns the revision number in a file's path.
    pub(super) fn revision_of_file(&self, file: &str) -> u32 {
        revision::revision_of_file(file, &self.revision_marks)
    }
}

/// Returns whether a text is only a year.
pub(super) fn is_year(text: &str) -> bool {
    year_alone(&compact(text)).is_some()
}

/// Returns the year of a text that is only a year, with or without brackets: （2024年度）.
fn year_alone(compact: &str) -> Option<u16> {
    let text = compact.trim_matches(|c| OPENING_OR_CLOSING.contains(c));
    let year = report_year_in(text)?;
    (text.contains('年') && without_years(text).is_empty()).then_some(year)
}

/// Returns the texts of the nearest rows above and below a row, if each has a single cell; and that of the row above,
/// if the nearest above is only a year.
fn near_texts(grid: &Grid, row: u32) -> Vec<String> {
    let above = grid.cells().iter().filter(|cell| cell.row < row).map(|cell| cell.row).max();
    let below = grid.cells().iter().filter(|cell| cell.row > row).map(|cell| cell.row).min();
    let alone = |row: u32| match grid.row(row) {
        [only] => Some(only.text.to_string()),
        _ => None,
    };
    // On a cover, the year is between the unit and the title.
    let further = above.filter(|row| alone(*row).is_some_and(|text| is_year(&text)));
    let further = further.and_then(|row| grid.cells().iter().map(|cell| cell.row).filter(|above| *above < row).max());
    above.into_iter().chain(below).chain(further).filter_map(alone).collect()
}

/// Returns the unit that signs the report: the last line but one, above a date.
pub(super) fn signature<'a>(paragraphs: impl DoubleEndedIterator<Item = &'a str>) -> Option<String> {
    let filled = paragraphs.filter(|text| !text.trim().is_empty());
    let mut last = filled.rev();
    let date = compact(last.next()?);
    let is_date = date.ends_with('日') && date.contains('年') && date.chars().count() < 15;
    let unit = trim_name(&compact(last.next()?));
    (is_date && unit.chars().count() <= LONGEST_NAME && looks_like_unit(&unit)).then_some(unit)
}

/// Returns a sheet's, file's or folder's name without years, numbers, remarks in brackets and filler words: the first
/// part that looks like a unit, else all of it.
fn stripped(text: &str) -> String {
    let words = NameWords::official();
    let name = without_years(text);
    let name = fold(&name);
    let head = name.split(['(', '[']).next().filter(|head| !head.trim().is_empty()).unwrap_or(&name);
    let whole = trim_name(words.without_file_words(&trim_name(&compact(head))));
    let parts = words.parts_of_file(head);
    if looks_like_unit(&whole) && parts.len() < 2 {
        return whole;
    }
    parts.into_iter().find(|part| looks_like_unit(part)).unwrap_or(whole)
}

pub(super) fn looks_like_unit(name: &str) -> bool {
    NameWords::official().looks_like_body(name)
}

/// Returns whether a name has at least two characters and is no placeholder.
fn is_name(name: &str) -> bool {
    name.chars().count() > 1 && !NameWords::official().is_placeholder(name)
}

/// Returns a name without numbering, punctuation and filler words around it.
fn trim_name(text: &str) -> String {
    let is_stray = |c: char| !c.is_alphanumeric() || c.is_ascii_digit();
    let start = text.trim_start_matches(|c| is_stray(c) && c != '(').trim_start_matches("()");
    let name = start.trim_end_matches(|c| is_stray(c) && c != ')');
    let opened = name.chars().filter(|c| *c == '(').count();
    let name = match (opened, name.chars().filter(|c| *c == ')').count()) {
        (opened, closed) if opened == closed && !name.starts_with('(') => name,
        _ => name.trim_matches(is_stray).split('(').next().unwrap_or_default(),
    };
    let name = name.trim_matches(|c| is_stray(c) && c != ')');
    name.strip_prefix("关于").unwrap_or(name).trim_end_matches(['年', '的']).to_owned()
}

/// Returns the unit of a title, without 附件2 or the time in a printed page's header before it and 报送 after it.
fn trim_title(text: &str) -> String {
    let name = trim_name(text);
    let mut name = name.trim_start_matches("AM").trim_start_matches("PM").to_owned();
    loop {
        let shorter = trim_name(NameWords::official().without_file_words(&name));
        if shorter.len() >= name.len() || shorter.is_empty() {
            return name;
        }
        name = shorter;
    }
}

#[cfg(test)]
mod tests;
