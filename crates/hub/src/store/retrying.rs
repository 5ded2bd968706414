//! Giving a message that failed to its provider again: the next attempt under the same message.

use deskbell_protocol::{Author, Content, DeliveryState, ErrorCode, MessageId, Millis, Remedy};

use super::answering::{held_by_another, held_by_colleague, window_is_closed};
use super::error::StoreError;
use super::handling::By;
use super::tables::{conversations, interactions, messages, outbound};
use super::writing::Writing;

impl Writing<'_> {
    /// Begins the next attempt, if `attempt` is the one that failed; somebody else may have begun it already.
    pub(super) fn retry(
        &mut self,
        by: &By,
        id: MessageId,
        attempt: u32,
        now: Millis,
    ) -> Result<(), StoreError> {
        let missing = || StoreError::not_found("message");
        let mut message = messages::by_id(self.conn, id)?.ok_or_else(missing)?;
        let conversation = self.readable(by, message.row.conversation).map_err(|_hidden| missing())?;
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
        let open = interactions::open_in(self.conn, conversation.row.id)?;
        if open.as_ref().is_some_and(|held| held_by_another(&held.row, by)) {
            return Err(held_by_colleague());
        }
        if matches!(message.row.content, Content::Text { .. })
            && conversation.row.window_until.is_none_or(|until| until <= now)
        {
            return Err(window_is_closed());
        }
        self.interaction_to_write_in(by, &conversation, open, now)?;
        message.row.attempt = message.row.attempt.saturating_add(1);
        message.row.delivery = Some(DeliveryState::Stored);
        message.row.state_at = Some(now);
        message.row.failure = None;
        message.provider_id = None;
        self.update_message(&mut message, now)?;
        self.hand_out(&conversation, &message, now)
    }

    /// Puts a message among those that go to their provider.
    pub(super) fn hand_out(
        &mut self,
        conversation: &conversations::Stored,
        message: &messages::Stored,
        now: Millis,
    ) -> Result<(), StoreError> {
        let way = outbound::Stored {
            position: message.row.position,
            message: message.row.id,
            identity: conversation.identity,
            account: conversation.row.account,
            posting: false,
            tries: 0,
            next_at: now,
        };
        outbound::put(self.conn, &way)?;
        self.wake.outbound = true;
        Ok(())
    }
}
