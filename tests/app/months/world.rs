//! A hub, a provider and their people, under a clock that is turned by hand.

use deskbell_clock::{Clock, HandClock};
use deskbell_hub::{Hub, Settings};
use deskbell_practice::{BUSINESS_ACCOUNT, Customer, Provider, ProviderConfig};
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::Cables;
use super::desk::Desk;
use crate::support::hub::{ACCESS_TOKEN, APP_SECRET};
use crate::support::reader::Reader;

pub(super) const PASSWORD: &str = "a password of the tests";
const NUMBER: &str = "15550000001";
const HOUR: i64 = 60 * 60 * 1000;

/// The first morning.
const SEPTEMBER: i64 = 1_788_249_600_000;

/// The shop and everybody in it.
pub(super) struct World {
    pub(super) clock: HandClock,
    provider: Provider,
    pub(super) anna: Desk,
    pub(super) ben: Desk,
    /// Clara leads the shop: she reads everything and answers nobody.
    pub(super) clara: Reader,
    _folder: TempDir,
}

async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a free port")
}

impl World {
    pub(super) async fn begin(cables: Cables) -> Self {
        let (folder, clock) = (tempfile::tempdir().expect("a folder"), HandClock::at(SEPTEMBER));
        let listener_of_hub = listener().await;
        let address = listener_of_hub.local_addr().expect("its address");
        let provider = Provider::start(ProviderConfig {
            listener: listener().await,
            clock: clock.shared(),
            seed: 7,
            speed: 1.0,
            webhook_url: format!("http://{address}/webhooks/whatsapp/shop"),
            phone_number_id: NUMBER.to_owned(),
            access_token: ACCESS_TOKEN.to_owned(),
            app_secret: APP_SECRET.to_owned(),
            display_phone_number: NUMBER.to_owned(),
        });
        let mut settings = Settings::parse(&settings(provider.base_url())).expect("settings");
        settings.data_dir = folder.path().join("hub");
        let hub = Hub::open(settings, clock.shared()).expect("a hub");
        tokio::spawn(hub.serve(listener_of_hub, std::future::pending()));
        let anna = Desk::of("Anna", address, &clock, cables).await;
        let ben = Desk::of("Ben", address, &clock, cables).await;
        let clara = Reader::sign_in(&format!("http://{address}"), "Clara", PASSWORD).await;
        Self { clock, provider, anna, ben, clara, _folder: folder }
    }

    pub(super) fn customer(&self, name: &str) -> Customer {
        self.provider.customer(name)
    }

    /// Everybody who has written or was written to.
    pub(super) fn customers(&self) -> [Customer; 3] {
        ["Carla", "Deniz", "Yusuf"].map(|name| self.customer(name))
    }

    /// A contact writes. With cables that are cut, the desktop that hears of it loses its link when the hub
    /// tells it.
    pub(super) async fn hears(&self, desk: &Desk, who: &str, text: &str) {
        let customer = self.customer(who);
        desk.in_the_middle(async { drop(customer.writes(text).await.expect("the hub takes it")) }).await;
    }

    /// A contact writes. With cables that are cut, the desktop is away meanwhile.
    pub(super) async fn misses(&self, desk: &Desk, who: &str, text: &str) {
        let customer = self.customer(who);
        desk.away(async { drop(customer.writes(text).await.expect("the hub takes it")) }).await;
    }

    /// Time goes by.
    pub(super) fn hours(&self, hours: i64) {
        self.clock.advance(hours * HOUR);
    }

    pub(super) fn now(&self) -> i64 {
        self.clock.now()
    }
}

/// One queue, one number, and settings under which nobody signs out and nothing is forgotten for months.
fn settings(base_url: &str) -> String {
    let mut settings = format!(
        r#"
data_dir = "."

[limits]
token_days = 400

[screen]
cache_days = 400
heartbeat_s = 300

[[queue]]
name = "Shop"

[[account]]
name = "shop"
phone_number_id = "{NUMBER}"
waba_id = "{BUSINESS_ACCOUNT}"
access_token = "{ACCESS_TOKEN}"
app_secrets = ["{APP_SECRET}"]
verify_token = "verify"
base_url = "{base_url}"
"#
    );
    for (name, role) in [("Anna", "agent"), ("Ben", "agent"), ("Clara", "supervisor")] {
        settings.push_str(&format!(
            "\n[[agent]]\nname = \"{name}\"\npassword = \"{PASSWORD}\"\nrole = \"{role}\"\n"
        ));
    }
    settings
}
