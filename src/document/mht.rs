//! Web pages saved with their parts in one file (MHTML, RFC 2557), as browsers, Word and Excel write them. Usually
//! named .mht or .mhtml, also .xls or .doc.

use super::{Document, Format, Grid, Unreadable, web};
use crate::source::{self, ExtractError, Limits, PagePart};

/// A sheet listed in the main page of a workbook.
struct NamedSheet {
    name: String,
    /// The file name of its part.
    file: String,
}

/// Reads a saved page: the first page, or, if it has no table, the pages embedded in it.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Document, Unreadable> {
    let damaged = |why: &str| Unreadable::Damaged(Format::Mht, why.to_owned());
    let parts = source::page_parts(bytes, limits).map_err(|locked| match locked {
        ExtractError::Exceeded(limit) => Unreadable::beyond(limit, limits),
        ExtractError::Password => Unreadable::Password(Format::Mht),
        ExtractError::Damaged(why) => damaged(&why),
    })?;
    let pages: Vec<&PagePart> = parts.iter().filter(|part| is_page(part)).collect();
    let Some((main, others)) = pages.split_first() else { return Err(damaged("no page in it")) };
    let first = page(main, &parts, limits)?;
    if others.is_empty() || holds_table(&first) {
        return Ok(first);
    }
    let sheets = named_sheets(&String::from_utf8_lossy(&main.bytes));
    let sheet_of =
        |part: &PagePart| sheets.iter().find(|sheet| sheet.file.eq_ignore_ascii_case(file_name(&part.location)));
    let is_workbook = others.iter().any(|part| sheet_of(part).is_some());
    // The main page of a workbook has only the sheet names and a notice about browsers.
    let mut document = if is_workbook { Document::default() } else { first };
    for part in others {
        match sheet_of(part) {
            Some(sheet) => {
                let grids = page(part, &parts, limits)?.grids;
                document.grids.extend(grids.into_iter().map(|grid| as_sheet(grid, sheet, part)));
            }
            None if is_workbook => {}
            None => append(&mut document, page(part, &parts, limits)?),
        }
    }
    Ok(document)
}

fn is_page(part: &PagePart) -> bool {
    matches!(part.kind.as_str(), "text/html" | "application/xhtml+xml")
}

/// Reads a page with its linked style sheets, which are separate parts.
fn page(part: &PagePart, parts: &[PagePart], limits: &Limits) -> Result<Document, Unreadable> {
    let text = String::from_utf8_lossy(&part.bytes);
    let is_linked = |sheet: &&PagePart| {
        let name = file_name(&sheet.location);
        sheet.kind == "text/css" && !name.is_empty() && text.contains(name)
    };
    let mut whole = Vec::new();
    for sheet in parts.iter().filter(is_linked) {
        let rules = String::from_utf8_lossy(&sheet.bytes).replace("</", "");
        whole.extend_from_slice(format!("<style>{rules}</style>").as_bytes());
    }
    whole.extend_from_slice(&part.bytes);
    web::read(Format::Mht, &whole, limits)
}

fn holds_table(document: &Document) -> bool {
    document.grids.iter().any(|grid| !grid.cells().is_empty())
}

/// Appends a page that is embedded in another.
fn append(document: &mut Document, inner: Document) {
    let before = document.grids.len();
    document.paragraphs.extend(
        inner.paragraphs.into_iter().map(|paragraph| super::Paragraph { after: paragraph.after + before, ..paragraph }),
    );
    for mut grid in inner.grids {
        grid.table = u32::try_from(document.grids.len() + 1).ok();
        document.grids.push(grid);
    }
}

/// Converts the table of a sheet's page to a sheet.
fn as_sheet(mut grid: Grid, sheet: &NamedSheet, part: &PagePart) -> Grid {
    let text = String::from_utf8_lossy(&part.bytes);
    let hidden = text.contains("<x:Visible>SheetHidden") || text.contains("<x:Visible>SheetVeryHidden");
    (grid.name, grid.hidden, grid.table) = (sheet.name.as_str().into(), hidden, None);
    grid.laid.clear();
    grid
}

/// Returns the sheets listed in the page of a workbook, in the markup that Excel writes for itself.
fn named_sheets(page: &str) -> Vec<NamedSheet> {
    let between = |text: &str, start: &str, end: &str| {
        let (_, behind) = text.split_once(start)?;
        behind.split_once(end).map(|(found, _)| found.to_owned())
    };
    let sheets = page.split("<x:ExcelWorksheet>").skip(1);
    let sheet = |text: &str| {
        let name = between(text, "<x:Name>", "</x:Name>")?;
        let file = between(text, "<x:WorksheetSource HRef=\"", "\"")?;
        let name = quick_xml::escape::unescape(&name).map_or_else(|_| name.clone(), std::borrow::Cow::into_owned);
        Some(NamedSheet { name, file: file_name(&file).to_owned() })
    };
    sheets.filter_map(sheet).collect()
}

fn file_name(location: &str) -> &str {
    location.rsplit(['/', '\\']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(parts: &[(&str, &str, &str)]) -> String {
        let part = |(kind, location, body): &(&str, &str, &str)| {
            format!("--b\r\nContent-Location: {location}\r\nContent-Type: {kind}; charset=utf-8\r\n\r\n{body}\r\n")
        };
        let head = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"b\"\r\n\r\n";
        head.to_owned() + &parts.iter().map(part).collect::<String>() + "--b--\r\n"
    }

    #[test]
    fn a_page_is_read_with_its_encoding_and_its_style_sheet() {
        let page = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Location: file:///C:/x.htm\n\
            Content-Transfer-Encoding: quoted-printable\nContent-Type: text/html; charset=\"gb2312\"\n\n\
            <link href=3D\"x.files/s.css\"><table><tr><td>=B9=E6=D5=C2</td><td><font class=3Df>9</font>1=\n2</td></tr></table>\n\
            --b\nContent-Location: file:///C:/x.files/s.css\nContent-Type: text/css\n\n.f{text-decoration:line-through}\n--b--\n";
        let document = read(page.as_bytes(), &Limits::default()).expect("a page");
        let texts: Vec<&str> = document.grids[0].cells().iter().map(|cell| cell.text.as_str()).collect();
        assert_eq!(texts, ["规章", "~~9~~12"]);
    }

    #[test]
    fn a_workbook_has_the_sheets_that_its_page_lists() {
        let main = "<html><xml><x:ExcelWorkbook><x:ExcelWorksheets><x:ExcelWorksheet><x:Name>年报</x:Name>\
            <x:WorksheetSource HRef=\"b.files/sheet001.htm\"/></x:ExcelWorksheet><x:ExcelWorksheet><x:Name>旧&amp;新</x:Name>\
            <x:WorksheetSource HRef=\"b.files/sheet002.htm\"/></x:ExcelWorksheet></x:ExcelWorksheets></x:ExcelWorkbook></xml>\
            <frameset><frame src=\"b.files/sheet001.htm\"></frameset><body><p>This page uses frames.</p></body></html>";
        let sheet =
            |text: &str, more: &str| format!("<html>{more}<body><table><tr><td>{text}</td></tr></table></body></html>");
        let (one, two) = (sheet("1", ""), sheet("2", "<xml><x:Visible>SheetHidden</x:Visible></xml>"));
        let text = message(&[
            ("text/html", "file:///C:/b.htm", main),
            ("text/html", "file:///C:/b.files/sheet001.htm", &one),
            ("text/html", "file:///C:/b.files/sheet002.htm", &two),
            (
                "text/html",
                "file:///C:/b.files/tabstrip.htm",
                "<html><body><table><tr><td>年报</td></tr></table></body></html>",
            ),
        ]);
        let document = read(text.as_bytes(), &Limits::default()).expect("a workbook");
        let sheets: Vec<(&str, bool, &str)> =
            document.grids.iter().map(|grid| (&*grid.name, grid.hidden, grid.cells()[0].text.as_str())).collect();
        assert_eq!(sheets, [("年报", false, "1"), ("旧&新", true, "2")]);
        assert!(!document.is_running());
    }

    #[test]
    fn pages_within_a_page_follow_it() {
        let text = message(&[
            ("text/html", "http://a/", "<html><body><p>甲山镇</p><iframe src=\"cid:1\"></iframe></body></html>"),
            ("text/html", "cid:1", "<html><body><p>年报</p><table><tr><td>1</td></tr></table></body></html>"),
        ]);
        let document = read(text.as_bytes(), &Limits::default()).expect("a page");
        assert_eq!((document.paragraphs.len(), document.grids.len()), (2, 1));
        assert!(matches!(
            read(message(&[("image/png", "a", "x")]).as_bytes(), &Limits::default()),
            Err(Unreadable::Damaged(Format::Mht, _))
        ));
    }
}
