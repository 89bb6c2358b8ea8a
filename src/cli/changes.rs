//! Differences between two runs, for the terminal.

use huizong::changes::Changes;
use huizong::finding::Language;
use huizong::report;

/// Returns the three lines of the closing summary about an earlier run: files, findings, totals.
pub(super) fn summary(changes: &Changes, language: Language) -> [String; 3] {
    let counts = changes.counts;
    let findings = report::finding_counts(&counts).in_language(language).to_owned();
    let since = report::since_in_words(changes);
    let totals = changes.totals.len();
    match language {
        Language::Chinese => [
            format!("{}：{}", since.zh, report::received_in_words(&counts, |count| count.to_string())),
            findings,
            if totals == 0 { "合计没有变化".to_owned() } else { format!("合计有变化的 {totals} 格") },
        ],
        Language::English => [
            format!(
                "{}: {} units received, {} resubmitted, {} figures changed",
                since.en, counts.received, counts.resubmitted, counts.figures
            ),
            findings,
            if totals == 0 { "no total changed".to_owned() } else { format!("{totals} totals changed") },
        ],
    }
}

/// Returns the lines that `huizong diff` prints: the summary, then a line for each unit with a difference.
pub(super) fn lines(changes: &Changes, language: Language) -> Vec<String> {
    let mut lines = summary(changes, language).to_vec();
    for unit in &changes.units {
        let [then, now] = [&unit.before, &unit.after].map(|word| report::status_in_words(word, language));
        let said = report::unit_changes_in_words(unit);
        let next = report::next_step(unit);
        let [fix, explain] = unit.open;
        lines.push(match language {
            Language::Chinese => {
                // The county's totals have no status.
                let status = if then == now && now == "—" { String::new() } else { format!("{then} → {now}；") };
                let still = match unit.open {
                    [0, 0] => String::new(),
                    _ => format!("仍有{}；", report::open_in_words(unit)),
                };
                format!("{}：{status}{}；{still}下一步：{}", unit.unit, said.zh, next.zh)
            }
            Language::English => format!(
                "“{}”: {then} -> {now}; {}; {fix} to fix and {explain} to explain are open; next: {}",
                unit.unit, said.en, next.en
            ),
        });
    }
    lines
}
