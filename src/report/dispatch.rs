//! Documents to send in a round of a work folder: `发出/`, an archive for each unit with its letter and annotated copy,
//! and `催办名单.csv`, the list of units to call.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use chrono::NaiveDate;

use super::by_unit::{self, Intake, UnitView};
use super::csv_table::ForOffices;
use super::letters::WrittenLetter;
use super::{Failure, Files, LETTER_FOLDER, annotated, letters};
use crate::finding::Severity;
use crate::outcome::{Identified, Outcome};
use crate::roster::day_in_words;
use crate::source::pack;

/// The folder of archives.
pub const DISPATCH: &str = "发出";
/// The list of units to call.
pub(super) const CALLS: &str = "催办名单.csv";
/// File names in an archive, after the unit's name: the letter, and the annotated copy.
const LETTER: &str = "整改通知.docx";
const COPY: &str = "标注.xlsx";

/// Returns the archives, each named by its unit, its year and the date of its letter.
pub(super) fn archives(outcome: &Outcome) -> Result<Files, Failure> {
    let copies: BTreeMap<String, Vec<u8>> = annotated::workbooks(outcome)?.into_iter().collect();
    let archive = |letter: WrittenLetter| {
        let unit = letter.name.trim_end_matches(".docx");
        let name = archive_name(outcome, unit, letter.date);
        let mut entries = vec![(format!("{unit}{LETTER}"), letter.bytes)];
        entries.extend(copies.get(&format!("{unit}.xlsx")).map(|copy| (format!("{unit}{COPY}"), copy.clone())));
        Ok((name, pack(&entries)?))
    };
    letters::written(outcome, |_| true)?.into_iter().map(archive).collect()
}

/// Returns the name of a unit's archive by the date of its letter.
fn archive_name(outcome: &Outcome, unit: &str, date: Option<NaiveDate>) -> String {
    // Letters refer to an earlier one by its date, and the round is not the number of a unit's letters.
    let date = date.map(day_in_words).unwrap_or_default();
    format!("{unit}（{}年度报告，{date}通知）.zip", outcome.corpus.year)
}

/// Returns the path of the archive with a letter, and the archive with the letter replaced by an edited one, so that
/// the edited letter is the one that is sent. `None` if there is no such archive.
///
/// # Errors
/// The error of the archive.
pub fn archive_with_letter(
    outcome: &Outcome,
    letter: &str,
    bytes: &[u8],
    read: impl Fn(&str) -> Option<Vec<u8>>,
) -> Result<Option<(String, Vec<u8>)>, Failure> {
    let Some(name) = letter.strip_prefix(LETTER_FOLDER).and_then(|name| name.strip_prefix('/')) else {
        return Ok(None);
    };
    let Some(written) = letters::written(outcome, |other| other == name)?.pop() else { return Ok(None) };
    let unit = name.trim_end_matches(".docx");
    let path = format!("{DISPATCH}/{}", archive_name(outcome, unit, written.date));
    let Some(there) = read(&path) else { return Ok(None) };
    let mut archive = zip::ZipArchive::new(Cursor::new(there))?;
    let mut entries = Vec::new();
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at)?;
        let name = entry.name()?.into_owned();
        let mut content = Vec::new();
        entry.read_to_end(&mut content)?;
        if name.ends_with(LETTER) {
            bytes.clone_into(&mut content);
        }
        entries.push((name, content));
    }
    Ok(Some((path, pack(&entries)?)))
}

/// Writes the list of units to call: a row for each unit that gets a letter.
pub(super) fn calls(outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    let mut rows = ForOffices::new(out)?;
    rows.row(&["单位", "联系人", "电话", "事项", "必改", "待说明", "上次通知", "答复期限"])?;
    let reply_by = outcome.settings.reply_by.map(|date| date.to_string()).unwrap_or_default();
    for view in by_unit::units(outcome) {
        if !view.is_written_to() {
            continue;
        }
        let letter = outcome.history.as_ref().and_then(|history| history.letters.get(&view.unit.id));
        let last = letter.and_then(|letter| letter.date).map(|date| date.to_string());
        rows.row(&[
            view.unit.name.clone(),
            view.unit.contact.clone().unwrap_or_default(),
            view.unit.phone.clone().unwrap_or_default(),
            matter(outcome, &view),
            view.count(Severity::MustFix).to_string(),
            view.count(Severity::MustExplain).to_string(),
            last.unwrap_or_default(),
            reply_by.clone(),
        ])?;
    }
    rows.finish()
}

/// Returns what the unit is asked for.
fn matter(outcome: &Outcome, view: &UnitView<'_>) -> String {
    let (fix, explain) = (view.count(Severity::MustFix), view.count(Severity::MustExplain));
    let due = view.unit.due.as_deref().map(|due| format!("（截止{due}）")).unwrap_or_default();
    match view.intake {
        Intake::Missing if view.is_reminded() => format!("提醒按期报送{due}"),
        Intake::OtherYear if view.is_reminded() => format!("报来的不是本年度的报告，提醒按期报送{due}"),
        Intake::Missing => format!("催报{due}"),
        Intake::Unreadable => "报来的文件无法读取，请重新报送".to_owned(),
        Intake::NoForm => "报来的文件没有年报表格，请重新报送".to_owned(),
        Intake::Conflicting => "几份报告数字不同，请确认以哪份为准".to_owned(),
        Intake::OtherYear | Intake::YearUnknown => "报来的不是本年度的报告，请重新报送".to_owned(),
        Intake::Counted | Intake::Late => {
            let is_undecided = |row: &Identified<'_>| outcome.awaits_decision(row);
            let undecided = |severity: Severity| view.of_strength(severity).filter(is_undecided).count();
            let (fix_answered, explained) = (undecided(Severity::MustFix), undecided(Severity::MustExplain));
            let ask = match (fix - fix_answered, explain - explained) {
                (0, 0) => "",
                (0, _) => "请说明情况",
                (_, 0) => "请更正后重新报送",
                _ => "请更正后重新报送，并说明情况",
            };
            match (ask, fix_answered + explained) {
                (ask, 0) => ask.to_owned(),
                ("", count) => format!("已答复{count}处，待审核"),
                (ask, count) => format!("{ask}；另已答复{count}处，待审核"),
            }
        }
    }
}
