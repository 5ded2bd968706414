//! Asking the provider's API one question, and taking any answer.

use std::time::Duration;

use deskbell_channels::http_client;
use deskbell_protocol::Millis;
use reqwest::{Client, StatusCode, Url, header};
use serde_json::Value;

use crate::cli::check::clock::millis_of;
use crate::settings::AccountSettings;

/// The largest answer that is read, in bytes.
const ANSWER_BYTES: usize = 256 * 1024;

/// What came back.
#[derive(Debug)]
pub(crate) enum Answer {
    /// What was asked for.
    Told(Value),
    /// The provider's own refusal, with its code and subcode (Graph API, "Handle errors").
    Refused { code: i64, subcode: i64 },
    /// It asks for patience.
    Busy,
    /// It has trouble of its own; the status.
    Trouble(u16),
    /// It sends on to another address. That is not followed.
    Elsewhere,
    /// Something that is no answer of the provider; the status.
    Strange(u16),
    /// Nothing, for too long.
    Silence,
    /// There is nobody, or the line broke.
    Nobody,
}

/// The provider's API as the settings of an account name it.
#[derive(Debug)]
pub(crate) struct Graph<'a> {
    client: Client,
    base: Url,
    account: &'a AccountSettings,
}

impl<'a> Graph<'a> {
    /// `None` if the settings make no address.
    pub(crate) fn of(account: &'a AccountSettings, proxy: Option<&str>, patience: Duration) -> Option<Self> {
        if account.phone_number_id.is_empty() {
            return None;
        }
        let (client, base) = http_client(&account.base_url, &account.graph_version, proxy)?;
        Some(Self { client: client.timeout(patience).build().ok()?, base, account })
    }

    /// Who is asked.
    pub(crate) fn host(&self) -> String {
        self.base.host_str().unwrap_or_default().to_owned()
    }

    /// Asks, and says also what time it is there.
    pub(crate) async fn ask(&self, path: &[&str], fields: Option<&str>) -> (Answer, Option<Millis>) {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.extend(path);
        }
        if let Some(fields) = fields {
            url.query_pairs_mut().append_pair("fields", fields);
        }
        let asked = self.client.get(url).bearer_auth(self.account.access_token.expose()).send().await;
        let mut response = match asked {
            Ok(response) => response,
            Err(error) if error.is_timeout() => return (Answer::Silence, None),
            Err(_unreachable) => return (Answer::Nobody, None),
        };
        let status = response.status();
        let date = response.headers().get(header::DATE).and_then(|date| date.to_str().ok());
        let date = date.and_then(millis_of);
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(part)) if body.len().saturating_add(part.len()) <= ANSWER_BYTES => {
                    body.extend_from_slice(&part);
                }
                Ok(Some(_too_much)) => return (Answer::Strange(status.as_u16()), date),
                Ok(None) => return (read(status, &body), date),
                Err(error) if error.is_timeout() => return (Answer::Silence, date),
                Err(_broken_off) => return (Answer::Nobody, date),
            }
        }
    }
}

fn read(status: StatusCode, body: &[u8]) -> Answer {
    let said = serde_json::from_slice::<Value>(body).ok().filter(Value::is_object);
    let error = said.as_ref().and_then(|said| said.get("error"));
    let number = |key: &str| error.and_then(|error| error.get(key)).and_then(Value::as_i64).unwrap_or(0);
    match (status, number("code")) {
        (StatusCode::TOO_MANY_REQUESTS, _) | (_, 4 | 80_007 | 130_429) => Answer::Busy,
        (status, _) if status.is_server_error() => Answer::Trouble(status.as_u16()),
        (status, _) if status.is_redirection() => Answer::Elsewhere,
        (_, code) if error.is_some() => Answer::Refused { code, subcode: number("error_subcode") },
        (status, _) if status.is_success() => said.map_or(Answer::Strange(status.as_u16()), Answer::Told),
        // Somebody in between who knows the status but not the words.
        (StatusCode::UNAUTHORIZED, _) => Answer::Refused { code: 190, subcode: 0 },
        _ => Answer::Strange(status.as_u16()),
    }
}
