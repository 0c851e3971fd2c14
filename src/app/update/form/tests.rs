use std::time::Duration;

use super::*;
use crate::app::action::{Action, Input};
use crate::app::state::{KeyPlace, KeyState};
use crate::app::update::kit::{BITS, put, put_all};
use crate::app::update::{Now, apply};
use crate::domain::price;
use crate::domain::price_book::{Answers, LearnedPrice, PriceBook, PricedShape};
use crate::domain::request::MAX_TAKES;
use crate::domain::samples::id;
use crate::domain::{
    Amount, AspectRatio, ClipDuration, Credits, InputPicture, ModelId, Money, Resolution, UnixMillis, samples,
};
use crate::engine::command::Command;
use crate::engine::event::Event;

fn window() -> AppState {
    let mut state = AppState::new(UnixMillis(1_000_000));
    for gateway in state.gateways.values_mut() {
        gateway.key = KeyState::Present { place: KeyPlace::Session, last_four: None };
    }
    state
}

fn entry(prompt: &str, at: i64) -> PromptEntry {
    let draft = Draft { prompt: prompt.to_owned(), aspect_ratio: AspectRatio::R1x1, ..Draft::default() };
    PromptEntry { draft, used_at: UnixMillis(at), uses: 1, is_pinned: false }
}

/// A window whose history was read.
fn with_history(prompts: &[&str]) -> AppState {
    let mut state = window();
    let effects = form(&mut state, Form::OpenHistory);
    assert!(matches!(&effects[..], [Effect::Form(FormWork::ReadPrompts)]), "{effects:?}");
    state.dialog = None;
    let entries = prompts.iter().zip(1..).map(|(prompt, at)| entry(prompt, at)).collect();
    put(&mut state, Input::Form(FormNews::PromptsRead(Ok(entries))));
    state
}

fn form(state: &mut AppState, word: Form) -> Vec<Effect> {
    put(state, Input::Act(Action::Form(word)))
}

fn act(state: &mut AppState, action: Action) -> Vec<Effect> {
    put(state, Input::Act(action))
}

fn changes(effects: &[Effect]) -> Vec<&PromptChange> {
    fn of(effect: &Effect) -> Option<&Vec<PromptChange>> {
        match effect {
            Effect::Form(FormWork::ChangePrompts(changes)) => Some(changes),
            _ => None,
        }
    }
    effects.iter().filter_map(of).flatten().collect()
}

#[test]
fn a_walk_goes_through_earlier_prompts_and_back_to_what_was_typed() {
    let mut state = with_history(&["first", "second", "third"]);
    act(&mut state, Action::EditPrompt("unsent".to_owned()));
    act(&mut state, Action::SetTakes(4));
    let effects = form(&mut state, Form::Walk(true));
    assert!(matches!(changes(&effects)[..], [PromptChange::Note { is_used: false, .. }]), "{effects:?}");
    let mut seen = vec![state.draft.prompt.clone()];
    for older in [true, true, true, false, false, false, false] {
        form(&mut state, Form::Walk(older));
        seen.push(state.draft.prompt.clone());
    }
    assert_eq!(seen, ["third", "second", "first", "first", "second", "third", "unsent", "unsent"]);
    assert_eq!(state.draft.takes, 4, "settings stay");
    form(&mut state, Form::Walk(true));
    form(&mut state, Form::Walk(true));
    act(&mut state, Action::Undo);
    assert_eq!(state.draft.prompt, "unsent", "a walk is one step");
}

#[test]
fn a_walk_waits_for_the_history_and_ends_with_an_edit() {
    let mut state = window();
    let effects = form(&mut state, Form::Walk(true));
    assert!(matches!(&effects[..], [Effect::Form(FormWork::ReadPrompts)]));
    assert!(form(&mut state, Form::OpenHistory).is_empty(), "it is read once");
    put(&mut state, Input::Form(FormNews::PromptsRead(Ok(vec![entry("first", 1), entry("second", 2)]))));
    assert_eq!(state.draft.prompt, "second");
    act(&mut state, Action::EditPrompt("second!".to_owned()));
    form(&mut state, Form::Walk(false));
    assert_eq!(state.draft.prompt, "second!", "a new walk begins at the bottom");
    form(&mut state, Form::Walk(true));
    assert_eq!(state.draft.prompt, "second");
}

#[test]
fn what_changes_while_the_history_is_read_is_in_it_once() {
    let mut state = window();
    form(&mut state, Form::OpenHistory);
    state.draft.prompt = "a boat".to_owned();
    let effects = act(&mut state, Action::Generate);
    assert_eq!(changes(&effects).len(), 1);
    // The library may have answered before or after it noted the order.
    for read in [vec![], vec![PromptEntry { used_at: state.now, ..entry("a boat", 0) }]] {
        let mut state = state.clone();
        put(&mut state, Input::Form(FormNews::PromptsRead(Ok(read))));
        let entries = state.form.history.entries().expect("read");
        let seen: Vec<_> = entries.newest_first().map(|(_, entry)| (entry.draft.prompt.as_str(), entry.uses)).collect();
        assert_eq!(seen, [("a boat", 1)]);
    }
}

#[test]
fn an_order_is_an_entry_and_takes_count_once() {
    let mut state = with_history(&[]);
    act(&mut state, Action::EditPrompt("a boat".to_owned()));
    act(&mut state, Action::SetTakes(4));
    act(&mut state, Action::Generate);
    act(&mut state, Action::Generate);
    let (_, entry) = state.form.history.entries().expect("read").newest_first().next().expect("one");
    assert_eq!((entry.uses, entry.draft.takes), (2, 4));
    assert!(!state.form.is_unsent);
}

#[test]
fn enter_takes_the_prompt_and_shift_enter_everything() {
    let key = key_of("second", "");
    for (part, ratio, title) in [
        (EntryPart::Prompt, AspectRatio::R16x9, "Prompt taken from the history"),
        (EntryPart::Everything, AspectRatio::R1x1, "Everything taken from the history"),
    ] {
        let mut state = with_history(&["first", "second"]);
        act(&mut state, Action::EditPrompt("unsent".to_owned()));
        form(&mut state, Form::OpenHistory);
        form(&mut state, Form::UseEntry(key, part));
        assert_eq!((state.draft.prompt.as_str(), state.draft.aspect_ratio), ("second", ratio));
        assert_eq!((state.dialog, state.toasts[0].title.as_str()), (None, title));
        let newest = state.form.history.entries().expect("read").newest_first().next().expect("some");
        assert_eq!(newest.1.draft.prompt, "unsent", "what was typed is an entry now");
        act(&mut state, Action::Undo);
        assert_eq!(state.draft.prompt, "unsent");
    }
    let mut state = with_history(&["second"]);
    form(&mut state, Form::UseEntry(key, EntryPart::Everything));
    assert_eq!(state.toasts[0].text, "prompt, ratio 16:9 → 1:1");
}

#[test]
fn an_entry_can_be_pinned_and_its_deletion_taken_back() {
    let mut state = with_history(&["first", "second"]);
    let key = key_of("first", "");
    let first = |state: &AppState| state.form.history.entries().expect("read").search("")[0].1.draft.prompt.clone();
    let effects = form(&mut state, Form::PinEntry(key, true));
    assert!(matches!(changes(&effects)[..], [PromptChange::Put(entry)] if entry.is_pinned));
    assert_eq!(first(&state), "first");
    let effects = form(&mut state, Form::DeleteEntry(key));
    assert_eq!(changes(&effects), [&PromptChange::Remove(key)]);
    assert_eq!(first(&state), "second");
    act(&mut state, Action::Undo);
    assert_eq!(first(&state), "first", "pinned as it was");
    act(&mut state, Action::Redo);
    assert_eq!(first(&state), "second");
}

#[test]
fn the_best_clip_of_a_prompt_is_its_picture() {
    let mut state = with_history(&["a boat"]);
    for (number, stars) in [(1, 2), (2, 5), (3, 4)] {
        let job = samples::job(number).prompt("a boat").stars(stars).ready();
        put(&mut state, Input::Engine(Event::JobChanged(Box::new(job))));
    }
    form(&mut state, Form::OpenHistory);
    assert_eq!(state.form.history.poster(key_of("a boat", "")), Some(samples::id(2)));
}

#[test]
fn a_preset_is_saved_used_deleted_and_taken_back() {
    let mut state = window();
    state.draft.aspect_ratio = AspectRatio::R9x16;
    state.draft.takes = 4;
    let fields = vec![PresetField::AspectRatio, PresetField::Takes];
    let effects = form(&mut state, Form::SavePreset(" Portrait ".to_owned(), fields.clone()));
    assert!(matches!(&effects[..], [Effect::Form(FormWork::KeepShelf(shelf))] if shelf.presets.len() == 1));
    state.draft = Draft { prompt: "a boat".to_owned(), ..Draft::default() };
    form(&mut state, Form::ApplyPreset("Portrait".to_owned()));
    assert_eq!(
        (state.draft.aspect_ratio, state.draft.takes, state.draft.prompt.as_str()),
        (AspectRatio::R9x16, 4, "a boat")
    );
    let toast = state.toasts.last().expect("a toast");
    assert_eq!(
        (toast.title.as_str(), toast.text.as_str()),
        ("Preset “Portrait” used", "ratio 16:9 → 9:16, takes 1 → 4")
    );
    form(&mut state, Form::ApplyPreset("Portrait".to_owned()));
    assert_eq!(state.toasts.last().expect("a toast").title, "Preset “Portrait” is in the form already");
    act(&mut state, Action::Undo);
    assert_eq!(state.draft.takes, 1);
    form(&mut state, Form::DeletePreset("Portrait".to_owned()));
    assert!(state.form.shelf.presets.is_empty());
    act(&mut state, Action::Undo);
    assert_eq!(state.form.shelf.presets.len(), 1);
    form(&mut state, Form::SavePreset("  ".to_owned(), fields));
    assert_eq!(state.form.shelf.presets.len(), 1, "a preset has a name");
}

#[test]
fn an_import_asks_what_becomes_of_the_presets_that_are_there() {
    let mut state = window();
    let wide = Preset { name: "Wide".to_owned(), takes: Some(2), ..Preset::default() };
    let file = preset::PresetFile { presets: vec![wide.clone()], left_out: 1 };
    let read = |file: &preset::PresetFile| Input::Form(FormNews::PresetsRead("p.json".to_owned(), Ok(file.clone())));
    put(&mut state, read(&file));
    assert_eq!(
        (state.form.shelf.presets.clone(), state.dialog),
        (vec![wide.clone()], None),
        "nothing is there to ask about"
    );
    assert!(state.toasts[0].text.contains("1 was left out"), "{}", state.toasts[0].text);
    let other = Preset { name: "Other".to_owned(), takes: Some(3), ..Preset::default() };
    put(&mut state, read(&preset::PresetFile { presets: vec![other.clone()], left_out: 0 }));
    assert_eq!(state.dialog, Some(Dialog::ImportPresets));
    form(&mut state, Form::UseImport(ImportHow::Replace));
    assert_eq!((state.form.shelf.presets.clone(), state.dialog), (vec![other.clone()], None));
    act(&mut state, Action::Undo);
    assert_eq!(state.form.shelf.presets, std::slice::from_ref(&wide));
    put(&mut state, Input::Form(FormNews::PresetsRead("p.json".to_owned(), Err("This is no JSON file.".to_owned()))));
    assert_eq!(state.form.shelf.presets, [wide], "a bad file loses nothing");
    assert_eq!(state.toasts.last().expect("a toast").text, "This is no JSON file.");
}

#[test]
fn a_clip_goes_to_the_other_gateway_with_nothing_else_changed() {
    let mut state = window();
    let job = samples::job(7).prompt("a boat").asking(|draft| draft.audio = true);
    let job = job.seed(81).gateway(GatewayId::Apiin).parent(3, 7).ready();
    put(&mut state, Input::Engine(Event::JobChanged(Box::new(job))));
    act(&mut state, Action::EditPrompt("mine".to_owned()));
    let effects = put_all(&mut state, Input::Act(Action::Form(Form::SendTo(samples::id(7), GatewayId::Aigateway))));
    assert!(!effects.services.iter().any(|effect| matches!(effect, Effect::Engine(_))), "nothing is ordered");
    let request = state.draft.to_request().expect("valid");
    let sent = &state.jobs.get(&samples::id(7)).expect("there").request;
    assert_eq!(request.with_seed(sent.seed().expect("typed"), sent.is_seed_drawn()), *sent);
    assert_eq!((state.draft.gateway, state.draft.takes), (GatewayId::Aigateway, 1));
    let toast = state.toasts.last().expect("a toast");
    assert_eq!(toast.title, "Take 1 is in the form, for aigateway");
    assert!(toast.text.starts_with("Every setting as it was at apiin. $0.40 there."), "{}", toast.text);
    assert!(toast.text.contains("audio"), "what is not documented there is said: {}", toast.text);
    act(&mut state, Action::Undo);
    assert_eq!(state.draft.prompt, "mine");
}

fn pick<T>(random: &mut crate::domain::random::Random, all: Vec<T>) -> T {
    let place = usize::try_from(random.draw()).unwrap_or(0) % all.len();
    all.into_iter().nth(place).expect("within")
}

#[test]
fn ten_thousand_random_forms_reach_the_other_gateway_unchanged() {
    use crate::domain::random::Random;
    use crate::domain::setting::SeedMode;
    use crate::domain::{Seed, Thinking};
    let mut random = Random(0x5eed);
    let mut count = 0;
    while count < 10_000 {
        let picture = |random: &mut Random| match random.draw() % 3 {
            0 => None,
            1 => Some(InputPicture::WebAddress("https://example.com/boat.jpg".to_owned())),
            _ => Some(InputPicture::Stored(samples::stored_picture())),
        };
        let draft = Draft {
            prompt: format!("shot {}", random.draw()),
            negative_prompt: pick(&mut random, vec![String::new(), "text".to_owned()]),
            picture: picture(&mut random),
            end_picture: picture(&mut random),
            resolution: pick(&mut random, Resolution::iter().collect()),
            duration: pick(&mut random, ClipDuration::iter().collect()),
            aspect_ratio: pick(&mut random, AspectRatio::iter().collect()),
            audio: random.draw().is_multiple_of(2),
            thinking: pick(&mut random, vec![Thinking::Auto, Thinking::Enabled, Thinking::Disabled]),
            seed_mode: pick(&mut random, SeedMode::iter().collect()),
            seed_text: "81".to_owned(),
            gateway: pick(&mut random, GatewayId::iter().collect()),
            ..Draft::default()
        };
        let Ok(request) = draft.to_request() else { continue };
        count += 1;
        let drawn = Seed::from_random(random.draw_u32());
        let sent = if request.seed().is_some() { request } else { request.with_seed(drawn, true) };
        for gateway in GatewayId::iter() {
            let copied = for_gateway(&sent, None, gateway);
            assert_eq!(copied.gateway, gateway);
            let again = copied.to_request().expect("it was valid before");
            let again = again.with_seed(again.seed().expect("the seed comes along"), sent.is_seed_drawn());
            assert_eq!(again, sent, "nothing besides the gateway differs");
        }
    }
}

#[test]
fn shot_words_of_the_user_and_warnings_arrive_at_the_start() {
    let mut state = window();
    let own = crate::domain::shot_words::read(
        r#"{"rushes_shot_words":1,"groups":[{"name":"Grain","words":["16 mm grain"]}]}"#,
    );
    let news = FormNews::Found {
        shelf: Box::default(),
        shot_words: own.ok(),
        warnings: vec!["Your shot_words.json is not used.".to_owned()],
    };
    put(&mut state, Input::Form(news));
    assert!(state.form.shot_words.words().any(|word| word == "16 mm grain"));
    assert_eq!(state.warnings, ["Your shot_words.json is not used."]);
    let effects = form(&mut state, Form::ShowShotWords(true));
    assert!(matches!(&effects[..], [Effect::Form(FormWork::KeepShelf(shelf))] if shelf.shows_shot_words));
    let time = state.now.after(Duration::from_secs(1));
    apply(&mut state, Now { time, random: BITS }, Input::Tick);
}

/// Prices that the user corrected: some of every gateway, and one of practice that does not count.
fn corrected() -> PriceBook {
    let mut book = PriceBook::default();
    let shapes = Resolution::iter().flat_map(|r| ClipDuration::iter().map(move |d| (r, d)));
    for (place, (resolution, duration)) in shapes.enumerate() {
        for (of, gateway) in GatewayId::iter().enumerate() {
            let number = i64::try_from(1_000 + 10 * place + of).expect("small");
            let amount = match gateway {
                GatewayId::Aigateway => Amount::Money(Money(number * 1_000)),
                _ => Amount::Credits(Credits(number)),
            };
            let (model, audio) = (ModelId::default(), (place + of).is_multiple_of(2));
            let learned = Some(LearnedPrice { amount, charged_at: UnixMillis(1), job: id(1) });
            let shape = PricedShape { gateway, model, resolution, duration, audio };
            book.set(shape, Answers { learned, kept: Vec::new() });
        }
    }
    book
}

/// Every form that has a price, by the table and with corrections: the price of the whole order as it stands on the button
/// is the sum of the prices that are stored with its jobs, and both are the corrected one exactly where there is one.
#[test]
fn the_price_that_was_shown_is_the_price_that_is_stored() {
    assert_eq!(shown_is_stored(&PriceBook::default()), (0, 0));
    let (with, without) = shown_is_stored(&corrected());
    assert!(with >= 3 * 11 && without >= 3 * 11, "{with} corrected ones and {without} others");
}

/// Orders every form. Returns how many orders had a corrected price, and how many the table's beside one.
fn shown_is_stored(prices: &PriceBook) -> (usize, usize) {
    let mut ordered = 0;
    let (mut with, mut without) = (0, 0);
    for gateway in GatewayId::iter() {
        for (resolution, duration) in Resolution::iter().flat_map(|r| ClipDuration::iter().map(move |d| (r, d))) {
            for (audio, has_picture, takes) in
                [(false, false, 1), (true, false, 4), (false, true, 2), (true, true, MAX_TAKES)]
            {
                let mut state = AppState::new(UnixMillis(1_000_000));
                for gateway in state.gateways.values_mut() {
                    gateway.key = KeyState::Present { place: KeyPlace::Session, last_four: None };
                }
                state.draft.prompt = "a boat".to_owned();
                // A price that asks once more is another matter.
                state.settings.caps.confirm_above.is_on = false;
                state.settings.prices = prices.clone();
                state.draft.picture =
                    has_picture.then(|| InputPicture::WebAddress("https://example.com/boat.jpg".to_owned()));
                for edit in [
                    Action::SetResolution(resolution),
                    Action::SetDuration(duration),
                    Action::SetAudio(audio),
                    Action::SetGateway(gateway),
                    Action::SetTakes(takes),
                ] {
                    put(&mut state, Input::Act(edit));
                }
                let shown = crate::app::view::form::view(&state);
                let effects = put(&mut state, Input::Act(Action::Generate));
                let jobs = effects.iter().find_map(|effect| match effect {
                    Effect::Engine(Command::Enqueue(jobs)) => Some(jobs),
                    _ => None,
                });
                let Some(jobs) = jobs else {
                    assert!(shown.off_because.is_some(), "{gateway} {resolution} {duration}");
                    continue;
                };
                assert_eq!((jobs.len(), shown.off_because), (usize::from(takes), None));
                assert!(jobs.iter().all(|job| job.estimate == jobs[0].estimate && job.gateway == gateway));
                assert_eq!(jobs[0].estimate.amount.times(u32::from(takes)).to_string(), shown.price);
                let table = price::estimate(&jobs[0].request, gateway).expect("offered");
                let answers = prices.answers(&PricedShape::new(&jobs[0].request, gateway));
                match answers.learned {
                    Some(learned) => {
                        assert_eq!((jobs[0].estimate.amount, &jobs[0].estimate.doubts[..]), (learned.amount, &[][..]));
                        with += 1;
                    }
                    None => {
                        assert_eq!(jobs[0].estimate, table);
                        without += usize::from(prices.iter().next().is_some());
                    }
                }
                ordered += 1;
            }
        }
    }
    // 12 combinations but the one that no gateway makes, at four gateways; a picture may need another way there.
    assert!(ordered >= 11 * 4 * 2, "{ordered}");
    (with, without)
}
