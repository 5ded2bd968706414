//! Every limit on what comes from outside, in one place.

pub(crate) mod callers;
pub(crate) mod connections;
pub(crate) mod token_bucket;
pub(crate) mod validations;

use std::time::Duration;

/// The largest webhook body, in bytes. WhatsApp delivers up to 3 MB; the rest is room for its headers'
/// idea of a megabyte.
pub const WEBHOOK_BODY_BYTES: usize = 4 * 1024 * 1024;

/// How much of webhook bodies is held at once before their signatures were looked at, in bytes, over all
/// connections: whoever comes then is asked to come again. What [`WEBHOOK_ROOM`] says of each does not count.
pub const WEBHOOKS_HELD_BYTES: usize = 32 * 1024 * 1024;

/// How much of each webhook body finds room at any rate, in bytes: what providers usually deliver is smaller,
/// and nobody keeps it out by sending much.
pub const WEBHOOK_ROOM: usize = 16 * 1024;

/// The largest body of any other call, in bytes.
pub const CALL_BODY_BYTES: usize = 16 * 1024;

/// How many connections there may be; more wait in the system's queue. Ten thousand agents, and their calls.
pub const CONNECTIONS: usize = 16_384;

/// How many connections one address may have, unless a proxy stands before the hub.
pub const CONNECTIONS_OF_ONE_ADDRESS: usize = 256;

/// How long a connection may take until the header of its next call is complete, also when it rests.
pub const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a body may take to arrive.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(20);

/// The longest name of an agent, in characters.
pub const NAME_CHARS: usize = 100;

/// The longest password, in bytes: hashing more would only cost time.
pub const PASSWORD_BYTES: usize = 1024;

/// The shortest password that is taken for a new agent, in characters.
pub const PASSWORD_MIN_CHARS: usize = 8;

/// How many wrong passwords one name and address may give before the next has to wait.
pub const SIGN_IN_FAILURES: u32 = 5;

/// The longest wait after a wrong password, in milliseconds. Short, because behind a proxy everybody has one
/// address, and nobody's own password may be kept out for long.
pub const SIGN_IN_LONGEST_WAIT_MS: i64 = 30_000;

/// After how long without another one wrong passwords are forgotten, in milliseconds.
pub const SIGN_IN_WINDOW_MS: i64 = 5 * 60 * 1000;

/// How many pairs of name and address are remembered; the oldest make room.
pub const SIGN_IN_REMEMBERED: usize = 10_000;

/// How many passwords are hashed at once; more wait.
pub const HASHES_AT_ONCE: usize = 2;

/// How many passwords wait to be hashed; whoever comes then is asked to come again.
pub const HASHES_WAITING: usize = 64;

/// When to come again then, in milliseconds.
pub const RETRY_SIGN_IN_MS: u64 = 2_000;

/// How long a connection may take to say hello.
pub const HELLO_TIMEOUT: Duration = Duration::from_secs(10);

/// How long one frame may take to be written to a client.
pub const SEND_TIMEOUT: Duration = Duration::from_secs(10);

/// How many committed batches wait for one client before it reads the log instead.
pub const LIVE_BATCHES: usize = 128;

/// How many connections one agent may have at once.
pub const SESSIONS_PER_AGENT: i64 = 16;

/// How many commands a session may give per second for long.
pub const COMMANDS_PER_SECOND: f64 = 50.0;

/// How many commands a session may give at once: what was written offline is handed in when the line is back.
pub const COMMANDS_BURST: f64 = 200.0;

/// How often a session may resume at once: each reads the log anew.
pub const RESUMES_BURST: f64 = 5.0;

/// How many seconds after one resume there may be another one, for long.
pub const RESUME_EVERY_S: f64 = 10.0;

/// How many calls by HTTP an agent may make at once: a fresh desktop reads one transcript after the other.
pub const CALLS_BURST: f64 = 2_000.0;

/// How many calls by HTTP an agent may make per second for long.
pub const CALLS_PER_SECOND: f64 = 200.0;

/// How many searches an agent may make at once: each may look at very many messages. They are calls as well.
pub const SEARCHES_BURST: f64 = 40.0;

/// How many searches an agent may make per second for long.
pub const SEARCHES_PER_SECOND: f64 = 4.0;

/// The largest number of log entries in one frame.
pub const FRAME_ENTRIES: usize = 500;

/// The size at which a frame of entries is closed, in bytes; far below what clients take.
pub const FRAME_BYTES: usize = 512 * 1024;

/// The most conversations on one page.
pub const PAGE_CONVERSATIONS: u32 = 200;

/// The most messages on one page.
pub const PAGE_MESSAGES: u32 = 500;

/// The most rows on one page of contacts, interactions or a contact's transcript.
pub const PAGE_BACK: u32 = 200;

/// The longest text that is searched for, in characters.
pub const SEARCH_CHARS: usize = 200;

/// How many messages a search in a transcript looks at: the newest.
pub const SEARCHED_MESSAGES: u32 = 200_000;

/// Up to how many the hits of a search are counted.
pub const COUNTED_HITS: u32 = 1_000;

/// Operations that wait for the writer; more wait at the door.
pub const WRITER_QUEUE: usize = 4096;

/// How soon what another process wrote into the store is noticed, when nothing happens here.
pub const LOOK_FOR_OTHERS: std::time::Duration = std::time::Duration::from_millis(500);

/// Operations in one transaction.
pub const GROUP_OPERATIONS: usize = 512;

/// Connections that read.
pub const READERS: usize = 4;

/// How many raw deliveries are taken up at once.
pub const RAW_AT_ONCE: u32 = 256;

/// How many deliveries that are stored wait in memory to be taken up; the store keeps those that come then.
pub const ARRIVALS_WAITING: usize = 4096;

/// How large these are together, in bytes.
pub const ARRIVALS_WAITING_BYTES: usize = 32 * 1024 * 1024;

/// How many messages are with providers at once.
pub const POSTS_AT_ONCE: usize = 64;

/// How long a post to a provider may take before its outcome counts as unknown, in milliseconds.
pub const POST_LEASE_MS: i64 = 60_000;

/// How often a message is offered to the provider before it counts as failed.
pub const POST_TRIES: i64 = 8;

/// Between messages to one identity, on average, in milliseconds (WhatsApp: one per six seconds).
pub const PACE_MS: i64 = 6_000;

/// How many messages to one identity may run ahead of that (WhatsApp: bursts to 45).
pub const PACE_BURST: i64 = 40;

/// The longest that a message is put off, whatever the provider asks for, in milliseconds.
pub const LONGEST_WAIT_MS: i64 = 60 * 60 * 1000;

/// How often an account whose access is not taken is asked whether it is again, in milliseconds.
pub const PROBE_EVERY_MS: i64 = 2 * 60 * 1000;

/// How often a contact is shown that somebody writes, in milliseconds; the provider shows it for 25 seconds.
pub const TYPING_EVERY_MS: i64 = 20_000;

/// How many messages are marked as read at once.
pub const RECEIPTS_AT_ONCE: usize = 16;

/// How often it is tried to mark a message as read.
pub const RECEIPT_TRIES: i64 = 3;

/// When a message that the hub itself stumbles over is looked at again, in milliseconds.
pub const STUMBLED_WAIT_MS: i64 = 60_000;

/// How often waiting messages are looked at though none is due: the clock may have been set back.
pub const LOOK_AT_CLOCK: Duration = Duration::from_secs(60);

/// How many deadlines are handled in one transaction.
pub const DEADLINES_AT_ONCE: u32 = 100;

/// When a client should try again after `unavailable`, in milliseconds.
pub const RETRY_UNAVAILABLE_MS: u64 = 2_000;

/// How long until the hub itself tries again what the store would not take.
pub const STORE_RETRY: Duration = Duration::from_millis(500);

/// How long a shut-down may take before what is left is cut off.
pub const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest reason for Not Ready, and the longest reason of a toast that was not shown, in characters.
pub const REASON_CHARS: usize = 200;

/// The longest preview of a message, in characters.
pub const PREVIEW_CHARS: usize = 120;

/// How old a list of templates may be that one is filled in from, in milliseconds (WhatsApp: 200 calls an
/// hour that ask for such things).
pub const TEMPLATES_AGE_MS: i64 = 5 * 60 * 1000;

/// How old a list of templates may be that an agent is shown, in milliseconds.
pub const TEMPLATES_LISTED_AGE_MS: i64 = 30_000;

/// For how long a provider that could not list its templates is not asked again, in milliseconds.
pub const TEMPLATES_FAILED_AGE_MS: i64 = 10_000;

/// How many validations an agent may ask for at once: each asks the provider about our own side.
pub const VALIDATIONS_BURST: i64 = 10;

/// How long after one validation there is another one, for long, in milliseconds.
pub const VALIDATION_EVERY_MS: i64 = 10_000;

/// How long a session waits for a list of templates before its notification has to be sent again.
pub const TEMPLATES_PATIENCE: Duration = Duration::from_secs(10);

/// How many facts about its case an interaction holds.
pub const CASE_FIELDS: usize = 40;

/// The longest key of a fact about a case, in characters.
pub const CASE_KEY_CHARS: usize = 100;

/// The longest reaction that is taken up, in characters: the longest emoji sequences have about a dozen.
pub const REACTION_CHARS: usize = 32;

/// How many changes of a contact are made at once.
pub const CONTACT_EDITS: usize = 100;

/// The longest e-mail address, in characters (RFC 5321: a path of 256 bytes with its brackets).
pub const EMAIL_CHARS: usize = 254;

/// The longest record of how a contact agreed to be written to, in characters.
pub const OPT_IN_CHARS: usize = 200;

/// The longest name of a contact that is kept, in characters.
pub const CONTACT_NAME_CHARS: usize = 200;
