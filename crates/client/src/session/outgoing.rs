//! Sending what waits in the outbox: the oldest message of each conversation, one at a time.

use std::collections::HashMap;
use std::time::Duration;

use deskbell_protocol::{
    ClientFrame, Command, CommandId, ConversationId, ErrorBody, ErrorCode, MessageId, Millis,
};
use tokio::time::Instant;

use super::End;
use super::link::Link;
use crate::cache::{Answer, Cache, Waiting};

/// How long the outbox rests when the hub cannot store right now.
const REST: Duration = Duration::from_secs(2);

/// The outbox on one connection.
#[derive(Default)]
pub(super) struct Outgoing {
    under_way: HashMap<CommandId, ConversationId>,
    rests_until: Option<Instant>,
}

impl Outgoing {
    /// Sends what may go, also what waited for its window if that is open now. What may not be sent
    /// by the hub's time is held instead.
    pub(super) async fn send(&mut self, link: &mut Link, cache: &Cache, hub_time: Millis) -> Result<(), End> {
        if self.rests_until.is_some_and(|until| Instant::now() < until) {
            return Ok(());
        }
        self.rests_until = None;
        cache.queue_opened(hub_time).await?;
        let under_way = self.under_way.keys().map(|id| MessageId::from_uuid(*id.as_uuid())).collect();
        cache.hold_barred(hub_time, under_way).await?;
        for Waiting { outgoing: row, seen } in cache.sendable().await? {
            let id = CommandId::from(row.id);
            if self.under_way.values().any(|conversation| *conversation == row.conversation) {
                continue;
            }
            let (message, conversation, written_at) = (row.id, row.conversation, row.written_at);
            let command = match row.template {
                Some(template) => Command::SendNotification { message, conversation, template, written_at },
                None => Command::SendMessage { message, conversation, body: row.body, written_at, seen },
            };
            link.send(&ClientFrame::Command { id, command }).await?;
            self.under_way.insert(id, conversation);
        }
        Ok(())
    }

    /// Takes the hub's answer to a message. False if it is about something else.
    pub(super) async fn answered(
        &mut self,
        id: CommandId,
        error: Option<ErrorBody>,
        cache: &Cache,
    ) -> Result<bool, End> {
        if self.under_way.remove(&id).is_none() {
            return Ok(false);
        }
        if let Some(error) = error.clone().filter(|error| error.code == ErrorCode::Unauthorized) {
            return Err(End::Unauthorized(error));
        }
        let after = error.as_ref().and_then(|error| error.retry_after_ms).map_or(REST, Duration::from_millis);
        let answer = Answer::of(error);
        if answer == Answer::Later {
            self.rests_until = Some(Instant::now() + after.min(Duration::from_secs(60)));
        }
        cache.settle(MessageId::from_uuid(*id.as_uuid()), answer).await?;
        Ok(true)
    }

    /// Completes when the outbox has rested.
    pub(super) async fn rested(&self) {
        match self.rests_until {
            Some(at) => tokio::time::sleep_until(at).await,
            None => std::future::pending().await,
        }
    }
}
