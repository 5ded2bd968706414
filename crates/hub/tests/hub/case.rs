//! What is noted about an interaction: facts of the case, how it went, the note, and an End taken back.

use deskbell_hub::{CaseFieldSettings, DispositionSettings, Settings};
use deskbell_protocol::{
    CaseField, Change, Command, ErrorCode, Interaction, InteractionState, MAX_CASE_CHARS, MAX_NOTE_CHARS,
    Notice, Readiness, Role,
};
use serde_json::json;

use crate::world::{Desktop, PASSWORD, World, carla, delivery, deniz};

fn with_a_list(settings: &mut Settings) {
    for id in ["won", "lost"] {
        settings.dispositions.push(DispositionSettings {
            id: id.to_owned(),
            label: None,
            path: vec!["Sales".to_owned(), id.to_owned()],
        });
    }
    for (key, editable) in [("order", true), ("referral.headline", false)] {
        settings.case_fields.push(CaseFieldSettings { key: key.to_owned(), label: None, editable });
    }
    settings.screen.disposition_required = true;
}

async fn in_conversation(world: &World) -> (Desktop, Interaction) {
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let interaction = anna.accepts(world).await;
    (anna, interaction)
}

fn note(interaction: &Interaction, note: &str) -> Command {
    Command::SetNote { interaction: interaction.id, note: note.to_owned() }
}

fn disposition(interaction: &Interaction, id: Option<&str>) -> Command {
    Command::SetDisposition { interaction: interaction.id, disposition: id.map(str::to_owned) }
}

fn fact(interaction: &Interaction, key: &str, value: &str) -> Command {
    Command::SetCaseField { interaction: interaction.id, key: key.to_owned(), value: value.to_owned() }
}

async fn refused(desk: &mut Desktop, command: Command) -> ErrorCode {
    let error = desk.commands(command).await.unwrap_err();
    assert!(!error.message.is_empty());
    error.code
}

async fn shows(desk: &mut Desktop, interaction: &Interaction, what: impl Fn(&Interaction) -> bool) {
    desk.until("the interaction shows it", |desk| what(&desk.interactions[&interaction.id]).then_some(()))
        .await;
}

#[tokio::test]
async fn anna_sets_a_disposition_before_done_and_it_persists() {
    let mut world = World::with(with_a_list).await;
    let (mut anna, interaction) = in_conversation(&world).await;
    anna.commands(note(&interaction, "Wants the blue one.")).await.unwrap();
    shows(&mut anna, &interaction, |row| row.note == "Wants the blue one.").await;
    anna.commands(fact(&interaction, "order", "A-17")).await.unwrap();
    anna.commands(Command::EndInteraction { interaction: interaction.id }).await.unwrap();

    // Done wants a disposition, and one of the list.
    let done = Command::MarkDone { interaction: interaction.id };
    assert_eq!(refused(&mut anna, done.clone()).await, ErrorCode::DispositionMissing);
    assert_eq!(refused(&mut anna, disposition(&interaction, Some("sold"))).await, ErrorCode::Malformed);
    anna.commands(disposition(&interaction, Some("lost"))).await.unwrap();
    anna.commands(disposition(&interaction, None)).await.unwrap();
    assert_eq!(refused(&mut anna, done.clone()).await, ErrorCode::DispositionMissing);
    anna.commands(disposition(&interaction, Some("won"))).await.unwrap();
    anna.commands(done).await.unwrap();
    let row = anna.interaction_is(interaction.id, InteractionState::Done).await;
    assert_eq!(row.disposition.as_deref(), Some("won"));

    // What is done stays as it is.
    for late in [note(&interaction, "Else"), disposition(&interaction, None), fact(&interaction, "order", "")]
    {
        assert_eq!(refused(&mut anna, late).await, ErrorCode::Malformed);
    }
    drop(anna);
    world.restart().await;
    let mut anna = world.agent("Anna").await;
    let row = anna.interactions[&interaction.id].clone();
    assert_eq!(row.note, "Wants the blue one.");
    assert_eq!(row.disposition.as_deref(), Some("won"));
    let order = CaseField { key: "order".to_owned(), value: "A-17".to_owned() };
    assert!(row.case.contains(&order), "{:?}", row.case);
    anna.settles().await;
}

#[tokio::test]
async fn notes_and_case_fields_are_limited() {
    let world = World::with(with_a_list).await;
    let (mut anna, interaction) = in_conversation(&world).await;
    let longest = "ä".repeat(MAX_NOTE_CHARS);
    anna.commands(note(&interaction, &longest)).await.unwrap();
    assert_eq!(refused(&mut anna, note(&interaction, &format!("{longest}!"))).await, ErrorCode::TooLarge);
    assert_eq!(refused(&mut anna, note(&interaction, "cut\0off")).await, ErrorCode::Malformed);
    let longest = "ß".repeat(MAX_CASE_CHARS);
    anna.commands(fact(&interaction, "order", &longest)).await.unwrap();
    let longer = fact(&interaction, "order", &format!("{longest}!"));
    assert_eq!(refused(&mut anna, longer).await, ErrorCode::TooLarge);
    for key in ["referral.headline", "profile.name", "nowhere"] {
        assert_eq!(refused(&mut anna, fact(&interaction, key, "x")).await, ErrorCode::Forbidden);
    }
    anna.settles().await;
    assert_eq!(anna.interactions[&interaction.id].note.chars().count(), MAX_NOTE_CHARS);
    // An empty value removes the field; a repeated one changes nothing and is not logged.
    anna.commands(fact(&interaction, "order", "")).await.unwrap();
    shows(&mut anna, &interaction, |row| row.case.iter().all(|field| field.key != "order")).await;
    let before = anna.entries.len();
    anna.commands(fact(&interaction, "order", "")).await.unwrap();
    anna.commands(disposition(&interaction, None)).await.unwrap();
    anna.settles().await;
    assert_eq!(anna.entries.len(), before);
}

#[tokio::test]
async fn only_the_handling_agent_or_a_lead_edits_the_case() {
    let world = World::with(with_a_list).await;
    let (mut anna, interaction) = in_conversation(&world).await;
    let mut ben = world.ready_agent("Ben").await;
    assert_eq!(refused(&mut ben, note(&interaction, "Mine?")).await, ErrorCode::HeldByColleague);
    let resume = Command::ResumeInteraction { interaction: interaction.id };
    assert_eq!(refused(&mut ben, resume).await, ErrorCode::HeldByColleague);
    let sales = world.admin.queue_named("Sales").await.unwrap().unwrap();
    let greta = world.admin.add_agent("Greta", PASSWORD, Role::Supervisor, world.now()).await.unwrap();
    world.admin.add_member(greta.id, sales.id, world.now()).await.unwrap();
    let mut greta = world.agent("Greta").await;
    greta.commands(note(&interaction, "Seen by Greta.")).await.unwrap();
    shows(&mut anna, &interaction, |row| row.note == "Seen by Greta.").await;
    // What waits has nobody who could write about it.
    anna.becomes(Readiness::NotReady).await;
    world.writes(&deniz(), "Hello").await;
    let ringing = ben.rings().await;
    let early = Command::SetNote { interaction: ringing.interaction, note: "early".to_owned() };
    assert_eq!(refused(&mut greta, early).await, ErrorCode::Malformed);
}

#[tokio::test]
async fn anna_reopens_an_ended_interaction_and_it_counts_as_hers_again() {
    let world = World::with(|settings| {
        settings.routing.ended_counts = false;
        settings.accounts[0].continue_conversations = false;
    })
    .await;
    let mut anna = world.ready_agent("Anna").await;
    let carla = carla();
    world.writes(&carla, "Hello").await;
    let interaction = anna.accepts(&world).await;
    let end = Command::EndInteraction { interaction: interaction.id };
    let resume = Command::ResumeInteraction { interaction: interaction.id };
    anna.commands(end.clone()).await.unwrap();
    anna.until("it no longer counts", |desk| desk.status.as_ref().filter(|it| it.load == 0).map(|_| ()))
        .await;
    anna.commands(resume.clone()).await.unwrap();
    let row = anna.interaction_is(interaction.id, InteractionState::Active).await;
    assert_eq!((row.ended_by, row.ended_at), (None, None));
    anna.notices(|notice| *notice == Notice::Resumed).await;
    anna.until("it counts again", |desk| desk.status.as_ref().filter(|it| it.load == 1).map(|_| ())).await;
    // Twice is once.
    anna.commands(resume.clone()).await.unwrap();

    // Carla writes after the end; here that begins a new interaction, and the old one stays ended.
    anna.commands(end).await.unwrap();
    world.writes(&carla, "One more thing").await;
    let offer = anna.rings().await;
    assert_ne!(offer.interaction, interaction.id);
    assert_eq!(refused(&mut anna, resume.clone()).await, ErrorCode::Malformed);
    anna.commands(Command::MarkDone { interaction: interaction.id }).await.unwrap();
    assert_eq!(refused(&mut anna, resume).await, ErrorCode::Malformed);
}

#[tokio::test]
async fn the_advertisement_that_brought_carla_becomes_case_fields_and_keeps_annas_edits() {
    let world = World::with(with_a_list).await;
    let mut anna = world.ready_agent("Anna").await;
    let carla = carla();
    let referred = |text: &str, headline: &str| {
        let (_, (contact, mut message)) = carla.text(text, world.now());
        message["referral"] = json!({"headline": headline, "source_type": "ad"});
        delivery(&[(contact, message)], &[])
    };
    world.deliver(&referred("Hello", "Blue is back")).await;
    let interaction = anna.accepts(&world).await;
    let headline = |row: &Interaction| {
        row.case.iter().find(|field| field.key == "referral.headline").map(|field| field.value.clone())
    };
    assert_eq!(headline(&interaction).as_deref(), Some("Blue is back"));
    world.deliver(&referred("Again", "Red is here")).await;
    anna.reads("Again").await;
    assert_eq!(headline(&anna.interactions[&interaction.id]).as_deref(), Some("Blue is back"));
    // New fields that arrive later are added.
    let (_, (contact, mut message)) = carla.text("This one", world.now());
    message["context"] = json!({"referred_product": {"catalog_id": "c-1", "product_retailer_id": "sku-7"}});
    world.deliver(&delivery(&[(contact, message)], &[])).await;
    shows(&mut anna, &interaction, |row| {
        row.case.iter().any(|field| field.key == "product.id" && field.value == "sku-7")
    })
    .await;
}

#[tokio::test]
async fn an_agent_who_writes_after_done_starts_one_interaction_of_their_own() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    anna.commands(Command::EndInteraction { interaction: interaction.id }).await.unwrap();
    anna.commands(Command::MarkDone { interaction: interaction.id }).await.unwrap();
    anna.interaction_is(interaction.id, InteractionState::Done).await;
    let before = anna.entries.len();
    anna.sends(interaction.conversation, "One more thing").await.unwrap();
    anna.reads("One more thing").await;
    let states: Vec<_> = anna.entries[before..]
        .iter()
        .filter_map(|entry| match &entry.change {
            Change::Interaction { row } => Some(row.state),
            _ => None,
        })
        .collect();
    assert_eq!(states, [InteractionState::Active], "logged once, and never as queued");
}
