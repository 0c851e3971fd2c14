//! Reads the sources and checks the rules of the house that no compiler knows: who may import whom, where a library may
//! be named, how files are laid out. Each checker is a function on text, so that a test can show it a bad file.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

mod circles;
mod documents;
mod packages;
mod reading;
mod workflows;

use reading::Reading;

/// Longest file. A longer one holds two meanings.
const MAX_LINES: usize = 700;

/// The modules of the crate in reading order, and which others each may name.
const MODULES: [(&str, &[&str]); 13] = [
    ("domain", &[]),
    ("engine", &["domain", "gateway", "library", "media", "keys", "desktop"]),
    ("gateway", &["domain"]),
    ("library", &["domain"]),
    ("media", &["domain"]),
    ("keys", &["domain"]),
    ("desktop", &["domain"]),
    ("practice", &["domain"]),
    ("app", &["domain", "engine"]),
    ("ui", &["app", "domain"]),
    ("session", &["domain", "engine", "gateway", "library", "media", "keys", "desktop", "practice"]),
    ("window", &["session", "app", "ui", "domain", "media", "engine"]),
    ("cli", &["session", "engine", "domain"]),
];

/// Modules that may know nothing of the engine but the types that go back and forth.
const ABOVE_THE_ENGINE: [&str; 3] = ["app", "window", "cli"];

/// The types that go back and forth between the engine and what stands above it.
const ENGINE_TYPES: [&str; 2] = ["engine::command", "engine::event"];

/// Which third-party crates may be named only in which places.
const LIBRARIES: [(&str, &[&str]); 6] = [
    ("egui", &["src/ui", "src/window"]),
    ("eframe", &["src/ui", "src/window", "src/main.rs"]),
    ("egui_extras", &["src/ui", "src/window"]),
    ("reqwest", &["src/gateway"]),
    ("rusqlite", &["src/library"]),
    ("clap", &["src/cli", "src/main.rs"]),
];

/// Words that say a piece of work was left lying about.
const LEFTOVERS: [&str; 8] =
    ["TODO", "FIXME", "XXX", "todo!(", "unimplemented!(", "dbg!(", "#[ignore", "allow(dead_code)"];

/// Where a color may be written as numbers.
const COLOR_HOME: [&str; 2] = ["src/ui/tokens.rs", "src/ui/tokens"];

/// Ways to write a color as numbers.
const COLORS: [&str; 8] = [
    "Color32::from_rgb",
    "Color32::from_rgba",
    "Color32::from_gray",
    "Color32::from_black_alpha",
    "Color32::from_white_alpha",
    "Color32::from_hex",
    "Rgba::from_",
    "hex_color",
];

/// A source file.
struct Source {
    /// Path from the package's root, with slashes.
    path: String,
    /// All of it.
    text: String,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// `engine` of `src/engine/machine.rs` and of `src/engine.rs`.
    fn module(&self) -> Option<&str> {
        let path = self.path.strip_prefix("src/")?;
        Some(path.split('/').next()?.trim_end_matches(".rs"))
    }

    /// The module path within the crate: `["engine", "machine"]`.
    fn module_path(&self) -> Vec<String> {
        let path = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        path.split('/').filter(|part| !matches!(*part, "lib" | "main")).map(str::to_owned).collect()
    }

    fn is_in(&self, places: &[&str]) -> bool {
        places.iter().any(|place| {
            let place = place.trim_end_matches(".rs");
            self.path.strip_prefix(place).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        })
    }
}

/// Every path that the code names from the crate's root, as in `engine::machine::Machine`.
fn crate_paths(source: &Source) -> BTreeSet<String> {
    let own = source.module_path();
    let from_root = |path: &Vec<String>| match path.first()?.as_str() {
        "crate" => Some(path[1..].join("::")),
        "super" => {
            let climbed = path.iter().take_while(|name| *name == "super").count();
            Some([own.get(..own.len().checked_sub(climbed)?)?, &path[climbed..]].concat().join("::"))
        }
        _ => None,
    };
    let reading = Reading::of(&source.text);
    reading.paths.iter().chain(&reading.handed_on).filter_map(from_root).collect()
}

/// Paths that a file may not name.
fn import_offenses(source: &Source) -> Vec<String> {
    let Some(module) = source.module() else { return Vec::new() };
    // The program's first lines and the crate's front page belong to no module.
    if matches!(module, "main" | "lib") {
        return Vec::new();
    }
    let Some((_, allowed)) = MODULES.iter().find(|(name, _)| *name == module) else {
        return vec![format!("{}: the module {module} is not in the list of tests/it/tidy.rs", source.path)];
    };
    crate_paths(source)
        .into_iter()
        .filter(|path| {
            let target = path.split("::").next().unwrap_or_default();
            let is_module = MODULES.iter().any(|(name, _)| *name == target);
            let is_engine_inside = ABOVE_THE_ENGINE.contains(&module)
                && target == "engine"
                && !ENGINE_TYPES.iter().any(|types| path == types || path.starts_with(&format!("{types}::")));
            is_module && target != module && (!allowed.contains(&target) || is_engine_inside)
        })
        .map(|path| format!("{}: {module} may not know {path}", source.path))
        .collect()
}

/// Libraries that a file may not name.
fn library_offenses(source: &Source) -> Vec<String> {
    let reading = Reading::of(&source.text);
    let names = |library: &str| {
        let is_it = |path: &Vec<String>| path.first().is_some_and(|first| first == library);
        reading.paths.iter().chain(&reading.handed_on).any(is_it)
    };
    LIBRARIES
        .iter()
        .filter(|(library, places)| !source.is_in(places) && names(library))
        .map(|(library, places)| format!("{}: {library} is named only in {places:?}", source.path))
        .collect()
}

/// Making text of the network by another way than through the redactor.
fn redaction_offenses(source: &Source) -> Vec<String> {
    let is_at_home = source.is_in(&["src/gateway/redact", "src/domain/text"]);
    if !is_at_home && Reading::of(&source.text).words.contains("already_redacted") {
        return vec![format!("{}: only gateway::redact says that a text is redacted", source.path)];
    }
    Vec::new()
}

/// Waking the window from elsewhere than the window itself or the one `Repainter`.
fn repaint_offenses(source: &Source) -> Vec<String> {
    let is_at_home = source.is_in(&["src/ui", "src/window/repainter"]);
    let wakes = Reading::of(&source.text).words.iter().any(|word| word.starts_with("request_repaint"));
    if wakes && !is_at_home {
        return vec![format!("{}: only ui and window::repainter wake the window", source.path)];
    }
    Vec::new()
}

/// Asking the catalog for a price where the corrected one counts: everywhere but where the table itself is told.
fn price_offenses(source: &Source) -> Vec<String> {
    let places = ["src/app", "src/cli", "src/engine", "src/session", "src/ui", "src/window", "src/domain/list"];
    let tells_the_table = source.is_in(&["src/app/view/prices", "src/cli/estimate"]);
    let is_for_tests = source.path.ends_with("/tests.rs")
        || source.is_in(&["src/engine/machine/bench", "src/engine/machine/simulation"]);
    if !source.is_in(&places) || tells_the_table || is_for_tests {
        return Vec::new();
    }
    let asks = |path: &Vec<String>| path.iter().rev().take(2).eq(["estimate", "price"].iter());
    if Reading::of(&source.text).paths.iter().any(asks) {
        return vec![format!(
            "{}: prices come from the PriceBook of the settings, which knows corrections",
            source.path
        )];
    }
    Vec::new()
}

/// Colors written as numbers outside the tokens.
fn color_offenses(source: &Source) -> Vec<String> {
    if source.is_in(&COLOR_HOME) {
        return Vec::new();
    }
    let reading = Reading::of(&source.text);
    let named: Vec<String> = reading.paths.iter().map(|path| path.join("::")).chain(reading.words).collect();
    COLORS
        .iter()
        .filter(|color| named.iter().any(|path| path.contains(*color)))
        .map(|color| format!("{}: {color}… belongs in ui::tokens", source.path))
        .collect()
}

/// Leftovers and layout: words of unfinished work, `mod.rs`, files without a first comment, files that are too long.
fn layout_offenses(source: &Source) -> Vec<String> {
    let mut offenses = Vec::new();
    // This file has to name what it forbids.
    if !source.path.ends_with("tests/it/tidy.rs") {
        for (number, line) in source.text.lines().enumerate() {
            for word in LEFTOVERS.iter().filter(|word| line.contains(**word)) {
                offenses.push(format!("{}:{}: {word}", source.path, number + 1));
            }
        }
    }
    if source.path.ends_with("/mod.rs") {
        offenses.push(format!("{}: module files are foo.rs beside foo/", source.path));
    }
    if source.path.ends_with("_tests.rs") {
        offenses.push(format!("{}: the tests of foo.rs are at its end or in foo/tests.rs", source.path));
    }
    // The name of `tests.rs` says it.
    if !source.text.starts_with("//!") && !source.path.ends_with("/tests.rs") {
        offenses.push(format!("{}: says not in its first line what it is for (//! …)", source.path));
    }
    let lines = source.text.lines().count();
    if lines > MAX_LINES {
        offenses.push(format!("{}: {lines} lines, more than {MAX_LINES}; split it by meaning", source.path));
    }
    offenses
}

/// Modules that the crate's front page does not explain.
fn front_page_offenses(front_page: &str) -> Vec<String> {
    let docs: String = front_page.lines().filter(|line| line.starts_with("//!")).collect::<Vec<_>>().join("\n");
    MODULES
        .iter()
        .filter(|(module, _)| !docs.contains(&format!("[`{module}`]")))
        .map(|(module, _)| format!("src/lib.rs: its text does not lead to [`{module}`]"))
        .collect()
}

/// Files below `assets/` whose name stands in no source.
fn unused_assets(assets: &[String], sources: &[Source]) -> Vec<String> {
    assets
        .iter()
        .filter(|asset| {
            let name = asset.rsplit('/').next().unwrap_or(asset);
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            let quoted_stem = format!("\"{stem}\"");
            let is_used = |text: &str| text.contains(name) || text.contains(&quoted_stem);
            // A license, a note, or the script that made its neighbors speaks for its folder.
            let is_note = ["txt", "md", "py"].iter().any(|ending| name.ends_with(&format!(".{ending}")));
            !is_note && !sources.iter().any(|source| is_used(&source.text))
        })
        .map(|asset| format!("{asset}: nothing uses it"))
        .collect()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All files below `dir`, sorted, as paths from the package's root with slashes.
fn files_below(dir: &str) -> Vec<String> {
    fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).expect("a folder of the package").map(|entry| entry.expect("an entry")) {
            let path = entry.path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(dir), &mut found);
    let mut names: Vec<_> = found
        .iter()
        .map(|path| path.strip_prefix(root()).expect("below the root").to_string_lossy().replace('\\', "/"))
        .collect();
    names.sort();
    names
}

fn sources_below(dir: &str) -> Vec<Source> {
    let sources: Vec<_> = files_below(dir)
        .into_iter()
        .filter(|path| path.ends_with(".rs"))
        .map(|path| {
            let text = fs::read_to_string(root().join(&path)).expect("a source is text");
            Source { path, text }
        })
        .collect();
    assert!(sources.len() > 5, "only {} sources below {dir}", sources.len());
    sources
}

#[track_caller]
fn assert_clean(offenses: &[String]) {
    assert!(offenses.is_empty(), "\n{}\n", offenses.join("\n"));
}

#[test]
fn modules_import_only_what_they_may() {
    assert_clean(&sources_below("src").iter().flat_map(import_offenses).collect::<Vec<_>>());
}

#[test]
fn libraries_are_named_only_at_home() {
    assert_clean(&sources_below("src").iter().flat_map(library_offenses).collect::<Vec<_>>());
}

#[test]
fn only_the_redactor_makes_text_of_the_network() {
    assert_clean(&sources_below("src").iter().flat_map(redaction_offenses).collect::<Vec<_>>());
    let makes = "fn f(x: String) { let make = GatewayText::already_redacted; make(x); }";
    assert_eq!(redaction_offenses(&Source::new("src/gateway/wire.rs", makes)).len(), 1);
    assert_eq!(redaction_offenses(&Source::new("src/gateway/redact.rs", makes)).len(), 0);
}

#[test]
fn only_the_window_and_the_repainter_wake_the_window() {
    assert_clean(&sources_below("src").iter().flat_map(repaint_offenses).collect::<Vec<_>>());
}

#[test]
fn prices_are_asked_of_the_book_that_knows_corrections() {
    assert_clean(&sources_below("src").iter().flat_map(price_offenses).collect::<Vec<_>>());
    for asks in ["fn f() { price::estimate(&draft, gateway); }", "use crate::domain::price::{self, estimate};"] {
        assert_eq!(price_offenses(&Source::new("src/app/view/form.rs", asks)).len(), 1, "{asks}");
        assert_eq!(price_offenses(&Source::new("src/app/view/form/tests.rs", asks)).len(), 0);
        assert_eq!(price_offenses(&Source::new("src/practice/submit.rs", asks)).len(), 0);
        let tested = format!("fn f() {{}}\n#[cfg(test)]\nmod tests {{ {asks} }}");
        assert_eq!(price_offenses(&Source::new("src/app/view/form.rs", &tested)).len(), 0);
    }
}

#[test]
fn colors_live_in_the_tokens() {
    assert_clean(&sources_below("src").iter().flat_map(color_offenses).collect::<Vec<_>>());
}

#[test]
fn files_are_laid_out_as_agreed() {
    let sources = sources_below("src").into_iter().chain(sources_below("tests"));
    assert_clean(&sources.flat_map(|source| layout_offenses(&source)).collect::<Vec<_>>());
}

#[test]
fn the_front_page_leads_to_every_module() {
    let front_page = fs::read_to_string(root().join("src/lib.rs")).expect("the crate has a front page");
    assert_clean(&front_page_offenses(&front_page));
    for (module, _) in MODULES {
        assert!(front_page.contains(&format!("pub mod {module};")), "{module} is no module of the crate");
    }
}

#[test]
fn every_asset_is_used() {
    let readme = Source::new("README.md", &fs::read_to_string("README.md").expect("the README"));
    let sources: Vec<_> = sources_below("src").into_iter().chain(sources_below("tests")).chain([readme]).collect();
    assert_clean(&unused_assets(&files_below("assets"), &sources));
}

// The checkers themselves, on small bad inputs.

#[test]
fn a_forbidden_import_is_found_however_it_is_written() {
    for (path, text, offender) in [
        ("src/domain/job.rs", "use crate::engine::machine;", "engine::machine"),
        ("src/domain/job.rs", "use crate::{domain::x, library::Library};", "library::Library"),
        ("src/domain/job.rs", "use crate::{\n    domain::{a, b},\n    media::{c, d},\n};", "media::c"),
        ("src/domain/job.rs", "use super::super::gateway::Client;", "gateway::Client"),
        ("src/domain.rs", "use super::gateway::Client;", "gateway::Client"),
        ("src/domain/job.rs", "fn f() { crate::keys::Keys::of_system(); }", "keys::Keys::of_system"),
        ("src/ui/card.rs", "use crate::engine::event::Event;", "engine::event::Event"),
        ("src/app/update.rs", "use crate::engine::runtime::Engine;", "engine::runtime::Engine"),
        ("src/practice/server.rs", "use crate::gateway::Http;", "gateway::Http"),
        ("src/cli/generate.rs", "use crate::library::Library;", "library::Library"),
        ("src/cli/generate.rs", "use crate::engine::runtime::Engine;", "engine::runtime::Engine"),
        ("src/window/world.rs", "use crate::engine::runtime::Engine;", "engine::runtime::Engine"),
        ("src/window/start.rs", "use crate::library::Library;", "library::Library"),
        ("src/session/run.rs", "use crate::app::AppState;", "app::AppState"),
        ("src/engine/runtime.rs", "use crate::{app, domain};", "app"),
    ] {
        let offenses = import_offenses(&Source::new(path, text));
        assert!(offenses.iter().any(|offense| offense.ends_with(&format!(" {offender}"))), "{text}: {offenses:?}");
    }
}

#[test]
fn allowed_imports_are_not_offenses() {
    for (path, text) in [
        ("src/domain/job.rs", "use super::money::Money; use crate::domain::request;"),
        ("src/domain/job.rs", "// use crate::engine;\nconst A: &str = \"crate::engine::x\";"),
        ("src/domain/job.rs", "const A: &str = r#\"crate::\"engine::x\"#; const B: char = '\"';"),
        ("src/domain/job.rs", "fn f() {}\n#[cfg(test)]\nmod tests { use crate::library::Library; }"),
        ("src/engine/runtime.rs", "use crate::gateway::{Client, Http}; use super::machine;"),
        ("src/app/update.rs", "use crate::engine::event::Event; use crate::engine::command::{Command, NewJob};"),
        ("src/window/world.rs", "use crate::session::Session; use crate::ui; use crate::engine::command::Command;"),
        ("src/session/home.rs", "use crate::library::Library;"),
        ("src/main.rs", "use rushes::cli;"),
    ] {
        assert_eq!(import_offenses(&Source::new(path, text)), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_module_that_nobody_listed_is_an_offense() {
    assert_eq!(import_offenses(&Source::new("src/helpers.rs", "")).len(), 1);
}

#[test]
fn a_library_away_from_home_is_found() {
    for (path, text, expected) in [
        ("src/engine/runtime.rs", "use reqwest::Client;", 1),
        ("src/gateway/http.rs", "use reqwest::Client;", 0),
        ("src/gateway.rs", "fn f(_: reqwest::Response) {}", 0),
        ("src/library/rows.rs", "use rusqlite::params;", 0),
        ("src/cli/jobs.rs", "use rusqlite;", 1),
        ("src/app/update.rs", "fn f(ctx: &egui::Context) {}", 1),
        ("src/window.rs", "use eframe::egui; use egui::Context;", 0),
        ("src/app/state.rs", "use egui::Context;", 1),
        ("src/domain/job.rs", "// egui::Context\nfn my_egui() {} use my_egui::x;", 0),
    ] {
        assert_eq!(library_offenses(&Source::new(path, text)).len(), expected, "{path}: {text}");
    }
}

#[test]
fn waking_and_coloring_elsewhere_are_found() {
    let wakes = "fn f() { ctx.request_repaint_after(d); }";
    assert_eq!(repaint_offenses(&Source::new("src/engine/runtime.rs", wakes)).len(), 1);
    assert_eq!(repaint_offenses(&Source::new("src/ui/card.rs", wakes)).len(), 0);
    let colors = "const A: Color32 = Color32::from_rgb(1, 2, 3);";
    assert_eq!(color_offenses(&Source::new("src/ui/card.rs", colors)).len(), 1);
    assert_eq!(color_offenses(&Source::new("src/ui/tokens.rs", colors)).len(), 0);
}

#[test]
fn leftovers_and_bad_layout_are_found() {
    let count = |path: &str, text: &str| layout_offenses(&Source::new(path, text)).len();
    assert_eq!(count("src/a.rs", "//! Good.\nfn f() {}\n"), 0);
    for word in LEFTOVERS {
        assert_eq!(count("src/a.rs", &format!("//! Good.\n{word}\n")), 1, "{word}");
    }
    assert_eq!(count("src/a/mod.rs", "//! Bad.\n"), 1);
    assert_eq!(count("src/a/b_tests.rs", "//! Bad.\n"), 1);
    assert_eq!(count("src/a/b/tests.rs", "use super::*;\n"), 0);
    assert_eq!(count("src/a.rs", "fn f() {}\n"), 1);
    assert_eq!(count("src/a.rs", &format!("//! Long.\n{}", "\n".repeat(MAX_LINES))), 1);
}

#[test]
fn a_silent_front_page_is_found() {
    assert_eq!(front_page_offenses("//! [`domain`]\npub mod engine;").len(), MODULES.len() - 1);
}

#[test]
fn an_unused_asset_is_found() {
    let assets = ["assets/icons/play.svg", "assets/icons/stop.svg", "assets/icons/pause.svg", "assets/LICENSE.txt"];
    let assets: Vec<_> = assets.map(str::to_owned).into();
    let sources = [Source::new("src/ui/icons.rs", "include_str!(\"../assets/icons/play.svg\"); icon(\"pause\")")];
    assert_eq!(unused_assets(&assets, &sources), ["assets/icons/stop.svg: nothing uses it"]);
}
