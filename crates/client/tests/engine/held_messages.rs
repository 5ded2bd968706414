//! What waits for Anna's word before it goes, and notifications, which wait for nobody.

use deskbell_client::api::{Outgoing, OutgoingContent, OutgoingState, Request};
use deskbell_clock::HandClock;
use deskbell_protocol::{Change, Command, ErrorBody, ErrorCode, FilledTemplate, MessageId, Millis, Remedy};

use crate::support::desktop::{Desktop, Ui};
use crate::support::hub::{Hub, Link};
use crate::support::people::*;
use crate::support::until;

async fn talking(hub: &mut Hub, desk: &Desktop) -> (Ui, Link) {
    hub.world().conversations = vec![detail(CARLA, vec![], 1)];
    hub.world().head = 1;
    let ui = desk.on().await;
    let link = hub.live().await;
    ui.live().await;
    (ui, link)
}

async fn in_state(ui: &Ui, state: OutgoingState) -> Outgoing {
    until("the message's fate", || async { ui.waiting(CARLA).await.iter().any(|row| row.state == state) })
        .await;
    ui.waiting(CARLA).await.into_iter().find(|row| row.state == state).unwrap()
}

/// The hub says until when Carla may be written to.
async fn window(ui: &Ui, link: &Link, closes: i64, version: i64) {
    let mut row = conversation(CARLA, version);
    row.window_until = Some(Millis(closes));
    link.entries(vec![Change::Conversation { row }], version);
    until("the window", || async { ui.view(CARLA).await.conversation.window_until == Some(Millis(closes)) })
        .await;
}

fn reminder() -> FilledTemplate {
    FilledTemplate {
        name: "reminder".to_owned(),
        language: "en".to_owned(),
        values: vec!["Carla".to_owned(), "Tuesday".to_owned()],
    }
}

fn notify(template: FilledTemplate) -> Request {
    let preview = "Dear Carla, see you on Tuesday.".to_owned();
    Request::Enqueue {
        message: MessageId::fresh(),
        conversation: conversation_of(CARLA),
        content: OutgoingContent::Template { template, preview },
        seen: None,
    }
}

#[tokio::test]
async fn a_notification_waits_in_the_outbox_like_a_text_and_leaves_the_draft_alone() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let (ui, link) = talking(&mut hub, &desk).await;
    let conversation = conversation_of(CARLA);
    ui.ask(Request::SaveDraft { conversation, body: "half a thought".to_owned(), begun_on: None })
        .await
        .unwrap();
    link.cut();
    ui.connection(|now| !matches!(now, deskbell_client::api::Connection::Live { .. })).await;
    let request = notify(reminder());
    ui.ask(request.clone()).await.unwrap();
    ui.ask(request).await.unwrap();
    ui.kill();
    let ui = desk.on().await;
    let waiting = ui.waiting(CARLA).await;
    assert_eq!(waiting.len(), 1, "asked for twice, it is one");
    assert_eq!(
        (waiting[0].body.as_str(), &waiting[0].template),
        ("Dear Carla, see you on Tuesday.", &Some(reminder()))
    );
    assert_eq!(ui.view(CARLA).await.draft.as_deref(), Some("half a thought"));
    let mut link = hub.live().await;
    let (id, command) = link.command().await;
    match command {
        Command::SendNotification { message, template, .. } => {
            assert_eq!((id, template), (message.into(), reminder()));
        }
        other => panic!("{other:?}"),
    }
    link.reply(id, Some(ErrorBody::new(ErrorCode::TemplateGone, "WhatsApp has withdrawn this template.")));
    let refused = in_state(&ui, OutgoingState::Refused).await;
    assert_eq!(refused.failure.unwrap().reason, "hub.template_gone");
    for broken in ["", " ", "two\nlines"] {
        let template = FilledTemplate { values: vec![broken.to_owned()], ..reminder() };
        assert_eq!(ui.ask(notify(template)).await.unwrap_err().code, ErrorCode::Malformed);
    }
    let template = FilledTemplate { values: vec!["x".repeat(1025)], ..reminder() };
    assert_eq!(ui.ask(notify(template)).await.unwrap_err().code, ErrorCode::TooLarge);
}

#[tokio::test]
async fn what_was_written_without_seeing_a_colleagues_word_is_shown_to_anna_first() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let (ui, mut link) = talking(&mut hub, &desk).await;
    let (message, conversation) = (MessageId::fresh(), conversation_of(CARLA));
    let seen = Some(writes(CARLA, 1, "", 1).position);
    ui.ask(Request::Enqueue {
        message,
        conversation,
        content: OutgoingContent::Text { body: "As I said".to_owned() },
        seen,
    })
    .await
    .unwrap();
    let (id, command) = link.command().await;
    assert!(matches!(command, Command::SendMessage { seen: told, .. } if told == seen), "{command:?}");
    link.reply(id, Some(ErrorBody::new(ErrorCode::DraftStale, "Ben has answered meanwhile.")));
    let held = in_state(&ui, OutgoingState::Held).await.failure.unwrap();
    assert_eq!((held.reason.as_str(), held.remedy), ("hub.draft_stale", Remedy::SendAgain));
    ui.ask(Request::ReleaseHeld { message }).await.unwrap();
    let (_, command) = link.command().await;
    assert!(matches!(command, Command::SendMessage { seen: None, .. }), "{command:?}");
}

#[tokio::test]
async fn a_text_whose_window_has_closed_by_the_hubs_time_is_held_without_asking() {
    let mut hub = Hub::start().await;
    let mut desk = Desktop::of(&hub);
    // Anna's desktop is a day and a half behind; the hub's clock counts.
    desk.clock = HandClock::at(noon() - 129_600_000).shared();
    let (ui, mut link) = talking(&mut hub, &desk).await;
    window(&ui, &link, noon() - 1, 2).await;
    let message = ui.send(CARLA, "Too late").await.unwrap();
    let held = in_state(&ui, OutgoingState::Held).await.failure.unwrap();
    assert_eq!((held.reason.as_str(), held.remedy), ("hub.window_closed", Remedy::WaitForContact));
    assert!(link.is_quiet().await, "the hub was not asked");
    ui.ask(notify(reminder())).await.unwrap();
    let (_, command) = link.command().await;
    assert!(matches!(command, Command::SendNotification { .. }), "a notification goes at any time");
    window(&ui, &link, noon() + 86_400_000, 3).await;
    assert_eq!(ui.waiting(CARLA).await[0].state, OutgoingState::Held, "Carla wrote; Anna decides");
    ui.ask(Request::DiscardMessage { message }).await.unwrap();
}

#[tokio::test]
async fn what_was_promised_to_go_when_possible_goes_once_carla_has_written_also_after_a_restart() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let (ui, link) = talking(&mut hub, &desk).await;
    window(&ui, &link, noon() - 1, 2).await;
    let message = ui.send(CARLA, "See you on Tuesday").await.unwrap();
    in_state(&ui, OutgoingState::Held).await;
    ui.ask(Request::SendWhenOpen { message }).await.unwrap();
    assert_eq!(in_state(&ui, OutgoingState::SendWhenOpen).await.failure, None);
    ui.kill();

    hub.world().head = 2;
    let ui = desk.on().await;
    let mut link = hub.live().await;
    ui.live().await;
    assert_eq!(ui.waiting(CARLA).await[0].state, OutgoingState::SendWhenOpen);
    assert!(link.is_quiet().await, "her window is closed still");
    let open = noon() + 86_400_000;
    let mut row = conversation(CARLA, 3);
    row.window_until = Some(Millis(open));
    let wrote = Change::Message { row: writes(CARLA, 1, "Are you still there?", 4) };
    link.entries(vec![Change::Conversation { row }, wrote], 4);
    let (id, body) = link.message().await;
    assert_eq!((id, body.as_str()), (message.into(), "See you on Tuesday"));
    // The hub sees it otherwise: Anna is asked again, and nobody asks the hub for ever.
    link.reply(id, Some(ErrorBody::new(ErrorCode::WindowClosed, "The window is closed.")));
    in_state(&ui, OutgoingState::Held).await;
    window(&ui, &link, open + 1, 5).await;
    assert!(link.is_quiet().await, "a promise is kept once");
    ui.ask(Request::SendWhenOpen { message }).await.unwrap();
    assert_eq!(link.message().await.0, message.into(), "the window is open: it goes at once");
}

#[tokio::test]
async fn what_failed_at_the_provider_goes_again_and_what_is_too_large_for_the_hub_is_said() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let (ui, mut link) = talking(&mut hub, &desk).await;
    let message = MessageId::fresh();
    let engine = ui.engine.clone();
    let again = tokio::spawn(async move {
        engine.handle(Request::from(Command::RetryMessage { message, attempt: 1 })).await
    });
    let (id, command) = link.command().await;
    assert_eq!(command, Command::RetryMessage { message, attempt: 1 });
    link.reply(id, None);
    again.await.unwrap().unwrap();
    let note = Request::from(Command::SetNote {
        interaction: crate::support::people::id(7),
        note: "x".repeat(1_000_000),
    });
    assert_eq!(ui.ask(note).await.unwrap_err().code, ErrorCode::TooLarge);
    assert!(link.is_quiet().await, "the hub would have hung up");
}
