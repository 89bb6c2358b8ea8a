//! Arguments of `huizong rollup`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::choices::{FailOn, Lang, language};
use huizong::finding::Language;
use huizong::levels::LevelSettings;
use huizong::pipeline::LevelPlan;

#[derive(Debug, Clone, ClapArgs)]
pub(super) struct RollupArgs {
    /// Folders with outputs; the folders between one and the outputs are the levels (“省/市/县/2024”)
    #[arg(required = true, value_name = "OUTPUTS")]
    pub(super) outputs: Vec<PathBuf>,
    /// The folder to write; what an earlier roll-up left there is kept once as “OUT.上一次”
    #[arg(short, long = "out", value_name = "OUT")]
    pub(super) out: PathBuf,
    /// The levels: CSV or a workbook with the columns code, name, parent (else nested by code); without it, the folders are the levels
    #[arg(long, value_name = "FILE")]
    pub(super) levels: Option<PathBuf>,
    /// The name of the whole, such as the province's; without it, the folder's
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,
    /// The year that the workbooks, the circular and the page are about; without it, the latest year of most bodies
    #[arg(long, value_name = "YYYY", value_parser = clap::value_parser!(u16).range(2008..2100))]
    pub(super) year: Option<u16>,
    /// The outputs of an earlier roll-up, to say what changed since
    #[arg(long, value_name = "OUT")]
    pub(super) since: Option<PathBuf>,
    /// Write the facts of all runs as a dataset, too: `year=YYYY/body=…/facts.parquet`
    #[arg(long, value_name = "DIR")]
    pub(super) dataset: Option<PathBuf>,
    /// Write `data/` and the CSV files alone
    #[arg(long)]
    pub(super) data_only: bool,
    /// Threads that read outputs; without it, one per core
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) jobs: Option<u16>,
    /// Exit with 1 where there are findings of this strength [default: never]
    #[arg(long, value_enum)]
    pub(super) fail_on: Option<FailOn>,
    /// Language of messages; without it, the locale's
    #[arg(long, value_enum)]
    pub(super) lang: Option<Lang>,
    /// Show neither progress nor verdict
    #[arg(short, long)]
    pub(super) quiet: bool,
}

impl RollupArgs {
    pub(super) fn language(&self) -> Language {
        language(self.lang)
    }

    /// Returns the plan of the roll-up. Options that do not affect the outputs (threads, quiet) are not among its
    /// settings.
    pub(super) fn plan(&self) -> LevelPlan {
        let shown = |path: &PathBuf| {
            path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
        };
        let inputs: Vec<String> = self.outputs.iter().map(shown).collect();
        let language = match self.language() {
            Language::Chinese => "zh",
            Language::English => "en",
        };
        let given = [
            ("inputs", Some(inputs.join(";"))),
            ("levels", self.levels.as_ref().map(shown)),
            ("name", self.name.clone()),
            ("year", self.year.map(|year| year.to_string())),
            ("since", self.since.as_ref().map(shown)),
            ("data_only", self.data_only.then(|| "true".to_owned())),
            ("lang", Some(language.to_owned())),
        ];
        let options: BTreeMap<String, String> =
            given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
        LevelPlan {
            inputs: self.outputs.clone(),
            out: self.out.clone(),
            levels: self.levels.clone(),
            name: self.name.clone(),
            since: self.since.clone(),
            dataset: self.dataset.clone(),
            jobs: self.jobs.map(usize::from),
            settings: LevelSettings { language: self.language(), year: self.year, options },
        }
    }
}
