//! Who looks and who writes: what colleagues see of it, and what the contact sees.

use deskbell_protocol::{Command, ConversationId, HubFrame, Role};

use crate::world::{Marked, Mood, SECOND, World, carla};

fn look(conversation: Option<ConversationId>, writing: bool) -> Command {
    Command::Look { conversation, writing }
}

fn marked(wamid: &str, typing: bool) -> Marked {
    Marked { wamid: wamid.to_owned(), typing }
}

#[tokio::test]
async fn carla_sees_that_anna_has_read_and_that_she_writes() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    let carla = carla();
    let first = world.writes(&carla, "Hello").await;
    let interaction = anna.accepts(&world).await;
    let here = Some(interaction.conversation);
    anna.settles().await;
    assert_eq!(world.provider.marked(), [], "nobody has looked");
    anna.commands(look(here, false)).await.unwrap();
    assert_eq!(world.provider.has_marked(1).await, [marked(&first, false)]);
    anna.commands(look(here, false)).await.unwrap();
    // What comes while she looks is read.
    let second = world.writes(&carla, "Are you there?").await;
    assert_eq!(world.provider.has_marked(2).await[1], marked(&second, false));
    anna.commands(look(here, true)).await.unwrap();
    assert_eq!(world.provider.has_marked(3).await[2], marked(&second, true));
    // Not with every key.
    for _ in 0..3 {
        anna.commands(look(here, true)).await.unwrap();
    }
    world.clock.advance(20 * SECOND);
    anna.commands(look(here, true)).await.unwrap();
    assert_eq!(world.provider.has_marked(4).await[3], marked(&second, true));
    anna.commands(look(None, false)).await.unwrap();
    world.writes(&carla, "Hm").await;
    anna.reads("Hm").await;
    anna.sends(interaction.conversation, "I am").await.unwrap();
    world.provider.has(1).await;
    assert_eq!(world.provider.marked().len(), 4, "nobody looks any more");
}

#[tokio::test]
async fn what_anna_looks_at_already_is_read_when_it_becomes_hers() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    let first = world.writes(&carla(), "Hello").await;
    let conversation = anna.rings().await.conversation;
    anna.commands(look(Some(conversation), false)).await.unwrap();
    anna.settles().await;
    assert_eq!(world.provider.marked(), [], "it is nobody's yet");
    anna.accepts(&world).await;
    assert_eq!(world.provider.has_marked(1).await, [marked(&first, false)]);
}

#[tokio::test]
async fn a_provider_that_will_not_mark_is_asked_three_times_and_blocks_nothing() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let interaction = anna.accepts(&world).await;
    world.provider.is(Mood::AnswersRaw(500, Vec::new(), String::new()));
    for n in 1..=3 {
        anna.commands(look(Some(interaction.conversation), false)).await.unwrap();
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
    world.provider.is(Mood::Accepts);
    anna.commands(look(Some(interaction.conversation), false)).await.unwrap();
    anna.sends(interaction.conversation, "Hello").await.unwrap();
    world.provider.has(1).await;
    assert_eq!(world.provider.marked().len(), 3);
}

#[tokio::test]
async fn an_account_may_keep_to_itself_what_was_read() {
    let world = World::with(|settings| settings.accounts[0].read_receipts = false).await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let interaction = anna.accepts(&world).await;
    anna.commands(look(Some(interaction.conversation), true)).await.unwrap();
    anna.sends(interaction.conversation, "Hello").await.unwrap();
    world.provider.has(1).await;
    assert_eq!(world.provider.marked(), []);
}

#[tokio::test]
async fn colleagues_see_who_else_is_there_and_strangers_may_not_look() {
    let world = World::with(|settings| settings.agents[1].role = Role::Supervisor).await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let interaction = anna.accepts(&world).await;
    let here = interaction.conversation;
    anna.commands(look(Some(here), true)).await.unwrap();
    let mut ben = world.agent("Ben").await;
    ben.commands(look(Some(here), false)).await.unwrap();
    let names = |frame: HubFrame| match frame {
        HubFrame::Lookers { conversation, agents } if conversation == here => {
            Some(agents.into_iter().map(|it| (it.name, it.writing)).collect::<Vec<_>>())
        }
        _ => None,
    };
    assert_eq!(ben.hears(names).await, [("Anna".to_owned(), true)]);
    assert_eq!(anna.hears(names).await, [("Ben".to_owned(), false)]);
    ben.hangs_up(&world).await;
    assert_eq!(anna.hears(names).await, []);
    let nowhere = anna.commands(look(Some(ConversationId::fresh()), false)).await.unwrap_err();
    assert_eq!(nowhere.code, deskbell_protocol::ErrorCode::NotFound);
}

#[tokio::test]
async fn who_was_taken_out_of_the_queue_no_longer_sees_who_is_there() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let here = anna.accepts(&world).await.conversation;
    anna.commands(look(Some(here), false)).await.unwrap();
    let mut ben = world.agent("Ben").await;
    ben.commands(look(Some(here), false)).await.unwrap();
    let names = |frame: HubFrame| match frame {
        HubFrame::Lookers { agents, .. } => {
            Some(agents.into_iter().map(|it| (it.name, it.writing)).collect::<Vec<_>>())
        }
        _ => None,
    };
    assert_eq!(anna.hears(names).await, [("Ben".to_owned(), false)]);
    assert_eq!(ben.hears(names).await, [("Anna".to_owned(), false)]);
    let sales = world.admin.queue_named("Sales").await.unwrap().unwrap().id;
    world.admin.remove_member(ben.me.id, sales, world.now()).await.unwrap();
    anna.commands(look(Some(here), true)).await.unwrap();
    assert_eq!(ben.hears(names).await, [], "Ben is told that there is nobody for him to see");
    assert_eq!(anna.hears(names).await, [], "and he is there no longer");
}
