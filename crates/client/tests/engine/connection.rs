//! The connection: how it comes about, how it is lost, and what the person is told.

use std::sync::atomic::Ordering;

use deskbell_client::OpenError;
use deskbell_client::api::Connection;
use deskbell_clock::HandClock;
use deskbell_protocol::{Change, ErrorBody, ErrorCode, HubFrame};

use crate::support::desktop::{Desktop, saying};
use crate::support::hub::{Hub, PASSWORD, TOKEN};
use crate::support::people::*;
use crate::support::soon;

#[tokio::test]
async fn the_second_start_needs_no_password() {
    let mut hub = Hub::start().await;
    let mut desk = Desktop::of(&hub);
    let ui = desk.on().await;
    hub.live().await;
    ui.off().await;
    desk.password(None);
    let ui = desk.on().await;
    let _link = hub.live().await;
    ui.live().await;
    assert_eq!(hub.world().sign_ins, 1);
}

#[tokio::test]
async fn a_token_that_is_no_longer_good_is_replaced_by_signing_in() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    hub.live().await;
    ui.off().await;
    hub.world().token = "another".to_owned();
    let ui = desk.on().await;
    let mut link = hub.link().await;
    // It still says the old one.
    let deskbell_protocol::ClientFrame::Hello { token, .. } = link.hear().await else { panic!("a hello") };
    assert_eq!(token, TOKEN);
    link.say(HubFrame::Refused { error: ErrorBody::new(ErrorCode::Unauthorized, "Sign in again.") });
    let _link = hub.live().await;
    ui.live().await;
}

#[tokio::test]
async fn a_wrong_password_is_said_and_not_tried_again_and_again() {
    let hub = Hub::start().await;
    let mut desk = Desktop::of(&hub);
    desk.password(Some("wrong"));
    let ui = desk.on().await;
    let refused = ui.connection(|now| matches!(now, Connection::Refused { .. })).await;
    let Connection::Refused { error } = refused else { unreachable!() };
    assert_eq!(error.code, ErrorCode::Unauthorized);
    tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
    assert_eq!(hub.world().sign_ins, 1);
}

#[tokio::test]
async fn a_hub_of_another_version_is_said() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    let mut link = hub.link().await;
    link.hello().await;
    let error = ErrorBody::new(ErrorCode::Incompatible, "This hub needs a newer app.");
    link.say(HubFrame::Refused { error: error.clone() });
    let refused = ui.connection(|now| matches!(now, Connection::Refused { .. })).await;
    assert_eq!(refused, Connection::Refused { error });
    ui.send(CARLA, "kept all the same").await.unwrap();
    assert_eq!(ui.waiting(CARLA).await.len(), 1);
}

#[tokio::test]
async fn a_hub_that_falls_silent_is_noticed_and_left() {
    let mut hub = Hub::start().await;
    hub.world().heartbeat_s = 1;
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    let mut link = hub.live().await;
    ui.live().await;
    link.deaf.store(true, Ordering::Relaxed);
    link.hung_up().await;
    let _again = hub.live().await;
    ui.live().await;
}

#[tokio::test]
async fn a_hub_that_answers_pings_is_kept_however_little_it_says() {
    let mut hub = Hub::start().await;
    hub.world().heartbeat_s = 1;
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    let mut link = hub.live().await;
    ui.live().await;
    let hung_up = tokio::time::timeout(std::time::Duration::from_secs(5), link.hung_up()).await;
    assert!(hung_up.is_err(), "it was left");
}

#[tokio::test]
async fn after_the_machine_woke_up_a_dead_connection_is_noticed_within_seconds() {
    let mut hub = Hub::start().await;
    let mut desk = Desktop::of(&hub);
    let clock = HandClock::at(noon());
    desk.clock = clock.shared();
    let ui = desk.on().await;
    let mut link = hub.live().await;
    ui.live().await;
    link.deaf.store(true, Ordering::Relaxed);
    // The heartbeat alone would take 45 seconds.
    clock.advance(3_600_000);
    soon("noticing", link.hung_up()).await;
    clock.advance(60_000);
    let _again = hub.live().await;
    ui.live().await;
}

#[tokio::test]
async fn a_network_change_is_a_reason_to_try_at_once() {
    let mut hub = Hub::start().await;
    let mut desk = Desktop::of(&hub);
    // Time stands still: without the wake-up nothing would ever be tried again.
    desk.clock = HandClock::at(noon()).shared();
    let ui = desk.on().await;
    hub.live().await.cut();
    ui.offline().await;
    ui.engine.wake();
    let _link = hub.live().await;
    ui.live().await;
}

#[tokio::test]
async fn with_the_hub_out_of_reach_the_transcript_is_there_and_new_writing_waits() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let mut ui = desk.on().await;
    let link = hub.live().await;
    link.entries(
        vec![
            Change::Conversation { row: conversation(CARLA, 1) },
            Change::Message { row: writes(CARLA, 1, "See you", 2) },
        ],
        2,
    );
    ui.sees(|changes| saying(changes, "See you")).await;
    ui.off().await;
    drop(link);
    drop(hub);

    let ui = desk.on().await;
    ui.offline().await;
    assert_eq!(ui.view(CARLA).await.conversation.contact_name, "Carla");
    assert_eq!(ui.transcript(CARLA).await, ["See you"]);
    ui.send(CARLA, "See you soon").await.unwrap();
    assert_eq!(ui.waiting(CARLA).await[0].body, "See you soon");
    ui.off().await;
    assert_eq!(desk.on().await.waiting(CARLA).await[0].body, "See you soon");
}

#[tokio::test]
async fn nonsense_from_the_hub_ends_the_connection_and_leaves_no_gap() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    let mut link = hub.live().await;
    ui.live().await;
    link.raw(axum::extract::ws::Message::text("{\"kind\":\"entries\",\"upto\":"));
    link.hung_up().await;
    let mut link = hub.live().await;
    link.raw(axum::extract::ws::Message::text("x".repeat(10 << 20)));
    link.hung_up().await;
    let link = hub.live().await;
    link.entries(vec![Change::Message { row: writes(CARLA, 1, "still here", 1) }], 1);
    ui.reads(CARLA, &["still here"]).await;
}

#[tokio::test]
async fn one_data_folder_has_one_engine() {
    let desk = Desktop::at(None);
    let ui = desk.on().await;
    assert!(matches!(desk.try_on().await, Err(OpenError::InUse)));
    ui.off().await;
    desk.try_on().await.unwrap();
}

#[tokio::test]
async fn a_password_is_in_no_debug_text() {
    let password = deskbell_client::Password::new(PASSWORD);
    assert!(!format!("{password:?}").contains("horse"));
}

#[tokio::test]
async fn a_clock_that_is_set_while_connected_is_noticed_with_the_next_heartbeat() {
    let mut hub = Hub::start().await;
    let mut desk = Desktop::of(&hub);
    let clock = HandClock::at(noon());
    desk.clock = clock.shared();
    let ui = desk.on().await;
    let _link = hub.live().await;
    ui.connection(|now| *now == Connection::Live { clock_offset: 0 }).await;
    // Somebody puts this desktop's clock forward; the hub's says noon as before.
    clock.advance(5_000);
    ui.engine.wake();
    ui.connection(|now| *now == Connection::Live { clock_offset: -5_000 }).await;
}
