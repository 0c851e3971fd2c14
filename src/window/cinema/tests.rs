//! Tests of the cinema with films that ffmpeg makes: open films follow the playhead together.

use std::path::Path;
use std::process::Command;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use eframe::egui::RawInput;

use super::*;
use crate::app::action::Effect;
use crate::app::state::viewer::{CompareMode, Comparison, Viewer};
use crate::domain::job::Clip;
use crate::domain::request::StoredPicture;
use crate::domain::samples;
use crate::domain::{GatewayId, UnixMillis};
use crate::engine::event::Live;

/// Time after which a film that delivers nothing counts as hanging.
const PATIENCE: Duration = Duration::from_secs(90);

/// Services that know only where the clip files are.
struct Folder(PathBuf);

impl Services for Folder {
    fn perform(&mut self, effect: Effect) {
        panic!("{effect:?}");
    }

    fn receive(&mut self) -> Option<Input> {
        None
    }

    fn live(&self) -> Live {
        Live::default()
    }

    fn poster_file(&self, _job: JobId) -> PathBuf {
        PathBuf::new()
    }

    fn filmstrip_file(&self, _job: JobId) -> PathBuf {
        PathBuf::new()
    }

    fn clip_file(&self, path: &Path) -> PathBuf {
        self.0.join(path)
    }

    fn picture_file(&self, _picture: &StoredPicture) -> PathBuf {
        PathBuf::new()
    }

    fn close(&mut self) {}
}

/// A cinema with the state that it follows and a channel that receives its requests to repaint.
struct Bench {
    folder: tempfile::TempDir,
    services: Folder,
    state: AppState,
    cinema: Cinema,
    ctx: Context,
    news: Receiver<()>,
    told: Vec<(JobId, Result<FilmFacts, String>)>,
    heard: Vec<SoundNews>,
    frames: Vec<FrameNews>,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (wake, news) = sync_channel(1);
        let cinema = Cinema::new(Repainter::new(move |_| {
            wake.try_send(()).ok();
        }));
        let services = Folder(folder.path().to_owned());
        let state = AppState::new(UnixMillis(0));
        let ctx = Context::default();
        // The sizes of the window and of textures must be known before the first film is opened.
        let screen = eframe::egui::Rect::from_min_size(Default::default(), [1440.0, 900.0].into());
        let input = RawInput { screen_rect: Some(screen), max_texture_side: Some(8192), ..RawInput::default() };
        let mut output = ctx.run_ui(input, |_| {});
        output.textures_delta.clear();
        Self { folder, services, state, cinema, ctx, news, told: Vec::new(), heard: Vec::new(), frames: Vec::new() }
    }

    /// Lets ffmpeg make a ready clip with these arguments.
    fn clip(&mut self, number: u128, arguments: &str) -> JobId {
        let name = format!("{number}.mp4");
        let made = Command::new("ffmpeg")
            .args(["-nostdin", "-v", "error", "-y"])
            .args(arguments.split(' '))
            .arg(self.folder.path().join(&name))
            .status()
            .expect("ffmpeg is installed for the tests");
        assert!(made.success(), "{arguments}");
        self.job(number, name.into())
    }

    fn job(&mut self, number: u128, path: PathBuf) -> JobId {
        let clip = Clip { path, width: 320, height: 180, duration_millis: 1000, ..samples::clip("") };
        let job = samples::job(number).gateway(GatewayId::Practice).at(UnixMillis(0)).clip(clip).ready();
        let id = job.id;
        self.state.jobs.insert(id, job);
        id
    }

    fn look_at(&mut self, job: JobId) {
        (self.state.viewer, self.state.selection.card) = (Some(Viewer::QuickLook), Some(job));
    }

    fn compare(&mut self, jobs: &[JobId]) {
        let (jobs, focus) = (jobs.to_vec(), jobs[0]);
        self.state.viewer =
            Some(Viewer::Compare(Comparison { jobs, focus, mode: CompareMode::SideBySide, divide: 500 }));
    }

    fn follow(&mut self) {
        for input in self.cinema.follow(&self.ctx, &self.state, &self.services) {
            match input {
                Input::FilmOpened(job, film) => self.told.push((job, film)),
                Input::Sound(news) => self.heard.push(news),
                Input::Frames(news) => self.frames.push(news),
                other => panic!("{other:?}"),
            }
        }
    }

    /// Runs frames of the window until `is_there` returns true.
    fn until(&mut self, is_there: impl Fn(&mut Self) -> bool) {
        loop {
            self.follow();
            if is_there(self) {
                return;
            }
            self.news.recv_timeout(PATIENCE).expect("the cinema says when a frame is there");
        }
    }

    fn shown(&mut self, job: JobId) -> Option<u32> {
        self.cinema.picture(job).map(|picture| picture.frame)
    }

    /// Moves the playhead and runs frames of the window until the film shows the wanted frame.
    fn seek(&mut self, job: JobId, frame: u32) {
        self.state.playback.frame = frame;
        self.until(|bench| bench.shown(job) == Some(frame));
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        // There is no graphics card in this test, and egui requires that texture changes are taken.
        self.ctx.tex_manager().write().take_delta().clear();
    }
}

const SMALL: &str = "-f lavfi -i testsrc2=s=320x180:r=24 -c:v libx264 -pix_fmt yuv420p -preset ultrafast -bf 2";

#[test]
fn a_film_is_open_while_it_is_looked_at_and_tells_about_itself() {
    let mut bench = Bench::new();
    let job = bench.clip(1, &format!("{SMALL} -frames:v 36"));
    bench.follow();
    assert!(bench.cinema.screens.is_empty(), "nothing is open before anything is looked at");
    bench.look_at(job);
    bench.seek(job, 0);
    let facts = FilmFacts { frames: 36, duration_millis: 1500, width: 320, height: 180, has_audio: false };
    assert_eq!(bench.told, [(job, Ok(facts))]);
    let first = bench.cinema.picture(job).expect("it is shown");
    assert_eq!((first.size.x, first.size.y), (320.0, 180.0));
    for frame in [1, 2, 1, 30, 35, 3] {
        bench.seek(job, frame);
        assert_eq!(bench.cinema.picture(job).map(|picture| picture.texture), Some(first.texture), "one texture");
    }
    bench.state.viewer = None;
    bench.follow();
    assert!(bench.cinema.screens.is_empty());
    assert!(bench.cinema.picture(job).is_none());
    assert_eq!(bench.told.len(), 1);
}

#[test]
fn what_cannot_be_played_says_so_and_holds_up_no_other() {
    let mut bench = Bench::new();
    let good = bench.clip(1, &format!("{SMALL} -frames:v 12"));
    std::fs::write(bench.folder.path().join("2.mp4"), b"no film").expect("a file");
    let bad = bench.job(2, "2.mp4".into());
    let gone = bench.job(3, "3.mp4".into());
    bench.compare(&[good, bad, gone]);
    bench.until(|bench| bench.told.len() == 3);
    bench.seek(good, 7);
    let reason = |job| bench.told.iter().find(|(told, _)| *told == job).and_then(|(_, film)| film.clone().err());
    assert_eq!(reason(good), None);
    assert_eq!(reason(bad).as_deref(), Some("it is not an MP4 file"));
    assert!(reason(gone).is_some_and(|reason| reason.starts_with("it cannot be read")));
}

#[test]
fn compared_films_show_the_same_frame_at_any_moment() {
    let mut bench = Bench::new();
    let long = bench.clip(1, &format!("{SMALL} -frames:v 48 -g 48"));
    let other = bench.clip(2, &format!("{SMALL} -frames:v 48 -g 6 -s 640x360"));
    let short = bench.clip(3, &format!("{SMALL} -frames:v 20"));
    let all = [long, other, short];
    bench.compare(&all);
    bench.state.playback.is_playing = true;
    let mut seen = Vec::new();
    for step in 0..150 {
        // Play, jump and come back; sometimes the decoders get time, sometimes they do not.
        bench.state.playback.is_playing = step % 50 < 40;
        bench.state.playback.frame = if step % 50 < 40 { step % 48 } else { step * 7 % 48 };
        if step % 3 == 0 {
            bench.news.recv_timeout(Duration::from_millis(5)).ok();
        }
        bench.follow();
        let shown = all.map(|job| bench.shown(job));
        if let [Some(a), Some(b), Some(c)] = shown {
            assert_eq!((a, c), (b, a.min(19)), "step {step}");
            seen.push(a);
        } else {
            assert_eq!(shown, [None; 3], "step {step}");
        }
    }
    bench.state.playback.is_playing = false;
    bench.seek(long, 40);
    assert_eq!(all.map(|job| bench.shown(job)), [Some(40), Some(40), Some(19)]);
    seen.dedup();
    println!("{} changes of the picture in 150 steps, {} frames dropped", seen.len(), bench.cinema.tally().dropped);
}

#[test]
fn a_film_in_real_time_is_shown_in_order() {
    let mut bench = Bench::new();
    let film =
        "-f lavfi -i testsrc2=s=1920x1080:r=30:d=10 -c:v libx264 -pix_fmt yuv420p -preset ultrafast -bf 2 -g 300";
    let job = bench.clip(1, film);
    bench.look_at(job);
    bench.seek(job, 0);
    let began = Instant::now();
    bench.state.playback.is_playing = true;
    let mut shown = vec![0];
    while shown.last() != Some(&299) {
        bench.state.playback.frame = ((began.elapsed().as_millis() * 30 / 1000) as u32).min(299);
        bench.follow();
        let now = bench.shown(job).expect("a film that is open shows something");
        if shown.last() != Some(&now) {
            shown.push(now);
        }
        assert!(began.elapsed() < PATIENCE, "the film never ends");
        // A real window paints up to sixty times a second.
        bench.news.recv_timeout(Duration::from_millis(16)).ok();
    }
    assert!(shown.is_sorted(), "{shown:?}");
    let dropped = bench.cinema.tally().dropped;
    assert_eq!(shown.len() as u64 + dropped, 300, "every frame is either shown or counted as dropped");
    println!("{} of 300 frames shown, {dropped} dropped, in {:.2} s", shown.len(), began.elapsed().as_secs_f64());
}

#[cfg(target_os = "linux")]
#[test]
fn a_film_that_nobody_can_hear_says_so_once_for_each_run_and_plays_on() {
    let mut bench = Bench::new();
    let (wake, woken) = sync_channel(8);
    bench.cinema.speaker = Speaker::at(bench.folder.path().join("native"), move || {
        wake.try_send(()).ok();
    });
    let tone = "-f lavfi -i sine=440:r=48000:d=1 -c:a aac";
    let job = bench.clip(1, &format!("-f lavfi -i testsrc2=s=320x180:r=24:d=1 {tone} -c:v libx264 -pix_fmt yuv420p"));
    bench.look_at(job);
    bench.seek(job, 0);
    let (_, facts) = bench.told.pop().expect("it was opened");
    assert!(facts.as_ref().is_ok_and(|facts| facts.has_audio));
    bench.state.films.insert(job, facts);
    bench.follow();
    assert!(bench.heard.is_empty(), "nothing is heard of a film that stands");
    let none = SoundNews::NoDevice("no sound server is set up".to_owned());
    for run in 1..=2 {
        (bench.state.playback.is_playing, bench.state.playback.run) = (true, run);
        while bench.heard.last() != Some(&none) {
            bench.follow();
            woken.recv_timeout(Duration::from_millis(5)).ok();
        }
        bench.follow();
        assert!(bench.heard.len() <= 2, "{:?}", bench.heard);
        bench.heard.clear();
    }
    bench.state.playback.is_playing = false;
    bench.follow();
    assert!(bench.heard.is_empty());
}

#[test]
fn films_that_begin_to_run_say_once_whether_their_first_frames_are_there() {
    let mut bench = Bench::new();
    let all = [bench.clip(1, &format!("{SMALL} -frames:v 48")), bench.clip(2, &format!("{SMALL} -frames:v 48"))];
    bench.compare(&all);
    (bench.state.playback.is_playing, bench.state.playback.run) = (true, 7);
    // Without looking again by itself: only the films request the frames of the window.
    bench.until(|bench| bench.frames.last() == Some(&FrameNews::Ready(7)));
    assert_eq!(bench.frames, [FrameNews::Missing(7), FrameNews::Ready(7)]);
    bench.follow();
    // Of a run that has them from the start there is nothing to say.
    bench.state.playback.run = 8;
    bench.follow();
    bench.state.playback.is_playing = false;
    bench.state.playback.run = 9;
    bench.follow();
    assert_eq!(bench.frames.len(), 2);
}

#[cfg(target_os = "linux")]
#[test]
fn a_sound_is_not_begun_in_the_frame_in_which_pictures_are_found_missing() {
    let mut bench = Bench::new();
    bench.cinema.speaker = Speaker::at(bench.folder.path().join("native"), || {});
    let tone = "-f lavfi -i sine=440:r=48000:d=1 -c:a aac";
    let job = bench.clip(1, &format!("-f lavfi -i testsrc2=s=320x180:r=24:d=1 {tone} -c:v libx264 -pix_fmt yuv420p"));
    bench.look_at(job);
    bench.seek(job, 0);
    let (_, facts) = bench.told.pop().expect("it was opened");
    bench.state.films.insert(job, facts);
    // It is looked at again: the film is known, and closed.
    bench.state.viewer = None;
    bench.follow();
    bench.look_at(job);
    (bench.state.playback.is_playing, bench.state.playback.run) = (true, 1);
    assert!(wanted(&bench.state).is_some());
    bench.follow();
    assert_eq!(bench.frames, [FrameNews::Missing(1)]);
    assert!(bench.heard.is_empty() && bench.cinema.sound.is_none(), "{:?}", bench.heard);
}

#[test]
fn a_film_is_made_as_large_as_it_is_shown_once_that_size_rests() {
    let mut bench = Bench::new();
    let job = bench.clip(1, &format!("{SMALL} -frames:v 12 -s 640x360"));
    bench.look_at(job);
    let size = |bench: &mut Bench| bench.cinema.picture(job).map(|picture| (picture.size.x, picture.size.y));
    let show = |bench: &mut Bench, side: f32| {
        // Of two places, as the film has in the details and over them, the larger counts.
        bench.cinema.shown_at(job, Vec2::new(side / 2.0, side / 2.0));
        bench.cinema.shown_at(job, Vec2::new(side, side));
        bench.cinema.drawn(&bench.ctx);
        bench.follow();
    };
    bench.until(|bench| {
        show(bench, 320.0);
        size(bench) == Some((320.0, 180.0))
    });
    for side in 321..400 {
        show(&mut bench, side as f32);
        assert_eq!(bench.cinema.screens[0].place.made, Some((320, 320)), "the window still grows");
    }
    bench.until(|bench| {
        show(bench, 480.0);
        size(bench) == Some((480.0, 270.0))
    });
    // A film that is hidden behind this one is made as large, since it will take its place, however it was shown before.
    let hidden = bench.clip(2, &format!("{SMALL} -frames:v 12 -s 640x360"));
    bench.compare(&[job, hidden]);
    let size_of_hidden = |bench: &mut Bench| bench.cinema.picture(hidden).map(|it| (it.size.x, it.size.y));
    bench.until(|bench| {
        bench.cinema.shown_at(hidden, Vec2::splat(160.0));
        show(bench, 480.0);
        size_of_hidden(bench) == Some((160.0, 90.0))
    });
    bench.until(|bench| {
        show(bench, 480.0);
        size_of_hidden(bench) == Some((480.0, 270.0))
    });
    bench.cinema.shown_at(hidden, Vec2::splat(480.0));
    bench.follow();
    assert!(!bench.cinema.is_size_new, "nothing is decoded anew when it comes to the front");
    // Where it is not drawn it stays as it is.
    bench.follow();
    bench.follow();
    assert_eq!(size(&mut bench), Some((480.0, 270.0)));
}
