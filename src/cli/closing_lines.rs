//! The lines that a command prints at its end.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::assistant::ROSTER_NAMES;
use super::output::OutputEdit;
use super::{changes, shown};
use huizong::corpus::Disposition;
use huizong::finding::{Answer, Finding, Language, Severity};
use huizong::message::Message;
use huizong::outcome::{Outcome, Verdict};
use huizong::place::CellRange;
use huizong::source::base_name;
use huizong::submission::Content;

/// Most cells of a finding listed in one line.
const CELLS: usize = 12;
/// Most names listed in one line, and most lines printed about one kind of remark.
const NAMED: usize = 20;

/// The sentence of the verdict if no sender of the letters is given.
const NO_SENDER_ZH: &str =
    "没有写明落款：通知和通报的落款处写着“〔请填写发文机关〕”；请用 --sender 或者“设置”表写明，也可以手工填写";
const NO_SENDER_EN: &str =
    "no sender was named (--sender, or the settings): letters and circular leave room for the name";

/// Returns the summary of a run in a few lines.
pub(super) fn lines(outcome: &Outcome, out: &Path, language: Language) -> Vec<String> {
    let verdict = outcome.verdict();
    let mut lines = match language {
        Language::Chinese => chinese(outcome, &verdict, out),
        Language::English => english(outcome, &verdict, out),
    };
    // The line about the place of the outputs stays the last.
    let end = lines.len() - 1;
    lines.splice(end..end, other_year(outcome, language));
    lines
}

/// Fewest reports of another year that are no matter of single units.
const MANY_OF_OTHER_YEAR: usize = 3;

/// Returns a line if many more reports state another year than the one that was asked for, which may be mistyped.
fn other_year(outcome: &Outcome, language: Language) -> Option<String> {
    let year = outcome.corpus.year.known()?;
    let mut reports: BTreeMap<u16, usize> = BTreeMap::new();
    for stated in outcome.corpus.entries.iter().filter_map(|entry| entry.submission.year) {
        *reports.entry(stated).or_default() += 1;
    }
    let own = reports.remove(&year).unwrap_or(0);
    let (other, count) = reports.into_iter().max_by_key(|(_, count)| *count)?;
    let is_many = count >= MANY_OF_OTHER_YEAR && count > 2 * own;
    is_many.then(|| match language {
        Language::Chinese => {
            format!("{count} 份报告写的是{other}年度，写{year}年度的 {own} 份；请核对 --year 或者“设置”表的“年度”")
        }
        Language::English => {
            format!(
                "{count} reports state {other}, and {own} state {year}; is the year (--year, or the settings) right?"
            )
        }
    })
}

/// Returns a line for each output that a person edited or added, with the place where it is kept. `old` is the folder
/// of the replaced outputs, if they are kept.
pub(super) fn edits(edits: &[OutputEdit], old: Option<&Path>, language: Language) -> Vec<String> {
    let line = |edit: &OutputEdit| {
        let path = &edit.path;
        let kept = edit.copy.clone().or_else(|| old.map(|old| old.join(path))).map(|kept| shown(&kept));
        let (zh, en) =
            if edit.is_added { ("另外放入的", "added by hand") } else { ("手工改过的", "edited by hand") };
        match (language, edit.stays, kept) {
            (Language::Chinese, true, _) => format!("{zh} {path} 保留在原处"),
            (Language::Chinese, false, kept) => format!("{zh} {path} 另存在 {}", kept.unwrap_or_default()),
            (Language::English, true, _) => format!("{en}, left in its place: “{path}”"),
            (Language::English, false, kept) => format!("{en}, kept in “{}”", kept.unwrap_or_default()),
        }
    };
    edits.iter().map(line).collect()
}

/// Returns the lines that `huizong check` prints: each file with its findings.
pub(super) fn checked(outcome: &Outcome, language: Language) -> Vec<String> {
    let mut lines = Vec::new();
    for line in outcome.lines() {
        let Some(entry) = line.entry else { continue };
        let file = &outcome.corpus.entries[entry].submission.file;
        let unit = outcome.unit_name(line.unit, line.entry);
        let (year, counts) = (outcome.corpus.year, outcome.counts(entry));
        lines.push(match language {
            Language::Chinese => format!(
                "{file}：{unit} {year}年度，{}；必改 {} 处，待说明 {} 处，提示 {} 处",
                line.status.chinese(),
                counts.must_fix,
                counts.must_explain,
                counts.notes
            ),
            Language::English => format!(
                "“{file}”: “{unit}” {year}, {}; {} must fix, {} must explain, {} notes",
                line.status.word(),
                counts.must_fix,
                counts.must_explain,
                counts.notes
            ),
        });
        lines.extend(findings_of(outcome, entry, language));
    }
    let is_listed = |entry: usize| outcome.lines().iter().any(|line| line.entry == Some(entry));
    for entry in (0..outcome.corpus.entries.len()).filter(|entry| !is_listed(*entry)) {
        let file = &outcome.corpus.entries[entry].submission.file;
        lines.push(match (language, lacks_tables(outcome, entry)) {
            (Language::Chinese, true) => format!("{file}：没有找到年度报告的表格；请核对是否选错了文件"),
            (Language::English, true) => format!("“{file}”: no table of the annual report; perhaps the wrong file"),
            (Language::Chinese, false) => format!("{file}：不作为单位的年报核对"),
            (Language::English, false) => format!("“{file}”: not checked as a unit's report"),
        });
        lines.extend(findings_of(outcome, entry, language));
    }
    lines
}

/// Returns whether a file was read and has no table of the form.
pub(super) fn lacks_tables(outcome: &Outcome, entry: usize) -> bool {
    matches!(outcome.corpus.entries[entry].submission.content, Content::NoForm)
}

/// Returns a line for each finding on an entry.
fn findings_of(outcome: &Outcome, entry: usize, language: Language) -> Vec<String> {
    let line = |finding: &Finding| {
        let strength = match language {
            Language::Chinese => finding.severity.chinese(),
            Language::English => match finding.severity {
                Severity::MustFix => "must fix",
                Severity::MustExplain => "must explain",
                Severity::Note => "note",
            },
        };
        let cells = match language {
            Language::Chinese => finding.listed_cells(CELLS, CellRange::in_words),
            Language::English => {
                finding.cells.iter().take(CELLS).map(CellRange::to_string).collect::<Vec<_>>().join(", ")
            }
        };
        let place = [finding.sheets.join(";"), cells].join(" ");
        let message = finding.in_full().in_language(language);
        let line = format!("{} {strength} {} {message}", finding.rule, place.trim()).replace("  ", " ");
        format!("  {line}")
    };
    outcome.findings.iter().filter(|finding| finding.entry() == Some(entry)).map(line).collect()
}

fn names(names: &[&str], between: &str) -> String {
    let more = if names.len() > NAMED { format!("…({})", names.len()) } else { String::new() };
    format!("{}{more}", names[..names.len().min(NAMED)].join(between))
}

/// Returns an input file that was set aside, is no report, and has a name like a roster's.
fn roster_among_inputs(outcome: &Outcome) -> Option<&str> {
    let is_aside = |disposition| matches!(disposition, Disposition::Aside(..));
    let aside = outcome.corpus.entries.iter().filter(|entry| is_aside(entry.disposition));
    let mut files = aside.map(|entry| entry.submission.file.as_str());
    files.find(|file| {
        let name = base_name(file);
        ROSTER_NAMES.iter().any(|word| name.to_lowercase().contains(word))
    })
}

/// Returns whether letters were written without a given sender.
fn has_no_sender(outcome: &Outcome) -> bool {
    let settings = &outcome.settings;
    let is_given = settings.sender.as_deref().is_some_and(|sender| !sender.trim().is_empty());
    !is_given && !settings.options.contains_key("data_only")
}

/// Returns the names of the units with reports that make the county's totals break sums of the form.
fn behind(outcome: &Outcome, between: &str) -> String {
    let entries = outcome.imbalances.iter().flat_map(|imbalance| &imbalance.units).map(|(entry, _)| *entry);
    let entries: BTreeSet<(Option<usize>, usize)> =
        entries.map(|entry| (outcome.corpus.entries[entry].unit, entry)).collect();
    let units: Vec<&str> = entries.iter().map(|(unit, entry)| outcome.unit_name(*unit, Some(*entry))).collect();
    names(&units, between)
}

/// Returns the names of the units that sent nothing, separately for those whose due date is still to come (`true`).
fn missing<'a>(outcome: &'a Outcome, verdict: &Verdict) -> Vec<(bool, Vec<&'a str>)> {
    let name = |unit: &usize| outcome.corpus.units[*unit].name.as_str();
    let overdue = verdict.missing.iter().flatten().filter(|unit| !verdict.not_due.contains(unit));
    let kinds = [(false, overdue.map(name).collect::<Vec<_>>()), (true, verdict.not_due.iter().map(name).collect())];
    kinds.into_iter().filter(|(_, names)| !names.is_empty()).collect()
}

fn chinese(outcome: &Outcome, verdict: &Verdict, out: &Path) -> Vec<String> {
    let year = outcome.corpus.year;
    let (expected, received, counted) = (verdict.expected, verdict.received, verdict.counted);
    let mut lines = vec![match verdict.missing {
        Some(_) => format!("{year}年度：应报 {expected} 个单位，收到 {received} 个单位，计入汇总 {counted} 份报告"),
        None => format!("{year}年度：收到 {received} 个单位，计入汇总 {counted} 份报告"),
    }];
    lines.push(match verdict.missing.as_deref() {
        None => match roster_among_inputs(outcome) {
            Some(file) => format!("没有名册，不能判断谁未报；报送文件中的“{file}”像是名册，要用它请以 --roster 给出"),
            None => "没有名册，不能判断谁未报（用 --roster 给出名册）".to_owned(),
        },
        Some([]) => "没有未报送的单位".to_owned(),
        Some(_) => {
            let line = |(not_due, some): &(bool, Vec<&str>)| {
                let word = if *not_due { "尚未报送（未到期）" } else { "未报送" };
                format!("{word} {} 个单位：{}", some.len(), names(some, "、"))
            };
            missing(outcome, verdict).iter().map(line).collect::<Vec<_>>().join("；")
        }
    });
    if verdict.not_counted > 0 {
        lines.push(format!("收到而未计入汇总的单位 {} 个（见未报送名单）", verdict.not_counted));
    }
    lines.push(format!("报送的单位中有必改问题的 {} 个单位", verdict.units_to_fix));
    let (all, units) = (verdict.counts, verdict.counts_of_units);
    lines.push(format!(
        "问题清单：必改 {} 处，待说明 {} 处，提示 {} 处；其中属{}的必改 {} 处，待说明 {} 处",
        all.must_fix,
        all.must_explain,
        all.notes,
        verdict.units_in_words(),
        units.must_fix,
        units.must_explain
    ));
    if verdict.unmatched > 0 {
        lines.push(format!("不在名册、未计入的报告 {} 份", verdict.unmatched));
    }
    if verdict.imbalances > 0 {
        lines.push(format!(
            "{}合计勾稽不平 {} 项，涉及{}（见 R02）",
            outcome.settings.whole_body(),
            verdict.imbalances,
            behind(outcome, "、")
        ));
    }
    lines.extend(verdict.official_differs.map(|count| match count {
        0 => "本级年报与各单位合计一致".to_owned(),
        count => format!("本级年报与各单位合计不一致 {count} 格"),
    }));
    let nobody: Vec<&str> = outcome.corpus.unmatched_prior_units.iter().map(String::as_str).collect();
    if !nobody.is_empty() {
        lines.push(format!("上年年报中与本年单位对不上、未比对的 {} 个单位：{}", nobody.len(), names(&nobody, "、")));
    }
    lines.extend(decided(outcome, Language::Chinese));
    lines.push(format!("读取文件 {} 个（压缩包和邮件里的逐个计），略过 {} 个", verdict.files, verdict.left_aside));
    lines.extend(outcome.changes.iter().flat_map(|changes| changes::summary(changes, Language::Chinese)));
    lines.extend(has_no_sender(outcome).then(|| NO_SENDER_ZH.to_owned()));
    lines.push(format!("结果在 {}", shown(out)));
    lines
}

/// Returns the line about drafts of the county's own report among the inputs; `None` without any.
pub(super) fn county_reports(outcome: &Outcome, language: Language) -> Option<String> {
    let files: Vec<&str> = outcome.county_reports.iter().map(String::as_str).collect();
    (!files.is_empty()).then(|| match language {
        Language::Chinese => format!(
            "本级年报（初稿）不是单位的报告，未采用：{}；要与合计核对，请用 --official 或者“设置”表的“本级年报”写明",
            names(&files, "、")
        ),
        Language::English => format!(
            "drafts of the county's own report are left aside: {}; to compare one with the totals, name it as --official",
            names(&files, ", ")
        ),
    })
}

/// Returns the lines about the office's decisions: corrected figures, answers in returned letters, and rows that do not
/// apply or cannot be read.
fn decided(outcome: &Outcome, language: Language) -> Vec<String> {
    let mut lines: Vec<String> = county_reports(outcome, language).into_iter().collect();
    let corrected = outcome.corpus.corrected.len();
    if corrected > 0 {
        lines.push(match language {
            Language::Chinese => format!("已代为更正 {corrected} 格，合计按更正后的数字"),
            Language::English => format!("{corrected} figures corrected by the office; the totals count the new ones"),
        });
    }
    if !outcome.answers.is_empty() {
        let (answers, letters) =
            (outcome.answers.len(), outcome.answers.iter().map(|answer| &answer.file).collect::<BTreeSet<_>>().len());
        let mut answered =
            outcome.identified().filter(|found| outcome.answers.iter().any(|one| one.finding == found.id));
        let is_open = answered.any(|found| matches!(found.answer, Answer::Open | Answer::Lapsed));
        lines.push(match (language, is_open) {
            (Language::Chinese, true) => format!("收回通知 {letters} 份，答复 {answers} 条，待采纳"),
            (Language::Chinese, false) => format!("收回通知 {letters} 份，答复 {answers} 条，均已决定"),
            (Language::English, true) => format!("{letters} letters came back with {answers} answers to decide on"),
            (Language::English, false) => format!("{letters} letters came back with {answers} answers, all decided on"),
        });
    }
    lines.extend(outcome.reply_remarks.iter().take(NAMED).map(|remark| remark.in_language(language).to_owned()));
    lines.extend(decision_remarks(outcome, language));
    lines
}

/// Returns the lines about rows of the decisions that do not apply, contradict one another or cannot be read.
pub(super) fn decision_remarks(outcome: &Outcome, language: Language) -> Vec<String> {
    let mut lines = Vec::new();
    let contradictory = outcome.contradictions.iter().map(|found| outcome.contradiction_in_words(found));
    let unfit = outcome.unfit.iter().map(|entry| outcome.unfit_in_words(entry));
    let remarks: Vec<Message> = outcome.decisions.remarks.iter().cloned().chain(contradictory).chain(unfit).collect();
    let shown = remarks.iter().take(NAMED).map(|remark| remark.in_language(language));
    lines.extend(shown.map(|said| match language {
        Language::Chinese => format!("办理单{said}"),
        Language::English => format!("decisions, {said}"),
    }));
    if remarks.len() > NAMED {
        let more = remarks.len() - NAMED;
        lines.push(match language {
            Language::Chinese => format!("办理单另有 {more} 行不适用"),
            Language::English => format!("{more} more rows of the decisions fit nothing"),
        });
    }
    lines
}

/// Returns names in quotes, for an English sentence: the names are Chinese.
fn quoted(list: &[&str]) -> String {
    let quoted: Vec<String> = list.iter().map(|name| format!("“{name}”")).collect();
    names(&quoted.iter().map(String::as_str).collect::<Vec<_>>(), ", ")
}

fn english(outcome: &Outcome, verdict: &Verdict, out: &Path) -> Vec<String> {
    let year = outcome.corpus.year;
    let (expected, received, counted) = (verdict.expected, verdict.received, verdict.counted);
    let mut lines = vec![match verdict.missing {
        Some(_) => format!("{year}: {expected} units expected, {received} received, {counted} reports added up"),
        None => format!("{year}: {received} units received, {counted} reports added up"),
    }];
    lines.push(match verdict.missing.as_deref() {
        None => match roster_among_inputs(outcome) {
            Some(file) => {
                format!("no roster, so missing units are unknown; “{file}” looks like one: give it with --roster")
            }
            None => "no roster, so missing units are unknown (give one with --roster)".to_owned(),
        },
        Some([]) => "no unit is missing".to_owned(),
        Some(_) => {
            let line = |(not_due, some): &(bool, Vec<&str>)| {
                format!("{} {}: {}", some.len(), if *not_due { "not due yet" } else { "missing" }, quoted(some))
            };
            missing(outcome, verdict).iter().map(line).collect::<Vec<_>>().join("; ")
        }
    });
    if verdict.not_counted > 0 {
        lines.push(format!("{} units sent something that is not added up", verdict.not_counted));
    }
    lines.push(format!("{} of the units that sent something have something to fix", verdict.units_to_fix));
    let (all, units) = (verdict.counts, verdict.counts_of_units);
    lines.push(format!(
        "findings: {} to fix, {} to explain, {} notes; those about units: {} to fix, {} to explain",
        all.must_fix, all.must_explain, all.notes, units.must_fix, units.must_explain
    ));
    if verdict.unmatched > 0 {
        lines.push(format!("{} reports of units not on the roster, not added up", verdict.unmatched));
    }
    if verdict.imbalances > 0 {
        let behind = behind(outcome, ", ");
        lines.push(format!("the county's totals break {} sums of the form: “{behind}” (see R02)", verdict.imbalances));
    }
    lines.extend(verdict.official_differs.map(|count| match count {
        0 => "the county's own report equals the sum".to_owned(),
        count => format!("the county's own report differs from the sum in {count} figures"),
    }));
    let nobody: Vec<&str> = outcome.corpus.unmatched_prior_units.iter().map(String::as_str).collect();
    if !nobody.is_empty() {
        lines.push(format!(
            "{} of last year's units match none and are not compared: {}",
            nobody.len(),
            quoted(&nobody)
        ));
    }
    lines.extend(decided(outcome, Language::English));
    lines.push(format!(
        "{} files read, those in archives and mails one by one; {} left aside",
        verdict.files, verdict.left_aside
    ));
    lines.extend(outcome.changes.iter().flat_map(|changes| changes::summary(changes, Language::English)));
    lines.extend(has_no_sender(outcome).then(|| NO_SENDER_EN.to_owned()));
    lines.push(format!("outputs in {}", shown(out)));
    lines
}
