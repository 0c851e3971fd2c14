//! The messages of a job in the details pane: how it ended, what to do while its submission is unconfirmed, and the raw
//! exchange with the gateway.

use egui::Ui;

use super::super::{Frame, hold};
use super::{column, fact_wide, section};
use crate::app::Action;
use crate::app::action::spend::Door;
use crate::app::view::file::{self, FileWords};
use crate::app::view::spending::held_words;
use crate::app::view::words;
use crate::domain::job::Poster;
use crate::domain::{Charge, Ending, Job, JobState};
use crate::ui::icons::Icon;
use crate::ui::paint;
use crate::ui::text_style::{self, Spans, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, ButtonKind, Field, Note};

/// Draws how a job ended, in three parts: what happened, whether it was charged, and what to do now.
pub(super) fn message_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job) {
    let c = &tokens::tokens(ui).color;
    let is_over = !job.state.is_unfinished() && job.state != JobState::Ready;
    if let Some(message) = &job.message
        && (is_over || job.state.is_unfinished())
    {
        ui.add_space(10.0);
        three_parts_ui(ui, message);
    }
    if let Some(words) = held_words(frame.state, job) {
        ui.add_space(10.0);
        if let Some(why) = job.held {
            text_style::label(ui, Text::Strong, c.text_hi, why.sentence());
        }
        text_style::label(ui, Text::Small, c.text_mid, "Charged: No. Nothing of it was sent.");
        ui.add_space(8.0);
        let asks = frame.state.asked == Some(Door::Held(job.id)) && frame.state.dialog.is_none();
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing = egui::Vec2::ZERO;
            hold::button_ui(frame, ui, &words, Door::Held(job.id), ButtonKind::Primary);
            hold::below_ui(frame, ui, &words, Door::Held(job.id), asks);
        });
    }
    if let Some(words) = file_words(frame, job) {
        ui.add_space(10.0);
        parts_ui(ui, &words.what_happened, job.charge, &words.what_now);
    }
    if let Some(note) = frame.state.notes.get(&job.id) {
        ui.add_space(6.0);
        text_style::label(ui, Text::Small, c.text_mid, note);
    }
}

/// What is wrong with the file of a finished clip, if anything.
fn file_words(frame: &Frame<'_>, job: &Job) -> Option<FileWords> {
    match &job.poster {
        _ if job.state != JobState::Ready => None,
        _ if !frame.state.is_clip(job) => Some(file::file_missing(job)),
        Poster::Impossible(reason) => Some(file::no_picture(reason)),
        Poster::None | Poster::Made { .. } => None,
    }
}

fn three_parts_ui(ui: &mut Ui, message: &Ending) {
    parts_ui(ui, &message.what_happened, message.charge, &message.what_now);
}

fn parts_ui(ui: &mut Ui, what_happened: &str, charge: Charge, what_now: &str) {
    let c = &tokens::tokens(ui).color;
    text_style::label(ui, Text::Strong, c.text_hi, what_happened);
    let (word, color) = match charge {
        Charge::Nothing | Charge::No => ("No".to_owned(), c.text_hi),
        Charge::Yes(Some(amount)) => (amount.to_string(), c.text_hi),
        Charge::Yes(None) => ("Yes, as shown".to_owned(), c.text_hi),
        Charge::NotKnown => ("Not known".to_owned(), c.ask_fg),
    };
    Spans::new()
        .add("Charged: ", Text::Small, c.text_low)
        .add(&word, Text::SmallStrong, color)
        .add("  ", Text::Small, c.text_low)
        .add(what_now, Text::Small, c.text_mid)
        .show(ui);
}

/// Draws the panel of a job whose submission is unconfirmed. Only an explicit press of the user sends anything.
pub(super) fn unconfirmed_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job) {
    column(ui, 6.0, |ui| panel_ui(frame, ui, job));
}

fn panel_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job) {
    let c = &tokens::tokens(ui).color;
    let gateway = job.gateway;
    let state = frame.state;
    let what_happened = job
        .message
        .as_ref()
        .map_or_else(|| format!("{gateway} did not answer. It may be making this clip."), |m| m.what_happened.clone());
    text_style::label(ui, Text::Title, c.text_hi, what_happened);
    ui.add_space(2.0);
    if let Some(sent) = job.sent_at {
        let text =
            format!("The order left {}. No clear answer came.", words::moment(sent, state.now, &state.time_zone));
        fact_wide(ui, "What we know", &text, c.text_hi);
    }
    fact_wide(ui, "Charged", &format!("Not known, up to {}", job.estimate.amount), c.ask_fg);
    if let Some(note) = state.notes.get(&job.id) {
        fact_wide(ui, "Since then", note, c.text_hi);
    }
    ui.add_space(2.0);
    let note =
        format!("Rushes will not send it again by itself. If {gateway} made the clip, it is on your dashboard there.");
    if Note::new(&note).action("Open the dashboard").show(ui).acted {
        frame.act(Action::OpenDashboard(gateway));
    }
    ui.add_space(4.0);
    if Button::new("Check again").kind(ButtonKind::Lit).full_width().show(ui).clicked() {
        frame.act(Action::CheckAgain(job.id));
    }
    text_style::label(ui, Text::Caption, c.text_low, "Free. Looks, and never sends the order again.");
    ui.add_space(6.0);

    let mut typed = frame.ui_state.adopt.get(&job.id).cloned().unwrap_or_default();
    paint::row(ui, 8.0, |ui| {
        let button = Button::new("Watch it").enabled(!typed.trim().is_empty());
        let width = ui.available_width() - button.natural_width(ui) - 8.0;
        let field = Field::new("Job id from the dashboard").placeholder("Paste the job id").mono().width(width);
        let shown = field.show(ui, &mut typed);
        if (button.show(ui).clicked() || shown.submitted) && !typed.trim().is_empty() {
            frame.act(Action::Adopt(job.id, typed.clone()));
        }
    });
    frame.ui_state.adopt.insert(job.id, typed);
    text_style::label(
        ui,
        Text::Caption,
        c.text_low,
        "Found it there? Its id brings the clip here. Nothing is sent again.",
    );
    ui.add_space(6.0);

    let price = frame.state.settings.prices.again(job).amount;
    if frame.ui_state.asked_again == Some(job.id) {
        text_style::label(
            ui,
            Text::Small,
            c.ask_fg,
            format!(
                "If {gateway} took the first order, both are charged: up to {} in all.",
                job.estimate.amount.plus(price)
            ),
        );
        let text = format!("Yes, submit again · {price}");
        if Button::new(&text).full_width().show(ui).clicked() {
            frame.ui_state.asked_again = None;
            frame.act(Action::SubmitAgain(job.id));
        }
        if Button::new("Keep waiting").kind(ButtonKind::Quiet).full_width().show(ui).clicked() {
            frame.ui_state.asked_again = None;
        }
    } else {
        let text = format!("Submit again anyway · {price}");
        if Button::new(&text).full_width().show(ui).clicked() {
            frame.ui_state.asked_again = Some(job.id);
        }
        text_style::label(ui, Text::Caption, c.text_low, "May be charged twice. Asks once more before sending.");
    }
    ui.add_space(2.0);
    if Button::new("Discard this card").kind(ButtonKind::Danger).full_width().show(ui).clicked() {
        frame.act(Action::Discard(job.id));
    }
    text_style::label(ui, Text::Caption, c.text_low, "Stays in the books as “not known”.");
    ui.add_space(4.0);
}

pub(super) fn exchange_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job) {
    if !frame.state.has_exchange(job) {
        return;
    }
    let c = &tokens::tokens(ui).color;
    let is_open = frame.ui_state.shows_exchange;
    section(ui, "Raw exchange", |ui| {
        let copy = Button::new("Copy").icon(Icon::Copy).kind(ButtonKind::QuietSmall);
        if copy.accessible_name("Copy raw exchange").show(ui).clicked() {
            frame.act(Action::CopyRawExchange(job.id));
        }
        let (text, name) = if is_open { ("Hide", "Hide the raw exchange") } else { ("Show", "Show the raw exchange") };
        if Button::new(text).kind(ButtonKind::QuietSmall).accessible_name(name).show(ui).clicked() {
            frame.ui_state.shows_exchange = !is_open;
        }
    });
    text_style::label(
        ui,
        Text::Caption,
        c.text_low,
        "The last conversation with the gateway, the key and signed links removed.",
    );
    if is_open {
        match frame.state.exchange_of(job.id) {
            Some(exchange) => {
                let text: String = exchange.to_text().chars().take(6_000).collect();
                text_style::label_selectable(ui, Text::MonoSmall, c.text_mid, text);
            }
            None if frame.state.exchange.as_ref().is_none_or(|asked| asked.job != job.id) => {
                frame.act(Action::ShowRawExchange(job.id));
            }
            None => {}
        }
    }
}
