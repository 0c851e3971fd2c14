//! The window without a screen, over a real engine and real files: posters and filmstrips that someone deleted, emptied
//! or cut come back by themselves.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use super::*;
use crate::app::action::Effect;
use crate::domain::job::{Clip, Poster};
use crate::domain::poster_frame::PosterFrame;
use crate::domain::request::StoredPicture;
use crate::domain::samples::{self, id};
use crate::domain::{GatewayId, Job, JobId};
use crate::engine::command::Command;
use crate::engine::event::Live;
use crate::media;
use crate::session::{Home, Manner, Opened, Session};
use crate::ui::screens::Pictures as _;
use crate::window::decode::decode_whole_jpeg;
use crate::window::world::World;

/// Time after which a picture that does not come counts as lost.
const PATIENCE: Duration = Duration::from_secs(60);

const SIZE: (u32, u32) = (96, 64);

/// The services of the program, but for keys: no test looks into the password store of this computer.
struct Keyless {
    world: World,
    /// The clips of which the window asked that their poster is made again.
    made_again: Vec<JobId>,
}

impl Services for Keyless {
    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Connect(..) => {}
            effect => {
                if let Effect::Engine(Command::MakePosterAgain(job)) = &effect {
                    self.made_again.push(*job);
                }
                self.world.perform(effect);
            }
        }
    }

    fn receive(&mut self) -> Option<Input> {
        self.world.receive()
    }

    fn live(&self) -> Live {
        self.world.live()
    }

    fn poster_file(&self, job: JobId) -> PathBuf {
        self.world.poster_file(job)
    }

    fn filmstrip_file(&self, job: JobId) -> PathBuf {
        self.world.filmstrip_file(job)
    }

    fn clip_file(&self, path: &Path) -> PathBuf {
        self.world.clip_file(path)
    }

    fn picture_file(&self, picture: &StoredPicture) -> PathBuf {
        self.world.picture_file(picture)
    }

    fn close(&mut self) {
        self.world.close();
    }
}

struct Bench {
    studio: Studio<Keyless>,
    ctx: egui::Context,
    news: Receiver<()>,
    _folder: tempfile::TempDir,
}

/// A window on a library with these jobs, whose files `prepare` makes.
fn window(jobs: Vec<Job>, prepare: impl FnOnce(&Home)) -> Bench {
    let folder = tempfile::tempdir().expect("a folder");
    let home = Home::find(Some(folder.path())).expect("a home");
    let Opened { library, history, .. } = home.open().expect("a new library");
    std::fs::create_dir_all(&home.paths.clips).expect("a folder");
    std::fs::create_dir_all(home.paths.posters()).expect("a folder");
    prepare(&home);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let (wake, news) = sync_channel(1);
    let repainter = Repainter::new(move |_| {
        wake.try_send(()).ok();
    });
    let waker = repainter.clone();
    let jobs = crate::app::state::jobs::Jobs::from(jobs);
    let (session, events) = Session::start(
        &home,
        library,
        jobs.share().collect(),
        history,
        runtime.handle().clone(),
        Manner::WINDOW,
        move || waker.wake(),
    )
    .expect("a session");
    let settings = Settings { is_welcomed: true, ..home.settings.clone() };
    let world = World::new(runtime, session, events, settings.clone(), repainter.clone());
    let opened = Input::Opened {
        jobs,
        history: crate::domain::progress::History::default(),
        draft: None,
        settings: Box::new(settings),
        warnings: Vec::new(),
        clip_folder: home.paths.clips,
    };
    let services = Keyless { world, made_again: Vec::new() };
    let ctx = egui::Context::default();
    theme::install(&ctx);
    Bench { studio: Studio::new(services, repainter, Panes::default(), vec![opened]), ctx, news, _folder: folder }
}

impl Bench {
    fn frame(&mut self) {
        let screen = egui::Rect::from_min_size(Default::default(), [1440.0, 1800.0].into());
        let input = egui::RawInput { screen_rect: Some(screen), max_texture_side: Some(8192), ..Default::default() };
        self.studio.advance(&self.ctx);
        let studio = &mut self.studio;
        let mut output = self.ctx.clone().run_ui(input, |ui| studio.draw(ui));
        output.textures_delta.clear();
    }

    fn job(&self, job: JobId) -> &Job {
        self.studio.state().jobs.get(&job).expect("a job")
    }

    fn has_poster(&mut self, id: JobId) -> bool {
        let job = self.job(id).clone();
        let Studio { pictures, services, cinema, .. } = &mut self.studio;
        pictures.on(&self.ctx, services, cinema).poster(&job).is_some()
    }

    fn strip(&self, job: JobId) -> PathBuf {
        self.studio.services.filmstrip_file(job)
    }

    /// Draws frames, each after something happened, until `is_so`.
    fn until(&mut self, what: &str, is_so: impl Fn(&mut Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.frame();
            if is_so(self) {
                return;
            }
            assert!(Instant::now() < deadline, "{what}: {:#?}", self.studio.state().jobs);
            // Files that appear wake nobody.
            self.news.recv_timeout(Duration::from_millis(100)).ok();
        }
    }
}

/// A ready clip in a file of its own, with a poster that the library believes to be there.
fn clip(number: u128) -> Job {
    let path = PathBuf::from(format!("{number}.mp4"));
    let clip = Clip { path, width: SIZE.0, height: SIZE.1, duration_millis: 1000, ..samples::clip("") };
    let mut job = samples::job(number).gateway(GatewayId::Practice).clip(clip).ready();
    job.poster = Poster::Made { width: SIZE.0, height: SIZE.1 };
    job
}

/// Lets ffmpeg make a film.
fn film() -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("film.mp4");
    let made = std::process::Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=96x64:r=12:d=1"])
        .args(["-c:v", "libx264", "-pix_fmt", "yuv420p"])
        .arg(&file)
        .status()
        .expect("ffmpeg is installed for the tests");
    assert!(made.success());
    std::fs::read(file).expect("the film")
}

#[test]
fn posters_and_filmstrips_that_were_lost_come_back_by_themselves() {
    const GONE: JobId = id(1);
    const EMPTY: JobId = id(2);
    const CUT: JobId = id(3);
    const WHOLE: JobId = id(4);
    const ONCE_IMPOSSIBLE: JobId = id(5);
    const NO_FILM: JobId = id(6);
    const MISSING: JobId = id(7);
    let mut jobs: Vec<Job> = (1..=7).map(clip).collect();
    jobs[4].poster = Poster::Impossible("the drive was away".to_owned());
    let mut control = None;
    let mut bench = window(jobs, |home| {
        let film = film();
        for job in [GONE, EMPTY, CUT, WHOLE, ONCE_IMPOSSIBLE] {
            let clip = home.paths.clips.join(format!("{}.mp4", job.0.as_u128()));
            std::fs::write(&clip, &film).expect("a film");
            media::write_poster(&clip, &home.paths.poster(job), PosterFrame::Tenth, 960).expect("a poster");
            let strip = home.paths.filmstrip(job);
            media::write_filmstrip(&clip, &strip, media::FILMSTRIP_FRAMES, media::FILMSTRIP_HEIGHT).expect("a strip");
        }
        std::fs::write(home.paths.clips.join("6.mp4"), b"no film").expect("a file");
        let both = |job| [home.paths.poster(job), home.paths.filmstrip(job)];
        for file in both(GONE).into_iter().chain(both(ONCE_IMPOSSIBLE)) {
            std::fs::remove_file(file).expect("it was there");
        }
        for file in both(EMPTY) {
            std::fs::write(file, b"").expect("written");
        }
        for file in both(CUT) {
            let bytes = std::fs::read(&file).expect("it is there");
            std::fs::write(&file, &bytes[..bytes.len() / 2]).expect("written");
        }
        control = Some((home.paths.poster(WHOLE), std::fs::read(home.paths.poster(WHOLE)).expect("it is there")));
    });
    for job in [GONE, EMPTY, CUT, WHOLE, ONCE_IMPOSSIBLE] {
        bench.until("shown", |bench| bench.has_poster(job));
    }
    for job in [GONE, EMPTY, CUT, ONCE_IMPOSSIBLE] {
        bench.until("filmstrip", |bench| decode_whole_jpeg(&bench.strip(job)).is_some());
        assert!(decode_whole_jpeg(&bench.studio.services.poster_file(job)).is_some());
        assert!(matches!(bench.job(job).poster, Poster::Made { .. }));
    }
    // What is no film has no picture, which its card says; it is not tried again and again.
    bench.until("given up", |bench| matches!(bench.job(NO_FILM).poster, Poster::Impossible(_)));
    bench.until("missing", |bench| bench.studio.state().missing_files.contains(&MISSING));
    for _ in 0..20 {
        bench.frame();
    }
    let (poster, bytes) = control.expect("prepared");
    assert_eq!(std::fs::read(poster).expect("it is there"), bytes, "a whole poster is left alone");
    let mut made_again = bench.studio.services.made_again.clone();
    made_again.sort();
    assert_eq!(made_again, [GONE, EMPTY, CUT, ONCE_IMPOSSIBLE, NO_FILM], "each once, and no other");
    bench.studio.services.close();
}
