//! What can be said to the server's command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use deskbell_protocol::Role;

/// The Deskbell server.
#[derive(Parser)]
#[command(version, about)]
pub(crate) struct Arguments {
    /// The settings file.
    #[arg(long, global = true, default_value = "hub.toml")]
    pub(crate) config: PathBuf,
    /// What to do.
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Write an annotated settings file and make the data folder.
    Init {
        /// Where to.
        folder: PathBuf,
    },
    /// Run the server.
    Serve,
    /// Look at settings, database, free space, clock and providers, and say what to do about what is wrong. Ends
    /// with an error if something does not work.
    Check {
        /// How long to wait for each answer of a provider, in seconds.
        #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=300))]
        patience: u64,
    },
    /// Copy the store into a file, also while the server runs.
    Backup {
        /// Which file.
        file: PathBuf,
        /// Replace the file if it exists.
        #[arg(long)]
        force: bool,
    },
    /// Put a backup in the place of the store, while no server runs. Everybody signs in again; what waited to be
    /// sent is not sent by itself.
    Restore {
        /// Which file.
        file: PathBuf,
        /// Replace the store that is there; it is kept under the ending .replaced.
        #[arg(long)]
        force: bool,
    },
    /// Who may sign in.
    #[command(subcommand)]
    Agent(AgentVerb),
    /// Who works for which queue.
    #[command(subcommand)]
    Member(MemberVerb),
}

#[derive(Subcommand)]
pub(crate) enum AgentVerb {
    /// Add someone.
    Add {
        /// The name they sign in with.
        name: String,
        /// What they may do.
        #[arg(long, default_value = "agent")]
        role: RoleWord,
        /// A queue they work for; may be given several times. Without it the only queue, if there is just one.
        #[arg(long = "queue")]
        queues: Vec<String>,
        /// Read the password from standard input, one line. Otherwise from DESKBELL_PASSWORD, or asked at the terminal.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Give someone a new password and sign them out everywhere.
    Password {
        /// Whom.
        name: String,
        /// Read the password from standard input, one line. Otherwise from DESKBELL_PASSWORD, or asked at the terminal.
        #[arg(long)]
        password_stdin: bool,
    },
    /// List everyone: name, role, queues, whether disabled, open sessions.
    List,
    /// Sign someone out everywhere and let them sign in no more. What they handled goes to others.
    Disable {
        /// Whom.
        name: String,
    },
    /// Let someone sign in again who was disabled.
    Enable {
        /// Whom.
        name: String,
    },
    /// List someone's sign-ins and open sessions.
    Sessions {
        /// Whose.
        name: String,
    },
    /// Sign someone out everywhere. With their password they can sign in again.
    Revoke {
        /// Whom.
        name: String,
    },
}

#[derive(Subcommand)]
pub(crate) enum MemberVerb {
    /// Add an agent to a queue.
    Add {
        /// Who.
        agent: String,
        /// To which queue.
        queue: String,
    },
    /// Take an agent out of a queue.
    Remove {
        /// Who.
        agent: String,
        /// Out of which queue.
        queue: String,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum RoleWord {
    Agent,
    Supervisor,
    Admin,
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Agent => Self::Agent,
            RoleWord::Supervisor => Self::Supervisor,
            RoleWord::Admin => Self::Admin,
        }
    }
}
