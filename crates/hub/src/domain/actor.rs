//! The originator of a command, and the rows that they may act on.

use deskbell_protocol::{Agent, ConversationId, ErrorCode, InteractionId, SessionId};

use crate::store::tables::{conversations, interactions};
use crate::store::{StoreError, Tx, access};

/// An agent together with one of their sessions.
#[derive(Clone, Debug)]
pub(crate) struct Actor {
    /// The agent, as of the sign-in.
    pub(crate) agent: Agent,
    /// The session that the command came through.
    pub(crate) session: SessionId,
}

/// Returns the conversation if the agent may read it; otherwise fails as if it did not exist.
pub(crate) fn readable_conversation(
    tx: &Tx<'_>,
    actor: &Actor,
    id: ConversationId,
) -> Result<conversations::StoredConversation, StoreError> {
    access::readable(tx.conn, actor.agent.id, id)?.ok_or_else(|| StoreError::not_found("conversation"))
}

/// Returns the interaction if the agent may act on it: they handle it, or they lead its queue. An interaction that
/// the agent may not read is not found; one of a colleague is refused.
pub(crate) fn actionable_interaction(
    tx: &Tx<'_>,
    actor: &Actor,
    id: InteractionId,
) -> Result<interactions::StoredInteraction, StoreError> {
    let missing = || StoreError::not_found("interaction");
    let interaction = interactions::by_id(tx.conn, id)?.ok_or_else(missing)?;
    readable_conversation(tx, actor, interaction.row.conversation).map_err(|_hidden| missing())?;
    if interaction.row.agent == Some(actor.agent.id) || access::leads(actor.agent.role) {
        return Ok(interaction);
    }
    Err(StoreError::refused(ErrorCode::HeldByColleague, "A colleague handles this conversation."))
}
