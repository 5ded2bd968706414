//! Alerts the agent by toasts, sound, tray and taskbar, and carries out what the agent does with a toast.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deskbell_client::api::{Event, Reply, Request};
use deskbell_client::{Engine, EngineStatus};
use deskbell_clock::SharedClock;
use deskbell_protocol::{AlertOutcome, Command, ErrorBody, OfferId};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::{mpsc, oneshot, watch};

use crate::host_state::HostState;
use crate::shell::{Shell, TrayStatus};
use crate::sound::Bell;
use crate::strings::Strings;
use crate::toasts::{self, Action, ShowOutcome, Step, Toast, ToastBackend, ToastKey};

/// The agent's actions on toasts.
pub(crate) type Actions = mpsc::Receiver<(ToastKey, Action)>;

/// Keeps toasts, sound, tray and taskbar in step with the open engine.
pub(crate) struct Alerts<T, S> {
    status: watch::Receiver<EngineStatus>,
    /// The open engine, if there is one.
    engine: Option<Engine>,
    toasts: Option<Arc<T>>,
    shell: S,
    clock: SharedClock,
    bell: Bell,
    state: HostState,
    /// The toasts that the desktop was asked to show.
    current: BTreeMap<ToastKey, Toast>,
    /// The toasts that report a failed action.
    errors: Arc<Mutex<BTreeSet<ToastKey>>>,
}

impl<T: ToastBackend, S: Shell> Alerts<T, S> {
    /// Without `toasts`, the page shows alerts instead; sound, tray and taskbar work in both cases.
    pub(crate) fn new(
        status: watch::Receiver<EngineStatus>,
        toasts: Option<T>,
        shell: S,
        clock: SharedClock,
    ) -> Self {
        Self {
            status,
            engine: None,
            toasts: toasts.map(Arc::new),
            shell,
            clock,
            bell: Bell::new(),
            state: HostState::default(),
            current: BTreeMap::new(),
            errors: Arc::default(),
        }
    }

    /// Runs until `stop` completes, then withdraws every toast. `focus` says whether the window has the focus.
    pub(crate) async fn run(
        mut self,
        actions: Actions,
        focus: watch::Receiver<bool>,
        stop: oneshot::Receiver<()>,
    ) {
        tokio::select! {
            () = self.process(actions, focus) => {}
            _stopped = stop => {}
        }
        self.withdraw_all().await;
    }

    async fn withdraw_all(&self) {
        let Some(toasts) = &self.toasts else { return };
        let errors = std::mem::take(&mut *lock(&self.errors));
        let all: BTreeSet<ToastKey> = self.current.keys().copied().chain(errors).collect();
        for key in all {
            toasts.withdraw(key).await;
        }
    }

    async fn process(&mut self, mut actions: Actions, mut focus: watch::Receiver<bool>) {
        let focused = *focus.borrow_and_update();
        let mut events = self.attach(focused).await;
        loop {
            self.update().await;
            let clock = Arc::clone(&self.clock);
            let next_deadline =
                self.state.ringing(clock.now()).map(|(_, until)| until).min().unwrap_or(i64::MAX);
            tokio::select! {
                changed = self.status.changed() => match changed {
                    Ok(()) => {
                        let focused = *focus.borrow();
                        events = self.attach(focused).await;
                    }
                    Err(_closed) => return,
                },
                event = next_event(&mut events) => match event {
                    Ok(Event::Resync) | Err(RecvError::Lagged(_)) => self.load_snapshot().await,
                    Ok(event) => self.apply(&event),
                    Err(RecvError::Closed) => events = None,
                },
                Ok(()) = focus.changed() => self.state.set_focus(*focus.borrow_and_update()),
                Some((key, action)) = actions.recv() => self.carry_out(key, action),
                () = clock.sleep_until(next_deadline) => {}
            }
        }
    }

    /// Starts over with the engine that is open now, if there is one. Withdraws the toasts of the one before.
    async fn attach(&mut self, focused: bool) -> Option<broadcast::Receiver<Event>> {
        self.engine = match &*self.status.borrow_and_update() {
            EngineStatus::Open(engine) => Some(engine.clone()),
            _ => None,
        };
        self.withdraw_all().await;
        self.current.clear();
        self.state = HostState::default();
        self.state.set_focus(focused);
        let events = self.engine.as_ref().map(Engine::listen);
        self.load_snapshot().await;
        events
    }

    fn apply(&mut self, event: &Event) {
        self.state.apply(event);
        if matches!(event, Event::QuitAsked { .. }) {
            // The page asks for confirmation.
            self.shell.bring_to_front();
        }
    }

    async fn load_snapshot(&mut self) {
        let Some(engine) = &self.engine else { return };
        if let Ok(Reply::Snapshot(mut snapshot)) = engine.handle(Request::Snapshot).await {
            // The first snapshot takes the pending alerts, which are meant for the page.
            snapshot.alerts.drain(..).for_each(|alert| engine.alert(alert));
            self.state.load(*snapshot);
        }
    }

    /// Brings sound, taskbar, tray and toasts in step with the state.
    async fn update(&mut self) {
        let now = self.clock.now();
        let ringing = self.state.ringing(now).count();
        self.bell.set_ringing(ringing > 0 && self.state.settings().sound);
        self.shell.request_attention(ringing > 0 && !self.state.focused());
        self.shell.show_status(&TrayStatus {
            readiness: self.state.readiness(),
            ringing,
            waiting: self.state.waiting(),
            channels: self.state.channels().collect(),
            strings: Strings::new(self.state.settings().language),
        });
        let Some(toasts) = self.toasts.clone() else { return };
        let desired = toasts::desired(&self.state, now);
        let steps = toasts::diff(&self.current, &desired);
        // Before the first toast is shown: a run that is stopped halfway withdraws those too.
        self.current = desired;
        for step in steps {
            match step {
                Step::Withdraw(key) => toasts.withdraw(key).await,
                Step::Show(toast) => {
                    let outcome = toasts.show(&toast).await;
                    tracing::debug!(key = ?toast.key, ?outcome, "toast shown");
                    self.after_show(&toast, outcome);
                }
            }
        }
    }

    /// Reports an offer's toast to the hub; plays the chime for a message's toast.
    fn after_show(&self, toast: &Toast, outcome: ShowOutcome) {
        match toast.key {
            ToastKey::Offer(offer) => {
                let (outcome, why) = alert_outcome(outcome, self.state.focused());
                self.report(offer, outcome, why);
            }
            ToastKey::Conversation(_) if self.state.settings().sound => self.bell.chime(),
            ToastKey::Conversation(_) | ToastKey::Error(_) => {}
        }
    }

    fn report(&self, offer: OfferId, outcome: AlertOutcome, why: Option<String>) {
        let Some(engine) = self.engine.clone() else { return };
        // Not awaited: the next toast must not wait for the hub's reply to this one.
        tokio::spawn(async move { engine.report_alert(offer, outcome, why).await });
    }

    fn carry_out(&mut self, key: ToastKey, action: Action) {
        tracing::debug!(?key, ?action, "toast action");
        match (key, action) {
            (_, Action::Dismiss) => {}
            (ToastKey::Offer(offer), Action::Accept) => self.answer(offer, Command::AcceptOffer { offer }),
            (ToastKey::Offer(offer), Action::Decline) => self.answer(offer, Command::DeclineOffer { offer }),
            (ToastKey::Offer(offer), Action::Open) => {
                self.report(offer, AlertOutcome::Seen, None);
                self.shell.bring_to_front();
            }
            (ToastKey::Conversation(conversation), _) => {
                self.shell.bring_to_front();
                if let Some(engine) = &self.engine {
                    engine.show(conversation);
                }
            }
            (ToastKey::Error(_), _) => self.shell.bring_to_front(),
        }
    }

    /// Answers an offer. An error is shown by another toast, because the window may be hidden.
    fn answer(&self, offer: OfferId, command: Command) {
        self.report(offer, AlertOutcome::Seen, None);
        let (Some(engine), toasts) = (self.engine.clone(), self.toasts.clone()) else { return };
        let errors = Arc::clone(&self.errors);
        let strings = Strings::new(self.state.settings().language);
        tokio::spawn(async move {
            if let (Err(error), Some(toasts)) = (engine.handle(Request::Command { command }).await, toasts) {
                lock(&errors).insert(ToastKey::Error(offer));
                toasts.show(&error_toast(offer, error, strings)).await;
            }
        });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The next event. Never completes without an engine.
async fn next_event(events: &mut Option<broadcast::Receiver<Event>>) -> Result<Event, RecvError> {
    match events {
        Some(events) => events.recv().await,
        None => std::future::pending().await,
    }
}

/// What the hub is told about an offer's toast. With the focus, the agent sees the offer in the window, so a missing
/// toast must not make the hub offer it to another agent.
fn alert_outcome(outcome: ShowOutcome, focused: bool) -> (AlertOutcome, Option<String>) {
    match outcome {
        ShowOutcome::HandedOver => (AlertOutcome::HandedOver, None),
        _ if focused => (AlertOutcome::HandedOver, None),
        ShowOutcome::Suppressed(why) => (AlertOutcome::Suppressed, Some(why)),
        ShowOutcome::Failed(why) => (AlertOutcome::Failed, Some(why)),
    }
}

fn error_toast(offer: OfferId, error: ErrorBody, strings: Strings) -> Toast {
    Toast {
        key: ToastKey::Error(offer),
        title: "Deskbell".to_owned(),
        body: error.message,
        buttons: Vec::new(),
        open: strings.open(),
        without_buttons: None,
        until: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_at_the_window_is_not_passed_over_for_want_of_a_toast() {
        let inhibited = || ShowOutcome::Suppressed("do not disturb is on".to_owned());
        let failed = || ShowOutcome::Failed("no daemon".to_owned());
        assert_eq!(alert_outcome(inhibited(), true), (AlertOutcome::HandedOver, None));
        assert_eq!(alert_outcome(failed(), true), (AlertOutcome::HandedOver, None));
        assert_eq!(
            alert_outcome(inhibited(), false),
            (AlertOutcome::Suppressed, Some("do not disturb is on".to_owned()))
        );
    }
}
