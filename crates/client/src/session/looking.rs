//! Telling the hub which conversation is open here, so that colleagues see who else looks or writes.

use std::time::Duration;

use deskbell_protocol::{ClientFrame, Command, CommandId, ConversationId};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// The shortest time between two such words.
const BETWEEN: Duration = Duration::from_secs(1);

/// How often it is said again that the person is writing: providers show it to the contact only for a while.
const AGAIN: Duration = Duration::from_secs(10);

/// What is open here. Never stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Looking {
    pub(crate) conversation: Option<ConversationId>,
    pub(crate) writing: bool,
}

/// What the hub has been told of it on one connection.
pub(super) struct Told {
    now: watch::Receiver<Looking>,
    told: Looking,
    at: Option<Instant>,
}

impl Told {
    pub(super) fn nothing(now: watch::Receiver<Looking>) -> Self {
        Self { now, told: Looking::default(), at: None }
    }

    fn due(&mut self) -> Option<Instant> {
        let now = *self.now.borrow_and_update();
        if now != self.told {
            return Some(self.at.map_or_else(Instant::now, |at| at + BETWEEN));
        }
        self.at.filter(|_| now.writing).map(|at| at + AGAIN)
    }

    /// Completes when there is something to tell. May be dropped while waiting.
    pub(super) async fn wait(&mut self) {
        loop {
            let due = self.due();
            let time = async {
                match due {
                    Some(at) => sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = time => return,
                changed = self.now.changed() => if changed.is_err() {
                    // The engine is going away; whoever waits with us notices.
                    return std::future::pending().await;
                },
            }
        }
    }

    /// What to tell. The hub's answer does not matter: the next word corrects it.
    pub(super) fn frame(&mut self) -> ClientFrame {
        self.told = *self.now.borrow_and_update();
        self.at = Some(Instant::now());
        let Looking { conversation, writing } = self.told;
        ClientFrame::Command { id: CommandId::fresh(), command: Command::Look { conversation, writing } }
    }
}
