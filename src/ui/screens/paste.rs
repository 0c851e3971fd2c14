//! What is pasted anywhere outside of a text field: pictures, files, addresses, recipes and prompts.

use egui::{Event, Key, Ui};

use super::Frame;
use crate::app::Action;
use crate::app::action::PastedPicture;
use crate::app::action::pictures::Pictures;
use crate::app::state::viewer::Viewer;

/// Reads what was pasted, before anything is drawn. Pictures and files are taken wherever the focus is, because a text
/// field cannot accept them.
pub(super) fn handle(frame: &mut Frame<'_>, ui: &Ui) {
    let is_typing = ui.ctx().text_edit_focused();
    // The storyboard takes what is pasted on it by itself.
    let is_board = matches!(frame.state.viewer, Some(Viewer::Storyboard(_)));
    let is_free = frame.state.dialog.is_none() && !is_board;
    let events = ui.input(|input| input.events.clone());
    for event in events {
        match event {
            Event::PasteImage(image) => {
                frame.ui_state.drop.was_pasted = true;
                if let ([Ok(width), Ok(height)], true) = (image.size.map(u32::try_from), is_free) {
                    let rgba = image.pixels.iter().flat_map(|pixel| pixel.to_srgba_unmultiplied()).collect();
                    frame.act(Action::PastePicture(PastedPicture { width, height, rgba }));
                }
            }
            Event::Paste(text) => {
                frame.ui_state.drop.was_pasted = true;
                if is_free && !is_typing && frame.state.viewer.is_none() {
                    frame.act(Action::Pictures(Pictures::PasteText(text)));
                }
            }
            // The window swallows the press of the key that pastes, and says nothing when the clipboard holds neither text
            // nor a picture. So a release without a press asks for files.
            Event::Key { key: Key::V, pressed, .. } => {
                let drop = &mut frame.ui_state.drop;
                if pressed {
                    drop.was_v_pressed = true;
                } else {
                    let was_plain = std::mem::take(&mut drop.was_v_pressed);
                    let was_pasted = std::mem::take(&mut drop.was_pasted);
                    if is_free && !was_plain && !was_pasted {
                        frame.act(Action::Pictures(Pictures::PasteFiles));
                    }
                }
            }
            _ => {}
        }
    }
}
