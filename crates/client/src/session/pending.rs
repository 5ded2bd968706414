//! Commands that the hub has not answered yet. They outlive a connection: after a reconnect they are sent
//! again under the same id, and given up after a while with a sentence that says what became of the work.

use std::future::Future;
use std::time::Duration;

use deskbell_protocol::{ClientFrame, CommandId, ErrorBody, ErrorCode};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until};

use crate::engine::Asked;

/// How long a person waits for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many commands may be under way. More wait in the engine's queue.
const MOST: usize = 64;

struct UnderWay {
    frame: ClientFrame,
    id: CommandId,
    answer: oneshot::Sender<Result<(), ErrorBody>>,
    until: Instant,
    /// On this connection.
    sent: bool,
    /// On any connection: then the hub may have done it.
    ever_sent: bool,
}

#[derive(Default)]
pub(super) struct Pending(Vec<UnderWay>);

impl Pending {
    pub(super) fn is_full(&self) -> bool {
        self.0.len() >= MOST
    }

    pub(super) fn add(&mut self, asked: Asked) {
        let Asked { id, command, answer } = asked;
        let frame = ClientFrame::Command { id, command };
        self.0.push(UnderWay {
            frame,
            id,
            answer,
            until: Instant::now() + PATIENCE,
            sent: false,
            ever_sent: false,
        });
    }

    /// On a new connection everything has to be said again.
    pub(super) fn begin_connection(&mut self) {
        for under_way in &mut self.0 {
            under_way.sent = false;
        }
    }

    /// What has to be sent on this connection.
    pub(super) fn unsent(&mut self) -> Vec<ClientFrame> {
        let mut frames = Vec::new();
        for under_way in self.0.iter_mut().filter(|it| !it.sent) {
            (under_way.sent, under_way.ever_sent) = (true, true);
            frames.push(under_way.frame.clone());
        }
        frames
    }

    /// Passes the hub's answer on. False if nobody waits for it.
    pub(super) fn answer(&mut self, id: CommandId, error: Option<&ErrorBody>) -> bool {
        let Some(at) = self.0.iter().position(|it| it.id == id) else { return false };
        let result = error.map_or(Ok(()), |error| Err(error.clone()));
        // Whoever asked may have gone.
        let _asker = self.0.swap_remove(at).answer.send(result);
        true
    }

    /// Completes when somebody has waited long enough.
    pub(super) async fn due(&self) {
        match self.0.iter().map(|it| it.until).min() {
            Some(at) => sleep_until(at).await,
            None => std::future::pending().await,
        }
    }

    pub(super) fn give_up_due(&mut self) {
        let now = Instant::now();
        for under_way in std::mem::take(&mut self.0) {
            if under_way.until <= now { under_way.give_up() } else { self.0.push(under_way) }
        }
    }

    pub(super) fn give_up_all(&mut self) {
        self.0.drain(..).for_each(UnderWay::give_up);
    }

    /// Does something else meanwhile, without a connection: takes commands in and gives up what is due.
    pub(super) async fn during<T>(
        &mut self,
        asked: &mut mpsc::Receiver<Asked>,
        work: impl Future<Output = T>,
    ) -> T {
        tokio::pin!(work);
        loop {
            tokio::select! {
                result = &mut work => return result,
                Some(command) = asked.recv(), if !self.is_full() => self.add(command),
                () = self.due() => self.give_up_due(),
            }
        }
    }
}

impl UnderWay {
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
        let _asker = self.answer.send(Err(ErrorBody::new(code, sentence)));
    }
}
