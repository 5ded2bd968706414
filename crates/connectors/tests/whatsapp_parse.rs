//! What the connector makes of deliveries. The fixtures are ours, in the shapes that the provider documents.
#![allow(clippy::unwrap_used, clippy::panic)]

use deskbell_connectors::whatsapp::parse;
use deskbell_connectors::{Inbound, InboundMessage, InboundReaction, InboundStatus, ParseError};
use deskbell_protocol::{Content, DeliveryState, MAX_CASE_CHARS, Millis, WayOut};
use proptest::prelude::*;
use serde_json::{Value, json};

fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/whatsapp/{name}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn only(name: &str) -> Inbound {
    let mut all = parse(&fixture(name)).unwrap();
    assert_eq!(all.len(), 1, "{name}: {all:?}");
    all.remove(0)
}

fn message(name: &str) -> InboundMessage {
    match only(name) {
        Inbound::Message(message) => message,
        other => panic!("{name}: {other:?}"),
    }
}

fn status(name: &str) -> InboundStatus {
    match only(name) {
        Inbound::Status(status) => status,
        other => panic!("{name}: {other:?}"),
    }
}

fn reaction(name: &str) -> InboundReaction {
    match only(name) {
        Inbound::Reaction(reaction) => reaction,
        other => panic!("{name}: {other:?}"),
    }
}

fn case(message: &InboundMessage) -> Vec<(&str, &str)> {
    message.case.iter().map(|it| (it.key.as_str(), it.value.as_str())).collect()
}

fn text(body: &str) -> Content {
    Content::Text { body: body.to_owned() }
}

fn placeholder(what: &str, caption: Option<&str>) -> Content {
    Content::Placeholder { what: what.to_owned(), caption: caption.map(str::to_owned) }
}

fn delivery(value: Value) -> Vec<u8> {
    let change = json!({"field": "messages", "value": value});
    let entry = json!([{"id": "1", "changes": [change]}]);
    json!({"object": "whatsapp_business_account", "entry": entry}).to_string().into_bytes()
}

fn bodies(delivery: &[u8]) -> Vec<String> {
    let texts = parse(delivery).unwrap().into_iter().filter_map(|it| match it {
        Inbound::Message(InboundMessage { content: Content::Text { body }, .. }) => Some(body),
        _ => None,
    });
    texts.collect()
}

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
        ("video", "video", None),
        ("voice", "audio", None),
        ("document", "document", Some("invoice.pdf")),
        ("sticker", "sticker", None),
        ("location", "location", Some("Workshop, Lindenweg 8")),
        ("contacts", "contacts", Some("Bo Li, Al Fa")),
        ("interactive_empty", "interactive", None),
        ("order", "order", Some("gift wrapped please")),
        ("unsupported", "poll_creation", None),
        ("unsupported_bare", "unsupported", None),
        ("future", "hologram", Some("from the future")),
        ("edit", "edit", Some("is it ready now?")),
    ] {
        assert_eq!(message(name).content, placeholder(what, caption), "{name}");
    }
}

#[test]
fn what_nobody_said_wakes_no_agent() {
    for (name, what) in [
        ("revoke", "revoke"),
        ("group", "group"),
        ("system", "system.user_changed_number"),
        ("account_error", "account_error.131031"),
        ("status_new_word", "status.warmed_up"),
    ] {
        assert_eq!(only(name), Inbound::Ignored { what: what.to_owned() }, "{name}");
    }
}

#[test]
fn carla_reacts_and_takes_it_back_in_either_spelling() {
    let thumb = reaction("reaction");
    assert_eq!(thumb.provider_id, "wamid.reaction");
    assert_eq!((thumb.to.as_str(), thumb.emoji.as_deref()), ("wamid.OURS", Some("👍")));
    assert_eq!(thumb.account_address, "106540352242922");
    assert_eq!(thumb.at, Millis(1_795_362_147_000));
    assert_eq!(thumb.sender.phone.as_deref(), Some("16505550142"));
    assert_eq!(thumb.sender.profile_name.as_deref(), Some("Carla Mendes"));
    for name in ["reaction_removed", "reaction_emptied"] {
        let back = reaction(name);
        assert_eq!((back.to.as_str(), back.emoji), ("wamid.OURS", None), "{name}");
    }
}

#[test]
fn a_reaction_to_nothing_by_nobody_or_in_a_group_is_passed_over_and_costs_no_other() {
    let of = |more: Value| {
        let mut reaction = json!({"id": "r", "from": "1", "timestamp": "1795362147", "type": "reaction",
            "reaction": {"message_id": "wamid.OURS", "emoji": "👍"}});
        reaction.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        reaction
    };
    let all = parse(&delivery(json!({"messages": [
        of(json!({"reaction": {"emoji": "👍"}})),
        of(json!({"reaction": "👍"})),
        of(json!({"id": null})),
        of(json!({"from": null})),
        of(json!({"group_id": "G1"})),
        of(json!({"reaction": {"message_id": "wamid.OURS", "emoji": "👨🏽‍👩🏽‍👧🏽‍👦🏽"}})),
        of(json!({"reaction": {"message_id": "wamid.OURS", "emoji": "👍".repeat(5000)}})),
        of(json!({"reaction": {"message_id": "wamid.OURS", "emoji": " "}})),
        of(json!({"reaction": {"message_id": "wamid.OURS", "emoji": null}})),
    ]})))
    .unwrap();
    let words = all.iter().map(|it| match it {
        Inbound::Ignored { what } => what.clone(),
        Inbound::Reaction(it) => it.emoji.clone().unwrap_or_else(|| "taken back".to_owned()),
        other => panic!("{other:?}"),
    });
    assert_eq!(
        words.collect::<Vec<_>>(),
        [
            "reaction_to_nothing",
            "reaction_without_id",
            "reaction_without_sender",
            "group",
            "👨🏽‍👩🏽‍👧🏽‍👦🏽",
            &"👍".repeat(32),
            "taken back",
            "taken back",
        ]
    );
}

#[test]
fn a_reply_tells_what_it_answers_and_what_was_forwarded_answers_nothing() {
    for (name, to) in [
        ("reply", Some("wamid.OURS")),
        ("template_button", None),
        ("product_question", Some("wamid.CATALOG")),
        ("forwarded", None),
        ("frequently_forwarded", None),
        ("text", None),
    ] {
        assert_eq!(message(name).reply_to.as_deref(), to, "{name}");
    }
}

#[test]
fn who_came_by_an_advertisement_brings_it_along() {
    let carla = message("referral");
    assert_eq!(carla.content, text("Hello! Can I get more info on this?"));
    assert_eq!(
        case(&carla),
        [
            ("referral.headline", "E-bikes for the weekend 🚲"),
            ("referral.body", "Two days, two bikes, one price."),
            ("referral.source_url", "https://fb.example/3xAmPlE"),
            ("referral.source_type", "ad"),
            ("referral.source_id", "120208742"),
            ("profile.name", "Carla Mendes"),
            ("profile.username", "carla.m"),
        ]
    );
}

#[test]
fn who_asks_about_a_product_says_which() {
    assert_eq!(
        case(&message("product_question")),
        [
            ("product.catalog", "194836987003835"),
            ("product.id", "di9ozbzfi4"),
            ("profile.name", "Carla Mendes")
        ]
    );
    assert_eq!(case(&message("username_only")), [("profile.name", "Deniz"), ("profile.username", "deniz.k")]);
    assert_eq!(case(&message("no_contacts")), []);
}

#[test]
fn a_fact_of_the_case_is_never_longer_than_it_may_be_and_never_empty() {
    let all = parse(&delivery(json!({
        "contacts": [{"profile": {"name": "é".repeat(5000), "username": " "}, "wa_id": "1"}],
        "messages": [{"id": "1", "from": "1", "timestamp": "1795362147", "type": "text", "text": {"body": "x"},
            "referral": {"headline": "🚲".repeat(5000), "body": "", "source_url": {"not": "text"}, "source_id": 42},
            "context": "none"}],
    })))
    .unwrap();
    let [Inbound::Message(message)] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!(
        case(message),
        [
            ("referral.headline", "🚲".repeat(MAX_CASE_CHARS).as_str()),
            ("referral.source_id", "42"),
            ("profile.name", "é".repeat(MAX_CASE_CHARS).as_str()),
        ]
    );
    assert_eq!(message.reply_to, None);
}

#[test]
fn deniz_is_known_by_user_name_alone() {
    let sender = message("username_only").sender;
    assert_eq!(sender.user_id.as_deref(), Some("DE.20417"));
    assert_eq!(sender.phone, None);
    assert_eq!(sender.username.as_deref(), Some("deniz.k"));
}

#[test]
fn a_message_without_a_card_is_still_from_somebody() {
    let sender = message("no_contacts").sender;
    assert_eq!((sender.phone.as_deref(), sender.profile_name), (Some("16505550142"), None));
}

#[test]
fn a_lone_card_completes_the_sender_also_when_the_number_is_spelled_differently() {
    let sender = message("card_tells_more").sender;
    assert_eq!(sender.phone.as_deref(), Some("5511955550142"), "as the message says");
    assert_eq!(sender.user_id.as_deref(), Some("BR.77"));
    assert_eq!(sender.profile_name.as_deref(), Some("Ana"));
}

#[test]
fn with_several_cards_each_writer_gets_their_own() {
    let all = parse(&delivery(json!({
        "contacts": [
            {"profile": {"name": "Deniz"}, "user_id": "DE.2"},
            {"profile": {"name": "Carla"}, "wa_id": "16505550142"},
        ],
        "messages": [
            {"id": "1", "from": "16505550142", "timestamp": "1795362147", "type": "text", "text": {"body": "a"}},
            {"id": "2", "from_user_id": "DE.2", "timestamp": "1795362147", "type": "text", "text": {"body": "b"}},
            {"id": "3", "from": "16505550177", "timestamp": "1795362147", "type": "text", "text": {"body": "c"}},
        ],
    })))
    .unwrap();
    let names: Vec<_> = all
        .iter()
        .map(|it| match it {
            Inbound::Message(it) => it.sender.profile_name.as_deref(),
            _ => panic!("{it:?}"),
        })
        .collect();
    assert_eq!(names, [Some("Carla"), Some("Deniz"), None]);
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
    ] {
        assert_eq!(status(name).state, state, "{name}");
    }
}

#[test]
fn a_failure_reads_as_a_sentence_with_a_way_out() {
    let known = status("status_failed");
    assert_eq!(known.state, DeliveryState::Failed);
    let failure = known.failure.unwrap();
    assert_eq!(failure.reason, "whatsapp.131026");
    assert_eq!(failure.way_out, WayOut::ConfirmAddress);
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
    let ignored = parse(body.as_bytes()).unwrap().into_iter().filter_map(|it| match it {
        Inbound::Ignored { what } => Some(what),
        _ => None,
    });
    assert_eq!(
        ignored.collect::<Vec<_>>(),
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
    assert_eq!(all, [Inbound::Ignored { what: "system.callme49176now".to_owned() }]);
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
