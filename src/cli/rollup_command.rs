//! `huizong rollup`: adds up outputs, writes the folder, prints a summary.

use std::collections::BTreeSet;
use std::path::Path;

use super::choices::FailOn;
use super::output::{self, DatasetFolder, NewDataset};
use super::rollup_args::RollupArgs;
use super::{closing_lines, progress, shown, status};
use huizong::finding::{Language, Severity};
use huizong::levels::{BodyYear, LevelChange, LevelDifference, LevelFinding, LevelRollup};
use huizong::message::Message;
use huizong::outcome::Counts;
use huizong::pipeline;

/// Most findings shown in the summary.
const SHOWN: usize = 20;

/// Adds up the outputs, writes the folder and returns the exit status.
pub(super) fn run(args: &RollupArgs) -> anyhow::Result<u8> {
    let language = args.language();
    let plan = args.plan();
    // Checked before anything is written: a folder that is written must not be one that is read.
    let inputs = pipeline::LevelInputs::find(&plan)?;
    let dataset = args.dataset.as_deref().map(|folder| DatasetFolder::prepare(folder, language)).transpose()?;
    let target = output::Target::prepare(&args.out, language)?;
    let bar = progress::Bar::new(args.quiet, language);
    let rollup = pipeline::roll_up(&plan, inputs, &|progress| bar.tick(progress))?;
    bar.finish();
    refuse_empty(&rollup, args)?;
    refuse_year_without_outputs(&rollup, args)?;
    let new = dataset.as_ref().map(|dataset| dataset.write(&rollup, args.jobs.map(usize::from))).transpose()?;
    let mut edits = target.write_levels(&rollup, args.data_only)?;
    edits.extend(new.map(NewDataset::put_in_place).transpose()?.into_iter().flatten());
    if !args.quiet {
        let kept = closing_lines::edits(&edits, None, language).into_iter().chain(target.kept_beside());
        let rollups = args.dataset.as_ref().and_then(|_| without_facts(&rollup, language));
        for line in lines(&rollup, &args.out, language).into_iter().chain(rollups).chain(kept) {
            progress::say(&line);
        }
    }
    let counts = Counts {
        must_fix: rollup.open_findings(Severity::MustFix),
        must_explain: rollup.open_findings(Severity::MustExplain),
        notes: rollup.open_findings(Severity::Note),
    };
    let status = status(counts, args.fail_on.unwrap_or(FailOn::Never));
    // The program ends here. The system frees the memory faster than dropping the values one by one.
    std::mem::forget(rollup);
    Ok(status)
}

/// Returns an error if no output counts: an earlier roll-up must not be replaced by one of nothing. The findings on the
/// outputs are printed before.
fn refuse_empty(rollup: &LevelRollup, args: &RollupArgs) -> anyhow::Result<()> {
    if !rollup.inputs.is_empty() {
        return Ok(());
    }
    for line in finding_lines(rollup, args.language()) {
        progress::say(&line);
    }
    let why = Message::new(
        "给出的结果都不能计入，没有写出合并汇总；原来的合并汇总没有变动。请按上面的说明处理后再合并",
        "none of the outputs can be added up, so nothing was written; an earlier roll-up is as it was",
    );
    Err(anyhow::Error::from(why).context(shown(&args.out)))
}

/// Returns an error if the year of `--year` has no output that counts.
fn refuse_year_without_outputs(rollup: &LevelRollup, args: &RollupArgs) -> anyhow::Result<()> {
    let years: BTreeSet<u16> = rollup.runs.iter().map(|run| run.year).collect();
    let Some(year) = args.year.filter(|year| !years.contains(year)) else { return Ok(()) };
    let listed = |separator: &str| years.iter().map(u16::to_string).collect::<Vec<_>>().join(separator);
    let why = Message::new(
        format!("没有{year}年度可以计入的结果，只有{}年度的；没有写出，请改 --year", listed("、")),
        format!("no outputs of {year} count, only those of {}; nothing was written; change --year", listed(", ")),
    );
    Err(anyhow::Error::from(why).context(shown(&args.out)))
}

/// Returns a line for each of the first findings about outputs and bodies without any.
fn finding_lines(rollup: &LevelRollup, language: Language) -> Vec<String> {
    let place = |finding: &LevelFinding| match finding.file.as_str() {
        "" => finding.body_path.clone(),
        file => file.to_owned(),
    };
    let line = |finding: &LevelFinding| match language {
        Language::Chinese => format!("{} {}：{}", finding.rule, place(finding), finding.message.zh),
        Language::English => format!("{} “{}”: {}", finding.rule, place(finding), finding.message.en),
    };
    let own = || rollup.findings.iter().filter(|finding| finding.is_about_coverage());
    let mut lines: Vec<String> = own().take(SHOWN).map(line).collect();
    if let Some(more) = own().count().checked_sub(SHOWN).filter(|more| *more > 0) {
        lines.push(match language {
            Language::Chinese => format!("……还有 {more} 条，见 data/findings.csv"),
            Language::English => format!("… and {more} more, see data/findings.csv"),
        });
    }
    lines
}

/// Returns the summary: the coverage of each year, the findings about outputs, the number of findings to fix or
/// explain, and the changes.
fn lines(rollup: &LevelRollup, out: &Path, language: Language) -> Vec<String> {
    let whole = rollup.bodies.first().map_or("", |body| &body.name);
    let mut lines = Vec::new();
    for edition in rollup.years.iter().filter(|edition| edition.body == 0) {
        lines.push(year_line(rollup, edition, whole, language));
    }
    lines.extend(main_year_line(rollup, language));
    lines.extend(rollup.unplaced_in_words().map(|unplaced| unplaced.in_language(language).to_owned()));
    lines.extend(finding_lines(rollup, language));
    let (fix, explain) = (rollup.open_findings(Severity::MustFix), rollup.open_findings(Severity::MustExplain));
    lines.push(match language {
        Language::Chinese => format!("问题清单：必改 {fix} 处，待说明 {explain} 处（见 data/findings.csv）"),
        Language::English => format!("findings: {fix} to fix, {explain} to explain (see data/findings.csv)"),
    });
    lines.extend(rollup.changes.as_deref().map(|changes| since_line(changes, language)));
    lines.push(match language {
        Language::Chinese => format!("读取结果 {} 份，结果在 {}", rollup.inputs.len(), shown(out)),
        Language::English => format!("{} outputs read; outputs in {}", rollup.inputs.len(), shown(out)),
    });
    lines
}

/// Returns the line with the year that the outputs for people are about, if there are several.
fn main_year_line(rollup: &LevelRollup, language: Language) -> Option<String> {
    let year = rollup.main_year.filter(|_| rollup.report_years().len() > 1)?;
    Some(match language {
        Language::Chinese => format!("汇总表、对比表、通报和页面写的是 {year} 年度；要写别的年度，请加 --year"),
        Language::English => format!("the workbooks, the circular and the page are about {year}; --year changes that"),
    })
}

/// Returns a line on the roll-ups among the inputs, which have no facts for the dataset.
fn without_facts(rollup: &LevelRollup, language: Language) -> Option<String> {
    let files: Vec<&str> =
        rollup.inputs.iter().filter(|input| input.is_rollup()).map(|input| &*input.folder.file).collect();
    let first = files.first()?;
    Some(match language {
        Language::Chinese => format!(
            "数据集：{} 份合并汇总（“{first}”{}）没有明细数据，未写入；合计中已计入",
            files.len(),
            if files.len() > 1 { "等" } else { "" }
        ),
        Language::English => format!(
            "dataset: {} roll-ups (“{first}”{}) hold no facts and are not in it; they are in the totals",
            files.len(),
            if files.len() > 1 { " and others" } else { "" }
        ),
    })
}

/// Returns the line with the number of changes since an earlier roll-up, by kind.
fn since_line(changes: &[LevelChange], language: Language) -> String {
    let count = |what: LevelDifference| changes.iter().filter(|change| change.what == what).count();
    let (received, gone) = (count(LevelDifference::Received), count(LevelDifference::Gone));
    let (coverage, figures) = (count(LevelDifference::Coverage), count(LevelDifference::Figure));
    match language {
        Language::Chinese => format!(
            "与上次相比：新增 {received} 个地区年度，不再有 {gone} 个，个数变动 {coverage} 处，合计变动 {figures} 格"
        ),
        Language::English => format!(
            "since the last roll-up: {received} bodies and years are new, {gone} are gone; {coverage} counts and \
             {figures} totals changed"
        ),
    }
}

/// Returns the coverage of a year. The root itself is not among the bodies counted.
fn year_line(rollup: &LevelRollup, edition: &BodyYear, whole: &str, language: Language) -> String {
    let of_year =
        |other: &&BodyYear| other.year == edition.year && other.form == edition.form && other.body != edition.body;
    let bodies = rollup.years.iter().filter(of_year).count();
    let (year, coverage) = (edition.year, edition.coverage.in_words());
    match language {
        Language::Chinese => format!("{whole} {year}年度：下级地区{bodies}个，{}", coverage.zh),
        Language::English => format!("“{whole}” {year}: {bodies} bodies below; {}", coverage.en),
    }
}
