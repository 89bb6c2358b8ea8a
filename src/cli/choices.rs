//! Option values that several commands share: the severity that counts as a failure, the language.

use std::ffi::OsString;

use clap::ValueEnum;

use super::locale_language;
use huizong::finding::Language;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(super) enum FailOn {
    MustFix,
    MustExplain,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Lang {
    Zh,
    En,
}

/// Returns the language that `--lang` names among the raw arguments, else the locale's. Help and usage errors need it
/// before the arguments are parsed.
pub(super) fn language_typed(typed: &[OsString]) -> Language {
    let words: Vec<&str> = typed.iter().filter_map(|word| word.to_str()).collect();
    let behind = words.windows(2).find(|pair| pair[0] == "--lang").map(|pair| pair[1]);
    match behind.or_else(|| words.iter().find_map(|word| word.strip_prefix("--lang="))) {
        Some("zh") => Language::Chinese,
        Some("en") => Language::English,
        _ => locale_language(),
    }
}

/// Returns the language asked for, else the locale's.
pub(super) fn language(asked: Option<Lang>) -> Language {
    match asked {
        Some(Lang::Zh) => Language::Chinese,
        Some(Lang::En) => Language::English,
        None => locale_language(),
    }
}
