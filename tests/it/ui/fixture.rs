//! Jobs in many states, painted posters, and a scene that plays the shell's part.

use std::collections::HashMap;
use std::time::Duration;

use egui::{Color32, ColorImage, Context, TextureHandle, TextureId, TextureOptions, Theme, Vec2};
use egui_kittest::Harness;
use rushes::app::action::KeyFound;
use rushes::app::state::KeyPlace;
use rushes::app::state::playback::FilmFacts;
use rushes::app::update::apply;
use rushes::app::{Action, AppState, Effect, Effects, Input, Now, WindowEffect};
use rushes::domain::job::{Clip, Poster};
use rushes::domain::money::CreditValue;
use rushes::domain::outcome::{Failure, NetworkCause, UnconfirmedCause};
use rushes::domain::request::StoredPicture;
use rushes::domain::samples;
use rushes::domain::search::{SearchWords, text_of};
use rushes::domain::{
    Amount, AspectRatio, Charge, ClipDuration, Credits, Draft, Ending, GatewayId, Job, JobId, JobState, Money,
    RemoteId, Resolution, Seed, UnixMillis, Verdict,
};
use rushes::engine::event::{Event, GatewayHealth, Live, LiveJob};
use rushes::ui::screens::{FilmPicture, Pictures, UiState, root_ui};
use rushes::ui::widgets::StripTexture;
use rushes::ui::{occlusion, theme};

/// 4 June 2026, 14:05 UTC.
const NOW: UnixMillis = UnixMillis(1_780_581_900_000);
const STRIP_FRAMES: u16 = 16;
pub const BOAT: &str = "A paper boat drifts down a rain-wet street at night, neon reflections breaking in the ripples, low angle, slow push-in, 35 mm";

/// A window with a pure update behind it and nothing else.
pub struct Scene {
    pub state: AppState,
    pub ui_state: UiState,
    pub effects: Vec<Effect>,
    pub window_effects: Vec<WindowEffect>,
    /// What films and surfaces hide is taken out of the frame, as while a film runs.
    pub is_culled: bool,
    posters: Painted,
    /// The random bits of the newest input.
    drawn: u64,
}

impl Scene {
    fn new() -> Self {
        Self {
            state: AppState::new(NOW),
            ui_state: UiState::default(),
            effects: Vec::new(),
            window_effects: Vec::new(),
            is_culled: false,
            posters: Painted::default(),
            drawn: 0,
        }
    }

    pub fn put(&mut self, input: Input) {
        self.drawn += 1;
        let now = Now { time: self.state.now, random: self.drawn };
        let Effects { services, window } = apply(&mut self.state, now, input);
        self.ui_state.focus_prompt |= window.contains(&WindowEffect::FocusPrompt);
        for effect in &window {
            if let WindowEffect::PromptCursor(place) = effect {
                self.ui_state.form.prompt_cursor = Some(*place);
            }
        }
        self.window_effects.extend(window);
        for effect in services {
            match effect {
                Effect::Search { text, question } => {
                    let words = SearchWords::new(&text);
                    let found = self.state.jobs.values().filter(|job| words.are_in(&text_of(job)));
                    let jobs = found.map(|job| job.id).collect();
                    self.put(Input::Hits { question, jobs });
                }
                other => self.effects.push(other),
            }
        }
    }

    pub fn act(&mut self, action: Action) {
        self.put(Input::Act(action));
    }

    /// A film of 192 frames in 8 s was opened, and the picture of this frame is at hand.
    pub fn film(&mut self, job: JobId, frame: u32) {
        let film = FilmFacts { frames: 192, duration_millis: 8_000, width: 1280, height: 720, has_audio: false };
        if !self.state.films.contains_key(&job) {
            self.put(Input::FilmOpened(job, Ok(film)));
        }
        self.posters.films.insert(job, frame);
    }

    /// What was said about a clip was stored, and comes back.
    pub fn store_verdict(&mut self, job: &Job, verdict: Verdict) {
        self.job(Job { verdict, ..job.clone() });
    }

    pub fn key(&mut self, gateway: GatewayId) {
        let found = KeyFound::Present { place: KeyPlace::Keyring, last_four: Some("c901".to_owned()) };
        self.put(Input::KeyFound(gateway, found));
    }

    fn job(&mut self, job: Job) {
        self.put(Input::Engine(Event::JobChanged(Box::new(job))));
    }
}

/// Practice runs, nothing else is known.
pub fn world() -> Scene {
    let mut scene = Scene::new();
    scene.put(Input::PracticeStarted(Ok(())));
    scene
}

/// No key anywhere, no clip.
pub fn first_start() -> Scene {
    let mut scene = world();
    scene.state.clip_folder = "Videos / Rushes".to_owned();
    for gateway in GatewayId::PAID {
        scene.put(Input::KeyFound(gateway, KeyFound::None));
    }
    scene
}

fn request(prompt: &str, change: impl FnOnce(&mut Draft), seed: u32) -> rushes::domain::GenerationRequest {
    let mut draft = Draft { prompt: prompt.to_owned(), duration: ClipDuration::S8, ..Draft::default() };
    change(&mut draft);
    draft.to_request().expect("valid").with_seed(Seed::from_random(seed), true)
}

fn job(number: u128, gateway: GatewayId, state: JobState, request: rushes::domain::GenerationRequest) -> Job {
    samples::job(number).gateway(gateway).at(UnixMillis(NOW.0 - 180_000)).request(request).state(state)
}

fn ready(mut job: Job) -> Job {
    let (width, height) = job.request.pixels();
    job.clip = Some(Clip {
        size_bytes: 14_600_000,
        width,
        height,
        duration_millis: u64::from(job.request.duration().secs()) * 1000,
        has_audio: job.request.audio(),
        ..samples::clip(&format!("{}.mp4", job.id))
    });
    job.poster = Poster::Made { width, height };
    job.charge = Charge::Yes(Some(job.estimate.amount));
    job.accepted_at = Some(job.created_at);
    job.made_at = Some(job.created_at.after(Duration::from_secs(72)));
    job.remote_id = RemoteId::new("v56_8f3ac1e2");
    job.state = JobState::Ready;
    job
}

fn ending(mut job: Job, ending: Ending) -> Job {
    job.charge = ending.charge;
    job.message = Some(ending);
    job
}

/// Jobs in many states, as on the drawn sheet.
pub fn with_jobs() -> Scene {
    use GatewayId::Apiin;
    let mut scene = world();
    scene.state.settings.apiin.credit_value = CreditValue::new(Money(20_000_000), Credits(10_000));
    scene.key(Apiin);
    scene.key(GatewayId::Aigateway);
    scene.state.draft.gateway = Apiin;

    let lake = |draft: &mut Draft| draft.resolution = Resolution::P540;
    scene.job(ready(job(1, GatewayId::Practice, JobState::Ready, request("Mountain lake at golden hour", lake, 1))));
    let dunes = request("Dunes at sunrise, wind lifting sand from a sharp ridge", |_| {}, 2);
    scene.job(ready(job(2, GatewayId::Aigateway, JobState::Ready, dunes)));
    let profile = |draft: &mut Draft| {
        draft.aspect_ratio = AspectRatio::R3x4;
        draft.duration = ClipDuration::S5;
        draft.resolution = Resolution::P540;
    };
    let failure = Failure { code: None, gateway_text: None, not_allowed: true, charge: None };
    let refused = job(10, Apiin, JobState::Failed, request("Profile in warm blind light", profile, 3));
    scene.job(ending(refused, Ending::failed(Apiin, &failure)));
    let dragon = |draft: &mut Draft| draft.aspect_ratio = AspectRatio::R1x1;
    let unclear = job(
        11,
        Apiin,
        JobState::Unconfirmed,
        request("Dragon circles the castle at dusk, embers in the air, slow tilt up", dragon, 77_120_934),
    );
    let unclear = ending(unclear, Ending::unconfirmed(Apiin, UnconfirmedCause::Network(NetworkCause::TimedOut)));
    scene.job(Job { sent_at: Some(UnixMillis(NOW.0 - 170_000)), ..unclear });
    let umbrella = |draft: &mut Draft| {
        draft.aspect_ratio = AspectRatio::R9x16;
        draft.resolution = Resolution::P1080;
        draft.duration = ClipDuration::S5;
    };
    let walk = "Woman with a red umbrella walks away down a narrow street in the rain";
    scene.job(ready(job(12, Apiin, JobState::Ready, request(walk, umbrella, 5))));
    let accepted = Some(UnixMillis(NOW.0 - 9_000));
    scene.job(Job { accepted_at: accepted, ..job(13, Apiin, JobState::Waiting, request(walk, umbrella, 6)) });

    for (number, seed) in [(21, 1_804_226_117), (22, 8), (23, 9)] {
        scene.job(ready(job(number, Apiin, JobState::Ready, request(BOAT, |_| {}, seed))));
    }
    let rendering = job(24, Apiin, JobState::Generating, request(BOAT, |_| {}, 10));
    scene.job(Job { accepted_at: Some(UnixMillis(NOW.0 - 24_000)), ..rendering });
    scene.job(job(25, Apiin, JobState::Downloading, request(BOAT, |_| {}, 11)));
    scene.job(job(26, Apiin, JobState::Queued, request(BOAT, |_| {}, 12)));
    let mut live = HashMap::new();
    let coming = LiveJob { downloaded: Some((11_200_000, Some(18_000_000))), ..LiveJob::default() };
    live.insert(samples::id(25), coming);
    live.insert(samples::id(26), LiveJob { place: Some(1), ..LiveJob::default() });
    scene.put(Input::Numbers(Live { jobs: live }));
    let answered = GatewayHealth { last_answer: Some(UnixMillis(NOW.0 - 3_000)), ..GatewayHealth::default() };
    scene.put(Input::Engine(Event::GatewayChanged(Apiin, answered)));
    scene.act(Action::Select(Some(samples::id(21))));
    scene.effects.clear();
    scene
}

/// The same with the form as on the drawn sheet.
pub fn studio() -> Scene {
    let mut scene = with_jobs();
    scene.state.draft.prompt = format!("{BOAT}, shallow depth of field");
    scene.state.draft.negative_prompt = "text, watermark, extra boats".to_owned();
    scene.state.draft.duration = ClipDuration::S8;
    scene.state.draft.takes = 4;
    scene
}

/// Finished clips only.
pub fn finished() -> Scene {
    let mut scene = world();
    for number in 1..=9 {
        scene.job(ready(job(number, GatewayId::Practice, JobState::Ready, request("a finished clip", |_| {}, 1))));
    }
    scene
}

/// Very many finished clips, four takes to a prompt.
pub fn many(count: u128) -> Scene {
    let mut scene = world();
    let jobs = (0..count)
        .map(|number| {
            let prompt = format!("clip number {}", number / 4);
            ready(job(number + 1, GatewayId::Practice, JobState::Ready, request(&prompt, |_| {}, 1)))
        })
        .collect();
    scene.put(Input::Opened {
        jobs,
        history: rushes::domain::progress::History::default(),
        draft: None,
        settings: Box::default(),
        warnings: Vec::new(),
        clip_folder: "clips".into(),
    });
    assert_eq!(Amount::Free, Amount::Free.zero());
    scene
}

pub fn show(scene: Scene) -> Harness<'static, Scene> {
    show_at(scene, Vec2::new(1440.0, 900.0), Theme::Dark)
}

pub fn show_at(scene: Scene, size: Vec2, of: Theme) -> Harness<'static, Scene> {
    shown(scene, size, of, true)
}

/// The same, where the test itself looks for controls without a name.
pub fn show_unchecked(scene: Scene, size: Vec2, of: Theme) -> Harness<'static, Scene> {
    shown(scene, size, of, false)
}

fn shown(scene: Scene, size: Vec2, of: Theme, checks_names: bool) -> Harness<'static, Scene> {
    let mut installed = false;
    let builder = Harness::builder().with_size(size).with_theme(of).with_max_steps(30);
    let builder = builder.with_accessibility_check(checks_names);
    let mut harness = builder.build_ui_state(
        move |ui, scene: &mut Scene| {
            if !installed {
                theme::install(ui.ctx());
                installed = true;
                ui.ctx().request_repaint();
                return;
            }
            // The harness leaves a margin around its contents; the window has none.
            let whole = ui.ctx().content_rect();
            let mut window = ui.new_child(egui::UiBuilder::new().max_rect(whole));
            window.set_clip_rect(whole);
            let mut actions = Vec::new();
            root_ui(&scene.state, &mut scene.ui_state, &mut scene.posters.on(ui.ctx()), &mut window, &mut actions);
            if scene.is_culled {
                let films: Vec<TextureId> = scene.posters.frames.values().map(TextureHandle::id).collect();
                // The harness shows nothing before it paints.
                occlusion::cull(ui.ctx(), films, Color32::TRANSPARENT);
            }
            if !actions.is_empty() {
                ui.ctx().request_repaint();
            }
            for action in actions {
                scene.act(action);
            }
        },
        scene,
    );
    harness.run();
    harness
}

/// Posters that are painted instead of filmed: dusk over water, another hue for every clip.
#[derive(Default)]
struct Painted {
    textures: HashMap<JobId, TextureHandle>,
    strips: HashMap<JobId, TextureHandle>,
    /// Which frame of a film is at hand; it is painted in one color.
    films: HashMap<JobId, u32>,
    frames: HashMap<JobId, TextureHandle>,
}

struct PaintedOn<'a> {
    painted: &'a mut Painted,
    ctx: Context,
}

impl Painted {
    fn on(&mut self, ctx: &Context) -> PaintedOn<'_> {
        PaintedOn { painted: self, ctx: ctx.clone() }
    }
}

impl Pictures for PaintedOn<'_> {
    fn poster(&mut self, job: &Job) -> Option<(TextureId, Vec2)> {
        let (width, height) = job.request.pixels();
        let size = [(width / 4) as usize, (height / 4) as usize];
        let texture = self.painted.textures.entry(job.id).or_insert_with(|| {
            let hue = (job.id.0.as_u128() % 24) as f32 / 24.0;
            self.ctx.load_texture("poster", paint(size, hue), TextureOptions::LINEAR)
        });
        Some((texture.id(), texture.size_vec2()))
    }

    fn strip(&mut self, job: &Job) -> Option<StripTexture> {
        let (width, height) = job.request.pixels();
        let ratio = width as f32 / height as f32;
        let texture = self.painted.strips.entry(job.id).or_insert_with(|| {
            let hue = (job.id.0.as_u128() % 24) as f32 / 24.0;
            self.ctx.load_texture("strip", paint_strip((64.0 * ratio) as usize, 64, hue), TextureOptions::LINEAR)
        });
        Some(StripTexture { id: texture.id(), frames: STRIP_FRAMES, ratio })
    }

    fn film(&mut self, job: &Job) -> Option<FilmPicture> {
        let frame = *self.painted.films.get(&job.id)?;
        let texture = self.painted.frames.entry(job.id).or_insert_with(|| {
            self.ctx.load_texture("film", ColorImage::filled([16, 9], Color32::GOLD), TextureOptions::LINEAR)
        });
        Some(FilmPicture { texture: texture.id(), size: texture.size_vec2(), frame })
    }

    fn start_picture(&mut self, _picture: &StoredPicture) -> Option<(TextureId, Vec2)> {
        None
    }
}

/// The same dusk, later in every frame.
fn paint_strip(width: usize, height: usize, hue: f32) -> ColorImage {
    let frames = usize::from(STRIP_FRAMES);
    let mut sheet = ColorImage::filled([width * frames, height], Color32::BLACK);
    for frame in 0..frames {
        let picture = paint([width, height], hue + 0.02 * frame as f32);
        for y in 0..height {
            let from = y * sheet.width() + frame * width;
            sheet.pixels[from..from + width].copy_from_slice(&picture.pixels[y * width..(y + 1) * width]);
        }
    }
    sheet
}

fn paint([width, height]: [usize; 2], hue: f32) -> ColorImage {
    let mut pixels = Vec::with_capacity(width * height);
    for y in 0..height {
        for x in 0..width {
            let (u, v) = (x as f32 / width as f32, y as f32 / height as f32);
            let horizon = 0.58 + 0.015 * (u * 9.0).sin();
            let sun = 1.0 - (((u - 0.62) * 1.6).powi(2) + ((v - 0.5) * 2.2).powi(2)).sqrt().min(1.0);
            let (value, shift) = if v < horizon {
                (0.25 + 0.5 * v + 0.5 * sun, 0.12 * sun)
            } else {
                let ripple = 0.06 * ((v * 90.0).sin() + (u * 40.0 + v * 200.0).sin());
                (0.18 + 0.25 * (1.0 - v) + ripple + 0.35 * sun, 0.1 * sun - 0.05)
            };
            let color = egui::ecolor::Hsva::new((hue + shift).rem_euclid(1.0), 0.55, value.clamp(0.02, 1.0), 1.0);
            pixels.push(Color32::from(color));
        }
    }
    ColorImage::new([width, height], pixels)
}
