//! Exit codes: an interface for scripts, so they never change their meaning.

use crate::domain::ending::EndingKind;
use crate::domain::{Job, JobState};

/// What became of a command, as its exit code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::EnumIter)]
pub enum Exit {
    /// 0: what was asked for is done.
    Done,
    /// 2: the request or its usage is wrong; nothing was sent, or the gateway refused the request itself.
    BadRequest,
    /// 3: the key is missing or was refused.
    Key,
    /// 4: the wallet is empty, or the price is above `--max-cost`.
    Money,
    /// 5: the clip could not or would not be made.
    Failed,
    /// 6: nobody knows whether the gateway has the order; `rushes resolve` decides.
    Unconfirmed,
    /// 7: the job is not at its end: it goes on, is not watched, or its clip was not to be had yet. `rushes watch` goes on
    /// with it.
    StillRunning,
    /// 8: disk, database, network library, or another Rushes in the way.
    LocalTrouble,
}

impl Exit {
    /// The number with which the program ends.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::BadRequest => 2,
            Self::Key => 3,
            Self::Money => 4,
            Self::Failed => 5,
            Self::Unconfirmed => 6,
            Self::StillRunning => 7,
            Self::LocalTrouble => 8,
        }
    }

    /// What a job's present state means for the exit code.
    pub fn of(job: &Job) -> Self {
        let kind = job.message.as_ref().map(|message| message.kind);
        match job.state {
            JobState::Ready => Self::Done,
            JobState::Unconfirmed => Self::Unconfirmed,
            JobState::Rejected => match kind {
                Some(EndingKind::KeyRefused | EndingKind::NotPermitted) => Self::Key,
                Some(EndingKind::NoCredits) => Self::Money,
                Some(EndingKind::NotAllowed) => Self::Failed,
                Some(EndingKind::Disk) => Self::LocalTrouble,
                _ => Self::BadRequest,
            },
            JobState::Failed | JobState::Cancelled => Self::Failed,
            // Only the gateway's own word is an end. These can be looked at again.
            JobState::NotWatched | JobState::Gone => Self::StillRunning,
            // The user did not take it out: its start picture could not be read.
            JobState::Removed if kind == Some(EndingKind::PictureRefused) => Self::BadRequest,
            // Put aside or taken out by the user: nothing is left to do.
            JobState::Removed | JobState::Discarded => Self::Done,
            JobState::Queued
            | JobState::Submitting
            | JobState::Waiting
            | JobState::Generating
            | JobState::Downloading => match kind {
                Some(EndingKind::KeyRefused) => Self::Key,
                Some(EndingKind::Disk) => Self::LocalTrouble,
                _ => Self::StillRunning,
            },
        }
    }

    /// The exit code of several jobs together: the one that needs the user most.
    pub fn worst(exits: impl IntoIterator<Item = Self>) -> Self {
        /// Most urgent first: money in doubt, then what stops everything, then single clips, then mere waiting.
        const URGENCY: [Exit; 8] = [
            Exit::Unconfirmed,
            Exit::LocalTrouble,
            Exit::Key,
            Exit::Money,
            Exit::BadRequest,
            Exit::Failed,
            Exit::StillRunning,
            Exit::Done,
        ];
        let rank = |exit: &Self| URGENCY.iter().position(|other| other == exit);
        exits.into_iter().min_by_key(rank).unwrap_or(Self::Done)
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::super::samples::job;
    use super::*;
    use crate::domain::outcome::{Rejection, RejectionKind};
    use crate::domain::{Ending, GatewayId};

    #[test]
    fn codes_are_pinned_because_scripts_read_them() {
        let codes: Vec<_> = Exit::iter().map(Exit::code).collect();
        assert_eq!(codes, [0, 2, 3, 4, 5, 6, 7, 8]);
    }

    #[test]
    fn every_state_has_its_code() {
        for (state, expected) in [
            (JobState::Queued, Exit::StillRunning),
            (JobState::Submitting, Exit::StillRunning),
            (JobState::Unconfirmed, Exit::Unconfirmed),
            (JobState::Waiting, Exit::StillRunning),
            (JobState::Generating, Exit::StillRunning),
            (JobState::Downloading, Exit::StillRunning),
            (JobState::Ready, Exit::Done),
            (JobState::Failed, Exit::Failed),
            (JobState::Rejected, Exit::BadRequest),
            (JobState::Cancelled, Exit::Failed),
            (JobState::NotWatched, Exit::StillRunning),
            (JobState::Gone, Exit::StillRunning),
            (JobState::Removed, Exit::Done),
            (JobState::Discarded, Exit::Done),
        ] {
            assert_eq!(Exit::of(&Job { state, ..job() }), expected, "{state}");
        }
    }

    #[test]
    fn the_kind_of_a_message_decides_where_the_state_does_not() {
        let gateway = GatewayId::Apiin;
        let rejected = |kind| Ending::rejected(gateway, &Rejection { kind, param: None, gateway_text: None });
        for (state, message, expected) in [
            (JobState::Rejected, rejected(RejectionKind::KeyRefused), Exit::Key),
            (JobState::Rejected, rejected(RejectionKind::NotPermitted), Exit::Key),
            (JobState::Rejected, rejected(RejectionKind::NoCredits), Exit::Money),
            (JobState::Rejected, rejected(RejectionKind::UnknownModel), Exit::BadRequest),
            (JobState::Rejected, rejected(RejectionKind::PictureRefused), Exit::BadRequest),
            (JobState::Rejected, rejected(RejectionKind::BadRequest), Exit::BadRequest),
            (JobState::Rejected, rejected(RejectionKind::NotAllowed), Exit::Failed),
            (JobState::Waiting, Ending::key_refused_while_watching(gateway), Exit::Key),
            (JobState::Downloading, Ending::disk(gateway, "the disk is full"), Exit::LocalTrouble),
            (JobState::Downloading, Ending::bad_file(gateway, "it is cut"), Exit::StillRunning),
            (JobState::NotWatched, Ending::not_watched(gateway), Exit::StillRunning),
            (JobState::NotWatched, Ending::unknown_job(gateway), Exit::StillRunning),
            (JobState::NotWatched, Ending::no_link(gateway), Exit::StillRunning),
            (JobState::Gone, Ending::gone(gateway), Exit::StillRunning),
            (JobState::Removed, rejected(RejectionKind::PictureRefused), Exit::BadRequest),
            (JobState::Removed, Ending::removed(), Exit::Done),
        ] {
            let text = message.to_text();
            let job = Job { state, message: Some(message), ..job() };
            assert_eq!(Exit::of(&job), expected, "{state}: {text}");
        }
    }

    #[test]
    fn of_several_the_most_urgent_counts() {
        for (exits, expected) in [
            (&[][..], Exit::Done),
            (&[Exit::Done, Exit::Done], Exit::Done),
            (&[Exit::Done, Exit::StillRunning], Exit::StillRunning),
            (&[Exit::StillRunning, Exit::Failed, Exit::Done], Exit::Failed),
            (&[Exit::Key, Exit::Unconfirmed, Exit::LocalTrouble], Exit::Unconfirmed),
        ] {
            assert_eq!(Exit::worst(exits.iter().copied()), expected, "{exits:?}");
        }
    }
}
