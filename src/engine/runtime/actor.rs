//! Performs the machine's effects on tokio: one task owns the machine, everything that waits runs beside it.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::clip_files;
use super::pictures::{self, Sending};
use super::sent_pictures::SentPictures;
use super::setup::{EngineOptions, wall_clock};
use super::shared_live::SharedLive;
use super::task_result::TaskResult;
use super::tasks::{self, TaskKind};
use crate::domain::progress::History;
use crate::domain::random::Random;
use crate::domain::shared::SharedJob;
use crate::domain::{GatewayId, Holds, Job, JobId, JobState};
use crate::engine::command::Command;
use crate::engine::download;
use crate::engine::entropy::entropy;
use crate::engine::event::Event;
use crate::engine::machine::{Effect, Given, Input, Machine, Now, Setup};
use crate::gateway::{BucketClient, Client, Connection, Http};
use crate::library::{Leaving, Library};

/// How many reports of downloads may wait for the actor.
const DOWNLOAD_REPORTS: usize = 64;

/// Least time between two wake-ups of the window for new numbers.
const LIVE_EVERY: Duration = Duration::from_millis(100);

/// How often the clocks are compared while jobs are watched, to notice that the computer slept. Timers of tokio stand
/// still during sleep.
const SLEEP_CHECK: Duration = Duration::from_secs(3);

/// The owner of the machine: performs its effects, and tells it what came of them.
pub(super) struct Actor {
    machine: Machine,
    library: Library,
    http: Http,
    options: EngineOptions,
    clients: HashMap<GatewayId, Client>,
    /// The bucket through which pictures go, when there is one.
    bucket: Option<BucketClient>,
    /// The pictures of orders that go out next, in the form in which they go out.
    pictures: HashMap<JobId, SentPictures>,
    /// How to break off each upload of pictures.
    uploads: HashMap<JobId, CancellationToken>,
    /// How to stop each running download, and the folder that it goes to.
    downloads: HashMap<JobId, (CancellationToken, PathBuf)>,
    events: mpsc::Sender<Event>,
    live: SharedLive,
    stop: CancellationToken,
    download_sender: mpsc::Sender<(JobId, download::Report)>,
    download_reports: mpsc::Receiver<(JobId, download::Report)>,
    tasks: JoinSet<TaskResult>,
    /// What each task does, so that an answer can be given for one that panicked.
    kinds: HashMap<tokio::task::Id, TaskKind>,
    media_threads: Arc<Semaphore>,
    /// Filmstrips are made one at a time, and not on the media threads, so that no order and no poster waits for one.
    strip_thread: Arc<Semaphore>,
    /// The newest revision of each job that is to be stored.
    unstored: BTreeMap<JobId, (Box<Job>, u64)>,
    is_storing: bool,
    /// What holds orders back, when that is to be stored.
    unstored_holds: Option<Holds>,
    is_storing_holds: bool,
    unfiled: clip_files::Batch,
    is_filing: bool,
    began: Instant,
    wake_at: Option<Instant>,
    live_shown: Option<Instant>,
    live_due: Option<Instant>,
    /// A new clip folder that the library has not noted yet: first the jobs of the old one are stored.
    folder_to_keep: Option<PathBuf>,
    /// Whether the library makes paths in an old clip folder absolute.
    is_leaving: bool,
}

impl Actor {
    /// An actor on these jobs, which are the live ones of the library, oldest first.
    #[expect(clippy::too_many_arguments, reason = "each is another part that it is put together from, once")]
    pub(super) fn new(
        library: Library,
        jobs: Vec<SharedJob>,
        history: History,
        holds: Holds,
        http: Http,
        options: EngineOptions,
        events: mpsc::Sender<Event>,
        live: SharedLive,
        stop: CancellationToken,
    ) -> Self {
        let (download_sender, download_reports) = mpsc::channel(DOWNLOAD_REPORTS);
        let EngineOptions { limits, sends, is_moved, rules, zone, .. } = options.clone();
        let given = Given::Live { history };
        let setup = Setup { limits, sends, holds, is_moved, rules, zone, given };
        Self {
            machine: Machine::new(setup, jobs),
            library,
            http,
            options,
            clients: HashMap::new(),
            bucket: None,
            pictures: HashMap::new(),
            uploads: HashMap::new(),
            downloads: HashMap::new(),
            events,
            live,
            stop,
            download_sender,
            download_reports,
            tasks: JoinSet::new(),
            kinds: HashMap::new(),
            media_threads: Arc::new(Semaphore::new(2)),
            strip_thread: Arc::new(Semaphore::new(1)),
            unstored: BTreeMap::new(),
            is_storing: false,
            unstored_holds: None,
            is_storing_holds: false,
            unfiled: Vec::new(),
            is_filing: false,
            began: Instant::now(),
            wake_at: None,
            live_shown: None,
            live_due: None,
            folder_to_keep: None,
            is_leaving: false,
        }
    }

    /// Goes on with unfinished jobs, obeys commands and lives until it is stopped and what must be finished is finished.
    pub(super) async fn run(mut self, connections: Vec<Connection>, mut commands: mpsc::Receiver<Command>) {
        self.spawn(TaskKind::AwaitDamage, tasks::await_damage(self.library.clone()));
        self.step(Input::Start).await;
        for connection in connections {
            self.command(Command::Connect(connection)).await;
        }
        let mut deadline: Option<Instant> = None;
        loop {
            if let Some(deadline) = deadline {
                let has_finished = !self.machine.must_finish()
                    && !self.is_storing
                    && self.unstored.is_empty()
                    && !self.is_storing_holds
                    && self.unstored_holds.is_none()
                    && self.downloads.is_empty();
                if has_finished || Instant::now() >= deadline {
                    break;
                }
            }
            let alarm = self.alarm(deadline);
            tokio::select! {
                biased;
                Some(joined) = self.tasks.join_next_with_id() => {
                    let (id, told) = match joined {
                        Ok((id, told)) => (id, Some(told)),
                        Err(error) => (error.id(), None),
                    };
                    let kind = self.kinds.remove(&id);
                    // The last report of a download is taken in before its end.
                    while let Ok((job, report)) = self.download_reports.try_recv() {
                        self.step(tasks::input_of(job, report)).await;
                    }
                    match (told, kind) {
                        (Some(told), _) => self.hear(told).await,
                        (None, Some(kind)) => self.hear(kind.failed(&self.options.paths.clips)).await,
                        (None, None) => {}
                    }
                }
                Some((job, report)) = self.download_reports.recv() => self.step(tasks::input_of(job, report)).await,
                command = commands.recv(), if deadline.is_none() => match command {
                    Some(command) => self.command(command).await,
                    None => self.stop.cancel(),
                },
                () = self.stop.cancelled(), if deadline.is_none() => {
                    deadline = Some(Instant::now() + self.options.farewell);
                    for (stop, _) in self.downloads.values() {
                        stop.cancel();
                    }
                    self.step(Input::Closing).await;
                }
                () = sleep_until(alarm) => self.ring().await,
            }
        }
        // Polls and downloads are broken off here; both go on at the next start.
        self.tasks.shutdown().await;
    }

    /// The moment at which the actor has to wake up when nothing else happens.
    fn alarm(&self, deadline: Option<Instant>) -> Option<Instant> {
        let sleep_check = self.machine.is_watching().then(|| Instant::now() + SLEEP_CHECK);
        [self.wake_at, self.live_due, deadline, sleep_check].into_iter().flatten().min()
    }

    async fn ring(&mut self) {
        let now = Instant::now();
        if self.live_due.is_some_and(|due| due <= now) {
            self.show_live(now);
            if self.wake_at.is_none_or(|wake_at| wake_at > now) {
                return;
            }
        }
        if self.wake_at.is_some_and(|wake_at| wake_at <= now) {
            self.wake_at = None;
        }
        self.step(Input::Wake).await;
    }

    async fn hear(&mut self, told: TaskResult) {
        match told {
            TaskResult::Input(mut input) => {
                if let Input::Downloaded(job, _) | Input::DownloadFailed(job, _) = &input {
                    let download = self.downloads.remove(job);
                    if let Input::Downloaded(_, clip) = &mut input
                        && let Some((_, folder)) = download.filter(|(_, folder)| *folder != self.options.paths.clips)
                    {
                        // The clip folder was changed meanwhile, and relative paths count from the new one.
                        clip.path = std::path::absolute(&folder).unwrap_or(folder).join(&clip.path);
                    }
                }
                self.step(input).await;
            }
            TaskResult::Event(event) => self.emit(event).await,
            TaskResult::Poster(job, result) => {
                let is_made = result.is_ok();
                self.step(Input::PosterMade(job.id, result)).await;
                // The filmstrip takes longer than the poster, so the poster is shown first. If the program ends
                // meanwhile, the filmstrip is made when it is first needed.
                if is_made && !self.stop.is_cancelled() {
                    let paths = self.options.paths.clone();
                    self.spawn(TaskKind::Filmstrip, tasks::filmstrip(job, paths, Arc::clone(&self.strip_thread)));
                }
            }
            TaskResult::Nothing => {}
            TaskResult::Files(answers, folder) => {
                self.is_filing = false;
                let has_moved = folder != self.options.paths.clips;
                for answer in answers {
                    self.step(if has_moved { clip_files::from_folder(answer, &folder) } else { answer }).await;
                }
                self.file();
            }
            TaskResult::Picture(job, Ok(picture)) => {
                self.pictures.insert(job, picture);
                self.step(Input::PictureReady(job)).await;
            }
            TaskResult::Pictures(job, host, result) => {
                self.uploads.remove(&job);
                match result {
                    Ok((sent, hosted)) => {
                        self.pictures.insert(job, sent);
                        self.step(Input::PicturesSent(job, host, hosted)).await;
                    }
                    Err(failure) => self.step(Input::PicturesNotSent(job, host, failure)).await,
                }
            }
            TaskResult::Picture(job, Err(reason)) => self.step(Input::PictureFailed(job, reason)).await,
            TaskResult::LeftBehind(leaving, result) => match result {
                Ok((left, next)) => {
                    for job in left {
                        self.emit(Event::JobChanged(Box::new(job))).await;
                    }
                    match next {
                        Some(next) => self.leave_behind(next),
                        None => {
                            self.is_leaving = false;
                            self.step(Input::ClipFolderLeft).await;
                        }
                    }
                }
                Err(reason) => {
                    tracing::warn!(%reason, "clips of the old folder are not noted yet");
                    self.leave_behind(leaving.again());
                }
            },
            TaskResult::StoredHolds(result) => {
                self.is_storing_holds = false;
                self.step(Input::HoldsStored(result)).await;
            }
            TaskResult::Stored(batch, result) => {
                self.is_storing = false;
                for (job, revision) in batch {
                    let input = match &result {
                        Ok(()) => Input::Stored { job, revision },
                        Err(reason) => Input::StoreFailed { job, revision, reason: reason.clone() },
                    };
                    self.step(input).await;
                }
                self.store();
            }
        }
    }

    async fn command(&mut self, command: Command) {
        match &command {
            Command::Connect(connection) => {
                self.clients.insert(connection.gateway, Client::new(&self.http, connection.clone()));
            }
            Command::Disconnect(gateway) => {
                self.clients.remove(gateway);
            }
            Command::SetClipFolder(folder) if *folder != self.options.paths.clips => {
                let old = std::mem::replace(&mut self.options.paths.clips, folder.clone());
                let old = std::path::absolute(&old).unwrap_or(old);
                self.folder_to_keep = Some(std::path::absolute(folder).unwrap_or_else(|_| folder.clone()));
                self.step(Input::ClipFolderChanged(old)).await;
            }
            Command::UseBucket(connection) => {
                self.bucket = connection.clone().map(|connection| BucketClient::new(&self.http, connection));
            }
            Command::CheckBucket(connection) => {
                let client = BucketClient::new(&self.http, connection.clone());
                self.spawn(TaskKind::CheckBucket, tasks::check_bucket(client, Random(entropy())));
            }
            Command::CheckKey(connection) => {
                let client = Client::new(&self.http, connection.clone());
                let gateway = connection.gateway;
                self.spawn(TaskKind::CheckKey(gateway), tasks::check_key(gateway, client));
            }
            _ => {}
        }
        self.step(Input::Command(command)).await;
    }

    fn now(&self) -> Now {
        Now { wall: wall_clock(), monotonic: self.began.elapsed(), random: entropy() }
    }

    async fn step(&mut self, input: Input) {
        for effect in self.machine.step(self.now(), input) {
            self.perform(effect).await;
        }
        self.store();
        self.store_holds();
        self.file();
        self.plan_live();
    }

    async fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Persist { job, revision } => {
                if job.state == JobState::Removed {
                    self.pictures.remove(&job.id);
                }
                self.unstored.insert(job.id, (job, revision));
            }
            Effect::Recall(ids) => {
                self.spawn(TaskKind::Recall(ids.clone()), tasks::recall(self.library.clone(), ids));
            }
            Effect::SumUp { calendar, runs, held, number } => {
                let work = tasks::sum_up(self.library.clone(), calendar, runs, held, number);
                self.spawn(TaskKind::SumUp(number), work);
            }
            Effect::LeaveClipFolder(old) => {
                self.is_leaving = true;
                self.leave_behind(Leaving::of(old));
            }
            Effect::KeepHolds(holds) => {
                self.unstored_holds = Some(holds);
            }
            Effect::PreparePicture(job) => {
                let inputs = self.options.paths.inputs();
                self.spawn(TaskKind::Picture(job.id), pictures::read(job, inputs, Arc::clone(&self.media_threads)));
            }
            Effect::SendPictures(job, host) => {
                let stop = CancellationToken::new();
                self.uploads.insert(job.id, stop.clone());
                let kind = TaskKind::SendPictures(job.id, host);
                let sending = Sending {
                    host,
                    gateway: self.clients.get(&job.gateway).map(|client| client.base_url().clone()),
                    bucket: self.bucket.clone(),
                    platform: self.clients.get(&GatewayId::Pixverse).cloned(),
                    inputs: self.options.paths.inputs(),
                    threads: Arc::clone(&self.media_threads),
                    reports: self.download_sender.clone(),
                    stop,
                    job,
                };
                self.spawn(kind, pictures::send(sending));
            }
            Effect::StopPictures(job) => {
                if let Some(stop) = self.uploads.get(&job) {
                    stop.cancel();
                }
            }
            Effect::Unhost(job, unneeded) => {
                let kind = TaskKind::Unhost(job.id, unneeded.clone());
                self.spawn(kind, pictures::unhost(job.id, unneeded, self.bucket.clone()));
            }
            Effect::Submit(job) => {
                let sent = self.pictures.remove(&job.id).unwrap_or_default();
                let client = self.clients.get(&job.gateway).cloned();
                self.spawn(TaskKind::Submit(job.id), tasks::submit(job, sent, client));
            }
            Effect::Poll(job, gateway, remote_id) => {
                let client = self.clients.get(&gateway).cloned();
                self.spawn(TaskKind::Poll(job), tasks::poll(job, remote_id, client));
            }
            Effect::FindOrder(job, gateway, trace, sent_at) => {
                let client = self.clients.get(&gateway).cloned();
                self.spawn(TaskKind::Find(job), tasks::find_order(job, trace, sent_at, client));
            }
            Effect::Cancel(job, gateway, remote_id) => {
                let client = self.clients.get(&gateway).cloned();
                self.spawn(TaskKind::Cancel(job), tasks::cancel(job, remote_id, client));
            }
            Effect::Download(job, link) => {
                let stop = CancellationToken::new();
                self.downloads.insert(job.id, (stop.clone(), self.options.paths.clips.clone()));
                let client = self.clients.get(&job.gateway).cloned();
                let id = job.id;
                let task = tasks::download_task(&self.options, job, link);
                self.spawn(TaskKind::Download(id), tasks::fetch(task, client, self.download_sender.clone(), stop));
            }
            Effect::StopDownload(job) => {
                if let Some((stop, _)) = self.downloads.get(&job) {
                    stop.cancel();
                }
            }
            Effect::WorkOnFile(job, work) => self.unfiled.push((job, work)),
            Effect::MakePoster(job) => {
                let paths = self.options.paths.clone();
                self.spawn(TaskKind::Poster(job.id), tasks::poster(job, paths, Arc::clone(&self.media_threads)));
            }
            Effect::WakeAt(moment) => self.wake_at = Some(self.began + moment),
            Effect::Emit(event) => self.emit(event).await,
        }
    }

    /// Plans the next look at the numbers of running jobs: at once, or when the last one is a moment ago.
    fn plan_live(&mut self) {
        if self.live_due.is_none() {
            let soonest = self.live_shown.map(|shown| shown + LIVE_EVERY);
            self.live_due = Some(soonest.map_or_else(Instant::now, |soonest| soonest.max(Instant::now())));
        }
    }

    /// Renews the numbers of running jobs, and wakes the window when one of them changed.
    fn show_live(&mut self, now: Instant) {
        self.live_due = None;
        self.live_shown = Some(now);
        if self.live.set(self.machine.live(self.now())) {
            (self.options.wake_up)();
        }
    }

    /// Tells the window, then wakes it. Waits while the window is behind, unless the program ends.
    async fn emit(&mut self, event: Event) {
        tokio::select! {
            biased;
            // Nobody reads events any more when the receiver is gone.
            _ = self.events.send(event) => {}
            () = self.stop.cancelled() => {}
        }
        (self.options.wake_up)();
    }

    /// Writes what is not stored yet, in one transaction. One batch at a time, so that rows are written in order.
    fn store(&mut self) {
        if self.is_storing {
            return;
        }
        if self.unstored.is_empty() {
            if self.folder_to_keep.is_some()
                && !self.is_leaving
                && self.machine.is_all_stored()
                && let Some(folder) = self.folder_to_keep.take()
            {
                self.spawn(TaskKind::KeepFolder, tasks::keep_folder(self.library.clone(), folder));
            }
            return;
        }
        self.is_storing = true;
        let (jobs, batch): (Vec<Job>, Vec<(JobId, u64)>) =
            std::mem::take(&mut self.unstored).into_iter().map(|(id, (job, revision))| (*job, (id, revision))).unzip();
        self.spawn(TaskKind::Store(batch.clone()), tasks::store(self.library.clone(), jobs, batch));
    }

    /// Goes on with the clips of an old folder. What the machine holds is its own to change.
    fn leave_behind(&mut self, leaving: Leaving) {
        let held = self.machine.jobs().map(|job| job.id).collect();
        let work = tasks::leave_behind(self.library.clone(), leaving.clone(), held);
        self.spawn(TaskKind::LeaveBehind(leaving), work);
    }

    /// Writes what holds orders back. One write at a time, so that the newest counts.
    fn store_holds(&mut self) {
        if !self.is_storing_holds
            && let Some(holds) = self.unstored_holds.take()
        {
            self.is_storing_holds = true;
            self.spawn(TaskKind::StoreHolds, tasks::store_holds(self.library.clone(), holds));
        }
    }

    /// Does what is to be done with files. One batch at a time, so that no two pieces of work meet at one file.
    fn file(&mut self) {
        if self.is_filing || self.unfiled.is_empty() {
            return;
        }
        self.is_filing = true;
        let batch = std::mem::take(&mut self.unfiled);
        let kind = TaskKind::Files(batch.iter().map(|(job, work)| (job.id, work.clone())).collect());
        self.spawn(kind, clip_files::work(batch, self.options.paths.clips.clone()));
    }

    fn spawn(&mut self, kind: TaskKind, work: impl Future<Output = TaskResult> + Send + 'static) {
        let id = self.tasks.spawn(work).id();
        self.kinds.insert(id, kind);
    }
}

async fn sleep_until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment.into()).await,
        None => std::future::pending().await,
    }
}
