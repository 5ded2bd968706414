//! Passwords, and the tokens of signed-in agents.

use deskbell_protocol::{Agent, AgentId, Millis};

use crate::auth::passwords;
use crate::domain::queries::sync::malformed;
use crate::limits;
use crate::store::tables::{agents, tokens};
use crate::store::{Store, StoreError, Tx};

/// Returns the agent of a valid token, and renews the token.
///
/// A token that is used in the second half of its lifetime gets a full lifetime again, so that an agent who works
/// daily is not asked for a password.
///
/// # Errors
///
/// If the store cannot be read. A renewal that cannot be stored is retried with the next use of the token.
pub(crate) async fn agent_of_token(
    store: &Store,
    hash: Vec<u8>,
    now: Millis,
    life_ms: i64,
) -> Result<Option<Agent>, StoreError> {
    let lookup = hash.clone();
    let Some((agent, expires_at)) = store.read(move |conn| tokens::agent(conn, &lookup, now)).await? else {
        return Ok(None);
    };
    if expires_at.since(now) < life_ms / 2 {
        let renewed = store.write_atomic(move |tx| tokens::renew(tx.conn, &hash, now, now.plus(life_ms)));
        if let Err(error) = renewed.await {
            tracing::warn!(%error, "a sign-in could not be renewed; this is retried with its next use");
        }
    }
    Ok(Some(agent))
}

/// Sets the password hash and revokes all sign-ins of the agent.
///
/// # Errors
///
/// `NotFound` if there is no such agent.
pub(crate) fn set_password(tx: &mut Tx<'_>, agent: AgentId, hash: &str) -> Result<(), StoreError> {
    if !agents::set_password(tx.conn, agent, hash)? {
        return Err(StoreError::not_found("agent"));
    }
    // Somebody else may have known the old password.
    revoke_tokens(tx, agent).map(|_count| ())
}

/// Revokes all sign-ins of the agent. Returns how many there were.
pub(crate) fn revoke_tokens(tx: &mut Tx<'_>, agent: AgentId) -> Result<usize, StoreError> {
    tx.wake.tokens = true;
    tokens::delete_of(tx.conn, agent)
}

/// Hashes a new password on a blocking thread, because hashing is slow on purpose.
///
/// # Errors
///
/// `Malformed` if the password is too short or too long; if it cannot be hashed.
pub(crate) async fn hash_off_thread(password: &str) -> Result<String, StoreError> {
    if password.chars().count() < limits::PASSWORD_MIN_CHARS || password.len() > limits::PASSWORD_BYTES {
        return Err(malformed("The password must have at least 8 characters."));
    }
    let password = password.to_owned();
    let hashed = tokio::task::spawn_blocking(move || passwords::hash(&password)).await;
    hashed.map_err(|_stopped| StoreError::Closed)?.map_err(|_error| StoreError::Password)
}
