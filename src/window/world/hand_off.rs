//! Makes the folder for an editor in the place that the user chooses.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::World;
use crate::app::action::Input;
use crate::app::action::hand_off::{HandOffNews, HandOffWork};
use crate::domain::hand_off::order::{HandOff, NotHanded, Progress};
use crate::session::{Picked, Show, pick_folder};

/// How often the window is told how far it is.
const TELL_EVERY: Duration = Duration::from_millis(200);

/// Stops the work when it is dropped, as when the window goes.
#[derive(Default)]
pub(super) struct Stopper(Option<Arc<AtomicBool>>);

impl Stopper {
    pub(super) fn stop(&mut self) {
        if let Some(is_stopped) = self.0.take() {
            is_stopped.store(true, Ordering::Relaxed);
        }
    }

    fn renew(&mut self) -> Arc<AtomicBool> {
        self.stop();
        let is_stopped = Arc::new(AtomicBool::new(false));
        self.0 = Some(Arc::clone(&is_stopped));
        is_stopped
    }
}

impl Drop for Stopper {
    fn drop(&mut self) {
        self.stop();
    }
}

impl World {
    pub(super) fn hand_off(&mut self, work: HandOffWork) {
        match work {
            HandOffWork::Make(order) => self.make_folder(*order),
            HandOffWork::Stop => self.hand_off.stop(),
            HandOffWork::Show(folder) => self.spawn_blocking(move |_, reports| {
                if let Err(sentence) = Show::Folder.file(&folder) {
                    reports.put(Input::HandOff(HandOffNews::NotShown(sentence)));
                }
            }),
        }
    }

    /// Waits for the dialog on a thread of its own and then makes the folder. A desktop without a dialog gets it in the clip
    /// folder.
    fn make_folder(&mut self, order: HandOff) {
        let repainter = self.repainter.clone();
        let dialog = pick_folder(move || repainter.wake());
        let is_stopped = self.hand_off.renew();
        let (session, reports, failed) = (self.session.clone(), self.reports.clone(), self.reports.clone());
        let work = move || {
            let tell = |news| reports.put(Input::HandOff(news));
            let place: Option<PathBuf> = match dialog.recv() {
                Ok(Picked::Picked(folder)) => Some(folder),
                Ok(Picked::Several(folders)) => folders.into_iter().next(),
                Ok(Picked::NoPicker(_)) => None,
                Ok(Picked::Cancelled) | Err(_) => return tell(HandOffNews::NoPlace),
            };
            let mut told_at: Option<Instant> = None;
            let go_on = |progress: Progress| {
                if told_at.is_none_or(|at| at.elapsed() >= TELL_EVERY) {
                    told_at = Some(Instant::now());
                    reports.put(Input::HandOff(HandOffNews::Written(progress)));
                }
                !is_stopped.load(Ordering::Relaxed)
            };
            match session.hand_off(&order, place, go_on) {
                Ok(handed) => tell(HandOffNews::Handed(Box::new(handed))),
                Err(why) => tell(HandOffNews::NotHanded(why)),
            }
        };
        if let Err(err) = std::thread::Builder::new().name("hand-off".to_owned()).spawn(work) {
            let sentence = format!("No thread can be started: {err}. Nothing was written and nothing was charged.");
            failed.put(Input::HandOff(HandOffNews::NotHanded(NotHanded::Trouble(sentence))));
        }
    }
}
