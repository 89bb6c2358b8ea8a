//! Percentages, rounded as offices round them.

use rust_decimal::{Decimal, RoundingStrategy};

/// Rounds to some decimals, half away from zero (四舍五入).
#[must_use]
pub fn rounded(value: Decimal, decimals: u32) -> Decimal {
    value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
}

/// Returns a part in percent of a whole, rounded to some decimals; `None` if the whole is zero.
#[must_use]
pub fn percent(part: Decimal, whole: Decimal, decimals: u32) -> Option<Decimal> {
    let share = part.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole)?;
    Some(rounded(share, decimals))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_rounded_half_away_from_zero() {
        let of = |part: i64, whole: i64, decimals: u32| {
            percent(Decimal::from(part), Decimal::from(whole), decimals).map(|share| share.to_string())
        };
        assert_eq!(of(1, 3, 2).as_deref(), Some("33.33"));
        assert_eq!(of(-1, 800, 2).as_deref(), Some("-0.13"));
        assert_eq!(of(5, 16, 1).as_deref(), Some("31.3"));
        assert_eq!(of(1, 0, 1), None);
    }
}
