//! Outputs of a roll-up: each module converts a roll-up to the bytes of one file.

mod body_changes;
mod body_findings;
mod body_list;
mod body_manifest;
mod body_package;
mod body_totals;
mod kind_totals;
mod level_book;
mod level_circular;
mod level_comparison;
mod level_page;
mod sheet_table;
mod year_tables;

use std::io::Write;

use super::templates::CIRCULAR;
use super::{CHANGES, Failure, PAGE};
use crate::levels::LevelRollup;

pub use body_manifest::write as write_rollup_manifest;

/// One file that a roll-up writes.
#[derive(Debug)]
pub struct LevelOutput {
    /// Its path within the output folder, with `/`.
    pub path: &'static str,
    /// Writes it.
    pub render: fn(&LevelRollup, &mut dyn Write) -> Result<(), Failure>,
}

impl LevelOutput {
    /// Returns whether the roll-up has content for it.
    #[must_use]
    pub fn has_content(&self, rollup: &LevelRollup) -> bool {
        match self.path {
            CHANGES => rollup.changes.is_some(),
            CIRCULAR => level_circular::has_content(rollup),
            _ => true,
        }
    }

    /// Returns whether it is machine-readable.
    #[must_use]
    pub fn is_data(&self) -> bool {
        self.path.starts_with("data/")
    }
}

/// All outputs of a roll-up except the manifest, which is written last.
pub const LEVEL_OUTPUTS: &[LevelOutput] = &[
    LevelOutput { path: PAGE, render: level_page::html },
    LevelOutput { path: "汇总表.xlsx", render: level_book::xlsx },
    LevelOutput { path: "对比表.xlsx", render: level_comparison::xlsx },
    LevelOutput { path: CIRCULAR, render: level_circular::docx },
    LevelOutput { path: "data/totals.csv", render: body_totals::csv },
    LevelOutput { path: "data/totals_by_kind.csv", render: kind_totals::csv },
    LevelOutput { path: "data/bodies.csv", render: body_list::csv },
    LevelOutput { path: "data/findings.csv", render: body_findings::csv },
    LevelOutput { path: "data/trends.csv", render: year_tables::trends },
    LevelOutput { path: "data/rates.csv", render: year_tables::rates },
    LevelOutput { path: "data/repeated.csv", render: year_tables::repeated },
    LevelOutput { path: CHANGES, render: body_changes::csv },
    LevelOutput { path: "data/datapackage.json", render: body_package::json },
];
