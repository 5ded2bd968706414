//! Whether Anna may send: by the policy of our account, the window, what the contact asked for, and the hub's
//! clock.

use deskbell_client::api::{MaySend, OutgoingState, SendPermission};
use deskbell_clock::HandClock;
use deskbell_protocol::{
    Account, Barrier, Change, ChannelPolicy, Conversation, ErrorCode, Failure, FailureClass, Millis, Remedy,
    TextLimit, TextUnit, Until,
};

use crate::support::desktop::Desktop;
use crate::support::hub::Hub;
use crate::support::people::*;
use crate::support::until;

const MINUTE: i64 = 60_000;

const ALWAYS: MaySend = MaySend::Until(Until::Open);

fn until_window_closes(at: i64) -> MaySend {
    MaySend::Until(Until::WindowCloses { at: Millis(at) })
}

/// Carla's conversation, whose window is open until then.
fn window(closes: Option<i64>, version: i64) -> Conversation {
    Conversation { window_until: closes.map(Millis), ..conversation(CARLA, version) }
}

/// An account whose channel knows no window and counts in SMS segments.
fn sms_account() -> Account {
    let text = TextLimit { max: 2, unit: TextUnit::SmsSegments };
    Account { policy: Some(ChannelPolicy { window: None, text, ..ChannelPolicy::fallback() }), ..account() }
}

#[tokio::test]
async fn a_window_that_closes_by_the_hubs_clock_is_told() {
    let mut hub = Hub::start().await;
    let mut desk = Desktop::of(&hub);
    // Anna's desktop is a day and a half behind; the hub's clock counts.
    let clock = HandClock::at(noon() - 36 * 60 * MINUTE);
    desk.clock = clock.shared();
    let mut ui = desk.on().await;
    let link = hub.live().await;
    ui.live().await;
    let closes = noon() + MINUTE;
    link.entries(vec![Change::Conversation { row: window(Some(closes), 2) }], 2);
    let open = SendPermission { text: until_window_closes(closes), template: ALWAYS };
    ui.sees(|changes| changes.conversations.iter().any(|view| view.send == open).then_some(())).await;
    assert_eq!(ui.view(CARLA).await.send, open);

    clock.advance(MINUTE - 1);
    assert_eq!(ui.view(CARLA).await.send, open, "a moment is left");
    clock.advance(1);
    let closed = SendPermission { text: MaySend::Barrier(Barrier::WindowClosed), template: ALWAYS };
    ui.sees(|changes| changes.conversations.iter().any(|view| view.send == closed).then_some(())).await;
    assert_eq!(ui.view(CARLA).await.send, closed);
}

#[tokio::test]
async fn a_channel_without_a_window_is_always_open_and_its_limit_counts_also_offline() {
    let mut hub = Hub::start().await;
    hub.world().accounts = vec![sms_account()];
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    let mut link = hub.live().await;
    ui.live().await;
    link.entries(vec![Change::Conversation { row: window(None, 2) }], 2);
    assert_eq!(ui.view(CARLA).await.send, SendPermission { text: ALWAYS, template: ALWAYS });
    assert_eq!(ui.snapshot().await.accounts[0].policy, sms_account().policy.unwrap());
    ui.send(CARLA, "Your order is ready.").await.unwrap();
    assert_eq!(link.message().await.1, "Your order is ready.");
    ui.kill();
    drop(hub);

    let ui = desk.on().await;
    assert_eq!(ui.view(CARLA).await.send.text, ALWAYS, "the policy is kept");
    let error = ui.send(CARLA, &"x".repeat(2 * 153 + 1)).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::TooLarge);
    assert!(error.message.contains("2 SMS segments"), "{}", error.message);
    ui.send(CARLA, &"x".repeat(2 * 153)).await.unwrap();
}

#[tokio::test]
async fn where_no_policy_is_told_a_contact_who_never_wrote_gets_templates_alone() {
    let mut hub = Hub::start().await;
    hub.world().accounts = vec![account()];
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    let mut link = hub.live().await;
    ui.live().await;
    link.entries(vec![Change::Conversation { row: window(None, 2) }], 2);
    let expected = SendPermission { text: MaySend::Barrier(Barrier::WindowClosed), template: ALWAYS };
    assert_eq!(ui.view(CARLA).await.send, expected);
    assert_eq!(ui.snapshot().await.accounts[0].policy, ChannelPolicy::fallback());
    ui.send(CARLA, "Hello?").await.unwrap();
    until("the message is held", || async { ui.waiting(CARLA).await[0].state == OutgoingState::Held }).await;
    assert!(link.is_quiet().await, "the hub was not asked");
}

#[tokio::test]
async fn nothing_is_sent_to_a_contact_who_has_opted_out() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    let mut link = hub.live().await;
    ui.live().await;
    let mut row = conversation(CARLA, 2);
    row.evidence.failure = Some(Failure {
        reason: "sms.21610".to_owned(),
        sentence: "The contact has sent STOP.".to_owned(),
        remedy: Remedy::WaitForContact,
        class: Some(FailureClass::OptedOut),
    });
    link.entries(vec![Change::Conversation { row }], 2);
    let opted_out = MaySend::Barrier(Barrier::OptedOut);
    assert_eq!(ui.view(CARLA).await.send, SendPermission { text: opted_out, template: opted_out });
    ui.send(CARLA, "Hello?").await.unwrap();
    until("the message is held", || async { ui.waiting(CARLA).await[0].state == OutgoingState::Held }).await;
    let failure = ui.waiting(CARLA).await[0].failure.clone().unwrap();
    assert_eq!((failure.class, failure.remedy), (Some(FailureClass::OptedOut), Remedy::WaitForContact));
    assert!(link.is_quiet().await, "the hub was not asked");
}
