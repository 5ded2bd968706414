//! How far contacts were told that their messages were read.

use deskbell_protocol::{AccountId, AgentId, ConversationId, InteractionState, Millis, Position};

use super::Store;
use super::access;
use super::error::StoreError;
use super::tables::{conversations, interactions, messages, read_marks};
use crate::limits;

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

impl Store {
    /// Whether the agent may read the conversation.
    pub(crate) async fn may_look(
        &self,
        agent: AgentId,
        conversation: ConversationId,
    ) -> Result<bool, StoreError> {
        self.read(move |conn| Ok(access::readable(conn, agent, conversation)?.is_some())).await
    }

    /// The contact's newest message, if this agent handles the conversation now.
    pub(crate) async fn newest_unread(
        &self,
        conversation: ConversationId,
        agent: AgentId,
        now: Millis,
    ) -> Result<Option<Newest>, StoreError> {
        self.read(move |conn| {
            let open = interactions::open_in(conn, conversation)?.map(|open| open.row);
            let handles = |row: &deskbell_protocol::Interaction| {
                row.state == InteractionState::Active && row.agent == Some(agent)
            };
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
        })
        .await
    }

    /// The provider was told that the message was read, or could not be. After three failures it is left at that.
    pub(crate) async fn marked_read(
        &self,
        conversation: ConversationId,
        position: Position,
        done: bool,
    ) -> Result<(), StoreError> {
        self.write(move |writing| {
            let (upto, failures) = read_marks::of(writing.conn, conversation)?.unwrap_or((Position(0), 0));
            let failures = failures.saturating_add(1);
            if done || failures >= limits::RECEIPT_TRIES {
                return read_marks::put(writing.conn, conversation, position.max(upto), 0);
            }
            read_marks::put(writing.conn, conversation, upto, failures)
        })
        .await
    }
}
