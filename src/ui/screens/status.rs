//! The line at the bottom: proof of life without spinners.

use egui::{Align, Color32, Layout, Sense, Ui};

use super::{Frame, gallery};
use crate::app::gallery::Filter;
use crate::app::state::AppState;
use crate::app::{Action, form, words};
use crate::domain::{GatewayId, JobState};
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, ButtonKind};

pub(super) fn status_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let rect = ui.max_rect();
    let state = frame.state;
    ui.allocate_ui_with_layout(rect.size(), Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_size(rect.size());
        ui.add_space(16.0);
        let waiting = state.jobs.values().filter(|job| job.state == JobState::Queued && !job.is_hidden).count();
        let working = state.gallery.count(Filter::Working).saturating_sub(waiting);
        let asking = state.gallery.count(Filter::NeedsYou);
        if working + waiting + asking == 0 {
            text_style::label_line(ui, Text::Caption, c.text_mid, "No jobs running");
        }
        let mut dot = false;
        let mut part = |ui: &mut Ui, icon: Option<Icon>, color: Color32, text: String| {
            if dot {
                text_style::label_line(ui, Text::Caption, c.text_low, "  ·  ");
            }
            dot = true;
            if let Some(icon) = icon {
                icons::show(ui, icon, 12.0, color);
                ui.add_space(5.0);
            }
            text_style::label_line(ui, if icon.is_some() { Text::Label } else { Text::Caption }, color, text);
        };
        if working > 0 {
            part(ui, Some(Icon::Loader), c.work_fg, format!("{working} working"));
        }
        if waiting > 0 {
            part(ui, None, c.text_mid, format!("{waiting} waiting"));
        }
        if asking > 0 {
            let needs = if asking == 1 { "needs" } else { "need" };
            part(ui, Some(Icon::CircleQuestionMark), c.ask_fg, format!("{asking} {needs} you"));
        }
        ui.add_space(14.0);
        paint::upright(
            ui.painter(),
            ui.cursor().left(),
            egui::Rangef::new(rect.top() + 7.0, rect.bottom() - 7.0),
            c.stroke_mid,
        );
        ui.add_space(14.0);
        for (icon, color, text) in gateway_lines(state, c) {
            if let Some(icon) = icon {
                icons::show(ui, icon, 12.0, color);
                ui.add_space(5.0);
            }
            text_style::label_line(ui, Text::Caption, color, text);
            ui.add_space(14.0);
        }
        if let Some(trouble) = &state.storage_trouble {
            icons::show(ui, Icon::HardDrive, 12.0, c.fail_fg);
            ui.add_space(5.0);
            text_style::label_ellipsis(ui, Text::Label, c.fail_fg, trouble);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(16.0);
            let (text, icon) =
                if state.is_queue_paused { ("Resume queue", Icon::Play) } else { ("Pause queue", Icon::Pause) };
            if waiting > 0 || state.is_queue_paused {
                if Button::new(text).icon(icon).kind(ButtonKind::QuietSmall).show(ui).clicked() {
                    frame.act(Action::PauseQueue(!state.is_queue_paused));
                }
                ui.add_space(8.0);
            }
            let clips = state.jobs.values().filter(|job| job.clip.is_some() && !job.is_hidden);
            let (count, bytes) =
                clips.fold((0, 0), |(n, sum), job| (n + 1, sum + job.clip.as_ref().map_or(0, |clip| clip.size_bytes)));
            let text = words::counted(count, "clip", "clips");
            let text = if count == 0 { text } else { format!("{text}, {}", words::size(bytes)) };
            text_style::label_line(ui, Text::Caption, c.text_low, text);
            ui.add_space(8.0);
            gallery::selection_ui(frame, ui);
            if let Some(warning) = state.warnings.first() {
                ui.add_space(12.0);
                let response =
                    text_style::label_ellipsis(ui, Text::Caption, c.ask_fg, warning).interact(Sense::click());
                response
                    .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, format!("Dismiss: {warning}")));
                if response.clicked() {
                    frame.act(Action::CloseWarning(0));
                }
            }
        });
    });
}

/// What each gateway in use is doing, in words.
fn gateway_lines(state: &AppState, c: &tokens::Colors) -> Vec<(Option<Icon>, Color32, String)> {
    let mut lines = Vec::new();
    for gateway in [GatewayId::Apiin, GatewayId::Aigateway, GatewayId::Practice] {
        let known = state.gateway(gateway);
        let is_busy = state.jobs.values().any(|job| job.gateway == gateway && job.state.is_watched());
        if !known.key.is_present() && !is_busy {
            continue;
        }
        let title = form::title(gateway);
        let throttled = known.health.throttled_until.filter(|until| *until > state.now);
        if let Some(until) = throttled {
            let wait = words::span(until.since(state.now));
            lines.push((Some(Icon::Timer), c.text_mid, format!("{title} asked to wait {wait}")));
        } else if let Some((since, trouble)) = &known.health.trouble {
            let watching = if is_busy { ", still watching" } else { "" };
            let since = words::ago(*since, state.now);
            lines.push((Some(Icon::Activity), c.ask_fg, format!("{title}: {trouble}{watching} (since {since})")));
        } else {
            let text = match known.health.last_answer {
                Some(at) if is_busy => format!("{title} answered {}", words::ago(at, state.now)),
                _ => format!("{title} idle"),
            };
            lines.push((None, c.text_low, text));
        }
    }
    if lines.is_empty() {
        lines.push((Some(Icon::KeyRound), c.text_low, "No key".to_owned()));
    }
    lines
}
