//! Changing a row that readers see: it takes its log position as version, is written, and is logged.

use deskbell_protocol::{
    AgentId, Author, Change, Channel, Content, Conversation, InteractionId, Message, MessageId, Millis,
    Notice, Offer, Position,
};

use super::error::StoreError;
use super::one_line::one_line;
use super::tables::{conversations, interactions, messages, offers, statuses};
use super::writing::Writing;

impl Writing<'_> {
    pub(super) fn save_conversation(
        &mut self,
        conversation: &mut conversations::Stored,
        now: Millis,
    ) -> Result<(), StoreError> {
        conversation.row.version = self.next_position();
        conversations::put(self.conn, conversation)?;
        let row = conversation.row.clone();
        self.log_for_conversation(row.queue, row.id, &Change::Conversation { row }, now)
    }

    pub(super) fn save_interaction(
        &mut self,
        interaction: &mut interactions::Stored,
        now: Millis,
    ) -> Result<(), StoreError> {
        interaction.row.version = self.next_position();
        interactions::put(self.conn, interaction)?;
        let row = interaction.row.clone();
        self.log_for_conversation(row.queue, row.conversation, &Change::Interaction { row }, now)
    }

    /// Adds what a provider brought to its transcript, and saves what it changed about the conversation. The same
    /// people read both.
    pub(super) fn hear(
        &mut self,
        mut conversation: Conversation,
        mut message: messages::Stored,
        readers: Vec<AgentId>,
        now: Millis,
    ) -> Result<(), StoreError> {
        let (queue, id) = (conversation.queue, conversation.id);
        conversation.version = self.next_position();
        conversations::update(self.conn, &conversation)?;
        self.log_for_readers(queue, id, readers.clone(), &Change::Conversation { row: conversation }, now)?;
        message.row.version = self.next_position();
        messages::insert(self.conn, &message)?;
        self.log_for_readers(queue, id, readers, &Change::Message { row: message.row }, now)
    }

    /// Adds a message to its transcript.
    pub(super) fn add_message(
        &mut self,
        conversation: &Conversation,
        message: &mut messages::Stored,
        now: Millis,
    ) -> Result<(), StoreError> {
        if let Author::Agent { agent, .. } = &message.row.author {
            self.handled(*agent, conversation.contact, now)?;
        }
        message.row.version = self.next_position();
        messages::insert(self.conn, message)?;
        let change = Change::Message { row: message.row.clone() };
        self.log_for_conversation(conversation.queue, conversation.id, &change, now)
    }

    /// Writes a change of a message's delivery.
    pub(super) fn update_message(
        &mut self,
        message: &mut messages::Stored,
        now: Millis,
    ) -> Result<(), StoreError> {
        let id = message.row.conversation;
        let conversation = conversations::by_id(self.conn, id)?;
        let conversation = conversation.ok_or_else(|| StoreError::not_found("conversation"))?;
        message.row.version = self.next_position();
        messages::update(self.conn, message)?;
        self.log_for_conversation(
            conversation.row.queue,
            id,
            &Change::Message { row: message.row.clone() },
            now,
        )
    }

    pub(super) fn save_offer(
        &mut self,
        offer: &mut Offer,
        closed_at: Option<Millis>,
        now: Millis,
    ) -> Result<(), StoreError> {
        offer.version = self.next_position();
        offers::put(self.conn, offer, closed_at)?;
        self.log_for_member(offer.agent, offer.queue, &Change::Offer { row: offer.clone() }, now)
    }

    pub(super) fn save_status(
        &mut self,
        status: &mut statuses::Stored,
        now: Millis,
    ) -> Result<(), StoreError> {
        status.row.version = self.next_position();
        statuses::put(self.conn, status)?;
        let row = status.row.clone();
        self.log_for_agent(row.agent, &Change::Status { row }, now)
    }

    /// Counts again how much the agent has, and says so if it changed. `idle` begins a new idle time.
    pub(super) fn recount(
        &mut self,
        agent: AgentId,
        channel: Channel,
        idle: bool,
        now: Millis,
    ) -> Result<(), StoreError> {
        let load = statuses::counted_load(self.conn, agent, channel, self.rules.ended_counts)?;
        let Some(mut status) = statuses::get(self.conn, agent, channel)? else { return Ok(()) };
        if idle {
            status.idle_since = now;
        }
        if status.row.load == load {
            return if idle { statuses::put(self.conn, &status) } else { Ok(()) };
        }
        status.row.load = load;
        self.save_status(&mut status, now)
    }

    /// At the start of the hub: the settings may say otherwise about room than when the rows were written.
    pub(super) fn recount_all(&mut self, now: Millis) -> Result<(), StoreError> {
        for mut status in statuses::all(self.conn)? {
            let row = &mut status.row;
            let load = statuses::counted_load(self.conn, row.agent, row.channel, self.rules.ended_counts)?;
            let capacity = if status.own_capacity { row.capacity } else { self.rules.capacity };
            if (row.load, row.capacity) != (load, capacity) {
                (row.load, row.capacity) = (load, capacity);
                self.save_status(&mut status, now)?;
            }
        }
        Ok(())
    }

    /// Adds a line of the system to the transcript.
    pub(super) fn add_notice(
        &mut self,
        conversation: &Conversation,
        interaction: Option<InteractionId>,
        notice: Notice,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.add_event(conversation, interaction, notice, None, now)
    }

    /// The same for what the provider reported, under the provider's id of it.
    pub(super) fn add_event(
        &mut self,
        conversation: &Conversation,
        interaction: Option<InteractionId>,
        notice: Notice,
        provider_id: Option<&str>,
        now: Millis,
    ) -> Result<(), StoreError> {
        let mut message = messages::Stored {
            row: Message {
                id: MessageId::fresh(),
                conversation: conversation.id,
                interaction,
                position: self.position_at(now)?,
                at: now,
                author: Author::System,
                content: Content::Notice { notice },
                delivery: None,
                state_at: None,
                failure: None,
                attempt: 1,
                late: false,
                quote: None,
                reactions: Vec::new(),
                version: self.next_position(),
            },
            account: conversation.account,
            provider_id: provider_id.map(str::to_owned),
            reacted: Vec::new(),
        };
        self.add_message(conversation, &mut message, now)
    }

    /// The place of a message that arrives now: behind everything there is.
    pub(super) fn position_at(&mut self, now: Millis) -> Result<Position, StoreError> {
        let first = Position::first_at(now);
        let newest = match self.newest {
            Some(newest) => Some(newest),
            None => messages::newest_position(self.conn)?,
        };
        let place = newest.map_or(first, |newest| first.max(newest.next()));
        self.newest = Some(place);
        Ok(place)
    }

    /// The place of a message that arrives long after it was written: behind what is already there of that
    /// millisecond.
    pub(super) fn position_long_ago(&mut self, at: Millis) -> Result<Position, StoreError> {
        let first = Position::first_at(at);
        let taken = messages::newest_of_millisecond(self.conn, first)?;
        let place = taken.map_or(first, Position::next);
        // The clock may have been set back since.
        self.newest = self.newest.map(|newest| newest.max(place));
        Ok(place)
    }
}

/// The first words of what was said, for lists and toasts.
pub(super) fn preview(content: &Content) -> Option<String> {
    let text = match content {
        Content::Text { body } | Content::Notification { body, .. } => body.as_str(),
        Content::Placeholder { caption: Some(caption), .. } => caption.as_str(),
        Content::Placeholder { what, caption: None } => return Some(format!("[{what}]")),
        Content::Notice { .. } | Content::Unknown => return None,
    };
    Some(one_line(text, crate::limits::PREVIEW_CHARS))
}
