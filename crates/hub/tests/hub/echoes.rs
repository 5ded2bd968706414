//! Echoes: messages written in WhatsApp's own app with the shop's number are in the transcript too.

use deskbell_protocol::{Author, Command, ErrorCode, InteractionState, MessageId, MessagePage};
use serde_json::{Value, json};

use crate::world::{Customer, HOUR, MINUTE, PHONE_NUMBER_ID, World, carla, deniz};

/// A message that Otto writes on the shop's phone, as the provider delivers it.
fn otto_writes(world: &World, to: &Customer, wamid: &str, text: &str) -> Value {
    let echo = json!({
        "from": "15550783881", "to": to.phone, "id": wamid,
        "timestamp": (world.now().0 / 1000).to_string(), "type": "text", "text": {"body": text},
    });
    let value = json!({
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": PHONE_NUMBER_ID},
        "message_echoes": [echo],
    });
    json!({"object": "whatsapp_business_account",
           "entry": [{"id": "1029", "changes": [{"field": "smb_message_echoes", "value": value}]}]})
}

#[tokio::test]
async fn an_echo_is_a_reply_in_the_transcript_and_is_not_sent_again() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Is my bike ready?").await;
    let interaction = anna.accepts(&world).await;
    let begun_on = anna.reads("Is my bike ready?").await.position;
    let echo = otto_writes(&world, &carla(), "wamid.otto.1", "Yes, come by.");
    for _ in 0..3 {
        assert_eq!(world.deliver(&echo).await, 200);
    }
    let line = anna.reads("Yes, come by.").await;
    assert_eq!(line.author, Author::Elsewhere);
    assert_eq!((line.interaction, line.delivery), (Some(interaction.id), None));
    anna.until("Carla has her answer", |desk| {
        desk.interactions[&interaction.id].waiting_since.is_none().then_some(())
    })
    .await;

    // Anna has not seen the echo when she sends, so she has to confirm, as for a colleague.
    let conversation = interaction.conversation;
    let send = Command::SendMessage {
        message: MessageId::fresh(),
        conversation,
        body: "Not yet, sorry.".to_owned(),
        written_at: world.now(),
        seen: Some(begun_on),
    };
    assert_eq!(anna.commands(send).await.unwrap_err().code, ErrorCode::DraftStale);
    anna.settles().await;
    let page: MessagePage =
        world.get(&anna.token, &format!("/v1/conversations/{conversation}/messages?limit=50")).await;
    assert_eq!(page.messages.iter().filter(|it| it.author == Author::Elsewhere).count(), 1);
    assert!(world.provider.posted().is_empty());
}

#[tokio::test]
async fn an_echo_starts_no_interaction_and_opens_no_window() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    assert_eq!(world.deliver(&otto_writes(&world, &deniz(), "wamid.otto.2", "Hello Deniz.")).await, 200);
    world.clock.advance(MINUTE);
    // Only a message of Deniz starts an interaction; the echo stays above it.
    world.writes(&deniz(), "Who is this?").await;
    let interaction = anna.accepts(&world).await;
    assert_eq!(interaction.state, InteractionState::Active);
    anna.page_in(&world, "").await;
    let (hello, who) = (anna.reads("Hello Deniz.").await, anna.reads("Who is this?").await);
    assert_eq!(hello.interaction, None, "it began nothing");
    assert!(hello.position < who.position);

    let window = anna.conversations[&interaction.conversation].window_until;
    world.clock.advance(HOUR);
    assert_eq!(world.deliver(&otto_writes(&world, &deniz(), "wamid.otto.3", "The workshop.")).await, 200);
    anna.reads("The workshop.").await;
    assert_eq!(anna.conversations[&interaction.conversation].window_until, window);
}
