//! The end of an interaction: ended, reopened, done.

use deskbell_protocol::{EndedBy, ErrorCode, InteractionId, InteractionState, Millis, Notice};

use crate::domain::actor::{Actor, actionable_interaction};
use crate::domain::interactions::lifecycle::{resume_interaction, stop_participation};
use crate::domain::routing::offer::route_for_agent;
use crate::domain::save::{add_notice, recount_load, save_interaction};
use crate::store::tables::deadlines::{self, Kind};
use crate::store::tables::{conversations, interactions};
use crate::store::{StoreError, Tx};

/// Ends an interaction that the agent may act on. One that ended before stays as it is.
///
/// # Errors
///
/// `Malformed` if nobody handles it yet.
pub(crate) fn end_interaction(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: InteractionId,
    now: Millis,
) -> Result<(), StoreError> {
    let interaction = actionable_interaction(tx, actor, id)?;
    match interaction.row.state {
        InteractionState::Active => {
            end_as(tx, interaction, EndedBy::Agent, Some(actor.agent.name.clone()), now)
        }
        InteractionState::Ended | InteractionState::Done => Ok(()),
        InteractionState::Queued | InteractionState::Offered => Err(StoreError::refused(
            ErrorCode::Malformed,
            "This interaction waits for an agent; only one that is handled can be ended.",
        )),
    }
}

/// Ends an active interaction, adds the notice to the transcript and frees the agent for the next offer.
pub(crate) fn end_as(
    tx: &mut Tx<'_>,
    mut interaction: interactions::StoredInteraction,
    ended_by: EndedBy,
    agent_name: Option<String>,
    now: Millis,
) -> Result<(), StoreError> {
    stop_participation(&mut interaction.row, now);
    interaction.row.state = InteractionState::Ended;
    interaction.row.ended_by = Some(ended_by);
    interaction.row.ended_at = Some(now);
    interaction.row.waiting_since = None;
    save_interaction(tx, &mut interaction, now)?;
    deadlines::clear(tx.conn, Kind::Idle, interaction.row.id.as_uuid())?;
    if let Some(conversation) = conversations::by_id(tx.conn, interaction.row.conversation)? {
        let notice = Notice::Ended { by: ended_by, agent_name };
        add_notice(tx, &conversation.row, Some(interaction.row.id), notice, now)?;
    }
    release_agent(tx, &interaction, now)
}

/// Reopens an ended interaction, which becomes active with its agent again.
///
/// # Errors
///
/// `Malformed` if it is done or not handled yet, or if a newer interaction of the conversation is open.
pub(crate) fn undo_end(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: InteractionId,
    now: Millis,
) -> Result<(), StoreError> {
    let mut interaction = actionable_interaction(tx, actor, id)?;
    match interaction.row.state {
        InteractionState::Ended => {}
        InteractionState::Active => return Ok(()),
        InteractionState::Done => {
            return Err(StoreError::refused(
                ErrorCode::Malformed,
                "This interaction is done and cannot be reopened. Write to the contact to begin a new one.",
            ));
        }
        InteractionState::Queued | InteractionState::Offered => return Err(not_handled_yet()),
    }
    // Without continued conversations, a newer interaction may be open by now.
    let open = interactions::open_in(tx.conn, interaction.row.conversation)?;
    if open.is_some_and(|open| open.row.id != id && open.row.state != InteractionState::Ended) {
        return Err(StoreError::refused(
            ErrorCode::Malformed,
            "The contact has written since, and a newer interaction is open. This one stays ended.",
        ));
    }
    let conversation = conversations::by_id(tx.conn, interaction.row.conversation)?
        .ok_or_else(|| StoreError::not_found("interaction"))?;
    resume_interaction(tx, &mut interaction, &conversation, now)
}

/// Marks an ended interaction as done, after which it cannot be reopened.
///
/// # Errors
///
/// `DispositionMissing` if the hub requires one; `Malformed` if the interaction has not ended.
pub(crate) fn mark_done(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: InteractionId,
    now: Millis,
) -> Result<(), StoreError> {
    let mut interaction = actionable_interaction(tx, actor, id)?;
    match interaction.row.state {
        InteractionState::Ended if tx.rules.disposition_required && interaction.row.disposition.is_none() => {
            Err(StoreError::refused(
                ErrorCode::DispositionMissing,
                "Say how it went before marking it done: choose a disposition.",
            ))
        }
        InteractionState::Ended => {
            interaction.row.state = InteractionState::Done;
            interaction.row.done_at = Some(now);
            save_interaction(tx, &mut interaction, now)?;
            release_agent(tx, &interaction, now)
        }
        InteractionState::Done => Ok(()),
        _ => Err(StoreError::refused(ErrorCode::Malformed, "End the interaction before marking it done.")),
    }
}

/// Recounts the load of the interaction's agent and offers them the next one that waits.
fn release_agent(
    tx: &mut Tx<'_>,
    interaction: &interactions::StoredInteraction,
    now: Millis,
) -> Result<(), StoreError> {
    let Some(agent) = interaction.row.agent else { return Ok(()) };
    recount_load(tx, agent, interaction.channel, true, now)?;
    route_for_agent(tx, agent, now)
}

/// Refuses an edit of an interaction that nobody handles yet.
pub(crate) fn not_handled_yet() -> StoreError {
    StoreError::refused(
        ErrorCode::Malformed,
        "This interaction still waits for an agent. It can be changed once somebody handles it.",
    )
}
