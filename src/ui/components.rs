//! The component sheet: a page with every widget in every state, for designers and for the picture tests. `rushes
//! --components` opens it in a window.

mod cards;
mod more;

use egui::{Align, Align2, Layout, Pos2, Rect, Sense, Ui, UiBuilder, Vec2};

use super::icons::{self, Icon};
use super::paint::{self, Look};
use super::text_style::{self, Text};
use super::tokens::{self, Tokens, Tone};
use super::widgets::{
    Badge, Button, ButtonKind, Checkbox, Checked, Dropdown, DropdownItem, Field, FilterChip, IconButton, KeyCap,
    MenuItem, Note, PictureWell, ProgressBar, Radio, Rating, RatioFrames, Segmented, Slider, Switch, WellPicture,
    menu_row, menu_separator, menu_surface, tooltip_surface,
};

pub use cards::{CARDS_SIZE, INTERACTIONS_SIZE, cards_page, interactions_page};

/// Height in points of the part of the sheet that copies the design file. The widgets that the design file
/// lacks follow below it.
const DRAWN_HEIGHT: f32 = 1304.0;

/// Size of the whole sheet, in points.
pub const SHEET_SIZE: Vec2 = Vec2::new(1440.0, DRAWN_HEIGHT + more::HEIGHT);

/// Shows the component sheet with the card sheets below it, in a scroll area that fits a window of any size.
pub fn components_ui(ui: &mut Ui) {
    let gallery = tokens::tokens(ui).color.bg_gallery;
    ui.painter().rect_filled(ui.max_rect(), paint::radius(0.0), gallery);
    egui::ScrollArea::both().id_salt("components").auto_shrink([false, false]).show(ui, |ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        ui.vertical(|ui| {
            components_page(ui);
            let (rect, _) = ui.allocate_exact_size(CARDS_SIZE, Sense::hover());
            cards_page(&mut ui.new_child(UiBuilder::new().id_salt("cards").max_rect(rect)));
            let (rect, _) = ui.allocate_exact_size(INTERACTIONS_SIZE, Sense::hover());
            interactions_page(&mut ui.new_child(UiBuilder::new().id_salt("card looks").max_rect(rect)));
        });
    });
}

/// Shows the component sheet alone, at its full size.
pub fn components_page(ui: &mut Ui) {
    let tokens = tokens::tokens(ui);
    let (sheet, _) = ui.allocate_exact_size(SHEET_SIZE, Sense::hover());
    ui.painter().rect_filled(sheet, paint::radius(0.0), tokens.color.bg_gallery);
    let left = sheet.min + Vec2::new(24.0, 20.0);
    let mut y = left.y;
    let gap = 12.0;
    y += section(ui, column(left.x, 820.0, y), 404.0, "Buttons", buttons) + gap;
    y += section(ui, column(left.x, 820.0, y), 208.0, "Fields", fields) + gap;
    y += section(ui, column(left.x, 820.0, y), 312.0, "Menu, dropdown, tooltip", menus) + gap;
    section(ui, column(left.x, 392.0, y), 308.0, "Type", type_scale);
    section(ui, column(left.x + 404.0, 416.0, y), 308.0, "Colors by role", colors);

    let right = left.x + 832.0;
    let mut y = left.y;
    y += section(ui, column(right, 560.0, y), 262.0, "Segmented control and ratio frames", segmented) + gap;
    y += section(ui, column(right, 560.0, y), 194.0, "Switch, checkbox, radio, slider", toggles) + gap;
    y += section(ui, column(right, 560.0, y), 172.0, "Chips, badges, keys, rating", chips) + gap;
    let below = y + section(ui, column(right, 256.0, y), 202.0, "Progress", progress) + gap;
    section(ui, column(right, 256.0, below), 258.0, "Notes", notes);
    let below = y + why(ui, Rect::from_min_size(Pos2::new(right + 268.0, y), Vec2::new(292.0, 231.0))) + gap;
    section(ui, column(right + 268.0, 292.0, below), 172.0, "Picture well", wells);

    more::more(ui, Pos2::new(left.x, sheet.top() + DRAWN_HEIGHT - 4.0));
}

/// Rectangle of a column: its left edge, its width and its top, in points.
fn column(x: f32, width: f32, y: f32) -> Rect {
    Rect::from_min_size(Pos2::new(x, y), Vec2::new(width, 10.0))
}

/// Draws a framed section with a title and returns its height, in points.
fn section(ui: &mut Ui, place: Rect, height: f32, title: &str, contents: impl FnOnce(&mut Ui, &Tokens)) -> f32 {
    let tokens = tokens::tokens(ui);
    let rect = Rect::from_min_size(place.min, Vec2::new(place.width(), height));
    paint::boxed(ui.painter(), rect, tokens.radius.tile, tokens.color.bg_pane, tokens.color.stroke_mid);
    let inner = Rect::from_min_max(rect.min + Vec2::new(17.0, 13.0), rect.max - Vec2::new(17.0, 17.0));
    let mut child = ui.new_child(UiBuilder::new().id_salt(title).max_rect(inner).layout(Layout::top_down(Align::Min)));
    child.spacing_mut().item_spacing = Vec2::ZERO;
    text_style::label(&mut child, Text::Strong, tokens.color.text_hi, title);
    child.add_space(10.0);
    contents(&mut child, tokens);
    height
}

/// Places one widget so that its left edge is at `left_center` and it is vertically centered there.
fn at(ui: &mut Ui, left_center: Pos2, height: f32, contents: impl FnOnce(&mut Ui)) {
    let rect = Rect::from_min_size(left_center - Vec2::new(0.0, height / 2.0), Vec2::new(300.0, height));
    let salt = (left_center.x.round().to_string(), left_center.y.round().to_string());
    let mut child =
        ui.new_child(UiBuilder::new().id_salt(salt).max_rect(rect).layout(Layout::left_to_right(Align::Center)));
    child.spacing_mut().item_spacing.x = 6.0;
    contents(&mut child);
}

const LOOKS: [Look; 4] = [Look::Rest, Look::Hover, Look::Press, Look::Focus];

fn buttons(ui: &mut Ui, tokens: &Tokens) {
    let c = &tokens.color;
    let origin = ui.cursor().min;
    let columns = [96.0, 233.0, 370.0, 485.5, 623.0];
    for (name, x) in ["Rest", "Hover", "Pressed", "Focus", "Disabled"].into_iter().zip(columns) {
        text_style::paint(ui.painter(), origin + Vec2::new(x, 0.0), Align2::LEFT_TOP, Text::Caption, c.text_low, name);
    }
    let rows = [
        ("Primary 40", ButtonKind::Primary, "Generate", None, 40.0),
        ("Lit 32", ButtonKind::Lit, "Check again", None, 32.0),
        ("Secondary 28", ButtonKind::Secondary, "Compare", Some(Icon::Columns2), 28.0),
        ("Small 24", ButtonKind::Small, "Check again", None, 24.0),
        ("Quiet 28", ButtonKind::Quiet, "Copy", Some(Icon::Copy), 28.0),
        ("Icon 28", ButtonKind::Quiet, "", Some(Icon::Repeat), 28.0),
        ("Danger 28", ButtonKind::Danger, "Forget", None, 28.0),
        ("Over cap 40", ButtonKind::OverCap, "Over today’s cap", None, 40.0),
    ];
    let mut y = origin.y + 26.0;
    for (name, kind, text, icon, height) in rows {
        let middle = y + height / 2.0;
        let label = Pos2::new(origin.x, middle);
        text_style::paint(ui.painter(), label, Align2::LEFT_CENTER, Text::Caption, c.text_low, name);
        for (index, x) in columns.into_iter().enumerate() {
            let enabled = index < 4;
            if kind == ButtonKind::OverCap && !enabled {
                continue;
            }
            let look = LOOKS.get(index).copied().unwrap_or(Look::Rest);
            at(ui, Pos2::new(origin.x + x, middle), height, |ui| {
                if let (true, Some(icon)) = (text.is_empty(), icon) {
                    IconButton::new(icon, "Loop").enabled(enabled).look(look).show(ui);
                    return;
                }
                let holding = kind == ButtonKind::OverCap && look == Look::Press;
                let mut button =
                    Button::new(if holding { "Keep holding" } else { text }).kind(kind).look(look).enabled(enabled);
                if let Some(icon) = icon {
                    button = button.icon(icon);
                }
                if holding {
                    button = button.progress(0.62);
                }
                button.show(ui);
            });
        }
        y += height + 10.0;
    }
}

fn fields(ui: &mut Ui, tokens: &Tokens) {
    let c = &tokens.color;
    let origin = ui.cursor().min;
    type Change = fn(Field<'static>) -> Field<'static>;
    let all: [(&str, &str, Change); 6] = [
        ("Rest", "", |field| field.placeholder("Paste the key").helper("Kept in the password store")),
        ("Hover", "$5.00", |field| field.look(Look::Hover)),
        ("Focus", "1 804 226 117", |field| field.look(Look::Focus).helper("0 to 2 147 483 647")),
        ("Error", "99 999 999 999", |field| field.problem(Some("Seeds go up to 2 147 483 647"))),
        ("Warning", "text, watermark", |field| field.warning(Some("aigateway may ignore this"))),
        ("Disabled", "$3.00", |field| field.enabled(false)),
    ];
    for (index, (name, text, change)) in all.into_iter().enumerate() {
        #[allow(clippy::cast_precision_loss, reason = "six fields")]
        let corner = origin + Vec2::new(204.0 * (index % 3) as f32, 80.0 * (index / 3) as f32);
        text_style::paint(ui.painter(), corner, Align2::LEFT_TOP, Text::SmallStrong, c.text_mid, name);
        let place = Rect::from_min_size(corner + Vec2::new(0.0, 20.0), Vec2::new(188.0, 48.0));
        let mut child = ui.new_child(UiBuilder::new().id_salt(name).max_rect(place));
        let mut text = text.to_owned();
        change(Field::new(name)).show(&mut child, &mut text);
    }
}

fn menus(ui: &mut Ui, tokens: &Tokens) {
    let c = &tokens.color;
    let origin = ui.cursor().min;
    let mut left =
        ui.new_child(UiBuilder::new().id_salt("menu").max_rect(Rect::from_min_size(origin, Vec2::new(248.0, 260.0))));
    menu_surface(&mut left, 248.0, |ui| {
        menu_row(ui, MenuItem::new("Use everything").icon(Icon::CornerUpLeft).key("A").look(Look::Hover));
        menu_row(ui, MenuItem::new("Use the prompt").icon(Icon::TextCursorInput).key("P"));
        menu_row(ui, MenuItem::new("Use the seed").icon(Icon::Dices).key("S"));
        menu_row(ui, MenuItem::new("Use the settings").icon(Icon::SlidersHorizontal).key("T"));
        menu_separator(ui);
        menu_row(ui, MenuItem::new("Make again · 180 cr").icon(Icon::Repeat2).key("R"));
        menu_row(ui, MenuItem::new("Send to aigateway · $0.64").icon(Icon::ArrowRightLeft));
        menu_row(ui, MenuItem::new("Cancel").icon(Icon::Ban).disabled("no such call at apiin"));
        menu_separator(ui);
        menu_row(ui, MenuItem::new("To the trash").icon(Icon::Trash2).key("Del").danger());
    });
    let right = origin + Vec2::new(264.0, 0.0);
    text_style::paint(ui.painter(), right, Align2::LEFT_TOP, Text::SmallStrong, c.text_mid, "Dropdown");
    at(ui, right + Vec2::new(0.0, 34.0), 28.0, |ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        let items = [DropdownItem::new(0, "Random"), DropdownItem::new(1, "Fixed"), DropdownItem::new(2, "Count up")];
        for (mut value, look) in [(0, Look::Live), (1, Look::Hover), (2, Look::Focus)] {
            Dropdown::new("Seed").look(look).show(ui, &mut value, &items);
        }
    });
    let place = Rect::from_min_size(right + Vec2::new(0.0, 60.0), Vec2::new(224.0, 100.0));
    let mut child = ui.new_child(UiBuilder::new().id_salt("dropdown").max_rect(place));
    menu_surface(&mut child, 224.0, |ui| {
        menu_row(ui, MenuItem::new("Random").icon(Icon::Check).key("new each take").look(Look::Hover));
        menu_row(ui, MenuItem::new("Fixed").indented());
        menu_row(ui, MenuItem::new("Count up").indented().key("+1 a take"));
    });
    let tip = Rect::from_min_size(right + Vec2::new(0.0, 166.0), Vec2::new(280.0, 32.0));
    let mut child = ui.new_child(UiBuilder::new().id_salt("tooltip").max_rect(tip));
    tooltip_surface(&mut child, "One frame on", Some("."));
    let line = "Tooltip, after 500 ms. Never the only place of a price";
    let below = tip.left_bottom() + Vec2::new(0.0, 3.0);
    text_style::paint(ui.painter(), below, Align2::LEFT_TOP, Text::Caption, c.text_low, line);
}

fn type_scale(ui: &mut Ui, tokens: &Tokens) {
    let c = &tokens.color;
    let rows = [
        ("720 cr", Text::Number, c.text_hi, "number 24/28 medium"),
        ("Start picture", Text::Heading, c.text_hi, "heading 20/28 semibold"),
        ("Gateways and keys", Text::Title, c.text_hi, "title 15/20 semibold"),
        ("A paper boat drifts", Text::Strong, c.text_hi, "strong 13/20 medium"),
        ("Nothing was sent to be made.", Text::Body, c.text_hi, "body 13/20 regular"),
        ("Thinking auto, seed 81 204", Text::Small, c.text_mid, "small 12/16 regular"),
        ("apiin answered 3 s ago", Text::Caption, c.text_low, "caption 11/16 regular"),
    ];
    let mut at = ui.cursor().min;
    for (text, style, color, name) in rows {
        let line = text_style::paint(ui.painter(), at, Align2::LEFT_TOP, style, color, text);
        // Both texts share a baseline, so the box of the caption ends a little above the box of the larger text.
        let drop = (style.line() - Text::Caption.line()) / 2.0 + (style.measures().size - 11.0) * 0.36;
        let place = Pos2::new(at.x + 208.0, line.top() + drop);
        text_style::paint(ui.painter(), place, Align2::LEFT_TOP, Text::Caption, c.text_low, name);
        at.y += style.line() + 6.0;
    }
}

fn colors(ui: &mut Ui, tokens: &Tokens) {
    let shown = [
        "bg.gallery",
        "bg.pane",
        "bg.raised",
        "bg.field",
        "bg.hover",
        "bg.active",
        "stroke.soft",
        "stroke.mid",
        "stroke.control",
        "text.hi",
        "text.mid",
        "text.low",
        "lit.fill",
        "lit.hover",
        "accent.fill",
        "accent.hover",
        "accent.press",
        "work.fg",
        "work.bg",
        "ask.fg",
        "ask.bg",
        "fail.fg",
        "fail.bg",
    ];
    let origin = ui.cursor().min;
    for (index, name) in shown.into_iter().enumerate() {
        #[allow(clippy::cast_precision_loss, reason = "a handful of colors")]
        let corner = origin + Vec2::new(128.7 * (index % 3) as f32, 32.0 * (index / 3) as f32);
        let swatch = Rect::from_min_size(corner, Vec2::splat(24.0));
        let color = tokens.color.named(name).unwrap_or(tokens::NONE);
        paint::boxed(ui.painter(), swatch, tokens.radius.control, color, tokens.color.stroke_mid);
        let text = Pos2::new(swatch.right() + 8.0, swatch.center().y);
        text_style::paint(ui.painter(), text, Align2::LEFT_CENTER, Text::Caption, tokens.color.text_mid, name);
    }
}

fn segmented(ui: &mut Ui, tokens: &Tokens) {
    let c = &tokens.color;
    let line = |ui: &mut Ui, help: &str, control: &mut dyn FnMut(&mut Ui)| {
        paint::row(ui, 12.0, |ui| {
            control(ui);
            text_style::label_line(ui, Text::Caption, c.text_low, help);
        });
        ui.add_space(8.0);
    };
    line(ui, "rest", &mut |ui| {
        let mut value = 2;
        let control = Segmented::new("Resolution").width(248.0);
        control.item(0, "360p").item(1, "540p").item(2, "720p").item(3, "1080p").show(ui, &mut value);
    });
    line(ui, "hover on 10 s", &mut |ui| {
        let mut value = 1;
        let control =
            Segmented::new("Duration").width(248.0).item(0, "5 s").item(1, "8 s").item(2, "10 s").look(Look::Hover);
        control.show(ui, &mut value);
    });
    line(ui, "focus, ← → move", &mut |ui| {
        let mut value = 0;
        let control =
            Segmented::new("Thinking").width(248.0).item(0, "Auto").look(Look::Focus).item(1, "On").item(2, "Off");
        control.show(ui, &mut value);
    });
    line(ui, "10 s is not offered at 1080p", &mut |ui| {
        let mut value = 1;
        let control = Segmented::new("Duration at 1080p")
            .width(248.0)
            .item(0, "5 s")
            .item(1, "8 s")
            .item_enabled(2, "10 s", false);
        control.show(ui, &mut value);
    });
    ui.add_space(4.0);
    let mut ratio = 4;
    RatioFrames::new("Aspect ratio")
        .width(300.0)
        .item(0, "16:9", 16.0, 9.0)
        .item(1, "4:3", 4.0, 3.0)
        .item(2, "1:1", 1.0, 1.0)
        .look(Look::Hover)
        .item(3, "3:4", 3.0, 4.0)
        .item(4, "9:16", 9.0, 16.0)
        .show(ui, &mut ratio);
}

fn toggles(ui: &mut Ui, _: &Tokens) {
    let origin = ui.cursor().min;
    let columns = [0.0, 76.0, 150.0, 241.0];
    let place = |column: usize, row: f32| Pos2::new(origin.x + columns[column], origin.y + 9.0 + row);
    for (index, (label, mut on, look, enabled)) in [
        ("off", false, Look::Rest, true),
        ("on", true, Look::Rest, true),
        ("focus", true, Look::Focus, true),
        ("disabled", false, Look::Rest, false),
    ]
    .into_iter()
    .enumerate()
    {
        at(ui, place(index, 0.0), 18.0, |ui| {
            Switch::new(label).label(label).look(look).enabled(enabled).show(ui, &mut on);
        });
    }
    for (index, (label, mut checked, look)) in [
        ("off", Checked::Off, Look::Rest),
        ("on", Checked::On, Look::Rest),
        ("focus", Checked::On, Look::Focus),
        ("mixed", Checked::Mixed, Look::Rest),
    ]
    .into_iter()
    .enumerate()
    {
        at(ui, place(index, 29.0), 18.0, |ui| {
            Checkbox::new(label).look(look).show_mixed(ui, &mut checked);
        });
    }
    for (index, (label, on, look)) in
        [("off", false, Look::Rest), ("on", true, Look::Rest), ("focus", true, Look::Focus)].into_iter().enumerate()
    {
        at(ui, place(index, 57.0), 18.0, |ui| {
            Radio::new(label, on).look(look).show(ui);
        });
    }
    let c = &tokens::tokens(ui).color;
    for (row, name, mut value, text, look) in
        [(0.0, "Card size", 0.46, "M", Look::Rest), (28.0, "Speed", 0.25, "0.5×", Look::Focus)]
    {
        let left = origin + Vec2::new(0.0, 98.0 + row);
        text_style::paint(ui.painter(), left, Align2::LEFT_CENTER, Text::Small, c.text_mid, name);
        at(ui, left + Vec2::new(72.0, 0.0), 16.0, |ui| {
            Slider::new(name, 0.0..=1.0).step(0.0).value_text(text).look(look).show(ui, &mut value);
        });
    }
}

fn chips(ui: &mut Ui, tokens: &Tokens) {
    paint::row(ui, 2.0, |ui| {
        FilterChip::new("All").count(42).selected(true).look(Look::Rest).show(ui);
        FilterChip::new("Working").count(3).look(Look::Hover).show(ui);
        ui.add_space(4.0);
        FilterChip::new("Needs you").count(1).icon(Icon::CircleQuestionMark, Tone::Ask).look(Look::Focus).show(ui);
        ui.add_space(4.0);
        FilterChip::new("Ready").count(34).look(Look::Rest).show(ui);
        FilterChip::new("3+").icon(Icon::Star, Tone::Neutral).selected(true).removable(true).look(Look::Rest).show(ui);
    });
    ui.add_space(12.0);
    let badges = [
        [
            ("Rendering", Icon::Loader, Tone::Work),
            ("62 %", Icon::Download, Tone::Work),
            ("Unconfirmed", Icon::CircleQuestionMark, Tone::Ask),
            ("Held: offline", Icon::Pause, Tone::Ask),
            ("Failed", Icon::CircleX, Tone::Fail),
            ("Not allowed", Icon::ShieldAlert, Tone::Fail),
        ]
        .as_slice(),
        [
            ("#2 waiting", Icon::Clock, Tone::Neutral),
            ("Cancelled", Icon::Ban, Tone::Neutral),
            ("Pretend", Icon::Clapperboard, Tone::Neutral),
        ]
        .as_slice(),
    ];
    for line in badges {
        ui.spacing_mut().interact_size.y = 20.0;
        paint::row(ui, 6.0, |ui| {
            for (text, icon, tone) in line {
                Badge::new(text).icon(*icon).tone(*tone).show(ui);
            }
        });
        ui.add_space(6.0);
    }
    ui.add_space(6.0);
    ui.spacing_mut().interact_size.y = 18.0;
    paint::row(ui, 8.0, |ui| {
        KeyCap::new("Ctrl ⏎").show(ui);
        KeyCap::new("Space").show(ui);
        KeyCap::new("?").show(ui);
        text_style::label_line(ui, Text::Caption, tokens.color.text_low, "keys");
        ui.add_space(20.0);
        let mut stars = 3;
        Rating::new("Rating").look(Look::Rest).show(ui, &mut stars);
        text_style::label_line(ui, Text::Caption, tokens.color.text_low, "rating");
    });
}

/// Draws a line with one text at its left end and one at its right end.
fn between(
    ui: &mut Ui,
    style: Text,
    left: (&str, egui::Color32, Option<Icon>),
    right: (&str, Text, egui::Color32),
) -> Rect {
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), style.line()), Sense::hover());
    let mut x = rect.left();
    if let Some(icon) = left.2 {
        icons::paint(ui.painter(), icon, Pos2::new(x + 6.5, rect.center().y), 13.0, left.1);
        x += 17.0;
    }
    text_style::paint(ui.painter(), Pos2::new(x, rect.center().y), Align2::LEFT_CENTER, style, left.1, left.0);
    text_style::paint(ui.painter(), rect.right_center(), Align2::RIGHT_CENTER, right.1, right.2, right.0);
    rect
}

fn progress(ui: &mut Ui, tokens: &Tokens) {
    let c = &tokens.color;
    between(
        ui,
        Text::Small,
        ("Rendering", c.work_fg, Some(Icon::Loader)),
        ("24 s · about 20 s left", Text::Small, c.text_hi),
    );
    ui.add_space(6.0);
    ProgressBar::new("Rendering", 0.55).show(ui);
    ui.add_space(12.0);
    between(ui, Text::Small, ("62 %", c.work_fg, Some(Icon::Download)), ("11.2 of 18.1 MB", Text::Small, c.text_hi));
    ui.add_space(6.0);
    ProgressBar::new("Downloading", 0.62).show(ui);
    ui.add_space(12.0);
    between(ui, Text::Small, ("Today", c.text_mid, None), ("$4.20 of $5.00", Text::SmallStrong, c.ask_fg));
    ui.add_space(6.0);
    ProgressBar::new("Spent today", 0.84).tone(Tone::Ask).thick().show(ui);
    ui.add_space(12.0);
    text_style::label(
        ui,
        Text::Caption,
        c.text_low,
        "A bar stops at 95 % until the file is whole. No spinner without a number.",
    );
}

fn notes(ui: &mut Ui, _: &Tokens) {
    Note::new("aigateway documents no audio. It may ignore this.").show(ui);
    ui.add_space(8.0);
    Note::new("This desktop has no password store running, so the key cannot be saved safely.")
        .icon(Icon::Lock)
        .tone(Tone::Ask)
        .action("Use for this session")
        .show(ui);
    ui.add_space(8.0);
    Note::new("The picture is 24 MB; the limit is 20. Not sent.").icon(Icon::CircleAlert).tone(Tone::Fail).show(ui);
}

/// Draws the explanation of a price and returns its height, in points.
fn why(ui: &mut Ui, rect: Rect) -> f32 {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    paint::popover(ui.painter(), rect, tokens.radius.popover, tokens);
    let inner = rect.shrink(13.0);
    let mut ui = ui.new_child(UiBuilder::new().id_salt("why").max_rect(inner).layout(Layout::top_down(Align::Min)));
    let ui = &mut ui;
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    ui.horizontal(|ui| {
        ui.set_height(24.0);
        text_style::label_line(ui, Text::Strong, c.text_hi, "Why 720 cr?");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            IconButton::new(Icon::X, "Close").small().show(ui);
        });
    });
    ui.add_space(6.0);
    let amounts = inner.right() - text_style::line(ui.ctx(), "90 cr", Text::Small, c.text_hi).size().x;
    for (left, right) in
        [("720p, base for 5 s", "90 cr"), ("Longer than 5 s", "× 2"), ("Silent", "× 1"), ("Takes", "× 4")]
    {
        let line = between(ui, Text::Small, (left, c.text_low, None), ("", Text::Small, c.text_hi));
        let at = Pos2::new(amounts, line.center().y);
        text_style::paint(ui.painter(), at, Align2::LEFT_CENTER, Text::Small, c.text_hi, right);
        ui.add_space(6.0);
    }
    ui.add_space(2.0);
    paint::show_divider(ui);
    ui.add_space(8.0);
    between(ui, Text::Strong, ("Total", c.text_hi, None), ("720 cr", Text::Strong, c.text_hi));
    between(ui, Text::Small, ("at $0.002 a credit", c.text_low, None), ("≈ $1.44", Text::Small, c.text_low));
    ui.add_space(8.0);
    let line = "Table of 4 June from apiin’s model page. Last three like this: 180, 180, 180 cr.";
    text_style::label(ui, Text::Caption, c.text_low, line);
    rect.height()
}

fn wells(ui: &mut Ui, _: &Tokens) {
    PictureWell::new("Start picture").show(ui);
    ui.add_space(8.0);
    let picture = WellPicture { texture: None, name: "boat-ref.jpg", detail: "0.9 of 20 MB", problem: None };
    PictureWell::new("Start picture").picture(Some(picture)).show(ui);
}
