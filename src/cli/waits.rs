//! What jobs wait for while nothing happens, so that a script or a person who reads along knows. Pure.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::follow::Follow;
use crate::domain::{GatewayId, JobId, JobState};
use crate::engine::event::{Hold, Live};

/// After this time a wait that goes on is printed again.
const REPEAT_EVERY: Duration = Duration::from_secs(10);

/// Some jobs of one gateway wait for the same thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wait {
    /// The gateway of the jobs.
    pub gateway: GatewayId,
    /// The reason as one word for scripts, such as `no_key`.
    pub reason: &'static str,
    /// The jobs that wait.
    pub jobs: Vec<JobId>,
    /// The reason as one sentence for people.
    pub message: String,
}

/// What is wrong with each gateway, and when each wait was printed last.
#[derive(Debug, Default)]
pub(super) struct Waits {
    troubles: BTreeMap<GatewayId, String>,
    told: BTreeMap<(GatewayId, &'static str), Instant>,
}

impl Waits {
    /// Takes in what is wrong with a gateway; `None` when it answers again.
    pub(super) fn heard(&mut self, gateway: GatewayId, trouble: Option<String>) {
        match trouble {
            Some(words) => self.troubles.insert(gateway, words),
            None => self.troubles.remove(&gateway),
        };
    }

    /// The waits that are to be printed at `now`: new ones, and each old one again after [`REPEAT_EVERY`].
    pub(super) fn look(&mut self, now: Instant, follow: &Follow, live: &Live) -> Vec<Wait> {
        let mut waits: BTreeMap<(GatewayId, &'static str), Vec<JobId>> = BTreeMap::new();
        for job in follow.open() {
            let shown = live.jobs.get(&job.id);
            let reason = match shown.and_then(|shown| shown.hold.as_ref()) {
                Some(Hold::NoKey) => "no_key",
                Some(Hold::KeyRefused) => "key_refused",
                Some(Hold::NoCredits) => "no_credits",
                Some(Hold::Offline { .. }) => "offline",
                Some(Hold::Full) => "full",
                Some(Hold::Picture { .. }) => "picture",
                Some(Hold::Paused) => "paused",
                Some(Hold::Storage) => "storage",
                Some(Hold::Waiting { why, .. }) if why.is_cap() => "cap",
                Some(Hold::Waiting { .. }) => "waiting",
                Some(Hold::LeftOver) => "left_over",
                None if shown.is_some_and(|shown| shown.sending_picture.is_some()) => "sending_picture",
                None if shown.is_some_and(|shown| shown.throttled_until.is_some()) => "throttled",
                None if !self.troubles.contains_key(&job.gateway) => continue,
                // Between two tries; the hold is told again a moment later.
                None if job.state == JobState::Queued => "offline",
                None if matches!(job.state, JobState::Waiting | JobState::Generating) => "trouble",
                None => continue,
            };
            waits.entry((job.gateway, reason)).or_default().push(job.id);
        }
        self.told.retain(|what, _| waits.contains_key(what));
        let mut news = Vec::new();
        for ((gateway, reason), jobs) in waits {
            if self.told.get(&(gateway, reason)).is_some_and(|told| now.saturating_duration_since(*told) < REPEAT_EVERY)
            {
                continue;
            }
            self.told.insert((gateway, reason), now);
            let message = match reason {
                "sending_picture" => sending_sentence(live, &jobs),
                "picture" => picture_sentence(live, &jobs),
                _ => self.sentence(gateway, reason, jobs.len()),
            };
            news.push(Wait { gateway, reason, message, jobs });
        }
        news
    }

    fn sentence(&self, gateway: GatewayId, reason: &str, number: usize) -> String {
        let clips = if number == 1 { "1 clip waits".to_owned() } else { format!("{number} clips wait") };
        let trouble = self.troubles.get(&gateway).map_or("it cannot be reached", String::as_str);
        match reason {
            "no_key" => format!("{gateway} has no key; {clips}. Nothing was sent."),
            "key_refused" => format!("{gateway} refused the key; {clips}. Nothing more is sent."),
            "no_credits" => format!("The {gateway} wallet is empty; {clips}. Nothing more is sent."),
            "offline" => format!(
                "{gateway}: {trouble}; {clips}. Not charged: nothing was sent. It is tried again by itself; Ctrl-C \
                 leaves it to `rushes watch`."
            ),
            "full" => format!(
                "{gateway} makes as many clips at once as your plan allows; {clips}. Not charged: nothing was sent. It is \
                 sent by itself when one is done."
            ),
            "paused" => {
                format!("The queue is paused; {clips}. Not charged: nothing was sent. `rushes resume` sends them.")
            }
            "waiting" => format!(
                "{clips} for a word of yours, because they may be stale. Not charged: nothing was sent. `rushes resume` \
                 sends them, `rushes cancel` takes one out."
            ),
            "cap" => format!(
                "{clips} for room under a cap on spending. Not charged: nothing was sent. `rushes cap` shows and changes the \
                 caps."
            ),
            "left_over" => {
                format!("{clips} that an earlier command ordered. They are sent by `rushes watch` or the window.")
            }
            "storage" => format!("The library cannot be written; {clips}. Nothing is sent."),
            "throttled" => format!("{gateway} limits this key and asked to wait; {clips}."),
            _ => format!("{gateway}: {trouble}; {clips}. The job goes on there and is looked at again by itself."),
        }
    }
}

/// How far pictures are that go out before their orders.
fn sending_sentence(live: &Live, jobs: &[JobId]) -> String {
    let parts = jobs.iter().filter_map(|id| live.jobs.get(id)?.sending_picture);
    let (sent, total) = parts.fold((0, 0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
    let percent = (sent * 100).checked_div(total).unwrap_or_default();
    let picture = if jobs.len() == 1 { "the picture" } else { "the pictures" };
    format!("Sending {picture}, {percent} %. Nothing is ordered yet, and nothing is charged.")
}

/// Why pictures do not go out.
fn picture_sentence(live: &Live, jobs: &[JobId]) -> String {
    let why = jobs.iter().find_map(|id| match live.jobs.get(id)?.hold.as_ref()? {
        Hold::Picture { why, .. } => Some(why.as_str()),
        _ => None,
    });
    let why = why.unwrap_or("The picture could not be sent.");
    format!("{why} Not charged: nothing was sent to the gateway.")
}

#[cfg(test)]
mod tests {
    use super::super::follow::Until;
    use super::super::samples::job;
    use super::*;
    use crate::domain::Job;
    use crate::engine::event::LiveJob;

    #[test]
    fn a_wait_is_told_at_once_and_again_after_a_while() {
        let mut follow = Follow::new([job().id], Until::Ended);
        follow.observe(job());
        let mut live = Live::default();
        let shown = LiveJob { hold: Some(Hold::Offline { retry_in: Duration::from_secs(4) }), ..LiveJob::default() };
        live.jobs.insert(job().id, shown);
        let mut waits = Waits::default();
        let start = Instant::now();
        let told: Vec<usize> = [0, 1, 9, 10, 11, 19, 20]
            .map(|secs| waits.look(start + Duration::from_secs(secs), &follow, &live).len())
            .into();
        assert_eq!(told, [1, 0, 0, 1, 0, 0, 1]);
        waits.heard(GatewayId::Aigateway, Some("it answered with HTTP 503".to_owned()));
        let wait = waits.look(start + Duration::from_secs(60), &follow, &live).remove(0);
        assert_eq!((wait.gateway, wait.reason, wait.jobs), (GatewayId::Aigateway, "offline", vec![job().id]));
        assert!(wait.message.contains("HTTP 503") && wait.message.contains("Not charged"), "{}", wait.message);
        // An order that is tried again is not at the gateway yet.
        for (state, reason) in [
            (JobState::Queued, Some("offline")),
            (JobState::Submitting, None),
            (JobState::Generating, Some("trouble")),
            (JobState::Downloading, None),
        ] {
            let mut waits = Waits::default();
            waits.heard(GatewayId::Aigateway, Some("it answered with HTTP 503".to_owned()));
            let mut follow = Follow::new([job().id], Until::Ended);
            follow.observe(Job { state, ..job() });
            let told = waits.look(start, &follow, &Live::default());
            assert_eq!(told.first().map(|wait| wait.reason), reason, "{state}");
        }
        waits.heard(GatewayId::Aigateway, None);
        assert_eq!(waits.look(start + Duration::from_secs(120), &follow, &Live::default()), []);
    }
}
