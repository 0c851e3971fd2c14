//! The part of the file that is about the sound of clips.

use toml_edit::Table;

use super::{Section, int, put};
use crate::domain::settings::{SoundSettings, VOLUME};

pub(super) fn read(section: &mut Section<'_, '_>) -> SoundSettings {
    let default = SoundSettings::default();
    let sound = SoundSettings {
        volume: section.number("volume", "percent", &VOLUME).unwrap_or(default.volume),
        is_muted: section.switch("muted").unwrap_or(default.is_muted),
    };
    section.warn_of_unknown(&["volume", "muted"]);
    sound
}

pub(super) fn write(sound: SoundSettings, section: &mut Table) {
    let default = SoundSettings::default();
    put(section, "volume", Some(int(sound.volume)), Some(int(default.volume)));
    put(section, "muted", Some(sound.is_muted), Some(default.is_muted));
}
