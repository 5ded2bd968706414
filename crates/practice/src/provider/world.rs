//! Everything that the provider knows: the account, the people, the time, the faults in force.

use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot, watch};

use super::ProviderConfig;
use super::faults::{Fault, Faults};
use super::post::{self, Door, Parcel, Written};
use super::registry::Registry;
use super::templates::Templates;
use super::webhook;
use crate::cast::{self, Manner};
use crate::chance::Chance;
use crate::customer::{self, Fate, Identity, Line, Person, Shown, Writer};
use crate::pace::Pace;

/// How long after a customer's last message the business may write freely.
const WINDOW_MS: i64 = 24 * 60 * 60 * 1000;

/// The business's number at the provider.
pub(crate) struct Account {
    pub(super) phone_number_id: String,
    pub(super) access_token: String,
    pub(super) display_phone_number: String,
}

/// Everything that the provider knows.
pub(crate) struct World {
    pub(crate) account: Account,
    pub(crate) pace: Pace,
    pub(crate) chance: Chance,
    pub(crate) faults: Faults,
    pub(super) templates: Templates,
    pub(super) door: Door,
    registry: Mutex<Registry>,
    /// The lane for what concerns nobody here.
    nobody: mpsc::Sender<Parcel>,
    strays: AtomicU64,
    business_wrote: watch::Sender<u64>,
    cast_started: AtomicBool,
    stop: watch::Sender<bool>,
    runtime: Handle,
}

impl World {
    pub(super) fn new(config: ProviderConfig) -> (Arc<Self>, TcpListener) {
        let ProviderConfig { listener, clock, seed, speed, webhook_url, app_secret, .. } = config;
        let pace = Pace::new(clock, speed);
        let (nobody, strays) = mpsc::channel(post::LANE);
        let world = Arc::new(Self {
            account: Account {
                phone_number_id: config.phone_number_id,
                access_token: config.access_token,
                display_phone_number: config.display_phone_number,
            },
            chance: Chance::new(seed, pace.now()),
            pace,
            faults: Faults::new(),
            templates: Templates::default(),
            door: Door::new(&webhook_url, app_secret),
            registry: Mutex::default(),
            nobody,
            strays: AtomicU64::new(0),
            business_wrote: watch::Sender::new(0),
            cast_started: AtomicBool::new(false),
            stop: watch::Sender::new(false),
            runtime: Handle::current(),
        });
        world.spawn(post::carry(world.clone(), strays));
        for (identity, manner, first_name) in cast::people() {
            world.settle(&mut world.registry(), identity, Some(manner), &[first_name]);
        }
        (world, listener)
    }

    /// Runs something until it ends or the provider stops.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut stopped = self.stopped();
        self.runtime.spawn(async move {
            tokio::select! {
                _stopped = stopped.wait_for(|it| *it) => {}
                () = task => {}
            }
        });
    }

    pub(super) fn stopped(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    pub(super) fn stop(&self) {
        self.stop.send_replace(true);
    }

    fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn settle(
        self: &Arc<Self>,
        registry: &mut Registry,
        identity: Identity,
        manner: Option<Manner>,
        other_names: &[&str],
    ) -> Arc<Person> {
        let (lane, parcels) = mpsc::channel(post::LANE);
        let person = Arc::new(Person::new(identity, manner, lane));
        registry.add(person.clone(), other_names);
        self.spawn(post::carry(self.clone(), parcels));
        person
    }

    /// The person of this name, made now if need be.
    pub(crate) fn person(self: &Arc<Self>, name: &str) -> Arc<Person> {
        self.find_or_make(name, true)
    }

    /// The same without a phone number.
    pub(crate) fn person_without_phone(self: &Arc<Self>, name: &str) -> Arc<Person> {
        self.find_or_make(name, false)
    }

    fn find_or_make(self: &Arc<Self>, name: &str, with_phone: bool) -> Arc<Person> {
        let mut registry = self.registry();
        if let Some(person) = registry.named(name) {
            return person;
        }
        let identity = registry.invent(name, with_phone);
        self.settle(&mut registry, identity, None, &[])
    }

    /// How many people there are.
    pub(crate) fn population(&self) -> usize {
        self.registry().len()
    }

    pub(super) fn with_phone(&self, phone: &str) -> Option<Arc<Person>> {
        self.registry().with_phone(phone)
    }

    pub(super) fn with_user_id(&self, user_id: &str) -> Option<Arc<Person>> {
        self.registry().with_user_id(user_id)
    }

    /// Puts a fault in force.
    pub(crate) fn cause(self: &Arc<Self>, fault: Fault) {
        match &fault {
            Fault::RefuseSend { customer, code } => self.person(customer).next_fate(Fate::Refused(*code)),
            Fault::FailDelivery { customer, code } => self.person(customer).next_fate(Fate::Fails(*code)),
            Fault::CutAnswer { customer } => self.person(customer).next_fate(Fate::AnswerCut),
            Fault::WithdrawTemplate { name } => self.templates.withdraw(name),
            _ => self.faults.cause(&fault),
        }
    }

    /// Lets the cast loose, once.
    pub(crate) fn start_cast(self: &Arc<Self>) {
        if !self.cast_started.swap(true, Ordering::SeqCst) {
            self.spawn(cast::direct(self.clone()));
        }
    }

    /// Tells whenever the business wrote to anybody.
    pub(crate) fn business_writing(&self) -> watch::Receiver<u64> {
        self.business_wrote.subscribe()
    }

    /// The same message, as an answer to another one.
    pub(crate) fn quoting(&self, person: &Person, message: Value, wamid: &str) -> Value {
        let from = match person.with_lines(|lines| lines.writer_of(wamid)) {
            Some(Writer::Customer) => person.identity.phone.as_deref(),
            Some(Writer::Business) | None => Some(self.account.display_phone_number.as_str()),
        };
        let mut context = json!({ "id": wamid });
        if let Some(from) = from {
            context = customer::with(context, "from", json!(from));
        }
        customer::with(message, "context", context)
    }

    /// A customer writes or reacts: it is on their phone at once, and brought to the hub.
    pub(crate) async fn customer_writes(
        &self,
        person: &Arc<Person>,
        message: Value,
        at: i64,
    ) -> (String, oneshot::Receiver<()>) {
        let name = &person.identity.name;
        let wamid = person.with_lines(|lines| match customer::shown(&message) {
            Shown::Line { text, reply_to } => {
                let wamid = self.chance.wamid(name, lines.count);
                lines.last_wrote_at = Some(at);
                lines.add(Line { reply_to, ..Line::new(Writer::Customer, &wamid, text, at) });
                wamid
            }
            Shown::Reaction { to, emoji } => {
                let wamid = self.chance.wamid(&format!("a reaction of {name}"), lines.reactions);
                lines.reactions += 1;
                lines.react(&to, emoji);
                wamid
            }
        });
        let (tell, taken) = oneshot::channel();
        let value = webhook::message(&self.account, &person.identity, &wamid, at, message);
        let written = Written { person: person.clone(), wamid: wamid.clone(), tell };
        self.bring(&person.lane, Parcel::new(value, Some(written))).await;
        (wamid, taken)
    }

    /// Puts a webhook on its way, through the faults in force.
    pub(super) async fn bring(&self, lane: &mpsc::Sender<Parcel>, parcel: Parcel) {
        for (lane, parcel) in self.faults.pass((lane.clone(), parcel)) {
            // A closed lane means that the provider stopped.
            let _stopped = lane.send(parcel).await;
        }
    }

    /// Whether it is too long since this person wrote. Who has not written since the provider was started
    /// may have written before: that counts as open.
    pub(super) fn window_closed(&self, person: &Person) -> bool {
        let last = person.with_lines(|lines| lines.last_wrote_at);
        last.is_some_and(|last| self.pace.now().saturating_sub(last) > WINDOW_MS)
    }

    /// The business writes; the statuses follow by themselves. Returns the message's id.
    pub(super) fn business_writes(
        self: &Arc<Self>,
        person: &Arc<Person>,
        text: String,
        echo: Option<String>,
        fails: Option<i64>,
    ) -> String {
        let at = self.pace.now();
        let (line, n) = person.with_lines(|lines| {
            let n = lines.count;
            let wamid = self.chance.wamid(&person.identity.name, n);
            let line = Line { echo, ..Line::new(Writer::Business, &wamid, text, at) };
            lines.add(line.clone());
            (line, n)
        });
        self.business_wrote.send_modify(|n| *n += 1);
        let wamid = line.wamid.clone();
        self.spawn(super::statuses::report(self.clone(), person.clone(), line, n, fails));
        wamid
    }

    /// The business read a message of somebody, and perhaps writes an answer. False if there is no such message.
    pub(super) fn business_read(&self, wamid: &str, typing: bool) -> bool {
        let at = self.pace.now();
        let everybody = self.registry().everybody();
        everybody.iter().any(|it| {
            it.with_lines(|lines| {
                let read = lines.business_read(wamid);
                if read && typing {
                    lines.business_types(at);
                }
                read
            })
        })
    }

    /// An id for a message that goes nowhere.
    pub(super) fn wamid_for_nobody(&self) -> String {
        self.chance.wamid("nobody", self.strays.fetch_add(1, Ordering::SeqCst))
    }

    /// Reports that a message reached nobody, after the time that takes.
    pub(super) fn report_unreachable(
        self: &Arc<Self>,
        wamid: &str,
        phone: Option<String>,
        echo: Option<String>,
    ) {
        let (world, wamid) = (self.clone(), wamid.to_owned());
        let at = self.pace.now() + self.pace.scaled(400);
        self.spawn(async move {
            world.pace.until(at).await;
            let news = webhook::Status {
                wamid: &wamid,
                status: "failed",
                at,
                phone: phone.as_deref(),
                user_id: None,
                echo: echo.as_deref(),
                code: Some(131_026),
            };
            world.bring(&world.nobody, Parcel::new(webhook::status(&world.account, &news), None)).await;
        });
    }
}
