//! The recipe of the selected clip, its cost, its file, and its ids at the gateway.

use egui::{Align2, Sense, Ui, Vec2, pos2};

use super::super::Frame;
use super::{NAMES, column, fact, fact_with, section};
use crate::app::Action;
use crate::app::action::prices::Prices;
use crate::app::view::chain::picture_name;
use crate::app::view::compare;
use crate::app::view::cost::{CostLine, cost, difference};
use crate::app::view::{prices, travel, words};
use crate::domain::setting::ModelId;
use crate::domain::{InputPicture, Job, JobState};
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Spans, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, ButtonKind, Question};

/// Number of prompt lines that are shown while the prompt is folded.
const PROMPT_LINES: usize = 3;

pub(super) fn recipe_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job) {
    let c = &tokens::tokens(ui).color;
    let state = frame.state;
    let request = &job.request;
    section(ui, if job.state == JobState::Unconfirmed { "What was sent" } else { "Recipe" }, |ui| {
        let copy = Button::new("Copy").icon(Icon::Copy).kind(ButtonKind::QuietSmall).accessible_name("Copy the prompt");
        if copy.show(ui).clicked() {
            frame.act(Action::CopyPrompt(job.id));
        }
    });
    ui.add_space(8.0);
    prompt_ui(frame, ui, job);
    ui.add_space(8.0);
    column(ui, 6.0, |ui| {
        if !request.negative_prompt().is_empty() {
            fact(ui, "Not shown", request.negative_prompt(), c.text_hi);
        }
        if *request.model() != ModelId::default() {
            fact(ui, "Model", &words::model(request.model()), c.text_hi);
        }
        fact(ui, "Settings", &request.settings_line(), c.text_hi);
        for difference in job.differences() {
            let mut name = difference.setting().name().to_owned();
            name[..1].make_ascii_uppercase();
            fact(ui, &name, &difference.to_string(), c.text_hi);
        }
        fact(ui, "Thinking", request.thinking().name(), c.text_hi);
        if let Some(seed) = request.seed() {
            let drawn = if request.is_seed_drawn() { "  drawn by Rushes" } else { "" };
            let text = Spans::new().add(&words::seed(seed.get()), Text::Small, c.text_hi);
            fact_with(ui, NAMES, "Seed", text.add(drawn, Text::Small, c.text_low));
        }
        if let Some(picture) = request.picture() {
            let text = match (picture, job.parent) {
                (_, Some(parent)) => picture_name(state, parent),
                (InputPicture::WebAddress(address), None) => address.clone(),
                (InputPicture::Stored(stored), None) => stored.display_name.clone(),
            };
            fact(ui, "Picture", &text, c.text_hi);
        }
        if let Some(picture) = request.end_picture() {
            let text = match picture {
                InputPicture::WebAddress(address) => address,
                InputPicture::Stored(stored) => &stored.display_name,
            };
            fact(ui, "End picture", text, c.text_hi);
        }
        if let Some(way) = travel::went(job) {
            fact(ui, "Way", &way, c.text_hi);
        }
        if let Some(project) = &job.project {
            fact(ui, "Project", project.as_str(), c.text_hi);
        }
        fact(ui, "Gateway", job.gateway.title(), c.text_hi);
        if let Some(remote) = &job.remote_id {
            id_ui(frame, ui, "Job", remote.as_str(), "Copy the job id");
        }
        let made = words::moment(job.created_at, state.now, &state.time_zone);
        match (job.accepted_at, job.made_at) {
            (Some(accepted), Some(done)) => {
                let made = format!("{made}, in {}", words::span(done.since(accepted)));
                fact(ui, "Made", &made, c.text_hi);
            }
            _ => fact(ui, "Asked for", &made, c.text_hi),
        }
    });
}

/// Draws the prompt. A long one is folded to its first lines.
fn prompt_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job) {
    let c = &tokens::tokens(ui).color;
    let prompt = job.request.prompt();
    let width = ui.available_width();
    let is_long = {
        let whole = text_style::wrapped(ui.ctx(), prompt, Text::Small, c.text_mid, width, PROMPT_LINES + 1);
        whole.rows.len() > PROMPT_LINES
    };
    if !is_long || frame.ui_state.unfolded_prompt == Some(job.id) {
        text_style::label_selectable(ui, Text::Small, c.text_mid, prompt);
        return;
    }
    let galley = text_style::wrapped(ui.ctx(), prompt, Text::Small, c.text_mid, width, PROMPT_LINES);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, galley.size().y), Sense::click());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "Show the whole prompt"));
    let drawn = paint::drawn(ui, &response, true, paint::Look::Live);
    let color = tokens::mix(c.text_mid, c.text_hi, drawn.hover);
    let galley = text_style::wrapped(ui.ctx(), prompt, Text::Small, color, width, PROMPT_LINES);
    text_style::paint_galley(ui.painter(), rect.min, Align2::LEFT_TOP, galley);
    if drawn.focus {
        paint::focus_ring(ui.painter(), rect, 4.0);
    }
    if response.clicked() {
        frame.ui_state.unfolded_prompt = Some(job.id);
    }
}

fn id_ui(frame: &mut Frame<'_>, ui: &mut Ui, name: &str, id: &str, copies: &str) {
    let c = &tokens::tokens(ui).color;
    let line = Vec2::new(ui.available_width(), 16.0);
    ui.allocate_ui_with_layout(line, egui::Layout::left_to_right(egui::Align::Center), |ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        let (rect, _) = ui.allocate_exact_size(Vec2::new(NAMES, 16.0), Sense::hover());
        text_style::paint(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, Text::Small, c.text_low, name);
        let room = (ui.available_width() - 24.0).max(0.0);
        let galley = text_style::ellipsis(ui.ctx(), id, Text::MonoSmall, c.text_hi, room);
        let (rect, response) = ui.allocate_exact_size(Vec2::new(galley.size().x, 16.0), Sense::hover());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, format!("{name} {id}")));
        text_style::paint_galley(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, galley);
        ui.add_space(2.0);
        let (spot, response) = ui.allocate_exact_size(Vec2::new(20.0, 16.0), Sense::click());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, copies));
        let drawn = paint::drawn(ui, &response, true, paint::Look::Live);
        let color = tokens::mix(c.text_low, c.text_hi, drawn.hover);
        icons::paint(ui.painter(), Icon::Copy, spot.center(), 12.0, color);
        if drawn.focus {
            paint::focus_ring(ui.painter(), spot, 4.0);
        }
        if response.clicked() {
            frame.act(Action::CopyText(id.to_owned()));
        }
    });
}

pub(super) fn cost_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job) {
    if !job.gateway.is_paid() {
        return;
    }
    let c = &tokens::tokens(ui).color;
    let cost = cost(job, &frame.state.settings);
    section(ui, "Cost", |_| {});
    ui.add_space(8.0);
    column(ui, 6.0, |ui| {
        cost_line_ui(ui, "Shown", &cost.shown, c.text_hi, false);
        let is_off = difference(job).is_some();
        let color = if cost.is_unknown || is_off { c.ask_fg } else { c.text_hi };
        cost_line_ui(ui, "Charged", &cost.charged, color, cost.is_as_shown);
        if let Some(elsewhere) = &cost.elsewhere {
            cost_line_ui(ui, "Elsewhere", elsewhere, c.text_hi, false);
        }
        if let Some(note) = prices::note(frame.state, job) {
            ui.add_space(2.0);
            price_note_ui(frame, ui, job, &note);
        }
        for doubt in &job.estimate.doubts {
            text_style::label(ui, Text::Caption, c.text_low, doubt.sentence());
        }
    });
}

/// Draws the question whether the price of a clip is what was charged from now on.
fn price_note_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job, note: &prices::PriceNote) {
    Question::new(&note.title, &note.text).show(ui, |ui| {
        if Button::new("Update table").kind(ButtonKind::Small).show(ui).clicked() {
            frame.act(Action::Prices(Prices::Update(job.id)));
        }
        if Button::new(&note.keep).kind(ButtonKind::QuietSmall).show(ui).clicked() {
            frame.act(Action::Prices(Prices::Keep(job.id)));
        }
    });
}

/// Draws a line of the cost: an amount, a check mark if the gateway confirms the amount, and a remark.
fn cost_line_ui(ui: &mut Ui, name: &str, line: &CostLine, color: egui::Color32, is_checked: bool) {
    let c = &tokens::tokens(ui).color;
    let remark = if line.remark.is_empty() { String::new() } else { format!(" {}", line.remark) };
    if !is_checked {
        let text = Spans::new().add(&line.amount, Text::Small, color).add(&remark, Text::Small, c.text_low);
        fact_with(ui, NAMES, name, text);
        return;
    }
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        fact_with(ui, NAMES, name, Spans::new().add(&line.amount, Text::Small, color));
        let (place, _) = ui.allocate_exact_size(Vec2::new(17.0, Text::Small.line()), Sense::hover());
        icons::paint(ui.painter(), Icon::Check, pos2(place.right() - 6.5, place.center().y), 13.0, color);
        Spans::new().add(&remark, Text::Small, c.text_low).show(ui);
    });
}

/// Draws the file and the ids that a support team asks for, folded away at first.
pub(super) fn file_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job) {
    let c = &tokens::tokens(ui).color;
    let is_open = frame.ui_state.shows_ids;
    section(ui, "File and ids", |ui| {
        let (text, name) = if is_open { ("Hide", "Hide file and ids") } else { ("Show", "Show file and ids") };
        if Button::new(text).kind(ButtonKind::QuietSmall).accessible_name(name).show(ui).clicked() {
            frame.ui_state.shows_ids = !is_open;
        }
    });
    if !is_open {
        return;
    }
    ui.add_space(8.0);
    column(ui, 6.0, |ui| {
        if let Some(clip) = &job.clip {
            #[expect(clippy::cast_precision_loss, reason = "some seconds")]
            let secs = clip.duration_millis as f64 / 1000.0;
            let sound = if clip.has_audio { "with sound" } else { "no sound" };
            fact(ui, "File", &clip.path.display().to_string(), c.text_hi);
            let size = words::size(clip.size_bytes);
            let (width, height) = compare::pixels(frame.state, job);
            fact(ui, "Film", &format!("{size}, {width} × {height}, {secs:.1} s, {sound}"), c.text_hi);
        }
        if let Some(note) = job.clip.as_ref().and_then(|clip| clip.recipe_note.as_ref()) {
            text_style::label_selectable(ui, Text::Small, c.text_mid, note);
        }
        if let Some(request_id) = &job.request_id {
            id_ui(frame, ui, "Request", request_id, "Copy the request id");
        }
        id_ui(frame, ui, "Our id", &job.id.short(), "Copy our id");
    });
}
