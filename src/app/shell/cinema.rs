//! Films on their way to the graphics card: follows the playhead, and shows the same frame of every film that is open.

use eframe::egui::Context;

use super::Services;
use crate::app::action::Input;
use crate::app::repainter::Repainter;
use crate::app::state::AppState;
use crate::domain::JobId;
use crate::ui::screens::FilmPicture;

/// All films that are open at the moment: those that [`AppState`] looks at, and no others.
pub struct Cinema {
    _repainter: Repainter,
}

impl Cinema {
    /// Nothing is open.
    pub fn new(repainter: Repainter) -> Self {
        Self { _repainter: repainter }
    }

    /// Opens what is looked at, closes what is not, and asks for the frames that come next. Called once before every frame
    /// of the window; returns what became known of films.
    pub fn follow<S: Services>(&mut self, _ctx: &Context, _state: &AppState, _services: &S) -> Vec<Input> {
        Vec::new()
    }

    /// The frame of this film that is to be shown now.
    pub fn picture(&mut self, _job: JobId) -> Option<FilmPicture> {
        None
    }
}
