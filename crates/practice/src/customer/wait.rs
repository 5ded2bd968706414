//! Waiting for the hub and for a chat, in real time.

use std::time::Duration;

use tokio::sync::oneshot;

use crate::person::{Chat, Line};

/// How long a wait lasts.
const PATIENCE: Duration = Duration::from_secs(30);

/// A wait that ended without what was waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it did not happen within 30 seconds, or the provider was stopped")]
pub struct Timeout;

/// Waits until the hub has accepted a webhook.
pub(crate) async fn until_accepted(accepted: oneshot::Receiver<()>) -> Result<(), Timeout> {
    match tokio::time::timeout(PATIENCE, accepted).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(Timeout),
    }
}

/// Waits until `found` returns something for the lines of a chat.
pub(super) async fn until_found<T>(
    chat: &Chat,
    mut found: impl FnMut(&[Line]) -> Option<T>,
) -> Result<T, Timeout> {
    let mut changes = chat.changes();
    let search = async {
        loop {
            changes.borrow_and_update();
            if let Some(found) = found(&chat.lines()) {
                return Ok(found);
            }
            changes.changed().await.map_err(|_| Timeout)?;
        }
    };
    tokio::time::timeout(PATIENCE, search).await.unwrap_or(Err(Timeout))
}
