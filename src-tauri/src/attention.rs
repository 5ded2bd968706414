//! Gets the person's attention when somebody needs it: toasts, bell, tray and taskbar, and carries out
//! what is done with them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deskbell_client::api::{Event, Reply, Request};
use deskbell_client::{Engine, Standing};
use deskbell_clock::SharedClock;
use deskbell_protocol::{AlertOutcome, Channel, Command, ErrorBody, OfferId, Readiness};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::{mpsc, oneshot, watch};

use crate::desk::Desk;
use crate::sound::Bell;
use crate::toasts::{self, Act, Key, Shown, Step, Toast, Toasts};
use crate::words::Words;

/// What a glance at the tray should tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Face {
    /// My state; absent while there is no connection.
    pub readiness: Option<Readiness>,
    /// How many offers ring.
    pub ringing: usize,
    /// In how many interactions the contact waits for us.
    pub waiting: usize,
    /// The channels that Ready and Not Ready are for.
    pub channels: Vec<Channel>,
    /// The language.
    pub words: Words,
}

/// What the desktop does for it. Called often; each does nothing if nothing is new.
pub(crate) trait Stage: Send + 'static {
    /// Shows this in the tray.
    fn face(&mut self, face: &Face);
    /// Makes the window ask for attention in the taskbar, or no longer.
    fn beckon(&mut self, beckon: bool);
    /// Brings the window to the front.
    fn bring_forward(&mut self);
}

/// Where the person's clicks on toasts arrive.
pub(crate) type Acts = mpsc::Receiver<(Key, Act)>;

/// Watches the engine and gets the person's attention, until the engine is gone.
pub(crate) struct Attention<T, S> {
    standing: watch::Receiver<Standing>,
    /// The engine that works, if one does.
    engine: Option<Engine>,
    toasts: Option<Arc<T>>,
    stage: S,
    clock: SharedClock,
    bell: Bell,
    desk: Desk,
    before: BTreeMap<Key, Toast>,
    /// Toasts that say what could not be done.
    troubles: Arc<Mutex<BTreeSet<Key>>>,
}

impl<T: Toasts, S: Stage> Attention<T, S> {
    /// Without toasts, alerts are the page's business; bell, tray and taskbar work all the same.
    pub(crate) fn new(
        standing: watch::Receiver<Standing>,
        toasts: Option<T>,
        stage: S,
        clock: SharedClock,
    ) -> Self {
        Self {
            standing,
            engine: None,
            toasts: toasts.map(Arc::new),
            stage,
            clock,
            bell: Bell::hang(),
            desk: Desk::default(),
            before: BTreeMap::new(),
            troubles: Arc::default(),
        }
    }

    /// Works until it is told to stop, and then takes every toast from the screen. `focus` says whether the
    /// window has the person's attention.
    pub(crate) async fn run(mut self, acts: Acts, focus: watch::Receiver<bool>, stop: oneshot::Receiver<()>) {
        tokio::select! {
            () = self.work(acts, focus) => {}
            _stopped = stop => {}
        }
        self.clear().await;
    }

    async fn clear(&self) {
        let Some(toasts) = &self.toasts else { return };
        let troubles = std::mem::take(&mut *held(&self.troubles));
        let all: BTreeSet<Key> = self.before.keys().copied().chain(troubles).collect();
        for key in all {
            toasts.withdraw(key).await;
        }
    }

    async fn work(&mut self, mut acts: Acts, mut focus: watch::Receiver<bool>) {
        let focused = *focus.borrow_and_update();
        let mut events = self.begin(focused).await;
        loop {
            self.act_on_what_is().await;
            let clock = Arc::clone(&self.clock);
            let soonest = self.desk.ringing(clock.now()).map(|(_, until)| until).min().unwrap_or(i64::MAX);
            tokio::select! {
                changed = self.standing.changed() => match changed {
                    Ok(()) => {
                        let focused = *focus.borrow();
                        events = self.begin(focused).await;
                    }
                    Err(_closed) => return,
                },
                event = next(&mut events) => match event {
                    Ok(Event::Resync) | Err(RecvError::Lagged(_)) => self.read_anew().await,
                    Ok(event) => self.hear(&event),
                    Err(RecvError::Closed) => events = None,
                },
                Ok(()) = focus.changed() => self.desk.focus(*focus.borrow_and_update()),
                Some((key, act)) = acts.recv() => self.carry_out(key, act),
                () = clock.sleep_until(soonest) => {}
            }
        }
    }

    /// Begins with whichever engine works, or with none: nothing of another one is on the screen any more.
    async fn begin(&mut self, focused: bool) -> Option<broadcast::Receiver<Event>> {
        self.engine = match &*self.standing.borrow_and_update() {
            Standing::Open(engine) => Some(engine.clone()),
            _ => None,
        };
        self.clear().await;
        self.before.clear();
        self.desk = Desk::default();
        self.desk.focus(focused);
        let events = self.engine.as_ref().map(Engine::listen);
        self.read_anew().await;
        events
    }

    fn hear(&mut self, event: &Event) {
        self.desk.apply(event);
        if matches!(event, Event::QuitAsked { .. }) {
            // The question is asked in the window.
            self.stage.bring_forward();
        }
    }

    async fn read_anew(&mut self) {
        let Some(engine) = &self.engine else { return };
        if let Ok(Reply::Snapshot(mut snapshot)) = engine.handle(Request::Snapshot).await {
            // Alerts are told once, and they are for the page.
            snapshot.alerts.drain(..).for_each(|alert| engine.alert(alert));
            self.desk.read(*snapshot);
        }
    }

    async fn act_on_what_is(&mut self) {
        let now = self.clock.now();
        let ringing = self.desk.ringing(now).count();
        self.bell.ring(ringing > 0 && self.desk.settings().sound);
        self.stage.beckon(ringing > 0 && !self.desk.focused());
        self.stage.face(&Face {
            readiness: self.desk.readiness(),
            ringing,
            waiting: self.desk.waiting(),
            channels: self.desk.channels().collect(),
            words: Words::of(self.desk.settings().language),
        });
        let Some(toasts) = self.toasts.clone() else { return };
        let wanted = toasts::wanted(&self.desk, now);
        let steps = toasts::decide(&self.before, &wanted);
        // Before the first one is shown: also what is shown halfway can be taken from the screen.
        self.before = wanted;
        for step in steps {
            match step {
                Step::Withdraw(key) => toasts.withdraw(key).await,
                Step::Show(toast) => {
                    let shown = toasts.show(&toast).await;
                    tracing::debug!(key = ?toast.key, ?shown, "a toast was shown");
                    self.report(&toast, shown);
                }
            }
        }
    }

    /// Tells the hub what became of an offer's toast.
    fn report(&self, toast: &Toast, shown: Shown) {
        match toast.key {
            Key::Offer(offer) => {
                let (outcome, why) = outcome(shown, self.desk.focused());
                self.tell(offer, outcome, why);
            }
            Key::Conversation(_) if self.desk.settings().sound => self.bell.tap(),
            Key::Conversation(_) | Key::Trouble(_) => {}
        }
    }

    fn tell(&self, offer: OfferId, outcome: AlertOutcome, why: Option<String>) {
        let Some(engine) = self.engine.clone() else { return };
        // Not waited for: the next toast must not wait for the hub's answer to this one.
        tokio::spawn(async move { engine.report_alert(offer, outcome, why).await });
    }

    fn carry_out(&mut self, key: Key, act: Act) {
        tracing::debug!(?key, ?act, "a toast was acted on");
        match (key, act) {
            (_, Act::Gone) => {}
            (Key::Offer(offer), Act::Accept) => self.answer(offer, Command::AcceptOffer { offer }),
            (Key::Offer(offer), Act::Decline) => self.answer(offer, Command::DeclineOffer { offer }),
            (Key::Offer(offer), Act::Open) => {
                self.tell(offer, AlertOutcome::Seen, None);
                self.stage.bring_forward();
            }
            (Key::Conversation(conversation), _) => {
                self.stage.bring_forward();
                if let Some(engine) = &self.engine {
                    engine.show(conversation);
                }
            }
            (Key::Trouble(_), _) => self.stage.bring_forward(),
        }
    }

    /// Answers an offer. What cannot be done is said by another toast, because the window may be hidden.
    fn answer(&self, offer: OfferId, command: Command) {
        let request = Request::Command { command };
        self.tell(offer, AlertOutcome::Seen, None);
        let (Some(engine), toasts) = (self.engine.clone(), self.toasts.clone()) else { return };
        let troubles = Arc::clone(&self.troubles);
        let words = Words::of(self.desk.settings().language);
        tokio::spawn(async move {
            if let (Err(error), Some(toasts)) = (engine.handle(request).await, toasts) {
                held(&troubles).insert(Key::Trouble(offer));
                toasts.show(&trouble(offer, error, words)).await;
            }
        });
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The next event; never one while no engine works.
async fn next(events: &mut Option<broadcast::Receiver<Event>>) -> Result<Event, RecvError> {
    match events {
        Some(events) => events.recv().await,
        None => std::future::pending().await,
    }
}

/// What the hub hears of an offer's toast. Whoever looks at the window sees the offer there, with or without
/// a toast, and must not be passed over.
fn outcome(shown: Shown, focused: bool) -> (AlertOutcome, Option<String>) {
    match shown {
        Shown::HandedOver => (AlertOutcome::HandedOver, None),
        _ if focused => (AlertOutcome::HandedOver, None),
        Shown::Suppressed(why) => (AlertOutcome::Suppressed, Some(why)),
        Shown::Failed(why) => (AlertOutcome::Failed, Some(why)),
    }
}

fn trouble(offer: OfferId, error: ErrorBody, words: Words) -> Toast {
    Toast {
        key: Key::Trouble(offer),
        title: "Deskbell".to_owned(),
        body: error.message,
        buttons: Vec::new(),
        open: words.open(),
        without_buttons: None,
        until: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_looks_at_the_window_is_not_passed_over_for_want_of_a_toast() {
        let inhibited = || Shown::Suppressed("do not disturb is on".to_owned());
        assert_eq!(outcome(inhibited(), true), (AlertOutcome::HandedOver, None));
        assert_eq!(outcome(Shown::Failed("no daemon".to_owned()), true), (AlertOutcome::HandedOver, None));
        assert_eq!(
            outcome(inhibited(), false),
            (AlertOutcome::Suppressed, Some("do not disturb is on".to_owned()))
        );
    }
}
