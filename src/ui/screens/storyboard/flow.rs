//! The shots in rows: choosing, moving by drag and keys, and pictures that are dropped between them.

use std::path::PathBuf;

use egui::{EventFilter, Key, Modifiers, Pos2, Rect, Sense, Ui, Vec2};

use super::layout::{Shots, arrange};
use super::{PAD, shot};
use crate::app::Action;
use crate::app::action::storyboard::{Board, BoardSource, Choosing};
use crate::app::state::storyboard::BoardView;
use crate::app::view::storyboard::{shape, shot_view};
use crate::domain::browsing::CardSize;
use crate::domain::numbers::counted;
use crate::domain::storyboard::{ShotKey, Storyboard};
use crate::ui::paint;
use crate::ui::screens::Frame;
use crate::ui::tokens;
use crate::ui::widgets::PictureChip;

/// Room above the first row, in points.
const TOP: f32 = 16.0;
/// So near to an edge, in points, a drag scrolls the board.
const EDGE: f32 = 40.0;

pub(super) fn flow_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &BoardView, board: &Storyboard, place: Rect) {
    let state = frame.state;
    let heights = &tokens::tokens(ui).size.card.row_height16x9;
    let height = match state.browsing.card_size {
        CardSize::Small => heights.small,
        CardSize::Medium => heights.medium,
        CardSize::Large => heights.large,
    };
    let shapes = board.shots().iter().map(|shot| shape(state, board, shot));
    let shots = arrange(shapes, height, place.width() - 2.0 * PAD);
    let mut has_focus = None;
    egui::ScrollArea::vertical().id_salt("storyboard scroll").auto_shrink([false, false]).show_viewport(
        ui,
        |ui, seen| {
            let size = Vec2::new(ui.available_width(), shots.total_height() + TOP + PAD);
            let (content, _) = ui.allocate_exact_size(size, Sense::hover());
            let origin = content.min.to_vec2() + Vec2::new(PAD, TOP);
            scroll_to_choice(frame, ui, view, board, &shots, origin);
            // Half a page more at both ends, so that Tab and the arrow keys find the next shot.
            let more = seen.height() * 0.5;
            // While the focus is on its way to another shot, the one that still has it is not chosen for that.
            let is_settled = frame.ui_state.board.wants_focus.is_none();
            for index in shots.visible(seen.top() - TOP - more, seen.bottom() - TOP + more) {
                let (Some(said), Some(picture)) = (shot_view(state, board, index), shots.pictures.get(index)) else {
                    continue;
                };
                let shot = &board.shots()[index];
                let place = picture.translate(origin);
                let response = shot::shot_ui(frame, ui, board, shot, &said, place, view.chosen.contains(&shot.key()));
                if response.has_focus() {
                    has_focus = Some((index, response.id));
                }
                follow_shot(frame, ui, view, shot.key(), &response, is_settled);
            }
            drag_ui(frame, ui, view, &shots, origin, place);
            let pointer = ui.input(|input| input.pointer.latest_pos());
            let at = pointer.filter(|at| place.contains(*at)).map(|at| shots.drop_place(at - origin));
            if ui.input(|input| !input.raw.hovered_files.is_empty())
                && let (Some(at), Some(pointer)) = (at, pointer)
            {
                mark_ui(ui, &shots, at, pointer - origin, origin);
            }
            take_dropped(frame, ui, at);
        },
    );
    if let Some((index, id)) = has_focus {
        let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
        frame.ui_state.viewer.has_stage = true;
        move_by_keys(frame, ui, board, &shots, index);
    } else if ui.memory(|memory| memory.focused().is_none()) && !egui::Popup::is_any_open(ui.ctx()) {
        // The keyboard belongs to the board whenever no control has it.
        frame.ui_state.board.wants_focus = view.focus;
    }
}

/// Plans a shot for each dropped picture, before the one at place `at`.
pub(super) fn take_dropped(frame: &mut Frame<'_>, ui: &Ui, at: Option<usize>) {
    let files: Vec<PathBuf> =
        ui.input(|input| input.raw.dropped_files.iter().map(|file| file.path().to_path_buf()).collect());
    if !files.is_empty() && frame.state.dialog.is_none() {
        let sources = files.into_iter().map(BoardSource::File).collect();
        frame.act(Action::Board(Board::PlanWith(sources, at)));
    }
}

/// Scrolls to the shot that keys are about whenever that is another one.
fn scroll_to_choice(frame: &mut Frame<'_>, ui: &Ui, view: &BoardView, board: &Storyboard, shots: &Shots, origin: Vec2) {
    if frame.ui_state.board.seen == view.focus {
        return;
    }
    frame.ui_state.board.seen = view.focus;
    let place = view.focus.and_then(|key| board.position(key)).and_then(|place| shots.pictures.get(place));
    if let Some(place) = place {
        ui.scroll_to_rect(place.translate(origin).expand(48.0), None);
        if !ui.ctx().text_edit_focused() {
            frame.ui_state.board.wants_focus = view.focus;
        }
    }
}

fn follow_shot(
    frame: &mut Frame<'_>,
    ui: &Ui,
    view: &BoardView,
    key: ShotKey,
    response: &egui::Response,
    is_settled: bool,
) {
    if frame.ui_state.board.wants_focus == Some(key) {
        frame.ui_state.board.wants_focus = None;
        response.request_focus();
    }
    if response.clicked() {
        response.request_focus();
        let modifiers = ui.input(|input| input.modifiers);
        let how = match (modifiers.shift, modifiers.command) {
            (true, _) => Choosing::UpTo,
            (false, true) => Choosing::Also,
            (false, false) => Choosing::Only,
        };
        frame.act(Action::Board(Board::Choose(key, how)));
    } else if response.gained_focus() && is_settled && !view.chosen.contains(&key) {
        frame.act(Action::Board(Board::Choose(key, Choosing::Only)));
    }
    if response.secondary_clicked() && !view.chosen.contains(&key) {
        frame.act(Action::Board(Board::Choose(key, Choosing::Only)));
    }
    if response.drag_started() {
        if !view.chosen.contains(&key) {
            frame.act(Action::Board(Board::Choose(key, Choosing::Only)));
        }
        response.request_focus();
        frame.ui_state.board.drag = Some(None);
    }
}

/// Follows a drag: the mark at the place where the shots would land, and the move when they are let go.
fn drag_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &BoardView, shots: &Shots, origin: Vec2, place: Rect) {
    if frame.ui_state.board.drag.is_none() {
        return;
    }
    let (pointer, is_down) = ui.input(|input| (input.pointer.latest_pos(), input.pointer.primary_down()));
    let inside = pointer.filter(|at| place.contains(*at));
    let at = inside.map(|at| shots.drop_place(at - origin));
    if !is_down {
        frame.ui_state.board.drag = None;
        if let Some(at) = at {
            frame.act(Action::Board(Board::MoveTo(at)));
        }
        return;
    }
    frame.ui_state.board.drag = Some(at);
    let Some(pointer) = pointer else { return };
    if let Some(at) = at {
        mark_ui(ui, shots, at, pointer - origin, origin);
    }
    let words = counted(view.chosen.len().max(1), "shot", "shots");
    let corner = pointer + Vec2::new(12.0, 12.0);
    PictureChip::new(&words).paint(ui.painter(), corner, egui::Align2::LEFT_TOP, 200.0);
    let speed = match pointer.y {
        y if y < place.top() + EDGE => 8.0,
        y if y > place.bottom() - EDGE => -8.0,
        _ => 0.0,
    };
    if speed != 0.0 {
        ui.scroll_with_delta(Vec2::new(0.0, speed));
        ui.ctx().request_repaint();
    }
}

fn mark_ui(ui: &Ui, shots: &Shots, at: usize, pointer: Pos2, origin: Vec2) {
    if let Some(mark) = shots.mark(at, pointer) {
        let color = tokens::tokens(ui).color.lit_fill;
        ui.painter().rect_filled(mark.translate(origin), paint::radius(1.0), color);
    }
}

/// Moves the choice by the arrow keys, Home and End; with Shift it extends the choice.
fn move_by_keys(frame: &mut Frame<'_>, ui: &Ui, board: &Storyboard, shots: &Shots, at: usize) {
    let last = board.shots().len().saturating_sub(1);
    let next_of = |key: Key| match key {
        Key::ArrowRight => Some(at + 1).filter(|next| *next <= last),
        Key::ArrowLeft => at.checked_sub(1),
        Key::ArrowDown => shots.beside_row(at, true),
        Key::ArrowUp => shots.beside_row(at, false),
        Key::Home => Some(0),
        _ => Some(last),
    };
    let keys = [Key::ArrowRight, Key::ArrowLeft, Key::ArrowDown, Key::ArrowUp, Key::Home, Key::End];
    let pressed = |modifiers| keys.into_iter().find(|key| ui.input_mut(|input| input.consume_key(modifiers, *key)));
    let (key, how) = match pressed(Modifiers::SHIFT) {
        Some(key) => (key, Choosing::UpTo),
        None => match pressed(Modifiers::NONE) {
            Some(key) => (key, Choosing::Only),
            None => return,
        },
    };
    if let Some(next) = next_of(key).and_then(|next| board.shots().get(next)).map(|shot| shot.key()) {
        frame.ui_state.board.wants_focus = Some(next);
        frame.act(Action::Board(Board::Choose(next, how)));
        ui.ctx().request_repaint();
    }
}
