//! Checks that what the packages say of the program agrees with the program: version, names, picture, and what it needs.

use std::collections::BTreeSet;
use std::fs;

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table};

use super::root;

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|err| panic!("{path}: {err}"))
}

/// What stands between two texts, the first time.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("{before} is missing")).1;
    rest.split_once(after).unwrap_or_else(|| panic!("{after} is missing")).0
}

#[test]
fn every_package_has_the_version_of_the_program() {
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(between(&read("packaging/rushes.metainfo.xml"), "<release version=\"", "\""), version);
    let plist = read("packaging/macos/Info.plist");
    assert_eq!(plist.matches("<string>@VERSION@</string>").count(), 2, "the version is filled in");
    assert_eq!(between(&read("packaging/windows/rushes.wxs"), "Version=\"", "\""), "$(var.Version)");
    assert!(read("packaging/papers/rushes.1").contains(version), "the man page is of another version");
}

#[test]
fn the_desktop_knows_the_window_by_one_name() {
    let name = between(&read("src/window/start.rs"), ".with_app_id(\"", "\"").to_owned();
    let entry = read("packaging/rushes.desktop");
    let metainfo = read("packaging/rushes.metainfo.xml");
    assert_eq!(between(&entry, "StartupWMClass=", "\n"), name);
    // On Wayland a window finds its entry by the name of the file.
    assert!(root().join(format!("packaging/{name}.desktop")).exists());
    assert_eq!(between(&metainfo, "<id>", "</id>"), name);
    assert_eq!(between(&metainfo, "<launchable type=\"desktop-id\">", "</launchable>"), format!("{name}.desktop"));
    assert_eq!(between(&entry, "Exec=", "\n"), env!("CARGO_PKG_NAME"));
    let icon = between(&entry, "Icon=", "\n");
    for ending in ["svg", "png"] {
        assert!(root().join(format!("assets/app/{icon}.{ending}")).exists(), "assets/app/rushes.svg and rushes.png");
    }
}

#[test]
fn the_debian_package_asks_for_what_the_window_opens_by_name() {
    let dev = read("dev");
    let window = between(&dev, "WINDOW_APT=\"", "\"").replace('\\', " ");
    let manifest = read("Cargo.toml");
    let depends = between(&manifest, "\ndepends = \"", "\"").split(", ").collect::<Vec<_>>();
    let recommends = between(&manifest, "\nrecommends = \"", "\"").split(", ").collect::<Vec<_>>();
    assert!(window.split_whitespace().count() > 8, "{window}");
    for library in window.split_whitespace() {
        // Drivers come with the card.
        let is_driver = library == "libgl1-mesa-dri";
        let list = if is_driver { &recommends } else { &depends };
        assert!(list.contains(&library), "{library} is not in {list:?}");
    }
}

#[test]
fn the_program_and_its_packages_say_that_they_never_change_themselves() {
    for path in ["packaging/rushes.metainfo.xml", "Cargo.toml", "src/ui/screens/settings.rs"] {
        assert!(read(path).contains("Rushes looks for no newer version and never changes itself"), "{path}");
    }
}

#[test]
fn the_picture_of_the_program_has_its_colors() {
    let tokens = read("assets/theme/tokens.json").to_lowercase();
    let picture = read("assets/app/rushes.svg");
    let colors: Vec<&str> = picture.split('"').filter(|text| text.starts_with('#')).collect();
    assert!(colors.len() > 5, "{colors:?}");
    for color in colors {
        assert!(tokens.contains(color), "{color} is no color of the theme");
    }
    let decoded = image::open(root().join("assets/app/rushes.png")).expect("a PNG");
    assert_eq!((decoded.width(), decoded.height()), (256, 256));
}

/// Names of the dependencies of the program itself, those of single systems among them.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let manifest: DocumentMut = manifest.parse().expect("a manifest");
    let names =
        |item: &Item| item.as_table().into_iter().flat_map(Table::iter).map(|(name, _)| name.to_owned()).collect();
    let mut found: BTreeSet<String> = names(&manifest["dependencies"]);
    for (_, system) in manifest["target"].as_table().into_iter().flat_map(Table::iter) {
        found.append(&mut names(&system["dependencies"]));
    }
    found
}

/// Names of the packages that a lock file gives to the program.
fn locked(lock: &str) -> BTreeSet<String> {
    let lock: DocumentMut = lock.parse().expect("a lock file");
    let mut packages = lock["package"].as_array_of_tables().into_iter().flat_map(ArrayOfTables::iter);
    let program = packages.find(|package| package["name"].as_str() == Some("rushes")).expect("the program");
    let names = program["dependencies"].as_array().into_iter().flatten().filter_map(|name| name.as_str());
    // A second version is written behind the name.
    names.filter_map(|name| name.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn lock_files_beside_the_main_one_know_every_dependency_of_the_program() {
    let wanted = dependencies(&read("Cargo.toml"));
    assert!(wanted.len() > 30, "{wanted:?}");
    for folder in ["fuzz", "tests/bench/rig"] {
        let locked = locked(&read(&format!("{folder}/Cargo.lock")));
        let missing: Vec<_> = wanted.difference(&locked).collect();
        let gone: Vec<_> = locked.difference(&wanted).collect();
        let advice = format!("cargo metadata --manifest-path {folder}/Cargo.toml --format-version 1 > /dev/null");
        assert!(missing.is_empty() && gone.is_empty(), "{folder}: missing {missing:?}, gone {gone:?}; run: {advice}");
    }
}

#[test]
fn the_bench_measures_with_what_is_built_like_the_program() {
    let profile = |path: &str| {
        let manifest: DocumentMut = read(path).parse().expect("a manifest");
        let profile = manifest["profile"]["release"].as_table().expect("a release profile").clone();
        profile.iter().map(|(name, value)| format!("{name} = {}", value.to_string().trim())).collect::<BTreeSet<_>>()
    };
    assert_eq!(profile("tests/bench/rig/Cargo.toml"), profile("Cargo.toml"));
}
