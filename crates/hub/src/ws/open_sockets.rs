//! How many sockets are open, for a hub that shuts down and waits for them.

use tokio::sync::watch;

/// Counts open sockets.
#[derive(Debug)]
pub(crate) struct OpenSockets {
    count: watch::Sender<usize>,
}

/// One open socket. Dropped, it is closed.
#[derive(Debug)]
pub(crate) struct Open<'o> {
    sockets: &'o OpenSockets,
}

impl Default for OpenSockets {
    fn default() -> Self {
        Self { count: watch::Sender::new(0) }
    }
}

impl OpenSockets {
    pub(crate) fn enter(&self) -> Open<'_> {
        self.count.send_modify(|count| *count = count.saturating_add(1));
        Open { sockets: self }
    }

    /// Completes when none is open.
    pub(crate) async fn all_closed(&self) {
        let mut count = self.count.subscribe();
        // The sender lives in `self`, so this cannot fail while it is awaited.
        let _none = count.wait_for(|count| *count == 0).await;
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.sockets.count.send_modify(|count| *count = count.saturating_sub(1));
    }
}
