//! Status callbacks: what the hub learns of a message after it was created.

use std::process::Stdio;

use deskbell_practice::{Fault, Tick};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::sms::stub::{ACCOUNT_SID, AUTH_TOKEN, BUSINESS, Form, SmsDesk};
use crate::stub::PATIENCE;

/// Base64 of the HMAC-SHA1 that `openssl` makes. It is part of every machine that builds Deskbell.
async fn openssl(text: &str) -> String {
    let mut child = Command::new("sh")
        .args(["-c", "openssl dgst -sha1 -hmac \"$1\" -binary | openssl base64", "sh", AUTH_TOKEN])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this test needs the openssl command (Debian: apt install openssl)");
    child.stdin.take().unwrap().write_all(text.as_bytes()).await.unwrap();
    let output = tokio::time::timeout(PATIENCE, child.wait_with_output()).await.unwrap().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// What the signature of a form covers.
fn signed(desk: &SmsDesk, form: &Form) -> String {
    let mut pairs = form.pairs.clone();
    pairs.sort();
    let pairs: String = pairs.into_iter().map(|(name, value)| name + &value).collect();
    format!("{}{}{pairs}", desk.hub.url, form.path)
}

#[tokio::test]
async fn the_statuses_come_in_order_each_after_a_while() {
    let desk = SmsDesk::new().await;
    let carla = desk.sms.customer("Carla");
    let sid = desk.says("Carla", "It is ready.").await;
    assert!(desk.hub.callbacks(&sid).is_empty(), "the clock stands");
    desk.turn_until(|desk| (desk.hub.statuses(&sid) == ["sent", "delivered"]).then_some(())).await;
    carla.waits_until(|lines| (lines[0].tick == Tick::Delivered).then_some(())).await.unwrap();
    for form in desk.hub.callbacks(&sid) {
        assert_eq!(form.path, "/webhooks/sms/desk?o=m-1");
        for (name, value) in [
            ("AccountSid", ACCOUNT_SID),
            ("ApiVersion", "2010-04-01"),
            ("From", BUSINESS),
            ("To", &carla.number()),
            ("SmsSid", &sid),
            ("SmsStatus", form.field("MessageStatus")),
        ] {
            assert_eq!(form.field(name), value, "{name}");
        }
        assert!(form.pairs.iter().all(|pair| pair.0 != "ErrorCode"));
    }
}

#[tokio::test]
async fn the_signature_covers_the_url_with_its_query_and_openssl_agrees() {
    let desk = SmsDesk::new().await;
    let sid = desk.says("Carla", "It is ready.").await;
    let form = desk.turn_until(|desk| desk.hub.callbacks(&sid).pop()).await;
    assert_eq!(form.signature, openssl(&signed(&desk, &form)).await);
    desk.sms.customer("Carla").writes("Grüezi 👋 & co = fine + good").await.unwrap();
    let form = desk.hub.forms().pop().unwrap();
    assert_eq!(form.field("Body"), "Grüezi 👋 & co = fine + good");
    assert_eq!(form.signature, openssl(&signed(&desk, &form)).await);
}

#[tokio::test]
async fn a_failed_delivery_is_reported_with_its_code() {
    let desk = SmsDesk::new().await;
    let carla = desk.sms.customer("Carla");
    for (code, statuses) in [(30007, vec!["sent", "undelivered"]), (30001, vec!["failed"])] {
        carla.fail_next_delivery(code);
        let sid = desk.says("Carla", "Hello").await;
        desk.turn_until(|desk| (desk.hub.statuses(&sid) == statuses).then_some(())).await;
        let form = desk.hub.callbacks(&sid).pop().unwrap();
        assert_eq!(form.field("ErrorCode"), code.to_string());
        let failed = |lines: &[deskbell_practice::Line]| {
            lines.iter().any(|it| it.id == sid && it.tick == Tick::Failed).then_some(())
        };
        carla.waits_until(failed).await.unwrap();
    }
}

#[tokio::test]
async fn a_number_that_nobody_has_is_accepted_and_then_undelivered() {
    let desk = SmsDesk::new().await;
    let callback = desk.callback("m-2");
    let form = [("To", "+4915155512345"), ("From", BUSINESS), ("Body", "x"), ("StatusCallback", &callback)];
    let (status, answer) = desk.posts(&form).await;
    assert_eq!(status, 201);
    let sid = answer["sid"].as_str().unwrap();
    let form = desk.turn_until(|desk| desk.hub.callbacks(sid).pop()).await;
    assert_eq!((form.field("MessageStatus"), form.field("ErrorCode")), ("undelivered", "30005"));
    assert_eq!(form.field("To"), "+4915155512345");
}

#[tokio::test]
async fn without_a_callback_url_nothing_is_reported() {
    let desk = SmsDesk::new().await;
    let carla = desk.sms.customer("Carla");
    desk.posts(&[("To", &carla.number()), ("From", BUSINESS), ("Body", "Hello")]).await;
    desk.turn_until(|_| (carla.phone()[0].tick == Tick::Delivered).then_some(())).await;
    carla.writes("thanks").await.unwrap();
    assert_eq!(desk.hub.forms().len(), 1, "her answer alone");
}

#[tokio::test]
async fn a_status_can_come_before_the_answer_to_the_request() {
    let desk = SmsDesk::new().await;
    let carla = desk.sms.customer("Carla");
    assert!(desk.sms.inject(Fault::HoldAnswers));
    let early = async {
        let line = carla.waits_for("Hello").await.unwrap();
        desk.turn_until(|desk| desk.hub.callbacks(&line.id).pop()).await;
        assert!(desk.sms.inject(Fault::ReleaseAnswers));
        line.id
    };
    let (answered, early) = tokio::join!(desk.says("Carla", "Hello"), early);
    assert_eq!(answered, early);
}

#[tokio::test]
async fn callbacks_come_in_reverse_and_twice() {
    let desk = SmsDesk::new().await;
    assert!(desk.sms.inject(Fault::ReorderWebhooks { count: 2 }));
    let sid = desk.says("Carla", "Hello").await;
    desk.turn_until(|desk| (desk.hub.statuses(&sid) == ["delivered", "sent"]).then_some(())).await;
    assert!(desk.sms.inject(Fault::DuplicateWebhooks { times: 1 }));
    let sid = desk.says("Carla", "Hello again").await;
    desk.turn_until(|desk| (desk.hub.statuses(&sid) == ["sent", "sent", "delivered"]).then_some(())).await;
    assert!(!desk.sms.inject(Fault::BatchWebhooks { count: 2 }), "one form reports one thing");
}
