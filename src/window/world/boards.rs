//! Stores storyboards, and brings pictures into the library that are dropped on them.

use tokio::sync::watch;

use super::reports::Reports;
use crate::app::action::Input;
use crate::app::action::storyboard::BoardSource;
use crate::domain::request::StoredPicture;
use crate::domain::storyboard::Storyboards;
use crate::session::Session;

/// Stores the storyboards whenever they change, one after the other and only the newest, until the sender goes.
pub(super) async fn keep_storing(session: Session, mut boards: watch::Receiver<Storyboards>, reports: Reports) {
    // A value that was sent just before the sender went is stored as well.
    while boards.changed().await.is_ok() {
        let newest = boards.borrow_and_update().clone();
        if let Err(err) = session.keep_storyboards(newest).await {
            reports.put(Input::Trouble(format!("The storyboard was not kept. {err}.")));
        }
    }
}

/// Brings a picture for a planned shot into the library, with the frame that was really taken where it is one of a clip.
/// Blocks.
pub(super) fn bring_in(session: &Session, source: BoardSource) -> Result<(StoredPicture, Option<u32>), String> {
    match source {
        BoardSource::File(path) => session.import_picture(&path).map(|prepared| (prepared.picture, None)),
        BoardSource::Pasted(pasted) => {
            session.import_pixels(pasted.width, pasted.height, &pasted.rgba).map(|prepared| (prepared.picture, None))
        }
        BoardSource::Frame(path, frame) => {
            session.take_frame(&path, frame).map(|taken| (taken.prepared.picture, Some(taken.frame)))
        }
    }
    .map_err(|err| err.to_string())
}
