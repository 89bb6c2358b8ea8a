//! The character set of the terminal: UTF-8, or one of the GB family, by the locale.
//!
//! On Windows the standard library talks to the console in Unicode, so that only Unix needs this.

use std::borrow::Cow;
use std::io::{BufRead, IsTerminal, Write};

use encoding_rs::GB18030;

/// Returns whether the locale names a character set of the GB family (`zh_CN.GBK`, `zh_CN.gb2312`, `zh_CN.GB18030`).
pub(super) fn is_gb() -> bool {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    cfg!(unix) && ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).is_some_and(|locale| names_gb(&locale))
}

fn names_gb(locale: &str) -> bool {
    locale.split_once('.').is_some_and(|(_, set)| set.to_ascii_uppercase().starts_with("GB"))
}

/// Writes a text in the terminal's character set. Errors are ignored: a closed stream is no reason to fail.
pub(super) fn write(out: &mut (impl Write + IsTerminal), text: &str) {
    let bytes = if out.is_terminal() && is_gb() { GB18030.encode(text).0 } else { Cow::Borrowed(text.as_bytes()) };
    let _ = out.write_all(&bytes).and_then(|()| out.flush());
}

/// Reads a line typed in the terminal's character set; `None` at the end of the input.
pub(super) fn read_line(mut input: impl BufRead) -> Option<String> {
    let mut bytes = Vec::new();
    let length = input.read_until(b'\n', &mut bytes).ok()?;
    (length > 0).then(|| match String::from_utf8(bytes) {
        Ok(line) => line,
        Err(error) => GB18030.decode_without_bom_handling(error.as_bytes()).0.into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_in_either_character_set() {
        assert!(names_gb("zh_CN.GBK") && names_gb("zh_CN.gb18030") && !names_gb("zh_CN.UTF-8") && !names_gb("C"));
        let gbk = GB18030.encode("示例县\n").0;
        assert_eq!(read_line(&*gbk).as_deref(), Some("示例县\n"));
        assert_eq!(read_line("示例县\r\n".as_bytes()).as_deref(), Some("示例县\r\n"));
        assert_eq!(read_line(&b""[..]), None);
    }
}
