//! Evidence of whether an address reaches the contact: messages from it, and the delivery of messages to it. There is
//! no other evidence, because no provider tells beforehand.

use deskbell_channels::{ConsentChange, Recipient, concerns_address};
use deskbell_protocol::{
    AccountId, AddressCheck, AddressFact, AgentId, ContactId, Conversation, ConversationId, DeliveryState,
    Evidence, EvidenceState, Failure, FailureClass, Message, Millis,
};

use crate::domain::contacts::directory::e164_from_digits;
use crate::domain::contacts::edit;
use crate::domain::save::save_conversation;
use crate::store::tables::{accounts, contact_phones, conversations, identities, messages};
use crate::store::{Conn, StoreError, Tx, access};
use crate::text::phone_numbers;

/// How many spellings one number can have.
const SPELLINGS: u32 = 2;

/// Reads a conversation.
///
/// # Errors
///
/// `NotFound` if the agent may not read it.
pub(crate) fn readable_conversation_row(
    conn: &Conn,
    agent: AgentId,
    id: ConversationId,
) -> Result<Conversation, StoreError> {
    let stored = access::readable(conn, agent, id)?;
    Ok(stored.ok_or_else(|| StoreError::not_found("conversation"))?.row)
}

/// Reads a conversation, and checks the address of its contact. `served` are the accounts of the settings.
///
/// # Errors
///
/// `NotFound` if the agent may not read the conversation.
pub(crate) fn check_address(
    conn: &Conn,
    agent: AgentId,
    id: ConversationId,
    served: &[AccountId],
) -> Result<(Conversation, Vec<AddressCheck>), StoreError> {
    let stored = access::readable(conn, agent, id)?;
    let stored = stored.ok_or_else(|| StoreError::not_found("conversation"))?;
    let recipient = identities::by_id(conn, stored.identity)?.and_then(|one| one.recipient());
    let checks = match recipient {
        Some(Recipient::Phone(digits)) => {
            check_number(conn, agent, &e164_from_digits(&digits), stored.row.contact, served)?
        }
        other => vec![AddressCheck { what: AddressFact::Known, holds: Some(other.is_some()) }],
    };
    Ok((stored.row, checks))
}

/// Whether the agent is a member of the account's queue.
pub(crate) fn can_use_account(conn: &Conn, agent: AgentId, account: AccountId) -> Result<bool, StoreError> {
    match accounts::by_id(conn, account)? {
        Some(account) => access::is_member(conn, agent, account.queue),
        None => Ok(false),
    }
}

/// Checks a contact's number for what is also required when a number is connected.
fn check_number(
    conn: &Conn,
    agent: AgentId,
    number: &str,
    contact: ContactId,
    served: &[AccountId],
) -> Result<Vec<AddressCheck>, StoreError> {
    let not_ours = if edit::is_ours(conn, number)? {
        Some(false)
    } else {
        let without_number = accounts::without_number(conn)?;
        (!without_number.iter().any(|account| served.contains(account))).then_some(true)
    };
    // One more than this contact alone can have.
    let matches = contact_phones::with_number(conn, agent, number, SPELLINGS.saturating_add(1))?;
    Ok(vec![
        AddressCheck { what: AddressFact::Possible, holds: Some(phone_numbers::e164(number).is_some()) },
        AddressCheck { what: AddressFact::NotOurs, holds: not_ours },
        AddressCheck {
            what: AddressFact::Unshared,
            holds: Some(matches.iter().all(|(other, _)| *other == contact)),
        },
    ])
}

/// Updates the evidence of the conversation after the delivery of a message changed.
pub(crate) fn update_evidence(tx: &mut Tx<'_>, message: &Message, now: Millis) -> Result<(), StoreError> {
    let failure = message.failure.as_ref().filter(|failure| concerns_address(failure));
    let failure = match message.delivery {
        Some(DeliveryState::Delivered | DeliveryState::Read | DeliveryState::Played) => None,
        Some(DeliveryState::Failed) if failure.is_some() => failure,
        // In transit, or failed for another reason: no evidence.
        _ => return Ok(()),
    };
    let Some(mut conversation) = conversations::by_id(tx.conn, message.conversation)? else {
        return Ok(());
    };
    let known = &conversation.row.evidence;
    // A report about an earlier message does not end an opt-out, nor does another failure.
    if opted_out(known) {
        return Ok(());
    }
    let updated = match failure {
        Some(failure) => Some(after_failure(known, failure, now)),
        None if matches!(known.state, EvidenceState::Verified | EvidenceState::Reachable) => None,
        None => {
            let has_written = messages::newest_contact_message(tx.conn, message.conversation)?.is_some();
            Some(after_delivery(known, has_written, now))
        }
    };
    let Some(updated) = updated else { return Ok(()) };
    conversation.row.evidence = updated;
    save_conversation(tx, &mut conversation, now)
}

/// The evidence after the contact wrote from the address. A message that arrives late does not undo a failure after
/// it, and an opt-out lasts until the contact withdraws it.
pub(crate) fn after_inbound(
    known: &Evidence,
    consent: Option<&ConsentChange>,
    at: Millis,
    late: bool,
) -> Evidence {
    let newer = known.at.filter(|known| late && *known > at);
    if newer.is_some() && known.state == EvidenceState::Error {
        return known.clone();
    }
    let at = newer.unwrap_or(at);
    match consent {
        Some(ConsentChange::OptedOut { failure }) => after_failure(known, failure, at),
        None if opted_out(known) => known.clone(),
        Some(ConsentChange::OptedIn) | None => {
            let opt_in = known.opt_in.clone();
            Evidence { state: EvidenceState::Verified, at: Some(at), failure: None, opt_in }
        }
    }
}

/// Whether the contact asked not to be written to on this address.
fn opted_out(evidence: &Evidence) -> bool {
    evidence.failure.as_ref().and_then(|failure| failure.class) == Some(FailureClass::OptedOut)
}

/// The evidence after a delivery to an address that was not known to work. Whether the contact has written is not
/// decided by the window: a channel may have none.
fn after_delivery(known: &Evidence, has_written: bool, at: Millis) -> Evidence {
    let state = if has_written { EvidenceState::Verified } else { EvidenceState::Reachable };
    Evidence { state, at: Some(at), failure: None, opt_in: known.opt_in.clone() }
}

/// The evidence after a delivery failed because of the address. The contact may still be reachable.
fn after_failure(known: &Evidence, failure: &Failure, at: Millis) -> Evidence {
    Evidence {
        state: EvidenceState::Error,
        at: Some(at),
        failure: Some(failure.clone()),
        opt_in: known.opt_in.clone(),
    }
}

#[cfg(test)]
mod tests {
    use deskbell_protocol::Remedy;

    use super::*;

    #[test]
    fn a_late_message_does_not_undo_a_failure_after_it() {
        let failure = Failure {
            reason: "whatsapp.131026".to_owned(),
            sentence: "Not delivered.".to_owned(),
            remedy: Remedy::ConfirmAddress,
            class: Some(FailureClass::Address),
        };
        let failed = after_failure(&Evidence::default(), &failure, Millis(500));
        assert_eq!(after_inbound(&failed, None, Millis(400), true), failed);
        // A message that is not late counts, even if the whole seconds of the provider's clock put it before.
        assert_eq!(after_inbound(&failed, None, Millis(400), false).state, EvidenceState::Verified);
        let inbound = after_inbound(&failed, None, Millis(600), true);
        assert_eq!(
            (inbound.state, inbound.at, inbound.failure),
            (EvidenceState::Verified, Some(Millis(600)), None)
        );
        let known = after_inbound(&Evidence::default(), None, Millis(700), false);
        assert_eq!(after_inbound(&known, None, Millis(400), true).at, Some(Millis(700)));
    }

    #[test]
    fn an_opt_out_lasts_until_the_contact_withdraws_it() {
        let failure = Failure {
            reason: "sms.opted_out".to_owned(),
            sentence: "The contact has unsubscribed.".to_owned(),
            remedy: Remedy::WaitForContact,
            class: Some(FailureClass::OptedOut),
        };
        let stop = ConsentChange::OptedOut { failure };
        let stopped = after_inbound(&Evidence::default(), Some(&stop), Millis(100), false);
        assert!(opted_out(&stopped));
        let asked = after_inbound(&stopped, None, Millis(200), false);
        assert_eq!(asked, stopped, "an ordinary message does not end it");
        let started = after_inbound(&asked, Some(&ConsentChange::OptedIn), Millis(300), false);
        assert!(!opted_out(&started));
        assert_eq!((started.state, started.at), (EvidenceState::Verified, Some(Millis(300))));
    }
}
