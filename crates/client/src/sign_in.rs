//! Signing in by hand: from what somebody typed to a token, or to a reason that they can act on.

mod address;

use std::time::Duration;

use deskbell_protocol::{ErrorCode, HubId, PROTOCOL_VERSION};
use reqwest::Url;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::api::SignInRefusal;
use crate::secrets::{Password, Token};
use crate::transfer::{self, TransferError};

pub use address::hub_address;

/// How long somebody waits for a sign-in.
const PATIENCE: Duration = Duration::from_secs(12);

/// How long a goodbye may take; nobody waits for it.
const GOODBYE: Duration = Duration::from_secs(3);

/// How long it may take to find out whether anything listens there at all.
const PROBE: Duration = Duration::from_secs(2);

/// A sign-in that worked.
#[derive(Clone, Debug)]
pub struct Admission {
    /// The hub's address as it is written everywhere else.
    pub url: String,
    /// Which hub answered.
    pub hub: HubId,
    /// What people call it.
    pub hub_name: String,
    /// The agent's name as the hub writes it.
    pub agent: String,
    /// What the next connection shows.
    pub token: Token,
}

/// Signs in at an address as somebody typed it. The password is shown only to a hub, and if there is an `expected`
/// one, only to that.
///
/// # Errors
/// With the reason why it came to nothing.
pub async fn sign_in(
    typed: &str,
    agent: &str,
    password: &Password,
    expected: Option<HubId>,
) -> Result<Admission, SignInRefusal> {
    let url = hub_address(typed)?;
    match timeout(PATIENCE, Box::pin(enter(url.clone(), agent, password, expected))).await {
        Ok(outcome) => outcome,
        Err(_elapsed) => Err(SignInRefusal::Unreachable),
    }
}

async fn enter(
    url: String,
    agent: &str,
    password: &Password,
    expected: Option<HubId>,
) -> Result<Admission, SignInRefusal> {
    let client = transfer::client().map_err(|_no_tls| SignInRefusal::Untrusted)?;
    let identity = match transfer::identity(&client, &url).await {
        Ok(identity) => identity,
        Err(TransferError::Unreachable) => return Err(silence(&url).await),
        Err(error) => return Err(no_identity(&error)),
    };
    if identity.protocol != PROTOCOL_VERSION {
        return Err(SignInRefusal::Incompatible);
    }
    if expected.is_some_and(|expected| expected != identity.hub) {
        return Err(SignInRefusal::OtherHub);
    }
    let signed_in = transfer::sign_in(&client, &url, agent, password.reveal()).await.map_err(refusal)?;
    if signed_in.hub != identity.hub {
        return Err(SignInRefusal::OtherHub);
    }
    Ok(Admission {
        url,
        hub: identity.hub,
        hub_name: identity.name,
        agent: signed_in.agent.name,
        token: Token::new(signed_in.token),
    })
}

/// Tells the hub that a token is good no longer, if the hub is there and the one it belongs to.
pub async fn sign_out(url: &str, hub: Option<HubId>, token: &Token) {
    let goodbye = async {
        let client = transfer::client().ok()?;
        let identity = transfer::identity(&client, url).await.ok()?;
        if hub.is_some_and(|hub| hub == identity.hub) {
            transfer::sign_out(&client, url, token.reveal()).await.ok()?;
        }
        Some(())
    };
    if !matches!(timeout(GOODBYE, Box::pin(goodbye)).await, Ok(Some(()))) {
        tracing::info!("the hub was not told of the sign-out; the token ends by itself");
    }
}

/// Why nothing came of a call: nobody listens there, or somebody who cannot be trusted.
async fn silence(url: &str) -> SignInRefusal {
    let Ok(url) = Url::parse(url) else { return SignInRefusal::NotAnAddress };
    let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
        return SignInRefusal::NotAnAddress;
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let listens = matches!(timeout(PROBE, TcpStream::connect((host, port))).await, Ok(Ok(_)));
    if listens && url.scheme() == "https" { SignInRefusal::Untrusted } else { SignInRefusal::Unreachable }
}

fn no_identity(error: &TransferError) -> SignInRefusal {
    match error {
        TransferError::Refused(error) if error.code == ErrorCode::RateLimited => {
            SignInRefusal::TooManyTries { retry_after_ms: error.retry_after_ms.unwrap_or(5_000) }
        }
        TransferError::Refused(error) if error.code == ErrorCode::Unavailable => SignInRefusal::Busy,
        TransferError::Unreachable => SignInRefusal::Unreachable,
        TransferError::Refused(_) | TransferError::Garbled => SignInRefusal::NotAHub,
    }
}

fn refusal(error: TransferError) -> SignInRefusal {
    match error {
        TransferError::Refused(error) => match error.code {
            ErrorCode::Unauthorized | ErrorCode::Forbidden => SignInRefusal::WrongPassword,
            ErrorCode::RateLimited => {
                SignInRefusal::TooManyTries { retry_after_ms: error.retry_after_ms.unwrap_or(5_000) }
            }
            ErrorCode::Unavailable => SignInRefusal::Busy,
            ErrorCode::Incompatible => SignInRefusal::Incompatible,
            // Too long to be a name or a password of anybody.
            ErrorCode::TooLarge | ErrorCode::Malformed => SignInRefusal::WrongPassword,
            _ => SignInRefusal::NotAHub,
        },
        TransferError::Unreachable => SignInRefusal::Unreachable,
        TransferError::Garbled => SignInRefusal::NotAHub,
    }
}
