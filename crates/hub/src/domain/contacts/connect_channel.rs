//! Connects a channel: creates a conversation with a number of a contact before anybody has written.

use deskbell_protocol::{
    AccountId, AddressKind, ContactId, Conversation, ConversationId, ErrorCode, Evidence, EvidenceState,
    IdentityId, MAX_CONTACT_PARTS, Millis, OptIn,
};

use crate::domain::actor::Actor;
use crate::domain::contacts::address_change::find_identity_by_number;
use crate::domain::contacts::assignments::{announce_conversation, visible_contact};
use crate::domain::contacts::directory::save_contact;
use crate::domain::contacts::edit::check_number;
use crate::domain::save::save_conversation;
use crate::domain::text::check_storable;
use crate::limits;
use crate::store::tables::identities::{self, Identity};
use crate::store::tables::{accounts, conversations};
use crate::store::{StoreError, Tx, access};

/// The parameters of a connection.
#[derive(Debug)]
pub(crate) struct ChannelConnection<'c> {
    /// The id of the new conversation.
    pub(crate) conversation: ConversationId,
    pub(crate) contact: ContactId,
    pub(crate) account: AccountId,
    pub(crate) number: &'c str,
    /// How the contact agreed to be written to.
    pub(crate) opt_in: &'c str,
}

/// Connects a number of a contact on one of our accounts. Nothing is sent, and the provider is not asked, because no
/// provider tells beforehand whether a number can be reached.
///
/// # Errors
///
/// `NotFound` if the agent may not see contact or account; `NumberInvalid`, `NumberOurs` or `NumberTaken` if the number
/// cannot be connected; `Malformed` or `TooLarge` if the account has no numbers or a value is not allowed.
pub(crate) fn connect_channel(
    tx: &mut Tx<'_>,
    actor: &Actor,
    connection: &ChannelConnection<'_>,
    now: Millis,
) -> Result<(), StoreError> {
    let mut contact = visible_contact(tx, actor, connection.contact)?;
    let account = accounts::by_id(tx.conn, connection.account)?;
    let account = account.ok_or_else(|| StoreError::not_found("account"))?;
    if !access::is_member(tx.conn, actor.agent.id, account.queue)? {
        return Err(StoreError::not_found("account"));
    }
    if !account.policy.connect || account.policy.address != AddressKind::Phone {
        return Err(StoreError::refused(
            ErrorCode::Malformed,
            "This channel has no numbers to connect. Nothing was changed.",
        ));
    }
    let opt_in = check_consent(connection.opt_in)?;
    let number = check_number(tx, connection.number)?;
    let digits = number.trim_start_matches('+').to_owned();
    if let Some(known) = find_identity_by_number(tx, account.id, &digits)? {
        if known.contact == contact.row.id {
            return Ok(());
        }
        return Err(StoreError::refused(
            ErrorCode::NumberTaken,
            "Another contact has this number on this account. If both are one person, merge them. Nothing was \
                 changed.",
        ));
    }
    if conversations::by_id(tx.conn, connection.conversation)?.is_some() {
        return Err(StoreError::refused(
            ErrorCode::Malformed,
            "Another conversation has this id, so the channel was not connected.",
        ));
    }
    let phones = &mut contact.row.phones;
    if !phones.contains(&number) {
        if phones.len() >= MAX_CONTACT_PARTS {
            return Err(StoreError::refused(
                ErrorCode::TooLarge,
                "A contact has at most 50 numbers. Nothing was changed.",
            ));
        }
        phones.push(number);
        phones.sort();
    }
    let identity = Identity {
        id: IdentityId::fresh(),
        account: account.id,
        contact: contact.row.id,
        user_id: None,
        phone: Some(digits),
        reported_phone: None,
        username: None,
        paced_until: Millis(0),
    };
    identities::put(tx.conn, &identity, now)?;
    let opt_in =
        OptIn { source: opt_in, agent: actor.agent.id, agent_name: actor.agent.name.clone(), at: now };
    let mut conversation = conversations::StoredConversation {
        row: Conversation {
            id: connection.conversation,
            queue: account.queue,
            channel: account.channel,
            account: account.id,
            contact: contact.row.id,
            contact_name: contact.row.name.clone(),
            address: identity.display_address(),
            window_until: None,
            evidence: Evidence {
                state: EvidenceState::Unverified,
                at: None,
                failure: None,
                opt_in: Some(opt_in),
            },
            last_position: None,
            last_at: None,
            preview: None,
            version: tx.next_position(),
        },
        identity: identity.id,
        last_agent: None,
    };
    conversations::put(tx.conn, &conversation)?;
    // The directory lists the contact with the conversation, and the log shows the contact first.
    save_contact(tx, &mut contact, now)?;
    announce_conversation(tx, &conversation, now)?;
    save_conversation(tx, &mut conversation, now)
}

/// Checks the text on how the contact agreed, and trims it.
fn check_consent(text: &str) -> Result<String, StoreError> {
    check_storable(text)?;
    let text = text.trim();
    if text.is_empty() {
        return Err(StoreError::refused(
            ErrorCode::Malformed,
            "Enter how the contact agreed to receive messages. Nothing was changed.",
        ));
    }
    if text.chars().count() > limits::OPT_IN_CHARS {
        return Err(StoreError::refused(
            ErrorCode::TooLarge,
            "The text on how the contact agreed may have at most 200 characters. Nothing was changed.",
        ));
    }
    Ok(text.to_owned())
}
