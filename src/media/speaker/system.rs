//! Plays sound through what macOS and Windows bring.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use cpal::traits::{DeviceTrait as _, HostTrait as _, StreamTrait as _};

use super::line::{Line, Outlet};

/// Sound that is ready for the device, in milliseconds.
const HELD_MILLIS: u32 = 120;
/// How often the device's needs are looked at.
const GLANCE: Duration = Duration::from_millis(10);
/// A device that asks for nothing for so long is gone.
const PATIENCE: Duration = Duration::from_secs(2);

/// The default device of the system.
pub(super) struct System;

/// What the device's own thread and ours share.
struct Ring {
    samples: VecDeque<f32>,
    /// Samples of one channel that the device took, and when the last of them will be heard.
    taken: u64,
    heard_until: Option<Instant>,
    taken_at: Instant,
    failed: Option<String>,
}

struct Playing {
    ring: Arc<Mutex<Ring>>,
    rate: u32,
    channels: usize,
    heard: u64,
    /// Falls silent when it is dropped.
    _stream: cpal::Stream,
}

/// The name of the default device. The error is a plain clause.
pub(super) fn device() -> Result<String, String> {
    let device = cpal::default_host().default_output_device().ok_or("the system has no sound device")?;
    Ok(device.description().map_or_else(|_| "the default device".to_owned(), |told| told.name().to_owned()))
}

impl Outlet for System {
    fn open(&mut self, rate: u32, channels: u8) -> Result<Box<dyn Line>, String> {
        let device = cpal::default_host().default_output_device().ok_or("the system has no sound device")?;
        let config = cpal::StreamConfig {
            channels: u16::from(channels),
            sample_rate: rate,
            buffer_size: cpal::BufferSize::Default,
        };
        let ring = Arc::new(Mutex::new(Ring {
            samples: VecDeque::new(),
            taken: 0,
            heard_until: None,
            taken_at: Instant::now(),
            failed: None,
        }));
        let (source, trouble) = (Arc::clone(&ring), Arc::clone(&ring));
        let width = usize::from(channels);
        let give = move |samples: &mut [f32], info: &cpal::OutputCallbackInfo| {
            let mut ring = source.lock().unwrap_or_else(PoisonError::into_inner);
            let count = ring.samples.len().min(samples.len()) / width * width;
            for (to, from) in samples.iter_mut().zip(ring.samples.drain(..count)) {
                *to = from;
            }
            if let Some(rest) = samples.get_mut(count..) {
                rest.fill(0.0);
            }
            let now = Instant::now();
            let stamp = info.timestamp();
            let wait = stamp.playback.duration_since(stamp.callback);
            ring.taken += (count / width) as u64;
            let length = Duration::from_secs_f64((count / width) as f64 / f64::from(rate));
            ring.heard_until = Some(now + wait + length);
            ring.taken_at = now;
        };
        let fail = move |error: cpal::Error| {
            trouble.lock().unwrap_or_else(PoisonError::into_inner).failed = Some(error.to_string());
        };
        let stream = device
            .build_output_stream(config, give, fail, Some(PATIENCE))
            .map_err(|error| format!("the sound device refused ({error})"))?;
        stream.play().map_err(|error| format!("the sound device refused ({error})"))?;
        Ok(Box::new(Playing { ring, rate, channels: width, heard: 0, _stream: stream }))
    }
}

impl Line for Playing {
    fn pump(&mut self, fill: &mut dyn FnMut(&mut [f32])) -> Result<(), String> {
        let held = (self.rate * HELD_MILLIS / 1000) as usize * self.channels;
        {
            let mut ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(reason) = ring.failed.take() {
                return Err(format!("the sound device is gone ({reason})"));
            }
            if ring.taken_at.elapsed() > PATIENCE {
                return Err("the sound device does not answer".to_owned());
            }
            let mut samples = vec![0.0; held.saturating_sub(ring.samples.len())];
            fill(&mut samples);
            ring.samples.extend(samples);
        }
        std::thread::sleep(GLANCE);
        Ok(())
    }

    fn heard(&mut self, now: Instant) -> Option<u64> {
        let ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        let until = ring.heard_until?;
        let waiting = until.saturating_duration_since(now).as_secs_f64() * f64::from(self.rate);
        self.heard = self.heard.max(ring.taken.saturating_sub(waiting as u64));
        (self.heard > 0).then_some(self.heard)
    }
}
