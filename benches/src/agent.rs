//! A minimal client of the hub: signs in by HTTP and connects by WebSocket (`docs/protocol.md`).

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use uuid::Uuid;

use crate::hub::PASSWORD;

/// One connected agent.
pub(crate) struct Agent {
    socket: WebSocketStream<TcpStream>,
}

impl Agent {
    /// Connects with this token, from the current log position on.
    pub(crate) async fn connect(hub: SocketAddr, token: &str) -> Self {
        let stream = TcpStream::connect(hub).await.unwrap();
        stream.set_nodelay(true).unwrap();
        // Small buffers: thousands of these share the machine with the hub under test.
        let small = WebSocketConfig::default().read_buffer_size(4096).write_buffer_size(0);
        let url = format!("ws://{hub}/v1/agent");
        let (socket, _answer) =
            tokio_tungstenite::client_async_with_config(url, stream, Some(small)).await.unwrap();
        let mut agent = Self { socket };
        agent.send(&json!({ "kind": "hello", "protocol": 1, "token": token, "app": "bench" })).await;
        let welcome = agent.receive().await;
        assert_eq!(welcome["kind"], "welcome", "{welcome}");
        assert_eq!(agent.receive().await["kind"], "cursor_too_old");
        let cursor = json!({ "generation": welcome["generation"], "position": welcome["head"] });
        agent.send(&json!({ "kind": "resume", "cursor": cursor })).await;
        agent
    }

    /// Sends a command and waits for its reply.
    pub(crate) async fn command(&mut self, command: Value) {
        let id = Uuid::now_v7().to_string();
        self.send(&json!({ "kind": "command", "id": id, "command": command })).await;
        loop {
            let frame = self.receive().await;
            if frame["kind"] == "reply" && frame["id"] == *id {
                assert!(frame["error"].is_null(), "{frame}");
                return;
            }
        }
    }

    /// Sets the agent's readiness on WhatsApp to Ready.
    pub(crate) async fn set_ready(&mut self) {
        let status =
            json!({ "name": "set_status", "channel": "whatsapp", "readiness": "ready", "reason": null });
        self.command(status).await;
    }

    async fn send(&mut self, frame: &Value) {
        self.socket.send(Message::text(frame.to_string())).await.unwrap();
    }

    async fn receive(&mut self) -> Value {
        serde_json::from_str(&self.text().await.expect("the hub closed the connection")).unwrap()
    }

    /// The text of the next frame; absent when the hub has closed the connection.
    pub(crate) async fn text(&mut self) -> Option<String> {
        loop {
            match self.socket.next().await?.ok()? {
                Message::Text(text) => return Some(text.as_str().to_owned()),
                Message::Close(_) => return None,
                _ => {}
            }
        }
    }
}

/// Signs in by HTTP and returns the token.
pub(crate) async fn sign_in(hub: SocketAddr, name: &str) -> String {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let body = json!({ "name": name, "password": PASSWORD }).to_string();
    let answer = http
        .post(format!("http://{hub}/v1/sign-in"))
        .header("content-type", "application/json")
        .body(body)
        .send()
        .await
        .unwrap();
    let answer: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    answer["token"].as_str().unwrap_or_else(|| panic!("not signed in: {answer}")).to_owned()
}
