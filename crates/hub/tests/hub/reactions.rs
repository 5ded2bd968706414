//! Replies to a message, and reactions to it.

use deskbell_protocol::{Author, Command, InteractionState, Message, MessageId};
use serde_json::{Value, json};

use crate::world::{Customer, Desktop, HOUR, SECOND, World, carla, delivery, deniz};

/// A reaction of the customer to a message; without an emoji it is removed.
fn reaction(customer: &Customer, world: &World, to: &str, emoji: Option<&str>) -> Value {
    let (_, (contact, mut message)) = customer.text("", world.now());
    let body = message.as_object_mut().unwrap();
    body.remove("text");
    body["type"] = "reaction".into();
    body.insert("reaction".to_owned(), json!({"message_id": to, "emoji": emoji.unwrap_or_default()}));
    delivery(&[(contact, message)], &[])
}

async fn reacted(desk: &mut Desktop, id: MessageId, emoji: Option<&str>) -> Message {
    desk.until(&format!("the reaction is {emoji:?}"), |desk| {
        let message = desk.messages.values().find(|message| message.id == id)?;
        let shown: Vec<_> = message.reactions.iter().map(|reaction| reaction.emoji.as_str()).collect();
        (shown == emoji.into_iter().collect::<Vec<_>>()).then(|| message.clone())
    })
    .await
}

#[tokio::test]
async fn a_reaction_is_added_changed_and_removed() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    let carla = carla();
    world.writes(&carla, "Hello").await;
    let interaction = anna.accepts(&world).await;
    let id = anna.sends(interaction.conversation, "Hello Carla").await.unwrap();
    anna.delivery_is(id, deskbell_protocol::DeliveryState::Accepted).await;
    let wamid = world.provider.posted()[0].wamid.clone();
    let before = anna.reads("Hello Carla").await.version;

    let heart = reaction(&carla, &world, &wamid, Some("❤️"));
    world.deliver(&heart).await;
    let message = reacted(&mut anna, id, Some("❤️")).await;
    assert!(message.version > before);
    assert_eq!(message.reactions[0].author, Author::Contact);
    world.clock.advance(2 * SECOND);
    world.deliver(&reaction(&carla, &world, &wamid, Some("👍🏽"))).await;
    reacted(&mut anna, id, Some("👍🏽")).await;
    // Repeated and older reactions change nothing.
    world.deliver(&heart).await;
    world.writes(&carla, "Thanks").await;
    anna.reads("Thanks").await;
    reacted(&mut anna, id, Some("👍🏽")).await;
    world.clock.advance(2 * SECOND);
    world.deliver(&reaction(&carla, &world, &wamid, None)).await;
    reacted(&mut anna, id, None).await;
    // The stored transcript has the same reactions.
    world.deliver(&reaction(&carla, &world, &wamid, Some("🎉"))).await;
    reacted(&mut anna, id, Some("🎉")).await;
    let transcript = world.admin.transcript(interaction.conversation).await.unwrap();
    let stored = transcript.iter().find(|message| message.id == id).unwrap();
    assert_eq!(stored.reactions[0].emoji, "🎉");
    assert!(transcript.iter().all(|message| message.id == id || message.reactions.is_empty()));
}

#[tokio::test]
async fn a_reaction_starts_no_interaction_and_opens_no_window() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    let carla = carla();
    let wamid = world.writes(&carla, "Hello").await;
    let interaction = anna.accepts(&world).await;
    anna.sends(interaction.conversation, "Hello Carla").await.unwrap();
    anna.commands(Command::EndInteraction { interaction: interaction.id }).await.unwrap();
    anna.commands(Command::MarkDone { interaction: interaction.id }).await.unwrap();
    anna.interaction_is(interaction.id, InteractionState::Done).await;
    let before = anna.conversations[&interaction.conversation].clone();
    world.clock.advance(HOUR);
    world.deliver(&reaction(&carla, &world, &wamid, Some("👍"))).await;
    let id = anna.reads("Hello").await.id;
    reacted(&mut anna, id, Some("👍")).await;
    anna.settles().await;
    assert_eq!(anna.ringing(), 0);
    assert_eq!(anna.interactions.len(), 1);
    anna.page_in(&world, "").await;
    let after = &anna.conversations[&interaction.conversation];
    assert_eq!((after.window_until, after.last_at), (before.window_until, before.last_at));
    assert_eq!(anna.interactions[&interaction.id].waiting_since, None);
}

#[tokio::test]
async fn reactions_to_unknown_or_foreign_messages_are_ignored() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    let wamid = world.writes(&carla(), "Hello").await;
    anna.accepts(&world).await;
    world.deliver(&reaction(&carla(), &world, "wamid.elsewhere", Some("👍"))).await;
    world.deliver(&reaction(&deniz(), &world, &wamid, Some("👎"))).await;
    world.writes(&deniz(), "Hi").await;
    assert_eq!(anna.rings().await.contact_name, "Deniz");
    assert!(anna.reads("Hello").await.reactions.is_empty());
    assert_eq!(world.admin.count_set_aside().await.unwrap(), 0);
}

#[tokio::test]
async fn a_reply_quotes_the_message_it_answers() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    let carla = carla();
    world.writes(&carla, "Hello").await;
    let interaction = anna.accepts(&world).await;
    let id = anna.sends(interaction.conversation, "Blue or red?").await.unwrap();
    anna.delivery_is(id, deskbell_protocol::DeliveryState::Accepted).await;
    let wamid = world.provider.posted()[0].wamid.clone();
    let foreign = world.writes(&deniz(), "A secret of Deniz").await;
    for (text, to) in [("Blue", wamid.as_str()), ("That one", "wamid.elsewhere"), ("Psst", foreign.as_str())]
    {
        let (_, (contact, mut message)) = carla.text(text, world.now());
        message["context"] = json!({"from": "15550783881", "id": to});
        assert_eq!(world.deliver(&delivery(&[(contact, message)], &[])).await, 200);
    }
    let quote = anna.reads("Blue").await.quote.unwrap();
    assert_eq!((quote.message, quote.preview.as_str()), (Some(id), "Blue or red?"));
    assert!(matches!(quote.author, Some(Author::Agent { name, .. }) if name == "Anna"));
    // A quote of an unknown message or of one in another conversation has no text.
    for text in ["That one", "Psst"] {
        let quote = anna.reads(text).await.quote.unwrap();
        assert_eq!((quote.message, quote.author, quote.preview.as_str()), (None, None, ""));
    }
    assert_eq!(anna.reads("Hello").await.quote, None);
    let transcript = world.admin.transcript(interaction.conversation).await.unwrap();
    assert_eq!(transcript.iter().filter(|message| message.quote.is_some()).count(), 3);
}
