//! The date of a round: given, answered, or taken from the settings. It is written into the settings for the next
//! round.

use anyhow::Context;
use chrono::NaiveDate;

use super::super::args::{self, RoundArgs};
use super::super::assistant::{Dialogue, ask_day, can_ask};
use super::super::output::write_atomically;
use super::super::shown;
use super::book::is_open_elsewhere;
use huizong::finding::Language;
use huizong::message::Message;
use huizong::season::{ROSTER, SeasonSettings, WorkFolder, with_round_date};

/// The date of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RoundDate {
    /// It was given as an argument, or answered.
    Given(NaiveDate),
    /// It is in the settings or in `huizong.toml`, and there was no terminal to ask at.
    Stored(NaiveDate),
    /// There is none.
    Unknown,
}

impl RoundDate {
    /// Returns the date of a round. Asks for it if the standard input is a terminal.
    pub(super) fn determine(round: &RoundArgs, settings: &SeasonSettings) -> anyhow::Result<Self> {
        let date = match (round.date, settings.date) {
            (Some(date), _) => Self::Given(date),
            (None, stored) if can_ask() => ask(round, stored)?.map_or(Self::Unknown, Self::Given),
            (None, stored) => stored.map_or(Self::Unknown, Self::Stored),
        };
        if let (Some(date), Some(reply_by)) = (date.day(), settings.reply_by)
            && reply_by < date
        {
            return Err(Message::new(
                format!("“设置”表的答复期限 {reply_by} 早于本轮日期 {date}，请改后再运行"),
                format!("the settings' date to reply by, {reply_by}, is before the date of the round, {date}"),
            )
            .into());
        }
        Ok(date)
    }

    /// Returns the date itself if it is known, else the one in the options.
    pub(super) fn or_stored(self, date: Option<NaiveDate>) -> Self {
        match (self, date) {
            (Self::Unknown, Some(date)) => Self::Stored(date),
            (known, _) => known,
        }
    }

    /// Returns the day.
    pub(super) fn day(self) -> Option<NaiveDate> {
        match self {
            Self::Given(date) | Self::Stored(date) => Some(date),
            Self::Unknown => None,
        }
    }

    /// Writes the date into the settings unless they have it. Returns a line for the verdict if that failed.
    pub(super) fn store(
        self,
        work: &WorkFolder,
        settings: &SeasonSettings,
        language: Language,
    ) -> anyhow::Result<Option<String>> {
        let Self::Given(date) = self else { return Ok(None) };
        if !settings.has_sheet || settings.date == Some(date) {
            return Ok(None);
        }
        let roster = work.path(ROSTER);
        let bytes = std::fs::read(&roster).with_context(|| shown(&roster))?;
        let why = match with_round_date(&bytes, date) {
            None => Message::new(
                "没有“本轮日期”一行，或者不是本程序能改的文件",
                "it has no line for it, or cannot be edited",
            ),
            Some(edited) if !is_open_elsewhere(&roster) && write_atomically(&roster, &edited).is_ok() => {
                return Ok(None);
            }
            Some(_) => Message::new("正在别的程序里打开", "it is open in another program"),
        };
        Ok(Some(match language {
            Language::Chinese => format!("本轮日期 {date} 没有记入 {ROSTER} 的“设置”表：{}", why.zh),
            Language::English => format!("the date {date} was not written into the settings of “{ROSTER}”: {}", why.en),
        }))
    }

    /// Returns the lines of the verdict with the number and the date of a round.
    pub(super) fn in_words(self, round: u32, last: Option<NaiveDate>, language: Language) -> Vec<String> {
        let number = match (self, language) {
            (Self::Given(date), Language::Chinese) => format!("第 {round} 轮，日期 {date}"),
            (Self::Given(date), Language::English) => format!("this was round {round}, dated {date}"),
            (Self::Stored(date), Language::Chinese) => {
                format!("第 {round} 轮，日期 {date}（取自设置；日期不同的请加 --date）")
            }
            (Self::Stored(date), Language::English) => {
                format!("this was round {round}, dated {date} by the settings; for another date use --date")
            }
            (Self::Unknown, Language::Chinese) => format!("第 {round} 轮，没有写明日期，没有判断谁已过期限"),
            (Self::Unknown, Language::English) => format!("this was round {round}, without a date, so nobody is late"),
        };
        let earlier = self.day().zip(last).filter(|(date, last)| date < last);
        let remark = earlier.map(|(date, last)| match language {
            Language::Chinese => format!("本轮日期 {date} 早于上一轮的 {last}，请核对"),
            Language::English => format!("the date of the round, {date}, is before that of the last, {last}"),
        });
        std::iter::once(number).chain(remark).collect()
    }
}

/// Asks for the date of the round. Enter takes today, or the date in the settings if it is later.
fn ask(round: &RoundArgs, stored: Option<NaiveDate>) -> anyhow::Result<Option<NaiveDate>> {
    let dialogue = Dialogue::new(args::language(round.execution.lang));
    let question = (
        "本轮日期（写在通知和通报上，也用来判断是否过了期限）",
        "Date of this round (on letters; decides who is late)",
    );
    let today = chrono::Local::now().date_naive();
    let answer = ask_day(&dialogue, question, Some(stored.filter(|stored| *stored > today).unwrap_or(today)));
    answer.map_err(|_| Message::new("没有回答本轮日期", "the date of the round was not answered").into())
}
