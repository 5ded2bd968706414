//! Connecting a channel: a number of a contact becomes a conversation, though nobody wrote yet.

use deskbell_protocol::{
    AccountId, Channel, ContactId, Conversation, ConversationId, ErrorCode, Evidence, EvidenceState,
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

/// What an agent wants to connect.
#[derive(Debug)]
pub(crate) struct Connection<'c> {
    pub(crate) conversation: ConversationId,
    pub(crate) contact: ContactId,
    pub(crate) account: AccountId,
    pub(crate) number: &'c str,
    pub(crate) opt_in: &'c str,
}

/// Connects a number of a contact on one of our accounts. Nothing is sent and nobody is asked: no
/// provider tells beforehand whether a number can be reached.
pub(crate) fn connect_channel(
    tx: &mut Tx<'_>,
    by: &Actor,
    wanted: &Connection<'_>,
    now: Millis,
) -> Result<(), StoreError> {
    let mut contact = visible_contact(tx, by, wanted.contact)?;
    let account = accounts::by_id(tx.conn, wanted.account)?;
    let account = account.ok_or_else(|| StoreError::not_found("account"))?;
    if !access::is_member(tx.conn, by.agent.id, account.queue)? {
        return Err(StoreError::not_found("account"));
    }
    if account.channel != Channel::Whatsapp {
        return Err(StoreError::refused(
            ErrorCode::Malformed,
            "This channel has no numbers to connect. Nothing was changed.",
        ));
    }
    let opt_in = consent(wanted.opt_in)?;
    let number = check_number(tx, wanted.number)?;
    let digits = number.trim_start_matches('+').to_owned();
    if let Some(known) = find_identity_by_number(tx, account.id, &digits)? {
        if known.contact == contact.row.id {
            return Ok(());
        }
        return Err(StoreError::refused(
            ErrorCode::NumberTaken,
            "Another contact has this number on this account. If both are one person, join them. Nothing was \
                 changed.",
        ));
    }
    if conversations::by_id(tx.conn, wanted.conversation)?.is_some() {
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
    let opt_in = OptIn { source: opt_in, agent: by.agent.id, agent_name: by.agent.name.clone(), at: now };
    let mut conversation = conversations::Stored {
        row: Conversation {
            id: wanted.conversation,
            queue: account.queue,
            channel: account.channel,
            account: account.id,
            contact: contact.row.id,
            contact_name: contact.row.name.clone(),
            address: identity.readable(),
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
    // The contact is listed with it, and told of before it.
    save_contact(tx, &mut contact, now)?;
    announce_conversation(tx, &conversation, now)?;
    save_conversation(tx, &mut conversation, now)
}

/// How the contact agreed, as it is kept.
fn consent(text: &str) -> Result<String, StoreError> {
    check_storable(text)?;
    let text = text.trim();
    if text.is_empty() {
        return Err(StoreError::refused(
            ErrorCode::Malformed,
            "Say how the contact agreed to be written to. Nothing was changed.",
        ));
    }
    if text.chars().count() > limits::OPT_IN_CHARS {
        return Err(StoreError::refused(
            ErrorCode::TooLarge,
            "How the contact agreed has at most 200 characters. Nothing was changed.",
        ));
    }
    Ok(text.to_owned())
}
