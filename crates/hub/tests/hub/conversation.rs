//! A conversation from the first message to Done.

use deskbell_protocol::{
    Author, Command, DeliveryState, EndedBy, InteractionState, Notice, OfferState, Readiness,
};

use crate::world::{World, carla, says};

#[tokio::test]
async fn a_conversation_is_offered_accepted_answered_ended_and_done() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    let carla = carla();

    world.writes(&carla, "Is the blue one in stock?").await;
    let offer = anna.rings().await;
    assert_eq!(offer.contact_name, "Carla");
    assert_eq!(offer.preview, "Is the blue one in stock?");
    assert_eq!(offer.queue_name, "Sales");

    let interaction = anna.accepts(&world).await;
    assert_eq!(interaction.agent_name.as_deref(), Some("Anna"));
    assert!(interaction.waiting_since.is_some());
    anna.reads("Is the blue one in stock?").await;
    anna.notices(|notice| matches!(notice, Notice::Taken { agent_name } if agent_name == "Anna")).await;
    assert_eq!(anna.offers[&offer.id].state, OfferState::Taken);

    let answer = anna.sends(offer.conversation, "Yes, two of them.").await.unwrap();
    anna.delivery_is(answer, DeliveryState::Accepted).await;
    let posted = world.provider.has(1).await;
    assert_eq!((posted[0].to.as_str(), posted[0].body.as_str()), ("+491701111111", "Yes, two of them."));
    assert_eq!(posted[0].echo, answer.to_string());
    assert_eq!(anna.interactions[&interaction.id].waiting_since, None);

    for (status, state) in [
        ("sent", DeliveryState::Sent),
        ("delivered", DeliveryState::Delivered),
        ("read", DeliveryState::Read),
    ] {
        world.status(&posted[0].wamid, status, None).await;
        anna.delivery_is(answer, state).await;
    }

    anna.commands(Command::EndInteraction { interaction: interaction.id }).await.unwrap();
    let ended = anna.interaction_is(interaction.id, InteractionState::Ended).await;
    assert_eq!(ended.ended_by, Some(EndedBy::Agent));
    anna.commands(Command::MarkDone { interaction: interaction.id }).await.unwrap();
    anna.interaction_is(interaction.id, InteractionState::Done).await;

    let transcript = world.admin.transcript(offer.conversation).await.unwrap();
    let words: Vec<_> = transcript.iter().filter(|m| m.author != Author::System).collect();
    assert!(says(words[0], "Is the blue one in stock?") && says(words[1], "Yes, two of them."));
    assert_eq!(words.len(), 2);
    assert!(transcript.is_sorted_by_key(|message| message.position));
}

#[tokio::test]
async fn with_automatic_answer_an_interaction_is_assigned_without_an_offer() {
    let world = World::with(|settings| settings.accounts[0].automatic_answer = true).await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello?").await;
    let offer = anna
        .until("an offer is taken", |desk| {
            desk.offers.values().find(|offer| offer.state == OfferState::Taken).cloned()
        })
        .await;
    assert!(offer.automatic);
    anna.interaction_is(offer.interaction, InteractionState::Active).await;
    anna.page_in(&world, "").await;
    anna.reads("Hello?").await;
}

#[tokio::test]
async fn a_queued_interaction_is_offered_after_a_restart() {
    let mut world = World::new().await;
    world.writes(&carla(), "Hello?").await;
    world.restart().await;
    let mut anna = world.agent("Anna").await;
    assert_eq!(anna.ringing(), 0);
    anna.becomes(Readiness::Ready).await;
    anna.rings().await;
}
