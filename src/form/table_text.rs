//! Selection of the rows that are used of a table in running text: the certain ones, else those of the only order or
//! side for which everything fits, else none.

use std::collections::{BTreeMap, BTreeSet};

use super::in_order::{self, SequenceItem};
use super::label::Index;
use super::rows::{FlowRow, Key, Surroundings, is_blank};
use super::table_match::{TextValue, Unassigned};
use super::{Block, Form};
use crate::place::Place;

/// The labels and figures of a table in running text.
pub(super) struct TableText<'f> {
    pub(super) form: &'f Form,
    pub(super) table: usize,
    /// The values at the labels of its rows; `None` if two labels compete.
    pub(super) rows: BTreeMap<Key, Option<FlowRow>>,
    /// Figures without a label.
    pub(super) strays: Vec<String>,
    /// Labels and figures in text order.
    pub(super) marks: Vec<SequenceItem>,
}

/// The cells of each row; `None` if two rows compete.
type RowCells = BTreeMap<Key, Option<Vec<TextValue>>>;

impl TableText<'_> {
    fn blocks(&self) -> &[Block] {
        &self.form.tables[self.table].blocks
    }

    /// Returns the cells of the rows found: those that are certain, else those of the only order for which the form's
    /// sums hold, else doubtful ones.
    pub(super) fn resolve(&self, index: &Index, unassigned: &mut Vec<Unassigned>) -> RowCells {
        if self.rows.is_empty() {
            return RowCells::new();
        }
        let full: Vec<bool> = (0..self.blocks().len()).map(|block| self.is_full(block)).collect();
        let exact: Vec<bool> = (0..self.blocks().len()).map(|block| self.is_exact(block)).collect();
        let around = Surroundings {
            form: self.form,
            table: self.table,
            strays: &self.strays,
            has_figured_lines: self.rows.values().flatten().any(FlowRow::is_figured_line),
            is_block_full: &full,
            is_block_exact: &exact,
        };
        let cells = |(key, row): (&Key, &Option<FlowRow>)| (*key, row.as_ref().map(|row| around.cells(*key, row)));
        let mut read: BTreeMap<Key, Option<(Vec<TextValue>, bool)>> = self.rows.iter().map(cells).collect();
        self.refuse_blanks(&mut read);
        let missing = self.missing(|key| read.contains_key(&key));
        if !missing.is_empty() || read.values().any(|row| row.as_ref().is_none_or(|(_, is_certain)| !is_certain)) {
            let figured = |(key, row): (&Key, &Option<(Vec<TextValue>, bool)>)| {
                let is_figured = self.rows[key].as_ref().is_some_and(FlowRow::is_figured_line) && !self.is_group(*key);
                row.as_ref().filter(|(_, is_certain)| *is_certain && is_figured).map(|(cells, _)| (*key, cells.clone()))
            };
            let figured: Vec<(Key, Vec<TextValue>)> = read.iter().filter_map(figured).collect();
            let in_order = in_order::read(self.form, self.table, &self.marks, &figured);
            let whole = in_order.or_else(|| self.before_labels().filter(|_| missing.is_empty()));
            if let Some(rows) = whole {
                unassigned.retain(|unassigned| !matches!(unassigned, Unassigned::Row { .. }));
                return rows.into_iter().map(|(key, cells)| (key, Some(cells))).collect();
            }
        }
        let mut settled: RowCells = read.into_iter().map(|(key, row)| (key, row.map(|(cells, _)| cells))).collect();
        // Figures without a label may belong to a row with a label that was not recognised or was found twice, or to a
        // blank row if there are enough of them for a whole row.
        if !self.strays.is_empty() {
            let twice = settled.iter().filter(|(_, cells)| cells.is_none()).map(|(key, _)| *key);
            let blank = settled.iter().filter(|(_, cells)| cells.as_ref().is_some_and(|cells| is_blank(cells)));
            let blank = blank.map(|(key, _)| *key).filter(|(block, _)| {
                let width = self.blocks()[*block].columns.len();
                width > 1 && self.strays.len() >= width
            });
            let unknown: Vec<Key> = twice.chain(blank).chain(missing).collect();
            for (block, row) in unknown {
                let width = self.blocks()[block].columns.len();
                settled.insert((block, row), Some(around.nothing(width, &Place::in_text()).0));
            }
            unassigned
                .retain(|unassigned| !matches!(unassigned, Unassigned::Row { label, .. } if index.is_piece(label)));
        }
        settled
    }

    /// Marks the blank rows of a block as doubtful if it has uncertain figures on separate lines, which may belong to
    /// them.
    fn refuse_blanks(&self, read: &mut BTreeMap<Key, Option<(Vec<TextValue>, bool)>>) {
        for block in 0..self.blocks().len() {
            let is_doubtful = |(key, row): &(&Key, &Option<(Vec<TextValue>, bool)>)| {
                let is_apart = self.rows[*key].as_ref().is_some_and(|row| row.items.from_afar);
                key.0 == block && is_apart && row.as_ref().is_some_and(|(_, is_certain)| !is_certain)
            };
            let doubtful = read.iter().find(is_doubtful).and_then(|(_, row)| row.as_ref()?.0.first().cloned());
            let Some(doubtful) = doubtful else { continue };
            for (_, row) in read.iter_mut().filter(|(key, _)| key.0 == block) {
                if let Some((cells, is_certain)) = row.as_mut().filter(|(cells, _)| is_blank(cells)) {
                    cells.fill(doubtful.clone());
                    *is_certain = false;
                }
            }
        }
    }

    /// Returns whether a combined row is only the label of its group, because rows of the group were found as well.
    fn is_group(&self, (block, row): Key) -> bool {
        let (stand_in, parts) = self.blocks()[block].combined_rows().unwrap_or((usize::MAX, Vec::new()));
        row == stand_in && parts.iter().any(|part| self.rows.contains_key(&(block, *part)))
    }

    /// Returns whether every row of a block that was found has figures.
    fn is_full(&self, block: usize) -> bool {
        let of_block = self.rows.iter().filter(|((own, _), _)| *own == block);
        of_block.filter_map(|(_, row)| row.as_ref()).all(|row| !row.items.is_empty())
    }

    /// Returns whether every row of a block was found and has as many figures as the form has there.
    fn is_exact(&self, block: usize) -> bool {
        let width = self.blocks()[block].columns.len();
        let is_exact =
            |row: &FlowRow| row.items.cells.len() == width && row.items.page_edges.is_empty() && !row.items.interrupted;
        let rows = self.rows.iter().filter(|((own, _), _)| *own == block);
        rows.into_iter().all(|(_, row)| row.as_ref().is_some_and(is_exact))
            && !self.missing(|key| self.rows.contains_key(&key)).iter().any(|(own, _)| *own == block)
    }

    /// Returns the cells of rows that all have their figures before their labels: as many before each label as the form
    /// has there, and none after the last label.
    fn before_labels(&self) -> Option<Vec<(Key, Vec<TextValue>)>> {
        let (mut rows, mut cells) = (Vec::new(), Vec::new());
        for mark in &self.marks {
            match mark {
                SequenceItem::Figure(text, place) => {
                    cells.push(TextValue { text: text.clone(), place: place.clone(), doubt: None, unit: None });
                }
                SequenceItem::Row(key) => rows.push((*key, std::mem::take(&mut cells))),
            }
        }
        let is_right = |(key, cells): &(Key, Vec<TextValue>)| cells.len() == self.blocks()[key.0].columns.len();
        let keys: BTreeSet<Key> = rows.iter().map(|(key, _)| *key).collect();
        let is_once = keys.len() == rows.len() && self.missing(|key| keys.contains(&key)).is_empty();
        (cells.is_empty() && is_once && rows.iter().all(is_right)).then_some(rows)
    }

    /// Returns the rows of the form that were not found.
    fn missing(&self, is_found: impl Fn(Key) -> bool) -> Vec<Key> {
        let mut missing = Vec::new();
        for (at, block) in self.blocks().iter().enumerate() {
            let (stand_in, parts) = block.combined_rows().unwrap_or((block.rows.len(), Vec::new()));
            let is_combined = is_found((at, stand_in));
            let is_out = |row: usize| row == stand_in || is_combined && parts.contains(&row);
            let rows = (0..block.rows.len()).filter(|row| !is_out(*row)).map(|row| (at, row));
            missing.extend(rows.filter(|key| !is_found(*key)));
        }
        missing
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Forms, Recognised, recognise_flow};
    use crate::document::{Document, Paragraph};

    /// Returns the figures of a table as `row value value …`, with doubtful values in brackets and blank ones as `_`.
    fn table(id: &str, text: &str) -> Vec<String> {
        let forms = Forms::official().expect("data files are well formed");
        let paragraph = |line: &str| Paragraph { text: line.to_owned(), after: 0 };
        let document = Document { paragraphs: text.lines().map(paragraph).collect(), ..Document::default() };
        let mut shown: Vec<String> = Vec::new();
        let mut last = String::new();
        for (_, found) in recognise_flow(&document, &forms, &Recognised::NONE) {
            let form = &forms.all[found.form];
            if form.id != "2021" || form.tables[found.table].id != id {
                continue;
            }
            for (position, piece) in &found.pieces {
                let indicator = form.indicators[*position].id.clone();
                let row = indicator.split('.').nth(1).unwrap_or_default().to_owned();
                let cell = match (piece.doubt, piece.text.as_str()) {
                    (Some(_), text) => format!("[{text}]"),
                    (None, "") => "_".to_owned(),
                    (None, text) => text.to_owned(),
                };
                if row != last {
                    shown.push(row.clone());
                    last = row;
                }
                let line = shown.last_mut().expect("a row was begun");
                line.push(' ');
                line.push_str(&cell);
            }
        }
        shown
    }

    const FIRST: &str = "主动公开政府信息情况\n第二十条第（一）项\n信息内容 本年制发件数 本年废止件数 现行有效件数\n";

    fn second(rows: &str) -> Vec<String> {
        table("t2", &format!("{FIRST}{rows}"))
    }

    #[test]
    fn what_stands_between_label_and_figure_is_kept() {
        let heading = "第二十条第（五）项\n信息内容 本年处理决定数量\n";
        for (written, read) in [
            ("行政许可：12", "12"),
            ("行政许可｜12", "12"),
            ("行政许可│12", "12"),
            ("行政许可→12件", "12件"),
            ("行政许可 = 1,234", "1,234"),
            ("行政许可……12", "12"),
            ("行政许可——12", "12"),
            ("行政许可（件） 12", "12"),
            ("行政许可 0 件", "0 件"),
            ("行政许可：１２", "１２"),
            ("行政许可：2+1", "2+1"),
            ("行政许可：5（2）", "5（2）"),
            ("行政许可：-5", "行政许可：-5"),
            ("行政许可：10%", "10%"),
            ("行政许可：3/5", "3/5"),
            ("行政许可：12-3", "12-3"),
            ("行政许可2+1", "2+1"),
            ("行政许可12①", "12①"),
        ] {
            assert_eq!(second(&format!("{heading}{written}\n")), [format!("licences {read}")], "{written}");
        }
    }

    #[test]
    fn figures_of_a_row_follow_one_another_behind_any_separator() {
        for written in ["规章：0、1、12", "规章：0，1，12", "规章 0 1 12", "规章\t0\t1\t12", "规章：0 件 1 件 12 件"]
        {
            let read: Vec<String> = second(written).iter().map(|row| row.replace([' ', '件'], "")).collect();
            assert_eq!(read, ["regulations0112"], "{written}");
        }
    }

    #[test]
    fn a_sentence_gives_way_to_the_table() {
        let rows = "规章 0 0 0\n行政规范性文件 1 0 3\n第二十条第（五）项\n信息内容 本年处理决定数量\n全年办理行政许可35件，行政处罚7件。\n行政许可 12\n";
        assert_eq!(second(rows), ["regulations 0 0 0", "normative_documents 1 0 3", "licences 12"]);
        let blank = "第二十条第（五）项\n信息内容 本年处理决定数量\n行政许可\n行政许可35件，行政处罚7件。\n";
        assert_eq!(second(blank)[0], "licences [35件]");
    }

    #[test]
    fn figures_on_lines_of_their_own_need_one_side() {
        assert_eq!(
            second("规章\n0\n1\n2\n行政规范性文件\n3\n4\n5\n"),
            ["regulations 0 1 2", "normative_documents 3 4 5"]
        );
        // One row of the block has none, so the figures may belong to the label after them.
        assert_eq!(
            second("规章\n0\n1\n2\n行政规范性文件\n"),
            ["regulations [0 1 2] [0 1 2] [0 1 2]", "normative_documents [0 1 2] [0 1 2] [0 1 2]"]
        );
        // Figures before the first label.
        assert_eq!(
            second("0\n1\n2\n规章\n3\n4\n5\n行政规范性文件\n")[..2],
            ["regulations [3 4 5] [3 4 5] [3 4 5]", "normative_documents [0 1 2] [0 1 2] [0 1 2]"]
        );
        // A single figure below a label may be a page number if other rows have theirs on the line.
        let rows = "规章 0 0 0\n行政规范性文件 1 0 3\n第二十条第（五）项\n本年处理决定数量\n行政许可\n4\n";
        assert_eq!(second(rows)[2], "licences [4]");
        assert_eq!(second("规章\n— 3 —\n")[0], "regulations _ _ _");
    }

    #[test]
    fn all_rows_may_have_their_figures_before_them() {
        let rows = "0\n1\n2\n规章\n3\n4\n5\n行政规范性文件\n第二十条第（五）项\n本年处理决定数量\n6\n行政许可\n第二十条第（六）项\n本年处理决定数量\n7\n行政处罚\n8\n行政强制\n第二十条第（八）项\n本年收费金额（单位：万元）\n9.5\n行政事业性收费\n";
        let read =
            ["regulations 0 1 2", "normative_documents 3 4 5", "licences 6", "penalties 7", "coercive_measures 8"];
        assert_eq!(second(rows)[..5], read);
        assert_eq!(second(rows)[5], "administrative_fees 9.5");
    }

    #[test]
    fn wrapped_labels_keep_their_figures() {
        for rows in ["行政规\n范性文件 1 2 3", "行政 1 2 3\n规范\n性文\n件", "行政规\n范性 1 2 3\n文件"]
        {
            assert_eq!(second(rows), ["normative_documents 1 2 3"], "{rows}");
        }
        let granted = "收到和处理政府信息公开申请情况\n";
        for rows in [
            "（二）部分公开（区分处理的，只计这一情\n形，不计其他情形） 447 7 0 0 0 0 454",
            "本年  （二）部分公    447 7 0 0 0 0 454\n度办  开（区分处理\n理结  的，只计这一\n果   情形，不计其他情\n形）",
            "（二）部分公开（区分处理的，只计这一情\n形，不计其他情形）\n447 7 0 0 0 0\n454",
        ] {
            assert_eq!(table("t3", &format!("{granted}{rows}")), ["partly_granted 447 7 0 0 0 0 454"], "{rows}");
        }
        let group = "法提供 2.没有现成信息需要另行制作 11 0 0 0 0 0 11";
        assert_eq!(table("t3", &format!("{granted}{group}")), ["unavailable 11 0 0 0 0 0 11"]);
    }

    #[test]
    fn a_line_of_figures_alone_may_have_any_separator() {
        let heads = "政府信息公开行政复议、行政诉讼情况\n行政复议\n未经复议直接起诉\n复议后起诉\n";
        for mark in [" ", "，", "；", "→", "、", " = ", "｜", "│"] {
            let figures = ["5", "3", "8", "3", "19", "9", "8", "8", "6", "31", "8", "5", "5", "8", "26"].join(mark);
            let read = table("t4", &format!("{heads}{figures}"));
            assert_eq!(read[0], "review 5 3 8 3 19", "{mark}");
            assert_eq!(read[2], "litigation_after_review 8 5 5 8 26", "{mark}");
        }
    }

    #[test]
    fn zeros_in_words_are_figures() {
        assert_eq!(second("规章 〇 零 O\n"), ["regulations 〇 零 O"]);
        assert_eq!(second("规章：〇、0、0\n")[0], "regulations 〇 0 0");
    }

    #[test]
    fn headings_in_another_order_leave_no_figure_certain() {
        let rows = "一、本年新收政府信息公开申请数量 5 1 0 0 0 2 8\n二、上年结转政府信息公开申请数量 0 0 0 0 0 0 0";
        let read =
            |headings: &str| table("t3", &format!("收到和处理政府信息公开申请情况\n{headings}\n{rows}"))[0].clone();
        let refused = format!("received{}", " [5 1 0 0 0 2 8]".repeat(7));
        for headings in [
            "自然人 总计\n商业企业 科研机构 社会公益组织 法律服务机构 其他",
            "自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计",
            "自然人\n总计\n商业企业\n科研机构\n社会公益组织\n法律服务机构\n其他",
        ] {
            assert_eq!(read(headings), "received 5 1 0 0 0 2 8", "{headings}");
        }
        for headings in [
            "自然人 总计\n商业企业 科研机构 法律服务机构 社会公益组织 其他",
            "总计 自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他",
            "自然人\n总计\n其他\n商业企业\n科研机构\n社会公益组织\n法律服务机构",
        ] {
            assert_eq!(read(headings), refused, "{headings}");
        }
    }
}
