//! Signs in and out, and replaces one open workspace by another.
//!
//! Every request of the page comes here. Requests about hubs are answered here, all others by the open engine.

use std::sync::{Arc, OnceLock};

use deskbell_client::api::{AlertStyle, Reply, Request, SignInRefusal};
use deskbell_client::{
    Engine, EngineHandle, EngineStatus, Password, ReplyFuture, sign_in, wait_for_engine, write_hub_id,
};
use deskbell_protocol::{ErrorBody, ErrorCode, Millis};
use tokio::sync::{Mutex, watch};

use crate::autostart;
use crate::remembered_hubs::{LastWorkspace, RememberedHubs};
use crate::startup::Startup;
use crate::workspace::{self, Destination, Workspace};

/// Owns the open workspace. Cheap to clone.
#[derive(Clone)]
pub(crate) struct WorkspaceSwitcher(Arc<Inner>);

struct Inner {
    startup: Startup,
    hubs: RememberedHubs,
    alerts: OnceLock<AlertStyle>,
    status: watch::Sender<EngineStatus>,
    /// The open workspace; locked while it is replaced.
    workspace: Mutex<Option<Workspace>>,
}

impl EngineHandle for WorkspaceSwitcher {
    fn status(&self) -> watch::Receiver<EngineStatus> {
        self.0.status.subscribe()
    }

    fn handle(&self, request: Request) -> ReplyFuture<'_> {
        let this = self.clone();
        match request {
            Request::Hubs => Box::pin(async move { Ok(Reply::Hubs { remembered: this.0.hubs.all() }) }),
            Request::SignIn { url, agent, password, workspace } => {
                run_detached(async move { this.sign_in(url, agent, password, workspace).await })
            }
            Request::OpenHub { workspace } => run_detached(async move { this.open_hub(&workspace).await }),
            Request::Practice => {
                run_detached(async move { this.switch(Destination::Practice, false).await.map(signed_in) })
            }
            Request::SignOut { confirmed } => run_detached(async move { this.sign_out(confirmed).await }),
            Request::ForgetHub { workspace, confirmed } => {
                run_detached(async move { this.forget_hub(&workspace, confirmed).await })
            }
            Request::StartAtLogin { on } => {
                let data_dir = self.0.startup.args.data.clone();
                Box::pin(async move {
                    tokio::task::spawn_blocking(move || autostart::configure(on, data_dir.as_deref()))
                        .await
                        .unwrap_or_else(|_panicked| {
                            Err("Deskbell cannot change whether it starts at login.".to_owned())
                        })
                        .map(|on| Reply::StartAtLogin { on })
                        .map_err(|message| unavailable(&message))
                })
            }
            request => {
                Box::pin(async move { wait_for_engine(&mut this.status()).await?.handle(request).await })
            }
        }
    }
}

/// Runs work to its end even if the page that asked for it goes away.
fn run_detached(
    work: impl Future<Output = Result<Reply, ErrorBody>> + Send + 'static,
) -> ReplyFuture<'static> {
    let task = tokio::spawn(work);
    Box::pin(
        async move { task.await.unwrap_or_else(|_panicked| Err(unavailable("Deskbell could not do that."))) },
    )
}

fn signed_in((): ()) -> Reply {
    Reply::SignIn { refused: None }
}

fn refused(why: SignInRefusal) -> Reply {
    Reply::SignIn { refused: Some(why) }
}

fn unavailable(message: &str) -> ErrorBody {
    ErrorBody::new(ErrorCode::Unavailable, message)
}

fn not_written(error: std::io::Error) -> ErrorBody {
    unavailable(&format!("Deskbell cannot write to its folder: {error}."))
}

fn unknown_hub() -> ErrorBody {
    ErrorBody::new(ErrorCode::NotFound, "This desktop does not remember that hub any more.")
}

impl WorkspaceSwitcher {
    /// Creates a switcher with no open workspace.
    pub(crate) fn new(startup: Startup) -> Self {
        let hubs = RememberedHubs::load(&startup.data_dir);
        Self(Arc::new(Inner {
            startup,
            hubs,
            alerts: OnceLock::new(),
            status: watch::Sender::new(EngineStatus::Opening),
            workspace: Mutex::new(None),
        }))
    }

    /// What this run was started with.
    pub(crate) fn startup(&self) -> &Startup {
        &self.0.startup
    }

    /// Opens the workspace of the command line, or else the one that was open last. Must be called within a tokio
    /// runtime.
    ///
    /// # Errors
    /// A message for the user, if nothing can be opened.
    pub(crate) async fn open(&self, alerts: AlertStyle) -> Result<(), String> {
        let _once = self.0.alerts.set(alerts);
        let destination = self.first_destination()?;
        self.switch(destination, false).await.map_err(|error| error.message)
    }

    fn first_destination(&self) -> Result<Destination, String> {
        let Inner { startup, hubs, .. } = &*self.0;
        if let Some((url, agent)) = startup.hub()? {
            let now = Millis(startup.clock.now());
            let hub = hubs.find_or_add(&url, &agent, now).map_err(|error| not_written(error).message)?;
            return Ok(Destination::Hub { hub, password: startup.password.clone(), token: None });
        }
        if startup.args.practice || startup.args.offline {
            return Ok(Destination::Practice);
        }
        Ok(match hubs.last_workspace() {
            LastWorkspace::Practice => Destination::Practice,
            LastWorkspace::SignedOut => Destination::SignedOut,
            LastWorkspace::Hub(id) => match hubs.find(&id) {
                Some(hub) if hub.signed_in => Destination::Hub { hub, password: None, token: None },
                _ => Destination::SignedOut,
            },
        })
    }

    /// Whether opening has failed for good. The page shows why.
    pub(crate) fn has_failed(&self) -> bool {
        matches!(*self.0.status.borrow(), EngineStatus::Failed(_))
    }

    /// The open engine, if there is one.
    pub(crate) fn engine(&self) -> Option<Engine> {
        match &*self.0.status.borrow() {
            EngineStatus::Open(engine) => Some(engine.clone()),
            _ => None,
        }
    }

    /// Reports to the page that nothing can be opened, and why.
    pub(crate) fn fail(&self, message: String) {
        self.0.status.send_replace(EngineStatus::Failed(message));
    }

    /// Completes when the user has quit, in whichever workspace.
    pub(crate) async fn quitting(&self) {
        let mut status = self.status();
        loop {
            let engine = match &*status.borrow_and_update() {
                EngineStatus::Open(engine) => Some(engine.clone()),
                _ => None,
            };
            let quit = async {
                match &engine {
                    // `engine` is held until here, so that only a request to quit ends this future.
                    Some(engine) => engine.quitting().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = quit => return,
                changed = status.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Closes the open workspace for good.
    pub(crate) async fn close(&self) {
        if let Some(workspace) = self.0.workspace.lock().await.take() {
            self.close_workspace(workspace, false).await;
        }
    }

    async fn sign_in(
        &self,
        url: String,
        agent: String,
        password: Password,
        workspace: Option<String>,
    ) -> Result<Reply, ErrorBody> {
        let Inner { hubs, startup, .. } = &*self.0;
        let (url, agent, expected) = match workspace.map(|id| hubs.find(&id).ok_or_else(unknown_hub)) {
            Some(known) => {
                let known = known?;
                (known.url, known.agent, hubs.hub_id(&known.id))
            }
            None => (url, agent, None),
        };
        let session = match sign_in(&url, agent.trim(), &password, expected).await {
            Ok(session) => session,
            Err(why) => return Ok(refused(why)),
        };
        let hub = hubs.record_sign_in(&session, Millis(startup.clock.now())).map_err(not_written)?;
        write_hub_id(&startup.data_dir.join(&hub.id), session.hub).map_err(not_written)?;
        let destination = Destination::Hub { hub, password: None, token: Some(session.token) };
        self.switch(destination, false).await.map(signed_in)
    }

    async fn open_hub(&self, id: &str) -> Result<Reply, ErrorBody> {
        let hub = self.0.hubs.find(id).ok_or_else(unknown_hub)?;
        if !hub.signed_in {
            return Ok(refused(SignInRefusal::PasswordNeeded));
        }
        self.switch(Destination::Hub { hub, password: None, token: None }, false).await.map(signed_in)
    }

    async fn sign_out(&self, confirmed: bool) -> Result<Reply, ErrorBody> {
        if let (false, Some(engine)) = (confirmed, self.engine()) {
            let (unsent, active) = engine.unfinished().await;
            if unsent > 0 || active > 0 {
                return Ok(Reply::AskFirst { unsent, active });
            }
        }
        self.switch(Destination::SignedOut, true).await.map(|()| Reply::Done)
    }

    async fn forget_hub(&self, id: &str, confirmed: bool) -> Result<Reply, ErrorBody> {
        let Inner { hubs, startup, workspace, .. } = &*self.0;
        // Held, so that the hub is not opened while its data are deleted.
        let open = workspace.lock().await;
        let hub = hubs.find(id).ok_or_else(unknown_hub)?;
        if open.as_ref().and_then(Workspace::hub).is_some_and(|open| open.id == id) {
            let message = "You are signed in to this hub. Sign out first.";
            return Err(ErrorBody::new(ErrorCode::Malformed, message));
        }
        if hub.unsent > 0 && !confirmed {
            return Ok(Reply::AskFirst { unsent: hub.unsent, active: 0 });
        }
        workspace::delete_data(startup, &hub, hubs.hub_id(id))
            .await
            .map_err(|message| unavailable(&message))?;
        hubs.remove(id).map_err(not_written)?;
        Ok(Reply::Done)
    }

    /// Closes the open workspace, signing out of its hub if `sign_out` says so, and opens another one.
    async fn switch(&self, destination: Destination, sign_out: bool) -> Result<(), ErrorBody> {
        let Inner { status, hubs, startup, workspace, alerts } = &*self.0;
        let mut open = workspace.lock().await;
        status.send_replace(EngineStatus::Opening);
        if let Some(old) = open.take() {
            self.close_workspace(old, sign_out).await;
        }
        let last = match &destination {
            Destination::SignedOut => LastWorkspace::SignedOut,
            Destination::Practice => LastWorkspace::Practice,
            Destination::Hub { hub, .. } => LastWorkspace::Hub(hub.id.clone()),
        };
        // Only the next start depends on this record, so the switch goes on without it.
        if let Err(error) = hubs.set_last_workspace(last) {
            tracing::warn!(%error, "the last workspace was not recorded");
        }
        let alerts = alerts.get().copied().unwrap_or(AlertStyle::InPage);
        match Workspace::open(startup, destination, alerts).await {
            Ok(opened) => {
                status.send_replace(EngineStatus::Open(opened.engine.clone()));
                *open = Some(opened);
                Ok(())
            }
            Err(message) => {
                self.fail(message.clone());
                Err(unavailable(&message))
            }
        }
    }

    async fn close_workspace(&self, workspace: Workspace, sign_out: bool) {
        if let Some(hub) = workspace.hub() {
            let (unsent, _active) = workspace.engine.unfinished().await;
            let now = Millis(self.0.startup.clock.now());
            if let Err(error) = self.0.hubs.record_close(&hub.id, unsent, !sign_out, now) {
                tracing::warn!(%error, "the state of a closed workspace was not recorded");
            }
        }
        if sign_out {
            workspace.engine.sign_out().await;
        }
        workspace.close().await;
    }
}
