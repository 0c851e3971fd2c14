//! The step before an order that needs more than a press and has no button of its own to hold: what it costs, what stands
//! in the way, and the button.

use egui::{Id, Ui, Vec2};

use super::{Frame, hold};
use crate::app::Action;
use crate::app::action::spend::{Door, Spend};
use crate::app::view::asked::asked;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, ButtonKind, Dialog, inset};

/// Width of the dialog in points.
const WIDTH: f32 = 400.0;

pub(super) fn order_ui(frame: &mut Frame<'_>, ui: &Ui) {
    let Some(asked) = asked(frame.state) else {
        frame.act(Action::CloseDialog);
        return;
    };
    let c = &tokens::tokens(ui).color;
    let lines = asked.lines.len();
    let below = asked.hold.as_ref().map_or(24.0, |words| hold::height_below(words, true));
    #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
    let height = 48.0 + 16.0 + 40.0 * lines as f32 + 8.0 + 40.0 + below + 20.0;
    let dialog = Dialog::new(Id::unique("order"), &asked.title, Vec2::new(WIDTH, height)).without_footer();
    let shown = dialog.show(
        ui.ctx(),
        |ui| {
            let ui = &mut inset(ui, Vec2::new(20.0, 16.0));
            ui.spacing_mut().item_spacing = Vec2::new(0.0, 4.0);
            for line in &asked.lines {
                text_style::label(ui, Text::Body, c.text_mid, line);
            }
            ui.add_space(8.0);
            ui.spacing_mut().item_spacing = Vec2::ZERO;
            match &asked.hold {
                Some(words) => {
                    hold::button_ui(frame, ui, words, asked.door, ButtonKind::Primary);
                    hold::below_ui(frame, ui, words, asked.door, true);
                }
                None => plain_ui(frame, ui, &asked.button, asked.door),
            }
        },
        |_| {},
    );
    if shown.close {
        frame.act(Action::CloseDialog);
    }
}

/// What stood in the way is gone meanwhile.
fn plain_ui(frame: &mut Frame<'_>, ui: &mut Ui, button: &str, door: Door) {
    if Button::new(button).kind(ButtonKind::Primary).full_width().show(ui).clicked() {
        frame.act(Action::Spend(Spend::Order(door, crate::app::action::spend::Consent::PRESS)));
    }
}
