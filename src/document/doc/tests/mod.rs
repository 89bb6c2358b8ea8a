mod made;

use super::*;
use crate::document::tests::outline::{cells, paragraphs};
use made::{Made, Maker, cell, change, paragraph, row};

fn document(body: Vec<Made>) -> Document {
    Maker::of(body).document()
}

const MERGED_DOWN: [u16; 2] = [0x60, 0x20];

#[test]
fn cells_span_the_columns_between_their_edges_and_the_rows_that_go_on() {
    let document = document(vec![
        paragraph("甲山镇\u{b}年报\r", &[]),
        cell("规章\u{7}", 1),
        cell("1\u{7}", 1),
        cell("9\u{7}", 1),
        row(&[-108, 1000, 2000, 3000], &[MERGED_DOWN[0], 1, 2], 1),
        cell("\u{7}", 1),
        cell("2\u{7}", 1),
        cell("3\u{7}", 1),
        row(&[-100, 1007, 2500, 3010], &[MERGED_DOWN[1], 0, 0], 1),
        paragraph("后\r", &[]),
    ]);
    assert_eq!(paragraphs(&document), [("甲山镇\n年报", 0), ("后", 1)]);
    let expected = [(0, 0, 2, 1, "规章"), (0, 1, 1, 3, "1"), (1, 1, 1, 2, "2"), (1, 3, 1, 1, "3")];
    assert_eq!(cells(&document, 0), expected);
}

#[test]
fn merges_are_listed_separately_and_misfit_cells_get_a_column_each() {
    let more = |mut row: Made, changes: &[Vec<u8>]| {
        row.paragraph.extend(changes.concat());
        row
    };
    let edges = [0, 1000, 2000, 3000];
    let made = document(vec![
        cell("甲\u{7}", 1),
        cell("1\u{7}", 1),
        cell("\u{7}", 1),
        more(row(&edges, &[0; 3], 1), &[change(0xD62B, &[2, 0, 3]), change(0x5624, &[1, 3])]),
        cell("\u{7}", 1),
        cell("2\u{7}", 1),
        cell("3\u{7}", 1),
        more(row(&edges, &[0; 3], 1), &[change(0xD62B, &[2, 0, 1])]),
    ]);
    assert_eq!(cells(&made, 0), [(0, 0, 2, 1, "甲"), (0, 1, 1, 2, "1"), (1, 1, 1, 1, "2"), (1, 2, 1, 1, "3")]);
    let made = document(vec![
        cell("甲\u{7}", 1),
        cell("1\u{7}", 1),
        row(&edges, &[0; 3], 1),
        cell("乙\u{7}", 1),
        row(&edges[..2], &[0], 1),
    ]);
    assert_eq!(cells(&made, 0), [(0, 0, 1, 1, "甲"), (0, 1, 1, 1, "1"), (1, 0, 1, 1, "乙")]);
}

#[test]
fn a_table_in_a_table_stands_for_itself_and_one_of_one_cell_is_a_frame() {
    let made = document(vec![
        cell("外\r", 1),
        cell("内\r", 2),
        cell("1\r", 2),
        row(&[0, 500, 1000], &[0; 2], 2),
        cell("后\u{7}", 1),
        row(&[0, 1000], &[0], 1),
        paragraph("文\r", &[]),
    ]);
    assert_eq!(paragraphs(&made), [("外", 0), ("后", 1), ("文", 2)]);
    assert_eq!(cells(&made, 0), [(0, 0, 1, 1, "内"), (0, 1, 1, 1, "1")]);
    assert!(made.grids[1].cells().is_empty());
    let framed = document(vec![
        cell("规章\u{7}", 1),
        cell("12\r", 2),
        row(&[0, 500], &[0], 2),
        cell("\u{7}", 1),
        row(&[0, 500, 1000], &[0; 2], 1),
    ]);
    assert_eq!(cells(&framed, 0), [(0, 0, 1, 1, "规章"), (0, 1, 1, 1, "12")]);
}

#[test]
fn what_is_deleted_or_hidden_is_no_text_and_what_is_struck_or_raised_is_marked() {
    let on = |code: u16| change(code, &[1]);
    for (runs, expected) in [
        (vec![("8", on(0x0800)), ("12", on(0x0801)), ("\r", vec![])], "12"),
        (vec![("99", on(0x0837)), ("12\r", vec![])], "~~99~~12"),
        (vec![("99", on(0x2A53)), ("12\r", vec![])], "~~99~~12"),
        (vec![("9", on(0x083C)), ("12\r", vec![])], "12"),
        (vec![("12", vec![]), ("1", on(0x2A48)), ("\r", vec![])], "12^1"),
        (vec![("12", vec![]), ("1", change(0x4845, &[6, 0])), ("\r", vec![])], "12^1"),
        (vec![("12", change(0x4845, &[6, 0])), ("\r", vec![])], "12"),
        (vec![("12", vec![]), ("(", change(0x6A09, &[0, 0, 0xFC, 0xF0])), ("\u{2}", on(0x0855)), ("\r", vec![])], "12"),
        (vec![("\u{13} QUOTE 9 \u{14}12\u{15}件\u{1e}\u{1f}\u{a0}一\r", vec![])], "12件-\u{a0}一"),
        (vec![("1\u{13} IF \u{13} PAGE \u{14}9\u{15} \u{14}2\u{15}3\r", vec![])], "123"),
    ] {
        let made = document(vec![Made { runs, paragraph: Vec::new() }]);
        assert_eq!(paragraphs(&made), [(expected, 0)]);
    }
    let made = document(vec![paragraph("\u{13} IF \r", &[]), paragraph("12\r", &[])]);
    assert_eq!(paragraphs(&made), [("12", 0)]);
    let row_of = |mark: Vec<u8>| {
        let mut row = row(&[0, 500], &[0], 1);
        row.runs[0].1 = mark;
        row
    };
    let made =
        document(vec![cell("1\u{7}", 1), row_of(on(0x0800)), cell("2\u{7}", 1), row_of(vec![]), paragraph("\r", &[])]);
    assert_eq!(cells(&made, 0), [(0, 0, 1, 1, "2")]);
}

#[test]
fn a_list_shows_what_is_chosen() {
    let text = |text: &str| {
        let units: Vec<u16> = text.encode_utf16().collect();
        let length = u16::try_from(units.len()).expect("short");
        [length].into_iter().chain(units).flat_map(u16::to_le_bytes).collect::<Vec<u8>>()
    };
    for (chosen, default, expected) in [(1_u16, 0_u8, "填报：乙"), (25, 0, "填报：甲"), (7, 0, "填报：")] {
        let bits = (2 | chosen << 2).to_le_bytes();
        let list = [&[0xFF; 4][..], &bits, &[0; 4], &text("名"), &[0, 0], &[default, 0], &[0; 20]].concat();
        let entries = [&[0xFF, 0xFF, 2, 0, 0, 0][..], &text("甲"), &text("乙")].concat();
        let data = [&[0; 4][..], &[68, 0], &[0; 62], &list, &entries].concat();
        let form = [change(0x0855, &[1]), change(0x6A03, &[0; 4])].concat();
        let runs = vec![("填报：\u{13} FORMDROPDOWN ", vec![]), ("\u{1}\u{15}", form), ("\r", vec![])];
        let body = vec![Made { runs, paragraph: Vec::new() }];
        assert_eq!(paragraphs(&Maker { data, ..Maker::of(body) }.document()), [(expected, 0)], "{chosen}");
    }
}

#[test]
fn text_boxes_come_before_what_they_hang_on() {
    let body = vec![paragraph("前\r", &[]), paragraph("甲\u{8}山\r", &[])];
    let boxes = vec![
        (3, vec![cell("框\u{7}", 1), row(&[0, 500], &[0], 1), paragraph("\r", &[])]),
        (90, vec![paragraph("组\r", &[])]),
    ];
    let made = Maker { boxes, ..Maker::of(body) }.document();
    assert_eq!(paragraphs(&made), [("前", 0), ("甲山", 1), ("组", 1)]);
    assert_eq!(cells(&made, 0), [(0, 0, 1, 1, "框")]);
}

#[test]
fn text_of_one_byte_a_character_and_formatting_in_the_stream_of_data() {
    let made = Maker { narrow: true, ..Maker::of(vec![paragraph("a\u{93}12\r", &[])]) };
    assert_eq!(paragraphs(&made.document()), [("a\u{201c}12", 0)]);
    let Made { paragraph: changes, .. } = row(&[0, 500, 900], &[0; 2], 1);
    let data = [&u16::try_from(changes.len()).expect("short").to_le_bytes()[..], &changes].concat();
    for code in [0x6646, 0x646B] {
        let mark = paragraph("\u{7}", &[change(0x2417, &[1]), change(code, &[0; 4])]);
        let body = vec![cell("甲\u{7}", 1), cell("1\u{7}", 1), mark];
        assert_eq!(cells(&Maker { data: data.clone(), ..Maker::of(body) }.document(), 0).len(), 2);
    }
}

#[test]
fn a_password_and_a_version_before_97_are_told() {
    let made = || Maker::of(vec![paragraph("甲\r", &[])]);
    let locked = Maker { flags: 0x0100, ..made() }.bytes();
    assert!(matches!(read(&locked, &Limits::default()), Err(Unreadable::Password(Format::Doc))));
    let mut bytes = made().bytes();
    assert!(!is_older(&bytes) && is_older(&bytes[..0]) == is_older(b"x"));
    let head = bytes.windows(4).position(|window| window == [0xEC, 0xA5, 0xC1, 0]).expect("the head");
    bytes[head + 2] = 0x68;
    assert!(is_older(&bytes));
}

#[test]
fn limits_hold() {
    let beyond = |body: Vec<Made>, limits: Limits| match read(&Maker::of(body).bytes(), &limits) {
        Err(Unreadable::Exceeded { limit, .. }) => Some(limit),
        _ => None,
    };
    let body = || vec![cell("1\u{7}", 1), cell("2\u{7}", 1), cell("3\u{7}", 1), row(&[0, 1, 2, 3], &[0; 3], 1)];
    let cells = |cells| beyond(body(), Limits { cells, ..Limits::default() });
    assert_eq!([2, 3].map(cells), [Some(Limit::Cells), None]);
    let text = |document| beyond(body(), Limits { document, ..Limits::default() });
    assert_eq!([13, 14].map(text), [Some(Limit::Document), None]);
    let depth = |depth| beyond(vec![cell("1\r", 9)], Limits { depth, ..Limits::default() });
    assert_eq!([8, 9].map(depth), [Some(Limit::Depth), None]);
}
