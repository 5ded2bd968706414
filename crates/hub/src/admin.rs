//! Administration of a hub's store, for the commands `deskbell-hub agent` and `deskbell-hub member`.

use std::path::Path;

use deskbell_protocol::{
    Agent, AgentId, Channel, ConversationId, Message, Millis, Queue, QueueId, Role, Snapshot,
};

use crate::domain::accounts::seed::{SetUp, seed};
use crate::domain::agents;
use crate::domain::agents::admin::AgentAccess;
use crate::domain::queries::sync;
use crate::store::{Rules, Store, StoreError, tables};

/// Administrative access to a hub's store. Clones share it; the last one closes it.
#[derive(Clone, Debug)]
pub struct Admin {
    store: Store,
}

impl Admin {
    /// Opens the store, and creates it if needed. The hub may be running.
    ///
    /// # Errors
    ///
    /// If the file cannot be used, or is of a newer version.
    pub fn open(path: &Path, rules: Rules, set_up: SetUp, now: Millis) -> Result<Self, StoreError> {
        let store = Store::open(path, rules, |tx| seed(tx, set_up, now))?;
        Ok(Self { store })
    }

    /// Administrative access to a store that is open already.
    pub(crate) const fn of(store: Store) -> Self {
        Self { store }
    }

    /// Returns the queue of this name, and creates it if needed.
    ///
    /// # Errors
    ///
    /// If it cannot be stored.
    pub async fn ensure_queue(&self, name: &str) -> Result<Queue, StoreError> {
        let name = name.to_owned();
        self.store.write(move |tx| agents::admin::ensure_queue(tx, &name)).await
    }

    /// The queue of this name.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub async fn queue_named(&self, name: &str) -> Result<Option<Queue>, StoreError> {
        let name = name.to_owned();
        self.store.read(move |conn| tables::queues::by_name(conn, &name)).await
    }

    /// All queues, by their names.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub async fn queues(&self) -> Result<Vec<Queue>, StoreError> {
        self.store.read(tables::queues::all).await
    }

    /// Adds an agent.
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
        let name = agents::admin::usable_name(name)?;
        let hash = agents::sign_in::hash_off_thread(password).await?;
        self.store.write(move |tx| agents::admin::add_agent(tx, &name, &hash, role, now)).await
    }

    /// Disables an agent: revokes their sign-ins and prevents new ones. Their active interactions are queued again, and
    /// ended ones are done.
    ///
    /// # Errors
    ///
    /// `NotFound` without such an agent; if it cannot be stored.
    pub async fn disable(&self, agent: AgentId, now: Millis) -> Result<(), StoreError> {
        self.store.write(move |tx| agents::admin::disable_agent(tx, agent, now)).await
    }

    /// Allows a disabled agent to sign in again.
    ///
    /// # Errors
    ///
    /// `NotFound` without such an agent; if it cannot be stored.
    pub async fn enable(&self, agent: AgentId) -> Result<(), StoreError> {
        self.store.write(move |tx| agents::admin::enable_agent(tx, agent)).await
    }

    /// An agent's queues, sign-ins and open sessions, and whether they are disabled.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub async fn access_of(&self, agent: AgentId, now: Millis) -> Result<AgentAccess, StoreError> {
        self.store.read(move |conn| agents::admin::access(conn, agent, now)).await
    }

    /// The agent of this name; the comparison ignores case.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub async fn agent_named(&self, name: &str) -> Result<Option<Agent>, StoreError> {
        let name = name.to_owned();
        self.store.read(move |conn| tables::agents::by_name(conn, &name)).await
    }

    /// All agents, by name.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub async fn agents(&self) -> Result<Vec<Agent>, StoreError> {
        self.store.read(tables::agents::all).await
    }

    /// Adds the agent to the queue.
    ///
    /// # Errors
    ///
    /// If it cannot be stored.
    pub async fn add_member(&self, agent: AgentId, queue: QueueId, now: Millis) -> Result<(), StoreError> {
        self.store.write(move |tx| agents::admin::add_member(tx, agent, queue, now)).await
    }

    /// Removes the agent from the queue, so that they no longer see anything of it.
    ///
    /// # Errors
    ///
    /// If it cannot be stored.
    pub async fn remove_member(&self, agent: AgentId, queue: QueueId, now: Millis) -> Result<(), StoreError> {
        self.store.write(move |tx| agents::admin::remove_member(tx, agent, queue, now)).await
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
        self.store.write(move |tx| agents::admin::set_capacity(tx, agent, channel, capacity, now)).await
    }

    /// Sets an agent's password, and revokes their sign-ins and sessions.
    ///
    /// # Errors
    ///
    /// `NotFound` without such an agent; `Malformed` if the password is too short; if it cannot be stored.
    pub async fn set_password(&self, agent: AgentId, password: &str) -> Result<(), StoreError> {
        let hash = agents::sign_in::hash_off_thread(password).await?;
        self.store.write(move |tx| agents::sign_in::set_password(tx, agent, &hash)).await
    }

    /// Revokes all sign-ins of an agent; open sessions end at once. Returns how many sign-ins there were.
    ///
    /// # Errors
    ///
    /// If it cannot be stored.
    pub async fn revoke(&self, agent: AgentId) -> Result<usize, StoreError> {
        self.store.write(move |tx| agents::sign_in::revoke_tokens(tx, agent)).await
    }

    /// How many sessions the agent has.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub async fn count_sessions(&self, agent: AgentId) -> Result<i64, StoreError> {
        self.store.read(move |conn| tables::sessions::count(conn, agent)).await
    }

    /// How many deliveries could not be processed and were set aside for an administrator.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub async fn count_set_aside(&self) -> Result<i64, StoreError> {
        self.store.read(tables::raw_deliveries::count_set_aside).await
    }

    /// The snapshot that an agent's desktop reads.
    ///
    /// # Errors
    ///
    /// `NotFound` without such an agent; if the store cannot be read.
    pub async fn snapshot(&self, agent: AgentId) -> Result<Snapshot, StoreError> {
        self.store.read(move |conn| sync::snapshot(conn, agent)).await
    }

    /// A whole transcript, oldest first, without a check of permissions.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub async fn transcript(&self, conversation: ConversationId) -> Result<Vec<Message>, StoreError> {
        self.store.read(move |conn| sync::transcript(conn, conversation)).await
    }

    /// Limits the size of the store, in pages of 4096 bytes; `None` removes the limit. A store at its limit behaves
    /// like one on a full disk.
    ///
    /// # Errors
    ///
    /// If the store is closed.
    pub async fn cap_pages(&self, pages: Option<u32>) -> Result<(), StoreError> {
        self.store.cap_pages(pages).await
    }
}
