//! History: pages of a transcript, search in it, and past interactions.

use deskbell_protocol::{
    Command, ErrorCode, InteractionId, InteractionPage, InteractionState, Position, Readiness, ThreadHits,
    ThreadPage,
};

use crate::world::{Desktop, HOUR, MINUTE, SECOND, World, carla, deniz, emre, says, within};

const DAY: i64 = 24 * HOUR;

async fn closes(desk: &mut Desktop, interaction: InteractionId) {
    desk.commands(Command::EndInteraction { interaction }).await.unwrap();
    desk.commands(Command::MarkDone { interaction }).await.unwrap();
    desk.interaction_is(interaction, InteractionState::Done).await;
}

#[tokio::test]
async fn the_history_of_a_contact_spans_agents_and_months() {
    let world = World::with(|settings| settings.limits.token_days = 400).await;
    let carla = carla();
    let mut anna = world.ready_agent("Anna").await;
    // September: Anna ends too early, writes again, and the same interaction goes on.
    world.writes(&carla, "Do you repair tandems?").await;
    let first = anna.accepts(&world).await;
    anna.sends(first.conversation, "We do.").await.unwrap();
    anna.commands(Command::EndInteraction { interaction: first.id }).await.unwrap();
    anna.sends(first.conversation, "Bring it on Monday.").await.unwrap();
    anna.interaction_is(first.id, InteractionState::Active).await;
    closes(&mut anna, first.id).await;

    // An hour later, after Done, a message from the list of contacts starts a new interaction.
    world.clock.advance(HOUR);
    anna.sends(first.conversation, "Tuesday is fine too.").await.unwrap();
    let second = anna
        .until("a new interaction is Anna's", |desk| {
            desk.interactions.values().find(|one| one.state == InteractionState::Active).cloned()
        })
        .await;
    assert_ne!(second.id, first.id);
    let contact = anna.conversations[&first.conversation].contact;
    closes(&mut anna, second.id).await;

    // October: Carla writes, and the offer goes to Anna although Ben is idle for longer.
    let mut ben = world.ready_agent("Ben").await;
    world.clock.advance(20 * DAY);
    world.writes(&carla, "The chain is loose.").await;
    let third = anna.accepts(&world).await;
    assert_eq!(ben.ringing(), 0);
    closes(&mut anna, third.id).await;

    // December: Anna is away, so the offer goes to Ben.
    world.clock.advance(25 * DAY);
    anna.becomes(deskbell_protocol::Readiness::NotReady).await;
    world.writes(&carla, "Now the lamp is dark.").await;
    let fourth = ben.accepts(&world).await;
    assert_eq!(fourth.conversation, first.conversation);
    // Ben reads Anna's old messages, also after a reconnect.
    let (token, cursor) = (ben.token.clone(), ben.cursor);
    ben.hangs_up(&world).await;
    let mut ben = Desktop::connect(&world, &token, Some(cursor)).await;
    ben.sends(fourth.conversation, "Which tandem is it?").await.unwrap();
    ben.reads("Which tandem is it?").await;
    closes(&mut ben, fourth.id).await;

    let page: ThreadPage = world.get(&ben.token, &format!("/v1/contacts/{contact}/messages")).await;
    for text in ["Do you repair tandems?", "Tuesday is fine too.", "Which tandem is it?"] {
        assert!(page.messages.iter().any(|message| says(message, text)), "{text}");
    }
    assert!(page.messages.is_sorted_by(|a, b| a.position > b.position));
    assert_eq!(page.interactions.len(), 4);
    assert!(!page.older && !page.newer);

    let path = format!("/v1/contacts/{contact}/interactions");
    let all: InteractionPage = world.get(&ben.token, &path).await;
    let ids: Vec<_> = all.interactions.iter().map(|one| one.interaction.id).collect();
    assert_eq!(ids, [fourth.id, third.id, second.id, first.id]);
    // `to` is exclusive: a range of whole days ends with the beginning of the next day.
    for (to, count) in [(third.created_at.plus(1), 3), (third.created_at, 2)] {
        let of_anna: InteractionPage =
            world.get(&ben.token, &format!("{path}?agent=Anna&channel=whatsapp&to={}", to.0)).await;
        assert_eq!(of_anna.interactions.len(), count);
    }
    let own: InteractionPage = world.get(&ben.token, "/v1/interactions").await;
    assert_eq!(own.interactions.iter().map(|one| one.interaction.id).collect::<Vec<_>>(), [fourth.id]);
    assert_eq!(own.interactions[0].contact_name, "Carla");
}

async fn handled(world: &World, desk: &Desktop, path: &str) -> Vec<(String, i64)> {
    let page: InteractionPage = world.get(&desk.token, path).await;
    let [one] = &page.interactions[..] else { panic!("{path}: {page:?}") };
    let all = one.interaction.participants.iter().map(|one| (one.name.clone(), one.handled_ms));
    all.collect()
}

#[tokio::test]
async fn handling_time_continues_after_an_undone_end() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let interaction = anna.accepts(&world).await;
    world.clock.advance(30 * MINUTE);
    anna.commands(Command::EndInteraction { interaction: interaction.id }).await.unwrap();
    // The time between the end and its undoing does not count.
    world.clock.advance(MINUTE);
    anna.commands(Command::ResumeInteraction { interaction: interaction.id }).await.unwrap();
    world.clock.advance(5 * SECOND);
    anna.commands(Command::EndInteraction { interaction: interaction.id }).await.unwrap();
    let anna_did = vec![("Anna".to_owned(), 30 * MINUTE + 5 * SECOND)];
    assert_eq!(handled(&world, &anna, "/v1/interactions").await, anna_did);
}

#[tokio::test]
async fn an_interaction_is_in_the_history_of_all_participants() {
    let world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let interaction = anna.accepts(&world).await;
    world.clock.advance(10 * MINUTE);
    let token = anna.token.clone();
    anna.becomes(Readiness::SignedOut).await;
    let mut ben = world.ready_agent("Ben").await;
    world.clock.advance(10 * MINUTE);
    world.writes(&carla(), "Are you there?").await;
    let taken = ben.accepts(&world).await;
    assert_eq!(taken.id, interaction.id);
    world.clock.advance(2 * MINUTE);
    ben.commands(Command::EndInteraction { interaction: interaction.id }).await.unwrap();

    let both = vec![("Anna".to_owned(), 20 * MINUTE), ("Ben".to_owned(), 2 * MINUTE)];
    assert_eq!(handled(&world, &ben, "/v1/interactions").await, both);
    assert_eq!(handled(&world, &anna, "/v1/interactions").await, both);
    let contact = anna.conversations[&interaction.conversation].contact;
    // Participants are found by name, ignoring case.
    for name in ["Anna", "anna", "%20BEN"] {
        let path = format!("/v1/contacts/{contact}/interactions?agent={name}");
        assert_eq!(handled(&world, &ben, &path).await, both, "{name}");
    }
    for name in ["ann", "Carla"] {
        let path = format!("/v1/contacts/{contact}/interactions?agent={name}");
        let none: InteractionPage = world.get(&token, &path).await;
        assert!(none.interactions.is_empty(), "{name}");
    }
}

#[tokio::test]
async fn pages_of_a_transcript_have_no_gaps_and_search_finds_every_word() {
    let world = World::with(|settings| settings.accounts[0].automatic_answer = true).await;
    let carla = carla();
    let mut anna = world.ready_agent("Anna").await;
    for n in 0..12 {
        let line = format!("line {n} Größe");
        world.writes(&carla, &line).await;
        // Each message is processed before the clock advances: a time in a request is too coarse to separate positions of
        // one millisecond.
        within("the line has its place", async {
            let waits = "SELECT count(*) FROM raw_deliveries WHERE state = 'pending'";
            while world.file().query_row(waits, [], |row| row.get::<_, i64>(0)).unwrap() > 0 {
                tokio::task::yield_now().await;
            }
        })
        .await;
        world.clock.advance(1_000);
    }
    anna.reads("line 11 Größe").await;
    let contact = anna.conversations.values().next().unwrap().contact;
    let path = format!("/v1/contacts/{contact}");
    let all: ThreadPage = world.get(&anna.token, &format!("{path}/messages")).await;
    let mut backwards = Vec::new();
    let mut before = String::new();
    loop {
        let page: ThreadPage = world.get(&anna.token, &format!("{path}/messages?limit=5{before}")).await;
        assert_eq!(page.newer, !before.is_empty());
        backwards.extend(page.messages.clone());
        if !page.older {
            break;
        }
        before = format!("&before={}", page.messages.last().unwrap().position);
    }
    assert_eq!(backwards, all.messages);
    let mut forwards = Vec::new();
    let mut after = Position(0);
    loop {
        let page: ThreadPage =
            world.get(&anna.token, &format!("{path}/messages?limit=5&after={after}")).await;
        assert_eq!(page.older, after != Position(0));
        after = page.messages[0].position;
        forwards.splice(0..0, page.messages.clone());
        if !page.newer {
            break;
        }
    }
    assert_eq!(forwards, all.messages);
    let middle = &all.messages[6];
    let at = middle.position.at().0;
    let page: ThreadPage = world.get(&anna.token, &format!("{path}/messages?limit=3&at={at}")).await;
    assert_eq!(page.messages.last(), Some(middle));
    assert!(page.older && page.newer);

    let hits: ThreadHits =
        world.get(&anna.token, &format!("{path}/search?words=LINE%20grosse&limit=5")).await;
    assert_eq!((hits.total, hits.hits.len()), (12, 5));
    let more = format!("{path}/search?words=line%20groSSe&limit=50&before={}", hits.next.unwrap());
    let rest: ThreadHits = world.get(&anna.token, &more).await;
    assert_eq!((rest.total, rest.hits.len(), rest.next), (12, 7, None));
    assert!(hits.hits.last().unwrap().position > rest.hits[0].position);
    let none: ThreadHits = world.get(&anna.token, &format!("{path}/search?words=kind")).await;
    assert_eq!(none.total, 0, "what is stored beside the words is no word");
}

#[tokio::test]
async fn a_cursor_of_another_list_or_agent_or_a_forged_one_is_malformed() {
    let world = World::with(|settings| {
        settings.accounts[0].automatic_answer = true;
        settings.routing.capacity = 10;
    })
    .await;
    let mut anna = world.ready_agent("Anna").await;
    for customer in [carla(), deniz(), emre()] {
        world.writes(&customer, "Hello").await;
    }
    anna.until("all three are Anna's", |desk| (desk.interactions.len() == 3).then_some(())).await;
    let page: InteractionPage = world.get(&anna.token, "/v1/interactions?limit=1").await;
    let cursor = page.next.unwrap();
    let contacts: deskbell_protocol::ContactPage = world.get(&anna.token, "/v1/contacts?limit=2").await;
    let names = |page: &deskbell_protocol::ContactPage| {
        page.contacts.iter().map(|one| one.contact.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&contacts), ["Carla", "Deniz"]);
    let behind = contacts.next.unwrap();
    let rest: deskbell_protocol::ContactPage =
        world.get(&anna.token, &format!("/v1/contacts?limit=2&after={behind}")).await;
    assert_eq!((names(&rest), rest.next.is_none()), (vec!["Emre".to_owned()], true));

    let ben = world.sign_in("Ben").await;
    let contact = contacts.contacts[0].contact.id;
    let mut bent = cursor.clone();
    bent.replace_range(40..42, if bent.ends_with("00") { "01" } else { "00" });
    for (token, path) in [
        (&ben.token, format!("/v1/interactions?after={cursor}")),
        (&anna.token, format!("/v1/contacts?after={cursor}")),
        (&anna.token, format!("/v1/contacts/{contact}/interactions?after={cursor}")),
        (&anna.token, format!("/v1/interactions?after={bent}")),
        (&anna.token, "/v1/interactions?after=00".to_owned()),
        (&anna.token, "/v1/interactions?after=yesterday".to_owned()),
        (&anna.token, format!("/v1/contacts/{contact}/messages?before=1&after=2")),
        (&anna.token, format!("/v1/contacts/{contact}/messages?before=yesterday")),
        (&anna.token, "/v1/interactions?from=yesterday".to_owned()),
        (&anna.token, "/v1/contacts/carla".to_owned()),
    ] {
        let (status, error) = world.refused(token, &path).await;
        assert_eq!((status, error.code), (400, ErrorCode::Malformed), "{path}");
    }
    let long = "x".repeat(201);
    let (status, error) = world.refused(&anna.token, &format!("/v1/contacts?search={long}")).await;
    assert_eq!((status, error.code), (413, ErrorCode::TooLarge));
}
