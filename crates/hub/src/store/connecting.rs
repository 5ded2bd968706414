//! Connecting a channel: a number of a contact becomes a conversation, though nobody wrote yet.

use deskbell_protocol::{
    AccountId, Channel, ContactId, Conversation, ConversationId, ErrorCode, Evidence, EvidenceState,
    IdentityId, MAX_CONTACT_PARTS, Millis, OptIn,
};

use super::access;
use super::case_notes::storable;
use super::error::StoreError;
use super::handling::By;
use super::tables::identities::{self, Identity};
use super::tables::{accounts, conversations};
use super::writing::Writing;
use crate::limits;

/// What an agent wants to connect.
#[derive(Debug)]
pub(super) struct Connection<'c> {
    pub(super) conversation: ConversationId,
    pub(super) contact: ContactId,
    pub(super) account: AccountId,
    pub(super) number: &'c str,
    pub(super) opt_in: &'c str,
}

impl Writing<'_> {
    /// Connects a number of a contact on one of our accounts. Nothing is sent and nobody is asked: no
    /// provider tells beforehand whether a number can be reached.
    pub(super) fn connect(
        &mut self,
        by: &By,
        wanted: &Connection<'_>,
        now: Millis,
    ) -> Result<(), StoreError> {
        let mut contact = self.seen_contact(by, wanted.contact)?;
        let account = accounts::by_id(self.conn, wanted.account)?;
        let account = account.ok_or_else(|| StoreError::not_found("account"))?;
        if !access::is_member(self.conn, by.agent.id, account.queue)? {
            return Err(StoreError::not_found("account"));
        }
        if account.channel != Channel::Whatsapp {
            return Err(StoreError::refused(
                ErrorCode::Malformed,
                "This channel has no numbers to connect. Nothing was changed.",
            ));
        }
        let opt_in = consent(wanted.opt_in)?;
        let number = self.usable_number(wanted.number)?;
        let digits = number.trim_start_matches('+').to_owned();
        if let Some(known) = self.at_number(account.id, &digits)? {
            if known.contact == contact.row.id {
                return Ok(());
            }
            return Err(StoreError::refused(
                ErrorCode::NumberTaken,
                "Another contact has this number on this account. If both are one person, join them. Nothing was \
                 changed.",
            ));
        }
        if conversations::by_id(self.conn, wanted.conversation)?.is_some() {
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
        identities::put(self.conn, &identity, now)?;
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
                version: self.next_position(),
            },
            identity: identity.id,
            last_agent: None,
        };
        conversations::put(self.conn, &conversation)?;
        // The contact is listed with it, and told of before it.
        self.save_contact(&mut contact, now)?;
        self.bring_conversation(&conversation, now)?;
        self.save_conversation(&mut conversation, now)
    }
}

/// How the contact agreed, as it is kept.
fn consent(text: &str) -> Result<String, StoreError> {
    storable(text)?;
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
