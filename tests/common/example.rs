//! Parser of the examples on the rules' manual pages: the input of a run, line by line, and the expected findings.
//!
//! A line of an `input` block is one of:
//!
//! ```text
//! roster 甲山镇 乙水乡:required=no   the units that must report; other columns of the roster follow after colons
//! year 2025                         the requested year
//! date 2026-01-20                    the day of the run
//! limit 100                         maximum size of a file, in bytes
//! file 甲山镇2025年年报.xlsx         a file: the clean report of the unit and year in its name; .csv and .txt give
//!                                   text (.txt with bars between cells and paragraphs around the tables)
//! last 甲山镇2024年年报.xlsx         a file of last year: clean, with one document fewer in force
//! official 甲县2025年年报.xlsx     the county's own report: the clean report times the number of files before it
//! words                             adds the usual paragraphs of a report around its tables
//! before 文字                       adds a paragraph above the tables
//! after 文字                        adds a paragraph below the tables
//! content 文字                      replaces the content of the file by this line
//! empty                             makes the file empty
//! copy data/sample/…                replaces the file by a copy of this file of the project
//! sheet 2024年                      adds a sheet: the clean report of the unit or year in its name
//! form 2019                         puts the sheet on this form
//! title 乙水乡年报                   sets the sheet's title and removes the unit line
//! G23 = 5                           sets a cell: a number, or a text (in quotes if it looks like a number)
//! G23 formula SUM(D23:F23) -> 7     sets a formula with its stored result; without the arrow it has none
//! clear D23:J23 D30                 empties cells
//! merge D23:J23 = 0                 merges cells and sets their value
//! delete row 6                      deletes a row; the rows below move up
//! hide row 6                        hides a row; also: hide column E, hide sheet
//! drop table 4                      removes 表四; its rows stay blank
//! ```

use std::path::Path;

use huizong::place::parse_a1;
use huizong::rules::Rule;

use super::sheet::{Range, Sheet, Value};
use super::{book, report};

/// One example of a page.
#[derive(Debug, Default)]
pub(crate) struct Example {
    /// The code of the page's rule.
    pub(crate) rule: String,
    /// The number of the example on the page, from 1.
    pub(crate) number: usize,
    /// The lines of the `input` block.
    pub(crate) input: String,
    /// The expected findings of the rule, one line each; empty if there are none.
    pub(crate) findings: Vec<String>,
}

/// The parsed input of an example.
#[derive(Debug, Default)]
pub(crate) struct Scene {
    /// The requested year.
    pub(crate) year: Option<u16>,
    /// The day of the run.
    pub(crate) date: Option<chrono::NaiveDate>,
    /// Maximum size of a file, in bytes.
    pub(crate) limit: Option<u64>,
    /// Units of the roster; empty if there is no roster.
    pub(crate) roster: Vec<String>,
    /// The files.
    pub(crate) files: Vec<File>,
    /// Last year's files.
    pub(crate) last: Vec<File>,
    /// The county's own report.
    pub(crate) official: Option<File>,
    /// The file that the following lines change.
    in_hand: InHand,
}

/// The kind of file that lines about a file change.
#[derive(Debug, Default)]
enum InHand {
    #[default]
    File,
    Last,
    Official,
}

/// A file of the input.
#[derive(Debug)]
pub(crate) struct File {
    /// Its name, with folders.
    pub(crate) name: String,
    /// Its sheets; empty if `instead` is set.
    pub(crate) sheets: Vec<Sheet>,
    /// Its content if it is not made of sheets.
    pub(crate) instead: Option<Vec<u8>>,
    /// Paragraphs above and below the tables of a text.
    pub(crate) around: [Vec<String>; 2],
}

impl File {
    /// Returns a file with the clean report of the unit and year in its name.
    pub(crate) fn named(name: &str) -> Self {
        let (unit, year) = unit_and_year(name);
        let sheets = vec![super::clean_report(&unit, year)];
        Self { name: name.to_owned(), sheets, instead: None, around: Default::default() }
    }

    /// Returns its bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let is = |ending: &str| Path::new(&self.name).extension() == Some(ending.as_ref());
        match (&self.instead, self.sheets.as_slice()) {
            (Some(bytes), _) => bytes.clone(),
            (None, [sheet]) if is("csv") => book::csv(sheet),
            (None, [sheet]) if is("txt") => book::text(sheet, &self.around),
            (None, sheets) => book::xlsx(sheets),
        }
    }
}

impl Scene {
    /// Returns the roster as CSV, if there is one. Units are townships unless stated otherwise.
    pub(crate) fn roster_csv(&self) -> Option<String> {
        const COLUMNS: [&str; 6] = ["kind", "aliases", "required", "due", "received", "merged_into"];
        let mut text = format!("unit,{}\n", COLUMNS.join(","));
        for line in &self.roster {
            let mut parts = line.split(':');
            let mut fields = vec![parts.next().expect("a name").to_owned()];
            fields.extend(COLUMNS.map(|column| if column == "kind" { "township".to_owned() } else { String::new() }));
            for part in parts {
                let (column, value) = part.split_once('=').unwrap_or_else(|| panic!("no column=value: {part}"));
                let at = COLUMNS.iter().position(|other| *other == column);
                value.clone_into(&mut fields[at.unwrap_or_else(|| panic!("no column {column}")) + 1]);
            }
            text.push_str(&fields.join(","));
            text.push('\n');
        }
        (!self.roster.is_empty()).then_some(text)
    }

    /// Returns the file that the following lines change.
    fn file(&mut self) -> &mut File {
        let file = match self.in_hand {
            InHand::File => self.files.last_mut(),
            InHand::Last => self.last.last_mut(),
            InHand::Official => self.official.as_mut(),
        };
        file.expect("a file comes first")
    }

    /// Returns the sheet that the following lines change.
    fn sheet(&mut self) -> &mut Sheet {
        self.file().sheets.last_mut().expect("a file has a sheet")
    }

    /// Executes one line.
    fn obey(&mut self, line: &str) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "roster" => self.roster = rest.split_whitespace().map(str::to_owned).collect(),
            "year" => self.year = Some(rest.parse().expect("a year")),
            "date" => self.date = Some(rest.parse().expect("a day")),
            "limit" => self.limit = Some(rest.parse().expect("a number of bytes")),
            "file" => {
                self.in_hand = InHand::File;
                self.files.push(File::named(rest));
            }
            "last" => {
                self.in_hand = InHand::Last;
                self.last.push(File::named(rest));
                // Two documents were issued this year and one repealed; nine are in force.
                change(self.sheet(), line, "F7", "= 8");
            }
            "official" => {
                self.in_hand = InHand::Official;
                self.official = Some(File::named(rest));
                let count = u32::try_from(self.files.len()).expect("a few");
                self.sheet().multiply(f64::from(count));
            }
            "content" => self.file().instead.get_or_insert_default().extend(format!("{rest}\n").bytes()),
            "empty" if rest.is_empty() => self.file().instead = Some(Vec::new()),
            "copy" => {
                let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(rest);
                self.file().instead = Some(std::fs::read(path).expect("a file of the project"));
            }
            "before" => self.file().around[0].push(rest.to_owned()),
            "after" => self.file().around[1].push(rest.to_owned()),
            "words" => self.write_words(),
            "sheet" => self.add_sheet(rest),
            "form" => self.change_form(rest),
            _ => change(self.sheet(), line, word, rest),
        }
    }

    /// Adds the usual paragraphs of a clean report.
    fn write_words(&mut self) {
        let (_, year) = unit_and_year(&self.file().name);
        let period = format!("本报告数据统计期限为{year}年1月1日至{year}年12月31日。");
        let before = [period.as_str(), "一、总体情况", "本机关明确专人负责，公开栏目按季度核对更新。"];
        let after = [
            "五、存在的主要问题及改进情况",
            "个别栏目更新不够及时，下一步将明确责任人，按月检查。",
            "六、其他需要报告的事项",
            "本年度未收取信息处理费。",
        ];
        self.file().around = [before.map(str::to_owned).to_vec(), after.map(str::to_owned).to_vec()];
    }

    /// Adds a sheet to the file: the clean report of the unit or year in the sheet's name, else in the file's name.
    fn add_sheet(&mut self, name: &str) {
        let (unit, year) = unit_and_year(&self.file().name);
        let named = if name.starts_with(|c: char| c.is_ascii_digit()) {
            format!("{unit}{name}")
        } else {
            format!("{name}{year}")
        };
        let (unit, year) = unit_and_year(&named);
        let sheet = Sheet { name: name.to_owned(), ..super::clean_report(&unit, year) };
        self.file().sheets.push(sheet);
    }

    /// Replaces the file's first sheet, which must still be unchanged, by the clean report on another form.
    fn change_form(&mut self, id: &str) {
        let (unit, year) = unit_and_year(&self.file().name);
        assert_eq!(*self.sheet(), super::clean_report(&unit, year), "the form comes right behind the file");
        *self.sheet() = report::compose(&report::form_of(id), &unit, year);
    }
}

/// Parses an `input` block.
pub(crate) fn scene(input: &str) -> Scene {
    let mut scene = Scene::default();
    for line in input.lines().map(str::trim).filter(|line| !line.is_empty()) {
        scene.obey(line);
    }
    scene
}

/// Returns the unit and year in a name: the text before the first digit, and four digits.
fn unit_and_year(name: &str) -> (String, u16) {
    let name = name.rsplit('/').next().expect("a name");
    let at = name.find(|c: char| c.is_ascii_digit()).unwrap_or_else(|| panic!("no year in {name}"));
    let year = name[at..].get(..4).and_then(|year| year.parse().ok());
    (name[..at].to_owned(), year.unwrap_or_else(|| panic!("no year in {name}")))
}

/// Executes one line that changes a sheet.
fn change(sheet: &mut Sheet, line: &str, word: &str, rest: &str) {
    let from_zero = |number: &str| number.parse::<u32>().ok().and_then(|number| number.checked_sub(1)).expect("a row");
    match (word, rest.split_once(' ')) {
        ("title", _) => {
            sheet.clear(Range::parse("A1:A2"));
            sheet.set(0, 0, Value::Text(rest.to_owned()));
        }
        ("clear", _) => rest.split_whitespace().for_each(|address| sheet.clear(Range::parse(address))),
        ("merge", Some((address, value))) => {
            sheet.merge(Range::parse(address), value_of(value.strip_prefix("= ").expect("= and a value")));
        }
        ("delete", Some(("row", row))) => sheet.delete_row(from_zero(row)),
        ("drop", Some(("table", table))) => sheet.drop_table(&format!("t{table}")),
        ("hide", Some(("row", row))) => drop(sheet.hidden_rows.insert(from_zero(row))),
        ("hide", Some(("column", column))) => {
            let place = parse_a1(&format!("{column}1")).expect("a column");
            sheet.hidden_columns.insert(place.1);
        }
        ("relabel", _) => sheet.relabel(),
        ("hide", None) if rest == "sheet" => sheet.hidden = true,
        (cell, Some((sign, value))) => {
            let (row, column) = parse_a1(cell).unwrap_or_else(|| panic!("what is this: {line}"));
            let value = match sign {
                "=" => value_of(value),
                "formula" => formula_of(value),
                _ => panic!("what is this: {line}"),
            };
            sheet.set(row, column, value);
        }
        _ => panic!("what is this: {line}"),
    }
}

/// Returns a number if the text looks like one, else a text. Quotes force a text.
fn value_of(text: &str) -> Value {
    let bare = text.trim_start_matches('-');
    let digits = bare.chars().all(|c| c.is_ascii_digit() || c == '.')
        && !(bare.starts_with('0') && bare.len() > 1 && !bare.starts_with("0."));
    match text.parse() {
        Ok(number) if digits => Value::Number(number),
        _ => Value::Text(text.trim_matches('"').to_owned()),
    }
}

/// Parses a formula and its result after an arrow.
fn formula_of(text: &str) -> Value {
    match text.split_once(" -> ") {
        Some((formula, result)) => Value::Formula(formula.to_owned(), Some(result.parse().expect("a number"))),
        None => Value::Formula(text.to_owned(), None),
    }
}

/// Returns the examples of a rule's page: below `## 例`, each an `input` block and a `findings` block.
pub(crate) fn examples(rule: &Rule) -> Vec<Example> {
    let (_, text) = rule.page.split_once("\n## 例\n").unwrap_or_else(|| panic!("{}: no examples", rule.code));
    let mut examples: Vec<Example> = Vec::new();
    let mut parts = text.split("```");
    // Text and blocks alternate, and so do the blocks `input` and `findings`.
    while let (Some(_), Some(block)) = (parts.next(), parts.next()) {
        let (kind, body) = block.split_once('\n').expect("a block of lines");
        match kind {
            "input" => examples.push(Example {
                rule: rule.code.to_string(),
                number: examples.len() + 1,
                input: body.to_owned(),
                findings: Vec::new(),
            }),
            "findings" => {
                let example = examples.last_mut().filter(|example| example.findings.is_empty());
                let lines = body.lines().map(str::to_owned).collect();
                example.expect("an input comes first").findings = lines;
            }
            other => panic!("{}: what is a block of {other:?}", rule.code),
        }
    }
    for example in &mut examples {
        assert!(!example.findings.is_empty(), "{} {}: no findings block, or an empty one", rule.code, example.number);
        example.findings.retain(|line| line != "none");
    }
    examples
}
