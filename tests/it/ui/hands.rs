//! The palette and the keys: found, run, changed, and never in the way of an input method.

use egui::accesskit::Role;
use egui::{Event, ImeEvent, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use rushes::app::action::command::UiCommand;
use rushes::app::action::form::{FormNews, FormWork};
use rushes::app::action::hands::{Hands, HandsWork};
use rushes::app::state::{Dialog, SettingsPage};
use rushes::app::{Action, Effect, Input};
use rushes::domain::prompt_history::{PromptEntry, of_jobs};
use rushes::domain::samples::id;
use rushes::domain::{Draft, Seed, UnixMillis};
use rushes::engine::command::{Command, NewJob};

use super::fixture::{BOAT, Scene, show, studio, with_jobs, world};
use super::orders;
use crate::support::window::{click, press};

fn chord(harness: &mut Harness<'_, Scene>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run();
}

fn write(harness: &mut Harness<'_, Scene>, text: &str) {
    harness.event(Event::Text(text.to_owned()));
    harness.run();
}

fn open(harness: &mut Harness<'_, Scene>) {
    chord(harness, Modifiers::COMMAND, Key::K);
    assert_eq!(harness.state().state.dialog, Some(Dialog::Palette));
}

/// The entries as they are read out, in their order on the screen, and the chosen one among them.
fn offered(harness: &Harness<'_, Scene>) -> (Vec<String>, Option<String>) {
    let mut rows: Vec<_> = harness
        .get_all_by(|node| node.role() == Role::MenuItem)
        .map(|node| (node.rect().top(), node.accesskit_node().label().unwrap_or_default(), node.accesskit_node()))
        .map(|(top, name, node)| (top, name, node.toggled() == Some(egui::accesskit::Toggled::True)))
        .collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    let chosen = rows.iter().find(|(.., is_chosen)| *is_chosen).map(|(_, name, _)| name.clone());
    (rows.into_iter().map(|(_, name, _)| name).collect(), chosen)
}

fn focused_name(harness: &Harness<'_, Scene>) -> String {
    let focused = harness.root().children_recursive().find(|node| node.accesskit_node().is_focused());
    focused.and_then(|node| node.accesskit_node().label()).unwrap_or_default()
}

#[test]
fn the_palette_orders_what_the_button_orders() {
    let mut scene = world();
    scene.state.draft.prompt = "a paper boat".to_owned();
    let mut by_button = show(scene);
    click(&mut by_button, "Generate · free");
    let mut scene = world();
    scene.state.draft.prompt = "a paper boat".to_owned();
    let mut by_palette = show(scene);
    open(&mut by_palette);
    write(&mut by_palette, "generate");
    assert!(
        offered(&by_palette).1.expect("chosen").starts_with("Generate, free, Ctrl ⏎"),
        "{:?}",
        offered(&by_palette)
    );
    press(&mut by_palette, Key::Enter);
    assert_eq!(by_palette.state().state.dialog, None);
    assert_eq!((orders(by_button.state()), orders(by_palette.state())), (1, 1));
    let told = |harness: &Harness<'_, Scene>| {
        let orders = harness.state().effects.iter().filter_map(|effect| match effect {
            Effect::Engine(Command::Enqueue(jobs)) => {
                // Each order draws a seed of its own.
                let request = |job: &NewJob| job.request.with_seed(Seed::from_random(1), true);
                Some(jobs.iter().map(|job| format!("{:?} {:?}", request(job), job.estimate)).collect::<Vec<_>>())
            }
            _ => None,
        });
        orders.flatten().collect::<Vec<_>>()
    };
    assert_eq!(told(&by_button), told(&by_palette));
}

#[test]
fn arrows_move_enter_runs_and_esc_leaves() {
    let mut harness = show(with_jobs());
    harness.get_by_label(&format!("{BOAT}, take 1, Ready")).focus();
    harness.run();
    open(&mut harness);
    assert!(focused_name(&harness).starts_with("Search commands"));
    let (rows, first) = offered(&harness);
    assert_eq!(first.as_ref(), rows.first());
    press(&mut harness, Key::ArrowDown);
    press(&mut harness, Key::ArrowDown);
    assert_eq!(offered(&harness).1.as_ref(), rows.get(2));
    press(&mut harness, Key::ArrowUp);
    assert_eq!(offered(&harness).1.as_ref(), rows.get(1));
    press(&mut harness, Key::ArrowUp);
    press(&mut harness, Key::ArrowUp);
    assert_eq!(offered(&harness).1.as_ref(), rows.last(), "it comes round");
    press(&mut harness, Key::Escape);
    assert_eq!(harness.state().state.dialog, None);
    assert_eq!(focused_name(&harness), format!("{BOAT}, take 1, Ready"), "the card has the keyboard again");
    // The same key opens and closes.
    open(&mut harness);
    chord(&mut harness, Modifiers::COMMAND, Key::K);
    assert_eq!(harness.state().state.dialog, None);
    open(&mut harness);
    write(&mut harness, "quick look");
    press(&mut harness, Key::Enter);
    assert!(harness.state().state.viewer.is_some(), "quick look opens on the card");
}

#[test]
fn the_mouse_opens_the_palette_and_chooses() {
    let mut harness = show(with_jobs());
    click(&mut harness, "Commands");
    write(&mut harness, "all shortcuts");
    harness.get_by_label_contains("All shortcuts, ?").click();
    harness.run();
    assert_eq!(harness.state().state.dialog, Some(Dialog::Shortcuts));
}

#[test]
fn an_earlier_prompt_comes_into_the_form() {
    let mut harness = show(studio());
    open(&mut harness);
    let asked = |effect: &Effect| matches!(effect, Effect::Form(FormWork::ReadPrompts));
    assert!(harness.state().effects.iter().any(asked), "opening asks for the history");
    // One prompt is of no card: it was typed and never sent.
    let unsent = Draft { prompt: "a dragon that was never sent".to_owned(), ..Draft::default() };
    let unsent = PromptEntry { draft: unsent, used_at: UnixMillis(1), uses: 0, is_pinned: false };
    let read = of_jobs(harness.state().state.jobs.values()).into_iter().chain([unsent]).collect();
    harness.state_mut().put(Input::Form(FormNews::PromptsRead(Ok(read))));
    harness.run();
    write(&mut harness, "dragon");
    assert!(offered(&harness).0.iter().any(|row| row.starts_with("a dragon that was never sent, Not sent")));
    let (_, chosen) = offered(&harness);
    let chosen = chosen.expect("a prompt is found");
    press(&mut harness, Key::Enter);
    let prompt = &harness.state().state.draft.prompt;
    assert!(prompt.to_lowercase().contains("dragon") && chosen.starts_with(prompt.as_str()), "{prompt}: {chosen}");
    assert_eq!(orders(harness.state()), 0);
}

#[test]
fn what_is_off_says_why_and_does_nothing() {
    let mut harness = show(world());
    open(&mut harness);
    write(&mut harness, "quick look");
    let row = harness.get_by_label_contains("Quick look, choose a card first");
    assert!(row.accesskit_node().is_disabled());
    press(&mut harness, Key::Enter);
    assert_eq!(harness.state().state.viewer, None);
    assert_eq!(harness.state().state.dialog, Some(Dialog::Palette), "it stays open");
}

fn compose(harness: &mut Harness<'_, Scene>, text: &str) {
    harness.event(Event::Ime(ImeEvent::Preedit { text: text.to_owned(), active_range_chars: None }));
    harness.run();
}

#[test]
fn an_input_method_keeps_its_keys_in_the_palette() {
    let mut scene = world();
    scene.state.draft.prompt = "a paper boat".to_owned();
    let mut harness = show(scene);
    open(&mut harness);
    write(&mut harness, "generate");
    compose(&mut harness, "ni");
    press(&mut harness, Key::ArrowDown);
    press(&mut harness, Key::Enter);
    chord(&mut harness, Modifiers::COMMAND, Key::Enter);
    assert_eq!((orders(harness.state()), harness.state().state.dialog), (0, Some(Dialog::Palette)));
    // The Enter that ends composing comes in the same frame, and is the input method's own as well.
    harness.event(Event::Ime(ImeEvent::Commit("".to_owned())));
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!((orders(harness.state()), harness.state().state.dialog), (0, Some(Dialog::Palette)));
}

#[test]
fn a_composing_input_method_orders_nothing_by_any_key() {
    for (modifiers, key) in [
        (Modifiers::COMMAND, Key::Enter),
        (Modifiers::COMMAND | Modifiers::SHIFT, Key::Enter),
        (Modifiers::COMMAND, Key::D),
    ] {
        let mut scene = world();
        scene.state.draft.prompt = "a paper boat".to_owned();
        let mut harness = show(scene);
        harness.get_by_label("Prompt").focus();
        harness.run();
        compose(&mut harness, "ni");
        chord(&mut harness, modifiers, key);
        let is_order = |effect: &Effect| matches!(effect, Effect::Engine(_));
        assert!(!harness.state().effects.iter().any(is_order), "{key:?}: {:?}", harness.state().effects);
        harness.event(Event::Ime(ImeEvent::Commit("ni".to_owned())));
        harness.run();
        chord(&mut harness, modifiers, key);
        assert!(harness.state().effects.iter().any(is_order), "{key:?} works afterwards");
    }
}

fn row(command: UiCommand, keys: &str) -> String {
    format!("{}: {keys}, change", command.text())
}

#[test]
fn a_key_is_changed_on_the_sheet_and_counts_at_once() {
    let mut scene = with_jobs();
    scene.act(Action::OpenShortcuts);
    let mut harness = show(scene);
    click(&mut harness, &row(UiCommand::Settings, "Ctrl ,"));
    harness.get_by_label_contains("Press the new key for “Settings”");
    // Keys of the window run nothing meanwhile.
    chord(&mut harness, Modifiers::COMMAND, Key::Plus);
    harness.get_by_label_contains("is “Larger interface”. Take it from there?");
    assert_eq!(harness.state().state.settings.interface_scale, 100);
    press(&mut harness, Key::Escape);
    assert_eq!(harness.state().state.dialog, Some(Dialog::Shortcuts), "Esc leaves the question first");
    click(&mut harness, &row(UiCommand::Settings, "Ctrl ,"));
    chord(&mut harness, Modifiers::COMMAND, Key::Plus);
    click(&mut harness, "Leave it");
    chord(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::K);
    assert_eq!(harness.state().state.keys.text(UiCommand::Settings), "Ctrl Shift K");
    harness.get_by_label(&row(UiCommand::Settings, "Ctrl Shift K"));
    press(&mut harness, Key::Escape);
    assert_eq!(harness.state().state.dialog, None);
    chord(&mut harness, Modifiers::COMMAND, Key::Comma);
    assert_eq!(harness.state().state.dialog, None, "the old key is off");
    chord(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::K);
    assert_eq!(harness.state().state.dialog, Some(Dialog::Settings(SettingsPage::Gateways)));
}

#[test]
fn esc_and_keys_of_text_are_refused_and_a_taken_key_changes_hands() {
    let mut scene = with_jobs();
    scene.act(Action::OpenShortcuts);
    let mut harness = show(scene);
    let generate = row(UiCommand::Generate, "Ctrl ⏎");
    click(&mut harness, &generate);
    press(&mut harness, Key::Escape);
    assert_eq!(harness.state().state.dialog, Some(Dialog::Shortcuts), "Esc leaves the change first");
    harness.get_by_label(&generate);
    click(&mut harness, &generate);
    for (modifiers, key) in [(Modifiers::COMMAND, Key::ArrowLeft), (Modifiers::NONE, Key::Delete)] {
        chord(&mut harness, modifiers, key);
        harness.get_by_label_contains("edits text or moves the focus");
    }
    harness.event(Event::Paste("text".to_owned()));
    harness.run();
    harness.get_by_label_contains("edits text or moves the focus");
    chord(&mut harness, Modifiers::ALT, Key::F4);
    harness.get_by_label_contains("Alt F4 closes the window");
    chord(&mut harness, Modifiers::COMMAND, Key::D);
    click(&mut harness, "Take it");
    let keys = &harness.state().state.keys;
    assert_eq!((keys.text(UiCommand::Generate), keys.text(UiCommand::QueueOnly)), ("Ctrl D".to_owned(), String::new()));
    harness.get_by_label(&row(UiCommand::QueueOnly, "no key"));
    click(&mut harness, "Reset all shortcuts");
    harness.get_by_label(&generate);
    harness.get_by_label(&row(UiCommand::QueueOnly, "Ctrl D"));
}

#[test]
fn hints_show_the_key_that_counts() {
    let mut scene = with_jobs();
    let changes = [("quick_look", "F7"), ("compare", ""), ("search", "Ctrl+F"), ("copy_prompt", "F8")];
    for (name, key) in changes {
        scene.state.settings.hands.keys.insert(name.to_owned(), key.to_owned());
    }
    // As at the start of the program.
    let settings = Box::new(scene.state.settings.clone());
    let jobs = scene.state.jobs.clone();
    scene.put(rushes::app::Input::Opened {
        jobs,
        history: rushes::domain::progress::History::default(),
        draft: None,
        settings,
        warnings: Vec::new(),
        clip_folder: "clips".into(),
    });
    let mut harness = show(scene);
    harness.get_by_label(&format!("{BOAT}, take 1, Ready")).click_secondary();
    harness.run();
    let mut words = Vec::new();
    for clipped in &harness.output().shapes {
        texts(&clipped.shape, &mut words);
    }
    for wanted in ["F7", "F8", "Copy the file", "Ctrl Shift C"] {
        assert!(words.iter().any(|text| text == wanted), "{wanted} is not in {words:?}");
    }
    for gone in ["Space", "Ctrl C", "C"] {
        assert!(!words.iter().any(|text| text == gone), "{gone} is a key that does not count");
    }
}

fn texts(shape: &egui::Shape, found: &mut Vec<String>) {
    match shape {
        egui::Shape::Text(text) => found.push(text.galley.job.text.clone()),
        egui::Shape::Vec(shapes) => shapes.iter().for_each(|shape| texts(shape, found)),
        _ => {}
    }
}

#[test]
fn the_chosen_clips_are_copied_as_files_by_their_key() {
    let mut scene = with_jobs();
    scene.act(Action::Select(Some(id(21))));
    scene.act(Action::Browse(rushes::app::action::browse::Browse::SelectAlso(id(22))));
    let mut harness = show(scene);
    harness.get_by_label(&format!("{BOAT}, take 1, Ready")).focus();
    harness.run();
    chord(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::C);
    let copied = harness.state().effects.iter().find_map(|effect| match effect {
        Effect::Hands(HandsWork::CopyFiles(files)) => Some(files.len()),
        _ => None,
    });
    assert_eq!(copied, Some(2), "{:?}", harness.state().effects);
}

#[test]
fn the_settings_offer_every_size_and_keep_what_helps_the_eye() {
    use rushes::app::WindowEffect;
    use rushes::domain::settings::{Aid, INTERFACE_SCALES};
    let mut scene = with_jobs();
    scene.act(Action::OpenSettings(SettingsPage::Look));
    scene.window_effects.clear();
    let mut harness = show(scene);
    for size in INTERFACE_SCALES {
        click(&mut harness, &format!("Interface size: {size} %"));
        assert_eq!(harness.state().state.settings.interface_scale, size);
    }
    click(&mut harness, "Less motion: On");
    click(&mut harness, "High contrast: On");
    let hands = &harness.state().state.settings.hands;
    assert_eq!((hands.reduced_motion, hands.high_contrast), (Aid::On, Aid::On));
    let last = harness.state().window_effects.last().cloned();
    assert_eq!(last, Some(WindowEffect::ApplyAids { reduced_motion: true, high_contrast: true }));
    click(&mut harness, "Tell when clips are ready");
    assert_eq!(harness.state().state.settings.hands.tells, Some(true));
}

#[test]
fn the_question_about_messages_has_two_answers() {
    for (answer, tells) in [("Yes", Some(true)), ("No", Some(false)), ("Dismiss", Some(false))] {
        let mut scene = with_jobs();
        scene.state.toasts.clear();
        scene.put(rushes::app::Input::Hands(rushes::app::action::hands::HandsNews::Left));
        let mut harness = show(scene);
        harness.get_by_label_contains("Tell me when clips are ready?");
        click(&mut harness, answer);
        assert_eq!(harness.state().state.settings.hands.tells, tells, "{answer}");
        assert!(harness.query_by_label_contains("Tell me when clips are ready?").is_none());
    }
}

#[test]
fn a_key_that_is_given_away_on_the_sheet_can_be_taken_off() {
    let mut scene = with_jobs();
    scene.act(Action::OpenShortcuts);
    scene.act(Action::Hands(Hands::SetKey(UiCommand::QuickLook, None)));
    let mut harness = show(scene);
    click(&mut harness, &row(UiCommand::QuickLook, "no key"));
    click(&mut harness, "Usual key: Space");
    click(&mut harness, &row(UiCommand::QuickLook, "Space"));
    click(&mut harness, "No key");
    assert_eq!(harness.state().state.keys.shortcut(UiCommand::QuickLook), None);
}

#[test]
fn with_less_motion_no_film_runs_under_the_pointer() {
    let mut harness = show(with_jobs());
    let name = format!("{BOAT}, take 2, Ready");
    let card = harness.get_by_label(&name).rect();
    let strips = |harness: &mut Harness<'_, Scene>| {
        harness.event(Event::PointerMoved(card.center()));
        harness.run();
        let drawn = harness.output().shapes.iter().filter_map(|clipped| match &clipped.shape {
            egui::Shape::Rect(drawn) if (drawn.rect.min - card.min).length() < 1.0 => drawn.brush.as_ref(),
            _ => None,
        });
        drawn.filter(|brush| brush.uv.width() < 0.5).count()
    };
    assert_eq!(strips(&mut harness), 1, "the strip is shown in parts");
    rushes::ui::tokens::set_reduced_motion(&harness.ctx, true);
    assert_eq!(strips(&mut harness), 0);
}

/// Keys can be changed, so no screen may write one by hand. Esc alone stays what it is.
#[test]
fn no_screen_writes_a_key_by_hand() {
    let looks_like_a_key = |text: &str| {
        let words = ["Ctrl", "Shift", "Alt", "⏎", "Space", "Delete", "Home", "End", "←", "→", "↑", "↓"];
        text.split_whitespace().all(|part| words.contains(&part) || part.chars().count() == 1) && !text.is_empty()
    };
    let screens = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ui/screens");
    let mut found = Vec::new();
    let mut files = 0;
    for (path, bytes) in crate::support::files_below(&screens) {
        files += 1;
        let text = String::from_utf8(bytes).expect("sources are text");
        for line in text.lines() {
            let by_hand = [".key(\"", ".trailing(\"", "KeyCap::new(\""].into_iter().any(|call| {
                let rest = line.split_once(call).map_or("", |(_, rest)| rest);
                looks_like_a_key(rest.split('"').next().unwrap_or_default())
            });
            if by_hand || line.contains(".shortcut().text()") {
                found.push(format!("{}: {}", path.display(), line.trim()));
            }
        }
    }
    assert!(files > 30, "{files} files");
    assert!(found.is_empty(), "{found:#?}");
}
