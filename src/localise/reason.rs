//! Likely reasons for a wrong figure. They are reported and change nothing.

use crate::corpus::WHOLE;

/// How a wrong figure may have come about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Two adjacent digits are swapped.
    Swapped,
    /// A digit is missing.
    Lost,
    /// There is a digit too many.
    Added,
    /// One digit is wrong.
    Mistyped,
    /// The sign is wrong.
    Sign,
    /// It is the figure of an adjacent cell in the row or column.
    Neighbour,
    /// It is last year's figure.
    LastYear,
}

/// Smallest absolute value with digits that are evidence. Most figures of a township are smaller and match by chance.
const TELLING: i128 = 10;

/// Returns a likely reason for `given` in place of `wanted`, both in thousandths.
pub(super) fn of(given: i128, wanted: i128, neighbours: &[i128], last_year: Option<i128>) -> Option<Reason> {
    if given == -wanted {
        return Some(Reason::Sign);
    }
    if given.abs() >= TELLING * WHOLE && wanted.abs() >= TELLING * WHOLE {
        let (given, wanted) = (given.to_string(), wanted.to_string());
        if let Some(reason) = typing(given.as_bytes(), wanted.as_bytes()) {
            return Some(reason);
        }
    }
    if given >= TELLING * WHOLE && last_year == Some(given) {
        return Some(Reason::LastYear);
    }
    (given >= TELLING * WHOLE && neighbours.contains(&given)).then_some(Reason::Neighbour)
}

/// Returns the single typing mistake that turns `wanted` into `given`, if one does (Damerau–Levenshtein distance one).
fn typing(given: &[u8], wanted: &[u8]) -> Option<Reason> {
    let without = |longer: &[u8], shorter: &[u8]| {
        (0..longer.len()).any(|at| {
            longer[..at] == shorter[..at.min(shorter.len())] && longer[at + 1..] == shorter[at.min(shorter.len())..]
        })
    };
    if wanted.len() == given.len() + 1 {
        return without(wanted, given).then_some(Reason::Lost);
    }
    if given.len() == wanted.len() + 1 {
        return without(given, wanted).then_some(Reason::Added);
    }
    if given.len() != wanted.len() {
        return None;
    }
    let apart: Vec<usize> = (0..given.len()).filter(|at| given[*at] != wanted[*at]).collect();
    match apart.as_slice() {
        [_] => Some(Reason::Mistyped),
        [a, b] if a + 1 == *b && given[*a] == wanted[*b] && given[*b] == wanted[*a] => Some(Reason::Swapped),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(given: i128, wanted: i128) -> Option<Reason> {
        of(given * WHOLE, wanted * WHOLE, &[12 * WHOLE, 3 * WHOLE], Some(77 * WHOLE))
    }

    #[test]
    fn swapped_digits_are_recognised_in_long_numbers() {
        assert_eq!(why(36, 63), Some(Reason::Swapped));
        assert_eq!(why(12, 112), Some(Reason::Lost));
        assert_eq!(why(155, 15), Some(Reason::Added));
        assert_eq!(why(140, 190), Some(Reason::Mistyped));
        assert_eq!(why(-5, 5), Some(Reason::Sign));
        assert_eq!(why(12, 40), Some(Reason::Neighbour));
        assert_eq!(why(77, 500), Some(Reason::LastYear));
        assert_eq!(why(3, 8), None);
        assert_eq!(why(3, 13), None);
        assert_eq!(why(1234, 4321), None);
    }
}
