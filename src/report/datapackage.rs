//! `data/datapackage.json`: a description of the CSV files as a Frictionless Data Package.

use std::io::Write;

use serde_json::{Value, json};

use super::{Failure, change_list, findings, totals, units};
use crate::corpus::column;
use crate::outcome::Outcome;

/// The words for kinds of differences.
const WHAT_WORDS: [&str; 10] = [
    "received",
    "resubmitted",
    "figure",
    "status",
    "found",
    "mended",
    "still_open",
    "explained",
    "lapsed",
    "corrected",
];

/// Writes the description of the CSV files. It depends only on the year, the columns, and whether there are changes.
pub(super) fn json(outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    let mut resources = vec![
        resource("facts", "one row per indicator of each submission that counts", &column::FACTS),
        resource("units", "one row per submission, and one per missing unit", &units::COLUMNS),
        resource("findings", "one row per cause of trouble", &findings::COLUMNS),
        resource("totals", "one row per indicator: the county's figure and its coverage", &totals::COLUMNS),
    ];
    if outcome.changes.is_some() {
        let description = "one row per difference from an earlier run";
        resources.push(resource("changes", description, &change_list::COLUMNS));
    }
    let package = json!({
        "name": format!("huizong-{}", outcome.corpus.year.known().map_or_else(|| "unknown".to_owned(), |year| year.to_string())),
        "profile": "data-package",
        "resources": resources,
    });
    serde_json::to_writer_pretty(&mut *out, &package)?;
    out.write_all(b"\n")?;
    Ok(())
}

/// Returns the description of a CSV file in `data/` and its columns.
pub(super) fn resource(name: &str, description: &str, columns: &[&str]) -> Value {
    json!({
        "name": name,
        "path": format!("{name}.csv"),
        "description": description,
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": { "delimiter": ",", "lineTerminator": "\n", "quoteChar": "\"", "doubleQuote": true, "header": true },
        "schema": { "fields": columns.iter().map(|column| field(name, column)).collect::<Vec<_>>(), "missingValues": [""] },
    })
}

fn field(table: &str, name: &str) -> Value {
    let counts = ["cells_", "units_", "reports_", "files_"];
    let integers = ["year", "must_fix", "must_explain", "notes", "level", "outputs", "outputs_left_out"];
    let kind = match name {
        "value" | "total" | "total_unflagged" | "official" | "total_corrected" | "flagged_percent" => "number",
        _ if integers.contains(&name) || counts.iter().any(|prefix| name.starts_with(prefix)) => "integer",
        _ => "string",
    };
    let words: &[&str] = match (table, name) {
        ("facts", "state") => &["number", "blank", "na", "text", "absent"],
        ("units", "status") => {
            &["accepted", "queried", "flagged", "unreadable", "missing", "superseded", "conflicting", "unmatched"]
        }
        ("findings", "severity") => &["must_fix", "must_explain", "note"],
        ("changes", "what") => &WHAT_WORDS,
        ("findings", "status") => &["open", "explained", "refused", "lapsed", "corrected"],
        _ => &[],
    };
    if words.is_empty() {
        json!({ "name": name, "type": kind })
    } else {
        json!({ "name": name, "type": kind, "constraints": { "enum": words } })
    }
}
