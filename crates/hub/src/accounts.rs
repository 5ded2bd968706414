//! The accounts' connectors, found by account.

use std::collections::HashMap;

use deskbell_channels::whatsapp::{self, WhatsApp};
use deskbell_channels::{AccountContext, Secret};
use deskbell_protocol::AccountId;

use crate::settings::Settings;

/// One account as its provider sees it.
#[derive(Debug)]
pub(crate) struct Connected {
    pub(crate) id: AccountId,
    /// The provider's name for it.
    pub(crate) address: String,
    pub(crate) app_secrets: Vec<Secret>,
    pub(crate) verify_token: Secret,
    pub(crate) read_receipts: bool,
    pub(crate) typing_indicator: bool,
    pub(crate) whatsapp: WhatsApp,
}

/// All accounts of the settings.
#[derive(Debug, Default)]
pub(crate) struct Connectors {
    by_name: HashMap<String, AccountId>,
    by_id: HashMap<AccountId, Connected>,
}

impl Connectors {
    pub(crate) fn of(settings: &Settings) -> Self {
        let mut connectors = Self::default();
        for account in &settings.accounts {
            let of_channel = whatsapp::Settings {
                base_url: account.base_url.clone(),
                graph_version: account.graph_version.clone(),
                phone_number_id: account.phone_number_id.clone(),
                business_account_id: account.waba_id.clone(),
                access_token: account.access_token.clone(),
                app_secrets: account.app_secrets.clone(),
                verify_token: account.verify_token.clone(),
                messages_per_second: account.messages_per_second,
                read_receipts: account.read_receipts,
                typing_indicator: account.typing_indicator,
                number: account.number.clone(),
            };
            let context =
                AccountContext { account: &account.name, public_url: None, proxy: settings.proxy.as_ref() };
            let whatsapp = WhatsApp::new(of_channel, &context);
            let id = account.id();
            let connected = Connected {
                id,
                address: account.phone_number_id.clone(),
                app_secrets: account.app_secrets.clone(),
                verify_token: account.verify_token.clone(),
                read_receipts: account.read_receipts,
                typing_indicator: account.typing_indicator,
                whatsapp,
            };
            connectors.by_name.insert(account.name.clone(), id);
            connectors.by_id.insert(id, connected);
        }
        connectors
    }

    pub(crate) fn named(&self, name: &str) -> Option<&Connected> {
        self.by_id.get(self.by_name.get(name)?)
    }

    /// The account of this address; if several have it, `rather` before the others.
    pub(crate) fn at_address(&self, address: &str, rather: AccountId) -> Option<&Connected> {
        let first = self.by_id.get(&rather).filter(|account| account.address == address);
        first.or_else(|| self.by_id.values().find(|account| account.address == address))
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = AccountId> + '_ {
        self.by_id.keys().copied()
    }

    pub(crate) fn get(&self, id: AccountId) -> Option<&Connected> {
        self.by_id.get(&id)
    }
}
