//! Writes the ledger to the place that the user chooses.

use std::sync::mpsc::Receiver;

use super::reports::Reports;
use crate::app::action::Input;
use crate::app::action::ledger::LedgerNews;
use crate::session::{Picked, Session};

/// Waits for the dialog on a thread of its own, makes the contents, which may take a while, and then writes the file. A
/// desktop without a dialog gets it in the clip folder.
pub(super) fn export(
    session: Session,
    reports: Reports,
    name: String,
    bytes: impl FnOnce() -> Result<Vec<u8>, String> + Send + 'static,
    dialog: Receiver<Picked>,
) {
    let failed = reports.clone();
    let work = move || {
        let place = match dialog.recv() {
            Ok(Picked::Picked(file)) => Some(file),
            Ok(Picked::Several(files)) => files.into_iter().next(),
            Ok(Picked::NoPicker(_)) => None,
            Ok(Picked::Cancelled) | Err(_) => return reports.put(Input::Ledger(LedgerNews::NotExported)),
        };
        let written = bytes().and_then(|bytes| session.write_export(place, &name, &bytes));
        reports.put(Input::Ledger(written.map_or_else(LedgerNews::Trouble, LedgerNews::Exported)));
    };
    if let Err(err) = std::thread::Builder::new().name("export".to_owned()).spawn(work) {
        failed.put(Input::Ledger(LedgerNews::Trouble(format!("The ledger was not written: {err}."))));
    }
}
