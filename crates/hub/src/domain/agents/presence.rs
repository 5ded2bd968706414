//! Presence of agents: their sessions, their readiness on each channel, and what happens while they are absent.

use deskbell_protocol::{
    AgentId, Channel, ChannelStatus, ErrorCode, InteractionState, LogPosition, Millis, OfferState, Readiness,
    SessionId,
};

use crate::domain::actor::Actor;
use crate::domain::interactions::lifecycle::requeue_interaction;
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

/// Sets the agent's readiness on a channel. Ready agents get offers; the interactions of one who signs out are released
/// after a time.
///
/// # Errors
///
/// `NotFound` if the agent has no such channel; `Malformed` if the reason is not on the hub's list.
pub(crate) fn set_status(
    tx: &mut Tx<'_>,
    actor: &Actor,
    channel: Channel,
    readiness: Readiness,
    reason: Option<String>,
    now: Millis,
) -> Result<(), StoreError> {
    let Some(mut status) = statuses::get(tx.conn, actor.agent.id, channel)? else {
        return Err(StoreError::not_found("channel"));
    };
    let reason = reason.filter(|_| readiness == Readiness::NotReady);
    if let Some(reason) = &reason
        && !tx.rules.reasons.iter().any(|known| known == reason)
    {
        return Err(StoreError::refused(ErrorCode::Malformed, "This reason is not on the hub's list."));
    }
    if status.row.readiness == readiness && status.row.reason == reason {
        return Ok(());
    }
    if status.row.readiness != readiness {
        status.row.since = now;
        status.idle_since = now;
    }
    status.missed = 0;
    status.row.readiness = readiness;
    status.row.reason = reason;
    save_status(tx, &mut status, now)?;
    match readiness {
        Readiness::Ready => route_for_agent(tx, actor.agent.id, now),
        Readiness::NotReady => Ok(()),
        Readiness::SignedOut => {
            let due = now.plus(tx.rules.agent_gone_ms);
            deadlines::set_earliest(tx.conn, Kind::AgentGone, actor.agent.id.as_uuid(), due)?;
            tx.wake.deadlines = true;
            Ok(())
        }
    }
}

/// Returns whether the agent has been signed out of the channel, or without a session, for longer than contacts wait.
pub(crate) fn agent_is_gone(
    tx: &Tx<'_>,
    agent: AgentId,
    channel: Channel,
    now: Millis,
) -> Result<bool, StoreError> {
    let limit = tx.rules.agent_gone_ms;
    if let Some(status) = statuses::get(tx.conn, agent, channel)?
        && status.row.readiness == Readiness::SignedOut
        && now.since(status.row.since) >= limit
    {
        return Ok(true);
    }
    if sessions::count(tx.conn, agent)? > 0 {
        return Ok(false);
    }
    Ok(agents::gone_since(tx.conn, agent)?.is_some_and(|since| now.since(since) >= limit))
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
