//! `huizong start` and `huizong round`: a year's work folder and its rounds.
//!
//! A round puts its outputs in place as a run does. Two steps follow: the replaced outputs are moved to `历次`, and the
//! decisions are written with the open questions. If a kill prevents them, the next round makes up for them.

mod book;
mod counted_files;
mod round_date;
mod start;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::NaiveDate;

use super::args::{FactsFormat, FailOn, RoundArgs, RunArgs};
use super::output::{Keeping, Target};
use super::{args, closing_lines, config, progress, shown, status};
use huizong::error::Error;
use huizong::finding::{Language, Severity};
use huizong::message::Message;
use huizong::outcome::Outcome;
use huizong::pipeline::{self, Plan};
use huizong::report;
use huizong::season::{self, EARLIER, INBOX, RESULTS, ROSTER, RoundRecord, SeasonSettings, WorkFolder};
use round_date::RoundDate;
pub(super) use start::start;

/// Runs the next round of a work folder and returns the exit status.
pub(super) fn round(round: &RoundArgs) -> anyhow::Result<u8> {
    let language = args::language(round.execution.lang);
    let root = round.folder.canonicalize().with_context(|| shown(&round.folder))?;
    if !WorkFolder::is_one(&root) {
        let name = shown(&round.folder);
        return Err(Message::new(
            format!("{name} 不是工作文件夹（里面应有 {ROSTER} 和 {INBOX}）；请先运行 huizong start"),
            format!("{name} is no work folder, with “{ROSTER}” and “{INBOX}” in it; make one with huizong start"),
        )
        .into());
    }
    let work = WorkFolder { root };
    let results = work.path(RESULTS);
    let target = Target::prepare(&results, language)?;
    archive(&work, &target)?;
    let record = work.results().map(|results| season::read_record(&results)).transpose()?.unwrap_or_default();
    let settings = season::read_settings(&work.path(ROSTER))?;
    let date = RoundDate::determine(round, &settings)?;
    let mut run = options(round, &work, &settings, date.day());
    let severities = config::complete_in(&mut run, &work.root)?;
    let date = date.or_stored(run.date);
    if let (Some(before), Some(after)) = (record.year, run.year)
        && before != after
    {
        return Err(other_year(&work, &before.to_string(), &after.to_string()).into());
    }
    let mut plan = plan(&run, severities, &work, &record);
    let outcome = read(&mut plan, &work, run.execution.quiet)?;
    let next = outcome.history.as_ref().map_or(1, |history| history.round);
    let is_new = work.results().is_none() || report::made_from(&outcome) != record.made_from;
    let mut said = Vec::new();
    // If nothing is new, the outputs are still those of the last round.
    let current = if is_new { next } else { record.round };
    if is_new {
        keep_decisions(&work, &record, &plan.decisions)?;
        let edits = target.write(&outcome, FactsFormat::Both, false, Keeping::WithOld)?;
        archive(&work, &target)?;
        said.extend(closing_lines::lines(&outcome, &results, language));
        let old = work.earlier(record.round).join(RESULTS);
        said.extend(closing_lines::edits(&edits, Some(&old), language));
        said.extend(date.in_words(next, record.date, language));
        said.extend(date.store(&work, &settings, language)?);
    } else {
        said.push(nothing_new(&record, language));
        said.extend(closing_lines::county_reports(&outcome, language));
        said.extend(closing_lines::decision_remarks(&outcome, language));
    }
    said.extend(counted_files::said(&outcome, language));
    said.extend(counted_files::absent_sentence(&plan.stand_ins.absent, &outcome, &record.rounds, language));
    counted_files::keep(&work, &outcome, &plan.stand_ins)?;
    if plan.decisions == [work.written_decisions()] {
        said.push(book::restored(&work.written_decisions(), language));
    }
    said.extend(book::write(&work, &outcome, &plan.decisions, current, language)?);
    if !run.execution.quiet {
        for line in &said {
            progress::say(line);
        }
    }
    Ok(status(outcome.all_counts(), run.execution.fail_on.unwrap_or(FailOn::Never)))
}

fn nothing_new(record: &RoundRecord, language: Language) -> String {
    let round = record.round;
    match language {
        Language::Chinese => format!("收件、办理单、名册和设置都没有变化，结果仍是第 {round} 轮的，没有改动"),
        Language::English => format!("nothing is new since round {round}; its outputs stay as they are"),
    }
}

/// Returns the options of a round: the settings of the work folder, and the arguments.
fn options(round: &RoundArgs, work: &WorkFolder, settings: &SeasonSettings, date: Option<NaiveDate>) -> RunArgs {
    let settings = settings.clone();
    let mut run = RunArgs::for_folders(vec![work.path(INBOX)], work.path(RESULTS));
    run.roster = Some(work.path(ROSTER));
    run.year = settings.year.or_else(|| season::year_in_name(&work.root));
    run.county = settings.county;
    run.sender = settings.sender;
    run.contact = settings.contact;
    run.reply_by = settings.reply_by;
    run.previous = settings.previous;
    run.official = settings.official;
    run.execution = round.execution.clone();
    run.due = settings.due;
    run.date = date;
    run
}

fn plan(run: &RunArgs, severities: BTreeMap<String, Severity>, work: &WorkFolder, record: &RoundRecord) -> Plan {
    let last = work.next_round(Some(record.round)) - 1;
    let mut rounds = record.rounds.clone();
    rounds.round = last;
    let written = Some(work.written_decisions()).filter(|written| written.is_file());
    let mut decisions = work.decision_files();
    if decisions.is_empty() {
        decisions.extend(written.clone());
    }
    Plan {
        decisions,
        written_decisions: written,
        rounds: Some(rounds),
        since: work.results(),
        earlier_outputs: work.all_results(),
        ..run.plan(severities)
    }
}

/// Runs the pipeline, with copies of counted files in place of those that were overwritten or are gone.
fn read(plan: &mut Plan, work: &WorkFolder, quiet: bool) -> anyhow::Result<Outcome> {
    let bar = progress::Bar::new(quiet, plan.settings.language);
    let run = |plan: &Plan| match pipeline::run(plan, &|progress| bar.tick(progress)) {
        Err(Error::OtherYear { before, after, .. }) => Err(other_year(work, &before, &after).into()),
        done => done.map_err(anyhow::Error::from),
    };
    let mut outcome = run(plan)?;
    let rounds = plan.rounds.as_ref();
    plan.stand_ins = rounds.map(|rounds| counted_files::stand_ins(work, &outcome, rounds)).unwrap_or_default();
    if !plan.stand_ins.is_empty() {
        outcome = run(plan)?;
    }
    bar.finish();
    Ok(outcome)
}

/// Returns the message that a work folder is for one year, with what to do.
fn other_year(work: &WorkFolder, before: &str, after: &str) -> Message {
    let name = shown(&work.root);
    Message::new(
        format!(
            "{name} 的上一次结果是 {before} 年度的，这一次是 {after} 年度的；什么都没有改动。\
             一个工作文件夹只办一个年度：要办 {after} 年度，请用 huizong start 另建一个文件夹，\
             把新收到的文件放进那里的 {INBOX}，在那里的“设置”表的“上年结果”填 {name}/{RESULTS}；\
             年度写错的，请改正 {ROSTER} 的“设置”表；上一次的年度就是错的，请把 {RESULTS} 移到 {EARLIER} 里再运行"
        ),
        format!(
            "the last outputs in {name} are of {before}, and this round is of {after}; nothing was changed. \
             A work folder is for one year: make another one with huizong start, put what arrived into its “{INBOX}”, \
             and name {name}/“{RESULTS}” as last year's in its settings; a wrong year is mended in the settings of \
             “{ROSTER}”; if that of the last round was wrong, move “{RESULTS}” into “{EARLIER}” first"
        ),
    )
}

/// Copies the decision files into the folder of the last round in `历次`, before anything is replaced.
fn keep_decisions(work: &WorkFolder, record: &RoundRecord, files: &[PathBuf]) -> anyhow::Result<()> {
    if work.results().is_none() {
        return Ok(());
    }
    let folder = work.earlier(record.round);
    std::fs::create_dir_all(&folder).with_context(|| shown(&folder))?;
    for file in files {
        let target = folder.join(file.file_name().unwrap_or_default());
        std::fs::copy(file, &target).with_context(|| shown(&target))?;
    }
    Ok(())
}

/// Moves the replaced outputs into the folder of their round in `历次`. If a kill prevents it, the next round does it.
fn archive(work: &WorkFolder, target: &Target<'_>) -> anyhow::Result<()> {
    let Some(replaced) = target.replaced().filter(|_| work.results().is_some()) else { return Ok(()) };
    let round = season::read_record(&replaced)?.round;
    let folder = work.earlier(round);
    std::fs::create_dir_all(&folder).with_context(|| shown(&folder))?;
    let place = free(&folder.join(RESULTS));
    std::fs::rename(&replaced, &place).with_context(|| shown(&place))
}

/// Returns a path at which nothing exists, with a number if necessary, so that no file is overwritten.
fn free(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let numbered = (2..).map(|number: u32| path.with_file_name(format!("{name}（{number}）")));
    let free = std::iter::once(path.to_owned()).chain(numbered).find(|path| path.symlink_metadata().is_err());
    free.unwrap_or_else(|| path.to_owned())
}

/// Runs the next round if the only argument is a work folder; returns `None` otherwise.
pub(super) fn round_of(folders: &[PathBuf]) -> Option<anyhow::Result<u8>> {
    let [folder] = folders else { return None };
    WorkFolder::is_one(folder).then(|| round(&RoundArgs::for_folder(folder.clone())))
}
