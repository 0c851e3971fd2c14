//! Plays the sound of one film at a time, on a thread of its own, and tells what of it was heard.

mod line;
#[cfg(target_os = "linux")]
mod pulse;
#[cfg(not(target_os = "linux"))]
mod system;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::sound::{Sound, SoundError, read_sound};
use line::Outlet;

/// The sound that is wanted now.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// A run of the playhead; another number begins anew.
    pub run: u64,
    /// The film whose sound is played.
    pub film: PathBuf,
    /// Where in the film the run begins, in milliseconds.
    pub from_millis: u64,
    /// How long the run is from the beginning of the film to its end, in milliseconds: sound beyond is cut, and what is missing
    /// is silence.
    pub length_millis: u64,
    /// Whether it begins again at the end.
    pub is_looping: bool,
    /// How loud it is, from 0 to 100 as on the control.
    pub volume: u8,
}

/// What became of a wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hearing {
    /// Nothing of it was heard yet.
    Opening,
    /// The place in the film that is heard now, in milliseconds.
    At(u64),
    /// It was heard to its end.
    Ended,
    /// There is nothing to hear it with. The text is a plain clause, such as "no sound server is set up".
    NoDevice(String),
    /// The film's sound cannot be played. The text is a plain clause, such as "its sound is damaged".
    Unreadable(String),
}

/// Plays sound. Its thread begins with the first wish, rests without one, and ends when this is dropped. Nothing here waits.
pub struct Speaker {
    shared: Arc<Shared>,
    /// What the thread is started with.
    at_rest: Option<(Box<dyn Outlet>, Wake)>,
}

/// What is called whenever something else became of a wish.
type Wake = Box<dyn Fn() + Send>;

impl std::fmt::Debug for Speaker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Speaker({:?})", self.shared.lock().wish)
    }
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    wish: Option<Wish>,
    told: Option<Told>,
    is_closed: bool,
}

/// What is known of a run.
struct Told {
    run: u64,
    hearing: Hearing,
    /// For [`Hearing::At`]: when that was, so that the place is known until the next time.
    at: Instant,
}

/// Why a run is over.
enum Over {
    /// Another one is wanted, or none.
    Changed,
    Told(Hearing),
}

impl Speaker {
    /// Plays through what the system has. `wake` is called from the thread whenever something else became of a wish.
    pub fn new(wake: impl Fn() + Send + 'static) -> Self {
        #[cfg(target_os = "linux")]
        let outlet = pulse::Pulse::of_session();
        #[cfg(not(target_os = "linux"))]
        let outlet = system::System;
        Self::with(outlet, wake)
    }

    /// Plays through the sound server that listens at this socket.
    #[cfg(target_os = "linux")]
    pub fn at(socket: PathBuf, wake: impl Fn() + Send + 'static) -> Self {
        Self::with(pulse::Pulse::at(socket), wake)
    }

    fn with(outlet: impl Outlet + 'static, wake: impl Fn() + Send + 'static) -> Self {
        Self { shared: Arc::default(), at_rest: Some((Box::new(outlet), Box::new(wake))) }
    }

    /// Says what is to be heard from now on; `None` is silence. A wish with the same run goes on as it is, with the new volume.
    pub fn play(&mut self, wish: Option<Wish>) {
        let is_first = wish.is_some();
        {
            let mut state = self.shared.lock();
            if state.wish == wish {
                return;
            }
            state.wish = wish;
            self.shared.changed.notify_one();
        }
        if is_first && let Some((outlet, wake)) = self.at_rest.take() {
            let shared = Arc::clone(&self.shared);
            let work = move || run(&shared, outlet, &*wake);
            if let Err(error) = std::thread::Builder::new().name("speaker".to_owned()).spawn(work) {
                let mut state = self.shared.lock();
                let run = state.wish.as_ref().map_or(0, |wish| wish.run);
                let hearing = Hearing::NoDevice(format!("no thread could be started for it ({error})"));
                state.told = Some(Told { run, hearing, at: Instant::now() });
            }
        }
    }

    /// What became of the present wish; `None` while there is none.
    pub fn hearing(&self) -> Option<Hearing> {
        let state = self.shared.lock();
        let wish = state.wish.as_ref()?;
        let told = state.told.as_ref().filter(|told| told.run == wish.run);
        Some(match told {
            None => Hearing::Opening,
            Some(Told { hearing: Hearing::At(millis), at, .. }) => {
                // The thread looks every few hundredths of a second. One that hangs is not trusted for long.
                let since = at.elapsed().min(Duration::from_millis(200));
                let place = millis.saturating_add(u64::try_from(since.as_millis()).unwrap_or(0));
                Hearing::At(wish.place(place))
            }
            Some(told) => told.hearing.clone(),
        })
    }
}

impl Drop for Speaker {
    fn drop(&mut self) {
        self.shared.lock().is_closed = true;
        self.shared.changed.notify_one();
    }
}

impl Wish {
    /// A time since the beginning of the film, within it.
    fn place(&self, millis: u64) -> u64 {
        let length = self.length_millis.max(1);
        if self.is_looping { millis % length } else { millis.min(length) }
    }

    /// How loud samples are played, from 0 to 1. As with the mixers of desktops, half of the control is half as loud to the ear.
    fn gain(&self) -> f32 {
        (f32::from(self.volume.min(100)) / 100.0).powi(3)
    }
}

impl Shared {
    /// A thread that panicked leaves whole values behind.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a wish of which nothing was told yet. `None` when the speaker is closed.
    fn next_wish(&self) -> Option<Wish> {
        let mut state = self.lock();
        loop {
            if state.is_closed {
                return None;
            }
            let told = state.told.as_ref().map(|told| told.run);
            if let Some(wish) = state.wish.as_ref().filter(|wish| told != Some(wish.run)) {
                return Some(wish.clone());
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The wish while it is about this run.
    fn still(&self, run: u64) -> Option<Wish> {
        let state = self.lock();
        state.wish.as_ref().filter(|wish| wish.run == run && !state.is_closed).cloned()
    }

    fn tell(&self, run: u64, hearing: Hearing, at: Instant) {
        self.lock().told = Some(Told { run, hearing, at });
    }
}

/// The work of the thread, until the speaker is closed.
fn run(shared: &Shared, mut outlet: Box<dyn Outlet>, wake: &dyn Fn()) {
    // A comparison goes from take to take, and back.
    let mut latest: Option<(PathBuf, Arc<Sound>)> = None;
    while let Some(wish) = shared.next_wish() {
        let run = wish.run;
        // Whatever a file does to the code that reads it, the window hears of it.
        let over = catch_unwind(AssertUnwindSafe(|| play(shared, &wish, &mut *outlet, &mut latest, wake)));
        let over = over.unwrap_or_else(|_| Over::Told(Hearing::Unreadable("its sound cannot be played".to_owned())));
        if let Over::Told(hearing) = over {
            tracing::debug!(?hearing, run, "the sound is over");
            shared.tell(run, hearing, Instant::now());
            wake();
        }
        // What nobody hears takes no memory.
        if shared.lock().wish.is_none() {
            latest = None;
        }
    }
}

fn play(
    shared: &Shared,
    wish: &Wish,
    outlet: &mut dyn Outlet,
    latest: &mut Option<(PathBuf, Arc<Sound>)>,
    wake: &dyn Fn(),
) -> Over {
    let sound = match sound_of(&wish.film, latest) {
        Ok(sound) => sound,
        Err(error) => return Over::Told(Hearing::Unreadable(error.to_string())),
    };
    if shared.still(wish.run).is_none() {
        return Over::Changed;
    }
    let mut line = match outlet.open(sound.rate(), sound.channels()) {
        Ok(line) => line,
        Err(reason) => return Over::Told(Hearing::NoDevice(reason)),
    };
    let mut tape = Tape::new(sound, wish);
    let mut is_heard = false;
    while let Some(now) = shared.still(wish.run) {
        tape.gain = now.gain();
        if let Err(reason) = line.pump(&mut |samples| tape.fill(samples)) {
            return Over::Told(Hearing::NoDevice(reason));
        }
        let moment = Instant::now();
        let Some(frames) = line.heard(moment) else { continue };
        if tape.is_over(frames) {
            return Over::Told(Hearing::Ended);
        }
        shared.tell(wish.run, Hearing::At(tape.millis_at(frames)), moment);
        if !is_heard {
            is_heard = true;
            wake();
        }
    }
    Over::Changed
}

fn sound_of(film: &Path, latest: &mut Option<(PathBuf, Arc<Sound>)>) -> Result<Arc<Sound>, SoundError> {
    if let Some((_, sound)) = latest.as_ref().filter(|(path, _)| path == film) {
        return Ok(Arc::clone(sound));
    }
    // The old one goes first: both together would be twice the memory.
    *latest = None;
    let sound = Arc::new(read_sound(film)?);
    *latest = Some((film.to_owned(), Arc::clone(&sound)));
    Ok(sound)
}

/// A sound as it is played: as long as the film, and again from the beginning when it loops.
struct Tape {
    sound: Arc<Sound>,
    /// Number of samples of one channel in a run through the film.
    length: u64,
    from: u64,
    /// Samples of one channel that were given since the beginning of the film.
    next: u64,
    is_looping: bool,
    gain: f32,
}

impl Tape {
    fn new(sound: Arc<Sound>, wish: &Wish) -> Self {
        let length = sound.frames_in(wish.length_millis).max(1);
        let from = sound.frames_in(wish.from_millis).min(length);
        Self { sound, length, from, next: from, is_looping: wish.is_looping, gain: wish.gain() }
    }

    /// Gives the next samples. Behind the end there is silence.
    fn fill(&mut self, samples: &mut [f32]) {
        let channels = usize::from(self.sound.channels());
        for frame in samples.chunks_mut(channels) {
            let place = if self.is_looping { self.next % self.length } else { self.next };
            let at = usize::try_from(place).unwrap_or(usize::MAX).saturating_mul(channels);
            let source = if place < self.length { self.sound.samples().get(at..at + channels) } else { None };
            match source {
                Some(source) => frame.iter_mut().zip(source).for_each(|(to, from)| *to = from * self.gain),
                None => frame.fill(0.0),
            }
            self.next += 1;
        }
    }

    /// The time since the beginning of the film when so many samples were heard of the line.
    fn millis_at(&self, heard: u64) -> u64 {
        (self.from + heard).saturating_mul(1000) / u64::from(self.sound.rate().max(1))
    }

    fn is_over(&self, heard: u64) -> bool {
        !self.is_looping && self.from + heard >= self.length
    }
}

/// What sound is played on, such as `pulseaudio, on the name of a device`. Blocks for up to some seconds. The error is a plain clause.
pub fn sound_device() -> Result<String, String> {
    #[cfg(target_os = "linux")]
    return pulse::Pulse::of_session().connect()?.device();
    #[cfg(not(target_os = "linux"))]
    system::device()
}

#[cfg(test)]
mod tests;
