//! The hubs that somebody has signed in to on this desktop, and where the app was left: one small file in the
//! data folder. No password and no token is in it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use deskbell_client::api::RememberedHub;
use deskbell_client::{Admission, pinned};
use deskbell_protocol::{HubId, Millis};
use serde::{Deserialize, Serialize};

/// Where the app was left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Left {
    /// In practice; so is an app that was never started.
    #[default]
    Practice,
    /// Signed out.
    Doorway,
    /// At this remembered hub.
    Hub(String),
}

/// What the file holds.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct List {
    left: Left,
    hubs: Vec<RememberedHub>,
}

/// The remembered hubs of a data folder.
pub(crate) struct Hubs {
    data: PathBuf,
    list: Mutex<List>,
}

impl Hubs {
    /// Reads them. A file that cannot be read counts as empty, but is kept.
    pub(crate) fn of(data: &Path) -> Self {
        let file = file(data);
        let list = match fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|error| {
                tracing::warn!(line = error.line(), "the list of hubs is unreadable and was set aside");
                let _kept = fs::rename(&file, data.join("hubs-unreadable.json"));
                List::default()
            }),
            Err(_absent) => List::default(),
        };
        Self { data: data.to_path_buf(), list: Mutex::new(list) }
    }

    fn list(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the app was left.
    pub(crate) fn left(&self) -> Left {
        self.list().left.clone()
    }

    /// All of them, the last used one first.
    pub(crate) fn all(&self) -> Vec<RememberedHub> {
        let mut hubs = self.list().hubs.clone();
        hubs.sort_by_key(|hub| std::cmp::Reverse(hub.last_used));
        hubs
    }

    /// The one with this id.
    pub(crate) fn find(&self, id: &str) -> Option<RememberedHub> {
        self.list().hubs.iter().find(|hub| hub.id == id).cloned()
    }

    /// The one that an address and a name on the command line mean; noted if it is new.
    ///
    /// # Errors
    /// If it cannot be written down.
    pub(crate) fn named(&self, url: &str, agent: &str, now: Millis) -> io::Result<RememberedHub> {
        let known = |hub: &RememberedHub| hub.url == url && hub.agent.eq_ignore_ascii_case(agent);
        self.remember(known, || workspace(url, agent), url, agent, None, now)
    }

    /// Notes a sign-in. A hub is known by what it is and not by where it is: at another address it has the same
    /// transcripts, and another hub at its address has its own.
    ///
    /// # Errors
    /// If it cannot be written down.
    pub(crate) fn admit(&self, admission: &Admission, now: Millis) -> io::Result<RememberedHub> {
        let Admission { url, hub, hub_name, agent, .. } = admission;
        let known = |row: &RememberedHub| {
            let same = match self.hub_of(&row.id) {
                Some(pinned) => pinned == *hub,
                None => row.url == *url,
            };
            same && row.agent.eq_ignore_ascii_case(agent)
        };
        let taken: Vec<String> = self.all().into_iter().map(|hub| hub.id).collect();
        let fresh = || {
            let id = workspace(url, agent);
            let free = !taken.contains(&id) && self.hub_of(&id).is_none_or(|pinned| pinned == *hub);
            if free { id } else { format!("{id}-{hub}") }
        };
        self.remember(known, fresh, url, agent, Some(hub_name.clone()), now)
    }

    /// The hub that a workspace belongs to.
    pub(crate) fn hub_of(&self, id: &str) -> Option<HubId> {
        pinned(&self.data.join(id))
    }

    fn remember(
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
        self.change(|list| {
            list.hubs.retain(|known| known.id != hub.id);
            list.hubs.push(hub.clone());
        })?;
        Ok(hub)
    }

    /// Notes where the app is now.
    pub(crate) fn leave(&self, left: Left) -> io::Result<()> {
        self.change(|list| list.left = left)
    }

    /// Notes how a hub was left.
    pub(crate) fn note(&self, id: &str, unsent: u32, signed_in: bool, now: Millis) -> io::Result<()> {
        self.change(|list| {
            for hub in list.hubs.iter_mut().filter(|hub| hub.id == id) {
                (hub.unsent, hub.signed_in, hub.last_used) = (unsent, signed_in, now);
            }
        })
    }

    /// Forgets one.
    pub(crate) fn forget(&self, id: &str) -> io::Result<()> {
        self.change(|list| list.hubs.retain(|hub| hub.id != id))
    }

    fn change(&self, change: impl FnOnce(&mut List)) -> io::Result<()> {
        let mut list = self.list();
        let mut next = list.clone();
        change(&mut next);
        write(&self.data, &next)?;
        *list = next;
        Ok(())
    }
}

fn file(data: &Path) -> PathBuf {
    data.join("hubs.json")
}

fn write(data: &Path, list: &List) -> io::Result<()> {
    let fresh = data.join("hubs.json.fresh");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut written = options.open(&fresh)?;
    written.write_all(&serde_json::to_vec_pretty(list)?)?;
    written.sync_all()?;
    fs::rename(&fresh, file(data))
}

/// The folder's name for a hub and an agent: readable, and different for every two.
fn workspace(url: &str, agent: &str) -> String {
    let plain = |text: &str| -> String {
        text.chars()
            .map(|sign| if sign.is_ascii_alphanumeric() { sign.to_ascii_lowercase() } else { '-' })
            .take(40)
            .collect()
    };
    let host = url.split_once("://").map_or(url, |(_scheme, host)| host).trim_end_matches('/');
    let whole = format!("{}\n{agent}", url.trim_end_matches('/'));
    format!("{}-{}-{:08x}", plain(host), plain(agent), crate::paths::fold(whole.as_bytes()) >> 32)
}

#[cfg(test)]
mod tests;
