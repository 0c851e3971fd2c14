//! The storyboard: shots in the order of the film, in place of the three panes.

use egui::{Rect, Ui, UiBuilder, Vec2, pos2};

use super::Frame;
use super::quick_look::{child, upright};
use crate::app::Action;
use crate::app::action::PastedPicture;
use crate::app::action::command::UiCommand;
use crate::app::action::hand_off::HandOffAct;
use crate::app::action::storyboard::{Board, BoardSource};
use crate::app::action::viewing::Viewing;
use crate::app::state::storyboard::BoardView;
use crate::app::view::hand_off::can_hand_board;
use crate::app::view::storyboard::totals;
use crate::ui::icons::Icon;
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, ButtonKind, IconButton, MenuItem, menu_button, menu_row};

mod flow;
mod foot;
mod layout;
mod shot;
mod stage;

/// Padding at the left and the right of the page, in points.
const PAD: f32 = 16.0;
/// Height of the line of sums, in points.
const SUMS: f32 = 36.0;

pub(super) fn storyboard_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &BoardView, place: Rect) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let state = frame.state;
    let board = state.board();
    ui.painter().rect_filled(place, 0.0, c.bg_gallery);
    let toolbar = Rect::from_min_size(place.min, Vec2::new(place.width(), tokens.size.toolbar));
    let sums = Rect::from_min_max(pos2(place.left(), place.bottom() - SUMS), place.max);
    toolbar_ui(frame, &mut child(ui, "storyboard toolbar", toolbar), view);
    paint::divider(ui.painter(), toolbar.x_range(), toolbar.bottom() - 1.0, c.stroke_soft);

    let mut middle = Rect::from_min_max(toolbar.left_bottom(), sums.right_top());
    if let Some(run) = view.run {
        stage::stage_ui(frame, ui, middle, board, run);
    } else {
        take_pasted(frame, ui);
        if !view.chosen.is_empty() {
            let foot = Rect::from_min_max(pos2(middle.left(), middle.bottom() - foot::height(view, board)), middle.max);
            middle.max.y = foot.top();
            ui.painter().rect_filled(foot, 0.0, c.bg_pane);
            paint::divider(ui.painter(), foot.x_range(), foot.top(), c.stroke_soft);
            let inner = foot.shrink2(Vec2::new(PAD, 12.0));
            let mut part = ui.new_child(UiBuilder::new().id_salt("storyboard foot").max_rect(inner));
            part.set_clip_rect(foot.intersect(ui.clip_rect()));
            foot::foot_ui(frame, &mut part, view, board);
        }
        let mut part = ui.new_child(UiBuilder::new().id_salt("storyboard shots").max_rect(middle));
        part.set_clip_rect(middle.intersect(ui.clip_rect()));
        part.spacing_mut().item_spacing = Vec2::ZERO;
        if board.shots().is_empty() {
            empty_ui(frame, &mut part, middle);
        } else {
            flow::flow_ui(frame, &mut part, view, board, middle);
        }
    }

    ui.painter().rect_filled(sums, 0.0, c.bg_pane);
    paint::divider(ui.painter(), sums.x_range(), sums.top(), c.stroke_soft);
    let inner = sums.shrink2(Vec2::new(PAD, 0.0));
    foot::sums_ui(&mut child(ui, "storyboard sums", inner), &totals(state, board));
}

fn toolbar_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &BoardView) {
    let c = &tokens::tokens(ui).color;
    let state = frame.state;
    let width = ui.max_rect().width();
    ui.add_space(PAD);
    if Button::new("Gallery").icon(Icon::ArrowLeft).kind(ButtonKind::Quiet).show(ui).clicked() {
        frame.act(Action::View(Viewing::Close));
    }
    upright(ui);
    text_style::label_line(ui, Text::Strong, c.text_hi, "Storyboard");
    let is_playing = view.run.is_some_and(|run| !run.is_halted);
    let text = if is_playing { "Halt" } else { "Play through" };
    let icon = if is_playing { Icon::Pause } else { Icon::Play };
    let space = frame.state.keys.text(UiCommand::PlayStoryboard);
    let play = Button::new(text).icon(icon).trailing(&space).enabled(!state.board().shots().is_empty());
    let key = frame.state.keys.text(UiCommand::PlanShot);
    let plan = Button::new("Plan a shot").icon(Icon::Plus).trailing(&key).enabled(view.run.is_none());
    // Where there is no room for the button, it is a row of the menu.
    let hand =
        Button::new("Hand to editor…").icon(Icon::FolderOutput).enabled(view.run.is_none() && can_hand_board(state));
    let has_hand = width > 1000.0;
    let of_hand = if has_hand { hand.natural_width(ui) + 8.0 } else { 0.0 };
    let right = play.natural_width(ui) + 8.0 + plan.natural_width(ui) + 8.0 + of_hand + 28.0 + 4.0 + 28.0 + PAD - 6.0;
    let room = (ui.available_width() - right).max(0.0);
    let of = state.board_key().map_or_else(|| "of all projects".to_owned(), |project| format!("of “{project}”"));
    if width > 760.0 && room > 80.0 {
        let (place, response) = ui.allocate_exact_size(Vec2::new(room, 20.0), egui::Sense::hover());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &of));
        let at = place.left_center() + Vec2::new(8.0, 0.0);
        let anchor = egui::Align2::LEFT_CENTER;
        text_style::paint_ellipsis(ui.painter(), at, anchor, Text::Small, c.text_low, &of, room - 16.0);
    } else {
        ui.add_space(room);
    }
    if play.show(ui).clicked() {
        frame.act(Action::Board(Board::Play));
    }
    ui.add_space(8.0);
    if plan.show(ui).clicked() {
        frame.ui_state.board.focus_prompt = true;
        frame.act(Action::Board(Board::Plan));
    }
    ui.add_space(8.0);
    if has_hand {
        if hand.show(ui).clicked() {
            frame.act(Action::HandOff(HandOffAct::Board));
        }
        ui.add_space(8.0);
    }
    let more = IconButton::new(Icon::Ellipsis, "More for the storyboard").show(ui);
    menu_button(&more, "More for the storyboard", |ui| {
        let has_clips =
            state.board().shots().iter().any(|shot| crate::app::view::storyboard::is_playable(state, shot.key()));
        let item = MenuItem::new("Copy file list").icon(Icon::ListOrdered);
        let item = if has_clips { item } else { item.disabled("no clip is ready") };
        if menu_row(ui, item).clicked() {
            frame.act(Action::Board(Board::CopyFileList));
        }
        if !has_hand {
            let item = MenuItem::new("Hand to editor…").icon(Icon::FolderOutput);
            let item = if can_hand_board(state) { item } else { item.disabled("no clip is ready") };
            if menu_row(ui, item).clicked() {
                frame.act(Action::HandOff(HandOffAct::Board));
            }
        }
        let key = frame.state.keys.text(UiCommand::SelectAllShots);
        if menu_row(ui, MenuItem::new("Choose all shots").indented().key(&key)).clicked() {
            frame.act(Action::Board(Board::ChooseAll));
        }
    });
    ui.add_space(4.0);
    if IconButton::new(Icon::X, "Back to the gallery").key("Esc").show(ui).clicked() {
        frame.act(Action::View(Viewing::Close));
    }
}

/// Draws the page of a board without shots: how shots get here.
fn empty_ui(frame: &mut Frame<'_>, ui: &mut Ui, place: Rect) {
    let c = &tokens::tokens(ui).color;
    flow::take_dropped(frame, ui, None);
    let inner = Rect::from_center_size(place.center(), Vec2::new((place.width() - 2.0 * PAD).min(420.0), 120.0));
    let mut part = ui.new_child(
        UiBuilder::new().id_salt("no shots").max_rect(inner).layout(egui::Layout::top_down(egui::Align::Center)),
    );
    part.spacing_mut().item_spacing = Vec2::new(0.0, 8.0);
    text_style::label(&mut part, Text::Strong, c.text_hi, "No shots yet");
    let key = frame.state.keys.text(UiCommand::AddToStoryboard);
    let text = format!(
        "Choose clips in the gallery and press {key}, or drop or paste pictures here: each is a shot to be made."
    );
    text_style::label(&mut part, Text::Small, c.text_mid, text);
    if Button::new("Plan a shot").icon(Icon::Plus).accessible_name("Plan the first shot").show(&mut part).clicked() {
        frame.ui_state.board.focus_prompt = true;
        frame.act(Action::Board(Board::Plan));
    }
}

/// Plans a shot with a picture that was pasted.
fn take_pasted(frame: &mut Frame<'_>, ui: &Ui) {
    let image = ui.input(|input| {
        input.events.iter().rev().find_map(|event| match event {
            egui::Event::PasteImage(image) => Some(image.clone()),
            _ => None,
        })
    });
    let Some(image) = image.filter(|_| frame.state.dialog.is_none()) else { return };
    if let [Ok(width), Ok(height)] = image.size.map(u32::try_from) {
        let rgba = image.pixels.iter().flat_map(|pixel| pixel.to_srgba_unmultiplied()).collect();
        let pasted = BoardSource::Pasted(PastedPicture { width, height, rgba });
        frame.act(Action::Board(Board::PlanWith(vec![pasted], None)));
    }
}
