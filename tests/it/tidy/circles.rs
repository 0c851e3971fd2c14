//! No two files of `src` import from each other, directly or through others: whoever reads one from the ground up never has
//! to know what comes later.
//!
//! A file may take what the module files above it define (`foo/bar.rs` from `foo.rs`): a child sees the private items of its
//! parents, and the language means the two to be one room with alcoves. So only that step upwards is no import here; what an
//! alcove takes from its neighbor is one, and so is what another room takes from an alcove.

use std::collections::{BTreeMap, BTreeSet};

use super::reading::Reading;
use super::{Source, assert_clean, sources_below};

/// Files that may import from each other, and why.
const ALLOWED: [(&[&str], &str); 0] = [];

/// A file by its module path: `["engine", "machine"]`.
type ModulePath = Vec<String>;

/// All files of a crate, as far as their imports are concerned.
struct Crate {
    files: BTreeMap<ModulePath, (String, Reading)>,
}

impl Crate {
    fn of(sources: &[Source]) -> Self {
        let read = |source: &Source| (source.module_path(), (source.path.clone(), Reading::of(&source.text)));
        let mut files: BTreeMap<ModulePath, (String, Reading)> =
            sources.iter().filter(|source| !source.path.ends_with("main.rs")).map(read).collect();
        // Files of tests are no part of the house.
        let tests: BTreeSet<ModulePath> = files
            .iter()
            .flat_map(|(module, (_, reading))| {
                reading.test_modules.iter().map(|name| [&module[..], std::slice::from_ref(name)].concat())
            })
            .collect();
        files.retain(|module, _| !tests.iter().any(|test| module.starts_with(test)));
        Self { files }
    }

    /// The file that a path leads to, and the name in it. `path` begins at the crate's root.
    fn find(&self, path: &[String], steps: usize) -> Option<(ModulePath, String)> {
        let length = (0..=path.len()).rev().find(|length| self.files.contains_key(&path[..*length]))?;
        let (module, rest) = path.split_at(length);
        let name = rest.first().cloned().unwrap_or_else(|| "itself".to_owned());
        let (_, reading) = &self.files[module];
        // A name that is only imported there belongs to the file that it comes from.
        let origin = reading.imported.iter().find(|target| target.last() == rest.first() && !rest.is_empty());
        let origin = origin.and_then(|target| self.resolved(module, target));
        match origin {
            Some(origin) if steps > 0 => self.find(&origin, steps - 1),
            _ => Some((module.to_vec(), name)),
        }
    }

    /// A path as it is written in `module`, from the crate's root. `None` where it leads out of the crate.
    fn resolved(&self, module: &[String], path: &[String]) -> Option<Vec<String>> {
        let first = path.first()?;
        match first.as_str() {
            "crate" => Some(path[1..].to_vec()),
            "self" => Some([module, &path[1..]].concat()),
            "super" => {
                let climbed = path.iter().take_while(|name| *name == "super").count();
                let kept = module.len().checked_sub(climbed)?;
                Some([&module[..kept], &path[climbed..]].concat())
            }
            _ => {
                let child = [module, &path[..1]].concat();
                self.files.contains_key(&child).then(|| [module, path].concat())
            }
        }
    }

    /// Which files each file imports from, with the names.
    fn imports(&self) -> BTreeMap<&ModulePath, BTreeMap<ModulePath, BTreeSet<String>>> {
        let of = |module: &ModulePath, reading: &Reading| {
            let mut imports: BTreeMap<ModulePath, BTreeSet<String>> = BTreeMap::new();
            for path in &reading.paths {
                let Some(path) = self.resolved(module, path) else { continue };
                if let Some((target, name)) = self.find(&path, 4)
                    && !module.starts_with(&target)
                {
                    imports.entry(target).or_default().insert(name);
                }
            }
            imports
        };
        self.files.iter().map(|(module, (_, reading))| (module, of(module, reading))).collect()
    }

    /// Every group of files of which each can be reached from each, as text.
    fn circles(&self) -> Vec<(BTreeSet<String>, String)> {
        let imports = self.imports();
        let reached: BTreeMap<&ModulePath, BTreeSet<&ModulePath>> = imports
            .keys()
            .map(|begin| {
                let mut found: BTreeSet<&ModulePath> = BTreeSet::new();
                let mut ahead: Vec<&ModulePath> = imports[*begin].keys().collect();
                while let Some(next) = ahead.pop() {
                    if found.insert(next) {
                        ahead.extend(imports.get(next).into_iter().flat_map(BTreeMap::keys));
                    }
                }
                (*begin, found)
            })
            .collect();
        let mut circles = Vec::new();
        let mut told: BTreeSet<&ModulePath> = BTreeSet::new();
        for (module, ahead) in &reached {
            if !ahead.contains(*module) || told.contains(*module) {
                continue;
            }
            let members: BTreeSet<&ModulePath> = ahead
                .iter()
                .copied()
                .filter(|other| reached.get(*other).is_some_and(|back| back.contains(*module)))
                .collect();
            let path = |module: &ModulePath| self.files[module].0.clone();
            let mut text = format!("a circle of {} files:", members.len());
            for from in &members {
                for (to, names) in imports[*from].iter().filter(|(to, _)| members.contains(to)) {
                    let names = names.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
                    text.push_str(&format!("\n    {} takes {names} from {}", path(from), path(to)));
                }
            }
            circles.push((members.iter().map(|module| path(module)).collect(), text));
            told.extend(members);
        }
        circles
    }
}

#[test]
fn files_import_in_one_direction() {
    let circles = Crate::of(&sources_below("src")).circles();
    let is_allowed = |files: &BTreeSet<String>| {
        ALLOWED.iter().any(|(allowed, _)| files.iter().all(|file| allowed.contains(&file.as_str())))
    };
    let offenses: Vec<String> =
        circles.into_iter().filter(|(files, _)| !is_allowed(files)).map(|(_, text)| text).collect();
    assert_clean(&offenses);
}

#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&[&str]]) {
    let sources: Vec<Source> = files.iter().map(|(path, text)| Source::new(path, text)).collect();
    let found: Vec<Vec<String>> =
        Crate::of(&sources).circles().into_iter().map(|(files, _)| files.into_iter().collect()).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_circle_is_found_however_it_is_closed() {
    // Two files beside each other.
    check(
        &[("src/a.rs", "mod b; mod c;"), ("src/a/b.rs", "use super::c::C;"), ("src/a/c.rs", "use crate::a::b::B;")],
        &[&["src/a/b.rs", "src/a/c.rs"]],
    );
    // Three, the last by a path in the middle of the code, and one in a macro.
    check(
        &[
            ("src/a.rs", "use crate::b::B;"),
            ("src/b.rs", "fn f() { crate::c::g() }"),
            ("src/c.rs", "fn g() { println!(\"{}\", crate::a::A) }"),
        ],
        &[&["src/a.rs", "src/b.rs", "src/c.rs"]],
    );
    // A room and an alcove of another one.
    check(
        &[("src/a.rs", "mod b; use b::B;"), ("src/a/b.rs", "use crate::c::C;"), ("src/c.rs", "use crate::a::A;")],
        &[&["src/a.rs", "src/a/b.rs", "src/c.rs"]],
    );
    // Through a name that is handed on.
    check(
        &[
            ("src/a.rs", "pub mod b; pub mod c; pub use b::B;"),
            ("src/a/b.rs", "use super::c::C; pub struct B;"),
            ("src/a/c.rs", "use crate::a::B; pub struct C;"),
        ],
        &[&["src/a/b.rs", "src/a/c.rs"]],
    );
}

#[test]
fn a_circle_behind_the_imports_of_a_parent_is_found() {
    check(
        &[
            ("src/a.rs", "mod b; mod c; use b::B; use c::C;"),
            ("src/a/b.rs", "use super::C; pub struct B;"),
            ("src/a/c.rs", "use super::B; pub struct C;"),
        ],
        &[&["src/a/b.rs", "src/a/c.rs"]],
    );
}

#[test]
fn one_direction_is_no_circle() {
    // A door that hands its rooms' names on does not use them.
    check(
        &[
            ("src/a.rs", "mod b; mod c; pub use b::B; pub use c::C;"),
            ("src/a/b.rs", "use super::C;"),
            ("src/a/c.rs", ""),
        ],
        &[],
    );
    // An alcove takes from its room.
    check(&[("src/a.rs", "mod b; use b::B; pub struct A;"), ("src/a/b.rs", "use super::A; pub struct B;")], &[]);
    // Tests may look anywhere.
    check(
        &[
            ("src/a.rs", "#[cfg(test)] mod tests; use crate::b::B;"),
            ("src/a/tests.rs", "use super::*; use crate::b::B;"),
            ("src/b.rs", "#[cfg(test)] mod tests { use crate::a::A; }"),
        ],
        &[],
    );
}
