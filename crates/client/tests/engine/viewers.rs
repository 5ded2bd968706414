//! Who else is at a conversation: what Anna's desktop tells, and what it hears.

use deskbell_client::api::{Connection, Event, Request};
use deskbell_protocol::{ConversationId, HubFrame, Viewer};

use crate::support::desktop::{Desktop, Ui};
use crate::support::hub::Hub;
use crate::support::people::*;

async fn look(ui: &Ui, conversation: Option<ConversationId>, writing: bool) {
    ui.ask(Request::SetView { conversation, focused: true, writing }).await.unwrap();
}

fn ben() -> Viewer {
    Viewer { agent: id(0xb), name: "Ben".to_owned(), writing: true }
}

#[tokio::test]
async fn what_anna_looks_at_is_told_when_it_changes_and_again_after_a_reconnect() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let ui = desk.on().await;
    let mut link = hub.live().await;
    ui.live().await;
    let carla = Some(conversation_of(CARLA));
    look(&ui, carla, false).await;
    assert_eq!(link.look().await, (carla, false));
    // What changes within a moment is told once, as it is in the end.
    look(&ui, carla, true).await;
    look(&ui, None, false).await;
    look(&ui, carla, true).await;
    assert_eq!(link.look().await, (carla, true));
    link.cut();
    let mut link = hub.live().await;
    assert_eq!(link.look().await, (carla, true), "the hub held it for the connection alone");
    ui.off().await;
    let ui = desk.on().await;
    let mut link = hub.live().await;
    ui.live().await;
    look(&ui, None, false).await;
    look(&ui, Some(conversation_of(DENIZ)), false).await;
    assert_eq!(link.look().await, (Some(conversation_of(DENIZ)), false), "nothing of it was kept");
}

#[tokio::test]
async fn who_else_looks_is_heard_also_by_a_new_page_and_forgotten_with_the_connection() {
    let mut hub = Hub::start().await;
    let desk = Desktop::of(&hub);
    let mut ui = desk.on().await;
    let link = hub.live().await;
    ui.live().await;
    let conversation = conversation_of(CARLA);
    let lookers = |event: &Event| match event {
        Event::Viewers { conversation: at, agents } if *at == conversation => Some(agents.clone()),
        _ => None,
    };
    link.say(HubFrame::Lookers { conversation, agents: vec![ben()] });
    assert_eq!(ui.hears(lookers).await, [ben()]);
    let mut page = Ui::of(ui.engine.clone());
    look(&page, Some(conversation), false).await;
    assert_eq!(page.hears(lookers).await, [ben()], "the hub will not say it again");
    link.cut();
    assert_eq!(page.hears(lookers).await, [], "now nobody knows");
    page.connection(|now| !matches!(now, Connection::Live { .. })).await;
}
