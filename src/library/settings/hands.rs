//! The part of the file that is about hands and eyes: keys, messages of the desktop, motion and contrast.

use toml_edit::Table;

use super::{Section, put, table, words_of};
use crate::domain::settings::{Aid, HandsSettings};

pub(super) fn read(top: &mut Section<'_, '_>) -> HandsSettings {
    let aid = |top: &mut Section<'_, '_>, key: &str| {
        top.text(key, &words_of::<Aid>(), |text| text.parse().ok()).unwrap_or_default()
    };
    let mut settings = HandsSettings {
        tells: top.switch("notifications"),
        reduced_motion: aid(top, "reduced_motion"),
        high_contrast: aid(top, "high_contrast"),
        ..HandsSettings::default()
    };
    if let Some(mut keys) = top.section("keys") {
        for name in keys.names() {
            // Which commands and keys there are is the window's affair, which warns of others.
            let key = keys.text(&name, "a key such as \"Ctrl+Shift+K\", or \"\" for none", |key| Some(key.to_owned()));
            settings.keys.extend(key.map(|key| (name, key)));
        }
    }
    settings
}

pub(super) fn write(settings: &HandsSettings, top: &mut Table) {
    match settings.tells {
        Some(tells) => put(top, "notifications", Some(tells), None),
        None => put(top, "notifications", None::<bool>, None),
    }
    let word = |aid: Aid| Some(<&'static str>::from(aid));
    put(top, "reduced_motion", word(settings.reduced_motion), word(Aid::default()));
    put(top, "high_contrast", word(settings.high_contrast), word(Aid::default()));
    let keys = table(top, "keys");
    // What is no text was warned of and is the user's.
    keys.retain(|name, item| !item.is_str() || settings.keys.contains_key(name));
    for (name, key) in &settings.keys {
        put(keys, name, Some(key.clone()), None);
    }
}
