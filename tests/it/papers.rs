//! Man pages and shell completions: what lies in `packaging/papers` says what the program's own arguments say.
//!
//! `UPDATE_PAPERS=1 cargo test --test it papers` writes them anew after arguments have changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use clap_complete::Shell;
use rushes::cli::arguments::Arguments;

/// Where the packages take them from.
fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/papers")
}

/// Every paper by the name of its file, as the arguments have it.
fn papers() -> BTreeMap<String, String> {
    let dir = tempfile::tempdir().expect("a folder");
    clap_mangen::generate_to(Arguments::command(), dir.path()).expect("man pages");
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell] {
        clap_complete::generate_to(shell, &mut Arguments::command(), "rushes", dir.path()).expect("completions");
    }
    let entries = fs::read_dir(dir.path()).expect("the folder").map(|entry| entry.expect("an entry").path());
    entries.map(|path| (name_of(&path), fs::read_to_string(&path).expect("text"))).collect()
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

#[test]
fn papers_say_what_the_arguments_say() {
    let made = papers();
    for expected in ["rushes.1", "rushes-generate.1", "rushes.bash", "_rushes", "rushes.fish", "_rushes.ps1"] {
        assert!(made.contains_key(expected), "{expected} is not among {:?}", made.keys());
    }
    if std::env::var_os("UPDATE_PAPERS").is_some() {
        fs::remove_dir_all(home()).ok();
        fs::create_dir_all(home()).expect("a folder");
        for (name, text) in &made {
            fs::write(home().join(name), text).expect("written");
        }
    }
    let there: BTreeMap<String, String> = fs::read_dir(home())
        .expect("packaging/papers")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| (name_of(&path), fs::read_to_string(&path).expect("text").replace("\r\n", "\n")))
        .collect();
    let advice = "write them anew with: UPDATE_PAPERS=1 cargo test --test it papers";
    assert_eq!(there.keys().collect::<Vec<_>>(), made.keys().collect::<Vec<_>>(), "{advice}");
    for (name, text) in &made {
        assert!(there[name] == *text, "packaging/papers/{name} is not what the arguments say; {advice}");
    }
}

#[test]
fn papers_name_every_command_that_is_not_hidden() {
    let made = papers();
    for command in Arguments::command().get_subcommands().filter(|command| !command.is_hide_set()) {
        let name = command.get_name();
        assert!(made.contains_key(&format!("rushes-{name}.1")), "{name} has no page");
        for completion in ["rushes.bash", "_rushes", "rushes.fish", "_rushes.ps1"] {
            assert!(made[completion].contains(name), "{completion} does not know {name}");
        }
    }
}
