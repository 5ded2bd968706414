//! Notifications: approved templates with their values filled in. They need no open window.

use deskbell_channels::Parameter;
use deskbell_protocol::{CommandId, Content, ConversationId, MessageId, Millis};

use crate::domain::actor::Actor;
use crate::domain::messages::send::{OutgoingMessage, send};
use crate::store::tables::{commands, messages, template_values};
use crate::store::{StoreError, Tx};

/// A notification, rendered from a template of its account.
#[derive(Clone, Debug)]
pub(crate) struct Notification {
    pub(crate) message: MessageId,
    pub(crate) conversation: ConversationId,
    pub(crate) written_at: Millis,
    /// The rendered text, for the transcript.
    pub(crate) content: Content,
    /// The values that are posted to the provider.
    pub(crate) parameters: Vec<Parameter>,
}

/// Queues a notification for sending, once for each command id.
///
/// # Errors
///
/// If the agent may not send it, with an error for the agent, or if the store cannot be written.
pub(crate) fn send_template(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: CommandId,
    notification: Notification,
    now: Millis,
) -> Result<(), StoreError> {
    let Notification { message, conversation, written_at, content, parameters } = notification;
    if commands::is_done(tx.conn, id, actor.agent.id)? {
        return Ok(());
    }
    let known = messages::by_id(tx.conn, message)?.is_some();
    let outgoing = OutgoingMessage { command: id, message, conversation, content, written_at, seen: None };
    send(tx, actor, outgoing, now)?;
    if !known {
        template_values::insert(tx.conn, message, &parameters)?;
    }
    commands::insert(tx.conn, id, actor.agent.id, now)
}
