use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::line::Line;
use super::*;

/// A device whose clock is what it was told: it takes samples in pieces of 10 ms, and hears all it took.
struct Pretend {
    /// What the device does next: takes a piece, or fails.
    steps: Arc<Mutex<Receiver<Result<(), String>>>>,
    played: SyncSender<Vec<f32>>,
    opened: Arc<Mutex<u32>>,
    is_missing: Arc<Mutex<bool>>,
}

struct PretendLine {
    steps: Arc<Mutex<Receiver<Result<(), String>>>>,
    played: SyncSender<Vec<f32>>,
    samples: usize,
    frames: u64,
}

impl Outlet for Pretend {
    fn open(&mut self, rate: u32, channels: u8) -> Result<Box<dyn Line>, String> {
        if *self.is_missing.lock().expect("whole") {
            return Err("no sound server is set up".to_owned());
        }
        *self.opened.lock().expect("whole") += 1;
        let samples = rate as usize / 100 * usize::from(channels);
        let (steps, played) = (Arc::clone(&self.steps), self.played.clone());
        Ok(Box::new(PretendLine { steps, played, samples, frames: 0 }))
    }
}

impl Line for PretendLine {
    fn pump(&mut self, fill: &mut dyn FnMut(&mut [f32])) -> Result<(), String> {
        let step = self.steps.lock().expect("whole").recv_timeout(Duration::from_millis(5));
        let Ok(step) = step else { return Ok(()) };
        step?;
        let mut samples = vec![0.0; self.samples];
        fill(&mut samples);
        self.frames += 1;
        self.played.send(samples).map_err(|_samples| "nobody listens".to_owned())
    }

    fn heard(&mut self, _now: Instant) -> Option<u64> {
        (self.frames > 0).then_some(self.frames * 480)
    }
}

fn tape(frames: u64, wish: &Wish) -> Tape {
    let samples = (0..frames).flat_map(|frame| [frame as f32, -(frame as f32)]).collect();
    Tape::new(Arc::new(Sound::new(1000, 2, samples)), wish)
}

fn wish(from_millis: u64, length_millis: u64, is_looping: bool) -> Wish {
    Wish { run: 1, film: PathBuf::from("a.mp4"), from_millis, length_millis, is_looping, volume: 100 }
}

#[test]
fn a_tape_is_as_long_as_the_film() {
    let left = |mut tape: Tape, count: usize| {
        let mut samples = vec![9.0; count * 2];
        tape.fill(&mut samples);
        assert!(samples.chunks(2).all(|frame| frame[0] == -frame[1]), "both channels stay together");
        samples.chunks(2).map(|frame| frame[0]).collect::<Vec<_>>()
    };
    // Cut at the film's end, silent where the sound is shorter, and around again.
    assert_eq!(left(tape(9, &wish(0, 3, false)), 5), [0.0, 1.0, 2.0, 0.0, 0.0]);
    assert_eq!(left(tape(9, &wish(1, 3, true)), 5), [1.0, 2.0, 0.0, 1.0, 2.0]);
    assert_eq!(left(tape(2, &wish(0, 4, true)), 6), [0.0, 1.0, 0.0, 0.0, 0.0, 1.0]);
    assert_eq!(left(tape(9, &wish(7, 3, false)), 2), [0.0, 0.0]);
    assert_eq!(left(tape(9, &wish(0, 0, true)), 2), [0.0, 0.0]);
}

#[test]
fn the_place_counts_what_was_heard_and_not_what_was_given() {
    let mut playing = tape(100, &wish(20, 50, true));
    playing.fill(&mut [0.0; 80]);
    assert_eq!((playing.millis_at(0), playing.millis_at(25)), (20, 45));
    assert_eq!(wish(20, 50, true).place(playing.millis_at(35)), 5);
    assert!(!playing.is_over(1000));
    let once = tape(100, &wish(20, 50, false));
    assert!(!once.is_over(29) && once.is_over(30));
    assert_eq!(wish(20, 50, false).place(once.millis_at(99)), 50);
}

#[test]
fn the_volume_follows_the_ear() {
    for (volume, gain) in [(0, 0.0), (50, 0.125), (100, 1.0), (200, 1.0)] {
        assert_eq!(Wish { volume, ..wish(0, 1, false) }.gain(), gain);
    }
}

/// A film of a second with a sound of 48 000 Hz, made by another program; `None` where that is not installed.
fn film(dir: &Path) -> Option<PathBuf> {
    let path = dir.join("film.mp4");
    let made = std::process::Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-f", "lavfi", "-i", "color=s=64x64:d=1", "-f", "lavfi", "-i"])
        .args(["sine=440:r=48000:d=1", "-c:a", "aac", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-shortest"])
        .arg(&path)
        .status();
    made.is_ok_and(|made| made.success()).then_some(path)
}

struct Room {
    speaker: Speaker,
    steps: SyncSender<Result<(), String>>,
    played: Receiver<Vec<f32>>,
    woken: Receiver<()>,
    opened: Arc<Mutex<u32>>,
    is_missing: Arc<Mutex<bool>>,
}

fn room() -> Room {
    let (steps, of_steps) = sync_channel(100);
    let (of_played, played) = sync_channel(1000);
    let (of_woken, woken) = sync_channel(1000);
    let (opened, is_missing) = (Arc::default(), Arc::default());
    let outlet = Pretend {
        steps: Arc::new(Mutex::new(of_steps)),
        played: of_played,
        opened: Arc::clone(&opened),
        is_missing: Arc::clone(&is_missing),
    };
    let speaker = Speaker::with(outlet, move || of_woken.send(()).unwrap_or(()));
    Room { speaker, steps, played, woken, opened, is_missing }
}

impl Room {
    fn heard_next(&self) -> Hearing {
        self.woken.recv_timeout(Duration::from_secs(20)).expect("news");
        self.speaker.hearing().expect("a wish")
    }

    fn piece(&self) -> Vec<f32> {
        self.steps.send(Ok(())).expect("a device");
        self.played.recv_timeout(Duration::from_secs(20)).expect("samples")
    }
}

#[test]
fn a_run_is_heard_to_its_end_and_the_volume_changes_on_the_way() {
    let dir = tempfile::tempdir().expect("a folder");
    let Some(film) = film(dir.path()) else { return };
    let mut room = room();
    assert_eq!(room.speaker.hearing(), None);
    let wish = Wish { film, ..wish(900, 1000, false) };
    room.speaker.play(Some(wish.clone()));
    let loud = room.piece();
    assert!(loud.iter().any(|sample| sample.abs() > 0.05), "a tone");
    let Hearing::At(place) = room.heard_next() else { panic!("it is heard") };
    assert!((910..=1000).contains(&place), "{place}");
    room.speaker.play(Some(Wish { volume: 0, ..wish.clone() }));
    // A piece may be under way with the old volume.
    room.piece();
    assert!(room.piece().iter().all(|sample| *sample == 0.0));
    for _ in 0..7 {
        room.piece();
    }
    assert_eq!(room.heard_next(), Hearing::Ended);
    assert_eq!(*room.opened.lock().expect("whole"), 1, "a change of volume opens nothing");
    room.speaker.play(None);
    assert_eq!(room.speaker.hearing(), None);
}

#[test]
fn a_device_that_goes_is_told_and_one_that_comes_back_is_used_by_the_next_run() {
    let dir = tempfile::tempdir().expect("a folder");
    let Some(film) = film(dir.path()) else { return };
    let mut room = room();
    let wish = Wish { film, ..wish(0, 1000, true) };
    *room.is_missing.lock().expect("whole") = true;
    room.speaker.play(Some(wish.clone()));
    assert_eq!(room.heard_next(), Hearing::NoDevice("no sound server is set up".to_owned()));
    *room.is_missing.lock().expect("whole") = false;
    room.speaker.play(Some(Wish { run: 2, ..wish.clone() }));
    assert_eq!(room.speaker.hearing(), Some(Hearing::Opening));
    room.piece();
    assert!(matches!(room.heard_next(), Hearing::At(_)));
    room.steps.send(Err("the sound server is gone".to_owned())).expect("a device");
    assert_eq!(room.heard_next(), Hearing::NoDevice("the sound server is gone".to_owned()));
    room.speaker.play(Some(Wish { run: 3, ..wish }));
    room.piece();
    assert!(matches!(room.heard_next(), Hearing::At(_)));
}

#[test]
fn a_film_without_sound_says_so() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut room = room();
    room.speaker.play(Some(Wish { film: dir.path().join("none.mp4"), ..wish(0, 1000, true) }));
    assert!(matches!(room.heard_next(), Hearing::Unreadable(_)));
    assert_eq!(*room.opened.lock().expect("whole"), 0, "no device is opened for nothing");
}

#[test]
fn its_thread_ends_with_it() {
    let mut room = room();
    let shared = Arc::downgrade(&room.speaker.shared);
    room.speaker.play(Some(wish(0, 1000, true)));
    room.heard_next();
    let Room { speaker, woken, .. } = room;
    drop(speaker);
    // The thread's end of the channel goes with it.
    assert!(woken.recv_timeout(Duration::from_secs(20)).is_err());
    assert!(shared.upgrade().is_none());
}
