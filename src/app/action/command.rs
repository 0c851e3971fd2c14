//! What can be done by keys, in one table that menus, tooltips and the shortcut sheet read.

/// Something the user can ask for by a key.
///
/// Its name in `settings.toml` is that of the variant, as in `quick_look`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, strum::EnumIter, strum::EnumString, strum::IntoStaticStr,
)]
#[strum(serialize_all = "snake_case")]
pub enum UiCommand {
    /// Generate what the form says.
    Generate,
    /// Order many shots at once, from a list.
    QueueList,
    /// Generate what the form says before everything that waits.
    GenerateNext,
    /// Put what the form says into the queue, held until it is released.
    QueueOnly,
    /// Open the palette of all commands.
    Commands,
    /// Hold all orders that wait, or let them go on.
    PauseQueue,
    /// Put the cursor into the search.
    Search,
    /// Open the settings dialog.
    Settings,
    /// Open the sheet of all shortcuts.
    Shortcuts,
    /// Take the last act back.
    Undo,
    /// Do again what was taken back.
    Redo,
    /// Open the history of prompts.
    PromptHistory,
    /// Close what lies on top.
    Close,
    /// Draw the interface one step larger.
    Larger,
    /// Draw the interface one step smaller.
    Smaller,
    /// Draw the interface at 100 %.
    NormalSize,
    /// Fold the form into a bar, or unfold it.
    FoldForm,
    /// Leave the gallery alone between the bars, or bring the panes back.
    FoldPanes,
    /// Fold the details away, or unfold them.
    FoldDetails,
    /// Close the window.
    Quit,
    /// Do the first thing that the selected card offers; a clip opens in the system player.
    OpenSelected,
    /// See the selected clip large.
    QuickLook,
    /// Compare the chosen clips; swap them when they are compared in one place.
    Compare,
    /// Choose every card that is shown.
    SelectAll,
    /// Give the chosen clips one star.
    Rate1,
    /// Give the chosen clips two stars.
    Rate2,
    /// Give the chosen clips three stars.
    Rate3,
    /// Give the chosen clips four stars.
    Rate4,
    /// Give the chosen clips five stars.
    Rate5,
    /// Take the stars off the chosen clips.
    Unrate,
    /// Put the chosen clips aside, or take that back.
    Reject,
    /// Take everything of the selected card into the form.
    UseSettings,
    /// Take the prompt of the selected clip into the form.
    UsePrompt,
    /// Take the seed of the selected clip into the form.
    UseSeed,
    /// Take its settings without prompt and seed.
    UseRest,
    /// Make a new clip that goes on from the frame at the playhead, or from the last one.
    Continue,
    /// Take the frame at the playhead, or the first one, as start picture.
    UseFrame,
    /// Fill the form to make the clip again.
    MakeAgain,
    /// Copy the selected card's prompt.
    CopyPrompt,
    /// Fill the form to make the clip at the other gateway.
    SendToOther,
    /// Copy the chosen clips as files, for other programs.
    CopyFile,
    /// Let the selected order that waits run one place earlier.
    QueueEarlier,
    /// Let the selected order that waits run one place later.
    QueueLater,
    /// Delete the chosen clips, or take cards without a clip off.
    Remove,
    /// Start the playhead, or halt it.
    Play,
    /// Move the playhead one frame back.
    FrameBack,
    /// Move the playhead one frame on.
    FrameOn,
    /// Move the playhead to the first frame.
    FirstFrame,
    /// Move the playhead to the last frame.
    LastFrame,
    /// Show the clip before in quick look.
    PreviousClip,
    /// Show the next clip in quick look.
    NextClip,
    /// The next way of comparing.
    NextMode,
    /// Quick look takes the whole screen, or gives it back.
    FullScreen,
    /// Hear nothing of clips, or hear them again.
    Mute,
    /// Show the storyboard, or close it.
    Storyboard,
    /// Add the chosen clips to the storyboard.
    AddToStoryboard,
    /// Play the storyboard through, halt, or go on.
    PlayStoryboard,
    /// Add a planned shot to the storyboard.
    PlanShot,
    /// Move the chosen shots one place back.
    ShotBack,
    /// Move the chosen shots one place on.
    ShotOn,
    /// Move the chosen shots to the beginning.
    ShotFirst,
    /// Move the chosen shots to the end.
    ShotLast,
    /// Choose every shot of the storyboard.
    SelectAllShots,
    /// Let the waiting order run before all others of its gateway.
    RunNext,
    /// Pause the chosen waiting orders, or let them go on.
    PauseOrder,
    /// Show what was spent, or go back to the gallery.
    Ledger,
}

/// In which part of the window a shortcut counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, strum::EnumIter)]
pub enum Scope {
    /// Everywhere, also while typing.
    Anywhere,
    /// Only while nothing is being typed into.
    OutsideText,
    /// Only while the gallery has the focus.
    Gallery,
    /// Only while the gallery has the focus, or clips are looked at in quick look, compare or on the storyboard; nothing is
    /// typed into.
    Clips,
    /// Only in quick look and compare, while nothing is typed into.
    Viewer,
    /// Only on the storyboard, while nothing is typed into.
    Board,
}

impl Scope {
    /// What the shortcut sheet calls it.
    pub fn text(self) -> &'static str {
        match self {
            Self::Anywhere => "Everywhere",
            Self::OutsideText => "Outside of text",
            Self::Gallery => "In the gallery",
            Self::Clips => "In the gallery, quick look, compare and on the storyboard",
            Self::Viewer => "In quick look and compare",
            Self::Board => "On the storyboard",
        }
    }

    /// Whether one key press could mean a shortcut of both.
    pub fn overlaps(self, other: Self) -> bool {
        let places = [Self::Gallery, Self::Viewer, Self::Board];
        self == other || !(places.contains(&self) && places.contains(&other))
    }
}

/// Keys that shortcuts use, without naming the window library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// The Enter key.
    Enter,
    /// The Escape key.
    Escape,
    /// The Delete key.
    Delete,
    /// The space bar.
    Space,
    /// The Home key.
    Home,
    /// The End key.
    End,
    /// The arrow key to the left.
    Left,
    /// The arrow key to the right.
    Right,
    /// The arrow key upwards.
    Up,
    /// The arrow key downwards.
    Down,
    /// The key that goes up by a page.
    PageUp,
    /// The key that goes down by a page.
    PageDown,
    /// A function key, from 1 to 12.
    F(u8),
    /// A printed character, upper case for letters.
    Char(char),
}

/// A key with its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shortcut {
    /// Ctrl, or Command on a Mac.
    pub command: bool,
    /// Shift, which is told of letters only: signs may need it anyway.
    pub shift: bool,
    /// Alt.
    pub alt: bool,
    /// The key that is pressed, besides modifiers.
    pub key: Key,
    /// In which part of the window it counts.
    pub scope: Scope,
}

impl Shortcut {
    const fn new(command: bool, key: Key, scope: Scope) -> Self {
        Self { command, shift: false, alt: false, key, scope }
    }

    /// `Ctrl ⏎`, `/`, `R`: as hints write it.
    pub fn text(self) -> String {
        let key = match self.key {
            Key::Enter => "⏎".to_owned(),
            Key::Escape => "Esc".to_owned(),
            Key::Delete => "Delete".to_owned(),
            Key::Space => "Space".to_owned(),
            Key::Home => "Home".to_owned(),
            Key::End => "End".to_owned(),
            Key::Left => "←".to_owned(),
            Key::Right => "→".to_owned(),
            Key::Up => "↑".to_owned(),
            Key::Down => "↓".to_owned(),
            Key::PageUp => "PageUp".to_owned(),
            Key::PageDown => "PageDown".to_owned(),
            Key::F(number) => format!("F{number}"),
            Key::Char('-') => "−".to_owned(),
            Key::Char(c) => c.to_string(),
        };
        let command = if cfg!(target_os = "macos") { "⌘ " } else { "Ctrl " };
        let command = if self.command { command } else { "" };
        let alt = if cfg!(target_os = "macos") { "⌥ " } else { "Alt " };
        let alt = if self.alt { alt } else { "" };
        let shift = if self.shift { "Shift " } else { "" };
        format!("{command}{alt}{shift}{key}")
    }
}

impl UiCommand {
    /// What the command is called in menus and tooltips.
    pub fn text(self) -> &'static str {
        match self {
            Self::Generate => "Generate",
            Self::QueueList => "Queue from a list…",
            Self::GenerateNext => "Generate next, front of the queue",
            Self::QueueOnly => "Add to the queue, do not start",
            Self::Commands => "Commands",
            Self::PauseQueue => "Pause the queue, or resume it",
            Self::Search => "Search prompts",
            Self::Settings => "Settings",
            Self::Shortcuts => "All shortcuts",
            Self::Undo => "Undo",
            Self::Redo => "Redo",
            Self::PromptHistory => "Prompt history",
            Self::Close => "Close what lies on top",
            Self::Larger => "Larger interface",
            Self::Smaller => "Smaller interface",
            Self::NormalSize => "Interface at 100 %",
            Self::FoldForm => "Fold the form, or unfold it",
            Self::FoldPanes => "Gallery alone, or all panes",
            Self::FoldDetails => "Fold the details, or unfold them",
            Self::Quit => "Quit",
            Self::OpenSelected => "Open in the system player",
            Self::QuickLook => "Quick look",
            Self::Compare => "Compare; swap the compared clips",
            Self::SelectAll => "Choose all cards",
            Self::Rate1 => "One star",
            Self::Rate2 => "Two stars",
            Self::Rate3 => "Three stars",
            Self::Rate4 => "Four stars",
            Self::Rate5 => "Five stars",
            Self::Unrate => "No stars",
            Self::Reject => "Reject, or take that back",
            Self::UseSettings => "Use everything in the form",
            Self::UsePrompt => "Use the prompt",
            Self::UseSeed => "Use the seed",
            Self::UseRest => "Use the settings without the prompt",
            Self::Continue => "Continue from the frame, or from the last",
            Self::UseFrame => "Use the frame, or the first, as start picture",
            Self::MakeAgain => "Fill the form to make it again",
            Self::CopyPrompt => "Copy its prompt",
            Self::SendToOther => "Send to the other gateway",
            Self::CopyFile => "Copy the clip as a file",
            Self::QueueEarlier => "Earlier in the queue",
            Self::QueueLater => "Later in the queue",
            Self::Remove => "To the trash; on the storyboard, off it only",
            Self::Play => "Play or halt",
            Self::FrameBack => "One frame back",
            Self::FrameOn => "One frame on",
            Self::FirstFrame => "First frame",
            Self::LastFrame => "Last frame",
            Self::PreviousClip => "Previous clip",
            Self::NextClip => "Next clip",
            Self::NextMode => "Next way of comparing",
            Self::FullScreen => "Quick look on the whole screen",
            Self::Mute => "Mute clips, or hear them",
            Self::Storyboard => "Storyboard, or back to the gallery",
            Self::AddToStoryboard => "Add to the storyboard",
            Self::PlayStoryboard => "Play through, or halt",
            Self::PlanShot => "Plan a shot",
            Self::ShotBack => "Move the shots back",
            Self::ShotOn => "Move the shots on",
            Self::ShotFirst => "Move the shots to the beginning",
            Self::ShotLast => "Move the shots to the end",
            Self::SelectAllShots => "Choose all shots",
            Self::RunNext => "Run the waiting order next",
            Self::PauseOrder => "Pause the waiting order, or let it go on",
            Self::Ledger => "Costs: ledger and caps, or back to the gallery",
        }
    }

    /// What the command is called in `settings.toml`.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The keys that run the command until the user chooses others; see [`KeyMap`](super::keymap::KeyMap), which has those
    /// that count.
    pub fn shortcut(self) -> Shortcut {
        use Scope::{Anywhere, Board, Clips, Gallery, OutsideText, Viewer};
        let with_command = |key, scope| Shortcut::new(true, Key::Char(key), scope);
        let letter = |key, scope| Shortcut::new(false, Key::Char(key), scope);
        let with_alt_in = |key, scope| Shortcut { alt: true, ..Shortcut::new(false, key, scope) };
        let with_alt = |key| with_alt_in(key, Board);
        match self {
            Self::Generate => Shortcut::new(true, Key::Enter, Anywhere),
            Self::QueueList => Shortcut { shift: true, ..with_command('L', Anywhere) },
            Self::GenerateNext => Shortcut { shift: true, ..Shortcut::new(true, Key::Enter, Anywhere) },
            Self::QueueOnly => with_command('D', Anywhere),
            Self::Commands => with_command('K', Anywhere),
            Self::PauseQueue => with_command('P', Anywhere),
            Self::Search => letter('/', OutsideText),
            Self::Settings => with_command(',', Anywhere),
            Self::Shortcuts => letter('?', OutsideText),
            Self::Undo => with_command('Z', Anywhere),
            Self::Redo => Shortcut { shift: true, ..with_command('Z', Anywhere) },
            Self::PromptHistory => with_command('H', Anywhere),
            Self::Close => Shortcut::new(false, Key::Escape, Anywhere),
            Self::Larger => with_command('+', Anywhere),
            Self::Smaller => with_command('-', Anywhere),
            Self::NormalSize => with_command('0', Anywhere),
            Self::FoldForm => with_command('1', Anywhere),
            Self::FoldPanes => with_command('2', Anywhere),
            Self::FoldDetails => with_command('3', Anywhere),
            Self::Quit => with_command('Q', Anywhere),
            Self::OpenSelected => Shortcut::new(false, Key::Enter, Clips),
            Self::QuickLook => Shortcut::new(false, Key::Space, Gallery),
            Self::Compare => letter('C', Clips),
            Self::SelectAll => with_command('A', Gallery),
            Self::Rate1 => letter('1', Clips),
            Self::Rate2 => letter('2', Clips),
            Self::Rate3 => letter('3', Clips),
            Self::Rate4 => letter('4', Clips),
            Self::Rate5 => letter('5', Clips),
            Self::Unrate => letter('0', Clips),
            Self::Reject => letter('X', Clips),
            Self::UseSettings => letter('A', Clips),
            Self::UsePrompt => letter('P', Clips),
            Self::UseSeed => letter('S', Clips),
            Self::UseRest => letter('T', Clips),
            Self::Continue => letter('L', Clips),
            Self::UseFrame => letter('I', Clips),
            Self::MakeAgain => letter('R', Clips),
            Self::CopyPrompt => with_command('C', Clips),
            Self::SendToOther => letter('G', Clips),
            Self::CopyFile => Shortcut { shift: true, ..with_command('C', Clips) },
            Self::QueueEarlier => Shortcut { alt: true, ..Shortcut::new(false, Key::Up, Gallery) },
            Self::QueueLater => Shortcut { alt: true, ..Shortcut::new(false, Key::Down, Gallery) },
            Self::Remove => Shortcut::new(false, Key::Delete, Clips),
            Self::Play => letter('K', Viewer),
            Self::FrameBack => letter(',', Viewer),
            Self::FrameOn => letter('.', Viewer),
            Self::FirstFrame => Shortcut::new(false, Key::Home, Viewer),
            Self::LastFrame => Shortcut::new(false, Key::End, Viewer),
            Self::PreviousClip => Shortcut::new(false, Key::Left, Viewer),
            Self::NextClip => Shortcut::new(false, Key::Right, Viewer),
            Self::NextMode => letter('M', Viewer),
            Self::FullScreen => letter('F', Viewer),
            // M is the next way of comparing.
            Self::Mute => letter('V', Viewer),
            Self::Storyboard => letter('B', OutsideText),
            Self::AddToStoryboard => Shortcut { shift: true, ..letter('B', Clips) },
            Self::PlayStoryboard => Shortcut::new(false, Key::Space, Board),
            Self::PlanShot => letter('N', Board),
            Self::ShotBack => with_alt(Key::Left),
            Self::ShotOn => with_alt(Key::Right),
            Self::ShotFirst => with_alt(Key::Home),
            Self::ShotLast => with_alt(Key::End),
            Self::SelectAllShots => with_command('A', Board),
            Self::RunNext => with_alt_in(Key::Home, Gallery),
            Self::PauseOrder => letter('H', Gallery),
            Self::Ledger => with_command('L', Anywhere),
        }
    }

    /// The stars that it gives.
    pub fn stars(self) -> Option<u8> {
        match self {
            Self::Unrate => Some(0),
            Self::Rate1 => Some(1),
            Self::Rate2 => Some(2),
            Self::Rate3 => Some(3),
            Self::Rate4 => Some(4),
            Self::Rate5 => Some(5),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::*;

    #[test]
    fn no_key_means_two_things_at_one_place() {
        for a in UiCommand::iter() {
            for b in UiCommand::iter().filter(|b| *b != a) {
                let (x, y) = (a.shortcut(), b.shortcut());
                let is_same_key = (x.command, x.shift, x.alt, x.key) == (y.command, y.shift, y.alt, y.key);
                assert!(!is_same_key || !x.scope.overlaps(y.scope), "{a:?} and {b:?}");
            }
        }
    }

    #[test]
    fn single_keys_never_fire_while_typing() {
        for command in UiCommand::iter() {
            let shortcut = command.shortcut();
            if !shortcut.command && shortcut.key != Key::Escape {
                assert_ne!(shortcut.scope, Scope::Anywhere, "{command:?}");
            }
        }
    }
}
