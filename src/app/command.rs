//! What can be done by keys, in one table that menus, tooltips and the shortcut sheet read.

/// Something the user can ask for by a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::EnumIter)]
pub enum UiCommand {
    /// Generate what the form says.
    Generate,
    /// Put the cursor into the search.
    Search,
    /// Open the settings.
    Settings,
    /// Take the last act back.
    Undo,
    /// Close what lies on top.
    Close,
    /// Larger interface.
    Larger,
    /// Smaller interface.
    Smaller,
    /// Interface at 100 %.
    NormalSize,
    /// Leave.
    Quit,
    /// Do the first thing that the selected card offers.
    OpenSelected,
    /// Take the settings of the selected card.
    UseSettings,
    /// Copy the selected card's prompt.
    CopyPrompt,
    /// Take the selected card off.
    Remove,
}

/// Where a shortcut counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everywhere, also while typing.
    Anywhere,
    /// Only while nothing is being typed into.
    OutsideText,
    /// Only while the gallery has the focus.
    Gallery,
}

/// Keys that shortcuts use, without naming the window library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// Enter.
    Enter,
    /// Escape.
    Escape,
    /// Delete.
    Delete,
    /// A printed character, upper case for letters.
    Char(char),
}

/// A key with its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shortcut {
    /// Ctrl, or Command on a Mac.
    pub command: bool,
    /// The key.
    pub key: Key,
    /// Where it counts.
    pub scope: Scope,
}

impl Shortcut {
    const fn new(command: bool, key: Key, scope: Scope) -> Self {
        Self { command, key, scope }
    }

    /// `Ctrl ⏎`, `/`, `R`: as hints write it.
    pub fn text(self) -> String {
        let key = match self.key {
            Key::Enter => "⏎".to_owned(),
            Key::Escape => "Esc".to_owned(),
            Key::Delete => "Delete".to_owned(),
            Key::Char('-') => "−".to_owned(),
            Key::Char(c) => c.to_string(),
        };
        let command = if cfg!(target_os = "macos") { "⌘" } else { "Ctrl" };
        if self.command { format!("{command} {key}") } else { key }
    }
}

impl UiCommand {
    /// What it is called.
    pub fn text(self) -> &'static str {
        match self {
            Self::Generate => "Generate",
            Self::Search => "Search prompts",
            Self::Settings => "Settings",
            Self::Undo => "Undo",
            Self::Close => "Close what lies on top",
            Self::Larger => "Larger interface",
            Self::Smaller => "Smaller interface",
            Self::NormalSize => "Interface at 100 %",
            Self::Quit => "Quit",
            Self::OpenSelected => "Open the selected clip",
            Self::UseSettings => "Use its settings",
            Self::CopyPrompt => "Copy its prompt",
            Self::Remove => "Remove its card",
        }
    }

    /// Its key.
    pub fn shortcut(self) -> Shortcut {
        use Scope::{Anywhere, Gallery, OutsideText};
        match self {
            Self::Generate => Shortcut::new(true, Key::Enter, Anywhere),
            Self::Search => Shortcut::new(false, Key::Char('/'), OutsideText),
            Self::Settings => Shortcut::new(true, Key::Char(','), Anywhere),
            Self::Undo => Shortcut::new(true, Key::Char('Z'), OutsideText),
            Self::Close => Shortcut::new(false, Key::Escape, Anywhere),
            Self::Larger => Shortcut::new(true, Key::Char('+'), Anywhere),
            Self::Smaller => Shortcut::new(true, Key::Char('-'), Anywhere),
            Self::NormalSize => Shortcut::new(true, Key::Char('0'), Anywhere),
            Self::Quit => Shortcut::new(true, Key::Char('Q'), Anywhere),
            Self::OpenSelected => Shortcut::new(false, Key::Enter, Gallery),
            Self::UseSettings => Shortcut::new(false, Key::Char('A'), Gallery),
            Self::CopyPrompt => Shortcut::new(true, Key::Char('C'), Gallery),
            Self::Remove => Shortcut::new(false, Key::Delete, Gallery),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use strum::IntoEnumIterator as _;

    use super::*;

    #[test]
    fn no_two_commands_share_a_key() {
        let mut keys = HashSet::new();
        for command in UiCommand::iter() {
            let Shortcut { command: with_command, key, .. } = command.shortcut();
            assert!(keys.insert((with_command, key)), "{command:?}");
        }
    }

    #[test]
    fn single_letters_never_fire_while_typing() {
        for command in UiCommand::iter() {
            let shortcut = command.shortcut();
            if let (false, Key::Char(_)) = (shortcut.command, shortcut.key) {
                assert_ne!(shortcut.scope, Scope::Anywhere, "{command:?}");
            }
        }
    }
}
