//! Stored numbers as their number format displays them: the figure a person sees.

use rust_decimal::Decimal;

use crate::amount::{self, MoneyUnit, Notation, Reading, State};
use crate::document::DisplayedNumber;
use crate::form::{Indicator, ItemKind};

/// A figure as it is displayed.
pub(super) struct DisplayedFigure {
    pub(super) reading: Reading,
    /// The displayed text, if it differs from the stored number.
    pub(super) text: Option<String>,
    /// Whether the unit of money in the heading applies to the figure.
    pub(super) has_unit: bool,
}

/// Words after a displayed number that multiply it, with the power of ten.
const MULTIPLIERS: [(&str, i32); 7] =
    [("百万", 6), ("千万", 7), ("十万", 5), ("亿", 8), ("万", 4), ("千", 3), ("百", 2)];

/// Returns the figure that a person sees if the number format displays a stored number differently.
///
/// A count keeps its stored number, unless the format displays it in another unit or as a percentage: 300% is stored as
/// 3, and either may have been meant. An amount of money takes the displayed number, without rounding. If the format's
/// unit is unclear, the amount has no unit.
pub(super) fn as_shown(indicator: &Indicator, stored: Reading, shown: &DisplayedNumber) -> DisplayedFigure {
    let value = stored.value.unwrap_or_default();
    let noted = Reading { notation: stored.notation | Notation::NUMBER_FORMAT, ..stored.clone() };
    let DisplayedNumber::Altered { power, before, after } = shown else {
        return DisplayedFigure { reading: noted, text: None, has_unit: true };
    };
    if value.is_zero() {
        return DisplayedFigure { reading: stored, text: None, has_unit: true };
    }
    let power = i32::from(*power);
    let moved = amount::scaled(value, power);
    let on_screen = moved.map(|moved| format!("{before}{moved}{after}"));
    let refused = || Reading { state: State::Text, value: None, notation: Notation::empty(), money: None };
    let unit = MoneyUnit::split_from(after).filter(|(before, _)| before.is_empty()).map(|(_, unit)| unit);
    let is_counted = power == 0 && before.is_empty() && amount::is_counting_word(after);
    if indicator.kind == ItemKind::Money {
        return of_money(noted, (before, after), (moved, on_screen), unit);
    }
    let multiplier = MULTIPLIERS.iter().find(|(word, _)| *word == after).map_or(0, |(_, power)| *power);
    match (unit, multiplier) {
        _ if after.contains('%') => DisplayedFigure { reading: refused(), text: on_screen, has_unit: true },
        _ if is_counted => DisplayedFigure { reading: stored, text: None, has_unit: true },
        (None, 0) => DisplayedFigure { reading: noted, text: None, has_unit: true },
        (None, _) if power + multiplier == 0 => DisplayedFigure { reading: noted, text: None, has_unit: true },
        _ => DisplayedFigure { reading: refused(), text: on_screen, has_unit: true },
    }
}

/// Returns an amount of money. Its unit is that of the format; if the format adds no text, that of the heading.
fn of_money(
    noted: Reading,
    (before, after): (&str, &str),
    (moved, on_screen): (Option<Decimal>, Option<String>),
    unit: Option<MoneyUnit>,
) -> DisplayedFigure {
    let Some(moved) = moved else {
        return DisplayedFigure { reading: noted, text: on_screen, has_unit: false };
    };
    if before.is_empty() && unit.is_some() {
        let reading = Reading { value: Some(moved), money: unit, ..noted };
        return DisplayedFigure { reading, text: on_screen, has_unit: true };
    }
    if before.is_empty() && after.is_empty() {
        return DisplayedFigure { reading: Reading { value: Some(moved), ..noted }, text: on_screen, has_unit: true };
    }
    DisplayedFigure { reading: noted, text: on_screen, has_unit: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Forms;

    fn seen(kind: ItemKind, stored: &str, power: i8, after: &str) -> (State, String, Option<MoneyUnit>, bool) {
        let forms = Forms::official().expect("data files are well formed");
        let indicator = forms.all[0].indicators.iter().find(|item| item.kind == kind).expect("an indicator");
        let shown = DisplayedNumber::Altered { power, before: "".into(), after: after.into() };
        let seen = as_shown(indicator, amount::read(stored), &shown);
        let value = seen.reading.value.map_or_else(String::new, |value| value.to_string());
        (seen.reading.state, value, seen.reading.money, seen.has_unit)
    }

    #[test]
    fn money_is_what_is_shown() {
        let money = |stored, power, after| seen(ItemKind::Money, stored, power, after);
        let number = |value: &str, unit, known| (State::Number, value.to_owned(), unit, known);
        assert_eq!(money("147224900", -4, ""), number("14722.49", None, true));
        assert_eq!(money("35000", -3, ""), number("35", None, true));
        assert_eq!(money("3500", 0, "元"), number("3500", Some(MoneyUnit::Yuan), true));
        assert_eq!(money("35000", -4, "万元"), number("3.5", Some(MoneyUnit::TenThousandYuan), true));
        for after in ["千", "万", "%", "美元", "左右"] {
            assert_eq!(money("35000", -3, after), number("35000", None, false), "{after}");
        }
        assert_eq!(money("0", -3, "千"), number("0", None, true));
    }

    #[test]
    fn a_count_is_what_is_stored() {
        let count = |stored, power, after| seen(ItemKind::Count, stored, power, after);
        let number = |value: &str| (State::Number, value.to_owned(), None, true);
        assert_eq!(count("12", 0, "件"), number("12"));
        assert_eq!(count("1234", -3, ""), number("1234"));
        assert_eq!(count("35000", -4, "万"), number("35000"));
        for (power, after) in [(0, "万"), (0, "元"), (-3, "万"), (2, "%")] {
            assert_eq!(count("3", power, after).0, State::Text, "{after}");
        }
    }
}
