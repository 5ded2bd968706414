//! The table of limits in `docs/protocol.md` says what the code does, and leaves out none.

use deskbell_hub::limits::*;
use deskbell_protocol::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::world::{World, carla, delivery, within};

const BEGIN: &str = "<!-- limits: made from the code by tests/hub/limits.rs -->\n";
const END: &str = "<!-- end of limits -->";

/// What is limited, by how much, what happens beyond it, and the constants that say so.
type Row = (&'static str, String, &'static str, &'static [&'static str]);

fn bytes(count: usize) -> String {
    match (count % (1024 * 1024), count % 1024) {
        (0, _) => format!("{} MiB", count / (1024 * 1024)),
        (_, 0) => format!("{} KiB", count / 1024),
        _ => format!("{count} bytes"),
    }
}

fn span(ms: i64) -> String {
    match ms {
        ms if ms % 3_600_000 == 0 => format!("{} h", ms / 3_600_000),
        ms if ms % 60_000 == 0 => format!("{} min", ms / 60_000),
        ms => format!("{} s", ms / 1000),
    }
}

fn ms(duration: std::time::Duration) -> String {
    span(i64::try_from(duration.as_millis()).unwrap())
}

fn rows() -> Vec<Row> {
    let (too_large, malformed) = ("`too_large`", "`malformed`");
    vec![
        ("body of a call", bytes(CALL_BODY_BYTES), "413 `too_large`", &["CALL_BODY_BYTES"]),
        ("header of a call", "100 lines".to_owned(), "431, without a body", &[]),
        ("body of a webhook delivery", bytes(WEBHOOK_BODY_BYTES), "413 `too_large`", &["WEBHOOK_BODY_BYTES"]),
        (
            "such bodies before their signature is verified, together",
            format!("{} beyond the first {} of each", bytes(UNVERIFIED_BYTES), bytes(UNVERIFIED_FREE_BYTES)),
            "503 `unavailable`; the provider delivers again",
            &["UNVERIFIED_BYTES", "UNVERIFIED_FREE_BYTES"],
        ),
        ("time for that body to arrive", ms(BODY_TIMEOUT), "400 `malformed`", &["BODY_TIMEOUT"]),
        (
            "name and password at sign-in",
            format!("{NAME_CHARS} characters, {}", bytes(PASSWORD_BYTES)),
            "401 `unauthorized`, as for a wrong one",
            &["NAME_CHARS", "PASSWORD_BYTES"],
        ),
        (
            "shortest new password",
            format!("{PASSWORD_MIN_CHARS} characters"),
            "refused to the administrator",
            &["PASSWORD_MIN_CHARS"],
        ),
        (
            "wrong passwords for one name from one address",
            format!("{SIGN_IN_FAILURES} within {}", span(SIGN_IN_WINDOW_MS)),
            "429 `rate_limited`; wait 1 s, then twice as long each time",
            &["SIGN_IN_FAILURES", "SIGN_IN_WINDOW_MS"],
        ),
        ("the longest such wait", span(SIGN_IN_MAX_WAIT_MS), "–", &["SIGN_IN_MAX_WAIT_MS"]),
        (
            "names and addresses remembered for that",
            SIGN_IN_REMEMBERED.to_string(),
            "the oldest is forgotten",
            &["SIGN_IN_REMEMBERED"],
        ),
        (
            "passwords hashed at once, and waiting",
            format!("{HASHES_AT_ONCE}, {HASHES_WAITING}"),
            "429 `rate_limited`",
            &["HASHES_AT_ONCE", "HASHES_WAITING"],
        ),
        ("time for the hello", ms(HELLO_TIMEOUT), "the hub hangs up with status 1001", &["HELLO_TIMEOUT"]),
        (
            "silence of a client",
            "3 heartbeats of the welcome".to_owned(),
            "the hub hangs up with status 1001",
            &[],
        ),
        (
            "connections of one agent",
            SESSIONS_PER_AGENT.to_string(),
            "`refused` with `rate_limited`",
            &["SESSIONS_PER_AGENT"],
        ),
        ("connections", CONNECTIONS.to_string(), "more wait until one is free", &["CONNECTIONS"]),
        (
            "connections of one address, of an IPv6 network of 64 bits",
            CONNECTIONS_OF_ONE_ADDRESS.to_string(),
            "the hub hangs up; behind a proxy all have one address, and the proxy limits them",
            &["CONNECTIONS_OF_ONE_ADDRESS"],
        ),
        (
            "time until the header of a call is complete, idle time included",
            ms(HEADER_TIMEOUT),
            "the hub hangs up",
            &["HEADER_TIMEOUT"],
        ),
        (
            "a frame of a client, fragments together",
            bytes(MAX_CLIENT_FRAME_BYTES),
            "`refused` with `too_large`, and the hub hangs up",
            &["MAX_CLIENT_FRAME_BYTES"],
        ),
        ("a frame of a hub", bytes(MAX_HUB_FRAME_BYTES), "the client hangs up", &["MAX_HUB_FRAME_BYTES"]),
        (
            "entries in one frame",
            format!("{FRAME_ENTRIES}, some {}", bytes(FRAME_BYTES)),
            "the rest comes in the next",
            &["FRAME_ENTRIES", "FRAME_BYTES"],
        ),
        (
            "commands of one session",
            format!("{COMMANDS_BURST} at once, {COMMANDS_PER_SECOND} per second for long"),
            "the reply is `rate_limited` with `retry_after_ms`",
            &["COMMANDS_BURST", "COMMANDS_PER_SECOND"],
        ),
        ("pings of one session", "as of commands, together".to_owned(), "the pong is delayed", &[]),
        (
            "resumes of one session",
            format!("{RESUMES_BURST} at once, one per {RESUME_EVERY_S} s for long"),
            "`refused` with `rate_limited`",
            &["RESUMES_BURST", "RESUME_EVERY_S"],
        ),
        (
            "calls of one agent by HTTP",
            format!("{CALLS_BURST} at once, {CALLS_PER_SECOND} per second for long"),
            "429 `rate_limited` with `retry_after_ms`",
            &["CALLS_BURST", "CALLS_PER_SECOND"],
        ),
        (
            "searches among them",
            format!("{SEARCHES_BURST} at once, {SEARCHES_PER_SECOND} per second for long"),
            "429 `rate_limited` with `retry_after_ms`; other calls go on",
            &["SEARCHES_BURST", "SEARCHES_PER_SECOND"],
        ),
        ("time for a client to take a frame", ms(SEND_TIMEOUT), "the hub hangs up", &["SEND_TIMEOUT"]),
        (
            "groups of entries that wait for a client",
            LIVE_BATCHES.to_string(),
            "the hub reads them from the log for it, later",
            &["LIVE_BATCHES"],
        ),
        ("an id", "a UUID".to_owned(), malformed, &[]),
        (
            "text of a message",
            format!(
                "1 character to `text` in the `policy` of the account; without one, {} characters",
                ChannelPolicy::fallback().text.max
            ),
            "`malformed`, `too_large`",
            &[],
        ),
        ("a note", format!("{MAX_NOTE_CHARS} characters"), too_large, &["MAX_NOTE_CHARS"]),
        ("a fact about a case", format!("{MAX_CASE_CHARS} characters"), too_large, &["MAX_CASE_CHARS"]),
        (
            "facts about one case",
            format!("{CASE_FIELDS}, keys of {CASE_KEY_CHARS} characters"),
            "ignored",
            &["CASE_FIELDS", "CASE_KEY_CHARS"],
        ),
        ("why a toast was not shown", format!("{REASON_CHARS} characters"), "cut", &["REASON_CHARS"]),
        ("a preview", format!("{PREVIEW_CHARS} characters"), "cut by the hub", &["PREVIEW_CHARS"]),
        (
            "profile name of a contact",
            format!("{CONTACT_NAME_CHARS} characters"),
            "cut",
            &["CONTACT_NAME_CHARS"],
        ),
        (
            "a contact's name, the key and the value of an attribute",
            format!("{MAX_NAME_CHARS}, {MAX_ATTRIBUTE_KEY_CHARS}, {MAX_ATTRIBUTE_CHARS} characters"),
            too_large,
            &["MAX_NAME_CHARS", "MAX_ATTRIBUTE_KEY_CHARS", "MAX_ATTRIBUTE_CHARS"],
        ),
        (
            "attributes, numbers, e-mail addresses of a contact",
            format!("{MAX_CONTACT_PARTS} each"),
            too_large,
            &["MAX_CONTACT_PARTS"],
        ),
        (
            "a variable of a notification",
            format!("{MAX_VARIABLE_CHARS} characters"),
            too_large,
            &["MAX_VARIABLE_CHARS"],
        ),
        ("a reaction", format!("{REACTION_CHARS} characters"), "ignored", &["REACTION_CHARS"]),
        (
            "page size",
            format!(
                "{PAGE_CONVERSATIONS} conversations, {PAGE_MESSAGES} messages of one, {PAGE_BACK} of all else"
            ),
            "the page holds that many",
            &["PAGE_CONVERSATIONS", "PAGE_MESSAGES", "PAGE_BACK"],
        ),
        ("text of a search", format!("{SEARCH_CHARS} characters"), "413 `too_large`", &["SEARCH_CHARS"]),
        (
            "messages that a search in a transcript reads",
            format!("the newest {SEARCHED_MESSAGES}"),
            "older ones are not found, and `only_newest` says so",
            &["SEARCHED_MESSAGES"],
        ),
        ("hits that are counted", COUNTED_HITS.to_string(), "there may be more", &["COUNTED_HITS"]),
        ("changes of a contact in one command", CONTACT_EDITS.to_string(), too_large, &["CONTACT_EDITS"]),
        ("an e-mail address of a contact", format!("{EMAIL_CHARS} characters"), too_large, &["EMAIL_CHARS"]),
        (
            "how a contact agreed to be written to",
            format!("1 to {OPT_IN_CHARS} characters"),
            "`malformed`, `too_large`",
            &["OPT_IN_CHARS"],
        ),
        (
            "messages to one contact",
            format!("{PACE_BURST} ahead of one per {}", span(PACE_MS)),
            "they wait at the hub, in order",
            &["PACE_BURST", "PACE_MS"],
        ),
        ("messages with providers", POSTS_AT_ONCE.to_string(), "the others wait", &["POSTS_AT_ONCE"]),
        (
            "a provider's answer to a message",
            span(POST_LEASE_MS),
            "the message is `unknown`",
            &["POST_LEASE_MS"],
        ),
        (
            "attempts while a provider is busy",
            POST_ATTEMPTS.to_string(),
            "the message has `failed`",
            &["POST_ATTEMPTS"],
        ),
        (
            "the longest delay that a provider may ask for",
            span(MAX_POST_DELAY_MS),
            "tried then",
            &["MAX_POST_DELAY_MS"],
        ),
        (
            "asking a provider for its notifications",
            format!(
                "once in {} for a list, once in {} for sending; {}",
                span(TEMPLATES_LISTED_AGE_MS),
                span(TEMPLATES_AGE_MS),
                ms(TEMPLATES_TIMEOUT)
            ),
            "the list read before is used; without one, `unavailable`",
            &["TEMPLATES_LISTED_AGE_MS", "TEMPLATES_AGE_MS", "TEMPLATES_TIMEOUT"],
        ),
        (
            "retry at a provider that could not list them",
            format!("after {}", span(TEMPLATES_FAILED_AGE_MS)),
            "the same answer until then",
            &["TEMPLATES_FAILED_AGE_MS"],
        ),
        (
            "validations of one agent",
            format!("{VALIDATIONS_BURST} at once, one per {VALIDATION_EVERY_S} s for long"),
            "429 `rate_limited`",
            &["VALIDATIONS_BURST", "VALIDATION_EVERY_S"],
        ),
        (
            "what is under way when the hub stops",
            ms(SHUTDOWN_TIMEOUT),
            "cut off; it goes on after the next start",
            &["SHUTDOWN_TIMEOUT"],
        ),
    ]
}

/// Constants that do not limit clients or providers.
const INTERNAL: &[&str] = &[
    "RETRY_SIGN_IN_MS",
    "WRITER_QUEUE",
    "EXTERNAL_COMMIT_POLL",
    "GROUP_OPERATIONS",
    "READERS",
    "RAW_BATCH",
    "INBOX_DELIVERIES",
    "INBOX_BYTES",
    "INTERNAL_ERROR_RETRY_MS",
    "PROBE_EVERY_MS",
    "RECEIPTS_AT_ONCE",
    "RECEIPT_ATTEMPTS",
    "TYPING_EVERY_MS",
    "CLOCK_CHECK_INTERVAL",
    "DEADLINES_AT_ONCE",
    "RETRY_UNAVAILABLE_MS",
    "STORE_RETRY",
];

#[test]
fn the_documented_limits_match_the_code() {
    let mut table = "| What | Limit | Beyond it |\n|---|---|---|\n".to_owned();
    for (what, limit, beyond, _) in rows() {
        table.push_str(&format!("| {what} | {limit} | {beyond} |\n"));
    }
    let document = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/protocol.md");
    let text = std::fs::read_to_string(&document).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("the beginning of the table");
    let (_, after) = rest.split_once(END).expect("the end of the table");
    let fresh = format!("{before}{BEGIN}\n{table}\n{END}{after}");
    if std::env::var_os("DESKBELL_WRITE_DOCUMENT").is_some() {
        std::fs::write(&document, &fresh).unwrap();
        return;
    }
    assert!(fresh == text, "docs/protocol.md shows other limits; DESKBELL_WRITE_DOCUMENT=1 updates it");
}

#[test]
fn every_limit_is_documented() {
    let crates = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut sources = vec![crates.join("hub/src/limits.rs")];
    let protocol = std::fs::read_dir(crates.join("protocol/src")).unwrap();
    sources.extend(protocol.map(|file| file.unwrap().path()).filter(|path| path.is_file()));
    let rows = rows();
    let mut found = 0;
    for source in sources {
        let text = std::fs::read_to_string(&source).unwrap();
        let of_hub = source.ends_with("limits.rs");
        for line in text.lines() {
            let Some(name) = line.strip_prefix("pub const ").and_then(|rest| rest.split(':').next()) else {
                continue;
            };
            if of_hub || name.starts_with("MAX_") {
                found += 1;
                let listed = rows.iter().any(|row| row.3.contains(&name)) || INTERNAL.contains(&name);
                assert!(
                    listed,
                    "{name} is neither in the table of tests/hub/limits.rs nor in the list of internal ones"
                );
            }
        }
    }
    assert!(found > 40, "the constants are searched in the wrong place");
}

#[tokio::test]
async fn a_call_with_too_many_header_lines_is_refused() {
    let world = World::new().await;
    let mut request = world.http.get(world.url("/healthz"));
    for number in 0..101 {
        request = request.header(format!("x-line-{number}"), "x");
    }
    assert_eq!(request.send().await.unwrap().status(), 431);
}

#[tokio::test]
async fn a_desktop_that_resumes_too_often_is_disconnected() {
    let world = World::new().await;
    let mut anna = world.agent("Anna").await;
    let resume = ClientFrame::Resume { cursor: anna.cursor };
    for _ in 0..10 {
        anna.frame(&resume).await;
    }
    let error = anna.close_error().await.unwrap();
    assert_eq!(error.code, ErrorCode::RateLimited);
    assert!(error.retry_after_ms.is_some_and(|wait| (1..=10_000).contains(&wait)), "{error:?}");
}

#[tokio::test]
async fn the_limit_on_searches_applies_to_each_agent_separately() {
    let world = World::new().await;
    let (anna, ben) = (world.sign_in("Anna").await.token, world.sign_in("Ben").await.token);
    let asks = async |token: &str| {
        let response = world.http.get(world.url("/v1/contacts?search=carla")).bearer_auth(token);
        response.send().await.unwrap()
    };
    let refused = within("Anna is asked to wait", async {
        // Many at a time: however slow the machine is, that is faster than the hub allows.
        loop {
            let responses = futures_util::future::join_all((0..20).map(|_| asks(&anna))).await;
            if let Some(refused) = responses.into_iter().find(|response| response.status() != 200) {
                return refused;
            }
        }
    })
    .await;
    assert_eq!(refused.status(), 429);
    assert!(refused.headers().contains_key("retry-after"));
    let error: ErrorBody = refused.json().await.unwrap();
    assert_eq!(error.code, ErrorCode::RateLimited);
    assert!(error.retry_after_ms.is_some_and(|wait| (1..=300).contains(&wait)), "{error:?}");
    assert_eq!(asks(&ben).await.status(), 200);
    // She may still page through what she has.
    let page = world.http.get(world.url("/v1/contacts")).bearer_auth(&anna).send().await.unwrap();
    assert_eq!(page.status(), 200);
    // And leave.
    let leave = world.http.post(world.url("/v1/sign-out")).bearer_auth(&anna);
    assert_eq!(leave.send().await.unwrap().status(), 204);
}

/// A connection on which a delivery of `announced` bytes begins, of which `sent` are there.
async fn start_delivery(world: &World, signature: &str, announced: usize, sent: usize) -> TcpStream {
    let mut line = TcpStream::connect(&world.address).await.unwrap();
    let head = format!(
        "POST /webhooks/whatsapp/shop HTTP/1.1\r\nHost: hub\r\n{signature}Content-Length: {announced}\r\n\r\n"
    );
    line.write_all(head.as_bytes()).await.unwrap();
    // The hub may close the connection before the end.
    let _sent = line.write_all(&vec![b' '; sent]).await;
    line
}

async fn answer_on(line: &mut TcpStream) -> String {
    let mut answer = vec![0; 1024];
    let read = within("the hub answers", line.read(&mut answer)).await.unwrap();
    String::from_utf8(answer[..read].to_vec()).unwrap()
}

#[tokio::test]
async fn a_delivery_without_a_well_formed_signature_is_rejected_before_its_body_is_read() {
    let world = World::new().await;
    for signature in ["", "X-Hub-Signature-256: sha1=00\r\n", "X-Hub-Signature-256: sha256=zz\r\n"] {
        let mut line = start_delivery(&world, signature, 3_000_000, 0).await;
        assert!(answer_on(&mut line).await.starts_with("HTTP/1.1 401 "), "{signature:?}");
    }
}

#[tokio::test]
async fn large_unverified_deliveries_are_refused_while_carlas_messages_arrive() {
    let world = World::new().await;
    let forged = format!("X-Hub-Signature-256: sha256={}\r\n", "0".repeat(64));
    let almost = WEBHOOK_BODY_BYTES - 1;
    let fit = UNVERIFIED_BYTES / (almost - UNVERIFIED_FREE_BYTES);
    let lines: Vec<_> = (0..=fit)
        .map(|_| async {
            let mut line = start_delivery(&world, &forged, WEBHOOK_BODY_BYTES, almost).await;
            (answer_on(&mut line).await, line)
        })
        .map(Box::pin)
        .collect();
    // All but one fit, and wait for their last byte.
    let ((answer, _line), _, others) = futures_util::future::select_all(lines).await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.contains("retry-after: 2\r\n"), "{answer}");
    world.writes(&carla(), "Hello").await;

    drop(others);
    let mut large =
        serde_json::to_vec(&delivery(&[carla().text("Hello again", world.now()).1], &[])).unwrap();
    large.resize(3 * 1024 * 1024, b' ');
    within("the provider's next try is taken", async {
        while world.deliver_bytes(large.clone()).await != 200 {}
    })
    .await;
}
