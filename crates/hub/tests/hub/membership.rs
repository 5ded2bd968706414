//! Who belongs to a queue, and what becomes of those who no longer do.

use deskbell_hub::QueueSettings;
use deskbell_protocol::{Change, Cursor, LogPosition, Readiness, Scope, Snapshot};

use crate::world::{Desktop, World, carla, delivery, deniz, id_of, sign, whatsapp_account};

#[tokio::test]
async fn a_restart_does_not_restore_a_removed_membership() {
    let mut world = World::new().await;
    let ben = id_of(&world, "Ben").await;
    let sales = world.admin.queue_named("Sales").await.unwrap().unwrap().id;
    world.admin.remove_member(ben, sales, world.now()).await.unwrap();
    world.restart().await;
    let ben = world.agent("Ben").await;
    let snapshot: Snapshot = world.get(&ben.token, "/v1/snapshot").await;
    assert_eq!(snapshot.queues, []);
    // Anna, who is in the same list of the settings, is still there.
    let anna = world.agent("Anna").await;
    let snapshot: Snapshot = world.get(&anna.token, "/v1/snapshot").await;
    assert_eq!(snapshot.queues.len(), 1);
}

#[tokio::test]
async fn an_offer_is_unreadable_after_ben_left_the_queue() {
    let world = World::new().await;
    let mut ben = world.ready_agent("Ben").await;
    let sales = world.admin.queue_named("Sales").await.unwrap().unwrap().id;
    world.writes(&carla(), "My card number is secret").await;
    ben.rings().await;
    let mut anna = world.ready_agent("Anna").await;

    world.admin.remove_member(ben.me.id, sales, world.now()).await.unwrap();
    anna.rings().await;
    let revoked = Change::Revoked { scope: Scope::Queue(sales) };
    ben.until("Ben receives it", |desk| {
        desk.entries.iter().any(|entry| entry.change == revoked).then_some(())
    })
    .await;
    ben.settles().await;
    let after = ben.entries.iter().skip_while(|entry| entry.change != revoked);
    assert!(
        after.into_iter().all(|entry| !matches!(entry.change, Change::Offer { .. })),
        "{:?}",
        ben.entries
    );
    // Nor is it in the log for him, from wherever he reads it.
    let cursor = Cursor { position: LogPosition(0), ..ben.cursor };
    let mut again = Desktop::connect(&world, &ben.token, Some(cursor)).await;
    again.until("the replay ends", |desk| desk.live.then_some(())).await;
    assert!(again.entries.iter().any(|entry| entry.change == revoked));
    assert!(again.offers.is_empty(), "{:?}", again.offers);
}

#[tokio::test]
async fn an_agent_removed_from_one_queue_is_offered_what_waits_in_the_other() {
    let world = World::with(|settings| {
        settings.routing.capacity = 1;
        settings.queues.push(QueueSettings { name: "Service".to_owned() });
        let mut help = whatsapp_account("help", "777", crate::world::SECRET);
        help.queue = Some("Service".to_owned());
        settings.accounts.push(help);
        for agent in &mut settings.agents {
            agent.queues = vec!["Sales".to_owned(), "Service".to_owned()];
        }
    })
    .await;
    let mut ben = world.ready_agent("Ben").await;
    world.writes(&carla(), "To Sales").await;
    ben.accepts(&world).await;
    let mut body = delivery(&[deniz().text("To Service", world.now()).1], &[]);
    body["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = "777".into();
    let body = serde_json::to_vec(&body).unwrap();
    let request = world.http.post(world.url("/webhooks/whatsapp/help"));
    let response = request.header("X-Hub-Signature-256", sign(&body)).body(body).send().await.unwrap();
    assert_eq!(response.status(), 200);
    ben.settles().await;
    assert_eq!(ben.ringing(), 0, "Ben has no room");

    let sales = world.admin.queue_named("Sales").await.unwrap().unwrap().id;
    world.admin.remove_member(ben.me.id, sales, world.now()).await.unwrap();
    assert_eq!(ben.rings().await.preview, "To Service");
    assert_eq!(ben.status.as_ref().map(|status| status.readiness), Some(Readiness::Ready));
}
