//! All lines of one chat, as the person's phone keeps them.

use std::collections::VecDeque;

use super::line::{Line, Tick, Writer};

/// The most lines that a phone keeps.
const KEPT: usize = 10_000;

/// The most typing indications that a phone remembers.
const TYPING_KEPT: usize = 1_000;

/// A line of the business that the person has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SeenLine {
    /// The provider's id of it.
    pub(crate) id: String,
    /// The text.
    pub(crate) text: String,
    /// When it was seen.
    pub(crate) at: i64,
}

struct Entry {
    line: Line,
    /// When the person saw it. Not every phone tells the sender.
    seen_at: Option<i64>,
    /// To be marked as read as soon as it is delivered.
    read_on_delivery: bool,
}

/// All lines of one chat.
#[derive(Default)]
pub(crate) struct Lines {
    entries: VecDeque<Entry>,
    /// How many lines there ever were; also the number of the next one.
    pub(crate) count: u64,
    /// How many lines [`Lines::take_seen`] has passed.
    passed: u64,
    /// How many reactions there ever were; also the number of the next one.
    pub(crate) reactions: u64,
    /// When the customer last wrote.
    pub(crate) last_wrote_at: Option<i64>,
    /// When the phone showed that the business is typing.
    pub(crate) typing_seen: Vec<i64>,
}

impl Lines {
    pub(crate) fn all(&self) -> Vec<Line> {
        self.entries.iter().map(|it| it.line.clone()).collect()
    }

    pub(crate) fn add(&mut self, line: Line) {
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        self.count += 1;
        self.entries.push_back(Entry { line, seen_at: None, read_on_delivery: false });
    }

    fn find(&mut self, id: &str) -> Option<&mut Entry> {
        self.entries.iter_mut().rev().find(|it| it.line.id == id)
    }

    /// Who wrote the line with this id, if it is kept.
    pub(crate) fn writer_of(&self, id: &str) -> Option<Writer> {
        self.entries.iter().rev().find(|it| it.line.id == id).map(|it| it.line.writer)
    }

    /// Sets the customer's reaction to a line, or removes it. Without effect on a line that is not kept.
    pub(crate) fn react(&mut self, id: &str, emoji: Option<String>) {
        if let Some(entry) = self.find(id) {
            entry.line.reaction = emoji;
        }
    }

    /// Moves a line forward, never back. True if it was to be marked as read on delivery and is now read.
    pub(crate) fn advance(&mut self, id: &str, tick: Tick) -> bool {
        let Some(entry) = self.find(id) else { return false };
        entry.line.tick = entry.line.tick.max(tick);
        let read_now = tick == Tick::Delivered && entry.read_on_delivery;
        if read_now {
            entry.line.tick = Tick::Read;
        }
        read_now
    }

    /// Notes that the person saw a line.
    pub(crate) fn mark_seen(&mut self, id: &str, at: i64) {
        if let Some(entry) = self.find(id) {
            entry.seen_at.get_or_insert(at);
        }
    }

    /// Marks a delivered line as read. False if it was read already or is not delivered.
    pub(crate) fn mark_read(&mut self, id: &str) -> bool {
        let delivered = self.find(id).filter(|it| it.line.tick == Tick::Delivered);
        delivered.map(|it| it.line.tick = Tick::Read).is_some()
    }

    /// Opens the chat: delivered lines become read, lines under way will on delivery. Returns the lines that
    /// became read.
    pub(crate) fn mark_all_read(&mut self) -> Vec<Line> {
        let mut read = Vec::new();
        for entry in self.entries.iter_mut().filter(|it| it.line.writer == Writer::Business) {
            match entry.line.tick {
                Tick::Delivered => {
                    entry.line.tick = Tick::Read;
                    read.push(entry.line.clone());
                }
                Tick::Read | Tick::Failed => {}
                Tick::Waiting | Tick::Taken | Tick::Sent => entry.read_on_delivery = true,
            }
        }
        read
    }

    /// Marks a line of the customer, and all before it, as read by the business. False if there is no such line.
    pub(crate) fn mark_read_by_business(&mut self, id: &str) -> bool {
        let Some(last) = self.entries.iter().rposition(|it| it.line.id == id) else { return false };
        for entry in self.entries.iter_mut().take(last + 1).filter(|it| it.line.writer == Writer::Customer) {
            entry.line.tick = Tick::Read;
        }
        true
    }

    /// Notes that the phone shows that the business is typing.
    pub(crate) fn show_typing(&mut self, at: i64) {
        let more = (self.typing_seen.len() + 1).saturating_sub(TYPING_KEPT);
        self.typing_seen.drain(..more);
        self.typing_seen.push(at);
    }

    /// The lines of the business that the person saw since the last call, in order. A line that is still under way
    /// holds back those behind it; a failed one does not.
    pub(crate) fn take_seen(&mut self) -> Vec<SeenLine> {
        let first = self.count - self.entries.len() as u64;
        let mut seen = Vec::new();
        for (n, entry) in (first..).zip(&self.entries) {
            if n < self.passed {
                continue;
            }
            if entry.line.writer == Writer::Business && entry.line.tick != Tick::Failed {
                let Some(at) = entry.seen_at else { break };
                let Line { id, text, .. } = entry.line.clone();
                seen.push(SeenLine { id, text, at });
            }
            self.passed = n + 1;
        }
        seen
    }
}
