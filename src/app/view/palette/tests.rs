use super::*;
use crate::app::action::form::{FormNews, FormWork};
use crate::app::action::hands::Hands;
use crate::app::action::{Effect, Input};
use crate::app::state::{KeyPlace, KeyState};
use crate::app::update::kit::put;
use crate::domain::samples::{self, id};
use crate::domain::{Draft, GatewayId, UnixMillis};
use crate::engine::event::Event;

const NOW: UnixMillis = UnixMillis(1_000_000);

fn entry(group: Group, text: &str) -> Entry {
    Entry {
        group,
        mark: Mark::Prompt,
        text: text.to_owned(),
        hint: String::new(),
        unseen: String::new(),
        keys: String::new(),
        off_because: None,
        run: Run::Command(UiCommand::Quit),
    }
}

/// The text of an entry with what matches in brackets.
fn shown(found: &Found) -> String {
    let mut text = found.entry.text.clone();
    for part in found.matched.iter().rev() {
        text.insert(part.end, ']');
        text.insert(part.start, '[');
    }
    text
}

#[test]
fn words_are_found_wherever_they_stand() {
    let table: [(&str, &str, Option<&str>); 16] = [
        ("co", "Compare takes", Some("[Co]mpare takes")),
        ("CO", "compare takes", Some("[co]mpare takes")),
        ("ta co", "Compare takes", Some("[Co]mpare [ta]kes")),
        ("com compare", "Compare takes", Some("[Compare] takes")),
        ("con", "Unconfirmed clips", Some("Un[con]firmed clips")),
        // The beginning of a word comes before its middle.
        ("in", "Fine print in ink", Some("Fine print [in] ink")),
        // Letter by letter: what goes on, or begins a word.
        ("ql", "Quick look", Some("[Q]uick [l]ook")),
        ("quilo", "Quick look", Some("[Qui]ck [lo]ok")),
        ("qk", "Quick look", None),
        ("x", "Quick look", None),
        ("größe", "Die GRÖSSE", None),
        ("grö", "Die GRÖSSE", Some("Die [GRÖ]SSE")),
        ("", "Quick look", Some("Quick look")),
        ("   ", "Quick look", Some("Quick look")),
        ("夜", "雨の夜の紙の船", Some("雨の[夜]の紙の船")),
        ("quick xyz", "Quick look", None),
    ];
    for (search, text, wanted) in table {
        let found = find(vec![entry(Group::View, text)], search);
        assert_eq!(found.first().map(shown).as_deref(), wanted, "{search:?} in {text:?}");
    }
}

#[test]
fn prompts_are_not_found_letter_by_letter() {
    assert!(find(vec![entry(Group::Prompts, "quick little lamb")], "qll").is_empty());
    assert_eq!(find(vec![entry(Group::Form, "quick little lamb")], "qll").len(), 1);
}

#[test]
fn the_group_of_the_best_match_comes_first_and_what_is_off_last() {
    let off = Entry { off_because: Some("no".to_owned()), ..entry(Group::Card, "Settings of the clip") };
    let entries = vec![
        off,
        entry(Group::Card, "Use the settings"),
        entry(Group::Card, "Use everything"),
        entry(Group::GoTo, "Settings"),
        entry(Group::GoTo, "Settings: look"),
    ];
    let texts: Vec<String> = find(entries.clone(), "settings").into_iter().map(|found| found.entry.text).collect();
    assert_eq!(texts, ["Settings", "Settings: look", "Use the settings", "Settings of the clip"]);
    let texts: Vec<String> = find(entries, "").into_iter().map(|found| found.entry.text).collect();
    assert_eq!(texts, ["Use the settings", "Use everything", "Settings", "Settings: look"]);
}

#[test]
fn without_a_search_what_goes_on_from_the_card_comes_first_and_the_rest_of_it_last() {
    let state = with_history();
    let found = find(entries(&state, Some(id(1)), &prompts(&state, "").expect("read")), "");
    let groups: Vec<Group> = found.chunk_by(|a, b| a.entry.group == b.entry.group).map(|c| c[0].entry.group).collect();
    assert_eq!((groups.first(), groups.get(1)), (Some(&Group::Card), Some(&Group::Prompts)));
    assert_eq!(groups.last(), Some(&Group::CardMore));
    let of = |group: Group| found.iter().filter(move |each| each.entry.group == group);
    assert_eq!(of(Group::Card).count(), CARD_AT_FIRST);
    let is_rating = |each: &&Found| matches!(each.entry.mark, Mark::Command(UiCommand::Rate1 | UiCommand::Unrate));
    assert_eq!((of(Group::Card).filter(is_rating).count(), of(Group::CardMore).filter(is_rating).count()), (0, 2));
    let searched = find(entries(&state, Some(id(1)), &[]), "star");
    assert!(searched.iter().all(|each| each.entry.group != Group::CardMore), "a search has one group for the card");
}

#[test]
fn only_so_many_prompts_are_offered() {
    let entries: Vec<Entry> = (0..20).map(|number| entry(Group::Prompts, &format!("boat {number}"))).collect();
    assert_eq!(find(entries.clone(), "").len(), PROMPTS_AT_FIRST);
    assert_eq!(find(entries, "boat").len(), PROMPTS);
}

/// A window with a ready clip and a job at work, the clip selected.
fn window() -> AppState {
    let mut state = AppState::new(NOW);
    state.draft.prompt = "a lighthouse".to_owned();
    state.draft.gateway = GatewayId::Apiin;
    for gateway in state.gateways.values_mut() {
        gateway.key = KeyState::Present { place: KeyPlace::Session, last_four: None };
    }
    for (number, prompt) in [(1, "a comet"), (2, "a boat"), (3, "a comet")] {
        let job = samples::job(number).at(NOW).prompt(prompt).gateway(GatewayId::Apiin);
        let job = if number == 1 { job.ready() } else { job.state(JobState::Generating) };
        put(&mut state, Input::Engine(Event::JobChanged(Box::new(job))));
    }
    state
}

fn offered(state: &AppState, card: u128) -> Vec<Entry> {
    entries(state, Some(id(card)), &prompts(state, "").unwrap_or_default())
}

/// The window with a history: two orders, a pinned one, and a form that was replaced before it was sent.
fn with_history() -> AppState {
    let mut state = window();
    put(&mut state, Input::Act(Action::Hands(Hands::OpenPalette)));
    let entry = |prompt: &str, negative: &str, at, uses, is_pinned| PromptEntry {
        draft: Draft { prompt: prompt.to_owned(), negative_prompt: negative.to_owned(), ..Draft::default() },
        used_at: UnixMillis(at),
        uses,
        is_pinned,
    };
    let read = vec![
        entry("an old pinned kite", "", 1, 2, true),
        entry("a boat", "blur", 10, 1, false),
        entry("a boat", "text", 20, 3, false),
        entry("a fox,\nnever sent", "", 30, 0, false),
        entry("a comet", "", 40, 1, false),
    ];
    put(&mut state, Input::Form(FormNews::PromptsRead(Ok(read))));
    state
}

#[test]
fn prompts_are_those_of_the_history_pinned_ones_first() {
    assert_eq!(prompts(&window(), ""), None, "the jobs of the gallery are no history");
    let state = with_history();
    let offered = |search: &str| {
        let found = find(entries(&state, None, &prompts(&state, search).expect("read")), search);
        let found = found.into_iter().filter(|found| found.entry.group == Group::Prompts);
        found.map(|found| (found.entry.text, found.entry.mark, found.entry.hint)).collect::<Vec<_>>()
    };
    let texts = |search: &str| offered(search).into_iter().map(|(text, ..)| text).collect::<Vec<_>>();
    assert_eq!(texts(""), ["an old pinned kite", "a comet", "a fox, never sent"]);
    // A better match is no reason to leave the order of the history.
    assert_eq!(texts("a"), ["an old pinned kite", "a comet", "a fox, never sent", "a boat"]);
    assert_eq!(texts("BLUR boat"), ["a boat"], "the negative prompt is searched too, and each prompt is told once");
    assert!(texts("dragon").is_empty());
    let (_, mark, hint) = offered("kite").remove(0);
    assert!(mark == Mark::PinnedPrompt && hint.starts_with("Ordered 2 times, "), "{hint}");
    let (_, mark, hint) = offered("fox").remove(0);
    assert!(mark == Mark::Prompt && hint.starts_with("Not sent, "), "{hint}");
    let (.., hint) = offered("boat").remove(0);
    assert!(hint.starts_with("Ordered 3 times, "), "of two with the same prompt the newer one: {hint}");
}

#[test]
fn opening_reads_the_history_and_choosing_keeps_what_was_not_sent() {
    let mut state = window();
    let open = |state: &mut AppState| put(state, Input::Act(Action::Hands(Hands::OpenPalette)));
    assert!(open(&mut state).iter().any(|effect| matches!(effect, Effect::Form(FormWork::ReadPrompts))));
    let mut state = with_history();
    assert!(open(&mut state).is_empty(), "it is read once");
    put(&mut state, Input::Act(Action::EditPrompt("typed and not sent".to_owned())));
    let fox = entries(&state, None, &prompts(&state, "fox").expect("read"));
    let fox = fox.into_iter().find(|entry| entry.group == Group::Prompts).expect("found");
    let Run::Act(action) = fox.run else { panic!("a prompt is no command") };
    put(&mut state, Input::Act(*action));
    assert_eq!(state.draft.prompt, "a fox,\nnever sent");
    let kept = prompts(&state, "typed").expect("read");
    assert!(kept[0].text == "typed and not sent" && kept[0].hint.starts_with("Not sent, "), "{kept:?}");
    put(&mut state, Input::Act(Action::Undo));
    assert_eq!(state.draft.prompt, "typed and not sent");
}

#[test]
fn every_command_but_esc_and_the_palette_itself_is_offered_with_its_key() {
    let state = window();
    let entries = offered(&state, 1);
    for command in UiCommand::iter() {
        let of = |entry: &&Entry| matches!(entry.run, Run::Command(its) if its == command);
        let count = entries.iter().filter(of).count();
        let is_left_out = matches!(command, UiCommand::Close | UiCommand::Commands);
        assert_eq!(count, usize::from(!is_left_out), "{command:?}");
        for entry in entries.iter().filter(of) {
            assert_eq!(entry.keys, state.keys.text(command), "{command:?}");
            assert!(entry.name().starts_with(&entry.text), "{command:?}");
        }
    }
}

#[test]
fn what_costs_money_has_its_price() {
    let entries = offered(&window(), 1);
    let is_paid = |entry: &Entry| match &entry.run {
        Run::Command(command) => {
            matches!(command, UiCommand::Generate | UiCommand::GenerateNext | UiCommand::QueueOnly)
        }
        Run::Act(action) => matches!(**action, Action::Retry(_) | Action::FourMore(_)),
    };
    let paid: Vec<&Entry> = entries.iter().filter(|entry| is_paid(entry)).collect();
    assert_eq!(paid.len(), 5);
    for entry in paid {
        assert!(entry.hint.contains(" cr"), "{}: {}", entry.text, entry.hint);
    }
}

#[test]
fn what_cannot_be_done_says_why() {
    let state = window();
    let reason = |card: u128, command: UiCommand| {
        let entries = offered(&state, card);
        let of = |entry: &&Entry| matches!(entry.run, Run::Command(its) if its == command);
        entries.iter().find(of).expect("offered").off_because.clone()
    };
    let table = [
        (1, UiCommand::QuickLook, None),
        (1, UiCommand::CopyFile, None),
        (1, UiCommand::Compare, Some("needs two clips")),
        (2, UiCommand::QuickLook, Some("there is no clip yet")),
        (2, UiCommand::CopyFile, Some("there is no clip yet")),
        (2, UiCommand::UsePrompt, None),
        (2, UiCommand::QueueEarlier, Some("choose an order that waits")),
        (9, UiCommand::QuickLook, Some("choose a card first")),
        (9, UiCommand::UsePrompt, Some("choose a card first")),
        (1, UiCommand::FrameOn, Some("in quick look and compare only")),
        (1, UiCommand::PlanShot, Some("on the storyboard only")),
        (1, UiCommand::Undo, Some("nothing to undo")),
        (1, UiCommand::Generate, None),
        (1, UiCommand::Settings, None),
    ];
    for (card, command, wanted) in table {
        assert_eq!(reason(card, command).as_deref(), wanted, "{command:?} on {card}");
    }
    let mut empty = window();
    empty.draft.prompt.clear();
    let entries = offered(&empty, 1);
    let generate = entries.iter().find(|entry| entry.text == "Generate").expect("offered");
    assert_eq!(generate.off_because.as_deref(), Some("Describe the shot first"));
}
