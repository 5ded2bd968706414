//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;

/// A desktop workspace for agents who answer customers on messaging channels.
///
/// Without a hub it starts in practice mode, with a hub of its own and simulated customers.
#[derive(Clone, Debug, Parser)]
#[command(name = "deskbell", version)]
pub(crate) struct Args {
    /// Serve the workspace to a browser on this computer instead of opening a window.
    #[arg(long)]
    pub browser: bool,
    /// The loopback address to serve the browser at; port 0 picks a free port.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0", requires = "browser")]
    pub listen: SocketAddr,
    /// The data folder, if not the default one.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The https:// address of the hub to sign in to. Default: the hub used last, or practice mode.
    #[arg(long, value_name = "URL", requires = "agent")]
    pub hub: Option<String>,
    /// The agent name to sign in with. The password is read from DESKBELL_PASSWORD.
    #[arg(long, value_name = "NAME", requires = "hub")]
    pub agent: Option<String>,
    /// Start in practice mode, even if a hub was used last.
    #[arg(long, conflicts_with = "hub")]
    pub practice: bool,
    /// Start in practice mode without a network: neither the hub nor the customers run.
    #[arg(long, conflicts_with = "hub")]
    pub offline: bool,
    /// The seed of the practice customers: the same seed gives the same customers in the same order.
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "hub")]
    pub practice_seed: u64,
    /// The speed of the practice customers; 2 is twice as fast as people write.
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, conflicts_with = "hub", value_parser = parse_speed)]
    pub practice_speed: f64,
}

/// Parses the factor of `--practice-speed`.
fn parse_speed(text: &str) -> Result<f64, String> {
    let speed: f64 = text.parse().map_err(|_no_number| "not a number".to_owned())?;
    if (0.01..=10_000.0).contains(&speed) {
        Ok(speed)
    } else {
        Err("must be between 0.01 and 10000".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Args, clap::Error> {
        Args::try_parse_from(line.split_whitespace())
    }

    #[test]
    fn no_arguments_mean_a_window_with_practice_customers() {
        let args = parse("deskbell").unwrap();
        assert!(!args.browser && !args.offline && args.hub.is_none());
    }

    #[test]
    fn a_hub_without_a_name_to_sign_in_with_is_refused() {
        assert!(parse("deskbell --hub http://127.0.0.1:1").is_err());
        assert!(parse("deskbell --hub http://127.0.0.1:1 --agent Anna").is_ok());
    }

    #[test]
    fn a_speed_out_of_range_is_refused() {
        for speed in ["0", "-1", "fast", "NaN", "inf"] {
            assert!(parse(&format!("deskbell --practice-speed={speed}")).is_err(), "{speed}");
        }
    }
}
