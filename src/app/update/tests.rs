use strum::IntoEnumIterator as _;

use super::*;
use crate::app::action::{KeyFound, SAMPLE_SHOTS};
use crate::app::state::SettingsPage;
use crate::app::update::kit::{BITS, put, put_all, tick};
use crate::domain::money::Credits;
use crate::domain::outcome::KeyCheck;
use crate::domain::request::Slot;
use crate::domain::samples::{self, id};
use crate::domain::setting::SeedMode;
use crate::domain::{Amount, ClipDuration, Draft, Ending, Money, Resolution as Lines, Seed};
use crate::domain::{Job, JobState, Settings};
use crate::engine::command::NewJob;
use crate::engine::event::{Event, GatewayHealth, Hold, Live, LiveJob};

const NOW: UnixMillis = UnixMillis(1_000_000);

/// A window with a prompt typed and keys everywhere.
fn window() -> AppState {
    let mut state = AppState::new(NOW);
    state.settings.caps.confirm_above.is_on = false;
    state.draft.prompt = "a paper boat".to_owned();
    state.draft.gateway = GatewayId::Apiin;
    for gateway in state.gateways.values_mut() {
        gateway.key = KeyState::Present { place: KeyPlace::Session, last_four: None };
    }
    state
}

fn job(number: u128, job_state: JobState) -> Job {
    let job = samples::job(number).at(NOW).prompt("a dragon").asking(|draft| draft.duration = ClipDuration::S8);
    job.seed(77).state(job_state)
}

fn with_job(number: u128, job_state: JobState) -> AppState {
    let mut state = window();
    changed(&mut state, job(number, job_state));
    state
}

fn changed(state: &mut AppState, job: Job) {
    assert!(put(state, Input::Engine(Event::JobChanged(Box::new(job)))).is_empty());
}

fn acts(state: &mut AppState, action: Action) -> Vec<Effect> {
    put(state, Input::Act(action))
}

/// An act that orders something.
fn order(state: &mut AppState, action: Action) -> Vec<Effect> {
    let effects = acts(state, action);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Engine(_))), "no order: {effects:?}");
    effects
}

/// The ids and seeds that follow from the bits of the tests.
fn drawn(count: u16, seeds: usize) -> (Vec<JobId>, Vec<u32>) {
    let mut random = Random(BITS);
    let seeds = (0..seeds).map(|_| Seed::from_random(random.draw_u32()).get()).collect();
    (random.job_ids(NOW, count), seeds)
}

fn enqueued(effects: &[Effect]) -> &[NewJob] {
    match effects.first() {
        Some(Effect::Engine(Command::Enqueue(jobs))) => jobs,
        other => panic!("nothing was enqueued: {other:?}"),
    }
}

#[test]
fn generate_with_a_problem_does_nothing() {
    type Change = fn(&mut AppState);
    let cases: [(&str, Change); 5] = [
        ("no prompt", |s| s.draft.prompt.clear()),
        ("10 s at 1080p", |s| {
            s.draft.resolution = Lines::P1080;
            s.draft.duration = ClipDuration::S10;
        }),
        ("no seed", |s| s.draft.seed_mode = SeedMode::Fixed),
        ("no key", |s| gateway_mut(s, GatewayId::Apiin).key = KeyState::None),
        ("no disk", |s| s.storage_trouble = Some("The disk is full.".to_owned())),
    ];
    for (name, change) in cases {
        let mut state = window();
        change(&mut state);
        assert!(acts(&mut state, Action::Generate).is_empty(), "{name}");
    }
}

#[test]
fn generate_orders_what_stood_on_the_form_at_the_click() {
    let mut state = window();
    state.draft.takes = 3;
    let effects = acts(&mut state, Action::Generate);
    // Typing goes on: the order must not notice.
    acts(&mut state, Action::EditPrompt("something else".to_owned()));
    acts(&mut state, Action::SetResolution(Lines::P1080));
    let jobs = enqueued(&effects);
    let (ids, seeds) = drawn(3, 3);
    assert_eq!(jobs.iter().map(|job| job.id).collect::<Vec<_>>(), ids);
    for (index, job) in jobs.iter().enumerate() {
        assert_eq!(job.request.prompt(), "a paper boat");
        assert_eq!(job.request.resolution(), Lines::P720);
        assert_eq!(job.request.seed(), Seed::new(seeds[index]));
        assert_eq!(job.estimate.amount, Amount::Credits(Credits(90)));
        assert_eq!(job.gateway, GatewayId::Apiin);
    }
}

#[test]
fn the_price_follows_the_form_in_the_same_step() {
    let mut state = window();
    let mut price_after = |action| {
        acts(&mut state, action);
        crate::app::view::form::view(&state).button_name()
    };
    assert_eq!(price_after(Action::SetResolution(Lines::P1080)), "Generate · 150 cr");
    assert_eq!(price_after(Action::SetDuration(ClipDuration::S8)), "Generate · 300 cr");
    assert_eq!(price_after(Action::SetTakes(4)), "Generate 4 · 1,200 cr");
    assert_eq!(price_after(Action::SetGateway(GatewayId::Aigateway)), "Generate 4 · $2.56");
    assert_eq!(price_after(Action::SetGateway(GatewayId::Practice)), "Generate 4 · free");
}

#[test]
fn switching_the_gateway_changes_nothing_else() {
    let mut state = window();
    state.draft.negative_prompt = "text".to_owned();
    state.draft.audio = true;
    state.draft.seed_mode = SeedMode::Fixed;
    state.draft.seed_text = "81".to_owned();
    for gateway in GatewayId::iter() {
        let before = state.draft.clone();
        acts(&mut state, Action::SetGateway(gateway));
        assert_eq!(state.draft, Draft { gateway, ..before });
    }
}

#[test]
fn a_retry_keeps_the_recipe_under_a_new_id() {
    let mut state = with_job(1, JobState::Failed);
    let recipe = state.jobs[&id(1)].request.clone();
    acts(&mut state, Action::EditPrompt("the form is about something else".to_owned()));
    let effects = order(&mut state, Action::Retry(id(1)));
    let [job] = enqueued(&effects) else { panic!("one job") };
    assert_eq!((job.id, &job.request, job.gateway), (drawn(1, 0).0[0], &recipe, GatewayId::Apiin));
    assert_eq!(job.estimate.amount, Amount::Credits(Credits(180)));
}

#[test]
fn a_retry_without_a_key_says_so() {
    let mut state = with_job(1, JobState::Failed);
    gateway_mut(&mut state, GatewayId::Apiin).key = KeyState::None;
    assert!(acts(&mut state, Action::Retry(id(1))).is_empty());
    assert_eq!(state.toasts[0].title, "apiin has no key");
}

#[test]
fn unconfirmed_orders_are_sent_again_only_by_their_own_button() {
    let mut state = with_job(1, JobState::Unconfirmed);
    let effects = acts(&mut state, Action::CheckAgain(id(1)));
    assert!(matches!(effects[..], [Effect::Engine(Command::Resolve(_, UnconfirmedDecision::Check))]));
    let effects = acts(&mut state, Action::Adopt(id(1), " task_91 ".to_owned()));
    let [Effect::Engine(Command::Resolve(_, UnconfirmedDecision::Adopt(remote)))] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(remote.as_str(), "task_91");
    assert!(acts(&mut state, Action::Adopt(id(1), "../etc".to_owned())).is_empty());
    assert!(state.notes[&id(1)].contains("no job id"));
    let effects = acts(&mut state, Action::Discard(id(1)));
    assert!(matches!(effects[..], [Effect::Engine(Command::Resolve(_, UnconfirmedDecision::Discard))]));
    let effects = order(&mut state, Action::SubmitAgain(id(1)));
    let [Effect::Engine(Command::Resolve(old, UnconfirmedDecision::Resend { new_id, .. }))] = &effects[..] else {
        panic!()
    };
    assert_eq!((*old, *new_id), (id(1), drawn(1, 0).0[0]));
}

#[test]
fn only_unconfirmed_orders_can_be_submitted_again() {
    for job_state in JobState::iter().filter(|state| *state != JobState::Unconfirmed) {
        let mut state = with_job(1, job_state);
        assert!(acts(&mut state, Action::SubmitAgain(id(1))).is_empty(), "{job_state}");
    }
}

#[test]
fn selecting_never_changes_the_form() {
    let mut state = with_job(1, JobState::Ready);
    let before = state.draft.clone();
    acts(&mut state, Action::Select(None));
    acts(&mut state, Action::Select(Some(id(1))));
    assert_eq!(state.selection.card, Some(id(1)));
    assert_eq!(state.draft, before);
}

#[test]
fn using_settings_can_be_undone_and_keeps_the_gateway() {
    let mut state = with_job(1, JobState::Ready);
    state.draft.gateway = GatewayId::Aigateway;
    let before = state.draft.clone();
    acts(&mut state, Action::UseSettings(id(1)));
    assert_eq!(state.draft.prompt, "a dragon");
    assert_eq!((state.draft.seed_mode, state.draft.seed_text.as_str()), (SeedMode::Fixed, "77"));
    assert_eq!(state.draft.gateway, GatewayId::Aigateway);
    assert_eq!(state.toasts[0].button, Some(ToastButton::Undo));
    acts(&mut state, Action::Undo);
    assert_eq!(state.draft, before);
    assert!(state.toasts.is_empty());
    acts(&mut state, Action::Undo);
    assert_eq!(state.draft, before);
}

#[test]
fn samples_fill_the_form_and_never_run() {
    let mut state = window();
    for sample in SAMPLE_SHOTS {
        let Effects { services, window } = put_all(&mut state, Input::Act(Action::UseSampleShot(sample)));
        assert!(services.is_empty(), "{services:?}");
        assert_eq!(window, [WindowEffect::FocusPrompt]);
        assert_eq!(state.draft.prompt, sample.prompt);
        assert!(state.draft.to_request().is_ok());
    }
}

#[test]
fn a_card_comes_back_also_when_its_toast_is_gone() {
    let mut state = with_job(1, JobState::Failed);
    let effects = acts(&mut state, Action::RemoveCard(id(1)));
    assert!(matches!(&effects[..], [Effect::Engine(Command::ToTrash(gone))] if *gone == [id(1)]), "{effects:?}");
    assert_eq!(state.gallery.groups.len(), 0);
    tick(&mut state, NOW.after(UNDO_STAYS));
    assert_eq!(state.toasts, []);
    let effects = acts(&mut state, Action::Undo);
    assert!(matches!(&effects[..], [Effect::Engine(Command::TakeBack(back))] if *back == [id(1)]), "{effects:?}");
    assert_eq!(state.gallery.groups.len(), 1);
}

#[test]
fn what_may_cost_money_cannot_be_removed() {
    for job_state in [
        JobState::Queued,
        JobState::Submitting,
        JobState::Unconfirmed,
        JobState::Waiting,
        JobState::Generating,
        JobState::Downloading,
    ] {
        let mut state = with_job(1, job_state);
        acts(&mut state, Action::RemoveCard(id(1)));
        assert_eq!(state.gallery.groups.len(), 1, "{job_state}");
    }
}

#[test]
fn the_draft_is_kept_long_before_a_second_is_over() {
    let mut state = window();
    acts(&mut state, Action::EditPrompt("a".to_owned()));
    assert!(tick(&mut state, NOW.after(Duration::from_millis(200))).is_empty());
    acts(&mut state, Action::EditPrompt("ab".to_owned()));
    let wake = next_wake(&state).expect("the draft waits");
    assert!(wake <= Duration::from_millis(150), "{wake:?}");
    let effects = tick(&mut state, NOW.after(Duration::from_millis(350)));
    let [Effect::KeepDraft(draft)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(draft.prompt, "ab");
    assert_eq!(next_wake(&state), None);
}

#[test]
fn leaving_keeps_the_draft() {
    let mut state = with_job(1, JobState::Failed);
    acts(&mut state, Action::EditPrompt("a".to_owned()));
    let Effects { services, window } = put_all(&mut state, Input::Act(Action::Quit));
    assert!(matches!(services[..], [Effect::KeepDraft(_)]), "{services:?}");
    assert_eq!(window, [WindowEffect::Quit]);
}

#[test]
fn a_window_without_jobs_sleeps() {
    assert_eq!(next_wake(&window()), None);
    assert_eq!(next_wake(&with_job(1, JobState::Ready)), None);
    assert_eq!(next_wake(&with_job(1, JobState::Unconfirmed)), None);
    assert_eq!(next_wake(&with_job(1, JobState::Generating)), Some(Duration::from_secs(1)));
}

/// A held order may lie there for days; it shows no time, so no frame is painted for it.
#[test]
fn a_queued_job_lets_the_window_sleep_whatever_holds_it() {
    for hold in [None, Some(Hold::Paused), Some(Hold::NoKey), Some(Hold::NoCredits), Some(Hold::KeyRefused)] {
        let mut state = with_job(1, JobState::Queued);
        let mut live = Live::default();
        live.jobs.insert(id(1), LiveJob { hold: hold.clone(), place: Some(1), ..LiveJob::default() });
        put(&mut state, Input::Numbers(live));
        assert_eq!(next_wake(&state), None, "{hold:?}");
    }
    let locked_out =
        Job { message: Some(Ending::key_refused_while_watching(GatewayId::Apiin)), ..job(1, JobState::Waiting) };
    let mut state = window();
    changed(&mut state, locked_out);
    assert_eq!(next_wake(&state), None);
    // What counts on the screen is painted, and no more often than it changes.
    let (second, minute) = (Duration::from_secs(1), Duration::from_secs(60));
    assert_eq!(next_wake(&with_job(1, JobState::Submitting)), Some(second));
    assert_eq!(next_wake(&with_job(1, JobState::Downloading)), Some(minute));
    for (health, expected) in [
        (GatewayHealth { throttled_until: Some(NOW.after(second)), ..GatewayHealth::default() }, Some(second)),
        (GatewayHealth { throttled_until: Some(NOW), ..GatewayHealth::default() }, None),
        (GatewayHealth { trouble: Some((NOW, "it is away".to_owned())), ..GatewayHealth::default() }, Some(second)),
    ] {
        let mut state = with_job(1, JobState::Queued);
        put(&mut state, Input::Engine(Event::GatewayChanged(GatewayId::Apiin, health.clone())));
        assert_eq!(next_wake(&state), expected, "{health:?}");
    }
}

#[test]
fn a_failed_job_stays_selected_whatever_the_form_does() {
    let mut state = with_job(1, JobState::Generating);
    acts(&mut state, Action::SetGateway(GatewayId::Practice));
    changed(&mut state, job(1, JobState::Failed));
    changed(&mut state, job(2, JobState::Queued));
    assert_eq!(state.selection.card, Some(id(1)));
    assert_eq!(state.selected_job().map(|job| job.state), Some(JobState::Failed));
}

#[test]
fn keys_are_looked_for_again_when_one_was_kept() {
    let mut state = window();
    let effects = put(&mut state, Input::KeyStored(GatewayId::Apiin, Ok(())));
    assert!(matches!(effects[..], [Effect::Connect(GatewayId::Apiin, _)]));
    let reason = "This desktop has no password store running".to_owned();
    put(&mut state, Input::KeyStored(GatewayId::Apiin, Err(reason.clone())));
    assert_eq!(state.gateway(GatewayId::Apiin).key_trouble.as_deref(), Some(reason.as_str()));
}

#[test]
fn the_first_key_chooses_its_gateway_and_later_ones_do_not() {
    let mut state = AppState::new(NOW);
    state.settings.caps.confirm_above.is_on = false;
    let found = || KeyFound::Present { place: KeyPlace::Keyring, last_four: Some("7f3a".to_owned()) };
    for gateway in GatewayId::PAID {
        put(&mut state, Input::KeyFound(gateway, KeyFound::None));
    }
    put(&mut state, Input::KeyFound(GatewayId::Aigateway, found()));
    assert_eq!(state.draft.gateway, GatewayId::Aigateway);
    put(&mut state, Input::KeyFound(GatewayId::Apiin, found()));
    assert_eq!(state.draft.gateway, GatewayId::Aigateway);
}

#[test]
fn a_key_that_is_there_at_the_first_start_chooses_its_gateway() {
    let found = || KeyFound::Present { place: KeyPlace::Environment, last_four: None };
    let start = |is_welcomed, order: [(GatewayId, KeyFound); 2]| {
        let mut state = AppState::new(NOW);
        state.settings.caps.confirm_above.is_on = false;
        state.settings.is_welcomed = is_welcomed;
        put(&mut state, Input::KeyFound(GatewayId::Pixverse, KeyFound::None));
        for (gateway, key) in order {
            put(&mut state, Input::KeyFound(gateway, key));
        }
        state.draft.gateway
    };
    let (apiin, aigateway) = (GatewayId::Apiin, GatewayId::Aigateway);
    assert_eq!(start(false, [(apiin, KeyFound::None), (aigateway, found())]), aigateway);
    assert_eq!(start(false, [(aigateway, found()), (apiin, KeyFound::None)]), aigateway);
    // With both keys the order in which they were read does not matter.
    assert_eq!(start(false, [(apiin, found()), (aigateway, found())]), apiin);
    assert_eq!(start(false, [(aigateway, found()), (apiin, found())]), apiin);
    assert_eq!(start(false, [(apiin, KeyFound::None), (aigateway, KeyFound::None)]), GatewayId::Practice);
    // Later starts keep what was chosen.
    assert_eq!(start(true, [(apiin, found()), (aigateway, found())]), GatewayId::Practice);
}

#[test]
fn a_key_test_is_told_with_its_time() {
    let mut state = window();
    let effects = acts(&mut state, Action::TestKey(GatewayId::Aigateway));
    assert!(matches!(effects[..], [Effect::CheckKey(GatewayId::Aigateway, _)]));
    assert_eq!(state.gateway(GatewayId::Aigateway).test, KeyTest::Checking);
    let check = KeyCheck::Works { balance: Some(Amount::Money(Money(12_400_000))) };
    put(&mut state, Input::Engine(Event::KeyChecked(GatewayId::Aigateway, check.clone())));
    assert_eq!(state.gateway(GatewayId::Aigateway).test, KeyTest::Answered { check, at: NOW });
}

#[test]
fn a_typed_address_reconnects_and_the_own_one_is_not_stored() {
    let mut state = window();
    let own = GatewayId::Apiin.default_base_url().expect("paid").to_owned();
    for (text, stored) in [("http://127.0.0.1:9/v1", 1), (own.as_str(), 0), ("http://127.0.0.1:9/v1", 1), ("", 0)] {
        let effects = acts(&mut state, Action::SetBaseUrl(GatewayId::Apiin, text.to_owned()));
        assert!(matches!(effects[..], [Effect::SaveSettings(_), Effect::Connect(GatewayId::Apiin, _)]));
        assert_eq!(usize::from(state.settings.apiin.base_url.is_some()), stored, "{text}");
    }
}

#[test]
fn a_picture_passes_through_its_states() {
    let mut state = window();
    assert!(matches!(acts(&mut state, Action::ChoosePicture(Slot::Start))[..], [Effect::PickPicture(Slot::Start)]));
    let effects = put(&mut state, Input::PicturePicked(Slot::Start, Some("/tmp/boat.jpg".into())));
    assert!(matches!(effects[..], [Effect::ImportPicture(Slot::Start, _)]));
    assert_eq!(state.picture, PictureState::Importing);
    let picture = samples::stored_photo("boat.jpg");
    put(&mut state, Input::PictureImported(Slot::Start, Ok((picture.clone(), vec!["place data removed".to_owned()]))));
    assert_eq!(state.draft.picture, Some(InputPicture::Stored(picture)));
    acts(&mut state, Action::RemovePicture(Slot::Start));
    assert_eq!((state.draft.picture.as_ref(), &state.picture), (None, &PictureState::Quiet));
    put(&mut state, Input::NoPicker(Slot::Start, "No file dialog answers here.".to_owned()));
    assert!(state.has_no_picker);
}

#[test]
fn a_missing_file_is_remembered_until_it_is_fetched() {
    let mut state = with_job(1, JobState::Ready);
    let reason = "not there".to_owned();
    put(&mut state, Input::OpenFailed { job: id(1), is_missing: true, reason });
    assert!(state.missing_files.contains(&id(1)));
    let effects = acts(&mut state, Action::DownloadAgain(id(1)));
    assert!(matches!(effects[..], [Effect::Engine(Command::DownloadAgain(_))]));
    assert!(state.missing_files.is_empty());
}

#[test]
fn at_most_three_toasts_and_none_for_ever() {
    let mut state = window();
    for number in 0..5 {
        toast(&mut state, format!("{number}"), "", None);
    }
    assert_eq!(state.toasts.iter().map(|toast| toast.title.as_str()).collect::<Vec<_>>(), ["2", "3", "4"]);
    tick(&mut state, NOW.after(TOAST_STAYS));
    assert!(state.toasts.is_empty());
}

#[test]
fn an_opened_library_connects_all_gateways_and_looks_for_files() {
    let mut state = AppState::new(NOW);
    state.settings.caps.confirm_above.is_on = false;
    let Effects { services: effects, window } = put_all(
        &mut state,
        Input::Opened {
            jobs: vec![job(1, JobState::Failed)].into(),
            history: crate::domain::progress::History::default(),
            draft: Some(Box::new(Draft { prompt: "kept".to_owned(), ..Draft::default() })),
            settings: Box::new(Settings { interface_scale: 115, ..Settings::default() }),
            warnings: vec!["settings.toml: theme is not known".to_owned()],
            clip_folder: "/home/me/Videos/Rushes".into(),
        },
    );
    assert_eq!(state.draft.prompt, "kept");
    let connects = effects.iter().filter(|effect| matches!(effect, Effect::Connect(..))).count();
    assert_eq!(connects, GatewayId::PAID.len());
    assert!(window.contains(&WindowEffect::ApplyScale(115)));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::CheckFiles(_))));
}

#[test]
fn the_first_page_goes_with_the_first_order() {
    let mut state = AppState::new(NOW);
    state.settings.caps.confirm_above.is_on = false;
    for gateway in GatewayId::PAID {
        put(&mut state, Input::KeyFound(gateway, KeyFound::None));
    }
    put(&mut state, Input::PracticeStarted(Ok(())));
    assert!(state.is_welcome());
    acts(&mut state, Action::EditPrompt("a boat".to_owned()));
    order(&mut state, Action::Generate);
    assert!(!state.is_welcome());
}

#[test]
fn dialogs_open_and_close() {
    let mut state = window();
    acts(&mut state, Action::OpenSettings(SettingsPage::Look));
    assert_eq!(state.dialog, Some(Dialog::Settings(SettingsPage::Look)));
    acts(&mut state, Action::CloseDialog);
    assert_eq!(state.dialog, None);
}

#[test]
fn a_waiting_job_that_is_edited_leaves_the_queue_so_that_it_is_ordered_once() {
    let mut state = window();
    put(&mut state, Input::Engine(Event::JobChanged(Box::new(job(70, JobState::Queued)))));
    let id = job(70, JobState::Queued).id;
    let effects = put(&mut state, Input::Act(Action::EditQueued(id)));
    let taken_out = |effect: &&Effect| matches!(effect, Effect::Engine(Command::TakeOut(out)) if *out == id);
    assert_eq!(effects.iter().filter(taken_out).count(), 1);
    assert_eq!(state.draft.prompt, state.jobs[&id].request.prompt());
    assert_eq!(state.draft.gateway, state.jobs[&id].gateway);

    // An order that left the queue meanwhile is not touched.
    put(&mut state, Input::Engine(Event::JobChanged(Box::new(job(70, JobState::Waiting)))));
    assert!(put(&mut state, Input::Act(Action::EditQueued(id))).is_empty());
}

#[test]
fn an_edited_order_takes_the_place_of_the_old_one_once() {
    use crate::app::action::spend::{Consent, Door, Spend};
    let in_place = |effects: &[Effect]| {
        let orders = effects.iter().filter_map(|effect| match effect {
            Effect::Engine(Command::EnqueueInPlace { of, new_jobs, is_held }) => {
                Some((Some(*of), new_jobs.first()?.gateway, new_jobs.len(), *is_held))
            }
            Effect::Engine(Command::Enqueue(jobs)) => Some((None, jobs.first()?.gateway, jobs.len(), false)),
            Effect::Engine(Command::EnqueueHeld(jobs)) => Some((None, jobs.first()?.gateway, jobs.len(), true)),
            _ => None,
        });
        orders.collect::<Vec<_>>()
    };
    let edited = || {
        let mut state = with_job(70, JobState::Queued);
        let of = samples::id(70);
        acts(&mut state, Action::EditQueued(of));
        let told = state.toasts.last().expect("it is told");
        assert_eq!(told.text, "It is out of the queue. What you order now takes its place.");
        changed(&mut state, job(70, JobState::Removed));
        (state, of)
    };
    let (apiin, aigateway) = (GatewayId::Apiin, GatewayId::Aigateway);
    let (mut state, of) = edited();
    // The form is kept with it, so that it survives a restart.
    let kept = serde_json::to_string(&state.draft).expect("text");
    assert_eq!(serde_json::from_str::<Draft>(&kept).expect("the same"), state.draft);
    assert_eq!(state.draft.in_place_of, Some(of));
    acts(&mut state, Action::EditPrompt("a red dragon".to_owned()));
    acts(&mut state, Action::SetTakes(2));
    let effects = put(&mut state, Input::Act(Action::Generate));
    assert_eq!(in_place(&effects), [(Some(of), apiin, 2, false)]);
    let keeps = effects.iter().any(|effect| matches!(effect, Effect::KeepDraft(draft) if draft.in_place_of.is_none()));
    assert!(keeps, "{effects:?}");
    // The place is taken for good, whatever is undone.
    for act in [Action::Undo, Action::Undo, Action::Redo, Action::Redo] {
        acts(&mut state, act);
        assert_eq!(state.draft.in_place_of, None);
    }
    assert_eq!(in_place(&put(&mut state, Input::Act(Action::Generate))), [(None, apiin, 2, false)]);

    // The settings may go to another gateway, and the order may have to wait for another word.
    let (mut state, of) = edited();
    acts(&mut state, Action::SetGateway(aigateway));
    let limit = crate::domain::Amount::Money(crate::domain::Money(100_000));
    state.settings.caps.confirm_above = crate::domain::Cap { limit, is_on: true };
    assert_eq!(in_place(&put(&mut state, Input::Act(Action::Hands(crate::app::action::hands::Hands::QueueOnly)))), []);
    let word = Action::Spend(Spend::Order(Door::QueueOnly, Consent::CONFIRMED));
    assert_eq!(in_place(&put(&mut state, Input::Act(word))), [(Some(of), aigateway, 1, true)]);

    // Another recipe in the form is another order.
    let (mut state, _) = edited();
    changed(&mut state, job(71, JobState::Ready));
    acts(&mut state, Action::UseSettings(samples::id(71)));
    assert_eq!(state.draft.in_place_of, None);
    let (mut state, of) = edited();
    acts(&mut state, Action::Undo);
    assert_eq!(state.draft.in_place_of, None, "the form is as it was before");
    acts(&mut state, Action::Redo);
    assert_eq!(state.draft.in_place_of, Some(of));
    // An order that stood in front of those that wait for a cap stands there again.
    let mut waits = job(72, JobState::Queued);
    (waits.held, waits.queue_rank) = (Some(crate::domain::HeldFor::DayCap), 5);
    changed(&mut state, waits);
    let mut old = job(70, JobState::Removed);
    for (rank, is_free) in [(4, true), (6, false)] {
        old.queue_rank = rank;
        changed(&mut state, old.clone());
        state.settings.caps.confirm_above.is_on = false;
        let limit = crate::domain::Amount::Money(crate::domain::Money(5_000_000));
        state.settings.caps.day = crate::domain::Cap { limit, is_on: true };
        assert_eq!(crate::app::view::form::view(&state).hold.is_none(), is_free, "at rank {rank}");
    }
}
