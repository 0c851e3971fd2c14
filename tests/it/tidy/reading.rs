//! Reads a source for the checkers of the house: which paths its code names, tests aside.

use std::collections::BTreeSet;

use syn::visit::{self, Visit};
use syn::{Attribute, Ident, Item, ItemMod, ItemUse, Macro, Meta, Path, UseTree, Visibility};

/// What the code of one file names. Comments, texts and test modules do not count.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// Every path of two names or more as it is written, imports spelled out: `use crate::{a::b, c}` gives `crate::a::b`
    /// and `crate::c`. A path inside of a module of the file begins with a `super` more than it has to, never less.
    pub paths: BTreeSet<Vec<String>>,
    /// What is handed on under another module's name: the target of each `pub use`.
    pub handed_on: BTreeSet<Vec<String>>,
    /// Every import outside of inner modules, public or not: by these a child finds names at its parent.
    pub imported: BTreeSet<Vec<String>>,
    /// Every single word of the code.
    pub words: BTreeSet<String>,
    /// Modules that exist in tests only, as `samples` of `#[cfg(test)] mod samples;`.
    pub test_modules: BTreeSet<String>,
    /// How many modules of the same file lie around what is read now.
    depth: usize,
}

impl Reading {
    /// Reads the text of a file.
    pub(super) fn of(text: &str) -> Self {
        let file = syn::parse_file(text).expect("a source that compiles");
        let mut reading = Self::default();
        reading.visit_file(&file);
        reading
    }

    /// Takes in a path; what is inside of a module of the file is one `super` nearer to the file itself.
    fn take(&mut self, mut names: Vec<String>) {
        for _ in 0..self.depth {
            if names.first().is_some_and(|name| name == "super") {
                names.remove(0);
            }
        }
        if names.len() > 1 {
            self.paths.insert(names);
        }
    }

    /// All paths in the words of a macro call, which no parser knows: names with `::` between them.
    fn take_words(&mut self, tokens: &str) {
        let tokens: Vec<&str> = tokens.split_whitespace().collect();
        let is_name = |word: &str| word.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_');
        let mut path: Vec<String> = Vec::new();
        for (index, word) in tokens.iter().enumerate() {
            // Brackets cling to their neighbors where tokens are printed.
            let word = word.trim_matches(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
            if is_name(word) {
                self.words.insert(word.to_owned());
                if !(index > 0 && tokens[index - 1] == "::") {
                    self.take(std::mem::take(&mut path));
                }
                path.push(word.to_owned());
            } else if word != "::" {
                self.take(std::mem::take(&mut path));
            }
        }
        self.take(path);
    }
}

/// The leaves of a tree of imports, each as a whole path; a glob ends in `*`.
fn leaves(tree: &UseTree, prefix: &[String], found: &mut Vec<Vec<String>>) {
    let with = |name: &Ident| [prefix, &[name.to_string()]].concat();
    match tree {
        UseTree::Path(path) => leaves(&path.tree, &with(&path.ident), found),
        UseTree::Name(name) if name.ident == "self" => found.push(prefix.to_vec()),
        UseTree::Name(name) => found.push(with(&name.ident)),
        UseTree::Rename(rename) => found.push(with(&rename.ident)),
        UseTree::Glob(_) => found.push([prefix, &["*".to_owned()]].concat()),
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, prefix, found)),
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        matches!(&attribute.meta, Meta::List(list) if list.path.is_ident("cfg") && list.tokens.to_string() == "test")
    })
}

impl<'ast> Visit<'ast> for Reading {
    fn visit_item(&mut self, item: &'ast Item) {
        let is_test = match item {
            Item::Fn(item) => is_for_tests(&item.attrs),
            Item::Impl(item) => is_for_tests(&item.attrs),
            Item::Use(item) => is_for_tests(&item.attrs),
            _ => false,
        };
        if !is_test {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if is_for_tests(&module.attrs) {
            self.test_modules.insert(module.ident.to_string());
            return;
        }
        let is_inside = module.content.is_some();
        self.depth += usize::from(is_inside);
        visit::visit_item_mod(self, module);
        self.depth -= usize::from(is_inside);
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let mut found = Vec::new();
        leaves(&item.tree, &[], &mut found);
        if self.depth == 0 {
            self.imported.extend(found.iter().cloned());
            // Who hands a name on does not use it.
            if !matches!(item.vis, Visibility::Inherited) {
                self.handed_on.extend(found);
                return;
            }
        }
        for path in found {
            self.words.extend(path.iter().cloned());
            // A library that is imported by its name alone.
            if let [name] = &path[..] {
                self.paths.insert(vec![name.clone(), "self".to_owned()]);
            }
            self.take(path);
        }
    }

    fn visit_path(&mut self, path: &'ast Path) {
        self.take(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_ident(&mut self, ident: &'ast Ident) {
        self.words.insert(ident.to_string());
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        visit::visit_macro(self, call);
        self.take_words(&call.tokens.to_string());
    }
}

#[test]
fn paths_are_read_however_they_are_written() {
    let reading = Reading::of(
        "//! use crate::not_this;\nuse crate::{a::{b, c as d}, e::*};\npub use f::G;\nuse egui;\n\
         const TEXT: &str = \"crate::nor::this\";\n\
         fn f(x: super::h::I) { crate::j::k(); assert_eq!(l::M, vec![n::o()]); x.request_repaint(); }\n\
         mod inner { use super::super::p::Q; }\n\
         #[cfg(test)] mod tests { use crate::hidden::R; }\n#[cfg(test)] mod samples;",
    );
    let paths: Vec<String> = reading.paths.iter().map(|path| path.join("::")).collect();
    assert_eq!(
        paths,
        [
            "crate::a::b",
            "crate::a::c",
            "crate::e::*",
            "crate::j::k",
            "egui::self",
            "l::M",
            "n::o",
            "super::h::I",
            "super::p::Q"
        ]
    );
    assert_eq!(reading.handed_on.iter().map(|path| path.join("::")).collect::<Vec<_>>(), ["f::G"]);
    assert!(reading.words.contains("request_repaint") && !reading.words.contains("hidden"));
    assert_eq!(reading.test_modules.iter().collect::<Vec<_>>(), ["samples", "tests"]);
}
