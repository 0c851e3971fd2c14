//! The channel by which background tasks send inputs to the window.

use std::sync::mpsc::SyncSender;

use crate::app::action::Input;
use crate::window::repainter::Repainter;

/// Sends inputs to the window and then wakes it. Cloning is cheap.
#[derive(Clone)]
pub(super) struct Reports {
    inputs: SyncSender<Input>,
    repainter: Repainter,
}

impl Reports {
    /// Creates a sender into `inputs` that wakes the window with `repainter`.
    pub(super) fn new(inputs: SyncSender<Input>, repainter: Repainter) -> Self {
        Self { inputs, repainter }
    }

    pub(super) fn put(&self, input: Input) {
        // Sending fails if the window is gone or the queue is full.
        if self.inputs.try_send(input).is_err() {
            tracing::warn!("the window did not take an answer");
        }
        self.repainter.wake();
    }
}
