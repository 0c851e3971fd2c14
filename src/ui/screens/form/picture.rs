//! The wells of the form: start picture and end picture, with the fields for a path or a web address.

use egui::Ui;

use super::super::Frame;
use crate::app::Action;
use crate::app::action::pictures::Pictures;
use crate::app::state::PictureState;
use crate::app::view::chain::picture_name;
use crate::app::view::crop::of_limit;
use crate::app::view::dropping::{self, film_file};
use crate::app::view::form::FormView;
use crate::domain::picture_limits::picture_notes;
use crate::domain::request::Slot;
use crate::domain::request::StoredPicture;
use crate::domain::{Field as At, GatewayId, InputPicture};
use crate::ui::icons::Icon;
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, ButtonKind, Field, PictureWell, SmallWell, Stepper, WellPicture};

/// Height of a well in points.
const WELL_HEIGHT: f32 = 52.0;

/// Draws the well of the start picture and what belongs to it.
pub(super) fn picture_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &FormView) {
    let top = ui.cursor().min;
    well_ui(frame, ui, view, Slot::Start);
    let rect = egui::Rect::from_min_size(top, egui::Vec2::new(ui.available_width(), WELL_HEIGHT));
    frame.ui_state.drop.well = Some(rect);
}

/// Draws one well, and below it what is known of its picture or asked for.
pub(super) fn well_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &FormView, slot: Slot) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let state = frame.state;
    let (held, progress) = (state.draft.picture_in(slot), state.progress_of(slot));
    let is_dropping = slot == Slot::Start && state.hovering.is_some();
    let well = PictureWell::new(slot.title()).dropping(is_dropping);
    match held {
        Some(InputPicture::Stored(picture)) => {
            let texture = frame.pictures.start_picture(picture);
            let detail = of_limit(picture.size_bytes);
            let parent = state.draft.parent.filter(|_| slot == Slot::Start);
            let parent = parent.map(|parent| picture_name(state, parent));
            let name = parent.as_deref().unwrap_or(&picture.display_name);
            let shown = WellPicture { texture, name, detail: &detail, problem: view.problem_at(field(slot)) };
            let is_busy = matches!(progress, PictureState::Importing);
            let did = well.picture(Some(shown)).crops(!is_busy).show(ui);
            if did.remove {
                frame.act(Action::RemovePicture(slot));
            }
            if did.crop {
                frame.act(Action::Pictures(Pictures::OpenCrop(slot)));
            }
            match progress {
                PictureState::Imported(remarks) if !remarks.is_empty() => {
                    text_style::label(ui, Text::Caption, c.text_low, remarks.join(" · "));
                }
                _ => progress_ui(ui, progress),
            }
            film_ui(frame, ui, slot);
            limits_ui(ui, state.draft.gateway, picture);
        }
        held => {
            let is_busy = matches!(progress, PictureState::Choosing | PictureState::Importing);
            let is_open = frame.ui_state.shows_picture_address.contains(&slot)
                || matches!(held, Some(InputPicture::WebAddress(_)));
            let well = well.address(is_open).invitations(dropping::invitations(state.gets_drops));
            let did = well.enabled(!is_busy).show(ui);
            if did.choose {
                frame.act(Action::ChoosePicture(slot));
            }
            if did.address && !frame.ui_state.shows_picture_address.remove(&slot) {
                frame.ui_state.shows_picture_address.insert(slot);
            }
            progress_ui(ui, progress);
            if state.has_no_picker {
                typed_path_ui(frame, ui, slot);
            }
            if is_open {
                web_address_ui(frame, ui, view, slot);
            }
        }
    }
}

/// Draws which frame of a film file the picture is, and lets another one be taken.
fn film_ui(frame: &mut Frame<'_>, ui: &mut Ui, slot: Slot) {
    let Some(film) = film_file(frame.state, slot).filter(|film| film.frames > 1) else { return };
    let (now, frames) = (film.frame.saturating_add(1), film.frames);
    paint::row(ui, 8.0, |ui| {
        text_style::label(ui, Text::Caption, tokens::tokens(ui).color.text_low, "Frame");
        let mut number = now;
        Stepper::new("Frame of the film", 1..=frames).width(112.0).show(ui, &mut number);
        for (text, name, to) in [("First", "First frame", 1), ("Last", "Last frame", frames)] {
            let button = Button::new(text).kind(ButtonKind::QuietSmall).accessible_name(name).enabled(now != to);
            if button.show(ui).clicked() {
                number = to;
            }
        }
        if number != now {
            frame.act(Action::Pictures(Pictures::TakeFrame(slot, number.saturating_sub(1))));
        }
    });
}

/// Says why the gateway may refuse a picture. No page is sure enough of it to forbid the order.
fn limits_ui(ui: &mut Ui, gateway: GatewayId, picture: &StoredPicture) {
    let c = &tokens::tokens(ui).color;
    for sentence in picture_notes(gateway, picture) {
        text_style::label(ui, Text::Caption, c.ask_fg, sentence);
    }
}

/// The accessible names of the buttons in the well of the end picture.
const END_BUTTONS: [&str; 4] =
    ["Choose an end picture", "Use a web address as the end picture", "Remove end picture", "Crop end picture"];

/// Draws the well of the end picture, which is dimmed with the reason where the gateway takes none. It needs a start
/// picture, so it shows up with one; without, its room is the prompt's.
pub(super) fn end_picture_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &FormView) {
    let c = &tokens::tokens(ui).color;
    let state = frame.state;
    if state.draft.picture.is_none() && state.draft.end_picture.is_none() {
        return;
    }
    let off_because = view.no_end_picture.as_deref();
    let well = SmallWell::new(Slot::End.title(), END_BUTTONS);
    if let Some(InputPicture::Stored(picture)) = &state.draft.end_picture {
        let texture = frame.pictures.start_picture(picture);
        let detail = match off_because {
            Some(reason) => format!("Not sent. {reason}"),
            None => format!("End picture, {}", of_limit(picture.size_bytes)),
        };
        let problem = view.problem_at(At::EndPicture);
        let shown = WellPicture { texture, name: &picture.display_name, detail: &detail, problem };
        let is_busy = matches!(state.end_picture, PictureState::Importing);
        let did = well.picture(Some(shown)).marked(off_because.is_some()).enabled(!is_busy).show(ui);
        if did.remove {
            frame.act(Action::RemovePicture(Slot::End));
        }
        if did.crop {
            frame.act(Action::Pictures(Pictures::OpenCrop(Slot::End)));
        }
        match &state.end_picture {
            PictureState::Imported(remarks) if !remarks.is_empty() => {
                text_style::label(ui, Text::Caption, c.text_low, remarks.join(" · "));
            }
            progress => progress_ui(ui, progress),
        }
        film_ui(frame, ui, Slot::End);
        if off_because.is_none() {
            limits_ui(ui, state.draft.gateway, picture);
        }
        return;
    }
    let has_address = matches!(state.draft.end_picture, Some(InputPicture::WebAddress(_)));
    // An address that is not sent stays in sight, so that it can be taken off.
    let was_opened = frame.ui_state.shows_picture_address.contains(&Slot::End);
    let is_open = has_address || (was_opened && off_because.is_none());
    let is_busy = matches!(state.end_picture, PictureState::Choosing | PictureState::Importing);
    let did = well.off_because(off_because).address(is_open).enabled(!is_busy).show(ui);
    if did.choose {
        frame.act(Action::ChoosePicture(Slot::End));
    }
    if did.address && !frame.ui_state.shows_picture_address.remove(&Slot::End) {
        frame.ui_state.shows_picture_address.insert(Slot::End);
    }
    progress_ui(ui, &state.end_picture);
    if state.has_no_picker && off_because.is_none() {
        typed_path_ui(frame, ui, Slot::End);
    }
    if is_open {
        web_address_ui(frame, ui, view, Slot::End);
    }
}

/// The part of the form that a problem with the picture points at.
fn field(slot: Slot) -> At {
    match slot {
        Slot::Start => At::Picture,
        Slot::End => At::EndPicture,
    }
}

/// Says what happens with a picture at the moment.
fn progress_ui(ui: &mut Ui, progress: &PictureState) {
    let c = &tokens::tokens(ui).color;
    let (color, text) = match progress {
        PictureState::Choosing => (c.text_low, "The file dialog is open"),
        PictureState::Importing => (c.text_low, "Reading the picture"),
        PictureState::Trouble(reason) => (c.fail_fg, reason.as_str()),
        PictureState::Quiet | PictureState::Imported(_) => return,
    };
    text_style::label(ui, Text::Caption, color, text);
}

/// Draws a field for a path, on systems without a file dialog.
fn typed_path_ui(frame: &mut Frame<'_>, ui: &mut Ui, slot: Slot) {
    paint::row(ui, 8.0, |ui| {
        let width = ui.available_width() - 56.0;
        let name = match slot {
            Slot::Start => "Path of the picture",
            Slot::End => "Path of the end picture",
        };
        let text = frame.ui_state.picture_paths.entry(slot).or_default();
        let submitted = Field::new(name).placeholder("/path/to/picture.jpg").width(width).show(ui, text).submitted;
        let path = text.trim().to_owned();
        let button = Button::new("Use").enabled(!path.is_empty());
        let button = match slot {
            Slot::Start => button,
            Slot::End => button.accessible_name("Use this path as the end picture"),
        };
        if (button.show(ui).clicked() || submitted) && !path.is_empty() {
            frame.act(Action::UsePictureFile(slot, path.into()));
        }
    });
}

fn web_address_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &FormView, slot: Slot) {
    let mut text = match frame.state.draft.picture_in(slot) {
        Some(InputPicture::WebAddress(address)) => address.clone(),
        _ => String::new(),
    };
    let name = match slot {
        Slot::Start => "Web address of the picture",
        Slot::End => "Web address of the end picture",
    };
    let remove = match slot {
        Slot::Start => "Remove the address",
        Slot::End => "Remove the address of the end picture",
    };
    let field = Field::new(name)
        .placeholder("https://…")
        .trailing(Icon::X, remove)
        .problem(view.problem_at(field(slot)))
        .show(ui, &mut text);
    if field.trailing_clicked {
        frame.ui_state.shows_picture_address.remove(&slot);
        frame.act(Action::RemovePicture(slot));
    } else if field.response.changed() {
        // Keep the field open while the user empties it, so that it does not vanish under the cursor.
        frame.ui_state.shows_picture_address.insert(slot);
        frame.act(Action::SetPictureAddress(slot, text));
    }
}
