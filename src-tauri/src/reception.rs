//! Lets people in and out: which hub the app is at, and the exchange of one engine for another.
//!
//! Both doors lead here. What concerns hubs is answered here, everything else by the engine that works.

use std::sync::{Arc, OnceLock};

use deskbell_client::api::{AlertStyle, Reply, Request, SignInRefusal};
use deskbell_client::{Answer, Doors, Engine, Password, Standing, opened, pin, sign_in};
use deskbell_protocol::{ErrorBody, ErrorCode, Millis};
use tokio::sync::{Mutex, watch};

use crate::hubs::{Hubs, Left};
use crate::login;
use crate::opening::{Entry, Start, Workspace};

/// The reception. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Reception(Arc<Inner>);

struct Inner {
    start: Start,
    hubs: Hubs,
    alerts: OnceLock<AlertStyle>,
    standing: watch::Sender<Standing>,
    /// What is open; held while it is exchanged.
    open: Mutex<Option<Workspace>>,
}

impl Doors for Reception {
    fn standing(&self) -> watch::Receiver<Standing> {
        self.0.standing.subscribe()
    }

    fn handle(&self, request: Request) -> Answer<'_> {
        let this = self.clone();
        match request {
            Request::Hubs => Box::pin(async move { Ok(Reply::Hubs { remembered: this.0.hubs.all() }) }),
            Request::SignIn { url, agent, password, workspace } => {
                to_the_end(async move { this.sign_in(url, agent, password, workspace).await })
            }
            Request::OpenHub { workspace } => to_the_end(async move { this.open_hub(&workspace).await }),
            Request::Practice => {
                to_the_end(async move { this.go(Entry::Practice, false).await.map(signed_in) })
            }
            Request::SignOut { confirmed } => to_the_end(async move { this.sign_out(confirmed).await }),
            Request::ForgetHub { workspace, confirmed } => {
                to_the_end(async move { this.forget(&workspace, confirmed).await })
            }
            Request::StartAtLogin { on } => {
                let data = self.0.start.args.data.clone();
                Box::pin(async move {
                    let asked = tokio::task::spawn_blocking(move || login::at_login(on, data.as_deref()));
                    let on = asked.await.map_err(|_panicked| trouble("The desktop could not be asked."))?;
                    Ok(Reply::StartAtLogin { on: on.map_err(|sentence| trouble(&sentence))? })
                })
            }
            request => Box::pin(async move { opened(&mut this.standing()).await?.handle(request).await }),
        }
    }
}

/// What was begun is finished, also when the page that asked is gone.
fn to_the_end(work: impl Future<Output = Result<Reply, ErrorBody>> + Send + 'static) -> Answer<'static> {
    let task = tokio::spawn(work);
    Box::pin(
        async move { task.await.unwrap_or_else(|_panicked| Err(trouble("Deskbell could not do that."))) },
    )
}

fn signed_in((): ()) -> Reply {
    Reply::SignIn { refused: None }
}

fn refused(why: SignInRefusal) -> Reply {
    Reply::SignIn { refused: Some(why) }
}

fn trouble(sentence: &str) -> ErrorBody {
    ErrorBody::new(ErrorCode::Unavailable, sentence)
}

fn unwritten(error: std::io::Error) -> ErrorBody {
    trouble(&format!("Deskbell cannot write to its folder: {error}."))
}

impl Reception {
    /// Nothing is open yet.
    pub(crate) fn new(start: Start) -> Self {
        let hubs = Hubs::of(&start.data);
        Self(Arc::new(Inner {
            start,
            hubs,
            alerts: OnceLock::new(),
            standing: watch::Sender::new(Standing::Opening),
            open: Mutex::new(None),
        }))
    }

    /// What was said and found at the start.
    pub(crate) fn start(&self) -> &Start {
        &self.0.start
    }

    /// Opens what the app was started with, or else where it was left. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// A sentence for the person, if nothing can be opened.
    pub(crate) async fn open(&self, alerts: AlertStyle) -> Result<(), String> {
        let _once = self.0.alerts.set(alerts);
        let entry = self.first()?;
        self.go(entry, false).await.map_err(|error| error.message)
    }

    fn first(&self) -> Result<Entry, String> {
        let Inner { start, hubs, .. } = &*self.0;
        if let Some((url, agent)) = start.hub()? {
            let now = Millis(start.clock.now());
            let hub = hubs.named(&url, &agent, now).map_err(|error| unwritten(error).message)?;
            return Ok(Entry::Hub { hub, password: start.password.clone(), token: None });
        }
        if start.args.practice || start.args.offline {
            return Ok(Entry::Practice);
        }
        Ok(match hubs.left() {
            Left::Practice => Entry::Practice,
            Left::Doorway => Entry::Doorway,
            Left::Hub(id) => match hubs.find(&id) {
                Some(hub) if hub.signed_in => Entry::Hub { hub, password: None, token: None },
                _ => Entry::Doorway,
            },
        })
    }

    /// Whether it is clear that nothing can be opened. The page shows why.
    pub(crate) fn has_failed(&self) -> bool {
        matches!(*self.0.standing.borrow(), Standing::Failed(_))
    }

    /// The engine that works now.
    pub(crate) fn engine(&self) -> Option<Engine> {
        match &*self.0.standing.borrow() {
            Standing::Open(engine) => Some(engine.clone()),
            _ => None,
        }
    }

    /// Says that nothing can be opened, and why.
    pub(crate) fn failed(&self, sentence: String) {
        self.0.standing.send_replace(Standing::Failed(sentence));
    }

    /// Completes when the person has quit, whichever engine they were at.
    pub(crate) async fn quitting(&self) {
        let mut standing = self.standing();
        loop {
            let engine = match &*standing.borrow_and_update() {
                Standing::Open(engine) => Some(engine.clone()),
                _ => None,
            };
            let quit = async {
                match &engine {
                    // Held until the end, so that it ends only by being told to.
                    Some(engine) => engine.quitting().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = quit => return,
                changed = standing.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Closes what is open. Nothing opens any more.
    pub(crate) async fn close(&self) {
        if let Some(workspace) = self.0.open.lock().await.take() {
            self.put_away(workspace, false).await;
        }
    }

    async fn sign_in(
        &self,
        url: String,
        agent: String,
        password: Password,
        workspace: Option<String>,
    ) -> Result<Reply, ErrorBody> {
        let Inner { hubs, start, .. } = &*self.0;
        let (url, agent, expected) = match workspace.map(|id| hubs.find(&id).ok_or_else(unknown)) {
            Some(known) => {
                let known = known?;
                (known.url, known.agent, hubs.hub_of(&known.id))
            }
            None => (url, agent, None),
        };
        let admission = match sign_in(&url, agent.trim(), &password, expected).await {
            Ok(admission) => admission,
            Err(why) => return Ok(refused(why)),
        };
        let hub = hubs.admit(&admission, Millis(start.clock.now())).map_err(unwritten)?;
        pin(&start.data.join(&hub.id), admission.hub).map_err(unwritten)?;
        let entry = Entry::Hub { hub, password: None, token: Some(admission.token) };
        self.go(entry, false).await.map(signed_in)
    }

    async fn open_hub(&self, id: &str) -> Result<Reply, ErrorBody> {
        let hub = self.0.hubs.find(id).ok_or_else(unknown)?;
        if !hub.signed_in {
            return Ok(refused(SignInRefusal::PasswordNeeded));
        }
        self.go(Entry::Hub { hub, password: None, token: None }, false).await.map(signed_in)
    }

    async fn sign_out(&self, confirmed: bool) -> Result<Reply, ErrorBody> {
        if let (false, Some(engine)) = (confirmed, self.engine()) {
            let (unsent, active) = engine.unfinished().await;
            if unsent > 0 || active > 0 {
                return Ok(Reply::AskFirst { unsent, active });
            }
        }
        self.go(Entry::Doorway, true).await.map(|()| Reply::Done)
    }

    async fn forget(&self, id: &str, confirmed: bool) -> Result<Reply, ErrorBody> {
        let open = self.0.open.lock().await;
        let hub = self.0.hubs.find(id).ok_or_else(unknown)?;
        if open.as_ref().and_then(Workspace::hub).is_some_and(|open| open.id == id) {
            let sentence = "You are signed in there. Sign out first.";
            return Err(ErrorBody::new(ErrorCode::Malformed, sentence));
        }
        if hub.unsent > 0 && !confirmed {
            return Ok(Reply::AskFirst { unsent: hub.unsent, active: 0 });
        }
        self.0.start.remove(&hub, self.0.hubs.hub_of(id)).await.map_err(|sentence| trouble(&sentence))?;
        self.0.hubs.forget(id).map_err(unwritten)?;
        Ok(Reply::Done)
    }

    /// Goes somewhere else: closes what is open, and opens that.
    async fn go(&self, entry: Entry, sign_out: bool) -> Result<(), ErrorBody> {
        let Inner { standing, hubs, start, open, alerts } = &*self.0;
        let mut open = open.lock().await;
        standing.send_replace(Standing::Opening);
        if let Some(old) = open.take() {
            self.put_away(old, sign_out).await;
        }
        let left = match &entry {
            Entry::Doorway => Left::Doorway,
            Entry::Practice => Left::Practice,
            Entry::Hub { hub, .. } => Left::Hub(hub.id.clone()),
        };
        // Without the note the next start is where an earlier one was; that is no reason to stop.
        if let Err(error) = hubs.leave(left) {
            tracing::warn!(%error, "where the app is was not written down");
        }
        match start.open(entry, alerts.get().copied().unwrap_or(AlertStyle::InPage)).await {
            Ok(workspace) => {
                standing.send_replace(Standing::Open(workspace.engine.clone()));
                *open = Some(workspace);
                Ok(())
            }
            Err(sentence) => {
                self.failed(sentence.clone());
                Err(trouble(&sentence))
            }
        }
    }

    async fn put_away(&self, workspace: Workspace, sign_out: bool) {
        if let Some(hub) = workspace.hub() {
            let (unsent, _active) = workspace.engine.unfinished().await;
            let now = Millis(self.0.start.clock.now());
            if let Err(error) = self.0.hubs.note(&hub.id, unsent, !sign_out, now) {
                tracing::warn!(%error, "how a hub was left was not written down");
            }
        }
        if sign_out {
            workspace.engine.sign_out().await;
        }
        workspace.close().await;
    }
}

fn unknown() -> ErrorBody {
    ErrorBody::new(ErrorCode::NotFound, "This desktop does not remember that hub any more.")
}
