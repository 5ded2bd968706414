//! Who works here: agents, queues, membership.

use deskbell_protocol::{
    Agent, AgentId, Change, Channel, ErrorCode, InteractionState, Millis, OfferState, Queue, QueueId,
    Readiness, Role, Scope,
};

use super::Store;
use super::error::StoreError;
use super::sign_ins::hash_off_thread;
use super::tables::{
    agents, conversations, interactions, offers, queue_members, queues, sessions, statuses, tokens,
};
use super::writing::Writing;
use crate::limits;

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

impl Store {
    /// Makes the queue of this name, unless it is there.
    ///
    /// # Errors
    ///
    /// If it cannot be stored.
    pub async fn ensure_queue(&self, name: &str) -> Result<Queue, StoreError> {
        let name = name.to_owned();
        self.write(move |writing| writing.ensure_queue(&name)).await
    }

    /// The queue of this name.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub async fn queue_named(&self, name: &str) -> Result<Option<Queue>, StoreError> {
        let name = name.to_owned();
        self.read(move |conn| queues::by_name(conn, &name)).await
    }

    /// All queues, by their names.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub async fn queues(&self) -> Result<Vec<Queue>, StoreError> {
        self.read(queues::all).await
    }

    /// Adds someone who may sign in.
    ///
    /// # Errors
    ///
    /// `Malformed` if the name is taken or unusable, or the password too short; if it cannot be stored.
    pub async fn add_agent(
        &self,
        name: &str,
        password: &str,
        role: Role,
        now: Millis,
    ) -> Result<Agent, StoreError> {
        let name = usable_name(name)?;
        let hash = hash_off_thread(password).await?;
        self.write(move |writing| writing.add_agent(&name, &hash, role, now)).await
    }

    /// Ends every sign-in of an agent and lets them sign in no more. What they handled waits in its queue
    /// again, and what they had ended is done.
    ///
    /// # Errors
    ///
    /// `NotFound` without such an agent; if it cannot be stored.
    pub async fn disable(&self, agent: AgentId, now: Millis) -> Result<(), StoreError> {
        self.write(move |writing| writing.disable(agent, now)).await
    }

    /// Lets an agent sign in again who was disabled.
    ///
    /// # Errors
    ///
    /// `NotFound` without such an agent; if it cannot be stored.
    pub async fn enable(&self, agent: AgentId) -> Result<(), StoreError> {
        self.write(move |writing| writing.enable(agent)).await
    }

    /// How an agent stands: queues, whether disabled, sign-ins and open sessions.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub async fn standing_of(&self, agent: AgentId, now: Millis) -> Result<AgentStanding, StoreError> {
        self.read(move |conn| {
            Ok(AgentStanding {
                queues: queues::of_agent(conn, agent)?,
                disabled_at: agents::disabled_at(conn, agent)?,
                sign_ins: tokens::of_agent(conn, agent, now)?,
                sessions: sessions::of_agent(conn, agent)?,
            })
        })
        .await
    }

    /// The agent of this name; upper and lower case are the same.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub async fn agent_named(&self, name: &str) -> Result<Option<Agent>, StoreError> {
        let name = name.to_owned();
        self.read(move |conn| agents::by_name(conn, &name)).await
    }

    /// Everyone who may sign in.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub async fn agents(&self) -> Result<Vec<Agent>, StoreError> {
        self.read(agents::all).await
    }

    /// Makes the agent a member of the queue.
    ///
    /// # Errors
    ///
    /// If it cannot be stored.
    pub async fn add_member(&self, agent: AgentId, queue: QueueId, now: Millis) -> Result<(), StoreError> {
        self.write(move |writing| writing.add_member(agent, queue, now)).await
    }

    /// Takes the agent out of the queue: they no longer see anything of it.
    ///
    /// # Errors
    ///
    /// If it cannot be stored.
    pub async fn remove_member(&self, agent: AgentId, queue: QueueId, now: Millis) -> Result<(), StoreError> {
        self.write(move |writing| writing.remove_member(agent, queue, now)).await
    }

    /// Sets how many interactions of the channel the agent handles at once.
    ///
    /// # Errors
    ///
    /// `NotFound` if none of the agent's queues has the channel; if it cannot be stored.
    pub async fn set_capacity(
        &self,
        agent: AgentId,
        channel: Channel,
        capacity: u32,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.write(move |writing| writing.set_capacity(agent, channel, capacity, now)).await
    }
}

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
        self.show_assignments(agent, now)?;
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
        self.hide_assignments(agent, now)?;
        // Behind what was told of the offers and contacts: nothing of the queue comes after it.
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
