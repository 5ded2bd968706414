//! Messages that agents send: checks, the row of the transcript, and the outbound queue.

use deskbell_protocol::{
    Author, ChannelPolicy, CommandId, Content, ConversationId, ErrorCode, Message, MessageId, Millis,
    Position, TextLimit, TextUnit,
};

use crate::domain::actor::{Actor, readable_conversation};
use crate::domain::interactions::start::interaction_to_write_in;
use crate::domain::messages::barrier::{check_may_send, check_not_held, policy_of};
use crate::domain::messages::claim::enqueue_outbound;
use crate::domain::save::{
    next_message_position, preview, save_conversation, save_interaction, save_message,
};
use crate::domain::text::check_storable;
use crate::store::tables::{interactions, messages};
use crate::store::{StoreError, Tx};

/// How far a desktop's time may differ from the hub's before the hub's is used instead, in milliseconds.
const MAX_CLOCK_SKEW_MS: i64 = 24 * 60 * 60 * 1000;

/// A message that an agent sends.
pub(crate) struct OutgoingMessage {
    /// The command that sends it; its id must be the message's.
    pub(crate) command: CommandId,
    pub(crate) message: MessageId,
    pub(crate) conversation: ConversationId,
    pub(crate) content: Content,
    /// When the agent wrote it, by the desktop's clock.
    pub(crate) written_at: Millis,
    /// The newest message that the agent had seen. The message is refused if a colleague wrote after it; `None` skips
    /// the check.
    pub(crate) seen: Option<Position>,
}

/// Adds a message of an agent to the transcript and queues it for posting. A repetition with the same id succeeds
/// without an effect.
///
/// # Errors
///
/// `Malformed` if the id is taken or the text is empty, `TooLarge` if it is too long, `NotFound` if the agent may not
/// read the conversation, `HeldByColleague` if another agent handles it, `WindowClosed` if the message may not be sent
/// now, `DraftStale` if a colleague wrote after `seen`.
pub(crate) fn send(
    tx: &mut Tx<'_>,
    actor: &Actor,
    outgoing: OutgoingMessage,
    now: Millis,
) -> Result<(), StoreError> {
    let OutgoingMessage { command, message: id, conversation, content, written_at, seen } = outgoing;
    if CommandId::from(id) != command {
        let words = "The message and the command that sends it have different ids.";
        return Err(StoreError::refused(ErrorCode::Malformed, words));
    }
    if let Some(known) = messages::by_id(tx.conn, id)? {
        let mine = matches!(known.row.author, Author::Agent { agent, .. } if agent == actor.agent.id);
        return if mine && known.row.conversation == conversation {
            Ok(())
        } else {
            Err(StoreError::refused(
                ErrorCode::Malformed,
                "Another message has this id, so this one was not sent. Its text is kept; write it again.",
            ))
        };
    }
    check_text(&content)?;
    let mut conversation = readable_conversation(tx, actor, conversation)?;
    let open = interactions::open_in(tx.conn, conversation.row.id)?;
    check_not_held(open.as_ref(), actor)?;
    let author = Author::Agent { agent: actor.agent.id, name: actor.agent.name.clone() };
    let policy = policy_of(tx.conn, conversation.row.account)?;
    check_length(&policy, &content)?;
    check_may_send(&policy, &conversation.row, &content, &author, now)?;
    if let Some(seen) = seen
        && messages::colleague_wrote_after(tx.conn, conversation.row.id, seen, actor.agent.id)?
    {
        return Err(StoreError::refused(
            ErrorCode::DraftStale,
            "A colleague has written to this contact meanwhile, so your message was not sent. Look at what they said, then send it or discard it.",
        ));
    }
    let mut interaction = interaction_to_write_in(tx, actor, &conversation, open, now)?;
    interaction.last_at = now;
    if interaction.row.waiting_since.take().is_some() {
        save_interaction(tx, &mut interaction, now)?;
    } else {
        interactions::touch(tx.conn, interaction.row.id, now)?;
    }
    let position = next_message_position(tx, now)?;
    let row = &mut conversation.row;
    row.last_position = Some(position);
    row.last_at = Some(now);
    row.preview = preview(&content);
    conversation.last_agent = Some(actor.agent.id);
    save_conversation(tx, &mut conversation, now)?;
    let written_at = plausible_time(written_at, now);
    let row = Message::by_agent(id, conversation.row.id, position, written_at, author, content, now);
    let mut message = messages::StoredMessage {
        row: Message { interaction: Some(interaction.row.id), ..row },
        account: conversation.row.account,
        provider_id: None,
        reaction_history: Vec::new(),
    };
    save_message(tx, &conversation.row, &mut message, now)?;
    enqueue_outbound(tx, &conversation, &message, now)
}

/// Returns the desktop's time, or the hub's if they differ too much.
fn plausible_time(written_at: Millis, now: Millis) -> Millis {
    let skew = now.0.saturating_sub(written_at.0).saturating_abs();
    if skew > MAX_CLOCK_SKEW_MS { now } else { written_at }
}

/// Refuses a text that cannot be sent on any channel.
fn check_text(content: &Content) -> Result<(), StoreError> {
    let Content::Text { body } = content else { return Ok(()) };
    check_storable(body)?;
    if body.trim().is_empty() {
        return Err(StoreError::refused(ErrorCode::Malformed, "The message is empty. It was not sent."));
    }
    Ok(())
}

/// Refuses a text that is longer than the channel allows. The limit is of texts: the parts of a notification have
/// limits of their own, and all other content is never sent by agents.
fn check_length(policy: &ChannelPolicy, content: &Content) -> Result<(), StoreError> {
    let Content::Text { body } = content else { return Ok(()) };
    let TextLimit { max, unit } = policy.text;
    if policy.text.fits(body) {
        return Ok(());
    }
    let units = match unit {
        TextUnit::Characters | TextUnit::Utf16 => "characters",
        TextUnit::SmsSegments => "SMS segments",
    };
    let words = format!(
        "The message is longer than {max} {units} and was not sent. Shorten it, or send it in parts."
    );
    Err(StoreError::refused(ErrorCode::TooLarge, &words))
}
