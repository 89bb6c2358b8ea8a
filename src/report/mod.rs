//! What is written: one file per output, each an outcome in and bytes out. Nothing here touches a disk.

mod datapackage;
mod facts;
mod findings;
mod manifest;
mod office;
mod page;
mod table;
mod totals;
mod units;

use std::io::Write;

use crate::outcome::Outcome;

/// Why an output could not be written.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// One file of the outputs.
#[derive(Debug)]
pub struct Output {
    /// Its path within the output folder, with `/`.
    pub path: &'static str,
    /// Writes it.
    pub write: fn(&Outcome, &mut dyn Write) -> Result<(), Failure>,
}

/// Everything a run writes. The manifest comes last: where it is, the rest is whole.
pub const OUTPUTS: &[Output] = &[
    Output { path: "报告.html", write: page::html },
    Output { path: "县级汇总.csv", write: office::county_totals },
    Output { path: "单位一览.csv", write: office::units },
    Output { path: "问题清单.csv", write: office::problems },
    Output { path: "未报送名单.csv", write: office::missing },
    Output { path: FACTS_PARQUET, write: facts::parquet },
    Output { path: FACTS_CSV, write: facts::csv },
    Output { path: "data/units.csv", write: units::csv },
    Output { path: "data/findings.csv", write: findings::csv },
    Output { path: "data/totals.csv", write: totals::csv },
    Output { path: "data/datapackage.json", write: datapackage::json },
];

/// The facts for any program.
pub const FACTS_CSV: &str = "data/facts.csv";
/// The facts for programs that read columns.
pub const FACTS_PARQUET: &str = "data/facts.parquet";

pub use manifest::write as write_manifest;
/// Where the manifest goes.
pub const MANIFEST: &str = "data/manifest.json";
