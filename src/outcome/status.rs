//! Statuses of submissions.

/// The status of a submission after the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// No open finding except notes.
    Accepted,
    /// An open finding that must be explained.
    Queried,
    /// An open finding that must be fixed.
    Flagged,
    /// It could not be read.
    Unreadable,
    /// It was read and has no table of an official form. In `data/units.csv` it is `unreadable` as well.
    NoForm,
    /// Nothing was sent, or only reports of another year while the due date is still to come.
    Missing,
    /// Another of the unit's files counts.
    Superseded,
    /// It is not decided which of the unit's files counts.
    Conflicting,
    /// It belongs to no unit of the roster.
    Unmatched,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Accepted,
        Self::Queried,
        Self::Flagged,
        Self::Unreadable,
        Self::NoForm,
        Self::Missing,
        Self::Superseded,
        Self::Conflicting,
        Self::Unmatched,
    ];

    /// Parses the word in `data/units.csv`; `unreadable` is parsed as [`Self::Unreadable`].
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }

    /// Returns the word in `data/units.csv`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Queried => "queried",
            Self::Flagged => "flagged",
            Self::Unreadable | Self::NoForm => "unreadable",
            Self::Missing => "missing",
            Self::Superseded => "superseded",
            Self::Conflicting => "conflicting",
            Self::Unmatched => "unmatched",
        }
    }

    /// Returns the Chinese word.
    #[must_use]
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Accepted => "通过",
            Self::Queried => "待说明",
            Self::Flagged => "必改",
            Self::Unreadable => "无法读取",
            Self::NoForm => "没有年报表格",
            Self::Missing => "未报",
            Self::Superseded => "已被代替",
            Self::Conflicting => "重复待定",
            Self::Unmatched => "不在名册",
        }
    }
}
