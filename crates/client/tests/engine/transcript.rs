//! What arrives and how it is shown.

use deskbell_client::api::{Event, Reply, Request};
use deskbell_protocol::{Change, DeliveryState, InteractionState, LogPosition, Message};

use crate::support::desktop::{Desktop, saying};
use crate::support::hub::Hub;
use crate::support::people::*;

fn row(row: Message) -> Change {
    Change::Message { row }
}

#[tokio::test]
async fn what_carla_writes_is_in_the_transcript_and_on_the_screen_by_one_event() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let mut ui = desk.on().await;
    let link = hub.live().await;
    ui.live().await;
    link.entries(
        vec![
            Change::Conversation { row: conversation(CARLA, 1) },
            Change::Interaction { row: interaction(CARLA, InteractionState::Active, 2) },
            row(writes(CARLA, 1, "Where is my parcel?", 3)),
        ],
        3,
    );
    let changes = ui.sees(|changes| saying(changes, "Where is my parcel?").map(|_| changes.clone())).await;
    assert_eq!(changes.conversations.len(), 1, "with the conversation in the same event");
    assert_eq!(changes.conversations[0].unread, 1);
    assert_eq!(changes.interactions.len(), 1);
    let snapshot = ui.snapshot().await;
    assert_eq!(snapshot.me, Some(anna()));
    assert_eq!(snapshot.interactions.len(), 1);
    assert_eq!(ui.transcript(CARLA).await, ["Where is my parcel?"]);
}

#[tokio::test]
async fn repeats_and_older_versions_change_nothing() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let mut ui = desk.on().await;
    let link = hub.live().await;
    ui.live().await;
    let sent = answers(CARLA, 1, "It is on its way", 2);
    let delivered = Message {
        delivery: Some(DeliveryState::Delivered),
        state_at: Some(sent.at.plus(90_000)),
        version: LogPosition(4),
        ..sent.clone()
    };
    link.entries(vec![Change::Conversation { row: conversation(CARLA, 1) }, row(sent.clone())], 2);
    link.entries(vec![row(writes(CARLA, 2, "Thanks", 3)), row(delivered.clone())], 4);
    ui.sees(|changes| changes.messages.contains(&delivered).then_some(())).await;
    // The hub repeats itself, and an old word comes late.
    link.entries(
        vec![
            row(sent),
            row(writes(CARLA, 2, "Thanks", 3)),
            Change::Conversation { row: conversation(CARLA, 1) },
        ],
        4,
    );
    link.entries(vec![row(writes(CARLA, 3, "Bye", 5))], 5);
    let next = ui.sees(|changes| Some(changes.clone())).await;
    assert!(saying(&next, "Bye").is_some(), "the repeats were no event: {next:?}");
    assert_eq!(ui.transcript(CARLA).await, ["It is on its way", "Thanks", "Bye"]);
    let shown = ui.page(CARLA).await.messages[2].clone();
    assert_eq!(shown.delivery, Some(DeliveryState::Delivered));
    assert_eq!(shown.state_at, delivered.state_at, "the cache knows since when");
    assert_eq!(ui.view(CARLA).await.unread, 2);
}

#[tokio::test]
async fn unread_is_what_nobody_has_looked_at() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let mut ui = desk.on().await;
    let link = hub.live().await;
    ui.live().await;
    let carla = conversation_of(CARLA);
    link.entries(
        vec![Change::Conversation { row: conversation(CARLA, 1) }, row(writes(CARLA, 1, "one", 2))],
        2,
    );
    link.entries(vec![row(writes(CARLA, 2, "two", 3))], 3);
    ui.sees(|changes| changes.conversations.iter().any(|view| view.unread == 2).then_some(())).await;

    ui.ask(Request::SetView { conversation: Some(carla), focused: true, writing: false }).await.unwrap();
    ui.sees(|changes| changes.conversations.iter().any(|view| view.unread == 0).then_some(())).await;
    link.entries(vec![row(writes(CARLA, 3, "three", 4))], 4);
    ui.sees(|changes| saying(changes, "three")).await;
    assert_eq!(ui.view(CARLA).await.unread, 0, "she is looking at it");

    ui.ask(Request::SetView { conversation: Some(carla), focused: false, writing: false }).await.unwrap();
    link.entries(vec![row(writes(CARLA, 4, "four", 5))], 5);
    ui.sees(|changes| saying(changes, "four")).await;
    assert_eq!(ui.view(CARLA).await.unread, 1, "the window is behind another one");

    link.entries(vec![row(answers(CARLA, 5, "answered from the other desktop", 6))], 6);
    ui.sees(|changes| saying(changes, "answered from the other desktop")).await;
    assert_eq!(ui.view(CARLA).await.unread, 0, "whoever has answered has read");
}

#[tokio::test]
async fn a_long_transcript_comes_by_pages_and_newest_first() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    let link = hub.live().await;
    let mut changes = vec![Change::Conversation { row: conversation(CARLA, 1) }];
    changes.extend(
        (1..=250_u32).map(|n| row(writes(CARLA, u64::from(n), &format!("line {n}"), i64::from(n) + 1))),
    );
    link.entries(changes, 251);
    crate::support::until("all lines", || async { ui.page(CARLA).await.messages.len() == 200 }).await;
    let newest = ui.page(CARLA).await;
    assert!(newest.more);
    assert_eq!(body(&newest.messages[0]), "line 250");
    let before = newest.messages.last().map(|row| row.position);
    let request = Request::Transcript { conversation: conversation_of(CARLA), before, limit: 200 };
    let Reply::Transcript(older) = ui.ask(request).await.unwrap() else { panic!("a page") };
    assert!(!older.more);
    assert_eq!(older.messages.len(), 50);
    assert_eq!(body(&older.messages[0]), "line 50");
    assert_eq!(body(&older.messages[49]), "line 1");
    let tall = Request::Transcript { conversation: conversation_of(CARLA), before: None, limit: 201 };
    assert_eq!(ui.ask(tall).await.unwrap_err().code, deskbell_protocol::ErrorCode::Malformed);
}

#[tokio::test]
async fn a_ui_that_does_not_keep_up_is_told_once_to_read_anew() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    let link = hub.live().await;
    ui.live().await;
    let mut lazy = ui.engine.subscribe();
    for n in 1..=400_u32 {
        link.entries(vec![row(writes(CARLA, u64::from(n), "more", i64::from(n)))], i64::from(n));
    }
    crate::support::until("all lines", || async { ui.page(CARLA).await.more && hub.world().head == 400 })
        .await;
    crate::support::until("the last line", || async {
        ui.page(CARLA).await.messages[0].id == writes(CARLA, 400, "", 0).id
    })
    .await;
    let mut heard = Vec::new();
    while let Ok(Some(event)) = tokio::time::timeout(std::time::Duration::from_millis(100), lazy.next()).await
    {
        heard.push(event.event);
    }
    assert_eq!(heard.len(), 257, "256 and the word that it lags");
    assert_eq!(heard.iter().filter(|event| **event == Event::Resync).count(), 1);
    assert_eq!(heard.last(), Some(&Event::Resync));
}

#[tokio::test]
async fn entries_of_the_future_are_passed_over_and_the_cursor_with_them() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let mut ui = desk.on().await;
    let link = hub.live().await;
    ui.live().await;
    link.raw(axum::extract::ws::Message::text(r#"{"kind":"parade","floats":3}"#));
    link.raw(axum::extract::ws::Message::text(
        r#"{"kind":"entries","upto":7,"entries":[{"position":6,"change":{"kind":"hologram","row":{"x":1}}}]}"#,
    ));
    hub.world().head = 7;
    link.entries(vec![row(writes(CARLA, 1, "plain", 8))], 8);
    ui.sees(|changes| saying(changes, "plain")).await;
    link.cut();
    let mut again = hub.link().await;
    assert_eq!(again.hello().await.unwrap().position, LogPosition(8));
}
