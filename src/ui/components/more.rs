//! The part of the component sheet that the design file lacks: the stepper, the gateway tiles, the filmstrip, toasts,
//! the dialog and the splitter.

use egui::{Align2, Pos2, Rangef, Rect, Ui, UiBuilder, Vec2};

use super::{at, column, section};
use crate::ui::icons::Icon;
use crate::ui::paint::{self, Look};
use crate::ui::text_style::{self, Text};
use crate::ui::tokens::{PaneWidth, Tokens, Tone};
use crate::ui::widgets::{
    Button, ButtonKind, Dialog, Dropdown, DropdownItem, Field, Filmstrip, GatewayTile, IconButton, PictureChip,
    Splitter, Stepper, Switch, Toast, Transport,
};

/// Height of this part of the sheet, in points.
pub(super) const HEIGHT: f32 = 502.0;

/// Draws the sections with `left_top` as the upper left corner of the first.
pub(super) fn more(ui: &mut Ui, left_top: Pos2) {
    let gap = 12.0;
    let mut y = left_top.y;
    let left = left_top.x;
    section(ui, column(left, 392.0, y), 150.0, "Stepper", steppers);
    y += section(ui, column(left + 404.0, 416.0, y), 150.0, "Gateway tiles", gateways) + gap;
    section(ui, column(left, 820.0, y), 324.0, "Dialog", dialog);

    let right = left + 832.0;
    let mut y = left_top.y;
    y += section(ui, column(right, 560.0, y), 150.0, "Filmstrip, transport, chips on pictures", filmstrip) + gap;
    section(ui, column(right, 408.0, y), 324.0, "Toasts", toasts);
    section(ui, column(right + 420.0, 140.0, y), 324.0, "Splitter", splitter);
}

fn steppers(ui: &mut Ui, tokens: &Tokens) {
    let origin = ui.cursor().min;
    let kinds = [
        ("Rest", Look::Rest, true, 4),
        ("Hover", Look::Hover, true, 8),
        ("Focus", Look::Focus, true, 2),
        ("Disabled", Look::Rest, false, 1),
    ];
    for (index, (name, look, enabled, mut value)) in kinds.into_iter().enumerate() {
        #[allow(clippy::cast_precision_loss, reason = "four steppers")]
        let corner = origin + Vec2::new(116.0 * (index % 3) as f32, 52.0 * (index / 3) as f32);
        text_style::paint(ui.painter(), corner, Align2::LEFT_TOP, Text::Caption, tokens.color.text_low, name);
        at(ui, corner + Vec2::new(0.0, 32.0), 28.0, |ui| {
            Stepper::new(name, 1..=8).look(look).enabled(enabled).show(ui, &mut value);
        });
    }
}

fn gateways(ui: &mut Ui, _: &Tokens) {
    paint::row(ui, 8.0, |ui| {
        let tile = |gateway, price| GatewayTile::new(gateway, price).width(122.0);
        tile("apiin", "720 cr").approx("≈ $1.44").selected(true).look(Look::Rest).show(ui);
        tile("aigateway", "$2.56").look(Look::Hover).show(ui);
        tile("practice", "free").note("pretend").look(Look::Focus).show(ui);
    });
}

fn filmstrip(ui: &mut Ui, _: &Tokens) {
    Filmstrip::new("Position", 0.42).duration(8.0).show(ui);
    ui.add_space(6.0);
    Transport::new(3_360, 8_000).show(
        ui,
        |_| {},
        |ui| {
            IconButton::new(Icon::Repeat, "Play in a loop").small().on(true).show(ui);
        },
    );
    ui.add_space(6.0);
    let mut at = ui.cursor().min;
    for (text, icon, tone) in [
        ("Ready", None, Tone::Neutral),
        ("Rendering", Some(Icon::Loader), Tone::Work),
        ("Unconfirmed", Some(Icon::CircleQuestionMark), Tone::Ask),
        ("Failed", Some(Icon::CircleX), Tone::Fail),
        ("3.36 s", None, Tone::Neutral),
    ] {
        let mut chip = PictureChip::new(text).tone(tone);
        if let Some(icon) = icon {
            chip = chip.icon(icon);
        }
        at.x = chip.paint(ui.painter(), at, Align2::LEFT_TOP, 160.0).right() + 6.0;
    }
}

fn toasts(ui: &mut Ui, _: &Tokens) {
    paint::column(ui, 8.0, |ui| {
        Toast::new(Icon::Undo2, "Take 3 moved to the trash", "It stays there for 30 days").action("Undo").show(ui);
        Toast::new(Icon::Check, "A paper boat drifts", "Ready, 180 cr charged").action("Show").show(ui);
        Toast::new(Icon::Info, "Recipe copied", "").show(ui);
        let offline = "Nothing is sent meanwhile. Waiting jobs go on by themselves";
        Toast::new(Icon::CircleAlert, "The network is away", offline).tone(Tone::Ask).show(ui);
    });
}

fn dialog(ui: &mut Ui, _: &Tokens) {
    let dialog = Dialog::new(egui::Id::unique("dialog of the sheet"), "Gateways and keys", Vec2::new(480.0, 248.0));
    let body = |ui: &mut Ui| {
        let inner = ui.max_rect().shrink2(Vec2::new(20.0, 16.0));
        let mut ui = ui.new_child(UiBuilder::new().id_salt("dialog body").max_rect(inner));
        let mut key = String::new();
        Field::new("Key of apiin")
            .placeholder("Paste the key")
            .helper("Kept in the password store")
            .show(&mut ui, &mut key);
        let (mut on, mut value) = (true, 1);
        Switch::new("Practice").label("Show practice clips").look(Look::Rest).show(&mut ui, &mut on);
        let items = [DropdownItem::new(1, "2 at once"), DropdownItem::new(2, "4 at once")];
        Dropdown::new("Orders at once").look(Look::Rest).show(&mut ui, &mut value, &items);
    };
    dialog.show_inside(ui, body, |ui| {
        Button::new("Save the key").kind(ButtonKind::Lit).look(Look::Focus).show(ui);
        Button::new("Close").kind(ButtonKind::Quiet).look(Look::Rest).show(ui);
    });
}

fn splitter(ui: &mut Ui, tokens: &Tokens) {
    let rect = Rect::from_min_size(ui.cursor().min, Vec2::new(106.0, 250.0));
    paint::boxed(ui.painter(), rect, tokens.radius.tile, tokens.color.bg_gallery, tokens.color.stroke_soft);
    let id = egui::Id::unique("splitter of the sheet");
    let range = PaneWidth { default: 53.0, min: 20.0, max: 86.0 };
    let mut width = ui.data(|data| data.get_temp(id)).unwrap_or(range.default);
    let y = Rangef::new(rect.top() + 1.0, rect.bottom() - 1.0);
    paint::upright(ui.painter(), rect.left() + width, y, tokens.color.stroke_mid);
    if Splitter::of_left_pane("Width of the pane", range).show(ui, rect.left() + width, y, &mut width).changed() {
        ui.data_mut(|data| data.insert_temp(id, width));
    }
    let below = rect.left_bottom() + Vec2::new(0.0, 6.0);
    text_style::paint(ui.painter(), below, Align2::LEFT_TOP, Text::Caption, tokens.color.text_low, "Drag, or ← →");
}
