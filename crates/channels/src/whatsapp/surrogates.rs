//! Half an emoji in a JSON string.

use std::borrow::Cow;

/// Replaces `\uD800`–`\uDFFF` escapes that have no other half by `\ufffd`.
///
/// Programs that count in UTF-16 cut texts in the middle of an emoji and escape the half. Strict JSON
/// readers refuse such a string; a person's message shall not be lost for it.
pub(super) fn mend(json: &str) -> Cow<'_, str> {
    let mut mended = String::new();
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        mended.push_str(before);
        let length = match (unit(escape), escape.get(6..).and_then(unit)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                mended.push_str("\\ufffd");
                rest = escape.get(6..).unwrap_or_default();
                continue;
            }
            (Some(_), _) => 6,
            // `\\`, `\"` and the like; what follows the backslash must not be taken for another one.
            (None, _) => 1 + escape.chars().nth(1).map_or(0, char::len_utf8),
        };
        let (kept, after) = escape.split_at_checked(length).unwrap_or((escape, ""));
        mended.push_str(kept);
        rest = after;
    }
    if mended.is_empty() {
        return Cow::Borrowed(json);
    }
    mended.push_str(rest);
    Cow::Owned(mended)
}

/// The UTF-16 unit of a `\uXXXX` at the start.
fn unit(escape: &str) -> Option<u16> {
    let digits = escape.strip_prefix("\\u")?.get(..4)?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_half_emoji_changes() {
        let cases = [
            (r#""plain""#, r#""plain""#),
            (r#""\ud83d\udc4b""#, r#""\ud83d\udc4b""#),
            (r#""cut \ud83d""#, r#""cut \ufffd""#),
            (r#""\udc4b\ud83d\udc4b""#, r#""\ufffd\ud83d\udc4b""#),
            (r#""\ud83d\ud83d\udc4b""#, r#""\ufffd\ud83d\udc4b""#),
            (r#""path \\ud83d""#, r#""path \\ud83d""#),
            (r#""\n\u00e9 \ü""#, r#""\n\u00e9 \ü""#),
            (r"\", r"\"),
        ];
        for (json, mended) in cases {
            assert_eq!(mend(json), mended);
        }
    }
}
