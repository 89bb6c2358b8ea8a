//! Findings: rule, severity, subject, place, observed and expected value.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

use crate::form::Form;
use crate::place::{CellRange, Place, Spot};
use crate::source::hex;

/// Maximum length of a finding's Chinese sentence, in characters: it must fit a row of a letter.
pub const MAX_MESSAGE_CHARS: usize = 90;

/// Opening and closing marks of quotations and asides.
const PAIRS: [(char, char); 3] = [('“', '”'), ('（', '）'), ('《', '》')];

/// The severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// 必改: certainly wrong, must be corrected.
    MustFix,
    /// 待说明: probably wrong, but may be legitimate; must be explained.
    MustExplain,
    /// 提示: for information.
    Note,
}

impl Severity {
    /// Returns the word in `data/findings.csv`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::MustFix => "must_fix",
            Self::MustExplain => "must_explain",
            Self::Note => "note",
        }
    }

    /// Parses the word used in `huizong.toml`.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::MustFix, Self::MustExplain, Self::Note].into_iter().find(|severity| severity.word() == word)
    }

    /// Returns the Chinese word.
    #[must_use]
    pub fn chinese(self) -> &'static str {
        match self {
            Self::MustFix => "必改",
            Self::MustExplain => "待说明",
            Self::Note => "提示",
        }
    }
}

/// A rule's code: a letter for its family and two digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(&'static str);

impl Code {
    /// Returns a code. In a constant, anything but a letter and two digits does not compile.
    ///
    /// # Panics
    /// If the text is not a code.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        let bytes = text.as_bytes();
        assert!(
            bytes.len() == 3 && bytes[0].is_ascii_uppercase() && bytes[1].is_ascii_digit() && bytes[2].is_ascii_digit(),
            "a code is a letter and two digits"
        );
        Self(text)
    }

    /// Returns the code as text.
    #[must_use]
    pub const fn text(self) -> &'static str {
        self.0
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.pad(self.0)
    }
}

pub use crate::message::{Language, Message};

/// The state of a finding's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// Not answered.
    Open,
    /// The office has accepted an explanation.
    Explained,
    /// The office has refused the explanation.
    Refused,
    /// It was explained, but its numbers have changed since.
    Lapsed,
    /// The office has corrected the figures.
    Corrected,
}

impl Answer {
    /// Returns the word in `data/findings.csv`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Explained => "explained",
            Self::Refused => "refused",
            Self::Lapsed => "lapsed",
            Self::Corrected => "corrected",
        }
    }

    /// Returns the Chinese word.
    #[must_use]
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Open => "未处理",
            Self::Explained => "已说明",
            Self::Refused => "说明未采纳",
            Self::Lapsed => "说明已失效",
            Self::Corrected => "已代为更正",
        }
    }

    /// Returns whether the unit has nothing more to do.
    #[must_use]
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Explained | Self::Corrected)
    }
}

/// The subject of a finding. Units and submissions are positions in `Corpus::units` and `Corpus::entries`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The run as a whole: the county's totals.
    Run,
    /// The county's own report, which is no submission of a unit.
    CountyReport,
    /// A unit itself, not one of its submissions.
    Unit(usize),
    /// A submission.
    Submission {
        /// The submission.
        entry: usize,
        /// Its unit, if known.
        unit: Option<usize>,
    },
}

/// A check that failed. Figures and equations are positions in the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FailedCheck {
    /// A sum of the form.
    Sum(usize),
    /// A figure carried in, compared with last year's figure carried out.
    CarriedIn(usize),
    /// A number of documents in force, compared with last year's.
    InForce(usize),
    /// A figure of the county's own report, compared with the total.
    Official(usize),
}

impl FailedCheck {
    /// Returns the sum of the form that it is, if it is one.
    #[must_use]
    pub fn sum(self) -> Option<usize> {
        if let Self::Sum(equation) = self { Some(equation) } else { None }
    }

    /// Returns its id as in `findings.csv`.
    #[must_use]
    pub fn id(self, form: &Form) -> String {
        let block = |figure: usize| &form.tables[form.indicators[figure].table].blocks[form.indicators[figure].block];
        match self {
            Self::Sum(equation) => form.equations[equation].id.clone(),
            Self::CarriedIn(figure) => format!("carry:{}", block(figure).columns[form.indicators[figure].column].id),
            Self::InForce(figure) => format!("inforce:{}", block(figure).rows[form.indicators[figure].row].id),
            Self::Official(figure) => format!("official:{}", form.indicators[figure].id),
        }
    }
}

/// A figure that may be wrong, with the value it would need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suspect {
    /// The figure, by position in the form.
    pub figure: usize,
    /// Its right value; `None` if blanks leave it undetermined.
    pub value: Option<Decimal>,
}

impl Suspect {
    /// Returns the value as text; `?` if it is undetermined.
    #[must_use]
    pub fn value_text(self) -> String {
        self.value.map_or_else(|| "?".to_owned(), |value| value.to_string())
    }
}

/// A result of a rule with a single cause. Tables and figures are positions in the submission's form, or in the form of
/// the run's year if it is not about a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule that made it.
    pub rule: Code,
    /// Its severity.
    pub severity: Severity,
    /// Its subject.
    pub subject: Subject,
    /// The tables that it concerns as a whole.
    pub tables: Vec<usize>,
    /// The figures it names.
    pub figures: Vec<usize>,
    /// The place in Chinese as printed on the form, for the office.
    pub title: String,
    /// The sheets it is on, without duplicates.
    pub sheets: Vec<String>,
    /// The cells it is about, without duplicates.
    pub cells: Vec<CellRange>,
    /// The observed text.
    pub observed: String,
    /// The expected value, if there is only one.
    pub expected: Option<Decimal>,
    /// The difference in an equation: left side less right side.
    pub difference: Option<Decimal>,
    /// The failed checks it explains.
    pub checks: Vec<FailedCheck>,
    /// The smallest sets of changed figures that would satisfy the checks.
    pub suspects: Vec<Vec<Suspect>>,
    /// The message; its Chinese sentence has at most [`MAX_MESSAGE_CHARS`] characters.
    pub message: Message,
    /// The full reasoning if the message is shortened; else empty.
    pub detail: Message,
    /// All values that the finding depends on; they enter the fingerprint.
    pub values: Vec<String>,
    /// Whether the office's corrections settle it.
    pub is_corrected: bool,
}

impl Finding {
    /// Returns a finding of a rule about the run, without a place.
    #[must_use]
    pub fn new(rule: Code, severity: Severity) -> Self {
        Self {
            rule,
            severity,
            subject: Subject::Run,
            tables: Vec::new(),
            figures: Vec::new(),
            title: String::new(),
            sheets: Vec::new(),
            cells: Vec::new(),
            observed: String::new(),
            expected: None,
            difference: None,
            checks: Vec::new(),
            suspects: Vec::new(),
            message: Message::default(),
            detail: Message::default(),
            values: Vec::new(),
            is_corrected: false,
        }
    }

    /// Adds the sheets and cells of some places, without duplicates.
    #[must_use]
    pub fn at_places(mut self, places: impl IntoIterator<Item = Place>) -> Self {
        let (mut sheets, mut cells): (BTreeSet<String>, BTreeSet<CellRange>) =
            (self.sheets.iter().cloned().collect(), self.cells.iter().copied().collect());
        for Place { sheet, spot } in places {
            if !sheet.is_empty() && !sheets.contains(&*sheet) {
                sheets.insert(sheet.to_string());
                self.sheets.push(sheet.to_string());
            }
            if spot != Spot::Text && cells.insert(CellRange::Cell(spot)) {
                self.cells.push(CellRange::Cell(spot));
            }
        }
        self
    }

    /// Sets a whole table as its place.
    #[must_use]
    pub fn at_table(mut self, form: &Form, table: usize) -> Self {
        self.tables = vec![table];
        self.title.clone_from(&form.tables[table].name);
        self
    }

    /// Sets the message. A sentence that is too long for a letter is shortened, and the full one becomes the detail.
    #[must_use]
    pub fn saying(mut self, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.message = Message { zh: zh.into(), en: en.into() };
        if let Some(brief) = shortened(&self.message.zh) {
            self.detail = self.message.clone();
            self.message.zh = brief;
        }
        self
    }

    /// Sets as message the first of several Chinese sentences that is short enough for a letter, and `detail` as the
    /// full reasoning.
    #[must_use]
    pub fn saying_briefly(self, sentences: Vec<String>, detail: Message) -> Self {
        let fits = |text: &String| text.chars().count() <= MAX_MESSAGE_CHARS;
        let last = sentences.last().cloned().unwrap_or_default();
        let brief = sentences.into_iter().find(fits).unwrap_or(last);
        let mut finding = self.saying(brief, detail.en.clone());
        finding.detail = detail;
        finding
    }

    /// Returns the full reasoning.
    #[must_use]
    pub fn in_full(&self) -> &Message {
        if self.detail.zh.is_empty() { &self.message } else { &self.detail }
    }

    /// Returns the unit it is about, by position in `Corpus::units`.
    #[must_use]
    pub fn unit(&self) -> Option<usize> {
        match self.subject {
            Subject::Unit(unit) | Subject::Submission { unit: Some(unit), .. } => Some(unit),
            _ => None,
        }
    }

    /// Returns the submission it is about, by position in `Corpus::entries`.
    #[must_use]
    pub fn entry(&self) -> Option<usize> {
        match self.subject {
            Subject::Submission { entry, .. } => Some(entry),
            _ => None,
        }
    }

    /// Returns its first `most` cells, each formatted by `spell`; if there are more, their total number follows.
    #[must_use]
    pub fn listed_cells(&self, most: usize, spell: impl Fn(CellRange) -> String) -> String {
        let more = if self.cells.len() > most { format!("等{}格", self.cells.len()) } else { String::new() };
        let shown: Vec<String> = self.cells.iter().take(most).map(|cell| spell(*cell)).collect();
        format!("{}{more}", shown.join("、"))
    }

    /// Returns the figures that may be wrong: the suspects if there are any, else the figures it names.
    #[must_use]
    pub fn figures_involved(&self) -> BTreeSet<usize> {
        let suspects: BTreeSet<usize> = self.suspects.iter().flatten().map(|suspect| suspect.figure).collect();
        if suspects.is_empty() { self.figures.iter().copied().collect() } else { suspects }
    }

    /// Returns the ids of its tables if it has any, else of its figures.
    #[must_use]
    pub fn indicators<'a>(&self, form: &'a Form) -> Vec<&'a str> {
        let tables = self.tables.iter().map(|table| form.tables[*table].id.as_str());
        let figures = self.figures.iter().map(|figure| form.indicators[*figure].id.as_str());
        if self.tables.is_empty() { figures.collect() } else { tables.collect() }
    }

    /// Returns an id that is stable as long as unit, year, rule and cells are the same: the rule and twelve hex digits
    /// of a hash. `owner` is the unit's id, or the file if there is no unit; `year` is empty if unknown.
    #[must_use]
    pub fn id(&self, owner: &str, year: &str, form: &Form) -> String {
        let [indicators, checks] = self.places_on_form(form);
        let parts = [owner, year, self.rule.text(), &indicators, &checks, &self.cell_list()];
        format!("{}-{}", self.rule, short_hash(&parts))
    }

    /// Returns a hash that changes with any of the values involved, but not with the cells they are in: a unit may send
    /// the same figures again in another layout. A finding about no figures is identified by its cells. The arguments
    /// are those of [`id`](Self::id).
    #[must_use]
    pub fn fingerprint(&self, owner: &str, year: &str, form: &Form) -> String {
        let [indicators, checks] = self.places_on_form(form);
        let cells = if indicators.is_empty() { self.cell_list() } else { String::new() };
        let [expected, difference] = [self.expected, self.difference].map(number_text);
        let mut parts = vec![owner, year, self.rule.text(), &indicators, &checks, &cells];
        parts.extend([self.observed.as_str(), &expected, &difference]);
        parts.extend(self.values.iter().map(String::as_str));
        short_hash(&parts)
    }

    /// Returns the fingerprint as programs before 2026-12 wrote it, which depends on the cells. Letters and decisions
    /// still have it.
    #[must_use]
    pub fn older_fingerprint(&self, id: &str) -> String {
        let [expected, difference] = [self.expected, self.difference].map(number_text);
        let mut parts = vec![id, &self.observed, &expected, &difference];
        parts.extend(self.values.iter().map(String::as_str));
        short_hash(&parts)
    }

    /// Returns its indicators and its checks, each as a list.
    fn places_on_form(&self, form: &Form) -> [String; 2] {
        let checks: Vec<String> = self.checks.iter().map(|check| check.id(form)).collect();
        [self.indicators(form).join(";"), checks.join(";")]
    }

    fn cell_list(&self) -> String {
        self.cells.iter().map(CellRange::to_string).collect::<Vec<_>>().join(";")
    }
}

/// Formats a number; empty for `None`.
#[must_use]
pub fn number_text(number: Option<Decimal>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

/// Cuts a long sentence after the last clause that fits, and closes quotations and brackets; `None` if it is short
/// enough.
fn shortened(text: &str) -> Option<String> {
    if text.chars().count() <= MAX_MESSAGE_CHARS {
        return None;
    }
    // The closing marks of open quotations and brackets need room too.
    let most = MAX_MESSAGE_CHARS - 6;
    let head: String = text.chars().take(most).collect();
    let end = head.rfind(['；', '，', '、', '。', '：']).filter(|at| *at > head.len() / 2).unwrap_or(head.len());
    let mut kept = head[..end].to_owned();
    kept.push('…');
    let mut open = Vec::new();
    for letter in kept.chars() {
        match PAIRS.iter().find(|(_, close)| *close == letter) {
            Some(_) => drop(open.pop()),
            None => open.extend(PAIRS.iter().find(|(begin, _)| *begin == letter).map(|(_, close)| *close)),
        }
    }
    kept.extend(open.iter().rev().take(MAX_MESSAGE_CHARS - most - 1));
    Some(kept)
}

fn short_hash(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hex(&hash.finalize()[..6])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_sentence_is_cut_behind_a_clause_and_kept_as_detail() {
        let said = |text: &str| Finding::new(Code::new("V03"), Severity::Note).saying(text, "");
        assert_eq!(said("三处空白。").message.zh, "三处空白。");
        assert!(said("三处空白。").detail.zh.is_empty());
        let long = format!("正文“{}，{}", "甲".repeat(60), "乙".repeat(60));
        let finding = said(&long);
        assert_eq!(finding.message.zh, format!("正文“{}…”", "甲".repeat(60)));
        assert_eq!(finding.in_full().zh, long);
        assert!(said(&"“（《".repeat(90)).message.zh.chars().count() <= MAX_MESSAGE_CHARS);
    }
}
