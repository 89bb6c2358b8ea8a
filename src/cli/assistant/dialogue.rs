//! Questions and answers at a terminal.

use std::io::{stderr, stdin};
use std::path::PathBuf;

use percent_encoding::percent_decode_str;

use crate::cli::{console, progress};
use huizong::finding::Language;

/// The end of the input, after which no question can be asked.
#[derive(Debug)]
pub(in crate::cli) struct Ended;

/// A dialogue with the user at a terminal.
pub(in crate::cli) struct Dialogue {
    pub(super) language: Language,
}

impl Dialogue {
    pub(in crate::cli) fn new(language: Language) -> Self {
        Self { language }
    }

    pub(super) fn in_language<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        match self.language {
            Language::Chinese => zh,
            Language::English => en,
        }
    }

    /// Prints the line that is in the dialogue's language.
    pub(super) fn say(&self, zh: &str, en: &str) {
        progress::say(self.in_language(zh, en));
    }

    /// Prints a text as it is.
    #[allow(clippy::unused_self, reason = "it is said to somebody")]
    pub(super) fn show(&self, text: &str) {
        text.lines().for_each(progress::say);
    }

    /// Asks for a line and returns it without blanks at both ends, or `default` if it is empty.
    pub(super) fn ask(&self, zh: &str, en: &str, default: &str) -> Result<String, Ended> {
        let question = self.in_language(zh, en);
        let offer = if default.is_empty() { String::new() } else { format!(" [{default}]") };
        console::write(&mut stderr(), &format!("\n{question}{offer}\n> "));
        let line = console::read_line(stdin().lock()).ok_or(Ended)?;
        Ok(if line.trim().is_empty() { default.to_owned() } else { line.trim().to_owned() })
    }

    /// Asks until `understand` accepts the answer, and prints each reason for a refusal.
    pub(super) fn ask_until<T>(
        &self,
        (zh, en): (&str, &str),
        default: &str,
        understand: impl Fn(&str) -> Result<T, huizong::message::Message>,
    ) -> Result<T, Ended> {
        loop {
            match understand(&self.ask(zh, en, default)?) {
                Ok(answer) => return Ok(answer),
                Err(why) => self.show(why.in_language(self.language)),
            }
        }
    }

    /// Asks for one or more files or folders.
    pub(super) fn paths(&self, zh: &str, en: &str) -> Result<Vec<PathBuf>, Ended> {
        Ok(paths_typed(&self.ask(zh, en, "")?))
    }

    /// Waits for Enter.
    pub(super) fn pause(&self, zh: &str, en: &str) -> Result<(), Ended> {
        self.ask(zh, en, "").map(drop)
    }
}

/// Returns the paths in a line as a shell or a file manager writes them when something is dragged into its window: in
/// quotes, with escaped blanks (on Unix), as a URL, or plain. A plain line is one path, including its blanks.
pub(super) fn paths_typed(line: &str) -> Vec<PathBuf> {
    // PowerShell puts its call operator before a quoted path.
    let line = line.trim().strip_prefix("& ").unwrap_or(line).trim();
    let starts_quoted = line.starts_with(['"', '\'', '“']);
    let is_escaped = cfg!(unix) && line.contains("\\ ");
    if line.is_empty() {
        return Vec::new();
    }
    if !starts_quoted && !is_escaped {
        return vec![of_address(line)];
    }
    let mut words: Vec<String> = Vec::new();
    let (mut word, mut within, mut is_open) = (String::new(), None, false);
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        match (c, within) {
            ('\\', None) if cfg!(unix) => word.extend(characters.next()),
            (c, Some(end)) if c == end => within = None,
            ('"' | '\'', None) => (within, is_open) = (Some(c), true),
            ('“', None) => (within, is_open) = (Some('”'), true),
            (' ', None) => {
                if is_open || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                is_open = false;
            }
            (c, _) => word.push(c),
        }
    }
    words.push(word);
    words.iter().filter(|word| !word.is_empty()).map(|word| of_address(word)).collect()
}

/// Returns the path of a URL such as `file:///D:/年报`; any other text is a path itself.
fn of_address(text: &str) -> PathBuf {
    let Some(rest) = text.strip_prefix("file://") else { return PathBuf::from(text) };
    let rest = if cfg!(windows) { rest.trim_start_matches('/') } else { rest };
    PathBuf::from(percent_decode_str(rest).decode_utf8_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_as_they_are_dragged_in() {
        let typed = |line: &str| {
            paths_typed(line).into_iter().map(|path| path.to_string_lossy().into_owned()).collect::<Vec<_>>()
        };
        assert_eq!(typed("/收件/2025 年报"), ["/收件/2025 年报"]);
        assert_eq!(typed("'/收件/2025 年报' "), ["/收件/2025 年报"]);
        assert_eq!(typed("\"/甲 山.xlsx\" \"/乙水.xlsx\""), ["/甲 山.xlsx", "/乙水.xlsx"]);
        assert_eq!(typed("& '/甲 山.xlsx'"), ["/甲 山.xlsx"]);
        assert_eq!(typed("“/甲 山.xlsx”"), ["/甲 山.xlsx"]);
        assert_eq!(typed("  "), [] as [&str; 0]);
        if cfg!(unix) {
            assert_eq!(typed("/收件/2025\\ 年报 /乙.xlsx"), ["/收件/2025 年报", "/乙.xlsx"]);
            assert_eq!(typed("file:///%E5%B9%B4%E6%8A%A5/a%20b"), ["/年报/a b"]);
        }
    }
}
