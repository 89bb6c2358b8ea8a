//! The straight line holds: a module imports only modules to its left, threads are in one place, polars starts at the
//! corpus, and nothing in the library prints.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::path::{Path, PathBuf};

/// The modules, left to right, as `src/lib.rs` says.
const LINE: [&str; 20] = [
    "message",
    "error",
    "spelling",
    "place",
    "amount",
    "roster",
    "source",
    "document",
    "form",
    "submission",
    "corpus",
    "finding",
    "explanations",
    "localise",
    "rollup",
    "rules",
    "outcome",
    "report",
    "pipeline",
    "cli",
];

/// Every source file with the module it belongs to; `main.rs` and `lib.rs` belong to none.
fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for entry in walkdir::WalkDir::new(&root).sort_by_file_name() {
        let path = entry.expect("a readable tree").into_path();
        if path.extension().is_some_and(|ending| ending == "rs") {
            let first = path.strip_prefix(&root).expect("below src").components().next().expect("a name");
            let module = first.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned();
            found.push((path, module));
        }
    }
    found
}

/// The code of a file without its unit tests.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).expect("a readable file");
    text.split("#[cfg(test)]").next().unwrap_or_default().to_owned()
}

/// The modules a file names through `crate::` or, in the binary, `huizong::`.
fn imports(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for prefix in ["crate::", "huizong::"] {
        for tail in code.split(prefix).skip(1) {
            let list = tail
                .strip_prefix('{')
                .map_or(tail.split(';').next().unwrap_or(""), |tail| tail.split('}').next().unwrap_or(""));
            let many = tail.starts_with('{');
            let parts: Vec<&str> = if many { list.split(',').collect() } else { vec![list] };
            names.extend(
                parts.iter().map(|part| part.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()),
            );
        }
    }
    names
}

#[test]
fn modules_import_only_to_their_left() {
    let place = |module: &str| LINE.iter().position(|name| *name == module);
    let mut seen = 0;
    for (path, module) in sources() {
        let Some(here) = place(&module) else { continue };
        for import in imports(&code(&path)) {
            let Some(there) = place(&import) else { continue };
            seen += 1;
            assert!(there <= here, "{} ({module}) imports {import}, which is to its right", path.display());
        }
    }
    assert!(seen > 50, "the test sees imports");
}

#[test]
fn every_module_has_its_place_in_the_line() {
    for (path, module) in sources() {
        assert!(LINE.contains(&module.as_str()) || ["main", "lib"].contains(&module.as_str()), "{}", path.display());
    }
}

#[test]
fn threads_are_in_one_place_and_polars_starts_at_the_corpus() {
    let corpus = LINE.iter().position(|name| *name == "corpus").expect("in the line");
    for (path, module) in sources() {
        let code = code(&path);
        let at = LINE.iter().position(|name| *name == module).unwrap_or(usize::MAX);
        let name = path.display();
        assert!(module == "pipeline" || !code.contains("rayon"), "{name} names rayon");
        assert!(at >= corpus || module == "error" || !code.contains("polars"), "{name} names polars");
    }
}
