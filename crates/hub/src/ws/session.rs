//! A session: what one connected desktop is told, and what it asks for.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use deskbell_protocol::{
    ClientFrame, Command, CommandId, ConversationId, Cursor, ErrorBody, ErrorCode, HubFrame, LogPosition,
    PROTOCOL_VERSION,
};
use tokio::time::{Instant, sleep, sleep_until};

use crate::domain::actor::Actor;
use crate::domain::agents::presence::open_session;
use crate::domain::commands::execute;
use crate::domain::contacts::reachability::readable_conversation_row;
use crate::domain::messages::read_receipts::may_read;
use crate::domain::messages::send_template::{Notification, send_template};
use crate::domain::queries::sync::{log_status, replay};
use crate::limits;
use crate::limits::token_bucket::{Pace, Rate};
use crate::live::fanout::{Batch, Listening};
use crate::live::viewers::Seated;
use crate::shared::Shared;
use crate::store::StoreError;
use crate::store::tables::commands;
use crate::workers::templates::Filled;
use crate::ws::{Hello, Over, Read, Wire};

/// After how many silent heartbeats the connection counts as broken.
const SILENT_HEARTBEATS: u32 = 3;

const COMMANDS: Rate = Rate { burst: limits::COMMANDS_BURST, per_second: limits::COMMANDS_PER_SECOND };
const RESUMES: Rate = Rate { burst: limits::RESUMES_BURST, per_second: 1.0 / limits::RESUME_EVERY_S };

pub(crate) struct Session<'s> {
    shared: &'s Shared,
    wire: &'s mut Wire,
    by: Actor,
    token: Vec<u8>,
    live: Listening,
    /// How far this client was told the log; absent until it knows where it stands.
    told: Option<LogPosition>,
    /// How long the connection may be silent.
    patience: Duration,
    heard: Instant,
    /// How often it is looked whether the token still works, and when it was last.
    heartbeat: Duration,
    believed: Instant,
    /// Of commands and pings.
    pace: Pace,
    resumes: Pace,
    seat: Seated,
}

impl<'s> Session<'s> {
    /// Runs a session to its end.
    pub(crate) async fn run(shared: &'s Arc<Shared>, wire: &'s mut Wire, hello: Hello) -> Over {
        let (live, _head) = shared.store.fanout().listen(hello.by.agent.id, hello.by.session);
        let heartbeat = Duration::from_secs(u64::from(shared.settings.screen.heartbeat_s));
        let seat = shared.looking.enter(&hello.by);
        let mut session = Session {
            shared,
            wire,
            by: hello.by,
            token: hello.token,
            live,
            told: None,
            patience: heartbeat.saturating_mul(SILENT_HEARTBEATS),
            heard: Instant::now(),
            heartbeat,
            believed: Instant::now(),
            pace: Pace::new(COMMANDS, Instant::now()),
            resumes: Pace::new(RESUMES, Instant::now()),
            seat,
        };
        match session.welcome(hello.cursor).await {
            Ok(()) => session.listen().await,
            Err(over) => over,
        }
    }

    async fn welcome(&mut self, cursor: Option<Cursor>) -> Result<(), Over> {
        let (session, agent, now) = (self.by.session, self.by.agent.id, self.shared.now());
        let opened = self.shared.store.write(move |tx| open_session(tx, session, agent, now)).await;
        let standing = match opened {
            Ok(()) => self.shared.store.read(log_status).await,
            Err(error) => Err(error),
        };
        let standing = match standing {
            Ok(standing) => standing,
            Err(error) => return Err(self.refuse(&error).await),
        };
        let welcome = HubFrame::Welcome {
            protocol: PROTOCOL_VERSION,
            hub: standing.hub,
            generation: standing.generation,
            head: standing.head,
            now,
            session: self.by.session,
            agent: self.by.agent.clone(),
            settings: Box::new(self.shared.settings.for_clients()),
            capabilities: Vec::new(),
        };
        self.wire.send(&welcome).await?;
        match cursor {
            Some(cursor) if standing.reaches(cursor) => {
                self.told = Some(cursor.position);
                self.catch_up().await
            }
            _ => self.wire.send(&HubFrame::CursorTooOld {}).await,
        }
    }

    async fn refuse(&mut self, error: &StoreError) -> Over {
        if !matches!(error, StoreError::Refused(_)) {
            tracing::warn!(session = %self.by.session, %error, "a session could not go on");
        }
        let _told = self.wire.send(&HubFrame::Refused { error: error.body() }).await;
        Over::Refused
    }

    async fn listen(&mut self) -> Over {
        loop {
            let silent_at = self.heard + self.patience;
            let step = tokio::select! {
                () = self.shared.closed() => return Over::Closing,
                () = sleep_until(silent_at) => return Over::Silent,
                () = sleep_until(self.believed + self.heartbeat) => self.authenticate().await,
                read = self.wire.read() => match read {
                    Ok(read) => {
                        self.heard = Instant::now();
                        self.hear(read).await
                    }
                    Err(over) => Err(over),
                },
                Some(batch) = self.live.batches.recv() => self.pass_on(batch).await,
                Ok(()) = self.seat.told.changed() => self.tell_lookers().await,
            };
            if let Err(over) = step {
                return over;
            }
        }
    }

    async fn hear(&mut self, read: Read) -> Result<(), Over> {
        match read {
            Read::Nothing | Read::Frame(ClientFrame::Unknown) => Ok(()),
            Read::Frame(ClientFrame::Hello { .. }) => {
                Err(self.wire.refuse(ErrorCode::Malformed, "There is only one hello.").await)
            }
            Read::Frame(ClientFrame::Ping { n }) => self.pong(n).await,
            Read::Frame(ClientFrame::Command { id, command }) => self.command(id, command).await,
            Read::Frame(ClientFrame::Resume { cursor }) => self.resume(cursor).await,
        }
    }

    /// Hangs up if the token no longer works: it has expired, or the agent was given a new password.
    async fn authenticate(&mut self) -> Result<(), Over> {
        self.believed = Instant::now();
        match self.shared.authenticate(self.token.clone()).await {
            Ok(None) => {
                self.wire
                    .refuse(ErrorCode::Unauthorized, "You are no longer signed in. Sign in again.")
                    .await;
                return Err(Over::SignedOut);
            }
            Ok(Some(_)) => {}
            // Whether the token still works will be seen when the store can be read again.
            Err(error) => tracing::warn!(%error, "a token could not be looked at"),
        }
        Ok(())
    }

    async fn pong(&mut self, n: u64) -> Result<(), Over> {
        // Whoever handed in much at once is not hung up on for the ping that is due then: it waits its turn,
        // and what the client sends behind it waits too.
        sleep(self.pace.owe(Instant::now())).await;
        self.authenticate().await?;
        self.wire.send(&HubFrame::Pong { n, now: self.shared.now() }).await?;
        // What others may read moves the log on too; a client that hears of it starts closer to the head
        // the next time. And whoever was left behind without noticing it is brought back here at the latest.
        let head = self.shared.store.fanout().head();
        if self.told.is_some_and(|told| told < head) && self.live.batches.is_empty() {
            return self.catch_up().await;
        }
        Ok(())
    }

    async fn command(&mut self, id: CommandId, command: Command) -> Result<(), Over> {
        if let Err(wait) = self.pace.take(1.0, Instant::now()) {
            let error = too_fast(
                wait,
                "That was too much at once; the hub carries it out when it is sent again a little later.",
            );
            return self.wire.send(&HubFrame::Reply { id, error: Some(error) }).await;
        }
        self.authenticate().await?;
        if let Command::Look { conversation, writing } = command {
            return self.look(id, conversation, writing).await;
        }
        let done = self.carry_out(id, command).await;
        if let Err(error) = &done
            && !matches!(error, StoreError::Refused(_))
        {
            tracing::warn!(session = %self.by.session, %error, "a command could not be carried out");
        }
        self.wire.send(&HubFrame::Reply { id, error: done.err().map(|error| error.body()) }).await
    }

    /// What the session looks at is held as long as it lives, and is no command that could be repeated.
    async fn look(
        &mut self,
        id: CommandId,
        conversation: Option<ConversationId>,
        writing: bool,
    ) -> Result<(), Over> {
        let agent = self.by.agent.id;
        let may = match conversation {
            Some(at) => self.shared.store.read(move |conn| may_read(conn, agent, at)).await,
            None => Ok(true),
        };
        let error = match may {
            Ok(true) => {
                self.shared.looking.look(self.by.session, conversation, writing);
                None
            }
            Ok(false) => Some(StoreError::not_found("conversation").body()),
            Err(error) => Some(error.body()),
        };
        self.wire.send(&HubFrame::Reply { id, error }).await
    }

    async fn tell_lookers(&mut self) -> Result<(), Over> {
        let told = self.seat.told.borrow_and_update().clone();
        let Some((conversation, mut agents)) = told else { return Ok(()) };
        let agent = self.by.agent.id;
        match self.shared.store.read(move |conn| may_read(conn, agent, conversation)).await {
            Ok(true) => {}
            Ok(false) => {
                // Taken out of the queue since: neither do they see others there, nor others them.
                self.shared.looking.look(self.by.session, None, false);
                agents.clear();
            }
            Err(error) => {
                tracing::warn!(session = %self.by.session, %error, "who is there cannot be told now");
                return Ok(());
            }
        }
        self.wire.send(&HubFrame::Lookers { conversation, agents }).await
    }

    async fn carry_out(&mut self, id: CommandId, command: Command) -> Result<(), StoreError> {
        let Command::SendNotification { message, conversation, template, written_at } = command else {
            let (by, now) = (self.by.clone(), self.shared.now());
            return self.shared.store.write(move |tx| execute(tx, &by, id, command, now)).await;
        };
        // What went out needs no template any more.
        let agent = self.by.agent.id;
        if self.shared.store.read(move |conn| commands::is_done(conn, id, agent)).await? {
            return Ok(());
        }
        let found =
            self.shared.store.read(move |conn| readable_conversation_row(conn, agent, conversation)).await?;
        let account = self.shared.connectors.get(found.account);
        let account = account.ok_or_else(|| StoreError::not_found("account"))?;
        let filled = self.shared.templates.fill(account, &template, self.shared.now()).await;
        // The provider may have been asked meanwhile: the client is not silent just because nobody listened.
        self.heard = Instant::now();
        let Filled { content, parameters } = filled?;
        let notification = Notification { message, conversation, written_at, content, parameters };
        let (by, now) = (self.by.clone(), self.shared.now());
        self.shared.store.write(move |tx| send_template(tx, &by, id, notification, now)).await
    }

    async fn resume(&mut self, cursor: Cursor) -> Result<(), Over> {
        if let Err(wait) = self.resumes.take(1.0, Instant::now()) {
            let error = too_fast(wait, "This desktop resumed too often. Connect again in a moment.");
            self.wire.send(&HubFrame::Refused { error }).await?;
            return Err(Over::Refused);
        }
        self.authenticate().await?;
        match self.shared.store.read(log_status).await {
            Ok(standing) if standing.reaches(cursor) => {
                self.told = Some(cursor.position);
                self.catch_up().await
            }
            Ok(_) => {
                self.told = None;
                self.wire.send(&HubFrame::CursorTooOld {}).await
            }
            Err(error) => Err(self.refuse(&error).await),
        }
    }

    /// Passes committed entries on, unless the client does not know yet where it stands. What was left out is in
    /// the log, and so is what is still queued before it.
    async fn pass_on(&mut self, batch: Batch) -> Result<(), Over> {
        if self.live.is_behind() {
            // Perhaps because a sign-in ended: nothing more is said before it is known whose.
            self.authenticate().await?;
            return self.catch_up().await;
        }
        if let Some(told) = self.told {
            let news: Vec<_> =
                batch.entries.iter().filter(|(position, _)| *position > told).cloned().collect();
            let upto = batch.upto.max(told);
            if !news.is_empty() {
                self.send_entries(&news, upto).await?;
            }
            self.told = Some(upto);
        }
        Ok(())
    }

    /// Reads the log from where the client stands to the head, and goes live there. Ends with a frame that
    /// says so, also if there was nothing.
    async fn catch_up(&mut self) -> Result<(), Over> {
        let head = self.live.start_over();
        let Some(mut told) = self.told else { return Ok(()) };
        let agent = self.by.agent.id;
        loop {
            if told >= head {
                break self.send_entries(&[], told).await?;
            }
            let replay = match self.shared.store.read(move |conn| replay(conn, agent, told, head)).await {
                Ok(replay) => replay,
                Err(error) => return Err(self.refuse(&error).await),
            };
            told = replay.upto;
            // Reading takes a while: the client is not silent just because nobody listens to it.
            self.heard = Instant::now();
            if told >= head {
                break self.send_entries(&replay.entries, told).await?;
            }
            if !replay.entries.is_empty() {
                self.send_entries(&replay.entries, told).await?;
            }
        }
        self.told = Some(told);
        Ok(())
    }

    /// One frame of entries, put together from the JSON that is stored.
    async fn send_entries(
        &mut self,
        entries: &[(LogPosition, Arc<str>)],
        upto: LogPosition,
    ) -> Result<(), Over> {
        let mut parts = entries;
        loop {
            let (part, rest) = parts.split_at(cut(parts));
            let upto = match (rest.is_empty(), part.last()) {
                (false, Some((last, _))) => *last,
                _ => upto,
            };
            self.wire.send_text(entries_frame(part, upto)).await?;
            parts = rest;
            if parts.is_empty() {
                return Ok(());
            }
        }
    }
}

fn too_fast(wait: Duration, words: &str) -> ErrorBody {
    ErrorBody {
        retry_after_ms: u64::try_from(wait.as_millis()).ok().map(|ms| ms.saturating_add(1)),
        ..ErrorBody::new(ErrorCode::RateLimited, words)
    }
}

/// How many of the entries go into one frame; at least one, if there are any.
fn cut(entries: &[(LogPosition, Arc<str>)]) -> usize {
    let mut bytes = 0_usize;
    for (count, (_, change)) in entries.iter().enumerate() {
        bytes = bytes.saturating_add(change.len());
        if count > 0 && (count >= limits::FRAME_ENTRIES || bytes > limits::FRAME_BYTES) {
            return count;
        }
    }
    entries.len()
}

fn entries_frame(entries: &[(LogPosition, Arc<str>)], upto: LogPosition) -> String {
    let size: usize = entries.iter().map(|(_, change)| change.len().saturating_add(48)).sum();
    let mut text = String::with_capacity(size.saturating_add(64));
    text.push_str(r#"{"kind":"entries","entries":["#);
    for (count, (position, change)) in entries.iter().enumerate() {
        if count > 0 {
            text.push(',');
        }
        // Tx to a string cannot fail.
        let _written = write!(text, r#"{{"position":{},"change":{change}}}"#, position.0);
    }
    let _written = write!(text, r#"],"upto":{}}}"#, upto.0);
    text
}

#[cfg(test)]
mod tests {
    use deskbell_protocol::{Change, Entry, Scope};

    use super::*;

    #[test]
    fn a_frame_put_together_by_hand_reads_like_one_of_the_protocol() {
        let change = Change::Granted { scope: Scope::Queue(deskbell_protocol::QueueId::fresh()) };
        let json: Arc<str> = serde_json::to_string(&change).unwrap().into();
        let text = entries_frame(&[(LogPosition(3), json)], LogPosition(5));
        let expected = HubFrame::Entries {
            entries: vec![Entry { position: LogPosition(3), change }],
            upto: LogPosition(5),
        };
        assert_eq!(serde_json::from_str::<HubFrame>(&text).unwrap(), expected);
        let empty = HubFrame::Entries { entries: vec![], upto: LogPosition(5) };
        assert_eq!(entries_frame(&[], LogPosition(5)), serde_json::to_string(&empty).unwrap());
    }
}
