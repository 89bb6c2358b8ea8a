use std::io::Write;

use super::*;

fn document(body: &str) -> Document {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).expect("a part");
    write!(archive, "<w:document xmlns:w='w' xmlns:mc='mc'><w:body>{body}</w:body></w:document>").expect("a part");
    read(&archive.finish().expect("an archive").into_inner(), &Limits::default()).expect("a document")
}

fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

#[test]
fn the_accepted_text_counts() {
    let document = document(
        "<w:p><w:r><w:t>收到</w:t></w:r><w:del><w:r><w:delText>8</w:delText></w:r></w:del>
         <w:ins><w:r><w:t>1</w:t></w:r></w:ins><w:r><w:t>2&amp;</w:t><w:br/><w:t>件</w:t></w:r>
         <w:r><w:rPr><w:vanish/></w:rPr><w:t>不可见</w:t></w:r><w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom>
         <w:r><w:instrText>PAGE</w:instrText></w:r></w:p>",
    );
    assert_eq!(document.paragraphs[0].text, "收到12&\n件");
}

/// The text of the only cell of a document with these styles.
fn cell_text(styles: &str, content: &str) -> String {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, xml: String| {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        archive.write_all(xml.as_bytes()).expect("its bytes");
    };
    part("word/styles.xml", format!("<w:styles xmlns:w='w'>{styles}</w:styles>"));
    let table = format!("<w:tbl><w:tr><w:tc>{content}</w:tc></w:tr></w:tbl>");
    part("word/document.xml", format!("<w:document xmlns:w='w'><w:body>{table}</w:body></w:document>"));
    let bytes = archive.finish().expect("an archive").into_inner();
    let document = read(&bytes, &Limits::default()).expect("a document");
    document.grids[0].cell(0, 0).map_or_else(String::new, |cell| cell.text.to_string())
}

#[test]
fn a_cell_is_what_it_shows() {
    let run = |properties: &str, text: &str| format!("<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>");
    let plain = |text: &str| run("", text);
    let in_paragraph = |content: String| format!("<w:p>{content}</w:p>");
    let styles = "<w:style w:type='character' w:styleId='H'><w:rPr><w:vanish/></w:rPr></w:style>
        <w:style w:type='character' w:styleId='S'><w:basedOn w:val='B'/></w:style>
        <w:style w:type='character' w:styleId='B'><w:rPr><w:strike/></w:rPr></w:style>
        <w:style w:type='paragraph' w:styleId='P'><w:rPr><w:dstrike/></w:rPr></w:style>";
    let ruby = "<w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>9</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>647</w:t></w:r></w:rubyBase></w:ruby></w:r>";
    let mark = "<w:r><w:rPr><w:vertAlign w:val='superscript'/></w:rPr><w:footnoteReference w:id='2'/></w:r>";
    let list = "<w:r><w:fldChar w:fldCharType='begin'><w:ffData><w:ddList><w:result w:val='1'/><w:listEntry w:val='3'/><w:listEntry w:val='4'/></w:ddList></w:ffData></w:fldChar></w:r>
        <w:r><w:instrText>FORMDROPDOWN</w:instrText></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r>";
    let nested = format!("<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl><w:p/>", in_paragraph(plain("12")));
    let was = |old: &str| format!("<w:rPrChange><w:rPr>{old}</w:rPr></w:rPrChange>");
    for (content, text) in [
        (run("<w:rStyle w:val='H'/>", "9") + &plain("647"), "647"),
        (run("<w:rStyle w:val='S'/>", "99") + &plain("12"), "~~99~~12"),
        (run("<w:rStyle w:val='S'/><w:strike w:val='false'/>", "12"), "12"),
        ("<w:pPr><w:pStyle w:val='P'/></w:pPr>".to_owned() + &plain("12"), "~~12~~"),
        (plain("647") + &run("<w:position w:val='8'/>", "1"), "647^1"),
        (run("<w:position w:val='6'/>", "647"), "647"),
        (run("<w:position w:val='-1'/>", "64") + &plain("7"), "647"),
        (run(&was("<w:strike/>"), "647"), "647"),
        (run(&was("<w:vanish/>"), "647"), "647"),
        (run(&format!("<w:strike/>{}", was("")), "9") + &plain("12"), "~~9~~12"),
        (plain("647") + mark, "647"),
        (plain("647") + &run("<w:vertAlign w:val='superscript'/>", "①"), "647"),
        (plain("647") + &run("<w:vertAlign w:val='superscript'/>", "2"), "647^2"),
        (ruby.to_owned(), "647"),
        (list.to_owned(), "4"),
        (plain("1") + "<w:r><w:br/></w:r>" + &plain("2"), "1\n2"),
        (plain("1") + "<w:r><w:tab/></w:r>" + &plain("2"), "1\t2"),
        (
            format!(
                "<w:sdt><w:sdtPr><w:rPr><w:strike/></w:rPr></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>",
                plain("12")
            ),
            "12",
        ),
        (format!("<w:moveTo>{}</w:moveTo><w:ins>{}</w:ins>", plain("1"), plain("2")), "12"),
    ] {
        assert_eq!(cell_text(styles, &in_paragraph(content.clone())), text, "{content}");
    }
    assert_eq!(cell_text("", &nested), "12");
    let box_in_run = "<w:p><w:r><w:t>1</w:t><w:txbxContent><w:p><w:r><w:t>3</w:t></w:r></w:p></w:txbxContent><w:t>2</w:t></w:r></w:p>";
    assert_eq!(cell_text("", box_in_run), "3\n12");
}

#[test]
fn cells_span_rows_and_columns() {
    let cell = |properties: &str, text: &str| format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", paragraph(text));
    let document = document(&format!(
        "<w:tbl><w:tr>{}{}</w:tr><w:tr>{}{}{}</w:tr><w:tr><w:trPr><w:del/></w:trPr>{}</w:tr><w:tr>{}{}</w:tr></w:tbl>",
        cell("<w:vMerge w:val='restart'/>", "办理结果"),
        cell("<w:gridSpan w:val='2'/>", "申请人"),
        cell("<w:vMerge/>", ""),
        cell("", "自然人"),
        cell("", "总计"),
        cell("", "已删除的行"),
        cell("<w:vMerge/>", ""),
        cell("", "0"),
    ));
    let grid = &document.grids[0];
    let at = |row, column| grid.cell(row, column).map(|cell| cell.text.as_str());
    assert_eq!([at(0, 1), at(1, 2), at(2, 1)], [Some("申请人"), Some("总计"), Some("0")]);
    assert_eq!(grid.region(2, 0).map(|region| (region.top, region.bottom)), Some((0, 2)));
    assert_eq!(grid.cells().len(), 5);
}

#[test]
fn a_table_within_a_cell_is_a_table_of_its_own() {
    let document = document(&format!(
        "<w:tbl><w:tr><w:tc>{}<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>{}</w:tc></w:tr></w:tbl>{}",
        paragraph("外"),
        paragraph("内"),
        paragraph("后"),
        paragraph("文"),
    ));
    assert_eq!(document.grids[0].cells()[0].text, "内");
    assert!(document.grids[1].cells().is_empty());
    let said: Vec<(&str, usize)> =
        document.paragraphs.iter().map(|paragraph| (paragraph.text.as_str(), paragraph.after)).collect();
    assert_eq!(said, [("外", 0), ("后", 1), ("文", 2)]);
}
