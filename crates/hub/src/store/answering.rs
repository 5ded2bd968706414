//! What agents write: the interaction it belongs to, its place, and its way out.

use deskbell_protocol::{
    Author, CommandId, Content, ConversationId, DeliveryState, ErrorCode, Interaction, InteractionId,
    InteractionState, MAX_TEXT_CHARS, Message, MessageId, Millis, Notice, Position,
};

use super::case_notes::storable;
use super::changing::preview;
use super::error::StoreError;
use super::handling::By;
use super::tables::deadlines::{self, Kind};
use super::tables::{conversations, interactions, messages, offers};
use super::writing::Writing;

/// How far a desktop's clock may be off before the hub's own time is taken, in milliseconds.
const CLOCK_OFF_MS: i64 = 24 * 60 * 60 * 1000;

/// What an agent wants to say.
pub(super) struct Saying {
    /// The command that says it; its id is the message's.
    pub(super) command: CommandId,
    pub(super) message: MessageId,
    pub(super) conversation: ConversationId,
    pub(super) content: Content,
    pub(super) written_at: Millis,
    /// The newest message that the agent had seen; absent if it is said in any case.
    pub(super) seen: Option<Position>,
}

impl Writing<'_> {
    /// Takes what an agent says: a row of the transcript, and on its way to the provider. Texts need an open
    /// window.
    pub(super) fn say(&mut self, by: &By, saying: Saying, now: Millis) -> Result<(), StoreError> {
        let Saying { command, message: id, conversation, content, written_at, seen } = saying;
        if CommandId::from(id) != command {
            let words = "The message and the command that sends it have different ids.";
            return Err(StoreError::refused(ErrorCode::Malformed, words));
        }
        if let Some(known) = messages::by_id(self.conn, id)? {
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
        sayable(&content)?;
        let mut conversation = self.readable(by, conversation)?;
        let open = interactions::open_in(self.conn, conversation.row.id)?;
        if open.as_ref().is_some_and(|held| held_by_another(&held.row, by)) {
            return Err(held_by_colleague());
        }
        let free = matches!(content, Content::Text { .. });
        if free && conversation.row.window_until.is_none_or(|until| until <= now) {
            return Err(window_is_closed());
        }
        if let Some(seen) = seen
            && messages::colleague_spoke_after(self.conn, conversation.row.id, seen, by.agent.id)?
        {
            return Err(StoreError::refused(
                ErrorCode::DraftStale,
                "A colleague has written to this contact meanwhile, so your message was not sent. Look at what they said, then send it or discard it.",
            ));
        }
        let mut interaction = self.interaction_to_write_in(by, &conversation, open, now)?;
        interaction.last_at = now;
        if interaction.row.waiting_since.take().is_some() {
            self.save_interaction(&mut interaction, now)?;
        } else {
            interactions::touch(self.conn, interaction.row.id, now)?;
        }
        let position = self.position_at(now)?;
        let row = &mut conversation.row;
        row.last_position = Some(position);
        row.last_at = Some(now);
        row.preview = preview(&content);
        conversation.last_agent = Some(by.agent.id);
        self.save_conversation(&mut conversation, now)?;
        let mut message = messages::Stored {
            row: Message {
                id,
                conversation: conversation.row.id,
                interaction: Some(interaction.row.id),
                position,
                at: plausible(written_at, now),
                author: Author::Agent { agent: by.agent.id, name: by.agent.name.clone() },
                content,
                delivery: Some(DeliveryState::Stored),
                state_at: Some(now),
                failure: None,
                attempt: 1,
                late: false,
                quote: None,
                reactions: Vec::new(),
                version: self.next_position(),
            },
            account: conversation.row.account,
            provider_id: None,
            reacted: Vec::new(),
        };
        self.add_message(&conversation.row, &mut message, now)?;
        self.hand_out(&conversation, &message, now)
    }

    /// The interaction that a message of this agent belongs to: the one they hold, brought back if it was
    /// ended; one that waits or rings at them, which writing takes; else a new one.
    pub(super) fn interaction_to_write_in(
        &mut self,
        by: &By,
        conversation: &conversations::Stored,
        open: Option<interactions::Stored>,
        now: Millis,
    ) -> Result<interactions::Stored, StoreError> {
        let Some(mut open) = open else {
            let mut fresh = new_interaction(conversation, now);
            fresh.preferred = Some(by.agent.id);
            // Written before what refers to it; logged once, when it is taken.
            interactions::put(self.conn, &fresh)?;
            return self.taken(fresh, by, now);
        };
        match open.row.state {
            InteractionState::Active => Ok(open),
            InteractionState::Ended => {
                self.resume(&mut open, conversation, now)?;
                Ok(open)
            }
            InteractionState::Offered => {
                match offers::ringing_for(self.conn, open.row.id)? {
                    Some(mut offer) if offer.agent == by.agent.id => self.take(&mut offer, now)?,
                    _ => {
                        return Err(StoreError::refused(
                            ErrorCode::HeldByColleague,
                            "This conversation rings at a colleague now; your message was not sent.",
                        ));
                    }
                }
                self.again(open.row.id)
            }
            InteractionState::Queued | InteractionState::Done => self.taken(open, by, now),
        }
    }

    fn taken(
        &mut self,
        interaction: interactions::Stored,
        by: &By,
        now: Millis,
    ) -> Result<interactions::Stored, StoreError> {
        let id = interaction.row.id;
        deadlines::clear(self.conn, Kind::CoolOff, id.as_uuid())?;
        self.hand_to(interaction, by.agent.id, now)?;
        self.again(id)
    }

    fn again(&self, id: InteractionId) -> Result<interactions::Stored, StoreError> {
        interactions::by_id(self.conn, id)?.ok_or_else(|| StoreError::not_found("interaction"))
    }

    /// An ended interaction goes on with the agent who had it.
    pub(super) fn resume(
        &mut self,
        interaction: &mut interactions::Stored,
        conversation: &conversations::Stored,
        now: Millis,
    ) -> Result<(), StoreError> {
        interaction.row.state = InteractionState::Active;
        interaction.row.ended_by = None;
        interaction.row.ended_at = None;
        interaction.row.active_since = Some(now);
        interaction.last_at = now;
        self.takes_part(interaction)?;
        self.save_interaction(interaction, now)?;
        self.add_notice(&conversation.row, Some(interaction.row.id), Notice::Resumed, now)?;
        if let Some(agent) = interaction.row.agent {
            self.recount(agent, interaction.channel, false, now)?;
        }
        self.await_silence(interaction)
    }
}

/// When it was written, unless the desktop's clock cannot be right.
fn plausible(written_at: Millis, now: Millis) -> Millis {
    let off = now.0.saturating_sub(written_at.0).saturating_abs();
    if off > CLOCK_OFF_MS { now } else { written_at }
}

/// Whether the content can be sent at all.
fn sayable(content: &Content) -> Result<(), StoreError> {
    let Content::Text { body } = content else { return Ok(()) };
    storable(body)?;
    if body.trim().is_empty() {
        return Err(StoreError::refused(ErrorCode::Malformed, "The message is empty. It was not sent."));
    }
    if body.chars().count() > MAX_TEXT_CHARS {
        return Err(StoreError::refused(
            ErrorCode::TooLarge,
            "The message is longer than 4096 characters and was not sent. Shorten it, or send it in parts.",
        ));
    }
    Ok(())
}

pub(super) fn held_by_colleague() -> StoreError {
    let words = "A colleague handles this conversation now; your message was not sent.";
    StoreError::refused(ErrorCode::HeldByColleague, words)
}

pub(super) fn window_is_closed() -> StoreError {
    let words = "The contact has not written for 24 hours, so this message was not sent. It is kept until they write again.";
    StoreError::refused(ErrorCode::WindowClosed, words)
}

pub(super) fn held_by_another(interaction: &Interaction, by: &By) -> bool {
    match interaction.state {
        InteractionState::Active | InteractionState::Ended => interaction.agent != Some(by.agent.id),
        _ => false,
    }
}

/// A new interaction that waits in the conversation's queue.
pub(super) fn new_interaction(conversation: &conversations::Stored, now: Millis) -> interactions::Stored {
    interactions::Stored {
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
