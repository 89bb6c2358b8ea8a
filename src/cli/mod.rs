//! What was typed, what is shown, what is written.

mod args;
mod config;
mod explain;
mod forms;
mod output;
mod progress;
mod verdict;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

use args::{Args, CheckArgs, Command, FailOn, RunArgs};
use huizong::finding::Language;
use huizong::outcome::Counts;
use huizong::{pipeline, rules};

/// Exit status where the job was done and nothing is at or above `--fail-on`.
const DONE: u8 = 0;
/// Exit status where something is.
const FOUND: u8 = 1;
/// Exit status where the job could not be done.
const FAILED: u8 = 2;

/// Parses, runs, shows the chain of an error.
pub(crate) fn main() -> ExitCode {
    progress::keep_caught_panics_quiet();
    let args = Args::parse();
    let result = match args.command {
        Some(Command::Run(run)) => do_run(*run),
        Some(Command::Check(check)) => do_check(&check),
        Some(Command::Rules { code }) => show_rules(code.as_deref()),
        Some(Command::Forms { id }) => forms::show(id.as_deref()).map(|()| DONE),
        None => folder_run(args.folder),
    };
    match result {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            format!("huizong: {error:#}").lines().for_each(progress::say);
            ExitCode::from(FAILED)
        }
    }
}

/// `huizong FOLDER`: a folder dragged onto the program.
fn folder_run(folder: Option<PathBuf>) -> anyhow::Result<u8> {
    let folder = folder.ok_or_else(|| anyhow::anyhow!("which folder? (see huizong --help)"))?;
    let whole = folder.canonicalize().unwrap_or_else(|_| folder.clone());
    let name = whole.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let out = whole.with_file_name(format!("{name}-汇总"));
    do_run(RunArgs::for_folder(folder, out))
}

fn do_run(mut args: RunArgs) -> anyhow::Result<u8> {
    let severities = config::complete(&mut args)?;
    if let (Some(date), Some(reply_by)) = (args.date, args.reply_by)
        && reply_by < date
    {
        anyhow::bail!("--reply-by {reply_by} is before --date {date}");
    }
    let language = args.language();
    let plan = args.plan(severities);
    let target = output::Target::prepare(&args.out, language)?;
    let bar = progress::Bar::new(args.quiet, language);
    let outcome = pipeline::run(&plan, &|progress| bar.tick(progress))?;
    bar.finish();
    target.write(&outcome, args.facts(), args.data_only)?;
    if !args.quiet {
        let kept = target.kept_beside();
        for line in verdict::lines(&outcome, &args.out, language).iter().chain(&kept) {
            progress::say(line);
        }
    }
    let status = status(outcome.all_counts(), args.fail_on.unwrap_or(FailOn::Never));
    // The program ends here: the system takes all of it back sooner than it could be given back piece by piece.
    std::mem::forget(outcome);
    Ok(status)
}

/// `huizong check`: what a unit runs before it submits.
fn do_check(args: &CheckArgs) -> anyhow::Result<u8> {
    let language = args::language(args.lang);
    let plan = pipeline::Plan {
        inputs: args.files.clone(),
        roster: args.roster.clone(),
        year: args.year,
        previous: args.previous.clone(),
        convert_with: args.convert_with.clone(),
        ..pipeline::Plan::default()
    };
    let outcome = pipeline::run(&plan, &|_| {})?;
    progress::print(verdict::checked(&outcome, language));
    if args.explain {
        progress::print(explain::lines(&outcome, language));
    }
    // The other units of the roster are not missing: their files were not to be checked.
    let checked = (0..outcome.corpus.entries.len()).map(|entry| outcome.counts(entry));
    let checked = checked.fold(Counts::default(), |sum, counts| Counts {
        must_fix: sum.must_fix + counts.must_fix,
        must_explain: sum.must_explain + counts.must_explain,
        notes: sum.notes + counts.notes,
    });
    Ok(status(checked, args.fail_on))
}

/// Returns the exit status for findings that are counted.
fn status(counts: Counts, fail_on: FailOn) -> u8 {
    let found = match fail_on {
        FailOn::Never => false,
        FailOn::MustFix => counts.must_fix > 0,
        FailOn::MustExplain => counts.must_fix + counts.must_explain > 0,
    };
    if found { FOUND } else { DONE }
}

/// `huizong rules`: the catalogue, or one page.
fn show_rules(code: Option<&str>) -> anyhow::Result<u8> {
    let catalogue = || {
        let line = |rule: &&rules::Rule| format!("{}  {}  {}\n", rule.code, rule.severity.chinese(), rule.title);
        rules::ALL.iter().map(line).collect::<Vec<_>>().concat()
    };
    let page = |code| rules::rule(code).map(|rule| rule.page.to_owned());
    let text = code.map_or_else(|| Some(catalogue()), page).ok_or_else(|| anyhow::anyhow!("there is no such rule"))?;
    progress::print(text.lines());
    Ok(DONE)
}

/// Returns a path as people write it: without the `\\\\?\\` that Windows puts before whole paths.
fn shown(path: &Path) -> String {
    let whole = path.display().to_string();
    let share = whole.strip_prefix(r"\\?\UNC\").map(|share| format!(r"\\{share}"));
    let local = whole.strip_prefix(r"\\?\").map(str::to_owned);
    share.or(local).unwrap_or(whole)
}

/// The language of the locale; Chinese where it says nothing.
fn locale_language() -> Language {
    match sys_locale::get_locale() {
        Some(locale) if locale.to_lowercase().starts_with("en") => Language::English,
        _ => Language::Chinese,
    }
}
