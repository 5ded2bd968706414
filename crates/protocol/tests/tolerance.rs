//! Either end may be newer than the other: what one does not know, it passes over.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use deskbell_protocol::*;
use proptest::prelude::*;

fn client(json: &str) -> ClientFrame {
    serde_json::from_str(json).expect("a tolerated frame")
}

fn hub(json: &str) -> HubFrame {
    serde_json::from_str(json).expect("a tolerated frame")
}

#[test]
fn unknown_kinds_and_fields_do_not_disturb() {
    assert_eq!(client(r#"{"kind":"wave","at":{"whom":["all"]}}"#), ClientFrame::Unknown);
    assert_eq!(client(r#"{"kind":"ping","n":1,"mood":"good"}"#), ClientFrame::Ping { n: 1 });
    assert_eq!(hub(r#"{"kind":"weather","sunny":true}"#), HubFrame::Unknown);
}

#[test]
fn an_unknown_command_keeps_its_id_so_that_it_can_be_refused() {
    let id = CommandId::fresh();
    let frame =
        client(&format!(r#"{{"kind":"command","id":"{id}","command":{{"name":"sing","song":"any"}}}}"#));
    assert_eq!(frame, ClientFrame::Command { id, command: Command::Unknown });
}

#[test]
fn an_unknown_change_does_not_take_its_neighbours_with_it() {
    let frame = hub(r#"{"kind":"entries","upto":9,"entries":[
            {"position":8,"change":{"kind":"mood","row":{"id":1}}},
            {"position":9,"change":{"kind":"granted","scope":{"kind":"queue","id":"0193f5a0-0000-7000-8000-000000000011"}}}]}"#);
    let HubFrame::Entries { entries, upto } = frame else { panic!("entries") };
    assert_eq!((entries.len(), upto), (2, LogPosition(9)));
    assert_eq!(entries[0].change, Change::Unknown);
    assert!(matches!(entries[1].change, Change::Granted { .. }));
}

#[test]
fn a_channel_from_the_future_is_shown_as_unknown() {
    let channel: Channel = serde_json::from_str("\"telepathy\"").expect("a tolerated channel");
    assert_eq!(channel, Channel::Unknown);
}

#[test]
fn json_nested_without_end_is_refused_and_nothing_else_happens() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let frame = format!(r#"{{"kind":"ping","n":1,"extra":{deep}}}"#);
    assert!(serde_json::from_str::<ClientFrame>(&frame).is_err());
}

fn states() -> impl Strategy<Value = DeliveryState> {
    use DeliveryState::*;
    prop::sample::select(vec![
        Queued, Held, Stored, Posting, Accepted, Sent, Delivered, Read, Played, Unknown, Failed,
    ])
}

proptest! {
    #[test]
    fn a_delivery_never_moves_back_whatever_the_order_of_its_statuses(
        news in prop::collection::vec(states(), 1..12),
        order in prop::collection::vec(any::<prop::sample::Index>(), 12),
    ) {
        let settle = |news: &[DeliveryState]| news.iter().fold(DeliveryState::Stored, |state, &new| {
            let next = state.advance(new);
            // Once further, hearing the old state again changes nothing.
            assert_eq!(next.advance(state), next);
            next
        });
        let mut shuffled = news.clone();
        for (at, with) in order.iter().enumerate().take(shuffled.len()) {
            let with = with.index(shuffled.len());
            shuffled.swap(at, with);
        }
        prop_assert_eq!(settle(&news), settle(&shuffled));
    }
}

#[test]
fn a_failure_counts_until_something_was_delivered() {
    assert_eq!(DeliveryState::Sent.advance(DeliveryState::Failed), DeliveryState::Failed);
    assert_eq!(DeliveryState::Delivered.advance(DeliveryState::Failed), DeliveryState::Delivered);
    assert_eq!(DeliveryState::Failed.advance(DeliveryState::Read), DeliveryState::Read);
    assert_eq!(DeliveryState::Unknown.advance(DeliveryState::Sent), DeliveryState::Sent);
}
