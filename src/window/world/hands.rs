//! The desktop around the window: files on its clipboard, its messages, its wishes.

use std::sync::OnceLock;

use super::World;
use super::reports::Reports;
use crate::app::action::Input;
use crate::app::action::hands::{HandsNews, HandsWork, Notice};
use crate::session::{FileClipboard, Message, Notifier, wishes};

/// What is begun when it is first needed, and kept while the window is open.
#[derive(Default)]
pub(super) struct Desk {
    clipboard: OnceLock<Option<FileClipboard>>,
    notifier: OnceLock<Option<Notifier>>,
}

impl Desk {
    fn clipboard(&self, reports: &Reports) -> Option<&FileClipboard> {
        let start = || {
            let reports = reports.clone();
            FileClipboard::start(move |reason| reports.put(Input::Hands(HandsNews::NotCopied(reason)))).ok()
        };
        self.clipboard.get_or_init(start).as_ref()
    }

    fn notifier(&self, reports: &Reports) -> Option<&Notifier> {
        let start = || {
            let reports = reports.clone();
            Notifier::start(move |job| reports.put(Input::Hands(HandsNews::Pressed(job)))).ok()
        };
        self.notifier.get_or_init(start).as_ref()
    }
}

impl World {
    pub(super) fn work_with_desktop(&self, work: HandsWork) {
        match work {
            HandsWork::CopyFiles(paths) => {
                let files = paths.iter().map(|path| self.session.clip_file(path)).collect();
                let put = match self.desk.clipboard(&self.reports) {
                    Some(clipboard) => clipboard.put(files),
                    None => Err("No more threads can be started.".to_owned()),
                };
                if let Err(reason) = put {
                    self.reports.put(Input::Hands(HandsNews::NotCopied(reason)));
                }
            }
            HandsWork::Tell(Notice { title, text, job }) => {
                if let Some(notifier) = self.desk.notifier(&self.reports) {
                    notifier.show(Message { title, text, job });
                }
            }
        }
    }

    /// Asks the desktop what it wishes of windows, without waiting for it.
    pub(super) fn ask_for_wishes(&self) {
        self.spawn_blocking(|_, reports| {
            let wishes = wishes();
            let (reduced_motion, high_contrast) = (wishes.reduced_motion, wishes.high_contrast);
            if reduced_motion || high_contrast {
                reports.put(Input::Hands(HandsNews::Wishes { reduced_motion, high_contrast }));
            }
        });
    }
}
