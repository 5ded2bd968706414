//! What agents write: the interaction it belongs to, its place, and its way out.

use deskbell_protocol::{
    Author, ChannelPolicy, CommandId, Content, ConversationId, ErrorCode, Interaction, InteractionId,
    InteractionState, Message, MessageId, Millis, Notice, Position, TextLimit, TextUnit,
};

use crate::domain::actor::Actor;
use crate::domain::commands::{add_participant, readable_conversation};
use crate::domain::messages::barrier::{check_may_send, policy_of};
use crate::domain::messages::retry::enqueue_outbound;
use crate::domain::routing::offer::{assign_interaction, schedule_idle_end, take_offer};
use crate::domain::save::{
    add_notice, next_message_position, preview, recount_load, save_conversation, save_interaction,
    save_message,
};
use crate::domain::text::check_storable;
use crate::store::tables::deadlines::{self, Kind};
use crate::store::tables::{conversations, interactions, messages, offers};
use crate::store::{StoreError, Tx};

/// How far a desktop's clock may be off before the hub's own time is taken, in milliseconds.
const CLOCK_OFF_MS: i64 = 24 * 60 * 60 * 1000;

/// What an agent wants to say.
pub(crate) struct OutgoingMessage {
    /// The command that says it; its id is the message's.
    pub(crate) command: CommandId,
    pub(crate) message: MessageId,
    pub(crate) conversation: ConversationId,
    pub(crate) content: Content,
    pub(crate) written_at: Millis,
    /// The newest message that the agent had seen; absent if it is said in any case.
    pub(crate) seen: Option<Position>,
}

/// Takes what an agent says: a row of the transcript, and on its way to the provider. Texts need an open
/// window.
pub(crate) fn send(
    tx: &mut Tx<'_>,
    by: &Actor,
    saying: OutgoingMessage,
    now: Millis,
) -> Result<(), StoreError> {
    let OutgoingMessage { command, message: id, conversation, content, written_at, seen } = saying;
    if CommandId::from(id) != command {
        let words = "The message and the command that sends it have different ids.";
        return Err(StoreError::refused(ErrorCode::Malformed, words));
    }
    if let Some(known) = messages::by_id(tx.conn, id)? {
        let mine = matches!(known.row.author, Author::Agent { agent, .. } if agent == by.agent.id);
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
    let mut conversation = readable_conversation(tx, by, conversation)?;
    let open = interactions::open_in(tx.conn, conversation.row.id)?;
    if open.as_ref().is_some_and(|held| held_by_another(&held.row, by)) {
        return Err(held_by_colleague());
    }
    let author = Author::Agent { agent: by.agent.id, name: by.agent.name.clone() };
    let policy = policy_of(tx, conversation.row.account)?;
    check_length(&policy, &content)?;
    check_may_send(&policy, &conversation.row, &content, &author, now)?;
    if let Some(seen) = seen
        && messages::colleague_wrote_after(tx.conn, conversation.row.id, seen, by.agent.id)?
    {
        return Err(StoreError::refused(
            ErrorCode::DraftStale,
            "A colleague has written to this contact meanwhile, so your message was not sent. Look at what they said, then send it or discard it.",
        ));
    }
    let mut interaction = interaction_to_write_in(tx, by, &conversation, open, now)?;
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
    conversation.last_agent = Some(by.agent.id);
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

/// The interaction that a message of this agent belongs to: the one they hold, brought back if it was
/// ended; one that waits or rings at them, which tx takes; else a new one.
pub(crate) fn interaction_to_write_in(
    tx: &mut Tx<'_>,
    by: &Actor,
    conversation: &conversations::StoredConversation,
    open: Option<interactions::StoredInteraction>,
    now: Millis,
) -> Result<interactions::StoredInteraction, StoreError> {
    let Some(mut open) = open else {
        let mut fresh = new_interaction(conversation, now);
        fresh.preferred = Some(by.agent.id);
        // Written before what refers to it; logged once, when it is taken.
        interactions::put(tx.conn, &fresh)?;
        return take_interaction(tx, fresh, by, now);
    };
    match open.row.state {
        InteractionState::Active => Ok(open),
        InteractionState::Ended => {
            resume_interaction(tx, &mut open, conversation, now)?;
            Ok(open)
        }
        InteractionState::Offered => {
            match offers::ringing_for(tx.conn, open.row.id)? {
                Some(mut offer) if offer.agent == by.agent.id => take_offer(tx, &mut offer, now)?,
                _ => {
                    return Err(StoreError::refused(
                        ErrorCode::HeldByColleague,
                        "This conversation rings at a colleague now; your message was not sent.",
                    ));
                }
            }
            reload_interaction(tx, open.row.id)
        }
        InteractionState::Queued | InteractionState::Done => take_interaction(tx, open, by, now),
    }
}

fn take_interaction(
    tx: &mut Tx<'_>,
    interaction: interactions::StoredInteraction,
    by: &Actor,
    now: Millis,
) -> Result<interactions::StoredInteraction, StoreError> {
    let id = interaction.row.id;
    deadlines::clear(tx.conn, Kind::CoolOff, id.as_uuid())?;
    assign_interaction(tx, interaction, by.agent.id, now)?;
    reload_interaction(tx, id)
}

fn reload_interaction(tx: &Tx<'_>, id: InteractionId) -> Result<interactions::StoredInteraction, StoreError> {
    interactions::by_id(tx.conn, id)?.ok_or_else(|| StoreError::not_found("interaction"))
}

/// An ended interaction goes on with the agent who had it.
pub(crate) fn resume_interaction(
    tx: &mut Tx<'_>,
    interaction: &mut interactions::StoredInteraction,
    conversation: &conversations::StoredConversation,
    now: Millis,
) -> Result<(), StoreError> {
    interaction.row.state = InteractionState::Active;
    interaction.row.ended_by = None;
    interaction.row.ended_at = None;
    interaction.row.active_since = Some(now);
    interaction.last_at = now;
    add_participant(tx, interaction)?;
    save_interaction(tx, interaction, now)?;
    add_notice(tx, &conversation.row, Some(interaction.row.id), Notice::Resumed, now)?;
    if let Some(agent) = interaction.row.agent {
        recount_load(tx, agent, interaction.channel, false, now)?;
    }
    schedule_idle_end(tx, interaction)
}

/// When it was written, unless the desktop's clock cannot be right.
fn plausible_time(written_at: Millis, now: Millis) -> Millis {
    let off = now.0.saturating_sub(written_at.0).saturating_abs();
    if off > CLOCK_OFF_MS { now } else { written_at }
}

/// Refuses a text that no channel can carry.
fn check_text(content: &Content) -> Result<(), StoreError> {
    let Content::Text { body } = content else { return Ok(()) };
    check_storable(body)?;
    if body.trim().is_empty() {
        return Err(StoreError::refused(ErrorCode::Malformed, "The message is empty. It was not sent."));
    }
    Ok(())
}

/// Refuses a text that is longer than the channel allows.
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

pub(crate) fn held_by_colleague() -> StoreError {
    let words = "A colleague handles this conversation now; your message was not sent.";
    StoreError::refused(ErrorCode::HeldByColleague, words)
}

pub(crate) fn held_by_another(interaction: &Interaction, by: &Actor) -> bool {
    match interaction.state {
        InteractionState::Active | InteractionState::Ended => interaction.agent != Some(by.agent.id),
        _ => false,
    }
}

/// A new interaction that waits in the conversation's queue.
pub(crate) fn new_interaction(
    conversation: &conversations::StoredConversation,
    now: Millis,
) -> interactions::StoredInteraction {
    interactions::StoredInteraction {
        row: Interaction {
            id: InteractionId::fresh(),
            conversation: conversation.row.id,
            queue: conversation.row.queue,
            state: InteractionState::Queued,
            agent: None,
            agent_name: None,
            ended_by: None,
            participants: Vec::new(),
            created_at: now,
            active_since: None,
            ended_at: None,
            done_at: None,
            waiting_since: None,
            case: Vec::new(),
            disposition: None,
            note: String::new(),
            version: conversation.row.version,
        },
        channel: conversation.row.channel,
        preferred: conversation.last_agent,
        last_at: now,
    }
}
