//! The player of the selected clip: its picture, the transport, the filmstrip, the stars and *Reject*.

use egui::{Align2, Rect, Sense, Ui, Vec2, pos2};

use super::super::gallery::{icon_of, tone_of};
use super::super::sound::SoundControl;
use super::super::{FilmPicture, Frame};
use crate::app::action::command::UiCommand;
use crate::app::action::curate::Curate;
use crate::app::action::viewing::Viewing;
use crate::app::state::playback::FilmFacts;
use crate::app::view::card::{Body, CardIcon, CardView as Said};
use crate::app::view::compare;
use crate::app::{Action, AppState};
use crate::domain::job::Poster;
use crate::domain::{Job, JobState, Rating as Stars};
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::card::paint_progress;
use crate::ui::widgets::{
    Button, ButtonKind, Filmstrip, IconButton, PictureChip, Rating, StripTexture, Transport, TransportPress, frame_at,
};

/// Maximum height of the picture in points, so that the recipe of a portrait clip stays in view.
const MOST_HEIGHT: f32 = 340.0;

/// Position of the playhead of the selected clip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Playhead {
    /// Facts of the film; `None` until it was opened.
    film: Option<FilmFacts>,
    /// Position from 0.0 to 1.0; `None` until the user moved the playhead.
    place: Option<f32>,
    /// Number of the frame at the playhead; `None` until the film was opened and the user moved the playhead.
    pub(super) frame: Option<u32>,
    millis: u64,
    duration_millis: u64,
}

impl Playhead {
    /// Computes the playhead of a clip. `waiting` is a position from 0.0 to 1.0 that the user chose before
    /// the film was open.
    pub(super) fn of(state: &AppState, job: &Job, waiting: Option<f32>) -> Self {
        let film = state.films.get(&job.id).and_then(|film| film.as_ref().ok()).copied();
        let is_touched = state.playback.is_touched;
        let duration_millis = film.map_or_else(|| duration_millis(job), |film| film.duration_millis);
        match film.filter(|_| is_touched && waiting.is_none()) {
            Some(film) => {
                let frame = state.playback.frame.min(film.frames.saturating_sub(1));
                #[expect(clippy::cast_precision_loss, reason = "some thousand frames")]
                let place = frame as f32 / film.frames.max(1) as f32;
                let millis = film.starts_at(frame);
                Self { film: Some(film), place: Some(place), frame: Some(frame), millis, duration_millis }
            }
            None => {
                let place = waiting.or(is_touched.then_some(0.0));
                #[expect(
                    clippy::cast_precision_loss,
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a part of some seconds"
                )]
                let millis = (f64::from(place.unwrap_or(0.0)) * duration_millis as f64).round() as u64;
                Self { film, place, frame: None, millis, duration_millis }
            }
        }
    }

    /// Returns the frame that a next shot continues from, and the label of the button: the frame at the playhead, or
    /// the last one if the user did not move the playhead. `None` while the film is still being opened.
    pub(super) fn goes_on_from(&self) -> Option<(u32, String)> {
        match (self.frame, self.film, self.place) {
            (Some(frame), ..) => Some((frame, format!("Continue from frame {frame}"))),
            (None, Some(film), None) => {
                let last = film.frames.saturating_sub(1);
                Some((last, format!("Continue from frame {last}")))
            }
            // A number beyond the end stands for the last frame.
            (None, None, None) => Some((u32::MAX, "Continue from the last frame".to_owned())),
            (None, _, Some(_)) => None,
        }
    }
}

/// Length of a clip in milliseconds: that of its file if known, else the length that was requested.
fn duration_millis(job: &Job) -> u64 {
    match &job.clip {
        Some(clip) if clip.duration_millis > 0 => clip.duration_millis,
        _ => u64::from(job.request.duration().secs()) * 1000,
    }
}

/// Draws the player and returns its playhead, which the buttons below refer to.
pub(super) fn player_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job, said: &Said) -> Playhead {
    let playhead = follow(frame, job);
    let strip = (job.state == JobState::Ready).then(|| frame.pictures.strip(job)).flatten();
    picture_ui(frame, ui, job, said, &playhead, strip);
    if job.state != JobState::Ready {
        return playhead;
    }
    ui.add_space(6.0);
    transport_ui(frame, ui, job, &playhead);
    ui.add_space(6.0);
    strip_ui(frame, ui, job, &playhead, strip);
    ui.add_space(12.0);
    verdict_ui(frame, ui, job);
    playhead
}

/// Returns the current playhead. A position that was chosen before the film was open is sought once it is open.
fn follow(frame: &mut Frame<'_>, job: &Job) -> Playhead {
    let waiting = frame.ui_state.playhead.filter(|(of, _)| *of == job.id).map(|(_, place)| place);
    if waiting.is_none() || !frame.state.playback.is_touched {
        frame.ui_state.playhead = None;
        return Playhead::of(frame.state, job, None);
    }
    let playhead = Playhead::of(frame.state, job, waiting);
    if let (Some(film), Some(place)) = (playhead.film, waiting) {
        frame.ui_state.playhead = None;
        frame.act(Action::View(Viewing::Seek(frame_at(place, film.frames))));
    }
    playhead
}

fn transport_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job, playhead: &Playhead) {
    let c = &tokens::tokens(ui).color;
    let state = frame.state;
    let why_not = match state.films.get(&job.id) {
        _ if !state.is_clip(job) => Some("the file is not there"),
        Some(Err(reason)) => Some(reason.as_str()),
        _ => None,
    };
    let is_looping = state.playback.is_looping;
    let mut did = None;
    let transport = Transport::new(playhead.millis, playhead.duration_millis)
        .playing(state.playback.is_playing && state.playback.is_touched)
        .off(why_not);
    let pressed = transport.show(
        ui,
        |_| {},
        |ui| {
            let key = state.keys.text(UiCommand::QuickLook);
            let larger = IconButton::new(Icon::Maximize2, "Quick look").key(&key).small();
            if larger.enabled(state.is_clip(job)).show(ui).clicked() {
                did = Some(Viewing::QuickLook(job.id));
            }
            let name = if is_looping { "Stop at the end" } else { "Begin again at the end" };
            if IconButton::new(Icon::Repeat, name).small().on(is_looping).show(ui).clicked() {
                did = Some(Viewing::SetLooping(!is_looping));
            }
            if state.is_clip(job) {
                did = SoundControl::of(state, job.id).show_button(ui).or(did.take());
            }
            if let Some(number) = playhead.frame {
                let text = format!("frame {number}");
                let galley = text_style::line(ui.ctx(), &text, Text::Caption, c.text_low);
                // In the narrowest pane the buttons matter more than this text.
                if galley.size().x + 4.0 <= ui.available_width() {
                    ui.add_space(2.0);
                    text_style::label_line(ui, Text::Caption, c.text_low, text);
                }
            }
        },
    );
    match pressed {
        Some(TransportPress::Play(plays)) => did = Some(Viewing::Play(plays)),
        Some(TransportPress::Step(frames)) => did = Some(Viewing::Step(frames)),
        None => {}
    }
    frame.actions.extend(did.map(Action::View));
}

fn strip_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job, playhead: &Playhead, strip: Option<StripTexture>) {
    #[expect(clippy::cast_precision_loss, reason = "some seconds")]
    let secs = playhead.duration_millis as f32 / 1000.0;
    let step = strip.map_or(1.0, |strip| 1.0 / f32::from(strip.frames.max(2) - 1));
    let mut filmstrip = Filmstrip::new("Place in the film, in seconds", playhead.place.unwrap_or(0.0))
        .at_rest(playhead.place.is_none())
        .texture(strip)
        .frame_step(step)
        .duration(secs)
        .height(tokens::tokens(ui).size.filmstrip.details);
    if let Some(film) = playhead.film {
        filmstrip = filmstrip.frames(film.frames);
    }
    let is_on = frame.state.is_clip(job);
    // A filmstrip that cannot be used is disabled and not hidden, so that the layout does not jump.
    let shown = ui.add_enabled_ui(is_on, |ui| filmstrip.show(ui)).inner;
    let Some(place) = shown.moved_to else { return };
    match playhead.film {
        Some(film) => frame.act(Action::View(Viewing::Seek(frame_at(place, film.frames)))),
        None => {
            frame.ui_state.playhead = Some((job.id, place));
            // Any move of the playhead opens the film.
            frame.act(Action::View(Viewing::Play(false)));
        }
    }
}

fn verdict_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job) {
    let verdict = job.verdict;
    stars_ui(frame, ui, &[job.id], verdict.rating, verdict.is_rejected);
}

/// Draws five stars at the left and *Reject* at the right, for one clip or several.
pub(super) fn stars_ui(
    frame: &mut Frame<'_>,
    ui: &mut Ui,
    jobs: &[crate::domain::JobId],
    rating: Stars,
    is_rejected: bool,
) {
    let height = tokens::tokens(ui).size.control.small;
    ui.allocate_ui_with_layout(
        Vec2::new(ui.available_width(), height),
        egui::Layout::left_to_right(egui::Align::Center),
        |ui| {
            ui.set_min_height(height);
            let mut stars = rating.stars();
            if Rating::new("Stars").show(ui, &mut stars).changed() {
                frame.act(Action::Curate(Curate::Rate(jobs.to_vec(), Stars::new(stars))));
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let (text, name) =
                    if is_rejected { ("Rejected", "Take the reject back") } else { ("Reject", "Reject") };
                let key = frame.state.keys.text(UiCommand::Reject);
                let button = Button::new(text).icon(Icon::X).kind(ButtonKind::QuietSmall).trailing(&key);
                if button.on(is_rejected).accessible_name(name).show(ui).clicked() {
                    frame.act(Action::Curate(Curate::Reject(jobs.to_vec(), !is_rejected)));
                }
            });
        },
    );
}

/// Picks the texture that shows the clip now, and the part of the texture to show.
fn shown_picture(
    frame: &mut Frame<'_>,
    job: &Job,
    playhead: &Playhead,
    strip: Option<StripTexture>,
) -> Option<(egui::TextureId, Rect)> {
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    if let Some(place) = playhead.place {
        let film = frame.pictures.film(job).filter(|film| {
            playhead
                .frame
                .is_some_and(|wanted| is_near(*film, wanted, playhead.film, strip) || frame.state.playback.is_playing)
        });
        if let Some(film) = film {
            return Some((film.texture, whole));
        }
        if let Some(strip) = strip {
            return Some((strip.id, strip.uv(place)));
        }
    }
    let has_poster = matches!(job.state, JobState::Ready | JobState::Downloading);
    has_poster.then(|| frame.pictures.poster(job)).flatten().map(|(texture, _)| (texture, whole))
}

/// Whether a decoded frame is closer to the wanted moment than the nearest frame of the filmstrip.
fn is_near(shown: FilmPicture, wanted: u32, film: Option<FilmFacts>, strip: Option<StripTexture>) -> bool {
    let apart = film.zip(strip).map_or(u32::MAX, |(film, strip)| film.frames / u32::from(strip.frames.max(1)));
    shown.frame.abs_diff(wanted) <= apart / 2
}

fn picture_ui(
    frame: &mut Frame<'_>,
    ui: &mut Ui,
    job: &Job,
    said: &Said,
    playhead: &Playhead,
    strip: Option<StripTexture>,
) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let (width, height) = compare::pixels(frame.state, job);
    #[expect(clippy::cast_precision_loss, reason = "sides of pictures")]
    let ratio = width as f32 / height.max(1) as f32;
    let room = ui.available_width();
    let shown_height = (room / ratio).min(MOST_HEIGHT).round();
    let (place, response) = ui.allocate_exact_size(Vec2::new(room, shown_height), Sense::click());
    let picture_width = (shown_height * ratio).round().min(room);
    let picture = Rect::from_center_size(place.center(), Vec2::new(picture_width, shown_height));
    let name = format!("Quick look at {}", said.name);
    let is_film = frame.state.is_clip(job);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, is_film, &name));
    let corner = paint::radius(tokens.radius.card);
    frame.pictures.film_shown(job, picture.size());
    ui.painter().rect_filled(picture, corner, c.bg_raised);
    if let Some((texture, uv)) = shown_picture(frame, job, playhead, strip) {
        let shape = egui::epaint::RectShape::filled(picture, corner, tokens::UNTINTED).with_texture(texture, uv);
        ui.painter().add(shape);
        let at = picture.max - Vec2::splat(tokens.size.card.chip_inset);
        let chip = PictureChip::new(job.request.resolution().name());
        chip.paint(ui.painter(), at, Align2::RIGHT_BOTTOM, picture.width());
        if job.verdict.is_rejected {
            let at = picture.min + Vec2::splat(tokens.size.card.chip_inset);
            PictureChip::new("Rejected").icon(Icon::X).paint(ui.painter(), at, Align2::LEFT_TOP, picture.width());
        }
    } else {
        nothing_yet_ui(ui, picture, job, said);
    }
    let drawn = paint::drawn(ui, &response, true, paint::Look::Live);
    if drawn.focus {
        paint::focus_ring(ui.painter(), picture, tokens.radius.card);
    }
    if response.clicked() && is_film {
        frame.act(Action::View(Viewing::QuickLook(job.id)));
    }
}

/// Draws the number or the word of the card in place of a missing picture.
fn nothing_yet_ui(ui: &Ui, picture: Rect, job: &Job, said: &Said) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    paint::boxed(ui.painter(), picture, tokens.radius.card, c.bg_raised, c.stroke_mid);
    let (first, second) = match &said.body {
        Body::Number { number, remark } => (number.as_str(), remark.as_str()),
        Body::Message { .. } | Body::Picture => match &job.poster {
            Poster::Impossible(_) if said.icon != CardIcon::FileQuestion && job.state == JobState::Ready => {
                ("", "No picture")
            }
            _ => ("", said.word.as_str()),
        },
    };
    let center = picture.center();
    if first.is_empty() {
        let color = c.tone_fg(tone_of(said.tone));
        icons::paint(ui.painter(), icon_of(said.icon), center - Vec2::new(0.0, 12.0), 20.0, color);
    } else {
        let at = center - Vec2::new(0.0, 2.0);
        text_style::paint(ui.painter(), at, Align2::CENTER_BOTTOM, Text::Number, c.text_hi, first);
    }
    let at = center + Vec2::new(0.0, 4.0);
    let room = picture.width() - 16.0;
    text_style::paint_ellipsis(ui.painter(), at, Align2::CENTER_TOP, Text::Caption, c.text_mid, second, room);
    if let Some(bar) = said.bar {
        paint_progress(ui.painter(), picture.shrink(paint::hair(ui.ctx())), bar, c.stroke_mid, c.work_fg);
    }
}
