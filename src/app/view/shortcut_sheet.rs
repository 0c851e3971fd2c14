//! How the sheet of shortcuts is ordered: which commands stand under which heading, and the headings in which column.

use strum::IntoEnumIterator as _;

use crate::app::action::command::{Scope, UiCommand};
use crate::app::action::keymap::KeyMap;

/// The headings of the sheet, in reading order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::EnumIter)]
pub enum Heading {
    /// The form and its orders.
    Make,
    /// What a card gives to the form.
    TakeOver,
    /// The gallery, quick look and compare.
    Look,
    /// Stars, rejects and the trash.
    Choose,
    /// The storyboard.
    Storyboard,
    /// The window around it all.
    Window,
    /// Orders that wait.
    Queue,
}

impl Heading {
    /// Its words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Make => "Make",
            Self::TakeOver => "Take over",
            Self::Look => "Look",
            Self::Choose => "Choose",
            Self::Storyboard => "Storyboard",
            Self::Window => "Window",
            Self::Queue => "Queue",
        }
    }

    /// Where the keys below it count, as far as that is one place.
    pub fn place(self) -> &'static str {
        match self {
            Self::TakeOver | Self::Choose => Scope::Clips.text(),
            Self::Storyboard => Scope::Board.text(),
            Self::Make | Self::Look | Self::Window | Self::Queue => "",
        }
    }

    fn of(command: UiCommand) -> Self {
        use UiCommand::{
            AddToStoryboard, Close, Compare, Continue, CopyFile, CopyPrompt, Generate, GenerateNext, MakeAgain,
            PauseQueue, QueueEarlier, QueueLater, QueueList, QueueOnly, Redo, Search, Storyboard, Undo, UseFrame,
            UsePrompt, UseRest, UseSeed, UseSettings,
        };
        match command {
            Generate | GenerateNext | QueueOnly | QueueList | MakeAgain | Continue | Undo | Redo => Self::Make,
            UseSettings | UsePrompt | UseSeed | UseRest | UseFrame | CopyPrompt | CopyFile => Self::TakeOver,
            Search | Compare | Close => Self::Look,
            Storyboard | AddToStoryboard => Self::Storyboard,
            PauseQueue | QueueEarlier | QueueLater | UiCommand::RunNext | UiCommand::PauseOrder => Self::Queue,
            command if command.stars().is_some() => Self::Choose,
            UiCommand::Reject | UiCommand::Remove | UiCommand::SelectAll => Self::Choose,
            command => match command.shortcut().scope {
                Scope::Gallery | Scope::Clips | Scope::Viewer => Self::Look,
                Scope::Board => Self::Storyboard,
                Scope::Anywhere | Scope::OutsideText => Self::Window,
            },
        }
    }
}

/// The commands that `search` finds, each under its heading.
pub fn sheet(keys: &KeyMap, search: &str) -> Vec<(Heading, Vec<UiCommand>)> {
    let found = keys.found_by(search);
    let of = |heading| found.iter().copied().filter(|command| Heading::of(*command) == heading).collect::<Vec<_>>();
    Heading::iter().map(|heading| (heading, of(heading))).filter(|(_, commands)| !commands.is_empty()).collect()
}

/// The same in at most `count` columns of about the same height: how many headings come into each. Their order stays.
pub fn columns(sheet: &[(Heading, Vec<UiCommand>)], count: usize) -> Vec<usize> {
    // A heading takes as much room as two rows.
    let height = |part: &[(Heading, Vec<UiCommand>)]| part.iter().map(|(_, rows)| rows.len() + 2).sum::<usize>();
    let count = count.clamp(1, sheet.len().max(1));
    let fits = |most: usize| {
        let mut columns = Vec::new();
        let mut rest = sheet;
        while !rest.is_empty() && columns.len() < count {
            let taken = (1..=rest.len()).rev().find(|taken| height(&rest[..*taken]) <= most).unwrap_or(1);
            columns.push(taken);
            rest = &rest[taken..];
        }
        rest.is_empty().then_some(columns)
    };
    let tallest = sheet.iter().map(|part| height(std::slice::from_ref(part))).max().unwrap_or(0);
    (tallest..=height(sheet)).find_map(fits).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_on_the_sheet_once() {
        let all: Vec<UiCommand> =
            sheet(&KeyMap::default(), "").into_iter().flat_map(|(_, commands)| commands).collect();
        assert_eq!(all.len(), UiCommand::iter().count());
        assert!(UiCommand::iter().all(|command| all.contains(&command)));
    }

    #[test]
    fn a_search_leaves_headings_out() {
        let found = sheet(&KeyMap::default(), "quick look");
        assert_eq!(found.iter().map(|(heading, _)| *heading).collect::<Vec<_>>(), [Heading::Look]);
        assert_eq!(sheet(&KeyMap::default(), "no such thing"), []);
    }

    #[test]
    fn columns_hold_everything_and_are_about_equal() {
        let all = sheet(&KeyMap::default(), "");
        let rows =
            |from: usize, taken: usize| all[from..from + taken].iter().map(|(_, rows)| rows.len() + 2).sum::<usize>();
        for count in 1..=4 {
            let columns = columns(&all, count);
            assert_eq!(columns.iter().sum::<usize>(), all.len(), "{count}");
            assert!(columns.len() <= count, "{columns:?}");
            let mut from = 0;
            for taken in &columns {
                assert!(rows(from, *taken) <= rows(0, all.len()) / columns.len() + 20, "{count}: {columns:?}");
                from += taken;
            }
        }
        assert_eq!(columns(&[], 3), Vec::<usize>::new());
    }
}
