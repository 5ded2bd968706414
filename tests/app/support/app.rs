//! The app as an agent without a display runs it, and a page of it that speaks the UI's contract.

use std::path::Path;
use std::process::Command;

use deskbell_client::api::{Event, NumberedEvent, Outgoing, Reply, Request, WorkspaceSnapshot};
use deskbell_protocol::{ConversationId, ErrorBody, Message};
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use super::{PATIENCE, Process, program};

/// A running app, `deskbell --browser`, with one page open.
pub(crate) struct App {
    _process: Process,
    page: WebSocketStream<MaybeTlsStream<TcpStream>>,
    asked: u64,
    subscription: u64,
    events: Vec<Event>,
}

/// What comes through the door.
#[derive(Deserialize)]
struct Said {
    id: Option<u64>,
    reply: Option<Reply>,
    error: Option<ErrorBody>,
    event: Option<NumberedEvent>,
}

impl App {
    /// Starts the app of `agent` with its data in `folder`, and opens its page.
    pub(crate) async fn start(folder: &Path, hub: &str, agent: &str, password: &str) -> Self {
        let mut command = Command::new(program("DESKBELL_BIN", "deskbell"));
        command
            .args(["--browser", "--hub", hub, "--agent", agent, "--data"])
            .arg(folder)
            .env("DESKBELL_PASSWORD", password)
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            // No key store and no desktop: these tests run everywhere.
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
        let (process, address) = Process::start(&mut command, |line| {
            let start = line.find("http://127.0.0.1")?;
            Some(line.get(start..)?.split_whitespace().next()?.to_owned())
        });
        let page = open_page(&address).await;
        let mut app = Self { _process: process, page, asked: 0, subscription: 0, events: Vec::new() };
        app.page.send(Frame::text(r#"{"subscribe":true}"#)).await.expect("an open page");
        app
    }

    /// Asks the engine for something and does not wait for the answer. Returns the question's number.
    pub(crate) async fn say(&mut self, request: Request) -> u64 {
        self.asked += 1;
        let frame = serde_json::json!({ "id": self.asked, "request": request }).to_string();
        self.page.send(Frame::text(frame)).await.expect("an open page");
        self.asked
    }

    /// Asks the engine for something.
    pub(crate) async fn ask(&mut self, request: Request) -> Result<Reply, ErrorBody> {
        let asked = self.say(request).await;
        loop {
            let said = self.hear().await;
            if said.id == Some(asked) {
                return said.reply.ok_or_else(|| said.error.expect("a reply or an error"));
            }
        }
    }

    /// Everything the workspace shows first.
    pub(crate) async fn snapshot(&mut self) -> WorkspaceSnapshot {
        match self.ask(Request::Snapshot).await {
            Ok(Reply::Snapshot(snapshot)) => *snapshot,
            other => panic!("a snapshot, not {other:?}"),
        }
    }

    /// Looks at the workspace after every event until `found` makes something of it.
    pub(crate) async fn until<T>(
        &mut self,
        what: &str,
        found: impl Fn(&WorkspaceSnapshot) -> Option<T>,
    ) -> T {
        let wait = async {
            loop {
                // What happens from here on is looked at again.
                self.events.clear();
                if let Some(found) = found(&self.snapshot().await) {
                    return found;
                }
                while self.events.is_empty() {
                    self.hear().await;
                }
            }
        };
        tokio::time::timeout(PATIENCE, wait)
            .await
            .unwrap_or_else(|_too_long| panic!("{what} does not happen"))
    }

    /// The whole transcript in the cache, oldest first, and what waits in the outbox.
    pub(crate) async fn transcript(&mut self, conversation: ConversationId) -> (Vec<Message>, Vec<Outgoing>) {
        let (mut messages, mut outgoing, mut before) = (Vec::new(), Vec::new(), None);
        loop {
            let asked = Request::Transcript { conversation, before, limit: 200 };
            let page = match self.ask(asked).await {
                Ok(Reply::Transcript(page)) => page,
                other => panic!("a transcript, not {other:?}"),
            };
            before = page.messages.last().map(|message| message.position);
            messages.extend(page.messages);
            outgoing.extend(page.outgoing);
            if !page.more {
                messages.reverse();
                return (messages, outgoing);
            }
        }
    }

    /// Waits for whatever comes next.
    async fn hear(&mut self) -> Said {
        loop {
            let frame = tokio::time::timeout(PATIENCE, self.page.next())
                .await
                .expect("the engine to say something in time")
                .expect("an open page")
                .expect("a readable frame");
            let Frame::Text(text) = frame else { continue };
            let mut said: Said = serde_json::from_str(&text).expect("a known message");
            if let Some(event) = said.event.take() {
                self.acknowledge(&event).await;
                if event.event == Event::Resync {
                    self.page.send(Frame::text(r#"{"subscribe":true}"#)).await.expect("an open page");
                }
                self.events.push(event.event);
            }
            return said;
        }
    }

    async fn acknowledge(&mut self, event: &NumberedEvent) {
        if let Event::Subscribed { subscription } = event.event {
            self.subscription = subscription;
        }
        self.say(Request::Acknowledge { subscription: self.subscription, seq: event.seq }).await;
    }
}

/// Follows the one-time address to its cookie, and opens the engine's door with it.
async fn open_page(address: &str) -> WebSocketStream<MaybeTlsStream<TcpStream>> {
    let browser =
        reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let answer = browser.get(address).send().await.expect("the page's address");
    let cookie = answer.headers().get("set-cookie").expect("a cookie").to_str().expect("a readable cookie");
    let cookie = cookie.split(';').next().expect("its value").to_owned();
    let origin: String = address.split('/').take(3).collect::<Vec<_>>().join("/");
    let door = format!("{}/engine", origin.replacen("http", "ws", 1));
    let mut request = door.into_client_request().expect("the door's address");
    request.headers_mut().insert("cookie", cookie.parse().expect("a header"));
    request.headers_mut().insert("origin", origin.parse().expect("a header"));
    let (page, _) = tokio_tungstenite::connect_async(request).await.expect("an open door");
    page
}
