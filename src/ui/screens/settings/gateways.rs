//! The page of gateways: keys, addresses and limits of each.

use egui::Ui;
use secrecy::SecretString;

use super::super::Frame;
use super::{NAMES, below_row, group, named_row};
use crate::app::Action;
use crate::app::action::prices::Prices;
use crate::app::state::{AppState, KeyPlace, KeyState, KeyTest};
use crate::app::view::network::network_words;
use crate::app::view::{prices, wallet, words};
use crate::domain::capability::undocumented;
use crate::domain::catalog::{PriceTable, entry};
use crate::domain::money::CreditValue;
use crate::domain::outcome::KeyCheck;
use crate::domain::settings::AT_ONCE;
use crate::domain::{Amount, Credits, GatewayId, Money, Setting, price};
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, ButtonKind, Field, Segmented, Switch};

/// Room of the arrow before the name of a gateway, in points.
const ARROW: f32 = 22.0;
/// Width of a card in points below which its rows are not indented.
const NARROW: f32 = 440.0;

pub(super) fn gateways_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let c = &tokens::tokens(ui).color;
    for gateway in [GatewayId::Aigateway, GatewayId::Apiin, GatewayId::Pixverse] {
        group(ui, |ui| {
            let is_open = gateway_title(frame, ui, gateway);
            if is_open {
                inset_ui(ui, |ui| {
                    key_ui(frame, ui, gateway);
                    if !price::is_credit_worth_known(gateway) {
                        credit_ui(frame, ui);
                    }
                    corrected_ui(frame, ui, gateway);
                    undocumented_ui(frame, ui, gateway);
                    at_once_ui(frame, ui, gateway);
                    address_ui(frame, ui, gateway);
                });
            }
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

/// Draws the rows of a gateway below its name, which stands behind an arrow. In a narrow page they begin below the arrow.
fn inset_ui(ui: &mut Ui, rows: impl FnOnce(&mut Ui)) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.add_space(if ui.available_width() < NARROW { 0.0 } else { ARROW });
        ui.vertical(|ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing = egui::Vec2::splat(8.0);
            rows(ui);
        });
    });
}

/// Whether the settings of a gateway are unfolded when the dialog opens: those of the gateways that have a key and of the one
/// that makes the next clip. Where none has a key, all are.
fn opens_at_first(state: &AppState, gateway: GatewayId) -> bool {
    let has_key = |gateway: GatewayId| matches!(state.gateway(gateway).key, KeyState::Present { .. });
    has_key(gateway) || state.draft.gateway == gateway || !GatewayId::PAID.into_iter().any(has_key)
}

/// Draws the name of a gateway, what it bills and how its key stands; a click folds its settings. Returns whether they are
/// unfolded.
fn gateway_title(frame: &mut Frame<'_>, ui: &mut Ui, gateway: GatewayId) -> bool {
    let at_first = opens_at_first(frame.state, gateway);
    let mut is_open = *frame.ui_state.open_gateways.entry(gateway).or_insert(at_first);
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
    let row = paint::row(ui, 8.0, |ui| {
        let arrow = if is_open { Icon::ChevronDown } else { Icon::ChevronRight };
        let (spot, _) = ui.allocate_exact_size(egui::Vec2::new(ARROW - 8.0, Text::Strong.line()), egui::Sense::hover());
        icons::paint(ui.painter(), arrow, spot.center(), 14.0, c.text_mid);
        text_style::label_line(ui, Text::Strong, c.text_hi, gateway.title());
        let named = text_style::label_line(ui, Text::Small, c.text_low, price).rect;
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let known = frame.state.gateway(gateway);
            if !is_open && known.key.is_missing() {
                let name = format!("Add the key of {}", gateway.title());
                is_open |= Button::new("Add key").kind(ButtonKind::Small).accessible_name(&name).show(ui).clicked();
            }
            let words = key_words(frame.state, gateway).unwrap_or_else(|| "No key".to_owned());
            let (icon, color) = match &known.test {
                KeyTest::Answered { check: KeyCheck::Works { .. }, .. } => (Some(Icon::Check), c.text_mid),
                KeyTest::Answered { check: KeyCheck::Refused, .. } => (Some(Icon::CircleX), c.fail_fg),
                KeyTest::Answered { check: KeyCheck::Trouble(_) | KeyCheck::Throttled { .. }, .. } => {
                    (Some(Icon::CircleAlert), c.ask_fg)
                }
                _ => (None, c.text_low),
            };
            ui.spacing_mut().item_spacing.x = 6.0;
            text_style::label_line(ui, Text::Small, color, words);
            if let Some(icon) = icon {
                icons::show(ui, icon, 14.0, color);
            }
        });
        egui::Rect::from_min_max(spot.min, named.max)
    });
    let id = ui.unique_id().with(("fold", gateway));
    let response = ui.interact(row.expand2(egui::Vec2::new(2.0, 4.0)), id, egui::Sense::click());
    let name = format!("Settings of {}", gateway.title());
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::DisclosureTriangle, true, is_open, &name));
    if paint::drawn(ui, &response, true, paint::Look::Live).focus {
        paint::focus_ring(ui.painter(), response.rect, tokens::tokens(ui).radius.chip);
    }
    is_open ^= response.on_hover_cursor(egui::CursorIcon::PointingHand).clicked();
    frame.ui_state.open_gateways.insert(gateway, is_open);
    is_open
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
            let name = format!("Replace the key of {}", gateway.title());
            if Button::new("Replace").accessible_name(&name).show(ui).clicked() {
                frame.ui_state.replacing_key.insert(gateway, true);
            }
            let name = format!("Test the key of {}", gateway.title());
            let is_checking = known.test == KeyTest::Checking;
            if Button::new("Test").enabled(!is_checking).accessible_name(&name).show(ui).clicked() {
                frame.act(Action::TestKey(gateway));
            }
            let name = format!("Forget the key of {}", gateway.title());
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
        wallet_ui(frame, ui, gateway);
    } else {
        let mut key = frame.ui_state.keys.remove(&gateway).unwrap_or_default();
        let mut keep = true;
        named_row(ui, "Key", |ui| {
            let name = format!("Key of {}", gateway.title());
            let is_typed = !key.trim().is_empty();
            let save_name = format!("Save the key of {}", gateway.title());
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
                    let name = format!("Use the key of {} until the window closes", gateway.title());
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

/// What is left in the wallet of a gateway that tells it, with the time of the answer.
fn wallet_ui(frame: &mut Frame<'_>, ui: &mut Ui, gateway: GatewayId) {
    let Some(balance) = wallet::balance(frame.state, gateway) else { return };
    let c = &tokens::tokens(ui).color;
    named_row(ui, "Wallet", |ui| {
        text_style::label_line(ui, Text::Body, c.text_hi, balance);
        let name = format!("Look into the wallet of {}", gateway.title());
        if Button::new("Look again").kind(ButtonKind::Small).accessible_name(&name).show(ui).clicked() {
            frame.act(Action::LookIntoWallet(gateway));
        }
    });
}

/// The switch for settings that a gateway does not document; nothing where it documents all that it has.
fn undocumented_ui(frame: &mut Frame<'_>, ui: &mut Ui, gateway: GatewayId) {
    let c = &tokens::tokens(ui).color;
    let settings: Vec<_> = undocumented(&frame.state.draft.model, gateway).into_iter().map(Setting::name).collect();
    if settings.is_empty() {
        return;
    }
    named_row(ui, "Settings sent", |ui| {
        let mut sends = frame.state.settings.of(gateway).send_undocumented;
        let name = format!("Send undocumented settings to {} too", gateway.title());
        let switch = Switch::new(&name).label("Send undocumented settings too");
        if switch.show(ui, &mut sends).changed() {
            frame.act(Action::SetSendUndocumented(gateway, sends));
        }
    });
    let what = if settings.len() == 1 { "it" } else { "them" };
    let sentence = format!("For {}. {} may ignore or refuse {what}.", words::list(&settings), gateway.title());
    below_row(ui, c.text_low, &sentence);
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

/// Draws the prices that the user corrected, each with a button that forgets the correction.
fn corrected_ui(frame: &mut Frame<'_>, ui: &mut Ui, gateway: GatewayId) {
    let c = &tokens::tokens(ui).color;
    for (place, price) in prices::corrected(frame.state, gateway).into_iter().enumerate() {
        named_row(ui, if place == 0 { "Corrected" } else { "" }, |ui| {
            let name = format!("Forget the corrected price of {} at {}", price.name, gateway.title());
            let forget = Button::new("Forget").kind(ButtonKind::Small).accessible_name(&name);
            let width = ui.available_width() - forget.natural_width(ui) - 8.0;
            let text = format!("{}: {}", price.name, price.words);
            ui.allocate_ui_with_layout(
                egui::Vec2::new(width, 28.0),
                egui::Layout::left_to_right(egui::Align::Center),
                |ui| {
                    ui.set_min_width(width);
                    text_style::label_ellipsis(ui, Text::Small, c.text_hi, text);
                },
            );
            if forget.show(ui).clicked() {
                frame.act(Action::Prices(Prices::Forget(price.shape)));
            }
        });
    }
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
        let name = format!("Jobs at once at {}", gateway.title());
        #[expect(clippy::cast_precision_loss, reason = "up to five")]
        let mut control = Segmented::new(&name).width(36.0 * numbers.len() as f32);
        for (value, label) in numbers.iter().zip(&labels) {
            control = control.item(*value, label);
        }
        control.show(ui, &mut number);
        text_style::label_ellipsis(
            ui,
            Text::Caption,
            c.text_low,
            "jobs; the others wait here, nothing of them is sent",
        );
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
            let name = format!("Address of {}", gateway.title());
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
        let button_name = format!("Use this address for {}", gateway.title());
        let button = is_new.then(|| Button::new("Use").accessible_name(&button_name));
        let room = button.as_ref().map_or(0.0, |button| button.natural_width(ui) + 8.0);
        let name = format!("Address of {}", gateway.title());
        let width = ui.available_width() - room;
        let field =
            Field::new(&name).mono().width(width).placeholder(own).problem(problem.as_deref()).show(ui, &mut address);
        if button.is_some_and(|button| button.show(ui).clicked()) || (field.submitted && is_new) {
            frame.act(Action::SetBaseUrl(gateway, address.clone()));
        }
    });
    frame.ui_state.addresses.insert(gateway, address);
}

/// Describes in one line what is known of the key of a gateway. `None` if there is nothing to say.
pub(in crate::ui::screens) fn key_words(state: &AppState, gateway: GatewayId) -> Option<String> {
    let known = state.gateway(gateway);
    let name = gateway.title();
    match &known.test {
        KeyTest::Checking => Some("Testing".to_owned()),
        KeyTest::Answered { check, .. } => Some(match check {
            KeyCheck::Works { balance: Some(balance @ Amount::Credits(_)) } => format!("Works, {balance}"),
            KeyCheck::Works { balance: Some(balance) } => format!("Works, wallet {balance}"),
            KeyCheck::Works { balance: None } => "Works".to_owned(),
            KeyCheck::Refused => format!("{name} refused the key"),
            KeyCheck::CannotTell => format!("{name} offers no free way to test a key"),
            KeyCheck::Throttled { .. } => format!("{name} is busy and asks to wait; test again later"),
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
