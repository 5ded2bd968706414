//! The hub's HTTP API: sign-in, the snapshot, and pages of conversations, transcripts and contacts.

mod history;

use std::fmt;
use std::time::Duration;

use deskbell_protocol::{
    ConversationId, ConversationPage, ErrorBody, ErrorCode, HubIdentity, MessagePage, QueueId, SignIn,
    SignedIn, Snapshot,
};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;

/// The size of a page of messages.
const MESSAGE_PAGE: &str = "200";

/// The size of a page of conversations.
const CONVERSATION_PAGE: &str = "100";

/// How long a call may take.
const CALL_TIMEOUT: Duration = Duration::from_secs(30);

/// The longest wait that a hub may ask for before a retry, and how many retries are made. A longer wait is an
/// error.
const MAX_WAIT: Duration = Duration::from_secs(2);
const RETRIES: u32 = 5;

/// How long connecting may take.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ApiError {
    /// The hub was not reached, or the connection was lost.
    #[error("the hub cannot be reached")]
    Unreachable,
    /// The hub refused.
    #[error("the hub refused: {:?}", .0.code)]
    Refused(ErrorBody),
    /// The response could not be parsed.
    #[error("the hub's answer is not understood")]
    Garbled,
}

/// The API with the address of a hub and the token of a session.
#[derive(Clone)]
pub(crate) struct ApiClient {
    client: Client,
    base: String,
    token: String,
}

impl fmt::Debug for ApiClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiClient").finish_non_exhaustive()
    }
}

/// The HTTP client for a hub. Without proxies, because the WebSocket uses none either, and without redirects:
/// password and token are sent only to the address that the person has entered.
pub(crate) fn client() -> reqwest::Result<Client> {
    Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(CALL_TIMEOUT)
        .build()
}

/// Reads the identity of the hub at an address. Sends no token and no password.
pub(crate) async fn identity(client: &Client, base: &str) -> Result<HubIdentity, ApiError> {
    call(client.get(format!("{base}/v1/hub"))).await
}

/// Revokes a token.
pub(crate) async fn sign_out(client: &Client, base: &str, token: &str) -> Result<(), ApiError> {
    let response = client.post(format!("{base}/v1/sign-out")).bearer_auth(token).send().await;
    response.map(|_any| ()).map_err(|_| ApiError::Unreachable)
}

/// Signs in with a password.
pub(crate) async fn sign_in(
    client: &Client,
    base: &str,
    name: &str,
    password: &str,
) -> Result<SignedIn, ApiError> {
    let body = SignIn { name: name.to_owned(), password: password.to_owned() };
    call(client.post(format!("{base}/v1/sign-in")).json(&body)).await
}

impl ApiClient {
    pub(crate) fn new(client: Client, base: &str, token: &str) -> Self {
        Self { client, base: base.to_owned(), token: token.to_owned() }
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.base)).bearer_auth(&self.token)
    }

    pub(crate) async fn snapshot(&self) -> Result<Snapshot, ApiError> {
        call_with_retry(self.get("/v1/snapshot")).await
    }

    /// A page of the conversations that the agent may read.
    pub(crate) async fn conversations(
        &self,
        filter: ConversationFilter,
        after: Option<&str>,
    ) -> Result<ConversationPage, ApiError> {
        let mut get = self.get("/v1/conversations").query(&[("limit", CONVERSATION_PAGE)]);
        if let Some(after) = after {
            get = get.query(&[("after", after)]);
        }
        call_with_retry(match filter {
            ConversationFilter::All => get,
            ConversationFilter::Queue(id) => get.query(&[("queue", id.to_string())]),
            ConversationFilter::Conversation(id) => get.query(&[("conversation", id.to_string())]),
        })
        .await
    }

    /// A page of one transcript, newest first.
    pub(crate) async fn messages(
        &self,
        conversation: ConversationId,
        before: Option<&str>,
    ) -> Result<MessagePage, ApiError> {
        let mut get =
            self.get(&format!("/v1/conversations/{conversation}/messages")).query(&[("limit", MESSAGE_PAGE)]);
        if let Some(before) = before {
            get = get.query(&[("before", before)]);
        }
        call_with_retry(get).await
    }
}

/// Which conversations are listed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ConversationFilter {
    All,
    Queue(QueueId),
    Conversation(ConversationId),
}

/// Calls, and retries after a short wait if the hub limits the rate.
async fn call_with_retry<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, ApiError> {
    for _ in 0..RETRIES {
        let Some(request) = request.try_clone() else { break };
        let error = match call(request).await {
            Err(ApiError::Refused(error)) if error.code == ErrorCode::RateLimited => error,
            done => return done,
        };
        let wait = error.retry_after_ms.map(Duration::from_millis).filter(|wait| *wait <= MAX_WAIT);
        let Some(wait) = wait else { return Err(ApiError::Refused(error)) };
        tokio::time::sleep(wait).await;
    }
    call(request).await
}

async fn call<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, ApiError> {
    let response = request.send().await.map_err(|_| ApiError::Unreachable)?;
    let status = response.status();
    let body = response.bytes().await.map_err(|_| ApiError::Unreachable)?;
    if status.is_success() {
        return serde_json::from_slice(&body).map_err(|_| ApiError::Garbled);
    }
    let error = serde_json::from_slice(&body).unwrap_or_else(|_| error_of_status(status));
    Err(if status.is_server_error() && error.code == ErrorCode::Internal {
        ApiError::Unreachable
    } else {
        ApiError::Refused(error)
    })
}

/// The error of a response without an [`ErrorBody`], such as a proxy's.
fn error_of_status(status: StatusCode) -> ErrorBody {
    let code = match status {
        StatusCode::UNAUTHORIZED => ErrorCode::Unauthorized,
        StatusCode::FORBIDDEN => ErrorCode::Forbidden,
        StatusCode::NOT_FOUND => ErrorCode::NotFound,
        StatusCode::TOO_MANY_REQUESTS => ErrorCode::RateLimited,
        StatusCode::SERVICE_UNAVAILABLE => ErrorCode::Unavailable,
        _ => ErrorCode::Internal,
    };
    ErrorBody::new(code, format!("The hub answered {}.", status.as_u16()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use axum::Json;
    use deskbell_protocol::AccountId;

    use super::*;

    #[tokio::test]
    async fn a_long_retry_after_is_returned_as_an_error() {
        let asked = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&asked);
        let busy = move || async move {
            count.fetch_add(1, Ordering::SeqCst);
            let error = ErrorBody::new(ErrorCode::RateLimited, "Ask again later.");
            let error = ErrorBody { retry_after_ms: Some(10_000), ..error };
            (axum::http::StatusCode::TOO_MANY_REQUESTS, Json(error))
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, axum::Router::new().fallback(busy)).await.unwrap() });
        let api_client = ApiClient::new(client().unwrap(), &base, "token");
        let answer = api_client.templates(AccountId::fresh()).await;
        let Err(ApiError::Refused(error)) = answer else { panic!("{answer:?}") };
        assert_eq!((error.retry_after_ms, asked.load(Ordering::SeqCst)), (Some(10_000), 1));
    }
}
