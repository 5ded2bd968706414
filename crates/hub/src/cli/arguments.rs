//! The arguments of the server's command line.

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
    /// The command.
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Create an annotated settings file and the data folder.
    Init {
        /// The folder to create them in.
        folder: PathBuf,
    },
    /// Run the server.
    Serve,
    /// Check settings, database, free space, clock and providers, and suggest how to fix what is wrong. Exits with
    /// an error if something does not work.
    Check {
        /// How many seconds to wait for each answer of a provider.
        #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=300))]
        patience: u64,
    },
    /// Back up the store to a file. The server may be running.
    Backup {
        /// The backup file to write.
        file: PathBuf,
        /// Replace the file if it exists.
        #[arg(long)]
        force: bool,
    },
    /// Replace the store by a backup. The server must not be running. Everybody has to sign in again; messages that
    /// waited to be sent are not sent automatically.
    Restore {
        /// The backup file to restore.
        file: PathBuf,
        /// Replace an existing store; it is kept with the suffix .replaced.
        #[arg(long)]
        force: bool,
    },
    /// Manage who may sign in.
    #[command(subcommand)]
    Agent(AgentVerb),
    /// Manage who is a member of which queue.
    #[command(subcommand)]
    Member(MemberVerb),
}

#[derive(Subcommand)]
pub(crate) enum AgentVerb {
    /// Add an agent.
    Add {
        /// The name to sign in with.
        name: String,
        /// The role of the agent.
        #[arg(long, default_value = "agent")]
        role: RoleWord,
        /// A queue the agent joins; may be repeated. Defaults to the only queue, if there is just one.
        #[arg(long = "queue")]
        queues: Vec<String>,
        /// Read the password from the first line of standard input. Otherwise it is taken from DESKBELL_PASSWORD, or
        /// asked for at the terminal.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Set a new password and sign the agent out everywhere.
    Password {
        /// The name of the agent.
        name: String,
        /// Read the password from the first line of standard input. Otherwise it is taken from DESKBELL_PASSWORD, or
        /// asked for at the terminal.
        #[arg(long)]
        password_stdin: bool,
    },
    /// List all agents with role, queues, state and open sessions.
    List,
    /// Sign an agent out everywhere and prevent further sign-ins. Their open interactions go to others.
    Disable {
        /// The name of the agent.
        name: String,
    },
    /// Allow a disabled agent to sign in again.
    Enable {
        /// The name of the agent.
        name: String,
    },
    /// List the sign-ins and open sessions of an agent.
    Sessions {
        /// The name of the agent.
        name: String,
    },
    /// Sign an agent out everywhere. They can sign in again with their password.
    Revoke {
        /// The name of the agent.
        name: String,
    },
}

#[derive(Subcommand)]
pub(crate) enum MemberVerb {
    /// Add an agent to a queue.
    Add {
        /// The name of the agent.
        agent: String,
        /// The name of the queue.
        queue: String,
    },
    /// Remove an agent from a queue.
    Remove {
        /// The name of the agent.
        agent: String,
        /// The name of the queue.
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
