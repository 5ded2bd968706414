//! Long queues.

use deskbell_protocol::{Command, OfferState};

use crate::world::{World, carla, somebody};

#[tokio::test]
async fn an_interaction_behind_many_declined_ones_is_offered() {
    let world = World::with(|settings| settings.routing.capacity = 1).await;
    let mut anna = world.ready_agent("Anna").await;
    for number in 0..70 {
        world.writes(&somebody(number), "Buy now").await;
        let offer = anna.rings().await;
        anna.commands(Command::DeclineOffer { offer: offer.id }).await.unwrap();
        anna.offer_is(&offer, OfferState::Declined).await;
    }
    // Declined interactions are not offered again so soon; that of Carla is.
    world.writes(&carla(), "Hello").await;
    assert_eq!(anna.rings().await.preview, "Hello");
    // The next one does not wait behind them either, once Anna is free again.
    world.writes(&somebody(99), "Me too").await;
    anna.settles().await;
    assert_eq!(anna.ringing(), 1);
    let carlas = anna.accepts(&world).await;
    anna.commands(Command::EndInteraction { interaction: carlas.id }).await.unwrap();
    anna.commands(Command::MarkDone { interaction: carlas.id }).await.unwrap();
    assert_eq!(anna.rings().await.preview, "Me too");
}
