use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

use super::{KeyStore, KeyStoreError};

/// How long a key store may think before the person is told that it is slow.
const PATIENCE: Duration = Duration::from_secs(5);

/// A key store whose calls do not block the runtime.
///
/// A store that hangs (a prompt nobody answers) is asked only once at a time: the next question waits for
/// the answer to the one before, so that hanging calls do not pile up.
#[derive(Clone)]
pub(crate) struct PatientKeys {
    store: Arc<dyn KeyStore>,
    turn: Arc<Mutex<()>>,
}

impl PatientKeys {
    pub(crate) fn new(store: Arc<dyn KeyStore>) -> Self {
        Self { store, turn: Arc::default() }
    }

    pub(crate) async fn read(&self, name: &str) -> Result<Option<Vec<u8>>, KeyStoreError> {
        let name = name.to_owned();
        self.ask(move |store| store.read(&name)).await
    }

    pub(crate) async fn write(&self, name: &str, value: &[u8]) -> Result<(), KeyStoreError> {
        let (name, value) = (name.to_owned(), value.to_vec());
        self.ask(move |store| store.write(&name, &value)).await
    }

    pub(crate) async fn delete(&self, name: &str) -> Result<(), KeyStoreError> {
        let name = name.to_owned();
        self.ask(move |store| store.delete(&name)).await
    }

    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn KeyStore) -> Result<T, KeyStoreError> + Send + 'static,
    ) -> Result<T, KeyStoreError> {
        let asking = async {
            let turn = Arc::clone(&self.turn).lock_owned().await;
            let store = Arc::clone(&self.store);
            tokio::task::spawn_blocking(move || {
                let _my_turn = turn;
                question(store.as_ref())
            })
            .await
            .map_err(|_panicked| KeyStoreError::Failed("the call did not come back".to_owned()))?
        };
        tokio::time::timeout(PATIENCE, asking).await.unwrap_or(Err(KeyStoreError::Slow))
    }
}
