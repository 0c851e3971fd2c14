//! The model of a gateway and of its media host: what they make of orders, looks and downloads.

use super::*;

impl World {
    pub(super) fn take_order(&mut self, job: &Job) {
        let seed = self.seed;
        self.request(job.id, job.gateway);
        self.check_pictures_of(job);
        let stored = self.disk.get(&job.id).expect("on disk before it is sent");
        assert_eq!(stored.state, JobState::Submitting, "seed {seed}: sent before it was stored");
        assert!(stored.sent_at.is_some());
        assert_eq!(self.sent.entry(job.id).or_default().bodies, 0, "seed {seed}: sent twice");
        assert!(!self.is_paused, "seed {seed}: sent although the user paused the queue");
        assert!(!self.service(job.gateway).is_wallet_empty, "seed {seed}: sent although the wallet is empty");
        assert!(!self.held.contains(&job.id), "seed {seed}: a held order was sent");
        let is_own = self.sends == Sends::All || self.own.contains(&job.id);
        assert!(is_own, "seed {seed}: a command sent an order that is not its own");
        self.pay(job);
        let service = self.service(job.gateway);
        if service.key != service.right_key {
            let rejection = Rejection { kind: RejectionKind::KeyRefused, param: None, gateway_text: None };
            self.later(Input::Submitted(job.id, answer(SubmitOutcome::Rejected(rejection))));
            return;
        }
        let kind = if self.is_stormy() { self.below(100) } else { 99 };
        let trouble = NetworkCause::Broken;
        let outcome = match kind {
            0..15 => SubmitOutcome::NotSent(NetworkCause::CannotConnect),
            15..25 => {
                let retry_after = (self.below(2) == 0).then(|| Duration::from_secs(self.random.draw() % 30));
                SubmitOutcome::Throttled { retry_after }
            }
            25..28 => {
                let rejection = Rejection { kind: RejectionKind::NoCredits, param: None, gateway_text: None };
                SubmitOutcome::Rejected(rejection)
            }
            28..30 => {
                self.sent.entry(job.id).or_default().bodies += 1;
                self.sent.entry(job.id).or_default().accepted += 1;
                SubmitOutcome::Delivered(Delivered { link: link(), charge: None })
            }
            30..45 => {
                // The order may or may not have arrived.
                self.sent.entry(job.id).or_default().bodies += 1;
                if self.below(2) == 0 {
                    self.make(job.id);
                }
                SubmitOutcome::Unconfirmed(UnconfirmedCause::Network(trouble))
            }
            _ => {
                self.sent.entry(job.id).or_default().bodies += 1;
                let remote_id = self.make(job.id);
                let phase = if self.below(2) == 0 { Phase::Waiting } else { Phase::Unknown("warming".into()) };
                let is_instant = self.below(20) == 0;
                if is_instant {
                    self.remotes.insert(remote_id.clone(), Remote::Done);
                }
                let charge = self.draw_charge(job.gateway);
                SubmitOutcome::Accepted(Accepted { remote_id, phase, link: is_instant.then(link), charge })
            }
        };
        self.later(Input::Submitted(job.id, answer(outcome)));
    }

    pub(super) fn make(&mut self, job: JobId) -> RemoteId {
        let remote_id = RemoteId::new(&format!("job_{}_{}", self.remotes.len(), job.short())).expect("a plain id");
        let until = self.time + Duration::from_secs(5 + self.below(120));
        let ends_well = self.below(8) != 0;
        self.remotes.insert(remote_id.clone(), Remote::Alive { until, ends_well });
        self.sent.entry(job).or_default().accepted += 1;
        remote_id
    }

    pub(super) fn look(&mut self, gateway: GatewayId, remote: &RemoteId) -> PollOutcome {
        let service = self.service(gateway);
        if service.key != service.right_key {
            return PollOutcome::KeyRefused;
        }
        match if self.is_stormy() { self.below(100) } else { 99 } {
            0..8 => return PollOutcome::Trouble(NetworkCause::ServerTrouble(503)),
            8..12 => return PollOutcome::Trouble(NetworkCause::Unreadable),
            12..18 => return PollOutcome::NotModified,
            18..24 => {
                let retry_after = (self.below(2) == 0).then(|| Duration::from_secs(self.random.draw() % 60));
                return PollOutcome::Throttled { retry_after };
            }
            24..27 => return PollOutcome::UnknownJob,
            27..32 => return PollOutcome::Alive(Phase::Unknown("dreaming".into())),
            32..36 if self.remotes.get(remote) == Some(&Remote::Done) => {
                return PollOutcome::Completed { link: None, charge: None };
            }
            _ => {}
        }
        let time = self.time;
        let charge = self.draw_charge(gateway);
        let Some(known) = self.remotes.get_mut(remote) else { return PollOutcome::UnknownJob };
        if let Remote::Alive { until, ends_well } = known
            && *until <= time
        {
            *known = if *ends_well { Remote::Done } else { Remote::Failed };
        }
        match known {
            Remote::Alive { .. } => PollOutcome::Alive(Phase::Generating),
            Remote::Done => PollOutcome::Completed { link: Some(link()), charge },
            Remote::Failed => {
                PollOutcome::Failed(Failure { code: None, gateway_text: None, not_allowed: false, charge })
            }
            Remote::Cancelled => PollOutcome::Cancelled,
            Remote::Deleted => PollOutcome::UnknownJob,
        }
    }

    pub(super) fn download(&mut self, job: &Job) {
        let id = job.id;
        let part = PartFile { file_name: ".x.part".to_owned(), verified_bytes: 7, ..PartFile::default() };
        let result = match if self.is_stormy() { self.below(100) } else { 99 } {
            0..10 => Err(FetchFailure::LinkExpired),
            10..13 if self.mutant == Some(Mutant::ResumesWithoutCondition) => {
                Ok(mutants::mixed_clip(self.files.arrive(id)))
            }
            10..13 => Err(FetchFailure::Changed),
            13..25 => Err(FetchFailure::Trouble { retry_after: None }),
            25..35 => Err(FetchFailure::BadFile("it ends early".to_owned())),
            35..45 => Err(FetchFailure::Disk("the disk is full".to_owned())),
            _ => Ok(Clip {
                path: self.files.arrive(id),
                sha256: Sha256Hex::of(b"a film"),
                size_bytes: 9,
                width: 1280,
                height: 720,
                duration_millis: 5000,
                has_audio: false,
                recipe_note: None,
            }),
        };
        let delay = self.delay();
        self.after(delay / 2, Input::Progress { job: id, bytes: 5, total: Some(9) });
        self.after(delay / 2, Input::Checkpoint(id, part));
        self.after(
            delay,
            match result {
                Ok(clip) => Input::Downloaded(id, clip),
                Err(failure) => Input::DownloadFailed(id, failure),
            },
        );
    }
}
