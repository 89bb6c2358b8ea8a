//! The county's own report compared with the sum of its units, with an explanation of every difference.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::bridge::{Bridge, BridgeInput, Gap};
use super::{Check, Rule, wording};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::finding::{Code, FailedCheck, Finding, Severity, Subject};
use crate::message::Message;
use crate::rollup::{Rollup, Total};

pub(super) const RULE: Rule = Rule {
    code: Code::new("R01"),
    name: "official-differs",
    title: "本级年报与各单位合计不一致",
    severity: Severity::MustExplain,
    page: include_str!("r01_official_differs.md"),
    check: Check::Totals(check),
};

/// Maximum number of units named in one sentence.
const NAMED: usize = 6;

fn check(corpus: &Corpus, rollup: &Rollup) -> Result<Vec<Finding>> {
    let totals = &rollup.totals;
    let form = corpus.form();
    let value = |at: usize| corpus.official_figure(at).and_then(|figure| figure.value);
    let official: Vec<Option<Decimal>> = (0..form.indicators.len()).map(value).collect();
    let sum = |total: &Total| Some((total.position, total.total?)).filter(|(position, _)| *position < form.official);
    let sums: Vec<(usize, Decimal)> = totals.iter().filter_map(sum).collect();
    let differs = |(position, sum): &(usize, Decimal)| {
        official[*position].is_some_and(|official| form.indicators[*position].kind.is_apart(official, *sum))
    };
    let differing: BTreeSet<usize> = sums.iter().filter(|one| differs(one)).map(|(position, _)| *position).collect();
    let case = OfficialComparison { corpus, outside: outside(corpus) };
    let mut findings = Vec::new();
    if !differing.is_empty() {
        let ground =
            BridgeInput::of(corpus, &official, totals, differing, !case.outside.is_empty() || !corpus.has_roster);
        for table in 0..form.tables.len() {
            let bridge = ground.bridge(table);
            findings.extend(bridge.gaps.iter().map(|gap| case.finding(gap, &bridge, ground.totals[&gap.position])));
        }
    }
    for table in 0..form.tables.len() {
        findings.extend(case.without_a_number(table, totals));
    }
    Ok(findings)
}

/// Returns the names of the units that must report and are not in the sum.
fn outside(corpus: &Corpus) -> Vec<&str> {
    let counted: BTreeSet<usize> = corpus.counted().iter().filter_map(|entry| corpus.entries[*entry].unit).collect();
    let short = (0..corpus.units.len()).filter(|unit| corpus.is_expected(*unit) && !counted.contains(unit));
    short.map(|unit| corpus.units[unit].name.as_str()).collect()
}

/// The comparison of the county's report with the sum.
struct OfficialComparison<'a> {
    corpus: &'a Corpus,
    /// The units that must report and are not in the sum.
    outside: Vec<&'a str>,
}

impl OfficialComparison<'_> {
    /// Returns a finding at a figure of the county's report.
    fn at(&self, position: usize) -> Finding {
        let figure = self.corpus.official_figure(position);
        let finding = Finding::new(RULE.code, RULE.severity).at_places(figure.and_then(|figure| figure.place()));
        Finding {
            subject: Subject::CountyReport,
            figures: vec![position],
            title: self.corpus.form().indicators[position].title.clone(),
            observed: figure.map(|figure| figure.raw().into_owned()).unwrap_or_default(),
            values: figure.into_iter().map(wording::shown).collect(),
            checks: vec![FailedCheck::Official(position)],
            ..finding
        }
    }

    fn finding(&self, gap: &Gap, bridge: &Bridge, sum: Decimal) -> Finding {
        let mut finding = self.at(gap.position);
        finding.difference = Some(gap.difference.normalize());
        finding.values.push(sum.to_string());
        let item = &self.corpus.form().indicators[gap.position];
        let (official, units) = (finding.observed.clone(), self.corpus.counted().len());
        let (zh, en) = self.bridged(gap, bridge);
        let difference = wording::signed(gap.difference);
        let start = format!("：本级年报填{official}，{units}个单位合计{sum}，相差{difference}");
        let whole = format!("{}{start}：{zh}。", item.title);
        let parts: Vec<&str> = zh.split('；').collect();
        let short = |count: usize| {
            let more = if parts.len() > count { "等，全部原因见对比表" } else { "" };
            format!("{}{start}：{}{more}。", item.brief, parts[..count.min(parts.len())].join("；"))
        };
        let sentences = vec![whole.clone(), short(2), short(1), format!("{}{start}；原因见对比表。", item.brief)];
        finding.saying_briefly(
            sentences,
            Message::new(
                whole,
                format!(
                    "{}: “{official}” in the county's own report, {sum} from {units} units, {difference} apart: {en}",
                    item.english,
                ),
            ),
        )
    }

    /// Returns the components of a difference in words.
    fn bridged(&self, gap: &Gap, bridge: &Bridge) -> (String, String) {
        let (mut zh, mut en) = (Vec::new(), Vec::new());
        for (entry, amount) in &gap.accounted {
            zh.push(format!("{}更正后合计{}", self.name(*entry), changed_by(*amount)));
            en.push(format!("“{}” once mended {}", self.name(*entry), wording::signed(*amount)));
        }
        for (entry, amounts) in &gap.possible {
            let in_words: Vec<String> = amounts.iter().map(|amount| changed_by(*amount)).collect();
            let amounts: Vec<String> = amounts.iter().map(|amount| wording::signed(*amount)).collect();
            zh.push(format!("{}更正后合计可能{}", self.name(*entry), in_words.join("或")));
            en.push(format!("“{}” once mended perhaps {}", self.name(*entry), amounts.join(" or ")));
        }
        if bridge.truncated {
            zh.push("有错的单位较多，未逐一比较各种改法".to_owned());
            en.push("too many units are wrong to compare all ways of mending them".to_owned());
        }
        if !gap.rest.is_zero() && gap.possible.is_empty() {
            let (rest_zh, rest_en) = self.rest(gap);
            let rest = wording::signed(gap.rest);
            let (all_zh, all_en) = if zh.is_empty() {
                ("这个差额".to_owned(), "all of it".to_owned())
            } else {
                (format!("其余{rest}"), format!("the rest, {rest},"))
            };
            zh.push(format!("{all_zh}{rest_zh}"));
            en.push(format!("{all_en} {rest_en}"));
        }
        (zh.join("；"), en.join("; "))
    }

    /// Returns the possible sources of the unexplained rest, without amounts, or that nothing explains it.
    fn rest(&self, gap: &Gap) -> (String, String) {
        let (mut zh, mut en) = (Vec::new(), Vec::new());
        let is_more = gap.rest > Decimal::ZERO;
        if is_more && !self.corpus.has_roster {
            zh.push("未报的单位（没有名册，无法判断）".to_owned());
            en.push("missing units (without a roster nobody knows of any)".to_owned());
        }
        if is_more && !self.outside.is_empty() {
            zh.push(format!("未计入合计的{}", names(&self.outside, "、", "等")));
            en.push(format!("units not in the sum ({})", names(&quoted(&self.outside), ", ", " of ")));
        }
        if is_more && !gap.open.is_empty() {
            let open: Vec<&str> = gap.open.iter().map(|entry| self.name(*entry)).collect();
            zh.push(format!("这一格未填数或无法识别的{}", names(&open, "、", "等")));
            en.push(format!("units without a usable number there ({})", names(&quoted(&open), ", ", " of ")));
        }
        if zh.is_empty() {
            return ("没有依据可以说明".to_owned(), "is accounted for by nothing".to_owned());
        }
        (
            format!("可能在{}，数量无法推算", zh.join("，或者")),
            format!("may be with {}, amounts unknown", en.join(" and ")),
        )
    }

    fn name(&self, entry: usize) -> &str {
        let entry = &self.corpus.entries[entry];
        self.corpus.unit_of(entry).map_or(entry.name.as_str(), |unit| unit.name.as_str())
    }

    /// Returns a finding on the figures of a table for which the county's report has no number although the units have;
    /// they cannot be compared.
    fn without_a_number(&self, table: usize, totals: &[Total]) -> Option<Finding> {
        let form = self.corpus.form();
        let (report, own) = self.corpus.official_report()?;
        let is_without = |total: &&Total| {
            let item = &form.indicators[total.position];
            let is_part = || own.position(&item.id).is_some_and(|position| !own.is_out(position, report.combined));
            let figure = || self.corpus.official_figure(total.position);
            total.position < form.official
                && item.table == table
                && total.total.is_some_and(|total| !total.is_zero())
                && is_part()
                && figure().is_none_or(|figure| figure.value.is_none())
        };
        let without: Vec<&Total> = totals.iter().filter(is_without).collect();
        let first = without.first()?;
        let mut finding = self.at(first.position);
        finding.observed = String::new();
        finding.checks = without.iter().map(|total| FailedCheck::Official(total.position)).collect();
        let titles: Vec<&str> = without.iter().map(|total| form.indicators[total.position].title.as_str()).collect();
        Some(finding.saying(
            format!(
                "本级年报有{}格没有数字，各单位合计不为0，无法核对：{}等。",
                titles.len(),
                titles.iter().take(2).copied().collect::<Vec<_>>().join("、")
            ),
            format!("the county's own report has no number in {} cells where the units add up to some", titles.len()),
        ))
    }
}

/// Returns the change of a total in words.
fn changed_by(amount: Decimal) -> String {
    let size = amount.abs().normalize();
    match amount {
        amount if amount.is_zero() => "不变".to_owned(),
        amount if amount.is_sign_negative() => format!("减少{size}"),
        _ => format!("增加{size}"),
    }
}

/// Puts names in quotation marks.
fn quoted(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("“{name}”")).collect()
}

fn names<T: AsRef<str>>(all: &[T], between: &str, of: &str) -> String {
    let more = if all.len() > NAMED {
        format!("{of}{}{}", all.len(), if of == "等" { "个单位" } else { "" })
    } else {
        String::new()
    };
    format!("{}{more}", all.iter().take(NAMED).map(AsRef::as_ref).collect::<Vec<&str>>().join(between))
}
