//! Interactions that an agent starts.

use deskbell_protocol::{ConversationId, ErrorCode, InteractionId, Millis};

use crate::domain::actor::Actor;
use crate::domain::commands::readable_conversation;
use crate::domain::messages::send::{held_by_another, interaction_to_write_in, new_interaction};
use crate::domain::routing::offer::assign_interaction;
use crate::store::tables::interactions;
use crate::store::{StoreError, Tx};

/// Starts an interaction with a contact, active and assigned to the agent. If the agent already has one in the
/// conversation, that one is continued.
///
/// # Errors
///
/// `HeldByColleague` if another agent handles the conversation; `Malformed` if the id is taken; `NotFound` if the
/// agent may not read the conversation.
pub(crate) fn start_interaction(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: InteractionId,
    conversation: ConversationId,
    now: Millis,
) -> Result<(), StoreError> {
    let conversation = readable_conversation(tx, actor, conversation)?;
    let open = interactions::open_in(tx.conn, conversation.row.id)?;
    if let Some(open) = open {
        if held_by_another(&open.row, actor) {
            return Err(StoreError::refused(
                ErrorCode::HeldByColleague,
                "A colleague handles this conversation now; no interaction was begun.",
            ));
        }
        return interaction_to_write_in(tx, actor, &conversation, Some(open), now).map(|_it| ());
    }
    if interactions::by_id(tx.conn, id)?.is_some() {
        return Err(StoreError::refused(
            ErrorCode::Malformed,
            "Another interaction has this id, so none was begun.",
        ));
    }
    let mut fresh = new_interaction(&conversation, now);
    fresh.row.id = id;
    fresh.preferred = Some(actor.agent.id);
    // Other rows refer to it, so it is written first; it is logged when it is assigned.
    interactions::put(tx.conn, &fresh)?;
    assign_interaction(tx, fresh, actor.agent.id, now)
}
