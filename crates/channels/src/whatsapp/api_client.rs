//! The client of the Graph API: one for each account, which calls nothing but its configured address.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, Url};
use serde::Serialize;

use super::Settings;
use crate::http_client::answer::{Answer, NoAnswer, Stage, call};
use crate::{Secret, http_client};

/// The most that is read of the answer to a post, in bytes. A true one has a few hundred.
const POST_BYTES: usize = 64 * 1024;
/// The most that is read of the answer to a get, in bytes. A page of a hundred templates stays below it.
const GET_BYTES: usize = 2 * 1024 * 1024;

/// Calls the API for one account.
#[derive(Clone, Debug)]
pub(super) struct ApiClient {
    client: Client,
    /// Address and version, to which the path of a call is added.
    base: Url,
    access_token: Secret,
}

impl ApiClient {
    /// Prepares a client; nothing is connected yet. `None` when the settings make no address or this
    /// machine has no working TLS.
    pub(super) fn new(settings: &Settings, proxy: Option<&Secret>) -> Option<Self> {
        if settings.phone_number_id.is_empty() {
            return None;
        }
        let proxy = proxy.map(Secret::expose);
        let (client, base) = http_client(&settings.base_url, &settings.graph_version, proxy)?;
        Some(Self { client: client.build().ok()?, base, access_token: settings.access_token.clone() })
    }

    /// The host that is called.
    pub(super) fn host(&self) -> &str {
        self.base.host_str().unwrap_or_default()
    }

    /// Posts JSON.
    pub(super) async fn post(&self, path: &[&str], body: &impl Serialize) -> Result<Answer, NoAnswer> {
        let url = self.url(path)?;
        self.call(self.client.post(url).json(body), POST_BYTES).await
    }

    /// Reads.
    pub(super) async fn get(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Answer, NoAnswer> {
        let url = self.url(path)?;
        self.call(self.client.get(url).query(query), GET_BYTES).await
    }

    /// Reads, and waits at most `patience` for the whole answer.
    pub(super) async fn get_within(
        &self,
        patience: Duration,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Answer, NoAnswer> {
        let url = self.url(path)?;
        self.call(self.client.get(url).query(query).timeout(patience), GET_BYTES).await
    }

    fn url(&self, path: &[&str]) -> Result<Url, NoAnswer> {
        let mut url = self.base.clone();
        match url.path_segments_mut() {
            Ok(mut segments) => segments.extend(path),
            Err(()) => return Err(NoAnswer { stage: Stage::NotBuilt, timed_out: false }),
        };
        Ok(url)
    }

    async fn call(&self, request: RequestBuilder, max_bytes: usize) -> Result<Answer, NoAnswer> {
        call(request.bearer_auth(self.access_token.expose()), max_bytes).await
    }
}
