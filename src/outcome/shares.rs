//! Shares of the county's totals and of the units' figures, by the definitions of the form.

use rust_decimal::Decimal;

use super::Outcome;
use crate::amount;
use crate::form::Share;

/// Number of decimal places of a percentage.
const PERCENT_DECIMALS: u32 = 1;

impl Outcome {
    /// Returns the county's total over some indicators; `None` if one has no total.
    #[must_use]
    pub fn sum_of_totals(&self, indicators: &[&str]) -> Option<Decimal> {
        let form = self.corpus.form();
        indicators.iter().map(|id| self.total(form.position(id)?)?.total).sum()
    }

    /// Returns the sum of a unit's figures; `None` if one is not added up.
    #[must_use]
    pub fn sum_of_figures(&self, entry: usize, indicators: &[&str]) -> Option<Decimal> {
        let (_, form) = self.corpus.report(entry)?;
        indicators.iter().map(|id| self.corpus.added(entry, form.position(id)?)).sum()
    }

    /// Returns a share of the county's totals in percent; `None` if it is not known, or its denominator is zero.
    #[must_use]
    pub fn share_of_totals(&self, share: Share) -> Option<Decimal> {
        amount::percent(self.sum_of_totals(share.part)?, self.sum_of_totals(share.whole)?, PERCENT_DECIMALS)
    }

    /// Returns a share of a unit's figures in percent; `None` if it is not known, or its denominator is zero.
    #[must_use]
    pub fn share_of_figures(&self, entry: usize, share: Share) -> Option<Decimal> {
        let sum = |indicators| self.sum_of_figures(entry, indicators);
        amount::percent(sum(share.part)?, sum(share.whole)?, PERCENT_DECIMALS)
    }
}
