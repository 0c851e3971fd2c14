//! What follows from an input: `(state, input) -> effects`, without a clock, a file, a socket or a random number.

use std::time::Duration;

use crate::domain::numbers;
use crate::domain::random::Random;
use crate::domain::settings::{AT_ONCE, INTERFACE_SCALE};
use crate::domain::{GatewayId, InputPicture, JobId, RemoteId, UnixMillis};
use crate::engine::command::{Command, UnconfirmedDecision};

use crate::app::action::spend::{Consent, Door};
use crate::app::action::{Action, Effect, Effects, FramePurpose, Input, WindowEffect};
use crate::app::state::{
    AppState, Dialog, FolderPresence, KeyPlace, KeyState, KeyTest, PictureState, ToastButton, UndoStep,
};
use crate::app::view::chain::Chain;

mod browse;
mod bucket;
mod clip_folder;
mod continue_from;
mod curate;
mod draft;
mod events;
mod exchange;
mod facts;
mod files;
mod form;
mod form_undo;
mod four_more;
mod hand_off;
mod hands;
mod keys;
#[cfg(test)]
pub(crate) mod kit;
mod ledger;
mod list;
mod order;
mod paging;
mod pictures;
mod prices;
mod queue;
mod remembered;
mod settings;
mod spend;
mod storyboard;
mod toasts;
mod undo;
mod use_part;
mod viewing;
mod wallet;

use browse::{card_changed, cards_changed, look_anew};
use clip_folder::{clip_folder_set, set_clip_folder};
use draft::{draft_changed, edit, edit_queued, keep_draft, use_settings};
use files::{check_files_soon, clip_path, look_at_folder};
use order::{NewJobs, order};
use remembered::remember;
use settings::{choose_gateway, close_welcome, connect, panes_measured, prefer};
use toasts::toast;
use undo::{redo, undo, undo_earlier, undo_step};

pub use toasts::{TOAST_STAYS, UNDO_STAYS};

/// How long typing may go on before the draft is kept. A kill must take at most the last second, also where the computer is so
/// busy that a frame and the database take half of it.
pub const KEEP_DRAFT_AFTER: Duration = Duration::from_millis(350);

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
    let form_before = form_undo::before(state, &input);
    match input {
        Input::Act(action) => act(state, action, &mut Random(now.random), to),
        Input::Engine(event) => {
            events::told(state, event);
            storyboard::settle(state, to);
        }
        Input::Numbers(live) => state.live = live,
        Input::Tick => tick(state, to),
        Input::Opened { jobs, history, draft, settings, warnings, clip_folder } => {
            state.history = history;
            state.jobs = jobs;
            state.jobs.keep_days_of(state.time_zone.clone());
            if let Some(draft) = draft {
                state.draft = *draft;
            }
            state.settings = *settings;
            state.warnings = warnings;
            state.clip_folder = clip_folder.display().to_string();
            to.show(WindowEffect::ApplyTheme(state.settings.theme));
            to.show(WindowEffect::ApplyScale(state.settings.interface_scale));
            hands::opened(state);
            to.show(hands::look(state));
            for gateway in GatewayId::PAID {
                to.push(connect(state, gateway));
            }
            to.push(bucket::connect(state));
            files::projects_found(state, Vec::new());
            look_at_folder(state, to);
            browse::opened(state);
        }
        Input::Page(news) => paging::told(state, news),
        Input::List(news) => list::told(state, news, to),
        Input::StoryboardsRead(boards) => storyboard::read(state, *boards, to),
        Input::BoardPicture(import, picture) => storyboard::picture_came(state, &import, picture, to),
        Input::KeyFound(gateway, found) => {
            keys::key_found(state, gateway, found);
            wallet::is_worth_a_look(state, gateway);
        }
        Input::KeyStored(gateway, Ok(())) => {
            let entry = gateway_mut(state, gateway);
            entry.key_trouble = None;
            entry.test = KeyTest::NotTested;
            to.push(connect(state, gateway));
        }
        Input::KeyStored(gateway, Err(reason)) => gateway_mut(state, gateway).key_trouble = Some(reason),
        Input::AddressChecked(gateway, problem) => gateway_mut(state, gateway).address_problem = problem,
        Input::PicturePicked(slot, Some(path)) => pictures::import(state, slot, path, to),
        Input::PicturePicked(slot, None) => *pictures::progress_mut(state, slot) = PictureState::Quiet,
        Input::PicturesPicked(files) => pictures::take(state, files, to),
        Input::Pictures(news) => pictures::told(state, news, &mut Random(now.random), to),
        Input::NoDrops => (state.gets_drops, state.hovering) = (false, None),
        Input::FolderPicked(folder) => {
            if folder.is_some() {
                set_clip_folder(state, folder, to);
            }
        }
        Input::NoPicker(slot, reason) => {
            state.has_no_picker = true;
            *pictures::progress_mut(state, slot) = PictureState::Trouble(reason);
        }
        Input::Facts(number, news) => facts::told(state, number, news, &mut Random(now.random), to),
        Input::Ledger(news) => ledger::told(state, news),
        Input::Bucket(news) => bucket::told(state, news, to),
        Input::Form(news) => form::told(state, news, to),
        Input::PictureImported(slot, imported) => pictures::imported(state, slot, imported),
        Input::ClipFolderSet(folder) => clip_folder_set(state, &folder, to),
        Input::ClipFolderMissing => files::folder_missing(state),
        Input::FilesMissing(missing) => {
            files::folder_found(state);
            browse::files_missing(state, missing.into_iter().collect());
            files::files_known(state, to);
        }
        Input::PosterLost(job) => files::poster_lost(state, job, to),
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
        Input::CameToFront => {
            hands::came_to_front(state);
            files::came_to_front(state, to);
        }
        Input::HandOff(news) => hand_off::told(state, news),
        Input::Hands(news) => hands::told(state, news, to),
        Input::FilePicked(job, path) => curate::file_picked(state, job, path, to),
        Input::FilmOpened(job, film) => viewing::film_opened(state, job, film),
        Input::Frames(news) => viewing::frames_told(state, news),
        Input::Sound(news) => viewing::sound_told(state, news),
        Input::FrameTaken { job, frame, purpose, picture } => {
            continue_from::taken(state, (job, frame), purpose, picture, to);
        }
        Input::Trouble(sentence) => toast(state, "Something needs a look", sentence, None),
    }
    form_undo::after(state, form_before, to);
    wallet::look(state, to);
    viewing::follow(state, selected);
    facts::follow(state, to);
    paging::follow(state, selected, to);
    effects
}

/// How long until a time on the screen changes because of a job, if one does. A queued order shows none, whatever holds it,
/// unless its gateway asked to wait or does not answer: that is counted in the status line.
fn next_count(state: &AppState) -> Option<Duration> {
    let (second, minute) = (Duration::from_secs(1), Duration::from_secs(60));
    let sums = state.jobs.sums();
    if sums.unfinished == 0 {
        return None;
    }
    let of_gateways = state.gateways.values().filter_map(|gateway| {
        let is_throttled = gateway.health.throttled_until.is_some_and(|until| until > state.now);
        let trouble = gateway.health.trouble.as_ref().map(|(since, _)| state.now.since(*since));
        match trouble {
            _ if is_throttled => Some(second),
            Some(since) => Some(if since < minute { second } else { minute }),
            None => None,
        }
    });
    let counting = (sums.counting > 0).then_some(second);
    let downloading = (sums.downloading > 0).then_some(minute);
    of_gateways.chain(counting).chain(downloading).min()
}

/// How long the window may sleep before it has to call [`apply`] with a tick, if at all. A job that is being made counts
/// seconds.
pub fn next_wake(state: &AppState) -> Option<Duration> {
    let at = |time: UnixMillis| time.since(state.now).max(Duration::from_millis(50));
    let toasts = state.toasts.iter().map(|toast| at(toast.ends_at));
    let check = state.check_files_at.map(at);
    let notice = state.desk.tells_at.map(at);
    let page = paging::next_change(state).map(at);
    let draft = state.draft_unkept_since.map(|since| at(since.after(KEEP_DRAFT_AFTER)));
    let film = state.playback.next_change(state.now, crate::app::view::viewer::film(state));
    let board = storyboard::next_change(state);
    toasts
        .chain(check)
        .chain(notice)
        .chain(draft)
        .chain(page)
        .chain(next_count(state))
        .chain(film)
        .chain(board)
        .chain(wallet::next_look(state))
        .min()
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
        Action::ChoosePicture(slot) => {
            *pictures::progress_mut(state, slot) = PictureState::Choosing;
            to.push(Effect::PickPicture(slot));
        }
        Action::UsePictureFile(slot, path) => pictures::import(state, slot, path, to),
        Action::PastePicture(pasted) => {
            state.picture = PictureState::Importing;
            to.push(Effect::ImportPasted(pasted));
        }
        Action::SetPictureAddress(slot, text) => {
            let picture = (!text.trim().is_empty()).then_some(InputPicture::WebAddress(text));
            pictures::set(state, slot, picture, PictureState::Quiet);
        }
        Action::Bucket(word) => bucket::act(state, word, to),
        Action::SetModel(model) => edit(state, |draft| draft.model = model),
        Action::RemovePicture(slot) => pictures::set(state, slot, None, PictureState::Quiet),
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
        Action::Generate => spend::through(state, Door::Form, Consent::PRESS, random, to),
        Action::Spend(word) => spend::act(state, word, random, to),
        Action::Prices(word) => prices::act(state, word, to),
        Action::LookIntoWallet(gateway) => wallet::look_into(state, gateway, to),
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
        Action::Retry(job) => spend::through(state, Door::Again(job), Consent::PRESS, random, to),
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
        Action::SubmitAgain(job) => spend::through(state, Door::SubmitAgain(job), Consent::PRESS, random, to),
        Action::Discard(job) => to.push(Effect::Engine(Command::Resolve(job, UnconfirmedDecision::Discard))),
        Action::RemoveCard(job) => curate::to_trash(state, &[job], to),
        Action::Browse(browse) => browse::act(state, browse, to),
        Action::Curate(word) => curate::act(state, word, to),
        Action::Pictures(word) => pictures::act(state, word, random, to),
        Action::List(word) => list::act(state, word, random, to),
        Action::Hands(word) => hands::act(state, word, random, to),
        Action::View(viewing) => viewing::act(state, viewing, to),
        Action::Board(board) => storyboard::act(state, board, random, to),
        Action::Form(word) => form::act(state, word, to),
        Action::HandOff(word) => hand_off::act(state, word, to),
        Action::OpenLedger => ledger::open(state),
        Action::Ledger(word) => ledger::act(state, word, to),
        Action::ContinueFrom(job, frame) => continue_from::act(state, job, frame, FramePurpose::NextShot, to),
        Action::UseFrame(job, frame) => continue_from::act(state, job, frame, FramePurpose::StartPicture, to),
        Action::FourMore(job) => spend::through(state, Door::FourMore(job), Consent::PRESS, random, to),
        Action::Search(text) => browse::search(state, text, to),
        Action::SetFilter(filter) => {
            state.filter = filter;
            look_anew(state);
        }
        Action::PauseQueue(paused) => {
            state.is_queue_paused = paused;
            to.push(Effect::Engine(Command::PauseQueue(paused)));
        }
        Action::Queue(word) => queue::act(state, word, to),
        Action::Release(job) => to.push(Effect::Engine(Command::Release(vec![job]))),
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
        Action::SetCreditValue(value) => {
            prefer(state, to, |settings| settings.apiin.credit_value = value);
            spend::rules_changed(state, to);
        }
        Action::SetSendUndocumented(gateway, send) => {
            prefer(state, to, |settings| settings.of_mut(gateway).send_undocumented = send);
            to.push(connect(state, gateway));
        }
        Action::SetShowsPractice(shows) => prefer(state, to, |settings| settings.practice_enabled = shows),
        Action::ChooseClipFolder => to.push(Effect::PickFolder),
        Action::WaitForClipFolder => state.clip_folder_presence = FolderPresence::Awaited,
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
        Action::CloseDialog => {
            (state.dialog, state.crop, state.several) = (None, None, None);
            (state.asked, state.form.import) = (None, None);
        }
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
                        let is_last = index + 1 == state.undo.len();
                        let step = state.undo.remove(index);
                        if is_last { undo_step(state, step, to) } else { undo_earlier(state, step, to) }
                    }
                    None => undo(state, to),
                },
                ToastButton::Tells(tells) => hands::set_tells(state, tells, to),
                ToastButton::ShowHandedOff => hand_off::show_last(state, to),
                ToastButton::StopHandOff => hand_off::stop(state, to),
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
    storyboard::leave(state, &mut effects);
    effects.services
}

fn gateway_mut(state: &mut AppState, gateway: GatewayId) -> &mut crate::app::state::GatewayState {
    state.gateways.entry(gateway).or_default()
}

fn copy_file_list(state: &mut AppState, job: JobId, to: &mut Effects) {
    let Some(job) = state.jobs.get(&job) else { return };
    let files = Chain::of(job, state.family_of(job.id)).files(|id| state.known_job(id));
    let title = format!("Paths of {} copied", numbers::counted(files.len(), "clip", "clips"));
    toast(state, title, "In the order of the film.", None);
    to.show(WindowEffect::CopyFileList(files));
}

fn tick(state: &mut AppState, to: &mut Effects) {
    let now = state.now;
    viewing::tick(state);
    storyboard::tick(state, to);
    hands::tick(state, to);
    state.toasts.retain(|toast| toast.ends_at > now);
    if state.check_files_at.is_some_and(|at| at <= now) {
        look_at_folder(state, to);
    }
    if state.draft_unkept_since.is_some_and(|since| now.since(since) >= KEEP_DRAFT_AFTER) {
        keep_draft(state, to);
    }
}

#[cfg(test)]
mod tests;
