//! The life of an interaction below routing: new and queued, active with an agent, queued again, resumed.
//!
//! `queued → offered → active → ended → done`: offers are in [`crate::domain::routing`], the end is in
//! [`crate::domain::interactions::end`].

use deskbell_protocol::{
    AgentId, Conversation, Interaction, InteractionId, InteractionState, Millis, Notice, Participant,
};

use crate::domain::actor::Actor;
use crate::domain::contacts::assignments::assign_to_handler;
use crate::domain::save::{add_notice, recount_load, save_interaction};
use crate::store::tables::deadlines::{self, Kind};
use crate::store::tables::{agents, conversations, interaction_participants, interactions};
use crate::store::{StoreError, Tx};

/// Builds a new interaction that waits in the conversation's queue. It is not stored yet.
pub(crate) fn new_interaction(
    conversation: &conversations::StoredConversation,
    now: Millis,
) -> interactions::StoredInteraction {
    interactions::StoredInteraction {
        row: Interaction {
            id: InteractionId::fresh(),
            conversation: conversation.row.id,
            queue: conversation.row.queue,
            state: InteractionState::Queued,
            agent: None,
            agent_name: None,
            ended_by: None,
            participants: Vec::new(),
            created_at: now,
            active_since: None,
            ended_at: None,
            done_at: None,
            waiting_since: None,
            case: Vec::new(),
            disposition: None,
            note: String::new(),
            version: conversation.row.version,
        },
        channel: conversation.row.channel,
        preferred: conversation.last_agent,
        last_at: now,
    }
}

/// Makes an interaction active with this agent, and notes it in the transcript.
pub(crate) fn assign_interaction(
    tx: &mut Tx<'_>,
    mut interaction: interactions::StoredInteraction,
    agent: AgentId,
    now: Millis,
) -> Result<(), StoreError> {
    let missing = || StoreError::not_found("interaction");
    let id = interaction.row.conversation;
    let mut conversation = conversations::by_id(tx.conn, id)?.ok_or_else(missing)?;
    let person = agents::by_id(tx.conn, agent)?.ok_or_else(|| StoreError::not_found("agent"))?;
    // The agent may have the conversation open already, so its messages count as read.
    tx.wake.read_receipts.push(id);
    // Logged before any other entry of the contact, which the agent could not read otherwise.
    assign_to_handler(tx, agent, conversation.row.contact, now)?;
    interaction.row.state = InteractionState::Active;
    interaction.row.agent = Some(agent);
    interaction.row.agent_name = Some(person.name.clone());
    interaction.row.active_since = Some(now);
    interaction.row.ended_by = None;
    interaction.row.ended_at = None;
    interaction.last_at = now;
    add_participant(tx, &mut interaction)?;
    save_interaction(tx, &mut interaction, now)?;
    conversation.last_agent = Some(agent);
    conversations::put(tx.conn, &conversation)?;
    let notice = Notice::Taken { agent_name: person.name };
    add_notice(tx, &conversation.row, Some(interaction.row.id), notice, now)?;
    recount_load(tx, agent, interaction.channel, true, now)?;
    schedule_idle_end(tx, &interaction)
}

/// Makes an ended interaction active again, with the agent who had it, and notes it in the transcript.
pub(crate) fn resume_interaction(
    tx: &mut Tx<'_>,
    interaction: &mut interactions::StoredInteraction,
    conversation: &conversations::StoredConversation,
    now: Millis,
) -> Result<(), StoreError> {
    interaction.row.state = InteractionState::Active;
    interaction.row.ended_by = None;
    interaction.row.ended_at = None;
    interaction.row.active_since = Some(now);
    interaction.last_at = now;
    add_participant(tx, interaction)?;
    save_interaction(tx, interaction, now)?;
    add_notice(tx, &conversation.row, Some(interaction.row.id), Notice::Resumed, now)?;
    if let Some(agent) = interaction.row.agent {
        recount_load(tx, agent, interaction.channel, false, now)?;
    }
    schedule_idle_end(tx, interaction)
}

/// Queues an active interaction again, to be offered to the same agent first, and notes it in the transcript.
pub(crate) fn requeue_interaction(
    tx: &mut Tx<'_>,
    interaction: &mut interactions::StoredInteraction,
    conversation: &Conversation,
    now: Millis,
) -> Result<(), StoreError> {
    stop_participation(&mut interaction.row, now);
    interaction.row.state = InteractionState::Queued;
    interaction.preferred = interaction.row.agent;
    save_interaction(tx, interaction, now)?;
    add_notice(tx, conversation, Some(interaction.row.id), Notice::Requeued, now)?;
    if let Some(agent) = interaction.row.agent {
        recount_load(tx, agent, interaction.channel, false, now)?;
    }
    Ok(())
}

/// Sets the deadline at which an idle interaction ends. It is not moved with every message: when it is due, the
/// time of the last message decides.
pub(crate) fn schedule_idle_end(
    tx: &mut Tx<'_>,
    interaction: &interactions::StoredInteraction,
) -> Result<(), StoreError> {
    let due = interaction.last_at.plus(tx.rules.idle_end_ms);
    deadlines::set_earliest(tx.conn, Kind::Idle, interaction.row.id.as_uuid(), due)?;
    tx.wake.deadlines = true;
    Ok(())
}

/// Adds the agent of the interaction to its participants, if they are not among them yet.
pub(crate) fn add_participant(
    tx: &Tx<'_>,
    interaction: &mut interactions::StoredInteraction,
) -> Result<(), StoreError> {
    let row = &mut interaction.row;
    let (Some(agent), Some(name)) = (row.agent, row.agent_name.clone()) else { return Ok(()) };
    if row.participants.iter().any(|one| one.agent == agent) {
        return Ok(());
    }
    row.participants.push(Participant { agent, name, handled_ms: 0 });
    interaction_participants::put(tx.conn, agent, row)
}

/// Adds the time since the agent took the interaction to their handling time. Does nothing unless it is active.
pub(crate) fn stop_participation(row: &mut Interaction, now: Millis) {
    let (InteractionState::Active, Some(since)) = (row.state, row.active_since) else { return };
    if let Some(one) = row.participants.iter_mut().find(|one| Some(one.agent) == row.agent) {
        one.handled_ms = one.handled_ms.saturating_add(now.since(since).max(0));
    }
}

/// Returns whether another agent handles the interaction, or handled it last.
pub(crate) fn held_by_another(interaction: &Interaction, actor: &Actor) -> bool {
    match interaction.state {
        InteractionState::Active | InteractionState::Ended => interaction.agent != Some(actor.agent.id),
        _ => false,
    }
}
