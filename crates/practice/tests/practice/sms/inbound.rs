//! Messages of customers, and how often they are reported.

use deskbell_practice::{Fault, Tick, Timeout, Writer};

use crate::sms::stub::{ACCOUNT_SID, BUSINESS, SmsDesk};

#[tokio::test]
async fn carla_writes_and_the_hub_learns_who_what_and_to_whom() {
    let desk = SmsDesk::new().await;
    let carla = desk.sms.customer("Carla");
    let sid = carla.writes("Grüezi, is my bike ready? 👋").await.unwrap();
    let form = desk.hub.forms().pop().unwrap();
    assert_eq!(form.path, "/webhooks/sms/desk");
    for (name, value) in [
        ("MessageSid", sid.as_str()),
        ("SmsSid", &sid),
        ("SmsMessageSid", &sid),
        ("AccountSid", ACCOUNT_SID),
        ("From", &carla.number()),
        ("To", BUSINESS),
        ("Body", "Grüezi, is my bike ready? 👋"),
        ("NumMedia", "0"),
        ("NumSegments", "1"),
        ("SmsStatus", "received"),
        ("ApiVersion", "2010-04-01"),
    ] {
        assert_eq!(form.field(name), value, "{name}");
    }
    assert!(
        form.pairs.contains(&("FromCity".to_owned(), String::new())),
        "an empty field is sent, and signed"
    );
    let line = carla.phone().pop().unwrap();
    assert_eq!((line.writer, line.tick, line.id), (Writer::Customer, Tick::Taken, sid));
}

#[tokio::test]
async fn priya_discloses_no_number_on_whatsapp_and_has_one_on_sms() {
    let desk = SmsDesk::new().await;
    let (on_whatsapp, on_sms) = (desk.provider.customer("Priya"), desk.sms.customer("Priya"));
    assert_eq!(on_whatsapp.wa_id(), None);
    assert_eq!(on_sms.number(), on_whatsapp.number());
    on_sms.writes("It is me, Priya").await.unwrap();
    assert_eq!(desk.hub.forms()[0].field("From"), on_sms.number());
    let sid = desk.says("Priya", "Hello Priya").await;
    assert_eq!(on_sms.waits_for("Hello Priya").await.unwrap().id, sid);
}

#[tokio::test]
async fn a_message_that_the_hub_refuses_is_lost() {
    let desk = SmsDesk::new().await;
    desk.hub.answers_next(&[503]);
    let carla = desk.sms.customer("Carla");
    assert_eq!(carla.writes("one").await, Err(Timeout));
    carla.writes("two").await.unwrap();
    let answers: Vec<_> = desk.hub.forms().iter().map(|it| it.answered).collect();
    assert_eq!((desk.hub.texts(), answers), (vec!["one".to_owned(), "two".to_owned()], vec![503, 200]));
    assert_eq!(carla.phone()[0].tick, Tick::Waiting);
}

#[tokio::test]
async fn connection_overrides_say_how_often_it_is_repeated_and_after_what() {
    let desk = SmsDesk::with_overrides("#rc=3&rp=5xx").await;
    desk.hub.answers_next(&[503, 500, 502]);
    let carla = desk.sms.customer("Carla");
    carla.writes("one").await.unwrap();
    let forms = desk.hub.forms();
    let answers: Vec<_> = forms.iter().map(|it| it.answered).collect();
    assert_eq!(answers, [503, 500, 502, 200]);
    for again in &forms[1..] {
        assert_eq!((&again.pairs, &again.signature), (&forms[0].pairs, &forms[0].signature));
    }
    desk.hub.answers_next(&[503; 4]);
    assert_eq!(carla.writes("two").await, Err(Timeout), "after three repetitions the provider gives up");
    desk.hub.answers_next(&[404]);
    assert_eq!(carla.writes("three").await, Err(Timeout), "the policy names 5xx only");
}

#[tokio::test]
async fn held_messages_come_in_order_when_they_are_released() {
    let desk = SmsDesk::new().await;
    assert!(desk.sms.inject(Fault::HoldWebhooks));
    let carla = desk.sms.customer("Carla");
    for text in ["one", "two", "three"] {
        carla.writes_at_once(text).await;
    }
    desk.provider.customer("Deniz").writes("on WhatsApp").await.unwrap();
    assert!(desk.hub.texts().is_empty());
    assert!(desk.sms.inject(Fault::ReleaseWebhooks));
    desk.hub.until(|hub| (hub.texts() == ["one", "two", "three"]).then_some(())).await;
}
