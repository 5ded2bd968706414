//! Sending a notification: an approved template, filled in. It needs no open window.

use deskbell_channels::Parameter;
use deskbell_protocol::{AgentId, CommandId, Content, ConversationId, MessageId, Millis};

use super::Store;
use super::answering::Saying;
use super::error::StoreError;
use super::handling::By;
use super::tables::{commands, messages, template_values};
use super::writing::Writing;

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

impl Store {
    /// Whether the agent's command was carried out before.
    pub(crate) async fn was_done(&self, id: CommandId, agent: AgentId) -> Result<bool, StoreError> {
        self.read(move |conn| commands::is_done(conn, id, agent)).await
    }

    /// Sends a notification, once.
    pub(crate) async fn notify(
        &self,
        by: By,
        id: CommandId,
        notification: Notification,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.write(move |writing| writing.notify(&by, id, notification, now)).await
    }
}

impl Writing<'_> {
    fn notify(
        &mut self,
        by: &By,
        id: CommandId,
        notification: Notification,
        now: Millis,
    ) -> Result<(), StoreError> {
        let Notification { message, conversation, written_at, content, parameters } = notification;
        if commands::is_done(self.conn, id, by.agent.id)? {
            return Ok(());
        }
        let known = messages::by_id(self.conn, message)?.is_some();
        let saying = Saying { command: id, message, conversation, content, written_at, seen: None };
        self.say(by, saying, now)?;
        if !known {
            template_values::insert(self.conn, message, &parameters)?;
        }
        commands::insert(self.conn, id, by.agent.id, now)
    }
}
