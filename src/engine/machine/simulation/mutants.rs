//! Faults that are planted one at a time, to see that the invariants of the simulation notice them. Each is what the
//! program would do if one rule were missing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use strum::IntoEnumIterator as _;

use super::{Setup, World};
use crate::domain::hosting::HostedState;
use crate::domain::outcome::{Failure, NetworkCause, PollOutcome, SubmitOutcome};
use crate::domain::{Charge, Clip, Holds, Hosted, Job, JobState, Sha256Hex, SpendingRules};
use crate::engine::command::Command;
use crate::engine::machine::{FetchFailure, HostFailure, Input, Sends};

/// How many histories a fault may need until it is noticed.
const PATIENCE: u64 = 2_000;

/// A rule that is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumIter)]
pub(super) enum Mutant {
    /// An order is sent again after an answer that says nothing, such as HTTP 503.
    SendsAgainAfterSilence,
    /// An order that a kill interrupted is sent again at the next start.
    SendsAgainAfterKill,
    /// The gateway's id of a job is not stored with it.
    ForgetsTheId,
    /// A look that timed out counts as the gateway's word that the job failed.
    TimeoutIsFailure,
    /// A download goes on although the file on the server is another one by now.
    ResumesWithoutCondition,
    /// A refusal of the key before the last one locks the new one out.
    BelievesTheOldKey,
    /// An order is sent before it is known to be on disk.
    SendsBeforeStored,
    /// A pause ends with the program.
    ForgetsThePause,
    /// An empty wallet is forgotten with the end of the program.
    ForgetsTheWallet,
    /// A command sends what an earlier one left.
    SendsForOthers,
    /// A copied library sends what its original may have sent.
    SendsFromACopy,
    /// The rate limit's wait is not obeyed.
    IgnoresTheLimiter,
    /// The first "not known" of a gateway ends a job.
    NotKnownIsTheEnd,
    /// A link that does not open means that the clip is gone.
    ClosedLinkIsGone,
    /// The program that ends goes on asking.
    AsksWhileClosing,
    /// An upload that broke counts as a picture that is there.
    BelievesThePictureIsThere,
    /// Where a picture lies is noted only after it was sent.
    NotesUploadsTooLate,
    /// A deletion that failed counts as done.
    BelievesItIsDeleted,
    /// A start knows of no caps.
    ForgetsTheCaps,
    /// A cap that is lowered or switched on is not heeded.
    IgnoresLowerCaps,
    /// Orders of unknown fate count nothing.
    ForgivesTheUnconfirmed,
    /// A restart is taken for the user's word that what a cap held is to be sent.
    TakesARestartForConsent,
    /// To let go what may be stale is taken for the user's word that it may pass a cap.
    TakesReleaseForConsent,
    /// Orders are let go without room for them, and the last look before they go out is missing too.
    HasNoBrake,
    /// A start does not know of clips that are on their way.
    IsLiveForgets,
    /// What finished jobs cost is forgotten with the end of the program.
    ForgetsThePast,
}

/// A clip of which one half is from another file.
pub(super) fn mixed_clip(path: PathBuf) -> Clip {
    Clip { path, sha256: Sha256Hex::of(b"half of another film"), ..crate::domain::samples::clip("") }
}

impl World {
    /// What the machine is told in place of an input.
    pub(super) fn sabotage_input(&mut self, input: Input) -> Input {
        match (self.mutant, input) {
            (Some(Mutant::SendsAgainAfterSilence), Input::Submitted(job, mut answer)) => {
                if let SubmitOutcome::Unconfirmed(_) = answer.outcome {
                    answer.outcome = SubmitOutcome::NotSent(NetworkCause::Broken);
                }
                Input::Submitted(job, answer)
            }
            (Some(Mutant::TimeoutIsFailure), Input::Polled(job, mut answer)) => {
                if let PollOutcome::Trouble(_) = answer.outcome {
                    let failure = Failure { code: None, gateway_text: None, not_allowed: false, charge: None };
                    answer.outcome = PollOutcome::Failed(failure);
                }
                Input::Polled(job, answer)
            }
            (Some(Mutant::IgnoresTheLimiter), Input::Polled(job, mut answer)) => {
                if let PollOutcome::Throttled { retry_after: Some(retry_after) } = answer.outcome {
                    let gateway = self.machine.job(job).expect("it was asked about").gateway;
                    self.close_for(gateway, retry_after);
                    answer.outcome = PollOutcome::NotModified;
                }
                Input::Polled(job, answer)
            }
            (Some(Mutant::NotKnownIsTheEnd), Input::Polled(job, answer)) => {
                if answer.outcome == PollOutcome::UnknownJob
                    && self.machine.job(job).is_some_and(|job| job.state.is_watched())
                {
                    let now = self.now();
                    self.machine.change(now, job, JobState::NotWatched, |job| {
                        job.message = Some(crate::domain::Ending::unknown_job(job.gateway));
                    });
                }
                Input::Polled(job, answer)
            }
            (Some(Mutant::ClosedLinkIsGone), Input::DownloadFailed(job, failure)) => {
                if failure == FetchFailure::LinkExpired
                    && self.machine.job(job).is_some_and(|job| job.state == JobState::Downloading)
                {
                    let now = self.now();
                    self.machine.change(now, job, JobState::Gone, |job| {
                        job.message = Some(crate::domain::Ending::gone(job.gateway));
                    });
                }
                Input::DownloadFailed(job, failure)
            }
            (Some(Mutant::BelievesTheOldKey), Input::Polled(job, answer)) => {
                let gateway = self.machine.job(job).map(|job| job.gateway);
                let generation = gateway.map(|gateway| self.machine.gateway(gateway).generation);
                if let (Some(entry), Some(generation)) = (self.machine.entries.get_mut(job), generation) {
                    entry.generation = generation;
                }
                Input::Polled(job, answer)
            }
            (Some(Mutant::BelievesThePictureIsThere), Input::PicturesNotSent(job, host, failure)) => {
                match self.machine.job(job).filter(|_| failure != HostFailure::Stopped) {
                    Some(known) => {
                        let there = |hosted: &Hosted| Hosted { state: HostedState::There, ..hosted.clone() };
                        let needed = known.hosted.iter().filter(|hosted| hosted.state != HostedState::Unneeded);
                        Input::PicturesSent(job, host, needed.map(there).collect())
                    }
                    None => Input::PicturesNotSent(job, host, failure),
                }
            }
            (Some(Mutant::BelievesItIsDeleted), Input::Unhosted(job, results)) => {
                Input::Unhosted(job, results.into_iter().map(|(hosted, _)| (hosted, Ok(()))).collect())
            }
            (Some(Mutant::IgnoresLowerCaps), Input::Command(Command::SetSpendingRules(_))) => Input::Wake,
            (Some(Mutant::TakesReleaseForConsent), Input::Command(Command::Release(jobs))) => {
                Input::Command(Command::SendOverCap(jobs))
            }
            (Some(Mutant::AsksWhileClosing), Input::Closing) => Input::Wake,
            (_, input) => input,
        }
    }

    /// What is written in place of a job.
    pub(super) fn sabotage_row(&self, mut job: Job) -> Job {
        match self.mutant {
            Some(Mutant::ForgetsTheId) => job.remote_id = None,
            Some(Mutant::SendsBeforeStored) if job.state == JobState::Submitting => job.state = JobState::Queued,
            Some(Mutant::SendsAgainAfterKill) if job.state == JobState::Submitting => {
                // The row is right; what the next start makes of it is not.
                return job;
            }
            _ => {}
        }
        job
    }

    /// Plants a fault into the machine itself.
    pub(super) fn plant_fault(&mut self) {
        let fault = &mut self.machine.budget.fault;
        fault.holds_nothing = self.holds_nothing || self.mutant == Some(Mutant::HasNoBrake);
        fault.has_no_past = self.mutant == Some(Mutant::ForgetsThePast);
        fault.has_no_brake = self.mutant == Some(Mutant::HasNoBrake);
    }

    /// Whether the program starts with this job.
    pub(super) fn is_live(&self, job: &Job) -> bool {
        let is_forgotten = self.mutant == Some(Mutant::IsLiveForgets) && job.state == JobState::Downloading;
        job.is_live() && !is_forgotten
    }

    /// What the machine is told at a start.
    pub(super) fn sabotage_setup(&mut self, mut setup: Setup) -> Setup {
        match self.mutant {
            Some(Mutant::ForgetsThePause) => setup.holds.is_paused = false,
            Some(Mutant::ForgetsTheWallet) => {
                setup.holds = Holds { is_paused: setup.holds.is_paused, ..Holds::default() };
            }
            Some(Mutant::NotesUploadsTooLate) => {
                for job in self.disk.values_mut() {
                    job.hosted.retain(|hosted| hosted.state != HostedState::Sending);
                }
            }
            Some(Mutant::ForgetsTheCaps) => setup.rules = SpendingRules::default(),
            Some(Mutant::ForgivesTheUnconfirmed) => {
                for job in self.disk.values_mut().filter(|job| job.state == JobState::Submitting) {
                    job.state = JobState::Discarded;
                    job.charge = Charge::No;
                    job.message = Some(crate::domain::Ending::discarded(job.gateway));
                }
            }
            Some(Mutant::TakesARestartForConsent) => {
                for job in self.disk.values_mut().filter(|job| job.held.is_some_and(|held| held.is_cap())) {
                    job.held = None;
                    job.is_over_cap = true;
                }
            }
            Some(Mutant::SendsForOthers) => setup.sends = Sends::All,
            Some(Mutant::SendsFromACopy) => setup.is_moved = false,
            Some(Mutant::SendsAgainAfterKill) => {
                for job in self.disk.values_mut().filter(|job| job.state == JobState::Submitting) {
                    job.state = JobState::Queued;
                }
            }
            _ => {}
        }
        setup
    }
}

#[test]
fn every_missing_rule_is_noticed() {
    for mutant in Mutant::iter() {
        let is_noticed = |seed| {
            let mut world = World::new(seed, Some(mutant));
            catch_unwind(AssertUnwindSafe(|| world.run())).is_err()
        };
        let noticed = (0..PATIENCE).find(|seed| is_noticed(*seed));
        assert!(noticed.is_some(), "{mutant:?} was not noticed in {PATIENCE} histories");
    }
    println!("bar R-05 mutants: {} of {} planted faults noticed", Mutant::iter().count(), Mutant::iter().count());
}

#[test]
fn the_last_look_alone_keeps_every_cap() {
    for seed in 0..PATIENCE {
        let mut world = World::new(seed, None);
        world.holds_nothing = true;
        world.run();
    }
}
