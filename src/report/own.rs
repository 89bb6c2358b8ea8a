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
/// What the property of a workbook to fill in begins with; its version follows.
const ENTRY: &str = "entry ";
/// The keyword of the draft of the county's own report.
const COUNTY_REPORT: &str = "huizong-report";
/// Names of the further properties of such a workbook.
const ENTRY_FIELDS: [&str; 4] = ["huizong_form", "huizong_unit_id", "huizong_unit", "huizong_year"];
/// Most bytes of a part that holds properties.
const MAX_PROPERTIES_BYTES: u64 = 1 << 16;
/// Bytes at the beginning of a text that are looked at, and at the end of an archive or a Parquet file.
const HEAD_BYTES: usize = 4096;
const TAIL_BYTES: usize = 1 << 14;

/// How the first lines of the tables begin.
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

/// A file of this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnFile {
    /// One that holds no report of a unit.
    Output,
    /// The workbook with a unit's figures as they were read, with their digest. A unit may mend it and send it.
    Annotated(String),
    /// A workbook that a unit fills in.
    Entry(EntryMark),
    /// The draft of the county's own report: the report of the body it names, and no submission of a unit.
    CountyReport,
}

/// What the properties of a workbook to fill in say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryMark {
    /// Version of its layout.
    pub version: u32,
    /// The form.
    pub form: String,
    /// Id of the unit it was made for; empty where it was made for nobody in particular.
    pub unit_id: String,
    /// Name of that unit.
    pub unit: String,
    /// The report year, where it was known.
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

    /// Parses the properties; `None` where they are not whole.
    fn parse(mark: &str, custom: &str) -> Option<Self> {
        let version = mark.strip_prefix(ENTRY)?.parse().ok()?;
        let [form, unit_id, unit, year] = ENTRY_FIELDS.map(|name| named_property(custom, name));
        Some(Self { version, form: form?, unit_id: unit_id?, unit: unit?, year: year?.parse().ok() })
    }
}

/// Returns what a file is of this program's, if it is.
#[must_use]
pub fn own_file(format: Format, bytes: &[u8]) -> Option<OwnFile> {
    match format {
        Format::Xlsx => of_workbook(&custom_properties(bytes)?),
        Format::Docx => {
            let core = part(bytes, "docProps/core.xml")?;
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

fn of_workbook(custom: &str) -> Option<OwnFile> {
    let mark = named_property(custom, MARK)?;
    if mark.starts_with(ENTRY) {
        // One whose properties are not whole is a workbook like any other.
        return EntryMark::parse(&mark, custom).map(OwnFile::Entry);
    }
    let digest = mark.strip_prefix(ANNOTATED);
    Some(digest.map_or(OwnFile::Output, |digest| OwnFile::Annotated(digest.to_owned())))
}

/// Returns the custom properties of a workbook. Most have none, as the directory at the end of the archive shows.
fn custom_properties(bytes: &[u8]) -> Option<String> {
    const PART: &str = "docProps/custom.xml";
    if !contains(tail(bytes), PART.as_bytes()) {
        return None;
    }
    part(bytes, PART)
}

/// Returns the text of a custom property; an empty one may be written as an empty element.
fn named_property(custom: &str, name: &str) -> Option<String> {
    let behind = custom.split_once(&format!("name=\"{name}\""))?.1;
    let own = behind.split_once("</property>").map_or(behind, |(own, _)| own);
    let Some((_, value)) = own.split_once("<vt:lpwstr>") else { return own.contains("<vt:lpwstr/>").then(String::new) };
    let text = value.split_once("</vt:lpwstr>")?.0;
    Some(quick_xml::escape::unescape(text).ok()?.into_owned())
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

/// Returns the beginning of a text, as far as it is UTF-8, without its byte order mark.
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
