//! Command-line arguments, and the plan of a run made from them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

pub(super) use super::choices::{FailOn, Lang, language, language_typed};
use super::rollup_args::RollupArgs;
use huizong::finding::{Language, Severity};
use huizong::message::Message;
use huizong::outcome::Settings;
use huizong::pipeline::{Plan, StandIns};
use huizong::source::Limits;
use serde::Deserialize;

/// Rolls up a county's annual reports on government information disclosure.
#[derive(Debug, Parser)]
#[command(name = "huizong", version, about, args_conflicts_with_subcommands = true)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    /// A folder of submissions, or several files and folders; the outputs go beside the first as “FOLDER-汇总”
    #[arg(value_name = "FOLDER")]
    pub(super) folders: Vec<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Read, check and add up every submission under the inputs, and write the outputs
    Run(Box<RunArgs>),
    /// Make a year's work folder: roster with settings, a folder for what arrives, decisions
    Start(StartArgs),
    /// The next round of a work folder: read what arrived and was decided, write the outputs, keep the ones before
    Round(RoundArgs),
    /// Read and check single files and show what is wrong; nothing is written
    Check(CheckArgs),
    /// Show what changed between two runs: received, resubmitted, mended, new, still open, explained
    Diff(DiffArgs),
    /// Add up what runs and roll-ups have written, by level and year: a city's counties, a province, the country
    Rollup(RollupArgs),
    /// Write a workbook for each unit to fill in, which checks the sums as figures are typed
    Template(TemplateArgs),
    /// Show the rule catalogue, or one rule explained
    Rules {
        /// A rule's code, such as S01
        code: Option<String>,
        /// Language of messages; without it, the locale's
        #[arg(long, value_enum)]
        lang: Option<Lang>,
    },
    /// Show the forms known, or one of them: tables, rows, columns, sums
    Forms {
        /// A form's name, such as 2021
        id: Option<String>,
        /// Language of messages; without it, the locale's
        #[arg(long, value_enum)]
        lang: Option<Lang>,
    },
}

#[derive(Debug, ClapArgs)]
pub(super) struct CheckArgs {
    /// The files
    #[arg(required = true)]
    pub(super) files: Vec<PathBuf>,
    /// Who reports, so that the unit is named as the office names it: CSV or a workbook
    #[arg(long, value_name = "FILE")]
    pub(super) roster: Option<PathBuf>,
    /// The year that is asked for; without it, the one most of the files state
    #[arg(long, value_name = "YYYY", value_parser = clap::value_parser!(u16).range(2008..2100))]
    pub(super) year: Option<u16>,
    /// Last year's outputs, or a folder or file of last year's, to compare with
    #[arg(long, value_name = "PATH")]
    pub(super) previous: Option<PathBuf>,
    /// Let this program (LibreOffice's soffice) turn files of Word 95 and before into docx first
    #[arg(long, value_name = "PROGRAM")]
    pub(super) convert_with: Option<PathBuf>,
    /// Exit with 1 where there are findings of this strength
    #[arg(long, value_enum, default_value_t = FailOn::MustFix)]
    pub(super) fail_on: FailOn,
    /// Print for each table why it was read as it was: sheet, columns, rows, what was set aside, which sums hold
    #[arg(long)]
    pub(super) explain: bool,
    /// Language of messages; without it, the locale's
    #[arg(long, value_enum)]
    pub(super) lang: Option<Lang>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct TemplateArgs {
    /// The folder for the workbooks; a file that is there already is not replaced
    #[arg(short = 'o', long = "out", value_name = "DIR")]
    pub(super) books_folder: PathBuf,
    /// Who reports; without it, one workbook for anybody
    #[arg(long, value_name = "FILE")]
    pub(super) roster: Option<PathBuf>,
    /// The report year, on the covers; without it, left open
    #[arg(long, value_name = "YYYY", value_parser = clap::value_parser!(u16).range(2008..2100))]
    pub(super) year: Option<u16>,
    /// Last year's outputs, or a folder of last year's submissions: what was carried over is filled in
    #[arg(long, value_name = "PATH")]
    pub(super) previous: Option<PathBuf>,
    /// The form, such as 2021; without it, that of the year
    #[arg(long, value_name = "ID")]
    pub(super) form: Option<String>,
    /// Instead of workbooks, the program's own letter, circular, county report and scoring, to be changed and given to
    /// run as --templates
    #[arg(long, conflicts_with_all = ["roster", "year", "previous", "form"])]
    pub(super) letters: bool,
    /// Language of messages; without it, the locale's
    #[arg(long, value_enum)]
    pub(super) lang: Option<Lang>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct DiffArgs {
    /// The outputs of the earlier run
    #[arg(value_name = "OLD_OUT", display_order = 1)]
    pub(super) old: PathBuf,
    /// The outputs of the later run
    #[arg(value_name = "NEW_OUT", display_order = 2)]
    pub(super) new: PathBuf,
    /// Write every change to this CSV file
    #[arg(short = 'o', long = "out", value_name = "FILE")]
    pub(super) changes_file: Option<PathBuf>,
    /// Language of messages; without it, the locale's
    #[arg(long, value_enum)]
    pub(super) lang: Option<Lang>,
}

#[derive(Debug, Clone, ClapArgs)]
pub(super) struct StartArgs {
    /// The folder to make, such as “2025年年报”; a year in its name is the report year
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,
    /// Who reports: a roster to begin with
    #[arg(long, value_name = "FILE")]
    pub(super) roster: Option<PathBuf>,
    /// The report year; without it, the one in the folder's name
    #[arg(long, value_name = "YYYY", value_parser = clap::value_parser!(u16).range(2008..2100))]
    pub(super) year: Option<u16>,
    /// Language of messages; without it, the locale's
    #[arg(long, value_enum)]
    pub(super) lang: Option<Lang>,
}

/// How a run is carried out. Only the language shows in its outputs.
#[derive(Debug, Clone, Default, ClapArgs)]
pub(super) struct ExecutionArgs {
    /// Let this program (LibreOffice's soffice) turn files of Word 95 and before into docx first
    #[arg(long, value_name = "PROGRAM")]
    pub(super) convert_with: Option<PathBuf>,
    /// Threads that take files in; without it, one per core, and eight at least where the disk is waited for
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

#[derive(Debug, Clone, ClapArgs)]
pub(super) struct RoundArgs {
    /// The work folder
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,
    /// The date of this round, on letters and for deadlines; without it, it is asked at a terminal, else the settings'
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub(super) date: Option<NaiveDate>,
    #[command(flatten)]
    pub(super) execution: ExecutionArgs,
}

impl RoundArgs {
    /// Returns the arguments of `huizong FOLDER`, where FOLDER is a work folder.
    pub(super) fn for_folder(folder: PathBuf) -> Self {
        Self { folder, date: None, execution: ExecutionArgs::default() }
    }
}

#[derive(Debug, Clone, ClapArgs)]
pub(super) struct RunArgs {
    /// Files and folders with submissions
    #[arg(required = true)]
    pub(super) inputs: Vec<PathBuf>,
    /// The folder to write; what an earlier run left there is kept once as “OUT.上一次”
    #[arg(short, long = "out", value_name = "OUT")]
    pub(super) out: PathBuf,
    /// Who reports: CSV or a workbook with the columns “单位代码”, “单位名称”, “类型”, “别名”, “应报”, “截止日期”
    #[arg(long, value_name = "FILE")]
    pub(super) roster: Option<PathBuf>,
    /// Last year's outputs, or a folder of last year's submissions, to compare with
    #[arg(long, value_name = "PATH")]
    pub(super) previous: Option<PathBuf>,
    /// The county's own report, to compare with the sum of the units
    #[arg(long, value_name = "FILE")]
    pub(super) official: Option<PathBuf>,
    /// What units have explained, as the office keeps it: a table of three columns (see README)
    #[arg(long, value_name = "FILE")]
    pub(super) explanations: Option<PathBuf>,
    /// What the office has decided (“办理单.xlsx”): explanations, corrections, names, which file counts (see README)
    #[arg(long, value_name = "FILE")]
    pub(super) decisions: Option<PathBuf>,
    /// The report year; without it, the one most submissions state
    #[arg(long, value_name = "YYYY", value_parser = clap::value_parser!(u16).range(2008..2100))]
    pub(super) year: Option<u16>,
    /// The county's name, for titles
    #[arg(long, value_name = "NAME")]
    pub(super) county: Option<String>,
    /// Write `data/` and the CSV files alone
    #[arg(long)]
    pub(super) data_only: bool,
    /// The date on letters and the circular; without it, left to be filled in by hand
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub(super) date: Option<NaiveDate>,
    /// Until when units are to answer; without it, left to be filled in by hand
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub(super) reply_by: Option<NaiveDate>,
    /// Who signs letters and the circular (“落款”)
    #[arg(long, value_name = "NAME")]
    pub(super) sender: Option<String>,
    /// Whom units may call, in letters and the circular: name and phone (“联系人、电话”)
    #[arg(long, value_name = "TEXT")]
    pub(super) contact: Option<String>,
    /// A folder with the office's own “整改通知.docx”, “通报.docx”, “本级年报.docx” or “考核计分.toml” (see README)
    #[arg(long, value_name = "DIR")]
    pub(super) templates: Option<PathBuf>,
    /// The outputs of an earlier run of the same year, to say what changed since
    #[arg(long, value_name = "OUT")]
    pub(super) since: Option<PathBuf>,
    /// How to write the facts [default: both]
    #[arg(long, value_enum)]
    pub(super) facts: Option<FactsFormat>,
    #[command(flatten)]
    pub(super) execution: ExecutionArgs,
    /// The day on which reports are due from units without a date in the roster. Only a work folder's settings set it.
    #[arg(skip)]
    pub(super) due: Option<NaiveDate>,
    // Last, because clap puts every option after it under its heading.
    #[command(flatten)]
    pub(super) limits: LimitArgs,
}

/// How far a file may go before it is given up and named.
#[derive(Debug, Clone, Copy, Default, ClapArgs, Deserialize)]
#[serde(default)]
#[command(next_help_heading = "Limits, beyond which a file is given up and named")]
pub(super) struct LimitArgs {
    /// Size of a file [default: 64]
    #[arg(long, value_name = "MIB")]
    max_file_mib: Option<u64>,
    /// What an archive unpacks to [default: 512]
    #[arg(long, value_name = "MIB")]
    max_unzipped_mib: Option<u64>,
    /// What a workbook or Word file unpacks to [default: 128]
    #[arg(long, value_name = "MIB")]
    max_document_mib: Option<u64>,
    /// Unpacked size of a file or part in one of these, to its packed size; only above 8 MiB [default: 200]
    #[arg(long, value_name = "N")]
    max_ratio: Option<u64>,
    /// Files in an archive, parts of a workbook or Word file, sheets [default: 10000]
    #[arg(long, value_name = "N")]
    max_entries: Option<u64>,
    /// Cells of a workbook [default: 2000000]
    #[arg(long, value_name = "N")]
    max_cells: Option<u64>,
    /// Text of a cell or paragraph [default: 1024]
    #[arg(long, value_name = "KIB")]
    max_text_kib: Option<u64>,
    /// Elements of XML or HTML within one another [default: 500]
    #[arg(long, value_name = "N")]
    max_depth: Option<u64>,
    /// Time for one file [default: 60]
    #[arg(long, value_name = "SECONDS")]
    file_seconds: Option<u64>,
}

impl LimitArgs {
    /// Returns these limits, with those that are not set taken from `other`.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            max_file_mib: self.max_file_mib.or(other.max_file_mib),
            max_unzipped_mib: self.max_unzipped_mib.or(other.max_unzipped_mib),
            max_document_mib: self.max_document_mib.or(other.max_document_mib),
            max_ratio: self.max_ratio.or(other.max_ratio),
            max_entries: self.max_entries.or(other.max_entries),
            max_cells: self.max_cells.or(other.max_cells),
            max_text_kib: self.max_text_kib.or(other.max_text_kib),
            max_depth: self.max_depth.or(other.max_depth),
            file_seconds: self.file_seconds.or(other.file_seconds),
        }
    }

    fn limits(&self) -> Limits {
        let default = Limits::default();
        let mib = |given: Option<u64>, default: u64| given.map_or(default, |mib| mib.saturating_mul(1 << 20));
        Limits {
            file: mib(self.max_file_mib, default.file),
            archive: mib(self.max_unzipped_mib, default.archive),
            document: mib(self.max_document_mib, default.document),
            ratio: self.max_ratio.unwrap_or(default.ratio),
            entries: self.max_entries.unwrap_or(default.entries),
            cells: self.max_cells.unwrap_or(default.cells),
            text: self.max_text_kib.map_or(default.text, |kib| kib.saturating_mul(1 << 10)),
            depth: self.max_depth.unwrap_or(default.depth),
            seconds: self.file_seconds.unwrap_or(default.seconds),
        }
    }

    /// Returns each limit by its option name, in the option's unit, as the manifest lists them.
    fn given(&self) -> [(&'static str, u64); 9] {
        let limits = self.limits();
        [
            ("max_file_mib", limits.file >> 20),
            ("max_unzipped_mib", limits.archive >> 20),
            ("max_document_mib", limits.document >> 20),
            ("max_ratio", limits.ratio),
            ("max_entries", limits.entries),
            ("max_cells", limits.cells),
            ("max_text_kib", limits.text >> 10),
            ("max_depth", limits.depth),
            ("file_seconds", limits.seconds),
        ]
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FactsFormat {
    Csv,
    Parquet,
    Both,
}

impl RunArgs {
    /// Returns the arguments of `huizong PATH...`: only the inputs and the output folder are set.
    pub(super) fn for_folders(inputs: Vec<PathBuf>, out: PathBuf) -> Self {
        Self {
            inputs,
            out,
            roster: None,
            previous: None,
            official: None,
            explanations: None,
            decisions: None,
            year: None,
            county: None,
            data_only: false,
            date: None,
            reply_by: None,
            sender: None,
            contact: None,
            templates: None,
            due: None,
            since: None,
            facts: None,
            limits: LimitArgs::default(),
            execution: ExecutionArgs::default(),
        }
    }

    pub(super) fn facts(&self) -> FactsFormat {
        self.facts.unwrap_or(FactsFormat::Both)
    }

    pub(super) fn language(&self) -> Language {
        language(self.execution.lang)
    }

    /// Returns the options by name, as the manifest lists them.
    fn options(&self) -> BTreeMap<String, String> {
        let name = |path: &PathBuf| {
            path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
        };
        let mut inputs: Vec<String> = self.inputs.iter().map(name).collect();
        inputs.sort();
        let language = match self.language() {
            Language::Chinese => "zh",
            Language::English => "en",
        };
        let given = [
            ("inputs", Some(inputs.join(";"))),
            ("roster", self.roster.as_ref().map(name)),
            ("previous", self.previous.as_ref().map(name)),
            ("official", self.official.as_ref().map(name)),
            ("explanations", self.explanations.as_ref().map(name)),
            ("decisions", self.decisions.as_ref().map(name)),
            ("year", self.year.map(|year| year.to_string())),
            ("county", self.county.clone()),
            ("data_only", self.data_only.then(|| "true".to_owned())),
            ("date", self.date.map(|date| date.to_string())),
            ("reply_by", self.reply_by.map(|date| date.to_string())),
            ("sender", self.sender.clone()),
            // The manifest records only that there is a contact: the phone number belongs on letters alone.
            ("contact", self.contact.is_some().then(|| "true".to_owned())),
            ("templates", self.templates.as_ref().map(name)),
            ("since", self.since.as_ref().map(name)),
            ("facts", Some(format!("{:?}", self.facts()).to_lowercase())),
            ("convert_with", self.execution.convert_with.as_ref().map(name)),
            ("lang", Some(language.to_owned())),
        ];
        let limits = self.limits.given();
        let given = given.into_iter().chain(limits.map(|(name, value)| (name, Some(value.to_string()))));
        given.filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }

    /// Returns the plan of the run. Options that do not affect the outputs (threads, quiet) are not among its settings.
    pub(super) fn plan(&self, severities: BTreeMap<String, Severity>) -> Plan {
        let options = self.options();
        Plan {
            inputs: self.inputs.clone(),
            roster: self.roster.clone(),
            year: self.year,
            jobs: self.execution.jobs.map(usize::from),
            limits: self.limits.limits(),
            convert_with: self.execution.convert_with.clone(),
            previous: self.previous.clone(),
            official: self.official.clone(),
            explanations: self.explanations.clone(),
            decisions: self.decisions.iter().cloned().collect(),
            written_decisions: None,
            templates: self.templates.clone(),
            since: self.since.clone(),
            marks_originals: !self.data_only,
            rounds: None,
            earlier_outputs: Vec::new(),
            stand_ins: StandIns::default(),
            due: self.due,
            settings: Settings {
                county: self.county.clone(),
                date: self.date,
                reply_by: self.reply_by,
                sender: self.sender.clone(),
                contact: self.contact.clone(),
                language: self.language(),
                options,
                severities,
                ..Settings::default()
            },
        }
    }
}

/// Parses a date written as `YYYY-MM-DD`.
pub(super) fn date(text: &str) -> Result<NaiveDate, Message> {
    let read = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|date| date.to_string() == text);
    read.ok_or_else(|| {
        Message::new(
            format!("“{text}”不是日期，请写成 2026-01-31 这样"),
            format!("{text} is no date such as 2026-01-31"),
        )
    })
}
