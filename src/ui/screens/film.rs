//! Parts that quick look and compare share: the transport, the filmstrip, the picture of a clip, the stars and the
//! button that rejects a clip.

use egui::{Color32, Rect, Response, TextureId, Ui, Vec2, pos2};
use strum::IntoEnumIterator as _;

use super::Frame;
use crate::app::Action;
use crate::app::action::command::UiCommand;
use crate::app::action::curate::Curate;
use crate::app::action::viewing::Viewing;
use crate::app::state::AppState;
use crate::app::state::playback::{FilmFacts, Speed};
use crate::app::view::compare;
use crate::domain::{Job, Rating as Stars};
use crate::ui::icons::Icon;
use crate::ui::paint;
use crate::ui::tokens;
use crate::ui::widgets::{
    Button, ButtonKind, Dropdown, DropdownItem, Filmstrip, IconButton, Rating, Transport, TransportPress,
};

/// Length of a clip in milliseconds: that of its film if open, else that of its file or its recipe.
pub(super) fn duration_millis(job: &Job, film: Option<FilmFacts>) -> u64 {
    match (film, &job.clip) {
        (Some(film), _) => film.duration_millis,
        (None, Some(clip)) if clip.duration_millis > 0 => clip.duration_millis,
        _ => u64::from(job.request.duration().secs()) * 1000,
    }
}

/// Draws the transport: play, one frame back, one frame forward and the time at the left; speed and loop at the right.
/// `middle` draws behind the time, `end` at the right edge.
pub(super) fn transport_ui(
    frame: &mut Frame<'_>,
    ui: &mut Ui,
    (film, millis): (Option<FilmFacts>, u64),
    (height, off): (f32, Option<&str>),
    middle: impl FnOnce(&mut Ui),
    end: impl FnOnce(&mut Ui),
) {
    let playback = frame.state.playback;
    let at = film.map_or(0, |film| film.starts_at(playback.frame));
    let (mut speed, mut is_looping) = (playback.speed, playback.is_looping);
    let transport = Transport::new(at, millis).playing(playback.is_playing).large(height).off(off);
    let pressed = transport.show(ui, middle, |ui| {
        end(ui);
        if IconButton::new(Icon::Repeat, "Begin again at the end").on(is_looping).show(ui).clicked() {
            is_looping = !is_looping;
        }
        let speeds: Vec<_> = Speed::iter().map(|speed| DropdownItem::new(speed, speed.text())).collect();
        Dropdown::new("Speed").kind(ButtonKind::Quiet).show(ui, &mut speed, &speeds);
    });
    match pressed {
        Some(TransportPress::Play(is_playing)) => frame.act(Action::View(Viewing::Play(is_playing))),
        Some(TransportPress::Step(frames)) => frame.act(Action::View(Viewing::Step(frames))),
        None => {}
    }
    if speed != playback.speed {
        frame.act(Action::View(Viewing::SetSpeed(speed)));
    }
    if is_looping != playback.is_looping {
        frame.act(Action::View(Viewing::SetLooping(is_looping)));
    }
}

/// Draws the filmstrip of `job` as the scrubber of the open film.
pub(super) fn strip_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job, film: Option<FilmFacts>, height: f32) {
    let frames = film.map_or(1, |film| film.frames);
    #[expect(clippy::cast_precision_loss, reason = "some thousand frames, some seconds")]
    let (position, secs) =
        (frame.state.playback.frame as f32 / frames as f32, duration_millis(job, film) as f32 / 1000.0);
    let strip = frame.pictures.strip(job);
    let drawn = Filmstrip::new("Place in the film, in seconds", position)
        .texture(strip)
        .frames(frames)
        .at_rest(film.is_none())
        .duration(secs)
        .height(height);
    // Without an open film the position of a frame is unknown, so the strip is disabled.
    let shown = ui.add_enabled_ui(film.is_some(), |ui| drawn.show(ui)).inner;
    if let Some(to) = shown.frame(frames) {
        frame.act(Action::View(Viewing::Seek(to)));
    }
}

/// Largest rectangle with the aspect ratio of the clip, centered in `room`.
pub(super) fn fit(state: &AppState, job: &Job, room: Rect) -> Rect {
    let shape = compare::shape(state, job);
    let width = room.width().min(room.height() * shape);
    Rect::from_center_size(room.center(), Vec2::new(width, width / shape))
}

/// Texture coordinates of a whole texture.
pub(super) fn whole() -> Rect {
    Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0))
}

/// Paints a picture with the corner radius of a card.
pub(super) fn paint_picture(ui: &Ui, place: Rect, texture: TextureId, uv: Rect) {
    let corner = paint::radius(tokens::tokens(ui).radius.card);
    let shape = egui::epaint::RectShape::filled(place, corner, tokens::UNTINTED).with_texture(texture, uv);
    ui.painter().add(shape);
}

/// Paints a veil over the picture of a rejected clip.
pub(super) fn paint_veil(ui: &Ui, place: Rect, color: Color32) {
    ui.painter().rect_filled(place, paint::radius(tokens::tokens(ui).radius.card), color);
}

/// Draws the stars of a clip.
pub(super) fn stars_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job, name: &str, size: f32) {
    let mut stars = job.verdict.rating.stars();
    if Rating::new(&format!("Stars of {name}")).size(size).show(ui, &mut stars).changed() {
        frame.act(Action::Curate(Curate::Rate(vec![job.id], Stars::new(stars))));
    }
}

/// Draws the button that rejects a clip or takes the rejection back.
pub(super) fn reject_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job, (name, is_small): (&str, bool)) -> Response {
    let is_rejected = job.verdict.is_rejected;
    let (icon, label) = if is_rejected { (Icon::Undo2, "Undo") } else { (Icon::X, "Reject") };
    let spoken = if is_rejected { format!("Take {name} back") } else { format!("Reject {name}") };
    let key = frame.state.keys.text(UiCommand::Reject);
    let button = Button::new(label).icon(icon).accessible_name(&spoken);
    let button = match is_small {
        true => button.kind(ButtonKind::QuietSmall),
        false => button.kind(ButtonKind::Quiet).trailing(&key),
    };
    let response = button.show(ui);
    if response.clicked() {
        frame.act(Action::Curate(Curate::Reject(vec![job.id], !is_rejected)));
    }
    response
}

/// Draws a round icon button on a picture, in the color of chips.
pub(super) fn disk_button(ui: &mut Ui, center: egui::Pos2, icon: Icon, name: &str, key: &str) -> Response {
    const EDGE: f32 = 40.0;
    let place = Rect::from_center_size(center, Vec2::splat(EDGE));
    let response = ui.interact(place, egui::Id::unique(("disk", name)), egui::Sense::click());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, name));
    let picture = &tokens::tokens(ui).picture;
    let drawn = paint::drawn(ui, &response, true, paint::Look::Live);
    let fill = tokens::mix(picture.chip_fill, tokens::tokens(ui).color.bg_chip, drawn.hover);
    ui.painter().circle_filled(center, EDGE / 2.0, fill);
    crate::ui::icons::paint(ui.painter(), icon, center, 20.0, picture.chip_text);
    if drawn.focus {
        paint::focus_ring(ui.painter(), place, EDGE / 2.0);
    }
    crate::ui::widgets::tooltip_key(response, name, Some(key))
}
