//! The status line at the bottom of the window: counts of jobs, what each gateway is doing, the network, warnings and
//! the size of the library. It shows activity without spinners.

use egui::{Align, Align2, Color32, Layout, Rect, Response, Sense, Ui, Vec2};

use super::{Frame, gallery};
use crate::app::Action;
use crate::app::action::command::UiCommand;
use crate::app::state::AppState;
use crate::app::state::gallery::Filter;
use crate::app::view::dropping::{self, DropView};
use crate::app::view::network::{Network, network};
use crate::app::view::words;
use strum::IntoEnumIterator as _;

use crate::domain::GatewayId;
use crate::domain::numbers;
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::tooltip_key;

/// Gap between the parts of the line, in points.
const GAP: f32 = 16.0;
/// A part of the line with less room than this is left out, in points.
const LEAST: f32 = 56.0;
/// The room that is kept for a warning, in points.
const WARNING: f32 = 200.0;

pub(super) fn status_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let rect = ui.max_rect();
    let state = frame.state;
    ui.allocate_ui_with_layout(rect.size(), Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_size(rect.size());
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        ui.add_space(16.0);
        if let Some(hovering) = &state.hovering {
            dropping_ui(ui, &dropping::view(hovering));
            return;
        }
        counts_ui(ui, state);
        upright_ui(ui, rect);
        let has_job = !state.jobs.is_empty();
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing = Vec2::ZERO;
            ui.add_space(16.0);
            if has_job {
                let (text, icon) =
                    if state.is_queue_paused { ("Resume queue", Icon::Play) } else { ("Pause queue", Icon::Pause) };
                let color = if state.is_queue_paused { c.ask_fg } else { c.text_mid };
                let key = state.keys.text(UiCommand::PauseQueue);
                let key = Some(key.as_str()).filter(|key| !key.is_empty());
                if tooltip_key(press_ui(ui, icon, color, text), text, key).clicked() {
                    frame.act(Action::PauseQueue(!state.is_queue_paused));
                }
                upright_ui(ui, rect);
            }
            let counts = state.jobs.counts();
            let (count, bytes) = (counts.clips, counts.clip_bytes);
            let text = numbers::counted(count, "clip", "clips");
            let text = if count == 0 { text } else { format!("{text}, {}", words::size(bytes)) };
            text_style::label_line(ui, Text::Caption, c.text_low, text);
            ui.add_space(8.0);
            gallery::selection_ui(frame, ui);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| activity_ui(frame, ui));
        });
    });
}

/// Draws what the gateways and the network do, as far as it has room, beside trouble and warnings.
fn activity_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let state = frame.state;
    let mut parts = gateway_lines(state, c);
    match network(state) {
        Some(Network::Online) => parts.push((Some(Icon::Wifi), c.text_low, "Online".to_owned())),
        Some(Network::Offline) => {
            let text = "Offline. Drafts, prices and practice clips still work";
            parts.push((Some(Icon::WifiOff), c.text_mid, text.to_owned()));
        }
        None => {}
    }
    if let Some(trouble) = &state.storage_trouble {
        icons::show(ui, Icon::HardDrive, 12.0, c.fail_fg);
        ui.add_space(4.0);
        text_style::label_ellipsis(ui, Text::Label, c.fail_fg, trouble);
        ui.add_space(GAP);
    }
    let of_warning = if state.warnings.is_empty() { 0.0 } else { WARNING };
    for (icon, color, text) in parts {
        let room = ui.available_width() - of_warning;
        if room < LEAST {
            break;
        }
        ui.scope(|ui| {
            ui.set_max_width(room);
            if let Some(icon) = icon {
                icons::show(ui, icon, 12.0, color);
                ui.add_space(4.0);
            }
            text_style::label_ellipsis(ui, Text::Caption, color, &text);
        });
        ui.add_space(GAP);
    }
    if let Some(warning) = state.warnings.first() {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(GAP);
            let response = text_style::label_ellipsis(ui, Text::Caption, c.ask_fg, warning).interact(Sense::click());
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, format!("Dismiss: {warning}")));
            if response.clicked() {
                frame.act(Action::CloseWarning(0));
            }
        });
    }
}

/// Says what a drop would do, in the place of everything else.
fn dropping_ui(ui: &mut Ui, shown: &DropView) {
    let c = &tokens::tokens(ui).color;
    part_ui(ui, Some(Icon::MousePointer2), c.text_mid, Text::Caption, shown.status);
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.add_space(16.0);
        text_style::label_ellipsis(ui, Text::Caption, c.text_low, shown.status_right);
    });
}

/// Draws the counts of jobs, such as `3 working · 1 waiting · 1 needs you`.
fn counts_ui(ui: &mut Ui, state: &AppState) {
    let c = &tokens::tokens(ui).color;
    let waiting = state.jobs.sums().waiting;
    let working = state.gallery.count(Filter::Working).saturating_sub(waiting);
    let asking = state.gallery.count(Filter::NeedsYou);
    let mut parts = Vec::new();
    if working > 0 {
        parts.push((Some(Icon::Loader), c.work_fg, format!("{working} working")));
    }
    if waiting > 0 {
        parts.push((None, c.text_low, format!("{waiting} waiting")));
    }
    if asking > 0 {
        let needs = if asking == 1 { "needs" } else { "need" };
        parts.push((Some(Icon::CircleQuestionMark), c.ask_fg, format!("{asking} {needs} you")));
    }
    if parts.is_empty() {
        text_style::label_line(ui, Text::Caption, c.text_low, "No jobs");
    }
    for (index, (icon, color, text)) in parts.into_iter().enumerate() {
        if index > 0 {
            ui.add_space(5.0);
            text_style::label_line(ui, Text::Caption, c.text_low, "·");
            ui.add_space(5.0);
        }
        let style = if icon.is_some() { Text::Label } else { Text::Caption };
        part_ui(ui, icon, color, style, &text);
    }
}

fn part_ui(ui: &mut Ui, icon: Option<Icon>, color: Color32, style: Text, text: &str) {
    if let Some(icon) = icon {
        icons::show(ui, icon, 12.0, color);
        ui.add_space(4.0);
    }
    text_style::label_line(ui, style, color, text);
}

/// Draws a vertical line between two groups of parts, with a gap on both sides.
fn upright_ui(ui: &mut Ui, line: Rect) {
    ui.add_space(GAP);
    let (rect, _) = ui.allocate_exact_size(Vec2::new(1.0, 16.0), Sense::hover());
    let height = egui::Rangef::new(line.center().y - 8.0, line.center().y + 8.0);
    paint::upright(ui.painter(), rect.left(), height, tokens::tokens(ui).color.stroke_mid);
    ui.add_space(GAP);
}

/// Draws a button in the same plain style as the text of the line.
fn press_ui(ui: &mut Ui, icon: Icon, color: Color32, text: &str) -> Response {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let width = text_style::line(ui.ctx(), text, Text::Caption, color).size().x;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(16.0 + width.ceil(), 24.0), Sense::click());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, text));
    let drawn = paint::drawn(ui, &response, true, paint::Look::Live);
    let color = tokens::mix(color, c.text_hi, drawn.hover);
    icons::paint(ui.painter(), icon, rect.left_center() + Vec2::new(6.0, 0.0), 12.0, color);
    let at = rect.left_center() + Vec2::new(16.0, 0.0);
    text_style::paint(ui.painter(), at, Align2::LEFT_CENTER, Text::Caption, color, text);
    if drawn.focus {
        paint::focus_ring(ui.painter(), rect.shrink2(Vec2::new(-2.0, 4.0)), tokens.radius.chip);
    }
    response
}

/// Describes what each gateway in use is doing: icon, color and text.
fn gateway_lines(state: &AppState, c: &tokens::Colors) -> Vec<(Option<Icon>, Color32, String)> {
    let mut lines = Vec::new();
    // Gateways that do nothing share one part, so that the line stays short.
    let mut idle = Vec::new();
    for gateway in GatewayId::iter() {
        let known = state.gateway(gateway);
        let is_busy = state.jobs.sums().is_watching(gateway);
        if !known.key.is_present() && !is_busy {
            continue;
        }
        let title = gateway.title();
        if let Some(number) = known.health.at_once {
            lines.push((Some(Icon::Timer), c.text_mid, format!("{title} takes {number} at once now")));
        }
        let throttled = known.health.throttled_until.filter(|until| *until > state.now);
        if let Some(until) = throttled {
            let wait = words::span(until.since(state.now));
            lines.push((Some(Icon::Timer), c.text_mid, format!("{title} asked to wait {wait}")));
        } else if let Some((since, trouble)) = &known.health.trouble {
            let watching = if is_busy { ", still watching" } else { "" };
            let since = words::ago(*since, state.now);
            lines.push((Some(Icon::Activity), c.ask_fg, format!("{title}: {trouble}{watching} (since {since})")));
        } else {
            match known.health.last_answer {
                Some(at) if is_busy => {
                    let text = format!("{title} answered {}", words::ago(at, state.now));
                    lines.push((None, c.text_low, text));
                }
                _ => idle.push(title),
            }
        }
    }
    if !idle.is_empty() {
        lines.push((None, c.text_low, format!("{} idle", words::list(&idle))));
    }
    if lines.is_empty() {
        lines.push((Some(Icon::KeyRound), c.text_low, "No key".to_owned()));
    }
    lines
}
