//! The real window by keys alone and through the accessibility bus alone; messages of the desktop, and a clip as a file.

use std::fs;

use serde_json::Value;

use super::{Desktop, text};
use crate::support::files_below;

#[track_caller]
fn a_clip_was_rated_and_opened(found: &Value) {
    assert_eq!(found["stars"], 4, "{found}");
    assert_eq!(found["is_a_clip"], true, "{found}");
}

#[test]
fn keys_alone_lead_from_the_start_to_an_open_clip() {
    let library = tempfile::tempdir().expect("a folder for the library");
    let desktop = Desktop::new("keys_only", library.path().to_owned());
    let found = desktop.found(desktop.start(false, &[]));
    a_clip_was_rated_and_opened(&found);
    assert_eq!(files_below(&library.path().join("clips")).len(), 2);
}

#[test]
fn the_accessibility_bus_alone_leads_from_the_start_to_an_open_clip() {
    let library = tempfile::tempdir().expect("a folder for the library");
    let desktop = Desktop::new("at_spi_only", library.path().to_owned());
    let found = desktop.found(desktop.start(false, &[]));
    a_clip_was_rated_and_opened(&found);
    assert_eq!(found["nameless"], Value::Array(Vec::new()), "{found}");
    assert_eq!(files_below(&library.path().join("clips")).len(), 2);
}

#[test]
fn the_desktop_tells_of_clips_only_while_the_window_is_away_and_takes_them_as_files() {
    let library = tempfile::tempdir().expect("a folder for the library");
    let desktop = Desktop::new("messages", library.path().to_owned());
    let found = desktop.found(desktop.start(false, &[]));
    assert_eq!(text(&found, "title"), "Rushes - 1 working");
    assert_eq!(found["told_in_front"], 0, "{found}");
    let notices = found["notices"].as_array().expect("messages");
    assert_eq!(notices.len(), 1, "two endings are one message: {found}");
    let notice = &notices[0];
    assert_eq!((notice["title"].as_str(), notice["app"].as_str()), (Some("2 ready"), Some("Rushes")), "{found}");
    assert_eq!(notice["actions"][0], "default", "a click on it can be told: {found}");
    assert_eq!(found["is_in_front"], true);
    assert_eq!(found["log"], Value::Array(Vec::new()), "{found}");

    let uris = found["uris"].as_array().expect("addresses of files");
    assert_eq!(uris.len(), 1, "{found}");
    let path = uris[0].as_str().and_then(|uri| uri.strip_prefix("file://")).expect("a file").replace("%20", " ");
    let clips = fs::canonicalize(library.path().join("clips")).expect("the folder of clips");
    let is_clip = files_below(&clips).into_iter().any(|(clip, _)| clip.display().to_string() == path);
    assert!(is_clip, "{path} is no clip: {found}");
}
