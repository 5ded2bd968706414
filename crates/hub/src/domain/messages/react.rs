//! Contacts' references to a message: quotes, reactions and revocations.

use deskbell_channels::{InboundReaction, InboundRevocation, Sender};
use deskbell_protocol::{Author, Conversation, Millis, Notice, Quote};

use crate::domain::contacts::address_change::{find_identity, find_identity_at};
use crate::domain::save::{add_event, preview, update_message};
use crate::limits;
use crate::store::tables::accounts::Account;
use crate::store::tables::conversations;
use crate::store::tables::early_events::{self, EarlyEvent};
use crate::store::tables::messages::{self, StoredReaction};
use crate::store::{StoreError, Tx};

/// How many provider ids of reactions of one author to one message are kept, to recognize repetitions.
const KEPT_REACTION_IDS: usize = 8;

/// Returns the quote of the message that `reply_to` names by its provider id. A message that is unknown or of another
/// conversation gives a quote without text; no `reply_to` gives `None`.
pub(crate) fn find_quote(
    tx: &Tx<'_>,
    conversation: &Conversation,
    reply_to: Option<&str>,
) -> Result<Option<Quote>, StoreError> {
    let Some(provider_id) = reply_to else { return Ok(None) };
    let quoted = messages::by_provider_id(tx.conn, conversation.account, provider_id)?
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

/// Sets or removes a contact's reaction to a message. A reaction starts no interaction, asks for no answer and opens no
/// window. One to an unknown message is kept until that message arrives.
pub(crate) fn receive_reaction(
    tx: &mut Tx<'_>,
    account: &Account,
    reaction: &InboundReaction,
    received_at: Millis,
    now: Millis,
) -> Result<(), StoreError> {
    let Some(mut message) = messages::by_provider_id(tx.conn, account.id, &reaction.to)? else {
        let early = EarlyEvent::Reaction(reaction.clone());
        let (to, id) = (&reaction.to, &reaction.provider_id);
        return early_events::put(tx.conn, account.id, to, id, &early, now);
    };
    if !is_from_sender(tx, account, &reaction.sender, &message)? {
        return Ok(());
    }
    let emoji = reaction.emoji.clone().filter(|emoji| !emoji.is_empty());
    if emoji.as_ref().is_some_and(|emoji| emoji.chars().count() > limits::REACTION_CHARS) {
        return Ok(());
    }
    let at = if reaction.at == Millis(0) { received_at } else { reaction.at };
    let before = message.reaction_history.iter().position(|known| known.author == Author::Contact);
    let mut seen = Vec::new();
    if let Some(known) = before.and_then(|index| message.reaction_history.get(index)) {
        if at < known.at || known.seen.contains(&reaction.provider_id) {
            return Ok(());
        }
        seen.clone_from(&known.seen);
    }
    seen.push(reaction.provider_id.clone());
    seen.drain(..seen.len().saturating_sub(KEPT_REACTION_IDS));
    message.reaction_history.retain(|known| known.author != Author::Contact);
    message.reaction_history.push(StoredReaction { author: Author::Contact, emoji, at, seen });
    message.row.reactions = messages::visible_reactions(&message.reaction_history);
    update_message(tx, &mut message, now)
}

/// Records that a contact revoked a message of theirs. The message stays in the transcript, because agents may have read
/// it; a notice is added. A revocation of an unknown message is kept until that message arrives.
pub(crate) fn receive_revocation(
    tx: &mut Tx<'_>,
    account: &Account,
    revocation: &InboundRevocation,
    now: Millis,
) -> Result<(), StoreError> {
    let (to, id) = (&revocation.message, &revocation.provider_id);
    if messages::is_known(tx.conn, account.id, id)? {
        return Ok(());
    }
    let Some(message) = messages::by_provider_id(tx.conn, account.id, to)? else {
        let early = EarlyEvent::Revocation(revocation.clone());
        return early_events::put(tx.conn, account.id, to, id, &early, now);
    };
    let by_contact = message.row.author == Author::Contact;
    if !by_contact || !is_from_sender(tx, account, &revocation.sender, &message)? {
        return Ok(());
    }
    let Some(conversation) = conversations::by_id(tx.conn, message.row.conversation)? else {
        return Ok(());
    };
    let notice = Notice::TakenBack { message: message.row.id, position: Some(message.row.position) };
    add_event(tx, &conversation.row, message.row.interaction, notice, Some(id), now)
}

/// Applies reactions and revocations that arrived before the message with this provider id.
pub(crate) fn apply_early_events(
    tx: &mut Tx<'_>,
    account: &Account,
    provider_id: &str,
    received_at: Millis,
    now: Millis,
) -> Result<(), StoreError> {
    for early in early_events::take(tx.conn, account.id, provider_id)? {
        match early {
            EarlyEvent::Reaction(reaction) => receive_reaction(tx, account, &reaction, received_at, now)?,
            EarlyEvent::Revocation(revocation) => receive_revocation(tx, account, &revocation, now)?,
        }
    }
    Ok(())
}

/// Returns whether the message is in the conversation with this sender.
fn is_from_sender(
    tx: &Tx<'_>,
    account: &Account,
    sender: &Sender,
    message: &messages::StoredMessage,
) -> Result<bool, StoreError> {
    let Some(conversation) = conversations::by_id(tx.conn, message.row.conversation)? else {
        return Ok(false);
    };
    let known = match find_identity(tx, account, sender)? {
        Some(known) => Some(known),
        None => find_identity_at(tx, account, sender, message.row.at)?,
    };
    Ok(known.is_some_and(|known| known.id == conversation.identity))
}
