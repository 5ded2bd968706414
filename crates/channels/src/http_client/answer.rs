//! One call of a provider's API, and its answer.

use std::time::UNIX_EPOCH;

use deskbell_protocol::Millis;
use reqwest::header::{DATE, HeaderMap};
use reqwest::{RequestBuilder, Response};
use serde_json::Value;

use super::retry_after::retry_after_s;

/// The longest wait that a provider may ask for; longer ones are cut to it.
const LONGEST_WAIT_MS: u64 = 60 * 60 * 1000;

/// An answer as far as it could be read.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// How long the `Retry-After` header asks to wait, in seconds.
    pub(crate) retry_after_s: Option<u64>,
    /// The time at the provider, by the `Date` header.
    pub(crate) date: Option<Millis>,
    /// The body, if all of it arrived and it is JSON.
    pub(crate) body: Result<Value, Unread>,
}

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It is longer than is read.
    TooLong,
    /// The connection ended before the body did.
    Cut,
    /// The rest of it did not come in time.
    TimedOut,
    /// It is not JSON.
    NotJson,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoAnswer {
    /// How far the call came.
    pub(crate) stage: Stage,
    /// Whether waiting for it ended, and not the connection.
    pub(crate) timed_out: bool,
}

/// How far a call came that has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The request could not be built.
    NotBuilt,
    /// There was no connection: nothing was written.
    NotConnected,
    /// The request was written, at least in part: the provider may have acted on it.
    Written,
}

impl Answer {
    /// The body, if it is JSON.
    pub(crate) fn json(&self) -> Option<&Value> {
        self.body.as_ref().ok()
    }

    /// Whether the status means success.
    pub(crate) const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// How long the provider asks to wait, in milliseconds; at most an hour.
    pub(crate) fn after_ms(&self) -> Option<u64> {
        self.retry_after_s.map(|it| it.saturating_mul(1000).min(LONGEST_WAIT_MS))
    }
}

/// Sends a request, and reads at most `max_bytes` of the answer's body.
pub(crate) async fn call(request: RequestBuilder, max_bytes: usize) -> Result<Answer, NoAnswer> {
    match request.send().await {
        Ok(response) => Ok(read(response, max_bytes).await),
        Err(error) => {
            let stage = if error.is_builder() {
                Stage::NotBuilt
            } else if error.is_connect() {
                Stage::NotConnected
            } else {
                Stage::Written
            };
            Err(NoAnswer { stage, timed_out: error.is_timeout() })
        }
    }
}

async fn read(mut response: Response, max_bytes: usize) -> Answer {
    let status = response.status().as_u16();
    let retry_after_s = retry_after_s(response.headers());
    let date = date(response.headers());
    let mut bytes = Vec::new();
    let body = loop {
        match response.chunk().await {
            Ok(Some(chunk)) if bytes.len().saturating_add(chunk.len()) <= max_bytes => {
                bytes.extend_from_slice(&chunk);
            }
            Ok(Some(_too_much)) => break Err(Unread::TooLong),
            Ok(None) => break serde_json::from_slice(&bytes).map_err(|_other| Unread::NotJson),
            Err(error) if error.is_timeout() => break Err(Unread::TimedOut),
            Err(_cut) => break Err(Unread::Cut),
        }
    };
    Answer { status, retry_after_s, date, body }
}

fn date(headers: &HeaderMap) -> Option<Millis> {
    let date = httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()?;
    let since = date.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok().map(Millis)
}
