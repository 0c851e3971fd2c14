//! The compare screen: two to four clips that share one playhead, in place of the three panes.

use egui::{Align2, Id, Rect, Sense, Ui, UiBuilder, Vec2, pos2};
use strum::IntoEnumIterator as _;

use super::film::{
    duration_millis, fit, paint_picture, paint_veil, reject_ui, stars_ui, strip_ui, transport_ui, whole,
};
use super::quick_look::{child, keep_keyboard, upright};
use super::sound::SoundControl;
use super::{FilmPicture, Frame};
use crate::app::action::command::UiCommand;
use crate::app::action::curate::Curate;
use crate::app::action::viewing::Viewing;
use crate::app::state::viewer::{CompareMode, Comparison};
use crate::app::view::compare::{
    Cell, Difference, Locked, RECIPE_FIELDS, all_of, differences, lock, names, offers, shared,
};
use crate::app::view::viewer::film;
use crate::app::{Action, AppState};
use crate::domain::{Job, JobId, Rating};
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Spans, Text};
use crate::ui::tokens::{self, Tokens};
use crate::ui::widgets::{Button, ButtonKind, IconButton, KeyCap, PictureChip, Segmented};

/// Padding at the left and the right of the pictures, in points.
const PAD: f32 = 16.0;
/// Gap between pictures, in points.
const GAP: f32 = 8.0;
/// Height of the row below each picture, of the transport and of the line of differences, in points.
const ROW: f32 = 36.0;
const STRIP: f32 = 40.0;
/// Width of the list of differences at the side, in points.
const SIDE: f32 = 362.0;

/// What one frame of the compare screen draws.
struct Scene<'a> {
    jobs: Vec<&'a Job>,
    names: Vec<String>,
    pictures: Vec<Option<FilmPicture>>,
    locked: Locked,
    differences: Vec<Difference>,
    focus: usize,
    partner: usize,
    /// The keys that take the last act back; may be empty.
    undo: String,
}

impl Scene<'_> {
    /// The control of the sound of the one that is heard.
    fn sound(&self, state: &AppState) -> SoundControl {
        SoundControl::of(state, self.jobs[self.focus].id).of_several(&self.names[self.focus])
    }
}

pub(super) fn compare_ui(frame: &mut Frame<'_>, ui: &mut Ui, comparison: &Comparison, place: Rect) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let state = frame.state;
    let jobs: Vec<&Job> = comparison.jobs.iter().filter_map(|job| state.jobs.get(job)).collect();
    if jobs.len() < 2 {
        return;
    }
    let pictures: Vec<Option<FilmPicture>> = jobs.iter().map(|job| frame.pictures.film(job)).collect();
    let cells: Vec<Cell<'_>> = jobs
        .iter()
        .zip(&pictures)
        .map(|(job, picture)| Cell { film: state.films.get(&job.id), picture: picture.map(|picture| picture.frame) })
        .collect();
    let place_of = |job: JobId| jobs.iter().position(|each| each.id == job).unwrap_or(0);
    let (focus, partner) = (place_of(comparison.focus), place_of(comparison.partner()));
    let locked = lock(state.playback.frame, &cells);
    let (names, differences) = (names(state, &comparison.jobs), differences(&jobs));
    let undo = state.keys.text(UiCommand::Undo);
    let undo = if undo.is_empty() { "Undo".to_owned() } else { undo };
    let scene = Scene { jobs, names, pictures, locked, differences, focus, partner, undo };

    ui.painter().rect_filled(place, 0.0, c.bg_gallery);
    // `place` leaves out the header and the status line of the window, which stay visible.
    let mut main = place;
    if place.width() >= tokens.breakpoint.details_become_sheet {
        let side = Rect::from_min_max(pos2(place.right() - SIDE, place.top()), place.max);
        main.max.x = side.left();
        ui.painter().rect_filled(side, 0.0, c.bg_pane);
        paint::upright(ui.painter(), side.left(), side.y_range(), c.stroke_soft);
        side_ui(ui, side, &scene);
    }
    let toolbar = Rect::from_min_size(main.min, Vec2::new(main.width(), tokens.size.toolbar));
    toolbar_ui(frame, &mut child(ui, "compare toolbar", toolbar), comparison, &scene);
    paint::divider(ui.painter(), toolbar.x_range(), toolbar.bottom() - 1.0, c.stroke_soft);

    let body = main.shrink2(Vec2::new(PAD, 0.0));
    let row =
        |bottom: f32, height: f32| Rect::from_min_max(pos2(body.left(), bottom - height), pos2(body.right(), bottom));
    let line = row(main.bottom(), ROW);
    let strip = row(line.top() - 4.0, STRIP);
    let transport = row(strip.top(), ROW);
    let room =
        Rect::from_min_max(pos2(body.left(), toolbar.bottom() + 12.0), pos2(body.right(), transport.top() - 2.0));
    let mut pictures = ui.new_child(UiBuilder::new().id_salt("compare pictures").max_rect(room));
    match comparison.mode {
        CompareMode::SideBySide => grid_ui(frame, &mut pictures, room, &scene),
        CompareMode::Swap => swap_ui(frame, &mut pictures, room, &scene),
        CompareMode::Slider => slider_ui(frame, &mut pictures, room, &scene, comparison.divide),
    }
    controls_ui(frame, &mut child(ui, "compare transport", transport), &scene);
    let longest = film(state);
    let of_strip = scene.jobs[scene.focus];
    strip_ui(frame, &mut child(ui, "compare strip", strip), of_strip, longest, STRIP);
    line_ui(&mut child(ui, "compare line", line), &scene);
}

fn toolbar_ui(frame: &mut Frame<'_>, ui: &mut Ui, comparison: &Comparison, scene: &Scene<'_>) {
    let c = &tokens::tokens(ui).color;
    let is_wide = ui.max_rect().width() > 900.0;
    ui.add_space(PAD);
    if Button::new("Gallery").icon(Icon::ArrowLeft).kind(ButtonKind::Quiet).show(ui).clicked() {
        frame.act(Action::View(Viewing::Close));
    }
    upright(ui);
    let word = if scene.names[0].starts_with("Take") { "takes" } else { "clips" };
    let title = format!("Compare {} {word}", scene.jobs.len());
    text_style::label_line(ui, Text::Strong, c.text_hi, title);
    if is_wide {
        ui.add_space(8.0);
        text_style::label_line(ui, Text::Small, c.text_low, "locked to one frame");
    }
    let keep = format!("Keep only {}", scene.names[scene.focus].to_lowercase());
    let keep = Button::new(&keep);
    let next = frame.state.keys.text(UiCommand::NextMode);
    let has_hint = is_wide && !next.is_empty();
    let hint = if has_hint { 8.0 + KeyCap::new(&next).width(ui) + 4.0 + 24.0 } else { 0.0 };
    let right = 264.0 + hint + 17.0 + keep.natural_width(ui) + 8.0 + 28.0 + PAD - 6.0;
    ui.add_space((ui.available_width() - right).max(0.0));

    let mut mode = comparison.mode;
    let mut modes = Segmented::new("Way of comparing").width(264.0);
    for each in CompareMode::iter() {
        modes = modes.item_enabled(each, each.text(), offers(frame.state, comparison, each));
        if each == CompareMode::Slider {
            modes = modes.reason("The slider needs clips of one shape");
        }
    }
    if modes.show(ui, &mut mode).changed() {
        frame.act(Action::View(Viewing::SetMode(mode)));
    }
    if has_hint {
        ui.add_space(8.0);
        KeyCap::new(&next).show(ui);
        ui.add_space(4.0);
        text_style::label_line(ui, Text::Caption, c.text_low, "next");
    }
    upright(ui);
    if keep.show(ui).clicked() {
        let kept = scene.jobs[scene.focus].id;
        let others = comparison.jobs.iter().copied().filter(|job| *job != kept).collect();
        frame.act(Action::Curate(Curate::KeepOnly(kept, others)));
    }
    ui.add_space(8.0);
    if IconButton::new(Icon::X, "Close the comparison").key("Esc").show(ui).clicked() {
        frame.act(Action::View(Viewing::Close));
    }
}

/// Draws all pictures: two side by side, three or four in two rows.
fn grid_ui(frame: &mut Frame<'_>, ui: &mut Ui, room: Rect, scene: &Scene<'_>) {
    let rows: usize = if scene.jobs.len() > 2 { 2 } else { 1 };
    #[expect(clippy::cast_precision_loss, reason = "one or two")]
    let height = room.height() / rows as f32;
    let width = (room.width() - GAP) / 2.0;
    for index in 0..scene.jobs.len() {
        #[expect(clippy::cast_precision_loss, reason = "zero or one")]
        let (column, line) = ((index % 2) as f32, (index / 2) as f32);
        let corner = room.min + Vec2::new(column * (width + GAP), line * height);
        let place = Rect::from_min_size(corner, Vec2::new(width, height - ROW));
        let picture = fit(frame.state, scene.jobs[index], place);
        stage_ui(frame, ui, picture, scene, index);
        let below = Rect::from_min_size(pos2(place.left(), picture.bottom()), Vec2::new(width, ROW));
        judge_ui(frame, ui, below, scene, index);
    }
}

/// Draws one large picture; a key swaps it for the other clip.
fn swap_ui(frame: &mut Frame<'_>, ui: &mut Ui, room: Rect, scene: &Scene<'_>) {
    let place = Rect::from_min_max(room.min, room.max - Vec2::new(0.0, ROW));
    let picture = fit(frame.state, scene.jobs[scene.focus], place);
    if stage_ui(frame, ui, picture, scene, scene.focus).clicked() {
        frame.act(Action::View(Viewing::Swap));
    }
    let words = format!("C or a click shows {}", scene.names[scene.partner].to_lowercase());
    let at = picture.right_bottom() - Vec2::splat(6.0);
    PictureChip::new(&words).paint(ui.painter(), at, Align2::RIGHT_BOTTOM, picture.width());
    let below = Rect::from_min_size(pos2(room.left(), picture.bottom()), Vec2::new(room.width(), ROW));
    judge_ui(frame, ui, below, scene, scene.focus);
}

/// Draws two clips in one place, divided by a line that the user can drag.
fn slider_ui(frame: &mut Frame<'_>, ui: &mut Ui, room: Rect, scene: &Scene<'_>, divide: u16) {
    let tokens = tokens::tokens(ui);
    let place = Rect::from_min_max(room.min, room.max - Vec2::new(0.0, ROW));
    let picture = fit(frame.state, scene.jobs[scene.focus], place);
    let x = egui::lerp(picture.x_range(), f32::from(divide) / 1000.0);
    let left = Rect::from_min_max(picture.min, pos2(x, picture.bottom()));
    let right = Rect::from_min_max(pos2(x, picture.top()), picture.max);
    stage_ui(frame, ui, picture, scene, scene.focus);
    for (half, index, corner) in [
        (left, scene.focus, (picture.left_top() + Vec2::splat(6.0), Align2::LEFT_TOP)),
        (right, scene.partner, (picture.right_top() + Vec2::new(-6.0, 6.0), Align2::RIGHT_TOP)),
    ] {
        let mut clipped = ui.new_child(UiBuilder::new().id_salt(("half", index)).max_rect(picture));
        clipped.set_clip_rect(half.intersect(ui.clip_rect()));
        picture_ui(frame, &clipped, picture, scene, index);
        PictureChip::new(&scene.names[index]).paint(ui.painter(), corner.0, corner.1, picture.width());
    }
    let grip = Rect::from_center_size(pos2(x, picture.center().y), Vec2::new(16.0, picture.height()));
    let response = ui.interact(grip, Id::unique("divide"), Sense::click_and_drag());
    let value = f64::from(divide) / 10.0;
    response.widget_info(|| egui::WidgetInfo::slider(true, value, "Where the pictures meet, in percent"));
    let line = Rect::from_center_size(grip.center(), Vec2::new(2.0, picture.height()));
    ui.painter().rect_filled(line.expand2(Vec2::new(1.0, 0.0)), 0.0, tokens.picture.line_edge);
    ui.painter().rect_filled(line, 0.0, tokens.picture.line);
    ui.painter().circle_filled(grip.center(), 14.0, tokens.picture.chip_fill);
    icons::paint(ui.painter(), Icon::ArrowRightLeft, grip.center(), 16.0, tokens.picture.chip_text);
    let drawn = paint::drawn(ui, &response, true, paint::Look::Live);
    if drawn.focus {
        paint::focus_ring(ui.painter(), Rect::from_center_size(grip.center(), Vec2::splat(28.0)), 14.0);
    }
    let mut to = f32::from(divide);
    if let Some(pointer) = response.interact_pointer_pos().filter(|_| response.dragged()) {
        to = 1000.0 * (pointer.x - picture.left()) / picture.width().max(1.0);
    }
    if response.has_focus() {
        let filter = egui::EventFilter { horizontal_arrows: true, ..egui::EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let pressed = |key| ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key));
        to += if pressed(egui::Key::ArrowRight) { 20.0 } else { 0.0 };
        to -= if pressed(egui::Key::ArrowLeft) { 20.0 } else { 0.0 };
    }
    #[expect(clippy::cast_precision_loss, reason = "a handful of steps")]
    let steps = paint::accessible_steps(ui, response.id, 0.0, 100.0) as f32;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=1000")]
    let to = (to + 20.0 * steps).clamp(0.0, 1000.0).round() as u16;
    if to != divide {
        frame.act(Action::View(Viewing::Divide(to)));
    }
    response.on_hover_cursor(egui::CursorIcon::ResizeHorizontal);
    let half = (room.width() - GAP) / 2.0;
    let row = |left: f32| Rect::from_min_size(pos2(left, picture.bottom()), Vec2::new(half, ROW));
    judge_ui(frame, ui, row(room.left()), scene, scene.focus);
    judge_ui(frame, ui, row(room.right() - half), scene, scene.partner);
}

/// Draws the picture of a clip as something to click, with its name and a mark on the clip that shortcuts act on.
fn stage_ui(frame: &mut Frame<'_>, ui: &mut Ui, place: Rect, scene: &Scene<'_>, index: usize) -> egui::Response {
    let tokens = tokens::tokens(ui);
    let job = scene.jobs[index];
    let is_focus = index == scene.focus;
    let name = &scene.names[index];
    let response = ui.interact(place, Id::unique(("compared", job.id)), Sense::click());
    response.widget_info(|| {
        let trouble = missing_words(frame, scene, index).map(|words| format!(", {words}")).unwrap_or_default();
        let rejected = if job.verdict.is_rejected { ", rejected" } else { "" };
        egui::WidgetInfo::selected(egui::Role::Button, true, is_focus, format!("{name}{rejected}{trouble}"))
    });
    if is_focus {
        if frame.ui_state.viewer.wants_stage.take_if(|wants| *wants == job.id).is_some() {
            response.request_focus();
        }
        keep_keyboard(frame, ui, &response);
    }
    if (response.clicked() || response.gained_focus()) && !is_focus {
        frame.ui_state.viewer.wants_stage = Some(job.id);
        frame.act(Action::View(Viewing::Focus(job.id)));
    }
    picture_ui(frame, ui, place, scene, index);
    let inset = Vec2::splat(tokens.size.card.chip_inset);
    let mut chip = PictureChip::new(name);
    if let Some(icon) = is_focus.then(|| scene.sound(frame.state).chip()).flatten() {
        // Exactly one of them is heard.
        chip = chip.icon(icon);
    }
    chip.paint(ui.painter(), place.min + inset, Align2::LEFT_TOP, place.width());
    if job.verdict.is_rejected {
        let at = place.right_top() + Vec2::new(-inset.x, inset.y);
        PictureChip::new("Rejected").icon(Icon::X).paint(ui.painter(), at, Align2::RIGHT_TOP, place.width());
    }
    let last = frame.state.films.get(&job.id).and_then(|film| film.as_ref().ok()).map(|film| film.last_frame());
    if let Some(last) = last.filter(|last| scene.locked.is_shown[index] && *last < scene.locked.frame) {
        let words = format!("Ended at frame {last}");
        let at = place.left_bottom() + Vec2::new(inset.x, -inset.y);
        PictureChip::new(&words).paint(ui.painter(), at, Align2::LEFT_BOTTOM, place.width());
    }
    if is_focus && response.has_focus() && paint::keyboard_used(ui.ctx()) {
        paint::focus_ring(ui.painter(), place, tokens.radius.card);
    } else if is_focus {
        let stroke = egui::Stroke::new(tokens.stroke.selected, tokens.color.lit_fill);
        let corner = paint::radius(tokens.radius.card + tokens.stroke.selected);
        ui.painter().rect_stroke(place, corner, stroke, egui::StrokeKind::Outside);
        if !tokens.is_dark() {
            // A dark line inside the ring keeps the ring visible on bright pictures.
            let inner = egui::Stroke::new(tokens.stroke.selected, tokens.picture.inner_ring);
            ui.painter().rect_stroke(place, paint::radius(tokens.radius.card), inner, egui::StrokeKind::Inside);
        }
    }
    response
}

/// Draws a clip at the frame that all clips show. Where that frame is not available it draws
/// words, never another frame.
fn picture_ui(frame: &mut Frame<'_>, ui: &Ui, place: Rect, scene: &Scene<'_>, index: usize) {
    let tokens = tokens::tokens(ui);
    let job = scene.jobs[index];
    frame.pictures.film_shown(job, place.size());
    let shown = scene.pictures[index].filter(|_| scene.locked.is_shown[index]);
    ui.painter().rect_filled(place, paint::radius(tokens.radius.card), tokens.color.bg_active);
    if let Some(picture) = shown {
        paint_picture(ui, place, picture.texture, whole());
    } else {
        if let Some((poster, _)) = frame.pictures.poster(job) {
            paint_picture(ui, place, poster, whole());
        }
        paint_veil(ui, place, tokens.picture.reject_veil);
        let words = missing_words(frame, scene, index).unwrap_or_default();
        // Center the words in the visible part of the picture: in slider mode that is one side of the line.
        let seen = place.intersect(ui.clip_rect());
        let width = (seen.width() - 2.0 * PAD).max(0.0);
        let words = text_style::wrapped(ui.ctx(), &words, Text::SmallStrong, tokens.picture.chip_text, width, 3);
        let at = seen.center() - Vec2::new(words.size().x / 2.0, 0.0);
        // Words on a picture stand on their own dark ground, whatever the picture shows.
        let ground = Rect::from_center_size(seen.center(), words.size() + Vec2::new(16.0, 10.0)).intersect(seen);
        ui.painter().rect_filled(ground, paint::radius(tokens.radius.chip), tokens.picture.chip_fill);
        text_style::paint_galley(ui.painter(), at, Align2::LEFT_CENTER, words);
    }
    if job.verdict.is_rejected && shown.is_some() {
        paint_veil(ui, place, tokens.picture.reject_veil);
    }
}

/// Explains why the frame of a clip cannot be shown. `None` when it can.
fn missing_words(frame: &Frame<'_>, scene: &Scene<'_>, index: usize) -> Option<String> {
    if scene.locked.is_shown[index] && scene.pictures[index].is_some() {
        return None;
    }
    Some(match frame.state.films.get(&scene.jobs[index].id) {
        Some(Err(reason)) => format!("Cannot be played here: {reason}. Press ⏎ to open it in the player."),
        Some(Ok(_)) => format!("Frame {} is being read", scene.locked.frame),
        None => "The film is being opened".to_owned(),
    })
}

/// Draws the row below a picture: stars, the settings in which only this clip differs, reject and keep.
fn judge_ui(frame: &mut Frame<'_>, ui: &mut Ui, place: Rect, scene: &Scene<'_>, index: usize) {
    let c = &tokens::tokens(ui).color;
    let (job, name) = (scene.jobs[index], scene.names[index].to_lowercase());
    let mut row = ui.new_child(
        UiBuilder::new()
            .id_salt(("judge", job.id))
            .max_rect(place)
            .layout(egui::Layout::left_to_right(egui::Align::Center)),
    );
    row.spacing_mut().item_spacing = Vec2::new(8.0, 0.0);
    let ui = &mut row;
    stars_ui(frame, ui, job, &name, 14.0);
    let keep = format!("Keep {name}");
    let keep = Button::new("Keep").icon(Icon::Check).kind(ButtonKind::Small).accessible_name(&keep);
    let reject = Button::new(if job.verdict.is_rejected { "Undo" } else { "Reject" }).icon(Icon::X);
    let buttons = reject.kind(ButtonKind::QuietSmall).natural_width(ui) + 8.0 + keep.natural_width(ui);
    let room = (ui.available_width() - buttons - 8.0).max(0.0);
    let own: Vec<&str> = scene
        .differences
        .iter()
        .filter(|difference| difference.odd == Some(index))
        .map(|difference| difference.own.as_str())
        .collect();
    let (at, _) = ui.allocate_exact_size(Vec2::new(room, 16.0), Sense::hover());
    let words = own.join(" · ");
    text_style::paint_ellipsis(
        ui.painter(),
        at.left_center(),
        Align2::LEFT_CENTER,
        Text::Small,
        c.text_low,
        &words,
        room,
    );
    reject_ui(frame, ui, job, (&name, true));
    let is_kept = job.verdict.rating >= Rating::KEEP && !job.verdict.is_rejected;
    if keep.on(is_kept).show(ui).clicked() {
        frame.act(Action::Curate(Curate::Keep(job.id)));
    }
}

fn controls_ui(frame: &mut Frame<'_>, ui: &mut Ui, scene: &Scene<'_>) {
    let c = &tokens::tokens(ui).color;
    let state = frame.state;
    let film = film(state);
    let millis = film.map_or_else(
        || scene.jobs.iter().map(|job| duration_millis(job, None)).max().unwrap_or(0),
        |film| film.duration_millis,
    );
    let are_impossible = scene.jobs.iter().all(|job| matches!(state.films.get(&job.id), Some(Err(_))));
    let off = are_impossible.then_some("none of these clips can be played here");
    let shown = state.playback.frame;
    let middle = |ui: &mut Ui| {
        upright(ui);
        text_style::label_line(ui, Text::Body, c.text_hi, format!("Frame {shown}"));
        ui.add_space(4.0);
        let of = film.map_or_else(String::new, |film| format!("of {}, ", film.frames));
        text_style::label_line(ui, Text::Body, c.text_low, format!("{of}{}", all_of(scene.jobs.len())));
    };
    let control = scene.sound(state);
    let mut heard = None;
    transport_ui(frame, ui, (film, millis), (ROW, off), middle, |ui| heard = control.show(ui));
    frame.actions.extend(heard.map(Action::View));
}

/// Draws the line of differences, such as `Only these differ  seed …117 → …118 · thinking auto → on (take 5)`.
fn line_ui(ui: &mut Ui, scene: &Scene<'_>) {
    let c = &tokens::tokens(ui).color;
    let mut spans = Spans::new();
    let mut spoken;
    if scene.differences.is_empty() {
        spoken = "No setting differs".to_owned();
        spans = spans.add(&spoken, Text::Small, c.text_low);
    } else {
        spoken = "Only these differ:".to_owned();
        spans = spans.add("Only these differ   ", Text::Small, c.text_low);
        for (index, difference) in scene.differences.iter().enumerate() {
            if index > 0 {
                spans = spans.add("  ·  ", Text::Small, c.text_low);
            }
            spans = spans.add(&difference.brief, Text::Small, c.text_hi);
            spoken = format!("{spoken} {}", difference.brief);
            if let Some(odd) = difference.odd {
                let whose = format!(" ({})", scene.names[odd].to_lowercase());
                spans = spans.add(&whose, Text::Small, c.text_low);
                spoken.push_str(&whose);
            }
            spoken.push(if index + 1 < scene.differences.len() { ',' } else { '.' });
        }
    }
    let (place, response) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
    let galley = spans.layout(ui.ctx(), place.width(), 1);
    text_style::paint_galley(ui.painter(), place.left_center(), Align2::LEFT_CENTER, galley);
}

/// Draws the list of differences, clip by clip.
fn side_ui(ui: &mut Ui, place: Rect, scene: &Scene<'_>) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let header = Rect::from_min_size(place.min, Vec2::new(place.width(), tokens.size.toolbar));
    let mut row = child(ui, "what differs", header);
    row.add_space(PAD);
    text_style::label_line(&mut row, Text::Strong, c.text_hi, "What differs");
    row.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
        ui.add_space(PAD);
        let count = format!("{} of {RECIPE_FIELDS} settings", scene.differences.len());
        text_style::label_line(ui, Text::Caption, c.text_low, count);
    });
    paint::divider(ui.painter(), header.x_range(), header.bottom() - 1.0, c.stroke_soft);

    let inner = place.shrink2(Vec2::new(PAD, 0.0));
    let note_height = 70.0;
    let note = Rect::from_min_max(
        pos2(inner.left(), inner.bottom() - PAD - note_height),
        pos2(inner.right(), inner.bottom() - PAD),
    );
    let body = Rect::from_min_max(pos2(inner.left(), header.bottom()), pos2(inner.right(), note.top() - PAD));
    let mut list = ui.new_child(UiBuilder::new().id_salt("differences").max_rect(body));
    list.set_clip_rect(body.intersect(ui.clip_rect()));
    egui::ScrollArea::vertical().id_salt("differences").auto_shrink([false, false]).show(&mut list, |ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        ui.add_space(8.0);
        for difference in &scene.differences {
            difference_ui(ui, difference, scene);
        }
        if let Some(shared) = shared(&scene.jobs) {
            ui.add_space(10.0);
            let title = format!("The same in {}", all_of(scene.jobs.len()));
            text_style::label_line(ui, Text::SmallStrong, c.text_mid, title);
            ui.add_space(4.0);
            text_style::label(ui, Text::Small, c.text_low, shared);
        }
    });
    paint::boxed(ui.painter(), note, tokens.radius.control, c.bg_raised, c.stroke_mid);
    let mut note = ui.new_child(UiBuilder::new().id_salt("choosing").max_rect(note.shrink2(Vec2::new(11.0, 9.0))));
    note.spacing_mut().item_spacing = Vec2::new(0.0, 4.0);
    text_style::label_line(&mut note, Text::SmallStrong, c.text_hi, "Choosing rates and rejects in one go");
    let undo = &scene.undo;
    let text =
        format!("Keep gives at least four stars; Reject hides the clip and keeps the file. {undo} takes both back.");
    text_style::label(&mut note, Text::Caption, c.text_mid, text);
}

fn difference_ui(ui: &mut Ui, difference: &Difference, scene: &Scene<'_>) {
    let tokens: &Tokens = tokens::tokens(ui);
    let c = &tokens.color;
    ui.add_space(10.0);
    text_style::label_line(ui, Text::SmallStrong, c.text_mid, difference.setting.name());
    ui.add_space(4.0);
    for (index, (name, value)) in scene.names.iter().zip(&difference.values).enumerate() {
        let is_odd = difference.odd == Some(index);
        let (style, color) = if is_odd { (Text::SmallStrong, c.text_hi) } else { (Text::Small, c.text_mid) };
        let only = if is_odd {
            text_style::line(ui.ctx(), "only this one", Text::Caption, c.text_low)
        } else {
            text_style::line(ui.ctx(), "", Text::Caption, c.text_low)
        };
        let width = ui.available_width();
        let room = width - 56.0 - if is_odd { only.size().x + 8.0 } else { 0.0 };
        let words = text_style::wrapped(ui.ctx(), value, style, color, room, 4);
        let height = words.size().y.max(16.0) + 4.0;
        let (place, response) = ui.allocate_exact_size(Vec2::new(width, height), Sense::hover());
        let spoken = format!("{name}: {value}{}", if is_odd { ", only this one" } else { "" });
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
        let top = place.min + Vec2::new(0.0, 2.0);
        text_style::paint(ui.painter(), top, Align2::LEFT_TOP, Text::Small, c.text_low, name);
        text_style::paint_galley(ui.painter(), top + Vec2::new(56.0, 0.0), Align2::LEFT_TOP, words);
        text_style::paint_galley(ui.painter(), pos2(place.right(), top.y), Align2::RIGHT_TOP, only);
    }
    ui.add_space(10.0);
    paint::show_divider(ui);
}
