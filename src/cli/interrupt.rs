//! Waits for the signals that ask the program to end.

/// Returns when the user or the system asks the program to end: on Ctrl-C, and on Unix on SIGTERM and SIGHUP as well.
pub(super) async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let (Ok(mut terminate), Ok(mut hang_up)) = (signal(SignalKind::terminate()), signal(SignalKind::hangup())) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
                _ = hang_up.recv() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler the signal ends the program at once, which is safe at any moment.
        std::future::pending::<()>().await;
    }
}
