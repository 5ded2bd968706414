//! What can be said on the command line. Decided before anything touches the display.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;

/// A workspace for agents who answer customers on messaging channels. Without a hub it runs its own,
/// with practice customers.
#[derive(Clone, Debug, Parser)]
#[command(name = "deskbell", version)]
pub(crate) struct Args {
    /// Serve the workspace to a browser on this computer instead of opening a window.
    #[arg(long)]
    pub browser: bool,
    /// Where the browser finds it; a loopback address.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0", requires = "browser")]
    pub listen: SocketAddr,
    /// Keep everything in this folder instead of the usual one.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The hub to sign in to, by its https:// address. Without it: the one used last, or
    /// practice.
    #[arg(long, value_name = "URL", requires = "agent")]
    pub hub: Option<String>,
    /// The name to sign in with. The password comes from DESKBELL_PASSWORD.
    #[arg(long, value_name = "NAME", requires = "hub")]
    pub agent: Option<String>,
    /// Practice, whichever hub was used last.
    #[arg(long, conflicts_with = "hub")]
    pub practice: bool,
    /// Practice as if the network cable were out: neither hub nor customers are started.
    #[arg(long, conflicts_with = "hub")]
    pub offline: bool,
    /// Practice with the same customers in the same order every time.
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "hub")]
    pub practice_seed: u64,
    /// How many times faster than people the practice customers are.
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, conflicts_with = "hub", value_parser = factor)]
    pub practice_speed: f64,
}

/// A speed that a customer can have.
fn factor(text: &str) -> Result<f64, String> {
    let factor: f64 = text.parse().map_err(|_no_number| "not a number".to_owned())?;
    if (0.01..=10_000.0).contains(&factor) {
        Ok(factor)
    } else {
        Err("must lie between 0.01 and 10000".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Args, clap::Error> {
        Args::try_parse_from(line.split_whitespace())
    }

    #[test]
    fn nothing_said_means_a_window_with_practice_customers() {
        let args = parse("deskbell").unwrap();
        assert!(!args.browser && !args.offline && args.hub.is_none());
    }

    #[test]
    fn a_hub_without_a_name_to_sign_in_with_is_refused() {
        assert!(parse("deskbell --hub http://127.0.0.1:1").is_err());
        assert!(parse("deskbell --hub http://127.0.0.1:1 --agent Anna").is_ok());
    }

    #[test]
    fn a_speed_that_no_customer_can_have_is_refused() {
        for speed in ["0", "-1", "fast", "NaN", "inf"] {
            assert!(parse(&format!("deskbell --practice-speed={speed}")).is_err(), "{speed}");
        }
    }
}
