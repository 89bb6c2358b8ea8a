//! A sheet of decisions as read: its topic, the position of its columns, and its cells.

use super::cell_words;
use crate::document::{Cell, Grid};
use crate::message::Message;

/// Number of rows at the top that are searched for headers: some offices put a title above the table.
const MAX_HEADER_ROW: u32 = 10;
/// The sheet with the names of units for the drop-down list, which is always written anew.
pub const UNIT_LIST: &str = "单位名单";

/// The topic of a sheet of decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// 说明: explanations of findings.
    Explanations,
    /// 更正: figures that the office corrects.
    Corrections,
    /// 名称: names used in reports, with the unit of each.
    Names,
    /// 采用: which one of several files of a unit counts.
    Adoptions,
}

/// A column: its header, and other headers that are accepted for it.
type ColumnHeading = (&'static str, &'static [&'static str]);

impl Topic {
    /// All topics, in the order of their sheets.
    pub const ALL: [Self; 4] = [Self::Explanations, Self::Corrections, Self::Names, Self::Adoptions];

    /// Position of the finding's id among the columns of explanations, like the constants below.
    pub const ID: usize = 0;
    /// Position of the unit's explanation.
    pub const TEXT: usize = 4;
    /// Position of the office's decision to accept it.
    pub const ACCEPTED: usize = 5;
    /// Position of who decided.
    pub const BY: usize = 6;
    /// Position of when.
    pub const DATE: usize = 7;
    /// Position of the finding's fingerprint.
    pub const FINGERPRINT: usize = 8;
    /// Position of the returned letter that the unit's explanation is from.
    pub const LETTER: usize = 9;

    /// Returns the name of its sheet.
    #[must_use]
    pub fn sheet_name(self) -> &'static str {
        match self {
            Self::Explanations => "说明",
            Self::Corrections => "更正",
            Self::Names => "名称",
            Self::Adoptions => "采用",
        }
    }

    /// Returns its columns in order.
    #[must_use]
    pub fn columns(self) -> &'static [ColumnHeading] {
        match self {
            Self::Explanations => &[
                ("编号", &["finding_id"]),
                ("单位", &["unit"]),
                ("规则", &["rule"]),
                ("问题", &["message"]),
                ("单位说明", &["说明", "explanation", "单位答复"]),
                ("采纳", &["是否采纳", "accepted"]),
                ("经办人", &["by"]),
                ("日期", &["date"]),
                ("指纹", &["fingerprint"]),
                ("来文", &["letter"]),
            ],
            Self::Corrections => &[
                ("单位", &["单位名称", "unit"]),
                ("指标", &["indicator"]),
                ("表", &["table"]),
                ("行", &["row"]),
                ("列", &["column"]),
                ("原填", &["现填", "given"]),
                ("改为", &["更正为", "应为", "value"]),
                ("依据", &["basis"]),
                ("经办人", &["by"]),
                ("日期", &["date"]),
            ],
            Self::Names => &[("报送名称", &["name"]), ("名册单位", &["unit"]), ("最接近的单位", &["nearest"])],
            Self::Adoptions => &[("单位", &["unit"]), ("文件", &["file"]), ("采用", &["是否采用", "adopted"])],
        }
    }

    /// Returns the positions of the columns that the program fills.
    #[must_use]
    pub fn program_columns(self) -> &'static [usize] {
        match self {
            Self::Explanations => &[Self::ID, 1, 2, 3, Self::FINGERPRINT, Self::LETTER],
            Self::Corrections => &[],
            Self::Names => &[0, 2],
            Self::Adoptions => &[0, 1],
        }
    }

    /// Returns the subject of a row: the texts of its identifying columns. A figure is identified by its indicator or
    /// by its labels, and an explanation of no finding by its own text.
    pub(super) fn subject(self, texts: &[String]) -> Vec<String> {
        let columns: &[usize] = match self {
            Self::Explanations if texts[Self::ID].is_empty() => &[1, Self::TEXT, Self::LETTER],
            Self::Explanations => &[Self::ID, Self::FINGERPRINT],
            Self::Corrections if texts[1].is_empty() => &[0, 2, 3, 4, 5],
            Self::Corrections => &[0, 1, 5],
            Self::Names => &[0],
            Self::Adoptions => &[0, 1],
        };
        columns.iter().map(|column| texts[*column].clone()).collect()
    }

    /// Returns the positions of the columns that a sheet of this topic must have. Several are needed, because one
    /// header may belong to several topics.
    fn needed(self) -> &'static [usize] {
        match self {
            Self::Explanations => &[Self::ID, Self::TEXT],
            Self::Corrections => &[0, 5, 6],
            Self::Names => &[0, 1],
            Self::Adoptions => &[0, 1, 2],
        }
    }
}

/// The place of a decision: its sheet and its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntryPlace {
    /// Position of the sheet in `Decisions::sheets`.
    pub sheet: usize,
    /// Row, zero-based.
    pub row: u32,
}

/// A sheet as read. A sheet without a known topic is the office's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionSheet {
    /// Its name and cells.
    pub grid: Grid,
    /// Its topic.
    pub topic: Option<Topic>,
    /// Row of the headers, zero-based.
    pub header: u32,
    /// The sheet's column of each of the topic's columns, zero-based.
    columns: Vec<Option<u32>>,
}

impl DecisionSheet {
    /// Determines a sheet's topic by its name and headers, else by its headers alone.
    pub(super) fn new(grid: Grid) -> Self {
        let named = Topic::ALL.into_iter().filter(|topic| grid.name.trim() == topic.sheet_name());
        let found = named.chain(Topic::ALL).find_map(|topic| {
            let (header, columns) = (0..MAX_HEADER_ROW).find_map(|row| Some((row, columns_in(&grid, row, topic)?)))?;
            Some((topic, header, columns))
        });
        match found {
            Some((topic, header, columns)) => Self { grid, topic: Some(topic), header, columns },
            None => Self { grid, topic: None, header: 0, columns: Vec::new() },
        }
    }

    /// Returns whether the sheet has one of the topic's columns.
    pub(super) fn has_column(&self, column: usize) -> bool {
        self.column(column).is_some()
    }

    /// Returns the sheet's column, zero-based, of one of the topic's columns.
    #[must_use]
    pub fn column(&self, column: usize) -> Option<u32> {
        self.columns.get(column).copied().flatten()
    }

    /// Returns the trimmed text in one of the topic's columns.
    #[must_use]
    pub fn text(&self, row: u32, column: usize) -> String {
        let cell = self.column(column).and_then(|column| self.grid.cell(row, column));
        cell.map_or_else(String::new, |cell| cell.text.trim().to_owned())
    }

    /// Returns the rows below the headers that are not blank and do not repeat the headers.
    pub fn entry_rows(&self) -> impl Iterator<Item = u32> {
        let first = self.header + 1;
        let rows = self.grid.cells().chunk_by(|one, next| one.row == next.row).filter_map(move |cells| {
            let row = cells.first()?.row;
            let is_filled = cells.iter().any(|cell| !cell.text.trim().is_empty());
            (row >= first && is_filled).then_some(row)
        });
        rows.filter(|row| !self.is_repeated_header(*row))
    }

    fn is_repeated_header(&self, row: u32) -> bool {
        let Some(column) = self.columns.iter().flatten().next() else { return false };
        let text = |row: u32| self.grid.cell(row, *column).map(|cell| cell.text.trim());
        text(row).is_some() && text(row) == text(self.header)
    }

    /// Returns a remark on a row.
    pub(super) fn about_row(&self, row: u32, zh: &str, en: &str) -> Message {
        let (name, line) = (&self.grid.name, row + 1);
        Message::new(format!("“{name}”第{line}行：{zh}"), format!("“{name}” row {line}: {en}"))
    }

    /// Returns the remark that a cell is neither yes nor no.
    pub(super) fn not_yes_or_no(&self, row: u32, column: &str, word: &str) -> Message {
        self.about_row(
            row,
            &format!("“{column}”一栏应填是或否，现为“{word}”，按未决定处理"),
            &format!("“{column}” is neither yes nor no (“{word}”) and is taken as open"),
        )
    }
}

/// Returns a topic's columns in a row of headers; `None` if a required one is missing.
fn columns_in(grid: &Grid, row: u32, topic: Topic) -> Option<Vec<Option<u32>>> {
    let headings: Vec<(&Cell, String)> =
        grid.row(row).iter().map(|cell| (cell, cell_words::heading(&cell.text))).collect();
    let stands = |name: &str| {
        let name = cell_words::heading(name);
        headings.iter().find(|(_, heading)| *heading == name).map(|(cell, _)| cell.column)
    };
    let find = |(name, others): &ColumnHeading| stands(name).or_else(|| others.iter().find_map(|other| stands(other)));
    let columns: Vec<Option<u32>> = topic.columns().iter().map(find).collect();
    topic.needed().iter().all(|column| columns[*column].is_some()).then_some(columns)
}
