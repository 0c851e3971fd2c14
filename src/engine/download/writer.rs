//! Writes the bytes of a download beside the network: while one block is written, summed and flushed, the next ones arrive.

use std::fs::File;
use std::io::Write as _;

use bytes::Bytes;
use sha2::Digest as _;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::file::{Open, PartError, disk, interrupted};
use super::task::{DownloadLimits, Report};
use super::{CHECKPOINT_BYTES, WAITING_BLOCKS};
use crate::domain::JobId;
use crate::domain::job::PartFile;

/// What the writer needs to know to tell the engine, while bytes still arrive, which of them are safe.
#[derive(Clone, Debug)]
pub(super) struct Checkpoints {
    /// The job whose clip is fetched.
    pub(super) job: JobId,
    /// Where they are reported.
    pub(super) reports: mpsc::Sender<(JobId, Report)>,
    /// What the download may take of the disk.
    pub(super) limits: DownloadLimits,
}

/// A blocking thread that writes the blocks it is sent to the part file, in their order. When it is dropped instead of
/// [ended](Self::end), what waits is not written any more and nothing more is reported: another try may work with the file by
/// then.
#[derive(Debug)]
pub(super) struct Writer {
    blocks: mpsc::Sender<Bytes>,
    thread: JoinHandle<Written>,
    abandons: DropGuard,
}

/// What a writer gives back.
#[derive(Debug)]
pub(super) struct Written {
    /// The part file. Bytes behind the verified ones are written, but not flushed.
    pub(super) open: Open,
    /// How many bytes are safe on the disk.
    pub(super) verified_bytes: u64,
    /// What kept it from writing all it was sent.
    pub(super) result: Result<(), PartError>,
}

impl Writer {
    /// Begins behind the bytes that `record` counts as verified; the file has no others.
    pub(super) fn begin(mut open: Open, mut record: PartFile, checkpoints: Checkpoints) -> Self {
        let (blocks, mut inbox) = mpsc::channel::<Bytes>(WAITING_BLOCKS);
        let abandoned = CancellationToken::new();
        let abandons = abandoned.clone().drop_guard();
        let thread = tokio::task::spawn_blocking(move || {
            let result = write_all(&mut open, &mut record, &mut inbox, &checkpoints, &abandoned);
            Written { open, verified_bytes: record.verified_bytes, result }
        });
        Self { blocks, thread, abandons }
    }

    /// Sends a block, and waits while [`WAITING_BLOCKS`] others wait to be written. Returns whether it was taken; if not, the
    /// writer has failed, and [`end`](Self::end) says why.
    pub(super) async fn send(&self, block: Bytes) -> bool {
        self.blocks.send(block).await.is_ok()
    }

    /// Waits until everything is written that was sent.
    ///
    /// # Errors
    ///
    /// When the thread has panicked; the file is closed then.
    pub(super) async fn end(self) -> Result<Written, PartError> {
        let Self { blocks, thread, abandons } = self;
        drop(blocks);
        let ended = thread.await;
        // Held until here, so that it is abandoned as well when nobody waits for its end any more.
        drop(abandons);
        match ended {
            Ok(written) => Ok(written),
            Err(_) => Err(interrupted()),
        }
    }
}

fn write_all(
    open: &mut Open,
    record: &mut PartFile,
    inbox: &mut mpsc::Receiver<Bytes>,
    Checkpoints { job, reports, limits }: &Checkpoints,
    abandoned: &CancellationToken,
) -> Result<(), PartError> {
    let mut unflushed = 0;
    while let Some(block) = inbox.blocking_recv() {
        if abandoned.is_cancelled() {
            return Err(interrupted());
        }
        let size = block.len() as u64;
        if unflushed > 0 && unflushed + size > CHECKPOINT_BYTES {
            file_of(open)?.sync_data().map_err(|error| disk(&error))?;
            record.verified_bytes += unflushed;
            unflushed = 0;
            let report = reports.send((*job, Report::Checkpoint(record.clone())));
            // The report is lost only when the receiver is gone, which means that the program ends.
            match Handle::current().block_on(abandoned.run_until_cancelled(report)) {
                Some(Ok(()) | Err(_)) => {}
                None => return Err(interrupted()),
            }
            let rest =
                record.total_bytes.map(|total| total.saturating_sub(record.verified_bytes).min(CHECKPOINT_BYTES));
            open.check_room(limits, rest, CHECKPOINT_BYTES)?;
        }
        file_of(open)?.write_all(&block).map_err(|error| disk(&error))?;
        open.hash.update(&block);
        unflushed += size;
    }
    Ok(())
}

fn file_of(open: &mut Open) -> Result<&mut File, PartError> {
    open.file.as_mut().ok_or_else(|| PartError::Disk("the part file is closed".to_owned()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::FutureExt as _;

    use super::*;
    use crate::engine::download::file::samples;

    /// Bytes of one block here.
    const BLOCK: usize = 1 << 20;

    async fn eventually(what: impl Fn() -> bool) {
        tokio::time::timeout(Duration::from_secs(20), async {
            while !what() {
                tokio::task::yield_now().await;
            }
        })
        .await
        .expect("it happens before long");
    }

    #[tokio::test]
    async fn the_network_goes_on_while_the_disk_is_busy_and_never_far_ahead() {
        let folder = tempfile::tempdir().expect("a folder");
        let (reports, mut told) = mpsc::channel(1);
        let limits = DownloadLimits { reserve_bytes: 0, ..DownloadLimits::default() };
        let checkpoints = Checkpoints { job: samples::job(), reports: reports.clone(), limits };
        // The first checkpoint has no place to go, so the writer waits there as for a disk that takes its time.
        reports.send((samples::job(), Report::Progress(0, None))).await.expect("room");
        let path = folder.path().join("x.part");
        let writer = Writer::begin(samples::open_file(&path), PartFile::default(), checkpoints);
        let block = || Bytes::from(vec![7; BLOCK]);
        let written = CHECKPOINT_BYTES / BLOCK as u64;
        for _ in 0..written {
            assert!(writer.send(block()).await);
        }
        // One more, over which it stops to tell of the checkpoint.
        assert!(writer.send(block()).await);
        eventually(|| writer.blocks.capacity() == WAITING_BLOCKS).await;
        for waiting in 0..WAITING_BLOCKS {
            assert_eq!(writer.send(block()).now_or_never(), Some(true), "block {waiting} need not wait for the disk");
        }
        assert_eq!(writer.send(block()).now_or_never(), None, "what is ahead of the disk is bounded");
        told.recv().await.expect("the first report");
        let Some((_, Report::Checkpoint(record))) = told.recv().await else { panic!("a checkpoint") };
        assert_eq!(record.verified_bytes, written * BLOCK as u64);
        // Whatever is told from here on is only taken.
        tokio::spawn(async move { while told.recv().await.is_some() {} });
        let ended = writer.end().await.expect("no panic");
        assert_eq!(ended.result, Ok(()));
        let sent = (written + 1) * BLOCK as u64 + (WAITING_BLOCKS * BLOCK) as u64;
        assert_eq!(std::fs::metadata(&path).expect("the file").len(), sent);
        assert!(ended.verified_bytes < sent, "what was not flushed is not verified");
    }

    #[tokio::test]
    async fn a_writer_that_nobody_waits_for_tells_nothing_more() {
        let folder = tempfile::tempdir().expect("a folder");
        let (reports, mut told) = mpsc::channel(1);
        let limits = DownloadLimits { reserve_bytes: 0, ..DownloadLimits::default() };
        reports.send((samples::job(), Report::Progress(0, None))).await.expect("room");
        let path = folder.path().join("x.part");
        let checkpoints = Checkpoints { job: samples::job(), reports, limits };
        let writer = Writer::begin(samples::open_file(&path), PartFile::default(), checkpoints);
        for _ in 0..CHECKPOINT_BYTES / BLOCK as u64 + 2 {
            assert!(writer.send(Bytes::from(vec![7; BLOCK])).await);
        }
        drop(writer);
        assert!(matches!(told.recv().await, Some((_, Report::Progress(..)))));
        assert_eq!(told.recv().await, None, "the thread ends without a word");
        let written = std::fs::metadata(&path).expect("the file").len();
        assert!(written <= CHECKPOINT_BYTES / BLOCK as u64 * BLOCK as u64, "what waited is not written");
    }

    #[tokio::test]
    async fn a_disk_that_fills_up_ends_it_at_what_is_safe() {
        let folder = tempfile::tempdir().expect("a folder");
        let (reports, mut told) = mpsc::channel(64);
        let limits = DownloadLimits { reserve_bytes: u64::MAX / 2, ..DownloadLimits::default() };
        let checkpoints = Checkpoints { job: samples::job(), reports, limits };
        let writer = Writer::begin(samples::open_file(&folder.path().join("x.part")), PartFile::default(), checkpoints);
        while writer.send(Bytes::from(vec![7; BLOCK])).await {}
        let ended = writer.end().await.expect("no panic");
        assert!(matches!(ended.result, Err(PartError::Disk(_))), "{:?}", ended.result);
        let Some((_, Report::Checkpoint(record))) = told.recv().await else { panic!("a checkpoint") };
        assert_eq!(
            (record.verified_bytes, ended.verified_bytes),
            (CHECKPOINT_BYTES / BLOCK as u64 * BLOCK as u64, record.verified_bytes)
        );
    }
}
