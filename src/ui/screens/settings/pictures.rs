//! The page of pictures: how files of this computer get to the gateways, and the user's own bucket.

use egui::{Sense, Ui, Vec2};
use strum::IntoEnumIterator as _;

use super::super::Frame;
use super::{NAMES, below_row, group, named_row};
use crate::app::Action;
use crate::app::action::bucket::Bucket;
use crate::app::state::{KeyPlace, KeyState, SettingsPage};
use crate::app::view::bucket::{BucketForm, Server, StepFound, TypedKeys, left_behind, steps, typed_keys};
use crate::app::view::travel::{IN_ORDER_LIMIT, bucket_words};
use crate::app::view::words;
use crate::domain::hosting::BucketField;
use crate::domain::{GatewayId, PictureWay};
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, ButtonKind, Checkbox, Field, Radio, Segmented};

/// What has to be agreed to before pictures get a public address.
const CONSENT: &str = "I agree that my pictures get a public address at PixVerse, which keeps them. Anyone who has the address can see them.";

pub(super) fn pictures_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let c = &tokens::tokens(ui).color;
    text_style::label(
        ui,
        Text::Small,
        c.text_mid,
        "apiin and aigateway document only web addresses for pictures. So a picture file needs a way to them.",
    );
    ui.add_space(4.0);
    group(ui, |ui| ways_ui(frame, ui));
    group(ui, |ui| bucket_ui(frame, ui));
    ui.add_space(4.0);
    ui.horizontal_top(|ui| {
        icons::show(ui, Icon::Lock, 14.0, c.text_low);
        let text = "PixVerse itself takes pictures by its own upload, whatever is chosen here. Practice clips keep theirs on this computer.";
        text_style::label(ui, Text::Small, c.text_mid, text);
    });
}

fn ways_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let c = &tokens::tokens(ui).color;
    let way = frame.state.settings.pictures.way;
    let mut chosen = way;

    if Radio::new("Inside of the order", way == PictureWay::InOrder).text(Text::Strong).show(ui).clicked() {
        chosen = PictureWay::InOrder;
    }
    let limit = words::size(IN_ORDER_LIMIT);
    let text = format!(
        "No gateway documents it, so the order may be refused. The picture goes to the gateway alone. Up to {limit}."
    );
    explained(ui, &text);

    ui.add_space(6.0);
    if Radio::new("Your own bucket", way == PictureWay::Bucket).text(Text::Strong).show(ui).clicked() {
        chosen = PictureWay::Bucket;
    }
    explained(
        ui,
        "Storage that speaks S3, set up below. The picture stays private there: the gateway gets a link that ends after 7 days, and the picture is deleted when the clip is done.",
    );
    if way == PictureWay::Bucket && frame.state.settings.pictures.bucket.is_none() {
        explained_in(ui, c.ask_fg, "No bucket is set up yet, so pictures cannot be sent.");
    }

    ui.add_space(6.0);
    let consents = frame.ui_state.consents_to_platform;
    let radio = Radio::new("PixVerse’s upload", way == PictureWay::Platform).text(Text::Strong).enabled(consents);
    if radio.show(ui).clicked() {
        chosen = PictureWay::Platform;
    }
    explained(
        ui,
        "The picture goes to PixVerse with your PixVerse key, gets a public address there and is not deleted.",
    );
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        ui.add_space(24.0);
        let mut agrees = consents;
        if Checkbox::new(CONSENT).show(ui, &mut agrees).changed() {
            frame.ui_state.consents_to_platform = agrees;
            // Without it the way is not open any more.
            if !agrees && way == PictureWay::Platform {
                frame.act(Action::Bucket(Bucket::SetWay(PictureWay::InOrder)));
            }
        }
    });
    if way == PictureWay::Platform && !frame.state.gateway(GatewayId::Pixverse).key.is_present() {
        explained_in(ui, c.ask_fg, "There is no PixVerse key on this computer, so pictures cannot be sent.");
        ui.horizontal(|ui| {
            ui.add_space(24.0);
            let button = Button::new("Add the key").kind(ButtonKind::Small).accessible_name("Add the key of PixVerse");
            if button.show(ui).clicked() {
                frame.act(Action::OpenSettings(SettingsPage::Gateways));
            }
        });
    }
    if chosen != way {
        frame.act(Action::Bucket(Bucket::SetWay(chosen)));
    }
}

fn explained(ui: &mut Ui, text: &str) {
    explained_in(ui, tokens::tokens(ui).color.text_low, text);
}

/// Draws the explanation of a choice below its label.
fn explained_in(ui: &mut Ui, color: egui::Color32, text: &str) {
    ui.add_space(-5.0);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        ui.add_space(24.0);
        text_style::label(ui, Text::Caption, color, text);
    });
}

fn bucket_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let c = &tokens::tokens(ui).color;
    let stored = frame.state.settings.pictures.bucket.as_ref();
    paint::row(ui, 8.0, |ui| {
        text_style::label_line(ui, Text::Strong, c.text_hi, "Your bucket");
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let words = stored.map_or_else(|| "Not set up".to_owned(), bucket_words);
            text_style::label_ellipsis(ui, Text::Small, c.text_low, words);
        });
    });
    let mut form = frame.ui_state.bucket_form.take().unwrap_or_else(|| BucketForm::of(stored));
    place_ui(ui, &mut form);
    let typed = keys_ui(frame, ui);
    acts_ui(frame, ui, &form, &typed);
    found_ui(frame, ui);
    frame.ui_state.bucket_form = Some(form);
}

fn place_ui(ui: &mut Ui, form: &mut BucketForm) {
    let c = &tokens::tokens(ui).color;
    let mut server = form.server;
    named_row(ui, "Server", |ui| {
        let mut control = Segmented::new("Server").width(ui.available_width());
        for each in Server::iter() {
            control = control.item(each, each.name());
        }
        control.show(ui, &mut server);
    });
    if server != form.server {
        form.choose(server);
    }
    below_row(ui, c.text_low, form.server.help());
    let problem = form.problem_at(BucketField::Endpoint);
    named_row(ui, "Address", |ui| {
        let field = Field::new("Address of the server").mono().placeholder(form.server.endpoint_example());
        field.width(ui.available_width()).problem(problem.as_deref()).show(ui, &mut form.endpoint);
    });
    let problem = form.problem_at(BucketField::Region);
    named_row(ui, "Region", |ui| {
        let mut region = form.region.clone();
        let field = Field::new("Region").mono().placeholder("eu-central-1").width(ui.available_width());
        if field.problem(problem.as_deref()).show(ui, &mut region).response.changed() {
            form.set_region(region);
        }
    });
    let problem = form.problem_at(BucketField::Bucket);
    named_row(ui, "Bucket", |ui| {
        let field = Field::new("Name of the bucket").mono().placeholder("rushes-pictures");
        field.width(ui.available_width()).problem(problem.as_deref()).show(ui, &mut form.bucket);
    });
    let problem = form.problem_at(BucketField::Prefix);
    named_row(ui, "Prefix", |ui| {
        let field = Field::new("Prefix of all names").mono().placeholder("rushes/").width(ui.available_width());
        field.problem(problem.as_deref()).show(ui, &mut form.prefix);
    });
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        ui.add_space(NAMES);
        Checkbox::new("The bucket stands in the path of addresses, not in the server’s name")
            .show(ui, &mut form.path_style);
    });
}

/// Draws the keys: those that are kept, or the fields for new ones. Returns what is typed.
fn keys_ui(frame: &mut Frame<'_>, ui: &mut Ui) -> TypedKeys {
    let c = &tokens::tokens(ui).color;
    if let (KeyState::Present { place, last_four }, false) =
        (&frame.state.bucket.key, frame.ui_state.replaces_bucket_keys)
    {
        named_row(ui, "Keys", |ui| {
            let mut shown = format!("•••••••••••• {}", last_four.as_deref().unwrap_or_default());
            let replace = Button::new("Replace").accessible_name("Replace the keys of the bucket");
            let width = ui.available_width() - replace.natural_width(ui) - 8.0;
            Field::new("Kept access key ID").enabled(false).width(width).show(ui, &mut shown);
            if replace.show(ui).clicked() {
                frame.ui_state.replaces_bucket_keys = true;
            }
        });
        below_row(
            ui,
            c.text_low,
            match place {
                KeyPlace::Environment => {
                    "From the environment variables RUSHES_BUCKET_ACCESS_KEY_ID and RUSHES_BUCKET_SECRET."
                }
                KeyPlace::Session => "In memory, until the window closes.",
                KeyPlace::Keyring | KeyPlace::Practice => "In the desktop’s password store.",
            },
        );
        return typed_keys("", "");
    }
    let (mut id, mut secret) = std::mem::take(&mut frame.ui_state.bucket_keys);
    let typed = typed_keys(&id, &secret);
    named_row(ui, "Access key ID", |ui| {
        let field = Field::new("Access key ID").mono().width(ui.available_width());
        field.problem(typed.id_problem).show(ui, &mut id);
    });
    named_row(ui, "Secret", |ui| {
        let cancel = Button::new("Cancel").kind(ButtonKind::Quiet).accessible_name("Keep the present keys");
        let replaces = frame.ui_state.replaces_bucket_keys && frame.state.bucket.key.is_present();
        let room = if replaces { cancel.natural_width(ui) + 8.0 } else { 0.0 };
        let field = Field::new("Secret access key").masked().width(ui.available_width() - room);
        field.problem(typed.secret_problem).show(ui, &mut secret);
        if replaces && cancel.show(ui).clicked() {
            frame.ui_state.replaces_bucket_keys = false;
            (id, secret) = Default::default();
        }
    });
    match &frame.state.bucket.key_trouble {
        Some(reason) => {
            below_row(ui, c.ask_fg, &format!("{}.", reason.trim_end_matches('.')));
            if let Some(keys) = &typed.keys {
                ui.horizontal(|ui| {
                    ui.add_space(NAMES);
                    let button = Button::new("Use them until the window closes").kind(ButtonKind::Small);
                    if button.accessible_name("Use the keys of the bucket until the window closes").show(ui).clicked() {
                        frame.act(Action::Bucket(Bucket::KeepForSession(keys.clone())));
                    }
                });
            }
        }
        None => below_row(
            ui,
            c.text_low,
            "Kept in the desktop’s password store. The secret signs requests to this server and is never sent.",
        ),
    }
    let typed = typed_keys(&id, &secret);
    frame.ui_state.bucket_keys = (id, secret);
    typed
}

fn acts_ui(frame: &mut Frame<'_>, ui: &mut Ui, form: &BucketForm, typed: &TypedKeys) {
    let state = frame.state;
    let stored = state.settings.pictures.bucket.as_ref();
    // Known keys serve as long as no others are typed.
    let has_keys = typed.keys.is_some() || (typed.are_empty && state.bucket.key.is_present());
    let ready = form.place().ok().filter(|_| has_keys);
    let is_new = typed.keys.is_some() || ready.as_ref() != stored;
    ui.add_space(2.0);
    paint::row(ui, 8.0, |ui| {
        ui.add_space(NAMES);
        let test = Button::new(if state.is_bucket_tested_now() { "Testing" } else { "Test" });
        let test = test.enabled(ready.is_some() && !state.is_bucket_tested_now()).accessible_name("Test the bucket");
        if test.show(ui).clicked()
            && let Some(place) = ready.clone()
        {
            frame.act(Action::Bucket(Bucket::Test { place, keys: typed.keys.clone() }));
        }
        let save =
            Button::new("Save and use").enabled(ready.is_some() && is_new).accessible_name("Save and use the bucket");
        if save.show(ui).clicked()
            && let Some(place) = ready
        {
            frame.act(Action::Bucket(Bucket::Save { place, keys: typed.keys.clone() }));
            frame.ui_state.replaces_bucket_keys = false;
        }
        if stored.is_some() || state.bucket.key.is_present() {
            let forget =
                Button::new("Forget").kind(ButtonKind::Danger).accessible_name("Forget the bucket and its keys");
            if forget.show(ui).clicked() {
                frame.act(Action::Bucket(Bucket::Forget));
                (frame.ui_state.bucket_form, frame.ui_state.replaces_bucket_keys) = (None, false);
                frame.ui_state.bucket_keys = Default::default();
            }
        }
    });
    let c = &tokens::tokens(ui).color;
    ui.add_space(3.0);
    below_row(
        ui,
        c.text_low,
        "The test writes, reads and deletes a file of 90 bytes. Forgetting leaves pictures of unfinished clips in the bucket.",
    );
}

/// Draws what the test found, one line for each of its steps.
fn found_ui(frame: &Frame<'_>, ui: &mut Ui) {
    let c = &tokens::tokens(ui).color;
    if let Some(reason) = &frame.state.bucket.not_tested {
        below_row(ui, c.ask_fg, &format!("Not tested. {}.", reason.trim_end_matches('.')));
        return;
    }
    let Some(check) = &frame.state.bucket_check else { return };
    for (name, found) in steps(check) {
        let (icon, color, told) = match found {
            StepFound::Works => (Icon::Check, c.text_hi, format!("{name}: works")),
            StepFound::Fails(reason) => (Icon::CircleX, c.fail_fg, format!("{name}: {reason}")),
            StepFound::NotTried => (Icon::Minus, c.text_low, format!("{name}: not tried")),
        };
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing = Vec2::ZERO;
            let (_, _) = ui.allocate_exact_size(Vec2::new(NAMES, 16.0), Sense::hover());
            icons::show(ui, icon, 14.0, color);
            ui.add_space(6.0);
            text_style::label(ui, Text::Small, color, told);
        });
    }
    if let Some(left) = left_behind(check) {
        below_row(ui, c.ask_fg, &left);
    }
}
