//! Nothing is lost and nothing is said twice, whatever breaks.
//!
//! Customers write to Anna, one writes to a queue that is not hers, Anna answers; and at random points her
//! app is killed, the hub is killed, the cable is cut, or she loses her queue and gets it back; meanwhile she
//! edits contacts, subscribes to some and leaves them. Afterwards hub and app hold the same transcripts and
//! contacts, and every line that was taken is there exactly once.

mod aftermath;
mod contacts;

use std::collections::BTreeMap;

use deskbell_client::api::{OutgoingContent, Reply, Request};
use deskbell_clock::SystemClock;
use deskbell_practice::{Customer, Provider, ProviderConfig};
use deskbell_protocol::{ContactId, InteractionState, MessageId};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tempfile::TempDir;

use crate::support::PATIENCE;
use crate::support::app::App;
use crate::support::hub::{ACCESS_TOKEN, APP_SECRET, Account, Hub};
use crate::support::link::Link;

/// How often something breaks, times `DESKBELL_TEST_MORE`.
const POINTS: u32 = 200;
/// How many times faster than in life the provider brings and retries.
const SPEED: f64 = 100.0;
const PASSWORD: &str = "a password of the tests";

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_and_nothing_is_said_twice_whatever_breaks() {
    let points = POINTS * number("DESKBELL_TEST_MORE").unwrap_or(1);
    let seed = number("DESKBELL_TEST_SEED").unwrap_or(20_261_122);
    // The output of a test is shown when it fails.
    println!("{points} random breaks: repeat them with DESKBELL_TEST_SEED={seed}");
    let mut shift = Shift::begin(seed).await;
    for _point in 0..points {
        shift.customers_write().await;
        shift.anna_answers().await;
        shift.contacts_change().await;
        shift.something_breaks().await;
    }
    let after = shift.comes_to_rest().await;
    shift.everything_is_there_once(&after).await;
}

/// A number from the environment, if it is set.
fn number<T: std::str::FromStr<Err: std::fmt::Debug>>(name: &str) -> Option<T> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|error| panic!("{name}={value}: {error:?}")))
}

/// A working day in which everything breaks.
struct Shift {
    chance: ChaCha8Rng,
    folder: TempDir,
    hub: Hub,
    link: Link,
    app: Option<App>,
    workshop: Provider,
    returns: Provider,
    /// What customers wrote: text → whether it goes to Anna's queue.
    written: BTreeMap<String, bool>,
    /// What Anna wrote and the app said it has.
    taken: BTreeMap<MessageId, String>,
    /// What Anna wrote when the app was killed before it answered: it may be there, once.
    perhaps: BTreeMap<MessageId, String>,
    /// Contacts who never write.
    guests: Vec<ContactId>,
    /// How often contacts or assignments were to change.
    changes: u32,
}

async fn provider(hub: &Hub, account: &str, number: &str) -> Provider {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    Provider::start(ProviderConfig {
        listener,
        clock: SystemClock::shared(),
        seed: 7,
        speed: SPEED,
        webhook_url: hub.webhook(account),
        phone_number_id: number.to_owned(),
        access_token: ACCESS_TOKEN.to_owned(),
        app_secret: APP_SECRET.to_owned(),
        display_phone_number: number.to_owned(),
    })
}

impl Shift {
    async fn begin(seed: u64) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut hub = Hub::at(folder.path());
        let workshop = provider(&hub, "workshop", "15550000001").await;
        let returns = provider(&hub, "returns", "15550000002").await;
        let account = |name, queue, number, provider: &Provider| Account {
            name,
            queue,
            phone_number_id: number,
            base_url: provider.base_url().to_owned(),
        };
        hub.write_settings(
            &[
                account("workshop", "Workshop", "15550000001", &workshop),
                account("returns", "Returns", "15550000002", &returns),
            ],
            "capacity = 20",
        );
        let password = format!("{PASSWORD}\n");
        // Ben answers nobody, so only as a supervisor does he read his queue.
        for (name, role, queue) in [("Anna", "agent", "Workshop"), ("Ben", "supervisor", "Returns")] {
            let arguments = ["agent", "add", name, "--role", role, "--queue", queue, "--password-stdin"];
            hub.command(&arguments, &password);
        }
        hub.start();
        let link = Link::to(hub.address).await;
        let mut shift = Self {
            chance: ChaCha8Rng::seed_from_u64(seed),
            folder,
            hub,
            link,
            app: None,
            workshop,
            returns,
            written: BTreeMap::new(),
            taken: BTreeMap::new(),
            perhaps: BTreeMap::new(),
            guests: Vec::new(),
            changes: 0,
        };
        shift.anna_becomes_ready().await;
        shift.guests_are_noted().await;
        shift
    }

    /// Anna's running app; started when it is not.
    async fn anna(&mut self) -> &mut App {
        if self.app.is_none() {
            let folder = self.folder.path().join("anna");
            self.app = Some(App::start(&folder, &self.link.url(), "Anna", PASSWORD).await);
        }
        self.app.as_mut().expect("the app that was just started")
    }

    /// Anna says that she is ready. Her app may not have noticed yet that its cable was cut: then it says so, and she
    /// says it again once it is back.
    async fn anna_becomes_ready(&mut self) {
        use deskbell_client::api::Connection;
        use deskbell_protocol::{Channel, Command, ErrorCode, Readiness};
        let app = self.anna().await;
        let says_so = async {
            loop {
                app.until("the app is live", |seen| {
                    matches!(seen.connection, Connection::Live { .. }).then_some(())
                })
                .await;
                let ready = Request::from(Command::SetStatus {
                    channel: Channel::Whatsapp,
                    readiness: Readiness::Ready,
                    reason: None,
                });
                match app.ask(ready).await {
                    Err(error) if error.code == ErrorCode::Offline => {}
                    answer => return answer,
                }
            }
        };
        let answer = tokio::time::timeout(PATIENCE, says_so).await.expect("Anna becomes ready");
        assert_eq!(answer, Ok(Reply::Done));
    }

    /// Everyone who writes, and whether to Anna's queue. So many that the pacing per customer never holds
    /// an answer back for long.
    fn customers(&self) -> Vec<(Customer, bool)> {
        let mut customers = vec![
            (self.returns.customer("Frida"), false),
            (self.workshop.customer_without_phone("Emil"), true),
        ];
        for name in ["Carla", "Deniz", "Gül", "Hana", "Ivo"] {
            customers.push((self.workshop.customer(name), true));
        }
        customers
    }

    async fn customers_write(&mut self) {
        for (customer, to_anna) in self.customers() {
            if self.chance.random_bool(0.25) {
                let text = format!("{} {}", customer.name(), self.written.len());
                customer.writes_at_once(&text).await;
                self.written.insert(text, to_anna);
            }
        }
    }

    async fn anna_answers(&mut self) {
        let number = self.taken.len() + self.perhaps.len();
        let choice = self.chance.random_range(0..100_usize);
        let killed = self.chance.random_bool(0.3);
        let patience = self.chance.random_range(0..20);
        let app = self.anna().await;
        let held = app.snapshot().await.interactions;
        let active: Vec<_> = held.iter().filter(|it| it.state == InteractionState::Active).collect();
        let Some(interaction) = active.get(choice % active.len().max(1)) else { return };
        let (message, body) = (MessageId::fresh(), format!("Anna {number}"));
        let send = Request::Enqueue {
            message,
            conversation: interaction.conversation,
            content: OutgoingContent::Text { body: body.clone() },
            seen: None,
        };
        if killed {
            app.say(send).await;
            tokio::time::sleep(std::time::Duration::from_millis(patience)).await;
            self.app = None;
            self.perhaps.insert(message, body);
        } else {
            assert_eq!(app.ask(send).await, Ok(Reply::Done));
            self.taken.insert(message, body);
        }
    }

    /// Something breaks, a random while after the last thing that happened.
    async fn something_breaks(&mut self) {
        let while_ms = self.chance.random_range(0..40);
        tokio::time::sleep(std::time::Duration::from_millis(while_ms)).await;
        match self.chance.random_range(0..100) {
            0..30 => self.app = None,
            30..60 => {
                self.hub.kill();
                self.hub.start();
            }
            60..95 => self.link.cut(),
            _ => {
                self.hub.command(&["member", "remove", "Anna", "Workshop"], "");
                self.hub.command(&["member", "add", "Anna", "Workshop"], "");
            }
        }
    }
}
