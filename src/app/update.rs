//! What follows from an input: `(state, input) -> effects`, without a clock, a file, a socket or a random number.

use std::time::Duration;

use crate::domain::outcome::NetworkCause;
use crate::domain::price;
use crate::domain::progress::History;
use crate::domain::random::Random;
use crate::domain::settings::{AT_ONCE, INTERFACE_SCALE, Panes};
use crate::domain::{
    Estimate, GatewayId, GenerationRequest, Job, JobId, JobState, Parent, Project, RemoteId, Settings, StartPicture,
    UnixMillis,
};
use crate::engine::command::{Command, NewJob, UnconfirmedDecision};
use crate::engine::event::{Event, GatewayHealth};

use crate::app::action::{Action, Effect, Effects, Input, WindowEffect};
use crate::app::state::{AppState, Dialog, KeyPlace, KeyState, KeyTest, PictureState, Toast, ToastButton, UndoStep};
use crate::app::view::chain::Chain;
use crate::app::view::form::{ReadyOrder, ready_order};
use crate::app::view::words;

mod browse;
mod continue_from;
mod curate;
mod exchange;
mod files;
mod four_more;
mod keys;
#[cfg(test)]
pub(crate) mod kit;
mod undo;
mod use_part;
mod viewing;

use browse::{card_changed, cards_changed, look_anew};
use files::{check_files_soon, clip_path, look_at_folder};
use undo::{redo, remember, undo, undo_step};

/// How long typing may go on before the draft is kept.
pub const KEEP_DRAFT_AFTER: Duration = Duration::from_millis(700);
/// How long a toast stays.
pub const TOAST_STAYS: Duration = Duration::from_secs(6);
/// How long a toast with Undo stays.
pub const UNDO_STAYS: Duration = Duration::from_secs(10);
/// More toasts than this are not shown at once.
const MAX_TOASTS: usize = 3;

/// The moment of an input: what the state is told of clocks and chance, because it has none of its own.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// The wall clock.
    pub time: UnixMillis,
    /// Fresh random bits, for seeds and ids.
    pub random: u64,
}

/// Brings `state` up to date with what happened, and says what has to be done.
pub fn apply(state: &mut AppState, now: Now, input: Input) -> Effects {
    let mut effects = Effects::default();
    let to = &mut effects;
    state.now = now.time;
    let selected = state.selection.card;
    match input {
        Input::Act(action) => act(state, action, &mut Random(now.random), to),
        Input::Engine(event) => engine(state, event),
        Input::Numbers(live) => state.live = live,
        Input::Tick => tick(state, to),
        Input::Opened { jobs, draft, settings, warnings, clip_folder } => {
            state.history = History::of(jobs.values());
            state.jobs = jobs;
            if let Some(draft) = draft {
                state.draft = *draft;
            }
            state.settings = *settings;
            state.warnings = warnings;
            state.clip_folder = clip_folder.display().to_string();
            to.show(WindowEffect::ApplyTheme(state.settings.theme));
            to.show(WindowEffect::ApplyScale(state.settings.interface_scale));
            for gateway in GatewayId::PAID {
                to.push(connect(state, gateway));
            }
            files::projects_found(state, Vec::new());
            look_at_folder(state, to);
            browse::opened(state);
        }
        Input::KeyFound(gateway, found) => keys::key_found(state, gateway, found),
        Input::KeyStored(gateway, Ok(())) => {
            let entry = gateway_mut(state, gateway);
            entry.key_trouble = None;
            entry.test = KeyTest::NotTested;
            to.push(connect(state, gateway));
        }
        Input::KeyStored(gateway, Err(reason)) => gateway_mut(state, gateway).key_trouble = Some(reason),
        Input::AddressChecked(gateway, problem) => gateway_mut(state, gateway).address_problem = problem,
        Input::PicturePicked(Some(path)) => import(state, path, to),
        Input::PicturePicked(None) => state.picture = PictureState::Quiet,
        Input::FolderPicked(folder) => {
            if folder.is_some() {
                set_clip_folder(state, folder, to);
            }
        }
        Input::NoPicker(reason) => {
            state.has_no_picker = true;
            state.picture = PictureState::Trouble(reason);
        }
        Input::PictureImported(Ok((picture, remarks))) => {
            (state.draft.picture, state.draft.parent) = (Some(StartPicture::Stored(picture)), None);
            state.picture = PictureState::Imported(remarks);
            draft_changed(state);
        }
        Input::PictureImported(Err(reason)) => state.picture = PictureState::Trouble(reason),
        Input::FilesMissing(missing) => browse::files_missing(state, missing.into_iter().collect()),
        Input::OpenFailed { job, is_missing, reason } => {
            if is_missing {
                state.missing_files.insert(job);
                card_changed(state, job);
            } else {
                toast(state, "The clip could not be shown", reason, None);
            }
        }
        Input::PracticeStarted(Ok(())) => {
            gateway_mut(state, GatewayId::Practice).key =
                KeyState::Present { place: KeyPlace::Practice, last_four: None };
        }
        Input::PracticeStarted(Err(reason)) => {
            let entry = gateway_mut(state, GatewayId::Practice);
            entry.key = KeyState::None;
            entry.key_trouble = Some(reason);
        }
        Input::ExchangeLoaded(job, found) => exchange::loaded(state, job, found, to),
        Input::Hits { question, jobs } => browse::found(state, question, jobs),
        Input::ProjectsFound(found) => files::projects_found(state, found),
        Input::PanesMeasured(panes) => panes_measured(state, panes, to),
        Input::CameToFront => files::came_to_front(state, to),
        Input::FilePicked(job, path) => curate::file_picked(state, job, path, to),
        Input::FilmOpened(job, film) => viewing::film_opened(state, job, film),
        Input::FrameTaken { job, frame, picture } => continue_from::taken(state, job, frame, picture, to),
        Input::Trouble(sentence) => toast(state, "Something needs a look", sentence, None),
    }
    viewing::follow(state, selected);
    effects
}

/// How long the window may sleep before it has to call [`apply`] with a tick, if at all. A job in view counts seconds.
pub fn next_wake(state: &AppState) -> Option<Duration> {
    let at = |time: UnixMillis| time.since(state.now).max(Duration::from_millis(50));
    let toasts = state.toasts.iter().map(|toast| at(toast.ends_at));
    let check = state.check_files_at.map(at);
    let draft = state.draft_unkept_since.map(|since| at(since.after(KEEP_DRAFT_AFTER)));
    let counts = (state.jobs.sums().unfinished > 0).then_some(Duration::from_secs(1));
    let film = state.playback.next_change(state.now, crate::app::view::viewer::film(state));
    toasts.chain(check).chain(draft).chain(counts).chain(film).min()
}

fn act(state: &mut AppState, action: Action, random: &mut Random, to: &mut Effects) {
    match action {
        Action::EditPrompt(text) => edit(state, |draft| draft.prompt = text),
        Action::EditNegativePrompt(text) => edit(state, |draft| draft.negative_prompt = text),
        Action::SetResolution(resolution) => edit(state, |draft| draft.resolution = resolution),
        Action::SetDuration(duration) => edit(state, |draft| draft.duration = duration),
        Action::SetRatio(ratio) => edit(state, |draft| draft.aspect_ratio = ratio),
        Action::SetAudio(audio) => edit(state, |draft| draft.audio = audio),
        Action::SetThinking(thinking) => edit(state, |draft| draft.thinking = thinking),
        Action::SetSeedMode(mode) => edit(state, |draft| draft.seed_mode = mode),
        Action::EditSeed(text) => edit(state, |draft| draft.seed_text = text),
        Action::SetTakes(takes) => edit(state, |draft| draft.takes = takes.clamp(1, crate::domain::request::MAX_TAKES)),
        Action::SetGateway(gateway) => edit(state, |draft| draft.gateway = gateway),
        Action::ChoosePicture => {
            state.picture = PictureState::Choosing;
            to.push(Effect::PickPicture);
        }
        Action::UsePictureFile(path) => import(state, path, to),
        Action::PastePicture(pasted) => {
            state.picture = PictureState::Importing;
            to.push(Effect::ImportPasted(pasted));
        }
        Action::SetPictureAddress(text) => {
            state.picture = PictureState::Quiet;
            edit(state, |draft| {
                draft.picture = (!text.trim().is_empty()).then_some(StartPicture::WebAddress(text));
                draft.parent = None;
            });
        }
        Action::RemovePicture => {
            state.picture = PictureState::Quiet;
            edit(state, |draft| (draft.picture, draft.parent) = (None, None));
        }
        Action::UseSampleShot(sample) => {
            remember(state, UndoStep::Draft(Box::new(state.draft.clone())));
            edit(state, |draft| {
                draft.prompt = sample.prompt.to_owned();
                draft.resolution = sample.resolution;
                draft.duration = sample.duration;
                draft.aspect_ratio = sample.ratio;
            });
            to.show(WindowEffect::FocusPrompt);
        }
        Action::Generate => generate(state, random, to),
        Action::Select(job) => browse::select(state, job),
        Action::OpenClip(job) => {
            if let Some(path) = clip_path(state, job) {
                to.push(Effect::OpenClip(job, path));
            }
        }
        Action::Reveal(job) => {
            if let Some(path) = clip_path(state, job) {
                to.push(Effect::Reveal(job, path));
            }
        }
        Action::CopyPrompt(job) => {
            if let Some(job) = state.jobs.get(&job) {
                to.show(WindowEffect::CopyText(job.request.prompt().to_owned()));
                toast(state, "Prompt copied", "", None);
            }
        }
        Action::CopyRawExchange(job) => exchange::copy(state, job, to),
        Action::ShowRawExchange(job) => exchange::show(state, job, to),
        Action::CopyText(text) => {
            to.show(WindowEffect::CopyText(text));
            toast(state, "Copied", "", None);
        }
        Action::CopyFileList(job) => copy_file_list(state, job, to),
        Action::UseSettings(job) => use_settings(state, job, to),
        Action::EditQueued(job) => edit_queued(state, job, to),
        Action::UsePart(job, part) => use_part::act(state, job, part, to),
        Action::Retry(job) => retry(state, job, random, to),
        Action::Cancel(job) => to.push(Effect::Engine(Command::Cancel(job))),
        Action::StopWatching(job) => to.push(Effect::Engine(Command::StopWatching(job))),
        Action::WatchAgain(job) => to.push(Effect::Engine(Command::WatchAgain(job))),
        Action::DownloadAgain(job) => {
            state.missing_files.remove(&job);
            card_changed(state, job);
            to.push(Effect::Engine(Command::DownloadAgain(job)));
        }
        Action::CheckAgain(job) => {
            browse::select(state, Some(job));
            state.notes.remove(&job);
            to.push(Effect::Engine(Command::Resolve(job, UnconfirmedDecision::Check)));
        }
        Action::Adopt(job, text) => match RemoteId::new(text.trim()) {
            Some(id) => to.push(Effect::Engine(Command::Resolve(job, UnconfirmedDecision::Adopt(id)))),
            None => {
                let problem = "This is no job id: letters, digits, _ and - only.".to_owned();
                state.notes.insert(job, problem);
            }
        },
        Action::SubmitAgain(job) => {
            if state.jobs.get(&job).is_some_and(|job| job.state == JobState::Unconfirmed) {
                resend(state, job, random, to);
            }
        }
        Action::Discard(job) => to.push(Effect::Engine(Command::Resolve(job, UnconfirmedDecision::Discard))),
        Action::RemoveCard(job) => curate::to_trash(state, &[job], to),
        Action::Browse(browse) => browse::act(state, browse, to),
        Action::Curate(word) => curate::act(state, word, to),
        Action::View(viewing) => viewing::act(state, viewing, to),
        Action::ContinueFrom(job, frame) => continue_from::act(state, job, frame, to),
        Action::FourMore(job) => four_more::act(state, job, random, to),
        Action::Search(text) => browse::search(state, text, to),
        Action::SetFilter(filter) => {
            state.filter = filter;
            look_anew(state);
        }
        Action::PauseQueue(paused) => {
            state.is_queue_paused = paused;
            to.push(Effect::Engine(Command::PauseQueue(paused)));
        }
        Action::SaveKey(gateway, key) => to.push(Effect::StoreKey { gateway, key, for_session: false }),
        Action::KeepKeyForSession(gateway, key) => to.push(Effect::StoreKey { gateway, key, for_session: true }),
        Action::TestKey(gateway) => {
            gateway_mut(state, gateway).test = KeyTest::Checking;
            to.push(Effect::CheckKey(gateway, Box::new(state.settings.clone())));
        }
        Action::ForgetKey(gateway) => {
            gateway_mut(state, gateway).test = KeyTest::NotTested;
            to.push(Effect::ForgetKey(gateway));
        }
        Action::SetBaseUrl(gateway, text) => {
            let text = text.trim();
            let is_own = text.is_empty() || Some(text) == gateway.default_base_url();
            let typed = (!is_own).then(|| text.to_owned());
            prefer(state, to, |settings| settings.of_mut(gateway).base_url = typed);
            to.push(connect(state, gateway));
        }
        Action::SetAtOnce(gateway, number) => {
            let number = number.clamp(*AT_ONCE.start(), *AT_ONCE.end());
            prefer(state, to, |settings| settings.of_mut(gateway).at_once = number);
            to.push(Effect::Engine(Command::SetAtOnce(gateway, number.into())));
        }
        Action::SetCreditValue(value) => prefer(state, to, |settings| settings.apiin.credit_value = value),
        Action::SetSendUndocumented(send) => {
            prefer(state, to, |settings| settings.aigateway.send_undocumented = send);
            to.push(connect(state, GatewayId::Aigateway));
        }
        Action::SetShowsPractice(shows) => prefer(state, to, |settings| settings.practice_enabled = shows),
        Action::ChooseClipFolder => to.push(Effect::PickFolder),
        Action::SetClipFolder(folder) => set_clip_folder(state, folder, to),
        Action::SetTheme(theme) => {
            prefer(state, to, |settings| settings.theme = theme);
            to.show(WindowEffect::ApplyTheme(theme));
        }
        Action::SetScale(percent) => {
            let percent = percent.clamp(*INTERFACE_SCALE.start(), *INTERFACE_SCALE.end());
            prefer(state, to, |settings| settings.interface_scale = percent);
            to.show(WindowEffect::ApplyScale(percent));
        }
        Action::OpenSettings(page) => state.dialog = Some(Dialog::Settings(page)),
        Action::OpenShortcuts => state.dialog = Some(Dialog::Shortcuts),
        Action::CloseDialog => state.dialog = None,
        Action::StartPractice => {
            edit(state, |draft| draft.gateway = GatewayId::Practice);
            state.settings.practice_enabled = true;
            close_welcome(state, to);
            to.show(WindowEffect::FocusPrompt);
        }
        Action::CloseWelcome => close_welcome(state, to),
        Action::OpenDashboard(gateway) => to.extend(gateway.dashboard_url().map(Effect::OpenUrl)),
        Action::CloseToast(id) => state.toasts.retain(|toast| toast.id != id),
        Action::PressToast(id, button) => {
            let step = state.toasts.iter().find(|toast| toast.id == id).and_then(|toast| toast.step.clone());
            state.toasts.retain(|toast| toast.id != id);
            match button {
                // Its own step, also when something else was done since.
                ToastButton::Undo => match step.and_then(|step| state.undo.iter().rposition(|known| *known == step)) {
                    Some(index) => {
                        let step = state.undo.remove(index);
                        undo_step(state, step, to);
                    }
                    None => undo(state, to),
                },
                ToastButton::Show(job) => browse::select(state, Some(job)),
            }
        }
        Action::CloseWarning(index) => {
            if index < state.warnings.len() {
                state.warnings.remove(index);
            }
        }
        Action::Undo => undo(state, to),
        Action::Redo => redo(state, to),
        Action::Quit => {
            to.extend(leave(state));
            to.show(WindowEffect::Quit);
        }
    }
}

/// What has to be kept when the window goes: the draft.
pub fn leave(state: &mut AppState) -> Vec<Effect> {
    let mut effects = Effects::default();
    if state.draft_unkept_since.is_some() {
        keep_draft(state, &mut effects);
    }
    effects.services
}

/// Keeps the form, and its gateway as the one that was chosen last.
fn keep_draft(state: &mut AppState, to: &mut Effects) {
    state.draft_unkept_since = None;
    to.push(Effect::KeepDraft(Box::new(state.draft.clone())));
    if state.settings.is_welcomed {
        choose_gateway(state, to);
    }
}

/// The first page does not come again.
fn close_welcome(state: &mut AppState, to: &mut Effects) {
    state.settings.is_welcomed = true;
    state.settings.chosen_gateway = Some(state.draft.gateway);
    save(state, to);
}

fn choose_gateway(state: &mut AppState, to: &mut Effects) {
    let chosen = Some(state.draft.gateway);
    if state.settings.chosen_gateway != chosen {
        prefer(state, to, |settings| settings.chosen_gateway = chosen);
    }
}

fn edit(state: &mut AppState, change: impl FnOnce(&mut crate::domain::Draft)) {
    change(&mut state.draft);
    draft_changed(state);
}

fn draft_changed(state: &mut AppState) {
    // The first change counts, not the last: steady typing must not put the keeping off for ever.
    state.draft_unkept_since.get_or_insert(state.now);
}

fn prefer(state: &mut AppState, to: &mut Effects, change: impl FnOnce(&mut Settings)) {
    change(&mut state.settings);
    save(state, to);
}

fn save(state: &AppState, to: &mut Effects) {
    to.push(Effect::SaveSettings(Box::new(state.settings.clone())));
}

/// Keeps the measures of the window when they are others than before.
fn panes_measured(state: &mut AppState, panes: Panes, to: &mut Effects) {
    let before = state.settings.clone();
    state.settings.keep_panes(panes);
    if state.settings != before {
        save(state, to);
    }
}

fn set_clip_folder(state: &mut AppState, folder: Option<std::path::PathBuf>, to: &mut Effects) {
    if let Some(folder) = &folder {
        state.clip_folder = folder.display().to_string();
    }
    prefer(state, to, |settings| settings.clip_folder = folder);
}

fn connect(state: &AppState, gateway: GatewayId) -> Effect {
    Effect::Connect(gateway, Box::new(state.settings.clone()))
}

fn gateway_mut(state: &mut AppState, gateway: GatewayId) -> &mut crate::app::state::GatewayState {
    state.gateways.entry(gateway).or_default()
}

fn generate(state: &mut AppState, random: &mut Random, to: &mut Effects) {
    let Ok(ReadyOrder { request, estimate }) = ready_order(state) else { return };
    let requests = state.draft.takes_of(&request, || random.draw_u32());
    let (gateway, parent) = (state.draft.gateway, state.draft.parent);
    let project = state.browsing.project.of_new_clips().cloned();
    order(state, requests, NewJobs { gateway, estimate, project, parent }, random, to);
}

fn retry(state: &mut AppState, job: JobId, random: &mut Random, to: &mut Effects) {
    let Some(job) = state.jobs.get(&job) else { return };
    let (gateway, project, parent) = (job.gateway, job.project.clone(), job.parent);
    // The recipe stays as it was, its seed included; only the price may be newer.
    let (request, estimate) = (job.request.clone(), price::estimate(&job.request, gateway));
    if state.gateway(gateway).key.is_present() {
        if let Some(estimate) = estimate {
            order(state, vec![request], NewJobs { gateway, estimate, project, parent }, random, to);
        }
    } else {
        toast(state, format!("{gateway} has no key"), "Add it in Settings, then try again.", None);
    }
}

/// What jobs that are ordered together have in common.
struct NewJobs {
    /// Who makes them.
    gateway: GatewayId,
    /// The price of one, as it stood on the button.
    estimate: Estimate,
    /// The project that they belong to.
    project: Option<Project>,
    /// The clip that they go on from.
    parent: Option<Parent>,
}

/// Orders one job for each request.
fn order(state: &mut AppState, requests: Vec<GenerationRequest>, all: NewJobs, random: &mut Random, to: &mut Effects) {
    let count = u16::try_from(requests.len()).unwrap_or(u16::MAX);
    if count == 0 {
        return;
    }
    let ids = random.job_ids(state.now, count);
    let new_job = |(id, request)| NewJob {
        id,
        gateway: all.gateway,
        request,
        estimate: all.estimate.clone(),
        project: all.project.clone(),
        parent: all.parent,
    };
    to.push(Effect::Engine(Command::Enqueue(ids.into_iter().zip(requests).map(new_job).collect())));
    keep_draft(state, to);
    if !state.settings.is_welcomed {
        close_welcome(state, to);
    }
}

/// Sends an unconfirmed order anew, as a job of its own.
fn resend(state: &mut AppState, job: JobId, random: &mut Random, to: &mut Effects) {
    let new_id = random.job_id(state.now);
    browse::select(state, Some(new_id));
    to.push(Effect::Engine(Command::Resolve(job, UnconfirmedDecision::Resend { new_id })));
}

fn copy_file_list(state: &mut AppState, job: JobId, to: &mut Effects) {
    let Some(job) = state.jobs.get(&job) else { return };
    let files = Chain::of(job, state.jobs.values()).files(|id| state.jobs.get(&id));
    let title = format!("Paths of {} copied", words::counted(files.len(), "clip", "clips"));
    toast(state, title, "In the order of the film.", None);
    to.show(WindowEffect::CopyFileList(files));
}

fn use_settings(state: &mut AppState, job: JobId, to: &mut Effects) {
    let Some(request) = state.jobs.get(&job).map(|job| job.request.clone()) else { return };
    let before = state.draft.clone();
    edit(state, |draft| draft.use_settings_of(&request));
    state.picture = PictureState::Quiet;
    if before == state.draft {
        return;
    }
    remember(state, UndoStep::Draft(Box::new(before)));
    let (take, _) = state.gallery.take_of(job);
    toast(state, format!("Settings taken from take {take}"), request.settings_line(), Some(ToastButton::Undo));
    to.show(WindowEffect::FocusPrompt);
}

fn edit_queued(state: &mut AppState, job: JobId, to: &mut Effects) {
    let Some(found) = state.jobs.get(&job).filter(|job| job.state == JobState::Queued) else { return };
    let gateway = found.gateway;
    to.push(Effect::Engine(Command::TakeOut(job)));
    use_settings(state, job, to);
    edit(state, |draft| draft.gateway = gateway);
}

fn import(state: &mut AppState, path: std::path::PathBuf, to: &mut Effects) {
    state.picture = PictureState::Importing;
    to.push(Effect::ImportPicture(path));
}

fn engine(state: &mut AppState, event: Event) {
    match event {
        Event::JobChanged(job) => job_changed(state, *job),
        Event::Settled(job, remark) => curate::settled(state, *job, remark),
        Event::GatewayChanged(gateway, health) => health_changed(state, gateway, health),
        Event::KeyChecked(gateway, check) => {
            let at = state.now;
            gateway_mut(state, gateway).test = KeyTest::Answered { check, at };
        }
        Event::StorageTrouble(trouble) => state.storage_trouble = trouble,
        Event::Note(job, text) => {
            state.notes.insert(job, text);
        }
    }
}

fn health_changed(state: &mut AppState, gateway: GatewayId, health: GatewayHealth) {
    gateway_mut(state, gateway).health = health;
}

fn job_changed(state: &mut AppState, mut job: Job) {
    let before = state.jobs.get(&job.id);
    if let Some(before) = before {
        curate::keep_own_words(before, &mut job);
    }
    let path = |job: &Job| job.clip.as_ref().map(|clip| clip.path.clone());
    let has_moved = before.and_then(path).is_some_and(|before| path(&job).is_some_and(|now| now != before));
    let was = before.map(|before| before.state);
    if job.made_at.is_some() && before.is_none_or(|before| before.made_at.is_none()) {
        state.history.learn(&job);
    }
    let (id, now) = (job.id, job.state);
    if was.is_none() {
        // A new clip shows itself; a selection that the user made elsewhere stays.
        state.selection.card.get_or_insert(id);
    }
    if was != Some(JobState::Ready) && now == JobState::Ready {
        state.missing_files.remove(&id);
    }
    if was != Some(now) {
        state.notes.remove(&id);
    }
    if !now.is_unfinished() {
        state.live.jobs.remove(&id);
    }
    if has_moved {
        // A look at the old place may be on its way.
        check_files_soon(state);
    }
    state.jobs.insert(id, job);
    card_changed(state, id);
}

fn tick(state: &mut AppState, to: &mut Effects) {
    let now = state.now;
    viewing::tick(state);
    state.toasts.retain(|toast| toast.ends_at > now);
    if state.check_files_at.is_some_and(|at| at <= now) {
        look_at_folder(state, to);
    }
    if state.draft_unkept_since.is_some_and(|since| now.since(since) >= KEEP_DRAFT_AFTER) {
        keep_draft(state, to);
    }
}

fn toast(state: &mut AppState, title: impl Into<String>, text: impl Into<String>, button: Option<ToastButton>) {
    let stays = if button.is_some() { UNDO_STAYS } else { TOAST_STAYS };
    let id = state.next_toast;
    state.next_toast += 1;
    let (title, text) = (title.into(), text.into());
    // The same words twice are one message.
    state.toasts.retain(|toast| toast.title != title || toast.text != text);
    let step = button.filter(|button| *button == ToastButton::Undo).and_then(|_| state.undo.last().cloned());
    state.toasts.push(Toast { id, title, text, button, step, ends_at: state.now.after(stays) });
    if state.toasts.len() > MAX_TOASTS {
        state.toasts.remove(0);
    }
}

/// What a silent network is called beside a key.
pub fn network_words(cause: NetworkCause) -> &'static str {
    match cause {
        NetworkCause::CannotConnect => "cannot be reached",
        NetworkCause::Tls => "the secure connection was refused",
        NetworkCause::Broken => "the connection broke",
        NetworkCause::TimedOut => "no answer in time",
        NetworkCause::Unreadable => "the answer could not be read",
        NetworkCause::ServerTrouble(_) => "is in trouble at the moment",
        NetworkCause::Redirected(_) => "something else answered in its place",
    }
}

#[cfg(test)]
mod tests;
