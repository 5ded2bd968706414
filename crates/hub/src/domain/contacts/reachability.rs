//! What is known about whether a conversation's address reaches the contact: by what they write, and by
//! what becomes of what is written to them. Nothing else is evidence; no provider tells beforehand.

use deskbell_channels::{Recipient, concerns_address};
use deskbell_protocol::{
    AccountId, AddressCheck, AddressFact, AgentId, ContactId, Conversation, ConversationId, DeliveryState,
    Evidence, EvidenceState, Failure, Message, Millis,
};

use crate::domain::contacts::directory::written;
use crate::domain::contacts::edit;
use crate::domain::save::save_conversation;
use crate::store::tables::{accounts, contact_phones, conversations, identities};
use crate::store::{Conn, StoreError, Tx, access};
use crate::text::phone_numbers;

/// How many ways there are to write one number.
const OWN_WAYS: u32 = 2;

/// Reads a conversation that the agent may read.
pub(crate) fn readable_conversation_row(
    conn: &Conn,
    agent: AgentId,
    id: ConversationId,
) -> Result<Conversation, StoreError> {
    let stored = access::readable(conn, agent, id)?;
    Ok(stored.ok_or_else(|| StoreError::not_found("conversation"))?.row)
}

/// Reads a conversation that the agent may read, and checks the address its messages go to. `served` are the
/// accounts that the settings name.
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
            number_checks(conn, agent, &written(&digits), stored.row.contact, served)?
        }
        other => vec![AddressCheck { what: AddressFact::Known, holds: Some(other.is_some()) }],
    };
    Ok((stored.row, checks))
}

/// Whether the agent is a member of the account's queue.
pub(crate) fn is_of_account(conn: &Conn, agent: AgentId, account: AccountId) -> Result<bool, StoreError> {
    match accounts::by_id(conn, account)? {
        Some(account) => access::is_member(conn, agent, account.queue),
        None => Ok(false),
    }
}

/// What holds of a contact's number: the same that is looked at when it is connected.
fn number_checks(
    conn: &Conn,
    agent: AgentId,
    number: &str,
    contact: ContactId,
    served: &[AccountId],
) -> Result<Vec<AddressCheck>, StoreError> {
    let not_ours = if edit::is_ours(conn, number)? {
        Some(false)
    } else {
        let unknown = accounts::without_number(conn)?;
        (!unknown.iter().any(|account| served.contains(account))).then_some(true)
    };
    // One more than the contact's own ways to write it.
    let with_it = contact_phones::with_number(conn, agent, number, OWN_WAYS.saturating_add(1))?;
    Ok(vec![
        AddressCheck { what: AddressFact::Possible, holds: Some(phone_numbers::e164(number).is_some()) },
        AddressCheck { what: AddressFact::NotOurs, holds: not_ours },
        AddressCheck {
            what: AddressFact::Unshared,
            holds: Some(with_it.iter().all(|(other, _)| *other == contact)),
        },
    ])
}

/// Something became of a message of ours: that tells of its address too.
pub(crate) fn update_evidence(tx: &mut Tx<'_>, message: &Message, now: Millis) -> Result<(), StoreError> {
    let failure = message.failure.as_ref().filter(|failure| concerns_address(failure));
    let failure = match message.delivery {
        Some(DeliveryState::Delivered | DeliveryState::Read | DeliveryState::Played) => None,
        Some(DeliveryState::Failed) if failure.is_some() => failure,
        // On its way, or failed for another reason: that tells nothing, and nothing is looked up for it.
        _ => return Ok(()),
    };
    let Some(mut conversation) = conversations::by_id(tx.conn, message.conversation)? else {
        return Ok(());
    };
    let known = &conversation.row.evidence;
    let learnt = match failure {
        Some(failure) => Some(after_failure(known, failure, now)),
        None => after_delivery(known, conversation.row.window_until.is_some(), now),
    };
    let Some(learnt) = learnt else { return Ok(()) };
    conversation.row.evidence = learnt;
    save_conversation(tx, &mut conversation, now)
}

/// The contact wrote from the address. A word that comes late says nothing against what failed after it.
pub(crate) fn after_word(known: &Evidence, at: Millis, late: bool) -> Evidence {
    let newer = known.at.filter(|known| late && *known > at);
    if newer.is_some() && known.state == EvidenceState::Error {
        return known.clone();
    }
    let at = Some(newer.unwrap_or(at));
    Evidence { state: EvidenceState::Verified, at, failure: None, opt_in: known.opt_in.clone() }
}

/// Something was delivered to the address; `None` if that says nothing new.
fn after_delivery(known: &Evidence, has_written: bool, at: Millis) -> Option<Evidence> {
    if matches!(known.state, EvidenceState::Verified | EvidenceState::Reachable) {
        return None;
    }
    let state = if has_written { EvidenceState::Verified } else { EvidenceState::Reachable };
    Some(Evidence { state, at: Some(at), failure: None, opt_in: known.opt_in.clone() })
}

/// The last attempt failed because of the address. The contact may still be reachable.
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
    use deskbell_protocol::{FailureClass, Remedy};

    use super::*;

    #[test]
    fn a_word_that_comes_late_does_not_undo_a_failure_after_it() {
        let failure = Failure {
            reason: "whatsapp.131026".to_owned(),
            sentence: "Not delivered.".to_owned(),
            remedy: Remedy::ConfirmAddress,
            class: Some(FailureClass::Address),
        };
        let failed = after_failure(&Evidence::default(), &failure, Millis(500));
        assert_eq!(after_word(&failed, Millis(400), true), failed);
        // Whole seconds of the provider's clock are no reason to doubt what comes at once.
        assert_eq!(after_word(&failed, Millis(400), false).state, EvidenceState::Verified);
        let word = after_word(&failed, Millis(600), true);
        assert_eq!((word.state, word.at, word.failure), (EvidenceState::Verified, Some(Millis(600)), None));
        let known = after_word(&Evidence::default(), Millis(700), false);
        assert_eq!(after_word(&known, Millis(400), true).at, Some(Millis(700)));
    }
}
