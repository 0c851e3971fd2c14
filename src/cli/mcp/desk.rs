//! What all tools share: the library's jobs as they are now, and the one place in which an agent's orders are made.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::tz::TimeZone;
use tokio::sync::watch;
use tokio::time::Instant;

use super::allowance::{Allowance, Counted};
use crate::cli::estimate::check_model;
use crate::cli::find::find;
use crate::cli::follow::{Follow, Until};
use crate::cli::running::say_patience;
use crate::cli::stop::Stop;
use crate::domain::caps::{Spent, counted, spent_of};
use crate::domain::list::PictureFiles;
use crate::domain::random::Random;
use crate::domain::request::Slot;
use crate::domain::{
    Asker, Draft, GatewayId, GenerationRequest, HeldFor, InputPicture, Job, JobId, JobState, PictureWay, Problem,
    SpendingRules, path_text,
};
use crate::engine::command::{Command, NewJob};
use crate::engine::event::{Hold, Live};
use crate::session::{Home, Session, SessionError, entropy, wall_clock};

/// What is said of an order that was not made.
const NOTHING: &str = "Not charged: nothing was sent.";

/// What all tools share.
pub(super) struct Desk {
    home: Home,
    session: Session,
    pub allowance: Allowance,
    /// The gateway of orders that name none.
    pub gateway: GatewayId,
    pub rules: SpendingRules,
    books: Mutex<Books>,
    /// Changes with every change of a job.
    news: watch::Sender<u64>,
    /// Gateways that the engine may use. Held while one is connected and while an order is checked and made, so that two
    /// orders at the same time do not both take the last room under a cap.
    connected: tokio::sync::Mutex<BTreeSet<GatewayId>>,
}

struct Books {
    /// All jobs of the library.
    jobs: BTreeMap<JobId, Job>,
    /// The jobs that this server ordered.
    own: Follow,
    storage_trouble: Option<String>,
}

/// What was ordered.
pub(super) struct Ordered {
    pub jobs: Vec<Job>,
    /// What is worth knowing of the pictures.
    pub remarks: Vec<String>,
}

impl Desk {
    pub(super) fn new(home: Home, session: Session, jobs: &[Job], allowance: Allowance, gateway: GatewayId) -> Self {
        let books = Books {
            jobs: jobs.iter().map(|job| (job.id, job.clone())).collect(),
            own: Follow::new([], Until::Ended),
            storage_trouble: None,
        };
        Self {
            rules: SpendingRules::from(&home.settings),
            home,
            session,
            allowance,
            gateway,
            books: Mutex::new(books),
            news: watch::Sender::new(0),
            connected: tokio::sync::Mutex::default(),
        }
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in how a job stands now.
    pub(super) fn take_in(&self, job: Job) {
        let mut books = self.books();
        books.own.observe(job.clone());
        books.jobs.insert(job.id, job);
        drop(books);
        self.news.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Takes in that the library cannot be written, or can be again.
    pub(super) fn storage_trouble(&self, trouble: Option<String>) {
        self.books().storage_trouble = trouble;
    }

    /// Takes in what holds orders back. Returns own orders that are to be taken out of the queue, because nobody is to send
    /// them later without being asked: their gateway refused the key or has no credits, or a cap holds them after all.
    pub(super) fn see_holds(&self, live: &Live) -> Vec<JobId> {
        let mut books = self.books();
        books.own.see_holds(live);
        let held_by_cap = |job: &&Job| job.state == JobState::Queued && job.held.is_some_and(HeldFor::is_cap);
        let by_cap = books.own.jobs().filter(held_by_cap).map(|job| job.id);
        books.own.held().map(|job| job.id).chain(by_cap).collect()
    }

    /// The jobs that this server ordered, at its end.
    pub(super) fn take_follow(&self) -> Follow {
        std::mem::replace(&mut self.books().own, Follow::new([], Until::Ended))
    }

    /// All jobs of the library, newest first.
    pub(super) fn newest_first(&self) -> Vec<Job> {
        self.books().jobs.values().rev().cloned().collect()
    }

    /// The job of this id, or of its last eight digits.
    pub(super) fn find(&self, wanted: &str) -> Result<Job, Stop> {
        let jobs: Vec<Job> = self.books().jobs.values().cloned().collect();
        find(&jobs, wanted.trim()).cloned()
    }

    /// Where the clip of a job lies.
    pub(super) fn file_of(&self, job: &Job) -> Option<std::path::PathBuf> {
        self.home.file_of(job)
    }

    /// What holds a job back.
    pub(super) fn hold_of(&self, job: &Job) -> Option<Hold> {
        let hold = self.session.live().jobs.get(&job.id)?.hold.clone();
        hold.filter(|_| job.state == JobState::Queued)
    }

    /// What counts against the caps now.
    pub(super) fn counted(&self) -> Counted {
        let now = wall_clock();
        let books = self.books();
        let before = spent_of(books.jobs.values(), now, &TimeZone::system(), &self.rules);
        let weigh = |job: &Job| Some(self.rules.weigh(counted(job)?, job.gateway));
        let own = books.own.jobs().filter_map(weigh).fold(Spent::default(), Spent::plus);
        Counted { own, before }
    }

    /// What the user paid for credits, for the words of a price.
    pub(super) fn home(&self) -> &Home {
        &self.home
    }

    /// Checks a shot as the form does.
    pub(super) fn check(&self, draft: &Draft, files: &PictureFiles) -> Result<(), String> {
        let whole = files.stand_in(draft);
        whole.to_request().map_err(|problems| problem_words(&problems))?;
        check_model(draft).map_err(|stop| stop.message)?;
        if self.home.settings.prices.estimate(draft, draft.gateway).is_none() {
            return Err(format!(
                "{} does not offer these settings together. {NOTHING} Change one of them.",
                draft.gateway
            ));
        }
        Ok(())
    }

    /// Orders all takes of a shot, or nothing.
    pub(super) async fn order(&self, mut draft: Draft, files: PictureFiles) -> Result<Ordered, String> {
        self.check(&draft, &files)?;
        if let Some(trouble) = self.books().storage_trouble.clone() {
            return Err(format!("{trouble}. What is not stored is not sent. {NOTHING}"));
        }
        let gateway = draft.gateway;
        let estimate = self
            .home
            .settings
            .prices
            .estimate(&draft, gateway)
            .ok_or_else(|| format!("{gateway} has no price. {NOTHING}"))?;
        let may = || {
            let said = self.allowance.check(&self.rules, &self.counted(), gateway, estimate.amount, draft.takes);
            said.map_err(|why| format!("{why} {NOTHING}"))
        };
        // Before a key is looked for or a picture is read, and once more when nothing can come between.
        may()?;
        let mut connected = self.connected.lock().await;
        may()?;
        self.connect(&mut connected, gateway).await?;
        let remarks = self.read_pictures(&mut draft, &files).await?;
        let request = draft.to_request().map_err(|problems| problem_words(&problems))?;
        if self.home.settings.pictures.way == PictureWay::Bucket && request.picture().is_some() {
            let bucket = self.home.bucket(say_patience).await.map_err(|err| format!("{err}. {NOTHING}"))?;
            self.send(Command::UseBucket(bucket.map(|(connection, _)| connection)))?;
        }
        let mut random = Random(entropy());
        let requests = draft.takes_of(&request, || random.draw_u32());
        let now = wall_clock();
        let new_job = |(id, request): (JobId, GenerationRequest)| NewJob {
            id,
            gateway,
            request,
            estimate: estimate.clone(),
            project: None,
            parent: None,
            picture_way: self.home.settings.pictures.way,
            asked_by: Asker::Agent,
            is_over_cap: false,
        };
        let new_jobs: Vec<NewJob> =
            random.job_ids(now, draft.takes.into()).into_iter().zip(requests).map(new_job).collect();
        let jobs: Vec<Job> = new_jobs
            .iter()
            .map(|new| Job {
                asked_by: Asker::Agent,
                run: new_jobs.first().map(|first| first.id),
                ..Job::new(new.id, gateway, new.request.clone(), new.estimate.clone(), now)
            })
            .collect();
        // They count from here on, whatever the engine says later.
        for job in &jobs {
            self.books().own.add(job.id);
            self.take_in(job.clone());
        }
        if let Err(why) = self.send(Command::Enqueue(new_jobs)) {
            for job in &jobs {
                self.take_in(Job { state: JobState::Removed, ..job.clone() });
            }
            return Err(why);
        }
        Ok(Ordered { jobs, remarks })
    }

    /// Waits until a job is at its end or needs its user, or until the time is over. Returns it as it is then.
    pub(super) async fn watch(&self, id: JobId, patience: Duration) -> Option<Job> {
        let deadline = Instant::now() + patience;
        let mut news = self.news.subscribe();
        let now = || self.books().jobs.get(&id).cloned();
        if let Some(job) = now().filter(|job| job.state.is_unfinished()) {
            let mut connected = self.connected.lock().await;
            // Without its gateway it stays as it is, which the answer says.
            self.connect(&mut connected, job.gateway).await.ok();
        }
        loop {
            news.borrow_and_update();
            let job = now()?;
            if !job.state.is_unfinished() {
                return Some(job);
            }
            match tokio::time::timeout_at(deadline, news.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => return now(),
            }
        }
    }

    /// Lets the engine use a gateway, if it does not yet.
    async fn connect(&self, connected: &mut BTreeSet<GatewayId>, gateway: GatewayId) -> Result<(), String> {
        if !connected.contains(&gateway) {
            let words = |err: SessionError| Stop::from(err).message;
            let link = self.home.link(gateway, say_patience).await.map_err(words)?;
            self.session.connect(link).await.map_err(words)?;
            connected.insert(gateway);
        }
        Ok(())
    }

    fn send(&self, command: Command) -> Result<(), String> {
        self.session.send(command).map_err(|err| Stop::from(SessionError::from(err)).message)
    }

    /// Brings the pictures of a shot into the library and into its draft.
    async fn read_pictures(&self, draft: &mut Draft, files: &PictureFiles) -> Result<Vec<String>, String> {
        let mut remarks = Vec::new();
        for slot in [Slot::Start, Slot::End] {
            let Some(file) = files.of(slot) else { continue };
            let path = path_text::from_text(file);
            let prepared = self.home.import_picture(Path::new(&path)).await.map_err(|err| {
                format!("{}: {}. {NOTHING}", path_text::shown(&path), err.to_string().trim_end_matches('.'))
            })?;
            remarks.extend(prepared.remarks);
            *draft.picture_in_mut(slot) = Some(InputPicture::Stored(prepared.picture));
        }
        Ok(remarks)
    }
}

fn problem_words(problems: &[Problem]) -> String {
    let sentences: Vec<String> = problems.iter().map(|problem| format!("{}.", problem.message)).collect();
    format!("{} {NOTHING} Change the request and try again.", sentences.join(" "))
}
