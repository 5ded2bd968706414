//! What contacts say about a message without writing one: they quote it, react to it, or take it back.

use deskbell_channels::{InboundReaction, InboundRevocation, Sender};
use deskbell_protocol::{Author, Conversation, Millis, Notice, Quote};

use super::changing::preview;
use super::error::StoreError;
use super::tables::accounts::Account;
use super::tables::conversations;
use super::tables::early_events::{self, Early};
use super::tables::messages::{self, Reacted};
use super::writing::Writing;
use crate::limits;

/// How many reactions of one side to one message are remembered, to know repetitions by.
const SEEN: usize = 8;

impl Writing<'_> {
    /// What a message answers, as far as it is known: only what was said in the same conversation.
    pub(super) fn quote(
        &self,
        conversation: &Conversation,
        reply_to: Option<&str>,
    ) -> Result<Option<Quote>, StoreError> {
        let Some(provider_id) = reply_to else { return Ok(None) };
        let quoted = messages::by_provider_id(self.conn, conversation.account, provider_id)?
            .filter(|quoted| quoted.row.conversation == conversation.id);
        Ok(Some(match quoted {
            Some(quoted) => Quote {
                message: Some(quoted.row.id),
                preview: preview(&quoted.row.content).unwrap_or_default(),
                author: Some(quoted.row.author),
            },
            None => Quote { message: None, author: None, preview: String::new() },
        }))
    }

    /// A contact reacted to a message, or took it back. That is no message: it begins nothing, nobody is
    /// asked for an answer, and the window stays as it is. What belongs to no message that is known waits
    /// for it.
    pub(super) fn reaction_arrived(
        &mut self,
        account: &Account,
        reaction: &InboundReaction,
        received_at: Millis,
        now: Millis,
    ) -> Result<(), StoreError> {
        let Some(mut message) = messages::by_provider_id(self.conn, account.id, &reaction.to)? else {
            let early = Early::Reaction(reaction.clone());
            let (to, id) = (&reaction.to, &reaction.provider_id);
            return early_events::put(self.conn, account.id, to, id, &early, now);
        };
        if !self.is_theirs(account, &reaction.sender, &message)? {
            return Ok(());
        }
        let emoji = reaction.emoji.clone().filter(|emoji| !emoji.is_empty());
        if emoji.as_ref().is_some_and(|emoji| emoji.chars().count() > limits::REACTION_CHARS) {
            return Ok(());
        }
        let at = if reaction.at == Millis(0) { received_at } else { reaction.at };
        let before = message.reacted.iter().position(|known| known.author == Author::Contact);
        let mut seen = Vec::new();
        if let Some(known) = before.and_then(|index| message.reacted.get(index)) {
            if at < known.at || known.seen.contains(&reaction.provider_id) {
                return Ok(());
            }
            seen.clone_from(&known.seen);
        }
        seen.push(reaction.provider_id.clone());
        seen.drain(..seen.len().saturating_sub(SEEN));
        message.reacted.retain(|known| known.author != Author::Contact);
        message.reacted.push(Reacted { author: Author::Contact, emoji, at, seen });
        message.row.reactions = messages::shown(&message.reacted);
        self.update_message(&mut message, now)
    }

    /// A contact took a message of theirs back. It stays in the transcript: it was read, perhaps, and acted on.
    pub(super) fn taken_back(
        &mut self,
        account: &Account,
        revocation: &InboundRevocation,
        now: Millis,
    ) -> Result<(), StoreError> {
        let (to, id) = (&revocation.message, &revocation.provider_id);
        if messages::is_known(self.conn, account.id, id)? {
            return Ok(());
        }
        let Some(message) = messages::by_provider_id(self.conn, account.id, to)? else {
            let early = Early::Revocation(revocation.clone());
            return early_events::put(self.conn, account.id, to, id, &early, now);
        };
        let by_contact = message.row.author == Author::Contact;
        if !by_contact || !self.is_theirs(account, &revocation.sender, &message)? {
            return Ok(());
        }
        let Some(conversation) = conversations::by_id(self.conn, message.row.conversation)? else {
            return Ok(());
        };
        let notice = Notice::TakenBack { message: message.row.id, position: Some(message.row.position) };
        self.add_event(&conversation.row, message.row.interaction, notice, Some(id), now)
    }

    /// The message is there now: what was said about it before is heard.
    pub(super) fn hear_what_came_early(
        &mut self,
        account: &Account,
        provider_id: &str,
        received_at: Millis,
        now: Millis,
    ) -> Result<(), StoreError> {
        for early in early_events::take(self.conn, account.id, provider_id)? {
            match early {
                Early::Reaction(reaction) => self.reaction_arrived(account, &reaction, received_at, now)?,
                Early::Revocation(revocation) => self.taken_back(account, &revocation, now)?,
            }
        }
        Ok(())
    }

    /// Whether the message is of the conversation with this person.
    fn is_theirs(
        &self,
        account: &Account,
        sender: &Sender,
        message: &messages::Stored,
    ) -> Result<bool, StoreError> {
        let Some(conversation) = conversations::by_id(self.conn, message.row.conversation)? else {
            return Ok(false);
        };
        let known = match self.known_as_now(account, sender)? {
            Some(known) => Some(known),
            None => self.known_before(account, sender, message.row.at)?,
        };
        Ok(known.is_some_and(|known| known.id == conversation.identity))
    }
}
