//! What the engine told: jobs that changed, gateways, keys, storage.

use crate::app::state::{AppState, KeyTest};
use crate::domain::{GatewayId, Job, JobState};
use crate::engine::event::{Event, GatewayHealth};

use super::{card_changed, check_files_soon, curate, gateway_mut, hands, paging, wallet};

pub(super) fn told(state: &mut AppState, event: Event) {
    match event {
        Event::JobChanged(job) => job_changed(state, *job),
        Event::Settled(job, remark) => curate::settled(state, *job, remark),
        Event::GatewayChanged(gateway, health) => health_changed(state, gateway, health),
        Event::KeyChecked(gateway, check) => {
            let at = state.now;
            let entry = gateway_mut(state, gateway);
            wallet::told(&mut entry.wallet, &check, at);
            entry.test = KeyTest::Answered { check, at };
        }
        Event::BucketChecked(check) => state.bucket_check = Some(check),
        Event::HoldsChanged(holds) => state.is_queue_paused = holds.is_paused,
        Event::StorageTrouble(trouble) => state.storage_trouble = trouble,
        Event::LibraryDamaged(words) => state.warnings.push(words),
        Event::Note(job, text) => {
            state.notes.insert(job, text);
        }
    }
}

fn health_changed(state: &mut AppState, gateway: GatewayId, health: GatewayHealth) {
    gateway_mut(state, gateway).health = health;
}

fn job_changed(state: &mut AppState, mut job: Job) {
    let before = state.jobs.get(&job.id);
    if let Some(before) = before {
        curate::keep_own_words(before, &mut job);
    }
    let path = |job: &Job| job.clip.as_ref().map(|clip| clip.path.clone());
    let has_moved = before.and_then(path).is_some_and(|before| path(&job).is_some_and(|now| now != before));
    let was = before.map(|before| before.state);
    // What ended long ago and only was not in memory is no news, whatever of it changed.
    let is_old = was.is_none() && !state.jobs.is_whole() && !job.state.is_unfinished();
    if !is_old && job.made_at.is_some() && before.is_none_or(|before| before.made_at.is_none()) {
        state.history.learn(&job);
    }
    let (id, now) = (job.id, job.state);
    if was.is_none() && !is_old {
        // A new clip shows itself; a selection that the user made elsewhere stays.
        state.selection.card.get_or_insert(id);
    }
    if was != Some(JobState::Ready) && now == JobState::Ready {
        state.missing_files.remove(&id);
    }
    if was != Some(now) {
        state.notes.remove(&id);
    }
    if !now.is_unfinished() {
        state.live.jobs.remove(&id);
    }
    if has_moved {
        // A look at the old place may be on its way.
        check_files_soon(state);
    }
    wallet::job_changed(state, was, &job);
    if was.is_none() {
        paging::ask_again(state);
    }
    state.jobs.insert(id, job);
    card_changed(state, id);
    if !is_old {
        hands::stepped(state, id, was, now);
    }
}
