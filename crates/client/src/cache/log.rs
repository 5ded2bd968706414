//! Applying the hub's log: a batch of entries and the cursor in one transaction.

use deskbell_protocol::{Author, Change, Entry, LogPosition, Message, Scope};

use super::commit::Commit;
use super::messages::Taken;
use super::{
    Cache, CacheError, accounts, assignments, contacts, conversations, interactions, messages, offers,
    outbox, page_in, state, statuses,
};

fn apply(commit: &mut Commit<'_>, change: &Change) -> Result<(), CacheError> {
    match change {
        Change::Conversation { row } => conversations::put(commit, row).map(|_newer| ()),
        Change::Interaction { row } => interactions::put(commit, row),
        Change::Message { row } => message(commit, row),
        Change::Contact { row } => contacts::put(commit, row),
        Change::Assignment { row } => assignments::put(commit, row),
        Change::AccountHealth { row } => accounts::put_health(commit, row),
        Change::Offer { row } => offers::put(commit, row),
        Change::Status { row } => statuses::put(commit, row),
        Change::Granted { scope: Scope::Conversation(id) } => page_in::conversation(commit, *id),
        Change::Granted { scope: Scope::Queue(id) } => page_in::queue(commit, *id),
        Change::Revoked { scope: Scope::Conversation(id) } => conversations::delete(commit, *id),
        Change::Revoked { scope: Scope::Queue(id) } => {
            page_in::delete_queue(commit.sql, *id)?;
            for conversation in conversations::of_queue(commit.sql, *id)? {
                conversations::delete(commit, conversation)?;
            }
            accounts::leave_queue(commit, *id)?;
            state::leave_queue(commit, *id)
        }
        // A grant of my own scope says nothing new; what this version does not know it passes over.
        Change::Granted { scope: Scope::Agent(_) }
        | Change::Revoked { scope: Scope::Agent(_) }
        | Change::Unknown => Ok(()),
    }
}

fn message(commit: &mut Commit<'_>, row: &Message) -> Result<(), CacheError> {
    if messages::put(commit, row)? != Taken::New {
        return Ok(());
    }
    match &row.author {
        Author::Contact if commit.look.sees(row.conversation) => commit.seen(row.conversation, row.position),
        Author::Contact => commit.unread(row.conversation),
        // Whoever has answered has read; a line of the system is nothing to read.
        Author::Agent { .. } | Author::Elsewhere => commit.seen(row.conversation, row.position),
        Author::System => {}
    }
    Ok(())
}

/// What is left to do after a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Applied {
    /// There is something to read by HTTP.
    pub(crate) page_in: bool,
    /// A window may have opened for something that waits in the outbox.
    pub(crate) window_waiters: bool,
}

impl Cache {
    /// Applies a batch of the log and moves the cursor, both or neither.
    pub(crate) async fn apply(&self, entries: Vec<Entry>, upto: LogPosition) -> Result<Applied, CacheError> {
        self.write(move |commit: &mut Commit<'_>| {
            for entry in &entries {
                apply(commit, &entry.change)?;
            }
            state::advance(commit.sql, upto)?;
            let window_waiters = !commit.conversations.is_empty() && outbox::waits_for_window(commit.sql)?;
            Ok(Applied { page_in: commit.page_in, window_waiters })
        })
        .await
    }
}
