//! The two doors between page and engine: `request` and `subscribe`.

use deskbell_client::api::{NumberedEvent, Reply, Request};
use deskbell_client::{Doors, Following};
use deskbell_protocol::{ErrorBody, ErrorCode};
use serde_json::Value;
use tauri::State;
use tauri::ipc::Channel;

use crate::reception::Reception;

/// Does what the page asks for. While the engine is being opened, whoever asks waits.
#[tauri::command]
pub(crate) async fn request(reception: State<'_, Reception>, request: Value) -> Result<Reply, ErrorBody> {
    let request: Request = serde_json::from_value(request).map_err(|error| {
        tracing::warn!(%error, "the page asked for something that does not exist");
        ErrorBody::new(ErrorCode::Malformed, "Deskbell did not understand its own page. Please restart it.")
    })?;
    let reception = reception.inner().clone();
    reception.handle(request).await
}

/// Tells the page what happens, in order, until another page listens.
#[tauri::command]
pub(crate) async fn subscribe(
    reception: State<'_, Reception>,
    channel: Channel<NumberedEvent>,
) -> Result<(), ErrorBody> {
    let mut events = Following::begin(reception.inner()).await?;
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
