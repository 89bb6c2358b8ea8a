//! Outputs: each module converts an outcome to the bytes of one file. Nothing here writes to disk.

mod annotated;
mod annotated_copy;
mod balance;
mod bodies;
mod by_unit;
mod change_list;
mod change_words;
mod circular;
mod comparison;
mod county_report;
mod csv_table;
mod datapackage;
mod decision_book;
mod dispatch;
mod docx;
mod entry_return;
mod entry_workbook;
mod facts;
mod file_name;
mod final_tables;
mod findings;
mod layout;
mod letters;
mod manifest;
mod marks;
mod office;
mod own;
mod page;
mod roster_form;
mod score_sheet;
mod scoring;
mod sheet;
mod template_check;
mod templates;
mod totals;
mod units;
mod workbook;
mod workbook_edit;

use std::io::Write;

use crate::outcome::Outcome;

/// The reason why an output could not be written.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The page to open in a browser.
pub const PAGE: &str = "报告.html";

/// One output: a file, or a folder of files of the same kind.
#[derive(Debug)]
pub struct Output {
    /// Its path within the output folder, with `/`. Machine-readable outputs are in `data/`.
    pub path: &'static str,
    /// Writes it.
    pub render: Render,
}

impl Output {
    /// Returns whether it is data: a machine-readable output, or a CSV table of the reports.
    #[must_use]
    pub fn is_data(&self) -> bool {
        self.path.starts_with("data/") || TABLES.contains(&self.path)
    }

    /// Returns whether the outcome has content for it.
    #[must_use]
    pub fn has_content(&self, outcome: &Outcome) -> bool {
        match self.path {
            CHANGES => outcome.changes.is_some(),
            dispatch::DISPATCH | dispatch::CALLS => outcome.history.is_some(),
            _ => true,
        }
    }
}

/// Names and bytes of files.
pub type Files = Vec<(String, Vec<u8>)>;

/// The function that makes an output.
#[derive(Debug, Clone, Copy)]
pub enum Render {
    /// One file.
    File(fn(&Outcome, &mut dyn Write) -> Result<(), Failure>),
    /// Files of a folder: their names, which are legal on every system, and bytes.
    Folder(fn(&Outcome) -> Result<Files, Failure>),
}

/// All outputs of a run. The manifest is written last: if it exists, the outputs are complete.
pub const OUTPUTS: &[Output] = &[
    Output { path: PAGE, render: Render::File(page::html) },
    Output { path: "汇总表.xlsx", render: Render::File(workbook::xlsx) },
    Output { path: "汇总表（定稿）.xlsx", render: Render::File(final_tables::xlsx) },
    Output { path: "县级汇总.csv", render: Render::File(office::county_totals) },
    Output { path: "单位一览.csv", render: Render::File(office::units) },
    Output { path: "问题清单.csv", render: Render::File(office::problems) },
    Output { path: "未报送名单.csv", render: Render::File(office::missing) },
    Output { path: "标注", render: Render::Folder(annotated::workbooks) },
    Output { path: "考核计分.csv", render: Render::File(scoring::csv) },
    Output { path: "考核计分.xlsx", render: Render::File(score_sheet::xlsx) },
    Output { path: "对比表.xlsx", render: Render::File(comparison::xlsx) },
    Output { path: "本级年报（初稿）.docx", render: Render::File(county_report::docx) },
    Output { path: "通报.docx", render: Render::File(circular::docx) },
    Output { path: LETTER_FOLDER, render: Render::Folder(letters::render) },
    Output { path: dispatch::DISPATCH, render: Render::Folder(dispatch::archives) },
    Output { path: dispatch::CALLS, render: Render::File(dispatch::calls) },
    Output { path: FACTS_PARQUET, render: Render::File(facts::parquet) },
    Output { path: FACTS_CSV, render: Render::File(facts::csv) },
    Output { path: "data/units.csv", render: Render::File(units::csv) },
    Output { path: "data/findings.csv", render: Render::File(findings::csv) },
    Output { path: "data/totals.csv", render: Render::File(totals::csv) },
    Output { path: CHANGES, render: Render::File(change_list::csv) },
    Output { path: "data/datapackage.json", render: Render::File(datapackage::json) },
];

/// The CSV tables of the reports.
const TABLES: [&str; 4] = ["县级汇总.csv", "单位一览.csv", "问题清单.csv", "未报送名单.csv"];
/// The facts as CSV.
pub const FACTS_CSV: &str = "data/facts.csv";
/// The facts as Parquet.
pub const FACTS_PARQUET: &str = "data/facts.parquet";

/// The folder of letters.
pub const LETTER_FOLDER: &str = "整改通知";

/// The differences from an earlier run, if one is given.
const CHANGES: &str = "data/changes.csv";

pub use bodies::{LEVEL_OUTPUTS, LevelOutput, write_rollup_manifest};
pub use change_list::{snapshot, write as write_changes};
pub use change_words::{
    finding_counts, next_step, open_in_words, received_in_words, since_in_words, status as status_in_words,
    unit_changes_in_words,
};
pub use decision_book::{DECISION_BOOK, blank_decision_book, decision_book};
pub use dispatch::{DISPATCH, archive_with_letter};
pub use entry_return::returned_form;
pub use entry_workbook::{ENTRY_VERSION, EntryCell, EntryForm, entry_cells, entry_labels, entry_workbook};
pub use file_name::file_names;
pub use manifest::{WrittenOutput, made_from, write as write_manifest};
pub use own::{EntryMark, OwnFile, figures_digest, own_file};
pub use roster_form::{SETTINGS_SHEET, roster_form, season_roster};
pub use template_check::check_templates;
pub use templates::{TEMPLATES, office_templates};
pub use workbook_edit::with_cell_text;
/// The manifest.
pub const MANIFEST: &str = "data/manifest.json";
