//! An agent's desktop: an engine on a cable of its own, and what the agent does there.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use deskbell_client::api::{
    AlertStyle, Connection, ContactView, Event, HostInfo, KeyPlace, Outgoing, OutgoingContent, OutgoingState,
    Reply, Request, Workplace, WorkspaceSnapshot,
};
use deskbell_client::{Engine, EngineConfig, HubAddress, MemoryKeys, Password};
use deskbell_clock::HandClock;
use deskbell_protocol::{
    Channel, Command, ConversationId, DeliveryState, ErrorBody, Interaction, InteractionState, Message,
    MessageId, Readiness,
};
use tempfile::TempDir;
use tokio::sync::broadcast::error::RecvError;

use super::world::PASSWORD;
use super::{Cables, within};
use crate::support::link::Link;
use crate::support::reader::text;

/// A desktop that is on.
pub(super) struct Desk {
    pub(super) name: &'static str,
    pub(super) engine: Engine,
    link: Link,
    cables: Cables,
    _folder: TempDir,
}

impl Desk {
    pub(super) async fn of(name: &'static str, hub: SocketAddr, clock: &HandClock, cables: Cables) -> Self {
        let (folder, link) = (tempfile::tempdir().expect("a folder"), Link::to(hub).await);
        let engine = Engine::open(EngineConfig {
            data_dir: folder.path().to_owned(),
            host: HostInfo {
                version: "0".to_owned(),
                place: Workplace::Practice,
                alerts: AlertStyle::InPage,
                key_place: KeyPlace::File,
                can_start_at_login: false,
            },
            workspace: Some("shop".to_owned()),
            hub: Some(HubAddress {
                url: link.url(),
                agent: name.to_owned(),
                password: Some(Password::new(PASSWORD)),
                token: None,
            }),
            keys: Arc::new(MemoryKeys::new()),
            clock: clock.shared(),
        })
        .await
        .expect("an engine");
        let desk = Self { name, engine, link, cables, _folder: folder };
        desk.back().await;
        desk
    }

    /// Asks the engine for something that the hub has no part in.
    pub(super) async fn asks(&self, request: Request) -> Reply {
        self.engine.handle(request).await.unwrap_or_else(|error| panic!("{}: {error:?}", self.name))
    }

    /// Does something that the hub answers. With cables that are cut, the cable is cut when the hub has
    /// answered and the answer has not arrived.
    pub(super) async fn does(&self, request: Request) {
        let done = self.tries(request).await;
        assert_eq!(done, Ok(Reply::Done), "{}", self.name);
    }

    pub(super) async fn tries(&self, request: Request) -> Result<Reply, ErrorBody> {
        let engine = self.engine.clone();
        let act = tokio::spawn(async move { engine.handle(request).await });
        self.in_the_middle(async {}).await;
        within("the answer", act).await.expect("an answer")
    }

    /// Lets something happen at the hub, and cuts the cable when the hub has told this desktop of it in vain.
    /// The hub notices only once the desktop is back: else what rings here would go on to a colleague.
    pub(super) async fn in_the_middle(&self, happening: impl Future<Output = ()>) {
        if self.cables == Cables::Whole {
            return happening.await;
        }
        self.link.deafen();
        happening.await;
        within("something that the hub says in vain", self.link.has_lost()).await;
        let gone = self.gone();
        self.link.cut_unnoticed();
        gone.await;
        self.back().await;
        self.link.notice();
    }

    /// Lets something happen while this desktop has no connection.
    pub(super) async fn away(&self, happening: impl Future<Output = ()>) {
        if self.cables == Cables::Whole {
            return happening.await;
        }
        let gone = self.gone();
        self.link.unplug();
        gone.await;
        happening.await;
        self.link.cut();
        self.back().await;
    }

    /// Completes when the connection is noticed to be lost, from now on.
    fn gone(&self) -> impl Future<Output = ()> + use<> {
        let mut events = self.engine.listen();
        within("a lost connection", async move {
            loop {
                match events.recv().await {
                    Ok(Event::Connection { connection: Connection::Live { .. } }) => {}
                    Ok(Event::Connection { .. }) | Err(RecvError::Closed) => return,
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                }
            }
        })
    }

    /// Is connected again.
    async fn back(&self) {
        within("a connection", async {
            while !matches!(self.snapshot().await.connection, Connection::Live { .. }) {
                // Nobody turns the clock by which an engine waits before it tries again.
                self.engine.wake();
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await;
    }

    pub(super) async fn snapshot(&self) -> WorkspaceSnapshot {
        match self.asks(Request::Snapshot).await {
            Reply::Snapshot(snapshot) => *snapshot,
            other => panic!("a snapshot, not {other:?}"),
        }
    }

    /// Looks again until `found` makes something of what is shown.
    pub(super) async fn until<T>(&self, what: &str, found: impl Fn(&WorkspaceSnapshot) -> Option<T>) -> T {
        within(&format!("{}: {what}", self.name), async {
            loop {
                if let Some(found) = found(&self.snapshot().await) {
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await
    }

    pub(super) async fn becomes(&self, readiness: Readiness) {
        self.does(Request::from(Command::SetStatus { channel: Channel::Whatsapp, readiness, reason: None }))
            .await;
        self.until("the new status", |seen| {
            seen.statuses.iter().any(|status| status.readiness == readiness).then_some(())
        })
        .await;
    }

    /// Takes what rings, which is `who`.
    pub(super) async fn accepts(&self, who: &str) -> Interaction {
        let offer = self.until("it rings", |seen| seen.offers.first().cloned()).await;
        assert_eq!(offer.contact_name, who);
        self.does(Request::from(Command::AcceptOffer { offer: offer.id })).await;
        let taken = self.holds(offer.conversation, InteractionState::Active).await;
        assert_eq!(taken.id, offer.interaction);
        taken
    }

    /// Waits until the interaction with this conversation is so.
    pub(super) async fn holds(&self, conversation: ConversationId, state: InteractionState) -> Interaction {
        self.until(&format!("an interaction that is {state:?}"), |seen| {
            let held = seen.interactions.iter();
            held.clone().find(|one| one.conversation == conversation && one.state == state).cloned()
        })
        .await
    }

    /// Writes, and waits until the provider has it.
    pub(super) async fn writes(&self, conversation: ConversationId, text: &str) {
        let message = MessageId::fresh();
        let body = text.to_owned();
        self.does(Request::Enqueue {
            message,
            conversation,
            content: OutgoingContent::Text { body },
            seen: None,
        })
        .await;
        let under_way = [Some(DeliveryState::Stored), Some(DeliveryState::Posting)];
        self.shows(conversation, text, |row| !under_way.contains(&row.delivery)).await;
    }

    /// Waits until this is in the transcript.
    pub(super) async fn reads(&self, conversation: ConversationId, text: &str) {
        self.shows(conversation, text, |_| true).await;
    }

    async fn shows(&self, conversation: ConversationId, wanted: &str, so: impl Fn(&Message) -> bool) {
        within(&format!("{} reads “{wanted}”", self.name), async {
            while !self.page(conversation).await.0.iter().any(|row| text(row) == Some(wanted) && so(row)) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await;
    }

    /// What waits for the agent's word in this conversation, once something does.
    pub(super) async fn held(&self, conversation: ConversationId) -> Outgoing {
        within("a message that is held", async {
            loop {
                let waiting = self.page(conversation).await.1;
                if let Some(held) = waiting.into_iter().find(|one| one.state == OutgoingState::Held) {
                    return held;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await
    }

    /// The transcript that is kept here, oldest first, and what waits to be sent.
    pub(super) async fn page(&self, conversation: ConversationId) -> (Vec<Message>, Vec<Outgoing>) {
        match self.asks(Request::Transcript { conversation, before: None, limit: 200 }).await {
            Reply::Transcript(mut page) => {
                assert!(!page.more, "one page is enough here");
                page.messages.reverse();
                (page.messages, page.outgoing)
            }
            other => panic!("a transcript, not {other:?}"),
        }
    }

    /// Ends what is held with this contact, and marks it done.
    pub(super) async fn finishes(&self, Interaction { id: interaction, conversation, .. }: Interaction) {
        self.does(Request::from(Command::EndInteraction { interaction })).await;
        self.holds(conversation, InteractionState::Ended).await;
        self.does(Request::from(Command::MarkDone { interaction })).await;
        self.until("it is done", |seen| {
            (!seen.interactions.iter().any(|one| one.id == interaction)).then_some(())
        })
        .await;
    }

    pub(super) async fn assigned(&self) -> Vec<ContactView> {
        match self.asks(Request::AssignedContacts).await {
            Reply::Contacts { contacts, .. } => contacts,
            other => panic!("contacts, not {other:?}"),
        }
    }
}
