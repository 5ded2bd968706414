//! How long a text is in the unit of its channel.
//!
//! The UI counts too, while the agent types (`ui/src/state/text-length.ts`); both are held to the cases of
//! `tests/text_length.json`.

use crate::{TextLimit, TextUnit};

/// GSM-7 septets of a message that is sent in one segment, and of each segment of a longer one.
const SEPTETS: (u32, u32) = (160, 153);
/// UCS-2 code units of a message that is sent in one segment, and of each segment of a longer one.
const CODE_UNITS: (u32, u32) = (70, 67);

/// The basic character set of GSM 7-bit (3GPP TS 23.038, 6.2.1), each one septet.
const GSM_BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
                         ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// The extension table (3GPP TS 23.038, 6.2.1.1), each two septets.
const GSM_EXTENSION: &str = "\u{c}^{}\\[~]|€";

impl TextLimit {
    /// How long the text is, in this limit's unit.
    #[must_use]
    pub fn measure(&self, text: &str) -> u32 {
        let length = match self.unit {
            TextUnit::Characters => text.chars().count(),
            TextUnit::Utf16 => text.encode_utf16().count(),
            TextUnit::SmsSegments => return sms_segments(text),
        };
        u32::try_from(length).unwrap_or(u32::MAX)
    }

    /// Whether the text is not longer than the limit.
    #[must_use]
    pub fn fits(&self, text: &str) -> bool {
        self.measure(text) <= self.max
    }
}

/// How many SMS segments a text takes; none for an empty one.
fn sms_segments(text: &str) -> u32 {
    let lengths: Option<Vec<u32>> = text.chars().map(septets).collect();
    match lengths {
        Some(lengths) => segments(lengths.into_iter(), SEPTETS),
        None => segments(text.chars().map(|c| if c.len_utf16() == 2 { 2 } else { 1 }), CODE_UNITS),
    }
}

/// How many septets a character takes; `None` if GSM-7 does not have it.
fn septets(character: char) -> Option<u32> {
    if GSM_BASIC.contains(character) {
        Some(1)
    } else if GSM_EXTENSION.contains(character) {
        Some(2)
    } else {
        None
    }
}

/// Cuts characters of these lengths into segments. A character never lies in two segments.
fn segments(lengths: impl Iterator<Item = u32> + Clone, (alone, each): (u32, u32)) -> u32 {
    let all: u32 = lengths.clone().fold(0, u32::saturating_add);
    if all <= alone {
        return u32::from(all > 0);
    }
    let (mut count, mut used) = (1_u32, 0_u32);
    for length in lengths {
        if used.saturating_add(length) > each {
            count = count.saturating_add(1);
            used = 0;
        }
        used = used.saturating_add(length);
    }
    count
}
