//! The command line: arguments in, output folders and messages out.

mod args;
mod assistant;
mod catalogue;
mod changes;
mod chinese;
mod choices;
mod closing_lines;
mod config;
mod console;
mod explain;
mod forms;
mod output;
mod progress;
mod rollup_args;
mod rollup_command;
mod season;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{CommandFactory, FromArgMatches};

use args::{Args, CheckArgs, Command, DiffArgs, FailOn, RunArgs, TemplateArgs};
use huizong::finding::Language;
use huizong::message::Message;
use huizong::outcome::Counts;
use huizong::{pipeline, report, rules};

/// Exit status if the job was done and no finding reaches `--fail-on`.
const DONE: u8 = 0;
/// Exit status if the job was done and a finding reaches `--fail-on`.
const FOUND: u8 = 1;
/// Exit status if the job could not be done.
const FAILED: u8 = 2;

/// Parses the arguments, runs the command and returns the exit status. Prints the error and its causes if the command
/// fails.
pub(crate) fn main() -> ExitCode {
    progress::keep_caught_panics_quiet();
    // The shell of Windows does not expand `*.xlsx`.
    let typed: Vec<OsString> = wild::args_os().collect();
    let language = args::language_typed(&typed);
    let args = match parsed(&typed, language) {
        Ok(args) => args,
        Err(status) => return status,
    };
    let result = match args.command {
        Some(Command::Run(run)) => do_run(*run),
        Some(Command::Start(start)) => season::start(&start),
        Some(Command::Round(round)) => season::round(&round),
        Some(Command::Check(check)) => do_check(&check),
        Some(Command::Diff(diff)) => do_diff(&diff),
        Some(Command::Rollup(rollup)) => rollup_command::run(&rollup),
        Some(Command::Template(template)) => do_template(&template),
        Some(Command::Rules { code, .. }) => show_rules(code.as_deref(), language),
        Some(Command::Forms { id, .. }) => forms::show(id.as_deref()).map(|()| DONE),
        None => match season::round_of(&args.folders) {
            Some(result) => result,
            None if assistant::can_ask() => Ok(assistant::assist(args.folders, language)),
            None => folder_run(args.folders),
        },
    };
    match result {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            format!("huizong: {}", said(&error, language)).lines().for_each(progress::say);
            ExitCode::from(FAILED)
        }
    }
}

/// Parses the arguments. Prints help and usage errors in the language asked for.
///
/// # Errors
/// The exit status after help or a usage error was printed.
fn parsed(typed: &[OsString], language: Language) -> Result<Args, ExitCode> {
    let command = match language {
        Language::Chinese => chinese::command(Args::command()),
        Language::English => Args::command(),
    };
    let args = command.try_get_matches_from(typed).and_then(|matches| Args::from_arg_matches(&matches));
    args.map_err(|error| {
        if error.use_stderr() && language == Language::Chinese {
            format!("huizong: {}", chinese::error(&error)).lines().for_each(progress::say);
        } else {
            let _ = error.print();
        }
        ExitCode::from(if error.use_stderr() { FAILED } else { DONE })
    })
}

/// Returns the text of an error in one language, the outermost context first.
fn said(error: &anyhow::Error, language: Language) -> String {
    let mut parts = Vec::new();
    for cause in error.chain() {
        // The message of an `Error` includes its causes.
        if let Some(error) = cause.downcast_ref::<huizong::error::Error>() {
            parts.push(error.message().in_language(language).to_owned());
            break;
        }
        parts.push(match (cause.downcast_ref::<Message>(), cause.downcast_ref::<std::io::Error>()) {
            (Some(message), _) => message.in_language(language).to_owned(),
            (_, Some(error)) => Message::of_system(error).in_language(language).to_owned(),
            _ => cause.to_string(),
        });
    }
    parts.join(if language == Language::Chinese { "：" } else { ": " })
}

/// Runs `huizong PATH...`: a folder, or several files and folders, without a command.
fn folder_run(folders: Vec<PathBuf>) -> anyhow::Result<u8> {
    let out = beside(&folders).ok_or_else(|| {
        Message::new("请写出存放报送文件的文件夹（见 huizong --help）", "which folder? (see huizong --help)")
    })?;
    do_run(RunArgs::for_folders(folders, out))
}

/// Returns the output folder for `inputs`: beside the first of them and named after it, or `None` for a whole drive,
/// which has no parent.
fn beside(inputs: &[PathBuf]) -> Option<PathBuf> {
    let first = inputs.first()?;
    let whole = first.canonicalize().unwrap_or_else(|_| first.clone());
    let name = if whole.is_dir() { whole.file_name() } else { whole.file_stem() }?;
    Some(whole.with_file_name(format!("{}-汇总", name.to_string_lossy())))
}

fn do_run(mut args: RunArgs) -> anyhow::Result<u8> {
    let severities = config::complete(&mut args)?;
    if let (Some(date), Some(reply_by)) = (args.date, args.reply_by)
        && reply_by < date
    {
        return Err(Message::new(
            format!("答复期限 {reply_by} 早于落款日期 {date}"),
            format!("--reply-by {reply_by} is before --date {date}"),
        )
        .into());
    }
    let language = args.language();
    let plan = args.plan(severities);
    let target = output::Target::prepare(&args.out, language)?;
    if let Some(roster) = args.roster.as_deref().filter(|_| !args.execution.quiet) {
        for remark in pipeline::read_roster(roster)?.remarks {
            progress::say(remark.about(shown(roster)).in_language(language));
        }
    }
    let bar = progress::Bar::new(args.execution.quiet, language);
    let outcome = pipeline::run(&plan, &|progress| bar.tick(progress))?;
    bar.finish();
    let edits = target.write(&outcome, args.facts(), args.data_only, output::Keeping::Beside)?;
    if !args.execution.quiet {
        let kept = closing_lines::edits(&edits, None, language).into_iter().chain(target.kept_beside());
        for line in closing_lines::lines(&outcome, &args.out, language).into_iter().chain(kept) {
            progress::say(&line);
        }
    }
    let status = status(outcome.all_counts(), args.execution.fail_on.unwrap_or(FailOn::Never));
    // The program ends here. The system frees the memory faster than dropping the values one by one.
    std::mem::forget(outcome);
    Ok(status)
}

/// Runs `huizong check`, which a unit runs before it submits.
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
    progress::print(closing_lines::checked(&outcome, language));
    if args.explain {
        progress::print(explain::lines(&outcome, language));
    }
    // Only the checked files count. Other units of the roster are not missing: their files were not given.
    let checked = (0..outcome.corpus.entries.len()).map(|entry| outcome.counts(entry));
    let checked = checked.fold(Counts::default(), |sum, counts| Counts {
        must_fix: sum.must_fix + counts.must_fix,
        must_explain: sum.must_explain + counts.must_explain,
        notes: sum.notes + counts.notes,
    });
    // A file without a table that is set aside as no report has no finding of that strength, but nothing was checked.
    let is_unchecked = outcome.lines().iter().all(|line| line.entry.is_none())
        && (0..outcome.corpus.entries.len()).any(|entry| closing_lines::lacks_tables(&outcome, entry));
    let checked = Counts { must_fix: checked.must_fix + usize::from(is_unchecked), ..checked };
    Ok(status(checked, args.fail_on))
}

/// Runs `huizong template`: writes a workbook for each unit to fill in.
fn do_template(args: &TemplateArgs) -> anyhow::Result<u8> {
    let language = args::language(args.lang);
    let books = if args.letters {
        report::office_templates().map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).into()
    } else {
        let plan = pipeline::Plan {
            roster: args.roster.clone(),
            year: args.year,
            previous: args.previous.clone(),
            ..pipeline::Plan::default()
        };
        pipeline::entry_workbooks(&plan, args.form.as_deref())?
    };
    std::fs::create_dir_all(&args.books_folder).with_context(|| shown(&args.books_folder))?;
    // A workbook that exists may have been filled in.
    if let Some(there) = books.iter().map(|(name, _)| args.books_folder.join(name)).find(|path| path.exists()) {
        let why = Message::new("已有这个文件，没有覆盖", "it is there already and was not replaced");
        return Err(anyhow::Error::from(why).context(shown(&there)));
    }
    for (name, bytes) in &books {
        let path = args.books_folder.join(name);
        std::fs::write(&path, bytes).with_context(|| shown(&path))?;
    }
    let (count, folder) = (books.len(), shown(&args.books_folder));
    progress::say(&match (language, args.letters) {
        (Language::Chinese, false) => format!("填报表 {count} 份，在 {folder}"),
        (Language::English, false) => format!("{count} workbooks to fill in are in {folder}"),
        (Language::Chinese, true) => {
            format!("文书样张和计分办法 {count} 份，在 {folder}；改好后用 --templates 指定这个文件夹")
        }
        (Language::English, true) => {
            format!("{count} templates are in {folder}; change them and give the folder as --templates")
        }
    });
    Ok(DONE)
}

/// Runs `huizong diff`: prints what changed between two runs.
fn do_diff(args: &DiffArgs) -> anyhow::Result<u8> {
    let language = args::language(args.lang);
    let changes = pipeline::changes_between(&args.old, &args.new)?;
    progress::print(changes::lines(&changes, language));
    if let Some(path) = &args.changes_file {
        let mut bytes = Vec::new();
        report::write_changes(&changes, &mut bytes).map_err(|error| anyhow::anyhow!(error))?;
        std::fs::write(path, bytes).with_context(|| shown(path))?;
    }
    Ok(DONE)
}

/// Returns the exit status for counts of findings.
fn status(counts: Counts, fail_on: FailOn) -> u8 {
    let found = match fail_on {
        FailOn::Never => false,
        FailOn::MustFix => counts.must_fix > 0,
        FailOn::MustExplain => counts.must_fix + counts.must_explain > 0,
    };
    if found { FOUND } else { DONE }
}

/// Runs `huizong rules`: prints the catalogue, or one page.
fn show_rules(code: Option<&str>, language: Language) -> anyhow::Result<u8> {
    let page = |code| rules::rule(code).map(|rule| catalogue::page(rule, language));
    let text = code.map_or_else(|| Some(catalogue::list(language)), page);
    let text = text.ok_or_else(|| rules::no_rule(code.unwrap_or_default()))?;
    progress::print(text.lines());
    Ok(DONE)
}

/// Returns a path for display, without the `\\?\` that Windows puts before canonical paths.
fn shown(path: &Path) -> String {
    let whole = path.display().to_string();
    let share = whole.strip_prefix(r"\\?\UNC\").map(|share| format!(r"\\{share}"));
    let local = whole.strip_prefix(r"\\?\").map(str::to_owned);
    share.or(local).unwrap_or(whole)
}

/// Returns the language of the locale: English if its name begins with `en`, else Chinese.
fn locale_language() -> Language {
    match sys_locale::get_locale() {
        Some(locale) if locale.to_lowercase().starts_with("en") => Language::English,
        _ => Language::Chinese,
    }
}
