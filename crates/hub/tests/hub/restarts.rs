//! Restarts of the hub: open offers and changed settings.

use deskbell_protocol::{Channel, Command, InteractionState, OfferState, Readiness};

use crate::world::{Desktop, MINUTE, World, carla, deniz};

/// Anna has a ringing offer, the hub stops and starts much later; it rings again as soon as she reconnects.
async fn assert_rings_again_after(world: &mut World, goes: impl AsyncFnOnce(&mut World)) {
    let mut before = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let missed = before.rings().await;
    goes(world).await;
    world.clock.advance(5 * MINUTE);
    world.start().await;
    // Her old connection is not closed.
    let _old_line = &before;
    let mut anna = Desktop::connect(world, &before.token, Some(before.cursor)).await;
    let again = anna
        .until("it rings again", |desk| {
            desk.offers
                .values()
                .find(|offer| offer.state == OfferState::Ringing && offer.id != missed.id)
                .cloned()
        })
        .await;
    assert_eq!(again.interaction, missed.interaction);
    anna.offer_is(&missed, OfferState::Withdrawn).await;
    let readiness = anna.status.as_ref().or(before.status.as_ref()).map(|status| status.readiness);
    assert_eq!(readiness, Some(Readiness::Ready));
}

#[tokio::test]
async fn an_offer_at_a_crash_is_not_missed_and_rings_again() {
    let mut world = World::with(|settings| settings.routing.not_ready_after_missed_offers = 1).await;
    assert_rings_again_after(&mut world, async |world| world.kill().await).await;
}

#[tokio::test]
async fn an_offer_at_a_shutdown_is_not_missed_and_rings_again() {
    let mut world = World::with(|settings| settings.routing.not_ready_after_missed_offers = 1).await;
    assert_rings_again_after(&mut world, async |world| world.stop().await).await;
}

#[tokio::test]
async fn a_new_default_capacity_applies_after_a_restart() {
    let mut world = World::with(|settings| settings.routing.capacity = 1).await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "First").await;
    anna.accepts(&world).await;
    world.writes(&deniz(), "Second").await;
    anna.settles().await;
    assert_eq!(anna.ringing(), 0);
    let (token, cursor) = (anna.token.clone(), anna.cursor);
    world.stop().await;
    world.change(|settings| settings.routing.capacity = 2);
    world.start().await;
    let mut anna = Desktop::connect(&world, &token, Some(cursor)).await;
    assert_eq!(anna.rings().await.preview, "Second");
    assert_eq!(anna.status.as_ref().map(|status| status.capacity), Some(2));
}

#[tokio::test]
async fn a_capacity_set_for_an_agent_survives_new_settings() {
    let mut world = World::with(|settings| settings.routing.capacity = 4).await;
    let anna = world.agent("Anna").await;
    world.admin.set_capacity(anna.me.id, Channel::Whatsapp, 1, world.now()).await.unwrap();
    world.restart().await;
    let mut anna = world.ready_agent("Anna").await;
    for (customer, text) in [(carla(), "First"), (deniz(), "Second")] {
        world.writes(&customer, text).await;
    }
    anna.rings().await;
    anna.settles().await;
    assert_eq!(anna.ringing(), 1);
    let ben = world.agent("Ben").await;
    assert_eq!(ben.status.as_ref().map(|status| status.capacity), Some(4));
}

#[tokio::test]
async fn a_new_rule_for_ended_interactions_applies_after_a_restart() {
    let mut world = World::with(|settings| settings.routing.capacity = 1).await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "First").await;
    let interaction = anna.accepts(&world).await;
    anna.commands(Command::EndInteraction { interaction: interaction.id }).await.unwrap();
    anna.interaction_is(interaction.id, InteractionState::Ended).await;
    world.writes(&deniz(), "Second").await;
    anna.settles().await;
    assert_eq!(anna.ringing(), 0);
    let (token, cursor) = (anna.token.clone(), anna.cursor);
    world.stop().await;
    world.change(|settings| settings.routing.ended_counts = false);
    world.start().await;
    let mut anna = Desktop::connect(&world, &token, Some(cursor)).await;
    assert_eq!(anna.rings().await.preview, "Second");
}
