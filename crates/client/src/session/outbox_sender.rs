//! Sends the outbox on one connection: the oldest queued message of each conversation, one at a time.

use std::collections::HashMap;
use std::time::Duration;

use deskbell_protocol::{
    ClientFrame, Command, CommandId, ConversationId, ErrorBody, ErrorCode, MessageId, Millis,
};
use tokio::time::Instant;

use super::close_reason::CloseReason;
use super::socket::Socket;
use crate::cache::{Cache, HubReply, OutboxRow};

/// How long the outbox pauses when the hub asks for time without saying how much.
const PAUSE: Duration = Duration::from_secs(2);

/// The longest pause.
const MAX_PAUSE: Duration = Duration::from_secs(60);

/// The outbox on one connection.
#[derive(Default)]
pub(super) struct OutboxSender {
    /// The messages that were sent and have no reply yet.
    in_flight: HashMap<CommandId, ConversationId>,
    paused_until: Option<Instant>,
}

impl OutboxSender {
    /// Sends what may be sent now. `hub_now` is the time by the hub's clock, which decides on messaging
    /// windows.
    pub(super) async fn send(
        &mut self,
        socket: &mut Socket,
        cache: &Cache,
        hub_now: Millis,
    ) -> Result<(), CloseReason> {
        if self.paused_until.is_some_and(|until| Instant::now() < until) {
            return Ok(());
        }
        self.paused_until = None;
        cache.queue_opened(hub_now).await?;
        let in_flight = self.in_flight.keys().map(|id| MessageId::from_uuid(*id.as_uuid())).collect();
        cache.hold_barred(hub_now, in_flight).await?;
        for OutboxRow { outgoing: row, seen } in cache.next_to_send().await? {
            let id = CommandId::from(row.id);
            if self.in_flight.values().any(|conversation| *conversation == row.conversation) {
                continue;
            }
            let (message, conversation, written_at) = (row.id, row.conversation, row.written_at);
            let command = match row.template {
                Some(template) => Command::SendNotification { message, conversation, template, written_at },
                None => Command::SendMessage { message, conversation, body: row.body, written_at, seen },
            };
            socket.send(&ClientFrame::Command { id, command }).await?;
            self.in_flight.insert(id, conversation);
        }
        Ok(())
    }

    /// Takes the hub's reply to a message. False if the command was no message of the outbox.
    pub(super) async fn take_reply(
        &mut self,
        id: CommandId,
        error: Option<ErrorBody>,
        cache: &Cache,
    ) -> Result<bool, CloseReason> {
        if self.in_flight.remove(&id).is_none() {
            return Ok(false);
        }
        if let Some(error) = error.clone().filter(|error| error.code == ErrorCode::Unauthorized) {
            return Err(CloseReason::Unauthorized(error));
        }
        let pause =
            error.as_ref().and_then(|error| error.retry_after_ms).map_or(PAUSE, Duration::from_millis);
        let reply = HubReply::of(error);
        if reply == HubReply::Later {
            self.paused_until = Some(Instant::now() + pause.min(MAX_PAUSE));
        }
        cache.take_reply(MessageId::from_uuid(*id.as_uuid()), reply).await?;
        Ok(true)
    }

    /// Completes when a pause is over.
    pub(super) async fn resumed(&self) {
        match self.paused_until {
            Some(at) => tokio::time::sleep_until(at).await,
            None => std::future::pending().await,
        }
    }
}
