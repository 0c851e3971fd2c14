//! The chain of shots that the selected clip belongs to, drawn as a row of small pictures.

use egui::{Align2, Rect, Sense, Ui, Vec2, pos2};

use super::super::Frame;
use super::section;
use crate::app::Action;
use crate::app::action::storyboard::Board;
use crate::app::view::chain::{Chain, Presence, Shot};
use crate::domain::{Job, JobState};
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, ButtonKind, tooltip};

/// Height of the picture of a shot, in points.
const HEIGHT: f32 = 40.0;
/// Allowed widths of the picture of a shot, in points.
const WIDTHS: std::ops::RangeInclusive<f32> = 28.0..=72.0;
/// Gap between two shots, in points. A chevron stands in it.
const GAP: f32 = 14.0;
/// Room around the pictures for the selection ring, in points.
const RING: f32 = 4.0;

/// Draws the chain. Draws nothing if the clip is not part of one.
pub(super) fn chain_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job) {
    let chain = Chain::of(job, frame.state.family_of(job.id));
    if chain.is_alone() {
        return;
    }
    section(ui, "Chain", |ui| {
        let button = Button::new("Copy file list").icon(Icon::Copy).kind(ButtonKind::QuietSmall);
        let has_files = !chain.files(|id| frame.state.known_job(id)).is_empty();
        if button.enabled(has_files).show(ui).clicked() {
            frame.act(Action::CopyFileList(job.id));
        }
        let board = Button::new("Storyboard").icon(Icon::Clapperboard).kind(ButtonKind::QuietSmall);
        if board.accessible_name("Storyboard from this chain").show(ui).clicked() {
            frame.act(Action::Board(Board::AddChain(job.id)));
        }
    });
    ui.add_space(4.0);
    let height = RING + HEIGHT + 16.0 + RING;
    egui::ScrollArea::horizontal().id_salt(("chain", job.id)).auto_shrink([false, true]).max_height(height).show(
        ui,
        |ui| {
            ui.spacing_mut().item_spacing = Vec2::ZERO;
            ui.allocate_ui_with_layout(Vec2::new(0.0, height), egui::Layout::left_to_right(egui::Align::Min), |ui| {
                ui.add_space(RING);
                for (place, shot) in chain.shots.iter().enumerate() {
                    // Takes that continue the same shot stand side by side without a chevron between them.
                    if place > 0 {
                        gap_ui(ui, !shot.is_beside);
                    }
                    shot_ui(frame, ui, *shot, place == chain.here);
                }
                ui.add_space(RING);
            });
        },
    );
}

fn gap_ui(ui: &mut Ui, goes_on: bool) {
    let color = tokens::tokens(ui).color.text_low;
    let (rect, _) = ui.allocate_exact_size(Vec2::new(GAP, RING + HEIGHT), Sense::hover());
    if goes_on {
        icons::paint(ui.painter(), Icon::ChevronRight, rect.center() + Vec2::new(0.0, RING / 2.0), 12.0, color);
    }
}

fn shot_ui(frame: &mut Frame<'_>, ui: &mut Ui, shot: Shot, is_here: bool) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let state = frame.state;
    let job = state.jobs.get(&shot.job).filter(|_| shot.presence == Presence::Here);
    let (word, width) = match job {
        Some(job) => {
            let (wide, high) = job.request.pixels();
            #[expect(clippy::cast_precision_loss, reason = "sides of pictures")]
            let width = (HEIGHT * wide as f32 / high.max(1) as f32).round().clamp(*WIDTHS.start(), *WIDTHS.end());
            (format!("Take {}", state.gallery.take_of(job.id).0), width)
        }
        None if shot.presence == Presence::Removed => ("Removed".to_owned(), 56.0),
        None => ("Deleted".to_owned(), 56.0),
    };
    let sense = if job.is_some() { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, RING + HEIGHT + 16.0), sense);
    let picture = Rect::from_min_size(rect.min + Vec2::new(0.0, RING), Vec2::new(width, HEIGHT));
    let from = shot.from_frame.map(|number| format!(", goes on from frame {number} of the shot before"));
    let name = format!("{word}{}", from.unwrap_or_default());
    response.widget_info(|| match job {
        Some(_) => egui::WidgetInfo::selected(egui::Role::Button, true, is_here, &name),
        None => egui::WidgetInfo::labeled(egui::Role::Label, true, &name),
    });
    let painter = ui.painter();
    let corner = paint::radius(tokens.radius.chip);
    match job {
        Some(job) => {
            let has_poster = job.state == JobState::Ready || job.clip.is_some();
            match has_poster.then(|| frame.pictures.poster(job)).flatten() {
                Some((texture, _)) => {
                    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
                    let shape = egui::epaint::RectShape::filled(picture, corner, tokens::UNTINTED);
                    painter.add(shape.with_texture(texture, whole));
                }
                None => {
                    paint::boxed(painter, picture, tokens.radius.chip, c.bg_raised, c.stroke_mid);
                    icons::paint(painter, Icon::Clock, picture.center(), 14.0, c.text_mid);
                }
            }
        }
        None => {
            paint::dashed_frame(painter, picture, tokens.radius.chip, c.stroke_control);
            let icon = if shot.presence == Presence::Removed { Icon::EyeOff } else { Icon::Trash2 };
            icons::paint(painter, icon, picture.center(), 14.0, c.text_low);
        }
    }
    let drawn = paint::drawn(ui, &response, job.is_some(), paint::Look::Live);
    if is_here {
        let stroke = egui::Stroke::new(tokens.stroke.selected, c.lit_fill);
        painter.rect_stroke(picture, corner, stroke, egui::StrokeKind::Outside);
    }
    let color = if is_here { c.text_hi } else { tokens::mix(c.text_low, c.text_hi, drawn.hover) };
    let at = pos2(picture.center().x, picture.bottom() + 3.0);
    text_style::paint_ellipsis(painter, at, Align2::CENTER_TOP, Text::Caption, color, &word, width + GAP);
    if drawn.focus {
        paint::focus_ring(painter, picture, tokens.radius.chip);
    }
    if response.clicked() && !is_here {
        frame.act(Action::Select(Some(shot.job)));
    }
    if shot.from_frame.is_some() {
        tooltip(response, &name);
    }
}
