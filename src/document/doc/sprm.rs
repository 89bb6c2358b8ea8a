//! Property changes, of which all formatting is a sequence. After MS-DOC 2.2.5 and 2.6.

use super::super::numbers::u16_at;
use super::super::run_format::RunFormat;

/// Codes for characters: deleted, special, symbol of another font, offset of picture data, struck out, hidden, double
/// struck, script, raised, character style.
pub(super) const DELETED: u16 = 0x0800;
pub(super) const SPECIAL: u16 = 0x0855;
pub(super) const SYMBOL: u16 = 0x6A09;
pub(super) const PICTURE: u16 = 0x6A03;
pub(super) const STRUCK: u16 = 0x0837;
pub(super) const HIDDEN: u16 = 0x083C;
pub(super) const DOUBLE_STRUCK: u16 = 0x2A53;
pub(super) const SCRIPT: u16 = 0x2A48;
pub(super) const RAISE: u16 = 0x4845;
pub(super) const CHARACTER_STYLE: u16 = 0x4A30;

/// Codes for paragraphs: style, in a table, ends a row, table depth, its increment, ends a nested cell or row, and
/// further changes in the data stream.
pub(super) const STYLE: u16 = 0x4600;
pub(super) const IN_TABLE: u16 = 0x2416;
pub(super) const ENDS_ROW: u16 = 0x2417;
pub(super) const DEPTH: u16 = 0x6649;
pub(super) const DEEPER: u16 = 0x664A;
pub(super) const ENDS_INNER_CELL: u16 = 0x244B;
pub(super) const ENDS_INNER_ROW: u16 = 0x244C;
pub(super) const ELSEWHERE: [u16; 3] = [0x6645, 0x6646, 0x646B];

/// Codes for rows: cells, and cells inserted, merged, and merged vertically.
pub(super) const CELLS: u16 = 0xD608;
pub(super) const INSERTED: u16 = 0x7621;
pub(super) const MERGED: u16 = 0x5624;
pub(super) const MERGED_BELOW: u16 = 0xD62B;

/// Iterates over the changes as code and operand. Ends at the first that is malformed.
pub(super) fn changes(mut rest: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let code = u16_at(rest, 0)?;
        let after = rest.get(2..)?;
        let operand = after.get(..length(code, after)?)?;
        rest = &after[operand.len()..];
        Some((code, operand))
    })
}

/// Applies changes of character formatting. A change may toggle the value of the styles.
pub(super) fn apply(format: &mut RunFormat, formatting: &[u8], of_styles: RunFormat) {
    for (code, operand) in changes(formatting) {
        let Some(first) = operand.first().copied() else { continue };
        // 2.9.327 ToggleOperand: off, on, as in the styles, opposite of the styles.
        let toggled = |by_style: Option<bool>| match first {
            0x80 => by_style,
            0x81 => Some(by_style != Some(true)),
            on => Some(on != 0),
        };
        match code {
            STRUCK => format.struck = toggled(of_styles.struck),
            DOUBLE_STRUCK => format.double_struck = toggled(of_styles.double_struck),
            HIDDEN => format.hidden = toggled(of_styles.hidden),
            SCRIPT => format.script = Some(matches!(first, 1 | 2)),
            RAISE => format.raise = u16_at(operand, 0).map(|raise| raise.cast_signed().into()),
            _ => {}
        }
    }
}

/// Returns the length of an operand in bytes: 2.2.5.1 Sprm.
fn length(code: u16, after: &[u8]) -> Option<usize> {
    /// Tab stops; a length byte of 255 means that the length has to be computed.
    const TABS: u16 = 0xC615;
    /// The cells of a row, in the form of Word 95 and in the current one.
    const ROWS: [u16; 2] = [0xD606, CELLS];
    let first = || after.first().map(|length| usize::from(*length));
    Some(match code >> 13 {
        0 | 1 => 1,
        2 | 4 | 5 => 2,
        3 => 4,
        7 => 3,
        _ if ROWS.contains(&code) => usize::from(u16_at(after, 0)?) + 1,
        _ if code == TABS && first()? == 255 => {
            let deleted = 4 * usize::from(*after.get(1)?);
            3 + deleted + 3 * usize::from(*after.get(2 + deleted)?)
        }
        _ => 1 + first()?,
    })
}
