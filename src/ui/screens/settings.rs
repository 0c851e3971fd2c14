//! The settings dialog with its pages: keys, clips, look, shortcuts and about.

mod gateways;
mod pictures;

use egui::{Align2, Id, Rect, Sense, Ui, UiBuilder, Vec2, pos2};
use strum::IntoEnumIterator as _;

use super::Frame;
use crate::app::Action;
use crate::app::action::command::UiCommand;
use crate::app::action::hands::Hands;
use crate::app::state::SettingsPage;
use crate::domain::catalog::catalog;
use crate::domain::settings::{Aid, INTERFACE_SCALES, Theme};
use crate::domain::{GatewayId, PictureWay};
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, Dialog, Field, IconButton, Segmented, Switch};

pub(super) use gateways::key_words;

const NAV: f32 = 200.0;
/// Width of the dialog in points below which the list of pages is narrower, and its width then.
const NARROW: f32 = 720.0;
const NARROW_NAV: f32 = 172.0;
const PAD: f32 = 20.0;
/// Height of the title row, in points.
const HEAD: f32 = 48.0;
/// Width of the column of row names, in points.
const NAMES: f32 = 112.0;
/// Width of the row of interface sizes, in points.
const SIZES: f32 = 440.0;

fn page_title(page: SettingsPage) -> (&'static str, Icon) {
    match page {
        SettingsPage::Gateways => ("Gateways and keys", Icon::KeyRound),
        SettingsPage::Pictures => ("Pictures", Icon::Image),
        SettingsPage::Clips => ("Clips and files", Icon::Folder),
        SettingsPage::Look => ("Look and size", Icon::SunMoon),
        SettingsPage::Shortcuts => ("Shortcuts", Icon::Keyboard),
        SettingsPage::About => ("About", Icon::Info),
    }
}

pub(super) fn settings_ui(frame: &mut Frame<'_>, ui: &Ui, page: SettingsPage) {
    if !frame.ui_state.had_settings {
        frame.ui_state.had_settings = true;
        fill_fields(frame);
    }
    let size = tokens::size(tokens::tokens(ui).size.dialog.settings);
    let dialog = Dialog::new(Id::unique("settings"), "Settings", size).without_footer().without_header();
    let shown = dialog.show(
        ui.ctx(),
        |ui| {
            let rect = ui.available_rect_before_wrap();
            let of_nav = if rect.width() < NARROW { NARROW_NAV } else { NAV };
            let nav = Rect::from_min_size(rect.min, Vec2::new(of_nav, rect.height()));
            let head = Rect::from_min_max(nav.right_top(), pos2(rect.right(), rect.top() + HEAD));
            let body = Rect::from_min_max(head.left_bottom(), rect.max);
            let closes = head_ui(ui, nav, head, page);
            let pages = Rect::from_min_max(pos2(nav.left(), head.bottom()), nav.max);
            let mut child =
                ui.new_child(UiBuilder::new().id_salt("pages").max_rect(pages.shrink2(Vec2::new(8.0, 2.0))));
            nav_ui(frame, &mut child, page);
            paint::upright(ui.painter(), nav.right(), nav.y_range(), tokens::tokens(ui).color.stroke_soft);
            let mut child = ui.new_child(UiBuilder::new().id_salt("page").max_rect(body));
            child.set_clip_rect(body.intersect(ui.clip_rect()));
            egui::ScrollArea::vertical().id_salt(page).auto_shrink([false, false]).show(&mut child, |ui| {
                let width = ui.available_width() - 2.0 * PAD;
                ui.horizontal(|ui| {
                    ui.add_space(PAD);
                    ui.vertical(|ui| {
                        ui.set_width(width);
                        ui.spacing_mut().item_spacing = Vec2::splat(8.0);
                        ui.add_space(PAD - 4.0);
                        match page {
                            SettingsPage::Gateways => gateways::gateways_ui(frame, ui),
                            SettingsPage::Pictures => pictures::pictures_ui(frame, ui),
                            SettingsPage::Clips => clips_ui(frame, ui),
                            SettingsPage::Look => look_ui(frame, ui),
                            SettingsPage::Shortcuts => shortcuts_ui(frame, ui),
                            SettingsPage::About => about_ui(ui),
                        }
                        ui.add_space(16.0);
                    });
                });
            });
            closes
        },
        |_| {},
    );
    if shown.close || shown.inner {
        frame.act(Action::CloseDialog);
    }
}

/// Draws the title of the dialog, the name of the page and the close button. Returns whether the
/// close button was clicked.
fn head_ui(ui: &mut Ui, nav: Rect, head: Rect, page: SettingsPage) -> bool {
    let c = &tokens::tokens(ui).color;
    let at = pos2(nav.left() + 16.0, head.center().y + 2.0);
    text_style::paint(ui.painter(), at, Align2::LEFT_CENTER, Text::Title, c.text_hi, "Settings");
    let at = pos2(head.left() + PAD, head.center().y);
    text_style::paint(ui.painter(), at, Align2::LEFT_CENTER, Text::Title, c.text_hi, page_title(page).0);
    paint::divider(ui.painter(), head.x_range(), head.bottom() - 1.0, c.stroke_soft);
    let place = Rect::from_min_max(head.min, head.max - Vec2::new(8.0, 0.0));
    let layout = egui::Layout::right_to_left(egui::Align::Center);
    let mut child = ui.new_child(UiBuilder::new().id_salt("settings head").max_rect(place).layout(layout));
    IconButton::new(Icon::X, "Close").key("Esc").show(&mut child).clicked()
}

/// Fills the text fields from the settings, once when the dialog opens.
fn fill_fields(frame: &mut Frame<'_>) {
    let settings = &frame.state.settings;
    for gateway in GatewayId::PAID {
        let address = settings.address(gateway, None);
        frame.ui_state.addresses.insert(gateway, address.to_owned());
        frame.ui_state.replacing_key.insert(gateway, false);
    }
    frame.ui_state.credit_price = Some(settings.apiin.credit_value.map_or_else(Default::default, |value| {
        let paid = value.paid.to_string();
        (paid, crate::domain::numbers::with_thousands(value.credits.0.unsigned_abs()))
    }));
    frame.ui_state.consents_to_platform = settings.pictures.way == PictureWay::Platform;
    frame.ui_state.bucket_form = None;
    frame.ui_state.bucket_keys = (String::new(), String::new());
    frame.ui_state.replaces_bucket_keys = false;
    frame.ui_state.folder_path = frame.state.clip_folder.clone();
}

fn nav_ui(frame: &mut Frame<'_>, ui: &mut Ui, page: SettingsPage) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    ui.spacing_mut().item_spacing = Vec2::new(0.0, 2.0);
    for each in SettingsPage::iter() {
        let (text, icon) = page_title(each);
        let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 30.0), Sense::click());
        response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Tab, true, each == page, text));
        let drawn = paint::drawn(ui, &response, true, paint::Look::Live);
        let fill = if each == page { c.bg_active } else { tokens::faded(c.bg_hover, drawn.hover) };
        paint::boxed(ui.painter(), rect, tokens.radius.control, fill, tokens::NONE);
        let color = if each == page { c.text_hi } else { tokens::mix(c.text_mid, c.text_hi, drawn.hover) };
        icons::paint(ui.painter(), icon, pos2(rect.left() + 16.0, rect.center().y), 16.0, color);
        let at = pos2(rect.left() + 32.0, rect.center().y);
        text_style::paint(ui.painter(), at, Align2::LEFT_CENTER, Text::Strong, color, text);
        if drawn.focus {
            paint::focus_ring(ui.painter(), rect, tokens.radius.control);
        }
        if response.clicked() {
            frame.act(Action::OpenSettings(each));
        }
    }
    let foot = ui.max_rect().left_bottom() + Vec2::new(8.0, -6.0);
    let text = "Kept in settings.toml. Your comments in it stay.";
    let galley = text_style::wrapped(ui.ctx(), text, Text::Caption, c.text_low, ui.available_width() - 16.0, 3);
    text_style::paint_galley(ui.painter(), foot, Align2::LEFT_BOTTOM, galley);
}

fn group<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let tokens = tokens::tokens(ui);
    egui::Frame::new()
        .fill(tokens.color.bg_raised)
        .stroke(egui::Stroke::new(paint::hair(ui.ctx()), tokens.color.stroke_mid))
        .corner_radius(paint::radius(tokens.radius.tile))
        .inner_margin(14)
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing = Vec2::splat(8.0);
            contents(ui)
        })
        .inner
}

fn named_row<R>(ui: &mut Ui, name: &str, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let tokens = tokens::tokens(ui);
    paint::row(ui, 8.0, |ui| {
        let (rect, _) = ui.allocate_exact_size(Vec2::new(NAMES - 8.0, tokens.size.control.normal), Sense::hover());
        let at = rect.left_center();
        text_style::paint(ui.painter(), at, Align2::LEFT_CENTER, Text::SmallStrong, tokens.color.text_mid, name);
        contents(ui)
    })
}

fn below_row(ui: &mut Ui, color: egui::Color32, text: &str) {
    // Move the line closer to the row that it explains than to the next row.
    ui.add_space(-5.0);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        ui.add_space(NAMES);
        text_style::label(ui, Text::Caption, color, text);
    });
}

fn clips_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let c = &tokens::tokens(ui).color;
    group(ui, |ui| {
        named_row(ui, "Clip folder", |ui| {
            let use_button = Button::new("Use").accessible_name("Use this folder");
            let choose = Button::new("Choose…").accessible_name("Choose the folder of clips");
            let is_new = frame.ui_state.folder_path.trim() != frame.state.clip_folder;
            let buttons = choose.natural_width(ui) + if is_new { use_button.natural_width(ui) + 8.0 } else { 0.0 };
            let width = ui.available_width() - buttons - 8.0;
            let field = Field::new("Clip folder").mono().width(width).show(ui, &mut frame.ui_state.folder_path);
            if is_new && (use_button.show(ui).clicked() || field.submitted) {
                let path = frame.ui_state.folder_path.trim().to_owned();
                frame.act(Action::SetClipFolder((!path.is_empty()).then(|| path.into())));
            }
            if choose.show(ui).clicked() {
                frame.act(Action::ChooseClipFolder);
                frame.ui_state.had_settings = false;
            }
        });
        below_row(
            ui,
            c.text_low,
            "New clips go there from now on, downloads that wait for room as well. Clips that exist stay where they are.",
        );
    });
}

fn look_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    group(ui, |ui| {
        let mut theme = frame.state.settings.theme;
        named_row(ui, "Theme", |ui| {
            Segmented::new("Theme")
                .item(Theme::System, "As the system")
                .item(Theme::Dark, "Dark")
                .item(Theme::Light, "Light")
                .width(ui.available_width().min(320.0))
                .show(ui, &mut theme);
        });
        if theme != frame.state.settings.theme {
            frame.act(Action::SetTheme(theme));
        }
        let mut scale = frame.state.settings.interface_scale;
        let labels: Vec<String> = INTERFACE_SCALES.iter().map(|scale| format!("{scale} %")).collect();
        let sizes: Vec<(u16, &str)> = INTERFACE_SCALES.into_iter().zip(labels.iter().map(String::as_str)).collect();
        // In a small window the sizes take two rows.
        let is_narrow = ui.available_width() - NAMES < SIZES;
        let in_a_row = if is_narrow { sizes.len().div_ceil(2) } else { sizes.len() };
        for (row, sizes) in sizes.chunks(in_a_row).enumerate() {
            named_row(ui, if row == 0 { "Interface size" } else { "" }, |ui| {
                let mut control = Segmented::new("Interface size").width(ui.available_width().min(SIZES));
                for (value, label) in sizes {
                    control = control.item(*value, label);
                }
                control.show(ui, &mut scale);
            });
        }
        if scale != frame.state.settings.interface_scale {
            frame.act(Action::SetScale(scale));
        }
        aids_ui(frame, ui);
    });
    ui.add_space(4.0);
    tells_ui(frame, ui);
}

/// Draws the rows for less movement and more contrast.
fn aids_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let hands = &frame.state.settings.hands;
    for (name, now, set) in [
        ("Less motion", hands.reduced_motion, Hands::SetReducedMotion as fn(Aid) -> Hands),
        ("High contrast", hands.high_contrast, Hands::SetHighContrast),
    ] {
        let mut chosen = now;
        named_row(ui, name, |ui| {
            Segmented::new(name)
                .item(Aid::System, "As the system")
                .item(Aid::On, "On")
                .item(Aid::Off, "Off")
                .width(ui.available_width().min(320.0))
                .show(ui, &mut chosen);
        });
        if chosen != now {
            frame.act(Action::Hands(set(chosen)));
        }
    }
    let c = &tokens::tokens(ui).color;
    below_row(ui, c.text_low, "With less motion nothing fades, and films do not run under the pointer.");
}

/// Draws the switch for messages of the desktop.
fn tells_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let c = &tokens::tokens(ui).color;
    group(ui, |ui| {
        let mut tells = frame.state.settings.hands.tells == Some(true);
        let before = tells;
        named_row(ui, "Messages", |ui| {
            Switch::new("Tell when clips are ready").label("Tell when clips are ready").show(ui, &mut tells);
        });
        below_row(ui, c.text_low, "By the desktop, and only while another window has the focus.");
        if tells != before {
            frame.act(Action::Hands(Hands::SetTells(tells)));
        }
    });
}

fn shortcuts_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let c = &tokens::tokens(ui).color;
    let changed = UiCommand::iter().filter(|command| frame.state.keys.is_changed(*command)).count();
    group(ui, |ui| {
        text_style::label(ui, Text::Body, c.text_hi, "All shortcuts, to look up and to change, are on one sheet.");
        paint::row(ui, 8.0, |ui| {
            let key = frame.state.keys.text(UiCommand::Shortcuts);
            let open = Button::new("Open the sheet").icon(Icon::Keyboard).trailing(&key);
            if open.accessible_name("Open the sheet of shortcuts").show(ui).clicked() {
                frame.act(Action::OpenShortcuts);
            }
            let reset = Button::new("Reset all").accessible_name("Reset all shortcuts").enabled(changed > 0);
            if reset.show(ui).clicked() {
                frame.act(Action::Hands(Hands::ResetKeys));
            }
        });
        let text = match changed {
            0 => "None is changed.".to_owned(),
            1 => "One is changed.".to_owned(),
            many => format!("{many} are changed."),
        };
        text_style::label(ui, Text::Small, c.text_mid, text);
    });
    text_style::label(
        ui,
        Text::Caption,
        c.text_low,
        "Single keys work while the gallery has the focus. Arrow keys move from card to card.",
    );
}

fn about_ui(ui: &mut Ui) {
    let c = &tokens::tokens(ui).color;
    group(ui, |ui| {
        text_style::label(ui, Text::Strong, c.text_hi, format!("Rushes {}", env!("CARGO_PKG_VERSION")));
        let text = "A studio for generating video with PixVerse V5.6. MIT or Apache-2.0. Inter and JetBrains Mono are under the SIL Open Font License, Lucide icons under the ISC license.";
        text_style::label(ui, Text::Small, c.text_mid, text);
        let text = "Rushes looks for no newer version and never changes itself: a newer package comes only when you install one.";
        text_style::label(ui, Text::Small, c.text_mid, text);
        for model in catalog().models() {
            for (gateway, entry) in model.gateways.iter().filter(|(gateway, _)| gateway.is_paid()) {
                let (at, source) = (gateway.title(), &entry.source);
                let text = format!("Prices of {} at {at}: {source}, as of {}", model.name, entry.as_of);
                text_style::label_selectable(ui, Text::Caption, c.text_low, text);
            }
        }
    });
}
