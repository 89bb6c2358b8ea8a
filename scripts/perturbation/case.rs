//! One report of one body: its content, its appearance, its file name, and the expected result of reading it.

use std::collections::BTreeSet;

use huizong::form::{Form, ItemKind};
use rust_decimal::Decimal;

use super::body::Body;
use super::grid::{Cell, Grid, Role};
use super::random::Random;
use super::{figures, layout};

/// A file format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Xlsx,
    Ods,
    Fods,
    SheetMl,
    Html,
    HtmlGbk,
    HtmlXls,
    Mht,
    Docx,
    Csv,
    CsvGbk,
    Tsv,
    Bars,
    Tabs,
    Aligned,
    Lines,
    Markdown,
}

use Format::{
    Aligned, Bars, Csv, CsvGbk, Docx, Fods, Html, HtmlGbk, HtmlXls, Lines, Markdown, Mht, Ods, SheetMl, Tabs, Tsv, Xlsx,
};

/// Every format, with frequent ones repeated, so that a uniform choice is as uneven as in practice.
pub(crate) const ANY: &[Format] = &[
    Xlsx, Xlsx, Xlsx, Xlsx, Docx, Docx, Docx, Html, Html, Csv, Csv, Ods, Fods, SheetMl, HtmlGbk, HtmlXls, Mht, CsvGbk,
    Tsv, Bars, Tabs, Aligned, Lines, Markdown,
];
/// Formats of workbooks, with sheets and stored numbers.
pub(crate) const BOOKS: &[Format] = &[Xlsx, Xlsx, Xlsx, Ods, Fods, SheetMl];
/// Formats with spans.
pub(crate) const SPANS: &[Format] = &[Xlsx, Xlsx, Docx, Docx, Html, Ods, Fods, SheetMl, HtmlGbk, HtmlXls, Mht];
/// Web pages.
pub(crate) const WEB: &[Format] = &[Html, Html, HtmlGbk, HtmlXls, Mht];
/// Web pages and Word documents.
pub(crate) const MARKUP: &[Format] = &[Html, Docx, Docx, HtmlGbk, HtmlXls, Mht];
/// Formats in which each cell keeps its position.
pub(crate) const CELLS: &[Format] =
    &[Xlsx, Xlsx, Docx, Docx, Html, Ods, Fods, SheetMl, HtmlGbk, HtmlXls, Mht, Csv, CsvGbk, Tsv];
/// Delimited text.
pub(crate) const DELIMITED: &[Format] = &[Csv, CsvGbk, Tsv];
/// Running text.
pub(crate) const TEXTS: &[Format] = &[Bars, Tabs, Aligned, Lines, Markdown];

/// The kind of a line outside the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineKind {
    Title,
    Unit,
    /// The title of a table of the form, by position.
    Section(usize),
    /// Prose of the report.
    Words,
    /// Anything else: menus, notes, signatures.
    Furniture,
}

/// A part of a page: a line or a table.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    Text(LineKind, String),
    Table(Grid),
}

/// A sheet of a workbook, or the whole of another document.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) parts: Vec<Part>,
    pub(crate) is_hidden: bool,
    /// Number of blank rows at the top and blank columns at the left.
    pub(crate) offset: (usize, usize),
    /// Whether tables are side by side instead of below one another.
    pub(crate) is_beside: bool,
}

/// The expected reading of a figure.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Truth {
    Number(Decimal),
    /// No number; the state is blank, na, text or absent.
    Not(&'static str),
}

/// The notation of a text file.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is something that is done or not")]
pub(crate) struct TextStyle {
    /// The separator of cells, if it differs from the format's.
    pub(crate) join: Option<&'static str>,
    /// Lines per page, the page header, and whether pages end with a form feed. Page numbers are printed at the bottom.
    pub(crate) page: Option<(usize, String, bool)>,
    /// Whether it is UTF-16, and whether it has a byte order mark.
    pub(crate) is_utf16: bool,
    pub(crate) has_mark: bool,
    pub(crate) is_gbk: bool,
    /// CR LF line ends.
    pub(crate) is_crlf: bool,
    /// Cells covered by spans have no field.
    pub(crate) is_compact: bool,
    /// Fields are always quoted.
    pub(crate) is_quoted: bool,
    /// Figures are on the line before their label.
    pub(crate) figures_first: bool,
    /// Maximum length of a label's line, in characters.
    pub(crate) wrap: Option<usize>,
    /// Labels of groups are split into pieces in front of their rows.
    pub(crate) has_pieces: bool,
    /// One byte of the file is damaged, at a place without meaning.
    pub(crate) bad_byte: bool,
}

/// The markup of a page or a Word file.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is something that is done or not")]
pub(crate) struct MarkupStyle {
    /// Markup before and after the body.
    pub(crate) before: String,
    pub(crate) after: String,
    /// Tables have head, body and header cells.
    pub(crate) has_head: bool,
    /// Everything is within a layout table of the page.
    pub(crate) is_nested: bool,
    /// Each paragraph's and cell's text begins with a line break and spaces.
    pub(crate) has_breaks: bool,
    /// Header and footer of a Word file.
    pub(crate) running: Option<(String, String)>,
    /// Longer numbers are split into several runs.
    pub(crate) splits_runs: bool,
}

/// The style of a workbook.
#[derive(Debug, Clone, Default)]
pub(crate) struct BookStyle {
    /// All cells are text.
    pub(crate) is_text: bool,
}

/// The name of a file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Name {
    /// Its folders, each followed by a slash.
    pub(crate) folder: String,
    /// Its name without the extension.
    pub(crate) stem: String,
    /// Its extension with the point, if it differs from the format's.
    pub(crate) extension: Option<String>,
    /// The archive that contains it, and whether its entry names are in GBK.
    pub(crate) archive: Option<(String, bool)>,
}

/// One report with its file and the files around it.
#[derive(Clone)]
pub(crate) struct Case<'a> {
    pub(crate) form: &'a Form,
    pub(crate) year: u16,
    pub(crate) body: Body,
    pub(crate) format: Format,
    /// The roster's name for the body, and its aliases.
    pub(crate) roster_name: String,
    pub(crate) aliases: Vec<String>,
    pub(crate) has_roster: bool,
    pub(crate) sheets: Vec<Sheet>,
    /// Whether the last sheet of the list is the first of the workbook.
    pub(crate) last_sheet_first: bool,
    pub(crate) truth: Vec<Truth>,
    pub(crate) name: Name,
    pub(crate) text: TextStyle,
    pub(crate) markup: MarkupStyle,
    pub(crate) book: BookStyle,
    /// Other files: path and bytes.
    pub(crate) neighbours: Vec<(String, Vec<u8>)>,
    /// Codes of findings that are admissible.
    pub(crate) codes: BTreeSet<&'static str>,
    /// Whether a careful person could read it.
    pub(crate) is_readable: bool,
}

impl<'a> Case<'a> {
    /// Returns the clean report of a body.
    pub(crate) fn clean(form: &'a Form, year: u16, body: Body, has_roster: bool, random: &mut Random) -> Self {
        let values = figures::clean(form, random);
        let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
        let roster_name = if random.below(2) == 0 { body.full() } else { body.middle() };
        let stated = if has_roster { body.any(random) } else { body.full() };
        let mut case = Self {
            form,
            year,
            format: Format::Xlsx,
            aliases: Vec::new(),
            has_roster,
            sheets: Vec::new(),
            last_sheet_first: false,
            truth: values.into_iter().map(Truth::Number).collect(),
            name: Name {
                stem: format!("{}{year}年政府信息公开工作年度报告", body.full()), ..Name::default()
            },
            text: TextStyle::default(),
            markup: MarkupStyle::default(),
            book: BookStyle::default(),
            neighbours: Vec::new(),
            codes: BTreeSet::new(),
            is_readable: true,
            roster_name,
            body,
        };
        let sheet = case.page(&stated, &texts, random);
        case.sheets.push(sheet);
        if form.id == "2019" {
            // The form prints no unit for the amount of procurement.
            case.codes.insert("V12");
        }
        case
    }

    fn page(&mut self, stated: &str, texts: &[String], random: &mut Random) -> Sheet {
        let year = self.year;
        let mut parts =
            vec![Part::Text(LineKind::Title, format!("{}{year}年政府信息公开工作年度报告", self.body.full()))];
        if random.below(2) == 0 {
            parts.push(Part::Text(LineKind::Unit, format!("填报单位：{stated}　　报告年度：{year}年")));
        }
        let has_words = random.below(4) == 0;
        if has_words {
            parts.extend(self.words_before(random));
        }
        for (table, number) in ["二、", "三、", "四、"].iter().enumerate() {
            let title = format!("{number}{}", self.form.tables[table].title);
            parts.push(Part::Text(LineKind::Section(table), title));
            parts.push(Part::Table(layout::official(self.form, table, texts)));
        }
        if has_words {
            parts.extend(Self::words_after(random));
        }
        let name = ["Sheet1", "年报", "附件", "统计表"][random.below(4)].to_owned();
        Sheet { name, parts, ..Sheet::default() }
    }

    fn words_before(&mut self, random: &mut Random) -> Vec<Part> {
        const ABOUT: [&str; 6] = [
            "公开栏目由专人更新，每月末核对一遍。",
            "窗口设有查阅点，来访群众可以现场查阅。",
            "门户网站与公众号同步发布，内容一致。",
            "村务公开栏已统一样式，按时张贴。",
            "发布前实行三级审核，未发现错敏信息。",
            "会议议定的事项在会后及时公布。",
        ];
        // Texts of only a few sentences resemble one another.
        self.codes.insert("N07");
        let year = self.year;
        let mut lines =
            vec![format!("本报告数据统计期限为{year}年1月1日至{year}年12月31日。"), "一、总体情况".to_owned()];
        lines.push(format!("{}{}", ABOUT[random.below(6)], ABOUT[random.below(6)]));
        lines.into_iter().map(|line| Part::Text(LineKind::Words, line)).collect()
    }

    fn words_after(random: &mut Random) -> Vec<Part> {
        const BETTER: [&str; 3] = [
            "个别栏目更新偏慢，今后按月通报更新情况。",
            "解读形式较为单一，今后增加图解和问答。",
            "经办人员更换较多，今后加强交接和培训。",
        ];
        let lines = [
            "五、存在的主要问题及改进情况",
            BETTER[random.below(3)],
            "六、其他需要报告的事项",
            "本年度未收取信息处理费。",
        ];
        lines.into_iter().map(|line| Part::Text(LineKind::Words, line.to_owned())).collect()
    }

    /// Returns a table of the form, by position.
    pub(crate) fn grid(&mut self, table: usize) -> Option<&mut Grid> {
        self.grids().find(|grid| grid.table == table)
    }

    /// Returns all tables.
    pub(crate) fn grids(&mut self) -> impl Iterator<Item = &mut Grid> {
        self.parts().filter_map(|part| if let Part::Table(grid) = part { Some(grid) } else { None })
    }

    /// Returns all parts of the first sheet and of those that continue it.
    pub(crate) fn parts(&mut self) -> impl Iterator<Item = &mut Part> {
        self.sheets.iter_mut().flat_map(|sheet| &mut sheet.parts)
    }

    /// Returns all cells of the form's tables.
    pub(crate) fn cells(&mut self) -> impl Iterator<Item = &mut Cell> {
        self.grids().flat_map(|grid| &mut grid.cells)
    }

    /// Returns the labels of rows.
    pub(crate) fn labels(&mut self) -> impl Iterator<Item = &mut Cell> {
        self.cells().filter(|cell| matches!(cell.role, Role::Label(..)))
    }

    /// Returns the labels and headers of the form's tables.
    pub(crate) fn printed(&mut self) -> impl Iterator<Item = &mut Cell> {
        self.cells().filter(|cell| !cell.is_figure() && cell.role != Role::Other)
    }

    /// Returns the texts of a kind of line.
    pub(crate) fn lines(&mut self, kind: LineKind) -> impl Iterator<Item = &mut String> {
        self.parts().filter_map(move |part| match part {
            Part::Text(line, text) if *line == kind => Some(text),
            _ => None,
        })
    }

    /// Removes the lines of a kind.
    pub(crate) fn remove_lines(&mut self, kind: LineKind) {
        for sheet in &mut self.sheets {
            sheet.parts.retain(|part| !matches!(part, Part::Text(line, _) if *line == kind));
        }
    }

    /// Inserts a line of this kind before a part of the first sheet.
    pub(crate) fn insert(&mut self, at: usize, kind: LineKind, text: &str) {
        self.sheets[0].parts.insert(at, Part::Text(kind, text.to_owned()));
    }

    /// Adds a line at the end.
    pub(crate) fn append(&mut self, kind: LineKind, text: &str) {
        self.sheets[0].parts.push(Part::Text(kind, text.to_owned()));
    }

    /// Returns the position, in the first sheet, of a table's grid.
    pub(crate) fn table_part(&self, table: usize) -> Option<usize> {
        self.sheets[0].parts.iter().position(|part| matches!(part, Part::Table(grid) if grid.table == table))
    }

    /// Returns the expected value of a figure.
    pub(crate) fn value(&self, indicator: usize) -> Option<Decimal> {
        match self.truth[indicator] {
            Truth::Number(value) => Some(value),
            Truth::Not(_) => None,
        }
    }

    /// Returns a random figure of a kind that is still unchanged and has a value that satisfies a condition.
    pub(crate) fn pick(
        &mut self,
        kind: ItemKind,
        random: &mut Random,
        fits: impl Fn(Decimal) -> bool,
    ) -> Option<usize> {
        let form = self.form;
        let truth = self.truth.clone();
        let is_plain = |cell: &&mut Cell| match cell.role {
            Role::Figure(at) if form.indicators[at].kind == kind => {
                matches!(truth[at], Truth::Number(value) if fits(value) && cell.text == value.to_string())
            }
            _ => false,
        };
        let found: Vec<usize> = self
            .cells()
            .filter(is_plain)
            .filter_map(|cell| if let Role::Figure(at) = cell.role { Some(at) } else { None })
            .collect();
        (!found.is_empty()).then(|| found[random.below(found.len())])
    }

    /// Returns the cell of a figure.
    pub(crate) fn figure(&mut self, indicator: usize) -> Option<&mut Cell> {
        self.cells().find(|cell| cell.role == Role::Figure(indicator))
    }

    /// Replaces the text of a figure by one with the same meaning.
    pub(crate) fn rewrite(&mut self, indicator: usize, text: &str) -> bool {
        self.figure(indicator).is_some_and(|cell| {
            text.clone_into(&mut cell.text);
            cell.look.is_text = true;
            true
        })
    }

    /// Replaces the value of a figure, in plain notation.
    pub(crate) fn change(&mut self, indicator: usize, value: Decimal) -> bool {
        self.truth[indicator] = Truth::Number(value);
        self.figure(indicator).is_some_and(|cell| {
            cell.text = value.to_string();
            true
        })
    }

    /// Returns the path of the file within the folder of submissions.
    pub(crate) fn path(&self) -> String {
        let extension = self.name.extension.as_deref().unwrap_or(self.format.extension());
        format!("{}{}{extension}", self.name.folder, self.name.stem)
    }

    /// Adds a file in the same folder.
    pub(crate) fn add_neighbour(&mut self, name: &str, bytes: impl Into<Vec<u8>>) {
        self.neighbours.push((format!("{}{name}", self.name.folder), bytes.into()));
    }
}

impl Format {
    /// Returns the usual extension.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Xlsx => ".xlsx",
            Ods => ".ods",
            Fods => ".fods",
            SheetMl | HtmlXls => ".xls",
            Html | HtmlGbk => ".html",
            Mht => ".mht",
            Docx => ".docx",
            Csv | CsvGbk => ".csv",
            Tsv => ".tsv",
            Bars | Tabs | Aligned | Lines => ".txt",
            Markdown => ".md",
        }
    }
}
