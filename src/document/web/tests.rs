use super::*;

fn page(html: &str) -> Document {
    read(Format::Html, html.as_bytes(), &Limits::default()).expect("a page")
}

#[test]
fn what_a_reader_sees_and_nothing_else() {
    let document = page(
        "<title>站点</title><script>规章</script><nav><p>首页</p></nav><ul><li><a href='x'>乙水乡2024年年报</a></ul>
         <p>甲山镇<br>2025年年报</p><table><tr><td rowspan=2><p>规</p><p>章</p></td><td>&nbsp;0&nbsp;</td></tr>
         <tr style='display: none'><td>1</td></tr></table><p>依据<a href='y'>条例</a>编制</p>",
    );
    let said: Vec<&str> = document.paragraphs.iter().map(|paragraph| paragraph.text.as_str()).collect();
    assert_eq!(said, ["甲山镇", "2025年年报", "依据条例编制"]);
    assert_eq!(document.paragraphs[1].after, 0);
    assert_eq!(document.paragraphs[2].after, 1);
    let grid = &document.grids[0];
    let texts: Vec<&str> = grid.cells().iter().map(|cell| cell.text.as_str()).collect();
    assert_eq!(texts, ["规\n章", "\u{a0}0\u{a0}", "1"]);
    assert_eq!(grid.place(1, 1).spot.to_string(), "table1!R2C2");
    assert!(grid.is_hidden(1, 1));
}

#[test]
fn a_table_for_layout_does_not_hide_the_one_within() {
    let document =
        page("<table><tr><td>菜单</td><td><table><tr><td>规章</td><td>0</td></tr></table></td></tr></table>");
    assert_eq!(document.grids.len(), 2);
    assert_eq!(document.grids[0].cells().len(), 2);
    let page = page("<table><tr><td>前<table><tr><td>0</td></tr></table>后</td></tr></table>");
    let said: Vec<(&str, usize)> =
        page.paragraphs.iter().map(|paragraph| (paragraph.text.as_str(), paragraph.after)).collect();
    assert_eq!(said, [("前", 0), ("后", 1)]);
}

#[test]
fn struck_and_raised_digits_stay_apart() {
    let document = page("<table><tr><td><del>99</del>12</td><td>12<sup>1</sup></td></tr></table>");
    let texts: Vec<&str> = document.grids[0].cells().iter().map(|cell| cell.text.as_str()).collect();
    assert_eq!(texts, ["~~99~~12", "12^1"]);
}

/// The text of the only cell of a page with this style sheet.
fn cell(css: &str, html: &str) -> String {
    let document = page(&format!("<style>{css}</style><table><tr><td>规章</td><td>{html}</td></tr></table>"));
    document.grids[0].cell(0, 1).map_or_else(String::new, |cell| cell.text.to_string())
}

#[test]
fn style_sheets_strike_raise_and_hide() {
    for (css, html, text) in [
        ("", "<span style='text-decoration:line-through'>99</span>12", "~~99~~12"),
        (".f6{text-decoration:line-through}", "<font class=f6>9<b>9</b></font><font class=f5>12</font>", "~~99~~12"),
        ("s{text-decoration:none}", "<s>12</s>", "12"),
        ("", "12<span style='vertical-align:super;font-size:8px'>1</span>", "12^1"),
        ("td{vertical-align:super}", "12", "12"),
        ("", "12<sup>[1]</sup>", "12"),
        ("", "<span style='visibility:hidden'>9<i style='visibility:visible'>1</i></span>2", "12"),
        (".h{display:none}", "<span class=h>9</span>12", "12"),
        (".h{display:none}", "<span class=h style='display:inline'>9</span>12", "912"),
        ("@media print{.h{display:none}}", "<span class=h>1</span>2", "12"),
        ("", "<span hidden>9</span>12", "12"),
        ("", "<span style='font-size:0'>9</span><span style='opacity:0'>9</span>12", "12"),
        ("", "<ruby>12<rp>(</rp><rt>9</rt></ruby>", "12"),
        ("", "1<br>2", "1\n2"),
        ("", "<ins>12</ins><del>9</del>", "12~~9~~"),
        ("", "<table><tr><td>12</td></tr></table>", "12"),
    ] {
        assert_eq!(cell(css, html), text, "{css} {html}");
    }
}

#[test]
fn fields_show_what_was_filled_in() {
    for (html, text) in [
        ("<input type='text' value='12'>", "12"),
        ("<input value='1'><input value='2'>", "1 2"),
        ("<input type=hidden value=9><input type=number value=12 readonly>", "12"),
        ("<select><option>1<option selected>12</select>", "12"),
        ("<select><option value=9>0</option><option>1</option></select>件", "0 件"),
        ("<textarea>12</textarea>", "12"),
        ("<input type='checkbox' value='9'><input>", ""),
    ] {
        assert_eq!(cell("", html), text, "{html}");
    }
    let page = page("<p><input value='搜索'></p><p>填报单位：<input value='甲山镇'></p>");
    assert_eq!(page.paragraphs.len(), 1);
    assert_eq!(page.paragraphs[0].text, "填报单位： 甲山镇");
}

#[test]
fn what_a_sheet_hides_whole_until_a_script_runs_is_read() {
    let document =
        page("<style>.tab{display:none}</style><div class=tab><table><tr><td>12<s>3</s></td></tr></table></div>");
    assert_eq!(document.grids[0].cells()[0].text, "12~~3~~");
}

#[test]
fn a_page_is_read_down_to_the_limit_and_deeper_than_any_stack() {
    let read = |deep: usize, depth: u64| {
        let html = format!("{}<p>甲山镇<br><p>1<td>", "<div>".repeat(deep));
        read(Format::Html, html.as_bytes(), &Limits { depth, ..Limits::default() }).map(|page| page.paragraphs.len())
    };
    assert_eq!(read(5_000, 5_000), Ok(2));
    assert_eq!(read(499, 500), Ok(2));
    assert_eq!(read(500, 500), Ok(2));
    assert_eq!(read(501, 500), Err(Unreadable::Exceeded { limit: Limit::Depth, most: 500 }));
    assert_eq!(depth(&"<p>甲<li>乙<tr><td>1<br/>".repeat(1_000)), 0);
    assert_eq!(depth(&"<div>甲</div><b>".repeat(10)), 10);
}
