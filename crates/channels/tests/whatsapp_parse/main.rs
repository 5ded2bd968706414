//! What the connector makes of deliveries. The fixtures are ours, in the shapes that the provider documents.
#![allow(clippy::unwrap_used, clippy::panic)]

mod fixtures;
mod origin;

use deskbell_channels::whatsapp::parse;
use deskbell_channels::{Inbound, ParseError, Sender};
use deskbell_protocol::{DeliveryState, Millis, Remedy};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::fixtures::{all, bodies, delivery, message, only, placeholder, status, text};

#[test]
fn carla_writes_and_is_known_by_id_number_and_name() {
    let message = message("text");
    assert_eq!(message.provider_id, "wamid.text");
    assert_eq!(message.account_address, "106540352242922");
    assert_eq!(message.at, Millis(1_795_362_147_000));
    assert_eq!(message.content, text("Grüezi 👋 is my order ready?"));
    assert_eq!(message.sender.user_id.as_deref(), Some("US.13491208655302741918"));
    assert_eq!(message.sender.phone.as_deref(), Some("16505550142"));
    assert_eq!(message.sender.profile_name.as_deref(), Some("Carla Mendes"));
    assert_eq!(message.sender.username, None);
}

#[test]
fn what_is_written_or_chosen_is_text() {
    for (name, body) in [
        ("emoji", "👨‍👩‍👧‍👦🚲"),
        ("reply", "yes"),
        ("button_reply", "Yes, please"),
        ("list_reply", "10:00"),
        ("template_button", "Confirm"),
    ] {
        assert_eq!(message(name).content, text(body), "{name}");
    }
}

#[test]
fn what_cannot_be_shown_yet_says_what_it_is_and_keeps_its_words() {
    for (name, what, caption) in [
        ("image", "image", Some("look")),
        ("image_bare", "image", None),
        ("video", "video", None),
        ("audio", "audio", None),
        ("voice", "voice", None),
        ("document", "document", Some("invoice.pdf")),
        ("document_captioned", "document", Some("invoice.pdf: for March")),
        ("sticker", "sticker", None),
        ("location", "location", Some("Workshop, Lindenweg 8 (47.99, 7.84)")),
        ("location_bare", "location", Some("-23.55, -46.63")),
        ("contacts", "contacts", Some("Bo Li (+1 650 555 0199), Al Fa")),
        ("contacts_own_number", "contacts", Some("Carla (+1 650 555 0142)")),
        ("interactive_empty", "interactive", None),
        ("flow_answer", "interactive", Some("Sent")),
        ("order", "order", Some("2 × sku1 (30 USD): gift wrapped please")),
        ("unsupported", "poll_creation", None),
        ("unsupported_bare", "unsupported", None),
        ("unsupported_unavailable", "unsupported", None),
        ("future", "hologram", Some("from the future")),
        ("edit", "edit", Some("is it ready now?")),
        ("edit_caption", "edit", Some("look again")),
    ] {
        assert_eq!(message(name).content, placeholder(what, caption), "{name}");
    }
}

#[test]
fn what_nobody_said_wakes_no_agent() {
    for (name, what) in
        [("system_identity", "system.customer_identity_changed"), ("request_welcome", "request_welcome")]
    {
        assert_eq!(only(name), Inbound::Ignored { what: what.to_owned() }, "{name}");
    }
    // What somebody may miss is left for a person to look at.
    for (name, what) in [
        ("group", "group"),
        ("system_future", "system.user_moved_to_mars"),
        ("status_new_word", "status.warmed_up"),
    ] {
        assert_eq!(only(name), Inbound::SetAside { what: what.to_owned() }, "{name}");
    }
}

#[test]
fn carlas_new_address_is_told_in_every_spelling() {
    let (old_id, old_phone) = (Some("US.13491208655302741918"), Some("16505550142"));
    let (new_id, new_phone) = (Some("US.777"), Some("16505550143"));
    for (name, before, after) in [
        ("system", (None, old_phone), (None, new_phone)),
        ("system_number_and_id", (old_id, old_phone), (new_id, new_phone)),
        ("system_customer", (None, old_phone), (None, new_phone)),
        ("system_user_id", (old_id, None), (new_id, None)),
        ("system_previous_user_id", (old_id, None), (new_id, None)),
        ("system_told_in_words", (old_id, None), (new_id, new_phone)),
    ] {
        let Inbound::AddressChanged(change) = only(name) else { panic!("{name}") };
        let known_by = |it: &Sender| (it.user_id.clone(), it.phone.clone());
        let owned =
            |(id, phone): (Option<&str>, Option<&str>)| (id.map(str::to_owned), phone.map(str::to_owned));
        assert_eq!(known_by(&change.before), owned(before), "{name}: before");
        assert_eq!(known_by(&change.after), owned(after), "{name}: after");
        assert_eq!(change.provider_id, format!("wamid.{name}"));
        assert_eq!(change.account_address, "106540352242922");
    }
}

#[test]
fn what_was_written_on_the_shops_phone_is_ours_and_to_carla() {
    for (name, content, reply_to) in [
        ("echo", text("I am at the workshop today, come by 🚲"), None),
        ("echo_reply", text("Until six"), Some("wamid.text")),
        ("echo_image", placeholder("image", Some("like this")), None),
    ] {
        let Inbound::Echo(echo) = only(name) else { panic!("{name}") };
        assert_eq!(echo.provider_id, format!("wamid.{name}"));
        assert_eq!(echo.account_address, "106540352242922");
        assert_eq!(echo.to.phone.as_deref(), Some("16505550142"));
        assert_eq!(echo.at, Millis(1_795_362_147_000));
        assert_eq!((echo.content, echo.reply_to.as_deref()), (content, reply_to), "{name}");
    }
    assert_eq!(only("echo_revoke"), Inbound::Ignored { what: "echo.revoke".to_owned() });
}

#[test]
fn what_carla_takes_back_is_named() {
    let Inbound::Revoked(revocation) = only("revoke") else { panic!() };
    assert_eq!(
        (revocation.provider_id.as_str(), revocation.message.as_str()),
        ("wamid.revoke", "wamid.text")
    );
    assert_eq!(revocation.sender.phone.as_deref(), Some("16505550142"));
    assert_eq!(message("edit").reply_to.as_deref(), Some("wamid.text"));
}

#[test]
fn errors_are_read_in_all_three_places() {
    let Inbound::AccountError { account_address, failure } = only("account_error") else { panic!() };
    assert_eq!((account_address.as_str(), failure.reason.as_str()), ("106540352242922", "whatsapp.131031"));
    assert_eq!(failure.sentence, "WhatsApp has restricted this business account. Tell your administrator.");
    let reasons: Vec<_> = all("account_error_unknown")
        .into_iter()
        .map(|it| match it {
            Inbound::AccountError { failure, .. } => failure.reason,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(reasons, ["whatsapp.199998", "whatsapp.190"]);
    assert_eq!(message("unsupported_unavailable").trouble, Some(131_060));
    assert_eq!(message("text").trouble, None);
    let explained = all("interactive_explained");
    assert!(
        matches!(explained.as_slice(), [Inbound::Message(_), Inbound::AccountError { .. }]),
        "{explained:?}"
    );
    assert_eq!(status("status_failed_window").failure.unwrap().remedy, Remedy::SendNotification);
}

#[test]
fn the_ticks_come_with_what_we_asked_to_be_repeated() {
    let sent = status("status_sent");
    assert_eq!(sent.provider_id, "wamid.OURS");
    assert_eq!(sent.account_address, "106540352242922");
    assert_eq!(sent.echo.as_deref(), Some("0198c0de-outbox"));
    assert_eq!((sent.state, sent.failure), (DeliveryState::Sent, None));
    assert_eq!(sent.at, Millis(1_795_362_150_000));
    for (name, state) in [
        ("status_delivered", DeliveryState::Delivered),
        ("status_read", DeliveryState::Read),
        ("status_played", DeliveryState::Played),
        ("status_username", DeliveryState::Delivered),
        ("status_sent_conversation", DeliveryState::Sent),
        ("status_group", DeliveryState::Read),
    ] {
        assert_eq!(status(name).state, state, "{name}");
    }
    // It is about a message to a group, which only another program can have sent, and about none of ours.
    assert_eq!(status("status_group").provider_id, "wamid.to.group");
}

#[test]
fn a_failure_reads_as_a_sentence_with_a_way_out() {
    let known = status("status_failed");
    assert_eq!(known.state, DeliveryState::Failed);
    let failure = known.failure.unwrap();
    assert_eq!(failure.reason, "whatsapp.131026");
    assert_eq!(failure.remedy, Remedy::ConfirmAddress);
    assert!(failure.sentence.contains("may not have WhatsApp"), "{}", failure.sentence);

    let unknown = status("status_failed_unknown_code").failure.unwrap();
    assert_eq!(unknown.reason, "whatsapp.199999");
    assert_eq!(unknown.sentence, "Not delivered (WhatsApp code 199999): Something new.");

    let bare = status("status_failed_bare").failure.unwrap();
    assert_eq!(bare.reason, "whatsapp.unexplained");
}

#[test]
fn one_broken_element_costs_no_other() {
    let deep = "[".repeat(500) + &"]".repeat(500);
    let good = |id: &str| {
        format!(
            r#"{{"id":"{id}","from":"1","timestamp":"1795362147","type":"text","text":{{"body":"{id}"}}}}"#
        )
    };
    let body = format!(
        r#"{{"object":"whatsapp_business_account","entry":[
            7,
            {{"id":"1","changes":[
                {{"field":"messages","value":{{"messages":[{},{deep},null,{{"id":"x"}},{},
                    {{"from":"1","type":"text","text":{{"body":"no id"}}}},
                    {{"id":"y","type":"text","text":{{"body":"from nobody"}}}},
                    {}],"statuses":[3]}}}},
                {{"field":"messages","value":"[]"}},
                {{"field":"message_template_status_update","value":{{}}}},
                "nonsense"
            ]}},
            {{"id":"2","changes":[{{"field":"messages","value":{{"contacts":{deep},"metadata":3,"messages":[{}]}}}}]}}
        ]}}"#,
        good("first"),
        good("second"),
        good("third"),
        good("fourth"),
    );
    assert_eq!(bodies(body.as_bytes()), ["first", "second", "third", "fourth"]);
    let other = parse(body.as_bytes()).unwrap().into_iter().filter_map(|it| match it {
        Inbound::SetAside { what } | Inbound::Ignored { what } => Some(what),
        _ => None,
    });
    assert_eq!(
        other.collect::<Vec<_>>(),
        [
            "unreadable_change",
            "unreadable_message",
            "message_without_id",
            "message_without_sender",
            "message_without_id",
            "message_without_sender",
            "status.unnamed",
            "unreadable_change",
            "field.message_template_status_update",
            "unreadable_change",
        ]
    );
}

#[test]
fn half_an_emoji_costs_no_message() {
    let body = br#"{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":{"messages":[
        {"id":"1","from":"1","timestamp":"1795362147","type":"text","text":{"body":"cut off \ud83d"}},
        {"id":"2","from":"1","timestamp":"1795362147","type":"text","text":{"body":"whole \ud83d\udc4b"}}]}}]}]}"#;
    assert_eq!(bodies(body), ["cut off \u{fffd}", "whole 👋"]);
}

#[test]
fn a_time_that_is_none_is_told_as_none() {
    for (timestamp, at) in [
        (json!("1795362147"), 1_795_362_147_000),
        (json!(1_795_362_147), 1_795_362_147_000),
        (json!("soon"), 0),
        (json!("-5"), 0),
        (json!("99999999999999999999"), 0),
        (json!("9223372036854775807"), 0),
        (json!(null), 0),
    ] {
        let message =
            json!({"id": "1", "from": "1", "timestamp": timestamp, "type": "text", "text": {"body": "x"}});
        let all = parse(&delivery(json!({"messages": [message]}))).unwrap();
        assert!(matches!(all.as_slice(), [Inbound::Message(it)] if it.at == Millis(at)), "{all:?}");
    }
}

#[test]
fn what_is_no_delivery_is_refused_as_a_whole() {
    let deep = "[".repeat(200_000);
    for body in ["", "{", "hello", "{\"object\":", "\u{0}"] {
        assert!(matches!(parse(body.as_bytes()), Err(ParseError::NotJson(_))), "{body}");
    }
    assert!(parse(deep.as_bytes()).is_err(), "and the stack holds");
    let deep = format!("{{\"object\":\"whatsapp_business_account\",\"entry\":{deep}");
    assert!(matches!(parse(deep.as_bytes()), Err(ParseError::NotJson(_))));
    for body in
        ["[]", "{}", "null", r#"{"object":"page","entry":[]}"#, r#"{"object":"whatsapp_business_account"}"#]
    {
        assert!(matches!(parse(body.as_bytes()), Err(ParseError::NotADelivery)), "{body}");
    }
}

#[test]
fn an_error_quotes_no_customer() {
    let body = br#"{"object":"whatsapp_business_account","entry":"my PIN is 4711"}"#;
    let error = parse(body).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("4711"), "{error:?}");
}

#[test]
fn a_provider_word_is_cut_to_what_may_stand_in_a_log() {
    let message = json!({"id": "1", "from": "1", "timestamp": "1795362147",
        "type": "system", "system": {"type": "call me +49 176 \n\u{202e} now"}});
    let all = parse(&delivery(json!({"messages": [message]}))).unwrap();
    assert_eq!(all, [Inbound::SetAside { what: "system.callme49176now".to_owned() }]);
}

/// Any JSON, small.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        "(text|image|sent|failed|read|interactive|system|reaction|contacts)".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 6, |inner| {
        let key = prop_oneof![
            ".{0,6}",
            "(id|from|type|text|body|status|errors|code|messages|statuses|contacts|metadata|timestamp|profile|value|changes|field|entry|interactive|system|reaction|context|referral|emoji|message_id)",
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..6).prop_map(|it| Value::Object(it.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _answer = parse(&bytes);
    }

    #[test]
    fn no_json_makes_it_panic(any in any_json()) {
        let _answer = parse(any.to_string().as_bytes());
        let _answer = parse(&delivery(any.clone()));
        let parts = json!({"messages": [any], "statuses": [any], "contacts": [any], "errors": [any]});
        let _answer = parse(&delivery(parts));
    }

    #[test]
    fn a_good_message_survives_any_neighbour(any in any_json(), before in any::<bool>()) {
        let good = json!({"id": "good", "from": "1", "timestamp": "1795362147", "type": "text", "text": {"body": "still here"}});
        let messages = if before { json!([any, good]) } else { json!([good, any]) };
        let delivery = delivery(json!({"contacts": [any], "metadata": any, "messages": messages, "statuses": any}));
        prop_assert!(bodies(&delivery).iter().any(|it| it == "still here"));
    }
}
