//! Webhooks: their content, their signature, their order, and their retries.

use std::process::Stdio;

use deskbell_clock::Clock;
use deskbell_practice::{Tick, Timeout, Writer};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::stub::{Desk, MORNING, NUMBER, PATIENCE, SECRET};

#[tokio::test]
async fn carla_writes_and_the_hub_learns_who_what_and_when() {
    let desk = Desk::new().await;
    let carla = desk.provider.customer("Carla");
    let wamid = carla.writes("Grüezi, is my order ready? 👋").await.unwrap();
    let value = desk.hub.webhooks()[0].values().remove(0);
    assert_eq!(value["messaging_product"], "whatsapp");
    assert_eq!(value["metadata"]["phone_number_id"], NUMBER);
    assert_eq!(value["contacts"][0]["profile"]["name"], "Carla");
    assert_eq!(value["contacts"][0]["wa_id"], carla.wa_id().unwrap());
    assert_eq!(value["contacts"][0]["user_id"], carla.user_id());
    let message = &value["messages"][0];
    assert_eq!(message["id"], wamid.as_str());
    assert_eq!(message["from"], carla.wa_id().unwrap());
    assert_eq!(message["from_user_id"], carla.user_id());
    assert_eq!(message["timestamp"], (MORNING / 1000).to_string());
    assert_eq!(message["text"]["body"], "Grüezi, is my order ready? 👋");
    let line = carla.phone().remove(0);
    assert_eq!((line.writer, line.tick, line.id), (Writer::Customer, Tick::Taken, wamid));
}

#[tokio::test]
async fn deniz_has_no_number_and_is_known_all_the_same() {
    let desk = Desk::new().await;
    let deniz = desk.provider.customer_without_phone("Deniz");
    deniz.writes("hi").await.unwrap();
    let value = desk.hub.webhooks()[0].values().remove(0);
    assert_eq!(value["contacts"][0].get("wa_id"), None);
    assert_eq!(value["messages"][0].get("from"), None);
    assert_eq!(value["messages"][0]["from_user_id"], deniz.user_id());
    let username = value["contacts"][0]["profile"]["username"].as_str().unwrap();
    assert!(username.starts_with("deniz."), "{username}");
}

#[tokio::test]
async fn the_signature_is_over_the_escaped_bytes_and_openssl_agrees() {
    let desk = Desk::new().await;
    desk.provider.customer("Carla").writes("Grüezi 👋 \"quoted\"\n").await.unwrap();
    let webhook = desk.hub.webhooks().remove(0);
    assert!(webhook.body.is_ascii());
    let body = String::from_utf8(webhook.body.to_vec()).unwrap();
    assert!(body.contains(r"Gr\u00fcezi \ud83d\udc4b"), "{body}");
    let digest = openssl(&webhook.body).await;
    assert_eq!(webhook.signature, format!("sha256={digest}"));
}

/// The HMAC as `openssl` makes it. It is part of every machine that builds Deskbell.
async fn openssl(body: &[u8]) -> String {
    let mut child = Command::new("openssl")
        .args(["dgst", "-sha256", "-hmac", SECRET])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this test needs the openssl command (Debian: apt install openssl)");
    child.stdin.take().unwrap().write_all(body).await.unwrap();
    let output = tokio::time::timeout(PATIENCE, child.wait_with_output()).await.unwrap().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.trim().rsplit(' ').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_webhook_is_repeated_unchanged_until_the_hub_accepts_it() {
    let desk = Desk::new().await;
    desk.hub.answers_next(&[503, 500, 404, 302, 202]);
    let carla = desk.provider.customer("Carla");
    let first = carla.writes_at_once("one").await;
    let second = carla.writes_at_once("two").await;
    desk.turn_until(|desk| (desk.hub.texts().len() == 2).then_some(())).await;
    assert_eq!(desk.hub.texts(), ["one", "two"], "what was written later comes later");
    let webhooks = desk.hub.webhooks();
    assert_eq!(webhooks.len(), 7);
    for again in &webhooks[1..6] {
        assert_eq!((&again.body, &again.signature), (&webhooks[0].body, &webhooks[0].signature));
    }
    let taken = |wamid: &str| carla.phone().iter().any(|it| it.id == wamid && it.tick == Tick::Taken);
    carla.waits_until(|_| (taken(&first) && taken(&second)).then_some(())).await.unwrap();
}

#[tokio::test]
async fn the_pauses_grow_and_the_clock_alone_decides_when_it_is_tried_again() {
    let desk = Desk::new().await;
    desk.hub.answers_next(&[503; 4]);
    let mut seen = Vec::new();
    desk.provider.customer("Carla").writes_at_once("hello").await;
    desk.turn_until(|desk| {
        let count = desk.hub.webhooks().len();
        if seen.len() < count {
            seen.resize(count, desk.clock.now());
        }
        (count == 5).then_some(())
    })
    .await;
    let pauses: Vec<_> = seen.windows(2).map(|it| it[1] - it[0]).collect();
    for (pause, least) in pauses.iter().zip([500, 1000, 2000, 4000]) {
        assert!(*pause + 200 >= least, "{pauses:?}");
    }
}

#[tokio::test]
async fn what_the_hub_never_accepts_is_given_up_after_seven_days() {
    let desk = Desk::new().await;
    desk.hub.refuses("nobody will read this");
    let carla = desk.provider.customer("Carla");
    let lost = carla.writes_at_once("nobody will read this").await;
    carla.writes_at_once("but this").await;
    desk.turn_by(1_800_000, |desk| desk.hub.texts().pop()).await;
    assert_eq!(desk.hub.texts(), ["but this"]);
    assert!((7..=8).contains(&((desk.clock.now() - MORNING) / (24 * 3_600_000))));
    assert!(carla.phone().iter().any(|it| it.id == lost && it.tick == Tick::Waiting));
}

#[tokio::test]
async fn the_ticks_come_in_order_each_after_a_human_while() {
    let desk = Desk::new().await;
    let carla = desk.provider.customer("Carla");
    carla.writes("hi").await.unwrap();
    let wamid = desk.says("Carla", "Hello Carla, this is Anna").await;
    carla.waits_for("Hello Carla, this is Anna").await.unwrap();
    assert!(desk.hub.statuses(&wamid).is_empty(), "the clock stands");

    desk.turn_until(|desk| (desk.hub.status_words(&wamid) == ["sent", "delivered"]).then_some(())).await;
    assert!(desk.clock.now() - MORNING >= 400, "that takes a moment");
    carla.reads_all().await;
    desk.hub.until(|hub| (hub.status_words(&wamid) == ["sent", "delivered", "read"]).then_some(())).await;
    carla.reads_all().await;

    let statuses = desk.hub.statuses(&wamid);
    assert_eq!(statuses.len(), 3, "read once");
    for status in &statuses {
        assert_eq!(status["recipient_id"], carla.wa_id().unwrap());
        assert_eq!(status["recipient_user_id"], carla.user_id());
    }
    assert_eq!(statuses[0]["pricing"]["category"], "service");
    let at = |n: usize| statuses[n]["timestamp"].as_str().unwrap().parse::<i64>().unwrap();
    assert!(at(0) <= at(1) && at(1) <= at(2));
}

#[tokio::test]
async fn who_answers_has_read_what_was_there_and_what_is_under_way() {
    let desk = Desk::new().await;
    let carla = desk.provider.customer("Carla");
    let wamid = desk.says("Carla", "Are you there?").await;
    carla.writes("yes").await.unwrap();
    desk.turn_until(|desk| (desk.hub.status_words(&wamid) == ["sent", "delivered", "read"]).then_some(()))
        .await;
    assert_eq!(carla.phone()[0].tick, Tick::Read);
}

#[tokio::test]
async fn the_same_name_is_the_same_person_in_every_run() {
    let (one, other) = (Desk::with_seed(1).await, Desk::with_seed(2).await);
    for name in ["Carla", "Deniz", "Émile Zola", "李雷"] {
        let (here, there) = (one.provider.customer(name), other.provider.customer(name));
        assert_eq!((here.wa_id(), here.user_id()), (there.wa_id(), there.user_id()));
        assert_eq!(here.user_id(), one.provider.customer(&name.to_uppercase()).user_id());
    }
    assert_ne!(one.provider.customer("Carla").wa_id(), one.provider.customer("Deniz").wa_id());
    assert_eq!(one.provider.customer("emily").name(), "Emily Carter");
}

#[tokio::test]
async fn a_provider_that_is_stopped_is_silent() {
    let desk = Desk::new().await;
    let carla = desk.provider.customer("Carla");
    carla.writes("one").await.unwrap();
    let base_url = desk.provider.base_url().to_owned();
    desk.provider.stop();
    assert_eq!(carla.writes("two").await, Err(Timeout));
    assert_eq!(desk.hub.texts(), ["one"]);
    let closed = async {
        while desk.client.get(&base_url).send().await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, closed).await.expect("the port is closed");
}
