//! Clocks that are an hour off, and sign-ins that are not good here.

use deskbell_protocol::{ClientFrame, Command, ErrorCode, HubFrame, MessageId, OfferState};

use crate::world::{
    Desktop, HOUR, MINUTE, SECOND, World, carla, deniz, hello, id_of, receive_frame, send, send_frame,
    socket, within,
};

#[tokio::test]
async fn expired_revoked_and_foreign_tokens_are_rejected() {
    let world = World::with(|settings| settings.limits.token_days = 1).await;
    let elsewhere = World::new().await;
    let expired = world.sign_in("Anna").await.token;
    world.clock.advance(25 * HOUR);
    let mut ben = world.ready_agent("Ben").await;
    let revoked = world.sign_in("Anna").await.token;
    world.admin.revoke(id_of(&world, "Anna").await).await.unwrap();
    let foreign = elsewhere.sign_in("Anna").await.token;
    for (what, token) in [("expired", &expired), ("revoked", &revoked), ("foreign", &foreign)] {
        let (status, error) = world.refused(token, "/v1/snapshot").await;
        assert_eq!((status, error.code), (401, ErrorCode::Unauthorized), "{what}");
        let mut socket = socket(&world).await;
        send_frame(&mut socket, &hello(token, None)).await;
        let Some(HubFrame::Refused { error }) = receive_frame(&mut socket).await else {
            panic!("{what}: not refused")
        };
        assert_eq!(error.code, ErrorCode::Unauthorized, "{what}");
        assert!(error.message.contains("Sign in"), "{what}: {}", error.message);
        assert_eq!(receive_frame(&mut socket).await, None, "{what}: the hub hangs up");
    }
    world.writes(&carla(), "Hello").await;
    assert_eq!(ben.rings().await.preview, "Hello");
    // She signs in again, and that is all it takes.
    world.agent("Anna").await.frame(&ClientFrame::Ping { n: 1 }).await;
    let id = id_of(&world, "Anna").await;
    let access = world.admin.access_of(id, world.now()).await.unwrap();
    assert_eq!(access.sign_ins.len(), 1);
}

#[tokio::test]
async fn messages_of_a_desktop_with_a_wrong_clock_are_ordered_by_the_hub() {
    let world = World::new().await;
    let carla = carla();
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla, "one").await;
    let conversation = anna.accepts(&world).await.conversation;
    for (text, off) in [("two", HOUR), ("three", -HOUR)] {
        let message = MessageId::fresh();
        let Command::SendMessage { body, seen, .. } = send(message, conversation, text) else { panic!() };
        let written_at = world.now().plus(off);
        anna.commands(Command::SendMessage { message, conversation, body, written_at, seen }).await.unwrap();
        world.clock.advance(SECOND);
    }
    world.writes(&carla, "four").await;
    anna.reads("four").await;
    let transcript = world.admin.transcript(conversation).await.unwrap();
    let words: Vec<_> = transcript
        .iter()
        .filter_map(|message| match &message.content {
            deskbell_protocol::Content::Text { body } => Some(body.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(words, ["one", "two", "three", "four"]);
}

#[tokio::test]
async fn offers_time_out_although_the_clock_of_the_hub_is_set_back() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let offer = anna.rings().await;
    world.clock.advance(-HOUR);
    world.writes(&deniz(), "Hello").await;
    anna.until("Deniz rings too", |desk| (desk.ringing() == 2).then_some(())).await;
    let mut passed = 0;
    while anna.offers[&offer.id].state == OfferState::Ringing {
        assert!(passed < 50 * MINUTE, "it rings for an hour");
        world.clock.advance(SECOND);
        passed += SECOND;
        anna.settles().await;
    }
    assert_eq!(anna.offers[&offer.id].state, OfferState::TimedOut);
    // Her sign-in and her line are as they were.
    let (token, cursor) = (anna.token.clone(), anna.cursor);
    let mut again = Desktop::connect(&world, &token, Some(cursor)).await;
    again.settles().await;
}

#[tokio::test]
async fn a_clock_that_jumps_ahead_keeps_sign_ins_and_closes_windows() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let conversation = anna.accepts(&world).await.conversation;
    world.clock.advance(HOUR);
    anna.sends(conversation, "An hour later").await.unwrap();
    world.clock.advance(22 * HOUR + 59 * MINUTE);
    anna.sends(conversation, "Just in time").await.unwrap();
    world.clock.advance(MINUTE);
    let refused = anna.sends(conversation, "Too late").await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::WindowClosed);
}

#[tokio::test]
async fn raw_deliveries_expire_and_the_transcript_does_not() {
    let world = World::with(|settings| settings.limits.raw_days = 1).await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let conversation = anna.accepts(&world).await.conversation;
    let file = world.file();
    let kept =
        || file.query_row("SELECT count(*) FROM raw_deliveries", [], |row| row.get::<_, i64>(0)).unwrap();
    world.clock.advance(23 * HOUR);
    anna.settles().await;
    assert_eq!(kept(), 1);
    world.clock.advance(2 * HOUR);
    within("the raw delivery is forgotten", async {
        while kept() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert!(!world.admin.transcript(conversation).await.unwrap().is_empty());
}
