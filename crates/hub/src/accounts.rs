//! The accounts that the hub serves, each with its open channel.

use std::collections::HashMap;
use std::sync::Arc;

use deskbell_channels::Channel;
use deskbell_protocol::{AccountId, Channel as ChannelKind};

use crate::settings::Settings;

/// One account that this hub serves.
#[derive(Debug)]
pub(crate) struct ServedAccount {
    pub(crate) id: AccountId,
    /// Its name in settings and webhook address.
    pub(crate) name: String,
    pub(crate) channel: Arc<dyn Channel>,
}

/// All accounts of the settings.
#[derive(Debug, Default)]
pub(crate) struct Accounts {
    by_id: HashMap<AccountId, ServedAccount>,
}

impl Accounts {
    /// Opens the channel of every account; nothing is connected yet.
    pub(crate) fn of(settings: &Settings) -> Self {
        let public_url = settings.public_url();
        let open = |account: &crate::settings::AccountSettings| {
            let channel = account.channel.open(&account.context(settings, public_url.as_ref()));
            (account.id(), ServedAccount { id: account.id(), name: account.name.clone(), channel })
        };
        Self { by_id: settings.accounts.iter().map(open).collect() }
    }

    /// The account of this name on this channel.
    pub(crate) fn named(&self, kind: ChannelKind, name: &str) -> Option<&ServedAccount> {
        self.by_id.values().find(|account| account.name == name && account.channel.kind() == kind)
    }

    /// The account of this channel whose address at the provider this is; if several have it, `preferred` before
    /// the others.
    pub(crate) fn at_address(
        &self,
        kind: ChannelKind,
        address: &str,
        preferred: AccountId,
    ) -> Option<&ServedAccount> {
        let here =
            |account: &&ServedAccount| account.channel.kind() == kind && account.channel.address() == address;
        let first = self.by_id.get(&preferred).filter(here);
        first.or_else(|| self.by_id.values().find(here))
    }

    /// The ids of all accounts, in no order.
    pub(crate) fn ids(&self) -> impl Iterator<Item = AccountId> + '_ {
        self.by_id.keys().copied()
    }

    /// The account of this id; `None` if the settings no longer name it.
    pub(crate) fn get(&self, id: AccountId) -> Option<&ServedAccount> {
        self.by_id.get(&id)
    }
}
