//! Files that this program wrote, wherever they lie: they are no submissions.
//!
//! Workbooks say so in a custom property of the document, letters in their keywords, which Office and WPS keep; the
//! page in its generator; tables by their headings.

use std::io::{Cursor, Read};

use crate::document::Format;
use crate::form::Form;
use crate::source::digest;
use crate::submission::Report;

/// The name of the property, and the keyword.
pub(super) const MARK: &str = "huizong";
/// What the property of a workbook with a unit's figures begins with; their digest follows.
const ANNOTATED: &str = "annotated ";
/// Most bytes of a part that holds properties.
const MAX_PROPERTIES_BYTES: u64 = 1 << 16;
/// Bytes at the beginning of a text that are looked at, and at the end of an archive or a Parquet file.
const HEAD_BYTES: usize = 4096;
const TAIL_BYTES: usize = 1 << 14;

/// How the first lines of the tables begin.
const HEADINGS: [&str; 8] = [
    "unit_id,unit,year,form,indicator,value",
    "unit_id,unit,kind,status,year,form",
    "finding_id,rule,severity,unit_id,unit,year",
    "year,form,indicator,total,units_expected",
    "unit_id,unit,what,rule,finding_id",
    "序号,单位,类型,状态,文件,必改",
    "编号,规则,性质,单位,年度,位置",
    "单位,类型,截止日期,情况",
];

/// A file of this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnFile {
    /// One that holds no report of a unit.
    Output,
    /// The workbook with a unit's figures as they were read, with their digest. A unit may mend it and send it.
    Annotated(String),
}

/// Returns what a file is of this program's, if it is.
#[must_use]
pub fn own_file(format: Format, bytes: &[u8]) -> Option<OwnFile> {
    match format {
        Format::Xlsx => property(bytes).as_deref().map(of_workbook),
        Format::Docx => {
            let core = part(bytes, "docProps/core.xml")?;
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

/// Returns the property of a workbook with a unit's report.
pub(super) fn annotated(report: &Report, form: &Form) -> String {
    format!("{ANNOTATED}{}", figures_digest(report, form))
}

/// Returns a digest of a report's figures as they stand in its cells. The same figures have the same one.
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

fn of_workbook(property: &str) -> OwnFile {
    let digest = property.strip_prefix(ANNOTATED);
    digest.map_or(OwnFile::Output, |digest| OwnFile::Annotated(digest.to_owned()))
}

/// The property of a workbook. Most have no custom ones, as the directory at the end of the archive shows.
fn property(bytes: &[u8]) -> Option<String> {
    const PART: &str = "docProps/custom.xml";
    if !contains(tail(bytes), PART.as_bytes()) {
        return None;
    }
    let custom = part(bytes, PART)?;
    let behind = custom.split_once(&format!("name=\"{MARK}\""))?.1;
    let value = behind.split_once("<vt:lpwstr>")?.1;
    value.split_once("</vt:lpwstr>").map(|(value, _)| value.to_owned())
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

fn part(bytes: &[u8], name: &str) -> Option<String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let part = archive.by_name(name).ok()?;
    let mut text = String::new();
    part.take(MAX_PROPERTIES_BYTES).read_to_string(&mut text).ok()?;
    Some(text)
}

/// The beginning of a text, as far as it is UTF-8, without its byte order mark.
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
