//! What all parts of one simulation share: time, chance, the people, and the end.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deskbell_clock::SharedClock;
use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::chance::Chance;
use crate::directory::Directory;
use crate::pace::Pace;
use crate::person::{Behaviour, Identity, PLAIN, Person};

/// The shared state of one simulation.
pub(crate) struct Shared {
    pub(crate) pace: Pace,
    pub(crate) chance: Chance,
    directory: Mutex<Directory>,
    business_wrote: watch::Sender<u64>,
    stop: watch::Sender<bool>,
    runtime: Handle,
}

impl Shared {
    /// Must be called inside a Tokio runtime.
    pub(crate) fn new(clock: SharedClock, seed: u64, speed: f64) -> Arc<Self> {
        let pace = Pace::new(clock, speed);
        Arc::new(Self {
            chance: Chance::new(seed, pace.now()),
            pace,
            directory: Mutex::default(),
            business_wrote: watch::Sender::new(0),
            stop: watch::Sender::new(false),
            runtime: Handle::current(),
        })
    }

    /// Runs a task until it ends or the simulation stops.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stopped = self.stopped();
        self.runtime.spawn(async move {
            tokio::select! {
                biased;
                () = stopped => {}
                () = task => {}
            }
        });
    }

    /// Completes when the simulation stops.
    pub(crate) fn stopped(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut stop = self.stop.subscribe();
        async move {
            // A closed channel means that the simulation is gone.
            let _stopped = stop.wait_for(|it| *it).await;
        }
    }

    /// Stops all tasks.
    pub(crate) fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// The directory, locked.
    pub(crate) fn directory(&self) -> MutexGuard<'_, Directory> {
        self.directory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a person, also under those of the other names that are free.
    pub(crate) fn add_person(&self, identity: Identity, behaviour: Behaviour, other_names: &[&str]) {
        self.directory().add(Arc::new(Person::new(identity, behaviour)), other_names);
    }

    /// The person with this name, made if there is none yet.
    pub(crate) fn person(&self, name: &str) -> Arc<Person> {
        self.find_or_make(name, true)
    }

    /// The person with this name; if made, WhatsApp does not disclose the phone number.
    pub(crate) fn person_without_phone(&self, name: &str) -> Arc<Person> {
        self.find_or_make(name, false)
    }

    fn find_or_make(&self, name: &str, discloses_phone: bool) -> Arc<Person> {
        let mut directory = self.directory();
        if let Some(person) = directory.with_name(name) {
            return person;
        }
        let person = Arc::new(Person::new(directory.invent(name, discloses_phone), PLAIN));
        directory.add(person.clone(), &[]);
        person
    }

    /// Notes that the business wrote to a person.
    pub(crate) fn note_business_wrote(&self) {
        self.business_wrote.send_modify(|n| *n += 1);
    }

    /// Changes whenever the business writes to anybody.
    pub(crate) fn business_wrote(&self) -> watch::Receiver<u64> {
        self.business_wrote.subscribe()
    }
}
