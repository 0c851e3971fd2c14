//! The line below the wells that says how the pictures get to the gateway.

use egui::{Align2, Sense, Ui, Vec2};

use super::super::Frame;
use crate::app::Action;
use crate::app::state::SettingsPage;
use crate::app::view::form::FormView;
use crate::app::view::travel::Certainty;
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Spans, Text};
use crate::ui::tokens;

/// Draws how the pictures get to the gateway. Where there is another way, a click opens the settings.
pub(super) fn travel_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &FormView) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let Some(travel) = &view.travel else { return };
    let (icon, color) = match travel.certainty {
        Certainty::Documented => (Icon::Send, c.text_low),
        Certainty::Doubtful => (Icon::CircleAlert, c.text_low),
        Certainty::Blocked => (Icon::CircleAlert, c.fail_fg),
    };
    let width = ui.available_width();
    let galley = |ctx: &egui::Context, link: egui::Color32| {
        let mut spans = Spans::new().add(&travel.sentence, Text::Caption, color);
        if travel.can_change {
            spans = spans.add("  ", Text::Caption, color).add("Change", Text::Label, link);
        }
        spans.layout(ctx, width - 19.0, usize::MAX)
    };
    let size = Vec2::new(width, galley(ui.ctx(), c.text_mid).size().y);
    let sense = if travel.can_change { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(size, sense);
    response.widget_info(|| match travel.can_change {
        true => {
            let name = format!("Change how the picture gets there: {}", travel.sentence);
            egui::WidgetInfo::labeled(egui::Role::Button, true, name)
        }
        false => egui::WidgetInfo::labeled(egui::Role::Note, true, &travel.sentence),
    });
    let drawn = paint::drawn(ui, &response, true, paint::Look::Live);
    let link = tokens::mix(c.text_mid, c.text_hi, drawn.hover);
    let galley = galley(ui.ctx(), link);
    icons::paint(ui.painter(), icon, rect.min + Vec2::new(6.0, 8.0), 13.0, color);
    text_style::paint_galley(ui.painter(), rect.min + Vec2::new(19.0, 0.0), Align2::LEFT_TOP, galley);
    if drawn.focus {
        paint::focus_ring(ui.painter(), rect, tokens.radius.chip);
    }
    if response.clicked() {
        frame.act(Action::OpenSettings(SettingsPage::Pictures));
    }
}
