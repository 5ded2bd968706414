//! Applying the hub's log: a batch of entries and the cursor in one transaction.

use deskbell_protocol::{Author, Change, Entry, LogPosition, Message, Scope};

use super::commit::Commit;
use super::messages::Upsert;
use super::{
    Cache, CacheError, accounts, assignments, backfill, contacts, conversations, interactions, messages,
    offers, outbox, removal, state, statuses,
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
        Change::Granted { scope: Scope::Conversation(id) } => backfill::conversation(commit, *id),
        Change::Granted { scope: Scope::Queue(id) } => backfill::queue(commit, *id),
        Change::Revoked { scope: Scope::Conversation(id) } => removal::end_access(commit, *id),
        Change::Revoked { scope: Scope::Queue(id) } => {
            backfill::delete_queue(commit.sql, *id)?;
            for conversation in conversations::of_queue(commit.sql, *id)? {
                removal::end_access(commit, conversation)?;
            }
            accounts::leave_queue(commit, *id)?;
            state::leave_queue(commit, *id)
        }
        // A grant of the agent's own scope adds nothing, and a change that this version does not know is
        // skipped.
        Change::Granted { scope: Scope::Agent(_) }
        | Change::Revoked { scope: Scope::Agent(_) }
        | Change::Unknown => Ok(()),
    }
}

fn message(commit: &mut Commit<'_>, row: &Message) -> Result<(), CacheError> {
    if messages::put(commit, row)? != Upsert::Inserted {
        return Ok(());
    }
    match &row.author {
        Author::Contact if commit.view.shows(row.conversation) => {
            commit.mark_read(row.conversation, row.position)
        }
        Author::Contact => commit.count_unread(row.conversation),
        // An answer of an agent means that the messages before it were read; a notice is no message to read.
        Author::Agent { .. } | Author::Elsewhere => commit.mark_read(row.conversation, row.position),
        Author::System => {}
    }
    Ok(())
}

/// What has to be done after a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Applied {
    /// There is something to read by HTTP.
    pub(crate) backfill: bool,
    /// A message waits in the outbox for its window, which may have opened.
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
            let window_waiters =
                !commit.conversations.is_empty() && outbox::any_waits_for_window(commit.sql)?;
            Ok(Applied { backfill: commit.backfill, window_waiters })
        })
        .await
    }
}
