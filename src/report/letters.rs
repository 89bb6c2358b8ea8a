//! `整改通知/`: a letter to each unit that has findings to fix or to explain, or has sent nothing.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::by_unit::{self, Intake, UnitView};
use super::docx::{Scope, Template, Vocabulary};
use super::file_name::file_names;
use super::{Failure, Files, LETTER_FOLDER, annotated, office, templates};
use crate::corpus::{Disposition, PriorLetter};
use crate::document;
use crate::finding::{Answer, Finding, Severity, Suspect};
use crate::outcome::{Identified, Outcome};
use crate::place::{CellRange, Spot};
use crate::replies::{LetterMark, marked};
use crate::roster::day_in_words;
use crate::source::{Limits, base_name, digest};

/// Texts that every template may use; see [`common`].
pub(super) const COMMON_TEXTS: [&str; 9] =
    ["年度", "县名", "落款", "联系方式", "联系人", "联系电话", "日期", "期限", "格式文号"];

/// The vocabulary of the letter's template.
pub(super) const WORDS: Vocabulary = Vocabulary {
    common: &COMMON_TEXTS,
    texts: &["单位", "截止日期", "文件", "问题数", "必改数", "待说明数", "上次日期", "复查情况"],
    conditions: &[
        "乡镇",
        "街道",
        "乡镇街道",
        "部门",
        "其他",
        "已报",
        "未报",
        "迟报",
        "无法读取",
        "没有年报表格",
        "重复待定",
        "年度不符",
        "年度不明",
        "有必改",
        "有待说明",
        "有截止日期",
        "有联系方式",
        "有标注",
        "只有迟报",
        "提醒",
        "再次",
    ],
    row_texts: &["位置", "现填", "应为", "说明", "性质"],
    row_conditions: &["必改", "待说明"],
    needed_texts: &["单位"],
    needed_conditions: &["未报"],
    needed_in_row: "说明",
    items: &[&["必改"], &["待说明"]],
};

/// Maximum number of possible corrections listed in a row.
const NAMED: usize = 3;
/// Blank date to be filled in by hand.
pub(super) const BY_HAND: &str = "    年  月  日";
/// The office's name left to be filled in by hand.
pub(super) const NO_SENDER: &str = "〔请填写发文机关〕";
/// Room for a name or a number.
const ROOM: &str = "　　　　　　";
/// The rule on late reports. The date of receipt is no figure of the report.
const LATE: &str = "U05";
/// The rule on several reports of a unit; its finding is about all of them.
const SEVERAL: &str = "U03";
/// Placeholder for an empty cell.
const NOTHING: &str = "—";

/// A letter with its date.
pub(super) struct WrittenLetter {
    /// Its file name: the unit's name.
    pub(super) name: String,
    /// The date in it.
    pub(super) date: Option<NaiveDate>,
    /// The document.
    pub(super) bytes: Vec<u8>,
}

/// Returns the letters, each named by its unit.
pub(super) fn render(outcome: &Outcome) -> Result<Files, Failure> {
    Ok(written(outcome, |_| true)?.into_iter().map(|letter| (letter.name, letter.bytes)).collect())
}

/// Returns the letters with the file names that are wanted.
pub(super) fn written(outcome: &Outcome, wanted: impl Fn(&str) -> bool) -> Result<Vec<WrittenLetter>, Failure> {
    let template = templates::template(outcome, templates::LETTER, &WORDS)?;
    let letter = |(view, name): (UnitView<'_>, String)| {
        let (bytes, date) = letter(outcome, &template, &view)?;
        Ok(WrittenLetter { name, date, bytes })
    };
    recipients(outcome).into_iter().filter(|(_, name)| wanted(name)).map(letter).collect()
}

/// Returns the units that get a letter, with the file name of each letter.
fn recipients(outcome: &Outcome) -> Vec<(UnitView<'_>, String)> {
    let mut units = by_unit::units(outcome);
    units.retain(UnitView::is_written_to);
    let names = file_names(units.iter().map(|view| view.unit.name.as_str()));
    units.into_iter().zip(names).map(|(view, name)| (view, format!("{name}.docx"))).collect()
}

/// Returns a letter and its date. If the previous letter says the same, the unit has it already: the letter is that one,
/// with its date, byte by byte.
fn letter(
    outcome: &Outcome,
    template: &Template,
    view: &UnitView<'_>,
) -> Result<(Vec<u8>, Option<NaiveDate>), Failure> {
    let fill = |date: Option<NaiveDate>, round: u32| {
        let (mut letter, rows) = scopes(outcome, view);
        letter.texts.insert("日期", date_in_words(date));
        let filled = template.fill(&letter, &rows)?;
        let text = document::read("docx", &filled, &Limits::default()).map_err(|why| format!("{why:?}"))?;
        let letter = marked(&filled, &mark(outcome, view, round).with_texts_of(&text))?;
        Ok::<_, Failure>(letter)
    };
    if let Some(prior) = prior_letter(outcome, view).filter(|prior| prior.findings == questions(view)) {
        let same = fill(prior.date, prior.round)?;
        if prior.sha256.as_ref() == Some(&digest(&same).sha256) {
            return Ok((same, prior.date));
        }
    }
    let round = outcome.history.as_ref().map_or(0, |history| history.round);
    Ok((fill(outcome.settings.date, round)?, outcome.settings.date))
}

/// Returns the mark of a letter, with its findings in the order of its rows.
fn mark(outcome: &Outcome, view: &UnitView<'_>, round: u32) -> LetterMark {
    let findings = rows_of(view).into_iter().map(|row| (row.id.to_owned(), row.fingerprint.to_owned()));
    LetterMark {
        unit: view.unit.id.clone(),
        year: outcome.corpus.year.field(),
        round,
        findings: findings.collect(),
        texts: BTreeSet::new(),
    }
}

/// Returns the findings listed in a letter, those to fix first. That a report is missing is not listed, because the
/// letter's text states it.
fn rows_of<'a>(view: &UnitView<'a>) -> Vec<Identified<'a>> {
    let missing = view.is_missing();
    let is_row = |row: &Identified<'_>| !missing || row.finding.entry().is_some();
    view.of_strength(Severity::MustFix).chain(view.of_strength(Severity::MustExplain)).filter(is_row).collect()
}

/// Returns the previous letter to a unit.
fn prior_letter<'a>(outcome: &'a Outcome, view: &UnitView<'_>) -> Option<&'a PriorLetter> {
    outcome.history.as_ref()?.letters.get(&view.unit.id)
}

/// Returns the ids of the findings that a unit is asked to answer. A reminder has none.
fn questions(view: &UnitView<'_>) -> BTreeSet<String> {
    view.open.iter().filter(|row| by_unit::is_open_question(row)).map(|row| row.id.to_owned()).collect()
}

/// Returns the date of an output with this digest: of a letter that is the previous one, the date of that one.
pub(super) fn date_of(outcome: &Outcome, sha256: &str) -> Option<NaiveDate> {
    let letters = outcome.history.iter().flat_map(|history| history.letters.values());
    let same = letters.into_iter().find(|letter| letter.sha256.as_deref() == Some(sha256));
    same.map_or(outcome.settings.date, |letter| letter.date)
}

/// Returns the latest letter to each unit, by unit id, from this or an earlier round. Empty outside a work folder. The
/// letters of this round are found by their path among the digests of the outputs.
pub(super) fn latest_letters(outcome: &Outcome, digests: &BTreeMap<&str, &str>) -> BTreeMap<String, PriorLetter> {
    let Some(history) = &outcome.history else { return BTreeMap::new() };
    let mut latest = history.letters.clone();
    for (view, name) in recipients(outcome) {
        let sha256 = digests.get(format!("{LETTER_FOLDER}/{name}").as_str()).map(|sha256| (*sha256).to_owned());
        let prior = prior_letter(outcome, &view);
        if sha256.is_some() && prior.is_some_and(|prior| prior.sha256 == sha256) {
            continue;
        }
        let (date, round) = (outcome.settings.date, history.round);
        let (findings, review) = (questions(&view), review(outcome, &view));
        latest.insert(view.unit.id.clone(), PriorLetter { date, findings, round, review, sha256 });
    }
    latest
}

/// Returns the template values of a letter: for the letter as a whole, and for each row of its table.
fn scopes(outcome: &Outcome, view: &UnitView<'_>) -> (Scope, Vec<Scope>) {
    let missing = view.is_missing();
    let findings = rows_of(view);
    let files: BTreeSet<&str> = findings.iter().map(|row| outcome.file_of(row.finding)).collect();
    let files: Vec<&str> = files.into_iter().filter(|file| !file.is_empty()).collect();
    // The finding on differing reports is about one of them.
    let differing = outcome.corpus.entries.iter().filter(|entry| entry.disposition == Disposition::Conflicting);
    let differing = differing.filter(|entry| entry.unit == Some(view.at)).map(|entry| entry.submission.file.as_str());
    let names: BTreeSet<&str> = files.iter().copied().chain(differing).map(base_name).collect();
    let rows = findings.iter().map(|identified| row(outcome, identified, files.len() > 1)).collect();
    let (to_fix, to_explain) = (view.count(Severity::MustFix), view.count(Severity::MustExplain));
    let mut letter = common(outcome);
    letter.texts.extend([
        ("单位", view.unit.name.clone()),
        ("截止日期", view.unit.due.as_deref().map(due).unwrap_or_default()),
        ("文件", names.into_iter().collect::<Vec<_>>().join("、")),
        ("问题数", amounts(to_fix, to_explain)),
        ("必改数", to_fix.to_string()),
        ("待说明数", to_explain.to_string()),
    ]);
    let review = review(outcome, view);
    letter.holds.extend(review.is_some().then_some("再次"));
    letter.holds.extend(view.is_reminded().then_some("提醒"));
    let (date, review) = review.unwrap_or_default();
    letter.texts.extend([("上次日期", date), ("复查情况", review)]);
    letter.holds.extend(by_unit::kind_conditions(view.unit.kind));
    let holds = [
        (view.intake.chinese(), view.intake != Intake::Counted),
        (Intake::Unreadable.chinese(), view.intake == Intake::NoForm),
        (Intake::Missing.chinese(), missing),
        ("已报", !missing),
        ("有必改", to_fix > 0 && !missing),
        ("有待说明", to_explain > 0 && !missing),
        ("有截止日期", view.unit.due.is_some()),
        ("有标注", annotated::is_annotated(view)),
        ("只有迟报", !findings.is_empty() && findings.iter().all(|row| row.finding.rule.text() == LATE)),
    ];
    letter.holds.extend(holds.iter().filter(|(_, holds)| *holds).map(|(name, _)| *name));
    (letter, rows)
}

/// Returns the date of the previous letter, and how many of its findings are settled. `None` if there was no letter. If
/// it had the same findings, nothing is to be said on it, and the letter says what that one said.
fn review(outcome: &Outcome, view: &UnitView<'_>) -> Option<(String, String)> {
    let letter = prior_letter(outcome, view)?;
    if letter.findings == questions(view) {
        return letter.review.clone();
    }
    let date = letter.date.map_or_else(|| "此前".to_owned(), day_in_words);
    let open = view.count(Severity::MustFix) + view.count(Severity::MustExplain);
    let changes = outcome.changes.iter().flat_map(|changes| &changes.units);
    let change = changes.into_iter().find(|change| change.unit_id == view.unit.id);
    let (mended, settled, found) = change
        .map_or((0, 0, 0), |change| (change.counts.mended, change.counts.explained, change.counts.found.min(open)));
    let parts = [("已更正", mended), ("已说明", settled), ("尚有", open - found), ("新发现", found)];
    let said: Vec<String> =
        parts.into_iter().filter(|(_, count)| *count > 0).map(|(word, count)| format!("{word}{count}处")).collect();
    Some((date, said.join("，")))
}

/// Returns the template values that letters and the circular have in common.
pub(super) fn common(outcome: &Outcome) -> Scope {
    let settings = &outcome.settings;
    let county = settings.county.clone().unwrap_or_default();
    let given =
        |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let office = given(&settings.sender).unwrap_or_else(|| NO_SENDER.to_owned());
    let contact = given(&settings.contact);
    let [person, phone] = person_and_phone(contact.as_deref().unwrap_or_default());
    let mut scope = Scope::default();
    scope.holds.extend(contact.is_some().then_some("有联系方式"));
    scope.texts.extend([
        ("年度", outcome.corpus.year.to_string()),
        ("县名", county),
        ("落款", office),
        ("联系方式", contact.unwrap_or_default()),
        ("联系人", person),
        ("联系电话", phone),
        ("日期", date_in_words(settings.date)),
        ("期限", date_in_words(settings.reply_by)),
        ("格式文号", outcome.corpus.form().basis.clone()),
    ]);
    scope
}

/// Returns a date in words, or room to write it in by hand.
fn date_in_words(date: Option<NaiveDate>) -> String {
    date.map_or_else(|| BY_HAND.to_owned(), day_in_words)
}

/// Splits the contact into a person and a phone number, which comes last and has a digit. A part that is not given is
/// room to write it in by hand.
fn person_and_phone(contact: &str) -> [String; 2] {
    let is_phone = |text: &str| text.chars().any(|c| c.is_ascii_digit());
    let is_between = |c: char| c.is_whitespace() || "，,、；;：:".contains(c);
    let [person, phone] = match contact.rsplit_once(is_between) {
        Some((person, phone)) if is_phone(phone) => [person, phone],
        _ if is_phone(contact) && contact.is_ascii() => ["", contact],
        _ => [contact, ""],
    };
    [person, phone].map(|text| match text.trim_matches(is_between) {
        "" => ROOM.to_owned(),
        given => given.to_owned(),
    })
}

/// Formats a due date of the roster: in words if it is an ISO date, otherwise as written.
fn due(text: &str) -> String {
    NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").map_or_else(|_| text.to_owned(), day_in_words)
}

fn amounts(to_fix: usize, to_explain: usize) -> String {
    match (to_fix, to_explain) {
        (_, 0) => format!("{to_fix}处必改"),
        (0, _) => format!("{to_explain}处待说明"),
        _ => format!("{to_fix}处必改、{to_explain}处待说明"),
    }
}

/// Returns the template values of a finding's row.
fn row(outcome: &Outcome, identified: &Identified<'_>, several_files: bool) -> Scope {
    let finding = identified.finding;
    let remark = match identified.answer {
        Answer::Refused => "你单位此前的说明未予采纳，请重新核实。",
        _ if outcome.awaits_decision(identified) => "你单位的说明已收到，正在审核。",
        _ => "",
    };
    let or_nothing = |text: String| if text.is_empty() { NOTHING.to_owned() } else { text };
    let has_no_figure = is_open_where(finding) || finding.rule.text() == LATE;
    let mut scope = Scope::default();
    scope.texts.extend([
        ("位置", or_nothing(where_it_is(outcome, finding, several_files))),
        ("现填", or_nothing(if has_no_figure { String::new() } else { finding.observed.clone() })),
        ("应为", or_nothing(expected(outcome, finding))),
        ("说明", [finding.message.zh.as_str(), remark].concat()),
        ("性质", finding.severity.chinese().to_owned()),
    ]);
    scope.holds.insert(finding.severity.chinese());
    scope
}

/// Returns whether the wrong figure is not certain and the finding's own figure is not among the suspects.
fn is_open_where(finding: &Finding) -> bool {
    let mut suspects = finding.suspects.iter().flatten().map(|suspect| suspect.figure);
    finding.expected.is_none() && !finding.suspects.is_empty() && !suspects.any(|one| finding.figures.contains(&one))
}

/// Returns the place of a finding in words: on the form, then in the unit's own file.
fn where_it_is(outcome: &Outcome, finding: &Finding, several_files: bool) -> String {
    let file = outcome.file_of(finding);
    let is_all = finding.rule.text() == SEVERAL && finding.sheets.is_empty();
    let whole_file = finding.title.is_empty() && finding.cells.is_empty() && finding.sheets.is_empty();
    let is_open = is_open_where(finding);
    let form = outcome.corpus.form_of(finding.entry());
    let mut tables: Vec<usize> = finding.figures.iter().map(|figure| form.indicators[*figure].table).collect();
    tables.dedup();
    // Several cells are listed, so that the title of the first one would only be in the way.
    let is_list = finding.figures.len() > 1 && !finding.cells.is_empty() && tables.len() == 1;
    let table = tables.first().filter(|_| is_open || is_list).map(|table| form.tables[*table].name.clone());
    let sums: Vec<usize> = finding.checks.iter().filter_map(|check| check.sum()).collect();
    let sum = sums.first().filter(|_| is_open).map(|first| {
        let more = if sums.len() > 1 { format!("等{}项", sums.len()) } else { String::new() };
        format!("{}{more}", form.equations[*first].line_title(form))
    });
    let parts = [
        // The suspects have their own cells.
        sum.or(table).unwrap_or_else(|| finding.title.clone()),
        if is_all { "所报各份".to_owned() } else { String::new() },
        if several_files && !is_all && !file.is_empty() {
            format!("文件“{}”", base_name(file))
        } else {
            String::new()
        },
        if whole_file && !is_all && !several_files && !file.is_empty() {
            "整份文件".to_owned()
        } else {
            String::new()
        },
        if finding.sheets.is_empty() { String::new() } else { format!("工作表“{}”", finding.sheets.join(";")) },
        match finding.rule.text() {
            _ if is_open => String::new(),
            // Its cell is only the first of each table.
            "F06" => "整张表".to_owned(),
            _ => cells_in_words(finding),
        },
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("，")
}

/// Returns the cells of a finding in words. Several sheet addresses are listed without the word 单元格.
fn cells_in_words(finding: &Finding) -> String {
    match finding.cells.as_slice() {
        [range] if range.in_words() != range.to_string() => range.in_words(),
        [range] => format!("{range}单元格"),
        _ => finding.listed_cells(office::CELLS, CellRange::in_words),
    }
}

/// Returns the expected value or the suspected cells; the message has the reason.
fn expected(outcome: &Outcome, finding: &Finding) -> String {
    if let Some(expected) = finding.expected {
        return format!("应为{expected}");
    }
    let Some((report, form)) = finding.entry().and_then(|entry| outcome.corpus.report(entry)) else {
        return String::new();
    };
    let title = |suspect: &Suspect| {
        // The address is preferred: it is short, and the unit has the file.
        let spot = report.figures.at(suspect.figure).spot().filter(|spot| matches!(spot, Spot::Sheet { .. }));
        let name = spot.map_or_else(|| form.indicators[suspect.figure].brief.clone(), |spot| spot.to_string());
        office::correction(report, suspect, &name)
    };
    let mut titles: Vec<String> = Vec::new();
    let way = |set: &Vec<Suspect>| set.iter().map(title).collect::<Vec<_>>().join("，且");
    for found in finding.suspects.iter().map(way) {
        if !titles.contains(&found) {
            titles.push(found);
        }
    }
    match titles.len() {
        0 => String::new(),
        1..=NAMED => format!("疑为{}", titles.join("；或")),
        count => format!("疑为{}；等{count}种可能", titles[..NAMED].join("；或")),
    }
}
