//! Commands that the hub has not replied to. They outlive a connection: after a reconnect they are sent again
//! under the same id. After a time-out each is answered with an error that says whether the hub may have done
//! it.

use std::future::Future;
use std::time::Duration;

use deskbell_protocol::{ClientFrame, CommandId, ErrorBody, ErrorCode};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until};

use crate::context::CommandRequest;

/// How long a command may wait for the hub's reply.
const REPLY_TIMEOUT: Duration = Duration::from_secs(10);

/// How many commands may be pending. Others wait in the engine's queue.
const MAX_PENDING: usize = 64;

struct PendingCommand {
    frame: ClientFrame,
    id: CommandId,
    reply: oneshot::Sender<Result<(), ErrorBody>>,
    deadline: Instant,
    /// Whether it was sent on this connection.
    sent: bool,
    /// Whether it was sent on any connection. Then the hub may have done it.
    ever_sent: bool,
}

#[derive(Default)]
pub(super) struct PendingCommands(Vec<PendingCommand>);

impl PendingCommands {
    pub(super) fn is_full(&self) -> bool {
        self.0.len() >= MAX_PENDING
    }

    pub(super) fn add(&mut self, request: CommandRequest) {
        let CommandRequest { id, command, reply } = request;
        let frame = ClientFrame::Command { id, command };
        let deadline = Instant::now() + REPLY_TIMEOUT;
        self.0.push(PendingCommand { frame, id, reply, deadline, sent: false, ever_sent: false });
    }

    /// Marks all commands as unsent, for a new connection.
    pub(super) fn begin_connection(&mut self) {
        for command in &mut self.0 {
            command.sent = false;
        }
    }

    /// The frames to send on this connection. They count as sent from now on.
    pub(super) fn unsent(&mut self) -> Vec<ClientFrame> {
        let mut frames = Vec::new();
        for command in self.0.iter_mut().filter(|it| !it.sent) {
            (command.sent, command.ever_sent) = (true, true);
            frames.push(command.frame.clone());
        }
        frames
    }

    /// Passes the hub's reply on. False if no command has this id.
    pub(super) fn reply(&mut self, id: CommandId, error: Option<&ErrorBody>) -> bool {
        let Some(at) = self.0.iter().position(|it| it.id == id) else { return false };
        let result = error.map_or(Ok(()), |error| Err(error.clone()));
        // The caller may have been dropped.
        let _caller = self.0.swap_remove(at).reply.send(result);
        true
    }

    /// Completes when a command has waited too long.
    pub(super) async fn timed_out(&self) {
        match self.0.iter().map(|it| it.deadline).min() {
            Some(at) => sleep_until(at).await,
            None => std::future::pending().await,
        }
    }

    pub(super) fn give_up_timed_out(&mut self) {
        let now = Instant::now();
        for command in std::mem::take(&mut self.0) {
            if command.deadline <= now { command.give_up() } else { self.0.push(command) }
        }
    }

    pub(super) fn give_up_all(&mut self) {
        self.0.drain(..).for_each(PendingCommand::give_up);
    }

    /// Runs `work` without a connection. Meanwhile commands are accepted, and given up when they time out.
    pub(super) async fn while_waiting<T>(
        &mut self,
        commands: &mut mpsc::Receiver<CommandRequest>,
        work: impl Future<Output = T>,
    ) -> T {
        tokio::pin!(work);
        loop {
            tokio::select! {
                result = &mut work => return result,
                Some(request) = commands.recv(), if !self.is_full() => self.add(request),
                () = self.timed_out() => self.give_up_timed_out(),
            }
        }
    }
}

impl PendingCommand {
    fn give_up(self) {
        let (code, sentence) = if self.ever_sent {
            let sentence = "The connection to the hub was lost before it answered. The hub may have done it: look again once it is \
             back before you repeat it.";
            (ErrorCode::Unanswered, sentence)
        } else {
            let sentence =
                "The hub was not reached, so this was not done. Try again once the connection is back.";
            (ErrorCode::Offline, sentence)
        };
        let _caller = self.reply.send(Err(ErrorBody::new(code, sentence)));
    }
}
