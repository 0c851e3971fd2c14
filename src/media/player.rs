//! Plays films: each is decoded on a thread of its own, ahead of a playhead and a little behind it.

mod sketch;
mod window;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::frame::{FilmFrame, Shaper, even_within};
use super::priority::{Background, stand_back};
use super::reel::{FilmInfo, Reel, Step};
use sketch::{Sketch, Sketches};
pub use window::Motion;
use window::Window;

/// How long it may take from one wanted frame to the next. A long film of a single group of frames is decoded from its
/// beginning to its end in that time.
const PATIENCE: Duration = Duration::from_secs(60);
/// As few frames are kept of a film, however large they are.
const FEWEST: usize = 8;

/// The playhead has to stand for so long before the rest of the film is read for its sketches: whoever goes on frame by frame is
/// served first.
const REST: Duration = Duration::from_millis(400);
/// Of the bytes that may be kept, sketches take one part of so many.
const SKETCHES: usize = 4;

/// A film that is open for playing. Its thread ends when this is dropped, after the frame it is at. Nothing here waits.
pub struct FilmPlayer {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    /// The playhead or the size changed, or the film was closed.
    changed: Condvar,
}

struct State {
    info: Option<Result<FilmInfo, String>>,
    playhead: (u32, Motion),
    /// So many frames from the playhead on are waited for.
    awaited: Option<u32>,
    bounds: (u32, u32),
    room_bytes: usize,
    /// Frames by number. After a change of size, those of the old one are shown until they are replaced.
    kept: BTreeMap<u32, Arc<FilmFrame>>,
    sketches: Sketches,
    kept_bytes: usize,
    peak_bytes: usize,
    decoded: u64,
    recalled: u64,
    restarts: u64,
    /// By how many frames the film is decoded before a frame's turn at most.
    most_early: u32,
    is_closed: bool,
}

/// What a film's thread does next.
enum Task {
    Decode(DecodeTask),
    /// The sketch of this frame is shown until the frame is decoded.
    Recall(u32, Sketch),
    /// A frame that is there is drawn as a sketch.
    Draw(u32, Arc<FilmFrame>),
}

/// What is decoded next.
struct DecodeTask {
    /// The frame to decode next, or to come closer to from the last sync sample.
    frame: u32,
    window: Window,
    bounds: (u32, u32),
    /// Nothing was to be done for a while.
    has_rested: bool,
    /// Nobody waits for it: it is decoded for its sketch only.
    is_ahead: bool,
}

/// What playing a film has cost so far, for measurements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FilmLoad {
    /// Frames that were decoded, scaled and kept.
    pub frames: u64,
    /// Bytes of frames and sketches that were kept at most at any time.
    pub peak_bytes: usize,
    /// Frames of which there is a sketch.
    pub sketches: usize,
    /// Sketches that stood for a frame after a jump.
    pub recalled: u64,
    /// How often decoding began anew at a sync sample.
    pub restarts: u64,
}

impl FilmPlayer {
    /// Opens a film. Its frames are made as large as they fit into `bounds` (pixels), never enlarged; at most `room_bytes` of
    /// them are kept, or eight frames if that is more. `wake` is called from the film's thread when something becomes known
    /// of the film and whenever the frame under the playhead becomes ready.
    pub fn open(path: PathBuf, bounds: (u32, u32), room_bytes: usize, wake: impl Fn() + Send + 'static) -> Self {
        let state = State {
            info: None,
            playhead: (0, Motion::Halted),
            awaited: None,
            bounds,
            room_bytes,
            kept: BTreeMap::new(),
            sketches: Sketches::new(),
            kept_bytes: 0,
            peak_bytes: 0,
            decoded: 0,
            recalled: 0,
            restarts: 0,
            most_early: 0,
            is_closed: false,
        };
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() });
        let film = Self { shared: Arc::clone(&shared) };
        let work = move || {
            stand_back(Background::Film);
            // Whatever a file does to the code that reads it, the window hears of it.
            let played = catch_unwind(AssertUnwindSafe(|| play(&shared, &path, &wake)));
            let failed = match played {
                Ok(Ok(())) => return,
                Ok(Err(reason)) => reason,
                Err(_) => "it cannot be decoded".to_owned(),
            };
            shared.lock().info = Some(Err(failed));
            wake();
        };
        if let Err(err) = std::thread::Builder::new().name("film".to_owned()).spawn(work) {
            film.shared.lock().info = Some(Err(format!("no thread could be started to play it ({err})")));
        }
        film
    }

    /// What is known of the film: nothing while it is opened, and a plain clause when it cannot be played, which may show late.
    pub fn info(&self) -> Option<Result<FilmInfo, String>> {
        self.shared.lock().info.clone()
    }

    /// Says where the playhead is and how it moves; frames around it are decoded and kept. A frame behind the end counts as
    /// the last.
    pub fn want(&self, frame: u32, motion: Motion) {
        let mut state = self.shared.lock();
        if state.playhead != (frame, motion) {
            state.playhead = (frame, motion);
            self.shared.changed.notify_one();
        }
    }

    /// Frames come in another size from now on, and another number of bytes may be kept; see [`FilmPlayer::open`]. Frames of the old
    /// size stay until they are replaced.
    pub fn set_size(&self, bounds: (u32, u32), room_bytes: usize) {
        let mut state = self.shared.lock();
        if (state.bounds, state.room_bytes) != (bounds, room_bytes) {
            (state.bounds, state.room_bytes) = (bounds, room_bytes);
            self.shared.changed.notify_one();
        }
    }

    /// Frame `number`, from 0 in the order of display, if it is there. After a jump it may be a sketch at first.
    pub fn frame(&self, number: u32) -> Option<Arc<FilmFrame>> {
        self.shared.lock().kept.get(&number).map(Arc::clone)
    }

    /// Whether frame `number` is decoded and kept.
    pub fn has(&self, number: u32) -> bool {
        self.shared.lock().kept.contains_key(&number)
    }

    /// Whether the next frames from the playhead on are decoded in the wanted size: `most` of them, or fewer where the film ends or
    /// only fewer are kept. False until the film is open. Where they are not, `wake` is called once they are.
    pub fn has_headway(&self, most: u32) -> bool {
        let mut state = self.shared.lock();
        state.awaited = Some(most).filter(|_| !state.has_headway(most));
        state.awaited.is_none()
    }

    /// What playing has cost so far.
    pub fn load(&self) -> FilmLoad {
        let state = self.shared.lock();
        FilmLoad {
            frames: state.decoded,
            peak_bytes: state.peak_bytes,
            sketches: state.sketches.count(),
            recalled: state.recalled,
            restarts: state.restarts,
        }
    }
}

impl Drop for FilmPlayer {
    fn drop(&mut self) {
        self.shared.lock().is_closed = true;
        self.shared.changed.notify_one();
    }
}

impl Shared {
    /// A thread that panicked leaves whole values behind.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until a frame has to be decoded. `None` when the film is closed.
    ///
    /// What is seen comes first, then what will be. When all that is there, frames are drawn as sketches; and while the playhead
    /// stands, `looks_ahead` lets the rest of the film be read once for its sketches.
    fn next_task(
        &self,
        info: FilmInfo,
        frame_bytes: usize,
        looks_ahead: bool,
        rested_at: &mut Option<u32>,
    ) -> Option<Task> {
        let mut state = self.lock();
        let mut has_rested = false;
        loop {
            if state.is_closed {
                return None;
            }
            let window = state.window(info, frame_bytes);
            let size = even_within((info.width, info.height), state.bounds);
            let is_there = |frame| state.has_whole(info, frame);
            let bounds = state.bounds;
            // While it runs, what lies ahead is there before it is due.
            if window.motion == Motion::Halted
                && !state.kept.contains_key(&window.frame)
                && let Some(sketch) = state.sketches.get(window.frame)
            {
                return Some(Task::Recall(window.frame, sketch));
            }
            if let Some(frame) = window.next(is_there) {
                return Some(Task::Decode(DecodeTask { frame, window, bounds, has_rested, is_ahead: false }));
            }
            if state.sketches.has_room() {
                let undrawn = |(number, frame): &(&u32, &Arc<FilmFrame>)| {
                    frame.size() == size && !frame.is_sketch() && !state.sketches.has(**number)
                };
                if let Some((number, frame)) = state.kept.iter().find(undrawn) {
                    return Some(Task::Draw(*number, Arc::clone(frame)));
                }
                let missing = state.sketches.first_missing(info.frames);
                if let Some(frame) = missing.filter(|_| looks_ahead && window.motion == Motion::Halted) {
                    let playhead = state.playhead;
                    if *rested_at != Some(playhead.0) {
                        let waited = self.changed.wait_timeout_while(state, REST, |state| {
                            !state.is_closed && state.playhead == playhead && state.bounds == bounds
                        });
                        let (woken, time) = waited.unwrap_or_else(PoisonError::into_inner);
                        state = woken;
                        *rested_at = time.timed_out().then_some(playhead.0);
                        continue;
                    }
                    let has_rested = true;
                    return Some(Task::Decode(DecodeTask { frame, window, bounds, has_rested, is_ahead: true }));
                }
            }
            has_rested = true;
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Keeps what a step brought. Says whether the frame under the playhead is among it, or the last of those that are waited for.
    fn keep(&self, info: FilmInfo, step: Step) -> bool {
        let Some(picture) = step.picture else { return false };
        let mut state = self.lock();
        let window = state.window(info, picture.size_bytes());
        let mut is_awaited = false;
        for number in step.frames {
            if !window.holds(number) {
                continue;
            }
            is_awaited |= number == window.frame;
            if picture.is_sketch() {
                state.recalled += 1;
            } else {
                state.decoded += 1;
            }
            state.kept_bytes += picture.size_bytes();
            if let Some(old) = state.kept.insert(number, Arc::clone(&picture)) {
                state.kept_bytes -= old.size_bytes();
            }
        }
        while state.kept.len() > FEWEST && state.kept_bytes > state.room_of_frames() {
            let least = window.least(state.kept.keys().copied());
            let Some(old) = least.and_then(|least| state.kept.remove(&least)) else { break };
            state.kept_bytes -= old.size_bytes();
        }
        state.note_peak();
        if state.awaited.is_some_and(|most| state.has_headway(most)) {
            state.awaited = None;
            is_awaited = true;
        }
        is_awaited
    }

    /// Keeps the sketches of frames that a step brought.
    fn keep_sketch(&self, frames: &[u32], sketch: Option<&Sketch>) {
        let mut state = self.lock();
        let room = state.room_bytes / SKETCHES;
        for frame in frames {
            match sketch {
                Some(sketch) => state.sketches.keep(*frame, sketch.clone(), room),
                // One that cannot be drawn is like all others of the film.
                None => state.sketches.give_up(),
            }
        }
        state.note_peak();
    }
}

impl State {
    /// Whether a frame is there in the size that is wanted now, and not only for a sketch of it.
    fn has_whole(&self, info: FilmInfo, number: u32) -> bool {
        let size = even_within((info.width, info.height), self.bounds);
        self.kept.get(&number).is_some_and(|kept| kept.size() == size && !kept.is_sketch())
    }

    /// Whether the frames from the playhead on are there, at most so many.
    fn has_headway(&self, most: u32) -> bool {
        let Some(Ok(info)) = &self.info else { return false };
        let (width, height) = even_within((info.width, info.height), self.bounds);
        // Three bytes for two pixels.
        let window = self.window(*info, width * height * 3 / 2);
        window.coming(most).all(|number| self.has_whole(*info, number))
    }

    /// Bytes of frames that may be kept beside the sketches.
    fn room_of_frames(&self) -> usize {
        self.room_bytes - self.room_bytes / SKETCHES
    }

    fn note_peak(&mut self) {
        self.peak_bytes = self.peak_bytes.max(self.kept_bytes + self.sketches.bytes());
    }

    fn window(&self, info: FilmInfo, frame_bytes: usize) -> Window {
        let room = (self.room_of_frames() / frame_bytes.max(1)).max(FEWEST);
        Window {
            frame: self.playhead.0.min(info.frames - 1),
            motion: self.playhead.1,
            frames: info.frames,
            room: u32::try_from(room).unwrap_or(u32::MAX).min(info.frames.saturating_mul(2)),
            most_early: self.most_early,
        }
    }
}

/// The work of a film's thread, until the film is closed. The error is a plain clause.
fn play(shared: &Shared, path: &std::path::Path, wake: &dyn Fn()) -> Result<(), String> {
    let bounds = shared.lock().bounds;
    let mut reel = Reel::open(path, bounds, Instant::now() + PATIENCE).map_err(|error| error.to_string())?;
    let info = reel.info();
    {
        let mut state = shared.lock();
        (state.info, state.most_early) = (Some(Ok(info)), reel.most_early());
    }
    wake();
    let mut deadline = Instant::now() + PATIENCE;
    let mut latest: Option<Arc<FilmFrame>> = None;
    let mut shaper = Shaper::new();
    let mut looks_ahead = reel.is_built_in();
    let mut rested_at = None;
    while let Some(task) = shared.next_task(info, reel.frame_bytes(), looks_ahead, &mut rested_at) {
        let task = match task {
            Task::Decode(task) => task,
            Task::Draw(number, frame) => {
                shared.keep_sketch(&[number], Sketch::of(&frame, &mut shaper).as_ref());
                continue;
            }
            Task::Recall(number, sketch) => {
                match sketch.read() {
                    Some(frame) => {
                        let step = Step { frames: vec![number], picture: Some(Arc::new(frame)) };
                        if shared.keep(info, step) {
                            wake();
                        }
                    }
                    None => shared.lock().sketches.forget(number),
                }
                continue;
            }
        };
        let DecodeTask { frame, window, bounds, has_rested, is_ahead } = task;
        if has_rested {
            deadline = Instant::now() + PATIENCE;
        }
        reel.set_bounds(bounds);
        let is_wanted = |other| if is_ahead { true } else { window.wants(other) };
        let step = match reel.step(frame, is_wanted, deadline) {
            Ok(Some(step)) => step,
            // The film ends before its tables say so, or is damaged there, where nobody looked yet.
            Ok(None) | Err(_) if is_ahead => {
                looks_ahead = false;
                continue;
            }
            // It ends before its tables say so: the last picture stays.
            Ok(None) => Step { frames: vec![frame], picture: latest.clone().or_else(|| reel.read(0, deadline).ok()) },
            Err(reason) => return Err(reason),
        };
        looks_ahead &= reel.is_built_in();
        shared.lock().restarts = reel.restarts();
        if is_ahead {
            // A sample that is never shown has no picture.
            if let Some(picture) = &step.picture {
                shared.keep_sketch(&step.frames, Sketch::of(picture, &mut shaper).as_ref());
            }
            continue;
        }
        if let Some(picture) = &step.picture {
            latest = Some(Arc::clone(picture));
            deadline = Instant::now() + PATIENCE;
        }
        if shared.keep(info, step) {
            wake();
        }
    }
    Ok(())
}
