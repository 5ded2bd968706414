//! A bicycle workshop with one number, and what Twilio delivers to it.

use std::sync::LazyLock;

use deskbell_channels::sms::{Settings, Sms};
use deskbell_channels::{AccountContext, Channel as _, Delivery, Headers, Inbound, PublicUrl, Secret};

/// The workshop's account at Twilio.
pub(crate) const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
/// The workshop's number.
pub(crate) const WORKSHOP: &str = "+15551234567";
/// Where Twilio delivers.
pub(crate) const WEBHOOK: &str = "https://desk.example/webhooks/sms/workshop";

pub(crate) fn settings() -> Settings {
    Settings::new(ACCOUNT, Secret::new("very-secret-token"), WORKSHOP)
}

/// The workshop's number, with the API at this address.
pub(crate) fn workshop_at(base_url: &str) -> Sms {
    let public_url = PublicUrl::parse("https://desk.example").unwrap();
    let context = AccountContext { public_url: Some(&public_url), ..AccountContext::new("workshop") };
    Sms::new(Settings { base_url: base_url.to_owned(), ..settings() }, &context)
}

/// The workshop's number, opened once: a client that speaks TLS takes long to make.
pub(crate) fn workshop() -> &'static Sms {
    static WORKSHOP: LazyLock<Sms> = LazyLock::new(|| workshop_at("https://api.twilio.com"));
    &WORKSHOP
}

/// A form as it is posted.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// A delivery of these fields to an address.
pub(crate) fn delivery_to(url: &str, fields: &[(&str, &str)]) -> Delivery {
    let fields = [&[("AccountSid", ACCOUNT)], fields].concat();
    Delivery {
        method: "POST".to_owned(),
        url: url.to_owned(),
        headers: Headers::default(),
        body: form(&fields).into(),
    }
}

/// What the workshop makes of a delivery of one thing.
pub(crate) fn parsed_at(url: &str, fields: &[(&str, &str)]) -> Inbound {
    let mut all = workshop().parse(&delivery_to(url, fields)).unwrap();
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

/// What the workshop makes of a message from Carla with these further fields.
pub(crate) fn from_carla(fields: &[(&str, &str)]) -> Inbound {
    let known =
        [("MessageSid", "SM1"), ("From", "+15557654321"), ("To", WORKSHOP), ("SmsStatus", "received")];
    parsed_at(WEBHOOK, &[&known, fields].concat())
}
