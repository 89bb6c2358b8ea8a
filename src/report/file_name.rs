//! File names for units: legal on every system, without folders, and unique.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use crate::spelling::is_unseen;

/// Maximum length of a name, in characters, so that paths are short enough for Windows.
const LONGEST: usize = 48;

/// Returns a file name without an extension for each name, in order. Equal file names are numbered.
#[must_use]
pub fn file_names<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut unique = |name: &str| {
        let safe = safe(name);
        let numbered = (2_u32..).map(|number| format!("{safe}-{number}"));
        // Windows and macOS ignore case.
        let free = std::iter::once(safe.clone()).chain(numbered).find(|name| taken.insert(name.to_lowercase()));
        free.unwrap_or(safe)
    };
    names.map(&mut unique).collect()
}

/// Replaces characters that file names must not have.
fn safe(name: &str) -> String {
    let legal = |c: char| !c.is_control() && !is_unseen(c) && !r#"<>:"/\|?*"#.contains(c);
    let name: String = name.nfc().map(|c| if legal(c) { c } else { '_' }).collect();
    let edge = |c: char| c == '.' || c.is_whitespace();
    let short: String = name.trim_matches(edge).chars().take(LONGEST).collect();
    let short = short.trim_end_matches(edge);
    match short {
        "" => "未具名".to_owned(),
        _ if is_reserved(short) => format!("{short}_"),
        _ => short.to_owned(),
    }
}

/// Returns whether a name is that of a Windows device, with any extension.
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or("").trim_end().to_uppercase();
    let numbered = |device: &str| {
        let number = stem.strip_prefix(device).map(|rest| rest.chars().collect::<Vec<_>>());
        matches!(number.as_deref(), Some(['1'..='9' | '¹' | '²' | '³']))
    };
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(&stem.as_str()) || numbered("COM") || numbered("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_become_legal_ones() {
        for (name, safe_name) in [
            ("甲山镇", "甲山镇"),
            ("../../x", "_.._x"),
            ("a/b", "a_b"),
            (r"C:\x", "C__x"),
            ("<script>", "_script_"),
            ("=1+1", "=1+1"),
            ("CON", "CON_"),
            ("con.xlsx", "con.xlsx_"),
            ("COM10", "COM10"),
            ("lpt1", "lpt1_"),
            ("乡. . ", "乡"),
            ("..", "未具名"),
            ("", "未具名"),
            ("甲\u{202e}山\n镇", "甲_山_镇"),
        ] {
            assert_eq!(safe(name), safe_name, "{name:?}");
        }
        assert_eq!(safe(&"长".repeat(500)).chars().count(), LONGEST);
    }

    #[test]
    fn no_two_are_alike() {
        let long = |end: &str| format!("{}{end}", "长".repeat(100));
        let names = ["a/b", "a_b", "A?B", "a_b-2", &long("甲"), &long("乙")];
        let made = file_names(names.into_iter());
        let distinct: BTreeSet<String> = made.iter().map(|name| name.to_lowercase()).collect();
        assert_eq!(distinct.len(), names.len(), "{made:?}");
        assert_eq!(made[..4], ["a_b", "a_b-2", "A_B-3", "a_b-2-2"]);
    }
}
