//! Decoding of bytes to text, in the encodings that offices produce.

use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes from the start of a page or XML file within which its encoding is searched for.
const STATED_WITHIN: usize = 2048;

/// Fewest valid non-ASCII characters per invalid sequence in text that counts as damaged UTF-8.
const MIN_GOOD_PER_BAD: usize = 20;

/// Decodes bytes: by byte order mark, else as UTF-8, as UTF-16 by its zero bytes, as GB18030, else in the encoding that
/// `chardetng` guesses. `None` if the bytes are not text.
#[must_use]
pub fn decode(bytes: &[u8]) -> Option<String> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return Some(encoding.decode_without_bom_handling(&bytes[length..]).0.into_owned());
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return Some(encoding.decode_without_bom_handling(bytes).0.into_owned());
    }
    if bytes.contains(&0) {
        return None;
    }
    // The head of a file may end within a character, so up to three bytes at the end may be cut.
    let whole = |encoding: &'static Encoding| {
        let decode = |cut| encoding.decode_without_bom_handling_and_without_replacement(&bytes[..bytes.len() - cut]);
        (0..4.min(bytes.len())).find_map(decode).map(std::borrow::Cow::into_owned)
    };
    if let Some(text) = whole(UTF_8).or_else(|| damaged_utf8(bytes)).or_else(|| whole(GB18030)) {
        return Some(text);
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(Some(b"cn"), chardetng::Utf8Detection::Allow);
    let (text, _, malformed) = guess.decode(bytes);
    let control = text.chars().filter(|c| c.is_control() && !c.is_whitespace()).count();
    (!malformed || control == 0).then(|| text.into_owned())
}

/// Decodes UTF-8 with a few invalid bytes, which become U+FFFD. In another encoding, most non-ASCII characters would be
/// invalid.
fn damaged_utf8(bytes: &[u8]) -> Option<String> {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    (good >= bad * MIN_GOOD_PER_BAD).then(|| String::from_utf8_lossy(bytes).into_owned())
}

/// Decodes a web page or XML file. Its stated encoding is used only if the bytes have no byte order mark and are not
/// UTF-8, because pages saved again by a browser often keep the statement of the original.
pub(super) fn decode_markup(bytes: &[u8]) -> Option<String> {
    let bare =
        Encoding::for_bom(bytes).is_none() && std::str::from_utf8(bytes).is_err() && damaged_utf8(bytes).is_none();
    let stated = || {
        let encoding = stated_encoding(bytes)?;
        // GB18030 is a superset of GBK and GB 2312, and pages that state one of those often use characters beyond it.
        let encoding = if encoding == GBK { GB18030 } else { encoding };
        encoding.decode_without_bom_handling_and_without_replacement(bytes).map(std::borrow::Cow::into_owned)
    };
    bare.then(stated).flatten().or_else(|| decode(bytes))
}

/// Returns the encoding named after `charset=` or `encoding=`.
fn stated_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let head: String = bytes[..bytes.len().min(STATED_WITHIN)].iter().map(|byte| char::from(*byte)).collect();
    let head = head.to_ascii_lowercase();
    let named = ["charset=", "encoding="].iter().find_map(|word| head.find(word).map(|at| &head[at + word.len()..]))?;
    let label = named.trim_start_matches(['"', '\'', ' ']);
    let end = label.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').unwrap_or(label.len());
    Encoding::for_label(&label.as_bytes()[..end])
}

fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(2048) & !1];
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let enough = sample.len() / 16 + 1;
    // In UTF-16, digits and delimiters have a zero high byte; only a few characters (一 is U+4E00) have a zero low
    // byte.
    match (zeros(0), zeros(1)) {
        (even, odd) if odd >= enough && odd > 4 * even => Some(UTF_16LE),
        (even, odd) if even >= enough && even > 4 * odd => Some(UTF_16BE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_of_offices() {
        let text = "单位,年度\n甲山镇,2025\n";
        let (gbk, _, _) = GB18030.encode(text);
        assert_eq!(decode(&gbk).as_deref(), Some(text));
        let utf16: Vec<u8> = [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&utf16).as_deref(), Some(text));
        assert_eq!(decode(&utf16[2..]).as_deref(), Some(text));
        let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
        assert_eq!(decode(&marked).as_deref(), Some(text));
    }

    #[test]
    fn a_cut_character_does_not_change_the_encoding() {
        let text = "政府信息公开工作年度报告".repeat(10);
        let mut bytes = text.clone().into_bytes();
        bytes.remove("政府".len() - 1);
        assert_eq!(decode(&bytes), Some(text.replacen('府', "\u{fffd}", 1)));
        bytes.splice(40..40, [0xFF, b'1']);
        assert!(decode(&bytes).is_some_and(|decoded| decoded.contains("年度报告")));
        let page = format!("<meta charset=\"utf-8\">{text}");
        let mut bytes = page.into_bytes();
        let cut = bytes.len() - 10;
        bytes.remove(cut);
        assert!(decode_markup(&bytes).is_some_and(|decoded| decoded.contains("信息公开工作")));
        let (gbk, _, _) = GB18030.encode(&text);
        assert_eq!(decode(&gbk), Some(text));
    }

    #[test]
    fn a_page_is_what_it_states_unless_its_bytes_say_otherwise() {
        let page = |stated: &str| format!("<html><meta charset=\"{stated}\"><p>章</p></html>");
        let in_gbk = page("gb2312");
        assert_eq!(decode_markup(&GB18030.encode(&in_gbk).0), Some(page("gb2312")));
        assert_eq!(decode_markup(page("gb2312").as_bytes()), Some(page("gb2312")));
        let in_big5 = page("big5");
        assert_eq!(decode_markup(&encoding_rs::BIG5.encode(&in_big5).0), Some(page("big5")));
    }
}
