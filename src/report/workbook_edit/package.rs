//! The parts of a workbook that refer to other parts, and the additions to them.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use quick_xml::escape::unescape;

use crate::report::own::MARK;
use crate::source::repack;

const WORKBOOK: &str = "xl/workbook.xml";
const WORKBOOK_RELATIONS: &str = "xl/_rels/workbook.xml.rels";
const TYPES: &str = "[Content_Types].xml";
const CUSTOM: &str = "docProps/custom.xml";
const RELATIONS_OF_PACKAGE: &str = "_rels/.rels";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const EMPTY_RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships \
    xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"></Relationships>";
const EMPTY_PROPERTIES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Properties \
    xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties\" \
    xmlns:vt=\"http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes\"></Properties>";
/// The format id of custom properties.
const PROPERTY_FORMAT: &str = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}";

/// A workbook as a zip archive.
pub(in crate::report) type XlsxArchive<'b> = zip::ZipArchive<Cursor<&'b [u8]>>;

/// The parts that are edited.
pub(in crate::report) struct Package {
    parts: BTreeMap<String, String>,
    /// The changed and new parts.
    changed: BTreeMap<String, String>,
    /// The part of each sheet, by sheet name.
    pub(in crate::report) sheets: BTreeMap<String, String>,
    /// The part with the styles.
    pub(in crate::report) styles: String,
}

impl Package {
    /// Reads the parts; `None` if something differs from what Excel, WPS and LibreOffice write.
    pub(in crate::report) fn read(archive: &mut XlsxArchive<'_>) -> Option<Self> {
        let names: Vec<String> = (0..archive.len())
            .map(|at| Some(archive.by_index_raw(at).ok()?.name().ok()?.into_owned()))
            .collect::<Option<_>>()?;
        let mut text = |name: &str| {
            let mut part = archive.by_name(name).ok()?;
            let mut text = String::new();
            part.read_to_string(&mut text).ok()?;
            Some(text)
        };
        let mut parts = BTreeMap::new();
        for name in names.iter().filter(|name| name.contains("_rels/")) {
            parts.insert(name.clone(), text(name)?);
        }
        for name in [WORKBOOK, TYPES] {
            parts.insert(name.to_owned(), text(name)?);
        }
        if names.iter().any(|name| name == CUSTOM) {
            parts.insert(CUSTOM.to_owned(), text(CUSTOM)?);
        }
        let relations = parts.get(WORKBOOK_RELATIONS)?;
        let targets: BTreeMap<String, (String, String)> = elements(relations, "Relationship")
            .filter_map(|tag| Some((attribute(tag, "Id")?, (attribute(tag, "Type")?, attribute(tag, "Target")?))))
            .collect();
        let path = |target: &str| match target.strip_prefix('/') {
            Some(whole) => whole.to_owned(),
            None => format!("xl/{target}"),
        };
        let mut sheets = BTreeMap::new();
        for tag in elements(parts.get(WORKBOOK)?, "sheet") {
            let (_, target) = targets.get(&attribute(tag, "r:id")?)?;
            sheets.insert(attribute(tag, "name")?, path(target));
        }
        let styles = targets.values().find(|(kind, _)| kind.ends_with("/styles")).map(|(_, target)| path(target))?;
        for name in sheets.values().chain([&styles]) {
            parts.insert(name.clone(), text(name)?);
        }
        Some(Self { parts, changed: BTreeMap::new(), sheets, styles })
    }

    /// Returns whether a part refers to external files.
    pub(in crate::report) fn has_external_targets(&self) -> bool {
        self.parts.iter().any(|(name, text)| name.contains("_rels/") && text.contains("TargetMode=\"External\""))
    }

    /// Returns whether this program marked the workbook as its own.
    pub(in crate::report) fn is_own(&self) -> bool {
        self.parts.get(CUSTOM).is_some_and(|custom| custom.contains(&format!("name=\"{MARK}\"")))
    }

    /// Returns the workbook with the changed parts.
    pub(in crate::report) fn finish(self, original: &[u8]) -> Option<Vec<u8>> {
        repack(original, self.changed.into_iter().map(|(name, text)| (name, text.into_bytes())).collect()).ok()
    }

    /// Returns the present text of a part.
    pub(in crate::report) fn part(&self, name: &str) -> Option<&str> {
        self.changed.get(name).or_else(|| self.parts.get(name)).map(String::as_str)
    }

    /// Sets the text of a part.
    pub(in crate::report) fn set(&mut self, name: &str, text: String) {
        self.changed.insert(name.to_owned(), text);
    }

    /// Inserts a text before the end tag of a part; a new part starts as `empty`.
    fn append(&mut self, name: &str, end: &str, added: &str, empty: &str) -> Option<()> {
        let text = self.part(name).unwrap_or(empty);
        let at = text.rfind(end)?;
        let text = format!("{}{added}{}", &text[..at], &text[at..]);
        self.set(name, text);
        Some(())
    }

    fn add_type(&mut self, part: &str, kind: &str) -> Option<()> {
        let added = format!(
            "<Override PartName=\"/{part}\" ContentType=\"application/vnd.openxmlformats-officedocument.{kind}+xml\"/>"
        );
        self.append(TYPES, "</Types>", &added, "")
    }

    /// Adds the notes of a sheet, and returns the relationship id of their drawing.
    pub(in crate::report) fn add_notes(
        &mut self,
        sheet: &str,
        number: u32,
        comments: &str,
        drawing: &str,
    ) -> Option<String> {
        let (folder, file) = sheet.rsplit_once('/')?;
        let relations = format!("{folder}/_rels/{file}.rels");
        let (notes, shapes) = (format!("xl/commentsHuizong{number}.xml"), format!("xl/drawings/huizong{number}.vml"));
        let added = format!(
            "<Relationship Id=\"rIdHuizongA\" Type=\"{OFFICE}/vmlDrawing\" Target=\"/{shapes}\"/><Relationship \
             Id=\"rIdHuizongB\" Type=\"{OFFICE}/comments\" Target=\"/{notes}\"/>"
        );
        self.append(&relations, "</Relationships>", &added, EMPTY_RELATIONS)?;
        self.add_type(&notes, "spreadsheetml.comments")?;
        if !self.part(TYPES)?.contains("Extension=\"vml\"") {
            let types = self.part(TYPES)?;
            let at = types.find("<Types")? + types[types.find("<Types")?..].find('>')? + 1;
            let kind = "application/vnd.openxmlformats-officedocument.vmlDrawing";
            let added = format!("<Default Extension=\"vml\" ContentType=\"{kind}\"/>");
            let types = format!("{}{added}{}", &types[..at], &types[at..]);
            self.set(TYPES, types);
        }
        self.set(&notes, comments.to_owned());
        self.set(&shapes, drawing.to_owned());
        Some("rIdHuizongA".to_owned())
    }

    /// Adds a sheet before the others. The active sheet of the workbook stays active.
    pub(in crate::report) fn add_first_sheet(&mut self, name: &str, content: String) -> Option<()> {
        if self.sheets.contains_key(name) {
            return None;
        }
        let part = "xl/worksheets/huizong.xml";
        self.set(part, content);
        self.add_type(part, "spreadsheetml.worksheet")?;
        let relation =
            format!("<Relationship Id=\"rIdHuizong\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/huizong.xml\"/>");
        self.append(WORKBOOK_RELATIONS, "</Relationships>", &relation, "")?;
        let workbook = self.part(WORKBOOK)?;
        let ids = elements(workbook, "sheet").filter_map(|tag| attribute(tag, "sheetId")?.parse::<u32>().ok());
        let next = ids.max()? + 1;
        let sheet = format!("<sheet name=\"{name}\" sheetId=\"{next}\" r:id=\"rIdHuizong\"/>");
        let at = workbook.find("<sheets>")? + "<sheets>".len();
        let workbook = format!("{}{sheet}{}", &workbook[..at], &workbook[at..]);
        let workbook = shifted(&workbook, "localSheetId=\"");
        let workbook = if workbook.contains(" activeTab=\"") {
            shifted(&workbook, " activeTab=\"")
        } else {
            workbook.replacen("<workbookView", "<workbookView activeTab=\"1\"", 1)
        };
        self.set(WORKBOOK, workbook);
        Some(())
    }

    /// Adds the property that marks the copy.
    pub(in crate::report) fn add_property(&mut self, value: &str) -> Option<()> {
        let is_new = self.part(CUSTOM).is_none();
        let custom = self.part(CUSTOM).unwrap_or(EMPTY_PROPERTIES);
        if !custom.contains("xmlns:vt=") {
            return None;
        }
        let ids = elements(custom, "property").filter_map(|tag| attribute(tag, "pid")?.parse::<u32>().ok());
        let next = ids.max().unwrap_or(1) + 1;
        let added = format!(
            "<property fmtid=\"{PROPERTY_FORMAT}\" pid=\"{next}\" name=\"{MARK}\"><vt:lpwstr>{value}</vt:lpwstr></property>"
        );
        self.append(CUSTOM, "</Properties>", &added, EMPTY_PROPERTIES)?;
        if is_new {
            self.add_type(CUSTOM, "custom-properties")?;
            let relation =
                format!("<Relationship Id=\"rIdHuizong\" Type=\"{OFFICE}/custom-properties\" Target=\"{CUSTOM}\"/>");
            self.append(RELATIONS_OF_PACKAGE, "</Relationships>", &relation, "")?;
        }
        Some(())
    }
}

/// Returns the start tags of the elements with a name.
fn elements<'x>(xml: &'x str, name: &str) -> impl Iterator<Item = &'x str> {
    let open = format!("<{name}");
    let tags: Vec<&str> = xml
        .match_indices(&open)
        .filter(|(at, _)| xml[at + open.len()..].starts_with([' ', '\n', '\r', '\t']))
        .filter_map(|(at, _)| Some(&xml[at..=at + xml[at..].find('>')?]))
        .collect();
    tags.into_iter()
}

/// Returns an attribute of a start tag, unescaped.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (value, _) = tag.split_once(&format!(" {name}=\""))?.1.split_once('"')?;
    unescape(value).ok().map(std::borrow::Cow::into_owned)
}

/// Returns the text with the number after each occurrence of a mark increased by one.
fn shifted(text: &str, mark: &str) -> String {
    let mut parts = text.split(mark);
    let mut made = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find('"').unwrap_or(0);
        made.push_str(mark);
        match part[..end].parse::<u32>() {
            Ok(number) => made.push_str(&(number + 1).to_string()),
            Err(_) => made.push_str(&part[..end]),
        }
        made.push_str(&part[end..]);
    }
    made
}
