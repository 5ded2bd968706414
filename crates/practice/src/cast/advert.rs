//! Advertisements with a button that opens the chat with the business.

use serde_json::{Value, json};

/// One advertisement.
#[derive(Debug)]
pub(crate) struct Advert {
    /// Its headline.
    pub(crate) headline: &'static str,
    /// Its text.
    pub(crate) body: &'static str,
    /// Its id at the provider.
    pub(crate) id: &'static str,
    /// Where it can be seen; under a domain that is kept free for examples.
    pub(crate) url: &'static str,
}

impl Advert {
    /// What the provider tells of it with the first message of somebody who pressed its button.
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

/// For two wheels and a fine weekend.
pub(crate) const E_BIKE_WEEKEND: Advert = Advert {
    headline: "E-bikes for the weekend 🚲",
    body: "Two days, two wheels, one price. Pick up on Friday, bring back on Monday.",
    id: "120210458813370417",
    url: "https://ads.example.com/e-bike-weekend",
};
