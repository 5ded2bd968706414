//! The simulated provider and the hub's own channel, each an independent reading of the same documentation: what one
//! sends the other must understand.

use std::time::Duration;

use deskbell_channels::sms::{Settings, Sms};
use deskbell_channels::{
    AccountContext, Channel as _, ConsentChange, Credentials, Delivery, Headers, Inbound, Outbound,
    OutboundContent, PublicUrl, Recipient, Secret, SendOutcome, Verdict, Webhook as _,
};
use deskbell_practice::{Fault, SmsCustomer};
use deskbell_protocol::{Content, DeliveryState, FailureClass};

use crate::sms::stub::{ACCOUNT_SID, AUTH_TOKEN, BUSINESS, Form, SmsDesk};
use crate::stub::PATIENCE;

/// The hub's account at this provider.
fn channel(desk: &SmsDesk) -> Sms {
    let settings = Settings {
        base_url: desk.sms.base_url().to_owned(),
        ..Settings::new(ACCOUNT_SID, Secret::new(AUTH_TOKEN), BUSINESS)
    };
    let public_url = PublicUrl::parse(&desk.hub.url).unwrap();
    Sms::new(settings, &AccountContext { public_url: Some(&public_url), ..AccountContext::new("desk") })
}

/// How the channel reads a form; the signature must be good.
fn read(desk: &SmsDesk, form: &Form) -> Inbound {
    let signature = ("x-twilio-signature", form.signature.as_bytes());
    let delivery = Delivery {
        method: "POST".to_owned(),
        url: format!("{}{}", desk.hub.url, form.path),
        headers: Headers::select(&["x-twilio-signature"], [signature]),
        body: form.body.clone(),
    };
    let channel = channel(desk);
    channel.verify(&delivery).unwrap();
    let elsewhere = Delivery { url: format!("{}x", delivery.url), ..delivery.clone() };
    assert!(channel.verify(&elsewhere).is_err(), "the signature covers the address");
    let mut all = channel.parse(&delivery).unwrap();
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

async fn send(desk: &SmsDesk, to: &SmsCustomer, text: &str) -> SendOutcome {
    let message = Outbound {
        to: Recipient::Phone(to.number().trim_start_matches('+').to_owned()),
        content: OutboundContent::Text { body: text.to_owned() },
        echo: "0198c0de:2".to_owned(),
    };
    channel(desk).sink().send(&message).await
}

async fn sent(desk: &SmsDesk, to: &SmsCustomer, text: &str) -> String {
    match send(desk, to, text).await {
        SendOutcome::Accepted { provider_id, .. } => provider_id,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_the_channel_sends_arrives_and_it_reads_every_status() {
    let desk = SmsDesk::new().await;
    let carla = desk.sms.customer("Carla");
    for (code, states) in [
        (None, [DeliveryState::Sent, DeliveryState::Delivered]),
        (Some(30007), [DeliveryState::Sent, DeliveryState::Failed]),
    ] {
        code.into_iter().for_each(|code| carla.fail_next_delivery(code));
        let sid = sent(&desk, &carla, "Grüezi Carla 👋 & co").await;
        assert_eq!(carla.waits_for("Grüezi Carla 👋 & co").await.unwrap().text, "Grüezi Carla 👋 & co");
        desk.turn_until(|desk| (desk.hub.statuses(&sid).len() == 2).then_some(())).await;
        for (form, state) in desk.hub.callbacks(&sid).iter().zip(states) {
            let Inbound::Status(status) = read(&desk, form) else { panic!("{form:?}") };
            assert_eq!((&status.provider_id, status.state), (&sid, state));
            assert_eq!(status.echo.as_deref(), Some("0198c0de:2"));
            assert_eq!(status.account_address, BUSINESS);
            let reason = status.failure.map(|failure| failure.reason);
            let expected = (state == DeliveryState::Failed).then(|| "sms.30007".to_owned());
            assert_eq!(reason, expected);
        }
    }
}

#[tokio::test]
async fn the_channel_reads_what_carla_writes() {
    let desk = SmsDesk::new().await;
    let carla = desk.sms.customer("Carla");
    let sid = carla.writes("Grüezi 👋 & co = 1+1\nBye").await.unwrap();
    let Inbound::Message(message) = read(&desk, &desk.hub.forms()[0]) else { panic!() };
    assert_eq!((message.provider_id, message.account_address.as_str()), (sid, BUSINESS));
    assert_eq!(message.sender.phone, Some(carla.number().trim_start_matches('+').to_owned()));
    assert_eq!(message.content, Content::Text { body: "Grüezi 👋 & co = 1+1\nBye".to_owned() });
    assert_eq!(message.consent, None);
}

#[tokio::test]
async fn provider_and_channel_agree_on_stop_and_start() {
    let desk = SmsDesk::new().await;
    let carla = desk.sms.customer("Carla");
    for (word, out) in
        [("Stop", true), ("start", false), ("OPTOUT", true), ("please start", true), ("Yes", false)]
    {
        carla.writes(word).await.unwrap();
        let Inbound::Message(message) = read(&desk, &desk.hub.forms().pop().unwrap()) else { panic!() };
        match message.consent {
            Some(ConsentChange::OptedOut { .. }) => assert!(out, "{word}"),
            Some(ConsentChange::OptedIn) => assert!(!out, "{word}"),
            None => assert_eq!(word, "please start"),
        }
        match send(&desk, &carla, "Hello").await {
            SendOutcome::Refused(failure) => {
                assert_eq!((out, failure.class), (true, Some(FailureClass::OptedOut)), "{word}");
            }
            SendOutcome::Accepted { .. } => assert!(!out, "{word}"),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn the_channel_understands_a_provider_that_is_out_of_order() {
    let desk = SmsDesk::new().await;
    let carla = desk.sms.customer("Carla");
    assert_eq!(channel(&desk).sink().check_credentials().await, Credentials::Accepted);
    desk.sms.inject(Fault::Busy { times: 1, retry_after_s: Some(7) });
    let busy = send(&desk, &carla, "one").await;
    assert!(matches!(busy, SendOutcome::Later { after_ms: Some(7_000), .. }), "{busy:?}");
    desk.sms.inject(Fault::Broken { times: 1 });
    let broken = send(&desk, &carla, "two").await;
    assert!(matches!(broken, SendOutcome::Ambiguous), "{broken:?}");
    carla.cut_next_answer();
    assert_eq!(send(&desk, &carla, "three").await, SendOutcome::Ambiguous);
    desk.sms.inject(Fault::ExpireToken);
    let expired = send(&desk, &carla, "four").await;
    assert!(matches!(expired, SendOutcome::NotConnected(_)), "{expired:?}");
    assert!(matches!(channel(&desk).sink().check_credentials().await, Credentials::Rejected(_)));
    let texts: Vec<_> = carla.phone().into_iter().map(|it| it.text).collect();
    assert_eq!(texts, ["three"]);
}

#[tokio::test]
async fn the_diagnosis_of_the_practice_account_is_good() {
    let desk = SmsDesk::new().await;
    let diagnosis = channel(&desk).diagnose(PATIENCE.min(Duration::from_secs(10))).await;
    let found: Vec<_> = diagnosis.findings.iter().map(|it| (it.subject.as_str(), it.verdict)).collect();
    let good = |subject| (subject, Verdict::Good);
    assert_eq!(found, ["provider", "token", "account", "number", "webhook"].map(good), "{diagnosis:?}");
}
