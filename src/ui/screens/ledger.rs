//! The ledger: what was spent, in place of the three panes.

use egui::{Rect, Ui, Vec2};

use super::Frame;
use super::quick_look::{child, upright};
use crate::app::Action;
use crate::app::action::viewing::Viewing;
use crate::app::state::ledger::LedgerView;
use crate::ui::icons::Icon;
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, ButtonKind};

/// Padding at the left and the right of the page, in points.
const PAD: f32 = 20.0;

pub(super) fn ledger_ui(frame: &mut Frame<'_>, ui: &mut Ui, _view: &LedgerView, place: Rect) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    ui.painter().rect_filled(place, 0.0, c.bg_gallery);
    let toolbar = Rect::from_min_size(place.min, Vec2::new(place.width(), tokens.size.toolbar));
    let part = &mut child(ui, "ledger toolbar", toolbar);
    part.add_space(PAD);
    if Button::new("Gallery").icon(Icon::ArrowLeft).kind(ButtonKind::Quiet).show(part).clicked() {
        frame.act(Action::View(Viewing::Close));
    }
    upright(part);
    text_style::label_line(part, Text::Strong, c.text_hi, "Ledger");
    paint::divider(ui.painter(), toolbar.x_range(), toolbar.bottom() - 1.0, c.stroke_soft);
}
