//! A set of conversations that changed since a worker last took it. A conversation is in it once, however often
//! it changed.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use deskbell_protocol::ConversationId;
use tokio::sync::Notify;

/// Changed conversations that wait for one worker.
#[derive(Debug, Default)]
pub(crate) struct DirtySet {
    conversations: Mutex<HashSet<ConversationId>>,
    wake: Notify,
}

impl DirtySet {
    fn conversations(&self) -> MutexGuard<'_, HashSet<ConversationId>> {
        self.conversations.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds conversations and wakes the worker.
    pub(crate) fn mark(&self, conversations: impl IntoIterator<Item = ConversationId>) {
        let mut all = self.conversations();
        all.extend(conversations);
        if !all.is_empty() {
            self.wake.notify_one();
        }
    }

    /// Waits until the set is not empty and takes all of it. Cancel safe.
    pub(crate) async fn take(&self) -> HashSet<ConversationId> {
        loop {
            let changed = std::mem::take(&mut *self.conversations());
            if !changed.is_empty() {
                return changed;
            }
            self.wake.notified().await;
        }
    }
}
