//! Which keys run which command: the defaults of [`UiCommand`], changed by what the user chose.

use std::collections::BTreeMap;

use strum::IntoEnumIterator as _;

use super::command::{Key, Scope, Shortcut, UiCommand};

/// A key with its modifiers, without the part of the window in which it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Chord {
    /// Ctrl, or Command on a Mac.
    pub command: bool,
    /// Shift.
    pub shift: bool,
    /// Alt.
    pub alt: bool,
    /// The key that is pressed, besides modifiers.
    pub key: Key,
}

/// The named keys as the file writes them.
const NAMED: [(&str, Key); 12] = [
    ("Enter", Key::Enter),
    ("Esc", Key::Escape),
    ("Delete", Key::Delete),
    ("Space", Key::Space),
    ("Home", Key::Home),
    ("End", Key::End),
    ("Left", Key::Left),
    ("Right", Key::Right),
    ("Up", Key::Up),
    ("Down", Key::Down),
    ("PageUp", Key::PageUp),
    ("PageDown", Key::PageDown),
];

impl Chord {
    /// Reads `Ctrl+Shift+K`, `Alt+Left`, `F5` or `,`; upper and lower case are the same. `None` for what is no key.
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text.trim();
        let mut chord = Self { command: false, shift: false, alt: false, key: Key::Enter };
        while let Some((modifier, after)) = rest.split_once('+').filter(|(_, after)| !after.is_empty()) {
            let is_set = match modifier.trim().to_ascii_lowercase().as_str() {
                "ctrl" | "control" | "cmd" | "command" => &mut chord.command,
                "shift" => &mut chord.shift,
                "alt" | "option" => &mut chord.alt,
                _ => return None,
            };
            *is_set = true;
            rest = after.trim();
        }
        chord.key = key_of(rest)?;
        Some(chord)
    }

    /// As [`Chord::parse`] reads it.
    pub fn to_text(self) -> String {
        let mut text = String::new();
        for (is_set, name) in [(self.command, "Ctrl+"), (self.alt, "Alt+"), (self.shift, "Shift+")] {
            if is_set {
                text.push_str(name);
            }
        }
        match self.key {
            Key::Char(c) => text.push(c),
            Key::F(number) => text.push_str(&format!("F{number}")),
            key => text.push_str(NAMED.iter().find(|(_, named)| *named == key).map_or("", |(name, _)| name)),
        }
        text
    }

    /// The chord of a shortcut.
    pub fn of(shortcut: Shortcut) -> Self {
        let Shortcut { command, shift, alt, key, scope: _ } = shortcut;
        Self { command, shift, alt, key }
    }

    /// The shortcut that this chord makes of a command. What would be typed into a text runs nothing while one is typed.
    pub fn shortcut(self, command: UiCommand) -> Shortcut {
        let Self { command: ctrl, shift, alt, key } = self;
        let scope = match command.shortcut().scope {
            Scope::Anywhere if self != Self::of(command.shortcut()) && self.is_typed() => Scope::OutsideText,
            scope => scope,
        };
        Shortcut { command: ctrl, shift, alt, key, scope }
    }

    /// `Ctrl ⏎`, `/`, `R`: as hints write it.
    pub fn words(self) -> String {
        let Self { command, shift, alt, key } = self;
        Shortcut { command, shift, alt, key, scope: Scope::Anywhere }.text()
    }

    fn is_typed(self) -> bool {
        !self.command && !self.alt && !matches!(self.key, Key::F(_) | Key::Escape)
    }

    /// Whether text fields, lists and dialogs need the key for themselves.
    fn moves_or_edits(self) -> bool {
        let is_plain = !self.command && !self.alt;
        match self.key {
            Key::Enter | Key::Space => is_plain,
            Key::Delete | Key::Home | Key::End | Key::Left | Key::Right | Key::Up | Key::Down => !self.alt,
            Key::PageUp | Key::PageDown => !self.alt,
            Key::Char('A' | 'C' | 'V' | 'X' | 'Y' | 'Z') => self.command && !self.alt && !self.shift,
            Key::Escape | Key::F(_) | Key::Char(_) => false,
        }
    }
}

fn key_of(text: &str) -> Option<Key> {
    if let Some((_, key)) = NAMED.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
        return Some(*key);
    }
    let mut chars = text.chars();
    let (first, more) = (chars.next()?, chars.as_str());
    if more.is_empty() {
        let mut upper = first.to_uppercase();
        let one = upper.next().filter(|_| upper.next().is_none()).unwrap_or(first);
        return (!first.is_control() && !first.is_whitespace()).then_some(Key::Char(one));
    }
    let number = more.parse().ok().filter(|number| (1..=12).contains(number))?;
    (matches!(first, 'F' | 'f') && !more.starts_with('+')).then_some(Key::F(number))
}

/// Why a command cannot have this key, as a sentence. `None` when it can.
pub fn refusal(command: UiCommand, chord: Chord) -> Option<&'static str> {
    if command == UiCommand::Close {
        return Some("Esc always closes what lies on top.");
    }
    if chord.key == Key::Escape {
        return Some("Esc closes what lies on top and cannot be taken.");
    }
    if chord.alt && chord.key == Key::F(4) {
        return Some("Alt F4 closes the window and cannot be taken.");
    }
    // A key that one command of a part of the window has from the start is free for the others there.
    let scope = command.shortcut().scope;
    let is_given =
        UiCommand::iter().any(|other| other.shortcut().scope == scope && Chord::of(other.shortcut()) == chord);
    (chord.moves_or_edits() && !is_given).then_some("That key edits text or moves the focus and cannot be taken.")
}

/// The keys that count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyMap {
    keys: BTreeMap<UiCommand, Option<Shortcut>>,
}

impl Default for KeyMap {
    fn default() -> Self {
        Self { keys: UiCommand::iter().map(|command| (command, Some(command.shortcut()))).collect() }
    }
}

impl KeyMap {
    /// Takes the changes of the user: the name of a command and its key, empty for none. Returns also one sentence for each
    /// change that cannot be used; such a command keeps its usual key, where that is free.
    pub fn read(changes: &BTreeMap<String, String>) -> (Self, Vec<String>) {
        let mut map = Self::default();
        let mut warnings = Vec::new();
        let mut wanted = Vec::new();
        for (name, text) in changes {
            let Ok(command) = name.parse::<UiCommand>() else {
                warnings.push(format!("settings.toml: keys.{name} is left out: Rushes knows no such command"));
                continue;
            };
            if text.trim().is_empty() && command != UiCommand::Close {
                map.keys.insert(command, None);
                continue;
            }
            match Chord::parse(text) {
                None => warnings.push(format!(
                    "settings.toml: keys.{name} should be a key such as \"Ctrl+Shift+K\", or \"\" for none, not {text:?}"
                )),
                Some(chord) => match refusal(command, chord) {
                    Some(why) => warnings.push(format!("settings.toml: keys.{name} cannot be {text:?}: {why}")),
                    None => wanted.push((command, chord)),
                },
            }
        }
        // First all of them let go of their usual keys, so that two commands can change places.
        for (command, _) in &wanted {
            map.keys.insert(*command, None);
        }
        for (command, chord) in wanted {
            let Some(other) = map.conflict(command, chord) else {
                map.keys.insert(command, Some(chord.shortcut(command)));
                continue;
            };
            let (name, text) = (command.name(), chord.to_text());
            warnings.push(format!("settings.toml: keys.{name} cannot be {text:?}: that is {}", other.text()));
            let usual = Chord::of(command.shortcut());
            if map.conflict(command, usual).is_none() {
                map.keys.insert(command, Some(command.shortcut()));
            }
        }
        (map, warnings)
    }

    /// The keys that run the command; `None` when it has none.
    pub fn shortcut(&self, command: UiCommand) -> Option<Shortcut> {
        self.keys.get(&command).copied().flatten()
    }

    /// The keys of the command as hints write them; empty when it has none.
    pub fn text(&self, command: UiCommand) -> String {
        self.shortcut(command).map(Shortcut::text).unwrap_or_default()
    }

    /// Whether the command has other keys than at first.
    pub fn is_changed(&self, command: UiCommand) -> bool {
        self.shortcut(command) != Some(command.shortcut())
    }

    /// The other command that a press of this chord could mean, where `command` counts.
    pub fn conflict(&self, command: UiCommand, chord: Chord) -> Option<UiCommand> {
        let wanted = chord.shortcut(command);
        let is_same = |other: Shortcut| Chord::of(other).presses_as(chord) && other.scope.overlaps(wanted.scope);
        let mut others = self.keys.iter().filter(|(other, _)| **other != command);
        others.find(|(_, key)| key.is_some_and(is_same)).map(|(other, _)| *other)
    }

    /// All commands whose name or key holds every word of `search`.
    pub fn found_by(&self, search: &str) -> Vec<UiCommand> {
        let words: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
        let holds = |command: &UiCommand| {
            let text = format!("{} {}", command.text(), self.text(*command)).to_lowercase();
            words.iter().all(|word| text.contains(word.as_str()))
        };
        UiCommand::iter().filter(holds).collect()
    }
}

impl Chord {
    /// Whether one press can mean both. Shift tells two signs apart only with letters and named keys: with which signs a
    /// keyboard needs it is its own affair.
    fn presses_as(self, other: Self) -> bool {
        let heeds_shift = !matches!(self.key, Key::Char(c) if !c.is_alphabetic());
        (self.command, self.alt, self.key) == (other.command, other.alt, other.key)
            && (!heeds_shift || self.shift == other.shift)
    }
}

/// The changes with `command` on `chord`, or on no key for `None`. Whoever had the key before has none then.
pub fn changed(
    changes: &BTreeMap<String, String>,
    command: UiCommand,
    chord: Option<Chord>,
) -> BTreeMap<String, String> {
    let (map, _) = KeyMap::read(changes);
    let mut changes = changes.clone();
    let mut set = |command: UiCommand, chord: Option<Chord>| {
        if chord == Some(Chord::of(command.shortcut())) {
            changes.remove(command.name());
        } else {
            changes.insert(command.name().to_owned(), chord.map(Chord::to_text).unwrap_or_default());
        }
    };
    set(command, chord);
    if let Some(other) = chord.and_then(|chord| map.conflict(command, chord)) {
        set(other, None);
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(of: &[(&str, &str)]) -> BTreeMap<String, String> {
        of.iter().map(|(name, key)| ((*name).to_owned(), (*key).to_owned())).collect()
    }

    fn assert_no_two_are_the_same(map: &KeyMap) {
        for command in UiCommand::iter() {
            if let Some(shortcut) = map.shortcut(command) {
                assert_eq!(map.conflict(command, Chord::of(shortcut)), None, "{command:?}");
            }
        }
    }

    #[test]
    fn keys_read_back_as_they_are_written() {
        let chords = UiCommand::iter().map(|command| Chord::of(command.shortcut()));
        let more = ["F1", "F12", "Ctrl++", "Alt+Shift+PageUp", "Ö", "Ctrl+Alt+Shift+Q"].map(Chord::parse);
        for chord in chords.chain(more.into_iter().flatten()) {
            assert_eq!(Chord::parse(&chord.to_text()), Some(chord), "{}", chord.to_text());
        }
        assert_eq!(more.into_iter().flatten().count(), 6);
        assert_eq!(Chord::parse("ctrl + shift + k"), Chord::parse("Ctrl+Shift+K"));
        for none in ["", "Ctrl+", "Hyper+K", "F13", "F0", "F+1", "KK", "Ctrl+Ctrl", " ", "Ctrl+\u{7}"] {
            assert_eq!(Chord::parse(none), None, "{none:?}");
        }
    }

    #[test]
    fn what_the_file_says_counts_where_it_can_and_is_told_where_not() {
        let ctrl_shift_k = Chord::parse("Ctrl+Shift+K").expect("a key").words();
        type Row<'a> = (&'a [(&'a str, &'a str)], UiCommand, &'a str, &'a [&'a str]);
        let table: [Row<'_>; 9] = [
            (&[("generate", "Ctrl+Shift+K")], UiCommand::Generate, &ctrl_shift_k, &[]),
            (&[("quick_look", "")], UiCommand::QuickLook, "", &[]),
            (&[("fly", "K")], UiCommand::Play, "K", &["keys.fly is left out"]),
            (&[("generate", "Hyper+K")], UiCommand::Generate, "Ctrl ⏎", &["should be a key such as"]),
            (&[("generate", "Esc")], UiCommand::Generate, "Ctrl ⏎", &["Esc closes what lies on top"]),
            (&[("generate", "Alt+F4")], UiCommand::Generate, "Ctrl ⏎", &["Alt F4 closes the window"]),
            (&[("generate", "Ctrl+V")], UiCommand::Generate, "Ctrl ⏎", &["edits text"]),
            (&[("close", "")], UiCommand::Close, "Esc", &["should be a key"]),
            (&[("generate", "Ctrl+D")], UiCommand::Generate, "Ctrl ⏎", &["that is Add to the queue"]),
        ];
        for (file, command, text, told) in table {
            let (map, warnings) = KeyMap::read(&changes(file));
            assert_eq!(map.text(command), text, "{file:?}");
            assert_eq!(warnings.len(), told.len(), "{file:?}: {warnings:?}");
            for (warning, part) in warnings.iter().zip(told) {
                assert!(warning.contains(part), "{warning}");
            }
            assert_no_two_are_the_same(&map);
        }
    }

    #[test]
    fn two_commands_can_change_places() {
        let (map, warnings) = KeyMap::read(&changes(&[("compare", "X"), ("reject", "C")]));
        assert_eq!((map.text(UiCommand::Compare), map.text(UiCommand::Reject)), ("X".to_owned(), "C".to_owned()));
        assert_eq!(warnings, Vec::<String>::new());
        assert_no_two_are_the_same(&map);
    }

    #[test]
    fn whoever_takes_a_key_leaves_the_other_without() {
        let taken = changed(&BTreeMap::new(), UiCommand::Generate, Chord::parse("Ctrl+D"));
        let (map, warnings) = KeyMap::read(&taken);
        assert_eq!(
            (map.text(UiCommand::Generate), map.text(UiCommand::QueueOnly)),
            ("Ctrl D".to_owned(), String::new())
        );
        assert_eq!(warnings, Vec::<String>::new());
        // Its own key again is no change.
        let back = changed(&taken, UiCommand::Generate, Chord::parse("Ctrl+Enter"));
        assert_eq!(back, changes(&[("queue_only", "")]));
    }

    #[test]
    fn a_letter_that_runs_something_everywhere_is_off_while_typing() {
        let (map, _) = KeyMap::read(&changes(&[("generate", "J"), ("settings", "F9")]));
        assert_eq!(map.shortcut(UiCommand::Generate).map(|key| key.scope), Some(Scope::OutsideText));
        assert_eq!(map.shortcut(UiCommand::Settings).map(|key| key.scope), Some(Scope::Anywhere));
    }

    #[test]
    fn any_file_gives_keys_of_which_no_two_are_the_same() {
        // Every pair of commands on every usual key: 60 × 60 files and more.
        for first in UiCommand::iter() {
            for second in UiCommand::iter() {
                let of = |command: UiCommand| Chord::of(command.shortcut()).to_text();
                let file = changes(&[(first.name(), &of(second)), (second.name(), &of(first))]);
                assert_no_two_are_the_same(&KeyMap::read(&file).0);
            }
        }
    }

    #[test]
    fn shortcuts_are_found_by_name_and_by_key() {
        let map = KeyMap::default();
        assert_eq!(map.found_by("").len(), UiCommand::iter().count());
        assert_eq!(map.found_by("frame back"), [UiCommand::FrameBack]);
        assert_eq!(map.found_by("SPACE"), [UiCommand::QuickLook, UiCommand::PlayStoryboard]);
        assert_eq!(map.found_by("no such thing"), []);
    }
}
