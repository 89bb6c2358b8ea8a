use super::*;

fn text(styles: &str, body: &str) -> String {
    format!(
        "<office:document xmlns:office=\"o\" xmlns:text=\"x\" xmlns:table=\"t\" xmlns:style=\"s\" xmlns:fo=\"f\" \
         office:mimetype=\"application/vnd.oasis.opendocument.text\"><office:automatic-styles>{styles}</office:automatic-styles>\
         <office:body><office:text>{body}</office:text></office:body></office:document>"
    )
}

fn document(styles: &str, body: &str) -> Document {
    read(text(styles, body).as_bytes(), &Limits::default()).expect("a document")
}

fn cell(inner: &str) -> String {
    format!("<table:table-cell><text:p>{inner}</text:p></table:table-cell>")
}

#[test]
fn cells_span_rows_and_columns_and_covered_ones_are_none() {
    let body = format!(
        "<text:p>甲山镇<text:s text:c=\"2\"/>年报</text:p><table:table><table:table-header-rows><table:table-row>\
         <table:table-cell table:number-rows-spanned=\"2\"><text:p>规</text:p><text:p>章</text:p></table:table-cell>\
         <table:table-cell table:number-columns-spanned=\"2\"><text:p>1</text:p></table:table-cell><table:covered-table-cell>\
         <text:p>9</text:p></table:covered-table-cell></table:table-row></table:table-header-rows><table:table-row>\
         <table:covered-table-cell/>{}<table:table-cell table:number-columns-repeated=\"2\"><text:p>0</text:p></table:table-cell>\
         </table:table-row><table:table-row table:number-rows-repeated=\"2\">{}</table:table-row></table:table><text:h>二</text:h>",
        cell("2"),
        cell("3"),
    );
    let document = document("", &body);
    let said: Vec<(&str, usize)> =
        document.paragraphs.iter().map(|paragraph| (paragraph.text.as_str(), paragraph.after)).collect();
    assert_eq!(said, [("甲山镇  年报", 0), ("二", 1)]);
    let cells: Vec<(u32, u32, &str)> =
        document.grids[0].cells().iter().map(|cell| (cell.row, cell.column, cell.text.as_str())).collect();
    let expected = [(0, 0, "规\n章"), (0, 1, "1"), (1, 1, "2"), (1, 2, "0"), (1, 3, "0"), (2, 0, "3"), (3, 0, "3")];
    assert_eq!(cells, expected);
    assert_eq!(document.grids[0].merged.len(), 2);
}

#[test]
fn cells_stand_where_they_are_counted_whatever_spans_claim() {
    // LibreOffice writes such a table if it had to guess column widths.
    let covered = "<table:covered-table-cell/>";
    let body = format!(
        "<table:table><table:table-row>{}<table:table-cell table:number-columns-spanned=\"2\" \
         table:number-rows-spanned=\"3\"><text:p>总计</text:p></table:table-cell>{covered}</table:table-row>\
         <table:table-row>{covered}{}{}</table:table-row><table:table-row>{}{}{}</table:table-row></table:table>",
        cell("自然人"),
        cell("商业企业"),
        cell("其他"),
        cell("1"),
        cell("2"),
        cell("3"),
    );
    let grid = &document("", &body).grids[0];
    let row = |row: u32| grid.row(row).iter().map(|cell| (cell.column, cell.text.to_string())).collect::<Vec<_>>();
    let texts = |texts: &[(u32, &str)]| texts.iter().map(|(at, text)| (*at, (*text).to_owned())).collect::<Vec<_>>();
    assert_eq!(row(0), texts(&[(0, "自然人"), (1, "总计")]));
    assert_eq!(row(1), texts(&[(1, "商业企业"), (2, "其他")]));
    assert_eq!(row(2), texts(&[(0, "1"), (1, "2"), (2, "3")]));
    assert_eq!(grid.region(0, 1).map(|region| (region.bottom, region.right)), Some((0, 2)));
}

#[test]
fn struck_raised_and_hidden_text_and_deleted_text() {
    let style = |family: &str, name: &str, base: &str, own: &str| {
        format!(
            "<style:style style:family=\"{family}\" style:name=\"{name}\" style:parent-style-name=\"{base}\">\
             <style:text-properties {own}/></style:style>"
        )
    };
    let styles = [
        style("text", "S", "", "style:text-line-through-style=\"solid\""),
        style("text", "T", "S", "fo:color=\"#000\""),
        style("text", "N", "S", "style:text-line-through-style=\"none\""),
        style("text", "R", "", "style:text-position=\"super 58%\""),
        style("text", "H", "", "text:display=\"none\""),
        style("text", "L", "L", "style:text-position=\"0% 100%\""),
        style("paragraph", "P", "", "style:text-line-through-type=\"single\""),
    ]
    .concat();
    for (inner, expected) in [
        ("<text:span text:style-name=\"S\">99</text:span>12", "~~99~~12"),
        ("<text:span text:style-name=\"T\">99</text:span>12", "~~99~~12"),
        ("<text:span text:style-name=\"S\">9<text:span text:style-name=\"N\">12</text:span></text:span>", "~~9~~12"),
        ("12<text:span text:style-name=\"R\">1</text:span>", "12^1"),
        ("12<text:span text:style-name=\"R\">[1]</text:span>", "12"),
        ("<text:span text:style-name=\"H\">9</text:span>12", "12"),
        ("<text:span text:style-name=\"L\">12</text:span>", "12"),
        (
            "12<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>9</text:p></text:note-body></text:note>",
            "12",
        ),
        ("1<office:annotation><text:p>9</text:p></office:annotation>2", "12"),
        ("<text:hidden-text text:is-hidden=\"true\">9</text:hidden-text>12", "12"),
    ] {
        let body = format!(
            "<text:tracked-changes><text:changed-region><text:deletion><text:p>9</text:p></text:deletion></text:changed-region>\
             </text:tracked-changes><table:table><table:table-row>{}</table:table-row></table:table>",
            cell(inner)
        );
        let document = document(&styles, &body);
        assert!(document.paragraphs.is_empty(), "{inner}");
        assert_eq!(document.grids[0].cells()[0].text, expected, "{inner}");
    }
    assert_eq!(document(&styles, "<text:p text:style-name=\"P\">12</text:p>").paragraphs[0].text, "~~12~~");
}

#[test]
fn a_table_for_layout_does_not_hide_the_one_within() {
    let inner = format!("<table:table><table:table-row>{}</table:table-row></table:table>", cell("0"));
    let outer = format!(
        "<table:table><table:table-row><table:table-cell><text:p>前</text:p>{inner}<text:p>后</text:p></table:table-cell>\
         </table:table-row></table:table>"
    );
    let document = document("", &outer);
    let said: Vec<(&str, usize)> =
        document.paragraphs.iter().map(|paragraph| (paragraph.text.as_str(), paragraph.after)).collect();
    assert_eq!(said, [("前", 0), ("后", 1)]);
    assert_eq!(document.grids[0].cells()[0].text, "0");
}

#[test]
fn a_document_keeps_within_the_limits() {
    let whole =
        text("", &format!("<table:table><table:table-row>{}</table:table-row></table:table>", cell("1").repeat(3)));
    let with = |limits: Limits| read(whole.as_bytes(), &limits).map(|document| document.grids.len());
    assert_eq!(with(Limits { depth: 7, ..Limits::default() }), Ok(1));
    assert_eq!(
        with(Limits { depth: 6, ..Limits::default() }),
        Err(Unreadable::Exceeded { limit: Limit::Depth, most: 6 })
    );
    assert_eq!(with(Limits { cells: 3, ..Limits::default() }), Ok(1));
    assert_eq!(
        with(Limits { cells: 2, ..Limits::default() }),
        Err(Unreadable::Exceeded { limit: Limit::Cells, most: 2 })
    );
    assert!(matches!(
        read(&whole.as_bytes()[..whole.len() - 20], &Limits::default()),
        Err(Unreadable::Damaged(Format::Odt, _))
    ));
}
