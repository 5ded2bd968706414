//! Passwords, and the tokens that stand for a sign-in.

use deskbell_protocol::{Agent, AgentId, Millis};

use super::Store;
use super::error::StoreError;
use super::reading::malformed;
use super::tables::{agents, tokens};
use super::writing::Writing;
use crate::{limits, passwords};

impl Store {
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

    /// One sign-in is over.
    pub(crate) async fn drop_token(&self, hash: Vec<u8>) -> Result<(), StoreError> {
        self.write(move |writing| tokens::delete(writing.conn, &hash)).await
    }

    /// Whose token this is, if it still works. One that is used in the second half of its life has a whole one
    /// before it again: whoever works here daily is not asked for a password, and whoever stays away is.
    pub(crate) async fn agent_of_token(
        &self,
        hash: Vec<u8>,
        now: Millis,
        life_ms: i64,
    ) -> Result<Option<Agent>, StoreError> {
        let asked = hash.clone();
        let Some((agent, expires_at)) = self.read(move |conn| tokens::agent(conn, &asked, now)).await? else {
            return Ok(None);
        };
        if expires_at.since(now) < life_ms / 2 {
            let renewed =
                self.write_whole(move |writing| tokens::renew(writing.conn, &hash, now, now.plus(life_ms)));
            if let Err(error) = renewed.await {
                tracing::warn!(%error, "a sign-in could not be renewed; it is tried with its next use");
            }
        }
        Ok(Some(agent))
    }
}

impl Writing<'_> {
    pub(super) fn set_password(&mut self, agent: AgentId, hash: &str) -> Result<(), StoreError> {
        if !agents::set_password(self.conn, agent, hash)? {
            return Err(StoreError::not_found("agent"));
        }
        // Whoever knew the old password is out.
        self.revoke(agent).map(|_count| ())
    }

    /// Ends every sign-in of the agent. Returns how many there were.
    pub(super) fn revoke(&mut self, agent: AgentId) -> Result<usize, StoreError> {
        self.wake.tokens = true;
        tokens::delete_of(self.conn, agent)
    }
}

/// The password as it is stored. Hashing takes a while on purpose, so it is done beside the runtime.
pub(super) async fn hash_off_thread(password: &str) -> Result<String, StoreError> {
    if password.chars().count() < limits::PASSWORD_MIN_CHARS || password.len() > limits::PASSWORD_BYTES {
        return Err(malformed("The password must have at least 8 characters."));
    }
    let password = password.to_owned();
    let hashed = tokio::task::spawn_blocking(move || passwords::hash(&password)).await;
    hashed.map_err(|_stopped| StoreError::Closed)?.map_err(|_unusable| StoreError::Password)
}
