//! Opens the window: on a library, or on the component sheet.

use std::ffi::OsString;
use std::path::Path;

use anyhow::Context as _;
use eframe::egui;
use raw_window_handle::{HasDisplayHandle as _, RawDisplayHandle};

use super::cinema::Tally;
use super::frame_log::FrameLog;
use super::repainter::Repainter;
use super::studio::{Studio, first_look};
use super::world::World;
use crate::app::action::Input;
use crate::app::action::paging::PageNews;
use crate::app::state::jobs::Jobs;
use crate::domain::shared::SharedJob;
use crate::domain::storyboard::Storyboards;
use crate::session::{Home, Manner, Opened, Session, first_page};
use crate::ui::components::components_ui;

/// Inner size of the window in points, unless a size was stored.
const USUAL_SIZE: (f32, f32) = (1440.0, 900.0);

/// The program's own picture, 256 pixels wide.
const ICON: &[u8] = include_bytes!("../../assets/app/rushes.png");

/// Error message for a system without a display. It says that the command line still works.
const NO_DISPLAY: &str = "There is no display for the window: neither WAYLAND_DISPLAY nor DISPLAY is set. Rushes works \
                          without one on the command line (rushes --help), or on a virtual one (xvfb-run rushes). What \
                          works here: rushes doctor";

/// Whether files that are dropped on the window are told to it. On Wayland they are not: winit knows no drag and drop there.
fn gets_drops(creation: &eframe::CreationContext<'_>) -> bool {
    !matches!(creation.display_handle().map(|handle| handle.as_raw()), Ok(RawDisplayHandle::Wayland(_)))
}

/// Whether the environment has a display. macOS and Windows always have one.
fn has_display(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let names = ["WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DISPLAY"];
    cfg!(not(target_os = "linux"))
        || names.into_iter().any(|name| variable(name).is_some_and(|value| !value.is_empty()))
}

/// Opens the window on the library in `folder`, or on the default library of the user, and returns when it is closed.
///
/// # Errors
///
/// A sentence for the user if the library is in use or cannot be read, or if the desktop cannot show a window.
pub fn open(folder: Option<&Path>) -> anyhow::Result<()> {
    // Check this before creating any file, because nothing works without a display.
    ensure_display()?;
    let home = Home::find(folder)?;
    let Opened { library, live, finished, history, warnings, .. } = home.open()?;
    // The runtime is created by hand and not entered, because the accessibility bus brings a runtime of its own.
    let tokio = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("engine")
        .enable_all()
        .build()
        .context("Rushes cannot start its threads")?;
    let page = tokio.block_on(first_page(&library, &home.settings.look, &live))?;
    let live: Vec<SharedJob> = live.into_iter().map(SharedJob::from).collect();
    // What the engine goes on with is in the window from the start, and all there is where that is not much.
    let others = match (&page, finished) {
        (Some(_), _) => Vec::new(),
        (None, Some(finished)) => finished,
        (None, None) => tokio.block_on(library.every_job()).context("The jobs of the library cannot be read")?,
    };
    let jobs: Jobs = others.into_iter().map(SharedJob::from).chain(live.iter().map(SharedJob::share)).collect();
    let told = history.clone();
    let draft = tokio.block_on(library.draft()).unwrap_or_default();
    let (storyboards, of_storyboards) = match tokio.block_on(library.storyboards()) {
        Ok((boards, 0)) => (boards, None),
        Ok((boards, _)) => (
            boards,
            Some("A part of the storyboards cannot be read. The rest is here; nothing of it was deleted.".to_owned()),
        ),
        Err(err) => (Storyboards::default(), Some(format!("The storyboards cannot be read: {err}."))),
    };
    let panes = home.settings.panes();
    let options = window_options("Rushes", panes.window.unwrap_or(USUAL_SIZE));
    let build = move |creation: &eframe::CreationContext<'_>| {
        let ctx = creation.egui_ctx.clone();
        first_look(&ctx, &home.settings);
        let repainter = Repainter::of(ctx);
        let waker = repainter.clone();
        let wake_up = move || waker.wake();
        let (session, events) =
            Session::start(&home, library, live, history, tokio.handle().clone(), Manner::WINDOW, wake_up)?;
        let Home { paths, settings, warnings: setting_warnings, .. } = home;
        let world = World::new(tokio, session, events, settings.clone(), repainter.clone());
        let mut first = vec![Input::Opened {
            jobs,
            history: told,
            draft: draft.map(Box::new),
            settings: Box::new(settings),
            warnings: setting_warnings.into_iter().chain(warnings).chain(of_storyboards).collect(),
            clip_folder: paths.clips,
        }];
        first.extend(page.map(|page| Input::Page(PageNews::Opened(Box::new(page)))));
        first.push(Input::StoryboardsRead(Box::new(storyboards)));
        if !gets_drops(creation) {
            first.push(Input::NoDrops);
        }
        Ok(Box::new(Studio::new(world, repainter, panes, first)) as Box<dyn eframe::App>)
    };
    run("Rushes", options, Box::new(build))
}

/// Opens a window on the component sheet and returns when it is closed. The look comes from the settings of the library
/// in `folder`. Nothing else of the library is read, and nothing is written.
///
/// # Errors
///
/// A sentence for the user if the desktop cannot show a window.
pub fn open_components(folder: Option<&Path>) -> anyhow::Result<()> {
    ensure_display()?;
    let settings = Home::find(folder)?.settings;
    let build = move |creation: &eframe::CreationContext<'_>| {
        first_look(&creation.egui_ctx, &settings);
        Ok(Box::new(ComponentSheet { frames: FrameLog::of_environment() }) as Box<dyn eframe::App>)
    };
    run("Rushes components", window_options("Rushes components", USUAL_SIZE), Box::new(build))
}

/// The application of [`open_components`].
struct ComponentSheet {
    frames: FrameLog,
}

impl eframe::App for ComponentSheet {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.frames.count(Tally::default());
        components_ui(ui);
    }
}

/// Returns an error if there is no display.
fn ensure_display() -> anyhow::Result<()> {
    anyhow::ensure!(has_display(|name| std::env::var_os(name)), NO_DISPLAY);
    Ok(())
}

fn window_options(title: &str, (width, height): (f32, f32)) -> eframe::NativeOptions {
    let viewport = with_icon(egui::ViewportBuilder::default())
        .with_title(title)
        .with_app_id("rushes")
        .with_inner_size([width, height])
        .with_min_inner_size([720.0, 540.0]);
    eframe::NativeOptions {
        viewport,
        renderer: eframe::Renderer::Glow,
        // egui anti-aliases text and flat shapes by itself; multisampling would only cost time.
        multisampling: 0,
        // It hides steps in gradients, of which the window has only shadows. Where there is no graphics card it costs the
        // processor a sixth of its time.
        dithering: false,
        ..eframe::NativeOptions::default()
    }
}

/// The picture of the window in task bars and switchers, the same as in the packages.
fn with_icon(viewport: egui::ViewportBuilder) -> egui::ViewportBuilder {
    match eframe::icon_data::from_png_bytes(ICON) {
        Ok(icon) => viewport.with_icon(icon),
        Err(err) => {
            tracing::warn!(%err, "the window has no picture of its own");
            viewport
        }
    }
}

fn run(name: &str, options: eframe::NativeOptions, build: eframe::AppCreator<'_>) -> anyhow::Result<()> {
    eframe::run_native(name, options, build).map_err(|err| {
        anyhow::anyhow!(
            "The window cannot be opened: {err}\nUse the command line (rushes --help), or see what works here: rushes doctor"
        )
    })
}
