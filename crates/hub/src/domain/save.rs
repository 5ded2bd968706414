//! Saves of rows that clients see. Each takes the next log position as its version, writes the row and logs the
//! change for its audience.
//!
//! Every function fails with [`StoreError`] if the row or the log entry cannot be written.

use deskbell_protocol::{
    AgentId, Author, Change, Channel, Content, Conversation, InteractionId, Message, MessageId, Millis,
    Notice, Offer, Position,
};

use crate::domain::contacts::assignments::assign_to_handler;
use crate::store::tables::{conversations, interactions, messages, offers, statuses};
use crate::store::{StoreError, Tx};
use crate::text::one_line::one_line;

/// Writes a conversation and logs it for its readers.
pub(crate) fn save_conversation(
    tx: &mut Tx<'_>,
    conversation: &mut conversations::StoredConversation,
    now: Millis,
) -> Result<(), StoreError> {
    conversation.row.version = tx.next_position();
    conversations::put(tx.conn, conversation)?;
    let row = conversation.row.clone();
    tx.log_for_conversation(row.queue, row.id, &Change::Conversation { row }, now)
}

/// Writes an interaction and logs it for the readers of its conversation.
pub(crate) fn save_interaction(
    tx: &mut Tx<'_>,
    interaction: &mut interactions::StoredInteraction,
    now: Millis,
) -> Result<(), StoreError> {
    interaction.row.version = tx.next_position();
    interactions::put(tx.conn, interaction)?;
    let row = interaction.row.clone();
    tx.log_for_conversation(row.queue, row.conversation, &Change::Interaction { row }, now)
}

/// Adds a provider's message to its transcript and writes the conversation that it changed. Both are logged for
/// `readers`, who are the readers of the conversation.
pub(crate) fn save_inbound(
    tx: &mut Tx<'_>,
    mut conversation: Conversation,
    mut message: messages::StoredMessage,
    readers: Vec<AgentId>,
    now: Millis,
) -> Result<(), StoreError> {
    let (queue, id) = (conversation.queue, conversation.id);
    conversation.version = tx.next_position();
    conversations::update(tx.conn, &conversation)?;
    tx.log_for_readers(queue, id, readers.clone(), &Change::Conversation { row: conversation }, now)?;
    message.row.version = tx.next_position();
    messages::insert(tx.conn, &message)?;
    tx.log_for_readers(queue, id, readers, &Change::Message { row: message.row }, now)
}

/// Adds a message to its transcript and logs it for the readers of its conversation. A message of an agent also
/// assigns the contact to that agent.
pub(crate) fn save_message(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    message: &mut messages::StoredMessage,
    now: Millis,
) -> Result<(), StoreError> {
    if let Author::Agent { agent, .. } = &message.row.author {
        assign_to_handler(tx, *agent, conversation.contact, now)?;
    }
    message.row.version = tx.next_position();
    messages::insert(tx.conn, message)?;
    let change = Change::Message { row: message.row.clone() };
    tx.log_for_conversation(conversation.queue, conversation.id, &change, now)
}

/// Writes a changed message and logs it for the readers of its conversation.
///
/// # Errors
///
/// If the conversation does not exist, or if the row or the log entry cannot be written.
pub(crate) fn update_message(
    tx: &mut Tx<'_>,
    message: &mut messages::StoredMessage,
    now: Millis,
) -> Result<(), StoreError> {
    let id = message.row.conversation;
    let conversation = conversations::by_id(tx.conn, id)?;
    let conversation = conversation.ok_or_else(|| StoreError::not_found("conversation"))?;
    message.row.version = tx.next_position();
    messages::update(tx.conn, message)?;
    tx.log_for_conversation(conversation.row.queue, id, &Change::Message { row: message.row.clone() }, now)
}

/// Writes an offer and logs it for its agent. `closed_at` is when it stopped ringing, in case it did.
pub(crate) fn save_offer(
    tx: &mut Tx<'_>,
    offer: &mut Offer,
    closed_at: Option<Millis>,
    now: Millis,
) -> Result<(), StoreError> {
    offer.version = tx.next_position();
    offers::put(tx.conn, offer, closed_at)?;
    tx.log_for_member(offer.agent, offer.queue, &Change::Offer { row: offer.clone() }, now)
}

/// Writes an agent's status on a channel and logs it for that agent.
pub(crate) fn save_status(
    tx: &mut Tx<'_>,
    status: &mut statuses::StoredStatus,
    now: Millis,
) -> Result<(), StoreError> {
    status.row.version = tx.next_position();
    statuses::put(tx.conn, status)?;
    let row = status.row.clone();
    tx.log_for_agent(row.agent, &Change::Status { row }, now)
}

/// Counts the agent's load on a channel again, and saves the status if it changed. `idle` restarts the agent's
/// idle time.
pub(crate) fn recount_load(
    tx: &mut Tx<'_>,
    agent: AgentId,
    channel: Channel,
    idle: bool,
    now: Millis,
) -> Result<(), StoreError> {
    let load = statuses::counted_load(tx.conn, agent, channel, tx.rules.ended_counts)?;
    let Some(mut status) = statuses::get(tx.conn, agent, channel)? else { return Ok(()) };
    if idle {
        status.idle_since = now;
    }
    if status.row.load == load {
        return if idle { statuses::put(tx.conn, &status) } else { Ok(()) };
    }
    status.row.load = load;
    save_status(tx, &mut status, now)
}

/// Recounts load and capacity of every status. Called when the hub starts, because the settings of capacity may have
/// changed since the rows were written.
pub(crate) fn recount_all_loads(tx: &mut Tx<'_>, now: Millis) -> Result<(), StoreError> {
    for mut status in statuses::all(tx.conn)? {
        let row = &mut status.row;
        let load = statuses::counted_load(tx.conn, row.agent, row.channel, tx.rules.ended_counts)?;
        let capacity = if status.own_capacity { row.capacity } else { tx.rules.capacity };
        if (row.load, row.capacity) != (load, capacity) {
            (row.load, row.capacity) = (load, capacity);
            save_status(tx, &mut status, now)?;
        }
    }
    Ok(())
}

/// Adds a system notice to the transcript of a conversation.
pub(crate) fn add_notice(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    interaction: Option<InteractionId>,
    notice: Notice,
    now: Millis,
) -> Result<(), StoreError> {
    add_event(tx, conversation, interaction, notice, None, now)
}

/// Adds a system notice about an event that a provider reported, with the provider's id of the event, by which a
/// repeated report is recognized.
pub(crate) fn add_event(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    interaction: Option<InteractionId>,
    notice: Notice,
    provider_id: Option<&str>,
    now: Millis,
) -> Result<(), StoreError> {
    let mut message = messages::StoredMessage {
        row: Message {
            id: MessageId::fresh(),
            conversation: conversation.id,
            interaction,
            position: next_message_position(tx, now)?,
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
            version: tx.next_position(),
        },
        account: conversation.account,
        provider_id: provider_id.map(str::to_owned),
        reaction_history: Vec::new(),
    };
    save_message(tx, conversation, &mut message, now)
}

/// Returns the position of a message that arrives now: after every stored message.
pub(crate) fn next_message_position(tx: &mut Tx<'_>, now: Millis) -> Result<Position, StoreError> {
    let first = Position::first_at(now);
    let newest = match tx.newest {
        Some(newest) => Some(newest),
        None => messages::newest_position(tx.conn)?,
    };
    let position = newest.map_or(first, |newest| first.max(newest.next()));
    tx.newest = Some(position);
    Ok(position)
}

/// Returns the position of a message that arrives long after it was written: after the stored messages of the
/// millisecond `at`.
pub(crate) fn late_message_position(tx: &mut Tx<'_>, at: Millis) -> Result<Position, StoreError> {
    let first = Position::first_at(at);
    let taken = messages::newest_of_millisecond(tx.conn, first)?;
    let position = taken.map_or(first, Position::next);
    // After the clock was set back, a late message may have the newest position.
    tx.newest = tx.newest.map(|newest| newest.max(position));
    Ok(position)
}

/// Returns the beginning of a content's text on one line, for lists and notifications; `None` if it has no text.
pub(crate) fn preview(content: &Content) -> Option<String> {
    content.preview().map(|text| one_line(&text, crate::limits::PREVIEW_CHARS))
}
