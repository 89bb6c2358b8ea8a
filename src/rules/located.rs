//! Findings on the causes of broken sums, one for each cause: the cell, its value, and the right or suspected value.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::equations::{self, Broken, FigureOrigin, brief_sum, english_sum, side};
use super::wording;
use crate::corpus::{Corpus, TermState};
use crate::finding::{FailedCheck, Finding, Suspect};
use crate::form::{Form, Term};
use crate::localise::{self, Cause, Change, Pattern, Reason, Sums};
use crate::message::Message;
use crate::place::Spot;
use crate::submission::Report;

/// Maximum number of corrections listed in the machine-readable output.
const MAX_LISTED_WAYS: usize = 50;
/// Maximum number of corrections described in one sentence.
const MAX_WAYS: usize = 5;
/// Maximum number of broken sums spelt out in one sentence.
const MAX_SUMS: usize = 3;

/// Returns a finding for each cause, under the first rule whose sums it breaks.
pub(super) fn findings(corpus: &Corpus, broken: &[Broken]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for of_entry in broken.chunk_by(|a, b| a.entry == b.entry) {
        let entry = of_entry[0].entry;
        let Some((report, form)) = corpus.report(entry) else { continue };
        let told = BrokenReport { corpus, entry, report, form, broken: of_entry };
        findings.extend(causes_of(corpus, entry, report, form).iter().filter_map(|cause| told.finding(cause)));
    }
    findings
}

/// Returns the causes of the broken sums of each submission that counts and has any.
pub(super) fn causes(corpus: &Corpus) -> Vec<(usize, Vec<Cause>)> {
    let mut entries: Vec<usize> = equations::broken(corpus).into_iter().map(|broken| broken.entry).collect();
    entries.dedup();
    let of_entry = |entry: usize| {
        let (report, form) = corpus.report(entry)?;
        Some((entry, causes_of(corpus, entry, report, form)))
    };
    entries.into_iter().filter_map(of_entry).collect()
}

fn causes_of(corpus: &Corpus, entry: usize, report: &Report, form: &Form) -> Vec<Cause> {
    let term = |at: usize| (!form.is_out(at, report.combined)).then(|| report.term(form, at));
    let terms: Vec<Option<Term>> = (0..form.indicators.len()).map(term).collect();
    let past = corpus.prior_report(entry);
    let last_year: Option<Vec<Option<Decimal>>> =
        past.map(|past| form.indicators.iter().map(|indicator| past.values.get(&indicator.id).copied()).collect());
    localise::causes(form, &Sums::of(form, &terms), last_year.as_deref())
}

/// A report with broken sums, from which findings are built.
struct BrokenReport<'a> {
    corpus: &'a Corpus,
    entry: usize,
    report: &'a Report,
    form: &'a Form,
    broken: &'a [Broken],
}

impl BrokenReport<'_> {
    fn finding(&self, cause: &Cause) -> Option<Finding> {
        let code = cause.equations.iter().map(|at| self.form.equations[*at].rule.as_str()).min()?;
        let rule = super::rule(code)?;
        let first = self.form.equations[*cause.equations.first()?].right.first().copied()?;
        // If it is not certain which figure is wrong, the finding is placed at the total of the first broken sum.
        let cell = cause.only().map_or(first, |change| change.cell);
        let mut finding = rule.on_figure(self.corpus, self.entry, cell);
        finding.checks = cause.equations.iter().copied().map(FailedCheck::Sum).collect();
        let suspect = |change: &Change| Suspect { figure: change.cell, value: change.value };
        let sets = cause.sets.iter().take(MAX_LISTED_WAYS);
        finding.suspects = sets.map(|set| set.iter().map(suspect).collect()).collect();
        finding.values = self.values(cause);
        finding.expected = cause.only().and_then(|change| change.value);
        let apart = self.broken_by(cause).next().map(|broken| broken.left - broken.right);
        let missing = cause.only().and_then(|change| Some(self.report.figures.at(change.cell).value? - change.value?));
        finding.difference = missing.or(apart).map(|difference| difference.normalize());
        let (zh, en) = self.sentences(cause);
        let (from_zh, from_en) = self.read_from_pages(&finding.figures_involved());
        let (brief, message) = (self.brief(cause), Message::new(zh + &from_zh, en + &from_en));
        let with_pages = brief.iter().map(|sentence| format!("{sentence}{from_zh}")).collect::<Vec<_>>();
        Some(finding.saying_briefly(with_pages.into_iter().chain(brief).collect(), message))
    }

    /// Returns the PDF pages that the figures were read from, in words; empty for other formats. The sum may be broken
    /// by an error of the PDF reader, and the office can compare with the page.
    fn read_from_pages(&self, figures: &BTreeSet<usize>) -> (String, String) {
        let page = |position: &usize| match self.report.figures.at(*position).spot()? {
            Spot::Page { page, .. } => Some(page),
            _ => None,
        };
        let pages: BTreeSet<u32> = figures.iter().filter_map(page).collect();
        if pages.is_empty() {
            return Default::default();
        }
        let list = |separator: &str| pages.iter().map(u32::to_string).collect::<Vec<_>>().join(separator);
        (
            format!("数字识读自PDF第{}页。", list("、")),
            format!(" The figures were read from a PDF, page {}: compare with it first.", list(", ")),
        )
    }

    fn broken_by<'c>(&'c self, cause: &'c Cause) -> impl Iterator<Item = &'c Broken> {
        self.broken.iter().filter(|broken| cause.equations.contains(&broken.equation))
    }

    /// Returns every value of the sums that the cause breaks.
    fn values(&self, cause: &Cause) -> Vec<String> {
        let equations = cause.equations.iter().map(|at| &self.form.equations[*at]);
        let mut cells: Vec<usize> =
            equations.flat_map(|equation| equation.left.iter().chain(&equation.right).copied()).collect();
        cells.sort_unstable();
        cells.dedup();
        cells.into_iter().map(|cell| wording::shown(self.report.figures.at(cell))).collect()
    }

    fn sentences(&self, cause: &Cause) -> (String, String) {
        let (sums_zh, sums_en) = self.sums(cause);
        if let Some(only) = cause.only() {
            return self.one_answer(cause, only, &sums_zh, &sums_en);
        }
        let (intro_zh, intro_en) = match (cause.pattern.map(said), cause.sets.len()) {
            (Some((zh, en)), _) => (format!("疑{zh}："), format!("It looks as if {en}: ")),
            (None, 0) => {
                ("错处不止三格，不能定位到格，请逐项核对更正".to_owned(), "More than three cells are wrong".to_owned())
            }
            (None, 1) => ("疑为：".to_owned(), "Suspected: ".to_owned()),
            (None, _) => ("疑为下列之一：".to_owned(), "Suspected, one of: ".to_owned()),
        };
        let sets = || cause.sets.iter().take(MAX_WAYS);
        let ways_zh = sets().map(|set| self.way(set)).collect::<Vec<_>>().join("；或者");
        let ways_en = sets().map(|set| self.english_suggestion(set)).collect::<Vec<_>>().join("; or ");
        let (more_zh, more_en) = match cause.sets.len().saturating_sub(MAX_WAYS) {
            0 => Default::default(),
            more => (format!("；还有{more}种可能"), format!("; and {more} more")),
        };
        let ask = if cause.sets.is_empty() { "。" } else { "。请核对更正。" };
        let (longer_zh, longer_en) = self.alternative(cause);
        (
            format!("{sums_zh}。{intro_zh}{ways_zh}{more_zh}{longer_zh}{ask}"),
            format!("{sums_en}. {intro_en}{ways_en}{more_en}{longer_en}."),
        )
    }

    /// Returns the alternative explanation of a cause; empty if there is none.
    fn alternative(&self, cause: &Cause) -> (String, String) {
        let Some(set) = &cause.alternative else { return Default::default() };
        (
            format!("；也可能是新收申请和各项总计漏计：{}", self.way(set)),
            format!(
                "; or applications are missing from those received and the totals: {}",
                self.english_suggestion(set)
            ),
        )
    }

    /// Returns the sentences for a cause that is one cell, with at most one possible value.
    fn one_answer(&self, cause: &Cause, only: &Change, sums: &str, sums_en: &str) -> (String, String) {
        let item = &self.form.indicators[only.cell];
        let (given, given_en) = wording::shown_in_words(self.report.figures.at(only.cell));
        let count = cause.equations.len();
        let Some(value) = only.value else {
            return (
                format!("{sums}。错在{}，现填{given}；因有空白，应填多少推算不出，请核对更正。", item.title),
                format!("{}: {given_en} is wrong; blanks leave open what is right ({sums_en})", item.english),
            );
        };
        let (why_zh, why_en) = only.reason.map(why).unwrap_or_default();
        let places = match count {
            1 => "按勾稽关系".to_owned(),
            _ => format!("按{count}项勾稽都"),
        };
        let zh = format!("{}填{given}，{places}应为{value}{why_zh}（{sums}）。请核对更正。", item.title);
        (zh, format!("{}: {given_en} should be {value}{why_en} ({sums_en})", item.english))
    }

    /// Returns the sentences for a letter, from the longest to the shortest: the cell, its value, and the right value.
    fn brief(&self, cause: &Cause) -> Vec<String> {
        let value = |term: usize| wording::shown_in_words(self.report.figures.at(term)).0;
        let sum = self.broken_by(cause).next().map(|broken| {
            let sums = (broken.left, broken.right);
            brief_sum(self.form, &self.form.equations[broken.equation], sums, (FigureOrigin::FilledIn, value))
        });
        let sum = sum.unwrap_or_default();
        if let Some(only) = cause.only() {
            return self.brief_answer(cause, only, &sum);
        }
        let intro = match (cause.pattern.map(said), cause.sets.len()) {
            (Some((zh, _)), _) => format!("{sum}。疑{zh}："),
            (None, 0) => return vec![format!("{sum}。错处不止三格，不能定位到格，请逐项核对更正。")],
            (None, _) => format!("{sum}。疑为"),
        };
        let all = cause.sets.len();
        let sentence = |told: usize, way: &dyn Fn(&[Change]) -> String| {
            let ways: Vec<String> = cause.sets.iter().take(told).map(|set| way(set)).collect();
            let more = if all > told { format!("，等{all}种可能") } else { String::new() };
            format!("{intro}{}{more}，请核对。", ways.join("；或"))
        };
        let labelled = |told: usize| sentence(told, &|set| self.brief_suggestion(set));
        let is_addressed = |change: &Change| wording::cells(self.report, self.form, &[change.cell]).is_ascii();
        let has_addresses = cause.sets.iter().flatten().all(is_addressed);
        let by_address = |told: usize| sentence(told, &|set| self.suggestion_with_addresses(set));
        let most = all.min(MAX_WAYS);
        // Two corrections given by addresses say more than one given by labels.
        let mut sentences: Vec<String> = (2.min(all)..=most).rev().map(labelled).collect();
        sentences.extend((1..=most).rev().map(by_address).filter(|_| has_addresses));
        sentences.push(labelled(1));
        let first = cause.sets.first().map(Vec::as_slice).unwrap_or_default();
        let start = first.first().map(|change| self.brief_change(change, true)).unwrap_or_default();
        let cells = format!("{intro}{start}等{}格，请核对。", first.len());
        sentences.extend([cells, format!("{sum}，有{all}种可能的改法，请逐项核对。")]);
        sentences
    }

    fn brief_answer(&self, cause: &Cause, only: &Change, sum: &str) -> Vec<String> {
        let (title, given) =
            (&self.form.indicators[only.cell].brief, wording::shown_in_words(self.report.figures.at(only.cell)).0);
        let Some(value) = only.value else {
            let short = format!("{title}填{given}，与勾稽关系不符；因有空白，应填多少推算不出，请核对更正。");
            return vec![format!("{title}填{given}，因有空白，应填多少推算不出（{sum}），请核对更正。"), short];
        };
        let why = only.reason.map(why).unwrap_or_default().0;
        let count = cause.equations.len();
        let by = if count == 1 { String::new() } else { format!("，{count}项勾稽都不平") };
        vec![
            format!("{title}填{given}，应为{value}{why}（{sum}{by}）。"),
            format!("{title}填{given}，应为{value}（{sum}）。"),
            format!("{title}填{given}，按{count}项勾稽都应为{value}{why}。"),
            format!("{title}填{given}，按勾稽关系应为{value}。"),
        ]
    }

    fn brief_suggestion(&self, set: &[Change]) -> String {
        let mut last: Option<(usize, usize)> = None;
        let one = |change: &Change| {
            let item = &self.form.indicators[change.cell];
            // The row label is not repeated for the next figure of the same row.
            let is_new = last.replace((item.block, item.row)) != Some((item.block, item.row));
            self.brief_change(change, is_new)
        };
        set.iter().map(one).collect::<Vec<_>>().join("，且")
    }

    /// Returns `G25由35改为36，且N25由50改为51`.
    fn suggestion_with_addresses(&self, set: &[Change]) -> String {
        let one = |change: &Change| {
            let cell = wording::cells(self.report, self.form, &[change.cell]);
            let given = wording::shown_in_words(self.report.figures.at(change.cell)).0;
            change.value.map_or_else(|| format!("{cell}有误"), |value| format!("{cell}由{given}改为{value}"))
        };
        set.iter().map(one).collect::<Vec<_>>().join("，且")
    }

    /// Returns `“四、结转下年度继续办理”“自然人”（G49）由2改为1`.
    fn brief_change(&self, change: &Change, with_row: bool) -> String {
        let item = &self.form.indicators[change.cell];
        let column = &self.form.tables[item.table].blocks[item.block].columns[item.column].label;
        let brief = item.brief.strip_prefix(self.form.tables[item.table].name.as_str()).unwrap_or(&item.brief);
        let place = if with_row { brief.to_owned() } else { format!("“{column}”") };
        let cell = wording::cells(self.report, self.form, &[change.cell]);
        let cell = if cell.is_ascii() && !cell.is_empty() { format!("（{cell}）") } else { String::new() };
        let given = wording::shown_in_words(self.report.figures.at(change.cell)).0;
        match change.value {
            Some(value) => format!("{place}{cell}由{given}改为{value}"),
            None => format!("{place}{cell}现填{given}"),
        }
    }

    /// Returns a correction for English sentences.
    fn english_suggestion(&self, set: &[Change]) -> String {
        let one = |change: &Change| {
            let (item, given) =
                (&self.form.indicators[change.cell], wording::shown_in_words(self.report.figures.at(change.cell)).1);
            match change.value {
                Some(value) => format!("{} from {given} to {value}", item.english),
                None => format!("{}, now {given}", item.english),
            }
        };
        set.iter().map(one).collect::<Vec<_>>().join(" and ")
    }

    /// Returns the broken sums in words; only the first few are spelt out.
    fn sums(&self, cause: &Cause) -> (String, String) {
        let spelt = |broken: &Broken| {
            let equation = &self.form.equations[broken.equation];
            let value = |term: usize| {
                let value = self.report.figures.at(term).value;
                value.map_or_else(|| "空白".to_owned(), |value| value.to_string())
            };
            let left = side(self.form, equation, &equation.left, broken.left, (FigureOrigin::FilledIn, value));
            let right = side(self.form, equation, &equation.right, broken.right, (FigureOrigin::FilledIn, value));
            let blank = equation.left.iter().chain(&equation.right);
            let blank = blank.filter(|cell| self.corpus.term_state(self.entry, **cell) == TermState::Blank).count();
            let blanks = match blank {
                0 => String::new(),
                count => format!("，另有{count}处空白，无论填多少都不能相等"),
            };
            let apart = (broken.left - broken.right).abs().normalize();
            format!("{}：{left}，{right}，相差{apart}{blanks}", equation.line_title(self.form))
        };
        let all: Vec<String> = self.broken_by(cause).take(MAX_SUMS).map(spelt).collect();
        let more = match cause.equations.len() {
            count if count > MAX_SUMS => format!("；等{count}项"),
            _ => String::new(),
        };
        let english =
            |broken: &Broken| english_sum(self.form, &self.form.equations[broken.equation], broken.left, broken.right);
        let mut sums_en: Vec<String> = self.broken_by(cause).take(MAX_SUMS).map(english).collect();
        sums_en.extend((cause.equations.len() > MAX_SUMS).then(|| format!("{} sums in all", cause.equations.len())));
        (format!("{}{more}", all.join("；")), sums_en.join("; "))
    }

    /// Returns a correction in Chinese words.
    fn way(&self, set: &[Change]) -> String {
        let one = |change: &Change| {
            let given = wording::shown_in_words(self.report.figures.at(change.cell)).0;
            let place = wording::cells(self.report, self.form, &[change.cell]);
            let title = &self.form.indicators[change.cell].title;
            // Without an address the title says all.
            let place = if place.is_ascii() && !place.is_empty() { format!("（{place}）") } else { String::new() };
            let why = change.reason.map(|reason| why(reason).0).unwrap_or_default();
            match change.value {
                Some(value) => format!("{title}{place}由{given}改为{value}{why}"),
                None => format!("{title}{place}现填{given}"),
            }
        };
        let told: Vec<String> = set.iter().take(MAX_WAYS * 2).map(one).collect();
        let more = if set.len() > MAX_WAYS * 2 { format!("等{}格", set.len()) } else { String::new() };
        format!("{}{more}", told.join("，"))
    }
}

/// Returns the likely reason for a wrong figure as an aside, in both languages.
fn why(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::Swapped => ("，可能是数字颠倒", ", two digits may be swapped"),
        Reason::Lost => ("，可能是漏了一位", ", a digit may be lost"),
        Reason::Added => ("，可能是多了一位", ", a digit may be too many"),
        Reason::Mistyped => ("，疑有一位数字录错", ", one digit may be mistyped"),
        Reason::Sign => ("，可能是正负号错", ", the sign may be wrong"),
        Reason::Neighbour => ("，可能是抄了旁边一格", ", it may be the cell beside"),
        Reason::LastYear => ("，与上年的数相同", ", it is last year's figure"),
    }
}

fn said(pattern: Pattern) -> (&'static str, &'static str) {
    match pattern {
        Pattern::TotalsZero => ("合计漏填", "totals were left at zero"),
        Pattern::RowOff => ("上下两格填错了行", "two figures are one row off"),
        Pattern::ColumnOff => ("左右两格填错了列", "two figures are one column off"),
        Pattern::RowShifted => ("整行错了一列", "a row is one column off"),
        Pattern::TableShifted => ("整张表错了一列", "the whole table is one column off"),
        Pattern::LastYearsRow => ("这一行沿用了上年的数", "a row is left over from last year"),
        Pattern::WrongRow => ("整行填报有误", "a whole row is not this year's"),
    }
}
