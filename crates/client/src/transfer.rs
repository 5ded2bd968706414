//! Everything in bulk, by HTTP: sign-in, the snapshot, conversations and transcripts by pages.

mod looking_back;

use std::fmt;
use std::time::Duration;

use deskbell_protocol::{
    ConversationId, ConversationPage, ErrorBody, ErrorCode, HubIdentity, MessagePage, QueueId, SignIn,
    SignedIn, Snapshot,
};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;

/// How many rows of a transcript come at once.
const MESSAGES: &str = "200";

/// How many conversations come at once.
const CONVERSATIONS: &str = "100";

/// How long a call may take.
const CALL: Duration = Duration::from_secs(30);

/// How long a hub that asks for a moment is given, and how often in a row; who is asked for more is told.
const MOMENT: Duration = Duration::from_secs(2);
const MOMENTS: u32 = 5;

/// How long connecting may take.
pub(crate) const CONNECT: Duration = Duration::from_secs(10);

/// Why a call brought nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TransferError {
    /// The hub was not reached, or not to the end.
    #[error("the hub cannot be reached")]
    Unreachable,
    /// The hub said no.
    #[error("the hub refused: {:?}", .0.code)]
    Refused(ErrorBody),
    /// The answer made no sense.
    #[error("the hub's answer is not understood")]
    Garbled,
}

/// The hub's door for bulk.
#[derive(Clone)]
pub(crate) struct Transfer {
    client: Client,
    base: String,
    token: String,
}

impl fmt::Debug for Transfer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transfer").finish_non_exhaustive()
    }
}

/// The HTTP client for a hub. No proxy, because the WebSocket knows none either; and no redirects: neither
/// password nor token goes to an address that nobody has named.
pub(crate) fn client() -> reqwest::Result<Client> {
    Client::builder().no_proxy().redirect(Policy::none()).connect_timeout(CONNECT).timeout(CALL).build()
}

/// Asks who answers at an address, and shows nothing.
pub(crate) async fn identity(client: &Client, base: &str) -> Result<HubIdentity, TransferError> {
    call(client.get(format!("{base}/v1/hub"))).await
}

/// Says that a token is good no longer.
pub(crate) async fn sign_out(client: &Client, base: &str, token: &str) -> Result<(), TransferError> {
    let response = client.post(format!("{base}/v1/sign-out")).bearer_auth(token).send().await;
    response.map(|_any| ()).map_err(|_| TransferError::Unreachable)
}

/// Signs in with a password.
pub(crate) async fn sign_in(
    client: &Client,
    base: &str,
    name: &str,
    password: &str,
) -> Result<SignedIn, TransferError> {
    let body = SignIn { name: name.to_owned(), password: password.to_owned() };
    call(client.post(format!("{base}/v1/sign-in")).json(&body)).await
}

impl Transfer {
    pub(crate) fn new(client: Client, base: &str, token: &str) -> Self {
        Self { client, base: base.to_owned(), token: token.to_owned() }
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.base)).bearer_auth(&self.token)
    }

    pub(crate) async fn snapshot(&self) -> Result<Snapshot, TransferError> {
        patiently(self.get("/v1/snapshot")).await
    }

    /// A page of what may be read, of all or of one queue or conversation.
    pub(crate) async fn conversations(
        &self,
        narrowed: Narrowed,
        after: Option<&str>,
    ) -> Result<ConversationPage, TransferError> {
        let mut get = self.get("/v1/conversations").query(&[("limit", CONVERSATIONS)]);
        if let Some(after) = after {
            get = get.query(&[("after", after)]);
        }
        patiently(match narrowed {
            Narrowed::No => get,
            Narrowed::Queue(id) => get.query(&[("queue", id.to_string())]),
            Narrowed::Conversation(id) => get.query(&[("conversation", id.to_string())]),
        })
        .await
    }

    /// A page of one transcript, newest first.
    pub(crate) async fn messages(
        &self,
        conversation: ConversationId,
        before: Option<&str>,
    ) -> Result<MessagePage, TransferError> {
        let mut get =
            self.get(&format!("/v1/conversations/{conversation}/messages")).query(&[("limit", MESSAGES)]);
        if let Some(before) = before {
            get = get.query(&[("before", before)]);
        }
        patiently(get).await
    }
}

/// To what a list of conversations is narrowed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Narrowed {
    No,
    Queue(QueueId),
    Conversation(ConversationId),
}

/// Calls, and calls again in a moment if the hub says that it was asked too much at once.
async fn patiently<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, TransferError> {
    for _ in 0..MOMENTS {
        let Some(request) = request.try_clone() else { break };
        let error = match call(request).await {
            Err(TransferError::Refused(error)) if error.code == ErrorCode::RateLimited => error,
            done => return done,
        };
        let moment = error.retry_after_ms.map(Duration::from_millis).filter(|moment| *moment <= MOMENT);
        let Some(moment) = moment else { return Err(TransferError::Refused(error)) };
        tokio::time::sleep(moment).await;
    }
    call(request).await
}

async fn call<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, TransferError> {
    let response = request.send().await.map_err(|_| TransferError::Unreachable)?;
    let status = response.status();
    let body = response.bytes().await.map_err(|_| TransferError::Unreachable)?;
    if status.is_success() {
        return serde_json::from_slice(&body).map_err(|_| TransferError::Garbled);
    }
    let error = serde_json::from_slice(&body).unwrap_or_else(|_| bare(status));
    Err(if status.is_server_error() && error.code == ErrorCode::Internal {
        TransferError::Unreachable
    } else {
        TransferError::Refused(error)
    })
}

/// What an answer without a body of ours means; a proxy in between may have given it.
fn bare(status: StatusCode) -> ErrorBody {
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
    async fn a_hub_that_asks_for_a_long_wait_is_not_asked_again_at_once() {
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
        let transfer = Transfer::new(client().unwrap(), &base, "token");
        let answer = transfer.templates(AccountId::fresh()).await;
        let Err(TransferError::Refused(error)) = answer else { panic!("{answer:?}") };
        assert_eq!((error.retry_after_ms, asked.load(Ordering::SeqCst)), (Some(10_000), 1));
    }
}
