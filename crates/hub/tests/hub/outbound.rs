//! Messages on their way to the provider.

use deskbell_protocol::{Content, DeliveryState, ErrorCode, MessageId, Notice};
use serde_json::json;

use crate::world::{Desk, HOUR, MINUTE, Mood, SECOND, World, carla, send};
use deskbell_protocol::{ConversationId, Interaction};

async fn in_conversation(world: &World) -> (Desk, Interaction) {
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let interaction = anna.accepts(world).await;
    (anna, interaction)
}

#[tokio::test]
async fn a_message_sent_twice_under_one_id_is_one_message() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    let id = MessageId::fresh();
    for _ in 0..3 {
        anna.commands(send(id, interaction.conversation, "Hello Carla")).await.unwrap();
    }
    anna.delivery_is(id, DeliveryState::Accepted).await;
    anna.sends(interaction.conversation, "And welcome").await.unwrap();
    let posted = world.provider.has(2).await;
    assert_eq!(
        posted.iter().map(|post| post.body.as_str()).collect::<Vec<_>>(),
        ["Hello Carla", "And welcome"]
    );
}

#[tokio::test]
async fn messages_to_one_contact_arrive_in_the_order_they_were_written() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    let words: Vec<String> = (0..20).map(|n| format!("line {n}")).collect();
    for word in &words {
        anna.sends(interaction.conversation, word).await.unwrap();
    }
    let posted = world.provider.has(words.len()).await;
    assert_eq!(posted.iter().map(|post| post.body.clone()).collect::<Vec<_>>(), words);
}

#[tokio::test]
async fn when_the_answer_is_lost_the_message_is_unknown_and_not_sent_again() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    world.provider.is(Mood::CutsTheLine);
    let id = anna.sends(interaction.conversation, "Did you get this?").await.unwrap();
    anna.delivery_is(id, DeliveryState::Unknown).await;
    world.provider.is(Mood::Accepts);
    world.clock.advance(HOUR);
    anna.sends(interaction.conversation, "And this?").await.unwrap();
    let posted = world.provider.has(2).await;
    assert_eq!(posted[1].body, "And this?", "the first was not sent a second time");
}

#[tokio::test]
async fn the_echo_in_a_status_settles_an_unknown_message() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    world.provider.is(Mood::CutsTheLine);
    let id = anna.sends(interaction.conversation, "Did you get this?").await.unwrap();
    anna.delivery_is(id, DeliveryState::Unknown).await;
    world.status("wamid.lost", "delivered", Some(&id.to_string())).await;
    anna.delivery_is(id, DeliveryState::Delivered).await;
    // From now on it is known by the provider's id too.
    world.status("wamid.lost", "read", None).await;
    anna.delivery_is(id, DeliveryState::Read).await;
}

#[tokio::test]
async fn a_status_that_is_faster_than_the_providers_own_answer_waits_for_it() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    world.status("wamid.out.0", "delivered", None).await;
    anna.settles().await;
    let id = anna.sends(interaction.conversation, "Quick").await.unwrap();
    anna.delivery_is(id, DeliveryState::Delivered).await;
}

#[tokio::test]
async fn a_failure_is_told_once_with_its_reason_and_a_late_delivery_corrects_it() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    let id = anna.sends(interaction.conversation, "Hello").await.unwrap();
    anna.delivery_is(id, DeliveryState::Accepted).await;
    let wamid = world.provider.posted()[0].wamid.clone();
    world.status(&wamid, "failed", None).await;
    world.status(&wamid, "failed", None).await;
    world.status(&wamid, "sent", None).await;
    let failed = anna.delivery_is(id, DeliveryState::Failed).await;
    assert_eq!(failed.failure.unwrap().reason, "whatsapp.131026");
    anna.notices(|notice| matches!(notice, Notice::Undelivered { message, .. } if *message == id)).await;
    world.status(&wamid, "delivered", None).await;
    let delivered = anna.delivery_is(id, DeliveryState::Delivered).await;
    assert_eq!(delivered.failure, None);
    let told = anna
        .messages
        .values()
        .filter(|m| matches!(m.content, Content::Notice { notice: Notice::Undelivered { .. } }))
        .count();
    assert_eq!(told, 1);
}

#[tokio::test]
async fn what_the_provider_refuses_has_failed() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    let error =
        json!({"error": {"code": 131026, "message": "Message undeliverable", "type": "OAuthException"}});
    world.provider.is(Mood::Answers(400, error));
    let id = anna.sends(interaction.conversation, "Hello").await.unwrap();
    anna.delivery_is(id, DeliveryState::Failed).await;
    anna.notices(|notice| matches!(notice, Notice::Undelivered { .. })).await;
}

#[tokio::test]
async fn what_the_provider_puts_off_is_tried_again_and_keeps_its_order() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    let error = json!({"error": {"code": 131056, "message": "Too many messages", "type": "OAuthException"}});
    world.provider.is(Mood::Answers(400, error));
    let first = anna.sends(interaction.conversation, "one").await.unwrap();
    world.provider.has(1).await;
    let second = anna.sends(interaction.conversation, "two").await.unwrap();
    anna.settles().await;
    world.provider.is(Mood::Accepts);
    // Turned on a little at a time, so that it does not matter when the first answer is settled.
    crate::world::within("both are accepted", async {
        loop {
            world.clock.advance(SECOND);
            anna.settles().await;
            let is = |id| {
                anna.messages.values().any(|m| m.id == id && m.delivery == Some(DeliveryState::Accepted))
            };
            if is(first) && is(second) {
                break;
            }
        }
    })
    .await;
    let bodies: Vec<_> = world.provider.posted().into_iter().map(|post| post.body).collect();
    assert_eq!(bodies.last().map(String::as_str), Some("two"));
    assert!(bodies.iter().rev().skip(1).all(|body| body == "one"), "{bodies:?}");
}

#[tokio::test]
async fn what_was_with_the_provider_when_the_hub_died_is_unknown() {
    let mut world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    world.provider.is(Mood::Silent);
    let id = anna.sends(interaction.conversation, "Did you get this?").await.unwrap();
    world.provider.has(1).await;
    anna.delivery_is(id, DeliveryState::Posting).await;
    let (token, cursor) = (anna.token.clone(), anna.cursor);
    drop(anna);
    world.kill().await;
    world.provider.is(Mood::Accepts);
    world.start().await;
    let mut anna = Desk::connect(&world, &token, Some(cursor)).await;
    anna.delivery_is(id, DeliveryState::Unknown).await;
    assert_eq!(world.provider.posted().len(), 1);
}

#[tokio::test]
async fn an_answer_that_never_comes_makes_the_message_unknown() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    world.provider.is(Mood::Silent);
    let id = anna.sends(interaction.conversation, "Did you get this?").await.unwrap();
    anna.delivery_is(id, DeliveryState::Posting).await;
    world.clock.advance(MINUTE);
    anna.delivery_is(id, DeliveryState::Unknown).await;
}

#[tokio::test]
async fn outside_the_window_free_text_is_refused_before_the_provider_is_asked() {
    let world = World::new().await;
    let carla = carla();
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla, "Hello").await;
    let interaction = anna.accepts(&world).await;
    world.clock.advance(24 * HOUR - SECOND);
    anna.sends(interaction.conversation, "Just in time").await.unwrap();
    world.provider.has(1).await;
    world.clock.advance(SECOND);
    let late = MessageId::fresh();
    let refused = anna.commands(send(late, interaction.conversation, "Too late")).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::WindowClosed);
    assert_eq!(world.provider.posted().len(), 1);
    // The contact writes again: the same message, under the same id, goes out.
    world.writes(&carla, "I am back").await;
    anna.reads("I am back").await;
    anna.commands(send(late, interaction.conversation, "Too late")).await.unwrap();
    assert_eq!(world.provider.has(2).await[1].body, "Too late");
}

#[tokio::test]
async fn texts_that_are_too_long_or_empty_are_refused() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    let long = "ä".repeat(4097);
    let refused = anna.sends(interaction.conversation, &long).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::TooLarge);
    let refused = anna.sends(interaction.conversation, " \n").await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Malformed);
    anna.sends(interaction.conversation, &"ä".repeat(4096)).await.unwrap();
    let nowhere = anna.sends(ConversationId::fresh(), "Hello").await.unwrap_err();
    assert_eq!(nowhere.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_flood_to_one_contact_is_paced() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    for n in 0..50 {
        anna.sends(interaction.conversation, &format!("line {n}")).await.unwrap();
    }
    world.provider.has(41).await;
    anna.settles().await;
    assert_eq!(world.provider.posted().len(), 41);
    world.clock.advance(6 * SECOND);
    world.provider.has(42).await;
    anna.settles().await;
    assert_eq!(world.provider.posted().len(), 42);
}
