//! What a gallery costs with no clip and with up to a million: start, memory, a rating, a search, and a frame while it
//! scrolls, drawn without a graphics card. Only a part of a large library is in memory, as in the window.
//!
//! Prints figures and judges none: how fast a computer is says nothing about whether the program is right. Every size runs
//! in a process of its own, so that memory can be told apart. Other sizes: `rig-gallery 1000 50000`.
//! With `RUSHES_BENCH_LIBRARIES=DIR` the libraries are kept there and not made again.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use eframe::egui;
use egui::{Context, Event, MouseWheelUnit, Pos2, RawInput, Rect, Vec2};
use rushes::app::action::browse::Browse;
use rushes::app::action::curate::Curate;
use rushes::app::action::paging::{PageNews, PageWork};
use rushes::app::state::jobs::Jobs;
use rushes::app::update::apply;
use rushes::app::{Action, AppState, Effect, Input, Now};
use rushes::domain::browsing::{Filter, KeptLook, SortBy, View};
use rushes::domain::{Job, JobId, Rating, Settings, UnixMillis};
use rushes::engine::event::Event as Told;
use rushes::library::{Library, Opened, Paths};
use rushes::session::first_page;
use rushes::ui::screens::{NoPictures, UiState, root_ui};
use rushes::ui::theme;
use rushes_rig::many;
use tokio::runtime::Runtime;

/// Frames of the scripted scroll.
const FRAMES: usize = 1_500;
/// How often each of the short things is measured.
const TIMES: usize = 200;
/// How often each search is made.
const SEARCHES: usize = 20;
/// The same where each counts so many hits that it takes seconds.
const LONG_SEARCHES: usize = 3;
const WINDOW: Vec2 = Vec2::new(1440.0, 900.0);
/// What is typed letter by letter.
const TYPED: [&str; 7] = ["b", "bo", "boat", "peony dawn", "shot 77", "watermark", "nothing like it"];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [mode, count, dir] = &arguments[..]
        && mode == "one"
    {
        one(count.parse().expect("a number of clips"), Path::new(dir));
        return;
    }
    let sizes: Vec<usize> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![0, 100, 10_000, 100_000] } else { sizes };
    let this = std::env::current_exe().expect("this program");
    let temporary = tempfile::tempdir().expect("a folder");
    let kept = std::env::var_os("RUSHES_BENCH_LIBRARIES").map(PathBuf::from);
    for size in sizes {
        let dir = kept.as_deref().unwrap_or(temporary.path()).join(size.to_string());
        let fill = || {
            let runtime = runtime();
            let library = Library::open(&Paths::portable(&dir)).expect("opens").library;
            runtime.block_on(many::fill(&library, size)).expect("stored");
            runtime.block_on(library.close());
        };
        println!("\n{size} clips");
        if !dir.exists() {
            timed("write all", fill);
        }
        println!("  {:<44} {:>10.1} MB", "library.db", size_of(&Paths::portable(&dir).database()));
        let status = Command::new(&this).arg("one").arg(size.to_string()).arg(&dir).status().expect("it runs");
        assert!(status.success(), "{size} clips");
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// The window's rules on a library, with a screen that nobody sees.
struct Desk {
    runtime: Runtime,
    library: Library,
    state: AppState,
    ctx: Context,
    ui_state: UiState,
    frames: usize,
}

impl Desk {
    /// Takes an input; the library answers at once. Returns how much of the time the library took.
    fn put(&mut self, input: Input) -> Duration {
        self.put_and_time(input).0
    }

    /// The same, with the time until the first answer of the library was taken in.
    fn put_and_time(&mut self, input: Input) -> (Duration, Duration) {
        let put_at = Instant::now();
        let mut first = None;
        let now = Now { time: UnixMillis(1_000_000 + self.frames as i64 * 16), random: 1 };
        let mut answering = Duration::ZERO;
        let mut effects = apply(&mut self.state, now, input).services;
        while let Some(effect) = effects.pop() {
            let Effect::Page(work) = effect else { continue };
            let began = Instant::now();
            let news = match work {
                PageWork::Span(ask) => {
                    PageNews::Span(Box::new(self.runtime.block_on(self.library.span(*ask)).expect("an answer")))
                }
                PageWork::Shown { number, look, ends, limit } => {
                    let jobs = self.runtime.block_on(self.library.shown(*look, ends, limit)).expect("an answer");
                    PageNews::Shown { number, jobs }
                }
            };
            answering += began.elapsed();
            effects.extend(apply(&mut self.state, now, Input::Page(news)).services);
            first.get_or_insert_with(|| put_at.elapsed());
        }
        (answering, first.unwrap_or_else(|| put_at.elapsed()))
    }

    fn act(&mut self, action: Action) -> Duration {
        self.put(Input::Act(action))
    }

    /// Draws a frame. Returns its time without that in which the library read in its own thread.
    fn frame(&mut self, events: Vec<Event>) -> Duration {
        self.frames += 1;
        let began = Instant::now();
        let mut answering = self.put(Input::Tick);
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, WINDOW)),
            time: Some(self.frames as f64 / 60.0),
            events,
            ..RawInput::default()
        };
        let mut actions = Vec::new();
        let (state, ui_state) = (&self.state, &mut self.ui_state);
        let mut output = self.ctx.run_ui(input, |ui| {
            root_ui(state, ui_state, &mut NoPictures, ui, &mut actions);
        });
        output.textures_delta.clear();
        let shapes = std::mem::take(&mut output.shapes);
        std::hint::black_box(self.ctx.tessellate(shapes, output.pixels_per_point));
        for action in actions {
            answering += self.act(action);
        }
        began.elapsed().saturating_sub(answering)
    }
}

/// All measures with this many clips.
fn one(count: usize, dir: &Path) {
    let paths = Paths::portable(dir);
    let runtime = runtime();
    let ctx = Context::default();
    theme::install(&ctx);
    let began = Instant::now();
    let Opened { library, live, .. } = timed("open the library", || Library::open(&paths).expect("opens"));
    let page = timed("read the first page", || {
        runtime.block_on(first_page(&library, &KeptLook::default(), &live)).expect("an answer")
    });
    let jobs: Jobs = match page {
        Some(_) => live.into(),
        None => runtime.block_on(library.every_job()).expect("an answer").into(),
    };
    let state = AppState::new(UnixMillis(1_000_000));
    let ui_state = UiState::default();
    let mut desk = Desk { runtime, library, state, ctx, ui_state, frames: 0 };
    let settings = Box::new(Settings { is_welcomed: true, ..Settings::default() });
    desk.put(Input::Opened {
        jobs,
        history: rushes::domain::progress::History::default(),
        draft: None,
        settings,
        warnings: Vec::new(),
        clip_folder: "clips".into(),
    });
    if let Some(page) = page {
        desk.put(Input::Page(PageNews::Opened(Box::new(page))));
    }
    timed("first frame", || desk.frame(vec![Event::PointerMoved(Pos2::new(700.0, 500.0))]));
    println!("  {:<44} {:>10.3} ms", "from nothing to the first frame", millis(began.elapsed()));
    println!("  {:<44} {:>10.1} MB", "memory then (PSS)", memory());
    if count == 0 {
        return desk.runtime.block_on(desk.library.close());
    }
    for _ in 0..30 {
        desk.frame(Vec::new());
    }

    let order: Vec<JobId> = desk.state.gallery.order().take(TIMES).collect();
    let rated: Vec<Duration> = (0..TIMES)
        .map(|time| {
            let job = order[time % order.len()];
            let began = Instant::now();
            desk.act(Action::Curate(Curate::Rate(vec![job], Rating::new(1 + (time % 5) as u8))));
            desk.frame(Vec::new());
            began.elapsed()
        })
        .collect();
    percentiles("a rating until it is drawn", rated);
    let told: Vec<Duration> = (0..TIMES)
        .map(|time| {
            let job: Job = desk.state.jobs[&order[time % order.len()]].clone();
            let began = Instant::now();
            desk.put(Input::Engine(Told::JobChanged(Box::new(job))));
            began.elapsed()
        })
        .collect();
    percentiles("the engine tells of a job", told);

    for (name, browse) in [
        ("sort by stars", Browse::SortBy(SortBy::Stars)),
        ("look at the wall", Browse::View(View::Wall)),
        ("the last card", Browse::ToEnd(true)),
        ("the middle", Browse::Near(count as u64 / 2)),
        ("look at groups", Browse::View(View::Groups)),
        ("the middle of these", Browse::Near(count as u64 / 8)),
        ("sort by time", Browse::SortBy(SortBy::Newest)),
    ] {
        timed(name, || desk.act(Action::Browse(browse)));
    }
    for filter in [Filter::Ready, Filter::Failed, Filter::All] {
        timed(&format!("show {}", filter.word()), || desk.act(Action::SetFilter(filter)));
    }

    timed("first search, makes the index", || desk.act(Action::Search("boat".to_owned())));
    println!("  {:<44} {:>10.1} MB", "search.db", size_of(&paths.search_index()));
    for typed in TYPED {
        let (firsts, alls) = (0..if count > 200_000 { LONG_SEARCHES } else { SEARCHES })
            .map(|_| {
                desk.act(Action::Search(String::new()));
                let began = Instant::now();
                let (_, first) = desk.put_and_time(Input::Act(Action::Search(typed.to_owned())));
                (first, began.elapsed())
            })
            .unzip();
        percentiles(&format!("search for “{typed}” until it is shown"), firsts);
        percentiles("  until all are counted", alls);
        let gallery = &desk.state.gallery;
        println!("  {:<44} {:>10}", "  finds groups", gallery.before() + gallery.here() + gallery.after());
    }
    desk.act(Action::Search(String::new()));

    let times: Vec<Duration> = (0..FRAMES)
        .map(|_| {
            let wheel = Event::MouseWheel {
                unit: MouseWheelUnit::Point,
                delta: Vec2::new(0.0, -400.0),
                phase: egui::TouchPhase::Move,
                source: egui::MouseWheelSource::Wheel,
                modifiers: egui::Modifiers::NONE,
            };
            desk.frame(vec![wheel])
        })
        .collect();
    percentiles("a scrolled frame", times);
    println!("  {:<44} {:>10}", "jobs in memory", desk.state.jobs.len());
    println!("  {:<44} {:>10.1} MB", "memory after all that (PSS)", memory());
    desk.runtime.block_on(desk.library.close());
}

fn timed<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let result = work();
    println!("  {name:<44} {:>10.3} ms", millis(began.elapsed()));
    result
}

fn percentiles(name: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |percent: usize| millis(times[(times.len() * percent / 100).min(times.len() - 1)]);
    println!("  {name:<44} {:>10.3} ms, 99 of 100 within {:.3} ms", at(50), at(99));
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn size_of(file: &Path) -> f64 {
    file.metadata().map_or(0.0, |meta| meta.len() as f64 / 1e6)
}

/// Proportional share of memory of this process in megabytes; 0 where the system does not tell.
fn memory() -> f64 {
    let text = std::fs::read_to_string("/proc/self/smaps_rollup").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"));
    line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<f64>().ok()).map_or(0.0, |kib| kib / 1_000.0)
}
