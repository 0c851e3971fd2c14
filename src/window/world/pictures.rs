//! Work on pictures and files for the form, each piece on a background thread.

use std::path::PathBuf;

use super::World;
use crate::app::action::Input;
use crate::app::action::pictures::{FoundRecipe, PictureNews, PictureWork, RecipeSource, Reopened};
use crate::app::state::pictures::{FileKind, FilmFile, LookedAtFile, Preview};
use crate::domain::request::Slot;
use crate::session::{Session, clipboard_files};

impl World {
    /// Starts a piece of work; the answer comes as [`Input::Pictures`].
    pub(super) fn work_on_pictures(&self, work: PictureWork) {
        self.spawn_blocking(move |session, reports| reports.put(Input::Pictures(done(session, work))));
    }
}

/// Takes the first frame of a film file for a well.
pub(super) fn first_frame(session: &Session, slot: Slot, path: PathBuf) -> Input {
    Input::Pictures(done(session, PictureWork::TakeFrame { slot, path, frame: 0 }))
}

fn done(session: &Session, work: PictureWork) -> PictureNews {
    match work {
        PictureWork::LookAt(path) => {
            let kind = match session.picture_facts(&path) {
                Ok(facts) => FileKind::Picture(facts),
                Err(err) => FileKind::NoPicture(err.to_string()),
            };
            let has_recipe = session.read_recipe(&path).is_ok();
            PictureNews::LookedAt(path, LookedAtFile { kind, has_recipe })
        }
        PictureWork::ReadRecipe(source) => {
            let request = match &source {
                RecipeSource::File(path) | RecipeSource::Film(path) => session.read_recipe(path),
                RecipeSource::Text(text) => session.recipe_in_text(text),
            };
            let found = request.map(|request| {
                let lacks_picture = session.lacks_picture_of(&request);
                Box::new(FoundRecipe { request, lacks_picture })
            });
            PictureNews::RecipeRead(source, found)
        }
        PictureWork::FindFiles { files, text } => PictureNews::FilesPasted(session.files_there(files), Some(text)),
        PictureWork::ReadClipboardFiles => PictureNews::FilesPasted(session.files_there(clipboard_files()), None),
        PictureWork::BringOne { number, path } => {
            let picture = session.import_picture(&path).map(|prepared| prepared.picture);
            PictureNews::OneBrought { number, path, picture: picture.map_err(|err| err.to_string()) }
        }
        PictureWork::TakeFrame { slot, path, frame } => {
            let (frame, frames, picture) = match session.frame_of_file(&path, frame) {
                Ok(taken) => {
                    let number = format!("frame {} of {}", u64::from(taken.frame) + 1, taken.frames);
                    let remarks = std::iter::once(number).chain(taken.prepared.remarks).collect();
                    (taken.frame, taken.frames, Ok((taken.prepared.picture, remarks)))
                }
                Err(err) => (frame, 0, Err(err.to_string())),
            };
            PictureNews::FrameTaken { slot, film: FilmFile { path, frame, frames }, picture }
        }
        PictureWork::Reopen(picture) => {
            let reopened = session.reopen_picture(&picture).map(|(found, edit)| {
                let (width, height) = (found.preview_width, found.preview_height);
                let preview = Preview { width, height, rgba: found.preview_rgba.into() };
                Box::new(Reopened { facts: found.facts, preview, edit })
            });
            PictureNews::Reopened(picture, reopened.map_err(|err| err.to_string()))
        }
        PictureWork::Edit { slot, picture, edit } => {
            let before = picture.sha256;
            let made = session.edit_picture(&picture, &edit).map(|prepared| (prepared.picture, prepared.remarks));
            PictureNews::Edited { slot, before, picture: made.map_err(|err| err.to_string()) }
        }
    }
}
