//! Work for the list of shots: the file picker, the file, and the pictures that the list names.

use super::{Wanted, World};
use crate::app::action::Input;
use crate::app::action::list::{ListNews, ListWork};
use crate::session::{Picked, read_list};

impl World {
    /// Starts a piece of work; the answer comes as [`Input::List`].
    pub(super) fn work_on_list(&mut self, work: ListWork) {
        match work {
            ListWork::Pick => self.pick(Wanted::List),
            ListWork::Read(file) => self.spawn_blocking(move |_, reports| {
                let text = read_list(&file).map_err(|what| format!("{what}."));
                reports.put(Input::List(ListNews::Read(file, text)));
            }),
            ListWork::Bring { name, path } => self.spawn_blocking(move |session, reports| {
                let picture = session.import_picture(&path).map(|prepared| prepared.picture);
                reports.put(Input::List(ListNews::Brought(name, picture.map_err(|err| err.to_string()))));
            }),
        }
    }
}

/// What the picker answered.
pub(super) fn picked(picked: Picked) -> ListNews {
    match picked {
        Picked::Picked(file) => ListNews::Picked(Some(file)),
        Picked::Several(files) => ListNews::Picked(files.into_iter().next()),
        Picked::Cancelled => ListNews::Picked(None),
        Picked::NoPicker(reason) => ListNews::NoPicker(reason),
    }
}
