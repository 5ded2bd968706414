//! `POST /v1/sign-in`: exchanges name and password for a token.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{ConnectInfo, State};
use deskbell_protocol::{ErrorBody, ErrorCode, SignIn, SignedIn};

use crate::auth::passwords;
use crate::domain::queries::sync::log_status;
use crate::http::ApiError;
use crate::limits;
use crate::shared::Shared;
use crate::store::tables::{agents, tokens};

/// Checks name and password, and issues a token.
///
/// Attempts are limited per name and address, and hashing has a bounded queue.
pub(crate) async fn sign_in(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    body: Result<Json<SignIn>, JsonRejection>,
) -> Result<Json<SignedIn>, ApiError> {
    let Json(SignIn { name, password }) = body.map_err(|rejection| {
        let code = if rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
            ErrorCode::TooLarge
        } else {
            ErrorCode::Malformed
        };
        ApiError::new(code, "The sign-in could not be read.")
    })?;
    if name.chars().count() > limits::NAME_CHARS || password.len() > limits::PASSWORD_BYTES {
        return Err(wrong_credentials());
    }
    let Some(slot) = shared.hashing.try_reserve() else {
        return Err(rate_limited(
            limits::RETRY_SIGN_IN_MS,
            "Too many people are signing in. Try again in a moment.",
        ));
    };
    let now = shared.now();
    if let Err(wait) = shared.attempts.begin(&name, peer.ip(), now) {
        let wait = u64::try_from(wait).unwrap_or_default();
        let seconds = wait.div_ceil(1000);
        let words = format!("Too many wrong passwords for this name. Try again in {seconds} s.");
        return Err(rate_limited(wait, &words));
    }
    let lookup = name.clone();
    let stored = shared.store.read(move |conn| agents::credentials(conn, &lookup)).await?;
    let check = move || {
        let right = passwords::verify(&password, stored.as_ref().map(|(_, hash)| hash.as_str()));
        stored.map(|(agent, _)| agent).filter(|_| right)
    };
    let agent = shared.hashing.run(slot, check).await.flatten().ok_or_else(wrong_credentials)?;
    shared.attempts.succeeded(&name, peer.ip());
    let (token, hash) = passwords::new_token().map_err(|error| {
        tracing::error!(%error, "the operating system provides no random numbers");
        ApiError::new(
            ErrorCode::Internal,
            "The hub could not create a token. You are not signed in. Try again later.",
        )
    })?;
    let expires_at = now.plus(shared.settings.token_life_ms());
    let hub = shared.store.read(log_status).await?.hub;
    let id = agent.id;
    shared.store.write(move |tx| tokens::insert(tx.conn, &hash, id, now, expires_at)).await?;
    tracing::info!(agent = %agent.id, "an agent signed in");
    Ok(Json(SignedIn { token, expires_at, hub, agent }))
}

fn rate_limited(wait_ms: u64, words: &str) -> ApiError {
    ApiError(ErrorBody { retry_after_ms: Some(wait_ms), ..ErrorBody::new(ErrorCode::RateLimited, words) })
}

/// The same error for a wrong name and for a wrong password, so that it does not reveal which names exist.
fn wrong_credentials() -> ApiError {
    ApiError::new(ErrorCode::Unauthorized, "Name or password is wrong.")
}
