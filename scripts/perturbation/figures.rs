//! Figures of clean reports: as sparse as real ones, and in agreement with every sum and rule.

use huizong::form::{Form, ItemKind};
use rust_decimal::Decimal;

use super::random::Random;

/// Returns a clean report's figures, one for each official indicator of the form.
pub(crate) fn clean(form: &Form, random: &mut Random) -> Vec<Decimal> {
    let mut figures = vec![Decimal::ZERO; form.official];
    let is_empty = random.below(5) == 0;
    published(form, &mut figures, is_empty, random);
    if !is_empty {
        let applications = match random.below(10) {
            0 => 0,
            1 => 60 + random.below(400),
            _ => 1 + random.below(24),
        };
        applied(form, &mut figures, applications, random);
        disputed(form, &mut figures, applications, random);
    }
    figures
}

fn set(form: &Form, figures: &mut [Decimal], id: &str, value: Decimal) {
    if let Some(at) = form.position(id) {
        figures[at] = value;
    }
}

/// Fills table 2. Bodies of this level issue no regulations.
fn published(form: &Form, figures: &mut [Decimal], is_empty: bool, random: &mut Random) {
    for at in form.of_table(0) {
        let indicator = &form.indicators[at];
        if is_empty || indicator.id.contains("regulations") || random.below(3) == 0 {
            continue;
        }
        figures[at] = match indicator.kind {
            ItemKind::Count => {
                let bound = [9, 60, 1900][random.below(3)];
                Decimal::from(random.below(bound))
            }
            ItemKind::Change => Decimal::from(random.below(9)) - Decimal::from(4),
            ItemKind::Money => money(random),
        };
    }
    let [issued, repealed] = [random.below(5), random.below(3)];
    let in_force = issued + repealed + random.below(30);
    let lines = [("issued", issued), ("repealed", repealed), ("in_force", in_force)];
    for (column, count) in lines {
        let count = if is_empty { 0 } else { count };
        set(form, figures, &format!("t2.normative_documents.{column}"), Decimal::from(count));
    }
}

/// Returns an amount in 万元 with up to four decimals.
fn money(random: &mut Random) -> Decimal {
    let hundredths = Decimal::from(random.below(40_000) + 5);
    (hundredths / [Decimal::from(100), Decimal::from(10_000)][usize::from(random.below(6) == 0)]).normalize()
}

/// Fills table 3: each application is received or carried in, and concluded in one way or carried out.
fn applied(form: &Form, figures: &mut [Decimal], applications: usize, random: &mut Random) {
    const COLUMNS: [&str; 6] =
        ["natural_person", "business", "research", "social_welfare", "legal_service", "other_organisation"];
    let outcomes: Vec<String> = form
        .of_table(1)
        .map(|at| form.indicators[at].id.as_str())
        .filter_map(|id| id.strip_prefix("t3.")?.strip_suffix(".natural_person"))
        .filter(|row| !["received", "carried_in", "concluded_total", "carried_out"].contains(row))
        .map(str::to_owned)
        .collect();
    for _ in 0..applications {
        let column = COLUMNS[[0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4, 4, 5][random.below(14)]];
        let source = if random.below(12) == 0 { "carried_in" } else { "received" };
        let outcome = &outcomes[random.below(outcomes.len()).min(random.below(outcomes.len()))];
        let rows = if random.below(10) == 0 {
            vec![source, "carried_out"]
        } else {
            vec![source, outcome.as_str(), "concluded_total"]
        };
        for row in rows {
            for column in [column, "total"] {
                let at = form.position(&format!("t3.{row}.{column}")).expect("a figure of table 3");
                figures[at] += Decimal::ONE;
            }
        }
    }
}

/// Fills table 4. There are lawsuits after a review only if there was a review.
fn disputed(form: &Form, figures: &mut [Decimal], applications: usize, random: &mut Random) {
    let mut has_review = false;
    for block in ["review", "litigation_direct", "litigation_after_review"] {
        let mut total = 0;
        for result in ["upheld", "corrected", "other_result", "pending"] {
            let is_any = random.below(3) == 0 && (has_review || block != "litigation_after_review");
            let count = if is_any { random.below(applications / 20 + 4) } else { 0 };
            set(form, figures, &format!("t4.{block}.{result}"), Decimal::from(count));
            total += count;
        }
        has_review |= block == "review" && total > 0;
        set(form, figures, &format!("t4.{block}.total"), Decimal::from(total));
    }
}
