//! What Twilio's forms become.

use deskbell_channels::{Channel as _, Delivery, Inbound, InboundMessage, InboundStatus, ParseError, Sender};
use deskbell_protocol::{Content, DeliveryState, FailureClass, Millis};
use proptest::prelude::*;

use crate::support::{WEBHOOK, WORKSHOP, delivery_to, from_carla, parsed_at, workshop};

fn message(fields: &[(&str, &str)]) -> InboundMessage {
    match from_carla(fields) {
        Inbound::Message(message) => message,
        other => panic!("{other:?}"),
    }
}

fn status(url: &str, fields: &[(&str, &str)]) -> InboundStatus {
    let known = [("MessageSid", "SM9"), ("From", WORKSHOP), ("To", "+15557654321")];
    match parsed_at(url, &[&known, fields].concat()) {
        Inbound::Status(status) => status,
        other => panic!("{other:?}"),
    }
}

fn text(body: &str) -> Content {
    Content::Text { body: body.to_owned() }
}

fn placeholder(what: &str, caption: Option<&str>) -> Content {
    Content::Placeholder { what: what.to_owned(), caption: caption.map(str::to_owned) }
}

#[test]
fn carla_writes_and_is_known_by_her_number() {
    let message = message(&[("Body", "Is my bike ready? 👋 & thanks"), ("NumMedia", "0")]);
    assert_eq!(message.provider_id, "SM1");
    assert_eq!(message.account_address, workshop().address());
    assert_eq!(message.sender, Sender { phone: Some("15557654321".to_owned()), ..Sender::default() });
    assert_eq!(message.content, text("Is my bike ready? 👋 & thanks"));
    assert_eq!((message.at, message.reply_to, message.consent), (Millis(0), None, None));
}

#[test]
fn a_company_without_a_number_is_known_by_its_name() {
    let known = [("MessageSid", "SM1"), ("From", "BANK"), ("To", WORKSHOP), ("Body", "Your code")];
    let Inbound::Message(message) = parsed_at(WEBHOOK, &known) else { panic!() };
    assert_eq!((message.sender.phone, message.sender.user_id.as_deref()), (None, Some("BANK")));
}

#[test]
fn pictures_are_named_and_keep_their_words() {
    let one = [("NumMedia", "1"), ("MediaContentType0", "image/jpeg"), ("MediaUrl0", "https://x.example/1")];
    assert_eq!(message(&one).content, placeholder("image", None));
    let with_words = [&one[..], &[("Body", "look")]].concat();
    assert_eq!(message(&with_words).content, placeholder("image", Some("look")));
    assert_eq!(message(&[("Body", ""), ("NumMedia", "0")]).content, placeholder("unsupported", None));
}

#[test]
fn a_text_without_end_is_cut_and_an_endless_id_is_none() {
    assert_eq!(message(&[("Body", &"ä".repeat(70_000))]).content, text(&"ä".repeat(64 * 1024)));
    let endless = "S".repeat(2_000);
    let fields =
        [("From", "+15557654321"), ("To", WORKSHOP), ("Body", "hi"), ("MessageSid", endless.as_str())];
    assert_eq!(parsed_at(WEBHOOK, &fields), Inbound::SetAside { what: "message_without_id".to_owned() });
}

#[test]
fn what_is_no_sms_is_set_aside_for_a_person_to_look_at() {
    for (from, what) in [("whatsapp:+15557654321", "from.whatsapp"), ("rcs:agent", "from.rcs")] {
        let fields = [("MessageSid", "SM1"), ("From", from), ("To", WORKSHOP), ("Body", "hi")];
        assert_eq!(parsed_at(WEBHOOK, &fields), Inbound::SetAside { what: what.to_owned() });
    }
    let status = [("MessageSid", "SM9"), ("MessageStatus", "Warmed up!")];
    assert_eq!(parsed_at(WEBHOOK, &status), Inbound::SetAside { what: "status.Warmedup".to_owned() });
    let stranger = Delivery { body: "hello=world".into(), ..delivery_to(WEBHOOK, &[]) };
    assert!(matches!(workshop().parse(&stranger), Err(ParseError::NotADelivery)));
}

#[test]
fn every_step_of_a_message_moves_it_forward_whatever_the_order() {
    let state = |word: &str| status(WEBHOOK, &[("MessageStatus", word)]).state;
    let steps = ["accepted", "scheduled", "queued", "sending", "sent", "delivered", "read"].map(state);
    assert!(steps.windows(2).all(|pair| pair[0].advance(pair[1]) == pair[1]), "{steps:?}");
    let end = |states: &mut dyn Iterator<Item = DeliveryState>| {
        states.fold(DeliveryState::Posting, DeliveryState::advance)
    };
    assert_eq!(end(&mut steps.into_iter().rev()), end(&mut steps.into_iter()));
    // The carrier found the phone after all, or lost it again: what was delivered stays delivered.
    for word in ["undelivered", "failed", "canceled"] {
        assert_eq!(state("sent").advance(state(word)), DeliveryState::Failed);
        assert_eq!(state("delivered").advance(state(word)), DeliveryState::Delivered);
        assert_eq!(state(word).advance(state("delivered")), DeliveryState::Delivered);
        assert_eq!(state(word).advance(state("sent")), DeliveryState::Failed);
    }
    let received = parsed_at(WEBHOOK, &[("MessageSid", "SM9"), ("MessageStatus", "received")]);
    assert_eq!(received, Inbound::Ignored { what: "status.received".to_owned() });
}

#[test]
fn a_status_says_of_which_message_and_why() {
    let url = format!("{WEBHOOK}?o=0198c0de%3A2");
    let failed = status(&url, &[("MessageStatus", "undelivered"), ("ErrorCode", "30005")]);
    assert_eq!((failed.provider_id.as_str(), failed.echo.as_deref()), ("SM9", Some("0198c0de:2")));
    assert_eq!(failed.account_address, workshop().address());
    let failure = failed.failure.unwrap();
    assert_eq!((failure.reason.as_str(), failure.class), ("sms.30005", Some(FailureClass::Address)));
    let unknown = status(WEBHOOK, &[("MessageStatus", "failed"), ("ErrorCode", "39999")]);
    assert_eq!(unknown.echo, None);
    assert_eq!(unknown.failure.unwrap().sentence, "Not delivered (SMS error 39999).");
    for no_code in [&[("MessageStatus", "failed")][..], &[("MessageStatus", "failed"), ("ErrorCode", "0")]] {
        assert_eq!(status(WEBHOOK, no_code).failure.unwrap().reason, "sms.unexplained");
    }
    assert_eq!(status(WEBHOOK, &[("MessageStatus", "sent"), ("ErrorCode", "30005")]).failure, None);
}

proptest! {
    #[test]
    fn no_body_and_no_address_stop_the_parser(body in proptest::collection::vec(any::<u8>(), 0..200), url in ".{0,60}") {
        let delivery = Delivery { body: body.into(), url, ..delivery_to(WEBHOOK, &[]) };
        let _parsed = workshop().parse(&delivery);
    }
}
