//! Attributes of a cell: its content, how often it is repeated, and its span.

use std::borrow::Cow;

use compact_str::CompactString;

use super::super::CellKind;
use super::super::fast_path::{FastResult, Unsupported, shown};
use super::super::markup::{for_each_attribute, unescape};

/// The attributes of a cell.
#[derive(Default)]
pub(super) struct Said<'a> {
    value: Option<Value<'a>>,
    is_text: bool,
    is_error: bool,
    pub(super) formula: Option<CompactString>,
    /// Columns and rows spanned, and repeat count, if stated.
    columns: Option<u32>,
    rows: Option<u32>,
    repeated: Option<u32>,
    /// Whether it counts as non-empty for the used area, even if only by its type.
    pub(super) holds: bool,
    /// Bytes of attributes that are kept.
    pub(super) length: u64,
}

#[derive(PartialEq, Eq)]
enum Value<'a> {
    Number(&'a str),
    Text(Cow<'a, str>),
    Date(Cow<'a, str>),
    Truth(bool),
}

impl<'a> Said<'a> {
    pub(super) fn of(attributes: &'a str) -> FastResult<Self> {
        let mut said = Self::default();
        let mut plain = Ok(());
        for_each_attribute(attributes, |name, value| plain = plain.and_then(|()| said.take(name, value)))?;
        plain.map(|()| said)
    }

    /// Reads an attribute. The first of several values counts, as in calamine.
    fn take(&mut self, name: &'a str, value: &'a str) -> FastResult<()> {
        match name {
            "table:number-columns-spanned" => once(&mut self.columns, value)?,
            "table:number-rows-spanned" => once(&mut self.rows, value)?,
            "table:number-columns-repeated" => once(&mut self.repeated, value)?,
            "office:value-type" | "calcext:value-type" => {
                self.holds = true;
                match name {
                    "calcext:value-type" => self.is_error = value == "error",
                    _ if self.value.is_none() => self.is_text = value == "string",
                    _ => {}
                }
            }
            "table:formula" => {
                self.keep(value);
                let formula = unescape(value)?;
                let without = formula.trim_start_matches("of:").trim_start_matches('=');
                self.formula = (!formula.is_empty()).then(|| without.into());
            }
            _ if name.starts_with("office:") => {
                self.keep(value);
                if self.value.is_none() {
                    self.value = valued(name, value)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn keep(&mut self, value: &str) {
        self.holds = true;
        self.length += value.len() as u64;
    }

    /// Returns the columns and rows that it spans.
    pub(super) fn span(&self) -> (u32, u32) {
        (self.columns.unwrap_or(1), self.rows.unwrap_or(1))
    }

    /// Returns how many cells it stands for.
    pub(super) fn repeated(&self) -> u32 {
        self.repeated.unwrap_or(1)
    }

    /// Returns whether its content is the text between its tags.
    pub(super) fn is_written(&self) -> bool {
        match &self.value {
            None => self.is_text,
            Some(Value::Text(text)) => self.is_error && text.is_empty(),
            Some(_) => false,
        }
    }

    /// Returns its content, if that is not between its tags; `None` if it is empty.
    pub(super) fn value(&self) -> FastResult<Option<(CellKind, CompactString)>> {
        Ok(match &self.value {
            Some(Value::Number(digits)) => Some((CellKind::Number, shown(digits)?.into())),
            Some(Value::Text(text)) => Some((CellKind::Text, text.as_ref().into())),
            Some(Value::Date(iso)) => Some((CellKind::Date, iso.as_ref().into())),
            Some(Value::Truth(truth)) => Some((CellKind::Boolean, if *truth { "TRUE" } else { "FALSE" }.into())),
            None => None,
        })
    }
}

fn valued<'a>(name: &str, value: &'a str) -> FastResult<Option<Value<'a>>> {
    Ok(match name {
        "office:value" => Some(Value::Number(value)),
        "office:string-value" => Some(Value::Text(unescape(value)?)),
        "office:date-value" | "office:time-value" => Some(Value::Date(unescape(value)?)),
        "office:boolean-value" => Some(Value::Truth(matches!(value, "TRUE" | "true"))),
        _ => None,
    })
}

fn once(field: &mut Option<u32>, value: &str) -> FastResult<()> {
    if field.replace(number(value)?).is_none() { Ok(()) } else { Err(Unsupported) }
}

/// Parses a count or span. Zero is unsupported.
pub(super) fn number(text: &str) -> FastResult<u32> {
    text.parse().ok().filter(|number| *number > 0).ok_or(Unsupported)
}
