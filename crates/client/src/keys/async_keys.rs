use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

use super::{KeyStore, KeyStoreError};

/// How long a call may take before the store counts as slow.
const TIMEOUT: Duration = Duration::from_secs(5);

/// A key store whose calls do not block the runtime.
///
/// Calls are made one at a time: a store that hangs, such as on a prompt that nobody answers, does not fill
/// the runtime with blocked threads.
#[derive(Clone)]
pub(crate) struct AsyncKeys {
    store: Arc<dyn KeyStore>,
    turn: Arc<Mutex<()>>,
}

impl AsyncKeys {
    pub(crate) fn new(store: Arc<dyn KeyStore>) -> Self {
        Self { store, turn: Arc::default() }
    }

    pub(crate) async fn read(&self, name: &str) -> Result<Option<Vec<u8>>, KeyStoreError> {
        let name = name.to_owned();
        self.call(move |store| store.read(&name)).await
    }

    pub(crate) async fn write(&self, name: &str, value: &[u8]) -> Result<(), KeyStoreError> {
        let (name, value) = (name.to_owned(), value.to_vec());
        self.call(move |store| store.write(&name, &value)).await
    }

    pub(crate) async fn delete(&self, name: &str) -> Result<(), KeyStoreError> {
        let name = name.to_owned();
        self.call(move |store| store.delete(&name)).await
    }

    async fn call<T: Send + 'static>(
        &self,
        call: impl FnOnce(&dyn KeyStore) -> Result<T, KeyStoreError> + Send + 'static,
    ) -> Result<T, KeyStoreError> {
        let calling = async {
            let turn = Arc::clone(&self.turn).lock_owned().await;
            let store = Arc::clone(&self.store);
            tokio::task::spawn_blocking(move || {
                let _turn = turn;
                call(store.as_ref())
            })
            .await
            .map_err(|_panicked| KeyStoreError::Failed("the call did not return".to_owned()))?
        };
        tokio::time::timeout(TIMEOUT, calling).await.unwrap_or(Err(KeyStoreError::Slow))
    }
}
