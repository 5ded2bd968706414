//! What happens in the four months.

use deskbell_client::api::{OutgoingContent, PageAnchor, Reply, Request};
use deskbell_protocol::{
    Command, ContactEdit, ContactField, ContactId, ConversationId, FilledTemplate, InteractionState,
    MessageId, Readiness,
};

use super::desk::Desk;
use super::world::World;

/// The conversation with an assigned contact, as Communication shows it.
async fn with(desk: &Desk, who: &str) -> ConversationId {
    let contacts = desk.assigned().await;
    let found = contacts.iter().find(|one| one.contact.name == who).unwrap_or_else(|| panic!("no {who}"));
    found.conversations.first().expect("a channel").conversation.id
}

/// September: only Ben is there, and Deniz becomes his.
pub(super) async fn a_colleague_handles_deniz(world: &mut World) {
    let ben = &world.ben;
    ben.becomes(Readiness::Ready).await;
    let deniz = world.customer("Deniz");
    world.hears(ben, "Deniz", "Is the green one still there?").await;
    let interaction = ben.accepts(deniz.name()).await;
    ben.writes(interaction.conversation, "Put aside for you.").await;
    ben.finishes(interaction).await;
    ben.becomes(Readiness::NotReady).await;
}

/// Anna ends too early and writes again: the same interaction goes on.
pub(super) async fn reactivation_before_done(world: &mut World) {
    let anna = &world.anna;
    anna.becomes(Readiness::Ready).await;
    let carla = world.customer("Carla");
    world.hears(anna, "Carla", "Do you repair tandems?").await;
    let interaction = anna.accepts(carla.name()).await;
    let conversation = interaction.conversation;
    anna.reads(conversation, "Do you repair tandems?").await;
    anna.writes(conversation, "We do.").await;
    world.misses(anna, "Carla", "Even old ones?").await;
    anna.reads(conversation, "Even old ones?").await;
    anna.does(Request::from(Command::EndInteraction { interaction: interaction.id })).await;
    anna.holds(conversation, InteractionState::Ended).await;
    anna.writes(conversation, "Bring it on Monday.").await;
    let again = anna.holds(conversation, InteractionState::Active).await;
    assert_eq!(again.id, interaction.id);
    anna.finishes(again).await;
}

/// An hour later, after Done, Anna writes from Communication: a new interaction begins by itself.
pub(super) async fn after_done_from_communication(world: &mut World) {
    world.hours(1);
    let anna = &world.anna;
    let carla = world.customer("Carla");
    let conversation = with(anna, carla.name()).await;
    anna.writes(conversation, "Tuesday is fine too.").await;
    let interaction = anna.holds(conversation, InteractionState::Active).await;
    carla.waits_for("Tuesday is fine too.").await.expect("it is on her phone");
    anna.finishes(interaction).await;
}

/// October: Carla writes and it rings at Anna, though Ben has been idle for longer; Deniz, and it rings at Ben.
pub(super) async fn after_done_by_the_contact_back_to_the_last_agent(world: &mut World) {
    world.hours(20 * 24);
    let (anna, ben) = (&world.anna, &world.ben);
    ben.becomes(Readiness::Ready).await;
    world.hears(anna, "Carla", "The chain is loose.").await;
    let hers = anna.accepts(world.customer("Carla").name()).await;
    assert_eq!(ben.snapshot().await.offers, [], "nothing rings at Ben");
    world.hears(ben, "Deniz", "I come on Friday.").await;
    let his = ben.accepts(world.customer("Deniz").name()).await;
    anna.writes(hers.conversation, "We tighten it for free.").await;
    ben.writes(his.conversation, "See you then.").await;
    anna.finishes(hers).await;
    ben.finishes(his).await;
}

/// November: Anna is not ready, so Carla is Ben's, who sees what Anna said.
pub(super) async fn to_a_colleague_when_that_agent_is_away(world: &mut World) {
    world.hours(25 * 24);
    let (anna, ben) = (&world.anna, &world.ben);
    anna.becomes(Readiness::NotReady).await;
    world.hears(ben, "Carla", "Now the lamp is dark.").await;
    let interaction = ben.accepts(world.customer("Carla").name()).await;
    ben.reads(interaction.conversation, "We tighten it for free.").await;
    ben.writes(interaction.conversation, "Which tandem is it?").await;
    world.misses(ben, "Carla", "The red one.").await;
    ben.reads(interaction.conversation, "The red one.").await;
    ben.finishes(interaction).await;
    anna.becomes(Readiness::Ready).await;
}

/// December: Ben has noted Yusuf's name. Anna, whose contact he is not, finds him, adds his number and connects
/// it; only a Notification may be sent.
pub(super) async fn an_unassigned_contact_is_found_and_connected(world: &mut World) {
    world.hours(30 * 24);
    let (anna, ben, contact) = (&world.anna, &world.ben, ContactId::fresh());
    let yusuf = world.customer("Yusuf");
    let workspace = anna.snapshot().await;
    let (queue, account) = (workspace.queues[0].id, workspace.accounts[0].id);
    ben.does(Request::from(Command::CreateContact {
        contact,
        queue,
        contact_name: yusuf.name().to_owned(),
        phones: vec![],
    }))
    .await;
    let find = Request::FindContacts { words: "yusuf".to_owned(), after: None, limit: 20 };
    let Reply::Contacts { contacts, whole: true, .. } = anna.asks(find).await else { panic!("contacts") };
    assert_eq!((contacts[0].contact.id, contacts[0].assigned), (contact, false));

    let number = format!("+{}", yusuf.wa_id().expect("a number"));
    let edit = ContactEdit { field: ContactField::Phone, was: None, becomes: Some(number.clone()) };
    anna.does(Request::from(Command::EditContact { contact, edits: vec![edit] })).await;
    let conversation = ConversationId::fresh();
    let opt_in = "By phone".to_owned();
    anna.does(Request::from(Command::ConnectChannel { conversation, contact, account, number, opt_in }))
        .await;

    let (message, body) = (MessageId::fresh(), "Free text".to_owned());
    anna.does(Request::Enqueue {
        message,
        conversation,
        content: OutgoingContent::Text { body },
        seen: None,
    })
    .await;
    anna.held(conversation).await;
    anna.asks(Request::DiscardMessage { message }).await;
    let values = ["Yusuf", "bicycle", "Friday"].map(str::to_owned).to_vec();
    let template = FilledTemplate { name: "order_ready".to_owned(), language: "en".to_owned(), values };
    let (message, preview) = (MessageId::fresh(), "Hello Yusuf".to_owned());
    anna.does(Request::Enqueue {
        message,
        conversation,
        content: OutgoingContent::Template { template, preview },
        seen: None,
    })
    .await;
    let told = "Hello Yusuf, your bicycle is ready. You can collect it until Friday.";
    yusuf.waits_for(told).await.expect("it is on his phone");
    anna.until("the Notification has left the outbox", |seen| {
        seen.conversations.iter().any(|one| one.conversation.id == conversation).then_some(())
    })
    .await;
    let thread = Request::Thread { contact, place: PageAnchor::End, limit: 50 };
    let Reply::Thread { page, whole: true } = anna.asks(thread).await else { panic!("a thread") };
    assert!(!page.messages.is_empty());
}

/// Yusuf answers: the window opens, Anna writes; a day later it is closed, and what she writes is held.
pub(super) async fn the_window_opens_and_closes(world: &mut World) {
    let (anna, yusuf) = (&world.anna, world.customer("Yusuf"));
    world.hears(anna, "Yusuf", "I come on Friday.").await;
    let conversation = with(anna, yusuf.name()).await;
    let is_mine = |seen: &deskbell_client::api::WorkspaceSnapshot| {
        let rings = seen.offers.iter().any(|offer| offer.conversation == conversation);
        let held = seen.interactions.iter().find(|one| one.conversation == conversation).cloned();
        (rings || held.is_some()).then_some(held)
    };
    let interaction = match anna.until("Yusuf is Anna's", is_mine).await {
        Some(held) => held,
        None => anna.accepts(yusuf.name()).await,
    };
    anna.reads(conversation, "I come on Friday.").await;
    anna.writes(conversation, "Until then.").await;
    yusuf.waits_for("Until then.").await.expect("it is on his phone");
    anna.finishes(interaction).await;
    world.comes_to_rest().await;

    world.hours(25);
    let (message, body) = (MessageId::fresh(), "One more thing".to_owned());
    anna.asks(Request::Enqueue {
        message,
        conversation,
        content: OutgoingContent::Text { body },
        seen: None,
    })
    .await;
    let why = anna.held(conversation).await.failure.expect("a reason");
    assert_eq!(why.reason, "hub.window_closed");
    anna.asks(Request::DiscardMessage { message }).await;
}
