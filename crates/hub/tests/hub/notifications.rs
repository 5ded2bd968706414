//! Notifications, and what is known of an address.

use deskbell_protocol::{
    AddressCheck, AddressFact, Command, CommandId, ContactDetail, ContactEdit, ContactField, ContactId,
    ContactPage, Content, ConversationId, DeliveryState, ErrorCode, EvidenceState, FilledTemplate, MessageId,
    OwnSide, TemplateList, Unsendable, Validation,
};
use serde_json::{Value, json};

use crate::world::{Desk, HOUR, MINUTE, SECOND, World, carla, status_of};

fn bike_ready() -> Value {
    json!({"name": "bike_ready", "language": "en", "category": "UTILITY", "status": "APPROVED",
        "parameter_format": "NAMED", "components": [
            {"type": "BODY", "text": "Hello {{name}}, your {{thing}} is ready."},
            {"type": "FOOTER", "text": "Bike shop"}]})
}

fn picture() -> Value {
    json!({"name": "spring", "language": "en", "category": "MARKETING", "status": "APPROVED",
        "components": [{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Look"}]})
}

async fn shop() -> World {
    let world = World::with(|settings| settings.accounts[0].waba_id = Some("102".to_owned())).await;
    world.provider.approves(&[bike_ready(), picture()]);
    world.provider.finds(json!({"can_send_message": "AVAILABLE", "entities": []}));
    world
}

/// Carla wrote, Anna took it, and a day went by.
async fn a_day_later(world: &World) -> (Desk, ConversationId) {
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Is my bike ready?").await;
    let interaction = anna.accepts(world).await;
    world.clock.advance(25 * HOUR);
    (anna, interaction.conversation)
}

fn notify(message: MessageId, conversation: ConversationId, name: &str, values: &[&str]) -> Command {
    let values = values.iter().map(|&value| value.to_owned()).collect();
    let template = FilledTemplate { name: name.to_owned(), language: "en".to_owned(), values };
    Command::SendNotification {
        message,
        conversation,
        template,
        written_at: deskbell_protocol::Millis(crate::world::MORNING),
    }
}

async fn notifies(
    anna: &mut Desk,
    conversation: ConversationId,
    name: &str,
    values: &[&str],
) -> Result<MessageId, deskbell_protocol::ErrorBody> {
    let message = MessageId::fresh();
    anna.commands_as(message.into(), notify(message, conversation, name, values)).await.map(|()| message)
}

#[tokio::test]
async fn after_a_day_a_text_is_refused_and_a_notification_goes_out_filled_in() {
    let world = shop().await;
    let (mut anna, conversation) = a_day_later(&world).await;
    let refused = anna.sends(conversation, "It is ready").await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::WindowClosed);
    let sent = notifies(&mut anna, conversation, "bike_ready", &["Carla", "bike"]).await.unwrap();
    anna.delivery_is(sent, DeliveryState::Accepted).await;
    let posted = world.provider.has(1).await;
    assert_eq!(
        posted[0].template,
        json!({"name": "bike_ready", "language": {"code": "en"}, "components": [{"type": "body", "parameters": [
            {"type": "text", "parameter_name": "name", "text": "Carla"},
            {"type": "text", "parameter_name": "thing", "text": "bike"}]}]})
    );
    let line = anna.messages.values().find(|message| message.id == sent).unwrap();
    let Content::Notification { body, footer, .. } = &line.content else { panic!("{line:?}") };
    assert_eq!(body, "Hello Carla, your bike is ready.");
    assert_eq!(footer.as_deref(), Some("Bike shop"));
}

#[tokio::test]
async fn a_notification_sent_twice_under_one_id_is_one() {
    let world = shop().await;
    let (mut anna, conversation) = a_day_later(&world).await;
    let message = MessageId::fresh();
    for _ in 0..3 {
        let command = notify(message, conversation, "bike_ready", &["Carla", "bike"]);
        anna.commands_as(message.into(), command).await.unwrap();
    }
    anna.delivery_is(message, DeliveryState::Accepted).await;
    let other = notifies(&mut anna, conversation, "bike_ready", &["Carla", "helmet"]).await.unwrap();
    anna.delivery_is(other, DeliveryState::Accepted).await;
    // Nor does it matter to what has gone out that its template is withdrawn later.
    world.provider.approves(&[picture()]);
    world.clock.advance(10 * MINUTE);
    let command = notify(message, conversation, "bike_ready", &["Carla", "bike"]);
    anna.commands_as(message.into(), command).await.unwrap();
    assert_eq!(world.provider.posted().len(), 2);
}

#[tokio::test]
async fn what_was_withdrawn_unfinished_or_is_not_yet_sendable_is_refused_with_the_reason() {
    let world = shop().await;
    let (mut anna, conversation) = a_day_later(&world).await;
    for (name, values, code) in [
        ("bike_ready", vec!["Carla"], ErrorCode::TemplateGone),
        ("bike_ready", vec!["Carla", ""], ErrorCode::Malformed),
        ("bike_ready", vec!["Carla", "two\nlines"], ErrorCode::Malformed),
        ("spring", vec![], ErrorCode::Malformed),
        ("autumn", vec![], ErrorCode::TemplateGone),
    ] {
        let refused = notifies(&mut anna, conversation, name, &values).await.unwrap_err();
        assert_eq!(refused.code, code, "{name} {values:?}");
    }
    world.provider.approves(&[picture()]);
    world.clock.advance(10 * MINUTE);
    let refused = notifies(&mut anna, conversation, "bike_ready", &["Carla", "bike"]).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::TemplateGone);
    assert!(world.provider.posted().is_empty());
    // The command's own id must be the message's.
    let message = MessageId::fresh();
    world.provider.approves(&[bike_ready()]);
    world.clock.advance(10 * MINUTE);
    let command = notify(message, conversation, "bike_ready", &["Carla", "bike"]);
    let refused = anna.commands_as(CommandId::fresh(), command).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Malformed);
}

#[tokio::test]
async fn members_of_the_queue_see_its_notifications_and_nobody_else_does() {
    let world = World::with(|settings| {
        settings.accounts[0].waba_id = Some("102".to_owned());
        settings.queues.push(deskbell_hub::QueueSettings { name: "Repair".to_owned() });
        settings.agents[1].queues = vec!["Repair".to_owned()];
    })
    .await;
    world.provider.approves(&[bike_ready(), picture()]);
    let account = world.settings().accounts[0].id();
    let path = format!("/v1/accounts/{account}/templates");
    let anna = world.sign_in("Anna").await;
    let list: TemplateList = world.get(&anna.token, &path).await;
    let told: Vec<_> = list.templates.iter().map(|it| (it.name.as_str(), it.unsendable)).collect();
    assert_eq!(told, [("bike_ready", None), ("spring", Some(Unsendable::MediaHeader))]);
    let ben = world.sign_in("Ben").await;
    for path in [path.as_str(), "/v1/accounts/nonsense/templates"] {
        assert_eq!(world.refused(&ben.token, path).await.1.code, ErrorCode::NotFound);
    }
}

#[tokio::test]
async fn an_address_is_known_by_what_was_written_and_delivered_and_by_nothing_else() {
    let world = shop().await;
    let (mut anna, conversation) = a_day_later(&world).await;
    let evidence = |desk: &Desk| desk.conversations[&conversation].evidence.clone();
    assert_eq!(evidence(&anna).state, EvidenceState::Verified);
    let sent = notifies(&mut anna, conversation, "bike_ready", &["Carla", "bike"]).await.unwrap();
    anna.delivery_is(sent, DeliveryState::Accepted).await;
    let wamid = world.provider.has(1).await[0].wamid.clone();
    world.status(&wamid, "failed", None).await;
    anna.delivery_is(sent, DeliveryState::Failed).await;
    let warned = anna
        .until("the warning", |desk| Some(evidence(desk)).filter(|it| it.state == EvidenceState::Error))
        .await;
    assert_eq!(warned.failure.unwrap().reason, "whatsapp.131026");
    // It was reported in vain: the message did arrive.
    world.status(&wamid, "delivered", None).await;
    anna.until("the warning gone", |desk| (evidence(desk).state == EvidenceState::Verified).then_some(()))
        .await;
}

#[tokio::test]
async fn validating_says_what_was_seen_and_how_our_own_side_is_and_writes_to_nobody() {
    let world = shop().await;
    let (anna, conversation) = a_day_later(&world).await;
    let blocked = json!({"can_send_message": "BLOCKED", "entities": [{"entity_type": "WABA",
        "can_send_message": "BLOCKED", "errors": [{"error_code": 141006, "error_description": "No payment method.",
        "possible_solution": "Add one."}]}]});
    world.provider.finds(blocked);
    let validation: Validation =
        world.post(&anna.token, &format!("/v1/conversations/{conversation}/validation")).await;
    assert_eq!(validation.evidence.state, EvidenceState::Verified);
    use AddressFact::{NotOurs, Possible, Unshared};
    let fine = [Possible, NotOurs, Unshared].map(|what| AddressCheck { what, holds: Some(true) });
    assert_eq!(validation.address, fine);
    assert_eq!(
        validation.own_side,
        OwnSide::Blocked { reasons: vec!["No payment method. Add one.".to_owned()] }
    );
    assert!(world.provider.posted().is_empty());
}

/// What validating says of the address, in words that fit on a line.
async fn looked_at(
    world: &World,
    desk: &Desk,
    conversation: ConversationId,
) -> Vec<(AddressFact, Option<bool>)> {
    let path = format!("/v1/conversations/{conversation}/validation");
    let validation: Validation = world.post(&desk.token, &path).await;
    validation.address.into_iter().map(|check| (check.what, check.holds)).collect()
}

#[tokio::test]
async fn validating_looks_again_at_all_that_connecting_looks_at() {
    use AddressFact::{Known, NotOurs, Possible, Unshared};
    let world = shop().await;
    let mut anna = world.ready_agent("Anna").await;
    let (contact, conversation) = connects(&world, &mut anna, "+49 170 4444444").await;
    // Nothing was delivered to us yet, so nobody told which number is ours: it is not claimed.
    let good = (Possible, Some(true));
    assert_eq!(looked_at(&world, &anna, conversation).await, [good, (NotOurs, None), (Unshared, Some(true))]);
    world.writes(&carla(), "Hello").await;
    let other = anna.accepts(&world).await;
    assert_eq!(
        looked_at(&world, &anna, conversation).await,
        [good, (NotOurs, Some(true)), (Unshared, Some(true))]
    );
    let carlas = anna.conversations[&other.conversation].contact;
    let becomes = Some("+49 170 4444444".to_owned());
    let edits = vec![ContactEdit { field: ContactField::Phone, was: None, becomes }];
    anna.commands(Command::EditContact { contact: carlas, edits }).await.unwrap();
    assert_eq!(looked_at(&world, &anna, conversation).await[2], (Unshared, Some(false)));

    // What was connected before it was known to be ours, and what cannot exist any more.
    let number = |number: &str| {
        let id = contact.as_uuid().as_bytes().as_slice();
        world.file().execute("UPDATE identities SET phone = ?1 WHERE contact = ?2", (number, id)).unwrap();
    };
    number("15550783881");
    assert_eq!(looked_at(&world, &anna, conversation).await[1], (NotOurs, Some(false)));
    number("4912");
    assert_eq!(looked_at(&world, &anna, conversation).await[0], (Possible, Some(false)));
    let id = contact.as_uuid().as_bytes().as_slice();
    world.file().execute("UPDATE identities SET phone = NULL WHERE contact = ?1", [id]).unwrap();
    assert_eq!(looked_at(&world, &anna, conversation).await, [(Known, Some(false))]);

    // What the provider told of our number counts when somebody is connected, too.
    let ours = Command::ConnectChannel {
        conversation: ConversationId::fresh(),
        contact,
        account: world.settings().accounts[0].id(),
        number: "+1 555 078 3881".to_owned(),
        opt_in: "By phone".to_owned(),
    };
    assert_eq!(anna.commands(ours).await.unwrap_err().code, ErrorCode::NumberOurs);
}

#[tokio::test]
async fn who_was_connected_is_reachable_once_something_arrived_and_verified_once_they_wrote() {
    let world = shop().await;
    let mut anna = world.ready_agent("Anna").await;
    let (_, conversation) = connects(&world, &mut anna, "+49 170 1111111").await;
    let evidence = |desk: &Desk| desk.conversations[&conversation].evidence.state;
    let sent = notifies(&mut anna, conversation, "bike_ready", &["Carla", "bike"]).await.unwrap();
    anna.delivery_is(sent, DeliveryState::Accepted).await;
    assert_eq!(evidence(&anna), EvidenceState::Unverified, "accepted is no evidence");
    let wamid = world.provider.has(1).await[0].wamid.clone();
    world.status(&wamid, "sent", None).await;
    anna.delivery_is(sent, DeliveryState::Sent).await;
    assert_eq!(evidence(&anna), EvidenceState::Unverified, "sent is none either");
    world.status(&wamid, "delivered", None).await;
    anna.until("reachable", |desk| (evidence(desk) == EvidenceState::Reachable).then_some(())).await;
    let refused = anna.sends(conversation, "Did you read it?").await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::WindowClosed, "reachable is not asked");
    world.writes(&carla(), "I did").await;
    anna.until("verified", |desk| (evidence(desk) == EvidenceState::Verified).then_some(())).await;
    anna.sends(conversation, "Fine").await.unwrap();
}

/// Brazil, Mexico and Argentina: what is dialled, and what the provider reports of it.
const TWO_WAYS: [(&str, &str, &str); 3] = [
    ("+55 11 98765-4321", "5511987654321", "551187654321"),
    ("+52 55 1234 5678", "525512345678", "5215512345678"),
    ("+54 11 2345-6789", "541123456789", "5491123456789"),
];

#[tokio::test]
async fn who_was_connected_answers_from_the_number_that_the_provider_reports_and_is_the_same_contact() {
    for (shown, dialled, reported) in TWO_WAYS {
        let world = shop().await;
        world.provider.knows(&format!("+{dialled}"), reported);
        let mut anna = world.ready_agent("Anna").await;
        let (contact, conversation) = connects(&world, &mut anna, shown).await;
        let sent = notifies(&mut anna, conversation, "bike_ready", &["Carla", "bike"]).await.unwrap();
        anna.delivery_is(sent, DeliveryState::Accepted).await;

        let carla = carla().at(reported);
        world.writes(&carla, "On my way").await;
        let said = anna.reads("On my way").await;
        assert_eq!(said.conversation, conversation, "not with a stranger");
        let row = &anna.conversations[&conversation];
        assert_eq!((row.contact, row.evidence.state), (contact, EvidenceState::Verified));
        assert!(row.window_until.is_some_and(|until| until > world.now()));
        // What was dialled stays what it is, also after a second word, and goes on being dialled.
        world.writes(&carla, "In five minutes").await;
        anna.reads("In five minutes").await;
        let number = format!("+{dialled}");
        assert_eq!(anna.conversations[&conversation].address.as_deref(), Some(number.as_str()));
        let detail: ContactDetail = world.get(&anna.token, &format!("/v1/contacts/{contact}")).await;
        assert_eq!(detail.contact.phones, [number.as_str()]);
        anna.sends(conversation, "See you").await.unwrap();
        assert_eq!(world.provider.has(2).await[1].to, number);
        let all: ContactPage = world.get(&anna.token, "/v1/contacts").await;
        assert_eq!(all.contacts.len(), 1);
    }
}

#[tokio::test]
async fn another_way_to_write_a_number_that_nobody_reported_is_only_proposed() {
    for (shown, dialled, other_way) in TWO_WAYS {
        let world = shop().await;
        let mut anna = world.ready_agent("Anna").await;
        let (contact, conversation) = connects(&world, &mut anna, shown).await;
        world.writes(&carla().at(other_way), "Hello").await;
        let interaction = anna.accepts(&world).await;
        assert_ne!(interaction.conversation, conversation);
        let detail: ContactDetail = world.get(&anna.token, &format!("/v1/contacts/{contact}")).await;
        assert_eq!(detail.contact.phones, [format!("+{dialled}")]);
        let same: Vec<_> = detail.same.iter().map(|one| one.contact).collect();
        assert_eq!(same, [anna.conversations[&interaction.conversation].contact]);
    }
}

/// A contact made by hand whose number is connected, of whom Anna hears from now on.
async fn connects(world: &World, anna: &mut Desk, number: &str) -> (ContactId, ConversationId) {
    let (contact, conversation) = (ContactId::fresh(), ConversationId::fresh());
    let queue = world.admin.queue_named("Sales").await.unwrap().unwrap().id;
    let create =
        Command::CreateContact { contact, queue, contact_name: "Somebody".to_owned(), phones: Vec::new() };
    anna.commands(create).await.unwrap();
    anna.commands(Command::Subscribe { contact }).await.unwrap();
    let connect = Command::ConnectChannel {
        conversation,
        contact,
        account: world.settings().accounts[0].id(),
        number: number.to_owned(),
        opt_in: "By phone".to_owned(),
    };
    anna.commands(connect).await.unwrap();
    anna.until("the channel is there", |desk| desk.conversations.contains_key(&conversation).then_some(()))
        .await;
    (contact, conversation)
}

#[tokio::test]
async fn a_status_that_says_nothing_of_the_address_changes_nothing_there() {
    let world = shop().await;
    let (mut anna, conversation) = a_day_later(&world).await;
    let sent = notifies(&mut anna, conversation, "bike_ready", &["Carla", "bike"]).await.unwrap();
    anna.delivery_is(sent, DeliveryState::Accepted).await;
    let wamid = world.provider.has(1).await[0].wamid.clone();
    let mut failed = status_of(&wamid, "failed", None);
    failed["errors"] = json!([{"code": 131049}]);
    world.deliver_statuses(&[failed]).await;
    anna.delivery_is(sent, DeliveryState::Failed).await;
    anna.settles().await;
    assert_eq!(anna.conversations[&conversation].evidence.state, EvidenceState::Verified);
}

#[tokio::test]
async fn a_provider_that_cannot_list_its_notifications_is_left_in_peace_for_a_moment() {
    let world = shop().await;
    let anna = world.sign_in("Anna").await;
    let path = format!("/v1/accounts/{}/templates", world.settings().accounts[0].id());
    world.provider.cannot_list(true);
    for _ in 0..5 {
        let (status, error) = world.refused(&anna.token, &path).await;
        assert_eq!((status, error.code), (503, ErrorCode::Unavailable));
    }
    assert_eq!(world.provider.listed(), 1, "it was asked once");

    world.provider.cannot_list(false);
    world.clock.advance(11 * SECOND);
    let list: TemplateList = world.get(&anna.token, &path).await;
    assert_eq!(list.templates.len(), 2);
    assert_eq!(world.provider.listed(), 2);
}

#[tokio::test]
async fn validating_has_a_rate_of_its_own() {
    let world = shop().await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let conversation = anna.accepts(&world).await.conversation;
    let path = format!("/v1/conversations/{conversation}/validation");
    for _ in 0..10 {
        let _validation: Validation = world.post(&anna.token, &path).await;
    }
    let response = world.http.post(world.url(&path)).bearer_auth(&anna.token).send().await.unwrap();
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()["retry-after"], "10");
    world.clock.advance(10 * SECOND);
    let _validation: Validation = world.post(&anna.token, &path).await;
}
