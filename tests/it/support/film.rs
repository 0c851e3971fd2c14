//! Small films: those of the practice gateway's own renderer and those that ffmpeg makes.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use rushes::practice::film::FilmSpec;
use rushes::practice::render;

/// A whole MP4 of one second, made once.
pub fn tiny_film() -> &'static [u8] {
    static FILM: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let spec = FilmSpec {
            prompt: "tiny".to_owned(),
            negative_prompt: String::new(),
            seed: 1,
            width: 160,
            height: 96,
            duration_secs: 1,
            audio: false,
            picture: None,
            end_picture: None,
        };
        render::render(&spec).expect("the renderer makes a small film")
    });
    &FILM
}

/// A film of one second, as the practice gateway makes it.
pub fn practice_film(width: u32, height: u32, audio: bool) -> Vec<u8> {
    let spec = FilmSpec {
        prompt: "a heron".to_owned(),
        negative_prompt: String::new(),
        seed: 7,
        width,
        height,
        duration_secs: 1,
        audio,
        picture: None,
        end_picture: None,
    };
    render::render(&spec).expect("the renderer makes a small film")
}

/// A moving picture of 96 × 64 pixels and one second at 12 frames a second, as H.264 with frames out of order; made once.
pub fn small_film() -> &'static [u8] {
    static FILM: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let path = folder.path().join("small.mp4");
        let source = "-f lavfi -i testsrc2=s=96x64:r=12:d=1";
        make(&format!("{source} -c:v libx264 -bf 2 -g 6 -pix_fmt yuv420p -movflags +faststart"), &path);
        std::fs::read(path).expect("the film")
    });
    &FILM
}

/// What ffmpeg writes to its output with these arguments (split at spaces).
pub fn ffmpeg(args: &str) -> Vec<u8> {
    run(args, None)
}

/// Runs ffmpeg with those arguments (split at spaces) and the output file.
pub fn make(args: &str, output: &Path) {
    run(args, Some(output.as_os_str()));
}

fn run(args: &str, output: Option<&OsStr>) -> Vec<u8> {
    let run = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-y"])
        .args(args.split(' '))
        .args(output)
        .output()
        .expect("ffmpeg is installed for the tests");
    assert!(run.status.success(), "ffmpeg {args}: {}", String::from_utf8_lossy(&run.stderr));
    run.stdout
}
