//! `deskbell-practice`: the simulated provider and its customers as a program.

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Parser;
use deskbell_clock::SystemClock;
use deskbell_practice::{Provider, ProviderConfig};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// Simulated WhatsApp customers, and the provider between them and a hub.
///
/// Prints `provider on http://ADDRESS` when ready: the `base_url` in the hub's settings. The control API is under
/// `/practice` there.
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
    let listener = match TcpListener::bind(flags.listen).await {
        Ok(listener) => listener,
        Err(error) => {
            eprintln!("cannot listen on {}: {error}", flags.listen);
            return ExitCode::FAILURE;
        }
    };
    let provider = Provider::start_with_control(ProviderConfig {
        listener,
        clock: SystemClock::shared(),
        seed: flags.seed,
        speed: flags.speed,
        webhook_url: format!("{}/webhooks/whatsapp/{}", flags.hub.trim_end_matches('/'), flags.account),
        phone_number_id: flags.phone_number_id,
        access_token: flags.access_token,
        app_secret: flags.app_secret,
        display_phone_number: flags.display_phone_number,
    });
    println!("provider on {}", provider.base_url());
    if !flags.no_cast {
        provider.start_cast();
    }
    match tokio::signal::ctrl_c().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
