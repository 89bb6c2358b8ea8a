//! Questions about county, year, dates and names. The answers are stored beside the folder of reports.

use std::path::Path;

use chrono::NaiveDate;

use super::super::args::{RunArgs, date};
use super::super::{config, shown};
use super::dialogue::{Dialogue, Ended};
use huizong::message::Message;
use huizong::pipeline;

/// Years that a report may be of; the upper bound is exclusive.
const YEARS: std::ops::Range<u16> = 2008..2100;

/// Asks for the texts and dates that the outputs need besides figures, and stores the answers.
pub(super) fn ask(dialogue: &Dialogue, args: &mut RunArgs) -> Result<(), Ended> {
    let roster = args.roster.as_deref().and_then(|path| pipeline::read_roster(path).ok());
    let home = roster.as_ref().and_then(|roster| roster.county().map(str::to_owned));
    let county = args.county.clone().or(home).unwrap_or_default();
    args.county = filled(dialogue.ask("县（市、区）名，用于标题", "Name of the county, for titles", &county)?);
    let year = args.year.map_or_else(|| none(dialogue), |year| year.to_string());
    args.year = dialogue.ask_until(
        ("汇总哪个年度？（不清楚就按回车，取多数报告所写的年度）", "Which year? (Enter: the one most reports state)"),
        &year,
        |answer| year_of(answer, dialogue),
    )?;
    args.date = ask_day(
        dialogue,
        ("通知和通报上的日期（可不填，打印后手填）", "Date on the letters (may stay open)"),
        args.date,
    )?;
    let reply_by = ("要求单位在哪天前答复？（可不填）", "Until when are units to answer? (may stay open)");
    args.reply_by = loop {
        let day = ask_day(dialogue, reply_by, args.reply_by)?;
        match (args.date, day) {
            (Some(date), Some(day)) if day < date => {
                dialogue.say("答复期限不能早于通知的日期。", "That is before the date of the letters.");
            }
            _ => break day,
        }
    };
    let sender = args.sender.clone().unwrap_or_default();
    args.sender = filled(dialogue.ask("通知的落款（可不填）", "Who signs the letters (may stay open)", &sender)?);
    let contact = args.contact.clone().unwrap_or_default();
    args.contact = filled(dialogue.ask("联系人和电话（可不填）", "Whom units may call (may stay open)", &contact)?);
    keep(dialogue, args);
    Ok(())
}

fn none(dialogue: &Dialogue) -> String {
    dialogue.in_language("按报告", "as stated").to_owned()
}

fn filled(answer: String) -> Option<String> {
    (!answer.is_empty()).then_some(answer)
}

fn year_of(answer: &str, dialogue: &Dialogue) -> Result<Option<u16>, Message> {
    if answer == none(dialogue) {
        return Ok(None);
    }
    let digits = answer.trim_end_matches("年度").trim_end_matches('年');
    let year = digits.parse().ok().filter(|year| YEARS.contains(year));
    year.map(Some).ok_or_else(|| Message::new("年度请写成四位数字，例如 2025", "a year is such as 2025"))
}

/// Asks for a date. Enter takes the date `before`, if there is one.
pub(in crate::cli) fn ask_day(
    dialogue: &Dialogue,
    question: (&str, &str),
    before: Option<NaiveDate>,
) -> Result<Option<NaiveDate>, Ended> {
    let default = before.map(|day| day.to_string()).unwrap_or_default();
    dialogue.ask_until(question, &default, |answer| if answer.is_empty() { Ok(None) } else { day_of(answer).map(Some) })
}

/// Parses a date such as `2026-01-31`, `2026.1.31` or `2026年1月31日`.
fn day_of(answer: &str) -> Result<NaiveDate, Message> {
    let parts: Vec<u32> = answer
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .filter_map(|part| part.parse().ok())
        .collect();
    match parts[..] {
        [year, month, day] => date(&format!("{year:04}-{month:02}-{day:02}")),
        _ => date(answer),
    }
}

/// Stores the answers beside the folder, unless the folder itself contains settings.
fn keep(dialogue: &Dialogue, args: &RunArgs) {
    let Some(folder) = args.inputs.first().filter(|input| input.is_dir()) else { return };
    let Some(path) = config::kept_beside(folder) else { return };
    if config::has_own(folder) {
        return;
    }
    let text = settings(args);
    if std::fs::read_to_string(&path).is_ok_and(|before| before == text) {
        return;
    }
    if let Err(error) = std::fs::write(&path, text) {
        dialogue.show(Message::of_system(&error).about(shown(&path)).in_language(dialogue.language));
    }
}

/// Returns the answers as the text of a settings file.
fn settings(args: &RunArgs) -> String {
    let mut table = toml::Table::new();
    let texts = [("county", &args.county), ("sender", &args.sender), ("contact", &args.contact)];
    for (name, text) in texts {
        table.extend(text.iter().map(|text| (name.to_owned(), toml::Value::from(text.as_str()))));
    }
    table.extend(args.year.map(|year| ("year".to_owned(), toml::Value::from(i64::from(year)))));
    for (name, day) in [("date", args.date), ("reply_by", args.reply_by)] {
        table.extend(day.map(|day| (name.to_owned(), toml::Value::from(day.to_string()))));
    }
    let roster = args.roster.as_deref().map(|path| path.canonicalize().unwrap_or_else(|_| path.to_owned()));
    table.extend(roster.map(|path| ("roster".to_owned(), toml::Value::from(shown(Path::new(&path))))));
    table.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_as_people_write_them() {
        for text in ["2026-01-31", "2026.1.31", "2026年1月31日", "2026/1/31"] {
            assert_eq!(day_of(text).map(|day| day.to_string()), Ok("2026-01-31".to_owned()), "{text}");
        }
        assert!(day_of("1月31日").is_err() && day_of("2026-02-30").is_err());
    }
}
