//! Sessions: lost connections and expired sign-ins.

use deskbell_protocol::{
    ClientFrame, CommandId, ErrorCode, HubFrame, HubIdentity, MessageId, OfferState, Readiness,
};

use crate::world::{
    Desktop, HOUR, MINUTE, SECOND, World, carla, hello, id_of, receive_frame, says, send, send_frame, socket,
    within,
};

#[tokio::test]
async fn an_offer_of_an_agent_whose_connection_is_lost_goes_to_another_at_once() {
    let world = World::with(|settings| settings.routing.not_ready_after_missed_offers = 1).await;
    let mut anna = world.ready_agent("Anna").await;
    world.clock.advance(SECOND);
    let mut ben = world.ready_agent("Ben").await;
    world.writes(&carla(), "Hello").await;
    let offer = anna.rings().await;
    let (token, cursor) = (anna.token.clone(), anna.cursor);
    anna.hangs_up(&world).await;
    assert_eq!(ben.rings().await.interaction, offer.interaction);
    // It is no missed offer of Anna: she was not connected.
    world.clock.advance(SECOND);
    let mut anna = Desktop::connect(&world, &token, Some(cursor)).await;
    anna.offer_is(&offer, OfferState::NotAlerted).await;
    anna.settles().await;
    let status = anna.status.as_ref().map(|status| status.readiness);
    assert_eq!(status, Some(Readiness::Ready));
}

#[tokio::test]
async fn an_agent_who_reconnects_is_offered_the_interaction_again() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let offer = anna.rings().await;
    let token = anna.token.clone();
    anna.hangs_up(&world).await;
    world.clock.advance(SECOND);
    let mut anna = Desktop::connect(&world, &token, None).await;
    anna.read_snapshot(&world).await;
    let again = anna.rings().await;
    assert_eq!(again.interaction, offer.interaction);
    assert_ne!(again.id, offer.id);
}

#[tokio::test]
async fn an_offer_keeps_ringing_while_one_desktop_is_connected() {
    let world = World::new().await;
    let mut at_the_desk = world.ready_agent("Anna").await;
    let mut at_home = world.agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let offer = at_the_desk.rings().await;
    at_home.rings().await;
    at_the_desk.hangs_up(&world).await;
    at_home.settles().await;
    assert_eq!(at_home.offers[&offer.id].state, OfferState::Ringing);
}

#[tokio::test]
async fn a_silent_desktop_learns_that_its_sign_in_expired() {
    let world = World::with(|settings| {
        settings.limits.token_days = 1;
        // Time for the sign-in to expire before the silence counts.
        settings.screen.heartbeat_s = 3;
    })
    .await;
    let signed_in = world.sign_in("Anna").await;
    let mut socket = socket(&world).await;
    send_frame(&mut socket, &hello(&signed_in.token, None)).await;
    assert!(matches!(receive_frame(&mut socket).await, Some(HubFrame::Welcome { .. })));
    assert!(matches!(receive_frame(&mut socket).await, Some(HubFrame::CursorTooOld {})));
    world.clock.advance(25 * HOUR);
    let Some(HubFrame::Refused { error }) = receive_frame(&mut socket).await else { panic!("not refused") };
    assert_eq!(error.code, ErrorCode::Unauthorized);
}

#[tokio::test]
async fn a_sign_in_is_extended_by_use_and_expires_without() {
    let world = World::with(|settings| settings.limits.token_days = 10).await;
    let (anna, ben) = (world.sign_in("Anna").await.token, world.sign_in("Ben").await.token);
    let greets = async |token: &str| {
        let mut socket = socket(&world).await;
        send_frame(&mut socket, &hello(token, None)).await;
        matches!(receive_frame(&mut socket).await, Some(HubFrame::Welcome { .. }))
    };
    // On some days she connects, on others she only makes HTTP requests.
    for day in 1..=30 {
        world.clock.advance(24 * HOUR);
        if day % 12 < 6 {
            assert!(greets(&anna).await, "day {day}");
        } else {
            let _hers: deskbell_protocol::Snapshot = world.get(&anna, "/v1/snapshot").await;
        }
        if day == 4 {
            // Too early to extend the sign-in, which is valid for days.
            assert!(greets(&ben).await);
        }
    }
    assert!(!greets(&ben).await);
    // A revoked sign-in cannot be extended.
    world.admin.revoke(id_of(&world, "Anna").await).await.unwrap();
    assert!(!greets(&anna).await);
    let access = world.admin.access_of(id_of(&world, "Anna").await, world.now()).await.unwrap();
    assert_eq!(access.sign_ins, []);
}

#[tokio::test]
async fn a_sign_in_stays_valid_while_connected_for_weeks() {
    let world = World::with(|settings| settings.limits.token_days = 10).await;
    let mut anna = world.agent("Anna").await;
    for _ in 0..8 {
        world.clock.advance(4 * 24 * HOUR);
        anna.settles().await;
    }
}

#[tokio::test]
async fn a_new_password_ends_all_sign_ins() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let interaction = anna.accepts(&world).await;
    world.admin.set_password(anna.me.id, "another horse").await.unwrap();
    let message = MessageId::fresh();
    let command = send(message, interaction.conversation, "In Anna's name");
    anna.frame(&ClientFrame::Command { id: CommandId::from(message), command }).await;
    within("the hub hangs up", async {
        while world.admin.count_sessions(anna.me.id).await.unwrap() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let transcript = world.admin.transcript(interaction.conversation).await.unwrap();
    assert!(transcript.iter().all(|message| !says(message, "In Anna's name")));
    assert!(world.provider.posted().is_empty());
}

#[tokio::test]
async fn the_identity_of_a_hub_is_public_and_permanent() {
    let mut world = World::new().await;
    let who = |world: &World| world.http.get(world.url("/v1/hub")).send();
    let first: HubIdentity = who(&world).await.unwrap().json().await.unwrap();
    assert_eq!(first.hub, world.sign_in("Anna").await.hub);
    assert_eq!(first.now, world.now());
    world.restart().await;
    let again: HubIdentity = who(&world).await.unwrap().json().await.unwrap();
    assert_eq!(again.hub, first.hub);
    let other = World::new().await;
    let other: HubIdentity = who(&other).await.unwrap().json().await.unwrap();
    assert_ne!(other.hub, first.hub);
}

#[tokio::test]
async fn a_sign_out_ends_only_its_own_token() {
    let world = World::new().await;
    let (desk, home) = (world.sign_in("Anna").await, world.sign_in("Anna").await);
    let sign_out = world.http.post(world.url("/v1/sign-out")).bearer_auth(&desk.token);
    assert_eq!(sign_out.send().await.unwrap().status(), 204);
    let (status, error) = world.refused(&desk.token, "/v1/snapshot").await;
    assert_eq!((status, error.code), (401, ErrorCode::Unauthorized));
    let _still: deskbell_protocol::Snapshot = world.get(&home.token, "/v1/snapshot").await;
}

#[tokio::test]
async fn an_agent_gone_for_long_becomes_not_ready() {
    let world = World::new().await;
    let anna = world.ready_agent("Anna").await;
    let (id, token, cursor) = (anna.me.id, anna.token.clone(), anna.cursor);
    anna.hangs_up(&world).await;
    let readiness = async || world.admin.snapshot(id).await.unwrap().statuses[0].readiness;
    world.clock.advance(2 * MINUTE - SECOND);
    world.writes(&carla(), "Is anybody there?").await;
    assert_eq!(readiness().await, Readiness::Ready, "she may still come back");
    world.clock.advance(SECOND);
    within("Anna counts as away", async {
        while readiness().await == Readiness::Ready {
            tokio::task::yield_now().await;
        }
    })
    .await;
    // The next morning her desktop reconnects before she is at her desk.
    world.clock.advance(12 * HOUR);
    let mut anna = Desktop::connect(&world, &token, Some(cursor)).await;
    anna.settles().await;
    let status = anna.status.clone().unwrap();
    assert_eq!((status.readiness, status.reason.as_deref()), (Readiness::NotReady, Some("away")));
    assert_eq!(anna.ringing(), 0);
    anna.becomes(Readiness::Ready).await;
    assert_eq!(anna.rings().await.preview, "Is anybody there?");
}
