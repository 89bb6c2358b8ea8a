//! Time series of bodies: each total compared with last year's, and rates of outcomes.

use rust_decimal::Decimal;

use super::{BodyYear, IndicatorSums, LevelRollup};
use crate::amount::percent;
use crate::form::{APPLICATIONS, CONCLUDED, Form, REVIEWS};

/// Number of decimal places of a percentage.
const PERCENT_DECIMALS: u32 = 2;

/// The relation of an indicator to last year's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Continuity {
    /// It is on both forms.
    Continued,
    /// Last year's form did not have it.
    Begun,
    /// This year's form no longer has it.
    Ended,
}

impl Continuity {
    /// Returns the word in `data/trends.csv`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Continued => "continued",
            Self::Begun => "begun",
            Self::Ended => "ended",
        }
    }
}

/// A total compared with last year's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearChange<'a> {
    /// The indicator.
    pub indicator: &'a str,
    /// Its relation to last year's form.
    pub continuity: Continuity,
    /// This year's total.
    pub now: Option<IndicatorSums>,
    /// Last year's total.
    pub then: Option<IndicatorSums>,
}

impl YearChange<'_> {
    /// Returns this year's total less last year's; `None` if one of them is missing, or the forms differ.
    #[must_use]
    pub fn change(&self) -> Option<Decimal> {
        if self.continuity != Continuity::Continued {
            return None;
        }
        Some((self.now?.total? - self.then?.total?).normalize())
    }

    /// Returns the change in percent of last year's total, with two decimal places; `None` if that total is zero.
    #[must_use]
    pub fn percent(&self) -> Option<Decimal> {
        percent(self.change()?, self.then?.total?, PERCENT_DECIMALS)
    }
}

/// A kind of rate: a part of a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateKind {
    /// Its name in `data/rates.csv`.
    pub name: &'static str,
    /// Its Chinese name.
    pub chinese: &'static str,
    /// Indicators of the part, by the prefix and suffix of their ids.
    part: (&'static str, &'static str),
    /// Indicators of the whole.
    whole: &'static [&'static str],
}

/// The rates, in the order of the outputs.
pub const RATES: &[RateKind] = &[
    RateKind { name: "granted", chinese: "予以公开", part: ("t3.granted.", "total"), whole: CONCLUDED },
    RateKind {
        name: "partly_granted", chinese: "部分公开", part: ("t3.partly_granted.", "total"), whole: CONCLUDED
    },
    RateKind { name: "denied", chinese: "不予公开", part: ("t3.denied.", "total"), whole: CONCLUDED },
    RateKind { name: "unavailable", chinese: "无法提供", part: ("t3.unavailable.", "total"), whole: CONCLUDED },
    RateKind { name: "not_processed", chinese: "不予处理", part: ("t3.not_processed.", "total"), whole: CONCLUDED },
    RateKind { name: "other", chinese: "其他处理", part: ("t3.other.", "total"), whole: CONCLUDED },
    RateKind { name: "carried_out", chinese: "结转下年", part: ("t3.carried_out.", "total"), whole: APPLICATIONS },
    RateKind {
        name: "review_corrected", chinese: "复议结果纠正", part: ("t4.review.", "corrected"), whole: REVIEWS
    },
    RateKind {
        name: "litigation_direct_corrected",
        chinese: "未经复议直接起诉结果纠正",
        part: ("t4.litigation_direct.", "corrected"),
        whole: &["t4.litigation_direct.total"],
    },
    RateKind {
        name: "litigation_after_review_corrected",
        chinese: "复议后起诉结果纠正",
        part: ("t4.litigation_after_review.", "corrected"),
        whole: &["t4.litigation_after_review.total"],
    },
];

/// A rate of a body and year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Its kind.
    pub kind: RateKind,
    /// The part.
    pub part: Decimal,
    /// The whole.
    pub whole: Decimal,
}

impl Rate {
    /// Returns the part in percent of the whole, with two decimal places; `None` if the whole is zero.
    #[must_use]
    pub fn percent(&self) -> Option<Decimal> {
        percent(self.part, self.whole, PERCENT_DECIMALS)
    }
}

impl LevelRollup {
    /// Returns the position of the same body in the year before, preferably on the same form.
    #[must_use]
    pub fn year_before(&self, edition: usize) -> Option<usize> {
        let BodyYear { body, year, form, .. } = &self.years[edition];
        let is_before = |other: &&usize| {
            let other = &self.years[**other];
            other.body == *body && other.year + 1 == *year
        };
        // The years of one body are consecutive.
        let before: Vec<usize> = (0..edition).rev().take_while(|at| self.years[*at].body == *body).collect();
        let mut found: Vec<usize> = before.iter().filter(is_before).copied().collect();
        found.sort_by_key(|at| self.years[*at].form != *form);
        found.first().copied()
    }

    /// Returns the totals of a body and year compared with those of the year before; empty if there are none.
    /// Indicators of this year's form are first, then those that only last year's form has.
    #[must_use]
    pub fn year_changes(&self, edition: usize) -> Vec<YearChange<'_>> {
        let Some(before) = self.year_before(edition) else { return Vec::new() };
        let [form, form_before] = [edition, before].map(|at| &self.forms.all[self.years[at].form]);
        let mut changes = Vec::new();
        for (position, sums) in self.totals.of(edition) {
            let indicator = form.indicators[*position].id.as_str();
            let then = form_before.position(indicator);
            let continuity = match then {
                // A row for a combined group holds the figures of some units only. It is no successor of a row that all
                // units fill in.
                Some(then) if form.is_official(*position) == form_before.is_official(then) => Continuity::Continued,
                Some(then) if form_before.is_official(then) => Continuity::Ended,
                _ => Continuity::Begun,
            };
            let then = then.and_then(|position| self.sums_at(before, position));
            changes.push(YearChange { indicator, continuity, now: Some(*sums), then });
        }
        for (position, sums) in self.totals.of(before) {
            let indicator = form_before.indicators[*position].id.as_str();
            let now = form.position(indicator);
            if now.is_none_or(|now| self.sums_at(edition, now).is_none()) {
                let is_on_both = now.is_some_and(|now| form.is_official(now) == form_before.is_official(*position));
                let continuity = if is_on_both { Continuity::Continued } else { Continuity::Ended };
                changes.push(YearChange { indicator, continuity, now: None, then: Some(*sums) });
            }
        }
        changes
    }

    /// Returns the total of an indicator, by its position in the form, for a body and year.
    #[must_use]
    pub fn sums_at(&self, edition: usize, position: usize) -> Option<IndicatorSums> {
        let totals = self.totals.of(edition);
        totals.binary_search_by_key(&position, |(at, _)| *at).ok().map(|at| totals[at].1)
    }

    /// Returns the rates of a body and year of which both part and whole are known.
    #[must_use]
    pub fn rates(&self, edition: usize) -> Vec<Rate> {
        let form = &self.forms.all[self.years[edition].form];
        let rate = |kind: &RateKind| {
            let part = self.part(edition, form, kind.part)?;
            let total = |indicator: &&str| self.sums_at(edition, form.position(indicator)?)?.total;
            let whole: Decimal = kind.whole.iter().map(total).sum::<Option<Decimal>>()?;
            Some(Rate { kind: *kind, part: part.normalize(), whole: whole.normalize() })
        };
        RATES.iter().filter_map(rate).collect()
    }

    /// Adds up the indicators with a prefix and suffix; `None` if an official one has no total and no combined row
    /// stands for it.
    fn part(&self, edition: usize, form: &Form, (begin, end): (&str, &str)) -> Option<Decimal> {
        let is_part = |indicator: &str| {
            let rest = indicator.strip_prefix(begin).and_then(|rest| rest.strip_suffix(end));
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        let (mut sum, mut is_official_missing, mut has_combined) = (None, false, false);
        for (position, _) in form.indicators.iter().enumerate().filter(|(_, item)| is_part(&item.id)) {
            match self.sums_at(edition, position).and_then(|sums| sums.total) {
                Some(total) => {
                    sum = Some(sum.unwrap_or(Decimal::ZERO) + total);
                    has_combined |= !form.is_official(position);
                }
                None => is_official_missing |= form.is_official(position),
            }
        }
        // Where units filled in a group as one row, its single rows may have no number at all.
        if is_official_missing && !has_combined {
            return None;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rate_has_its_indicators_on_the_newest_form() {
        let forms = crate::form::Forms::official().expect("data files are well formed");
        let form = forms.all.last().expect("a form");
        for rate in RATES {
            let (begin, end) = rate.part;
            assert!(form.indicators.iter().any(|item| item.id.starts_with(begin) && item.id.ends_with(end)));
            assert!(rate.whole.iter().all(|indicator| form.position(indicator).is_some()), "{}", rate.name);
        }
    }
}
