//! Puts questions about jobs that are not loaded to the library.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::World;
use super::ledger;
use crate::app::action::Input;
use crate::app::action::facts::{Told, Wanted};
use crate::session::pick_table;

/// The number of the newest question for the ledger: whoever answers an older one stops.
pub(super) type Newest = Arc<AtomicU64>;

impl World {
    /// Asks the library; the answer comes as [`Input::Facts`] with the same number.
    pub(super) fn ask_facts(&self, number: u64, wanted: Wanted) {
        let (session, reports) = (self.session.clone(), self.reports.clone());
        let newest = Arc::clone(&self.newest_ledger);
        match &wanted {
            Wanted::Ledger(..) => newest.store(number, Ordering::Release),
            Wanted::Export(name, question) => {
                let repainter = self.repainter.clone();
                let dialog = pick_table(name, move || repainter.wake());
                let Some(runtime) = &self.runtime else { return };
                let (handle, question) = (runtime.handle().clone(), (**question).clone());
                let of = session.clone();
                let bytes = move || {
                    handle
                        .block_on(of.ledger_file(question))
                        .map_err(|err| format!("The ledger was not written: {err}."))
                };
                ledger::export(session, reports, name.clone(), bytes, dialog);
                return;
            }
            _ => {}
        }
        self.spawn(async move {
            let told = match wanted {
                Wanted::Counts => Told::Counts(read(session.counts().await)),
                Wanted::Money(question) => {
                    let without = question.without.to_vec();
                    let days = session.paid_since(question.first, question.zone.clone(), without).await;
                    Told::Money(question.zone, read(days))
                }
                Wanted::Card(question) => Told::Card(read(session.card_facts(question).await).map(Box::new)),
                Wanted::Ledger(question, without) => {
                    let is_wanted = || newest.load(Ordering::Acquire) == number;
                    let found = session.ledger(*question, (*without).clone(), is_wanted).await;
                    Told::Ledger(read(found).flatten().map(Box::new))
                }
                Wanted::Rows(ids) => {
                    let asked = ids.iter().map(|(id, _)| *id).collect();
                    Told::Rows(asked, read(session.ledger_rows(ids).await).unwrap_or_default())
                }
                Wanted::BestClips(of) => Told::BestClips(read(session.best_clips(of).await)),
                Wanted::Export(..) => return,
            };
            reports.put(Input::Facts(number, told));
        });
    }
}

fn read<T, E: std::fmt::Display>(answer: Result<T, E>) -> Option<T> {
    answer.inspect_err(|err| tracing::warn!(%err, "the library was asked and could not be read")).ok()
}
