//! The chosen order of the ledger, with everything that is known of its money.

use egui::{Ui, Vec2};

use crate::app::Action;
use crate::app::action::ledger::LedgerAct;
use crate::app::view::ledger::row::take;
use crate::app::view::words;
use crate::domain::Job;
use crate::domain::ledger::{Charged, Entry};
use crate::ui::icons::Icon;
use crate::ui::paint;
use crate::ui::screens::Frame;
use crate::ui::text_style::{self, Spans, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, IconButton};

pub(super) fn order_ui(frame: &mut Frame<'_>, ui: &mut Ui, job: &Job) {
    let c = &tokens::tokens(ui).color;
    let state = frame.state;
    let Some(entry) = Entry::of(job, state.now, &state.time_zone) else { return };
    let width = ui.available_width();
    let prompt = text_style::wrapped(ui.ctx(), job.request.prompt(), Text::Body, c.text_hi, width, 4);
    let (place, response) = ui.allocate_exact_size(prompt.size(), egui::Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, job.request.prompt()));
    text_style::paint_galley(ui.painter(), place.min, egui::Align2::LEFT_TOP, prompt);
    ui.add_space(8.0);
    let (charged, is_sure) = match entry.charged {
        Charged::No => ("no".to_owned(), true),
        Charged::Yes(amount) => (amount.to_string(), true),
        Charged::Assumed(amount) => (format!("{amount}, assumed: no amount in the answers"), true),
        Charged::NotKnown => ("not known".to_owned(), false),
    };
    let difference = entry.difference().map(|difference| difference.words());
    let of_take = take(state, job).map(|take| format!(" · take {take}")).unwrap_or_default();
    let lines = [
        ("Shown", Some(job.estimate.amount.to_string()), false),
        ("Charged", Some(charged), !is_sure),
        ("Difference", difference, true),
        ("Ended", Some(entry.outcome.title().to_owned()), false),
        ("Time", Some(words::moment(entry.at, state.now, &state.time_zone)), false),
        ("Asked by", Some(job.asked_by.title().to_owned()), false),
        ("Gateway", Some(job.gateway.title().to_owned()), false),
        ("Model", Some(words::model(job.request.model())), false),
        ("Settings", Some(format!("{}{of_take}", job.request.settings_line())), false),
        ("Project", job.project.as_ref().map(ToString::to_string), false),
    ];
    for (name, value, asks) in lines {
        let Some(value) = value else { continue };
        let color = if asks { c.ask_fg } else { c.text_hi };
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing = Vec2::ZERO;
            ui.allocate_ui(Vec2::new(80.0, 20.0), |ui| {
                ui.set_min_width(80.0);
                text_style::label(ui, Text::Small, c.text_mid, name);
            });
            Spans::new().add(&value, Text::Small, color).show(ui);
        });
        ui.add_space(4.0);
    }
    if let Some(message) = &job.message {
        ui.add_space(4.0);
        text_style::label(ui, Text::Small, c.text_mid, message.to_text());
    }
    ui.add_space(8.0);
    paint::row(ui, 8.0, |ui| {
        let has_card = state.gallery.has_card(job.id);
        if Button::new("Show in gallery").icon(Icon::Eye).enabled(has_card).show(ui).clicked() {
            frame.act(Action::Ledger(LedgerAct::Show(job.id)));
        }
        if IconButton::new(Icon::Copy, "Copy the id of the order").show(ui).clicked() {
            frame.act(Action::CopyText(job.id.to_string()));
        }
    });
    if !state.gallery.has_card(job.id) {
        ui.add_space(4.0);
        text_style::label(ui, Text::Caption, c.text_low, "Its card was taken off the gallery. The order stays here.");
    }
}
