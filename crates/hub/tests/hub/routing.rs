//! Who is rung, who is passed over, and what becomes of interactions.

use deskbell_protocol::{
    AlertOutcome, Command, EndedBy, ErrorCode, InteractionState, Notice, OfferState, Readiness,
};

use crate::world::{HOUR, MINUTE, SECOND, World, carla, deniz, emre};

#[tokio::test]
async fn an_offer_that_anna_declines_goes_to_ben() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    world.clock.advance(SECOND);
    let mut ben = world.ready_agent("Ben").await;
    world.writes(&carla(), "Hello").await;

    // Anna has been idle for longer.
    let offer = anna.rings().await;
    assert_eq!(ben.ringing(), 0);
    anna.commands(Command::DeclineOffer { offer: offer.id }).await.unwrap();
    anna.offer_is(&offer, OfferState::Declined).await;
    let second = ben.rings().await;
    assert_eq!(second.interaction, offer.interaction);
    // Anna has declined it and may not take it any more.
    let late = anna.commands(Command::AcceptOffer { offer: offer.id }).await.unwrap_err();
    assert_eq!(late.code, ErrorCode::OfferGone);
    // Ben's offer is not hers either.
    let foreign = anna.commands(Command::AcceptOffer { offer: second.id }).await.unwrap_err();
    assert_eq!(foreign.code, ErrorCode::NotFound);
    ben.accepts(&world).await;
}

#[tokio::test]
async fn an_offer_that_times_out_goes_to_the_next_agent_and_returns_after_the_cool_off() {
    let world = World::with(|settings| settings.routing.not_ready_after_missed_offers = 0).await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let first = anna.rings().await;
    assert_eq!(first.deadline.since(first.offered_at), 20 * SECOND);
    world.clock.advance(20 * SECOND);
    anna.offer_is(&first, OfferState::TimedOut).await;
    assert_eq!(anna.ringing(), 0);
    // Nobody else is there: it comes back to Anna once she was left alone for 30 seconds.
    world.clock.advance(29 * SECOND);
    anna.settles().await;
    assert_eq!(anna.ringing(), 0);
    world.clock.advance(SECOND);
    let again = anna.rings().await;
    assert_eq!(again.interaction, first.interaction);
}

#[tokio::test]
async fn anna_misses_two_offers_and_becomes_not_ready() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    for _ in 0..2 {
        let offer = anna.rings().await;
        world.clock.advance(20 * SECOND);
        anna.offer_is(&offer, OfferState::TimedOut).await;
        world.clock.advance(30 * SECOND);
    }
    let reason = anna
        .until("Anna is not ready", |desk| {
            let status = desk.status.as_ref()?;
            (status.readiness == Readiness::NotReady).then(|| status.reason.clone())
        })
        .await;
    assert_eq!(reason.as_deref(), Some("missed_offers"));
    assert_eq!(anna.ringing(), 0);
    // Ready again, and it rings at once.
    anna.becomes(Readiness::Ready).await;
    anna.rings().await;
}

#[tokio::test]
async fn only_offers_missed_in_a_row_count() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    for customer in [carla(), deniz()] {
        world.writes(&customer, "Hello").await;
        let missed = anna.rings().await;
        world.clock.advance(20 * SECOND);
        anna.offer_is(&missed, OfferState::TimedOut).await;
        world.clock.advance(30 * SECOND);
        anna.accepts(&world).await;
    }
    anna.settles().await;
    assert_eq!(anna.status.as_ref().map(|status| status.readiness), Some(Readiness::Ready));
}

#[tokio::test]
async fn writing_into_a_ringing_interaction_takes_it_unless_it_rings_at_a_colleague() {
    let world = World::new().await;
    let carla = carla();
    let mut ben = world.ready_agent("Ben").await;
    world.writes(&carla, "Hello").await;
    let first = ben.accepts(&world).await;
    ben.commands(Command::EndInteraction { interaction: first.id }).await.unwrap();
    ben.commands(Command::MarkDone { interaction: first.id }).await.unwrap();
    ben.becomes(Readiness::NotReady).await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla, "Hello again").await;
    let offer = anna.rings().await;
    let refused = ben.sends(first.conversation, "May I?").await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::HeldByColleague);
    anna.commands(Command::DeclineOffer { offer: offer.id }).await.unwrap();
    ben.becomes(Readiness::Ready).await;
    let rings = ben.rings().await;
    ben.sends(first.conversation, "It is me again").await.unwrap();
    ben.offer_is(&rings, OfferState::Taken).await;
    let taken = ben.interaction_is(offer.interaction, InteractionState::Active).await;
    assert_eq!(taken.agent, Some(ben.me.id));
}

#[tokio::test]
async fn an_agent_who_could_not_be_alerted_is_skipped() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    world.clock.advance(SECOND);
    let mut ben = world.ready_agent("Ben").await;
    world.writes(&carla(), "Hello").await;
    let offer = anna.rings().await;
    let why = Some("do not disturb".to_owned());
    let report = Command::ReportAlert { offer: offer.id, outcome: AlertOutcome::Suppressed, why };
    anna.commands(report).await.unwrap();
    anna.offer_is(&offer, OfferState::NotAlerted).await;
    ben.rings().await;
}

#[tokio::test]
async fn one_desktop_that_shows_the_toast_is_enough() {
    let world = World::new().await;
    let mut at_the_desk = world.ready_agent("Anna").await;
    let mut at_home = world.agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let offer = at_the_desk.rings().await;
    at_home.rings().await;
    let report = |outcome| Command::ReportAlert { offer: offer.id, outcome, why: None };
    at_the_desk.commands(report(AlertOutcome::Failed)).await.unwrap();
    at_the_desk.settles().await;
    assert_eq!(at_the_desk.ringing(), 1, "the other desktop has not said anything yet");
    at_home.commands(report(AlertOutcome::HandedOver)).await.unwrap();
    at_home.settles().await;
    assert_eq!(at_home.ringing(), 1);
    world.clock.advance(20 * SECOND);
    at_home.offer_is(&offer, OfferState::TimedOut).await;
}

#[tokio::test]
async fn the_first_accept_of_two_desktops_wins_and_the_other_stops_ringing() {
    let world = World::new().await;
    let mut at_the_desk = world.ready_agent("Anna").await;
    let mut at_home = world.agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let offer = at_the_desk.rings().await;
    at_home.rings().await;
    at_home.commands(Command::AcceptOffer { offer: offer.id }).await.unwrap();
    at_the_desk.offer_is(&offer, OfferState::Taken).await;
    let late = at_the_desk.commands(Command::AcceptOffer { offer: offer.id }).await.unwrap_err();
    assert_eq!(late.code, ErrorCode::OfferGone);
    for desk in [&mut at_the_desk, &mut at_home] {
        desk.interaction_is(offer.interaction, InteractionState::Active).await;
    }
}

#[tokio::test]
async fn nobody_gets_more_than_their_capacity_and_the_rest_waits() {
    let world = World::with(|settings| settings.routing.capacity = 1).await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "First").await;
    let interaction = anna.accepts(&world).await;
    world.writes(&deniz(), "Second").await;
    anna.settles().await;
    assert_eq!(anna.ringing(), 0);
    assert_eq!(anna.status.as_ref().map(|status| (status.load, status.capacity)), Some((1, 1)));
    // Ended is not done: it still counts.
    anna.commands(Command::EndInteraction { interaction: interaction.id }).await.unwrap();
    anna.settles().await;
    assert_eq!(anna.ringing(), 0);
    anna.commands(Command::MarkDone { interaction: interaction.id }).await.unwrap();
    assert_eq!(anna.rings().await.preview, "Second");
}

#[tokio::test]
async fn if_ended_does_not_count_the_next_offer_comes_at_the_end() {
    let world = World::with(|settings| {
        settings.routing.capacity = 1;
        settings.routing.ended_counts = false;
    })
    .await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "First").await;
    let interaction = anna.accepts(&world).await;
    world.writes(&deniz(), "Second").await;
    anna.commands(Command::EndInteraction { interaction: interaction.id }).await.unwrap();
    assert_eq!(anna.rings().await.preview, "Second");
}

#[tokio::test]
async fn an_admin_gives_anna_more_room() {
    let world = World::with(|settings| settings.routing.capacity = 1).await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "First").await;
    anna.accepts(&world).await;
    world.writes(&deniz(), "Second").await;
    let (channel, now) = (deskbell_protocol::Channel::Whatsapp, world.now());
    world.admin.set_capacity(anna.me.id, channel, 2, now).await.unwrap();
    assert_eq!(anna.rings().await.preview, "Second");
}

#[tokio::test]
async fn after_done_the_last_agent_is_preferred_over_the_longest_idle() {
    let world = World::new().await;
    let carla = carla();
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla, "Hello").await;
    let first = anna.accepts(&world).await;
    anna.commands(Command::EndInteraction { interaction: first.id }).await.unwrap();
    world.clock.advance(SECOND);
    let mut ben = world.ready_agent("Ben").await;
    world.clock.advance(SECOND);
    anna.commands(Command::MarkDone { interaction: first.id }).await.unwrap();
    anna.interaction_is(first.id, InteractionState::Done).await;
    // Ben has been idle for longer now.
    world.writes(&carla, "One more thing").await;
    let offer = anna.rings().await;
    assert_ne!(offer.interaction, first.id);
    ben.settles().await;
    assert_eq!(ben.ringing(), 0);
    // A stranger goes to Ben.
    world.writes(&deniz(), "Hello").await;
    ben.rings().await;
}

#[tokio::test]
async fn a_contact_who_writes_after_the_end_returns_to_the_same_agent() {
    let world = World::new().await;
    let carla = carla();
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla, "Hello").await;
    let interaction = anna.accepts(&world).await;
    anna.commands(Command::EndInteraction { interaction: interaction.id }).await.unwrap();
    anna.interaction_is(interaction.id, InteractionState::Ended).await;
    world.clock.advance(MINUTE);
    world.writes(&carla, "Are you still there?").await;
    let again = anna.interaction_is(interaction.id, InteractionState::Active).await;
    assert_eq!((again.agent, again.ended_by), (Some(anna.me.id), None));
    assert_eq!(again.waiting_since.or(anna.interactions[&interaction.id].waiting_since), Some(world.now()));
    anna.notices(|notice| *notice == Notice::Resumed).await;
    assert_eq!(anna.ringing(), 0);
}

#[tokio::test]
async fn without_continued_conversations_a_new_interaction_is_queued() {
    let world = World::with(|settings| settings.accounts[0].continue_conversations = false).await;
    let carla = carla();
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla, "Hello").await;
    let first = anna.accepts(&world).await;
    anna.commands(Command::EndInteraction { interaction: first.id }).await.unwrap();
    world.writes(&carla, "Are you still there?").await;
    let offer = anna.rings().await;
    assert_ne!(offer.interaction, first.id);
    assert_eq!(anna.interactions[&first.id].state, InteractionState::Ended);
}

#[tokio::test]
async fn a_message_of_the_agent_reopens_an_ended_interaction() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let interaction = anna.accepts(&world).await;
    anna.commands(Command::EndInteraction { interaction: interaction.id }).await.unwrap();
    anna.interaction_is(interaction.id, InteractionState::Ended).await;
    anna.sends(interaction.conversation, "I forgot something").await.unwrap();
    anna.interaction_is(interaction.id, InteractionState::Active).await;
    anna.notices(|notice| *notice == Notice::Resumed).await;
}

#[tokio::test]
async fn a_message_of_the_agent_after_done_starts_a_new_interaction() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    let mut ben = world.agent("Ben").await;
    world.writes(&carla(), "Hello").await;
    let first = anna.accepts(&world).await;
    anna.commands(Command::EndInteraction { interaction: first.id }).await.unwrap();
    anna.commands(Command::MarkDone { interaction: first.id }).await.unwrap();
    anna.sends(first.conversation, "One more thing").await.unwrap();
    let second = anna
        .until("a new interaction is active", |desk| {
            desk.interactions.values().find(|i| i.state == InteractionState::Active).cloned()
        })
        .await;
    assert_ne!(second.id, first.id);
    // Ben may read it, but not talk into it.
    let refused = ben.sends(first.conversation, "Let me in").await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::HeldByColleague);
}

#[tokio::test]
async fn interactions_of_an_agent_who_left_are_requeued() {
    let world = World::new().await;
    let carla = carla();
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla, "Hello").await;
    let interaction = anna.accepts(&world).await;
    anna.sends(interaction.conversation, "One moment").await.unwrap();
    let mut ben = world.ready_agent("Ben").await;
    anna.hangs_up(&world).await;
    world.writes(&carla, "And?").await;
    ben.settles().await;
    world.clock.advance(119 * SECOND);
    ben.settles().await;
    assert_eq!(ben.ringing(), 0, "Anna may still come back");
    world.clock.advance(SECOND);
    let offer = ben.rings().await;
    assert_eq!(offer.interaction, interaction.id);
    ben.accepts(&world).await;
    ben.reads("One moment").await;
    ben.notices(|notice| *notice == Notice::Requeued).await;
}

#[tokio::test]
async fn a_message_to_an_absent_agent_is_queued_at_once() {
    let world = World::new().await;
    let carla = carla();
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla, "Hello").await;
    let interaction = anna.accepts(&world).await;
    anna.sends(interaction.conversation, "Done, I think").await.unwrap();
    anna.hangs_up(&world).await;
    let mut ben = world.ready_agent("Ben").await;
    world.clock.advance(HOUR);
    world.writes(&carla, "One more thing").await;
    assert_eq!(ben.rings().await.interaction, interaction.id);
}

#[tokio::test]
async fn an_agent_who_returns_in_time_keeps_the_interaction_and_otherwise_is_preferred() {
    let world = World::new().await;
    let carla = carla();
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla, "Hello").await;
    let interaction = anna.accepts(&world).await;
    anna.hangs_up(&world).await;
    world.clock.advance(MINUTE);
    let mut anna = world.agent("Anna").await;
    world.clock.advance(2 * MINUTE);
    anna.settles().await;
    assert_eq!(anna.interactions[&interaction.id].state, InteractionState::Active);
    anna.hangs_up(&world).await;
    let mut ben = world.agent("Ben").await;
    world.clock.advance(2 * MINUTE);
    // Nobody is ready, and Anna is away: it waits for her.
    let mut anna = world.agent("Anna").await;
    anna.becomes(Readiness::Ready).await;
    assert_eq!(anna.rings().await.interaction, interaction.id);
    ben.settles().await;
    assert_eq!(ben.ringing(), 0);
}

#[tokio::test]
async fn interactions_of_an_agent_who_signed_out_of_the_channel_are_requeued() {
    let world = World::new().await;
    let carla = carla();
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla, "Hello").await;
    let interaction = anna.accepts(&world).await;
    let mut ben = world.ready_agent("Ben").await;
    anna.becomes(Readiness::SignedOut).await;
    world.clock.advance(2 * MINUTE);
    assert_eq!(ben.rings().await.interaction, interaction.id);
    let _anna_is_still_connected = anna;
}

#[tokio::test]
async fn an_idle_day_ends_the_interaction() {
    let world = World::new().await;
    let carla = carla();
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla, "Hello").await;
    let interaction = anna.accepts(&world).await;
    world.clock.advance(20 * HOUR);
    world.writes(&carla, "Hello again").await;
    anna.reads("Hello again").await;
    anna.sends(interaction.conversation, "Good day").await.unwrap();
    world.clock.advance(23 * HOUR);
    anna.settles().await;
    assert_eq!(anna.interactions[&interaction.id].state, InteractionState::Active);
    world.clock.advance(HOUR);
    let ended = anna.interaction_is(interaction.id, InteractionState::Ended).await;
    assert_eq!(ended.ended_by, Some(EndedBy::Idle));
    anna.notices(|notice| matches!(notice, Notice::Ended { by: EndedBy::Idle, .. })).await;
}

#[tokio::test]
async fn while_nobody_is_ready_interactions_wait_and_the_oldest_is_offered_first() {
    let world = World::with(|settings| settings.routing.capacity = 1).await;
    let mut anna = world.agent("Anna").await;
    for (customer, text) in [(carla(), "First"), (deniz(), "Second"), (emre(), "Third")] {
        world.writes(&customer, text).await;
        world.clock.advance(SECOND);
    }
    anna.becomes(Readiness::Ready).await;
    assert_eq!(anna.rings().await.preview, "First");
}

#[tokio::test]
async fn a_colleague_cannot_write_into_annas_interaction() {
    let world = World::new().await;
    let carla = carla();
    let mut ben = world.ready_agent("Ben").await;
    world.writes(&carla, "Hello").await;
    let first = ben.accepts(&world).await;
    ben.commands(Command::EndInteraction { interaction: first.id }).await.unwrap();
    ben.commands(Command::MarkDone { interaction: first.id }).await.unwrap();
    ben.becomes(Readiness::NotReady).await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla, "Hello again").await;
    let second = anna.accepts(&world).await;
    let refused = ben.sends(first.conversation, "May I?").await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::HeldByColleague);
    let refused = ben.commands(Command::EndInteraction { interaction: second.id }).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::HeldByColleague);
}

#[tokio::test]
async fn a_reason_that_is_not_on_the_list_is_refused() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    let set = |reason: &str| Command::SetStatus {
        channel: deskbell_protocol::Channel::Whatsapp,
        readiness: Readiness::NotReady,
        reason: Some(reason.to_owned()),
    };
    assert_eq!(anna.commands(set("boredom")).await.unwrap_err().code, ErrorCode::Malformed);
    anna.commands(set("lunch")).await.unwrap();
    anna.until("the reason is shown", |desk| desk.status.as_ref()?.reason.as_ref().map(drop)).await;
}
