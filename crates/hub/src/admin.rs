//! What an administrator does to a hub's store: the commands of `deskbell-hub agent` and `deskbell-hub member`.

use std::path::Path;

use deskbell_protocol::{
    Agent, AgentId, Channel, ConversationId, Message, Millis, Queue, QueueId, Role, Snapshot,
};

use crate::domain::accounts::seed::{SetUp, seed};
use crate::domain::agents;
use crate::domain::agents::admin::AgentStanding;
use crate::domain::queries::sync;
use crate::store::{Rules, Store, StoreError, tables};

/// A hub's store, in an administrator's hands. Clones share it; the last one closes it.
#[derive(Clone, Debug)]
pub struct Admin {
    store: Store,
}

impl Admin {
    /// Opens the store of a hub that may be running, or makes it.
    ///
    /// # Errors
    ///
    /// If the file cannot be used, or is of a newer version.
    pub fn open(path: &Path, rules: Rules, set_up: SetUp, now: Millis) -> Result<Self, StoreError> {
        let store = Store::open(path, rules, |tx| seed(tx, set_up, now))?;
        Ok(Self { store })
    }

    pub(crate) const fn of(store: Store) -> Self {
        Self { store }
    }

    /// Makes the queue of this name, unless it is there.
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
        let name = agents::admin::usable_name(name)?;
        let hash = agents::sign_in::hash_off_thread(password).await?;
        self.store.write(move |tx| agents::admin::add_agent(tx, &name, &hash, role, now)).await
    }

    /// Ends every sign-in of an agent and lets them sign in no more. What they handled waits in its queue
    /// again, and what they had ended is done.
    ///
    /// # Errors
    ///
    /// `NotFound` without such an agent; if it cannot be stored.
    pub async fn disable(&self, agent: AgentId, now: Millis) -> Result<(), StoreError> {
        self.store.write(move |tx| agents::admin::disable_agent(tx, agent, now)).await
    }

    /// Lets an agent sign in again who was disabled.
    ///
    /// # Errors
    ///
    /// `NotFound` without such an agent; if it cannot be stored.
    pub async fn enable(&self, agent: AgentId) -> Result<(), StoreError> {
        self.store.write(move |tx| agents::admin::enable_agent(tx, agent)).await
    }

    /// How an agent stands: queues, whether disabled, sign-ins and open sessions.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub async fn standing_of(&self, agent: AgentId, now: Millis) -> Result<AgentStanding, StoreError> {
        self.store.read(move |conn| agents::admin::standing(conn, agent, now)).await
    }

    /// The agent of this name; upper and lower case are the same.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub async fn agent_named(&self, name: &str) -> Result<Option<Agent>, StoreError> {
        let name = name.to_owned();
        self.store.read(move |conn| tables::agents::by_name(conn, &name)).await
    }

    /// Everyone who may sign in.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub async fn agents(&self) -> Result<Vec<Agent>, StoreError> {
        self.store.read(tables::agents::all).await
    }

    /// Makes the agent a member of the queue.
    ///
    /// # Errors
    ///
    /// If it cannot be stored.
    pub async fn add_member(&self, agent: AgentId, queue: QueueId, now: Millis) -> Result<(), StoreError> {
        self.store.write(move |tx| agents::admin::add_member(tx, agent, queue, now)).await
    }

    /// Takes the agent out of the queue: they no longer see anything of it.
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

    /// Gives an agent a new password. Sessions and sign-ins under the old one end.
    ///
    /// # Errors
    ///
    /// `NotFound` without such an agent; `Malformed` if the password is too short; if it cannot be stored.
    pub async fn set_password(&self, agent: AgentId, password: &str) -> Result<(), StoreError> {
        let hash = agents::sign_in::hash_off_thread(password).await?;
        self.store.write(move |tx| agents::sign_in::set_password(tx, agent, &hash)).await
    }

    /// Ends every sign-in of an agent; open sessions end at once. Returns how many sign-ins there were.
    ///
    /// # Errors
    ///
    /// If it cannot be stored.
    pub async fn revoke(&self, agent: AgentId) -> Result<usize, StoreError> {
        self.store.write(move |tx| agents::sign_in::revoke_tokens(tx, agent)).await
    }

    /// How many desktops the agent is connected from.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub async fn count_sessions(&self, agent: AgentId) -> Result<i64, StoreError> {
        self.store.read(move |conn| tables::sessions::count(conn, agent)).await
    }

    /// How many deliveries could not be processed and wait for a person.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub async fn count_set_aside(&self) -> Result<i64, StoreError> {
        self.store.read(tables::raw_deliveries::count_set_aside).await
    }

    /// What an agent reads of their own state.
    ///
    /// # Errors
    ///
    /// `NotFound` without such an agent; if the store cannot be read.
    pub async fn snapshot(&self, agent: AgentId) -> Result<Snapshot, StoreError> {
        self.store.read(move |conn| sync::snapshot(conn, agent)).await
    }

    /// A whole transcript, oldest first, whether or not anybody may read it.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub async fn transcript(&self, conversation: ConversationId) -> Result<Vec<Message>, StoreError> {
        self.store.read(move |conn| sync::transcript(conn, conversation)).await
    }

    /// Limits the size of the store, in pages of 4096 bytes; `None`: only the disk does. A store at its limit
    /// behaves like one on a full disk.
    ///
    /// # Errors
    ///
    /// If the store is closed.
    pub async fn cap_pages(&self, pages: Option<u32>) -> Result<(), StoreError> {
        self.store.cap_pages(pages).await
    }
}
