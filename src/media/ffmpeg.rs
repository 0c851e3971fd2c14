//! Decodes films through the `ffmpeg` command when the built-in decoder cannot. The program works without it.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use rusty_h264_common::YuvFrame;

use super::frame::ColorRule;
use super::pose::Pose;

/// How long the command may think before it says something. It decodes up to a seek's target in that time.
const PATIENCE: Duration = Duration::from_secs(30);
/// A list of the frames of a film is not longer.
const MAX_LIST_BYTES: u64 = 64 << 20;
/// Most pixels that the command may decode of a picture, whatever the coded data says.
const MAX_STILL_PIXELS: &str = "44000000";
/// Frames that wait in the pipe's thread.
const READY: usize = 2;
/// All of the environment that the command gets: what finds it and its libraries.
const NEEDED: [&str; 6] = ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP"];
/// The colors in which [`RawFrames`] asks the command for its frames.
pub(super) const COLORS: ColorRule = ColorRule { is_709: true, is_full_range: false };

/// Number of frames of a track (by its number in the film) and its length in milliseconds, both at least 1, by its packets. The
/// error is a plain clause.
pub(super) fn count_frames(movie: &Path, track: u32) -> Result<(u32, u64), String> {
    let mut pipe =
        Pipe::start(command(movie, track).args(["-c:v", "copy", "-f", "framecrc"]), |mut stdout, sender| {
            let mut list = Vec::new();
            // Errors show as missing lines.
            drop(Read::by_ref(&mut stdout).take(MAX_LIST_BYTES).read_to_end(&mut list));
            drop(sender.send(list));
        })?;
    let list = pipe.next(Instant::now() + PATIENCE)?.unwrap_or_default();
    parse_list(&String::from_utf8_lossy(&list)).ok_or_else(|| "ffmpeg cannot read it either".to_owned())
}

/// Reads lines of `0, dts, pts, duration, size, checksum` below a head that names the units of time.
fn parse_list(list: &str) -> Option<(u32, u64)> {
    let (numerator, denominator) =
        list.lines().find_map(|line| line.strip_prefix("#tb 0: "))?.trim().split_once('/')?;
    let (numerator, denominator) = (numerator.parse::<u64>().ok()?, denominator.parse::<u64>().ok()?);
    let (mut frames, mut length) = (0_u32, 0_u64);
    for line in list.lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split(',').map(str::trim);
        let (pts, duration) = (fields.nth(2)?.parse::<i64>().ok()?, fields.next()?.parse::<u64>().ok()?);
        // What lies before the beginning is needed for decoding only.
        if pts >= 0 {
            frames = frames.checked_add(1)?;
            length = length.checked_add(duration)?;
        }
    }
    let millis = length.checked_mul(numerator)?.checked_mul(1000)?.checked_div(denominator)?;
    (frames > 0).then_some((frames, millis.max(1)))
}

/// Decoded frames of a film one after another, upright, of one size and in the colors of [`COLORS`].
pub(super) struct RawFrames {
    pipe: Pipe<YuvFrame>,
    /// Number of the next frame in the order of display.
    pub(super) next: u32,
}

impl RawFrames {
    /// Starts with frame `from` of a track (by its number in the film) whose pictures lie as `pose` says. `size` is the
    /// upright one; its sides are even.
    pub(super) fn start(
        movie: &Path,
        track: u32,
        from: u32,
        (width, height): (usize, usize),
        pose: Pose,
    ) -> Result<Self, String> {
        // Numbers, not times, choose the frame: everything before it is decoded and thrown away. Equal steps of time keep the
        // command from dropping or repeating frames to hold a rate.
        let (lying_width, lying_height) = pose.turned((width, height));
        let turn = turn(pose);
        let filter = format!(
            "trim=start_frame={from},setpts=N/25/TB,scale={lying_width}:{lying_height}:flags=bilinear:out_color_matrix=bt709:out_range=limited,format=yuv420p{turn}"
        );
        let read = move |mut stdout: ChildStdout, sender: SyncSender<YuvFrame>| {
            loop {
                let mut frame = YuvFrame::black(width, height);
                let planes = [&mut frame.y, &mut frame.u, &mut frame.v];
                if planes.into_iter().any(|plane| stdout.read_exact(plane).is_err()) || sender.send(frame).is_err() {
                    return;
                }
            }
        };
        let pipe = Pipe::start(command(movie, track).args(["-vf", &filter, "-r", "25", "-f", "rawvideo"]), read)?;
        Ok(Self { pipe, next: from })
    }

    /// The next frame; `Ok(None)` at the end of the film. The error is a plain clause.
    pub(super) fn next_frame(&mut self, deadline: Instant) -> Result<Option<YuvFrame>, String> {
        let frame = self.pipe.next(deadline.min(Instant::now() + PATIENCE))?;
        self.next += u32::from(frame.is_some());
        Ok(frame)
    }
}

/// The filters that bring a picture upright. They are named here because the command's own way of doing that knew no
/// mirrors for years.
fn turn(pose: Pose) -> &'static str {
    match (pose.is_mirrored, pose.quarter_turns) {
        (false, 1) => ",transpose=clock",
        (false, 2) => ",hflip,vflip",
        (false, 3) => ",transpose=cclock",
        (false, _) => "",
        (true, 1) => ",transpose=clock_flip",
        (true, 2) => ",vflip",
        (true, 3) => ",transpose=cclock_flip",
        (true, _) => ",hflip",
    }
}

/// The command on the pictures of one track of a film; what to make of them is still to be said.
fn command(movie: &Path, track: u32) -> Command {
    // The `file:` prefix keeps a name from being taken for an option or another protocol; the demuxer is given so that no
    // other format's parser sees the bytes.
    let mut input = std::ffi::OsString::from("file:");
    input.push(movie);
    // Covers that are no tracks count as streams, so streams are chosen by the number of the track. None has the number 0.
    let stream = if track == 0 { "0:v:0".to_owned() } else { format!("0:i:{track}") };
    let mut command = bare_command();
    command
        .args(["-protocol_whitelist", "file,pipe", "-threads", "2"])
        .args(["-noautorotate", "-f", "mov", "-i"])
        .arg(input)
        .args(["-map", &stream, "-an"]);
    command
}

/// The command without its input.
fn bare_command() -> Command {
    let mut command = Command::new("ffmpeg");
    // A key that was given by the environment is no business of another program, least of one that reads foreign files.
    command
        .env_clear()
        .envs(NEEDED.iter().filter_map(|name| Some((name, std::env::var_os(name)?))))
        .args(["-nostdin", "-v", "quiet"]);
    command
}

/// Why a picture was not decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StillError {
    /// There is no such command.
    Absent,
    /// The command could not decode it.
    Failed,
    /// The command did not answer in time.
    TooSlow,
}

/// What [`decode_av1`] makes of the coded values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StillColors {
    /// Red, green and blue, a byte each. By this matrix (as numbered in ITU-T H.273) and range instead of the coded ones, when
    /// they are given.
    Rgb(Option<(u16, bool)>),
    /// One byte, from 0 for nothing to 255 for all.
    Opacity,
}

/// Decodes one picture of AV1 to `size` pixels.
pub(super) fn decode_av1(
    coded: &[u8],
    (width, height): (u32, u32),
    colors: StillColors,
    deadline: Instant,
) -> Result<Vec<u8>, StillError> {
    // The plainest of all frames for it, so that no other parser of the command sees foreign bytes.
    let mut framed = b"DKIF\0\0\x20\0AV01".to_vec();
    framed.extend((width as u16).to_le_bytes());
    framed.extend((height as u16).to_le_bytes());
    framed.extend([25, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    framed.extend((coded.len() as u32).to_le_bytes());
    framed.extend([0; 8]);
    framed.extend_from_slice(coded);
    let (colors, format, values) = match colors {
        StillColors::Opacity => (":in_range=full:out_range=full".to_owned(), "gray", 1),
        StillColors::Rgb(rule) => {
            let matrix = match rule.map(|(matrix, _)| matrix) {
                Some(1) => ":in_color_matrix=bt709",
                Some(5 | 6) => ":in_color_matrix=bt601",
                Some(7) => ":in_color_matrix=smpte240m",
                Some(9) => ":in_color_matrix=bt2020",
                _ => "",
            };
            let range = match rule {
                // Values that are colors already have no range of their own.
                Some((0, _)) | None => "",
                Some((_, true)) => ":in_range=full",
                Some((_, false)) => ":in_range=limited",
            };
            (format!("{matrix}{range}"), "rgb24", 3)
        }
    };
    let filter = format!("scale={width}:{height}:flags=bilinear+accurate_rnd+full_chroma_int{colors},format={format}");
    let length = width as usize * height as usize * values;
    let mut command = bare_command();
    command.args(["-protocol_whitelist", "pipe", "-threads", "2", "-max_pixels", MAX_STILL_PIXELS]);
    command.args(["-f", "ivf", "-i", "pipe:0"]).args([
        "-map",
        "0:v:0",
        "-frames:v",
        "1",
        "-vf",
        &filter,
        "-f",
        "rawvideo",
    ]);
    let read = move |mut stdout: ChildStdout, sender: SyncSender<Vec<u8>>| {
        let mut picture = Vec::new();
        // What is missing shows by the length.
        drop(Read::by_ref(&mut stdout).take(length as u64).read_to_end(&mut picture));
        drop(sender.send(picture));
    };
    let mut pipe = Pipe::start_with(&mut command, Some(framed), read).map_err(|_absent| StillError::Absent)?;
    match pipe.next(deadline) {
        Ok(Some(picture)) if picture.len() == length => Ok(picture),
        Ok(_) => Err(StillError::Failed),
        Err(_) => Err(StillError::TooSlow),
    }
}

/// A running command and what its output became. The command ends when this is dropped.
struct Pipe<T> {
    child: Child,
    output: Receiver<T>,
}

impl<T: Send + 'static> Pipe<T> {
    fn start(
        command: &mut Command,
        read: impl FnOnce(ChildStdout, SyncSender<T>) + Send + 'static,
    ) -> Result<Self, String> {
        Self::start_with(command, None, read)
    }

    /// The same with these bytes as its input.
    fn start_with(
        command: &mut Command,
        input: Option<Vec<u8>>,
        read: impl FnOnce(ChildStdout, SyncSender<T>) + Send + 'static,
    ) -> Result<Self, String> {
        let mut child = command
            .arg("pipe:1")
            .stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("there is no ffmpeg command that could help ({error})"))?;
        let (sender, output) = sync_channel(READY);
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let pipe = Self { child, output };
        let no_thread = |error| format!("no thread could be started to talk to ffmpeg ({error})");
        if let (Some(mut stdin), Some(input)) = (stdin, input) {
            std::thread::Builder::new()
                .name("ffmpeg input".to_owned())
                // A command that ends early wants no more of it.
                .spawn(move || drop(stdin.write_all(&input)))
                .map_err(no_thread)?;
        }
        std::thread::Builder::new()
            .name("ffmpeg output".to_owned())
            .spawn(move || {
                if let Some(stdout) = stdout {
                    read(stdout, sender);
                }
            })
            .map_err(no_thread)?;
        Ok(pipe)
    }

    fn next(&mut self, deadline: Instant) -> Result<Option<T>, String> {
        match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(item) => Ok(Some(item)),
            Err(RecvTimeoutError::Disconnected) => Ok(None),
            Err(RecvTimeoutError::Timeout) => Err("ffmpeg takes too long".to_owned()),
        }
    }
}

impl<T> Drop for Pipe<T> {
    fn drop(&mut self) {
        // It may have ended by itself; a killed one is gone at once.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_packets_are_counted() {
        let head = "#software: Lavf\n#tb 0: 1/12288\n#media_type 0: video\n";
        let frame = "0, 0, 0, 512, 900, 0x1234\n";
        for (list, counted) in [
            (format!("{head}{frame}{frame}"), Some((2, 83))),
            (format!("{head}0, -512, -512, 512, 900, 0x12\n{frame}"), Some((1, 41))),
            (head.to_owned(), None),
            (frame.to_owned(), None),
            (format!("{head}0, 0, 0\n"), None),
            (format!("#tb 0: 1/0\n{frame}"), None),
            (String::new(), None),
        ] {
            assert_eq!(parse_list(&list), counted, "{list}");
        }
    }
}
