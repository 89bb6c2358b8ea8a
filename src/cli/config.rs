//! Settings in `huizong.toml` beside the inputs: options of the command line, which takes precedence, and severities of
//! rules. A program to start is not among the settings, because a file among submitted files must not choose it.

use std::collections::BTreeMap;
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::NaiveDate;
use clap::ValueEnum;
use serde::Deserialize;

use super::args::{LimitArgs, RunArgs, date};
use huizong::document;
use huizong::finding::Severity;
use huizong::message::Message;
use huizong::rules;

/// File name of the settings.
const NAME: &str = "huizong.toml";
/// File name that Notepad gives the settings where Windows hides name endings.
const NAME_OF_NOTEPAD: &str = "huizong.toml.txt";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Config {
    roster: Option<PathBuf>,
    previous: Option<PathBuf>,
    official: Option<PathBuf>,
    explanations: Option<PathBuf>,
    decisions: Option<PathBuf>,
    year: Option<u16>,
    county: Option<String>,
    data_only: bool,
    date: Option<toml::Value>,
    reply_by: Option<toml::Value>,
    sender: Option<String>,
    contact: Option<String>,
    templates: Option<PathBuf>,
    since: Option<PathBuf>,
    facts: Option<String>,
    #[serde(flatten)]
    limits: LimitArgs,
    jobs: Option<NonZeroU16>,
    fail_on: Option<String>,
    lang: Option<String>,
    severity: BTreeMap<String, String>,
}

/// Fills in the options that the command line leaves open from the settings beside the inputs, if there are any.
/// Returns the severities that the settings change, by rule code.
pub(super) fn complete(args: &mut RunArgs) -> anyhow::Result<BTreeMap<String, Severity>> {
    let found = args.inputs.iter().flat_map(|input| candidates(input)).find(|path| path.is_file());
    found.map_or_else(|| Ok(BTreeMap::new()), |path| complete_from(args, &path))
}

/// Does the same with the settings in `folder`, wherever the inputs are.
pub(super) fn complete_in(args: &mut RunArgs, folder: &Path) -> anyhow::Result<BTreeMap<String, Severity>> {
    let found = [NAME, NAME_OF_NOTEPAD].map(|name| folder.join(name)).into_iter().find(|path| path.is_file());
    found.map_or_else(|| Ok(BTreeMap::new()), |path| complete_from(args, &path))
}

fn complete_from(args: &mut RunArgs, path: &Path) -> anyhow::Result<BTreeMap<String, Severity>> {
    let shown = || path.display().to_string();
    let text = document::decode(&std::fs::read(path).with_context(shown)?);
    let text = text.ok_or_else(|| Message::new("这不是文本文件", "it is no text")).with_context(shown)?;
    let config = parsed(&text).with_context(shown)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let there = |given: Option<PathBuf>| given.map(|given| folder.join(given));
    args.roster = args.roster.take().or(there(config.roster));
    args.previous = args.previous.take().or(there(config.previous));
    args.official = args.official.take().or(there(config.official));
    args.explanations = args.explanations.take().or(there(config.explanations));
    args.decisions = args.decisions.take().or(there(config.decisions));
    args.year = args.year.or(config.year);
    args.county = args.county.take().or(config.county);
    args.data_only |= config.data_only;
    args.date = args.date.or(day("date", config.date).with_context(shown)?);
    args.reply_by = args.reply_by.or(day("reply_by", config.reply_by).with_context(shown)?);
    args.sender = args.sender.take().or(config.sender);
    args.contact = args.contact.take().or(config.contact);
    args.templates = args.templates.take().or(there(config.templates));
    args.since = args.since.take().or(there(config.since));
    args.facts = args.facts.or(word("facts", config.facts).with_context(shown)?);
    args.limits = args.limits.or(config.limits);
    args.execution.jobs = args.execution.jobs.or(config.jobs.map(NonZeroU16::get));
    args.execution.fail_on = args.execution.fail_on.or(word("fail_on", config.fail_on).with_context(shown)?);
    args.execution.lang = args.execution.lang.or(word("lang", config.lang).with_context(shown)?);
    config.severity.into_iter().map(changed).collect::<anyhow::Result<_>>().with_context(shown)
}

/// Returns the paths where the settings for an input may be, in order of precedence: in its folder, then the file that
/// the assistant stores beside the folder.
fn candidates(input: &Path) -> Vec<PathBuf> {
    let names = [NAME, NAME_OF_NOTEPAD];
    if input.is_dir() {
        let within = names.map(|name| input.join(name));
        within.into_iter().chain(kept_beside(input)).collect()
    } else {
        names.map(|name| input.with_file_name(name)).to_vec()
    }
}

/// Returns whether a folder itself contains settings.
pub(super) fn has_own(folder: &Path) -> bool {
    [NAME, NAME_OF_NOTEPAD].iter().any(|name| folder.join(name).is_file())
}

/// Returns the path where the assistant stores its answers for a folder: `年报-设置.toml` beside `年报`.
pub(super) fn kept_beside(folder: &Path) -> Option<PathBuf> {
    let whole = folder.canonicalize().ok()?;
    let name = whole.file_name()?.to_string_lossy().into_owned();
    Some(whole.with_file_name(format!("{name}-设置.toml")))
}

/// Parses the settings. Windows paths are often written with single backslashes, which TOML reads as escapes. If the
/// text does not parse, its backslashes are therefore read as plain characters.
fn parsed(text: &str) -> anyhow::Result<Config> {
    let error = match toml::from_str(text) {
        Ok(config) => return Ok(config),
        Err(error) => error,
    };
    let literal = text.replace("\\\\", "\\").replace('\\', "\\\\");
    let again = if literal == text { None } else { toml::from_str(&literal).ok() };
    again.ok_or_else(|| Message::of_toml(&error, text).into())
}

/// Parses a date, written as a string or as a TOML date.
fn day(name: &str, given: Option<toml::Value>) -> anyhow::Result<Option<NaiveDate>> {
    let text = |given: toml::Value| given.as_str().map_or_else(|| given.to_string(), str::to_owned);
    given.map(|given| date(&text(given)).map_err(|why| why.about(name).into())).transpose()
}

fn word<T: ValueEnum>(name: &str, given: Option<String>) -> anyhow::Result<Option<T>> {
    let parse = |given: String| {
        T::from_str(&given, false).map_err(|_| {
            anyhow::Error::from(Message::new(format!("{name} 不能是“{given}”"), format!("{name} is not {given}")))
        })
    };
    given.map(parse).transpose()
}

fn changed((code, strength): (String, String)) -> anyhow::Result<(String, Severity)> {
    let rule = rules::rule(&code).ok_or_else(|| rules::no_rule(&code))?;
    let severity = Severity::parse(&strength);
    let severity = severity.ok_or_else(|| {
        Message::new(
            format!("{code} 的性质应为 must_fix、must_explain 或 note，现为 {strength}"),
            format!("{code} is must_fix, must_explain or note, not {strength}"),
        )
    })?;
    Ok((rule.code.text().to_owned(), severity))
}
