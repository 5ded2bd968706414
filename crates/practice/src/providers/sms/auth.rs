//! Which requests the provider answers.

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::responses::ApiError;
use super::state::Sms;

/// Refuses a request without the account's credentials, or for another account.
pub(super) fn authorize(provider: &Sms, account_sid: &str, headers: &HeaderMap) -> Result<(), ApiError> {
    let credentials = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok()).and_then(basic);
    let account = &provider.account;
    let expected = format!("{}:{}", account.sid, account.auth_token);
    if credentials != Some(expected) || provider.faults.is_token_expired() {
        return Err(ApiError::of(20003, "Authenticate"));
    }
    if account_sid != account.sid {
        return Err(ApiError::not_found(&format!("/2010-04-01/Accounts/{account_sid}")));
    }
    Ok(())
}

/// The user and password of Basic authentication (RFC 7617), separated by a colon.
fn basic(header: &str) -> Option<String> {
    let (scheme, encoded) = header.split_once(' ')?;
    let decoded = STANDARD.decode(encoded.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    String::from_utf8(decoded).ok()
}
