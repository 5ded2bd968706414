//! Anna's desktop: an engine in a folder of its own, and the UI in front of it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use deskbell_client::api::{
    Alert, AlertStyle, Changes, Connection, ConversationView, Event, HostInfo, KeyPlace, Outgoing,
    OutgoingContent, Reply, Request, TranscriptPage, Workplace, WorkspaceSnapshot,
};
use deskbell_client::{
    Engine, EngineConfig, HubAddress, KeyStore, MemoryKeys, OpenError, Password, Subscription, Token,
};
use deskbell_clock::{SharedClock, SystemClock};
use deskbell_protocol::{ConversationId, ErrorBody, ErrorCode, Message, MessageId};
use tempfile::TempDir;
use tokio::sync::broadcast;

use super::hub::{Hub, PASSWORD};
use super::{people, soon};

/// A desktop, switched off.
pub(crate) struct Desktop {
    folder: TempDir,
    pub(crate) keys: Arc<dyn KeyStore>,
    pub(crate) clock: SharedClock,
    hub: Option<HubAddress>,
}

impl Desktop {
    pub(crate) fn of(hub: &Hub) -> Self {
        Self::at(Some(hub.url()))
    }

    pub(crate) fn at(url: Option<String>) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            keys: Arc::new(MemoryKeys::new()),
            clock: SystemClock::shared(),
            hub: url.map(|url| HubAddress {
                url,
                agent: "Anna".to_owned(),
                password: Some(Password::new(PASSWORD)),
                token: None,
            }),
        }
    }

    pub(crate) fn password(&mut self, password: Option<&str>) {
        if let Some(hub) = &mut self.hub {
            hub.password = password.map(Password::new);
        }
    }

    pub(crate) fn token(&mut self, token: Option<Token>) {
        if let Some(hub) = &mut self.hub {
            hub.token = token;
        }
    }

    /// A connection of the test's own to the cache, which lies still: the desktop is off.
    pub(crate) fn cache_file(&self) -> rusqlite::Connection {
        let key = self.keys.read("cache-test-anna").unwrap().expect("a key");
        let sql = rusqlite::Connection::open(self.cache_dir().join("cache.db")).unwrap();
        sql.execute_batch(&format!("PRAGMA key = \"x'{}'\";", hex::encode(key))).unwrap();
        sql
    }

    /// The folder of the cache.
    pub(crate) fn cache_dir(&self) -> PathBuf {
        self.folder.path().join("test-anna")
    }

    pub(crate) async fn try_on(&self) -> Result<Engine, OpenError> {
        Engine::open(EngineConfig {
            data_dir: self.folder.path().to_owned(),
            host: HostInfo {
                version: "1.2.3".to_owned(),
                place: Workplace::Practice,
                alerts: AlertStyle::InPage,
                key_place: KeyPlace::File,
                can_start_at_login: false,
            },
            workspace: Some("test-anna".to_owned()),
            hub: self.hub.clone(),
            keys: Arc::clone(&self.keys),
            clock: Arc::clone(&self.clock),
        })
        .await
    }

    /// Switches it on, as soon as whoever had it before has let go.
    pub(crate) async fn on(&self) -> Ui {
        soon("the data folder's release", async {
            loop {
                match self.try_on().await {
                    Ok(engine) => return Ui::of(engine),
                    Err(OpenError::InUse) => tokio::task::yield_now().await,
                    Err(error) => panic!("{error}"),
                }
            }
        })
        .await
    }
}

/// What Anna sees, and what she does.
pub(crate) struct Ui {
    pub(crate) engine: Engine,
    subscription: Subscription,
    number: u64,
    /// Everything heard so far.
    pub(crate) heard: Arc<Mutex<Vec<Event>>>,
}

impl Ui {
    pub(crate) fn of(engine: Engine) -> Self {
        let subscription = engine.subscribe();
        let number = subscription.number();
        Self { engine, subscription, number, heard: Arc::default() }
    }

    /// A page that begins anew once the transcripts that came with the connection have been told: from then
    /// on nothing happens by itself. `everything` has listened since before the hub's welcome.
    pub(crate) async fn settled(self, mut everything: broadcast::Receiver<Event>) -> Self {
        let mut live = false;
        soon("the last word of the beginning", async {
            loop {
                match everything.recv().await.unwrap() {
                    Event::Connection { connection: Connection::Live { .. } } => live = true,
                    Event::Resync if live => break,
                    _ => {}
                }
            }
        })
        .await;
        Self::of(self.engine)
    }

    /// The next event, acknowledged.
    pub(crate) async fn event(&mut self) -> Event {
        let next = soon("an event", self.subscription.next()).await.expect("the subscription ended");
        self.engine.handle(Request::Acknowledge { subscription: self.number, seq: next.seq }).await.unwrap();
        self.heard.lock().unwrap().push(next.event.clone());
        if next.event == Event::Resync {
            self.subscription = self.engine.subscribe();
            self.number = self.subscription.number();
        }
        next.event
    }

    /// Listens until this is heard.
    pub(crate) async fn hears<T>(&mut self, mut wanted: impl FnMut(&Event) -> Option<T>) -> T {
        loop {
            if let Some(found) = wanted(&self.event().await) {
                return found;
            }
        }
    }

    /// Listens until a commit changed this.
    pub(crate) async fn sees<T>(&mut self, mut wanted: impl FnMut(&Changes) -> Option<T>) -> T {
        self.hears(|event| match event {
            Event::Changed { changes } => wanted(changes),
            _ => None,
        })
        .await
    }

    /// The next alert, wherever it is told.
    pub(crate) async fn alert(&mut self) -> Alert {
        soon("an alert", async {
            loop {
                let next = tokio::time::timeout(std::time::Duration::from_millis(20), self.event()).await;
                if let Ok(Event::Alert { alert }) = next {
                    return alert;
                }
                if let Some(alert) = self.snapshot().await.alerts.pop() {
                    return alert;
                }
            }
        })
        .await
    }

    /// Waits until the connection is so.
    pub(crate) async fn connection(&self, wanted: impl Fn(&Connection) -> bool) -> Connection {
        soon("the connection's state", async {
            loop {
                let now = self.snapshot().await.connection;
                if wanted(&now) {
                    return now;
                }
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        })
        .await
    }

    pub(crate) async fn live(&self) {
        self.connection(|now| matches!(now, Connection::Live { .. })).await;
    }

    pub(crate) async fn offline(&self) {
        self.connection(|now| matches!(now, Connection::Offline { message: Some(_), .. })).await;
    }

    pub(crate) async fn snapshot(&self) -> WorkspaceSnapshot {
        match self.engine.handle(Request::Snapshot).await.unwrap() {
            Reply::Snapshot(snapshot) => *snapshot,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn view(&self, contact: u64) -> ConversationView {
        let id = people::conversation_of(contact);
        let find = async || {
            let views = self.snapshot().await.conversations;
            views.into_iter().find(|view| view.conversation.id == id)
        };
        // On a busy machine the cache opens after the engine.
        super::until("the conversation in the list", || async { find().await.is_some() }).await;
        find().await.expect("a conversation in the list")
    }

    pub(crate) async fn page(&self, contact: u64) -> TranscriptPage {
        self.page_of(people::conversation_of(contact)).await
    }

    async fn page_of(&self, conversation: ConversationId) -> TranscriptPage {
        let request = Request::Transcript { conversation, before: None, limit: 200 };
        soon("an open cache", async {
            loop {
                match self.engine.handle(request.clone()).await {
                    Ok(Reply::Transcript(page)) => return page,
                    // Opening may take longer than an engine waits for it.
                    Err(error) if error.code == ErrorCode::Unavailable => tokio::task::yield_now().await,
                    other => panic!("{other:?}"),
                }
            }
        })
        .await
    }

    /// The texts of a transcript, oldest first.
    pub(crate) async fn transcript(&self, contact: u64) -> Vec<String> {
        self.page(contact).await.messages.iter().rev().map(|row| people::body(row).to_owned()).collect()
    }

    /// The texts that wait in the outbox, oldest first.
    pub(crate) async fn waiting(&self, contact: u64) -> Vec<Outgoing> {
        self.page(contact).await.outgoing
    }

    /// Waits until a transcript reads so.
    pub(crate) async fn reads(&self, contact: u64, wanted: &[&str]) {
        super::until("the transcript", || async { self.transcript(contact).await == wanted }).await;
    }

    pub(crate) async fn send(&self, contact: u64, text: &str) -> Result<MessageId, ErrorBody> {
        let message = MessageId::fresh();
        let conversation = people::conversation_of(contact);
        self.engine
            .handle(Request::Enqueue {
                message,
                conversation,
                content: OutgoingContent::Text { body: text.to_owned() },
                seen: None,
            })
            .await?;
        Ok(message)
    }

    pub(crate) async fn ask(&self, request: Request) -> Result<Reply, ErrorBody> {
        self.engine.handle(request).await
    }

    pub(crate) async fn search(&self, words: &str) -> Vec<String> {
        match self.ask(Request::Search { words: words.to_owned(), before: None, limit: 50 }).await.unwrap() {
            Reply::Hits { hits, .. } => {
                hits.iter().map(|hit| people::body(&hit.message).to_owned()).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    /// Switches it off in good order.
    pub(crate) async fn off(self) {
        soon("the end of the engine", self.engine.close()).await;
    }

    /// Pulls the plug.
    pub(crate) fn kill(self) {
        drop(self);
    }
}

/// The message of a commit that says this.
pub(crate) fn saying(changes: &Changes, text: &str) -> Option<Message> {
    changes.messages.iter().find(|row| people::body(row) == text).cloned()
}
