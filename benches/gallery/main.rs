//! What a gallery costs with 100, 10,000 and 100,000 clips side by side: start, memory, one change, layout, search, and a
//! frame while it scrolls, drawn without a graphics card.
//!
//! Prints figures and judges none: how fast a computer is says nothing about whether the program is right. Every size runs
//! in a process of its own, so that memory can be told apart. Other sizes: `cargo bench --bench gallery -- 1000 50000`.

mod many;

use std::process::Command;
use std::time::{Duration, Instant};

use egui::{Context, Event, MouseWheelUnit, Pos2, RawInput, Rect, Vec2};
use rushes::app::action::browse::Browse;
use rushes::app::state::jobs::Jobs;
use rushes::app::update::apply;
use rushes::app::{Action, AppState, Input, Now};
use rushes::domain::Settings;
use rushes::domain::UnixMillis;
use rushes::domain::browsing::{SortBy, View};
use rushes::engine::event::Event as Told;
use rushes::library::{Library, Opened, Paths};
use rushes::ui::screens::gallery_layout::{Block, arrange, arrange_wall};
use rushes::ui::screens::{NoPictures, UiState, root_ui};
use rushes::ui::theme;

/// Frames of the scripted scroll.
const FRAMES: usize = 600;
const WINDOW: Vec2 = Vec2::new(1440.0, 900.0);

/// One moment for all inputs.
const NOW: Now = Now { time: UnixMillis(1), random: 1 };

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [mode, count] = &arguments[..]
        && mode == "one"
    {
        one(count.parse().expect("a number of clips"));
        return;
    }
    let sizes: Vec<usize> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![100, 10_000, 100_000] } else { sizes };
    let this = std::env::current_exe().expect("this program");
    for size in sizes {
        let status = Command::new(&this).args(["one", &size.to_string()]).status().expect("it runs");
        assert!(status.success(), "{size} clips");
    }
}

/// All measures with this many clips.
fn one(count: usize) {
    println!("\n{count} clips");
    let dir = tempfile::tempdir().expect("a folder");
    let paths = Paths::portable(dir.path());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let library = Library::open(&paths).expect("opens").library;
    timed("write all", || runtime.block_on(many::fill(&library, count)).expect("stored"));
    runtime.block_on(library.close());
    println!("  {:<38} {:>10.1} MB", "library.db", size_of(&paths.database()));

    let before = memory();
    // The first start after so many new orders takes them into the history of prompts.
    runtime.block_on(
        timed("open the library for the first time", || Library::open(&paths).expect("opens")).library.close(),
    );
    let opened = timed("open the library", || Library::open(&paths).expect("opens"));
    // What the engine keeps.
    let Opened { library, live: shared, rows_read, .. } = opened;
    println!("  {:<38} {rows_read:>10}", "rows read");
    println!("  {:<38} {:>10.1} MB", "memory for that (PSS)", memory() - before);
    let jobs = timed("read all jobs", || runtime.block_on(library.every_job()).expect("readable"));
    let jobs = Jobs::from(jobs);
    let mut state = AppState::new(UnixMillis(1));
    timed("take all jobs into the window", || {
        apply(
            &mut state,
            NOW,
            Input::Opened {
                jobs,
                draft: None,
                settings: Box::new(Settings { is_welcomed: true, ..Settings::default() }),
                warnings: Vec::new(),
                clip_folder: "clips".into(),
            },
        )
    });
    println!("  {:<38} {:>10.1} MB", "memory for all of that (PSS)", memory() - before);

    let mut changed = many::job(count / 2);
    let mut stars = 0;
    median_of("one job changed", || {
        stars = (stars + 1) % 6;
        changed.verdict.rating = rushes::domain::Rating::new(stars);
        apply(&mut state, NOW, Input::Engine(Told::JobChanged(Box::new(changed.clone()))));
    });
    for (name, browse) in [
        ("sort by stars", Browse::SortBy(SortBy::Stars)),
        ("look at the wall", Browse::View(View::Wall)),
        ("choose all", Browse::SelectAll),
        ("look at groups", Browse::View(View::Groups)),
    ] {
        timed(name, || apply(&mut state, NOW, Input::Act(Action::Browse(browse))));
    }
    apply(&mut state, NOW, Input::Act(Action::Select(None)));
    median_of("lay out groups", || {
        let blocks: Vec<Block> = state
            .gallery
            .groups
            .iter()
            .map(|group| Block { ratio: ratio(group.pixels), count: group.takes.len() })
            .collect();
        std::hint::black_box(arrange(&blocks, 752.0, 136.0));
    });
    median_of("lay out the wall", || {
        let ratios = state.gallery.order().map(|_| 16.0 / 9.0);
        std::hint::black_box(arrange_wall(ratios, 752.0, 136.0));
    });

    timed("first search, makes the index", || runtime.block_on(library.search("boat".to_owned())).expect("an answer"));
    println!("  {:<38} {:>10.1} MB", "search.db", size_of(&paths.search_index()));
    for typed in ["b", "bo", "boat", "peony dawn", "shot 77", "watermark", "nothing like it"] {
        let mut hits = 0;
        median_of(&format!("search for “{typed}”"), || {
            hits = runtime.block_on(library.search(typed.to_owned())).expect("an answer").len();
        });
        println!("  {:<38} {hits:>10}", "  finds");
    }
    let hits = runtime.block_on(library.search("bo".to_owned())).expect("an answer");
    let question = state.browsing.question + 1;
    apply(&mut state, NOW, Input::Act(Action::Search("bo".to_owned())));
    timed("show what was found", || apply(&mut state, NOW, Input::Hits { question, jobs: hits }));
    apply(&mut state, NOW, Input::Act(Action::Search(String::new())));

    scroll(&state);
    println!("  {:<38} {:>10.1} MB", "memory after scrolling (PSS)", memory() - before);
    drop(shared);
    runtime.block_on(library.close());
}

/// Scrolls through the whole gallery and prints how long a frame takes on the processor.
fn scroll(state: &AppState) {
    let ctx = Context::default();
    theme::install(&ctx);
    let mut ui_state = UiState::default();
    let mut frame = |number: usize, events: Vec<Event>| {
        let began = Instant::now();
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, WINDOW)),
            time: Some(number as f64 / 60.0),
            events,
            ..RawInput::default()
        };
        let mut actions = Vec::new();
        let mut output = ctx.run_ui(input, |ui| {
            root_ui(state, &mut ui_state, &mut NoPictures, ui, &mut actions);
        });
        output.textures_delta.clear();
        let shapes = std::mem::take(&mut output.shapes);
        std::hint::black_box(ctx.tessellate(shapes, output.pixels_per_point));
        began.elapsed()
    };
    let middle = Event::PointerMoved(Pos2::new(700.0, 500.0));
    // The first frames read fonts and lay everything out.
    timed("first frame", || frame(0, vec![middle]));
    for number in 1..10 {
        frame(number, Vec::new());
    }
    let mut times: Vec<Duration> = (10..FRAMES + 10)
        .map(|number| {
            let wheel = Event::MouseWheel {
                unit: MouseWheelUnit::Point,
                delta: Vec2::new(0.0, -400.0),
                phase: egui::TouchPhase::Move,
                source: egui::MouseWheelSource::Wheel,
                modifiers: egui::Modifiers::NONE,
            };
            frame(number, vec![wheel])
        })
        .collect();
    times.sort_unstable();
    println!("  {:<38} {:>10.3} ms", "a scrolled frame, median", millis(times[FRAMES / 2]));
    println!("  {:<38} {:>10.3} ms", "a scrolled frame, 99 of 100 within", millis(times[FRAMES * 99 / 100]));
}

fn ratio((width, height): (u32, u32)) -> f32 {
    width as f32 / height as f32
}

fn timed<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let result = work();
    println!("  {name:<38} {:>10.3} ms", millis(began.elapsed()));
    result
}

fn median_of(name: &str, mut work: impl FnMut()) {
    let mut times: Vec<Duration> = (0..11)
        .map(|_| {
            let began = Instant::now();
            work();
            began.elapsed()
        })
        .collect();
    times.sort_unstable();
    println!("  {name:<38} {:>10.3} ms", millis(times[5]));
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn size_of(file: &std::path::Path) -> f64 {
    file.metadata().map_or(0.0, |meta| meta.len() as f64 / 1e6)
}

/// Proportional share of memory of this process in megabytes; 0 where the system does not tell.
fn memory() -> f64 {
    let text = std::fs::read_to_string("/proc/self/smaps_rollup").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"));
    line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<f64>().ok()).map_or(0.0, |kib| kib / 1_000.0)
}
