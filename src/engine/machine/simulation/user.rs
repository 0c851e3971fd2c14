//! The model of a user, who does something with jobs, clips and keys at any moment.

use super::*;

impl World {
    /// The user orders clips, which are one run.
    pub(super) fn order(&mut self, first: u128, count: u64) {
        let request = request("a paper boat");
        let picture = Some(InputPicture::Stored(stored_picture()));
        let draft = Draft { prompt: "a paper boat".to_owned(), picture, ..Draft::default() };
        let pictured = draft.to_request().expect("a good draft");
        let mut new_jobs = Vec::new();
        for number in 0..count {
            let id = id(first + u128::from(number));
            let gateway = self.any_gateway();
            self.own.insert(id);
            let is_pictured = self.below(3) == 0;
            let request = if is_pictured { pictured.clone() } else { request.clone() };
            let is_over_cap = self.below(20) == 0;
            if is_over_cap {
                self.spending.over_cap.insert(id);
            }
            new_jobs.push(NewJob {
                id,
                gateway,
                request: request.clone(),
                estimate: estimate(&request, gateway).expect("a price"),
                project: None,
                parent: None,
                picture_way: PictureWay::Bucket,
                asked_by: Asker::Window,
                is_over_cap,
            });
        }
        self.step(Input::Command(Command::Enqueue(new_jobs)));
    }

    /// The storm is over: the window is opened, the user connects, resumes, and looks again at what was held.
    pub(super) fn calm_down(&mut self) {
        if self.sends == Sends::OwnOnly || self.ends_at.is_some() {
            self.crash();
        }
        let gateways: Vec<GatewayId> = self.services.keys().copied().collect();
        for gateway in gateways {
            self.give_right_key(gateway);
        }
        self.connect_bucket();
        // Caps are lifted, or one stays by which every order goes within some days: but not where the clock was set back, since
        // what was paid in a year to come counts until that year is over.
        self.spending.rules = SpendingRules::default();
        let now = self.now().wall;
        let is_clock_behind = self.spending.sent.values().any(|entered| entered.sent_at > now);
        if self.below(2) == 0 && !is_clock_behind {
            self.spending.rules.caps.day.is_on = true;
        }
        let rules = self.spending.rules.clone();
        self.step(Input::Command(Command::SetSpendingRules(rules)));
        self.step(Input::Command(Command::PauseQueue(false)));
        self.held.clear();
        self.spending.paused.clear();
        let all: Vec<JobId> = self.disk.keys().copied().collect();
        self.step(Input::Command(Command::Release(all)));
        let held: Vec<JobId> = self.machine.jobs().filter(|job| job.is_download_paused).map(|job| job.id).collect();
        for job in held {
            self.step(Input::Command(Command::PauseDownload(job, false)));
        }
    }

    /// The user rates a clip, moves it to a project, trashes it or takes it back.
    pub(super) fn sort(&mut self) {
        let is_ready = |job: &&Job| job.state == JobState::Ready;
        let ready: Vec<JobId> = self.disk.values().filter(is_ready).map(|job| job.id).collect();
        let Some(most) = (!ready.is_empty()).then_some(ready.len() as u64) else { return };
        let job = ready[self.below(most) as usize];
        let command = match self.below(10) {
            0..2 => Command::ToTrash(vec![job]),
            2..5 => Command::TakeBack(vec![job]),
            5..8 => {
                let name = ["Spring", "Autumn", ""][self.below(3) as usize];
                Command::MoveToProject(vec![job], Project::new(name).ok())
            }
            8 => Command::Judge(vec![(job, Verdict { rating: Rating::new(self.below(6) as u8), is_rejected: false })]),
            _ => Command::FileFound(job, "elsewhere.mp4".into()),
        };
        self.step(Input::Command(command));
    }

    /// The user does something at random with a job or the queue.
    pub(super) fn meddle(&mut self) {
        // Finished ones as well, be they at hand or not.
        let known = self.machine.jobs().map(|job| job.id);
        let jobs: BTreeSet<JobId> = known.chain(self.disk.keys().copied()).collect();
        let Some(most) = (!jobs.is_empty()).then_some(jobs.len() as u64) else { return };
        let index = self.below(most) as usize;
        let job = *jobs.iter().nth(index).expect("below their number");
        let command = match self.below(26) {
            20.. => {
                self.meddle_with_money(job);
                return;
            }
            0 => {
                self.let_go.insert(job);
                Command::Cancel(job)
            }
            1 => {
                self.let_go.insert(job);
                Command::StopWatching(job)
            }
            13 => {
                self.held.remove(&job);
                self.spending.paused.remove(&job);
                self.step(Input::Command(Command::Release(vec![job])));
                // Only one that was held becomes an order of this run.
                if self.machine.job(job).is_some_and(|job| job.released_at.is_some()) {
                    self.own.insert(job);
                }
                return;
            }
            14 => {
                // The key is changed at the gateway; the program hears of it by a refusal.
                let gateway = self.any_gateway();
                self.service(gateway).right_key += 1;
                return;
            }
            15 => {
                let gateway = self.any_gateway();
                self.give_right_key(gateway);
                return;
            }
            19 => {
                self.connect_bucket();
                return;
            }
            2 | 3 => Command::WatchAgain(job),
            4 => Command::DownloadAgain(job),
            5 => Command::ToTrash(vec![job]),
            12 => Command::PauseDownload(job, self.below(2) == 0),
            6 | 16..19 => Command::PauseQueue(self.below(3) != 0),
            7 => Command::Resolve(job, UnconfirmedDecision::Check),
            8 => Command::Resolve(job, UnconfirmedDecision::Discard),
            9 => {
                self.serial += 1;
                let new_id = id(10_000 + u128::from(self.serial));
                self.own.insert(new_id);
                Command::Resolve(
                    job,
                    UnconfirmedDecision::Resend {
                        new_id,
                        price: None,
                        asked_by: crate::domain::Asker::Window,
                        is_over_cap: false,
                    },
                )
            }
            10 => {
                let mut known: Vec<RemoteId> = self.remotes.keys().cloned().collect();
                known.sort_unstable_by(|a, b| a.as_str().cmp(b.as_str()));
                if known.is_empty() {
                    return;
                }
                let index = self.below(known.len() as u64) as usize;
                Command::Resolve(job, UnconfirmedDecision::Adopt(known[index].clone()))
            }
            _ => {
                let gateway = self.any_gateway();
                self.service(gateway).is_connected = false;
                self.step(Input::Command(Command::Disconnect(gateway)));
                return;
            }
        };
        self.step(Input::Command(command));
    }
}
