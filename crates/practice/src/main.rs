//! `deskbell-practice`: the simulated provider and its customers as a program.

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Parser;
use deskbell_clock::SystemClock;
use deskbell_practice::{Provider, ProviderConfig, SmsConfig};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// Simulated customers, and the providers between them and a hub: WhatsApp, and SMS if an account is named.
///
/// Prints `provider on http://ADDRESS` when ready: the `base_url` in the hub's settings. The control API is under
/// `/practice` there. With SMS, a second line is `sms provider on http://ADDRESS`.
#[derive(Parser)]
#[command(version)]
struct Flags {
    /// The hub, such as http://127.0.0.1:4180
    #[arg(long)]
    hub: String,
    /// The name of the account in the hub's settings
    #[arg(long)]
    account: String,
    /// The account's `phone_number_id`
    #[arg(long)]
    phone_number_id: String,
    /// The key that signs webhooks: one of the account's `app_secrets`
    #[arg(long)]
    app_secret: String,
    /// The account's `access_token`
    #[arg(long)]
    access_token: String,
    /// The business's number as customers see it, digits
    #[arg(long, default_value = "15550783881")]
    display_phone_number: String,
    /// The name of an SMS account in the hub's settings
    #[arg(long, requires_all = ["sms_account_sid", "sms_auth_token", "sms_number"])]
    sms_account: Option<String>,
    /// The SMS account's `account_sid`
    #[arg(long, requires = "sms_account")]
    sms_account_sid: Option<String>,
    /// The SMS account's `auth_token`
    #[arg(long, requires = "sms_account")]
    sms_auth_token: Option<String>,
    /// The SMS account's `number`, such as +15550100300
    #[arg(long, requires = "sms_account")]
    sms_number: Option<String>,
    /// Where to listen for SMS
    #[arg(long, default_value = "127.0.0.1:0")]
    sms_listen: SocketAddr,
    /// The seed of all random numbers
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many times faster than real people the customers act
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// Let the cast write (the default)
    #[arg(long, overrides_with = "no_cast")]
    cast: bool,
    /// Customers write only through the control API
    #[arg(long)]
    no_cast: bool,
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
}

#[tokio::main]
async fn main() -> ExitCode {
    let log = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(log).with_writer(std::io::stderr).init();
    let flags = Flags::parse();
    match run(flags).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

async fn run(flags: Flags) -> Result<(), String> {
    let hub = flags.hub.trim_end_matches('/');
    let provider = Provider::start_with_control(ProviderConfig {
        listener: listen(flags.listen).await?,
        clock: SystemClock::shared(),
        seed: flags.seed,
        speed: flags.speed,
        webhook_url: format!("{hub}/webhooks/whatsapp/{}", flags.account),
        phone_number_id: flags.phone_number_id,
        access_token: flags.access_token,
        app_secret: flags.app_secret,
        display_phone_number: flags.display_phone_number,
    });
    println!("provider on {}", provider.base_url());
    if let Some(account) = flags.sms_account {
        let sms = provider.start_sms(SmsConfig {
            listener: listen(flags.sms_listen).await?,
            webhook_url: format!("{hub}/webhooks/sms/{account}"),
            account_sid: flags.sms_account_sid.unwrap_or_default(),
            auth_token: flags.sms_auth_token.unwrap_or_default(),
            number: flags.sms_number.unwrap_or_default(),
        });
        println!("sms provider on {}", sms.base_url());
    }
    if !flags.no_cast {
        provider.start_cast();
    }
    tokio::signal::ctrl_c().await.map_err(|error| format!("cannot wait for the end: {error}"))
}

async fn listen(address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| format!("cannot listen on {address}: {error}"))
}
