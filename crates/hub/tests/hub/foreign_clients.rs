//! Compatibility with clients of other vendors, and limits for them.

use deskbell_protocol::{Command, ErrorBody, ErrorCode, HubFrame, MessageId, Millis, OfferId};
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio_tungstenite::tungstenite::Message as Ws;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::world::{HOUR, World, carla, hello, receive_frame, send, send_frame, socket, within};

#[tokio::test]
async fn a_hello_of_another_version_is_incompatible_in_any_shape() {
    let world = World::new().await;
    for raw in [
        json!({"kind": "hello", "protocol": 2, "credentials": {"bearer": "x"}}),
        json!({"kind": "hello", "protocol": "2026-11", "token": 7}),
        json!({"kind": "hello", "protocol": 2, "token": "x", "app": "x", "id": 5}),
    ] {
        let mut socket = socket(&world).await;
        socket.send(Ws::text(raw.to_string())).await.unwrap();
        let Some(HubFrame::Refused { error }) = receive_frame(&mut socket).await else {
            panic!("not refused")
        };
        assert_eq!(error.code, ErrorCode::Incompatible, "{raw}");
    }
    // Of this version, but malformed.
    let mut socket = socket(&world).await;
    socket.send(Ws::text(json!({"kind": "hello", "protocol": 1, "token": 7}).to_string())).await.unwrap();
    let Some(HubFrame::Refused { error }) = receive_frame(&mut socket).await else { panic!("not refused") };
    assert_eq!(error.code, ErrorCode::Malformed);
}

#[tokio::test]
async fn null_for_an_absent_field_is_accepted() {
    let world = World::new().await;
    let token = world.sign_in("Anna").await.token;
    let mut socket = socket(&world).await;
    let raw = json!({"kind": "hello", "protocol": 1, "token": token, "app": "a script",
        "capabilities": null, "cursor": null});
    socket.send(Ws::text(raw.to_string())).await.unwrap();
    assert!(matches!(receive_frame(&mut socket).await, Some(HubFrame::Welcome { .. })));
}

#[tokio::test]
async fn a_nul_character_is_refused_and_an_impossible_time_is_replaced() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let interaction = anna.accepts(&world).await;
    let refused = anna.sends(interaction.conversation, "cut\0off").await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Malformed);
    assert!(refused.message.contains("NUL"), "{}", refused.message);
    let now = world.now();
    for (text, written_at, at) in [
        ("an hour ago", now.plus(-HOUR), now.plus(-HOUR)),
        ("before there were computers", Millis(i64::MIN), now),
        ("in the next century", now.plus(100 * 365 * 24 * HOUR), now),
    ] {
        let message = MessageId::fresh();
        let Command::SendMessage { body, conversation, .. } = send(message, interaction.conversation, text)
        else {
            panic!()
        };
        anna.commands(Command::SendMessage { message, conversation, body, written_at, seen: None })
            .await
            .unwrap();
        assert_eq!(anna.reads(text).await.at, at);
    }
}

#[tokio::test]
async fn a_client_that_floods_is_limited_without_affecting_others() {
    let world = World::new().await;
    let mut anna = world.agent("Anna").await;
    let mut ben = world.agent("Ben").await;
    let ids: Vec<_> = (0..1_000).map(|_| deskbell_protocol::CommandId::fresh()).collect();
    for id in &ids {
        let command = Command::DeclineOffer { offer: OfferId::fresh() };
        anna.frame(&deskbell_protocol::ClientFrame::Command { id: *id, command }).await;
    }
    let count = ids.len();
    anna.until("everything is answered", |desk| (desk.replies.len() >= count).then_some(())).await;
    let slowed: Vec<&ErrorBody> =
        anna.replies.values().flatten().filter(|error| error.code == ErrorCode::RateLimited).collect();
    assert!(!slowed.is_empty());
    assert!(slowed.iter().all(|error| error.retry_after_ms.is_some()));
    let carried_out =
        anna.replies.values().flatten().filter(|error| error.code == ErrorCode::NotFound).count();
    assert!(carried_out >= 200, "{carried_out}");
    let free = ben.commands(Command::DeclineOffer { offer: OfferId::fresh() }).await.unwrap_err();
    assert_eq!(free.code, ErrorCode::NotFound);
    // After a moment Anna may send again.
    within("Anna may go on", async {
        while anna
            .commands(Command::DeclineOffer { offer: OfferId::fresh() })
            .await
            .is_err_and(|error| error.code == ErrorCode::RateLimited)
        {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_hub_that_shuts_down_closes_all_sockets_properly() {
    let mut world = World::new().await;
    let token = world.sign_in("Anna").await.token;
    let mut known = socket(&world).await;
    send_frame(&mut known, &hello(&token, None)).await;
    assert!(matches!(receive_frame(&mut known).await, Some(HubFrame::Welcome { .. })));
    let mut silent = socket(&world).await;
    let closes = tokio::spawn(async move {
        let mut codes = Vec::new();
        for socket in [&mut known, &mut silent] {
            let code = within("the hub closes the socket", async {
                loop {
                    if let Ws::Close(frame) = socket.next().await.unwrap().unwrap() {
                        return frame.unwrap().code;
                    }
                }
            })
            .await;
            codes.push(code);
            // The reply to the close frame.
            let _left = socket.next().await;
        }
        codes
    });
    world.stop().await;
    assert_eq!(closes.await.unwrap(), [CloseCode::Away, CloseCode::Away]);
}

#[tokio::test]
async fn a_wrong_method_gets_an_error_body() {
    let world = World::new().await;
    for (path, allowed) in [("/v1/sign-in", "POST"), ("/v1/snapshot", "GET,HEAD")] {
        let response = world.http.delete(world.url(path)).send().await.unwrap();
        assert_eq!(response.status(), 405);
        assert_eq!(response.headers().get("allow").unwrap(), allowed);
        assert_eq!(response.json::<ErrorBody>().await.unwrap().code, ErrorCode::Malformed);
    }
}
