//! Characters of rich text: bytes in the code page of their font, and UTF-16 code units.

use std::collections::HashMap;

use encoding_rs::{
    BIG5, EUC_KR, Encoding, GB18030, MACINTOSH, SHIFT_JIS, WINDOWS_874, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
    WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257, WINDOWS_1258,
};

/// The code pages of fonts by number, and that of the file.
#[derive(Debug, Default)]
pub(super) struct Fonts {
    pages: HashMap<i32, &'static Encoding>,
    own: Option<&'static Encoding>,
}

impl Fonts {
    /// Sets the code page of the file.
    pub(super) fn set_own(&mut self, page: i32) {
        self.own = code_page(page).or(self.own);
    }

    /// Sets the code page of a font from its character set.
    pub(super) fn set_characters(&mut self, font: i32, characters: i32) {
        if let Some(page) = of_characters(characters) {
            self.pages.insert(font, page);
        }
    }

    /// Sets the code page of a font.
    pub(super) fn set_page(&mut self, font: i32, page: i32) {
        if let Some(page) = code_page(page) {
            self.pages.insert(font, page);
        }
    }

    /// Decodes bytes by the code page of a font, else by that of the file.
    fn decode(&self, font: i32, bytes: &[u8]) -> String {
        let pages = [self.pages.get(&font).copied(), self.own, Some(GB18030)];
        let whole = |page: &'static Encoding| page.decode_without_bom_handling_and_without_replacement(bytes);
        let found = pages.into_iter().flatten().find_map(whole);
        found.unwrap_or_else(|| self.own.unwrap_or(WINDOWS_1252).decode_without_bom_handling(bytes).0).into_owned()
    }
}

/// Returns the code page of a font's character set. None for the default and Western ones: the code page of the file
/// covers them, and bytes of Chinese text may have such a font.
fn of_characters(number: i32) -> Option<&'static Encoding> {
    Some(match number {
        77 => MACINTOSH,
        128 => SHIFT_JIS,
        129 | 130 => EUC_KR,
        134 => GB18030,
        136 => BIG5,
        161 => WINDOWS_1253,
        162 => WINDOWS_1254,
        163 => WINDOWS_1258,
        177 => WINDOWS_1255,
        178 => WINDOWS_1256,
        186 => WINDOWS_1257,
        204 => WINDOWS_1251,
        222 => WINDOWS_874,
        238 => WINDOWS_1250,
        _ => return None,
    })
}

/// Returns the encoding of a Windows code page.
pub(in crate::document) fn code_page(number: i32) -> Option<&'static Encoding> {
    Some(match number {
        874 => WINDOWS_874,
        932 => SHIFT_JIS,
        936 | 54936 => GB18030,
        949 => EUC_KR,
        950 => BIG5,
        1250 => WINDOWS_1250,
        1251 => WINDOWS_1251,
        1252 => WINDOWS_1252,
        1253 => WINDOWS_1253,
        1254 => WINDOWS_1254,
        1255 => WINDOWS_1255,
        1256 => WINDOWS_1256,
        1257 => WINDOWS_1257,
        1258 => WINDOWS_1258,
        10000 => MACINTOSH,
        _ => return None,
    })
}

/// Characters that are not decoded yet, and the text decoded so far.
#[derive(Debug, Default)]
pub(super) struct PendingCharacters {
    bytes: Vec<u8>,
    units: Vec<u16>,
    done: String,
}

impl PendingCharacters {
    pub(super) fn byte(&mut self, byte: u8) {
        self.end_units();
        self.bytes.push(byte);
    }

    pub(super) fn unit(&mut self, unit: u16, fonts: &Fonts, font: i32) {
        self.end_bytes(fonts, font);
        self.units.push(unit);
    }

    /// Returns the text, decoding remaining bytes in the code page of a font.
    pub(super) fn take(&mut self, fonts: &Fonts, font: i32) -> String {
        self.end_bytes(fonts, font);
        self.end_units();
        std::mem::take(&mut self.done)
    }

    fn end_bytes(&mut self, fonts: &Fonts, font: i32) {
        if !self.bytes.is_empty() {
            self.done.push_str(&fonts.decode(font, &std::mem::take(&mut self.bytes)));
        }
    }

    fn end_units(&mut self) {
        if !self.units.is_empty() {
            self.done.push_str(&String::from_utf16_lossy(&std::mem::take(&mut self.units)));
        }
    }
}
