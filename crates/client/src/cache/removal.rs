//! Deleting conversations with all that belongs to them.

use deskbell_protocol::ConversationId;

use super::commit::Commit;
use super::sql::Id;
use super::{CacheError, backfill, contacts, conversations, drafts, interactions, messages, offers, outbox};

/// Deletes a conversation that the agent may no longer read. Messages that the hub has not stored stay in the
/// outbox as refused, so that the agent can copy their text.
pub(super) fn end_access(commit: &mut Commit<'_>, conversation: ConversationId) -> Result<(), CacheError> {
    delete(commit, conversation)?;
    drafts::delete_of(commit.sql, conversation)?;
    outbox::end_access(commit, conversation)
}

/// Deletes a conversation that the hub does not list. Draft and outbox stay: the conversation may come back,
/// and the hub's reply to each message is shown with it.
pub(super) fn delete(commit: &mut Commit<'_>, conversation: ConversationId) -> Result<(), CacheError> {
    let sql = commit.sql;
    let contact = conversations::contact_of(sql, conversation)?;
    messages::delete_of(sql, conversation)?;
    interactions::delete_of(sql, conversation)?;
    offers::delete_of(commit, conversation)?;
    backfill::delete_of(sql, conversation)?;
    sql.prepare_cached("DELETE FROM reading WHERE conversation = ?1")?.execute([conversation.bytes()])?;
    sql.prepare_cached("DELETE FROM conversation WHERE id = ?1")?.execute([conversation.bytes()])?;
    commit.remove_conversation(conversation);
    contact.map_or(Ok(()), |contact| contacts::delete_unneeded(commit, contact))
}
