//! Entry workbooks: one for each unit of the roster, or without a roster one for any unit.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::{Plan, given};
use crate::corpus::PriorReport;
use crate::error::{Error, Result};
use crate::form::Form;
use crate::message::Message;
use crate::report::{EntryForm, Files, entry_workbook, file_names};
use crate::submission::Reader;

/// Name of the workbook for any unit, written without a roster.
const FOR_ANYBODY: &str = "政府信息公开年报.xlsx";

/// Returns a workbook for each unit that must report, by file name: on the requested form, else on that of the year,
/// else on the latest one.
///
/// # Errors
/// `Error` if a file named by the plan cannot be read, or the form does not exist.
pub fn entry_workbooks(plan: &Plan, form: Option<&str>) -> Result<Files> {
    let reader = Arc::new(Reader { limits: plan.limits, ..Reader::official()? });
    let corpus = given::corpus_without_reports(plan, &reader)?;
    let forms = &corpus.forms;
    let form = match form {
        Some(id) => forms.all.iter().find(|form| form.id == id),
        None => forms.all.get(forms.for_year(plan.year.unwrap_or(u16::MAX))),
    };
    let form = form.ok_or_else(|| Error::Given {
        file: "--form".to_owned(),
        why: Message::new("没有这种表式", "there is no such form"),
    })?;
    let names = file_names(corpus.units.iter().map(|unit| unit.name.as_str()));
    let mut books = Vec::new();
    for at in (0..corpus.units.len()).filter(|at| corpus.is_expected(*at)) {
        let given = corpus.prior_report_of(at).map(|past| carried_over(form, past)).unwrap_or_default();
        let entry = EntryForm { form, unit: Some(&corpus.units[at]), year: plan.year, given };
        books.push((format!("{}.xlsx", names[at]), bytes(&entry)?));
    }
    if !corpus.has_roster {
        let entry = EntryForm { form, unit: None, year: plan.year, given: BTreeMap::new() };
        books.push((FOR_ANYBODY.to_owned(), bytes(&entry)?));
    }
    Ok(books)
}

fn bytes(entry: &EntryForm<'_>) -> Result<Vec<u8>> {
    entry_workbook(entry).map_err(|error| Error::Data { name: "entry workbook".to_owned(), why: error.to_string() })
}

/// Returns the applications that last year's report carries over, by their position in this year's form; empty if one
/// of the figures is missing or not valid in its cell.
fn carried_over(form: &Form, past: &PriorReport) -> BTreeMap<usize, Decimal> {
    let carried_in = form.indicators[..form.official].iter().enumerate();
    let carried_in = carried_in.filter_map(|(at, item)| Some((at, item, item.id.strip_prefix("t3.carried_in.")?)));
    let figure = |(at, item, column): (usize, &crate::form::Indicator, &str)| {
        let value = past.values.get(&format!("t3.carried_out.{column}")).copied();
        value.filter(|value| item.accepts(*value)).map(|value| (at, value.normalize()))
    };
    carried_in.map(figure).collect::<Option<BTreeMap<usize, Decimal>>>().unwrap_or_default()
}
