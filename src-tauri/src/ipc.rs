//! The two commands between page and engine: `request` and `subscribe`.

use deskbell_client::api::{NumberedEvent, Reply, Request};
use deskbell_client::{EngineHandle, EventStream};
use deskbell_protocol::{ErrorBody, ErrorCode};
use serde_json::Value;
use tauri::State;
use tauri::ipc::Channel;

use crate::workspace_switcher::WorkspaceSwitcher;

/// Handles a request of the page. Waits while the engine is being opened.
#[tauri::command]
pub(crate) async fn request(
    switcher: State<'_, WorkspaceSwitcher>,
    request: Value,
) -> Result<Reply, ErrorBody> {
    let request: Request = serde_json::from_value(request).map_err(|error| {
        tracing::warn!(%error, "malformed request of the page");
        ErrorBody::new(
            ErrorCode::Malformed,
            "Deskbell did not understand its own page. Please restart Deskbell.",
        )
    })?;
    let switcher = switcher.inner().clone();
    switcher.handle(request).await
}

/// Sends events to the page, in order, until another page subscribes.
#[tauri::command]
pub(crate) async fn subscribe(
    switcher: State<'_, WorkspaceSwitcher>,
    channel: Channel<NumberedEvent>,
) -> Result<(), ErrorBody> {
    let mut events = EventStream::subscribe(switcher.inner()).await?;
    tauri::async_runtime::spawn(async move {
        while let Some(event) = events.next().await {
            if let Err(error) = channel.send(event) {
                tracing::debug!(%error, "the page is closed");
                return;
            }
        }
    });
    Ok(())
}
