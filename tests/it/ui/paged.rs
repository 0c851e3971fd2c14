//! A gallery of which only a part is in memory, in the window: scrolled from end to end nothing jumps and nothing is left out.

use std::collections::{BTreeMap, BTreeSet};

use egui::{Event, Modifiers, MouseWheelUnit, Pos2, Rect, TouchPhase, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::NodeT as _;
use rushes::app::action::browse::Browse;
use rushes::app::action::paging::{PageNews, PageWork};
use rushes::app::state::jobs::Jobs;
use rushes::app::update::apply;
use rushes::app::{Action, AppState, Effect, Input, Now};
use rushes::domain::browsing::View;
use rushes::domain::job::Poster;
use rushes::domain::paging::{Ask, From, PageLook};
use rushes::domain::{Job, Settings, UnixMillis, samples};
use rushes::library::{Library, Opened, Paths};
use rushes::ui::screens::{NoPictures, UiState, root_ui};
use rushes::ui::theme;

/// Groups in the library.
const ALL: u128 = 420;
/// So many places are in memory at once.
const LIMIT: usize = 130;
/// An answer takes so many frames.
const LAG: usize = 3;

struct Scene {
    _dir: tempfile::TempDir,
    runtime: tokio::runtime::Runtime,
    library: Library,
    state: AppState,
    ui_state: UiState,
    /// Questions, and in how many frames each is answered.
    waiting: Vec<(usize, PageWork)>,
}

impl Scene {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let Opened { library, .. } = Library::open(&Paths::portable(dir.path())).expect("opens");
        let jobs: Vec<Job> = (1..=ALL)
            .flat_map(|group| {
                // Different shapes, and from one to three takes.
                let takes = 1 + group % 3;
                (0..takes).map(move |take| {
                    let job = samples::job(group * 10 + take).asking(|draft| {
                        draft.prompt = format!("shot {group}");
                        if group % 4 == 0 {
                            draft.aspect_ratio = rushes::domain::AspectRatio::R9x16;
                        }
                    });
                    Job { poster: Poster::Made { width: 1, height: 1 }, clip: None, ..job.ready() }
                })
            })
            .collect();
        runtime.block_on(library.put_all(jobs)).expect("stored");
        let ask = Ask {
            number: 0,
            look: PageLook::default(),
            from: From::Start,
            limit: 100,
            pins: Vec::new(),
            known: Default::default(),
            is_quick: false,
        };
        let page = runtime.block_on(library.span(ask)).expect("an answer");
        let state = AppState::new(UnixMillis(1_000_000));
        let ui_state = UiState::default();
        let mut scene = Self { _dir: dir, runtime, library, state, ui_state, waiting: Vec::new() };
        scene.put(Input::Opened {
            jobs: Jobs::default(),
            history: rushes::domain::progress::History::default(),
            draft: None,
            settings: Box::new(Settings { is_welcomed: true, ..Settings::default() }),
            warnings: Vec::new(),
            clip_folder: "clips".into(),
        });
        scene.put(Input::Page(PageNews::Opened(Box::new(page))));
        scene
    }

    fn put(&mut self, input: Input) {
        let now = Now { time: self.state.now.after(std::time::Duration::from_millis(16)), random: 1 };
        for effect in apply(&mut self.state, now, input).services {
            if let Effect::Page(work) = effect {
                self.waiting.push((LAG, work));
            }
        }
    }

    /// What happens before a frame.
    fn advance(&mut self) {
        self.put(Input::Tick);
        self.waiting.iter_mut().for_each(|(frames, _)| *frames -= 1);
        let (due, waiting) = std::mem::take(&mut self.waiting).into_iter().partition(|(frames, _)| *frames == 0);
        self.waiting = waiting;
        let due: Vec<(usize, PageWork)> = due;
        for (_, work) in due {
            let news = match work {
                PageWork::Span(ask) => {
                    let ask = Ask { limit: LIMIT, ..*ask };
                    PageNews::Span(Box::new(self.runtime.block_on(self.library.span(ask)).expect("an answer")))
                }
                PageWork::Shown { .. } => continue,
            };
            self.put(Input::Page(news));
        }
    }
}

fn show(scene: Scene) -> Harness<'static, Scene> {
    let mut harness = Harness::builder().with_size(Vec2::new(1280.0, 800.0)).build_ui_state(
        |ui, scene: &mut Scene| {
            theme::install(ui.ctx());
            let mut actions = Vec::new();
            root_ui(&scene.state, &mut scene.ui_state, &mut NoPictures, ui, &mut actions);
            for action in actions {
                scene.put(Input::Act(action));
            }
        },
        scene,
    );
    // A first frame that reads fonts.
    harness.step();
    harness
}

fn step(harness: &mut Harness<'_, Scene>) {
    harness.state_mut().advance();
    harness.step();
}

/// The cards that are drawn, by name, with their places.
fn cards(harness: &Harness<'_, Scene>) -> BTreeMap<String, Rect> {
    let mut found = BTreeMap::new();
    let mut left: Vec<_> = harness.root().children().collect();
    while let Some(node) = left.pop() {
        if let Some(label) =
            node.accesskit_node().label().filter(|label| label.starts_with("shot ") && label.contains(", take "))
        {
            found.insert(label, node.rect());
        }
        left.extend(node.children());
    }
    found
}

fn wheel(harness: &mut Harness<'_, Scene>, delta: f32) {
    harness.event(Event::PointerMoved(Pos2::new(640.0, 500.0)));
    harness.event(Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta: Vec2::new(0.0, delta),
        phase: TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
        modifiers: Modifiers::NONE,
    });
}

/// Scrolls in one direction until nothing moves any more; the names of all groups that were seen. In every frame all cards
/// move by the same way, which is no longer than the wheel turns them.
fn scroll_through(harness: &mut Harness<'_, Scene>, delta: f32) -> BTreeSet<u128> {
    let mut seen = BTreeSet::new();
    let mut still = 0;
    let mut before = cards(harness);
    while still < 40 {
        wheel(harness, delta);
        step(harness);
        let now = cards(harness);
        let moves: Vec<Vec2> = now.iter().filter_map(|(name, at)| Some(at.min - before.get(name)?.min)).collect();
        assert!(!moves.is_empty(), "the view jumped");
        for way in &moves {
            assert!((*way - moves[0]).length() < 0.6, "cards move together: {moves:?}");
            assert!(way.x.abs() < 0.6 && way.y * delta >= -0.6, "and with the wheel: {way:?} for {delta}");
            assert!(way.y.abs() <= 3.0 * delta.abs(), "and no farther: {way:?}");
        }
        still = if moves[0].y.abs() < 0.1 { still + 1 } else { 0 };
        let number = |name: &String| name.strip_prefix("shot ")?.split(',').next()?.parse::<u128>().ok();
        seen.extend(now.keys().filter_map(number));
        assert!(harness.state().state.jobs.len() <= 3 * LIMIT + 10, "only what is near is in memory");
        before = now;
    }
    seen
}

#[test]
fn scrolled_from_end_to_end_every_group_is_seen_and_nothing_jumps() {
    let mut harness = show(Scene::new());
    let all: BTreeSet<u128> = (1..=ALL).collect();
    for delta in [-260.0, 260.0] {
        let seen = scroll_through(&mut harness, delta);
        let missing: Vec<&u128> = all.difference(&seen).collect();
        assert!(missing.is_empty(), "not seen with {delta}: {missing:?}");
    }
    assert_eq!(harness.state().state.gallery.before(), 0);
}

#[test]
fn the_wall_scrolls_without_a_jump_too() {
    let mut harness = show(Scene::new());
    harness.state_mut().put(Input::Act(Action::Browse(Browse::View(View::Wall))));
    for _ in 0..8 {
        step(&mut harness);
    }
    let seen = scroll_through(&mut harness, -260.0);
    assert_eq!(seen.len(), ALL as usize);
    assert_eq!(harness.state().state.gallery.after(), 0);
}

#[test]
fn the_scroll_bar_leads_to_the_end_and_back() {
    let mut harness = show(Scene::new());
    for _ in 0..20 {
        step(&mut harness);
    }
    // The handle of the bar, found by its place at the right edge of the gallery.
    let cards_right = harness.state().ui_state.layout.as_ref().expect("laid out").width;
    let left = cards(&harness).values().map(Rect::left).fold(f32::MAX, |a: f32, b| a.min(b));
    let x = left + cards_right + 16.0 - 6.0;
    let press = |harness: &mut Harness<'_, Scene>, y: f32, pressed: bool| {
        let pos = Pos2::new(x, y);
        harness.event(Event::PointerMoved(pos));
        let button = egui::PointerButton::Primary;
        harness.event(Event::PointerButton { pos, button, pressed, modifiers: Modifiers::NONE });
    };
    press(&mut harness, 120.0, true);
    step(&mut harness);
    for y in [200.0, 400.0, 600.0, 900.0] {
        harness.event(Event::PointerMoved(Pos2::new(x, y)));
        step(&mut harness);
    }
    assert!(harness.state().ui_state.page.goal.is_some(), "the shapes of cards are shown until these are read");
    for _ in 0..20 {
        step(&mut harness);
    }
    press(&mut harness, 900.0, false);
    for _ in 0..5 {
        step(&mut harness);
    }
    assert_eq!((harness.state().ui_state.page.goal, harness.state().state.gallery.after()), (None, 0));
    assert!(cards(&harness).keys().any(|name| name.starts_with("shot 1,")), "the oldest is the last");
    harness.state_mut().put(Input::Act(Action::Browse(Browse::ToEnd(false))));
    for _ in 0..10 {
        step(&mut harness);
    }
    assert!(cards(&harness).keys().any(|name| name.starts_with(&format!("shot {ALL},"))), "{:?}", cards(&harness));
}
