//! Recognition of files written by this program, which are not submissions.
//!
//! Workbooks are marked by a custom property and letters by their keywords, both of which Office and WPS preserve; the
//! page by its generator; tables by their header.

use std::collections::BTreeMap;

use crate::document::{Format, core_properties, custom_properties};
use crate::form::Form;
use crate::source::digest;
use crate::submission::Report;

/// The name of the property, and the keyword.
pub(super) const MARK: &str = "huizong";
/// Prefix of the property of an annotated workbook, followed by the digest of its figures.
const ANNOTATED: &str = "annotated ";
/// Prefix of the property of an entry workbook, followed by its version.
const ENTRY: &str = "entry ";
/// The keyword of the draft of the county's own report.
const COUNTY_REPORT: &str = "huizong-report";
/// Names of the further properties of an entry workbook.
const ENTRY_FIELDS: [&str; 4] = ["huizong_form", "huizong_unit_id", "huizong_unit", "huizong_year"];
/// Number of bytes examined at the start of a text, and at the end of an archive or a Parquet file.
const HEAD_BYTES: usize = 4096;
const TAIL_BYTES: usize = 1 << 14;

/// Starts of the first lines of the program's tables.
const HEADINGS: [&str; 11] = [
    "unit_id,unit,year,form,indicator,value",
    "unit_id,unit,kind,status,year,form",
    "finding_id,rule,severity,unit_id,unit,year",
    "year,form,indicator,total,units_expected",
    "unit_id,unit,what,rule,finding_id",
    "year,form,kind,indicator,total",
    "body,body_path,level,parent_path,year",
    "序号,单位,类型,状态,文件,必改",
    "编号,规则,性质,单位,年度,位置",
    "单位,类型,截止日期,情况",
    "单位,联系人,电话,事项",
];

/// The kinds of files written by this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnFile {
    /// A file without a report of a unit.
    Output,
    /// An annotated workbook with the digest of its figures. A unit may correct it and return it as its report.
    Annotated(String),
    /// An entry workbook.
    Entry(EntryMark),
    /// The draft of the county's own report: the report of the county it names, not the submission of a unit.
    CountyReport,
}

/// The properties of an entry workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryMark {
    /// Version of its layout.
    pub version: u32,
    /// The form.
    pub form: String,
    /// Id of the unit it was made for; empty if it was made for any unit.
    pub unit_id: String,
    /// Name of that unit.
    pub unit: String,
    /// The report year, if known.
    pub year: Option<u16>,
}

impl EntryMark {
    /// Returns the property that marks the workbook.
    pub(super) fn property(&self) -> String {
        format!("{ENTRY}{}", self.version)
    }

    /// Returns the further properties.
    pub(super) fn fields(&self) -> [(&'static str, String); 4] {
        let year = self.year.map(|year| year.to_string()).unwrap_or_default();
        let [form, unit_id, unit, stated] = ENTRY_FIELDS;
        [(form, self.form.clone()), (unit_id, self.unit_id.clone()), (unit, self.unit.clone()), (stated, year)]
    }

    /// Parses the properties; `None` if one is missing.
    fn parse(mark: &str, custom: &BTreeMap<String, String>) -> Option<Self> {
        let version = mark.strip_prefix(ENTRY)?.parse().ok()?;
        let [form, unit_id, unit, year] = ENTRY_FIELDS.map(|name| custom.get(name).cloned());
        Some(Self { version, form: form?, unit_id: unit_id?, unit: unit?, year: year?.parse().ok() })
    }
}

/// Returns which kind of this program's files a file is, if any.
#[must_use]
pub fn own_file(format: Format, bytes: &[u8]) -> Option<OwnFile> {
    match format {
        Format::Xlsx | Format::Xls | Format::Ods => of_workbook(&custom_properties(format, bytes, MARK)?),
        Format::Docx => {
            let core = core_properties(bytes)?;
            if core.contains(&format!("<cp:keywords>{COUNTY_REPORT}<")) {
                return Some(OwnFile::CountyReport);
            }
            core.contains(&format!("<cp:keywords>{MARK}")).then_some(OwnFile::Output)
        }
        Format::Html => {
            head(bytes).contains(&format!("name=\"generator\" content=\"{MARK}\"")).then_some(OwnFile::Output)
        }
        Format::Package if bytes.starts_with(b"PAR1") => {
            contains(tail(bytes), MARK.as_bytes()).then_some(OwnFile::Output)
        }
        Format::Delimited(_) | Format::Text => is_own_table(&head(bytes)).then_some(OwnFile::Output),
        _ => None,
    }
}

/// Returns the property of an annotated workbook.
pub(super) fn annotated(report: &Report, form: &Form) -> String {
    format!("{ANNOTATED}{}", figures_digest(report, form))
}

/// Returns a digest of a report's figures as shown in its cells.
#[must_use]
pub fn figures_digest(report: &Report, form: &Form) -> String {
    let shown = if report.combined { form.indicators.len() } else { form.official };
    let mut texts = String::new();
    for figure in report.figures.iter().take(shown) {
        match figure.value.filter(|_| figure.addable) {
            Some(value) => texts.push_str(&value.normalize().to_string()),
            None => texts.push_str(figure.raw().trim().trim_matches(['“', '”'])),
        }
        texts.push('\n');
    }
    digest(texts.as_bytes()).sha256[..16].to_owned()
}

fn of_workbook(custom: &BTreeMap<String, String>) -> Option<OwnFile> {
    let mark = custom.get(MARK)?;
    if mark.starts_with(ENTRY) {
        // With incomplete properties it is treated as any other workbook.
        return EntryMark::parse(mark, custom).map(OwnFile::Entry);
    }
    let digest = mark.strip_prefix(ANNOTATED);
    Some(digest.map_or(OwnFile::Output, |digest| OwnFile::Annotated(digest.to_owned())))
}

fn is_own_table(head: &str) -> bool {
    let first = head.lines().next().unwrap_or_default();
    let is_scores = first.starts_with("单位,类型,") && first.contains("扣分合计,得分");
    let is_totals = first.contains("政府信息公开工作年度报告汇总表")
        && head.contains("应报单位")
        && head.contains("计入汇总的报告");
    let is_receipt = head.contains("\"program\": \"huizong\"") || head.contains("\"name\": \"huizong-");
    is_scores || is_totals || is_receipt || HEADINGS.iter().any(|heading| first.starts_with(heading))
}

/// Returns the start of a text, decoded as UTF-8, without its byte order mark.
fn head(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD_BYTES)]);
    text.trim_start_matches('\u{feff}').to_owned()
}

fn tail(bytes: &[u8]) -> &[u8] {
    &bytes[bytes.len().saturating_sub(TAIL_BYTES)..]
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}
