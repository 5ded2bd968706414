//! Giving a message that failed to its provider again: the next attempt under the same message.

use deskbell_protocol::{Author, DeliveryState, ErrorCode, MessageId, Millis, Remedy};

use crate::domain::actor::{Actor, readable_conversation};
use crate::domain::interactions::start::interaction_to_write_in;
use crate::domain::messages::barrier::{check_may_send, check_not_held, policy_of};
use crate::domain::messages::claim::enqueue_outbound;
use crate::domain::save::update_message;
use crate::store::tables::{interactions, messages};
use crate::store::{StoreError, Tx};

/// Begins the next attempt, if `attempt` is the one that failed; somebody else may have begun it already.
pub(crate) fn retry_message(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: MessageId,
    attempt: u32,
    now: Millis,
) -> Result<(), StoreError> {
    let missing = || StoreError::not_found("message");
    let mut message = messages::by_id(tx.conn, id)?.ok_or_else(missing)?;
    let conversation =
        readable_conversation(tx, actor, message.row.conversation).map_err(|_hidden| missing())?;
    if message.row.attempt > attempt {
        return Ok(());
    }
    let failure = message.row.failure.as_ref().filter(|_| {
        message.row.attempt == attempt
            && message.row.delivery == Some(DeliveryState::Failed)
            && matches!(message.row.author, Author::Agent { .. })
    });
    let Some(failure) = failure else {
        let words = "This message has not failed, so it was not sent again.";
        return Err(StoreError::refused(ErrorCode::Malformed, words));
    };
    if failure.remedy != Remedy::SendAgain {
        let words = "Sending this message again would not help, so it was not sent.";
        return Err(StoreError::refused(ErrorCode::Malformed, words));
    }
    let open = interactions::open_in(tx.conn, conversation.row.id)?;
    check_not_held(open.as_ref(), actor)?;
    let policy = policy_of(tx, conversation.row.account)?;
    check_may_send(&policy, &conversation.row, &message.row.content, &message.row.author, now)?;
    interaction_to_write_in(tx, actor, &conversation, open, now)?;
    message.row.attempt = message.row.attempt.saturating_add(1);
    message.row.delivery = Some(DeliveryState::Stored);
    message.row.state_at = Some(now);
    message.row.failure = None;
    message.provider_id = None;
    update_message(tx, &mut message, now)?;
    enqueue_outbound(tx, &conversation, &message, now)
}
