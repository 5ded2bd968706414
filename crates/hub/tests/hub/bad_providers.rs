//! Providers that answer with nonsense, late, twice, not at all, or no longer know us.

use deskbell_channels::Secret;
use deskbell_protocol::{
    Change, Cursor, DeliveryState, Failure, Interaction, LogPosition, MessageId, Role, Snapshot,
};
use serde_json::json;

use crate::world::{
    Behaviour, Desktop, MINUTE, Provider, SECOND, World, carla, deniz, whatsapp_settings, within,
};

async fn in_conversation(world: &World) -> (Desktop, Interaction) {
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let interaction = anna.accepts(world).await;
    (anna, interaction)
}

/// Turns the clock a little at a time until the message came so far.
async fn in_time(world: &World, desk: &mut Desktop, id: MessageId, state: DeliveryState) {
    within("the message comes so far", async {
        loop {
            desk.settles().await;
            if desk.messages.values().any(|it| it.id == id && it.delivery == Some(state)) {
                return;
            }
            world.clock.advance(10 * SECOND);
        }
    })
    .await;
}

/// Waits until the desk is told why nothing is sent.
async fn told_problem(desk: &mut Desktop) -> Failure {
    desk.until("the desk is told", |desk| {
        desk.entries.iter().find_map(|entry| match &entry.change {
            Change::AccountHealth { row } => row.problem.clone(),
            _ => None,
        })
    })
    .await
}

fn bodies(provider: &Provider) -> Vec<String> {
    provider.posted().into_iter().map(|post| post.body).collect()
}

const PAGE: &str = "<!DOCTYPE html><html><body><h1>Bad Gateway</h1></body></html>";

#[tokio::test]
async fn after_an_answer_that_says_nothing_the_message_is_unknown_until_its_echo_comes() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    let raw = |status, body: &str| Behaviour::AnswersRaw(status, Vec::new(), body.to_owned());
    let too_long = vec![("content-length", "5000".to_owned())];
    for (n, mood) in [
        raw(200, PAGE),
        raw(502, PAGE),
        // It did send, and stumbled over saying so.
        raw(500, ""),
        raw(200, r#"{"messaging_product":"whatsapp","messages":[{"id":"wam"#),
        raw(200, r#"{"success":true}"#),
        Behaviour::AnswersRaw(200, too_long, "{".to_owned()),
        Behaviour::CutsTheLine,
    ]
    .into_iter()
    .enumerate()
    {
        world.provider.is(mood.clone());
        let id = anna.sends(interaction.conversation, &format!("line {n}")).await.unwrap();
        anna.delivery_is(id, DeliveryState::Unknown).await;
        world.provider.is(Behaviour::Accepts);
        world.clock.advance(MINUTE);
        anna.settles().await;
        world.status(&format!("wamid.lost.{n}"), "delivered", Some(&id.to_string())).await;
        anna.delivery_is(id, DeliveryState::Delivered).await;
    }
    let expected: Vec<_> = (0..7).map(|n| format!("line {n}")).collect();
    assert_eq!(bodies(&world.provider), expected, "nothing was said twice");
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_nothing_goes_where_the_settings_do_not_point() {
    let world = World::new().await;
    let elsewhere = Provider::start().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    for status in [301, 302, 307, 308] {
        let to = format!("{}/v26.0/10654/messages", elsewhere.base_url);
        world.provider.is(Behaviour::AnswersRaw(status, vec![("location", to)], String::new()));
        let before = world.provider.posted().len();
        let id = anna.sends(interaction.conversation, "Hello").await.unwrap();
        world.provider.has(before + 1).await;
        world.provider.is(Behaviour::Accepts);
        in_time(&world, &mut anna, id, DeliveryState::Accepted).await;
    }
    assert_eq!((elsewhere.posted(), elsewhere.marked(), elsewhere.asked()), (Vec::new(), Vec::new(), 0));
}

#[tokio::test]
async fn a_busy_provider_is_given_the_time_it_asks_for() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    for (headers, pause_s) in [(vec![("retry-after", "120".to_owned())], 120), (Vec::new(), 1)] {
        let before = world.provider.posted().len();
        world.provider.is(Behaviour::AnswersRaw(429, headers, String::new()));
        let id = anna.sends(interaction.conversation, "Hello").await.unwrap();
        world.provider.has(before + 1).await;
        within("the answer is written down", async {
            let waits = "SELECT count(*) FROM outbound WHERE state = 'waiting' AND tries = 1";
            while world.file().query_row(waits, [], |row| row.get::<_, i64>(0)).unwrap() == 0 {
                tokio::task::yield_now().await;
            }
        })
        .await;
        world.provider.is(Behaviour::Accepts);
        world.clock.advance(pause_s * SECOND - 1);
        anna.settles().await;
        assert_eq!(world.provider.posted().len(), before + 1, "not a moment too early");
        // A quarter more of the hub's own second at most.
        world.clock.advance(251);
        anna.delivery_is(id, DeliveryState::Accepted).await;
    }
}

#[tokio::test]
async fn when_the_access_expires_in_the_middle_of_a_shift_everything_waits_and_then_goes_out_in_order() {
    let mut world = World::new().await;
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "Hello").await;
    let carlas = anna.accepts(&world).await.conversation;
    world.writes(&deniz(), "Hello").await;
    let deniz = anna.accepts(&world).await.conversation;
    let first = anna.sends(carlas, "before").await.unwrap();
    anna.delivery_is(first, DeliveryState::Accepted).await;

    world.provider.takes_only("renewed");
    let mut waiting = Vec::new();
    for n in 0..3 {
        waiting.push(anna.sends(carlas, &format!("to Carla {n}")).await.unwrap());
        waiting.push(anna.sends(deniz, &format!("to Deniz {n}")).await.unwrap());
    }
    // Everybody in the queue is told, also who comes later.
    let problem = told_problem(&mut anna).await;
    assert_eq!(problem.reason, "whatsapp.no_access");
    let ben = world.sign_in("Ben").await;
    let snapshot: Snapshot = world.get(&ben.token, "/v1/snapshot").await;
    assert_eq!(snapshot.unhealthy.len(), 1);
    assert_eq!(snapshot.unhealthy[0].name, "shop");
    // It is asked from time to time, and what came in meanwhile still waits.
    for n in 1..4 {
        world.clock.advance(3 * MINUTE);
        world.provider.is_asked(n).await;
    }
    anna.settles().await;
    let failed = |desk: &Desktop| desk.messages.values().any(|it| it.delivery == Some(DeliveryState::Failed));
    assert!(!failed(&anna));
    assert_eq!(bodies(&world.provider), ["before"]);

    // A new token in the settings, and a restart.
    let (token, cursor) = (anna.token.clone(), anna.cursor);
    drop(anna);
    world.stop().await;
    world.change(|settings| {
        whatsapp_settings(&mut settings.accounts[0]).access_token = Secret::new("renewed")
    });
    world.start().await;
    let mut anna = Desktop::connect(&world, &token, Some(cursor)).await;
    for id in waiting {
        anna.delivery_is(id, DeliveryState::Accepted).await;
    }
    let all = bodies(&world.provider);
    let to = |whom: &str| all.iter().filter(|body| body.contains(whom)).cloned().collect::<Vec<_>>();
    assert_eq!(to("Carla"), ["to Carla 0", "to Carla 1", "to Carla 2"]);
    assert_eq!(to("Deniz"), ["to Deniz 0", "to Deniz 1", "to Deniz 2"]);
    anna.until("the desk is told that all is well", |desk| {
        desk.entries
            .iter()
            .any(|entry| matches!(&entry.change, Change::AccountHealth { row } if row.problem.is_none()))
            .then_some(())
    })
    .await;
    let snapshot: Snapshot = world.get(&ben.token, "/v1/snapshot").await;
    assert_eq!(snapshot.unhealthy, []);
}

#[tokio::test]
async fn who_administers_the_hub_is_told_of_a_lost_access_without_working_for_the_queue() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    let service = world.admin.ensure_queue("Service").await.unwrap().id;
    for (name, role) in [("Ada", Role::Admin), ("Sara", Role::Supervisor)] {
        let added = world.admin.add_agent(name, crate::world::PASSWORD, role, world.now()).await.unwrap();
        world.admin.add_member(added.id, service, world.now()).await.unwrap();
    }
    let (mut ada, mut sara) = (world.agent("Ada").await, world.agent("Sara").await);
    world.provider.takes_only("renewed");
    anna.sends(interaction.conversation, "Hello").await.unwrap();
    let told = |desk: &Desktop| {
        let mut heard = desk.entries.iter();
        heard.find_map(|entry| match &entry.change {
            Change::AccountHealth { row } => row.problem.clone(),
            _ => None,
        })
    };
    let problem = ada.until("Ada is told", |desk| told(desk)).await;
    assert_eq!(problem.reason, "whatsapp.no_access");
    // Of what customers write she still sees nothing, and whoever leads another queue sees neither.
    assert!(ada.entries.iter().all(|entry| matches!(entry.change, Change::AccountHealth { .. })));
    sara.settles().await;
    assert_eq!((told(&sara), sara.entries.len()), (None, 0));
    // The same for who comes later, or comes back.
    let snapshot: Snapshot = world.get(&ada.token, "/v1/snapshot").await;
    assert_eq!(snapshot.unhealthy.len(), 1);
    let mut again =
        Desktop::connect(&world, &ada.token, Some(Cursor { position: LogPosition(0), ..ada.cursor })).await;
    again.until("Ada is told again", |desk| told(desk)).await;
}

#[tokio::test]
async fn an_access_that_is_taken_again_needs_no_restart() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    let error = json!({"error": {"code": 190, "message": "expired", "type": "OAuthException"}});
    for mood in [Behaviour::Answers(401, error), Behaviour::AnswersRaw(401, Vec::new(), PAGE.to_owned())] {
        world.provider.is(mood);
        let id = anna.sends(interaction.conversation, "Hello").await.unwrap();
        anna.until("the desk is told", |desk| {
            let last = desk.entries.iter().rev().find_map(|entry| match &entry.change {
                Change::AccountHealth { row } => Some(row.problem.is_some()),
                _ => None,
            });
            (last == Some(true)).then_some(())
        })
        .await;
        world.provider.is(Behaviour::Accepts);
        world.clock.advance(2 * MINUTE);
        anna.delivery_is(id, DeliveryState::Accepted).await;
    }
}

#[tokio::test]
async fn behind_a_firewall_that_forbids_everything_messages_wait_and_it_is_not_called_an_expired_access() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    world.provider.is(Behaviour::AnswersRaw(403, Vec::new(), PAGE.to_owned()));
    let id = anna.sends(interaction.conversation, "Hello").await.unwrap();
    let problem = told_problem(&mut anna).await;
    assert_eq!(problem.reason, "whatsapp.barred");
    assert!(problem.sentence.contains("waits") && !problem.sentence.contains("expired"), "{problem:?}");
    // However often it is asked.
    for n in 1..=9 {
        world.clock.advance(2 * MINUTE);
        world.provider.is_asked(n).await;
    }
    anna.settles().await;
    assert!(anna.messages.values().all(|message| message.delivery != Some(DeliveryState::Failed)));
    world.provider.is(Behaviour::Accepts);
    world.clock.advance(2 * MINUTE);
    anna.delivery_is(id, DeliveryState::Accepted).await;
    assert_eq!(bodies(&world.provider).last().unwrap(), "Hello");
}

#[tokio::test]
async fn a_message_that_a_filter_forbids_fails_alone_and_the_others_go_on() {
    let world = World::new().await;
    let (mut anna, interaction) = in_conversation(&world).await;
    world.provider.is(Behaviour::Forbids("forbidden"));
    let forbidden = anna.sends(interaction.conversation, "A forbidden word").await.unwrap();
    in_time(&world, &mut anna, forbidden, DeliveryState::Failed).await;
    let failure = anna.messages.values().find(|it| it.id == forbidden).unwrap().failure.clone().unwrap();
    assert_eq!(failure.reason, "whatsapp.barred_alone");
    assert!(failure.sentence.contains("was not sent"), "{failure:?}");
    assert_eq!(bodies(&world.provider), ["A forbidden word"; 8]);
    let other = anna.sends(interaction.conversation, "Hello").await.unwrap();
    in_time(&world, &mut anna, other, DeliveryState::Accepted).await;
}

#[tokio::test]
async fn an_account_posts_no_more_per_second_than_its_settings_say() {
    let world =
        World::with(|settings| whatsapp_settings(&mut settings.accounts[0]).messages_per_second = 5).await;
    let (mut anna, interaction) = in_conversation(&world).await;
    for n in 0..12 {
        anna.sends(interaction.conversation, &format!("line {n}")).await.unwrap();
    }
    for (passed, sent) in [(0, 5), (200, 6), (400, 8), (1_000, 12)] {
        world.clock.advance(passed);
        world.provider.has(sent).await;
        anna.settles().await;
        assert_eq!(world.provider.posted().len(), sent);
    }
    let expected: Vec<_> = (0..12).map(|n| format!("line {n}")).collect();
    assert_eq!(bodies(&world.provider), expected);
}
