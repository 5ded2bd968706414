//! What the provider accepts and what it refuses.

use deskbell_practice::{Tick, Writer};
use serde_json::{Value, json};

use crate::stub::{Desk, NUMBER, TOKEN, message_to};

fn without(mut body: Value, key: &str) -> Value {
    body.as_object_mut().unwrap().remove(key);
    body
}

fn with(mut body: Value, key: &str, value: Value) -> Value {
    body.as_object_mut().unwrap().insert(key.to_owned(), value);
    body
}

#[tokio::test]
async fn a_message_to_carla_is_on_her_phone_with_its_echo() {
    let desk = Desk::new().await;
    let carla = desk.provider.customer("Carla");
    let phone = carla.wa_id().unwrap();
    let body = with(
        message_to(json!({"to": format!("+{phone}")}), "Hello"),
        "biz_opaque_callback_data",
        json!("e-1"),
    );
    let (status, answer) = desk.posts(&body).await;
    assert_eq!(status, 200);
    assert_eq!(answer["contacts"][0], json!({"input": format!("+{phone}"), "wa_id": phone}));
    let line = carla.waits_for("Hello").await.unwrap();
    assert_eq!((line.writer, line.tick), (Writer::Business, Tick::Taken));
    assert_eq!(answer["messages"][0]["id"], line.id.as_str());
    desk.turn_until(|desk| desk.hub.statuses(&line.id).pop()).await;
    assert_eq!(desk.hub.statuses(&line.id)[0]["biz_opaque_callback_data"], "e-1");
}

#[tokio::test]
async fn deniz_is_reached_by_user_id_and_the_statuses_tell_no_number() {
    let desk = Desk::new().await;
    let deniz = desk.provider.customer_without_phone("Deniz");
    let (status, answer) = desk.posts(&message_to(json!({"recipient": deniz.user_id()}), "Hello")).await;
    assert_eq!(status, 200);
    assert_eq!(answer["contacts"][0], json!({"input": deniz.user_id(), "user_id": deniz.user_id()}));
    let line = deniz.waits_for("Hello").await.unwrap();
    let status = desk.turn_until(|desk| desk.hub.statuses(&line.id).pop()).await;
    assert_eq!(status.get("recipient_id"), None);
    assert_eq!(status["recipient_user_id"], deniz.user_id());
}

#[tokio::test]
async fn a_user_id_in_the_place_of_a_number_is_accepted_and_lost_as_at_the_real_provider() {
    let desk = Desk::new().await;
    let deniz = desk.provider.customer_without_phone("Deniz");
    let (status, answer) = desk.posts(&message_to(json!({"to": deniz.user_id()}), "Hello")).await;
    assert_eq!(status, 200);
    let wamid = answer["messages"][0]["id"].as_str().unwrap();
    assert_eq!(desk.provider.dropped(), 1);
    deniz.writes("are you there?").await.unwrap();
    desk.clock.advance(60_000);
    deniz.writes("hello?").await.unwrap();
    assert!(deniz.phone().iter().all(|it| it.writer == Writer::Customer));
    assert!(desk.hub.statuses(wamid).is_empty());
}

#[tokio::test]
async fn with_both_addresses_the_number_wins() {
    let desk = Desk::new().await;
    let (carla, deniz) = (desk.provider.customer("Carla"), desk.provider.customer("Deniz"));
    let address = json!({"to": format!("+{}", carla.wa_id().unwrap()), "recipient": deniz.user_id()});
    assert_eq!(desk.posts(&message_to(address, "Hello")).await.0, 200);
    carla.waits_for("Hello").await.unwrap();
    assert!(deniz.phone().is_empty());
}

#[tokio::test]
async fn a_number_that_nobody_has_is_accepted_and_then_fails() {
    let desk = Desk::new().await;
    let (status, answer) = desk.posts(&message_to(json!({"to": "+4915155512345"}), "Hello")).await;
    assert_eq!(status, 200);
    let wamid = answer["messages"][0]["id"].as_str().unwrap();
    let status = desk.turn_until(|desk| desk.hub.statuses(wamid).pop()).await;
    assert_eq!((&status["status"], &status["errors"][0]["code"]), (&json!("failed"), &json!(131_026)));
}

#[tokio::test]
async fn a_post_that_is_not_as_it_must_be_is_refused_with_a_code() {
    let desk = Desk::new().await;
    let carla = desk.provider.customer("Carla");
    let good = message_to(json!({"to": format!("+{}", carla.wa_id().unwrap())}), "Hello");
    for (body, code) in [
        (without(good.clone(), "messaging_product"), 100),
        (without(good.clone(), "recipient_type"), 131_008),
        (with(good.clone(), "recipient_type", json!("group")), 131_009),
        (without(good.clone(), "to"), 100),
        (with(good.clone(), "to", json!("Carla")), 131_009),
        (with(good.clone(), "to", json!(4_915_155)), 100),
        (with(without(good.clone(), "to"), "recipient", json!("+16505550142")), 131_009),
        (without(good.clone(), "type"), 131_008),
        (with(good.clone(), "type", json!("poem")), 131_051),
        (without(good.clone(), "text"), 131_008),
        (with(good.clone(), "text", json!({"body": ""})), 131_008),
        (with(good.clone(), "text", json!({"body": "x".repeat(4097)})), 100),
        (with(good.clone(), "text", json!({"body": "x", "prewiev_url": true})), 100),
        (with(good.clone(), "biz_opaque_calback_data", json!("x")), 100),
        (with(good.clone(), "biz_opaque_callback_data", json!("x".repeat(513))), 100),
        (json!([]), 100),
    ] {
        let (status, answer) = desk.posts(&body).await;
        assert_eq!((status, answer["error"]["code"].as_i64()), (400, Some(code)), "{body}: {answer}");
        assert!(answer["error"]["error_data"]["details"].is_string());
    }
    let longest = with(good.clone(), "text", json!({"body": "ü".repeat(4096), "preview_url": false}));
    assert_eq!(desk.posts(&longest).await.0, 200);
    assert_eq!(carla.phone().len(), 1, "what was refused is on no phone");
}

#[tokio::test]
async fn who_does_not_show_the_token_or_asks_for_another_number_gets_nothing() {
    let desk = Desk::new().await;
    let base = desk.provider.base_url();
    let body = message_to(json!({"to": "+16505550142"}), "Hello");
    for (path, token, status, code) in [
        (format!("v26.0/{NUMBER}/messages"), "wrong", 401, 190),
        (format!("v26.0/{NUMBER}/messages"), "", 401, 190),
        ("v26.0/999/messages".to_owned(), TOKEN, 400, 100),
        (format!("26/{NUMBER}/messages"), TOKEN, 400, 100),
        (format!("v26.0/{NUMBER}/letters"), TOKEN, 400, 100),
    ] {
        let request = desk.client.post(format!("{base}/{path}")).bearer_auth(token).json(&body);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{path}");
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(answer["error"]["code"], code, "{path}");
    }
    let control = desk.client.get(format!("{base}/practice/customers/Carla/phone")).send().await.unwrap();
    assert_ne!(control.status().as_u16(), 200, "the control API is only there when asked for");
}

#[tokio::test]
async fn the_hub_reads_and_carla_sees_the_blue_ticks() {
    let desk = Desk::new().await;
    let carla = desk.provider.customer("Carla");
    carla.writes("one").await.unwrap();
    let second = carla.writes("two").await.unwrap();
    carla.writes("three").await.unwrap();
    let read = json!({"messaging_product": "whatsapp", "status": "read", "message_id": second,
        "typing_indicator": {"type": "text"}});
    assert_eq!(desk.posts(&read).await, (200, json!({"success": true})));
    let ticks: Vec<_> = carla.phone().iter().map(|it| it.tick).collect();
    assert_eq!(ticks, [Tick::Read, Tick::Read, Tick::Taken]);
    assert_eq!(carla.typing_seen().len(), 1);
    let mut silent = read.clone();
    silent.as_object_mut().unwrap().remove("typing_indicator");
    assert_eq!(desk.posts(&silent).await.0, 200);
    assert_eq!(carla.typing_seen().len(), 1, "who only reads is not seen to write");
    for wrong in [json!({}), json!({"type": "voice"}), json!("text"), json!({"type": "text", "for": 25})] {
        assert_eq!(desk.posts(&with(read.clone(), "typing_indicator", wrong)).await.0, 400);
    }
    assert_eq!(desk.posts(&with(read, "message_id", json!("wamid.nothing"))).await.0, 400);
}

#[tokio::test]
async fn a_day_after_carla_last_wrote_free_text_fails() {
    let desk = Desk::new().await;
    let carla = desk.provider.customer("Carla");
    carla.writes("hi").await.unwrap();
    desk.clock.advance(24 * 3600 * 1000);
    let just = desk.says("Carla", "in time").await;
    desk.turn_until(|desk| (desk.hub.status_words(&just).len() == 2).then_some(())).await;
    let late = desk.says("Carla", "too late").await;
    let status = desk.turn_until(|desk| desk.hub.statuses(&late).pop()).await;
    assert_eq!(status["errors"][0]["code"], 131_047);
    carla.writes("I am back").await.unwrap();
    let again = desk.says("Carla", "welcome").await;
    desk.turn_until(|desk| (desk.hub.status_words(&again) == ["sent", "delivered"]).then_some(())).await;
}
