//! Sending a notification: an approved template, filled in. It needs no open window.

use deskbell_channels::Parameter;
use deskbell_protocol::{CommandId, Content, ConversationId, MessageId, Millis};

use crate::domain::actor::Actor;
use crate::domain::messages::send::{OutgoingMessage, send};
use crate::store::tables::{commands, messages, template_values};
use crate::store::{StoreError, Tx};

/// A notification that its account's template was filled in for.
#[derive(Clone, Debug)]
pub(crate) struct Notification {
    pub(crate) message: MessageId,
    pub(crate) conversation: ConversationId,
    pub(crate) written_at: Millis,
    /// How it reads.
    pub(crate) content: Content,
    /// What is posted for it.
    pub(crate) parameters: Vec<Parameter>,
}

pub(crate) fn send_template(
    tx: &mut Tx<'_>,
    by: &Actor,
    id: CommandId,
    notification: Notification,
    now: Millis,
) -> Result<(), StoreError> {
    let Notification { message, conversation, written_at, content, parameters } = notification;
    if commands::is_done(tx.conn, id, by.agent.id)? {
        return Ok(());
    }
    let known = messages::by_id(tx.conn, message)?.is_some();
    let saying = OutgoingMessage { command: id, message, conversation, content, written_at, seen: None };
    send(tx, by, saying, now)?;
    if !known {
        template_values::insert(tx.conn, message, &parameters)?;
    }
    commands::insert(tx.conn, id, by.agent.id, now)
}
