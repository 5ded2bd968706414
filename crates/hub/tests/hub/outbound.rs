//! Messages on their way to the provider.

use deskbell_protocol::{
    Change, Command, Content, DeliveryState, Entry, ErrorCode, MessageId, Millis, Notice, Remedy,
};
use serde_json::json;

use crate::world::{Desk, HOUR, MINUTE, Mood, SECOND, World, carla, deniz, send, status_of};
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
async fn a_message_knows_when_it_came_as_far_as_it_has() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    let told = |wamid: &str, status: &str, at: Millis| {
        let mut status = status_of(wamid, status, None);
        status["timestamp"] = (at.0 / SECOND).to_string().into();
        status
    };
    // A status that is faster than the answer keeps its own time while it waits.
    let sent_at = world.now().plus(-10 * SECOND);
    world.deliver_statuses(&[told("wamid.out.0", "sent", sent_at)]).await;
    anna.settles().await;
    let id = anna.sends(interaction.conversation, "Your bike is ready.").await.unwrap();
    assert_eq!(anna.delivery_is(id, DeliveryState::Sent).await.state_at, Some(sent_at));

    // Carla read it at five past; the provider tells it twenty minutes later, and twice.
    let read_at = world.now().plus(5 * MINUTE);
    world.clock.advance(25 * MINUTE);
    world.deliver_statuses(&[told("wamid.out.0", "read", read_at)]).await;
    assert_eq!(anna.delivery_is(id, DeliveryState::Read).await.state_at, Some(read_at));
    world.deliver_statuses(&[told("wamid.out.0", "read", world.now())]).await;
    world.deliver_statuses(&[told("wamid.out.0", "delivered", world.now())]).await;
    anna.settles().await;
    assert_eq!(anna.delivery_is(id, DeliveryState::Read).await.state_at, Some(read_at));

    // What only the hub knows has the hub's time, and a fast clock of the provider's tells nothing of tomorrow.
    let id = anna.sends(interaction.conversation, "Until six.").await.unwrap();
    assert_eq!(anna.delivery_is(id, DeliveryState::Accepted).await.state_at, Some(world.now()));
    world.deliver_statuses(&[told("wamid.out.1", "delivered", world.now().plus(HOUR))]).await;
    assert_eq!(anna.delivery_is(id, DeliveryState::Delivered).await.state_at, Some(world.now()));
    let contacts = anna.messages.values().filter(|message| message.delivery.is_none());
    assert!(contacts.clone().count() > 0 && contacts.clone().all(|message| message.state_at.is_none()));
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

#[tokio::test]
async fn what_was_paced_until_the_window_closed_is_not_posted_and_can_be_sent_again_later() {
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
async fn what_waited_for_the_providers_access_is_looked_at_again_before_it_is_posted() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    world.provider.takes_only("another token");
    let id = anna.sends(interaction.conversation, "Are you still there?").await.unwrap();
    anna.until("its messages wait", |desk| {
        let waits =
            |entry: &Entry| matches!(&entry.change, Change::AccountHealth { row } if row.problem.is_some());
        desk.heard.iter().any(waits).then_some(())
    })
    .await;
    // A day later the administrator has put it right.
    world.provider.takes_only("access");
    world.clock.advance(25 * HOUR);
    let failed = anna.delivery_is(id, DeliveryState::Failed).await;
    assert_eq!(failed.failure.unwrap().reason, "hub.window_closed_meanwhile");
    assert!(world.provider.posted().is_empty());
}

#[tokio::test]
async fn a_clock_that_was_set_back_does_not_stop_what_is_sent() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    let first = anna.sends(interaction.conversation, "one").await.unwrap();
    anna.delivery_is(first, DeliveryState::Accepted).await;
    // The second is put off by a second.
    let error = json!({"error": {"code": 131056, "message": "Too many messages", "type": "OAuthException"}});
    world.provider.is(Mood::Answers(400, error));
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
    world.provider.is(Mood::Accepts);
    world.clock.advance(-12 * HOUR);
    anna.sends(interaction.conversation, "three").await.unwrap();
    // A minute passes, and all of it is out.
    for _ in 0..60 {
        anna.settles().await;
        world.clock.advance(SECOND);
    }
    let bodies: Vec<_> = world.provider.has(4).await.into_iter().map(|post| post.body).collect();
    assert_eq!(bodies, ["one", "two", "two", "three"]);
}

#[tokio::test]
async fn a_message_that_the_hub_stumbles_over_does_not_stop_the_others() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let carlas = anna.accepts(&world).await.conversation;
    world.writes(&deniz(), "Hello").await;
    let deniz = anna.accepts(&world).await.conversation;
    let error = json!({"error": {"code": 131056, "message": "Too many messages", "type": "OAuthException"}});
    world.provider.is(Mood::Answers(400, error));
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
    world.provider.is(Mood::Accepts);
    world.clock.advance(10 * SECOND);
    anna.sends(deniz, "To Deniz").await.unwrap();
    assert_eq!(world.provider.has(2).await[1].body, "To Deniz");
    // It is not forgotten either.
    write(&content);
    world.clock.advance(2 * MINUTE);
    assert_eq!(world.provider.has(3).await[2].body, "To Carla");
}
