//! Advertisements with a button that opens a WhatsApp chat with the business ("click to WhatsApp").

use serde_json::{Value, json};

/// One advertisement.
#[derive(Debug)]
pub(crate) struct Advert {
    /// The headline.
    pub(crate) headline: &'static str,
    /// The text.
    pub(crate) body: &'static str,
    /// The provider's id of it.
    pub(crate) id: &'static str,
    /// Its address, under a domain reserved for examples.
    pub(crate) url: &'static str,
}

impl Advert {
    /// The `referral` object in the first message of a person who pressed the button.
    pub(crate) fn referral(&self) -> Value {
        json!({
            "source_url": self.url,
            "source_id": self.id,
            "source_type": "ad",
            "headline": self.headline,
            "body": self.body,
            "media_type": "image",
            "image_url": format!("{}/picture", self.url),
            "ctwa_clid": format!("practice-{}", self.id),
        })
    }
}
