//! What one of us wrote elsewhere: in the provider's own app, on a phone that shares our number.

use deskbell_channels::InboundEcho;
use deskbell_protocol::{Author, Message, MessageId, Millis};

use super::arriving::LATE_MS;
use super::error::StoreError;
use super::tables::accounts::Account;
use super::tables::{interactions, messages};
use super::writing::Writing;

impl Writing<'_> {
    /// A line of the transcript. It begins no interaction and opens no window, but whoever waited has an answer.
    pub(super) fn echo_arrived(
        &mut self,
        account: &Account,
        echo: &InboundEcho,
        received_at: Millis,
        now: Millis,
    ) -> Result<(), StoreError> {
        if messages::is_known(self.conn, account.id, &echo.provider_id)? {
            return Ok(());
        }
        // A provider that gives no readable time means now.
        let at = if echo.at == Millis(0) { received_at } else { echo.at };
        let late = received_at.since(at) > LATE_MS;
        let mut conversation = self.conversation_with(account, &echo.to, at, now)?;
        let quote = self.quote(&conversation.row, echo.reply_to.as_deref())?;
        let position = self.place(&mut conversation.row, &echo.content, at, late, now)?;
        let open = interactions::open_in(self.conn, conversation.row.id)?;
        let interaction = open.as_ref().map(|open| open.row.id);
        if let Some(mut open) = open
            && open.row.waiting_since.is_some_and(|since| since <= at)
        {
            open.row.waiting_since = None;
            self.save_interaction(&mut open, now)?;
        }
        let message = messages::Stored {
            row: Message {
                id: MessageId::fresh(),
                conversation: conversation.row.id,
                interaction,
                position,
                at,
                author: Author::Elsewhere,
                content: echo.content.clone(),
                delivery: None,
                state_at: None,
                failure: None,
                attempt: 1,
                late,
                quote,
                reactions: Vec::new(),
                version: self.next_position(),
            },
            account: account.id,
            provider_id: Some(echo.provider_id.clone()),
            reacted: Vec::new(),
        };
        let readers = self.readers(conversation.row.queue, conversation.row.id)?;
        self.hear(conversation.row, message, readers, now)?;
        self.hear_what_came_early(account, &echo.provider_id, received_at, now)
    }
}
