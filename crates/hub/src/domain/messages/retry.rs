//! Retries of failed messages: the next attempt of the same message.

use deskbell_protocol::{Author, DeliveryState, ErrorCode, MessageId, Millis, Remedy};

use crate::domain::actor::{Actor, readable_conversation};
use crate::domain::interactions::start::interaction_to_write_in;
use crate::domain::messages::barrier::{check_may_send, check_not_held, policy_of};
use crate::domain::messages::claim::enqueue_outbound;
use crate::domain::save::update_message;
use crate::store::tables::{interactions, messages};
use crate::store::{StoreError, Tx};

/// Queues a failed message for its next attempt. `attempt` is the one that failed; if a later one exists already, the
/// call succeeds without an effect.
///
/// # Errors
///
/// `NotFound` if the agent may not read the message, `Malformed` if it has not failed or a retry would not help,
/// `HeldByColleague` if another agent handles the conversation, `WindowClosed` if it may not be sent now.
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
    let policy = policy_of(tx.conn, conversation.row.account)?;
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
