//! The storyboard while it is played through: one large picture, and a strip of all shots below it.

use egui::{Align2, Id, Rect, Sense, Ui, Vec2, pos2};

use super::PAD;
use crate::app::Action;
use crate::app::action::storyboard::Board;
use crate::app::state::storyboard::Run;
use crate::app::view::storyboard::{job_of, shape, shot_view};
use crate::domain::numbers::counted;
use crate::domain::storyboard::{BoardShot, Standing, Storyboard};
use crate::ui::icons::Icon;
use crate::ui::paint;
use crate::ui::screens::Frame;
use crate::ui::screens::film::{disk_button, paint_picture, whole};
use crate::ui::screens::quick_look::keep_keyboard;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::PictureChip;

/// Height of the strip of shots, in points.
const STRIP: f32 = 40.0;
/// Least width of a part of the strip that can be pointed at, in points.
const LEAST: f32 = 3.0;

pub(super) fn stage_ui(frame: &mut Frame<'_>, ui: &mut Ui, place: Rect, board: &Storyboard, run: Run) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let state = frame.state;
    let Some(index) = board.position(run.at) else { return };
    let (Some(shot), Some(said)) = (board.shots().get(index), shot_view(state, board, index)) else { return };
    let strip = Rect::from_min_max(
        pos2(place.left() + PAD, place.bottom() - STRIP - 8.0),
        pos2(place.right() - PAD, place.bottom() - 8.0),
    );
    let room = Rect::from_min_max(place.min + Vec2::splat(12.0), pos2(place.right() - 12.0, strip.top() - 8.0));
    let response = ui.interact(room, Id::unique("storyboard stage"), Sense::click());
    let verb = if run.is_halted { "Go on" } else { "Halt" };
    let name = format!("{verb}: {}. {} in all", said.name, counted(board.shots().len(), "shot", "shots"));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
    keep_keyboard(frame, ui, &response);
    if response.clicked() {
        frame.act(Action::Board(Board::Play));
    }

    let shape = shape(state, board, shot);
    let width = room.width().min(room.height() * shape);
    let picture = Rect::from_center_size(room.center(), Vec2::new(width, width / shape));
    let job = job_of(state, board, shot).filter(|_| said.standing == Standing::Clip);
    if let Some(job) = job {
        frame.pictures.film_shown(job, picture.size());
    }
    let film = job.and_then(|job| frame.pictures.film(job)).map(|film| film.texture);
    let texture = film.or_else(|| job.and_then(|job| frame.pictures.poster(job)).map(|(texture, _)| texture));
    match (texture, shot) {
        (Some(texture), _) => paint_picture(ui, picture, texture, whole()),
        (None, BoardShot::Planned(planned)) => {
            let start = planned.picture.as_ref().and_then(|start| frame.pictures.start_picture(start));
            if let Some((texture, size)) = start {
                paint::covered(ui.painter(), picture, texture, size, tokens.radius.card);
            }
            paint::dashed_frame(ui.painter(), picture, tokens.radius.card, c.stroke_control);
        }
        (None, BoardShot::Clip(_)) => {
            paint::boxed(ui.painter(), picture, tokens.radius.card, c.bg_raised, c.stroke_mid);
        }
    }
    let film_trouble = job.and_then(|job| state.films.get(&job.id)).and_then(|film| film.as_ref().err());
    let gap_words = match (film_trouble, said.standing) {
        (Some(_), _) => Some("It cannot be played here".to_owned()),
        (None, Standing::Clip) => None,
        (None, _) => Some(said.word.clone()),
    };
    let inset = Vec2::splat(tokens.size.card.chip_inset);
    let number = format!("Shot {} of {}", said.number, board.shots().len());
    PictureChip::new(&number).paint(ui.painter(), picture.min + inset, Align2::LEFT_TOP, picture.width());
    if let Some(words) = gap_words {
        let prompt = if said.prompt.is_empty() { words } else { format!("{words} · {}", said.prompt) };
        let at = pos2(picture.left() + inset.x, picture.bottom() - inset.y);
        let room = picture.width() - 2.0 * inset.x;
        PictureChip::new(&prompt).paint(ui.painter(), at, Align2::LEFT_BOTTOM, room);
    }
    if response.has_focus() && paint::keyboard_used(ui.ctx()) {
        paint::focus_ring(ui.painter(), room.shrink(4.0), tokens.radius.card);
    }
    let sides = [
        (room.left() + 32.0, Icon::ChevronLeft, "Shot before", "←", false, index > 0),
        (room.right() - 32.0, Icon::ChevronRight, "Next shot", "→", true, index + 1 < board.shots().len()),
    ];
    for (x, icon, name, key, forward, is_there) in sides {
        if is_there && disk_button(ui, pos2(x, room.center().y), icon, name, key).clicked() {
            frame.act(Action::Board(Board::Turn(forward)));
        }
    }
    if response.has_focus() {
        let pressed = |key| ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key));
        for (key, forward) in [(egui::Key::ArrowRight, true), (egui::Key::ArrowLeft, false)] {
            if pressed(key) {
                frame.act(Action::Board(Board::Turn(forward)));
            }
        }
    }
    strip_ui(frame, ui, strip, board, index);
}

/// Draws all shots as parts of one strip, as wide as they run, and goes to the one that is clicked.
fn strip_ui(frame: &mut Frame<'_>, ui: &mut Ui, strip: Rect, board: &Storyboard, now: usize) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let state = frame.state;
    let response = ui.interact(strip, Id::unique("storyboard strip"), Sense::click());
    #[expect(clippy::cast_precision_loss, reason = "numbers of shots")]
    let (at, count) = (now as f32, board.shots().len() as f32);
    response.widget_info(|| egui::WidgetInfo::slider(true, f64::from(at + 1.0), "Shot that is played"));
    let steps = paint::accessible_steps(ui, response.id, 1.0, f64::from(count));
    let each = strip.width() / count.max(1.0);
    let gap = if each > 2.0 * LEAST { 2.0 } else { 0.0 };
    let part = |index: usize| {
        #[expect(clippy::cast_precision_loss, reason = "numbers of shots")]
        let left = strip.left() + index as f32 * each;
        Rect::from_min_max(pos2(left, strip.top() + 12.0), pos2(left + (each - gap).max(1.0), strip.bottom() - 12.0))
    };
    // Parts narrower than a pixel would be drawn over each other.
    let stride = (1.0 / each.max(0.01)).ceil().max(1.0) as usize;
    for index in (0..board.shots().len()).step_by(stride) {
        let is_gap = crate::app::view::storyboard::standing(state, board, &board.shots()[index]).is_gap();
        let place = part(index);
        if is_gap {
            paint::boxed(ui.painter(), place, 2.0, c.bg_gallery, c.stroke_control);
        } else {
            ui.painter().rect_filled(place, paint::radius(2.0), c.stroke_control);
        }
    }
    ui.painter().rect_filled(part(now).expand2(Vec2::new(0.0, 4.0)), paint::radius(2.0), c.lit_fill);
    let label = (now + 1).to_string();
    let x = part(now).center().x.clamp(strip.left() + 8.0, strip.right() - 8.0);
    text_style::paint(
        ui.painter(),
        pos2(x, strip.top() + 2.0),
        Align2::CENTER_CENTER,
        Text::Caption,
        c.text_mid,
        &label,
    );
    let mut wanted = None;
    if let Some(pointer) = response.interact_pointer_pos().filter(|_| response.clicked()) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not below zero, and clamped")]
        let index = ((pointer.x - strip.left()) / each).max(0.0) as usize;
        wanted = Some(index);
    }
    let drawn = paint::drawn(ui, &response, true, paint::Look::Live);
    if drawn.focus {
        paint::focus_ring(ui.painter(), strip, tokens.radius.chip);
    }
    if steps != 0 {
        wanted = Some(if steps > 0 { now + 1 } else { now.saturating_sub(1) });
    }
    if let Some(shot) =
        wanted.map(|index| index.min(board.shots().len() - 1)).and_then(|index| board.shots().get(index))
    {
        frame.act(Action::Board(Board::PlayFrom(shot.key())));
    }
}
