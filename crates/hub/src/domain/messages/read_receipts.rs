//! Read receipts: the messages for which one is due, and those for which one was sent.

use deskbell_protocol::{
    AccountId, AgentId, Author, Content, ConversationId, Interaction, InteractionState, Millis, Position,
    may_send,
};

use crate::domain::messages::barrier::policy_of;
use crate::limits;
use crate::store::tables::{conversations, interactions, messages, read_marks};
use crate::store::{Conn, StoreError, Tx, access};

/// The newest message of a contact in a conversation.
#[derive(Clone, Debug)]
pub(crate) struct NewestMessage {
    pub(crate) account: AccountId,
    pub(crate) provider_id: String,
    pub(crate) position: Position,
    /// Whether a read receipt was sent or given up.
    pub(crate) marked: bool,
    /// Whether the agent may send a text now; otherwise no typing indicator is shown.
    pub(crate) may_write: bool,
}

/// Returns whether the agent may read the conversation.
pub(crate) fn may_read(
    conn: &Conn,
    agent: AgentId,
    conversation: ConversationId,
) -> Result<bool, StoreError> {
    Ok(access::readable(conn, agent, conversation)?.is_some())
}

/// Returns the contact's newest message if this agent handles the conversation now, otherwise `None`.
pub(crate) fn newest_unread(
    conn: &Conn,
    conversation: ConversationId,
    agent: AgentId,
    now: Millis,
) -> Result<Option<NewestMessage>, StoreError> {
    let open = interactions::open_in(conn, conversation)?.map(|open| open.row);
    let handles = |row: &Interaction| row.state == InteractionState::Active && row.agent == Some(agent);
    if !open.as_ref().is_some_and(handles) {
        return Ok(None);
    }
    let Some(row) = conversations::by_id(conn, conversation)? else { return Ok(None) };
    let Some((position, provider_id)) = messages::newest_contact_message(conn, conversation)? else {
        return Ok(None);
    };
    let marked = read_marks::of(conn, conversation)?.is_some_and(|(upto, _)| position <= upto);
    let policy = policy_of(conn, row.row.account)?;
    let (text, author) =
        (Content::Text { body: String::new() }, Author::Agent { agent, name: String::new() });
    let may_write = may_send(&policy, &row.row, &text, &author, now).is_ok();
    Ok(Some(NewestMessage { account: row.row.account, provider_id, position, marked, may_write }))
}

/// Records the result of sending a read receipt for the messages up to `position`. After several failures in a row the
/// receipt is given up.
pub(crate) fn save_read_mark(
    tx: &Tx<'_>,
    conversation: ConversationId,
    position: Position,
    done: bool,
) -> Result<(), StoreError> {
    let (upto, failures) = read_marks::of(tx.conn, conversation)?.unwrap_or((Position(0), 0));
    let failures = failures.saturating_add(1);
    if done || failures >= limits::RECEIPT_ATTEMPTS {
        return read_marks::put(tx.conn, conversation, position.max(upto), 0);
    }
    read_marks::put(tx.conn, conversation, upto, failures)
}
