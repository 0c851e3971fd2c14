//! The sound of clips: decoded as ffmpeg decodes it, and heard through a real sound server as it was decoded.

use std::io::Read;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rushes::media::{Hearing, SoundError, Speaker, Wish, read_sound};

use crate::support::film::{ffmpeg, make, practice_film};

const RATE: usize = 48_000;
const PATIENCE: Duration = Duration::from_secs(30);
/// Tones that rise, another one in each ear, so that no moment sounds like another.
const TONES: &str = "aevalsrc=0.5*sin(2*PI*(200+400*t)*t)|0.4*sin(2*PI*(300+250*t)*t):s=48000:d=3";

fn film(folder: &Path, sound: &str) -> PathBuf {
    let path = folder.join("film.mp4");
    make(
        &format!("-f lavfi -i color=s=64x64:r=24:d=3 -f lavfi -i {TONES} -c:v libx264 -pix_fmt yuv420p {sound}"),
        &path,
    );
    path
}

/// What ffmpeg decodes: 48 000 Hz, two channels in turn.
fn reference(film: &Path) -> Vec<f32> {
    let bytes = ffmpeg(&format!("-i {} -f f32le -ac 2 -ar 48000 -", film.display()));
    floats(&bytes)
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.chunks_exact(4).map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]])).collect()
}

fn left(samples: &[f32]) -> Vec<f32> {
    samples.chunks_exact(2).map(|frame| frame[0]).collect()
}

/// How alike two pieces are, from −1 to 1.
fn correlation(a: &[f32], b: &[f32]) -> f64 {
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        let (a, b) = (f64::from(*a), f64::from(*b));
        (ab, aa, bb) = (ab + a * b, aa + a * a, bb + b * b);
    }
    ab / (aa * bb).sqrt().max(1e-12)
}

/// Where in `recorded`, near `about`, the piece of the reference at `from` is heard: the place, and how alike both are.
fn find(recorded: &[f32], reference: &[f32], from: usize, about: usize) -> (usize, f64) {
    let piece = &reference[from..from + RATE / 10];
    let places = about.saturating_sub(RATE / 20)..about + RATE / 20;
    places
        .filter_map(|place| Some((place, correlation(recorded.get(place..place + piece.len())?, piece))))
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .expect("some place")
}

/// A PulseAudio of its own, with one device that nobody hears. It ends with this.
struct Server {
    socket: PathBuf,
    process: Child,
}

impl Server {
    fn start(folder: &Path) -> Self {
        let socket = folder.join("native");
        let process = Command::new("pulseaudio")
            .args(["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--log-target=stderr"])
            .args(["--high-priority=no", "--realtime=no", "--disable-shm=yes"])
            .args(["-L", "module-null-sink sink_name=ear rate=48000 channels=2"])
            .args(["-L", &format!("module-native-protocol-unix auth-anonymous=1 socket={}", socket.display())])
            .env("HOME", folder)
            .env("XDG_RUNTIME_DIR", folder)
            .env("PULSE_RUNTIME_PATH", folder)
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env_remove("DISPLAY")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("pulseaudio is installed for the tests");
        let server = Self { socket, process };
        let until = Instant::now() + PATIENCE;
        while UnixStream::connect(&server.socket).is_err() {
            assert!(Instant::now() < until, "the sound server does not begin to listen");
            std::thread::yield_now();
        }
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
        std::fs::remove_file(&self.socket).ok();
    }
}

/// Records what the device plays.
struct Recorder {
    process: Child,
    bytes: JoinHandle<Vec<u8>>,
}

impl Recorder {
    fn start(server: &Server) -> Self {
        let mut process = Command::new("parec")
            .arg(format!("--server=unix:{}", server.socket.display()))
            .args(["--device=ear.monitor", "--format=float32le", "--rate=48000", "--channels=2", "--raw"])
            .arg("--latency-msec=20")
            .stdout(Stdio::piped())
            .spawn()
            .expect("parec is installed for the tests");
        let mut output = process.stdout.take().expect("its output");
        let (began, begins) = sync_channel(1);
        let record = move || {
            let mut bytes = Vec::new();
            let mut piece = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut piece) {
                bytes.extend_from_slice(&piece[..count]);
                began.try_send(()).ok();
            }
            bytes
        };
        let bytes = std::thread::Builder::new().name("recorder".to_owned()).spawn(record).expect("a thread");
        begins.recv_timeout(PATIENCE).expect("it records");
        Self { process, bytes }
    }

    /// Both channels in turn.
    fn end(mut self) -> Vec<f32> {
        self.process.kill().expect("killed");
        self.process.wait().expect("ended");
        floats(&self.bytes.join().expect("the recording"))
    }
}

fn speaker(socket: &Path) -> (Speaker, Receiver<()>) {
    let (wake, woken) = sync_channel(8);
    let speaker = Speaker::at(socket.to_owned(), move || {
        wake.try_send(()).ok();
    });
    (speaker, woken)
}

fn wish(run: u64, film: &Path) -> Wish {
    Wish { run, film: film.to_owned(), from_millis: 0, length_millis: 3_000, is_looping: false, volume: 100 }
}

/// What became of the wish, looked at until `is_last`, with the moments.
fn follow((speaker, woken): &(Speaker, Receiver<()>), is_last: impl Fn(&Hearing) -> bool) -> Vec<(Instant, Hearing)> {
    let mut seen = Vec::new();
    let until = Instant::now() + PATIENCE;
    loop {
        let hearing = speaker.hearing().expect("a wish");
        seen.push((Instant::now(), hearing.clone()));
        if is_last(&hearing) {
            return seen;
        }
        assert!(Instant::now() < until, "{hearing:?}");
        woken.recv_timeout(Duration::from_millis(10)).ok();
    }
}

#[test]
fn sound_is_decoded_as_ffmpeg_decodes_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let practice = folder.path().join("practice.mp4");
    std::fs::write(&practice, practice_film(96, 64, true)).expect("written");
    for path in [film(folder.path(), "-c:a aac -b:a 128k"), practice] {
        let (sound, expected) = (read_sound(&path).expect("sound"), reference(&path));
        assert_eq!((sound.rate(), sound.channels()), (48_000, 2));
        let (ours, theirs) = (left(sound.samples()), left(&expected));
        assert!(ours.len().abs_diff(theirs.len()) <= 2048, "{} and {} samples", ours.len(), theirs.len());
        let alike = correlation(&ours, &theirs);
        assert!(alike > 0.999, "{}: {alike}", path.display());
        let right = |samples: &[f32]| samples.chunks_exact(2).map(|frame| frame[1]).collect::<Vec<_>>();
        assert!(correlation(&right(sound.samples()), &right(&expected)) > 0.999);
    }
}

#[test]
fn one_channel_and_other_rates_are_sound_too() {
    let folder = tempfile::tempdir().expect("a folder");
    for (rate, channels) in [(44_100, 1), (22_050, 2), (96_000, 1)] {
        let path = film(folder.path(), &format!("-c:a aac -ar {rate} -ac {channels}"));
        let sound = read_sound(&path).expect("sound");
        assert_eq!((sound.rate(), u32::from(sound.channels())), (rate, channels));
        assert!(sound.frames().abs_diff(u64::from(rate) * 3) <= 2048, "{}", sound.frames());
        let theirs = floats(&ffmpeg(&format!("-i {} -f f32le -", path.display())));
        assert!(correlation(sound.samples(), &theirs) > 0.999);
    }
}

#[test]
fn what_is_no_sound_of_ours_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(read_sound(&film(folder.path(), "-an")), Err(SoundError::None));
    for other in ["-c:a ac3", "-c:a libmp3lame", "-c:a flac -strict -2"] {
        let told = read_sound(&film(folder.path(), other)).expect_err(other).to_string();
        assert!(told.contains("kind that cannot be played here"), "{other}: {told}");
    }
}

#[test]
fn damaged_files_give_sound_or_an_error_and_never_a_panic() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = practice_film(96, 64, true);
    let path = folder.path().join("damaged.mp4");
    let (mut heard, mut told) = (0, 0);
    let mut random = 0x9e37_79b9_u32;
    for round in 0..150 {
        let mut bytes = whole.clone();
        for _ in 0..1 + round % 8 {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let at = random as usize % bytes.len();
            bytes[at] ^= (random >> 24) as u8 | 1;
        }
        if round % 5 == 0 {
            bytes.truncate(random as usize % whole.len());
        }
        std::fs::write(&path, &bytes).expect("written");
        match read_sound(&path) {
            Ok(sound) => {
                heard += 1;
                assert!(sound.samples().iter().all(|sample| (-1.0..=1.0).contains(sample)));
            }
            Err(error) => {
                told += 1;
                assert!(!error.to_string().is_empty());
            }
        }
    }
    assert!(heard > 10 && told > 10, "{heard} heard, {told} told");
}

#[test]
fn a_real_server_plays_what_was_decoded_and_its_clock_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let film = film(folder.path(), "-c:a aac -b:a 192k");
    let expected = left(&reference(&film));
    let server = Server::start(folder.path());
    let recorder = Recorder::start(&server);
    let mut ours = speaker(&server.socket);
    ours.0.play(Some(wish(1, &film)));
    let seen = follow(&ours, |hearing| matches!(hearing, Hearing::Ended));
    ours.0.play(None);
    let recorded = left(&recorder.end());

    // Nothing is lost, nothing is added, and nothing drifts.
    let onset = recorded.iter().position(|sample| sample.abs() > 0.02).expect("something was heard");
    let begin = expected.iter().position(|sample| sample.abs() > 0.02).expect("a tone");
    let places: Vec<(usize, f64)> = [2_400, 72_000, 132_000]
        .map(|from| find(&recorded, &expected, from, (onset + from).saturating_sub(begin)))
        .to_vec();
    assert!(places.iter().all(|(_, alike)| *alike > 0.95), "{places:?}");
    let apart = |(place, _): (usize, f64), from: usize| place as i64 - from as i64;
    let lags = [apart(places[0], 2_400), apart(places[1], 72_000), apart(places[2], 132_000)];
    assert!(lags.iter().all(|lag| (lag - lags[0]).abs() <= 96), "within 2 ms: {lags:?}");

    // What is told goes with time.
    let told: Vec<(Instant, u64)> = seen
        .iter()
        .filter_map(|(at, hearing)| if let Hearing::At(place) = hearing { Some((*at, *place)) } else { None })
        .collect();
    assert!(told.len() > 50, "{}", told.len());
    let (first, last) = (told[told.len() / 10], told[told.len() * 9 / 10]);
    let passed = last.0.duration_since(first.0).as_millis() as i64;
    let drift = (last.1 - first.1) as i64 - passed;
    assert!(drift.abs() <= 60, "{drift} ms in {passed} ms");
    assert!(told.windows(2).all(|pair| pair[0].1 <= pair[1].1 + 20), "it does not jump back");
}

#[test]
fn a_run_begins_where_it_should_loops_and_can_be_silent() {
    let folder = tempfile::tempdir().expect("a folder");
    let film = film(folder.path(), "-c:a aac -b:a 192k");
    let expected = left(&reference(&film));
    let server = Server::start(folder.path());
    let mut ours = speaker(&server.socket);
    // From two seconds on, and from the beginning again.
    let recorder = Recorder::start(&server);
    ours.0.play(Some(Wish { from_millis: 2_000, is_looping: true, ..wish(1, &film) }));
    let mut highest = 0;
    follow(&ours, |hearing| matches!(hearing, Hearing::At(place) if *place >= 2_500));
    follow(&ours, |hearing| matches!(hearing, Hearing::At(place) if (500..1_500).contains(place)));
    ours.0.play(None);
    let recorded = left(&recorder.end());
    let onset = recorded.iter().position(|sample| sample.abs() > 0.02).expect("something was heard");
    for (from, after) in [(2 * RATE + 4_800, 4_800), (4_800, RATE + 4_800)] {
        let (place, alike) = find(&recorded, &expected, from, onset + after);
        assert!(alike > 0.95, "{from}: {alike} at {place}");
        highest = highest.max(place);
    }
    assert!(highest > onset + RATE);
    // Silent, but with the clock of the device.
    let recorder = Recorder::start(&server);
    ours.0.play(Some(Wish { volume: 0, ..wish(2, &film) }));
    follow(&ours, |hearing| matches!(hearing, Hearing::At(place) if *place > 300));
    ours.0.play(None);
    assert!(recorder.end().iter().all(|sample| sample.abs() < 1e-4));
}

#[test]
fn a_server_that_goes_is_told_and_one_that_comes_back_is_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let film = film(folder.path(), "-c:a aac");
    let mut ours = speaker(&folder.path().join("native"));
    let is_told = |hearing: &Hearing| matches!(hearing, Hearing::NoDevice(_));
    let is_heard = |hearing: &Hearing| matches!(hearing, Hearing::At(place) if *place > 100);
    ours.0.play(Some(wish(1, &film)));
    assert_eq!(
        follow(&ours, is_told).pop().map(|(_, told)| told),
        Some(Hearing::NoDevice("no sound server is set up".to_owned()))
    );
    let server = Server::start(folder.path());
    ours.0.play(Some(Wish { is_looping: true, ..wish(2, &film) }));
    follow(&ours, is_heard);
    drop(server);
    let Some((_, Hearing::NoDevice(reason))) = follow(&ours, is_told).pop() else { panic!("it is told") };
    assert!(reason.contains("gone"), "{reason}");
    let _server = Server::start(folder.path());
    ours.0.play(Some(Wish { is_looping: true, ..wish(3, &film) }));
    follow(&ours, is_heard);
}

#[test]
fn the_doctor_says_whether_clips_can_be_heard() {
    let folder = tempfile::tempdir().expect("a folder");
    let doctor = |server: &str| {
        let run = Command::new(env!("CARGO_BIN_EXE_rushes"))
            .arg("--library")
            .arg(folder.path().join("library"))
            .arg("doctor")
            .env("PULSE_SERVER", server)
            // Nobody has a cookie at first.
            .env("HOME", folder.path())
            .env_remove("PULSE_COOKIE")
            .output()
            .expect("it runs");
        String::from_utf8_lossy(&run.stdout).into_owned()
    };
    let none = doctor(&format!("unix:{}", folder.path().join("native").display()));
    assert!(none.contains("no     sound: no sound server is set up"), "{none}");
    let server = Server::start(folder.path());
    let some = doctor(&format!("unix:{}", server.socket.display()));
    assert!(some.lines().any(|line| line.starts_with("works  sound: ") && line.contains("on ear")), "{some}");
}
