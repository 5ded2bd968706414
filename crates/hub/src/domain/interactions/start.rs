//! Interactions that an agent begins.

use deskbell_protocol::{ConversationId, ErrorCode, InteractionId, Millis};

use crate::domain::actor::Actor;
use crate::domain::commands::readable_conversation;
use crate::domain::messages::send::{held_by_another, interaction_to_write_in, new_interaction};
use crate::domain::routing::offer::assign_interaction;
use crate::store::tables::interactions;
use crate::store::{StoreError, Tx};

/// Begins an interaction with a contact, active and held by the agent. Of the one that they hold already
/// nothing is made but that it goes on.
pub(crate) fn start_interaction(
    tx: &mut Tx<'_>,
    by: &Actor,
    id: InteractionId,
    conversation: ConversationId,
    now: Millis,
) -> Result<(), StoreError> {
    let conversation = readable_conversation(tx, by, conversation)?;
    let open = interactions::open_in(tx.conn, conversation.row.id)?;
    if let Some(open) = open {
        if held_by_another(&open.row, by) {
            return Err(StoreError::refused(
                ErrorCode::HeldByColleague,
                "A colleague handles this conversation now; no interaction was begun.",
            ));
        }
        return interaction_to_write_in(tx, by, &conversation, Some(open), now).map(|_it| ());
    }
    if interactions::by_id(tx.conn, id)?.is_some() {
        return Err(StoreError::refused(
            ErrorCode::Malformed,
            "Another interaction has this id, so none was begun.",
        ));
    }
    let mut fresh = new_interaction(&conversation, now);
    fresh.row.id = id;
    fresh.preferred = Some(by.agent.id);
    // Written before what refers to it; logged once, when it is taken.
    interactions::put(tx.conn, &fresh)?;
    assign_interaction(tx, fresh, by.agent.id, now)
}
