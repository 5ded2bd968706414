//! SMS: Carla's texts to the workshop, Anna's answers, and what Twilio may deliver.

use deskbell_protocol::{
    Channel, Command, CommandId, ConversationId, DeliveryState, ErrorCode, EvidenceState, FailureClass,
    FilledTemplate, MessageId, Millis, Readiness, Receipts, Snapshot, TemplateList, TextLimit, TextUnit,
};

use crate::program::run;
use crate::world::{Desktop, HOUR, MORNING, Twilio, World};

/// Anna, ready for SMS.
async fn anna(world: &World) -> Desktop {
    let mut anna = world.agent("Anna").await;
    let ready = Command::SetStatus { channel: Channel::Sms, readiness: Readiness::Ready, reason: None };
    anna.commands(ready).await.unwrap();
    anna
}

/// Carla has written, and Anna accepted.
async fn conversation(twilio: &Twilio, world: &World) -> (Desktop, ConversationId) {
    let mut anna = anna(world).await;
    twilio.carla_writes(world, "SMin0", "Is my bike ready?").await;
    let interaction = anna.accepts(world).await;
    anna.reads("Is my bike ready?").await;
    (anna, interaction.conversation)
}

/// How many deliveries are in the store.
fn stored(world: &World) -> i64 {
    world.file().query_row("SELECT count(*) FROM raw_deliveries", [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn carla_texts_the_workshop_and_anna_answers() {
    let twilio = Twilio::start().await;
    let world = twilio.hub().await;
    let (mut anna, conversation) = conversation(&twilio, &world).await;
    let row = &anna.conversations[&conversation];
    assert_eq!((row.channel, row.window_until), (Channel::Sms, None));
    assert_eq!(row.evidence.state, EvidenceState::Verified);
    assert_eq!(row.address.as_deref(), Some("+15557654321"));

    let sent = anna.sends(conversation, "Yes, since noon 👍").await.unwrap();
    anna.delivery_is(sent, DeliveryState::Accepted).await;
    let posted = twilio.has(1).await;
    assert_eq!((posted[0].to.as_str(), posted[0].from.as_str()), ("+15557654321", Twilio::WORKSHOP));
    assert_eq!(posted[0].body, "Yes, since noon 👍");
    assert!(posted[0].callback.starts_with(Twilio::WEBHOOK), "{}", posted[0].callback);
}

#[tokio::test]
async fn a_message_that_is_delivered_twice_is_there_once() {
    let twilio = Twilio::start().await;
    let world = twilio.hub().await;
    let (mut anna, conversation) = conversation(&twilio, &world).await;
    twilio.carla_writes(&world, "SMin0", "Is my bike ready?").await;
    twilio.carla_writes(&world, "SMin1", "Hello?").await;
    anna.reads("Hello?").await;
    let transcript = world.admin.transcript(conversation).await.unwrap();
    let count = transcript.iter().filter(|message| crate::world::says(message, "Is my bike ready?")).count();
    assert_eq!(count, 1);
}

#[tokio::test]
async fn statuses_out_of_order_never_go_back() {
    let twilio = Twilio::start().await;
    let world = twilio.hub().await;
    let (mut anna, conversation) = conversation(&twilio, &world).await;
    let sent = anna.sends(conversation, "Yes").await.unwrap();
    let posted = twilio.has(1).await;
    anna.delivery_is(sent, DeliveryState::Accepted).await;
    twilio.reports(&world, &posted[0], "delivered").await;
    anna.delivery_is(sent, DeliveryState::Delivered).await;
    for late in ["sent", "sending", "queued"] {
        twilio.reports(&world, &posted[0], late).await;
    }
    // Deliveries are processed in their order: after this one, the others are.
    twilio.carla_writes(&world, "SMin1", "Thanks").await;
    anna.reads("Thanks").await;
    let shown = world.admin.transcript(conversation).await.unwrap();
    let message = shown.iter().find(|message| message.id == sent).unwrap();
    assert_eq!(message.delivery, Some(DeliveryState::Delivered));
}

#[tokio::test]
async fn a_status_that_comes_before_the_answer_meets_its_message() {
    let twilio = Twilio::start().await;
    let world = twilio.hub().await;
    let (mut anna, conversation) = conversation(&twilio, &world).await;
    twilio.holds_back();
    let sent = anna.sends(conversation, "Yes").await.unwrap();
    let posted = twilio.has(1).await;
    twilio.reports(&world, &posted[0], "sent").await;
    anna.delivery_is(sent, DeliveryState::Sent).await;
    twilio.lets_go();
    twilio.reports(&world, &posted[0], "delivered").await;
    anna.delivery_is(sent, DeliveryState::Delivered).await;
}

#[tokio::test]
async fn a_message_that_the_carrier_rejects_fails_with_a_sentence() {
    let twilio = Twilio::start().await;
    let world = twilio.hub().await;
    let (mut anna, conversation) = conversation(&twilio, &world).await;
    let sent = anna.sends(conversation, "Yes").await.unwrap();
    let posted = twilio.has(1).await;
    anna.delivery_is(sent, DeliveryState::Accepted).await;
    twilio.reports(&world, &posted[0], "undelivered").await;
    let failure = anna.delivery_is(sent, DeliveryState::Failed).await.failure.unwrap();
    assert!(failure.reason.starts_with("sms.") && !failure.sentence.is_empty(), "{failure:?}");
}

#[tokio::test]
async fn a_delivery_with_a_wrong_signature_is_refused_and_not_stored() {
    let twilio = Twilio::start().await;
    let world = twilio.hub().await;
    let fields = Twilio::carla("SMin0", "Hello");
    let right = Twilio::sign(Twilio::WEBHOOK, &fields, Twilio::TOKEN);
    let other_words = Twilio::carla("SMin0", "Send me your password");
    let here = world.url("/webhooks/sms/workshop");
    for (what, fields, signature) in [
        ("another token", &fields, Some(Twilio::sign(Twilio::WEBHOOK, &fields, "guessed"))),
        ("other words", &other_words, Some(right.clone())),
        ("the address behind the proxy", &fields, Some(Twilio::sign(&here, &fields, Twilio::TOKEN))),
        ("without TLS", &fields, {
            let url = Twilio::WEBHOOK.replace("https", "http");
            Some(Twilio::sign(&url, &fields, Twilio::TOKEN))
        }),
        ("no base64", &fields, Some("not a signature".to_owned())),
        ("none", &fields, None),
    ] {
        let mut request = twilio.request(&world, Twilio::WEBHOOK, fields);
        if let Some(signature) = signature {
            request = request.header("X-Twilio-Signature", signature);
        }
        assert_eq!(request.send().await.unwrap().status(), 401, "{what}");
    }
    // Another query than was signed.
    let elsewhere = format!("{}?o=1", Twilio::WEBHOOK);
    let request = twilio.request(&world, &elsewhere, &fields).header("X-Twilio-Signature", &right);
    assert_eq!(request.send().await.unwrap().status(), 401);
    assert_eq!(stored(&world), 0);
    assert_eq!(twilio.posts(&world, Twilio::WEBHOOK, &fields).await, 200);
    assert_eq!(stored(&world), 1);
}

#[tokio::test]
async fn a_host_header_that_lies_changes_nothing() {
    let twilio = Twilio::start().await;
    let world = twilio.hub().await;
    let fields = Twilio::carla("SMin0", "Hello");
    for (signed, status) in [
        ("https://evil.example/webhooks/sms/workshop", 401),
        ("http://evil.example/webhooks/sms/workshop", 401),
        (Twilio::WEBHOOK, 200),
    ] {
        let signature = Twilio::sign(signed, &fields, Twilio::TOKEN);
        let request = twilio.request(&world, Twilio::WEBHOOK, &fields);
        let request = request.header("Host", "evil.example").header("X-Forwarded-Host", "evil.example");
        let answer = request.header("X-Twilio-Signature", signature).send().await.unwrap();
        assert_eq!(answer.status(), status, "{signed}");
    }
    let query = "SELECT url FROM raw_deliveries";
    let url: String = world.file().query_row(query, [], |row| row.get(0)).unwrap();
    assert_eq!(url, Twilio::WEBHOOK);
}

#[tokio::test]
async fn credentials_in_headers_are_never_stored() {
    let twilio = Twilio::start().await;
    let world = twilio.hub().await;
    let fields = Twilio::carla("SMin0", "Hello");
    let signature = Twilio::sign(Twilio::WEBHOOK, &fields, Twilio::TOKEN);
    let request = twilio.request(&world, Twilio::WEBHOOK, &fields);
    let request = request.header("Authorization", "Basic aG9yc2U6aG9yc2U=").header("Cookie", "session=horse");
    let answer = request.header("X-Twilio-Signature", &signature).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.text().await.unwrap(), "<Response></Response>");
    let query = "SELECT headers FROM raw_deliveries";
    let headers: String = world.file().query_row(query, [], |row| row.get(0)).unwrap();
    let expected = serde_json::json!([["x-twilio-signature", signature]]);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&headers).unwrap(), expected);
}

#[tokio::test]
async fn without_a_window_anna_answers_two_days_later() {
    let twilio = Twilio::start().await;
    let world = twilio.hub().await;
    let (mut anna, conversation) = conversation(&twilio, &world).await;
    world.clock.advance(49 * HOUR);
    let sent = anna.sends(conversation, "Sorry, we were closed. It is ready.").await.unwrap();
    anna.delivery_is(sent, DeliveryState::Accepted).await;
    assert_eq!(twilio.has(1).await[0].body, "Sorry, we were closed. It is ready.");
}

#[tokio::test]
async fn after_stop_nothing_is_sent_until_start() {
    let twilio = Twilio::start().await;
    let world = twilio.hub().await;
    let (mut anna, conversation) = conversation(&twilio, &world).await;
    twilio.carla_writes(&world, "SMin1", "Stop").await;
    // The word is a line of the transcript like any other.
    anna.reads("Stop").await;
    let row = &anna.conversations[&conversation];
    let failure = row.evidence.failure.clone().unwrap();
    assert_eq!((row.evidence.state, failure.class), (EvidenceState::Error, Some(FailureClass::OptedOut)));

    let refused = anna.sends(conversation, "But your bike is ready").await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::WindowClosed);
    assert!(
        refused.message.contains("unsubscribed") && refused.message.contains("It is kept"),
        "{refused:?}"
    );
    // Another word of hers does not end it.
    twilio.carla_writes(&world, "SMin2", "Hello?").await;
    anna.reads("Hello?").await;
    anna.sends(conversation, "But your bike is ready").await.unwrap_err();

    twilio.carla_writes(&world, "SMin3", "START").await;
    anna.reads("START").await;
    assert_eq!(anna.conversations[&conversation].evidence.failure, None);
    let sent = anna.sends(conversation, "Your bike is ready").await.unwrap();
    anna.delivery_is(sent, DeliveryState::Accepted).await;
    let posted = twilio.posted();
    assert_eq!(posted.iter().map(|sms| sms.body.as_str()).collect::<Vec<_>>(), ["Your bike is ready"]);
}

#[tokio::test]
async fn a_message_that_waits_while_stop_arrives_is_not_posted() {
    let twilio = Twilio::start().await;
    let world = twilio.hub().await;
    let (mut anna, conversation) = conversation(&twilio, &world).await;
    twilio.holds_back();
    let first = anna.sends(conversation, "One moment").await.unwrap();
    twilio.has(1).await;
    // The second waits for the first one's answer.
    let second = anna.sends(conversation, "It is ready").await.unwrap();
    twilio.carla_writes(&world, "SMin1", "STOP").await;
    anna.reads("STOP").await;
    twilio.lets_go();
    anna.delivery_is(first, DeliveryState::Accepted).await;
    let failure = anna.delivery_is(second, DeliveryState::Failed).await.failure.unwrap();
    assert_eq!(failure.class, Some(FailureClass::OptedOut));
    assert!(failure.sentence.contains("unsubscribed"), "{failure:?}");
    assert_eq!(twilio.posted().len(), 1);
}

#[tokio::test]
async fn a_text_of_more_than_ten_segments_is_refused() {
    let twilio = Twilio::start().await;
    let world = twilio.hub().await;
    let (mut anna, conversation) = conversation(&twilio, &world).await;
    // 153 characters a segment, of which the Euro sign takes two; 67 where one character is beyond GSM-7.
    for (fits, beyond) in
        [("a".repeat(1530), "a"), (format!("{}€", "a".repeat(1528)), "a"), ("ж".repeat(670), "ж")]
    {
        let refused = anna.sends(conversation, &format!("{fits}{beyond}")).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::TooLarge);
        assert!(refused.message.contains("10 SMS segments"), "{refused:?}");
        let sent = anna.sends(conversation, &fits).await.unwrap();
        anna.delivery_is(sent, DeliveryState::Accepted).await;
    }
    assert_eq!(twilio.posted().len(), 3);
}

#[tokio::test]
async fn the_account_carries_the_policy_of_sms_and_offers_no_notifications() {
    let twilio = Twilio::start().await;
    let world = twilio.hub().await;
    let (mut anna, conversation) = conversation(&twilio, &world).await;
    let snapshot: Snapshot = world.get(&anna.token, "/v1/snapshot").await;
    let account = &snapshot.accounts[0];
    assert_eq!((account.channel, account.notifications), (Channel::Sms, false));
    let policy = account.policy.as_ref().unwrap();
    assert_eq!((policy.window, policy.templates, policy.typing), (None, false, false));
    assert_eq!(policy.text, TextLimit { max: 10, unit: TextUnit::SmsSegments });
    assert_eq!(policy.receipts, Receipts::Delivered);

    let list: TemplateList = world.get(&anna.token, &format!("/v1/accounts/{}/templates", account.id)).await;
    assert!(list.templates.is_empty(), "{list:?}");
    let message = MessageId::fresh();
    let template =
        FilledTemplate { name: "bike_ready".to_owned(), language: "en".to_owned(), values: Vec::new() };
    let notify = Command::SendNotification { message, conversation, template, written_at: Millis(MORNING) };
    let refused = anna.commands_as(CommandId::from(message), notify).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::TemplateGone);
    // A text goes out, and nothing before it.
    anna.sends(conversation, "It is ready").await.unwrap();
    assert_eq!(twilio.has(1).await[0].body, "It is ready");
}

/// A file with these lines at its top, and two accounts with these numbers.
fn settings(top: &str, numbers: &[&str]) -> String {
    let mut text = format!("{top}data_dir = \"data\"\nlisten = \"127.0.0.1:0\"\n");
    for (nth, number) in numbers.iter().enumerate() {
        text.push_str(&format!(
            "[[account]]\nname = \"workshop{nth}\"\nchannel = \"sms\"\n[account.sms]\naccount_sid = \"{}\"\n\
             auth_token = \"{}\"\nnumber = \"{number}\"\n",
            Twilio::ACCOUNT,
            Twilio::TOKEN
        ));
    }
    text
}

/// What the hub says when it does not start with this file.
async fn refusal(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("hub.toml"), text).unwrap();
    let output = run(folder.path(), "serve").await;
    assert!(!output.status.success());
    assert!(!folder.path().join("data").exists(), "nothing was opened");
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(!words.contains(Twilio::TOKEN), "{words}");
    words
}

#[tokio::test]
async fn a_hub_without_a_public_address_does_not_start_with_sms() {
    let words = refusal(&settings("", &[Twilio::WORKSHOP])).await;
    assert!(words.contains("line 6: account workshop0: SMS deliveries are signed"), "{words}");
    assert!(words.contains("set public_url at the top of the file"), "{words}");
}

#[tokio::test]
async fn two_accounts_of_one_number_are_refused() {
    let top = "public_url = \"https://desk.example\"\n";
    let words = refusal(&settings(top, &[Twilio::WORKSHOP, "+1 (555) 123-4567"])).await;
    assert!(words.contains("line 17: account workshop1: there are two accounts of this number"), "{words}");
}
