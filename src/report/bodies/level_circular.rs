//! `通报.docx` of a roll-up: the coverage of the bodies directly below the root in its main year, and a list of them.

use std::io::Write;

use crate::levels::{BodyYear, LevelRollup};
use crate::report::Failure;
use crate::report::docx::{Scope, Template, Vocabulary};
use crate::report::letters::BY_HAND;

/// The vocabulary of the circular's template.
const WORDS: Vocabulary = Vocabulary {
    common: &["年度", "名称", "日期", "期限"],
    texts: &[
        "地区数",
        "应报数",
        "收到数",
        "未报数",
        "计入数",
        "必改报告数",
        "未计入结果数",
        "无名册结果数",
        "较好数",
        "较好地区",
        "无结果地区数",
        "无结果地区",
        "未报地区数",
        "未报地区",
        "必改地区数",
        "必改地区",
        "不平地区数",
        "不平地区",
    ],
    conditions: &["报送齐全", "有较好", "有无结果", "有未报", "有必改", "有不平", "有未计入", "有无名册"],
    row_texts: &["地区", "应报", "收到", "计入", "未报", "必改报告", "占比", "勾稽"],
    row_conditions: &[],
    needed_texts: &["年度"],
    needed_conditions: &[],
    needed_in_row: "地区",
    items: &[&[]],
};

/// A body directly below the root, in the year that the circular is about.
struct CircularPart<'a> {
    name: &'a str,
    edition: &'a BodyYear,
    /// Whether its own totals break a sum of the form.
    is_unbalanced: bool,
}

impl CircularPart<'_> {
    fn count(&self, column: &str) -> u64 {
        self.edition.coverage.get(column)
    }

    /// Returns whether there are no totals of this body.
    fn is_absent(&self) -> bool {
        self.count("outputs") == 0
    }

    /// Returns whether all units are known to have reported, and all outputs count.
    fn is_complete(&self) -> bool {
        let troubles = ["units_missing", "outputs_left_out", "outputs_without_roster", "bodies_absent"];
        !self.is_absent() && troubles.iter().all(|column| self.count(column) == 0)
    }

    /// Returns whether all units reported, all outputs and reports count, the totals balance, and no report has errors
    /// to fix.
    fn is_good(&self) -> bool {
        let received = self.count("units_received") == self.count("reports_counted");
        self.is_complete() && received && !self.is_unbalanced && self.count("reports_flagged") == 0
    }

    /// Returns the word for the sums of its totals.
    fn balance(&self) -> &'static str {
        match (self.is_absent(), self.is_unbalanced) {
            (true, _) => "—",
            (false, true) => "不平",
            (false, false) => "平",
        }
    }
}

/// Returns whether the root has a body below it in its main year.
pub(super) fn has_content(rollup: &LevelRollup) -> bool {
    rollup.main_root().is_some_and(|whole| !rollup.parts(whole).is_empty())
}

/// Writes the circular.
pub(super) fn docx(rollup: &LevelRollup, out: &mut dyn Write) -> Result<(), Failure> {
    let template = Template::open(include_bytes!("../../../data/templates/各地区通报.docx"), &WORDS)?;
    let Some(whole) = rollup.main_root() else { return Ok(()) };
    let parts: Vec<CircularPart<'_>> = rollup.parts(whole).into_iter().map(|at| part(rollup, at)).collect();
    let rows: Vec<Scope> = parts.iter().map(row).collect();
    out.write_all(&template.fill(&document(rollup, &rollup.years[whole], &parts), &rows)?)?;
    Ok(())
}

/// Returns the names of the bodies without totals of a year, from the level below the root on: `东市南县`.
fn absent_bodies(rollup: &LevelRollup, whole: &BodyYear) -> Vec<String> {
    let of_year = rollup.years.iter().filter(|edition| edition.year == whole.year && edition.form == whole.form);
    let is_lowest = |edition: &&BodyYear| rollup.bodies.iter().all(|body| body.parent != Some(edition.body));
    let absent = of_year.filter(|edition| edition.coverage.get("outputs") == 0).filter(is_lowest);
    absent.map(|edition| rollup.bodies[edition.body].path.split('/').skip(1).collect()).collect()
}

fn part(rollup: &LevelRollup, at: usize) -> CircularPart<'_> {
    let edition = &rollup.years[at];
    CircularPart { name: &rollup.bodies[edition.body].name, edition, is_unbalanced: rollup.is_unbalanced(at) }
}

/// Returns the values of a body's row in the list.
fn row(part: &CircularPart<'_>) -> Scope {
    let count = |column: &str| part.edition.coverage.known(column).map_or("—".to_owned(), |count| count.to_string());
    let mut scope = Scope::default();
    scope.texts.extend([
        ("地区", part.name.to_owned()),
        ("应报", count("units_expected")),
        ("收到", count("units_received")),
        ("计入", count("reports_counted")),
        ("未报", count("units_missing")),
        ("必改报告", count("reports_flagged")),
        ("占比", part.edition.coverage.flagged_percent().map_or_else(String::new, |share| format!("{share:.2}%"))),
        ("勾稽", part.balance().to_owned()),
    ]);
    scope
}

/// Returns the values of the whole document.
fn document(rollup: &LevelRollup, whole: &BodyYear, parts: &[CircularPart<'_>]) -> Scope {
    let count = |column: &str| whole.coverage.get(column).to_string();
    let mut scope = Scope::default();
    scope.texts.extend([
        ("年度", whole.year.to_string()),
        ("名称", rollup.bodies.first().map(|body| body.name.clone()).unwrap_or_default()),
        ("日期", BY_HAND.to_owned()),
        ("期限", BY_HAND.to_owned()),
        ("地区数", parts.len().to_string()),
        ("应报数", count("units_expected")),
        ("收到数", count("units_received")),
        ("未报数", count("units_missing")),
        ("计入数", count("reports_counted")),
        ("必改报告数", count("reports_flagged")),
        ("未计入结果数", (whole.coverage.get("outputs_left_out") + rollup.unplaced as u64).to_string()),
        ("无名册结果数", count("outputs_without_roster")),
    ]);
    let counted = |column: &'static str, measure: &'static str| {
        move |part: &CircularPart<'_>| format!("{}（{}{measure}）", part.name, part.count(column))
    };
    let named = |part: &CircularPart<'_>| part.name.to_owned();
    scope.list(parts, ["有较好", "较好数", "较好地区"], &|part| part.is_good(), &named);
    let absent = absent_bodies(rollup, whole);
    let own = |name: &String| name.clone();
    scope.list(&absent, ["有无结果", "无结果地区数", "无结果地区"], &|_| true, &own);
    let (missing, flagged) = ("units_missing", "reports_flagged");
    scope.list(parts, ["有未报", "未报地区数", "未报地区"], &|part| part.count(missing) > 0, &counted(missing, "个"));
    scope.list(parts, ["有必改", "必改地区数", "必改地区"], &|part| part.count(flagged) > 0, &counted(flagged, "份"));
    scope.list(parts, ["有不平", "不平地区数", "不平地区"], &|part| part.is_unbalanced, &named);
    let holds = [
        ("有未计入", whole.coverage.get("outputs_left_out") > 0 || rollup.unplaced > 0),
        ("有无名册", whole.coverage.get("outputs_without_roster") > 0),
        ("报送齐全", rollup.unplaced == 0 && parts.iter().all(CircularPart::is_complete)),
    ];
    scope.holds.extend(holds.into_iter().filter_map(|(word, holds)| holds.then_some(word)));
    scope
}
