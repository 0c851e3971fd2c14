//! The right pane of the ledger: the chosen order, the caps that stop, and where the money went.

use egui::{Align2, Rect, Role, Sense, Ui, UiBuilder, Vec2, WidgetInfo, pos2};
use strum::IntoEnumIterator as _;

use super::order;
use crate::app::Action;
use crate::app::action::ledger::LedgerAct;
use crate::app::state::ledger::LedgerView;
use crate::app::view::ledger::{Page, Share};
use crate::domain::caps::field::CapField;
use crate::domain::{Amount, Cap};
use crate::ui::icons::Icon;
use crate::ui::paint;
use crate::ui::screens::Frame;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens::{self, Tone};
use crate::ui::widgets::{Field, IconButton, Note, Switch};

/// Padding at the left and the right, in points.
const PAD: f32 = 16.0;
/// Width of the field of an amount, in points.
const FIELD: f32 = 84.0;

/// Draws the pane. `close` names the button that closes it, where it lies over the page.
pub(super) fn pane_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &LedgerView, page: &Page, close: Option<&str>) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let place = ui.max_rect();
    let head = Rect::from_min_size(place.min, Vec2::new(place.width(), tokens.size.toolbar));
    let chosen = view.chosen.and_then(|job| frame.state.order_of(job));
    let mut bar = super::child(ui, "ledger pane head", head);
    bar.add_space(PAD);
    let title = if chosen.is_some() { "Order" } else { "Caps that stop" };
    text_style::label_line(&mut bar, Text::Strong, c.text_hi, title);
    let button = close.map(|name| (name, true)).or(chosen.map(|_| ("Close the order", false)));
    if let Some((name, is_sheet)) = button {
        bar.add_space((bar.available_width() - 28.0 - 8.0).max(0.0));
        if IconButton::new(Icon::X, name).show(&mut bar).clicked() {
            if is_sheet {
                frame.ui_state.ledger.shows_caps = false;
            } else {
                frame.act(Action::Ledger(LedgerAct::Choose(None)));
            }
        }
    }
    paint::divider(ui.painter(), head.x_range(), head.bottom() - 1.0, c.stroke_soft);
    let body = Rect::from_min_max(head.left_bottom(), place.max);
    let mut part = ui.new_child(UiBuilder::new().id_salt("ledger pane body").max_rect(body));
    part.set_clip_rect(body.intersect(ui.clip_rect()));
    egui::ScrollArea::vertical().id_salt("ledger pane scroll").auto_shrink([false, false]).show(&mut part, |ui| {
        egui::Frame::new().inner_margin(egui::Margin::symmetric(16, 12)).show(ui, |ui| {
            ui.spacing_mut().item_spacing = Vec2::ZERO;
            ui.set_width(place.width() - 2.0 * PAD);
            if let Some(job) = chosen {
                order::order_ui(frame, ui, job);
                ui.add_space(20.0);
                text_style::label(ui, Text::Strong, c.text_hi, "Caps that stop");
                ui.add_space(4.0);
            }
            for field in CapField::iter() {
                cap_ui(frame, ui, field);
            }
            ui.add_space(4.0);
            let text =
                "Over a cap the button says so and needs to be held. Waiting clips are held in order, never dropped.";
            text_style::label(ui, Text::Caption, c.text_low, text);
            if let Some(note) = &page.note {
                ui.add_space(12.0);
                let tone = if note.asks { Tone::Ask } else { Tone::Neutral };
                Note::new(&note.sentence).tone(tone).show(ui);
            }
            shares_ui(ui, "By project", &page.projects);
            shares_ui(ui, "How it ended", &page.outcomes);
            ui.add_space(12.0);
        });
    });
}

/// Draws one cap: its name, its amount and its switch. What is typed counts when the field is left.
fn cap_ui(frame: &mut Frame<'_>, ui: &mut Ui, field: CapField) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let cap = frame.state.settings.caps.field(field);
    let typed = frame.ui_state.ledger.typed.get(&field).cloned();
    let mut text = typed.unwrap_or_else(|| cap.limit.to_string());
    let (row, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 36.0), Sense::hover());
    let color = if cap.is_on { c.text_hi } else { c.text_mid };
    text_style::paint(ui.painter(), row.left_center(), Align2::LEFT_CENTER, Text::Body, color, field.title());
    let switch_width = tokens.size.switch[0];
    let switch = Rect::from_min_max(pos2(row.right() - switch_width, row.top()), row.max);
    let amount = Rect::from_min_size(
        pos2(switch.left() - 8.0 - FIELD, row.center().y - tokens.size.control.normal / 2.0),
        Vec2::new(FIELD, tokens.size.control.normal),
    );
    let mut part = ui.new_child(UiBuilder::new().id_salt(("cap", field)).max_rect(amount));
    let name = format!("{}, amount", field.title());
    let id = egui::Id::unique(("ledger cap", field));
    let shown = Field::new(&name).width(FIELD).id(id).show(&mut part, &mut text);
    if frame.ui_state.ledger.wants_cap == Some(field) {
        frame.ui_state.ledger.wants_cap = None;
        shown.response.request_focus();
    }
    if shown.response.changed() {
        frame.ui_state.ledger.typed.insert(field, text.clone());
    }
    if shown.response.lost_focus() {
        // Esc takes back what was typed, and nothing is guessed from no amount at all.
        let is_taken_back = text.trim().is_empty() || ui.input(|input| input.key_pressed(egui::Key::Escape));
        match read(&text).filter(|_| !is_taken_back) {
            Some(limit) => {
                frame.ui_state.ledger.typed.remove(&field);
                // Whoever types an amount means it to hold.
                if limit != cap.limit {
                    frame.act(Action::Ledger(LedgerAct::SetCap(field, Cap { limit, is_on: true })));
                }
            }
            None if is_taken_back => {
                frame.ui_state.ledger.typed.remove(&field);
            }
            None => {}
        }
    }
    // An amount that is being typed is not finished.
    let is_wrong = !shown.response.has_focus() && frame.ui_state.ledger.typed.contains_key(&field);
    let mut part = ui.new_child(
        UiBuilder::new()
            .id_salt(("cap switch", field))
            .max_rect(Rect::from_center_size(switch.center(), tokens::size(tokens.size.switch))),
    );
    let mut is_on = cap.is_on;
    if Switch::new(field.title()).show(&mut part, &mut is_on).changed() {
        frame.act(Action::Ledger(LedgerAct::SetCap(field, Cap { is_on, ..cap })));
    }
    if is_wrong && read(&text).is_none() {
        text_style::label(ui, Text::Caption, c.fail_fg, "Write dollars as 2.50 or credits as 90cr.");
    }
}

/// An amount as it is typed. Commas are taken between groups of three digits, as the shown amount has them, and nowhere
/// else: `5,00` is not 500.
fn read(text: &str) -> Option<Amount> {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    let mut groups = whole.split(',').skip(1);
    let digits = |group: &str| group.bytes().take_while(u8::is_ascii_digit).count();
    let are_groups = groups.all(|group| digits(group) == 3);
    let has_comma_behind = text.split_once('.').is_some_and(|(_, rest)| rest.contains(','));
    if !are_groups || has_comma_behind {
        return None;
    }
    Amount::parse_limit(&text.replace(',', ""))
}

fn shares_ui(ui: &mut Ui, title: &str, shares: &[Share]) {
    if shares.is_empty() {
        return;
    }
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    ui.add_space(20.0);
    text_style::label(ui, Text::Strong, c.text_hi, title);
    ui.add_space(4.0);
    for share in shares {
        let (place, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 36.0), Sense::hover());
        let said = format!("{}: {}", share.label, share.value);
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &said));
        let y = place.top() + 6.0 + 8.0;
        let value = text_style::line(ui.ctx(), &share.value, Text::Small, c.text_hi);
        let room = (place.width() - value.size().x - 12.0).max(0.0);
        text_style::paint_galley(ui.painter(), pos2(place.right(), y), Align2::RIGHT_CENTER, value);
        let at = pos2(place.left(), y);
        text_style::paint_ellipsis(ui.painter(), at, Align2::LEFT_CENTER, Text::Small, c.text_hi, &share.label, room);
        let track = Rect::from_min_max(pos2(place.left(), place.bottom() - 10.0), place.max - Vec2::new(0.0, 6.0));
        crate::ui::widgets::ProgressBar::new(&said, share.fraction)
            .tone(Tone::Neutral)
            .thick()
            .paint(ui.painter(), track);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Credits, Money};

    #[test]
    fn commas_stand_between_thousands_only() {
        let dollars = |cents: i64| Some(Amount::Money(Money(cents * 10_000)));
        for (typed, expected) in [
            ("$5.00", dollars(500)),
            ("7.5", dollars(750)),
            ("1,234.50", dollars(123_450)),
            ("$1,234,567.89", dollars(123_456_789)),
            ("11,890 cr", Some(Amount::Credits(Credits(11_890)))),
            ("900cr", Some(Amount::Credits(Credits(900)))),
            ("5,00", None),
            ("5,0000", None),
            ("1.234,50", None),
            ("1.234,500", None),
            ("much", None),
            ("", None),
        ] {
            assert_eq!(read(typed), expected, "{typed}");
        }
        for amount in [Money(5_000_000), Money(1_234_500_000), Money(60_000_000)].map(Amount::Money) {
            assert_eq!(read(&amount.to_string()), Some(amount));
        }
    }
}
