//! What is wrong, with whom, where: code, strength, place, what stands there and what should.

use sha2::{Digest, Sha256};

use crate::source::hex;

/// Most characters of the Chinese sentence of a finding: what fits a row of a letter.
pub const MAX_MESSAGE_CHARS: usize = 90;

/// What opens and closes a quotation or an aside.
const PAIRS: [(char, char); 4] = [('“', '”'), ('「', '」'), ('（', '）'), ('《', '》')];

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// 必改: certainly wrong, to be mended.
    MustFix,
    /// 待说明: probably wrong, may be legitimate, to be explained.
    MustExplain,
    /// 提示: worth knowing.
    Note,
}

impl Severity {
    /// The word used in `data/findings.csv`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::MustFix => "must_fix",
            Self::MustExplain => "must_explain",
            Self::Note => "note",
        }
    }

    /// The severity of a word, as an office writes it in `huizong.toml`.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::MustFix, Self::MustExplain, Self::Note].into_iter().find(|severity| severity.word() == word)
    }

    /// The word the office reads.
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
    /// A code; anything but a letter and two digits does not compile in a constant.
    ///
    /// # Panics
    /// Where the text is no code.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        let bytes = text.as_bytes();
        assert!(
            bytes.len() == 3 && bytes[0].is_ascii_uppercase() && bytes[1].is_ascii_digit() && bytes[2].is_ascii_digit(),
            "a code is a letter and two digits"
        );
        Self(text)
    }

    /// The code as text.
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

/// Whether a finding still waits for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// It does.
    Open,
    /// The office has accepted an explanation of it.
    Explained,
    /// The office does not accept the explanation.
    Refused,
    /// It was explained once, and its numbers have changed since.
    Lapsed,
    /// The office has corrected the figures it is about.
    Corrected,
}

impl Answer {
    /// The word used in `data/findings.csv`.
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

    /// The word the office reads.
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

    /// Returns whether nothing more is asked of the unit.
    #[must_use]
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Explained | Self::Corrected)
    }
}

/// One cause of trouble.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule that speaks.
    pub rule: Code,
    /// Its weight.
    pub severity: Severity,
    /// The unit, by position in `Corpus::units`.
    pub unit: Option<usize>,
    /// The submission, by position in `Corpus::entries`.
    pub entry: Option<usize>,
    /// Whether it is about the county's own report, which is no submission of a unit.
    pub of_official: bool,
    /// The figure or table it is about, if it is about any; several with `;` between them.
    pub indicator: String,
    /// The figures it is about, all of them, by position in the submission's form; suspects included.
    pub figures: Vec<usize>,
    /// Where that is in Chinese, as printed on the form; for the office.
    pub title: String,
    /// Sheet of the place.
    pub sheet: String,
    /// Cell of the place; several with `;` between them.
    pub cell: String,
    /// What stands there.
    pub given: String,
    /// What should, if there is one answer.
    pub expected: String,
    /// By how much an equation misses: left side less right side.
    pub difference: String,
    /// The broken equations it explains.
    pub checks: Vec<String>,
    /// The smallest sets of cells whose change would mend them.
    pub suspects: Vec<String>,
    /// The sentence for people, in Chinese at most [`MAX_MESSAGE_CHARS`] characters.
    pub message: Message,
    /// The whole reasoning where the message is not all of it; else empty.
    pub detail: Message,
    /// Every value the finding rests on; when one changes, so does the fingerprint.
    pub values: Vec<String>,
    /// Whether it is gone once the office's corrections are made.
    pub is_corrected: bool,
}

impl Finding {
    /// A finding of this rule about nothing in particular yet.
    #[must_use]
    pub fn new(rule: Code, severity: Severity) -> Self {
        Self {
            rule,
            severity,
            unit: None,
            entry: None,
            of_official: false,
            indicator: String::new(),
            figures: Vec::new(),
            title: String::new(),
            sheet: String::new(),
            cell: String::new(),
            given: String::new(),
            expected: String::new(),
            difference: String::new(),
            checks: Vec::new(),
            suspects: Vec::new(),
            message: Message::default(),
            detail: Message::default(),
            values: Vec::new(),
            is_corrected: false,
        }
    }

    /// Returns the same with this sentence. One that is too long for a letter is shortened, and is the detail.
    #[must_use]
    pub fn saying(mut self, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.message = Message { zh: zh.into(), en: en.into() };
        if let Some(brief) = shortened(&self.message.zh) {
            self.detail = self.message.clone();
            self.message.zh = brief;
        }
        self
    }

    /// Returns the same with the first of several Chinese sentences that is short enough for a letter, and `detail` as
    /// the whole reasoning.
    #[must_use]
    pub fn saying_briefly(self, sentences: Vec<String>, detail: Message) -> Self {
        let fits = |text: &String| text.chars().count() <= MAX_MESSAGE_CHARS;
        let last = sentences.last().cloned().unwrap_or_default();
        let brief = sentences.into_iter().find(fits).unwrap_or(last);
        let mut finding = self.saying(brief, detail.en.clone());
        finding.detail = detail;
        finding
    }

    /// Returns the whole reasoning.
    #[must_use]
    pub fn in_full(&self) -> &Message {
        if self.detail.zh.is_empty() { &self.message } else { &self.detail }
    }

    /// Returns the first of the indicators it is about.
    #[must_use]
    pub fn first_indicator(&self) -> &str {
        self.indicator.split(';').next().unwrap_or("")
    }

    /// Returns the first of its cells.
    #[must_use]
    pub fn first_cell(&self) -> &str {
        self.cell.split(';').next().unwrap_or("")
    }

    /// Returns its cells for people, each spelt by `spell`; beyond `most` they are counted.
    #[must_use]
    pub fn listed_cells(&self, most: usize, spell: impl Fn(&str) -> String) -> String {
        let cells: Vec<&str> = self.cell.split(';').collect();
        let more = if cells.len() > most { format!("等{}格", cells.len()) } else { String::new() };
        let shown: Vec<String> = cells.iter().take(most).map(|cell| spell(cell)).collect();
        format!("{}{more}", shown.join("、"))
    }

    /// Returns whether it is about the county's totals, neither about a unit nor about the county's own report.
    #[must_use]
    pub fn is_of_totals(&self) -> bool {
        self.unit.is_none() && self.entry.is_none() && !self.of_official
    }

    /// A name that stays while unit, year, rule and cells stay: the rule and twelve digits of a hash. `whose` is the
    /// unit's id, or the file where there is no unit; `year` is empty where it is unknown.
    #[must_use]
    pub fn id(&self, whose: &str, year: &str) -> String {
        let parts = [whose, year, self.rule.text(), &self.indicator, &self.checks.join(";"), &self.cell];
        format!("{}-{}", self.rule, short_hash(&parts))
    }

    /// Changes when any of the values involved does.
    #[must_use]
    pub fn fingerprint(&self, id: &str) -> String {
        let mut parts = vec![id, &self.given, &self.expected, &self.difference];
        parts.extend(self.values.iter().map(String::as_str));
        short_hash(&parts)
    }
}

/// Returns a sentence cut behind its last clause that is short enough, quotations and brackets closed; `None` where it
/// need not be shortened.
fn shortened(text: &str) -> Option<String> {
    if text.chars().count() <= MAX_MESSAGE_CHARS {
        return None;
    }
    // What closes the open quotations and brackets takes room, too.
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
        let long = format!("正文「{}，{}", "甲".repeat(60), "乙".repeat(60));
        let finding = said(&long);
        assert_eq!(finding.message.zh, format!("正文「{}…」", "甲".repeat(60)));
        assert_eq!(finding.in_full().zh, long);
        assert!(said(&"「“（".repeat(90)).message.zh.chars().count() <= MAX_MESSAGE_CHARS);
    }
}
