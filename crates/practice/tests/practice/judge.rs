//! What the provider sends and accepts, judged by a third-party client of the Cloud API and by the hub's own channel:
//! where both read the same, neither was made to fit the other.

use deskbell_channels::whatsapp::{parse, verify_signature};
use deskbell_channels::{Inbound, Secret};
use deskbell_clock::Clock;
use deskbell_practice::Fault;
use deskbell_protocol::Content;
use meta_whatsapp::{Error, MessageRequest, TextMessage, WebhookVerifier};
use serde_json::{Value, json};

use crate::stub::{Desk, NUMBER, SECRET, Webhook, message_to};

/// One message or status as a line that both readers can make.
fn said(kind: &str, id: &str, from: &str, at: u64, what: &[Option<&str>]) -> String {
    let what: Vec<_> = what.iter().map(|it| it.unwrap_or("-")).collect();
    format!("{kind} {id} {from} {at} {}", what.join(" | "))
}

/// How the third-party client reads a webhook: the number it is for, and its messages and statuses.
fn strangers_reading(stranger: &WebhookVerifier, webhook: &Webhook, now: u64) -> (String, Vec<String>) {
    let payload = stranger.verify_fresh(&webhook.body, &webhook.signature, now).unwrap();
    assert_eq!(payload.object, "whatsapp_business_account");
    let mut number = String::new();
    let mut all = Vec::new();
    for change in payload.changes() {
        assert_eq!(change.field, "messages");
        assert_eq!(change.value.messaging_product.as_deref(), Some("whatsapp"));
        assert!(change.value.extra.is_empty(), "unknown to the stranger: {:?}", change.value.extra);
        number.clone_from(&change.value.metadata.as_ref().unwrap().phone_number_id);
        for it in &change.value.messages {
            let known = ["from_user_id", "referral"];
            let unknown: Vec<_> = it.extra.keys().filter(|it| !known.contains(&it.as_str())).collect();
            assert!(unknown.is_empty(), "unknown to the stranger: {unknown:?}");
            let name = change.value.contacts[0].profile.name.as_deref();
            let reply_to = it.context.as_ref().map(|it| it.id.as_str());
            let headline = it.extra.get("referral").and_then(|it| it["headline"].as_str());
            let emoji = it.reaction.as_ref().map(|it| it.emoji.as_deref());
            all.push(match (it.message_type.as_str(), &it.reaction) {
                ("reaction", Some(reaction)) => {
                    let what = [Some(reaction.message_id.as_str()), emoji.flatten(), name];
                    said("reaction", &it.id, &it.from, it.timestamp_secs().unwrap(), &what)
                }
                ("text", None) => {
                    let what = [it.text_body(), reply_to, headline, name];
                    said("text", &it.id, &it.from, it.timestamp_secs().unwrap(), &what)
                }
                other => panic!("{other:?}"),
            });
        }
        for it in &change.value.statuses {
            let code = it.errors.first().map(|it| it.code.to_string());
            let what = [Some(it.status.as_str()), it.biz_opaque_callback_data.as_deref(), code.as_deref()];
            all.push(said("status", &it.id, "", it.timestamp_secs().unwrap(), &what));
        }
    }
    (number, all)
}

/// How the hub's own channel reads a webhook.
fn our_reading(webhook: &Webhook) -> (String, Vec<String>) {
    verify_signature(&webhook.body, Some(&webhook.signature), &[Secret::new(SECRET)]).unwrap();
    let mut number = String::new();
    let seconds = |at: deskbell_protocol::Millis| u64::try_from(at.0 / 1000).unwrap();
    let read = parse(&webhook.body).unwrap().into_iter().map(|it| match it {
        Inbound::Message(it) => {
            number.clone_from(&it.account_address);
            let Content::Text { body } = &it.content else { panic!("{it:?}") };
            let headline = it.case.iter().find(|it| it.key == "referral.headline");
            let headline = headline.map(|it| it.value.as_str());
            let what = [Some(body.as_str()), it.reply_to.as_deref(), headline];
            let what = [&what[..], &[it.sender.profile_name.as_deref()]].concat();
            said(
                "text",
                &it.provider_id,
                it.sender.phone.as_deref().unwrap_or_default(),
                seconds(it.at),
                &what,
            )
        }
        Inbound::Reaction(it) => {
            number.clone_from(&it.account_address);
            let what = [Some(it.to.as_str()), it.emoji.as_deref(), it.sender.profile_name.as_deref()];
            let from = it.sender.phone.as_deref().unwrap_or_default();
            said("reaction", &it.provider_id, from, seconds(it.at), &what)
        }
        Inbound::Status(it) => {
            number.clone_from(&it.account_address);
            let state = format!("{:?}", it.state).to_lowercase();
            let code = it.failure.map(|it| it.reason.replace("whatsapp.", ""));
            let what = [Some(state.as_str()), it.echo.as_deref(), code.as_deref()];
            said("status", &it.provider_id, "", seconds(it.at), &what)
        }
        other => panic!("{other:?}"),
    });
    let read = read.collect();
    (number, read)
}

/// A morning with everything that can happen: texts, replies, reactions, an advertisement, statuses, a failure, a person
/// without a number, a batch of webhooks.
async fn a_full_morning() -> Desk {
    let desk = Desk::new().await;
    let (carla, deniz) = (desk.provider.customer("Carla"), desk.provider.customer_without_phone("Deniz"));
    let referral = json!({"headline": "E-bikes 🚲", "source_type": "ad", "source_id": "1",
        "source_url": "https://ads.example.com/1", "body": "b", "media_type": "image"});
    let first =
        json!({"type": "text", "text": {"body": "Grüezi 👋 \"is it\\ready\"?\n"}, "referral": referral});
    carla.sends(first).await.unwrap();
    let mut body = message_to(json!({"to": format!("+{}", carla.wa_id().unwrap())}), "Yes, it is.");
    body["biz_opaque_callback_data"] = json!("e-1");
    let (_, answer) = desk.posts(&body).await;
    let wamid = answer["messages"][0]["id"].as_str().unwrap();
    desk.turn_until(|desk| (desk.hub.status_words(wamid) == ["sent", "delivered"]).then_some(())).await;
    carla.reacts(wamid, Some("👍🏽")).await.unwrap();
    carla.reacts(wamid, None).await.unwrap();
    carla.replies_to(wamid, "Then I come").await.unwrap();
    deniz.writes("مرحبا").await.unwrap();
    deniz.reacts(wamid, Some("❤️")).await.unwrap();
    carla.fail_next_delivery(131_026);
    let lost = desk.says("Carla", "See you").await;
    desk.turn_until(|desk| desk.hub.statuses(&lost).pop()).await;
    desk.provider.inject(Fault::BatchWebhooks { count: 2 });
    deniz.writes_at_once("one").await;
    deniz.writes("two").await.unwrap();
    desk
}

#[tokio::test]
async fn a_stranger_and_our_connector_read_the_same_in_everything_the_provider_sends() {
    let desk = a_full_morning().await;
    let stranger = WebhookVerifier::new(SECRET).unwrap();
    let now = u64::try_from(desk.clock.now() / 1000).unwrap();
    let mut all = Vec::new();
    for webhook in desk.hub.webhooks() {
        let theirs = strangers_reading(&stranger, &webhook, now);
        assert_eq!(theirs, our_reading(&webhook));
        assert_eq!(theirs.0, NUMBER);
        assert_eq!(theirs.1.len(), elements(&webhook), "the stranger passes over nothing");
        all.extend(theirs.1);
    }
    let count = |kind: &str| all.iter().filter(|it| it.starts_with(kind)).count();
    assert_eq!((count("text"), count("reaction"), count("status")), (5, 3, 4), "{all:#?}");
    for part in ["E-bikes 🚲", "| 👍🏽 |", "failed | - | 131026", "read | e-1 | -", "مرحبا"] {
        assert!(all.iter().any(|it| it.contains(part)), "{part} in {all:#?}");
    }
}

fn elements(webhook: &Webhook) -> usize {
    let count = |value: &Value, what: &str| value[what].as_array().map_or(0, Vec::len);
    webhook.values().iter().map(|it| count(it, "messages") + count(it, "statuses")).sum()
}

#[tokio::test]
async fn a_stranger_trusts_no_other_secret_and_no_other_words() {
    let desk = Desk::new().await;
    desk.provider.customer("Carla").writes("Grüezi 👋").await.unwrap();
    let webhook = desk.hub.webhooks().remove(0);
    let stranger = WebhookVerifier::new("another secret").unwrap();
    let answer = stranger.verify(&webhook.body, &webhook.signature);
    assert!(matches!(answer, Err(Error::SignatureMismatch)), "{answer:?}");
    let stranger = WebhookVerifier::new(SECRET).unwrap();
    stranger.verify(&webhook.body, &webhook.signature).unwrap();
    // The same JSON without escapes is other bytes.
    let respelled = serde_json::from_slice::<Value>(&webhook.body).unwrap().to_string();
    assert!(matches!(
        stranger.verify(respelled.as_bytes(), &webhook.signature),
        Err(Error::SignatureMismatch)
    ));
    assert_eq!(stranger.sign(&webhook.body), webhook.signature);
}

#[tokio::test]
async fn what_a_strangers_client_writes_arrives_on_carlas_phone() {
    let desk = Desk::new().await;
    let carla = desk.provider.customer("Carla");
    let asked = carla.writes("Is it ready?").await.unwrap();
    let letter = MessageRequest::new(carla.wa_id().unwrap(), TextMessage::new("Yes 👍").preview_url(true))
        .reply_to(asked)
        .biz_opaque_callback_data("theirs-1");
    let (status, answer) = desk.posts(&letter.to_json().unwrap()).await;
    assert_eq!(status, 200, "{answer}");
    let line = carla.waits_for("Yes 👍").await.unwrap();
    assert_eq!(answer["messages"][0]["id"], line.id.as_str());
    assert_eq!(line.echo.as_deref(), Some("theirs-1"));
}
