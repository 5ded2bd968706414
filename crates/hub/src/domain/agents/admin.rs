//! Who works here: agents, queues, membership.

use deskbell_protocol::{
    Agent, AgentId, Change, Channel, ErrorCode, InteractionState, Millis, OfferState, Queue, QueueId,
    Readiness, Role, Scope,
};

use crate::domain::agents::presence::ensure_statuses;
use crate::domain::agents::sign_in::revoke_tokens;
use crate::domain::contacts::assignments::{hide_assignments, show_assignments};
use crate::domain::messages::receive::requeue_interaction;
use crate::domain::routing::offer::{close_offer, route_for_agent, route_interaction};
use crate::domain::save::{recount_load, save_interaction, save_status};
use crate::limits;
use crate::store::tables::{
    agents, conversations, interactions, offers, queue_members, queues, sessions, statuses, tokens,
};
use crate::store::{Conn, StoreError, Tx};

/// How an agent stands with the hub, for an administrator.
#[derive(Clone, Debug)]
pub struct AgentStanding {
    /// The queues they work for.
    pub queues: Vec<Queue>,
    /// Since when they may not sign in, if so.
    pub disabled_at: Option<Millis>,
    /// The sign-ins that still work: since when, and until when.
    pub sign_ins: Vec<(Millis, Millis)>,
    /// Since when each open session is open. Of the last life of the hub, if none runs.
    pub sessions: Vec<Millis>,
}

/// Reads an agent's queues, sign-ins and open sessions, and whether they are disabled.
pub(crate) fn standing(conn: &Conn, agent: AgentId, now: Millis) -> Result<AgentStanding, StoreError> {
    Ok(AgentStanding {
        queues: queues::of_agent(conn, agent)?,
        disabled_at: agents::disabled_at(conn, agent)?,
        sign_ins: tokens::of_agent(conn, agent, now)?,
        sessions: sessions::of_agent(conn, agent)?,
    })
}

pub(crate) fn ensure_queue(tx: &mut Tx<'_>, name: &str) -> Result<Queue, StoreError> {
    if let Some(known) = queues::by_name(tx.conn, name)? {
        return Ok(known);
    }
    let queue = Queue { id: QueueId::fresh(), name: name.to_owned() };
    queues::insert(tx.conn, &queue)?;
    Ok(queue)
}

pub(crate) fn add_agent(
    tx: &mut Tx<'_>,
    name: &str,
    password_hash: &str,
    role: Role,
    now: Millis,
) -> Result<Agent, StoreError> {
    if agents::by_name(tx.conn, name)?.is_some() {
        return Err(StoreError::refused(ErrorCode::Malformed, "There is already an agent of this name."));
    }
    let agent = Agent { id: AgentId::fresh(), name: name.to_owned(), role };
    agents::insert(tx.conn, &agent, password_hash, now)?;
    Ok(agent)
}

/// The agent may not sign in any more, and works on nothing.
pub(crate) fn disable_agent(tx: &mut Tx<'_>, agent: AgentId, now: Millis) -> Result<(), StoreError> {
    if agents::disabled_at(tx.conn, agent)?.is_some() {
        return Ok(());
    }
    if !agents::set_disabled_at(tx.conn, agent, Some(now))? {
        return Err(StoreError::not_found("agent"));
    }
    revoke_tokens(tx, agent)?;
    // First nobody to ring, then what they had.
    for mut status in statuses::of_agent(tx.conn, agent)? {
        if status.row.readiness != Readiness::NotReady {
            status.row.readiness = Readiness::NotReady;
            status.row.reason = None;
            status.row.since = now;
            save_status(tx, &mut status, now)?;
        }
    }
    for mut offer in offers::ringing_at(tx.conn, agent)? {
        close_offer(tx, &mut offer, OfferState::Withdrawn, now)?;
    }
    release_held_interactions(tx, agent, None, now)
}

pub(crate) fn enable_agent(tx: &mut Tx<'_>, agent: AgentId) -> Result<(), StoreError> {
    if agents::set_disabled_at(tx.conn, agent, None)? {
        return Ok(());
    }
    Err(StoreError::not_found("agent"))
}

pub(crate) fn add_member(
    tx: &mut Tx<'_>,
    agent: AgentId,
    queue: QueueId,
    now: Millis,
) -> Result<(), StoreError> {
    if !queue_members::add(tx.conn, queue, agent, now)? {
        return Ok(());
    }
    tx.log_for_agent(agent, &Change::Granted { scope: Scope::Queue(queue) }, now)?;
    show_assignments(tx, agent, now)?;
    ensure_statuses(tx, agent, now)?;
    route_for_agent(tx, agent, now)
}

/// Takes an agent out of a queue: what rings at them rings elsewhere, what they handled waits again,
/// what they had ended is done.
pub(crate) fn remove_member(
    tx: &mut Tx<'_>,
    agent: AgentId,
    queue: QueueId,
    now: Millis,
) -> Result<(), StoreError> {
    if !queue_members::remove(tx.conn, queue, agent)? {
        return Ok(());
    }
    for mut offer in offers::ringing_at(tx.conn, agent)? {
        if offer.queue == queue {
            close_offer(tx, &mut offer, OfferState::Withdrawn, now)?;
        }
    }
    hide_assignments(tx, agent, now)?;
    // Behind what was told of the offers and contacts: nothing of the queue comes after it.
    tx.log_for_agent(agent, &Change::Revoked { scope: Scope::Queue(queue) }, now)?;
    release_held_interactions(tx, agent, Some(queue), now)?;
    // Their places are free for what waits in their other queues.
    route_for_agent(tx, agent, now)
}

/// What the agent handled waits again and what they had ended is done, in one queue or in all.
fn release_held_interactions(
    tx: &mut Tx<'_>,
    agent: AgentId,
    queue: Option<QueueId>,
    now: Millis,
) -> Result<(), StoreError> {
    for mut interaction in interactions::held_by(tx.conn, agent)? {
        if queue.is_some_and(|queue| interaction.row.queue != queue) {
            continue;
        }
        if interaction.row.state == InteractionState::Ended {
            interaction.row.state = InteractionState::Done;
            interaction.row.done_at = Some(now);
            save_interaction(tx, &mut interaction, now)?;
            recount_load(tx, agent, interaction.channel, false, now)?;
        } else if let Some(conversation) = conversations::by_id(tx.conn, interaction.row.conversation)? {
            requeue_interaction(tx, &mut interaction, &conversation.row, now)?;
            route_interaction(tx, interaction.row.id, now)?;
        }
    }
    Ok(())
}

pub(crate) fn set_capacity(
    tx: &mut Tx<'_>,
    agent: AgentId,
    channel: Channel,
    capacity: u32,
    now: Millis,
) -> Result<(), StoreError> {
    ensure_statuses(tx, agent, now)?;
    let Some(mut status) = statuses::get(tx.conn, agent, channel)? else {
        return Err(StoreError::not_found("channel"));
    };
    status.row.capacity = capacity;
    status.own_capacity = true;
    save_status(tx, &mut status, now)?;
    route_for_agent(tx, agent, now)
}

/// A name as it is stored, or why it cannot be one.
pub(crate) fn usable_name(name: &str) -> Result<String, StoreError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > limits::NAME_CHARS || name.chars().any(char::is_control) {
        return Err(StoreError::refused(
            ErrorCode::Malformed,
            "A name has 1 to 100 characters and no control characters.",
        ));
    }
    Ok(name.to_owned())
}
