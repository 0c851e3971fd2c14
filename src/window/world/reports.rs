//! How background tasks tell the window something.

use std::sync::mpsc::SyncSender;

use crate::app::action::Input;
use crate::window::repainter::Repainter;

/// How tasks tell the window something: sent first, then the window is woken.
#[derive(Clone)]
pub(super) struct Reports {
    inputs: SyncSender<Input>,
    repainter: Repainter,
}

impl Reports {
    /// Reports that go into `inputs` and wake the window by `repainter`.
    pub(super) fn new(inputs: SyncSender<Input>, repainter: Repainter) -> Self {
        Self { inputs, repainter }
    }

    pub(super) fn put(&self, input: Input) {
        // When the window takes nothing any more, it is gone.
        if self.inputs.try_send(input).is_err() {
            tracing::warn!("the window did not take an answer");
        }
        self.repainter.wake();
    }
}
