//! Contacts: made, found, edited by two at once, connected, joined, and seen by nobody else.

use deskbell_hub::QueueSettings;
use deskbell_protocol::{
    AccountId, Change, Command, ContactDetail, ContactEdit, ContactField, ContactId, ContactPage,
    ConversationId, ErrorCode, EvidenceState, Role, Scope, Snapshot, ThreadPage,
};

use crate::world::{Desktop, PASSWORD, World, carla, deniz, says, whatsapp_settings, within};

async fn refused(desk: &mut Desktop, command: Command) -> ErrorCode {
    desk.commands(command).await.unwrap_err().code
}

fn edit(contact: ContactId, field: ContactField, was: Option<&str>, becomes: Option<&str>) -> Command {
    let edit = ContactEdit { field, was: was.map(str::to_owned), becomes: becomes.map(str::to_owned) };
    Command::EditContact { contact, edits: vec![edit] }
}

fn city() -> ContactField {
    ContactField::Attribute { key: "city".to_owned() }
}

async fn made(world: &World, desk: &mut Desktop, name: &str, phones: &[&str]) -> ContactId {
    let contact = ContactId::fresh();
    let queue = world.admin.queue_named("Sales").await.unwrap().unwrap().id;
    let phones = phones.iter().map(|phone| (*phone).to_owned()).collect();
    let command = Command::CreateContact { contact, queue, contact_name: name.to_owned(), phones };
    desk.commands(command).await.unwrap();
    contact
}

async fn shown(world: &World, desk: &Desktop, contact: ContactId) -> ContactDetail {
    world.get(&desk.token, &format!("/v1/contacts/{contact}")).await
}

async fn found(world: &World, desk: &Desktop, search: &str) -> Vec<String> {
    let page: ContactPage = world.get(&desk.token, &format!("/v1/contacts?search={search}")).await;
    assert_eq!(page.next, None);
    page.contacts.into_iter().map(|detail| detail.contact.name).collect()
}

async fn account(world: &World, desk: &Desktop) -> AccountId {
    let snapshot: Snapshot = world.get(&desk.token, "/v1/snapshot").await;
    snapshot.accounts[0].id
}

#[tokio::test]
async fn anna_creates_a_contact_connects_a_number_and_receives_their_first_message() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    let contact = made(&world, &mut anna, "Élodie Carla", &["0049 170 111-1111"]).await;
    assert_eq!(shown(&world, &anna, contact).await.contact.phones, ["+491701111111"]);
    for search in ["elodie", "ELODIE%20carla", "1701111111", "0170%201111111", "%2B49170"] {
        assert_eq!(found(&world, &anna, search).await, ["Élodie Carla"], "{search}");
    }
    assert!(found(&world, &anna, "elodie%20ben").await.is_empty());

    let account = account(&world, &anna).await;
    let conversation = ConversationId::fresh();
    let connect = |number: &str, opt_in: &str| Command::ConnectChannel {
        conversation,
        contact,
        account,
        number: number.to_owned(),
        opt_in: opt_in.to_owned(),
    };
    assert_eq!(refused(&mut anna, connect("0170 1111111", "By phone")).await, ErrorCode::NumberInvalid);
    assert_eq!(refused(&mut anna, connect("+49 170 1111111", " ")).await, ErrorCode::Malformed);
    anna.commands(connect("+49 170 1111111", "By phone")).await.unwrap();
    // A repeated command changes nothing.
    anna.commands(connect("+49 170 1111111", "By phone")).await.unwrap();
    let detail = shown(&world, &anna, contact).await;
    let [channel] = &detail.conversations[..] else { panic!("{detail:?}") };
    assert_eq!(channel.evidence.state, EvidenceState::Unverified);
    assert_eq!(channel.evidence.opt_in.as_ref().unwrap().source, "By phone");
    assert_eq!((channel.window_until, detail.assigned), (None, false));
    assert_eq!(anna.sends(conversation, "Hello?").await.unwrap_err().code, ErrorCode::WindowClosed);

    // Somebody else cannot have the number on this account.
    let other = made(&world, &mut anna, "Somebody else", &[]).await;
    let again = Command::ConnectChannel {
        conversation: ConversationId::fresh(),
        contact: other,
        account,
        number: "+491701111111".to_owned(),
        opt_in: "By phone".to_owned(),
    };
    assert_eq!(refused(&mut anna, again).await, ErrorCode::NumberTaken);

    // They write: in that conversation, and under the name that Anna gave them.
    world.writes(&carla(), "Here I am").await;
    let interaction = anna.accepts(&world).await;
    assert_eq!(interaction.conversation, conversation);
    anna.reads("Here I am").await;
    assert_eq!(anna.conversations[&conversation].contact_name, "Élodie Carla");
    anna.sends(conversation, "Hello!").await.unwrap();
    assert!(shown(&world, &anna, contact).await.assigned);
    world.clock.advance(25 * crate::world::HOUR);
    assert_eq!(anna.sends(conversation, "Too late").await.unwrap_err().code, ErrorCode::WindowClosed);
}

#[tokio::test]
async fn simultaneous_edits_of_a_contact_lose_nothing() {
    let world = World::new().await;
    let carla = carla();
    let mut anna = world.ready_agent("Anna").await;
    let mut ben = world.agent("Ben").await;
    world.writes(&carla, "Hello").await;
    let interaction = anna.accepts(&world).await;
    let contact = anna.conversations[&interaction.conversation].contact;
    anna.commands(edit(contact, city(), None, Some("Porto"))).await.unwrap();
    assert_eq!(refused(&mut ben, edit(contact, city(), None, Some("Lisbon"))).await, ErrorCode::Stale);
    // All or none: with one field that is as Ben saw it, too.
    let edits = vec![
        ContactEdit { field: ContactField::Email, was: None, becomes: Some("carla@example.org".to_owned()) },
        ContactEdit { field: city(), was: None, becomes: Some("Lisbon".to_owned()) },
    ];
    assert_eq!(refused(&mut ben, Command::EditContact { contact, edits }).await, ErrorCode::Stale);
    let detail = shown(&world, &ben, contact).await;
    assert_eq!(detail.contact.attributes[0].value, "Porto");
    assert!(detail.contact.emails.is_empty());
    ben.commands(edit(contact, city(), Some("Porto"), Some("Lisbon"))).await.unwrap();
    // The change reaches Anna, to whom the contact is assigned.
    anna.until("Anna is shown Ben's edit", |desk| {
        desk.entries.iter().any(|entry| {
            matches!(&entry.change, Change::Contact { row } if row.attributes.iter().any(|one| one.value == "Lisbon"))
        })
        .then_some(())
    })
    .await;

    ben.commands(edit(contact, ContactField::Name, Some("Carla"), Some("Carla Nunes"))).await.unwrap();
    world.writes(&carla, "Me again").await;
    anna.reads("Me again").await;
    assert_eq!(anna.conversations[&interaction.conversation].contact_name, "Carla Nunes");
    ben.commands(edit(contact, ContactField::Name, Some("Carla Nunes"), None)).await.unwrap();
    let given_back = shown(&world, &ben, contact).await.contact;
    assert_eq!((given_back.name.as_str(), given_back.named), ("Carla", false));
}

#[tokio::test]
async fn invalid_contact_values_are_refused_and_change_nothing() {
    let world = World::with(|settings| {
        whatsapp_settings(&mut settings.accounts[0]).number = Some("+49 30 1234567".to_owned());
    })
    .await;
    let mut anna = world.agent("Anna").await;
    let contact = made(&world, &mut anna, "Carla", &["+351 912 345 678"]).await;
    let before = shown(&world, &anna, contact).await;
    let long = "x".repeat(2_001);
    for (command, code) in [
        (edit(contact, city(), None, Some(&long)), ErrorCode::TooLarge),
        (edit(contact, city(), None, Some(" ")), ErrorCode::Malformed),
        (edit(contact, city(), None, Some("cut\0off")), ErrorCode::Malformed),
        (edit(contact, ContactField::Name, Some("Carla"), Some("\n")), ErrorCode::Malformed),
        (edit(contact, ContactField::Name, Some("Carla"), Some(&long)), ErrorCode::TooLarge),
        (edit(contact, ContactField::Email, None, Some("carla at home")), ErrorCode::Malformed),
        (edit(contact, ContactField::Phone, None, Some("12")), ErrorCode::NumberInvalid),
        (edit(contact, ContactField::Phone, None, Some("+49 30 1234567")), ErrorCode::NumberOurs),
        (edit(contact, ContactField::Phone, Some("+491701111111"), Some("+491702222222")), ErrorCode::Stale),
        (edit(contact, ContactField::Unknown, None, Some("x")), ErrorCode::Malformed),
        (edit(ContactId::fresh(), city(), None, Some("Porto")), ErrorCode::NotFound),
        (Command::JoinContacts { contact, other: contact }, ErrorCode::Malformed),
        (Command::JoinContacts { contact, other: ContactId::fresh() }, ErrorCode::NotFound),
    ] {
        let words = format!("{command:.80?}");
        let answer = anna.commands(command).await;
        assert_eq!(answer.map_err(|error| error.code), Err(code), "{words}");
    }
    assert_eq!(shown(&world, &anna, contact).await, before);
}

#[tokio::test]
async fn an_attribute_added_twice_in_one_command_is_not_reported_as_stale() {
    let world = World::new().await;
    let mut anna = world.agent("Anna").await;
    let contact = made(&world, &mut anna, "Carla", &[]).await;
    let add = |value: &str| ContactEdit { field: city(), was: None, becomes: Some(value.to_owned()) };
    let edits = vec![add("Porto"), add("Lisbon")];
    assert_eq!(refused(&mut anna, Command::EditContact { contact, edits }).await, ErrorCode::Malformed);
    assert!(shown(&world, &anna, contact).await.contact.attributes.is_empty());
    // One in the place of another is fine.
    anna.commands(edit(contact, city(), None, Some("Porto"))).await.unwrap();
    let gone = ContactEdit { field: city(), was: Some("Porto".to_owned()), becomes: None };
    anna.commands(Command::EditContact { contact, edits: vec![gone, add("Lisbon")] }).await.unwrap();
    assert_eq!(shown(&world, &anna, contact).await.contact.attributes[0].value, "Lisbon");
}

#[tokio::test]
async fn two_spellings_of_one_number_are_proposed_as_duplicates_and_merged_only_on_command() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    let long = made(&world, &mut anna, "Ana (office)", &["+55 11 98765-4321"]).await;
    let short = made(&world, &mut anna, "Ana", &["+55 11 8765-4321"]).await;
    let detail = shown(&world, &anna, short).await;
    assert_eq!(detail.contact.phones, ["+551187654321"]);
    let [same] = &detail.same[..] else { panic!("{detail:?}") };
    assert_eq!((same.contact, same.theirs.as_str()), (long, "+5511987654321"));

    anna.commands(edit(long, city(), None, Some("São Paulo"))).await.unwrap();
    anna.commands(edit(short, city(), None, Some("Santos"))).await.unwrap();
    anna.commands(Command::Subscribe { contact: short }).await.unwrap();
    anna.commands(Command::JoinContacts { contact: long, other: short }).await.unwrap();
    let joined = shown(&world, &anna, long).await;
    assert_eq!(joined.contact.phones, ["+551187654321", "+5511987654321"]);
    let attributes = joined.contact.attributes.iter().map(|one| (one.key.as_str(), one.value.as_str()));
    assert_eq!(attributes.collect::<Vec<_>>(), [("city", "São Paulo"), ("city (2)", "Santos")]);
    assert!(joined.assigned && joined.same.is_empty());
    assert_eq!(world.refused(&anna.token, &format!("/v1/contacts/{short}")).await.0, 404);
    let snapshot: Snapshot = world.get(&anna.token, "/v1/snapshot").await;
    assert_eq!(snapshot.assignments.iter().map(|one| one.contact).collect::<Vec<_>>(), [long]);
}

#[tokio::test]
async fn ben_subscribes_to_annas_contact_and_unsubscribes() {
    let world = World::new().await;
    let carla = carla();
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla, "Hello").await;
    let interaction = anna.accepts(&world).await;
    let contact = anna.conversations[&interaction.conversation].contact;
    let mut ben = world.agent("Ben").await;
    ben.commands(Command::Subscribe { contact }).await.unwrap();
    let granted = Change::Granted { scope: Scope::Conversation(interaction.conversation) };
    ben.until("Ben is granted it", |desk| {
        desk.entries.iter().any(|entry| entry.change == granted).then_some(())
    })
    .await;
    world.writes(&carla, "For both of you").await;
    ben.reads("For both of you").await;
    let assigned = |desk: &Desktop, assigned: bool| {
        let is = |entry: &deskbell_protocol::Entry| matches!(&entry.change, Change::Assignment { row } if row.contact == contact && row.assigned == assigned);
        desk.entries.iter().any(is).then_some(())
    };
    ben.until("Ben has the contact", |desk| assigned(desk, true)).await;

    assert_eq!(refused(&mut anna, Command::Unsubscribe { contact }).await, ErrorCode::Forbidden);
    ben.commands(Command::Unsubscribe { contact }).await.unwrap();
    ben.until("Ben has it no more", |desk| assigned(desk, false)).await;
    let revoked = Change::Revoked { scope: Scope::Conversation(interaction.conversation) };
    ben.until("access is revoked", |desk| desk.entries.iter().any(|e| e.change == revoked).then_some(()))
        .await;
    world.writes(&carla, "For Anna alone").await;
    anna.reads("For Anna alone").await;
    ben.settles().await;
    assert!(ben.messages.values().all(|message| !says(message, "For Anna alone")));
}

#[tokio::test]
async fn an_assignment_expires_after_a_month_and_returns_with_the_next_message() {
    let world = World::with(|settings| settings.limits.token_days = 400).await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&deniz(), "Hello").await;
    let interaction = anna.accepts(&world).await;
    let contact = anna.conversations[&interaction.conversation].contact;
    anna.commands(Command::EndInteraction { interaction: interaction.id }).await.unwrap();
    anna.commands(Command::MarkDone { interaction: interaction.id }).await.unwrap();
    assert!(shown(&world, &anna, contact).await.assigned);
    world.clock.advance(31 * 24 * crate::world::HOUR);
    within("the assignment expires", async {
        while shown(&world, &anna, contact).await.assigned {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let start = Command::StartInteraction {
        interaction: deskbell_protocol::InteractionId::fresh(),
        conversation: interaction.conversation,
    };
    let mut again = world.agent("Anna").await;
    assert!(again.conversations.is_empty(), "nothing of it is kept any more");
    again.commands(start).await.unwrap();
    assert!(shown(&world, &again, contact).await.assigned);
    assert_eq!(again.sends(interaction.conversation, "Hi").await.unwrap_err().code, ErrorCode::WindowClosed);
}

#[tokio::test]
async fn agents_of_another_queue_see_nothing_of_a_contact() {
    let world = World::with(|settings| {
        settings.queues.push(QueueSettings { name: "Service".to_owned() });
    })
    .await;
    let sam = world.admin.add_agent("Sam", PASSWORD, Role::Supervisor, world.now()).await.unwrap();
    let service = world.admin.queue_named("Service").await.unwrap().unwrap().id;
    world.admin.add_member(sam.id, service, world.now()).await.unwrap();
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Secret").await;
    let interaction = anna.accepts(&world).await;
    let contact = anna.conversations[&interaction.conversation].contact;
    let mut sam = world.agent("Sam").await;
    assert!(found(&world, &sam, "carla").await.is_empty());
    assert!(found(&world, &sam, "").await.is_empty());
    let unknown = ContactId::fresh();
    for rest in ["", "/messages", "/search?words=Secret", "/interactions"] {
        let hidden = world.refused(&sam.token, &format!("/v1/contacts/{contact}{rest}")).await;
        assert_eq!(hidden.0, 404, "{rest}");
        assert_eq!(hidden, world.refused(&sam.token, &format!("/v1/contacts/{unknown}{rest}")).await);
    }
    for command in [
        Command::Subscribe { contact },
        edit(contact, city(), None, Some("Porto")),
        Command::StartInteraction {
            interaction: deskbell_protocol::InteractionId::fresh(),
            conversation: interaction.conversation,
        },
        Command::ConnectChannel {
            conversation: ConversationId::fresh(),
            contact,
            account: account(&world, &anna).await,
            number: "+491701111111".to_owned(),
            opt_in: "By phone".to_owned(),
        },
    ] {
        assert_eq!(refused(&mut sam, command).await, ErrorCode::NotFound);
    }
    let own = made_in(&world, &mut sam, "Service", "Carla's colleague", "+491701111111").await;
    assert!(shown(&world, &sam, own).await.same.is_empty(), "nobody of Sales is proposed");
    let page: ThreadPage = world.get(&anna.token, &format!("/v1/contacts/{contact}/messages")).await;
    assert!(page.messages.iter().any(|message| says(message, "Secret")));
    sam.settles().await;
    assert!(sam.conversations.is_empty() && sam.messages.is_empty());
}

async fn made_in(world: &World, desk: &mut Desktop, queue: &str, name: &str, phone: &str) -> ContactId {
    let contact = ContactId::fresh();
    let queue = world.admin.queue_named(queue).await.unwrap().unwrap().id;
    let (contact_name, phones) = (name.to_owned(), vec![phone.to_owned()]);
    desk.commands(Command::CreateContact { contact, queue, contact_name, phones }).await.unwrap();
    contact
}
