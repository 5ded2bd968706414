//! The accounts' connectors, found by account.

use std::collections::HashMap;

use deskbell_connectors::Secret;
use deskbell_connectors::whatsapp::{self, WhatsApp};
use deskbell_protocol::AccountId;

use crate::settings::Settings;

/// One account as its provider sees it.
#[derive(Debug)]
pub(crate) struct Connected {
    pub(crate) id: AccountId,
    pub(crate) app_secrets: Vec<Secret>,
    pub(crate) verify_token: Secret,
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
            let whatsapp = WhatsApp::new(whatsapp::Settings {
                base_url: account.base_url.clone(),
                graph_version: account.graph_version.clone(),
                phone_number_id: account.phone_number_id.clone(),
                access_token: account.access_token.clone(),
            });
            let id = account.id();
            let connected = Connected {
                id,
                app_secrets: account.app_secrets.clone(),
                verify_token: account.verify_token.clone(),
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

    pub(crate) fn get(&self, id: AccountId) -> Option<&Connected> {
        self.by_id.get(&id)
    }
}
