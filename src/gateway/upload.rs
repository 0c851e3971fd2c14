//! The body of a request on its way out, and the two clocks that are held against it: one for the sending, which counts
//! silence, and one for the answer, which counts from the moment when the body has left.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::io::ReaderStream;

/// Bytes that are handed to the connection at once. Small, so that a slow line shows progress often.
const PIECE_BYTES: usize = 8 * 1024;

/// How often the progress of a body is told.
const TOLD_EVERY: Duration = Duration::from_millis(100);

/// Speed in bytes a second that the slowest line is expected to have. The system takes some megabytes off our hands before
/// they leave, and the answer cannot come before they do.
const SLOWEST_LINE: u64 = 8 * 1024;

/// How long a call may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Longest time in which not a byte of the request is taken, the time for the connection included.
    pub silence: Duration,
    /// Longest time for the whole answer, counted from the moment when the request has left.
    pub answer: Duration,
}

/// How far the request has come. Shared between the body and its watch.
#[derive(Clone, Debug)]
pub struct Progress(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Told when the request has left, since another clock runs from then on.
    left: Notify,
    /// The number of bytes that were taken so far.
    taken: AtomicU64,
}

#[derive(Clone, Copy, Debug)]
struct State {
    last_move: Instant,
    is_out: bool,
}

impl State {
    /// When a request with `body_bytes` bytes is given up, unless it moves before.
    fn limit(self, patience: Patience, body_bytes: usize) -> Instant {
        let leaving = Duration::from_secs(body_bytes as u64 / SLOWEST_LINE);
        self.last_move + if self.is_out { patience.answer + leaving } else { patience.silence }
    }
}

impl Progress {
    /// The progress of a request whose first byte is still to leave; one without a body counts as out.
    pub fn new(has_body: bool) -> Self {
        let state = Mutex::new(State { last_move: Instant::now(), is_out: !has_body });
        Self(Arc::new(Shared { state, left: Notify::new(), taken: AtomicU64::new(0) }))
    }

    /// Waits for `sending`, which sends the body. Some times a second `told` gets the number of bytes that were taken so far,
    /// if it has grown; some of them may still lie in the system.
    pub async fn watch<T>(&self, sending: impl Future<Output = T>, told: impl Fn(u64)) -> T {
        tokio::pin!(sending);
        let mut seen = 0;
        loop {
            tokio::select! {
                sent = &mut sending => return sent,
                () = sleep(TOLD_EVERY) => {
                    let taken = self.0.taken.load(Ordering::Relaxed);
                    if taken != seen {
                        seen = taken;
                        told(taken);
                    }
                }
            }
        }
    }

    fn state(&self) -> State {
        *self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn moved(&self, is_out: bool) {
        *self.0.state.lock().unwrap_or_else(PoisonError::into_inner) = State { last_move: Instant::now(), is_out };
        if is_out {
            self.0.left.notify_one();
        }
    }

    /// Ends when `patience` is used up for a request with `body_bytes` bytes.
    pub async fn overdue(&self, patience: Patience, body_bytes: usize) {
        loop {
            let limit = self.state().limit(patience, body_bytes);
            if Instant::now() >= limit {
                return;
            }
            tokio::select! {
                () = sleep_until(limit) => {}
                () = self.0.left.notified() => {}
            }
        }
    }
}

/// A body that notes when its bytes are taken.
#[derive(Debug)]
pub struct Upload {
    bytes: Vec<u8>,
    taken: usize,
    progress: Progress,
}

impl Upload {
    /// The body as a stream. It can be read once, so that nothing could send it a second time.
    pub fn stream(bytes: Vec<u8>, progress: Progress) -> ReaderStream<Self> {
        ReaderStream::with_capacity(Self { bytes, taken: 0, progress }, PIECE_BYTES)
    }
}

impl AsyncRead for Upload {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        let end = self.bytes.len().min(self.taken + buffer.remaining().min(PIECE_BYTES));
        buffer.put_slice(&self.bytes[self.taken..end]);
        self.taken = end;
        self.progress.0.taken.store(end as u64, Ordering::Relaxed);
        self.progress.moved(end == self.bytes.len());
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;

    use super::*;

    const PATIENCE: Patience = Patience { silence: Duration::from_secs(60), answer: Duration::from_secs(600) };

    #[test]
    fn silence_is_counted_while_it_is_sent_and_the_answer_after_it_has_left() {
        let last_move = Instant::now();
        for (is_out, body_bytes, secs) in [
            (false, 1_000, 60),
            (false, 5 << 20, 60),
            (true, 0, 600),
            (true, 1_000, 600),
            // A large body may still lie in the system when the last of it is taken.
            (true, 5 << 20, 600 + 640),
        ] {
            let limit = State { last_move, is_out }.limit(PATIENCE, body_bytes);
            assert_eq!(limit - last_move, Duration::from_secs(secs), "{is_out} {body_bytes}");
        }
    }

    #[tokio::test]
    async fn every_piece_that_is_taken_counts_as_progress_and_the_last_one_ends_it() {
        assert!(Progress::new(false).state().is_out, "a question is out at once");
        let progress = Progress::new(true);
        let mut upload = Upload { bytes: vec![7; 2 * PIECE_BYTES + 1], taken: 0, progress: progress.clone() };
        let mut piece = vec![0; 1 << 20];
        let mut before = progress.state();
        assert!(!before.is_out);
        for (bytes, is_out) in [(PIECE_BYTES, false), (PIECE_BYTES, false), (1, true)] {
            assert_eq!(upload.read(&mut piece).await.expect("memory can be read"), bytes);
            let after = progress.state();
            assert!(after.last_move > before.last_move);
            assert_eq!(after.is_out, is_out);
            before = after;
        }
        assert_eq!(upload.read(&mut piece).await.expect("memory can be read"), 0);
    }

    #[tokio::test]
    async fn what_moves_is_waited_for_and_what_stands_still_is_not() {
        let quick = Patience { silence: Duration::from_millis(20), answer: Duration::from_millis(20) };
        let still = Progress::new(true);
        tokio::time::timeout(Duration::from_secs(20), still.overdue(quick, 0)).await.expect("it is given up");
        let patient = Patience { silence: Duration::from_secs(60), ..quick };
        let patience = tokio::time::timeout(Duration::from_millis(40), Progress::new(true).overdue(patient, 0)).await;
        assert!(patience.is_err(), "not before its time");
        // Once it is out, the clock of the answer counts, although that of the sending would run on for long.
        let answered_soon = Patience { silence: Duration::from_secs(600), ..quick };
        let progress = Progress::new(true);
        let watch = progress.overdue(answered_soon, 0);
        let leaves = async {
            tokio::task::yield_now().await;
            progress.moved(true);
            std::future::pending::<()>().await;
        };
        tokio::time::timeout(Duration::from_secs(20), async {
            tokio::select! { () = watch => {}, () = leaves => {} }
        })
        .await
        .expect("it is given up by the clock of the answer");
    }
}
