//! Every shape in which the provider delivers, through the whole hub: once, twice, backwards, too early, and
//! all at once.

use std::collections::BTreeMap;

use deskbell_protocol::{Author, Content, ConversationPage, DeliveryState, MessagePage, Notice, Role};
use serde_json::{Value, json};

use crate::world::{Behaviour, World, whatsapp_settings, within};

/// The number that the fixtures are for, and a moment after everything in them.
const ADDRESS: &str = "106540352242922";
const AFTER: i64 = 1_795_362_200_000;

/// The connector's fixtures by name: ours, one for each shape.
fn fixtures() -> BTreeMap<String, Value> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../channels/tests/fixtures/whatsapp");
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())
        })
        .collect()
}

/// What a supervisor finds in the end: each conversation with its lines. Lines are sorted, because what came
/// in another order stands in another order.
type Found = BTreeMap<(String, Option<String>), Vec<String>>;

fn line(
    author: &Author,
    content: &Content,
    delivery: Option<DeliveryState>,
    reactions: usize,
) -> Option<String> {
    let who = match author {
        Author::Contact => "contact",
        Author::Agent { .. } => "agent",
        Author::Elsewhere => "elsewhere",
        Author::System => "system",
    };
    let what = match content {
        Content::Text { body } => format!("says {body}"),
        Content::Notification { body, .. } => format!("notifies {body}"),
        Content::Placeholder { what, caption } => format!("[{what}] {}", caption.as_deref().unwrap_or("-")),
        // How many steps it took to learn of an address depends on the order, where it ends does not.
        Content::Notice { notice: Notice::AddressChanged { to: None, .. } } => return None,
        Content::Notice { notice: Notice::AddressChanged { from, to } } => format!("moved {from:?} {to:?}"),
        // So do the reasons, of which the first is told.
        Content::Notice { notice: Notice::Undelivered { .. } } => "undelivered".to_owned(),
        Content::Notice { notice: Notice::TakenBack { .. } } => "taken back".to_owned(),
        Content::Notice { notice } => format!("{notice:?}"),
        Content::Unknown => panic!("unknown content"),
    };
    let delivery = delivery.map(|state| format!(" {state:?}")).unwrap_or_default();
    Some(format!("{who} {what}{delivery}{}", "*".repeat(reactions)))
}

async fn found(world: &World) -> Found {
    let token = world.sign_in("Ben").await.token;
    let page: ConversationPage = world.get(&token, "/v1/conversations?limit=200").await;
    let mut found = Found::new();
    for detail in page.conversations {
        let row = detail.conversation;
        let messages: MessagePage =
            world.get(&token, &format!("/v1/conversations/{}/messages?limit=500", row.id)).await;
        let lines = messages.messages.iter();
        let mut lines: Vec<_> =
            lines.filter_map(|it| line(&it.author, &it.content, it.delivery, it.reactions.len())).collect();
        lines.sort();
        assert_eq!(found.insert((row.contact_name, row.address), lines), None, "two of one name");
    }
    found
}

/// A hub that serves the fixtures' number, some of them delivered before anything else, and Carla's first words
/// with two answers of Anna's: one becomes `wamid.OURS`, the other `wamid.FAILED`.
async fn begun(early: &[Value]) -> World {
    let world = World::with(|settings| {
        whatsapp_settings(&mut settings.accounts[0]).phone_number_id = ADDRESS.to_owned();
        settings.agents[1].role = Role::Supervisor;
    })
    .await;
    world.clock.advance(AFTER - world.now().0);
    let mut anna = world.ready_agent("Anna").await;
    for delivery in early {
        assert_eq!(world.deliver(delivery).await, 200);
    }
    assert_eq!(world.deliver(&fixtures()["text"]).await, 200);
    let interaction = anna.accepts(&world).await;
    for (answer, id) in [("It is", "wamid.OURS"), ("Come by", "wamid.FAILED")] {
        world.provider.is(Behaviour::Answers(200, json!({"messages": [{"id": id}]})));
        let id = anna.sends(interaction.conversation, answer).await.unwrap();
        anna.until("the provider has it", |desk| {
            let message = desk.messages.values().find(|message| message.id == id)?;
            let state = message.delivery?;
            (!matches!(state, DeliveryState::Stored | DeliveryState::Posting)).then_some(())
        })
        .await;
    }
    world
}

/// Waits until everything that was delivered is taken up.
async fn all_taken_up(world: &World) {
    within("everything is taken up", async {
        let pending = "SELECT count(*) FROM raw_deliveries WHERE state = 'pending'";
        while world.file().query_row(pending, [], |row| row.get::<_, i64>(0)).unwrap() > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    })
    .await;
}

async fn delivered(world: &World, deliveries: impl IntoIterator<Item = Value>) -> Found {
    for delivery in deliveries {
        assert_eq!(world.deliver(&delivery).await, 200);
    }
    all_taken_up(world).await;
    found(world).await
}

/// What is about a message and may be faster than the message.
fn is_about_another(name: &str) -> bool {
    ["status", "reaction", "revoke"].iter().any(|it| name.starts_with(it))
}

#[tokio::test]
async fn every_shape_is_understood() {
    let world = begun(&[]).await;
    let found = delivered(&world, fixtures().into_values()).await;
    let carla = found.get(&("Carla Mendes".to_owned(), Some("+16505550143".to_owned()))).unwrap();
    for expected in [
        "contact says Grüezi 👋 is my order ready?",
        "contact says 10:00",
        "contact says Yes, please",
        "contact says Confirm",
        "contact [image] look",
        "contact [image] -",
        "contact [video] -",
        "contact [audio] -",
        "contact [voice] -",
        "contact [document] invoice.pdf: for March",
        "contact [sticker] -",
        "contact [location] Workshop, Lindenweg 8 (47.99, 7.84)",
        "contact [contacts] Bo Li (+1 650 555 0199), Al Fa",
        "contact [order] 2 × sku1 (30 USD): gift wrapped please",
        "contact [poll_creation] -",
        "contact [edit] is it ready now?",
        "contact [hologram] from the future",
        "system taken back",
        "system undelivered",
        "system moved Some(\"+16505550142\") Some(\"+16505550143\")",
        "elsewhere says I am at the workshop today, come by 🚲",
        "elsewhere says Until six",
        "elsewhere [image] like this",
        "agent says It is Played",
        "agent says Come by Failed",
    ] {
        assert!(carla.iter().any(|line| line == expected), "{expected}: {carla:#?}");
    }
    let others: Vec<_> = found.keys().map(|(name, _)| name.as_str()).collect();
    assert_eq!(others, ["+16505550199", "Ana", "Carla Mendes", "Deniz"]);
    // The group, the unknown status and the unknown event; nothing else.
    assert_eq!(world.admin.count_set_aside().await.unwrap(), 3);
    // How far a message to a group came says nothing of ours: it waits for a message that is never there.
    let of_group = "SELECT count(*) FROM orphan_statuses WHERE provider_id = 'wamid.to.group'";
    assert_eq!(world.file().query_row(of_group, [], |row| row.get::<_, i64>(0)).unwrap(), 1);
}

#[tokio::test]
async fn twice_backwards_too_early_and_all_at_once_end_the_same() {
    let plain = delivered(&begun(&[]).await, fixtures().into_values()).await;

    let twice = fixtures().into_values().flat_map(|it| [it.clone(), it]);
    assert_eq!(delivered(&begun(&[]).await, twice).await, plain, "twice");

    let backwards = fixtures().into_values().rev();
    assert_eq!(delivered(&begun(&[]).await, backwards).await, plain, "backwards");

    let early: Vec<_> =
        fixtures().into_iter().filter(|(name, _)| is_about_another(name)).map(|(_, it)| it).collect();
    let rest = fixtures().into_iter().filter(|(name, _)| !is_about_another(name)).map(|(_, it)| it);
    assert_eq!(delivered(&begun(&early).await, rest).await, plain, "too early");

    let entries: Vec<_> =
        fixtures().into_values().flat_map(|it| it["entry"].as_array().unwrap().clone()).collect();
    let at_once = json!({"object": "whatsapp_business_account", "entry": entries});
    assert_eq!(delivered(&begun(&[]).await, [at_once]).await, plain, "all at once");
}

#[tokio::test]
async fn a_batch_of_a_thousand_is_taken_up_whole_and_only_once() {
    let world = begun(&[]).await;
    let text = &fixtures()["text"]["entry"][0]["changes"][0]["value"]["messages"][0];
    let mut batch = fixtures()["text"].clone();
    batch["entry"][0]["changes"][0]["value"]["messages"] = (0..1000)
        .map(|n| {
            let mut message = text.clone();
            message["id"] = format!("wamid.batch.{n}").into();
            message["text"]["body"] = format!("line {n}").into();
            message
        })
        .collect();
    for _ in 0..2 {
        assert_eq!(world.deliver(&batch).await, 200);
    }
    all_taken_up(&world).await;
    let token = world.sign_in("Ben").await.token;
    let page: ConversationPage = world.get(&token, "/v1/conversations").await;
    let transcript = world.admin.transcript(page.conversations[0].conversation.id).await.unwrap();
    let lines: Vec<_> = transcript
        .iter()
        .filter_map(|it| match &it.content {
            Content::Text { body } if body.starts_with("line ") => Some(body.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(lines, (0..1000).map(|n| format!("line {n}")).collect::<Vec<_>>());
}
