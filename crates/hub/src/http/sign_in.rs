//! `POST /v1/sign-in`: name and password in, token out.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{ConnectInfo, State};
use deskbell_protocol::{ErrorBody, ErrorCode, SignIn, SignedIn};

use crate::auth::passwords;
use crate::domain::queries::sync::log_status;
use crate::http::Refused;
use crate::limits;
use crate::shared::Shared;
use crate::store::tables::{agents, tokens};

pub(crate) async fn sign_in(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    body: Result<Json<SignIn>, JsonRejection>,
) -> Result<Json<SignedIn>, Refused> {
    let Json(SignIn { name, password }) = body.map_err(|rejection| {
        let code = if rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
            ErrorCode::TooLarge
        } else {
            ErrorCode::Malformed
        };
        Refused::new(code, "The sign-in could not be read.")
    })?;
    if name.chars().count() > limits::NAME_CHARS || password.len() > limits::PASSWORD_BYTES {
        return Err(wrong());
    }
    let Some(place) = shared.hashing.place() else {
        return Err(later(
            limits::RETRY_SIGN_IN_MS,
            "Too many people sign in right now. Try again in a moment.",
        ));
    };
    let now = shared.now();
    if let Err(wait) = shared.attempts.begin(&name, peer.ip(), now) {
        let wait = u64::try_from(wait).unwrap_or_default();
        let seconds = wait.div_ceil(1000);
        let words = format!("Too many wrong passwords for this name. Try again in {seconds} s.");
        return Err(later(wait, &words));
    }
    let asked = name.clone();
    let known = shared.store.read(move |conn| agents::credentials(conn, &asked)).await?;
    let check = move || {
        let right = passwords::verify(&password, known.as_ref().map(|(_, hash)| hash.as_str()));
        known.map(|(agent, _)| agent).filter(|_| right)
    };
    let agent = shared.hashing.run(place, check).await.flatten().ok_or_else(wrong)?;
    shared.attempts.succeeded(&name, peer.ip());
    let (token, kept) = passwords::new_token().map_err(|error| {
        tracing::error!(%error, "the system gives no random numbers");
        Refused::new(ErrorCode::Internal, "The hub could not make a token.")
    })?;
    let expires_at = now.plus(shared.settings.token_life_ms());
    let hub = shared.store.read(log_status).await?.hub;
    let id = agent.id;
    shared.store.write(move |tx| tokens::insert(tx.conn, &kept, id, now, expires_at)).await?;
    tracing::info!(agent = %agent.id, "signed in");
    Ok(Json(SignedIn { token, expires_at, hub, agent }))
}

fn later(wait_ms: u64, words: &str) -> Refused {
    Refused(ErrorBody { retry_after_ms: Some(wait_ms), ..ErrorBody::new(ErrorCode::RateLimited, words) })
}

/// Does not tell which of the two was wrong.
fn wrong() -> Refused {
    Refused::new(ErrorCode::Unauthorized, "Name or password is wrong.")
}
