//! The rule catalogue as text: the list of rules, and a rule's page with its examples as small tables.

use huizong::finding::{Language, Severity};
use huizong::rules::{self, Rule};
use huizong::source::base_name;
use huizong::spelling::quoted;

/// Returns a line for each rule.
pub(super) fn list(language: Language) -> String {
    let line = |rule: &&Rule| match language {
        Language::Chinese => format!("{}  {}  {}\n", rule.code, rule.severity.chinese(), rule.title),
        Language::English => {
            format!("{}  {}  {}\n", rule.code, english(rule.severity), rule.name.replace('-', " "))
        }
    };
    rules::ALL.iter().map(line).collect()
}

fn english(severity: Severity) -> &'static str {
    match severity {
        Severity::MustFix => "must fix",
        Severity::MustExplain => "must explain",
        Severity::Note => "note",
    }
}

/// Returns a rule's page. The pages are in Chinese only; for English, a line before the page states that.
pub(super) fn page(rule: &Rule, language: Language) -> String {
    let page = with_tables(rule.page);
    match language {
        Language::Chinese => page,
        Language::English => {
            let (name, strength) = (rule.name.replace('-', " "), english(rule.severity));
            format!("{}: {name} ({strength}). The page is in Chinese:\n\n{page}", rule.code)
        }
    }
}

/// Returns a page with each example as a table of two columns. In the source, an example is written as a test, in
/// fenced blocks.
fn with_tables(page: &str) -> String {
    let mut text = String::new();
    let mut rows: Vec<[String; 2]> = Vec::new();
    for (nth, part) in page.split("```").enumerate() {
        if nth % 2 == 0 {
            text.push_str(if part.trim().is_empty() { "" } else { part });
            continue;
        }
        let (kind, lines) = part.split_once('\n').unwrap_or((part, ""));
        let row = if kind == "input" { sent } else { found };
        rows.extend(lines.lines().filter(|line| !line.trim().is_empty()).map(row));
        if kind == "findings" {
            text.push_str(&table(&rows));
            rows.clear();
        }
    }
    text
}

/// Returns the row of a line of an example's input: what it sets (a cell, a file, the year), and the value.
fn sent(line: &str) -> [String; 2] {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let pair = |name: &str, said: &str| [name.to_owned(), said.to_owned()];
    match (word, rest.split_once(' ')) {
        ("roster", _) => {
            let names: Vec<&str> = rest.split(' ').filter_map(|unit| unit.split(':').next()).collect();
            pair("名册", &names.join("、"))
        }
        ("year", _) => pair("汇总年度", rest),
        ("date", _) => pair("日期", rest),
        ("limit", _) => pair("读取上限", &format!("{rest}字节")),
        ("file", _) => pair("报送文件", rest),
        ("copy", _) => pair("文件内容", base_name(rest).split('.').next().unwrap_or_default()),
        ("last", _) => pair("上年文件", rest),
        ("official", _) => pair("本级年报", rest),
        ("words", _) => pair("正文", "各部分齐全"),
        ("before" | "after", _) => pair("正文", rest),
        ("content", _) => pair("文件内容", rest),
        ("empty", _) => pair("文件内容", "空"),
        ("sheet", _) => pair("另一工作表", rest),
        ("form", _) => pair("表式", &format!("{rest}年版")),
        ("title", _) => pair("标题", rest),
        ("clear", _) => pair(&rest.replace(' ', "、"), "空白"),
        ("drop", Some((_, table))) => pair(&format!("表{}", ["一", "二", "三", "四"][number(table)]), "没有"),
        ("delete", Some((_, row))) => pair(&format!("第{row}行"), "删去"),
        ("hide", Some((kind, at))) => {
            pair(&(if kind == "row" { format!("第{at}行") } else { format!("{at}列") }), "隐藏")
        }
        ("hide", None) => pair("工作表", "隐藏"),
        ("merge", Some((cells, value))) => pair(cells, &format!("合并为一格，填{}", value.trim_start_matches("= "))),
        (cell, Some(("=", value))) => pair(cell, &format!("填{value}")),
        (cell, Some((_, formula))) => pair(cell, &format!("公式 {}", formula.replace(" -> ", "，保存的结果"))),
        _ => pair(word, rest),
    }
}

/// Returns the zero-based index of the table with this number, clamped to the four tables of the form.
fn number(table: &str) -> usize {
    table.parse::<usize>().map_or(0, |number| number.clamp(1, 4) - 1)
}

/// Returns the row of a line of an example's findings: severity, rule code, place and values.
fn found(line: &str) -> [String; 2] {
    let mut words = line.split(' ');
    let (Some(code), Some(strength)) = (words.next(), words.next()) else {
        return ["结果".to_owned(), "本条不提示".to_owned()];
    };
    let strength = Severity::parse(strength).map_or("", Severity::chinese);
    let mut said = vec![format!("{strength}（{code}）")];
    // The third word is the id of a broken sum, which the page's text names.
    for word in words.enumerate().filter(|(nth, word)| *nth != 2 && *word != "-").map(|(_, word)| word) {
        said.push(match word.split_once('=') {
            Some(("given", value)) => format!("现填{value}"),
            Some(("expected", value)) => format!("应为{value}"),
            Some(("difference", value)) => format!("差额{value}"),
            Some(("says", value)) => quoted(value),
            Some(_) => continue,
            None => word.replace(';', "、"),
        });
    }
    [
        "结果".to_owned(),
        said.into_iter().filter(|part| !part.ends_with("为") && part != "应为").collect::<Vec<_>>().join("，"),
    ]
}

/// Returns the rows as lines, with the first column padded to its widest text. A character outside ASCII counts as two
/// columns.
fn table(rows: &[[String; 2]]) -> String {
    let wide = |text: &str| text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
    let width = rows.iter().map(|[name, _]| wide(name)).max().unwrap_or(0);
    let line = |[name, said]: &[String; 2]| format!("  {name}{}  {said}\n", " ".repeat(width - wide(name)));
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_tables_and_no_code() {
        for rule in rules::ALL {
            let page = page(rule, Language::Chinese);
            for code in ["```", "must_fix", "must_explain", "balance:", "says="] {
                assert!(!page.contains(code), "{} shows {code}", rule.code);
            }
            let names = page.lines().filter_map(|line| line.strip_prefix("  ")).filter_map(|row| row.split(' ').next());
            for name in names {
                let is_english = name.len() > 1 && name.bytes().all(|byte| byte.is_ascii_lowercase());
                assert!(!is_english, "{} shows {name}", rule.code);
            }
        }
        let page = rules::rule("S01").map(|rule| page(rule, Language::Chinese)).unwrap_or_default();
        assert!(page.contains("  报送文件  甲山镇2025年年报.xlsx\n  D47       填2\n"), "{page}");
        assert!(page.contains("  结果      必改（S01），甲山镇，J46，现填8，应为7，差额1"), "{page}");
        let damaged = rules::rule("F11").map(|rule| super::page(rule, Language::Chinese)).unwrap_or_default();
        assert!(damaged.contains("  文件内容  填好的填报表\n  结果      本条不提示\n"), "{damaged}");
    }
}
