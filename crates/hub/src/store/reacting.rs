//! What contacts say about a message without writing one: quotes of it and reactions to it.

use deskbell_connectors::InboundReaction;
use deskbell_protocol::{Author, Conversation, Millis, Quote};

use super::changing::preview;
use super::error::StoreError;
use super::tables::accounts::Account;
use super::tables::messages::{self, Reacted};
use super::tables::{conversations, identities};
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
    /// asked for an answer, and the window stays as it is. What belongs to no message that is known stays
    /// in the raw delivery alone.
    pub(super) fn reaction_arrived(
        &mut self,
        account: &Account,
        reaction: &InboundReaction,
        received_at: Millis,
        now: Millis,
    ) -> Result<(), StoreError> {
        if !reaction.account_address.is_empty() && reaction.account_address != account.address {
            return Err(StoreError::not_found("account"));
        }
        let Some(mut message) = messages::by_provider_id(self.conn, account.id, &reaction.to)? else {
            return Ok(());
        };
        if !self.is_theirs(account, reaction, &message)? {
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

    /// Whether the message is of the conversation with whoever reacted.
    fn is_theirs(
        &self,
        account: &Account,
        reaction: &InboundReaction,
        message: &messages::Stored,
    ) -> Result<bool, StoreError> {
        let Some(conversation) = conversations::by_id(self.conn, message.row.conversation)? else {
            return Ok(false);
        };
        let by_user_id = match &reaction.sender.user_id {
            Some(id) => identities::by_user_id(self.conn, account.id, id)?,
            None => None,
        };
        let known = match (by_user_id, &reaction.sender.phone) {
            (Some(known), _) => Some(known),
            (None, Some(phone)) => identities::by_phone(self.conn, account.id, phone)?,
            (None, None) => None,
        };
        Ok(known.is_some_and(|known| known.id == conversation.identity))
    }
}
