//! A conversation of 200 000 messages: pages at its ends and in its middle, and search.

use deskbell_protocol::{ContactId, Message, Position, ThreadHits, ThreadPage};
use rusqlite::params;

use crate::world::{Desktop, MORNING, World, carla};

/// How many messages the conversation has before the test begins, one a minute.
const SAID: i64 = 200_000;

/// The time of a line.
fn time_of(line: i64) -> i64 {
    MORNING - (SAID - line + 1) * 60_000
}

/// Creates the conversation of `line 1` to `line 200000`. The first line has the word antique, another early one
/// heirloom.
async fn long_conversation(world: &World) -> (Desktop, ContactId) {
    let mut anna = world.ready_agent("Anna").await;
    world.writes(&carla(), "And here we are").await;
    let interaction = anna.accepts(world).await;
    let newest = anna.reads("And here we are").await;
    // A minute in units of positions.
    let minute = Position::first_at(deskbell_protocol::Millis(60_000)).0;
    let first = Position::first_at(deskbell_protocol::Millis(time_of(1))).0;
    assert!(first + SAID * minute <= newest.position.0);
    let conversation = interaction.conversation.as_uuid().as_bytes().to_vec();
    let file = world.file();
    let written = file.execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
         INSERT INTO messages (position, id, conversation, interaction, account, at, author, content, late, version)
         SELECT ?2 + (i - 1) * ?3, CAST(printf('line of %08d', i) AS BLOB), ?4, ?5,
                (SELECT account FROM conversations WHERE id = ?4), ?6 + (i - 1) * 60000, 'contact',
                json_object('kind', 'text', 'body', printf('line %d%s', i,
                  CASE i WHEN 1 THEN ' of an antique' WHEN 5000 THEN ' of an heirloom' ELSE '' END)), 0, 1
           FROM n",
        params![
            SAID,
            first,
            minute,
            conversation,
            interaction.id.as_uuid().as_bytes(),
            time_of(1)
        ],
    );
    assert_eq!(written.unwrap(), usize::try_from(SAID).unwrap());
    let contact = anna.conversations[&interaction.conversation].contact;
    (anna, contact)
}

async fn page(world: &World, desk: &Desktop, contact: ContactId, rest: &str) -> ThreadPage {
    world.get(&desk.token, &format!("/v1/contacts/{contact}/messages?limit=200{rest}")).await
}

async fn hits(world: &World, desk: &Desktop, contact: ContactId, rest: &str) -> ThreadHits {
    world.get(&desk.token, &format!("/v1/contacts/{contact}/search?limit=50&words={rest}")).await
}

/// The number of a line; `None` for later messages and for notices.
fn line(message: &Message) -> Option<i64> {
    let deskbell_protocol::Content::Text { body } = &message.content else { return None };
    body.split(' ').nth(1)?.parse().ok()
}

fn lines(page: &ThreadPage) -> Vec<i64> {
    page.messages.iter().filter_map(line).collect()
}

#[tokio::test]
async fn a_long_conversation_is_paged_and_searched() {
    let world = World::new().await;
    let (anna, contact) = long_conversation(&world).await;

    let newest = page(&world, &anna, contact, "").await;
    assert_eq!((newest.messages.len(), newest.older, newest.newer), (200, true, false));
    assert_eq!(newest.interactions.len(), 1);
    assert_eq!(lines(&newest)[0], SAID);
    let oldest = page(&world, &anna, contact, "&after=0").await;
    assert_eq!((oldest.older, oldest.newer), (false, true));
    assert_eq!(lines(&oldest), (1..=200).rev().collect::<Vec<_>>());

    // From the middle in both directions: no line is missing and none is repeated.
    let middle = page(&world, &anna, contact, &format!("&at={}", time_of(100_000))).await;
    assert_eq!(lines(&middle), (100_000..100_200).rev().collect::<Vec<_>>());
    let (mut before, mut behind) = (middle.messages[199].position, middle.messages[0].position);
    for n in 0..5_i64 {
        let older = page(&world, &anna, contact, &format!("&before={before}")).await;
        let upto = 100_000 - n * 200;
        assert_eq!(lines(&older), (upto - 200..upto).rev().collect::<Vec<_>>());
        before = older.messages[199].position;
        let newer = page(&world, &anna, contact, &format!("&after={behind}")).await;
        let from = 100_200 + n * 200;
        assert_eq!(lines(&newer), (from..from + 200).rev().collect::<Vec<_>>());
        behind = newer.messages[0].position;
    }

    let rare = hits(&world, &anna, contact, "heirloom").await;
    assert_eq!((rare.total, rare.hits.len(), rare.next), (1, 1, None));
    let at = format!("&at={}", rare.hits[0].position.at().0);
    assert_eq!(lines(&page(&world, &anna, contact, &at).await).last(), Some(&5_000));
    // The newest 200 000 messages are searched; the response says that there are older ones.
    assert_eq!(rare.only_newest, Some(200_000));
    let too_old = hits(&world, &anna, contact, "antique").await;
    assert_eq!((too_old.total, too_old.only_newest), (0, Some(200_000)));

    let common = hits(&world, &anna, contact, "line").await;
    assert_eq!((common.total, common.hits.len(), common.only_newest), (1_000, 50, None));
    let next = hits(&world, &anna, contact, &format!("line&before={}", common.next.unwrap())).await;
    assert_eq!((next.total, next.hits.len()), (1_000, 50));
    assert!(next.hits[0].position < common.hits[49].position);
}
