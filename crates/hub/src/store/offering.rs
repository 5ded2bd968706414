//! Putting interactions before agents, and what becomes of an offer.

use deskbell_protocol::{
    AgentId, InteractionId, InteractionState, Millis, Notice, Offer, OfferId, OfferState, QueueId, Readiness,
};

use super::changing::preview;
use super::error::StoreError;
use super::tables::deadlines::{self, Kind};
use super::tables::{
    accounts, agents, conversations, interactions, messages, offers, queues, sessions, statuses,
};
use super::writing::Writing;
use crate::routing::{Choice, choose};

/// The reason that the hub gives when it makes an agent Not Ready.
pub(super) const MISSED_OFFERS: &str = "missed_offers";

/// How many waiting interactions are looked at in one go when agents become free.
const WAITING_AT_ONCE: u32 = 64;

impl Writing<'_> {
    /// Looks for an agent for one interaction, if it waits. Returns whether there is anybody with room in its
    /// queue, though perhaps not for this one so soon.
    pub(super) fn route(&mut self, id: InteractionId, now: Millis) -> Result<bool, StoreError> {
        match interactions::by_id(self.conn, id)? {
            Some(interaction) => self.route_one(interaction, now),
            None => Ok(false),
        }
    }

    /// The same for an interaction as it is stored now.
    pub(super) fn route_one(
        &mut self,
        interaction: interactions::Stored,
        now: Millis,
    ) -> Result<bool, StoreError> {
        if interaction.row.state != InteractionState::Queued {
            return Ok(false);
        }
        let id = interaction.row.id;
        let candidates = statuses::candidates(
            self.conn,
            interaction.row.queue,
            interaction.channel,
            id,
            self.rules.cool_off_ms,
        )?;
        match choose(&candidates, interaction.preferred, now) {
            Choice::Ask(agent) => self.offer(interaction, agent, now).map(|()| true),
            Choice::LookAgain(at) => {
                deadlines::set_earliest(self.conn, Kind::CoolOff, id.as_uuid(), at)?;
                self.wake.deadlines = true;
                Ok(true)
            }
            Choice::Nobody => Ok(false),
        }
    }

    /// Looks for work for a queue's agents, oldest interaction first.
    pub(super) fn route_queue(&mut self, queue: QueueId, now: Millis) -> Result<(), StoreError> {
        let mut after = None;
        loop {
            let waiting = interactions::waiting_in(self.conn, queue, after, WAITING_AT_ONCE)?;
            let Some(last) = waiting.last() else { return Ok(()) };
            after = Some(last.row.id);
            let mut room = false;
            for interaction in waiting {
                room |= self.route(interaction.row.id, now)?;
            }
            // Where nobody has room for any of these, nobody has for those behind them.
            if !room {
                return Ok(());
            }
        }
    }

    /// Looks for work for one agent in all of their queues.
    pub(super) fn route_for(&mut self, agent: AgentId, now: Millis) -> Result<(), StoreError> {
        for queue in queues::of_agent(self.conn, agent)? {
            self.route_queue(queue.id, now)?;
        }
        Ok(())
    }

    fn offer(
        &mut self,
        mut interaction: interactions::Stored,
        agent: AgentId,
        now: Millis,
    ) -> Result<(), StoreError> {
        let missing = || StoreError::not_found("interaction");
        let conversation =
            conversations::by_id(self.conn, interaction.row.conversation)?.ok_or_else(missing)?.row;
        let account = accounts::by_id(self.conn, conversation.account)?.ok_or_else(missing)?;
        let queue = queues::by_id(self.conn, interaction.row.queue)?.ok_or_else(missing)?;
        let words = messages::newest_words(self.conn, conversation.id)?;
        let mut offer = Offer {
            id: OfferId::fresh(),
            interaction: interaction.row.id,
            conversation: conversation.id,
            queue: queue.id,
            queue_name: queue.name,
            channel: conversation.channel,
            contact_name: conversation.contact_name,
            preview: words.as_ref().and_then(preview).unwrap_or_default(),
            agent,
            state: OfferState::Ringing,
            automatic: account.automatic_answer,
            offered_at: now,
            deadline: now.plus(account.offer_ms),
            version: self.next_position(),
        };
        deadlines::clear(self.conn, Kind::CoolOff, interaction.row.id.as_uuid())?;
        if account.automatic_answer {
            return self.take(&mut offer, now);
        }
        self.save_offer(&mut offer, None, now)?;
        interaction.row.state = InteractionState::Offered;
        self.save_interaction(&mut interaction, now)?;
        self.recount(agent, offer.channel, false, now)?;
        deadlines::set_earliest(self.conn, Kind::Offer, offer.id.as_uuid(), offer.deadline)?;
        self.wake.deadlines = true;
        Ok(())
    }

    /// The agent takes what rings: the interaction is theirs, and so is its conversation to read.
    pub(super) fn take(&mut self, offer: &mut Offer, now: Millis) -> Result<(), StoreError> {
        let missing = || StoreError::not_found("interaction");
        let interaction = interactions::by_id(self.conn, offer.interaction)?.ok_or_else(missing)?;
        offer.state = OfferState::Taken;
        self.save_offer(offer, Some(now), now)?;
        deadlines::clear(self.conn, Kind::Offer, offer.id.as_uuid())?;
        if let Some(mut status) = statuses::get(self.conn, offer.agent, offer.channel)? {
            status.missed = 0;
            statuses::put(self.conn, &status)?;
        }
        self.hand_to(interaction, offer.agent, now)
    }

    /// The interaction becomes active with this agent.
    pub(super) fn hand_to(
        &mut self,
        mut interaction: interactions::Stored,
        agent: AgentId,
        now: Millis,
    ) -> Result<(), StoreError> {
        let missing = || StoreError::not_found("interaction");
        let id = interaction.row.conversation;
        let mut conversation = conversations::by_id(self.conn, id)?.ok_or_else(missing)?;
        let person = agents::by_id(self.conn, agent)?.ok_or_else(|| StoreError::not_found("agent"))?;
        // They may look at it already.
        self.wake.marks.push(id);
        // Says so before anything of it is logged to them.
        self.handled(agent, conversation.row.contact, now)?;
        interaction.row.state = InteractionState::Active;
        interaction.row.agent = Some(agent);
        interaction.row.agent_name = Some(person.name.clone());
        interaction.row.active_since = Some(now);
        interaction.row.ended_by = None;
        interaction.row.ended_at = None;
        interaction.last_at = now;
        self.takes_part(&mut interaction)?;
        self.save_interaction(&mut interaction, now)?;
        conversation.last_agent = Some(agent);
        conversations::put(self.conn, &conversation)?;
        let notice = Notice::Taken { agent_name: person.name };
        self.add_notice(&conversation.row, Some(interaction.row.id), notice, now)?;
        self.recount(agent, interaction.channel, true, now)?;
        self.await_silence(&interaction)
    }

    /// Sets the deadline at which a silent interaction ends. It is not moved with every message: when it
    /// is due, the time of the last message decides.
    pub(super) fn await_silence(&mut self, interaction: &interactions::Stored) -> Result<(), StoreError> {
        let due = interaction.last_at.plus(self.rules.idle_end_ms);
        deadlines::set_earliest(self.conn, Kind::Idle, interaction.row.id.as_uuid(), due)?;
        self.wake.deadlines = true;
        Ok(())
    }

    /// Ends the ringing without it having been taken, and asks the next.
    pub(super) fn stop_ringing(
        &mut self,
        offer: &mut Offer,
        how: OfferState,
        now: Millis,
    ) -> Result<(), StoreError> {
        offer.state = how;
        self.save_offer(offer, Some(now), now)?;
        deadlines::clear(self.conn, Kind::Offer, offer.id.as_uuid())?;
        if let Some(mut interaction) = interactions::by_id(self.conn, offer.interaction)?
            && interaction.row.state == InteractionState::Offered
        {
            interaction.row.state = InteractionState::Queued;
            self.save_interaction(&mut interaction, now)?;
        }
        let idle = how == OfferState::Declined;
        self.recount(offer.agent, offer.channel, idle, now)?;
        self.count_missed(offer, how, now)?;
        self.route(offer.interaction, now)?;
        // Their place is free again, for another interaction.
        self.route_for(offer.agent, now)
    }

    /// At the start of the hub: nobody heard what rang while it was down. It waits in the queue for whoever
    /// connects, and is held against nobody.
    pub(super) fn withdraw_all_ringing(&mut self, now: Millis) -> Result<(), StoreError> {
        for mut offer in offers::all_ringing(self.conn)? {
            self.stop_ringing(&mut offer, OfferState::Withdrawn, now)?;
        }
        Ok(())
    }

    /// After too many missed offers in a row the agent is taken to be away.
    fn count_missed(&mut self, offer: &Offer, how: OfferState, now: Millis) -> Result<(), StoreError> {
        let Some(mut status) = statuses::get(self.conn, offer.agent, offer.channel)? else { return Ok(()) };
        status.missed = match how {
            // Who is not connected has missed nothing: the line was cut, or they went home.
            OfferState::NotAlerted if sessions::count(self.conn, offer.agent)? == 0 => return Ok(()),
            OfferState::TimedOut | OfferState::NotAlerted => status.missed.saturating_add(1),
            OfferState::Declined => 0,
            _ => return Ok(()),
        };
        let limit = self.rules.not_ready_after_missed_offers;
        if limit > 0 && status.missed >= limit && status.row.readiness == Readiness::Ready {
            status.missed = 0;
            status.row.readiness = Readiness::NotReady;
            status.row.reason = Some(MISSED_OFFERS.to_owned());
            status.row.since = now;
            return self.save_status(&mut status, now);
        }
        statuses::put(self.conn, &status)
    }
}
