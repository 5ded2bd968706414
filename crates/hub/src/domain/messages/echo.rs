//! Echoes: messages that were written in the provider's own app, on a phone that shares the account's number.

use deskbell_channels::InboundEcho;
use deskbell_protocol::{Author, Message, MessageId, Millis};

use crate::domain::messages::react::{apply_early_events, find_quote};
use crate::domain::messages::receive::{LATE_MS, assign_position, conversation_with_sender};
use crate::domain::save::{save_inbound, save_interaction};
use crate::store::tables::accounts::Account;
use crate::store::tables::{interactions, messages};
use crate::store::{StoreError, Tx};

/// Adds an echo to the transcript. It starts no interaction and opens no window, but it counts as an answer to a contact
/// who waits. A repeated echo is ignored.
pub(crate) fn receive_echo(
    tx: &mut Tx<'_>,
    account: &Account,
    echo: &InboundEcho,
    received_at: Millis,
    now: Millis,
) -> Result<(), StoreError> {
    if messages::is_known(tx.conn, account.id, &echo.provider_id)? {
        return Ok(());
    }
    // An echo without a readable time counts as written when it was received.
    let at = if echo.at == Millis(0) { received_at } else { echo.at };
    let late = received_at.since(at) > LATE_MS;
    let mut conversation = conversation_with_sender(tx, account, &echo.to, at, now)?;
    let quote = find_quote(tx, &conversation.row, echo.reply_to.as_deref())?;
    let position = assign_position(tx, &mut conversation.row, &echo.content, at, late, now)?;
    let open = interactions::open_in(tx.conn, conversation.row.id)?;
    let interaction = open.as_ref().map(|open| open.row.id);
    if let Some(mut open) = open
        && open.row.waiting_since.is_some_and(|since| since <= at)
    {
        open.row.waiting_since = None;
        save_interaction(tx, &mut open, now)?;
    }
    let message = messages::StoredMessage {
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
            version: tx.next_position(),
        },
        account: account.id,
        provider_id: Some(echo.provider_id.clone()),
        reaction_history: Vec::new(),
    };
    let readers = tx.readers(conversation.row.queue, conversation.row.id)?;
    save_inbound(tx, conversation.row, message, readers, now)?;
    apply_early_events(tx, account, &echo.provider_id, received_at, now)
}
