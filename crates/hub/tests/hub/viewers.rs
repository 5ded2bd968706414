//! Viewers of a conversation: what colleagues see of them, and read receipts for the contact.

use deskbell_protocol::{Command, ConversationId, HubFrame, Role};

use crate::world::{Behaviour, ReadReceipt, SECOND, World, carla, whatsapp_settings};

fn view(conversation: Option<ConversationId>, writing: bool) -> Command {
    Command::Look { conversation, writing }
}

fn marked(wamid: &str, typing: bool) -> ReadReceipt {
    ReadReceipt { wamid: wamid.to_owned(), typing }
}

#[tokio::test]
async fn viewing_sends_read_receipts_and_typing_indicators() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    let carla = carla();
    let first = world.writes(&carla, "Hello").await;
    let interaction = anna.accepts(&world).await;
    let here = Some(interaction.conversation);
    anna.settles().await;
    assert_eq!(world.provider.marked(), [], "nobody has looked");
    anna.commands(view(here, false)).await.unwrap();
    assert_eq!(world.provider.has_marked(1).await, [marked(&first, false)]);
    anna.commands(view(here, false)).await.unwrap();
    // A message that arrives while she views is read at once.
    let second = world.writes(&carla, "Are you there?").await;
    assert_eq!(world.provider.has_marked(2).await[1], marked(&second, false));
    anna.commands(view(here, true)).await.unwrap();
    assert_eq!(world.provider.has_marked(3).await[2], marked(&second, true));
    // Typing is not reported for every key.
    for _ in 0..3 {
        anna.commands(view(here, true)).await.unwrap();
    }
    world.clock.advance(20 * SECOND);
    anna.commands(view(here, true)).await.unwrap();
    assert_eq!(world.provider.has_marked(4).await[3], marked(&second, true));
    anna.commands(view(None, false)).await.unwrap();
    world.writes(&carla, "Hm").await;
    anna.reads("Hm").await;
    anna.sends(interaction.conversation, "I am").await.unwrap();
    world.provider.has(1).await;
    assert_eq!(world.provider.marked().len(), 4, "nobody looks any more");
}

#[tokio::test]
async fn a_read_receipt_is_sent_once_the_viewer_handles_the_interaction() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    let first = world.writes(&carla(), "Hello").await;
    let conversation = anna.rings().await.conversation;
    anna.commands(view(Some(conversation), false)).await.unwrap();
    anna.settles().await;
    assert_eq!(world.provider.marked(), [], "it is nobody's yet");
    anna.accepts(&world).await;
    assert_eq!(world.provider.has_marked(1).await, [marked(&first, false)]);
}

#[tokio::test]
async fn a_failing_read_receipt_is_tried_three_times_and_blocks_nothing() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let interaction = anna.accepts(&world).await;
    world.provider.is(Behaviour::AnswersRaw(500, Vec::new(), String::new()));
    for n in 1..=3 {
        anna.commands(view(Some(interaction.conversation), false)).await.unwrap();
        world.provider.has_marked(n).await;
        crate::world::within("the failure is written down", async {
            let sql = "SELECT count(*) FROM read_marks WHERE failures = ?1 OR position > 0";
            let tried = i64::try_from(n).unwrap();
            while world.file().query_row(sql, [tried], |row| row.get::<_, i64>(0)).unwrap() == 0 {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        })
        .await;
        anna.settles().await;
    }
    world.provider.is(Behaviour::Accepts);
    anna.commands(view(Some(interaction.conversation), false)).await.unwrap();
    anna.sends(interaction.conversation, "Hello").await.unwrap();
    world.provider.has(1).await;
    assert_eq!(world.provider.marked().len(), 3);
}

#[tokio::test]
async fn read_receipts_can_be_disabled_for_an_account() {
    let world =
        World::with(|settings| whatsapp_settings(&mut settings.accounts[0]).read_receipts = false).await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let interaction = anna.accepts(&world).await;
    anna.commands(view(Some(interaction.conversation), true)).await.unwrap();
    anna.sends(interaction.conversation, "Hello").await.unwrap();
    world.provider.has(1).await;
    assert_eq!(world.provider.marked(), []);
}

#[tokio::test]
async fn colleagues_see_each_other_as_viewers_of_readable_conversations() {
    let world = World::with(|settings| settings.agents[1].role = Role::Supervisor).await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let interaction = anna.accepts(&world).await;
    let here = interaction.conversation;
    anna.commands(view(Some(here), true)).await.unwrap();
    let mut ben = world.agent("Ben").await;
    ben.commands(view(Some(here), false)).await.unwrap();
    let names = |frame: HubFrame| match frame {
        HubFrame::Lookers { conversation, agents } if conversation == here => {
            Some(agents.into_iter().map(|it| (it.name, it.writing)).collect::<Vec<_>>())
        }
        _ => None,
    };
    assert_eq!(ben.receives(names).await, [("Anna".to_owned(), true)]);
    assert_eq!(anna.receives(names).await, [("Ben".to_owned(), false)]);
    ben.hangs_up(&world).await;
    assert_eq!(anna.receives(names).await, []);
    let nowhere = anna.commands(view(Some(ConversationId::fresh()), false)).await.unwrap_err();
    assert_eq!(nowhere.code, deskbell_protocol::ErrorCode::NotFound);
}

#[tokio::test]
async fn a_removed_member_no_longer_sees_the_viewers() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let here = anna.accepts(&world).await.conversation;
    anna.commands(view(Some(here), false)).await.unwrap();
    let mut ben = world.agent("Ben").await;
    ben.commands(view(Some(here), false)).await.unwrap();
    let names = |frame: HubFrame| match frame {
        HubFrame::Lookers { agents, .. } => {
            Some(agents.into_iter().map(|it| (it.name, it.writing)).collect::<Vec<_>>())
        }
        _ => None,
    };
    assert_eq!(anna.receives(names).await, [("Ben".to_owned(), false)]);
    assert_eq!(ben.receives(names).await, [("Anna".to_owned(), false)]);
    let sales = world.admin.queue_named("Sales").await.unwrap().unwrap().id;
    world.admin.remove_member(ben.me.id, sales, world.now()).await.unwrap();
    anna.commands(view(Some(here), true)).await.unwrap();
    assert_eq!(ben.receives(names).await, [], "Ben is told that there is nobody for him to see");
    assert_eq!(anna.receives(names).await, [], "and he is there no longer");
}
