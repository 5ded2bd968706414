//! Sessions of agents, and what happens when an agent has none.

use deskbell_protocol::{
    AgentId, ChannelStatus, ErrorCode, InteractionState, LogPosition, Millis, OfferState, Readiness,
    SessionId,
};

use crate::domain::messages::receive::{agent_is_gone, requeue_interaction};
use crate::domain::routing::offer::{close_offer, route_for_agent, route_interaction};
use crate::domain::save::save_status;
use crate::limits;
use crate::store::tables::deadlines::{self, Kind};
use crate::store::tables::{accounts, agents, conversations, interactions, offers, sessions, statuses};
use crate::store::{StoreError, Tx};

/// The reason that the hub sets when it makes an absent agent Not Ready.
const AWAY: &str = "away";

/// Opens a session: interactions can be offered to the agent.
///
/// # Errors
///
/// `RateLimited` if the agent has too many sessions.
pub(crate) fn open_session(
    tx: &mut Tx<'_>,
    session: SessionId,
    agent: AgentId,
    now: Millis,
) -> Result<(), StoreError> {
    if sessions::count(tx.conn, agent)? >= limits::SESSIONS_PER_AGENT {
        return Err(StoreError::refused(
            ErrorCode::RateLimited,
            "Too many desktops are signed in under this name. This one was not connected. Close another one first.",
        ));
    }
    sessions::insert(tx.conn, session, agent, now)?;
    agents::set_gone_since(tx.conn, agent, None)?;
    ensure_statuses(tx, agent, now)?;
    route_for_agent(tx, agent, now)
}

/// Creates the missing statuses of the agent for the channels of their queues.
pub(crate) fn ensure_statuses(tx: &mut Tx<'_>, agent: AgentId, now: Millis) -> Result<(), StoreError> {
    for channel in accounts::channels_of(tx.conn, agent)? {
        if statuses::get(tx.conn, agent, channel)?.is_some() {
            continue;
        }
        let row = ChannelStatus {
            agent,
            channel,
            readiness: Readiness::NotReady,
            reason: None,
            capacity: tx.rules.capacity,
            load: 0,
            since: now,
            version: LogPosition::default(),
        };
        save_status(
            tx,
            &mut statuses::StoredStatus { row, idle_since: now, missed: 0, own_capacity: false },
            now,
        )?;
    }
    Ok(())
}

/// Closes a session. After the agent's last one, ringing offers go to others.
pub(crate) fn close_session(
    tx: &mut Tx<'_>,
    session: SessionId,
    agent: AgentId,
    now: Millis,
) -> Result<(), StoreError> {
    if sessions::remove(tx.conn, session)? && sessions::count(tx.conn, agent)? == 0 {
        start_absence(tx, agent, now)?;
        // Nobody can be alerted, so the offers go to others at once.
        for mut offer in offers::ringing_at(tx.conn, agent)? {
            close_offer(tx, &mut offer, OfferState::NotAlerted, now)?;
        }
    }
    Ok(())
}

/// Closes all sessions of the last run, at the start of the hub.
pub(crate) fn clear_sessions(tx: &mut Tx<'_>, now: Millis) -> Result<(), StoreError> {
    for agent in sessions::clear(tx.conn)? {
        start_absence(tx, agent, now)?;
    }
    Ok(())
}

/// Notes that the agent has no session, and sets the deadline at which they are absent.
fn start_absence(tx: &mut Tx<'_>, agent: AgentId, now: Millis) -> Result<(), StoreError> {
    agents::set_gone_since(tx.conn, agent, Some(now))?;
    let due = now.plus(tx.rules.agent_gone_ms);
    deadlines::set_earliest(tx.conn, Kind::AgentGone, agent.as_uuid(), due)?;
    tx.wake.deadlines = true;
    Ok(())
}

/// Queues the interactions in which contacts wait for an absent agent, and makes the agent Not Ready. They have to
/// become Ready themselves: a desktop that reconnects the next morning does not mean that somebody sits at it.
pub(crate) fn release_absent_agent(tx: &mut Tx<'_>, agent: AgentId, now: Millis) -> Result<(), StoreError> {
    let gone = agents::gone_since(tx.conn, agent)?;
    if gone.is_some_and(|since| now.since(since) >= tx.rules.agent_gone_ms) {
        for mut status in statuses::of_agent(tx.conn, agent)? {
            if status.row.readiness == Readiness::Ready {
                status.missed = 0;
                status.row.readiness = Readiness::NotReady;
                status.row.reason = Some(AWAY.to_owned());
                status.row.since = now;
                save_status(tx, &mut status, now)?;
            }
        }
    }
    for mut interaction in interactions::held_by(tx.conn, agent)? {
        if interaction.row.state != InteractionState::Active
            || interaction.row.waiting_since.is_none()
            || !agent_is_gone(tx, agent, interaction.channel, now)?
        {
            continue;
        }
        let Some(conversation) = conversations::by_id(tx.conn, interaction.row.conversation)? else {
            continue;
        };
        requeue_interaction(tx, &mut interaction, &conversation.row, now)?;
        route_interaction(tx, interaction.row.id, now)?;
    }
    // Absent for less than the limit: they came back and left again, or signed out of a channel.
    if let Some(since) = gone
        && now.since(since) < tx.rules.agent_gone_ms
    {
        let due = since.plus(tx.rules.agent_gone_ms);
        deadlines::set_earliest(tx.conn, Kind::AgentGone, agent.as_uuid(), due)?;
    }
    for status in statuses::of_agent(tx.conn, agent)? {
        let due = status.row.since.plus(tx.rules.agent_gone_ms);
        if status.row.readiness == Readiness::SignedOut && due > now {
            deadlines::set_earliest(tx.conn, Kind::AgentGone, agent.as_uuid(), due)?;
        }
    }
    tx.wake.deadlines = true;
    Ok(())
}
