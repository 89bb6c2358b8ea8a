//! Numbers in the hybrid encoding of Parquet: those repeated with their count, the others packed in groups of eight.

use std::iter::repeat_n;

/// Numbers packed together.
const GROUP: usize = 8;

/// Numbers one after the other, each with how often it is repeated.
#[derive(Debug, Default)]
pub(super) struct Runs(Vec<(u32, u32)>);

impl Runs {
    /// Puts a number behind the others, so many times.
    pub(super) fn push(&mut self, number: u32, times: u32) {
        match self.0.last_mut() {
            Some((last, count)) if *last == number => *count += times,
            _ => self.0.push((number, times)),
        }
    }

    /// Puts the last so many numbers behind the others again; each is another than the one before.
    pub(super) fn push_again(&mut self, count: usize) {
        self.0.extend_from_within(self.0.len().saturating_sub(count)..);
    }

    /// How many numbers there are.
    pub(super) fn count(&self) -> usize {
        self.0.iter().map(|(_, times)| *times as usize).sum()
    }

    /// Writes them with so many bits each.
    pub(super) fn encode(&self, bits: u32, out: &mut Vec<u8>) {
        let mut packed = Vec::new();
        for (number, times) in &self.0 {
            if *times == 1 {
                packed.push(*number);
                continue;
            }
            let times = *times as usize;
            // The group that was begun is filled first.
            let fill = packed.len().wrapping_neg() % GROUP;
            if times < fill + GROUP {
                (0..times).for_each(|_| packed.push(*number));
                continue;
            }
            packed.extend(repeat_n(*number, fill));
            pack(&packed, bits, out);
            packed.clear();
            length((times - fill) << 1, out);
            out.extend(&number.to_le_bytes()[..bits.div_ceil(u8::BITS) as usize]);
        }
        packed.resize(packed.len().next_multiple_of(GROUP), 0);
        pack(&packed, bits, out);
    }
}

/// Writes groups of numbers, the lowest bits first.
fn pack(numbers: &[u32], bits: u32, out: &mut Vec<u8>) {
    if numbers.is_empty() {
        return;
    }
    length((numbers.len() / GROUP) << 1 | 1, out);
    let (mut held, mut filled) = (0_u64, 0);
    for number in numbers {
        held |= u64::from(*number) << filled;
        filled += bits;
        if filled >= u32::BITS {
            out.extend_from_slice(&held.to_le_bytes()[..4]);
            held >>= u32::BITS;
            filled -= u32::BITS;
        }
    }
    out.extend_from_slice(&held.to_le_bytes()[..filled.div_ceil(u8::BITS) as usize]);
}

/// Writes a length in seven bits a byte, the lowest first.
fn length(mut rest: usize, out: &mut Vec<u8>) {
    while rest >= 0x80 {
        out.push(rest.to_le_bytes()[0] | 0x80);
        rest >>= 7;
    }
    out.push(rest.to_le_bytes()[0]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(numbers: &[(u32, u32)], bits: u32) -> Vec<u8> {
        let (mut runs, mut out) = (Runs::default(), Vec::new());
        for (number, times) in numbers {
            runs.push(*number, *times);
        }
        runs.encode(bits, &mut out);
        out
    }

    #[test]
    fn the_example_of_the_format_is_packed_as_there() {
        let numbers: Vec<(u32, u32)> = (0..8).map(|number| (number, 1)).collect();
        assert_eq!(encoded(&numbers, 3), [0b11, 0b1000_1000, 0b1100_0110, 0b1111_1010]);
    }

    #[test]
    fn the_last_numbers_can_come_again() {
        let (mut runs, mut out) = (Runs::default(), Vec::new());
        (0..4).for_each(|number| runs.push(number, 1));
        runs.push_again(2);
        assert_eq!(runs.count(), 6);
        runs.encode(2, &mut out);
        assert_eq!(out, [0b11, 0b1110_0100, 0b1110]);
    }

    #[test]
    fn what_is_repeated_is_counted() {
        assert_eq!(encoded(&[(1, 100), (1, 100)], 1), [0x90, 0x03, 1]);
        assert_eq!(encoded(&[(0, 5)], 0), [0b11]);
        assert_eq!(encoded(&[(300, 9)], 9), [18, 0x2c, 0x01]);
        // A repeated number first fills the group that was begun.
        assert_eq!(encoded(&[(0, 1), (1, 15), (0, 1)], 1), [0b11, 0xfe, 16, 1, 0b11, 0]);
    }
}
