//! Names of files as they are shown: readable and unique.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::Component;

use encoding_rs::GB18030;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::Source;

/// Returns a text with control characters and some special ones percent-encoded; all others stay as they are.
#[must_use]
pub fn percent_escaped(text: &str, special: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        if letter.is_ascii_control() || special.contains(letter) {
            escaped.extend(utf8_percent_encode(letter.encode_utf8(&mut [0; 4]), NON_ALPHANUMERIC));
        } else {
            escaped.push(letter);
        }
    }
    escaped
}

/// Decodes a name: as UTF-8, else as GBK, which Chinese versions of Windows write without a mark of the encoding.
pub(super) fn decoded(raw: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(raw).map_or_else(|_| GB18030.decode_without_bom_handling(raw).0, Cow::Borrowed)
}

/// Decodes a file name of this computer's disk.
#[cfg(unix)]
pub(super) fn shown(name: &OsStr) -> String {
    use std::os::unix::ffi::OsStrExt;
    decoded(name.as_bytes()).into_owned()
}

/// Decodes a file name of this computer's disk.
#[cfg(not(unix))]
pub(super) fn shown(name: &OsStr) -> String {
    name.to_string_lossy().into_owned()
}

/// Makes shown names unique. Sources with the same name get the name of their folder in front of it; those that are
/// still the same get a number. `sources` must be sorted by shown name.
pub(super) fn disambiguate(sources: &mut [Source]) {
    let is_shared = |sources: &[Source], at: usize| {
        let same = |other: Option<usize>| other.and_then(|at| sources.get(at)).map(|source| &source.file);
        let own = Some(&sources[at].file);
        same(at.checked_sub(1)) == own || same(at.checked_add(1)) == own
    };
    let shared: Vec<usize> = (0..sources.len()).filter(|at| is_shared(sources, *at)).collect();
    let mut taken: BTreeSet<String> =
        (0..sources.len()).filter(|at| !shared.contains(at)).map(|at| sources[at].file.clone()).collect();
    for at in shared {
        let source = &mut sources[at];
        source.file = unique_name(&with_folder(source), &mut taken);
    }
}

/// Returns the shown name of a source with one more enclosing folder in front.
fn with_folder(source: &Source) -> String {
    let depth = source.file.split('/').count();
    let whole = source.path.canonicalize().unwrap_or_else(|_| source.path.clone());
    match whole.components().rev().nth(depth) {
        Some(Component::Normal(folder)) => format!("{}/{}", shown(folder), source.file),
        _ => source.file.clone(),
    }
}

/// Returns the name that the sender gave a file, without the folders and archives that contain it.
#[must_use]
pub fn base_name(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or(file)
}

/// Returns the name, preceded by a numbered folder if it is taken, and adds the result to `taken`.
#[must_use]
pub fn unique_name(name: &str, taken: &mut BTreeSet<String>) -> String {
    let numbered = (2_u32..).map(|number| format!("({number})/{name}"));
    let free = std::iter::once(name.to_owned()).chain(numbered).find(|name| taken.insert(name.clone()));
    free.unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_either_encoding_are_read() {
        let (gbk, _, _) = GB18030.encode("高市乡/年报.xlsx");
        assert_eq!(decoded(&gbk), "高市乡/年报.xlsx");
        assert_eq!(decoded("高市乡/年报.xlsx".as_bytes()), "高市乡/年报.xlsx");
    }

    #[test]
    fn no_two_are_shown_alike() {
        let source = |file: &str, path: &str| Source {
            file: file.to_owned(),
            path: path.into(),
            is_file: true,
            is_named: false,
        };
        let mut sources = [
            source("a.csv", "/none/东/a.csv"),
            source("b/a.csv", "/none/东/b/a.csv"),
            source("b/a.csv", "/none/西/b/a.csv"),
            source("b/a.csv", "/more/西/b/a.csv"),
        ];
        disambiguate(&mut sources);
        let shown = sources.map(|source| source.file);
        assert_eq!(shown, ["a.csv", "东/b/a.csv", "西/b/a.csv", "(2)/西/b/a.csv"]);
    }
}
