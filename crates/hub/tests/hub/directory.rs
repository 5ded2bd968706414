//! Looking contacts up in a directory of very many, over many queues.

use deskbell_hub::QueueSettings;
use deskbell_protocol::{Command, ContactDetail, ContactId, ContactPage};

use crate::world::{Desktop, SECRET, World, carla, delivery, whatsapp_account, whatsapp_settings};

/// Anna in ten queues.
async fn ten_queues() -> World {
    World::with(|settings| {
        for n in 1..10 {
            settings.queues.push(QueueSettings { name: format!("Shop {n}") });
        }
        let all = settings.queues.iter().map(|queue| queue.name.clone()).collect();
        settings.agents[0].queues = all;
    })
    .await
}

/// So many contacts in one queue, `Somebody 0000001` and on, and behind them all one with a name of its own.
fn crowd(world: &World, queue: &str, count: u32) {
    let mut conn = world.file();
    let all = conn.transaction().unwrap();
    all.execute_batch(&format!(
        "CREATE TEMP TABLE crowd AS
           WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
           SELECT CAST(printf('%-7s%09d', '{queue}', i) AS BLOB) AS id, printf('Somebody %07d', i) AS name FROM n
           UNION ALL SELECT randomblob(16), 'Zoe Quist';
         INSERT INTO contacts (id, name, created_at, version) SELECT id, name, 1, 1 FROM crowd;
         INSERT INTO contact_directory (queue, sort_name, contact, words)
           SELECT q.id, lower(c.name), c.id, lower(c.name) FROM crowd c, queues q WHERE q.name = '{queue}'",
    ))
    .unwrap();
    all.commit().unwrap();
}

async fn page(world: &World, desk: &Desktop, rest: &str) -> ContactPage {
    world.get(&desk.token, &format!("/v1/contacts?{rest}")).await
}

fn names(page: &ContactPage) -> Vec<&str> {
    page.contacts.iter().map(|one| one.contact.name.as_str()).collect()
}

#[tokio::test]
async fn a_contact_far_down_a_large_directory_is_found_across_many_queues() {
    let world = ten_queues().await;
    let anna = world.agent("Anna").await;
    crowd(&world, "Sales", 30_000);
    crowd(&world, "Shop 7", 30_000);
    let found = page(&world, &anna, "search=quist").await;
    assert_eq!((names(&found), found.next.is_none()), (vec!["Zoe Quist", "Zoe Quist"], true));
    let nobody = page(&world, &anna, "search=nobody").await;
    assert_eq!((names(&nobody), nobody.next.is_none()), (vec![], true), "all were scanned");
    // Page by page everybody comes once and in order, whichever queue they are in.
    let first = page(&world, &anna, "limit=3").await;
    assert_eq!(names(&first), ["Somebody 0000001", "Somebody 0000001", "Somebody 0000002"]);
    let second = page(&world, &anna, &format!("limit=3&after={}", first.next.unwrap())).await;
    assert_eq!(names(&second), ["Somebody 0000002", "Somebody 0000003", "Somebody 0000003"]);
}

#[tokio::test]
async fn an_incomplete_search_returns_a_cursor_and_continues() {
    let world = ten_queues().await;
    let anna = world.agent("Anna").await;
    crowd(&world, "Sales", 200_001);
    let begun = page(&world, &anna, "search=quist").await;
    assert!(begun.contacts.is_empty());
    let found = page(&world, &anna, &format!("search=quist&after={}", begun.next.unwrap())).await;
    assert_eq!((names(&found), found.next.is_none()), (vec!["Zoe Quist"], true));
}

/// Anna in Sales, Ben in Service; each has a number of ours.
async fn two_shops() -> World {
    World::with(|settings| {
        settings.queues.push(QueueSettings { name: "Service".to_owned() });
        settings.agents[1].queues = vec!["Service".to_owned()];
        let mut branch = whatsapp_account("branch", "20777", SECRET);
        branch.queue = Some("Service".to_owned());
        let base_url = whatsapp_settings(&mut settings.accounts[0]).base_url.clone();
        whatsapp_settings(&mut branch).base_url = base_url;
        settings.accounts.push(branch);
    })
    .await
}

#[tokio::test]
async fn a_username_is_searchable_only_in_the_queue_of_its_conversation() {
    let world = two_shops().await;
    let mut anna = world.ready_agent("Anna").await;
    let mut ben = world.ready_agent("Ben").await;
    world.writes(&carla(), "To the shop").await;
    let shop = anna.accepts(&world).await;
    // To the branch she shows no number.
    let (_, (mut contact, mut message)) = carla().text("To the branch", world.now());
    contact["profile"]["username"] = "moonlight".into();
    contact["user_id"] = "DE.77".into();
    contact.as_object_mut().unwrap().remove("wa_id");
    message["from_user_id"] = "DE.77".into();
    message.as_object_mut().unwrap().remove("from");
    let mut body = delivery(&[(contact, message)], &[]);
    body["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = "20777".into();
    assert_eq!(world.deliver(&body).await, 200);
    let branch = ben.accepts(&world).await;
    let sam = world.admin.add_agent("Sam", "correct horse", deskbell_protocol::Role::Agent, world.now());
    let sam = sam.await.unwrap().id;
    for queue in ["Sales", "Service"] {
        let queue = world.admin.queue_named(queue).await.unwrap().unwrap().id;
        world.admin.add_member(sam, queue, world.now()).await.unwrap();
    }
    let mut sam = world.agent("Sam").await;
    let contact = anna.conversations[&shop.conversation].contact;
    let other = ben.conversations[&branch.conversation].contact;
    sam.commands(Command::JoinContacts { contact, other }).await.unwrap();

    assert_eq!(names(&page(&world, &anna, "search=carla").await), ["Carla"]);
    assert_eq!(names(&page(&world, &ben, "search=moonlight").await), ["Carla"]);
    assert_eq!(names(&page(&world, &sam, "search=moonlight").await), ["Carla"]);
    assert!(
        page(&world, &anna, "search=moonlight").await.contacts.is_empty(),
        "it is known in Service alone"
    );
}

#[tokio::test]
async fn duplicates_in_another_queue_do_not_hide_those_in_this_one() {
    let world = two_shops().await;
    let mut anna = world.agent("Anna").await;
    let mut ben = world.agent("Ben").await;
    let number = "+491701111111";
    for n in 0..25 {
        makes(&world, &mut ben, "Service", &format!("Somebody {n}"), number).await;
    }
    let first = makes(&world, &mut anna, "Sales", "Carla", number).await;
    let second = makes(&world, &mut anna, "Sales", "Carla from Porto", number).await;
    let shown: ContactDetail = world.get(&anna.token, &format!("/v1/contacts/{second}")).await;
    assert_eq!(shown.same.iter().map(|one| one.contact).collect::<Vec<_>>(), [first]);
}

async fn makes(world: &World, desk: &mut Desktop, queue: &str, name: &str, phone: &str) -> ContactId {
    let contact = ContactId::fresh();
    let queue = world.admin.queue_named(queue).await.unwrap().unwrap().id;
    let (contact_name, phones) = (name.to_owned(), vec![phone.to_owned()]);
    desk.commands(Command::CreateContact { contact, queue, contact_name, phones }).await.unwrap();
    contact
}
