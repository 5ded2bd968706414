//! Signing in by hand, tokens that end, and another hub at the same address.

use deskbell_client::api::{Connection, SignInRefusal};
use deskbell_client::{Password, read_hub_id, sign_in};
use deskbell_protocol::{ClientFrame, ErrorBody, ErrorCode, HubFrame, InteractionState};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::desktop::Desktop;
use crate::support::hub::{Hub, PASSWORD, TOKEN};
use crate::support::people::*;
use crate::support::soon;

fn right() -> Password {
    Password::new(PASSWORD)
}

/// Answers one connection with these bytes, whatever is asked.
async fn answering(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut asked = [0; 2048];
            let _asked = socket.read(&mut asked).await;
            let _answered = socket.write_all(bytes).await;
        }
    });
    url
}

#[tokio::test]
async fn anna_signs_in_and_her_desktop_goes_on_with_what_that_brought() {
    let mut hub = Hub::start().await;
    let admission = sign_in(&hub.url(), "Anna", &right(), None).await.unwrap();
    assert_eq!((admission.agent.as_str(), admission.hub), ("Anna", hub.world().hub));
    let mut desk = Desktop::of(&hub);
    desk.password(None);
    desk.token(Some(admission.token));
    let ui = desk.on().await;
    let _link = hub.live().await;
    ui.live().await;
    ui.off().await;
    // It is kept: the next start needs nothing.
    desk.token(None);
    let ui = desk.on().await;
    let _link = hub.live().await;
    ui.live().await;
    assert_eq!(hub.world().sign_ins, 1);
}

#[tokio::test]
async fn what_keeps_somebody_out_is_told_apart() {
    let hub = Hub::start().await;
    let at = |url: String, password: &'static str| async move {
        soon("an outcome", sign_in(&url, "Anna", &Password::new(password), None)).await.unwrap_err()
    };
    assert_eq!(at(hub.url(), "guessed").await, SignInRefusal::WrongPassword);
    assert_eq!(at("two words".to_owned(), PASSWORD).await, SignInRefusal::NotAnAddress);
    assert_eq!(at("http://desk.example.org".to_owned(), PASSWORD).await, SignInRefusal::NotSecure);
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    assert_eq!(at(format!("http://{nobody}"), PASSWORD).await, SignInRefusal::Unreachable);
    // No TLS where TLS was asked for.
    assert_eq!(at(format!("https://{}", hub.address), PASSWORD).await, SignInRefusal::Untrusted);
    let page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 15\r\nConnection: close\r\n\r\n<h1>Welcome!</h1";
    assert_eq!(at(answering(page).await, PASSWORD).await, SignInRefusal::NotAHub);
    let moved = b"HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    assert_eq!(at(answering(moved).await, PASSWORD).await, SignInRefusal::NotAHub);
    let newer = br#"HTTP/1.1 200 OK
Content-Length: 95
Connection: close

{"hub":"0193f5a0-0000-7000-8000-000000000052","name":"Later","protocol":2,"now":1795338010000}
"#;
    assert_eq!(at(answering(newer).await, PASSWORD).await, SignInRefusal::Incompatible);
    hub.world().busy = Some(ErrorBody {
        retry_after_ms: Some(7_000),
        ..ErrorBody::new(ErrorCode::RateLimited, "Too many wrong passwords.")
    });
    assert_eq!(at(hub.url(), PASSWORD).await, SignInRefusal::TooManyTries { retry_after_ms: 7_000 });
}

#[tokio::test]
async fn another_hub_at_the_address_is_shown_no_password() {
    let hub = Hub::start().await;
    let outcome = sign_in(&hub.url(), "Anna", &right(), Some(id(0x99))).await;
    assert_eq!(outcome.unwrap_err(), SignInRefusal::OtherHub);
    assert_eq!(hub.world().sign_ins, 0);
}

#[tokio::test]
async fn another_hub_at_the_address_is_shown_no_token_and_sent_nothing_and_ours_goes_on_later() {
    let mut hub = Hub::start().await;
    // What is held is not pruned, whatever the date.
    hub.world().conversations = vec![detail(CARLA, vec![interaction(CARLA, InteractionState::Active, 1)], 1)];
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    let link = hub.live().await;
    ui.live().await;
    assert_eq!(read_hub_id(&desk.cache_dir()), Some(hub.world().hub));
    ui.off().await;
    drop(link);

    let ours = std::mem::replace(&mut hub.world().hub, id(0x99));
    hub.world().generation = id(0x77);
    let ui = desk.on().await;
    let refused = ui.connection(|now| matches!(now, Connection::Refused { .. })).await;
    ui.send(CARLA, "for our hub alone").await.unwrap();
    let Connection::Refused { error } = refused else { unreachable!() };
    assert_eq!(error.code, ErrorCode::OtherHub);
    assert_eq!(hub.world().sign_ins, 1, "no password was shown");
    assert!(hub.no_link().await, "nobody connected");
    assert_eq!(ui.view(CARLA).await.conversation.contact_name, "Carla", "nothing was reconciled away");
    assert_eq!(ui.waiting(CARLA).await[0].body, "for our hub alone");

    hub.world().hub = ours;
    hub.world().generation = id(1);
    ui.engine.wake();
    let (_link, body) = hub.next_message().await;
    assert_eq!(body, "for our hub alone");
}

#[tokio::test]
async fn a_hub_that_shows_another_face_only_in_the_welcome_is_left_as_well() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    let link = hub.live().await;
    ui.live().await;
    link.cut();
    let mut link = hub.link().await;
    link.hello().await;
    let ours = std::mem::replace(&mut hub.world().hub, id(0x99));
    link.welcome();
    link.hung_up().await;
    let refused = ui.connection(|now| matches!(now, Connection::Refused { .. })).await;
    let Connection::Refused { error } = refused else { unreachable!() };
    assert_eq!(error.code, ErrorCode::OtherHub);
    hub.world().hub = ours;
}

#[tokio::test]
async fn a_token_that_is_taken_back_in_mid_shift_ends_the_connection_and_keeps_the_work() {
    let mut hub = Hub::start().await;
    let mut desk = Desktop::of(&hub);
    let ui = desk.on().await;
    hub.live().await;
    ui.off().await;
    desk.password(None);
    let ui = desk.on().await;
    let link = hub.live().await;
    ui.live().await;
    link.say(HubFrame::Refused {
        error: ErrorBody::new(ErrorCode::Unauthorized, "You are no longer signed in."),
    });
    let refused = ui.connection(|now| matches!(now, Connection::Refused { .. })).await;
    let Connection::Refused { error } = refused else { unreachable!() };
    assert_eq!(error.code, ErrorCode::Unauthorized);
    ui.send(CARLA, "I am still writing").await.unwrap();
    ui.off().await;

    // She signs in again, and goes on where she was.
    hub.world().token = "another".to_owned();
    let admission = sign_in(&hub.url(), "Anna", &right(), read_hub_id(&desk.cache_dir())).await.unwrap();
    desk.token(Some(admission.token));
    let _ui = desk.on().await;
    let (_link, body) = hub.next_message().await;
    assert_eq!(body, "I am still writing");
}

#[tokio::test]
async fn a_token_that_is_refused_at_once_is_not_shown_again_and_again() {
    let mut hub = Hub::start().await;
    let admission = sign_in(&hub.url(), "Anna", &right(), None).await.unwrap();
    let mut desk = Desktop::of(&hub);
    desk.password(None);
    desk.token(Some(admission.token));
    let ui = desk.on().await;
    let mut link = hub.link().await;
    let ClientFrame::Hello { token, .. } = link.hear().await else { panic!("a hello") };
    assert_eq!(token, TOKEN);
    link.say(HubFrame::Refused { error: ErrorBody::new(ErrorCode::Unauthorized, "No.") });
    ui.connection(|now| matches!(now, Connection::Refused { .. })).await;
    ui.engine.wake();
    assert!(hub.no_link().await);
    ui.connection(|now| matches!(now, Connection::Refused { .. })).await;
}

#[tokio::test]
async fn who_signs_out_leaves_no_token_here_nor_one_that_works_at_the_hub() {
    let mut hub = Hub::start().await;
    let mut desk = Desktop::of(&hub);
    let ui = desk.on().await;
    let _link = hub.live().await;
    ui.live().await;
    soon("the sign-out", ui.engine.sign_out()).await;
    assert_ne!(hub.world().token, TOKEN, "the hub was told");
    assert_eq!(desk.keys.read("token-test-anna").unwrap(), None);
    drop(ui);
    desk.password(None);
    let ui = desk.on().await;
    let refused = ui.connection(|now| matches!(now, Connection::Refused { .. })).await;
    let Connection::Refused { error } = refused else { unreachable!() };
    assert_eq!(error.code, ErrorCode::Unauthorized);
}
