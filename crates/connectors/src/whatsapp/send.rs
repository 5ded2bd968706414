//! Posting a message to the provider.

use std::time::Duration;

use deskbell_protocol::WayOut;
use reqwest::{Client, Response, Url, redirect};
use serde::Serialize;

use super::errors;
use super::graph::{self, Answer};
use super::retry_after::retry_after_s;
use crate::{Outbound, Recipient, Secret, SendOutcome};

/// How long to wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// How long to wait for the whole answer.
const ANSWER: Duration = Duration::from_secs(30);
/// Connections are given up before the provider does, so that a message is not written into one that is
/// just being closed: that would leave its fate open.
const IDLE: Duration = Duration::from_secs(20);
/// The most that is read of an answer, in bytes. A true one has a few hundred.
const ANSWER_BYTES: usize = 64 * 1024;

/// Where and as whom to send.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The provider's address, such as `https://graph.facebook.com`.
    pub base_url: String,
    /// The version in the path, such as `v26.0`.
    pub graph_version: String,
    /// Our own number's id at the provider.
    pub phone_number_id: String,
    /// What we identify ourselves with.
    pub access_token: Secret,
}

/// The sending side of one WhatsApp account.
#[derive(Clone, Debug)]
pub struct WhatsApp {
    /// Absent when the settings make no address or this machine has no working TLS.
    door: Option<(Client, Url)>,
    access_token: Secret,
}

impl WhatsApp {
    /// Prepares to send; nothing is connected yet. Settings that make no address show as a refusal of
    /// every message.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let Settings { base_url, graph_version, phone_number_id, access_token } = settings;
        Self { door: address(&base_url, &graph_version, &phone_number_id).and_then(door), access_token }
    }

    /// Hands one message to the provider, once. Takes at most some 40 seconds.
    ///
    /// What fails before the request is written may be tried again; what fails after it is
    /// [`SendOutcome::Ambiguous`], because the provider may have it.
    pub async fn send(&self, message: &Outbound) -> SendOutcome {
        let (Some((client, url)), Some(body)) = (&self.door, body(message)) else {
            let misaddressed = self.door.is_some();
            return SendOutcome::Refused(if misaddressed { not_a_number() } else { not_set_up() });
        };
        let request =
            client.post(url.clone()).bearer_auth(self.access_token.expose()).json(&body).send().await;
        match request {
            Ok(response) => graph::outcome(&read(response).await),
            Err(error) if error.is_connect() => unreachable_now(),
            Err(error) if error.is_builder() => SendOutcome::Refused(not_set_up()),
            Err(_) => SendOutcome::Ambiguous,
        }
    }
}

fn address(base_url: &str, graph_version: &str, phone_number_id: &str) -> Option<Url> {
    let mut url = Url::parse(base_url).ok()?;
    if !matches!(url.scheme(), "http" | "https") || graph_version.is_empty() || phone_number_id.is_empty() {
        return None;
    }
    url.path_segments_mut().ok()?.pop_if_empty().extend([graph_version, phone_number_id, "messages"]);
    Some(url)
}

fn door(url: Url) -> Option<(Client, Url)> {
    let mut client = Client::builder()
        // The token goes to the configured address and nowhere else.
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .connect_timeout(CONNECT)
        .timeout(ANSWER)
        .pool_idle_timeout(IDLE);
    let host = url.host_str().unwrap_or_default();
    if matches!(host, "127.0.0.1" | "[::1]" | "localhost") {
        // A company's proxy does not know this machine's own ports.
        client = client.no_proxy();
    }
    Some((client.build().ok()?, url))
}

/// The body of the request (Cloud API reference, "messages").
#[derive(Serialize)]
struct Body<'a> {
    messaging_product: &'static str,
    recipient_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<&'a str>,
    #[serde(rename = "type")]
    kind: &'static str,
    text: Text<'a>,
    biz_opaque_callback_data: &'a str,
}

#[derive(Serialize)]
struct Text<'a> {
    body: &'a str,
    preview_url: bool,
}

/// The body for a message; `None` when its phone number is none.
///
/// A user id in `to` would be accepted with an id and dropped without a word, so what is not all digits
/// never gets there. Without the `+` the business's own country code could be put in front.
fn body(message: &Outbound) -> Option<Body<'_>> {
    let (to, recipient) = match &message.to {
        Recipient::Phone(phone) => {
            let digits = phone.trim_start_matches('+');
            let is_number = (5..=20).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit());
            (Some(is_number.then(|| format!("+{digits}"))?), None)
        }
        Recipient::UserId(id) => (None, Some(id.as_str())),
    };
    Some(Body {
        messaging_product: "whatsapp",
        recipient_type: "individual",
        to,
        recipient,
        kind: "text",
        text: Text { body: &message.body, preview_url: false },
        biz_opaque_callback_data: &message.echo,
    })
}

/// Reads an answer as far as it goes: one that is cut, too long or not JSON has no body.
async fn read(mut response: Response) -> Answer {
    let status = response.status().as_u16();
    let retry_after_s = retry_after_s(response.headers());
    let mut bytes = Vec::new();
    let body = loop {
        match response.chunk().await {
            Ok(Some(chunk)) if bytes.len() + chunk.len() <= ANSWER_BYTES => bytes.extend_from_slice(&chunk),
            Ok(None) => break serde_json::from_slice(&bytes).ok(),
            Ok(Some(_)) | Err(_) => break None,
        }
    };
    Answer { status, retry_after_s, body }
}

fn unreachable_now() -> SendOutcome {
    let sentence = "WhatsApp could not be reached. Your message was not sent. Try again in a moment.";
    SendOutcome::Later { after_ms: None, failure: errors::named("unreachable", sentence, WayOut::WriteAgain) }
}

fn not_set_up() -> deskbell_protocol::Failure {
    errors::failure(Some(33), None)
}

fn not_a_number() -> deskbell_protocol::Failure {
    let sentence = "The contact's number is not a phone number. Your message was not sent.";
    errors::named("not_a_number", sentence, WayOut::ConfirmAddress)
}
