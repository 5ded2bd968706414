//! Passwords, and the tokens that stand for a sign-in.

use deskbell_protocol::{Agent, AgentId, Millis};

use crate::auth::passwords;
use crate::domain::queries::sync::malformed;
use crate::limits;
use crate::store::tables::{agents, tokens};
use crate::store::{Store, StoreError, Tx};

/// Finds whose token this is, if it still works, and renews it.
///
/// A token that is used in the second half of its life gets a whole one again: an agent who works here daily is
/// not asked for a password, and one who stays away is.
///
/// # Errors
///
/// If the store cannot be read. A renewal that cannot be stored is tried with the token's next use.
pub(crate) async fn agent_of_token(
    store: &Store,
    hash: Vec<u8>,
    now: Millis,
    life_ms: i64,
) -> Result<Option<Agent>, StoreError> {
    let asked = hash.clone();
    let Some((agent, expires_at)) = store.read(move |conn| tokens::agent(conn, &asked, now)).await? else {
        return Ok(None);
    };
    if expires_at.since(now) < life_ms / 2 {
        let renewed = store.write_whole(move |tx| tokens::renew(tx.conn, &hash, now, now.plus(life_ms)));
        if let Err(error) = renewed.await {
            tracing::warn!(%error, "a sign-in could not be renewed; it is tried with its next use");
        }
    }
    Ok(Some(agent))
}

pub(crate) fn set_password(tx: &mut Tx<'_>, agent: AgentId, hash: &str) -> Result<(), StoreError> {
    if !agents::set_password(tx.conn, agent, hash)? {
        return Err(StoreError::not_found("agent"));
    }
    // Whoever knew the old password is out.
    revoke_tokens(tx, agent).map(|_count| ())
}

/// Ends every sign-in of the agent. Returns how many there were.
pub(crate) fn revoke_tokens(tx: &mut Tx<'_>, agent: AgentId) -> Result<usize, StoreError> {
    tx.wake.tokens = true;
    tokens::delete_of(tx.conn, agent)
}

/// The password as it is stored. Hashing takes a while on purpose, so it is done beside the runtime.
pub(crate) async fn hash_off_thread(password: &str) -> Result<String, StoreError> {
    if password.chars().count() < limits::PASSWORD_MIN_CHARS || password.len() > limits::PASSWORD_BYTES {
        return Err(malformed("The password must have at least 8 characters."));
    }
    let password = password.to_owned();
    let hashed = tokio::task::spawn_blocking(move || passwords::hash(&password)).await;
    hashed.map_err(|_stopped| StoreError::Closed)?.map_err(|_unusable| StoreError::Password)
}
