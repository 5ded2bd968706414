//! The server's command line.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use arguments::{AgentVerb, Arguments, MemberVerb, Verb};
use clap::Parser;
use deskbell_clock::SystemClock;
use deskbell_protocol::{Agent, Millis, Queue, Role};
use prompt::password;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use crate::{Admin, Hub, Settings, Verdict};

mod arguments;
pub mod check;
mod prompt;

type Failed = Box<dyn std::error::Error>;

/// Runs the command line.
pub async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_unset| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    match Box::pin(run(Arguments::parse())).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut words = error.to_string();
            let mut cause = error.source();
            while let Some(deeper) = cause {
                words.push_str(": ");
                words.push_str(&deeper.to_string());
                cause = deeper.source();
            }
            eprintln!("deskbell-hub: {words}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Failed> {
    let config = arguments.config;
    match arguments.verb {
        Verb::Init { folder } => init(&folder),
        Verb::Serve => serve(&config).await,
        Verb::Check { patience } => check(&config, Duration::from_secs(patience)).await,
        Verb::Backup { file, force } => {
            Hub::back_up(&Settings::load_without_accounts(&config)?, &file, force)?;
            println!("wrote {}", file.display());
            Ok(())
        }
        Verb::Restore { file, force } => {
            let settings = Settings::load_without_accounts(&config)?;
            Hub::restore(&settings, &file, force, &SystemClock::shared())?;
            println!("restored {}; everybody has to sign in again", settings.store_path().display());
            Ok(())
        }
        Verb::Agent(verb) => agent(&admin(&config)?, verb).await,
        Verb::Member(verb) => member(&admin(&config)?, verb).await,
    }
}

fn now() -> Millis {
    Millis(SystemClock::shared().now())
}

fn init(folder: &Path) -> Result<(), Failed> {
    Settings::at(folder.join("data")).make_data_folder()?;
    let file = folder.join("hub.toml");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    // The file will hold tokens.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(&file)
        .and_then(|mut opened| opened.write_all(include_bytes!("hub.toml")))
        .map_err(|error| format!("{} could not be written: {error}", file.display()))?;
    println!("wrote {}", file.display());
    Ok(())
}

async fn serve(config: &Path) -> Result<(), Failed> {
    let settings = Settings::load(config)?;
    let listener = TcpListener::bind(&settings.listen)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", settings.listen))?;
    let address = listener.local_addr()?;
    let hub = Hub::open(settings, SystemClock::shared())?;
    println!("listening on http://{address}");
    Box::pin(hub.serve(listener, shutdown_signal())).await;
    Ok(())
}

async fn check(config: &Path, patience: Duration) -> Result<(), Failed> {
    let found = check::check(config, patience).await;
    print!("{}", check::table(&found));
    match found.iter().filter(|finding| finding.verdict == Verdict::Bad).count() {
        0 => Ok(()),
        1 => Err("1 thing does not work".into()),
        bad => Err(format!("{bad} things do not work").into()),
    }
}

/// Completes when the process receives an interrupt or termination signal.
async fn shutdown_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _received = tokio::signal::ctrl_c().await;
}

/// Opens the store of these settings for administration. A hub may be running on it.
fn admin(config: &Path) -> Result<Admin, Failed> {
    let settings = Settings::load_without_accounts(config)?;
    settings.make_data_folder()?;
    Ok(Admin::open(&settings.store_path(), settings.rules(), settings.set_up(false), now())?)
}

async fn agent(admin: &Admin, verb: AgentVerb) -> Result<(), Failed> {
    match verb {
        AgentVerb::Add { name, role, queues, password_stdin } => {
            let mut member_of = Vec::new();
            for queue in &queues {
                member_of.push(find_queue(admin, queue).await?);
            }
            if queues.is_empty() {
                // Without a queue the agent joins the only one.
                member_of = admin.queues().await?;
                member_of.truncate(if member_of.len() > 1 { 0 } else { 1 });
            }
            let added = admin.add_agent(&name, &password(&name, password_stdin)?, role.into(), now()).await?;
            for queue in &member_of {
                admin.add_member(added.id, queue.id, now()).await?;
            }
            let names: Vec<_> = member_of.iter().map(|queue| queue.name.as_str()).collect();
            if names.is_empty() {
                let name = &added.name;
                println!(
                    "added {name}, who works for no queue yet and sees nobody: deskbell-hub member add {name} QUEUE"
                );
            } else {
                println!("added {}, who works for {}", added.name, names.join(", "));
            }
        }
        AgentVerb::Password { name, password_stdin } => {
            let agent = find_agent(admin, &name).await?;
            admin.set_password(agent.id, &password(&agent.name, password_stdin)?).await?;
            println!("{} has a new password and is signed out everywhere", agent.name);
        }
        AgentVerb::List => {
            for agent in admin.agents().await? {
                let access = admin.access_of(agent.id, now()).await?;
                let queues: Vec<_> = access.queues.into_iter().map(|queue| queue.name).collect();
                let role = match agent.role {
                    Role::Agent => "agent",
                    Role::Supervisor => "supervisor",
                    Role::Admin => "admin",
                };
                let state = if access.disabled_at.is_some() { "disabled" } else { "enabled" };
                let (queues, sessions) = (queues.join(", "), access.sessions.len());
                println!("{}\t{role}\t{queues}\t{state}\t{sessions} sessions", agent.name);
            }
        }
        AgentVerb::Disable { name } => {
            let agent = find_agent(admin, &name).await?;
            admin.disable(agent.id, now()).await?;
            println!("{} is disabled and signed out everywhere", agent.name);
        }
        AgentVerb::Enable { name } => {
            let agent = find_agent(admin, &name).await?;
            admin.enable(agent.id).await?;
            println!("{} may sign in again", agent.name);
        }
        AgentVerb::Sessions { name } => {
            let agent = find_agent(admin, &name).await?;
            let now = now();
            let access = admin.access_of(agent.id, now).await?;
            for (since, until) in access.sign_ins {
                let (ago, left) = (span(now.since(since)), span(until.since(now)));
                println!("signed in {ago} ago, for another {left}");
            }
            for since in access.sessions {
                println!("connected for {}", span(now.since(since)));
            }
        }
        AgentVerb::Revoke { name } => {
            let agent = find_agent(admin, &name).await?;
            let count = admin.revoke(agent.id).await?;
            println!("{} is signed out everywhere; there were {count} sign-ins", agent.name);
        }
    }
    Ok(())
}

/// Formats a span of time for people.
fn span(ms: i64) -> String {
    let minutes = ms.max(0) / 60_000;
    let (hours, days) = (minutes / 60, minutes / (24 * 60));
    match (days, hours) {
        (0, 0) => format!("{minutes} min"),
        (0, hours) => format!("{hours} h {} min", minutes % 60),
        (days, hours) => format!("{days} d {} h", hours % 24),
    }
}

async fn member(admin: &Admin, verb: MemberVerb) -> Result<(), Failed> {
    match verb {
        MemberVerb::Add { agent, queue } => {
            let (agent, queue) = (find_agent(admin, &agent).await?, find_queue(admin, &queue).await?);
            admin.add_member(agent.id, queue.id, now()).await?;
            println!("{} works for {}", agent.name, queue.name);
        }
        MemberVerb::Remove { agent, queue } => {
            let (agent, queue) = (find_agent(admin, &agent).await?, find_queue(admin, &queue).await?);
            admin.remove_member(agent.id, queue.id, now()).await?;
            println!("{} no longer works for {}", agent.name, queue.name);
        }
    }
    Ok(())
}

async fn find_agent(admin: &Admin, name: &str) -> Result<Agent, Failed> {
    Ok(admin.agent_named(name).await?.ok_or_else(|| format!("there is no agent {name:?}"))?)
}

async fn find_queue(admin: &Admin, name: &str) -> Result<Queue, Failed> {
    Ok(admin.queue_named(name).await?.ok_or_else(|| format!("there is no queue {name:?}"))?)
}
