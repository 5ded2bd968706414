//! The hub that the stranger's client meets, and its customers.

use std::net::SocketAddr;

use deskbell_clock::SystemClock;
use deskbell_hub::{Hub, Settings};
use deskbell_practice::{Provider, ProviderConfig};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// What Anna signs in with.
pub(crate) const PASSWORD: &str = "a password of the tests";
/// How many times faster than in life people act.
const SPEED: f64 = 50.0;

/// A bike shop with one agent and one number. Closed when dropped, with the runtime that it runs in.
pub(crate) struct Shop {
    pub(crate) provider: Provider,
    address: SocketAddr,
    _folder: TempDir,
}

impl Shop {
    /// Starts hub and provider.
    pub(crate) async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let at_hub = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = at_hub.local_addr().expect("its address");
        let provider = Provider::start(ProviderConfig {
            listener: TcpListener::bind("127.0.0.1:0").await.expect("a free port"),
            clock: SystemClock::shared(),
            seed: 7,
            speed: SPEED,
            webhook_url: format!("http://{address}/webhooks/whatsapp/shop"),
            phone_number_id: "15550000001".to_owned(),
            access_token: "an access token".to_owned(),
            app_secret: "an app secret".to_owned(),
            display_phone_number: "15550000001".to_owned(),
        });
        let settings = format!(
            r#"
            name = "Bike shop"
            data_dir = '{}'
            [[queue]]
            name = "Workshop"
            [[agent]]
            name = "Anna"
            password = "{PASSWORD}"
            [[account]]
            name = "shop"
            phone_number_id = "15550000001"
            access_token = "an access token"
            app_secrets = ["an app secret"]
            verify_token = "a verify token"
            base_url = "{}"
            "#,
            folder.path().display(),
            provider.base_url()
        );
        let settings = Settings::parse(&settings).expect("good settings");
        let hub = Hub::open(settings, SystemClock::shared()).expect("a hub");
        tokio::spawn(hub.serve(at_hub, std::future::pending()));
        Self { provider, address, _folder: folder }
    }

    /// Where the hub is.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}
