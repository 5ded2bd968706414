//! Sends read receipts and typing indicators for the agent who handles a conversation. Best effort: nothing waits for
//! them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use deskbell_protocol::{ConversationId, Millis};
use tokio::task::JoinSet;

use crate::domain::messages::read_receipts::{newest_unread, save_read_mark};
use crate::limits;
use crate::shared::Shared;

/// Runs until the hub closes.
pub(crate) async fn run(shared: Arc<Shared>) {
    let mut in_progress: JoinSet<(ConversationId, bool)> = JoinSet::new();
    let mut busy: HashSet<ConversationId> = HashSet::new();
    let mut typing_sent: HashMap<ConversationId, Millis> = HashMap::new();
    // The conversations that changed since they were last checked.
    let mut due: HashSet<ConversationId> = HashSet::new();
    loop {
        tokio::select! {
            () = shared.closed() => return,
            changed = shared.viewers.changed.take() => due.extend(changed),
            changed = shared.store.fanout().read_receipts.take() => due.extend(changed),
            Some(done) = in_progress.join_next(), if !in_progress.is_empty() => {
                let Ok((conversation, done)) = done else { continue };
                busy.remove(&conversation);
                // A failed one is retried after the next change, not at once.
                if done {
                    due.insert(conversation);
                }
            }
        }
        let now = shared.now();
        typing_sent.retain(|_, at| (0..limits::TYPING_EVERY_MS).contains(&now.since(*at)));
        let changed = std::mem::take(&mut due);
        for (conversation, agent, writing) in shared.viewers.active_views() {
            if !changed.contains(&conversation) {
                continue;
            }
            if busy.contains(&conversation) || in_progress.len() >= limits::RECEIPTS_AT_ONCE {
                due.insert(conversation);
                continue;
            }
            let newest = match shared
                .store
                .read(move |conn| newest_unread(conn, conversation, agent, now))
                .await
            {
                Ok(Some(newest)) => newest,
                Ok(None) => continue,
                Err(error) => {
                    tracing::warn!(%error, "cannot read the newest message of a conversation; will retry");
                    due.extend(changed);
                    break;
                }
            };
            let Some(account) = shared.accounts.get(newest.account) else { continue };
            let typing = writing
                && account.channel.policy().typing
                && newest.may_write
                && !typing_sent.contains_key(&conversation);
            if !account.channel.shows_read_receipts() || (newest.marked && !typing) {
                continue;
            }
            if typing {
                typing_sent.insert(conversation, now);
            }
            busy.insert(conversation);
            let shared = Arc::clone(&shared);
            in_progress.spawn(async move {
                let done = match shared.accounts.get(newest.account) {
                    Some(account) => account.channel.sink().mark_read(&newest.provider_id, typing).await,
                    None => false,
                };
                let stored = match newest.marked {
                    true => Ok(()),
                    false => {
                        shared
                            .store
                            .write(move |tx| save_read_mark(tx, conversation, newest.position, done))
                            .await
                    }
                };
                if let Err(error) = stored {
                    tracing::warn!(%error, "cannot store that a read receipt was sent");
                }
                (conversation, done)
            });
        }
    }
}
