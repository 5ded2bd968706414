//! What Anna asks the hub to do.

use deskbell_client::api::{Event, Request};
use deskbell_protocol::{
    AlertOutcome, Change, Channel, Command, ErrorBody, ErrorCode, InteractionState, OfferState, Readiness,
};

use crate::support::desktop::Desktop;
use crate::support::hub::Hub;
use crate::support::people::*;
use crate::support::soon;

fn ready() -> Request {
    Request::from(Command::SetStatus {
        channel: Channel::Whatsapp,
        readiness: Readiness::Ready,
        reason: None,
    })
}

#[tokio::test]
async fn anna_takes_what_rings_and_it_is_brought_to_the_front() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let mut ui = desk.on().await;
    let mut link = hub.live().await;
    ui.live().await;
    let ringing = offer(CARLA, OfferState::Ringing, 1);
    link.entries(vec![Change::Offer { row: ringing.clone() }], 1);
    ui.sees(|changes| changes.offers.contains(&ringing).then_some(())).await;
    assert_eq!(ui.snapshot().await.offers, std::slice::from_ref(&ringing));
    ui.engine.report_alert_in_background(ringing.id);
    let (id, command) = link.command().await;
    assert_eq!(
        command,
        Command::ReportAlert { offer: ringing.id, outcome: AlertOutcome::HandedOver, why: None }
    );
    link.reply(id, None);

    let engine = ui.engine.clone();
    let accepting = tokio::spawn(async move {
        engine.handle(Request::from(Command::AcceptOffer { offer: ringing.id })).await
    });
    let (id, command) = link.command().await;
    assert_eq!(command, Command::AcceptOffer { offer: ringing.id });
    link.entries(vec![Change::Offer { row: offer(CARLA, OfferState::Taken, 2) }], 2);
    link.reply(id, None);
    soon("the answer", accepting).await.unwrap().unwrap();
    let opened = ui.hears(|event| match event {
        Event::Open { conversation } => Some(*conversation),
        _ => None,
    });
    assert_eq!(opened.await, conversation_of(CARLA));
    assert!(ui.snapshot().await.offers.is_empty());
}

/// A little help for the story above.
trait InBackground {
    fn report_alert_in_background(&self, offer: deskbell_protocol::OfferId);
}

impl InBackground for deskbell_client::Engine {
    fn report_alert_in_background(&self, offer: deskbell_protocol::OfferId) {
        let engine = self.clone();
        tokio::spawn(async move { engine.report_alert(offer, AlertOutcome::HandedOver, None).await });
    }
}

#[tokio::test]
async fn what_the_hub_refuses_is_told_in_its_words() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    let mut link = hub.live().await;
    ui.live().await;
    let engine = ui.engine.clone();
    let asking = tokio::spawn(async move { engine.handle(ready()).await });
    let (id, _) = link.command().await;
    let no = ErrorBody::new(ErrorCode::Forbidden, "You are not a member of any queue.");
    link.reply(id, Some(no.clone()));
    assert_eq!(soon("the answer", asking).await.unwrap(), Err(no));
}

#[tokio::test]
async fn a_command_survives_a_reconnect_under_the_same_id() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    let mut link = hub.live().await;
    ui.live().await;
    let engine = ui.engine.clone();
    let asking = tokio::spawn(async move { engine.handle(ready()).await });
    let (id, command) = link.command().await;
    link.cut();
    let mut link = hub.live().await;
    assert_eq!(link.command().await, (id, command));
    link.reply(id, None);
    soon("the answer", asking).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_command_that_stays_unanswered_is_given_up_and_says_what_became_of_it() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    let mut link = hub.live().await;
    ui.live().await;
    let engine = ui.engine.clone();
    let asking = tokio::spawn(async move { engine.handle(ready()).await });
    link.command().await;
    let error = soon("giving up", asking).await.unwrap().unwrap_err();
    assert_eq!(error.code, ErrorCode::Unanswered);
    assert!(error.message.contains("may have done it"), "{}", error.message);
}

#[tokio::test]
async fn offline_commands_are_refused_at_once() {
    let desk = Desktop::at(None);
    let ui = desk.on().await;
    ui.offline().await;
    let error = ui.ask(ready()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Offline);
}

#[tokio::test]
async fn quitting_asks_while_somebody_is_talked_to() {
    let mut hub = Hub::start().await;
    hub.world().conversations = vec![detail(CARLA, vec![interaction(CARLA, InteractionState::Active, 1)], 1)];
    hub.world().head = 1;
    let desk = Desktop::of(&hub);
    let mut ui = desk.on().await;
    let _link = hub.live().await;
    ui.live().await;
    ui.ask(Request::Quit { confirmed: false }).await.unwrap();
    let asked = ui.hears(|event| match event {
        Event::QuitAsked { active } => Some(*active),
        _ => None,
    });
    assert_eq!(asked.await, 1);
    let quitting = ui.engine.quitting();
    ui.ask(Request::Quit { confirmed: true }).await.unwrap();
    soon("quitting", quitting).await;
}

#[tokio::test]
async fn settings_are_told_and_kept() {
    let desk = Desktop::at(None);
    let mut ui = desk.on().await;
    let settings = deskbell_client::api::Settings { sound: false, ..ui.snapshot().await.settings };
    ui.ask(Request::ChangeSettings { settings: settings.clone() }).await.unwrap();
    let told = ui.hears(|event| match event {
        Event::Settings { settings } => Some(settings.clone()),
        _ => None,
    });
    assert_eq!(told.await, settings);
    ui.off().await;
    assert_eq!(desk.on().await.snapshot().await.settings, settings);
}
