//! Delivery of messages to the provider.

use deskbell_protocol::{
    Change, Command, Content, ConversationId, DeliveryState, Entry, ErrorCode, Interaction, MessageId,
    Millis, Notice, Remedy,
};
use serde_json::json;

use crate::world::{Behaviour, Desktop, HOUR, MINUTE, SECOND, World, carla, deniz, send, status_of};

async fn in_conversation(world: &World) -> (Desktop, Interaction) {
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let interaction = anna.accepts(world).await;
    (anna, interaction)
}

#[tokio::test]
async fn a_message_sent_twice_under_one_id_is_sent_once() {
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
async fn a_message_whose_response_is_lost_is_unknown_and_not_repeated() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    world.provider.is(Behaviour::CutsTheLine);
    let id = anna.sends(interaction.conversation, "Did you get this?").await.unwrap();
    anna.delivery_is(id, DeliveryState::Unknown).await;
    world.provider.is(Behaviour::Accepts);
    world.clock.advance(HOUR);
    anna.sends(interaction.conversation, "And this?").await.unwrap();
    let posted = world.provider.has(2).await;
    assert_eq!(posted[1].body, "And this?", "the first was not sent a second time");
}

#[tokio::test]
async fn the_echo_in_a_status_settles_an_unknown_message() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    world.provider.is(Behaviour::CutsTheLine);
    let id = anna.sends(interaction.conversation, "Did you get this?").await.unwrap();
    anna.delivery_is(id, DeliveryState::Unknown).await;
    world.status("wamid.lost", "delivered", Some(&id.to_string())).await;
    anna.delivery_is(id, DeliveryState::Delivered).await;
    // Later statuses find it by the provider's id.
    world.status("wamid.lost", "read", None).await;
    anna.delivery_is(id, DeliveryState::Read).await;
}

#[tokio::test]
async fn a_status_that_precedes_the_response_is_applied_after_it() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    world.status("wamid.out.0", "delivered", None).await;
    anna.settles().await;
    let id = anna.sends(interaction.conversation, "Quick").await.unwrap();
    anna.delivery_is(id, DeliveryState::Delivered).await;
}

#[tokio::test]
async fn each_delivery_state_has_its_time() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    let status_at = |wamid: &str, status: &str, at: Millis| {
        let mut status = status_of(wamid, status, None);
        status["timestamp"] = (at.0 / SECOND).to_string().into();
        status
    };
    // A status that precedes the response keeps its time.
    let sent_at = world.now().plus(-10 * SECOND);
    world.deliver_statuses(&[status_at("wamid.out.0", "sent", sent_at)]).await;
    anna.settles().await;
    let id = anna.sends(interaction.conversation, "Your bike is ready.").await.unwrap();
    assert_eq!(anna.delivery_is(id, DeliveryState::Sent).await.state_at, Some(sent_at));

    // Carla read it at five past; the provider reports it twenty minutes later, and twice.
    let read_at = world.now().plus(5 * MINUTE);
    world.clock.advance(25 * MINUTE);
    world.deliver_statuses(&[status_at("wamid.out.0", "read", read_at)]).await;
    assert_eq!(anna.delivery_is(id, DeliveryState::Read).await.state_at, Some(read_at));
    world.deliver_statuses(&[status_at("wamid.out.0", "read", world.now())]).await;
    world.deliver_statuses(&[status_at("wamid.out.0", "delivered", world.now())]).await;
    anna.settles().await;
    assert_eq!(anna.delivery_is(id, DeliveryState::Read).await.state_at, Some(read_at));

    // States set by the hub have its time, and a time of the provider in the future is capped to now.
    let id = anna.sends(interaction.conversation, "Until six.").await.unwrap();
    assert_eq!(anna.delivery_is(id, DeliveryState::Accepted).await.state_at, Some(world.now()));
    world.deliver_statuses(&[status_at("wamid.out.1", "delivered", world.now().plus(HOUR))]).await;
    assert_eq!(anna.delivery_is(id, DeliveryState::Delivered).await.state_at, Some(world.now()));
    let contacts = anna.messages.values().filter(|message| message.delivery.is_none());
    assert!(contacts.clone().count() > 0 && contacts.clone().all(|message| message.state_at.is_none()));
}

#[tokio::test]
async fn a_failure_is_reported_once_and_corrected_by_a_late_delivery() {
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
    let notices = anna
        .messages
        .values()
        .filter(|m| matches!(m.content, Content::Notice { notice: Notice::Undelivered { .. } }))
        .count();
    assert_eq!(notices, 1);
}

#[tokio::test]
async fn a_message_refused_by_the_provider_fails() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    let error =
        json!({"error": {"code": 131026, "message": "Message undeliverable", "type": "OAuthException"}});
    world.provider.is(Behaviour::Answers(400, error));
    let id = anna.sends(interaction.conversation, "Hello").await.unwrap();
    anna.delivery_is(id, DeliveryState::Failed).await;
    anna.notices(|notice| matches!(notice, Notice::Undelivered { .. })).await;
}

#[tokio::test]
async fn a_deferred_message_is_retried_and_keeps_its_order() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    let error = json!({"error": {"code": 131056, "message": "Too many messages", "type": "OAuthException"}});
    world.provider.is(Behaviour::Answers(400, error));
    let first = anna.sends(interaction.conversation, "one").await.unwrap();
    world.provider.has(1).await;
    let second = anna.sends(interaction.conversation, "two").await.unwrap();
    anna.settles().await;
    world.provider.is(Behaviour::Accepts);
    // The clock advances in small steps, so that the time at which the first response is processed does not matter.
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
async fn a_message_being_posted_at_a_crash_is_unknown() {
    let mut world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    world.provider.is(Behaviour::Silent);
    let id = anna.sends(interaction.conversation, "Did you get this?").await.unwrap();
    world.provider.has(1).await;
    anna.delivery_is(id, DeliveryState::Posting).await;
    let (token, cursor) = (anna.token.clone(), anna.cursor);
    drop(anna);
    world.kill().await;
    world.provider.is(Behaviour::Accepts);
    world.start().await;
    let mut anna = Desktop::connect(&world, &token, Some(cursor)).await;
    anna.delivery_is(id, DeliveryState::Unknown).await;
    assert_eq!(world.provider.posted().len(), 1);
}

#[tokio::test]
async fn a_response_that_never_arrives_makes_the_message_unknown() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    world.provider.is(Behaviour::Silent);
    let id = anna.sends(interaction.conversation, "Did you get this?").await.unwrap();
    anna.delivery_is(id, DeliveryState::Posting).await;
    world.clock.advance(MINUTE);
    anna.delivery_is(id, DeliveryState::Unknown).await;
}

#[tokio::test]
async fn free_text_outside_the_window_is_refused_without_a_post() {
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
async fn messages_to_one_contact_are_paced() {
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

#[tokio::test]
async fn a_message_paced_past_the_window_fails_and_can_be_retried() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    let conversation = interaction.conversation;
    let mut sent = Vec::new();
    for n in 0..43 {
        sent.push(anna.sends(conversation, &format!("line {n}")).await.unwrap());
    }
    world.provider.has(41).await;
    world.clock.advance(24 * HOUR);
    for late in &sent[41..] {
        let failed = anna.delivery_is(*late, DeliveryState::Failed).await;
        let failure = failed.failure.unwrap();
        assert_eq!(failure.reason, "hub.window_closed_meanwhile");
        assert_eq!(failure.remedy, Remedy::SendAgain);
        let notice = anna
            .notices(|notice| matches!(notice, Notice::Undelivered { message, .. } if message == late))
            .await;
        let Content::Notice { notice: Notice::Undelivered { position, .. } } = notice.content else {
            panic!()
        };
        assert_eq!(position, Some(failed.position), "the line leads to its message");
    }
    assert_eq!(world.provider.posted().len(), 41, "the provider was not asked");
    let again = Command::RetryMessage { message: sent[41], attempt: 1 };
    assert_eq!(anna.commands(again.clone()).await.unwrap_err().code, ErrorCode::WindowClosed);

    let carla = carla();
    let _hello = carla.text("Hello", world.now());
    world.writes(&carla, "I am back").await;
    anna.reads("I am back").await;
    anna.commands(again).await.unwrap();
    assert_eq!(world.provider.has(42).await[41].body, "line 41");
}

#[tokio::test]
async fn a_message_of_a_paused_account_is_checked_again_before_it_is_posted() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    world.provider.takes_only("another token");
    let id = anna.sends(interaction.conversation, "Are you still there?").await.unwrap();
    anna.until("its messages wait", |desk| {
        let waits =
            |entry: &Entry| matches!(&entry.change, Change::AccountHealth { row } if row.problem.is_some());
        desk.entries.iter().any(waits).then_some(())
    })
    .await;
    // A day later the administrator has repaired the access.
    world.provider.takes_only("access");
    world.clock.advance(25 * HOUR);
    let failed = anna.delivery_is(id, DeliveryState::Failed).await;
    assert_eq!(failed.failure.unwrap().reason, "hub.window_closed_meanwhile");
    assert!(world.provider.posted().is_empty());
}

#[tokio::test]
async fn a_clock_set_back_does_not_stop_posting() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    let first = anna.sends(interaction.conversation, "one").await.unwrap();
    anna.delivery_is(first, DeliveryState::Accepted).await;
    // The provider defers the second message.
    let error = json!({"error": {"code": 131056, "message": "Too many messages", "type": "OAuthException"}});
    world.provider.is(Behaviour::Answers(400, error));
    anna.sends(interaction.conversation, "two").await.unwrap();
    world.provider.has(2).await;
    crate::world::within("the refusal is written down", async {
        let file = world.file();
        let waits = "SELECT count(*) FROM outbound WHERE state = 'waiting' AND tries = 1";
        while file.query_row(waits, [], |row| row.get::<_, i64>(0)).unwrap() == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    world.provider.is(Behaviour::Accepts);
    world.clock.advance(-12 * HOUR);
    anna.sends(interaction.conversation, "three").await.unwrap();
    // A minute later everything is posted.
    for _ in 0..60 {
        anna.settles().await;
        world.clock.advance(SECOND);
    }
    let bodies: Vec<_> = world.provider.has(4).await.into_iter().map(|post| post.body).collect();
    assert_eq!(bodies, ["one", "two", "two", "three"]);
}

#[tokio::test]
async fn a_message_that_cannot_be_processed_does_not_stop_the_others() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let carlas = anna.accepts(&world).await.conversation;
    world.writes(&deniz(), "Hello").await;
    let deniz = anna.accepts(&world).await.conversation;
    let error = json!({"error": {"code": 131056, "message": "Too many messages", "type": "OAuthException"}});
    world.provider.is(Behaviour::Answers(400, error));
    let broken = anna.sends(carlas, "To Carla").await.unwrap();
    world.provider.has(1).await;
    let file = world.file();
    let content: String = file
        .query_row("SELECT content FROM messages WHERE id = ?1", [broken.as_uuid().as_bytes()], |row| {
            row.get(0)
        })
        .unwrap();
    let write = |content: &str| {
        let id = broken.as_uuid().as_bytes();
        let sql = "UPDATE messages SET content = ?2 WHERE id = ?1";
        assert_eq!(file.execute(sql, rusqlite::params![id, content]).unwrap(), 1);
    };
    crate::world::within("the refusal is written down", async {
        let waits = "SELECT count(*) FROM outbound WHERE state = 'waiting' AND tries = 1";
        while file.query_row(waits, [], |row| row.get::<_, i64>(0)).unwrap() == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    write("not what it was");
    world.provider.is(Behaviour::Accepts);
    world.clock.advance(10 * SECOND);
    anna.sends(deniz, "To Deniz").await.unwrap();
    assert_eq!(world.provider.has(2).await[1].body, "To Deniz");
    // The message itself is kept.
    write(&content);
    world.clock.advance(2 * MINUTE);
    assert_eq!(world.provider.has(3).await[2].body, "To Carla");
}
