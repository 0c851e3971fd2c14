//! Pictures that come by drop, choice or paste, several at once, and the crop dialog.

use std::path::PathBuf;

use crate::app::action::list::List;
use crate::app::action::pictures::{FoundRecipe, PictureNews, PictureWork, Pictures, RecipeSource};
use crate::app::action::spend::{Consent, Door};
use crate::app::action::{Effect, Effects, WindowEffect};
use crate::app::state::crop::{Crop, CropSource};
use crate::app::state::pictures::{Brought, DropTarget, Hovering, MOST_PICTURES, OneOfSeveral, Several, file_name};
use crate::app::state::{AppState, Dialog, PictureState, ToastButton, UndoStep};
use crate::app::view::crop::croppable;
use crate::app::view::dropping;
use crate::app::view::dropping::may_be_list;
use crate::app::view::several::{SeveralOrder, ready_order};
use crate::domain::random::Random;
use crate::domain::request::Slot;
use crate::domain::request::StoredPicture;
use crate::domain::{GenerationRequest, InputPicture};

use super::{NewJobs, draft_changed, edit, list, order, remember, toast};
use paste::Pasted;

mod film;
mod paste;

/// How many of several pictures are read at the same time. Each takes much memory while it is read.
const READ_AT_ONCE: usize = 2;

pub(super) fn act(state: &mut AppState, word: Pictures, random: &mut Random, to: &mut Effects) {
    match word {
        Pictures::Hover(files) => hover(state, files, to),
        Pictures::Drop(files, on) => drop_files(state, files, on, random, to),
        Pictures::PasteText(text) => paste_text(state, text, to),
        Pictures::PasteFiles => to.push(Effect::Pictures(PictureWork::ReadClipboardFiles)),
        Pictures::TakeFrame(slot, frame) => film::take_frame(state, slot, frame, to),
        Pictures::OpenCrop(slot) => open_crop(state, slot, to),
        Pictures::Crop(act) => {
            if let Some(crop) = &mut state.crop {
                crop.act(act);
            }
        }
        Pictures::UseCrop => use_crop(state, to),
        Pictures::LeaveOut(index) => leave_out(state, index, to),
        Pictures::OrderSeveral => order_several(state, Consent::PRESS, random, to),
    }
}

pub(super) fn told(state: &mut AppState, news: PictureNews, random: &mut Random, to: &mut Effects) {
    match news {
        PictureNews::LookedAt(file, found) => {
            if let Some(hovering) = &mut state.hovering
                && hovering.files[..] == [file]
            {
                hovering.first = Some(found);
            }
        }
        PictureNews::RecipeRead(source, found) => recipe_read(state, source, found, to),
        PictureNews::FilesPasted(files, text) => match text {
            Some(text) if files.is_empty() => paste_prompt(state, text, to),
            _ => drop_files(state, files, None, random, to),
        },
        PictureNews::OneBrought { number, path, picture } => {
            let Some(several) = state.several.as_mut().filter(|several| several.number == number) else { return };
            if let Some(one) = several.pictures.iter_mut().find(|one| one.path == path) {
                one.picture = picture.map_or_else(Brought::Trouble, Brought::Ready);
            }
            read_next(several, to);
        }
        PictureNews::FrameTaken { slot, film, picture } => film::taken(state, slot, film, picture),
        PictureNews::Reopened(picture, found) => {
            let Some(crop) = state.crop.as_mut().filter(|crop| crop.picture == picture) else { return };
            match found {
                Ok(found) => crop.read(found.facts, found.preview, found.edit),
                Err(reason) => crop.source = CropSource::Trouble(reason),
            }
        }
        PictureNews::Edited { slot, before, picture } => {
            // Whoever took the picture off, or chose another one, meanwhile does not want this any more.
            let is_wanted =
                matches!(state.draft.picture_in(slot), Some(InputPicture::Stored(now)) if now.sha256 == before);
            if !is_wanted {
                return;
            }
            match picture {
                Ok((picture, remarks)) => {
                    // A frame of a clip stays one, also when a part of it is sent.
                    *state.draft.picture_in_mut(slot) = Some(InputPicture::Stored(picture));
                    *progress_mut(state, slot) = PictureState::Imported(remarks);
                    draft_changed(state);
                }
                Err(reason) => *progress_mut(state, slot) = PictureState::Trouble(reason),
            }
        }
    }
}

pub(super) fn progress_mut(state: &mut AppState, slot: Slot) -> &mut PictureState {
    match slot {
        Slot::Start => &mut state.picture,
        Slot::End => &mut state.end_picture,
    }
}

/// Puts a picture into a well, or takes it out.
pub(super) fn set(state: &mut AppState, slot: Slot, picture: Option<InputPicture>, progress: PictureState) {
    *progress_mut(state, slot) = progress;
    *state.draft.picture_in_mut(slot) = picture;
    if slot == Slot::Start {
        state.draft.parent = None;
    }
    draft_changed(state);
}

/// Brings a picture file into the library, for this well.
pub(super) fn import(state: &mut AppState, slot: Slot, path: PathBuf, to: &mut Effects) {
    *progress_mut(state, slot) = PictureState::Importing;
    to.push(Effect::ImportPicture(slot, path));
}

/// A picture was brought into the library, or could not be.
pub(super) fn imported(state: &mut AppState, slot: Slot, imported: Result<(StoredPicture, Vec<String>), String>) {
    match imported {
        Ok((picture, remarks)) => {
            set(state, slot, Some(InputPicture::Stored(picture)), PictureState::Imported(remarks));
        }
        Err(reason) => *progress_mut(state, slot) = PictureState::Trouble(reason),
    }
}

fn hover(state: &mut AppState, files: Option<Vec<PathBuf>>, to: &mut Effects) {
    // Over an open dialog a drop does nothing, so nothing is offered.
    let Some(files) = files.filter(|_| state.gets_drops && state.dialog.is_none()) else {
        state.hovering = None;
        return;
    };
    if let [file] = &files[..] {
        to.push(Effect::Pictures(PictureWork::LookAt(file.clone())));
    }
    state.hovering = Some(Hovering { files, first: None });
}

/// Takes what was dropped or pasted. Where the place of the drop is not known, a single file goes where its kind belongs.
fn drop_files(
    state: &mut AppState,
    files: Vec<PathBuf>,
    on: Option<DropTarget>,
    random: &mut Random,
    to: &mut Effects,
) {
    let hovering = state.hovering.take();
    // An open list takes another one, and nothing else.
    let is_over_list = state.dialog == Some(Dialog::List);
    if let ([file], true) = (&files[..], state.dialog.is_none() || is_over_list)
        && may_be_list(file)
    {
        return list::act(state, List::OpenFile(file.clone()), random, to);
    }
    if files.is_empty() || state.dialog.is_some() {
        return;
    }
    let hovering = hovering.filter(|hovering| hovering.files == files);
    let hovering = hovering.unwrap_or_else(|| Hovering { files: files.clone(), first: None });
    let shown = dropping::view(&hovering);
    match on.unwrap_or(shown.usual) {
        DropTarget::StartPicture => take(state, files, to),
        DropTarget::RestoreSettings => {
            if let (true, Some(file)) = (shown.settings.is_on, files.into_iter().next()) {
                let is_film = on.is_none() && dropping::may_be_film(&file);
                let source = if is_film { RecipeSource::Film(file) } else { RecipeSource::File(file) };
                to.push(Effect::Pictures(PictureWork::ReadRecipe(source)));
            }
        }
    }
}

/// Takes one picture into the form at once, and asks once about several.
pub(super) fn take(state: &mut AppState, mut files: Vec<PathBuf>, to: &mut Effects) {
    state.viewer = None;
    let mut known = std::collections::HashSet::new();
    files.retain(|file| known.insert(file.clone()));
    if files.len() <= 1 {
        match files.pop() {
            // What is certainly no picture is told by the one who reads it, in the well.
            Some(file) => import(state, Slot::Start, file, to),
            None => state.picture = PictureState::Quiet,
        }
        return;
    }
    if state.picture == PictureState::Choosing {
        state.picture = PictureState::Quiet;
    }
    let left_out = files.len().saturating_sub(MOST_PICTURES);
    files.truncate(MOST_PICTURES);
    let one = |path| OneOfSeveral { path, picture: Brought::Waiting };
    let mut several = Several { number: state.next_several, pictures: files.into_iter().map(one).collect(), left_out };
    state.next_several += 1;
    read_next(&mut several, to);
    state.several = Some(several);
    state.dialog = Some(Dialog::Several);
}

/// Asks for the next of several pictures.
fn read_next(several: &mut Several, to: &mut Effects) {
    let number = several.number;
    let reading = several.pictures.iter().filter(|one| one.picture == Brought::Reading).count();
    let waiting = several.pictures.iter_mut().filter(|one| one.picture == Brought::Waiting);
    for one in waiting.take(READ_AT_ONCE.saturating_sub(reading)) {
        one.picture = Brought::Reading;
        to.push(Effect::Pictures(PictureWork::BringOne { number, path: one.path.clone() }));
    }
}

fn leave_out(state: &mut AppState, index: usize, to: &mut Effects) {
    let Some(several) = &mut state.several else { return };
    if index < several.pictures.len() {
        several.pictures.remove(index);
    }
    if several.pictures.is_empty() {
        (state.several, state.dialog) = (None, None);
        return;
    }
    read_next(several, to);
}

pub(super) fn order_several(state: &mut AppState, consent: Consent, random: &mut Random, to: &mut Effects) {
    let Some(several) = &state.several else { return };
    let Ok(SeveralOrder { requests, estimate }) = ready_order(state, several) else { return };
    let takes: Vec<GenerationRequest> =
        requests.iter().flat_map(|request| state.draft.takes_of(request, || random.draw_u32())).collect();
    let gateway = state.draft.gateway;
    let project = state.browsing.project.of_new_clips().cloned();
    let new = NewJobs { door: Door::Several, gateway, estimate, project, parent: None };
    if !order(state, takes, new, consent, random, to).is_empty() {
        (state.several, state.dialog) = (None, None);
    }
}

fn paste_text(state: &mut AppState, text: String, to: &mut Effects) {
    match paste::what(&text) {
        Pasted::Nothing => {}
        Pasted::Address(address) => {
            remember(state, UndoStep::Draft(Box::new(state.draft.clone())));
            set(state, Slot::Start, Some(InputPicture::WebAddress(address.clone())), PictureState::Quiet);
            toast(state, "Web address pasted as start picture", address, Some(ToastButton::Undo));
        }
        Pasted::Files(files) => to.push(Effect::Pictures(PictureWork::FindFiles { files, text })),
        Pasted::MayBeRecipe => to.push(Effect::Pictures(PictureWork::ReadRecipe(RecipeSource::Text(text)))),
        Pasted::Words => paste_prompt(state, text, to),
    }
}

/// Text that is nothing else is a prompt.
fn paste_prompt(state: &mut AppState, text: String, to: &mut Effects) {
    remember(state, UndoStep::Draft(Box::new(state.draft.clone())));
    edit(state, |draft| text.trim().clone_into(&mut draft.prompt));
    toast(state, "Prompt pasted", "", Some(ToastButton::Undo));
    to.show(WindowEffect::FocusPrompt);
}

fn recipe_read(state: &mut AppState, source: RecipeSource, found: Result<Box<FoundRecipe>, String>, to: &mut Effects) {
    let from = match &source {
        RecipeSource::File(path) | RecipeSource::Film(path) => file_name(path),
        RecipeSource::Text(_) => "the clipboard".to_owned(),
    };
    match (found, source) {
        (Ok(found), _) => {
            remember(state, UndoStep::Draft(Box::new(state.draft.clone())));
            state.viewer = None;
            state.draft.use_settings_of(&found.request);
            (state.picture, state.end_picture) = (PictureState::Quiet, PictureState::Quiet);
            let mut text = found.request.settings_line();
            if found.lacks_picture {
                (state.draft.picture, state.draft.end_picture) = (None, None);
                text.push_str(". Its start picture is not in this library.");
            }
            draft_changed(state);
            toast(state, format!("Settings restored from {from}"), text, Some(ToastButton::Undo));
            to.show(WindowEffect::FocusPrompt);
        }
        // Text in braces that is no recipe is text.
        (Err(_), RecipeSource::Text(text)) => paste_prompt(state, text, to),
        (Err(_), RecipeSource::Film(path)) => {
            state.viewer = None;
            import(state, Slot::Start, path, to);
        }
        (Err(reason), RecipeSource::File(_)) => toast(state, "Nothing was restored", reason, None),
    }
}

fn open_crop(state: &mut AppState, slot: Slot, to: &mut Effects) {
    let Some(picture) = croppable(state.draft.picture_in(slot)).cloned() else { return };
    state.crop = Some(Crop::new(slot, picture.clone(), state.draft.aspect_ratio));
    state.dialog = Some(Dialog::Crop);
    to.push(Effect::Pictures(PictureWork::Reopen(picture)));
}

fn use_crop(state: &mut AppState, to: &mut Effects) {
    if !state.crop.as_ref().is_some_and(|crop| matches!(crop.source, CropSource::Known { .. })) {
        return;
    }
    let Some(crop) = state.crop.take() else { return };
    state.dialog = None;
    let (ratio, before) = (crop.ratio_of_clip(), state.draft.aspect_ratio);
    if ratio != before {
        remember(state, UndoStep::Draft(Box::new(state.draft.clone())));
        edit(state, |draft| draft.aspect_ratio = ratio);
        let why = if crop.is_whole { "The nearest to the whole picture." } else { "As the frame of the picture." };
        toast(state, format!("The clip is {ratio} now, not {before}"), why, Some(ToastButton::Undo));
    }
    if crop.wanted() != crop.before {
        *progress_mut(state, crop.slot) = PictureState::Importing;
        let (slot, edit) = (crop.slot, crop.wanted());
        to.push(Effect::Pictures(PictureWork::Edit { slot, picture: crop.picture, edit }));
    }
}

#[cfg(test)]
mod tests;
