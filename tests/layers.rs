//! Architecture tests: a module imports only modules to its left, the files and folders of a module have no import
//! cycles, threads, rayon and polars are used only where allowed, and no two types or files have the same name.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

/// The modules from left to right, as listed in `src/lib.rs`.
const LINE: [&str; 24] = [
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
    "replies",
    "finding",
    "decisions",
    "corpus",
    "localise",
    "rollup",
    "rules",
    "changes",
    "outcome",
    "levels",
    "report",
    "pipeline",
    "season",
    "cli",
];

/// A source file.
struct Source {
    path: PathBuf,
    /// Its module path from the crate's root: `["document", "xlsx", "sheet"]`.
    module: Vec<String>,
    code: Code,
}

/// The names in a file's code, without its unit tests.
#[derive(Default)]
struct Code {
    /// Every path as segments, with `use` trees expanded.
    paths: Vec<Vec<String>>,
    /// For each name imported by `use`, its path.
    uses: BTreeMap<String, Vec<String>>,
    /// The types defined here that other files can see.
    types: Vec<String>,
}

impl Source {
    fn room(&self) -> &str {
        self.module.first().map_or("lib", String::as_str)
    }

    /// Resolves a path in this file from the crate's root; `None` if it leads out of the crate.
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
        let (attributes, public) = match item {
            syn::Item::Struct(it) => (&it.attrs, Some((&it.vis, &it.ident))),
            syn::Item::Enum(it) => (&it.attrs, Some((&it.vis, &it.ident))),
            syn::Item::Trait(it) => (&it.attrs, Some((&it.vis, &it.ident))),
            syn::Item::Type(it) => (&it.attrs, Some((&it.vis, &it.ident))),
            syn::Item::Mod(it) => (&it.attrs, None),
            syn::Item::Fn(it) => (&it.attrs, None),
            syn::Item::Impl(it) => (&it.attrs, None),
            syn::Item::Use(it) => (&it.attrs, None),
            syn::Item::Const(it) => (&it.attrs, None),
            _ => return visit::visit_item(self, item),
        };
        if attributes.iter().any(is_for_tests) {
            return;
        }
        if let Some((syn::Visibility::Public(_) | syn::Visibility::Restricted(_), name)) = public {
            self.types.push(name.to_string());
        }
        visit::visit_item(self, item);
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.take_apart(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.paths.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        // The arguments of a macro are not parsed before expansion, but their tokens can contain paths.
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
            syn::UseTree::Name(name) => self.bring_in(&name.ident, with(&name.ident)),
            syn::UseTree::Rename(name) => self.bring_in(&name.rename, with(&name.ident)),
        }
    }

    fn bring_in(&mut self, name: &syn::Ident, path: Vec<String>) {
        self.uses.insert(name.to_string(), path.clone());
        self.paths.push(path);
    }
}

fn is_for_tests(attribute: &syn::Attribute) -> bool {
    let syn::Meta::List(list) = &attribute.meta else { return attribute.path().is_ident("test") };
    list.path.is_ident("cfg") && list.tokens.to_string() == "test"
}

/// Returns every source file of the library and the program, without modules that are only for tests.
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
fn no_two_types_and_no_two_files_share_a_name() {
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in sources() {
        let file = source.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let file = Some(file).filter(|name| name != "mod.rs");
        for name in source.code.types.into_iter().chain(file) {
            names.entry(name).or_default().push(source.module.join("::"));
        }
    }
    let shared: Vec<String> = names
        .iter()
        .filter(|(_, places)| places.len() > 1)
        .map(|(name, places)| format!("{name}: {}", places.join(", ")))
        .collect();
    assert!(shared.is_empty(), "{}", shared.join("\n"));
}

/// Returns the siblings in the same folder that each file or folder imports. A folder imports what any file in it
/// imports, so that a cycle through its `mod.rs` is found. There is no order between a folder's `mod.rs` and its files.
fn needs(sources: &[Source]) -> BTreeMap<Vec<String>, BTreeSet<Vec<String>>> {
    let by_module: BTreeMap<&[String], &Source> =
        sources.iter().map(|source| (source.module.as_slice(), source)).collect();
    let owner = |path: &[String]| {
        // The longest prefix of the path that is a file, and the path from which that file re-exports the name.
        let length = (1..=path.len()).rev().find(|length| by_module.contains_key(&path[..*length]))?;
        let (file, name) = (by_module[&path[..length]], path.get(length));
        let through = name.and_then(|name| file.code.uses.get(name));
        let through = through.map(|path| match file.resolve(path) {
            Some(path) => path,
            None => file.module.iter().chain(path).cloned().collect(),
        });
        let through = through.and_then(|path| (1..path.len()).rev().find_map(|length| by_module.get(&path[..length])));
        Some(through.map_or_else(|| file.module.clone(), |file| file.module.clone()))
    };
    let mut needs: BTreeMap<Vec<String>, BTreeSet<Vec<String>>> = BTreeMap::new();
    for source in sources {
        for needed in source.code.paths.iter().filter_map(|path| owner(&source.resolve(path)?)) {
            let shared = needed.iter().zip(&source.module).take_while(|(one, other)| one == other).count();
            if shared > 0 && shared < needed.len().min(source.module.len()) {
                let here = needs.entry(source.module[..=shared].to_vec()).or_default();
                here.insert(needed[..=shared].to_vec());
                needs.entry(needed[..=shared].to_vec()).or_default();
            }
        }
    }
    needs
}

#[test]
fn files_of_a_room_import_each_other_in_no_circle() {
    let sources = sources();
    let mut needs = needs(&sources);
    assert!(needs.values().map(BTreeSet::len).sum::<usize>() > 100, "the test sees imports between files");
    // Removes the files without remaining imports until none can be removed; what is left is a cycle.
    loop {
        let free: Vec<Vec<String>> =
            needs.iter().filter(|(_, of)| of.is_empty()).map(|(file, _)| file.clone()).collect();
        if free.is_empty() {
            break;
        }
        for file in &free {
            needs.remove(file);
        }
        for of in needs.values_mut() {
            of.retain(|file| !free.contains(file));
        }
    }
    let circle: Vec<String> = needs
        .iter()
        .map(|(file, of)| {
            format!("{} -> {}", file.join("::"), of.iter().map(|file| file.join("::")).collect::<Vec<_>>().join(", "))
        })
        .collect();
    assert!(circle.is_empty(), "files in or behind a circle:\n{}", circle.join("\n"));
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
