//! The client of Twilio's API: one for each account, which calls nothing but its configured address.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, RequestBuilder, Url};

use super::Settings;
use crate::http_client::answer::{Answer, NoAnswer, Stage, call};
use crate::{Secret, http_client};

/// The version in the path.
const VERSION: &str = "2010-04-01";
/// The most that is read of an answer, in bytes. A message has some 1000, an account some 3000.
const ANSWER_BYTES: usize = 256 * 1024;

/// Calls the API for one account.
#[derive(Clone, Debug)]
pub(super) struct ApiClient {
    client: Client,
    /// Address and version, to which the path of a call is added.
    base: Url,
    account_sid: String,
    auth_token: Secret,
}

impl ApiClient {
    /// Prepares a client; nothing is connected yet. `None` when the settings make no address or this
    /// machine has no working TLS.
    pub(super) fn new(settings: &Settings, proxy: Option<&Secret>) -> Option<Self> {
        let (client, base) = http_client(&settings.base_url, VERSION, proxy.map(Secret::expose))?;
        let Settings { account_sid, auth_token, .. } = settings.clone();
        Some(Self { client: client.build().ok()?, base, account_sid, auth_token })
    }

    /// The host that is called.
    pub(super) fn host(&self) -> &str {
        self.base.host_str().unwrap_or_default()
    }

    /// Posts a form to a list of the account, such as `Messages`.
    pub(super) async fn post(&self, list: &str, fields: &[(&str, &str)]) -> Result<Answer, NoAnswer> {
        let url = self.url(&["Accounts", &self.account_sid, &format!("{list}.json")])?;
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request =
            self.client.post(url).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);
        self.call(request).await
    }

    /// Reads the account, and waits at most `patience`, where given, for the whole answer.
    pub(super) async fn account(&self, patience: Option<Duration>) -> Result<Answer, NoAnswer> {
        let url = self.url(&["Accounts", &format!("{}.json", self.account_sid)])?;
        let request = self.client.get(url);
        self.call(match patience {
            Some(patience) => request.timeout(patience),
            None => request,
        })
        .await
    }

    /// Lists the account's phone numbers that are this one, and waits at most `patience` for the whole answer.
    pub(super) async fn phone_numbers(&self, number: &str, patience: Duration) -> Result<Answer, NoAnswer> {
        let url = self.url(&["Accounts", &self.account_sid, "IncomingPhoneNumbers.json"])?;
        self.call(self.client.get(url).query(&[("PhoneNumber", number)]).timeout(patience)).await
    }

    fn url(&self, path: &[&str]) -> Result<Url, NoAnswer> {
        let mut url = self.base.clone();
        match url.path_segments_mut() {
            Ok(mut segments) => segments.extend(path),
            Err(()) => return Err(NoAnswer { stage: Stage::NotBuilt, timed_out: false }),
        };
        Ok(url)
    }

    async fn call(&self, request: RequestBuilder) -> Result<Answer, NoAnswer> {
        call(request.basic_auth(&self.account_sid, Some(self.auth_token.expose())), ANSWER_BYTES).await
    }
}
