//! The truth: everything the hub knows, in one SQLite file.
//!
//! One concrete type whose methods are operations of the domain. Each is one transaction, takes the time,
//! and has its effects logged; no connection leaks out. Reads run on connections of their own.

use std::path::Path;
use std::sync::Arc;

use deskbell_connectors::{Inbound, SendOutcome};
use deskbell_protocol::{
    AccountId, Agent, AgentId, Channel, Command, CommandId, ConversationId, ConversationPage, LogPosition,
    Message, MessageId, MessagePage, Millis, Position, Queue, QueueId, Role, SessionId, Snapshot,
};

mod access;
mod answering;
mod arriving;
mod case_notes;
mod changing;
mod delivering;
mod error;
mod examining;
mod expiring;
mod handling;
mod offering;
mod people;
mod presence;
mod reacting;
mod readers;
mod reading;
mod schema;
mod tables;
mod values;
mod writer;
mod writing;

pub use error::StoreError;
pub use expiring::Keep;
pub use tables::accounts::Account;
pub use writing::Rules;

pub(crate) use delivering::Claimed;
pub(crate) use examining::examine;
pub(crate) use handling::By;
pub(crate) use reading::{Narrow, Replay, Standing, malformed};
pub(crate) use schema::known_schema;
pub(crate) use tables::raw_deliveries::RawDelivery;
pub(crate) use writing::Committed;
#[cfg(test)]
pub(crate) use writing::{Published, Wake};

use crate::fanout::Fanout;
use crate::{limits, passwords};
use readers::Readers;
use tables::deadlines::{self, Kind};
use tables::{accounts, agents, log, outbound, queues, raw_deliveries, sessions, tokens};
use writer::Writer;
use writing::Writing;

/// The store of a hub. Clones share it; the last one closes it.
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    writer: Writer,
    readers: Arc<Readers>,
    fanout: Arc<Fanout>,
}

/// How an agent stands with the hub, for an administrator.
#[derive(Clone, Debug)]
pub struct AgentStanding {
    /// The queues they work for.
    pub queues: Vec<Queue>,
    /// Since when they may not sign in, if so.
    pub disabled_at: Option<Millis>,
    /// The sign-ins that still work: since when, and until when.
    pub sign_ins: Vec<(Millis, Millis)>,
    /// Since when each open session is open. Of the last life of the hub, if none runs.
    pub sessions: Vec<Millis>,
}

/// What a store is set up with each time it is opened.
#[derive(Clone, Debug, Default)]
pub struct SetUp {
    /// Queues that must exist, by name.
    pub queues: Vec<String>,
    /// Accounts with the name of their queue; it is made if need be. The account's own `queue` is ignored.
    pub accounts: Vec<(Account, String)>,
    /// Agents that must exist: name, password, role, queues. One who exists keeps what was made of them
    /// since: password, role and queues.
    pub agents: Vec<(String, String, Role, Vec<String>)>,
    /// Whether this opening begins a new life of the hub: nobody is connected, and nothing is with a
    /// provider any more.
    pub fresh_start: bool,
}

impl Store {
    /// Opens the store in this file, or makes it.
    ///
    /// # Errors
    ///
    /// If the file cannot be used, or is of a newer version.
    pub fn open(path: &Path, rules: Rules, set_up: SetUp, now: Millis) -> Result<Self, StoreError> {
        let conn = schema::open(path)?;
        writer::run_alone(&conn, &rules, |writing| writing.set_up(set_up, now))?;
        let fanout = Arc::new(Fanout::default());
        fanout.start_at(log::head(&conn)?);
        let readers = Arc::new(Readers::open(path)?);
        let writer = Writer::start(conn, Arc::new(rules), Arc::clone(&fanout))?;
        Ok(Self { inner: Arc::new(Inner { writer, readers, fanout }) })
    }

    pub(crate) fn fanout(&self) -> &Arc<Fanout> {
        &self.inner.fanout
    }

    async fn write<T, F>(&self, operation: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Writing<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.inner.writer.write(operation).await
    }

    async fn read<T, F>(&self, look: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&rusqlite::Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.inner.readers.read(look).await
    }

    /// Caps the size of the file, in pages of 4096 bytes; `None`: only the disk does. A store at its cap
    /// behaves like one on a full disk.
    ///
    /// # Errors
    ///
    /// If the store is closed.
    pub async fn cap_pages(&self, pages: Option<u32>) -> Result<(), StoreError> {
        self.write(move |writing| {
            let pages = pages.map_or(4_294_967_294, i64::from);
            writing.conn.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_row| Ok(()))?;
            Ok(())
        })
        .await
    }

    // People.

    /// Makes the queue of this name, unless it is there.
    ///
    /// # Errors
    ///
    /// If it cannot be stored.
    pub async fn ensure_queue(&self, name: &str) -> Result<Queue, StoreError> {
        let name = name.to_owned();
        self.write(move |writing| writing.ensure_queue(&name)).await
    }

    /// The queue of this name.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub async fn queue_named(&self, name: &str) -> Result<Option<Queue>, StoreError> {
        let name = name.to_owned();
        self.read(move |conn| queues::by_name(conn, &name)).await
    }

    /// Adds someone who may sign in.
    ///
    /// # Errors
    ///
    /// `Malformed` if the name is taken or unusable, or the password too short; if it cannot be stored.
    pub async fn add_agent(
        &self,
        name: &str,
        password: &str,
        role: Role,
        now: Millis,
    ) -> Result<Agent, StoreError> {
        let name = people::usable_name(name)?;
        let hash = hash_off_thread(password).await?;
        self.write(move |writing| writing.add_agent(&name, &hash, role, now)).await
    }

    /// Gives an agent a new password. Whoever is signed in under the old one is signed out.
    ///
    /// # Errors
    ///
    /// `NotFound` without such an agent; `Malformed` if the password is too short; if it cannot be stored.
    pub async fn set_password(&self, agent: AgentId, password: &str) -> Result<(), StoreError> {
        let hash = hash_off_thread(password).await?;
        self.write(move |writing| writing.set_password(agent, &hash)).await
    }

    /// Ends every sign-in of an agent; open sessions end at once. Returns how many sign-ins there were.
    ///
    /// # Errors
    ///
    /// If it cannot be stored.
    pub async fn revoke(&self, agent: AgentId) -> Result<usize, StoreError> {
        self.write(move |writing| writing.revoke(agent)).await
    }

    /// Ends every sign-in of an agent and lets them sign in no more. What they handled waits in its queue
    /// again, and what they had ended is done.
    ///
    /// # Errors
    ///
    /// `NotFound` without such an agent; if it cannot be stored.
    pub async fn disable(&self, agent: AgentId, now: Millis) -> Result<(), StoreError> {
        self.write(move |writing| writing.disable(agent, now)).await
    }

    /// Lets an agent sign in again who was disabled.
    ///
    /// # Errors
    ///
    /// `NotFound` without such an agent; if it cannot be stored.
    pub async fn enable(&self, agent: AgentId) -> Result<(), StoreError> {
        self.write(move |writing| writing.enable(agent)).await
    }

    /// How an agent stands: queues, whether disabled, sign-ins and open sessions.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub async fn standing_of(&self, agent: AgentId, now: Millis) -> Result<AgentStanding, StoreError> {
        self.read(move |conn| {
            Ok(AgentStanding {
                queues: queues::of_agent(conn, agent)?,
                disabled_at: agents::disabled_at(conn, agent)?,
                sign_ins: tokens::of_agent(conn, agent, now)?,
                sessions: sessions::of_agent(conn, agent)?,
            })
        })
        .await
    }

    /// The agent of this name; upper and lower case are the same.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub async fn agent_named(&self, name: &str) -> Result<Option<Agent>, StoreError> {
        let name = name.to_owned();
        self.read(move |conn| agents::by_name(conn, &name)).await
    }

    /// Everyone who may sign in.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub async fn agents(&self) -> Result<Vec<Agent>, StoreError> {
        self.read(agents::all).await
    }

    /// Makes the agent a member of the queue.
    ///
    /// # Errors
    ///
    /// If it cannot be stored.
    pub async fn add_member(&self, agent: AgentId, queue: QueueId, now: Millis) -> Result<(), StoreError> {
        self.write(move |writing| writing.add_member(agent, queue, now)).await
    }

    /// Takes the agent out of the queue: they no longer see anything of it.
    ///
    /// # Errors
    ///
    /// If it cannot be stored.
    pub async fn remove_member(&self, agent: AgentId, queue: QueueId, now: Millis) -> Result<(), StoreError> {
        self.write(move |writing| writing.remove_member(agent, queue, now)).await
    }

    /// Sets how many interactions of the channel the agent handles at once.
    ///
    /// # Errors
    ///
    /// `NotFound` if none of the agent's queues has the channel; if it cannot be stored.
    pub async fn set_capacity(
        &self,
        agent: AgentId,
        channel: Channel,
        capacity: u32,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.write(move |writing| writing.set_capacity(agent, channel, capacity, now)).await
    }

    /// How many desktops the agent is connected from.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub async fn count_sessions(&self, agent: AgentId) -> Result<i64, StoreError> {
        self.read(move |conn| sessions::count(conn, agent)).await
    }

    pub(crate) async fn credentials(&self, name: String) -> Result<Option<(Agent, String)>, StoreError> {
        self.read(move |conn| agents::credentials(conn, &name)).await
    }

    pub(crate) async fn keep_token(
        &self,
        hash: Vec<u8>,
        agent: AgentId,
        now: Millis,
        expires_at: Millis,
    ) -> Result<(), StoreError> {
        self.write(move |writing| tokens::insert(writing.conn, &hash, agent, now, expires_at)).await
    }

    pub(crate) async fn agent_of_token(
        &self,
        hash: Vec<u8>,
        now: Millis,
    ) -> Result<Option<Agent>, StoreError> {
        self.read(move |conn| tokens::agent(conn, &hash, now)).await
    }

    // Presence and commands.

    pub(crate) async fn session_opened(
        &self,
        session: SessionId,
        agent: AgentId,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.write(move |writing| writing.session_opened(session, agent, now)).await
    }

    pub(crate) async fn session_closed(
        &self,
        session: SessionId,
        agent: AgentId,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.write(move |writing| writing.session_closed(session, agent, now)).await
    }

    pub(crate) async fn command(
        &self,
        by: By,
        id: CommandId,
        command: Command,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.write(move |writing| writing.command(&by, id, command, now)).await
    }

    // What providers deliver.

    /// Keeps a provider's delivery as it came. After this it is safe.
    pub(crate) async fn keep_raw(
        &self,
        account: AccountId,
        body: axum::body::Bytes,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.write(move |writing| {
            writing.wake.raw = true;
            raw_deliveries::insert(writing.conn, account, &body, now)
        })
        .await
    }

    pub(crate) async fn pending_raw(&self, after: i64) -> Result<Vec<RawDelivery>, StoreError> {
        self.read(move |conn| raw_deliveries::pending(conn, after, limits::RAW_AT_ONCE)).await
    }

    pub(crate) async fn take_up(
        &self,
        delivery: i64,
        account: AccountId,
        items: Vec<Inbound>,
        received_at: Millis,
        now: Millis,
    ) -> Result<usize, StoreError> {
        self.write(move |writing| writing.take_up(delivery, account, &items, received_at, now)).await
    }

    pub(crate) async fn set_aside(&self, delivery: i64, why: &'static str) -> Result<(), StoreError> {
        self.write(move |writing| raw_deliveries::close(writing.conn, delivery, Some(why))).await
    }

    /// How many deliveries could not be taken up and wait for a person to look at them.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub async fn count_set_aside(&self) -> Result<i64, StoreError> {
        self.read(raw_deliveries::count_set_aside).await
    }

    // What goes to providers.

    pub(crate) async fn claim(&self, now: Millis, limit: usize) -> Result<Vec<Claimed>, StoreError> {
        self.write(move |writing| writing.claim(now, limit)).await
    }

    pub(crate) async fn settle(
        &self,
        id: MessageId,
        outcome: SendOutcome,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.write(move |writing| writing.settle(id, outcome, now)).await
    }

    pub(crate) async fn next_outbound(&self) -> Result<Option<Millis>, StoreError> {
        self.read(outbound::next_due).await
    }

    // Deadlines.

    pub(crate) async fn run_due(&self, now: Millis, keep: Keep) -> Result<(), StoreError> {
        self.write(move |writing| writing.run_due(now, keep)).await
    }

    pub(crate) async fn next_deadline(&self) -> Result<Option<Millis>, StoreError> {
        self.read(deadlines::next).await
    }

    // What clients read.

    pub(crate) async fn standing(&self) -> Result<Standing, StoreError> {
        self.read(reading::standing).await
    }

    pub(crate) async fn replay(
        &self,
        agent: AgentId,
        after: LogPosition,
        upto: LogPosition,
    ) -> Result<Replay, StoreError> {
        self.read(move |conn| reading::replay(conn, agent, after, upto)).await
    }

    /// What the agent sees of their own state.
    ///
    /// # Errors
    ///
    /// `NotFound` without such an agent; if the store cannot be read.
    pub async fn snapshot(&self, agent: AgentId) -> Result<Snapshot, StoreError> {
        self.read(move |conn| reading::snapshot(conn, agent)).await
    }

    pub(crate) async fn conversation_page(
        &self,
        agent: AgentId,
        narrow: Narrow,
        after: Option<ConversationId>,
        limit: u32,
    ) -> Result<ConversationPage, StoreError> {
        self.read(move |conn| reading::conversation_page(conn, agent, narrow, after, limit)).await
    }

    pub(crate) async fn message_page(
        &self,
        agent: AgentId,
        conversation: ConversationId,
        before: Option<Position>,
        limit: u32,
    ) -> Result<MessagePage, StoreError> {
        self.read(move |conn| reading::message_page(conn, agent, conversation, before, limit)).await
    }

    /// A whole transcript, oldest first, whoever may read it.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub async fn transcript(&self, conversation: ConversationId) -> Result<Vec<Message>, StoreError> {
        self.read(move |conn| reading::transcript(conn, conversation)).await
    }
}

impl Writing<'_> {
    fn set_up(&mut self, set_up: SetUp, now: Millis) -> Result<(), StoreError> {
        tables::meta::generation(self.conn)?;
        for name in set_up.queues {
            self.ensure_queue(&name)?;
        }
        for (mut account, queue) in set_up.accounts {
            account.queue = self.ensure_queue(&queue)?.id;
            accounts::put(self.conn, &account)?;
        }
        for (name, password, role, member_of) in set_up.agents {
            let name = people::usable_name(&name)?;
            // Who was taken out of a queue since does not come back by a restart.
            if agents::by_name(self.conn, &name)?.is_some() {
                continue;
            }
            let hash = passwords::hash(&password).map_err(|_unusable| StoreError::Password)?;
            let agent = self.add_agent(&name, &hash, role, now)?;
            for queue in member_of {
                let queue = self.ensure_queue(&queue)?.id;
                self.add_member(agent.id, queue, now)?;
            }
        }
        if set_up.fresh_start {
            self.clear_sessions(now)?;
            self.withdraw_all_ringing(now)?;
            self.recount_all(now)?;
            self.give_up_all_posting(now)?;
            deadlines::set_earliest(self.conn, Kind::Retention, &uuid::Uuid::nil(), now)?;
        }
        Ok(())
    }
}

async fn hash_off_thread(password: &str) -> Result<String, StoreError> {
    if password.chars().count() < limits::PASSWORD_MIN_CHARS || password.len() > limits::PASSWORD_BYTES {
        return Err(malformed("The password must have at least 8 characters."));
    }
    let password = password.to_owned();
    let hashed = tokio::task::spawn_blocking(move || passwords::hash(&password)).await;
    hashed.map_err(|_stopped| StoreError::Closed)?.map_err(|_unusable| StoreError::Password)
}

#[cfg(test)]
mod tests;
