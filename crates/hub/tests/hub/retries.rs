//! Retries of failed messages, and messages written before a colleague replied.

use deskbell_protocol::{Command, ConversationId, DeliveryState, ErrorCode, MessageId, Position, Role};

use crate::world::{Behaviour, Desktop, HOUR, World, carla, send, status_of};

/// A reply of Anna to Carla that failed without a reason.
async fn failed(world: &World) -> (Desktop, ConversationId, MessageId) {
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let conversation = anna.accepts(world).await.conversation;
    let sent = anna.sends(conversation, "Hello Carla").await.unwrap();
    anna.delivery_is(sent, DeliveryState::Accepted).await;
    let wamid = world.provider.has(1).await[0].wamid.clone();
    fails(world, &wamid, None).await;
    anna.delivery_is(sent, DeliveryState::Failed).await;
    (anna, conversation, sent)
}

async fn fails(world: &World, wamid: &str, echo: Option<&str>) {
    let mut status = status_of(wamid, "failed", echo);
    status.as_object_mut().unwrap().remove("errors");
    world.deliver_statuses(&[status]).await;
}

fn again(message: MessageId, attempt: u32) -> Command {
    Command::RetryMessage { message, attempt }
}

#[tokio::test]
async fn a_retry_keeps_the_message_and_is_made_once() {
    let world = World::new().await;
    let (mut anna, _, sent) = failed(&world).await;
    for _ in 0..3 {
        anna.commands(again(sent, 1)).await.unwrap();
    }
    anna.until("the second attempt", |desk| {
        let row = desk.messages.values().find(|row| row.id == sent)?;
        (row.attempt == 2 && row.delivery == Some(DeliveryState::Accepted)).then_some(())
    })
    .await;
    let posted = world.provider.has(2).await;
    assert_eq!((posted.len(), posted[1].body.as_str()), (2, "Hello Carla"));
    assert_eq!(posted[1].echo, format!("{sent}.2"));
    world.status(&posted[1].wamid, "delivered", None).await;
    anna.delivery_is(sent, DeliveryState::Delivered).await;
}

#[tokio::test]
async fn a_late_failure_of_the_first_attempt_does_not_fail_the_second() {
    let world = World::new().await;
    let (mut anna, _, sent) = failed(&world).await;
    anna.commands(again(sent, 1)).await.unwrap();
    anna.delivery_is(sent, DeliveryState::Accepted).await;
    let first = world.provider.has(2).await[0].wamid.clone();
    fails(&world, &first, Some(&sent.to_string())).await;
    anna.settles().await;
    anna.delivery_is(sent, DeliveryState::Accepted).await;
}

#[tokio::test]
async fn a_late_response_to_the_first_attempt_does_not_affect_the_second() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let conversation = anna.accepts(&world).await.conversation;
    world.provider.is(Behaviour::HoldsBack);
    let sent = anna.sends(conversation, "Hello Carla").await.unwrap();
    let first = world.provider.has(1).await[0].wamid.clone();
    // The status with the failure arrives before the response to the post.
    fails(&world, &first, Some(&sent.to_string())).await;
    anna.delivery_is(sent, DeliveryState::Failed).await;
    anna.commands(again(sent, 1)).await.unwrap();
    let second = world.provider.has(2).await[1].wamid.clone();
    world.provider.lets_go();
    anna.settles().await;
    world.provider.lets_go();
    anna.delivery_is(sent, DeliveryState::Accepted).await;
    world.status(&second, "delivered", None).await;
    anna.delivery_is(sent, DeliveryState::Delivered).await;
    assert_eq!(world.provider.posted().len(), 2);
}

#[tokio::test]
async fn a_retry_is_refused_unless_it_is_needed_useful_and_allowed() {
    let world = World::with(|settings| settings.agents[1].role = Role::Supervisor).await;
    let (mut anna, conversation, sent) = failed(&world).await;
    let arrived = anna.sends(conversation, "Are you there?").await.unwrap();
    anna.delivery_is(arrived, DeliveryState::Accepted).await;
    assert_eq!(anna.commands(again(arrived, 1)).await.unwrap_err().code, ErrorCode::Malformed);
    let wamid = world.provider.has(2).await[1].wamid.clone();
    world.status(&wamid, "failed", None).await;
    anna.delivery_is(arrived, DeliveryState::Failed).await;
    // The number is the cause, so a retry cannot help.
    assert_eq!(anna.commands(again(arrived, 1)).await.unwrap_err().code, ErrorCode::Malformed);
    let mut ben = world.agent("Ben").await;
    assert_eq!(ben.commands(again(sent, 1)).await.unwrap_err().code, ErrorCode::HeldByColleague);
    assert_eq!(ben.commands(again(MessageId::fresh(), 1)).await.unwrap_err().code, ErrorCode::NotFound);
    world.clock.advance(25 * HOUR);
    assert_eq!(anna.commands(again(sent, 1)).await.unwrap_err().code, ErrorCode::WindowClosed);
    assert_eq!(world.provider.posted().len(), 2);
}

#[tokio::test]
async fn a_message_written_before_a_colleagues_reply_needs_confirmation() {
    let world = World::new().await;
    let carla = carla();
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla, "Is it ready?").await;
    let interaction = anna.accepts(&world).await;
    let conversation = interaction.conversation;
    let seen = anna.reads("Is it ready?").await.position;
    let begun = |message, seen: Option<Position>| {
        let Command::SendMessage { conversation, body, written_at, .. } =
            send(message, conversation, "On Monday")
        else {
            panic!()
        };
        Command::SendMessage { message, conversation, body, written_at, seen }
    };
    // Her own message from another desktop needs no confirmation.
    anna.sends(conversation, "A moment please").await.unwrap();
    let own = MessageId::fresh();
    anna.commands_as(own.into(), begun(own, Some(seen))).await.unwrap();
    anna.commands(Command::EndInteraction { interaction: interaction.id }).await.unwrap();
    anna.commands(Command::MarkDone { interaction: interaction.id }).await.unwrap();
    let mut ben = world.ready_agent("Ben").await;
    anna.becomes(deskbell_protocol::Readiness::NotReady).await;
    world.writes(&carla, "And?").await;
    let his = ben.accepts(&world).await;
    ben.sends(conversation, "On Tuesday").await.unwrap();
    ben.commands(Command::EndInteraction { interaction: his.id }).await.unwrap();
    ben.commands(Command::MarkDone { interaction: his.id }).await.unwrap();
    let late = MessageId::fresh();
    let refused = anna.commands_as(late.into(), begun(late, Some(seen))).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::DraftStale);
    anna.commands_as(late.into(), begun(late, None)).await.unwrap();
}
