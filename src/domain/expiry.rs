//! How long a clip that is made but not downloaded can still be fetched (docs/gateways.md, sections 1.3 and 2.3).
//!
//! aigateway documents two ends: the link it hands out opens for 24 hours, and asking again gives a fresh one; the file
//! behind it is kept for 7 days. apiin documents neither, so nothing is counted down there. The practice gateway signs
//! its links for 24 hours and deletes nothing.
//!
//! Not every gateway says when it began to count, so each count begins at the earliest moment at which it can have
//! begun. A countdown may therefore end a little early; it never promises time that is not there.

use std::time::Duration;

use super::gateway::GatewayId;
use super::job::{Job, JobState};
use super::time::UnixMillis;

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a gateway documents to keep what it made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// Life of a link, from the answer that held it. `None` where nothing is documented.
    pub link: Option<Duration>,
    /// Life of the file, from when it was made. `None` where nothing is documented.
    pub file: Option<Duration>,
}

impl Retention {
    /// How long `gateway` keeps clips and links, as its pages say.
    pub fn of(gateway: GatewayId) -> Self {
        match gateway {
            GatewayId::Aigateway => Self { link: Some(DAY), file: Some(7 * DAY) },
            GatewayId::Apiin | GatewayId::Pixverse => Self::default(),
            GatewayId::Practice => Self { link: Some(DAY), file: None },
        }
    }
}

/// Until when a clip that is made but not downloaded can be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiry {
    /// The gateway that keeps the file.
    pub gateway: GatewayId,
    /// Until when the first link opens. Looking at the job again gives a fresh one for as long as the file is kept.
    pub link_until: Option<UnixMillis>,
    /// Until when the file is kept.
    pub file_until: Option<UnixMillis>,
}

impl Expiry {
    /// Until when the clip of `job` can be fetched, if it is made and not downloaded yet: it is downloading, paused, or
    /// no longer watched. `None` for every other job, and where the gateway documents no end.
    pub fn of(job: &Job) -> Option<Self> {
        let is_there = match job.state {
            JobState::Downloading => true,
            JobState::NotWatched => job.made_at.is_some(),
            _ => false,
        };
        if !is_there {
            return None;
        }
        let Retention { link, file } = Retention::of(job.gateway);
        // A link is given with the word that the clip is made, which is when this program heard of it first.
        let linked_at = job.made_at.unwrap_or_else(|| ordered_at(job));
        let expiry = Self {
            gateway: job.gateway,
            link_until: link.map(|life| linked_at.after(life)),
            file_until: file.map(|life| ordered_at(job).after(life)),
        };
        (expiry.link_until.is_some() || expiry.file_until.is_some()).then_some(expiry)
    }

    /// The text of the chip on the card: `Link 3 h`, then `File 6 days`, then `File overdue` until the gateway itself
    /// says that the file is gone. `None` when the link is over and no end of the file is documented.
    pub fn badge(&self, now: UnixMillis) -> Option<String> {
        let link = self.link_left(now).map(|left| format!("Link {}", words(left)));
        link.or_else(|| self.file_words(now, "File"))
    }

    /// The text of the card's footer while the chip is about the link: `file 6 days`.
    pub fn footer(&self, now: UnixMillis) -> Option<String> {
        self.link_left(now)?;
        self.file_words(now, "file")
    }

    /// A whole sentence for the details: `Link 3 h, file 6 days left at aigateway.`
    pub fn sentence(&self, now: UnixMillis) -> Option<String> {
        let gateway = self.gateway;
        let link = self.link_left(now).map(words);
        match (link, self.file_until.map(|_| self.file_left(now))) {
            (Some(link), Some(Some(file))) => Some(format!("Link {link}, file {} left at {gateway}.", words(file))),
            (Some(link), _) => Some(format!("Link {link} left at {gateway}. Looking again gives a fresh one.")),
            (None, Some(Some(file))) => Some(format!("File {} left at {gateway}.", words(file))),
            (None, Some(None)) => Some(format!("{gateway} keeps files for 7 days and may have deleted this one.")),
            (None, None) => None,
        }
    }

    /// Time until the first link does not open any more; `None` afterwards.
    pub fn link_left(&self, now: UnixMillis) -> Option<Duration> {
        left(self.link_until, now)
    }

    /// Time until the gateway deletes the file; `None` afterwards.
    pub fn file_left(&self, now: UnixMillis) -> Option<Duration> {
        left(self.file_until, now)
    }

    fn file_words(&self, now: UnixMillis, file: &str) -> Option<String> {
        self.file_until?;
        Some(self.file_left(now).map_or_else(|| format!("{file} overdue"), |left| format!("{file} {}", words(left))))
    }
}

/// Sort key of downloads: the clip that is deleted first comes first, and of equals the one that was made first.
///
/// A clip whose end is not documented may vanish at any moment, so it counts as if it were kept for a day, which is as
/// long as the shortest link. The practice gateway deletes nothing, so its clips come last.
pub fn fetch_order(job: &Job) -> (UnixMillis, UnixMillis) {
    let made_at = job.made_at.unwrap_or_else(|| ordered_at(job));
    let ends_at = match job.gateway {
        GatewayId::Practice => UnixMillis(i64::MAX),
        GatewayId::Apiin | GatewayId::Aigateway | GatewayId::Pixverse => {
            Retention::of(job.gateway).file.map_or_else(|| made_at.after(DAY), |life| ordered_at(job).after(life))
        }
    };
    (ends_at, made_at)
}

/// When the clip of a job that is [`JobState::Gone`] was deleted at the gateway, as far as it is known: when its
/// documented time was over, or else when the gateway first said so.
pub fn deleted_at(job: &Job) -> Option<UnixMillis> {
    let noticed_at = job.ended_at.filter(|_| job.state == JobState::Gone)?;
    let documented = Retention::of(job.gateway).file.map(|life| ordered_at(job).after(life));
    Some(documented.map_or(noticed_at, |documented| documented.min(noticed_at)))
}

/// The earliest moment from which the gateway can have counted.
fn ordered_at(job: &Job) -> UnixMillis {
    job.sent_at.or(job.accepted_at).unwrap_or(job.created_at)
}

fn left(until: Option<UnixMillis>, now: UnixMillis) -> Option<Duration> {
    Some(until?.since(now)).filter(|left| !left.is_zero())
}

/// The time left in words, such as `6 days`, `23 h` or `59 min`: rounded down, so that nobody relies on time that is
/// not there.
fn words(left: Duration) -> String {
    match left {
        _ if left >= 2 * DAY => format!("{} days", left.as_secs() / DAY.as_secs()),
        _ if left > DAY => "1 day".to_owned(),
        _ if left >= HOUR => format!("{} h", left.as_secs() / HOUR.as_secs()),
        _ if left >= Duration::from_secs(60) => format!("{} min", left.as_secs() / 60),
        _ => "under 1 min".to_owned(),
    }
}

#[cfg(test)]
mod tests;
