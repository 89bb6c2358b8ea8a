use super::*;
use crate::document::tests::outline::{cells, paragraphs};

/// A document with this body, in the form that Word writes in China.
fn text(body: &str) -> String {
    format!(
        "{{\\rtf1\\ansi\\ansicpg936\\deff0{{\\fonttbl{{\\f0\\froman\\fcharset0 Times;}}{{\\f13\\fcharset134{{\\*\\falt SimSun}}\
         \\'cb\\'ce\\'cc\\'e5;}}{{\\f14\\fcharset136 Big;}}}}{{\\colortbl;\\red0;}}{{\\stylesheet{{\\s0 Normal;}}}}\
         {{\\*\\generator x;}}{{\\info{{\\title t}}}}\r\n{{\\header \\pard 9\\par}}{body}}}"
    )
}

fn document(body: &str) -> Document {
    read(text(body).as_bytes(), &Limits::default()).expect("a document")
}

#[test]
fn bytes_are_in_the_page_of_their_font_or_of_the_file() {
    for (body, expected) in [
        ("\\f13 \\'bc\\'d7\\'c9\\'bd\\'d5\\'f2\\par", "甲山镇"),
        ("{\\loch\\f0 \\hich\\f0 \\dbch\\f13 \\'bc\\'d7}\\f0 \\'c9\\'bd2025\\par", "甲山2025"),
        // The second byte of a character may be a letter.
        ("\\f13 \\'81A\\par", "丄"),
        ("\\f14 \\'a4\\'a4\\par", "中"),
        ("\\u30002 ?\\uc2\\u-27321\\'d5\\'f2\\uc0\\u8212 12\\par", "甲镇—12"),
        ("{\\upr{\\'3f}{\\*\\ud{\\u30002 ?}}}\\emdash\\ldblquote 1\\~2\\_3\\-4\\tab\\\\\\par", "甲—“1\u{a0}2-34\t\\"),
        ("\\u55360\\'3f\\u56320\\'3f\\par", "𠀀"),
    ] {
        assert_eq!(paragraphs(&document(body)), [(expected, 0)], "{body}");
    }
}

#[test]
fn cells_span_the_columns_between_their_edges_and_are_merged_by_what_is_said() {
    let made = document(
        "\\pard \\u30002 ?\\par\\trowd\\trleft-108\\clvmgf\\cellx1000\\clmgf\\cellx2000\\clmrg\\cellx3000\\pard\\intbl \
         a\\par b\\cell 1\\cell 9\\cell\\row\\trowd\\trleft-108\\clvmrg\\cellx1000\\cellx1500\\cellx3005\\pard\\intbl\\cell \
         2\\cell 3\\cell{\\trowd\\trleft-108\\clvmrg\\cellx1000\\cellx1500\\cellx3005\\row}\\pard c\\par",
    );
    assert_eq!(paragraphs(&made), [("甲", 0), ("c", 1)]);
    let expected = [(0, 0, 2, 1, "a\nb"), (0, 1, 1, 3, "1"), (1, 1, 1, 1, "2"), (1, 2, 1, 2, "3")];
    assert_eq!(cells(&made, 0), expected);
    // Paragraphs without the table flag, a row with the description of the one before, and a cell that does not end.
    let made = document("\\trowd\\cellx500\\cellx900 a\\cell b\\par c\\cell\\row d\\cell e\\row\\pard f\\par");
    assert_eq!(cells(&made, 0), [(0, 0, 1, 1, "a"), (0, 1, 1, 1, "b\nc"), (1, 0, 1, 1, "d"), (1, 1, 1, 1, "e")]);
}

#[test]
fn a_table_in_a_table_stands_for_itself_and_its_row_changes_none_around() {
    let made = document(
        "\\trowd\\cellx1000\\cellx2000\\pard\\intbl\\itap1 a\\par\\pard\\intbl\\itap2 b\\nestcell 1\\nestcell{\\*\\nesttableprops\
         \\trowd\\cellx500\\cellx900\\nestrow}{\\nonesttables\\par}\\pard\\intbl\\itap1 c\\cell d\\cell\\row\\pard e\\par",
    );
    assert_eq!(paragraphs(&made), [("a", 0), ("c", 1), ("e", 2)]);
    assert_eq!(cells(&made, 0), [(0, 0, 1, 1, "b"), (0, 1, 1, 1, "1")]);
    assert_eq!(cells(&made, 1), [(0, 1, 1, 1, "d")]);
}

#[test]
fn what_is_deleted_or_hidden_is_no_text_and_what_is_struck_or_raised_is_marked() {
    for (body, expected) in [
        ("{\\deleted\\revauthdel0 8}{\\revised 12}", "12"),
        ("{\\strike 99}12", "~~99~~12"),
        ("\\striked1 99\\striked0 12", "~~99~~12"),
        ("\\strike 99\\plain 12", "~~99~~12"),
        ("{\\v 9}12", "12"),
        ("12{\\super 1}", "12^1"),
        ("12{\\up6 1}3", "12^13"),
        ("{\\up6 12}", "12"),
        ("12{\\footnote \\pard 9\\par}{\\*\\unknown 9}{\\pict ffd8}{\\*\\shppict{\\pict ff}}{\\listtext 1.}", "12"),
        ("{\\field{\\*\\fldinst QUOTE 9}{\\fldrslt 12}}", "12"),
        ("\\pict\\bin4 }}}}12", "12"),
    ] {
        assert_eq!(paragraphs(&document(&format!("\\pard {body}\\par"))), [(expected, 0)], "{body}");
    }
}

#[test]
fn a_list_shows_what_is_chosen_and_a_text_box_comes_before_what_it_hangs_on() {
    for (chosen, result, expected) in
        [("\\ffres1", "", "1b"), ("\\ffres25\\ffdefres0", "", "1a"), ("\\ffres0", "b", "1b")]
    {
        let body = format!(
            "\\pard 1{{\\field{{\\*\\fldinst{{FORMDROPDOWN {{\\*\\formfield{{\\fftype2{chosen}{{\\*\\ffname x}}{{\\*\\ffl a}}\
             {{\\*\\ffl b}}}}}}}}}}{{\\fldrslt {result}}}}}\\par"
        );
        assert_eq!(paragraphs(&document(&body)), [(expected, 0)], "{body}");
    }
    let made = document(
        "\\pard a\\par b{\\shp{\\*\\shpinst{\\sp{\\sn x}{\\sv 9}}{\\shptxt\\trowd\\cellx500\\pard\\intbl 1\\cell\\row\\pard d\\par}}\
         {\\shprslt 9}}c\\par",
    );
    assert_eq!(paragraphs(&made), [("a", 0), ("d", 1), ("bc", 1)]);
    assert_eq!(cells(&made, 0), [(0, 0, 1, 1, "1")]);
}

#[test]
fn a_file_that_breaks_off_is_damaged_and_what_comes_behind_its_end_is_not_read() {
    let whole = text("\\pard 1\\par");
    let read = |text: &str| read(text.as_bytes(), &Limits::default()).map(|made| made.paragraphs.len());
    assert_eq!(read(&format!("{whole}\\par 2\\par}}")), Ok(1));
    assert!(matches!(read(&whole[..whole.len() - 1]), Err(Unreadable::Damaged(Format::Rtf, _))));
}

#[test]
fn limits_hold() {
    let beyond = |body: &str, limits: Limits| match read(text(body).as_bytes(), &limits) {
        Err(Unreadable::Exceeded { limit, .. }) => Some(limit),
        _ => None,
    };
    let row = "\\trowd\\cellx1\\cellx2\\pard\\intbl 1\\cell 2\\cell\\row";
    assert_eq!(beyond(row, Limits { cells: 1, ..Limits::default() }), Some(Limit::Cells));
    assert_eq!(beyond(row, Limits { cells: 2, ..Limits::default() }), None);
    assert_eq!(beyond("\\pard\\intbl\\itap501\\par", Limits::default()), Some(Limit::Depth));
    let deep = |deep: usize| format!("{}1{}", "{".repeat(deep), "}".repeat(deep));
    assert_eq!([499, 500].map(|deep_in| beyond(&deep(deep_in), Limits::default())), [None, Some(Limit::Depth)]);
    let text = |document| beyond("\\pard 12345\\par", Limits { document, ..Limits::default() });
    assert_eq!([1, 40].map(text), [Some(Limit::Document), None]);
}
