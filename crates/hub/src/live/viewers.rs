//! Who looks at which conversation, and who writes in it. It lives with the sessions and is never stored.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deskbell_protocol::{AgentId, ConversationId, SessionId, Viewer};
use tokio::sync::watch;

use crate::domain::actor::Actor;
use crate::live::dirty_set::News;

/// What a session is told: who else is at the conversation it looks at.
pub(crate) type Others = Option<(ConversationId, Vec<Viewer>)>;

#[derive(Debug)]
struct Seat {
    agent: AgentId,
    name: String,
    at: Option<ConversationId>,
    writing: bool,
    tell: watch::Sender<Others>,
}

/// All sessions' looks.
#[derive(Debug, Default)]
pub(crate) struct Looking {
    seats: Mutex<HashMap<SessionId, Seat>>,
    /// Where somebody began to look or to write.
    pub(crate) news: News,
}

impl Looking {
    fn seats(&self) -> MutexGuard<'_, HashMap<SessionId, Seat>> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A session begins; it looks at nothing yet.
    pub(crate) fn enter(self: &Arc<Self>, by: &Actor) -> Seated {
        let (tell, told) = watch::channel(None);
        let (agent, name) = (by.agent.id, by.agent.name.clone());
        self.seats().insert(by.session, Seat { agent, name, at: None, writing: false, tell });
        Seated { looking: Arc::clone(self), session: by.session, told }
    }

    /// The session looks at this now.
    pub(crate) fn look(&self, session: SessionId, at: Option<ConversationId>, writing: bool) {
        {
            let mut seats = self.seats();
            let Some(seat) = seats.get_mut(&session) else { return };
            let before = seat.at;
            (seat.at, seat.writing) = (at, writing && at.is_some());
            for place in [before.filter(|before| Some(*before) != at), at].into_iter().flatten() {
                tell(&seats, place);
            }
        }
        self.news.of(at);
    }

    fn leave(&self, session: SessionId) {
        let mut seats = self.seats();
        if let Some(place) = seats.remove(&session).and_then(|seat| seat.at) {
            tell(&seats, place);
        }
    }

    /// Every agent who looks at a conversation, and whether they write in it.
    pub(crate) fn at_work(&self) -> Vec<(ConversationId, AgentId, bool)> {
        let seats = self.seats();
        seats.values().filter_map(|seat| seat.at.map(|at| (at, seat.agent, seat.writing))).collect()
    }
}

/// Tells everybody at the conversation who else is, if that is news to them.
fn tell(seats: &HashMap<SessionId, Seat>, place: ConversationId) {
    let here = || seats.values().filter(|seat| seat.at == Some(place));
    for seat in here() {
        let mut others: Vec<Viewer> = Vec::new();
        for other in here().filter(|other| other.agent != seat.agent) {
            match others.iter_mut().find(|known| known.agent == other.agent) {
                Some(known) => known.writing |= other.writing,
                None => others.push(Viewer {
                    agent: other.agent,
                    name: other.name.clone(),
                    writing: other.writing,
                }),
            }
        }
        others.sort_by(|a, b| a.name.cmp(&b.name));
        let news = Some((place, others));
        seat.tell.send_if_modified(|told| {
            // Who is alone and was told nothing yet knows that already.
            let silent = told.is_none() && news.as_ref().is_some_and(|(_, others)| others.is_empty());
            let is_news = *told != news && !silent;
            if is_news {
                told.clone_from(&news);
            }
            is_news
        });
    }
}

/// A session's own end; dropping it, the session looks at nothing any more.
#[derive(Debug)]
pub(crate) struct Seated {
    looking: Arc<Looking>,
    session: SessionId,
    /// The latest that the session is to be told.
    pub(crate) told: watch::Receiver<Others>,
}

impl Drop for Seated {
    fn drop(&mut self) {
        self.looking.leave(self.session);
    }
}
