//! The settings dialog with its pages: keys, clips, look, shortcuts and about.

use egui::{Align2, Id, Rect, Sense, Ui, UiBuilder, Vec2, pos2};
use secrecy::SecretString;
use strum::IntoEnumIterator as _;

use super::Frame;
use crate::app::Action;
use crate::app::action::command::UiCommand;
use crate::app::state::{AppState, KeyPlace, KeyState, KeyTest, SettingsPage};
use crate::app::view::form::title;
use crate::app::view::network::network_words;
use crate::domain::catalog::{PriceTable, catalog, entry};
use crate::domain::money::CreditValue;
use crate::domain::outcome::KeyCheck;
use crate::domain::settings::{AT_ONCE, INTERFACE_SCALES, Theme};
use crate::domain::{Amount, Credits, GatewayId, Money, price};
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, ButtonKind, Dialog, Field, IconButton, KeyCap, Segmented, Switch};

const NAV: f32 = 200.0;
const PAD: f32 = 20.0;
/// Height of the title row, in points.
const HEAD: f32 = 48.0;
/// Width of the column of row names, in points.
const NAMES: f32 = 112.0;

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
            let nav = Rect::from_min_size(rect.min, Vec2::new(NAV, rect.height()));
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
                            SettingsPage::Gateways => gateways_ui(frame, ui),
                            SettingsPage::Pictures => {}
                            SettingsPage::Clips => clips_ui(frame, ui),
                            SettingsPage::Look => look_ui(frame, ui),
                            SettingsPage::Shortcuts => shortcuts_ui(ui),
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
        (paid, crate::domain::money::with_thousands(value.credits.0.unsigned_abs()))
    }));
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

/// Describes in one line what is known of the key of a gateway. `None` if there is nothing to say.
pub(super) fn key_words(state: &AppState, gateway: GatewayId) -> Option<String> {
    let known = state.gateway(gateway);
    match &known.test {
        KeyTest::Checking => Some("Testing".to_owned()),
        KeyTest::Answered { check, .. } => Some(match check {
            KeyCheck::Works { balance: Some(balance @ Amount::Credits(_)) } => format!("Works, {balance}"),
            KeyCheck::Works { balance: Some(balance) } => format!("Works, wallet {balance}"),
            KeyCheck::Works { balance: None } => "Works".to_owned(),
            KeyCheck::Refused => format!("{gateway} refused the key"),
            KeyCheck::CannotTell => format!("{gateway} offers no free way to test a key"),
            KeyCheck::Throttled { .. } => format!("{gateway} is busy and asks to wait; test again later"),
            KeyCheck::Trouble(cause) => format!("Could not be tested: {}", network_words(*cause)),
        }),
        KeyTest::NotTested => match &known.key {
            KeyState::Unknown => Some("Looking in the password store".to_owned()),
            KeyState::None => None,
            KeyState::Present { .. } => Some("Not tested".to_owned()),
        },
    }
}

fn place_words(place: KeyPlace, gateway: GatewayId) -> String {
    match place {
        KeyPlace::Keyring => "In the desktop’s password store".to_owned(),
        KeyPlace::Environment => {
            format!("From the environment variable {}", gateway.key_variable().unwrap_or_default())
        }
        KeyPlace::Session => "In memory, until the window closes".to_owned(),
        KeyPlace::Practice => "None is needed".to_owned(),
    }
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

fn gateways_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let c = &tokens::tokens(ui).color;
    for gateway in [GatewayId::Aigateway, GatewayId::Apiin, GatewayId::Pixverse] {
        group(ui, |ui| {
            gateway_title(frame, ui, gateway);
            key_ui(frame, ui, gateway);
            match gateway {
                gateway if !price::is_credit_worth_known(gateway) => credit_ui(frame, ui),
                GatewayId::Aigateway => undocumented_ui(frame, ui),
                GatewayId::Apiin | GatewayId::Pixverse | GatewayId::Practice => {}
            }
            at_once_ui(frame, ui, gateway);
            address_ui(frame, ui, gateway);
        });
    }
    group(ui, |ui| {
        paint::row(ui, 8.0, |ui| {
            text_style::label_line(ui, Text::Strong, c.text_hi, "Practice");
            text_style::label_line(ui, Text::Small, c.text_low, "free, offline");
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let mut shows = frame.state.settings.practice_enabled;
                if Switch::new("Offer practice clips").show(ui, &mut shows).changed() {
                    frame.act(Action::SetShowsPractice(shows));
                }
                text_style::label_line(ui, Text::Small, c.text_mid, "Offered below the gateways");
            });
        });
        if let Some(trouble) = &frame.state.gateway(GatewayId::Practice).key_trouble {
            text_style::label(ui, Text::Caption, c.ask_fg, trouble);
        }
    });
    ui.add_space(4.0);
    ui.horizontal_top(|ui| {
        icons::show(ui, Icon::Lock, 14.0, c.text_low);
        let text = "A key goes to its own gateway and to no other place: no file, no log, no download host. A key that is set in the environment (AIGATEWAY_API_KEY, APIIN_API_KEY, PIXVERSE_API_KEY) goes before the password store, which is then not asked.";
        text_style::label(ui, Text::Small, c.text_mid, text);
    });
}

fn gateway_title(frame: &Frame<'_>, ui: &mut Ui, gateway: GatewayId) {
    let c = &tokens::tokens(ui).color;
    let price = match entry(&frame.state.draft.model, gateway).map(|entry| &entry.price) {
        None => String::new(),
        Some(PriceTable::Free) => "free".to_owned(),
        Some(PriceTable::PerSecond { micro_usd }) => format!("{micro_usd} per second"),
        // `credits, $0.01 each` where the gateway says what one is worth.
        Some(PriceTable::Credits { .. }) if price::is_credit_worth_known(gateway) => {
            let each = price::dollars(Amount::Credits(Credits(1)), gateway, None);
            format!("credits, {each} each")
        }
        Some(PriceTable::Credits { .. }) => "credits".to_owned(),
    };
    paint::row(ui, 8.0, |ui| {
        text_style::label_line(ui, Text::Strong, c.text_hi, title(gateway));
        text_style::label_line(ui, Text::Small, c.text_low, price);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let known = frame.state.gateway(gateway);
            let words = key_words(frame.state, gateway).unwrap_or_else(|| "No key".to_owned());
            let (icon, color) = match &known.test {
                KeyTest::Answered { check: KeyCheck::Works { .. }, .. } => (Some(Icon::Check), c.text_hi),
                KeyTest::Answered { check: KeyCheck::Refused, .. } => (Some(Icon::CircleX), c.fail_fg),
                KeyTest::Answered { check: KeyCheck::Trouble(_) | KeyCheck::Throttled { .. }, .. } => {
                    (Some(Icon::CircleAlert), c.ask_fg)
                }
                _ => (None, c.text_low),
            };
            text_style::label_line(ui, Text::Small, color, words);
            if let Some(icon) = icon {
                icons::show(ui, icon, 14.0, color);
            }
        });
    });
}

fn key_ui(frame: &mut Frame<'_>, ui: &mut Ui, gateway: GatewayId) {
    let c = &tokens::tokens(ui).color;
    let known = frame.state.gateway(gateway);
    let is_replacing = frame.ui_state.replacing_key.get(&gateway).copied().unwrap_or(false);
    if let (KeyState::Present { place, last_four }, false) = (&known.key, is_replacing) {
        named_row(ui, "Key", |ui| {
            let mut shown = format!("•••••••••••• {}", last_four.as_deref().unwrap_or_default());
            let buttons =
                ["Replace", "Test", "Forget"].map(|text| Button::new(text).natural_width(ui)).iter().sum::<f32>();
            let width = ui.available_width() - buttons - 3.0 * 8.0;
            Field::new("Stored key").enabled(false).width(width).show(ui, &mut shown);
            let name = format!("Replace the key of {gateway}");
            if Button::new("Replace").accessible_name(&name).show(ui).clicked() {
                frame.ui_state.replacing_key.insert(gateway, true);
            }
            let name = format!("Test the key of {gateway}");
            let is_checking = known.test == KeyTest::Checking;
            if Button::new("Test").enabled(!is_checking).accessible_name(&name).show(ui).clicked() {
                frame.act(Action::TestKey(gateway));
            }
            let name = format!("Forget the key of {gateway}");
            if Button::new("Forget").kind(ButtonKind::Danger).accessible_name(&name).show(ui).clicked() {
                frame.act(Action::ForgetKey(gateway));
            }
        });
        let mut words = place_words(*place, gateway);
        words.push_str(match gateway {
            GatewayId::Aigateway | GatewayId::Pixverse => ". The test asks for the balance, free of charge.",
            _ => ". Testing is free of charge.",
        });
        below_row(ui, c.text_low, &words);
    } else {
        let mut key = frame.ui_state.keys.remove(&gateway).unwrap_or_default();
        let mut keep = true;
        named_row(ui, "Key", |ui| {
            let name = format!("Key of {gateway}");
            let is_typed = !key.trim().is_empty();
            let save_name = format!("Save the key of {gateway}");
            let save = Button::new("Save").enabled(is_typed).accessible_name(&save_name);
            let cancel = is_replacing.then(|| Button::new("Cancel").kind(ButtonKind::Quiet));
            let buttons = save.natural_width(ui) + cancel.as_ref().map_or(0.0, |cancel| cancel.natural_width(ui) + 8.0);
            let width = ui.available_width() - buttons - 8.0;
            let field = Field::new(&name).placeholder("Paste the key").masked().width(width).show(ui, &mut key);
            if (save.show(ui).clicked() || field.submitted) && is_typed {
                frame.act(Action::SaveKey(gateway, SecretString::from(key.trim())));
                frame.ui_state.replacing_key.insert(gateway, false);
            }
            if cancel.is_some_and(|cancel| cancel.show(ui).clicked()) {
                frame.ui_state.replacing_key.insert(gateway, false);
                keep = false;
            }
        });
        if let Some(reason) = &known.key_trouble {
            below_row(ui, c.ask_fg, &format!("{reason}."));
            // Show the button only if a key was typed.
            if !key.trim().is_empty() {
                ui.horizontal(|ui| {
                    ui.add_space(NAMES);
                    let name = format!("Use the key of {gateway} until the window closes");
                    let button = Button::new("Use it until the window closes").kind(ButtonKind::Small);
                    if button.accessible_name(&name).show(ui).clicked() {
                        frame.act(Action::KeepKeyForSession(gateway, SecretString::from(key.trim())));
                        keep = false;
                    }
                });
            }
        } else {
            let host = frame.state.host_of(gateway);
            below_row(
                ui,
                c.text_low,
                &format!("Kept in the desktop’s password store. Sent to {host} and nowhere else."),
            );
        }
        if keep {
            frame.ui_state.keys.insert(gateway, key);
        }
    }
}

fn undocumented_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let c = &tokens::tokens(ui).color;
    named_row(ui, "Settings sent", |ui| {
        let mut sends = frame.state.settings.aigateway.send_undocumented;
        let switch = Switch::new("Send undocumented settings too").label("Send undocumented settings too");
        if switch.show(ui, &mut sends).changed() {
            frame.act(Action::SetSendUndocumented(sends));
        }
    });
    below_row(ui, c.text_low, "Seed, negative prompt and audio. aigateway may ignore or refuse them.");
}

fn credit_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let c = &tokens::tokens(ui).color;
    let (mut paid, mut credits) = frame.ui_state.credit_price.clone().unwrap_or_default();
    let mut is_changed = false;
    named_row(ui, "Credit price", |ui| {
        text_style::label_line(ui, Text::Body, c.text_mid, "I paid");
        is_changed |=
            Field::new("Dollars paid").placeholder("$20.00").width(70.0).show(ui, &mut paid).response.changed();
        text_style::label_line(ui, Text::Body, c.text_mid, "for");
        let field = Field::new("Credits bought").placeholder("10,000").width(78.0);
        is_changed |= field.show(ui, &mut credits).response.changed();
        let each = credit_value(&paid, &credits).map(|value| value.worth(Credits(1)));
        let text = each.map_or_else(|| "credits".to_owned(), |each| format!("credits = {each} each"));
        text_style::label_line(ui, Text::Body, c.text_mid, text);
    });
    if is_changed {
        let is_empty = paid.trim().is_empty() && credits.trim().is_empty();
        let value = credit_value(&paid, &credits);
        if is_empty || value.is_some() {
            frame.act(Action::SetCreditValue(value));
        }
    }
    frame.ui_state.credit_price = Some((paid, credits));
    below_row(ui, c.text_low, "Until you fill this in, prices show the range $0.002 to $0.01 per credit.");
}

/// Draws the control for the number of jobs that run at the same time at a gateway.
fn at_once_ui(frame: &mut Frame<'_>, ui: &mut Ui, gateway: GatewayId) {
    let c = &tokens::tokens(ui).color;
    let before = frame.state.settings.of(gateway).at_once;
    let mut number = before;
    // The settings file allows more than the dialog offers; a higher number from the file gets a segment of its own.
    let numbers: Vec<u8> = AT_ONCE.filter(|number| *number <= 4 || *number == before).collect();
    let labels: Vec<String> = numbers.iter().map(u8::to_string).collect();
    named_row(ui, "At once", |ui| {
        let name = format!("Jobs at once at {gateway}");
        #[expect(clippy::cast_precision_loss, reason = "up to five")]
        let mut control = Segmented::new(&name).width(36.0 * numbers.len() as f32);
        for (value, label) in numbers.iter().zip(&labels) {
            control = control.item(*value, label);
        }
        control.show(ui, &mut number);
        text_style::label_line(ui, Text::Caption, c.text_low, "jobs; the others wait here, nothing of them is sent");
    });
    if number != before {
        frame.act(Action::SetAtOnce(gateway, number));
    }
}

/// Parses what the user typed. `None` unless both are valid numbers.
fn credit_value(paid: &str, credits: &str) -> Option<CreditValue> {
    let credits: String = credits.chars().filter(|c| !matches!(c, ',' | ' ' | '\u{2009}')).collect();
    CreditValue::new(Money::parse(&paid.replace(',', ""))?, Credits(credits.parse().ok()?))
}

fn address_ui(frame: &mut Frame<'_>, ui: &mut Ui, gateway: GatewayId) {
    if let Some(mut address) = frame.state.environment_urls.get(&gateway).cloned() {
        named_row(ui, "Address", |ui| {
            let width = ui.available_width();
            let name = format!("Address of {gateway}");
            Field::new(&name).mono().width(width).enabled(false).show(ui, &mut address);
        });
        let variable = gateway.base_url_variable().unwrap_or_default();
        let words = format!("Set by {variable} in the environment.");
        below_row(ui, tokens::tokens(ui).color.text_low, &words);
        return;
    }
    let own = gateway.default_base_url().unwrap_or_default();
    let set = frame.state.settings.address(gateway, None);
    let mut address = frame.ui_state.addresses.get(&gateway).cloned().unwrap_or_else(|| set.to_owned());
    let problem = frame.state.gateway(gateway).address_problem.clone();
    named_row(ui, "Address", |ui| {
        let is_new = address.trim() != set;
        let button_name = format!("Use this address for {gateway}");
        let button = is_new.then(|| Button::new("Use").accessible_name(&button_name));
        let room = button.as_ref().map_or(0.0, |button| button.natural_width(ui) + 8.0);
        let name = format!("Address of {gateway}");
        let width = ui.available_width() - room;
        let field =
            Field::new(&name).mono().width(width).placeholder(own).problem(problem.as_deref()).show(ui, &mut address);
        if button.is_some_and(|button| button.show(ui).clicked()) || (field.submitted && is_new) {
            frame.act(Action::SetBaseUrl(gateway, address.clone()));
        }
    });
    frame.ui_state.addresses.insert(gateway, address);
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
                .width(320.0)
                .show(ui, &mut theme);
        });
        if theme != frame.state.settings.theme {
            frame.act(Action::SetTheme(theme));
        }
        let mut scale = frame.state.settings.interface_scale;
        let labels: Vec<String> = INTERFACE_SCALES.iter().map(|scale| format!("{scale} %")).collect();
        named_row(ui, "Interface size", |ui| {
            let mut control = Segmented::new("Interface size").width(400.0);
            for (value, label) in INTERFACE_SCALES.iter().zip(&labels) {
                control = control.item(*value, label);
            }
            control.show(ui, &mut scale);
        });
        if scale != frame.state.settings.interface_scale {
            frame.act(Action::SetScale(scale));
        }
    });
}

fn shortcuts_ui(ui: &mut Ui) {
    let c = &tokens::tokens(ui).color;
    group(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        for command in UiCommand::iter() {
            paint::row(ui, 8.0, |ui| {
                text_style::label_line(ui, Text::Body, c.text_hi, command.text());
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    KeyCap::new(&command.shortcut().text()).show(ui);
                });
            });
        }
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
        for model in catalog().models() {
            for (gateway, entry) in model.gateways.iter().filter(|(gateway, _)| gateway.is_paid()) {
                let text = format!("Prices of {} at {gateway}: {}, as of {}", model.name, entry.source, entry.as_of);
                text_style::label_selectable(ui, Text::Caption, c.text_low, text);
            }
        }
    });
}
