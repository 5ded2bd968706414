//! Who works here: agents, queues, membership.

use deskbell_protocol::{
    Agent, AgentId, Change, Channel, ErrorCode, InteractionState, Millis, OfferState, Queue, QueueId,
    Readiness, Role, Scope,
};

use super::error::StoreError;
use super::tables::{agents, conversations, interactions, offers, queue_members, queues, statuses, tokens};
use super::writing::Writing;
use crate::limits;

impl Writing<'_> {
    pub(super) fn ensure_queue(&mut self, name: &str) -> Result<Queue, StoreError> {
        if let Some(known) = queues::by_name(self.conn, name)? {
            return Ok(known);
        }
        let queue = Queue { id: QueueId::fresh(), name: name.to_owned() };
        queues::insert(self.conn, &queue)?;
        Ok(queue)
    }

    pub(super) fn add_agent(
        &mut self,
        name: &str,
        password_hash: &str,
        role: Role,
        now: Millis,
    ) -> Result<Agent, StoreError> {
        if agents::by_name(self.conn, name)?.is_some() {
            return Err(StoreError::refused(ErrorCode::Malformed, "There is already an agent of this name."));
        }
        let agent = Agent { id: AgentId::fresh(), name: name.to_owned(), role };
        agents::insert(self.conn, &agent, password_hash, now)?;
        Ok(agent)
    }

    pub(super) fn set_password(&mut self, agent: AgentId, hash: &str) -> Result<(), StoreError> {
        if !agents::set_password(self.conn, agent, hash)? {
            return Err(StoreError::not_found("agent"));
        }
        // Whoever knew the old password is out.
        self.revoke(agent).map(|_count| ())
    }

    /// Ends every sign-in of the agent. Returns how many there were.
    pub(super) fn revoke(&mut self, agent: AgentId) -> Result<usize, StoreError> {
        self.wake.tokens = true;
        tokens::delete_of(self.conn, agent)
    }

    /// The agent may not sign in any more, and works on nothing.
    pub(super) fn disable(&mut self, agent: AgentId, now: Millis) -> Result<(), StoreError> {
        if agents::disabled_at(self.conn, agent)?.is_some() {
            return Ok(());
        }
        if !agents::set_disabled_at(self.conn, agent, Some(now))? {
            return Err(StoreError::not_found("agent"));
        }
        self.revoke(agent)?;
        // First nobody to ring, then what they had.
        for mut status in statuses::of_agent(self.conn, agent)? {
            if status.row.readiness != Readiness::NotReady {
                status.row.readiness = Readiness::NotReady;
                status.row.reason = None;
                status.row.since = now;
                self.save_status(&mut status, now)?;
            }
        }
        for mut offer in offers::ringing_at(self.conn, agent)? {
            self.stop_ringing(&mut offer, OfferState::Withdrawn, now)?;
        }
        self.give_up_held(agent, None, now)
    }

    pub(super) fn enable(&mut self, agent: AgentId) -> Result<(), StoreError> {
        if agents::set_disabled_at(self.conn, agent, None)? {
            return Ok(());
        }
        Err(StoreError::not_found("agent"))
    }

    pub(super) fn add_member(
        &mut self,
        agent: AgentId,
        queue: QueueId,
        now: Millis,
    ) -> Result<(), StoreError> {
        if !queue_members::add(self.conn, queue, agent, now)? {
            return Ok(());
        }
        self.log_for_agent(agent, &Change::Granted { scope: Scope::Queue(queue) }, now)?;
        self.ensure_statuses(agent, now)?;
        self.route_for(agent, now)
    }

    /// Takes an agent out of a queue: what rings at them rings elsewhere, what they handled waits again,
    /// what they had ended is done.
    pub(super) fn remove_member(
        &mut self,
        agent: AgentId,
        queue: QueueId,
        now: Millis,
    ) -> Result<(), StoreError> {
        if !queue_members::remove(self.conn, queue, agent)? {
            return Ok(());
        }
        for mut offer in offers::ringing_at(self.conn, agent)? {
            if offer.queue == queue {
                self.stop_ringing(&mut offer, OfferState::Withdrawn, now)?;
            }
        }
        // Behind what was told of the offers: nothing of the queue comes after it.
        self.log_for_agent(agent, &Change::Revoked { scope: Scope::Queue(queue) }, now)?;
        self.give_up_held(agent, Some(queue), now)?;
        // Their places are free for what waits in their other queues.
        self.route_for(agent, now)
    }

    /// What the agent handled waits again and what they had ended is done, in one queue or in all.
    fn give_up_held(
        &mut self,
        agent: AgentId,
        queue: Option<QueueId>,
        now: Millis,
    ) -> Result<(), StoreError> {
        for mut interaction in interactions::held_by(self.conn, agent)? {
            if queue.is_some_and(|queue| interaction.row.queue != queue) {
                continue;
            }
            if interaction.row.state == InteractionState::Ended {
                interaction.row.state = InteractionState::Done;
                interaction.row.done_at = Some(now);
                self.save_interaction(&mut interaction, now)?;
                self.recount(agent, interaction.channel, false, now)?;
            } else if let Some(conversation) = conversations::by_id(self.conn, interaction.row.conversation)?
            {
                self.requeue(&mut interaction, &conversation.row, now)?;
                self.route(interaction.row.id, now)?;
            }
        }
        Ok(())
    }

    pub(super) fn set_capacity(
        &mut self,
        agent: AgentId,
        channel: Channel,
        capacity: u32,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.ensure_statuses(agent, now)?;
        let Some(mut status) = statuses::get(self.conn, agent, channel)? else {
            return Err(StoreError::not_found("channel"));
        };
        status.row.capacity = capacity;
        status.own_capacity = true;
        self.save_status(&mut status, now)?;
        self.route_for(agent, now)
    }
}

/// A name as it is stored, or why it cannot be one.
pub(super) fn usable_name(name: &str) -> Result<String, StoreError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > limits::NAME_CHARS || name.chars().any(char::is_control) {
        return Err(StoreError::refused(
            ErrorCode::Malformed,
            "A name has 1 to 100 characters and no control characters.",
        ));
    }
    Ok(name.to_owned())
}
