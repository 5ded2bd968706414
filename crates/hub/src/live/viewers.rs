//! Which agents view which conversation, and which of them write in it. This state lives with the sessions and is
//! never stored.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deskbell_protocol::{AgentId, ConversationId, SessionId, Viewer};
use tokio::sync::watch;

use crate::domain::actor::Actor;
use crate::live::dirty_set::DirtySet;

/// The other viewers of the conversation that a session views; `None` until there was one to report.
pub(crate) type OtherViewers = Option<(ConversationId, Vec<Viewer>)>;

/// What one session views.
#[derive(Debug)]
struct SessionView {
    agent: AgentId,
    name: String,
    conversation: Option<ConversationId>,
    writing: bool,
    others: watch::Sender<OtherViewers>,
}

/// The views of all sessions.
#[derive(Debug, Default)]
pub(crate) struct Viewers {
    views: Mutex<HashMap<SessionId, SessionView>>,
    /// Conversations that a session began to view or to write in.
    pub(crate) changed: DirtySet,
}

impl Viewers {
    fn views(&self) -> MutexGuard<'_, HashMap<SessionId, SessionView>> {
        self.views.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Registers a session, which views nothing yet. Dropping the handle removes it.
    pub(crate) fn register(self: &Arc<Self>, actor: &Actor) -> ViewerHandle {
        let (sender, others) = watch::channel(None);
        let view = SessionView {
            agent: actor.agent.id,
            name: actor.agent.name.clone(),
            conversation: None,
            writing: false,
            others: sender,
        };
        self.views().insert(actor.session, view);
        ViewerHandle { viewers: Arc::clone(self), session: actor.session, others }
    }

    /// Sets the conversation that a session views, and reports the change to its other viewers.
    pub(crate) fn set_view(&self, session: SessionId, conversation: Option<ConversationId>, writing: bool) {
        {
            let mut views = self.views();
            let Some(view) = views.get_mut(&session) else { return };
            let before = view.conversation;
            (view.conversation, view.writing) = (conversation, writing && conversation.is_some());
            let left = before.filter(|before| Some(*before) != conversation);
            for affected in [left, conversation].into_iter().flatten() {
                report_others(&views, affected);
            }
        }
        self.changed.mark(conversation);
    }

    fn unregister(&self, session: SessionId) {
        let mut views = self.views();
        if let Some(left) = views.remove(&session).and_then(|view| view.conversation) {
            report_others(&views, left);
        }
    }

    /// Lists each conversation that is viewed, with the agent who views it and whether they write in it.
    pub(crate) fn active_views(&self) -> Vec<(ConversationId, AgentId, bool)> {
        let views = self.views();
        let active = |view: &SessionView| view.conversation.map(|at| (at, view.agent, view.writing));
        views.values().filter_map(active).collect()
    }
}

/// Reports to every viewer of the conversation who the others are, if that changed for them.
fn report_others(views: &HashMap<SessionId, SessionView>, conversation: ConversationId) {
    let viewing = || views.values().filter(|view| view.conversation == Some(conversation));
    for view in viewing() {
        let mut others: Vec<Viewer> = Vec::new();
        for other in viewing().filter(|other| other.agent != view.agent) {
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
        let current = Some((conversation, others));
        view.others.send_if_modified(|reported| {
            // A session to which nothing was reported yet assumes that there are no others.
            let implied = reported.is_none() && current.as_ref().is_some_and(|(_, others)| others.is_empty());
            let is_changed = *reported != current && !implied;
            if is_changed {
                reported.clone_from(&current);
            }
            is_changed
        });
    }
}

/// The registration of a session. Dropping it ends what the session views.
#[derive(Debug)]
pub(crate) struct ViewerHandle {
    viewers: Arc<Viewers>,
    session: SessionId,
    /// The latest report of the other viewers.
    pub(crate) others: watch::Receiver<OtherViewers>,
}

impl Drop for ViewerHandle {
    fn drop(&mut self) {
        self.viewers.unregister(self.session);
    }
}
