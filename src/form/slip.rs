//! Detection of typing mistakes in labels.

/// Shortest label that is compared, in characters. In a shorter one, a single character carries too much meaning.
pub(super) const MIN_CHARS: usize = 5;

/// Numerals by value.
const NUMERALS: [&str; 11] =
    ["0〇零", "1一壹", "2二贰两", "3三叁", "4四肆", "5五伍", "6六陆", "7七柒", "8八捌", "9九玖", "十拾"];

/// Characters that distinguish what is counted: negations, years, directions, and 规章 from 规范.
const DISTINCTIVE: &str = "不未无非没否有可本上下前后去今新旧内外增减章范";

/// The differing characters of two texts, in the first and in the second.
type Edit = (Option<char>, Option<char>);

fn numeral(c: char) -> Option<usize> {
    NUMERALS.iter().position(|numerals| numerals.contains(c))
}

/// Returns the value of the last numeral in a text, a single character.
pub(super) fn last_numeral(text: &str) -> Option<usize> {
    text.chars().rev().find_map(numeral)
}

/// Returns the edit between two texts, if there is exactly one.
fn single_edit(a: &[char], b: &[char]) -> Option<Edit> {
    let shorter = a.len().min(b.len());
    let prefix = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let suffix = a.iter().rev().zip(b.iter().rev()).take(shorter - prefix).take_while(|(a, b)| a == b).count();
    match (&a[prefix..a.len() - suffix], &b[prefix..b.len() - suffix]) {
        ([], []) => None,
        (a @ ([] | [_]), b @ ([] | [_])) => Some((a.first().copied(), b.first().copied())),
        _ => None,
    }
}

/// Returns whether two texts differ by a single edit that may be a typing mistake.
pub(super) fn is_slip(a: &[char], b: &[char]) -> bool {
    if a.len().abs_diff(b.len()) > 1 || a.len().min(b.len()) < MIN_CHARS {
        return false;
    }
    let Some(edit) = single_edit(a, b) else { return false };
    let is_distinctive = |c: Option<char>| c.is_some_and(|c| numeral(c).is_some() || DISTINCTIVE.contains(c));
    match edit {
        (Some(a), Some(b)) if numeral(a).is_some() && numeral(a) == numeral(b) => true,
        (a, b) => !is_distinctive(a) && !is_distinctive(b),
    }
}
