//! Synchronization of a desktop with the log: cursors, gaps, access.

use deskbell_protocol::{
    Change, ClientFrame, Command, Cursor, Generation, InteractionState, LogPosition, Scope,
};

use crate::world::{Desktop, HOUR, World, carla, deniz, emre, id_of};

const DAY: i64 = 24 * HOUR;

#[tokio::test]
async fn a_desktop_resumes_at_its_cursor_without_a_gap() {
    let world = World::new().await;
    let carla = carla();
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla, "one").await;
    anna.accepts(&world).await;
    let (token, cursor) = (anna.token.clone(), anna.cursor);
    anna.hangs_up(&world).await;
    for text in ["two", "three", "four"] {
        world.writes(&carla, text).await;
    }
    let mut anna = Desktop::connect(&world, &token, Some(cursor)).await;
    for text in ["two", "three", "four"] {
        anna.reads(text).await;
    }
    assert!(!anna.too_old);
}

#[tokio::test]
async fn the_cursor_advances_past_entries_an_agent_may_not_read() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    let mut ben = world.agent("Ben").await;
    let before = ben.cursor.position;
    world.writes(&carla(), "For Anna only").await;
    anna.accepts(&world).await;
    ben.settles().await;
    ben.until("Ben's cursor is as far as Anna's", |desk| {
        (desk.cursor.position >= anna.cursor.position).then_some(())
    })
    .await;
    assert!(before < anna.cursor.position);
    assert!(ben.entries.is_empty(), "{:?}", ben.entries);
    assert!(ben.conversations.is_empty());
    // Neither a replay nor the pages for his desktop have it; as a member of the queue he may read it on request.
    let (token, conversation) = (ben.token.clone(), *anna.conversations.keys().next().unwrap());
    let cursor = Cursor { position: before, ..ben.cursor };
    let mut again = Desktop::connect(&world, &token, Some(cursor)).await;
    again.until("the replay ends", |desk| desk.live.then_some(())).await;
    assert!(again.entries.is_empty());
    let path = format!("/v1/conversations/{conversation}/messages");
    let page: deskbell_protocol::MessagePage = world.get(&token, &path).await;
    assert!(page.messages.iter().any(|message| crate::world::says(message, "For Anna only")));
    again.page_in(&world, &format!("&conversation={conversation}")).await;
    assert!(again.conversations.is_empty());
}

#[tokio::test]
async fn a_cursor_of_another_generation_or_past_the_head_is_too_old() {
    let world = World::new().await;
    let signed_in = world.sign_in("Anna").await;
    let anna = world.agent("Anna").await;
    let ahead = LogPosition(anna.cursor.position.0 + 1000);
    for cursor in [
        Some(Cursor { generation: Generation::fresh(), ..anna.cursor }),
        Some(Cursor { position: ahead, ..anna.cursor }),
        None,
    ] {
        let mut desk = Desktop::connect(&world, &signed_in.token, cursor).await;
        desk.until("the cursor is too old", |desk| desk.too_old.then_some(())).await;
        assert!(!desk.live);
        desk.cursor.position = LogPosition(0);
        desk.read_snapshot(&world).await;
    }
}

#[tokio::test]
async fn a_cursor_older_than_the_log_is_too_old() {
    let world = World::with(|settings| settings.limits.log_days = 1).await;
    let carla = carla();
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla, "one").await;
    anna.accepts(&world).await;
    let (token, cursor) = (anna.token.clone(), anna.cursor);
    world.writes(&carla, "two").await;
    anna.reads("two").await;
    world.clock.advance(2 * DAY);
    // The hourly retention is due; new entries are kept.
    world.writes(&carla, "three").await;
    anna.reads("three").await;
    world.clock.advance(2 * HOUR);
    crate::world::within("old entries are deleted", async {
        loop {
            let mut desk = Desktop::connect(&world, &token, Some(cursor)).await;
            desk.until("the hub answers the cursor", |desk| (desk.too_old || desk.live).then_some(())).await;
            if desk.too_old {
                return;
            }
            world.clock.advance(HOUR);
        }
    })
    .await;
    // Nothing is lost: the transcript is loaded again.
    let mut anna = Desktop::connect(&world, &token, None).await;
    anna.read_snapshot(&world).await;
    for text in ["one", "two", "three"] {
        anna.reads(text).await;
    }
}

#[tokio::test]
async fn an_accepted_offer_grants_the_conversation_before_its_changes() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let interaction = anna.accepts(&world).await;
    let granted = Scope::Conversation(interaction.conversation);
    let place = |matches: &dyn Fn(&Change) -> bool| {
        anna.entries.iter().position(|entry| matches(&entry.change)).unwrap()
    };
    let granted = place(&|change| *change == Change::Granted { scope: granted });
    let changed = place(&|change| matches!(change, Change::Interaction { .. } | Change::Conversation { .. }));
    assert!(granted < changed);
}

#[tokio::test]
async fn a_removed_member_loses_the_queue_and_gets_it_back() {
    let world = World::new().await;
    let carla = carla();
    let mut ben = world.ready_agent("Ben").await;
    let queue = world.admin.queue_named("Sales").await.unwrap().unwrap().id;
    world.writes(&carla, "Hello").await;
    let interaction = ben.accepts(&world).await;
    let mut anna = world.ready_agent("Anna").await;

    world.admin.remove_member(ben.me.id, queue, world.now()).await.unwrap();
    let revoked = Change::Revoked { scope: Scope::Queue(queue) };
    ben.until("Ben is told", |desk| desk.entries.iter().any(|entry| entry.change == revoked).then_some(()))
        .await;
    let (status, _) =
        world.refused(&ben.token, &format!("/v1/conversations/{}/messages", interaction.conversation)).await;
    assert_eq!(status, 404);
    // His interaction is queued again and offered to Anna; he gets no entry about that.
    assert_eq!(anna.accepts(&world).await.id, interaction.id);
    world.writes(&carla, "Who are you?").await;
    anna.reads("Who are you?").await;
    ben.settles().await;
    assert!(ben.messages.values().all(|message| !crate::world::says(message, "Who are you?")));
    // A replay from an older cursor has nothing either.
    let cursor = Cursor { position: LogPosition(0), ..ben.cursor };
    let mut again = Desktop::connect(&world, &ben.token, Some(cursor)).await;
    again.until("the replay ends", |desk| desk.live.then_some(())).await;
    assert!(again.messages.is_empty() && again.conversations.is_empty());

    world.admin.add_member(ben.me.id, queue, world.now()).await.unwrap();
    let granted = Change::Granted { scope: Scope::Queue(queue) };
    ben.until("Ben is told", |desk| {
        desk.entries
            .iter()
            .rev()
            .take_while(|e| e.change != revoked)
            .any(|e| e.change == granted)
            .then_some(())
    })
    .await;
    ben.page_in(&world, &format!("&queue={queue}")).await;
    ben.reads("Who are you?").await;
}

#[tokio::test]
async fn a_supervisor_reads_all_of_their_queue_and_others_nothing() {
    let world = World::with(|settings| {
        settings.queues.push(deskbell_hub::QueueSettings { name: "Service".to_owned() });
    })
    .await;
    let now = world.now();
    let role = deskbell_protocol::Role::Supervisor;
    let sofia = world.admin.add_agent("Sofia", crate::world::PASSWORD, role, now).await.unwrap();
    let sam = world.admin.add_agent("Sam", crate::world::PASSWORD, role, now).await.unwrap();
    let sales = world.admin.queue_named("Sales").await.unwrap().unwrap().id;
    let service = world.admin.queue_named("Service").await.unwrap().unwrap().id;
    world.admin.add_member(sofia.id, sales, now).await.unwrap();
    world.admin.add_member(sam.id, service, now).await.unwrap();
    let mut sofia = world.agent("Sofia").await;
    let mut sam = world.agent("Sam").await;
    world.writes(&carla(), "Hello").await;
    sofia.reads("Hello").await;
    sam.settles().await;
    assert!(sam.messages.is_empty());
    sam.page_in(&world, "").await;
    assert!(sam.conversations.is_empty());
    assert!(sam.status.is_none(), "Service has no channel");
}

#[tokio::test]
async fn all_missed_messages_arrive_in_order() {
    let world = World::new().await;
    let carla = carla();
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla, "first").await;
    anna.accepts(&world).await;
    let (token, cursor) = (anna.token.clone(), anna.cursor);
    anna.hangs_up(&world).await;
    let messages: Vec<_> = (0..900).map(|n| carla.text(&format!("line {n}"), world.now()).1).collect();
    assert_eq!(world.deliver(&crate::world::delivery(&messages, &[])).await, 200);
    let mut anna = Desktop::connect(&world, &token, Some(cursor)).await;
    anna.reads("line 899").await;
    let lines: Vec<_> = anna
        .messages
        .values()
        .filter_map(|message| match &message.content {
            deskbell_protocol::Content::Text { body } if body.starts_with("line ") => Some(body.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(lines, (0..900).map(|n| format!("line {n}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_desktop_that_stops_reading_for_a_while_gets_everything() {
    let world = World::new().await;
    let carla = carla();
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla, "first").await;
    anna.accepts(&world).await;
    let (token, cursor) = (anna.token.clone(), anna.cursor);
    anna.hangs_up(&world).await;
    let mut anna = Desktop::connect_with_small_buffer(&world, &token, Some(cursor)).await;
    anna.until("the desk is live", |desk| desk.live.then_some(())).await;
    // More commits than the hub queues for one session, and more bytes than the socket buffers hold.
    let long = "x".repeat(4000);
    for n in 0..300 {
        let batch: Vec<_> = (0..5).map(|m| carla.text(&format!("{n}.{m} {long}"), world.now()).1).collect();
        assert_eq!(world.deliver(&crate::world::delivery(&batch, &[])).await, 200);
    }
    anna.reads_eventually(&world, &format!("299.4 {long}")).await;
    let received = anna.entries.iter().filter(|entry| matches!(entry.change, Change::Message { .. })).count();
    assert_eq!(received, 1500);
}

#[tokio::test]
async fn pages_continue_where_the_last_one_ended() {
    let world = World::with(|settings| settings.routing.capacity = 10).await;
    let mut anna = world.ready_agent("Anna").await;
    for customer in [carla(), deniz(), emre()] {
        for text in ["one", "two", "three"] {
            world.writes(&customer, text).await;
        }
        anna.accepts(&world).await;
    }
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let path = format!("/v1/conversations?limit=2{after}");
        let page: deskbell_protocol::ConversationPage = world.get(&anna.token, &path).await;
        seen.extend(page.conversations.iter().map(|detail| detail.conversation.id));
        let Some(next) = page.next else { break };
        after = format!("&after={next}");
    }
    assert_eq!(seen, anna.conversations.keys().copied().collect::<Vec<_>>());
    let mut texts = 0;
    let mut before = String::new();
    loop {
        let path = format!("/v1/conversations/{}/messages?limit=2{before}", seen[0]);
        let page: deskbell_protocol::MessagePage = world.get(&anna.token, &path).await;
        assert!(page.messages.is_sorted_by(|a, b| a.position > b.position));
        texts += page.messages.len();
        let Some(next) = page.next else { break };
        before = format!("&before={next}");
    }
    assert_eq!(texts, 4, "three of the contact, and the line that Anna took it");
}

#[tokio::test]
async fn a_command_repeated_after_a_lost_reply_changes_nothing() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let offer = anna.rings().await;
    let id = deskbell_protocol::CommandId::fresh();
    let accept = Command::AcceptOffer { offer: offer.id };
    anna.commands_as(id, accept.clone()).await.unwrap();
    let (token, cursor) = (anna.token.clone(), anna.cursor);
    anna.hangs_up(&world).await;
    let mut anna = Desktop::connect(&world, &token, Some(cursor)).await;
    anna.commands_as(id, accept).await.unwrap();
    anna.interaction_is(offer.interaction, InteractionState::Active).await;
}

#[tokio::test]
async fn an_invalid_resume_is_answered_with_too_old() {
    let world = World::new().await;
    let signed_in = world.sign_in("Anna").await;
    let mut desk = Desktop::connect(&world, &signed_in.token, None).await;
    desk.until("the cursor is too old", |desk| desk.too_old.then_some(())).await;
    desk.too_old = false;
    let cursor = Cursor { generation: Generation::fresh(), position: LogPosition(1) };
    desk.frame(&ClientFrame::Resume { cursor }).await;
    desk.until("the cursor is too old", |desk| desk.too_old.then_some(())).await;
}

#[tokio::test]
async fn a_new_member_is_granted_the_queue() {
    let world = World::with(|settings| {
        settings.queues.push(deskbell_hub::QueueSettings { name: "Service".to_owned() });
    })
    .await;
    let anna = id_of(&world, "Anna").await;
    let service = world.admin.queue_named("Service").await.unwrap().unwrap().id;
    let mut desk = world.agent("Anna").await;
    world.admin.add_member(anna, service, world.now()).await.unwrap();
    let granted = Change::Granted { scope: Scope::Queue(service) };
    desk.until("Anna is told", |desk| desk.entries.iter().any(|e| e.change == granted).then_some(())).await;
}
