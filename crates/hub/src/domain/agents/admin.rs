//! Administration of agents, queues and membership.

use deskbell_protocol::{
    Agent, AgentId, Change, Channel, ErrorCode, InteractionState, Millis, OfferState, Queue, QueueId,
    Readiness, Role, Scope,
};

use crate::domain::agents::presence::ensure_statuses;
use crate::domain::agents::sign_in::revoke_tokens;
use crate::domain::contacts::assignments::{hide_assignments, show_assignments};
use crate::domain::interactions::lifecycle::requeue_interaction;
use crate::domain::routing::offer::{close_offer, route_for_agent, route_interaction};
use crate::domain::save::{recount_load, save_interaction, save_status};
use crate::limits;
use crate::store::tables::{
    agents, conversations, interactions, offers, queue_members, queues, sessions, statuses, tokens,
};
use crate::store::{Conn, StoreError, Tx};

/// An agent's access to the hub, for an administrator.
#[derive(Clone, Debug)]
pub struct AgentAccess {
    /// The queues of which they are a member.
    pub queues: Vec<Queue>,
    /// Since when they are disabled, if they are.
    pub disabled_at: Option<Millis>,
    /// The valid sign-ins: when each began and when it expires.
    pub sign_ins: Vec<(Millis, Millis)>,
    /// Since when each session is open. If the hub is not running, the sessions of its last run.
    pub sessions: Vec<Millis>,
}

/// Reads an agent's queues, sign-ins and open sessions, and whether they are disabled.
pub(crate) fn access(conn: &Conn, agent: AgentId, now: Millis) -> Result<AgentAccess, StoreError> {
    Ok(AgentAccess {
        queues: queues::of_agent(conn, agent)?,
        disabled_at: agents::disabled_at(conn, agent)?,
        sign_ins: tokens::of_agent(conn, agent, now)?,
        sessions: sessions::of_agent(conn, agent)?,
    })
}

/// Returns the queue of this name, and creates it if needed.
pub(crate) fn ensure_queue(tx: &mut Tx<'_>, name: &str) -> Result<Queue, StoreError> {
    if let Some(known) = queues::by_name(tx.conn, name)? {
        return Ok(known);
    }
    let queue = Queue { id: QueueId::fresh(), name: name.to_owned() };
    queues::insert(tx.conn, &queue)?;
    Ok(queue)
}

/// Adds an agent. The name must be one that [`usable_name`] returned.
///
/// # Errors
///
/// `Malformed` if the name is taken.
pub(crate) fn add_agent(
    tx: &mut Tx<'_>,
    name: &str,
    password_hash: &str,
    role: Role,
    now: Millis,
) -> Result<Agent, StoreError> {
    if agents::by_name(tx.conn, name)?.is_some() {
        return Err(StoreError::refused(
            ErrorCode::Malformed,
            "An agent with this name exists already. Nobody was added. Choose another name.",
        ));
    }
    let agent = Agent { id: AgentId::fresh(), name: name.to_owned(), role };
    agents::insert(tx.conn, &agent, password_hash, now)?;
    Ok(agent)
}

/// Prevents the agent from signing in, revokes their sign-ins, and releases their interactions.
///
/// # Errors
///
/// `NotFound` if there is no such agent.
pub(crate) fn disable_agent(tx: &mut Tx<'_>, agent: AgentId, now: Millis) -> Result<(), StoreError> {
    if agents::disabled_at(tx.conn, agent)?.is_some() {
        return Ok(());
    }
    if !agents::set_disabled_at(tx.conn, agent, Some(now))? {
        return Err(StoreError::not_found("agent"));
    }
    revoke_tokens(tx, agent)?;
    // Not Ready first, so that nothing that is released rings at them.
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

/// Allows a disabled agent to sign in again.
///
/// # Errors
///
/// `NotFound` if there is no such agent.
pub(crate) fn enable_agent(tx: &mut Tx<'_>, agent: AgentId) -> Result<(), StoreError> {
    if agents::set_disabled_at(tx.conn, agent, None)? {
        return Ok(());
    }
    Err(StoreError::not_found("agent"))
}

/// Adds the agent to the queue, and offers them what is queued there.
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

/// Removes the agent from the queue: ringing offers go to others, active interactions are queued, ended ones are
/// done.
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
    // After the entries of offers and contacts, because no entry of the queue may follow.
    tx.log_for_agent(agent, &Change::Revoked { scope: Scope::Queue(queue) }, now)?;
    release_held_interactions(tx, agent, Some(queue), now)?;
    // Their capacity is free for what is queued in their other queues.
    route_for_agent(tx, agent, now)
}

/// Queues the agent's active interactions and marks ended ones as done, in one queue or in all.
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

/// Sets how many interactions of the channel the agent handles at once.
///
/// # Errors
///
/// `NotFound` if none of the agent's queues has the channel.
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

/// The name as it is stored: without surrounding white space.
///
/// # Errors
///
/// `Malformed` if it is empty, too long or holds control characters.
pub(crate) fn usable_name(name: &str) -> Result<String, StoreError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > limits::NAME_CHARS || name.chars().any(char::is_control) {
        return Err(StoreError::refused(
            ErrorCode::Malformed,
            "A name must have 1 to 100 characters and no control characters. Choose another name.",
        ));
    }
    Ok(name.to_owned())
}
