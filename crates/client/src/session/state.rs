//! What outlives one connection.

use std::future::Future;
use std::sync::Arc;

use tokio::sync::mpsc;

use super::handshake::Handshake;
use super::pending_commands::PendingCommands;
use crate::context::{CommandRequest, Context};

/// What outlives one connection.
pub(super) struct Session {
    pub(super) context: Arc<Context>,
    /// Commands of the UI and the host.
    pub(super) commands: mpsc::Receiver<CommandRequest>,
    pub(super) pending: PendingCommands,
    pub(super) handshake: Handshake,
    /// Failed attempts since the last live connection.
    pub(super) failures: u32,
}

impl Session {
    pub(super) fn new(
        context: Arc<Context>,
        commands: mpsc::Receiver<CommandRequest>,
        http: reqwest::Client,
    ) -> Self {
        let handshake = Handshake::new(Arc::clone(&context), http);
        Self { context, commands, pending: PendingCommands::default(), handshake, failures: 0 }
    }

    /// Runs `work` without a connection. Meanwhile commands are accepted, and given up when they time out.
    pub(super) async fn while_waiting<T>(&mut self, work: impl Future<Output = T>) -> T {
        self.pending.while_waiting(&mut self.commands, work).await
    }
}
