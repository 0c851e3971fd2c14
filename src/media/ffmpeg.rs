//! The `ffmpeg` command as the way out for films that the built-in decoder cannot do. Nothing needs it.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How long the command may run.
const PATIENCE: Duration = Duration::from_secs(10);
/// No poster is larger.
const MAX_BYTES: u64 = 16 << 20;

/// One frame as JPEG. The error is a plain clause.
pub(super) fn frame(movie: &Path, at_secs: f64, max_side: u32) -> Result<Vec<u8>, String> {
    // The `file:` prefix keeps a name from being taken for an option or another protocol; the demuxer is given so that no
    // other format's parser sees the bytes.
    let mut input = std::ffi::OsString::from("file:");
    input.push(movie);
    let scale = format!(
        "scale=w='min({max_side},iw)':h='min({max_side},ih)':force_original_aspect_ratio=decrease,format=yuvj420p"
    );
    let mut child = Command::new("ffmpeg")
        .args([
            "-nostdin",
            "-v",
            "quiet",
            "-protocol_whitelist",
            "file",
            "-threads",
            "1",
            "-f",
            "mov",
            "-ss",
            &format!("{at_secs:.3}"),
            "-i",
        ])
        .arg(input)
        .args([
            "-map",
            "0:v:0",
            "-an",
            "-frames:v",
            "1",
            "-vf",
            &scale,
            "-q:v",
            "3",
            "-c:v",
            "mjpeg",
            "-f",
            "image2pipe",
            "pipe:1",
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("there is no ffmpeg command that could help ({error})"))?;
    let stdout = child.stdout.take();
    let reader = std::thread::Builder::new()
        .name("ffmpeg output".to_owned())
        .spawn(move || {
            let mut bytes = Vec::new();
            // Errors show as missing bytes.
            drop(stdout.map(|stdout| stdout.take(MAX_BYTES).read_to_end(&mut bytes)));
            bytes
        })
        .map_err(|error| format!("no thread could be started to read from ffmpeg ({error})"))?;
    let deadline = Instant::now() + PATIENCE;
    let finished = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status.success(),
            Ok(None) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(15)),
            // Too slow, or not to be waited for: end it.
            Ok(None) | Err(_) => {
                drop(child.kill());
                drop(child.wait());
                break false;
            }
        }
    };
    let bytes = reader.join().unwrap_or_default();
    if finished && bytes.starts_with(&[0xff, 0xd8]) { Ok(bytes) } else { Err("ffmpeg cannot decode it either".into()) }
}
