//! `huizong start` and `huizong round`: a year's work folder and its rounds.
//!
//! A round puts its outputs in place as a run does. Two steps follow: the replaced outputs are moved to `历次`, and the
//! decisions are written with the open questions. If a kill prevents them, the next round makes up for them.

mod book;
mod counted_files;
mod start;

use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::NaiveDate;

use super::args::{FactsFormat, FailOn, RoundArgs, RunArgs};
use super::assistant::{Dialogue, ask_day, can_ask};
use super::output::{Keeping, Target};
use super::{args, closing_lines, config, progress, shown, status};
use huizong::finding::Language;
use huizong::message::Message;
use huizong::pipeline::{self, Plan};
use huizong::report;
use huizong::season::{self, INBOX, RESULTS, ROSTER, RoundRecord, WorkFolder};
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
    let run = options(round, &work)?;
    let mut plan = plan(&run, &work, &record)?;
    let bar = progress::Bar::new(run.execution.quiet, language);
    let mut outcome = pipeline::run(&plan, &|progress| bar.tick(progress))?;
    let stand_ins = counted_files::stand_ins(&work, &outcome);
    if !stand_ins.is_empty() {
        plan.inputs.extend(stand_ins.iter().cloned());
        outcome = pipeline::run(&plan, &|progress| bar.tick(progress))?;
    }
    bar.finish();
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
        said.push(number(next, language));
    } else {
        said.push(nothing_new(&record, language));
    }
    said.extend(counted_files::said(&work, &stand_ins, language));
    counted_files::keep(&work, &outcome)?;
    said.extend(book::write(&work, &outcome, &plan.decisions, current, language)?);
    if !run.execution.quiet {
        for line in &said {
            progress::say(line);
        }
    }
    Ok(status(outcome.all_counts(), run.execution.fail_on.unwrap_or(FailOn::Never)))
}

fn number(round: u32, language: Language) -> String {
    match language {
        Language::Chinese => format!("这是第 {round} 次"),
        Language::English => format!("this was round {round}"),
    }
}

fn nothing_new(record: &RoundRecord, language: Language) -> String {
    let round = record.round;
    match language {
        Language::Chinese => format!("收件、办理单、名册和设置都没有变化，结果仍是第 {round} 次的，没有改动"),
        Language::English => format!("nothing is new since round {round}; its outputs stay as they are"),
    }
}

/// Returns the options of a round: the settings of the work folder, and the arguments.
fn options(round: &RoundArgs, work: &WorkFolder) -> anyhow::Result<RunArgs> {
    let settings = season::read_settings(&work.path(ROSTER))?;
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
    run.date = match round.date {
        Some(date) => Some(date),
        None if can_ask() => ask_date(round, settings.date)?,
        None => settings.date,
    };
    if let (Some(date), Some(reply_by)) = (run.date, run.reply_by)
        && reply_by < date
    {
        return Err(Message::new(
            format!("“设置”表的答复期限 {reply_by} 早于本轮日期 {date}，请改后再运行"),
            format!("the settings' date to reply by, {reply_by}, is before the date of the round, {date}"),
        )
        .into());
    }
    Ok(run)
}

/// Asks for the date of the round. Enter takes today, or the date in the settings if it is later.
fn ask_date(round: &RoundArgs, stored: Option<NaiveDate>) -> anyhow::Result<Option<NaiveDate>> {
    let dialogue = Dialogue::new(args::language(round.execution.lang));
    let question = (
        "本轮日期（写在通知和通报上，也用来判断是否过了期限）",
        "Date of this round (on letters; decides who is late)",
    );
    let today = chrono::Local::now().date_naive();
    let answer = ask_day(&dialogue, question, Some(stored.filter(|stored| *stored > today).unwrap_or(today)));
    answer.map_err(|_| Message::new("没有回答本轮日期", "the date of the round was not answered").into())
}

fn plan(run: &RunArgs, work: &WorkFolder, record: &RoundRecord) -> anyhow::Result<Plan> {
    let mut run = run.clone();
    let severities = config::complete_in(&mut run, &work.root)?;
    let last = work.next_round(Some(record.round)) - 1;
    let mut rounds = record.rounds.clone();
    rounds.round = last;
    Ok(Plan { decisions: work.decision_files(), rounds: Some(rounds), since: work.results(), ..run.plan(severities) })
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
