//! Invalid and hostile input, and the errors it gets.

use deskbell_protocol::{
    ClientFrame, Command, DeliveryState, ErrorBody, ErrorCode, HubFrame, MessageId, PROTOCOL_VERSION,
};
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio_tungstenite::tungstenite::Message as Ws;

use crate::world::{
    HOUR, SECOND, World, carla, delivery, deniz, hello, receive_frame, send, send_frame, sign, socket, within,
};

#[tokio::test]
async fn a_delivery_without_a_valid_signature_is_refused_and_not_stored() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    let (_, message) = carla().text("Forged", world.now());
    let body = serde_json::to_vec(&delivery(&[message], &[])).unwrap();
    let url = world.url("/webhooks/whatsapp/shop");
    let wrong = sign(b"something else");
    for signature in [None, Some(wrong.as_str()), Some("sha256=zz"), Some("sha1=00")] {
        let mut request = world.http.post(&url).body(body.clone());
        if let Some(signature) = signature {
            request = request.header("X-Hub-Signature-256", signature);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 401);
        assert_eq!(response.json::<ErrorBody>().await.unwrap().code, ErrorCode::Unauthorized);
    }
    // A valid delivery after it is processed, and it is the only one.
    world.writes(&deniz(), "True").await;
    assert_eq!(anna.rings().await.preview, "True");
    assert_eq!(anna.ringing(), 1);
}

#[tokio::test]
async fn a_webhook_of_an_unknown_account_is_not_found() {
    let world = World::new().await;
    let url = world.url("/webhooks/whatsapp/elsewhere");
    let response = world.http.post(&url).body("{}").send().await.unwrap();
    assert_eq!(response.status(), 404);
    let response = world.http.get(&url).send().await.unwrap();
    assert_eq!(response.status(), 404);
}

#[tokio::test]
async fn a_challenge_is_answered_only_with_the_right_token() {
    let world = World::new().await;
    let ask = async |token: &str| {
        let url = world.url("/webhooks/whatsapp/shop");
        let query = [("hub.mode", "subscribe"), ("hub.challenge", "1158201444"), ("hub.verify_token", token)];
        let response = world.http.get(&url).query(&query).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };
    assert_eq!(ask("verify").await, (200, "1158201444".to_owned()));
    assert_eq!(ask("guess").await.0, 403);
}

#[tokio::test]
async fn a_delivery_over_the_limit_is_refused_and_one_of_three_megabytes_is_accepted() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    assert_eq!(world.deliver_bytes(vec![b' '; 4 * 1024 * 1024 + 1]).await, 413);
    let (_, message) = carla().text("Hello", world.now());
    let mut body = serde_json::to_vec(&delivery(&[message], &[])).unwrap();
    body.resize(3 * 1024 * 1024, b' ');
    assert_eq!(world.deliver_bytes(body).await, 200);
    anna.rings().await;
}

#[tokio::test]
async fn a_signed_but_invalid_delivery_is_set_aside_and_blocks_nothing() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let elsewhere = json!({"object": "page", "entry": []}).to_string();
    let broken = [b"not json".to_vec(), b"\xff\xfe".to_vec(), nested.into_bytes(), elsewhere.into_bytes()];
    let count = i64::try_from(broken.len()).unwrap();
    for body in broken {
        assert_eq!(world.deliver_bytes(body).await, 200);
    }
    world.writes(&carla(), "Hello").await;
    anna.rings().await;
    assert_eq!(world.admin.count_set_aside().await.unwrap(), count);
}

#[tokio::test]
async fn one_bad_item_of_a_batch_does_not_affect_the_others() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    let (_, good) = carla().text("Hello", world.now());
    let mut body = delivery(&[good], &[]);
    let mut foreign = delivery(&[deniz().text("For another number", world.now()).1], &[]);
    foreign["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = "999".into();
    let change = foreign["entry"][0]["changes"][0].clone();
    body["entry"][0]["changes"].as_array_mut().unwrap().insert(0, change);
    assert_eq!(world.deliver(&body).await, 200);
    assert_eq!(anna.rings().await.preview, "Hello");
    assert_eq!(world.admin.count_set_aside().await.unwrap(), 1);
}

async fn refusal(world: &World, frame: Ws) -> ErrorBody {
    let signed_in = world.sign_in("Anna").await;
    let mut socket = socket(world).await;
    send_frame(&mut socket, &hello(&signed_in.token, None)).await;
    assert!(matches!(receive_frame(&mut socket).await, Some(HubFrame::Welcome { .. })));
    let (mut sink, mut stream) = socket.split();
    // The hub may close the connection before all of it is sent.
    let speaking = tokio::spawn(async move {
        let _hung_up = sink.send(frame).await;
        sink
    });
    let refused = within("the hub says why", async {
        loop {
            if let Ws::Text(text) = stream.next().await.unwrap().unwrap()
                && let HubFrame::Refused { error } = serde_json::from_str(&text).unwrap()
            {
                return error;
            }
        }
    })
    .await;
    within("the hub hangs up", async { while let Some(Ok(_)) = stream.next().await {} }).await;
    drop(speaking.await.unwrap());
    refused
}

#[tokio::test]
async fn malformed_frames_are_refused_with_a_reason() {
    let world = World::new().await;
    for (frame, code) in [
        (Ws::text("hello?"), ErrorCode::Malformed),
        (Ws::text(format!("{{\"kind\":\"x\",\"deep\":{}", "[".repeat(30_000))), ErrorCode::Malformed),
        (Ws::text("[]"), ErrorCode::Malformed),
        (Ws::binary(vec![1, 2, 3]), ErrorCode::Malformed),
        (Ws::text("x".repeat(10 * 1024 * 1024)), ErrorCode::TooLarge),
        (Ws::text(format!("{{\"kind\":\"x\",\"pad\":\"{}\"}}", "x".repeat(70_000))), ErrorCode::TooLarge),
        (Ws::text(serde_json::to_string(&hello("again", None)).unwrap()), ErrorCode::Malformed),
    ] {
        assert_eq!(refusal(&world, frame).await.code, code);
    }
    // The hub keeps running.
    world.ready_agent("Anna").await;
}

#[tokio::test]
async fn an_invalid_token_another_version_and_a_wrong_first_frame_are_refused_with_a_reason() {
    let world = World::new().await;
    let signed_in = world.sign_in("Anna").await;
    let ClientFrame::Hello { token, app, capabilities, cursor, .. } = hello(&signed_in.token, None) else {
        panic!()
    };
    let newer = ClientFrame::Hello { protocol: PROTOCOL_VERSION + 1, token, app, capabilities, cursor };
    for (frame, code) in [
        (newer, ErrorCode::Incompatible),
        (hello("no token of ours", None), ErrorCode::Unauthorized),
        (ClientFrame::Ping { n: 1 }, ErrorCode::Malformed),
    ] {
        let mut socket = socket(&world).await;
        send_frame(&mut socket, &frame).await;
        let Some(HubFrame::Refused { error }) = receive_frame(&mut socket).await else {
            panic!("not refused")
        };
        assert_eq!(error.code, code);
        assert_eq!(receive_frame(&mut socket).await, None);
    }
    let (status, error) = world.refused("no token of ours", "/v1/snapshot").await;
    assert_eq!((status, error.code), (401, ErrorCode::Unauthorized));
    let (status, error) = world.refused(&signed_in.token, "/v1/conversations?after=tomorrow").await;
    assert_eq!((status, error.code), (400, ErrorCode::Malformed));
}

#[tokio::test]
async fn unknown_frames_and_commands_are_ignored_or_refused() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    anna.sends_raw(r#"{"kind":"applause","loud":true}"#.to_owned()).await;
    let id = deskbell_protocol::CommandId::fresh();
    let unknown = format!(r#"{{"kind":"command","id":"{id}","command":{{"name":"juggle","balls":3}}}}"#);
    let garbled = unknown.replace("juggle", "accept_offer");
    for raw in [unknown, garbled] {
        anna.replies.clear();
        anna.sends_raw(raw).await;
        let error = anna.until("an answer", |desk| desk.replies.get(&id).cloned()).await.unwrap();
        assert_eq!(error.code, ErrorCode::Malformed);
    }
    world.writes(&carla(), "Hello").await;
    anna.rings().await;
}

#[tokio::test]
async fn on_a_full_disk_clients_are_told_to_retry_and_nothing_is_lost() {
    let world = World::new().await;
    let (carla, deniz) = (carla(), deniz());
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla, "before").await;
    let interaction = anna.accepts(&world).await;
    anna.reads("before").await;

    world.admin.cap_pages(Some(1)).await.unwrap();
    let long = "during ".repeat(500);
    let (_, message) = deniz.text(&long, world.now());
    let retried = delivery(&[message], &[]);
    // The last pages have a little room left; then the disk is full.
    let mut stored = 0;
    let filler = |n: u32| {
        delivery(
            &[],
            &[crate::world::status_of(&format!("wamid.filler.{n}.{}", "x".repeat(8000)), "sent", None)],
        )
    };
    within("the disk is full", async {
        while world.deliver(&filler(stored)).await == 200 {
            stored += 1;
        }
    })
    .await;
    let response = {
        let body = serde_json::to_vec(&retried).unwrap();
        let request = world.http.post(world.url("/webhooks/whatsapp/shop"));
        request.header("X-Hub-Signature-256", sign(&body)).body(body).send().await.unwrap()
    };
    assert_eq!(response.status(), 503);
    assert!(response.headers().contains_key("retry-after"));
    // Small deliveries may still be stored but not processed; they stay pending.
    let mut promised = Vec::new();
    for n in 0..100 {
        let text = format!("tiny {n}");
        let (_, message) = carla.text(&text, world.now());
        if world.deliver(&delivery(&[message], &[])).await == 200 {
            promised.push(text);
        }
    }
    let id = MessageId::fresh();
    let long_answer = "answer ".repeat(500);
    let refused = anna.commands(send(id, interaction.conversation, &long_answer)).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Unavailable);
    assert!(refused.retry_after_ms.is_some());
    // Reads still work.
    anna.page_in(&world, "").await;
    assert!(world.provider.posted().is_empty());

    world.admin.cap_pages(None).await.unwrap();
    // Deliveries that were answered with 200 are processed without a retry.
    for text in &promised {
        anna.reads(text).await;
    }
    assert_eq!(world.deliver(&retried).await, 200, "the provider tries again");
    assert_eq!(anna.rings().await.contact_name, "Deniz");
    anna.commands(send(id, interaction.conversation, &long_answer)).await.unwrap();
    anna.delivery_is(id, DeliveryState::Accepted).await;
    assert_eq!(world.provider.posted().len(), 1);
    world.writes(&carla, "after").await;
    anna.reads("after").await;
    assert_eq!(world.admin.count_set_aside().await.unwrap(), 0);
}

#[tokio::test]
async fn wrong_passwords_are_refused_alike_and_limited() {
    let world = World::new().await;
    let try_in = async |name: &str, password: &str| {
        let body = json!({"name": name, "password": password});
        let response = world.http.post(world.url("/v1/sign-in")).json(&body).send().await.unwrap();
        let status = response.status().as_u16();
        (status, response.json::<serde_json::Value>().await.unwrap())
    };
    let (status, wrong) = try_in("Anna", "guess").await;
    let (_, unknown) = try_in("Nobody", "guess").await;
    assert_eq!(status, 401);
    assert_eq!(wrong, unknown, "which of the two was wrong is not told");
    for _ in 0..4 {
        assert_eq!(try_in("Anna", "guess").await.0, 401);
    }
    let (status, error) = try_in("Anna", crate::world::PASSWORD).await;
    assert_eq!((status, error["code"].as_str()), (429, Some("rate_limited")));
    assert_eq!(try_in("Ben", crate::world::PASSWORD).await.0, 200);
    // The block is short: behind a proxy others may share the address of the guesser.
    assert_eq!(error["retry_after_ms"], 1000);
    world.clock.advance(SECOND);
    assert_eq!(try_in("Anna", crate::world::PASSWORD).await.0, 200);
    assert_eq!(try_in("Anna", "guess").await.0, 401, "nothing is held against her any more");
    let response = world.http.post(world.url("/v1/sign-in")).body("x").send().await.unwrap();
    assert_eq!(response.status(), 400);
    let response = world.http.post(world.url("/v1/sign-in")).body("x".repeat(20_000)).send().await.unwrap();
    assert!(response.status().is_client_error());
}

#[tokio::test]
async fn a_connection_silent_for_three_heartbeats_is_closed() {
    let world = World::with(|settings| settings.screen.heartbeat_s = 1).await;
    let anna = world.sign_in("Anna").await;
    let mut socket = socket(&world).await;
    send_frame(&mut socket, &hello(&anna.token, None)).await;
    assert!(matches!(receive_frame(&mut socket).await, Some(HubFrame::Welcome { .. })));
    within("the hub closes the connection", async { while receive_frame(&mut socket).await.is_some() {} })
        .await;
    within("the hub ends the session", async {
        while world.admin.count_sessions(anna.agent.id).await.unwrap() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn an_expired_token_ends_the_session_and_is_refused() {
    let world = World::with(|settings| settings.limits.token_days = 1).await;
    let mut anna = world.agent("Anna").await;
    world.clock.advance(25 * HOUR);
    let (status, _) = world.refused(&anna.token, "/v1/snapshot").await;
    assert_eq!(status, 401);
    anna.frame(&ClientFrame::Ping { n: 1 }).await;
    within("the hub hangs up", async {
        while world.admin.count_sessions(anna.me.id).await.unwrap() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn two_hubs_cannot_share_a_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    let clock = deskbell_clock::SystemClock::shared();
    let settings = deskbell_hub::Settings::at(folder.path());
    let first = deskbell_hub::Hub::open(settings.clone(), clock.clone()).unwrap();
    let second = deskbell_hub::Hub::open(settings.clone(), clock.clone());
    assert!(matches!(second, Err(deskbell_hub::HubError::InUse)));
    drop(first);
    deskbell_hub::Hub::open(settings, clock).unwrap();
}

#[tokio::test]
async fn a_command_under_another_id_than_its_message_is_refused() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let interaction = anna.accepts(&world).await;
    let command: Command = send(MessageId::fresh(), interaction.conversation, "Hello");
    let refused = anna.commands_as(deskbell_protocol::CommandId::fresh(), command).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Malformed);
}
