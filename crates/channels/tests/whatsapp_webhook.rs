//! WhatsApp's webhook as the hub uses it, from the handshake to the parsed delivery.
#![allow(clippy::unwrap_used, clippy::panic)]

use deskbell_channels::whatsapp::{Settings, WhatsApp};
use deskbell_channels::{
    AccountContext, Channel as _, Delivery, Headers, Inbound, OwnAddress, Secret, SignatureError,
    Webhook as _,
};
use deskbell_protocol::Content;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

const HELLO: &str = r#"{"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{
    "field": "messages", "value": {"metadata": {"phone_number_id": "10654", "display_phone_number": "+49 301"},
    "contacts": [{"wa_id": "491701111111", "profile": {"name": "Carla"}}],
    "messages": [{"id": "wamid.1", "from": "491701111111", "timestamp": "1790000000", "type": "text",
    "text": {"body": "Is it ready?"}}]}}]}]}"#;

fn shop() -> WhatsApp {
    let settings = Settings::new("10654", Secret::new("t"), Secret::new("key"), Secret::new("our token"));
    WhatsApp::new(settings, &AccountContext::new("shop"))
}

fn signature(key: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(HELLO.as_bytes());
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

fn delivery(shop: &WhatsApp, signature: &str) -> Delivery {
    let request =
        [("Content-Type", b"application/json".as_slice()), ("X-Hub-Signature-256", signature.as_bytes())];
    let headers = Headers::select(shop.webhook().unwrap().stored_headers(), request);
    Delivery {
        method: "POST".to_owned(),
        url: "/webhooks/whatsapp/shop".to_owned(),
        headers,
        body: HELLO.into(),
    }
}

#[test]
fn what_carla_writes_is_verified_and_parsed_from_the_stored_delivery() {
    let shop = shop();
    let stored = delivery(&shop, &signature("key"));
    assert_eq!(shop.check_headers(&stored.headers), Ok(()));
    assert_eq!(shop.verify(&stored), Ok(()));
    let parsed = shop.parse(&stored).unwrap();
    let [Inbound::Message(message)] = parsed.as_slice() else { panic!("{parsed:?}") };
    assert_eq!(message.content, Content::Text { body: "Is it ready?".to_owned() });
    assert_eq!(parsed[0].account_address(), shop.address());
    let own = OwnAddress { address: "10654".to_owned(), number: "49 301".to_owned() };
    assert_eq!(shop.own_addresses(&stored), [own]);
    assert_eq!(shop.acknowledgement().status, 200);
}

#[test]
fn a_delivery_of_somebody_else_is_rejected() {
    let shop = shop();
    let forged = delivery(&shop, &signature("another key"));
    assert_eq!(
        (shop.check_headers(&forged.headers), shop.verify(&forged)),
        (Ok(()), Err(SignatureError::Mismatch))
    );
    let unsigned = Delivery { headers: Headers::default(), ..forged.clone() };
    assert_eq!(shop.check_headers(&unsigned.headers), Err(SignatureError::Missing));
    assert_eq!(shop.verify(&unsigned), Err(SignatureError::Missing));
    let malformed = delivery(&shop, "sha1=00");
    assert_eq!(shop.check_headers(&malformed.headers), Err(SignatureError::Malformed));
}

#[test]
fn the_handshake_is_answered_with_the_challenge_to_our_own_token_alone() {
    let shop = shop();
    let query = |token: &str| {
        let pairs = [("hub.mode", "subscribe"), ("hub.challenge", "1158201444"), ("hub.verify_token", token)];
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
    };
    assert_eq!(shop.answer_handshake(&query("our token")).as_deref(), Some("1158201444"));
    assert_eq!(shop.answer_handshake(&query("a guess")), None);
    assert_eq!(shop.answer_handshake(&[]), None);
}
