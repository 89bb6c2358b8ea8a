//! Builder of documents for tests.

use std::io::{Cursor, Write};

use super::super::read;
use crate::document::Document;
use crate::source::Limits;

/// A paragraph: its runs with their formatting, and the formatting of its mark.
pub(super) struct Made {
    pub(super) runs: Vec<(&'static str, Vec<u8>)>,
    pub(super) paragraph: Vec<u8>,
}

/// A document under construction.
#[derive(Default)]
pub(super) struct Maker {
    pub(super) body: Vec<Made>,
    pub(super) boxes: Vec<(usize, Vec<Made>)>,
    pub(super) data: Vec<u8>,
    pub(super) flags: u16,
    pub(super) narrow: bool,
}

/// Offset of the text in the file.
const TEXT: usize = 1024;

/// A range of file offsets with its formatting.
type Formatted = (usize, usize, Vec<u8>);

fn number(number: usize) -> Vec<u8> {
    u32::try_from(number).expect("short").to_le_bytes().to_vec()
}

fn length(made: &[Made]) -> usize {
    made.iter().flat_map(|made| &made.runs).map(|(text, _)| text.encode_utf16().count()).sum()
}

/// Writes each formatting on a page of its own and lists the pages. `described` is the size of a run's data.
fn pages(main: &mut Vec<u8>, described: usize, formatted: Vec<Formatted>) -> Vec<u8> {
    let (mut list, mut numbers) = (Vec::new(), Vec::new());
    for (start, end, formatting) in formatted {
        main.resize(main.len().next_multiple_of(512), 0);
        numbers.extend(number(main.len() / 512));
        list.extend(number(start));
        let mut page = [number(start), number(end)].concat();
        let from = (8 + described).next_multiple_of(2);
        page.push(u8::try_from(from / 2).expect("short"));
        page.resize(from, 0);
        page.extend(formatting);
        page.resize(511, 0);
        page.push(1);
        main.extend(page);
    }
    [list, vec![0; 4], numbers].concat()
}

pub(super) fn change(code: u16, operand: &[u8]) -> Vec<u8> {
    [&code.to_le_bytes()[..], operand].concat()
}

pub(super) fn paragraph(text: &'static str, changes: &[Vec<u8>]) -> Made {
    Made { runs: vec![(text, Vec::new())], paragraph: changes.concat() }
}

/// A cell nested in `depth` tables.
pub(super) fn cell(text: &'static str, depth: u8) -> Made {
    let mut changes = vec![change(0x2416, &[1]), change(0x6649, &[depth, 0, 0, 0])];
    if depth > 1 {
        changes.push(change(0x244B, &[1]));
    }
    paragraph(text, &changes)
}

/// The mark of a row with these edges and cell flags, nested in `depth` tables.
pub(super) fn row(edges: &[i16], flags: &[u16], depth: u8) -> Made {
    let edges: Vec<u8> = edges.iter().flat_map(|edge| edge.to_le_bytes()).collect();
    let cells: Vec<u8> = flags.iter().flat_map(|flags| [&flags.to_le_bytes()[..], &[0; 18]].concat()).collect();
    let operand = [&[u8::try_from(flags.len()).expect("few")][..], &edges, &cells].concat();
    let length = u16::try_from(operand.len() + 1).expect("short").to_le_bytes();
    let ends = if depth > 1 { change(0x244C, &[1]) } else { change(0x2417, &[1]) };
    let own = [change(0x2416, &[1]), change(0x6649, &[depth, 0, 0, 0]), ends].concat();
    let text = if depth > 1 { "\r" } else { "\u{7}" };
    paragraph(text, &[own, change(0xD608, &[&length[..], &operand].concat())])
}

impl Maker {
    pub(super) fn of(body: Vec<Made>) -> Self {
        Self { body, ..Self::default() }
    }

    /// The file.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let boxes = self.boxes.iter().flat_map(|(_, made)| made);
        let all: Vec<&Made> = self.body.iter().chain(boxes).collect();
        let mut main = vec![0; TEXT];
        for unit in all.iter().flat_map(|made| &made.runs).flat_map(|(text, _)| text.encode_utf16()) {
            main.extend(&unit.to_le_bytes()[..self.width()]);
        }
        let (mut table, mut parts) = (Vec::new(), vec![(0, 0); 93]);
        let mut add = |part: usize, list: Vec<u8>| {
            parts[part] = (table.len(), list.len());
            table.extend(list);
        };
        let (runs, paragraphs) = self.formatting(&all);
        add(12, pages(&mut main, 1, runs));
        add(13, pages(&mut main, 13, paragraphs));
        add(33, self.piece());
        let (drawings, texts) = self.about_boxes();
        add(40, drawings);
        add(56, texts);
        let head = self.head(&parts);
        main[..head.len()].copy_from_slice(&head);
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a file");
        for (name, bytes) in [("/WordDocument", &main), ("/1Table", &table), ("/Data", &self.data)] {
            file.create_stream(name).expect("a stream").write_all(bytes).expect("written");
        }
        file.flush().expect("written");
        file.into_inner().into_inner()
    }

    fn width(&self) -> usize {
        if self.narrow { 1 } else { 2 }
    }

    /// The formatting of runs and paragraphs, by ranges of file offsets.
    fn formatting(&self, all: &[&Made]) -> (Vec<Formatted>, Vec<Formatted>) {
        let (mut runs, mut paragraphs, mut at) = (Vec::new(), Vec::new(), TEXT);
        for made in all {
            let start = at;
            for (text, formatting) in &made.runs {
                let end = at + self.width() * text.encode_utf16().count();
                runs.push((at, end, [&[u8::try_from(formatting.len()).expect("short")][..], formatting].concat()));
                at = end;
            }
            let mut described = [&[0, 0][..], &made.paragraph].concat();
            described.resize(described.len().next_multiple_of(2), 0);
            let words = u8::try_from(described.len() / 2).expect("short");
            paragraphs.push((start, at, [&[0, words][..], &described].concat()));
        }
        (runs, paragraphs)
    }

    /// A piece table with all text in one piece.
    fn piece(&self) -> Vec<u8> {
        let count = length(&self.body) + self.boxes.iter().map(|(_, made)| length(made)).sum::<usize>();
        let place = if self.narrow { (2 * TEXT) | (1 << 30) } else { TEXT };
        let pieces = [&[0; 4][..], &number(count), &[0; 2], &number(place), &[0; 2]].concat();
        [&[2][..], &number(pieces.len()), &pieces].concat()
    }

    /// The anchors of drawings, and the positions of their texts.
    fn about_boxes(&self) -> (Vec<u8>, Vec<u8>) {
        let (mut texts, mut drawings, mut at) = (Vec::new(), Vec::new(), 0);
        let (mut about_texts, mut about_drawings) = (Vec::new(), Vec::new());
        for (drawing, (anchor, made)) in (7..).zip(&self.boxes) {
            texts.extend(number(at));
            about_texts.extend([&[0; 14][..], &number(drawing), &[0; 4]].concat());
            drawings.extend(number(*anchor));
            about_drawings.extend([&number(drawing)[..], &[0; 22]].concat());
            at += length(made);
        }
        let drawings = [drawings, number(length(&self.body)), about_drawings].concat();
        (drawings, [texts, number(at), about_texts].concat())
    }

    fn head(&self, parts: &[(usize, usize)]) -> Vec<u8> {
        let mut head = [&0xA5EC_u16.to_le_bytes()[..], &0xC1_u16.to_le_bytes(), &[0; 6]].concat();
        head.extend((0x1200 | self.flags).to_le_bytes());
        head.resize(32, 0);
        head.extend([&14_u16.to_le_bytes()[..], &[0; 28], &22_u16.to_le_bytes(), &[0; 12]].concat());
        head.extend(number(length(&self.body)));
        head.extend([0; 20]);
        head.extend(number(self.boxes.iter().map(|(_, made)| length(made)).sum()));
        head.resize(152, 0);
        head.extend(93_u16.to_le_bytes());
        head.extend(parts.iter().flat_map(|(start, length)| [number(*start), number(*length)].concat()));
        head
    }

    pub(super) fn document(self) -> Document {
        read(&self.bytes(), &Limits::default()).expect("a document")
    }
}
