//! Contacts who get another number, accounts that share an app, and accounts that move to another queue.

use deskbell_channels::Secret;
use deskbell_hub::{AccountSettings, QueueSettings};
use deskbell_protocol::{Change, InteractionState, Notice, Scope};
use serde_json::{Value, json};

use crate::world::{
    Desktop, HOUR, MINUTE, SECOND, SECRET, World, carla, delivery, deniz, id_of, status_of, whatsapp_account,
    whatsapp_settings, within,
};

/// What the provider reports when somebody changes their number.
fn changed_number(id: &str, from: &str, to: &str, at: deskbell_protocol::Millis) -> Value {
    let message = json!({"id": id, "from": from, "timestamp": (at.0 / 1000).to_string(), "type": "system",
        "system": {"type": "user_changed_number", "body": "Carla changed", "wa_id": to}});
    let mut body = delivery(&[(json!({}), message)], &[]);
    body["entry"][0]["changes"][0]["value"].as_object_mut().unwrap().remove("contacts");
    body
}

#[tokio::test]
async fn carla_keeps_her_conversation_when_her_number_changes() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    let carla = carla();
    world.writes(&carla, "Hello").await;
    let interaction = anna.accepts(&world).await;
    let before = anna.conversations[&interaction.conversation].clone();
    // Written before the change, delivered after it.
    let (_, under_way) = carla.text("I am changing my number", world.now());
    world.clock.advance(10 * SECOND);
    let change = changed_number("wamid.change", "491701111111", "491709999999", world.now());
    for _ in 0..2 {
        assert_eq!(world.deliver(&change).await, 200);
    }
    let notice = anna.notices(|notice| matches!(notice, Notice::AddressChanged { .. })).await;
    let moved = |from: &str, to: &str| deskbell_protocol::Content::Notice {
        notice: Notice::AddressChanged { from: Some(from.to_owned()), to: Some(to.to_owned()) },
    };
    assert_eq!(notice.content, moved("+491701111111", "+491709999999"));
    assert_eq!(notice.interaction, Some(interaction.id));
    let after = anna.conversations[&interaction.conversation].clone();
    assert_eq!(after.address.as_deref(), Some("+491709999999"));
    assert_eq!((after.contact, after.window_until), (before.contact, before.window_until));

    world.deliver(&delivery(&[under_way], &[])).await;
    assert_eq!(anna.reads("I am changing my number").await.conversation, interaction.conversation);
    world.writes(&carla.at("491709999999"), "It is me").await;
    assert_eq!(anna.reads("It is me").await.conversation, interaction.conversation);
    // And that is where Anna's answer goes.
    anna.sends(interaction.conversation, "Hello again").await.unwrap();
    assert_eq!(world.provider.has(1).await[0].to, "+491709999999");
    let notices = anna.messages.values().filter(|m| m.content == notice.content).count();
    assert_eq!(notices, 1);
    assert_eq!((anna.ringing(), anna.conversations.len()), (0, 1));
    // The old number goes to somebody else one day.
    world.clock.advance(HOUR);
    world.writes(&deniz().at("491701111111"), "New here").await;
    assert_eq!(anna.rings().await.contact_name, "Deniz");
}

#[tokio::test]
async fn a_late_report_of_a_number_change_merges_the_two_contacts() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    let carla = carla();
    world.writes(&carla, "Hello").await;
    let first = anna.accepts(&world).await;
    world.writes(&carla.at("491709999999"), "My new number").await;
    let second = anna.accepts(&world).await;
    assert_ne!(first.conversation, second.conversation);
    world.deliver(&changed_number("wamid.change", "491701111111", "491709999999", world.now())).await;
    let notice = anna.notices(|notice| matches!(notice, Notice::AddressChanged { .. })).await;
    assert_eq!(notice.conversation, first.conversation);
    anna.settles().await;
    let contact = |desk: &Desktop, id| desk.conversations[&id].contact;
    assert_eq!(contact(&anna, first.conversation), contact(&anna, second.conversation));
    world.writes(&carla.at("491709999999"), "Still here").await;
    assert_eq!(anna.reads("Still here").await.conversation, second.conversation);
}

/// A second number of the same app, in the queue "Service".
fn branch(app_secret: &str) -> AccountSettings {
    let mut account = whatsapp_account("branch", "20777", app_secret);
    account.queue = Some("Service".to_owned());
    account
}

fn about(mut body: Value, address: &str) -> Value {
    body["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = address.into();
    body
}

#[tokio::test]
async fn two_accounts_of_one_app_share_a_callback_and_each_gets_its_own_messages() {
    let mut world = World::with(|settings| {
        settings.queues.push(QueueSettings { name: "Service".to_owned() });
        let mut account = branch(SECRET);
        let base_url = whatsapp_settings(&mut settings.accounts[0]).base_url.clone();
        whatsapp_settings(&mut account).base_url = base_url;
        settings.accounts.push(account);
    })
    .await;
    let ben = id_of(&world, "Ben").await;
    let service = world.admin.queue_named("Service").await.unwrap().unwrap().id;
    world.admin.add_member(ben, service, world.now()).await.unwrap();
    let sales = world.admin.queue_named("Sales").await.unwrap().unwrap().id;
    world.admin.remove_member(ben, sales, world.now()).await.unwrap();
    let mut ben = world.ready_agent("Ben").await;
    // Brought to the shop's address, and about the branch.
    let (_, message) = carla().text("Is the branch open?", world.now());
    assert_eq!(world.deliver(&about(delivery(&[message], &[]), "20777")).await, 200);
    let interaction = ben.accepts(&world).await;
    assert_eq!(interaction.queue, service);
    let id = ben.sends(interaction.conversation, "It is").await.unwrap();
    ben.delivery_is(id, deskbell_protocol::DeliveryState::Accepted).await;
    let wamid = world.provider.posted()[0].wamid.clone();
    world.deliver(&about(delivery(&[], &[status_of(&wamid, "read", None)]), "20777")).await;
    ben.delivery_is(id, deskbell_protocol::DeliveryState::Read).await;
    assert_eq!(world.admin.count_set_aside().await.unwrap(), 0);

    // With another secret it is another app, whose numbers this one may not speak for.
    drop(ben);
    world.stop().await;
    world.change(|settings| {
        whatsapp_settings(&mut settings.accounts[1]).app_secrets = vec![Secret::new("another")]
    });
    world.start().await;
    let (_, message) = deniz().text("Forged?", world.now());
    world.deliver(&about(delivery(&[message], &[]), "20777")).await;
    within("it is set aside", async {
        while world.admin.count_set_aside().await.unwrap() == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn an_account_moves_its_conversations_to_another_queue() {
    let mut world =
        World::with(|settings| settings.queues.push(QueueSettings { name: "Service".to_owned() })).await;
    let service = world.admin.queue_named("Service").await.unwrap().unwrap().id;
    let ben_id = id_of(&world, "Ben").await;
    let sales = world.admin.queue_named("Sales").await.unwrap().unwrap().id;
    // Ben handled Carla once, and works for Service alone now. Anna handles her.
    let mut ben = world.ready_agent("Ben").await;
    let carla = carla();
    world.writes(&carla, "Hello").await;
    let first = ben.accepts(&world).await;
    ben.hangs_up(&world).await;
    world.admin.remove_member(ben_id, sales, world.now()).await.unwrap();
    world.admin.add_member(ben_id, service, world.now()).await.unwrap();
    let mut anna = world.ready_agent("Anna").await;
    let held = anna.accepts(&world).await;
    assert_eq!(held.conversation, first.conversation);
    let (token, cursor) = (anna.token.clone(), anna.cursor);
    drop(anna);
    world.stop().await;
    world.change(|settings| settings.accounts[0].queue = Some("Service".to_owned()));
    world.start().await;

    // Anna's access is revoked, and she finds nothing of it.
    let mut anna = Desktop::connect(&world, &token, Some(cursor)).await;
    let gone = Change::Revoked { scope: Scope::Conversation(first.conversation) };
    anna.until("Anna loses it", |desk| desk.entries.iter().any(|entry| entry.change == gone).then_some(()))
        .await;
    anna.settles().await;
    assert!(!anna.entries.iter().any(|entry| matches!(entry.change, Change::Message { .. })));
    // Nor is Carla among her contacts, whom she may not look up either.
    let theirs = |entry: &deskbell_protocol::Entry| match &entry.change {
        Change::Assignment { row } => Some(row.assigned),
        _ => None,
    };
    assert_eq!(anna.entries.iter().rev().find_map(theirs), Some(false));
    let (status, _) =
        world.refused(&token, &format!("/v1/conversations/{}/messages", first.conversation)).await;
    assert_eq!(status, 404);
    // Ben has it again, with Carla, and it rings at him.
    let mut ben = world.ready_agent("Ben").await;
    let snapshot: deskbell_protocol::Snapshot = world.get(&ben.token, "/v1/snapshot").await;
    assert_eq!(snapshot.assignments.len(), 1);
    assert_eq!(ben.conversations[&first.conversation].queue, service);
    let again = ben.accepts(&world).await;
    assert_eq!((again.id, again.queue), (held.id, service));
    world.writes(&carla, "Are you there?").await;
    ben.reads("Are you there?").await;
    assert_eq!(ben.sends(first.conversation, "I am").await.map(|_| ()), Ok(()));
}

#[tokio::test]
async fn an_interaction_that_waits_for_an_answer_is_requeued_instead_of_ended_when_idle() {
    let world = World::with(|settings| settings.routing.idle_end_s = 30 * 60).await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello?").await;
    let interaction = anna.accepts(&world).await;
    world.clock.advance(30 * MINUTE);
    anna.notices(|notice| *notice == Notice::Requeued).await;
    let again = anna.rings().await;
    assert_eq!(again.interaction, interaction.id);
    anna.commands(deskbell_protocol::Command::AcceptOffer { offer: again.id }).await.unwrap();
    anna.interaction_is(interaction.id, InteractionState::Active).await;
    anna.sends(interaction.conversation, "Here I am").await.unwrap();
    // Now it is the contact who is silent.
    world.clock.advance(30 * MINUTE);
    anna.interaction_is(interaction.id, InteractionState::Ended).await;
}

#[tokio::test]
async fn disruptive_text_is_stored_verbatim_and_previewed_on_one_line() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    let tower = format!("Z{}algo", "\u{300}".repeat(65_536));
    let carla = carla();
    let (_, (mut card, message)) = carla.text(&tower, world.now());
    card["profile"]["name"] = format!("\u{202e}Car\u{200b}la\n{}<b>", "\u{301}".repeat(100)).into();
    world.deliver(&delivery(&[(card, message)], &[])).await;
    let offer = anna.rings().await;
    assert_eq!(offer.contact_name, format!("Carla {}<b>", "\u{301}".repeat(4)));
    assert_eq!(offer.preview, format!("Z{}", "\u{300}".repeat(4)));
    let interaction = anna.accepts(&world).await;
    let kept = anna.messages.values().find_map(|message| match &message.content {
        deskbell_protocol::Content::Text { body } => Some(body.chars().count()),
        _ => None,
    });
    assert_eq!(kept, Some(64 * 1024));
    for text in [
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "**bold** [a](javascript:b) `c`\n# d",
        "\u{7}bell\u{1b}[2J\u{8}\r\nnext\ttab",
        "zero\u{200b}width\u{feff}",
        "\u{202e}desrever\u{202c}\u{2066}isolated",
        "\u{0}nul",
    ] {
        world.writes(&carla, text).await;
        // What no program may be handed is replaced; all else is as it was written.
        anna.reads(&text.replace('\0', "\u{fffd}")).await;
        anna.settles().await;
        let preview = anna.conversations[&interaction.conversation].preview.clone().unwrap();
        let bad = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c) || c == '\u{200b}';
        assert!(!preview.is_empty() && !preview.chars().any(bad), "{preview:?}");
        assert!(preview.chars().count() <= 120);
    }
}

#[tokio::test]
async fn an_account_error_is_stored_and_changes_nothing_else() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    let mut body = delivery(&[], &[]);
    body["entry"][0]["changes"][0]["value"]["errors"] =
        json!([{"code": 131031, "title": "t", "message": "m"}]);
    assert_eq!(world.deliver(&body).await, 200);
    world.writes(&carla(), "Hello").await;
    anna.rings().await;
    let kept: String =
        world.file().query_row("SELECT last_error FROM account_health", [], |row| row.get(0)).unwrap();
    assert!(kept.contains("whatsapp.131031"), "{kept}");
    assert_eq!(world.admin.count_set_aside().await.unwrap(), 0);
}
