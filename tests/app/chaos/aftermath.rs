//! What must be true when the dust has settled.

use std::collections::BTreeMap;

use deskbell_client::api::{Connection, OutgoingState, Reply, Request};
use deskbell_practice::{Line, Writer};
use deskbell_protocol::{ConversationDetail, DeliveryState, Message};

use super::{PASSWORD, Shift};
use crate::support::PATIENCE;
use crate::support::reader::{Reader, text};

/// What the hub says when everything has come to rest.
pub(super) struct Aftermath {
    /// Anna's conversations with their transcripts.
    hers: Vec<(ConversationDetail, Vec<Message>)>,
    /// Ben's.
    his: Vec<(ConversationDetail, Vec<Message>)>,
}

impl Aftermath {
    fn lines(&self) -> impl Iterator<Item = &Message> {
        self.hers.iter().chain(&self.his).flat_map(|(_, lines)| lines)
    }

    /// How often each text stands at the hub.
    fn counted(&self) -> BTreeMap<&str, u32> {
        let mut counted = BTreeMap::new();
        for text in self.lines().filter_map(text) {
            *counted.entry(text).or_default() += 1;
        }
        counted
    }
}

impl Shift {
    /// Waits until nothing moves any more: customers' messages are at the hub, Anna's outbox is empty, what she
    /// wrote has an outcome, and her app holds the very rows that the hub holds.
    pub(super) async fn comes_to_rest(&mut self) -> Aftermath {
        self.anna_becomes_ready().await;
        let hub = format!("http://{}", self.hub.address);
        let anna = Reader::sign_in(&hub, "Anna", PASSWORD).await;
        let ben = Reader::sign_in(&hub, "Ben", PASSWORD).await;
        let (mut unrest, begun) = (String::new(), std::time::Instant::now());
        while begun.elapsed() < PATIENCE * 3 {
            let now = Aftermath { hers: anna.everything().await, his: ben.everything().await };
            unrest = match self.unrest(&now, &anna).await {
                Some(unrest) => unrest,
                None => return now,
            };
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
        panic!("it does not come to rest: {unrest}")
    }

    /// What still moves, in words.
    async fn unrest(&mut self, now: &Aftermath, reader: &Reader) -> Option<String> {
        let at_hub = now.counted();
        if let Some(text) = self.written.keys().find(|text| !at_hub.contains_key(text.as_str())) {
            return Some(format!("“{text}” is not at the hub"));
        }
        let app = self.anna().await;
        let connection = app.snapshot().await.connection;
        if !matches!(connection, Connection::Live { .. }) {
            return Some(format!("the app is {connection:?}"));
        }
        for (detail, lines) in &now.hers {
            let conversation = &detail.conversation;
            let name = &conversation.contact_name;
            let (cached, outgoing) = app.transcript(conversation.id).await;
            for waiting in outgoing.iter().filter(|it| it.state == OutgoingState::Refused) {
                // Refused while the queue was not hers; now it is again.
                assert_eq!(app.ask(Request::ReleaseHeld { message: waiting.id }).await, Ok(Reply::Done));
            }
            if let Some(waiting) = outgoing.first() {
                return Some(format!("to {name} waits {waiting:?}, {} in all", outgoing.len()));
            }
            if let Some((at_hub, at_app)) =
                lines.iter().zip(&cached).find(|(at_hub, at_app)| at_hub != at_app)
            {
                return Some(format!("with {name} the hub has {at_hub:?}, the app {at_app:?}"));
            }
            if lines.len() != cached.len() {
                return Some(format!("of {name} the hub has {}, the app {}", lines.len(), cached.len()));
            }
        }
        if let Some(differ) = self.contacts_differ(reader).await {
            return Some(differ);
        }
        let moves = |line: &&Message| {
            use DeliveryState::{Accepted, Posting, Stored};
            matches!(line.delivery, Some(Stored | Posting | Accepted))
        };
        let moving: Vec<_> = now.lines().filter(moves).map(|line| (text(line), line.delivery)).collect();
        moving.first().map(|first| format!("{first:?} is on its way, {} in all", moving.len()))
    }

    /// The sums: every line that was taken is there, once; hub, app and phones agree.
    pub(super) async fn everything_is_there_once(&mut self, after: &Aftermath) {
        let at_hub = after.counted();
        for text in self.written.keys().chain(self.taken.values()) {
            assert_eq!(at_hub.get(text.as_str()), Some(&1), "“{text}” is at the hub exactly once");
        }
        for text in self.perhaps.values() {
            let times = at_hub.get(text.as_str()).copied().unwrap_or(0);
            assert!(times <= 1, "“{text}” is at the hub once or not at all, not {times} times");
        }
        let possible = self.written.len() + self.taken.len() + self.perhaps.len();
        assert!(at_hub.len() <= possible, "nobody said what nobody wrote");
        self.phones_agree(after);

        let Ok(Reply::Conversations { conversations, .. }) =
            self.anna().await.ask(Request::Conversations { before: None, limit: 200 }).await
        else {
            panic!("Anna's conversations")
        };
        let names: Vec<_> = conversations.iter().map(|it| it.conversation.contact_name.as_str()).collect();
        assert_eq!(names.len(), after.hers.len(), "Anna's desktop holds her conversations, not {names:?}");
        assert!(!names.contains(&"Frida"), "nothing of a foreign queue is on Anna's desktop");
        let (written, taken, perhaps) = (self.written.len(), self.taken.len(), self.perhaps.len());
        println!(
            "{written} lines of customers, {taken} answers, {perhaps} answers cut short: all there, once; \
             {} changes of contacts",
            self.changes
        );
    }

    fn phones_agree(&self, after: &Aftermath) {
        let from_us = |line: &Line| line.writer == Writer::Business;
        let mut told: BTreeMap<String, u32> = BTreeMap::new();
        for (customer, to_anna) in self.customers() {
            for line in customer.phone().into_iter().filter(from_us) {
                assert!(to_anna, "nobody answers {}", customer.name());
                *told.entry(line.text).or_default() += 1;
            }
        }
        for (text, times) in &told {
            assert_eq!(*times, 1, "the customer was told “{text}” once");
        }
        for (text, state) in after.lines().filter_map(|line| Some((text(line)?, line.delivery?))) {
            match state {
                DeliveryState::Sent | DeliveryState::Delivered | DeliveryState::Read => {
                    assert!(told.contains_key(text), "“{text}” counts as {state:?} and is on a phone");
                }
                // The hub was killed while it handed the message over: it says so instead of guessing.
                DeliveryState::Unknown => {}
                other => panic!("“{text}” ended as {other:?}"),
            }
        }
    }
}
