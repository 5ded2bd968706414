//! Shows contacts that the agent who handles their conversation has read it, and that they write. Best effort:
//! nothing waits for it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use deskbell_protocol::{ConversationId, Millis};
use tokio::task::JoinSet;

use crate::domain::messages::read_receipts::{newest_unread, save_read_mark};
use crate::limits;
use crate::shared::Shared;

/// Runs until the hub closes.
pub(crate) async fn run(shared: Arc<Shared>) {
    let mut under_way: JoinSet<(ConversationId, bool)> = JoinSet::new();
    let mut busy: HashSet<ConversationId> = HashSet::new();
    let mut typed: HashMap<ConversationId, Millis> = HashMap::new();
    // Where there was news since it was last looked at.
    let mut due: HashSet<ConversationId> = HashSet::new();
    loop {
        tokio::select! {
            () = shared.closed() => return,
            news = shared.viewers.changed.take() => due.extend(news),
            news = shared.store.fanout().read_receipts.take() => due.extend(news),
            Some(done) = under_way.join_next(), if !under_way.is_empty() => {
                let Ok((conversation, done)) = done else { continue };
                busy.remove(&conversation);
                // What failed is tried again when there is news, not at once.
                if done {
                    due.insert(conversation);
                }
            }
        }
        let now = shared.now();
        typed.retain(|_, at| (0..limits::TYPING_EVERY_MS).contains(&now.since(*at)));
        let news = std::mem::take(&mut due);
        for (conversation, agent, writing) in shared.viewers.active_views() {
            if !news.contains(&conversation) {
                continue;
            }
            if busy.contains(&conversation) || under_way.len() >= limits::RECEIPTS_AT_ONCE {
                due.insert(conversation);
                continue;
            }
            let newest =
                match shared.store.read(move |conn| newest_unread(conn, conversation, agent, now)).await {
                    Ok(Some(newest)) => newest,
                    Ok(None) => continue,
                    Err(error) => {
                        tracing::warn!(%error, "what was read cannot be looked at now");
                        due.extend(news);
                        break;
                    }
                };
            let Some(account) = shared.accounts.get(newest.account) else { continue };
            let typing = writing
                && account.channel.policy().typing
                && newest.window_open
                && !typed.contains_key(&conversation);
            if !account.channel.shows_read_receipts() || (newest.marked && !typing) {
                continue;
            }
            if typing {
                typed.insert(conversation, now);
            }
            busy.insert(conversation);
            let shared = Arc::clone(&shared);
            under_way.spawn(async move {
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
                    tracing::warn!(%error, "that a message was marked as read could not be stored");
                }
                (conversation, done)
            });
        }
    }
}
