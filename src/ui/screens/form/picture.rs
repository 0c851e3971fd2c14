//! The picture part of the form: the wells, the fields for a path or a web address, and pasted pictures.

use egui::Ui;

use super::super::Frame;
use crate::app::Action;
use crate::app::action::PastedPicture;
use crate::app::state::PictureState;
use crate::app::view::chain::picture_name;
use crate::app::view::form::FormView;
use crate::app::view::words;
use crate::domain::{Field as At, StartPicture};
use crate::ui::icons::Icon;
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, Field, PictureWell, WellPicture};

/// Puts a pasted picture into the form, wherever the focus is, because a text field cannot accept it.
pub(super) fn take_pasted(frame: &mut Frame<'_>, ui: &Ui) {
    let image = ui.input(|input| {
        input.events.iter().rev().find_map(|event| match event {
            egui::Event::PasteImage(image) => Some(image.clone()),
            _ => None,
        })
    });
    let Some(image) = image.filter(|_| frame.state.dialog.is_none()) else { return };
    if let [Ok(width), Ok(height)] = image.size.map(u32::try_from) {
        let rgba = image.pixels.iter().flat_map(|pixel| pixel.to_srgba_unmultiplied()).collect();
        frame.act(Action::PastePicture(PastedPicture { width, height, rgba }));
    }
}

/// Draws the well of the start picture and what belongs to it.
pub(super) fn picture_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &FormView) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let is_dropping = ui.input(|input| !input.raw.hovered_files.is_empty());
    let dropped = ui.input(|input| input.raw.dropped_files.first().map(|file| file.path().to_path_buf()));
    frame.actions.extend(dropped.map(Action::UsePictureFile));

    match &frame.state.draft.picture {
        Some(StartPicture::Stored(picture)) => {
            let texture = frame.pictures.start_picture(picture);
            let detail = format!("{} × {}, {}", picture.width, picture.height, words::size(picture.size_bytes));
            let parent = frame.state.draft.parent.map(|parent| picture_name(frame.state, parent));
            let name = parent.as_deref().unwrap_or(&picture.display_name);
            let shown = WellPicture { texture, name, detail: &detail, problem: None };
            let did = PictureWell::new("Start picture").picture(Some(shown)).dropping(is_dropping).show(ui);
            if did.remove {
                frame.act(Action::RemovePicture);
            }
            if let PictureState::Imported(remarks) = &frame.state.picture
                && !remarks.is_empty()
            {
                text_style::label(ui, Text::Caption, c.text_low, remarks.join(" · "));
            }
        }
        _ => {
            let is_busy = matches!(frame.state.picture, PictureState::Choosing | PictureState::Importing);
            let is_open = frame.ui_state.shows_picture_address
                || matches!(frame.state.draft.picture, Some(StartPicture::WebAddress(_)));
            let well = PictureWell::new("Start picture").dropping(is_dropping).address(is_open);
            let did = well.enabled(!is_busy).show(ui);
            if did.choose {
                frame.act(Action::ChoosePicture);
            }
            if did.address {
                frame.ui_state.shows_picture_address = !frame.ui_state.shows_picture_address;
            }
            match &frame.state.picture {
                PictureState::Choosing => {
                    text_style::label(ui, Text::Caption, c.text_low, "The file dialog is open");
                }
                PictureState::Importing => {
                    text_style::label(ui, Text::Caption, c.text_low, "Reading the picture");
                }
                PictureState::Trouble(reason) => {
                    text_style::label(ui, Text::Caption, c.fail_fg, reason);
                }
                PictureState::Quiet | PictureState::Imported(_) => {}
            }
            if frame.state.has_no_picker {
                typed_path_ui(frame, ui);
            }
            if is_open {
                web_address_ui(frame, ui, view);
            }
        }
    }
}

/// Draws a field for a path, on systems without a file dialog.
fn typed_path_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    paint::row(ui, 8.0, |ui| {
        let width = ui.available_width() - 56.0;
        let field = Field::new("Path of the picture").placeholder("/path/to/picture.jpg").width(width);
        let submitted = field.show(ui, &mut frame.ui_state.picture_path).submitted;
        let is_typed = !frame.ui_state.picture_path.trim().is_empty();
        if (Button::new("Use").enabled(is_typed).show(ui).clicked() || submitted) && is_typed {
            let path = frame.ui_state.picture_path.trim().into();
            frame.act(Action::UsePictureFile(path));
        }
    });
}

fn web_address_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: &FormView) {
    let mut text = match &frame.state.draft.picture {
        Some(StartPicture::WebAddress(address)) => address.clone(),
        _ => String::new(),
    };
    let field = Field::new("Web address of the picture")
        .placeholder("https://…")
        .trailing(Icon::X, "Remove the address")
        .problem(view.problem_at(At::Picture))
        .show(ui, &mut text);
    if field.trailing_clicked {
        frame.ui_state.shows_picture_address = false;
        frame.act(Action::RemovePicture);
    } else if field.response.changed() {
        // Keep the field open while the user empties it, so that it does not vanish under the cursor.
        frame.ui_state.shows_picture_address = true;
        frame.act(Action::SetPictureAddress(text));
    }
}
