//! Into how many SMS a text is divided (3GPP TS 23.038 and 23.040).

/// The characters of the GSM 7-bit default alphabet.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
                     ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// The characters of its extension table, which take two places.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// The number of segments of a text: 160 places of the GSM alphabet or 70 UTF-16 units in one, 153 or 67 in each of
/// several.
pub(super) fn segments(text: &str) -> usize {
    let places = text
        .chars()
        .map(|letter| if BASIC.contains(letter) { Some(1) } else { EXTENSION.contains(letter).then_some(2) });
    let (length, single, part) = match places.sum::<Option<usize>>() {
        Some(septets) => (septets, 160, 153),
        None => (text.encode_utf16().count(), 70, 67),
    };
    if length <= single { 1 } else { length.div_ceil(part) }
}

#[cfg(test)]
mod tests {
    use super::segments;

    #[test]
    fn a_text_is_divided_by_its_alphabet() {
        for (text, expected) in [
            (String::new(), 1),
            ("a".repeat(160), 1),
            ("a".repeat(161), 2),
            ("a".repeat(306), 2),
            ("a".repeat(307), 3),
            ("€".repeat(80), 1),
            ("€".repeat(81), 2),
            ("Ж".repeat(70), 1),
            ("Ж".repeat(71), 2),
            ("👋".repeat(35), 1),
            ("👋".repeat(36), 2),
            (format!("{}ç", "a".repeat(70)), 2),
        ] {
            assert_eq!(segments(&text), expected, "{text}");
        }
    }
}
