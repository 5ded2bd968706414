//! Tells the hub which conversation is open here, so that colleagues see who else reads or writes in it.

use std::time::Duration;

use deskbell_protocol::{ClientFrame, Command, CommandId};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::view::View;

/// The shortest time between two frames.
const MIN_INTERVAL: Duration = Duration::from_secs(1);

/// How often "is writing" is repeated: providers show it to the contact for a limited time.
const WRITING_INTERVAL: Duration = Duration::from_secs(10);

/// What the hub was told of the view on one connection.
pub(super) struct PublishedView {
    current: watch::Receiver<View>,
    published: View,
    published_at: Option<Instant>,
}

impl PublishedView {
    /// Nothing is published yet.
    pub(super) fn new(current: watch::Receiver<View>) -> Self {
        Self { current, published: View::default(), published_at: None }
    }

    fn due(&mut self) -> Option<Instant> {
        let current = *self.current.borrow_and_update();
        // The focus of the window is nothing to colleagues.
        let differs =
            (current.conversation, current.writing) != (self.published.conversation, self.published.writing);
        if differs {
            return Some(self.published_at.map_or_else(Instant::now, |at| at + MIN_INTERVAL));
        }
        self.published_at.filter(|_| current.writing).map(|at| at + WRITING_INTERVAL)
    }

    /// Completes when there is something to publish. Cancel safe.
    pub(super) async fn changed(&mut self) {
        loop {
            let due = self.due();
            let timer = async {
                match due {
                    Some(at) => sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = timer => return,
                changed = self.current.changed() => if changed.is_err() {
                    // The engine is being closed, which ends the connection.
                    return std::future::pending().await;
                },
            }
        }
    }

    /// The frame that publishes the current view. The hub's reply is ignored: a later frame corrects an
    /// error.
    pub(super) fn frame(&mut self) -> ClientFrame {
        self.published = *self.current.borrow_and_update();
        self.published_at = Some(Instant::now());
        let View { conversation, writing, .. } = self.published;
        ClientFrame::Command { id: CommandId::fresh(), command: Command::Look { conversation, writing } }
    }
}
