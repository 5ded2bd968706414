//! Messages that contacts send.

use deskbell_channels::{InboundMessage, Sender};
use deskbell_protocol::{
    CaseField, ContactId, Content, Conversation, ConversationId, IdentityId, InteractionState, Message,
    Millis, Position,
};

use crate::domain::agents::presence::agent_is_gone;
use crate::domain::contacts::address_change::{find_identity, find_identity_at};
use crate::domain::contacts::directory::{apply_profile, e164_from_digits, log_new_contact, new_contact};
use crate::domain::contacts::reachability;
use crate::domain::interactions::case::add_case_fields;
use crate::domain::interactions::lifecycle::{new_interaction, requeue_interaction, resume_interaction};
use crate::domain::messages::react::{apply_early_events, find_quote};
use crate::domain::routing::offer::route_loaded;
use crate::domain::save::{
    late_message_position, next_message_position, preview, save_inbound, save_interaction,
};
use crate::limits;
use crate::store::sender_lookup::find_known_sender;
use crate::store::tables::accounts::Account;
use crate::store::tables::identities::{self, Identity};
use crate::store::tables::{conversations, interactions, messages};
use crate::store::{StoreError, Tx};
use crate::text::one_line::one_line;
use crate::text::phone_numbers;

/// A message that arrives more than this after it was written is placed by the time it was written, in milliseconds.
pub(crate) const LATE_MS: i64 = 5 * 60 * 1000;

/// Adds a contact's message to its transcript: finds or creates identity, contact and conversation, opens the window,
/// finds or starts the interaction and routes it. A repeated message is ignored.
pub(crate) fn receive(
    tx: &mut Tx<'_>,
    account: &Account,
    inbound: &InboundMessage,
    received_at: Millis,
    now: Millis,
) -> Result<(), StoreError> {
    let known_sender = find_known_sender(tx, account, &inbound.sender, &inbound.provider_id)?;
    let is_known = match &known_sender {
        Some(known_sender) => known_sender.message_known,
        None => messages::is_known(tx.conn, account.id, &inbound.provider_id)?,
    };
    if is_known {
        return Ok(());
    }
    // A provider that gives no readable time means now.
    let at = if inbound.at == Millis(0) { received_at } else { inbound.at };
    // Reactions and revocations may arrive before their message.
    let has_early_events = known_sender.as_ref().is_none_or(|known_sender| known_sender.has_early_events);
    let unassigned = known_sender.as_ref().is_some_and(|known_sender| !known_sender.assigned);
    let (mut conversation, open) = match known_sender {
        Some(known) => {
            let open = match known.interaction {
                Some(live) => Some(live),
                None => interactions::ended_in(tx.conn, known.conversation.row.id)?,
            };
            let (identity, conversation) = (known.identity, known.conversation);
            (update_known_sender(tx, &inbound.sender, identity, conversation, now)?, open)
        }
        None => {
            let conversation = conversation_with_sender(tx, account, &inbound.sender, at, now)?;
            let open = interactions::open_in(tx.conn, conversation.row.id)?;
            (conversation, open)
        }
    };
    let late = received_at.since(at) > LATE_MS;
    let written_at = Millis(at.0.min(received_at.0));
    let row = &mut conversation.row;
    if let Some(until) = account.policy.window.and_then(|window| window.opened_at(written_at)) {
        row.window_until = Some(row.window_until.map_or(until, |known| known.max(until)));
    }
    row.evidence = reachability::after_inbound(&row.evidence, inbound.consent.as_ref(), written_at, late);
    let waited = open.as_ref().is_some_and(|open| open.row.state == InteractionState::Queued);
    let interaction = interaction_for(tx, account, &mut conversation, open, &inbound.case, now)?;
    let quote = find_quote(tx, &conversation.row, inbound.reply_to.as_deref())?;
    let position = assign_position(tx, &mut conversation.row, &inbound.content, at, late, now)?;
    let id = conversation.row.id;
    let row = Message::by_contact(id, position, at, inbound.content.clone());
    let message = messages::StoredMessage {
        row: Message { interaction: Some(interaction.row.id), late, quote, ..row },
        account: account.id,
        provider_id: Some(inbound.provider_id.clone()),
        reaction_history: Vec::new(),
    };
    // The interaction was queued before and still is: nobody is assigned the contact by this message.
    let readers = if waited && unassigned {
        tx.leaders_of(conversation.row.queue)?
    } else {
        tx.readers(conversation.row.queue, id)?
    };
    save_inbound(tx, conversation.row, message, readers, now)?;
    // One that was queued before is routed when an agent becomes free.
    if !waited && interaction.row.state == InteractionState::Queued {
        route_loaded(tx, interaction, now)?;
    }
    tx.wake.read_receipts.push(id);
    if has_early_events {
        apply_early_events(tx, account, &inbound.provider_id, received_at, now)?;
    }
    Ok(())
}

/// Returns the position of a message that was written at `at`, and updates the preview of the conversation if the
/// message is its newest.
pub(crate) fn assign_position(
    tx: &mut Tx<'_>,
    row: &mut Conversation,
    content: &Content,
    at: Millis,
    late: bool,
    now: Millis,
) -> Result<Position, StoreError> {
    let position = if late { late_message_position(tx, at)? } else { next_message_position(tx, now)? };
    if row.last_position.is_none_or(|last| last < position) {
        row.last_position = Some(position);
        row.last_at = Some(at);
        row.preview = preview(content);
    }
    Ok(position)
}

/// Returns the conversation with the sender or recipient of a message that was written at `at`; creates it if there is
/// none.
pub(crate) fn conversation_with_sender(
    tx: &mut Tx<'_>,
    account: &Account,
    sender: &Sender,
    at: Millis,
    now: Millis,
) -> Result<conversations::StoredConversation, StoreError> {
    let known = match find_identity(tx, account, sender)? {
        Some(known) => Some(known),
        // The message was in transit while the address changed: its profile is out of date.
        None => match find_identity_at(tx, account, sender, at)? {
            Some(known) => {
                return conversations::by_identity(tx.conn, known.id)?
                    .ok_or_else(|| StoreError::not_found("conversation"));
            }
            None => None,
        },
    };
    let Some(identity) = known else { return create_conversation(tx, account, sender, now) };
    let conversation = conversations::by_identity(tx.conn, identity.id)?
        .ok_or_else(|| StoreError::not_found("conversation"))?;
    update_known_sender(tx, sender, identity, conversation, now)
}

/// Stores changes of a known sender's profile and address. Returns their conversation.
fn update_known_sender(
    tx: &mut Tx<'_>,
    sender: &Sender,
    mut identity: Identity,
    mut conversation: conversations::StoredConversation,
    now: Millis,
) -> Result<conversations::StoredConversation, StoreError> {
    let changed = update_identity(tx, &mut identity, sender)?;
    if changed {
        identities::put(tx.conn, &identity, now)?;
        conversation.row.address = identity.display_address();
    }
    let name = name_of(sender).filter(|name| *name != conversation.row.contact_name);
    if changed || name.is_some() {
        apply_profile(tx, &mut conversation, name, identity.phone.as_deref(), now)?;
    }
    Ok(conversation)
}

/// Updates a known identity from the sender of a message. Returns whether anything changed.
fn update_identity(tx: &Tx<'_>, identity: &mut Identity, sender: &Sender) -> Result<bool, StoreError> {
    let before = identity.clone();
    if identity.user_id.is_none() {
        identity.user_id.clone_from(&sender.user_id);
    }
    if let Some(phone) = &sender.phone
        && identity.phone.as_ref() != Some(phone)
        && identity.reported_phone.as_ref() != Some(phone)
        && identities::by_phone(tx.conn, identity.account, phone)?.is_none()
    {
        if identity.phone.as_ref().is_some_and(|known| same_number(known, phone)) {
            // Another spelling of the same number: the stored one stays.
            identity.reported_phone = Some(phone.clone());
        } else {
            identity.phone = Some(phone.clone());
            identity.reported_phone = None;
        }
    }
    if sender.username.is_some() {
        identity.username.clone_from(&sender.username);
    }
    Ok(before != *identity)
}

fn create_conversation(
    tx: &mut Tx<'_>,
    account: &Account,
    sender: &Sender,
    now: Millis,
) -> Result<conversations::StoredConversation, StoreError> {
    let phone = match &sender.phone {
        Some(phone) if identities::by_phone(tx.conn, account.id, phone)?.is_none() => Some(phone.clone()),
        _ => None,
    };
    let identity = Identity {
        id: IdentityId::fresh(),
        account: account.id,
        contact: ContactId::fresh(),
        user_id: sender.user_id.clone(),
        phone,
        reported_phone: None,
        username: sender.username.clone(),
        paced_until: Millis(0),
    };
    let address = identity.display_address();
    let profile_name = name_of(sender);
    let name = profile_name.clone().or_else(|| address.clone()).unwrap_or_else(|| "?".to_owned());
    new_contact(tx, identity.contact, &name, profile_name, identity.phone.as_deref(), now)?;
    identities::put(tx.conn, &identity, now)?;
    let mut conversation = conversations::StoredConversation {
        row: Conversation {
            id: ConversationId::fresh(),
            queue: account.queue,
            channel: account.channel,
            account: account.id,
            contact: identity.contact,
            contact_name: name,
            address,
            window_until: None,
            evidence: deskbell_protocol::Evidence::default(),
            last_position: None,
            last_at: None,
            preview: None,
            version: tx.next_position(),
        },
        identity: identity.id,
        last_agent: None,
    };
    // Other rows refer to it, so it is written first; it is logged with the message.
    conversations::put(tx.conn, &conversation)?;
    log_new_contact(tx, identity.contact, now)?;
    conversation.row.version = tx.next_position();
    Ok(conversation)
}

/// Returns the interaction that the contact's message belongs to. `open` is the one in the conversation that is not
/// done.
fn interaction_for(
    tx: &mut Tx<'_>,
    account: &Account,
    conversation: &mut conversations::StoredConversation,
    open: Option<interactions::StoredInteraction>,
    case: &[CaseField],
    now: Millis,
) -> Result<interactions::StoredInteraction, StoreError> {
    match open {
        Some(mut open) if open.row.state == InteractionState::Ended && account.continue_conversations => {
            resume_interaction(tx, &mut open, conversation, now)?;
            start_waiting(tx, open, conversation, case, now)
        }
        Some(open) if open.row.state != InteractionState::Ended => {
            start_waiting(tx, open, conversation, case, now)
        }
        _ => {
            let mut fresh = new_interaction(conversation, now);
            fresh.row.waiting_since = Some(now);
            add_case_fields(&mut fresh.row.case, case);
            save_interaction(tx, &mut fresh, now)?;
            Ok(fresh)
        }
    }
}

/// Notes that the contact waits for an answer since now, if they did not wait before. If the agent is absent, the
/// interaction is queued again.
fn start_waiting(
    tx: &mut Tx<'_>,
    mut interaction: interactions::StoredInteraction,
    conversation: &conversations::StoredConversation,
    case: &[CaseField],
    now: Millis,
) -> Result<interactions::StoredInteraction, StoreError> {
    let learned = add_case_fields(&mut interaction.row.case, case);
    interaction.last_at = now;
    let begins = interaction.row.waiting_since.is_none();
    if begins {
        interaction.row.waiting_since = Some(now);
    }
    if interaction.row.state == InteractionState::Active
        && let Some(agent) = interaction.row.agent
        && agent_is_gone(tx, agent, interaction.channel, now)?
    {
        requeue_interaction(tx, &mut interaction, &conversation.row, now)?;
    } else if begins || learned {
        save_interaction(tx, &mut interaction, now)?;
    } else {
        interactions::touch(tx.conn, interaction.row.id, now)?;
    }
    Ok(interaction)
}

/// Returns whether two numbers in the channel's form are spellings of the same number.
fn same_number(one: &str, other: &str) -> bool {
    phone_numbers::canonical(&e164_from_digits(one)) == phone_numbers::canonical(&e164_from_digits(other))
}

/// Returns the name that the sender gave themselves.
fn name_of(sender: &Sender) -> Option<String> {
    let given = [&sender.profile_name, &sender.username].into_iter().flatten();
    given.map(|name| one_line(name, limits::CONTACT_NAME_CHARS)).find(|name| !name.is_empty())
}
