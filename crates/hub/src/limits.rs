//! Every limit of the hub, in one place.

pub(crate) mod agent_buckets;
pub(crate) mod connections;
pub(crate) mod token_bucket;

use std::time::Duration;

/// The largest webhook body, in bytes. WhatsApp delivers up to 3 MB, however it defines a megabyte.
pub const WEBHOOK_BODY_BYTES: usize = 4 * 1024 * 1024;

/// How much of webhook bodies is held in memory before their signatures are verified, in bytes, over all
/// connections; more are refused with a time to retry. [`UNVERIFIED_FREE_BYTES`] of each body do not count.
pub const UNVERIFIED_BYTES: usize = 32 * 1024 * 1024;

/// How much of each webhook body is always accepted, in bytes. Usual deliveries are smaller, so that nobody can
/// block them by sending large bodies.
pub const UNVERIFIED_FREE_BYTES: usize = 16 * 1024;

/// The largest body of any other request, in bytes.
pub const CALL_BODY_BYTES: usize = 16 * 1024;

/// How many connections there may be; more wait in the system's queue. Enough for ten thousand agents.
pub const CONNECTIONS: usize = 16_384;

/// How many connections one address may have, unless the hub is behind a proxy.
pub const CONNECTIONS_OF_ONE_ADDRESS: usize = 256;

/// How long a connection may take until the header of its next request is complete, idle time included.
pub const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a body may take to arrive.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(20);

/// The longest name of an agent, in characters.
pub const NAME_CHARS: usize = 100;

/// The longest password, in bytes. Hashing a longer one would only cost time.
pub const PASSWORD_BYTES: usize = 1024;

/// The shortest new password, in characters.
pub const PASSWORD_MIN_CHARS: usize = 8;

/// How many wrong passwords are allowed for one name from one address before the next attempt has to wait.
pub const SIGN_IN_FAILURES: u32 = 5;

/// The longest wait after a wrong password, in milliseconds. Short, because behind a proxy all clients have one
/// address, and nobody may be locked out for long because somebody else guesses.
pub const SIGN_IN_MAX_WAIT_MS: i64 = 30_000;

/// When wrong passwords are forgotten after the last one, in milliseconds.
pub const SIGN_IN_WINDOW_MS: i64 = 5 * 60 * 1000;

/// How many pairs of name and address are remembered; then the oldest is forgotten.
pub const SIGN_IN_REMEMBERED: usize = 10_000;

/// How many passwords are hashed at once; more wait.
pub const HASHES_AT_ONCE: usize = 2;

/// How many passwords may wait to be hashed; more sign-ins are refused with a time to retry.
pub const HASHES_WAITING: usize = 64;

/// When to retry a sign-in that was refused because too many wait, in milliseconds.
pub const RETRY_SIGN_IN_MS: u64 = 2_000;

/// How long a connection may take to send its `hello`.
pub const HELLO_TIMEOUT: Duration = Duration::from_secs(10);

/// How long one frame may take to be written to a client.
pub const SEND_TIMEOUT: Duration = Duration::from_secs(10);

/// How many committed batches wait for one client before it reads the log instead.
pub const LIVE_BATCHES: usize = 128;

/// How many connections one agent may have at once.
pub const SESSIONS_PER_AGENT: i64 = 16;

/// How many commands a session may send per second in the long run.
pub const COMMANDS_PER_SECOND: f64 = 50.0;

/// How many commands a session may send at once. A desktop that was offline sends what it queued.
pub const COMMANDS_BURST: f64 = 200.0;

/// How often a session may resume in a burst. Each one reads the log from its cursor.
pub const RESUMES_BURST: f64 = 5.0;

/// Seconds between resumes of a session in the long run.
pub const RESUME_EVERY_S: f64 = 10.0;

/// How many HTTP calls an agent may make in a burst. A new desktop reads one transcript after the other.
pub const CALLS_BURST: f64 = 2_000.0;

/// How many HTTP calls an agent may make per second in the long run.
pub const CALLS_PER_SECOND: f64 = 200.0;

/// How many searches an agent may make in a burst. Each may read very many messages. They also count as calls.
pub const SEARCHES_BURST: f64 = 40.0;

/// How many searches an agent may make per second in the long run.
pub const SEARCHES_PER_SECOND: f64 = 4.0;

/// The largest number of log entries in one frame.
pub const FRAME_ENTRIES: usize = 500;

/// The size at which a frame of entries is closed, in bytes; far below the limit of clients.
pub const FRAME_BYTES: usize = 512 * 1024;

/// The most conversations on one page.
pub const PAGE_CONVERSATIONS: u32 = 200;

/// The most messages on one page.
pub const PAGE_MESSAGES: u32 = 500;

/// The most rows on one page of contacts, interactions or a contact's transcript.
pub const PAGE_BACK: u32 = 200;

/// The longest search text, in characters.
pub const SEARCH_CHARS: usize = 200;

/// How many messages a search in a transcript reads, newest first.
pub const SEARCHED_MESSAGES: u32 = 200_000;

/// Up to how many the hits of a search are counted.
pub const COUNTED_HITS: u32 = 1_000;

/// How many operations may wait in the writer's queue; callers of more wait for a place in it.
pub const WRITER_QUEUE: usize = 4096;

/// How often the store is checked for commits of other processes.
pub const EXTERNAL_COMMIT_POLL: std::time::Duration = std::time::Duration::from_millis(500);

/// How many operations one transaction may group.
pub const GROUP_OPERATIONS: usize = 512;

/// How many connections read from the store.
pub const READERS: usize = 4;

/// How many raw deliveries are processed in one batch.
pub const RAW_BATCH: u32 = 256;

/// How many stored deliveries wait in memory to be processed; more are read from the store later.
pub const INBOX_DELIVERIES: usize = 4096;

/// How large the deliveries that wait in memory may be together, in bytes.
pub const INBOX_BYTES: usize = 32 * 1024 * 1024;

/// How many messages are posted to providers at the same time.
pub const POSTS_AT_ONCE: usize = 64;

/// How long a post to a provider may take before its outcome is `unknown`, in milliseconds.
pub const POST_LEASE_MS: i64 = 60_000;

/// How many times a message is posted to a provider before it has `failed`.
pub const POST_ATTEMPTS: i64 = 8;

/// The average interval between messages to one identity, in milliseconds (WhatsApp: one per six seconds).
pub const PACE_MS: i64 = 6_000;

/// How many messages to one identity may be sent ahead of that average (WhatsApp: bursts up to 45).
pub const PACE_BURST: i64 = 40;

/// The longest delay of a message that a provider may ask for, in milliseconds.
pub const MAX_POST_DELAY_MS: i64 = 60 * 60 * 1000;

/// How often a paused account is probed, in milliseconds.
pub const PROBE_EVERY_MS: i64 = 2 * 60 * 1000;

/// How often the typing indicator is sent to a contact, in milliseconds; the provider shows it for 25 seconds.
pub const TYPING_EVERY_MS: i64 = 20_000;

/// How many read receipts are sent at the same time.
pub const RECEIPTS_AT_ONCE: usize = 16;

/// How many times a read receipt is sent before it is given up.
pub const RECEIPT_ATTEMPTS: i64 = 3;

/// When a message that failed with an internal error is tried again, in milliseconds.
pub const INTERNAL_ERROR_RETRY_MS: i64 = 60_000;

/// How often waiting messages are checked although none is due, because the clock may have been set back.
pub const CLOCK_CHECK_INTERVAL: Duration = Duration::from_secs(60);

/// How many deadlines are handled in one transaction.
pub const DEADLINES_AT_ONCE: u32 = 100;

/// When a client should try again after `unavailable`, in milliseconds.
pub const RETRY_UNAVAILABLE_MS: u64 = 2_000;

/// How long the hub waits before it retries an operation that the store could not execute.
pub const STORE_RETRY: Duration = Duration::from_millis(500);

/// How long a shutdown may take before the remaining work is aborted.
pub const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest reason for Not Ready, and the longest reason of a toast that was not shown, in characters.
pub const REASON_CHARS: usize = 200;

/// The longest preview of a message, in characters.
pub const PREVIEW_CHARS: usize = 120;

/// How old a list of templates may be when a template is sent, in milliseconds (WhatsApp allows 200 such calls an
/// hour).
pub const TEMPLATES_AGE_MS: i64 = 5 * 60 * 1000;

/// How old a list of templates may be when an agent asks for it, in milliseconds.
pub const TEMPLATES_LISTED_AGE_MS: i64 = 30_000;

/// How long a provider that could not list its templates is not asked again, in milliseconds.
pub const TEMPLATES_FAILED_AGE_MS: i64 = 10_000;

/// How many validations an agent may ask for in a burst. Each asks the provider about our account.
pub const VALIDATIONS_BURST: f64 = 10.0;

/// Seconds between validations of an agent in the long run.
pub const VALIDATION_EVERY_S: f64 = 10.0;

/// How long a command that sends a template waits for the list of templates.
pub const TEMPLATES_TIMEOUT: Duration = Duration::from_secs(10);

/// How many case fields an interaction may have.
pub const CASE_FIELDS: usize = 40;

/// The longest key of a case field, in characters.
pub const CASE_KEY_CHARS: usize = 100;

/// The longest reaction that is accepted, in characters. The longest emoji sequences have about a dozen.
pub const REACTION_CHARS: usize = 32;

/// How many changes of a contact one command may make.
pub const CONTACT_EDITS: usize = 100;

/// The longest e-mail address, in characters (RFC 5321: a path of 256 bytes with its brackets).
pub const EMAIL_CHARS: usize = 254;

/// The longest record of how a contact agreed to be written to, in characters.
pub const OPT_IN_CHARS: usize = 200;

/// The longest name of a contact that is stored from a channel, in characters.
pub const CONTACT_NAME_CHARS: usize = 200;
