//! What Anna writes is never lost and never said twice.

use deskbell_client::api::{OutgoingContent, OutgoingState, Request};
use deskbell_protocol::{Change, ErrorBody, ErrorCode, MessageId, Remedy};

use crate::support::desktop::{Desktop, Ui, saying};
use crate::support::hub::{Hub, Link};
use crate::support::people::*;

/// Both are there, and Carla's conversation is known.
async fn talking(hub: &mut Hub, desk: &Desktop) -> (Ui, Link) {
    hub.world().conversations = vec![detail(CARLA, vec![], 1), detail(DENIZ, vec![], 1)];
    hub.world().head = 1;
    let ui = desk.on().await;
    let link = hub.live().await;
    ui.live().await;
    (ui, link)
}

/// The hub stores a message and says so in its log.
fn store(link: &Link, id: deskbell_protocol::CommandId, contact: u64, n: u64, text: &str, at: i64) {
    let message = MessageId::from_uuid(*id.as_uuid());
    link.entries(vec![Change::Message { row: stored(message, contact, n, text, at) }], at);
    link.reply(id, None);
}

#[tokio::test]
async fn what_is_written_offline_waits_visibly_and_goes_when_the_hub_is_back() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let (mut ui, link) = talking(&mut hub, &desk).await;
    link.cut();
    ui.connection(|now| !matches!(now, deskbell_client::api::Connection::Live { .. })).await;
    let first = ui.send(CARLA, "I looked it up").await.unwrap();
    ui.send(CARLA, "It arrives tomorrow").await.unwrap();
    let waiting = ui.waiting(CARLA).await;
    assert_eq!(
        waiting.iter().map(|row| row.body.as_str()).collect::<Vec<_>>(),
        ["I looked it up", "It arrives tomorrow"]
    );
    assert!(waiting.iter().all(|row| row.state == OutgoingState::Queued));

    ui.engine.wake();
    let mut link = hub.live().await;
    let (id, body) = link.message().await;
    assert_eq!((id, body.as_str()), (first.into(), "I looked it up"));
    assert!(link.is_quiet().await, "the second waits for the first");
    store(&link, id, CARLA, 1, "I looked it up", 2);
    let changes = ui.sees(|changes| saying(changes, "I looked it up").map(|_| changes.clone())).await;
    assert_eq!(changes.outgoing_gone, [first], "the row and its leaving the outbox are one event");
    let (id, body) = link.message().await;
    assert_eq!(body, "It arrives tomorrow");
    store(&link, id, CARLA, 2, "It arrives tomorrow", 3);
    ui.reads(CARLA, &["I looked it up", "It arrives tomorrow"]).await;
    assert!(ui.waiting(CARLA).await.is_empty());
}

#[tokio::test]
async fn a_message_written_at_the_moment_the_plug_is_pulled_goes_after_the_next_start() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let (ui, mut link) = talking(&mut hub, &desk).await;
    let sent = ui.send(CARLA, "Do not lose me").await.unwrap();
    let (id, _) = link.message().await;
    ui.kill();

    let ui = desk.on().await;
    let mut link = hub.live().await;
    let (again, body) = link.message().await;
    assert_eq!((again, body.as_str()), (id, "Do not lose me"), "the same id, so the hub knows it");
    store(&link, again, CARLA, 1, "Do not lose me", 2);
    ui.reads(CARLA, &["Do not lose me"]).await;
    assert_eq!(ui.page(CARLA).await.messages[0].id, sent);
}

#[tokio::test]
async fn an_answer_that_was_lost_is_asked_for_again_and_the_log_settles_it() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let (ui, mut link) = talking(&mut hub, &desk).await;
    ui.send(CARLA, "once").await.unwrap();
    let (id, _) = link.message().await;
    link.cut();
    hub.world().head = 2;
    let mut link = hub.link().await;
    link.hello().await;
    link.welcome();
    // The hub had stored it: the log says so before the outbox could ask.
    let row = stored(MessageId::from_uuid(*id.as_uuid()), CARLA, 1, "once", 2);
    link.entries(vec![Change::Message { row }], 2);
    ui.reads(CARLA, &["once"]).await;
    assert!(ui.waiting(CARLA).await.is_empty());
    assert!(link.is_quiet().await, "nothing is said twice");
}

#[tokio::test]
async fn conversations_do_not_wait_for_each_other() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let (ui, mut link) = talking(&mut hub, &desk).await;
    ui.send(CARLA, "to Carla").await.unwrap();
    assert_eq!(link.message().await.1, "to Carla");
    ui.send(DENIZ, "to Deniz").await.unwrap();
    assert_eq!(link.message().await.1, "to Deniz");
}

#[tokio::test]
async fn a_closed_window_holds_the_message_until_anna_decides() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let (mut ui, mut link) = talking(&mut hub, &desk).await;
    let message = ui.send(CARLA, "Too late?").await.unwrap();
    let (id, _) = link.message().await;
    link.reply(id, Some(ErrorBody::new(ErrorCode::WindowClosed, "Carla has to write first.")));
    let held = ui
        .sees(|changes| changes.outgoing.iter().find(|row| row.state == OutgoingState::Held).cloned())
        .await;
    assert_eq!(held.id, message);
    let failure = held.failure.unwrap();
    assert_eq!(
        (failure.sentence.as_str(), failure.remedy),
        ("Carla has to write first.", Remedy::WaitForContact)
    );
    assert!(link.is_quiet().await, "it is not tried by itself");

    ui.ask(Request::ReleaseHeld { message }).await.unwrap();
    let (again, _) = link.message().await;
    assert_eq!(again, id);
    store(&link, again, CARLA, 1, "Too late?", 2);
    ui.reads(CARLA, &["Too late?"]).await;
}

#[tokio::test]
async fn a_refused_message_is_kept_with_its_reason_and_can_be_thrown_away() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let (mut ui, mut link) = talking(&mut hub, &desk).await;
    let message = ui.send(CARLA, "Hello?").await.unwrap();
    let (id, _) = link.message().await;
    link.reply(id, Some(ErrorBody::new(ErrorCode::HeldByColleague, "Ben handles this conversation.")));
    ui.sees(|changes| changes.outgoing.iter().find(|row| row.state == OutgoingState::Refused).cloned()).await;
    ui.off().await;

    let mut ui = desk.on().await;
    let waiting = ui.waiting(CARLA).await;
    assert_eq!(waiting[0].failure.as_ref().unwrap().reason, "hub.held_by_colleague", "also after a restart");
    ui.ask(Request::DiscardMessage { message }).await.unwrap();
    let gone = ui.sees(|changes| changes.outgoing_gone.first().copied()).await;
    assert_eq!(gone, message);
    assert!(ui.waiting(CARLA).await.is_empty());
    let twice = ui.ask(Request::DiscardMessage { message }).await.unwrap_err();
    assert_eq!(twice.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_hub_that_cannot_store_right_now_is_asked_again() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let (ui, mut link) = talking(&mut hub, &desk).await;
    ui.send(CARLA, "Patience").await.unwrap();
    let (id, _) = link.message().await;
    let full = ErrorBody {
        retry_after_ms: Some(50),
        ..ErrorBody::new(ErrorCode::Unavailable, "The hub's disk is full.")
    };
    link.reply(id, Some(full));
    let (again, body) = link.message().await;
    assert_eq!((again, body.as_str()), (id, "Patience"));
    assert_eq!(ui.waiting(CARLA).await[0].state, OutgoingState::Queued);
}

#[tokio::test]
async fn the_same_message_twice_is_one_and_nonsense_is_refused_at_once() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let (ui, mut link) = talking(&mut hub, &desk).await;
    let message = MessageId::fresh();
    let send = || Request::Enqueue {
        message,
        conversation: conversation_of(CARLA),
        content: OutgoingContent::Text { body: "Hi".to_owned() },
        seen: None,
    };
    ui.ask(send()).await.unwrap();
    ui.ask(send()).await.unwrap();
    let (id, _) = link.message().await;
    store(&link, id, CARLA, 1, "Hi", 2);
    ui.reads(CARLA, &["Hi"]).await;
    ui.ask(send()).await.unwrap();
    assert!(ui.waiting(CARLA).await.is_empty());
    assert!(link.is_quiet().await);
    assert_eq!(ui.send(CARLA, " \n").await.unwrap_err().code, ErrorCode::Malformed);
    assert_eq!(ui.send(CARLA, &"é".repeat(4097)).await.unwrap_err().code, ErrorCode::TooLarge);
    ui.send(CARLA, &"é".repeat(4096)).await.unwrap();
}

#[tokio::test]
async fn a_draft_is_kept_until_it_is_sent() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let (ui, _link) = talking(&mut hub, &desk).await;
    let conversation = conversation_of(CARLA);
    ui.ask(Request::SaveDraft { conversation, body: "Dear Car".to_owned(), begun_on: None }).await.unwrap();
    ui.kill();
    let mut ui = desk.on().await;
    assert_eq!(ui.view(CARLA).await.draft.as_deref(), Some("Dear Car"));
    ui.send(CARLA, "Dear Carla").await.unwrap();
    ui.sees(|changes| changes.conversations.iter().any(|view| view.draft.is_none()).then_some(())).await;
    assert_eq!(ui.view(CARLA).await.draft, None);
}
