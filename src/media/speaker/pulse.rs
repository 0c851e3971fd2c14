//! Plays sound through the sound server of a Linux desktop: PulseAudio, or PipeWire, which speaks the same protocol.
//!
//! The messages are those of the `pulseaudio` crate; the socket is our own, so that one thread does all of it and nothing waits
//! without an end.

use std::ffi::CString;
use std::io::{Cursor, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use pulseaudio::protocol::stream::{BufferAttr, StreamFlags};
use pulseaudio::protocol::{
    AuthParams, AuthReply, ChannelMap, ChannelVolume, Command, CommandReply, CreatePlaybackStreamReply,
    DESCRIPTOR_SIZE, LatencyParams, MAX_VERSION, PlaybackLatency, PlaybackStreamParams, Prop, Props, Request,
    SampleFormat, SampleSpec, SetClientNameReply, TagStructReader, read_descriptor, write_command_message,
    write_memblock,
};

use super::line::{Line, Outlet};

/// How long a server may take to answer, and to take what is sent.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long one look for messages takes at most.
const GLANCE: Duration = Duration::from_millis(15);
/// How often the server is asked what was heard.
const ASK: Duration = Duration::from_millis(100);
/// Sound that the server holds, in milliseconds: as much as bridges a busy moment of a small computer.
const HELD_MILLIS: u32 = 200;
/// No message of a server is larger.
const MOST_BYTES: usize = 1 << 20;
/// Bytes of the secret by which a server knows its user. Servers refuse any other length, also where they need no secret.
const COOKIE_BYTES: usize = 256;
/// The device that servers make when there is none.
const DUMMY: &[u8] = b"auto_null";

/// The sound server.
pub(super) struct Pulse {
    places: Vec<PathBuf>,
}

impl Pulse {
    /// The server that the environment names, or that of the login.
    pub(super) fn of_session() -> Self {
        let user = rustix::process::getuid().as_raw();
        Self { places: places(|name| std::env::var_os(name).and_then(|value| value.into_string().ok()), user) }
    }

    /// The server that listens at this socket.
    pub(super) fn at(socket: PathBuf) -> Self {
        Self { places: vec![socket] }
    }

    /// Connects, introduces this program, and gives the connection. The error is a plain clause.
    pub(super) fn connect(&self) -> Result<Link, String> {
        let mut reason = "no sound server is set up".to_owned();
        for place in &self.places {
            match UnixStream::connect(place) {
                Ok(socket) => return Link::begin(socket),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => reason = format!("the sound server does not answer ({error})"),
            }
        }
        Err(reason)
    }
}

/// Where a server may listen, likeliest first. A server that the user named is the only one.
fn places(variable: impl Fn(&str) -> Option<String>, user: u32) -> Vec<PathBuf> {
    let of = |name: &str| variable(name).filter(|value| !value.is_empty());
    if let Some(servers) = of("PULSE_SERVER") {
        let local = servers.split_whitespace().filter_map(|server| {
            // `{id of the machine}unix:/path` names a server of one machine.
            let server =
                server.strip_prefix('{').and_then(|rest| rest.split_once('}')).map_or(server, |(_, rest)| rest);
            let path = server.strip_prefix("unix:").unwrap_or(server);
            path.starts_with('/').then(|| PathBuf::from(path))
        });
        return local.collect();
    }
    let runtime = of("PULSE_RUNTIME_PATH").map(|folder| PathBuf::from(folder).join("native"));
    let session = of("XDG_RUNTIME_DIR").map(|folder| PathBuf::from(folder).join("pulse/native"));
    let usual = PathBuf::from(format!("/run/user/{user}/pulse/native"));
    let mut places: Vec<PathBuf> = runtime.into_iter().chain(session).chain([usual]).collect();
    places.dedup();
    places
}

impl Outlet for Pulse {
    fn open(&mut self, rate: u32, channels: u8) -> Result<Box<dyn Line>, String> {
        let mut link = self.connect()?;
        let bytes = |millis: u32| rate * u32::from(channels) * 4 / 1000 * millis / 8 * 8;
        let mut props = Props::new();
        props.set(Prop::MediaName, c"Clip");
        props.set(Prop::MediaRole, c"video");
        let params = PlaybackStreamParams {
            sample_spec: SampleSpec { format: SampleFormat::Float32Le, channels, sample_rate: rate },
            channel_map: if channels == 1 { ChannelMap::mono() } else { ChannelMap::stereo() },
            sink_index: None,
            sink_name: None,
            buffer_attr: BufferAttr {
                max_length: u32::MAX,
                target_length: bytes(HELD_MILLIS),
                pre_buffering: bytes(HELD_MILLIS / 2),
                minimum_request_length: bytes(HELD_MILLIS / 8),
                fragment_size: u32::MAX,
            },
            cvolume: Some(ChannelVolume::norm(channels)),
            props,
            flags: StreamFlags { adjust_latency: true, start_muted: Some(false), ..StreamFlags::default() },
            ..PlaybackStreamParams::default()
        };
        let reply: CreatePlaybackStreamReply = link.ask(&Command::CreatePlaybackStream(params))?;
        if reply.sink_name.as_ref().is_some_and(|name| name.as_bytes() == DUMMY) {
            return Err("the sound server has no device".to_owned());
        }
        Ok(Box::new(Stream {
            link,
            channel: reply.channel,
            wanted: reply.requested_bytes as usize,
            written: 0,
            frame_bytes: usize::from(channels) * 4,
            rate,
            asked: None,
            known: None,
            heard: 0,
        }))
    }
}

/// A connection to a server.
pub(super) struct Link {
    socket: UnixStream,
    /// What came of a message that is not whole yet.
    unread: Vec<u8>,
    version: u16,
    sequence: u32,
}

/// A message of a server: its number, what it is, and the bytes that belong to it.
struct Message {
    sequence: u32,
    command: Command,
    content: Vec<u8>,
}

fn lost(error: impl std::fmt::Display) -> String {
    format!("the sound server is gone ({error})")
}

impl Link {
    fn begin(socket: UnixStream) -> Result<Self, String> {
        socket.set_write_timeout(Some(PATIENCE)).map_err(lost)?;
        let mut link = Self { socket, unread: Vec::new(), version: MAX_VERSION, sequence: 0 };
        let mut cookie =
            pulseaudio::cookie_path_from_env().and_then(|path| std::fs::read(path).ok()).unwrap_or_default();
        cookie.resize(COOKIE_BYTES, 0);
        let auth = AuthParams { version: MAX_VERSION, supports_shm: false, supports_memfd: false, cookie };
        let reply: AuthReply = link.ask(&Command::Auth(auth))?;
        link.version = reply.version.min(MAX_VERSION);
        let mut props = Props::new();
        props.set(Prop::ApplicationName, c"Rushes");
        if let Ok(id) = CString::new(std::process::id().to_string()) {
            props.set(Prop::ApplicationProcessId, id);
        }
        let _: SetClientNameReply = link.ask(&Command::SetClientName(props))?;
        Ok(link)
    }

    /// The name of the device that the server plays on, unless that is none. The error is a plain clause.
    pub(super) fn device(&mut self) -> Result<String, String> {
        let info: pulseaudio::protocol::ServerInfo = self.ask(&Command::GetServerInfo)?;
        let server = info.server_name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        match info.default_sink_name {
            Some(sink) if sink.as_bytes() != DUMMY => Ok(format!("{server}, on {}", sink.to_string_lossy())),
            _ => Err("the sound server has no device".to_owned()),
        }
    }

    fn send(&mut self, command: &Command) -> Result<u32, String> {
        self.sequence = self.sequence.wrapping_add(1);
        let mut bytes = Vec::new();
        write_command_message(&mut bytes, self.sequence, command, self.version).map_err(lost)?;
        self.socket.write_all(&bytes).map_err(lost)?;
        Ok(self.sequence)
    }

    /// Sends a command and waits for its answer.
    fn ask<R: CommandReply>(&mut self, command: &Command) -> Result<R, String> {
        let sequence = self.send(command)?;
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            let Some(message) = self.next(PATIENCE)? else { continue };
            match message.command {
                Command::Reply if message.sequence == sequence => return self.read(&message),
                Command::Error(error) if message.sequence == sequence => {
                    return Err(format!("the sound server refused ({error})"));
                }
                _ => {}
            }
        }
        Err("the sound server does not answer".to_owned())
    }

    fn read<R: CommandReply>(&self, message: &Message) -> Result<R, String> {
        let mut content = Cursor::new(message.content.as_slice());
        TagStructReader::new(&mut content, self.version).read().map_err(lost)
    }

    /// The next message, if one comes within `wait`, which is not zero.
    fn next(&mut self, wait: Duration) -> Result<Option<Message>, String> {
        loop {
            if let Some(message) = self.whole()? {
                return Ok(Some(message));
            }
            self.socket.set_read_timeout(Some(wait)).map_err(lost)?;
            let mut bytes = [0; 4096];
            match self.socket.read(&mut bytes) {
                Ok(0) => return Err(lost("it closed the connection")),
                Ok(count) => self.unread.extend_from_slice(&bytes[..count]),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => return Ok(None),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(lost(error)),
            }
        }
    }

    /// The first message of what was read, once it is whole. What is not understood is passed over.
    fn whole(&mut self) -> Result<Option<Message>, String> {
        while self.unread.len() >= DESCRIPTOR_SIZE {
            let head = read_descriptor(&mut Cursor::new(&self.unread)).map_err(lost)?;
            let length = head.length as usize;
            if length > MOST_BYTES {
                return Err(lost("it speaks another language"));
            }
            if self.unread.len() < DESCRIPTOR_SIZE + length {
                break;
            }
            let rest = self.unread.split_off(DESCRIPTOR_SIZE + length);
            let bytes = std::mem::replace(&mut self.unread, rest);
            let mut content = Cursor::new(&bytes[DESCRIPTOR_SIZE..]);
            if head.channel != u32::MAX {
                continue;
            }
            if let Ok((sequence, command)) = Command::read_tag_prefixed(&mut content, self.version) {
                let at = usize::try_from(content.position()).unwrap_or(length);
                return Ok(Some(Message { sequence, command, content: bytes[DESCRIPTOR_SIZE + at..].to_vec() }));
            }
        }
        Ok(None)
    }
}

/// A stream of samples that the server plays.
struct Stream {
    link: Link,
    channel: u32,
    /// Bytes for which the server has room.
    wanted: usize,
    /// Bytes that it has got.
    written: u64,
    frame_bytes: usize,
    rate: u32,
    /// The question about what was heard that is not answered yet, or when the next one is due.
    asked: Option<(u32, Instant)>,
    known: Option<Known>,
    heard: u64,
}

/// What the server said was heard.
#[derive(Clone, Copy)]
struct Known {
    frames: u64,
    at: Instant,
    is_playing: bool,
}

impl Stream {
    fn ask_what_was_heard(&mut self) -> Result<(), String> {
        let now = Instant::now();
        let is_due = match (self.asked, self.known) {
            (Some((_, at)), _) if now.duration_since(at) > PATIENCE => return Err(lost("it does not answer")),
            (Some(_), _) => false,
            (None, Some(known)) if known.is_playing => now.duration_since(known.at) >= ASK,
            // Until the sound begins the question is worth more than its cost.
            (None, _) => true,
        };
        if is_due {
            let params = LatencyParams { channel: self.channel, now: SystemTime::now() };
            let sequence = self.link.send(&Command::GetPlaybackLatency(params))?;
            self.asked = Some((sequence, now));
        }
        Ok(())
    }

    fn take(&mut self, message: &Message) -> Result<(), String> {
        match &message.command {
            Command::Request(Request { channel, length }) if *channel == self.channel => {
                self.wanted = self.wanted.saturating_add(*length as usize);
            }
            Command::PlaybackStreamKilled(channel) if *channel == self.channel => {
                return Err("the sound server ended the sound".to_owned());
            }
            Command::Reply => {
                if let Some((_, asked_at)) = self.asked.take_if(|(sequence, _)| *sequence == message.sequence) {
                    let answer: PlaybackLatency = self.link.read(message)?;
                    // What was said was true between the question and the answer.
                    let at = asked_at + asked_at.elapsed() / 2;
                    self.known = Some(known(&answer, at, self.frame_bytes, self.rate));
                }
            }
            Command::Error(error) => return Err(format!("the sound server refused ({error})")),
            _ => {}
        }
        Ok(())
    }
}

fn known(answer: &PlaybackLatency, at: Instant, frame_bytes: usize, rate: u32) -> Known {
    let read = u64::try_from(answer.read_offset).unwrap_or(0) / frame_bytes.max(1) as u64;
    let on_the_way = answer.sink_usec.saturating_mul(u64::from(rate)) / 1_000_000;
    Known { frames: read.saturating_sub(on_the_way), at, is_playing: answer.playing }
}

impl Line for Stream {
    fn pump(&mut self, fill: &mut dyn FnMut(&mut [f32])) -> Result<(), String> {
        while self.wanted >= self.frame_bytes {
            // Small enough that a change of the volume is soon heard.
            let bytes = (self.wanted / self.frame_bytes).min(4096) * self.frame_bytes;
            let mut samples = vec![0.0_f32; bytes / 4];
            fill(&mut samples);
            let chunk: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
            let mut message = Vec::with_capacity(chunk.len() + DESCRIPTOR_SIZE);
            write_memblock(&mut message, self.channel, &chunk, 0).map_err(lost)?;
            self.link.socket.write_all(&message).map_err(lost)?;
            self.wanted -= bytes;
            self.written += bytes as u64;
        }
        self.ask_what_was_heard()?;
        let mut wait = GLANCE;
        while let Some(message) = self.link.next(wait)? {
            self.take(&message)?;
            // What else lies there is read without waiting.
            wait = Duration::from_micros(1);
        }
        Ok(())
    }

    fn heard(&mut self, now: Instant) -> Option<u64> {
        let known = self.known?;
        let since = if known.is_playing { now.saturating_duration_since(known.at) } else { Duration::ZERO };
        let on = u64::try_from(since.as_micros()).unwrap_or(0).saturating_mul(u64::from(self.rate)) / 1_000_000;
        let frames = (known.frames + on).min(self.written / self.frame_bytes.max(1) as u64);
        self.heard = self.heard.max(frames);
        (self.heard > 0).then_some(self.heard)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_listens_where_the_environment_says() {
        for (set, found) in [
            (&[("PULSE_SERVER", "unix:/a/b")][..], &["/a/b"][..]),
            (&[("PULSE_SERVER", "/a/b")], &["/a/b"]),
            (&[("PULSE_SERVER", "{0a1b}unix:/a/b tcp:host:4713")], &["/a/b"]),
            (&[("PULSE_SERVER", "host"), ("XDG_RUNTIME_DIR", "/run/user/7")], &[]),
            (&[("XDG_RUNTIME_DIR", "/run/user/7")], &["/run/user/7/pulse/native"]),
            (&[("XDG_RUNTIME_DIR", "/x"), ("PULSE_SERVER", "")], &["/x/pulse/native", "/run/user/7/pulse/native"]),
            (&[("PULSE_RUNTIME_PATH", "/p")], &["/p/native", "/run/user/7/pulse/native"]),
            (&[], &["/run/user/7/pulse/native"]),
        ] {
            let of = |name: &str| set.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned());
            let found: Vec<PathBuf> = found.iter().map(PathBuf::from).collect();
            assert_eq!(places(of, 7), found, "{set:?}");
        }
    }

    #[test]
    fn without_a_server_the_reason_is_plain() {
        let dir = tempfile::tempdir().expect("a folder");
        let none = Pulse::at(dir.path().join("native")).open(48_000, 2).err();
        assert_eq!(none.as_deref(), Some("no sound server is set up"));
    }
}
