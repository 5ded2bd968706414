//! The number of open sockets, for which a hub that shuts down waits.

use tokio::sync::watch;

/// The count of open sockets.
#[derive(Debug)]
pub(crate) struct OpenSockets {
    count: watch::Sender<usize>,
}

/// One open socket, counted until it is dropped.
#[derive(Debug)]
pub(crate) struct OpenSocket<'o> {
    sockets: &'o OpenSockets,
}

impl Default for OpenSockets {
    fn default() -> Self {
        Self { count: watch::Sender::new(0) }
    }
}

impl OpenSockets {
    /// Counts a socket that was opened.
    pub(crate) fn enter(&self) -> OpenSocket<'_> {
        self.count.send_modify(|count| *count = count.saturating_add(1));
        OpenSocket { sockets: self }
    }

    /// Completes when no socket is open.
    pub(crate) async fn all_closed(&self) {
        let mut count = self.count.subscribe();
        // The sender lives in `self`, so this cannot fail while it is awaited.
        let _none = count.wait_for(|count| *count == 0).await;
    }
}

impl Drop for OpenSocket<'_> {
    fn drop(&mut self) {
        self.sockets.count.send_modify(|count| *count = count.saturating_sub(1));
    }
}
