//! The token: from the key store, from the hub's address, or from a sign-in with the password.

use deskbell_protocol::{ErrorBody, ErrorCode};

use super::close_reason::CloseReason;
use super::handshake::Handshake;
use crate::config::HubAddress;
use crate::http_client;

/// The name of a workspace's token in the key store.
pub(crate) fn token_name(workspace: &str) -> String {
    format!("token-{workspace}")
}

impl Handshake {
    fn token_name(&self) -> String {
        token_name(&self.context.workspace)
    }

    /// The token for the hello, and whether it was made just now by a sign-in.
    pub(super) async fn token(
        &mut self,
        hub: &HubAddress,
        base: &str,
    ) -> Result<(String, bool), CloseReason> {
        if let Some(token) = &self.token {
            return Ok((token.clone(), false));
        }
        if let Some(token) =
            hub.token.as_ref().filter(|_| !std::mem::replace(&mut self.address_token_used, true))
        {
            let token = token.reveal().to_owned();
            self.store_token(&token).await;
            return Ok((token, true));
        }
        let stored = match self.context.keys.read(&self.token_name()).await {
            Ok(token) => token.and_then(|bytes| String::from_utf8(bytes).ok()),
            Err(error) => {
                tracing::warn!(%error, "the token could not be read from the key store");
                if hub.password.is_none() {
                    return Err(CloseReason::Lost(
                        "The key store of this desktop does not answer; it is tried again.",
                    ));
                }
                None
            }
        };
        if let Some(token) = stored {
            self.token = Some(token.clone());
            return Ok((token, false));
        }
        self.sign_in(hub, base).await.map(|token| (token, true))
    }

    /// Signs in with the password, and stores the token.
    pub(super) async fn sign_in(&mut self, hub: &HubAddress, base: &str) -> Result<String, CloseReason> {
        let Some(password) = &hub.password else {
            return Err(CloseReason::Unauthorized(ErrorBody::new(
                ErrorCode::Unauthorized,
                "You are signed out of the hub. Sign in again; what you have written is kept.",
            )));
        };
        let signed_in = http_client::sign_in(&self.http, base, &hub.agent, password.reveal()).await?;
        self.store_token(&signed_in.token).await;
        Ok(signed_in.token)
    }

    async fn store_token(&mut self, token: &str) {
        if let Err(error) = self.context.keys.write(&self.token_name(), token.as_bytes()).await {
            tracing::warn!(%error, "the token could not be stored; the next start needs the password");
        }
        self.token = Some(token.to_owned());
    }

    /// Deletes the token, which the hub has refused.
    pub(super) async fn forget_token(&mut self) {
        self.token = None;
        if let Err(error) = self.context.keys.delete(&self.token_name()).await {
            tracing::warn!(%error, "a refused token could not be deleted");
        }
    }
}
