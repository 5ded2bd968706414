//! Fault injection.

use deskbell_practice::{Fault, Tick};
use serde_json::json;

use crate::stub::{Desk, NUMBER, TOKEN, message_to};

#[tokio::test]
async fn the_next_message_to_carla_is_refused_and_only_that() {
    let desk = Desk::new().await;
    let carla = desk.provider.customer("Carla");
    let body = message_to(json!({"to": format!("+{}", carla.wa_id().unwrap())}), "Hello");
    carla.refuse_next_send(131_047);
    let (status, answer) = desk.posts(&body).await;
    assert_eq!((status, &answer["error"]["code"]), (400, &json!(131_047)));
    assert!(carla.phone().is_empty());
    assert_eq!(desk.posts(&body).await.0, 200);
    assert_eq!(carla.phone().len(), 1);
}

#[tokio::test]
async fn the_next_message_to_carla_fails_on_its_way() {
    let desk = Desk::new().await;
    let carla = desk.provider.customer("Carla");
    carla.fail_next_delivery(131_026);
    let wamid = desk.says("Carla", "Hello").await;
    let status = desk.turn_until(|desk| desk.hub.statuses(&wamid).pop()).await;
    assert_eq!((&status["status"], &status["errors"][0]["code"]), (&json!("failed"), &json!(131_026)));
    assert_eq!(status.get("recipient_user_id"), None, "as at the real provider");
    carla.waits_until(|lines| (lines[0].tick == Tick::Failed).then_some(())).await.unwrap();
    desk.clock.advance(60_000);
    carla.reads_all().await;
    carla.writes("anything?").await.unwrap();
    assert_eq!(desk.hub.status_words(&wamid), ["failed"], "and that was all");
}

#[tokio::test]
async fn a_cut_answer_hides_that_the_message_arrived() {
    let desk = Desk::new().await;
    let carla = desk.provider.customer("Carla");
    carla.cut_next_answer();
    let url = format!("{}/v26.0/{NUMBER}/messages", desk.provider.base_url());
    let body = message_to(json!({"to": format!("+{}", carla.wa_id().unwrap())}), "Hello");
    let answer = desk.client.post(url).bearer_auth(TOKEN).json(&body).send().await;
    let readable = match answer {
        Ok(answer) => answer.bytes().await.is_ok(),
        Err(_) => false,
    };
    assert!(!readable, "the hub cannot read the answer");
    let line = carla.waits_for("Hello").await.unwrap();
    desk.turn_until(|desk| (desk.hub.status_words(&line.id).len() == 2).then_some(())).await;
}

#[tokio::test]
async fn busy_and_broken_providers_take_nothing() {
    let desk = Desk::new().await;
    let carla = desk.provider.customer("Carla");
    let body = message_to(json!({"to": format!("+{}", carla.wa_id().unwrap())}), "Hello");
    desk.provider.inject(Fault::Busy { times: 1, retry_after_s: Some(7) });
    let url = format!("{}/v26.0/{NUMBER}/messages", desk.provider.base_url());
    let answer = desk.client.post(&url).bearer_auth(TOKEN).json(&body).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["retry-after"].to_str().unwrap()), (429, "7"));
    desk.provider.inject(Fault::Busy { times: 1, retry_after_s: None });
    let (status, answer) = desk.posts(&body).await;
    assert_eq!((status, &answer["error"]["code"]), (429, &json!(130_429)));
    desk.provider.inject(Fault::Broken { times: 1 });
    let answer = desk.client.post(&url).bearer_auth(TOKEN).json(&body).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 502);
    assert!(answer.text().await.unwrap().starts_with("<!DOCTYPE"));
    assert!(carla.phone().is_empty());
    assert_eq!(desk.posts(&body).await.0, 200);
}

#[tokio::test]
async fn a_status_can_come_before_the_answer_to_the_post() {
    let desk = Desk::new().await;
    let carla = desk.provider.customer("Carla");
    desk.provider.inject(Fault::HoldAnswers);
    let saying = desk.says("Carla", "Hello");
    let early = async {
        let line = carla.waits_for("Hello").await.unwrap();
        desk.turn_until(|desk| desk.hub.statuses(&line.id).pop()).await;
        desk.provider.inject(Fault::ReleaseAnswers);
        line.id
    };
    let (answered, early) = tokio::join!(saying, early);
    assert_eq!(answered, early);
}

#[tokio::test]
async fn webhooks_that_are_held_come_when_they_are_released() {
    let desk = Desk::new().await;
    let carla = desk.provider.customer("Carla");
    desk.provider.inject(Fault::HoldWebhooks);
    carla.writes_at_once("one").await;
    carla.writes_at_once("two").await;
    desk.clock.advance(60_000);
    assert!(desk.hub.webhooks().is_empty());
    desk.provider.inject(Fault::ReleaseWebhooks);
    assert_eq!(desk.hub.until_texts(2).await, ["one", "two"]);
}

#[tokio::test]
async fn releasing_also_means_trying_at_once_what_waits_to_be_tried_again() {
    let desk = Desk::new().await;
    desk.hub.answers_next(&[503]);
    let carla = desk.provider.customer("Carla");
    carla.writes_at_once("one").await;
    desk.hub.until(|hub| (hub.webhooks().len() == 1).then_some(())).await;
    let released = async {
        loop {
            desk.provider.inject(Fault::ReleaseWebhooks);
            tokio::task::yield_now().await;
        }
    };
    // The clock stands: only the order can cause the delivery.
    tokio::select! {
        texts = desk.hub.until_texts(1) => assert_eq!(texts, ["one"]),
        () = released => {}
    }
}

#[tokio::test]
async fn webhooks_come_twice_in_reverse_or_as_one() {
    let desk = Desk::new().await;
    let carla = desk.provider.customer("Carla");
    desk.provider.inject(Fault::DuplicateWebhooks { times: 1 });
    carla.writes("twice").await.unwrap();
    assert_eq!(desk.hub.until_texts(2).await, ["twice", "twice"]);
    let webhooks = desk.hub.webhooks();
    assert_eq!(webhooks[0], webhooks[1], "to the byte");

    desk.provider.inject(Fault::ReorderWebhooks { count: 3 });
    for text in ["a", "b"] {
        carla.writes_at_once(text).await;
    }
    assert_eq!(desk.hub.texts().len(), 2, "kept until there are three");
    carla.writes_at_once("c").await;
    assert_eq!(desk.hub.until_texts(5).await[2..], ["c", "b", "a"]);

    let before = desk.hub.webhooks().len();
    desk.provider.inject(Fault::BatchWebhooks { count: 2 });
    let first = carla.writes_at_once("d").await;
    carla.writes("e").await.unwrap();
    assert_eq!(desk.hub.texts()[5..], ["d", "e"]);
    assert_eq!(desk.hub.webhooks().len(), before + 1);
    let lines = carla.phone();
    assert!(lines.iter().any(|it| it.id == first && it.tick == Tick::Taken), "{lines:?}");
}

#[test]
fn faults_read_as_json() {
    for (json, fault) in [
        (
            r#"{"fault":"refuse_send","customer":"Carla","code":131047}"#,
            Fault::RefuseSend { customer: "Carla".to_owned(), code: 131_047 },
        ),
        (r#"{"fault":"busy","times":2}"#, Fault::Busy { times: 2, retry_after_s: None }),
        (r#"{"fault":"hold_webhooks"}"#, Fault::HoldWebhooks),
        (r#"{"fault":"batch_webhooks","count":3}"#, Fault::BatchWebhooks { count: 3 }),
    ] {
        assert_eq!(serde_json::from_str::<Fault>(json).unwrap(), fault);
    }
}
