//! The styles of a Word document, as far as they strike out, raise or hide text. After MS-DOC 2.9.271 `STSH`, 2.9.260
//! `STD`.

use super::super::numbers::u16_at;
use super::super::run_format::RunFormat;
use super::sprm::apply;

/// Most base styles that are followed; a style may be based on itself.
const MAX_BASES: usize = 16;

#[derive(Debug, Default)]
pub(super) struct DocStyles(Vec<Option<DocStyle>>);

#[derive(Debug)]
struct DocStyle {
    of_characters: bool,
    base: usize,
    own: RunFormat,
}

impl DocStyles {
    pub(super) fn parse(sheet: &[u8]) -> Self {
        Self(styles(sheet).unwrap_or_default())
    }

    /// Returns the run formatting of a character style.
    pub(super) fn of_characters(&self, number: u16) -> RunFormat {
        self.inherited(number, true)
    }

    /// Returns the run formatting of a paragraph style.
    pub(super) fn of_paragraph(&self, number: u16) -> RunFormat {
        self.inherited(number, false)
    }

    fn inherited(&self, number: u16, of_characters: bool) -> RunFormat {
        let (mut format, mut next) = (RunFormat::default(), usize::from(number));
        for _ in 0..MAX_BASES {
            let Some(Some(style)) = self.0.get(next) else { break };
            if style.of_characters == of_characters {
                format = format.or(style.own);
            }
            next = style.base;
        }
        format
    }
}

fn styles(sheet: &[u8]) -> Option<Vec<Option<DocStyle>>> {
    let (about, head) = (usize::from(u16_at(sheet, 0)?), sheet.get(2..)?);
    let (count, size) = (u16_at(head, 0)?, usize::from(u16_at(head, 2)?));
    let mut rest = head.get(about..)?;
    let mut found = Vec::new();
    for _ in 0..count {
        let Some(length) = u16_at(rest, 0).map(usize::from) else { break };
        let Some(described) = rest.get(2..2 + length) else { break };
        found.push(style(described, size));
        rest = &rest[2 + length..];
    }
    Some(found)
}

/// Parses a style. `size` is the length in bytes of its fixed part, before the name.
fn style(described: &[u8], size: usize) -> Option<DocStyle> {
    const PARAGRAPHS: u16 = 1;
    const CHARACTERS: u16 = 2;
    let kind = u16_at(described, 2)?;
    let (kind, base) = (kind & 0xF, usize::from(kind >> 4));
    let name = usize::from(u16_at(described, size)?);
    let mut at = size + 2 + 2 * name + 2;
    if kind == PARAGRAPHS {
        // The paragraph formatting comes first and is padded to an even length.
        at += 2 + usize::from(u16_at(described, at)?).next_multiple_of(2);
    } else if kind != CHARACTERS {
        return None;
    }
    let length = usize::from(u16_at(described, at).unwrap_or(0));
    let changes = described.get(at + 2..at + 2 + length).unwrap_or_default();
    let mut own = RunFormat::default();
    apply(&mut own, changes, RunFormat::default());
    Some(DocStyle { of_characters: kind == CHARACTERS, base, own })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a paragraph style (1) or character style (2) with a base style and these changes.
    fn described(kind: u16, base: u16, changes: &[u8]) -> Vec<u8> {
        let length = u16::try_from(changes.len()).expect("short").to_le_bytes();
        let of_paragraphs: &[u8] = if kind == 1 { &[3, 0, 0, 0, 9, 0] } else { &[] };
        let head = [&[0; 2][..], &(kind | (base << 4)).to_le_bytes(), &[0; 6]].concat();
        let style = [&head[..], &[1, 0, b'a', 0, 0, 0], of_paragraphs, &length, changes].concat();
        [&u16::try_from(style.len()).expect("short").to_le_bytes()[..], &style].concat()
    }

    #[test]
    fn styles_pass_on_what_they_are_based_on() {
        let strikes = [0x37, 0x08, 1];
        let all = [
            described(1, 0xFFF, &strikes),
            described(1, 0, &[0x3C, 0x08, 1]),
            vec![0, 0],
            described(2, 0xFFF, &strikes),
            described(2, 4, &[0x48, 0x2A, 1]),
        ];
        let styles = DocStyles::parse(&[&[4, 0, 5, 0, 10, 0][..], &all.concat()].concat());
        let (one, of_characters) = (styles.of_paragraph(1), styles.of_characters(3));
        assert!(one.is_hidden() && one.look().struck && !styles.of_paragraph(0).is_hidden());
        assert!(of_characters.look().struck && styles.of_characters(4).look().raised);
        assert_eq!(
            [styles.of_paragraph(3), styles.of_characters(0), styles.of_paragraph(2)],
            [RunFormat::default(); 3]
        );
        assert_eq!(DocStyles::parse(&[4, 0, 5]).of_paragraph(0), RunFormat::default());
    }
}
