//! Notifications, and the evidence of an address.

use deskbell_protocol::{
    AddressCheck, AddressFact, Command, CommandId, ContactDetail, ContactEdit, ContactField, ContactId,
    ContactPage, Content, ConversationId, DeliveryState, ErrorCode, EvidenceState, FilledTemplate, MessageId,
    OwnSide, TemplateList, Unsendable, Validation,
};
use serde_json::{Value, json};

use crate::world::{Desktop, HOUR, MINUTE, SECOND, World, carla, status_of, whatsapp_settings};

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
    let world = World::with(|settings| {
        whatsapp_settings(&mut settings.accounts[0]).business_account_id = Some("102".to_owned())
    })
    .await;
    world.provider.approves(&[bike_ready(), picture()]);
    world.provider.finds(json!({"can_send_message": "AVAILABLE", "entities": []}));
    world
}

/// Carla wrote, Anna accepted, and a day passed.
async fn a_day_later(world: &World) -> (Desktop, ConversationId) {
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
    anna: &mut Desktop,
    conversation: ConversationId,
    name: &str,
    values: &[&str],
) -> Result<MessageId, deskbell_protocol::ErrorBody> {
    let message = MessageId::fresh();
    anna.commands_as(message.into(), notify(message, conversation, name, values)).await.map(|()| message)
}

#[tokio::test]
async fn after_a_day_a_text_is_refused_and_a_notification_is_sent() {
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
async fn a_notification_sent_twice_under_one_id_is_sent_once() {
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
    // A repetition succeeds although the template was withdrawn since.
    world.provider.approves(&[picture()]);
    world.clock.advance(10 * MINUTE);
    let command = notify(message, conversation, "bike_ready", &["Carla", "bike"]);
    anna.commands_as(message.into(), command).await.unwrap();
    assert_eq!(world.provider.posted().len(), 2);
}

#[tokio::test]
async fn a_template_that_is_withdrawn_incomplete_or_unsupported_is_refused() {
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
    // The ids of command and message must be equal.
    let message = MessageId::fresh();
    world.provider.approves(&[bike_ready()]);
    world.clock.advance(10 * MINUTE);
    let command = notify(message, conversation, "bike_ready", &["Carla", "bike"]);
    let refused = anna.commands_as(CommandId::fresh(), command).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Malformed);
}

#[tokio::test]
async fn only_members_of_the_queue_see_its_templates() {
    let world = World::with(|settings| {
        whatsapp_settings(&mut settings.accounts[0]).business_account_id = Some("102".to_owned());
        settings.queues.push(deskbell_hub::QueueSettings { name: "Repair".to_owned() });
        settings.agents[1].queues = vec!["Repair".to_owned()];
    })
    .await;
    world.provider.approves(&[bike_ready(), picture()]);
    let account = world.settings().accounts[0].id();
    let path = format!("/v1/accounts/{account}/templates");
    let anna = world.sign_in("Anna").await;
    let list: TemplateList = world.get(&anna.token, &path).await;
    let listed: Vec<_> = list.templates.iter().map(|it| (it.name.as_str(), it.unsendable)).collect();
    assert_eq!(listed, [("bike_ready", None), ("spring", Some(Unsendable::MediaHeader))]);
    let ben = world.sign_in("Ben").await;
    for path in [path.as_str(), "/v1/accounts/nonsense/templates"] {
        assert_eq!(world.refused(&ben.token, path).await.1.code, ErrorCode::NotFound);
    }
}

#[tokio::test]
async fn evidence_comes_from_inbound_messages_and_deliveries_only() {
    let world = shop().await;
    let (mut anna, conversation) = a_day_later(&world).await;
    let evidence = |desk: &Desktop| desk.conversations[&conversation].evidence.clone();
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
    // The failure was wrong: the message did arrive.
    world.status(&wamid, "delivered", None).await;
    anna.until("the warning gone", |desk| (evidence(desk).state == EvidenceState::Verified).then_some(()))
        .await;
}

#[tokio::test]
async fn validation_reports_evidence_and_account_health_without_sending() {
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

/// The result of a validation, on one line.
async fn validate(
    world: &World,
    desk: &Desktop,
    conversation: ConversationId,
) -> Vec<(AddressFact, Option<bool>)> {
    let path = format!("/v1/conversations/{conversation}/validation");
    let validation: Validation = world.post(&desk.token, &path).await;
    validation.address.into_iter().map(|check| (check.what, check.holds)).collect()
}

#[tokio::test]
async fn validation_repeats_the_checks_of_a_connection() {
    use AddressFact::{Known, NotOurs, Possible, Unshared};
    let world = shop().await;
    let mut anna = world.ready_agent("Anna").await;
    let (contact, conversation) = connects(&world, &mut anna, "+49 170 4444444").await;
    // No delivery has told the own number of the account yet, so it cannot be compared.
    let good = (Possible, Some(true));
    assert_eq!(validate(&world, &anna, conversation).await, [good, (NotOurs, None), (Unshared, Some(true))]);
    world.writes(&carla(), "Hello").await;
    let other = anna.accepts(&world).await;
    assert_eq!(
        validate(&world, &anna, conversation).await,
        [good, (NotOurs, Some(true)), (Unshared, Some(true))]
    );
    let carlas = anna.conversations[&other.conversation].contact;
    let becomes = Some("+49 170 4444444".to_owned());
    let edits = vec![ContactEdit { field: ContactField::Phone, was: None, becomes }];
    anna.commands(Command::EditContact { contact: carlas, edits }).await.unwrap();
    assert_eq!(validate(&world, &anna, conversation).await[2], (Unshared, Some(false)));

    // An address connected before it was known as the account's own number, and one that no longer exists.
    let number = |number: &str| {
        let id = contact.as_uuid().as_bytes().as_slice();
        world.file().execute("UPDATE identities SET phone = ?1 WHERE contact = ?2", (number, id)).unwrap();
    };
    number("15550783881");
    assert_eq!(validate(&world, &anna, conversation).await[1], (NotOurs, Some(false)));
    number("4912");
    assert_eq!(validate(&world, &anna, conversation).await[0], (Possible, Some(false)));
    let id = contact.as_uuid().as_bytes().as_slice();
    world.file().execute("UPDATE identities SET phone = NULL WHERE contact = ?1", [id]).unwrap();
    assert_eq!(validate(&world, &anna, conversation).await, [(Known, Some(false))]);

    // The account's own number is refused for a new connection too.
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
async fn a_connected_address_is_reachable_after_a_delivery_and_verified_after_a_message() {
    let world = shop().await;
    let mut anna = world.ready_agent("Anna").await;
    let (_, conversation) = connects(&world, &mut anna, "+49 170 1111111").await;
    let evidence = |desk: &Desktop| desk.conversations[&conversation].evidence.state;
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

/// Numbers of Brazil, Mexico and Argentina: as dialled, and as the provider reports them.
const TWO_WAYS: [(&str, &str, &str); 3] = [
    ("+55 11 98765-4321", "5511987654321", "551187654321"),
    ("+52 55 1234 5678", "525512345678", "5215512345678"),
    ("+54 11 2345-6789", "541123456789", "5491123456789"),
];

#[tokio::test]
async fn a_reply_from_the_reported_number_belongs_to_the_connected_contact() {
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
        // The dialled number stays stored and is still dialled, also after a second message.
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
async fn an_unreported_variant_of_a_number_is_only_proposed() {
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

/// Creates a contact, connects its number, and assigns it to Anna.
async fn connects(world: &World, anna: &mut Desktop, number: &str) -> (ContactId, ConversationId) {
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
async fn a_failure_unrelated_to_the_address_leaves_the_evidence() {
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
async fn a_failed_listing_of_templates_is_not_repeated_at_once() {
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
async fn validation_has_its_own_rate_limit() {
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
