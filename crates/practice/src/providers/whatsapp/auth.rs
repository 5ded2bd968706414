//! Which requests the provider answers.

use axum::http::{HeaderMap, header};

use super::responses::ApiError;
use super::state::WhatsApp;

/// Refuses a request without an API version in its path or without the access token.
pub(super) fn authorize(provider: &WhatsApp, version: &str, headers: &HeaderMap) -> Result<(), ApiError> {
    if !is_version(version) {
        return Err(ApiError::of(100, "Unknown path components"));
    }
    let token = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok());
    if token.and_then(|it| it.strip_prefix("Bearer ")) != Some(provider.account.access_token.as_str()) {
        return Err(ApiError::of(190, "Invalid OAuth access token - Cannot parse access token"));
    }
    if provider.faults.is_token_expired() {
        return Err(ApiError::expired_token());
    }
    Ok(())
}

/// `v` and a number such as 26.0.
fn is_version(version: &str) -> bool {
    let digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    version
        .strip_prefix('v')
        .and_then(|it| it.split_once('.'))
        .is_some_and(|(major, minor)| digits(major) && digits(minor))
}
