//! Who wrote, what it answers or reacts to, and what brought the writer here.

use deskbell_channels::Inbound;
use deskbell_channels::whatsapp::parse;
use deskbell_protocol::{MAX_CASE_CHARS, Millis};
use serde_json::{Value, json};

use crate::fixtures::{case, delivery, message, reaction, text};

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
        Inbound::SetAside { what } => what.clone(),
        Inbound::Reaction(it) => it.emoji.clone().unwrap_or_else(|| "taken back".to_owned()),
        other => panic!("{other:?}"),
    });
    assert_eq!(
        words.collect::<Vec<_>>(),
        [
            "reaction_to_nothing",
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
        "contacts": [{"profile": {"name": "Carla", "username": " "}, "wa_id": "1"}],
        "messages": [{"id": "1", "from": "1", "timestamp": "1795362147", "type": "text", "text": {"body": "x"},
            "referral": {"headline": "🚲".repeat(5000), "body": "é".repeat(501), "source_type": "", "source_url": {"not": "text"}, "source_id": 42},
            "context": "none"}],
    })))
    .unwrap();
    let [Inbound::Message(message)] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!(
        case(message),
        [
            ("referral.headline", "🚲".repeat(MAX_CASE_CHARS).as_str()),
            ("referral.body", "é".repeat(MAX_CASE_CHARS).as_str()),
            ("referral.source_id", "42"),
            ("profile.name", "Carla"),
        ]
    );
    assert_eq!(message.reply_to, None);
}
