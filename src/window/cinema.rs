//! Uploads film frames to textures: follows the playhead, shows the same frame of every open film, and lets one of them be
//! heard.

use std::path::PathBuf;

use eframe::egui::{ColorImage, Context, TextureHandle, TextureId, TextureOptions, Vec2};

use super::repainter::Repainter;
use super::services::Services;
use crate::app::action::Input;
use crate::app::action::viewing::{FrameNews, SoundNews};
use crate::app::state::AppState;
use crate::app::state::playback::{FilmFacts, Playback};
use crate::app::view::heard::{WantedSound, wanted};
use crate::app::view::on_screen::{Supply, common_frame, dropped_frames, film_bounds, open_films};
use crate::domain::JobId;
use crate::domain::screen_room::FILMS;
use crate::media::{FilmFrame, FilmInfo, FilmPlayer, Hearing, Motion, Speaker, Wish};
use crate::ui::screens::FilmPicture;

/// So many frames of each film are decoded before the playhead begins to run: while it does, decoding them takes longer now and then.
const HEADWAY: u32 = 6;

/// Frames of playing films since the window opened. All films of a comparison count as one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Those that were shown.
    pub shown: u64,
    /// Those that were never shown, because decoding or painting was too slow.
    pub dropped: u64,
}

/// The films that [`AppState`] shows at the moment. No other film is open.
pub struct Cinema {
    repainter: Repainter,
    screens: Vec<Screen>,
    /// Number of the frame that all screens show; `None` until the first one.
    shown: Option<u32>,
    tally: Tally,
    /// Some film is shown in another size than its frames are made in.
    is_size_new: bool,
    /// The run of which it was told last whether the first frames are there, and what.
    told: Option<FrameNews>,
    speaker: Speaker,
    sound: Option<SoundRun>,
    /// Number of the newest run of sound.
    runs: u64,
}

/// A run of the sound of one film.
struct SoundRun {
    /// The run of the playhead, and the clip that is heard.
    of: (u64, JobId),
    number: u64,
    from_millis: u64,
    /// What was told of it last.
    told: Option<SoundNews>,
}

/// An open film and the texture that shows it.
struct Screen {
    job: JobId,
    path: PathBuf,
    film: FilmPlayer,
    info: Option<Result<FilmInfo, String>>,
    picture: Option<(TextureHandle, FilmPicture)>,
    /// What the texture shows only stands for the frame until that is decoded.
    shows_sketch: bool,
    place: Place,
}

/// How large a film is shown.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    /// The largest place in the frame that is being drawn, in points.
    points: Vec2,
    /// The frame before showed the film at all.
    was_drawn: bool,
    /// The size in which the film was shown last, in pixels.
    before: Option<(u32, u32)>,
    /// The size in which frames are made, in pixels; `None` until the film was shown.
    made: Option<(u32, u32)>,
}

impl Place {
    /// The size in the frame that is being drawn, in pixels; `None` while the film is not shown in it.
    fn now(&self, pixels_per_point: f32) -> Option<(u32, u32)> {
        let pixels = |points: f32| (points * pixels_per_point).round().max(2.0) as u32;
        (self.points.min_elem() > 0.0).then(|| (pixels(self.points.x), pixels(self.points.y)))
    }

    /// Takes what one frame has drawn. Another size counts when it has stayed for two frames, so that a film is not decoded anew for
    /// every step by which the window grows. Says whether the size is still another than that in which frames are made.
    fn settle(&mut self, pixels_per_point: f32) -> bool {
        let now = self.now(pixels_per_point);
        self.points = Vec2::ZERO;
        self.was_drawn = now.is_some();
        if now.is_none() {
            return false;
        }
        if self.made.is_none() || self.before == now {
            self.made = now;
        }
        self.before = now;
        self.made != now
    }
}

impl Cinema {
    /// Creates a cinema without open films.
    pub fn new(repainter: Repainter) -> Self {
        let waker = repainter.clone();
        let speaker = Speaker::new(move || waker.wake());
        Self {
            repainter,
            screens: Vec::new(),
            shown: None,
            tally: Tally::default(),
            is_size_new: false,
            told: None,
            speaker,
            sound: None,
            runs: 0,
        }
    }

    /// Opens the films that are shown, closes all others, and asks the decoders for the next frames. Call it once
    /// before each frame of the window. Returns what was found out about films that were opened.
    pub fn follow<S: Services>(&mut self, ctx: &Context, state: &AppState, services: &S) -> Vec<Input> {
        self.open_and_close(ctx, state, services);
        let mut news: Vec<Input> = self.screens.iter_mut().filter_map(Screen::news).collect();
        self.show(ctx, &state.playback);
        let supplied = self.supply(&state.playback);
        news.extend(supplied.map(Input::Frames));
        // Until the state knows that frames are missing, it would want a sound that runs ahead of them.
        let is_held = matches!(supplied, Some(FrameNews::Missing(_)));
        news.extend(self.listen(wanted(state).filter(|_| !is_held)).map(Input::Sound));
        news
    }

    /// Requests another frame of the window when this one shows a film in another size than its frames are made in. Call it once
    /// after each frame of the window was drawn.
    pub fn drawn(&self, ctx: &Context) {
        let scale = ctx.pixels_per_point();
        if self.screens.iter().any(|screen| screen.place.now(scale).is_some_and(|now| screen.place.made != Some(now))) {
            self.repainter.wake();
        }
    }

    /// The decoded frame of a film that is to be shown now. `None` if the film is not open or has no frame yet.
    pub fn picture(&mut self, job: JobId) -> Option<FilmPicture> {
        self.screens.iter().find(|screen| screen.job == job)?.picture.as_ref().map(|(_, picture)| *picture)
    }

    /// Notes how large a film is shown in this frame, in points. Of several places the largest counts.
    pub fn shown_at(&mut self, job: JobId, size: Vec2) {
        if let Some(screen) = self.screens.iter_mut().find(|screen| screen.job == job) {
            screen.place.points = screen.place.points.max(size);
        }
    }

    /// The textures of all films that are open. Films have no transparent pixels.
    pub fn textures(&self) -> Vec<TextureId> {
        self.screens.iter().filter_map(|screen| screen.picture.as_ref()).map(|(_, picture)| picture.texture).collect()
    }

    /// What was shown and dropped so far.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// Says whether the playhead, which begins to run, has to wait for its first frames.
    fn supply(&mut self, playback: &Playback) -> Option<FrameNews> {
        let run = playback.run;
        if !playback.is_playing || self.told == Some(FrameNews::Ready(run)) {
            return None;
        }
        // Each of them is asked, so that each of them says when it has its frames.
        let missing = self.screens.iter().filter(|screen| screen.is_playable());
        let missing = missing.filter(|screen| !screen.film.has_headway(HEADWAY)).count();
        let was_missing = self.told == Some(FrameNews::Missing(run));
        // Frames of another size will be thrown away.
        if missing == 0 && !self.is_size_new {
            self.told = Some(FrameNews::Ready(run));
            return self.told.filter(|_| was_missing);
        }
        self.told = Some(FrameNews::Missing(run));
        self.told.filter(|_| !was_missing)
    }

    /// Lets be heard what is wanted, and says what became of it.
    fn listen(&mut self, wanted: Option<WantedSound>) -> Option<SoundNews> {
        let wish = wanted.and_then(|wanted| self.wish(wanted));
        if wish.is_none() {
            self.sound = None;
        }
        self.speaker.play(wish);
        let run = self.sound.as_mut()?;
        let news = match self.speaker.hearing()? {
            Hearing::Opening => SoundNews::Opening,
            Hearing::At(millis) => SoundNews::At(millis),
            Hearing::Ended => SoundNews::Ended,
            Hearing::NoDevice(reason) => SoundNews::NoDevice(reason),
            Hearing::Unreadable(reason) => SoundNews::Unreadable(run.of.1, reason),
        };
        if run.told.as_ref() == Some(&news) {
            return None;
        }
        run.told = Some(news.clone());
        Some(news)
    }

    fn wish(&mut self, wanted: WantedSound) -> Option<Wish> {
        let film = self.screens.iter().find(|screen| screen.job == wanted.job)?.path.clone();
        let of = (wanted.run, wanted.job);
        let run = match self.sound.take().filter(|run| run.of == of) {
            Some(run) => run,
            None => {
                self.runs += 1;
                SoundRun { of, number: self.runs, from_millis: wanted.from_millis, told: None }
            }
        };
        let wish = Wish {
            run: run.number,
            film,
            from_millis: run.from_millis,
            length_millis: wanted.length_millis,
            is_looping: wanted.is_looping,
            volume: wanted.volume,
        };
        self.sound = Some(run);
        Some(wish)
    }

    fn open_and_close<S: Services>(&mut self, ctx: &Context, state: &AppState, services: &S) {
        let wanted: Vec<(JobId, PathBuf)> =
            open_films(state).into_iter().map(|(job, path)| (job, services.clip_file(&path))).collect();
        if wanted.is_empty() {
            self.screens.clear();
            self.shown = None;
            return;
        }
        let (size, widest) = (ctx.content_rect().size(), ctx.input(|input| input.max_texture_side));
        let (width, height) = film_bounds(state, (size.x, size.y), ctx.pixels_per_point());
        let widest = u32::try_from(widest).unwrap_or(u32::MAX);
        let bounds = (width.min(widest), height.min(widest));
        let room = FILMS / wanted.len();
        let open = self.screens.iter().map(|screen| (screen.job, &screen.path));
        if !open.eq(wanted.iter().map(|(job, path)| (*job, path))) {
            let mut before = std::mem::take(&mut self.screens);
            self.shown = None;
            for (job, path) in wanted {
                let open = before.iter().position(|screen| screen.job == job && screen.path == path);
                self.screens.push(match open {
                    Some(open) => before.swap_remove(open),
                    None => Screen::open(job, path, bounds, room, self.repainter.clone()),
                });
            }
        }
        let motion = match (state.playback.is_playing, state.playback.is_looping) {
            (false, _) => Motion::Halted,
            (true, false) => Motion::Running,
            (true, true) => Motion::Looping,
        };
        self.is_size_new = false;
        for screen in &mut self.screens {
            self.is_size_new |= screen.place.settle(ctx.pixels_per_point());
        }
        let drawn = self.screens.iter().map(|screen| screen.place).filter(|place| place.was_drawn);
        let of_drawn = drawn.filter_map(|place| place.made).max();
        for screen in &mut self.screens {
            if !screen.place.was_drawn && of_drawn.is_some() {
                // Of compared films one may be hidden behind another, whose place it will take.
                (screen.place.before, screen.place.made) = (of_drawn, of_drawn);
            }
            let (width, height) = screen.place.made.unwrap_or(bounds);
            screen.film.set_size((width.min(widest), height.min(widest)), room);
            screen.film.want(state.playback.frame, motion);
        }
    }

    /// Uploads the next frame that every film has decoded. A film that cannot be played does not hold up the others.
    fn show(&mut self, ctx: &Context, playback: &Playback) {
        let screens: Vec<&Screen> = self.screens.iter().filter(|screen| screen.is_playable()).collect();
        let looks: Vec<_> = screens.iter().map(|screen| |frame| screen.film.has(frame)).collect();
        let supplies: Vec<Supply<'_>> =
            screens.iter().zip(&looks).map(|(screen, has)| Supply { frames: screen.frames(), has }).collect();
        let Some(next) = common_frame(playback, self.shown, &supplies) else { return };
        let numbers: Vec<Option<u32>> = supplies.iter().map(|supply| supply.frame_at(next)).collect();
        let dropped = dropped_frames(playback, self.shown, next);
        if dropped > 0 {
            self.tally.dropped += u64::from(dropped);
            tracing::debug!(dropped, before = next, "frames came too late to be shown");
        }
        self.tally.shown += u64::from(playback.is_playing && self.shown != Some(next));
        self.shown = Some(next);
        for (screen, number) in self.screens.iter_mut().filter(|screen| screen.is_playable()).zip(numbers) {
            if let Some(number) = number {
                screen.show(ctx, number);
            }
        }
    }
}

impl Screen {
    fn open(job: JobId, path: PathBuf, bounds: (u32, u32), room: usize, repainter: Repainter) -> Self {
        let film = FilmPlayer::open(path.clone(), bounds, room, move || repainter.wake());
        Self { job, path, film, info: None, picture: None, shows_sketch: false, place: Place::default() }
    }

    /// False only if it is known that the film cannot be played.
    fn is_playable(&self) -> bool {
        !matches!(self.info, Some(Err(_)))
    }

    fn frames(&self) -> Option<u32> {
        self.info.as_ref()?.as_ref().ok().map(|info| info.frames)
    }

    /// Facts of the film, or the error, if they became known since the last call.
    fn news(&mut self) -> Option<Input> {
        let info = self.film.info().filter(|info| self.info.as_ref() != Some(info))?;
        self.info = Some(info.clone());
        if let Err(reason) = &info {
            tracing::debug!(job = %self.job, %reason, "a film cannot be played");
            self.picture = None;
        }
        Some(Input::FilmOpened(self.job, info.map(facts)))
    }

    /// Uploads a frame, unless the texture holds it already.
    fn show(&mut self, ctx: &Context, number: u32) {
        let Some(frame) = self.film.frame(number) else { return };
        let (width, height) = frame.size();
        let is_shown = self
            .picture
            .as_ref()
            .is_some_and(|(texture, picture)| picture.frame == number && texture.size() == [width, height])
            && self.shows_sketch == frame.is_sketch();
        if is_shown {
            return;
        }
        self.shows_sketch = frame.is_sketch();
        let image = color_image(&frame);
        let texture = match self.picture.take() {
            Some((mut texture, _)) => {
                texture.set(image, TextureOptions::LINEAR);
                texture
            }
            None => ctx.load_texture("film", image, TextureOptions::LINEAR),
        };
        let picture = FilmPicture { texture: texture.id(), size: texture.size_vec2(), frame: number };
        self.picture = Some((texture, picture));
    }
}

/// Converts a decoded frame to a [`ColorImage`] without another copy in between.
fn color_image(frame: &FilmFrame) -> ColorImage {
    let (width, height) = frame.size();
    let mut image = ColorImage::filled([width, height], Default::default());
    frame.write_rgba(image.as_raw_mut());
    image
}

fn facts(info: FilmInfo) -> FilmFacts {
    let FilmInfo { frames, duration_millis, width, height, has_audio } = info;
    FilmFacts { frames, duration_millis, width, height, has_audio }
}

#[cfg(test)]
mod tests;
