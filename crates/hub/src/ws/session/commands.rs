//! Commands of a session, and what its agent views.

use deskbell_protocol::{Command, CommandId, ConversationId, HubFrame};
use tokio::time::Instant;

use crate::domain::commands::execute;
use crate::domain::contacts::reachability::readable_conversation_row;
use crate::domain::messages::read_receipts::may_read;
use crate::domain::messages::send_template::{Notification, send_template};
use crate::store::StoreError;
use crate::store::tables::commands;
use crate::workers::templates::RenderedTemplate;
use crate::ws::CloseReason;
use crate::ws::session::{Session, rate_limited};

impl Session<'_> {
    /// Executes a command within the rate limit and sends the reply.
    pub(super) async fn command(&mut self, id: CommandId, command: Command) -> Result<(), CloseReason> {
        if let Err(wait) = self.commands.take(1.0, Instant::now()) {
            let error = rate_limited(
                wait,
                "Too many commands in a short time, so this one was not carried out. Send it again a little later.",
            );
            return self.socket.send(&HubFrame::Reply { id, error: Some(error) }).await;
        }
        self.authenticate().await?;
        if let Command::Look { conversation, writing } = command {
            return self.set_view(id, conversation, writing).await;
        }
        let result = self.execute(id, command).await;
        if let Err(error) = &result
            && !matches!(error, StoreError::Refused(_))
        {
            tracing::warn!(session = %self.actor.session, %error, "command failed");
        }
        self.socket.send(&HubFrame::Reply { id, error: result.err().map(|error| error.body()) }).await
    }

    async fn execute(&mut self, id: CommandId, command: Command) -> Result<(), StoreError> {
        let Command::SendNotification { message, conversation, template, written_at } = command else {
            let (actor, now) = (self.actor.clone(), self.shared.now());
            return self.shared.store.write(move |tx| execute(tx, &actor, id, command, now)).await;
        };
        // A repetition succeeds even if the template no longer exists.
        let agent = self.actor.agent.id;
        if self.shared.store.read(move |conn| commands::is_done(conn, id, agent)).await? {
            return Ok(());
        }
        let row =
            self.shared.store.read(move |conn| readable_conversation_row(conn, agent, conversation)).await?;
        let account = self.shared.accounts.get(row.account);
        let account = account.ok_or_else(|| StoreError::not_found("account"))?;
        let rendered = self.shared.templates.render(account, &template, self.shared.now()).await;
        // No frames were read while the provider was asked, which is no silence of the client.
        self.last_frame_at = Instant::now();
        let RenderedTemplate { content, parameters } = rendered?;
        let notification = Notification { message, conversation, written_at, content, parameters };
        let (actor, now) = (self.actor.clone(), self.shared.now());
        self.shared.store.write(move |tx| send_template(tx, &actor, id, notification, now)).await
    }

    /// Sets what the agent views. This is state of the session and not stored, so a repetition is not recognized.
    async fn set_view(
        &mut self,
        id: CommandId,
        conversation: Option<ConversationId>,
        writing: bool,
    ) -> Result<(), CloseReason> {
        let agent = self.actor.agent.id;
        let readable = match conversation {
            Some(at) => self.shared.store.read(move |conn| may_read(conn, agent, at)).await,
            None => Ok(true),
        };
        let error = match readable {
            Ok(true) => {
                self.shared.viewers.set_view(self.actor.session, conversation, writing);
                None
            }
            Ok(false) => Some(StoreError::not_found("conversation").body()),
            Err(error) => Some(error.body()),
        };
        self.socket.send(&HubFrame::Reply { id, error }).await
    }

    /// Sends the other viewers of the conversation that the agent views.
    pub(super) async fn send_viewers(&mut self) -> Result<(), CloseReason> {
        let others = self.viewer.others.borrow_and_update().clone();
        let Some((conversation, mut agents)) = others else { return Ok(()) };
        let agent = self.actor.agent.id;
        match self.shared.store.read(move |conn| may_read(conn, agent, conversation)).await {
            Ok(true) => {}
            Ok(false) => {
                // The agent was removed from the queue: they see no others here, and are not seen by them.
                self.shared.viewers.set_view(self.actor.session, None, false);
                agents.clear();
            }
            Err(error) => {
                tracing::warn!(session = %self.actor.session, %error, "cannot send the viewers of a conversation");
                return Ok(());
            }
        }
        self.socket.send(&HubFrame::Lookers { conversation, agents }).await
    }
}
