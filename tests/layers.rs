//! The shape of the house holds: a module imports only modules to its left, and threads, rayon and polars are where they
//! belong.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

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

/// A source file.
struct Source {
    path: PathBuf,
    /// The module it is, from the crate's root: `["document", "xlsx", "sheet"]`.
    module: Vec<String>,
    code: Code,
}

/// What a file's code names, without its unit tests.
#[derive(Default)]
struct Code {
    /// Every path, its segments, `use` trees taken apart.
    paths: Vec<Vec<String>>,
}

impl Source {
    fn room(&self) -> &str {
        self.module.first().map_or("lib", String::as_str)
    }

    /// Returns a path of this file from the crate's root; `None` where it leads out of the crate.
    fn resolve(&self, path: &[String]) -> Option<Vec<String>> {
        let ups = path.iter().take_while(|segment| *segment == "super").count();
        let (mut from, rest) = match path.first().map(String::as_str) {
            Some("crate" | "huizong") => (Vec::new(), &path[1..]),
            Some("self") => (self.module.clone(), &path[1..]),
            Some("super") => (self.module[..self.module.len().checked_sub(ups)?].to_vec(), &path[ups..]),
            _ => return None,
        };
        from.extend_from_slice(rest);
        Some(from)
    }
}

impl<'ast> Visit<'ast> for Code {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let attributes = match item {
            syn::Item::Mod(it) => &it.attrs,
            syn::Item::Fn(it) => &it.attrs,
            syn::Item::Impl(it) => &it.attrs,
            syn::Item::Use(it) => &it.attrs,
            syn::Item::Const(it) => &it.attrs,
            _ => return visit::visit_item(self, item),
        };
        if !attributes.iter().any(is_for_tests) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.take_apart(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.paths.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        // What a macro is given is no code until it is expanded; its tokens name paths all the same.
        let text = call.tokens.to_string().replace(' ', "");
        for prefix in ["crate::", "super::", "std::thread", "polars::", "rayon::"] {
            for (at, _) in text.match_indices(prefix) {
                let path: String =
                    text[at..].chars().take_while(|c| c.is_alphanumeric() || "_:".contains(*c)).collect();
                self.paths.push(path.split("::").map(str::to_owned).collect());
            }
        }
        visit::visit_macro(self, call);
    }
}

impl Code {
    fn take_apart(&mut self, tree: &syn::UseTree, before: &[String]) {
        let with = |name: &syn::Ident| before.iter().cloned().chain([name.to_string()]).collect::<Vec<_>>();
        match tree {
            syn::UseTree::Path(path) => self.take_apart(&path.tree, &with(&path.ident)),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.take_apart(tree, before)),
            syn::UseTree::Glob(_) => self.paths.push(before.to_vec()),
            syn::UseTree::Name(name) if name.ident == "self" => self.paths.push(before.to_vec()),
            syn::UseTree::Name(name) => self.paths.push(with(&name.ident)),
            syn::UseTree::Rename(name) => self.paths.push(with(&name.ident)),
        }
    }
}

fn is_for_tests(attribute: &syn::Attribute) -> bool {
    let syn::Meta::List(list) = &attribute.meta else { return attribute.path().is_ident("test") };
    list.path.is_ident("cfg") && list.tokens.to_string() == "test"
}

/// Every source file of the library and the program, with the modules that are there for tests alone left out.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for entry in walkdir::WalkDir::new(&root).sort_by_file_name() {
        let path = entry.expect("a readable tree").into_path();
        let inner = path.strip_prefix(&root).expect("below src").with_extension("");
        let mut module: Vec<String> = inner.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        let is_test = module.iter().any(|part| part == "tests" || part == "oracle");
        if path.extension().is_none_or(|ending| ending != "rs") || is_test {
            continue;
        }
        if module.last().is_some_and(|name| ["mod", "lib", "main"].contains(&name.as_str())) {
            module.pop();
        }
        let file = syn::parse_file(&std::fs::read_to_string(&path).expect("a readable file")).expect("Rust");
        let mut code = Code::default();
        code.visit_file(&file);
        found.push(Source { path, module, code });
    }
    found
}

#[test]
fn every_module_has_its_place_and_imports_only_to_its_left() {
    let mut seen = 0;
    for source in sources().iter().filter(|source| !source.module.is_empty()) {
        let place = |module: &str| LINE.iter().position(|name| *name == module);
        let name = source.path.display();
        let here = place(source.room()).unwrap_or_else(|| panic!("{name} has no place in the line"));
        for path in source.code.paths.iter().filter_map(|path| source.resolve(path)) {
            let Some(there) = path.first().and_then(|module| place(module)) else { continue };
            seen += 1;
            assert!(there <= here, "{name} imports {}, which is to its right", path.join("::"));
        }
    }
    assert!(seen > 1000, "the test sees imports: {seen}");
}

#[test]
fn threads_rayon_and_polars_are_where_they_belong() {
    let corpus = LINE.iter().position(|name| *name == "corpus").expect("in the line");
    let mut seen = BTreeSet::new();
    for source in sources() {
        let name = source.path.display();
        let at = LINE.iter().position(|name| *name == source.room()).unwrap_or(usize::MAX);
        for path in &source.code.paths {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            let is_allowed = match path.as_slice() {
                ["std", "thread", "sleep" | "available_parallelism", ..] => true,
                ["std", "thread", ..] => source.module == ["pipeline", "deadline"],
                ["rayon", ..] => source.room() == "pipeline",
                ["polars" | "polars_io", ..] => at >= corpus || source.room() == "error",
                _ => continue,
            };
            seen.insert(path[0].to_owned());
            assert!(is_allowed, "{name} names {}", path.join("::"));
        }
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["polars", "polars_io", "rayon", "std"]);
}

#[test]
fn no_rule_is_half_done() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    for entry in std::fs::read_dir(rules).expect("a folder") {
        let path = entry.expect("a file").path();
        let text = if path.is_file() { std::fs::read_to_string(&path).expect("a text") } else { continue };
        assert!(!text.contains("TODO"), "{} has something left to do", path.display());
    }
}
