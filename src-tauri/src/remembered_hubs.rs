//! The hubs that agents have signed in to on this desktop, and the last open workspace: `hubs.json` in the data
//! folder. The file holds no password and no token.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use deskbell_client::api::RememberedHub;
use deskbell_client::{NewSession, read_hub_id};
use deskbell_protocol::{HubId, Millis};
use serde::{Deserialize, Serialize};

/// The workspace that was open last. The names in the file are those of version 0.1.0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LastWorkspace {
    /// Practice mode; also before the first start.
    #[default]
    Practice,
    /// None: the agent had signed out.
    #[serde(rename = "doorway")]
    SignedOut,
    /// The remembered hub with this id.
    Hub(String),
}

/// The content of the file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Content {
    #[serde(rename = "left")]
    last_workspace: LastWorkspace,
    hubs: Vec<RememberedHub>,
}

/// The remembered hubs of a data folder.
pub(crate) struct RememberedHubs {
    data_dir: PathBuf,
    content: Mutex<Content>,
}

impl RememberedHubs {
    /// Reads the file. An unreadable one is renamed to `hubs-unreadable.json` and counts as empty.
    pub(crate) fn load(data_dir: &Path) -> Self {
        let file = file(data_dir);
        let content = match fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|error| {
                tracing::warn!(line = error.line(), "hubs.json is unreadable and was renamed");
                let _kept = fs::rename(&file, data_dir.join("hubs-unreadable.json"));
                Content::default()
            }),
            Err(_absent) => Content::default(),
        };
        Self { data_dir: data_dir.to_path_buf(), content: Mutex::new(content) }
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The workspace that was open last.
    pub(crate) fn last_workspace(&self) -> LastWorkspace {
        self.content().last_workspace.clone()
    }

    /// All remembered hubs, the most recently used first.
    pub(crate) fn all(&self) -> Vec<RememberedHub> {
        let mut hubs = self.content().hubs.clone();
        hubs.sort_by_key(|hub| std::cmp::Reverse(hub.last_used));
        hubs
    }

    /// The remembered hub with this id.
    pub(crate) fn find(&self, id: &str) -> Option<RememberedHub> {
        self.content().hubs.iter().find(|hub| hub.id == id).cloned()
    }

    /// Returns the hub with this address and agent name, and adds it if it is new.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(crate) fn find_or_add(&self, url: &str, agent: &str, now: Millis) -> io::Result<RememberedHub> {
        let known = |hub: &RememberedHub| hub.url == url && hub.agent.eq_ignore_ascii_case(agent);
        self.upsert(known, || workspace_id(url, agent), url, agent, None, now)
    }

    /// Records a sign-in. A hub is recognised by its id: at a new address it keeps its workspace, and another hub at
    /// its old address gets a workspace of its own.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(crate) fn record_sign_in(&self, session: &NewSession, now: Millis) -> io::Result<RememberedHub> {
        let NewSession { url, hub, hub_name, agent, .. } = session;
        let known = |row: &RememberedHub| {
            let same = match self.hub_id(&row.id) {
                Some(pinned) => pinned == *hub,
                None => row.url == *url,
            };
            same && row.agent.eq_ignore_ascii_case(agent)
        };
        let taken: Vec<String> = self.all().into_iter().map(|hub| hub.id).collect();
        let fresh = || {
            let id = workspace_id(url, agent);
            let free = !taken.contains(&id) && self.hub_id(&id).is_none_or(|pinned| pinned == *hub);
            if free { id } else { format!("{id}-{hub}") }
        };
        self.upsert(known, fresh, url, agent, Some(hub_name.clone()), now)
    }

    /// The hub that a workspace belongs to; absent before the first sign-in.
    pub(crate) fn hub_id(&self, id: &str) -> Option<HubId> {
        read_hub_id(&self.data_dir.join(id))
    }

    /// Replaces the row that `known` finds, or adds one with the id that `fresh` makes.
    fn upsert(
        &self,
        known: impl Fn(&RememberedHub) -> bool,
        fresh: impl FnOnce() -> String,
        url: &str,
        agent: &str,
        hub_name: Option<String>,
        now: Millis,
    ) -> io::Result<RememberedHub> {
        let old = self.all().into_iter().find(|hub| known(hub));
        let hub = RememberedHub {
            id: old.as_ref().map_or_else(fresh, |old| old.id.clone()),
            url: url.to_owned(),
            agent: old.as_ref().map_or_else(|| agent.to_owned(), |old| old.agent.clone()),
            hub_name: hub_name.or_else(|| old.as_ref().and_then(|old| old.hub_name.clone())),
            last_used: now,
            signed_in: true,
            unsent: old.map_or(0, |old| old.unsent),
        };
        self.update(|content| {
            content.hubs.retain(|known| known.id != hub.id);
            content.hubs.push(hub.clone());
        })?;
        Ok(hub)
    }

    /// Records the workspace that is open now.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(crate) fn set_last_workspace(&self, workspace: LastWorkspace) -> io::Result<()> {
        self.update(|content| content.last_workspace = workspace)
    }

    /// Records that a hub's workspace was closed, with so many unsent messages in it.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(crate) fn record_close(&self, id: &str, unsent: u32, signed_in: bool, now: Millis) -> io::Result<()> {
        self.update(|content| {
            for hub in content.hubs.iter_mut().filter(|hub| hub.id == id) {
                (hub.unsent, hub.signed_in, hub.last_used) = (unsent, signed_in, now);
            }
        })
    }

    /// Removes a hub from the list.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(crate) fn remove(&self, id: &str) -> io::Result<()> {
        self.update(|content| content.hubs.retain(|hub| hub.id != id))
    }

    /// Applies a change to the file, then in memory.
    fn update(&self, change: impl FnOnce(&mut Content)) -> io::Result<()> {
        let mut content = self.content();
        let mut next = content.clone();
        change(&mut next);
        write(&self.data_dir, &next)?;
        *content = next;
        Ok(())
    }
}

fn file(data_dir: &Path) -> PathBuf {
    data_dir.join("hubs.json")
}

/// Replaces the file atomically; only the user can read it.
fn write(data_dir: &Path, content: &Content) -> io::Result<()> {
    let fresh = data_dir.join("hubs.json.fresh");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut written = options.open(&fresh)?;
    written.write_all(&serde_json::to_vec_pretty(content)?)?;
    written.sync_all()?;
    fs::rename(&fresh, file(data_dir))
}

/// The workspace id, which is also the folder name, of a hub address and an agent: readable, and unique by a hash.
fn workspace_id(url: &str, agent: &str) -> String {
    let plain = |text: &str| -> String {
        text.chars()
            .map(|sign| if sign.is_ascii_alphanumeric() { sign.to_ascii_lowercase() } else { '-' })
            .take(40)
            .collect()
    };
    let host = url.split_once("://").map_or(url, |(_scheme, host)| host).trim_end_matches('/');
    let whole = format!("{}\n{agent}", url.trim_end_matches('/'));
    format!("{}-{}-{:08x}", plain(host), plain(agent), crate::paths::fnv1a(whole.as_bytes()) >> 32)
}

#[cfg(test)]
mod tests;
