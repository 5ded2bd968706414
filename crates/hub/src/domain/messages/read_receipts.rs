//! How far contacts were told that their messages were read.

use deskbell_protocol::{
    AccountId, AgentId, ConversationId, Interaction, InteractionState, Millis, Position,
};

use crate::limits;
use crate::store::tables::{conversations, interactions, messages, read_marks};
use crate::store::{Conn, StoreError, Tx, access};

/// The newest message of a contact.
#[derive(Clone, Debug)]
pub(crate) struct Newest {
    pub(crate) account: AccountId,
    pub(crate) provider_id: String,
    pub(crate) position: Position,
    /// Whether it was marked as read before, or given up.
    pub(crate) marked: bool,
    /// Whether free text may be sent.
    pub(crate) window_open: bool,
}

/// Whether the agent may read the conversation.
pub(crate) fn may_read(
    conn: &Conn,
    agent: AgentId,
    conversation: ConversationId,
) -> Result<bool, StoreError> {
    Ok(access::readable(conn, agent, conversation)?.is_some())
}

/// Reads the contact's newest message, if this agent handles the conversation now.
pub(crate) fn newest_unread(
    conn: &Conn,
    conversation: ConversationId,
    agent: AgentId,
    now: Millis,
) -> Result<Option<Newest>, StoreError> {
    let open = interactions::open_in(conn, conversation)?.map(|open| open.row);
    let handles = |row: &Interaction| row.state == InteractionState::Active && row.agent == Some(agent);
    if !open.as_ref().is_some_and(handles) {
        return Ok(None);
    }
    let Some(row) = conversations::by_id(conn, conversation)? else { return Ok(None) };
    let Some((position, provider_id)) = messages::newest_of_contact(conn, conversation)? else {
        return Ok(None);
    };
    let marked = read_marks::of(conn, conversation)?.is_some_and(|(upto, _)| position <= upto);
    let window_open = row.row.window_until.is_some_and(|until| until > now);
    Ok(Some(Newest { account: row.row.account, provider_id, position, marked, window_open }))
}

/// Records that the provider was told that the message was read, or could not be told. After three failures no
/// further try is made.
pub(crate) fn save_read_mark(
    tx: &Tx<'_>,
    conversation: ConversationId,
    position: Position,
    done: bool,
) -> Result<(), StoreError> {
    let (upto, failures) = read_marks::of(tx.conn, conversation)?.unwrap_or((Position(0), 0));
    let failures = failures.saturating_add(1);
    if done || failures >= limits::RECEIPT_TRIES {
        return read_marks::put(tx.conn, conversation, position.max(upto), 0);
    }
    read_marks::put(tx.conn, conversation, upto, failures)
}
