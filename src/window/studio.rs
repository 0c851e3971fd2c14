//! The loop of the window: takes inputs, calls the pure update, draws the screens, and hands effects to the services.

use std::cell::Cell;
use std::time::{Duration, Instant};

use eframe::egui;

use super::cinema::Cinema;
use super::fit::fit;
use super::frame_log::FrameLog;
use super::pictures::PictureShelf;
use super::repainter::Repainter;
use super::services::Services;
use crate::app::action::hands::HandsNews;
use crate::app::action::{Effects, Input, WindowEffect};
use crate::app::state::AppState;
use crate::app::update::{Now, apply, leave, next_wake};
use crate::app::view::desk;
use crate::domain::Settings;
use crate::domain::settings::{HandsSettings as Aids, Panes, Theme};
use crate::engine::event::Event;
use crate::session::{entropy, environment_urls, wall_clock};
use crate::ui::screens::{UiState, root_ui};
use crate::ui::{occlusion, theme, tokens};

/// Maximum time per frame for handling inputs; the rest waits for the next frame.
const DRAIN: Duration = Duration::from_millis(10);

/// The application that egui runs.
pub struct Studio<S> {
    state: AppState,
    ui_state: UiState,
    services: S,
    pictures: PictureShelf,
    cinema: Cinema,
    repainter: Repainter,
    frames: FrameLog,
    panes: Panes,
    was_in_front: bool,
    /// The title as it stands on the window.
    title: String,
    /// The window was compared with its screen, which is done once.
    is_fitted: bool,
    /// The color of the largest pane, once it was drawn.
    ground: Option<egui::Color32>,
    /// The color that the window was given before this frame was painted. A new theme comes to it one frame later.
    cleared: Cell<egui::Color32>,
}

impl<S: Services> Studio<S> {
    /// Creates the application over `services`. The inputs in `first` are handled before the first frame.
    pub fn new(services: S, repainter: Repainter, panes: Panes, first: Vec<Input>) -> Self {
        let mut state = AppState::new(wall_clock());
        state.time_zone = jiff::tz::TimeZone::system();
        state.environment_urls = environment_urls();
        let ui_state =
            UiState { form_width: panes.form_width, details_width: panes.details_width, ..UiState::default() };
        let pictures = PictureShelf::new(repainter.clone());
        let cinema = Cinema::new(repainter.clone());
        let frames = FrameLog::of_environment();
        let mut studio = Self {
            state,
            ui_state,
            services,
            pictures,
            cinema,
            repainter,
            frames,
            panes,
            was_in_front: true,
            title: "Rushes".to_owned(),
            is_fitted: false,
            ground: None,
            cleared: Cell::new(egui::Color32::TRANSPARENT),
        };
        for input in first {
            studio.put(None, input);
        }
        studio.ui_state.focus_prompt = true;
        studio
    }

    /// The state of the application, for tests.
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// The services, for tests.
    pub fn services_mut(&mut self) -> &mut S {
        &mut self.services
    }

    fn put(&mut self, ctx: Option<&egui::Context>, input: Input) {
        match &input {
            Input::Engine(Event::JobChanged(job) | Event::Settled(job, _)) => self.pictures.changed(job),
            Input::FilesMissing(_) => self.pictures.films_looked_for(),
            _ => {}
        }
        let now = Now { time: wall_clock(), random: entropy() };
        let Effects { services, window } = apply(&mut self.state, now, input);
        for effect in window {
            self.show(ctx, effect);
        }
        for effect in services {
            self.services.perform(effect);
        }
    }

    /// Does at once what concerns the window. Before the first frame there is no `ctx` to do most of it to; `first_look`
    /// does it then.
    fn show(&mut self, ctx: Option<&egui::Context>, effect: WindowEffect) {
        match (effect, ctx) {
            (WindowEffect::FocusPrompt, _) => self.ui_state.focus_prompt = true,
            (WindowEffect::PromptCursor(place), _) => self.ui_state.form.prompt_cursor = Some(place),
            (_, None) => {}
            (WindowEffect::CopyText(text), Some(ctx)) => ctx.copy_text(text),
            (WindowEffect::CopyFileList(files), Some(ctx)) => {
                let paths = files.iter().map(|file| self.services.clip_file(file).display().to_string());
                ctx.copy_text(paths.collect::<Vec<_>>().join("\n"));
            }
            (WindowEffect::ApplyTheme(theme), Some(ctx)) => apply_theme(ctx, theme),
            (WindowEffect::ApplyScale(percent), Some(ctx)) => ctx.set_zoom_factor(f32::from(percent) / 100.0),
            (WindowEffect::ApplyAids { reduced_motion, high_contrast }, Some(ctx)) => {
                apply_aids(ctx, reduced_motion, high_contrast);
            }
            (WindowEffect::ComeToFront, Some(ctx)) => {
                ctx.send_viewport_cmd(egui::ViewportCommand::Minimized(false));
                ctx.send_viewport_cmd(egui::ViewportCommand::Focus);
            }
            (WindowEffect::Quit, Some(ctx)) => ctx.send_viewport_cmd(egui::ViewportCommand::Close),
        }
    }

    /// Advances the logic by one frame: clock, progress of jobs, and inputs for at most `DRAIN`.
    pub fn advance(&mut self, ctx: &egui::Context) {
        self.put(Some(ctx), Input::Tick);
        self.fit(ctx);
        let is_in_front = ctx.input(|input| input.focused);
        let was_in_front = std::mem::replace(&mut self.was_in_front, is_in_front);
        if !was_in_front && is_in_front {
            self.put(Some(ctx), Input::CameToFront);
        }
        if was_in_front && !is_in_front {
            self.put(Some(ctx), Input::Hands(HandsNews::Left));
        }
        let title = desk::title(&self.state);
        if title != self.title {
            ctx.send_viewport_cmd(egui::ViewportCommand::Title(title.clone()));
            self.title = title;
        }
        let live = self.services.live();
        if live.jobs != self.state.live.jobs {
            self.put(Some(ctx), Input::Numbers(live));
        }
        let began = Instant::now();
        while let Some(input) = self.services.receive() {
            self.put(Some(ctx), input);
            if began.elapsed() > DRAIN {
                self.repainter.wake();
                break;
            }
        }
        for input in self.cinema.follow(ctx, &self.state, &self.services) {
            self.put(Some(ctx), input);
        }
        if let Some(delay) = next_wake(&self.state) {
            self.repainter.after(delay);
        }
    }

    /// Draws one frame and handles the actions of the user.
    pub fn draw(&mut self, ui: &mut egui::Ui) {
        self.frames.count(self.cinema.tally());
        self.ground = Some(tokens::tokens(ui).color.bg_gallery);
        let mut actions = Vec::new();
        let mut shelf = self.pictures.on(ui.ctx(), &self.services, &mut self.cinema);
        root_ui(&self.state, &mut self.ui_state, &mut shelf, ui, &mut actions);
        if self.state.playback.is_playing {
            occlusion::cull(ui.ctx(), self.cinema.textures(), self.cleared.get());
        }
        for job in self.pictures.take_lost() {
            // What follows comes back as an event, which wakes the window.
            self.put(None, Input::PosterLost(job));
        }
        self.cinema.drawn(ui.ctx());
        if actions.is_empty() {
            return;
        }
        let ctx = ui.ctx().clone();
        for action in actions {
            self.put(Some(&ctx), Input::Act(action));
        }
        // Draw this frame again with the new state, so that a price is never one frame older than the choice beside it.
        ctx.request_discard("the state changed");
        self.repainter.wake();
    }

    /// Once the screen is known, a window that is too large for it takes the room that there is.
    fn fit(&mut self, ctx: &egui::Context) {
        if self.is_fitted {
            return;
        }
        let command = ctx.input(|input| {
            let viewport = input.viewport();
            self.is_fitted = viewport.monitor_size.is_some() && viewport.inner_rect.is_some();
            fit(viewport)
        });
        if let Some(command) = command {
            ctx.send_viewport_cmd(command);
        }
    }

    fn remember_window(&mut self, ctx: &egui::Context) {
        let size = ctx.content_rect().size();
        let scale = ctx.zoom_factor();
        self.panes = Panes {
            window: Some((size.x * scale, size.y * scale)),
            form_width: self.ui_state.form_width,
            details_width: self.ui_state.details_width,
        };
    }
}

impl<S: Services> eframe::App for Studio<S> {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.advance(ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.draw(ui);
        self.remember_window(&ui.ctx().clone());
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.put(None, Input::PanesMeasured(self.panes));
        for effect in leave(&mut self.state) {
            self.services.perform(effect);
        }
        self.services.close();
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        let color = self.ground.unwrap_or(visuals.panel_fill);
        self.cleared.set(color);
        color.to_normalized_gamma_f32()
    }
}

/// Installs fonts and styles and applies theme and scale from the settings, before the first frame.
pub(super) fn first_look(ctx: &egui::Context, settings: &Settings) {
    theme::install(ctx);
    apply_theme(ctx, settings.theme);
    // What the desktop wishes is not known yet.
    let Aids { reduced_motion, high_contrast, .. } = &settings.hands;
    apply_aids(ctx, reduced_motion.is_on(false), high_contrast.is_on(false));
    ctx.set_zoom_factor(f32::from(settings.interface_scale) / 100.0);
    // The program has its own zoom commands, which store the scale in the settings.
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
}

fn apply_aids(ctx: &egui::Context, reduced_motion: bool, high_contrast: bool) {
    theme::set_contrast(ctx, high_contrast);
    tokens::set_reduced_motion(ctx, reduced_motion);
}

fn apply_theme(ctx: &egui::Context, theme: Theme) {
    ctx.set_theme(match theme {
        Theme::System => egui::ThemePreference::System,
        Theme::Dark => egui::ThemePreference::Dark,
        Theme::Light => egui::ThemePreference::Light,
    });
}

#[cfg(test)]
mod tests;
