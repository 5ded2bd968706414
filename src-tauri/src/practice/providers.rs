//! The simulated providers of practice mode, and the accounts at them as they stand in the hub's settings.

use std::io;
use std::net::Ipv4Addr;

use deskbell_clock::SharedClock;
#[cfg(test)]
use deskbell_practice::SmsProvider;
use deskbell_practice::{BUSINESS_ACCOUNT, Provider, ProviderConfig, SmsConfig};
use tokio::net::TcpListener;

use super::random;

/// The WhatsApp account in the hub's settings.
const WHATSAPP: &str = "practice";
/// The id of its number at the simulated provider.
const PHONE_NUMBER_ID: &str = "106540352242922";
/// Its number, digits.
const PHONE_NUMBER: &str = "15550783881";

/// The SMS account in the hub's settings.
const SMS: &str = "practice-sms";
/// Its number, in E.164 format.
const SMS_NUMBER: &str = "+15550783882";

/// The running providers. They stop when `whatsapp` is stopped or dropped.
pub(super) struct Providers {
    pub(super) whatsapp: Provider,
    /// Only tests act as its customers; the provider itself runs without it.
    #[cfg(test)]
    pub(super) sms: SmsProvider,
    /// The accounts in the hub's settings.
    pub(super) accounts: String,
}

impl Providers {
    /// Starts the providers for the hub at this address. Their secrets are made for this run: the hub is told them by its
    /// settings.
    ///
    /// # Errors
    /// A sentence for the user.
    pub(super) async fn start(
        hub_url: &str,
        clock: SharedClock,
        seed: u64,
        speed: f64,
    ) -> Result<Self, String> {
        let (access_token, app_secret, verify_token) = (random()?, random()?, random()?);
        let whatsapp = Provider::start(ProviderConfig {
            listener: listen().await?,
            clock,
            seed,
            speed,
            webhook_url: format!("{hub_url}/webhooks/whatsapp/{WHATSAPP}"),
            phone_number_id: PHONE_NUMBER_ID.to_owned(),
            access_token: access_token.clone(),
            app_secret: app_secret.clone(),
            display_phone_number: PHONE_NUMBER.to_owned(),
        });
        let (account_sid, auth_token) = (format!("AC{}", random()?), random()?);
        let sms = whatsapp.start_sms(SmsConfig {
            listener: listen().await?,
            webhook_url: format!("{hub_url}/webhooks/sms/{SMS}"),
            account_sid: account_sid.clone(),
            auth_token: auth_token.clone(),
            number: SMS_NUMBER.to_owned(),
        });
        let accounts = format!(
            r#"
[[account]]
name = "{WHATSAPP}"
channel = "whatsapp"
[account.whatsapp]
phone_number_id = "{PHONE_NUMBER_ID}"
waba_id = "{BUSINESS_ACCOUNT}"
number = "+{PHONE_NUMBER}"
access_token = "{access_token}"
app_secrets = ["{app_secret}"]
verify_token = "{verify_token}"
base_url = "{}"

[[account]]
name = "{SMS}"
channel = "sms"
[account.sms]
account_sid = "{account_sid}"
auth_token = "{auth_token}"
number = "{SMS_NUMBER}"
base_url = "{}"
"#,
            whatsapp.base_url(),
            sms.base_url()
        );
        Ok(Self {
            whatsapp,
            #[cfg(test)]
            sms,
            accounts,
        })
    }
}

/// Listens on a free port of this computer.
///
/// # Errors
/// A sentence for the user.
pub(super) async fn listen() -> Result<TcpListener, String> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(cannot_listen)
}

/// Why practice cannot start, for the user.
pub(super) fn cannot_listen(error: io::Error) -> String {
    format!("Practice cannot listen on this computer: {error}.")
}
