//! The form's part of the services: history, presets, shot words, the draft.

use std::path::PathBuf;

use tokio::sync::{mpsc, watch};

use super::reports::Reports;
use super::{Wanted, World};
use crate::app::action::Input;
use crate::app::action::form::{FormNews, FormWork};
use crate::domain::Draft;
use crate::domain::prompt_history::PromptChange;
use crate::session::{Picked, Session};

/// Maximum number of changes of the history that wait for the library.
pub(super) const CHANGES: usize = 256;

/// Stores the draft whenever it changes, one after the other and only the newest, until the sender goes. So an older one is
/// never stored over a newer one.
pub(super) async fn keep_drafts(session: Session, mut drafts: watch::Receiver<Draft>, reports: Reports) {
    // A value that was sent just before the sender went is stored as well.
    while drafts.changed().await.is_ok() {
        let newest = drafts.borrow_and_update().clone();
        if let Err(err) = session.keep_draft(newest).await {
            reports.put(Input::Trouble(format!("The form was not kept. {err}.")));
        }
    }
}

/// Makes changes of the history in their order, until the sender goes.
pub(super) async fn keep_changing(session: Session, mut asked: mpsc::Receiver<Vec<PromptChange>>, reports: Reports) {
    while let Some(changes) = asked.recv().await {
        if let Err(err) = session.change_prompts(changes).await {
            reports.put(Input::Trouble(format!("The history of prompts was not kept. {err}.")));
        }
    }
}

/// Reads what the form finds at the start. The window does not wait for it.
pub(super) async fn read(session: Session, reports: Reports) {
    let mut warnings = Vec::new();
    let shelf = session.form_shelf().await.unwrap_or_else(|err| {
        warnings.push(format!("The presets cannot be read: {err}."));
        Default::default()
    });
    let own = session.clone();
    let shot_words = tokio::task::spawn_blocking(move || own.shot_words()).await.unwrap_or(Ok(None));
    let shot_words = shot_words.unwrap_or_else(|sentence| {
        warnings.push(sentence);
        None
    });
    reports.put(Input::Form(FormNews::Found { shelf: Box::new(shelf), shot_words, warnings }));
}

impl World {
    pub(super) fn work_on_form(&mut self, work: FormWork) {
        let (session, reports) = (self.session.clone(), self.reports.clone());
        let tell = |reports: &Reports, news| reports.put(Input::Form(news));
        match work {
            FormWork::ReadPrompts => self.spawn(async move {
                let read = session.prompts().await.map_err(|err| format!("The history cannot be read: {err}."));
                tell(&reports, FormNews::PromptsRead(read));
            }),
            FormWork::ChangePrompts(changes) => {
                if let Some(to_change) = &self.prompts
                    && to_change.try_send(changes).is_err()
                {
                    reports.put(Input::Trouble("The history of prompts was not kept: too much at once.".to_owned()));
                }
            }
            FormWork::KeepShelf(shelf) => self.spawn(async move {
                if let Err(err) = session.keep_form_shelf(*shelf).await {
                    reports.put(Input::Trouble(format!("The presets were not kept. {err}.")));
                }
            }),
            FormWork::PickPresets => self.pick(Wanted::Presets),
            FormWork::PickTarget => self.pick(Wanted::PresetsTarget),
            FormWork::ReadPresets(path) => self.spawn_blocking(move |session, reports| {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                tell(reports, FormNews::PresetsRead(name, session.read_presets(&path)));
            }),
            FormWork::WritePresets(path, text) => self.spawn_blocking(move |session, reports| {
                let written = session.write_presets(&path, &text).map(|()| path);
                tell(reports, FormNews::PresetsWritten(written));
            }),
        }
    }

    /// The file of presets that was picked. On a desktop without a file dialog that is the usual one.
    pub(super) fn presets_file(&self, picked: Picked) -> Option<PathBuf> {
        match picked {
            Picked::Picked(path) => Some(path),
            Picked::Several(files) => files.into_iter().next(),
            Picked::Cancelled => None,
            Picked::NoPicker(_) => Some(self.session.usual_presets()),
        }
    }
}
