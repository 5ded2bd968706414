//! A hub that does what the story says: frames by hand, HTTP from a small world.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::extract::ws::{Message as Frame, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use deskbell_protocol::{
    Account, AccountHealth, Assignment, Change, ClientFrame, Command, CommandId, ContactDetail, ContactPage,
    ConversationDetail, ConversationId, ConversationPage, Cursor, Entry, ErrorBody, ErrorCode, Generation,
    HubFrame, HubId, HubIdentity, HubSettings, LogPosition, Message, MessagePage, Millis, Offer,
    PROTOCOL_VERSION, Position, Queue, SignIn, SignedIn, Snapshot,
};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;

use super::{people, soon};

pub(crate) const TOKEN: &str = "token-of-anna";
pub(crate) const PASSWORD: &str = "correct horse";

/// What the hub knows and tells by HTTP.
pub(crate) struct World {
    pub(crate) hub: HubId,
    pub(crate) generation: Generation,
    pub(crate) head: i64,
    pub(crate) queues: Vec<Queue>,
    pub(crate) offers: Vec<Offer>,
    pub(crate) assignments: Vec<Assignment>,
    pub(crate) accounts: Vec<Account>,
    pub(crate) unhealthy: Vec<AccountHealth>,
    /// What is told of contacts, by `GET /v1/contacts`.
    pub(crate) contacts: Vec<ContactDetail>,
    /// What other calls that look back are answered, by path; what is not in here is not found.
    pub(crate) answers: HashMap<String, serde_json::Value>,
    /// Those calls so far, with their queries.
    pub(crate) asked: Vec<String>,
    /// Those calls wait for ever.
    pub(crate) numb: bool,
    pub(crate) statuses: Vec<deskbell_protocol::ChannelStatus>,
    pub(crate) conversations: Vec<ConversationDetail>,
    pub(crate) messages: BTreeMap<ConversationId, Vec<Message>>,
    /// Rows per page, whatever was asked for.
    pub(crate) page: usize,
    pub(crate) cache_days: u32,
    pub(crate) heartbeat_s: u32,
    /// The token that is good.
    pub(crate) token: String,
    /// Whether transcripts can be read right now.
    pub(crate) transcripts_fail: bool,
    /// Whose transcript cannot be read right now.
    pub(crate) broken: Option<ConversationId>,
    /// Transcripts wait here, each for a permit, if there is something to wait for.
    pub(crate) hold: Option<Arc<Semaphore>>,
    pub(crate) sign_ins: u32,
    /// Why nobody can sign in right now.
    pub(crate) busy: Option<ErrorBody>,
    /// How many calls for conversations are asked to come again in a moment.
    pub(crate) out_of_breath: u32,
    /// Calls for transcripts so far.
    pub(crate) transcript_calls: u32,
}

type Shared = Arc<Mutex<World>>;

#[derive(Clone)]
struct Rooms {
    world: Shared,
    links: mpsc::Sender<Link>,
}

/// The scripted hub.
pub(crate) struct Hub {
    pub(crate) address: SocketAddr,
    pub(crate) world: Shared,
    links: mpsc::Receiver<Link>,
    server: JoinHandle<()>,
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Hub {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::on(listener).await
    }

    pub(crate) async fn on(listener: TcpListener) -> Self {
        let address = listener.local_addr().unwrap();
        let world = Arc::new(Mutex::new(World {
            hub: people::id(0x4b),
            generation: people::id(1),
            head: 0,
            queues: vec![people::support()],
            offers: Vec::new(),
            assignments: Vec::new(),
            accounts: Vec::new(),
            unhealthy: Vec::new(),
            contacts: Vec::new(),
            answers: HashMap::new(),
            asked: Vec::new(),
            numb: false,
            statuses: Vec::new(),
            conversations: Vec::new(),
            messages: BTreeMap::new(),
            page: 100,
            cache_days: 30,
            heartbeat_s: 15,
            token: TOKEN.to_owned(),
            transcripts_fail: false,
            broken: None,
            hold: None,
            sign_ins: 0,
            busy: None,
            out_of_breath: 0,
            transcript_calls: 0,
        }));
        let (to_story, links) = mpsc::channel(16);
        let rooms = Rooms { world: Arc::clone(&world), links: to_story };
        let router = Router::new()
            .route("/v1/agent", get(agent))
            .route("/v1/hub", get(identity))
            .route("/v1/sign-in", post(sign_in))
            .route("/v1/sign-out", post(sign_out))
            .route("/v1/snapshot", get(snapshot))
            .route("/v1/conversations", get(conversations))
            .route("/v1/conversations/{id}/messages", get(messages))
            .fallback(look_back)
            .with_state(rooms);
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, world, links, server }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    /// The next connection of a desktop.
    pub(crate) async fn link(&mut self) -> Link {
        soon("a connection to the hub", self.links.recv()).await.unwrap()
    }

    /// Whether nobody connects for a moment.
    pub(crate) async fn no_link(&mut self) -> bool {
        tokio::time::timeout(std::time::Duration::from_millis(150), self.links.recv()).await.is_err()
    }

    /// A connection that is welcomed, brought up to date by the snapshot if it has to be, and live.
    pub(crate) async fn live(&mut self) -> Link {
        let mut link = self.link().await;
        let cursor = link.hello().await;
        link.welcome();
        let (generation, head) = {
            let world = self.world();
            (world.generation, world.head)
        };
        if cursor.is_none_or(|cursor| cursor.generation != generation || cursor.position.0 > head) {
            link.say(HubFrame::CursorTooOld {});
            let resumed = link.resume().await;
            assert_eq!(resumed, Cursor { generation, position: LogPosition(head) });
        }
        link.entries(vec![], head);
        link
    }

    /// The text of the next message that a desktop sends, over whichever connection lives long enough: a
    /// desktop that rebuilds its cache hangs up in the middle of anything.
    pub(crate) async fn next_message(&mut self) -> (Link, String) {
        loop {
            let mut link = self.link().await;
            while let Some(frame) = soon("a frame of the desktop", link.from_desk.recv()).await {
                let (generation, head) = {
                    let world = self.world();
                    (world.generation, world.head)
                };
                match frame {
                    ClientFrame::Hello { cursor, .. } => {
                        link.welcome();
                        if cursor.is_some_and(|cursor| cursor.generation == generation) {
                            link.entries(vec![], head);
                        } else {
                            link.say(HubFrame::CursorTooOld {});
                        }
                    }
                    ClientFrame::Resume { .. } => link.entries(vec![], head),
                    ClientFrame::Command { command: Command::SendMessage { body, .. }, .. } => {
                        return (link, body);
                    }
                    _ => {}
                }
            }
        }
    }
}

/// One connection, held by the story.
pub(crate) struct Link {
    world: Shared,
    to_desk: mpsc::Sender<Frame>,
    from_desk: mpsc::Receiver<ClientFrame>,
    /// What the desktop says to be looking at, apart: it may come between any two frames.
    looks: mpsc::Receiver<(Option<ConversationId>, bool)>,
    /// Whether pings are answered.
    pub(crate) deaf: Arc<std::sync::atomic::AtomicBool>,
}

impl Link {
    pub(crate) async fn hear(&mut self) -> ClientFrame {
        soon("a frame of the desktop", self.from_desk.recv()).await.expect("the desktop hung up")
    }

    /// Completes when the desktop has hung up.
    pub(crate) async fn hung_up(&mut self) {
        soon("the end of the connection", async { while self.from_desk.recv().await.is_some() {} }).await;
    }

    /// Whether nothing more is said for a moment.
    pub(crate) async fn is_quiet(&mut self) -> bool {
        tokio::time::timeout(std::time::Duration::from_millis(150), self.from_desk.recv()).await.is_err()
    }

    pub(crate) fn say(&self, frame: HubFrame) {
        self.raw(Frame::text(serde_json::to_string(&frame).unwrap()));
    }

    pub(crate) fn raw(&self, frame: Frame) {
        // A desktop that hung up hears nothing more.
        let full = matches!(self.to_desk.try_send(frame), Err(mpsc::error::TrySendError::Full(_)));
        assert!(!full, "room for a frame");
    }

    pub(crate) async fn hello(&mut self) -> Option<Cursor> {
        match self.hear().await {
            ClientFrame::Hello { protocol: PROTOCOL_VERSION, token, cursor, .. } => {
                assert_eq!(token, self.world.lock().unwrap().token);
                cursor
            }
            other => panic!("not a hello: {other:?}"),
        }
    }

    pub(crate) async fn resume(&mut self) -> Cursor {
        match self.hear().await {
            ClientFrame::Resume { cursor } => cursor,
            other => panic!("not a resume: {other:?}"),
        }
    }

    /// What the desktop says next to be looking at, and whether Anna writes there.
    pub(crate) async fn look(&mut self) -> (Option<ConversationId>, bool) {
        soon("a word of what is looked at", self.looks.recv()).await.expect("the desktop hung up")
    }

    /// The next command, whatever it is.
    pub(crate) async fn command(&mut self) -> (CommandId, Command) {
        match self.hear().await {
            ClientFrame::Command { id, command } => (id, command),
            other => panic!("not a command: {other:?}"),
        }
    }

    /// The next message to send: its id and text.
    pub(crate) async fn message(&mut self) -> (CommandId, String) {
        match self.command().await {
            (id, Command::SendMessage { message, body, .. }) => {
                assert_eq!(id, CommandId::from(message));
                (id, body)
            }
            other => panic!("not a message: {other:?}"),
        }
    }

    pub(crate) fn welcome(&self) {
        let world = self.world.lock().unwrap();
        self.say(HubFrame::Welcome {
            protocol: PROTOCOL_VERSION,
            hub: world.hub,
            generation: world.generation,
            head: LogPosition(world.head),
            now: Millis(people::noon()),
            session: people::id(0x5e),
            agent: people::anna(),
            settings: Box::new(HubSettings {
                hub_name: "Test".to_owned(),
                cache_days: world.cache_days,
                reasons: vec!["break".to_owned()],
                waiting_yellow_s: 60,
                waiting_red_s: 180,
                heartbeat_s: world.heartbeat_s,
                dispositions: vec![],
                disposition_required: false,
                case_fields: vec![],
                write_a_message: true,
                window_warning_s: 3600,
                opt_in_sources: vec![],
            }),
            capabilities: vec![],
        });
    }

    pub(crate) fn entries(&self, changes: Vec<Change>, upto: i64) {
        let first = upto - i64::try_from(changes.len()).unwrap();
        let entries = changes
            .into_iter()
            .zip(first + 1..)
            .map(|(change, position)| Entry { position: LogPosition(position), change })
            .collect();
        let mut world = self.world.lock().unwrap();
        world.head = world.head.max(upto);
        self.say(HubFrame::Entries { entries, upto: LogPosition(upto) });
    }

    pub(crate) fn reply(&self, id: CommandId, error: Option<ErrorBody>) {
        self.say(HubFrame::Reply { id, error });
    }

    /// Cuts the connection without a word.
    pub(crate) fn cut(self) {}
}

async fn agent(State(rooms): State<Rooms>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.max_message_size(64 << 20).on_upgrade(move |socket| converse(rooms, socket))
}

async fn converse(rooms: Rooms, mut socket: WebSocket) {
    let (to_desk, mut to_say) = mpsc::channel::<Frame>(1024);
    let (heard, from_desk) = mpsc::channel(1024);
    let (looked, looks) = mpsc::channel(1024);
    let deaf = Arc::default();
    let link = Link { world: rooms.world, to_desk, from_desk, looks, deaf: Arc::clone(&deaf) };
    rooms.links.send(link).await.ok();
    loop {
        tokio::select! {
            frame = to_say.recv() => match frame {
                Some(frame) => if socket.send(frame).await.is_err() { return },
                None => return,
            },
            frame = socket.recv() => {
                let Some(Ok(frame)) = frame else { return };
                let Frame::Text(text) = frame else { continue };
                match serde_json::from_str(text.as_str()).expect("a frame of the protocol") {
                    ClientFrame::Ping { n } => {
                        if !deaf.load(std::sync::atomic::Ordering::Relaxed) {
                            let pong = HubFrame::Pong { n, now: Millis(people::noon()) };
                            socket.send(Frame::text(serde_json::to_string(&pong).unwrap())).await.ok();
                        }
                    }
                    ClientFrame::Command { command: Command::Look { conversation, writing }, .. } => {
                        looked.send((conversation, writing)).await.ok();
                    }
                    frame => if heard.send(frame).await.is_err() { return },
                }
            }
        }
    }
}

fn refuse(status: StatusCode, code: ErrorCode) -> Response {
    (status, Json(ErrorBody::new(code, "No."))).into_response()
}

fn is_anna(world: &World, headers: &HeaderMap) -> bool {
    headers.get("authorization").is_some_and(|value| *value == format!("Bearer {}", world.token))
}

/// Calls that look back, as the story has prepared them.
async fn look_back(State(rooms): State<Rooms>, uri: Uri, headers: HeaderMap) -> Response {
    let numb = {
        let mut world = rooms.world.lock().unwrap();
        world.asked.push(uri.to_string());
        world.numb
    };
    if numb {
        std::future::pending::<()>().await;
    }
    let world = rooms.world.lock().unwrap();
    if !is_anna(&world, &headers) {
        return refuse(StatusCode::UNAUTHORIZED, ErrorCode::Unauthorized);
    }
    if uri.path() == "/v1/contacts" {
        return Json(ContactPage { contacts: world.contacts.clone(), next: None }).into_response();
    }
    let known = world.contacts.iter().find(|it| uri.path() == format!("/v1/contacts/{}", it.contact.id));
    match (known, world.answers.get(uri.path())) {
        (Some(known), _) => Json(known).into_response(),
        (None, Some(answer)) => Json(answer).into_response(),
        (None, None) => refuse(StatusCode::NOT_FOUND, ErrorCode::NotFound),
    }
}

async fn identity(State(rooms): State<Rooms>) -> Json<HubIdentity> {
    let world = rooms.world.lock().unwrap();
    Json(HubIdentity {
        hub: world.hub,
        name: "Test".to_owned(),
        protocol: PROTOCOL_VERSION,
        now: Millis(people::noon()),
    })
}

async fn sign_out(State(rooms): State<Rooms>, headers: HeaderMap) -> Response {
    let mut world = rooms.world.lock().unwrap();
    if !is_anna(&world, &headers) {
        return refuse(StatusCode::UNAUTHORIZED, ErrorCode::Unauthorized);
    }
    world.token = "nobody's any more".to_owned();
    StatusCode::NO_CONTENT.into_response()
}

async fn sign_in(State(rooms): State<Rooms>, Json(who): Json<SignIn>) -> Response {
    let mut world = rooms.world.lock().unwrap();
    world.sign_ins += 1;
    if let Some(busy) = &world.busy {
        return (StatusCode::TOO_MANY_REQUESTS, Json(busy.clone())).into_response();
    }
    if who.name != "Anna" || who.password != PASSWORD {
        return refuse(StatusCode::UNAUTHORIZED, ErrorCode::Unauthorized);
    }
    Json(SignedIn {
        token: world.token.clone(),
        expires_at: Millis(i64::MAX),
        hub: world.hub,
        agent: people::anna(),
    })
    .into_response()
}

async fn snapshot(State(rooms): State<Rooms>, headers: HeaderMap) -> Response {
    let world = rooms.world.lock().unwrap();
    if !is_anna(&world, &headers) {
        return refuse(StatusCode::UNAUTHORIZED, ErrorCode::Unauthorized);
    }
    Json(Snapshot {
        generation: world.generation,
        head: LogPosition(world.head),
        agent: people::anna(),
        queues: world.queues.clone(),
        statuses: world.statuses.clone(),
        offers: world.offers.clone(),
        accounts: world.accounts.clone(),
        unhealthy: world.unhealthy.clone(),
        assignments: world.assignments.clone(),
    })
    .into_response()
}

async fn conversations(
    State(rooms): State<Rooms>,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let mut world = rooms.world.lock().unwrap();
    if !is_anna(&world, &headers) {
        return refuse(StatusCode::UNAUTHORIZED, ErrorCode::Unauthorized);
    }
    if let Some(left) = world.out_of_breath.checked_sub(1) {
        world.out_of_breath = left;
        let error =
            ErrorBody { retry_after_ms: Some(5), ..ErrorBody::new(ErrorCode::RateLimited, "In a moment.") };
        return (StatusCode::TOO_MANY_REQUESTS, Json(error)).into_response();
    }
    let after: usize = query.get("after").map_or(0, |after| after.parse().unwrap());
    let wanted: Vec<_> = world
        .conversations
        .iter()
        .filter(|detail| query.get("conversation").is_none_or(|id| *id == detail.conversation.id.to_string()))
        .filter(|detail| query.get("queue").is_none_or(|id| *id == detail.conversation.queue.to_string()))
        .collect();
    let page: Vec<_> = wanted.iter().skip(after).take(world.page).map(|detail| (*detail).clone()).collect();
    let end = after + page.len();
    let next = (end < wanted.len()).then(|| end.to_string());
    Json(ConversationPage { conversations: page, next }).into_response()
}

async fn messages(
    State(rooms): State<Rooms>,
    headers: HeaderMap,
    Path(id): Path<ConversationId>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let hold = {
        let mut world = rooms.world.lock().unwrap();
        world.transcript_calls += 1;
        world.hold.clone()
    };
    if let Some(hold) = hold {
        hold.acquire().await.unwrap().forget();
    }
    let world = rooms.world.lock().unwrap();
    if world.transcripts_fail || world.broken == Some(id) {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Unavailable);
    }
    if !is_anna(&world, &headers) {
        return refuse(StatusCode::UNAUTHORIZED, ErrorCode::Unauthorized);
    }
    if !world.conversations.iter().any(|detail| detail.conversation.id == id) {
        return refuse(StatusCode::NOT_FOUND, ErrorCode::NotFound);
    }
    let before: Option<Position> = query.get("before").map(|before| before.parse().unwrap());
    let mut rows: Vec<Message> = world.messages.get(&id).cloned().unwrap_or_default();
    rows.retain(|row| before.is_none_or(|before| row.position < before));
    rows.sort_by_key(|row| std::cmp::Reverse(row.position));
    let more = rows.len() > world.page;
    rows.truncate(world.page);
    let next = if more { rows.last().map(|row| row.position) } else { None };
    Json(MessagePage { messages: rows, next }).into_response()
}
