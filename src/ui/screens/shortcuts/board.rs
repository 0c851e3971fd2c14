//! What shortcuts do on the storyboard.

use super::super::Frame;
use crate::app::Action;
use crate::app::action::command::UiCommand;
use crate::app::action::storyboard::Board;
use crate::app::action::viewing::Viewing;
use crate::app::state::storyboard::BoardView;
use crate::app::state::viewer::Viewer;
use crate::domain::storyboard::ShotKey;

fn view<'a>(frame: &Frame<'a>) -> Option<&'a BoardView> {
    match &frame.state.viewer {
        Some(Viewer::Storyboard(view)) => Some(view),
        _ => None,
    }
}

/// On the storyboard Esc first ends a drag, then playing. Returns whether one of them did end.
pub(super) fn handles_escape(frame: &mut Frame<'_>) -> bool {
    let Some(view) = view(frame) else { return false };
    if frame.ui_state.board.drag.take().is_some() {
        return true;
    }
    if view.run.is_some() {
        frame.act(Action::Board(Board::Stop));
        return true;
    }
    false
}

/// Runs a command that is about the storyboard. Returns whether it is one at this moment.
pub(super) fn run(frame: &mut Frame<'_>, command: UiCommand) -> bool {
    let view = view(frame);
    if command == UiCommand::Storyboard {
        let action = if view.is_some() { Action::View(Viewing::Close) } else { Action::Board(Board::Open) };
        frame.act(action);
        return true;
    }
    let Some(view) = view else { return false };
    let board = match command {
        UiCommand::PlayStoryboard => Board::Play,
        UiCommand::PlanShot => {
            frame.ui_state.board.focus_prompt = view.run.is_none();
            Board::Plan
        }
        UiCommand::ShotBack => Board::Shift(false),
        UiCommand::ShotOn => Board::Shift(true),
        UiCommand::ShotFirst => Board::ToEnd(false),
        UiCommand::ShotLast => Board::ToEnd(true),
        UiCommand::SelectAllShots => Board::ChooseAll,
        UiCommand::Remove => Board::Remove,
        UiCommand::OpenSelected if matches!(view.focus, Some(ShotKey::Planned(_))) => {
            frame.ui_state.board.focus_prompt = true;
            return true;
        }
        _ => return false,
    };
    // While it is played, moving shots would change what comes next under the eyes.
    if view.run.is_none() || matches!(board, Board::Play) {
        frame.act(Action::Board(board));
    }
    true
}
