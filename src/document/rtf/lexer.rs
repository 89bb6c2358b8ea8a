//! The tokens of rich text. After the Rich Text Format specification 1.9.1, "RTF syntax".

/// A token of rich text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RtfToken<'a> {
    /// The beginning of a group.
    Open,
    /// The end of a group.
    Close,
    /// A control word with its number.
    Word(&'a [u8], Option<i32>),
    /// A control symbol.
    Sign(u8),
    /// A byte of text, literal or as a hexadecimal escape. A character may have several.
    Byte(u8),
}

/// Longest control word, in letters.
const LONGEST_WORD: usize = 40;

/// An iterator over the tokens.
pub(super) struct RtfLexer<'a> {
    rest: &'a [u8],
}

impl<'a> RtfLexer<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Reads the token after a backslash.
    fn control(&mut self) -> Option<RtfToken<'a>> {
        let length = self.rest.iter().take(LONGEST_WORD).take_while(|byte| byte.is_ascii_alphabetic()).count();
        if length > 0 {
            let (word, rest) = self.rest.split_at(length);
            self.rest = rest;
            let number = self.number();
            self.rest = self.rest.strip_prefix(b" ").unwrap_or(self.rest);
            return Some(RtfToken::Word(word, number));
        }
        let (sign, rest) = self.rest.split_first()?;
        self.rest = rest;
        if *sign != b'\'' {
            return Some(RtfToken::Sign(*sign));
        }
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let (high, low) = (digit(*self.rest.first()?)?, digit(*self.rest.get(1)?)?);
        self.rest = &self.rest[2..];
        u8::try_from(16 * high + low).ok().map(RtfToken::Byte)
    }

    /// Reads the number after a control word.
    fn number(&mut self) -> Option<i32> {
        let sign = usize::from(self.rest.first() == Some(&b'-'));
        let digits = self.rest[sign..].iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            return None;
        }
        let (number, rest) = self.rest.split_at(sign + digits);
        self.rest = rest;
        std::str::from_utf8(number).ok()?.parse().ok()
    }
}

impl<'a> Iterator for RtfLexer<'a> {
    type Item = RtfToken<'a>;

    fn next(&mut self) -> Option<RtfToken<'a>> {
        loop {
            let (first, rest) = self.rest.split_first()?;
            self.rest = rest;
            match first {
                b'{' => return Some(RtfToken::Open),
                b'}' => return Some(RtfToken::Close),
                b'\\' => match self.control() {
                    // Binary data of pictures and the like is skipped.
                    Some(RtfToken::Word(b"bin", count)) => {
                        let count = usize::try_from(count.unwrap_or(0)).unwrap_or(0);
                        self.rest = self.rest.get(count..).unwrap_or_default();
                    }
                    Some(token) => return Some(token),
                    // An invalid hexadecimal escape is ignored.
                    None => {}
                },
                // Line breaks in the file have no meaning.
                b'\r' | b'\n' | 0 => {}
                byte => return Some(RtfToken::Byte(*byte)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_signs_and_bytes_are_distinguished() {
        let tokens: Vec<RtfToken<'_>> =
            RtfLexer::of(b"{\\b0 a\\u-257?\r\n\\'e9\\~\\bin3 }}}\\'zz\\x99999999999 \\").collect();
        let word = RtfToken::Word;
        let expected = [
            RtfToken::Open,
            word(b"b", Some(0)),
            RtfToken::Byte(b'a'),
            word(b"u", Some(-257)),
            RtfToken::Byte(b'?'),
            RtfToken::Byte(0xE9),
            RtfToken::Sign(b'~'),
            RtfToken::Byte(b'z'),
            RtfToken::Byte(b'z'),
            word(b"x", None),
            RtfToken::Byte(b'9'),
            RtfToken::Byte(b' '),
        ];
        assert_eq!(tokens, expected);
    }
}
