//! Comparison of claims with the figures of the report.

use rust_decimal::Decimal;

use super::super::Rule;
use super::{Claim, ClaimSubject};
use crate::corpus::{Corpus, RunYear};
use crate::finding::Finding;
use crate::form::Form;
use crate::submission::Report;

/// Subjects with claims that can be contradicted outright: the subject, the figures of which any positive one
/// contradicts a claim of none, and the figures that must all be zero to contradict a claim of some.
const FLAT: [(&str, &[&str], &[&str]); 4] = [
    ("received", &["t3.received.total"], &["t3.received.total", "t3.carried_in.total"]),
    ("new", &["t3.received.total"], &["t3.received.total", "t3.carried_in.total"]),
    ("reviews", &["t4.review.total"], &[]),
    ("suits", &["t4.litigation_direct.total", "t4.litigation_after_review.total"], &[]),
];

impl ClaimSubject {
    /// Returns the topic of the subject.
    pub(in crate::rules) fn topic(&self) -> &str {
        &self.topic
    }
}

impl Claim {
    /// Returns whether the claim is about the whole of the report's year.
    pub(in crate::rules) fn is_of_report(&self, year: RunYear) -> bool {
        self.of_this_year && !self.is_partial && self.year.is_none_or(|said| year.is(said))
    }

    /// Returns the sums that the claim may equal, each with its first figure; `None` for a sum with a figure that is
    /// not a number.
    pub(in crate::rules) fn sums(&self, report: &Report, form: &Form) -> Vec<Option<(usize, Decimal)>> {
        self.subject.sums.iter().map(|sum| value_of(sum, report, form)).collect()
    }

    /// Returns the figure, and its value, that contradicts the claim outright: some against none, or none against some.
    pub(in crate::rules) fn contradicted(&self, report: &Report, form: &Form) -> Option<(usize, Decimal)> {
        let (_, any, all) = FLAT.iter().find(|(id, ..)| *id == self.subject.id)?;
        let values = |ids: &[&str]| -> Vec<Option<(usize, Decimal)>> {
            ids.iter().map(|id| value_of(&[(*id).to_owned()], report, form)).collect()
        };
        if self.value.is_zero() {
            return values(any).into_iter().flatten().find(|(_, value)| *value > Decimal::ZERO);
        }
        let zero = |value: &Option<(usize, Decimal)>| value.is_some_and(|(_, value)| value.is_zero());
        let values = values(all);
        if !values.is_empty() && values.iter().all(zero) { values[0] } else { None }
    }
}

impl Rule {
    /// Returns a finding of this rule about a figure that does not fit a claim, with its English message and the two
    /// values: in the text and in the table.
    pub(in crate::rules) fn on_claim(
        &self,
        corpus: &Corpus,
        entry: usize,
        claim: &Claim,
        (position, sum): (usize, Decimal),
    ) -> (Finding, [String; 2]) {
        let mut finding = self.on_figure(corpus, entry, position);
        let values = [claim.value, sum].map(|value| value.normalize().to_string());
        let [said, there] = &values;
        finding.values = values.to_vec();
        let english = corpus.report(entry).map(|(_, form)| form.indicators[position].english.as_str());
        let english = english.unwrap_or_default();
        finding = finding.at_places(claim.place.clone());
        finding.message.en = format!("the words {} say {said}, {english} holds {there}", claim.quote);
        (finding, values)
    }
}

/// Returns a sum of figures and the position of the first; `None` if a figure is not a number or the form lacks it.
fn value_of(ids: &[String], report: &Report, form: &Form) -> Option<(usize, Decimal)> {
    let (mut first, mut sum) = (None, Decimal::ZERO);
    for id in ids {
        let taken_off = id.strip_prefix('-');
        for position in positions(taken_off.unwrap_or(id), report, form)? {
            let figure = report.figures.at(position);
            let value = figure.value.filter(|_| figure.addable)?;
            sum += if taken_off.is_some() { -value } else { value };
            first = first.or(Some(position));
        }
    }
    first.map(|first| (first, sum))
}

/// Returns the positions of a figure's name; a `*` in it matches all rows of a group.
fn positions(id: &str, report: &Report, form: &Form) -> Option<Vec<usize>> {
    let Some((head, end)) = id.split_once('*') else { return form.position(id).map(|position| vec![position]) };
    let fits = |id: &str| id.starts_with(head) && id.ends_with(end);
    let all = 0..form.indicators.len();
    Some(all.filter(|at| fits(&form.indicators[*at].id) && !form.is_out(*at, report.combined)).collect())
}
