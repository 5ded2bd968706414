//! Where something happened, until somebody comes to look: each conversation once, however much happened in it.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use deskbell_protocol::ConversationId;
use tokio::sync::Notify;

/// Conversations that wait to be looked at by one who does.
#[derive(Debug, Default)]
pub(crate) struct News {
    conversations: Mutex<HashSet<ConversationId>>,
    wake: Notify,
}

impl News {
    fn conversations(&self) -> MutexGuard<'_, HashSet<ConversationId>> {
        self.conversations.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something happened in these.
    pub(crate) fn of(&self, conversations: impl IntoIterator<Item = ConversationId>) {
        let mut all = self.conversations();
        all.extend(conversations);
        if !all.is_empty() {
            self.wake.notify_one();
        }
    }

    /// Waits for news and takes them. Safe to drop while waiting.
    pub(crate) async fn next(&self) -> HashSet<ConversationId> {
        loop {
            let news = std::mem::take(&mut *self.conversations());
            if !news.is_empty() {
                return news;
            }
            self.wake.notified().await;
        }
    }
}
