//! The text of a formula as calamine writes it, for the few tokens that occur in reports. After MS-XLS 2.5.198.

use std::fmt::Write;

use super::super::fast_path::{FastResult, Unsupported};
use super::super::numbers::u16_at;
use crate::place::letters;

/// Binary operators by token, beginning with the first.
const FIRST_BINARY: u8 = 0x03;
const BINARY: [&str; 12] = ["+", "-", "*", "/", "^", "&", "<", "<=", "=", ">", ">=", "<>"];
/// The index of SUM among functions with a variable number of arguments.
const SUM: u16 = 4;

/// Returns the text of a formula, which begins with its length in bytes. `None` for a shared formula, which is stored
/// elsewhere and which calamine does not return.
pub(super) fn text(data: &[u8]) -> FastResult<Option<String>> {
    let length = usize::from(u16_at(data, 0).ok_or(Unsupported)?);
    let mut tokens = Tokens(data.get(2..2 + length).ok_or(Unsupported)?);
    if matches!(tokens.0, [0x01, _, _, _, _]) {
        return Ok(None);
    }
    let (mut text, mut operands) = (String::new(), Vec::new());
    while let Some((&token, rest)) = tokens.0.split_first() {
        tokens.0 = rest;
        match token {
            0x1E | 0x1F | 0x24 | 0x25 | 0x44 | 0x45 | 0x64 | 0x65 => {
                operands.push(text.len());
                tokens.operand(token, &mut text)?;
            }
            0x03..=0x0E => {
                let second = operands.pop().ok_or(Unsupported)?;
                if operands.is_empty() {
                    return Err(Unsupported);
                }
                text.insert_str(second, BINARY[usize::from(token - FIRST_BINARY)]);
            }
            0x12 | 0x13 => text.insert(last(&operands)?, if token == 0x12 { '+' } else { '-' }),
            0x14 if !operands.is_empty() => text.push('%'),
            0x15 => {
                text.insert(last(&operands)?, '(');
                text.push(')');
            }
            // SUM with a single argument.
            0x19 if tokens.take::<3>()?[0] == 0x10 => {
                text.insert_str(last(&operands)?, "SUM(");
                text.push(')');
            }
            0x22 | 0x42 | 0x62 => {
                let [count, low, high] = tokens.take()?;
                let first = operands.len().checked_sub(usize::from(count)).filter(|_| count > 0).ok_or(Unsupported)?;
                if u16::from_le_bytes([low, high]) != SUM {
                    return Err(Unsupported);
                }
                let arguments = operands.split_off(first);
                operands.push(arguments[0]);
                for argument in arguments[1..].iter().rev() {
                    text.insert(*argument, ',');
                }
                text.insert_str(arguments[0], "SUM(");
                text.push(')');
            }
            _ => return Err(Unsupported),
        }
    }
    if operands.len() == 1 { Ok(Some(text)) } else { Err(Unsupported) }
}

fn last(operands: &[usize]) -> FastResult<usize> {
    operands.last().copied().ok_or(Unsupported)
}

struct Tokens<'a>(&'a [u8]);

impl Tokens<'_> {
    fn take<const N: usize>(&mut self) -> FastResult<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or(Unsupported)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn number(&mut self) -> FastResult<u16> {
        self.take().map(u16::from_le_bytes)
    }

    /// Writes a whole number, a double, a cell or a range.
    fn operand(&mut self, token: u8, text: &mut String) -> FastResult<()> {
        match token {
            0x1E => write!(text, "{}", self.number()?).map_err(|_| Unsupported),
            0x1F => write!(text, "{}", f64::from_le_bytes(self.take()?)).map_err(|_| Unsupported),
            0x24 | 0x44 | 0x64 => {
                let (row, column) = (self.number()?, self.number()?);
                cell(row, column, text)
            }
            _ => {
                let [top, bottom, left, right] = [self.number()?, self.number()?, self.number()?, self.number()?];
                cell(top, left, text)?;
                text.push(':');
                cell(bottom, right, text)
            }
        }
    }
}

/// Writes a cell reference. The highest bits of its column mark relative parts.
fn cell(row: u16, column: u16, text: &mut String) -> FastResult<()> {
    // calamine adds one in sixteen bits here.
    let row = row.checked_add(1).ok_or(Unsupported)?;
    text.push_str(if column & 0x8000 == 0 { "$" } else { "" });
    text.extend(letters(u32::from(column & 0x3FFF)));
    text.push_str(if column & 0x4000 == 0 { "$" } else { "" });
    write!(text, "{row}").map_err(|_| Unsupported)
}
