//! Quick look: one large clip over the dimmed window.

use egui::{Align, Align2, EventFilter, Id, Layout, Modal, Rect, Sense, Ui, UiBuilder, Vec2, ViewportCommand, pos2};

use super::Frame;
use super::film::{
    disk_button, duration_millis, fit, paint_picture, paint_veil, reject_ui, stars_ui, strip_ui, transport_ui, whole,
};
use super::sound::SoundControl;
use crate::app::Action;
use crate::app::action::command::UiCommand;
use crate::app::action::viewing::Viewing;
use crate::app::state::playback::FilmFacts;
use crate::app::view::compared::chosen_or_neighbors;
use crate::app::view::viewer::{continue_frame, facts_line, neighbor};
use crate::app::view::words;
use crate::domain::{Job, JobId};
use crate::ui::icons::Icon;
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, Field, IconButton, KeyCap, Note};

/// Padding at the left and the right, in points.
const PAD: f32 = 16.0;
/// Space between the frame of quick look and the top and the bottom of the window, in points.
const ABOVE: f32 = 30.0;
const HEADER: f32 = 48.0;
const TRANSPORT: f32 = 44.0;
const SETTINGS: f32 = 58.0;
/// Opacity of the veil. It is higher than behind dialogs, because the user judges colors here.
const VEIL: f32 = 0.8;

/// What is known of the film of the shown clip.
struct Film<'a> {
    facts: Option<FilmFacts>,
    trouble: Option<&'a str>,
}

pub(super) fn quick_look_ui(frame: &mut Frame<'_>, ui: &Ui) {
    let state = frame.state;
    let Some(job) = state.selected_job() else { return };
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let window = ui.ctx().content_rect();
    let is_full_screen = frame.ui_state.viewer.is_full_screen;
    let most = tokens::size(tokens.size.dialog.quick_look_max);
    let size = if is_full_screen { window.size() } else { (window.size() - Vec2::splat(2.0 * ABOVE)).min(most) };
    let mut surface = egui::Frame::new().fill(c.bg_pane);
    if !is_full_screen {
        surface = surface
            .stroke(egui::Stroke::new(tokens.stroke.hair, c.stroke_mid))
            .corner_radius(paint::radius(tokens.radius.dialog))
            .shadow(tokens.shadow_dialog);
    }
    let border = if is_full_screen { 0.0 } else { 2.0 };
    let id = Id::unique("quick look");
    let area = Modal::default_area(id).accessible_name("Quick look");
    let shown = Modal::new(id).area(area).frame(surface).backdrop_color(c.bg_overlay.gamma_multiply(VEIL)).show(
        ui.ctx(),
        |ui| {
            let (rect, _) = ui.allocate_exact_size(size - Vec2::splat(border), Sense::hover());
            contents_ui(frame, ui, rect, job);
        },
    );
    if shown.backdrop_response.clicked() {
        frame.act(Action::View(Viewing::Close));
    }
}

fn contents_ui(frame: &mut Frame<'_>, ui: &mut Ui, rect: Rect, job: &Job) {
    let tokens = tokens::tokens(ui);
    let state = frame.state;
    let film = match state.films.get(&job.id) {
        Some(Ok(facts)) => Film { facts: Some(*facts), trouble: None },
        Some(Err(trouble)) => Film { facts: None, trouble: Some(trouble) },
        None => Film { facts: None, trouble: None },
    };
    let strip = tokens.size.filmstrip.quick_look;
    let header = Rect::from_min_size(rect.min, Vec2::new(rect.width(), HEADER));
    let body = rect.shrink2(Vec2::new(PAD, 0.0));
    let below = TRANSPORT + strip + SETTINGS;
    let picture = Rect::from_min_max(pos2(body.left(), header.bottom()), pos2(body.right(), body.bottom() - below));
    let row = |top: f32, height: f32| Rect::from_min_size(pos2(body.left(), top), Vec2::new(body.width(), height));
    let transport = row(picture.bottom(), TRANSPORT);
    let scrubber = row(transport.bottom(), strip);
    let settings = row(scrubber.bottom(), SETTINGS);

    header_ui(frame, &mut child(ui, "quick look header", header), job);
    picture_ui(frame, &mut child(ui, "quick look picture", picture), job, &film);
    controls_ui(frame, &mut child(ui, "quick look transport", transport), job, &film);
    strip_ui(frame, &mut child(ui, "quick look strip", scrubber), job, film.facts, strip);
    settings_ui(frame, &mut child(ui, "quick look settings", settings), job);
}

/// Creates a child [`Ui`] at `place` that lays out from left to right.
pub(super) fn child(ui: &mut Ui, name: &str, place: Rect) -> Ui {
    let layout = Layout::left_to_right(Align::Center);
    let mut child = ui.new_child(UiBuilder::new().id_salt(name).max_rect(place).layout(layout));
    child.spacing_mut().item_spacing = Vec2::ZERO;
    child
}

/// Name of a clip in button labels, such as `take 1` in *Reject take 1*.
fn name_of(frame: &Frame<'_>, job: JobId) -> String {
    format!("take {}", frame.state.gallery.take_of(job).0)
}

fn header_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job) {
    let c = &tokens::tokens(ui).color;
    let (take, count) = frame.state.gallery.take_of(job.id);
    let name = name_of(frame, job.id);
    ui.add_space(PAD);
    text_style::label_line(ui, Text::Strong, c.text_hi, format!("Take {take} of {count}"));
    ui.add_space(8.0);
    // Reserve the width of the buttons first and give the prompt the rest. Drawing from left to right
    // keeps the reading order.
    let room = ui.available_rect_before_wrap();
    let reject = if job.verdict.is_rejected { "Undo" } else { "Reject" };
    let key = frame.state.keys.text(UiCommand::Reject);
    let reject = Button::new(reject).icon(Icon::X).trailing(&key).kind(crate::ui::widgets::ButtonKind::Quiet);
    let buttons = 88.0 + 8.0 + 4.0 + reject.natural_width(ui) + 17.0 + 28.0 + 8.0;
    let prompt = words::one_line(job.request.prompt());
    let width = (room.width() - buttons - 8.0).max(0.0);
    let (place, response) = ui.allocate_exact_size(Vec2::new(width, 20.0), Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &prompt));
    let at = place.left_center();
    text_style::paint_ellipsis(ui.painter(), at, Align2::LEFT_CENTER, Text::Body, c.text_mid, &prompt, width);
    ui.add_space(8.0);
    stars_ui(frame, ui, job, &name, 16.0);
    ui.add_space(12.0);
    reject_ui(frame, ui, job, (&name, false));
    upright(ui);
    if IconButton::new(Icon::X, "Close quick look").key("Esc").show(ui).clicked() {
        frame.act(Action::View(Viewing::Close));
    }
}

/// Draws a short vertical line between parts of a row, with 8 points of space on both sides.
pub(super) fn upright(ui: &mut Ui) {
    let (place, _) = ui.allocate_exact_size(Vec2::new(17.0, 16.0), Sense::hover());
    let color = tokens::tokens(ui).color.stroke_mid;
    paint::upright(ui.painter(), place.center().x.floor(), place.y_range(), color);
}

fn picture_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job, film: &Film<'_>) {
    let tokens = tokens::tokens(ui);
    let state = frame.state;
    let room = ui.max_rect();
    let stage = ui.interact(room, Id::unique("quick look stage"), Sense::click());
    let (take, count) = state.gallery.take_of(job.id);
    let verb = if state.playback.is_playing { "Halt" } else { "Play" };
    let name = format!("{verb} take {take} of {count}: {}", job.request.prompt());
    stage.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, film.trouble.is_none(), &name));
    keep_keyboard(frame, ui, &stage);

    ui.painter().rect_filled(room, paint::radius(tokens.radius.card), tokens.color.bg_gallery);
    let place = fit(frame.state, job, room);
    frame.pictures.film_shown(job, place.size());
    let at = state.playback.frame;
    let picture = film.facts.and_then(|_| frame.pictures.film(job)).map(|film| (film.texture, whole()));
    let of_strip = |facts: FilmFacts| {
        #[expect(clippy::cast_precision_loss, reason = "some thousand frames")]
        let position = at as f32 / facts.last_frame().max(1) as f32;
        move |strip: crate::ui::widgets::StripTexture| (strip.id, strip.uv(position))
    };
    let picture = picture
        // Until the frame is decoded, the filmstrip shows the moment better than the poster does.
        .or_else(|| film.facts.filter(|_| at > 0).and_then(|facts| frame.pictures.strip(job).map(of_strip(facts))))
        .or_else(|| frame.pictures.poster(job).map(|(poster, _)| (poster, whole())));
    if let Some((texture, uv)) = picture {
        paint_picture(ui, place, texture, uv);
    }
    if job.verdict.is_rejected {
        paint_veil(ui, place, tokens.picture.reject_veil);
    }
    if frame.ui_state.viewer.was_tabbed && stage.has_focus() {
        paint::focus_ring(ui.painter(), room.shrink(4.0), tokens.radius.card);
    }
    if stage.clicked() && film.trouble.is_none() {
        frame.act(Action::View(Viewing::Play(!state.playback.is_playing)));
    }
    let middle = room.center().y;
    let sides = [
        (room.left() + 32.0, Icon::ChevronLeft, "Previous clip", "←", false),
        (room.right() - 32.0, Icon::ChevronRight, "Next clip", "→", true),
    ];
    for (x, icon, name, key, forward) in sides {
        if neighbor(state, job.id, forward).is_some() && disk_button(ui, pos2(x, middle), icon, name, key).clicked() {
            frame.act(Action::View(Viewing::Turn(forward)));
        }
    }
    if let Some(trouble) = film.trouble {
        let width = (room.width() - 2.0 * PAD).min(440.0);
        let place =
            Rect::from_min_size(pos2(room.center().x - width / 2.0, room.bottom() - 76.0), Vec2::new(width, 60.0));
        let mut note = ui.new_child(UiBuilder::new().id_salt("trouble").max_rect(place));
        let text = format!("This clip cannot be played here: {trouble}. Its file is whole.");
        if Note::new(&text).action("Open in the player").show(&mut note).acted {
            frame.act(Action::OpenClip(job.id));
        }
    }
}

/// Gives the keyboard focus to the picture whenever no control has it, so that the arrow keys act on the clip and
/// not on the window.
pub(super) fn keep_keyboard(frame: &mut Frame<'_>, ui: &Ui, stage: &egui::Response) {
    if ui.memory(|memory| memory.focused().is_none()) && !egui::Popup::is_any_open(ui.ctx()) {
        stage.request_focus();
    }
    if stage.has_focus() {
        let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(stage.id, filter));
        frame.ui_state.viewer.has_stage = true;
    }
}

fn controls_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job, film: &Film<'_>) {
    let c = &tokens::tokens(ui).color;
    let frames = film.facts.map(|facts| facts.frames);
    let is_wide = ui.max_rect().width() > 760.0;
    let shown = frame.state.playback.frame;
    let mut typed = frame.ui_state.viewer.frame_text.take();
    let mut sought = None;
    let [back, on] = [UiCommand::FrameBack, UiCommand::FrameOn].map(|command| frame.state.keys.text(command));
    let steps = format!("{back} {on}");
    let control = SoundControl::of(frame.state, job.id);
    let has_hint = is_wide && !steps.trim().is_empty() && !control.has_advice();
    let middle = |ui: &mut Ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        upright(ui);
        text_style::label_line(ui, Text::Body, c.text_low, "Frame");
        ui.add_space(2.0);
        let mut text = typed.take().unwrap_or_else(|| shown.to_string());
        let field = Field::new("Frame").small().width(52.0).char_limit(7).enabled(frames.is_some());
        let field = field.show(ui, &mut text);
        if field.response.has_focus() {
            typed = Some(text);
        } else if field.response.lost_focus() {
            sought = text.trim().parse::<u32>().ok().filter(|to| *to != shown);
        }
        ui.add_space(2.0);
        let of = frames.map_or_else(String::new, |frames| format!("of {frames}"));
        text_style::label_line(ui, Text::Body, c.text_low, of);
        if has_hint {
            ui.add_space(10.0);
            KeyCap::new(&steps).show(ui);
            text_style::label_line(ui, Text::Caption, c.text_low, "one frame");
        }
    };
    let (mut toggles, mut heard) = (false, None);
    let is_full_screen = frame.ui_state.viewer.is_full_screen;
    let full_screen = frame.state.keys.text(UiCommand::FullScreen);
    let end = |ui: &mut Ui| {
        let name = if is_full_screen { "Leave the whole screen" } else { "On the whole screen" };
        toggles = IconButton::new(Icon::Maximize, name).key(&full_screen).show(ui).clicked();
        heard = control.show(ui);
    };
    let millis = duration_millis(job, film.facts);
    transport_ui(frame, ui, (film.facts, millis), (TRANSPORT, film.trouble), middle, end);
    frame.ui_state.viewer.frame_text = typed;
    frame.actions.extend(sought.map(|to| Action::View(Viewing::Seek(to))));
    frame.actions.extend(heard.map(Action::View));
    if toggles {
        toggle_full_screen(frame, ui);
    }
}

/// Enters or leaves full screen.
pub(super) fn toggle_full_screen(frame: &mut Frame<'_>, ui: &Ui) {
    let viewer = &mut frame.ui_state.viewer;
    viewer.is_full_screen = !viewer.is_full_screen;
    ui.ctx().send_viewport_cmd(ViewportCommand::Fullscreen(viewer.is_full_screen));
}

fn settings_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job) {
    let c = &tokens::tokens(ui).color;
    let state = frame.state;
    let from = match continue_frame(state, job.id) {
        Some(from) => format!("Continue from frame {from}"),
        None => "Continue from the last frame".to_owned(),
    };
    let [on_key, compare_key, open_key] =
        [UiCommand::Continue, UiCommand::Compare, UiCommand::OpenSelected].map(|command| state.keys.text(command));
    let on = Button::new(&from).icon(Icon::ArrowRightToLine).trailing(&on_key);
    let compare = Button::new("Compare").icon(Icon::Columns2).trailing(&compare_key);
    let open =
        Button::new("Open").icon(Icon::ExternalLink).trailing(&open_key).accessible_name("Open in the system player");
    let buttons = [&on, &compare, &open].iter().map(|button| button.natural_width(ui) + 8.0).sum::<f32>();
    let line = facts_line(job);
    let width = (ui.available_width() - buttons).max(0.0);
    let (place, response) = ui.allocate_exact_size(Vec2::new(width, 20.0), Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &line));
    let at = place.left_center();
    text_style::paint_ellipsis(ui.painter(), at, Align2::LEFT_CENTER, Text::Small, c.text_mid, &line, width);
    ui.add_space(8.0);
    ui.spacing_mut().item_spacing.x = 8.0;
    if on.show(ui).clicked() {
        frame.act(Action::View(Viewing::Close));
        frame.act(Action::ContinueFrom(job.id, continue_frame(state, job.id).unwrap_or(u32::MAX)));
    }
    if compare.show(ui).clicked() {
        frame.act(Action::View(Viewing::Compare(chosen_or_neighbors(state, job.id))));
    }
    if open.show(ui).clicked() {
        frame.act(Action::OpenClip(job.id));
    }
}
