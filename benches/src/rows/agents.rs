//! Many connected agents: the latency of a message to its agent, and the memory of a connection.

use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::agent::Agent;
use crate::deliveries::{self, InboundMessage, now_ms};
use crate::figures::{Budget, Figure, percentile};
use crate::hub::{Hub, store};
use crate::process::temp_folder;
use crate::webhook_client::WebhookConnection;

/// The number of agents with a conversation in which messages arrive; the others are idle.
const BUSY: usize = 500;
/// The number of measured messages.
const MESSAGES: usize = 2000;
/// The rate of messages.
const PER_SECOND: u64 = 200;

/// The number of agents that connect in parallel.
const CONNECTING: usize = 64;

/// Measures with a thousand agents, then with ten thousand.
pub(crate) fn measure() -> Vec<Figure> {
    let mut figures = Vec::new();
    for agents in [1_000, 10_000] {
        let open = open_files();
        if open < agents + 200 {
            let why = format!("only {open} open files are allowed (ulimit -n)");
            figures.push(Figure::not_measured(&format!("hub: {agents} connected agents"), why));
            continue;
        }
        let place = temp_folder();
        let (spans, bytes) = measure_with(place.path(), agents);
        let within = |percent| percentile(spans.clone(), percent);
        println!("   {agents}: half within {:.1} ms, 99 % within {:.1} ms", within(50.0), within(99.0));
        figures.push(Figure::absolute(
            format!("hub: {agents} connected agents, p99 delivery"),
            Budget::Limit(100.0),
            "ms",
            percentile(spans, 99.0),
        ));
        figures.push(Figure::absolute("  each", Budget::Limit(40.0), "KiB", bytes / 1024.0));
    }
    figures
}

fn measure_with(folder: &Path, agents: usize) -> (Vec<f64>, f64) {
    let settings = ("automatic_answer = true", "[routing]\ncapacity = 1\n[screen]\nheartbeat_s = 600\n");
    Hub::start(folder, &["Anna"], settings.0, settings.1).stop();
    let tokens = add_agents(&store(folder), agents);
    let hub = Hub::start(folder, &["Anna"], settings.0, settings.1);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let measured = runtime.block_on(async {
        let before = resident(hub.id());
        let connecting = tokens.iter().map(|token| Agent::connect(hub.address, token));
        let mut all: Vec<_> = stream::iter(connecting).buffer_unordered(CONNECTING).collect().await;
        // Memory that only connecting needed is released.
        tokio::time::sleep(Duration::from_secs(3)).await;
        let bytes = (resident(hub.id()) - before) / agents as f64;
        for agent in all.iter_mut().take(BUSY) {
            agent.set_ready().await;
        }
        let (sender, mut received) = mpsc::channel(BUSY + MESSAGES);
        for mut agent in all {
            let sender = sender.clone();
            tokio::spawn(async move {
                while let Some(frame) = agent.text().await {
                    let at = now_ms();
                    // Matches the message and not the preview of its conversation.
                    for rest in frame.split("\"body\":\"sent ").skip(1) {
                        let sent: String = rest.chars().take_while(char::is_ascii_digit).collect();
                        let _closed = sender.try_send(at - sent.parse::<f64>().unwrap() / 1000.0);
                    }
                }
            });
        }
        let mut connection = WebhookConnection::connect(hub.address).await;
        // The first message of each contact is routed to an agent, who reads it by HTTP. It is not measured.
        for number in 0..BUSY + MESSAGES {
            let at = now_ms() * 1000.0;
            let (id, text) = (format!("wamid.{number}"), format!("sent {at:.0}"));
            let incoming =
                InboundMessage { contact: number % BUSY, id: &id, at: deliveries::now_s(), text: &text };
            connection.deliver(&deliveries::request(&[incoming])).await;
            if number == BUSY - 1 {
                hub.wait_until_processed();
                tokio::time::sleep(Duration::from_secs(1)).await;
                while received.try_recv().is_ok() {}
            }
            tokio::time::sleep(Duration::from_micros(1_000_000 / PER_SECOND)).await;
        }
        (collect(&mut received, MESSAGES).await, bytes)
    });
    drop(runtime);
    hub.stop();
    measured
}

/// Receives `wanted` latencies, in milliseconds.
async fn collect(received: &mut mpsc::Receiver<f64>, wanted: usize) -> Vec<f64> {
    let mut spans = Vec::with_capacity(wanted);
    let begun = Instant::now();
    while spans.len() < wanted {
        let next = tokio::time::timeout(Duration::from_secs(60), received.recv()).await;
        match next {
            Ok(Some(span)) => spans.push(span),
            _ => panic!("{} of {wanted} messages arrived in {:?}", spans.len(), begun.elapsed()),
        }
    }
    spans
}

/// Adds signed-in agents directly to the store and returns their tokens. Hashing that many passwords would take
/// minutes.
fn add_agents(store: &Path, agents: usize) -> Vec<String> {
    let mut conn = Connection::open(store).unwrap();
    let all = conn.transaction().unwrap();
    let mut tokens = Vec::with_capacity(agents);
    for number in 0..agents {
        let (id, token) = (Uuid::now_v7(), format!("{:064x}", number + 1));
        let bytes = id.as_bytes().as_slice();
        all.execute(
            "INSERT INTO agents (id, name, role, password_hash, created_at) VALUES (?1, ?2, 'agent', '-', 0)",
            params![bytes, format!("Agent {number}")],
        )
        .unwrap();
        all.execute(
            "INSERT INTO queue_members (queue, agent, since) SELECT id, ?1, 0 FROM queues WHERE name = 'Support'",
            [bytes],
        )
        .unwrap();
        // The hub stores only the hash of a token.
        all.execute(
            "INSERT INTO tokens (hash, agent, created_at, expires_at) VALUES (?1, ?2, 0, ?3)",
            params![Sha256::digest(token.as_bytes()).as_slice(), bytes, i64::MAX],
        )
        .unwrap();
        tokens.push(token);
    }
    // A status on the channel, which every member of a queue has.
    all.execute(
        "INSERT INTO statuses (agent, channel, readiness, capacity, load, since, idle_since, missed, version)
         SELECT a.id, 'whatsapp', 'not_ready', 1, 0, 0, 0, 0, 0 FROM agents a
          WHERE NOT EXISTS (SELECT 1 FROM statuses s WHERE s.agent = a.id)",
        [],
    )
    .unwrap();
    all.commit().unwrap();
    tokens
}

/// The resident memory of a process, in bytes.
fn resident(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() * 1024.0
}

/// The limit of open files of this process, which the hub inherits.
fn open_files() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0)
}
