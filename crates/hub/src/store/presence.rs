//! Who is connected, and what happens when nobody is.

use deskbell_protocol::{
    AgentId, ChannelStatus, ErrorCode, InteractionState, LogPosition, Millis, OfferState, Readiness,
    SessionId,
};

use super::Store;
use super::error::StoreError;
use super::tables::deadlines::{self, Kind};
use super::tables::{accounts, agents, conversations, interactions, offers, sessions, statuses};
use super::writing::Writing;
use crate::limits;

/// The reason that the hub gives when it makes an agent Not Ready who has been gone for too long.
const AWAY: &str = "away";

impl Store {
    /// How many desktops the agent is connected from.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub async fn count_sessions(&self, agent: AgentId) -> Result<i64, StoreError> {
        self.read(move |conn| sessions::count(conn, agent)).await
    }

    pub(crate) async fn session_opened(
        &self,
        session: SessionId,
        agent: AgentId,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.write(move |writing| writing.session_opened(session, agent, now)).await
    }

    pub(crate) async fn session_closed(
        &self,
        session: SessionId,
        agent: AgentId,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.write(move |writing| writing.session_closed(session, agent, now)).await
    }
}

impl Writing<'_> {
    /// An agent connected: they can be rung.
    pub(super) fn session_opened(
        &mut self,
        session: SessionId,
        agent: AgentId,
        now: Millis,
    ) -> Result<(), StoreError> {
        if sessions::count(self.conn, agent)? >= limits::SESSIONS_PER_AGENT {
            return Err(StoreError::refused(
                ErrorCode::RateLimited,
                "Too many desktops are signed in under this name.",
            ));
        }
        sessions::insert(self.conn, session, agent, now)?;
        agents::set_gone_since(self.conn, agent, None)?;
        self.ensure_statuses(agent, now)?;
        self.route_for(agent, now)
    }

    /// Gives the agent a state on every channel of their queues.
    pub(super) fn ensure_statuses(&mut self, agent: AgentId, now: Millis) -> Result<(), StoreError> {
        for channel in accounts::channels_of(self.conn, agent)? {
            if statuses::get(self.conn, agent, channel)?.is_some() {
                continue;
            }
            let row = ChannelStatus {
                agent,
                channel,
                readiness: Readiness::NotReady,
                reason: None,
                capacity: self.rules.capacity,
                load: 0,
                since: now,
                version: LogPosition::default(),
            };
            self.save_status(
                &mut statuses::Stored { row, idle_since: now, missed: 0, own_capacity: false },
                now,
            )?;
        }
        Ok(())
    }

    pub(super) fn session_closed(
        &mut self,
        session: SessionId,
        agent: AgentId,
        now: Millis,
    ) -> Result<(), StoreError> {
        if sessions::remove(self.conn, session)? && sessions::count(self.conn, agent)? == 0 {
            self.went_away(agent, now)?;
            // Nothing rings any more where nobody is: it goes on to others at once.
            for mut offer in offers::ringing_at(self.conn, agent)? {
                self.stop_ringing(&mut offer, OfferState::NotAlerted, now)?;
            }
        }
        Ok(())
    }

    /// At the start of the hub nobody is connected.
    pub(super) fn clear_sessions(&mut self, now: Millis) -> Result<(), StoreError> {
        for agent in sessions::clear(self.conn)? {
            self.went_away(agent, now)?;
        }
        Ok(())
    }

    fn went_away(&mut self, agent: AgentId, now: Millis) -> Result<(), StoreError> {
        agents::set_gone_since(self.conn, agent, Some(now))?;
        let due = now.plus(self.rules.agent_gone_ms);
        deadlines::set_earliest(self.conn, Kind::AgentGone, agent.as_uuid(), due)?;
        self.wake.deadlines = true;
        Ok(())
    }

    /// Contacts who wait for an agent that stayed away wait in the queue instead, and the agent is no longer
    /// ready: a desktop that connects by itself the next morning is not a person who can be rung.
    pub(super) fn agent_stayed_away(&mut self, agent: AgentId, now: Millis) -> Result<(), StoreError> {
        let gone = agents::gone_since(self.conn, agent)?;
        if gone.is_some_and(|since| now.since(since) >= self.rules.agent_gone_ms) {
            for mut status in statuses::of_agent(self.conn, agent)? {
                if status.row.readiness == Readiness::Ready {
                    status.missed = 0;
                    status.row.readiness = Readiness::NotReady;
                    status.row.reason = Some(AWAY.to_owned());
                    status.row.since = now;
                    self.save_status(&mut status, now)?;
                }
            }
        }
        for mut interaction in interactions::held_by(self.conn, agent)? {
            if interaction.row.state != InteractionState::Active
                || interaction.row.waiting_since.is_none()
                || !self.is_gone(agent, interaction.channel, now)?
            {
                continue;
            }
            let Some(conversation) = conversations::by_id(self.conn, interaction.row.conversation)? else {
                continue;
            };
            self.requeue(&mut interaction, &conversation.row, now)?;
            self.route(interaction.row.id, now)?;
        }
        // Gone since less than the limit: they came back and left again, or signed out on a channel.
        if let Some(since) = gone
            && now.since(since) < self.rules.agent_gone_ms
        {
            let due = since.plus(self.rules.agent_gone_ms);
            deadlines::set_earliest(self.conn, Kind::AgentGone, agent.as_uuid(), due)?;
        }
        for status in statuses::of_agent(self.conn, agent)? {
            let due = status.row.since.plus(self.rules.agent_gone_ms);
            if status.row.readiness == Readiness::SignedOut && due > now {
                deadlines::set_earliest(self.conn, Kind::AgentGone, agent.as_uuid(), due)?;
            }
        }
        self.wake.deadlines = true;
        Ok(())
    }
}
