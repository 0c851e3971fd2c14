//! The model of the library: the program starts with the unfinished jobs alone, and reads others when it wants to, late and
//! not always.

use super::*;
use crate::domain::caps::Calendar;
use crate::domain::past::Payment;

/// What the machine is told of the library at every start.
pub(super) fn setup() -> Setup {
    Setup { given: Given::Live { history: History::default() }, ..Setup::default() }
}

impl World {
    /// The jobs that the program starts with.
    fn live_jobs(&self) -> Vec<Job> {
        self.disk.values().filter(|job| self.is_live(job)).cloned().collect()
    }

    /// The machine reads jobs that it does not hold.
    pub(super) fn recall(&mut self, ids: Vec<JobId>) {
        for id in &ids {
            assert!(self.machine.job(*id).is_none(), "seed {}: {id} is asked for and is here", self.seed);
        }
        let found: Vec<Job> = ids.iter().filter_map(|id| self.disk.get(id)).cloned().collect();
        self.recalled += found.len() as u32;
        let result = if self.happens(10) { Err("The library could not be read".to_owned()) } else { Ok(found) };
        self.later(Input::Recalled(ids, result));
    }

    /// The machine asks what jobs count that it does not hold.
    pub(super) fn sum_up(&mut self, calendar: Calendar, runs: Vec<JobId>, held: &[JobId], number: u64) {
        let mut past = Past::new(calendar, runs);
        let is_past = |job: &&Job| job.state != JobState::Queued && !held.contains(&job.id);
        self.disk.values().filter(is_past).filter_map(Payment::of).for_each(|payment| past.add(payment));
        let result = if self.happens(10) { Err("The library could not be read".to_owned()) } else { Ok(past) };
        self.later(Input::SummedUp(number, result));
    }

    /// The program is killed and started again with what is on disk: as the window or as a command, at times from a
    /// copy of the library.
    pub(super) fn crash(&mut self) {
        self.crashes += 1;
        self.coming.clear();
        self.polls_running.clear();
        self.asked_with.clear();
        self.own.clear();
        self.ends_at = None;
        self.wake_at = None;
        for service in self.services.values_mut() {
            service.last_request = None;
            service.closed_until = Duration::ZERO;
            service.is_connected = false;
        }
        // What the disk did not take is forgotten.
        self.is_paused = self.disk_holds.is_paused;
        for (gateway, service) in &mut self.services {
            service.is_wallet_empty = self.disk_holds.gateways.get(gateway) == Some(&GatewayHold::NoCredits);
        }
        self.sends = if self.happens(25) { Sends::OwnOnly } else { Sends::All };
        // That a library was moved is noted only once its orders are stored as held.
        let is_queued =
            |job: &Job| job.state == JobState::Queued && job.held.is_none_or(crate::domain::HeldFor::is_cap);
        let is_unnoted = self.held.iter().any(|id| self.disk.get(id).is_some_and(is_queued));
        let is_moved = self.happens(10) || is_unnoted;
        if is_moved {
            let queued = self.disk.values().filter(|job| job.state == JobState::Queued);
            self.held.extend(queued.map(|job| job.id).collect::<Vec<_>>());
        }
        let paused = self.disk.values().filter(|job| job.held == Some(crate::domain::HeldFor::Paused));
        self.spending.paused = paused.map(|job| job.id).collect();
        let rules = self.spending.rules.clone();
        let setup = Setup { sends: self.sends, holds: self.disk_holds.clone(), is_moved, rules, ..setup() };
        let setup = self.sabotage_setup(setup);
        self.machine = Machine::new(setup, self.live_jobs());
        self.plant_fault();
        self.lose_an_object();
        self.step(Input::Start);
        self.connect_all();
    }
}
