//! The workspace in a browser: who gets in, and what is said at the engine's doors.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::Arc;

use deskbell_client::api::Request;
use deskbell_client::browser_host::{Assets, BrowserAccess, serve};
use deskbell_protocol::{AlertOutcome, Change, Command, ErrorCode, OfferState};
use futures_util::{SinkExt, StreamExt};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::support::desktop::{Desktop, Ui};
use crate::support::hub::Hub;
use crate::support::people::*;
use crate::support::soon;

struct OnePage;

impl Assets for OnePage {
    fn get(&self, path: &str) -> Option<(Cow<'static, [u8]>, String)> {
        (path == "index.html")
            .then(|| (Cow::Borrowed(b"<h1>Deskbell</h1>".as_slice()), "text/html".to_owned()))
    }
}

const CSP: &str = "default-src 'self'";

struct Browser {
    address: SocketAddr,
    door: Arc<BrowserAccess>,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<std::io::Result<()>>,
}

type Page = WebSocketStream<MaybeTlsStream<TcpStream>>;

impl Browser {
    async fn before(ui: &Ui) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let door = Arc::new(BrowserAccess::new(address).unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move { drop(stopped.await) };
        let serving = tokio::spawn(serve(
            Arc::new(ui.engine.clone()),
            listener,
            Arc::clone(&door),
            Arc::new(OnePage),
            CSP.to_owned(),
            shutdown,
        ));
        Self { address, door, stop, serving }
    }

    /// Opens the one-time address; the cookie that it brings.
    async fn enter(&self) -> String {
        let client = Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
        let address = self.door.one_time_address().unwrap();
        let response = client.get(&address).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(response.headers()["location"], "/");
        let cookie = response.headers()["set-cookie"].to_str().unwrap().to_owned();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
        assert!(cookie.starts_with(&format!("deskbell-{}=", self.address.port())));
        let again = client.get(&address).send().await.unwrap();
        assert_eq!(again.status(), StatusCode::FORBIDDEN, "it works once");
        cookie.split(';').next().unwrap().to_owned()
    }

    async fn page(&self, cookie: &str, origin: &str) -> Result<Page, u16> {
        let mut request = format!("ws://{}/engine", self.address).into_client_request().unwrap();
        request.headers_mut().insert("cookie", cookie.parse().unwrap());
        request.headers_mut().insert("origin", origin.parse().unwrap());
        match connect_async(request).await {
            Ok((page, _)) => Ok(page),
            Err(tokio_tungstenite::tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    fn origin(&self) -> String {
        format!("http://{}", self.address)
    }
}

async fn say(page: &mut Page, value: Value) {
    page.send(Message::text(value.to_string())).await.unwrap();
}

/// The next thing said.
async fn next_frame(page: &mut Page) -> Value {
    soon("a word of the host", async {
        loop {
            if let Some(Ok(Message::Text(text))) = page.next().await {
                return serde_json::from_str(text.as_str()).unwrap();
            }
        }
    })
    .await
}

/// The next thing said that has this key.
async fn hear(page: &mut Page, key: &str) -> Value {
    loop {
        let value = next_frame(page).await;
        if value.get(key).is_some() {
            return value;
        }
    }
}

#[tokio::test]
async fn only_who_has_the_address_gets_in_and_only_from_this_page() {
    let desk = Desktop::at(None);
    let ui = desk.on().await;
    let browser = Browser::before(&ui).await;
    let client = Client::builder().no_proxy().build().unwrap();
    let root = browser.origin();
    let stranger = client.get(&root).send().await.unwrap();
    assert_eq!(stranger.status(), StatusCode::FORBIDDEN);
    assert_eq!(stranger.headers()["content-security-policy"], CSP);
    let cookie = browser.enter().await;
    let page = client.get(&root).header("cookie", &cookie).send().await.unwrap();
    assert_eq!(page.headers()["content-security-policy"], CSP);
    assert_eq!(page.headers()["content-type"], "text/html");
    assert_eq!(page.text().await.unwrap(), "<h1>Deskbell</h1>");
    let missing = client.get(format!("{root}/secret.txt")).header("cookie", &cookie).send().await.unwrap();
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    let rebound =
        client.get(&root).header("cookie", &cookie).header("host", "evil.example").send().await.unwrap();
    assert_eq!(rebound.status(), StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(browser.page(&cookie, "http://evil.example").await.err(), Some(421));
    assert_eq!(browser.page("deskbell=guess", &browser.origin()).await.err(), Some(403));
    let _open = browser.page(&cookie, &browser.origin()).await.unwrap();
    browser.stop.send(()).unwrap();
    soon("the end of the host", browser.serving).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_page_asks_and_hears_and_the_newest_page_hears_alone() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    let link = hub.live().await;
    ui.live().await;
    let browser = Browser::before(&ui).await;
    let cookie = browser.enter().await;
    let mut page = browser.page(&cookie, &browser.origin()).await.unwrap();
    say(&mut page, json!({"subscribe": true})).await;
    let first = hear(&mut page, "event").await;
    assert_eq!(first["event"]["seq"], 1);
    assert_eq!(first["event"]["event"]["event"], "subscribed");
    say(&mut page, json!({"id": 7, "request": {"method": "snapshot"}})).await;
    let reply = hear(&mut page, "reply").await;
    assert_eq!((&reply["id"], &reply["reply"]["me"]["name"]), (&json!(7), &json!("Anna")));
    say(&mut page, json!({"id": 8, "request": {"method": "conversations", "before": null, "limit": 0}}))
        .await;
    assert_eq!(hear(&mut page, "error").await["error"]["code"], "malformed");
    say(&mut page, json!({"id": 9, "request": {"method": "dance"}})).await;
    assert_eq!(hear(&mut page, "error").await["id"], 9);

    let mut newer = browser.page(&cookie, &browser.origin()).await.unwrap();
    say(&mut newer, json!({"subscribe": true})).await;
    hear(&mut newer, "event").await;
    link.entries(vec![Change::Message { row: writes(CARLA, 1, "Hello", 1) }], 1);
    let changed = hear(&mut newer, "event").await;
    assert_eq!(changed["event"]["event"]["changes"]["messages"][0]["content"]["body"], "Hello");
    hear(&mut page, "replaced").await;
    // And nothing more: what was sent to it before the answer would come before the answer.
    say(&mut page, json!({"id": 10, "request": {"method": "snapshot"}})).await;
    let next = next_frame(&mut page).await;
    assert_eq!(next["id"], 10, "the older page still hears what happens: {next}");
    // Anna turns to it again.
    say(&mut page, json!({"subscribe": true})).await;
    hear(&mut newer, "replaced").await;
    hear(&mut page, "event").await;
    link.entries(vec![Change::Message { row: writes(CARLA, 2, "Still there?", 2) }], 2);
    let changed = hear(&mut page, "event").await;
    assert_eq!(changed["event"]["event"]["changes"]["messages"][0]["content"]["body"], "Still there?");
}

#[tokio::test]
async fn what_rings_at_no_page_is_passed_on() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    let mut link = hub.live().await;
    ui.live().await;
    let browser = Browser::before(&ui).await;
    let ringing = offer(CARLA, OfferState::Ringing, 1);
    link.entries(vec![Change::Offer { row: ringing.clone() }], 1);
    let (id, command) = link.command().await;
    assert_eq!(
        command,
        Command::ReportAlert {
            offer: ringing.id,
            outcome: AlertOutcome::Failed,
            why: Some("no page is open".to_owned())
        }
    );
    link.reply(id, None);
    // With a page it is the page's business.
    let cookie = browser.enter().await;
    let mut page = browser.page(&cookie, &browser.origin()).await.unwrap();
    say(&mut page, json!({"subscribe": true})).await;
    hear(&mut page, "event").await;
    link.entries(vec![Change::Offer { row: offer(DENIZ, OfferState::Ringing, 2) }], 2);
    let quiet = tokio::time::timeout(std::time::Duration::from_secs(3), link.command()).await;
    assert!(quiet.is_err(), "{quiet:?}");
}

#[tokio::test]
async fn a_page_that_nobody_hears_is_no_page_and_what_comes_then_is_unread() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    let mut link = hub.live().await;
    ui.live().await;
    let browser = Browser::before(&ui).await;
    let cookie = browser.enter().await;
    let mut page = browser.page(&cookie, &browser.origin()).await.unwrap();
    say(&mut page, json!({"subscribe": true})).await;
    hear(&mut page, "event").await;
    let look = json!({"method": "set_view", "conversation": conversation_of(CARLA), "focused": true, "writing": false});
    say(&mut page, json!({"id": 1, "request": look})).await;
    hear(&mut page, "reply").await;
    drop(page);
    // A page that has not subscribed shows nothing.
    let _silent = browser.page(&cookie, &browser.origin()).await.unwrap();
    let ringing = offer(DENIZ, OfferState::Ringing, 1);
    link.entries(vec![Change::Offer { row: ringing.clone() }], 1);
    let (_, command) = link.command().await;
    assert!(matches!(command, Command::ReportAlert { outcome: AlertOutcome::Failed, .. }), "{command:?}");
    link.entries(
        vec![
            Change::Conversation { row: conversation(CARLA, 2) },
            Change::Message { row: writes(CARLA, 1, "anybody?", 3) },
        ],
        3,
    );
    ui.reads(CARLA, &["anybody?"]).await;
    assert_eq!(ui.view(CARLA).await.unread, 1);
}

#[tokio::test]
async fn a_draft_that_is_far_too_long_is_refused_and_the_one_before_kept() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    hub.world().conversations = vec![detail(CARLA, vec![], 1)];
    let _link = hub.live().await;
    ui.live().await;
    let conversation = conversation_of(CARLA);
    ui.ask(Request::SaveDraft { conversation, body: "Dear Carla".to_owned(), begun_on: None }).await.unwrap();
    let error = ui
        .ask(Request::SaveDraft { conversation, body: "x".repeat(40_000), begun_on: None })
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::TooLarge);
    assert_eq!(ui.view(CARLA).await.draft.as_deref(), Some("Dear Carla"));
}
