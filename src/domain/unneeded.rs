//! How long a picture has to stay on the server that a gateway fetches it from.

use std::time::Duration;

use super::hosting::ADDRESS_LASTS;
use super::job::JobState;
use super::time::UnixMillis;

/// How long a picture stays for an order that the user no longer asks about: the gateway may still be about to fetch it.
pub const KEPT_UNWATCHED: Duration = Duration::from_secs(24 * 3600);

/// From when on nobody can need the pictures any more that lie on a server for a job in this state. `None` while that is
/// not known, because the order is still to go out.
///
/// A job that has ended needs them no longer. As long as the gateway may still be about to fetch one they stay: until
/// their address has run out ([`ADDRESS_LASTS`]) while the job is watched or unconfirmed, and for [`KEPT_UNWATCHED`] when
/// the user no longer asks about it.
pub fn unneeded_from(state: JobState, sent_at: Option<UnixMillis>, ended_at: Option<UnixMillis>) -> Option<UnixMillis> {
    let since = |kept: Duration| sent_at.or(ended_at).unwrap_or(UnixMillis(0)).after(kept);
    match state {
        JobState::Queued | JobState::Submitting => None,
        JobState::Waiting | JobState::Generating | JobState::Unconfirmed => Some(since(ADDRESS_LASTS)),
        JobState::NotWatched | JobState::Discarded => Some(since(KEPT_UNWATCHED)),
        // The clip is made.
        JobState::Downloading | JobState::Ready | JobState::Gone => Some(UnixMillis(0)),
        JobState::Failed | JobState::Rejected | JobState::Cancelled | JobState::Removed => Some(UnixMillis(0)),
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::*;

    #[test]
    fn a_picture_stays_for_as_long_as_a_gateway_may_fetch_it() {
        let sent = Some(UnixMillis(1_000_000));
        let never = None;
        let at_once = Some(UnixMillis(0));
        let day = Some(UnixMillis(1_000_000).after(KEPT_UNWATCHED));
        let week = Some(UnixMillis(1_000_000).after(ADDRESS_LASTS));
        for (state, expected) in [
            (JobState::Queued, never),
            (JobState::Submitting, never),
            (JobState::Waiting, week),
            (JobState::Generating, week),
            (JobState::Unconfirmed, week),
            (JobState::NotWatched, day),
            (JobState::Discarded, day),
            (JobState::Downloading, at_once),
            (JobState::Ready, at_once),
            (JobState::Failed, at_once),
            (JobState::Rejected, at_once),
            (JobState::Cancelled, at_once),
            (JobState::Gone, at_once),
            (JobState::Removed, at_once),
        ] {
            assert_eq!(unneeded_from(state, sent, sent), expected, "{state}");
        }
        assert_eq!(JobState::iter().count(), 14, "each state stands in the table");
    }
}
