//! What the stories are told with.

pub(crate) mod desktop;
pub(crate) mod hub;
pub(crate) mod people;

use std::future::Future;
use std::time::Duration;

/// Longer than anything here takes, even on a busy machine.
pub(crate) const BOUND: Duration = Duration::from_secs(60);

/// Waits for something that has to happen.
pub(crate) async fn soon<T>(what: &str, happening: impl Future<Output = T>) -> T {
    tokio::time::timeout(BOUND, happening).await.unwrap_or_else(|_| panic!("{what} did not happen"))
}

/// Asks again and again until the answer is yes.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut ask: impl FnMut() -> F) {
    soon(what, async {
        while !ask().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}
