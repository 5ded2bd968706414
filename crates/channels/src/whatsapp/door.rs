//! The way to the provider's API: one client for each account, which goes nowhere but to its address.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, Response, Url};
use serde::Serialize;

use super::Settings;
use super::graph::Answer;
use super::retry_after::retry_after_s;
use crate::{Secret, way_to};

/// How long to wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// How long to wait for the whole answer.
const ANSWER: Duration = Duration::from_secs(30);
/// Connections are given up before the provider does, so that a message is not written into one that is
/// just being closed: that would leave its fate open.
const IDLE: Duration = Duration::from_secs(20);
/// The most that is read of the answer to a post, in bytes. A true one has a few hundred.
const POSTED_BYTES: usize = 64 * 1024;
/// The most that is read of what was asked for, in bytes. A page of a hundred templates stays below it.
const READ_BYTES: usize = 2 * 1024 * 1024;

/// The way to one account.
#[derive(Clone, Debug)]
pub(super) struct Door {
    client: Client,
    /// Address and version, to which a call's path is added.
    base: Url,
    access_token: Secret,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoAnswer {
    /// Nothing was written to anybody.
    NotReached,
    /// The request could not be made.
    NotAsked,
    /// The request was written, the answer did not come: it may have been done.
    Lost,
}

impl Door {
    /// Prepares the way; nothing is connected yet. `None` when the settings make no address or this
    /// machine has no working TLS.
    pub(super) fn open(settings: &Settings) -> Option<Self> {
        if settings.phone_number_id.is_empty() {
            return None;
        }
        let proxy = settings.proxy.as_ref().map(Secret::expose);
        let (client, base) = way_to(&settings.base_url, &settings.graph_version, proxy)?;
        let client = client
            .retry(reqwest::retry::never())
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            .pool_idle_timeout(IDLE);
        Some(Self { client: client.build().ok()?, base, access_token: settings.access_token.clone() })
    }

    /// Posts JSON.
    pub(super) async fn post(&self, path: &[&str], body: &impl Serialize) -> Result<Answer, NoAnswer> {
        let url = self.at(path).ok_or(NoAnswer::NotAsked)?;
        self.call(self.client.post(url).json(body), POSTED_BYTES).await
    }

    /// Reads.
    pub(super) async fn get(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Answer, NoAnswer> {
        let url = self.at(path).ok_or(NoAnswer::NotAsked)?;
        self.call(self.client.get(url).query(query), READ_BYTES).await
    }

    fn at(&self, path: &[&str]) -> Option<Url> {
        let mut url = self.base.clone();
        url.path_segments_mut().ok()?.extend(path);
        Some(url)
    }

    async fn call(&self, request: RequestBuilder, most: usize) -> Result<Answer, NoAnswer> {
        match request.bearer_auth(self.access_token.expose()).send().await {
            Ok(response) => Ok(read(response, most).await),
            Err(error) if error.is_connect() => Err(NoAnswer::NotReached),
            Err(error) if error.is_builder() => Err(NoAnswer::NotAsked),
            Err(_) => Err(NoAnswer::Lost),
        }
    }
}

/// Reads an answer as far as it goes: one that is cut, too long or not JSON has no body.
async fn read(mut response: Response, most: usize) -> Answer {
    let status = response.status().as_u16();
    let retry_after_s = retry_after_s(response.headers());
    let mut bytes = Vec::new();
    let body = loop {
        match response.chunk().await {
            Ok(Some(chunk)) if bytes.len() + chunk.len() <= most => bytes.extend_from_slice(&chunk),
            Ok(None) => break serde_json::from_slice(&bytes).ok(),
            Ok(Some(_)) | Err(_) => break None,
        }
    };
    Answer { status, retry_after_s, body }
}
