//! Labels and their keys: the text without layout, punctuation and numbering.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use super::slip::{self, is_slip, last_numeral};
use super::{Block, Form, Layout};
use crate::spelling::{edit_distance, fold, is_unseen, key};

/// Longest text that can be a label, in bytes; a longer one is narrative.
const LONGEST: usize = 400;
/// Most levels of a number before a label: `3.3.1` has three.
const MAX_NUMBER_LEVELS: usize = 4;

/// A meaning of a label, with the form, table and block it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) form: usize,
    pub(super) table: usize,
    pub(super) block: usize,
    pub(super) item: Item,
}

/// The part of a block that a label names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Item {
    Column(usize),
    Row(usize),
    /// Row and column in one label, for rows that are side by side: `行政复议-结果维持`.
    Cell(usize, usize),
    Group(usize),
    Ignored,
    /// The line printed over a block.
    Heading,
    /// The title of the table itself.
    Title,
}

/// An index of all labels of all forms.
#[derive(Debug, Default)]
pub(super) struct Index {
    meanings: HashMap<String, Vec<Meaning>, RandomState>,
    /// Headings over several columns, by key. In text that runs together they take precedence over labels within them:
    /// 法人或其他组织 ends in the heading of a column. On grids, spans identify them.
    over_columns: HashMap<String, Vec<Meaning>, RandomState>,
    /// The labels by their first character, longest first.
    by_start: HashMap<char, Vec<Vec<char>>>,
    /// The keys of all labels, sorted.
    sorted: Vec<String>,
    /// The keys of group labels, including their numbers.
    groups: Vec<String>,
    /// The keys of row labels.
    rows: Vec<String>,
    /// The keys of row labels that are long enough to be recognised with a wrong character, with the rows' numbers.
    /// Rows that are side by side are left out.
    long: Vec<(Vec<char>, Option<usize>)>,
    /// The keys of rows that are printed without a number.
    unnumbered: HashSet<String>,
}

/// The meanings of a cell's text, and whether they were found only after removing a number at its beginning.
#[derive(Debug, Clone, Copy)]
pub(super) struct Match<'a> {
    pub(super) meanings: &'a [Meaning],
    pub(super) numbered: bool,
}

impl Index {
    pub(super) fn of(forms: &[Form]) -> Self {
        let mut index = Self::default();
        for (form_at, form) in forms.iter().enumerate() {
            for (table_at, table) in form.tables.iter().enumerate() {
                index.add(
                    &table.title,
                    &table.also,
                    Meaning { form: form_at, table: table_at, block: 0, item: Item::Title },
                );
                for (block_at, block) in table.blocks.iter().enumerate() {
                    let meaning = |item| Meaning { form: form_at, table: table_at, block: block_at, item };
                    for (at, column) in block.columns.iter().enumerate() {
                        index.add(&column.label, &column.also, meaning(Item::Column(at)));
                    }
                    for (at, row) in block.rows.iter().enumerate() {
                        if !block.is_combined_row(&row.id) {
                            if row.number.is_empty() {
                                index
                                    .unnumbered
                                    .extend([&row.label].into_iter().chain(&row.also).map(|text| key(text)));
                            }
                            index.rows.extend([&row.label].into_iter().chain(&row.also).map(|text| key(text)));
                            index.add(&row.label, &row.also, meaning(Item::Row(at)));
                            if block.layout == Layout::Matrix {
                                index.add_long(&row.number, std::iter::once(&row.label).chain(&row.also));
                            }
                        }
                    }
                    for (at, group) in block.groups.iter().enumerate() {
                        index.groups.push(key(&format!("{}{}", group.number, group.label)));
                        index.add(&group.label, &[], meaning(Item::Group(at)));
                    }
                    for label in &block.ignore {
                        index.add(label, &[], meaning(Item::Ignored));
                    }
                    if !block.heading.is_empty() {
                        index.add(&block.heading, &[], meaning(Item::Heading));
                    }
                    if block.layout == Layout::Matrix {
                        for heading in &block.headings {
                            index.over_columns.entry(key(&heading.label)).or_default().push(meaning(Item::Ignored));
                        }
                    }
                }
            }
        }
        index.sorted = index.meanings.keys().cloned().collect();
        index.sorted.sort_unstable();
        // The labels added below are for cells only. In running text a group and its first row follow each other
        // anyway.
        index.over_columns.retain(|label, _| !index.meanings.contains_key(label));
        let labels = index.meanings.keys().chain(index.over_columns.keys());
        let mut labels: Vec<Vec<char>> = labels.map(|label| label.chars().collect()).collect();
        labels.sort_by_key(|label| (std::cmp::Reverse(label.len()), label.clone()));
        for label in labels {
            index.by_start.entry(label[0]).or_default().push(label);
        }
        for (form_at, form) in forms.iter().enumerate() {
            index.add_with_groups(form_at, form);
            index.add_paths(form_at, form);
        }
        index
    }

    /// Adds headings that include the label of their row, and the heading printed over that: `行政复议-结果维持`,
    /// `行政诉讼/复议后起诉/总计`.
    fn add_paths(&mut self, form_at: usize, form: &Form) {
        for (table_at, table) in form.tables.iter().enumerate() {
            let across = |(_, block): &(usize, &Block)| block.layout == Layout::Across;
            for (block_at, block) in table.blocks.iter().enumerate().filter(across) {
                for (row_at, row) in block.rows.iter().enumerate() {
                    let over = block.headings.iter().filter(|heading| heading.is_over(&row.id));
                    let over: String = over.map(|heading| heading.label.as_str()).collect();
                    let rows = [row.label.clone(), format!("{over}{}", row.label)];
                    for (column_at, column) in block.columns.iter().enumerate() {
                        let labels = std::iter::once(&column.label).chain(&column.also);
                        let paths: Vec<String> =
                            labels.flat_map(|label| rows.each_ref().map(|row| format!("{row}{label}"))).collect();
                        let item = Item::Cell(row_at, column_at);
                        let meaning = Meaning { form: form_at, table: table_at, block: block_at, item };
                        self.add(&paths[0], &paths, meaning);
                    }
                }
            }
        }
    }

    /// Adds row labels with their group's label in the same cell: `（三）不予公开 1.属于国家秘密`.
    fn add_with_groups(&mut self, form_at: usize, form: &Form) {
        let blocks = form.tables.iter().enumerate().flat_map(|(table_at, table)| {
            table.blocks.iter().enumerate().map(move |(block_at, block)| (table_at, block_at, block))
        });
        for (table, block_at, block) in blocks {
            for (at, row) in block.rows.iter().enumerate().filter(|(_, row)| !block.is_combined_row(&row.id)) {
                let Some(group) = block.groups.iter().find(|group| Some(&group.id) == row.group.as_ref()) else {
                    continue;
                };
                let labels = std::iter::once(&row.label).chain(&row.also);
                let labels: Vec<String> = labels
                    .flat_map(|label| ["", row.number.as_str()].map(|number| format!("{}{number}{label}", group.label)))
                    .collect();
                self.add(&labels[0], &labels, Meaning { form: form_at, table, block: block_at, item: Item::Row(at) });
                if block.layout == Layout::Matrix {
                    self.add_long(&group.number, labels.iter());
                }
            }
        }
    }

    fn add(&mut self, label: &str, also: &[String], meaning: Meaning) {
        let bare = without_brackets(&fold(label));
        for text in [label, &bare].into_iter().chain(also.iter().map(String::as_str)) {
            let key = key(text);
            if key.is_empty() {
                continue;
            }
            let meanings = self.meanings.entry(key).or_default();
            if !meanings.contains(&meaning) {
                meanings.push(meaning);
            }
        }
    }

    fn add_long<'l>(&mut self, number: &str, labels: impl Iterator<Item = &'l String>) {
        let keys = labels.map(|label| key(label).chars().collect::<Vec<char>>());
        let long = keys.filter(|label| label.len() >= slip::MIN_CHARS);
        self.long.extend(long.map(|label| (label, last_numeral(number))));
    }

    /// Returns the meanings of the row label from which an unknown text differs in one character. The labels around it
    /// have to confirm them.
    pub(super) fn misspelt(&self, text: &str) -> Option<&[Meaning]> {
        if text.len() > LONGEST {
            return None;
        }
        let folded = visible(text);
        let unmarked = without_marks(&folded);
        let mut rest = unmarked;
        for _ in 0..=MAX_NUMBER_LEVELS {
            let number = last_numeral(&unmarked[..unmarked.len() - rest.len()]);
            // A remark in brackets, such as a unit of measure, is not part of the label.
            for label in [key(rest), key(&without_brackets(rest))] {
                let label: Vec<char> = label.chars().collect();
                if let Some((nearest, own)) = self.long.iter().find(|(long, _)| is_slip(&label, long)) {
                    let is_numbered_alike = number.is_none_or(|number| own.is_none_or(|own| own == number));
                    return self.only_meaning(&label, nearest).filter(|_| is_numbered_alike);
                }
            }
            let unnumbered = without_marks(without_number(rest));
            if unnumbered.len() == rest.len() {
                break;
            }
            rest = unnumbered;
        }
        None
    }

    /// Returns the meanings of the nearest label, unless another label is almost as near.
    fn only_meaning(&self, label: &[char], nearest: &[char]) -> Option<&[Meaning]> {
        let meanings = self.meanings.get(&nearest.iter().collect::<String>())?;
        let is_rival = |(key, others): (&String, &Vec<Meaning>)| {
            let is_other = !others.iter().any(|other| meanings.contains(other));
            is_other && edit_distance(label, &key.chars().collect::<Vec<char>>()) <= 2
        };
        (!self.meanings.iter().any(is_rival)).then_some(meanings)
    }

    /// Returns whether a text may be a label, correctly spelt or not.
    pub(super) fn may_be_label(&self, text: &str) -> bool {
        self.find(text).is_some() || self.misspelt(text).is_some()
    }

    /// Returns the key of a part of a label: its letters and digits after its number.
    pub(super) fn key_of_part(text: &str) -> String {
        key(without_number(&visible(text)))
    }

    /// Returns whether a text is only the number of a label, or a part of such a number.
    pub(super) fn is_number(text: &str) -> bool {
        let is_numeral = |c: char| "一二三四五六七八九十".contains(c);
        let is_sign = |c: char| is_numeral(c) || "()、.".contains(c) || c.is_ascii_digit();
        let folded = visible(text);
        let text = folded.trim();
        let count = text.chars().count();
        // No form counts to ten, so digits without punctuation are a figure.
        (1..=4).contains(&count)
            && text.chars().all(is_sign)
            && !text.bytes().all(|b| b.is_ascii_digit())
            && (count == 1 || !text.chars().all(is_numeral))
    }

    /// Returns whether a text is a piece of some label, or the number of one.
    pub(super) fn is_piece(&self, text: &str) -> bool {
        // The number of the row after its group's label may be cut off from the rest.
        let unnumbered = text.trim_end_matches(|c: char| c.is_ascii_digit() || c.is_whitespace() || "-－".contains(c));
        let is_part = |text: &str| self.is_part_of_group(text) || self.is_part(text);
        Self::key_of_part(text).is_empty() || is_part(text) || is_part(unnumbered)
    }

    /// Returns whether a text is a piece of a row label.
    pub(super) fn is_part(&self, text: &str) -> bool {
        let key = Self::key_of_part(text);
        text.len() <= LONGEST && !key.is_empty() && self.rows.iter().any(|label| label.contains(&key))
    }

    /// Returns whether some label begins with this key.
    pub(super) fn is_start(&self, key: &str) -> bool {
        let at = self.sorted.partition_point(|label| label.as_str() < key);
        self.sorted.get(at).is_some_and(|label| label.starts_with(key))
    }

    /// Returns whether a text is a piece of a group label, as remains when that is wrapped beside its rows.
    pub(super) fn is_part_of_group(&self, text: &str) -> bool {
        let key = key(text);
        !key.is_empty() && self.groups.iter().any(|group| group.contains(&key))
    }

    /// Returns whether a text is the label of a row that is printed without a number.
    pub(super) fn is_unnumbered_row(&self, text: &str) -> bool {
        self.unnumbered.contains(&key(text))
    }

    /// Returns the longest label at the beginning of `key` (the letters and digits of a text), as its length and
    /// meanings.
    pub(super) fn longest(&self, key: &[char]) -> Option<(usize, &[Meaning])> {
        let label = self.by_start.get(key.first()?)?.iter().find(|label| key.starts_with(label))?;
        let text: String = label.iter().collect();
        Some((label.len(), self.meanings.get(&text).or_else(|| self.over_columns.get(&text))?))
    }

    /// Returns the meanings of a cell's text: as written, else without explanations in brackets, else without its year,
    /// marks and number, level by level.
    pub(super) fn find(&self, text: &str) -> Option<Match<'_>> {
        if text.len() > LONGEST {
            return None;
        }
        let folded = visible(text);
        let has_brackets = folded.contains(['(', '[', '〔']);
        let hit = |text: &str, numbered: bool| {
            let key = key(text);
            let meanings = self.meanings.get(&key).filter(|_| !key.is_empty())?;
            Some(Match { meanings, numbered })
        };
        let either = |text: &str, numbered: bool| {
            let bare = || if has_brackets { hit(&without_brackets(text), numbered) } else { None };
            hit(text, numbered).or_else(bare)
        };
        let unmarked = without_marks(&folded);
        let unyeared = || without_year(unmarked).and_then(|text| either(text, false));
        let mut found = either(&folded, false).or_else(unyeared);
        if unmarked.len() < folded.len() {
            found = found.or_else(|| either(unmarked, false));
        }
        let mut rest = unmarked;
        for _ in 0..MAX_NUMBER_LEVELS {
            let unnumbered = without_marks(without_number(rest));
            if found.is_some() || unnumbered.len() == rest.len() {
                break;
            }
            rest = unnumbered;
            found = either(rest, true);
        }
        found
    }
}

/// Returns the folded text without invisible characters, which can occur within 其中 or within a number.
fn visible(text: &str) -> Cow<'_, str> {
    let folded = fold(text);
    if folded.contains(is_unseen) { Cow::Owned(folded.replace(is_unseen, "")) } else { folded }
}

/// Returns the text without marks at its beginning (`*`, `※`) and without 其中.
fn without_marks(folded: &str) -> &str {
    let is_mark = |c: char| !c.is_alphanumeric() && !"([〔".contains(c);
    let rest = folded.trim_start_matches(is_mark);
    rest.strip_prefix("其中").map_or(rest, |rest| rest.trim_start_matches(is_mark))
}

/// Returns the text after a year at its beginning, as in `2024年制发件数`; `None` without a year.
fn without_year(folded: &str) -> Option<&str> {
    let (year, rest) = folded.split_once('年')?;
    let is_year = year.len() == 4 && year.starts_with("20") && year.bytes().all(|byte| byte.is_ascii_digit());
    is_year.then(|| rest.strip_prefix('度').unwrap_or(rest))
}

/// Returns the text without bracketed parts. Only half-width brackets are recognised, so the text has to be folded
/// first. An unclosed bracket removes the rest.
fn without_brackets(folded: &str) -> String {
    let mut depth = 0_u32;
    let mut kept = String::with_capacity(folded.len());
    for c in folded.chars() {
        match c {
            '(' | '[' | '〔' => depth += 1,
            ')' | ']' | '〕' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept
}

/// Returns the text after a number such as `三、`, `(五)`, `2.` or, if the punctuation was lost, `2`.
fn without_number(folded: &str) -> &str {
    let is_numeral = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let is_mark = |c: char| c.is_whitespace() || "()、.,:。．・·-".contains(c);
    let rest = folded.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
    let behind = rest.trim_start_matches(is_numeral);
    if behind.len() == rest.len() { folded } else { behind.trim_start_matches(is_mark) }
}

#[cfg(test)]
mod tests {
    use super::super::Forms;
    use super::*;

    fn rows(text: &str) -> Vec<String> {
        let forms = Forms::official().expect("data files are well formed");
        let Some(found) = forms.index.find(text) else { return Vec::new() };
        let name = |meaning: &Meaning| {
            let form = &forms.all[meaning.form];
            let block = &form.tables[meaning.table].blocks[meaning.block];
            match meaning.item {
                Item::Row(at) => format!("{}:{}", form.id, block.rows[at].id),
                Item::Column(at) => format!("{}:|{}", form.id, block.columns[at].id),
                Item::Group(at) => format!("{}:<{}", form.id, block.groups[at].id),
                Item::Ignored | Item::Heading | Item::Title | Item::Cell(..) => "ignored".to_owned(),
            }
        };
        found.meanings.iter().map(name).collect()
    }

    #[test]
    fn marks_and_numbers_in_front() {
        let state_secret = ["2019:denied.state_secret", "2021:denied.state_secret"];
        for text in [
            "*1.属于国家秘密",
            "※属于国家秘密",
            "其中：1.属于国家秘密",
            "——其中:属于国家秘密",
            "其\u{200b}中\u{200b}：1\u{feff}.属于\u{200b}国家秘密",
            "3.\u{ad}3.1 属于国家秘密",
            "3.3.1 属于国家秘密",
            "三、（三）1.属于国家秘密",
            "（三）-1．属于国家秘密",
        ] {
            assert_eq!(rows(text), state_secret, "{text}");
        }
        assert_eq!(rows("*规章"), ["2019:regulations", "2021:regulations"]);
        assert_eq!(rows("*一、本年新收政府信息公开申请数量"), ["2019:received", "2021:received"]);
        assert_eq!(rows("3.3.5 三类内部事务信息"), ["2019:denied.internal_affairs", "2021:denied.internal_affairs"]);
        assert_eq!(rows("2.其它法律行政法规禁止公开"), rows("2.其他法律行政法规禁止公开"));
        assert_eq!(rows("其它"), rows("其他"));
        assert!(rows("3.3.1").is_empty());
        assert!(rows("其中：").is_empty());
    }

    #[test]
    fn labels_as_they_occur() {
        let received = ["2019:received", "2021:received"];
        assert_eq!(rows("一、本年新收政府信息公开申请数量"), received);
        assert_eq!(rows("一、本年新收\n政府信息公开申请数量 "), received);
        assert_eq!(rows("⼀、本年新收政府信息公开申请数量"), received);
        assert_eq!(rows("规 章"), ["2019:regulations", "2021:regulations"]);
        assert_eq!(
            rows("(二)部分公开(区分处理的,只计这一情形,不计其他情形)"),
            ["2019:partly_granted", "2021:partly_granted"]
        );
        assert_eq!(
            rows("3.危及\"三安全一稳定\""),
            ["2019:denied.security_stability", "2021:denied.security_stability"]
        );
        assert_eq!(rows("（三）不予公开 1.属于国家秘密"), ["2019:denied.state_secret", "2021:denied.state_secret"]);
        assert_eq!(rows("（六）其他处理-3．其他"), ["2021:other.other"]);
        assert_eq!(rows("本年(2023)制发件数"), ["2021:|issued"]);
        assert_eq!(rows("2023年制发件数"), ["2021:|issued"]);
        assert_eq!(rows("2023年度现行有效件数"), ["2021:|in_force"]);
        assert_eq!(rows("现行有效件"), ["2021:|in_force"]);
        assert_eq!(rows("本年增/减（指与上年比较，减少用负数）"), ["2019:|change"; 3]);
        assert_eq!(rows("商业\r\n企业"), ["2019:|business", "2021:|business"]);
        assert!(rows("填表说明").is_empty());
        assert!(rows("上年制发件数").is_empty());
        assert!(rows("").is_empty());
        assert!(rows("2.").is_empty());
    }
}
