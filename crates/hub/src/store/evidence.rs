//! What is known about whether a conversation's address reaches the contact: by what they write, and by
//! what becomes of what is written to them. Nothing else is evidence; no provider tells beforehand.

use deskbell_connectors::Recipient;
use deskbell_connectors::whatsapp::concerns_address;
use deskbell_protocol::{
    AccountId, AgentId, Conversation, ConversationId, DeliveryState, Evidence, EvidenceState, Failure,
    Message, Millis,
};

use super::error::StoreError;
use super::tables::{accounts, conversations, identities};
use super::writing::Writing;
use super::{Store, access};

impl Store {
    /// A conversation that the agent may read, and where messages in it go.
    pub(crate) async fn addressed(
        &self,
        agent: AgentId,
        id: ConversationId,
    ) -> Result<(Conversation, Option<Recipient>), StoreError> {
        self.read(move |conn| {
            let stored = access::readable(conn, agent, id)?;
            let stored = stored.ok_or_else(|| StoreError::not_found("conversation"))?;
            let identity = identities::by_id(conn, stored.identity)?;
            Ok((stored.row, identity.and_then(|identity| identity.recipient())))
        })
        .await
    }

    /// Whether the agent is a member of the account's queue.
    pub(crate) async fn is_of_account(&self, agent: AgentId, account: AccountId) -> Result<bool, StoreError> {
        self.read(move |conn| match accounts::by_id(conn, account)? {
            Some(account) => access::is_member(conn, agent, account.queue),
            None => Ok(false),
        })
        .await
    }
}

impl Writing<'_> {
    /// Something became of a message of ours: that tells of its address too.
    pub(super) fn learn_of_address(&mut self, message: &Message, now: Millis) -> Result<(), StoreError> {
        let failure = message.failure.as_ref().filter(|failure| concerns_address(failure));
        let failure = match message.delivery {
            Some(DeliveryState::Delivered | DeliveryState::Read | DeliveryState::Played) => None,
            Some(DeliveryState::Failed) if failure.is_some() => failure,
            // On its way, or failed for another reason: that tells nothing, and nothing is looked up for it.
            _ => return Ok(()),
        };
        let Some(mut conversation) = conversations::by_id(self.conn, message.conversation)? else {
            return Ok(());
        };
        let known = &conversation.row.evidence;
        let learnt = match failure {
            Some(failure) => Some(after_failure(known, failure, now)),
            None => after_delivery(known, conversation.row.window_until.is_some(), now),
        };
        let Some(learnt) = learnt else { return Ok(()) };
        conversation.row.evidence = learnt;
        self.save_conversation(&mut conversation, now)
    }
}

/// The contact wrote from the address. A word that comes late says nothing against what failed after it.
pub(super) fn after_word(known: &Evidence, at: Millis, late: bool) -> Evidence {
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
    use deskbell_protocol::WayOut;

    use super::*;

    #[test]
    fn a_word_that_comes_late_does_not_undo_a_failure_after_it() {
        let failure = Failure {
            reason: "whatsapp.131026".to_owned(),
            sentence: "Not delivered.".to_owned(),
            way_out: WayOut::ConfirmAddress,
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
