//! A session: the exchange of frames with one connected desktop, from `welcome` to the close.

mod commands;
mod log_feed;

use std::sync::Arc;
use std::time::Duration;

use deskbell_protocol::{ClientFrame, Cursor, ErrorBody, ErrorCode, HubFrame, LogPosition, PROTOCOL_VERSION};
use tokio::time::{Instant, sleep, sleep_until};

use crate::domain::actor::Actor;
use crate::domain::agents::presence::open_session;
use crate::domain::queries::sync::log_status;
use crate::limits;
use crate::limits::token_bucket::{Rate, TokenBucket};
use crate::live::fanout::Subscription;
use crate::live::viewers::ViewerHandle;
use crate::shared::Shared;
use crate::store::StoreError;
use crate::ws::CloseReason;
use crate::ws::frame_socket::{FrameSocket, Incoming};
use crate::ws::handshake::Hello;

/// After how many heartbeats without a frame of the client the connection counts as broken.
const SILENT_HEARTBEATS: u32 = 3;

const COMMANDS: Rate = Rate { burst: limits::COMMANDS_BURST, per_second: limits::COMMANDS_PER_SECOND };
const RESUMES: Rate = Rate { burst: limits::RESUMES_BURST, per_second: 1.0 / limits::RESUME_EVERY_S };

/// The state of one session.
pub(crate) struct Session<'s> {
    shared: &'s Shared,
    socket: &'s mut FrameSocket,
    actor: Actor,
    /// The hash of the token that the client signed in with.
    token: Vec<u8>,
    live: Subscription,
    /// The log position up to which entries were sent; `None` until the client has a valid cursor.
    sent_upto: Option<LogPosition>,
    /// How long the client may be silent.
    silence_limit: Duration,
    /// When something last arrived from the client.
    last_frame_at: Instant,
    /// How often the token is checked again.
    heartbeat: Duration,
    /// When the token was last checked.
    authenticated_at: Instant,
    /// Limits commands and pings.
    commands: TokenBucket,
    /// Limits resumes.
    resumes: TokenBucket,
    viewer: ViewerHandle,
}

impl<'s> Session<'s> {
    /// Runs a session to its end.
    pub(crate) async fn run(
        shared: &'s Arc<Shared>,
        socket: &'s mut FrameSocket,
        hello: Hello,
    ) -> CloseReason {
        let (live, _head) = shared.store.fanout().subscribe(hello.actor.agent.id, hello.actor.session);
        let heartbeat = Duration::from_secs(u64::from(shared.settings.screen.heartbeat_s));
        let viewer = shared.viewers.register(&hello.actor);
        let mut session = Session {
            shared,
            socket,
            actor: hello.actor,
            token: hello.token,
            live,
            sent_upto: None,
            silence_limit: heartbeat.saturating_mul(SILENT_HEARTBEATS),
            last_frame_at: Instant::now(),
            heartbeat,
            authenticated_at: Instant::now(),
            commands: TokenBucket::new(COMMANDS, Instant::now()),
            resumes: TokenBucket::new(RESUMES, Instant::now()),
            viewer,
        };
        match session.welcome(hello.cursor).await {
            Ok(()) => session.process_events().await,
            Err(reason) => reason,
        }
    }

    /// Opens the session in the store, sends `welcome`, and brings the client up to date from its cursor.
    async fn welcome(&mut self, cursor: Option<Cursor>) -> Result<(), CloseReason> {
        let (session, agent, now) = (self.actor.session, self.actor.agent.id, self.shared.now());
        let opened = self.shared.store.write(move |tx| open_session(tx, session, agent, now)).await;
        let status = match opened {
            Ok(()) => self.shared.store.read(log_status).await,
            Err(error) => Err(error),
        };
        let status = match status {
            Ok(status) => status,
            Err(error) => return Err(self.refuse(&error).await),
        };
        let welcome = HubFrame::Welcome {
            protocol: PROTOCOL_VERSION,
            hub: status.hub,
            generation: status.generation,
            head: status.head,
            now,
            session: self.actor.session,
            agent: self.actor.agent.clone(),
            settings: Box::new(self.shared.settings.for_clients()),
            capabilities: Vec::new(),
        };
        self.socket.send(&welcome).await?;
        self.start_from(cursor, &status).await
    }

    /// Tells the client that the session cannot continue.
    async fn refuse(&mut self, error: &StoreError) -> CloseReason {
        if !matches!(error, StoreError::Refused(_)) {
            tracing::warn!(session = %self.actor.session, %error, "session cannot continue");
        }
        let _sent = self.socket.send(&HubFrame::Refused { error: error.body() }).await;
        CloseReason::Refused
    }

    /// Processes frames, committed entries and timers until the session ends.
    async fn process_events(&mut self) -> CloseReason {
        loop {
            let silent_at = self.last_frame_at + self.silence_limit;
            let step = tokio::select! {
                () = self.shared.closed() => return CloseReason::Closing,
                () = sleep_until(silent_at) => return CloseReason::Silent,
                () = sleep_until(self.authenticated_at + self.heartbeat) => self.authenticate().await,
                read = self.socket.read() => match read {
                    Ok(incoming) => {
                        self.last_frame_at = Instant::now();
                        self.process_frame(incoming).await
                    }
                    Err(reason) => Err(reason),
                },
                Some(batch) = self.live.batches.recv() => self.forward(batch).await,
                Ok(()) = self.viewer.others.changed() => self.send_viewers().await,
            };
            if let Err(reason) = step {
                return reason;
            }
        }
    }

    async fn process_frame(&mut self, incoming: Incoming) -> Result<(), CloseReason> {
        match incoming {
            Incoming::Nothing | Incoming::Frame(ClientFrame::Unknown) => Ok(()),
            Incoming::Frame(ClientFrame::Hello { .. }) => {
                Err(self.socket.refuse(ErrorCode::Malformed, "A session has only one hello.").await)
            }
            Incoming::Frame(ClientFrame::Ping { n }) => self.pong(n).await,
            Incoming::Frame(ClientFrame::Command { id, command }) => self.command(id, command).await,
            Incoming::Frame(ClientFrame::Resume { cursor }) => self.resume(cursor).await,
        }
    }

    /// Refuses the client if its token is no longer valid: it expired, or the agent got a new password.
    async fn authenticate(&mut self) -> Result<(), CloseReason> {
        self.authenticated_at = Instant::now();
        match self.shared.authenticate(self.token.clone()).await {
            Ok(None) => {
                self.socket
                    .refuse(ErrorCode::Unauthorized, "You are no longer signed in. Sign in again.")
                    .await;
                return Err(CloseReason::SignedOut);
            }
            Ok(Some(_)) => {}
            // The token is checked again once the store can be read.
            Err(error) => tracing::warn!(%error, "cannot check a token"),
        }
        Ok(())
    }

    async fn pong(&mut self, n: u64) -> Result<(), CloseReason> {
        // A ping is never refused: after a burst of commands it is delayed, and with it the frames behind it.
        sleep(self.commands.take_debt(Instant::now())).await;
        self.authenticate().await?;
        self.socket.send(&HubFrame::Pong { n, now: self.shared.now() }).await?;
        // Entries that this agent may not read move the head too. Sending the new position lets the client resume
        // closer to the head, and repairs a session that missed entries.
        let head = self.shared.store.fanout().head();
        if self.sent_upto.is_some_and(|sent| sent < head) && self.live.batches.is_empty() {
            return self.catch_up().await;
        }
        Ok(())
    }
}

/// The error of an exceeded rate limit, with the wait in it.
fn rate_limited(wait: Duration, sentence: &str) -> ErrorBody {
    ErrorBody {
        retry_after_ms: u64::try_from(wait.as_millis()).ok().map(|ms| ms.saturating_add(1)),
        ..ErrorBody::new(ErrorCode::RateLimited, sentence)
    }
}
