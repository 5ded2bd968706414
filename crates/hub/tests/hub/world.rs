//! The world around a hub under test: a provider that takes what it is given, customers behind signed
//! webhooks, and agents at sockets.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use deskbell_clock::HandClock;
use deskbell_connectors::Secret;
use deskbell_hub::{AccountSettings, AgentSettings, Hub, QueueSettings, Settings, Store};
use deskbell_protocol::{
    Agent, AgentId, Change, Channel, ClientFrame, Command, CommandId, Content, Conversation, ConversationId,
    ConversationPage, Cursor, Entry, ErrorBody, HubFrame, Interaction, InteractionId, InteractionState,
    LogPosition, Message, MessageId, Millis, Notice, Offer, OfferState, PROTOCOL_VERSION, Readiness, Role,
    SignIn, SignedIn, Snapshot,
};
use futures_util::{SinkExt, StreamExt};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message as Ws;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

pub(crate) const SECRET: &str = "app-secret";
pub(crate) const PASSWORD: &str = "correct horse";
pub(crate) const PHONE_NUMBER_ID: &str = "10654";
/// The morning on which every story begins.
pub(crate) const MORNING: i64 = 1_790_000_000_000;
/// Longer than anything here may take; a story that waits this long has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;

/// What the provider does with the next messages.
#[derive(Clone, Debug, Default)]
pub(crate) enum Mood {
    #[default]
    Accepts,
    /// Takes the message and cuts the line before it answers.
    CutsTheLine,
    /// Answers with this status and body.
    Answers(u16, Value),
    /// Takes the message and never answers.
    Silent,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Posted {
    pub(crate) to: String,
    pub(crate) body: String,
    pub(crate) echo: String,
    pub(crate) wamid: String,
}

#[derive(Debug, Default)]
struct ProviderState {
    mood: Mutex<Mood>,
    posted: Mutex<Vec<Posted>>,
    news: Notify,
}

/// The provider's API.
#[derive(Clone, Debug)]
pub(crate) struct Provider {
    state: Arc<ProviderState>,
    pub(crate) base_url: String,
}

impl Provider {
    async fn start() -> Self {
        let state = Arc::new(ProviderState::default());
        let app = axum::Router::new()
            .route("/{version}/{number}/messages", axum::routing::post(take))
            .with_state(Arc::clone(&state));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { state, base_url }
    }

    pub(crate) fn is(&self, mood: Mood) {
        *self.state.mood.lock().unwrap() = mood;
    }

    pub(crate) fn posted(&self) -> Vec<Posted> {
        self.state.posted.lock().unwrap().clone()
    }

    /// Waits until `count` messages came, and returns them all.
    pub(crate) async fn has(&self, count: usize) -> Vec<Posted> {
        within("the provider has the messages", async {
            loop {
                let news = self.state.news.notified();
                let posted = self.posted();
                if posted.len() >= count {
                    return posted;
                }
                news.await;
            }
        })
        .await
    }
}

async fn take(State(state): State<Arc<ProviderState>>, axum::Json(body): axum::Json<Value>) -> Response {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let wamid = {
        let mut posted = state.posted.lock().unwrap();
        let wamid = format!("wamid.out.{}", posted.len());
        let to = if body["to"].is_string() { word(&body["to"]) } else { word(&body["recipient"]) };
        posted.push(Posted {
            to,
            body: word(&body["text"]["body"]),
            echo: word(&body["biz_opaque_callback_data"]),
            wamid: wamid.clone(),
        });
        wamid
    };
    state.news.notify_waiters();
    let mood = state.mood.lock().unwrap().clone();
    match mood {
        Mood::Accepts => {
            axum::Json(json!({"messaging_product": "whatsapp", "messages": [{"id": wamid}]})).into_response()
        }
        Mood::Answers(status, body) => {
            (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response()
        }
        Mood::Silent => std::future::pending().await,
        Mood::CutsTheLine => {
            let broken =
                futures_util::stream::once(async { Err::<Vec<u8>, _>(std::io::Error::other("cut")) });
            axum::body::Body::from_stream(broken).into_response()
        }
    }
}

/// A hub and everything around it.
pub(crate) struct World {
    pub(crate) clock: HandClock,
    pub(crate) provider: Provider,
    pub(crate) address: String,
    pub(crate) store: Store,
    pub(crate) http: reqwest::Client,
    settings: Settings,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
    _folder: tempfile::TempDir,
}

impl World {
    /// A hub with one WhatsApp account, one queue, and the agents Anna and Ben in it.
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let provider = Provider::start().await;
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::at(folder.path().join("data"));
        settings.queues.push(QueueSettings { name: "Sales".to_owned() });
        let secret = |text: &str| Secret::new(text);
        let mut account = AccountSettings::whatsapp(
            "shop",
            PHONE_NUMBER_ID,
            secret("access"),
            secret(SECRET),
            secret("verify"),
        );
        account.base_url.clone_from(&provider.base_url);
        settings.accounts.push(account);
        for name in ["Anna", "Ben"] {
            settings.agents.push(AgentSettings {
                name: name.to_owned(),
                password: secret(PASSWORD),
                role: Role::Agent,
                queues: Vec::new(),
            });
        }
        change(&mut settings);
        let clock = HandClock::at(MORNING);
        let hub = open(&settings, &clock);
        let store = hub.store().clone();
        let (address, running) = serve(hub).await;
        Self {
            clock,
            provider,
            address,
            store,
            http: reqwest::Client::new(),
            settings,
            running: Some(running),
            _folder: folder,
        }
    }

    pub(crate) fn now(&self) -> Millis {
        use deskbell_clock::Clock;
        Millis(self.clock.now())
    }

    /// Stops the hub and starts it again on the same store.
    pub(crate) async fn restart(&mut self) {
        self.stop().await;
        self.start().await;
    }

    pub(crate) async fn stop(&mut self) {
        let (stop, running) = self.running.take().unwrap();
        stop.send(()).unwrap();
        within("the hub stops", running).await.unwrap();
    }

    /// Ends the hub in the middle of everything, as far as that is possible inside one process.
    pub(crate) async fn kill(&mut self) {
        let (_stop, running) = self.running.take().unwrap();
        running.abort();
        let _aborted = running.await;
    }

    pub(crate) async fn start(&mut self) {
        let hub = open(&self.settings, &self.clock);
        self.store = hub.store().clone();
        let (address, running) = serve(hub).await;
        self.address = address;
        self.running = Some(running);
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) async fn sign_in(&self, name: &str) -> SignedIn {
        let body = SignIn { name: name.to_owned(), password: PASSWORD.to_owned() };
        let response = self.http.post(self.url("/v1/sign-in")).json(&body).send().await.unwrap();
        assert_eq!(response.status(), 200);
        response.json().await.unwrap()
    }

    /// An agent at a desktop with a fresh cache, up to date and listening.
    pub(crate) async fn agent(&self, name: &str) -> Desk {
        let signed_in = self.sign_in(name).await;
        let mut desk = Desk::connect(self, &signed_in.token, None).await;
        desk.read_snapshot(self).await;
        desk
    }

    /// The same, and ready for WhatsApp.
    pub(crate) async fn ready_agent(&self, name: &str) -> Desk {
        let mut desk = self.agent(name).await;
        desk.becomes(Readiness::Ready).await;
        desk
    }

    pub(crate) async fn deliver(&self, body: &Value) -> u16 {
        self.deliver_bytes(serde_json::to_vec(body).unwrap()).await
    }

    pub(crate) async fn deliver_bytes(&self, body: Vec<u8>) -> u16 {
        let signature = sign(&body);
        let request = self.http.post(self.url("/webhooks/whatsapp/shop"));
        let response = request.header("X-Hub-Signature-256", signature).body(body).send().await.unwrap();
        response.status().as_u16()
    }

    /// A customer writes now.
    pub(crate) async fn writes(&self, customer: &Customer, text: &str) -> String {
        let (wamid, message) = customer.text(text, self.now());
        assert_eq!(self.deliver(&delivery(&[message], &[])).await, 200);
        wamid
    }

    pub(crate) async fn status(&self, wamid: &str, status: &str, echo: Option<&str>) {
        assert_eq!(self.deliver(&delivery(&[], &[status_of(wamid, status, echo)])).await, 200);
    }

    pub(crate) async fn get<T: serde::de::DeserializeOwned>(&self, token: &str, path: &str) -> T {
        let response = self.http.get(self.url(path)).bearer_auth(token).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }

    pub(crate) async fn refused(&self, token: &str, path: &str) -> (u16, ErrorBody) {
        let response = self.http.get(self.url(path)).bearer_auth(token).send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }
}

fn open(settings: &Settings, clock: &HandClock) -> Hub {
    Hub::open(settings.clone(), clock.shared()).unwrap()
}

async fn serve(hub: Hub) -> (String, (oneshot::Sender<()>, JoinHandle<()>)) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(async move {
        hub.serve(listener, async move {
            let _stopped = stopped.await;
        })
        .await
        .unwrap();
    });
    (address, (stop, running))
}

pub(crate) fn sign(body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

/// Someone who writes to us.
#[derive(Clone, Debug)]
pub(crate) struct Customer {
    name: &'static str,
    phone: &'static str,
    said: Arc<Mutex<u32>>,
}

pub(crate) fn carla() -> Customer {
    Customer { name: "Carla", phone: "491701111111", said: Arc::default() }
}

pub(crate) fn deniz() -> Customer {
    Customer { name: "Deniz", phone: "491702222222", said: Arc::default() }
}

pub(crate) fn emre() -> Customer {
    Customer { name: "Emre", phone: "491703333333", said: Arc::default() }
}

impl Customer {
    /// What a delivery holds of this customer's next text, and its id.
    pub(crate) fn text(&self, text: &str, at: Millis) -> (String, (Value, Value)) {
        let mut said = self.said.lock().unwrap();
        *said += 1;
        let wamid = format!("wamid.{}.{said}", self.name);
        let message = json!({
            "id": wamid, "from": self.phone, "timestamp": (at.0 / 1000).to_string(),
            "type": "text", "text": {"body": text},
        });
        let contact = json!({"profile": {"name": self.name}, "wa_id": self.phone});
        (wamid, (contact, message))
    }
}

/// A delivery of messages and statuses, in the provider's envelope.
pub(crate) fn delivery(messages: &[(Value, Value)], statuses: &[Value]) -> Value {
    let mut value = json!({
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": PHONE_NUMBER_ID},
    });
    if !messages.is_empty() {
        value["contacts"] = messages.iter().map(|(contact, _)| contact.clone()).collect();
        value["messages"] = messages.iter().map(|(_, message)| message.clone()).collect();
    }
    if !statuses.is_empty() {
        value["statuses"] = statuses.to_vec().into();
    }
    json!({"object": "whatsapp_business_account",
           "entry": [{"id": "1029", "changes": [{"field": "messages", "value": value}]}]})
}

pub(crate) fn status_of(wamid: &str, status: &str, echo: Option<&str>) -> Value {
    let mut value = json!({
        "id": wamid, "status": status, "timestamp": (MORNING / 1000).to_string(), "recipient_id": "491701111111",
    });
    if let Some(echo) = echo {
        value["biz_opaque_callback_data"] = echo.into();
    }
    if status == "failed" {
        value["errors"] = json!([{"code": 131026, "title": "Message undeliverable"}]);
    }
    value
}

/// Gives `work` a generous time, so that a story that hangs fails with a name.
pub(crate) async fn within<T>(what: &str, work: impl Future<Output = T>) -> T {
    timeout(PATIENCE, work).await.unwrap_or_else(|_elapsed| panic!("in vain: {what}"))
}

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub(crate) async fn socket(world: &World) -> Socket {
    tokio_tungstenite::connect_async(format!("ws://{}/v1/agent", world.address)).await.unwrap().0
}

pub(crate) fn hello(token: &str, cursor: Option<Cursor>) -> ClientFrame {
    ClientFrame::Hello {
        protocol: PROTOCOL_VERSION,
        token: token.to_owned(),
        app: "a test".to_owned(),
        capabilities: Vec::new(),
        cursor,
    }
}

pub(crate) async fn say(socket: &mut Socket, frame: &ClientFrame) {
    socket.send(Ws::text(serde_json::to_string(frame).unwrap())).await.unwrap();
}

/// The next frame; `None` once the hub hung up.
pub(crate) async fn hear(socket: &mut Socket) -> Option<HubFrame> {
    within("the hub says something", async {
        loop {
            match socket.next().await {
                Some(Ok(Ws::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
                Some(Ok(Ws::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    })
    .await
}

/// An agent's desktop: a socket, and the rows as far as it was told.
pub(crate) struct Desk {
    pub(crate) me: Agent,
    pub(crate) token: String,
    pub(crate) cursor: Cursor,
    pub(crate) live: bool,
    pub(crate) too_old: bool,
    pub(crate) conversations: BTreeMap<ConversationId, Conversation>,
    pub(crate) interactions: BTreeMap<InteractionId, Interaction>,
    pub(crate) messages: BTreeMap<String, Message>,
    pub(crate) offers: BTreeMap<deskbell_protocol::OfferId, Offer>,
    pub(crate) status: Option<deskbell_protocol::ChannelStatus>,
    /// Every change in the order it came.
    pub(crate) heard: Vec<Entry>,
    pub(crate) replies: BTreeMap<CommandId, Option<ErrorBody>>,
    socket: Socket,
}

impl Desk {
    /// Connects with a cursor or without.
    pub(crate) async fn connect(world: &World, token: &str, cursor: Option<Cursor>) -> Self {
        Self::over(socket(world).await, token, cursor).await
    }

    /// Connects over a line that holds a few kilobytes: what the desk does not read soon waits at the hub.
    pub(crate) async fn connect_narrowly(world: &World, token: &str, cursor: Option<Cursor>) -> Self {
        let line = tokio::net::TcpSocket::new_v4().unwrap();
        line.set_recv_buffer_size(4096).unwrap();
        let line = line.connect(world.address.parse().unwrap()).await.unwrap();
        let url = format!("ws://{}/v1/agent", world.address);
        let (socket, _) = tokio_tungstenite::client_async(url, MaybeTlsStream::Plain(line)).await.unwrap();
        Self::over(socket, token, cursor).await
    }

    async fn over(mut socket: Socket, token: &str, cursor: Option<Cursor>) -> Self {
        say(&mut socket, &hello(token, cursor)).await;
        let Some(HubFrame::Welcome { generation, agent, .. }) = hear(&mut socket).await else {
            panic!("no welcome")
        };
        Self {
            me: agent,
            token: token.to_owned(),
            cursor: cursor.unwrap_or(Cursor { generation, position: LogPosition(0) }),
            live: false,
            too_old: false,
            conversations: BTreeMap::new(),
            interactions: BTreeMap::new(),
            messages: BTreeMap::new(),
            offers: BTreeMap::new(),
            status: None,
            heard: Vec::new(),
            replies: BTreeMap::new(),
            socket,
        }
    }

    /// Reads everything by HTTP, as after a `cursor_too_old`, and goes live.
    pub(crate) async fn read_snapshot(&mut self, world: &World) {
        self.until("the hub says that the cursor is too old", |desk| desk.too_old.then_some(())).await;
        let snapshot: Snapshot = world.get(&self.token, "/v1/snapshot").await;
        self.offers = snapshot.offers.into_iter().map(|offer| (offer.id, offer)).collect();
        self.status = snapshot.statuses.into_iter().find(|status| status.channel == Channel::Whatsapp);
        self.conversations.clear();
        self.interactions.clear();
        self.messages.clear();
        self.page_in(world, "").await;
        self.cursor = Cursor { generation: snapshot.generation, position: snapshot.head };
        say(&mut self.socket, &ClientFrame::Resume { cursor: self.cursor }).await;
        self.until("the desk is live", |desk| desk.live.then_some(())).await;
    }

    /// Pages conversations and their messages in.
    pub(crate) async fn page_in(&mut self, world: &World, narrow: &str) {
        let page: ConversationPage =
            world.get(&self.token, &format!("/v1/conversations?limit=200{narrow}")).await;
        for detail in page.conversations {
            let id = detail.conversation.id;
            self.conversations.insert(id, detail.conversation);
            for interaction in detail.interactions {
                self.interactions.insert(interaction.id, interaction);
            }
            let messages: deskbell_protocol::MessagePage =
                world.get(&self.token, &format!("/v1/conversations/{id}/messages")).await;
            for message in messages.messages {
                self.messages.insert(message.position.to_string(), message);
            }
        }
    }

    fn apply(&mut self, frame: HubFrame) {
        match frame {
            HubFrame::CursorTooOld {} => self.too_old = true,
            HubFrame::Reply { id, error } => {
                self.replies.insert(id, error);
            }
            HubFrame::Entries { entries, upto } => {
                for entry in entries {
                    assert!(entry.position > self.cursor.position, "an entry came twice");
                    assert!(entry.position <= upto);
                    match entry.change.clone() {
                        Change::Conversation { row } => drop(self.conversations.insert(row.id, row)),
                        Change::Interaction { row } => drop(self.interactions.insert(row.id, row)),
                        Change::Message { row } => drop(self.messages.insert(row.position.to_string(), row)),
                        Change::Offer { row } => drop(self.offers.insert(row.id, row)),
                        Change::Status { row } => self.status = Some(row),
                        Change::Granted { .. } | Change::Revoked { .. } | Change::Unknown => {}
                    }
                    self.heard.push(entry);
                }
                assert!(upto >= self.cursor.position, "the cursor went back");
                self.cursor.position = upto;
                self.live = true;
            }
            _ => {}
        }
    }

    /// Listens until the desk shows what is looked for.
    pub(crate) async fn until<T>(&mut self, what: &str, look: impl Fn(&Self) -> Option<T>) -> T {
        within(what, async {
            loop {
                if let Some(found) = look(self) {
                    return found;
                }
                let frame = hear(&mut self.socket).await;
                self.apply(frame.unwrap_or_else(|| panic!("the hub hung up; in vain: {what}")));
            }
        })
        .await
    }

    /// Sends a command and waits for its answer.
    pub(crate) async fn commands(&mut self, command: Command) -> Result<(), ErrorBody> {
        let id = match &command {
            Command::SendMessage { message, .. } => CommandId::from(*message),
            _ => CommandId::fresh(),
        };
        self.commands_as(id, command).await
    }

    pub(crate) async fn commands_as(&mut self, id: CommandId, command: Command) -> Result<(), ErrorBody> {
        self.replies.remove(&id);
        say(&mut self.socket, &ClientFrame::Command { id, command }).await;
        let answer = self.until("the command is answered", |desk| desk.replies.get(&id).cloned()).await;
        answer.map_or(Ok(()), Err)
    }

    pub(crate) async fn becomes(&mut self, readiness: Readiness) {
        let command = Command::SetStatus { channel: Channel::Whatsapp, readiness, reason: None };
        self.commands(command).await.unwrap();
        self.until("the new status is shown", |desk| {
            desk.status.as_ref().is_some_and(|status| status.readiness == readiness).then_some(())
        })
        .await;
    }

    /// Waits until something rings.
    pub(crate) async fn rings(&mut self) -> Offer {
        self.until("something rings", |desk| {
            desk.offers.values().find(|offer| offer.state == OfferState::Ringing).cloned()
        })
        .await
    }

    pub(crate) async fn offer_is(&mut self, offer: &Offer, state: OfferState) {
        let id = offer.id;
        self.until(&format!("the offer is {state:?}"), |desk| {
            desk.offers.get(&id).is_some_and(|offer| offer.state == state).then_some(())
        })
        .await;
    }

    /// Waits until something rings, and accepts it. Returns the interaction, active.
    pub(crate) async fn accepts(&mut self, world: &World) -> Interaction {
        let offer = self.rings().await;
        self.commands(Command::AcceptOffer { offer: offer.id }).await.unwrap();
        let taken = self.interaction_is(offer.interaction, InteractionState::Active).await;
        self.page_in(world, &format!("&conversation={}", offer.conversation)).await;
        taken
    }

    pub(crate) async fn interaction_is(&mut self, id: InteractionId, state: InteractionState) -> Interaction {
        self.until(&format!("the interaction is {state:?}"), |desk| {
            desk.interactions.get(&id).filter(|interaction| interaction.state == state).cloned()
        })
        .await
    }

    pub(crate) async fn sends(
        &mut self,
        conversation: ConversationId,
        text: &str,
    ) -> Result<MessageId, ErrorBody> {
        let message = MessageId::fresh();
        self.commands(send(message, conversation, text)).await.map(|()| message)
    }

    pub(crate) async fn delivery_is(
        &mut self,
        id: MessageId,
        state: deskbell_protocol::DeliveryState,
    ) -> Message {
        self.until(&format!("the message is {state:?}"), |desk| {
            desk.messages.values().find(|m| m.id == id && m.delivery == Some(state)).cloned()
        })
        .await
    }

    /// Waits until this text is in a transcript.
    pub(crate) async fn reads(&mut self, text: &str) -> Message {
        self.until(&format!("{text:?} is shown"), |desk| {
            desk.messages.values().find(|message| says(message, text)).cloned()
        })
        .await
    }

    /// Waits until this line of the system is in a transcript.
    pub(crate) async fn notices(&mut self, what: impl Fn(&Notice) -> bool) -> Message {
        self.until("the system says so", |desk| {
            desk.messages
                .values()
                .find(|message| matches!(&message.content, Content::Notice { notice } if what(notice)))
                .cloned()
        })
        .await
    }

    /// Hears everything that is on its way: asks, and listens until the answer.
    pub(crate) async fn settles(&mut self) {
        say(&mut self.socket, &ClientFrame::Ping { n: 7 }).await;
        within("the hub answers a ping", async {
            loop {
                match hear(&mut self.socket).await.unwrap() {
                    HubFrame::Pong { .. } => return,
                    frame => self.apply(frame),
                }
            }
        })
        .await;
    }

    pub(crate) fn ringing(&self) -> usize {
        self.offers.values().filter(|offer| offer.state == OfferState::Ringing).count()
    }

    pub(crate) async fn frame(&mut self, frame: &ClientFrame) {
        say(&mut self.socket, frame).await;
    }

    pub(crate) async fn says_raw(&mut self, text: String) {
        self.socket.send(Ws::text(text)).await.unwrap();
    }

    /// Leaves, and waits until the hub has noticed.
    pub(crate) async fn hangs_up(mut self, world: &World) {
        let before = world.store.count_sessions(self.me.id).await.unwrap();
        self.socket.close(None).await.unwrap();
        within("the hub notices that the desktop left", async {
            while world.store.count_sessions(self.me.id).await.unwrap() >= before {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
}

pub(crate) fn says(message: &Message, text: &str) -> bool {
    matches!(&message.content, Content::Text { body } if body == text)
}

pub(crate) fn send(message: MessageId, conversation: ConversationId, text: &str) -> Command {
    Command::SendMessage { message, conversation, body: text.to_owned(), written_at: Millis(MORNING) }
}

/// The agent of this name.
pub(crate) async fn id_of(world: &World, name: &str) -> AgentId {
    world.store.agent_named(name).await.unwrap().unwrap().id
}
