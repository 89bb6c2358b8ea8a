//! The head of the page, readable without scripts: units that reported, open findings, and the coverage of the totals.

use std::fmt::Write;

use rust_decimal::Decimal;

use super::compare::sum;
use super::{escaped, title};
use crate::corpus::Disposition;
use crate::outcome::{Line, Outcome, Status, Verdict};
use crate::report::marks;

/// The statuses in display order.
const STATUSES: [Status; 9] = [
    Status::Accepted,
    Status::Queried,
    Status::Flagged,
    Status::Unreadable,
    Status::NoForm,
    Status::Conflicting,
    Status::Superseded,
    Status::Unmatched,
    Status::Missing,
];

/// The key figures: name, short name, and the indicators that are added up.
pub(super) const KEY_FIGURES: [(&str, &str, &[&str]); 6] = [
    ("本年新收申请", "新收", &["t3.received.total"]),
    ("上年结转申请", "上年结转", &["t3.carried_in.total"]),
    ("办理结果总计", "办结", &["t3.concluded_total.total"]),
    ("结转下年度", "结转下年", &["t3.carried_out.total"]),
    ("行政复议", "复议", &["t4.review.total"]),
    ("行政诉讼", "诉讼", &["t4.litigation_direct.total", "t4.litigation_after_review.total"]),
];

/// Returns the head as HTML.
pub(super) fn html(outcome: &Outcome) -> String {
    let verdict = outcome.verdict();
    let mut html = format!("<h1>{}</h1>\n", escaped(&title(outcome)));
    html.push_str(&super::page_changes::html(outcome));
    let paragraph = |class: &str, inner: &str| format!("<p class=\"{class}\">{inner}</p>\n");
    html.push_str(&paragraph("lead", &lead(&verdict)));
    html.push_str(&paragraph("missing", &missing(outcome, &verdict)));
    html.push_str(&paragraph(
        if is_settled(outcome, &verdict) { "settled" } else { "open" },
        &state(outcome, &verdict),
    ));
    html.push_str(&tiles(outcome, &verdict));
    html.push_str("<h2>合计的依据</h2>\n<ul class=\"rests\">\n");
    for line in rests_on(outcome, &verdict) {
        let _ = writeln!(html, "<li>{line}</li>");
    }
    html.push_str("</ul>\n");
    html
}

fn lead(verdict: &Verdict) -> String {
    let expected = match verdict.missing {
        Some(_) => format!("应报 <b>{}</b> 个单位，", verdict.expected),
        None => String::new(),
    };
    format!("{expected}收到 <b>{}</b> 个单位，计入汇总 <b>{}</b> 份报告。", verdict.received, verdict.counted)
}

fn missing(outcome: &Outcome, verdict: &Verdict) -> String {
    match verdict.missing.as_deref() {
        None => "没有名册，不能判断谁未报（用 --roster 给出名册）。".to_owned(),
        Some([]) => "没有未报送的单位。".to_owned(),
        Some(units) => {
            let (not_due, overdue): (Vec<usize>, Vec<usize>) =
                units.iter().partition(|unit| verdict.not_due.contains(unit));
            let said = |word: &str, units: &[usize]| {
                let names = units.iter().map(|unit| outcome.corpus.units[*unit].name.as_str());
                if units.is_empty() {
                    return String::new();
                }
                format!("{word} <b>{}</b> 个单位：{}。", units.len(), listed(names))
            };
            [said("未报送", &overdue), said("尚未报送（未到期）", &not_due), missed(outcome, units)].concat()
        }
    }
}

/// Returns the missing units' figures of last year, which show how much their reports may change the totals.
fn missed(outcome: &Outcome, units: &[usize]) -> String {
    let past = |unit: &usize| outcome.corpus.prior_report_of(*unit)?.values.get("t3.received.total").copied();
    let known: Vec<Decimal> = units.iter().filter_map(past).collect();
    match sum(known.iter().copied().map(Some)) {
        Some(sum) if !known.is_empty() => {
            let whose = if known.len() == units.len() { "这" } else { "其中有上年数的" };
            format!("{whose} {} 个单位上年共新收申请 {} 件。", known.len(), sum.normalize())
        }
        _ => String::new(),
    }
}

fn is_settled(outcome: &Outcome, verdict: &Verdict) -> bool {
    let open = |line: &Line| !matches!(line.status, Status::Accepted | Status::Superseded);
    verdict.missing.is_some() && !outcome.lines().iter().any(open)
}

/// Returns a sentence on whether the totals are final.
fn state(outcome: &Outcome, verdict: &Verdict) -> String {
    if is_settled(outcome, verdict) {
        return "报告已经收齐，没有未处理的必改和待说明问题。".to_owned();
    }
    let of_status = |status: Status| outcome.lines().iter().filter(move |line| line.status == status);
    let number = |status: Status| of_status(status).count();
    let flagged = of_status(Status::Flagged).filter(|line| is_counted(outcome, line)).count();
    let mut open = Vec::new();
    let no_report = if verdict.not_due.is_empty() { "个单位未报送" } else { "个单位尚未报送" };
    for (count, what) in [
        (verdict.missing.as_ref().map_or(0, Vec::len), no_report),
        (flagged, "份计入的报告有必改问题"),
        (number(Status::Flagged) - flagged, "份不是本年度的报告"),
        (number(Status::Queried), "份报告待说明"),
        (number(Status::Unreadable), "份无法读取"),
        (number(Status::NoForm), "份没有年报表格"),
        (number(Status::Conflicting), "份重复待定"),
        (number(Status::Unmatched), "份不在名册"),
    ] {
        if count > 0 {
            open.push(format!("{count} {what}"));
        }
    }
    if open.is_empty() {
        return "没有未处理的必改和待说明问题；是否收齐不能判断。".to_owned();
    }
    format!("合计还会变动：{}。", open.join("，"))
}

/// Returns boxes with numbers: reports by status, and the key figures.
fn tiles(outcome: &Outcome, verdict: &Verdict) -> String {
    let mut html = String::from("<ul class=\"statuses\" aria-label=\"各状态的份数\">\n");
    for status in STATUSES {
        let of_status = || outcome.lines().iter().filter(|line| line.status == status);
        let count = match &verdict.missing {
            Some(units) if status == Status::Missing => units.len(),
            _ => of_status().count(),
        };
        if count > 0 || matches!(status, Status::Accepted | Status::Queried | Status::Flagged) {
            let (class, word) = (status.word(), status.chinese());
            let _ = writeln!(html, "<li class=\"status {class}\" data-status=\"{word}\"><b>{count}</b> {word}</li>");
        }
    }
    let (counts, units) = (verdict.counts, verdict.counts_of_units);
    let _ = writeln!(
        html,
        "</ul>\n<p class=\"counts\">上面是报告的份数，未报的按单位计。报送的单位中有必改问题的 {} 个。问题清单中未处理的：必改 {} 处，待说明 {} 处，提示 {} 处；其中属{}的必改 {} 处，待说明 {} 处。</p>",
        verdict.units_to_fix,
        counts.must_fix,
        counts.must_explain,
        counts.notes,
        verdict.units_in_words(),
        units.must_fix,
        units.must_explain
    );
    html.push_str("<dl class=\"figures\">\n");
    for (label, _, indicators) in KEY_FIGURES {
        html.push_str(&key_figure(outcome, label, indicators));
    }
    html.push_str("</dl>\n");
    html
}

fn key_figure(outcome: &Outcome, label: &str, indicators: &[&str]) -> String {
    let form = outcome.corpus.form();
    let total = |id: &&str| {
        let position = form.position(id)?;
        outcome.totals.iter().find(|total| total.position == position)
    };
    let totals: Vec<_> = indicators.iter().filter_map(total).collect();
    let value = sum(totals.iter().map(|total| total.total)).filter(|_| totals.len() == indicators.len());
    let fewest = totals.iter().map(|total| total.reporting).min().unwrap_or(0);
    let at = totals.first().map(|first| format!(" data-i=\"{}\"", first.position)).unwrap_or_default();
    let positions: Vec<usize> = totals.iter().map(|total| total.position).collect();
    let behind = units_behind(outcome, &positions);
    let broken = match behind.as_slice() {
        [] => String::new(),
        names => format!("<dd class=\"broken\">勾稽不平：{}</dd>", listed(names.iter().copied())),
    };
    let value = value.map_or_else(|| "—".to_owned(), |value| value.normalize().to_string());
    format!("<div><dt>{label}</dt><dd{at}>{value}</dd><dd class=\"of\">{fewest} 个单位相加</dd>{broken}</div>\n")
}

/// Returns the units that unbalance a sum of the form in which one of these totals is a term.
fn units_behind<'a>(outcome: &'a Outcome, positions: &[usize]) -> Vec<&'a str> {
    let form = outcome.corpus.form();
    let holds = |equation: usize| {
        let equation = &form.equations[equation];
        equation.left.iter().chain(&equation.right).any(|term| positions.contains(term))
    };
    let broken = outcome.imbalances.iter().filter(|imbalance| holds(imbalance.equation));
    let entries: std::collections::BTreeSet<(Option<usize>, usize)> = broken
        .flat_map(|imbalance| &imbalance.units)
        .map(|(entry, _)| (outcome.corpus.entries[*entry].unit, *entry))
        .collect();
    entries.into_iter().map(|(unit, entry)| outcome.unit_name(unit, Some(entry))).collect()
}

/// Returns whether a line is of a report in the totals.
fn is_counted(outcome: &Outcome, line: &Line) -> bool {
    line.entry.is_some_and(|entry| outcome.corpus.entries[entry].disposition == Disposition::Counted)
}

/// Returns the basis of the totals, one sentence per line.
fn rests_on(outcome: &Outcome, verdict: &Verdict) -> Vec<String> {
    let counted = outcome.lines().iter().filter(|line| is_counted(outcome, line));
    let flagged = counted.filter(|line| line.status == Status::Flagged).count();
    let whole = outcome.settings.whole_body();
    let expected = match verdict.missing {
        Some(_) => format!("，应有 {} 个单位", verdict.expected),
        None => String::new(),
    };
    let mut lines = vec![format!("{whole}合计由 {} 份报告相加{expected}。", verdict.counted)];
    if flagged > 0 {
        lines.push(format!(
            "计入的报告中 {flagged} 份有必改问题，数字也在合计里，更正后合计会变；点任一合计，可看不含这些报告的数。"
        ));
    }
    let not_counted = outcome.units_not_counted();
    if !not_counted.is_empty() {
        let names = not_counted.iter().map(|unit| outcome.corpus.units[*unit].name.as_str());
        lines.push(format!("收到而未计入的单位 {} 个：{}。", not_counted.len(), listed(names)));
    }
    let is_unmatched = |line: &&Line| line.status == Status::Unmatched;
    let unmatched: Vec<&Line> = outcome.lines().iter().filter(is_unmatched).collect();
    if !unmatched.is_empty() {
        let names = unmatched.iter().map(|line| outcome.unit_name(line.unit, line.entry));
        lines.push(format!("不在名册、未计入的报告 {} 份：{}。", unmatched.len(), listed(names)));
    }
    if verdict.imbalances > 0 {
        let broken = verdict.imbalances;
        lines.push(format!(
            "合计本身有 {broken} 项勾稽不平，差额来自哪些单位，见{whole}合计各表下的说明和问题清单里的 R02。"
        ));
    }
    lines.push("空白、填“/”或无法识别的格未按 0 计，也未加进合计。".to_owned());
    if !outcome.corpus.unmatched_prior_units.is_empty() {
        let names = outcome.corpus.unmatched_prior_units.iter().map(String::as_str);
        lines.push(format!("上年年报中与本年单位对不上、未比对的：{}。", listed(names)));
    }
    lines.extend(verdict.official_differs.map(|count| match count {
        0 => "与本级年报逐格核对，全部一致。".to_owned(),
        count => format!("与本级年报逐格核对，{count} 格不一致，每格差额的来源见问题清单里的 R01。"),
    }));
    lines.extend(marks::changed_rules(outcome).map(|changed| format!("本单位调整了规则的性质：{changed}")));
    lines.push(format!("读取文件 {} 个（压缩包和邮件里的逐个计），略过 {} 个。", verdict.files, verdict.left_aside));
    lines
}

/// Maximum number of names listed in one sentence; the tables have all.
const NAMED: usize = 80;

/// Returns a list of names, each isolated so that it cannot change the direction of the text around it.
fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(|name| format!("<bdi>{}</bdi>", escaped(name))).collect();
    let more = if names.len() > NAMED { format!("等 {} 个", names.len()) } else { String::new() };
    names[..names.len().min(NAMED)].join("、") + &more
}
