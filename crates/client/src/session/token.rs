//! Who we are to the hub: the remembered token, or a sign-in with the password.

use deskbell_protocol::{ErrorBody, ErrorCode};

use super::End;
use super::entrance::Entrance;
use crate::engine::HubAddress;
use crate::transfer;

/// What the key store calls the token of a workspace.
pub(crate) fn token_name(workspace: &str) -> String {
    format!("token-{workspace}")
}

impl Entrance {
    fn token_name(&self) -> String {
        token_name(&self.parts.workspace)
    }

    /// The token to say hello with, and whether it is fresh from a sign-in.
    pub(super) async fn token(&mut self, hub: &HubAddress, base: &str) -> Result<(String, bool), End> {
        if let Some(token) = &self.token {
            return Ok((token.clone(), false));
        }
        if let Some(brought) = hub.token.as_ref().filter(|_| !std::mem::replace(&mut self.brought, true)) {
            let token = brought.reveal().to_owned();
            self.keep(&token).await;
            return Ok((token, true));
        }
        let remembered = self.parts.keys.read(&self.token_name()).await;
        let remembered = match remembered {
            Ok(token) => token.and_then(|bytes| String::from_utf8(bytes).ok()),
            Err(error) => {
                // With a password the key store is not needed to get in.
                tracing::warn!(%error, "the token could not be read");
                if hub.password.is_none() {
                    return Err(End::Lost(
                        "The key store of this desktop does not answer; it is tried again.",
                    ));
                }
                None
            }
        };
        if let Some(token) = remembered {
            self.token = Some(token.clone());
            return Ok((token, false));
        }
        self.sign_in(hub, base).await.map(|token| (token, true))
    }

    /// Signs in with the password and remembers the token.
    pub(super) async fn sign_in(&mut self, hub: &HubAddress, base: &str) -> Result<String, End> {
        let Some(password) = &hub.password else {
            return Err(End::Unauthorized(ErrorBody::new(
                ErrorCode::Unauthorized,
                "You are signed out of the hub. Sign in again; what you have written is kept.",
            )));
        };
        let signed_in = transfer::sign_in(&self.http, base, &hub.agent, password.reveal()).await?;
        self.keep(&signed_in.token).await;
        Ok(signed_in.token)
    }

    async fn keep(&mut self, token: &str) {
        if let Err(error) = self.parts.keys.write(&self.token_name(), token.as_bytes()).await {
            tracing::warn!(%error, "the token could not be kept; the next start needs the password");
        }
        self.token = Some(token.to_owned());
    }

    /// The hub does not take this token any more.
    pub(super) async fn forget_token(&mut self) {
        self.token = None;
        if let Err(error) = self.parts.keys.delete(&self.token_name()).await {
            tracing::warn!(%error, "a token that is no longer good could not be removed");
        }
    }
}
