//! Pictures of the component sheet and of the cards in both themes, and the keyboard and names of every control.
//!
//! After a wanted change, `UPDATE_SNAPSHOTS=1 cargo test --test it components::` writes the pictures anew.

use std::cell::RefCell;
use std::rc::Rc;

use crate::support::window::{click, press, type_into};
use egui::{Key, Role, Theme, Ui, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use rushes::ui::components::{
    CARDS_SIZE, INTERACTIONS_SIZE, SHEET_SIZE, cards_page, components_page, components_ui, interactions_page,
};
use rushes::ui::icons::Icon;
use rushes::ui::theme;
use rushes::ui::tokens;
use rushes::ui::widgets::{
    Button, ButtonKind, CardBody, CardView, Checkbox, Dialog, Dropdown, DropdownItem, Field, Filmstrip, FilterChip,
    GatewayTile, IconButton, MenuItem, Note, PictureWell, Radio, Rating, RatioFrames, Segmented, Slider, Splitter,
    Stepper, Switch, Toast, menu_button, menu_row,
};

fn picture(name: &str, of: Theme, scale: f32, size: Vec2, page: fn(&mut Ui)) {
    let mut harness = Harness::builder()
        .with_size(size)
        .with_pixels_per_point(scale)
        .with_theme(of)
        .with_context_setup(theme::install)
        .build_ui(move |ui| {
            // The harness leaves a margin around its contents; the sheet has its own.
            let whole = ui.ctx().content_rect();
            let mut sheet = ui.new_child(egui::UiBuilder::new().max_rect(whole));
            sheet.set_clip_rect(whole);
            page(&mut sheet);
        });
    harness.run();
    harness.snapshot(name);
}

#[test]
fn dark_at_100_percent() {
    picture("components-dark-100", Theme::Dark, 1.0, SHEET_SIZE, components_page);
}

#[test]
fn light_at_100_percent() {
    picture("components-light-100", Theme::Light, 1.0, SHEET_SIZE, components_page);
}

#[test]
fn dark_at_150_percent() {
    picture("components-dark-150", Theme::Dark, 1.5, SHEET_SIZE, components_page);
}

#[test]
fn light_at_150_percent() {
    picture("components-light-150", Theme::Light, 1.5, SHEET_SIZE, components_page);
}

#[test]
fn cards_in_the_dark_theme() {
    picture("cards-dark-100", Theme::Dark, 1.0, CARDS_SIZE, cards_page);
}

#[test]
fn cards_in_the_light_theme() {
    picture("cards-light-100", Theme::Light, 1.0, CARDS_SIZE, cards_page);
}

#[test]
fn card_looks_in_the_dark_theme() {
    picture("card-looks-dark-100", Theme::Dark, 1.0, INTERACTIONS_SIZE, interactions_page);
}

#[test]
fn card_looks_in_the_light_theme() {
    picture("card-looks-light-100", Theme::Light, 1.0, INTERACTIONS_SIZE, interactions_page);
}

/// A window with the given contents and a state that the test can look into.
fn window<State: 'static>(
    state: State,
    mut show: impl FnMut(&mut Ui, &mut State) + 'static,
) -> Harness<'static, State> {
    let mut harness = Harness::builder()
        .with_size(Vec2::new(480.0, 320.0))
        .with_context_setup(theme::install)
        .build_ui_state(move |ui, state| show(ui, state), state);
    harness.run();
    harness
}

/// Presses Tab until something has the focus, then the key.
fn tab_and_press<State>(harness: &mut Harness<'_, State>, key: Key) {
    press(harness, Key::Tab);
    press(harness, key);
}

/// Everything that can be clicked or edited has a name. A scroll bar is egui's own; its role says all there is to say.
fn assert_all_named<State>(harness: &Harness<'_, State>) {
    let mut count = 0;
    for node in harness.root().children_recursive() {
        let node = node.accesskit_node();
        if !matches!(
            node.role(),
            Role::GenericContainer
                | Role::Window
                | Role::Label
                | Role::TextRun
                | Role::Unknown
                | Role::Pane
                | Role::ScrollBar
        ) {
            count += 1;
            let name = node.label().or_else(|| node.value()).unwrap_or_default();
            assert!(!name.trim().is_empty(), "a {:?} has no name", node.role());
        }
    }
    assert!(count > 0, "the window has controls");
}

#[test]
fn every_button_has_a_name_and_works_with_enter_and_space() {
    for kind in [
        ButtonKind::Primary,
        ButtonKind::PrimaryLow,
        ButtonKind::Lit,
        ButtonKind::Secondary,
        ButtonKind::Small,
        ButtonKind::Quiet,
        ButtonKind::QuietSmall,
        ButtonKind::Danger,
        ButtonKind::OverCap,
    ] {
        let mut harness = window(0, move |ui, clicks| {
            *clicks += u32::from(Button::new("Generate 4").detail("· 720 cr").kind(kind).show(ui).clicked());
        });
        harness.get_by_role_and_label(Role::Button, "Generate 4 · 720 cr");
        tab_and_press(&mut harness, Key::Enter);
        assert_eq!(*harness.state(), 1, "{kind:?} with Enter");
        press(&mut harness, Key::Space);
        assert_eq!(*harness.state(), 2, "{kind:?} with Space");
        harness.get_by_role(Role::Button).click();
        harness.run();
        assert_eq!(*harness.state(), 3, "{kind:?} with the pointer");
    }
}

#[test]
fn a_disabled_button_is_announced_and_does_nothing() {
    let mut harness = window(0, |ui, clicks| {
        *clicks += u32::from(Button::new("Cancel").enabled(false).show(ui).clicked());
        *clicks += u32::from(IconButton::new(Icon::X, "Close").enabled(false).show(ui).clicked());
    });
    assert!(harness.get_by_label("Cancel").accesskit_node().is_disabled());
    assert!(harness.get_by_label("Close").accesskit_node().is_disabled());
    harness.get_by_label("Cancel").click();
    tab_and_press(&mut harness, Key::Enter);
    assert_eq!(*harness.state(), 0);
}

#[test]
fn a_held_button_acts_once_and_only_after_the_whole_time() {
    let mut harness = Harness::builder().with_step_dt(0.1).with_context_setup(theme::install).build_ui_state(
        |ui, done: &mut u32| {
            let held = Button::new("Over today’s cap").kind(ButtonKind::OverCap).show_hold(ui, 0.8);
            *done += u32::from(held.completed);
        },
        0,
    );
    let _ = harness.run_ok();
    let center = harness.get_by_role(Role::Button).rect().center();
    harness.hover_at(center);
    harness.drag_at(center);
    harness.run_steps(4);
    harness.drop_at(center);
    harness.run_steps(2);
    assert_eq!(*harness.state(), 0, "released early");
    harness.drag_at(center);
    harness.run_steps(20);
    assert_eq!(*harness.state(), 1, "held long enough, and no second time");
    harness.drop_at(center);
    harness.run_steps(2);
    assert_eq!(*harness.state(), 1);
}

#[test]
fn segments_are_one_tab_stop_and_arrows_skip_what_is_not_offered() {
    let mut harness = window(1, |ui, value| {
        Segmented::new("Duration")
            .item(0, "5 s")
            .item(1, "8 s")
            .item_enabled(2, "10 s", false)
            .item(3, "12 s")
            .show(ui, value);
    });
    harness.get_by_role_and_label(Role::RadioButton, "Duration: 8 s");
    tab_and_press(&mut harness, Key::ArrowRight);
    assert_eq!(*harness.state(), 3, "10 s is skipped");
    press(&mut harness, Key::ArrowRight);
    assert_eq!(*harness.state(), 0, "the choice goes round");
    press(&mut harness, Key::ArrowLeft);
    assert_eq!(*harness.state(), 3);
    click(&mut harness, "Duration: 10 s");
    assert_eq!(*harness.state(), 3, "what is not offered cannot be clicked");
    click(&mut harness, "Duration: 5 s");
    assert_eq!(*harness.state(), 0);
}

#[test]
fn ratio_frames_move_with_arrows_and_clicks() {
    let mut harness = window('a', |ui, value| {
        RatioFrames::new("Aspect ratio").item('a', "16:9", 16.0, 9.0).item('b', "1:1", 1.0, 1.0).show(ui, value);
    });
    tab_and_press(&mut harness, Key::ArrowDown);
    assert_eq!(*harness.state(), 'b');
    click(&mut harness, "Aspect ratio: 16:9");
    assert_eq!(*harness.state(), 'a');
}

#[test]
fn switch_checkbox_and_radio_work_with_space() {
    let mut harness = window((false, false, 0), |ui, (switch, check, radio)| {
        Switch::new("Audio").label("Off").show(ui, switch);
        Checkbox::new("Remember").show(ui, check);
        if Radio::new("Ask first", *radio == 1).show(ui).clicked() {
            *radio = 1;
        }
    });
    for role in [Role::Switch, Role::CheckBox, Role::RadioButton] {
        harness.get_by_role(role);
        tab_and_press(&mut harness, Key::Space);
    }
    assert_eq!(*harness.state(), (true, true, 1));
    assert_all_named(&harness);
}

#[test]
fn a_stepper_keeps_its_range() {
    let mut harness = window(3, |ui, value| {
        Stepper::new("Takes", 1..=4).show(ui, value);
    });
    harness.get_by_role_and_label(Role::SpinButton, "Takes");
    tab_and_press(&mut harness, Key::ArrowUp);
    press(&mut harness, Key::ArrowUp);
    assert_eq!(*harness.state(), 4);
    assert!(harness.get_by_label("Takes: one more").accesskit_node().is_disabled());
    click(&mut harness, "Takes: one less");
    assert_eq!(*harness.state(), 3);
}

#[test]
fn a_slider_snaps_and_moves_with_arrows() {
    let mut harness = window(0.0, |ui, value| {
        Slider::new("Card size", 0.0..=2.0).step(1.0).show(ui, value);
    });
    harness.get_by_role_and_label(Role::Slider, "Card size");
    tab_and_press(&mut harness, Key::ArrowRight);
    assert_eq!(*harness.state(), 1.0);
    press(&mut harness, Key::End);
    assert_eq!(*harness.state(), 2.0);
    let rect = harness.get_by_role(Role::Slider).rect();
    harness.drag_at(rect.left_center() + Vec2::new(12.0, 0.0));
    harness.run();
    harness.drop_at(rect.left_center() + Vec2::new(12.0, 0.0));
    harness.run();
    assert_eq!(*harness.state(), 0.0);
}

#[test]
fn assistive_technology_moves_sliders_steppers_and_ratings() {
    let mut harness = window((0.0, 2, 3), |ui, (size, takes, stars)| {
        Slider::new("Card size", 0.0..=2.0).step(1.0).show(ui, size);
        Stepper::new("Takes", 1..=8).show(ui, takes);
        Rating::new("Rating").show(ui, stars);
    });
    harness.get_by_label("Card size").increment_accesskit();
    harness.get_by_label("Takes").increment_accesskit();
    harness.get_by_label("Rating").decrement_accesskit();
    harness.run();
    assert_eq!(*harness.state(), (1.0, 3, 2));
}

#[test]
fn a_field_is_typed_into_and_reports_enter_and_its_icon() {
    #[derive(Default)]
    struct State {
        text: String,
        submitted: bool,
        trailing: bool,
    }
    let mut harness = window(State::default(), |ui, state: &mut State| {
        let shown = Field::new("Seed")
            .placeholder("random")
            .trailing(Icon::Dices, "Draw a seed")
            .problem(Some("Seeds go up to 2 147 483 647"))
            .show(ui, &mut state.text);
        state.submitted |= shown.submitted;
        state.trailing |= shown.trailing_clicked;
    });
    harness.get_by_label("Seeds go up to 2 147 483 647");
    harness.get_by_role_and_label(Role::TextInput, "Seed").focus();
    harness.run();
    harness.get_by_role(Role::TextInput).type_text("42");
    harness.run();
    press(&mut harness, Key::Enter);
    click(&mut harness, "Draw a seed");
    let state = harness.state();
    assert_eq!((state.text.as_str(), state.submitted, state.trailing), ("42", true, true));
}

#[test]
fn a_masked_field_and_a_prompt_of_several_lines_take_text() {
    let mut harness = window((String::new(), String::new()), |ui, (key, prompt)| {
        Field::new("Key").masked().show(ui, key);
        Field::new("Prompt").multi_line(112.0).char_limit(9).show(ui, prompt);
    });
    type_into(&mut harness, "Key", "secret");
    type_into(&mut harness, "Prompt", "A paper boat");
    assert_eq!(*harness.state(), ("secret".to_owned(), "A paper b".to_owned()));
}

#[test]
fn a_dropdown_opens_with_enter_and_is_chosen_with_the_keyboard() {
    let mut harness = window(0, |ui, value| {
        let items = [
            DropdownItem::new(0, "Random"),
            DropdownItem::new(1, "Fixed").disabled("set a seed first"),
            DropdownItem::new(2, "Count up"),
        ];
        Dropdown::new("Seed rule").show(ui, value, &items);
    });
    harness.get_by_role_and_label(Role::Button, "Seed rule: Random");
    tab_and_press(&mut harness, Key::Enter);
    assert!(harness.get_by_label("Fixed, set a seed first").accesskit_node().is_disabled());
    harness.get_by_role_and_label(Role::MenuItem, "Count up").click();
    harness.run();
    assert_eq!(*harness.state(), 2);
    assert!(harness.query_by_role(Role::MenuItem).is_none(), "choosing closes the menu");
}

#[test]
fn a_menu_closes_with_escape_and_reports_its_row() {
    let mut harness = window(0, |ui, chosen| {
        let button = IconButton::new(Icon::Ellipsis, "More actions").show(ui);
        menu_button(&button, "More actions", |ui| {
            if menu_row(ui, MenuItem::new("To the trash").icon(Icon::Trash2).key("Del").danger()).clicked() {
                *chosen += 1;
            }
        });
    });
    tab_and_press(&mut harness, Key::Space);
    harness.get_by_label("To the trash");
    press(&mut harness, Key::Escape);
    assert!(harness.query_by_label("To the trash").is_none());
    click(&mut harness, "More actions");
    harness.get_by_label("To the trash").focus();
    harness.run();
    press(&mut harness, Key::Enter);
    assert_eq!(*harness.state(), 1);
}

#[test]
fn chips_tiles_cards_and_wells_work_with_the_keyboard() {
    let mut harness = window([0_u8; 4], |ui, counts| {
        counts[0] += u8::from(FilterChip::new("Ready").count(34).show(ui).clicked());
        counts[1] += u8::from(GatewayTile::new("apiin", "720 cr").approx("≈ $1.44").show(ui).clicked());
        let card =
            CardView::new("Paper boat, take 1, ready", CardBody::Message { text: "Nothing sent yet.", second: "" });
        counts[2] += u8::from(card.show(ui, Vec2::new(200.0, 112.0)).response.clicked());
        counts[3] += u8::from(PictureWell::new("Start picture").show(ui).choose);
    });
    for label in ["Ready, 34", "apiin, 720 cr, ≈ $1.44", "Paper boat, take 1, ready", "Choose a start picture"] {
        harness.get_by_label(label);
        tab_and_press(&mut harness, Key::Enter);
    }
    assert_eq!(*harness.state(), [1, 1, 1, 1]);
    assert_all_named(&harness);
}

#[test]
fn rating_filmstrip_and_splitter_move_with_keys() {
    let mut harness = window((0_u8, 0.5_f32, 304.0_f32), |ui, (stars, position, width)| {
        Rating::new("Rating").show(ui, stars);
        if let Some(to) = Filmstrip::new("Position", *position).frame_step(0.25).show(ui).moved_to {
            *position = to;
        }
        let range = tokens::tokens(ui).size.pane_form;
        Splitter::of_left_pane("Width of the form", range).show(ui, 300.0, egui::Rangef::new(100.0, 200.0), width);
    });
    tab_and_press(&mut harness, Key::Num4);
    press(&mut harness, Key::ArrowRight);
    tab_and_press(&mut harness, Key::ArrowRight);
    tab_and_press(&mut harness, Key::ArrowRight);
    assert_eq!(*harness.state(), (5, 0.75, 312.0));
    assert_all_named(&harness);
}

#[test]
fn the_actions_of_notes_and_toasts_work_with_the_keyboard() {
    let mut harness = window((false, false, false), |ui, (note, toast, closed)| {
        *note |= Note::new("The key cannot be saved safely.").action("Use for this session").show(ui).acted;
        let shown =
            Toast::new(Icon::Trash2, "Take 3 moved to the trash", "Undo brings it back").action("Undo").show(ui);
        *toast |= shown.acted;
        *closed |= shown.closed;
    });
    harness.get_by_role_and_label(Role::Button, "Undo");
    for _ in 0..3 {
        tab_and_press(&mut harness, Key::Enter);
    }
    assert_eq!(*harness.state(), (true, true, true));
}

#[test]
fn a_menu_that_is_higher_than_the_window_scrolls() {
    let mut harness = window((), |ui, ()| {
        let button = Button::new("More").show(ui);
        menu_button(&button, "More", |ui| {
            for number in 1..=30 {
                menu_row(ui, MenuItem::new(&format!("Row {number}")));
            }
        });
    });
    click(&mut harness, "More");
    harness.run();
    let window = harness.ctx.content_rect();
    let row = |harness: &Harness<'_, ()>, name: &str| harness.get_by_role_and_label(Role::MenuItem, name).rect();
    let first = row(&harness, "Row 1");
    assert!(window.contains_rect(first) && first.width() < 200.0, "{first}");
    assert!(!window.contains_rect(row(&harness, "Row 30")), "there is something to scroll");
    harness.event(egui::Event::PointerMoved(window.center_top() + Vec2::new(-160.0, 100.0)));
    for _ in 0..20 {
        harness.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: Vec2::new(0.0, -200.0),
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Wheel,
            modifiers: egui::Modifiers::NONE,
        });
        harness.run();
    }
    let last = row(&harness, "Row 30");
    assert!(window.contains_rect(last), "{last}");
}

#[test]
fn a_toast_tells_all_that_it_has_to_tell() {
    const DETAIL: &str = "The folder “/home/a designer/Videos/Rushes/Rushes 2026-11-29” has an .otio and an .fcpxml file to \
                          open in your editor. Nothing was charged. Not in the joined film: “an old man feeding pigeons” \
                          (it has no sound and most have).";
    fn cut_off(shape: &egui::Shape) -> bool {
        match shape {
            egui::Shape::Text(text) => text.galley.elided,
            egui::Shape::Vec(shapes) => shapes.iter().any(cut_off),
            _ => false,
        }
    }
    let mut harness = window((), |ui, ()| {
        Toast::new(Icon::FolderOutput, "3 clips handed on", DETAIL).action("Show folder").show(ui);
    });
    harness.run();
    assert!(!harness.output().shapes.iter().any(|clipped| cut_off(&clipped.shape)));
    let (toast, button) = (harness.get_by_label_contains("3 clips handed on"), harness.get_by_label("Show folder"));
    assert!(toast.rect().contains_rect(button.rect()), "{} in {}", button.rect(), toast.rect());
}

#[test]
fn a_dialog_closes_with_escape_and_keeps_the_focus() {
    #[derive(Default)]
    struct State {
        behind: u32,
        inside: u32,
        close: bool,
    }
    let mut harness = window(State::default(), |ui, state: &mut State| {
        state.behind += u32::from(Button::new("Behind").show(ui).clicked());
        let ctx = ui.ctx().clone();
        let shown = Dialog::new(egui::Id::unique("test dialog"), "Crop", Vec2::new(400.0, 240.0)).show(
            &ctx,
            |ui| Button::new("Inside").show(ui).clicked(),
            |ui| {
                Button::new("Use picture").kind(ButtonKind::Lit).show(ui);
            },
        );
        state.inside += u32::from(shown.inner);
        state.close |= shown.close;
    });
    harness.get_by_label("Use picture");
    for _ in 0..8 {
        tab_and_press(&mut harness, Key::Space);
    }
    assert_eq!(harness.state().behind, 0, "Tab stays inside");
    assert!(harness.state().inside > 0, "Tab reaches the contents");
    assert!(harness.state().close, "the cross can be reached");
    harness.state_mut().close = false;
    press(&mut harness, Key::Escape);
    assert!(harness.state().close);
}

#[test]
fn the_focus_ring_shows_only_after_keyboard_use() {
    let seen = Rc::new(RefCell::new(false));
    let shared = Rc::clone(&seen);
    let mut harness = window((), move |ui, ()| {
        Button::new("Generate").show(ui);
        *shared.borrow_mut() = rushes::ui::paint::keyboard_used(ui.ctx());
    });
    click(&mut harness, "Generate");
    assert!(!*seen.borrow());
    press(&mut harness, Key::Tab);
    assert!(*seen.borrow());
}

#[test]
fn long_texts_end_with_an_ellipsis_and_stay_inside() {
    let ctx = egui::Context::default();
    theme::install(&ctx);
    let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
        use rushes::ui::text_style::{Text, ellipsis, wrapped};
        let color = tokens::tokens(ui).color.text_hi;
        let long = "A paper boat drifts down a rain-wet street at night";
        let one = ellipsis(ui.ctx(), long, Text::Strong, color, 120.0);
        assert!(one.elided && one.size().x <= 120.0 && one.rows.len() == 1);
        let two = wrapped(ui.ctx(), long, Text::Small, color, 100.0, 2);
        assert!(two.elided && two.size().x <= 100.0 && two.rows.len() == 2);
        assert_eq!(two.size().y, 32.0, "two lines of exactly 16");
    });
    output.textures_delta.clear();
}

#[test]
fn the_window_of_the_sheet_has_every_widget() {
    let harness = window((), |ui, ()| components_ui(ui));
    for (what, role, name) in [
        ("button", Role::Button, "Generate"),
        ("button that is held", Role::Button, "Keep holding"),
        ("icon button", Role::Button, "Loop"),
        ("segmented control", Role::RadioButton, "Resolution: 1080p"),
        ("ratio frames", Role::RadioButton, "Aspect ratio: 9:16"),
        ("switch", Role::Switch, "disabled"),
        ("checkbox", Role::CheckBox, "mixed"),
        ("radio", Role::RadioButton, "off"),
        ("stepper", Role::SpinButton, "Rest"),
        ("field with a problem", Role::TextInput, "Error"),
        ("its problem", Role::Label, "Seeds go up to 2 147 483 647"),
        ("dropdown", Role::Button, "Seed: Count up"),
        ("slider", Role::Slider, "Card size"),
        ("chip", Role::Button, "Ready, 34"),
        ("badge", Role::Label, "Not allowed"),
        ("menu", Role::MenuItem, "Cancel, no such call at apiin"),
        ("tooltip", Role::Label, "One frame on"),
        ("key", Role::Label, "Ctrl ⏎"),
        ("progress", Role::ProgressIndicator, "Downloading"),
        ("note", Role::Button, "Use for this session"),
        ("picture well", Role::Button, "Choose a start picture"),
        ("gateway tile", Role::RadioButton, "apiin, 720 cr, ≈ $1.44"),
        ("card", Role::Button, "rendering"),
        ("filmstrip", Role::Slider, "Position"),
        ("rating", Role::Slider, "Rating"),
        ("toast", Role::Status, "Take 3 moved to the trash It stays there for 30 days"),
        ("its action", Role::Button, "Undo"),
        ("dialog", Role::Label, "Gateways and keys"),
        ("its chief button", Role::Button, "Save the key"),
        ("splitter", Role::Splitter, "Width of the pane"),
    ] {
        let is_there = harness.root().children_recursive().any(|node| {
            let node = node.accesskit_node();
            node.role() == role && [node.label(), node.value()].into_iter().flatten().any(|text| text == name)
        });
        assert!(is_there, "the {what} “{name}” ({role:?}) is missing");
    }
    assert_all_named(&harness);
}
