//! Giving a message that failed to its provider again: the next attempt under the same message.

use deskbell_protocol::{Author, DeliveryState, ErrorCode, MessageId, Millis, Remedy};

use crate::domain::actor::Actor;
use crate::domain::commands::readable_conversation;
use crate::domain::messages::barrier::{check_may_send, policy_of};
use crate::domain::messages::send::{held_by_another, held_by_colleague, interaction_to_write_in};
use crate::domain::save::update_message;
use crate::store::tables::{conversations, interactions, messages, outbound};
use crate::store::{StoreError, Tx};

/// Begins the next attempt, if `attempt` is the one that failed; somebody else may have begun it already.
pub(crate) fn retry_message(
    tx: &mut Tx<'_>,
    by: &Actor,
    id: MessageId,
    attempt: u32,
    now: Millis,
) -> Result<(), StoreError> {
    let missing = || StoreError::not_found("message");
    let mut message = messages::by_id(tx.conn, id)?.ok_or_else(missing)?;
    let conversation =
        readable_conversation(tx, by, message.row.conversation).map_err(|_hidden| missing())?;
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
    if open.as_ref().is_some_and(|held| held_by_another(&held.row, by)) {
        return Err(held_by_colleague());
    }
    let policy = policy_of(tx, conversation.row.account)?;
    check_may_send(&policy, &conversation.row, &message.row.content, &message.row.author, now)?;
    interaction_to_write_in(tx, by, &conversation, open, now)?;
    message.row.attempt = message.row.attempt.saturating_add(1);
    message.row.delivery = Some(DeliveryState::Stored);
    message.row.state_at = Some(now);
    message.row.failure = None;
    message.provider_id = None;
    update_message(tx, &mut message, now)?;
    enqueue_outbound(tx, &conversation, &message, now)
}

/// Puts a message among those that go to their provider.
pub(crate) fn enqueue_outbound(
    tx: &mut Tx<'_>,
    conversation: &conversations::StoredConversation,
    message: &messages::StoredMessage,
    now: Millis,
) -> Result<(), StoreError> {
    let way = outbound::StoredOutbound {
        position: message.row.position,
        message: message.row.id,
        identity: conversation.identity,
        account: conversation.row.account,
        posting: false,
        tries: 0,
        next_at: now,
    };
    outbound::put(tx.conn, &way)?;
    tx.wake.outbound = true;
    Ok(())
}
