//! Sign-in at an address that somebody has typed. The result is a token, or a reason that they can act on.

mod address;

use std::time::Duration;

use deskbell_protocol::{ErrorCode, HubId, PROTOCOL_VERSION};
use reqwest::Url;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::api::SignInRefusal;
use crate::http_client::{self, ApiError};
use crate::secrets::{Password, Token};

pub use address::hub_address;

/// How long a sign-in may take.
const SIGN_IN_TIMEOUT: Duration = Duration::from_secs(12);

/// How long a sign-out may take.
const SIGN_OUT_TIMEOUT: Duration = Duration::from_secs(3);

/// How long a TCP connection may take that tests whether anything listens at an address.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

/// The session of a successful sign-in.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The hub's address in its normal form.
    pub url: String,
    /// Which hub answered.
    pub hub: HubId,
    /// The hub's name.
    pub hub_name: String,
    /// The agent's name as the hub has it.
    pub agent: String,
    /// The token for the next connection.
    pub token: Token,
}

/// Signs in at an address as somebody has typed it. The password is sent only to a hub, and if there is an
/// `expected` one, only to that.
///
/// # Errors
/// With the reason for the person.
pub async fn sign_in(
    typed: &str,
    agent: &str,
    password: &Password,
    expected: Option<HubId>,
) -> Result<NewSession, SignInRefusal> {
    let url = hub_address(typed)?;
    match timeout(SIGN_IN_TIMEOUT, Box::pin(request_token(url.clone(), agent, password, expected))).await {
        Ok(outcome) => outcome,
        Err(_elapsed) => Err(SignInRefusal::Unreachable),
    }
}

async fn request_token(
    url: String,
    agent: &str,
    password: &Password,
    expected: Option<HubId>,
) -> Result<NewSession, SignInRefusal> {
    let client = http_client::client().map_err(|_no_tls| SignInRefusal::Untrusted)?;
    let identity = match http_client::identity(&client, &url).await {
        Ok(identity) => identity,
        Err(ApiError::Unreachable) => return Err(unreachable_reason(&url).await),
        Err(error) => return Err(identity_refusal(&error)),
    };
    if identity.protocol != PROTOCOL_VERSION {
        return Err(SignInRefusal::Incompatible);
    }
    if expected.is_some_and(|expected| expected != identity.hub) {
        return Err(SignInRefusal::OtherHub);
    }
    let signed_in =
        http_client::sign_in(&client, &url, agent, password.reveal()).await.map_err(sign_in_refusal)?;
    if signed_in.hub != identity.hub {
        return Err(SignInRefusal::OtherHub);
    }
    Ok(NewSession {
        url,
        hub: identity.hub,
        hub_name: identity.name,
        agent: signed_in.agent.name,
        token: Token::new(signed_in.token),
    })
}

/// Revokes a token at its hub. Not sent if another hub answers at the address.
pub async fn sign_out(url: &str, hub: Option<HubId>, token: &Token) {
    let revoking = async {
        let client = http_client::client().ok()?;
        let identity = http_client::identity(&client, url).await.ok()?;
        if hub.is_some_and(|hub| hub == identity.hub) {
            http_client::sign_out(&client, url, token.reveal()).await.ok()?;
        }
        Some(())
    };
    if !matches!(timeout(SIGN_OUT_TIMEOUT, Box::pin(revoking)).await, Ok(Some(()))) {
        tracing::info!("the token was not revoked at the hub; it expires there");
    }
}

/// Why a call failed: nothing listens at the address, or its certificate is not trusted.
async fn unreachable_reason(url: &str) -> SignInRefusal {
    let Ok(url) = Url::parse(url) else { return SignInRefusal::NotAnAddress };
    let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
        return SignInRefusal::NotAnAddress;
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let listens = matches!(timeout(PROBE_TIMEOUT, TcpStream::connect((host, port))).await, Ok(Ok(_)));
    if listens && url.scheme() == "https" { SignInRefusal::Untrusted } else { SignInRefusal::Unreachable }
}

fn identity_refusal(error: &ApiError) -> SignInRefusal {
    match error {
        ApiError::Refused(error) if error.code == ErrorCode::RateLimited => {
            SignInRefusal::TooManyTries { retry_after_ms: error.retry_after_ms.unwrap_or(5_000) }
        }
        ApiError::Refused(error) if error.code == ErrorCode::Unavailable => SignInRefusal::Busy,
        ApiError::Unreachable => SignInRefusal::Unreachable,
        ApiError::Refused(_) | ApiError::Garbled => SignInRefusal::NotAHub,
    }
}

fn sign_in_refusal(error: ApiError) -> SignInRefusal {
    match error {
        ApiError::Refused(error) => match error.code {
            ErrorCode::Unauthorized | ErrorCode::Forbidden => SignInRefusal::WrongPassword,
            ErrorCode::RateLimited => {
                SignInRefusal::TooManyTries { retry_after_ms: error.retry_after_ms.unwrap_or(5_000) }
            }
            ErrorCode::Unavailable => SignInRefusal::Busy,
            ErrorCode::Incompatible => SignInRefusal::Incompatible,
            // Too long for a name or a password.
            ErrorCode::TooLarge | ErrorCode::Malformed => SignInRefusal::WrongPassword,
            _ => SignInRefusal::NotAHub,
        },
        ApiError::Unreachable => SignInRefusal::Unreachable,
        ApiError::Garbled => SignInRefusal::NotAHub,
    }
}
