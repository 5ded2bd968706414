//! The chat on a customer's phone.

use std::collections::VecDeque;

use serde::Serialize;

/// The most lines that one phone keeps.
const KEPT: usize = 10_000;

/// How many times the business was seen to write are remembered.
const TYPING_KEPT: usize = 1_000;

/// Who wrote a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Writer {
    /// The person whose phone it is.
    Customer,
    /// The business, through its hub.
    Business,
}

/// How far a line has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tick {
    /// The customer's, not yet taken by the hub.
    Waiting,
    /// The customer's: the hub has it. The business's: the provider has it.
    Taken,
    /// The business's: on its way to the phone.
    Sent,
    /// The business's: on the phone.
    Delivered,
    /// Seen by the other side.
    Read,
    /// The business's: it could not be delivered.
    Failed,
}

/// One line of the chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Who wrote it.
    pub writer: Writer,
    /// The text; for other kinds of message the provider's word for the kind in brackets.
    pub text: String,
    /// The provider's id of it.
    pub wamid: String,
    /// When, in milliseconds since the epoch, by the provider's clock.
    pub at: i64,
    /// How far it has come.
    pub tick: Tick,
    /// What the hub asked the provider to repeat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub echo: Option<String>,
    /// The id of the message that the customer answers with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// The emoji that the customer has put at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reaction: Option<String>,
}

impl Line {
    /// A line as it is first seen.
    pub(crate) fn new(writer: Writer, wamid: &str, text: String, at: i64) -> Self {
        let tick = match writer {
            Writer::Customer => Tick::Waiting,
            Writer::Business => Tick::Taken,
        };
        let wamid = wamid.to_owned();
        Self { writer, text, wamid, at, tick, echo: None, reply_to: None, reaction: None }
    }
}

/// What shall happen to a message of the business, against the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Refused at once, with this code.
    Refused(i64),
    /// Accepted and then reported as failed, with this code.
    Fails(i64),
    /// Accepted, but nobody hears of it.
    AnswerCut,
}

/// A line of the business as the person has seen it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Heard {
    /// Which one.
    pub(crate) wamid: String,
    /// What it says.
    pub(crate) text: String,
    /// When it was seen.
    pub(crate) at: i64,
}

struct Kept {
    line: Line,
    /// When the person saw it; not everybody lets the other side know.
    seen_at: Option<i64>,
    /// To be read as soon as it is delivered.
    read_on_delivery: bool,
}

/// All lines of one phone.
#[derive(Default)]
pub(crate) struct Lines {
    kept: VecDeque<Kept>,
    /// How many lines there ever were; also numbers the next one.
    pub(crate) count: u64,
    /// Which lines of the business were already taken in, by count.
    heard: u64,
    /// How many reactions there ever were; also numbers the next one.
    pub(crate) reactions: u64,
    /// When the customer last wrote.
    pub(crate) last_wrote_at: Option<i64>,
    /// When the business was seen to write, by the provider's clock.
    pub(crate) typing_seen: Vec<i64>,
}

impl Lines {
    pub(crate) fn all(&self) -> Vec<Line> {
        self.kept.iter().map(|it| it.line.clone()).collect()
    }

    pub(crate) fn add(&mut self, line: Line) {
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        self.count += 1;
        self.kept.push_back(Kept { line, seen_at: None, read_on_delivery: false });
    }

    fn find(&mut self, wamid: &str) -> Option<&mut Kept> {
        self.kept.iter_mut().rev().find(|it| it.line.wamid == wamid)
    }

    /// Who wrote a line, if it is here.
    pub(crate) fn writer_of(&mut self, wamid: &str) -> Option<Writer> {
        self.find(wamid).map(|it| it.line.writer)
    }

    /// The customer puts an emoji at a line, or takes it away. Without effect on a line that is not here.
    pub(crate) fn react(&mut self, wamid: &str, emoji: Option<String>) {
        if let Some(kept) = self.find(wamid) {
            kept.line.reaction = emoji;
        }
    }

    /// A line came further; it never goes back. True if it was to be read as soon as it is delivered, and
    /// is now both.
    pub(crate) fn tick(&mut self, wamid: &str, tick: Tick) -> bool {
        let Some(kept) = self.find(wamid) else { return false };
        kept.line.tick = kept.line.tick.max(tick);
        let read_now = tick == Tick::Delivered && kept.read_on_delivery;
        if read_now {
            kept.line.tick = Tick::Read;
        }
        read_now
    }

    /// The person saw a line.
    pub(crate) fn seen(&mut self, wamid: &str, at: i64) {
        if let Some(kept) = self.find(wamid) {
            kept.seen_at.get_or_insert(at);
        }
    }

    /// Marks a delivered line as read. False if it was read already.
    pub(crate) fn read(&mut self, wamid: &str) -> bool {
        let delivered = self.find(wamid).filter(|it| it.line.tick == Tick::Delivered);
        delivered.map(|it| it.line.tick = Tick::Read).is_some()
    }

    /// Opens the chat. Returns the lines that are read by this.
    pub(crate) fn read_all(&mut self) -> Vec<Line> {
        let mut read = Vec::new();
        for kept in self.kept.iter_mut().filter(|it| it.line.writer == Writer::Business) {
            match kept.line.tick {
                Tick::Delivered => {
                    kept.line.tick = Tick::Read;
                    read.push(kept.line.clone());
                }
                Tick::Read | Tick::Failed => {}
                Tick::Waiting | Tick::Taken | Tick::Sent => kept.read_on_delivery = true,
            }
        }
        read
    }

    /// The business read a line of the customer, and with it all before it. False if there is no such line.
    pub(crate) fn business_read(&mut self, wamid: &str) -> bool {
        let Some(last) = self.kept.iter().rposition(|it| it.line.wamid == wamid) else { return false };
        for kept in self.kept.iter_mut().take(last + 1).filter(|it| it.line.writer == Writer::Customer) {
            kept.line.tick = Tick::Read;
        }
        true
    }

    /// The business is seen to write.
    pub(crate) fn business_types(&mut self, at: i64) {
        let more = (self.typing_seen.len() + 1).saturating_sub(TYPING_KEPT);
        self.typing_seen.drain(..more);
        self.typing_seen.push(at);
    }

    /// The lines of the business that were seen and not taken in yet. They count as taken in now.
    pub(crate) fn hear(&mut self) -> Vec<Heard> {
        let first = self.count - self.kept.len() as u64;
        let mut heard = Vec::new();
        for (n, kept) in (first..).zip(&self.kept) {
            if n < self.heard {
                continue;
            }
            if kept.line.writer == Writer::Business && kept.line.tick != Tick::Failed {
                // In order: what is still under way is waited for.
                let Some(at) = kept.seen_at else { break };
                let Line { wamid, text, .. } = kept.line.clone();
                heard.push(Heard { wamid, text, at });
            }
            self.heard = n + 1;
        }
        heard
    }
}
