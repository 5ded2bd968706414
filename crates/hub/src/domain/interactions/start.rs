//! The start of an interaction by an agent: by command, or by writing to the contact.

use deskbell_protocol::{ConversationId, ErrorCode, InteractionId, InteractionState, Millis};

use crate::domain::actor::{Actor, readable_conversation};
use crate::domain::interactions::lifecycle::{
    assign_interaction, held_by_another, new_interaction, resume_interaction,
};
use crate::domain::routing::offer::take_offer;
use crate::store::tables::deadlines::{self, Kind};
use crate::store::tables::{conversations, interactions, offers};
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

/// Returns the interaction that a message of this agent belongs to, active with the agent: the one they hold, resumed if
/// it had ended; one that is queued, or rings at them, taken; else a new one. `open` is the one in the conversation that
/// is not done.
///
/// # Errors
///
/// `HeldByColleague` if it rings at a colleague.
pub(crate) fn interaction_to_write_in(
    tx: &mut Tx<'_>,
    actor: &Actor,
    conversation: &conversations::StoredConversation,
    open: Option<interactions::StoredInteraction>,
    now: Millis,
) -> Result<interactions::StoredInteraction, StoreError> {
    let Some(mut open) = open else {
        let mut fresh = new_interaction(conversation, now);
        fresh.preferred = Some(actor.agent.id);
        // Written before what refers to it; logged once, when it is taken.
        interactions::put(tx.conn, &fresh)?;
        return take_interaction(tx, fresh, actor, now);
    };
    match open.row.state {
        InteractionState::Active => Ok(open),
        InteractionState::Ended => {
            resume_interaction(tx, &mut open, conversation, now)?;
            Ok(open)
        }
        InteractionState::Offered => {
            match offers::ringing_for(tx.conn, open.row.id)? {
                Some(mut offer) if offer.agent == actor.agent.id => take_offer(tx, &mut offer, now)?,
                _ => {
                    return Err(StoreError::refused(
                        ErrorCode::HeldByColleague,
                        "This conversation rings at a colleague now; your message was not sent.",
                    ));
                }
            }
            reload_interaction(tx, open.row.id)
        }
        InteractionState::Queued | InteractionState::Done => take_interaction(tx, open, actor, now),
    }
}

/// Assigns a queued interaction to the agent, and returns it as it is then.
fn take_interaction(
    tx: &mut Tx<'_>,
    interaction: interactions::StoredInteraction,
    actor: &Actor,
    now: Millis,
) -> Result<interactions::StoredInteraction, StoreError> {
    let id = interaction.row.id;
    deadlines::clear(tx.conn, Kind::CoolOff, id.as_uuid())?;
    assign_interaction(tx, interaction, actor.agent.id, now)?;
    reload_interaction(tx, id)
}

fn reload_interaction(tx: &Tx<'_>, id: InteractionId) -> Result<interactions::StoredInteraction, StoreError> {
    interactions::by_id(tx.conn, id)?.ok_or_else(|| StoreError::not_found("interaction"))
}
