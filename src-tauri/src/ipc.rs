//! The two doors between page and engine: `request` and `subscribe`.

use deskbell_client::Engine;
use deskbell_client::api::{NumberedEvent, Reply, Request};
use deskbell_protocol::{ErrorBody, ErrorCode};
use serde_json::Value;
use tauri::State;
use tauri::ipc::Channel;
use tokio::sync::watch;

/// The engine, once it is open; before that, whoever asks waits. Or the sentence why it cannot be opened.
pub(crate) struct Opening(watch::Sender<Option<Result<Engine, String>>>);

impl Opening {
    /// Nothing is open yet.
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(None))
    }

    /// How it went.
    pub(crate) fn went(&self, outcome: Result<Engine, String>) {
        self.0.send_replace(Some(outcome));
    }

    /// Whether it is clear that the engine cannot be opened. The page shows why.
    pub(crate) fn has_failed(&self) -> bool {
        matches!(*self.0.borrow(), Some(Err(_)))
    }

    async fn engine(&self) -> Result<Engine, ErrorBody> {
        let mut opening = self.0.subscribe();
        let outcome = match opening.wait_for(Option::is_some).await {
            Ok(outcome) => outcome.clone(),
            Err(_closed) => None,
        };
        match outcome {
            Some(Ok(engine)) => Ok(engine),
            Some(Err(sentence)) => Err(ErrorBody::new(ErrorCode::Unavailable, sentence)),
            None => Err(ErrorBody::new(ErrorCode::Unavailable, "Deskbell is closing, so this was not done.")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_engine_that_cannot_be_opened_is_no_reason_to_stay_and_says_why() {
        let opening = Opening::new();
        assert!(!opening.has_failed(), "it is being opened");
        opening.went(Err("Another Deskbell has this folder.".to_owned()));
        assert!(opening.has_failed());
        let Err(error) = opening.engine().await else { panic!("there is no engine") };
        assert_eq!(error.message, "Another Deskbell has this folder.");
    }
}

/// Does what the page asks for.
#[tauri::command]
pub(crate) async fn request(opening: State<'_, Opening>, request: Value) -> Result<Reply, ErrorBody> {
    let request: Request = serde_json::from_value(request).map_err(|error| {
        tracing::warn!(%error, "the page asked for something that does not exist");
        ErrorBody::new(ErrorCode::Malformed, "Deskbell did not understand its own page. Please restart it.")
    })?;
    opening.engine().await?.handle(request).await
}

/// Tells the page what happens, in order, until another page listens.
#[tauri::command]
pub(crate) async fn subscribe(
    opening: State<'_, Opening>,
    channel: Channel<NumberedEvent>,
) -> Result<(), ErrorBody> {
    let mut events = opening.engine().await?.subscribe();
    tauri::async_runtime::spawn(async move {
        while let Some(event) = events.next().await {
            if let Err(error) = channel.send(event) {
                tracing::debug!(%error, "the page is gone");
                return;
            }
        }
    });
    Ok(())
}
